/* keep_rows.h - rules of retention at rest; app/data/keeping.h applies them. */
#ifndef FH_STORE_KEEP_ROWS_H
#define FH_STORE_KEEP_ROWS_H

#include "store/org.h"

enum { FH_KEEP_RULES_MAX = 500 };

/* What is let go: numbers stand in the table. */
typedef enum fh_keep_kind {
    FH_KEEP_INTERACTIONS = 0,
    FH_KEEP_TEXTS = 1, /* payloads; the interaction stays, and every figure with it */
    FH_KEEP_FILES = 2, /* uploads, rejected rows, exports */
    FH_N_KEEP = 3
} fh_keep_kind;

typedef struct fh_keep_rule {
    uint32_t rule; /* number, from 1 */
    fh_str source; /* empty: all that have no rule of their own */
    fh_keep_kind kind;
    uint32_t keep; /* months; of files days */
    bool active;
    int64_t previewed_ms; /* 0: its dry run was not seen yet as it is now */
    uint64_t removed, untold;
    int64_t last_ms, changed_ms, version;
    uint32_t person;
} fh_keep_rule;

/* Gives it a number. FH_CONFLICT: there is one for this source and kind; FH_LIMIT. */
FH_MUST_CHECK fh_status fh_keep_add(fh_org *org, fh_keep_rule *rule, fh_error *err);
/* What people say: keep, active, previewed_ms. FH_CONFLICT: no longer rule->version. */
FH_MUST_CHECK fh_status fh_keep_save(fh_org *org, const fh_keep_rule *rule, fh_error *err);
FH_MUST_CHECK fh_status fh_keep_remove(fh_org *org, uint32_t rule, fh_error *err);
FH_MUST_CHECK fh_status fh_keep_get(fh_org *org, uint32_t rule, fh_arena *arena, fh_keep_rule *out,
                                    fh_error *err);
/* By kind and source. */
FH_MUST_CHECK fh_status fh_keep_list(fh_org *org, fh_arena *arena, const fh_keep_rule **out,
                                     size_t *n, fh_error *err);
/* So much was removed; no change of the rule. */
FH_MUST_CHECK fh_status fh_keep_count(fh_org *org, uint32_t rule, uint64_t n, int64_t now_ms,
                                      fh_error *err);
/* What was removed stands in the audit log now. */
FH_MUST_CHECK fh_status fh_keep_told(fh_org *org, uint32_t rule, fh_error *err);

#endif
