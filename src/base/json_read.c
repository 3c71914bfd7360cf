/* json_read.c - strict JSON to a tape of tokens.
 *
 * One pass, no recursion: a value is read, its parent's count goes up, and when
 * it was a container its number waits on a stack of FH_JSON_DEPTH. Strings are
 * only checked and measured; escapes are undone when somebody asks for the text.
 *
 * The keys of an object are compared when it closes: pairwise when there are few,
 * else through a hash table in scratch that the reader keeps. The hash is seeded
 * with the hash of the whole text, so that keys which collide cannot be prepared.
 *
 * Always: every token but those of the containers on the stack is complete.
 */
#include "base/json.h"

#include "base/checked.h"
#include "base/json_plain.h"
#include "base/utf8.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { FIRST_TOKENS = 64, FEW_KEYS = 16, LAST_SHOWN = 60 };

typedef unsigned char byte;

struct fh_json_reader {
    fh_allocator from;
    fh_json_token *tape; /* [cap] */
    size_t n, cap, max;
    uint32_t *table; /* [table_cap] tokens of keys, by hash; 0: free */
    size_t table_cap;
    char *key; /* [key_cap] one key, unescaped */
    size_t key_cap;
};

/* One text being read. */
typedef struct reading {
    fh_json_reader *r;
    const byte *start, *end;
    uint32_t open[FH_JSON_DEPTH]; /* tokens of the containers around */
    uint32_t depth;
    uint64_t seed; /* 0: not yet computed */
    fh_error *err;
    fh_status status; /* why the last step gave NULL */
} reading;

/* ---- Errors: every step that fails returns NULL through one of these. --------- */

static const byte *refuse(reading *rd, const byte *at, const char *why)
{
    rd->status = fh_fail(rd->err, FH_FORMAT, "byte %zu: %s%s", (size_t)(at - rd->start) + 1, why,
                         at == rd->end ? ", but the text ends here" : "");
    return NULL;
}

static const byte *no_memory(reading *rd)
{
    rd->status = fh_no_memory(rd->err);
    return NULL;
}

/* ---- Strings ------------------------------------------------------------------ */

/* Four hexadecimal digits, or -1. */
static int hex4(const byte *p)
{
    int code = 0;
    for (int i = 0; i < 4; i++) {
        const int c = p[i], letter = c | 0x20;
        if (c >= '0' && c <= '9')
            code = code * 16 + c - '0';
        else if (letter >= 'a' && letter <= 'f')
            code = code * 16 + letter - 'a' + 10;
        else
            return -1;
    }
    return code;
}

/* Checks the escape at p (a backslash); returns what follows it. */
static const byte *check_escape(reading *rd, const byte *p)
{
    if (rd->end - p < 2) return refuse(rd, rd->end, "a string should end with a double quote");
    if (p[1] != 'u') {
        if (p[1] == '\0' || !strchr("\"\\/bfnrt", p[1]))
            return refuse(rd, p, "no such escape in a string");
        return p + 2;
    }
    const int code = rd->end - p < 6 ? -1 : hex4(p + 2);
    if (code < 0) return refuse(rd, p, "\\u takes four hexadecimal digits");
    if (code < 0xd800 || code > 0xdfff) return p + 6;
    const bool paired = code < 0xdc00 && rd->end - p >= 12 && p[6] == '\\' && p[7] == 'u';
    const int low = paired ? hex4(p + 8) : -1;
    if (low < 0xdc00 || low > 0xdfff) return refuse(rd, p, "half of a surrogate pair");
    return p + 12;
}

/* From after the opening quote to the closing one. */
static inline const byte *check_string(reading *rd, const byte *p, bool *escaped)
{
    for (;;) {
        p = fh_json_plain_end(p, rd->end);
        if (p == rd->end) return refuse(rd, p, "a string should end with a double quote");
        if (*p == '"') return p;
        if (*p == '\\') {
            *escaped = true;
            p = check_escape(rd, p);
            if (!p) return NULL;
        } else if (*p < 0x20) {
            return refuse(rd, p, "a control character inside a string should be escaped");
        } else {
            do { /* what follows a letter that is not ASCII often is not either */
                const size_t step = fh_utf8_step(p, (size_t)(rd->end - p));
                if (!step) return refuse(rd, p, "bytes that are not UTF-8");
                p += step;
            } while (p < rd->end && *p >= 0x80);
        }
    }
}

