/* stored.h - what lies in the file: segments, inbox batches, payload pages.
 *
 * A *part* is a segment of the base, a delta, or an inbox batch: a row that tells
 * the range of customers and the counts, and BLOBs, one per column. This is the
 * floor scans, merges and cuts stand on; nothing outside src/store sees it.
 */
#ifndef FH_STORE_STORED_H
#define FH_STORE_STORED_H

#include "store/inside.h"
#include "store/kept.h"
#include "store/segments.h"
#include "story/held.h"

typedef enum fh_level { FH_LEVEL_BASE = 0, FH_LEVEL_DELTA = 1, FH_LEVEL_INBOX = 2 } fh_level;

/* A batch bigger than this is a delta, not a batch. */
#define FH_BATCH_MAX_BYTES (256u << 20)

/* The row of a part. */
typedef struct fh_stored {
    int64_t id; /* number of the segment or batch           */
    fh_level level;
    int64_t age;     /* order of arrival; 0 in the base          */
    uint32_t lo, hi; /* customers that count                     */
    uint32_t n, n_stories;
    uint32_t live_n, live_stories; /* of customers from lo; n once a merge has not begun on it */
    int64_t first_ms, last_ms;
    uint32_t columns; /* stored ones */
    bool clean;       /* no two interactions are the same */
    bool distinct;    /* clean, and nothing in it is the same as anything older */
} fh_stored;

/* "segment 17", "inbox batch 4": for messages. */
const char *fh_stored_name(const fh_stored *s, char space[48]);
/* FH_CORRUPT: "FILE: segment 17: ..." with the remedy as hint. */
fh_status fh_stored_fault(const fh_stored *s, fh_error *err, const char *what);

/* ---- Rows -------------------------------------------------------------------------- */

/* How a row says so: 0, 1 or 2. */
static inline int64_t fh_stored_clean(const fh_stored *s)
{
    return s->clean ? 1 + s->distinct : 0;
}

typedef struct fh_stored_list {
    fh_stored *row;
    size_t n, cap;
} fh_stored_list;
void fh_stored_free(fh_stored_list *list);
/* Adds the segments, or the inbox batches, that have customers of lo .. hi, in
 * the order of (lo, id). `dead` also finds what merges have taken already. */
FH_MUST_CHECK fh_status fh_stored_segments(fh_db *db, uint32_t lo, uint32_t hi, bool dead,
                                           fh_stored_list *list, fh_error *err);
FH_MUST_CHECK fh_status fh_stored_inbox(fh_db *db, uint32_t lo, uint32_t hi, fh_stored_list *list,
                                        fh_error *err);
/* What the row of `seg` must say (number, level, age, columns and `distinct` apart). */
void fh_stored_describe(const fh_segment *seg, fh_stored *out);

/* Writes the row and columns of a segment; level, age and `distinct` are told by `row`,
 * its number is taken from the counter, the rest from the segment. Payloads are not
 * its business. Inside a transaction, like all below. */
FH_MUST_CHECK fh_status fh_stored_put(fh_org *org, const fh_segment *seg, fh_stored *row,
                                      fh_error *err);
/* Only the row, complete. */
FH_MUST_CHECK fh_status fh_stored_put_row(fh_db *db, const fh_stored *row, fh_error *err);
/* Rewrites row and columns under the number they have. */
FH_MUST_CHECK fh_status fh_stored_replace(fh_org *org, const fh_segment *seg, fh_stored *row,
                                          fh_error *err);
FH_MUST_CHECK fh_status fh_stored_rewrite_batch(fh_org *org, const fh_segment *seg,
                                                const fh_str *payload, fh_stored *row,
                                                fh_error *err);
/* Removes a part with all that belongs to it. */
FH_MUST_CHECK fh_status fh_stored_delete(fh_org *org, const fh_stored *row, fh_error *err);
/* Customers up to `upto` count no more; the counts are those of what is left. */
FH_MUST_CHECK fh_status fh_stored_consume(fh_org *org, const fh_stored *row, uint32_t upto,
                                          uint32_t live_n, uint32_t live_stories, fh_error *err);

/* ---- BLOBs -------------------------------------------------------------------------- */

/* The bytes of a part's columns, re-usable. */
typedef struct fh_blobs {
    fh_buf bytes;
    uint32_t columns; /* asked for; what is not stored is all "none" */
    struct {
        size_t at, len; /* len 0: not there */
    } col[FH_N_COLUMNS];
    size_t pages_at; /* inbox: where its pages begin in `bytes` */
} fh_blobs;
void fh_blobs_init(fh_blobs *b);
void fh_blobs_free(fh_blobs *b);
/* Those of `columns` that are stored. FH_CORRUPT when one is missing. */
FH_MUST_CHECK fh_status fh_blobs_read(fh_db *db, const fh_stored *s, uint32_t columns, fh_blobs *b,
                                      fh_error *err);
/* Decodes what was read; the result must be what the row says. */
FH_MUST_CHECK fh_status fh_blobs_decode(const fh_blobs *b, const fh_stored *s, fh_space *space,
                                        fh_error *err);
/* Of what was read, the stories of the customers lo .. hi only, of which there may be none;
 * *skipped of the part's interactions lie before them. */
FH_MUST_CHECK fh_status fh_blobs_decode_of(const fh_blobs *b, const fh_stored *s, uint32_t lo,
                                           uint32_t hi, fh_space *space, uint32_t *skipped,
                                           fh_error *err);
/* The same from the file, a segment's columns one after the other without keeping their bytes: for
 * a few stories, of which little is left when a column is decoded. Columns are those of
 * fh_blobs_read; none, when there is no such story. */
