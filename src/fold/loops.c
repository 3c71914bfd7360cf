/* loops.c - where people come round again: at once, after having been elsewhere
 * (rework), and to and fro between two touchpoints.
 *
 * First the visits that are not a touchpoint's first in their story are listed,
 * each with the visit before it, without a branch an interaction. All else is told
 * by that list: the visit before was the very last interaction (at once) or not
 * (rework), or the last but one (to and fro), and how many came before it.
 */
#include "fold/fold.h"
#include "fold/pairs.h"
#include "fold/written.h"

#include "base/sort.h"

#include <string.h>

enum { CODES, VISITS, RECORDS, AGAIN, ENDS, REWORKS, TIMES, EARLIER };

typedef struct loops {
    fh_fold base;
    uint32_t n_touchpoints;
    uint64_t n_interactions, n_stories, stories_with_rework;
    fh_loop_row *rows; /* [n_touchpoints] */
    bool *most_gone;   /* [n_touchpoints] may have: `most` is a bound (fh_fold_take_away) */
    fh_pairs rounds;   /* a, b: count; `customers` counts stories */
} loops;

/* Of one local code in one segment. Counters lie two in a word (low half, high
 * half), so that each costs one addition for two. */
typedef struct record {
    uint64_t again_and_rework;
    uint64_t rework_sum;
    uint32_t stories_again; /* with two visits */
    uint32_t most;          /* visits in one story; 0: there was no second one */
} record;

/* Scratch for one segment. */
typedef struct pass {
    const uint16_t *code; /* [n] */
    uint64_t *visits;     /* [n_codes] high: visits; low: the last one's index + 1 */
    record *records;      /* [n_codes] */
    uint64_t *again;      /* [n_again] high: the visit before + 1; low: this one + 1 */
    uint32_t n_again;
    uint32_t *end;     /* [n_stories] how many of these come up to the story's end */
    uint32_t *reworks; /* [n_again + 1] how many of those before were rework */
    uint64_t *at;      /* [n] */
    uint32_t *earlier; /* [n] visits to the same touchpoint earlier in the story */
} pass;

/* Conditions are numbers, 0 or 1, so that the compiler is not led to branches. */
static uint32_t list_again(const fh_segment *seg, const uint16_t *restrict code,
                           uint64_t *restrict visits, uint64_t *restrict again,
                           uint32_t *restrict end_of)
{
    const uint32_t *restrict start = seg->start;
    const uint32_t n_stories = seg->n_stories;
    uint32_t n = 0;
    for (uint32_t s = 0; s < n_stories; s++) {
        const uint32_t first = start[s], end = start[s + 1];
        for (uint32_t i = first; i < end; i++) {
            const uint64_t x = visits[code[i]];
            const uint32_t last = (uint32_t)x;
            again[n] = x << 32 | (i + 1);
            n += last > first;
            visits[code[i]] = x - last + (UINT64_C(1) << 32) + i + 1;
        }
        end_of[s] = n;
    }
    return n;
}

/* Seconds since the segment's first interaction, as if it were one story: only
 * differences within a story are used. */
static void add_up(const uint32_t *restrict gap_s, uint32_t n, uint64_t *restrict at)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < n; i++) at[i] = sum += gap_s[i];
}

static inline void count_again(const fh_segment *seg, const pass *p, const bool has_ms)
{
    const uint16_t *restrict ms = seg->ms, *restrict code = p->code;
    const uint64_t *restrict at = p->at, *restrict again = p->again;
    uint32_t *restrict earlier = p->earlier, *restrict reworks = p->reworks;
    record *restrict records = p->records;
    const uint32_t n = p->n_again;
    uint32_t so_far = 0;
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t i = (uint32_t)again[k] - 1, before = (uint32_t)(again[k] >> 32) - 1;
        const uint32_t rework = before + 1 != i, n_before = earlier[before] + 1;
        const uint64_t seconds = at[i] - at[before];
        const uint64_t since = has_ms ? seconds * 1000 + ms[i] - ms[before] : seconds;
        record *restrict x = &records[code[i]];
        earlier[i] = n_before;
        x->stories_again += n_before == 1;
        x->most = n_before >= x->most ? n_before + 1 : x->most;
        x->again_and_rework += 1 + ((uint64_t)rework << 32);
        x->rework_sum += since & -(uint64_t)rework;
        reworks[k] = so_far;
        so_far += rework;
    }
    reworks[n] = so_far;
}

