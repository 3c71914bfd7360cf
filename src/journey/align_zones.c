/* align_zones.c - from a tree made ready to zones (see align.h).
 *
 * Sequence, choice and repeat share states where they can: the end of one child of a
 * sequence is the beginning of the next, children of a choice begin and end where it does. What
 * can be walked through more than once, a repeat, and what has something free inside
 * get two states of their own, so that nothing leads back into what stands around.
 *
 * While it is built, states are numbered as they are made, and get their *place* when
 * all before them have theirs: at the end they are renumbered by place. So what lies inside of
 * two states is what is numbered between them.
 */
#include "journey/align.h"

#include "base/sort.h"

#include <string.h>

typedef struct built_edge {
    uint32_t from;
    fh_edge edge;
} built_edge;

typedef struct builder {
    fh_aligner *a;
    fh_zone *zone;
    fh_arena *arena; /* while building */
    uint32_t *place; /* [room_states] by number as made */
    uint32_t n_states, n_places, room_states;
    built_edge *edge;
    uint32_t n_edges, room_edges;
    fh_step *step;
    uint32_t n_steps, room_steps;
    fh_gate *gate;
    uint32_t n_gates, room_gates;
    fh_error *err;
} builder;

static fh_status build(builder *b, uint32_t node, uint32_t in, uint32_t out);
static fh_status make_zone(fh_aligner *a, uint32_t node, const fh_zone **out, fh_error *err);

/* ---- Growing -------------------------------------------------------------------------------- */

static bool grow(builder *b, void **array, uint32_t n, uint32_t *room, size_t size)
{
    if (n < *room) return true;
    const uint32_t more = *room ? 2 * *room : 16;
    char *to = FH_NEW_ARRAY(b->arena, char, more *size);
    if (!to) return false;
    if (n) memcpy(to, *array, n * size);
    *array = to;
    *room = more;
    return true;
}

static fh_status new_state(builder *b, uint32_t *out)
{
    void *at = b->place;
    if (!grow(b, &at, b->n_states, &b->room_states, sizeof *b->place)) return fh_no_memory(b->err);
    b->place = at;
    *out = b->n_states++;
    return FH_OK;
}

static void put_place(builder *b, uint32_t state)
{
    b->place[state] = b->n_places++;
}

static fh_status add_edge(builder *b, uint32_t from, fh_edge edge)
{
    void *at = b->edge;
    if (!grow(b, &at, b->n_edges, &b->room_edges, sizeof *b->edge)) return fh_no_memory(b->err);
    b->edge = at;
    b->edge[b->n_edges++] = (built_edge){from, edge};
    return FH_OK;
}

/* Costs nothing, and nothing is missing. */
static fh_status join(builder *b, uint32_t from, uint32_t to)
{
    return add_edge(b, from, (fh_edge){to, 0, FH_NO, FH_NO});
}

static fh_status add_step(builder *b, fh_step step)
{
    void *at = b->step;
    if (!grow(b, &at, b->n_steps, &b->room_steps, sizeof *b->step)) return fh_no_memory(b->err);
    b->step = at;
    b->step[b->n_steps++] = step;
    return FH_OK;
}

/* ---- Nodes ---------------------------------------------------------------------------------- */

static fh_status build_one(builder *b, const fh_ready *n, uint32_t in, uint32_t out)
{
    const fh_edge without = {out, n->skips ? 0 : b->a->missing[n->number],
                             n->skips ? FH_NO : n->number, FH_NO};
    if (!n->often) {
        const fh_step takes = {FH_STEP_TAKES, n->number, in, out, 0, 0};
        const fh_status s = add_step(b, takes);
        return s ? s : add_edge(b, in, without);
    }
    uint32_t there;
    fh_status s = new_state(b, &there);
    if (s) return s;
    put_place(b, there);
    fh_edge first = without;
    first.to = there;
    const fh_step takes = {FH_STEP_TAKES, n->number, in, there, 0, 0};
    const fh_step stays = {FH_STEP_FREE, n->number, there, there, 0, 0};
    s = add_edge(b, in, first);
    if (!s && !n->skips) s = add_step(b, takes);
    if (!s) s = add_step(b, stays);
    return s ? s : join(b, there, out);
}

static fh_status build_sequence(builder *b, const fh_ready *n, uint32_t in, uint32_t out)
{
    for (uint32_t k = 0; k < n->n_children; k++) {
        uint32_t next = out;
        const bool last = k + 1 == n->n_children;
        fh_status s = last ? FH_OK : new_state(b, &next);
        if (!s) s = build(b, n->child[k], in, next);
        if (s) return s;
        if (!last) put_place(b, next);
        in = next;
    }
    return FH_OK;
}

