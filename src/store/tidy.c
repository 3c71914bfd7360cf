/* tidy.c - folding inbox and deltas into bigger parts beside live ingest (tidy.h).
 *
 * A *pass* goes over the customers from left to right, a stretch a step, and takes runs
 * of an interval of ages: into one run of the newest of these ages, or into the base.
 * Where it has got to is known only in memory. What it took from a part is told by the
 * part's `lo`, as merges do it (merge.c), so it may end anywhere: what is left is in
 * order and taken up by a later pass.
 *
 * Which inputs a step was made from is remembered as their rows. A part is never
 * changed without its row: cutting takes at least one interaction away, or gives the
 * rest another number.
 */
#include "store/tidy.h"

#include "base/sort.h"
#include "store/packed.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_BATCHES = 1024, /* of one step */
    MOST = 131072,       /* interactions of a step */
    BASE_SHARE = 8,      /* runs are merged into the base at 1/8 of it */
    MOST_RUNS = 40,      /* or when there are so many */
    OF_IMPORTS = 16384,  /* a run of so many that may hold copies is an import's */
};

static const fh_tidy_sizes usual = {
    .step = 32768,
    .least_step = 4096,
    .least_of_base = 32768,
    .few_batches = 24,
    .smallest_run = 8192,
    .alike = 6,
    .base_least = 524288,
};

typedef struct run {
    int64_t age;
    uint64_t n;
    bool distinct;
} run;

/* What a step does with an input: all of it is taken, or customers up to `upto`. */
typedef struct input {
    fh_stored row; /* as it must still be */
    bool whole;
    uint32_t live_n, live_stories; /* of what is left */
} input;

struct fh_tidy {
    fh_tidy_sizes size;
    uint32_t most; /* interactions of a step, about */
    bool in_pass, into_base;
    int64_t min_age, max_age;
    uint32_t next; /* the pass is done up to before this customer */
    /* The step in hand. */
    fh_packed packed;
    fh_view view;
    input *in; /* [n_in] */
    size_t n_in, cap_in;
    uint32_t upto;
    bool ends_pass;
};

fh_status fh_tidy_new(const fh_tidy_sizes *sizes, fh_tidy **out, fh_error *err)
{
    fh_tidy *t = calloc(1, sizeof *t);
    if (!t) return fh_no_memory(err);
    t->size = sizes ? *sizes : usual;
    t->most = t->size.step;
    fh_packed_init(&t->packed);
    *out = t;
    return FH_OK;
}

void fh_tidy_free(fh_tidy *t)
{
    if (!t) return;
    fh_packed_free(&t->packed);
    fh_view_free(&t->view);
    free(t->in);
    free(t);
}

void fh_tidy_took(fh_tidy *t, uint64_t us, uint64_t aim_us)
{
    if (us > aim_us)
        t->most -= t->most / 4;
    else if (us < aim_us / 2)
        t->most += t->most / 8;
    if (t->most < t->size.least_step) t->most = t->size.least_step;
    if (t->most > MOST) t->most = MOST;
}

static fh_status add_input(fh_tidy *t, const input *in, fh_error *err)
{
    if (t->n_in == t->cap_in) {
        const size_t cap = t->cap_in ? 2 * t->cap_in : 64;
        input *grown = realloc(t->in, cap * sizeof *grown);
        if (!grown) return fh_no_memory(err);
        t->in = grown;
        t->cap_in = cap;
    }
    t->in[t->n_in++] = *in;
    return FH_OK;
}

/* ---- The inbox --------------------------------------------------------------------------- */

/* How many of the oldest batches make a step: between them no delta came. */
static size_t batches_of(const fh_tidy *t, const fh_stored_list *batch,
                         const fh_stored_list *segments)
{
    uint64_t n = batch->row[0].n;
    size_t end = 1;
    for (; end < batch->n && end < MOST_BATCHES && n + batch->row[end].n <= t->most; end++) {
        for (size_t i = 0; i < segments->n; i++)
            if (segments->row[i].age > batch->row[end - 1].age &&
                segments->row[i].age < batch->row[end].age)
                return end;
        n += batch->row[end].n;
    }
    return end;
}

