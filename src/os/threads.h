/* threads.h - a few threads working on one thing: run `work` in `n` threads and
 * wait for all. With n = 1, or where no thread can be had, it runs in the caller. */
#ifndef FH_OS_THREADS_H
#define FH_OS_THREADS_H

#include "firsthand/base.h"

typedef void fh_work(void *ctx, uint32_t worker); /* worker: 0 .. n-1 */
void fh_threads_run(uint32_t n, fh_work *work, void *ctx);
uint32_t fh_threads_cores(void); /* that this process may use; at least 1 */

typedef struct fh_mutex fh_mutex;
FH_MUST_CHECK fh_mutex *fh_mutex_new(void);
void fh_mutex_free(fh_mutex *m);
void fh_mutex_lock(fh_mutex *m);
void fh_mutex_unlock(fh_mutex *m);

#endif