static fh_status build_repeat(builder *b, const fh_ready *n, uint32_t in, uint32_t out)
{
    uint32_t first = 0, last = 0;
    fh_status s = new_state(b, &first);
    if (!s) s = new_state(b, &last);
    if (s) return s;
    put_place(b, first);
    s = join(b, in, first);
    if (!s) s = build(b, n->child[0], first, last);
    put_place(b, last);
    if (!s) s = join(b, last, out);
    for (uint32_t k = 1; !s && k < n->n_children; k++) s = build(b, n->child[k], last, first);
    return s;
}

static bool always_free(const fh_ready *n)
{
    return n->op == FH_READY_ONE && n->skips && n->often;
}

/* All children but one at most are free: no gate is needed. */
static fh_status build_free(builder *b, const fh_ready *n, uint32_t in, uint32_t out)
{
    uint32_t first = 0, last = 0;
    fh_status s = new_state(b, &first);
    if (!s) s = new_state(b, &last);
    if (s) return s;
    const uint32_t gates = b->n_gates;
    uint32_t inside = FH_NO;
    put_place(b, first);
    s = join(b, in, first);
    for (uint32_t k = 0; k < n->n_children; k++) {
        const fh_ready *c = &b->a->node[n->child[k]];
        if (c->op != FH_READY_NOTHING && !always_free(c)) inside = n->child[k];
    }
    if (!s) s = inside == FH_NO ? join(b, first, last) : build(b, inside, first, last);
    put_place(b, last);
    for (uint32_t k = 0; !s && k < n->n_children; k++) {
        const fh_ready *c = &b->a->node[n->child[k]];
        const fh_step is_free = {FH_STEP_FREE, c->number, first, last, gates, b->n_gates};
        if (always_free(c)) s = add_step(b, is_free);
    }
    return s ? s : join(b, last, out);
}

static void widen(fh_span *s, uint32_t number)
{
    if (s->high == 0) *s = (fh_span){number, number + 1, NULL};
    if (number < s->low) s->low = number;
    if (number >= s->high) s->high = number + 1;
}

static void numbers_below(const fh_aligner *a, uint32_t node, fh_span *s)
{
    const fh_ready *n = &a->node[node];
    if (n->op == FH_READY_ONE) widen(s, n->number);
    for (uint32_t k = 0; k < n->n_children; k++) numbers_below(a, n->child[k], s);
}

static fh_status own_numbers(builder *b, uint32_t node, uint32_t gate, uint32_t child)
{
    const fh_ready *n = &b->a->node[node];
    fh_status s = FH_OK;
    if (n->op == FH_READY_ONE) {
        const fh_span *of = &b->gate[gate].child_of;
        uint32_t *at = &of->at[n->number - of->low];
        const fh_step step = {FH_STEP_GATE, n->number, 0, 0, gate, gate + 1};
        if (*at == FH_NO) s = add_step(b, step);
        *at = child;
    }
    for (uint32_t k = 0; !s && k < n->n_children; k++) s = own_numbers(b, n->child[k], gate, child);
    return s;
}

static fh_status new_gate(builder *b, const fh_ready *n, uint32_t in, uint32_t out, uint32_t *gate)
{
    fh_arena *keep = b->a->arena;
    void *at = b->gate;
    if (!grow(b, &at, b->n_gates, &b->room_gates, sizeof *b->gate)) return fh_no_memory(b->err);
    b->gate = at;
    *gate = b->n_gates++;
    fh_gate *g = &b->gate[*gate];
    *g = (fh_gate){.in = in, .out = out, .empty = n->empty};
    g->child = FH_NEW_ARRAY(keep, fh_gate_child, n->n_children);
    for (uint32_t k = 0; k < n->n_children; k++)
        if (!always_free(&b->a->node[n->child[k]])) numbers_below(b->a, n->child[k], &g->child_of);
    const size_t width = (size_t)(g->child_of.high - g->child_of.low) + 1;
    g->child_of.at = FH_NEW_ARRAY(keep, uint32_t, width);
    if (!g->child || !g->child_of.at) return fh_no_memory(b->err);
    memset(g->child_of.at, 0xff, width * sizeof *g->child_of.at);
    return FH_OK;
}

