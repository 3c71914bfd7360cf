/* counting.c - how many hits causes have, counted by several threads.
 *
 *     causes --in the order of the index of hits--> a few at a time, by each thread through a
 *         connection of its own
 *
 * What they read was committed. In a write transaction that has written nothing yet that is all
 * there is, and nobody else can change it.
 */
#include "app/find/find_parts.h"

#include "base/sort.h"
#include "os/threads.h"

#include <stdlib.h>

enum { LEAST_EACH = 128 }; /* causes for which a thread is worth it */

typedef struct part {
    fh_status status;
    fh_error err;
} part;

typedef struct counting {
    fh_org *org;
    fh_hits_counted *list; /* [n] */
    size_t n;
    atomic_size_t next;
    part *part; /* [threads] */
} counting;

/* As the file has them: signed numbers. */
static int by_cause(const void *a, const void *b, void *ctx)
{
    const fh_hits_counted *x = a, *y = b;
    const int64_t i = (int64_t)x->cause, k = (int64_t)y->cause;
    (void)ctx;
    return (i > k) - (i < k);
}

static void count_some(void *ctx, uint32_t worker)
{
    counting *c = ctx;
    part *p = &c->part[worker];
    p->status = fh_hits_count(c->org, c->list, c->n, &c->next, &p->err);
}

fh_status fh_hits_count_by_many(fh_org *org, uint32_t threads, fh_hits_counted *list, size_t n,
                                fh_error *err)
{
    const size_t most = n / LEAST_EACH + 1;
    if (threads > most) threads = (uint32_t)most;
    counting c = {.org = org, .list = list, .n = n};
    c.part = calloc(threads, sizeof *c.part);
    fh_status s = c.part ? FH_OK : fh_no_memory(err);
    if (!s && fh_sort(NULL, list, n, sizeof *list, by_cause, NULL)) s = fh_no_memory(err);
    atomic_init(&c.next, 0);
    if (!s) fh_threads_run(threads, count_some, &c);
    for (uint32_t i = 0; i < threads && !s; i++) {
        s = c.part[i].status;
        if (s && err) *err = c.part[i].err;
    }
    free(c.part);
    return s;
}
