/* known.h - which interactions a file has already, by the ids their sources gave.
 *
 * Live ingest must tell "accepted" from "known already" before it replies, without
 * reading stories for what is new. So 32 bits of every given id are kept in memory
 * (some five bytes an interaction that has one); an id that is not among them is
 * new, for certain. One that is gets looked up in the file: in all the parts that
 * hold its customer. Those added lately are remembered whole, so that what is sent
 * again after a moment is not looked up.
 *
 * Two interactions are the same when customer and id are, as everywhere else
 * (fh_segment_merge).
 *
 * Everything here happens in one thread at a time, that of the write lane.
 */
#ifndef FH_STORE_KNOWN_H
#define FH_STORE_KNOWN_H

#include "store/org.h"

typedef struct fh_known fh_known;

FH_MUST_CHECK fh_status fh_known_new(fh_known **out, fh_error *err);
void fh_known_free(fh_known *k); /* NULL is allowed */

/* Takes in the ids of what came into the file since the last call (at first: all).
 * Inside a transaction. Costs nothing when nobody else wrote. */
FH_MUST_CHECK fh_status fh_known_refresh(fh_known *k, fh_org *org, fh_error *err);

typedef struct fh_asked_id {
    uint64_t id; /* with FH_ID_GIVEN */
    uint32_t customer;
    bool known; /* the answer */
} fh_asked_id;

/* Tells in order which are known; the others are known from now on, so that of two
 * equal ones the second is. In the transaction of the last refresh. When that is
 * rolled back, call fh_known_undone. */
FH_MUST_CHECK fh_status fh_known_sort_out(fh_known *k, fh_org *org, fh_asked_id *ask, size_t n,
                                          fh_error *err);
void fh_known_undone(fh_known *k);

/* How far the file is known. A writer that adds nothing new (or only what was sorted
 * out) takes the mark at the end of its transaction and, after the commit, says so:
 * then the next refresh need not read what it wrote. */
typedef struct fh_known_mark {
    int64_t segment, age;
} fh_known_mark;
FH_MUST_CHECK fh_status fh_known_mark_now(fh_org *org, fh_known_mark *out, fh_error *err);
/* Whether nothing was added by others since: then fh_known_caught_up is right. */
bool fh_known_is_at(const fh_known *k, const fh_known_mark *mark);
void fh_known_caught_up(fh_known *k, const fh_known_mark *mark);

size_t fh_known_bytes(const fh_known *k); /* memory in use */

#endif
