/* run.c - a run: which stories changed, looking at these, writing down what was found.
 *
 *     ids of all stories --against find_seen--> customers to look at, and from when on
 *         --batches (looking.c)--> hits --a stretch of ranges in one transaction--> the file
 *     lookers --> hits        causes counted, records made        counts of the day
 *
 * A story that only grew is looked at from a little before what is new: what a hit says
 * depends on what came before it, except the receipt of a hand-off, which may come late. A
 * story that changed otherwise (late interactions, a merge, erasing by age) is looked at as a
 * whole. What is written about a customer and how far it was looked at stand in the same
 * transaction; who was erased or merged since the run began is left out, and the next run
 * looks at whoever is new.
 */
#include "app/find/find_parts.h"

#include "base/sort.h"
#include "os/threads.h"
#include "store/members.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define LATE_MS (INT64_C(14) * 24 * 3600 * 1000)

enum {
    LANES = 16,
    BATCH = 20000,    /* interactions looked at together: at first, */
    LATER = 100000,   /* and where all that was kept of templates goes by for each batch */
    STRETCH = 400000, /* looked at between two transactions */
    PASSED = 65536,   /* customers passed over or looked at between two: others write, too */
    SAMPLE = 100000,  /* texts that are counted before the first ones are looked at */
    ROOM_MIB = 64     /* for rows of hits and causes, which are come back to */
};

/* ---- Which stories ------------------------------------------------------------------------ */

typedef struct changed {
    fh_to_look look;
    fh_seen seen; /* as scanned */
    bool read;    /* it must be read: something came that detectors look at */
} changed;

typedef struct comparing {
    fh_scan *scan;
    const fh_seen *old; /* [n_old] rising */
    unsigned char *met; /* [n_old] */
    size_t n_old;
    struct {
        changed *ptr;
        size_t n, cap;
        uint64_t interactions, customers, texts; /* texts: new ones */
        fh_status status;
        fh_error err;
    } lane[LANES];
} comparing;

static size_t first_from(const comparing *c, uint32_t customer)
{
    size_t lo = 0, hi = c->n_old;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (c->old[mid].customer < customer)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* One story: as it is, and as much of it as there was. */
static changed compare_one(const fh_segment *seg, uint32_t story, const fh_seen *old,
                           uint64_t *texts)
{
    changed x = {.seen = {.customer = seg->customer[story], .newest_ms = INT64_MIN}};
    fh_seen before = {0};
    uint64_t at_s = seg->first_s[story], n_new = 0;
    bool matters = false;
    for (uint32_t i = seg->start[story]; i < seg->start[story + 1]; i++) {
        if (i > seg->start[story]) at_s += seg->gap_s[i];
        const int64_t at = fh_instant_ms(at_s, seg->ms ? seg->ms[i] : 0);
        const uint64_t id = seg->id ? seg->id[i] : 0;
        x.seen.n++;
        x.seen.sum += id;
        x.seen.newest_ms = at;
        if (old && at <= old->newest_ms) {
            before.n++;
            before.sum += id;
            continue;
        }
        const bool text = seg->payload_len && seg->payload_len[i];
        n_new += text;
        matters = matters || text || fh_name_at(&seg->direction, i) == FH_DIR_INTERNAL;
    }
    const bool grew = old && before.n == old->n && before.sum == old->sum;
    x.read = matters || (old && !grew);
    x.look = (fh_to_look){.customer = x.seen.customer,
                          .n = x.seen.n,
                          .fresh_ms = grew ? old->newest_ms - LATE_MS : INT64_MIN,
                          .new_ms = old ? old->newest_ms + 1 : INT64_MIN};
    *texts += n_new;
    return x;
}

static bool is_same(const fh_seen *a, const fh_seen *b)
{
    return a->n == b->n && a->sum == b->sum && a->newest_ms == b->newest_ms;
}

static fh_status compare_segment(comparing *c, uint32_t lane, const fh_segment *seg, fh_error *err)
{
    size_t at = seg->n_stories ? first_from(c, seg->customer[0]) : 0;
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        while (at < c->n_old && c->old[at].customer < seg->customer[s]) at++;
        const bool known = at < c->n_old && c->old[at].customer == seg->customer[s];
        uint64_t texts = 0;
        const changed x = compare_one(seg, s, known ? &c->old[at] : NULL, &texts);
        c->lane[lane].interactions += x.seen.n;
        c->lane[lane].customers++;
        if (known) c->met[at] = 1;
        if (known && is_same(&x.seen, &c->old[at])) continue;
        c->lane[lane].texts += texts;
        if (c->lane[lane].n == c->lane[lane].cap) {
            const size_t cap = c->lane[lane].cap ? 2 * c->lane[lane].cap : 1024;
            changed *wider = realloc(c->lane[lane].ptr, cap * sizeof *wider);
            if (!wider) return fh_no_memory(err);
            c->lane[lane].ptr = wider;
            c->lane[lane].cap = cap;
        }
        c->lane[lane].ptr[c->lane[lane].n++] = x;
    }
    return FH_OK;
}

