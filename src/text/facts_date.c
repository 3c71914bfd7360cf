/* facts_date.c - dates and times of the day as people write them.
 *
 * Dates are days since 1970, as the sender's calendar has them. What has no year is the
 * nearest to the day of sending; a weekday is the coming or the last one (two readings);
 * 03/04/2025 is read both ways where both are dates, unless the language says which. "In 14
 * days" counts from the day of sending; "within 14 days" is everything from then to its end,
 * with unit "within", so that two such promises are compared by their length.
 *
 * A time is minutes of the day; opening hours are from low to high, and their role is the
 * weekdays before them: "1-5".
 */
#include "text/facts_parts.h"

#include "base/time.h"

#include <stdlib.h>

enum { DAY_MINUTES = 1440, MONTH_MINUTES = 43200, MOST_DAYS = 36500 };

typedef struct moment {
    int64_t low, high, low2;
    bool either;
} moment;

static bool civil_day(int64_t year, int64_t month, int64_t day, int64_t *out)
{
    if (year < 100 && year >= 0) year += year < 70 ? 2000 : 1900;
    if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31) return false;
    const fh_civil c = {.year = (int32_t)year, .month = (int32_t)month, .day = (int32_t)day};
    if (!fh_civil_valid(&c)) return false;
    *out = fh_days_from_civil(c.year, c.month, c.day);
    return true;
}

/* The date nearest to the day of sending that has this month and day. */
static bool nearest_year(const fh_scan *s, int64_t month, int64_t day, int64_t *out)
{
    const int32_t year = fh_civil_of(s->sent_day * FH_DAY_MS).year;
    int64_t best = INT64_MAX, one;
    for (int32_t y = year - 1; y <= year + 1; y++)
        if (civil_day(y, month, day, &one) && llabs(one - s->sent_day) < best) {
            best = llabs(one - s->sent_day);
            *out = one;
        }
    return best < INT64_MAX;
}

/* ---- Numbers only ---- */

static bool month_first_may_be(const fh_scan *s)
{
    return s->r->language == FH_LANGUAGE_UNKNOWN ||
           fh_str_eq(fh_lexicon_code(s->r->lexicon, s->r->language), FH_STR("en"));
}

static bool day_month_year(const fh_scan *s, int64_t a, int64_t b, int64_t year, char sign,
                           moment *m)
{
    int64_t other;
    const bool day_first = civil_day(year, b, a, &m->low);
    const bool swap = sign != '.' && civil_day(year, a, b, &other);
    if (!day_first && !swap) return false;
    if (!day_first) m->low = other;
    m->high = m->low;
    m->either = day_first && swap && a != b && month_first_may_be(s);
    if (m->either) m->low2 = other;
    return true;
}

/* 2025-03-04, 4-3-2025, 04/03/25 */
static uint32_t parted_date(const fh_scan *s, uint32_t i, moment *m)
{
    int64_t a, b, c;
    if (i + 4 >= s->end || s->token[i + 1].kind != FH_TOKEN_SIGN || s->token[i + 1].spaced ||
        s->token[i + 3].spaced)
        return 0;
    const char sign = s->r->raw.ptr[s->token[i + 1].at];
    if ((sign != '-' && sign != '/') || !fh_is_sign(s, i + 3, sign)) return 0;
    if (!fh_plain_number(s, i, 4, &a) || !fh_plain_number(s, i + 2, 2, &b)) return 0;
    if (s->token[i].len == 4) {
        if (!fh_plain_number(s, i + 4, 2, &c) || !civil_day(a, b, c, &m->low)) return 0;
        m->high = m->low;
        return fh_next(s, i + 4);
    }
    if (!fh_plain_number(s, i + 4, 4, &c) || s->token[i].len > 2) return 0;
    if (s->token[i + 4].len != 4 && s->token[i + 4].len != 2) return 0;
    return day_month_year(s, a, b, c, sign, m) ? fh_next(s, i + 4) : 0;
}

