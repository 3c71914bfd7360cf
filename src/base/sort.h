/* sort.h - a stable merge sort that allocates only from what it is given and
 * keeps equal elements in order on every platform. */
#ifndef FH_BASE_SORT_H
#define FH_BASE_SORT_H

#include "firsthand/base.h"

typedef int fh_compare(const void *a, const void *b, void *ctx);
/* FH_NOMEM when scratch for n * size bytes cannot be had; then nothing moved. */
FH_MUST_CHECK fh_status fh_sort(const fh_allocator *from, void *base, size_t n, size_t size,
                                fh_compare *compare, void *ctx);

#endif
