/* codecs.h - one pair of functions per kind of column.
 *
 * An encoder appends the body and fills in the head's codec, detail and m; when
 * the column is empty it says so by leaving `head->n` 0 (the caller then writes
 * no blob). Memory running out shows in the buffer's status.
 *
 * A decoder gets a blob whose checksum and count are right, and believes nothing
 * else. It gives the seg.n interactions behind the first `skipped` of the space (all,
 * unless it was narrowed), looks at little beside them, and sets the column in space->seg
 * only when all of what it gives is valid. A column that decodes as a whole decodes in any part.
 */
#ifndef FH_STORY_CODECS_H
#define FH_STORY_CODECS_H

#include "story/blob.h"
#include "story/space.h"

typedef struct fh_encoding {
    const fh_segment *seg;
    fh_column col;
    fh_buf *out;
    fh_arena *scratch;
    fh_blob head;
    bool empty; /* all entries are "none": nothing needs to be written */
} fh_encoding;

typedef fh_status fh_encoder(fh_encoding *e, fh_error *err);
typedef fh_status fh_decoder(fh_space *space, const fh_blob *blob, fh_error *err);

fh_encoder fh_encode_stories, fh_encode_gap, fh_encode_ms;
fh_decoder fh_decode_stories, fh_decode_gap, fh_decode_ms;
fh_encoder fh_encode_codes, fh_encode_origin;
fh_decoder fh_decode_codes, fh_decode_origin;
fh_encoder fh_encode_value, fh_encode_score;
fh_decoder fh_decode_value, fh_decode_score;
fh_encoder fh_encode_problem, fh_encode_id, fh_encode_member, fh_encode_payload_len;
fh_decoder fh_decode_problem, fh_decode_id, fh_decode_member, fh_decode_payload_len;

/* The space's interactions out of a StreamVByte stream of one number for each that is stored,
 * which is the blob's whole body. NULL: FH_CORRUPT or FH_NOMEM is in *status. */
uint32_t *fh_svb_column(fh_space *space, const fh_blob *blob, fh_status *status, fh_error *err);

static inline uint32_t fh_zigzag(int32_t v)
{
    return (uint32_t)v << 1 ^ (uint32_t)(v >> 31);
}

static inline int32_t fh_unzigzag(uint32_t v)
{
    return (int32_t)(v >> 1 ^ (0 - (v & 1)));
}

#endif