/* The next character of a checked string, unescaped, as UTF-8. */
static const byte *next_char(const byte *p, byte out[4], size_t *len)
{
    static const char letter[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    if (*p != '\\') {
        out[0] = *p;
        *len = 1; /* of several bytes each is handed on as it is */
        return p + 1;
    }
    if (p[1] != 'u') {
        out[0] = (byte)meant[strchr(letter, p[1]) - letter];
        *len = 1;
        return p + 2;
    }
    unsigned code = (unsigned)hex4(p + 2);
    p += 6;
    if (code >= 0xd800 && code <= 0xdfff) {
        code = 0x10000 + ((code - 0xd800) << 10) + ((unsigned)hex4(p + 2) - 0xdc00);
        p += 6;
    }
    *len = fh_utf8_put(out, code);
    return p;
}

/* Unescapes the string token into `to` (token->len bytes suffice). */
static size_t unescape(const byte *start, const fh_json_token *t, char *to)
{
    const byte *p = start + t->at, *end = p + t->len;
    size_t n = 0, len;
    byte c[4];
    while (p < end) { /* what stands between escapes at once: in texts these are far apart */
        const byte *escape = memchr(p, '\\', (size_t)(end - p));
        const size_t plain = (size_t)((escape ? escape : end) - p);
        memcpy(to + n, p, plain);
        n += plain;
        for (p += plain; p < end && *p == '\\'; n += len) {
            p = next_char(p, c, &len);
            memcpy(to + n, c, len);
        }
    }
    return n;
}

/* Does the string token say `s`? */
static bool says(const byte *start, const fh_json_token *t, fh_str s)
{
    const byte *p = start + t->at, *end = p + t->len;
    if (!t->escaped) return t->len == s.len && (s.len == 0 || memcmp(p, s.ptr, s.len) == 0);
    size_t n = 0, len;
    byte c[4];
    while (p < end) {
        p = next_char(p, c, &len);
        if (s.len - n < len || memcmp(s.ptr + n, c, len) != 0) return false;
        n += len;
    }
    return n == s.len;
}

/* ---- Keys ----------------------------------------------------------------------- */

static const byte *refuse_twice(reading *rd, const fh_json_token *key)
{
    const byte *p = rd->start + key->at;
    size_t shown = 0; /* whole characters only */
    while (shown < key->len && shown < LAST_SHOWN) shown += fh_utf8_step(p + shown, 4);
    rd->status =
        fh_fail(rd->err, FH_FORMAT, "byte %u: the key \"%.*s%s\" stands twice in an object",
                key->at, (int)shown, (const char *)p, shown < key->len ? "..." : "");
    return NULL;
}

/* Room for `need` things of `size` bytes in scratch that keeps nothing. */
static bool reserve(const fh_allocator *from, void **ptr, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap) return true;
    const size_t half_more = *cap + *cap / 2;
    const size_t want = need > half_more ? need : half_more;
    size_t bytes;
    if (!fh_mul_size(want, size, &bytes)) return false;
    if (*ptr) from->free(from->ctx, *ptr, *cap * size);
    *ptr = from->alloc(from->ctx, bytes);
    *cap = *ptr ? want : 0;
    return *ptr != NULL;
}

/* The characters of a key: in the text, or unescaped in scratch. */
static bool key_text(reading *rd, const fh_json_token *key, fh_str *out)
{
    fh_json_reader *r = rd->r;
    if (!key->escaped) {
        *out = (fh_str){(const char *)rd->start + key->at, key->len};
        return true;
    }
    void *room = r->key;
    const bool ok = reserve(&r->from, &room, &r->key_cap, key->len, 1);
    r->key = room;
    if (!ok) return false;
    *out = (fh_str){r->key, unescape(rd->start, key, r->key)};
    return true;
}

/* A bit that equal keys share and others seldom do. */
static uint64_t bit_of(const reading *rd, const fh_json_token *key)
{
    const byte *p = rd->start + key->at; /* of an empty key: its closing quote */
    const unsigned last = key->len ? p[key->len - 1] : 0;
    return UINT64_C(1) << ((key->len * 11 + p[0] * 5u + last) & 63);
}

