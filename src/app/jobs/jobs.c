/* jobs.c - the runner of background jobs.
 *
 *     slots: one a worker thread            keeper thread, every TICK_MS
 *     [ job 17, 40 %, words, stop? ]  <---  renews leases, writes progress,
 *     [ idle ]                               looks for work, sweeps old files
 *
 * A worker takes the oldest job, runs its kind, writes how it ended. Progress is
 * kept in the slot, where a request reads it; the keeper writes it to the table now
 * and then, with a new lease. Whoever finds a lease run out takes the job up again.
 */
#include "app/jobs/jobs.h"

#include "app/data/keeping.h"
#include "app/find/findings.h"
#include "app/jobs/job_files.h"
#include "app/jobs/job_params.h"
#include "base/nearest.h"
#include "base/put.h"
#include "base/time.h"
#include "os/heap.h"
#include "os/threads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    THREADS_USUAL = 2,
    THREADS_MOST = 64,
    TICK_MS = 1000,
    SWEEP_MS = 15 * 60 * 1000,
    ATTEMPTS_MOST = 3,
    RESULT_MAX = 16 << 20,
};

typedef struct slot {
    fh_jobs *jobs;
    fh_thread *thread;
    int64_t job; /* 0: idle */
    uint64_t done, total;
    const char *words;          /* a constant */
    bool stop, cancelled, lost; /* cancelled: a person asked; lost: another process has it */
    /* The rate is taken since the words last changed. */
    int64_t since_ms;
    uint64_t since_done;
    int64_t renewed_ms;
} slot;

struct fh_jobs {
    fh_pool *pool;
    const fh_os *os;
    fh_jobs_options options;
    char *folder;
    int64_t runner;
    fh_mutex *lock; /* guards everything below and the slots */
    fh_cond *work;  /* there may be a job to take, or it is time to stop */
    fh_cond *tick;  /* wakes the keeper */
    bool stopping, maybe_work;
    fh_thread *keeper;
    int64_t swept_ms;
    uint32_t n_slots;
    slot *slots;
};

/* ---- Kinds ------------------------------------------------------------------------------- */

static const fh_job_kind *find_kind(const fh_jobs *jobs, fh_str name)
{
    for (const fh_job_kind *const *k = jobs->options.kinds; *k; k++)
        if (fh_str_eq(fh_str_of((*k)->name), name)) return *k;
    return NULL;
}

static fh_status no_such_kind(const fh_jobs *jobs, fh_str name, fh_error *err)
{
    fh_str names[64];
    size_t n = 0;
    while (jobs->options.kinds[n] && n < 64) {
        names[n] = fh_str_of(jobs->options.kinds[n]->name);
        n++;
    }
    (void)fh_fail(err, FH_NOTFOUND, "there is no kind of job called '%.*s'",
                  name.len > 60 ? 60 : (int)name.len, name.len ? name.ptr : "");
    const size_t near = fh_nearest(name, names, n);
    if (near < n) return fh_hint(err, FH_NOTFOUND, "Did you mean '%.*s'?", FH_STR_ARG(names[near]));
    return fh_hint(err, FH_NOTFOUND, "The handbook's page on jobs lists them.");
}

static fh_status check_params(const fh_jobs *jobs, fh_str kind, fh_str params, fh_error *err)
{
    const fh_job_kind *k = find_kind(jobs, kind);
    if (!k) return no_such_kind(jobs, kind, err);
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    void *options = NULL;
    const fh_status status = fh_job_params(k, params, arena, &options, err);
    fh_arena_free(arena);
    return status;
}

/* ---- Progress ------------------------------------------------------------------------------- */

static slot *slot_of(fh_jobs *jobs, int64_t job)
{
    for (uint32_t i = 0; i < jobs->n_slots; i++)
        if (jobs->slots[i].job == job) return &jobs->slots[i];
    return NULL;
}

