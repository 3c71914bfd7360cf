/* customers.c - who is behind a figure: stories one by one, the latest first, a page
 * at a time.
 *
 * Rows behind the page asked for are kept in a list of twice its size; when that is full
 * it is sorted and the worse half forgotten. So a fold holds no more than a page, and
 * any split of the stories gives the same page.
 */
#include "fold/fold.h"

#include "base/sort.h"

#include <string.h>

enum { CODES, MEMBERS };

typedef struct customers {
    fh_fold base;
    fh_customers_options options; /* the lists not to be used */
    const fh_move *moves;         /* [options.n_moves] */
    const uint8_t *counted;       /* [n_touchpoints] or NULL: none are */
    uint64_t n_interactions, n_stories;
    fh_customer_row *row; /* [2 * (limit + 1)] */
    size_t n;
} customers;

/* The latest last contact first. */
static int by_last_contact(const void *a, const void *b, void *ctx)
{
    const fh_customer_row *x = a, *y = b;
    (void)ctx;
    if (x->last_ms != y->last_ms) return x->last_ms < y->last_ms ? 1 : -1;
    if (x->customer != y->customer) return x->customer < y->customer ? -1 : 1;
    return (x->problem > y->problem) - (x->problem < y->problem);
}

static fh_status keep(customers *f, const fh_customer_row *row)
{
    const fh_customers_options *o = &f->options;
    if (o->has_after && by_last_contact(row, &o->after, NULL) <= 0) return FH_OK;
    f->row[f->n++] = *row;
    const size_t most = (size_t)o->limit + 1; /* one more tells that there are more */
    if (f->n < 2 * most) return FH_OK;
    const fh_status s = fh_sort(&f->base.from, f->row, f->n, sizeof *row, by_last_contact, NULL);
    f->n = most;
    return s;
}

static bool is_move(const customers *f, uint32_t from, uint32_t to)
{
    for (size_t m = 0; m < f->options.n_moves; m++)
        if (f->moves[m].from == from && f->moves[m].to == to) return true;
    return false;
}

/* How often the story makes one of the moves, or is at one of the touchpoints. */
static uint64_t times_of(const customers *f, const fh_segment *seg, const uint16_t *code,
                         const uint8_t *counted, uint32_t story)
{
    const uint32_t first = seg->start[story], end = seg->start[story + 1];
    uint64_t times = 0;
    if (f->options.n_moves) {
        uint32_t before = FH_NO_NAME;
        for (uint32_t i = first; i < end; i++) {
            const uint32_t now = fh_fold_name(&seg->touchpoint, code[i]);
            times += is_move(f, before, now);
            before = now;
        }
        times += is_move(f, before, FH_NO_NAME);
    } else if (f->counted) {
        for (uint32_t i = first; i < end; i++) times += counted[code[i]];
    }
    return times;
}

static int64_t ms_at(const fh_segment *seg, uint64_t at_s, uint32_t i)
{
    return fh_instant_ms(at_s, seg->ms ? seg->ms[i] : 0);
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    customers *f = (customers *)fold;
    fh_status s = fh_fold_check(&seg->touchpoint, f->options.n_touchpoints, "touchpoint", err);
    if (s != FH_OK) return s;
    const uint16_t *code = fh_fold_codes(fold, CODES, &seg->touchpoint, seg->n);
    const uint8_t *counted = fh_fold_members(fold, MEMBERS, &seg->touchpoint, f->counted);
    if (!code || !counted) return FH_NOMEM;
    for (uint32_t story = 0; s == FH_OK && story < seg->n_stories; story++) {
        const uint32_t first = seg->start[story], end = seg->start[story + 1];
        uint64_t at = seg->first_s[story];
        fh_customer_row row = {.customer = seg->customer[story],
                               .count = end - first,
                               .times = times_of(f, seg, code, counted, story),
                               .first_ms = ms_at(seg, at, first)};
        if (f->options.by_problem && seg->problem) row.problem = seg->problem[first];
        for (uint32_t i = first + 1; i < end; i++) at += seg->gap_s[i];
        row.last_ms = ms_at(seg, at, end - 1);
        s = keep(f, &row);
    }
    f->n_interactions += seg->n;
    f->n_stories += seg->n_stories;
    return s;
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    customers *into = (customers *)into_;
    const customers *from = (const customers *)from_;
    (void)err;
    fh_status s = FH_OK;
    for (size_t i = 0; s == FH_OK && i < from->n; i++) s = keep(into, &from->row[i]);
    into->n_interactions += from->n_interactions;
    into->n_stories += from->n_stories;
    return s;
}

