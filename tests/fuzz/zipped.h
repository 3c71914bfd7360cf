/* zipped.h - a ZIP archive from parts, in the plainest way: nothing is packed but what is said to
 * be. For tests of what reads spreadsheets. */
#ifndef FH_FUZZ_ZIPPED_H
#define FH_FUZZ_ZIPPED_H

#include "firsthand/base.h"

#include <string.h>
#include <zlib.h>

typedef struct zipped_part {
    const char *name;
    fh_str text;
    bool packed;
} zipped_part;

static inline void zipped_number(fh_buf *out, uint32_t n, int bytes)
{
    for (; bytes; bytes--, n >>= 8) fh_buf_char(out, (char)(n & 255));
}

/* What a local and a central header have in common. */
static inline void zipped_head(fh_buf *out, const zipped_part *p, uint32_t size)
{
    const uint32_t check = (uint32_t)crc32(0, (const Bytef *)p->text.ptr, (uInt)p->text.len);
    zipped_number(out, 20, 2);
    zipped_number(out, 0, 2);
    zipped_number(out, p->packed ? 8 : 0, 2);
    zipped_number(out, 0, 4);
    zipped_number(out, check, 4);
    zipped_number(out, size, 4);
    zipped_number(out, (uint32_t)p->text.len, 4);
    zipped_number(out, (uint32_t)strlen(p->name), 2);
    zipped_number(out, 0, 2);
}

static inline void zipped_body(fh_buf *out, const zipped_part *p)
{
    char step[4096];
    z_stream z = {.next_in = (Bytef *)(uintptr_t)p->text.ptr, .avail_in = (uInt)p->text.len};
    if (!p->packed) {
        fh_buf_put(out, p->text.ptr, p->text.len);
        return;
    }
    if (deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) != Z_OK) return;
    for (int s = Z_OK; s == Z_OK;) {
        z.next_out = (Bytef *)step;
        z.avail_out = sizeof step;
        s = deflate(&z, Z_FINISH);
        fh_buf_put(out, step, sizeof step - z.avail_out);
    }
    (void)deflateEnd(&z);
}

/* At most 16 parts. */
static inline void zipped(const zipped_part *part, size_t n, fh_buf *out)
{
    uint32_t at[16], size[16];
    for (size_t i = 0; i < n; i++) {
        fh_buf body;
        fh_buf_init(&body, NULL, 1 << 26);
        zipped_body(&body, &part[i]);
        at[i] = (uint32_t)out->len;
        size[i] = (uint32_t)body.len;
        fh_buf_put(out, "PK\3\4", 4);
        zipped_head(out, &part[i], size[i]);
        fh_buf_text(out, part[i].name);
        fh_buf_put(out, body.ptr, body.len);
        fh_buf_free(&body);
    }
    const uint32_t begins = (uint32_t)out->len;
    for (size_t i = 0; i < n; i++) {
        fh_buf_put(out, "PK\1\2", 4);
        zipped_number(out, 20, 2);
        zipped_head(out, &part[i], size[i]);
        zipped_number(out, 0, 10); /* no remark, first disk, plain file */
        zipped_number(out, at[i], 4);
        fh_buf_text(out, part[i].name);
    }
    const uint32_t ends = (uint32_t)out->len;
    fh_buf_put(out, "PK\5\6", 4);
    zipped_number(out, 0, 4);
    zipped_number(out, (uint32_t)n, 2);
    zipped_number(out, (uint32_t)n, 2);
    zipped_number(out, ends - begins, 4);
    zipped_number(out, begins, 4);
    zipped_number(out, 0, 2);
}

#endif
