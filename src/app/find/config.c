/* config.c - settings of findings: rows of the organisation's settings, each with what it
 * means and what it is when nobody has set it. */
#include "app/find/findings.h"

#include "base/checked.h"
#include "base/time.h"

#include <stdio.h>

#define DAY_MS (INT64_C(24) * 3600 * 1000)

const fh_find_setting fh_find_setting_list[] = {
    {"find-duplicate-days", "the same said again within so many days is a duplicate", "14", 1, 366},
    {"find-contradiction-days", "for so many days what a message says holds", "90", 1, 3660},
    {"find-dam-days", "what is told again within so many days after a hand-off is a dam", "7", 1,
     366},
    {"find-overload", "more messages than anybody should get: how many, within how long",
     "5 within 7d", 0, 0},
    {"find-least-customers", "a cause with fewer customers gets no record of its own", "2", 1,
     1000000},
    {"find-off", "sorts that are not looked for, by commas", "", 0, 0},
    {NULL, NULL, NULL, 0, 0},
};

static bool number_of(fh_str s, int64_t *out)
{
    int64_t v = 0;
    if (!s.len || s.len > 9) return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
        v = v * 10 + (s.ptr[i] - '0');
    }
    *out = v;
    return true;
}

/* The next word, parted by spaces or commas. */
static fh_str word(fh_str *rest)
{
    size_t at = 0, n = 0;
    while (at < rest->len && (rest->ptr[at] == ' ' || rest->ptr[at] == ',')) at++;
    while (at + n < rest->len && rest->ptr[at + n] != ' ' && rest->ptr[at + n] != ',') n++;
    const fh_str w = {rest->ptr + at, n};
    *rest = (fh_str){rest->ptr + at + n, rest->len - at - n};
    return w;
}

static fh_status set_overload(fh_find_config *into, fh_str value, fh_error *err)
{
    fh_str rest = value;
    int64_t n = 0, days = 0;
    const fh_str many = word(&rest), within = word(&rest);
    fh_str span = word(&rest);
    const bool is_days = span.len > 1 && span.ptr[span.len - 1] == 'd';
    if (is_days) span.len--;
    if (!number_of(many, &n) || n < 1 || n > 1000 || !fh_str_eq(within, FH_STR("within")) ||
        !is_days || !number_of(span, &days) || days < 1 || days > 366 || word(&rest).len) {
        (void)fh_fail(err, FH_INVALID, "find-overload: '%.*s' is not how many within how long",
                      value.len > 60 ? 60 : (int)value.len, value.ptr);
        return fh_hint(err, FH_INVALID, "Write it as '5 within 7d'.");
    }
    into->find.overload_messages = (uint32_t)n;
    into->find.overload_window_ms = days * DAY_MS;
    return FH_OK;
}

static fh_status set_off(fh_find_config *into, fh_str value, fh_error *err)
{
    uint64_t sorts = (UINT64_C(1) << FH_N_FINDING_SORTS) - 1;
    for (fh_str w = word(&value); w.len; w = word(&value)) {
        uint32_t sort = 0;
        const fh_status s = fh_find_sort_read(w, &sort, err);
        if (s) return s;
        sorts &= ~(UINT64_C(1) << sort);
    }
    into->find.sorts = sorts;
    return FH_OK;
}

fh_status fh_find_sort_read(fh_str text, uint32_t *out, fh_error *err)
{
    for (uint32_t i = 0; i < FH_N_FINDING_SORTS; i++)
        if (fh_str_eq(text, fh_str_of(fh_finding_sort_name((fh_finding_sort)i)))) {
            *out = i;
            return FH_OK;
        }
    (void)fh_fail(err, FH_INVALID, "'%.*s' is no sort of finding",
                  text.len > 40 ? 40 : (int)text.len, text.ptr);
    return fh_hint(err, FH_INVALID,
                   "There are duplicate, signatory, contradiction, dam, context-lost, overload, "
                   "never, deviation, promise, ownerless, forgotten, aggravation.");
}

static fh_status set_number(fh_find_config *into, const fh_find_setting *what, fh_str value,
                            fh_error *err)
{
    int64_t n = 0;
    if (!number_of(value, &n) || n < what->least || n > what->most) {
        (void)fh_fail(err, FH_INVALID, "%s: '%.*s' is not a number from %lld to %lld", what->name,
                      value.len > 40 ? 40 : (int)value.len, value.ptr, (long long)what->least,
                      (long long)what->most);
        return fh_hint(err, FH_INVALID, "It says: %s.", what->means);
    }
    const fh_str name = fh_str_of(what->name);
    if (fh_str_eq(name, FH_STR("find-duplicate-days")))
        into->find.duplicate_window_ms = n * DAY_MS;
    else if (fh_str_eq(name, FH_STR("find-contradiction-days")))
        into->find.contradiction_window_ms = n * DAY_MS;
    else if (fh_str_eq(name, FH_STR("find-dam-days")))
        into->find.dam_window_ms = n * DAY_MS;
    else
        into->least_customers = (uint64_t)n;
    return FH_OK;
}

fh_status fh_find_config_set(fh_find_config *into, fh_str name, fh_str value, fh_error *err)
{
    value = fh_str_trim(value);
    for (const fh_find_setting *s = fh_find_setting_list; s->name; s++) {
        if (!fh_str_eq(name, fh_str_of(s->name))) continue;
        if (s->most) return set_number(into, s, value, err);
        if (fh_str_eq(name, FH_STR("find-off"))) return set_off(into, value, err);
        return set_overload(into, value, err);
    }
    return fh_fail(err, FH_INVALID, "there is no setting '%.*s' of findings",
                   name.len > 40 ? 40 : (int)name.len, name.ptr);
}

/* What stands in the file may be anybody's: a value that cannot be is as if it were not set. */
fh_status fh_find_config_read(fh_org *org, fh_arena *arena, fh_find_config *out, fh_error *err)
{
    *out = (fh_find_config){.find = fh_find_defaults(), .least_customers = 2};
    for (const fh_find_setting *s = fh_find_setting_list; s->name; s++) {
        fh_str value = {0};
        fh_error wrong = {0};
        const fh_status got = fh_setting_get(org, fh_str_of(s->name), arena, &value, err);
        if (got) return got;
        fh_find_config tried = *out;
        if (value.len && fh_find_config_set(&tried, fh_str_of(s->name), value, &wrong) == FH_OK)
            *out = tried;
    }
    return FH_OK;
}
