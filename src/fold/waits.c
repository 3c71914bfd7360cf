/* waits.c - how long before something happens, and how long for an answer.
 *
 * Every gap goes into its touchpoint's histogram without a branch; the gaps of 0
 * at the start of each story are taken back afterwards. The number of waits is
 * the sum of the histogram.
 */
#include "fold/fold.h"
#include "fold/histogram.h"
#include "fold/written.h"

#include "base/sort.h"

enum { CODES, GAPS, RECORDS, DIRECTIONS, ANSWERS };

typedef struct wait {
    int64_t sum_ms, longest_ms;
    uint64_t *histogram; /* [FH_BUCKETS]; NULL: none yet */
    bool longest_gone;   /* may have: longest_ms is a bound (fh_fold_take_away) */
} wait;

typedef struct waits {
    fh_fold base;
    uint32_t n_touchpoints;
    uint64_t n_interactions, n_stories, unanswered;
    wait *at; /* [n_touchpoints] */
    wait answers;
} waits;

typedef struct record { /* of one local code in one segment */
    uint64_t *histogram;
    uint64_t sum, longest; /* seconds, or ms where there are any */
} record;

static void count_s(uint32_t n, const uint32_t *restrict gap_s, const uint16_t *restrict code,
                    record *records)
{
    for (uint32_t i = 0; i < n; i++) {
        record *x = &records[code[i]];
        const uint32_t gap = gap_s[i];
        x->sum += gap;
        if (__builtin_expect(gap > x->longest, 0)) x->longest = gap;
        x->histogram[fh_bucket_s(gap)]++;
    }
}

static void count_ms(uint32_t n, const uint64_t *restrict gap_ms, const uint16_t *restrict code,
                     record *records)
{
    for (uint32_t i = 0; i < n; i++) {
        record *x = &records[code[i]];
        const uint64_t gap = gap_ms[i];
        x->sum += gap;
        if (__builtin_expect(gap > x->longest, 0)) x->longest = gap;
        x->histogram[fh_bucket_ms(gap)]++;
    }
}

static bool has_histogram(fh_fold *fold, wait *w)
{
    if (!w->histogram) w->histogram = FH_NEW_ARRAY(fold->arena, uint64_t, FH_BUCKETS);
    return w->histogram != NULL;
}

static bool add_record(wait *to, const record *x, int64_t unit_ms)
{
    const int64_t longest = (int64_t)x->longest * unit_ms;
    if (longest > to->longest_ms) to->longest_ms = longest;
    return fh_fold_add_ms(&to->sum_ms, x->sum, unit_ms);
}

/* The times from a customer's first unanswered word to the answer, in `out` [n];
 * returns how many there are. */
static uint32_t find_answers(waits *f, const fh_segment *seg, const uint16_t *restrict direction,
                             uint64_t *restrict out)
{
    const fh_codes *c = &seg->direction;
    const uint16_t *restrict ms = seg->ms;
    const uint32_t *restrict gap_s = seg->gap_s, *restrict start = seg->start;
    const uint32_t n_stories = seg->n_stories;
    uint8_t asks_of[FH_N_DIRECTIONS], answers_of[FH_N_DIRECTIONS]; /* by local code */
    for (uint32_t k = 0; k < FH_N_DIRECTIONS; k++) {
        asks_of[k] = k < c->n_names && fh_fold_name(c, k) == FH_DIR_IN;
        answers_of[k] = k < c->n_names && fh_fold_name(c, k) == FH_DIR_OUT;
    }
    uint32_t n = 0;
    for (uint32_t s = 0; s < n_stories; s++) {
        uint64_t seconds = 0, since = 0;
        uint32_t waiting = 0; /* 0 or 1, and masks of it: who speaks next is a coin toss */
        const uint32_t end = start[s + 1];
        for (uint32_t i = start[s]; i < end; i++) {
            seconds += gap_s[i];
            const uint64_t at = ms ? seconds * 1000 + ms[i] : seconds;
            const uint32_t asks = asks_of[direction[i]], answers = answers_of[direction[i]];
            const uint64_t begins = -(uint64_t)(asks & ~waiting);
            out[n] = at - since;
            n += answers & waiting;
            since = (at & begins) | (since & ~begins);
            waiting = (waiting | asks) & ~answers;
        }
        f->unanswered += waiting;
    }
    return n;
}

