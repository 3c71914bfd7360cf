/* read.c - query, body and version of a request, by what its route declares.
 *
 * Nothing is passed over in silence: a query parameter or a member of the body that the
 * route does not know is an error that names the nearest one it knows.
 */
#include "api/inside.h"
#include "base/nearest.h"

#include <string.h>

/* ---- The query ------------------------------------------------------------------------ */

static fh_status unknown(const char *what, fh_str name, const fh_str *names, size_t n,
                         fh_error *err)
{
    (void)fh_fail(err, FH_INVALID, "there is no %s '%.*s' here", what,
                  (int)(name.len < 64 ? name.len : 64), name.ptr);
    const size_t near = fh_nearest(name, names, n);
    if (near < n) return fh_hint(err, FH_INVALID, "Did you mean '%.*s'?", FH_STR_ARG(names[near]));
    return fh_hint(err, FH_INVALID, "/api/v1/openapi.json describes what can be given.");
}

/* "?strict", "?strict=yes"; "no" leaves it. */
static fh_status flag_value(fh_str name, fh_str value, bool *set, fh_error *err)
{
    static const char *const yes[] = {"", "yes", "true", "1"}, *const no[] = {"no", "false", "0"};
    for (size_t i = 0; i < 4; i++)
        if (fh_str_eq(value, fh_str_of(yes[i]))) {
            *set = true;
            return FH_OK;
        }
    for (size_t i = 0; i < 3; i++)
        if (fh_str_eq(value, fh_str_of(no[i]))) {
            *set = false;
            return FH_OK;
        }
    return fh_fail(err, FH_INVALID, "%.*s is yes or no", FH_STR_ARG(name));
}

static fh_status set_parameter(fh_call *c, const fh_option *options, size_t n, fh_str name,
                               fh_str value, fh_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const fh_option *o = &options[i];
        if (o->kind == FH_OPTION_HEADING || !fh_str_eq(fh_str_of(o->name), name)) continue;
        if (o->kind == FH_OPTION_FLAG) {
            bool set = false;
            const fh_status s = flag_value(name, value, &set, err);
            if (s || !set) return s;
        }
        return fh_option_set(o, "", c->arena, c->query, value, err);
    }
    fh_str *names = FH_NEW_ARRAY(c->arena, fh_str, n + 1);
    if (!names) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) names[i] = fh_str_of(options[i].name);
    return unknown("parameter", name, names, n, err);
}

/* The question's own argument may be given again and again; everything else goes by
 * the table. */
static fh_status read_pairs(fh_call *c, const fh_option *options, size_t n, const char *argument,
                            fh_str *args, size_t max_args, fh_error *err)
{
    size_t at = 0;
    for (;;) {
        fh_str name, value;
        fh_status s = fh_http_next_pair(c->arena, c->request->query, &at, &name, &value, err);
        if (s == FH_NOTFOUND) return FH_OK;
        if (s) return s;
        if (argument && fh_str_eq(name, fh_str_of(argument))) {
            if (c->n_args == max_args)
                return fh_fail(err, FH_INVALID, "'%s' is given more than %zu times", argument,
                               max_args);
            args[c->n_args++] = value;
            continue;
        }
        fh_str kept;
        if (!fh_arena_str(c->arena, value, &kept)) return fh_no_memory(err);
        s = set_parameter(c, options, n, name, kept, err);
        if (s) return s;
    }
}

fh_status fh_call_read_query(fh_call *c, fh_error *err)
{
    const fh_route *r = c->route;
    const fh_question *q = fh_route_question(r);
    const size_t max_args = q ? q->max_args : 0;
    fh_option *options = NULL;
    size_t n = 0;
    fh_status s = fh_options_flat(r->query, 0, c->arena, &options, &n, err);
    fh_str *args = FH_NEW_ARRAY(c->arena, fh_str, max_args + 1);
    c->query = fh_arena_alloc(c->arena, 1, r->query_size + 1);
    if (!s && (!args || !c->query)) s = fh_no_memory(err);
    if (s) return s;
    if (r->query_defaults) memcpy(c->query, r->query_defaults, r->query_size);
    c->args = args;
    if (q) fh_route_question_begin(c);
    return read_pairs(c, options, n, q ? q->argument : NULL, args, max_args, err);
}