bool fh_job_progress(fh_job_run *run, uint64_t done, uint64_t total, const char *words)
{
    fh_jobs *jobs = run->jobs;
    fh_mutex_lock(jobs->lock);
    slot *s = slot_of(jobs, run->job);
    if (s) {
        if (s->words != words || done < s->since_done) {
            s->since_ms = jobs->os->monotonic_ms(jobs->os->ctx);
            s->since_done = done;
        }
        s->done = done;
        s->total = total;
        s->words = words;
    }
    const bool stop = !s || s->stop;
    fh_mutex_unlock(jobs->lock);
    return stop;
}

/* Adds what the slot knows to what the table says. */
static void overlay(fh_jobs *jobs, fh_job *job)
{
    if (job->state != FH_JOB_RUNNING) return;
    fh_mutex_lock(jobs->lock);
    const slot *s = slot_of(jobs, job->job);
    if (s) {
        const int64_t took = jobs->os->monotonic_ms(jobs->os->ctx) - s->since_ms;
        const uint64_t moved = s->done - s->since_done;
        job->done = s->done;
        job->total = s->total;
        job->words = fh_str_of(s->words);
        if (took >= 500 && moved) {
            job->rate_per_s = (int64_t)((double)moved * 1000.0 / (double)took);
            if (s->total >= s->done)
                job->left_ms =
                    (int64_t)((double)(s->total - s->done) * (double)took / (double)moved);
        }
    }
    fh_mutex_unlock(jobs->lock);
}

/* ---- A worker ------------------------------------------------------------------------------- */

static fh_status take(fh_jobs *jobs, fh_arena *arena, fh_job *job, bool *lost, fh_error *err)
{
    fh_org *org = NULL;
    fh_status status = fh_pool_write(jobs->pool, -1, &org, err);
    if (status == FH_OK)
        status = fh_job_take(org, jobs->runner, jobs->os->now_ms(jobs->os->ctx),
                             jobs->options.lease_ms, arena, job, lost, err);
    fh_pool_write_done(jobs->pool, org);
    return status;
}

/* A failed job that says why, for people. */
static void fail_job(fh_job *job, fh_status status, const fh_error *err, fh_arena *arena)
{
    job->state = FH_JOB_FAILED;
    const char *words = err->message[0] ? err->message : fh_status_text(status);
    if (!fh_arena_str(arena, fh_str_of(words), &job->error)) job->error = FH_STR("out of memory");
    if (!fh_arena_str(arena, fh_str_of(err->hint), &job->hint)) job->hint = (fh_str){0};
}

static fh_status run_kind(fh_jobs *jobs, const fh_job_kind *kind, fh_job *job, fh_arena *arena,
                          fh_error *err)
{
    void *options = NULL;
    fh_buf text;
    fh_json result;
    job->result = (fh_str){0};
    fh_status status = fh_job_params(kind, job->params, arena, &options, err);
    if (status != FH_OK) return status;
    fh_buf_init(&text, NULL, RESULT_MAX);
    fh_json_begin(&result, &text, 0);
    fh_json_object(&result);
    fh_job_run run = {.jobs = jobs,
                      .pool = jobs->pool,
                      .os = jobs->os,
                      .arena = arena,
                      .job = job->job,
                      .attempt = job->attempts,
                      .memory_bytes = jobs->options.import_memory};
    status = kind->run(&run, options, &result, err);
    if (status != FH_OK) {
        fh_put_int(&result, "exit_status", (int64_t)status);
    }
    fh_json_end_object(&result);
    if (status == FH_OK && text.status != FH_OK)
        status = text.status == FH_NOMEM ? fh_no_memory(err)
                                         : fh_fail(err, text.status, "the result is too long");
    /* A failure may have left it open somewhere: then it is not kept. */
    const bool whole = text.status == FH_OK && result.depth == 0;
    if (whole && !fh_arena_str(arena, fh_buf_view(&text), &job->result) && status == FH_OK)
        status = fh_no_memory(err);
    fh_buf_free(&text);
    return status;
}