static fh_status count_answers(waits *f, const fh_segment *seg, fh_error *err)
{
    if (fh_fold_n_codes(&seg->direction) == 1) return FH_OK;
    fh_status status = fh_fold_check(&seg->direction, FH_N_DIRECTIONS, "direction", err);
    if (status != FH_OK) return status;
    const uint16_t *direction = fh_fold_codes(&f->base, DIRECTIONS, &seg->direction, seg->n);
    uint64_t *took = fh_fold_scratch(&f->base, ANSWERS, (size_t)seg->n + 1, sizeof *took);
    if (!direction || !took || !has_histogram(&f->base, &f->answers)) return FH_NOMEM;
    const uint32_t n = find_answers(f, seg, direction, took);
    const int64_t unit_ms = seg->ms ? 1 : 1000;
    record all = {f->answers.histogram, 0, 0};
    for (uint32_t k = 0; k < n; k++) {
        all.sum += took[k];
        all.longest = took[k] > all.longest ? took[k] : all.longest;
        all.histogram[fh_bucket_ms(took[k] * (uint64_t)unit_ms)]++;
    }
    return add_record(&f->answers, &all, unit_ms) ? FH_OK : fh_fold_too_long(err);
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    waits *f = (waits *)fold;
    const fh_status status = fh_fold_check(&seg->touchpoint, f->n_touchpoints, "touchpoint", err);
    if (status != FH_OK) return status;
    const uint32_t n_codes = fh_fold_n_codes(&seg->touchpoint);
    const uint16_t *code = fh_fold_codes(fold, CODES, &seg->touchpoint, seg->n);
    record *records = fh_fold_scratch(fold, RECORDS, n_codes, sizeof *records);
    if (!code || !records) return FH_NOMEM;
    for (uint32_t c = 0; c < n_codes; c++) {
        wait *w = &f->at[fh_fold_name(&seg->touchpoint, c)];
        if (!has_histogram(fold, w)) return FH_NOMEM;
        records[c] = (record){w->histogram, 0, 0};
    }
    f->n_interactions += seg->n;
    f->n_stories += seg->n_stories;
    if (seg->ms) {
        const uint64_t *gap_ms = fh_fold_gaps_ms(fold, GAPS, seg);
        if (!gap_ms) return FH_NOMEM;
        count_ms(seg->n, gap_ms, code, records);
    } else {
        count_s(seg->n, seg->gap_s, code, records);
    }
    for (uint32_t s = 0; s < seg->n_stories; s++) records[code[seg->start[s]]].histogram[0]--;
    for (uint32_t c = 0; c < n_codes; c++)
        if (!add_record(&f->at[fh_fold_name(&seg->touchpoint, c)], &records[c], seg->ms ? 1 : 1000))
            return fh_fold_too_long(err);
    return count_answers(f, seg, err);
}

static fh_status merge_wait(fh_fold *into, wait *to, const wait *w, fh_error *err)
{
    if (!w->histogram) return FH_OK;
    if (!has_histogram(into, to)) return FH_NOMEM;
    if (w->longest_ms >= to->longest_ms) {
        to->longest_ms = w->longest_ms;
        to->longest_gone = false;
    }
    for (size_t b = 0; b < FH_BUCKETS; b++) to->histogram[b] += w->histogram[b];
    return fh_add_i64(to->sum_ms, w->sum_ms, &to->sum_ms) ? FH_OK : fh_fold_too_long(err);
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    waits *into = (waits *)into_;
    const waits *from = (const waits *)from_;
    into->n_interactions += from->n_interactions;
    into->n_stories += from->n_stories;
    into->unanswered += from->unanswered;
    fh_status status = merge_wait(into_, &into->answers, &from->answers, err);
    for (uint32_t t = 0; t < into->n_touchpoints && status == FH_OK; t++)
        status = merge_wait(into_, &into->at[t], &from->at[t], err);
    return status;
}

static fh_status take_wait(wait *to, const wait *w, fh_error *err)
{
    if (!w->histogram) return FH_OK;
    if (!to->histogram) return fh_fold_not_there(err);
    uint64_t left = 0;
    for (size_t b = 0; b < FH_BUCKETS; b++) {
        if (!fh_fold_take(&to->histogram[b], w->histogram[b])) return fh_fold_not_there(err);
        left += to->histogram[b];
    }
    if (!fh_sub_i64(to->sum_ms, w->sum_ms, &to->sum_ms)) return fh_fold_too_long(err);
    to->longest_gone = left > 0 && (to->longest_gone || w->longest_ms >= to->longest_ms);
    if (left == 0) to->longest_ms = 0;
    return FH_OK;
}

