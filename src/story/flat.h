/* flat.h - the columns that are not names, as a table, so that what is done to
 * all of them alike is written once. */
#ifndef FH_STORY_FLAT_H
#define FH_STORY_FLAT_H

#include "story/space.h"

#include <string.h>

typedef struct fh_flat {
    fh_column col;
    uint32_t size;  /* bytes of one entry                                */
    size_t at;      /* where fh_segment has the pointer                  */
    size_t bits_at; /* where it has the pointer to presence bits, or 0   */
} fh_flat;

enum { FH_N_FLAT = 8, FH_N_NAMED = 6 };
extern const fh_flat fh_flats[FH_N_FLAT];
extern const fh_column fh_named[FH_N_NAMED]; /* columns of names */

static inline const void *fh_flat_get(const fh_segment *seg, size_t at)
{
    const void *array;
    memcpy(&array, (const char *)seg + at, sizeof array);
    return array;
}

static inline void fh_flat_set(fh_segment *seg, size_t at, const void *array)
{
    memcpy((char *)seg + at, &array, sizeof array);
}

static inline bool fh_has_column(const fh_segment *seg, fh_column col)
{
    return seg->columns >> col & 1;
}

/* Copies n bits from bit `from` of `src` to bit `to` of `dst`, where the bits are
 * still 0. `src` NULL: they stay 0. */
void fh_copy_bits(uint64_t *dst, size_t to, const uint64_t *src, size_t from, size_t n);

#endif
