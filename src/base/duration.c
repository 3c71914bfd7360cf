/* duration.c - spans of time as people write them. */
#include "base/time.h"

#include "base/checked.h"
#include "base/time_scan.h"

#include <stdio.h>

#define MINUTE_MS (60 * FH_SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)

size_t fh_duration_format(int64_t ms, char out[FH_TIME_TEXT])
{
    static const struct step {
        int64_t unit, part;
        const char *name, *part_name;
    } steps[] = {
        {FH_DAY_MS, HOUR_MS, "days", "h"},
        {HOUR_MS, MINUTE_MS, "h", "min"},
        {MINUTE_MS, FH_SECOND_MS, "min", "s"},
    };
    enum { MANY_DAYS = 30 }; /* from here on nobody wants the hours */
    const char *sign = ms < 0 ? "-" : "";
    if (ms < 0) ms = ms == INT64_MIN ? INT64_MAX : -ms;

    int n = 0;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const struct step *s = &steps[i];
        if (ms < s->unit) continue;
        const int64_t whole = ms / s->unit, part = ms % s->unit / s->part;
        const char *name = s->unit == FH_DAY_MS && whole == 1 ? "day" : s->name;
        const bool alone = part == 0 || (s->unit == FH_DAY_MS && whole >= MANY_DAYS);
        if (alone)
            n = snprintf(out, FH_TIME_TEXT, "%s%lld %s", sign, (long long)whole, name);
        else
            n = snprintf(out, FH_TIME_TEXT, "%s%lld %s %lld %s", sign, (long long)whole, name,
                         (long long)part, s->part_name);
        return (size_t)n;
    }
    const int seconds = (int)(ms / 1000), tenth = (int)(ms % 1000 / 100);
    if (seconds < 10 && tenth > 0)
        n = snprintf(out, FH_TIME_TEXT, "%s%d.%d s", sign, seconds, tenth);
    else if (seconds == 0 && ms > 0)
        n = snprintf(out, FH_TIME_TEXT, "%s%d ms", sign, (int)ms);
    else
        n = snprintf(out, FH_TIME_TEXT, "%s%d s", sign, seconds);
    return (size_t)n;
}

typedef struct unit {
    const char *name;
    int64_t ms;
} unit;

static const unit units[] = {
    {"w", 7 * FH_DAY_MS},
    {"week", 7 * FH_DAY_MS},
    {"weeks", 7 * FH_DAY_MS},
    {"d", FH_DAY_MS},
    {"day", FH_DAY_MS},
    {"days", FH_DAY_MS},
    {"h", HOUR_MS},
    {"hour", HOUR_MS},
    {"hours", HOUR_MS},
    {"m", MINUTE_MS},
    {"min", MINUTE_MS},
    {"minute", MINUTE_MS},
    {"minutes", MINUTE_MS},
    {"s", FH_SECOND_MS},
    {"second", FH_SECOND_MS},
    {"seconds", FH_SECOND_MS},
    {"ms", 1},
};

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && *p == ' ') p++;
    return p;
}

/* A unit's name at p; NULL when there is none. */
static const char *read_unit(const char *p, const char *end, int64_t *ms)
{
    const char *from = p;
    while (p < end && *p >= 'a' && *p <= 'z') p++;
    const fh_str name = {from, (size_t)(p - from)};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (!fh_str_eq(name, fh_str_of(units[i].name))) continue;
        *ms = units[i].ms;
        return p;
    }
    return NULL;
}

bool fh_duration_parse(fh_str s, int64_t *out_ms)
{
    s = fh_str_trim(s);
    if (s.len == 0) return false;
    const char *p = s.ptr, *end = p + s.len;
    int64_t total = 0, before = INT64_MAX;
    while (p < end) {
        int64_t n = 0, unit_ms;
        int32_t thousandths = 0;
        if (!fh_is_digit(*p)) return false;
        for (; p < end && fh_is_digit(*p); p++)
            if (!fh_mul_i64(n, 10, &n) || !fh_add_i64(n, *p - '0', &n)) return false;
        if (p < end && *p == '.') {
            p = fh_scan_fraction(p + 1, end, &thousandths);
            if (!p) return false;
        }
        p = read_unit(skip_blanks(p, end), end, &unit_ms);
        if (!p || unit_ms >= before) return false; /* from large to small, each once */
        before = unit_ms;
        if (!fh_mul_i64(n, unit_ms, &n) || !fh_add_i64(total, n, &total)) return false;
        if (!fh_add_i64(total, thousandths * unit_ms / 1000, &total)) return false;
        p = skip_blanks(p, end);
    }
    *out_ms = total;
    return true;
}
