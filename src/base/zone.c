/* zone.c - time zones: fixed offsets and TZif files (RFC 8536).
 *
 *   at        t0      t1      t2     ...    sorted, seconds since 1970
 *   offset   [o0]----[o1]----[o2]--- ...    o(i) holds from t(i) on; `first` before t0
 *
 * What a file says by rule (its footer, "CET-1CEST,M3.5.0,M10.5.0/3") is spelled
 * out for 400 years after its last transition. The calendar repeats in 400
 * years, days of the week included, so any later instant is moved back by whole
 * cycles and looked up there. A table by 48 days of the years 1970 to 2070
 * narrows the search to one or two transitions.
 *
 * A file is hostile until checked: counts against its size, offsets against a
 * day and a bit, transitions against their order.
 */
#include "base/checked.h"
#include "base/time.h"
#include "base/time_scan.h"

#include <string.h>

#define DAY         INT64_C(86400)
#define CYCLE       (INT64_C(146097) * DAY) /* 400 years */
#define FAR         (INT64_C(1) << 42)      /* beyond all calendars, far from overflow */
#define MOST_EAST   (26 * 3600)             /* RFC 8536, section 3.2 */
#define BUCKET_BITS 22                      /* 48 and a half days */
#define N_BUCKETS   753                     /* 1970 to 2070 */

enum { MOST_TRANSITIONS = 5000, MOST_TYPES = 256, RULE_YEARS = 402, RULE_FIRST_YEAR = 1900 };

struct fh_zone {
    int32_t first;       /* seconds east of UTC before the first transition */
    uint32_t n;          /* transitions */
    int64_t *at;         /* [n] not falling */
    int32_t *offset;     /* [n] from at[i] on */
    bool repeats;        /* a rule goes on for ever */
    int64_t repeat_from; /* from here on every CYCLE is like the first */
    uint32_t *bucket;    /* [N_BUCKETS + 1] transitions before it begins; NULL: n == 0 */
};

/* ---- Looking up --------------------------------------------------------------------- */

