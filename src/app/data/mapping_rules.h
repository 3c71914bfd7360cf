/* mapping_rules.h - use case: which touchpoint an event of a source stands for.
 *
 *     source "crm", name "evt_0815", channel any  ->  "I ask for an offer", in
 *
 * Rules are for what comes, on every way in; what is there already is renamed and merged
 * in the dictionaries (docs/decisions/0008). Of the rules that fit, the most particular
 * is applied: a whole name before a beginning, a longer beginning before a shorter, one
 * with a source before one without, one with a channel before one without. What was told
 * is kept in the payload as "as_told", so nothing is lost.
 */
#ifndef FH_APP_MAPPING_RULES_H
#define FH_APP_MAPPING_RULES_H

#include "base/json.h"
#include "firsthand/parse.h"
#include "store/rule_rows.h"

/* ---- Applying ---------------------------------------------------------------------- */

typedef struct fh_mapper fh_mapper;
FH_MUST_CHECK fh_status fh_mapper_new(fh_org *org, fh_mapper **out, fh_error *err);
void fh_mapper_free(fh_mapper *m); /* NULL is allowed */
/* Reads the rules again when one was changed. What was counted and not written is
 * forgotten. */
FH_MUST_CHECK fh_status fh_mapper_refresh(fh_mapper *m, fh_org *org, fh_error *err);
/* The rows as the rules name them: `rows` itself when none applies, else copies in the
 * arena. Counts what was applied. */
FH_MUST_CHECK fh_status fh_mapper_apply(fh_mapper *m, fh_str source, const fh_interaction *rows,
                                        size_t n, fh_arena *arena, const fh_interaction **out,
                                        fh_error *err);
/* Writes how often rules were applied since the last time; in the transaction of the
 * rows. */
FH_MUST_CHECK fh_status fh_mapper_flush(fh_mapper *m, fh_org *org, fh_error *err);

/* ---- Looking ------------------------------------------------------------------------ */

/* FH_INVALID: the name or what it stands for is missing or too long. */
FH_MUST_CHECK fh_status fh_mapping_rule_check(const fh_mapping_rule *rule, fh_error *err);
void fh_mapping_rule_json(const fh_mapping_rule *rule, fh_json *j);
/* The rule that is applied to such an event; NULL: none. Rules that are not active are
 * passed over. */
const fh_mapping_rule *fh_mapping_rule_for(const fh_mapping_rule *rules, size_t n, fh_str source,
                                           fh_str name, fh_str channel);

/* How the names that are there compare with the rules: counted from the stories. */
typedef struct fh_named_so {
    fh_str source, touchpoint, channel; /* as shown now; channel may be empty */
    uint64_t interactions;
    uint32_t rule; /* would be applied to such events; 0: none */
    bool by_rule;  /* it is what a rule of this source names */
} fh_named_so;
typedef struct fh_coverage {
    size_t n;
    const fh_named_so *name; /* [n] by source, then most interactions first */
} fh_coverage;
/* `only` NULL: all active rules; else as if this one alone were there (a preview). */
FH_MUST_CHECK fh_status fh_mapping_coverage(fh_org *org, const fh_mapping_rule *only,
                                            fh_arena *arena, fh_coverage *out, fh_error *err);

#endif
