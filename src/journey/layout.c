/* layout.c - a layered drawing: checks, canonical order, the steps one after
 * another, and back to the caller's order (see layers.h for the steps).
 */
#include "firsthand/layout.h"

#include "base/sort.h"
#include "layers.h"

enum { LOOP_ROOM = 26, MAX_GAP = 1000 };

/* ---- Checks ---------------------------------------------------------------------- */

static bool size_ok(int32_t size, int32_t least)
{
    return size >= least && size <= FH_LAYOUT_MAX_SIZE;
}

static fh_status check_graph(const fh_layout_graph *in, fh_error *err)
{
    if (in->n_nodes > FH_LAYOUT_MAX_NODES || in->n_arcs > FH_LAYOUT_MAX_ARCS)
        return fh_fail(err, FH_LIMIT, "%zu boxes and %zu arcs are too many to draw", in->n_nodes,
                       in->n_arcs);
    for (size_t i = 0; i < in->n_nodes; i++)
        if (!size_ok(in->nodes[i].width, 1) || !size_ok(in->nodes[i].height, 1))
            return fh_fail(err, FH_INVALID, "box %zu has no size that can be drawn", i);
    for (size_t i = 0; i < in->n_arcs; i++) {
        const fh_layout_arc *a = &in->arcs[i];
        if (a->from >= in->n_nodes || a->to >= in->n_nodes)
            return fh_fail(err, FH_INVALID, "arc %zu leads to a box that is not there", i);
        if (!size_ok(a->label_width, 0) || !size_ok(a->label_height, 0))
            return fh_fail(err, FH_INVALID, "the label of arc %zu has no size that can be drawn",
                           i);
    }
    return FH_OK;
}

static int32_t or_default(int32_t given, int32_t otherwise)
{
    return given <= 0 ? otherwise : given > MAX_GAP ? MAX_GAP : given;
}

static fh_layout_options with_defaults(const fh_layout_options *given)
{
    const fh_layout_options o = given ? *given : (fh_layout_options){0};
    return (fh_layout_options){or_default(o.node_gap, 36), or_default(o.arc_gap, 18),
                               or_default(o.layer_gap, 52), or_default(o.margin, 16)};
}

/* ---- Canonical order ----------------------------------------------------------------- */

typedef struct maps {
    uint32_t *node_at, *arc_at; /* canonical number -> caller's index */
    uint32_t *number;           /* caller's index -> canonical number */
    const fh_layout_graph *in;
} maps;

