/* pool.h - one organisation for many threads: read handles by the dozen, one write lane.
 *
 *     fh_org *org = NULL;
 *     fh_status status = fh_pool_read(pool, &org, err);
 *     if (status == FH_OK) status = fh_view_open(org, ...);
 *     fh_pool_read_done(pool, org);
 *
 * An fh_org belongs to one thread at a time; here a thread borrows one. Reading
 * never waits for writing. Whoever writes takes the write lane: its handle is the
 * only one in the process that may, and it is given first come, first served, so
 * that live ingest, people, merges and imports queue instead of polling the
 * file's lock. Hold the lane for one transaction, never while waiting for a person
 * or the network. Any thread may call any function but fh_pool_close.
 */
#ifndef FH_APP_POOL_H
#define FH_APP_POOL_H

#include "store/org.h"

typedef struct fh_pool fh_pool;

/* Opens the organisation for writing (migrations and tombstones are applied) and
 * fails as fh_org_open does. */
FH_MUST_CHECK fh_status fh_pool_open(const fh_os *os, const char *path, fh_pool **out,
                                     fh_error *err);
/* Everything borrowed must be back. NULL is allowed. */
void fh_pool_close(fh_pool *pool);
const fh_os *fh_pool_os(const fh_pool *pool);
const char *fh_pool_path(const fh_pool *pool);

/* Where its handles keep partial results of questions from now on; NULL: nowhere.
 * Before the first handle is borrowed. */
void fh_pool_keep(fh_pool *pool, fh_kept *kept); /* not owned */
fh_kept *fh_pool_kept(const fh_pool *pool);

/* A read handle; those given back are kept for the next. */
FH_MUST_CHECK fh_status fh_pool_read(fh_pool *pool, fh_org **out, fh_error *err);
void fh_pool_read_done(fh_pool *pool, fh_org *org); /* NULL is allowed */

/* The write lane. FH_BUSY when it was not free within `patience_ms` (the hint says
 * to try again); a negative patience waits for ever. A transaction left open is
 * rolled back by fh_pool_write_done. */
FH_MUST_CHECK fh_status fh_pool_write(fh_pool *pool, int64_t patience_ms, fh_org **out,
                                      fh_error *err);
void fh_pool_write_done(fh_pool *pool, fh_org *org); /* NULL is allowed */
/* How many wait for the lane at the moment: for metrics. */
size_t fh_pool_waiting(fh_pool *pool);

#endif
