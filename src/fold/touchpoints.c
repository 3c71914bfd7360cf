/* touchpoints.c - what happens where: counts, first and last time, outcomes,
 * values and scores of every touchpoint.
 *
 * Per segment one small record a local code; `stamp` tells whether the story was
 * counted already. First and last seldom change, so a branch that is nearly never
 * taken sees to them. Values, scores and outcomes are rare: their places are found
 * without looking at every interaction, and go to the global tables one by one.
 * Sums of values are kept in 128 bits, because refunds are negative: whether a sum
 * fits is a question for the end, not for the order of addition.
 */
#include "fold/fold.h"
#include "fold/pairs.h"
#include "fold/written.h"

#include "base/sort.h"

#include <string.h>

enum { CODES, RECORDS, OTHER_CODES, TOLD };

typedef struct row {
    uint64_t count, stories;
    int64_t first_ms, last_ms; /* meaningful when count > 0 */
    uint64_t n_scores;
    int64_t score_sum;
    int32_t score_max;                      /* meaningful when n_scores > 0 */
    bool first_gone, last_gone, score_gone; /* may have: the time is a bound (fh_fold_take_away) */
} row;

typedef struct record {         /* of one local code in one segment */
    uint64_t count_and_stories; /* low and high half */
    uint32_t stamp;             /* last story counted, from 1 */
    uint64_t first, span;       /* since 1940: seconds, or ms where there are any */
} record;

typedef struct touchpoints {
    fh_fold base;
    fh_touchpoints_options options;
    uint64_t n_interactions, n_stories;
    row *rows;         /* [n_touchpoints] */
    fh_pairs outcomes; /* touchpoint x outcome */
    fh_pairs values;   /* touchpoint x currency; the sum's low half in `sum`, high in `extra` */
} touchpoints;

/* A first or a last one. */
static void widen(record *r, uint64_t now)
{
    const bool none = (r->count_and_stories & UINT32_MAX) == 1; /* but this one */
    const uint64_t last = r->first + r->span;
    if (none || now < r->first) {
        r->span = none ? 0 : last - now;
        r->first = now;
    } else {
        r->span = now - r->first;
    }
}

static inline void count_stories(const fh_segment *seg, const uint16_t *restrict code,
                                 record *restrict r, const bool has_ms)
{
    const uint16_t *restrict ms = seg->ms;
    const uint32_t *restrict gap_s = seg->gap_s, *restrict start = seg->start;
    const uint32_t *restrict first_s = seg->first_s;
    const uint32_t n_stories = seg->n_stories;
    for (uint32_t s = 0; s < n_stories; s++) {
        uint64_t at = first_s[s];
        const uint32_t end = start[s + 1], story = s + 1;
        for (uint32_t i = start[s]; i < end; i++) {
            at += gap_s[i];
            const uint64_t now = has_ms ? at * 1000 + ms[i] : at;
            record *x = &r[code[i]];
            const uint64_t fresh = x->stamp != story;
            x->stamp = story;
            x->count_and_stories += 1 + (fresh << 32);
            if (__builtin_expect(now - x->first > x->span, 0)) widen(x, now);
        }
    }
}

static void collect_rows(touchpoints *f, const fh_segment *seg, const record *r, uint32_t n_codes)
{
    const int64_t unit_ms = seg->ms ? 1 : 1000;
    for (uint32_t c = 0; c < n_codes; c++) {
        const uint64_t count = r[c].count_and_stories & UINT32_MAX;
        if (count == 0) continue;
        row *to = &f->rows[fh_fold_name(&seg->touchpoint, c)];
        const int64_t first = FH_TIME_MIN_MS + (int64_t)r[c].first * unit_ms;
        const int64_t last = first + (int64_t)r[c].span * unit_ms;
        if (to->count == 0 || first < to->first_ms) to->first_ms = first;
        if (to->count == 0 || last > to->last_ms) to->last_ms = last;
        to->count += count;
        to->stories += r[c].count_and_stories >> 32;
    }
}

/* Lists which bits are set; returns how many. Lists come first, so that what
 * follows is free of branches that nobody can foresee, and waits for many cache
 * lines at a time. */
static uint32_t list_bits(const uint64_t *bits, uint32_t n, uint32_t *restrict list)
{
    uint32_t k = 0;
    for (uint32_t at = 0; at < n; at += 64) {
        uint64_t left = bits[at / 64];
        if (n - at < 64) left &= (UINT64_C(1) << (n - at)) - 1;
        for (; left; left &= left - 1) list[k++] = at + (uint32_t)__builtin_ctzll(left);
    }
    return k;
}

