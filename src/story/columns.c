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

fh_status fh_stories_narrow(fh_space *space, uint32_t first, uint32_t count, uint32_t *skipped,
                            fh_error *err)
{
    fh_segment *seg = &space->seg;
    if (seg->columns != 1u << FH_COL_STORIES || first > seg->n_stories ||
        count > seg->n_stories - first)
        return fh_fail(err, FH_INVALID, "there are no stories %u to %u to read", first,
                       first + count);
    const uint32_t from = seg->start[first], until = seg->start[first + count];
    uint32_t *start = fh_space_slot(space, FH_SLOT_NARROW, (size_t)count + 1, sizeof *start);
    if (!start) return fh_no_memory(err);
    for (uint32_t s = 0; s <= count; s++) start[s] = seg->start[first + s] - from;
    seg->customer += first;
    seg->first_s += first;
    seg->start = start;
    seg->n_stories = count;
    seg->n = until - from;
    space->skipped += from;
    *skipped = space->skipped;
    return FH_OK;
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
        if (b.n != space->of)
            return fh_corrupt(err, (uint32_t)col, "it is for another number of interactions");
        status = codecs[col].decode(space, &b, err);
        if (status != FH_OK) return status;
    } else if (col == FH_COL_GAP && space->of > 0) {
        return fh_corrupt(err, (uint32_t)col, "it is missing");
    }
    space->seg.columns |= 1u << col;
    return FH_OK;
}

uint32_t *fh_svb_column(fh_space *space, const fh_blob *blob, fh_status *status, fh_error *err)
{
    const fh_reach reach = fh_reach_of(space->skipped, space->seg.n, blob->n, FH_SVB_GROUP);
    fh_svb s;
    *status = FH_OK;
    if (!fh_svb_open(&s, blob->body, blob->len, blob->n) || s.bytes != blob->len) {
        *status = fh_corrupt(err, blob->column, "its length contradicts its count");
        return NULL;
    }
    uint32_t *out =
        fh_space_part(space, (fh_column)blob->column, FH_PART_MAIN, reach.n, sizeof *out);
    if (!out) {
        *status = fh_no_memory(err);
        return NULL;
    }
    fh_svb_skip(&s, reach.at);
    (void)fh_svb_read(&s, out, reach.n);
    return out + reach.ahead;
}
