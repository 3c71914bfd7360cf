/* standing.c - rows of the table `standing`. */
#include "store/standing.h"

#include "store/inside.h"

fh_status fh_standing_get(fh_org *org, fh_standing *row, fh_arena *arena, fh_error *err)
{
    fh_stmt *s = NULL;
    bool found = false;
    row->counted = (fh_str){0};
    fh_status status = fh_db_prepare(fh_org_db(org),
                                     "SELECT counted FROM standing WHERE about = $1 AND "
                                     "length(counted) <= $2",
                                     &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_blob(s, 1, row->about, FH_STANDING_HASH);
        fh_stmt_bind_i64(s, 2, FH_STANDING_MOST);
        status = fh_stmt_step(s, &found, err);
    }
    if (status == FH_OK && found && !fh_arena_str(arena, fh_stmt_blob(s, 0), &row->counted))
        status = fh_no_memory(err);
    fh_stmt_done(s);
    return status;
}

static fh_status put_all(fh_org *org, const fh_standing *row, size_t n, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_run(fh_org_db(org), "DELETE FROM standing", NULL, 0, err);
    if (status == FH_OK && n)
        status = fh_db_prepare(fh_org_db(org),
                               "INSERT INTO standing (about, counted) VALUES ($1, $2)", &s, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        fh_stmt_bind_blob(s, 1, row[i].about, FH_STANDING_HASH);
        fh_stmt_bind_blob(s, 2, row[i].counted.ptr, row[i].counted.len);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_standing_put(fh_org *org, const fh_standing *row, size_t n, fh_error *err)
{
    bool mine = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = put_all(org, row, n, err);
    return fh_org_leave(org, mine, status, err);
}
