/* aligned.c - stories held against a journey, counted by touchpoint.
 *
 *     stories --elements--> ways, how often each --holder--> sums
 *
 * Ways are put by until there are many different ones; then each is held against the journey
 * once and counted as often as it was gone. So a log with few ways holds few, and one where
 * every story is a way of its own needs no more memory. Sums are all that is ever kept: they can be
 * added and taken away.
 *
 * Of a story as it was and as it is, most of what both come to is alike. Where it has only got more
 * steps, the two are put by as one way, `grown`, of the fold that holds what is: how many steps
 * came, and all of them. It is held once, and counted is only where the two differ: as it was in
 * one fold, as it is in the other.
 *
 * Always: what was counted is `n` and what the ways put by come to. Nothing is put by in `grown`
 * when a fold is merged or taken away.
 */
#include "fold/told.h"
#include "fold/ways.h"

#include <assert.h>
#include <string.h>

enum { ELEMENTS, STEPS = ELEMENTS + FH_TOLD_SPACES, MANY = 8192 /* different ways */ };

/* Sums, and behind them those of each row. */
enum { INTERACTIONS, MAPPED, STORIES, OUTSIDE, COST, WORST, AT_MOST, MAY_END, FITNESS, N_SUMS };
enum {
    R_COMPLETED,
    R_MISSING,
    R_AD_HOC,
    R_STORIES_COMPLETED,
    R_STORIES_MISSING,
    R_STORIES_AD_HOC,
    R_STORIES_OUT_OF_ORDER,
    R_STORIES_NEXT,
    N_ROW
};
enum { MET_COMPLETED = 1, MET_MISSING = 2, MET_AD_HOC = 4, MET = 7, FITNESS_BITS = 32 };
/* Of a story that has grown these are common to both; further up are those of one of them. */
enum { WAS_BITS = 3, IS_BITS = 6 };

/* What holding ways takes; made when there is something to hold. */
typedef struct tally {
    void *holder;
    uint16_t *met;     /* [n_rows] of the way at hand: bits above */
    uint32_t *touched; /* [n_rows + 1] rows whose `met` is not 0 */
    uint32_t *rows;    /* [room] of its steps */
    size_t room;
} tally;

typedef struct aligned {
    fh_fold base;
    fh_element_rules rules;
    const uint32_t *row; /* [n_elements] */
    uint32_t n_rows;
    fh_aligned_with with;
    fh_ways ways;  /* put by: step k is element k */
    fh_ways grown; /* the first step is how many came */
    uint64_t *n;   /* [N_SUMS + n_rows * N_ROW] */
    tally tally;
} aligned;

static size_t n_numbers(const aligned *f)
{
    return N_SUMS + (size_t)f->n_rows * N_ROW;
}

/* ---- Holding ways ------------------------------------------------------------------------- */

static void *take_array(const aligned *f, size_t n, size_t size)
{
    return f->base.from.alloc(f->base.from.ctx, n * size);
}

static void give_array(const aligned *f, void *ptr, size_t n, size_t size)
{
    if (ptr) f->base.from.free(f->base.from.ctx, ptr, n * size);
}

static void close_tally(const aligned *f, tally *t)
{
    if (t->holder) f->with.close(t->holder);
    give_array(f, t->met, f->n_rows, sizeof *t->met);
    give_array(f, t->touched, f->n_rows + (size_t)1, sizeof *t->touched);
    give_array(f, t->rows, t->room, sizeof *t->rows);
    *t = (tally){0};
}

static fh_status open_tally(const aligned *f, tally *t, fh_error *err)
{
    if (t->holder) return FH_OK;
    close_tally(f, t);
    t->met = take_array(f, f->n_rows, sizeof *t->met);
    t->touched = take_array(f, f->n_rows + (size_t)1, sizeof *t->touched);
    if (!t->met || !t->touched) return FH_NOMEM;
    memset(t->met, 0, f->n_rows * sizeof *t->met);
    return f->with.open(f->with.ctx, &f->base.from, &t->holder, err);
}

