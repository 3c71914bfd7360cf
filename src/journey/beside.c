/* beside.c - routes for arcs that were not part of a drawing, between boxes that stay
 * where they are.
 *
 *        [ A ]            down (or up) through the layers between, in the gap of each that
 *          |  \           lies nearest to the straight line; between two layers a curve with
 *     [C]  |   [D]        upright ends, which never leaves the room between them
 *          |
 *        [ B ]
 *
 * Such a route touches no box but its own; it may cross other arcs and labels.
 */
#include "firsthand/layout.h"

enum { CLEAR = 8, DIP = 20, LOOP = 20 };

typedef struct band {
    int32_t top, bottom; /* of the boxes of a layer */
} band;

typedef struct drawing {
    const fh_layout *layout;
    band *bands; /* [n_layers] */
} drawing;

typedef struct path {
    fh_point *points;
    size_t n;
} path;

static void curve_to(path *p, fh_point a, fh_point b, fh_point end)
{
    p->points[p->n++] = a;
    p->points[p->n++] = b;
    p->points[p->n++] = end;
}

static void line_to(path *p, fh_point end)
{
    curve_to(p, p->points[p->n - 1], end, end);
}

/* Upright at both ends. */
static void bend_to(path *p, fh_point end)
{
    const fh_point from = p->points[p->n - 1];
    const int32_t middle = from.y + (end.y - from.y) / 2;
    curve_to(p, (fh_point){from.x, middle}, (fh_point){end.x, middle}, end);
}

static int32_t clamp(int32_t x, int32_t lo, int32_t hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

static int32_t away(int32_t a, int32_t b)
{
    return a < b ? b - a : a - b;
}

/* The x nearest to `wanted` at which layer `layer` can be passed. */
static int32_t gap_in(const drawing *d, uint32_t layer, int32_t wanted)
{
    const fh_layout *y = d->layout;
    int32_t best = INT32_MAX;
    for (size_t i = 0; i <= y->n_nodes; i++) {
        int32_t lo = 2, hi = y->width - 2; /* the gap to the right of box i; of none: the first */
        if (i < y->n_nodes && y->layers[i] != layer) continue;
        if (i < y->n_nodes) lo = y->boxes[i].x + y->boxes[i].width + CLEAR;
        for (size_t k = 0; k < y->n_nodes; k++) {
            const int32_t end = y->boxes[k].x - CLEAR;
            const bool right = i == y->n_nodes || y->boxes[k].x > y->boxes[i].x;
            if (y->layers[k] == layer && right && end < hi) hi = end;
        }
        if (hi < lo) continue;
        const int32_t x = clamp(wanted, lo, hi);
        if (best == INT32_MAX || away(x, wanted) < away(best, wanted)) best = x;
    }
    return best == INT32_MAX ? y->width - 2 : best;
}

/* Where the straight line from (x0, layer a) to (x1, layer b) is at `layer`. */
static int32_t on_the_line(int32_t x0, int32_t x1, uint32_t a, uint32_t b, uint32_t layer)
{
    const int64_t all = (int64_t)b - a, part = (int64_t)layer - a;
    return x0 + (int32_t)((x1 - x0) * part / all);
}

static int32_t middle_of(const fh_box *b)
{
    return b->x + b->width / 2;
}

static void route_loop(const fh_box *b, path *p)
{
    const int32_t x = b->x + b->width, up = b->y + b->height / 4,
                  down = b->y + b->height - b->height / 4;
    p->points[p->n++] = (fh_point){x, up};
    curve_to(p, (fh_point){x + LOOP, up}, (fh_point){x + LOOP, down}, (fh_point){x, down});
}

/* Both boxes in one layer: below it. */
static void route_below(const drawing *d, const fh_box *from, const fh_box *to, uint32_t layer,
                        path *p)
{
    const int32_t x0 = middle_of(from), x1 = middle_of(to), bottom = d->bands[layer].bottom;
    p->points[p->n++] = (fh_point){x0, from->y + from->height};
    line_to(p, (fh_point){x0, bottom});
    curve_to(p, (fh_point){x0, bottom + DIP}, (fh_point){x1, bottom + DIP}, (fh_point){x1, bottom});
    line_to(p, (fh_point){x1, to->y + to->height});
}

static void route_across(const drawing *d, const fh_box *from, const fh_box *to, uint32_t a,
                         uint32_t b, path *p)
{
    const bool down = a < b;
    const int32_t x0 = middle_of(from), x1 = middle_of(to);
    p->points[p->n++] = (fh_point){x0, down ? from->y + from->height : from->y};
    line_to(p, (fh_point){x0, down ? d->bands[a].bottom : d->bands[a].top});
    for (uint32_t l = down ? a + 1 : a - 1; l != b; l = down ? l + 1 : l - 1) {
        const int32_t x = gap_in(d, l, on_the_line(x0, x1, a, b, l));
        const band *over = &d->bands[l];
        bend_to(p, (fh_point){x, down ? over->top : over->bottom});
        line_to(p, (fh_point){x, down ? over->bottom : over->top});
    }
    bend_to(p, (fh_point){x1, down ? d->bands[b].top : d->bands[b].bottom});
    line_to(p, (fh_point){x1, down ? to->y : to->y + to->height});
}

static fh_status route_one(fh_arena *arena, const drawing *d, const fh_layout_arc *arc,
                           fh_route *out)
{
    const fh_layout *y = d->layout;
    const uint32_t a = y->layers[arc->from], b = y->layers[arc->to];
    const uint32_t crossed = a < b ? b - a : a - b;
    path p = {FH_NEW_ARRAY(arena, fh_point, 16 + 6 * (size_t)crossed), 0};
    if (!p.points) return FH_NOMEM;
    const fh_box *from = &y->boxes[arc->from], *to = &y->boxes[arc->to];
    if (arc->from == arc->to)
        route_loop(from, &p);
    else if (a == b)
        route_below(d, from, to, a, &p);
    else
        route_across(d, from, to, a, b, &p);
    *out = (fh_route){
        .points = p.points, .n_points = p.n, .back = a > b, .self = arc->from == arc->to};
    return FH_OK;
}

fh_status fh_layout_beside(fh_arena *arena, const fh_layout *layout, const fh_layout_arc *arcs,
                           size_t n, const fh_route **out, fh_error *err)
{
    band *bands = FH_NEW_ARRAY(arena, band, layout->n_layers + 1);
    fh_route *routes = FH_NEW_ARRAY(arena, fh_route, n + 1);
    if (!bands || !routes) return fh_no_memory(err);
    for (uint32_t l = 0; l < layout->n_layers; l++) bands[l] = (band){INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < layout->n_nodes; i++) {
        const fh_box *box = &layout->boxes[i];
        band *b = &bands[layout->layers[i]];
        if (box->y < b->top) b->top = box->y;
        if (box->y + box->height > b->bottom) b->bottom = box->y + box->height;
    }
    const drawing d = {layout, bands};
    for (size_t i = 0; i < n; i++) {
        if (arcs[i].from >= layout->n_nodes || arcs[i].to >= layout->n_nodes)
            return fh_fail(err, FH_INVALID, "arc %zu leads to no box", i);
        if (route_one(arena, &d, &arcs[i], &routes[i])) return fh_no_memory(err);
    }
    *out = routes;
    return FH_OK;
}
