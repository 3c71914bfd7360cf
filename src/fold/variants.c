/* variants.c - whole ways: which stories are the same sequence of touchpoints.
 *
 * Stories go to the table of ways in batches, as slices of the touchpoint column
 * itself where its codes are the global numbers. `sum` of a way is the time from
 * first to last interaction.
 *
 * Where the commonest are wanted and all ways are too many for the room there is, a share of them
 * is counted, half as large each time; the others are for further folds (fh_variants_gather).
 */
#include "fold/blocks.h"
#include "fold/ways.h"
#include "fold/written.h"

#include "base/sort.h"

#include <string.h>

enum {
    STEPS,
    SPANS,
    BACK,
    NARROW = 255,    /* touchpoints whose numbers fit 8 bits */
    MOST_SHARES = 16 /* bits */
};

typedef struct variants {
    fh_fold base;
    uint32_t n_touchpoints;
    uint32_t most; /* of the commonest are wanted; 0: all */
    size_t room;   /* bytes; 0: no matter how many */
    bool untimed;
    bool gathered; /* from all shares: `ways` has the commonest of each */
    uint64_t n_stories;
    uint64_t n_known; /* read back: how many ways there were; `ways` has the commonest only */
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

static fh_status only_read(fh_error *err)
{
    return fh_fail(err, FH_INVALID, "variants: of what was read back only the commonest are known");
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    variants *f = (variants *)fold;
    if (f->n_known) return only_read(err);
    fh_status status = fh_fold_check(&seg->touchpoint, f->n_touchpoints, "touchpoint", err);
    if (status != FH_OK) return status;
    while (f->room && f->ways.n && f->ways.share.bits < MOST_SHARES &&
           fh_ways_need(&f->ways, seg->n_stories) > f->room)
        fh_ways_halve(&f->ways);
    const uint32_t width = f->ways.step_bytes;
    const unsigned char *steps = fh_ways_steps(fold, STEPS, &seg->touchpoint, seg->n, width);
    uint64_t *span = fh_fold_scratch(fold, SPANS, seg->n_stories, sizeof *span);
    if (!steps || !span) return FH_NOMEM;
    if (f->untimed)
        memset(span, 0, seg->n_stories * sizeof *span);
    else
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
        if (seg->ms && !f->untimed) b.sum[b.n] += seg->ms[end - 1] - seg->ms[first];
        if (++b.n == FH_WAYS_BATCH) {
            status = fh_ways_add(&f->ways, &b, err);
            if (status != FH_OK) return status;
        }
    }
    return b.n ? fh_ways_add(&f->ways, &b, err) : FH_OK;
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    variants *into = (variants *)into_;
    const variants *from = (const variants *)from_;
    if (into->n_known || from->n_known) return only_read(err);
    into->n_stories += from->n_stories;
    while (into->ways.share.bits < from->ways.share.bits) fh_ways_halve(&into->ways);
    /* What two become has the room of two. */
    while (into->room && into->ways.n && into->ways.share.bits < MOST_SHARES &&
           fh_ways_need(&into->ways, from->ways.n) > 2 * into->room)
        fh_ways_halve(&into->ways);
    return fh_ways_merge(&into->ways, &from->ways, err);
}

static void release(fh_fold *fold)
{
    fh_ways_free(&((variants *)fold)->ways);
}

/* ---- Order -------------------------------------------------------------------- */

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

/* ---- Gathering ---------------------------------------------------------------- */

fh_share fh_variants_share(const fh_fold *fold)
{
    return ((const variants *)fold)->ways.share;
}

/* The commonest of `from` to the ways of `into`, and how many there are. */
static fh_status gather(variants *into, const fh_ways *from, fh_arena *scratch, fh_error *err)
{
    const size_t n = from->n < into->most ? from->n : into->most;
    const fh_way **list = FH_NEW_ARRAY(scratch, const fh_way *, n + 1);
    if (!list) return FH_NOMEM;
    if (n) select_top(from, list, n);
    fh_status status = FH_OK;
    fh_ways_batch b;
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        b.n = 1;
        b.steps[0] = list[i] + 1;
        b.n_steps[0] = list[i]->n_steps;
        b.count[0] = list[i]->count;
        b.sum[0] = list[i]->sum;
        status = fh_ways_add(&into->ways, &b, err);
    }
    into->n_known += from->n;
    return status;
}

fh_status fh_variants_gather(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    variants *into = (variants *)into_;
    const variants *from = (const variants *)from_;
    fh_status status = from ? fh_fold_readable(from_, into_->kind, err) : FH_OK;
    if (status != FH_OK) return status;
    if (!into->most || (from && (from->gathered || from->n_touchpoints != into->n_touchpoints)))
        return fh_fail(err, FH_INVALID, "variants: only the commonest of shares are gathered");
    fh_arena *scratch = fh_arena_new(&into_->from);
    if (!scratch) return fh_no_memory(err);
    if (!into->gathered) {
        fh_ways own = into->ways;
        fh_ways_init(&into->ways, into_, own.step_bytes);
        into->gathered = true;
        status = gather(into, &own, scratch, err);
        fh_ways_free(&own);
    }
    if (status == FH_OK && from) status = gather(into, &from->ways, scratch, err);
    fh_arena_free(scratch);
    if (status != FH_OK) into_->broken = status;
    return status == FH_NOMEM ? fh_no_memory(err) : status;
}

/* ---- Writing ------------------------------------------------------------------ */

