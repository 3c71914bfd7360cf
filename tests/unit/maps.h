/* maps.h - journey maps for tests: one that says everything, and random ones. */
#ifndef FH_TEST_MAPS_H
#define FH_TEST_MAPS_H

#include "firsthand/map.h"

/* Has every line there is, as it is printed. */
extern const char maps_example[];
/* Fails the test with the error when it cannot be read. */
fh_map maps_read(const char *text, fh_arena *arena);
/* Sound, with at most `most` touchpoints. */
fh_map maps_random(uint32_t most, fh_arena *arena);
/* As it is printed; in the arena. */
fh_str maps_text(const fh_map *map, fh_arena *arena);

#endif