/* Whether it may run at all: a kind that is known, not too many crashes. */
static fh_status may_run(const fh_jobs *jobs, const fh_job *job, bool lost,
                         const fh_job_kind **kind, fh_error *err)
{
    *kind = find_kind(jobs, job->kind);
    if (!*kind) return no_such_kind(jobs, job->kind, err);
    if (!lost) return FH_OK;
    if ((*kind)->lost) return fh_fail(err, FH_INTERRUPTED, "%s", (*kind)->lost);
    if (job->attempts <= ATTEMPTS_MOST) return FH_OK;
    (void)fh_fail(err, FH_INTERNAL, "the server stopped %d times while this job ran",
                  (int)ATTEMPTS_MOST);
    return fh_hint(err, FH_INTERNAL,
                   "Look at the server's log, then start the job again; what it had done is kept.");
}

static fh_status write_end(fh_jobs *jobs, fh_job *job, fh_error *err)
{
    fh_org *org = NULL;
    fh_status status = fh_pool_write(jobs->pool, -1, &org, err);
    if (status != FH_OK) return status;
    status = fh_org_begin(org, err);
    if (status == FH_OK) status = fh_job_end(org, job, err);
    if (status == FH_OK && jobs->options.ended)
        status = jobs->options.ended(jobs->options.ctx, org, job, err);
    if (status == FH_OK)
        status = fh_org_commit(org, err);
    else
        fh_org_rollback(org);
    fh_pool_write_done(jobs->pool, org);
    return status;
}

static fh_status write_back(fh_jobs *jobs, const fh_job *job, fh_error *err)
{
    fh_org *org = NULL;
    fh_status status = fh_pool_write(jobs->pool, -1, &org, err);
    if (status == FH_OK) status = fh_job_give_back(org, job, jobs->os->now_ms(jobs->os->ctx), err);
    fh_pool_write_done(jobs->pool, org);
    return status;
}

static void tell_end(fh_jobs *jobs, const fh_job *job, int64_t took_ms)
{
    static const fh_metric counted[] = {
        [FH_JOB_DONE] = FH_M_JOBS_DONE,
        [FH_JOB_FAILED] = FH_M_JOBS_FAILED,
        [FH_JOB_CANCELLED] = FH_M_JOBS_CANCELLED,
    };
    fh_metric_add(jobs->options.metrics, counted[job->state], 1);
    fh_metric_observe_us(jobs->options.metrics, FH_M_JOB_SECONDS, took_ms * 1000);
    /* The error may quote a line of a customer's file: it is told by number only. */
    fh_log_tell(jobs->options.log, job->state == FH_JOB_FAILED ? FH_LOG_WARNING : FH_LOG_INFO,
                "job ended",
                FH_LOG_FIELDS(FH_LOG_NUMBER("job", job->job), FH_LOG_TEXT("kind", job->kind),
                              FH_LOG_TEXT("state", fh_str_of(fh_job_state_name(job->state))),
                              FH_LOG_NUMBER("ms", took_ms)));
}

/* Frees the slot; tells how far the job got and why it was stopped. */
static slot leave_slot(fh_jobs *jobs, slot *s)
{
    fh_mutex_lock(jobs->lock);
    const slot was = *s;
    fh_mutex_unlock(jobs->lock);
    return was;
}

static void run_job(fh_jobs *jobs, slot *mine, fh_job *job, bool lost, fh_arena *arena)
{
    const int64_t began = jobs->os->monotonic_ms(jobs->os->ctx);
    const fh_job_kind *kind = NULL;
    fh_error err = {0};
    fh_log_tell(jobs->options.log, FH_LOG_INFO, lost ? "job taken up again" : "job started",
                FH_LOG_FIELDS(FH_LOG_NUMBER("job", job->job), FH_LOG_TEXT("kind", job->kind),
                              FH_LOG_NUMBER("attempt", job->attempts)));
    fh_status status = may_run(jobs, job, lost, &kind, &err);
    if (status == FH_OK) status = run_kind(jobs, kind, job, arena, &err);

    const slot was = leave_slot(jobs, mine);
    job->done = was.done;
    job->total = was.total;
    job->words = fh_str_of(was.words);
    job->finished_ms = jobs->os->now_ms(jobs->os->ctx);
    const bool interrupted = status == FH_INTERRUPTED && was.stop;
    if (was.lost) {
        status = FH_OK; /* another process goes on with it */
    } else if (interrupted && !was.cancelled) {
        status = write_back(jobs, job, &err);
    } else {
        if (status == FH_OK)
            job->state = FH_JOB_DONE;
        else
            fail_job(job, status, &err, arena);
        if (interrupted) job->state = FH_JOB_CANCELLED; /* the error says what is kept */
        status = write_end(jobs, job, &err);
        if (status == FH_OK) tell_end(jobs, job, jobs->os->monotonic_ms(jobs->os->ctx) - began);
    }
    if (status != FH_OK) fh_log_error(jobs->options.log, "how a job ended was not stored", &err);
}

