/* columns.c - columns to bytes and back: the table of codecs and what is common
 * to all of them (envelope, counts, scratch memory). */
#include "story/codecs.h"
#include "story/svb.h"

static const struct {
    fh_encoder *encode;
    fh_decoder *decode;
} codecs[FH_N_COLUMNS] = {
    [FH_COL_STORIES] = {fh_encode_stories, fh_decode_stories},
    [FH_COL_GAP] = {fh_encode_gap, fh_decode_gap},
    [FH_COL_MS] = {fh_encode_ms, fh_decode_ms},
    [FH_COL_TOUCHPOINT] = {fh_encode_codes, fh_decode_codes},
    [FH_COL_CHANNEL] = {fh_encode_codes, fh_decode_codes},
    [FH_COL_DEPARTMENT] = {fh_encode_codes, fh_decode_codes},
    [FH_COL_DIRECTION] = {fh_encode_codes, fh_decode_codes},
    [FH_COL_OUTCOME] = {fh_encode_codes, fh_decode_codes},
    [FH_COL_VALUE] = {fh_encode_value, fh_decode_value},
    [FH_COL_CURRENCY] = {fh_encode_codes, fh_decode_codes},
    [FH_COL_SCORE] = {fh_encode_score, fh_decode_score},
    [FH_COL_PROBLEM] = {fh_encode_problem, fh_decode_problem},
    [FH_COL_ORIGIN] = {fh_encode_origin, fh_decode_origin},
    [FH_COL_ID] = {fh_encode_id, fh_decode_id},
    [FH_COL_MEMBER] = {fh_encode_member, fh_decode_member},
    [FH_COL_PAYLOAD] = {fh_encode_payload_len, fh_decode_payload_len},
};

fh_status fh_column_encode(const fh_segment *seg, fh_column col, fh_buf *out, fh_error *err)
{
    if ((uint32_t)col >= FH_N_COLUMNS)
        return fh_fail(err, FH_INVALID, "there is no column %d", (int)col);
    fh_status status = fh_buf_outcome(out, err);
    if (status != FH_OK) return status;
    fh_arena *scratch = fh_arena_new(&out->from);
    if (!scratch) return fh_no_memory(err);

    const size_t at = fh_blob_begin(out);
    fh_encoding e = {.seg = seg, .col = col, .out = out, .scratch = scratch};
    e.head = (fh_blob){.column = (uint32_t)col, .n = seg->n};
    status = codecs[col].encode(&e, err);
    if (status == FH_OK) status = fh_buf_outcome(out, err);
    if (status == FH_OK && !e.empty)
        fh_blob_end(out, at, &e.head);
    else if (out->len > at)
        out->len = at;
    fh_arena_free(scratch);
    return status;
}

fh_status fh_stories_decode(fh_space *space, const void *blob, size_t len, fh_error *err)
{
    fh_blob b;
    fh_space_clear(space);
    const fh_status status = fh_blob_open(&b, FH_COL_STORIES, blob, len, err);
    if (status != FH_OK) return status;
    return fh_decode_stories(space, &b, err);
}

fh_status fh_column_decode(fh_space *space, fh_column col, const void *blob, size_t len,
                           fh_error *err)
{
    if ((uint32_t)col >= FH_N_COLUMNS)
        return fh_fail(err, FH_INVALID, "there is no column %d", (int)col);
    if (col == FH_COL_STORIES) return fh_stories_decode(space, blob, len, err);
    fh_segment_drop(&space->seg, col);
    space->seg.columns &= ~(1u << col);
    if (len) {
        fh_blob b;
        fh_status status = fh_blob_open(&b, (uint32_t)col, blob, len, err);
        if (status != FH_OK) return status;
        if (b.n != space->seg.n)
            return fh_corrupt(err, (uint32_t)col, "it is for another number of interactions");
        status = codecs[col].decode(space, &b, err);
        if (status != FH_OK) return status;
    } else if (col == FH_COL_GAP && space->seg.n > 0) {
        return fh_corrupt(err, (uint32_t)col, "it is missing");
    }
    space->seg.columns |= 1u << col;
    return FH_OK;
}

bool fh_svb_exactly(const uint8_t *bytes, size_t len, uint32_t *out, size_t n)
{
    fh_svb s;
    if (!fh_svb_open(&s, bytes, len, n) || s.bytes != len) return false;
    (void)fh_svb_read(&s, out, n);
    return true;
}
