/* utf8.h - stepping through UTF-8 that may be anything. */
#ifndef FH_BASE_UTF8_H
#define FH_BASE_UTF8_H

#include <stddef.h>

/* The bytes of the well-formed sequence that begins at p (rest > 0 bytes are
 * there): 1 to 4, or 0 when there is none. Overlong forms, surrogates and what
 * lies beyond U+10FFFF are not well-formed. */
static inline size_t fh_utf8_step(const unsigned char *p, size_t rest)
{
    const unsigned a = p[0];
    if (a < 0x80) return 1;
    if (a < 0xc2 || a > 0xf4 || rest < 2) return 0;
    const unsigned b = p[1];
    if (a < 0xe0) return (b & 0xc0) == 0x80 ? 2 : 0;
    /* The first byte narrows what the second may be. */
    const unsigned low = a == 0xe0 ? 0xa0 : a == 0xf0 ? 0x90 : 0x80;
    const unsigned high = a == 0xed ? 0x9f : a == 0xf4 ? 0x8f : 0xbf;
    if (b < low || b > high || rest < 3 || (p[2] & 0xc0) != 0x80) return 0;
    if (a < 0xf0) return 3;
    return rest >= 4 && (p[3] & 0xc0) == 0x80 ? 4 : 0;
}

/* Writes the UTF-8 of a code point (at most U+10FFFF); returns its length. */
static inline size_t fh_utf8_put(unsigned char to[4], unsigned code)
{
    if (code < 0x80) {
        to[0] = (unsigned char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (unsigned char)(0xc0 | code >> 6);
        to[1] = (unsigned char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (unsigned char)(0xe0 | code >> 12);
        to[1] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
        to[2] = (unsigned char)(0x80 | (code & 0x3f));
        return 3;
    }
    to[0] = (unsigned char)(0xf0 | code >> 18);
    to[1] = (unsigned char)(0x80 | (code >> 12 & 0x3f));
    to[2] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
    to[3] = (unsigned char)(0x80 | (code & 0x3f));
    return 4;
}

#endif
