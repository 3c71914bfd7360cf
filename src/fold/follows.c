/* follows.c - what comes right after what, and after how long.
 *
 * The kernel runs over all neighbours of a segment as if it were one long
 * story, then takes back the pairs that straddle two stories: no branch an
 * interaction. A cell of the local table is one word,
 *
 *     count | sum of gaps
 *
 * with as many bits for the count as the segment's size asks for; when the
 * gaps of the segment might not fit the rest, or the table would be larger than
 * the segment, each pair goes to the global table at once (count_each). Two
 * tables take turns, so that equal neighbours do not wait for one another.
 */
#include "fold/fold.h"
#include "fold/gaps.h"
#include "fold/histogram.h"
#include "fold/pairs.h"
#include "fold/written.h"

#include "base/sort.h"

#include <string.h>

enum {
    CODES,
    TABLES,
    GAPS,
    PER_PAIR,
    STORIES,
    BLOCK = 4096,
    MAX_WIDTH = 256, /* local codes with a table: pairs fit 16 bits */
    SMALL = 512,     /* a table of so many cells always pays */
};

typedef struct follows {
    fh_fold base;
    uint32_t n_touchpoints;
    fh_percentile_mode percentiles;
    bool stories;
    uint64_t n_interactions, n_stories;
    uint64_t *starts, *ends; /* [n_touchpoints] */
    fh_pairs arcs;
    fh_gaps gaps;
} follows;

/* One segment on its way in. */
typedef struct pass {
    const fh_segment *seg;
    const uint16_t *code;   /* [n] local */
    uint32_t width;         /* local codes are below it */
    const uint64_t *gap_ms; /* [n] NULL: gap_s tells all */
    uint32_t count_shift;   /* bits of a cell's gap sum */
} pass;

/* pair[k] = the pair that ends at interaction first + k. */
static void pairs_of(const pass *p, uint32_t first, uint32_t n, uint16_t *restrict pair)
{
    const uint16_t *restrict to = p->code + first;
    const uint16_t *restrict from = to - 1;
    const uint16_t width = (uint16_t)p->width;
    for (uint32_t k = 0; k < n; k++) pair[k] = (uint16_t)(from[k] * width + to[k]);
}

static uint64_t gap_at(const pass *p, uint32_t i)
{
    return p->gap_ms ? p->gap_ms[i] : p->seg->gap_s[i];
}

/* Fills the local table of width^2 cells. */
static void count_pairs(const pass *p, uint64_t *restrict a)
{
    const size_t cells = (size_t)p->width * p->width;
    const uint64_t one = UINT64_C(1) << p->count_shift;
    uint64_t *restrict b = a + cells;
    const uint32_t *restrict start = p->seg->start;
    const uint16_t *restrict code = p->code;
    uint16_t pair[BLOCK];
    memset(a, 0, 2 * cells * sizeof *a);
    for (uint32_t first = 1; first < p->seg->n; first += BLOCK) {
        const uint32_t left = p->seg->n - first, n = left < BLOCK ? left : BLOCK;
        pairs_of(p, first, n, pair);
        const uint32_t even = n & ~1u;
        if (p->gap_ms) {
            const uint64_t *restrict gap = p->gap_ms + first;
            for (uint32_t k = 0; k < even; k += 2) {
                a[pair[k]] += one + gap[k];
                b[pair[k + 1]] += one + gap[k + 1];
            }
        } else {
            const uint32_t *restrict gap = p->seg->gap_s + first;
            for (uint32_t k = 0; k < even; k += 2) {
                a[pair[k]] += one + gap[k];
                b[pair[k + 1]] += one + gap[k + 1];
            }
        }
        if (n != even) a[pair[even]] += one + gap_at(p, first + even);
    }
    for (uint32_t s = 1; s < p->seg->n_stories; s++) {
        const uint32_t i = start[s];
        a[(size_t)code[i - 1] * p->width + code[i]] -= one; /* a start has no gap */
    }
    for (size_t c = 0; c < cells; c++) a[c] += b[c];
}

/* Adds the local table to the arcs; `per_pair[c]` becomes the arc's number. No
 * product overflows (fits_table). */
