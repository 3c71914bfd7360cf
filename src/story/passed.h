/* passed.h - whether a story passed the touchpoints it must and none it must not
 * (fh_filter: passed, passed_all, not_passed). Private to src/story. */
#ifndef FH_STORY_PASSED_H
#define FH_STORY_PASSED_H

#include "story/space.h"

typedef struct fh_passed {
    const fh_codes *codes;
    const fh_filter *f;
    uint8_t *kind;   /* [n_names]; NULL: nothing is asked for */
    uint32_t *stamp; /* [n_names] the story that last passed it */
    uint32_t n_wanted, story;
} fh_passed;

/* Takes two scratch slots from FH_PASSED_SCRATCH on. False: no memory. */
enum { FH_PASSED_SCRATCH = 3 };
FH_MUST_CHECK bool fh_passed_begin(fh_passed *p, fh_space *space, const fh_segment *in,
                                   const fh_filter *f);
/* A story of these n interactions: index[0 .. n), or where that is NULL from `at` on. */
bool fh_passed_stays(fh_passed *p, const uint32_t *index, uint32_t at, uint32_t n);

#endif