static fh_status prepare_inbox(fh_tidy *t, fh_db *db, const fh_stored_list *batch, size_t n,
                               fh_error *err)
{
    fh_tail *tail = NULL;
    fh_stored like = {.level = FH_LEVEL_DELTA, .age = batch->row[n - 1].age};
    fh_status status =
        fh_tail_load(db, batch->row, n, 1, UINT32_MAX, FH_COLS_ALL, true, &tail, NULL, err);
    if (status == FH_OK && tail) {
        like.distinct = tail->distinct;
        status = fh_packed_add_tail(&t->packed, tail, &like, err);
    }
    fh_tail_free(tail);
    for (size_t i = 0; i < n && status == FH_OK; i++)
        status = add_input(t, &(input){.row = batch->row[i], .whole = true}, err);
    return status;
}

/* ---- Which runs ----------------------------------------------------------------------------- */

static int by_age(const void *pa, const void *pb, void *ctx)
{
    (void)ctx;
    const run *a = pa, *b = pb;
    return (a->age > b->age) - (a->age < b->age);
}

/* The deltas older than `before` as runs, oldest first, in `out` [segments->n]. */
static fh_status runs_of(const fh_stored_list *segments, int64_t before, run *out, size_t *n,
                         fh_error *err)
{
    size_t count = 0, to = 0;
    for (size_t i = 0; i < segments->n; i++) {
        const fh_stored *row = &segments->row[i];
        if (row->level == FH_LEVEL_DELTA && row->age < before)
            out[count++] = (run){row->age, row->live_n, row->distinct};
    }
    if (count > 1 && fh_sort(NULL, out, count, sizeof *out, by_age, NULL) != FH_OK)
        return fh_no_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (to > 0 && out[to - 1].age == out[i].age) {
            out[to - 1].n += out[i].n;
            out[to - 1].distinct = out[to - 1].distinct && out[i].distinct;
        } else {
            out[to++] = out[i];
        }
    }
    *n = to;
    return FH_OK;
}

static unsigned tier_of(const fh_tidy *t, uint64_t n)
{
    unsigned tier = 0;
    for (uint64_t most = t->size.smallest_run; n > most; most *= t->size.alike) tier++;
    return tier;
}

static void begin_pass(fh_tidy *t, bool into_base, int64_t min_age, int64_t max_age)
{
    t->in_pass = true;
    t->into_base = into_base;
    t->min_age = min_age;
    t->max_age = max_age;
    t->next = 1;
}

/* Neighbours in age of a like size; the newest such group. */
static void find_alike(fh_tidy *t, const run *r, size_t n)
{
    for (size_t end = n; end > 0; end--) {
        const unsigned tier = tier_of(t, r[end - 1].n);
        size_t first = end;
        while (first > 0 && r[first - 1].distinct && tier_of(t, r[first - 1].n) <= tier) first--;
        if (end - first < t->size.alike) continue;
        begin_pass(t, false, r[first].age, r[end - 1].age);
        return;
    }
}

/* What is younger than a batch in the inbox waits until that is a run: parts stay in
 * the order of their age. */
static fh_status choose_pass(fh_tidy *t, const fh_stored_list *segments, int64_t before,
                             fh_error *err)
{
    uint64_t in_base = 0, in_runs = 0;
    size_t n = 0;
    run *r = malloc((segments->n + 1) * sizeof *r);
    if (!r) return fh_no_memory(err);
    const fh_status status = runs_of(segments, before, r, &n, err);
    for (size_t i = 0; i < segments->n; i++)
        if (segments->row[i].level == FH_LEVEL_BASE) in_base += segments->row[i].live_n;

    size_t n_ours = 0; /* what an import brought it merges itself, and counts the copies */
    while (n_ours < n && (r[n_ours].distinct || r[n_ours].n < OF_IMPORTS)) n_ours++;
    if (n >= MOST_RUNS) n_ours = n;
    for (size_t i = 0; i < n_ours; i++) in_runs += r[i].n;
    if (status == FH_OK && n > 0) {
        const bool many = in_runs >= t->size.base_least && in_runs >= in_base / BASE_SHARE;
        if (n_ours > 0 && (many || n >= MOST_RUNS))
            begin_pass(t, true, 0, r[n_ours - 1].age);
        else
            find_alike(t, r, n);
    }
    free(r);
    return status;
}