static fh_status collect(follows *f, const pass *p, const uint64_t *cells, uint32_t *per_pair,
                         fh_error *err)
{
    const uint64_t sum_mask = (UINT64_C(1) << p->count_shift) - 1;
    const uint64_t unit_ms = p->gap_ms ? 1 : 1000;
    uint32_t name[MAX_WIDTH];
    for (uint32_t c = 0; c < p->width; c++) name[c] = fh_fold_name(&p->seg->touchpoint, c);
    for (uint32_t a = 0; a < p->width; a++) {
        const uint64_t *row = cells + (size_t)a * p->width;
        for (uint32_t b = 0; b < p->width; b++) {
            if (row[b] == 0) continue;
            fh_pair_cell *arc = fh_pairs_at(&f->arcs, name[a], name[b]);
            if (!arc) return FH_NOMEM;
            arc->count += row[b] >> p->count_shift;
            if (!fh_add_i64(arc->sum, (int64_t)((row[b] & sum_mask) * unit_ms), &arc->sum))
                return fh_fold_too_long(err);
            if (per_pair) per_pair[(size_t)a * p->width + b] = (uint32_t)(arc - f->arcs.cell) + 1;
        }
    }
    return FH_OK;
}

/* The second pass of approximate percentiles: every gap to its arc's buckets. */
static fh_status count_buckets(follows *f, const pass *p, const uint32_t *per_pair)
{
    const size_t cells = (size_t)p->width * p->width;
    const uint32_t *restrict start = p->seg->start, *restrict gap_s = p->seg->gap_s;
    const uint16_t *restrict code = p->code;
    const uint64_t *restrict gap_ms = p->gap_ms;
    const uint32_t n_stories = p->seg->n_stories, width = p->width;
    fh_gap_buckets **of = fh_fold_scratch(&f->base, TABLES, cells, sizeof(fh_gap_buckets *));
    if (!of) return FH_NOMEM;
    for (size_t c = 0; c < cells; c++) {
        of[c] = per_pair[c] ? fh_gaps_buckets(&f->gaps, per_pair[c] - 1) : NULL;
        if (!of[c] && per_pair[c]) return FH_NOMEM;
    }
    for (uint32_t s = 0; s < n_stories; s++) {
        const uint32_t end = start[s + 1];
        uint32_t from = code[start[s]];
        for (uint32_t i = start[s] + 1; i < end; i++) {
            const uint32_t to = code[i];
            const uint32_t bucket = gap_ms ? fh_bucket_ms(gap_ms[i]) : fh_bucket_s(gap_s[i]);
            if (!fh_gaps_count(f->base.arena, of[from * width + to], bucket)) return FH_NOMEM;
            from = to;
        }
    }
    return FH_OK;
}

/* Adds to each arc's stories; cells are as in count_pairs. */
static fh_status count_stories(follows *f, const pass *p)
{
    const size_t cells = (size_t)p->width * p->width;
    const uint32_t *restrict start = p->seg->start;
    const uint16_t *restrict code = p->code;
    const uint32_t n_stories = p->seg->n_stories, width = p->width;
    uint32_t *restrict last = fh_fold_scratch(&f->base, STORIES, 2 * cells, sizeof *last);
    if (!last) return FH_NOMEM;
    uint32_t *restrict stories = last + cells;
    memset(last, 0, 2 * cells * sizeof *last);
    for (uint32_t s = 0; s < n_stories; s++) {
        const uint32_t end = start[s + 1];
        uint32_t from = code[start[s]];
        for (uint32_t i = start[s] + 1; i < end; i++) {
            const uint32_t to = code[i], cell = from * width + to;
            stories[cell] += last[cell] != s + 1;
            last[cell] = s + 1;
            from = to;
        }
    }
    const fh_codes *codes = &p->seg->touchpoint;
    for (uint32_t c = 0; c < cells; c++) {
        if (stories[c] == 0) continue;
        fh_pair_cell *arc =
            fh_pairs_at(&f->arcs, fh_fold_name(codes, c / width), fh_fold_name(codes, c % width));
        if (!arc) return FH_NOMEM;
        arc->customers += stories[c];
    }
    return FH_OK;
}

static fh_status keep_all(follows *f, const pass *p, const uint32_t *per_pair, fh_error *err)
{
    const fh_segment *seg = p->seg;
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        for (uint32_t i = seg->start[s] + 1; i < seg->start[s + 1]; i++) {
            const uint32_t arc = per_pair[(size_t)p->code[i - 1] * p->width + p->code[i]] - 1;
            const fh_status status = fh_gaps_keep(&f->gaps, arc, fh_fold_gap_ms(seg, i), err);
            if (status != FH_OK) return status;
        }
    }
    return FH_OK;
}