static bool all_set(const uint64_t *bits, uint32_t n)
{
    uint64_t unset = 0;
    for (uint32_t w = 0; w < n / 64; w++) unset |= ~bits[w];
    return !unset && (n % 64 == 0 || !(~bits[n / 64] << (64 - n % 64)));
}

/* Lists where a code is not 0; returns how many. */
static uint32_t find_told(const uint16_t *restrict code, uint32_t n, uint32_t *restrict list)
{
    uint32_t k = 0;
    for (uint32_t i = 0; i < n; i++) {
        list[k] = i;
        k += code[i] != 0;
    }
    return k;
}

static fh_status count_outcomes(touchpoints *f, const fh_segment *seg, const uint16_t *code)
{
    if (fh_fold_n_codes(&seg->outcome) == 1) return FH_OK;
    const uint16_t *outcome = fh_fold_codes(&f->base, OTHER_CODES, &seg->outcome, seg->n);
    uint32_t *told = fh_fold_scratch(&f->base, TOLD, (size_t)seg->n + 1, sizeof *told);
    if (!outcome || !told) return FH_NOMEM;
    const uint32_t n = find_told(outcome, seg->n, told);
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t i = told[k];
        fh_pair_cell *cell = fh_pairs_at(&f->outcomes, fh_fold_name(&seg->touchpoint, code[i]),
                                         fh_fold_name(&seg->outcome, outcome[i]));
        if (!cell) return FH_NOMEM;
        cell->count++;
    }
    return FH_OK;
}

/* 128-bit addition: `extra` is the high half. */
static void add_value(fh_pair_cell *to, uint64_t low, uint64_t high)
{
    const uint64_t sum = (uint64_t)to->sum + low;
    to->extra += high + (sum < low);
    to->sum = (int64_t)sum;
}

static fh_pair_cell *value_cell(touchpoints *f, const fh_segment *seg, uint32_t code, uint32_t i)
{
    return fh_pairs_at(&f->values, fh_fold_name(&seg->touchpoint, code),
                       fh_name_at(&seg->currency, i));
}

/* How many values were told. Often all are, and in one currency: then a touchpoint
 * has as many as interactions. */
static fh_status count_values(touchpoints *f, const fh_segment *seg, const uint16_t *code,
                              const record *r, uint32_t n_codes)
{
    if (fh_fold_n_codes(&seg->currency) == 1 && all_set(seg->has_value, seg->n)) {
        for (uint32_t c = 0; c < n_codes; c++) {
            const uint64_t count = r[c].count_and_stories & UINT32_MAX;
            if (count == 0) continue;
            fh_pair_cell *cell = value_cell(f, seg, c, 0);
            if (!cell) return FH_NOMEM;
            cell->count += count;
        }
        return FH_OK;
    }
    uint32_t *told = fh_fold_scratch(&f->base, TOLD, seg->n, sizeof *told);
    if (!told) return FH_NOMEM;
    const uint32_t n = list_bits(seg->has_value, seg->n, told);
    for (uint32_t k = 0; k < n; k++) {
        fh_pair_cell *cell = value_cell(f, seg, code[told[k]], told[k]);
        if (!cell) return FH_NOMEM;
        cell->count++;
    }
    return FH_OK;
}

/* Lists where a value is not 0, as most often it is; returns how many. */
static uint32_t list_values(const int64_t *restrict value, uint32_t n, uint32_t *restrict list)
{
    uint32_t k = 0;
    for (uint32_t i = 0; i < n; i++) {
        list[k] = i;
        k += value[i] != 0;
    }
    return k;
}

static fh_status add_values(touchpoints *f, const fh_segment *seg, const uint16_t *code)
{
    const int64_t *value = seg->value;
    uint32_t *some = fh_fold_scratch(&f->base, TOLD, (size_t)seg->n + 1, sizeof *some);
    if (!some) return FH_NOMEM;
    const uint32_t n = list_values(value, seg->n, some);
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t i = some[k];
        if (!fh_bit(seg->has_value, i)) continue;
        fh_pair_cell *cell = value_cell(f, seg, code[i], i);
        if (!cell) return FH_NOMEM;
        add_value(cell, (uint64_t)value[i], value[i] < 0 ? UINT64_MAX : 0);
    }
    return FH_OK;
}

static fh_status scores_too_large(fh_error *err)
{
    return fh_fail(err, FH_LIMIT, "the scores of a touchpoint add up to more than 64 bits hold");
}

