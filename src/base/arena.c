/* arena.c - memory that is freed all at once.
 *
 * An arena is a list of blocks. Allocation bumps a pointer in the newest
 * block; a request that does not fit opens a new block, twice the size of the
 * last one. There is no per-object free: a request, a job, an import each get
 * an arena, and everything they made goes when the arena goes.
 *
 * Always: newest is NULL or has used <= size - sizeof(block).
 */
#include "firsthand/base.h"

#include "base/checked.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4096, BIGGEST_STEP = 1 << 20 };

typedef struct block {
    struct block *next;
    size_t size, used;
    unsigned char data[];
} block;

struct fh_arena {
    fh_allocator from;
    block *newest;
    size_t next_size;
};

static void *default_alloc(void *ctx, size_t size)
{
    (void)ctx;
    return malloc(size);
}

static void default_free(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    (void)size;
    free(ptr);
}

static const fh_allocator default_allocator = {default_alloc, default_free, NULL, 0};

const fh_allocator *fh_allocator_default(void)
{
    return &default_allocator;
}

fh_arena *fh_arena_new(const fh_allocator *from)
{
    if (!from) from = &default_allocator;
    fh_arena *arena = from->alloc(from->ctx, sizeof *arena);
    if (!arena) return NULL;
    *arena =
        (fh_arena){.from = *from, .next_size = from->block_size ? from->block_size : FIRST_BLOCK};
    return arena;
}

const fh_allocator *fh_arena_allocator(const fh_arena *arena)
{
    return &arena->from;
}

static void free_blocks(fh_arena *arena, block *b)
{
    while (b) {
        block *next = b->next;
        arena->from.free(arena->from.ctx, b, b->size);
        b = next;
    }
}

void fh_arena_free(fh_arena *arena)
{
    if (!arena) return;
    free_blocks(arena, arena->newest);
    const fh_allocator from = arena->from;
    from.free(from.ctx, arena, sizeof *arena);
}

void fh_arena_reset(fh_arena *arena)
{
    block *keep = arena->newest;
    if (!keep) return;
    free_blocks(arena, keep->next);
    keep->next = NULL;
    keep->used = 0;
}

size_t fh_arena_kept(const fh_arena *arena)
{
    return arena->newest ? arena->newest->size : 0;
}

/* Opens a block with room for `size` bytes of data. Returns false when memory
 * is exhausted. */
static bool add_block(fh_arena *arena, size_t size)
{
    size_t want;
    if (!fh_add_size(size, sizeof(block), &want)) return false;
    if (want < arena->next_size) want = arena->next_size;

    block *b = arena->from.alloc(arena->from.ctx, want);
    if (!b) return false;
    *b = (block){.next = arena->newest, .size = want};
    arena->newest = b;
    if (!arena->from.block_size && arena->next_size < BIGGEST_STEP) arena->next_size *= 2;
    return true;
}

void *fh_arena_alloc(fh_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (!fh_mul_size(count, size, &bytes)) return NULL;
    if (!fh_add_size(bytes, FH_ARENA_ALIGN - 1, &bytes)) return NULL;
    bytes &= ~(size_t)(FH_ARENA_ALIGN - 1);

    block *b = arena->newest;
    if (!b || b->size - sizeof *b - b->used < bytes) {
        if (!add_block(arena, bytes)) return NULL;
        b = arena->newest;
    }
    unsigned char *at = b->data + b->used;
    b->used += bytes;
    return memset(at, 0, bytes);
}

bool fh_arena_str(fh_arena *arena, fh_str s, fh_str *out)
{
    char *copy = fh_arena_alloc(arena, s.len + 1, 1);
    if (!copy) return false;
    if (s.len) memcpy(copy, s.ptr, s.len);
    *out = (fh_str){copy, s.len};
    return true;
}

bool fh_arena_vformat(fh_arena *arena, fh_str *out, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    const int n = vsnprintf(NULL, 0, fmt, args);
    char *text = n >= 0 ? fh_arena_alloc(arena, (size_t)n + 1, 1) : NULL;
    if (text) {
        (void)vsnprintf(text, (size_t)n + 1, fmt, again);
        *out = (fh_str){text, (size_t)n};
    }
    va_end(again);
    return text != NULL;
}

bool fh_arena_format(fh_arena *arena, fh_str *out, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const bool ok = fh_arena_vformat(arena, out, fmt, args);
    va_end(args);
    return ok;
}
