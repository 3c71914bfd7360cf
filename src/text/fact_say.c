/* fact_say.c - facts in words that people read. */
#include "firsthand/text.h"

#include "base/currency.h"
#include "base/time.h"

#include <inttypes.h>

static const char *const type_name[FH_N_FACT_TYPES] = {
    "date",  "time", "money",  "percent", "duration", "number", "phone",
    "email", "url",  "person", "product", "id",       "policy"};

const char *fh_fact_type_name(fh_fact_type type)
{
    return (unsigned)type < FH_N_FACT_TYPES ? type_name[type] : "?";
}

static void say_date(int64_t day, fh_buf *out)
{
    static const char *const month[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    const int64_t most = 2932896; /* 9999-12-31 */
    const fh_civil c = fh_civil_of((day > most ? most : day < -719162 ? -719162 : day) * FH_DAY_MS);
    fh_buf_printf(out, "%d %s %d", (int)c.day, month[(c.month + 11) % 12], (int)c.year);
}

static void say_time(int64_t minutes, fh_buf *out)
{
    fh_buf_printf(out, "%d:%02d", (int)(minutes / 60 % 25), (int)(minutes % 60));
}

/* `decimals` of a whole number: 14995 with two is 149.95. */
static void say_decimal(int64_t value, uint32_t decimals, fh_buf *out)
{
    int64_t unit = 1;
    for (uint32_t i = 0; i < decimals && i < 6; i++) unit *= 10;
    const int64_t rest = value % unit < 0 ? -(value % unit) : value % unit;
    fh_buf_printf(out, "%s%" PRId64, value < 0 && value / unit == 0 ? "-" : "", value / unit);
    if (decimals) fh_buf_printf(out, ".%0*" PRId64, (int)decimals, rest);
}

static void say_money(fh_str code, int64_t value, fh_buf *out)
{
    static const struct {
        const char *code, *sign;
    } signs[] = {{"EUR", "€ "}, {"USD", "$"}, {"GBP", "£"}};
    const char *sign = NULL;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (fh_str_eq(code, fh_str_of(signs[i].code))) sign = signs[i].sign;
    if (sign)
        fh_buf_text(out, sign);
    else if (code.len)
        fh_buf_printf(out, "%.*s ", FH_STR_ARG(code));
    say_decimal(value, fh_currency_decimals(code), out);
}

static void say_percent(int64_t value, fh_buf *out)
{
    say_decimal(value % 100 ? value : value / 100, value % 100 ? 2 : 0, out);
    fh_buf_text(out, " %");
}

static void say_duration(int64_t minutes, bool working, fh_buf *out)
{
    static const struct {
        int64_t minutes;
        const char *one, *many;
    } units[] = {{525600, "year", "years"}, {43200, "month", "months"}, {10080, "week", "weeks"},
                 {1440, "day", "days"},     {60, "hour", "hours"},      {1, "minute", "minutes"}};
    size_t u = working ? 3 : 0;
    while (u < 5 && (minutes == 0 || minutes % units[u].minutes)) u++;
    const int64_t n = minutes / units[u].minutes;
    fh_buf_printf(out, "%" PRId64 " %s%s", n, working ? "working " : "",
                  n == 1 ? units[u].one : units[u].many);
}

static void say_value(const fh_fact *f, int64_t value, fh_buf *out)
{
    switch (f->type) {
    case FH_FACT_DATE: say_date(value, out); break;
    case FH_FACT_TIME: say_time(value, out); break;
    case FH_FACT_MONEY: say_money(f->unit, value, out); break;
    case FH_FACT_PERCENT: say_percent(value, out); break;
    case FH_FACT_DURATION: say_duration(value, f->unit.len > 0, out); break;
    case FH_FACT_NUMBER:
    case FH_FACT_PHONE: fh_buf_printf(out, "%" PRId64, value); break;
    case FH_FACT_EMAIL:
    case FH_FACT_URL:
    case FH_FACT_PERSON:
    case FH_FACT_PRODUCT:
    case FH_FACT_ID: fh_buf_str(out, f->unit); break;
    case FH_FACT_POLICY: fh_buf_text(out, value ? "yes" : "no"); break;
    case FH_N_FACT_TYPES: break;
    }
}

static void say_range(const fh_fact *f, int64_t low, int64_t high, fh_buf *out)
{
    if (low == high) {
        say_value(f, low, out);
    } else if (high == INT64_MAX) {
        fh_buf_text(out, "at least ");
        say_value(f, low, out);
    } else if (low <= 0 && f->type != FH_FACT_TIME && f->type != FH_FACT_DATE) {
        fh_buf_text(out, "up to ");
        say_value(f, high, out);
    } else {
        say_value(f, low, out);
        fh_buf_text(out, " to ");
        say_value(f, high, out);
    }
}

fh_status fh_fact_say(const fh_fact *f, fh_buf *out, fh_error *err)
{
    const bool within = fh_str_starts(f->unit, FH_STR("within"));
    if (f->type == FH_FACT_DATE && within) {
        fh_buf_text(out, "within ");
        say_duration((f->high - f->low) * 1440, f->unit.len > 6, out);
        fh_buf_text(out, ", by ");
        say_date(f->high, out);
    } else {
        say_range(f, f->low, f->high, out);
    }
    if (f->type == FH_FACT_NUMBER && f->unit.len) fh_buf_printf(out, " %.*s", FH_STR_ARG(f->unit));
    if (f->either) {
        fh_buf_text(out, " or ");
        say_range(f, f->low2, f->high2, out);
    }
    if (out->status == FH_OK) return FH_OK;
    return out->status == FH_NOMEM ? fh_no_memory(err)
                                   : fh_fail(err, out->status, "too long to say");
}
