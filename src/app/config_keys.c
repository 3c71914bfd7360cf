/* config_keys.c - the table of settings, and what a value of each type may be. */
#include "app/config.h"
#include "app/config_parts.h"

#include "base/checked.h"
#include "base/time.h"
#include "base/utf8.h"

#include <string.h>

const fh_config_key fh_config_keys[FH_N_CONFIG] = {
#define X(id, key, kind, otherwise, least, greatest, words) \
    [FH_C_##id] = {key, FH_CONFIG_##kind, otherwise, least, greatest, words},
    FH_CONFIG_MAP(X)
#undef X
};

fh_str fh_config_choice(const char *words, int64_t k)
{
    const char *at = words;
    for (; k > 0 && at; k--) {
        at = strchr(at, '|');
        if (at) at++;
    }
    return at ? (fh_str){at, strcspn(at, "|")} : (fh_str){0};
}

fh_str fh_config_fallback(const fh_config_key *key)
{
    return key->type == FH_CONFIG_CHOICE ? fh_config_choice(key->fallback, 0)
                                         : fh_str_of(key->fallback);
}

/* ---- Reading one value ------------------------------------------------------------------ */

static bool flag_of(fh_str s, int64_t *out)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (fh_str_eq_nocase(s, fh_str_of(words[i]))) {
            *out = (int64_t)(i % 2);
            return true;
        }
    return false;
}

static bool digits(fh_str s, int64_t *out)
{
    int64_t v = 0;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9' || !fh_mul_i64(v, 10, &v) ||
            !fh_add_i64(v, s.ptr[i] - '0', &v))
            return false;
    *out = v;
    return s.len > 0;
}

static bool size_of(fh_str s, int64_t *out)
{
    static const char units[] = "KMGT";
    int64_t v, factor = 1;
    const char last = s.len ? s.ptr[s.len - 1] : '\0';
    const char *unit = last ? strchr(units, last >= 'a' ? last - 'a' + 'A' : last) : NULL;
    if (unit) {
        s.len--;
        for (const char *u = units; u <= unit; u++) factor *= 1024;
    }
    return digits(s, &v) && fh_mul_i64(v, factor, out);
}

static bool choice_of(const char *words, fh_str s, int64_t *out)
{
    for (int64_t k = 0;; k++) {
        const fh_str word = fh_config_choice(words, k);
        if (!word.ptr) return false;
        if (!fh_str_eq_nocase(word, s)) continue;
        *out = k;
        return true;
    }
}

static bool clean_text(fh_str s, int64_t *out)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    for (size_t i = 0; i < s.len;) {
        const size_t step = fh_utf8_step(p + i, s.len - i);
        if (step == 0 || p[i] < ' ' || p[i] == '"' || p[i] == 0x7f) return false;
        i += step;
    }
    *out = (int64_t)s.len;
    return true;
}

static bool read_number(const fh_config_key *key, fh_str s, int64_t *out)
{
    switch (key->type) {
    case FH_CONFIG_TEXT:
    case FH_CONFIG_PATH: return clean_text(s, out);
    case FH_CONFIG_FLAG: return flag_of(s, out);
    case FH_CONFIG_NUMBER: return digits(s, out);
    case FH_CONFIG_SIZE: return size_of(s, out);
    case FH_CONFIG_DURATION: return fh_duration_parse(s, out);
    case FH_CONFIG_CHOICE: return choice_of(key->fallback, s, out);
    }
    return false;
}

/* ---- Saying what would have been right ----------------------------------------------------- */

static fh_status not_one(const fh_config_key *key, fh_str s, fh_error *err)
{
    static const char *const what[] = {
        [FH_CONFIG_TEXT] = "plain text",     [FH_CONFIG_PATH] = "a path",
        [FH_CONFIG_FLAG] = "yes or no",      [FH_CONFIG_NUMBER] = "a whole number",
        [FH_CONFIG_SIZE] = "a size",         [FH_CONFIG_DURATION] = "a length of time",
        [FH_CONFIG_CHOICE] = "a known word",
    };
    static const char *const remedy[] = {
        [FH_CONFIG_TEXT] = "Control characters and \" cannot stand in it.",
        [FH_CONFIG_PATH] = "Control characters and \" cannot stand in it.",
        [FH_CONFIG_FLAG] = "Write yes or no.",
        [FH_CONFIG_NUMBER] = "Write digits only.",
        [FH_CONFIG_SIZE] = "Write it as 512K, 8M or 2G.",
        [FH_CONFIG_DURATION] = "Write it as 500ms, 30s, 15m, 12h or 30d.",
        [FH_CONFIG_CHOICE] = "",
    };
    const int shown = s.len > 60 ? 60 : (int)s.len;
    (void)fh_fail(err, FH_INVALID, "%s: '%.*s' is not %s", key->name, shown, s.ptr ? s.ptr : "",
                  what[key->type]);
    if (key->type == FH_CONFIG_CHOICE)
        return fh_hint(err, FH_INVALID, "Choose one of %s.", key->fallback);
    return fh_hint(err, FH_INVALID, "%s", remedy[key->type]);
}

void fh_config_amount(const fh_config_key *key, int64_t v, fh_buf *out)
{
    static const struct unit {
        const char *name;
        int64_t size;
    } sizes[] = {{"T", INT64_C(1) << 40}, {"G", 1 << 30}, {"M", 1 << 20}, {"K", 1 << 10}},
      times[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
    const bool is_size = key->type == FH_CONFIG_SIZE;
    const struct unit *units = is_size ? sizes : times;
    const size_t n = is_size ? 4 : key->type == FH_CONFIG_DURATION ? 5 : 0;
    for (size_t i = 0; i < n; i++)
        if (v >= units[i].size && v % units[i].size == 0) {
            fh_buf_printf(out, "%lld%s", (long long)(v / units[i].size), units[i].name);
            return;
        }
    fh_buf_printf(out, "%lld%s", (long long)v, key->type == FH_CONFIG_DURATION ? "ms" : "");
}

static fh_status out_of_range(const fh_config_key *key, fh_str s, fh_error *err)
{
    fh_buf least, greatest;
    fh_buf_init(&least, NULL, 64);
    fh_buf_init(&greatest, NULL, 64);
    fh_config_amount(key, key->fewest, &least);
    fh_config_amount(key, key->most, &greatest);
    const bool text = key->type == FH_CONFIG_TEXT || key->type == FH_CONFIG_PATH;
    const int shown = s.len > 60 ? 60 : (int)s.len;
    (void)fh_fail(err, FH_INVALID, "%s: '%.*s' is %s", key->name, shown, s.ptr ? s.ptr : "",
                  text ? "too long" : "out of range");
    (void)fh_hint(err, FH_INVALID, "It may be %.*s to %.*s%s.", FH_STR_ARG(fh_buf_view(&least)),
                  FH_STR_ARG(fh_buf_view(&greatest)), text ? " bytes long" : "");
    fh_buf_free(&least);
    fh_buf_free(&greatest);
    return FH_INVALID;
}

fh_status fh_config_read_value(const fh_config_key *key, fh_str s, int64_t *out, fh_error *err)
{
    int64_t v = 0;
    if (!read_number(key, s, &v)) return not_one(key, s, err);
    const bool ranged = key->type != FH_CONFIG_FLAG && key->type != FH_CONFIG_CHOICE;
    if (ranged && (v < key->fewest || v > key->most)) return out_of_range(key, s, err);
    *out = v;
    return FH_OK;
}
