/* wire.c - counters and templates as bytes, checked before they are believed (wire.h). */
#include "text/wire.h"

#include <string.h>
#include <xxhash.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "heads are little-endian");

enum { AT_COUNT = 8, AT_CHECKSUM = 16 };

size_t fh_wire_begin(fh_buf *out)
{
    static const char zeros[FH_WIRE_HEAD];
    const size_t at = out->len;
    fh_buf_put(out, zeros, sizeof zeros);
    return at;
}

static uint64_t checksum(const char *bytes, size_t len)
{
    char head[FH_WIRE_HEAD];
    const uint64_t body = XXH3_64bits(bytes + FH_WIRE_HEAD, len - FH_WIRE_HEAD);
    memcpy(head, bytes, AT_CHECKSUM);
    memcpy(head + AT_CHECKSUM, &body, sizeof body);
    return XXH3_64bits(head, sizeof head);
}

void fh_wire_end(fh_buf *out, size_t head_at, const char magic[8], uint64_t count)
{
    if (out->status != FH_OK) return;
    char *head = out->ptr + head_at;
    memcpy(head, magic, 8);
    memcpy(head + AT_COUNT, &count, sizeof count);
    const uint64_t sum = checksum(head, out->len - head_at);
    memcpy(head + AT_CHECKSUM, &sum, sizeof sum);
}

fh_status fh_wire_done(const fh_buf *out, fh_error *err)
{
    if (out->status == FH_OK) return FH_OK;
    if (out->status == FH_NOMEM) return fh_no_memory(err);
    return fh_fail(err, out->status, "what is kept of messages is larger than there is room for");
}

size_t fh_wire_bytes(uint64_t value, unsigned char to[FH_WIRE_NUMBER_MOST])
{
    size_t n = 0;
    while (value >= 128) {
        to[n++] = (unsigned char)(value | 128);
        value >>= 7;
    }
    to[n++] = (unsigned char)value;
    return n;
}

void fh_wire_number(fh_buf *out, uint64_t value)
{
    unsigned char bytes[FH_WIRE_NUMBER_MOST];
    fh_buf_put(out, bytes, fh_wire_bytes(value, bytes));
}

bool fh_wire_open(fh_wire *w, fh_str bytes, const char magic[8], uint64_t *count)
{
    uint64_t sum;
    if (bytes.len < FH_WIRE_HEAD || memcmp(bytes.ptr, magic, 8) != 0) return false;
    memcpy(&sum, bytes.ptr + AT_CHECKSUM, sizeof sum);
    if (sum != checksum(bytes.ptr, bytes.len)) return false;
    memcpy(count, bytes.ptr + AT_COUNT, sizeof *count);
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    *w = (fh_wire){p + FH_WIRE_HEAD, p + bytes.len, false};
    return true;
}

uint64_t fh_wire_take(fh_wire *w, uint64_t most)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (w->at == w->end) break;
        const unsigned char b = *w->at++;
        if (shift == 63 && b > 1) break;
        value |= (uint64_t)(b & 127) << shift;
        if (b < 128) {
            if (value <= most) return value;
            break;
        }
    }
    w->bad = true;
    return 0;
}

fh_status fh_wire_corrupt(fh_error *err, const char *what)
{
    (void)fh_fail(err, FH_CORRUPT, "%s are damaged", what);
    return fh_hint(err, FH_CORRUPT, "Have findings worked out afresh: they are built again.");
}
