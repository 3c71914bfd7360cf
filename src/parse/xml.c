/* xml.c - as much of XML as an event log needs, strictly.
 *
 * The scanner knows tags, attributes, comments, instructions and CDATA. It checks
 * that tags are closed in order and that values are quoted; it knows the five
 * entities of XML and character references and no others, and refuses a DOCTYPE,
 * so that nothing can be defined that grows. No recursion: the open elements are
 * a list of fixed length. Characters between tags are skipped: a log has none.
 *
 * Nothing is read at or behind `end`. Running into it gives NULL with x->bad NULL.
 */
#include "parse/xml.h"

#include "base/utf8.h"
#include "parse/reader.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static const char *bad(fh_xml *x, const char *at, const char *what)
{
    x->bad = what;
    x->bad_at = at;
    return NULL;
}

static inline bool is_space(char ch)
{
    return ch == ' ' || ch == '\n' || ch == '\t' || ch == '\r';
}

static inline const char *skip_space(const char *p, const char *end)
{
    while (p < end && is_space(*p)) p++;
    return p;
}

/* The quote that ends a value, or a < that must not stand there. */
static inline const char *value_end(const char *p, const char *end, char quote, unsigned *flags)
{
#ifdef __SSE2__
    const __m128i q = _mm_set1_epi8(quote), lt = _mm_set1_epi8('<'), amp = _mm_set1_epi8('&');
    while (end - p >= 16) {
        const __m128i v = _mm_loadu_si128((const void *)p);
        const unsigned stop =
            (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(v, q), _mm_cmpeq_epi8(v, lt)));
        unsigned entities = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, amp));
        unsigned high = (unsigned)_mm_movemask_epi8(v);
        if (stop) {
            const unsigned before = (stop & -stop) - 1;
            entities &= before;
            high &= before;
        }
        *flags |= (entities ? FH_XML_ENTITIES : 0) | (high ? FH_XML_HIGH : 0);
        if (stop) return p + __builtin_ctz(stop);
        p += 16;
    }
#endif
    for (; p < end && *p != quote && *p != '<'; p++)
        *flags |= (*p == '&' ? FH_XML_ENTITIES : 0) | ((unsigned char)*p >= 0x80 ? FH_XML_HIGH : 0);
    return p < end ? p : NULL;
}

/* A name up to white space, =, / or >; `*local` is without its prefix. */
static const char *read_name(fh_xml *x, const char *p, const char *end, fh_str *local)
{
    const char *from = p;
    for (; p < end; p++) {
        const char ch = *p;
        if (is_space(ch) || ch == '=' || ch == '/' || ch == '>') break;
        if (ch == ':') from = p + 1;
        if (ch == '<' || ch == '"' || ch == '\'' || ch == '&' || ch == '\0')
            return bad(x, p, "this character cannot stand in a name");
    }
    if (p == end) return NULL;
    if (p == from) return bad(x, p, "a name is missing");
    *local = (fh_str){from, (size_t)(p - from)};
    return p;
}

static void set_attribute(fh_xml *x, fh_xml_tag *tag, fh_str name, fh_str value, unsigned flags)
{
    if (fh_str_eq(name, FH_STR("key"))) {
        tag->key = value;
        tag->key_flags = (uint8_t)flags;
    } else if (fh_str_eq(name, FH_STR("value"))) {
        tag->value = value;
        tag->value_flags = (uint8_t)flags;
        tag->has_value = true;
    } else if (tag->depth == 0) {
        if (fh_str_eq(name, FH_STR("scope"))) x->scope = value;
        if (fh_str_eq(name, FH_STR("keys"))) x->keys = value;
        if (fh_str_eq(name, FH_STR("name"))) x->title = value;
    }
}

/* The usual ` key="..." value="..."`; p where it ended, or where it began. */
static inline const char *read_usual(const char *p, const char *end, fh_xml_tag *tag)
{
    if (end - p < 64 || memcmp(p, " key=\"", 6) != 0) return p;
    unsigned key_flags = 0, value_flags = 0;
    const char *key = p + 6;
    const char *stop = value_end(key, end, '"', &key_flags);
    if (!stop || *stop != '"' || end - stop < 16 || memcmp(stop, "\" value=\"", 9) != 0) return p;
    const char *value = stop + 9;
    const char *close = value_end(value, end, '"', &value_flags);
    if (!close || *close != '"') return p;
    tag->key = (fh_str){key, (size_t)(stop - key)};
    tag->value = (fh_str){value, (size_t)(close - value)};
    tag->key_flags = (uint8_t)key_flags;
    tag->value_flags = (uint8_t)value_flags;
    tag->has_value = true;
    return close + 1;
}

