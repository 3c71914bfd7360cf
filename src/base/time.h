/* time.h - instants, calendars, zones and the ways people write them.
 *
 * An instant is int64_t milliseconds since 1970-01-01T00:00:00Z in the proleptic
 * Gregorian calendar without leap seconds. A zone is a fixed offset or a TZif
 * file's rules handed in as bytes: nothing here reads files, clocks or locales.
 */
#ifndef FH_BASE_TIME_H
#define FH_BASE_TIME_H

#include "firsthand/base.h"

#define FH_SECOND_MS INT64_C(1000)
#define FH_DAY_MS    INT64_C(86400000)

typedef struct fh_civil {
    int32_t year;  /* 1 .. 9999 */
    int32_t month; /* 1 .. 12   */
    int32_t day;   /* 1 .. 31   */
    int32_t hour, minute, second, ms;
} fh_civil;

/* Days since 1970-01-01; the date is not checked. */
int64_t fh_days_from_civil(int32_t year, int32_t month, int32_t day);
bool fh_civil_valid(const fh_civil *c); /* no 31 February, no 24:00 */
int64_t fh_civil_ms(const fh_civil *c); /* as if in UTC */
fh_civil fh_civil_of(int64_t ms);

typedef struct fh_zone fh_zone;
/* "Z", "UTC", "+02:00", "-0530": a fixed offset. FH_NOTFOUND for a name such as
 * Europe/Berlin, whose TZif bytes go to fh_zone_tzif. */
FH_MUST_CHECK fh_status fh_zone_fixed(fh_arena *arena, fh_str text, const fh_zone **out,
                                      fh_error *err);
/* From the bytes of a TZif file, version 1 to 4 (hostile until checked). */
FH_MUST_CHECK fh_status fh_zone_tzif(fh_arena *arena, fh_str bytes, const fh_zone **out,
                                     fh_error *err);
/* Seconds east of UTC at an instant; `zone` NULL is UTC. */
int32_t fh_zone_offset(const fh_zone *zone, int64_t at_ms);
/* The instant of a local time. Ambiguous (clock set back): the earlier instant;
 * skipped (clock set forward): as if the old offset still held. */
int64_t fh_zone_instant(const fh_zone *zone, int64_t local_ms);

/* ISO 8601 and what spreadsheets and logs make of it: 2024-01-31,
 * 2024-01-31T17:05, 2024-01-31 17:05:09.123456, with Z, +01:00, +0100, +01 or
 * nothing (then local in `zone`), 20240131T170509Z. Fractions beyond
 * milliseconds are cut. False when it is not one or is no real date. */
bool fh_time_iso(fh_str s, const fh_zone *zone, int64_t *out_ms);

/* A pattern such as '%d/%m/%Y %H:%M', compiled once. Letters: %Y %y (00-68 are
 * 20xx) %m %b %B (English month names) %d %e %H %I %p %M %S %f (fraction) %z %s
 * (epoch seconds) %Q (epoch ms) %U (epoch us) %a %A %% ; a space matches any
 * run of white space, also none. Day, month, hour may have one digit. "iso" and
 * "epoch" (s, ms or us by size) are patterns too. */
typedef struct fh_time_pattern fh_time_pattern;
FH_MUST_CHECK fh_status fh_time_pattern_new(fh_arena *arena, fh_str pattern,
                                            const fh_time_pattern **out, fh_error *err);
fh_str fh_time_pattern_text(const fh_time_pattern *p);
bool fh_time_parse(const fh_time_pattern *p, fh_str s, const fh_zone *zone, int64_t *out_ms);
/* Patterns to try on samples when none is given, best first; day first and month
 * first are told apart by the samples. NULL: none reads every sample. `why` says
 * in words what was seen ("day first: 29/2/2016 has no other reading"; or that
 * both readings fit and which was taken). */
FH_MUST_CHECK fh_status fh_time_recognise(fh_arena *arena, const fh_str *samples, size_t n,
                                          const fh_time_pattern **out, fh_str *why, fh_error *err);

/* "2024-01-31T17:05:09.123Z" or with the zone's offset; .123 only when not 0. */
enum { FH_TIME_TEXT = 40 };
size_t fh_time_format(int64_t ms, const fh_zone *zone, char out[FH_TIME_TEXT]);
/* "3 days 4 h", "1 h 20 min", "45 s", "0.2 s": for people, two units at most. */
size_t fh_duration_format(int64_t ms, char out[FH_TIME_TEXT]);
/* "30d", "2h30m", "90s", "4w", "500ms"; a number without a unit is refused. */
bool fh_duration_parse(fh_str s, int64_t *out_ms);

#endif
