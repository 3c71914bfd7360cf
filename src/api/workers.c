/* workers.c - threads that do what a loop must not wait for, first come, first served.
 *
 * A ring of items, its room fixed: when it is full the caller is told, and the client
 * can be asked to come again instead of everybody waiting longer and longer.
 */
#include "api/inside.h"

#include <stdlib.h>

typedef struct item {
    fh_work_item *work;
    void *ctx;
} item;

struct fh_workers {
    fh_mutex *lock; /* guards what follows */
    fh_cond *more;
    size_t first, n_items, room;
    bool ending;
    item *items; /* [room] */
    uint32_t n_threads;
    fh_thread **thread; /* [n_threads] */
};

static void work(void *ctx)
{
    fh_workers *w = ctx;
    fh_mutex_lock(w->lock);
    for (;;) {
        while (!w->n_items && !w->ending) fh_cond_wait(w->more, w->lock);
        if (!w->n_items) break;
        const item next = w->items[w->first];
        w->first = (w->first + 1) % w->room;
        w->n_items--;
        fh_mutex_unlock(w->lock);
        next.work(next.ctx);
        fh_mutex_lock(w->lock);
    }
    fh_mutex_unlock(w->lock);
}

fh_status fh_workers_start(uint32_t n, size_t room, fh_workers **out, fh_error *err)
{
    fh_workers *w = calloc(1, sizeof *w);
    if (!w) return fh_no_memory(err);
    w->room = room;
    w->lock = fh_mutex_new();
    w->more = fh_cond_new();
    w->items = calloc(room, sizeof *w->items);
    w->thread = calloc(n, sizeof(fh_thread *));
    fh_status s = FH_OK;
    if (!w->lock || !w->more || !w->items || !w->thread) s = fh_no_memory(err);
    while (!s && w->n_threads < n) {
        s = fh_thread_start(work, w, &w->thread[w->n_threads], err);
        if (!s) w->n_threads++;
    }
    if (s)
        fh_workers_stop(w);
    else
        *out = w;
    return s;
}

bool fh_workers_give(fh_workers *w, fh_work_item *do_it, void *ctx)
{
    fh_mutex_lock(w->lock);
    const bool room = w->n_items < w->room && !w->ending;
    if (room) {
        w->items[(w->first + w->n_items++) % w->room] = (item){do_it, ctx};
        fh_cond_wake(w->more);
    }
    fh_mutex_unlock(w->lock);
    return room;
}

void fh_workers_stop(fh_workers *w)
{
    if (!w) return;
    if (w->n_threads) {
        fh_mutex_lock(w->lock);
        w->ending = true;
        fh_cond_wake_all(w->more);
        fh_mutex_unlock(w->lock);
    }
    for (uint32_t i = 0; i < w->n_threads; i++) fh_thread_join(w->thread[i]);
    free(w->thread);
    free(w->items);
    fh_cond_free(w->more);
    fh_mutex_free(w->lock);
    free(w);
}
