/* pool.c - read handles in a stack, the write lane as a queue of tickets.
 *
 * Who wants the lane puts a ticket at the end of a list on its own stack and sleeps
 * until it stands first and the lane is free. Giving up takes the ticket out
 * again, so nobody ever waits for someone who left.
 */
#include "app/pool.h"

#include "os/threads.h"

#include <stdlib.h>
#include <string.h>

enum { KEPT_READERS = 64 };

typedef struct ticket {
    struct ticket *next;
} ticket;

struct fh_pool {
    const fh_os *os;
    fh_mutex *lock; /* guards everything below */
    fh_cond *moved; /* the lane was given back, or the queue has a new first */
    fh_org *writer;
    bool writing;
    ticket *first, **last;
    fh_kept *kept; /* not owned; NULL: none */
    size_t n_free;
    fh_org *free_reader[KEPT_READERS];
    char path[]; /* NUL-terminated */
};

fh_status fh_pool_open(const fh_os *os, const char *path, fh_pool **out, fh_error *err)
{
    const size_t len = strlen(path);
    fh_pool *pool = calloc(1, sizeof *pool + len + 1);
    if (!pool) return fh_no_memory(err);
    pool->os = os;
    memcpy(pool->path, path, len);
    pool->last = &pool->first;
    pool->lock = fh_mutex_new();
    pool->moved = fh_cond_new();
    fh_status status = FH_OK;
    if (!pool->lock || !pool->moved) status = fh_no_memory(err);
    if (status == FH_OK) status = fh_org_open(os, path, FH_ORG_WRITE, &pool->writer, err);
    if (status == FH_OK)
        *out = pool;
    else
        fh_pool_close(pool);
    return status;
}

void fh_pool_close(fh_pool *pool)
{
    if (!pool) return;
    for (size_t i = 0; i < pool->n_free; i++) fh_org_close(pool->free_reader[i]);
    fh_org_close(pool->writer);
    fh_cond_free(pool->moved);
    fh_mutex_free(pool->lock);
    free(pool);
}

const fh_os *fh_pool_os(const fh_pool *pool)
{
    return pool->os;
}

const char *fh_pool_path(const fh_pool *pool)
{
    return pool->path;
}

void fh_pool_keep(fh_pool *pool, fh_kept *kept)
{
    pool->kept = kept;
    fh_org_keep_results(pool->writer, kept);
}

fh_kept *fh_pool_kept(const fh_pool *pool)
{
    return pool->kept;
}

/* ---- Reading ----------------------------------------------------------------------- */

fh_status fh_pool_read(fh_pool *pool, fh_org **out, fh_error *err)
{
    fh_org *org = NULL;
    fh_mutex_lock(pool->lock);
    if (pool->n_free) org = pool->free_reader[--pool->n_free];
    fh_mutex_unlock(pool->lock);
    if (!org) {
        const fh_status status = fh_org_open(pool->os, pool->path, FH_ORG_READ, &org, err);
        if (status != FH_OK) return status;
        fh_org_keep_results(org, pool->kept);
    }
    *out = org;
    return FH_OK;
}

void fh_pool_read_done(fh_pool *pool, fh_org *org)
{
    if (!org) return;
    fh_mutex_lock(pool->lock);
    const bool keep = pool->n_free < KEPT_READERS;
    if (keep) pool->free_reader[pool->n_free++] = org;
    fh_mutex_unlock(pool->lock);
    if (!keep) fh_org_close(org);
}

/* ---- Writing ------------------------------------------------------------------------ */

static void leave_queue(fh_pool *pool, const ticket *mine)
{
    ticket **link = &pool->first;
    while (*link != mine) link = &(*link)->next;
    *link = mine->next;
    if (!*link) pool->last = link;
    fh_cond_wake_all(pool->moved);
}

/* Waits until `mine` stands first and the lane is free; false: patience is over. */
static bool wait_turn(fh_pool *pool, const ticket *mine, int64_t patience_ms)
{
    const int64_t until = pool->os->monotonic_ms(pool->os->ctx) + patience_ms;
    while (pool->writing || pool->first != mine) {
        if (patience_ms < 0) {
            fh_cond_wait(pool->moved, pool->lock);
            continue;
        }
        const int64_t left = until - pool->os->monotonic_ms(pool->os->ctx);
        if (left <= 0) return false;
        (void)fh_cond_wait_ms(pool->moved, pool->lock, left);
    }
    return true;
}

fh_status fh_pool_write(fh_pool *pool, int64_t patience_ms, fh_org **out, fh_error *err)
{
    ticket mine = {NULL};
    fh_mutex_lock(pool->lock);
    *pool->last = &mine;
    pool->last = &mine.next;
    const bool turn = wait_turn(pool, &mine, patience_ms);
    if (turn) pool->writing = true;
    leave_queue(pool, &mine);
    fh_mutex_unlock(pool->lock);
    if (turn) {
        *out = pool->writer;
        return FH_OK;
    }
    (void)fh_fail(err, FH_BUSY, "something else is being written at the moment");
    return fh_hint(err, FH_BUSY, "Nothing was changed. Try again in a moment.");
}

void fh_pool_write_done(fh_pool *pool, fh_org *org)
{
    if (!org) return;
    fh_org_rollback(org);
    fh_mutex_lock(pool->lock);
    pool->writing = false;
    fh_cond_wake_all(pool->moved);
    fh_mutex_unlock(pool->lock);
}

size_t fh_pool_waiting(fh_pool *pool)
{
    size_t n = 0;
    fh_mutex_lock(pool->lock);
    for (const ticket *t = pool->first; t; t = t->next) n++;
    fh_mutex_unlock(pool->lock);
    return n;
}