static fh_status write_top(variants *f, fh_written *w, size_t n)
{
    fh_arena *scratch = fh_arena_new(&f->base.from);
    const fh_way **list = scratch ? FH_NEW_ARRAY(scratch, const fh_way *, n + 1) : NULL;
    fh_status status = list ? FH_OK : FH_NOMEM;
    if (list && n) select_top(&f->ways, list, n);
    if (list) status = fh_sort(&f->base.from, list, n, sizeof *list, by_order, &f->ways);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        fh_way way = *list[i];
        fh_written_below(w, &way.n_steps, UINT32_MAX);
        fh_written_counts(w, &way.count, 1);
        fh_written_sum(w, &way.sum);
        for (uint32_t k = 0; k < way.n_steps; k++) {
            uint32_t step = fh_ways_step(&f->ways, list[i], k);
            fh_written_below(w, &step, f->n_touchpoints);
        }
        status = w->status;
    }
    fh_arena_free(scratch);
    return status;
}

static fh_status read_way(variants *f, fh_written *w)
{
    uint32_t n = 0;
    fh_ways_batch b;
    b.n = 1;
    fh_written_below(w, &n, UINT32_MAX);
    fh_written_counts(w, &b.count[0], 1);
    fh_written_sum(w, &b.sum[0]);
    /* A step is a byte or more. */
    if (w->status != FH_OK || !n || n > (size_t)(w->end - w->at) || !b.count[0]) return FH_CORRUPT;
    void *steps = fh_fold_scratch(&f->base, BACK, (size_t)n + FH_WAYS_SPARE, f->ways.step_bytes);
    if (!steps) return FH_NOMEM;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t step = 0;
        fh_written_below(w, &step, f->n_touchpoints);
        if (f->ways.step_bytes == 1)
            ((uint8_t *)steps)[i] = (uint8_t)step;
        else
            ((uint16_t *)steps)[i] = (uint16_t)step;
    }
    if (w->status != FH_OK) return w->status;
    b.n_steps[0] = n;
    b.steps[0] = steps;
    const fh_status status = fh_ways_add(&f->ways, &b, NULL);
    return status == FH_OK || status == FH_NOMEM ? status : FH_CORRUPT;
}

/* The commonest, in their order, and how many there are in all. */
static fh_status written(fh_fold *fold, fh_written *w)
{
    variants *f = (variants *)fold;
    if (f->ways.share.bits) return FH_LIMIT; /* not all of them */
    uint64_t n_ways = f->n_known ? f->n_known : f->ways.n;
    uint32_t n = f->ways.n < f->most ? (uint32_t)f->ways.n : f->most;
    fh_written_counts(w, &f->n_stories, 1);
    fh_written_counts(w, &n_ways, 1);
    fh_written_below(w, &n, f->most + 1);
    if (w->status != FH_OK) return w->status;
    if (!fh_written_reads(w)) return write_top(f, w, n);
    if (n_ways < n) return FH_CORRUPT;
    fh_status status = FH_OK;
    for (uint32_t i = 0; i < n && status == FH_OK; i++) status = read_way(f, w);
    f->n_known = n_ways;
    return status;
}

/* ---- Reading ------------------------------------------------------------------ */

static const fh_fold_kind kind = {"variants", add, merge, release, NULL, NULL, NULL, written};

fh_status fh_variants_new(const fh_allocator *from, const fh_variants_options *options,
                          fh_fold **out, fh_error *err)
{
    uint32_t n = options->n_touchpoints;
    const fh_status limit = fh_fold_limit(&n, "touchpoints", err);
    if (limit != FH_OK) return limit;
    const uint32_t times = options->untimed ? 0 : 1u << FH_COL_GAP | 1u << FH_COL_MS;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(variants), times | 1u << FH_COL_TOUCHPOINT);
    if (!fold) return fh_no_memory(err);
    variants *f = (variants *)fold;
    f->n_touchpoints = n;
    f->untimed = options->untimed;
    f->most = options->most < UINT32_MAX ? options->most : UINT32_MAX - 1;
    f->room = f->most ? options->room : 0;
    fold->unwritten = f->most == 0 || options->of.bits;
    fh_ways_init(&f->ways, fold, n <= NARROW ? 1 : 2);
    f->ways.share = options->of;
    fh_fold_tag(fold, n);
    fh_fold_tag(fold, f->most);
    if (options->of.bits) fh_fold_tag(fold, (uint64_t)options->of.bits << 32 | options->of.at);
    if (options->untimed) fh_fold_tag(fold, UINT64_MAX);
    return fh_fold_made(fold, FH_OK, out, err);
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
    *out = (fh_variants){f->n_stories, f->n_known ? f->n_known : w.n, top, copy};
    return FH_OK;
}

fh_status fh_variants_read(const fh_fold *fold, fh_arena *arena, size_t top, fh_variants *out,
                           fh_error *err)
{
    const variants *f = (const variants *)fold;
    fh_status status = fh_fold_readable(fold, &kind, err);
    if (status != FH_OK) return status;
    if (f->most && (top == 0 || top > f->most))
        return fh_fail(err, FH_INVALID, "variants: the fold was made for the first %u", f->most);
    if (top == 0 || top > f->ways.n) top = f->ways.n;
    fh_arena *scratch = fh_arena_new(fh_arena_allocator(arena));
    const fh_way **list = scratch ? FH_NEW_ARRAY(scratch, const fh_way *, top) : NULL;
    status = list ? read_top(f, arena, list, top, out) : FH_NOMEM;
    fh_arena_free(scratch);
    return status == FH_OK ? FH_OK : fh_no_memory(err);
}
