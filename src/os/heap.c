/* heap.c - see heap.h.
 *
 * glibc gives large blocks back to the system when they are freed and asks for them anew,
 * zeroed page by page: reading a column after a column that is a tenth of a question's
 * time. Keeping them costs nothing but address space - where the same is done again and
 * again; a job of minutes would leave its most behind for good. With another C library
 * nothing is done.
 */
#include "os/heap.h"

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

void fh_heap_keep_large(void)
{
#ifdef __GLIBC__
    (void)mallopt(M_MMAP_THRESHOLD, 1 << 30);
    (void)mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

void fh_heap_give_back(void)
{
#ifdef __GLIBC__
    (void)malloc_trim(0);
#endif
}
