/* intern.c - strings to small numbers.
 *
 *   slots     [tag|at] [ 0 | 0 ] [tag|at] ...     8 bytes each, at most 70 % full
 *                  |                  |
 *                  v                  v
 *   chunks    ... [number|len|text] [number|len|text] ...   in order of number
 *
 * A slot holds 32 bits of the hash and the place of the record, so a look-up
 * touches the slot (prefetchable) and one record, and growing reads no text. The
 * home of a tag is tag * n_slots / 2^32: any size of table will do, slots stay
 * nearly in order of tag, and growing walks both tables from front to back. That
 * is why growing by a third is affordable, which keeps the table small: 11 to 15
 * bytes of slots an entry.
 *
 * Records lie in chunks and never move. A place counts units of two bytes: 8 GiB
 * of text. Number to text goes through the place of every STRIDE-th record
 * and walks on from there.
 *
 * Always: at least 30 % of the slots are free, so a search ends; a slot is free
 * exactly when its place is 0 (no record lies there).
 */
#include "base/intern.h"

#include "base/checked.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
    FIRST_SLOTS = 24,
    STRIDE = 8,      /* one place kept for so many records                   */
    UNIT = 2,        /* bytes a place counts                                 */
    CHUNK_BITS = 17, /* a chunk's units: 256 KiB                             */
    CHUNK_BYTES = UNIT << CHUNK_BITS,
    FIRST_CHUNK = 2048, /* most tables hold a few names                       */
    LONG_LEN = 0xff,    /* in the length byte: four bytes of length follow      */
    NUMBER_BYTES = 4
};

typedef struct slot {
    uint32_t tag; /* the upper half of the hash */
    uint32_t at;  /* place of the record; 0: free */
} slot;

typedef struct chunk {
    unsigned char *ptr; /* NULL: the inside of a long one that began before */
    size_t size;
    uint32_t first; /* number of its first record */
} chunk;

/* An array of one kind of element that grows by half. */
typedef struct list {
    void *ptr;
    size_t n, cap;
} list;

struct fh_intern {
    fh_allocator from;
    slot *slots; /* [n_slots] */
    uint64_t n_slots;
    uint32_t count, grow_at;
    list chunks;         /* chunk: where units [i << CHUNK_BITS ...) lie */
    list places;         /* uint32_t: of records 1, 1 + STRIDE, ... */
    uint64_t used, room; /* units given out; units that may be */
    size_t bytes;
};

typedef struct record {
    fh_str text;
    uint32_t number;
} record;

static bool list_reserve(fh_intern *t, list *l, size_t more, size_t size)
{
    size_t need, bytes;
    if (!fh_add_size(l->n, more, &need)) return false;
    if (need <= l->cap) return true;
    size_t cap = l->cap + l->cap / 2;
    if (cap < need) cap = need < 8 ? 8 : need;
    if (!fh_mul_size(cap, size, &bytes)) return false;
    void *fresh = t->from.alloc(t->from.ctx, bytes);
    if (!fresh) return false;
    if (l->n) memcpy(fresh, l->ptr, l->n * size);
    if (l->ptr) t->from.free(t->from.ctx, l->ptr, l->cap * size);
    t->bytes += bytes - l->cap * size;
    l->ptr = fresh;
    l->cap = cap;
    return true;
}

static void list_free(fh_intern *t, list *l, size_t size)
{
    if (l->ptr) t->from.free(t->from.ctx, l->ptr, l->cap * size);
}

static slot *new_slots(fh_intern *t, uint64_t n)
{
    size_t bytes;
    if (n > SIZE_MAX || !fh_mul_size((size_t)n, sizeof(slot), &bytes)) return NULL;
    slot *slots = t->from.alloc(t->from.ctx, bytes);
    if (!slots) return NULL;
    t->bytes += bytes;
    return memset(slots, 0, bytes);
}

fh_intern *fh_intern_new(const fh_allocator *from)
{
    if (!from) from = fh_allocator_default();
    fh_intern *t = from->alloc(from->ctx, sizeof *t);
    if (!t) return NULL;
    *t = (fh_intern){.from = *from, .n_slots = FIRST_SLOTS, .bytes = sizeof *t};
    t->grow_at = FIRST_SLOTS * 7 / 10;
    t->slots = new_slots(t, FIRST_SLOTS);
    if (!t->slots) {
        from->free(from->ctx, t, sizeof *t);
        return NULL;
    }
    return t;
}

