/* kept.c - results kept in memory: a hash table, and a list by last use.
 *
 *     newest <-> ... <-> oldest     those in the table; a look-up moves one to the front
 *
 * Columns have a table of their own, of the same make: see fh_kept_columns.
 *
 * Always: `bytes` is the sum of the things in the table and at most `most`. What is
 * forgotten while somebody holds it lives until it is released.
 */
#include "store/kept.h"

#include "os/threads.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUCKETS = 4096,
    RECENT_SHARE = 4,
    COLUMNS_TIMES = 2,
    LATELY = 16 /* turns: a page asks some ten questions */
};

struct fh_kept_thing {
    fh_kept_thing *newer, *older, *next; /* `next` in its bucket */
    fh_kept_key key;
    void *object;
    void (*end)(void *object);
    fh_allocator from, memory;
    atomic_size_t used; /* by `memory`; reading a thing may take scratch from it, too */
    size_t bytes;       /* when it was put */
    uint64_t turn;      /* when it was last used */
    uint32_t holders;
    bool forgotten;
};

struct fh_kept {
    fh_allocator from;
    fh_recent *recent; /* NULL and NULL: it is one of columns itself */
    fh_kept *columns;
    fh_mutex *lock; /* guards everything below */
    size_t most;
    uint64_t era, turn;
    fh_kept_thing *newest, *oldest;
    fh_kept_counts counts;
    fh_kept_thing *bucket[BUCKETS];
};

static fh_kept *make(const fh_allocator *from, size_t most_bytes)
{
    fh_kept *kept = calloc(1, sizeof *kept);
    if (!kept) return NULL;
    kept->from = *from;
    kept->most = most_bytes;
    kept->lock = fh_mutex_new();
    if (kept->lock) return kept;
    free(kept);
    return NULL;
}

fh_kept *fh_kept_new(const fh_allocator *from, size_t most_bytes)
{
    if (!from) from = fh_allocator_default();
    fh_kept *kept = make(from, most_bytes);
    if (!kept) return NULL;
    kept->recent = fh_recent_new(most_bytes / RECENT_SHARE);
    kept->columns = make(from, COLUMNS_TIMES * most_bytes);
    if (kept->recent && kept->columns) return kept;
    fh_kept_free(kept);
    return NULL;
}

void fh_kept_free(fh_kept *kept)
{
    if (!kept) return;
    fh_kept_clear(kept);
    fh_kept_free(kept->columns);
    fh_mutex_free(kept->lock);
    fh_recent_free(kept->recent);
    free(kept);
}

fh_recent *fh_kept_recent(fh_kept *kept)
{
    return kept->recent;
}

fh_kept *fh_kept_columns(fh_kept *kept)
{
    return kept->columns;
}

/* ---- Things ---------------------------------------------------------------------------- */

static void *counted_alloc(void *ctx, size_t size)
{
    fh_kept_thing *thing = ctx;
    void *ptr = thing->from.alloc(thing->from.ctx, size);
    if (ptr) atomic_fetch_add_explicit(&thing->used, size, memory_order_relaxed);
    return ptr;
}

static void counted_free(void *ctx, void *ptr, size_t size)
{
    fh_kept_thing *thing = ctx;
    if (ptr) atomic_fetch_sub_explicit(&thing->used, size, memory_order_relaxed);
    thing->from.free(thing->from.ctx, ptr, size);
}

fh_kept_thing *fh_kept_begin(fh_kept *kept)
{
    fh_kept_thing *thing = kept->from.alloc(kept->from.ctx, sizeof *thing);
    if (!thing) return NULL;
    memset(thing, 0, sizeof *thing);
    thing->from = kept->from;
    thing->memory =
        (fh_allocator){counted_alloc, counted_free, thing, .block_size = kept->from.block_size};
    return thing;
}

const fh_allocator *fh_kept_memory(const fh_kept_thing *thing)
{
    return &thing->memory;
}

void fh_kept_drop(fh_kept_thing *thing)
{
    if (thing) thing->from.free(thing->from.ctx, thing, sizeof *thing);
}

static void end_thing(fh_kept_thing *thing)
{
    thing->end(thing->object);
    fh_kept_drop(thing);
}

/* ---- The table, under the lock ----------------------------------------------------------- */

static fh_kept_thing **bucket_of(fh_kept *kept, const fh_kept_key *key)
{
    uint32_t hash;
    memcpy(&hash, key->byte, sizeof hash);
    return &kept->bucket[hash % BUCKETS];
}

static fh_kept_thing *find(fh_kept *kept, const fh_kept_key *key)
{
    fh_kept_thing *t = *bucket_of(kept, key);
    while (t && memcmp(t->key.byte, key->byte, sizeof key->byte) != 0) t = t->next;
    return t;
}

static void unlink_use(fh_kept *kept, fh_kept_thing *t)
{
    *(t->newer ? &t->newer->older : &kept->newest) = t->older;
    *(t->older ? &t->older->newer : &kept->oldest) = t->newer;
}

static void link_newest(fh_kept *kept, fh_kept_thing *t)
{
    t->newer = NULL;
    t->older = kept->newest;
    *(kept->newest ? &kept->newest->newer : &kept->oldest) = t;
    kept->newest = t;
}

