/* align_flat.c - a story along a zone without gates, all states at a time (see align.h).
 *
 * With nothing, a state is reached from another at a price that never changes: `near`, for all
 * pairs of states. So what an interaction does to all states at once is, for each step that it
 * allows, one row of that table added to what the step costs, and the lesser kept:
 *
 *     now[s] = least of    was[s]                               it is ad-hoc
 *                          was[s] - weight                      where it is free
 *                          was[from] - weight + near[to][s]     where it takes from .. to
 *                          was[to] - weight + near[to][s]       behind what is free up to `to`
 *
 * which is a handful of instructions for eight states. All rows are kept, and the moves are read
 * off them from the end to the beginning. Costs are less what all interactions so far cost when
 * they are ad-hoc, as in a run; a row that an interaction does not change is not copied.
 *
 * The rows of the last story are kept, unless it was long, and so are its moves: a story that
 * begins alike goes on from where the two part, and on the way back needs to look no further than
 * to where it stands in the same state as the other did. Of a story as it was and as it is, where
 * it has only grown, one run gives the rows of both, and the ways back are walked side by side
 * until they stand in the same state: from there to the beginning they are one.
 *
 * Always: a row is the least it can be, so a state is never dearer than another one and the way
 * from there with nothing.
 */
#include "journey/align.h"

#include <string.h>

#ifdef __SSE2__
#include <immintrin.h>
#define FH_TARGET_AVX2 __attribute__((target("avx2")))
#endif

enum {
    MOST_STATES = 512,
    LANES = 8,     /* states that are looked at together */
    MOST = 10000,  /* no cost is more, or less than -MOST */
    NEVER = 20000, /* no way leads there */
    KEPT = 256,    /* interactions: nothing of longer stories is kept */
    MISSED = 1024, /* touchpoints: nor the moves when more are missing */
    NO_EDGE = UINT16_MAX
};

/* Rows `from` up to `to` of a part; see rows_of. */
typedef void row_maker(const fh_aligner *a, const fh_part *part, uint32_t from, const int16_t **row,
                       int16_t *room);

struct fh_flat {
    row_maker *make_rows;
    uint32_t stride;     /* n_states, up to a multiple of LANES */
    int16_t *start;      /* [stride] */
    int16_t *near;       /* [n_states * stride] */
    uint16_t *reach;     /* [2 * n_states] from where up to where any way leads, in LANES */
    uint16_t *via;       /* [n_states * n_states] the last edge on that way */
    uint16_t *edge_from; /* [edges] */
    /* The last story that was not long: */
    uint32_t n_last;
    uint32_t *last;      /* [KEPT] numbers */
    const int16_t **row; /* [KEPT + 1] before each, and the last */
    int16_t *room;       /* [KEPT * stride] where a row is that differs from the one before */
    /* Its moves, up to where it is the same as the one that they were told of: */
    uint32_t n_told;          /* states */
    uint16_t *state;          /* [KEPT + 1] where it stood at each row */
    uint32_t *n_missed;       /* [KEPT + 1] how many of `missed` come before that */
    bool *done;               /* [KEPT] completed */
    fh_align_missing *missed; /* [MISSED] in order; before: as places in the part */
};

static row_maker *best_rows(void);

/* ---- Making ready --------------------------------------------------------------------------- */

/* All ways with nothing from one state. Edges go forward but for those of repeats. */
static void put_ways(const fh_zone *z, fh_flat *f, uint32_t from)
{
    int16_t *near = f->near + (size_t)from * f->stride;
    uint16_t *via = f->via + (size_t)from * z->n_states;
    for (uint32_t s = 0; s < f->stride; s++) near[s] = NEVER;
    for (uint32_t s = 0; s < z->n_states; s++) via[s] = NO_EDGE;
    near[from] = 0;
    uint32_t again = from;
    for (bool more = true; more;) {
        uint32_t back = z->n_states;
        for (uint32_t s = again; s < z->n_states; s++)
            for (uint32_t i = z->edges[s]; near[s] < NEVER && i < z->edges[s + 1]; i++) {
                const fh_edge *e = &z->edge[i];
                if (near[s] + e->cost >= near[e->to]) continue;
                near[e->to] = (int16_t)(near[s] + e->cost);
                via[e->to] = (uint16_t)i;
                if (e->to < s && e->to < back) back = e->to;
            }
        more = back < z->n_states;
        again = back;
    }
    uint32_t first = 0, end = f->stride;
    while (near[first] >= NEVER) first++;
    while (near[end - 1] >= NEVER) end--;
    f->reach[2 * from] = (uint16_t)(first / LANES * LANES);
    f->reach[2 * from + 1] = (uint16_t)((end + LANES - 1) / LANES * LANES);
}

