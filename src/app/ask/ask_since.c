/* ask_since.c - the last whole answer, brought up to date (see ask_since.h).
 *
 * Each lane folds what it is given of the changed stories into a `minus` and a `plus` of
 * its own; the answer that is kept is copied, and gets all of these. What was counted in
 * small steps again and again holds cells that count nothing any more, so after a share of
 * all interactions it is counted afresh, unless that is dear: then it is sums only.
 */
#include "app/ask/ask_since.h"

#include "app/ask/hash_part.h"
#include "os/threads.h"

#include <stdatomic.h>

enum {
    MOST_CUSTOMERS = 4, /* of whom something came: one in so many */
    MOST_STEPS = 8,     /* interactions in steps: one in so many */
    FEW = 1024,         /* interactions, and */
    FEW_BATCHES = 64,   /* batches: so few are added again the next time */
};

/* What is kept. */
typedef struct last {
    fh_allocator from;
    fh_fold *fold;
    fh_scan_moment moment;
    uint64_t begun; /* interactions when it was counted afresh */
} last;

typedef struct worker {
    fh_fold *minus, *plus; /* NULL: nothing yet */
    fh_space *was, *is;    /* what the filter leaves */
    fh_status status;
    fh_error err;
} worker;

typedef struct asking {
    const fh_ask_since *a;
    bool grown; /* the fold takes stories that have grown as such */
    atomic_bool failed;
    worker worker[FH_ASK_MAX_WORKERS];
} asking;

static void free_last(void *object)
{
    last *l = object;
    const fh_allocator from = l->from;
    fh_fold_free(l->fold);
    from.free(from.ctx, l, sizeof *l);
}

static fh_kept_key key_of(const fh_ask_since *a)
{
    fh_kept_key key;
    crypto_generichash_state h;
    (void)crypto_generichash_init(&h, NULL, 0, sizeof key.byte);
    fh_hash_part(&h, a->question.byte, sizeof a->question.byte);
    fh_hash_part(&h, "last", 4);
    (void)crypto_generichash_final(&h, key.byte, sizeof key.byte);
    return key;
}

/* ---- What has changed ---------------------------------------------------------------- */

/* What the filter leaves of the stories; NULL: nothing. */
static fh_status leave(const asking *q, fh_space **space, const fh_segment **seg, fh_error *err)
{
    const fh_ask_about *about = q->a->about;
    if (*seg && about->filter) {
        if (!*space && !(*space = fh_space_new(NULL))) return fh_no_memory(err);
        const fh_status s = fh_segment_select(*space, *seg, about->filter, q->a->columns, err);
        if (s) return s;
        *seg = fh_space_segment(*space);
    }
    if (*seg && !(*seg)->n_stories) *seg = NULL;
    return FH_OK;
}

static fh_status add(const asking *q, worker *w, const fh_scan_change *change, fh_error *err)
{
    const fh_ask_about *about = q->a->about;
    const fh_segment *was = change->was, *is = change->is;
    fh_status s = leave(q, &w->was, &was, err);
    if (!s) s = leave(q, &w->is, &is, err);
    if (!s && (was || change->n_was) && !w->minus)
        s = about->make(about->ctx, NULL, &w->minus, err);
    if (!s && is && !w->plus) s = about->make(about->ctx, NULL, &w->plus, err);
    if (!s && change->n_was) return fh_fold_add_grown(w->minus, w->plus, is, change->n_was, err);
    if (!s && was && is) return fh_fold_add_both(w->minus, w->plus, was, is, err);
    if (!s && was) s = fh_fold_add(w->minus, was, err);
    return !s && is ? fh_fold_add(w->plus, is, err) : s;
}

static fh_status fold_changes(asking *q, uint32_t lane, worker *w)
{
    while (!atomic_load_explicit(&q->failed, memory_order_relaxed)) {
        fh_scan_change change;
        bool end = false;
        fh_status s = fh_scan_since_next(q->a->scan, lane, q->grown, &change, &end, &w->err);
        if (!s && !end) s = add(q, w, &change, &w->err);
        if (!s && w->minus && w->plus) s = fh_fold_settle_both(w->minus, w->plus, end, &w->err);
        if (s || end) return s;
    }
    return FH_OK;
}

