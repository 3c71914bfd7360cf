/* rows.h - rows on their way into segments, kept by customer range.
 *
 *     bucket = customer >> shift         chunk: 2 KiB, 63 rows
 *     [ 0 ] -> chunk -> chunk            [ next | rare | n | rows .......... ]
 *     [ 1 ] -> chunk                                |
 *     [ 2 ]                                         `-> what few rows have:
 *       :                                               63 of fh_rare, or NULL
 *
 * A row goes to the end of its bucket's last chunk, so the rows of a customer
 * stand in the order they came. The bucket knows where that is: adding a row
 * touches the bucket and the row's own place, nothing else. When customer numbers outgrow the
 * buckets, two neighbours are joined by hanging one list behind the other: no row moves.
 */
#ifndef FH_STORY_ROWS_H
#define FH_STORY_ROWS_H

#include "firsthand/story.h"

enum { FH_CHUNK_BYTES = 2048, FH_CHUNK_ROWS = 63 };

/* What nearly every row has. */
typedef struct fh_hot {
    int64_t value;
    uint32_t customer, at_s, origin;
    uint16_t touchpoint, channel, department, outcome, currency;
    uint16_t bits; /* ms, then the FH_HOT_ bits */
} fh_hot;

enum { FH_HOT_MS = 1023, FH_HOT_VALUE = 1 << 10, FH_HOT_SCORE = 1 << 11, FH_HOT_DIRECTION = 12 };

/* What few rows have. */
typedef struct fh_rare {
    uint64_t id;
    const char *payload;
    uint32_t payload_len;
    uint32_t member, problem;
    int32_t score;
} fh_rare;

typedef struct fh_chunk {
    struct fh_chunk *next;
    fh_rare *rare; /* [FH_CHUNK_ROWS] or NULL: none of these rows has any */
    uint64_t n;    /* told once the bucket is settled */
    uint64_t unused;
    fh_hot row[FH_CHUNK_ROWS];
} fh_chunk;

_Static_assert(sizeof(fh_hot) == 32, "a row is half a cache line");
_Static_assert(sizeof(fh_chunk) == FH_CHUNK_BYTES, "a chunk is found from a row's address");

/* Its rows: n in chunks before `last`, and those of `last` up to `at`. */
typedef struct fh_bucket {
    fh_chunk *first, *last;
    fh_hot *at; /* where the next row goes; at a chunk's end, or NULL: nowhere yet */
    size_t n;
} fh_bucket;

/* Memory handed out piece by piece and taken back all at once. */
typedef struct fh_slab fh_slab;
typedef struct fh_pool {
    fh_slab *first, *current;
    size_t taken; /* bytes */
} fh_pool;

typedef struct fh_rows {
    fh_allocator from;
    fh_pool chunks, texts;
    fh_bucket *bucket;
    uint32_t n_buckets, cap_buckets, shift;
    uint32_t first_shift; /* that an empty one begins with */
    uint32_t used;        /* bit per fh_column that any row has */
    size_t n;
} fh_rows;

void fh_rows_init(fh_rows *rows, const fh_allocator *from);
void fh_rows_free(fh_rows *rows);
void fh_rows_reset(fh_rows *rows); /* forgets the rows, keeps the memory */
/* Of one with no rows: few are to come between two resets, of customers far from one another. */
void fh_rows_few(fh_rows *rows);
FH_MUST_CHECK fh_status fh_rows_add(fh_rows *rows, const fh_row *row, size_t n, fh_error *err);
size_t fh_rows_bytes(const fh_rows *rows);

/* Makes the chunks of a bucket tell how many rows they have, before they are read;
 * returns how many there are in all. Rows may be added afterwards. */
size_t fh_bucket_settle(fh_bucket *bucket);

/* The rare part of a row; NULL: it has none. */
static inline const fh_rare *fh_rare_of(const fh_hot *row)
{
    const uintptr_t inside = (uintptr_t)row % FH_CHUNK_BYTES;
    const fh_chunk *chunk = (const void *)((const char *)row - inside);
    return chunk->rare ? &chunk->rare[row - chunk->row] : NULL;
}

#endif
