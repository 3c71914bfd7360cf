/* ways.h - a hash table of whole ways: sequences of touchpoints and how often each
 * was gone.
 *
 *     slot   [ hash | place ]  8 bytes, open addressing in order of the hash
 *     way    [ count | sum | n_steps, hash | steps ... ]  one after another in rooms,
 *                                                         in order of first sight
 *
 * Steps are global numbers of 8 or 16 bits, the same width in the whole table.
 * Equal hashes are never believed: the steps are compared. Ways are added in
 * batches, so that the memory each needs is on its way while others are worked
 * on.
 *
 * What is too much for the memory there is can be counted a share at a time: ways whose hashes
 * end in the same bits.
 */
#ifndef FH_FOLD_WAYS_H
#define FH_FOLD_WAYS_H

#include "fold/fold.h"

enum { FH_WAYS_BATCH = 64, FH_WAYS_SPARE = 32 };

/* Its steps lie behind it, filled up to a multiple of 8 bytes. */
typedef struct fh_way {
    uint64_t count;
    int64_t sum; /* the fold's own, summed over `count` */
    uint32_t n_steps;
    uint32_t hash;
} fh_way;

typedef struct fh_ways_slot {
    uint32_t hash, place; /* where the way lies + 1; 0: free */
} fh_ways_slot;

typedef struct fh_ways_room {
    unsigned char *bytes;
    size_t size, used;
} fh_ways_room;

typedef struct fh_ways {
    fh_fold *fold;       /* whose memory it is */
    uint32_t step_bytes; /* 1 or 2 */
    uint32_t shift;      /* 32 - log2(n_slots) */
    fh_share share;      /* others are not let in */
    fh_ways_slot *slot;  /* [n_slots]; NULL: none yet */
    size_t n;            /* ways */
    fh_ways_room *room;  /* [n_rooms] */
    size_t n_rooms, cap_rooms;
} fh_ways;

/* Up to FH_WAYS_BATCH ways on their way in. `steps` need to live until the batch
 * is added only, and FH_WAYS_SPARE bytes behind them can be read. */
typedef struct fh_ways_batch {
    uint32_t n;
    uint32_t n_steps[FH_WAYS_BATCH];
    uint32_t hash[FH_WAYS_BATCH];
    const void *steps[FH_WAYS_BATCH];
    uint64_t count[FH_WAYS_BATCH];
    int64_t sum[FH_WAYS_BATCH];
} fh_ways_batch;

void fh_ways_init(fh_ways *w, fh_fold *fold, uint32_t step_bytes);
void fh_ways_free(fh_ways *w);

/* Adds the batch (hashes are computed here) and empties it. */
FH_MUST_CHECK fh_status fh_ways_add(fh_ways *w, fh_ways_batch *batch, fh_error *err);
/* `into` keeps its share. */
FH_MUST_CHECK fh_status fh_ways_merge(fh_ways *into, const fh_ways *from, fh_error *err);

/* Bytes of all of it once n more ways may have come, but for the steps of these. */
size_t fh_ways_need(const fh_ways *w, size_t n_more);
/* Keeps the first half of its share and gives back what that does not need, in place. */
void fh_ways_halve(fh_ways *w);

/* All ways in order of first sight (after halving, those that were kept): the one after `way`, the
 * first after NULL; NULL when there is none. `*room` is 0 at first. */
const fh_way *fh_ways_next(const fh_ways *w, const fh_way *way, size_t *room);

static inline uint32_t fh_ways_step(const fh_ways *w, const fh_way *way, uint32_t i)
{
    const void *steps = way + 1;
    return w->step_bytes == 1 ? ((const uint8_t *)steps)[i] : ((const uint16_t *)steps)[i];
}

/* A column as global numbers of `step_bytes`; the column itself when it is that
 * already. NULL: no memory. */
FH_MUST_CHECK const void *fh_ways_steps(fh_fold *fold, unsigned which, const fh_codes *c,
                                        uint32_t n, uint32_t step_bytes);

#endif