/* ---- A stretch of a pass -------------------------------------------------------------------- */

static bool takes_part(const fh_tidy *t, const fh_stored *row)
{
    if (row->level == FH_LEVEL_BASE) return t->into_base;
    return row->age >= t->min_age && row->age <= t->max_age;
}

/* Of the parts that take part, about how many interactions are of customers lo .. hi. */
static double about(const fh_tidy *t, const fh_stored_list *segments, uint32_t lo, uint32_t hi)
{
    double n = 0;
    for (size_t i = 0; i < segments->n; i++) {
        const fh_stored *row = &segments->row[i];
        if (!takes_part(t, row) || row->lo > hi || row->hi < lo) continue;
        const double from = row->lo > lo ? row->lo : lo, until = row->hi < hi ? row->hi : hi;
        n += row->live_n * ((until - from + 1) / ((double)row->hi - row->lo + 1));
    }
    return n;
}

/* The end of the base segment that holds `hi`, unless that is far more than wanted. */
static uint32_t align(const fh_tidy *t, const fh_stored_list *segments, uint32_t lo, uint32_t hi,
                      double want)
{
    for (size_t i = 0; i < segments->n; i++) {
        const fh_stored *row = &segments->row[i];
        if (row->level == FH_LEVEL_BASE && row->lo <= hi && row->hi >= hi)
            return about(t, segments, lo, row->hi) <= 2.5 * want ? row->hi : hi;
    }
    return hi;
}

/* The last customer of the stretch from `lo` on; beyond it is a stretch's worth, or
 * nothing. */
static uint32_t stretch_end(const fh_tidy *t, const fh_stored_list *segments, uint32_t lo)
{
    const double least = t->into_base ? t->size.least_of_base : t->size.least_step;
    const double want = t->most > least ? t->most : least;
    uint32_t last = lo;
    for (size_t i = 0; i < segments->n; i++)
        if (takes_part(t, &segments->row[i]) && segments->row[i].hi > last)
            last = segments->row[i].hi;
    if (about(t, segments, lo, last) <= want * 1.5) return UINT32_MAX;
    uint32_t from = lo, until = last;
    while (from < until) {
        const uint32_t mid = from + (until - from) / 2;
        if (about(t, segments, lo, mid) < want)
            from = mid + 1;
        else
            until = mid;
    }
    return t->into_base ? align(t, segments, lo, from, want) : from;
}

/* Moves t->next to the first customer of a part that is to be merged: of any in a pass
 * over runs, of a delta in one into the base. False: there is none. */
static bool go_to_next(fh_tidy *t, const fh_stored_list *segments)
{
    uint32_t first = 0;
    for (size_t i = 0; i < segments->n; i++) {
        const fh_stored *row = &segments->row[i];
        if (row->level == FH_LEVEL_BASE || !takes_part(t, row) || row->hi < t->next) continue;
        /* What the pass wrote itself lies before t->next. */
        const uint32_t lo = row->lo > t->next ? row->lo : t->next;
        if (first == 0 || lo < first) first = lo;
    }
    if (first == 0) return false;
    /* A base segment is begun from its first customer. */
    for (size_t i = 0; t->into_base && i < segments->n; i++) {
        const fh_stored *row = &segments->row[i];
        if (row->level == FH_LEVEL_BASE && row->lo < first && row->hi >= first &&
            row->lo >= t->next)
            first = row->lo;
    }
    t->next = first;
    return true;
}

