/* rows.c - rows on their way into segments, kept by customer range (see rows.h).
 *
 * Always: a customer's rows are all in one bucket, in the order they were added;
 * every chunk begins at a multiple of its size; `last` is the end of a bucket's
 * list, NULL when the bucket is empty; only the slabs up to a pool's `current`
 * have anything in use.
 */
#include "story/rows.h"

#include "base/checked.h"

#include <string.h>

enum {
    FIRST_SHIFT = 9,    /* 512 customers a bucket: their rows fit the L2 cache */
    FEW_SHIFT = 26,     /* next to no buckets: each takes a chunk and more */
    MAX_BUCKETS = 4096, /* more, and they are joined in pairs                  */
    FIRST_SLAB = 1 << 14,
    LAST_SLAB = 4 << 20,
    AHEAD = 8, /* rows */
};

/* ---- Pools ----------------------------------------------------------------- */

struct fh_slab {
    fh_slab *next;
    size_t size, used; /* bytes, this head among them */
};

/* A piece of `bytes` bytes that begins at a multiple of `align`. */
static void *take(fh_pool *pool, const fh_allocator *from, size_t bytes, size_t align)
{
    for (fh_slab *slab = pool->current; slab; slab = slab->next) {
        const uintptr_t at = (uintptr_t)slab + slab->used;
        const size_t skip = (align - at % align) % align;
        if (slab->size - slab->used >= skip && slab->size - slab->used - skip >= bytes) {
            slab->used += skip + bytes;
            pool->current = slab;
            pool->taken += bytes;
            return (char *)slab + slab->used - bytes;
        }
        if (!slab->next) break;
        if (slab->next->size < bytes + align + sizeof *slab) break;
    }
    size_t size = pool->current ? pool->current->size * 2 : FIRST_SLAB, need;
    if (size > LAST_SLAB) size = LAST_SLAB;
    if (!fh_add_size(bytes, align + sizeof(fh_slab), &need)) return NULL;
    if (size < need) size = need;
    fh_slab *slab = from->alloc(from->ctx, size);
    if (!slab) return NULL;
    *slab = (fh_slab){.size = size, .used = sizeof *slab};
    if (pool->current) {
        slab->next = pool->current->next;
        pool->current->next = slab;
    } else {
        pool->first = slab;
    }
    pool->current = slab;
    return take(pool, from, bytes, align);
}

static void rewind_pool(fh_pool *pool)
{
    for (fh_slab *slab = pool->first; slab; slab = slab->next) slab->used = sizeof *slab;
    pool->current = pool->first;
    pool->taken = 0;
}

static void free_pool(fh_pool *pool, const fh_allocator *from)
{
    for (fh_slab *slab = pool->first; slab;) {
        fh_slab *next = slab->next;
        from->free(from->ctx, slab, slab->size);
        slab = next;
    }
    *pool = (fh_pool){NULL, NULL, 0};
}

/* ---- Buckets ---------------------------------------------------------------- */

void fh_rows_init(fh_rows *rows, const fh_allocator *from)
{
    *rows = (fh_rows){.from = *from, .shift = FIRST_SHIFT, .first_shift = FIRST_SHIFT};
}

void fh_rows_few(fh_rows *rows)
{
    rows->shift = rows->first_shift = FEW_SHIFT;
}

void fh_rows_free(fh_rows *rows)
{
    free_pool(&rows->chunks, &rows->from);
    free_pool(&rows->texts, &rows->from);
    if (rows->bucket)
        rows->from.free(rows->from.ctx, rows->bucket, rows->cap_buckets * sizeof *rows->bucket);
}

void fh_rows_reset(fh_rows *rows)
{
    rewind_pool(&rows->chunks);
    rewind_pool(&rows->texts);
    rows->n_buckets = 0;
    rows->shift = rows->first_shift;
    rows->used = 0;
    rows->n = 0;
}

size_t fh_rows_bytes(const fh_rows *rows)
{
    return rows->chunks.taken + rows->texts.taken + rows->cap_buckets * sizeof *rows->bucket;
}