static const fh_fold_kind kind = {"customers", add, merge, NULL, NULL, NULL, NULL, NULL};

static void tag_options(fh_fold *fold, const fh_customers_options *o)
{
    fh_fold_tag(fold, o->n_touchpoints);
    fh_fold_tag(fold, o->limit);
    fh_fold_tag(fold, o->by_problem);
    fh_fold_tag(fold, o->has_after);
    fh_fold_tag(fold, (uint64_t)o->after.last_ms);
    fh_fold_tag(fold, o->after.customer);
    fh_fold_tag(fold, o->after.problem);
    for (size_t m = 0; m < o->n_moves; m++) {
        fh_fold_tag(fold, o->moves[m].from);
        fh_fold_tag(fold, o->moves[m].to);
    }
}

fh_status fh_customers_new(const fh_allocator *from, const fh_customers_options *options,
                           fh_fold **out, fh_error *err)
{
    uint32_t n = options->n_touchpoints;
    fh_status s = fh_fold_limit(&n, "touchpoints", err);
    if (s != FH_OK) return s;
    if (options->limit < 1 || options->limit > FH_CUSTOMERS_MOST)
        return fh_fail(err, FH_INVALID, "a page of customers has 1 to %d", FH_CUSTOMERS_MOST);
    uint32_t columns = 1u << FH_COL_STORIES | 1u << FH_COL_GAP | 1u << FH_COL_MS;
    if (options->n_moves || options->visits.bits) columns |= 1u << FH_COL_TOUCHPOINT;
    if (options->by_problem) columns |= 1u << FH_COL_PROBLEM;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(customers), columns);
    if (!fold) return fh_no_memory(err);
    customers *f = (customers *)fold;
    f->options = *options;
    f->options.n_touchpoints = n;
    tag_options(fold, options);
    fh_move *moves = FH_NEW_ARRAY(fold->arena, fh_move, options->n_moves + 1);
    f->row = FH_NEW_ARRAY(fold->arena, fh_customer_row, 2 * ((size_t)options->limit + 1));
    s = moves && f->row ? fh_fold_tag_set(fold, &options->visits, n, &f->counted) : FH_NOMEM;
    if (moves && options->n_moves) memcpy(moves, options->moves, options->n_moves * sizeof *moves);
    f->moves = moves;
    return fh_fold_made(fold, s, out, err);
}

fh_status fh_customers_read(const fh_fold *fold, fh_arena *arena, fh_customers *out, fh_error *err)
{
    const customers *f = (const customers *)fold;
    const fh_status s = fh_fold_readable(fold, &kind, err);
    if (s != FH_OK) return s;
    fh_customer_row *rows = FH_NEW_ARRAY(arena, fh_customer_row, f->n + 1);
    if (!rows) return fh_no_memory(err);
    memcpy(rows, f->row, f->n * sizeof *rows);
    if (fh_sort(&f->base.from, rows, f->n, sizeof *rows, by_last_contact, NULL))
        return fh_no_memory(err);
    const bool more = f->n > f->options.limit;
    *out = (fh_customers){.n_interactions = f->n_interactions,
                          .n_stories = f->n_stories,
                          .n_rows = more ? f->options.limit : f->n,
                          .rows = rows,
                          .more = more};
    return FH_OK;
}
