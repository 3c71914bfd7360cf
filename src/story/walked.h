/* walked.h - conditions on the order of what happened in a story (fh_filter: followed,
 * way, handed, repeated). Private to src/story.
 *
 *     fh_walked w;
 *     if (!fh_walked_begin(&w, space, in, at, f)) return fh_no_memory(err);
 *     fh_walked_stays(&w, index, n)      whether a story of `in` meets them all
 */
#ifndef FH_STORY_WALKED_H
#define FH_STORY_WALKED_H

#include "story/space.h"

typedef struct fh_walked {
    const fh_segment *in;
    const uint32_t *at; /* [in->n] seconds */
    const fh_filter *f;
    const uint8_t *kind;     /* [n_names] of the touchpoints; NULL: no moves asked for */
    uint32_t *group, *place; /* problems of a story; NULL when each is a story anyway */
    uint32_t *department;    /* [] last seen in each problem; 0: none */
    uint64_t *last_ms;       /* [] time of the last one in each problem, + 1; 0: none */
} fh_walked;

/* Takes FH_WALKED_SLOTS scratch slots from FH_WALKED_SCRATCH on. False: no memory. */
enum { FH_WALKED_SCRATCH = 9, FH_WALKED_SLOTS = 5 };
FH_MUST_CHECK bool fh_walked_begin(fh_walked *w, fh_space *space, const fh_segment *in,
                                   const uint32_t *at, const fh_filter *f);
bool fh_walked_stays(const fh_walked *w, const uint32_t *index, uint32_t n);

/* Numbers the problems of the interactions index[0 .. n) by first appearance: group[k] is
 * that of index[k]; place[] is a hash table of `mask` + 1, a power of two above n. Returns how
 * many there are. */
uint32_t fh_number_problems(const uint32_t *problem, const uint32_t *index, uint32_t n,
                            uint32_t *group, uint32_t *place, uint32_t mask);

#endif
