/* kind_rows.c - the organisation's own declarations of kinds at rest. */
#include "store/kind_rows.h"

#include "store/args.h"
#include "store/inside.h"

#define COLUMNS "name, declared, active, person, changed_ms, version"

static fh_status read_row(fh_stmt *s, fh_arena *arena, fh_kind_row *out, fh_error *err)
{
    fh_kind_row row = {.active = fh_stmt_i64(s, 2) != 0,
                       .person = (uint32_t)fh_stmt_i64(s, 3),
                       .changed_ms = fh_stmt_i64(s, 4),
                       .version = fh_stmt_i64(s, 5)};
    if (!fh_arena_str(arena, fh_stmt_text(s, 0), &row.name) ||
        !fh_arena_str(arena, fh_stmt_text(s, 1), &row.declared))
        return fh_no_memory(err);
    *out = row;
    return FH_OK;
}

static fh_status count(fh_org *org, size_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status =
        fh_db_ask(fh_org_db(org), "SELECT count(*) FROM kind", NULL, 0, &s, &row, err);
    if (status == FH_OK) *out = row ? (size_t)fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    return status;
}

static fh_status rows_inside(fh_org *org, fh_arena *arena, const fh_kind_row **out, size_t *n,
                             fh_error *err)
{
    size_t most = 0, found = 0;
    bool row = false;
    fh_stmt *s = NULL;
    fh_status status = count(org, &most, err);
    if (status != FH_OK) return status;
    fh_kind_row *list = FH_NEW_ARRAY(arena, fh_kind_row, most + 1);
    if (!list) return fh_no_memory(err);
    status = fh_db_ask(fh_org_db(org), "SELECT " COLUMNS " FROM kind ORDER BY name", NULL, 0, &s,
                       &row, err);
    while (status == FH_OK && row && found < most) {
        status = read_row(s, arena, &list[found++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = found;
    return FH_OK;
}

fh_status fh_kind_rows(fh_org *org, fh_arena *arena, const fh_kind_row **out, size_t *n,
                       fh_error *err)
{
    bool mine = false;
    fh_status status = fh_org_look(org, &mine, err);
    if (status == FH_OK) status = rows_inside(org, arena, out, n, err);
    fh_org_looked(org, mine);
    return status;
}

fh_status fh_kind_row_get(fh_org *org, fh_str name, fh_arena *arena, fh_kind_row *out,
                          fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_kind_row found = {.name = name, .active = true};
    fh_status status = FH_ASK(fh_org_db(org), "SELECT " COLUMNS " FROM kind WHERE name = $1", &s,
                              &row, err, fh_arg_text(name));
    if (status == FH_OK && row) status = read_row(s, arena, &found, err);
    fh_stmt_done(s);
    if (status == FH_OK) *out = found;
    return status;
}

fh_status fh_kind_row_put(fh_org *org, fh_kind_row *row, fh_error *err)
{
    bool done = false;
    int64_t age = 0;
    const fh_os *os = fh_org_os(org);
    row->changed_ms = os->now_ms(os->ctx);
    fh_status status = FH_DO(
        fh_org_db(org),
        row->version ? "UPDATE kind SET declared = $2, active = $3, person = $4, changed_ms = $5, "
                       "version = version + 1 WHERE name = $1 AND version = $6 RETURNING name"
                     : "INSERT INTO kind (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6 + 1) "
                       "ON CONFLICT (name) DO NOTHING RETURNING name",
        &done, err, fh_arg_text(row->name), fh_arg_text(row->declared), fh_arg_int(row->active),
        fh_arg_int(row->person), fh_arg_int(row->changed_ms), fh_arg_int(row->version));
    if (status != FH_OK) return status;
    if (!done)
        return fh_fail(err, FH_STALE, "the kind '%.*s' was changed meanwhile",
                       FH_STR_ARG(row->name));
    /* A number of its own for every change, so that whoever keeps kinds in memory sees it. */
    status = fh_org_numbers(org, "kind-change", 1, &age, err);
    if (status == FH_OK) row->version++;
    return status;
}

fh_status fh_kind_rows_age(fh_org *org, int64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status =
        fh_db_ask(fh_org_db(org), "SELECT last_given FROM counter WHERE name = 'kind-change'", NULL,
                  0, &s, &row, err);
    if (status == FH_OK) *out = row ? fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    return status;
}

fh_status fh_kind_states_used(fh_org *org, fh_str kind, fh_arena *arena, const fh_str **out,
                              size_t *n, fh_error *err)
{
    enum { MOST = 100 }; /* more than a kind can have had */
    fh_stmt *s = NULL;
    bool row = false;
    size_t found = 0;
    fh_str *list = FH_NEW_ARRAY(arena, fh_str, MOST);
    if (!list) return fh_no_memory(err);
    fh_status status =
        FH_ASK(fh_org_db(org), "SELECT DISTINCT state FROM record WHERE kind = $1 ORDER BY state",
               &s, &row, err, fh_arg_text(kind));
    while (status == FH_OK && row && found < MOST) {
        if (!fh_arena_str(arena, fh_stmt_text(s, 0), &list[found++])) status = fh_no_memory(err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = found;
    return FH_OK;
}

fh_status fh_kind_state_closes(fh_org *org, fh_str kind, fh_str state, bool closed, fh_error *err)
{
    return FH_DO(fh_org_db(org), "UPDATE record SET closed = $3 WHERE kind = $1 AND state = $2",
                 NULL, err, fh_arg_text(kind), fh_arg_text(state), fh_arg_int(closed));
}

fh_status fh_kind_clocks_changed(fh_org *org, fh_str kind, fh_error *err)
{
    return FH_DO(fh_org_db(org), "UPDATE record SET due_ms = 1 WHERE kind = $1 AND merged_into = 0",
                 NULL, err, fh_arg_text(kind));
}