size_t fh_bucket_settle(fh_bucket *bucket)
{
    if (!bucket->last) return 0;
    bucket->last->n = (uint64_t)(bucket->at - bucket->last->row);
    return bucket->n + bucket->last->n;
}

/* Joins neighbouring buckets: 0 with 1, 2 with 3, ... */
static void join_pairs(fh_rows *rows)
{
    for (uint32_t b = 0; b < rows->n_buckets; b += 2) {
        fh_bucket joined = rows->bucket[b];
        if (b + 1 < rows->n_buckets && rows->bucket[b + 1].last) {
            const fh_bucket right = rows->bucket[b + 1];
            const size_t n = fh_bucket_settle(&joined);
            if (joined.last)
                joined.last->next = right.first;
            else
                joined.first = right.first;
            joined.last = right.last;
            joined.at = right.at;
            joined.n = n + right.n;
        }
        rows->bucket[b / 2] = joined;
    }
    rows->n_buckets = (rows->n_buckets + 1) / 2;
    rows->shift++;
}

/* Makes bucket `customer >> shift` exist, which may change the shift. */
static bool reach(fh_rows *rows, uint32_t customer)
{
    while (customer >> rows->shift >= MAX_BUCKETS) join_pairs(rows);
    const uint32_t need = (customer >> rows->shift) + 1;
    if (need > rows->cap_buckets) {
        uint32_t cap = rows->cap_buckets ? rows->cap_buckets : 16;
        while (cap < need) cap *= 2;
        fh_bucket *grown = rows->from.alloc(rows->from.ctx, cap * sizeof *grown);
        if (!grown) return false;
        if (rows->bucket) {
            memcpy(grown, rows->bucket, rows->n_buckets * sizeof *grown);
            rows->from.free(rows->from.ctx, rows->bucket, rows->cap_buckets * sizeof *rows->bucket);
        }
        rows->bucket = grown;
        rows->cap_buckets = cap;
    }
    for (; rows->n_buckets < need; rows->n_buckets++)
        rows->bucket[rows->n_buckets] = (fh_bucket){NULL, NULL, NULL, 0};
    return true;
}

static bool add_chunk(fh_rows *rows, fh_bucket *bucket)
{
    fh_chunk *chunk = take(&rows->chunks, &rows->from, sizeof *chunk, FH_CHUNK_BYTES);
    if (!chunk) return false;
    chunk->next = NULL;
    chunk->rare = NULL;
    bucket->n = fh_bucket_settle(bucket);
    if (bucket->last)
        bucket->last->next = chunk;
    else
        bucket->first = chunk;
    bucket->last = chunk;
    bucket->at = chunk->row;
    return true;
}

/* ---- Rows -------------------------------------------------------------------- */

static bool has_rare(const fh_row *row)
{
    return row->id || row->problem || row->has_score || row->payload.len ||
           (row->member && row->member != row->customer);
}

/* For the row that goes to bucket->at. */
static bool put_rare(fh_rows *rows, const fh_bucket *bucket, const fh_row *row)
{
    fh_chunk *chunk = bucket->last;
    if (!chunk->rare) {
        fh_rare *rare = take(&rows->chunks, &rows->from, FH_CHUNK_ROWS * sizeof *rare, 8);
        if (!rare) return false;
        memset(rare, 0, FH_CHUNK_ROWS * sizeof *rare);
        chunk->rare = rare;
    }
    char *text = NULL;
    if (row->payload.len) {
        text = take(&rows->texts, &rows->from, row->payload.len, 1);
        if (!text) return false;
        memcpy(text, row->payload.ptr, row->payload.len);
        rows->used |= 1u << FH_COL_PAYLOAD;
    }
    const bool is_member = row->member && row->member != row->customer;
    if (row->id) rows->used |= 1u << FH_COL_ID;
    if (row->problem) rows->used |= 1u << FH_COL_PROBLEM;
    if (is_member) rows->used |= 1u << FH_COL_MEMBER;
    chunk->rare[bucket->at - chunk->row] = (fh_rare){.id = row->id,
                                                     .payload = text,
                                                     .payload_len = (uint32_t)row->payload.len,
                                                     .member = is_member ? row->member : 0,
                                                     .problem = row->problem,
                                                     .score = row->has_score ? row->score : 0};
    return true;
}

