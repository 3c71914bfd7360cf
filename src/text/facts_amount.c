/* facts_amount.c - numbers and what is counted by them: money, percentages, durations, things.
 *
 *     quantity := number | number word | quantity "to" quantity
 *     money    := sign quantity | quantity currency;  percent, span, thing likewise
 *     amount   := ["up to" | "at least" | "from"] (money | percent | span | thing)
 *
 * Numbers are read in hundredths. In "1.499,50" and "1,499.50" the last sign parts the
 * decimals; a single sign before three digits parts thousands. A number that is too large or
 * cannot be either is none.
 */
#include "text/facts_parts.h"

#include "base/checked.h"
#include "base/currency.h"

#include <string.h>

enum { MOST_DIGITS = 14, WORKING_DAY = 1441 }; /* so it stands in the list of spans */

bool fh_is_dash(const fh_scan *s, uint32_t i)
{
    if (i >= s->end || s->token[i].kind != FH_TOKEN_SIGN) return false;
    const fh_token *t = &s->token[i];
    const char *p = s->r->raw.ptr + t->at;
    /* U+2010 .. U+2015 */
    return t->len == 1 ? *p == '-'
                       : t->len == 3 && memcmp(p, "\xe2\x80", 2) == 0 &&
                             (unsigned char)p[2] >= 0x90 && (unsigned char)p[2] <= 0x95;
}

uint32_t fh_find_to(const fh_scan *s, uint32_t i, bool between)
{
    int64_t value = 0;
    if (fh_is_dash(s, i)) return fh_next(s, i);
    const uint32_t after = fh_listed(s, FH_LIST_TO, i, &value);
    return after && (value == 0 || between) ? after : 0;
}

bool fh_plain_number(const fh_scan *s, uint32_t i, uint32_t most, int64_t *value)
{
    if (!fh_is_number(s, i) || s->token[i].len > most) return false;
    const char *p = s->r->raw.ptr + s->token[i].at;
    int64_t v = 0;
    for (uint32_t k = 0; k < s->token[i].len; k++) {
        if (p[k] < '0' || p[k] > '9') return false;
        v = v * 10 + (p[k] - '0');
    }
    *value = v;
    return true;
}

/* ---- Numbers ---- */

/* Where the decimals of "1.499,50" begin; len when it has none; false: it is no number. */
static bool find_decimals(fh_str text, size_t *decimals)
{
    size_t n_signs = 0, last = 0, digits = 0;
    char first_sign = 0, last_sign = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] >= '0' && text.ptr[i] <= '9') {
            digits++;
            continue;
        }
        if (n_signs > 0 && i - last != 4) return false; /* a group of thousands is three digits */
        if (n_signs++ == 0) first_sign = text.ptr[i];
        last_sign = text.ptr[i];
        last = i;
    }
    *decimals = text.len;
    if (digits > MOST_DIGITS) return false;
    if (n_signs == 0) return true;
    const size_t after = text.len - last - 1;
    const bool same = first_sign == last_sign;
    if (last_sign == '\'') return after == 3;
    if (n_signs > 1 && same) return after == 3;
    if (n_signs == 1 && after == 3 && text.ptr[0] != '0') return last <= 3;
    *decimals = last;
    return true;
}

static bool read_number(fh_str text, int64_t *hundredths)
{
    size_t decimals;
    if (!find_decimals(text, &decimals)) return false;
    int64_t v = 0;
    for (size_t i = 0; i < decimals; i++)
        if (text.ptr[i] >= '0' && text.ptr[i] <= '9') v = v * 10 + (text.ptr[i] - '0');
    for (size_t k = 1; k <= 2; k++)
        v = v * 10 + (decimals + k < text.len ? text.ptr[decimals + k] - '0' : 0);
    *hundredths = v;
    return true;
}

/* "twenty-five", "three hundred", "a dozen". */
static uint32_t find_number_words(const fh_scan *s, uint32_t i, int64_t *value)
{
    int64_t more;
    uint32_t at = fh_listed(s, FH_LIST_NUMBERS, i, value);
    if (!at) return 0;
    const uint32_t units = fh_is_dash(s, at) ? fh_next(s, at) : at;
    uint32_t after = fh_listed(s, FH_LIST_NUMBERS, units, &more);
    if (after && *value >= 20 && *value < 100 && *value % 10 == 0 && more > 0 && more < 10) {
        *value += more;
        at = after;
        after = fh_listed(s, FH_LIST_NUMBERS, at, &more);
    }
    if (after && *value > 0 && *value < 1000 && more >= 100 && more <= 1000) {
        *value *= more;
        at = after;
    }
    return at;
}

