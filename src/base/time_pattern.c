/* time_pattern.c - times written by a pattern such as '%d/%m/%Y %H:%M'.
 *
 * A pattern is compiled to a list of steps: a byte to match, white space to skip,
 * or a field to read into `parts`. Fields that are only digits come from one
 * table. What the steps have read is checked as a whole at the end.
 */
#include "base/time.h"

#include "base/checked.h"
#include "base/time_scan.h"

#include <string.h>

typedef enum part { YEAR, SHORT_YEAR, MONTH, DAY, HOUR, HOUR_12, MINUTE, SECOND, N_NUMBERS } part;

/* Fields that are digits only. */
static const struct number {
    char letter;
    uint8_t least, most; /* digits */
} numbers[N_NUMBERS] = {
    [YEAR] = {'Y', 4, 4},   [SHORT_YEAR] = {'y', 2, 2}, [MONTH] = {'m', 1, 2},
    [DAY] = {'d', 1, 2},    [HOUR] = {'H', 1, 2},       [HOUR_12] = {'I', 1, 2},
    [MINUTE] = {'M', 2, 2}, [SECOND] = {'S', 2, 2},
};

typedef enum step_kind {
    NUMBER,     /* what: part */
    BYTE,       /* what: the byte */
    SPACE,      /* any run of white space */
    MONTH_NAME, /* January or Jan */
    DAY_NAME,   /* Monday or Mon, which says nothing new */
    HALF,       /* AM, PM */
    FRACTION,
    OFFSET,
    EPOCH, /* what: units in a second, as a power of ten */
    ISO,
    EPOCH_BY_SIZE
} step_kind;

typedef struct step {
    uint8_t kind, what;
} step;

struct fh_time_pattern {
    fh_str text;
    const step *steps; /* [n] */
    size_t n;
};

typedef struct parts {
    int32_t number[N_NUMBERS];
    int32_t ms, offset;
    int8_t half; /* 0: not said, 1: AM, 2: PM */
    bool zoned, is_epoch;
    int64_t epoch_ms;
} parts;

/* ---- Compiling -------------------------------------------------------------------------- */

static bool find_number(char letter, uint8_t *what)
{
    if (letter == 'e') letter = 'd';
    for (uint8_t i = 0; i < N_NUMBERS; i++) {
        if (numbers[i].letter != letter) continue;
        *what = i;
        return true;
    }
    return false;
}

/* The step of the letter after %. */
static bool step_of(char letter, step *out)
{
    static const struct {
        char letter;
        step step;
    } others[] = {
        {'b', {MONTH_NAME, 0}}, {'B', {MONTH_NAME, 0}}, {'a', {DAY_NAME, 0}}, {'A', {DAY_NAME, 0}},
        {'p', {HALF, 0}},       {'f', {FRACTION, 0}},   {'z', {OFFSET, 0}},   {'s', {EPOCH, 0}},
        {'Q', {EPOCH, 3}},      {'U', {EPOCH, 6}},      {'%', {BYTE, '%'}},
    };
    *out = (step){NUMBER, 0};
    if (find_number(letter, &out->what)) return true;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (others[i].letter != letter) continue;
        *out = others[i].step;
        return true;
    }
    return false;
}

/* Does the pattern say which day it is? */
static bool names_a_day(const step *steps, size_t n)
{
    bool year = false, month = false, day = false, instant = false;
    for (size_t i = 0; i < n; i++) {
        const bool number = steps[i].kind == NUMBER;
        year |= number && (steps[i].what == YEAR || steps[i].what == SHORT_YEAR);
        month |= (number && steps[i].what == MONTH) || steps[i].kind == MONTH_NAME;
        day |= number && steps[i].what == DAY;
        instant |= steps[i].kind == EPOCH;
    }
    return instant || (year && month && day);
}

