/* time_recognise.c - which pattern reads these samples?
 *
 * Candidates are ways of writing a date, each with ways of writing a time behind
 * it, tried in a fixed order; the first one that reads every sample wins. Two
 * readings of one layout, day first and month first, are told apart by a sample
 * that only one of them reads; when both read all, by which one leaves the times
 * in order, since what systems export mostly is.
 */
#include "base/time.h"

#include "base/time_scan.h"

#include <stdio.h>
#include <string.h>

enum { PATTERN_BYTES = 64, WHY_BYTES = 200, SHOWN = 40 };

typedef struct search {
    fh_arena *scratch;
    const fh_str *samples; /* [n] trimmed, none empty */
    size_t n;
    size_t furthest; /* the most samples a candidate has read */
    char best[PATTERN_BYTES];
    char why[WHY_BYTES];
    bool found, no_memory;
} search;

/* How many samples the pattern reads before the first that it does not; 0 also
 * when memory has run out. */
static size_t reads(search *s, const char *text)
{
    const fh_time_pattern *p;
    size_t i = 0;
    fh_arena_reset(s->scratch);
    const fh_status status = fh_time_pattern_new(s->scratch, fh_str_of(text), &p, NULL);
    if (status == FH_NOMEM) s->no_memory = true;
    if (status != FH_OK) return 0;
    for (int64_t at; i < s->n && fh_time_parse(p, s->samples[i], NULL, &at);) i++;
    if (i > s->furthest) s->furthest = i;
    return i;
}

/* How often the times turn from rising to falling order, or the other way if that
 * is less. */
static size_t disorder(search *s, const char *text)
{
    const fh_time_pattern *p;
    fh_arena_reset(s->scratch);
    if (fh_time_pattern_new(s->scratch, fh_str_of(text), &p, NULL) != FH_OK) {
        s->no_memory = true;
        return 0;
    }
    size_t rises = 0, falls = 0;
    int64_t before = 0, at;
    for (size_t i = 0; i < s->n; i++, before = at) {
        if (!fh_time_parse(p, s->samples[i], NULL, &at)) return s->n;
        rises += i > 0 && at > before;
        falls += i > 0 && at < before;
    }
    return rises < falls ? rises : falls;
}

static void take(search *s, const char *pattern, const char *why)
{
    s->found = true;
    (void)snprintf(s->best, sizeof s->best, "%s", pattern);
    (void)snprintf(s->why, sizeof s->why, "%s", why);
}

static fh_str shown(fh_str s)
{
    return (fh_str){s.ptr, s.len < SHOWN ? s.len : SHOWN};
}

/* Digits alone mean different things by their number. */
static bool only_digits(const search *s, size_t least)
{
    for (size_t i = 0; i < s->n; i++) {
        size_t digits = 0;
        while (digits < s->samples[i].len && fh_is_digit(s->samples[i].ptr[digits])) digits++;
        if (digits < least) return false;
    }
    return true;
}

/* Could this be a date at all? Most columns hold names or numbers. */
static bool may_be_dates(const search *s)
{
    enum { LEAST_DIGITS = 4, LONGEST = 48 };
    for (size_t i = 0; i < s->n; i++) {
        size_t digits = 0;
        for (size_t k = 0; k < s->samples[i].len; k++) digits += fh_is_digit(s->samples[i].ptr[k]);
        if (s->samples[i].len > LONGEST || digits < LEAST_DIGITS) return false;
        if (digits == s->samples[i].len) return false; /* only what was tried as a whole */
    }
    return true;
}

static void try_whole(search *s)
{
    static const struct whole {
        const char *pattern, *why;
        size_t digits; /* every sample begins with so many; 0: any */
    } wholes[] = {
        {"iso", "ISO 8601: year, month, day", 0},
        {"%Y%m%d%H%M%S", "digits alone: year, month, day, hour, minute, second", 14},
        {"%Y%m%d%H%M", "digits alone: year, month, day, hour, minute", 12},
        {"epoch", "a count of seconds, milliseconds or microseconds since 1970", 9},
        {"%a %b %d %H:%M:%S %Y", "the month is a name", 0},
        {"%a %b %d %H:%M:%S %z %Y", "the month is a name", 0},
        {"%d/%b/%Y:%H:%M:%S %z", "the month is a name", 0},
    };
    for (size_t i = 0; i < sizeof wholes / sizeof wholes[0] && !s->found; i++) {
        const struct whole *w = &wholes[i];
        if (w->digits && !only_digits(s, w->digits)) continue;
        if (reads(s, w->pattern) == s->n) take(s, w->pattern, w->why);
    }
}

static const char *const time_forms[] = {
    "",         "%H:%M",       "%H:%M:%S", "%H:%M:%S.%f", "%H:%M:%S,%f",
    "%I:%M %p", "%I:%M:%S %p", "%H.%M",    "%H.%M.%S",    "%H%M%S",
};
static const char *const between[] = {" ", ", ", "T"};

/* Writes the n-th way of writing a time behind `date`; false: there is none. */
static bool nth_form(const char *date, size_t n, char out[PATTERN_BYTES])
{
    const size_t n_forms = sizeof time_forms / sizeof time_forms[0];
    const size_t n_between = sizeof between / sizeof between[0];
    const bool zoned = n >= n_forms * n_between;
    if (zoned) n -= n_forms * n_between;
    if (n >= n_forms * n_between) return false;
    const char *form = time_forms[n % n_forms];
    const char *gap = *form ? between[n / n_forms] : "";
    (void)snprintf(out, PATTERN_BYTES, "%s%s%s%s", date, gap, form, zoned && *form ? " %z" : "");
    return true;
}

