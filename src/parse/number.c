/* number.c - amounts and scores as people and systems write them.
 *
 * Numbers are kept as an integer and a count of decimals, so that nothing is
 * rounded before the last step. Plain numbers take a short way: one loop.
 */
#include "parse/number.h"

#include "base/checked.h"
#include "base/currency.h"

#include <string.h>

enum { MAX_SCALE = 18 };

static const int64_t power10[MAX_SCALE + 1] = {1,
                                               10,
                                               100,
                                               1000,
                                               10000,
                                               100000,
                                               1000000,
                                               10000000,
                                               100000000,
                                               1000000000,
                                               10000000000,
                                               100000000000,
                                               1000000000000,
                                               10000000000000,
                                               100000000000000,
                                               1000000000000000,
                                               10000000000000000,
                                               100000000000000000,
                                               1000000000000000000};

/* ---- Reading a number ---------------------------------------------------------- */

static bool is_digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

/* The length of a space, also one that does not break, or an apostrophe at p; 0: none. */
static size_t gap_at(const char *p, size_t n)
{
    if (*p == ' ' || *p == '\'') return 1;
    if (n >= 2 && memcmp(p, "\xc2\xa0", 2) == 0) return 2;
    if (n >= 3 && (memcmp(p, "\xe2\x80\xaf", 3) == 0 || memcmp(p, "\xe2\x80\x89", 3) == 0 ||
                   memcmp(p, "\xe2\x80\x99", 3) == 0))
        return 3;
    return 0;
}

static fh_str trim_gaps(fh_str s)
{
    for (;;) {
        s = fh_str_trim(s);
        if (s.len >= 2 && memcmp(s.ptr, "\xc2\xa0", 2) == 0)
            s = (fh_str){s.ptr + 2, s.len - 2};
        else if (s.len >= 2 && memcmp(s.ptr + s.len - 2, "\xc2\xa0", 2) == 0)
            s.len -= 2;
        else if (s.len >= 3 && memcmp(s.ptr + s.len - 3, "\xe2\x80\xaf", 3) == 0)
            s.len -= 3;
        else
            return s;
    }
}

