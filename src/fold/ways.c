/* ways.c - a hash table of ways (see ways.h).
 *
 * A way's place is the top bits of its 32-bit hash, then the next free slot. So
 * the slots stay in order of the hash (but for short displaced runs), doubling
 * the table is one pass over both, and merging two tables walks them side by
 * side.
 *
 * Always: the table is at most half full; entry numbers are below 2^32 - 1.
 */
#include "fold/ways.h"

#include <string.h>
#include <xxhash.h>

enum { FIRST_SLOT_BITS = 6, CHUNK = 1 << FH_WAYS_CHUNK_BITS, STEPS_ROOM = 1 << 16 };

/* Steps lie behind. Neither these nor entries come from the arena, which would set
 * to zero what is written in full. */
typedef struct fh_ways_room {
    struct fh_ways_room *before;
    size_t size; /* of all of it */
} fh_ways_room;

void fh_ways_init(fh_ways *w, fh_fold *fold, uint32_t step_bytes)
{
    *w = (fh_ways){.fold = fold, .step_bytes = step_bytes, .shift = 32};
}

static size_t n_slots(const fh_ways *w)
{
    return w->slot ? (size_t)1 << (32 - w->shift) : 0;
}

static void *take(const fh_ways *w, size_t size)
{
    return w->fold->from.alloc(w->fold->from.ctx, size);
}

static void give_back(const fh_ways *w, void *ptr, size_t size)
{
    w->fold->from.free(w->fold->from.ctx, ptr, size);
}

void fh_ways_free(fh_ways *w)
{
    if (w->slot) give_back(w, w->slot, n_slots(w) * sizeof *w->slot);
    for (size_t i = 0; i < w->cap_chunks && w->chunk[i]; i++)
        give_back(w, w->chunk[i], CHUNK * sizeof *w->chunk[i]);
    while (w->rooms) {
        fh_ways_room *before = w->rooms->before;
        give_back(w, w->rooms, w->rooms->size);
        w->rooms = before;
    }
    w->slot = NULL;
    w->chunk = NULL;
    w->cap_chunks = 0;
}

static fh_status too_many(fh_error *err)
{
    (void)fh_fail(err, FH_LIMIT, "more than two thousand million different ways");
    return fh_hint(err, FH_LIMIT, "Ask about a shorter period or fewer customers.");
}

static fh_status grow(fh_ways *w, fh_error *err)
{
    const uint32_t bits = w->slot ? 33 - w->shift : FIRST_SLOT_BITS;
    if (bits > 31) return too_many(err);
    const size_t n = (size_t)1 << bits, mask = n - 1;
    fh_ways_slot *bigger = take(w, n * sizeof *bigger);
    if (!bigger) return FH_NOMEM;
    memset(bigger, 0, n * sizeof *bigger);
    const size_t n_old = n_slots(w);
    for (size_t i = 0; i < n_old; i++) {
        if (!w->slot[i].entry) continue;
        size_t at = w->slot[i].hash >> (32 - bits);
        while (bigger[at].entry) at = (at + 1) & mask;
        bigger[at] = w->slot[i];
    }
    if (w->slot) give_back(w, w->slot, n_old * sizeof *w->slot);
    w->slot = bigger;
    w->shift = 32 - bits;
    return FH_OK;
}

static bool room_for_entry(fh_ways *w)
{
    if (w->n & (CHUNK - 1)) return true;
    const size_t chunk = w->n >> FH_WAYS_CHUNK_BITS;
    if (chunk == w->cap_chunks) {
        const size_t cap = chunk ? chunk * 2 : 4;
        fh_way **bigger = FH_NEW_ARRAY(w->fold->arena, fh_way *, cap);
        if (!bigger) return false;
        if (chunk) memcpy(bigger, w->chunk, chunk * sizeof(fh_way *));
        w->chunk = bigger;
        w->cap_chunks = cap;
    }
    w->chunk[chunk] = take(w, CHUNK * sizeof(fh_way));
    return w->chunk[chunk] != NULL;
}

/* Room for steps behind what there is; NULL: no memory. */
static unsigned char *new_room(fh_ways *w, size_t bytes)
{
    size_t size;
    if (!fh_add_size(bytes, sizeof(fh_ways_room), &size)) return NULL;
    fh_ways_room *room = take(w, size);
    if (!room) return NULL;
    *room = (fh_ways_room){w->rooms, size};
    w->rooms = room;
    return (unsigned char *)(room + 1);
}

/* The steps in the table's own memory; NULL: no memory. All are of one width, so
 * that 16-bit steps stay aligned. */
static const void *keep_steps(fh_ways *w, const void *steps, size_t bytes)
{
    if (bytes > w->room_left) {
        const bool own = bytes > STEPS_ROOM / 4;
        unsigned char *fresh = new_room(w, own ? bytes : STEPS_ROOM);
        if (!fresh) return NULL;
        if (own) return memcpy(fresh, steps, bytes);
        w->room = fresh;
        w->room_left = STEPS_ROOM;
    }
    unsigned char *kept = memcpy(w->room, steps, bytes);
    w->room += bytes;
    w->room_left -= bytes;
    return kept;
}

