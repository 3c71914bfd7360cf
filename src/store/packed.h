/* packed.h - what a merge is about to write, ready made.
 *
 * Merging, encoding and compressing take long, writing the bytes does not. So the
 * long part can be done without holding the write lock, from a reader's view, and
 * what it made be put into the file in a transaction of a few milliseconds.
 */
#ifndef FH_STORE_PACKED_H
#define FH_STORE_PACKED_H

#include "store/reader.h"

/* One new segment. */
typedef struct fh_packed_part {
    fh_stored row; /* number 0 until it is put */
    size_t at[FH_N_COLUMNS], len[FH_N_COLUMNS];
} fh_packed_part;

/* A payload page of it: new bytes, or one that is there and gets another place. */
typedef struct fh_packed_page {
    size_t part;
    int64_t moved; /* the page; 0: new */
    uint32_t first, n;
    size_t at, len;
} fh_packed_page;

typedef struct fh_packed {
    fh_buf bytes;
    fh_packed_part *part;
    size_t n_parts, cap_parts;
    fh_packed_page *page;
    size_t n_pages, cap_pages;
    uint64_t n; /* interactions */
    fh_space *piece;
    fh_arena *arena;
    fh_str *pending; /* [cap_pending] */
    size_t cap_pending;
} fh_packed;

void fh_packed_init(fh_packed *p);
void fh_packed_free(fh_packed *p);
void fh_packed_clear(fh_packed *p);

/* Adds what a view (with places) shows, in segments of about FH_SEGMENT_TARGET, with
 * level, age and `distinct` of `like`. Payload pages that stand together still are
 * moved, others packed anew; `db` is the reader's. */
FH_MUST_CHECK fh_status fh_packed_add_view(fh_packed *p, fh_db *db, const fh_view *view,
                                           const fh_stored *like, fh_error *err);
/* The same for the inbox. */
FH_MUST_CHECK fh_status fh_packed_add_tail(fh_packed *p, const fh_tail *tail, const fh_stored *like,
                                           fh_error *err);
/* Writes it all; inside a transaction. */
FH_MUST_CHECK fh_status fh_packed_put(fh_packed *p, fh_org *org, fh_error *err);

#endif