static fh_status build_gate(builder *b, const fh_ready *n, const fh_gate_child *of, uint32_t in,
                            uint32_t out)
{
    uint32_t gate = 0;
    fh_status s = new_gate(b, n, in, out, &gate);
    for (uint32_t k = 0; !s && k < n->n_children; k++) {
        const fh_ready *c = &b->a->node[n->child[k]];
        const fh_step inside = {FH_STEP_INSIDE, c->number, 0, 0, gate, gate + 1};
        if (c->op == FH_READY_NOTHING) continue;
        if (always_free(c)) {
            s = add_step(b, inside);
            continue;
        }
        fh_gate *g = &b->gate[gate];
        g->child[g->n_children] = of[g->n_children];
        s = own_numbers(b, n->child[k], gate, g->n_children++);
    }
    return s ? s : add_edge(b, in, (fh_edge){out, n->empty, FH_NO, gate});
}

/* ---- Together, as one machine --------------------------------------------------------------- */

/* Where the children of a `together` are small, all of them at once are a small machine, too: a
 * state is where each of them stands. It needs no gate, and a story no parts.
 *
 *     child 0    0 -a-> 1              0: (0,0) -b-> 1: (0,1) -c-> 2: (0,2)
 *     child 1    0 -b-> 1 -c-> 2            |a            |a            |a
 *                                      3: (1,0) -b-> 4: (1,1) -c-> 5: (1,2)
 */

typedef struct factor { /* a child */
    fh_gate_child of;
    uint32_t n_states;
    uint32_t below; /* how many states those behind it have together */
    uint32_t first, n_all;
} factor;

/* A step or an edge of the child, wherever the others stand. */
static fh_status each_step(builder *b, const factor *f, fh_step step)
{
    fh_status s = FH_OK;
    for (uint32_t k = 0; k < f->n_all && !s; k++) {
        if (k / f->below % f->n_states != step.from) continue;
        fh_step own = {step.kind, step.number, f->first + k, 0, b->n_gates, b->n_gates};
        own.to = own.from + (step.to - step.from) * f->below;
        s = add_step(b, own);
    }
    return s;
}

static fh_status each_edge(builder *b, const factor *f, uint32_t from, const fh_edge *edge)
{
    fh_status s = FH_OK;
    for (uint32_t k = 0; k < f->n_all && !s; k++) {
        if (k / f->below % f->n_states != from) continue;
        fh_edge own = *edge;
        own.to = f->first + k + (edge->to - from) * f->below;
        s = add_edge(b, f->first + k, own);
    }
    return s;
}

/* Two states: without it, and with it. */
static fh_status put_one(builder *b, const factor *f)
{
    const fh_ready *one = f->of.one;
    const fh_edge without = {1, one->empty, one->skips ? FH_NO : one->number, FH_NO};
    fh_status s = each_edge(b, f, 0, &without);
    if (!s) s = each_step(b, f, (fh_step){FH_STEP_TAKES, one->number, 0, 1, 0, 0});
    if (s || !one->often) return s;
    return each_step(b, f, (fh_step){FH_STEP_FREE, one->number, 1, 1, 0, 0});
}

static fh_status put_factor(builder *b, const factor *f)
{
    const fh_zone *z = f->of.zone;
    fh_status s = FH_OK;
    if (!z) return put_one(b, f);
    for (uint32_t at = 0; at < z->n_states; at++)
        for (uint32_t i = z->edges[at]; i < z->edges[at + 1] && !s; i++)
            s = each_edge(b, f, at, &z->edge[i]);
    for (uint32_t i = 0; i < z->steps.at[z->steps.high - z->steps.low] && !s; i++) {
        fh_step step = z->step[i];
        if (step.kind == FH_STEP_TAKES) s = each_step(b, f, step);
        if (step.kind != FH_STEP_FREE) continue;
        for (; step.from <= z->step[i].to && !s; step.from++) {
            step.to = step.from;
            s = each_step(b, f, step);
        }
    }
    return s;
}

static fh_status build_flat(builder *b, const fh_ready *n, factor *of, uint32_t in, uint32_t out)
{
    uint32_t first = 0, last = 0, n_of = 0, below = 1;
    fh_status s = FH_OK;
    for (uint32_t k = 0; k < of->n_all && !s; k++) {
        s = new_state(b, &last);
        if (!s) put_place(b, last);
        if (k == 0) first = last;
    }
    if (!s) s = join(b, in, first);
    for (uint32_t k = 0; k < n->n_children && !s; k++) {
        const fh_ready *c = &b->a->node[n->child[k]];
        const fh_step is_free = {FH_STEP_FREE, c->number, first, last, b->n_gates, b->n_gates};
        if (always_free(c))
            s = add_step(b, is_free);
        else
            n_of += c->op != FH_READY_NOTHING;
    }
    for (uint32_t k = n_of; k-- > 0 && !s; below *= of[k].n_states) {
        of[k].below = below;
        of[k].first = first;
        of[k].n_all = of->n_all;
        s = put_factor(b, &of[k]);
    }
    return s ? s : join(b, last, out);
}