static bool symbol_at(fh_str s, bool at_end, size_t *len, fh_str *currency)
{
    static const struct {
        const char *sign, *code;
    } table[] = {{"$", "USD"}, {"\xe2\x82\xac", "EUR"}, {"\xc2\xa3", "GBP"}, {"\xc2\xa5", "JPY"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const size_t n = strlen(table[i].sign);
        if (s.len < n || memcmp(at_end ? s.ptr + s.len - n : s.ptr, table[i].sign, n) != 0)
            continue;
        *len = n;
        *currency = fh_str_of(table[i].code);
        return true;
    }
    if (s.len < 4) return false;
    *len = 3;
    return fh_currency_code((fh_str){at_end ? s.ptr + s.len - 3 : s.ptr, 3}, currency);
}

/* Takes a minus off, wherever it stands, or parentheses; false: there is none. */
static bool strip_minus(fh_str *s)
{
    if (s->len > 1 && s->ptr[0] == '-')
        *s = (fh_str){s->ptr + 1, s->len - 1};
    else if (s->len > 3 && memcmp(s->ptr, "\xe2\x88\x92", 3) == 0)
        *s = (fh_str){s->ptr + 3, s->len - 3};
    else if (s->len > 1 && s->ptr[s->len - 1] == '-')
        s->len--;
    else if (s->len > 2 && s->ptr[0] == '(' && s->ptr[s->len - 1] == ')')
        *s = (fh_str){s->ptr + 1, s->len - 2};
    else
        return false;
    return true;
}

/* Takes sign, parentheses and currency off both ends. */
static fh_str strip(fh_str s, bool *negative, fh_str *currency)
{
    bool sign = false;
    for (int round = 0; round < 4; round++) {
        size_t n;
        s = trim_gaps(s);
        if (!currency->len && symbol_at(s, false, &n, currency)) {
            s = (fh_str){s.ptr + n, s.len - n};
        } else if (!currency->len && symbol_at(s, true, &n, currency)) {
            s.len -= n;
        } else if (!sign && s.len > 1 && s.ptr[0] == '+') {
            s = (fh_str){s.ptr + 1, s.len - 1};
            sign = true;
        } else if (!sign && strip_minus(&s)) {
            *negative = sign = true;
        } else {
            break;
        }
    }
    return trim_gaps(s);
}

static bool add_digit(fh_decimal *d, char ch)
{
    return fh_mul_i64(d->digits, 10, &d->digits) && fh_add_i64(d->digits, ch - '0', &d->digits);
}

/* "e+3" at the end of a number. */
static fh_number_status apply_exponent(fh_str s, fh_decimal *d)
{
    bool negative = false;
    size_t i = 1;
    int32_t exponent = 0;
    if (i < s.len && (s.ptr[i] == '+' || s.ptr[i] == '-')) negative = s.ptr[i++] == '-';
    if (i == s.len) return FH_NUMBER_NOT_ONE;
    for (; i < s.len; i++) {
        if (!is_digit(s.ptr[i])) return FH_NUMBER_NOT_ONE;
        if (exponent < 1000) exponent = exponent * 10 + (s.ptr[i] - '0');
    }
    for (; negative && exponent; exponent--) {
        if (d->scale < MAX_SCALE)
            d->scale++;
        else
            d->digits /= 10;
    }
    for (; exponent && d->digits; exponent--) {
        if (d->scale)
            d->scale--;
        else if (!fh_mul_i64(d->digits, 10, &d->digits))
            return FH_NUMBER_TOO_LARGE;
    }
    return FH_NUMBER_OK;
}

/* Digits in groups of three; `*i` goes behind them. No group: any number of digits. */
static fh_number_status read_whole(fh_str s, char group, size_t *i, fh_decimal *d, bool *any)
{
    bool grouped = false;
    size_t run = 0; /* digits since the last mark */
    for (; *i < s.len; ++*i) {
        const char ch = s.ptr[*i];
        if (is_digit(ch)) {
            if (!add_digit(d, ch)) return FH_NUMBER_TOO_LARGE;
            *any = true;
            run++;
            continue;
        }
        const size_t gap = ch == group ? 1 : gap_at(s.ptr + *i, s.len - *i);
        if (!gap || !*any) break;
        if (grouped ? run != 3 : run > 3) return FH_NUMBER_NOT_ONE;
        grouped = true;
        run = 0;
        *i += gap - 1;
    }
    return grouped && run != 3 ? FH_NUMBER_NOT_ONE : FH_NUMBER_OK;
}

/* Digits with groups, decimals and exponent; no sign, no currency. */
static fh_number_status read_digits(fh_str s, bool comma, fh_decimal *out)
{
    fh_decimal d = {0, 0};
    bool any = false;
    size_t i = 0;
    const fh_number_status status = read_whole(s, comma ? '.' : ',', &i, &d, &any);
    if (status) return status;
    if (i < s.len && s.ptr[i] == (comma ? ',' : '.'))
        for (i++; i < s.len && is_digit(s.ptr[i]); i++) {
            any = true;
            if (d.scale == MAX_SCALE) continue; /* finer than anything is kept */
            if (!add_digit(&d, s.ptr[i])) return FH_NUMBER_TOO_LARGE;
            d.scale++;
        }
    if (!any) return FH_NUMBER_NOT_ONE;
    *out = d;
    if (i == s.len) return FH_NUMBER_OK;
    if (s.ptr[i] != 'e' && s.ptr[i] != 'E') return FH_NUMBER_NOT_ONE;
    return apply_exponent((fh_str){s.ptr + i, s.len - i}, out);
}

/* Up to 17 digits with at most one point: nearly every number there is. */
static bool read_plain(fh_str s, char point, fh_decimal *out)
{
    const char *p = s.ptr, *end = p + s.len, *at = NULL;
    const bool negative = s.len && *p == '-';
    int64_t v = 0;
    p += negative;
    if (p == end || end - p > 18 || !is_digit(*p)) return false;
    for (; p < end; p++) {
        if (is_digit(*p))
            v = v * 10 + (*p - '0');
        else if (*p == point && !at)
            at = p;
        else
            return false;
    }
    *out = (fh_decimal){negative ? -v : v, at ? (uint32_t)(end - at - 1) : 0};
    return true;
}

fh_number_status fh_decimal_parse(fh_str s, bool comma, fh_decimal *out, fh_str *currency)
{
    *currency = (fh_str){"", 0};
    if (read_plain(s, comma ? ',' : '.', out)) return FH_NUMBER_OK;
    bool negative = false;
    s = strip(s, &negative, currency);
    fh_decimal d;
    const fh_number_status status = read_digits(s, comma, &d);
    if (status) return status;
    if (negative) d.digits = -d.digits;
    *out = d;
    return FH_NUMBER_OK;
}

bool fh_decimal_multiply(fh_decimal a, fh_decimal b, fh_decimal *out)
{
    for (; a.scale && a.digits % 10 == 0; a.scale--) a.digits /= 10;
    for (; b.scale && b.digits % 10 == 0; b.scale--) b.digits /= 10;
    fh_decimal d = {0, a.scale + b.scale};
    if (d.scale > MAX_SCALE || !fh_mul_i64(a.digits, b.digits, &d.digits)) return false;
    *out = d;
    return true;
}

bool fh_decimal_units(fh_decimal d, uint32_t places, int64_t *out)
{
    if (d.scale <= places) return fh_mul_i64(d.digits, power10[places - d.scale], out);
    const int64_t by = power10[d.scale - places];
    const int64_t whole = d.digits / by, part = d.digits % by;
    const int64_t half = by / 2;
    *out = whole + (part >= half) - (part <= -half);
    return true;
}

fh_mark fh_decimal_mark(fh_str s)
{
    size_t points = 0, commas = 0, after = 0, before = 0;
    char last = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char ch = s.ptr[i];
        if (ch == '.' || ch == ',') {
            points += ch == '.';
            commas += ch == ',';
            last = ch;
            after = 0;
        } else if (is_digit(ch)) {
            after++;
            before += !last;
        }
    }
    if (points && commas) return last == ',' ? FH_MARK_COMMA : FH_MARK_POINT;
    if (points + commas == 0) return FH_MARK_UNKNOWN;
    if (points + commas > 1) return commas ? FH_MARK_POINT : FH_MARK_COMMA; /* groups */
    const char first = s.len ? s.ptr[s.ptr[0] == '-' && s.len > 1] : '0';
    if (after != 3 || before > 3 || before == 0 || first == '0')
        return last == ',' ? FH_MARK_COMMA : FH_MARK_POINT;
    return FH_MARK_UNKNOWN;
}
