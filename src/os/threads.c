/* threads.c - threads, locks, conditions over POSIX threads. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "os/threads.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

typedef struct task {
    pthread_t thread;
    fh_work *work;
    void *ctx;
    uint32_t worker;
    bool started;
} task;

static void *run_task(void *arg)
{
    const task *t = arg;
    t->work(t->ctx, t->worker);
    return NULL;
}

void fh_threads_run(uint32_t n, fh_work *work, void *ctx)
{
    /* The caller is worker 0, and every worker for whom no thread can be had. */
    task *tasks = n > 1 ? calloc(n, sizeof *tasks) : NULL;
    for (uint32_t i = 1; tasks && i < n; i++) {
        task *t = &tasks[i];
        t->work = work;
        t->ctx = ctx;
        t->worker = i;
        t->started = pthread_create(&t->thread, NULL, run_task, t) == 0;
    }
    for (uint32_t i = 0; i < n; i++)
        if (!tasks || !tasks[i].started) work(ctx, i);
    for (uint32_t i = 1; tasks && i < n; i++)
        if (tasks[i].started) (void)pthread_join(tasks[i].thread, NULL);
    free(tasks);
}

uint32_t fh_threads_cores(void)
{
    cpu_set_t set;
    const int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n > 1 ? (uint32_t)n : 1;
}

struct fh_thread {
    pthread_t thread;
    fh_thread_work *work;
    void *ctx;
};

static void *run_thread(void *arg)
{
    const fh_thread *t = arg;
    t->work(t->ctx);
    return NULL;
}

fh_status fh_thread_start(fh_thread_work *work, void *ctx, fh_thread **out, fh_error *err)
{
    fh_thread *t = malloc(sizeof *t);
    if (!t) return fh_no_memory(err);
    *t = (fh_thread){.work = work, .ctx = ctx};
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    const int failed = pthread_create(&t->thread, NULL, run_thread, t);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed) {
        free(t);
        (void)fh_fail(err, FH_LIMIT, "the system gives no more threads");
        return fh_hint(err, FH_LIMIT, "Raise the limit of processes (ulimit -u, TasksMax).");
    }
    *out = t;
    return FH_OK;
}

void fh_thread_join(fh_thread *t)
{
    if (!t) return;
    (void)pthread_join(t->thread, NULL);
    free(t);
}

void fh_thread_yield(void)
{
    (void)sched_yield();
}

struct fh_mutex {
    pthread_mutex_t lock;
};

fh_mutex *fh_mutex_new(void)
{
    fh_mutex *m = malloc(sizeof *m);
    if (m && pthread_mutex_init(&m->lock, NULL) != 0) {
        free(m);
        return NULL;
    }
    return m;
}

void fh_mutex_free(fh_mutex *m)
{
    if (!m) return;
    (void)pthread_mutex_destroy(&m->lock);
    free(m);
}

void fh_mutex_lock(fh_mutex *m)
{
    (void)pthread_mutex_lock(&m->lock);
}

void fh_mutex_unlock(fh_mutex *m)
{
    (void)pthread_mutex_unlock(&m->lock);
}

struct fh_cond {
    pthread_cond_t cond;
};

fh_cond *fh_cond_new(void)
{
    fh_cond *c = malloc(sizeof *c);
    if (!c) return NULL;
    pthread_condattr_t attributes;
    bool ok = pthread_condattr_init(&attributes) == 0;
    if (ok) {
        (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
        ok = pthread_cond_init(&c->cond, &attributes) == 0;
        (void)pthread_condattr_destroy(&attributes);
    }
    if (ok) return c;
    free(c);
    return NULL;
}

void fh_cond_free(fh_cond *c)
{
    if (!c) return;
    (void)pthread_cond_destroy(&c->cond);
    free(c);
}

void fh_cond_wait(fh_cond *c, fh_mutex *m)
{
    (void)pthread_cond_wait(&c->cond, &m->lock);
}

bool fh_cond_wait_ms(fh_cond *c, fh_mutex *m, int64_t ms)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    const int64_t ns = until.tv_nsec + (ms > 0 ? ms : 0) % 1000 * 1000000;
    until.tv_sec += (time_t)((ms > 0 ? ms : 0) / 1000 + ns / 1000000000);
    until.tv_nsec = (long)(ns % 1000000000);
    return pthread_cond_timedwait(&c->cond, &m->lock, &until) == 0;
}

void fh_cond_wake(fh_cond *c)
{
    (void)pthread_cond_signal(&c->cond);
}

void fh_cond_wake_all(fh_cond *c)
{
    (void)pthread_cond_broadcast(&c->cond);
}
