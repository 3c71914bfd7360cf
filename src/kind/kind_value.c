/* kind_value.c - values of fields, in from JSON and text and out again.
 *
 * Text and JSON are read by one function a type, which is given the characters; so the
 * same value is refused in the same words wherever it comes from. Several values in one
 * text are parted by |; a | or \ inside one is written \| and \\.
 */
#include "base/checked.h"
#include "base/time.h"
#include "base/utf8.h"
#include "kind/kind_parts.h"

#include <string.h>

/* ---- Numbers ----------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool fh_kind_number(fh_str text, uint32_t decimals, int64_t *out)
{
    if (!text.len) return false;
    const char *p = text.ptr, *end = p + text.len;
    const bool minus = p < end && *p == '-';
    int64_t v = 0;
    uint32_t after = 0, digits = 0;
    bool point = false;
    for (p += minus; p < end; p++) {
        if (*p == '.' && !point && digits) {
            point = true;
            continue;
        }
        if (!is_digit(*p)) return false;
        digits++;
        if (point && after == decimals) {
            if (*p != '0') return false; /* zeroes change nothing */
            continue;
        }
        after += point;
        v = v * 10 + (*p - '0');
        if (v > FH_KIND_NUMBER_MAX) return false;
    }
    if (!digits || p[-1] == '.') return false;
    for (; after < decimals; after++)
        if ((v *= 10) > FH_KIND_NUMBER_MAX) return false;
    *out = minus ? -v : v;
    return true;
}

/* ---- One value from its characters ------------------------------------------------- */

static fh_status refuse(const fh_kind_field *f, fh_str text, const char *what, fh_error *err)
{
    return fh_fail(err, FH_INVALID, "'%.*s' is not %s (%.*s)", FH_STR_ARG(fh_kind_clip(text)), what,
                   FH_STR_ARG(f->label));
}

static fh_status say_bound(const fh_kind_field *f, bool least, fh_error *err)
{
    int64_t bound = least ? f->min : f->max, scale = 1;
    const char *sign = bound < 0 ? "-" : "";
    if (bound < 0) bound = -bound;
    for (uint32_t i = 0; i < f->decimals; i++) scale *= 10;
    const char *than = least ? "smaller than" : "larger than";
    if (!f->decimals)
        return fh_fail(err, FH_INVALID, "%.*s: it is %s %s%lld", FH_STR_ARG(f->label), than, sign,
                       (long long)bound);
    return fh_fail(err, FH_INVALID, "%.*s: it is %s %s%lld.%0*lld", FH_STR_ARG(f->label), than,
                   sign, (long long)(bound / scale), (int)f->decimals, (long long)(bound % scale));
}

static fh_status read_number(const fh_kind_field *f, fh_str s, int64_t *out, fh_error *err)
{
    int64_t v;
    if (!fh_kind_number(s, f->decimals, &v)) {
        (void)fh_fail(err, FH_INVALID, "'%.*s' is not a %snumber%s%.*s (%.*s)",
                      FH_STR_ARG(fh_kind_clip(s)), f->decimals ? "" : "whole ",
                      f->unit.len ? " of " : "", FH_STR_ARG(f->unit), FH_STR_ARG(f->label));
        return f->decimals ? fh_hint(err, FH_INVALID,
                                     "Digits with a point: 12.5; at most %u decimals.", f->decimals)
                           : fh_hint(err, FH_INVALID, "Digits alone: 12.");
    }
    if (f->has_min && v < f->min) return say_bound(f, true, err);
    if (f->has_max && v > f->max) return say_bound(f, false, err);
    *out = v;
    return FH_OK;
}

static fh_status read_date(const fh_kind_field *f, fh_str s, int64_t *out, fh_error *err)
{
    int32_t part[3] = {0, 0, 0};
    bool ok = s.len == 10;
    for (size_t i = 0, n = 0; ok && i < s.len; i++) {
        if (i == 4 || i == 7) {
            ok = s.ptr[i] == '-';
            n++;
        } else {
            ok = is_digit(s.ptr[i]);
            part[n] = part[n] * 10 + (s.ptr[i] - '0');
        }
    }
    const fh_civil day = {.year = part[0], .month = part[1], .day = part[2]};
    if (!ok || !fh_civil_valid(&day)) {
        (void)refuse(f, s, "a date", err);
        return fh_hint(err, FH_INVALID, "Write year, month and day: 2026-11-22.");
    }
    *out = fh_days_from_civil(day.year, day.month, day.day);
    return FH_OK;
}