static bool read_rows(const aligned *f, tally *t, const fh_way *way, uint32_t from)
{
    if (t->room < way->n_steps) {
        const size_t room = way->n_steps < 64 ? 64 : (size_t)way->n_steps * 2;
        uint32_t *more = take_array(f, room, sizeof *more);
        if (!more) return false;
        give_array(f, t->rows, t->room, sizeof *t->rows);
        t->rows = more;
        t->room = room;
    }
    uint32_t *to = t->rows;
    const uint32_t *row = f->row, n = way->n_steps;
    const uint8_t *narrow = (const uint8_t *)(way + 1);
    const uint16_t *wide = (const uint16_t *)(const void *)(way + 1);
    if (f->ways.step_bytes == 1)
        for (uint32_t i = from; i < n; i++) *to++ = row[narrow[i]];
    else
        for (uint32_t i = from; i < n; i++) *to++ = row[wide[i]];
    return true;
}

/* Without a branch: whether a row was met already, and how, nobody can foresee. */
static uint32_t meet(tally *t, uint32_t n_touched, uint32_t row, uint32_t how)
{
    const uint32_t met = t->met[row];
    t->touched[n_touched] = row;
    t->met[row] = (uint16_t)(met | how);
    return n_touched + !met;
}

/* A row that was met already, also so; without a branch, too. */
static void meet_again(tally *t, uint32_t row, uint32_t how)
{
    const uint32_t met = t->met[row];
    t->met[row] = (uint16_t)(met | (how & -(uint32_t)(met != 0)));
}

/* `times` where the bit is set, else 0. */
static uint64_t times_if(uint64_t times, uint32_t bit)
{
    return times & -(uint64_t)(bit != 0);
}

/* Stories that met a row so. */
static void count_met(uint64_t *row, uint32_t met, uint64_t times)
{
    const uint32_t missing = met / MET_MISSING & 1, ad_hoc = met / MET_AD_HOC & 1;
    row[R_STORIES_COMPLETED] += times_if(times, met & MET_COMPLETED);
    row[R_STORIES_OUT_OF_ORDER] += times_if(times, missing & ad_hoc);
    row[R_STORIES_MISSING] += times_if(times, missing & ~ad_hoc);
    row[R_STORIES_AD_HOC] += times_if(times, ad_hoc & ~missing);
}

/* Of the stories of a way, each row that they met counts once. */
static void count_stories(tally *t, uint32_t n_touched, uint64_t times, uint64_t *rows)
{
    for (uint32_t i = 0; i < n_touched; i++) {
        count_met(rows + (size_t)t->touched[i] * N_ROW, t->met[t->touched[i]], times);
        t->met[t->touched[i]] = 0;
    }
}

static uint64_t fitness_of(const fh_aligned_way *found)
{
    if (!found->worst) return UINT64_C(1) << FITNESS_BITS;
    if (found->cost >= found->worst) return 0;
    return (((found->worst - found->cost) << FITNESS_BITS) + found->worst / 2) / found->worst;
}

/* What is not told move by move. */
static void count_whole(const fh_aligned_way *found, uint64_t times, uint64_t *n)
{
    for (size_t i = 0; i < found->n_next; i++)
        n[N_SUMS + (size_t)found->next[i] * N_ROW + R_STORIES_NEXT] += times;
    n[COST] += found->cost * times;
    n[WORST] += found->worst * times;
    n[AT_MOST] += found->at_most ? times : 0;
    n[MAY_END] += found->may_end ? times : 0;
    n[FITNESS] += fitness_of(found) * times;
}

/* What `way` comes to, into the sums. */
static void count_way(tally *t, const fh_way *way, const fh_aligned_way *found, uint64_t *n)
{
    uint64_t *rows = n + N_SUMS;
    const uint64_t times = way->count;
    uint32_t touched = 0;
    for (uint32_t i = 0; i < way->n_steps; i++) {
        const bool there = found->completed[i];
        rows[(size_t)t->rows[i] * N_ROW + (there ? R_COMPLETED : R_AD_HOC)] += times;
        touched = meet(t, touched, t->rows[i], there ? MET_COMPLETED : MET_AD_HOC);
    }
    for (size_t m = 0; m < found->n_missing; m++) {
        rows[(size_t)found->missing[m] * N_ROW + R_MISSING] += times;
        touched = meet(t, touched, found->missing[m], MET_MISSING);
    }
    count_stories(t, touched, times, rows);
    count_whole(found, times, n);
}

