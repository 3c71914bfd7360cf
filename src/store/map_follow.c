/* map_follow.c - see map_follow.h. */
#include "store/map_follow.h"

#include "store/args.h"
#include "store/inside.h"

fh_status fh_map_follow_put(fh_org *org, uint32_t person, int64_t map, bool follows, bool by_itself,
                            fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    const char *const sql =
        by_itself ? "INSERT INTO map_follow (person, map, follows, since_ms) VALUES ($1, $2, $3, "
                    "$4) ON CONFLICT (person, map) DO NOTHING"
                  : "INSERT INTO map_follow (person, map, follows, since_ms) VALUES ($1, $2, $3, "
                    "$4) ON CONFLICT (person, map) DO UPDATE SET follows = excluded.follows, "
                    "since_ms = excluded.since_ms";
    return FH_DO(fh_org_db(org), sql, NULL, err, fh_arg_int(person), fh_arg_int(map),
                 fh_arg_int(follows), fh_arg_int(os->now_ms(os->ctx)));
}

fh_status fh_map_follow_get(fh_org *org, uint32_t person, int64_t map, bool *follows,
                            uint64_t *followers, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT COUNT(*), COALESCE(SUM(CASE WHEN person = $1 THEN 1 ELSE 0 END), 0) FROM "
               "map_follow WHERE map = $2 AND follows = 1",
               &s, &row, err, fh_arg_int(person), fh_arg_int(map));
    *followers = status == FH_OK && row ? (uint64_t)fh_stmt_i64(s, 0) : 0;
    *follows = status == FH_OK && row && fh_stmt_i64(s, 1) > 0;
    fh_stmt_done(s);
    return status;
}

fh_status fh_maps_followed(fh_org *org, uint32_t person, size_t max, fh_arena *arena,
                           const int64_t **out, size_t *n, fh_error *err)
{
    int64_t *list = FH_NEW_ARRAY(arena, int64_t, max + 1);
    fh_stmt *s = NULL;
    bool row = false;
    *n = 0;
    if (!list) return fh_no_memory(err);
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT f.map FROM map_follow f JOIN journey_map m ON m.map = f.map WHERE f.person "
               "= $1 AND f.follows = 1 AND m.archived = 0 ORDER BY f.map LIMIT $2",
               &s, &row, err, fh_arg_int(person), fh_arg_int((int64_t)max));
    while (status == FH_OK && row && *n < max) {
        list[(*n)++] = fh_stmt_i64(s, 0);
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    *out = list;
    return status;
}

fh_status fh_map_follow_forget_person(fh_org *org, uint32_t person, fh_error *err)
{
    return FH_DO(fh_org_db(org), "DELETE FROM map_follow WHERE person = $1", NULL, err,
                 fh_arg_int(person));
}