static fh_status compile(fh_str text, step *steps, size_t *n, fh_error *err)
{
    *n = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        step s = {BYTE, (uint8_t)c};
        if (c == ' ') {
            s.kind = SPACE;
        } else if (c == '%') {
            if (++i == text.len || !step_of(text.ptr[i], &s)) {
                (void)fh_fail(err, FH_FORMAT, "time pattern '%.*s': nothing is known as '%%%.*s'",
                              FH_STR_ARG(text), i < text.len ? 1 : 0, text.ptr + i);
                return fh_hint(
                    err, FH_FORMAT,
                    "Letters are %%Y %%y %%m %%b %%d %%H %%I %%p %%M %%S %%f %%z %%s %%Q "
                    "%%U %%a; 'iso' and 'epoch' are patterns too.");
            }
        }
        steps[(*n)++] = s;
    }
    if (names_a_day(steps, *n)) return FH_OK;
    (void)fh_fail(err, FH_FORMAT, "time pattern '%.*s' does not say which day it is",
                  FH_STR_ARG(text));
    return fh_hint(err, FH_FORMAT, "It takes a year, a month and a day, such as '%%d/%%m/%%Y'.");
}

fh_status fh_time_pattern_new(fh_arena *arena, fh_str pattern, const fh_time_pattern **out,
                              fh_error *err)
{
    enum { LONGEST = 200 };
    if (pattern.len > LONGEST)
        return fh_fail(err, FH_FORMAT, "a time pattern of %zu letters", pattern.len);
    fh_time_pattern *p = FH_NEW(arena, fh_time_pattern);
    step *steps = FH_NEW_ARRAY(arena, step, pattern.len + 1);
    if (!p || !steps || !fh_arena_str(arena, pattern, &p->text)) return fh_no_memory(err);
    p->steps = steps;
    if (fh_str_eq_nocase(pattern, FH_STR("iso"))) {
        steps[p->n++] = (step){ISO, 0};
    } else if (fh_str_eq_nocase(pattern, FH_STR("epoch"))) {
        steps[p->n++] = (step){EPOCH_BY_SIZE, 0};
    } else {
        const fh_status status = compile(pattern, steps, &p->n, err);
        if (status != FH_OK) return status;
    }
    *out = p;
    return FH_OK;
}

fh_str fh_time_pattern_text(const fh_time_pattern *p)
{
    return p->text;
}

/* ---- Reading: each returns what follows, or NULL. ------------------------------------------ */

static const char *read_number(const char *p, const char *end, uint8_t what, parts *to)
{
    const char *from = p, *most = end - p > numbers[what].most ? p + numbers[what].most : end;
    int32_t v = 0;
    while (p < most && fh_is_digit(*p)) v = v * 10 + (*p++ - '0');
    if (p - from < numbers[what].least) return NULL;
    to->number[what] = v;
    return p;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* One of n names, whole or its first three letters (and "Sept"); *which from 1. */
static const char *read_name(const char *p, const char *end, const char *const *names, size_t n,
                             int32_t *which)
{
    enum { SHORT = 3 };
    for (size_t i = 0; i < n; i++) {
        size_t same = 0;
        while (names[i][same] && p + same < end && lower(p[same]) == names[i][same]) same++;
        if (same < SHORT) continue;
        const char *after = names[i][same] == '\0' ? p + same : p + SHORT;
        if (after < end && lower(*after) == 't' && same == SHORT + 1) after++; /* Sept */
        *which = (int32_t)i + 1;
        return after;
    }
    return NULL;
}

static const char *read_half(const char *p, const char *end, parts *to)
{
    /* AM, pm, a.m. */
    if (p == end) return NULL;
    const char first = lower(*p++);
    if (first != 'a' && first != 'p') return NULL;
    const bool dots = p < end && *p == '.';
    p += dots;
    if (p == end || lower(*p++) != 'm') return NULL;
    if (dots && p < end && *p == '.') p++;
    to->half = first == 'a' ? 1 : 2;
    return p;
}

/* An integer, perhaps negative, that fits. */
static const char *read_integer(const char *p, const char *end, int64_t *out)
{
    const bool minus = p < end && *p == '-';
    p += minus;
    const char *from = p;
    int64_t v = 0;
    for (; p < end && fh_is_digit(*p); p++) {
        const int64_t digit = *p - '0';
        if (!fh_mul_i64(v, 10, &v) || !fh_add_i64(v, minus ? -digit : digit, &v)) return NULL;
    }
    *out = v;
    return p == from ? NULL : p;
}

/* The years 1 to 9999, like everywhere. */
static bool in_calendar(int64_t ms)
{
    static const fh_civil first = {1, 1, 1, 0, 0, 0, 0}, last = {9999, 12, 31, 23, 59, 59, 999};
    return ms >= fh_civil_ms(&first) && ms <= fh_civil_ms(&last);
}

static const char *read_epoch(const char *p, const char *end, uint8_t power, parts *to)
{
    int64_t v = 0;
    p = read_integer(p, end, &v);
    if (!p) return NULL;
    if (power == 6) v = fh_floor_div(v, 1000);
    if (power == 0 && !fh_mul_i64(v, FH_SECOND_MS, &v)) return NULL;
    to->is_epoch = true;
    to->epoch_ms = v;
    return p;
}

/* Seconds (a fraction may follow), milliseconds or microseconds. */
static const char *read_epoch_by_size(const char *p, const char *end, parts *to)
{
    enum { SECONDS_DIGITS = 11, MS_DIGITS = 14 };
    const bool minus = p < end && *p == '-';
    const char *from = p + minus, *after = from;
    while (after < end && fh_is_digit(*after)) after++;
    const ptrdiff_t digits = after - from;
    const uint8_t power = digits <= SECONDS_DIGITS ? 0 : digits <= MS_DIGITS ? 3 : 6;
    p = read_epoch(p, end, power, to);
    if (p && power == 0 && p < end && *p == '.') {
        int32_t ms = 0;
        p = fh_scan_fraction(p + 1, end, &ms);
        if (!fh_add_i64(to->epoch_ms, minus ? -ms : ms, &to->epoch_ms)) return NULL;
    }
    return p;
}

static const char *skip_space(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || (*p >= '\t' && *p <= '\r'))) p++;
    return p;
}