static bool check_few_keys(reading *rd, const fh_json_token *object)
{
    const fh_json_token *tape = rd->r->tape, *key[FEW_KEYS];
    uint32_t i = (uint32_t)(object - tape) + 1;
    uint64_t seen = 0;
    bool escaped = false;
    for (uint32_t n = 0; n < object->count; n++, i = tape[i + 1].next) {
        const uint64_t bit = bit_of(rd, &tape[i]);
        key[n] = &tape[i];
        escaped |= tape[i].escaped;
        for (uint32_t k = 0; seen & bit && k < n; k++)
            if (key[k]->len == key[n]->len &&
                memcmp(rd->start + key[k]->at, rd->start + key[n]->at, key[n]->len) == 0)
                return refuse_twice(rd, key[n]);
        seen |= bit;
    }
    for (uint32_t n = 1; escaped && n < object->count; n++) {
        fh_str s;
        if (!key_text(rd, key[n], &s)) return no_memory(rd);
        for (uint32_t k = 0; k < n; k++)
            if (says(rd->start, key[k], s)) return refuse_twice(rd, key[n]);
    }
    return true;
}

static bool check_many_keys(reading *rd, const fh_json_token *object)
{
    fh_json_reader *r = rd->r;
    size_t size = 64;
    while (size < (size_t)object->count * 2) size *= 2;
    void *room = r->table;
    const bool ok = reserve(&r->from, &room, &r->table_cap, size, sizeof *r->table);
    r->table = room;
    if (!ok) return no_memory(rd);
    memset(r->table, 0, size * sizeof *r->table);
    if (!rd->seed) rd->seed = XXH3_64bits(rd->start, (size_t)(rd->end - rd->start)) | 1;

    const fh_json_token *tape = r->tape;
    uint32_t i = (uint32_t)(object - tape) + 1;
    for (uint32_t n = 0; n < object->count; n++, i = tape[i + 1].next) {
        fh_str s;
        if (!key_text(rd, &tape[i], &s)) return no_memory(rd);
        size_t slot = XXH3_64bits_withSeed(s.ptr, s.len, rd->seed) & (size - 1);
        for (; r->table[slot]; slot = (slot + 1) & (size - 1))
            if (says(rd->start, &tape[r->table[slot]], s)) return refuse_twice(rd, &tape[i]);
        r->table[slot] = i;
    }
    return true;
}

/* ---- Values ---------------------------------------------------------------------- */

static inline const byte *skip_space(const byte *p, const byte *end)
{
    if (p<end && * p> ' ') return p; /* nearly always */
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) p++;
    return p;
}

static inline const byte *skip_digits(const byte *p, const byte *end)
{
    while (p < end && *p >= '0' && *p <= '9') p++;
    return p;
}

static inline const byte *check_number(reading *rd, const byte *p)
{
    const byte *end = rd->end, *digits;
    if (*p == '-') p++;
    digits = p;
    p = skip_digits(p, end);
    if (p == digits) return refuse(rd, p, "a digit should stand here");
    if (*digits == '0' && p - digits > 1)
        return refuse(rd, digits, "a number should not begin with 0");
    if (p < end && *p == '.') {
        digits = ++p;
        p = skip_digits(p, end);
        if (p == digits) return refuse(rd, p, "a digit should follow the decimal point");
    }
    if (p < end && (*p | 0x20) == 'e') {
        p++;
        if (p < end && (*p == '+' || *p == '-')) p++;
        digits = p;
        p = skip_digits(p, end);
        if (p == digits) return refuse(rd, p, "a digit should stand in the exponent");
    }
    return p;
}

static const byte *check_word(reading *rd, const byte *p, fh_json_token *t)
{
    static const struct word {
        const char *text;
        uint32_t len;
        uint8_t type;
    } words[] = {{"null", 4, FH_JSON_NULL}, {"false", 5, FH_JSON_FALSE}, {"true", 4, FH_JSON_TRUE}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if ((size_t)(rd->end - p) < words[i].len || memcmp(p, words[i].text, words[i].len) != 0)
            continue;
        t->type = words[i].type;
        return p + words[i].len;
    }
    return refuse(rd, p, "a value should stand here");
}