/* Holds one way and adds what it comes to to the sums n[n_numbers]. */
static fh_status hold_way(const aligned *f, tally *t, const fh_way *way, uint64_t *n, fh_error *err)
{
    fh_aligned_way found = {0};
    fh_status s = open_tally(f, t, err);
    if (s == FH_OK && !read_rows(f, t, way, 0)) s = FH_NOMEM;
    if (s == FH_OK) s = f->with.hold(t->holder, t->rows, way->n_steps, &found, err);
    if (s == FH_OK) count_way(t, way, &found, n);
    return s;
}

/* What ways put by come to. They may be another fold's of this question. */
static fh_status count_ways(const aligned *f, tally *t, const fh_ways *ways, uint64_t *n,
                            fh_error *err)
{
    size_t room = 0;
    fh_status s = FH_OK;
    if (!ways->n) return FH_OK;
    for (const fh_way *w = NULL; s == FH_OK && (w = fh_ways_next(ways, w, &room)) != NULL;)
        s = hold_way(f, t, w, n, err);
    return s;
}

/* ---- Ways that have grown ---------------------------------------------------------------- */

/* Moves of one of the two, behind what is common: `completed` of rows[n]. */
static uint32_t count_tail(tally *t, uint32_t touched, const uint32_t *rows, size_t n,
                           const bool *completed, const fh_aligned_way *found, uint32_t bits,
                           uint64_t times, uint64_t *sums)
{
    uint64_t *to = sums + N_SUMS;
    for (size_t i = 0; i < n; i++) {
        to[(size_t)rows[i] * N_ROW + (completed[i] ? R_COMPLETED : R_AD_HOC)] += times;
        touched = meet(t, touched, rows[i],
                       (uint32_t)(completed[i] ? MET_COMPLETED : MET_AD_HOC) << bits);
    }
    for (size_t m = 0; m < found->n_missing; m++) {
        to[(size_t)found->missing[m] * N_ROW + R_MISSING] += times;
        touched = meet(t, touched, found->missing[m], (uint32_t)MET_MISSING << bits);
    }
    return touched;
}

/* What a way that has grown comes to, as it was and as it is, into the sums of both. */
static void count_grown_way(tally *t, size_t n_was, size_t n, const fh_aligned_grown *g,
                            uint64_t times, uint64_t *was, uint64_t *is)
{
    const size_t same = g->same;
    const uint32_t *behind = t->rows + same;
    uint32_t touched = 0;
    touched = count_tail(t, touched, behind, n_was - same, g->was.completed, &g->was, WAS_BITS,
                         times, was);
    touched = count_tail(t, touched, behind, n - same, g->is.completed + same, &g->is, IS_BITS,
                         times, is);
    /* Of what is common only rows that the others have count. */
    for (size_t i = 0; i < same; i++)
        meet_again(t, t->rows[i], g->is.completed[i] ? MET_COMPLETED : MET_AD_HOC);
    for (size_t m = 0; m < g->n_missing_both; m++) meet_again(t, g->missing_both[m], MET_MISSING);
    for (uint32_t k = 0; k < touched; k++) {
        const size_t row = t->touched[k];
        const uint32_t met = t->met[row];
        const uint32_t then = (met | met >> WAS_BITS) & MET, now = (met | met >> IS_BITS) & MET;
        t->met[row] = 0;
        if (then == now) continue;
        count_met(was + N_SUMS + row * N_ROW, then, times);
        count_met(is + N_SUMS + row * N_ROW, now, times);
    }
    count_whole(&g->was, times, was);
    count_whole(&g->is, times, is);
}

