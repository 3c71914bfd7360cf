/* gaps.c - the gaps of every arc, kept for percentiles (see gaps.h).
 *
 * In buckets: a list of pending ones and one histogram an arc, 5 KB, made when an
 * arc has more gaps than the list holds.
 * Each one: a chain of blocks of 64-bit words,
 *
 *     arc (22 bits) | gap in ms (42 bits: any difference of two times fits)
 *
 * in the order they came; reading sorts them by arc (counting sort) and selects
 * the ranks digit by digit, so both are linear whatever the data.
 */
#include "fold/gaps.h"

#include "fold/histogram.h"

#include <math.h>
#include <string.h>

enum { BLOCK_GAPS = 8191, GAP_BITS = 42, MAX_ARCS = 1 << 22, DIGITS = 256 };

#define GAP_MASK ((UINT64_C(1) << GAP_BITS) - 1)

struct fh_gap_block {
    fh_gap_block *older;
    size_t n;
    uint64_t gap[BLOCK_GAPS];
};

static bool room(fh_gaps *g, size_t arc)
{
    if (arc < g->cap) return true;
    size_t cap = g->cap ? g->cap * 2 : 64;
    if (cap <= arc) cap = arc + 1;
    fh_gap_buckets **bigger = FH_NEW_ARRAY(g->arena, fh_gap_buckets *, cap);
    if (!bigger) return false;
    if (g->cap) memcpy(bigger, g->buckets, g->cap * sizeof *bigger);
    g->buckets = bigger;
    g->cap = cap;
    return true;
}

fh_gap_buckets *fh_gaps_buckets(fh_gaps *g, size_t arc)
{
    if (!room(g, arc)) return NULL;
    if (!g->buckets[arc]) g->buckets[arc] = FH_NEW(g->arena, fh_gap_buckets);
    return g->buckets[arc];
}

bool fh_gaps_flush(fh_arena *arena, fh_gap_buckets *b)
{
    if (!b->histogram) b->histogram = FH_NEW_ARRAY(arena, uint32_t, FH_BUCKETS);
    if (!b->histogram) return false;
    for (uint32_t i = 0; i < b->n; i++) b->histogram[b->pending[i]]++;
    b->n = 0;
    return true;
}

static bool merge_buckets(fh_arena *arena, fh_gap_buckets *into, const fh_gap_buckets *from)
{
    for (uint32_t i = 0; i < from->n; i++)
        if (!fh_gaps_count(arena, into, from->pending[i])) return false;
    if (!from->histogram) return true;
    if (!fh_gaps_flush(arena, into)) return false;
    for (size_t k = 0; k < FH_BUCKETS; k++) into->histogram[k] += from->histogram[k];
    return true;
}

fh_status fh_gaps_keep(fh_gaps *g, size_t arc, int64_t gap_ms, fh_error *err)
{
    if (arc >= MAX_ARCS) {
        (void)fh_fail(err, FH_LIMIT, "more than %d different arcs with exact percentiles",
                      MAX_ARCS);
        return fh_hint(err, FH_LIMIT, "Ask for approximate percentiles or fewer touchpoints.");
    }
    if (!g->newest || g->newest->n == BLOCK_GAPS) {
        fh_gap_block *b = FH_NEW(g->arena, fh_gap_block);
        if (!b) return FH_NOMEM;
        b->older = g->newest;
        g->newest = b;
    }
    g->newest->gap[g->newest->n++] = (uint64_t)arc << GAP_BITS | ((uint64_t)gap_ms & GAP_MASK);
    g->n++;
    return FH_OK;
}

fh_status fh_gaps_merge(fh_gaps *into, fh_pairs *into_arcs, const fh_gaps *from,
                        const fh_pairs *from_arcs, fh_error *err)
{
    for (size_t i = 0; i < from->cap; i++) {
        if (!from->buckets[i]) continue;
        const fh_pair_cell *cell =
            fh_pairs_at(into_arcs, fh_pairs_a(from_arcs, i), fh_pairs_b(from_arcs, i));
        if (!cell) return FH_NOMEM;
        fh_gap_buckets *to = fh_gaps_buckets(into, (size_t)(cell - into_arcs->cell));
        if (!to || !merge_buckets(into->arena, to, from->buckets[i])) return FH_NOMEM;
    }
    for (const fh_gap_block *b = from->newest; b; b = b->older) {
        for (size_t k = 0; k < b->n; k++) {
            const size_t arc = (size_t)(b->gap[k] >> GAP_BITS);
            const fh_pair_cell *cell =
                fh_pairs_at(into_arcs, fh_pairs_a(from_arcs, arc), fh_pairs_b(from_arcs, arc));
            if (!cell) return FH_NOMEM;
            const fh_status status = fh_gaps_keep(into, (size_t)(cell - into_arcs->cell),
                                                  (int64_t)(b->gap[k] & GAP_MASK), err);
            if (status != FH_OK) return status;
        }
    }
    return FH_OK;
}

static bool take_bucket(uint32_t *of, uint32_t n)
{
    const bool fits = *of >= n;
    *of -= fits ? n : 0;
    return fits;
}

static bool take_buckets(uint32_t *into, const fh_gap_buckets *from)
{
    for (uint32_t i = 0; i < from->n; i++)
        if (!take_bucket(&into[from->pending[i]], 1)) return false;
    for (size_t k = 0; from->histogram && k < FH_BUCKETS; k++)
        if (!take_bucket(&into[k], from->histogram[k])) return false;
    return true;
}