/* How many transitions lie at or before `t`. */
static uint32_t count_until(const fh_zone *zone, int64_t t)
{
    uint32_t low = 0, high = zone->n;
    if (zone->bucket && t >= 0 && t >> BUCKET_BITS < N_BUCKETS) {
        low = zone->bucket[t >> BUCKET_BITS];
        high = zone->bucket[(t >> BUCKET_BITS) + 1];
    }
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (zone->at[middle] <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int32_t offset_after(const fh_zone *zone, uint32_t n_passed)
{
    return n_passed ? zone->offset[n_passed - 1] : zone->first;
}

/* How far to move an instant back so that it lies in the first cycle. */
static int64_t cycles_beyond(const fh_zone *zone, int64_t t)
{
    if (!zone->repeats || t < zone->repeat_from + CYCLE) return 0;
    return (t - zone->repeat_from) / CYCLE * CYCLE;
}

int32_t fh_zone_offset(const fh_zone *zone, int64_t at_ms)
{
    if (!zone) return 0;
    if (zone->n == 0) return zone->first;
    const int64_t t = fh_floor_div(at_ms, FH_SECOND_MS);
    return offset_after(zone, count_until(zone, t - cycles_beyond(zone, t)));
}

int64_t fh_zone_instant(const fh_zone *zone, int64_t local_ms)
{
    int32_t offset = zone ? zone->first : 0;
    if (zone && zone->n > 0) {
        const int64_t seconds = fh_floor_div(local_ms, FH_SECOND_MS);
        const int64_t local = seconds - cycles_beyond(zone, seconds);
        /* A new offset holds for local times that are past the transition by both
         * clocks, the old and the new one. */
        uint32_t i = count_until(zone, local + MOST_EAST);
        for (; i > 0; i--) {
            const int32_t before = offset_after(zone, i - 1), after = zone->offset[i - 1];
            if (local >= zone->at[i - 1] + (before > after ? before : after)) break;
        }
        offset = offset_after(zone, i);
    }
    int64_t at;
    return fh_sub_i64(local_ms, offset * FH_SECOND_MS, &at) ? at : local_ms;
}

/* ---- Fixed offsets -------------------------------------------------------------------- */

fh_status fh_zone_fixed(fh_arena *arena, fh_str text, const fh_zone **out, fh_error *err)
{
    int32_t offset = 0;
    const bool known =
        text.len > 0 && fh_scan_zone(text.ptr, text.ptr + text.len, &offset) == text.ptr + text.len;
    if (!known && text.len > 0 && (*text.ptr == '+' || *text.ptr == '-')) {
        (void)fh_fail(err, FH_FORMAT, "'%.*s' is not an offset from UTC", FH_STR_ARG(text));
        return fh_hint(err, FH_FORMAT, "Write it like +02:00 or -0530.");
    }
    if (!known) return fh_fail(err, FH_NOTFOUND, "'%.*s' is no fixed time zone", FH_STR_ARG(text));
    fh_zone *zone = FH_NEW(arena, fh_zone);
    if (!zone) return fh_no_memory(err);
    zone->first = offset;
    *out = zone;
    return FH_OK;
}

/* ---- TZif: header and data block ---------------------------------------------------------- */

/* The counts of a header, in its order. */
typedef struct counts {
    uint32_t is_ut, is_std, leaps, times, types, chars;
} counts;

enum { HEADER_BYTES = 44, TYPE_BYTES = 6 };

static uint64_t big_endian(const char *p, int bytes)
{
    uint64_t v = 0;
    for (int i = 0; i < bytes; i++) v = v << 8 | (unsigned char)p[i];
    return v;
}

static fh_status damaged(fh_error *err, const char *what)
{
    (void)fh_fail(err, FH_FORMAT, "not a usable time zone file: %s", what);
    return fh_hint(err, FH_FORMAT, "Install the tzdata package anew, or name a fixed offset.");
}

/* Reads the header at the start of `s`; *block is the size of what follows. */
static bool read_header(fh_str s, int time_bytes, counts *c, uint64_t *block)
{
    if (s.len < HEADER_BYTES || memcmp(s.ptr, "TZif", 4) != 0) return false;
    const char *p = s.ptr + 20;
    *c = (counts){
        (uint32_t)big_endian(p, 4),      (uint32_t)big_endian(p + 4, 4),
        (uint32_t)big_endian(p + 8, 4),  (uint32_t)big_endian(p + 12, 4),
        (uint32_t)big_endian(p + 16, 4), (uint32_t)big_endian(p + 20, 4),
    };
    *block = (uint64_t)c->times * ((uint64_t)time_bytes + 1) + (uint64_t)c->types * TYPE_BYTES +
             c->chars + (uint64_t)c->leaps * ((uint64_t)time_bytes + 4) + c->is_std + c->is_ut;
    return *block <= s.len - HEADER_BYTES;
}

static bool offset_fits(int64_t offset)
{
    return offset > -MOST_EAST && offset < MOST_EAST;
}

/* The transitions of a data block into zone->at and offset (which have room). */
static fh_status read_block(const char *p, int time_bytes, const counts *c, fh_zone *zone,
                            fh_error *err)
{
    const char *kinds = p + (size_t)c->times * (size_t)time_bytes;
    const char *types = kinds + c->times;
    int32_t offsets[MOST_TYPES];
    for (uint32_t i = 0; i < c->types; i++) {
        offsets[i] = (int32_t)(uint32_t)big_endian(types + (size_t)i * TYPE_BYTES, 4);
        if (!offset_fits(offsets[i])) return damaged(err, "an offset of more than a day");
    }
    zone->first = offsets[0];
    for (uint32_t i = 0; i < c->times; i++) {
        const uint64_t bits = big_endian(p + (size_t)i * (size_t)time_bytes, time_bytes);
        int64_t at = time_bytes == 8 ? (int64_t)bits : (int32_t)(uint32_t)bits;
        const unsigned kind = (unsigned char)kinds[i];
        if (kind >= c->types) return damaged(err, "a transition to a type that is not there");
        at = at < -FAR ? -FAR : at > FAR ? FAR : at;
        if (i > 0 && at < zone->at[i - 1]) return damaged(err, "transitions out of order");
        zone->at[i] = at;
        zone->offset[i] = offsets[kind];
    }
    zone->n = c->times;
    return FH_OK;
}

/* ---- TZif: the rule in the footer ----------------------------------------------------------- */

/* One change of a year: "M3.5.0/2", "J60", "59/-1". */
typedef struct change {
    char form; /* 'M', 'J' (no leap day), 'D' (leap day counts) */
    int32_t month, week, day;
    int32_t time; /* seconds after local midnight */
} change;

typedef struct rule {
    int32_t standard, summer; /* seconds east */
    bool has_summer;
    change to_summer, to_standard;
} rule;

/* 1 to 3 digits, `low` to `high`. */
static const char *read_number(const char *p, const char *end, int32_t low, int32_t high,
                               int32_t *out)
{
    const char *from = p;
    int32_t v = 0;
    while (p < end && p - from < 3 && fh_is_digit(*p)) v = v * 10 + (*p++ - '0');
    if (p == from || v < low || v > high) return NULL;
    *out = v;
    return p;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static const char *read_hms(const char *p, const char *end, int32_t *out)
{
    int32_t part[3] = {0};
    const bool minus = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    p = read_number(p, end, 0, 167, &part[0]);
    for (int i = 1; i < 3 && p && p < end && *p == ':'; i++)
        p = read_number(p + 1, end, 0, 59, &part[i]);
    *out = ((part[0] * 60 + part[1]) * 60 + part[2]) * (minus ? -1 : 1);
    return p;
}

static const char *skip_name(const char *p, const char *end)
{
    const char *from = p;
    if (p < end && *p == '<') {
        while (p < end && *p != '>') p++;
        return p < end ? p + 1 : NULL;
    }
    while (p < end && ((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z'))) p++;
    return p - from >= 3 ? p : NULL;
}

static const char *read_change(const char *p, const char *end, change *c)
{
    if (end - p < 2 || *p != ',') return NULL;
    p++;
    *c = (change){.form = 'D', .time = 7200};
    if (*p == 'M') {
        c->form = 'M';
        p = read_number(p + 1, end, 1, 12, &c->month);
        p = p && p < end && *p == '.' ? read_number(p + 1, end, 1, 5, &c->week) : NULL;
        p = p && p < end && *p == '.' ? read_number(p + 1, end, 0, 6, &c->day) : NULL;
    } else if (*p == 'J') {
        c->form = 'J';
        p = read_number(p + 1, end, 1, 365, &c->day);
    } else {
        p = read_number(p, end, 0, 365, &c->day);
    }
    if (p && p < end && *p == '/') p = read_hms(p + 1, end, &c->time);
    return p;
}

static bool read_rule(fh_str s, rule *r)
{
    const char *end = s.ptr + s.len, *p = skip_name(s.ptr, end);
    p = p ? read_hms(p, end, &r->standard) : NULL;
    if (!p) return false;
    r->standard = -r->standard; /* POSIX counts westwards */
    r->has_summer = p < end;
    if (!r->has_summer) return offset_fits(r->standard);
    p = skip_name(p, end);
    r->summer = r->standard + 3600;
    if (p && p < end && *p != ',') {
        p = read_hms(p, end, &r->summer);
        r->summer = -r->summer;
    }
    p = p ? read_change(p, end, &r->to_summer) : NULL;
    p = p ? read_change(p, end, &r->to_standard) : NULL;
    return p == end && offset_fits(r->standard) && offset_fits(r->summer);
}

/* The day of a change in a year, as days since 1970. */
static int64_t day_of(const change *c, int32_t year)
{
    const int64_t january = fh_days_from_civil(year, 1, 1);
    const int64_t march = fh_days_from_civil(year, 3, 1);
    if (c->form == 'D') return january + c->day;
    if (c->form == 'J') return january + c->day - 1 + (c->day >= 60 && march - january == 60);
    const int64_t month = fh_days_from_civil(year, c->month, 1);
    const int64_t after = c->month == 12 ? january + 365 + (march - january == 60)
                                         : fh_days_from_civil(year, c->month + 1, 1);
    const int64_t weekday = fh_floor_mod(month + 4, 7); /* 1970-01-01 was a Thursday */
    int64_t day = month + fh_floor_mod(c->day - weekday, 7) + 7 * (c->week - 1);
    while (day >= after) day -= 7; /* the fifth means the last */
    return day;
}

static void append(fh_zone *zone, int64_t at, int32_t offset)
{
    const bool late = zone->n > 0 && at < zone->at[zone->n - 1];
    zone->at[zone->n] = late ? zone->at[zone->n - 1] : at;
    zone->offset[zone->n++] = offset;
}

/* Spells the rule out after the last transition there is. */
static void follow_rule(fh_zone *zone, const rule *r)
{
    const int64_t last = zone->n ? zone->at[zone->n - 1] : -FAR;
    if (!r->has_summer) {
        if (zone->n == 0) zone->first = r->standard;
        if (zone->n && zone->offset[zone->n - 1] != r->standard) append(zone, last, r->standard);
        return;
    }
    if (zone->n == 0) zone->first = r->standard;
    int32_t year = RULE_FIRST_YEAR;
    if (last > fh_days_from_civil(RULE_FIRST_YEAR, 1, 1) * DAY)
        year = fh_civil_of(last * FH_SECOND_MS).year;
    zone->repeats = true;
    zone->repeat_from = fh_days_from_civil(year + 1, 1, 1) * DAY;
    for (int32_t y = year; y < year + RULE_YEARS; y++) {
        const int64_t summer = day_of(&r->to_summer, y) * DAY + r->to_summer.time - r->standard;
        const int64_t standard = day_of(&r->to_standard, y) * DAY + r->to_standard.time - r->summer;
        const bool north = summer <= standard;
        const int64_t one = north ? summer : standard, two = north ? standard : summer;
        if (one > last) append(zone, one, north ? r->summer : r->standard);
        if (two > last) append(zone, two, north ? r->standard : r->summer);
    }
}

static bool fill_buckets(fh_arena *arena, fh_zone *zone)
{
    if (zone->n == 0) return true;
    uint32_t *bucket = FH_NEW_ARRAY(arena, uint32_t, N_BUCKETS + 1);
    if (!bucket) return false;
    uint32_t passed = 0;
    for (int64_t b = 0; b <= N_BUCKETS; b++) {
        while (passed < zone->n && zone->at[passed] < b << BUCKET_BITS) passed++;
        bucket[b] = passed;
    }
    zone->bucket = bucket;
    return true;
}

/* The rule between the last two line feeds of the file. */
static fh_status read_footer(fh_str s, rule *r, bool *there, fh_error *err)
{
    *there = false;
    if (s.len < 2 || s.ptr[0] != '\n') return damaged(err, "its last line is missing");
    const char *end = memchr(s.ptr + 1, '\n', s.len - 1);
    if (!end) return damaged(err, "its last line does not end");
    const fh_str text = {s.ptr + 1, (size_t)(end - s.ptr) - 1};
    if (text.len == 0) return FH_OK;
    if (!read_rule(text, r)) return damaged(err, "the rule in its last line");
    *there = true;
    return FH_OK;
}

fh_status fh_zone_tzif(fh_arena *arena, fh_str bytes, const fh_zone **out, fh_error *err)
{
    counts c;
    uint64_t block;
    rule r = {0};
    bool has_rule = false;
    int time_bytes = 4;
    if (!read_header(bytes, time_bytes, &c, &block)) return damaged(err, "its header");
    fh_str rest = {bytes.ptr + HEADER_BYTES, bytes.len - HEADER_BYTES};
    if (bytes.ptr[4] != '\0') { /* the first block is for old readers */
        const fh_str second = {rest.ptr + block, rest.len - (size_t)block};
        time_bytes = 8;
        if (!read_header(second, time_bytes, &c, &block)) return damaged(err, "its second header");
        rest = (fh_str){second.ptr + HEADER_BYTES, second.len - HEADER_BYTES};
        const fh_str footer = {rest.ptr + block, rest.len - (size_t)block};
        const fh_status status = read_footer(footer, &r, &has_rule, err);
        if (status != FH_OK) return status;
    }
    if (c.leaps > 0) return damaged(err, "it counts leap seconds");
    if (c.types == 0 || c.types > MOST_TYPES || c.times > MOST_TRANSITIONS)
        return damaged(err, "too many or too few entries");

    fh_zone *zone = FH_NEW(arena, fh_zone);
    const size_t room = (size_t)c.times + (has_rule ? 2 * RULE_YEARS : 0) + 1;
    if (!zone || !(zone->at = FH_NEW_ARRAY(arena, int64_t, room)) ||
        !(zone->offset = FH_NEW_ARRAY(arena, int32_t, room)))
        return fh_no_memory(err);
    const fh_status status = read_block(rest.ptr, time_bytes, &c, zone, err);
    if (status != FH_OK) return status;
    if (has_rule) follow_rule(zone, &r);
    if (!fill_buckets(arena, zone)) return fh_no_memory(err);
    *out = zone;
    return FH_OK;
}