static void try_dates(search *s, const char *const *dates, size_t n_dates, const char *why)
{
    char pattern[PATTERN_BYTES];
    for (size_t d = 0; d < n_dates && !s->found && !s->no_memory; d++)
        for (size_t f = 0; !s->found && nth_form(dates[d], f, pattern); f++)
            if (reads(s, pattern) == s->n) take(s, pattern, why);
}

/* Both readings fit: chooses, and says so. */
static void choose(search *s, const char *day_first, const char *month_first)
{
    const size_t by_day = disorder(s, day_first), by_month = disorder(s, month_first);
    const bool american = strstr(day_first, "%p") != NULL;
    const bool month = by_month < by_day || (by_month == by_day && american);
    const char *word = month ? "month first" : "day first";
    take(s, month ? month_first : day_first, "");
    if (by_month != by_day)
        (void)snprintf(s->why, sizeof s->why,
                       "day first and month first both fit; %s was taken because the times are "
                       "then in order",
                       word);
    else
        (void)snprintf(s->why, sizeof s->why,
                       "day first and month first both fit; %s was taken, so give the pattern if "
                       "it is the other",
                       word);
}

static void try_order(search *s, const char *day_date, const char *month_date)
{
    char day[PATTERN_BYTES], month[PATTERN_BYTES];
    for (size_t f = 0; !s->found && !s->no_memory && nth_form(day_date, f, day); f++) {
        (void)nth_form(month_date, f, month);
        const size_t by_day = reads(s, day), by_month = reads(s, month);
        if (by_day == s->n && by_month == s->n) {
            choose(s, day, month);
        } else if (by_day == s->n || by_month == s->n) {
            const bool is_day = by_day == s->n;
            const fh_str proof = shown(s->samples[is_day ? by_month : by_day]);
            take(s, is_day ? day : month, "");
            (void)snprintf(s->why, sizeof s->why, "%s first: '%.*s' has no other reading",
                           is_day ? "day" : "month", FH_STR_ARG(proof));
        }
    }
}

static void try_all(search *s)
{
    static const char *const year_first[] = {"%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"};
    static const char *const dotted[] = {"%d.%m.%Y", "%d.%m.%y"};
    static const char *const named[] = {
        "%d %b %Y", "%d-%b-%Y", "%d/%b/%Y", "%d.%b.%Y", "%d. %b %Y",    "%b %d, %Y",
        "%b %d %Y", "%d-%b-%y", "%d %b %y", "%Y-%b-%d", "%a, %d %b %Y", "%a, %b %d, %Y",
    };
    static const char *const orders[][2] = {
        {"%d/%m/%Y", "%m/%d/%Y"},
        {"%d-%m-%Y", "%m-%d-%Y"},
        {"%d/%m/%y", "%m/%d/%y"},
        {"%d-%m-%y", "%m-%d-%y"},
    };
    try_whole(s);
    if (!may_be_dates(s)) return;
    try_dates(s, year_first, sizeof year_first / sizeof year_first[0], "year first");
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
        try_order(s, orders[i][0], orders[i][1]);
    try_dates(s, dotted, sizeof dotted / sizeof dotted[0], "day first, as dates with dots are");
    try_dates(s, named, sizeof named / sizeof named[0], "the month is a name");
}

static fh_status hand_over(search *s, fh_arena *arena, const fh_time_pattern **out, fh_str *why,
                           fh_error *err)
{
    const fh_time_pattern *pattern = NULL;
    if (s->n == 0) {
        (void)snprintf(s->why, sizeof s->why, "there is nothing to recognise a time by");
    } else if (!s->found) {
        const fh_str odd = shown(s->samples[s->furthest < s->n ? s->furthest : 0]);
        (void)snprintf(s->why, sizeof s->why,
                       s->furthest ? "no one way of writing times reads '%.*s' and all the others"
                                   : "no known way of writing times reads '%.*s'",
                       FH_STR_ARG(odd));
    } else if (fh_time_pattern_new(arena, fh_str_of(s->best), &pattern, NULL) != FH_OK) {
        return fh_no_memory(err);
    }
    fh_str text;
    if (!fh_arena_str(arena, fh_str_of(s->why), &text)) return fh_no_memory(err);
    *out = pattern;
    *why = text;
    return FH_OK;
}

fh_status fh_time_recognise(fh_arena *arena, const fh_str *samples, size_t n,
                            const fh_time_pattern **out, fh_str *why, fh_error *err)
{
    fh_str *kept = FH_NEW_ARRAY(arena, fh_str, n);
    fh_arena *scratch = fh_arena_new(fh_arena_allocator(arena));
    fh_status status = kept && scratch ? FH_OK : fh_no_memory(err);
    if (status == FH_OK) {
        search s = {.scratch = scratch, .samples = kept};
        for (size_t i = 0; i < n; i++) {
            const fh_str sample = fh_str_trim(samples[i]);
            if (sample.len) kept[s.n++] = sample;
        }
        if (s.n) try_all(&s);
        status = s.no_memory ? fh_no_memory(err) : hand_over(&s, arena, out, why, err);
    }
    fh_arena_free(scratch);
    return status;
}
