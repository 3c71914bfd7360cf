/* ways.c - a hash table of ways (see ways.h).
 *
 * A way's place is the top bits of its 32-bit hash, then the next free slot. So
 * the slots stay in order of the hash (but for short displaced runs), doubling
 * the table is one pass over both, and merging two tables walks them side by
 * side. Where the way itself lies is told by one number, too:
 *
 *     place   room << 18 | (offset in it) / 8
 *
 * Rooms double up to 2 MB; a larger way has one of its own, at offset 0.
 *
 * Always: the table is at most half full; places are below 2^32 - 1.
 */
#include "fold/ways.h"

#include <string.h>

#define XXH_INLINE_ALL /* most ways are short: the call would cost as much as the hash */
#include <xxhash.h>

enum {
    FIRST_SLOT_BITS = 6,
    UNIT = 8,
    OFFSET_BITS = 18,
    SPARE = FH_WAYS_SPARE,
    FIRST_ROOM = 1 << 14,
    ROOM = (UNIT << OFFSET_BITS) - SPARE,
    FEW = 1024, /* ways */
    MAX_ROOMS = (1 << (32 - OFFSET_BITS)) - 1,
};

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
    for (size_t i = 0; i < w->n_rooms; i++) give_back(w, w->room[i].bytes, w->room[i].size + SPARE);
    w->slot = NULL;
    w->n_rooms = 0;
}

static fh_status too_many(fh_error *err)
{
    (void)fh_fail(err, FH_LIMIT, "more different ways than 32 GB hold");
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
        if (!w->slot[i].place) continue;
        size_t at = w->slot[i].hash >> (32 - bits);
        while (bigger[at].place) at = (at + 1) & mask;
        bigger[at] = w->slot[i];
    }
    if (w->slot) give_back(w, w->slot, n_old * sizeof *w->slot);
    w->slot = bigger;
    w->shift = 32 - bits;
    return FH_OK;
}

/* ---- Rooms ------------------------------------------------------------------- */

static inline fh_way *way_at(const fh_ways *w, uint32_t place)
{
    const uint32_t room = (place - 1) >> OFFSET_BITS;
    const size_t offset = (size_t)((place - 1) & ((1u << OFFSET_BITS) - 1)) * UNIT;
    return (fh_way *)(void *)(w->room[room].bytes + offset);
}

static size_t way_bytes(const fh_ways *w, uint32_t n_steps)
{
    return sizeof(fh_way) + ((size_t)n_steps * w->step_bytes + UNIT - 1) / UNIT * UNIT;
}

/* A room for `bytes` more, behind the others. */
static fh_status add_room(fh_ways *w, size_t bytes, fh_error *err)
{
    if (w->n_rooms == MAX_ROOMS) return too_many(err);
    if (w->n_rooms == w->cap_rooms) {
        const size_t cap = w->cap_rooms ? w->cap_rooms * 2 : 8;
        fh_ways_room *bigger = FH_NEW_ARRAY(w->fold->arena, fh_ways_room, cap);
        if (!bigger) return FH_NOMEM;
        if (w->n_rooms) memcpy(bigger, w->room, w->n_rooms * sizeof *bigger);
        w->room = bigger;
        w->cap_rooms = cap;
    }
    size_t size = w->n_rooms < 7 ? ((size_t)FIRST_ROOM << w->n_rooms) - SPARE : ROOM;
    if (size < bytes) size = bytes;
    unsigned char *room = take(w, size + SPARE);
    if (!room) return FH_NOMEM;
    w->room[w->n_rooms++] = (fh_ways_room){room, size, 0};
    return FH_OK;
}

/* Copies n bytes and up to SPARE more, which can be read and written: most ways are
 * no longer than that, and the copy asks nothing. */
static inline void copy_steps(unsigned char *to, const unsigned char *from, size_t n)
{
    memcpy(to, from, SPARE);
    for (size_t i = SPARE; i < n; i += SPARE) memcpy(to + i, from + i, SPARE);
}