static fh_status count_in_table(follows *f, const pass *p, fh_error *err)
{
    const size_t cells = (size_t)p->width * p->width;
    uint64_t *table = fh_fold_scratch(&f->base, TABLES, 2 * cells, sizeof *table);
    uint32_t *per_pair = NULL;
    if (f->percentiles != FH_PERCENTILES_NONE) {
        per_pair = fh_fold_scratch(&f->base, PER_PAIR, cells, sizeof *per_pair);
        if (!per_pair) return FH_NOMEM;
        memset(per_pair, 0, cells * sizeof *per_pair);
    }
    if (!table) return FH_NOMEM;
    count_pairs(p, table);
    fh_status status = collect(f, p, table, per_pair, err);
    if (status == FH_OK && f->percentiles == FH_PERCENTILES_APPROX)
        status = count_buckets(f, p, per_pair);
    if (status == FH_OK && f->percentiles == FH_PERCENTILES_EXACT)
        status = keep_all(f, p, per_pair, err);
    return status == FH_OK && f->stories ? count_stories(f, p) : status;
}

static fh_status keep_gap(follows *f, size_t arc, int64_t gap_ms, fh_error *err)
{
    if (f->percentiles == FH_PERCENTILES_NONE) return FH_OK;
    if (f->percentiles == FH_PERCENTILES_EXACT) return fh_gaps_keep(&f->gaps, arc, gap_ms, err);
    fh_gap_buckets *b = fh_gaps_buckets(&f->gaps, arc);
    const bool counted = b && fh_gaps_count(f->base.arena, b, fh_bucket_ms((uint64_t)gap_ms));
    return counted ? FH_OK : FH_NOMEM;
}

/* Every pair straight into the global table. */
static fh_status count_each(follows *f, const pass *p, fh_error *err)
{
    const fh_segment *seg = p->seg;
    const fh_codes *codes = &seg->touchpoint;
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        const uint64_t story = f->n_stories - seg->n_stories + s + 1; /* this segment is in it */
        uint32_t from = fh_fold_name(codes, p->code[seg->start[s]]);
        for (uint32_t i = seg->start[s] + 1; i < seg->start[s + 1]; i++) {
            const uint32_t to = fh_fold_name(codes, p->code[i]);
            const int64_t gap_ms = fh_fold_gap_ms(seg, i);
            fh_pair_cell *arc = fh_pairs_at(&f->arcs, from, to);
            if (!arc) return FH_NOMEM;
            arc->count++;
            arc->customers += f->stories && arc->stamp != story;
            arc->stamp = story;
            if (!fh_add_i64(arc->sum, gap_ms, &arc->sum)) return fh_fold_too_long(err);
            const fh_status status = keep_gap(f, (size_t)(arc - f->arcs.cell), gap_ms, err);
            if (status != FH_OK) return status;
            from = to;
        }
    }
    return FH_OK;
}

/* The sum of a segment's gaps, in its unit; at least that, when a glance at their
 * bits tells that it is small enough. */
static uint64_t gap_bound(const pass *p)
{
    const uint32_t n = p->seg->n;
    uint64_t sum = 0;
    if (p->gap_ms) {
        for (uint32_t i = 0; i < n; i++) sum += p->gap_ms[i];
        return sum;
    }
    uint32_t bits = 0;
    for (uint32_t i = 0; i < n; i++) bits |= p->seg->gap_s[i];
    if (bits < 1u << 26 && n < 1u << 18) return (uint64_t)bits * n;
    for (uint32_t i = 0; i < n; i++) sum += p->seg->gap_s[i];
    return sum;
}

/* Whether a local table pays and no cell of it can overflow, in its own unit or
 * in ms. */
static bool fits_table(pass *p)
{
    const uint64_t cells = (uint64_t)p->width * p->width;
    if (p->width > MAX_WIDTH || (cells > SMALL && cells > (uint64_t)p->seg->n * 4)) return false;
    const uint64_t bound = gap_bound(p);
    p->count_shift = (uint32_t)__builtin_clz(p->seg->n) + 32;
    return bound >> p->count_shift == 0 && bound <= INT64_MAX / 1000;
}

