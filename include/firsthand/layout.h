/* firsthand/layout.h - drawing journeys: which arcs to show, and where boxes and
 * arcs stand.
 *
 * A layered drawing from top to bottom. It is a pure function of the graph: the
 * order in which nodes and arcs are given does not matter, there is no random
 * start and no floating point, so the same journey gives the same picture
 * everywhere.
 *
 *     fh_layout drawing;
 *     fh_layout_new(arena, &(fh_layout_graph){...}, &(fh_layout_options){0}, &drawing, &err);
 */
#ifndef FIRSTHAND_LAYOUT_H
#define FIRSTHAND_LAYOUT_H

#include "firsthand/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Lengths are whole units; an SVG takes them for pixels. */
typedef struct fh_layout_node {
    uint32_t id; /* unique; breaks ties */
    uint64_t weight;
    int32_t width, height; /* of the box, 1 .. FH_LAYOUT_MAX_SIZE */
} fh_layout_node;

typedef struct fh_layout_arc {
    uint32_t from, to; /* indices of nodes; equal: a loop at the box's side */
    uint64_t weight;
    int32_t label_width, label_height; /* 0: no label */
} fh_layout_arc;

enum {
    FH_LAYOUT_MAX_NODES = 2000,
    FH_LAYOUT_MAX_ARCS = 20000,
    FH_LAYOUT_MAX_SIZE = 10000,
    FH_LAYOUT_MAX_BENDS = 200000 /* arcs times the layers they cross */
};

typedef struct fh_layout_graph {
    const fh_layout_node *nodes; /* [n_nodes] */
    size_t n_nodes;
    const fh_layout_arc *arcs; /* [n_arcs] at most one for each (from, to) */
    size_t n_arcs;
} fh_layout_graph;

typedef struct fh_layout_options { /* 0: the default */
    int32_t node_gap;              /* between boxes side by side; 36 */
    int32_t arc_gap;               /* between arcs that pass a layer; 18 */
    int32_t layer_gap;             /* between layers at least; 52 */
    int32_t margin;                /* around everything; 16 */
} fh_layout_options;

typedef struct fh_point {
    int32_t x, y;
} fh_point;
typedef struct fh_box {
    int32_t x, y, width, height; /* x, y: the top left corner */
} fh_box;

typedef struct fh_route {
    /* Bezier curves end to end: a start and three points for each curve. The
     * first point lies on the border of `from`'s box, the last on `to`'s. */
    const fh_point *points;
    size_t n_points;
    fh_box label;    /* where the label goes; width 0: no label, or no room for it */
    bool back, self; /* runs up; begins and ends at the same box */
} fh_route;

typedef struct fh_layout {
    int32_t width, height;
    size_t n_nodes, n_arcs;
    const fh_box *boxes;    /* [n_nodes] as the graph's nodes */
    const fh_route *routes; /* [n_arcs] as the graph's arcs */
    uint32_t n_layers;
    const uint32_t *layers; /* [n_nodes] 0 is the top */
    uint64_t n_crossings;
} fh_layout;

/* Boxes never overlap; an arc touches no box but its own; labels overlap neither
 * boxes nor one another. FH_INVALID for an arc to nowhere or given twice, an id
 * given twice or a size out of range; FH_LIMIT; FH_NOMEM. */
FH_API FH_MUST_CHECK fh_status fh_layout_new(fh_arena *arena, const fh_layout_graph *graph,
                                             const fh_layout_options *options, fh_layout *out,
                                             fh_error *err);

/* Routes for n arcs that are not in the drawing, between boxes that stay where they
 * are: what a filter brings out must not move what is seen. They touch no box but
 * their own, and have no labels. FH_INVALID for an arc to nowhere; FH_NOMEM. */
FH_API FH_MUST_CHECK fh_status fh_layout_beside(fh_arena *arena, const fh_layout *layout,
                                                const fh_layout_arc *arcs, size_t n,
                                                const fh_route **out, fh_error *err);

/* ---- Choosing arcs --------------------------------------------------------------- */

typedef struct fh_arc_choice {
    const bool *shown; /* [n_arcs] */
    size_t n_shown;
    uint64_t weight, weight_shown; /* what is hidden: their difference */
} fh_arc_choice;

/* The arcs to draw: of every node its strongest arc in and out (loops aside),
 * what it takes to reach every node from `source` that can be reached at all and
 * `sink` from every node, and then the strongest others until `permille` of all
 * weight is shown. `source` and `sink` are nodes; both FH_NO_NODE: none. */
#define FH_NO_NODE UINT32_MAX
FH_API FH_MUST_CHECK fh_status fh_arcs_choose(fh_arena *arena, const fh_layout_graph *graph,
                                              uint32_t source, uint32_t sink, uint32_t permille,
                                              fh_arc_choice *out, fh_error *err);

#ifdef __cplusplus
}
#endif

#endif
