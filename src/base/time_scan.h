/* time_scan.h - pieces of written times that several readers share. */
#ifndef FH_BASE_TIME_SCAN_H
#define FH_BASE_TIME_SCAN_H

#include "base/time.h"

#include <string.h>

/* Each reads at p < end and returns what follows, or NULL when it is not there. */

/* +hh, +hhmm or +hh:mm (or with -), at most 23:59, in seconds east of UTC. */
const char *fh_scan_offset(const char *p, const char *end, int32_t *seconds);
/* Z, UTC or GMT in any case, or an offset. */
const char *fh_scan_zone(const char *p, const char *end, int32_t *seconds);
/* One digit or more after a decimal point; what is beyond milliseconds is cut. */
const char *fh_scan_fraction(const char *p, const char *end, int32_t *ms);

/* The quotient rounded down, and what remains (0 .. d - 1); d > 0. */
static inline int64_t fh_floor_div(int64_t n, int64_t d)
{
    return n / d - (n % d < 0);
}

static inline int64_t fh_floor_mod(int64_t n, int64_t d)
{
    const int64_t rest = n % d;
    return rest < 0 ? rest + d : rest;
}

/* The bytes a, b, ... as eight bytes are loaded from memory. */
#define FH_BYTES(a, b, c, d, e, f, g, h)                                              \
    ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | \
     (uint64_t)(e) << 32 | (uint64_t)(f) << 40 | (uint64_t)(g) << 48 | (uint64_t)(h) << 56)

/* Eight bytes at once, each the difference to what it is to be: added to it, these
 * give 0x80 or more exactly when a digit's value is above 9, a separator's not 0. */
enum { FH_BYTE_DIGIT = 0x80 - 10, FH_BYTE_EXACT = 0x80 - 1 };
#define FH_BYTES_HIGH UINT64_C(0x8080808080808080)

static inline uint64_t fh_load8(const char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* Reads hh:mm:ss from 8 bytes: digits and colons are checked, ranges are not. */
static inline bool fh_scan_clock(const char *p, unsigned *hour, unsigned *minute, unsigned *second)
{
    const uint64_t time = fh_load8(p) ^ FH_BYTES('0', '0', ':', '0', '0', ':', '0', '0');
    const uint64_t t = time + FH_BYTES(FH_BYTE_DIGIT, FH_BYTE_DIGIT, FH_BYTE_EXACT, FH_BYTE_DIGIT,
                                       FH_BYTE_DIGIT, FH_BYTE_EXACT, FH_BYTE_DIGIT, FH_BYTE_DIGIT);
    if ((time | t) & FH_BYTES_HIGH) return false;
    const uint64_t times = time * 10 + (time >> 8); /* ten times itself plus its neighbour */
    *hour = (unsigned)(times & 0xff);
    *minute = (unsigned)(times >> 24 & 0xff);
    *second = (unsigned)(times >> 48 & 0xff);
    return true;
}

static inline bool fh_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

#endif