/* First and last touchpoints. */
static fh_status count_borders(follows *f, const pass *p)
{
    uint32_t *restrict starts = fh_fold_scratch(&f->base, TABLES, p->width, 2 * sizeof *starts);
    if (!starts) return FH_NOMEM;
    uint32_t *restrict ends = starts + p->width;
    const uint32_t *restrict start = p->seg->start;
    const uint32_t n = p->seg->n_stories;
    memset(starts, 0, p->width * 2 * sizeof *starts);
    for (uint32_t s = 0; s < n; s++) {
        starts[p->code[start[s]]]++;
        ends[p->code[start[s + 1] - 1]]++;
    }
    for (uint32_t c = 0; c < p->width; c++) {
        const uint32_t name = fh_fold_name(&p->seg->touchpoint, c);
        f->starts[name] += starts[c];
        f->ends[name] += ends[c];
    }
    return FH_OK;
}

static fh_status too_many(fh_error *err)
{
    (void)fh_fail(err, FH_LIMIT, "approximate percentiles of more than %u interactions",
                  UINT32_MAX);
    return fh_hint(err, FH_LIMIT, "Ask about a shorter period, or without percentiles.");
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    follows *f = (follows *)fold;
    fh_status status = fh_fold_check(&seg->touchpoint, f->n_touchpoints, "touchpoint", err);
    if (status != FH_OK) return status;
    f->n_interactions += seg->n;
    f->n_stories += seg->n_stories;
    if (f->percentiles == FH_PERCENTILES_APPROX && f->n_interactions > UINT32_MAX)
        return too_many(err);

    pass p = {.seg = seg, .width = fh_fold_n_codes(&seg->touchpoint)};
    p.code = fh_fold_codes(fold, CODES, &seg->touchpoint, seg->n);
    if (!p.code) return FH_NOMEM;
    if (seg->ms) {
        p.gap_ms = fh_fold_gaps_ms(fold, GAPS, seg);
        if (!p.gap_ms) return FH_NOMEM;
    }
    status = count_borders(f, &p);
    if (status != FH_OK) return status;
    return fits_table(&p) ? count_in_table(f, &p, err) : count_each(f, &p, err);
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    follows *into = (follows *)into_;
    const follows *from = (const follows *)from_;
    into->n_interactions += from->n_interactions;
    into->n_stories += from->n_stories;
    if (into->percentiles == FH_PERCENTILES_APPROX && into->n_interactions > UINT32_MAX)
        return too_many(err);
    for (uint32_t t = 0; t < into->n_touchpoints; t++) {
        into->starts[t] += from->starts[t];
        into->ends[t] += from->ends[t];
    }
    const fh_status status = fh_pairs_merge(&into->arcs, &from->arcs, err);
    return status == FH_OK ? fh_gaps_merge(&into->gaps, &into->arcs, &from->gaps, &from->arcs, err)
                           : status;
}

static void release(fh_fold *fold)
{
    fh_pairs_free(&((follows *)fold)->arcs);
}

static fh_status take(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    follows *into = (follows *)into_;
    const follows *from = (const follows *)from_;
    bool ok = fh_fold_take(&into->n_interactions, from->n_interactions) &&
              fh_fold_take(&into->n_stories, from->n_stories);
    for (uint32_t t = 0; t < into->n_touchpoints && ok; t++)
        ok = fh_fold_take(&into->starts[t], from->starts[t]) &&
             fh_fold_take(&into->ends[t], from->ends[t]);
    if (!ok) return fh_fold_not_there(err);
    const fh_status status = fh_pairs_take(&into->arcs, &from->arcs, err);
    return status == FH_OK ? fh_gaps_take(&into->gaps, &into->arcs, &from->gaps, &from->arcs, err)
                           : status;
}

static fh_status written(fh_fold *fold, fh_written *w)
{
    follows *f = (follows *)fold;
    fh_written_counts(w, &f->n_interactions, 1);
    fh_written_counts(w, &f->n_stories, 1);
    fh_written_counts(w, f->starts, f->n_touchpoints);
    fh_written_counts(w, f->ends, f->n_touchpoints);
    fh_written_pairs(w, &f->arcs, false);
    return w->status;
}

static const fh_fold_kind kind = {"follows", add, merge, release, take, NULL, NULL, written};