/* ---- The body ---------------------------------------------------------------------------- */

bool fh_call_is_type(const fh_call *c, fh_str type)
{
    fh_str field = fh_http_field(c->x, "Content-Type");
    const char *semicolon = field.len ? memchr(field.ptr, ';', field.len) : NULL;
    if (semicolon) field.len = (size_t)(semicolon - field.ptr);
    return fh_str_eq_nocase(fh_str_trim(field), type);
}

fh_status fh_call_read_body(fh_call *c, fh_json_reader *reader, fh_error *err)
{
    if (!fh_call_is_type(c, FH_STR("application/json"))) {
        (void)fh_fail(err, FH_INVALID, "the body must be JSON");
        return fh_hint(err, FH_INVALID, "Send it with Content-Type: application/json.");
    }
    fh_json_doc *doc = FH_NEW(c->arena, fh_json_doc);
    if (!doc) return fh_no_memory(err);
    const fh_status s = fh_json_read(reader, c->request->body, doc, err);
    if (s) return s;
    if (doc->token[0].type != FH_JSON_OBJECT)
        return fh_fail(err, FH_FORMAT, "the body must be one JSON object");
    c->body = doc;
    return FH_OK;
}

fh_status fh_call_known(const fh_call *c, const char *const *known, fh_error *err)
{
    fh_str names[32];
    size_t n = 0;
    while (known[n] && n < 32) names[n] = fh_str_of(known[n]), n++;
    const fh_json_doc *doc = c->body;
    for (uint32_t at = 1; at < doc->token[0].next;) {
        fh_str key;
        size_t i = 0;
        if (!fh_json_text(doc, at, c->arena, &key)) return fh_no_memory(err);
        while (i < n && !fh_str_eq(key, names[i])) i++;
        if (i == n) return unknown("member", key, names, n, err);
        at = doc->token[at + 1].next;
    }
    return FH_OK;
}

/* The token of a member; 0 when it is not there or null. */
static fh_status member(const fh_call *c, const char *key, bool *there, uint32_t *out,
                        fh_error *err)
{
    *out = fh_json_get(c->body, 0, fh_str_of(key));
    if (*out && c->body->token[*out].type == FH_JSON_NULL) *out = 0;
    if (there) *there = *out != 0;
    if (*out || there) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "/%s is missing", key);
    return fh_hint(err, FH_INVALID, "Give '%s' in the body.", key);
}

static fh_status wrong_type(const char *key, const char *what, fh_error *err)
{
    return fh_fail(err, FH_INVALID, "/%s must be %s", key, what);
}

fh_status fh_call_text(const fh_call *c, const char *key, fh_str *out, bool *there, fh_error *err)
{
    uint32_t at = 0;
    const fh_status s = member(c, key, there, &at, err);
    if (s || !at) return s;
    if (c->body->token[at].type != FH_JSON_STRING) return wrong_type(key, "a text", err);
    fh_str text;
    if (!fh_json_text(c->body, at, c->arena, &text) || !fh_arena_str(c->arena, text, out))
        return fh_no_memory(err);
    if (out->len && memchr(out->ptr, '\0', out->len))
        return wrong_type(key, "a text without NUL", err);
    return FH_OK;
}

fh_status fh_call_integer(const fh_call *c, const char *key, int64_t *out, bool *there,
                          fh_error *err)
{
    uint32_t at = 0;
    const fh_status s = member(c, key, there, &at, err);
    if (s || !at) return s;
    if (c->body->token[at].type != FH_JSON_NUMBER || !fh_json_i64(c->body, at, out))
        return wrong_type(key, "a whole number", err);
    return FH_OK;
}