/* The attributes of a tag up to its > or />. */
static const char *read_attributes(fh_xml *x, const char *p, const char *end, fh_xml_tag *tag,
                                   bool *empty)
{
    p = read_usual(p, end, tag);
    for (;;) {
        const char *before = p;
        p = skip_space(p, end);
        if (p == end) return NULL;
        if (*p == '>' || *p == '/') {
            *empty = *p == '/';
            if (*empty && ++p == end) return NULL;
            return *p == '>' ? p + 1 : bad(x, p, "a > is missing behind /");
        }
        if (p == before) return bad(x, p, "a space is missing before this attribute");
        fh_str name;
        p = read_name(x, p, end, &name);
        if (!p) return NULL;
        p = skip_space(p, end);
        if (p == end) return NULL;
        if (*p != '=') return bad(x, p, "an = is missing behind an attribute's name");
        p = skip_space(p + 1, end);
        if (p == end) return NULL;
        if (*p != '"' && *p != '\'') return bad(x, p, "an attribute's value is not in quotes");
        unsigned flags = 0;
        const char *value = p + 1;
        p = value_end(value, end, *p, &flags);
        if (!p) return NULL;
        if (*p == '<') return bad(x, p, "a < stands inside an attribute's value");
        set_attribute(x, tag, name, (fh_str){value, (size_t)(p - value)}, flags);
        p++;
    }
}

static const char *read_start(fh_xml *x, const char *p, const char *end, unsigned depth,
                              fh_xml_tag *tag, bool *empty)
{
    *tag = (fh_xml_tag){.depth = (uint8_t)depth};
    p = read_name(x, p + 1, end, &tag->name);
    return p ? read_attributes(x, p, end, tag, empty) : NULL;
}

const char *fh_xml_start(fh_xml *x, const char *p, const char *end, bool *empty)
{
    x->bad = NULL;
    x->n = 1;
    x->scope = x->keys = x->title = (fh_str){"", 0};
    return read_start(x, p, end, 0, &x->tag[0], empty);
}

const char *fh_xml_close(fh_xml *x, const char *p, const char *end, fh_str *name)
{
    x->bad = NULL;
    if (end - p < 2) return NULL;
    p = read_name(x, p + 2, end, name);
    if (!p) return NULL;
    p = skip_space(p, end);
    if (p == end) return NULL;
    return *p == '>' ? p + 1 : bad(x, p, "a > is missing in an end tag");
}

/* The end of the first `mark` in [p, end). */
static const char *behind(const char *p, const char *end, const char *mark)
{
    const size_t n = strlen(mark);
    while (p < end) {
        const char *at = memchr(p, mark[0], (size_t)(end - p));
        if (!at || (size_t)(end - at) < n) return NULL;
        if (memcmp(at, mark, n) == 0) return at + n;
        p = at + 1;
    }
    return NULL;
}

const char *fh_xml_skip(fh_xml *x, const char *p, const char *end)
{
    static const struct {
        const char *begin, *end;
    } kinds[] = {{"<?", "?>"}, {"<!--", "-->"}, {"<![CDATA[", "]]>"}};
    x->bad = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const size_t n = strlen(kinds[i].begin);
        const size_t there = (size_t)(end - p) < n ? (size_t)(end - p) : n;
        if (memcmp(p, kinds[i].begin, there) != 0) continue;
        return there < n ? NULL : behind(p + n, end, kinds[i].end);
    }
    if (end - p >= 3 && p[2] == 'D') return bad(x, p, "a DOCTYPE is not accepted");
    return bad(x, p, "this declaration is not known");
}

const char *fh_xml_element(fh_xml *x, const char *p, const char *end)
{
    unsigned depth = 0;
    x->bad = NULL;
    x->n = 0;
    x->too_many = false;
    x->scope = x->keys = x->title = (fh_str){"", 0};
    for (;;) {
        if (end - p < 2) return NULL;
        if (p[1] == '/') {
            const char *at = p;
            fh_str name;
            p = fh_xml_close(x, p, end, &name);
            if (!p) return NULL;
            if (!fh_str_eq(name, x->open[depth - 1]))
                return bad(x, at, "this end tag closes an element that is not open");
            if (--depth == 0) return p;
        } else if (p[1] == '!' || p[1] == '?') {
            p = fh_xml_skip(x, p, end);
            if (!p) return NULL;
        } else {
            fh_xml_tag spare, *tag = x->n < FH_XML_TAGS ? &x->tag[x->n] : &spare;
            bool empty;
            const char *at = p;
            p = read_start(x, p, end, depth, tag, &empty);
            if (!p) return NULL;
            x->too_many |= tag == &spare;
            x->n += tag != &spare;
            if (!empty && depth == FH_XML_DEPTH)
                return bad(x, at, "elements are nested more than 64 deep");
            if (!empty) x->open[depth++] = tag->name;
            if (depth == 0) return p;
        }
        p = skip_space(p, end);
        if (p < end && *p != '<') p = memchr(p, '<', (size_t)(end - p));
        if (!p) return NULL;
    }
}