fh_status fh_align_flat(fh_aligner *a, fh_error *err)
{
    const fh_zone *z = a->zone;
    const uint32_t n = z->n_states, n_edges = z->edges[n];
    if (z->n_gates || n > MOST_STATES || n_edges >= NO_EDGE) return FH_OK;
    if ((uint64_t)a->dearest * a->n_nodes > MOST) return FH_OK;
    fh_flat *f = FH_NEW(a->arena, fh_flat);
    if (!f) return fh_no_memory(err);
    *f = (fh_flat){.make_rows = best_rows(), .stride = (n + LANES - 1) / LANES * LANES};
    f->start = FH_NEW_ARRAY(a->arena, int16_t, f->stride);
    f->near = FH_NEW_ARRAY(a->arena, int16_t, (size_t)n * f->stride);
    f->via = FH_NEW_ARRAY(a->arena, uint16_t, (size_t)n * n);
    f->reach = FH_NEW_ARRAY(a->arena, uint16_t, 2 * (size_t)n);
    f->edge_from = FH_NEW_ARRAY(a->arena, uint16_t, n_edges + (size_t)1);
    if (!f->start || !f->near || !f->via || !f->reach || !f->edge_from) return fh_no_memory(err);
    f->last = FH_NEW_ARRAY(a->arena, uint32_t, KEPT);
    f->row = FH_NEW_ARRAY(a->arena, const int16_t *, KEPT + (size_t)1);
    f->room = FH_NEW_ARRAY(a->arena, int16_t, (size_t)KEPT * f->stride);
    f->state = FH_NEW_ARRAY(a->arena, uint16_t, KEPT + (size_t)1);
    f->n_missed = FH_NEW_ARRAY(a->arena, uint32_t, KEPT + (size_t)1);
    f->done = FH_NEW_ARRAY(a->arena, bool, KEPT);
    f->missed = FH_NEW_ARRAY(a->arena, fh_align_missing, MISSED);
    if (!f->last || !f->row || !f->room || !f->state || !f->n_missed || !f->done || !f->missed)
        return fh_no_memory(err);
    for (uint32_t s = 0; s < n; s++) {
        put_ways(z, f, s);
        for (uint32_t i = z->edges[s]; i < z->edges[s + 1]; i++) f->edge_from[i] = (uint16_t)s;
    }
    memcpy(f->start, f->near, f->stride * sizeof *f->start);
    a->flat = f;
    return FH_OK;
}

bool fh_flat_fits(const fh_aligner *a, const fh_part *part)
{
    if (!a->flat || a->open) return false;
    const uint64_t rows = (uint64_t)part->n + 1;
    return (uint64_t)a->dearest * (a->n_nodes + rows) <= MOST &&
           rows * a->flat->stride * sizeof(int16_t) <= a->now.limit / 2;
}

/* ---- There ---------------------------------------------------------------------------------- */

/* Each state as cheap as `was`, or as c and the way with nothing: n states, of which each array
 * begins with the first. */
typedef void lower_by(int16_t *now, const int16_t *was, const int16_t *near, int16_t c, uint32_t n);

#ifdef __SSE2__
static inline __attribute__((always_inline)) void lower(int16_t *now, const int16_t *was,
                                                        const int16_t *near, int16_t c, uint32_t n)
{
    const __m128i all = _mm_set1_epi16(c);
    for (uint32_t k = 0; k < n; k += LANES) {
        const __m128i way = _mm_loadu_si128((const void *)(near + k));
        const __m128i is = _mm_loadu_si128((const void *)(was + k));
        _mm_storeu_si128((void *)(now + k), _mm_min_epi16(is, _mm_add_epi16(all, way)));
    }
}

