/* option.c - reading values by an option table. */
#include "app/ask/option.h"

#include "base/time.h"

#include <string.h>

static size_t count_options(const fh_option *o)
{
    size_t n = 0;
    for (; o && o->name; o++) n += o->kind == FH_OPTION_INCLUDE ? count_options(o->include) : 1;
    return n;
}

static size_t flatten(const fh_option *o, size_t base, fh_option *out)
{
    size_t n = 0;
    for (; o && o->name; o++) {
        if (o->kind == FH_OPTION_INCLUDE) {
            n += flatten(o->include, base + o->offset, out + n);
        } else {
            out[n] = *o;
            out[n++].offset += base;
        }
    }
    return n;
}

fh_status fh_options_flat(const fh_option *table, size_t more, fh_arena *arena, fh_option **out,
                          size_t *n, fh_error *err)
{
    fh_option *all = FH_NEW_ARRAY(arena, fh_option, count_options(table) + more);
    if (!all) return fh_no_memory(err);
    *n = flatten(table, 0, all);
    *out = all;
    return FH_OK;
}

/* ---- Values ----------------------------------------------------------------- */

static bool read_count(fh_str s, uint64_t *out)
{
    uint64_t v = 0;
    if (!s.len) return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
        if (__builtin_mul_overflow(v, UINT64_C(10), &v) ||
            __builtin_add_overflow(v, (uint64_t)(s.ptr[i] - '0'), &v))
            return false;
    }
    *out = v;
    return true;
}

static bool read_percent(fh_str s, uint64_t *out)
{
    if (s.len && s.ptr[s.len - 1] == '%') s = fh_str_trim((fh_str){s.ptr, s.len - 1});
    const char *dot = s.len ? memchr(s.ptr, '.', s.len) : NULL;
    const fh_str whole = {s.ptr, dot ? (size_t)(dot - s.ptr) : s.len};
    uint64_t percent = 0;
    if (!read_count(whole, &percent) || percent > 100) return false;
    uint64_t hundredths = percent * 100;
    if (dot) {
        const size_t digits = s.len - whole.len - 1;
        uint64_t part = 0;
        if (digits < 1 || digits > 2 || !read_count((fh_str){dot + 1, digits}, &part)) return false;
        hundredths += digits == 1 ? part * 10 : part;
    }
    *out = hundredths;
    return hundredths <= 10000;
}

/* "0.2", "1" or "20%". */
static bool read_share(fh_str s, uint64_t *out)
{
    enum { WHOLE = 10000 };
    if (s.len && s.ptr[s.len - 1] == '%') return read_percent(s, out);
    const bool point = s.len > 2 && s.len <= 6 && s.ptr[1] == '.';
    uint64_t whole = 0, part = 0;
    if (!read_count((fh_str){s.ptr, point ? 1 : s.len}, &whole) || whole > 1) return false;
    if (point && !read_count((fh_str){s.ptr + 2, s.len - 2}, &part)) return false;
    for (size_t i = s.len; point && i < 6; i++) part *= 10;
    *out = whole * WHOLE + part;
    return *out <= WHOLE;
}

fh_str fh_option_choice(const char *choices, uint32_t k)
{
    for (;;) {
        const size_t len = strcspn(choices, "|");
        if (k-- == 0) return (fh_str){choices, len};
        if (!choices[len]) return (fh_str){choices + len, 0};
        choices += len + 1;
    }
}

static bool read_choice(const char *choices, fh_str s, uint32_t *out)
{
    for (uint32_t k = 0;; k++) {
        const fh_str choice = fh_option_choice(choices, k);
        if (!choice.len) return false;
        if (fh_str_eq(choice, s)) {
            *out = k;
            return true;
        }
    }
}

static fh_status grow_list(fh_arena *arena, fh_str *list, fh_str value, fh_error *err)
{
    if (!list->len) {
        *list = value;
        return FH_OK;
    }
    char *joined = FH_NEW_ARRAY(arena, char, list->len + value.len + 2);
    if (!joined) return fh_no_memory(err);
    memcpy(joined, list->ptr, list->len);
    joined[list->len] = ',';
    memcpy(joined + list->len + 1, value.ptr, value.len);
    *list = (fh_str){joined, list->len + 1 + value.len};
    return FH_OK;
}

/* What a value of this kind looks like, for an error. */
static const char *expected(fh_option_kind kind)
{
    if (kind == FH_OPTION_COUNT) return "a number such as 10";
    if (kind == FH_OPTION_DURATION) return "a duration such as 30d, 12h or 90s";
    return "a share such as 5%";
}

fh_status fh_option_set(const fh_option *o, const char *dashes, fh_arena *arena, void *options,
                        fh_str value, fh_error *err)
{
    void *to = (char *)options + o->offset;
    bool ok = true;
    switch (o->kind) {
    case FH_OPTION_FLAG: *(bool *)to = true; break;
    case FH_OPTION_TEXT: *(fh_str *)to = value; break;
    case FH_OPTION_LIST: return grow_list(arena, to, value, err);
    case FH_OPTION_COUNT: ok = read_count(value, to); break;
    case FH_OPTION_DURATION: ok = fh_duration_parse(value, to); break;
    case FH_OPTION_PERCENT: ok = read_percent(value, to); break;
    case FH_OPTION_SHARE: ok = read_share(value, to); break;
    case FH_OPTION_CHOICE:
        if (read_choice(o->arg, value, to)) break;
        fh_fail(err, FH_INVALID, "%s%s does not know '%.*s'", dashes, o->name, FH_STR_ARG(value));
        return fh_hint(err, FH_INVALID, "Give one of %s.", o->arg);
    case FH_OPTION_INCLUDE:
    case FH_OPTION_HEADING:
    case FH_OPTION_HELP: break;
    }
    if (ok) return FH_OK;
    fh_fail(err, FH_INVALID, "%s%s: '%.*s' cannot be read", dashes, o->name, FH_STR_ARG(value));
    return fh_hint(err, FH_INVALID, "It needs %s.", expected(o->kind));
}
