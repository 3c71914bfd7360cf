/* keep_rows.c - rows of rules of retention (see keep_rows.h). */
#include "store/keep_rows.h"

#include "store/args.h"
#include "store/inside.h"

#define COLUMNS                                                                              \
    "rule, source, kind, keep, active, previewed_ms, removed, untold, last_ms, changed_ms, " \
    "person, version"

static fh_status read_rule(fh_stmt *s, fh_arena *arena, fh_keep_rule *out, fh_error *err)
{
    const int64_t kind = fh_stmt_i64(s, 2), keep = fh_stmt_i64(s, 3);
    if (kind < 0 || kind >= FH_N_KEEP || keep < 1 || keep > UINT32_MAX)
        return fh_fail(err, FH_CORRUPT, "a rule of retention is not sensible");
    *out = (fh_keep_rule){.rule = (uint32_t)fh_stmt_i64(s, 0),
                          .kind = (fh_keep_kind)kind,
                          .keep = (uint32_t)keep,
                          .active = fh_stmt_i64(s, 4) != 0,
                          .previewed_ms = fh_stmt_i64(s, 5),
                          .removed = (uint64_t)fh_stmt_i64(s, 6),
                          .untold = (uint64_t)fh_stmt_i64(s, 7),
                          .last_ms = fh_stmt_i64(s, 8),
                          .changed_ms = fh_stmt_i64(s, 9),
                          .person = (uint32_t)fh_stmt_i64(s, 10),
                          .version = fh_stmt_i64(s, 11)};
    return fh_arena_str(arena, fh_stmt_text(s, 1), &out->source) ? FH_OK : fh_no_memory(err);
}

static fh_status no_other(fh_org *org, const fh_keep_rule *r, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT (SELECT count(*) FROM keep_rule WHERE source = $1 AND "
                              "kind = $2), (SELECT count(*) FROM keep_rule)",
                              &s, &row, err, fh_arg_text(r->source), fh_arg_int(r->kind));
    const bool other = status == FH_OK && row && fh_stmt_i64(s, 0) > 0;
    const bool full = status == FH_OK && row && fh_stmt_i64(s, 1) >= FH_KEEP_RULES_MAX;
    fh_stmt_done(s);
    if (other) {
        (void)fh_fail(err, FH_CONFLICT, "there is a rule for this source and kind already");
        return fh_hint(err, FH_CONFLICT, "Change that one.");
    }
    if (full) return fh_fail(err, FH_LIMIT, "there are too many rules");
    return status;
}

static fh_status add_inside(fh_org *org, fh_keep_rule *r, fh_error *err)
{
    int64_t number = 0;
    const fh_os *os = fh_org_os(org);
    fh_status status = no_other(org, r, err);
    if (status == FH_OK) status = fh_org_numbers(org, "keep-rule", 1, &number, err);
    if (status != FH_OK) return status;
    r->rule = (uint32_t)number;
    r->version = 1;
    r->changed_ms = os->now_ms(os->ctx);
    return FH_DO(fh_org_db(org),
                 "INSERT INTO keep_rule (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, 0, 0, "
                 "0, $7, $8, 1)",
                 NULL, err, fh_arg_int(r->rule), fh_arg_text(r->source), fh_arg_int(r->kind),
                 fh_arg_int(r->keep), fh_arg_int(r->active), fh_arg_int(r->previewed_ms),
                 fh_arg_int(r->changed_ms), fh_arg_int(r->person));
}

fh_status fh_keep_add(fh_org *org, fh_keep_rule *rule, fh_error *err)
{
    bool mine = false;
    const fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    return fh_org_leave(org, mine, add_inside(org, rule, err), err);
}

fh_status fh_keep_save(fh_org *org, const fh_keep_rule *r, fh_error *err)
{
    bool found = false;
    const fh_os *os = fh_org_os(org);
    const fh_status status =
        FH_DO(fh_org_db(org),
              "UPDATE keep_rule SET keep = $2, active = $3, previewed_ms = $4, "
              "changed_ms = $5, person = $6, version = version + 1 WHERE rule = $1 AND "
              "version = $7 RETURNING rule",
              &found, err, fh_arg_int(r->rule), fh_arg_int(r->keep), fh_arg_int(r->active),
              fh_arg_int(r->previewed_ms), fh_arg_int(os->now_ms(os->ctx)), fh_arg_int(r->person),
              fh_arg_int(r->version));
    if (status != FH_OK || found) return status;
    (void)fh_fail(err, FH_CONFLICT, "the rule was changed or removed meanwhile");
    return fh_hint(err, FH_CONFLICT, "Look at it again, then make your change.");
}

static fh_status none(uint32_t rule, fh_error *err)
{
    (void)fh_fail(err, FH_NOTFOUND, "there is no rule of retention %u", rule);
    return fh_hint(err, FH_NOTFOUND, "It may have been removed.");
}

fh_status fh_keep_remove(fh_org *org, uint32_t rule, fh_error *err)
{
    bool found = false;
    const fh_status status =
        FH_DO(fh_org_db(org), "DELETE FROM keep_rule WHERE rule = $1 RETURNING rule", &found, err,
              fh_arg_int(rule));
    return status == FH_OK && !found ? none(rule, err) : status;
}

fh_status fh_keep_get(fh_org *org, uint32_t rule, fh_arena *arena, fh_keep_rule *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org), "SELECT " COLUMNS " FROM keep_rule WHERE rule = $1",
                              &s, &row, err, fh_arg_int(rule));
    if (status == FH_OK) status = row ? read_rule(s, arena, out, err) : none(rule, err);
    fh_stmt_done(s);
    return status;
}

fh_status fh_keep_list(fh_org *org, fh_arena *arena, const fh_keep_rule **out, size_t *n,
                       fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    size_t count = 0;
    fh_keep_rule *list = FH_NEW_ARRAY(arena, fh_keep_rule, FH_KEEP_RULES_MAX);
    if (!list) return fh_no_memory(err);
    fh_status status =
        fh_db_ask(fh_org_db(org), "SELECT " COLUMNS " FROM keep_rule ORDER BY kind, source", NULL,
                  0, &s, &row, err);
    while (status == FH_OK && row && count < FH_KEEP_RULES_MAX) {
        status = read_rule(s, arena, &list[count++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = count;
    return FH_OK;
}

fh_status fh_keep_count(fh_org *org, uint32_t rule, uint64_t n, int64_t now_ms, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "UPDATE keep_rule SET removed = removed + $2, untold = untold + $2, "
                 "last_ms = $3 WHERE rule = $1",
                 NULL, err, fh_arg_int(rule), fh_arg_int((int64_t)n), fh_arg_int(now_ms));
}

fh_status fh_keep_told(fh_org *org, uint32_t rule, fh_error *err)
{
    return FH_DO(fh_org_db(org), "UPDATE keep_rule SET untold = 0 WHERE rule = $1", NULL, err,
                 fh_arg_int(rule));
}