/* Twice as many at a time. */
FH_TARGET_AVX2 static inline __attribute__((always_inline)) void
lower_avx2(int16_t *now, const int16_t *was, const int16_t *near, int16_t c, uint32_t n)
{
    const __m256i all = _mm256_set1_epi16(c);
    uint32_t k = 0;
    for (; k + 2 * LANES <= n; k += 2 * LANES) {
        const __m256i way = _mm256_loadu_si256((const void *)(near + k));
        const __m256i is = _mm256_loadu_si256((const void *)(was + k));
        _mm256_storeu_si256((void *)(now + k), _mm256_min_epi16(is, _mm256_add_epi16(all, way)));
    }
    if (k == n) return;
    const __m128i way = _mm_loadu_si128((const void *)(near + k));
    const __m128i is = _mm_loadu_si128((const void *)(was + k));
    _mm_storeu_si128((void *)(now + k),
                     _mm_min_epi16(is, _mm_add_epi16(_mm256_castsi256_si128(all), way)));
}
#else
static inline void lower(int16_t *now, const int16_t *was, const int16_t *near, int16_t c,
                         uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        now[k] = (int16_t)(c + near[k] < was[k] ? c + near[k] : was[k]);
}
#endif

static const fh_step *steps_of(const fh_zone *z, uint32_t number, const fh_step **end)
{
    const uint32_t *at = z->steps.at + (number - z->steps.low);
    *end = z->step + at[1];
    return z->step + at[0];
}

/* What an interaction makes of `was`, into `now`; false: it changes nothing. */
static inline __attribute__((always_inline)) bool step(const fh_flat *f, const fh_step *begin,
                                                       const fh_step *behind, int weight,
                                                       const int16_t *was, int16_t *now,
                                                       lower_by *by)
{
    bool changed = false;
    for (const fh_step *s = begin; s < behind; s++) {
        if (s->kind != FH_STEP_FREE) continue;
        if (!changed) memcpy(now, was, f->stride * sizeof *now);
        changed = true;
        for (uint32_t at = s->from; at <= s->to; at++) now[at] = (int16_t)(was[at] - weight);
    }
    for (const fh_step *s = begin; s < behind; s++) {
        const uint32_t from = s->kind == FH_STEP_FREE ? s->to : s->from;
        const int16_t c = (int16_t)(was[from] - weight);
        if (s->kind == FH_STEP_TAKES && c >= (changed ? now : was)[s->to]) continue;
        /* The first one makes the row; the others only change what they lead to. */
        const int16_t *near = f->near + (size_t)s->to * f->stride;
        const uint32_t first = changed ? f->reach[2 * s->to] : 0;
        const uint32_t end = changed ? f->reach[2 * s->to + 1] : f->stride;
        by(now + first, (changed ? now : was) + first, near + first, c, end - first);
        changed = true;
    }
    return changed;
}

/* How much of its beginning the part has in common with the story before, which it follows. */
static uint32_t follow_last(fh_flat *f, const fh_part *part)
{
    const uint32_t n = part->n < f->n_last ? part->n : f->n_last;
    uint32_t same = 0;
    while (same < n && f->last[same] == part->number[same]) same++;
    if (part->n) memcpy(f->last + same, part->number + same, (part->n - same) * sizeof *f->last);
    f->n_last = part->n;
    if (f->n_told > same + 1) f->n_told = same + 1;
    return same;
}

static inline __attribute__((always_inline)) void make_rows(const fh_aligner *a,
                                                            const fh_part *part, uint32_t from,
                                                            const int16_t **row, int16_t *room,
                                                            lower_by *by)
{
    const fh_flat *f = a->flat;
    const uint32_t n = part->n;
    for (uint32_t i = from; i < n; i++) {
        const fh_step *end, *first = steps_of(a->zone, part->number[i], &end);
        int16_t *next = room + (size_t)i * f->stride;
        const int weight = part->weight[i + 1] - part->weight[i];
        row[i + 1] = step(f, first, end, weight, row[i], next, by) ? next : row[i];
    }
}

static void rows_plain(const fh_aligner *a, const fh_part *part, uint32_t from, const int16_t **row,
                       int16_t *room)
{
    make_rows(a, part, from, row, room, lower);
}

#ifdef __SSE2__
FH_TARGET_AVX2 static void rows_avx2(const fh_aligner *a, const fh_part *part, uint32_t from,
                                     const int16_t **row, int16_t *room)
{
    make_rows(a, part, from, row, room, lower_avx2);
}
#endif