/* How many points part the numbers of "4.3.2025"; 0 when it is no such text. */
static size_t pointed_parts(fh_str text, int64_t part[3], size_t *digits)
{
    size_t n = 0;
    *digits = 0;
    for (size_t k = 0; k < text.len; k++) {
        if (text.ptr[k] == '.') {
            if (++n > 2 || *digits == 0 || *digits > 2) return 0;
            *digits = 0;
        } else if (text.ptr[k] >= '0' && text.ptr[k] <= '9' && *digits < 4) {
            part[n] = part[n] * 10 + (text.ptr[k] - '0');
            ++*digits;
        } else {
            return 0;
        }
    }
    return n;
}

/* 4.3.2025, 04.03.25: one token; 04.03. with a point after it */
static uint32_t pointed_date(const fh_scan *s, uint32_t i, moment *m)
{
    int64_t part[3] = {0};
    size_t digits;
    const fh_str text = {s->r->raw.ptr + s->token[i].at, s->token[i].len};
    const size_t points = pointed_parts(text, part, &digits);
    if (points == 2 && (digits == 2 || digits == 4)) {
        if (!civil_day(part[2], part[1], part[0], &m->low)) return 0;
        m->high = m->low;
        return fh_next(s, i);
    }
    if (points != 1 || text.len != 5 || !fh_is_sign(s, i + 1, '.') || s->token[i + 1].spaced)
        return 0;
    if (month_first_may_be(s) || !nearest_year(s, part[1], part[0], &m->low)) return 0;
    m->high = m->low;
    return fh_next(s, i + 1);
}

/* ---- With words ---- */

/* A day's number with "th" or "." after it. */
static uint32_t day_number(const fh_scan *s, uint32_t i, int64_t *day)
{
    if (!fh_plain_number(s, i, 2, day) || *day < 1 || *day > 31) return 0;
    const uint32_t at = fh_next(s, i);
    if (at >= s->end || s->token[at].spaced) return at;
    if (fh_is_sign(s, at, '.')) return fh_next(s, at);
    const uint32_t after = fh_listed(s, FH_LIST_ORDINALS, at, NULL);
    return after ? after : at;
}

static uint32_t month_word(const fh_scan *s, uint32_t i, int64_t *month)
{
    const uint32_t at = fh_listed(s, FH_LIST_MONTHS, i, month);
    if (!at || *month < 1 || *month > 12) return 0;
    /* "Dec." */
    return fh_is_sign(s, at, '.') && !s->token[at].spaced && at + 1 < s->end && s->token[i].len <= 4
               ? fh_next(s, at)
               : at;
}

static uint32_t year_number(const fh_scan *s, uint32_t i, int64_t *year)
{
    if (fh_is_sign(s, i, ',')) i = fh_next(s, i);
    if (!fh_plain_number(s, i, 4, year) || s->token[i].len != 4) return 0;
    return *year >= 1900 && *year <= 2200 ? fh_next(s, i) : 0;
}

static bool set_day(const fh_scan *s, bool has_year, int64_t year, int64_t month, int64_t day,
                    moment *m)
{
    if (!(has_year ? civil_day(year, month, day, &m->low) : nearest_year(s, month, day, &m->low)))
        return false;
    m->high = m->low;
    return true;
}

/* "3 March 2025", "3rd of March", "March 3rd, 2025", "March 2025" */
static uint32_t written_date(const fh_scan *s, uint32_t i, moment *m)
{
    int64_t day, month, year = 0;
    uint32_t at = day_number(s, i, &day), after;
    if (at) {
        if (fh_is_word(s, at) && !s->token[at].capital && s->token[at].len == 2 &&
            (s->token[at].lists >> FH_LIST_STOP & 1) && fh_is_word(s, fh_next(s, at)))
            at = fh_next(s, at); /* "of" */
        at = month_word(s, at, &month);
        if (!at) return 0;
        after = year_number(s, at, &year);
        return set_day(s, after != 0, year, month, day, m) ? (after ? after : at) : 0;
    }
    at = month_word(s, i, &month);
    if (!at) return 0;
    after = day_number(s, at, &day);
    if (after && after > at) {
        /* not "March 2 sessions": a counted thing does not follow a day */
        const uint32_t with_year = year_number(s, after, &year);
        return set_day(s, with_year != 0, year, month, day, m) ? (with_year ? with_year : after)
                                                               : 0;
    }
    after = year_number(s, at, &year);
    if (!after || !civil_day(year, month, 1, &m->low)) return 0;
    const int64_t next_year = month == 12 ? year + 1 : year, next = month == 12 ? 1 : month + 1;
    if (!civil_day(next_year, next, 1, &m->high)) return 0;
    m->high--;
    return after;
}