void fh_intern_free(fh_intern *t)
{
    if (!t) return;
    const chunk *c = t->chunks.ptr;
    for (size_t i = 0; i < t->chunks.n; i++)
        if (c[i].ptr) t->from.free(t->from.ctx, c[i].ptr, c[i].size);
    list_free(t, &t->chunks, sizeof(chunk));
    list_free(t, &t->places, sizeof(uint32_t));
    t->from.free(t->from.ctx, t->slots, (size_t)t->n_slots * sizeof(slot));
    const fh_allocator from = t->from;
    from.free(from.ctx, t, sizeof *t);
}

uint64_t fh_intern_hash(fh_str s)
{
    return XXH3_64bits(s.ptr, s.len);
}

static uint64_t home_of(const fh_intern *t, uint32_t tag)
{
    return (tag * t->n_slots) >> 32;
}

void fh_intern_prefetch(const fh_intern *t, uint64_t hash)
{
    __builtin_prefetch(&t->slots[home_of(t, (uint32_t)(hash >> 32))]);
}

static unsigned char *at_place(const fh_intern *t, uint32_t at)
{
    const chunk *c = t->chunks.ptr;
    return c[at >> CHUNK_BITS].ptr + (size_t)(at & ((1u << CHUNK_BITS) - 1)) * UNIT;
}

void fh_intern_prefetch_text(const fh_intern *t, uint64_t hash)
{
    const uint32_t tag = (uint32_t)(hash >> 32);
    const slot *at = &t->slots[home_of(t, tag)], *end = t->slots + t->n_slots;
    for (int near = 0; near < 4 && at < end && at->at; near++, at++) {
        if (at->tag != tag) continue;
        __builtin_prefetch(at_place(t, at->at));
        return;
    }
}

static size_t record_bytes(size_t len)
{
    const size_t bytes = NUMBER_BYTES + (len < LONG_LEN ? 1u : 5u) + len;
    return (bytes + UNIT - 1) / UNIT * UNIT;
}

static record read_record(const unsigned char *p)
{
    record r;
    memcpy(&r.number, p, NUMBER_BYTES);
    uint32_t len = p[NUMBER_BYTES];
    p += NUMBER_BYTES + 1;
    if (len == LONG_LEN) {
        memcpy(&len, p, sizeof len);
        p += sizeof len;
    }
    r.text = (fh_str){(const char *)p, len};
    return r;
}

static void write_record(unsigned char *p, uint32_t number, fh_str s)
{
    memcpy(p, &number, NUMBER_BYTES);
    p += NUMBER_BYTES;
    const uint32_t len = (uint32_t)s.len;
    if (len < LONG_LEN) {
        *p++ = (unsigned char)len;
    } else {
        *p++ = LONG_LEN;
        memcpy(p, &len, sizeof len);
        p += sizeof len;
    }
    if (len) memcpy(p, s.ptr, len);
}

/* Opens a chunk with room for `bytes`. One longer than CHUNK_BYTES takes several
 * entries of the list, all but the first NULL. */
static bool add_chunk(fh_intern *t, size_t bytes)
{
    size_t size = t->chunks.n == 0 ? FIRST_CHUNK : CHUNK_BYTES;
    const size_t lead = t->chunks.n == 0 ? UNIT : 0; /* place 0 stays unused */
    if (bytes + lead > size) size = bytes + lead;
    const size_t entries = (size + CHUNK_BYTES - 1) / CHUNK_BYTES;
    if (((uint64_t)t->chunks.n + entries) << CHUNK_BITS > UINT64_C(1) << 32) return false;
    if (!list_reserve(t, &t->chunks, entries, sizeof(chunk))) return false;
    unsigned char *fresh = t->from.alloc(t->from.ctx, size);
    if (!fresh) return false;

    chunk *c = (chunk *)t->chunks.ptr + t->chunks.n;
    for (size_t i = 1; i < entries; i++) c[i] = (chunk){NULL, 0, 0};
    c[0] = (chunk){fresh, size, t->count + 1};
    t->used = ((uint64_t)t->chunks.n << CHUNK_BITS) + lead / UNIT;
    t->room = ((uint64_t)t->chunks.n << CHUNK_BITS) + size / UNIT;
    t->chunks.n += entries;
    t->bytes += size;
    return true;
}

