/* aligned.c - stories held against a journey, counted by touchpoint.
 *
 *     stories --elements--> ways, how often each --holder--> sums
 *
 * Ways are put by until there are many different ones; then each is held against the journey
 * once and counted as often as it was gone. So a log with few ways holds few, and one where
 * every story is a way of its own needs no more memory. Sums are all that is ever kept: they can be
 * added and taken away. Ways are held in the order of their steps, since what begins as the one
 * before is held faster; what stories were and what they are now is held together for the same
 * reason.
 *
 * Always: what was counted is `n` and what the ways put by come to.
 */
#include "fold/told.h"
#include "fold/ways.h"

#include <string.h>

enum { ELEMENTS, STEPS = ELEMENTS + FH_TOLD_SPACES, MANY = 8192 /* different ways */, NEAR = 8 };

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
enum { MET_COMPLETED = 1, MET_MISSING = 2, MET_AD_HOC = 4, FITNESS_BITS = 32 };

/* What holding ways takes; made when there is something to hold. */
typedef struct tally {
    void *holder;
    unsigned char *met; /* [n_rows] of the way at hand: bits above */
    uint32_t *touched;  /* [n_rows + 1] rows whose `met` is not 0 */
    uint32_t *rows;     /* [room] of its steps */
    size_t room;
} tally;

typedef struct aligned {
    fh_fold base;
    fh_element_rules rules;
    const uint32_t *row; /* [n_elements] */
    uint32_t n_rows;
    fh_aligned_with with;
    fh_ways ways; /* put by: step k is element k */
    uint64_t *n;  /* [N_SUMS + n_rows * N_ROW] */
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
    memset(t->met, 0, f->n_rows);
    return f->with.open(f->with.ctx, &f->base.from, &t->holder, err);
}

static bool read_rows(const aligned *f, tally *t, const fh_way *way)
{
    if (t->room < way->n_steps) {
        const size_t room = way->n_steps < 64 ? 64 : (size_t)way->n_steps * 2;
        uint32_t *more = take_array(f, room, sizeof *more);
        if (!more) return false;
        give_array(f, t->rows, t->room, sizeof *t->rows);
        t->rows = more;
        t->room = room;
    }
    for (uint32_t i = 0; i < way->n_steps; i++) t->rows[i] = f->row[fh_ways_step(&f->ways, way, i)];
    return true;
}

/* Without a branch: whether a row was met already, and how, nobody can foresee. */
static uint32_t meet(tally *t, uint32_t n_touched, uint32_t row, uint32_t how)
{
    const uint32_t met = t->met[row];
    t->touched[n_touched] = row;
    t->met[row] = (unsigned char)(met | how);
    return n_touched + !met;
}

/* `times` where the bit is set, else 0. */
static uint64_t times_if(uint64_t times, uint32_t bit)
{
    return times & -(uint64_t)(bit != 0);
}

/* Of the stories of a way, each row that they met counts once. */
static void count_stories(tally *t, uint32_t n_touched, uint64_t times, uint64_t *rows)
{
    for (uint32_t i = 0; i < n_touched; i++) {
        uint64_t *row = rows + (size_t)t->touched[i] * N_ROW;
        const uint32_t met = t->met[t->touched[i]];
        const uint32_t missing = met / MET_MISSING & 1, ad_hoc = met / MET_AD_HOC & 1;
        t->met[t->touched[i]] = 0;
        row[R_STORIES_COMPLETED] += times_if(times, met & MET_COMPLETED);
        row[R_STORIES_OUT_OF_ORDER] += times_if(times, missing & ad_hoc);
        row[R_STORIES_MISSING] += times_if(times, missing & ~ad_hoc);
        row[R_STORIES_AD_HOC] += times_if(times, ad_hoc & ~missing);
    }
}

static uint64_t fitness_of(const fh_aligned_way *found)
{
    if (!found->worst) return UINT64_C(1) << FITNESS_BITS;
    if (found->cost >= found->worst) return 0;
    return (((found->worst - found->cost) << FITNESS_BITS) + found->worst / 2) / found->worst;
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
    for (size_t i = 0; i < found->n_next; i++)
        rows[(size_t)found->next[i] * N_ROW + R_STORIES_NEXT] += times;
    n[COST] += found->cost * times;
    n[WORST] += found->worst * times;
    n[AT_MOST] += found->at_most ? times : 0;
    n[MAY_END] += found->may_end ? times : 0;
    n[FITNESS] += fitness_of(found) * times;
}