static bool wait_for_work(fh_jobs *jobs)
{
    fh_mutex_lock(jobs->lock);
    while (!jobs->stopping && !jobs->maybe_work) fh_cond_wait(jobs->work, jobs->lock);
    const bool go_on = !jobs->stopping;
    fh_mutex_unlock(jobs->lock);
    return go_on;
}

/* Takes a job into the slot; false: there is none. */
static bool begin_job(fh_jobs *jobs, slot *mine, fh_arena *arena, fh_job *job, bool *lost)
{
    fh_error err = {0};
    const fh_status status = take(jobs, arena, job, lost, &err);
    if (status != FH_OK) fh_log_error(jobs->options.log, "no job could be taken", &err);
    const bool got = status == FH_OK && job->job;
    fh_mutex_lock(jobs->lock);
    if (!got) {
        jobs->maybe_work = false; /* until the keeper looks again */
    } else {
        const int64_t now = jobs->os->monotonic_ms(jobs->os->ctx);
        *mine = (slot){.jobs = jobs,
                       .thread = mine->thread,
                       .job = job->job,
                       .words = "",
                       .stop = job->stop_asked || jobs->stopping,
                       .cancelled = job->stop_asked,
                       .since_ms = now,
                       .renewed_ms = now};
    }
    fh_mutex_unlock(jobs->lock);
    return got;
}

static void worker(void *ctx)
{
    slot *mine = ctx;
    fh_jobs *jobs = mine->jobs;
    while (wait_for_work(jobs)) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_job job = {.job = 0};
        bool lost = false;
        if (!arena) {
            fh_thread_yield();
            continue;
        }
        if (begin_job(jobs, mine, arena, &job, &lost)) {
            run_job(jobs, mine, &job, lost, arena);
            fh_mutex_lock(jobs->lock);
            mine->job = 0;
            fh_mutex_unlock(jobs->lock);
        }
        fh_arena_free(arena);
        fh_heap_give_back();
    }
}

/* ---- The keeper ----------------------------------------------------------------------------- */

static void renew(fh_jobs *jobs, slot *s, const fh_job *job)
{
    fh_org *org = NULL;
    fh_error err = {0};
    bool stop = false;
    fh_status status = fh_pool_write(jobs->pool, jobs->options.lease_ms / 3, &org, &err);
    if (status == FH_OK)
        status = fh_job_renew(org, job, jobs->os->now_ms(jobs->os->ctx), jobs->options.lease_ms,
                              &stop, &err);
    fh_pool_write_done(jobs->pool, org);
    if (status != FH_OK && status != FH_CONFLICT)
        fh_log_error(jobs->options.log, "progress of a job was not stored", &err);
    fh_mutex_lock(jobs->lock);
    if (s->job == job->job) {
        if (status == FH_OK) s->renewed_ms = jobs->os->monotonic_ms(jobs->os->ctx);
        if (status == FH_CONFLICT) s->lost = s->stop = true;
        if (status == FH_OK && stop) s->cancelled = s->stop = true;
    }
    fh_mutex_unlock(jobs->lock);
}

