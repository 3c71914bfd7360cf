/* space.c - re-usable memory for the columns of one segment.
 *
 * One block per array, grown by an eighth at least and kept. A block is
 *
 *     | FH_PAD and up to 63 | array, aligned to 64 | FH_SPACE_SLACK |
 *
 * of which what lies around the array is zeroed when it is made: whoever asked fills
 * the array, so that reading beyond its ends finds what is stale at worst, never
 * undefined, and memory is written once only.
 */
#include "story/space.h"

#include "base/checked.h"

#include <string.h>

enum { ALIGN = 64, SMALLEST = 1024 };

static const uint32_t none_name[1];
static const uint32_t no_start[1];

fh_space *fh_space_new(const fh_allocator *from)
{
    if (!from) from = fh_allocator_default();
    fh_space *space = from->alloc(from->ctx, sizeof *space);
    if (!space) return NULL;
    memset(space, 0, sizeof *space);
    space->from = *from;
    fh_space_clear(space);
    return space;
}

void fh_space_free(fh_space *space)
{
    if (!space) return;
    const fh_allocator from = space->from;
    for (uint32_t i = 0; i < FH_N_SLOTS; i++)
        if (space->slot[i].block) from.free(from.ctx, space->slot[i].block, space->slot[i].size);
    from.free(from.ctx, space, sizeof *space);
}

size_t fh_space_trim(fh_space *space)
{
    size_t held = sizeof *space;
    for (uint32_t i = 0; i < FH_N_SLOTS; i++) {
        const bool scratch = i >= FH_SLOT_SCRATCH && i < FH_SLOT_SOURCES;
        if (scratch && space->slot[i].block) {
            space->from.free(space->from.ctx, space->slot[i].block, space->slot[i].size);
            space->slot[i].block = NULL;
            space->slot[i].size = 0;
        }
        held += space->slot[i].size;
    }
    return held;
}

static unsigned char *array_of(unsigned char *block)
{
    const uintptr_t at = (uintptr_t)block + FH_PAD;
    return block + FH_PAD + (ALIGN - at % ALIGN) % ALIGN;
}

void *fh_space_slot(fh_space *space, uint32_t slot, size_t n, size_t size)
{
    size_t bytes;
    if (!fh_mul_size(n, size, &bytes)) return NULL;
    if (!fh_add_size(bytes, (size_t)FH_PAD + ALIGN + FH_SPACE_SLACK, &bytes)) return NULL;
    if (bytes > space->slot[slot].size) {
        size_t step = SMALLEST;
        while (step < bytes / 8) step *= 2;
        if (!fh_add_size(bytes, step - 1, &bytes)) return NULL;
        const size_t want = bytes / step * step;
        unsigned char *block = space->from.alloc(space->from.ctx, want);
        if (!block) return NULL;
        unsigned char *array = array_of(block), *behind = array + n * size;
        memset(block, 0, (size_t)(array - block));
        memset(behind, 0, want - (size_t)(behind - block));
        if (space->slot[slot].block)
            space->from.free(space->from.ctx, space->slot[slot].block, space->slot[slot].size);
        space->slot[slot].block = block;
        space->slot[slot].size = want;
    }
    return array_of(space->slot[slot].block);
}

void fh_space_clear(fh_space *space)
{
    space->seg = (fh_segment){.start = no_start};
    for (uint32_t col = 0; col < FH_N_COLUMNS; col++) {
        fh_codes *codes = fh_codes_of(&space->seg, (fh_column)col);
        if (codes) *codes = fh_codes_none();
    }
    space->sources = NULL;
    space->of = space->skipped = 0;
}

const fh_segment *fh_space_segment(const fh_space *space)
{
    return &space->seg;
}

fh_codes fh_codes_none(void)
{
    return (fh_codes){.n_names = 1, .name = none_name, .identity = true};
}

const fh_codes *fh_codes_in(const fh_segment *seg, fh_column col)
{
    switch (col) {
    case FH_COL_TOUCHPOINT: return &seg->touchpoint;
    case FH_COL_CHANNEL: return &seg->channel;
    case FH_COL_DEPARTMENT: return &seg->department;
    case FH_COL_DIRECTION: return &seg->direction;
    case FH_COL_OUTCOME: return &seg->outcome;
    case FH_COL_CURRENCY: return &seg->currency;
    case FH_COL_STORIES:
    case FH_COL_GAP:
    case FH_COL_MS:
    case FH_COL_VALUE:
    case FH_COL_SCORE:
    case FH_COL_PROBLEM:
    case FH_COL_ORIGIN:
    case FH_COL_ID:
    case FH_COL_MEMBER:
    case FH_COL_PAYLOAD:
    case FH_N_COLUMNS: break;
    }
    return NULL;
}

fh_codes *fh_codes_of(fh_segment *seg, fh_column col)
{
    const fh_codes *codes = fh_codes_in(seg, col);
    if (!codes) return NULL;
    return (fh_codes *)((char *)seg + ((const char *)codes - (const char *)seg));
}

void fh_segment_drop(fh_segment *seg, fh_column col)
{
    fh_codes *codes = fh_codes_of(seg, col);
    if (codes) *codes = fh_codes_none();
    if (col == FH_COL_GAP) seg->gap_s = NULL;
    if (col == FH_COL_MS) seg->ms = NULL;
    if (col == FH_COL_VALUE) {
        seg->value = NULL;
        seg->has_value = NULL;
    }
    if (col == FH_COL_SCORE) {
        seg->score = NULL;
        seg->has_score = NULL;
    }
    if (col == FH_COL_PROBLEM) seg->problem = NULL;
    if (col == FH_COL_ORIGIN) seg->origin = NULL;
    if (col == FH_COL_ID) seg->id = NULL;
    if (col == FH_COL_MEMBER) seg->member = NULL;
    if (col == FH_COL_PAYLOAD) seg->payload_len = NULL;
}