static void compare_work(void *ctx, uint32_t worker)
{
    comparing *c = ctx;
    const fh_segment *seg = NULL;
    fh_error *err = &c->lane[worker].err;
    fh_status s = FH_OK;
    do {
        s = fh_scan_next(c->scan, worker, &seg, err);
        if (!s && seg) s = compare_segment(c, worker, seg, err);
    } while (!s && seg);
    c->lane[worker].status = s;
}

/* ---- The run ---------------------------------------------------------------------------- */

typedef struct run {
    fh_org *org;
    const fh_find_options *o;
    fh_find_config config;
    fh_arena *arena;
    fh_looking *looking;
    fh_findings *findings;
    fh_find_result *result;
    changed *list; /* [n] rising */
    size_t n;
    uint32_t *gone; /* [n_gone] rising: looked at before, without a story now */
    size_t n_gone, next_gone;
    size_t written; /* list[.. written) is in the file */
    fh_seen *old;   /* [n_old] rising, as it was before */
    size_t n_old;
    int64_t identities; /* version when the run began */
    uint64_t mark;      /* of what had come in, when it began */
    bool moved;         /* identities changed since */
    int64_t given;      /* the last customer number, as of the transaction under way */
    uint64_t kept;      /* 1 + result->looked when what was learned was kept last; 0: never */
    uint32_t threads;
    uint64_t to_read, done; /* interactions */
    fh_thread *copier;      /* copies the log; NULL: nobody does */
} run;

static fh_status stopped(fh_error *err)
{
    (void)fh_fail(err, FH_INTERRUPTED, "looking for findings was stopped");
    return fh_hint(err, FH_INTERRUPTED, "What was done is kept; the next run goes on.");
}

static fh_status progress(run *r, const char *words, fh_error *err)
{
    const bool stop = r->o->progress && r->o->progress(r->o->ctx, r->done, r->to_read, words);
    return stop ? stopped(err) : FH_OK;
}

static fh_status read_old(run *r, fh_error *err)
{
    const uint32_t *lo = NULL;
    size_t n = 0, cap = 0;
    fh_arena *scratch = fh_arena_new(NULL);
    fh_status s = scratch ? fh_seen_ranges(r->org, r->arena, &lo, &n, err) : fh_no_memory(err);
    for (size_t i = 0; i < n && !s; i++) {
        const fh_seen *seen = NULL;
        size_t n_seen = 0;
        fh_arena_reset(scratch);
        s = fh_seen_get(r->org, lo[i], scratch, &seen, &n_seen, err);
        if (s || !n_seen) continue;
        if (r->n_old + n_seen > cap) {
            cap = 2 * cap + n_seen;
            fh_seen *wider = realloc(r->old, cap * sizeof *wider);
            if (!wider) {
                s = fh_no_memory(err);
                break;
            }
            r->old = wider;
        }
        memcpy(r->old + r->n_old, seen, n_seen * sizeof *seen);
        r->n_old += n_seen;
    }
    fh_arena_free(scratch);
    return s;
}