fh_status fh_call_bool(const fh_call *c, const char *key, bool *out, bool *there, fh_error *err)
{
    uint32_t at = 0;
    const fh_status s = member(c, key, there, &at, err);
    if (s || !at) return s;
    const uint8_t type = c->body->token[at].type;
    if (type != FH_JSON_TRUE && type != FH_JSON_FALSE) return wrong_type(key, "true or false", err);
    *out = type == FH_JSON_TRUE;
    return FH_OK;
}

fh_status fh_call_words(const fh_call *c, const char *key, fh_str *out, bool *there, fh_error *err)
{
    uint32_t at = 0;
    fh_status s = member(c, key, there, &at, err);
    if (s || !at) return s;
    if (c->body->token[at].type != FH_JSON_ARRAY) return wrong_type(key, "a list of texts", err);
    fh_buf words;
    fh_buf_init(&words, fh_arena_allocator(c->arena), 1 << 16);
    const uint32_t end = c->body->token[at].next;
    for (uint32_t i = at + 1; !s && i < end; i = c->body->token[i].next) {
        fh_str word = {0};
        if (c->body->token[i].type != FH_JSON_STRING) {
            s = wrong_type(key, "a list of texts", err);
        } else if (!fh_json_text(c->body, i, c->arena, &word)) {
            s = fh_no_memory(err);
        } else if (word.len && memchr(word.ptr, ',', word.len)) {
            s = wrong_type(key, "a list of words without commas", err);
        } else {
            if (words.len) fh_buf_char(&words, ',');
            fh_buf_str(&words, word);
        }
    }
    if (!s && (words.status || !fh_arena_str(c->arena, fh_buf_view(&words), out)))
        s = fh_no_memory(err);
    fh_buf_free(&words);
    return s;
}

/* ---- Fields of a change ------------------------------------------------------------------ */

bool fh_call_empties(const fh_call *c, const char *key)
{
    const uint32_t at = fh_json_get(c->body, 0, fh_str_of(key));
    return at && c->body->token[at].type == FH_JSON_NULL;
}

fh_status fh_call_text_field(const fh_call *c, const char *key, uint32_t bit, fh_str *out,
                             uint32_t *fields, fh_error *err)
{
    bool there = false;
    fh_str value = {0};
    const fh_status s = fh_call_text(c, key, &value, &there, err);
    if (s || !(there || fh_call_empties(c, key))) return s;
    *out = value;
    *fields |= bit;
    return FH_OK;
}

fh_status fh_call_number_field(const fh_call *c, const char *key, uint32_t bit, uint32_t *out,
                               uint32_t *fields, fh_error *err)
{
    bool there = false;
    int64_t value = 0;
    const fh_status s = fh_call_integer(c, key, &value, &there, err);
    if (s || !(there || fh_call_empties(c, key))) return s;
    if (value < 0 || value > UINT32_MAX)
        return fh_fail(err, FH_INVALID, "/%s is a number, or null for none", key);
    *out = (uint32_t)value;
    *fields |= bit;
    return FH_OK;
}

fh_status fh_call_bool_field(const fh_call *c, const char *key, uint32_t bit, bool *out,
                             uint32_t *fields, fh_error *err)
{
    bool there = false;
    const fh_status s = fh_call_bool(c, key, out, &there, err);
    if (!s && there) *fields |= bit;
    return s;
}

/* ---- Bytes ------------------------------------------------------------------------------- */

static int base64_digit(char ch)
{
    if (ch >= 'A' && ch <= 'Z') return ch - 'A';
    if (ch >= 'a' && ch <= 'z') return ch - 'a' + 26;
    if (ch >= '0' && ch <= '9') return ch - '0' + 52;
    if (ch == '-' || ch == '+') return 62;
    return ch == '_' || ch == '/' ? 63 : -1;
}

