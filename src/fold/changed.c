/* changed.c - what moved between two groups of stories: touchpoints, moves, begins, ends and
 * whole ways whose share of the stories differs by more than chance.
 *
 * No fold of its own: it lays side by side what touchpoints, follows and variants have counted
 * of each group. Both lists are sorted by what they are about, equal neighbours become one row,
 * and the rows that can tell anything are tested. All of it is symmetric: the difference, the
 * variance and the order are the same whichever group comes first.
 */
#include "fold/fold.h"

#include "base/sort.h"

#include <math.h>
#include <string.h>

enum { EXPECTED = 5 }; /* below, the normal distribution is no guide */

typedef struct list {
    fh_change *row;
    size_t n;
} list;

static fh_status not_whole(fh_error *err)
{
    return fh_fail(err, FH_INVALID,
                   "changed: needs stories of each move, all ways, and one group of stories");
}

static bool whole(const fh_changed_side *side)
{
    const uint64_t n = side->touchpoints->n_stories;
    bool told = side->follows->n_stories == n && side->variants->n_stories == n &&
                side->variants->n_top == side->variants->n_variants;
    for (size_t i = 0; told && i < side->follows->n_arcs; i++)
        told = side->follows->arcs[i].stories > 0 && side->follows->arcs[i].stories <= n;
    return told;
}

static size_t size_of(const fh_changed_side *side)
{
    return side->touchpoints->n_rows + side->follows->n_arcs + side->follows->n_starts +
           side->follows->n_ends + side->variants->n_top;
}

static fh_change *put(list *l, fh_changed_sort sort, uint32_t from, uint32_t to, uint64_t stories,
                      bool later)
{
    fh_change *c = &l->row[l->n++];
    *c = (fh_change){.sort = sort, .from = from, .to = to};
    *(later ? &c->after : &c->before) = stories;
    return c;
}

static void put_side(list *l, const fh_changed_side *side, bool later)
{
    for (size_t i = 0; i < side->touchpoints->n_rows; i++) {
        const fh_touchpoint_row *r = &side->touchpoints->rows[i];
        put(l, FH_CHANGED_TOUCHPOINT, r->touchpoint, 0, r->stories, later);
    }
    const fh_follows *f = side->follows;
    for (size_t i = 0; i < f->n_arcs; i++)
        put(l, FH_CHANGED_MOVE, f->arcs[i].from, f->arcs[i].to, f->arcs[i].stories, later);
    for (size_t i = 0; i < f->n_starts; i++)
        put(l, FH_CHANGED_START, 0, f->starts[i].touchpoint, f->starts[i].count, later);
    for (size_t i = 0; i < f->n_ends; i++)
        put(l, FH_CHANGED_END, f->ends[i].touchpoint, 0, f->ends[i].count, later);
    for (size_t i = 0; i < side->variants->n_top; i++) {
        const fh_variant *way = &side->variants->top[i];
        fh_change *c = put(l, FH_CHANGED_WAY, 0, 0, way->count, later);
        c->path = way->path;
        c->n_steps = way->n_steps;
    }
}

/* What a row is about. */
static int about(const fh_change *x, const fh_change *y)
{
    if (x->sort != y->sort) return x->sort < y->sort ? -1 : 1;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    if (x->to != y->to) return x->to < y->to ? -1 : 1;
    for (size_t i = 0; i < x->n_steps && i < y->n_steps; i++)
        if (x->path[i] != y->path[i]) return x->path[i] < y->path[i] ? -1 : 1;
    return (x->n_steps > y->n_steps) - (x->n_steps < y->n_steps);
}

static int by_about(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    return about(a, b);
}

static int by_chance(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const fh_change *x = a, *y = b;
    return x->p != y->p ? (x->p < y->p ? -1 : 1) : about(x, y);
}

/* How far apart the shares are, times both numbers of stories. */
static double apart(const fh_change *c, const fh_changed *a)
{
    return fabs((double)c->after * (double)a->n_before - (double)c->before * (double)a->n_after);
}

static int by_move(const void *a, const void *b, void *ctx)
{
    const fh_change *x = a, *y = b;
    const double far_x = apart(x, ctx), far_y = apart(y, ctx);
    if (x->moved != y->moved) return x->moved ? -1 : 1;
    return far_x != far_y ? (far_x > far_y ? -1 : 1) : about(x, y);
}

/* One row for what stands in both. */
static void join(list *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++) {
        if (n && !about(&l->row[n - 1], &l->row[i])) {
            l->row[n - 1].before += l->row[i].before;
            l->row[n - 1].after += l->row[i].after;
        } else {
            l->row[n++] = l->row[i];
        }
    }
    l->n = n;
}

/* Leaves those of which enough is expected on both sides, whether it is there or not. */
static void test(list *l, fh_changed *a)
{
    const double before = (double)a->n_before, after = (double)a->n_after;
    const double least = before < after ? before : after, all = before + after;
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++) {
        fh_change *c = &l->row[i];
        const double there = (double)c->before + (double)c->after, not_there = all - there;
        if (there * least < EXPECTED * all || not_there * least < EXPECTED * all) continue;
        const double far = apart(c, a);
        c->p = erfc(far * sqrt(all / (2 * (there * not_there) * (before * after))));
        l->row[n++] = *c;
    }
    a->n_few = l->n - n;
    a->n_tested = l->n = n;
}

/* Benjamini and Hochberg: rows in order of p. */
static void correct(list *l, fh_changed *a)
{
    double least = 1;
    for (size_t i = l->n; i-- > 0;) {
        const double q = l->row[i].p * (double)l->n / (double)(i + 1);
        if (q < least) least = q;
        l->row[i].q = least;
        l->row[i].moved = least <= FH_CHANGED_LEVEL;
        a->n_moved += l->row[i].moved;
    }
}

fh_status fh_changed_between(fh_arena *arena, const fh_changed_side *before,
                             const fh_changed_side *after, fh_changed *out, fh_error *err)
{
    if (!whole(before) || !whole(after)) return not_whole(err);
    const fh_allocator *from = fh_arena_allocator(arena);
    fh_changed a = {.n_before = before->touchpoints->n_stories,
                    .n_after = after->touchpoints->n_stories};
    list l = {.row = FH_NEW_ARRAY(arena, fh_change, size_of(before) + size_of(after) + 1)};
    if (!l.row) return fh_no_memory(err);
    put_side(&l, before, false);
    put_side(&l, after, true);
    fh_status s = fh_sort(from, l.row, l.n, sizeof *l.row, by_about, NULL);
    if (!s) {
        join(&l);
        test(&l, &a);
        s = fh_sort(from, l.row, l.n, sizeof *l.row, by_chance, NULL);
    }
    if (!s) {
        correct(&l, &a);
        s = fh_sort(from, l.row, l.n, sizeof *l.row, by_move, &a);
    }
    if (s) return fh_no_memory(err);
    a.changes = l.row;
    *out = a;
    return FH_OK;
}
