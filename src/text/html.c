/* html.c - HTML as a reader sees it (include/firsthand/text.h).
 *
 * One pass over the bytes, whatever they are: a tag that never ends takes the rest with it,
 * as in a browser, so nothing is looked at twice. Of tags only the name and two attributes
 * matter: hidden, and a style that hides.
 */
#include "firsthand/text.h"

#include "base/utf8.h"

#include <string.h>

enum { NAME_MAX_BYTES = 15, ENTITY_MAX = 10 };

typedef struct page {
    fh_str html;
    size_t at;
    fh_buf *out;
    bool space;                      /* white space since the last letter */
    int newlines;                    /* wanted before the next letter */
    uint32_t pre;                    /* open <pre> */
    char hidden[NAME_MAX_BYTES + 1]; /* the element whose content is left out; "": none */
    uint32_t depth;                  /* of elements of that name in it */
} page;

typedef struct tag {
    char name[NAME_MAX_BYTES + 1]; /* small letters */
    bool closes, empty, hides;
} tag;

/* ---- Text out ------------------------------------------------------------------------------- */

static void put(page *p, const char *bytes, size_t n)
{
    if (p->hidden[0]) return;
    if (p->out->len) {
        for (; p->newlines > 0; p->newlines--) {
            fh_buf_char(p->out, '\n');
            p->space = false;
        }
        if (p->space) fh_buf_char(p->out, ' ');
    }
    p->newlines = 0;
    p->space = false;
    fh_buf_put(p->out, bytes, n);
}