fh_status fh_call_bytes(const fh_call *c, const char *key, fh_str *out, fh_error *err)
{
    fh_str text = {0};
    const fh_status s = fh_call_text(c, key, &text, NULL, err);
    if (s) return s;
    while (text.len && text.ptr[text.len - 1] == '=') text.len--;
    char *bytes = FH_NEW_ARRAY(c->arena, char, text.len + 1);
    if (!bytes) return fh_no_memory(err);
    size_t n = 0;
    uint32_t bits = 0, have = 0;
    for (size_t i = 0; i < text.len; i++) {
        const int digit = base64_digit(text.ptr[i]);
        if (digit < 0) return wrong_type(key, "base64url", err);
        bits = (bits << 6 | (uint32_t)digit) & 0xffffff;
        have += 6;
        if (have < 8) continue;
        have -= 8;
        bytes[n++] = (char)(bits >> have & 0xff);
    }
    *out = (fh_str){bytes, n};
    return FH_OK;
}

/* ---- Paths and versions --------------------------------------------------------------------- */

static bool read_number(fh_str text, int64_t *out)
{
    int64_t v = 0;
    if (!text.len || text.len > 18) return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
        v = v * 10 + (text.ptr[i] - '0');
    }
    *out = v;
    return v > 0;
}

fh_status fh_call_number64(const fh_call *c, size_t i, int64_t *out, fh_error *err)
{
    if (read_number(c->path_value[i], out)) return FH_OK;
    return fh_fail(err, FH_NOTFOUND, "there is nothing by the number '%.*s'",
                   (int)(c->path_value[i].len < 64 ? c->path_value[i].len : 64),
                   c->path_value[i].ptr);
}

fh_status fh_call_number(const fh_call *c, size_t i, uint32_t *out, fh_error *err)
{
    int64_t v = 0;
    fh_status s = fh_call_number64(c, i, &v, err);
    if (!s && v > UINT32_MAX) s = fh_fail(err, FH_NOTFOUND, "there is nothing by that number");
    if (!s) *out = (uint32_t)v;
    return s;
}

fh_status fh_call_cursor(fh_str text, int64_t *out, fh_error *err)
{
    *out = 0;
    if (!text.len || read_number(text, out)) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "this is not a place in the list");
    return fh_hint(err, FH_INVALID, "Give 'after' as 'next' was in the reply before.");
}

typedef struct whole_query {
    fh_paging page;
} whole_query;
const fh_option fh_paging_options[] = {FH_PAGING(whole_query, page), {0}};
const fh_paging fh_paging_defaults = FH_PAGING_DEFAULT;

fh_status fh_call_paging(const fh_paging *p, int64_t *place, fh_error *err)
{
    enum { LIMIT_MAX = 1000 };
    if (p->limit < 1 || p->limit > LIMIT_MAX)
        return fh_fail(err, FH_INVALID, "limit is 1 to %d", LIMIT_MAX);
    return fh_call_cursor(p->after, place, err);
}

/* An ETag of ours is a number in quotes; one of a reply that was packed begins with W/, and
 * means the same version. */
fh_status fh_call_read_version(fh_call *c, fh_error *err)
{
    fh_str field = fh_str_trim(fh_http_field(c->x, "If-Match"));
    if (fh_str_starts(field, FH_STR("W/"))) field = (fh_str){field.ptr + 2, field.len - 2};
    c->version = 0;
    if (!field.ptr) {
        if (!(c->route->flags & FH_ROUTE_VERSIONED)) return FH_OK;
        c->refusal = FH_NO_IF_MATCH;
        (void)fh_fail(err, FH_INVALID, "the header If-Match is missing");
        return fh_hint(err, FH_INVALID,
                       "Send the ETag of what you have read, so that nobody's change is lost; "
                       "If-Match: * takes whatever there is.");
    }
    if (fh_str_eq(field, FH_STR("*"))) return FH_OK;
    if (field.len > 2 && field.ptr[0] == '"' && field.ptr[field.len - 1] == '"' &&
        read_number((fh_str){field.ptr + 1, field.len - 2}, &c->version))
        return FH_OK;
    return fh_fail(err, FH_INVALID, "If-Match is not an ETag of this API");
}
