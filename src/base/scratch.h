/* scratch.h - memory that is given back in the order it was taken: marks and releases,
 * for algorithms that nest.
 *
 *     const fh_scratch_mark m = fh_scratch_mark_now(&s);
 *     int32_t *row = fh_scratch_take(&s, n, sizeof *row);    NULL: `s.status` tells why
 *     fh_scratch_release(&s, m);                              row is gone
 *
 * What is taken is not zeroed. Blocks are kept for the next time; freeing gives all back.
 */
#ifndef FH_BASE_SCRATCH_H
#define FH_BASE_SCRATCH_H

#include "firsthand/base.h"

typedef struct fh_scratch_block fh_scratch_block;

typedef struct fh_scratch {
    fh_allocator from;
    fh_scratch_block *first, *now;
    size_t used;       /* bytes of `now` */
    size_t all, limit; /* bytes of all blocks; at most */
    fh_status status;  /* FH_NOMEM or FH_LIMIT, after the first failure */
} fh_scratch;

typedef struct fh_scratch_mark {
    fh_scratch_block *now;
    size_t used;
} fh_scratch_mark;

void fh_scratch_init(fh_scratch *s, const fh_allocator *from, size_t limit);
void fh_scratch_free(fh_scratch *s);
FH_MUST_CHECK void *fh_scratch_take(fh_scratch *s, size_t count, size_t size);

static inline fh_scratch_mark fh_scratch_mark_now(const fh_scratch *s)
{
    return (fh_scratch_mark){s->now, s->used};
}

static inline void fh_scratch_release(fh_scratch *s, fh_scratch_mark m)
{
    s->now = m.now;
    s->used = m.used;
}

#endif