static int by_customer(const void *a, const void *b, void *ctx)
{
    const changed *x = a, *y = b;
    (void)ctx;
    return (x->seen.customer > y->seen.customer) - (x->seen.customer < y->seen.customer);
}

/* The lanes' lists as one, in order. */
static fh_status gather(run *r, comparing *c, uint64_t *texts, fh_error *err)
{
    size_t n = 0, gone = 0;
    fh_status s = FH_OK;
    for (uint32_t i = 0; i < r->threads; i++) {
        n += c->lane[i].n;
        *texts += c->lane[i].texts;
        r->result->interactions += c->lane[i].interactions;
        r->result->customers += c->lane[i].customers;
        if (c->lane[i].status && !s) {
            s = c->lane[i].status;
            if (err) *err = c->lane[i].err;
        }
    }
    if (s) return s;
    for (size_t i = 0; i < r->n_old; i++) gone += !c->met[i];
    r->list = malloc((n + 1) * sizeof *r->list);
    r->gone = malloc((gone + 1) * sizeof *r->gone);
    if (!r->list || !r->gone) return fh_no_memory(err);
    for (uint32_t i = 0; i < r->threads; i++) {
        if (c->lane[i].n) memcpy(r->list + r->n, c->lane[i].ptr, c->lane[i].n * sizeof *r->list);
        r->n += c->lane[i].n;
    }
    for (size_t i = 0; i < r->n_old; i++)
        if (!c->met[i]) r->gone[r->n_gone++] = r->old[i].customer;
    if (fh_sort(NULL, r->list, r->n, sizeof *r->list, by_customer, NULL)) return fh_no_memory(err);
    for (size_t i = 0; i < r->n; i++)
        if (r->list[i].read) r->to_read += r->list[i].seen.n;
    return FH_OK;
}

static fh_status find_changed(run *r, uint64_t *texts, fh_error *err)
{
    const uint32_t columns = 1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_ID |
                             1u << FH_COL_DIRECTION | 1u << FH_COL_PAYLOAD;
    comparing *c = calloc(1, sizeof *c);
    if (!c) return fh_no_memory(err);
    fh_status s = r->o->all ? FH_OK : read_old(r, err);
    c->old = r->old;
    c->n_old = r->n_old;
    c->met = calloc(r->n_old + 1, 1);
    if (!s && !c->met) s = fh_no_memory(err);
    if (!s) s = fh_scan_open(r->org, columns, 1, UINT32_MAX, &c->scan, err);
    if (!s) fh_threads_run(r->threads, compare_work, c);
    if (!s) s = gather(r, c, texts, err);
    fh_scan_close(c->scan);
    for (uint32_t i = 0; i < LANES; i++) free(c->lane[i].ptr);
    free(c->met);
    free(c);
    return s;
}

/* ---- Writing ------------------------------------------------------------------------------ */

/* Whoever is no customer (any more) under this number. */
static bool is_gone(void *ctx, uint32_t customer)
{
    const run *r = ctx;
    uint32_t now = 0;
    if (!r->moved) return false;
    return customer > r->given || fh_member_now(r->org, customer, &now, NULL) != FH_OK ||
           now != customer;
}

static fh_status dropped(void *ctx, uint64_t cause, int64_t a_ms, int64_t b_ms, fh_error *err)
{
    return fh_findings_dropped(ctx, cause, a_ms, b_ms, err);
}

/* Going through what is to be written: list[from .. to) and gone[gone .. ) below `below`. */
typedef struct rewriting {
    size_t from, to, gone;
    uint64_t below;
    fh_seen *out; /* [n] of the range in hand */
    size_t n;
} rewriting;

static bool gone_left(const run *r, const rewriting *w)
{
    return w->gone < r->n_gone && r->gone[w->gone] < w->below;
}

/* An old entry stays, unless its customer is gone. */
static void keep_old(const run *r, rewriting *w, const fh_seen *old)
{
    while (w->gone < r->n_gone && r->gone[w->gone] < old->customer) w->gone++;
    if (w->gone == r->n_gone || r->gone[w->gone] != old->customer) w->out[w->n++] = *old;
}