static uint32_t find_one(const fh_scan *s, uint32_t i, int64_t *hundredths, bool *word)
{
    *word = false;
    if (fh_is_number(s, i)) {
        const fh_token *t = &s->token[i];
        if (!read_number((fh_str){s->r->raw.ptr + t->at, t->len}, hundredths)) return 0;
        const uint32_t at = fh_next(s, i);
        int64_t big;
        /* "2 million", not "2 one" */
        if (*hundredths < 100000 && fh_is_word(s, at) &&
            fh_lexicon_in(s->r->lexicon, s->r->language, FH_LIST_NUMBERS, s->token[at].low, &big) &&
            big >= 1000) {
            if (!fh_mul_i64(*hundredths, big, hundredths)) return 0;
            return fh_next(s, at);
        }
        /* "1 500,00": thousands parted by a space */
        if (t->len <= 3 && fh_is_number(s, at) && s->token[at].len >= 3 &&
            s->token[at].at - t->at - t->len <= 3) {
            const char *p = s->r->raw.ptr + s->token[at].at;
            int64_t rest;
            const bool group = s->token[at].len == 3 || p[3] == ',' || p[3] == '.';
            if (group && read_number((fh_str){p, s->token[at].len}, &rest) && rest < 100000) {
                *hundredths = *hundredths * 1000 + rest;
                return fh_next(s, at);
            }
        }
        return at;
    }
    int64_t value;
    const uint32_t at = fh_is_word(s, i) ? find_number_words(s, i, &value) : 0;
    if (!at) return 0;
    *word = true;
    *hundredths = value * 100;
    return at;
}

uint32_t fh_find_quantity(const fh_scan *s, uint32_t i, fh_quantity *q)
{
    bool word;
    *q = (fh_quantity){0};
    const uint32_t at = find_one(s, i, &q->low, &q->word);
    if (!at) return 0;
    q->high = q->low;
    q->loose = q->word && q->low == 100;
    const bool between = i > s->first && s->token[i - 1].lists >> FH_LIST_FROM & 1;
    const uint32_t to = fh_find_to(s, at, between);
    const uint32_t after = to ? find_one(s, to, &q->high, &word) : 0;
    if (!after || q->high <= q->low) {
        q->high = q->low;
        return at;
    }
    q->range = true;
    return after;
}

/* The quantity before `at` as minutes, when it counts a span of time there. */
static uint32_t span_after(const fh_scan *s, uint32_t at, fh_quantity *minutes, bool *working)
{
    int64_t unit;
    if (fh_is_dash(s, at)) at = fh_next(s, at); /* "2-hour" */
    const uint32_t after = fh_listed(s, FH_LIST_SPANS, at, &unit);
    if (!after || unit <= 0) return 0;
    *working = unit == WORKING_DAY;
    if (*working) unit = 1440;
    minutes->unit = unit;
    if (!fh_mul_i64(minutes->low, unit, &minutes->low) ||
        !fh_mul_i64(minutes->high, unit, &minutes->high))
        return 0;
    minutes->low /= 100;
    minutes->high /= 100;
    return after;
}

uint32_t fh_find_span(const fh_scan *s, uint32_t i, fh_quantity *minutes, bool *working)
{
    const uint32_t at = fh_find_quantity(s, i, minutes);
    return at ? span_after(s, at, minutes, working) : 0;
}

/* ---- Money ---- */

static fh_str sign_currency(const fh_scan *s, uint32_t i)
{
    static const struct {
        const char *sign, *code;
    } signs[] = {{"$", "USD"}, {"€", "EUR"}, {"£", "GBP"}, {"¥", "JPY"}};
    if (i >= s->end || s->token[i].kind != FH_TOKEN_SIGN) return (fh_str){NULL, 0};
    const fh_str text = {s->r->raw.ptr + s->token[i].at, s->token[i].len};
    for (size_t k = 0; k < sizeof signs / sizeof signs[0]; k++)
        if (fh_str_eq(text, fh_str_of(signs[k].sign))) return fh_str_of(signs[k].code);
    return (fh_str){NULL, 0};
}

