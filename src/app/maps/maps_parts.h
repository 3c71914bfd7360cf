/* maps_parts.h - what maps.c and change.c share; nobody else includes it. */
#ifndef FH_APP_MAPS_PARTS_H
#define FH_APP_MAPS_PARTS_H

#include "app/maps/maps.h"

/* FH_CORRUPT: what is at rest cannot be read. */
FH_MUST_CHECK fh_status fh_maps_read_version(fh_org *org, int64_t map, int64_t version,
                                             fh_arena *arena, fh_map_open *out, fh_error *err);
/* The newest version, for somebody who may change it. */
FH_MUST_CHECK fh_status fh_maps_open_to_change(fh_org *org, const fh_actor *actor, int64_t map,
                                               fh_arena *arena, fh_map_open *out, fh_error *err);
/* As the next version of `row`, or as the first of a new map when it has no number yet. */
FH_MUST_CHECK fh_status fh_maps_write(fh_org *org, const fh_actor *actor, const fh_map *map,
                                      fh_str note, fh_maps_row *row, fh_error *err);

#endif
