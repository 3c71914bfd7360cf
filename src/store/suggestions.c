/* suggestions.c - customers that may be one, because both gave the same unique
 * identifier. Nothing is ever joined because of it: people decide. */
#include "store/inside.h"
#include "store/members.h"

#include <string.h>

static fh_status read_suggestion(fh_stmt *s, fh_arena *arena, fh_suggestion *out, fh_error *err)
{
    fh_buf why;
    fh_buf_init(&why, fh_arena_allocator(arena), 1 << 16);
    fh_buf_text(&why, "both gave ");
    fh_buf_str(&why, fh_stmt_text(s, 2));
    fh_buf_char(&why, ' ');
    fh_buf_str(&why, fh_stmt_text(s, 3));
    *out = (fh_suggestion){.a = (uint32_t)fh_stmt_i64(s, 0),
                           .b = (uint32_t)fh_stmt_i64(s, 1),
                           .times = (uint64_t)fh_stmt_i64(s, 4)};
    const bool ok = why.status == FH_OK && fh_arena_str(arena, fh_buf_view(&why), &out->why);
    fh_buf_free(&why);
    return ok ? FH_OK : fh_no_memory(err);
}

/* Customers that have become one since are left out. */
static fh_status still_two(fh_org *org, fh_suggestion *g, bool *two, fh_error *err)
{
    fh_status status = fh_member_customer(org, g->a, &g->a, err);
    if (status == FH_OK) status = fh_member_customer(org, g->b, &g->b, err);
    *two = g->a && g->b && g->a != g->b;
    return status;
}

fh_status fh_identity_suggestions(fh_org *org, fh_arena *arena, const fh_suggestion **out,
                                  size_t *n, fh_error *err)
{
    enum { MAX_SHOWN = 10000 };
    fh_stmt *s = NULL;
    bool row = true, two = false;
    size_t count = 0, cap = 0;
    fh_suggestion *list = NULL;
    fh_status status =
        fh_db_prepare(fh_org_db(org),
                      "SELECT g.a, g.b, k.name, g.value, g.times FROM identity_suggestion g "
                      "JOIN identity_kind k ON k.kind = g.kind "
                      "ORDER BY g.times DESC, g.a, g.b, g.kind, g.value",
                      &s, err);
    while (status == FH_OK && count < MAX_SHOWN) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        if (count == cap) {
            cap = cap ? 2 * cap : 16;
            fh_suggestion *bigger = FH_NEW_ARRAY(arena, fh_suggestion, cap);
            if (!bigger) {
                status = fh_no_memory(err);
                break;
            }
            if (count) memcpy(bigger, list, count * sizeof *list);
            list = bigger;
        }
        status = read_suggestion(s, arena, &list[count], err);
        if (status == FH_OK) status = still_two(org, &list[count], &two, err);
        count += status == FH_OK && two;
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = count;
    return FH_OK;
}
