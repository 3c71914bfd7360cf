/* time.c - the calendar, and instants as ISO 8601 writes them.
 *
 * Imports spend their time in fh_time_iso, so its commonest layout, 19 bytes
 * YYYY-MM-DD hh:mm:ss, is read eight bytes at a time: all digits and separators
 * are checked by one addition, and all pairs of digits become numbers by one
 * multiplication. Whatever is written otherwise takes the careful way.
 */
#include "base/time.h"

#include "base/checked.h"
#include "base/time_scan.h"

#include <string.h>

/* The calendar repeats every 400 years. Years are counted from so many cycles
 * before the year 0 that none is negative, and begin in March, which puts the
 * leap day at the end. */
#define CYCLE_YEARS  400
#define CYCLE_DAYS   146097
#define CYCLES       INT64_C(5368710)
#define DAYS_TO_1970 719468 /* from 0000-03-01 */

int64_t fh_days_from_civil(int32_t year, int32_t month, int32_t day)
{
    const bool early = month <= 2; /* belongs to the March-year before */
    const uint64_t y = (uint64_t)(year + CYCLES * CYCLE_YEARS - early);
    const uint64_t century = y / 100;
    const int64_t months = early ? month + 9 : month - 3;
    return (int64_t)(365 * y + y / 4 - century + century / 4) + (153 * months + 2) / 5 + day - 1 -
           DAYS_TO_1970 - CYCLES * CYCLE_DAYS;
}

static bool is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int32_t days_in(int32_t year, int32_t month)
{
    static const int8_t days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month] + (month == 2 && is_leap(year));
}

bool fh_civil_valid(const fh_civil *c)
{
    return c->year >= 1 && c->year <= 9999 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
           (c->day <= 28 || c->day <= days_in(c->year, c->month)) && c->hour >= 0 && c->hour < 24 &&
           c->minute >= 0 && c->minute < 60 && c->second >= 0 && c->second < 60 && c->ms >= 0 &&
           c->ms < 1000;
}

int64_t fh_civil_ms(const fh_civil *c)
{
    const int64_t seconds = (c->hour * INT64_C(60) + c->minute) * 60 + c->second;
    return fh_days_from_civil(c->year, c->month, c->day) * FH_DAY_MS + seconds * FH_SECOND_MS +
           c->ms;
}

fh_civil fh_civil_of(int64_t ms)
{
    const int64_t days = fh_floor_div(ms, FH_DAY_MS) + DAYS_TO_1970;
    const int32_t rest = (int32_t)fh_floor_mod(ms, FH_DAY_MS);
    const int64_t cycle = fh_floor_div(days, CYCLE_DAYS);
    const int32_t d = (int32_t)(days - cycle * CYCLE_DAYS);
    const int32_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
    const int32_t of_year = d - (365 * y + y / 4 - y / 100);
    const int32_t month = (5 * of_year + 2) / 153; /* 0 is March */
    return (fh_civil){
        .year = (int32_t)(cycle * CYCLE_YEARS) + y + (month >= 10),
        .month = month < 10 ? month + 3 : month - 9,
        .day = of_year - (153 * month + 2) / 5 + 1,
        .hour = rest / 3600000,
        .minute = rest / 60000 % 60,
        .second = rest / 1000 % 60,
        .ms = rest % 1000,
    };
}

/* ---- Reading -------------------------------------------------------------------- */

static int32_t two_digits(const char *p)
{
    return fh_is_digit(p[0]) && fh_is_digit(p[1]) ? (p[0] - '0') * 10 + p[1] - '0' : -1;
}

const char *fh_scan_offset(const char *p, const char *end, int32_t *seconds)
{
    if (end - p < 3 || (*p != '+' && *p != '-')) return NULL;
    const bool west = *p == '-';
    const int32_t hours = two_digits(p + 1);
    int32_t minutes = 0;
    p += 3;
    if (end - p >= 2 && fh_is_digit(*p)) {
        minutes = two_digits(p);
        p += 2;
    } else if (end - p >= 3 && *p == ':') {
        minutes = two_digits(p + 1);
        p += 3;
    }
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return NULL;
    *seconds = (hours * 60 + minutes) * (west ? -60 : 60);
    return p;
}

const char *fh_scan_zone(const char *p, const char *end, int32_t *seconds)
{
    *seconds = 0;
    if (*p == 'Z' || *p == 'z') return p + 1;
    if (end - p >= 3) {
        const fh_str name = {p, 3};
        if (fh_str_eq_nocase(name, FH_STR("UTC")) || fh_str_eq_nocase(name, FH_STR("GMT")))
            return p + 3;
    }
    return fh_scan_offset(p, end, seconds);
}

const char *fh_scan_fraction(const char *p, const char *end, int32_t *ms)
{
    if (p == end || !fh_is_digit(*p)) return NULL;
    int32_t unit = 100;
    for (*ms = 0; p < end && fh_is_digit(*p); p++, unit /= 10) *ms += (*p - '0') * unit;
    return p;
}

/* Reads YYYY-MM-DD?hh:mm:ss from 19 bytes. False when it is not so written. */
static bool read_19(const char *p, fh_civil *c)
{
    unsigned hour, minute, second;
    const uint64_t date = fh_load8(p) ^ FH_BYTES('0', '0', '0', '0', '-', '0', '0', '-');
    const uint64_t d = date + FH_BYTES(FH_BYTE_DIGIT, FH_BYTE_DIGIT, FH_BYTE_DIGIT, FH_BYTE_DIGIT,
                                       FH_BYTE_EXACT, FH_BYTE_DIGIT, FH_BYTE_DIGIT, FH_BYTE_EXACT);
    if ((date | d) & FH_BYTES_HIGH) return false;
    if (!fh_scan_clock(p + 11, &hour, &minute, &second)) return false;
    c->day = two_digits(p + 8);
    if (p[10] != ' ' && p[10] != 'T' && p[10] != 't') return false;

    const uint64_t dates = date * 10 + (date >> 8);
    c->year = (int32_t)((dates & 0xff) * 100 + (dates >> 16 & 0xff));
    c->month = (int32_t)(dates >> 40 & 0xff);
    c->hour = (int32_t)hour;
    c->minute = (int32_t)minute;
    c->second = (int32_t)second;
    c->ms = 0;
    return true;
}

