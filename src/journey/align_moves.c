/* align_moves.c - the moves of a cheapest explanation (see align.h).
 *
 * Costs are worked out without keeping how. To tell the moves, each node is asked again for
 * the very part that it got, from its start to its end: it looks for a way that costs what
 * the best one does, cuts the part accordingly, and hands the pieces to its children. So each
 * level is worked out once more, and nothing but the pieces of one path is kept.
 *
 * A piece knows where its interactions stand in the story, and `slot`, the place before which
 * what is missing at its very beginning belongs. Slots never fall along a sequence.
 */
#include "journey/align.h"

#include "base/sort.h"

#include <string.h>

typedef struct piece {
    fh_part part;
    const uint32_t *at; /* [part.n] index in the story */
    size_t slot;
} piece;

typedef struct walker {
    fh_aligner *a;
    bool *completed;
    fh_align_missing *missing; /* [n_missing] */
    size_t n_missing, room;
    fh_arena *arena;
} walker;

static bool walk(walker *w, uint32_t node, const piece *p);

/* What of the interactions i .. j of a piece is the node's. */
static bool cut(walker *w, const piece *p, uint32_t node, uint32_t i, uint32_t j, piece *out)
{
    const fh_ready *n = &w->a->node[node];
    fh_scratch *s = &w->a->scratch;
    const size_t most = (size_t)(j - i) + 1;
    uint32_t *label = fh_scratch_take(s, most, sizeof *label);
    uint32_t *at = fh_scratch_take(s, most, sizeof *at);
    int32_t *weight = fh_scratch_take(s, most, sizeof *weight);
    if (!label || !at || !weight) return false;
    uint32_t m = 0;
    weight[0] = 0;
    for (uint32_t k = i; k < j; k++) {
        if (p->part.label[k] < n->low || p->part.label[k] >= n->high) continue;
        label[m] = p->part.label[k];
        at[m] = p->at[k];
        weight[m + 1] = weight[m] + p->part.weight[k + 1] - p->part.weight[k];
        m++;
    }
    const size_t slot = i ? (size_t)p->at[i - 1] + 1 : p->slot;
    *out = (piece){{label, weight, m}, at, slot > p->slot ? slot : p->slot};
    return true;
}

static bool walk_cut(walker *w, const piece *p, uint32_t node, uint32_t i, uint32_t j)
{
    const fh_scratch_mark mark = fh_scratch_mark_now(&w->a->scratch);
    piece own;
    const bool ok = cut(w, p, node, i, j, &own) && walk(w, node, &own);
    fh_scratch_release(&w->a->scratch, mark);
    return ok;
}

static bool note_missing(walker *w, uint32_t label, size_t slot)
{
    if (w->n_missing == w->room) {
        const size_t room = w->room ? 2 * w->room : 16;
        fh_align_missing *more = FH_NEW_ARRAY(w->arena, fh_align_missing, room);
        if (!more) {
            w->a->scratch.status = FH_NOMEM;
            return false;
        }
        for (size_t i = 0; i < w->n_missing; i++) more[i] = w->missing[i];
        w->missing = more;
        w->room = room;
    }
    w->missing[w->n_missing++] = (fh_align_missing){w->a->label[label], slot};
    return true;
}

static bool walk_one(walker *w, const fh_ready *n, const piece *p)
{
    if (!p->part.n) return n->skips || note_missing(w, n->low, p->slot);
    for (uint32_t i = 0; i < (n->often ? p->part.n : 1); i++) w->completed[p->at[i]] = true;
    return true;
}

static bool walk_choice(walker *w, const fh_ready *n, const piece *p)
{
    uint32_t best = 0;
    int32_t least = 0;
    for (uint32_t k = 0; k < n->n_children; k++) {
        const fh_scratch_mark mark = fh_scratch_mark_now(&w->a->scratch);
        fh_child c;
        if (!fh_child_new(w->a, n->child[k], &p->part, false, &c)) return false;
        const int32_t cost = fh_child_at(&c, 0, p->part.n);
        if (!k || cost < least) {
            least = cost;
            best = k;
        }
        fh_scratch_release(&w->a->scratch, mark);
    }
    return walk_cut(w, p, n->child[best], 0, p->part.n);
}

static bool walk_together(walker *w, const fh_ready *n, const piece *p)
{
    for (uint32_t k = 0; k < n->n_children; k++)
        if (!walk_cut(w, p, n->child[k], 0, p->part.n)) return false;
    return true;
}

/* ---- Sequences ------------------------------------------------------------------------------ */

/* The place from which child k goes on to `end`: `before` are the costs up to the child before. */
static bool find_start(walker *w, uint32_t child, const piece *p, const int32_t *before,
                       int32_t cost, uint32_t end, uint32_t *start)
{
    const fh_scratch_mark mark = fh_scratch_mark_now(&w->a->scratch);
    fh_child c;
    if (!fh_child_new(w->a, child, &p->part, true, &c)) return false;
    for (uint32_t i = end + 1; i-- > 0;)
        if (before[i] + fh_child_at(&c, i, end) == cost) {
            *start = i;
            break;
        }
    fh_scratch_release(&w->a->scratch, mark);
    return true;
}

