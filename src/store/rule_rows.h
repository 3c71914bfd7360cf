/* rule_rows.h - mapping rules at rest; app/data/mapping_rules.h applies them. */
#ifndef FH_STORE_RULE_ROWS_H
#define FH_STORE_RULE_ROWS_H

#include "store/org.h"

enum { FH_MAPPING_RULES_MAX = 2000, FH_MAPPING_TEXT_MAX = 200 };

typedef struct fh_mapping_rule {
    uint32_t rule; /* number, from 1 */
    /* What comes: a source (empty: any), a name or the beginning of one, a channel
     * (empty: any), all as they are told. */
    fh_str source, name, channel;
    bool is_prefix;
    /* What it stands for; empty, FH_DIR_NONE: as it was told. */
    fh_str to_touchpoint, to_channel, to_department;
    fh_direction to_direction;
    bool active;
    uint64_t applied; /* interactions that came and were named so */
    int64_t applied_ms, changed_ms;
    uint32_t person;
    int64_t version;
} fh_mapping_rule;

/* Gives it a number. FH_CONFLICT: another rule is about the same; FH_LIMIT. */
FH_MUST_CHECK fh_status fh_mapping_rule_add(fh_org *org, fh_mapping_rule *rule, fh_error *err);
/* FH_CONFLICT also when it is no longer rule->version. */
FH_MUST_CHECK fh_status fh_mapping_rule_save(fh_org *org, const fh_mapping_rule *rule,
                                             fh_error *err);
FH_MUST_CHECK fh_status fh_mapping_rule_remove(fh_org *org, uint32_t rule, fh_error *err);
FH_MUST_CHECK fh_status fh_mapping_rule_get(fh_org *org, uint32_t rule, fh_arena *arena,
                                            fh_mapping_rule *out, fh_error *err);
/* By number. */
FH_MUST_CHECK fh_status fh_mapping_rule_list(fh_org *org, fh_arena *arena,
                                             const fh_mapping_rule **out, size_t *n, fh_error *err);
/* Counts how often it was applied; no change of the rule. */
FH_MUST_CHECK fh_status fh_mapping_rule_applied(fh_org *org, uint32_t rule, uint64_t n,
                                                int64_t now_ms, fh_error *err);
/* Grows with every change of any rule. */
FH_MUST_CHECK fh_status fh_mapping_rules_age(fh_org *org, int64_t *out, fh_error *err);

/* Every way the names of a dictionary were ever written: `each` in order of number. */
typedef fh_status fh_each_spelling(void *ctx, uint32_t number, fh_str spelling, fh_error *err);
FH_MUST_CHECK fh_status fh_dict_spellings(fh_org *org, fh_dict dict, fh_each_spelling *each,
                                          void *ctx, fh_error *err);

#endif
