/* loops.c - where people come round again: at once, after having been elsewhere
 * (rework), and to and fro between two touchpoints.
 *
 * One record a local code says when and in which story it was last visited; no
 * branch an interaction. Rounds a, b, a are gathered in a list first, since they
 * are rare and unpredictable.
 */
#include "fold/fold.h"
#include "fold/pairs.h"

#include "base/sort.h"

enum { CODES, RECORDS, ROUNDS };

typedef struct loops {
    fh_fold base;
    uint32_t n_touchpoints;
    uint64_t n_interactions, n_stories, stories_with_rework;
    fh_loop_row *rows; /* [n_touchpoints] */
    fh_pairs rounds;   /* a, b: count; `customers` counts stories */
} loops;

/* Of one local code in one segment. Counters lie two in a word (low half, high
 * half), so that each costs one addition for two. */
typedef struct record {
    uint32_t in_story;         /* visits in the story ...            */
    uint32_t story;            /* ... it was last visited in, from 1 */
    uint64_t visits_and_again; /* high: stories with two visits      */
    uint64_t at;               /* last visit, from the start of the story */
    uint64_t at_once_and_rework;
    uint32_t most;
    uint64_t rework_sum;
} record;

/* Conditions are numbers, 0 or 1, so that the compiler is not led to branches. */
static inline void count_visits(loops *f, const fh_segment *seg, const uint16_t *restrict code,
                                record *restrict records, const bool has_ms)
{
    const uint16_t *restrict ms = seg->ms;
    const uint32_t *restrict gap_s = seg->gap_s, *restrict start = seg->start;
    const uint32_t n_stories = seg->n_stories;
    for (uint32_t s = 0; s < n_stories; s++) {
        const uint32_t end = start[s + 1], story = s + 1;
        uint64_t seconds = 0;
        uint32_t before = UINT32_MAX, reworked = 0;
        for (uint32_t i = start[s]; i < end; i++) {
            const uint32_t c = code[i];
            record *restrict x = &records[c];
            seconds += gap_s[i];
            const uint64_t at = has_ms ? seconds * 1000 + ms[i] : seconds;
            const uint32_t again = x->story == story, at_once = c == before;
            const uint32_t rework = again - at_once; /* at once is again, too */
            const uint32_t in_story = (x->in_story & -again) + 1;
            x->story = story;
            x->in_story = in_story;
            x->most = in_story > x->most ? in_story : x->most;
            x->visits_and_again += 1 + ((uint64_t)(in_story == 2) << 32);
            x->at_once_and_rework += at_once + ((uint64_t)rework << 32);
            x->rework_sum += (at - x->at) & -(uint64_t)rework;
            x->at = at;
            reworked |= rework;
            before = c;
        }
        f->stories_with_rework += reworked;
    }
}

/* Lists the interactions that close a round, as if the segment were one story;
 * returns how many. */
static uint32_t find_rounds(const uint16_t *restrict code, uint32_t n, uint32_t *restrict rounds)
{
    uint32_t n_rounds = 0;
    for (uint32_t i = 2; i < n; i++) {
        rounds[n_rounds] = i;
        n_rounds += (uint32_t)(code[i] == code[i - 2]) & (uint32_t)(code[i] != code[i - 1]);
    }
    return n_rounds;
}

static fh_status collect(loops *f, const fh_segment *seg, const record *records)
{
    const int64_t unit_ms = seg->ms ? 1 : 1000;
    const uint32_t n = fh_fold_n_codes(&seg->touchpoint);
    for (uint32_t c = 0; c < n; c++) {
        const record *x = &records[c];
        fh_loop_row *to = &f->rows[fh_fold_name(&seg->touchpoint, c)];
        const uint64_t at_once = x->at_once_and_rework & UINT32_MAX;
        const uint64_t rework = x->at_once_and_rework >> 32;
        const uint64_t visits = x->visits_and_again & UINT32_MAX;
        to->visits += visits;
        to->stories += visits - at_once - rework;
        to->stories_again += x->visits_and_again >> 32;
        to->at_once += at_once;
        to->rework += rework;
        if (x->most > to->most) to->most = x->most;
        if (!fh_fold_add_ms(&to->rework_ms_sum, x->rework_sum, unit_ms)) return FH_LIMIT;
    }
    return FH_OK;
}

static fh_status count_rounds(loops *f, const fh_segment *seg, const uint16_t *code,
                              const uint32_t *rounds, uint32_t n)
{
    const fh_codes *c = &seg->touchpoint;
    uint32_t s = 0;
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t i = rounds[k];
        while (seg->start[s + 1] <= i) s++;
        if (i - seg->start[s] < 2) continue; /* straddles two stories */
        fh_pair_cell *cell =
            fh_pairs_at(&f->rounds, fh_fold_name(c, code[i]), fh_fold_name(c, code[i - 1]));
        if (!cell) return FH_NOMEM;
        const uint64_t story = f->n_stories + s + 1; /* those of other segments come before */
        cell->count++;
        cell->customers += cell->stamp != story;
        cell->stamp = story;
    }
    return FH_OK;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    loops *f = (loops *)fold;
    fh_status status = fh_fold_check(&seg->touchpoint, f->n_touchpoints, "touchpoint", err);
    if (status != FH_OK) return status;
    const uint32_t n_codes = fh_fold_n_codes(&seg->touchpoint);
    const uint16_t *code = fh_fold_codes(fold, CODES, &seg->touchpoint, seg->n);
    record *records = fh_fold_scratch(fold, RECORDS, n_codes, sizeof *records);
    uint32_t *rounds = fh_fold_scratch(fold, ROUNDS, (size_t)seg->n + 1, sizeof *rounds);
    if (!code || !records || !rounds) return FH_NOMEM;
    for (uint32_t c = 0; c < n_codes; c++) records[c] = (record){0};

    if (seg->ms)
        count_visits(f, seg, code, records, true);
    else
        count_visits(f, seg, code, records, false);
    if (collect(f, seg, records) != FH_OK) return fh_fold_too_long(err);
    status = count_rounds(f, seg, code, rounds, find_rounds(code, seg->n, rounds));
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
        if (r->most > to->most) to->most = r->most;
        if (!fh_add_i64(to->rework_ms_sum, r->rework_ms_sum, &to->rework_ms_sum))
            return fh_fold_too_long(err);
    }
    return fh_pairs_merge(&into->rounds, &from->rounds, err);
}

static void release(fh_fold *fold)
{
    fh_pairs_free(&((loops *)fold)->rounds);
}

static const fh_fold_kind kind = {"loops", add, merge, release};

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
    status = f->rows ? fh_pairs_init(&f->rounds, &fold->from, n, n) : FH_NOMEM;
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