static fh_status read_yes(const fh_kind_field *f, fh_str s, int64_t *out, fh_error *err)
{
    static const char *const word[] = {"no", "yes", "false", "true", "0", "1"};
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++) {
        if (!fh_str_eq_nocase(s, fh_str_of(word[i]))) continue;
        *out = i % 2;
        return FH_OK;
    }
    (void)refuse(f, s, "yes or no", err);
    return fh_hint(err, FH_INVALID, "Write yes or no.");
}

static fh_status read_reference(const fh_kind_field *f, fh_str s, int64_t *out, fh_error *err)
{
    const bool small = f->type != FH_TYPE_RECORD && f->type != FH_TYPE_FILE;
    int64_t v = 0;
    if (fh_kind_number(s, 0, &v) && v > 0 && (!small || v <= UINT32_MAX)) {
        *out = v;
        return FH_OK;
    }
    return fh_fail(err, FH_INVALID, "'%.*s' is not the number of a %s (%.*s)",
                   FH_STR_ARG(fh_kind_clip(s)), fh_kind_type_word(f->type), FH_STR_ARG(f->label));
}

static fh_status read_choice(const fh_kind_field *f, fh_str s, fh_str *out, fh_error *err)
{
    for (uint32_t i = 0; i < f->n_choices; i++) {
        if (!fh_str_eq(s, f->choice[i].word) && !fh_str_eq_nocase(s, f->choice[i].label)) continue;
        *out = f->choice[i].word;
        return FH_OK;
    }
    char list[160];
    size_t n = 0;
    for (uint32_t i = 0; i < f->n_choices && n + FH_KIND_WORD_MAX + 6 < sizeof list; i++) {
        const fh_str w = f->choice[i].word;
        if (i) memcpy(list + n, ", ", 2), n += 2;
        memcpy(list + n, w.ptr, w.len);
        n += w.len;
    }
    (void)refuse(f, s, "one of the choices", err);
    return fh_hint(err, FH_INVALID, "Choices are: %.*s.", (int)n, list);
}

/* Text as it is kept: lines end with \n, no control characters but \n and \t. */
static fh_status read_text(const fh_kind_field *f, fh_str s, fh_arena *arena, fh_str *out,
                           fh_error *err)
{
    if (s.len > f->max_text) {
        (void)fh_fail(err, FH_INVALID, "%.*s: it has %zu bytes; the most is %u",
                      FH_STR_ARG(f->label), s.len, f->max_text);
        return fh_hint(err, FH_INVALID, "Shorten it, or put the rest into an attachment.");
    }
    char *to = fh_arena_alloc(arena, s.len + 1, 1);
    if (!to) return fh_no_memory(err);
    size_t n = 0;
    const unsigned char *p = (const unsigned char *)s.ptr, *end = p + s.len;
    while (p < end) {
        const size_t step = fh_utf8_step(p, (size_t)(end - p));
        if (!step || (*p < ' ' && *p != '\n' && *p != '\t' && *p != '\r') || *p == 0x7f) {
            (void)fh_fail(err, FH_INVALID, "%.*s: byte %02x is not text", FH_STR_ARG(f->label), *p);
            return fh_hint(err, FH_INVALID, "Type that place again.");
        }
        const bool dropped = *p == '\r' && p + 1 < end && p[1] == '\n';
        if (!dropped) memcpy(to + n, p, step);
        if (*p == '\r' && !dropped) to[n] = '\n';
        n += dropped ? 0 : step;
        p += step;
    }
    *out = (fh_str){to, n};
    return FH_OK;
}

