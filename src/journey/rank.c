/* rank.c - which layer each node is on.
 *
 * First arcs are turned so that there is no cycle: nodes are put in a line that
 * grows from the start along the heaviest arcs; then nodes are moved along the
 * line while less weight runs backwards for it, but never so that an arc by which
 * the line grew does; what still runs backwards is turned. So everything hangs
 * below something that leads to it, as journeys are read. Then layers are chosen so that the arcs,
 * each counted by its pull, are as short as they can be: the network simplex of Gansner et al.
 * (1993). A helper node above all sources keeps the tree in one piece.
 *
 * Cut values come from subtree sums: the net pull out of a subtree is the sum of
 * its nodes' net pulls, because arcs inside cancel out. So one round costs
 * O(nodes + arcs). Rounds are limited; the layers are valid after every round.
 */
#include "layers.h"

#include <string.h>

#define NONE UINT32_MAX

/* ---- No cycles --------------------------------------------------------------- */

typedef struct line {
    uint32_t *place; /* [n] by node */
    uint32_t *at;    /* [n] by place */
    uint32_t *in;    /* [n] arcs that lead there */
    int64_t *net;    /* [n] weight out less weight in */
    bool *done;
    bool *first; /* [n_arcs] by which the line grew: these run forwards in any case */
} line;

/* Far heavier than any arc, light enough to add up. */
#define FIRST_PULL (INT64_C(1) << 50)

/* Moves v to where least weight runs backwards; false: it stands there already. */
static bool improve(layers *g, line *l, uint32_t v, int64_t *cost)
{
    /* cost[p]: change of backward weight by standing v between places p-1 and p. */
    memset(cost, 0, (g->n_boxes + 1) * sizeof *cost);
    for (uint32_t i = 0; i < g->n_arcs; i++) {
        const arc *a = &g->arcs[i];
        if (a->self || (a->from != v && a->to != v)) continue;
        const uint32_t other = l->place[a->from == v ? a->to : a->from];
        const int64_t w = (int64_t)a->weight + (l->first[i] ? FIRST_PULL : 0);
        if (a->from == v)
            cost[other + 1] += w; /* backwards when v stands after other */
        else {
            cost[0] += w;
            cost[other + 1] -= w;
        }
    }
    const uint32_t here = l->place[v];
    int64_t sum = 0, best = 0, now = 0;
    uint32_t to = 0;
    for (uint32_t p = 0; p <= g->n_boxes; p++) {
        sum += cost[p];
        if (p == 0 || sum < best) best = sum, to = p;
        if (p == here) now = sum;
    }
    if (best >= now) return false;
    const uint32_t target = to > here ? to - 1 : to;
    if (target > here)
        memmove(l->at + here, l->at + here + 1, (target - here) * sizeof *l->at);
    else
        memmove(l->at + target + 1, l->at + target, (here - target) * sizeof *l->at);
    l->at[target] = v;
    for (uint32_t p = 0; p < g->n_boxes; p++) l->place[l->at[p]] = p;
    return true;
}

/* Turns what runs backwards; longest paths along the line are the first layers. */
static void turn(layers *g, const line *l)
{
    for (uint32_t i = 0; i < g->n_arcs; i++) {
        arc *a = &g->arcs[i];
        a->turned = !a->self && l->place[a->from] > l->place[a->to];
        a->tail = a->turned ? a->to : a->from;
        a->head = a->turned ? a->from : a->to;
    }
    for (uint32_t p = 0; p < g->n_boxes; p++) {
        const uint32_t v = l->at[p];
        for (uint32_t i = 0; i < g->n_arcs; i++) {
            const arc *a = &g->arcs[i];
            if (a->self || a->tail != v) continue;
            if (g->nodes[a->head].layer <= g->nodes[v].layer)
                g->nodes[a->head].layer = g->nodes[v].layer + 1;
        }
    }
}

/* A node that none leads to; NONE when there is none. */
static uint32_t find_source(const layers *g, const line *l)
{
    for (uint32_t v = 0; v < g->n_boxes; v++)
        if (!l->done[v] && l->in[v] == 0) return v;
    return NONE;
}