static fh_status refuse(const fh_row *row, fh_error *err)
{
    if (row->payload.len > UINT32_MAX) {
        (void)fh_fail(err, FH_LIMIT, "a payload of %zu bytes is too long", row->payload.len);
        return fh_hint(err, FH_LIMIT, "Payloads may have up to 4 GiB.");
    }
    return fh_fail(err, FH_INVALID, "interaction with customer %u, %u ms, direction %u",
                   row->customer, (unsigned)row->ms, (unsigned)row->direction);
}

static inline fh_hot hot_of(const fh_row *row)
{
    const uint32_t bits = (uint32_t)row->ms | (row->has_value ? FH_HOT_VALUE : 0u) |
                          (row->has_score ? FH_HOT_SCORE : 0u) |
                          (uint32_t)row->direction << FH_HOT_DIRECTION;
    return (fh_hot){.value = row->has_value ? row->value : 0,
                    .customer = row->customer,
                    .at_s = row->at_s,
                    .origin = row->origin,
                    .touchpoint = row->touchpoint,
                    .channel = row->channel,
                    .department = row->department,
                    .outcome = row->outcome,
                    .currency = row->currency,
                    .bits = (uint16_t)bits};
}

/* What any of the rows has, of what is cheap to tell. */
typedef struct seen {
    uint32_t bits, outcome, currency, origin;
} seen;

static inline void see(seen *any, const fh_hot *row)
{
    any->bits |= row->bits;
    any->outcome |= row->outcome;
    any->currency |= row->currency;
    any->origin |= row->origin;
}

static uint32_t columns_of(const seen *any)
{
    return (any->bits & FH_HOT_MS ? 1u << FH_COL_MS : 0) |
           (any->bits & FH_HOT_VALUE ? 1u << FH_COL_VALUE : 0) |
           (any->bits & FH_HOT_SCORE ? 1u << FH_COL_SCORE : 0) |
           (any->bits >> FH_HOT_DIRECTION ? 1u << FH_COL_DIRECTION : 0) |
           (any->outcome ? 1u << FH_COL_OUTCOME : 0) | (any->currency ? 1u << FH_COL_CURRENCY : 0) |
           (any->origin ? 1u << FH_COL_ORIGIN : 0);
}

static inline bool is_full(const fh_bucket *bucket)
{
    return (uintptr_t)bucket->at % FH_CHUNK_BYTES == 0;
}

/* The bucket of a customer, with room for a row; NULL: no memory. */
static inline fh_bucket *bucket_for(fh_rows *rows, uint32_t customer)
{
    uint32_t b = customer >> rows->shift;
    if (b >= rows->n_buckets) {
        if (!reach(rows, customer)) return NULL;
        b = customer >> rows->shift;
    }
    fh_bucket *bucket = &rows->bucket[b];
    return is_full(bucket) && !add_chunk(rows, bucket) ? NULL : bucket;
}

/* The place of a row to come, or near it, is on its way to the cache. */
static inline void fetch_ahead(const fh_rows *rows, const fh_row *row)
{
    const uint32_t b = row->customer >> rows->shift;
    if (b < rows->n_buckets) __builtin_prefetch(rows->bucket[b].at, 1);
}

fh_status fh_rows_add(fh_rows *rows, const fh_row *row, size_t n, fh_error *err)
{
    seen any = {0, 0, 0, 0};
    fh_status status = FH_OK;
    for (const fh_row *end = row + n; row != end; row++) {
        if (end - row > AHEAD) fetch_ahead(rows, row + AHEAD);
        if (row->customer == 0 || row->ms > 999 || row->direction >= FH_N_DIRECTIONS ||
            row->payload.len > UINT32_MAX) {
            status = refuse(row, err);
            break;
        }
        fh_bucket *bucket = bucket_for(rows, row->customer);
        if (!bucket || (has_rare(row) && !put_rare(rows, bucket, row))) {
            status = fh_no_memory(err);
            break;
        }
        fh_hot *to = bucket->at++;
        *to = hot_of(row);
        see(&any, to);
        rows->n++;
    }
    rows->used |= columns_of(&any);
    return status;
}