/* The slot that holds the way, or the free one where it belongs. */
static size_t find(const fh_ways *w, const fh_ways_batch *b, uint32_t k)
{
    const size_t mask = n_slots(w) - 1, bytes = (size_t)b->n_steps[k] * w->step_bytes;
    size_t at = b->hash[k] >> w->shift;
    for (; w->slot[at].entry; at = (at + 1) & mask) {
        if (w->slot[at].hash != b->hash[k]) continue;
        const fh_way *e = fh_ways_entry(w, w->slot[at].entry - 1);
        if (e->n_steps == b->n_steps[k] && memcmp(e->steps, b->steps[k], bytes) == 0) break;
    }
    return at;
}

/* Starts loading what the batch will touch beyond its slots, which are on their way:
 * entries, then steps. Inlined always: gcc takes a function that only prefetches for
 * one without effect, and drops its calls. */
__attribute__((always_inline)) static inline void prefetch(const fh_ways *w, const fh_ways_batch *b)
{
    const fh_way *entry[FH_WAYS_BATCH];
    for (uint32_t k = 0; k < b->n; k++) {
        const fh_ways_slot *s = &w->slot[b->hash[k] >> w->shift];
        entry[k] = s->entry && s->hash == b->hash[k] ? fh_ways_entry(w, s->entry - 1) : NULL;
        if (entry[k]) __builtin_prefetch(entry[k], 1);
    }
    for (uint32_t k = 0; k < b->n; k++)
        if (entry[k]) __builtin_prefetch(entry[k]->steps);
}

/* Makes room for a batch more. */
static fh_status make_room(fh_ways *w, fh_error *err)
{
    while (w->n + FH_WAYS_BATCH > n_slots(w) / 2) {
        const fh_status status = grow(w, err);
        if (status != FH_OK) return status;
    }
    return FH_OK;
}

/* There is room in the table. */
static fh_status add_hashed(fh_ways *w, fh_ways_batch *b, fh_error *err)
{
    prefetch(w, b);
    for (uint32_t k = 0; k < b->n; k++) {
        const size_t at = find(w, b, k);
        fh_ways_slot *s = &w->slot[at];
        fh_way *e;
        if (s->entry) {
            e = fh_ways_entry(w, s->entry - 1);
        } else {
            if (!room_for_entry(w)) return FH_NOMEM;
            e = fh_ways_entry(w, w->n);
            const void *steps = keep_steps(w, b->steps[k], (size_t)b->n_steps[k] * w->step_bytes);
            if (!steps) return FH_NOMEM;
            *e = (fh_way){.steps = steps, .n_steps = b->n_steps[k], .hash = b->hash[k]};
            *s = (fh_ways_slot){b->hash[k], (uint32_t)++w->n};
        }
        e->count += b->count[k];
        if (!fh_add_i64(e->sum, b->sum[k], &e->sum)) return fh_fold_too_long(err);
    }
    b->n = 0;
    return FH_OK;
}

fh_status fh_ways_add(fh_ways *w, fh_ways_batch *batch, fh_error *err)
{
    const fh_status status = make_room(w, err);
    if (status != FH_OK) return status;
    for (uint32_t k = 0; k < batch->n; k++) {
        const size_t bytes = (size_t)batch->n_steps[k] * w->step_bytes;
        batch->hash[k] = (uint32_t)(XXH3_64bits(batch->steps[k], bytes) >> 32);
        __builtin_prefetch(&w->slot[batch->hash[k] >> w->shift], 1);
    }
    return add_hashed(w, batch, err);
}

fh_status fh_ways_merge(fh_ways *into, const fh_ways *from, fh_error *err)
{
    fh_ways_batch b;
    b.n = 0;
    const size_t n = n_slots(from);
    for (size_t i = 0; i < n; i++) {
        if (from->slot[i].entry) {
            const fh_way *e = fh_ways_entry(from, from->slot[i].entry - 1);
            b.steps[b.n] = e->steps;
            b.n_steps[b.n] = e->n_steps;
            b.hash[b.n] = e->hash;
            b.count[b.n] = e->count;
            b.sum[b.n] = e->sum;
            b.n++;
        }
        if (b.n == FH_WAYS_BATCH || (i + 1 == n && b.n)) {
            fh_status status = make_room(into, err);
            if (status == FH_OK) status = add_hashed(into, &b, err);
            if (status != FH_OK) return status;
        }
    }
    return FH_OK;
}

const void *fh_ways_steps(fh_fold *fold, unsigned which, const fh_codes *c, uint32_t n,
                          uint32_t step_bytes)
{
    if (c->identity && ((step_bytes == 1 && c->c8) || (step_bytes == 2 && c->c16)))
        return c->c8 ? (const void *)c->c8 : (const void *)c->c16;
    unsigned char *steps = fh_fold_scratch(fold, which, n, step_bytes);
    if (!steps) return NULL;
    if (step_bytes == 1) {
        uint8_t lut[256] = {0};
        if (!c->c8) return memset(steps, 0, n);
        for (uint32_t i = 1; i < c->n_names; i++) lut[i] = (uint8_t)c->name[i];
        for (uint32_t i = 0; i < n; i++) steps[i] = lut[c->c8[i]];
        return steps;
    }
    uint16_t *wide = (uint16_t *)(void *)steps;
    if (c->c8) {
        uint16_t lut[256] = {0};
        for (uint32_t i = 1; i < c->n_names; i++) lut[i] = (uint16_t)c->name[i];
        for (uint32_t i = 0; i < n; i++) wide[i] = lut[c->c8[i]];
    } else {
        for (uint32_t i = 0; i < n; i++) wide[i] = (uint16_t)fh_name_at(c, i);
    }
    return steps;
}