static fh_status pack_units(fh_tidy *t, fh_reader *r, const fh_stored *like, fh_error *err)
{
    fh_status status = FH_OK;
    for (size_t u = 0; u < r->n_units && status == FH_OK; u++) {
        status = fh_view_take(r, &t->view, u, err);
        if (status == FH_OK) status = fh_view_show(r, &t->view, err);
        if (status == FH_OK) status = fh_packed_add_view(&t->packed, r->db, &t->view, like, err);
        fh_view_release(r, &t->view);
    }
    return status;
}

/* What is left of a part behind the stretch. */
static fh_status note_input(fh_tidy *t, fh_db *db, const fh_stored *row, fh_blobs *blobs,
                            fh_space *space, fh_error *err)
{
    input in = {.row = *row, .whole = row->hi <= t->upto};
    if (!in.whole) {
        fh_status status = fh_blobs_read(db, row, 0, blobs, err);
        if (status == FH_OK) status = fh_blobs_decode(blobs, row, space, err);
        if (status != FH_OK) return status;
        const fh_segment *seg = fh_space_segment(space);
        const uint32_t first = fh_story_from(seg, t->upto + 1);
        in.live_n = seg->n - seg->start[first];
        in.live_stories = seg->n_stories - first;
    }
    return add_input(t, &in, err);
}

static fh_status note_inputs(fh_tidy *t, const fh_reader *r, fh_error *err)
{
    fh_blobs blobs;
    fh_blobs_init(&blobs);
    fh_space *space = fh_space_new(NULL);
    fh_status status = space ? FH_OK : fh_no_memory(err);
    for (size_t i = 0; i < r->n_sources && status == FH_OK; i++)
        status = note_input(t, r->db, &r->source[i].row, &blobs, space, err);
    fh_space_free(space);
    fh_blobs_free(&blobs);
    return status;
}

static fh_status prepare_stretch(fh_tidy *t, fh_db *db, const fh_stored_list *segments,
                                 fh_error *err)
{
    const fh_stored like = {.level = t->into_base ? FH_LEVEL_BASE : FH_LEVEL_DELTA,
                            .age = t->into_base ? 0 : t->max_age,
                            .distinct = !t->into_base};
    t->upto = stretch_end(t, segments, t->next);
    const fh_reader_about about = {
        .columns = FH_COLS_ALL,
        .lo = t->next,
        .hi = t->upto,
        .base = t->into_base,
        .min_age = t->min_age,
        .max_age = t->max_age,
        .join_small = true,
        .places = true,
    };
    fh_reader r;
    fh_status status = fh_reader_open(db, &about, &r, err);
    if (status != FH_OK) return status;
    status = pack_units(t, &r, &like, err);
    if (status == FH_OK) status = note_inputs(t, &r, err);
    fh_reader_close(&r);
    return status;
}

/* ---- A step --------------------------------------------------------------------------------- */

static void clear_step(fh_tidy *t)
{
    fh_packed_clear(&t->packed);
    t->n_in = 0;
    t->upto = 0;
}

static fh_status prepare_pass(fh_tidy *t, fh_db *db, const fh_stored_list *segments, int64_t before,
                              bool *any, fh_error *err)
{
    fh_status status = FH_OK;
    if (t->in_pass && !go_to_next(t, segments)) t->in_pass = false;
    if (!t->in_pass) {
        status = choose_pass(t, segments, before, err);
        if (status != FH_OK || !t->in_pass || !go_to_next(t, segments)) return status;
    }
    *any = true;
    return prepare_stretch(t, db, segments, err);
}

static fh_status prepare(fh_tidy *t, fh_db *db, bool all, bool *any, fh_error *err)
{
    fh_stored_list batch = {0}, segments = {0};
    fh_status status = fh_stored_inbox(db, 1, UINT32_MAX, &batch, err);
    if (status == FH_OK) status = fh_stored_segments(db, 1, UINT32_MAX, false, &segments, err);
    uint64_t waiting = 0;
    for (size_t i = 0; i < batch.n; i++) waiting += batch.row[i].n;
    if (status == FH_OK && batch.n > 0 &&
        (all || batch.n >= t->size.few_batches || waiting >= t->most)) {
        *any = true;
        status = prepare_inbox(t, db, &batch, batches_of(t, &batch, &segments), err);
    } else if (status == FH_OK) {
        status = prepare_pass(t, db, &segments, batch.n ? batch.row[0].age : INT64_MAX, any, err);
    }
    fh_stored_free(&batch);
    fh_stored_free(&segments);
    return status;
}