static fh_status count_scores(touchpoints *f, const fh_segment *seg, const uint16_t *code,
                              fh_error *err)
{
    if (!seg->has_score || !seg->score) return FH_OK;
    uint32_t *told = fh_fold_scratch(&f->base, TOLD, seg->n, sizeof *told);
    if (!told) return FH_NOMEM;
    const uint32_t n = list_bits(seg->has_score, seg->n, told);
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t i = told[k];
        row *to = &f->rows[fh_fold_name(&seg->touchpoint, code[i])];
        if (!to->n_scores++ || seg->score[i] > to->score_max) to->score_max = seg->score[i];
        if (!fh_add_i64(to->score_sum, seg->score[i], &to->score_sum)) return scores_too_large(err);
    }
    return FH_OK;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    touchpoints *f = (touchpoints *)fold;
    fh_status status = fh_fold_check(&seg->touchpoint, f->options.n_touchpoints, "touchpoint", err);
    if (status == FH_OK)
        status = fh_fold_check(&seg->outcome, f->options.n_outcomes, "outcome", err);
    if (status == FH_OK)
        status = fh_fold_check(&seg->currency, f->options.n_currencies, "currency", err);
    if (status != FH_OK) return status;

    const uint32_t n_codes = fh_fold_n_codes(&seg->touchpoint);
    const uint16_t *code = fh_fold_codes(fold, CODES, &seg->touchpoint, seg->n);
    record *records = fh_fold_scratch(fold, RECORDS, n_codes, sizeof *records);
    if (!code || !records) return FH_NOMEM;
    for (uint32_t c = 0; c < n_codes; c++) records[c] = (record){.first = UINT64_MAX};

    f->n_interactions += seg->n;
    f->n_stories += seg->n_stories;
    const bool values = seg->has_value && seg->value;
    if (values) status = add_values(f, seg, code); /* decoded last: still in the cache */
    if (status == FH_OK) status = count_scores(f, seg, code, err);
    if (status == FH_OK) status = count_outcomes(f, seg, code);
    if (status != FH_OK) return status;
    if (seg->ms)
        count_stories(seg, code, records, true);
    else
        count_stories(seg, code, records, false);
    collect_rows(f, seg, records, n_codes);
    return values ? count_values(f, seg, code, records, n_codes) : FH_OK;
}

static fh_status merge_values(fh_pairs *into, const fh_pairs *from)
{
    for (size_t i = 0; i < from->n; i++) {
        const fh_pair_cell *c = &from->cell[i];
        if (c->count == 0) continue;
        fh_pair_cell *to = fh_pairs_at(into, fh_pairs_a(from, i), fh_pairs_b(from, i));
        if (!to) return FH_NOMEM;
        to->count += c->count;
        add_value(to, (uint64_t)c->sum, c->extra);
    }
    return FH_OK;
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    touchpoints *into = (touchpoints *)into_;
    const touchpoints *from = (const touchpoints *)from_;
    into->n_interactions += from->n_interactions;
    into->n_stories += from->n_stories;
    for (uint32_t t = 0; t < into->options.n_touchpoints; t++) {
        const row *r = &from->rows[t];
        row *to = &into->rows[t];
        if (r->count == 0) continue;
        if (to->count == 0 || r->first_ms <= to->first_ms) {
            to->first_ms = r->first_ms;
            to->first_gone = false;
        }
        if (to->count == 0 || r->last_ms >= to->last_ms) {
            to->last_ms = r->last_ms;
            to->last_gone = false;
        }
        to->count += r->count;
        to->stories += r->stories;
        if (r->n_scores && (!to->n_scores || r->score_max >= to->score_max)) {
            to->score_max = r->score_max;
            to->score_gone = false;
        }
        to->n_scores += r->n_scores;
        if (!fh_add_i64(to->score_sum, r->score_sum, &to->score_sum)) return scores_too_large(err);
    }
    const fh_status status = fh_pairs_merge(&into->outcomes, &from->outcomes, err);
    return status == FH_OK ? merge_values(&into->values, &from->values) : status;
}

static void release(fh_fold *fold)
{
    touchpoints *f = (touchpoints *)fold;
    fh_pairs_free(&f->outcomes);
    fh_pairs_free(&f->values);
}

/* Afterwards a first or last that may have been one of those taken is a bound. */
static fh_status take_row(row *to, const row *r, fh_error *err)
{
    if (!fh_fold_take(&to->count, r->count) || !fh_fold_take(&to->stories, r->stories) ||
        !fh_fold_take(&to->n_scores, r->n_scores))
        return fh_fold_not_there(err);
    if (!fh_sub_i64(to->score_sum, r->score_sum, &to->score_sum)) return scores_too_large(err);
    to->first_gone = to->count && (to->first_gone || r->first_ms <= to->first_ms);
    to->last_gone = to->count && (to->last_gone || r->last_ms >= to->last_ms);
    if (r->n_scores)
        to->score_gone = to->n_scores && (to->score_gone || r->score_max >= to->score_max);
    return FH_OK;
}

