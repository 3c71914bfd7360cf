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
 * Always: a row is the least it can be, so a state is never dearer than another one and the way
 * from there with nothing.
 */
#include "journey/align.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    MOST_STATES = 512,
    LANES = 8,     /* states that are looked at together */
    MOST = 10000,  /* no cost is more, or less than -MOST */
    NEVER = 20000, /* no way leads there */
    NO_EDGE = UINT16_MAX
};

struct fh_flat {
    uint32_t stride;     /* n_states, up to a multiple of LANES */
    int16_t *start;      /* [stride] */
    int16_t *near;       /* [n_states * stride] */
    uint16_t *via;       /* [n_states * n_states] the last edge on that way */
    uint16_t *edge_from; /* [edges] */
};

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
}

fh_status fh_align_flat(fh_aligner *a, fh_error *err)
{
    const fh_zone *z = a->zone;
    const uint32_t n = z->n_states, n_edges = z->edges[n];
    if (z->n_gates || n > MOST_STATES || n_edges >= NO_EDGE) return FH_OK;
    if ((uint64_t)a->dearest * a->n_nodes > MOST) return FH_OK;
    fh_flat *f = FH_NEW(a->arena, fh_flat);
    if (!f) return fh_no_memory(err);
    *f = (fh_flat){.stride = (n + LANES - 1) / LANES * LANES};
    f->start = FH_NEW_ARRAY(a->arena, int16_t, f->stride);
    f->near = FH_NEW_ARRAY(a->arena, int16_t, (size_t)n * f->stride);
    f->via = FH_NEW_ARRAY(a->arena, uint16_t, (size_t)n * n);
    f->edge_from = FH_NEW_ARRAY(a->arena, uint16_t, n_edges + (size_t)1);
    if (!f->start || !f->near || !f->via || !f->edge_from) return fh_no_memory(err);
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

/* Each state as cheap as c and the way with nothing make it. */
static void lower(int16_t *restrict now, const int16_t *restrict near, int16_t c, uint32_t stride)
{
#ifdef __SSE2__
    const __m128i all = _mm_set1_epi16(c);
    for (uint32_t k = 0; k < stride; k += LANES) {
        __m128i *is = (__m128i *)(void *)(now + k);
        const __m128i way = _mm_loadu_si128((const __m128i *)(const void *)(near + k));
        _mm_storeu_si128(is, _mm_min_epi16(_mm_loadu_si128(is), _mm_add_epi16(all, way)));
    }
#else
    for (uint32_t k = 0; k < stride; k++)
        if (c + near[k] < now[k]) now[k] = (int16_t)(c + near[k]);
#endif
}

static const fh_step *steps_of(const fh_zone *z, uint32_t number, const fh_step **end)
{
    const uint32_t *at = z->steps.at + (number - z->steps.low);
    *end = z->step + at[1];
    return z->step + at[0];
}

/* What an interaction makes of `was`, into `now`; false: it changes nothing. */
static bool step(const fh_flat *f, const fh_step *first, const fh_step *end, int weight,
                 const int16_t *restrict was, int16_t *restrict now)
{
    bool changed = false;
    for (const fh_step *s = first; s < end; s++) {
        if (s->kind != FH_STEP_FREE) continue;
        if (!changed) memcpy(now, was, f->stride * sizeof *now);
        changed = true;
        for (uint32_t at = s->from; at <= s->to; at++) now[at] = (int16_t)(was[at] - weight);
    }
    for (const fh_step *s = first; s < end; s++) {
        const uint32_t from = s->kind == FH_STEP_FREE ? s->to : s->from;
        const int16_t c = (int16_t)(was[from] - weight);
        if (s->kind == FH_STEP_TAKES && c >= (changed ? now : was)[s->to]) continue;
        if (!changed) memcpy(now, was, f->stride * sizeof *now);
        changed = true;
        lower(now, f->near + (size_t)s->to * f->stride, c, f->stride);
    }
    return changed;
}

/* A row before each interaction, and the last; NULL: no memory. */
static const int16_t **rows_of(fh_aligner *a, const fh_part *part)
{
    const fh_flat *f = a->flat;
    const size_t n_rows = (size_t)part->n + 1;
    const int16_t **row = fh_scratch_take(&a->now, n_rows, sizeof *row);
    int16_t *room = fh_scratch_take(&a->now, n_rows * f->stride, sizeof *room);
    if (!row || !room) return NULL;
    row[0] = f->start;
    for (uint32_t i = 0; i < part->n; i++) {
        const fh_step *end, *first = steps_of(a->zone, part->number[i], &end);
        row[i + 1] = row[i];
        if (!step(f, first, end, part->weight[i + 1] - part->weight[i], row[i], room)) continue;
        row[i + 1] = room;
        room += f->stride;
    }
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
    if (!note_way(a, m, s->to, *state, (size_t)part->at[at] + 1)) return false;
    *state = s->kind == FH_STEP_FREE ? s->to : s->from;
    return true;
}

bool fh_flat_walk(fh_aligner *a, const fh_part *part, fh_moves *m)
{
    const fh_scratch_mark mark = fh_scratch_mark_now(&a->now);
    const int16_t **row = rows_of(a, part);
    uint32_t state = a->zone->out;
    if (!row) return false;
    m->cost = row[part->n][state] + part->weight[part->n];
    for (uint32_t i = part->n; i-- > 0;)
        if (row[i + 1] != row[i] && !step_back(a, part, m, row, i, &state)) return false;
    if (!note_way(a, m, 0, state, 0)) return false;
    for (size_t i = 0, k = m->n_missing; i + 1 < k--; i++) {
        const fh_align_missing last = m->missing[k];
        m->missing[k] = m->missing[i];
        m->missing[i] = last;
    }
    fh_scratch_release(&a->now, mark);
    return true;
}
