/* lived.h - use case: a map held against what customers really lived through.
 *
 * Every interaction is told to a touchpoint of the map by its name, channel and department
 * (fh_map_find); what is none of them is counted apart, and who met none is outside. The ways
 * made of them are aligned with the map's flow exactly, and what
 * each touchpoint comes to is put beside it: who completed it, whom it was missing for, to
 * whom it happened where the map does not have it, whom it failed, which promises held.
 *
 * Missing and ad-hoc of one touchpoint in one story is out of order. Failing: it was there,
 * but ended with an outcome that failed, with a low score (the organisation's own rules,
 * app/ask/severe.h), or after the time promised. The time of a promise runs from the touchpoint
 * that the map has right before it, from the first of several running, to the touchpoint itself.
 */
#ifndef FH_APP_MAPS_LIVED_H
#define FH_APP_MAPS_LIVED_H

#include "app/ask/effect.h"
#include "app/ask/views.h"
#include "app/maps/maps.h"

typedef enum fh_lived_state {
    FH_LIVED_COMPLETED,
    FH_LIVED_MISSING,
    FH_LIVED_AD_HOC,
    FH_LIVED_OUT_OF_ORDER,
    FH_LIVED_FAILING,
    FH_N_LIVED_STATES
} fh_lived_state;
extern const char *const fh_lived_states[FH_N_LIVED_STATES]; /* "completed", ... "adhoc" */
FH_MUST_CHECK fh_status fh_lived_state_read(fh_str word, fh_lived_state *out, fh_error *err);

/* How a touchpoint was meant to feel and how it did, from 1 to 5 in hundredths; 0: nobody said.
 * What customers said and what colleagues who walked or watched said are never mixed. */
typedef struct fh_lived_felt {
    int meant;                     /* as the map says */
    uint64_t n_scores, n_observed; /* scores of customers; walks and observations */
    int64_t felt, observed;        /* by customers, by colleagues */
    bool has_gap, by_colleagues;   /* by_colleagues: no customer said */
    int64_t gap;                   /* meant less felt (or observed): above 0 is worse */
    fh_str says;                   /* all of it in a sentence */
} fh_lived_felt;

typedef struct fh_lived_touchpoint {
    uint64_t customers[FH_N_LIVED_STATES];
    const fh_element_row *row;
    bool stale; /* not seen for twice its usual interval, and for 90 days */
    uint64_t records_open, records_ownerless;
    fh_lived_felt felt;
} fh_lived_touchpoint;

/* What ought to hold at a touchpoint: a never-rule that stories can be checked for, or a promise
 * that tells a time; and how often it did not. */
typedef struct fh_map_ought {
    uint32_t touchpoint, line; /* which of its never-rules, or of its promises */
    bool promise;
    fh_ought_row row;
} fh_map_ought;

typedef struct fh_lived_unknown {
    fh_str name, channel, department;
    uint64_t interactions;
    uint32_t suggest; /* touchpoint of the map; FH_MAP_NONE */
} fh_lived_unknown;

enum { FH_LIVED_WAYS_SHOWN = 20 };
typedef struct fh_map_lived_view {
    const fh_view *view;
    const fh_map_open *open;
    fh_conform conform; /* of the ways only the first FH_LIVED_WAYS_SHOWN */
    fh_elements elements;
    const fh_lived_touchpoint *at;   /* [n_touchpoints] */
    const uint32_t *promise_at;      /* [n_touchpoints] first in elements.kept; or FH_MAP_NONE */
    const fh_lived_unknown *unknown; /* [n_unknown] most first */
    size_t n_unknown;
    fh_map_ought *ought; /* [n_oughts] by touchpoint */
    size_t n_oughts;
} fh_map_lived_view;

/* The view's filter says whose stories. */
FH_MUST_CHECK fh_status fh_maps_lived(const fh_view *v, const fh_actor *actor,
                                      const fh_map_open *open, fh_map_lived_view *out,
                                      fh_error *err);