/* Children that are neither nothing nor always free; of[0].n_all: how many states they have
 * together, 0 when these are too many or one of them has a gate. */
static fh_status make_factors(builder *b, const fh_ready *n, factor *of)
{
    const uint32_t most = b->a->most_flat;
    uint32_t all = 1, m = 0;
    for (uint32_t k = 0; k < n->n_children; k++) {
        const fh_ready *c = &b->a->node[n->child[k]];
        if (c->op == FH_READY_NOTHING || always_free(c)) continue;
        factor f = {.n_states = 2};
        if (c->op == FH_READY_ONE) {
            f.of.one = c;
        } else {
            const fh_status s = make_zone(b->a, n->child[k], &f.of.zone, b->err);
            if (s) return s;
            f.n_states = f.of.zone->n_states;
        }
        const bool flat = all && f.n_states <= most / all && !(f.of.zone && f.of.zone->n_gates);
        all = flat ? all * f.n_states : 0;
        of[m++] = f;
    }
    of->n_all = all;
    return FH_OK;
}

static fh_status build_together(builder *b, const fh_ready *n, uint32_t in, uint32_t out)
{
    uint32_t real = 0;
    for (uint32_t k = 0; k < n->n_children; k++) {
        const fh_ready *c = &b->a->node[n->child[k]];
        real += c->op != FH_READY_NOTHING && !always_free(c);
    }
    if (real < 2) return build_free(b, n, in, out);
    factor *of = FH_NEW_ARRAY(b->arena, factor, real);
    fh_gate_child *child = FH_NEW_ARRAY(b->arena, fh_gate_child, real);
    if (!of || !child) return fh_no_memory(b->err);
    const fh_status s = make_factors(b, n, of);
    if (s) return s;
    if (of->n_all) return build_flat(b, n, of, in, out);
    for (uint32_t k = 0; k < real; k++) child[k] = of[k].of;
    return build_gate(b, n, child, in, out);
}

static fh_status build(builder *b, uint32_t node, uint32_t in, uint32_t out)
{
    const fh_ready *n = &b->a->node[node];
    fh_status s = FH_OK;
    switch (n->op) {
    case FH_READY_NOTHING: return join(b, in, out);
    case FH_READY_ONE: return build_one(b, n, in, out);
    case FH_READY_SEQUENCE: return build_sequence(b, n, in, out);
    case FH_READY_REPEAT: return build_repeat(b, n, in, out);
    case FH_READY_TOGETHER: return build_together(b, n, in, out);
    case FH_READY_CHOICE: break;
    }
    for (uint32_t k = 0; !s && k < n->n_children; k++) s = build(b, n->child[k], in, out);
    return s;
}

/* ---- Putting a zone in order ---------------------------------------------------------------- */

static int by_number(const void *pa, const void *pb, void *ctx)
{
    const fh_step *a = pa, *b = pb;
    (void)ctx;
    return (a->number > b->number) - (a->number < b->number);
}

static fh_status put_steps(builder *b)
{
    fh_zone *z = b->zone;
    fh_arena *keep = b->a->arena;
    const fh_allocator *from = fh_arena_allocator(b->arena);
    if (fh_sort(from, b->step, b->n_steps, sizeof *b->step, by_number, NULL))
        return fh_no_memory(b->err);
    for (uint32_t i = 0; i < b->n_steps; i++) {
        fh_step *s = &b->step[i];
        widen(&z->steps, s->number);
        if (s->kind != FH_STEP_TAKES && s->kind != FH_STEP_FREE) continue;
        s->from = b->place[s->from];
        s->to = b->place[s->to];
    }
    const uint32_t width = z->steps.high - z->steps.low;
    z->step = FH_NEW_ARRAY(keep, fh_step, b->n_steps + (size_t)1);
    z->steps.at = FH_NEW_ARRAY(keep, uint32_t, width + (size_t)1);
    if (!z->step || !z->steps.at) return fh_no_memory(b->err);
    uint32_t i = 0;
    for (uint32_t k = 0; k < width; k++) {
        const uint32_t first = i;
        z->steps.at[k] = i;
        for (; i < b->n_steps && b->step[i].number == z->steps.low + k; i++)
            z->step[i] = b->step[i];
        if (i - first > z->most_steps) z->most_steps = i - first;
    }
    z->steps.at[width] = i;
    return FH_OK;
}