fh_status fh_follows_new(const fh_allocator *from, const fh_follows_options *options, fh_fold **out,
                         fh_error *err)
{
    uint32_t n = options->n_touchpoints;
    const fh_status limit = fh_fold_limit(&n, "touchpoints", err);
    if (limit != FH_OK) return limit;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(follows),
                                1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_TOUCHPOINT);
    if (!fold) return fh_no_memory(err);
    follows *f = (follows *)fold;
    f->n_touchpoints = n;
    f->percentiles = options->percentiles;
    f->stories = options->stories;
    f->gaps.arena = fold->arena;
    fold->one_way = options->percentiles == FH_PERCENTILES_EXACT;
    fold->unwritten = options->percentiles != FH_PERCENTILES_NONE;
    fh_fold_tag(fold, n);
    fh_fold_tag(fold, options->percentiles);
    fh_fold_tag(fold, options->stories);
    f->starts = FH_NEW_ARRAY(fold->arena, uint64_t, n);
    f->ends = FH_NEW_ARRAY(fold->arena, uint64_t, n);
    fh_status status = fh_pairs_init(&f->arcs, &fold->from, n, n);
    if (!f->starts || !f->ends) status = FH_NOMEM;
    return fh_fold_made(fold, status, out, err);
}

/* ---- Reading ------------------------------------------------------------------ */

static int by_count_then_pair(const void *a, const void *b, void *ctx)
{
    const fh_arc *x = a, *y = b;
    (void)ctx;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

static int by_count_then_touchpoint(const void *a, const void *b, void *ctx)
{
    const fh_touchpoint_count *x = a, *y = b;
    (void)ctx;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return (x->touchpoint > y->touchpoint) - (x->touchpoint < y->touchpoint);
}

static fh_status read_arcs(const follows *f, fh_arena *arena, const fh_percentiles *percentiles,
                           fh_follows *out)
{
    fh_arc *arcs = FH_NEW_ARRAY(arena, fh_arc, fh_pairs_counted(&f->arcs));
    if (!arcs) return FH_NOMEM;
    size_t n = 0;
    for (size_t i = 0; i < f->arcs.n; i++) {
        const fh_pair_cell *c = &f->arcs.cell[i];
        if (c->count == 0) continue;
        arcs[n++] = (fh_arc){.from = fh_pairs_a(&f->arcs, i),
                             .to = fh_pairs_b(&f->arcs, i),
                             .count = c->count,
                             .gap_ms_sum = c->sum,
                             .gap = percentiles ? percentiles[i] : (fh_percentiles){0},
                             .stories = c->customers};
    }
    out->arcs = arcs;
    out->n_arcs = n;
    return fh_sort(&f->base.from, arcs, n, sizeof *arcs, by_count_then_pair, NULL);
}

static fh_status read_counts(const follows *f, fh_arena *arena, const uint64_t *count,
                             const fh_touchpoint_count **out, size_t *n_out)
{
    size_t n = 0;
    for (uint32_t t = 0; t < f->n_touchpoints; t++) n += count[t] > 0;
    fh_touchpoint_count *list = FH_NEW_ARRAY(arena, fh_touchpoint_count, n);
    if (!list) return FH_NOMEM;
    n = 0;
    for (uint32_t t = 0; t < f->n_touchpoints; t++)
        if (count[t]) list[n++] = (fh_touchpoint_count){t, count[t]};
    *out = list;
    *n_out = n;
    return fh_sort(&f->base.from, list, n, sizeof *list, by_count_then_touchpoint, NULL);
}

static fh_status read_percentiles(const follows *f, fh_arena *scratch, fh_percentiles **out)
{
    if (f->percentiles == FH_PERCENTILES_NONE) return FH_OK;
    *out = FH_NEW_ARRAY(scratch, fh_percentiles, f->arcs.n);
    if (!*out) return FH_NOMEM;
    return f->percentiles == FH_PERCENTILES_EXACT ? fh_gaps_exact(&f->gaps, &f->arcs, *out)
                                                  : fh_gaps_approximate(&f->gaps, &f->arcs, *out);
}

fh_status fh_follows_read(const fh_fold *fold, fh_arena *arena, fh_follows *out, fh_error *err)
{
    const follows *f = (const follows *)fold;
    fh_status status = fh_fold_readable(fold, &kind, err);
    if (status != FH_OK) return status;
    fh_follows r = {.n_interactions = f->n_interactions, .n_stories = f->n_stories};
    fh_percentiles *percentiles = NULL;
    fh_arena *scratch = fh_arena_new(fh_arena_allocator(arena));
    status = scratch ? read_percentiles(f, scratch, &percentiles) : FH_NOMEM;
    if (status == FH_OK) status = read_arcs(f, arena, percentiles, &r);
    if (status == FH_OK) status = read_counts(f, arena, f->starts, &r.starts, &r.n_starts);
    if (status == FH_OK) status = read_counts(f, arena, f->ends, &r.ends, &r.n_ends);
    fh_arena_free(scratch);
    if (status != FH_OK) return fh_no_memory(err);
    *out = r;
    return FH_OK;
}