fh_status fh_gaps_take(fh_gaps *into, fh_pairs *into_arcs, const fh_gaps *from,
                       const fh_pairs *from_arcs, fh_error *err)
{
    for (size_t i = 0; i < from->cap; i++) {
        if (!from->buckets[i]) continue;
        const fh_pair_cell *cell =
            fh_pairs_at(into_arcs, fh_pairs_a(from_arcs, i), fh_pairs_b(from_arcs, i));
        if (!cell) return FH_NOMEM;
        fh_gap_buckets *to = fh_gaps_buckets(into, (size_t)(cell - into_arcs->cell));
        if (!to || !fh_gaps_flush(into->arena, to)) return FH_NOMEM;
        if (!take_buckets(to->histogram, from->buckets[i])) return fh_fold_not_there(err);
    }
    return FH_OK;
}

fh_status fh_gaps_approximate(const fh_gaps *g, const fh_pairs *arcs, fh_percentiles *out)
{
    fh_arena *scratch = fh_arena_new(fh_arena_allocator(g->arena));
    uint64_t *wide = scratch ? FH_NEW_ARRAY(scratch, uint64_t, FH_BUCKETS) : NULL;
    for (size_t i = 0; wide && i < arcs->n && i < g->cap; i++) {
        const fh_gap_buckets *b = g->buckets[i];
        if (!b) continue;
        for (size_t k = 0; k < FH_BUCKETS; k++) wide[k] = b->histogram ? b->histogram[k] : 0;
        for (uint32_t k = 0; k < b->n; k++) wide[b->pending[k]]++;
        out[i] = fh_histogram_percentiles(wide);
    }
    fh_arena_free(scratch);
    return wide ? FH_OK : FH_NOMEM;
}

/* The k-th smallest (from 0) of n gaps, digit by digit from the highest; `spare`
 * has room for n. */
static uint64_t nth(const uint64_t *gap, size_t n, size_t k, uint64_t *spare)
{
    for (int shift = 40; shift >= 0 && n > 1; shift -= 8) {
        size_t count[DIGITS] = {0}, kept = 0, digit = 0;
        for (size_t i = 0; i < n; i++) count[gap[i] >> shift & (DIGITS - 1)]++;
        while (k >= count[digit]) k -= count[digit++];
        for (size_t i = 0; i < n; i++) {
            const uint64_t g = gap[i]; /* gap and spare may be the same */
            spare[kept] = g;
            kept += (g >> shift & (DIGITS - 1)) == digit;
        }
        gap = spare;
        n = kept;
    }
    return gap[0];
}

/* Integers up to the last step, so that the order of the gaps does not matter:
 * squares of distances from the whole part of the mean, then what its fraction
 * adds. 2^32 squares of 2^84 fit 128 bits. */
static double deviation(const uint64_t *gap, size_t n)
{
    __extension__ typedef unsigned __int128 wide;
    if (n < 2) return 0;
    wide sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) sum += gap[i];
    const uint64_t mean = (uint64_t)(sum / n);
    const double fraction = (double)(uint64_t)(sum % n) / (double)n;
    for (size_t i = 0; i < n; i++) {
        const uint64_t d = gap[i] > mean ? gap[i] - mean : mean - gap[i];
        squares += (wide)d * d;
    }
    const double around = (double)squares - (double)n * fraction * fraction;
    return around > 0 ? sqrt(around / (double)(n - 1)) : 0;
}

static fh_percentiles describe(const uint64_t *gap, size_t n, uint64_t *spare)
{
    int64_t found[3];
    static const uint64_t q[3] = {50, 90, 99};
    for (size_t i = 0; i < 3; i++)
        found[i] = (int64_t)nth(gap, n, (size_t)fh_nearest_rank(n, q[i]) - 1, spare);
    const uint64_t lower = nth(gap, n, (n - 1) / 2, spare), upper = nth(gap, n, n / 2, spare);
    return (fh_percentiles){.p50_ms = found[0],
                            .p90_ms = found[1],
                            .p99_ms = found[2],
                            .exact = true,
                            .min_ms = (int64_t)nth(gap, n, 0, spare),
                            .max_ms = (int64_t)nth(gap, n, n - 1, spare),
                            .median_ms = (double)(lower + upper) / 2,
                            .deviation_ms = deviation(gap, n)};
}

fh_status fh_gaps_exact(const fh_gaps *g, const fh_pairs *arcs, fh_percentiles *out)
{
    fh_status status = FH_NOMEM;
    uint64_t *spare = NULL;
    fh_arena *scratch = fh_arena_new(fh_arena_allocator(g->arena));
    if (!scratch) goto out;
    uint64_t *sorted = FH_NEW_ARRAY(scratch, uint64_t, g->n);
    size_t *end = FH_NEW_ARRAY(scratch, size_t, arcs->n + 1), most = 0;
    if (!sorted || !end) goto out;

    for (size_t i = 0; i < arcs->n; i++) {
        end[i + 1] = end[i] + (size_t)arcs->cell[i].count;
        if (arcs->cell[i].count > most) most = (size_t)arcs->cell[i].count;
    }
    for (const fh_gap_block *b = g->newest; b; b = b->older)
        for (size_t k = 0; k < b->n; k++)
            sorted[end[b->gap[k] >> GAP_BITS]++] = b->gap[k] & GAP_MASK;

    spare = FH_NEW_ARRAY(scratch, uint64_t, most);
    if (!spare) goto out;
    for (size_t i = 0; i < arcs->n; i++) {
        const size_t n = (size_t)arcs->cell[i].count;
        if (n) out[i] = describe(sorted + end[i] - n, n, spare);
    }
    status = FH_OK;
out:
    fh_arena_free(scratch);
    return status;
}
