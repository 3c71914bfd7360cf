/* stretch.h - filters that leave one stretch of each story: a period, some customers,
 * touchpoints that were passed or not. */
#ifndef FH_STORY_STRETCH_H
#define FH_STORY_STRETCH_H

#include "story/space.h"

/* Whether the filter asks for nothing else. */
bool fh_filter_leaves_stretches(const fh_filter *f);

/* As fh_segment_select, of such a filter. False: no memory. */
FH_MUST_CHECK bool fh_stretch_select(fh_space *space, const fh_segment *in, const fh_filter *f,
                                     uint32_t columns);

#endif
