/* live.c - interactions as they happen: the queue and the threads (see live.h).
 *
 *     submit:   one task at the end of a list, under a lock held for a moment
 *     writer:   takes from the front what fits one commit, waits for the write lane,
 *               writes it (live_write.c), gives the lane back, replies
 *     tidier:   folds what came into bigger parts, a stretch at a time (live_tidy.c)
 *     tidier:   looks whether there is something to fold, a stretch at a time
 *               (live_tidy.c)
 *
 * Always: `waiting` counts the interactions of tasks not yet written; a task is in the
 * list or in the writer's hands, and its reply is called once.
 */
#include "app/live/live_tidy.h"

#include "os/threads.h"

#include <stdlib.h>
#include <time.h>

enum { MAX_WAITING = 65536, MAX_COMMIT = 8192, RETRY_MS = 50, SPARES = 4096 };

struct fh_live {
    fh_pool *pool;
    fh_live_options options;
    fh_mutex *lock; /* guards everything down to the stats */
    fh_cond *more;
    fh_live_task *first, **last;
    fh_live_task *spare; /* [n_spare] for those to come */
    uint32_t n_spare;
    bool idle, closing; /* idle: the writer sleeps */
    fh_live_stats stats;
    fh_live_writer *writer; /* whoever holds the write lane */
    fh_thread *thread;
    fh_tidier *tidier; /* NULL: none */
};

static uint64_t now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* ---- The writer -------------------------------------------------------------------------- */

static void free_tasks(fh_live_task *tasks)
{
    for (fh_live_task *next; tasks; tasks = next) {
        next = tasks->next;
        free(tasks);
    }
}

/* Under the lock: keeps tasks that are done, as far as there is room; what is left. */
static fh_live_task *keep_spares(fh_live *live, fh_live_task *done)
{
    while (done && live->n_spare < SPARES) {
        fh_live_task *const next = done->next;
        done->next = live->spare;
        live->spare = done;
        live->n_spare++;
        done = next;
    }
    return done;
}

/* The tasks of the next commit; NULL: closing and none is left. `done`: those of the last one. */
static fh_live_task *take_tasks(fh_live *live, fh_live_task *done)
{
    size_t n = 0;
    fh_mutex_lock(live->lock);
    done = keep_spares(live, done);
    while (!live->first && !live->closing) {
        live->idle = true;
        fh_cond_wait(live->more, live->lock);
    }
    live->idle = false;
    fh_live_task *tasks = live->first, **end = &live->first;
    while (*end && (n == 0 || n + (*end)->items.n <= live->options.max_commit)) {
        n += (*end)->items.n;
        end = &(*end)->next;
    }
    fh_live_task *rest = *end;
    *end = NULL;
    live->first = rest;
    if (!rest) live->last = &live->first;
    fh_mutex_unlock(live->lock);
    free_tasks(done);
    return tasks;
}

static void count(fh_live_reply *reply)
{
    for (size_t i = 0; reply->result && i < reply->n; i++) {
        switch (reply->result[i].outcome) {
        case FH_LIVE_ACCEPTED: reply->n_accepted++; break;
        case FH_LIVE_KNOWN: reply->n_known++; break;
        case FH_LIVE_ERASED: reply->n_erased++; break;
        case FH_LIVE_REFUSED: reply->n_refused++; break;
        }
    }
}

static fh_live_reply reply_to(const fh_live_task *task, const fh_commit *done)
{
    fh_live_reply reply = {.status = done->status, .err = &done->err, .n = task->items.n};
    if (done->status == FH_OK) reply.result = done->result + task->at;
    count(&reply);
    return reply;
}

static void add_counts(fh_live_stats *sum, const fh_live_reply *reply)
{
    sum->accepted += reply->n_accepted;
    sum->known += reply->n_known;
    sum->erased += reply->n_erased;
    sum->refused += reply->n_refused;
}

/* Replies to all tasks of a commit. */
static void reply_all(fh_live *live, const fh_live_task *tasks, const fh_commit *done)
{
    for (const fh_live_task *t = tasks; t; t = t->next) {
        const fh_live_reply reply = reply_to(t, done);
        if (t->reply) t->reply(t->ctx, &reply);
    }
    if (live->options.woken) live->options.woken(live->options.ctx);
}

static void write_tasks(fh_live *live, fh_live_task *tasks)
{
    fh_org *org = NULL;
    fh_commit done = {.status = FH_OK};
    fh_live_stats sum = {0};
    const uint64_t begun = now_us();
    done.status = fh_pool_write(live->pool, -1, &org, &done.err);
    const uint64_t got = now_us();
    if (done.status == FH_OK) {
        fh_live_write(live->writer, org, tasks, &done);
        fh_pool_write_done(live->pool, org);
    }
    const uint64_t ended = now_us();
    uint64_t n = 0;
    for (const fh_live_task *t = tasks; t; t = t->next) {
        const fh_live_reply reply = reply_to(t, &done);
        add_counts(&sum, &reply);
        n += t->items.n;
    }
    /* Before the replies: who sends again then finds room, and who asks is told all. */
    fh_mutex_lock(live->lock);
    fh_live_stats *s = &live->stats;
    s->waiting -= n;
    s->accepted += sum.accepted;
    s->known += sum.known;
    s->erased += sum.erased;
    s->refused += sum.refused;
    s->lane_us += got - begun;
    s->commit_us += ended - got;
    fh_times_add(&s->lane, got - begun);
    fh_times_add(&s->commit, ended - got);
    if (done.status == FH_OK) {
        s->commits++;
    } else {
        s->failed_commits++;
        s->failed += n;
    }
    fh_mutex_unlock(live->lock);
    reply_all(live, tasks, &done);
    if (sum.accepted) fh_tidier_wake(live->tidier);
}

