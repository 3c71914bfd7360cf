/* record_clocks.c - see record_clocks.h. */
#include "app/records/record_clocks.h"

#include "app/records/records.h"
#include "os/threads.h"
#include "store/record_ways.h"

#include <stdlib.h>

enum { EVERY_MS = 1000, AFTER_FAILURE_MS = 30000, AT_A_TIME = 50, PATIENCE_MS = 500 };

struct fh_record_clocks {
    fh_pool *pool;
    fh_log *log;
    fh_metrics *metrics;
    fh_mutex *lock; /* guards `stop` */
    fh_cond *change;
    bool stop;
    fh_thread *thread;
};

/* Some of those that are due, in one transaction; *left: there are more. */
static fh_status act(fh_record_clocks *c, fh_org *org, int64_t now_ms, bool *left, fh_error *err)
{
    uint64_t n = 0;
    fh_status s = fh_org_begin(org, err);
    if (s != FH_OK) return s;
    s = fh_records_clocks(org, now_ms, AT_A_TIME, &n, left, err);
    if (s == FH_OK)
        s = fh_org_commit(org, err);
    else
        fh_org_rollback(org);
    if (s == FH_OK) fh_metric_add(c->metrics, FH_M_CLOCKS_ACTED, (int64_t)n);
    return s;
}

/* Looks in the write lane: a reader could keep what was erased from leaving the file. */
static fh_status look(fh_record_clocks *c, int64_t now_ms, bool *left, fh_error *err)
{
    fh_org *org = NULL;
    bool due = false;
    *left = false;
    fh_status s = fh_pool_write(c->pool, PATIENCE_MS, &org, err);
    if (s == FH_BUSY) return FH_OK; /* somebody writes for long: later, then */
    if (s != FH_OK) return s;
    s = fh_record_any_due(org, now_ms, &due, err);
    if (s == FH_OK && due) s = act(c, org, now_ms, left, err);
    fh_pool_write_done(c->pool, org);
    return s;
}

static bool stopping(fh_record_clocks *c)
{
    fh_mutex_lock(c->lock);
    const bool stop = c->stop;
    fh_mutex_unlock(c->lock);
    return stop;
}

static fh_status round_of(fh_record_clocks *c, fh_error *err)
{
    const fh_os *os = fh_pool_os(c->pool);
    const int64_t now_ms = os->now_ms(os->ctx);
    bool left = true;
    fh_status s = FH_OK;
    while (s == FH_OK && left && !stopping(c)) s = look(c, now_ms, &left, err);
    return s;
}

static void work(void *ctx)
{
    fh_record_clocks *c = ctx;
    int64_t pause_ms = 0;
    fh_mutex_lock(c->lock);
    while (!c->stop) {
        if (pause_ms) {
            (void)fh_cond_wait_ms(c->change, c->lock, pause_ms);
            pause_ms = 0;
            continue;
        }
        fh_mutex_unlock(c->lock);
        fh_error err = {0};
        const fh_status s = round_of(c, &err);
        if (s != FH_OK) {
            fh_metric_add(c->metrics, FH_M_CLOCKS_FAILED, 1);
            fh_log_error(c->log, "clocks of records did not act", &err);
        }
        pause_ms = s == FH_OK ? EVERY_MS : AFTER_FAILURE_MS;
        fh_mutex_lock(c->lock);
    }
    fh_mutex_unlock(c->lock);
}

fh_status fh_record_clocks_start(fh_pool *pool, fh_log *log, fh_metrics *metrics,
                                 fh_record_clocks **out, fh_error *err)
{
    fh_record_clocks *c = calloc(1, sizeof *c);
    if (!c) return fh_no_memory(err);
    *c = (fh_record_clocks){.pool = pool,
                            .log = log,
                            .metrics = metrics,
                            .lock = fh_mutex_new(),
                            .change = fh_cond_new()};
    fh_status s = c->lock && c->change ? FH_OK : fh_no_memory(err);
    if (s == FH_OK) s = fh_thread_start(work, c, &c->thread, err);
    if (s == FH_OK)
        *out = c;
    else
        fh_record_clocks_stop(c);
    return s;
}

void fh_record_clocks_stop(fh_record_clocks *c)
{
    if (!c) return;
    if (c->thread) {
        fh_mutex_lock(c->lock);
        c->stop = true;
        fh_cond_wake(c->change);
        fh_mutex_unlock(c->lock);
        fh_thread_join(c->thread);
    }
    fh_cond_free(c->change);
    fh_mutex_free(c->lock);
    free(c);
}