/* The heaviest arc from what stands in the line to what does not; NONE. */
static uint32_t find_arc(const layers *g, const line *l)
{
    uint32_t best = NONE;
    for (uint32_t i = 0; i < g->n_arcs; i++) {
        const arc *a = &g->arcs[i];
        if (a->self || !l->done[a->from] || l->done[a->to]) continue;
        if (best == NONE || a->weight > g->arcs[best].weight) best = i;
    }
    return best;
}

/* The node that gives most more than it gets: where a round of arcs is opened. */
static uint32_t find_giver(const layers *g, const line *l)
{
    uint32_t best = NONE;
    for (uint32_t v = 0; v < g->n_boxes; v++)
        if (!l->done[v] && (best == NONE || l->net[v] > l->net[best])) best = v;
    return best;
}

static void grow(layers *g, line *l)
{
    for (uint32_t i = 0; i < g->n_arcs; i++) {
        const arc *a = &g->arcs[i];
        if (a->self) continue;
        l->in[a->to]++;
        l->net[a->to] -= (int64_t)a->weight;
        l->net[a->from] += (int64_t)a->weight;
    }
    for (uint32_t place = 0; place < g->n_boxes; place++) {
        uint32_t next = find_source(g, l);
        if (next == NONE) {
            const uint32_t by = find_arc(g, l);
            if (by != NONE) l->first[by] = true;
            next = by != NONE ? g->arcs[by].to : find_giver(g, l);
        }
        l->done[next] = true;
        l->place[next] = place;
        l->at[place] = next;
    }
}

static void improve_all(layers *g, line *l, int64_t *cost)
{
    enum { ROUNDS = 8 };
    bool moved = true;
    for (int round = 0; moved && round < ROUNDS; round++) {
        moved = false;
        for (uint32_t v = 0; v < g->n_boxes; v++) moved |= improve(g, l, v, cost);
    }
}

static fh_status turn_cycles(layers *g)
{
    const uint32_t n = g->n_boxes;
    line l = {
        .place = FH_NEW_ARRAY(g->scratch, uint32_t, n),
        .at = FH_NEW_ARRAY(g->scratch, uint32_t, n),
        .in = FH_NEW_ARRAY(g->scratch, uint32_t, n),
        .net = FH_NEW_ARRAY(g->scratch, int64_t, n),
        .done = FH_NEW_ARRAY(g->scratch, bool, n),
        .first = FH_NEW_ARRAY(g->scratch, bool, g->n_arcs),
    };
    int64_t *cost = FH_NEW_ARRAY(g->scratch, int64_t, n + 1);
    if (!l.place || !l.at || !l.in || !l.net || !l.done || !l.first || !cost) return FH_NOMEM;
    grow(g, &l);
    improve_all(g, &l, cost);
    turn(g, &l);
    return FH_OK;
}

/* ---- Short arcs ---------------------------------------------------------------- */

typedef struct edge {
    uint32_t tail, head;
    int64_t pull;
} edge;

/* A spanning tree of tight edges (head one below tail), rooted at node 0. */
typedef struct tree {
    uint32_t n, m;
    int64_t *rank;          /* [n] */
    edge *edges;            /* [m] */
    int64_t *net;           /* [n] pull out less pull in */
    uint32_t *first, *list; /* edges at each node: list[first[v] .. first[v+1]) */
    uint32_t *parent;       /* [n] edge to the parent; NONE at the root and outside */
    uint32_t *order;        /* [n_in] nodes of the tree, parents first */
    uint32_t n_in;
    bool *in_tree;  /* [m] */
    bool *reached;  /* [n] */
    int64_t *below; /* [n] net pull of the subtree */
    bool *inside;   /* [n] scratch */
} tree;

static int64_t slack(const tree *t, const edge *e)
{
    return t->rank[e->head] - t->rank[e->tail] - 1;
}

static uint32_t other_end(const edge *e, uint32_t v)
{
    return e->tail == v ? e->head : e->tail;
}

/* Walks the tree from node 0: over its own edges, or over any tight edge,
 * making those its own. */