static void renew_leases(fh_jobs *jobs)
{
    const int64_t now = jobs->os->monotonic_ms(jobs->os->ctx);
    for (uint32_t i = 0; i < jobs->n_slots; i++) {
        slot *s = &jobs->slots[i];
        fh_mutex_lock(jobs->lock);
        const bool due = s->job && now - s->renewed_ms >= jobs->options.lease_ms / 3;
        const fh_job job = {.job = s->job,
                            .runner = jobs->runner,
                            .done = s->done,
                            .total = s->total,
                            .words = fh_str_of(s->words)};
        fh_mutex_unlock(jobs->lock);
        if (due) renew(jobs, s, &job);
    }
}

/* Reads only: is there a job, and how many are there? */
static void look_for_work(fh_jobs *jobs)
{
    fh_org *org = NULL;
    fh_error err = {0};
    bool any = false;
    uint64_t waiting = 0, running = 0;
    fh_status status = fh_pool_read(jobs->pool, &org, &err);
    if (status == FH_OK) status = fh_job_any(org, jobs->os->now_ms(jobs->os->ctx), &any, &err);
    if (status == FH_OK) status = fh_job_counts(org, &waiting, &running, &err);
    fh_pool_read_done(jobs->pool, org);
    if (status != FH_OK) {
        fh_log_error(jobs->options.log, "the list of jobs cannot be read", &err);
        return;
    }
    fh_metric_set(jobs->options.metrics, FH_M_JOBS_WAITING, (int64_t)waiting);
    fh_metric_set(jobs->options.metrics, FH_M_JOBS_RUNNING, (int64_t)running);
    if (any) fh_jobs_wake(jobs);
}

/* As the rule of retention says; without one as the settings do. */
static fh_status sweep_files(fh_jobs *jobs, int64_t clock, fh_error *err)
{
    fh_keep_rule rule;
    fh_org *org = NULL;
    bool by_rule = false;
    uint64_t n = 0;
    fh_status status = fh_pool_read(jobs->pool, &org, err);
    if (status == FH_OK) status = fh_keep_files(org, &rule, &by_rule, err);
    fh_pool_read_done(jobs->pool, org);
    if (status != FH_OK) return status;
    const int64_t before =
        by_rule ? fh_keep_before(&rule, clock) : clock - jobs->options.keep_files_ms;
    status = fh_job_files_sweep(jobs->pool, jobs->folder, before, &n, err);
    if (status != FH_OK || !by_rule || !n) return status;
    status = fh_pool_write(jobs->pool, -1, &org, err);
    if (status == FH_OK) status = fh_keep_count(org, rule.rule, n, clock, err);
    fh_pool_write_done(jobs->pool, org);
    return status;
}

/* Asks for the daily job that lets go of what was kept long enough. */
static void plan_keeping(fh_jobs *jobs, int64_t clock)
{
    fh_org *org = NULL;
    fh_error err = {0};
    bool due = false;
    int64_t job = 0;
    fh_status status = fh_pool_read(jobs->pool, &org, &err);
    if (status == FH_OK) status = fh_keep_due(org, clock, &due, &err);
    fh_pool_read_done(jobs->pool, org);
    if (status == FH_OK && due)
        status = fh_jobs_add(jobs, fh_str_of(fh_job_kind_keeping.name), FH_STR("{}"),
                             FH_STR("Firsthand itself"), 0, &job, &err);
    if (status != FH_OK) fh_log_error(jobs->options.log, "retention waits for now", &err);
}

/* Asks for a look at what came in, when there is none yet that goes on. */
static void plan_find(fh_jobs *jobs)
{
    fh_org *org = NULL;
    fh_error err = {0};
    bool due = false;
    int64_t job = 0;
    fh_status status = fh_pool_read(jobs->pool, &org, &err);
    if (status == FH_OK)
        status = fh_find_due(org, jobs->options.find_every_ms, jobs->os->now_ms(jobs->os->ctx),
                             &due, &err);
    fh_pool_read_done(jobs->pool, org);
    if (status == FH_OK && due)
        status = fh_jobs_add(jobs, FH_STR("find"), FH_STR("{}"), FH_STR("Firsthand itself"), 0,
                             &job, &err);
    if (status != FH_OK) fh_log_error(jobs->options.log, "looking for findings waits", &err);
}