/* A new way, not yet counted, into the free slot. */
static fh_status new_way(fh_ways *w, const fh_ways_batch *b, uint32_t k, fh_ways_slot *slot,
                         fh_error *err)
{
    const size_t bytes = way_bytes(w, b->n_steps[k]);
    if (!w->n_rooms || w->room[w->n_rooms - 1].size - w->room[w->n_rooms - 1].used < bytes) {
        const fh_status status = add_room(w, bytes, err);
        if (status != FH_OK) return status;
    }
    fh_ways_room *room = &w->room[w->n_rooms - 1];
    fh_way *way = (fh_way *)(void *)(room->bytes + room->used);
    *way = (fh_way){.n_steps = b->n_steps[k], .hash = b->hash[k]};
    copy_steps((unsigned char *)(way + 1), b->steps[k], bytes - sizeof *way);
    *slot = (fh_ways_slot){b->hash[k],
                           (uint32_t)((w->n_rooms - 1) << OFFSET_BITS | room->used / UNIT) + 1};
    room->used += bytes;
    w->n++;
    return FH_OK;
}

const fh_way *fh_ways_next(const fh_ways *w, const fh_way *way, size_t *room)
{
    const unsigned char *next =
        way ? (const unsigned char *)way + way_bytes(w, way->n_steps) : NULL;
    while (*room < w->n_rooms) {
        const fh_ways_room *r = &w->room[*room];
        if (!next) next = r->bytes;
        if (next < r->bytes + r->used) return (const fh_way *)(const void *)next;
        ++*room;
        next = NULL;
    }
    return NULL;
}

/* ---- Shares ------------------------------------------------------------------ */

static inline bool is_in(fh_share share, uint32_t hash)
{
    return (hash & ((1u << share.bits) - 1)) == share.at;
}

size_t fh_ways_need(const fh_ways *w, size_t n_more)
{
    size_t bytes = n_slots(w) * sizeof *w->slot;
    if (w->n + n_more + FH_WAYS_BATCH > n_slots(w) / 2) bytes *= 3; /* twice as many, and the old */
    for (size_t i = 0; i < w->n_rooms; i++) bytes += w->room[i].size + SPARE;
    return bytes;
}

/* Puts every way into its slot again; there are as many slots as before. */
static void find_slots(fh_ways *w)
{
    const size_t mask = n_slots(w) - 1;
    memset(w->slot, 0, n_slots(w) * sizeof *w->slot);
    for (size_t r = 0; r < w->n_rooms; r++)
        for (size_t used = 0; used < w->room[r].used;) {
            const fh_way *way = (const fh_way *)(const void *)(w->room[r].bytes + used);
            size_t at = way->hash >> w->shift;
            while (w->slot[at].place) at = (at + 1) & mask;
            w->slot[at] = (fh_ways_slot){way->hash, (uint32_t)(r << OFFSET_BITS | used / UNIT) + 1};
            used += way_bytes(w, way->n_steps);
        }
}

/* Ways move towards the front: never past where the next one is read, since each has room at
 * least where it lies. */
void fh_ways_halve(fh_ways *w)
{
    w->share.bits++;
    if (!w->n_rooms) return;
    size_t to = 0, used = 0, n = 0;
    for (size_t r = 0; r < w->n_rooms; r++) {
        const size_t end = w->room[r].used;
        for (size_t at = 0; at < end;) {
            const fh_way *way = (const fh_way *)(const void *)(w->room[r].bytes + at);
            const size_t bytes = way_bytes(w, way->n_steps);
            at += bytes;
            if (!is_in(w->share, way->hash)) continue;
            while (used + bytes > w->room[to].size || used / UNIT >> OFFSET_BITS) {
                w->room[to++].used = used;
                used = 0;
            }
            memmove(w->room[to].bytes + used, way, bytes);
            used += bytes;
            n++;
        }
    }
    w->room[to].used = used;
    for (size_t i = to + 1; i < w->n_rooms; i++)
        give_back(w, w->room[i].bytes, w->room[i].size + SPARE);
    w->n_rooms = to + 1;
    w->n = n;
    find_slots(w);
}