static fh_status count_grown(const aligned *f, tally *t, uint64_t *was, uint64_t *is, fh_error *err)
{
    size_t room = 0;
    fh_status s = f->grown.n ? open_tally(f, t, err) : FH_OK;
    const fh_way *w = NULL;
    while (s == FH_OK && f->grown.n && (w = fh_ways_next(&f->grown, w, &room)) != NULL) {
        const uint32_t n = w->n_steps - 1, n_was = n - fh_ways_step(&f->grown, w, 0);
        fh_aligned_grown found;
        if (!read_rows(f, t, w, 1)) return FH_NOMEM;
        s = f->with.hold_grown(t->holder, t->rows, n_was, n, &found, err);
        if (s == FH_OK) count_grown_way(t, n_was, n, &found, w->count, was, is);
    }
    return s;
}

/* ---- All that is put by ------------------------------------------------------------------ */

static void empty_ways(fh_ways *ways)
{
    fh_fold *fold = ways->fold;
    const uint32_t step_bytes = ways->step_bytes;
    fh_ways_free(ways);
    fh_ways_init(ways, fold, step_bytes);
}

static void take_sums(aligned *f, const uint64_t *sums)
{
    for (size_t i = 0; i < n_numbers(f); i++) f->n[i] += sums[i];
    empty_ways(&f->ways);
}

/* The ways put by become sums, also those of `was` unless it is NULL: the fold of what was, with
 * what of it has grown. All of them do or, when that fails, none. */
static fh_status hold_ways(aligned *f, aligned *was, fh_error *err)
{
    const size_t n = n_numbers(f);
    if (!f->ways.n && !(was && (was->ways.n || f->grown.n))) return FH_OK;
    uint64_t *sums = take_array(f, 2 * n, sizeof *sums);
    if (!sums) return FH_NOMEM;
    memset(sums, 0, 2 * n * sizeof *sums);
    fh_status s = count_ways(f, &f->tally, &f->ways, sums, err);
    if (s == FH_OK && was) s = count_ways(f, &f->tally, &was->ways, sums + n, err);
    if (s == FH_OK && was) s = count_grown(f, &f->tally, sums + n, sums, err);
    if (s == FH_OK) take_sums(f, sums);
    if (s == FH_OK && was) {
        take_sums(was, sums + n);
        empty_ways(&f->grown);
    }
    give_array(f, sums, 2 * n, sizeof *sums);
    return s;
}

/* ---- Adding ------------------------------------------------------------------------------ */

/* The elements of a story behind one another, those that are none left out. */
static uint32_t put_steps(const aligned *f, const uint16_t *element, uint32_t n, void *steps)
{
    uint32_t m = 0;
    if (f->ways.step_bytes == 1) {
        uint8_t *narrow = steps;
        for (uint32_t i = 0; i < n; i++)
            if (element[i]) narrow[m++] = (uint8_t)(element[i] - 1);
    } else {
        uint16_t *wide = steps;
        for (uint32_t i = 0; i < n; i++)
            if (element[i]) wide[m++] = (uint16_t)(element[i] - 1);
    }
    return m;
}

/* Stories on their way into a fold. */
typedef struct adding {
    aligned *f;
    const fh_segment *seg;
    const uint16_t *element;
    unsigned char *steps; /* room behind those that wait in the batch */
    fh_ways_batch batch;
} adding;

/* A number may stand in front of each story's steps. */
static fh_status begin_adding(aligned *f, const fh_segment *seg, adding *out, fh_error *err)
{
    const fh_status s = fh_fold_check_elements(&f->rules, seg, err);
    const size_t room = (size_t)seg->n + seg->n_stories, width = f->ways.step_bytes;
    if (s != FH_OK) return s;
    out->f = f;
    out->seg = seg;
    out->element = fh_fold_elements(&f->base, ELEMENTS, &f->rules, seg);
    out->steps = fh_fold_scratch(&f->base, STEPS, room + FH_WAYS_SPARE, width);
    out->batch.n = 0;
    if (!out->element || !out->steps) return FH_NOMEM;
    memset(out->steps + room * width, 0, FH_WAYS_SPARE);
    return FH_OK;
}

typedef struct told {
    unsigned char *steps; /* behind room for one number */
    uint32_t n;
} told;

