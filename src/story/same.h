/* same.h - which interactions of one customer are the same one, sent again. */
#ifndef FH_STORY_SAME_H
#define FH_STORY_SAME_H

#include "story/space.h"

/* One interaction of the customer being merged. */
typedef struct fh_entry {
    uint64_t at; /* seconds << 10 | ms */
    uint32_t input, index;
    uint32_t origin; /* changes when a later copy is dropped */
    bool given;      /* has an id that its source gave       */
    bool dropped;
} fh_entry;

typedef struct fh_same {
    fh_space *space; /* scratch slots 6 and 7 are used */
    const fh_segment *const *in;
    uint32_t customer;
    /* What is compared: columns all inputs have loaded and any has entries in. */
    const struct fh_flat *flat[FH_N_COLUMNS];
    fh_column named[FH_N_COLUMNS];
    uint32_t n_flat, n_named;
} fh_same;

fh_same fh_same_of(fh_space *space, const fh_segment *const *in, size_t n_in);

/* Marks as dropped what is a copy of an earlier entry, by the rule of
 * fh_segment_merge; `entry` is in the order of time. Returns how many are, or
 * UINT32_MAX when memory runs out. Linear in n. */
FH_MUST_CHECK uint32_t fh_drop_given(const fh_same *s, fh_entry *entry, uint32_t n);
FH_MUST_CHECK uint32_t fh_drop_equal(const fh_same *s, fh_entry *entry, uint32_t n);

#endif