/* The range from `lo` on: old entries with the new ones in their places. */
static void merge_range(run *r, rewriting *w, uint32_t lo, const fh_seen *old, size_t n_old)
{
    size_t k = 0;
    w->n = 0;
    for (; w->from < w->to && r->list[w->from].seen.customer - lo < FH_SEEN_RANGE; w->from++) {
        const fh_seen *seen = &r->list[w->from].seen;
        while (k < n_old && old[k].customer < seen->customer) keep_old(r, w, &old[k++]);
        k += k < n_old && old[k].customer == seen->customer;
        if (seen->n && !is_gone(r, seen->customer)) w->out[w->n++] = *seen;
    }
    while (k < n_old) keep_old(r, w, &old[k++]);
    while (w->gone < r->n_gone && r->gone[w->gone] - lo < FH_SEEN_RANGE) w->gone++;
}

static fh_status write_seen(run *r, size_t from, size_t to, uint64_t below, fh_error *err)
{
    rewriting w = {.from = from, .to = to, .gone = r->next_gone, .below = below};
    fh_arena *arena = fh_arena_new(NULL);
    w.out = malloc(2 * FH_SEEN_RANGE * sizeof *w.out);
    fh_status s = w.out && arena ? FH_OK : fh_no_memory(err);
    while (!s && (w.from < w.to || gone_left(r, &w))) {
        const fh_seen *old = NULL;
        size_t n_old = 0;
        uint32_t first = w.from < w.to ? r->list[w.from].seen.customer : UINT32_MAX;
        if (gone_left(r, &w) && r->gone[w.gone] < first) first = r->gone[w.gone];
        const uint32_t lo = first - first % FH_SEEN_RANGE;
        fh_arena_reset(arena);
        if (!r->o->all) s = fh_seen_get(r->org, lo, arena, &old, &n_old, err);
        if (!s) merge_range(r, &w, lo, old, n_old);
        if (!s) s = fh_seen_put(r->org, lo, w.out, w.n, err);
    }
    if (!s) r->next_gone = w.gone;
    fh_arena_free(arena);
    free(w.out);
    return s;
}

/* Was anybody erased or merged since? Then what was taken from stories so far may be theirs:
 * hits are looked through, values that stand as examples go. In the writing transaction. */
static fh_status see_who_moved(run *r, fh_error *err)
{
    int64_t now = 0;
    fh_status s = fh_identities_version(r->org, &now, err);
    if (!s) s = fh_counter_last(r->org, "member", &r->given, err);
    r->moved = r->moved || now != r->identities;
    if (!s && r->moved) fh_findings_forget_pairs(r->findings);
    return s;
}

/* What was looked at up to list[to): whole ranges. */
static fh_status write_inside(run *r, size_t to, uint64_t below, fh_error *err)
{
    fh_status s = see_who_moved(r, err);
    for (size_t i = r->next_gone; i < r->n_gone && r->gone[i] < below && !s; i++)
        s = fh_hits_drop(r->org, r->gone[i], FH_STORY_SORTS, INT64_MIN, dropped, r->findings, err);
    for (size_t i = r->written; i < to && !s; i++)
        if (r->list[i].read)
            s = fh_findings_drop_but(r->findings, r->org, &r->list[i].look,
                                     is_gone(r, r->list[i].look.customer), err);
    if (!s) s = fh_findings_write(r->findings, r->org, is_gone, r, err);
    if (!s) s = fh_findings_remember(r->findings, r->org, err);
    if (!s) s = write_seen(r, r->written, to, below, err);
    if (!s && r->kept != r->result->looked + 1) {
        s = fh_looking_keep(r->looking, err);
        r->kept = r->result->looked + 1;
    }
    return s;
}

