/* pick.h - columns made of single interactions picked from a segment, or of stretches of it. */
#ifndef FH_STORY_PICK_H
#define FH_STORY_PICK_H

#include "story/space.h"

/* Neighbours in a segment: at .. at + n - 1. */
typedef struct fh_stretch {
    uint32_t at, n;
} fh_stretch;

/* Which interactions, in which order: those of index[], or, where it is NULL, of the
 * stretches one after another. */
typedef struct fh_picked {
    const uint32_t *index;
    const fh_stretch *stretch; /* [n_stretches] */
    uint32_t n_stretches;
} fh_picked;

/* Fills those columns of space->seg that are in `columns` and loaded in `in`,
 * names, numbers and presence, with the entries of `in` that were picked, of which
 * there are space->seg.n. FH_COL_STORIES and FH_COL_GAP are the caller's. */
FH_MUST_CHECK bool fh_pick(fh_space *space, const fh_segment *in, uint32_t columns,
                           const fh_picked *picked);

/* The same of one array of n entries of `size` bytes; both as those of an fh_space. */
void fh_pick_numbers(const void *from, uint32_t size, const fh_picked *picked, uint32_t n,
                     void *to);

/* The first story from `s` on of `customer` or a later one: in steps that double, then halve. Few
 * customers of many stories cost few looks each, and many no more than going through all. */
size_t fh_pick_story(const fh_segment *in, size_t s, uint32_t customer);

#endif
