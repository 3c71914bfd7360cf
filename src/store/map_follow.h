/* map_follow.h - who follows which journey map. Rows only; what they are told says
 * app/maps/follow.h. */
#ifndef FH_STORE_MAP_FOLLOW_H
#define FH_STORE_MAP_FOLLOW_H

#include "store/org.h"

/* From now on, or no more. `by_itself`: only when the person never said. In a transaction. */
FH_MUST_CHECK fh_status fh_map_follow_put(fh_org *org, uint32_t person, int64_t map, bool follows,
                                          bool by_itself, fh_error *err);
FH_MUST_CHECK fh_status fh_map_follow_get(fh_org *org, uint32_t person, int64_t map, bool *follows,
                                          uint64_t *followers, fh_error *err);
/* Ascending; those put away are not among them. */
FH_MUST_CHECK fh_status fh_maps_followed(fh_org *org, uint32_t person, size_t max, fh_arena *arena,
                                         const int64_t **out, size_t *n, fh_error *err);
FH_MUST_CHECK fh_status fh_map_follow_forget_person(fh_org *org, uint32_t person, fh_error *err);

#endif