/* Holds one way and adds what it comes to to the sums n[n_numbers]. */
static fh_status hold_way(const aligned *f, tally *t, const fh_way *way, uint64_t *n, fh_error *err)
{
    fh_aligned_way found = {0};
    fh_status s = open_tally(f, t, err);
    if (s == FH_OK && !read_rows(f, t, way)) s = FH_NOMEM;
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

static bool begins_as(const fh_ways *ways, const fh_way *way, const fh_way *beginning)
{
    return beginning->n_steps <= way->n_steps &&
           memcmp(way + 1, beginning + 1, (size_t)beginning->n_steps * ways->step_bytes) == 0;
}

/* Where a table of ways is read. */
typedef struct place {
    const fh_ways *ways;
    const fh_way *way; /* NULL: the end */
    size_t room;
} place;

static place first_of(const fh_ways *ways)
{
    place p = {.ways = ways};
    if (ways->n) p.way = fh_ways_next(ways, NULL, &p.room);
    return p;
}

static void go_on(place *p)
{
    p->way = fh_ways_next(p->ways, p->way, &p->room);
}

/* How many ways from `was` on, up to and with one that `way` begins as; 0: it is not near. */
static uint32_t beginning_near(place was, const fh_way *way)
{
    for (uint32_t i = 1; was.way && i <= NEAR; i++, go_on(&was))
        if (begins_as(was.ways, way, was.way)) return i;
    return 0;
}

/* The same of two tables, in turns: both are in order of first sight, and mostly of the same
 * stories, which have only grown. So a way often begins as the next one of the other table. */
static fh_status count_in_turns(const aligned *f, tally *t, const fh_ways *was, uint64_t *n_was,
                                const fh_ways *is, uint64_t *n_is, fh_error *err)
{
    place before = first_of(was), now = first_of(is);
    uint32_t lonely = 0; /* ways since the last one that began as another */
    fh_status s = FH_OK;
    while (s == FH_OK && (before.way || now.way)) {
        uint32_t n = now.way ? beginning_near(before, now.way) : NEAR;
        lonely = n ? 0 : lonely + 1;
        if (lonely > NEAR) n = NEAR;
        for (; s == FH_OK && before.way && n; n--, go_on(&before))
            s = hold_way(f, t, before.way, n_was, err);
        if (s != FH_OK || !now.way) continue;
        s = hold_way(f, t, now.way, n_is, err);
        go_on(&now);
    }
    return s;
}

static void take_sums(aligned *f, const uint64_t *sums)
{
    const uint32_t step_bytes = f->ways.step_bytes;
    for (size_t i = 0; i < n_numbers(f); i++) f->n[i] += sums[i];
    fh_ways_free(&f->ways);
    fh_ways_init(&f->ways, &f->base, step_bytes);
}

/* The ways put by become sums, also those of `was` unless it is NULL: another fold of this
 * question. All of them do or, when that fails, none. */
static fh_status hold_ways(aligned *f, aligned *was, fh_error *err)
{
    const size_t n = n_numbers(f);
    if (!f->ways.n && !(was && was->ways.n)) return FH_OK;
    uint64_t *sums = take_array(f, 2 * n, sizeof *sums);
    if (!sums) return FH_NOMEM;
    memset(sums, 0, 2 * n * sizeof *sums);
    const fh_status s =
        was ? count_in_turns(f, &f->tally, &was->ways, sums + n, &f->ways, sums, err)
            : count_ways(f, &f->tally, &f->ways, sums, err);
    if (s == FH_OK) take_sums(f, sums);
    if (s == FH_OK && was) take_sums(was, sums + n);
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

static fh_status add_stories(aligned *f, const fh_segment *seg, const uint16_t *element,
                             unsigned char *steps, fh_error *err)
{
    const uint32_t width = f->ways.step_bytes;
    uint32_t at = 0;
    fh_status s = FH_OK;
    fh_ways_batch b;
    b.n = 0;
    for (uint32_t k = 0; k < seg->n_stories && s == FH_OK; k++) {
        const uint32_t first = seg->start[k], n = seg->start[k + 1] - first;
        unsigned char *own = steps + (size_t)at * width;
        const uint32_t m = put_steps(f, element + first, n, own);
        f->n[INTERACTIONS] += n;
        f->n[MAPPED] += m;
        f->n[m ? STORIES : OUTSIDE]++;
        if (!m) continue;
        b.steps[b.n] = own;
        b.n_steps[b.n] = m;
        b.count[b.n] = 1;
        b.sum[b.n] = 0;
        at += m;
        if (++b.n == FH_WAYS_BATCH) s = fh_ways_add(&f->ways, &b, err);
    }
    return s == FH_OK && b.n ? fh_ways_add(&f->ways, &b, err) : s;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    aligned *f = (aligned *)fold;
    fh_status s = fh_fold_check_elements(&f->rules, seg, err);
    if (s != FH_OK) return s;
    const uint16_t *element = fh_fold_elements(fold, ELEMENTS, &f->rules, seg);
    unsigned char *steps =
        fh_fold_scratch(fold, STEPS, (size_t)seg->n + FH_WAYS_SPARE, f->ways.step_bytes);
    if (!element || !steps) return FH_NOMEM;
    memset(steps + (size_t)seg->n * f->ways.step_bytes, 0, FH_WAYS_SPARE);
    s = add_stories(f, seg, element, steps, err);
    return s == FH_OK && f->ways.n > MANY ? hold_ways(f, NULL, err) : s;
}

/* ---- Merging, taking away ----------------------------------------------------------------- */

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    aligned *into = (aligned *)into_;
    const aligned *from = (const aligned *)from_;
    for (size_t i = 0; i < n_numbers(into); i++) into->n[i] += from->n[i];
    const fh_status s = fh_ways_merge(&into->ways, &from->ways, err);
    return s == FH_OK && into->ways.n > MANY ? hold_ways(into, NULL, err) : s;
}

static fh_status take(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    aligned *into = (aligned *)into_;
    const aligned *from = (const aligned *)from_;
    const size_t n = n_numbers(into);
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

static void settle_both(fh_fold *was, fh_fold *is, bool all)
{
    aligned *f = (aligned *)is, *other = (aligned *)was;
    fh_error ignored;
    if (all || f->ways.n + other->ways.n > MANY) (void)hold_ways(f, other, &ignored);
}

static void release(fh_fold *fold)
{
    aligned *f = (aligned *)fold;
    close_tally(f, &f->tally);
    fh_ways_free(&f->ways);
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
    fold->settle_both = settle_both;
    f->rules = o.rules;
    f->n_rows = o.n_rows;
    f->with = o.with;
    fh_ways_init(&f->ways, fold, o.rules.n_elements <= 256 ? 1 : 2);
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
