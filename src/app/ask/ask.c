/* ask.c - a question put to all stories, one partial fold per thread.
 *
 *     scan ---> lane 0: select -> fold 0 --+
 *          \--> lane 1: select -> fold 1 --+--> merged into fold 0, in this order
 *
 * Where partial results are kept, ask_kept.c answers, unless it cannot; else what is kept
 * in the file does (standing.c), when it is of these very stories.
 *
 * Which thread gets which segment is up to the machine; folds give the same
 * result whatever the split, so the answer does not depend on it.
 */
#include "app/ask/ask.h"

#include "app/ask/ask_kept.h"
#include "app/ask/standing.h"
#include "os/threads.h"

#include <stdatomic.h>

enum { MAX_WORKERS = FH_ASK_MAX_WORKERS };

typedef struct worker {
    fh_fold *fold;
    fh_space *space; /* what the filter leaves */
    fh_status status;
    fh_error err;
} worker;

typedef struct asking {
    fh_scan *scan;
    const fh_filter *filter; /* NULL: everything */
    uint32_t columns;        /* what the fold needs */
    atomic_bool failed;      /* others need not go on */
    uint32_t n_workers;
    worker worker[MAX_WORKERS];
} asking;

static fh_status fold_segments(asking *a, uint32_t lane)
{
    worker *w = &a->worker[lane];
    while (!atomic_load_explicit(&a->failed, memory_order_relaxed)) {
        const fh_segment *seg;
        fh_status s = fh_scan_next(a->scan, lane, &seg, &w->err);
        if (!s && !seg && fh_fold_is_dear(w->fold)) fh_fold_settle(w->fold);
        if (s || !seg) return s;
        if (a->filter) {
            s = fh_segment_select(w->space, seg, a->filter, a->columns, &w->err);
            if (s) return s;
            seg = fh_space_segment(w->space);
        }
        if (seg->n_stories) s = fh_fold_add(w->fold, seg, &w->err);
        if (s) return s;
    }
    return FH_OK;
}

static void work(void *ctx, uint32_t lane)
{
    asking *a = ctx;
    a->worker[lane].status = fold_segments(a, lane);
    if (a->worker[lane].status) atomic_store_explicit(&a->failed, true, memory_order_relaxed);
}

/* The lowest and highest customer a filter lets through. */
static void customer_range(const fh_filter *f, uint32_t *lo, uint32_t *hi)
{
    *lo = 0;
    *hi = UINT32_MAX;
    if (!f->customers.bits) return;
    uint32_t first = 0, last = 0;
    bool any = false;
    for (uint32_t i = 0; i < f->customers.n; i++) {
        if (!fh_bit(f->customers.bits, i)) continue;
        if (!any) first = i;
        last = i;
        any = true;
    }
    *lo = first;
    *hi = last;
}

static fh_status make_workers(asking *a, fh_make_fold *make, void *ctx, fh_error *err)
{
    for (uint32_t i = 0; i < a->n_workers; i++) {
        if (!a->worker[i].fold) {
            const fh_status s = make(ctx, NULL, &a->worker[i].fold, err);
            if (s) return s;
        }
        a->worker[i].space = fh_space_new(NULL);
        if (!a->worker[i].space) return fh_no_memory(err);
    }
    return FH_OK;
}

static fh_status merge_workers(asking *a, fh_error *err)
{
    for (uint32_t i = 0; i < a->n_workers; i++) {
        if (!a->worker[i].status) continue;
        if (err) *err = a->worker[i].err;
        return a->worker[i].status;
    }
    for (uint32_t i = 1; i < a->n_workers; i++) {
        const fh_status s = fh_fold_merge(a->worker[0].fold, a->worker[i].fold, err);
        if (s) return s;
    }
    return FH_OK;
}

static fh_status open_scan(asking *a, const fh_ask_about *about, fh_error *err)
{
    const fh_filter *f = about->filter;
    a->columns = fh_fold_columns(a->worker[0].fold);
    const uint32_t read = a->columns | (f ? fh_filter_columns(f) : 0);
    const fh_status s = fh_scan_open(about->org, read, about->lo, about->hi, &a->scan, err);
    if (!s && f) fh_ask_within(a->scan, f);
    return s;
}

fh_status fh_ask(fh_org *org, const fh_filter *filter, uint32_t threads, fh_make_fold *make,
                 void *ctx, fh_fold **out, fh_error *err)
{
    const bool all = !filter || fh_filter_is_everything(filter);
    const uint32_t wanted = threads ? threads : fh_threads_cores();
    asking a = {.filter = all ? NULL : filter,
                .n_workers = wanted < MAX_WORKERS ? wanted : MAX_WORKERS};
    uint32_t lo = 0, hi = UINT32_MAX;
    if (!all) customer_range(filter, &lo, &hi);
    const fh_ask_about about = {org, a.filter, lo, hi, a.n_workers, make, ctx};
    fh_fold *answer = NULL;
    fh_status s = make(ctx, NULL, &a.worker[0].fold, err);
    if (!s) s = fh_ask_kept(&about, a.worker[0].fold, &answer, err);
    if (!s && answer) {
        fh_fold_free(a.worker[0].fold);
        *out = answer;
        return FH_OK;
    }
    if (!s) s = make_workers(&a, make, ctx, err);
    if (!s) s = open_scan(&a, &about, err);
    if (!s && all) s = fh_standing_find(&about, a.scan, a.worker[0].fold, &answer, err);
    if (!s && !answer) {
        fh_threads_run(a.n_workers, work, &a);
        s = merge_workers(&a, err);
    }
    fh_scan_close(a.scan);
    if (!s) {
        *out = answer ? answer : a.worker[0].fold;
        if (!answer) a.worker[0].fold = NULL;
    }
    for (uint32_t i = 0; i < a.n_workers; i++) {
        fh_fold_free(a.worker[i].fold);
        fh_space_free(a.worker[i].space);
    }
    return s;
}