static bool grow(fh_intern *t)
{
    const uint64_t n = t->n_slots + t->n_slots / 3;
    slot *old = t->slots;
    slot *fresh = new_slots(t, n);
    if (!fresh) return false;
    const uint64_t n_old = t->n_slots;
    t->slots = fresh;
    t->n_slots = n;
    t->grow_at = n * 7 / 10 < UINT32_MAX ? (uint32_t)(n * 7 / 10) : UINT32_MAX;
    for (uint64_t i = 0; i < n_old; i++) {
        if (!old[i].at) continue;
        uint64_t to = home_of(t, old[i].tag);
        while (fresh[to].at) to = to + 1 == n ? 0 : to + 1;
        fresh[to] = old[i];
    }
    t->bytes -= (size_t)n_old * sizeof(slot);
    t->from.free(t->from.ctx, old, (size_t)n_old * sizeof(slot));
    return true;
}

/* Texts are mostly short: overlapping words instead of a call. */
static inline bool same_bytes(const char *a, const char *b, size_t n)
{
    if (n > 16) return memcmp(a, b, n) == 0;
    if (n >= 8) {
        uint64_t a_head, b_head, a_tail, b_tail;
        memcpy(&a_head, a, 8);
        memcpy(&b_head, b, 8);
        memcpy(&a_tail, a + n - 8, 8);
        memcpy(&b_tail, b + n - 8, 8);
        return ((a_head ^ b_head) | (a_tail ^ b_tail)) == 0;
    }
    if (n >= 4) {
        uint32_t a_head, b_head, a_tail, b_tail;
        memcpy(&a_head, a, 4);
        memcpy(&b_head, b, 4);
        memcpy(&a_tail, a + n - 4, 4);
        memcpy(&b_tail, b + n - 4, 4);
        return ((a_head ^ b_head) | (a_tail ^ b_tail)) == 0;
    }
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i]) return false;
    return true;
}

/* The slot of `s`, or the free one where it belongs. */
static inline slot *search(const fh_intern *t, fh_str s, uint32_t tag, uint32_t *number)
{
    slot *at = t->slots + home_of(t, tag), *end = t->slots + t->n_slots;
    for (; at->at; at = at + 1 == end ? t->slots : at + 1) {
        if (at->tag != tag) continue;
        const record r = read_record(at_place(t, at->at));
        if (r.text.len == s.len && same_bytes(r.text.ptr, s.ptr, s.len)) {
            *number = r.number;
            return at;
        }
    }
    *number = 0;
    return at;
}

uint32_t fh_intern_find(const fh_intern *t, fh_str s, uint64_t hash)
{
    uint32_t number;
    (void)search(t, s, (uint32_t)(hash >> 32), &number);
    return number;
}

uint32_t fh_intern_add(fh_intern *t, fh_str s, uint64_t hash)
{
    const uint32_t tag = (uint32_t)(hash >> 32);
    uint32_t number;
    slot *at = search(t, s, tag, &number);
    if (number) return number;

    if (s.len >= UINT32_MAX - CHUNK_BYTES || t->count == UINT32_MAX - 1) return 0;
    if (t->count >= t->grow_at) {
        if (!grow(t)) return 0;
        at = search(t, s, tag, &number);
    }
    const size_t bytes = record_bytes(s.len);
    if (bytes / UNIT > t->room - t->used && !add_chunk(t, bytes)) return 0;
    if (t->count % STRIDE == 0) {
        if (!list_reserve(t, &t->places, 1, sizeof(uint32_t))) return 0;
        ((uint32_t *)t->places.ptr)[t->places.n++] = (uint32_t)t->used;
    }
    *at = (slot){tag, (uint32_t)t->used};
    t->used += bytes / UNIT;
    write_record(at_place(t, at->at), ++t->count, s);
    return t->count;
}

uint32_t fh_intern_count(const fh_intern *t)
{
    return t->count;
}

fh_str fh_intern_text(const fh_intern *t, uint32_t number)
{
    if (number == 0 || number > t->count) return (fh_str){NULL, 0};
    const uint32_t *place = t->places.ptr;
    const chunk *c = t->chunks.ptr;
    uint32_t at = place[(number - 1) / STRIDE];
    uint32_t here = (number - 1) / STRIDE * STRIDE + 1;
    for (size_t i = (at >> CHUNK_BITS) + 1; i < t->chunks.n; i++) {
        if (!c[i].ptr) continue;
        if (c[i].first > number) break;
        at = (uint32_t)(i << CHUNK_BITS);
        here = c[i].first;
    }
    const unsigned char *p = at_place(t, at);
    for (; here < number; here++) p += record_bytes(read_record(p).text.len);
    return read_record(p).text;
}

size_t fh_intern_bytes(const fh_intern *t)
{
    return t->bytes;
}