static int64_t weekday_of(int64_t day) /* 1 Monday .. 7 */
{
    const int64_t k = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return (k < 0 ? k + 7 : k) + 1;
}

/* "Friday": the coming one or the last one; "next Friday": the coming one or that after it. */
static void set_weekday(const fh_scan *s, int64_t weekday, int64_t coming, moment *m)
{
    const int64_t ahead = (weekday - weekday_of(s->sent_day) + 7) % 7;
    m->either = true;
    m->low = s->sent_day + (ahead == 0 && coming > 0 ? 7 : ahead);
    m->low2 = m->low - 7;
    if (coming > 0 || ahead == 0) m->low2 = m->low + 7;
    if (coming < 0) m->low -= 7;
    if (coming < 0) m->low2 = m->low - 7;
    m->high = m->low;
}

/* "next week", "this month": from its first day to its last. */
static bool set_period(const fh_scan *s, int64_t unit, int64_t coming, moment *m)
{
    if (unit == 7 * DAY_MINUTES) {
        m->low = s->sent_day - weekday_of(s->sent_day) + 1 + 7 * coming;
        m->high = m->low + 6;
        return true;
    }
    if (unit != MONTH_MINUTES) return false;
    const fh_civil c = fh_civil_of(s->sent_day * FH_DAY_MS);
    const int64_t k = c.year * 12 + c.month - 1 + coming;
    if (!civil_day(k / 12, k % 12 + 1, 1, &m->low)) return false;
    if (!civil_day((k + 1) / 12, (k + 1) % 12 + 1, 1, &m->high)) return false;
    m->high--;
    return true;
}

/* "Monday 3 March", "Montag, den 3. März", "Mon. 3/3/2025" */
static uint32_t date_after_weekday(const fh_scan *s, uint32_t at, moment *m)
{
    if (fh_is_sign(s, at, ',') || fh_is_sign(s, at, '.')) at = fh_next(s, at);
    if (fh_is_word(s, at) && s->token[at].len <= 3 && (s->token[at].lists >> FH_LIST_STOP & 1))
        at = fh_next(s, at);
    if (at >= s->end) return 0;
    uint32_t end = fh_is_number(s, at) ? parted_date(s, at, m) : 0;
    if (!end && fh_is_number(s, at)) end = pointed_date(s, at, m);
    return end ? end : written_date(s, at, m);
}

/* Is the weekday at i one of "Monday to Friday"? */
static bool in_weekdays(const fh_scan *s, uint32_t i, uint32_t after)
{
    const uint32_t to = fh_find_to(s, after, true);
    if (to && to < s->end && (s->token[to].lists >> FH_LIST_WEEKDAYS & 1)) return true;
    return i >= s->first + 2 && (s->token[i - 2].lists >> FH_LIST_WEEKDAYS & 1) &&
           fh_find_to(s, i - 1, true) == i;
}

static uint32_t weekday_date(const fh_scan *s, uint32_t i, moment *m)
{
    int64_t weekday, coming = 0, unit;
    const uint32_t at = fh_listed(s, FH_LIST_COMING, i, &coming);
    if (at && coming < 9) {
        const uint32_t after = fh_listed(s, FH_LIST_SPANS, at, &unit);
        if (after && set_period(s, unit, coming, m)) return after;
    }
    const uint32_t after = fh_listed(s, FH_LIST_WEEKDAYS, at ? at : i, &weekday);
    if (!after || weekday < 1 || weekday > 7) return 0;
    if (!at) {
        const uint32_t end = date_after_weekday(s, after, m);
        if (end) return end;
        if (in_weekdays(s, i, after)) return 0;
        if (s->token[i].low.len <= 4) return 0; /* "so", "mi" are words, too */
    }
    if (coming == 9) return 0;
    set_weekday(s, weekday, coming, m);
    return after;
}