static row_maker *best_rows(void)
{
#ifdef __SSE2__
    if (__builtin_cpu_supports("avx2")) return rows_avx2;
#endif
    return rows_plain;
}

/* A row before each interaction, and the last; NULL: no memory. */
static const int16_t **rows_of(fh_aligner *a, const fh_part *part)
{
    fh_flat *f = a->flat;
    const bool keeps = part->n <= KEPT;
    const size_t n_rows = (size_t)part->n + 1;
    const int16_t **row = keeps ? f->row : fh_scratch_take(&a->now, n_rows, sizeof *row);
    int16_t *room =
        keeps ? f->room : fh_scratch_take(&a->now, part->n * (size_t)f->stride, sizeof *room);
    if (!row || !room) return NULL;
    row[0] = f->start;
    f->make_rows(a, part, keeps ? follow_last(f, part) : 0, row, room);
    return row;
}

bool fh_flat_cost(fh_aligner *a, const fh_part *part, int32_t *cost)
{
    const fh_scratch_mark mark = fh_scratch_mark_now(&a->now);
    const int16_t **row = rows_of(a, part);
    if (!row) return false;
    *cost = row[part->n][a->zone->out] + part->weight[part->n];
    fh_scratch_release(&a->now, mark);
    return true;
}

/* ---- And back ------------------------------------------------------------------------------- */

/* What is missing on the way with nothing, the last first. */
static bool note_way(fh_aligner *a, fh_moves *m, uint32_t from, uint32_t to, size_t slot)
{
    const fh_zone *z = a->zone;
    const uint16_t *via = a->flat->via + (size_t)from * z->n_states;
    if (!a->flat->near[(size_t)from * a->flat->stride + to]) return true; /* free of charge */
    while (to != from) {
        const fh_edge *e = &z->edge[via[to]];
        if (e->missing != FH_NO && !fh_moves_miss(a, m, e->missing, slot)) return false;
        to = a->flat->edge_from[via[to]];
    }
    return true;
}

/* Whether `state` came from `was` by the step, and the way from there. */
static bool came_by(const fh_flat *f, const fh_step *s, const int16_t *was, int weight,
                    uint32_t state, int16_t cost)
{
    const int16_t way = f->near[(size_t)s->to * f->stride + state];
    const uint32_t from = s->kind == FH_STEP_FREE ? s->to : s->from;
    return way < NEVER && was[from] - weight + way == cost;
}

/* Where the story stood before its interaction `at`, when after it it stands in `state`. */
static bool step_back(fh_aligner *a, const fh_part *part, fh_moves *m, const int16_t **row,
                      uint32_t at, uint32_t *state)
{
    const int weight = part->weight[at + 1] - part->weight[at];
    const int16_t *was = row[at], cost = row[at + 1][*state];
    const fh_step *end, *s = steps_of(a->zone, part->number[at], &end);
    if (was[*state] == cost) return true;
    m->completed[part->at[at]] = true;
    for (const fh_step *free = s; free < end; free++)
        if (free->kind == FH_STEP_FREE && *state >= free->from && *state <= free->to &&
            was[*state] - weight == cost)
            return true;
    while (!came_by(a->flat, s, was, weight, *state, cost)) s++;
    if (!note_way(a, m, s->to, *state, (size_t)at + 1)) return false;
    *state = s->kind == FH_STEP_FREE ? s->to : s->from;
    return true;
}

/* All that is missing: the first so many as told before, then what was noted, the last first. */
static bool put_missing(fh_aligner *a, fh_moves *m, size_t n_before)
{
    const size_t n = n_before + m->n_missing;
    fh_align_missing *all = FH_NEW_ARRAY(m->arena, fh_align_missing, n + 1);
    if (!all) {
        a->now.status = FH_NOMEM;
        return false;
    }
    if (n_before) memcpy(all, a->flat->missed, n_before * sizeof *all);
    for (size_t i = 0; i < m->n_missing; i++) all[n - 1 - i] = m->missing[i];
    m->missing = all;
    m->n_missing = m->room = n;
    return true;
}

/* Moves up to row `from` are as they were told before (`told`; else it is 0); keeps those behind
 * it. n_missed is how many were noted on the way back until there. */
