/* live_tidy.c - the thread that folds what came live into bigger parts.
 *
 * It prepares a step from a reader's snapshot, takes the write lane for a few
 * milliseconds and puts it into the file; and it copies the log into the file, which
 * commits would otherwise do by themselves, at the cost of whoever waits for them. The
 * log begins anew when all of it was copied and nobody writes: so now and then this is
 * done in the lane, when hardly anything is left to copy.
 *
 * What fails (a full disk) is tried again after a while; nothing depends on it but how
 * fast readers are.
 */
#include "app/live/live_tidy.h"

#include "os/threads.h"
#include "store/tidy.h"

#include <stdlib.h>
#include <time.h>

enum {
    STRETCH_US = 4000,
    PAUSE_MS = 50,
    IDLE_MS = 1000, /* nothing came for so long: do what else would wait */
    AFTER_FAILURE_MS = 1000,
    COPY_EVERY_MS = 200,
    ANEW_EVERY_MS = 4000, /* commits wait for it: less than one in a hundred */
    FEW_LEFT = 400,       /* pages */
};

struct fh_tidier {
    fh_pool *pool;
    fh_live_writer *writer;
    uint64_t stretch_us;
    fh_tidy *tidy;
    fh_org *copier; /* a handle of its own: copying the log needs one that may write */
    fh_mutex *lock; /* guards what follows, down to the counts */
    fh_cond *more;
    bool stop, woken;
    bool flushed; /* nothing is left to do since the last wake */
    uint64_t stretches, in_lane_us, longest_us;
    fh_times stretch, anew, copy;
    bool failing;
    fh_thread *thread;
    int64_t copied_ms, anew_ms, came_ms; /* the thread's own */
};

static uint64_t now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static int64_t now_ms(void)
{
    return (int64_t)(now_us() / 1000);
}

/* ---- A step ------------------------------------------------------------------------------- */

static fh_status put_step(fh_tidier *t, fh_error *err)
{
    fh_org *org = NULL;
    bool done = false;
    fh_status status = fh_pool_write(t->pool, -1, &org, err);
    if (status != FH_OK) return status;
    const uint64_t begun = now_us();
    status = fh_tidy_put(t->tidy, org, fh_live_known(t->writer), &done, err);
    const uint64_t us = now_us() - begun;
    fh_pool_write_done(t->pool, org);
    if (status != FH_OK) return status;
    fh_tidy_took(t->tidy, us, t->stretch_us);
    fh_mutex_lock(t->lock);
    t->stretches++;
    t->in_lane_us += us;
    if (us > t->longest_us) t->longest_us = us;
    fh_times_add(&t->stretch, us);
    fh_mutex_unlock(t->lock);
    return FH_OK;
}

static fh_status step(fh_tidier *t, bool *any, fh_error *err)
{
    fh_org *org = NULL;
    *any = false;
    fh_status status = fh_pool_read(t->pool, &org, err);
    if (status != FH_OK) return status;
    status = fh_tidy_prepare(t->tidy, org, now_ms() - t->came_ms >= IDLE_MS, any, err);
    fh_pool_read_done(t->pool, org);
    return status == FH_OK && *any ? put_step(t, err) : status;
}

/* ---- The log -------------------------------------------------------------------------------- */

static void note(fh_tidier *t, fh_times *times, uint64_t begun)
{
    fh_mutex_lock(t->lock);
    fh_times_add(times, now_us() - begun);
    fh_mutex_unlock(t->lock);
}

/* Copies what little is left while nobody writes; the next commit begins the log anew. */
static fh_status begin_anew(fh_tidier *t, fh_error *err)
{
    fh_org *org = NULL;
    uint32_t left = 0;
    fh_status status = fh_pool_write(t->pool, -1, &org, err);
    if (status != FH_OK) return status;
    const uint64_t begun = now_us();
    status = fh_org_checkpoint(t->copier, &left, err);
    fh_pool_write_done(t->pool, org);
    note(t, &t->anew, begun);
    return status;
}

static fh_status copy_log(fh_tidier *t, fh_error *err)
{
    const int64_t now = now_ms();
    uint32_t left = 0;
    if (now - t->copied_ms < COPY_EVERY_MS) return FH_OK;
    const uint64_t begun = now_us();
    fh_status status = fh_org_checkpoint(t->copier, &left, err);
    note(t, &t->copy, begun);
    t->copied_ms = now_ms();
    if (status == FH_OK && left <= FEW_LEFT && now - t->anew_ms >= ANEW_EVERY_MS) {
        t->anew_ms = t->copied_ms;
        status = begin_anew(t, err);
    }
    return status;
}

