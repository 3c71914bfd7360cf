/* json_write.c - JSON out: commas, line breaks, quotes and escapes.
 *
 * Always: `first` is true exactly when nothing was written yet inside the
 * innermost container (or at all).
 */
#include "base/json.h"

#include "base/json_plain.h"
#include "base/utf8.h"

enum { DIGITS = 20, MOST_DECIMALS = 18 };

void fh_json_begin(fh_json *j, fh_buf *out, uint8_t indent)
{
    *j = (fh_json){.out = out, .first = true, .indent = indent};
}

static void new_line(fh_json *j)
{
    static const char blanks[] = "                                                                ";
    if (!j->indent) return;
    fh_buf_char(j->out, '\n');
    for (size_t n = (size_t)j->depth * j->indent; n > 0;) {
        const size_t step = n < sizeof blanks - 1 ? n : sizeof blanks - 1;
        fh_buf_put(j->out, blanks, step);
        n -= step;
    }
}

/* What stands between the last thing written and the next value or key. */
static void separate(fh_json *j)
{
    if (j->after_key) {
        j->after_key = false;
        return;
    }
    if (j->depth > 0) {
        if (!j->first) fh_buf_char(j->out, ',');
        new_line(j);
    }
    j->first = false;
}

static void open(fh_json *j, char bracket)
{
    separate(j);
    fh_buf_char(j->out, bracket);
    j->depth++;
    j->first = true;
}

static void close(fh_json *j, char bracket)
{
    if (j->depth > 0) j->depth--;
    if (!j->first) new_line(j);
    fh_buf_char(j->out, bracket);
    j->first = false;
}

void fh_json_object(fh_json *j)
{
    open(j, '{');
}

void fh_json_end_object(fh_json *j)
{
    close(j, '}');
}

void fh_json_array(fh_json *j)
{
    open(j, '[');
}

void fh_json_end_array(fh_json *j)
{
    close(j, ']');
}

static void put_escape(fh_buf *out, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    char text[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
    size_t len = 2;
    switch (c) {
    case '"':
    case '\\': text[1] = (char)c; break;
    case '\b': text[1] = 'b'; break;
    case '\f': text[1] = 'f'; break;
    case '\n': text[1] = 'n'; break;
    case '\r': text[1] = 'r'; break;
    case '\t': text[1] = 't'; break;
    default: len = sizeof text;
    }
    fh_buf_put(out, text, len);
}

static void put_string(fh_buf *out, fh_str s)
{
    const unsigned char *p = (const unsigned char *)(s.len ? s.ptr : "");
    const unsigned char *end = p + s.len;
    fh_buf_char(out, '"');
    while (p < end) {
        const unsigned char *from = p;
        size_t step;
        for (;;) { /* whatever may stand as it is */
            p = fh_json_plain_end(p, end);
            if (p == end || *p < 0x80) break;
            step = fh_utf8_step(p, (size_t)(end - p));
            if (!step) break;
            p += step;
        }
        fh_buf_put(out, from, (size_t)(p - from));
        if (p == end) break;
        if (*p < 0x80)
            put_escape(out, *p);
        else
            fh_buf_put(out, "\xef\xbf\xbd", 3); /* U+FFFD */
        p++;
    }
    fh_buf_char(out, '"');
}

void fh_json_key(fh_json *j, fh_str key)
{
    separate(j);
    put_string(j->out, key);
    fh_buf_put(j->out, ": ", j->indent ? 2 : 1);
    j->after_key = true;
}

void fh_json_str(fh_json *j, fh_str s)
{
    separate(j);
    put_string(j->out, s);
}

/* The digits of v end at end[0]; at least `least` of them. */
static char *put_digits(char *end, uint64_t v, uint32_t least)
{
    char *p = end;
    while (v > 0 || end - p < (int32_t)least) {
        *--p = (char)('0' + v % 10);
        v /= 10;
    }
    return p;
}

static uint64_t magnitude(int64_t v)
{
    return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

void fh_json_int(fh_json *j, int64_t v)
{
    fh_json_fixed(j, v, 0);
}

void fh_json_uint(fh_json *j, uint64_t v)
{
    char text[DIGITS], *end = text + sizeof text, *p = put_digits(end, v, 1);
    separate(j);
    fh_buf_put(j->out, p, (size_t)(end - p));
}

void fh_json_bool(fh_json *j, bool v)
{
    fh_json_raw_value(j, v ? FH_STR("true") : FH_STR("false"));
}

void fh_json_null(fh_json *j)
{
    fh_json_raw_value(j, FH_STR("null"));
}

void fh_json_raw_value(fh_json *j, fh_str json)
{
    separate(j);
    fh_buf_str(j->out, json);
}

void fh_json_members(fh_json *j, fh_str object)
{
    fh_str inside = fh_str_trim(object);
    if (inside.len < 2) return;
    inside = fh_str_trim((fh_str){inside.ptr + 1, inside.len - 2});
    if (inside.len) fh_json_raw_value(j, inside);
}

void fh_json_fixed(fh_json *j, int64_t value, uint32_t decimals)
{
    char text[DIGITS + 2], *end = text + sizeof text, *p = end;
    if (decimals > MOST_DECIMALS) decimals = MOST_DECIMALS;
    uint64_t whole = magnitude(value), unit = 1;
    for (uint32_t i = 0; i < decimals; i++) unit *= 10;
    if (decimals > 0) {
        p = put_digits(p, whole % unit, decimals);
        *--p = '.';
        whole /= unit;
    }
    p = put_digits(p, whole, 1);
    separate(j);
    if (value < 0) *--p = '-';
    fh_buf_put(j->out, p, (size_t)(end - p));
}