/* A question within Firsthand: never another site. */
static fh_status read_stories(const fh_kind_field *f, fh_str s, fh_arena *arena, fh_str *out,
                              fh_error *err)
{
    bool ok = s.len && s.ptr[0] == '/' && (s.len == 1 || s.ptr[1] != '/');
    for (size_t i = 0; i < s.len; i++) ok = ok && s.ptr[i] > ' ' && s.ptr[i] != '\\';
    if (ok) return read_text(f, s, arena, out, err);
    (void)refuse(f, s, "a page of Firsthand with its filter", err);
    return fh_hint(err, FH_INVALID, "Copy it from the address, without the server: /actual?...");
}

static fh_status read_value(const fh_kind_field *f, fh_str s, fh_arena *arena, fh_value *out,
                            fh_error *err)
{
    *out = (fh_value){{"", 0}, 0};
    switch (f->type) {
    case FH_TYPE_TEXT: return read_text(f, s, arena, &out->text, err);
    case FH_TYPE_STORIES: return read_stories(f, s, arena, &out->text, err);
    case FH_TYPE_CHOICE: return read_choice(f, s, &out->text, err);
    case FH_TYPE_YES: return read_yes(f, s, &out->number, err);
    case FH_TYPE_NUMBER:
    case FH_TYPE_SCORE: return read_number(f, s, &out->number, err);
    case FH_TYPE_DATE: return read_date(f, s, &out->number, err);
    case FH_TYPE_PERSON:
    case FH_TYPE_DEPARTMENT:
    case FH_TYPE_TOUCHPOINT:
    case FH_TYPE_CUSTOMER:
    case FH_TYPE_RECORD:
    case FH_TYPE_FILE: return read_reference(f, s, &out->number, err);
    case FH_N_TYPES: break;
    }
    return fh_fail(err, FH_INVALID, "%.*s: its type is not known", FH_STR_ARG(f->label));
}

/* Adds a value unless it is there already. */
static fh_status add(const fh_kind_field *f, fh_str s, fh_arena *arena, fh_values *to,
                     fh_error *err)
{
    fh_value v;
    s = fh_str_trim(s);
    if (!s.len) return FH_OK;
    const fh_status status = read_value(f, s, arena, &v, err);
    if (status != FH_OK) return status;
    for (uint32_t i = 0; i < to->n; i++)
        if (to->value[i].number == v.number && fh_str_eq(to->value[i].text, v.text)) return FH_OK;
    if (to->n == FH_KIND_MANY_MAX)
        return fh_fail(err, FH_INVALID, "%.*s: more than %d values", FH_STR_ARG(f->label),
                       (int)FH_KIND_MANY_MAX);
    to->value[to->n++] = v;
    return FH_OK;
}

static bool make_values(const fh_kind_field *f, size_t n, fh_arena *arena, fh_values *out)
{
    if (!f->many || n > FH_KIND_MANY_MAX) n = f->many ? FH_KIND_MANY_MAX : 1;
    *out = (fh_values){FH_NEW_ARRAY(arena, fh_value, n ? n : 1), 0};
    return out->value != NULL;
}

/* ---- From JSON --------------------------------------------------------------------- */

static bool is_string(fh_kind_type type)
{
    return type == FH_TYPE_TEXT || type == FH_TYPE_CHOICE || type == FH_TYPE_STORIES ||
           type == FH_TYPE_DATE;
}

static fh_status wrong_type(const fh_kind_field *f, fh_error *err)
{
    static const char *const says[FH_N_TYPES] = {
        [FH_TYPE_TEXT] = "a string",
        [FH_TYPE_CHOICE] = "the word of a choice, a string",
        [FH_TYPE_YES] = "true or false",
        [FH_TYPE_NUMBER] = "a number, not a string",
        [FH_TYPE_SCORE] = "a number, not a string",
        [FH_TYPE_DATE] = "a date, a string such as \"2026-11-22\"",
        [FH_TYPE_STORIES] = "an address, a string",
    };
    return fh_fail(err, FH_INVALID, "%.*s: it should be %s", FH_STR_ARG(f->label),
                   says[f->type] ? says[f->type] : "a number that names it, not a string");
}