static void write_all(void *ctx)
{
    fh_live *live = ctx;
    fh_live_task *tasks = NULL;
    while ((tasks = take_tasks(live, tasks))) write_tasks(live, tasks);
}

/* ---- Opening, closing ----------------------------------------------------------------------- */

static void let_go(fh_live *live)
{
    fh_live_writer_free(live->writer);
    free_tasks(live->spare);
    fh_cond_free(live->more);
    fh_mutex_free(live->lock);
    free(live);
}

fh_status fh_live_open(fh_pool *pool, const fh_live_options *options, fh_live **out, fh_error *err)
{
    fh_live *live = calloc(1, sizeof *live);
    if (!live) return fh_no_memory(err);
    live->pool = pool;
    live->options = *options;
    if (live->options.max_waiting == 0) live->options.max_waiting = MAX_WAITING;
    if (live->options.max_commit == 0) live->options.max_commit = MAX_COMMIT;
    live->last = &live->first;
    live->lock = fh_mutex_new();
    live->more = fh_cond_new();
    fh_status status = live->lock && live->more ? FH_OK : fh_no_memory(err);
    if (status == FH_OK)
        status = fh_live_writer_new(fh_pool_os(pool), options->source, &live->writer, err);
    if (status == FH_OK && !options->keep_inbox)
        status = fh_tidier_start(pool, live->writer, options, &live->tidier, err);
    if (status == FH_OK) status = fh_thread_start(write_all, live, &live->thread, err);
    if (status == FH_OK) {
        *out = live;
        return FH_OK;
    }
    fh_tidier_stop(live->tidier);
    let_go(live);
    return status;
}

void fh_live_close(fh_live *live)
{
    if (!live) return;
    fh_mutex_lock(live->lock);
    live->closing = true;
    fh_cond_wake(live->more);
    fh_mutex_unlock(live->lock);
    fh_thread_join(live->thread);
    fh_tidier_stop(live->tidier);
    let_go(live);
}

/* ---- Handing over --------------------------------------------------------------------------- */

static fh_status too_much(const fh_live *live, const fh_live_items *items, uint32_t *retry_ms,
                          fh_error *err)
{
    if (items->n > live->options.max_waiting) {
        (void)fh_fail(err, FH_LIMIT, "%zu interactions are too many at once", items->n);
        return fh_hint(err, FH_LIMIT, "Send at most %u at once.", live->options.max_waiting);
    }
    if (retry_ms) *retry_ms = RETRY_MS;
    (void)fh_fail(err, FH_BUSY, "more interactions arrive than can be written at the moment");
    return fh_hint(err, FH_BUSY, "Nothing of this was stored. Send it again in a moment.");
}

fh_status fh_live_submit(fh_live *live, const fh_live_items *items, fh_live_replied *reply,
                         void *ctx, uint32_t *retry_ms, fh_error *err)
{
    if (items->n == 0) return fh_fail(err, FH_INVALID, "there is no interaction to be stored");
    fh_status status = FH_OK;
    fh_mutex_lock(live->lock);
    fh_live_task *task = live->spare;
    if (live->closing)
        status = FH_INTERRUPTED;
    else if (items->n > live->options.max_waiting - live->stats.waiting)
        status = FH_BUSY;
    else if (!task && !(task = malloc(sizeof *task)))
        status = FH_NOMEM;
    if (status == FH_OK) {
        if (task == live->spare) {
            live->spare = task->next;
            live->n_spare--;
        }
        *task = (fh_live_task){.items = *items, .reply = reply, .ctx = ctx};
        *live->last = task;
        live->last = &task->next;
        live->stats.waiting += items->n;
        if (live->idle) fh_cond_wake(live->more);
    }
    fh_mutex_unlock(live->lock);
    if (status == FH_OK) return FH_OK;
    if (status == FH_NOMEM) return fh_no_memory(err);
    if (status == FH_BUSY) return too_much(live, items, retry_ms, err);
    (void)fh_fail(err, FH_INTERRUPTED, "the server is closing");
    return fh_hint(err, FH_INTERRUPTED, "Nothing of this was stored. Send it again in a moment.");
}

void fh_live_stats_get(fh_live *live, fh_live_stats *out)
{
    fh_mutex_lock(live->lock);
    *out = live->stats;
    fh_mutex_unlock(live->lock);
    fh_tidier_stats(live->tidier, out);
}