static void walk(tree *t, bool grow)
{
    memset(t->reached, 0, t->n * sizeof *t->reached);
    if (grow) memset(t->in_tree, 0, t->m * sizeof *t->in_tree);
    t->parent[0] = NONE;
    t->reached[0] = true;
    t->order[0] = 0;
    t->n_in = 1;
    for (uint32_t i = 0; i < t->n_in; i++) {
        const uint32_t v = t->order[i];
        for (uint32_t k = t->first[v]; k < t->first[v + 1]; k++) {
            const uint32_t e = t->list[k];
            const uint32_t w = other_end(&t->edges[e], v);
            if (t->reached[w] || (grow ? slack(t, &t->edges[e]) != 0 : !t->in_tree[e])) continue;
            t->reached[w] = true;
            t->in_tree[e] = true;
            t->parent[w] = e;
            t->order[t->n_in++] = w;
        }
    }
}

/* Draws nodes towards the tree until all are in it. */
static void span(tree *t)
{
    for (walk(t, true); t->n_in < t->n; walk(t, true)) {
        uint32_t best = NONE;
        for (uint32_t e = 0; e < t->m; e++) {
            const edge *x = &t->edges[e];
            if (t->reached[x->tail] == t->reached[x->head]) continue;
            if (best == NONE || slack(t, x) < slack(t, &t->edges[best])) best = e;
        }
        if (best == NONE) return; /* cannot be: the helper joins everything */
        const int64_t by = slack(t, &t->edges[best]);
        const bool down = t->reached[t->edges[best].tail];
        for (uint32_t i = 0; i < t->n_in; i++) t->rank[t->order[i]] += down ? by : -by;
    }
}

static void mark_subtree(tree *t, uint32_t top)
{
    memset(t->inside, 0, t->n * sizeof *t->inside);
    t->inside[top] = true;
    for (uint32_t i = 1; i < t->n_in; i++) {
        const uint32_t v = t->order[i];
        if (t->inside[other_end(&t->edges[t->parent[v]], v)]) t->inside[v] = true;
    }
}

/* One exchange: the tree edge with the most to gain leaves, the shortest edge
 * that can replace it enters. False: nothing can be gained. */
static bool exchange(tree *t)
{
    memcpy(t->below, t->net, t->n * sizeof *t->below);
    uint32_t leave = NONE;
    int64_t gain = 0;
    for (uint32_t i = t->n_in; i-- > 1;) {
        const uint32_t v = t->order[i];
        const edge *e = &t->edges[t->parent[v]];
        t->below[other_end(e, v)] += t->below[v];
        const int64_t cut = e->tail == v ? t->below[v] : -t->below[v];
        if (cut < gain) gain = cut, leave = v;
    }
    if (leave == NONE) return false;
    const uint32_t old = t->parent[leave];
    mark_subtree(t, leave);
    const bool tail_inside = t->inside[t->edges[old].tail];
    uint32_t enter = NONE;
    for (uint32_t e = 0; e < t->m; e++) {
        const edge *x = &t->edges[e];
        if (t->inside[x->tail] == t->inside[x->head] || t->inside[x->tail] == tail_inside) continue;
        if (enter == NONE || slack(t, x) < slack(t, &t->edges[enter])) enter = e;
    }
    if (enter == NONE) return false;
    const int64_t by = slack(t, &t->edges[enter]);
    for (uint32_t v = 0; v < t->n; v++)
        if (t->inside[v]) t->rank[v] += tail_inside ? -by : by;
    t->in_tree[old] = false;
    t->in_tree[enter] = true;
    walk(t, false);
    return true;
}

