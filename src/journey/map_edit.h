/* map_edit.h - what the files that change maps share (map_value.c, map_edit.c). */
#ifndef FH_JOURNEY_MAP_EDIT_H
#define FH_JOURNEY_MAP_EDIT_H

#include "journey/map_parts.h"

/* Which stage or touchpoint has the id; FH_MAP_NONE for the other. */
FH_MUST_CHECK fh_status fh_map_lookup(const fh_map *map, fh_str id, uint32_t *stage,
                                      uint32_t *touchpoint, fh_error *err);
fh_status fh_map_no_field(fh_str id, fh_str field, fh_error *err);
fh_status fh_map_no_id(fh_str id, fh_error *err);
/* false: no such field. */
bool fh_map_value_of_touchpoint(const fh_map_touchpoint *t, fh_str field, fh_buf *out);

/* FH_MAP_SET, in a map whose rows are its own. */
FH_MUST_CHECK fh_status fh_map_set(fh_map *map, const fh_map_change *c, fh_arena *arena,
                                   fh_error *err);

#endif