static fh_status put_edges(builder *b)
{
    fh_zone *z = b->zone;
    z->edges = FH_NEW_ARRAY(b->a->arena, uint32_t, z->n_states + (size_t)2);
    z->edge = FH_NEW_ARRAY(b->a->arena, fh_edge, b->n_edges + (size_t)1);
    if (!z->edges || !z->edge) return fh_no_memory(b->err);
    memset(z->edges, 0, (z->n_states + (size_t)2) * sizeof *z->edges);
    /* Counted two places further on, edges[s + 1] is where the next of s goes while they are
     * put in, and behind the last of s, the first of s + 1, when all are. */
    for (uint32_t i = 0; i < b->n_edges; i++) z->edges[b->place[b->edge[i].from] + 2]++;
    for (uint32_t s = 1; s <= z->n_states; s++) z->edges[s + 1] += z->edges[s];
    for (uint32_t i = 0; i < b->n_edges; i++) {
        fh_edge e = b->edge[i].edge;
        e.to = b->place[e.to];
        z->edge[z->edges[b->place[b->edge[i].from] + 1]++] = e;
    }
    return FH_OK;
}

/* The cheapest way with nothing at all to each state. Edges go forward but for those of
 * repeats, so little is looked at more than once. */
static void put_starts(fh_zone *z)
{
    for (uint32_t s = 0; s < z->n_states; s++) z->start[s] = FH_ALIGN_NEVER;
    z->start[0] = 0;
    z->start_by[0] = NULL;
    for (bool more = true; more;) {
        more = false;
        for (uint32_t s = 0; s < z->n_states; s++)
            for (uint32_t i = z->edges[s]; i < z->edges[s + 1]; i++) {
                const fh_edge *e = &z->edge[i];
                if (z->start[s] >= FH_ALIGN_NEVER || z->start[s] + e->cost >= z->start[e->to])
                    continue;
                z->start[e->to] = z->start[s] + e->cost;
                z->start_by[e->to] = e;
                z->start_from[e->to] = s;
                more |= e->to < s;
            }
    }
}

static fh_status put_zone(builder *b, uint32_t out)
{
    fh_zone *z = b->zone;
    fh_arena *keep = b->a->arena;
    z->n_states = b->n_states;
    z->n_gates = b->n_gates;
    z->out = b->place[out];
    fh_status s = put_steps(b);
    if (!s) s = put_edges(b);
    if (s) return s;
    z->gate = FH_NEW_ARRAY(keep, fh_gate, z->n_gates + (size_t)1);
    z->start = FH_NEW_ARRAY(keep, int32_t, z->n_states);
    z->start_by = FH_NEW_ARRAY(keep, const fh_edge *, z->n_states);
    z->start_from = FH_NEW_ARRAY(keep, uint32_t, z->n_states);
    if (!z->gate || !z->start || !z->start_by || !z->start_from) return fh_no_memory(b->err);
    for (uint32_t g = 0; g < z->n_gates; g++) {
        z->gate[g] = b->gate[g];
        z->gate[g].in = b->place[b->gate[g].in];
        z->gate[g].out = b->place[b->gate[g].out];
    }
    put_starts(z);
    return FH_OK;
}

static fh_status make_zone(fh_aligner *a, uint32_t node, const fh_zone **out, fh_error *err)
{
    fh_zone *zone = FH_NEW(a->arena, fh_zone);
    fh_arena *arena = fh_arena_new(fh_arena_allocator(a->arena));
    if (!zone || !arena) {
        fh_arena_free(arena);
        return fh_no_memory(err);
    }
    *zone = (fh_zone){0};
    builder b = {.a = a, .zone = zone, .arena = arena, .err = err};
    uint32_t first = 0, last = 0;
    fh_status s = new_state(&b, &first);
    if (!s) s = new_state(&b, &last);
    if (!s) {
        put_place(&b, first);
        s = build(&b, node, first, last);
    }
    if (!s) {
        put_place(&b, last);
        s = put_zone(&b, last);
    }
    fh_arena_free(arena);
    *out = zone;
    return s;
}

/* Large zones without gates are for walking all states at a time only: where one gate is left, as
 * many as there can be are better. */
fh_status fh_align_zones(fh_aligner *a, fh_error *err)
{
    const fh_status s = make_zone(a, a->root, &a->zone, err);
    if (s || !a->zone->n_gates || a->most_flat == 1) return s;
    a->most_flat = 1;
    return make_zone(a, a->root, &a->zone, err);
}