static fh_status take_values(fh_pairs *into, const fh_pairs *from, fh_error *err)
{
    for (size_t i = 0; i < from->n; i++) {
        const fh_pair_cell *c = &from->cell[i];
        if (c->count == 0) continue;
        fh_pair_cell *to = fh_pairs_at(into, fh_pairs_a(from, i), fh_pairs_b(from, i));
        if (!to) return FH_NOMEM;
        if (!fh_fold_take(&to->count, c->count)) return fh_fold_not_there(err);
        const uint64_t low = (uint64_t)c->sum; /* less this is plus its complement and one */
        add_value(to, ~low + 1, ~c->extra + (low == 0));
    }
    return FH_OK;
}

static fh_status take(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    touchpoints *into = (touchpoints *)into_;
    const touchpoints *from = (const touchpoints *)from_;
    if (!fh_fold_take(&into->n_interactions, from->n_interactions) ||
        !fh_fold_take(&into->n_stories, from->n_stories))
        return fh_fold_not_there(err);
    fh_status status = FH_OK;
    for (uint32_t t = 0; t < into->options.n_touchpoints && status == FH_OK; t++)
        if (from->rows[t].count) status = take_row(&into->rows[t], &from->rows[t], err);
    if (status == FH_OK) status = fh_pairs_take(&into->outcomes, &from->outcomes, err);
    return status == FH_OK ? take_values(&into->values, &from->values, err) : status;
}

static bool sure(const fh_fold *fold)
{
    const touchpoints *f = (const touchpoints *)fold;
    bool gone = false;
    for (uint32_t t = 0; t < f->options.n_touchpoints; t++)
        gone = gone || f->rows[t].first_gone || f->rows[t].last_gone || f->rows[t].score_gone;
    return !gone;
}

static fh_status written(fh_fold *fold, fh_written *w)
{
    touchpoints *f = (touchpoints *)fold;
    fh_written_counts(w, &f->n_interactions, 1);
    fh_written_counts(w, &f->n_stories, 1);
    for (uint32_t t = 0; t < f->options.n_touchpoints; t++) {
        row *r = &f->rows[t];
        int64_t most = r->score_max;
        fh_written_counts(w, &r->count, 1);
        if (!r->count) continue;
        fh_written_counts(w, &r->stories, 1);
        fh_written_time(w, &r->first_ms);
        fh_written_time(w, &r->last_ms);
        fh_written_counts(w, &r->n_scores, 1);
        fh_written_sum(w, &r->score_sum);
        fh_written_sum(w, &most);
        if (most < INT32_MIN || most > INT32_MAX) return FH_CORRUPT;
        r->score_max = (int32_t)most;
    }
    fh_written_pairs(w, &f->outcomes, false);
    fh_written_pairs(w, &f->values, true);
    return w->status;
}

static const fh_fold_kind kind = {"touchpoints", add, merge, release, take, sure, NULL, written};

fh_status fh_touchpoints_new(const fh_allocator *from, const fh_touchpoints_options *options,
                             fh_fold **out, fh_error *err)
{
    enum {
        COLUMNS = 1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_TOUCHPOINT |
                  1u << FH_COL_OUTCOME | 1u << FH_COL_VALUE | 1u << FH_COL_CURRENCY |
                  1u << FH_COL_SCORE
    };
    fh_touchpoints_options o = *options;
    fh_status status = fh_fold_limit(&o.n_touchpoints, "touchpoints", err);
    if (status == FH_OK) status = fh_fold_limit(&o.n_outcomes, "outcomes", err);
    if (status == FH_OK) status = fh_fold_limit(&o.n_currencies, "currencies", err);
    if (status != FH_OK) return status;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(touchpoints), COLUMNS);
    if (!fold) return fh_no_memory(err);
    touchpoints *f = (touchpoints *)fold;
    f->options = o;
    fh_fold_tag(fold, o.n_touchpoints);
    fh_fold_tag(fold, o.n_outcomes);
    fh_fold_tag(fold, o.n_currencies);
    f->rows = FH_NEW_ARRAY(fold->arena, row, o.n_touchpoints);
    status = f->rows ? FH_OK : FH_NOMEM;
    if (status == FH_OK)
        status = fh_pairs_init(&f->outcomes, &fold->from, o.n_touchpoints, o.n_outcomes);
    if (status == FH_OK)
        status = fh_pairs_init(&f->values, &fold->from, o.n_touchpoints, o.n_currencies);
    return fh_fold_made(fold, status, out, err);
}

