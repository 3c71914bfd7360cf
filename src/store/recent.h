/* recent.h - what came live last, in memory: so that an answer that is kept can be brought
 * up to date by what came since, instead of being counted anew.
 *
 *     ages    ... 41 42 43 44 45          each a live batch, none missing between them
 *             [ 41 .. 45 ] held           what came after moment 40 up to moment 45
 *
 * Whoever writes a live batch notes it before its commit, under the age it got; ages are
 * given one after another to whatever brings interactions. So what came between two
 * moments is known exactly when every age between them was noted here. The oldest go
 * first when the room is used up, and everything goes when a transaction that noted
 * something is taken back, or when somebody is erased. Any thread may call any function
 * but fh_recent_free.
 */
#ifndef FH_STORE_RECENT_H
#define FH_STORE_RECENT_H

#include "firsthand/story.h"

typedef struct fh_recent fh_recent;

FH_MUST_CHECK fh_recent *fh_recent_new(size_t most_bytes); /* NULL: no memory */
void fh_recent_free(fh_recent *r);                         /* NULL is allowed */

/* Notes a copy of a batch, without ids and lengths of payloads. */
void fh_recent_note(fh_recent *r, int64_t age, const fh_segment *seg);
void fh_recent_forget(fh_recent *r);

/* Columns that are not noted: whoever needs them asks otherwise. */
#define FH_RECENT_LACKS (1u << FH_COL_ID | 1u << FH_COL_PAYLOAD)

/* One interaction that came. */
typedef struct fh_came {
    uint64_t at; /* seconds since 1940 << 10 | milliseconds */
    uint32_t customer;
    uint32_t batch, index; /* seg[batch], its entry */
    uint32_t touchpoint;   /* which nearly all look at: the batch itself is far away */
} fh_came;

/* What came after one moment, up to another: held until it is released. */
typedef struct fh_since {
    const fh_segment **seg; /* [n_batches] oldest first */
    size_t n_batches;
    fh_came *came; /* [n] by customer, time, and arrival */
    size_t n;
    uint32_t *customer; /* [n_customers] rising */
    size_t *first;      /* [n_customers + 1] of `came` */
    size_t n_customers;
    struct fh_recent_batch **batch; /* as they are held */
} fh_since;
/* *known is false when not all of it is here: then nothing is held. FH_NOMEM. */
FH_MUST_CHECK fh_status fh_recent_since(fh_recent *r, int64_t after, int64_t upto, fh_since *out,
                                        bool *known, fh_error *err);
void fh_recent_release(fh_recent *r, fh_since *since); /* a zeroed one is allowed */

/* Of the customers, rising, the first from `customer` on. */
size_t fh_since_from(const fh_since *since, uint32_t customer);

/* Of the stories `is` of customers who came, as they are now, goes[i] = 1 for what came
 * since, all others 0: each `came` is the last of its time that has the same in `columns`,
 * since of equal times the older goes first. `canon`, by dictionary as in the reader, is
 * how `is` was renamed. *n_found grows by how many were found; one that is not found is
 * passed over. `at` [longest story] is scratch. */
typedef struct fh_renamed {
    const uint32_t *canon[5];
    uint32_t n[5];
} fh_renamed; /* of touchpoint, channel, department, outcome, currency */
void fh_since_mark(const fh_since *since, const fh_segment *is, uint32_t columns,
                   const fh_renamed *names, uint64_t *at, uint8_t *goes, uint64_t *n_found);

#endif