fh_status fh_tidy_prepare(fh_tidy *t, fh_org *org, bool all, bool *any, fh_error *err)
{
    bool mine = false, found = false;
    clear_step(t);
    fh_status status = fh_org_look(org, &mine, err);
    if (status != FH_OK) return status;
    status = prepare(t, fh_org_db(org), all, &found, err);
    fh_org_looked(org, mine);
    if (status != FH_OK) clear_step(t);
    if (status == FH_OK) *any = found;
    return status;
}

/* ---- Putting -------------------------------------------------------------------------------- */

static bool same_row(const fh_stored *a, const fh_stored *b)
{
    return a->id == b->id && a->level == b->level && a->age == b->age && a->lo == b->lo &&
           a->hi == b->hi && a->n == b->n && a->n_stories == b->n_stories &&
           a->live_n == b->live_n && a->live_stories == b->live_stories && a->columns == b->columns;
}

static bool has_row(const fh_stored_list *list, const fh_stored *row)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->row[i].id == row->id) return same_row(&list->row[i], row);
    return false;
}

/* Whether the inputs are what they were. Inbox batches are in order of their numbers. */
static fh_status still_fits(const fh_tidy *t, fh_db *db, bool *fits, fh_error *err)
{
    fh_stored_list list = {0};
    const bool inbox = t->n_in > 0 && t->in[0].row.level == FH_LEVEL_INBOX;
    fh_status status = inbox ? fh_stored_inbox(db, 1, UINT32_MAX, &list, err)
                             : fh_stored_segments(db, t->next, t->upto, false, &list, err);
    *fits = true;
    for (size_t i = 0; i < t->n_in && status == FH_OK && *fits; i++)
        *fits = inbox ? i < list.n && same_row(&list.row[i], &t->in[i].row)
                      : has_row(&list, &t->in[i].row);
    fh_stored_free(&list);
    return status;
}

static fh_status put(fh_tidy *t, fh_org *org, fh_error *err)
{
    fh_status status = fh_packed_put(&t->packed, org, err);
    for (size_t i = 0; i < t->n_in && status == FH_OK; i++) {
        const input *in = &t->in[i];
        status = in->whole
                     ? fh_stored_delete(org, &in->row, err)
                     : fh_stored_consume(org, &in->row, t->upto, in->live_n, in->live_stories, err);
    }
    return status;
}

static void step_done(fh_tidy *t)
{
    if (t->n_in == 0 || t->in[0].row.level == FH_LEVEL_INBOX) return;
    if (t->upto == UINT32_MAX)
        t->in_pass = false;
    else
        t->next = t->upto + 1;
}

fh_status fh_tidy_put(fh_tidy *t, fh_org *org, fh_known *known, bool *done, fh_error *err)
{
    fh_known_mark before = {0}, after = {0};
    bool fits = false;
    fh_status status = fh_org_begin_lazy(org, err);
    if (status != FH_OK) return status;
    status = still_fits(t, fh_org_db(org), &fits, err);
    if (status == FH_OK) status = fh_known_mark_now(org, &before, err);
    if (status == FH_OK && fits) status = put(t, org, err);
    if (status == FH_OK) status = fh_known_mark_now(org, &after, err);
    if (status == FH_OK && fits) {
        status = fh_org_commit(org, err);
    } else {
        fh_org_rollback(org);
    }
    if (status == FH_OK && fits) {
        if (known && fh_known_is_at(known, &before)) fh_known_caught_up(known, &after);
        step_done(t);
    }
    clear_step(t);
    if (status == FH_OK) *done = fits;
    return status;
}