static void keep_moves(fh_flat *f, const fh_part *part, fh_moves *m, uint32_t from, bool told)
{
    const size_t n_before = told ? f->n_missed[from] : 0;
    for (uint32_t i = 0; i < from; i++) m->completed[part->at[i]] = f->done[i];
    if (m->n_missing > MISSED) return;
    for (uint32_t i = from; i < part->n; i++) f->done[i] = m->completed[part->at[i]];
    for (uint32_t i = told ? from + 1 : 0; i <= part->n; i++)
        f->n_missed[i] = (uint32_t)m->n_missing - f->n_missed[i];
    for (size_t i = n_before; i < m->n_missing; i++) f->missed[i] = m->missing[i];
    f->n_told = part->n + 1;
}

/* From the end back to the beginning, or to where the story before stood in the same state. */
static bool walk_back(fh_aligner *a, const fh_part *part, fh_moves *m, const int16_t **row,
                      bool keeps)
{
    fh_flat *f = a->flat;
    const uint32_t n_told = keeps ? f->n_told : 0;
    uint32_t state = a->zone->out, at = part->n;
    bool told = false;
    if (keeps) f->n_told = 0; /* until it is told anew */
    for (;; at--) {
        told = at < n_told && f->state[at] == state;
        if (keeps && !told) {
            f->state[at] = (uint16_t)state;
            f->n_missed[at] = (uint32_t)m->n_missing;
        }
        if (told || !at) break;
        if (row[at] != row[at - 1] && !step_back(a, part, m, row, at - 1, &state)) return false;
    }
    if (!told && !note_way(a, m, 0, state, 0)) return false;
    if (!put_missing(a, m, told ? f->n_missed[at] : 0)) return false;
    if (keeps) keep_moves(f, part, m, at, told);
    return true;
}

bool fh_flat_walk(fh_aligner *a, const fh_part *part, fh_moves *m)
{
    const fh_scratch_mark mark = fh_scratch_mark_now(&a->now);
    const int16_t **row = rows_of(a, part);
    if (!row) return false;
    m->cost = row[part->n][a->zone->out] + part->weight[part->n];
    if (!walk_back(a, part, m, row, row == a->flat->row)) return false;
    for (size_t i = 0; i < m->n_missing; i++) {
        size_t *before = &m->missing[i].before; /* so far a place in the part */
        if (*before) *before = (size_t)part->at[*before - 1] + 1;
    }
    fh_scratch_release(&a->now, mark);
    return true;
}

/* ---- A story that has grown ----------------------------------------------------------------- */

/* Both back from where the story as it was ends, until they stand in the same state. */
static bool walk_to_meeting(fh_aligner *a, const fh_part *part, fh_flat_grown *g,
                            const int16_t **row, uint32_t *state_is, uint32_t *state_was)
{
    uint32_t at = g->n_was;
    for (; at && *state_is != *state_was; at--) {
        if (row[at] == row[at - 1]) continue;
        if (!step_back(a, part, &g->is, row, at - 1, state_is)) return false;
        if (!step_back(a, part, &g->was, row, at - 1, state_was)) return false;
    }
    g->same = at;
    return true;
}

bool fh_flat_grow(fh_aligner *a, const fh_part *part, fh_flat_grown *g)
{
    const fh_scratch_mark mark = fh_scratch_mark_now(&a->now);
    const int16_t **row = rows_of(a, part);
    const uint32_t out = a->zone->out, m = g->n_was;
    uint32_t is = out, was = out;
    if (!row) return false;
    g->is.cost = row[part->n][out] + part->weight[part->n];
    g->was.cost = row[m][out] + part->weight[m];
    for (uint32_t at = part->n; at > m; at--)
        if (row[at] != row[at - 1] && !step_back(a, part, &g->is, row, at - 1, &is)) return false;
    if (!walk_to_meeting(a, part, g, row, &is, &was)) return false;
    const bool met = is == was;
    if (!met && !note_way(a, &g->was, 0, was, 0)) return false;
    fh_moves *on = met ? &g->both : &g->is;
    g->both.completed = g->is.completed;
    for (uint32_t at = g->same; at; at--)
        if (row[at] != row[at - 1] && !step_back(a, part, on, row, at - 1, &is)) return false;
    if (!note_way(a, on, 0, is, 0)) return false;
    fh_scratch_release(&a->now, mark);
    return true;
}
