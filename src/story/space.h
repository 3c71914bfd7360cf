/* space.h - the inside of fh_space: one growing array per column and purpose. */
#ifndef FH_STORY_SPACE_H
#define FH_STORY_SPACE_H

#include "firsthand/story.h"

/* A segment of more interactions than this is refused: it bounds what a few
 * hostile bytes can make us allocate. */
enum { FH_SEGMENT_MAX = 1 << 26 };

/* What an array is for. Every column has up to three; then there is scratch. */
typedef enum fh_part {
    FH_PART_MAIN,  /* customer of FH_COL_STORIES, gap_s, codes, value, ...  */
    FH_PART_ASIDE, /* start of FH_COL_STORIES; names; has_value, has_score  */
    FH_PART_FIRST, /* first_s of FH_COL_STORIES                             */
    FH_N_PARTS
} fh_part;

enum {
    FH_N_SCRATCH = 17,
    FH_SLOT_SCRATCH = FH_N_PARTS * FH_N_COLUMNS, /* .. + FH_N_SCRATCH - 1 */
    FH_SLOT_SOURCES = FH_SLOT_SCRATCH + FH_N_SCRATCH,
    FH_SLOT_NARROW, /* start of the stories that were kept: fh_stories_narrow */
    FH_N_SLOTS
};

struct fh_space {
    fh_allocator from;
    fh_segment seg;
    const fh_merge_source *sources; /* [seg.n] after a merge, else NULL */
    /* Columns are decoded for `of` interactions, of which seg.n behind the first `skipped`
     * are wanted. */
    uint32_t of, skipped;
    struct {
        unsigned char *block; /* NULL: nothing yet */
        size_t size;
    } slot[FH_N_SLOTS];
};

/* Room for n objects of `size` bytes in slot `slot`: aligned to 64, readable
 * FH_PAD bytes before, writable FH_SPACE_SLACK bytes after. What was there is
 * lost. NULL: no memory. */
enum { FH_SPACE_SLACK = 512 };
void *fh_space_slot(fh_space *space, uint32_t slot, size_t n, size_t size);

static inline void *fh_space_part(fh_space *space, fh_column col, fh_part part, size_t n,
                                  size_t size)
{
    return fh_space_slot(space, (uint32_t)part * FH_N_COLUMNS + (uint32_t)col, n, size);
}

static inline void *fh_space_scratch(fh_space *space, uint32_t which, size_t n, size_t size)
{
    return fh_space_slot(space, FH_SLOT_SCRATCH + which, n, size);
}

/* Where to read what is stored in groups of `unit`: `n` entries from `at` on, of which those
 * wanted begin after `ahead`. As many as are wanted, and less than 2 * unit more; to the end of
 * a group, or of all `of` there are. */
typedef struct fh_reach {
    size_t at, n, ahead;
} fh_reach;

static inline fh_reach fh_reach_of(size_t from, size_t n, size_t of, size_t unit)
{
    const size_t at = from - from % unit, end = (from + n + unit - 1) / unit * unit;
    return (fh_reach){at, (end < of ? end : of) - at, from - at};
}

/* Makes `space` show no interactions and no columns. */
void fh_space_clear(fh_space *space);

/* The codes of `col`, or NULL when it is no column of codes. */
fh_codes *fh_codes_of(fh_segment *seg, fh_column col);
const fh_codes *fh_codes_in(const fh_segment *seg, fh_column col);

static inline bool fh_in_set(const fh_bitset *set, uint32_t number)
{
    return number < set->n && fh_bit(set->bits, number);
}

/* A column whose entries are all "none": one name, no codes. */
fh_codes fh_codes_none(void);

/* Makes column `col` of `seg` an absent one: all its entries are "none". */
void fh_segment_drop(fh_segment *seg, fh_column col);

#endif