static void sweep(fh_jobs *jobs)
{
    const int64_t now = jobs->os->monotonic_ms(jobs->os->ctx);
    if (jobs->swept_ms && now - jobs->swept_ms < SWEEP_MS) return;
    jobs->swept_ms = now;
    fh_org *org = NULL;
    fh_error err = {0};
    uint64_t n = 0;
    const int64_t clock = jobs->os->now_ms(jobs->os->ctx);
    fh_status status = fh_pool_write(jobs->pool, jobs->options.lease_ms / 3, &org, &err);
    if (status == FH_OK) status = fh_job_forget(org, clock - jobs->options.keep_ms, &n, &err);
    fh_pool_write_done(jobs->pool, org);
    if (status == FH_OK) status = sweep_files(jobs, clock, &err);
    if (status != FH_OK) fh_log_error(jobs->options.log, "old jobs and files stay for now", &err);
    if (find_kind(jobs, fh_str_of(fh_job_kind_keeping.name))) plan_keeping(jobs, clock);
}

static void keeper(void *ctx)
{
    fh_jobs *jobs = ctx;
    fh_mutex_lock(jobs->lock);
    while (!jobs->stopping) {
        fh_mutex_unlock(jobs->lock);
        look_for_work(jobs);
        renew_leases(jobs);
        sweep(jobs);
        if (jobs->options.find_every_ms > 0) plan_find(jobs);
        fh_mutex_lock(jobs->lock);
        const int64_t third = jobs->options.lease_ms / 3;
        if (!jobs->stopping)
            (void)fh_cond_wait_ms(jobs->tick, jobs->lock, third < TICK_MS ? third : TICK_MS);
    }
    fh_mutex_unlock(jobs->lock);
}

/* ---- Starting, stopping --------------------------------------------------------------------- */

static void fill_options(fh_jobs *jobs, const fh_jobs_options *options)
{
    fh_jobs_options *o = &jobs->options;
    *o = *options;
    if (!o->threads) o->threads = THREADS_USUAL;
    if (o->threads > THREADS_MOST) o->threads = THREADS_MOST;
    if (!o->kinds) o->kinds = fh_job_kinds;
    if (!o->import_memory) o->import_memory = (size_t)64 << 20;
    if (o->keep_ms <= 0) o->keep_ms = INT64_C(90) * 86400000;
    if (o->keep_files_ms <= 0) o->keep_files_ms = INT64_C(7) * 86400000;
    if (o->lease_ms <= 0) o->lease_ms = 30000;
}

static fh_status make_folder(fh_jobs *jobs, fh_error *err)
{
    const char *named = jobs->options.folder, *org = fh_pool_path(jobs->pool);
    const size_t size = strlen(named ? named : org) + sizeof ".files";
    jobs->folder = malloc(size);
    if (!jobs->folder) return fh_no_memory(err);
    (void)snprintf(jobs->folder, size, "%s%s", named ? named : org, named ? "" : ".files");
    return jobs->os->make_folder(jobs->os->ctx, jobs->folder, err);
}

static fh_status start_threads(fh_jobs *jobs, fh_error *err)
{
    fh_status status = FH_OK;
    for (uint32_t i = 0; i < jobs->n_slots && status == FH_OK; i++) {
        jobs->slots[i].jobs = jobs;
        jobs->slots[i].words = "";
        status = fh_thread_start(worker, &jobs->slots[i], &jobs->slots[i].thread, err);
    }
    if (status == FH_OK) status = fh_thread_start(keeper, jobs, &jobs->keeper, err);
    return status;
}

