/* rule_rows.c - mapping rules at rest. */
#include "store/rule_rows.h"

#include "store/args.h"
#include "store/inside.h"

#include <string.h>

#define COLUMNS                                                                          \
    "rule, source, name, is_prefix, channel, to_touchpoint, to_channel, to_department, " \
    "to_direction, active, applied, applied_ms, changed_ms, person, version"

static fh_status read_rule(fh_stmt *s, fh_arena *arena, fh_mapping_rule *out, fh_error *err)
{
    const int64_t direction = fh_stmt_i64(s, 8);
    *out = (fh_mapping_rule){.rule = (uint32_t)fh_stmt_i64(s, 0),
                             .is_prefix = fh_stmt_i64(s, 3) != 0,
                             .to_direction = direction > 0 && direction < FH_N_DIRECTIONS
                                                 ? (fh_direction)direction
                                                 : FH_DIR_NONE,
                             .active = fh_stmt_i64(s, 9) != 0,
                             .applied = (uint64_t)fh_stmt_i64(s, 10),
                             .applied_ms = fh_stmt_i64(s, 11),
                             .changed_ms = fh_stmt_i64(s, 12),
                             .person = (uint32_t)fh_stmt_i64(s, 13),
                             .version = fh_stmt_i64(s, 14)};
    return fh_arena_str(arena, fh_stmt_text(s, 1), &out->source) &&
                   fh_arena_str(arena, fh_stmt_text(s, 2), &out->name) &&
                   fh_arena_str(arena, fh_stmt_text(s, 4), &out->channel) &&
                   fh_arena_str(arena, fh_stmt_text(s, 5), &out->to_touchpoint) &&
                   fh_arena_str(arena, fh_stmt_text(s, 6), &out->to_channel) &&
                   fh_arena_str(arena, fh_stmt_text(s, 7), &out->to_department)
               ? FH_OK
               : fh_no_memory(err);
}

static fh_status no_other(fh_org *org, const fh_mapping_rule *r, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status = FH_ASK(
        fh_org_db(org),
        "SELECT rule FROM mapping_rule WHERE source = $1 AND name = $2 AND is_prefix = $3 AND "
        "channel = $4 AND rule <> $5",
        &s, &row, err, fh_arg_text(r->source), fh_arg_text(r->name), fh_arg_int(r->is_prefix),
        fh_arg_text(r->channel), fh_arg_int(r->rule));
    const int64_t other = status == FH_OK && row ? fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    if (status != FH_OK || !other) return status;
    (void)fh_fail(err, FH_CONFLICT, "rule %lld is about the same events", (long long)other);
    return fh_hint(err, FH_CONFLICT, "Change that rule, or make this one more particular.");
}

/* A number of its own for every change, so that whoever keeps rules in memory sees it. */
static fh_status changed(fh_org *org, fh_error *err)
{
    int64_t age = 0;
    return fh_org_numbers(org, "rule-change", 1, &age, err);
}

static fh_status add_inside(fh_org *org, fh_mapping_rule *r, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    int64_t number = 0;
    const fh_os *os = fh_org_os(org);
    fh_status status = no_other(org, r, err);
    if (status == FH_OK)
        status =
            fh_db_ask(fh_org_db(org), "SELECT count(*) FROM mapping_rule", NULL, 0, &s, &row, err);
    if (status == FH_OK && row && fh_stmt_i64(s, 0) >= FH_MAPPING_RULES_MAX) {
        (void)fh_fail(err, FH_LIMIT, "there are %d rules already", (int)FH_MAPPING_RULES_MAX);
        status = fh_hint(err, FH_LIMIT, "A rule for a beginning of names replaces many.");
    }
    fh_stmt_done(s);
    if (status == FH_OK) status = fh_org_numbers(org, "rule", 1, &number, err);
    if (status != FH_OK) return status;
    r->rule = (uint32_t)number;
    r->version = 1;
    r->changed_ms = os->now_ms(os->ctx);
    status = FH_DO(fh_org_db(org),
                   "INSERT INTO mapping_rule (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, "
                   "$8, $9, $10, 0, 0, $11, $12, 1)",
                   NULL, err, fh_arg_int(r->rule), fh_arg_text(r->source), fh_arg_text(r->name),
                   fh_arg_int(r->is_prefix), fh_arg_text(r->channel), fh_arg_text(r->to_touchpoint),
                   fh_arg_text(r->to_channel), fh_arg_text(r->to_department),
                   fh_arg_int(r->to_direction), fh_arg_int(r->active), fh_arg_int(r->changed_ms),
                   fh_arg_int(r->person));
    return status == FH_OK ? changed(org, err) : status;
}

fh_status fh_mapping_rule_add(fh_org *org, fh_mapping_rule *rule, fh_error *err)
{
    bool mine = false;
    const fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    return fh_org_leave(org, mine, add_inside(org, rule, err), err);
}

