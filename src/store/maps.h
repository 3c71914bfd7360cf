/* maps.h - journey maps at rest: every version of each, whole or not there.
 *
 * Rows only: texts are not read here; app/maps says what they mean and who may.
 *
 * What always holds: versions of a map go from 1 to `latest` without gaps; at most one is
 * marked intended, at most one actual.
 */
#ifndef FH_STORE_MAPS_H
#define FH_STORE_MAPS_H

#include "store/org.h"

typedef enum fh_map_mark {
    FH_MAP_DRAFT = 0,
    FH_MAP_INTENDED = 1,
    FH_MAP_ACTUAL = 2 /* how it is now, as people know it */
} fh_map_mark;

/* A map as it is now: the members of its latest version that lists show. */
typedef struct fh_maps_row {
    int64_t map;
    fh_str id, title, goal, owner;
    int64_t stages, touchpoints;
    int64_t latest, intended, actual; /* versions; 0: none is marked so */
    bool archived;
    int64_t made_ms, changed_ms, changed;
    uint32_t person; /* who made it; 0: nobody who is known */
} fh_maps_row;

typedef struct fh_maps_version {
    int64_t map, version;
    fh_str text; /* empty in lists */
    fh_map_mark mark;
    fh_str note;
    int64_t made_ms,
        marked_ms; /* marked_ms: its mark, or its last one, holds since; 0: not known */
    uint32_t person;
    fh_str person_name; /* empty: nobody, or forgotten */
} fh_maps_version;

/* Gives row->map and its first version, version->version = 1. FH_CONFLICT: the id is taken. */
FH_MUST_CHECK fh_status fh_maps_add(fh_org *org, fh_maps_row *row, fh_maps_version *version,
                                    fh_error *err);
/* The next version; what the map shows of it is replaced. FH_STALE: row->latest is not the
 * latest any more. */
FH_MUST_CHECK fh_status fh_maps_add_version(fh_org *org, fh_maps_row *row, fh_maps_version *version,
                                            fh_error *err);
/* Whichever other version had that mark is a draft again. `since_ms` 0: from now on. FH_NOTFOUND.
 */
FH_MUST_CHECK fh_status fh_maps_mark(fh_org *org, int64_t map, int64_t version, fh_map_mark mark,
                                     int64_t since_ms, fh_error *err);
FH_MUST_CHECK fh_status fh_maps_archive(fh_org *org, int64_t map, bool archived, fh_error *err);
/* Something beside the map changed (a vote): whoever follows maps is told. In a transaction. */
FH_MUST_CHECK fh_status fh_maps_tell(fh_org *org, int64_t map, fh_error *err);

/* FH_NOTFOUND. */
FH_MUST_CHECK fh_status fh_maps_get(fh_org *org, int64_t map, fh_arena *arena, fh_maps_row *out,
                                    fh_error *err);
FH_MUST_CHECK fh_status fh_maps_find(fh_org *org, fh_str id, int64_t *out,
                                     fh_error *err); /* 0: none */
/* By title; `archived`: those, too. */
FH_MUST_CHECK fh_status fh_maps_list(fh_org *org, bool archived, fh_arena *arena,
                                     const fh_maps_row **out, size_t *n, fh_error *err);
FH_MUST_CHECK fh_status fh_maps_version_get(fh_org *org, int64_t map, int64_t version,
                                            fh_arena *arena, fh_maps_version *out, fh_error *err);
/* The newest first, at most `max` before version `before` (0: from the newest). */
FH_MUST_CHECK fh_status fh_maps_versions(fh_org *org, int64_t map, int64_t before, size_t max,
                                         fh_arena *arena, const fh_maps_version **out, size_t *n,
                                         fh_error *err);

/* Who made versions of which map in spans that end with `until_ms`: each once a map and span, by
 * map. `back`: how many spans before the last one. */
typedef struct fh_maps_maker {
    int64_t map;
    uint32_t person, back;
} fh_maps_maker;
FH_MUST_CHECK fh_status fh_maps_makers(fh_org *org, int64_t until_ms, int64_t span_ms,
                                       uint32_t spans, fh_arena *arena, fh_maps_maker **out,
                                       size_t *n, fh_error *err);

/* ---- What changed ---------------------------------------------------------------------- */

typedef struct fh_maps_news {
    int64_t map, latest, changed;
    uint32_t person; /* who made the latest version */
} fh_maps_news;
FH_MUST_CHECK fh_status fh_maps_newest(fh_org *org, int64_t *changed, fh_error *err);
/* Maps changed after this, each once, the oldest change first, at most `max`. */
FH_MUST_CHECK fh_status fh_maps_changes(fh_org *org, int64_t after, size_t max, fh_arena *arena,
                                        const fh_maps_news **out, size_t *n, fh_error *err);

/* ---- Checking ---------------------------------------------------------------------------- */

/* Tells a sentence for each row that is not as it must be. */
typedef void fh_maps_fault(void *ctx, const char *sentence);
FH_MUST_CHECK fh_status fh_maps_check_rows(fh_org *org, fh_maps_fault *fault, void *ctx,
                                           fh_error *err);

#endif
