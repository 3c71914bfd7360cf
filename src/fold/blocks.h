/* blocks.h - the interactions of a segment a block at a time, on one clock.
 *
 * A block is small enough for all a kernel makes of it to stay in the nearest cache.
 * Stories stand on the clock one after another, each FH_APART behind the end of the
 * one before, which is longer than any story:
 *
 *     story      |  0           |  1      |
 *     gap           0  60 900      0  7
 *     step       apart 60 900  apart  7     what fh_clock_steps writes
 *
 * So whether two interactions are of one story is told by the time between them, and
 * kernels run over stories without a branch at their ends.
 */
#ifndef FH_FOLD_BLOCKS_H
#define FH_FOLD_BLOCKS_H

#include "fold/fold.h"

enum {
    FH_BLOCK = 2048,
    FH_BLOCK_SPARE = 32,    /* entries that may be written behind a block's */
    FH_CLOCK_MAX = 1 << 20, /* interactions of a segment whose clock cannot run over */
};

typedef struct fh_clock {
    const fh_segment *seg;
    uint64_t apart; /* in the segment's unit: seconds, or ms where there are any */
    uint32_t story; /* the next to begin */
} fh_clock;

/* The segment must have FH_CLOCK_MAX interactions at most. */
static inline fh_clock fh_clock_of(const fh_segment *seg)
{
    return (fh_clock){seg, UINT64_C(1) << (seg->ms ? 43 : 33), 0};
}

/* step[k], k < n <= FH_BLOCK: the time from the interaction before to interaction
 * first + k. Blocks come in order. */
void fh_clock_steps(fh_clock *clock, uint32_t first, uint32_t n, uint64_t *step);

/* story[k], k < n: the number, from 1, of the story that interaction first + k is of. Before
 * fh_clock_steps of the same block; FH_BLOCK_SPARE more may be written. */
void fh_clock_stories(const fh_clock *clock, uint32_t first, uint32_t n, uint32_t *story);

#endif