/* A sign, code or word of a currency at i: the token after it, or 0. */
static uint32_t find_currency(const fh_scan *s, uint32_t i, fh_str *code)
{
    int64_t packed = 0;
    *code = sign_currency(s, i);
    if (code->len) return fh_next(s, i);
    const uint32_t at = fh_listed(s, FH_LIST_CURRENCIES, i, &packed);
    if (at) {
        char text[3] = {(char)(packed >> 16 & 127), (char)(packed >> 8 & 127),
                        (char)(packed & 127)};
        return fh_currency_code((fh_str){text, 3}, code) ? at : 0;
    }
    /* Codes in capitals are of every language. */
    const fh_str raw =
        i < s->end ? (fh_str){s->r->raw.ptr + s->token[i].at, s->token[i].len} : (fh_str){NULL, 0};
    if (!fh_is_word(s, i) || raw.len != 3 || raw.ptr[0] > 'Z' || raw.ptr[1] > 'Z' ||
        raw.ptr[2] > 'Z')
        return 0;
    return fh_currency_code(raw, code) ? fh_next(s, i) : 0;
}

static bool to_minor(int64_t hundredths, fh_str code, int64_t *out)
{
    const uint32_t decimals = fh_currency_decimals(code);
    *out = hundredths;
    if (decimals == 0) return *out /= 100, true;
    for (uint32_t k = 2; k < decimals; k++)
        if (!fh_mul_i64(*out, 10, out)) return false;
    return true;
}

/* ",-" after a round amount; "and 50 cents". */
static uint32_t after_money(const fh_scan *s, uint32_t at, bool point, int64_t *more)
{
    fh_quantity cents;
    *more = 0;
    if (at + 1 < s->end && fh_is_sign(s, at, ',') && fh_is_dash(s, at + 1))
        return fh_next(s, at + 1);
    if (!point) return at;
    const uint32_t from = fh_find_to(s, at, true) && !fh_is_dash(s, at) ? fh_next(s, at) : at;
    const uint32_t n = fh_is_number(s, from) ? fh_find_quantity(s, from, &cents) : 0;
    const uint32_t after = n ? fh_listed(s, FH_LIST_MINOR, n, NULL) : 0;
    if (!after || cents.range || cents.low > 9900) return at;
    *more = cents.low / 100;
    return after;
}

/* What may be an amount at i, looked at once: a currency, a quantity, or both. */
typedef struct amount {
    uint32_t from;     /* i */
    uint32_t currency; /* the token after a currency at i; 0: none */
    fh_str code;
    uint32_t at; /* the token after a quantity at i; 0: none */
    fh_quantity q;
} amount;

static uint32_t money_at(const fh_scan *s, const amount *a, fh_fact *f)
{
    fh_str code = a->code, again;
    fh_quantity q = a->q;
    const bool before = a->currency > 0;
    uint32_t at = before ? fh_find_quantity(s, a->currency, &q) : a->at;
    if (!at || (q.loose && before)) return 0;
    int64_t none;
    at = after_money(s, at, false, &none);
    if (before) {
        /* "€ 10 - € 20" */
        const uint32_t to = q.range ? 0 : fh_find_to(s, at, true);
        const uint32_t second = to ? find_currency(s, to, &again) : 0;
        fh_quantity high;
        const uint32_t after =
            second && fh_str_eq(code, again) ? fh_find_quantity(s, second, &high) : 0;
        if (after && high.low > q.low) q.high = high.low, q.range = true, at = after;
    } else {
        const uint32_t after = find_currency(s, at, &code);
        const uint32_t minor = after ? 0 : fh_listed(s, FH_LIST_MINOR, at, NULL);
        if (minor && !q.word) {
            *f = (fh_fact){.type = FH_FACT_MONEY, .low = q.low / 100, .high = q.high / 100};
            return minor;
        }
        if (!after) return 0;
        at = after;
    }
    *f = (fh_fact){.type = FH_FACT_MONEY, .unit = code};
    if (!to_minor(q.low, code, &f->low) || !to_minor(q.high, code, &f->high)) return 0;
    int64_t more;
    at = after_money(s, at, !q.range && q.low % 100 == 0, &more);
    f->low += more;
    f->high += more;
    return at;
}

/* ---- Percentages, durations, things ---- */

