/* splice.h - columns put together from runs of other segments' interactions. */
#ifndef FH_STORY_SPLICE_H
#define FH_STORY_SPLICE_H

#include "story/space.h"

/* n interactions of input `input` from `index` on, which follow one another in
 * the result too. `gap` is the gap of the first of them there. */
typedef struct fh_run {
    uint32_t input, index, n, gap;
} fh_run;

/* Fills all columns but FH_COL_STORIES of space->seg, whose n, n_stories,
 * customer and start are set already, from the runs of the inputs. A column is
 * there when all inputs have loaded it, times when all have gaps. Uses scratch slots 3 to 5. */
FH_MUST_CHECK fh_status fh_splice(fh_space *space, const fh_segment *const *in, size_t n_in,
                                  const fh_run *run, size_t n_runs, fh_error *err);

#endif