/* So much of a story was seen, and so much of that is told. */
static void count_story(aligned *f, uint32_t n_all, uint32_t n_told)
{
    f->n[INTERACTIONS] += n_all;
    f->n[MAPPED] += n_told;
    f->n[n_told ? STORIES : OUTSIDE]++;
}

static told tell_story(adding *a, uint32_t k)
{
    const uint32_t first = a->seg->start[k], all = a->seg->start[k + 1] - first;
    told t = {.steps = a->steps + a->f->ways.step_bytes};
    t.n = put_steps(a->f, a->element + first, all, t.steps);
    count_story(a->f, all, t.n);
    return t;
}

static fh_status put_way(adding *a, fh_ways *ways, fh_ways_batch *b, unsigned char *steps,
                         uint32_t n, fh_error *err)
{
    b->steps[b->n] = steps;
    b->n_steps[b->n] = n;
    b->count[b->n] = 1;
    b->sum[b->n] = 0;
    a->steps = steps + (size_t)n * a->f->ways.step_bytes;
    return ++b->n == FH_WAYS_BATCH ? fh_ways_add(ways, b, err) : FH_OK;
}

static fh_status put_story(adding *a, told t, fh_error *err)
{
    return t.n ? put_way(a, &a->f->ways, &a->batch, t.steps, t.n, err) : FH_OK;
}

static fh_status end_adding(adding *a, fh_error *err)
{
    return a->batch.n ? fh_ways_add(&a->f->ways, &a->batch, err) : FH_OK;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    aligned *f = (aligned *)fold;
    adding a;
    fh_status s = begin_adding(f, seg, &a, err);
    for (uint32_t k = 0; k < seg->n_stories && s == FH_OK; k++)
        s = put_story(&a, tell_story(&a, k), err);
    if (s == FH_OK) s = end_adding(&a, err);
    return s == FH_OK && f->ways.n > MANY ? hold_ways(f, NULL, err) : s;
}

/* Stories as they were and as they are, on their way into two folds. */
typedef struct pairs {
    adding was, is;
    fh_ways_batch grown;
} pairs;

static fh_status end_pairs(pairs *p, fh_error *err)
{
    fh_status s = end_adding(&p->was, err);
    if (s == FH_OK) s = end_adding(&p->is, err);
    return s == FH_OK && p->grown.n ? fh_ways_add(&p->is.f->grown, &p->grown, err) : s;
}

/* A customer's two: one way that has grown, if the one begins as the other, or a way each. */
static fh_status put_pair(pairs *p, told was, told is, bool begins, fh_error *err)
{
    aligned *f = p->is.f;
    const uint32_t width = f->ways.step_bytes, most = width == 1 ? UINT8_MAX : UINT16_MAX;
    if (begins && was.n == is.n) return FH_OK;
    if (begins && was.n && is.n - was.n <= most) {
        const uint16_t came = (uint16_t)(is.n - was.n);
        unsigned char *steps = is.steps - width;
        if (width == 1)
            *steps = (unsigned char)came;
        else
            memcpy(steps, &came, sizeof came);
        return put_way(&p->is, &f->grown, &p->grown, steps, is.n + 1, err);
    }
    const fh_status s = put_story(&p->was, was, err);
    return s == FH_OK ? put_story(&p->is, is, err) : s;
}

/* Goes through both by customer. */
static fh_status add_pairs(pairs *p, fh_error *err)
{
    const fh_segment *a = p->was.seg, *b = p->is.seg;
    fh_status s = FH_OK;
    for (uint32_t i = 0, k = 0; s == FH_OK && (i < a->n_stories || k < b->n_stories);) {
        const uint64_t then = i < a->n_stories ? a->customer[i] : UINT64_MAX;
        const uint64_t now = k < b->n_stories ? b->customer[k] : UINT64_MAX;
        told was = {0}, is = {0};
        if (then <= now) was = tell_story(&p->was, i++);
        if (now <= then) is = tell_story(&p->is, k++);
        const bool begins =
            then == now && was.n <= is.n &&
            memcmp(was.steps, is.steps, (size_t)was.n * p->is.f->ways.step_bytes) == 0;
        s = put_pair(p, was, is, begins, err);
    }
    return s == FH_OK ? end_pairs(p, err) : s;
}