/* Takes it out; to be ended by the caller, unless it is NULL: somebody holds it. */
static fh_kept_thing *forget(fh_kept *kept, fh_kept_thing *t)
{
    fh_kept_thing **link = bucket_of(kept, &t->key);
    while (*link != t) link = &(*link)->next;
    *link = t->next;
    unlink_use(kept, t);
    kept->counts.bytes -= t->bytes;
    kept->counts.things--;
    t->forgotten = true;
    return t->holders ? NULL : t;
}

/* Whether it may go for something else: of columns only what nobody asks for any more. */
static bool may_go(const fh_kept *kept, const fh_kept_thing *t)
{
    return kept->columns || kept->turn - t->turn > LATELY;
}

/* Forgets the oldest until there are `free_bytes`, or none may go; returns a chain of those
 * to be ended, by `next`. */
static fh_kept_thing *make_room(fh_kept *kept, size_t free_bytes, bool all)
{
    fh_kept_thing *chain = NULL;
    while (kept->oldest && kept->counts.bytes > kept->most - free_bytes) {
        if (!all && !may_go(kept, kept->oldest)) break;
        fh_kept_thing *t = forget(kept, kept->oldest);
        kept->counts.forgotten++;
        if (!t) continue;
        t->next = chain;
        chain = t;
    }
    return chain;
}

static void end_chain(fh_kept_thing *chain)
{
    while (chain) {
        fh_kept_thing *next = chain->next;
        end_thing(chain);
        chain = next;
    }
}

/* ---- Looking up, keeping, forgetting ------------------------------------------------------ */

void *fh_kept_get(fh_kept *kept, const fh_kept_key *key, fh_kept_thing **held)
{
    fh_mutex_lock(kept->lock);
    fh_kept_thing *t = find(kept, key);
    if (t) {
        unlink_use(kept, t);
        link_newest(kept, t);
        t->holders++;
        t->turn = kept->turn;
        kept->counts.hits++;
    } else {
        kept->counts.misses++;
    }
    fh_mutex_unlock(kept->lock);
    *held = t;
    return t ? t->object : NULL;
}

void fh_kept_release(fh_kept *kept, fh_kept_thing *held)
{
    if (!held) return;
    fh_mutex_lock(kept->lock);
    const bool last = --held->holders == 0 && held->forgotten;
    fh_mutex_unlock(kept->lock);
    if (last) end_thing(held);
}

uint64_t fh_kept_era(fh_kept *kept)
{
    fh_mutex_lock(kept->lock);
    const uint64_t era = kept->era;
    fh_mutex_unlock(kept->lock);
    return era;
}

void fh_kept_put(fh_kept *kept, fh_kept_thing *thing, const fh_kept_key *key, uint64_t era,
                 void *object, void (*end)(void *object), size_t alike)
{
    thing->key = *key;
    thing->object = object;
    thing->end = end;
    thing->bytes = sizeof *thing + atomic_load_explicit(&thing->used, memory_order_relaxed);
    fh_kept_thing *gone = thing;
    thing->next = NULL;
    fh_mutex_lock(kept->lock);
    const bool fits = thing->bytes <= kept->most / 4 * 3 / (alike ? alike : 1);
    if (!fits) kept->counts.refused++;
    if (fits && era == kept->era && !find(kept, key)) gone = make_room(kept, thing->bytes, false);
    if (gone != thing && kept->counts.bytes > kept->most - thing->bytes) {
        thing->next = gone;
        gone = thing;
    } else if (gone != thing) {
        thing->turn = kept->turn;
        fh_kept_thing **bucket = bucket_of(kept, key);
        thing->next = *bucket;
        *bucket = thing;
        link_newest(kept, thing);
        kept->counts.bytes += thing->bytes;
        kept->counts.things++;
    }
    fh_mutex_unlock(kept->lock);
    end_chain(gone);
}

void fh_kept_renewed(fh_kept *kept)
{
    fh_mutex_lock(kept->lock);
    kept->counts.renewed++;
    fh_mutex_unlock(kept->lock);
}

void fh_kept_forget(fh_kept *kept, const fh_kept_key *key)
{
    fh_mutex_lock(kept->lock);
    fh_kept_thing *t = find(kept, key);
    if (t) t = forget(kept, t);
    fh_mutex_unlock(kept->lock);
    if (t) end_thing(t);
}

void fh_kept_clear(fh_kept *kept)
{
    if (!kept) return;
    if (kept->recent) fh_recent_forget(kept->recent);
    fh_mutex_lock(kept->lock);
    kept->era++;
    fh_kept_thing *gone = make_room(kept, kept->most, true);
    fh_mutex_unlock(kept->lock);
    end_chain(gone);
    fh_kept_clear(kept->columns);
}

void fh_kept_turn(fh_kept *columns)
{
    fh_mutex_lock(columns->lock);
    columns->turn++;
    fh_mutex_unlock(columns->lock);
}

void fh_kept_bound(fh_kept *columns, size_t most_bytes)
{
    fh_mutex_lock(columns->lock);
    columns->most = most_bytes;
    fh_mutex_unlock(columns->lock);
}

bool fh_kept_fits(fh_kept *columns, size_t bytes)
{
    fh_mutex_lock(columns->lock);
    const bool fits =
        bytes <= columns->most && (columns->counts.bytes <= columns->most - bytes ||
                                   (columns->oldest && may_go(columns, columns->oldest)));
    fh_mutex_unlock(columns->lock);
    return fits;
}

fh_kept_counts fh_kept_count(fh_kept *kept)
{
    fh_mutex_lock(kept->lock);
    const fh_kept_counts counts = kept->counts;
    fh_mutex_unlock(kept->lock);
    return counts;
}