/* ---- Counted from the day of sending ---- */

/* `minutes` from `day` on; months and years as the calendar has them. */
static int64_t add_span(int64_t day, int64_t minutes, int64_t unit)
{
    const int64_t months = unit == 525600 ? minutes / unit * 12 : minutes / MONTH_MINUTES;
    int64_t out;
    if (unit < MONTH_MINUTES || llabs(months) > 1200) return day + minutes / DAY_MINUTES;
    const fh_civil c = fh_civil_of(day * FH_DAY_MS);
    const int64_t k = c.year * 12 + c.month - 1 + months;
    for (int64_t d = c.day; d > 27; d--)
        if (civil_day(k / 12, k % 12 + 1, d, &out)) return out;
    return civil_day(k / 12, k % 12 + 1, c.day, &out) ? out : day + minutes / DAY_MINUTES;
}

/* "in 14 days", "14 days ago", "within two weeks", "tomorrow". */
static uint32_t relative_date(const fh_scan *s, uint32_t i, moment *m, fh_fact *f)
{
    fh_quantity q;
    int64_t days, sign = 0;
    bool working = false;
    uint32_t at = fh_listed(s, FH_LIST_DAYS, i, &days);
    if (at) {
        m->low = m->high = s->sent_day + days;
        f->unit = FH_STR("from now");
        return at;
    }
    const uint32_t inside = fh_listed(s, FH_LIST_WITHIN, i, NULL);
    const uint32_t before = inside ? 0 : fh_listed(s, FH_LIST_AFTER, i, &sign);
    at = fh_find_span(s, inside ? inside : before ? before : i, &q, &working);
    if (!at || q.low < DAY_MINUTES || q.high > (int64_t)MOST_DAYS * DAY_MINUTES) return 0;
    if (!inside && !before) {
        const uint32_t after = fh_listed(s, FH_LIST_AFTER, at, &sign);
        if (!after || sign >= 0) return 0;
        at = after;
    }
    if (inside) {
        f->unit = working ? FH_STR("within working") : FH_STR("within");
        m->low = s->sent_day;
        m->high = s->sent_day + q.high / DAY_MINUTES;
        return at;
    }
    const bool back = sign < 0;
    m->low = add_span(s->sent_day, back ? -q.high : q.low, q.unit);
    m->high = add_span(s->sent_day, back ? -q.low : q.high, q.unit);
    if (working) m->high += (m->high - s->sent_day) * 2 / 5 + 2;
    f->unit = FH_STR("from now");
    return at;
}

static uint32_t one_date(const fh_scan *s, uint32_t i, moment *m)
{
    uint32_t at = 0;
    *m = (moment){0};
    if (fh_is_number(s, i)) {
        at = parted_date(s, i, m);
        if (!at) at = pointed_date(s, i, m);
    }
    if (!at) at = written_date(s, i, m);
    if (!at) at = weekday_date(s, i, m);
    return at;
}

/* "3 to 7 March", "3.-7. März": the first has no month of its own. */
static uint32_t day_range(const fh_scan *s, uint32_t i, bool between, moment *m)
{
    int64_t day;
    moment last;
    const uint32_t at = day_number(s, i, &day);
    const uint32_t to = at ? fh_find_to(s, at, between) : 0;
    const uint32_t after = to && fh_is_number(s, to) ? written_date(s, to, &last) : 0;
    if (!after || last.low != last.high) return 0;
    const fh_civil c = fh_civil_of(last.low * FH_DAY_MS);
    if (!civil_day(c.year, c.month, day, &m->low) || m->low >= last.low) return 0;
    m->high = last.high;
    m->either = false;
    return after;
}

