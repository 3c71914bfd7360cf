/* variants.c - whole ways: which stories are the same sequence of touchpoints.
 *
 * Stories go to the table of ways in batches, as slices of the touchpoint column
 * itself where its codes are the global numbers. `sum` of a way is the time from
 * first to last interaction.
 */
#include "fold/blocks.h"
#include "fold/ways.h"

#include "base/sort.h"

#include <string.h>

enum { STEPS, SPANS, NARROW = 255 /* touchpoints whose numbers fit 8 bits */ };

typedef struct variants {
    fh_fold base;
    uint32_t n_touchpoints;
    uint64_t n_stories;
    fh_ways ways;
} variants;

/* span[s]: seconds from the first to the last interaction of story s. Gaps are added
 * up as if all were one story, which at the start of a story has a gap of 0: so the
 * sum there is that at the end of the one before. */
static void find_spans(const fh_segment *seg, uint64_t *restrict span)
{
    const uint32_t *restrict gap_s = seg->gap_s, *restrict start = seg->start;
    uint64_t sum[FH_BLOCK], at = 0, began = 0;
    uint32_t s = 1;
    for (uint32_t first = 0; first < seg->n; first += FH_BLOCK) {
        const uint32_t left = seg->n - first, n = left < FH_BLOCK ? left : FH_BLOCK;
        for (uint32_t k = 0; k < n; k++) sum[k] = at += gap_s[first + k];
        for (; s < seg->n_stories && start[s] < first + n; s++) {
            span[s - 1] = sum[start[s] - first] - began;
            began = sum[start[s] - first];
        }
    }
    span[seg->n_stories - 1] = at - began;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    variants *f = (variants *)fold;
    fh_status status = fh_fold_check(&seg->touchpoint, f->n_touchpoints, "touchpoint", err);
    if (status != FH_OK) return status;
    const uint32_t width = f->ways.step_bytes;
    const unsigned char *steps = fh_ways_steps(fold, STEPS, &seg->touchpoint, seg->n, width);
    uint64_t *span = fh_fold_scratch(fold, SPANS, seg->n_stories, sizeof *span);
    if (!steps || !span) return FH_NOMEM;
    find_spans(seg, span);

    f->n_stories += seg->n_stories;
    fh_ways_batch b;
    b.n = 0;
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        const uint32_t first = seg->start[s], end = seg->start[s + 1];
        b.steps[b.n] = steps + (size_t)first * width;
        b.n_steps[b.n] = end - first;
        b.count[b.n] = 1;
        b.sum[b.n] = (int64_t)span[s] * 1000;
        if (seg->ms) b.sum[b.n] += seg->ms[end - 1] - seg->ms[first];
        if (++b.n == FH_WAYS_BATCH) {
            status = fh_ways_add(&f->ways, &b, err);
            if (status != FH_OK) return status;
        }
    }
    return b.n ? fh_ways_add(&f->ways, &b, err) : FH_OK;
}

static fh_status merge(fh_fold *into, const fh_fold *from, fh_error *err)
{
    ((variants *)into)->n_stories += ((const variants *)from)->n_stories;
    return fh_ways_merge(&((variants *)into)->ways, &((const variants *)from)->ways, err);
}

static void release(fh_fold *fold)
{
    fh_ways_free(&((variants *)fold)->ways);
}

static const fh_fold_kind kind = {"variants", add, merge, release, NULL, NULL, NULL, NULL};

fh_status fh_variants_new(const fh_allocator *from, const fh_variants_options *options,
                          fh_fold **out, fh_error *err)
{
    uint32_t n = options->n_touchpoints;
    const fh_status limit = fh_fold_limit(&n, "touchpoints", err);
    if (limit != FH_OK) return limit;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(variants),
                                1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_TOUCHPOINT);
    if (!fold) return fh_no_memory(err);
    variants *f = (variants *)fold;
    f->n_touchpoints = n;
    fh_ways_init(&f->ways, fold, n <= NARROW ? 1 : 2);
    fh_fold_tag(fold, n);
    return fh_fold_made(fold, FH_OK, out, err);
}

