/* discover.h - use case: a map of what customers really do. */
#ifndef FH_APP_MAPS_DISCOVER_H
#define FH_APP_MAPS_DISCOVER_H

#include "app/ask/question.h"
#include "firsthand/map.h"

typedef struct fh_discover_wanted {
    fh_asking ask;  /* whose stories */
    uint64_t noise; /* ten-thousandths */
} fh_discover_wanted;
extern const fh_option fh_discover_options_table[];
extern const fh_discover_wanted fh_discover_defaults;

/* As a map: one stage, a touchpoint for each name. FH_INVALID: there are no stories. */
FH_MUST_CHECK fh_status fh_maps_discover(fh_org *org, const fh_discover_wanted *wanted, fh_str id,
                                         fh_str title, fh_arena *arena, fh_map *out, fh_error *err);

#endif