static fh_status write_down(run *r, size_t to, uint64_t below, fh_error *err)
{
    fh_status s = fh_org_begin(r->org, err);
    if (s) return s;
    s = write_inside(r, to, below, err);
    if (!s) s = fh_org_commit(r->org, err);
    if (s)
        fh_org_rollback(r->org);
    else
        r->written = to;
    return s;
}

/* What is not copied now will be by a later commit. */
static void copy_log(void *ctx)
{
    const fh_status s = fh_org_copy_log(ctx, NULL);
    (void)s;
}

/* The same of the last stretch: copying the log into the file, of which there is much, goes on
 * beside what comes after. */
static fh_status write_last(run *r, fh_error *err)
{
    const bool kept = fh_org_keep_log(r->org, true);
    const fh_status s = write_down(r, r->n, UINT64_MAX, err);
    (void)fh_org_keep_log(r->org, kept);
    if (!s && !kept && fh_thread_start(copy_log, r->org, &r->copier, NULL)) r->copier = NULL;
    return s;
}

/* ---- Looking ------------------------------------------------------------------------------- */

static uint32_t range_of(const run *r, size_t at)
{
    return r->list[at].seen.customer / FH_SEEN_RANGE;
}

/* list[from ..): as many as are looked at together; those not to be read are passed over.
 * `at[n]` are their places. Where nearly all is new a batch ends with its range, at the latest,
 * so that it can be written down; few new ones of many ranges are looked at together. */
static size_t next_batch(const run *r, size_t *from, fh_to_look *look, size_t *at, size_t room)
{
    size_t n = 0;
    uint64_t interactions = 0;
    const size_t first = *from;
    const uint64_t most = r->n_old ? LATER : BATCH;
    while (*from < r->n && n < room && interactions < most) {
        const changed *x = &r->list[*from];
        const bool begins = *from > first && range_of(r, *from) != range_of(r, *from - 1);
        if (begins && (r->n_old == 0 || (n == 0 && *from - first >= PASSED))) break;
        if (x->read) {
            look[n] = x->look;
            at[n++] = *from;
            interactions += x->seen.n;
        }
        ++*from;
    }
    return n;
}

static fh_status take(run *r, const fh_looked *looked, const size_t *at, size_t n, fh_error *err)
{
    fh_status s = FH_OK;
    for (size_t i = 0; i < n && !s; i++) {
        changed *x = &r->list[at[i]];
        r->done += x->seen.n;
        x->seen = looked[i].seen; /* what came meanwhile was looked at, too */
        x->seen.customer = x->look.customer;
        r->result->looked++;
        r->result->messages += looked[i].n_texts;
        for (size_t h = 0; h < looked[i].n_hits && !s; h++) {
            s = fh_findings_add(r->findings, &looked[i].hit[h], err);
            r->result->hits++;
        }
    }
    return s;
}

/* Before anything is looked at: how often words stand in a sample of many new texts. */
static fh_status count_sample(run *r, uint64_t texts, fh_to_look *look, fh_error *err)
{
    const uint64_t known = fh_looking_messages(r->looking);
    if (texts < 100 || texts * 2 < known) return FH_OK;
    const uint64_t every = texts / SAMPLE + 1;
    size_t n = 0;
    uint64_t interactions = 0;
    fh_status s = FH_OK;
    for (size_t i = 0; i <= r->n && !s; i++) {
        const bool end = i == r->n;
        if (n && (end || interactions >= BATCH)) {
            s = fh_looking_count(r->looking, look, n, err);
            if (!s) s = progress(r, "reading how words are used", err);
            n = 0;
            interactions = 0;
        }
        if (end) break;
        changed *x = &r->list[i];
        const uint32_t mixed = x->look.customer * UINT32_C(0x9e3779b1);
        if (!x->read || (mixed >> 8) % every) continue;
        look[n++] = x->look;
        x->look.counted = true;
        interactions += x->seen.n;
    }
    return s;
}