fh_status fh_jobs_start(fh_pool *pool, const fh_jobs_options *options, fh_jobs **out, fh_error *err)
{
    fh_jobs *jobs = calloc(1, sizeof *jobs);
    if (!jobs) return fh_no_memory(err);
    jobs->pool = pool;
    jobs->os = fh_pool_os(pool);
    fill_options(jobs, options);
    jobs->lock = fh_mutex_new();
    jobs->work = fh_cond_new();
    jobs->tick = fh_cond_new();
    jobs->slots = calloc(jobs->options.threads, sizeof *jobs->slots);
    fh_status status = FH_OK;
    if (!jobs->lock || !jobs->work || !jobs->tick || !jobs->slots) status = fh_no_memory(err);
    uint64_t number = 0;
    if (status == FH_OK) status = jobs->os->random(jobs->os->ctx, &number, sizeof number, err);
    jobs->runner = (int64_t)(number >> 1) | 1;
    if (status == FH_OK) status = make_folder(jobs, err);
    if (status == FH_OK) {
        jobs->n_slots = jobs->options.threads;
        status = start_threads(jobs, err);
    }
    if (status == FH_OK)
        *out = jobs;
    else
        fh_jobs_stop(jobs);
    return status;
}

void fh_jobs_stop(fh_jobs *jobs)
{
    if (!jobs) return;
    if (jobs->lock && jobs->work && jobs->tick) {
        fh_mutex_lock(jobs->lock);
        jobs->stopping = true;
        for (uint32_t i = 0; i < jobs->n_slots; i++) jobs->slots[i].stop = true;
        fh_cond_wake_all(jobs->work);
        fh_cond_wake_all(jobs->tick);
        fh_mutex_unlock(jobs->lock);
    }
    for (uint32_t i = 0; i < jobs->n_slots; i++) fh_thread_join(jobs->slots[i].thread);
    fh_thread_join(jobs->keeper);
    fh_cond_free(jobs->work);
    fh_cond_free(jobs->tick);
    fh_mutex_free(jobs->lock);
    free(jobs->slots);
    free(jobs->folder);
    free(jobs);
}

void fh_jobs_wake(fh_jobs *jobs)
{
    fh_mutex_lock(jobs->lock);
    jobs->maybe_work = true;
    fh_cond_wake_all(jobs->work);
    fh_mutex_unlock(jobs->lock);
}

int64_t fh_jobs_find_every(const fh_jobs *jobs)
{
    return jobs->options.find_every_ms;
}

/* ---- Asking --------------------------------------------------------------------------------- */

fh_status fh_jobs_add_in(fh_jobs *jobs, fh_org *org, fh_str kind, fh_str params, fh_str owner,
                         int64_t owner_id, int64_t *out, fh_error *err)
{
    if (params.len == 0) params = FH_STR("{}");
    const fh_status status = check_params(jobs, kind, params, err);
    if (status != FH_OK) return status;
    return fh_job_put(org, kind, params, owner, owner_id, jobs->os->now_ms(jobs->os->ctx), out,
                      err);
}

fh_status fh_jobs_add(fh_jobs *jobs, fh_str kind, fh_str params, fh_str owner, int64_t owner_id,
                      int64_t *out, fh_error *err)
{
    fh_org *org = NULL;
    fh_status status = fh_pool_write(jobs->pool, -1, &org, err);
    if (status == FH_OK)
        status = fh_jobs_add_in(jobs, org, kind, params, owner, owner_id, out, err);
    fh_pool_write_done(jobs->pool, org);
    if (status == FH_OK) fh_jobs_wake(jobs);
    return status;
}

fh_status fh_jobs_get(fh_jobs *jobs, int64_t job, fh_arena *arena, fh_job *out, fh_error *err)
{
    fh_org *org = NULL;
    fh_job found;
    fh_status status = fh_pool_read(jobs->pool, &org, err);
    if (status == FH_OK) status = fh_job_get(org, job, arena, &found, err);
    fh_pool_read_done(jobs->pool, org);
    if (status != FH_OK) return status;
    overlay(jobs, &found);
    *out = found;
    return FH_OK;
}

