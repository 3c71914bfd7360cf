/* words.c - counts, shares, periods and money in plain words. */
#include "app/ask/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

fh_str fh_printed(fh_arena *arena, const char *fmt, ...)
{
    fh_str out = {0};
    va_list args;
    va_start(args, fmt);
    if (!fh_arena_vformat(arena, &out, fmt, args)) out = (fh_str){0};
    va_end(args);
    return out;
}

void fh_say_count(fh_buf *out, uint64_t n)
{
    char digits[24];
    const int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0) fh_buf_char(out, ',');
        fh_buf_char(out, digits[i]);
    }
}

void fh_say_signed(fh_buf *out, int64_t n)
{
    if (n < 0) fh_buf_char(out, '-');
    fh_say_count(out, n < 0 ? UINT64_C(0) - (uint64_t)n : (uint64_t)n);
}

void fh_say_share(fh_buf *out, uint64_t part, uint64_t of)
{
    while (of >> 50) of >>= 1, part >>= 1; /* so that part * 2000 fits */
    if (!of) {
        fh_buf_char(out, '-');
        return;
    }
    const uint64_t tenths = (part * 2000 + of) / (2 * of);
    if (tenths == 0 && part)
        fh_buf_text(out, "under 0.1 %");
    else if (tenths == 1000 && part < of)
        fh_buf_text(out, "over 99.9 %");
    else
        fh_buf_printf(out, "%llu.%llu %%", (unsigned long long)(tenths / 10),
                      (unsigned long long)(tenths % 10));
}

void fh_say_money(fh_buf *out, int64_t minor, fh_str currency)
{
    const uint32_t decimals = fh_currency_decimals(currency);
    const uint64_t unit = decimals == 0 ? 1 : decimals == 2 ? 100 : 1000;
    const uint64_t n = minor < 0 ? UINT64_C(0) - (uint64_t)minor : (uint64_t)minor;
    if (minor < 0) fh_buf_char(out, '-');
    fh_say_count(out, n / unit);
    if (decimals) fh_buf_printf(out, ".%0*llu", (int)decimals, (unsigned long long)(n % unit));
    if (currency.len) {
        fh_buf_char(out, ' ');
        fh_buf_str(out, currency);
    }
}

void fh_say_duration(fh_buf *out, int64_t ms)
{
    char text[FH_TIME_TEXT];
    fh_buf_put(out, text, fh_duration_format(ms, text));
}

static fh_civil local(int64_t ms, const fh_zone *zone)
{
    return fh_civil_of(ms + fh_zone_offset(zone, ms) * FH_SECOND_MS);
}

void fh_say_time(fh_buf *out, int64_t ms, const fh_zone *zone)
{
    const fh_civil c = local(ms, zone);
    fh_buf_printf(out, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
    if (c.second || c.ms) fh_buf_printf(out, ":%02d", c.second);
    if (c.ms) fh_buf_printf(out, ".%03d", c.ms);
}

static const char *month_name(int32_t month)
{
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    return month >= 1 && month <= 12 ? names[month - 1] : "?";
}

void fh_say_date(fh_buf *out, int64_t ms, const fh_zone *zone)
{
    const fh_civil c = local(ms, zone);
    fh_buf_printf(out, "%d %s %d", c.day, month_name(c.month), c.year);
}

void fh_say_period(fh_buf *out, int64_t first_ms, int64_t last_ms, const fh_zone *zone)
{
    const fh_civil a = local(first_ms, zone), b = local(last_ms, zone);
    if (a.year != b.year) {
        fh_say_date(out, first_ms, zone);
        fh_buf_text(out, " to ");
    } else if (a.month != b.month) {
        fh_buf_printf(out, "%d %s to ", a.day, month_name(a.month));
    } else if (a.day != b.day) {
        fh_buf_printf(out, "%d to ", a.day);
    }
    fh_say_date(out, last_ms, zone);
}

void fh_say_number_of(fh_buf *out, uint64_t n, const char *one, const char *many)
{
    fh_say_count(out, n);
    fh_buf_printf(out, " %s", n == 1 ? one : many);
}