/* The characters of a value whose JSON type fits the field's; null and "" are empty. */
static fh_status json_text(const fh_kind_field *f, const fh_json_doc *doc, uint32_t at,
                           fh_arena *arena, fh_str *out, fh_error *err)
{
    const fh_json_token *t = &doc->token[at];
    const fh_json_type is = (fh_json_type)t->type;
    *out = (fh_str){"", 0};
    if (is == FH_JSON_NULL || (is == FH_JSON_STRING && !t->len)) return FH_OK;
    if (f->type == FH_TYPE_YES) {
        if (is != FH_JSON_TRUE && is != FH_JSON_FALSE) return wrong_type(f, err);
        *out = is == FH_JSON_TRUE ? FH_STR("yes") : FH_STR("no");
        return FH_OK;
    }
    if (is != (is_string(f->type) ? FH_JSON_STRING : FH_JSON_NUMBER)) return wrong_type(f, err);
    if (is == FH_JSON_STRING) return fh_json_text(doc, at, arena, out) ? FH_OK : fh_no_memory(err);
    *out = fh_json_raw(doc, at);
    return FH_OK;
}

fh_status fh_field_from_json(const fh_kind_field *field, const fh_json_doc *doc, uint32_t at,
                             fh_arena *arena, fh_values *out, fh_error *err)
{
    const bool array = doc->token[at].type == FH_JSON_ARRAY;
    if (array && !field->many)
        return fh_fail(err, FH_INVALID, "%.*s: it takes one value, not several",
                       FH_STR_ARG(field->label));
    const uint32_t n = array ? doc->token[at].count : 1;
    fh_values values;
    if (!make_values(field, n, arena, &values)) return fh_no_memory(err);
    uint32_t token = array ? at + 1 : at;
    for (uint32_t i = 0; i < n; i++, token = doc->token[token].next) {
        fh_str text;
        fh_status status = json_text(field, doc, token, arena, &text, err);
        if (status == FH_OK) status = add(field, text, arena, &values, err);
        if (status != FH_OK) return status;
    }
    *out = values;
    return FH_OK;
}

/* ---- From text --------------------------------------------------------------------- */

/* Numbers as people type them in tables: a comma for the point, the unit behind. */
static fh_status plain_number(const fh_kind_field *f, fh_str s, fh_arena *arena, fh_str *out,
                              fh_error *err)
{
    *out = s = fh_str_trim(s);
    if (f->type != FH_TYPE_NUMBER) return FH_OK;
    if (f->unit.len && s.len > f->unit.len &&
        fh_str_eq_nocase((fh_str){s.ptr + s.len - f->unit.len, f->unit.len}, f->unit))
        *out = s = fh_str_trim((fh_str){s.ptr, s.len - f->unit.len});
    const char *comma = s.len ? memchr(s.ptr, ',', s.len) : NULL;
    /* "1,250" could be either: it is left to be refused. */
    if (!comma || !f->decimals || memchr(s.ptr, '.', s.len) || s.ptr + s.len - comma == 4)
        return FH_OK;
    const size_t at = (size_t)(comma - s.ptr);
    char *copy = fh_arena_alloc(arena, s.len, 1);
    if (!copy) return fh_no_memory(err);
    memcpy(copy, s.ptr, s.len);
    copy[at] = '.';
    *out = (fh_str){copy, s.len};
    return FH_OK;
}

/* The next of several, unescaped in the arena. */
static bool next_part(fh_str *rest, fh_arena *arena, fh_str *out)
{
    char *to = fh_arena_alloc(arena, rest->len + 1, 1);
    if (!to) return false;
    size_t n = 0, i = 0;
    for (; i < rest->len && rest->ptr[i] != '|'; i++) {
        const bool escaped = rest->ptr[i] == '\\' && i + 1 < rest->len &&
                             (rest->ptr[i + 1] == '|' || rest->ptr[i + 1] == '\\');
        i += escaped;
        to[n++] = rest->ptr[i];
    }
    *out = (fh_str){to, n};
    i += i < rest->len;
    *rest = (fh_str){rest->ptr + i, rest->len - i};
    return true;
}

fh_status fh_field_from_text(const fh_kind_field *field, fh_str text, fh_arena *arena,
                             fh_values *out, fh_error *err)
{
    fh_values values;
    size_t parts = 1;
    if (!text.len) text = FH_STR("");
    for (size_t i = 0; field->many && i < text.len; i++) parts += text.ptr[i] == '|';
    if (!make_values(field, parts, arena, &values)) return fh_no_memory(err);
    do {
        fh_str part = text;
        if (field->many && !next_part(&text, arena, &part)) return fh_no_memory(err);
        fh_status status = plain_number(field, part, arena, &part, err);
        if (status == FH_OK) status = add(field, part, arena, &values, err);
        if (status != FH_OK) return status;
    } while (field->many && text.len);
    *out = values;
    return FH_OK;
}