static const char *take(const step *s, const char *p, const char *end, parts *to)
{
    static const char *const months[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
    static const char *const days[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday"};
    int32_t unused;
    switch ((step_kind)s->kind) {
    case NUMBER: return read_number(p, end, s->what, to);
    case BYTE: return p < end && *p == (char)s->what ? p + 1 : NULL;
    case SPACE: return skip_space(p, end);
    case MONTH_NAME: return read_name(p, end, months, 12, &to->number[MONTH]);
    case DAY_NAME: return read_name(p, end, days, 7, &unused);
    case HALF: return read_half(p, end, to);
    case FRACTION: return fh_scan_fraction(p, end, &to->ms);
    case OFFSET: to->zoned = true; return p < end ? fh_scan_zone(p, end, &to->offset) : NULL;
    case EPOCH: return read_epoch(p, end, s->what, to);
    case EPOCH_BY_SIZE: return read_epoch_by_size(p, end, to);
    case ISO: break; /* read as a whole, never step by step */
    }
    return NULL;
}

/* The hour of the day, -1 when AM or PM contradicts it. */
static int32_t hour_of(const parts *got, bool twelve)
{
    const int32_t hour = got->number[twelve ? HOUR_12 : HOUR];
    if (twelve && (hour < 1 || hour > 12)) return -1;
    if (got->half == 0 || hour > 12) return hour; /* "17:05 PM" is sure of itself */
    return hour % 12 + (got->half == 2 ? 12 : 0);
}

static bool combine(const parts *got, const fh_zone *zone, int64_t *out_ms)
{
    if (got->is_epoch) {
        if (!in_calendar(got->epoch_ms)) return false;
        *out_ms = got->epoch_ms;
        return true;
    }
    fh_civil c = {got->number[YEAR],   got->number[MONTH],  got->number[DAY], 0,
                  got->number[MINUTE], got->number[SECOND], got->ms};
    const int32_t two = got->number[SHORT_YEAR];
    if (c.year < 0) c.year = two + (two <= 68 ? 2000 : 1900);
    c.hour = hour_of(got, got->number[HOUR_12] >= 0);
    if (!fh_civil_valid(&c)) return false;
    const int64_t local = fh_civil_ms(&c);
    if (got->zoned)
        *out_ms = local - got->offset * FH_SECOND_MS;
    else
        *out_ms = zone ? fh_zone_instant(zone, local) : local;
    return true;
}

bool fh_time_parse(const fh_time_pattern *p, fh_str s, const fh_zone *zone, int64_t *out_ms)
{
    s = fh_str_trim(s);
    if (s.len == 0) return false;
    if (p->steps[0].kind == ISO) return fh_time_iso(s, zone, out_ms);
    parts got = {.number = {[YEAR] = -1, [HOUR_12] = -1}};
    const char *at = s.ptr, *end = at + s.len;
    for (size_t i = 0; i < p->n; i++) {
        at = take(&p->steps[i], at, end, &got);
        if (!at) return false;
    }
    return at == end && combine(&got, zone, out_ms);
}
