/* sources.c - where interactions come from, and how far each import got. */
#include "store/sources.h"

#include "store/args.h"
#include "store/inside.h"

#include <string.h>

#define COLUMNS                                                                          \
    "origin, source, file, mapping, fingerprint, rows_done, rows_added, rows_rejected, " \
    "rows_known, rejects_bytes, notes_bytes, started_ms, last_ms, complete"

static fh_status read_origin(fh_stmt *s, fh_arena *arena, fh_origin *out, fh_error *err)
{
    fh_origin o = {.origin = (uint32_t)fh_stmt_i64(s, 0),
                   .fingerprint = (uint64_t)fh_stmt_i64(s, 4),
                   .rows_done = (uint64_t)fh_stmt_i64(s, 5),
                   .rows_added = (uint64_t)fh_stmt_i64(s, 6),
                   .rows_rejected = (uint64_t)fh_stmt_i64(s, 7),
                   .rows_known = (uint64_t)fh_stmt_i64(s, 8),
                   .rejects_bytes = (uint64_t)fh_stmt_i64(s, 9),
                   .notes_bytes = (uint64_t)fh_stmt_i64(s, 10),
                   .started_ms = fh_stmt_i64(s, 11),
                   .last_ms = fh_stmt_i64(s, 12),
                   .complete = fh_stmt_i64(s, 13) != 0};
    if (!fh_arena_str(arena, fh_stmt_text(s, 1), &o.source) ||
        !fh_arena_str(arena, fh_stmt_text(s, 2), &o.file) ||
        !fh_arena_str(arena, fh_stmt_text(s, 3), &o.mapping))
        return fh_no_memory(err);
    *out = o;
    return FH_OK;
}

/* The newest of a source and fingerprint that is complete or not. */
static fh_status find(fh_org *org, fh_str source, uint64_t fingerprint, bool complete,
                      fh_arena *arena, fh_origin *out, bool *there, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        fh_db_prepare(fh_org_db(org),
                      "SELECT " COLUMNS " FROM origin WHERE source = $1 AND fingerprint = $2 "
                      "AND complete = $3 ORDER BY origin DESC LIMIT 1",
                      &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_text(s, 1, source);
        fh_stmt_bind_i64(s, 2, (int64_t)fingerprint);
        fh_stmt_bind_i64(s, 3, complete);
        status = fh_stmt_step(s, &row, err);
    }
    if (status == FH_OK && row) status = read_origin(s, arena, out, err);
    fh_stmt_done(s);
    if (status == FH_OK) *there = row;
    return status;
}

fh_status fh_origin_find(fh_org *org, fh_str source, uint64_t fingerprint, fh_arena *arena,
                         fh_origin *out, fh_error *err)
{
    bool there = false;
    fh_status status =
        fingerprint ? find(org, source, fingerprint, true, arena, out, &there, err) : FH_OK;
    if (status == FH_OK && !there)
        status = fh_fail(err, FH_NOTFOUND, "this file has not been imported from source '%.*s'",
                         FH_STR_ARG(source));
    return status;
}

static void bind_counts(fh_stmt *s, const fh_origin *o)
{
    fh_stmt_bind_i64(s, 1, o->origin);
    fh_stmt_bind_text(s, 2, o->mapping);
    fh_stmt_bind_i64(s, 3, (int64_t)o->rows_done);
    fh_stmt_bind_i64(s, 4, (int64_t)o->rows_added);
    fh_stmt_bind_i64(s, 5, (int64_t)o->rows_rejected);
    fh_stmt_bind_i64(s, 6, (int64_t)o->rows_known);
    fh_stmt_bind_i64(s, 7, (int64_t)o->rejects_bytes);
    fh_stmt_bind_i64(s, 8, (int64_t)o->notes_bytes);
    fh_stmt_bind_i64(s, 9, o->last_ms);
    fh_stmt_bind_i64(s, 10, o->complete);
}

