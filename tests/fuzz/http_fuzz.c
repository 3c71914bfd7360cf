/* http_fuzz.c - headers and chunks: whole, byte by byte, or cut anywhere, the same
 * bytes give the same verdict, the same parts, the same body.
 *
 * The first byte says where to cut and which limits hold. Every hand-over is a block
 * of exactly its size, so that a byte read too many is seen.
 */
#include "http/inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *exactly(const char *from, size_t n)
{
    char *block = malloc(n ? n : 1);
    assert(block);
    if (n) memcpy(block, from, n);
    return block;
}

/* Hands in `step` bytes more each time. The verdict, and in *seen how many bytes it
 * took to come to it. */
static int read_head(fh_http_head *head, const fh_http_limits *limits, fh_str text, size_t step,
                     char **bytes)
{
    fh_http_head_reset(head, limits);
    int verdict = 0;
    *bytes = NULL;
    for (size_t n = step; verdict == 0; n += step) {
        const size_t len = n < text.len ? n : text.len;
        free(*bytes);
        *bytes = exactly(text.ptr, len);
        verdict = fh_http_head_read(head, *bytes, len);
        if (len == text.len) break;
    }
    return verdict;
}

static void check_span(fh_http_span span, const fh_http_head *head)
{
    assert((size_t)span.at + span.len <= head->len);
}

static void check_sound(const fh_http_head *head, const char *bytes)
{
    check_span(head->target, head);
    check_span(head->path, head);
    check_span(head->query, head);
    check_span(head->host, head);
    assert(head->len <= head->max_bytes && head->n_fields <= head->max_fields);
    assert(!(head->chunked && head->has_length));
    assert(head->minor == 0 || head->host.len > 0);
    for (uint32_t i = 0; i < head->n_fields; i++) {
        check_span(head->fields[i].name, head);
        check_span(head->fields[i].value, head);
        assert(fh_http_is_token(fh_http_slice(bytes, head->fields[i].name)));
        assert(fh_http_is_value(fh_http_slice(bytes, head->fields[i].value)));
    }
    const fh_str raw = fh_http_slice(bytes, head->path);
    char *room = malloc(raw.len ? raw.len : 1);
    fh_str path;
    assert(room);
    if (!fh_http_decode_path(raw, room, &path))
        for (size_t i = 0; i < path.len; i++)
            assert((unsigned char)path.ptr[i] >= 0x20 && path.ptr[i] != '\\');
    free(room);
}

static fh_http_chunk_verdict unchunk(fh_str bytes, size_t step, fh_buf *body, size_t *used)
{
    fh_http_chunks c = {.state = FH_CHUNK_SIZE};
    *used = 0;
    for (size_t at = 0; at < bytes.len;) {
        const size_t len = bytes.len - at < step ? bytes.len - at : step;
        char *block = exactly(bytes.ptr + at, len);
        size_t taken = 0;
        fh_http_chunk_verdict v;
        fh_str piece;
        while ((v = fh_http_chunk_next(&c, (fh_str){block, len}, &taken, &piece)) == FH_CHUNK_PIECE)
            fh_buf_str(body, piece);
        assert(taken <= len);
        free(block);
        *used = at + taken;
        if (v != FH_CHUNK_MORE) return v;
        at += len;
    }
    return FH_CHUNK_MORE;
}

static void compare_chunks(fh_str bytes, size_t step)
{
    fh_buf whole, pieces;
    size_t used, used_pieces;
    fh_buf_init(&whole, NULL, SIZE_MAX);
    fh_buf_init(&pieces, NULL, SIZE_MAX);
    const fh_http_chunk_verdict v = unchunk(bytes, bytes.len ? bytes.len : 1, &whole, &used);
    const fh_http_chunk_verdict w = unchunk(bytes, step, &pieces, &used_pieces);
    assert(v == w);
    assert(fh_str_eq(fh_buf_view(&whole), fh_buf_view(&pieces)));
    assert(v == FH_CHUNK_BAD || used == used_pieces);
    fh_buf_free(&whole);
    fh_buf_free(&pieces);
}

static void compare_pairs(fh_str text)
{
    fh_arena *arena = fh_arena_new(NULL);
    size_t at = 0;
    fh_str name, value;
    while (arena && fh_http_next_pair(arena, text, &at, &name, &value, NULL) == FH_OK)
        assert(at <= text.len);
    fh_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) return 0;
    const size_t step = 1 + data[0] % 16;
    const bool tight = data[0] & 0x80;
    const fh_http_limits limits = {.header_bytes = tight ? 200 : 16384,
                                   .line_bytes = tight ? 60 : 8192,
                                   .fields = tight ? 4 : FH_HTTP_MAX_FIELDS};
    char *text = exactly((const char *)data + 1, size - 1);
    const fh_str bytes = {text, size - 1};
    fh_http_head whole, pieces;
    char *at_once, *bit_by_bit;
    const int v = read_head(&whole, &limits, bytes, size, &at_once);
    const int w = read_head(&pieces, &limits, bytes, step, &bit_by_bit);
    assert(v == w);
    assert(whole.why == pieces.why);
    assert(whole.n_fields == pieces.n_fields);
    if (v == 1) {
        assert(memcmp(&whole, &pieces, offsetof(fh_http_head, fields)) == 0);
        assert(memcmp(whole.fields, pieces.fields, whole.n_fields * sizeof whole.fields[0]) == 0);
        check_sound(&whole, at_once);
        const size_t rest = bytes.len - whole.len;
        if (whole.chunked) compare_chunks((fh_str){text + whole.len, rest}, step);
        compare_pairs(fh_http_slice(at_once, whole.query));
    }
    compare_chunks(bytes, step);
    free(at_once);
    free(bit_by_bit);
    free(text);
    return 0;
}
