/* ask_kept.c - a question put where partial results are kept.
 *
 * Stories are asked in groups of customers. What was counted of a group's settled
 * stories is kept under a name made of the question, the filter, the merged names and
 * what exactly those stories are stored as, so it is used again until one of these is
 * different. What else there is, the inbox and small runs beside it, changes with every
 * commit; of the customers it is about, their stories as they were settled are counted
 * apart (`minus`), and as they are now (`plus`):
 *
 *     answer = sum of the groups' settled - minus + plus
 *
 * So asking again costs reading what has changed, and of a group in which something
 * has, the columns once. Of a first, a last or a longest that might have been `minus`'s,
 * `plus` nearly always knows as great a one; else everything is folded plainly. Partial
 * results are integers, so the answer is the same, bit for bit.
 */
#include "app/ask/ask_kept.h"

#include "app/ask/ask_since.h"
#include "app/ask/hash_part.h"
#include "os/threads.h"

#include <stdatomic.h>
#include <string.h>

enum { MANY_GROUPS = FH_ASK_MAX_WORKERS }; /* as if for so many: where counting is dear */

typedef struct worker {
    fh_fold *sum, *minus, *plus; /* the last two NULL: nothing yet */
    fh_space *space;             /* what the filter leaves */
    fh_status status;
    fh_error err;
} worker;

typedef struct asking {
    const fh_ask_about *about;
    fh_scan *scan;
    fh_kept *kept;
    uint64_t era;
    fh_kept_key question; /* and filter and names */
    uint32_t columns;
    size_t n_groups;
    atomic_size_t next;
    atomic_bool failed;
    worker worker[FH_ASK_MAX_WORKERS];
} asking;

/* ---- Names ---------------------------------------------------------------------------- */

static void hash_set(crypto_generichash_state *h, const fh_bitset *set)
{
    size_t words = set->bits ? ((size_t)set->n + 63) / 64 : 0;
    const uint64_t is_there = set->bits != NULL;
    fh_hash_part(h, &is_there, sizeof is_there);
    fh_hash_part(h, set->bits, words * sizeof *set->bits);
}

/* What broke badly: the rules themselves, wherever they lie. */
static void hash_severe(crypto_generichash_state *h, const fh_severe *v, uint32_t broken)
{
    const uint64_t is_there = v != NULL;
    fh_hash_part(h, &is_there, sizeof is_there);
    if (!v) return;
    const uint64_t numbers[] = {broken,   v->rules,    v->reopened,
                                v->times, v->within_s, v->low != NULL};
    fh_hash_part(h, numbers, sizeof numbers);
    fh_hash_part(h, v->low, v->low ? v->n_low * sizeof *v->low : 0);
    hash_set(h, &v->failing);
    hash_set(h, &v->confirmed);
    hash_set(h, &v->telling);
}

static void hash_filter(crypto_generichash_state *h, const fh_filter *f)
{
    const uint64_t numbers[] = {f->has_from,
                                f->has_until,
                                f->has_from ? (uint64_t)f->from_ms : 0,
                                f->has_until ? (uint64_t)f->until_ms : 0,
                                f->directions,
                                f->has_value_min,
                                f->has_value_max,
                                f->has_value_min ? (uint64_t)f->value_min : 0,
                                f->has_value_max ? (uint64_t)f->value_max : 0,
                                f->passed_all,
                                f->repeated,
                                f->repeated ? f->repeated_ms : 0,
                                f->by_problem};
    const fh_bitset *const sets[] = {&f->touchpoints, &f->channels,   &f->departments, &f->outcomes,
                                     &f->passed,      &f->not_passed, &f->customers};
    fh_hash_part(h, numbers, sizeof numbers);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) hash_set(h, sets[i]);
    fh_hash_part(h, f->followed, f->n_followed * sizeof *f->followed);
    fh_hash_part(h, f->way, f->n_way * sizeof *f->way);
    fh_hash_part(h, f->handed, f->n_handed * sizeof *f->handed);
    hash_severe(h, f->severe, f->broken);
}

static fh_kept_key name_question(const asking *a, const fh_fold *empty)
{
    static const fh_filter everything = {0};
    fh_kept_key key;
    crypto_generichash_state h;
    const fh_str question = fh_fold_question(empty), names = fh_scan_names(a->scan);
    (void)crypto_generichash_init(&h, NULL, 0, sizeof key.byte);
    fh_hash_part(&h, question.ptr, question.len);
    hash_filter(&h, a->about->filter ? a->about->filter : &everything);
    fh_hash_part(&h, names.ptr, names.len);
    (void)crypto_generichash_final(&h, key.byte, sizeof key.byte);
    return key;
}

static fh_kept_key name_group(const asking *a, fh_str settled)
{
    fh_kept_key key;
    crypto_generichash_state h;
    (void)crypto_generichash_init(&h, NULL, 0, sizeof key.byte);
    fh_hash_part(&h, a->question.byte, sizeof a->question.byte);
    fh_hash_part(&h, settled.ptr, settled.len);
    (void)crypto_generichash_final(&h, key.byte, sizeof key.byte);
    return key;
}