uint32_t fh_find_date(fh_scan *s, uint32_t i, fh_fact *f)
{
    moment m = {0}, last;
    *f = (fh_fact){.type = FH_FACT_DATE};
    const uint32_t from = fh_listed(s, FH_LIST_FROM, i, NULL);
    const uint32_t start = from ? from : i;
    uint32_t at = start < s->end ? day_range(s, start, from != 0, &m) : 0;
    if (!at && start < s->end) {
        at = one_date(s, start, &m);
        const uint32_t to = at ? fh_find_to(s, at, from != 0) : 0;
        const uint32_t after = to ? one_date(s, to, &last) : 0;
        if (after && !m.either && !last.either && last.low > m.low) {
            m.high = last.high;
            at = after;
        }
    }
    if (!at && !from) at = relative_date(s, i, &m, f);
    if (!at) return 0;
    f->low = m.low;
    f->high = m.high;
    f->either = m.either;
    f->low2 = f->high2 = m.low2;
    return at;
}

/* ---- Times of the day ---- */

typedef struct clock_time {
    int64_t minutes;
    bool sure;    /* says that it is a time */
    int64_t half; /* 1: morning, 12: afternoon, 0: not said */
} clock_time;

static bool apply_half(clock_time *c)
{
    const int64_t hour = c->minutes / 60;
    if (c->half == 12 && hour < 12) c->minutes += 720;
    if (c->half == 1 && hour == 12) c->minutes -= 720;
    return c->half == 0 || (hour >= 1 && (hour <= 12 || c->half == 12));
}

/* "h30" after "14" */
static bool joined_minutes(const fh_scan *s, uint32_t i, int64_t *minutes)
{
    if (!fh_is_word(s, i) || s->token[i].spaced || s->token[i].low.len != 3) return false;
    const char *p = s->token[i].low.ptr;
    if ((p[0] != 'h' && p[0] != 'u') || p[1] < '0' || p[1] > '5' || p[2] < '0' || p[2] > '9')
        return false;
    *minutes = (p[1] - '0') * 10 + (p[2] - '0');
    return true;
}

/* "8.30": one token */
static bool pointed_time(const fh_scan *s, uint32_t i, int64_t *minutes)
{
    const fh_token *t = &s->token[i];
    const char *p = s->r->raw.ptr + t->at;
    if (t->len < 4 || t->len > 5 || p[t->len - 3] != '.') return false;
    int64_t hour = p[0] - '0';
    if (t->len == 5) hour = hour * 10 + (p[1] - '0');
    const int64_t minute = (p[t->len - 2] - '0') * 10 + (p[t->len - 1] - '0');
    *minutes = hour * 60 + minute;
    return p[1] != ',' && p[1] != '\'' && (t->len == 4 || p[1] != '.') && hour <= 24 && minute < 60;
}

/* "14", "14:30", "14h30", "8.30": the token after it, or 0. */
static uint32_t clock_digits(const fh_scan *s, uint32_t i, clock_time *c)
{
    int64_t hour, minute = 0;
    uint32_t at = fh_next(s, i);
    if (!fh_plain_number(s, i, 2, &hour)) return pointed_time(s, i, &c->minutes) ? at : 0;
    if (hour > 24) return 0;
    if (i + 2 < s->end && fh_is_sign(s, i + 1, ':') && !s->token[i + 1].spaced &&
        s->token[i + 2].len == 2 && fh_plain_number(s, i + 2, 2, &minute) && minute < 60) {
        c->sure = true;
        at = fh_next(s, i + 2);
    } else if (joined_minutes(s, at, &minute)) {
        c->sure = true;
        at = fh_next(s, at);
    } else {
        minute = 0;
    }
    c->minutes = hour * 60 + minute;
    return at;
}

static uint32_t clock_at(const fh_scan *s, uint32_t i, clock_time *c)
{
    *c = (clock_time){0};
    uint32_t at = fh_is_number(s, i) ? clock_digits(s, i, c) : 0;
    const uint32_t after = at ? fh_listed(s, FH_LIST_CLOCK, at, &c->half) : 0;
    if (after) {
        c->sure = true;
        at = after;
        if (fh_is_sign(s, at, '.') && at + 1 < s->end && s->token[at - 1].len == 1)
            at = fh_next(s, at); /* the last point of "p.m." */
        int64_t minute;
        if (c->half == 0 && c->minutes % 60 == 0 && fh_plain_number(s, at, 2, &minute) &&
            s->token[at].len == 2 && minute < 60 && !fh_listed(s, FH_LIST_CLOCK, at + 1, NULL)) {
            c->minutes += minute; /* "9 Uhr 30" */
            at = fh_next(s, at);
        }
    }
    return at && apply_half(c) && c->minutes <= DAY_MINUTES ? at : 0;
}