static uint32_t percent_at(const fh_scan *s, const amount *a, fh_fact *f)
{
    fh_quantity q = a->q;
    uint32_t at = a->at, after = 0;
    if (q.loose) return 0;
    if (fh_is_sign(s, at, '%'))
        after = fh_next(s, at);
    else
        after = fh_listed(s, FH_LIST_PERCENT, at, NULL);
    /* "10 % to 20 %" */
    const uint32_t to = after && !q.range ? fh_find_to(s, after, true) : 0;
    fh_quantity high;
    at = to ? fh_find_quantity(s, to, &high) : 0;
    if (at && fh_is_sign(s, at, '%') && high.low > q.low) {
        q.high = high.low;
        after = fh_next(s, at);
    }
    if (after) *f = (fh_fact){.type = FH_FACT_PERCENT, .low = q.low, .high = q.high};
    return after;
}

/* "30 euros a month" says how often. */
static bool is_rate(const fh_scan *s, const amount *a)
{
    fh_str code;
    const uint32_t i = a->from;
    return a->q.loose && i > s->first &&
           (fh_is_number(s, i - 1) || s->token[i - 1].lists >> FH_LIST_MINOR & 1 ||
            find_currency(s, i - 1, &code));
}

static uint32_t duration_at(const fh_scan *s, const amount *a, fh_fact *f)
{
    fh_quantity q = a->q, more;
    bool working, ignored;
    uint32_t at = is_rate(s, a) ? 0 : span_after(s, a->at, &q, &working);
    if (!at) return 0;
    *f = (fh_fact){.type = FH_FACT_DURATION, .low = q.low, .high = q.high};
    if (working) f->unit = FH_STR("working");
    /* "2 hours 30 minutes", "an hour and a half" is left alone */
    const uint32_t from = fh_is_number(s, at) ? at : 0;
    const uint32_t after = from ? fh_find_span(s, from, &more, &ignored) : 0;
    if (!after || q.range || more.range || more.low >= q.low) return at;
    f->low += more.low;
    f->high += more.low;
    return after;
}

/* "14 sessions": the thing is the unit. */
static uint32_t thing_at(fh_scan *s, const amount *a, fh_fact *f)
{
    const uint64_t no = UINT64_C(1) << FH_LIST_UNITS | UINT64_C(1) << FH_LIST_STOP |
                        UINT64_C(1) << FH_LIST_MONTHS | UINT64_C(1) << FH_LIST_WEEKDAYS |
                        UINT64_C(1) << FH_LIST_CLOCK | UINT64_C(1) << FH_LIST_NUMBERS |
                        UINT64_C(1) << FH_LIST_NEGATIONS;
    const fh_quantity q = a->q;
    const uint32_t at = a->at;
    if (q.loose || !fh_is_word(s, at) || !s->token[at].spaced) return 0;
    const fh_token *t = &s->token[at];
    if ((t->lists & no) || t->low.len < 3) return 0;
    *f = (fh_fact){.type = FH_FACT_NUMBER, .low = q.low / 100, .high = q.high / 100};
    if (q.low % 100 || q.high % 100) return 0;
    if (!fh_arena_str(s->r->arena, t->low, &f->unit)) s->nomem = true;
    return fh_next(s, at);
}

static uint32_t point_or_range(fh_scan *s, uint32_t i, fh_fact *f)
{
    amount a = {.from = i};
    a.currency = find_currency(s, i, &a.code);
    a.at = fh_find_quantity(s, i, &a.q);
    if (!a.currency && !a.at) return 0;
    uint32_t at = money_at(s, &a, f);
    if (!at && a.at) at = percent_at(s, &a, f);
    if (!at && a.at) at = duration_at(s, &a, f);
    if (!at && a.at) at = thing_at(s, &a, f);
    return at;
}

uint32_t fh_find_amount(fh_scan *s, uint32_t i, fh_fact *f)
{
    int64_t none;
    uint32_t from = fh_listed(s, FH_LIST_UP_TO, i, &none), at;
    if (from) {
        at = point_or_range(s, from, f);
        if (at) f->low = 0;
        return at;
    }
    from = fh_listed(s, FH_LIST_AT_LEAST, i, &none);
    if (from) {
        at = point_or_range(s, from, f);
        if (at) f->high = INT64_MAX;
        return at;
    }
    int64_t open = 0;
    from = fh_listed(s, FH_LIST_FROM, i, &open);
    if (from) {
        at = point_or_range(s, from, f);
        if (at && open && f->low == f->high && f->type == FH_FACT_MONEY) f->high = INT64_MAX;
        return at;
    }
    return point_or_range(s, i, f);
}