FH_MUST_CHECK fh_status fh_stored_decode(fh_db *db, const fh_stored *s, uint32_t columns,
                                         uint32_t lo, uint32_t hi, fh_space *space,
                                         uint32_t *skipped, fh_error *err);
/* A segment's columns in memory (story/held.h), whether they were kept there or have just been
 * read: bytes under a segment's number and count never change. */
typedef struct fh_held_part {
    fh_kept *kept; /* NULL: nothing is held */
    const fh_held *column[FH_N_COLUMNS];
    fh_kept_thing *thing[FH_N_COLUMNS];
} fh_held_part;
/* Holds `columns`, those that are stored, until they are released. `kept` keeps columns, `era` is
 * from before the moment of `db`. out->kept is NULL where they cannot be held: one is not of the
 * kind, or there is no room. */
FH_MUST_CHECK fh_status fh_held_take(fh_db *db, fh_kept *kept, uint64_t era, const fh_stored *s,
                                     uint32_t columns, fh_held_part *out, fh_error *err);
void fh_held_release(fh_held_part *held); /* a zeroed one is allowed */
/* The stories of these customers, [n] rising, with `columns`, which are held. */
FH_MUST_CHECK fh_status fh_held_show(const fh_held_part *held, const fh_stored *s, uint32_t columns,
                                     const uint32_t *customer, size_t n, fh_space *space,
                                     fh_error *err);
/* All if the part has a story of lo .. hi; else only *any = false. */
FH_MUST_CHECK fh_status fh_blobs_decode_if(const fh_blobs *b, const fh_stored *s, uint32_t lo,
                                           uint32_t hi, fh_space *space, bool *any, fh_error *err);
/* An inbox batch's bytes: all columns of `seg` that are there, then its pages. */
FH_MUST_CHECK fh_status fh_inbox_encode(const fh_segment *seg, const fh_str *payload, fh_buf *out,
                                        uint32_t *columns, fh_error *err);
/* The payloads of an inbox batch read by fh_blobs_read, [s->n] in the arena. */
FH_MUST_CHECK fh_status fh_inbox_payloads(const fh_blobs *b, const fh_stored *s, fh_arena *arena,
                                          const fh_str **out, fh_error *err);

/* ---- Payload pages ---------------------------------------------------------------------- */

typedef struct fh_page {
    int64_t id;
    uint32_t first, n; /* interactions of the segment */
} fh_page;

/* The pages of one segment and the one decoded last. */
typedef struct fh_pages {
    int64_t segment;
    fh_page *page; /* [n] in order */
    size_t n;
    size_t open;           /* the decoded one; n: none */
    const fh_str *payload; /* its payloads */
    fh_arena *arena;
} fh_pages;
FH_MUST_CHECK fh_status fh_pages_open(fh_db *db, int64_t segment, fh_pages *pages, fh_error *err);
void fh_pages_close(fh_pages *pages);
/* The payload of interaction `index`, empty when no page has it; it lives until
 * another page is looked at. */
FH_MUST_CHECK fh_status fh_pages_get(fh_db *db, fh_pages *pages, uint32_t index, fh_str *out,
                                     fh_error *err);
/* The page that begins with `index`, NULL: none does. */
const fh_page *fh_pages_at(const fh_pages *pages, uint32_t index);

/* Payloads from *from (moved behind empty ones) to what is returned make a page of
 * about FH_PAGE_TARGET bytes; *from = n: there is none. */
uint32_t fh_page_span(const fh_str *payload, uint32_t n, uint32_t *from);
/* Writes one page, encoded already. */
FH_MUST_CHECK fh_status fh_page_put(fh_org *org, int64_t segment, uint32_t first, uint32_t n,
                                    fh_str bytes, fh_error *err);
/* Writes pages for payload[0 .. n-1], interactions first .. of a segment. */
FH_MUST_CHECK fh_status fh_pages_put(fh_org *org, int64_t segment, uint32_t first,
                                     const fh_str *payload, uint32_t n, fh_error *err);
/* Gives a page to another place; its bytes stay where they are. */
FH_MUST_CHECK fh_status fh_page_move(fh_org *org, int64_t page, int64_t segment, uint32_t first,
                                     fh_error *err);
FH_MUST_CHECK fh_status fh_page_delete(fh_org *org, int64_t page, fh_error *err);

/* ---- The inbox as one segment --------------------------------------------------------------- */

/* Batches merged in memory, oldest first. */
typedef struct fh_tail {
    fh_space *space;
    const fh_segment *seg;
    const fh_str *payload; /* [seg->n]; NULL when not asked for */
    fh_arena *arena;
    bool distinct; /* so is every batch: nothing was compared, only `columns` are there */
} fh_tail;
/* Only stories of customers lo .. hi; seg->n may be 0. */
FH_MUST_CHECK fh_status fh_tail_load(fh_db *db, const fh_stored *batch, size_t n, uint32_t lo,
                                     uint32_t hi, uint32_t columns, bool payloads, fh_tail **out,
                                     uint64_t *n_duplicates, fh_error *err);
void fh_tail_free(fh_tail *tail);

/* fh_store_cut inside a transaction, without emptying the logs afterwards. */
FH_MUST_CHECK fh_status fh_stored_cut(fh_org *org, uint32_t customer, uint64_t *n_cut,
                                      fh_error *err);

/* The index of the first story of a customer >= `customer`. */
uint32_t fh_story_from(const fh_segment *seg, uint32_t customer);

#endif
