/* page.c - payload pages: what interactions carry beside their columns, many in
 * one compressed block that no fold reads.
 *
 *     envelope (blob.h): n = count, m = bytes of all payloads together
 *     svb(length of each)
 *     zstd frame of the payloads one after the other; nothing when m is 0
 *
 * A page says how long it will be before it is unpacked, and a frame is not
 * believed to hold more than its bytes can: zstd's best is about 1 : 33,000.
 */
#include "story/blob.h"
#include "story/space.h"
#include "story/svb.h"

#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { LEVEL = 1, MOST_PER_BYTE = 1 << 16, MAX_PAGE = 1 << 30 };

/* Appends the payloads' bytes, compressed. */
static fh_status put_frame(fh_arena *scratch, const fh_str *payload, uint32_t count, size_t total,
                           fh_buf *out, fh_error *err)
{
    char *all = fh_arena_alloc(scratch, total, 1);
    if (!all) return fh_no_memory(err);
    char *at = all;
    for (uint32_t i = 0; i < count; i++) {
        if (payload[i].len) memcpy(at, payload[i].ptr, payload[i].len);
        at += payload[i].len;
    }
    const size_t room = ZSTD_compressBound(total);
    char *frame = fh_buf_reserve(out, room);
    if (!frame) return FH_OK; /* sticky: the caller looks at the buffer */
    const size_t used = ZSTD_compress(frame, room, all, total, LEVEL);
    if (ZSTD_isError(used)) return fh_no_memory(err); /* nothing else can go wrong here */
    out->len += used;
    return FH_OK;
}

fh_status fh_page_encode(const fh_str *payload, uint32_t count, fh_buf *out, fh_error *err)
{
    size_t total = 0;
    fh_status status = fh_buf_outcome(out, err);
    if (status != FH_OK) return status;
    for (uint32_t i = 0; i < count; i++) {
        if (payload[i].len > MAX_PAGE - total) {
            (void)fh_fail(err, FH_LIMIT, "payloads of more than %d bytes together", MAX_PAGE);
            return fh_hint(err, FH_LIMIT, "Shorten what the interaction carries.");
        }
        total += payload[i].len;
    }
    fh_arena *scratch = fh_arena_new(&out->from);
    if (!scratch) return fh_no_memory(err);
    const size_t at = fh_blob_begin(out);
    uint32_t *len = FH_NEW_ARRAY(scratch, uint32_t, count);
    if (len) {
        for (uint32_t i = 0; i < count; i++) len[i] = (uint32_t)payload[i].len;
        fh_svb_encode(out, len, count);
        if (total) status = put_frame(scratch, payload, count, total, out, err);
    } else {
        status = fh_no_memory(err);
    }
    if (status == FH_OK) status = fh_buf_outcome(out, err);
    const fh_blob head = {.column = FH_BLOB_PAGE, .n = count, .m = (uint32_t)total};
    if (status == FH_OK)
        fh_blob_end(out, at, &head);
    else if (out->len > at)
        out->len = at;
    fh_arena_free(scratch);
    return status;
}

/* The lengths, and in `*used` how many bytes they took. */
static fh_status read_lengths(fh_arena *arena, const fh_blob *page, uint32_t **out, size_t *used,
                              fh_error *err)
{
    enum { BEHIND = 4 }; /* the decoder writes up to 16 bytes beyond */
    fh_svb s;
    if (!fh_svb_open(&s, page->body, page->len, page->n))
        return fh_corrupt(err, FH_BLOB_PAGE, "its lengths are cut short");
    uint32_t *len = FH_NEW_ARRAY(arena, uint32_t, (size_t)page->n + BEHIND);
    if (!len) return fh_no_memory(err);
    if (fh_svb_read(&s, len, page->n) != page->m)
        return fh_corrupt(err, FH_BLOB_PAGE, "its lengths do not add up");
    *out = len;
    *used = s.bytes;
    return FH_OK;
}

fh_status fh_page_decode(fh_arena *arena, const void *blob, size_t len, const fh_str **payload,
                         uint32_t *count, fh_error *err)
{
    fh_blob page;
    uint32_t *lengths = NULL;
    size_t used = 0;
    fh_status status = fh_blob_open(&page, FH_BLOB_PAGE, blob, len, err);
    if (status != FH_OK) return status;
    status = read_lengths(arena, &page, &lengths, &used, err);
    if (status != FH_OK) return status;
    const uint8_t *frame = page.body + used;
    const size_t frame_len = page.len - used;
    if (page.m > MAX_PAGE || page.m / MOST_PER_BYTE > frame_len || (page.m == 0 && frame_len))
        return fh_corrupt(err, FH_BLOB_PAGE, "its size contradicts its bytes");
    char *all = fh_arena_alloc(arena, (size_t)page.m + 1, 1);
    fh_str *out = FH_NEW_ARRAY(arena, fh_str, (size_t)page.n + 1);
    if (!all || !out) return fh_no_memory(err);
    if (page.m) {
        const size_t got = ZSTD_decompress(all, page.m, frame, frame_len);
        if (ZSTD_isError(got) && ZSTD_getErrorCode(got) == ZSTD_error_memory_allocation)
            return fh_no_memory(err);
        if (ZSTD_isError(got) || got != page.m)
            return fh_corrupt(err, FH_BLOB_PAGE, "it cannot be unpacked");
    }
    for (uint32_t i = 0; i < page.n; i++) {
        out[i] = (fh_str){all, lengths[i]};
        all += lengths[i];
    }
    *payload = out;
    *count = page.n;
    return FH_OK;
}
