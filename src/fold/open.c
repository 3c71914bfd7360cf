/* open.c - problems that nobody has called solved, those that wait longest first.
 *
 * A story is a problem here; one pass over it tells how it stands. Rows are kept in a
 * list of twice the length asked for; when that is full it is sorted and the worse half
 * forgotten, so any split of the stories gives the same rows.
 */
#include "fold/fold.h"

#include "base/sort.h"

#include <string.h>

typedef struct open_fold {
    fh_fold base;
    fh_open_options options;  /* the set not to be used */
    const uint8_t *confirmed; /* [n_outcomes]; NULL: no outcome confirms */
    uint64_t n_problems, n_open, n_owed;
    fh_open_row *row; /* [2 * limit] */
    size_t n;
} open_fold;

/* The longest first. */
static int by_age(const void *a, const void *b, void *ctx)
{
    const fh_open_row *x = a, *y = b;
    const fh_open_options *o = ctx;
    const int64_t xs = o->owed ? x->last_ms : x->first_ms, ys = o->owed ? y->last_ms : y->first_ms;
    if (xs != ys) return xs < ys ? -1 : 1;
    if (x->customer != y->customer) return x->customer < y->customer ? -1 : 1;
    return (x->problem > y->problem) - (x->problem < y->problem);
}

static fh_status keep(open_fold *f, const fh_open_row *row)
{
    f->row[f->n++] = *row;
    if (f->n < 2 * (size_t)f->options.limit) return FH_OK;
    const fh_status s = fh_sort(&f->base.from, f->row, f->n, sizeof *row, by_age, &f->options);
    f->n = f->options.limit;
    return s;
}

/* One interaction of the problem; *open tells how it stands after it. */
static void turn(const open_fold *f, const fh_segment *seg, uint32_t i, int64_t at_ms, bool *open,
                 fh_open_row *row)
{
    const uint32_t outcome = fh_name_at(&seg->outcome, i);
    const uint32_t department = fh_name_at(&seg->department, i);
    const fh_direction way = (fh_direction)fh_name_at(&seg->direction, i);
    const bool word = !fh_bit(seg->has_score, i);
    row->count++;
    if (department) row->department = department;
    if (outcome && f->confirmed && f->confirmed[outcome]) {
        *open = row->owed = false;
        row->last_ms = at_ms;
        return;
    }
    if ((outcome && outcome == f->options.reopened) || (way == FH_DIR_IN && word)) *open = true;
    if (!*open || !word || (way != FH_DIR_IN && way != FH_DIR_OUT)) return;
    row->owed = way == FH_DIR_IN;
    row->last_ms = at_ms;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    open_fold *f = (open_fold *)fold;
    fh_status s = fh_fold_check(&seg->outcome, f->options.n_outcomes, "outcome", err);
    if (s == FH_OK)
        s = fh_fold_check(&seg->department, f->options.n_departments, "department", err);
    for (uint32_t story = 0; s == FH_OK && story < seg->n_stories; story++) {
        const uint32_t first = seg->start[story], end = seg->start[story + 1];
        fh_open_row row = {.customer = seg->customer[story]};
        uint64_t at = seg->first_s[story];
        bool open = true;
        for (uint32_t i = first; i < end; i++) {
            if (i > first) at += seg->gap_s[i];
            const int64_t at_ms = fh_instant_ms(at, seg->ms ? seg->ms[i] : 0);
            if (at_ms > f->options.now_ms) break;
            if (i == first) row.first_ms = row.last_ms = at_ms;
            turn(f, seg, i, at_ms, &open, &row);
        }
        if (!row.count || !seg->problem) continue; /* wholly in the future */
        row.problem = seg->problem[first];
        f->n_problems++;
        f->n_open += open;
        f->n_owed += open && row.owed;
        if (open && (row.owed || !f->options.owed)) s = keep(f, &row);
    }
    return s;
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    open_fold *into = (open_fold *)into_;
    const open_fold *from = (const open_fold *)from_;
    (void)err;
    fh_status s = FH_OK;
    for (size_t i = 0; s == FH_OK && i < from->n; i++) s = keep(into, &from->row[i]);
    into->n_problems += from->n_problems;
    into->n_open += from->n_open;
    into->n_owed += from->n_owed;
    return s;
}

static const fh_fold_kind kind = {"open", add, merge, NULL, NULL, NULL, NULL, NULL};

fh_status fh_open_new(const fh_allocator *from, const fh_open_options *options, fh_fold **out,
                      fh_error *err)
{
    fh_open_options o = *options;
    fh_status s = fh_fold_limit(&o.n_outcomes, "outcomes", err);
    if (s == FH_OK) s = fh_fold_limit(&o.n_departments, "departments", err);
    if (s != FH_OK) return s;
    if (o.limit < 1 || o.limit > FH_OPEN_MOST)
        return fh_fail(err, FH_INVALID, "a list of problems has 1 to %d", FH_OPEN_MOST);
    const uint32_t columns = 1u << FH_COL_STORIES | 1u << FH_COL_GAP | 1u << FH_COL_MS |
                             1u << FH_COL_PROBLEM | 1u << FH_COL_DIRECTION |
                             1u << FH_COL_DEPARTMENT | 1u << FH_COL_OUTCOME | 1u << FH_COL_SCORE;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(open_fold), columns);
    if (!fold) return fh_no_memory(err);
    open_fold *f = (open_fold *)fold;
    f->options = o;
    fh_fold_tag(fold, o.n_outcomes);
    fh_fold_tag(fold, o.n_departments);
    fh_fold_tag(fold, o.reopened);
    fh_fold_tag(fold, (uint64_t)o.now_ms);
    fh_fold_tag(fold, o.limit);
    fh_fold_tag(fold, o.owed);
    f->row = FH_NEW_ARRAY(fold->arena, fh_open_row, 2 * (size_t)o.limit);
    s = f->row ? fh_fold_tag_set(fold, &o.confirmed, o.n_outcomes, &f->confirmed) : FH_NOMEM;
    return fh_fold_made(fold, s, out, err);
}

fh_status fh_open_read(const fh_fold *fold, fh_arena *arena, fh_open *out, fh_error *err)
{
    const open_fold *f = (const open_fold *)fold;
    fh_open_options o;
    const fh_status s = fh_fold_readable(fold, &kind, err);
    if (s != FH_OK) return s;
    o = f->options;
    fh_open_row *rows = FH_NEW_ARRAY(arena, fh_open_row, f->n + 1);
    if (!rows) return fh_no_memory(err);
    if (f->n) memcpy(rows, f->row, f->n * sizeof *rows);
    if (fh_sort(&f->base.from, rows, f->n, sizeof *rows, by_age, &o)) return fh_no_memory(err);
    *out = (fh_open){.n_problems = f->n_problems,
                     .n_open = f->n_open,
                     .n_owed = f->n_owed,
                     .n_rows = f->n < o.limit ? f->n : o.limit,
                     .rows = rows};
    return FH_OK;
}
