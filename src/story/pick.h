/* pick.h - columns made of single interactions picked from a segment. */
#ifndef FH_STORY_PICK_H
#define FH_STORY_PICK_H

#include "story/space.h"

/* Fills those columns of space->seg that are in `columns` and loaded in `in`,
 * names, numbers and presence, with entries index[0 .. space->seg.n) of `in`.
 * FH_COL_STORIES and FH_COL_GAP are the caller's. */
FH_MUST_CHECK bool fh_pick(fh_space *space, const fh_segment *in, uint32_t columns,
                           const uint32_t *index);

#endif
