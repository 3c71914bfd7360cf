/* layout_kept.h - a drawing's layout, kept by what it was made from, so that moving a
 * filter does not lay out the whole again. */
#ifndef FH_APP_LAYOUT_KEPT_H
#define FH_APP_LAYOUT_KEPT_H

#include "firsthand/layout.h"
#include "store/kept.h"

/* fh_layout_new with default options, in the arena; the same layout every time. `kept`
 * NULL: made afresh. */
FH_MUST_CHECK fh_status fh_layout_kept(fh_kept *kept, fh_arena *arena, const fh_layout_graph *graph,
                                       fh_layout *out, fh_error *err);

#endif
