/* drawn.h - the journey as a drawing: which touchpoints and moves are drawn, where they
 * stand, and what each counts. The report draws from it, the question `journey` tells it.
 *
 * The *whole* decides what is drawn and where: its commonest touchpoints are boxes, its
 * strongest moves are arcs. What is *shown* in it may be less (a filter): then boxes and
 * arcs stay where they are and count less, down to 0, and moves that only come out in what
 * is shown are drawn beside the others, between the same boxes.
 */
#ifndef FH_APP_DRAWN_H
#define FH_APP_DRAWN_H

#include "app/ask/views.h"
#include "firsthand/layout.h"

typedef struct fh_drawn_facts {
    const fh_touchpoints *touchpoints;
    const fh_follows *follows;
    const fh_waits *waits; /* may be NULL */
} fh_drawn_facts;

typedef struct fh_drawn_options {
    uint32_t permille; /* of moves to draw at least, of whole and shown */
    size_t max_boxes;  /* touchpoints: the commonest; 0: FH_DRAWN_BOXES */
    size_t max_arcs;   /* drawn at most, by drawing less than `permille`; 0: no limit */
    bool roomy;        /* boxes are wide enough for any wait, so that none outgrows its box */
    fh_kept *kept;     /* where the layout of the whole is kept; NULL: nowhere */
} fh_drawn_options;
enum { FH_DRAWN_BOXES = 40, FH_DRAWN_MOST_BOXES = 200, FH_DRAWN_ARCS = 300 };

enum { FH_DRAWN_START = 0, FH_DRAWN_END = 1, FH_DRAWN_ENDS = 2 }; /* the first two boxes */

typedef struct fh_drawn_box {
    uint32_t touchpoint;
    fh_str line[2]; /* the name on one line or two */
    bool cut;       /* and even then it is longer */
    fh_str below;   /* "1,774 - waits 2 h" */
    fh_box box;
    uint32_t layer;          /* from the top */
    uint64_t count, stories; /* of start and end: stories */
    uint64_t waited;         /* interactions with one before them; 0: no wait is told */
    int64_t wait_ms;         /* half of these waited no longer */
} fh_drawn_box;

typedef struct fh_drawn_arc {
    uint32_t from, to; /* boxes */
    const fh_route *route;
    uint64_t count, stories;
    const fh_arc *move; /* of what is shown; NULL: starts, ends, and moves that count 0 */
    bool beside;        /* not drawn for the whole */
} fh_drawn_arc;

typedef struct fh_drawn {
    int32_t width, height;
    size_t n_boxes;
    const fh_drawn_box *boxes; /* start, end, then touchpoints by their count in the whole */
    size_t n_arcs;
    const fh_drawn_arc *arcs; /* moves, starts, ends as the whole counts them; then those beside */
    uint32_t permille;        /* what was asked for, or less: max_arcs */
    /* Of what is shown: */
    uint64_t moves, moves_drawn, heaviest;
    size_t n_moves, n_moves_drawn; /* kinds of move */
    size_t n_left_out;             /* touchpoints without a box that something happened at */
    uint64_t left_out;             /* and how much did */
} fh_drawn;

/* `whole` and `shown` may be the same. Everything lives in the arena. */
FH_MUST_CHECK fh_status fh_drawn_make(fh_arena *arena, const fh_names *names,
                                      const fh_drawn_facts *whole, const fh_drawn_facts *shown,
                                      const fh_drawn_options *options, fh_drawn *out,
                                      fh_error *err);

/* ---- The question ------------------------------------------------------------------ */

typedef struct fh_journey {
    fh_drawn drawn;
    uint64_t n_interactions, n_stories;
} fh_journey;

/* What the view's filter leaves, drawn in the whole organisation. */
FH_MUST_CHECK fh_status fh_view_journey(const fh_view *v, const fh_drawn_options *options,
                                        fh_journey *out, fh_error *err);
FH_MUST_CHECK fh_status fh_journey_moves_table(const fh_view *v, const fh_journey *a, fh_table *out,
                                               fh_error *err);
FH_MUST_CHECK fh_status fh_journey_boxes_table(const fh_view *v, const fh_journey *a, fh_table *out,
                                               fh_error *err);
void fh_journey_json(const fh_view *v, const fh_journey *a, fh_json *j);

#endif
