/* when.c - times column by column: a short way for what nearly every row has.
 *
 * "2024-01-31T17:05:09.123+01:00", with a space for the T, with or without
 * fraction and offset, is read here; whatever looks different in the least goes to
 * base/time, which alone decides what a time is.
 */
#include "parse/when.h"

#include "base/time_scan.h"

#include <string.h>

enum { HOUR_MS = 3600 * 1000 };

void fh_when_init(fh_when *when, const fh_zone *zone, const fh_time_pattern *pattern)
{
    *when = (fh_when){.zone = zone, .pattern = pattern};
    when->iso = pattern && fh_str_eq(fh_time_pattern_text(pattern), FH_STR("iso"));
}

/* The number of two digits; 100 or more when they are none. */
static unsigned two(const char *p)
{
    const unsigned a = (unsigned)(unsigned char)p[0] - '0', b = (unsigned)(unsigned char)p[1] - '0';
    return a <= 9 && b <= 9 ? a * 10 + b : 100;
}

static bool read_day(fh_when *when, const char *p)
{
    const unsigned century = two(p), year = two(p + 2), month = two(p + 5), day = two(p + 8);
    if (century > 99 || year > 99 || p[4] != '-' || p[7] != '-') return false;
    const fh_civil civil = {
        .year = (int32_t)(century * 100 + year), .month = (int32_t)month, .day = (int32_t)day};
    if (!fh_civil_valid(&civil)) return false;
    when->day_ms = fh_days_from_civil(civil.year, civil.month, civil.day) * FH_DAY_MS;
    memcpy(when->day, p, sizeof when->day);
    return true;
}

/* An instant from a local time; the shift is asked for once an hour. */
static inline int64_t instant(fh_when *when, int64_t local_ms)
{
    if (!when->zone) return local_ms;
    const int64_t hour = local_ms >= 0 ? local_ms / HOUR_MS : -((HOUR_MS - 1 - local_ms) / HOUR_MS);
    if (when->has_hour && when->hour == hour) return local_ms + when->hour_shift_ms;
    const int64_t begin = hour * HOUR_MS;
    const int64_t first = fh_zone_instant(when->zone, begin);
    const int64_t last = fh_zone_instant(when->zone, begin + HOUR_MS - 1);
    when->has_hour = last - first == HOUR_MS - 1;
    when->hour = hour;
    when->hour_shift_ms = first - begin;
    return when->has_hour ? local_ms + when->hour_shift_ms : fh_zone_instant(when->zone, local_ms);
}

/* The instant of a local time with what stands behind it: nothing, Z or +01:00. */
static bool apply_offset(fh_when *when, const char *p, size_t n, int64_t local_ms, int64_t *out_ms)
{
    if (n == 0) {
        *out_ms = instant(when, local_ms);
        return true;
    }
    if (n == 1 && *p == 'Z') {
        *out_ms = local_ms;
        return true;
    }
    if (n != 6 || (*p != '+' && *p != '-') || p[3] != ':') return false;
    const unsigned east_h = two(p + 1), east_m = two(p + 4);
    if (east_h > 14 || east_m > 59) return false;
    const int64_t shift = (int64_t)(east_h * 60 + east_m) * 60000;
    *out_ms = *p == '+' ? local_ms - shift : local_ms + shift;
    return true;
}

static inline bool same_day(const char *a, const char *b)
{
    return fh_load8(a) == fh_load8(b) && a[8] == b[8] && a[9] == b[9];
}

static bool read_usual(fh_when *when, fh_str s, int64_t *out_ms)
{
    const char *p = s.ptr;
    unsigned hour, minute, second;
    if (s.len < 19 || (p[10] != ' ' && p[10] != 'T')) return false;
    if (!same_day(when->day, p) && !read_day(when, p)) return false;
    if (!fh_scan_clock(p + 11, &hour, &minute, &second)) return false;
    if (hour > 23 || minute > 59 || second > 59) return false;
    int64_t ms = when->day_ms + (int64_t)((hour * 60 + minute) * 60 + second) * 1000;
    size_t i = 19;
    if (s.len == i) {
        *out_ms = instant(when, ms);
        return true;
    }
    if (p[i] == '.') {
        unsigned weight = 100;
        const size_t from = ++i;
        for (; i < s.len && p[i] >= '0' && p[i] <= '9'; i++, weight /= 10)
            ms += (int64_t)((unsigned)(p[i] - '0') * weight);
        if (i == from) return false;
    }
    return apply_offset(when, p + i, s.len - i, ms, out_ms);
}

bool fh_when_read(fh_when *when, fh_str s, int64_t *out_ms)
{
    if (when->iso) return read_usual(when, s, out_ms) || fh_time_iso(s, when->zone, out_ms);
    return when->pattern && fh_time_parse(when->pattern, s, when->zone, out_ms);
}