static uint64_t count_reworked(const pass *p, uint32_t n_stories)
{
    uint64_t n = 0;
    uint32_t before = 0;
    for (uint32_t s = 0; s < n_stories; s++) {
        const uint32_t here = p->reworks[p->end[s]];
        n += here != before;
        before = here;
    }
    return n;
}

static fh_status collect(loops *f, const fh_segment *seg, const pass *p)
{
    const int64_t unit_ms = seg->ms ? 1 : 1000;
    const uint32_t n = fh_fold_n_codes(&seg->touchpoint);
    for (uint32_t c = 0; c < n; c++) {
        const record *x = &p->records[c];
        fh_loop_row *to = &f->rows[fh_fold_name(&seg->touchpoint, c)];
        const uint64_t again = x->again_and_rework & UINT32_MAX;
        const uint64_t rework = x->again_and_rework >> 32;
        const uint64_t visits = p->visits[c] >> 32, most = x->most ? x->most : visits > 0;
        to->visits += visits;
        to->stories += visits - again;
        to->stories_again += x->stories_again;
        to->at_once += again - rework;
        to->rework += rework;
        if (most > to->most) to->most = most;
        if (!fh_fold_add_ms(&to->rework_ms_sum, x->rework_sum, unit_ms)) return FH_LIMIT;
    }
    return FH_OK;
}

/* Brings those that close a round, a, b, a, to the front; returns how many. */
static uint32_t keep_rounds(uint64_t *list, uint32_t n)
{
    uint32_t kept = 0;
    for (uint32_t k = 0; k < n; k++) {
        const uint64_t x = list[k];
        list[kept] = x;
        kept += (uint32_t)x - (uint32_t)(x >> 32) == 2;
    }
    return kept;
}

static fh_status count_rounds(loops *f, const fh_segment *seg, const pass *p, uint32_t n)
{
    const fh_codes *c = &seg->touchpoint;
    uint32_t s = 0;
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t i = (uint32_t)p->again[k] - 1;
        while (seg->start[s + 1] <= i) s++;
        fh_pair_cell *cell =
            fh_pairs_at(&f->rounds, fh_fold_name(c, p->code[i]), fh_fold_name(c, p->code[i - 1]));
        if (!cell) return FH_NOMEM;
        const uint64_t story = f->n_stories + s + 1; /* those of other segments come before */
        cell->count++;
        cell->customers += cell->stamp != story;
        cell->stamp = story;
    }
    return FH_OK;
}

