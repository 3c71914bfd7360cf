/* severe.h - what the organisation calls a severe break: rules in its settings, made
 * into an fh_severe and told in plain words.
 *
 * Settings (each may be empty: then the default holds):
 *
 *     ruined-day-rules      failed, low-score, reopened, told-again, again: those that count
 *     failing-outcomes      outcomes that mean it went wrong
 *     low-scores            "2 of 5, 3 of 10": lowest marks, by how high a touchpoint's scores go
 *     telling-touchpoints   where customers tell what it is about; empty: wherever they are in
 *                           contact
 *     too-often             "3 within 7d"
 *
 * Names that no interaction ever had are left out.
 */
#ifndef FH_APP_SEVERE_H
#define FH_APP_SEVERE_H

#include "app/ask/ask.h"

#define FH_SETTING_RUINED   "ruined-day-rules"
#define FH_SETTING_FAILING  "failing-outcomes"
#define FH_SETTING_LOW      "low-scores"
#define FH_SETTING_TELLING  "telling-touchpoints"
#define FH_SETTING_TOO_MANY "too-often"

/* "failed", "low-score", ...: what filters and JSON call a rule. */
extern const char *const fh_severe_names[FH_N_SEVERE];

typedef struct fh_severe_rules {
    fh_severe severe;
    fh_str says[FH_N_SEVERE]; /* "the customer gave a score of at most 2 of 5 or 3 of 10" */
} fh_severe_rules;

/* In the arena. Reads the stories once when scores count, to see how high they go. */
FH_MUST_CHECK fh_status fh_severe_read(fh_org *org, uint32_t threads, fh_arena *arena,
                                       fh_severe_rules *out, fh_error *err);
/* "any", or names of rules: bits of fh_severe_rule. */
FH_MUST_CHECK fh_status fh_severe_which(fh_str text, uint32_t *out, fh_error *err);
/* Whether a setting's value can be read; `key` is one of the above. */
FH_MUST_CHECK fh_status fh_severe_check(const char *key, fh_str value, fh_error *err);

#endif