static int by_weight_and_id(const void *a, const void *b, void *ctx)
{
    const fh_layout_node *nodes = ctx;
    const fh_layout_node *x = &nodes[*(const uint32_t *)a], *y = &nodes[*(const uint32_t *)b];
    if (x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int by_ends(const void *a, const void *b, void *ctx)
{
    const maps *m = ctx;
    const fh_layout_arc *x = &m->in->arcs[*(const uint32_t *)a];
    const fh_layout_arc *y = &m->in->arcs[*(const uint32_t *)b];
    const uint32_t xf = m->number[x->from], yf = m->number[y->from];
    const uint32_t xt = m->number[x->to], yt = m->number[y->to];
    if (xf != yf) return xf < yf ? -1 : 1;
    return xt < yt ? -1 : xt > yt;
}

static int by_id(const void *a, const void *b, void *ctx)
{
    const fh_layout_node *nodes = ctx;
    const uint32_t x = nodes[*(const uint32_t *)a].id, y = nodes[*(const uint32_t *)b].id;
    return x < y ? -1 : x > y;
}

static fh_status number_all(fh_arena *scratch, const fh_layout_graph *in, maps *m, fh_error *err)
{
    const fh_allocator *from = fh_arena_allocator(scratch);
    *m = (maps){FH_NEW_ARRAY(scratch, uint32_t, in->n_nodes),
                FH_NEW_ARRAY(scratch, uint32_t, in->n_arcs),
                FH_NEW_ARRAY(scratch, uint32_t, in->n_nodes), in};
    if (!m->node_at || !m->arc_at || !m->number) return fh_no_memory(err);
    for (uint32_t i = 0; i < in->n_nodes; i++) m->node_at[i] = i;
    for (uint32_t i = 0; i < in->n_arcs; i++) m->arc_at[i] = i;
    /* fh_sort's context is not const; it is only read. */
    union {
        const fh_layout_node *in;
        void *out;
    } nodes = {.in = in->nodes};
    if (fh_sort(from, m->node_at, in->n_nodes, sizeof *m->node_at, by_id, nodes.out))
        return fh_no_memory(err);
    for (size_t i = 1; i < in->n_nodes; i++)
        if (in->nodes[m->node_at[i]].id == in->nodes[m->node_at[i - 1]].id)
            return fh_fail(err, FH_INVALID, "two boxes have the same id %u",
                           (unsigned)in->nodes[m->node_at[i]].id);
    if (fh_sort(from, m->node_at, in->n_nodes, sizeof *m->node_at, by_weight_and_id, nodes.out))
        return fh_no_memory(err);
    for (uint32_t i = 0; i < in->n_nodes; i++) m->number[m->node_at[i]] = i;
    if (fh_sort(from, m->arc_at, in->n_arcs, sizeof *m->arc_at, by_ends, m))
        return fh_no_memory(err);
    for (size_t i = 1; i < in->n_arcs; i++)
        if (by_ends(&m->arc_at[i - 1], &m->arc_at[i], m) == 0)
            return fh_fail(err, FH_INVALID, "arcs %u and %u join the same boxes",
                           (unsigned)m->arc_at[i - 1], (unsigned)m->arc_at[i]);
    return FH_OK;
}

static uint64_t clamp_weight(uint64_t weight)
{
    const uint64_t most = UINT64_C(1) << 44; /* sums over all arcs fit an int64 */
    return weight > most ? most : weight;
}

static fh_status fill(layers *g, const maps *m, fh_error *err)
{
    const fh_layout_graph *in = m->in;
    g->n_boxes = g->n_nodes = (uint32_t)in->n_nodes;
    g->n_arcs = (uint32_t)in->n_arcs;
    g->nodes = FH_NEW_ARRAY(g->scratch, node, g->n_boxes);
    g->arcs = FH_NEW_ARRAY(g->scratch, arc, g->n_arcs);
    if (!g->nodes || !g->arcs) return fh_no_memory(err);
    for (uint32_t v = 0; v < g->n_boxes; v++) {
        const fh_layout_node *x = &in->nodes[m->node_at[v]];
        g->nodes[v] = (node){.width = x->width,
                             .height = x->height,
                             .left = x->width / 2,
                             .right = x->width - x->width / 2};
    }
    uint64_t heaviest = 1;
    for (uint32_t i = 0; i < g->n_arcs; i++) {
        const uint64_t w = clamp_weight(in->arcs[i].weight);
        if (w > heaviest) heaviest = w;
    }
    for (uint32_t i = 0; i < g->n_arcs; i++) {
        const fh_layout_arc *x = &in->arcs[m->arc_at[i]];
        const uint64_t w = clamp_weight(x->weight);
        arc *a = &g->arcs[i];
        *a = (arc){.from = m->number[x->from],
                   .to = m->number[x->to],
                   .weight = w,
                   .pull = 1 + (int32_t)(w * (PULL_MAX - 1) / heaviest),
                   .label_width = x->label_width,
                   .label_height = x->label_height,
                   .self = x->from == x->to};
        if (a->self) g->nodes[a->from].right += LOOP_ROOM + a->label_width;
    }
    return FH_OK;
}

/* ---- The result -------------------------------------------------------------------------- */

static fh_status result(const layers *g, const maps *m, fh_arena *arena, const int32_t *top,
                        const int32_t *height, fh_layout *out)
{
    fh_box *boxes = FH_NEW_ARRAY(arena, fh_box, g->n_boxes);
    uint32_t *rows = FH_NEW_ARRAY(arena, uint32_t, g->n_boxes);
    fh_route *routes = FH_NEW_ARRAY(arena, fh_route, g->n_arcs);
    if (!boxes || !rows || !routes) return FH_NOMEM;
    int32_t right = 0;
    for (uint32_t v = 0; v < g->n_nodes; v++) {
        const node *x = &g->nodes[v];
        if (x->x + x->right > right) right = x->x + x->right;
        if (is_bend(g, v)) continue;
        const uint32_t r = x->layer;
        boxes[m->node_at[v]] = (fh_box){x->x - x->width / 2, top[r] + (height[r] - x->height) / 2,
                                        x->width, x->height};
        rows[m->node_at[v]] = r;
    }
    for (uint32_t i = 0; i < g->n_arcs; i++) {
        const fh_route *r = &g->arcs[i].route;
        routes[m->arc_at[i]] = *r;
        if (r->label.x + r->label.width > right) right = r->label.x + r->label.width;
    }
    *out = (fh_layout){.width = right + g->options.margin,
                       .height = top[g->n_rows - 1] + height[g->n_rows - 1] + g->options.margin,
                       .n_nodes = g->n_boxes,
                       .n_arcs = g->n_arcs,
                       .boxes = boxes,
                       .routes = routes,
                       .n_layers = g->n_rows,
                       .layers = rows,
                       .n_crossings = g->n_crossings};
    return FH_OK;
}

static fh_status steps(layers *g, const maps *m, fh_arena *arena, fh_layout *out, fh_error *err)
{
    fh_status status = fh_layers_rank(g);
    if (!status) status = fh_layers_order(g);
    if (status == FH_LIMIT)
        return fh_fail(err, FH_LIMIT, "%u arcs over %u layers are too many to draw",
                       (unsigned)g->n_arcs, (unsigned)g->n_rows);
    if (!status) status = fh_layers_place(g);
    if (!status) status = fh_layers_tighten(g);
    if (status) return fh_no_memory(err);
    int32_t *top = FH_NEW_ARRAY(g->scratch, int32_t, g->n_rows);
    int32_t *height = FH_NEW_ARRAY(g->scratch, int32_t, g->n_rows);
    if (!top || !height) return fh_no_memory(err);
    status = fh_layers_route(g, arena, top, height);
    if (!status) status = result(g, m, arena, top, height, out);
    return status ? fh_no_memory(err) : FH_OK;
}

fh_status fh_layout_new(fh_arena *arena, const fh_layout_graph *graph,
                        const fh_layout_options *options, fh_layout *out, fh_error *err)
{
    fh_status status = check_graph(graph, err);
    if (status) return status;
    layers g = {.options = with_defaults(options)};
    if (graph->n_nodes == 0) {
        *out = (fh_layout){.width = 2 * g.options.margin, .height = 2 * g.options.margin};
        return FH_OK;
    }
    g.scratch = fh_arena_new(fh_arena_allocator(arena));
    if (!g.scratch) return fh_no_memory(err);
    maps m;
    fh_layout drawn;
    status = number_all(g.scratch, graph, &m, err);
    if (!status) status = fill(&g, &m, err);
    if (!status) status = steps(&g, &m, arena, &drawn, err);
    fh_arena_free(g.scratch);
    if (!status) *out = drawn;
    return status;
}