/* ---- Values ------------------------------------------------------------------------------ */

/* "&#x20ac;" and its like between & and ;. 0: not a character. */
static unsigned character(fh_str s)
{
    const bool hex = s.len > 1 && s.ptr[1] == 'x';
    unsigned code = 0;
    size_t i = hex ? 2 : 1;
    if (i == s.len) return 0;
    for (; i < s.len; i++) {
        const char ch = s.ptr[i];
        unsigned digit;
        if (ch >= '0' && ch <= '9')
            digit = (unsigned)(ch - '0');
        else if (hex && ((ch | 32) >= 'a' && (ch | 32) <= 'f'))
            digit = (unsigned)((ch | 32) - 'a') + 10;
        else
            return 0;
        code = code * (hex ? 16 : 10) + digit;
        if (code > 0x10ffff) return 0;
    }
    if (code < ' ' && code != '\t' && code != '\n' && code != '\r') return 0;
    return code >= 0xd800 && code < 0xe000 ? 0 : code;
}

/* The character an entity stands for; 0: none. */
static unsigned entity(fh_str s)
{
    if (s.len && s.ptr[0] == '#') return character(s);
    if (fh_str_eq(s, FH_STR("lt"))) return '<';
    if (fh_str_eq(s, FH_STR("gt"))) return '>';
    if (fh_str_eq(s, FH_STR("amp"))) return '&';
    if (fh_str_eq(s, FH_STR("quot"))) return '"';
    if (fh_str_eq(s, FH_STR("apos"))) return '\'';
    return 0;
}

fh_xml_text fh_xml_value(fh_str raw, unsigned flags, bool latin1, fh_arena *arena, fh_str *out)
{
    *out = raw;
    if (!flags) return FH_XML_TEXT;
    if ((flags & FH_XML_HIGH) && latin1) {
        if (!fh_latin1_text(arena, raw, &raw)) return FH_XML_TEXT_NOMEM;
    } else if ((flags & FH_XML_HIGH) && fh_utf8_bad(raw) < raw.len) {
        return FH_XML_TEXT_BAD;
    }
    *out = raw;
    if (!(flags & FH_XML_ENTITIES)) return FH_XML_TEXT;
    unsigned char *to =
        fh_arena_alloc(arena, raw.len, 1); /* no entity is shorter than its character */
    if (!to) return FH_XML_TEXT_NOMEM;
    size_t n = 0;
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.ptr[i] != '&') {
            to[n++] = (unsigned char)raw.ptr[i];
            continue;
        }
        const size_t room = raw.len - i - 1 < 12 ? raw.len - i - 1 : 12;
        const char *semicolon = room ? memchr(raw.ptr + i + 1, ';', room) : NULL;
        const unsigned code =
            semicolon ? entity((fh_str){raw.ptr + i + 1, (size_t)(semicolon - raw.ptr) - i - 1})
                      : 0;
        if (!code) return FH_XML_TEXT_BAD;
        unsigned char one[4];
        const size_t len = fh_utf8_put(one, code);
        memcpy(to + n, one, len);
        n += len;
        i = (size_t)(semicolon - raw.ptr);
    }
    *out = (fh_str){(const char *)to, n};
    return FH_XML_TEXT;
}

uint64_t fh_count_newlines(const char *p, size_t n)
{
    uint64_t count = 0;
    size_t i = 0;
#if defined(__SSE2__) && defined(__x86_64__)
    const __m128i newline = _mm_set1_epi8('\n'), zero = _mm_setzero_si128();
    while (n - i >= 16) {
        __m128i sum = zero;
        for (unsigned k = 0; k < 255 && n - i >= 16; k++, i += 16)
            sum =
                _mm_sub_epi8(sum, _mm_cmpeq_epi8(_mm_loadu_si128((const void *)(p + i)), newline));
        const __m128i halves = _mm_sad_epu8(sum, zero);
        count += (uint64_t)_mm_cvtsi128_si64(halves) +
                 (uint64_t)_mm_cvtsi128_si64(_mm_srli_si128(halves, 8));
    }
#endif
    for (; i < n; i++) count += p[i] == '\n';
    return count;
}