static void work(void *ctx, uint32_t lane)
{
    asking *q = ctx;
    worker *w = &q->worker[lane];
    w->status = fold_changes(q, lane, w);
    if (w->status) atomic_store_explicit(&q->failed, true, memory_order_relaxed);
}

static fh_status put_together(const asking *q, fh_fold *sum, fh_error *err)
{
    const uint32_t n = q->a->about->n_workers;
    fh_status s = FH_OK;
    for (uint32_t i = 0; i < n; i++)
        if (q->worker[i].status) {
            if (err) *err = q->worker[i].err;
            return q->worker[i].status;
        }
    for (uint32_t i = 0; i < n && !s; i++)
        if (q->worker[i].minus) s = fh_fold_take_away(sum, q->worker[i].minus, err);
    for (uint32_t i = 0; i < n && !s; i++)
        if (q->worker[i].plus) s = fh_fold_merge(sum, q->worker[i].plus, err);
    return s;
}

/* ---- Keeping ---------------------------------------------------------------------------- */

static void keep(const fh_ask_since *a, const fh_fold *answer, uint64_t begun)
{
    const fh_kept_key key = key_of(a);
    fh_kept_thing *thing = fh_kept_begin(a->kept);
    if (!thing) return;
    const fh_allocator *from = fh_kept_memory(thing);
    last *l = from->alloc(from->ctx, sizeof *l);
    fh_status s = l ? FH_OK : FH_NOMEM;
    if (l) *l = (last){.from = *from, .moment = a->now, .begun = begun};
    if (!s) s = a->about->make(a->about->ctx, from, &l->fold, NULL);
    if (!s) s = fh_fold_merge(l->fold, answer, NULL);
    if (s) {
        if (l) free_last(l);
        fh_kept_drop(thing);
        return;
    }
    fh_fold_settle(l->fold);
    fh_kept_forget(a->kept, &key);
    fh_kept_put(a->kept, thing, &key, a->era, l, free_last, 1);
}

void fh_ask_keep_last(const fh_ask_since *a, const fh_fold *answer)
{
    keep(a, answer, a->now.n);
}

/* ---- The answer --------------------------------------------------------------------------- */

static fh_status bring_up_to_date(const fh_ask_since *a, const last *l, fh_fold **out,
                                  fh_error *err)
{
    asking q = {.a = a, .grown = !a->about->filter && fh_fold_takes_grown(l->fold)};
    fh_fold *sum = NULL;
    fh_status s = a->about->make(a->about->ctx, NULL, &sum, err);
    if (!s) s = fh_fold_merge(sum, l->fold, err);
    if (!s && a->now.n > l->moment.n) {
        fh_threads_run(a->about->n_workers, work, &q);
        s = put_together(&q, sum, err);
    }
    const bool whole = !s && fh_scan_since_whole(a->scan) && fh_fold_sure(sum);
    for (uint32_t i = 0; i < a->about->n_workers; i++) {
        fh_fold_free(q.worker[i].minus);
        fh_fold_free(q.worker[i].plus);
        fh_space_free(q.worker[i].was);
        fh_space_free(q.worker[i].is);
    }
    const bool few = a->now.n - l->moment.n < FEW && a->now.age - l->moment.age < FEW_BATCHES;
    if (whole && !few) keep(a, sum, l->begun);
    if (whole) fh_kept_renewed(a->kept);
    if (whole)
        *out = sum;
    else
        fh_fold_free(sum);
    return s;
}

fh_status fh_ask_since_last(const fh_ask_since *a, fh_fold **out, bool *read, fh_error *err)
{
    const fh_kept_key key = key_of(a);
    fh_kept_thing *held = NULL;
    *out = NULL;
    *read = false;
    const last *l = fh_kept_get(a->kept, &key, &held);
    if (!l) return FH_OK;
    bool can = false;
    fh_status s = FH_OK;
    if (fh_fold_is_dear(l->fold) || a->now.n - l->begun <= a->now.n / MOST_STEPS)
        s = fh_scan_since(a->scan, a->kept, &a->now, &l->moment, a->now.n_stories / MOST_CUSTOMERS,
                          &can, err);
    if (!s && can) {
        *read = true;
        fh_scan_hold(a->scan, a->kept, a->era);
        s = bring_up_to_date(a, l, out, err);
    }
    fh_kept_release(a->kept, held);
    return s;
}
