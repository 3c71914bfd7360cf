/* maps.h - use cases: journey maps: what an organisation intends its customers to live
 * through, in versions that are never rewritten.
 *
 * Whoever may ask questions sees maps; FH_RIGHT_MAPS draws and changes them. Every change
 * makes a version: whole, or not there at all. Changes made one by one are applied to the
 * newest version in one transaction, so that two people's edits go together; only where
 * both changed the same value the second is told what it is now, and by whom.
 *
 * A map is told about customers in general: it holds no customer's data.
 */
#ifndef FH_APP_MAPS_H
#define FH_APP_MAPS_H

#include "app/people/rights.h"
#include "app/records/reverse.h"
#include "base/json.h"
#include "firsthand/map.h"
#include "store/maps.h"

enum { FH_MAP_NOTE_MAX = 1000, FH_MAP_CHANGES_MAX = 2000 };

/* One version of a map, read. */
typedef struct fh_map_open {
    fh_maps_row row;
    fh_maps_version version;
    fh_map map;               /* lends its texts from the arena */
    const int64_t *begins_ms; /* [map.n_touchpoints] as fh_map_lengths tells */
    int64_t length_ms;        /* of all of it */
} fh_map_open;

/* `version` 0: the latest. FH_NOTFOUND; FH_CORRUPT: the text at rest cannot be read. */
FH_MUST_CHECK fh_status fh_maps_open(fh_org *org, const fh_actor *actor, int64_t map,
                                     int64_t version, fh_arena *arena, fh_map_open *out,
                                     fh_error *err);
/* Is it an id, and no text? "journey" is a text that has only begun. */
bool fh_maps_is_id(fh_str text);
/* For who may ask already: the map of an id, in its intended version or else the latest; or a
 * map's text, which need not be kept (row.map 0: it is not). FH_NOTFOUND. */
FH_MUST_CHECK fh_status fh_maps_named(fh_org *org, fh_str id_or_text, fh_arena *arena,
                                      fh_map_open *out, fh_error *err);
/* The version that people live by: the intended one, else the latest; without a right being asked
 * for. `row` is of that map. */
FH_MUST_CHECK fh_status fh_maps_lived_by(fh_org *org, const fh_maps_row *row, fh_arena *arena,
                                         fh_map_open *out, fh_error *err);
FH_MUST_CHECK fh_status fh_maps_all(fh_org *org, const fh_actor *actor, bool archived,
                                    fh_arena *arena, const fh_maps_row **out, size_t *n,
                                    fh_error *err);

/* ---- Making; in the caller's transaction, as everything below ---- */

/* A map that was read or found; *out is its number. FH_CONFLICT: the id is taken. */
FH_MUST_CHECK fh_status fh_maps_make(fh_org *org, const fh_actor *actor, const fh_map *map,
                                     fh_str note, int64_t *out, fh_error *err);
/* With stages before, during and after, and nothing in them yet. `id` empty: made of the
 * title, and free. */
FH_MUST_CHECK fh_status fh_maps_empty(fh_org *org, fh_str id, fh_str title, fh_str goal,
                                      fh_arena *arena, fh_map *out, fh_error *err);
/* An id made of a title, that no map has yet. */
FH_MUST_CHECK fh_status fh_maps_free_id(fh_org *org, fh_str title, fh_arena *arena, fh_str *out,
                                        fh_error *err);

/* ---- Changing ---- */

/* Which change found another value than it expected, and who made that. */
typedef struct fh_map_clash {
    size_t change;
    fh_str now;         /* the value */
    fh_maps_version by; /* version 0: not known */
} fh_map_clash;

/* All changes, or none. FH_CONFLICT: *clash tells where when `is_clash`. */
FH_MUST_CHECK fh_status fh_maps_change(fh_org *org, const fh_actor *actor, int64_t map,
                                       const fh_map_change *change, size_t n, fh_str note,
                                       fh_arena *arena, bool *is_clash, fh_map_clash *clash,
                                       fh_error *err);
/* The whole text, of the same id. FH_STALE: `version` (0: any) is not the latest. Text that changes
 * nothing makes no version. */
FH_MUST_CHECK fh_status fh_maps_put(fh_org *org, const fh_actor *actor, int64_t map,
                                    int64_t version, fh_str text, fh_str note, fh_arena *arena,
                                    fh_error *err);
/* How the standing question stands for a version: is this really reverse (app/records/reverse.h)?
 * Of one that is intended already: as when it was released. FH_NOTFOUND. */
FH_MUST_CHECK fh_status fh_maps_reverse(fh_org *org, const fh_maps_row *row, int64_t version,
                                        fh_arena *arena, fh_reverse_stage out[FH_N_STAGES],
                                        fh_error *err);
/* `since_ms` 0: from now on; else no later than now: the day from which people live by it.
 * FH_CONFLICT: a version is to be intended for which the question is not answered at each stage;
 * one that is intended already only gets another day. `unasked`: all the same, which the audit log
 * says: for whoever has the file itself. */
FH_MUST_CHECK fh_status fh_maps_mark_as(fh_org *org, const fh_actor *actor, int64_t map,
                                        int64_t version, fh_map_mark mark, int64_t since_ms,
                                        bool unasked, fh_error *err);
FH_MUST_CHECK fh_status fh_maps_put_away(fh_org *org, const fh_actor *actor, int64_t map,
                                         bool archived, fh_error *err);

/* ---- Words ---- */

extern const char *const fh_map_marks[3]; /* "draft", "intended", "actual" */
FH_MUST_CHECK fh_status fh_map_mark_read(fh_str word, fh_map_mark *out, fh_error *err);

void fh_maps_row_json(const fh_maps_row *r, fh_json *j);
void fh_maps_version_json(const fh_maps_version *v, fh_json *j);
/* With its text and everything in it. */
void fh_map_open_json(const fh_map_open *o, fh_json *j);
/* The member "rule": how it is checked, as it stands in the text; empty: by nobody but people. */
void fh_map_rule_json(const fh_map_never *never, fh_json *j);
void fh_map_differences_json(const fh_map_difference *d, size_t n, fh_json *j);

/* ---- Checking ---- */

/* Tells every map at rest that cannot be read, or lacks a version, in a sentence. */
FH_MUST_CHECK fh_status fh_maps_check(fh_org *org, fh_maps_fault *fault, void *ctx, uint64_t *n,
                                      fh_error *err);

#endif
