/* tidy.h - folding inbox and deltas into bigger parts beside live ingest, in stretches.
 *
 *     inbox    . . . . . .      a batch a commit, each all over the customers
 *     deltas   -- -- -- ---- ----------    runs: parts of one age, which do not overlap
 *     base     [    ][    ][    ][    ]
 *
 * The inbox becomes a run when some dozens of batches are there; runs of about the same
 * size become one; and when all runs together are more than an eighth of the base, they
 * are merged into it. So a customer lies in the base and a dozen runs at most, and an
 * interaction is written a few times.
 *
 * A step is one stretch of customers of one of these. It is prepared from a reader's
 * snapshot, without any lock: read, merged, encoded. Then it is put into the file in a
 * transaction of a few milliseconds, unless one of its inputs was changed meanwhile
 * (somebody was erased or merged): then it is dropped and prepared anew. How much a
 * stretch takes is adjusted to the time it may hold the lock.
 */
#ifndef FH_STORE_TIDY_H
#define FH_STORE_TIDY_H

#include "store/known.h"

typedef struct fh_tidy fh_tidy;
/* Sizes, in interactions unless told; a test makes them small. NULL: as they are
 * good for millions. */
typedef struct fh_tidy_sizes {
    uint32_t step, least_step; /* of a step at first, and at least */
    uint32_t least_of_base;    /* of a step into the base, so that its segments stay large */
    uint32_t few_batches;      /* fewer wait for company */
    uint32_t smallest_run;     /* runs up to this are of one size */
    uint32_t alike;            /* so many runs of a size become one */
    uint32_t base_least;       /* runs of fewer are not merged into the base */
} fh_tidy_sizes;
FH_MUST_CHECK fh_status fh_tidy_new(const fh_tidy_sizes *sizes, fh_tidy **out, fh_error *err);
void fh_tidy_free(fh_tidy *t); /* NULL is allowed */

/* Prepares the next step; *any is false when there is nothing to do. `all`: also what
 * would better wait for company (a few batches in the inbox). Any handle will do. */
FH_MUST_CHECK fh_status fh_tidy_prepare(fh_tidy *t, fh_org *org, bool all, bool *any,
                                        fh_error *err);
/* Puts it into the file, in a transaction of its own; `org` is the one that may write.
 * *done is false when it no longer fits: prepare again. `known` (NULL is allowed) is
 * told that nothing new came. */
FH_MUST_CHECK fh_status fh_tidy_put(fh_tidy *t, fh_org *org, fh_known *known, bool *done,
                                    fh_error *err);
/* How long the last one took, and how long it may: the next is made to fit. */
void fh_tidy_took(fh_tidy *t, uint64_t us, uint64_t aim_us);

#endif
