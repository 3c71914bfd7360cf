/* sort.c - stable merge sort.
 *
 * Runs of RUN elements are sorted by insertion, then merged bottom-up, back and
 * forth between the array and scratch of the same size. Two neighbouring runs
 * that are already in order are copied whole, so sorted input costs n - 1
 * comparisons a pass at most.
 *
 * Always: of two equal elements the one from the left run goes first, which is
 * all that stability takes.
 */
#include "base/sort.h"

#include "base/checked.h"

#include <string.h>

enum { RUN = 8 };

typedef struct order {
    fh_compare *compare;
    void *ctx;
    size_t size; /* of one element */
} order;

static bool in_order(const order *by, const unsigned char *a, const unsigned char *b)
{
    return by->compare(a, b, by->ctx) <= 0;
}

/* Sorts n <= RUN elements in place; `spare` holds one element. */
static void insert_run(const order *by, unsigned char *at, size_t n, unsigned char *spare)
{
    const size_t size = by->size;
    for (size_t i = 1; i < n; i++) {
        size_t to = i;
        while (to > 0 && !in_order(by, at + (to - 1) * size, at + i * size)) to--;
        if (to == i) continue;
        memcpy(spare, at + i * size, size);
        memmove(at + (to + 1) * size, at + to * size, (i - to) * size);
        memcpy(at + to * size, spare, size);
    }
}

/* Merges the sorted runs [0, left) and [left, n) of `from` into `to`. */
static void merge(const order *by, const unsigned char *from, size_t left, size_t n,
                  unsigned char *to)
{
    const size_t size = by->size;
    const unsigned char *a = from, *a_end = from + left * size;
    const unsigned char *b = a_end, *b_end = from + n * size;

    if (b == b_end || in_order(by, a_end - size, b)) {
        memcpy(to, from, n * size);
        return;
    }
    while (a != a_end && b != b_end) {
        const unsigned char **next = in_order(by, a, b) ? &a : &b;
        memcpy(to, *next, size);
        *next += size;
        to += size;
    }
    if (a != a_end) memcpy(to, a, (size_t)(a_end - a));
    if (b != b_end) memcpy(to, b, (size_t)(b_end - b));
}

fh_status fh_sort(const fh_allocator *from, void *base, size_t n, size_t size, fh_compare *compare,
                  void *ctx)
{
    if (n < 2 || size == 0) return FH_OK;
    if (!from) from = fh_allocator_default();
    size_t bytes;
    if (!fh_mul_size(n, size, &bytes)) return FH_NOMEM;
    unsigned char *scratch = from->alloc(from->ctx, bytes);
    if (!scratch) return FH_NOMEM;

    const order by = {compare, ctx, size};
    unsigned char *here = base, *there = scratch;
    for (size_t i = 0; i < n; i += RUN)
        insert_run(&by, here + i * size, n - i < RUN ? n - i : RUN, scratch);
    for (size_t width = RUN; width < n; width *= 2) {
        for (size_t i = 0; i < n; i += 2 * width) {
            const size_t both = n - i < 2 * width ? n - i : 2 * width;
            merge(&by, here + i * size, both < width ? both : width, both, there + i * size);
        }
        unsigned char *swap = here;
        here = there;
        there = swap;
    }
    if (here != base) memcpy(base, here, bytes);
    from->free(from->ctx, scratch, bytes);
    return FH_OK;
}