fh_status fh_jobs_list(fh_jobs *jobs, const fh_job_query *query, fh_arena *arena,
                       const fh_job **out, size_t *n, bool *more, fh_error *err)
{
    fh_org *org = NULL;
    const fh_job *found = NULL;
    size_t count = 0;
    fh_status status = fh_pool_read(jobs->pool, &org, err);
    if (status == FH_OK) status = fh_job_list(org, query, arena, &found, &count, more, err);
    fh_pool_read_done(jobs->pool, org);
    if (status != FH_OK) return status;
    fh_job *shown = FH_NEW_ARRAY(arena, fh_job, count + 1);
    if (!shown) return fh_no_memory(err);
    for (size_t i = 0; i < count; i++) {
        shown[i] = found[i];
        overlay(jobs, &shown[i]);
    }
    *out = shown;
    *n = count;
    return FH_OK;
}

fh_status fh_jobs_cancel(fh_jobs *jobs, int64_t job, fh_job_state *state, fh_error *err)
{
    fh_org *org = NULL;
    fh_status status = fh_pool_write(jobs->pool, -1, &org, err);
    if (status == FH_OK)
        status = fh_job_ask_stop(org, job, jobs->os->now_ms(jobs->os->ctx), state, err);
    fh_pool_write_done(jobs->pool, org);
    if (status != FH_OK) return status;
    fh_mutex_lock(jobs->lock);
    slot *s = slot_of(jobs, job);
    if (s) s->stop = s->cancelled = true;
    fh_mutex_unlock(jobs->lock);
    return FH_OK;
}

/* ---- Showing -------------------------------------------------------------------------------- */

static void put_progress(const fh_job *job, fh_json *j)
{
    fh_json_key(j, FH_STR("progress"));
    fh_json_object(j);
    fh_put_number(j, "done", job->done);
    fh_json_key(j, FH_STR("total"));
    if (job->total)
        fh_json_uint(j, job->total);
    else
        fh_json_null(j);
    fh_put_text_or_null(j, "words", job->words);
    fh_json_key(j, FH_STR("per_second"));
    if (job->rate_per_s)
        fh_json_int(j, job->rate_per_s);
    else
        fh_json_null(j);
    fh_json_key(j, FH_STR("left_ms"));
    if (job->left_ms >= 0 && job->state == FH_JOB_RUNNING)
        fh_json_int(j, job->left_ms);
    else
        fh_json_null(j);
    fh_json_end_object(j);
}

void fh_job_json(const fh_job *job, fh_json *j)
{
    fh_json_object(j);
    fh_put_int(j, "job", job->job);
    fh_put_text(j, "kind", job->kind);
    fh_put_text_or_null(j, "owner", job->owner);
    fh_put_word(j, "state", fh_job_state_name(job->state));
    fh_put_bool(j, "stopping", job->state == FH_JOB_RUNNING && job->stop_asked);
    fh_json_key(j, FH_STR("params"));
    fh_json_raw_value(j, job->params);
    put_progress(job, j);
    fh_json_key(j, FH_STR("result"));
    if (job->result.len)
        fh_json_raw_value(j, job->result);
    else
        fh_json_null(j);
    fh_put_text_or_null(j, "error", job->error);
    fh_put_text_or_null(j, "hint", job->hint);
    fh_put_number(j, "attempts", job->attempts);
    fh_put_time_or_null(j, "created", job->created_ms);
    fh_put_time_or_null(j, "started", job->started_ms);
    fh_put_time_or_null(j, "finished", job->finished_ms);
    fh_json_end_object(j);
}

/* ---- Files ---------------------------------------------------------------------------------- */

fh_status fh_jobs_new_file(fh_jobs *jobs, fh_str suggested, fh_arena *arena, fh_str *name,
                           fh_str *path, fh_error *err)
{
    return fh_job_file_new(jobs->os, jobs->folder, suggested, arena, name, path, err);
}

const char *fh_jobs_folder(const fh_jobs *jobs)
{
    return jobs->folder;
}

fh_status fh_jobs_file(const fh_jobs *jobs, fh_str name, fh_arena *arena, fh_str *path,
                       fh_error *err)
{
    return fh_job_file_path(jobs->folder, name, arena, path, err);
}
