/* text.c - bytes as characters: is it UTF-8, and Latin-1 made into it. */
#include "parse/reader.h"

#include "base/utf8.h"

#include <string.h>

/* Of eight bytes, the bits that ASCII does not have. */
#define TOPS UINT64_C(0x8080808080808080)

bool fh_is_ascii(fh_str s)
{
    size_t i = 0;
    uint64_t word;
    for (; i + 8 <= s.len; i += 8) {
        memcpy(&word, s.ptr + i, 8);
        if (word & TOPS) return false;
    }
    for (; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80) return false;
    return true;
}

size_t fh_utf8_bad(fh_str s)
{
    size_t i = 0;
    uint64_t word;
    while (i < s.len) {
        if (i + 8 <= s.len) {
            memcpy(&word, s.ptr + i, 8);
            if (!(word & TOPS)) {
                i += 8;
                continue;
            }
        }
        const size_t n = fh_utf8_step((const unsigned char *)s.ptr + i, s.len - i);
        if (!n) return i;
        i += n;
    }
    return s.len;
}

bool fh_latin1_text(fh_arena *arena, fh_str s, fh_str *out)
{
    /* What Windows-1252 has where Latin-1 has control characters; 0: nothing. */
    static const uint16_t windows[32] = {
        0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
        0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};
    unsigned char *to = fh_arena_alloc(arena, s.len, 3);
    if (!to) return false;
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned code = (unsigned char)s.ptr[i];
        if (code >= 0x80 && code < 0xa0 && windows[code - 0x80]) code = windows[code - 0x80];
        unsigned char one[4];
        const size_t len = fh_utf8_put(one, code);
        memcpy(to + n, one, len);
        n += len;
    }
    *out = (fh_str){(const char *)to, n};
    return true;
}