static void want_lines(page *p, int n)
{
    if (!p->hidden[0] && p->newlines < n) p->newlines = n;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/* ---- Entities ------------------------------------------------------------------------------- */

static const char latin[] =
    "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn "
    "sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave "
    "Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml "
    "ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN "
    "szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave "
    "iacute "
    "icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml "
    "yacute thorn yuml";

/* The character of a name; 0: none. */
static uint32_t named(fh_str name)
{
    static const struct {
        const char *name;
        uint32_t code;
    } others[] = {{"amp", '&'},       {"lt", '<'},        {"gt", '>'},       {"quot", '"'},
                  {"apos", '\''},     {"euro", 0x20ac},   {"ndash", 0x2013}, {"mdash", 0x2014},
                  {"lsquo", 0x2018},  {"rsquo", 0x2019},  {"sbquo", 0x201a}, {"ldquo", 0x201c},
                  {"rdquo", 0x201d},  {"bdquo", 0x201e},  {"bull", 0x2022},  {"hellip", 0x2026},
                  {"trade", 0x2122},  {"rarr", 0x2192},   {"larr", 0x2190},  {"minus", 0x2212},
                  {"lsaquo", 0x2039}, {"rsaquo", 0x203a}, {"oelig", 0x153},  {"OElig", 0x152},
                  {"Scaron", 0x160},  {"scaron", 0x161},  {"ensp", ' '},     {"emsp", ' '},
                  {"thinsp", ' '},    {"zwnj", 0x200c},   {"zwj", 0x200d}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (fh_str_eq(name, fh_str_of(others[i].name))) return others[i].code;
    uint32_t code = 160;
    for (const char *at = latin; *at; code++) {
        const size_t n = strcspn(at, " ");
        if (fh_str_eq(name, (fh_str){at, n})) return code;
        at += n + (at[n] == ' ');
    }
    return 0;
}

/* "#228" or "#xe4"; 0: no character. */
static uint32_t numbered(fh_str text)
{
    const bool hex = text.len > 1 && (text.ptr[1] == 'x' || text.ptr[1] == 'X');
    const size_t from = hex ? 2 : 1;
    uint32_t code = 0;
    for (size_t i = from; i < text.len; i++) {
        const char c = text.ptr[i];
        const uint32_t low = (uint32_t)(unsigned char)c | 32u;
        uint32_t digit = 16;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if (hex && low >= 'a' && low <= 'f')
            digit = low - 'a' + 10;
        if (digit == 16 || code > 0x10ffff) return 0;
        code = code * (hex ? 16 : 10) + digit;
    }
    const bool is_one = code >= ' ' && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000);
    return from < text.len && is_one ? code : 0;
}

/* The entity at `at`, which is an ampersand; false: it is only that. */
static bool take_entity(page *p)
{
    size_t end = p->at + 1;
    while (end < p->html.len && end - p->at <= ENTITY_MAX) {
        const char c = p->html.ptr[end];
        const bool part = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || (c == '#' && end == p->at + 1);
        if (!part) break;
        end++;
    }
    const fh_str name = {p->html.ptr + p->at + 1, end - p->at - 1};
    const uint32_t code = name.len && name.ptr[0] == '#' ? numbered(name) : named(name);
    if (!code) return false;
    p->at = end + (end < p->html.len && p->html.ptr[end] == ';');
    if (code == ' ' || code == 0xa0) {
        p->space = true;
        return true;
    }
    unsigned char utf8[4];
    put(p, (const char *)utf8, fh_utf8_put(utf8, code));
    return true;
}

/* ---- Tags ----------------------------------------------------------------------------------- */

static bool is_one_of(const char *name, const char *list)
{
    const size_t n = strlen(name);
    for (const char *at = list; *at;) {
        const size_t len = strcspn(at, " ");
        if (len == n && memcmp(at, name, n) == 0) return true;
        at += len + (at[len] == ' ');
    }
    return false;
}

/* Does a value of style hide what it stands at? */
static bool style_hides(fh_str style)
{
    static const char *const hiding[] = {"display:none", "visibility:hidden", "mso-hide:all",
                                         "font-size:0;", "font-size:0px"};
    char plain[200];
    size_t n = 0;
    for (size_t i = 0; i < style.len && n + 2 < sizeof plain; i++) {
        const char c = style.ptr[i];
        if (!is_space(c)) plain[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    plain[n] = ';';
    plain[n + 1] = '\0';
    for (size_t i = 0; i < sizeof hiding / sizeof *hiding; i++)
        if (strstr(plain, hiding[i])) return true;
    return false;
}

/* The attribute at `at` and its value; moves on behind it. */
static void take_attribute(page *p, tag *t)
{
    const fh_str h = p->html;
    const size_t from = p->at;
    while (p->at < h.len && !is_space(h.ptr[p->at]) && !memchr("=>/", h.ptr[p->at], 3)) p->at++;
    const fh_str name = {h.ptr + from, p->at - from};
    if (p->at == from) p->at++; /* a slash or an equals sign alone */
    while (p->at < h.len && is_space(h.ptr[p->at])) p->at++;
    fh_str value = {"", 0};
    if (p->at < h.len && h.ptr[p->at] == '=' && name.len) {
        p->at++;
        while (p->at < h.len && is_space(h.ptr[p->at])) p->at++;
        if (p->at < h.len && (h.ptr[p->at] == '"' || h.ptr[p->at] == '\'')) {
            const char quote = h.ptr[p->at++];
            const char *end = p->at < h.len ? memchr(h.ptr + p->at, quote, h.len - p->at) : NULL;
            const size_t stop = end ? (size_t)(end - h.ptr) : h.len;
            value = (fh_str){h.ptr + p->at, stop - p->at};
            p->at = end ? stop + 1 : h.len;
        } else {
            const size_t begins = p->at;
            while (p->at < h.len && !is_space(h.ptr[p->at]) && h.ptr[p->at] != '>') p->at++;
            value = (fh_str){h.ptr + begins, p->at - begins};
        }
    }
    t->hides |= fh_str_eq_nocase(name, FH_STR("hidden")) ||
                (fh_str_eq_nocase(name, FH_STR("style")) && style_hides(value));
}

static void take_tag(page *p, tag *t)
{
    const fh_str h = p->html;
    *t = (tag){.closes = p->at + 1 < h.len && h.ptr[p->at + 1] == '/'};
    p->at += t->closes ? 2 : 1;
    for (size_t n = 0; p->at < h.len; p->at++) {
        const char c = h.ptr[p->at];
        const char small = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        if (!((small >= 'a' && small <= 'z') || (small >= '0' && small <= '9') || c == ':' ||
              c == '-'))
            break;
        if (n < NAME_MAX_BYTES) t->name[n++] = small;
    }
    while (p->at < h.len && h.ptr[p->at] != '>') {
        if (is_space(h.ptr[p->at]))
            p->at++;
        else
            take_attribute(p, t);
    }
    p->at += p->at < h.len;
    t->empty = is_one_of(t->name, "br hr img input meta link area base col embed source track wbr");
}

/* Goes behind the end tag of an element whose content is no HTML. */
static void skip_raw(page *p, const char *name)
{
    const size_t n = strlen(name);
    const fh_str h = p->html;
    while (p->at < h.len) {
        const char *lt = memchr(h.ptr + p->at, '<', h.len - p->at);
        if (!lt) break;
        p->at = (size_t)(lt - h.ptr);
        if (h.len - p->at > n + 1 && lt[1] == '/' &&
            fh_str_eq_nocase((fh_str){lt + 2, n}, (fh_str){name, n}))
            return;
        p->at++;
    }
    p->at = h.len;
}

static void apply(page *p, const tag *t)
{
    if (p->hidden[0]) {
        if (strcmp(t->name, p->hidden) == 0) p->depth = t->closes ? p->depth - 1 : p->depth + 1;
        if (!p->depth) p->hidden[0] = '\0';
        return;
    }
    if (is_one_of(t->name, "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre"))
        want_lines(p, 2);
    else if (is_one_of(t->name,
                       "div tr li dt dd hr section article header footer center form title "
                       "address fieldset option caption tbody thead body"))
        want_lines(p, 1);
    else if (is_one_of(t->name, "td th"))
        p->space = true;
    if (strcmp(t->name, "br") == 0) p->newlines += p->newlines < 2;
    if (strcmp(t->name, "pre") == 0) p->pre = t->closes ? (p->pre ? p->pre - 1 : 0) : p->pre + 1;
    if (t->closes || t->empty) return;
    if (is_one_of(t->name, "script style title noscript template")) {
        skip_raw(p, t->name);
    } else if (t->hides) {
        memcpy(p->hidden, t->name, sizeof p->hidden);
        p->depth = 1;
    }
}

/* Comments, declarations and what only some programs read. */
static void skip_markup(page *p)
{
    const fh_str h = p->html, rest = {h.ptr + p->at, h.len - p->at};
    if (fh_str_starts(rest, FH_STR("<!--"))) {
        p->at += 4;
        while (p->at < h.len) {
            const char *gt = memchr(h.ptr + p->at, '>', h.len - p->at);
            const size_t end = gt ? (size_t)(gt - h.ptr) : h.len;
            const bool closes = gt && end >= 2 && gt[-1] == '-' && gt[-2] == '-';
            p->at = gt ? end + 1 : h.len;
            if (closes) return;
        }
        return;
    }
    const char *gt = memchr(rest.ptr, '>', rest.len);
    p->at = gt ? (size_t)(gt + 1 - h.ptr) : h.len;
}

static void take_markup(page *p)
{
    const char c = p->at + 1 < p->html.len ? p->html.ptr[p->at + 1] : ' ';
    const char after = p->at + 2 < p->html.len ? p->html.ptr[p->at + 2] : ' ';
    const char first = c == '/' ? after : c;
    tag t;
    if (c == '!' || c == '?') {
        skip_markup(p);
    } else if ((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z')) {
        take_tag(p, &t);
        apply(p, &t);
    } else {
        put(p, "<", 1);
        p->at++;
    }
}

static void take_space(page *p)
{
    const char c = p->html.ptr[p->at++];
    if (p->pre && c == '\n')
        p->newlines++;
    else if (p->pre && c != '\r')
        put(p, " ", 1);
    else
        p->space = true;
}

fh_status fh_html_text(fh_str html, fh_buf *out, fh_error *err)
{
    page p = {.html = html, .out = out};
    while (p.at < html.len && !out->status) {
        const char c = html.ptr[p.at];
        if (c == '<') {
            take_markup(&p);
        } else if (is_space(c)) {
            take_space(&p);
        } else if (c != '&' || !take_entity(&p)) {
            size_t end = p.at + 1;
            while (end < html.len && !is_space(html.ptr[end]) && html.ptr[end] != '<' &&
                   html.ptr[end] != '&')
                end++;
            put(&p, html.ptr + p.at, end - p.at);
            p.at = end;
        }
    }
    return out->status ? fh_no_memory(err) : FH_OK;
}
