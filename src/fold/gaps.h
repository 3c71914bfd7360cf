/* gaps.h - the gaps of every arc, kept for percentiles: in buckets, or each one.
 *
 * Arcs are numbered as their cells are (pairs.h).
 */
#ifndef FH_FOLD_GAPS_H
#define FH_FOLD_GAPS_H

#include "fold/pairs.h"

typedef struct fh_gap_block fh_gap_block;

/* The buckets of one arc's gaps: the latest in a list that stays in the cache,
 * counted in the histogram, far away, when the list is full. An arc that never
 * fills its list costs 256 bytes. */
enum { FH_GAPS_PENDING = 122 };

typedef struct fh_gap_buckets {
    uint32_t *histogram; /* of FH_BUCKETS; NULL: none yet */
    uint32_t n;          /* pending */
    uint16_t pending[FH_GAPS_PENDING];
} fh_gap_buckets;

typedef struct fh_gaps {
    fh_arena *arena; /* not owned */
    size_t cap;
    fh_gap_buckets **buckets; /* [cap] NULL: none yet */
    uint64_t n;               /* gaps kept in blocks */
    fh_gap_block *newest;
} fh_gaps;

/* The buckets of an arc, new ones when there are none; NULL: no memory. */
FH_MUST_CHECK fh_gap_buckets *fh_gaps_buckets(fh_gaps *g, size_t arc);
/* Counts what is pending in the histogram; false: no memory. */
FH_MUST_CHECK bool fh_gaps_flush(fh_arena *arena, fh_gap_buckets *b);

FH_MUST_CHECK static inline bool fh_gaps_count(fh_arena *arena, fh_gap_buckets *b, uint32_t bucket)
{
    if (b->n == FH_GAPS_PENDING && !fh_gaps_flush(arena, b)) return false;
    b->pending[b->n++] = (uint16_t)bucket;
    return true;
}
/* Keeps one gap. */
FH_MUST_CHECK fh_status fh_gaps_keep(fh_gaps *g, size_t arc, int64_t gap_ms, fh_error *err);

/* Adds what `from` keeps; its arcs are cells of `from_arcs`, those of `into` of
 * `into_arcs`, which holds all of them already. */
FH_MUST_CHECK fh_status fh_gaps_merge(fh_gaps *into, fh_pairs *into_arcs, const fh_gaps *from,
                                      const fh_pairs *from_arcs, fh_error *err);

/* Takes away what `from` keeps in buckets. */
FH_MUST_CHECK fh_status fh_gaps_take(fh_gaps *into, fh_pairs *into_arcs, const fh_gaps *from,
                                     const fh_pairs *from_arcs, fh_error *err);

/* Percentiles of the arcs, [arcs->n], in scratch. */
FH_MUST_CHECK fh_status fh_gaps_approximate(const fh_gaps *g, const fh_pairs *arcs,
                                            fh_percentiles *out);
FH_MUST_CHECK fh_status fh_gaps_exact(const fh_gaps *g, const fh_pairs *arcs, fh_percentiles *out);

#endif
