/* chunk.c - the chunked transfer coding, a byte at a time but for the data.
 *
 *     5;name=value CR LF  hello CR LF  0 CR LF CR LF
 *
 * Only what RFC 9112 section 7.1 says: no space around the size, no bare LF, at most
 * eight digits, nothing after the last chunk but the empty line.
 */
#include "http/chunk.h"

#include "base/hex.h"

enum { MAX_DIGITS = 8, MAX_EXTENSIONS = 1024 };

/* A byte of the size's line. */
static bool take_size(fh_http_chunks *c, char byte)
{
    const int value = fh_hex_value(byte);
    if (value >= 0) {
        c->left = c->left << 4 | (unsigned)value;
        return ++c->digits <= MAX_DIGITS;
    }
    if (c->digits == 0) return false;
    c->state = byte == ';' ? FH_CHUNK_EXTENSION : FH_CHUNK_SIZE_LF;
    return byte == ';' || byte == '\r';
}

static bool take_extension(fh_http_chunks *c, char byte)
{
    if (byte == '\r') {
        c->state = FH_CHUNK_SIZE_LF;
        return true;
    }
    const unsigned char code = (unsigned char)byte;
    return (code >= 0x20 || byte == '\t') && code != 0x7f && ++c->extensions <= MAX_EXTENSIONS;
}

/* A byte of anything but the data; false when it may not stand there. */
static bool take(fh_http_chunks *c, char byte)
{
    switch (c->state) {
    case FH_CHUNK_SIZE: return take_size(c, byte);
    case FH_CHUNK_EXTENSION: return take_extension(c, byte);
    case FH_CHUNK_SIZE_LF: c->state = c->left ? FH_CHUNK_DATA : FH_CHUNK_LAST_CR; break;
    case FH_CHUNK_DATA_CR: c->state = FH_CHUNK_DATA_LF; return byte == '\r';
    case FH_CHUNK_DATA_LF:
        c->state = FH_CHUNK_SIZE;
        c->digits = 0;
        break;
    case FH_CHUNK_LAST_CR: c->state = FH_CHUNK_LAST_LF; return byte == '\r';
    case FH_CHUNK_LAST_LF: c->state = FH_CHUNK_DONE; break;
    case FH_CHUNK_DATA:
    case FH_CHUNK_DONE: break;
    }
    return byte == '\n';
}

fh_http_chunk_verdict fh_http_chunk_next(fh_http_chunks *c, fh_str bytes, size_t *used,
                                         fh_str *piece)
{
    size_t i = *used;
    while (i < bytes.len && c->state != FH_CHUNK_DONE) {
        if (c->state == FH_CHUNK_DATA) {
            const size_t there = bytes.len - i;
            *piece = (fh_str){bytes.ptr + i, c->left < there ? (size_t)c->left : there};
            c->left -= piece->len;
            if (c->left == 0) c->state = FH_CHUNK_DATA_CR;
            *used = i + piece->len;
            return FH_CHUNK_PIECE;
        }
        if (!take(c, bytes.ptr[i++])) return FH_CHUNK_BAD;
    }
    *used = i;
    return c->state == FH_CHUNK_DONE ? FH_CHUNK_END : FH_CHUNK_MORE;
}