static fh_status take(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    waits *into = (waits *)into_;
    const waits *from = (const waits *)from_;
    if (!fh_fold_take(&into->n_interactions, from->n_interactions) ||
        !fh_fold_take(&into->n_stories, from->n_stories) ||
        !fh_fold_take(&into->unanswered, from->unanswered))
        return fh_fold_not_there(err);
    fh_status status = take_wait(&into->answers, &from->answers, err);
    for (uint32_t t = 0; t < into->n_touchpoints && status == FH_OK; t++)
        status = take_wait(&into->at[t], &from->at[t], err);
    return status;
}

/* A wait of 0 is nobody's longest but where all are. */
static bool is_sure(const wait *w)
{
    return !w->longest_gone || w->longest_ms == 0;
}

static bool sure(const fh_fold *fold)
{
    const waits *f = (const waits *)fold;
    bool all = is_sure(&f->answers);
    for (uint32_t t = 0; t < f->n_touchpoints; t++) all = all && is_sure(&f->at[t]);
    return all;
}

static void written_wait(fh_fold *fold, fh_written *w, wait *x)
{
    uint32_t there = x->histogram != NULL;
    fh_written_below(w, &there, 2);
    if (!there || w->status != FH_OK) return;
    if (!has_histogram(fold, x)) {
        w->status = FH_NOMEM;
        return;
    }
    fh_written_sum(w, &x->sum_ms);
    fh_written_sum(w, &x->longest_ms);
    fh_written_counts(w, x->histogram, FH_BUCKETS);
}

static fh_status written(fh_fold *fold, fh_written *w)
{
    waits *f = (waits *)fold;
    fh_written_counts(w, &f->n_interactions, 1);
    fh_written_counts(w, &f->n_stories, 1);
    fh_written_counts(w, &f->unanswered, 1);
    written_wait(fold, w, &f->answers);
    for (uint32_t t = 0; t < f->n_touchpoints && w->status == FH_OK; t++)
        written_wait(fold, w, &f->at[t]);
    return w->status;
}

static const fh_fold_kind kind = {"waits", add, merge, NULL, take, sure, NULL, written};

fh_status fh_waits_new(const fh_allocator *from, const fh_waits_options *options, fh_fold **out,
                       fh_error *err)
{
    uint32_t n = options->n_touchpoints;
    const fh_status limit = fh_fold_limit(&n, "touchpoints", err);
    if (limit != FH_OK) return limit;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(waits),
                                1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_TOUCHPOINT |
                                    1u << FH_COL_DIRECTION);
    if (!fold) return fh_no_memory(err);
    waits *f = (waits *)fold;
    f->n_touchpoints = n;
    fh_fold_tag(fold, n);
    f->at = FH_NEW_ARRAY(fold->arena, wait, n);
    return fh_fold_made(fold, f->at ? FH_OK : FH_NOMEM, out, err);
}

/* ---- Reading ------------------------------------------------------------------ */

static int by_sum(const void *a, const void *b, void *ctx)
{
    const fh_wait_row *x = a, *y = b;
    (void)ctx;
    if (x->wait_ms_sum != y->wait_ms_sum) return x->wait_ms_sum < y->wait_ms_sum ? 1 : -1;
    return (x->touchpoint > y->touchpoint) - (x->touchpoint < y->touchpoint);
}

static fh_wait_row row_of(uint32_t touchpoint, const wait *w)
{
    fh_wait_row row = {.touchpoint = touchpoint};
    if (!w->histogram) return row;
    for (size_t b = 0; b < FH_BUCKETS; b++) row.count += w->histogram[b];
    row.wait_ms_sum = w->sum_ms;
    row.wait = fh_histogram_percentiles(w->histogram);
    row.longest_ms = w->longest_ms;
    return row;
}

fh_status fh_waits_read(const fh_fold *fold, fh_arena *arena, fh_waits *out, fh_error *err)
{
    const waits *f = (const waits *)fold;
    const fh_status status = fh_fold_readable(fold, &kind, err);
    if (status != FH_OK) return status;
    fh_wait_row *rows = FH_NEW_ARRAY(arena, fh_wait_row, f->n_touchpoints);
    if (!rows) return fh_no_memory(err);
    fh_waits r = {f->n_interactions, f->n_stories, 0, rows, row_of(0, &f->answers), f->unanswered};
    for (uint32_t t = 0; t < f->n_touchpoints; t++) {
        rows[r.n_rows] = row_of(t, &f->at[t]);
        r.n_rows += rows[r.n_rows].count > 0;
    }
    if (fh_sort(&fold->from, rows, r.n_rows, sizeof *rows, by_sum, NULL) != FH_OK)
        return fh_no_memory(err);
    *out = r;
    return FH_OK;
}