static fh_status add_both(fh_fold *was, fh_fold *is, const fh_segment *seg_was,
                          const fh_segment *seg_is, fh_error *err)
{
    pairs p;
    if (!((aligned *)is)->with.hold_grown) {
        const fh_status s = add(was, seg_was, err);
        return s == FH_OK ? add(is, seg_is, err) : s;
    }
    p.grown.n = 0;
    fh_status s = begin_adding((aligned *)was, seg_was, &p.was, err);
    if (s == FH_OK) s = begin_adding((aligned *)is, seg_is, &p.is, err);
    return s == FH_OK ? add_pairs(&p, err) : s;
}

/* As it was, a story lies in front of what it is: its steps are told once. */
static fh_status add_grown(fh_fold *was, fh_fold *is, const fh_segment *seg, const uint32_t *n_was,
                           fh_error *err)
{
    aligned *then = (aligned *)was;
    pairs p = {.was.f = then};
    fh_status s = begin_adding((aligned *)is, seg, &p.is, err);
    for (uint32_t k = 0; s == FH_OK && k < seg->n_stories; k++) {
        const told now = tell_story(&p.is, k);
        told before = now;
        for (uint32_t i = seg->start[k] + n_was[k]; i < seg->start[k + 1]; i++)
            before.n -= p.is.element[i] != 0;
        if (n_was[k]) count_story(then, n_was[k], before.n);
        s = put_pair(&p, before, now, true, err);
    }
    return s == FH_OK ? end_pairs(&p, err) : s;
}

/* ---- Merging, taking away ----------------------------------------------------------------- */

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    aligned *into = (aligned *)into_;
    const aligned *from = (const aligned *)from_;
    assert(!from->grown.n);
    for (size_t i = 0; i < n_numbers(into); i++) into->n[i] += from->n[i];
    const fh_status s = fh_ways_merge(&into->ways, &from->ways, err);
    return s == FH_OK && into->ways.n > MANY ? hold_ways(into, NULL, err) : s;
}

static fh_status take(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    aligned *into = (aligned *)into_;
    const aligned *from = (const aligned *)from_;
    const size_t n = n_numbers(into);
    assert(!from->grown.n);
    uint64_t *gone = take_array(into, n, sizeof *gone);
    if (!gone) return FH_NOMEM;
    memcpy(gone, from->n, n * sizeof *gone);
    fh_status s = hold_ways(into, NULL, err);
    if (s == FH_OK) s = count_ways(into, &into->tally, &from->ways, gone, err);
    bool there = true;
    for (size_t i = 0; s == FH_OK && i < n; i++)
        there = fh_fold_take(&into->n[i], gone[i]) && there;
    give_array(into, gone, n, sizeof *gone);
    return s != FH_OK || there ? s : fh_fold_not_there(err);
}

/* Where there is no memory for it the ways stay put by. */
static void settle(fh_fold *fold)
{
    aligned *f = (aligned *)fold;
    fh_error ignored;
    (void)hold_ways(f, NULL, &ignored);
    close_tally(f, &f->tally);
}

static fh_status settle_both(fh_fold *was, fh_fold *is, bool all, fh_error *err)
{
    aligned *then = (aligned *)was, *now = (aligned *)is;
    const bool many = then->ways.n + now->ways.n + now->grown.n > MANY;
    return all || many ? hold_ways(now, then, err) : FH_OK;
}

static void release(fh_fold *fold)
{
    aligned *f = (aligned *)fold;
    close_tally(f, &f->tally);
    fh_ways_free(&f->ways);
    fh_ways_free(&f->grown);
}

static const fh_fold_kind kind = {
    .name = "aligned", .add = add, .merge = merge, .free = release, .take = take, .settle = settle};

/* ---- Making, reading ---------------------------------------------------------------------- */