/* Doubles the tape, up to its maximum. */
static bool grow_tape(reading *rd, const byte *p)
{
    fh_json_reader *r = rd->r;
    size_t want = r->cap ? r->cap * 2 : FIRST_TOKENS, bytes;
    if (want > r->max) want = r->max;
    if (r->n >= want) {
        rd->status = fh_fail(rd->err, FH_LIMIT, "byte %zu: more than %zu values in one text",
                             (size_t)(p - rd->start) + 1, r->max);
        return false;
    }
    fh_json_token *fresh =
        fh_mul_size(want, sizeof *fresh, &bytes) ? r->from.alloc(r->from.ctx, bytes) : NULL;
    if (!fresh) return no_memory(rd);
    if (r->n) memcpy(fresh, r->tape, r->n * sizeof *fresh);
    if (r->tape) r->from.free(r->from.ctx, r->tape, r->cap * sizeof *fresh);
    r->tape = fresh;
    r->cap = want;
    return true;
}

/* The next free token, at `p`; NULL when there may be no more. */
static inline fh_json_token *push(reading *rd, const byte *p, uint8_t type)
{
    fh_json_reader *r = rd->r;
    if (r->n == r->cap && !grow_tape(rd, p)) return NULL;
    fh_json_token *t = &r->tape[r->n++];
    *t = (fh_json_token){.at = (uint32_t)(p - rd->start), .next = (uint32_t)r->n, .type = type};
    return t;
}

/* A string with its token; p stands on the opening quote. */
static inline const byte *read_string(reading *rd, const byte *p)
{
    fh_json_token *t = push(rd, p + 1, FH_JSON_STRING);
    const byte *end = t ? check_string(rd, p + 1, &t->escaped) : NULL;
    if (!end) return NULL;
    t->len = (uint32_t)(end - p) - 1;
    return end + 1;
}

/* A key with its colon, up to where the value begins. */
static inline const byte *read_key(reading *rd, const byte *p)
{
    p = skip_space(p, rd->end);
    if (p == rd->end || *p != '"') return refuse(rd, p, "a key in double quotes should stand here");
    p = read_string(rd, p);
    if (!p) return NULL;
    p = skip_space(p, rd->end);
    if (p == rd->end || *p != ':') return refuse(rd, p, "a colon should follow the key");
    return p + 1;
}

/* Everything but an array or an object. */
static inline const byte *read_scalar(reading *rd, const byte *p)
{
    if (*p == '"') return read_string(rd, p);
    fh_json_token *t = push(rd, p, FH_JSON_NUMBER);
    if (!t) return NULL;
    const bool number = *p == '-' || (*p >= '0' && *p <= '9');
    const byte *end = number ? check_number(rd, p) : check_word(rd, p, t);
    if (end) t->len = (uint32_t)(end - p);
    return end;
}

/* The opening bracket, and an object's first key; *empty: it closes at once. */
static const byte *open_container(reading *rd, const byte *p, bool *empty)
{
    const bool object = *p == '{';
    if (rd->depth == FH_JSON_DEPTH) return refuse(rd, p, "more than 64 levels deep");
    if (!push(rd, p, object ? FH_JSON_OBJECT : FH_JSON_ARRAY)) return NULL;
    rd->open[rd->depth++] = (uint32_t)rd->r->n - 1;
    p = skip_space(p + 1, rd->end);
    *empty = p < rd->end && *p == (object ? '}' : ']');
    return *empty || !object ? p : read_key(rd, p);
}

/* Goes on after a value: closes containers until another value is due. Returns
 * where that begins, or `end` with depth 0 when the text is complete. */
static const byte *after_value(reading *rd, const byte *p)
{
    fh_json_reader *r = rd->r;
    while (rd->depth > 0) {
        fh_json_token *around = &r->tape[rd->open[rd->depth - 1]];
        const bool object = around->type == FH_JSON_OBJECT;
        p = skip_space(p, rd->end);
        if (p < rd->end && *p == ',') return object ? read_key(rd, p + 1) : p + 1;
        if (p == rd->end || *p != (object ? '}' : ']'))
            return refuse(rd, p,
                          object ? "a comma or } should stand here"
                                 : "a comma or ] should stand here");
        p++;
        around->len = (uint32_t)(p - rd->start) - around->at;
        around->next = (uint32_t)r->n;
        if (object && around->count > 1 &&
            !(around->count <= FEW_KEYS ? check_few_keys(rd, around) : check_many_keys(rd, around)))
            return NULL;
        rd->depth--;
    }
    p = skip_space(p, rd->end);
    return p == rd->end ? p : refuse(rd, p, "nothing should follow the value");
}

