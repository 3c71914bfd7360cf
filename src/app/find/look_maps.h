/* look_maps.h - what the lookers at maps share; nobody else includes it. */
#ifndef FH_APP_FIND_LOOK_MAPS_H
#define FH_APP_FIND_LOOK_MAPS_H

#include "app/find/find_parts.h"
#include "app/maps/lived.h"

typedef struct fh_look_map {
    const fh_look_job *job;
    fh_view view; /* of everything; its arena is this map's alone */
    fh_map_open open;
    fh_findings *to;
} fh_look_map;
typedef fh_status fh_look_in_map(const fh_look_map *m, fh_error *err);

/* Every map that is kept and marked intended, one after the other. */
FH_MUST_CHECK fh_status fh_look_each_map(const fh_look_job *job, fh_findings *to,
                                         fh_look_in_map *look, fh_error *err);

/* The number of a cause that is about a touchpoint of a map: the same as long as map, id of the
 * touchpoint and `what` are, whatever things are called and whoever is in them. */
uint64_t fh_look_cause(const fh_look_map *m, fh_finding_sort sort, uint32_t touchpoint,
                       fh_str what);
/* A name of the dictionary by which interactions are this touchpoint; 0: none does. */
uint32_t fh_look_name(const fh_look_map *m, uint32_t touchpoint);
/* A department by its name; 0: there is none. */
uint32_t fh_look_department(const fh_view *v, fh_str name);
/* "14 days", "36 hours", "90 minutes"; in the arena. */
fh_str fh_look_span(fh_arena *arena, int64_t ms);

/* What the words of a cause need: members of an object, ended by fh_look_about_end. */
typedef struct fh_look_about {
    fh_buf text;
    fh_json j;
} fh_look_about;
void fh_look_about_begin(fh_look_about *a, fh_arena *arena);
void fh_look_about_text(fh_look_about *a, const char *key, fh_str text);
void fh_look_about_number(fh_look_about *a, const char *key, uint64_t n);
/* Percent, rounded. */
void fh_look_about_share(fh_look_about *a, const char *key, uint64_t part, uint64_t of);
/* Empty when memory ran out: the words then say less. */
fh_str fh_look_about_end(fh_look_about *a, fh_arena *arena);

/* Promises that are records; a part of fh_look_at_rules (look_moments.c). */
FH_MUST_CHECK fh_status fh_look_at_promises(const fh_look_job *job, fh_arena *arena,
                                            fh_findings *to, fh_error *err);
/* Touchpoints that nobody owns, or that are forgotten; a part of fh_look_at_moments
 * (look_touchpoints.c). */
FH_MUST_CHECK fh_status fh_look_at_touchpoints(const fh_look_job *job, fh_arena *arena,
                                               fh_findings *to, fh_error *err);

/* Lookers, for the table in lookers.c. */
fh_look_at fh_look_at_rules;      /* never, promise */
fh_look_at fh_look_at_deviations; /* deviation */
fh_look_at fh_look_at_moments;    /* ownerless, forgotten, aggravation */

#endif
