/* letters.h - the letters of hostile text: one code point at a time, lower case, classes.
 *
 * What is no well-formed UTF-8 is one byte long and no letter. */
#ifndef FH_TEXT_LETTERS_H
#define FH_TEXT_LETTERS_H

#include "base/utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <utf8proc.h>

enum { FH_NO_LETTER = 0xfffd };

/* The bytes of the code point at p (rest > 0), at least 1. */
static inline size_t fh_letter_step(const char *p, size_t rest, uint32_t *code)
{
    const unsigned char *u = (const unsigned char *)p;
    if (u[0] < 0x80) return *code = u[0], 1;
    const size_t n = fh_utf8_step(u, rest);
    if (n == 2) return *code = (u[0] & 0x1fu) << 6 | (u[1] & 0x3fu), n;
    if (n == 3) return *code = (u[0] & 0xfu) << 12 | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu), n;
    if (n == 4)
        return *code =
                   (u[0] & 7u) << 18 | (u[1] & 0x3fu) << 12 | (u[2] & 0x3fu) << 6 | (u[3] & 0x3fu),
               n;
    return *code = FH_NO_LETTER, 1;
}

static inline uint32_t fh_letter_lower(uint32_t code)
{
    if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 32 : code;
    if (code >= 0x2010 && code <= 0x201f) return code; /* dashes and quotes */
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
}

static inline bool fh_letter_digit(uint32_t code)
{
    return code >= '0' && code <= '9';
}

/* A letter of any script, or a mark that belongs to one. */
static inline bool fh_letter_alpha(uint32_t code)
{
    if (code < 0x80) return (code | 32) >= 'a' && (code | 32) <= 'z';
    if (code == FH_NO_LETTER) return false;
    const utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)code);
    return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_ME;
}

/* Any white space, the ones of typography included. */
static inline bool fh_letter_space(uint32_t code)
{
    return code == ' ' || (code >= 9 && code <= 13) || code == 0xa0 || code == 0x2028 ||
           code == 0x2029 || (code >= 0x2000 && code <= 0x200b) || code == 0x202f ||
           code == 0x3000 || code == 0xfeff;
}

#endif
