/* layers.h - the graph as the steps of a layered drawing share it.
 *
 *     layout.c  canonical order, checks       ->  nodes, arcs
 *     rank.c    which layer each node is on   ->  layer, arcs turned down
 *     order.c   bends, who stands beside whom ->  segments, row
 *     place.c   where exactly                 ->  x
 *     tighten.c what can stand closer         ->  x
 *     route.c   ports, curves, labels         ->  the drawing
 *
 * Inside, nodes are numbered by weight (heaviest first), then id; arcs by (from,
 * to). That order breaks every tie, so the order of the input cannot matter.
 */
#ifndef FH_JOURNEY_LAYERS_H
#define FH_JOURNEY_LAYERS_H

#include "firsthand/layout.h"

typedef struct node {
    uint32_t layer, pos; /* pos: place within the layer, from the left */
    uint32_t arc;        /* of a bend: whose; of a box: unused */
    int32_t x;           /* centre */
    int32_t left, right; /* room taken on either side of the centre */
    int32_t width, height;
    uint32_t n_up, n_down;
    uint32_t *up, *down; /* segments to the layer above and below */
} node;

typedef struct arc {
    uint32_t from, to;   /* as given */
    uint32_t head, tail; /* tail's layer is above head's */
    uint64_t weight;
    int32_t pull; /* 1 .. PULL_MAX by weight */
    int32_t label_width, label_height;
    bool turned, self;
    uint32_t first_segment, n_segments; /* from top to bottom */
    fh_route route;
} arc;

enum { PULL_MAX = 16 };

/* The part of an arc between two neighbouring layers. */
typedef struct segment {
    uint32_t top, bottom; /* nodes */
    uint32_t arc;
    bool conflict; /* crosses the inner part of a long arc: may not be straightened */
    int32_t x_top, x_bottom;
} segment;

typedef struct layers {
    fh_arena *scratch;
    fh_layout_options options;
    uint32_t n_boxes, n_nodes; /* nodes from n_boxes on are bends */
    node *nodes;
    uint32_t n_arcs;
    arc *arcs;
    uint32_t n_segments;
    segment *segments;
    uint32_t n_rows;
    uint32_t **row; /* [n_rows] nodes from left to right */
    uint32_t *row_len;
    uint64_t n_crossings;
} layers;

static inline bool is_bend(const layers *g, uint32_t v)
{
    return v >= g->n_boxes;
}

FH_MUST_CHECK fh_status fh_layers_rank(layers *g);
FH_MUST_CHECK fh_status fh_layers_order(layers *g);
FH_MUST_CHECK fh_status fh_layers_place(layers *g);
FH_MUST_CHECK fh_status fh_layers_tighten(layers *g);
/* Fills the arcs' routes (points in `arena`) and the layers' tops. */
FH_MUST_CHECK fh_status fh_layers_route(layers *g, fh_arena *arena, int32_t *top, int32_t *height);

/* How far the centre of b stands from that of a, on its left, at least. */
int32_t fh_layers_apart(const layers *g, uint32_t a, uint32_t b);

/* Moves x[i] as little as can be from want[i] (squares, by pull) so that
 * neighbours stand `gap` apart between lo and hi. x has room for 3 * n. */
void fh_layers_spread(const int32_t *want, const int32_t *pull, uint32_t n, int32_t gap, int32_t lo,
                      int32_t hi, int64_t *space, int32_t *x);

#endif
