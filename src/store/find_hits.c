/* find_hits.c - rows of hits (see find_rows.h). */
#include "store/find_rows.h"

#include "base/sort.h"
#include "firsthand/story.h"
#include "store/args.h"
#include "store/inside.h"

#include <string.h>

fh_status fh_hits_put(fh_org *org, const fh_hit_row *hit, size_t n, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(
        fh_org_db(org),
        "INSERT INTO find_hit (cause, customer, a, b, sort, a_ms, b_ms, ways, facts, sure, detail) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (cause, customer, a, b) "
        "DO UPDATE SET ways = excluded.ways, facts = excluded.facts, sure = excluded.sure, detail "
        "= excluded.detail",
        &s, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        const fh_hit_row *h = &hit[i];
        const int64_t number[] = {(int64_t)h->cause, h->customer, (int64_t)h->a, (int64_t)h->b,
                                  h->sort,           h->a_ms,     h->b_ms,       h->ways,
                                  h->facts,          h->sure};
        for (unsigned k = 0; k < sizeof number / sizeof number[0]; k++)
            fh_stmt_bind_i64(s, k + 1, number[k]);
        fh_stmt_bind_text(s, 11, h->detail.ptr ? h->detail : (fh_str){"", 0});
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status tell_each(fh_stmt *s, bool row, bool whole, fh_each_dropped *each, void *ctx,
                           fh_error *err)
{
    fh_status status = FH_OK;
    while (status == FH_OK && row) {
        const int64_t a = whole ? INT64_MIN : fh_stmt_i64(s, 1);
        const int64_t b = whole ? INT64_MAX : fh_stmt_i64(s, 2);
        if (each) status = each(ctx, (uint64_t)fh_stmt_i64(s, 0), a, b, err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    return status;
}

fh_status fh_hits_drop(fh_org *org, uint32_t customer, uint64_t sorts, int64_t from_ms,
                       fh_each_dropped *each, void *ctx, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        FH_ASK(fh_org_db(org),
               "DELETE FROM find_hit WHERE customer = $1 AND b_ms >= $2 AND sort "
               "BETWEEN 0 AND 62 AND (($3 >> sort) & 1) = 1 RETURNING cause, a_ms, b_ms",
               &s, &row, err, fh_arg_int(customer), fh_arg_int(from_ms),
               fh_arg_int((int64_t)(sorts & INT64_MAX)));
    if (status == FH_OK) status = tell_each(s, row, false, each, ctx, err);
    fh_stmt_done(s);
    return status;
}

/* ---- Those found again ------------------------------------------------------------------ */

static int compare_keys(const fh_hit_row *x, const fh_hit_row *y)
{
    const int64_t a[] = {(int64_t)x->cause, (int64_t)x->a, (int64_t)x->b};
    const int64_t b[] = {(int64_t)y->cause, (int64_t)y->a, (int64_t)y->b};
    for (size_t i = 0; i < sizeof a / sizeof a[0]; i++)
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
}

static int by_key(const void *a, const void *b, void *ctx)
{
    const size_t *x = a, *y = b;
    const fh_hit_row *hit = ctx;
    const int order = compare_keys(&hit[*x], &hit[*y]);
    return order ? order : (*x > *y) - (*x < *y);
}

/* Hits found now in the order of their keys, beside those that are there. */
typedef struct matching {
    const fh_hits_again *of;
    size_t *order; /* [of->n] */
    size_t next;
    fh_buf gone; /* fh_hit_row each, without details */
} matching;

static bool is_the_same(const fh_hit_row *a, const fh_hit_row *b)
{
    return a->ways == b->ways && a->facts == b->facts && a->sure == b->sure && !a->detail.len &&
           !b->detail.len;
}

static void match(matching *m, const fh_hit_row *old)
{
    const fh_hits_again *of = m->of;
    while (m->next < of->n && compare_keys(&of->hit[m->order[m->next]], old) < 0) m->next++;
    size_t end = m->next;
    while (end < of->n && compare_keys(&of->hit[m->order[end]], old) == 0) end++;
    const fh_hit_row *now = end > m->next ? &of->hit[m->order[m->next]] : NULL;
    if (now && now->sort == old->sort && now->a_ms == old->a_ms && now->b_ms == old->b_ms) {
        const bool stands = end == m->next + 1 && is_the_same(now, old);
        for (size_t i = m->next; i < end; i++)
            of->state[m->order[i]] = stands ? FH_HIT_STANDS : FH_HIT_OTHERWISE;
    } else {
        fh_buf_put(&m->gone, old, sizeof *old);
    }
    m->next = end;
}

static fh_status match_all(fh_org *org, matching *m, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT cause, a, b, sort, a_ms, b_ms, ways, facts, sure, LENGTH(detail) FROM "
               "find_hit WHERE customer = $1 AND b_ms >= $2 AND sort BETWEEN 0 AND 62 AND "
               "(($3 >> sort) & 1) = 1 ORDER BY cause, a, b",
               &s, &row, err, fh_arg_int(m->of->customer), fh_arg_int(m->of->from_ms),
               fh_arg_int((int64_t)(m->of->sorts & INT64_MAX)));
    while (status == FH_OK && row) {
        const fh_hit_row old = {.cause = (uint64_t)fh_stmt_i64(s, 0),
                                .a = (uint64_t)fh_stmt_i64(s, 1),
                                .b = (uint64_t)fh_stmt_i64(s, 2),
                                .sort = (uint32_t)fh_stmt_i64(s, 3),
                                .a_ms = fh_stmt_i64(s, 4),
                                .b_ms = fh_stmt_i64(s, 5),
                                .ways = (uint32_t)fh_stmt_i64(s, 6),
                                .facts = (uint32_t)fh_stmt_i64(s, 7),
                                .sure = (uint32_t)fh_stmt_i64(s, 8),
                                .detail = {NULL, (size_t)fh_stmt_i64(s, 9)}};
        match(m, &old);
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    return status == FH_OK && m->gone.status ? fh_no_memory(err) : status;
}

static fh_status drop_one(fh_org *org, uint32_t customer, const fh_hit_row *h, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "DELETE FROM find_hit WHERE cause = $1 AND customer = $2 AND a = $3 AND b = $4",
                 NULL, err, fh_arg_int((int64_t)h->cause), fh_arg_int(customer),
                 fh_arg_int((int64_t)h->a), fh_arg_int((int64_t)h->b));
}

fh_status fh_hits_drop_but(fh_org *org, const fh_hits_again *again, fh_each_dropped *each,
                           void *ctx, fh_error *err)
{
    if (again->n == 0)
        return fh_hits_drop(org, again->customer, again->sorts, again->from_ms, each, ctx, err);
    fh_arena *arena = fh_arena_new(NULL);
    matching m = {.of = again, .order = arena ? FH_NEW_ARRAY(arena, size_t, again->n) : NULL};
    fh_buf_init(&m.gone, NULL, FH_FIND_STATE_MOST);
    fh_status status = m.order ? FH_OK : fh_no_memory(err);
    for (size_t i = 0; i < again->n && status == FH_OK; i++) {
        m.order[i] = i;
        again->state[i] = FH_HIT_NEW;
    }
    void *hits = (void *)(uintptr_t)again->hit; /* by_key only reads */
    if (status == FH_OK && fh_sort(NULL, m.order, again->n, sizeof *m.order, by_key, hits))
        status = fh_no_memory(err);
    if (status == FH_OK) status = match_all(org, &m, err);
    for (size_t at = 0; at < m.gone.len && status == FH_OK; at += sizeof(fh_hit_row)) {
        fh_hit_row h;
        memcpy(&h, m.gone.ptr + at, sizeof h);
        status = drop_one(org, again->customer, &h, err);
        if (status == FH_OK && each) status = each(ctx, h.cause, h.a_ms, h.b_ms, err);
    }
    fh_buf_free(&m.gone);
    fh_arena_free(arena);
    return status;
}

/* ---- All of a sort ---------------------------------------------------------------------- */

/* By cause, not by row: most hits are of other sorts. */
fh_status fh_hits_drop_sort(fh_org *org, uint32_t sort, fh_each_dropped *each, void *ctx,
                            fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT cause FROM find_cause c WHERE sort = $1 AND (hits > 0 OR judged <> 0 OR "
               "EXISTS (SELECT 1 FROM find_hit h WHERE h.cause = c.cause))",
               &s, &row, err, fh_arg_int(sort));
    if (status == FH_OK) status = tell_each(s, row, true, each, ctx, err);
    fh_stmt_done(s);
    return status == FH_OK ? FH_DO(fh_org_db(org),
                                   "DELETE FROM find_hit WHERE cause IN (SELECT cause FROM "
                                   "find_cause WHERE sort = $1)",
                                   NULL, err, fh_arg_int(sort))
                           : status;
}

fh_status fh_hits_drop_lost(fh_org *org, fh_error *err)
{
    return fh_db_run(fh_org_db(org),
                     "DELETE FROM find_hit WHERE NOT EXISTS (SELECT 1 FROM find_cause c WHERE "
                     "c.cause = find_hit.cause)",
                     NULL, 0, err);
}

/* ---- Reading --------------------------------------------------------------------------- */

#define COLUMNS "cause, customer, a, b, sort, a_ms, b_ms, ways, facts, sure, detail"

static fh_status read_hit(fh_stmt *s, fh_arena *arena, fh_hit_row *out, fh_error *err)
{
    *out = (fh_hit_row){.cause = (uint64_t)fh_stmt_i64(s, 0),
                        .customer = (uint32_t)fh_stmt_i64(s, 1),
                        .a = (uint64_t)fh_stmt_i64(s, 2),
                        .b = (uint64_t)fh_stmt_i64(s, 3),
                        .sort = (uint32_t)fh_stmt_i64(s, 4),
                        .a_ms = fh_stmt_i64(s, 5),
                        .b_ms = fh_stmt_i64(s, 6),
                        .ways = (uint32_t)fh_stmt_i64(s, 7),
                        .facts = (uint32_t)fh_stmt_i64(s, 8),
                        .sure = (uint32_t)fh_stmt_i64(s, 9)};
    return fh_arena_str(arena, fh_stmt_text(s, 10), &out->detail) ? FH_OK : fh_no_memory(err);
}

static fh_status read_hits(fh_stmt *s, bool row, size_t max, fh_arena *arena,
                           const fh_hit_row **out, size_t *n, fh_error *err)
{
    fh_hit_row *list = FH_NEW_ARRAY(arena, fh_hit_row, max + 1);
    fh_status status = list ? FH_OK : fh_no_memory(err);
    *n = 0;
    while (status == FH_OK && row && *n < max) {
        status = read_hit(s, arena, &list[(*n)++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    *out = list;
    return status;
}

fh_status fh_hits_latest(fh_org *org, uint64_t cause, size_t max, fh_arena *arena,
                         const fh_hit_row **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT " COLUMNS " FROM find_hit WHERE cause = $1 ORDER BY sure "
                              "DESC, b_ms DESC, customer, a, b LIMIT $2",
                              &s, &row, err, fh_arg_int((int64_t)cause), fh_arg_int((int64_t)max));
    if (status == FH_OK) status = read_hits(s, row, max, arena, out, n, err);
    fh_stmt_done(s);
    return status;
}

fh_status fh_hits_of(fh_org *org, uint32_t customer, size_t max, fh_arena *arena,
                     const fh_hit_row **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT " COLUMNS " FROM find_hit WHERE customer = $1 ORDER BY b_ms, "
                              "a_ms, cause, a, b LIMIT $2",
                              &s, &row, err, fh_arg_int(customer), fh_arg_int((int64_t)max));
    if (status == FH_OK) status = read_hits(s, row, max, arena, out, n, err);
    fh_stmt_done(s);
    return status;
}

fh_status fh_hits_customers(fh_org *org, uint64_t cause, uint32_t after, size_t max,
                            fh_arena *arena, const fh_hit_customer **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_hit_customer *list = FH_NEW_ARRAY(arena, fh_hit_customer, max + 1);
    *n = 0;
    if (!list) return fh_no_memory(err);
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT customer, COUNT(*), MIN(a_ms), MAX(b_ms), MIN(b_ms) FROM "
                              "find_hit WHERE cause = $1 AND "
                              "customer > $2 GROUP BY customer ORDER BY customer LIMIT $3",
                              &s, &row, err, fh_arg_int((int64_t)cause), fh_arg_int(after),
                              fh_arg_int((int64_t)max));
    while (status == FH_OK && row && *n < max) {
        list[(*n)++] = (fh_hit_customer){.customer = (uint32_t)fh_stmt_i64(s, 0),
                                         .hits = (uint64_t)fh_stmt_i64(s, 1),
                                         .first_ms = fh_stmt_i64(s, 2),
                                         .last_ms = fh_stmt_i64(s, 3),
                                         .began_ms = fh_stmt_i64(s, 4)};
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    *out = list;
    return status;
}

/* ---- By month -------------------------------------------------------------------------- */

static int by_month(const void *a, const void *b, void *ctx)
{
    const fh_find_month *x = a, *y = b;
    (void)ctx;
    if (x->month != y->month) return x->month < y->month ? -1 : 1;
    return (x->sort > y->sort) - (x->sort < y->sort);
}

/* Rows come by cause and customer: a customer counts once for each month of a cause. */
typedef struct months {
    fh_find_month *row; /* [n], as they come */
    uint64_t *cause;    /* [n] whose customer was counted last in it */
    uint32_t *customer; /* [n] */
    size_t n, room;
} months;

static fh_find_month *month_row(months *m, fh_arena *arena, int32_t month, uint32_t sort,
                                size_t *at)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->row[i].month == month && m->row[i].sort == sort) return &m->row[*at = i];
    if (m->n == m->room) {
        const size_t room = m->room ? m->room * 2 : 64;
        fh_find_month *row = FH_NEW_ARRAY(arena, fh_find_month, room);
        uint64_t *cause = FH_NEW_ARRAY(arena, uint64_t, room);
        uint32_t *customer = FH_NEW_ARRAY(arena, uint32_t, room);
        if (!row || !cause || !customer) return NULL;
        for (size_t i = 0; i < m->n; i++) {
            row[i] = m->row[i];
            cause[i] = m->cause[i];
            customer[i] = m->customer[i];
        }
        *m = (months){row, cause, customer, m->n, room};
    }
    *at = m->n;
    m->row[m->n] = (fh_find_month){.month = month, .sort = sort};
    m->cause[m->n] = 0;
    m->customer[m->n] = 0;
    return &m->row[m->n++];
}

static fh_status count_month(months *m, fh_arena *arena, fh_stmt *s, const fh_zone *zone,
                             fh_error *err)
{
    const uint64_t cause = (uint64_t)fh_stmt_i64(s, 0);
    const uint32_t customer = (uint32_t)fh_stmt_i64(s, 1);
    const int64_t ms = fh_stmt_i64(s, 3);
    const int64_t sort = fh_stmt_i64(s, 2);
    if (ms < FH_TIME_MIN_MS || ms > FH_TIME_MAX_MS || sort < 0 || sort > 62)
        return FH_OK; /* no row of ours */
    const fh_civil c = fh_civil_of(ms + (zone ? fh_zone_offset(zone, ms) * INT64_C(1000) : 0));
    size_t at = 0;
    fh_find_month *row = month_row(m, arena, c.year * 12 + c.month - 1, (uint32_t)sort, &at);
    if (!row) return fh_no_memory(err);
    row->hits++;
    row->customers += m->cause[at] != cause || m->customer[at] != customer;
    m->cause[at] = cause;
    m->customer[at] = customer;
    return FH_OK;
}

fh_status fh_hits_months(fh_org *org, uint64_t cause, const fh_zone *zone, fh_arena *arena,
                         const fh_find_month **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    months m = {.n = 0};
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT cause, customer, sort, b_ms FROM find_hit WHERE $1 = 0 OR "
                              "cause = $1 ORDER BY cause, customer",
                              &s, &row, err, fh_arg_int((int64_t)cause));
    while (status == FH_OK && row) {
        status = count_month(&m, arena, s, zone, err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status == FH_OK && fh_sort(NULL, m.row, m.n, sizeof *m.row, by_month, NULL))
        status = fh_no_memory(err);
    *out = m.row;
    *n = m.n;
    return status;
}
