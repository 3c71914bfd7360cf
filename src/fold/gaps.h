/* gaps.h - the gaps of every arc, kept for percentiles: in buckets, or each one.
 *
 * Arcs are numbered as their cells are (pairs.h).
 */
#ifndef FH_FOLD_GAPS_H
#define FH_FOLD_GAPS_H

#include "fold/pairs.h"

typedef struct fh_gap_block fh_gap_block;

typedef struct fh_gaps {
    fh_arena *arena; /* not owned */
    size_t cap;
    uint32_t **histogram; /* [cap] of FH_BUCKETS; NULL: none yet */
    uint64_t n;           /* gaps kept in blocks */
    fh_gap_block *newest;
} fh_gaps;

/* The histogram of an arc, a new one when there is none; NULL: no memory. */
FH_MUST_CHECK uint32_t *fh_gaps_histogram(fh_gaps *g, size_t arc);
/* Keeps one gap. */
FH_MUST_CHECK fh_status fh_gaps_keep(fh_gaps *g, size_t arc, int64_t gap_ms, fh_error *err);

/* Adds what `from` keeps; its arcs are cells of `from_arcs`, those of `into` of
 * `into_arcs`, which holds all of them already. */
FH_MUST_CHECK fh_status fh_gaps_merge(fh_gaps *into, fh_pairs *into_arcs, const fh_gaps *from,
                                      const fh_pairs *from_arcs, fh_error *err);

/* Percentiles of the arcs, [arcs->n], in scratch. */
FH_MUST_CHECK fh_status fh_gaps_approximate(const fh_gaps *g, const fh_pairs *arcs,
                                            fh_percentiles *out);
FH_MUST_CHECK fh_status fh_gaps_exact(const fh_gaps *g, const fh_pairs *arcs, fh_percentiles *out);

#endif
