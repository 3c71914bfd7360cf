/* map_file.h - a map as a file: its text, its process tree, its grid as a spreadsheet. */
#ifndef FH_APP_MAPS_FILE_H
#define FH_APP_MAPS_FILE_H

#include "app/ask/table.h"
#include "app/maps/maps.h"

/* Rows are lanes, columns stages, cells the touchpoints that stand there. In the arena. */
FH_MUST_CHECK fh_status fh_map_grid(const fh_map *map, fh_arena *arena, fh_table *out,
                                    fh_error *err);
/* One row for each touchpoint, with all that is said of it. */
FH_MUST_CHECK fh_status fh_map_rows(const fh_map *map, fh_arena *arena, fh_table *out,
                                    fh_error *err);

#endif