static fh_status look_at_all(run *r, uint64_t texts, fh_error *err)
{
    enum { ROOM = LATER + 1 };
    fh_to_look *look = malloc(ROOM * sizeof *look);
    size_t *at = malloc(ROOM * sizeof *at);
    fh_looked *looked = malloc(ROOM * sizeof *looked);
    fh_status s = look && at && looked ? FH_OK : fh_no_memory(err);
    uint64_t since = 0;
    if (!s) s = count_sample(r, texts, look, err);
    for (size_t from = 0; from < r->n && !s;) {
        const size_t n = next_batch(r, &from, look, at, ROOM);
        const uint64_t before = r->done;
        if (n) s = fh_looking_at(r->looking, look, n, looked, err);
        if (!s) s = take(r, looked, at, n, err);
        since += r->done - before;
        const uint32_t range = range_of(r, from - 1);
        const bool range_ends = from == r->n || range_of(r, from) != range;
        if (!s && range_ends && (since >= STRETCH || from - r->written >= PASSED)) {
            s = write_down(r, from, ((uint64_t)range + 1) * FH_SEEN_RANGE, err);
            since = 0;
        }
        if (!s) s = progress(r, "looking at stories", err);
    }
    if (!s) s = write_last(r, err);
    free(looked);
    free(at);
    free(look);
    return s;
}

/* ---- Lookers, the end ------------------------------------------------------------------------ */

static fh_status ask_lookers(run *r, uint64_t *sorts, fh_error *err)
{
    const fh_os *os = fh_org_os(r->org);
    fh_find_names names;
    fh_arena *scratch = fh_arena_new(NULL);
    fh_status s = scratch ? fh_find_names_read(r->org, r->arena, &names, err) : fh_no_memory(err);
    const fh_look_job job = {.org = r->org,
                             .config = &r->config,
                             .names = &names,
                             .now_ms = os->now_ms(os->ctx),
                             .threads = r->threads};
    *sorts = 0;
    for (const fh_looker *k = fh_lookers; k->look && !s; k++) {
        *sorts |= k->sorts;
        if (!(r->config.find.sorts & k->sorts)) continue; /* off: what there was goes */
        fh_arena_reset(scratch);
        s = k->look(&job, scratch, r->findings, err);
        if (!s) s = progress(r, "looking at maps and records", err);
    }
    fh_arena_free(scratch);
    return s;
}

typedef struct stored_ran {
    char magic[4];
    uint32_t zero;
    int64_t at_ms;
    uint64_t interactions, messages;
    uint64_t mark; /* not there in the first form */
} stored_ran;

static fh_status end_inside(run *r, uint64_t sorts, fh_error *err)
{
    const fh_os *os = fh_org_os(r->org);
    fh_status s = see_who_moved(r, err);
    if (!s) s = fh_findings_count(r->findings, r->org, r->threads, err);
    if (!s && sorts) s = fh_findings_drop_sorts(r->findings, r->org, sorts, err);
    if (!s) s = fh_findings_write(r->findings, r->org, is_gone, r, err);
    if (!s) s = fh_findings_settle(r->findings, r->org, &r->config, r->result, err);
    const stored_ran ran = {.magic = {'F', 'R', 'N', '1'},
                            .at_ms = os->now_ms(os->ctx),
                            .interactions = r->result->interactions,
                            .messages = fh_looking_messages(r->looking),
                            .mark = r->mark};
    const fh_str bytes = {(const char *)&ran, sizeof ran};
    return s ? s : fh_find_state_put(r->org, FH_STR("ran"), bytes, err);
}

static fh_status finish(run *r, fh_error *err)
{
    uint64_t sorts = 0;
    fh_status s = ask_lookers(r, &sorts, err);
    if (!s) s = fh_org_begin(r->org, err);
    if (s) return s;
    s = end_inside(r, sorts, err);
    if (!s) s = fh_org_commit(r->org, err);
    if (s) fh_org_rollback(r->org);
    return s;
}