/* ---- Out --------------------------------------------------------------------------- */

static void date_chars(int64_t days, char out[10])
{
    const fh_civil c = fh_civil_of(days * FH_DAY_MS);
    const int32_t part[3] = {c.year, c.month, c.day};
    static const int last[3] = {3, 6, 9}, digits[3] = {4, 2, 2};
    memcpy(out, "0000-00-00", 10);
    for (int i = 0; i < 3; i++) {
        int32_t rest = part[i];
        for (int k = 0; k < digits[i]; k++, rest /= 10) out[last[i] - k] = (char)('0' + rest % 10);
    }
}

static void value_json(const fh_kind_field *f, const fh_value *v, fh_json *j)
{
    switch (f->type) {
    case FH_TYPE_TEXT:
    case FH_TYPE_CHOICE:
    case FH_TYPE_STORIES: fh_json_str(j, v->text); break;
    case FH_TYPE_YES: fh_json_bool(j, v->number != 0); break;
    case FH_TYPE_NUMBER:
    case FH_TYPE_SCORE:
        if (f->decimals)
            fh_json_fixed(j, v->number, f->decimals);
        else
            fh_json_int(j, v->number);
        break;
    case FH_TYPE_DATE: {
        char text[10];
        date_chars(v->number, text);
        fh_json_str(j, (fh_str){text, sizeof text});
        break;
    }
    case FH_TYPE_PERSON:
    case FH_TYPE_DEPARTMENT:
    case FH_TYPE_TOUCHPOINT:
    case FH_TYPE_CUSTOMER:
    case FH_TYPE_RECORD:
    case FH_TYPE_FILE: fh_json_int(j, v->number); break;
    case FH_N_TYPES: fh_json_null(j); break;
    }
}

void fh_field_to_json(const fh_kind_field *field, const fh_values *values, fh_json *j)
{
    if (!values->n) {
        fh_json_null(j);
        return;
    }
    if (!field->many) {
        value_json(field, &values->value[0], j);
        return;
    }
    fh_json_array(j);
    for (uint32_t i = 0; i < values->n; i++) value_json(field, &values->value[i], j);
    fh_json_end_array(j);
}

static void escaped_text(fh_str s, fh_buf *out)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '|' || s.ptr[i] == '\\') fh_buf_char(out, '\\');
        fh_buf_char(out, s.ptr[i]);
    }
}

static void value_text(const fh_kind_field *f, const fh_value *v, fh_buf *out)
{
    switch (f->type) {
    case FH_TYPE_TEXT:
    case FH_TYPE_CHOICE:
    case FH_TYPE_STORIES:
        if (f->many)
            escaped_text(v->text, out);
        else
            fh_buf_str(out, v->text);
        break;
    case FH_TYPE_YES: fh_buf_text(out, v->number ? "yes" : "no"); break;
    case FH_TYPE_DATE: {
        char text[10];
        date_chars(v->number, text);
        fh_buf_put(out, text, sizeof text);
        break;
    }
    case FH_TYPE_NUMBER:
    case FH_TYPE_SCORE:
    case FH_TYPE_PERSON:
    case FH_TYPE_DEPARTMENT:
    case FH_TYPE_TOUCHPOINT:
    case FH_TYPE_CUSTOMER:
    case FH_TYPE_RECORD:
    case FH_TYPE_FILE: {
        fh_json j;
        fh_json_begin(&j, out, 0);
        value_json(f, v, &j); /* a number is the same in JSON */
        break;
    }
    case FH_N_TYPES: break;
    }
}

fh_status fh_field_to_text(const fh_kind_field *field, const fh_values *values, fh_buf *out)
{
    for (uint32_t i = 0; i < values->n; i++) {
        if (i) fh_buf_char(out, '|');
        value_text(field, &values->value[i], out);
    }
    return out->status;
}