/* ---- A group ---------------------------------------------------------------------------- */

static fh_status add(const asking *a, worker *w, fh_fold *fold, const fh_segment *seg,
                     fh_error *err)
{
    if (a->about->filter) {
        const fh_status s = fh_segment_select(w->space, seg, a->about->filter, a->columns, err);
        if (s) return s;
        seg = fh_space_segment(w->space);
    }
    return seg->n_stories ? fh_fold_add(fold, seg, err) : FH_OK;
}

/* The same into a fold that is made when there is something to add. */
static fh_status add_to(const asking *a, worker *w, fh_fold **fold, const fh_segment *seg,
                        fh_error *err)
{
    if (!seg) return FH_OK;
    const fh_status s = *fold ? FH_OK : a->about->make(a->about->ctx, NULL, fold, err);
    return s ? s : add(a, w, *fold, seg, err);
}

/* Stories as they were, and as they are. */
static fh_status add_change(const asking *a, worker *w, const fh_segment *was, const fh_segment *is,
                            fh_error *err)
{
    const fh_ask_about *about = a->about;
    const bool both = was && is && !about->filter;
    if (!both) {
        const fh_status s = add_to(a, w, &w->minus, was, err);
        return s ? s : add_to(a, w, &w->plus, is, err);
    }
    fh_status s = w->minus ? FH_OK : about->make(about->ctx, NULL, &w->minus, err);
    if (!s && !w->plus) s = about->make(about->ctx, NULL, &w->plus, err);
    return s ? s : fh_fold_add_both(w->minus, w->plus, was, is, err);
}

/* Goes through a group; what is settled is added to `settled`, unless that is NULL. */
static fh_status fold_group(asking *a, uint32_t lane, size_t group, bool changed, fh_fold **settled,
                            fh_error *err)
{
    worker *w = &a->worker[lane];
    if (!changed && !settled) return FH_OK;
    fh_scan_enter(a->scan, lane, group, settled != NULL, changed);
    for (;;) {
        fh_scan_piece piece;
        bool end = false;
        fh_status s = fh_scan_piece_next(a->scan, lane, &piece, &end, err);
        if (s || end) return s;
        s = add_change(a, w, piece.was, piece.is, err);
        if (!s && settled) s = add_to(a, w, settled, piece.settled, err);
        if (!s && w->minus && w->plus) s = fh_fold_settle_both(w->minus, w->plus, false, err);
        if (s) return s;
        if (atomic_load_explicit(&a->failed, memory_order_relaxed)) return FH_OK;
    }
}

static void free_fold(void *fold)
{
    fh_fold_free(fold);
}

/* Folds a group's settled stories and keeps the result, all into the worker's sum. */
static fh_status fold_afresh(asking *a, uint32_t lane, size_t group, bool changed,
                             const fh_kept_key *key, fh_error *err)
{
    fh_kept_thing *thing = fh_kept_begin(a->kept);
    fh_fold *fresh = NULL;
    /* No memory for keeping it. */
    if (!thing) return fold_group(a, lane, group, changed, &a->worker[lane].sum, err);
    fh_status s = a->about->make(a->about->ctx, fh_kept_memory(thing), &fresh, err);
    if (!s) s = fold_group(a, lane, group, changed, &fresh, err);
    if (!s) fh_fold_settle(fresh);
    if (!s) s = fh_fold_merge(a->worker[lane].sum, fresh, err);
    const bool whole = !atomic_load_explicit(&a->failed, memory_order_relaxed);
    if (!s && whole) {
        fh_kept_put(a->kept, thing, key, a->era, fresh, free_fold, a->n_groups);
        return FH_OK;
    }
    fh_fold_free(fresh);
    fh_kept_drop(thing);
    return s;
}

static fh_status ask_group(asking *a, uint32_t lane, size_t group, fh_error *err)
{
    const fh_scan_group g = fh_scan_group_at(a->scan, group);
    if (!g.settled.len) return fold_group(a, lane, group, g.changed, NULL, err);
    const fh_kept_key key = name_group(a, g.settled);
    fh_kept_thing *held = NULL;
    const fh_fold *kept = fh_kept_get(a->kept, &key, &held);
    if (!kept) return fold_afresh(a, lane, group, g.changed, &key, err);
    fh_status s = fh_fold_merge(a->worker[lane].sum, kept, err);
    fh_kept_release(a->kept, held);
    return s ? s : fold_group(a, lane, group, g.changed, NULL, err);
}