/* The date in either form; *basic: without dashes. */
static const char *read_date(const char *p, const char *end, fh_civil *c, bool *basic)
{
    if (end - p < 8) return NULL;
    const int32_t century = two_digits(p), year = two_digits(p + 2);
    *basic = p[4] != '-';
    if (century < 0 || year < 0) return NULL;
    c->year = century * 100 + year;
    c->month = two_digits(p + (*basic ? 4 : 5));
    if (*basic) {
        c->day = two_digits(p + 6);
        return p + 8;
    }
    if (end - p < 10 || p[7] != '-') return NULL;
    c->day = two_digits(p + 8);
    return p + 10;
}

/* A fraction of seconds, if there is one. */
static const char *read_fraction(const char *p, const char *end, fh_civil *c)
{
    const bool there = end - p >= 2 && (*p == '.' || *p == ',');
    return there ? fh_scan_fraction(p + 1, end, &c->ms) : p;
}

/* hh:mm, hh:mm:ss, or in the basic form hhmm, hhmmss; with a fraction of seconds. */
static const char *read_time(const char *p, const char *end, fh_civil *c, bool basic)
{
    const int colon = basic ? 0 : 1;
    if (end - p < 4 + colon || (colon && p[2] != ':')) return NULL;
    c->hour = two_digits(p);
    c->minute = two_digits(p + 2 + colon);
    p += 4 + colon;
    if (end - p < 2 + colon || (colon ? *p != ':' : !fh_is_digit(*p))) return p;
    c->second = two_digits(p + colon);
    p += 2 + colon;
    return read_fraction(p, end, c);
}

static bool in_zone(const fh_civil *c, const fh_zone *zone, int64_t *out_ms)
{
    const int64_t local = fh_civil_ms(c);
    *out_ms = zone ? fh_zone_instant(zone, local) : local;
    return true;
}

/* What may follow the time: a zone or the end. */
static bool read_tail(const char *p, const char *end, fh_civil *c, const fh_zone *zone,
                      int64_t *out_ms)
{
    if (!p || !fh_civil_valid(c)) return false;
    if (p == end) return in_zone(c, zone, out_ms);
    int32_t offset;
    if (*p == ' ' && end - p > 1) p++;
    if (fh_scan_zone(p, end, &offset) != end) return false;
    *out_ms = fh_civil_ms(c) - offset * FH_SECOND_MS;
    return true;
}

bool fh_time_iso(fh_str s, const fh_zone *zone, int64_t *out_ms)
{
    if (s.len == 0) return false;
    const char *p = s.ptr, *end = p + s.len;
    fh_civil c;
    if (s.len >= 19 && read_19(p, &c)) {
        if (s.len == 19) return fh_civil_valid(&c) && in_zone(&c, zone, out_ms);
        return read_tail(read_fraction(p + 19, end, &c), end, &c, zone, out_ms);
    }
    bool basic;
    c = (fh_civil){0};
    p = read_date(p, end, &c, &basic);
    if (!p) return false;
    if (p == end) return fh_civil_valid(&c) && in_zone(&c, zone, out_ms);
    if (*p != ' ' && *p != 'T' && *p != 't') return false;
    p = read_time(p + 1, end, &c, basic);
    return read_tail(p, end, &c, zone, out_ms);
}

/* ---- Writing -------------------------------------------------------------------- */

/* `v` with at least `width` digits; returns what follows. */
static char *put(char *p, int64_t v, int width)
{
    char digits[20];
    int n = 0;
    for (; v > 0 || n < width; v /= 10) digits[n++] = (char)('0' + v % 10);
    while (n > 0) *p++ = digits[--n];
    return p;
}

static char *put_offset(char *p, int32_t offset)
{
    const int32_t east = offset < 0 ? -offset : offset;
    *p++ = offset < 0 ? '-' : '+';
    p = put(p, east / 3600, 2);
    *p++ = ':';
    p = put(p, east / 60 % 60, 2);
    if (east % 60 == 0) return p;
    *p++ = ':';
    return put(p, east % 60, 2);
}

size_t fh_time_format(int64_t ms, const fh_zone *zone, char out[FH_TIME_TEXT])
{
    int32_t offset = zone ? fh_zone_offset(zone, ms) : 0;
    int64_t local;
    if (!fh_add_i64(ms, offset * FH_SECOND_MS, &local)) {
        local = ms; /* the last day there is */
        offset = 0;
    }
    const fh_civil c = fh_civil_of(local);
    char *p = out;
    if (c.year < 0) *p++ = '-';
    p = put(p, c.year < 0 ? -c.year : c.year, 4);
    *p++ = '-';
    p = put(p, c.month, 2);
    *p++ = '-';
    p = put(p, c.day, 2);
    *p++ = 'T';
    p = put(p, c.hour, 2);
    *p++ = ':';
    p = put(p, c.minute, 2);
    *p++ = ':';
    p = put(p, c.second, 2);
    if (c.ms) {
        *p++ = '.';
        p = put(p, c.ms, 3);
    }
    if (zone)
        p = put_offset(p, offset);
    else
        *p++ = 'Z';
    *p = '\0';
    return (size_t)(p - out);
}
