/* tighten.c - pulls a placed drawing together.
 *
 * Packing leaves what hangs together stretched apart: a side way may stand far
 * out although nothing stands between. So groups are moved sideways to where
 * their arcs to the rest are shortest (a weighted median), as far as what stands
 * beside them leaves room: first everything that is joined by upright segments,
 * then single boxes and the upright parts of single arcs. No move makes the sum
 * of |dx| by pull longer; inner parts of long arcs count eight times, their ends
 * twice (Gansner et al. 1993), so straight arcs stay straight.
 */
#include "layers.h"

#include "base/sort.h"

enum { ROUNDS = 6 };

typedef struct wish {
    int32_t by;
    int64_t pull;
} wish;

typedef struct groups {
    layers *g;
    uint32_t *of;    /* [n_nodes] group of each node: its lowest node's number */
    uint32_t *first; /* [n_nodes] first node of a group, NONE when it is none */
    uint32_t *next;  /* [n_nodes] next of the same group */
    wish *wishes;    /* [n_segments] */
} groups;

#define NONE UINT32_MAX

static uint32_t root(groups *t, uint32_t v)
{
    while (t->of[v] != v) v = t->of[v] = t->of[t->of[v]];
    return v;
}

/* Joins nodes by upright segments; `alone`: only along one arc's bends. */
static void make_groups(groups *t, bool alone)
{
    const layers *g = t->g;
    for (uint32_t v = 0; v < g->n_nodes; v++) t->of[v] = v;
    for (uint32_t i = 0; i < g->n_segments; i++) {
        const segment *s = &g->segments[i];
        if (g->nodes[s->top].x != g->nodes[s->bottom].x) continue;
        if (alone && (!is_bend(g, s->top) || !is_bend(g, s->bottom))) continue;
        const uint32_t a = root(t, s->top), b = root(t, s->bottom);
        if (a < b)
            t->of[b] = a;
        else
            t->of[a] = b;
    }
    for (uint32_t v = 0; v < g->n_nodes; v++) t->first[v] = t->next[v] = NONE;
    for (uint32_t v = g->n_nodes; v-- > 0;) {
        const uint32_t r = root(t, v);
        t->of[v] = r;
        t->next[v] = t->first[r];
        t->first[r] = v;
    }
}

static int64_t weight_of(const layers *g, const segment *s)
{
    const int bends = is_bend(g, s->top) + is_bend(g, s->bottom);
    return (int64_t)g->arcs[s->arc].pull * (bends == 0 ? 1 : bends == 1 ? 2 : 8);
}

static uint32_t add_wishes(groups *t, const uint32_t *own, uint32_t n_own, bool up, uint32_t n)
{
    const layers *g = t->g;
    for (uint32_t i = 0; i < n_own; i++) {
        const segment *s = &g->segments[own[i]];
        const uint32_t here = up ? s->bottom : s->top, far = up ? s->top : s->bottom;
        if (t->of[here] == t->of[far]) continue;
        t->wishes[n++] = (wish){g->nodes[far].x - g->nodes[here].x, weight_of(g, s)};
    }
    return n;
}

static int by_shift(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const int32_t x = ((const wish *)a)->by, y = ((const wish *)b)->by;
    return x < y ? -1 : x > y;
}

/* The shift nearest to none that makes the arcs shortest: a weighted median. */
static int32_t best_shift(const wish *w, uint32_t n)
{
    int64_t all = 0, sum = 0;
    for (uint32_t i = 0; i < n; i++) all += w[i].pull;
    for (uint32_t i = 0; i < n; i++) {
        sum += w[i].pull;
        if (2 * sum < all) continue;
        if (2 * sum > all || i + 1 == n) return w[i].by;
        return w[i].by > 0 ? w[i].by : w[i + 1].by < 0 ? w[i + 1].by : 0;
    }
    return 0;
}

static int32_t room(const groups *t, uint32_t v, bool right)
{
    const layers *g = t->g;
    const node *x = &g->nodes[v];
    const uint32_t *row = g->row[x->layer];
    if (right ? x->pos + 1 == g->row_len[x->layer] : x->pos == 0) return INT32_MAX;
    const uint32_t beside = row[right ? x->pos + 1 : x->pos - 1];
    if (t->of[beside] == t->of[v]) return INT32_MAX;
    const int32_t apart = fh_layers_apart(g, right ? v : beside, right ? beside : v);
    return right ? g->nodes[beside].x - x->x - apart : x->x - g->nodes[beside].x - apart;
}

static fh_status move_group(groups *t, uint32_t group, bool *moved)
{
    layers *g = t->g;
    uint32_t n = 0;
    int32_t left = INT32_MAX, right = INT32_MAX;
    for (uint32_t v = t->first[group]; v != NONE; v = t->next[v]) {
        const node *x = &g->nodes[v];
        n = add_wishes(t, x->up, x->n_up, true, n);
        n = add_wishes(t, x->down, x->n_down, false, n);
        const int32_t l = room(t, v, false), r = room(t, v, true);
        if (l < left) left = l;
        if (r < right) right = r;
    }
    if (fh_sort(fh_arena_allocator(g->scratch), t->wishes, n, sizeof *t->wishes, by_shift, NULL))
        return FH_NOMEM;
    int32_t by = best_shift(t->wishes, n);
    if (by > right) by = right;
    if (by < 0 && -by > left) by = -left;
    if (by == 0) return FH_OK;
    for (uint32_t v = t->first[group]; v != NONE; v = t->next[v]) g->nodes[v].x += by;
    *moved = true;
    return FH_OK;
}

static void to_margin(layers *g)
{
    int32_t least = INT32_MAX;
    for (uint32_t v = 0; v < g->n_nodes; v++)
        if (g->nodes[v].x - g->nodes[v].left < least) least = g->nodes[v].x - g->nodes[v].left;
    for (uint32_t v = 0; v < g->n_nodes; v++) g->nodes[v].x += g->options.margin - least;
}

fh_status fh_layers_tighten(layers *g)
{
    groups t = {
        .g = g,
        .of = FH_NEW_ARRAY(g->scratch, uint32_t, g->n_nodes),
        .first = FH_NEW_ARRAY(g->scratch, uint32_t, g->n_nodes),
        .next = FH_NEW_ARRAY(g->scratch, uint32_t, g->n_nodes),
        .wishes = FH_NEW_ARRAY(g->scratch, wish, (size_t)g->n_segments + 1),
    };
    if (!t.of || !t.first || !t.next || !t.wishes) return FH_NOMEM;
    bool moved = true;
    for (int round = 0; moved && round < 2 * ROUNDS; round++) {
        moved = false;
        make_groups(&t, round % 2 == 1);
        for (uint32_t v = 0; v < g->n_nodes; v++) {
            if (t.first[v] == NONE) continue;
            const fh_status status = move_group(&t, v, &moved);
            if (status) return status;
        }
        if (!moved && round % 2 == 0) moved = true; /* the other kind may still move */
    }
    to_margin(g);
    return FH_OK;
}