/* ---- Reading ------------------------------------------------------------------ */

/* Commonest first, then by path: < 0 when `x` stands before `y`. */
static int order(const fh_ways *w, const fh_way *x, const fh_way *y)
{
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    const uint32_t n = x->n_steps < y->n_steps ? x->n_steps : y->n_steps;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t a = fh_ways_step(w, x, i), b = fh_ways_step(w, y, i);
        if (a != b) return a < b ? -1 : 1;
    }
    return (x->n_steps > y->n_steps) - (x->n_steps < y->n_steps);
}

static int by_order(const void *a, const void *b, void *ctx)
{
    return order(ctx, *(const fh_way *const *)a, *(const fh_way *const *)b);
}

/* Lets the last of a heap's n ways (the one that stands last on top) sink. */
static void sink(const fh_ways *w, const fh_way **heap, size_t n, size_t at)
{
    for (;;) {
        size_t last = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < n; child++)
            if (order(w, heap[child], heap[last]) > 0) last = child;
        if (last == at) return;
        const fh_way *moved = heap[at];
        heap[at] = heap[last];
        heap[last] = moved;
        at = last;
    }
}

/* The first `top` ways of the order into list[top], unsorted. */
static void select_top(const fh_ways *w, const fh_way **list, size_t top)
{
    size_t room = 0;
    const fh_way *way = NULL;
    for (size_t i = 0; i < top; i++) list[i] = way = fh_ways_next(w, way, &room);
    if (top == w->n) return;
    for (size_t i = top / 2; i-- > 0;) sink(w, list, top, i);
    while ((way = fh_ways_next(w, way, &room)) != NULL) {
        if (way->count < list[0]->count || order(w, way, list[0]) > 0) continue;
        list[0] = way;
        sink(w, list, top, 0);
    }
}

static bool copy_variant(fh_arena *arena, const fh_ways *w, const fh_way *from, fh_variant *to)
{
    uint16_t *path = FH_NEW_ARRAY(arena, uint16_t, from->n_steps);
    if (!path) return false;
    for (uint32_t i = 0; i < from->n_steps; i++) path[i] = (uint16_t)fh_ways_step(w, from, i);
    *to = (fh_variant){from->count, from->sum, from->n_steps, path};
    return true;
}

static fh_status read_top(const variants *f, fh_arena *arena, const fh_way **list, size_t top,
                          fh_variants *out)
{
    fh_ways w = f->ways; /* fh_sort's context is not const */
    fh_variant *copy = FH_NEW_ARRAY(arena, fh_variant, top);
    if (!copy) return FH_NOMEM;
    if (top) select_top(&w, list, top);
    const fh_status status =
        fh_sort(&f->base.from, list, top, sizeof(const fh_way *), by_order, &w);
    if (status != FH_OK) return status;
    for (size_t i = 0; i < top; i++)
        if (!copy_variant(arena, &w, list[i], &copy[i])) return FH_NOMEM;
    *out = (fh_variants){f->n_stories, w.n, top, copy};
    return FH_OK;
}

fh_status fh_variants_read(const fh_fold *fold, fh_arena *arena, size_t top, fh_variants *out,
                           fh_error *err)
{
    const variants *f = (const variants *)fold;
    fh_status status = fh_fold_readable(fold, &kind, err);
    if (status != FH_OK) return status;
    if (top == 0 || top > f->ways.n) top = f->ways.n;
    fh_arena *scratch = fh_arena_new(fh_arena_allocator(arena));
    const fh_way **list = scratch ? FH_NEW_ARRAY(scratch, const fh_way *, top) : NULL;
    status = list ? read_top(f, arena, list, top, out) : FH_NOMEM;
    fh_arena_free(scratch);
    return status == FH_OK ? FH_OK : fh_no_memory(err);
}
