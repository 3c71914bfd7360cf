/* once.c - rows of the table `once`. */
#include "store/once.h"

#include "store/inside.h"

#include <string.h>

static fh_status read_row(fh_stmt *s, fh_once *once, fh_arena *arena, bool *found, fh_error *err)
{
    const fh_str request = fh_stmt_blob(s, 1);
    once->at_ms = fh_stmt_i64(s, 0);
    once->status = fh_stmt_i64(s, 2);
    if (request.len != FH_ONCE_HASH || once->status < 100 || once->status > 599)
        return fh_fail(err, FH_CORRUPT, "a kept reply is damaged");
    memcpy(once->request, request.ptr, FH_ONCE_HASH);
    if (!fh_arena_str(arena, fh_stmt_text(s, 3), &once->location) ||
        !fh_arena_str(arena, fh_stmt_text(s, 4), &once->etag) ||
        !fh_arena_str(arena, fh_stmt_blob(s, 5), &once->body))
        return fh_no_memory(err);
    *found = true;
    return FH_OK;
}

fh_status fh_once_get(fh_org *org, fh_once *once, fh_arena *arena, bool *found, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_stmt *s = NULL;
    bool row = false;
    *found = false;
    fh_status status = fh_db_prepare(fh_org_db(org),
                                     "SELECT at_ms, request, status, location, etag, body "
                                     "FROM once WHERE id = $1 AND at_ms > $2",
                                     &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_blob(s, 1, once->id, FH_ONCE_HASH);
        fh_stmt_bind_i64(s, 2, os->now_ms(os->ctx) - FH_ONCE_KEPT_MS);
        status = fh_stmt_step(s, &row, err);
    }
    if (status == FH_OK && row) status = read_row(s, once, arena, found, err);
    fh_stmt_done(s);
    return status;
}

fh_status fh_once_put(fh_org *org, const fh_once *once, fh_error *err)
{
    const int64_t old = once->at_ms - FH_ONCE_KEPT_MS;
    fh_status status =
        fh_db_run(fh_org_db(org), "DELETE FROM once WHERE at_ms <= $1", &old, 1, err);
    fh_stmt *s = NULL;
    if (status == FH_OK)
        status =
            fh_db_prepare(fh_org_db(org),
                          "INSERT INTO once (id, at_ms, request, status, location, etag, body) "
                          "VALUES ($1, $2, $3, $4, $5, $6, $7)",
                          &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_blob(s, 1, once->id, FH_ONCE_HASH);
        fh_stmt_bind_i64(s, 2, once->at_ms);
        fh_stmt_bind_blob(s, 3, once->request, FH_ONCE_HASH);
        fh_stmt_bind_i64(s, 4, once->status);
        fh_stmt_bind_text(s, 5, once->location);
        fh_stmt_bind_text(s, 6, once->etag);
        fh_stmt_bind_blob(s, 7, once->body.len ? once->body.ptr : "", once->body.len);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}
