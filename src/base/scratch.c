/* scratch.c - memory that is given back in the order it was taken (see scratch.h).
 *
 * Blocks stand in a row. What does not fit into the block in use goes to the next one that
 * is large enough; a new block, at least twice as large as the last, is put in when there is
 * none. After a release the blocks behind are still there.
 */
#include "base/scratch.h"

#include "base/checked.h"

struct fh_scratch_block {
    fh_scratch_block *next;
    size_t size; /* bytes behind this head */
};

enum { SMALLEST = 16 << 10, ALIGN = 16 };

void fh_scratch_init(fh_scratch *s, const fh_allocator *from, size_t limit)
{
    *s = (fh_scratch){.from = *(from ? from : fh_allocator_default()), .limit = limit};
}

void fh_scratch_free(fh_scratch *s)
{
    while (s->first) {
        fh_scratch_block *b = s->first;
        s->first = b->next;
        s->from.free(s->from.ctx, b, sizeof *b + b->size);
    }
    *s = (fh_scratch){.from = s->from, .limit = s->limit};
}

/* A new block behind the one in use. */
static fh_scratch_block *add_block(fh_scratch *s, size_t least)
{
    size_t size = s->now ? 2 * s->now->size : SMALLEST, all;
    if (size < least) size = least;
    if (s->all + size > s->limit) size = least;
    if (!fh_add_size(s->all, size, &all) || all > s->limit) {
        s->status = FH_LIMIT;
        return NULL;
    }
    fh_scratch_block *b = s->from.alloc(s->from.ctx, sizeof *b + size);
    if (!b) {
        s->status = FH_NOMEM;
        return NULL;
    }
    b->size = size;
    fh_scratch_block **at = s->now ? &s->now->next : &s->first;
    b->next = *at;
    *at = b;
    s->all = all;
    return b;
}

void *fh_scratch_take(fh_scratch *s, size_t count, size_t size)
{
    size_t bytes;
    if (s->status) return NULL;
    if (!fh_mul_size(count, size, &bytes) || bytes > s->limit) {
        s->status = FH_LIMIT;
        return NULL;
    }
    bytes = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (!s->now || s->now->size - s->used < bytes) {
        fh_scratch_block *b = s->now ? s->now->next : s->first;
        while (b && b->size < bytes) b = b->next;
        if (!b) b = add_block(s, bytes);
        if (!b) return NULL;
        s->now = b;
        s->used = 0;
    }
    void *p = (char *)(s->now + 1) + s->used;
    s->used += bytes;
    return p;
}
