/* limits.c - how many connections each address has, shared by all loops.
 *
 * An open-addressed table with linear probing, twice as large as there may be
 * connections, keyed so that nobody can choose addresses that collide. IPv6 counts
 * by /64, which is what one customer of a provider has. Deleting moves later entries
 * up, so that no tombstones pile up.
 */
#include "http/inside.h"

#include <string.h>

typedef struct entry {
    uint64_t high, low; /* of the address, masked */
    uint32_t count;     /* 0: free */
} entry;

struct fh_http_addresses {
    fh_allocator memory;
    fh_mutex *lock;
    uint64_t key;
    size_t mask, size; /* bytes of it all */
    entry entries[];
};

fh_http_addresses *fh_http_addresses_new(const fh_allocator *from, uint32_t most, uint64_t key)
{
    size_t n = 16;
    while (n < (size_t)most * 2) n *= 2;
    const size_t size = sizeof(fh_http_addresses) + n * sizeof(entry);
    fh_http_addresses *a = from->alloc(from->ctx, size);
    if (!a) return NULL;
    memset(a, 0, size);
    a->memory = *from;
    a->key = key;
    a->mask = n - 1;
    a->size = size;
    a->lock = fh_mutex_new();
    if (a->lock) return a;
    from->free(from->ctx, a, size);
    return NULL;
}

void fh_http_addresses_free(fh_http_addresses *a)
{
    if (!a) return;
    fh_mutex_free(a->lock);
    a->memory.free(a->memory.ctx, a, a->size);
}

static entry entry_of(const unsigned char address[16])
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    entry e = {0};
    for (size_t i = 0; i < 8; i++) e.high = e.high << 8 | address[i];
    for (size_t i = 8; i < 16; i++) e.low = e.low << 8 | address[i];
    if (memcmp(address, mapped, sizeof mapped) != 0) e.low = 0;
    return e;
}

static size_t home_of(const fh_http_addresses *a, const entry *e)
{
    uint64_t v = (e->high ^ a->key) * UINT64_C(0x9e3779b97f4a7c15) + e->low;
    v = (v ^ v >> 29 ^ a->key << 7) * UINT64_C(0xbf58476d1ce4e5b9);
    return (size_t)(v ^ v >> 32) & a->mask;
}

/* The address's place, or the free one where it belongs. */
static size_t find(const fh_http_addresses *a, const entry *e)
{
    size_t i = home_of(a, e);
    while (a->entries[i].count && (a->entries[i].high != e->high || a->entries[i].low != e->low))
        i = (i + 1) & a->mask;
    return i;
}

bool fh_http_addresses_enter(fh_http_addresses *a, const unsigned char address[16],
                             uint32_t most_each)
{
    entry e = entry_of(address);
    fh_mutex_lock(a->lock);
    const size_t i = find(a, &e);
    e.count = a->entries[i].count + 1;
    const bool ok = e.count <= most_each;
    if (ok) a->entries[i] = e;
    fh_mutex_unlock(a->lock);
    return ok;
}

void fh_http_addresses_leave(fh_http_addresses *a, const unsigned char address[16])
{
    const entry e = entry_of(address);
    fh_mutex_lock(a->lock);
    size_t hole = find(a, &e);
    if (a->entries[hole].count && --a->entries[hole].count == 0) {
        for (size_t i = (hole + 1) & a->mask; a->entries[i].count; i = (i + 1) & a->mask) {
            const size_t home = home_of(a, &a->entries[i]);
            /* Stays when its home lies after the hole, going round. */
            if (((i - home) & a->mask) < ((i - hole) & a->mask)) continue;
            a->entries[hole] = a->entries[i];
            a->entries[i].count = 0;
            hole = i;
        }
    }
    fh_mutex_unlock(a->lock);
}
