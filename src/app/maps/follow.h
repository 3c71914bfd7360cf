/* follow.h - use case: who follows a journey map, and what they are told of it.
 *
 * Whoever draws a map follows it, and whoever leads the department that owns it: by itself, until
 * they say otherwise. Others say so. Told is what others did since a day (a version that was
 * marked, begun, changed; the map put away), and whoever may do something about it is reminded of
 * the standing question: a version that began and waits for "is this really reverse?".
 *
 * What happened is read off the audit log, which holds no words of a map; titles are those of now.
 */
#ifndef FH_APP_MAPS_FOLLOW_H
#define FH_APP_MAPS_FOLLOW_H

#include "app/maps/maps.h"

/* In the open write transaction. FH_INVALID: no person stands behind the actor. */
FH_MUST_CHECK fh_status fh_map_follow(fh_org *org, const fh_actor *actor, int64_t map, bool follows,
                                      fh_error *err);
/* By itself: the actor, who drew it (`drew`), and whoever leads the department that owns it. */
FH_MUST_CHECK fh_status fh_map_let_follow(fh_org *org, const fh_actor *actor,
                                          const fh_maps_row *row, bool drew, fh_error *err);

/* What there is to tell of one map. */
typedef struct fh_map_told {
    fh_maps_row row;
    int64_t at_ms, begun_ms; /* of the newest of `events`; when the draft began, 0: there is none */
    uint64_t events;         /* by others, in the span */
    uint32_t person;         /* who did the newest */
    int64_t intended, actual; /* versions marked so in the span; 0: none */
    uint64_t versions;        /* written in the span, by others */
    bool waits[FH_N_STAGES];  /* where the newest version, a draft, is not answered for */
    fh_str says;              /* "version 4 is intended now; ..." */
} fh_map_told;
/* Of the maps the actor follows those with events in (from_ms, until_ms], or whose newest version
 * waits for its first answer; the newest event first. */
FH_MUST_CHECK fh_status fh_maps_told(fh_org *org, const fh_actor *actor, int64_t from_ms,
                                     int64_t until_ms, fh_arena *arena, fh_map_told **out,
                                     size_t *n, fh_error *err);

#endif