static const byte *read_all(reading *rd)
{
    const byte *p = rd->start;
    do {
        p = skip_space(p, rd->end);
        if (p == rd->end) return refuse(rd, p, "a value should stand here");
        if (rd->depth > 0) rd->r->tape[rd->open[rd->depth - 1]].count++;
        if (*p == '{' || *p == '[') {
            bool empty;
            p = open_container(rd, p, &empty);
            if (!p) return NULL;
            if (!empty) continue;
        } else {
            p = read_scalar(rd, p);
            if (!p) return NULL;
        }
        p = after_value(rd, p);
    } while (p && rd->depth > 0);
    return p;
}

/* ---- What callers see --------------------------------------------------------------- */

fh_json_reader *fh_json_reader_new(const fh_allocator *from, size_t max_tokens)
{
    if (!from) from = fh_allocator_default();
    fh_json_reader *r = from->alloc(from->ctx, sizeof *r);
    if (r) *r = (fh_json_reader){.from = *from, .max = max_tokens};
    if (r && r->max > UINT32_MAX - 1) r->max = UINT32_MAX - 1;
    return r;
}

void fh_json_reader_free(fh_json_reader *r)
{
    if (!r) return;
    const fh_allocator from = r->from;
    if (r->tape) from.free(from.ctx, r->tape, r->cap * sizeof *r->tape);
    if (r->table) from.free(from.ctx, r->table, r->table_cap * sizeof *r->table);
    if (r->key) from.free(from.ctx, r->key, r->key_cap);
    from.free(from.ctx, r, sizeof *r);
}

fh_status fh_json_read(fh_json_reader *r, fh_str text, fh_json_doc *out, fh_error *err)
{
    if (text.len >= UINT32_MAX)
        return fh_fail(err, FH_LIMIT, "a JSON text of %zu bytes, 4 GiB or more", text.len);
    const byte *start = text.len ? (const byte *)text.ptr : (const byte *)"";
    reading rd = {.r = r, .start = start, .end = start + text.len, .err = err, .status = FH_OK};
    r->n = 0;
    if (!read_all(&rd)) return rd.status;
    *out = (fh_json_doc){text, r->tape, r->n};
    return FH_OK;
}

uint32_t fh_json_get(const fh_json_doc *doc, uint32_t object, fh_str key)
{
    if (object >= doc->n_tokens || doc->token[object].type != FH_JSON_OBJECT) return 0;
    uint32_t i = object + 1;
    for (uint32_t n = 0; n < doc->token[object].count; n++, i = doc->token[i + 1].next)
        if (says((const byte *)doc->text.ptr, &doc->token[i], key)) return i + 1;
    return 0;
}

bool fh_json_text(const fh_json_doc *doc, uint32_t token, fh_arena *arena, fh_str *out)
{
    const fh_json_token *t = &doc->token[token];
    if (!t->escaped) {
        *out = (fh_str){doc->text.ptr + t->at, t->len};
        return true;
    }
    char *to = fh_arena_alloc(arena, t->len, 1);
    if (!to) return false;
    *out = (fh_str){to, unescape((const byte *)doc->text.ptr, t, to)};
    return true;
}

fh_str fh_json_raw(const fh_json_doc *doc, uint32_t token)
{
    const fh_json_token *t = &doc->token[token];
    const uint32_t quote = t->type == FH_JSON_STRING;
    return (fh_str){doc->text.ptr + t->at - quote, (size_t)t->len + 2 * quote};
}

bool fh_json_i64(const fh_json_doc *doc, uint32_t token, int64_t *out)
{
    const fh_json_token *t = &doc->token[token];
    if (t->type != FH_JSON_NUMBER) return false;
    const char *p = doc->text.ptr + t->at, *end = p + t->len;
    const bool minus = *p == '-';
    int64_t v = 0;
    for (p += minus; p < end; p++) {
        if (*p < '0' || *p > '9') return false; /* a fraction or an exponent */
        const int64_t digit = *p - '0';
        if (!fh_mul_i64(v, 10, &v) || !fh_add_i64(v, minus ? -digit : digit, &v)) return false;
    }
    *out = v;
    return true;
}
