/* blob.h - the envelope every column's bytes lie in.
 *
 *      0  4  "FHC" and the version, 1
 *      4  1  column (fh_column)
 *      5  1  codec: which of the column's layouts the body has
 *      6  1  detail: what the codec needs to know, such as a width in bits
 *      7  1  0
 *      8  4  n: interactions
 *     12  4  m: stories, names, entries present: whatever the codec counts
 *     16  8  checksum: xxh3 of bytes 0 .. 15 and the xxh3 of the body
 *     24     body
 *
 * Numbers are little-endian, as in memory on every machine this runs on.
 */
#ifndef FH_STORY_BLOB_H
#define FH_STORY_BLOB_H

#include "firsthand/story.h"

enum { FH_BLOB_HEAD = 24, FH_BLOB_VERSION = 1, FH_BLOB_PAGE = 255 };

typedef struct fh_blob {
    uint32_t column; /* fh_column, or FH_BLOB_PAGE */
    uint32_t codec, detail;
    uint32_t n, m;
    const uint8_t *body;
    size_t len; /* of the body */
} fh_blob;

/* "gap", "touchpoint", ... for messages. */
const char *fh_column_name(uint32_t column);

/* FH_CORRUPT with the column's name and what is wrong with it. */
fh_status fh_corrupt(fh_error *err, uint32_t column, const char *what);

/* Makes room for a head at the end of `out` and returns its offset; the body is
 * appended next, then fh_blob_end fills in the head. */
size_t fh_blob_begin(fh_buf *out);
void fh_blob_end(fh_buf *out, size_t head_at, const fh_blob *head);

/* Checks magic, version, column and checksum. */
FH_MUST_CHECK fh_status fh_blob_open(fh_blob *blob, uint32_t column, const void *bytes, size_t len,
                                     fh_error *err);

/* Sets the checksum of a whole blob to what it has to be. */
void fh_blob_seal(void *bytes, size_t len);

/* What the buffer's status means for the caller of an encoder. */
FH_MUST_CHECK fh_status fh_buf_outcome(const fh_buf *out, fh_error *err);

#endif
