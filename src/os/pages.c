/* pages.c - memory for large tables (see pages.h).
 *
 * A large page must begin at a multiple of its size: so much more is asked for, and
 * what lies before and behind is given back at once. A system without large pages
 * takes no notice of the advice.
 */
#define _DEFAULT_SOURCE /* madvise, MAP_ANONYMOUS */
#include "os/pages.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { LARGE = 1 << 20, PAGE = 2 << 20 };

/* In whole pages; 0: too much. */
static size_t whole_pages(size_t size)
{
    return size <= SIZE_MAX - 2 * (size_t)PAGE ? (size + PAGE - 1) / PAGE * PAGE : 0;
}

static void *take(void *ctx, size_t size)
{
    (void)ctx;
    if (size < LARGE) return malloc(size);
    const size_t whole = whole_pages(size);
    if (!whole) return NULL;
    unsigned char *all =
        mmap(NULL, whole + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) return NULL;
    const size_t before = (PAGE - (uintptr_t)all % PAGE) % PAGE;
    if (before) (void)munmap(all, before);
    (void)munmap(all + before + whole, PAGE - before);
    (void)madvise(all + before, whole, MADV_HUGEPAGE);
    return all + before;
}

static void give_back(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    if (size < LARGE)
        free(ptr);
    else
        (void)munmap(ptr, whole_pages(size));
}

const fh_allocator *fh_pages_allocator(void)
{
    static const fh_allocator pages = {take, give_back, NULL, 0};
    return &pages;
}
