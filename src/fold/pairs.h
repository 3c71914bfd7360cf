/* pairs.h - counts by pairs of numbers: arcs, hand-offs, repeats, outcomes.
 *
 * A table of n_a x n_b cells: dense when that is small, else a hash table of the
 * pairs seen, so that a thousand touchpoints cost what occurs and no more.
 * Cells are numbered: dense a * n_b + b, else in order of first sight.
 */
#ifndef FH_FOLD_PAIRS_H
#define FH_FOLD_PAIRS_H

#include "fold/fold.h"

typedef struct fh_pair_cell {
    uint64_t count;
    int64_t sum;        /* of milliseconds, of minor units */
    uint64_t customers; /* that make up `count` */
    uint64_t extra;     /* the fold's own */
    uint64_t stamp;     /* last customer counted; not part of the result */
} fh_pair_cell;

typedef struct fh_pairs {
    fh_allocator from;
    uint32_t n_a, n_b;
    bool dense;
    size_t n, cap;      /* cells; room for */
    fh_pair_cell *cell; /* [cap] */
    uint32_t *key;      /* [cap] a << 16 | b; NULL when dense */
    uint32_t *slot;     /* [n_slots] cell number + 1; NULL when dense */
    size_t n_slots;     /* a power of two */
} fh_pairs;

/* Numbers are at most 65536. Zero-initialised is valid for fh_pairs_free. */
FH_MUST_CHECK fh_status fh_pairs_init(fh_pairs *p, const fh_allocator *from, uint32_t n_a,
                                      uint32_t n_b);
void fh_pairs_free(fh_pairs *p);

FH_MUST_CHECK fh_pair_cell *fh_pairs_hashed(fh_pairs *p, uint32_t a, uint32_t b);

/* The cell of a pair, a new one when there is none; NULL: no memory. Valid until
 * the next call. */
FH_MUST_CHECK static inline fh_pair_cell *fh_pairs_at(fh_pairs *p, uint32_t a, uint32_t b)
{
    return p->dense ? &p->cell[(size_t)a * p->n_b + b] : fh_pairs_hashed(p, a, b);
}

/* Adds count, sum, customers and extra of one to the other. */
FH_MUST_CHECK fh_status fh_pairs_merge(fh_pairs *into, const fh_pairs *from, fh_error *err);

/* Takes them away; FH_INVALID when one is not there. */
FH_MUST_CHECK fh_status fh_pairs_take(fh_pairs *into, const fh_pairs *from, fh_error *err);

/* How many cells have a count. */
static inline size_t fh_pairs_counted(const fh_pairs *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++) n += p->cell[i].count > 0;
    return n;
}

static inline uint32_t fh_pairs_a(const fh_pairs *p, size_t cell)
{
    return p->dense ? (uint32_t)(cell / p->n_b) : p->key[cell] >> 16;
}

static inline uint32_t fh_pairs_b(const fh_pairs *p, size_t cell)
{
    return p->dense ? (uint32_t)(cell % p->n_b) : p->key[cell] & 0xffff;
}

#endif