static fh_status copy_rows(aligned *f, const fh_aligned_options *o, fh_error *err)
{
    fh_fold *fold = &f->base;
    uint32_t *row = FH_NEW_ARRAY(fold->arena, uint32_t, (size_t)f->rules.n_elements + 1);
    f->n = FH_NEW_ARRAY(fold->arena, uint64_t, n_numbers(f));
    if (!row || !f->n) return FH_NOMEM;
    for (uint32_t e = 0; e < f->rules.n_elements; e++) {
        if (o->row[e] >= o->n_rows)
            return fh_fail(err, FH_INVALID, "aligned: element %u has no row", e);
        row[e] = o->row[e];
    }
    f->row = row;
    memset(f->n, 0, n_numbers(f) * sizeof *f->n);
    fh_fold_tag(fold, o->n_rows);
    fh_buf_put(&fold->tag, row, f->rules.n_elements * sizeof *row);
    fh_fold_tag(fold, o->with.journey.len);
    fh_buf_str(&fold->tag, o->with.journey);
    return FH_OK;
}

fh_status fh_aligned_new(const fh_allocator *from, const fh_aligned_options *options, fh_fold **out,
                         fh_error *err)
{
    fh_aligned_options o = *options;
    fh_status s = fh_fold_limit_elements(&o.rules, err);
    if (s != FH_OK) return s;
    const uint32_t by = o.rules.n_rows ? 1u << FH_COL_CHANNEL | 1u << FH_COL_DEPARTMENT : 0;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(aligned), 1u << FH_COL_TOUCHPOINT | by);
    if (!fold) return fh_no_memory(err);
    aligned *f = (aligned *)fold;
    fold->dear = true;
    fold->add_both = add_both;
    fold->add_grown = options->with.hold_grown ? add_grown : NULL;
    fold->settle_both = settle_both;
    f->rules = o.rules;
    f->n_rows = o.n_rows;
    f->with = o.with;
    fh_ways_init(&f->ways, fold, o.rules.n_elements <= 256 ? 1 : 2);
    fh_ways_init(&f->grown, fold, f->ways.step_bytes);
    s = fh_fold_copy_elements(fold, &f->rules);
    if (s == FH_OK) s = copy_rows(f, &o, err);
    return fh_fold_made(fold, s, out, err);
}

static fh_status read(const aligned *f, fh_arena *arena, fh_aligned *out, fh_error *err)
{
    fh_aligned_row *row = FH_NEW_ARRAY(arena, fh_aligned_row, (size_t)f->n_rows + 1);
    uint64_t *n = FH_NEW_ARRAY(arena, uint64_t, n_numbers(f));
    if (!row || !n) return FH_NOMEM;
    memcpy(n, f->n, n_numbers(f) * sizeof *n);
    tally own = {0};
    const fh_status s = count_ways(f, &own, &f->ways, n, err);
    close_tally(f, &own);
    for (uint32_t r = 0; r < f->n_rows; r++) {
        const uint64_t *of = n + N_SUMS + (size_t)r * N_ROW;
        row[r] = (fh_aligned_row){of[R_COMPLETED],
                                  of[R_MISSING],
                                  of[R_AD_HOC],
                                  of[R_STORIES_COMPLETED],
                                  of[R_STORIES_MISSING],
                                  of[R_STORIES_AD_HOC],
                                  of[R_STORIES_OUT_OF_ORDER],
                                  of[R_STORIES_NEXT]};
    }
    *out = (fh_aligned){.n_interactions = n[INTERACTIONS],
                        .n_mapped = n[MAPPED],
                        .n_stories = n[STORIES],
                        .n_outside = n[OUTSIDE],
                        .cost = n[COST],
                        .worst = n[WORST],
                        .stories_at_most = n[AT_MOST],
                        .stories_may_end = n[MAY_END],
                        .fitness_sum = n[FITNESS],
                        .row = row};
    return s;
}

fh_status fh_aligned_read(const fh_fold *fold, fh_arena *arena, fh_aligned *out, fh_error *err)
{
    fh_status s = fh_fold_readable(fold, &kind, err);
    if (s == FH_OK) s = read((const aligned *)fold, arena, out, err);
    return s == FH_NOMEM ? fh_no_memory(err) : s;
}
