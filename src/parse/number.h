/* number.h - amounts and scores as people and systems write them. */
#ifndef FH_PARSE_NUMBER_H
#define FH_PARSE_NUMBER_H

#include "firsthand/base.h"

/* digits / 10^scale, exactly. */
typedef struct fh_decimal {
    int64_t digits;
    uint32_t scale; /* 0 .. 18 */
} fh_decimal;

typedef enum fh_number_status {
    FH_NUMBER_OK,
    FH_NUMBER_NOT_ONE,
    FH_NUMBER_TOO_LARGE
} fh_number_status;

/* "12.50", "-1,234.5", "1.234,50 EUR" (with `comma`), "$ 12", "(7.00)", "12-", "2.5E3".
 * Thousands are in groups of three, parted by the other of . and , or by a
 * space or an apostrophe. `currency` is what stood beside it: a code of three
 * letters, or one for the signs of euro, dollar, pound and yen; else empty. */
fh_number_status fh_decimal_parse(fh_str s, bool comma, fh_decimal *out, fh_str *currency);
/* The exact product; false when it is too large. */
bool fh_decimal_multiply(fh_decimal a, fh_decimal b, fh_decimal *out);
/* In units of 10^-places, halves away from zero; false when it is too large. */
bool fh_decimal_units(fh_decimal d, uint32_t places, int64_t *out);

/* The usual amount, up to 15 digits with no sign, no groups and at most two decimals,
 * in hundredths. False tells nothing: ask fh_decimal_parse. */
static inline bool fh_plain_hundredths(fh_str s, char point, int64_t *out)
{
    const char *p = s.ptr, *end = p + s.len;
    uint64_t v = 0;
    if (s.len > 15) return false;
    for (; p < end; p++) {
        const unsigned digit = (unsigned)(unsigned char)*p - '0';
        if (digit > 9) break;
        v = v * 10 + digit;
    }
    if (p == s.ptr) return false;
    v *= 100;
    if (p < end) {
        const size_t n = (size_t)(end - p);
        if (*p != point || n < 2 || n > 3) return false;
        const unsigned tenths = (unsigned)(unsigned char)p[1] - '0';
        const unsigned rest = n == 3 ? (unsigned)(unsigned char)p[2] - '0' : 0;
        if (tenths > 9 || rest > 9) return false;
        v += tenths * 10 + rest;
    }
    *out = (int64_t)v;
    return true;
}

/* What a number's own text says about which mark parts its decimals. */
typedef enum fh_mark { FH_MARK_UNKNOWN, FH_MARK_POINT, FH_MARK_COMMA } fh_mark;
fh_mark fh_decimal_mark(fh_str s);

#endif