static fh_status save_inside(fh_org *org, const fh_mapping_rule *r, fh_error *err)
{
    bool found = false;
    const fh_os *os = fh_org_os(org);
    fh_status status = no_other(org, r, err);
    if (status != FH_OK) return status;
    status = FH_DO(fh_org_db(org),
                   "UPDATE mapping_rule SET source = $2, name = $3, is_prefix = $4, channel = $5, "
                   "to_touchpoint = $6, to_channel = $7, to_department = $8, to_direction = $9, "
                   "active = $10, changed_ms = $11, person = $12, version = version + 1 "
                   "WHERE rule = $1 AND version = $13 RETURNING rule",
                   &found, err, fh_arg_int(r->rule), fh_arg_text(r->source), fh_arg_text(r->name),
                   fh_arg_int(r->is_prefix), fh_arg_text(r->channel), fh_arg_text(r->to_touchpoint),
                   fh_arg_text(r->to_channel), fh_arg_text(r->to_department),
                   fh_arg_int(r->to_direction), fh_arg_int(r->active),
                   fh_arg_int(os->now_ms(os->ctx)), fh_arg_int(r->person), fh_arg_int(r->version));
    if (status == FH_OK && !found) {
        (void)fh_fail(err, FH_CONFLICT, "rule %u was changed or removed meanwhile", r->rule);
        status = fh_hint(err, FH_CONFLICT, "Look at it again, then make your change.");
    }
    return status == FH_OK ? changed(org, err) : status;
}

fh_status fh_mapping_rule_save(fh_org *org, const fh_mapping_rule *rule, fh_error *err)
{
    bool mine = false;
    const fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    return fh_org_leave(org, mine, save_inside(org, rule, err), err);
}

static fh_status none(uint32_t rule, fh_error *err)
{
    (void)fh_fail(err, FH_NOTFOUND, "there is no rule %u", rule);
    return fh_hint(err, FH_NOTFOUND, "It may have been removed.");
}

fh_status fh_mapping_rule_remove(fh_org *org, uint32_t rule, fh_error *err)
{
    bool mine = false, found = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = FH_DO(fh_org_db(org), "DELETE FROM mapping_rule WHERE rule = $1 RETURNING rule",
                   &found, err, fh_arg_int(rule));
    if (status == FH_OK) status = found ? changed(org, err) : none(rule, err);
    return fh_org_leave(org, mine, status, err);
}

fh_status fh_mapping_rule_get(fh_org *org, uint32_t rule, fh_arena *arena, fh_mapping_rule *out,
                              fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        FH_ASK(fh_org_db(org), "SELECT " COLUMNS " FROM mapping_rule WHERE rule = $1", &s, &row,
               err, fh_arg_int(rule));
    if (status == FH_OK) status = row ? read_rule(s, arena, out, err) : none(rule, err);
    fh_stmt_done(s);
    return status;
}

fh_status fh_mapping_rule_list(fh_org *org, fh_arena *arena, const fh_mapping_rule **out, size_t *n,
                               fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    size_t count = 0;
    fh_mapping_rule *list = FH_NEW_ARRAY(arena, fh_mapping_rule, FH_MAPPING_RULES_MAX);
    if (!list) return fh_no_memory(err);
    fh_status status =
        fh_db_ask(fh_org_db(org), "SELECT " COLUMNS " FROM mapping_rule ORDER BY rule", NULL, 0, &s,
                  &row, err);
    while (status == FH_OK && row && count < FH_MAPPING_RULES_MAX) {
        status = read_rule(s, arena, &list[count++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = count;
    return FH_OK;
}

fh_status fh_mapping_rule_applied(fh_org *org, uint32_t rule, uint64_t n, int64_t now_ms,
                                  fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "UPDATE mapping_rule SET applied = applied + $2, applied_ms = $3 WHERE rule = $1",
                 NULL, err, fh_arg_int(rule), fh_arg_int((int64_t)n), fh_arg_int(now_ms));
}

fh_status fh_mapping_rules_age(fh_org *org, int64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status =
        fh_db_ask(fh_org_db(org), "SELECT last_given FROM counter WHERE name = 'rule-change'", NULL,
                  0, &s, &row, err);
    if (status == FH_OK) *out = row ? fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    return status;
}

fh_status fh_dict_spellings(fh_org *org, fh_dict dict, fh_each_spelling *each, void *ctx,
                            fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT number, spelling FROM dictionary_spelling WHERE "
                              "dictionary = $1 ORDER BY number, spelling",
                              &s, &row, err, fh_arg_int(dict));
    while (status == FH_OK && row) {
        const int64_t number = fh_stmt_i64(s, 0);
        if (number > 0 && number <= FH_MAX_NAMES)
            status = each(ctx, (uint32_t)number, fh_stmt_text(s, 1), err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    return status;
}