static bool walk_sequence(walker *w, const fh_ready *n, const piece *p)
{
    fh_aligner *a = w->a;
    const size_t width = (size_t)p->part.n + 1;
    int32_t *rows = fh_scratch_take(&a->scratch, n->n_children * width, sizeof *rows);
    uint32_t *start = fh_scratch_take(&a->scratch, n->n_children + 1, sizeof *start);
    if (!rows || !start) return false;
    for (uint32_t k = 0; k < n->n_children; k++) {
        const fh_scratch_mark mark = fh_scratch_mark_now(&a->scratch);
        int32_t *row = rows + k * width;
        if (k) memcpy(row, rows + (k - 1) * width, width * sizeof *row);
        if (!(k ? fh_align_next : fh_align_first)(a, n->child[k], &p->part, false, row))
            return false;
        fh_scratch_release(&a->scratch, mark);
    }
    start[0] = 0;
    start[n->n_children] = p->part.n;
    for (uint32_t k = n->n_children; k-- > 1;) {
        const uint32_t end = start[k + 1];
        start[k] = 0;
        if (!find_start(w, n->child[k], p, rows + (k - 1) * width, rows[k * width + end], end,
                        &start[k]))
            return false;
    }
    for (uint32_t k = 0; k < n->n_children; k++)
        if (!walk_cut(w, p, n->child[k], start[k], start[k + 1])) return false;
    return true;
}

/* ---- Repeats -------------------------------------------------------------------------------- */

typedef struct round_of {
    uint32_t child, from, to; /* child 0: what is repeated, 1: what comes between */
} round_of;

/* Where the round that ends at `to` with this cost began: after the other child's state.
 * *first: with the very first round. */
static uint32_t round_start(const fh_rounds *r, const fh_round *at, unsigned child, int32_t cost,
                            uint32_t to, bool *first)
{
    *first = false;
    for (uint32_t i = to; i-- > 0;) {
        const int32_t before = child ? at[i].did : at[i].back;
        if (before < FH_ALIGN_NEVER && before + fh_child_at(&r->child[child], i, to) == cost)
            return i;
    }
    *first = true;
    return 0;
}

/* The rounds from the last to the first; how many. At one place at most one round is
 * empty: after that, the state before was reached by walking along. */
static size_t find_rounds(const fh_rounds *r, const fh_round *at, uint32_t n, round_of *out)
{
    size_t found = 0;
    uint32_t to = n;
    unsigned child = 0;
    for (;;) {
        const fh_round *now = &at[to];
        if (child ? now->back_nothing : now->did_nothing) {
            out[found++] = (round_of){child, to, to};
            child = !child;
        }
        bool first;
        const uint32_t from = round_start(r, at, child, child ? now->back : now->did, to, &first);
        out[found++] = (round_of){child, from, to};
        if (first) return found;
        to = from;
        child = !child;
    }
}

static bool walk_repeat(walker *w, const fh_ready *n, const piece *p)
{
    fh_aligner *a = w->a;
    const size_t width = (size_t)p->part.n + 1;
    fh_round *at = fh_scratch_take(&a->scratch, width, sizeof *at);
    round_of *rounds = fh_scratch_take(&a->scratch, 3 * width + 2, sizeof *rounds);
    if (!at || !rounds) return false;
    const fh_scratch_mark mark = fh_scratch_mark_now(&a->scratch);
    fh_rounds r;
    if (!fh_rounds_new(a, n, &p->part, &r)) return false;
    fh_rounds_begin(&r, 0);
    for (uint32_t j = 0; j < width; j++) at[j] = fh_rounds_step(&r, j);
    size_t left = find_rounds(&r, at, p->part.n, rounds);
    fh_scratch_release(&a->scratch, mark);
    while (left-- > 0)
        if (!walk_cut(w, p, n->child[rounds[left].child], rounds[left].from, rounds[left].to))
            return false;
    return true;
}

static bool walk(walker *w, uint32_t node, const piece *p)
{
    const fh_ready *n = &w->a->node[node];
    switch (n->op) {
    case FH_READY_NOTHING: return true;
    case FH_READY_ONE: return walk_one(w, n, p);
    case FH_READY_CHOICE: return walk_choice(w, n, p);
    case FH_READY_TOGETHER: return walk_together(w, n, p);
    case FH_READY_SEQUENCE: return walk_sequence(w, n, p);
    case FH_READY_REPEAT: return walk_repeat(w, n, p);
    }
    return false;
}

/* ---- The whole story ------------------------------------------------------------------------ */

static int by_place(const void *pa, const void *pb, void *ctx)
{
    const fh_align_missing *a = pa, *b = pb;
    (void)ctx;
    return (a->before > b->before) - (a->before < b->before);
}

fh_status fh_align_walk(fh_aligner *a, const fh_part *part, const uint32_t *at, bool *completed,
                        fh_arena *arena, fh_alignment *out, fh_error *err)
{
    walker w = {.a = a, .completed = completed, .arena = arena};
    const piece all = {*part, at, 0};
    if (!walk(&w, a->root, &all)) return fh_align_failed(a, err);
    if (fh_sort(fh_arena_allocator(arena), w.missing, w.n_missing, sizeof *w.missing, by_place,
                NULL))
        return fh_no_memory(err);
    out->completed = completed;
    out->missing = w.missing;
    out->n_missing = w.n_missing;
    return FH_OK;
}