static bool make_pass(loops *f, const fh_segment *seg, pass *p)
{
    fh_fold *fold = &f->base;
    const uint32_t n_codes = fh_fold_n_codes(&seg->touchpoint), n = seg->n;
    *p = (pass){.code = fh_fold_codes(fold, CODES, &seg->touchpoint, n),
                .visits = fh_fold_scratch(fold, VISITS, n_codes, sizeof *p->visits),
                .records = fh_fold_scratch(fold, RECORDS, n_codes, sizeof *p->records),
                .again = fh_fold_scratch(fold, AGAIN, (size_t)n + 1, sizeof *p->again),
                .end = fh_fold_scratch(fold, ENDS, seg->n_stories, sizeof *p->end),
                .reworks = fh_fold_scratch(fold, REWORKS, (size_t)n + 1, sizeof *p->reworks),
                .at = fh_fold_scratch(fold, TIMES, n, sizeof *p->at),
                .earlier = fh_fold_scratch(fold, EARLIER, n, sizeof *p->earlier)};
    if (!p->code || !p->visits || !p->records || !p->again || !p->end || !p->reworks || !p->at ||
        !p->earlier)
        return false;
    memset(p->visits, 0, n_codes * sizeof *p->visits);
    memset(p->records, 0, n_codes * sizeof *p->records);
    memset(p->earlier, 0, n * sizeof *p->earlier);
    return true;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    loops *f = (loops *)fold;
    fh_status status = fh_fold_check(&seg->touchpoint, f->n_touchpoints, "touchpoint", err);
    if (status != FH_OK) return status;
    pass p;
    if (!make_pass(f, seg, &p)) return FH_NOMEM;
    p.n_again = list_again(seg, p.code, p.visits, p.again, p.end);
    add_up(seg->gap_s, seg->n, p.at);
    if (seg->ms)
        count_again(seg, &p, true);
    else
        count_again(seg, &p, false);
    f->stories_with_rework += count_reworked(&p, seg->n_stories);
    if (collect(f, seg, &p) != FH_OK) return fh_fold_too_long(err);
    status = count_rounds(f, seg, &p, keep_rounds(p.again, p.n_again));
    f->n_interactions += seg->n;
    f->n_stories += seg->n_stories;
    return status;
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    loops *into = (loops *)into_;
    const loops *from = (const loops *)from_;
    /* Stamps are numbers of stories: those of `into` must stay the highest. */
    into->n_interactions += from->n_interactions;
    into->n_stories += from->n_stories;
    into->stories_with_rework += from->stories_with_rework;
    for (uint32_t t = 0; t < into->n_touchpoints; t++) {
        const fh_loop_row *r = &from->rows[t];
        fh_loop_row *to = &into->rows[t];
        to->visits += r->visits;
        to->stories += r->stories;
        to->stories_again += r->stories_again;
        to->at_once += r->at_once;
        to->rework += r->rework;
        if (r->most >= to->most) {
            to->most = r->most;
            into->most_gone[t] = false;
        }
        if (!fh_add_i64(to->rework_ms_sum, r->rework_ms_sum, &to->rework_ms_sum))
            return fh_fold_too_long(err);
    }
    return fh_pairs_merge(&into->rounds, &from->rounds, err);
}

static void release(fh_fold *fold)
{
    fh_pairs_free(&((loops *)fold)->rounds);
}

static fh_status take_row(fh_loop_row *to, const fh_loop_row *r, bool *gone, fh_error *err)
{
    if (!fh_fold_take(&to->visits, r->visits) || !fh_fold_take(&to->stories, r->stories) ||
        !fh_fold_take(&to->stories_again, r->stories_again) ||
        !fh_fold_take(&to->at_once, r->at_once) || !fh_fold_take(&to->rework, r->rework))
        return fh_fold_not_there(err);
    if (!fh_sub_i64(to->rework_ms_sum, r->rework_ms_sum, &to->rework_ms_sum))
        return fh_fold_too_long(err);
    *gone = to->visits && (*gone || r->most >= to->most);
    if (!to->visits) to->most = 0;
    return FH_OK;
}

static fh_status take(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    loops *into = (loops *)into_;
    const loops *from = (const loops *)from_;
    if (!fh_fold_take(&into->n_interactions, from->n_interactions) ||
        !fh_fold_take(&into->n_stories, from->n_stories) ||
        !fh_fold_take(&into->stories_with_rework, from->stories_with_rework))
        return fh_fold_not_there(err);
    fh_status status = FH_OK;
    for (uint32_t t = 0; t < into->n_touchpoints && status == FH_OK; t++)
        if (from->rows[t].visits)
            status = take_row(&into->rows[t], &from->rows[t], &into->most_gone[t], err);
    return status == FH_OK ? fh_pairs_take(&into->rounds, &from->rounds, err) : status;
}

static bool sure(const fh_fold *fold)
{
    const loops *f = (const loops *)fold;
    bool gone = false;
    for (uint32_t t = 0; t < f->n_touchpoints; t++) gone = gone || f->most_gone[t];
    return !gone;
}