/* ---- The thread ----------------------------------------------------------------------------- */

/* Waits until there may be something to do; false: stop. Others write to the log too,
 * so it is looked at now and then when nothing comes live. */
static bool wait_for_work(fh_tidier *t, bool busy, bool failed, bool flushed)
{
    fh_mutex_lock(t->lock);
    t->failing = failed;
    t->flushed = flushed;
    if (failed && !t->stop)
        (void)fh_cond_wait_ms(t->more, t->lock, AFTER_FAILURE_MS);
    else if (!busy && !t->stop && !t->woken && t->flushed)
        (void)fh_cond_wait_ms(t->more, t->lock, IDLE_MS);
    else if (!busy && !t->stop)
        (void)fh_cond_wait_ms(t->more, t->lock, PAUSE_MS);
    if (t->woken) {
        t->came_ms = now_ms();
        t->flushed = false;
    }
    t->woken = false;
    const bool go = !t->stop;
    fh_mutex_unlock(t->lock);
    return go;
}

static void work(void *ctx)
{
    fh_tidier *t = ctx;
    bool busy = false, failed = false, flushed = false;
    while (wait_for_work(t, busy, failed, flushed)) {
        fh_error err = {0};
        const bool idle = now_ms() - t->came_ms >= IDLE_MS;
        fh_status status = t->flushed ? FH_OK : step(t, &busy, &err);
        if (status == FH_OK) status = copy_log(t, &err);
        failed = status != FH_OK;
        flushed = idle && !busy && !failed;
    }
}

fh_status fh_tidier_start(fh_pool *pool, fh_live_writer *writer, const fh_live_options *options,
                          fh_tidier **out, fh_error *err)
{
    fh_tidier *t = calloc(1, sizeof *t);
    if (!t) return fh_no_memory(err);
    *t = (fh_tidier){.pool = pool,
                     .writer = writer,
                     .stretch_us = options->stretch_us ? options->stretch_us : STRETCH_US,
                     .lock = fh_mutex_new(),
                     .more = fh_cond_new(),
                     .came_ms = now_ms()};
    fh_status status = t->lock && t->more ? FH_OK : fh_no_memory(err);
    if (status == FH_OK) status = fh_tidy_new(options->sizes, &t->tidy, err);
    if (status == FH_OK)
        status = fh_org_open(fh_pool_os(pool), fh_pool_path(pool), FH_ORG_WRITE, &t->copier, err);
    fh_org *org = NULL;
    if (status == FH_OK) status = fh_pool_write(pool, -1, &org, err);
    if (status == FH_OK) (void)fh_org_keep_log(org, true);
    if (status == FH_OK) fh_pool_write_done(pool, org);
    if (status == FH_OK) status = fh_thread_start(work, t, &t->thread, err);
    if (status == FH_OK)
        *out = t;
    else
        fh_tidier_stop(t);
    return status;
}

void fh_tidier_stop(fh_tidier *t)
{
    if (!t) return;
    if (t->thread) {
        fh_mutex_lock(t->lock);
        t->stop = true;
        fh_cond_wake(t->more);
        fh_mutex_unlock(t->lock);
        fh_thread_join(t->thread);
    }
    fh_org *org = NULL;
    if (t->copier && fh_pool_write(t->pool, -1, &org, NULL) == FH_OK) {
        (void)fh_org_keep_log(org, false);
        fh_pool_write_done(t->pool, org);
    }
    fh_org_close(t->copier);
    fh_tidy_free(t->tidy);
    fh_cond_free(t->more);
    fh_mutex_free(t->lock);
    free(t);
}

void fh_tidier_wake(fh_tidier *t)
{
    if (!t) return;
    fh_mutex_lock(t->lock);
    if (t->flushed) fh_cond_wake(t->more); /* else it looks by itself soon */
    t->woken = true;
    fh_mutex_unlock(t->lock);
}

void fh_tidier_stats(fh_tidier *t, fh_live_stats *out)
{
    if (!t) return;
    fh_mutex_lock(t->lock);
    out->stretches = t->stretches;
    out->tidy_us = t->in_lane_us;
    out->longest_stretch_us = t->longest_us;
    out->stretch = t->stretch;
    out->anew = t->anew;
    out->copy = t->copy;
    out->tidy_failing = t->failing;
    fh_mutex_unlock(t->lock);
}
