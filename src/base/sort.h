/* sort.h - stable sorts that keep equal elements in order on every platform: by merging, which
 * allocates only from what it is given, and by a number of 32 bits, in the caller's room. */
#ifndef FH_BASE_SORT_H
#define FH_BASE_SORT_H

#include "firsthand/base.h"

#include <string.h>

typedef int fh_compare(const void *a, const void *b, void *ctx);
/* FH_NOMEM when scratch for n * size bytes cannot be had; then nothing moved. */
FH_MUST_CHECK fh_status fh_sort(const fh_allocator *from, void *base, size_t n, size_t size,
                                fh_compare *compare, void *ctx);

static inline uint32_t fh_sort_key(const unsigned char *at)
{
    uint32_t key;
    memcpy(&key, at, sizeof key);
    return key;
}

/* n elements of `size` bytes by the uint32_t that each has at byte `key`. `room` is for as many;
 * the sorted ones are in either, which is returned. A few passes over all: for many elements
 * whose numbers are not far apart it is several times as fast as comparing. Inline, since a copy
 * of so many bytes is a few instructions only where the size is known. */
static inline void *fh_sort_by_number(void *base, void *room, size_t n, size_t size, size_t key)
{
    enum { BITS = 8, BUCKETS = 1 << BITS };
    unsigned char *from = base, *to = room;
    uint32_t lowest = UINT32_MAX, highest = 0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t k = fh_sort_key(from + i * size + key);
        lowest = k < lowest ? k : lowest;
        highest = k > highest ? k : highest;
    }
    for (uint32_t shift = 0; n && shift < 32 && (highest - lowest) >> shift; shift += BITS) {
        size_t at[BUCKETS] = {0}, first = 0;
        for (size_t i = 0; i < n; i++)
            at[(fh_sort_key(from + i * size + key) - lowest) >> shift & (BUCKETS - 1)]++;
        for (uint32_t b = 0; b < BUCKETS; b++) {
            const size_t here = at[b];
            at[b] = first;
            first += here;
        }
        for (size_t i = 0; i < n; i++) {
            const unsigned char *e = from + i * size;
            const uint32_t bucket = (fh_sort_key(e + key) - lowest) >> shift & (BUCKETS - 1);
            memcpy(to + at[bucket]++ * size, e, size);
        }
        unsigned char *const sorted = to;
        to = from;
        from = sorted;
    }
    return from;
}

#endif