static fh_status written(fh_fold *fold, fh_written *w)
{
    loops *f = (loops *)fold;
    fh_written_counts(w, &f->n_interactions, 1);
    fh_written_counts(w, &f->n_stories, 1);
    fh_written_counts(w, &f->stories_with_rework, 1);
    for (uint32_t t = 0; t < f->n_touchpoints; t++) {
        fh_loop_row *r = &f->rows[t];
        uint64_t *const counts[] = {&r->stories, &r->stories_again, &r->at_once, &r->rework,
                                    &r->most};
        fh_written_counts(w, &r->visits, 1);
        if (!r->visits) continue;
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            fh_written_counts(w, counts[i], 1);
        fh_written_sum(w, &r->rework_ms_sum);
    }
    fh_written_pairs(w, &f->rounds, false);
    return w->status;
}

static const fh_fold_kind kind = {"loops", add, merge, release, take, sure, NULL, written};

fh_status fh_loops_new(const fh_allocator *from, const fh_loops_options *options, fh_fold **out,
                       fh_error *err)
{
    uint32_t n = options->n_touchpoints;
    fh_status status = fh_fold_limit(&n, "touchpoints", err);
    if (status != FH_OK) return status;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(loops),
                                1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_TOUCHPOINT);
    if (!fold) return fh_no_memory(err);
    loops *f = (loops *)fold;
    f->n_touchpoints = n;
    fh_fold_tag(fold, n);
    f->rows = FH_NEW_ARRAY(fold->arena, fh_loop_row, n);
    f->most_gone = FH_NEW_ARRAY(fold->arena, bool, n);
    status = f->rows && f->most_gone ? fh_pairs_init(&f->rounds, &fold->from, n, n) : FH_NOMEM;
    return fh_fold_made(fold, status, out, err);
}

/* ---- Reading ------------------------------------------------------------------ */

static int by_returns(const void *a, const void *b, void *ctx)
{
    const fh_loop_row *x = a, *y = b;
    const uint64_t nx = x->rework + x->at_once, ny = y->rework + y->at_once;
    (void)ctx;
    if (nx != ny) return nx < ny ? 1 : -1;
    return (x->touchpoint > y->touchpoint) - (x->touchpoint < y->touchpoint);
}

static int by_count(const void *a, const void *b, void *ctx)
{
    const fh_pingpong *x = a, *y = b;
    (void)ctx;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    if (x->a != y->a) return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

static fh_status read_rows(const loops *f, fh_arena *arena, fh_loops *out)
{
    fh_loop_row *rows = FH_NEW_ARRAY(arena, fh_loop_row, f->n_touchpoints);
    if (!rows) return FH_NOMEM;
    for (uint32_t t = 0; t < f->n_touchpoints; t++) {
        if (f->rows[t].rework + f->rows[t].at_once == 0) continue;
        rows[out->n_rows] = f->rows[t];
        rows[out->n_rows++].touchpoint = t;
    }
    out->rows = rows;
    return fh_sort(&f->base.from, rows, out->n_rows, sizeof *rows, by_returns, NULL);
}

static fh_status read_rounds(const loops *f, fh_arena *arena, fh_loops *out)
{
    const fh_pairs *p = &f->rounds;
    fh_pingpong *list = FH_NEW_ARRAY(arena, fh_pingpong, fh_pairs_counted(p));
    if (!list) return FH_NOMEM;
    for (size_t i = 0; i < p->n; i++)
        if (p->cell[i].count)
            list[out->n_pingpongs++] = (fh_pingpong){fh_pairs_a(p, i), fh_pairs_b(p, i),
                                                     p->cell[i].count, p->cell[i].customers};
    out->pingpongs = list;
    return fh_sort(&f->base.from, list, out->n_pingpongs, sizeof *list, by_count, NULL);
}

fh_status fh_loops_read(const fh_fold *fold, fh_arena *arena, fh_loops *out, fh_error *err)
{
    const loops *f = (const loops *)fold;
    fh_status status = fh_fold_readable(fold, &kind, err);
    if (status != FH_OK) return status;
    fh_loops r = {.n_interactions = f->n_interactions,
                  .n_stories = f->n_stories,
                  .stories_with_rework = f->stories_with_rework};
    status = read_rows(f, arena, &r);
    if (status == FH_OK) status = read_rounds(f, arena, &r);
    if (status != FH_OK) return fh_no_memory(err);
    *out = r;
    return FH_OK;
}