/* Of each touchpoint [map.n_touchpoints] how it was meant and how it was, without aligning; the
 * elements (may be NULL: they are asked for) are of the same view and map. In the view's arena. */
FH_MUST_CHECK fh_status fh_maps_felt(const fh_view *v, const fh_map_open *open,
                                     const fh_elements *elements, const fh_lived_felt **out,
                                     fh_error *err);
void fh_lived_felt_json(const fh_lived_felt *f, fh_json *j); /* an object */
void fh_map_lived_json(const fh_map_lived_view *a, fh_json *j);
/* For the picture. In the arena of the view. */
FH_MUST_CHECK fh_status fh_map_lived_picture(const fh_map_lived_view *a, fh_map_lived *out,
                                             fh_error *err);

/* Who acts behind each touchpoint, and from whom problems come to it. In the view's arena. */
FH_MUST_CHECK fh_status fh_maps_sides(const fh_view *v, const fh_map *map, fh_sides *out,
                                      fh_error *err);

/* All that ought to hold, in the order of the text. `hits` (may be NULL): the latest, at most
 * `most` of each rule and story; fh_ought_hit.rule is the index. In the view's arena. */
FH_MUST_CHECK fh_status fh_maps_oughts(const fh_view *v, const fh_map *map, uint32_t most,
                                       fh_map_ought **out, size_t *n, fh_oughts *hits,
                                       fh_error *err);

/* The alignment alone, for programs: rows are named as the map names its touchpoints, those of
 * one name with their ids behind it. `ways`: each different way is told, too, which takes longer.
 */
FH_MUST_CHECK fh_status fh_map_conform(const fh_view *v, const fh_map *map, bool running, bool ways,
                                       fh_conform *out, fh_error *err);

/* Who is behind a state of a touchpoint: the view's filter is narrowed to them. By problem:
 * to the customers who have such a problem. FH_NOTFOUND: the map has no such touchpoint. */
FH_MUST_CHECK fh_status fh_maps_lived_who(fh_view *v, const fh_map_open *open, fh_str touchpoint,
                                          fh_lived_state state, fh_error *err);

/* Whole stories of those who met their first touchpoint of the map in a span of time: how many,
 * and how many came to what at each touchpoint. */
typedef struct fh_lived_span {
    int64_t from_ms, until_ms;
} fh_lived_span;
typedef struct fh_lived_cohort {
    uint64_t n_stories;
    const fh_lived_touchpoint *at; /* [n_touchpoints] without records and staleness */
} fh_lived_cohort;
FH_MUST_CHECK fh_status fh_maps_cohort(const fh_view *v, const fh_map *map,
                                       const fh_lived_span *span, fh_lived_cohort *out,
                                       fh_error *err);
/* Who they are, rising. */
FH_MUST_CHECK fh_status fh_maps_cohort_who(const fh_view *v, const fh_map *map,
                                           const fh_lived_span *span, uint32_t touchpoint,
                                           fh_lived_state state, const uint32_t **customer,
                                           size_t *n, fh_error *err);

/* What came of it since people began to live by this version: an object. FH_CONFLICT: nobody said
 * since when it is intended, nothing that happened is of the map, or too little time has passed. */
FH_MUST_CHECK fh_status fh_maps_effect_json(const fh_view *v, const fh_actor *actor,
                                            const fh_map_open *open, const fh_effect_wish *wish,
                                            fh_json *j, fh_error *err);

/* Open records at each touchpoint: linked to it on the map, or about an interaction's
 * touchpoint that is it. As the actor sees them; a record counts once at each. */
typedef struct fh_map_record {
    uint32_t touchpoint; /* of the map; FH_MAP_NONE: of the map as a whole */
    int64_t record;
    bool ownerless;
} fh_map_record;
FH_MUST_CHECK fh_status fh_maps_records(const fh_view *v, const fh_actor *actor,
                                        const fh_map_open *open, fh_map_record **out, size_t *n,
                                        fh_error *err);

#endif