/* ---- Reading ------------------------------------------------------------------ */

static int by_count(const void *a, const void *b, void *ctx)
{
    const fh_touchpoint_row *x = a, *y = b;
    (void)ctx;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return (x->touchpoint > y->touchpoint) - (x->touchpoint < y->touchpoint);
}

static int by_touchpoint_then_count(const void *a, const void *b, void *ctx)
{
    const fh_touchpoint_outcome *x = a, *y = b;
    (void)ctx;
    if (x->touchpoint != y->touchpoint) return x->touchpoint < y->touchpoint ? -1 : 1;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return (x->outcome > y->outcome) - (x->outcome < y->outcome);
}

static int by_touchpoint_then_currency(const void *a, const void *b, void *ctx)
{
    const fh_touchpoint_value *x = a, *y = b;
    (void)ctx;
    if (x->touchpoint != y->touchpoint) return x->touchpoint < y->touchpoint ? -1 : 1;
    return (x->currency > y->currency) - (x->currency < y->currency);
}

static fh_status read_rows(const touchpoints *f, fh_arena *arena, fh_touchpoints *out)
{
    fh_touchpoint_row *list = FH_NEW_ARRAY(arena, fh_touchpoint_row, f->options.n_touchpoints);
    if (!list) return FH_NOMEM;
    size_t n = 0;
    out->last_ms = -1;
    for (uint32_t t = 0; t < f->options.n_touchpoints; t++) {
        const row *r = &f->rows[t];
        if (r->count == 0) continue;
        if (n == 0 || r->first_ms < out->first_ms) out->first_ms = r->first_ms;
        if (n == 0 || r->last_ms > out->last_ms) out->last_ms = r->last_ms;
        list[n++] = (fh_touchpoint_row){t,          r->count,    r->stories,   r->first_ms,
                                        r->last_ms, r->n_scores, r->score_sum, r->score_max};
    }
    out->rows = list;
    out->n_rows = n;
    return fh_sort(&f->base.from, list, n, sizeof *list, by_count, NULL);
}

static fh_status read_outcomes(const touchpoints *f, fh_arena *arena, fh_touchpoints *out)
{
    const fh_pairs *p = &f->outcomes;
    fh_touchpoint_outcome *list = FH_NEW_ARRAY(arena, fh_touchpoint_outcome, fh_pairs_counted(p));
    if (!list) return FH_NOMEM;
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++)
        if (p->cell[i].count)
            list[n++] =
                (fh_touchpoint_outcome){fh_pairs_a(p, i), fh_pairs_b(p, i), p->cell[i].count};
    out->outcomes = list;
    out->n_outcomes = n;
    return fh_sort(&f->base.from, list, n, sizeof *list, by_touchpoint_then_count, NULL);
}

static fh_status read_values(const touchpoints *f, fh_arena *arena, fh_touchpoints *out,
                             fh_error *err)
{
    const fh_pairs *p = &f->values;
    fh_touchpoint_value *list = FH_NEW_ARRAY(arena, fh_touchpoint_value, fh_pairs_counted(p));
    if (!list) return FH_NOMEM;
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++) {
        const fh_pair_cell *c = &p->cell[i];
        if (c->count == 0) continue;
        if (c->extra != (c->sum < 0 ? UINT64_MAX : 0)) {
            (void)fh_fail(err, FH_LIMIT, "the values of a touchpoint add up to more than 64 bits");
            return fh_hint(err, FH_LIMIT, "Ask about a shorter period or fewer customers.");
        }
        list[n++] = (fh_touchpoint_value){fh_pairs_a(p, i), fh_pairs_b(p, i), c->count, c->sum};
    }
    out->values = list;
    out->n_values = n;
    return fh_sort(&f->base.from, list, n, sizeof *list, by_touchpoint_then_currency, NULL);
}

fh_status fh_touchpoints_read(const fh_fold *fold, fh_arena *arena, fh_touchpoints *out,
                              fh_error *err)
{
    const touchpoints *f = (const touchpoints *)fold;
    fh_status status = fh_fold_readable(fold, &kind, err);
    if (status != FH_OK) return status;
    fh_touchpoints r = {.n_interactions = f->n_interactions, .n_stories = f->n_stories};
    status = read_rows(f, arena, &r);
    if (status == FH_OK) status = read_outcomes(f, arena, &r);
    if (status == FH_OK) status = read_values(f, arena, &r, err);
    if (status == FH_OK) *out = r;
    return status == FH_NOMEM ? fh_no_memory(err) : status;
}