fh_status fh_find_ran_last(fh_org *org, fh_find_ran *out, fh_error *err)
{
    const size_t first_form = offsetof(stored_ran, mark);
    stored_ran ran = {.mark = 0};
    fh_str bytes;
    fh_arena *arena = fh_arena_new(NULL);
    *out = (fh_find_ran){0};
    fh_status s =
        arena ? fh_find_state_get(org, FH_STR("ran"), arena, &bytes, err) : fh_no_memory(err);
    if (!s && (bytes.len == sizeof ran || bytes.len == first_form)) {
        memcpy(&ran, bytes.ptr, bytes.len);
        if (!memcmp(ran.magic, "FRN1", 4) && ran.at_ms > 0 && ran.interactions <= INT64_MAX &&
            ran.messages <= INT64_MAX)
            *out = (fh_find_ran){ran.at_ms, ran.interactions, ran.messages, ran.mark};
    }
    fh_arena_free(arena);
    return s;
}

/* Templates that cannot be read are made anew of the messages, all of which are looked at: under
 * other numbers, as causes may be made of their own. What stands behind a missing piece goes. */
static fh_status empty_damaged(const run *r, fh_error *err)
{
    fh_status s = FH_OK;
    const fh_str damaged = fh_looking_damaged(r->looking);
    for (size_t at = 0; at < damaged.len && !s; at += sizeof(fh_piece_damage)) {
        fh_piece_damage d;
        memcpy(&d, damaged.ptr + at, sizeof d);
        s = fh_find_piece_empty(r->org, d.piece, err);
        if (!s && d.missing) s = fh_find_pieces_end(r->org, d.piece + 1, err);
    }
    return s;
}

/* What was counted of words goes with it: whoever goes on after a kill counts them anew. */
static fh_status forget_all(run *r, fh_error *err)
{
    fh_status s = fh_org_begin(r->org, err);
    if (s) return s;
    s = fh_seen_clear(r->org, err);
    if (!s) s = fh_findings_drop_sorts(r->findings, r->org, FH_STORY_SORTS, err);
    if (!s) s = fh_hits_drop_lost(r->org, err);
    if (!s) s = fh_findings_remember(r->findings, r->org, err);
    if (!s) s = empty_damaged(r, err);
    if (!s) s = fh_looking_keep(r->looking, err);
    if (!s) s = fh_org_commit(r->org, err);
    if (s) fh_org_rollback(r->org);
    return s;
}

fh_status fh_find_run(fh_org *org, const fh_find_options *options, fh_find_result *out,
                      fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    uint64_t texts = 0;
    fh_find_options mine = *options;
    run r = {.org = org, .o = &mine, .result = out, .arena = fh_arena_new(NULL)};
    *out = (fh_find_result){0};
    r.threads = options->threads ? options->threads : fh_threads_cores();
    if (r.threads > LANES) r.threads = LANES;
    fh_status s = r.arena ? fh_find_config_read(org, r.arena, &r.config, err) : fh_no_memory(err);
    if (!s) s = fh_org_roomy(org, ROOM_MIB, err);
    if (!s) s = fh_identities_version(org, &r.identities, err);
    if (!s) s = fh_find_mark(org, &r.mark, err);
    const fh_looking_about about = {.org = org,
                                    .settings = &r.config.find,
                                    .now_ms = os->now_ms(os->ctx),
                                    .threads = r.threads,
                                    .anew = mine.all};
    if (!s) s = fh_looking_new(&about, &r.looking, err);
    mine.all |= !s && fh_looking_damaged(r.looking).len > 0;
    if (!s) s = fh_findings_new(&r.findings, err);
    if (!s) s = fh_findings_recall(r.findings, org, err);
    if (!s) s = progress(&r, "comparing stories", err);
    if (!s) s = find_changed(&r, &texts, err);
    if (!s && mine.all) s = forget_all(&r, err);
    if (!s) s = look_at_all(&r, texts, err);
    if (!s) s = finish(&r, err);
    fh_thread_join(r.copier);
    const fh_status given_back = fh_org_roomy(org, 0, s ? NULL : err);
    if (!s) s = given_back;
    fh_findings_free(r.findings);
    fh_looking_free(r.looking);
    free(r.gone);
    free(r.list);
    free(r.old);
    fh_arena_free(r.arena);
    return s;
}
