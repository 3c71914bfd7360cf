/* threads.h - threads, locks, and waiting for one another.
 *
 * fh_threads_run: a few threads working on one thing: run `work` in `n` threads and
 * wait for all. With n = 1, or where no thread can be had, it runs in the caller.
 * fh_thread: one that goes on by itself until it is joined. */
#ifndef FH_OS_THREADS_H
#define FH_OS_THREADS_H

#include "firsthand/base.h"

typedef void fh_work(void *ctx, uint32_t worker); /* worker: 0 .. n-1 */
void fh_threads_run(uint32_t n, fh_work *work, void *ctx);
uint32_t fh_threads_cores(void); /* that this process may use; at least 1 */

/* A thread that blocks all signals: those are the main thread's. */
typedef struct fh_thread fh_thread;
typedef void fh_thread_work(void *ctx);
FH_MUST_CHECK fh_status fh_thread_start(fh_thread_work *work, void *ctx, fh_thread **out,
                                        fh_error *err);
void fh_thread_join(fh_thread *t); /* waits for it and frees it; NULL is allowed */
void fh_thread_yield(void);        /* lets others run */

typedef struct fh_mutex fh_mutex;
FH_MUST_CHECK fh_mutex *fh_mutex_new(void);
void fh_mutex_free(fh_mutex *m);
void fh_mutex_lock(fh_mutex *m);
void fh_mutex_unlock(fh_mutex *m);

/* Waiting for a change of what a mutex guards. Wake-ups may be for nothing: look
 * again at what was waited for. */
typedef struct fh_cond fh_cond;
FH_MUST_CHECK fh_cond *fh_cond_new(void);
void fh_cond_free(fh_cond *c);
void fh_cond_wait(fh_cond *c, fh_mutex *m);
/* At most `ms` milliseconds; false when they passed. */
bool fh_cond_wait_ms(fh_cond *c, fh_mutex *m, int64_t ms);
void fh_cond_wake(fh_cond *c);
void fh_cond_wake_all(fh_cond *c);

#endif
