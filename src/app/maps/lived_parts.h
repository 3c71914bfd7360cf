/* lived_parts.h - what the lived_*.c share; nobody else includes it. */
#ifndef FH_APP_MAPS_LIVED_PARTS_H
#define FH_APP_MAPS_LIVED_PARTS_H

#include "app/maps/lived.h"

/* What the fold is asked with; in the view's arena. */
typedef struct fh_lived_asking {
    fh_elements_options options;
    fh_severe_rules severe;
    uint32_t *promise_at; /* [n_touchpoints] first promise of each; FH_MAP_NONE */
    fh_filter filter;
    const fh_element_promise *promise;
} fh_lived_asking;
FH_MUST_CHECK fh_status fh_lived_ask(const fh_view *v, const fh_map *map, fh_lived_asking *out,
                                     fh_error *err);

/* Which touchpoint of the map each interaction is, as a table over the names. */
FH_MUST_CHECK fh_status fh_lived_rules(const fh_view *v, const fh_map *map, fh_element_rules *out,
                                       fh_error *err);
/* Promises that tell a time, with what comes right before: [*n] and where each touchpoint's
 * begin, in the arena. */
FH_MUST_CHECK fh_status fh_lived_promises(const fh_map *map, fh_arena *arena,
                                          fh_element_promise **out, uint32_t *n, uint32_t **at,
                                          fh_error *err);
/* The rules that can be checked, and the promises that tell a time, of the map; the promises
 * and where they begin are those of fh_lived_promises. In the view's arena. */
typedef struct fh_lived_ought {
    uint32_t touchpoint, line; /* of its never-rules, or of its promises */
    bool promise;
} fh_lived_ought;
typedef struct fh_lived_ought_list {
    const fh_ought_rule *rule;
    const fh_lived_ought *about;
    uint32_t n;
} fh_lived_ought_list;
FH_MUST_CHECK fh_status fh_lived_oughts(const fh_view *v, const fh_map *map,
                                        const fh_element_promise *promise,
                                        const uint32_t *promise_at, fh_lived_ought_list *out,
                                        fh_error *err);
/* Can stories be checked for this never-rule? */
bool fh_lived_checks(const fh_map *map, uint32_t touchpoint, uint32_t line);

/* Tells each element that interactions of a touchpoint (its number, as merged) may be. */
void fh_lived_each(const fh_element_rules *rules, uint32_t touchpoint,
                   void (*each)(void *ctx, uint32_t element), void *ctx);
/* From 1 to 5, by how high the scores of this touchpoint go; 0: nobody said. */
double fh_lived_one_to_five(const fh_element_row *r);
/* The fold asked. */
FH_MUST_CHECK fh_status fh_lived_count(const fh_view *v, fh_lived_asking *a, fh_elements *out,
                                       fh_error *err);

/* The touchpoint of an id; FH_MAP_NONE. */
uint32_t fh_lived_touchpoint_of(const fh_map *map, fh_str id);

#endif