/* ---- Adding ------------------------------------------------------------------ */

static inline uint64_t load(const unsigned char *from)
{
    uint64_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

/* The first n < 8 bytes of a word. */
static inline uint64_t first_bytes(uint64_t word, size_t n)
{
    return word & ((UINT64_C(1) << 8 * n) - 1);
}

/* Most ways are short: then a word or two tell. Up to 7 bytes more can be read behind both. */
static inline bool same_steps(const void *a_, const void *b_, size_t n)
{
    const unsigned char *a = a_, *b = b_;
    size_t i = 0;
    for (; i + UNIT <= n; i += UNIT)
        if (load(a + i) != load(b + i)) return false;
    return i == n || !first_bytes(load(a + i) ^ load(b + i), n - i);
}

/* 32 bits of all steps. */
static inline uint32_t hash_steps(const void *steps, size_t n)
{
    if (n >= UNIT) return (uint32_t)(XXH3_64bits(steps, n) >> 32);
    uint64_t h = (first_bytes(load(steps), n) + n) * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ h >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return (uint32_t)(h ^ h >> 32);
}

/* The way; NULL and the free slot where it belongs when it is not there. */
static inline fh_way *find(const fh_ways *w, const fh_ways_batch *b, uint32_t k,
                           fh_ways_slot **free)
{
    const size_t mask = n_slots(w) - 1, bytes = (size_t)b->n_steps[k] * w->step_bytes;
    const uint32_t hash = b->hash[k];
    size_t at = hash >> w->shift;
    for (; w->slot[at].place; at = (at + 1) & mask) {
        if (w->slot[at].hash != hash) continue;
        fh_way *way = way_at(w, w->slot[at].place);
        if (way->n_steps == b->n_steps[k] && same_steps(way + 1, b->steps[k], bytes)) return way;
    }
    *free = &w->slot[at];
    return NULL;
}

/* Starts loading the ways that the batch will touch; slots are on their way. Inlined
 * always: gcc takes a function that only prefetches for one without effect, and drops
 * its calls. */
__attribute__((always_inline)) static inline void prefetch(const fh_ways *w, const fh_ways_batch *b)
{
    for (uint32_t k = 0; k < b->n; k++) {
        const fh_ways_slot *s = &w->slot[b->hash[k] >> w->shift];
        if (s->place && s->hash == b->hash[k]) __builtin_prefetch(way_at(w, s->place), 1);
    }
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

/* There is room in the table. What is small lies in the cache. */
static fh_status add_hashed(fh_ways *w, fh_ways_batch *b, fh_error *err)
{
    if (w->n > FEW) prefetch(w, b);
    for (uint32_t k = 0; k < b->n; k++) {
        fh_ways_slot *free = NULL;
        if (!is_in(w->share, b->hash[k])) continue;
        fh_way *way = find(w, b, k, &free);
        if (!way) {
            const fh_status status = new_way(w, b, k, free, err);
            if (status != FH_OK) return status;
            way = way_at(w, free->place);
        }
        way->count += b->count[k];
        if (!fh_add_i64(way->sum, b->sum[k], &way->sum)) return fh_fold_too_long(err);
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
        batch->hash[k] = hash_steps(batch->steps[k], bytes);
        if (w->n > FEW) __builtin_prefetch(&w->slot[batch->hash[k] >> w->shift], 1);
    }
    return add_hashed(w, batch, err);
}

fh_status fh_ways_merge(fh_ways *into, const fh_ways *from, fh_error *err)
{
    fh_ways_batch b;
    b.n = 0;
    const size_t n = n_slots(from);
    for (size_t i = 0; i < n; i++) {
        if (from->slot[i].place) {
            const fh_way *way = way_at(from, from->slot[i].place);
            b.steps[b.n] = way + 1;
            b.n_steps[b.n] = way->n_steps;
            b.hash[b.n] = way->hash;
            b.count[b.n] = way->count;
            b.sum[b.n] = way->sum;
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
    unsigned char *steps = fh_fold_scratch(fold, which, (size_t)n + FH_PAD, step_bytes);
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