/* Does what stands at i make the number before it one of something: "5 days", "5 %", "5 EUR"? */
static bool counts(const fh_scan *s, uint32_t i)
{
    return fh_listed(s, FH_LIST_SPANS, i, NULL) || fh_listed(s, FH_LIST_CURRENCIES, i, NULL) ||
           fh_listed(s, FH_LIST_PERCENT, i, NULL) || fh_is_sign(s, i, '%');
}

/* "9 to 17", "9:00-17:00", "9 am - 5 pm" at i; `at` is after the first time. */
static uint32_t second_time(const fh_scan *s, uint32_t at, bool between, clock_time *a,
                            clock_time *b)
{
    const uint32_t to = fh_find_to(s, at, between);
    const uint32_t after = to ? clock_at(s, to, b) : 0;
    if (!after || (!a->sure && !b->sure && (!s->hours || counts(s, after)))) return 0;
    if (b->minutes <= a->minutes && b->half == 0 && b->minutes <= 720) b->minutes += 720;
    if (b->half == 12 && a->half == 0 && a->minutes < 720 && a->minutes + 720 < b->minutes &&
        a->minutes < 360)
        a->minutes += 720; /* "2 to 5 pm" */
    return b->minutes > a->minutes ? after : 0;
}

/* Weekdays before opening hours: "Mon-Fri", "Monday to Friday:", "Sat". */
static uint32_t days_at(fh_scan *s, uint32_t i, fh_str *role)
{
    static const char text[] = "1 2 3 4 5 6 7 ";
    int64_t first, last = 0;
    uint32_t at = fh_listed(s, FH_LIST_WEEKDAYS, i, &first);
    if (!at || first < 1 || first > 7) return 0;
    if (fh_is_sign(s, at, '.') && !s->token[at].spaced) at = fh_next(s, at);
    const uint32_t to = fh_find_to(s, at, true);
    const uint32_t after = to ? fh_listed(s, FH_LIST_WEEKDAYS, to, &last) : 0;
    if (after) at = after;
    if (after && fh_is_sign(s, at, '.') && !s->token[at].spaced) at = fh_next(s, at);
    *role = (fh_str){text + 2 * (first - 1), 1};
    if (after && last > first && last <= 7 &&
        !fh_arena_format(s->r->arena, role, "%d-%d", (int)first, (int)last))
        s->nomem = true;
    if (fh_is_sign(s, at, ':') || fh_is_sign(s, at, ',') || fh_is_sign(s, at, '('))
        at = fh_next(s, at);
    return at;
}

static bool speaks_of_hours(const fh_scan *s)
{
    const uint64_t lists = UINT64_C(1) << FH_LIST_HOURS | UINT64_C(1) << FH_LIST_CLOCK;
    for (uint32_t i = s->first; i < s->end; i++)
        if (s->token[i].lists & lists) return true;
    return false;
}

uint32_t fh_find_time(fh_scan *s, uint32_t i, fh_fact *f)
{
    clock_time a, b;
    if (!s->hours_known) {
        s->hours = speaks_of_hours(s);
        s->hours_known = true;
    }
    *f = (fh_fact){.type = FH_FACT_TIME};
    const uint32_t opens = fh_listed(s, FH_LIST_FROM, i, NULL);
    const uint32_t days = days_at(s, opens ? opens : i, &f->role);
    uint32_t start = days ? days : i;
    const uint32_t from = fh_listed(s, FH_LIST_FROM, start, NULL);
    if (from) start = from;
    if (start >= s->end) return 0;
    uint32_t at = clock_at(s, start, &a);
    if (!at) return 0;
    if (days) s->hours = true;
    const uint32_t after = second_time(s, at, from != 0, &a, &b);
    if (after) {
        f->low = a.minutes;
        f->high = b.minutes;
        return after;
    }
    if (!a.sure) return 0;
    if (!after && days) f->role = (fh_str){NULL, 0};
    f->low = f->high = a.minutes;
    return at;
}