static fh_status insert(fh_org *org, fh_origin *o, fh_error *err)
{
    fh_stmt *s = NULL;
    int64_t number = 0;
    fh_status status = fh_org_numbers(org, "origin", 1, &number, err);
    if (status == FH_OK && number > INT32_MAX)
        status = fh_fail(err, FH_LIMIT, "there are too many imports");
    o->origin = (uint32_t)number;
    if (status == FH_OK)
        status = fh_db_prepare(fh_org_db(org),
                               "INSERT INTO origin (" COLUMNS
                               ") VALUES ($1, $11, $12, $2, $13, $3, $4, $5, $6, $7, "
                               "$8, $14, $9, $10)",
                               &s, err);
    if (status == FH_OK) {
        bind_counts(s, o);
        fh_stmt_bind_text(s, 11, o->source);
        fh_stmt_bind_text(s, 12, o->file);
        fh_stmt_bind_i64(s, 13, (int64_t)o->fingerprint);
        fh_stmt_bind_i64(s, 14, o->started_ms);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_origin_begin(fh_org *org, fh_str source, fh_str file, fh_str mapping,
                          uint64_t fingerprint, fh_arena *arena, fh_origin *out, fh_error *err)
{
    bool mine = false, there = false;
    const fh_os *os = fh_org_os(org);
    fh_origin o = {.fingerprint = fingerprint, .started_ms = os->now_ms(os->ctx)};
    o.last_ms = o.started_ms;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    if (fingerprint) status = find(org, source, fingerprint, false, arena, &o, &there, err);
    if (status == FH_OK && !there) {
        if (!fh_arena_str(arena, source, &o.source) || !fh_arena_str(arena, file, &o.file) ||
            !fh_arena_str(arena, mapping, &o.mapping))
            status = fh_no_memory(err);
        if (status == FH_OK) status = insert(org, &o, err);
    }
    status = fh_org_leave(org, mine, status, err);
    if (status == FH_OK) *out = o;
    return status;
}

fh_status fh_origin_save(fh_org *org, const fh_origin *origin, fh_error *err)
{
    bool mine = false;
    fh_stmt *s = NULL;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = fh_db_prepare(fh_org_db(org),
                           "UPDATE origin SET mapping = $2, rows_done = $3, rows_added = $4, "
                           "rows_rejected = $5, rows_known = $6, rejects_bytes = $7, "
                           "notes_bytes = $8, last_ms = $9, complete = $10 WHERE origin = $1",
                           &s, err);
    if (status == FH_OK) {
        bind_counts(s, origin);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return fh_org_leave(org, mine, status, err);
}

fh_status fh_origin_unchanged(fh_org *org, const fh_origin *origin, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_prepare(
        fh_org_db(org),
        "SELECT 1 FROM origin WHERE origin = $1 AND rows_done = $2 AND complete = $3", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, origin->origin);
        fh_stmt_bind_i64(s, 2, (int64_t)origin->rows_done);
        fh_stmt_bind_i64(s, 3, origin->complete);
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK || row) return status;
    return fh_fail(err, FH_CONFLICT, "another process imports the same file");
}

fh_status fh_origin_drop(fh_org *org, uint32_t origin, fh_error *err)
{
    bool mine = false;
    fh_stmt *s = NULL;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = fh_db_prepare(fh_org_db(org), "DELETE FROM origin WHERE origin = $1 AND rows_done = 0",
                           &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, origin);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return fh_org_leave(org, mine, status, err);
}

fh_status fh_origins_told(fh_org *org, uint64_t *rows, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_prepare(
        fh_org_db(org), "SELECT CAST(COALESCE(SUM(rows_done), 0) AS BIGINT) FROM origin", &s, err);
    if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    if (status == FH_OK) *rows = row ? (uint64_t)fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    return status;
}

fh_status fh_origins(fh_org *org, fh_arena *arena, const fh_origin **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = true;
    fh_origin *list = NULL;
    size_t count = 0, cap = 0;
    fh_status status =
        fh_db_prepare(fh_org_db(org), "SELECT " COLUMNS " FROM origin ORDER BY origin", &s, err);
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        if (count == cap) {
            cap = cap ? 2 * cap : 16;
            fh_origin *bigger = FH_NEW_ARRAY(arena, fh_origin, cap);
            if (!bigger) {
                status = fh_no_memory(err);
                break;
            }
            if (count) memcpy(bigger, list, count * sizeof *list);
            list = bigger;
        }
        status = read_origin(s, arena, &list[count++], err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = count;
    return FH_OK;
}

/* ---- Recipes ----------------------------------------------------------------------------- */

fh_status fh_recipe_save(fh_org *org, fh_str source, fh_str params, uint32_t person, fh_error *err)
{
    bool mine = false;
    const fh_os *os = fh_org_os(org);
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = FH_DO(fh_org_db(org),
                   "INSERT INTO source_recipe (source, params, saved_ms, person) "
                   "VALUES ($1, $2, $3, $4) ON CONFLICT (source) DO UPDATE SET params = $2, "
                   "saved_ms = $3, person = $4",
                   NULL, err, fh_arg_text(source), fh_arg_text(params),
                   fh_arg_int(os->now_ms(os->ctx)), fh_arg_int(person));
    return fh_org_leave(org, mine, status, err);
}

static fh_status read_recipe(fh_stmt *s, fh_arena *arena, fh_recipe *out, fh_error *err)
{
    *out = (fh_recipe){.saved_ms = fh_stmt_i64(s, 2), .person = (uint32_t)fh_stmt_i64(s, 3)};
    return fh_arena_str(arena, fh_stmt_text(s, 0), &out->source) &&
                   fh_arena_str(arena, fh_stmt_text(s, 1), &out->params)
               ? FH_OK
               : fh_no_memory(err);
}

fh_status fh_recipes(fh_org *org, fh_arena *arena, const fh_recipe **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = true;
    size_t count = 0, cap = 16;
    fh_recipe *list = FH_NEW_ARRAY(arena, fh_recipe, cap);
    fh_status status = list ? FH_OK : fh_no_memory(err);
    if (status == FH_OK)
        status = fh_db_prepare(fh_org_db(org),
                               "SELECT source, params, saved_ms, person FROM source_recipe "
                               "ORDER BY source",
                               &s, err);
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        if (count == cap) {
            fh_recipe *bigger = FH_NEW_ARRAY(arena, fh_recipe, 2 * cap);
            if (!bigger) {
                status = fh_no_memory(err);
                break;
            }
            memcpy(bigger, list, count * sizeof *list);
            list = bigger;
            cap *= 2;
        }
        status = read_recipe(s, arena, &list[count++], err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = count;
    return FH_OK;
}