/* The graph plus a helper, node n_boxes, above every node. */
static fh_status make_tree(layers *g, tree *t)
{
    const uint32_t n = g->n_boxes + 1, most = g->n_arcs + g->n_boxes;
    *t = (tree){
        .n = n,
        .rank = FH_NEW_ARRAY(g->scratch, int64_t, n),
        .edges = FH_NEW_ARRAY(g->scratch, edge, most),
        .net = FH_NEW_ARRAY(g->scratch, int64_t, n),
        .first = FH_NEW_ARRAY(g->scratch, uint32_t, n + 2),
        .list = FH_NEW_ARRAY(g->scratch, uint32_t, 2 * (size_t)most),
        .parent = FH_NEW_ARRAY(g->scratch, uint32_t, n),
        .order = FH_NEW_ARRAY(g->scratch, uint32_t, n),
        .in_tree = FH_NEW_ARRAY(g->scratch, bool, most),
        .reached = FH_NEW_ARRAY(g->scratch, bool, n),
        .below = FH_NEW_ARRAY(g->scratch, int64_t, n),
        .inside = FH_NEW_ARRAY(g->scratch, bool, n),
    };
    if (!t->rank || !t->edges || !t->net || !t->first || !t->list || !t->parent || !t->order ||
        !t->in_tree || !t->reached || !t->below || !t->inside)
        return FH_NOMEM;
    for (uint32_t i = 0; i < g->n_arcs; i++) {
        const arc *a = &g->arcs[i];
        if (!a->self) t->edges[t->m++] = (edge){a->tail, a->head, a->pull};
    }
    for (uint32_t v = 0; v < g->n_boxes; v++) t->edges[t->m++] = (edge){g->n_boxes, v, 0};
    for (uint32_t v = 0; v < g->n_boxes; v++) t->rank[v] = (int64_t)g->nodes[v].layer + 1;
    for (uint32_t e = 0; e < t->m; e++) {
        t->net[t->edges[e].tail] += t->edges[e].pull;
        t->net[t->edges[e].head] -= t->edges[e].pull;
        t->first[t->edges[e].tail + 2]++;
        t->first[t->edges[e].head + 2]++;
    }
    for (uint32_t v = 2; v <= n + 1; v++) t->first[v] += t->first[v - 1];
    for (uint32_t e = 0; e < t->m; e++) {
        t->list[t->first[t->edges[e].tail + 1]++] = e;
        t->list[t->first[t->edges[e].head + 1]++] = e;
    }
    return FH_OK;
}

/* A node that is pulled up as much as down stands on the emptiest layer it can. */
static fh_status balance(layers *g, uint32_t n_rows)
{
    uint32_t *crowd = FH_NEW_ARRAY(g->scratch, uint32_t, n_rows);
    if (!crowd) return FH_NOMEM;
    for (uint32_t v = 0; v < g->n_boxes; v++) crowd[g->nodes[v].layer]++;
    for (uint32_t v = 0; v < g->n_boxes; v++) {
        uint32_t lo = 0, hi = n_rows - 1;
        int64_t pull = 0;
        bool any = false;
        for (uint32_t i = 0; i < g->n_arcs; i++) {
            const arc *a = &g->arcs[i];
            if (a->self || (a->tail != v && a->head != v)) continue;
            any = true;
            pull += a->tail == v ? a->pull : -a->pull;
            if (a->head == v && g->nodes[a->tail].layer + 1 > lo) lo = g->nodes[a->tail].layer + 1;
            if (a->tail == v && g->nodes[a->head].layer - 1 < hi) hi = g->nodes[a->head].layer - 1;
        }
        if (any && pull) continue;
        uint32_t to = g->nodes[v].layer;
        for (uint32_t layer = lo; layer <= hi; layer++)
            if (crowd[layer] + 1 < crowd[to]) to = layer;
        crowd[g->nodes[v].layer]--;
        crowd[to]++;
        g->nodes[v].layer = to;
    }
    return FH_OK;
}

fh_status fh_layers_rank(layers *g)
{
    fh_status status = turn_cycles(g);
    tree t;
    if (!status) status = make_tree(g, &t);
    if (status) return status;
    span(&t);
    const uint64_t rounds = 20000000 / (t.n + (uint64_t)t.m) + 1;
    for (uint64_t i = 0; i < rounds && exchange(&t); i++) continue;

    int64_t top = t.rank[0];
    for (uint32_t v = 0; v < g->n_boxes; v++)
        if (t.rank[v] < top) top = t.rank[v];
    g->n_rows = 0;
    for (uint32_t v = 0; v < g->n_boxes; v++) {
        g->nodes[v].layer = (uint32_t)(t.rank[v] - top);
        if (g->nodes[v].layer + 1 > g->n_rows) g->n_rows = g->nodes[v].layer + 1;
    }
    return balance(g, g->n_rows);
}
