/* arcs.c - which arcs of a journey to draw.
 *
 * What must be shown comes first: each node's strongest arc in and out, then a
 * tree of the heaviest arcs that reaches every node from the source (as Prim's
 * algorithm grows one), and one that leads from every node to the sink. The
 * strongest others follow until the wished share is shown. All ties go by the
 * nodes' ids, so the order of the input does not matter.
 */
#include "firsthand/layout.h"

#include "base/sort.h"

typedef struct choice {
    const fh_layout_graph *g;
    uint32_t *order; /* arcs, strongest first */
    bool *shown;
    bool *there; /* [n_nodes] scratch */
    size_t n_shown;
    uint64_t weight;
} choice;

static int by_strength(const void *a, const void *b, void *ctx)
{
    const fh_layout_graph *g = ((const choice *)ctx)->g;
    const fh_layout_arc *x = &g->arcs[*(const uint32_t *)a], *y = &g->arcs[*(const uint32_t *)b];
    if (x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
    const uint32_t xf = g->nodes[x->from].id, yf = g->nodes[y->from].id;
    if (xf != yf) return xf < yf ? -1 : 1;
    const uint32_t xt = g->nodes[x->to].id, yt = g->nodes[y->to].id;
    return xt < yt ? -1 : xt > yt;
}

static void show(choice *c, uint32_t i)
{
    if (c->shown[i]) return;
    c->shown[i] = true;
    c->n_shown++;
    c->weight += c->g->arcs[i].weight;
}

static void show_strongest(choice *c, bool in)
{
    for (size_t v = 0; v < c->g->n_nodes; v++) c->there[v] = false;
    for (size_t k = 0; k < c->g->n_arcs; k++) {
        const fh_layout_arc *a = &c->g->arcs[c->order[k]];
        const uint32_t v = in ? a->to : a->from;
        if (a->from == a->to || c->there[v]) continue;
        c->there[v] = true;
        show(c, c->order[k]);
    }
}

/* Grows from `root` along arcs (against them when `against`), those already
 * shown first, then the strongest. */
static void show_ways(choice *c, uint32_t root, bool against)
{
    for (size_t v = 0; v < c->g->n_nodes; v++) c->there[v] = false;
    c->there[root] = true;
    for (bool grown = true; grown;) {
        grown = false;
        uint32_t best = UINT32_MAX;
        for (size_t k = 0; k < c->g->n_arcs; k++) {
            const uint32_t i = c->order[k];
            const fh_layout_arc *a = &c->g->arcs[i];
            const uint32_t near = against ? a->to : a->from, far = against ? a->from : a->to;
            if (!c->there[near] || c->there[far]) continue;
            if (c->shown[i])
                c->there[far] = grown = true;
            else if (best == UINT32_MAX)
                best = i;
        }
        if (grown || best == UINT32_MAX) continue;
        show(c, best);
        grown = true;
    }
}

/* The least weight that is `permille` of `all`, without overflow. */
static uint64_t share_of(uint64_t all, uint32_t permille)
{
    return all / 1000 * permille + (all % 1000 * permille + 999) / 1000;
}

fh_status fh_arcs_choose(fh_arena *arena, const fh_layout_graph *graph, uint32_t source,
                         uint32_t sink, uint32_t permille, fh_arc_choice *out, fh_error *err)
{
    if ((source != FH_NO_NODE && source >= graph->n_nodes) ||
        (sink != FH_NO_NODE && sink >= graph->n_nodes) || permille > 1000)
        return fh_fail(err, FH_INVALID, "no such source, sink or share");
    choice c = {
        .g = graph,
        .order = FH_NEW_ARRAY(arena, uint32_t, graph->n_arcs),
        .shown = FH_NEW_ARRAY(arena, bool, graph->n_arcs),
        .there = FH_NEW_ARRAY(arena, bool, graph->n_nodes),
    };
    if (!c.order || !c.shown || !c.there) return fh_no_memory(err);
    uint64_t all = 0;
    for (uint32_t i = 0; i < graph->n_arcs; i++) {
        const fh_layout_arc *a = &graph->arcs[i];
        if (a->from >= graph->n_nodes || a->to >= graph->n_nodes)
            return fh_fail(err, FH_INVALID, "arc %u leads to a node that is not there",
                           (unsigned)i);
        c.order[i] = i;
        if (a->weight > UINT64_MAX - all)
            return fh_fail(err, FH_LIMIT, "the arcs weigh more than can be counted");
        all += a->weight;
    }
    if (fh_sort(fh_arena_allocator(arena), c.order, graph->n_arcs, sizeof *c.order, by_strength,
                &c))
        return fh_no_memory(err);
    const uint64_t least = share_of(all, permille);
    show_strongest(&c, true);
    show_strongest(&c, false);
    if (source != FH_NO_NODE) show_ways(&c, source, false);
    if (sink != FH_NO_NODE) show_ways(&c, sink, true);
    for (size_t k = 0; k < graph->n_arcs && c.weight < least; k++) show(&c, c.order[k]);
    *out = (fh_arc_choice){c.shown, c.n_shown, all, c.weight};
    return FH_OK;
}