static void work(void *ctx, uint32_t lane)
{
    asking *a = ctx;
    worker *w = &a->worker[lane];
    while (!w->status && !atomic_load_explicit(&a->failed, memory_order_relaxed)) {
        const size_t group = atomic_fetch_add_explicit(&a->next, 1, memory_order_relaxed);
        if (group >= a->n_groups) {
            if (w->minus && w->plus)
                w->status = fh_fold_settle_both(w->minus, w->plus, true, &w->err);
            if (w->minus) fh_fold_settle(w->minus);
            if (w->plus) fh_fold_settle(w->plus);
            return;
        }
        w->status = ask_group(a, lane, group, &w->err);
        if (w->status) atomic_store_explicit(&a->failed, true, memory_order_relaxed);
    }
}

static fh_status open_scan(asking *a, fh_error *err)
{
    const fh_ask_about *about = a->about;
    const uint32_t read = a->columns | (about->filter ? fh_filter_columns(about->filter) : 0);
    const fh_status s = fh_scan_open(about->org, read, about->lo, about->hi, &a->scan, err);
    if (!s && about->filter) fh_ask_within(a->scan, about->filter);
    return s;
}

/* ---- The answer --------------------------------------------------------------------------- */

static fh_status make_workers(asking *a, fh_error *err)
{
    for (uint32_t i = 0; i < a->about->n_workers; i++) {
        worker *w = &a->worker[i];
        const fh_status s = a->about->make(a->about->ctx, NULL, &w->sum, err);
        if (s) return s;
        w->space = fh_space_new(NULL);
        if (!w->space) return fh_no_memory(err);
    }
    return FH_OK;
}

/* Everything into the first worker's: sums first, then what goes, then what comes. */
static fh_status put_together(asking *a, fh_error *err)
{
    fh_fold *sum = a->worker[0].sum;
    fh_status s = FH_OK;
    const uint32_t n = a->about->n_workers;
    for (uint32_t i = 0; i < n; i++)
        if (a->worker[i].status) {
            if (err) *err = a->worker[i].err;
            return a->worker[i].status;
        }
    for (uint32_t i = 1; i < n && !s; i++) s = fh_fold_merge(sum, a->worker[i].sum, err);
    for (uint32_t i = 0; i < n && !s; i++)
        if (a->worker[i].minus) s = fh_fold_take_away(sum, a->worker[i].minus, err);
    for (uint32_t i = 0; i < n && !s; i++)
        if (a->worker[i].plus) s = fh_fold_merge(sum, a->worker[i].plus, err);
    return s;
}

/* From the last whole answer, when that can be brought up to date. */
static fh_status ask_last(asking *a, fh_ask_since *last, fh_fold **out, fh_error *err)
{
    bool read = false;
    *last = (fh_ask_since){.about = a->about,
                           .scan = a->scan,
                           .kept = a->kept,
                           .era = a->era,
                           .question = a->question,
                           .columns = a->columns};
    fh_status s = fh_scan_moment_of(a->scan, &last->now, err);
    if (!s) s = fh_ask_since_last(last, out, &read, err);
    if (s || *out || !read) return s;
    /* It was begun in vain: read from the beginning. */
    fh_scan_close(a->scan);
    a->scan = NULL;
    s = open_scan(a, err);
    last->scan = a->scan;
    return s ? s : fh_scan_moment_of(a->scan, &last->now, err);
}

static fh_status ask_groups(asking *a, bool dear, fh_error *err)
{
    fh_status s = make_workers(a, err);
    if (!s && dear) fh_scan_only_base(a->scan);
    if (!s)
        s = fh_scan_groups(a->scan, dear ? MANY_GROUPS : a->about->n_workers, &a->n_groups, err);
    if (s) return s;
    fh_threads_run(a->about->n_workers, work, a);
    return put_together(a, err);
}

fh_status fh_ask_kept(const fh_ask_about *about, const fh_fold *empty, fh_fold **out, fh_error *err)
{
    asking a = {.about = about, .kept = fh_org_results(about->org)};
    fh_ask_since last;
    *out = NULL;
    if (!a.kept || !fh_fold_can_take(empty)) return FH_OK;
    a.era = fh_kept_era(a.kept); /* before the moment that is looked at */
    a.columns = fh_fold_columns(empty);
    const bool all = about->lo == 0 && about->hi == UINT32_MAX;
    fh_status s = open_scan(&a, err);
    if (!s) a.question = name_question(&a, empty);
    if (!s && all) s = ask_last(&a, &last, out, err);
    if (!s && !*out) s = ask_groups(&a, fh_fold_is_dear(empty), err);
    if (!s && !*out && fh_fold_sure(a.worker[0].sum)) {
        *out = a.worker[0].sum;
        a.worker[0].sum = NULL;
        if (all) fh_ask_keep_last(&last, *out);
    }
    fh_scan_close(a.scan);
    for (uint32_t i = 0; i < about->n_workers; i++) {
        fh_fold_free(a.worker[i].sum);
        fh_fold_free(a.worker[i].minus);
        fh_fold_free(a.worker[i].plus);
        fh_space_free(a.worker[i].space);
    }
    return s;
}
