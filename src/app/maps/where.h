/* where.h - use case: where one customer is on the journeys that are intended for them.
 *
 * Each map whose intended version has a touchpoint that the customer met is held against their
 * one story, as a journey that is still going on: what was done, what is missing already, what may
 * come next, and what at least is still to come after that. It is told in the order of the map,
 * in the words that were intended for the customer; what lies behind the line of visibility and
 * what no data tells of is left out.
 *
 * Where everything of it tells a problem, each problem is a journey of its own: two claims are
 * two ways. Else the whole story is one.
 */
#ifndef FH_APP_MAPS_WHERE_H
#define FH_APP_MAPS_WHERE_H

#include "app/lived/lived.h"
#include "app/maps/maps.h"

enum { FH_WHERE_MOST = 50 /* journeys that are told */ };

typedef enum fh_where_state {
    FH_WHERE_UNSEEN, /* not to be told: another way was gone, or nobody knows */
    FH_WHERE_DONE,
    FH_WHERE_MISSING, /* what came later has come already */
    FH_WHERE_NEXT,    /* may come next */
    FH_WHERE_LATER    /* has to come yet, whatever comes next */
} fh_where_state;

typedef struct fh_where_step {
    const fh_map_touchpoint *touchpoint;
    fh_str stage; /* its name */
    fh_where_state state;
    uint32_t at; /* DONE: the latest interaction, index in told; else FH_NO_INDEX */
    fh_str who;  /* who does it for the customer, or helps with it; empty: nobody is named */
} fh_where_step;

typedef struct fh_where_journey {
    const fh_map_open *map;
    uint32_t problem;          /* number; 0: the journey is the whole story's */
    uint32_t first, last;      /* interactions of it, indexes in told */
    const fh_where_step *step; /* [n_steps] in the order of the map, none FH_WHERE_UNSEEN */
    uint32_t n_steps, n_done, n_missing;
    uint32_t at_least; /* steps that have to come yet */
    bool may_be_over;  /* nothing has to come */
} fh_where_journey;

/* The latest first, in the arena of the story's view; *hidden: how many more there are. Whoever
 * asks may open the story. */
FH_MUST_CHECK fh_status fh_where_journeys(const fh_lived *l, const fh_where_journey **out,
                                          size_t *n, size_t *hidden, fh_error *err);
/* The members "journeys" and "hidden" of an object. */
FH_MUST_CHECK fh_status fh_where_json(const fh_lived *l, fh_json *j, fh_error *err);

#endif
