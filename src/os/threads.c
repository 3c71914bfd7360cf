/* threads.c - a few threads, and a lock. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "os/threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

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
