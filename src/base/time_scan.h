/* time_scan.h - pieces of written times that several readers share. */
#ifndef FH_BASE_TIME_SCAN_H
#define FH_BASE_TIME_SCAN_H

#include "base/time.h"

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

static inline bool fh_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

#endif
