/* map_call.h - what maps.c and map_lived.c share. */
#ifndef FH_API_MAP_CALL_H
#define FH_API_MAP_CALL_H

#include "api/inside.h"
#include "app/maps/maps.h"

/* The map of path value 0, in version `version` (0: the latest). */
FH_MUST_CHECK fh_status fh_call_map(fh_call *c, uint64_t version, fh_map_open *out, fh_error *err);

/* The newest version, with its ETag. */
FH_MUST_CHECK fh_status fh_call_show_map(fh_call *c, int64_t map, fh_error *err);

#endif
