/* html.c - HTML as a reader sees it, one walk over the bytes.
 *
 * Not a tree is built: what counts is where lines end, what is hidden, and what is quoted.
 *
 *     text         white space runs become one space, entities their characters
 *     blocks       <p>, <div>, <tr>, headings ... begin a line; paragraphs leave an empty one
 *     <li>         begins with "- "; cells of a row are parted by a space
 *     <blockquote> its lines begin with "> ", so that quoted replies are known as such
 *     left out     <script>, <style>, <head> and the like, comments, elements that are hidden
 *                  by attribute or style, with all within them
 *
 * A tag or comment that never ends takes the rest with it, as it does in browsers. Always: what
 * is written is UTF-8 without control characters but line ends; each byte is looked at a fixed
 * number of times.
 */
#include "firsthand/text.h"

#include "base/hex.h"
#include "text/letters.h"

#include <string.h>

enum { QUOTE_MOST = 8, NAME_MOST = 16, ENTITY_MOST = 10 };

typedef enum kind {
    INLINE,
    LINE,      /* begins a line                     */
    PARAGRAPH, /* and an empty one before it        */
    CELL,
    ITEM,
    BREAK,
    QUOTE,
    PRE,
    SKIPPED, /* with all within it                */
    RAW,     /* the same; only its own end ends it */
    VOID     /* has no end                         */
} kind;

static const struct {
    char name[NAME_MOST];
    kind kind;
} elements[] = {
    /* by name, for kind_of */
    {"address", LINE},    {"area", VOID},        {"article", LINE},    {"aside", LINE},
    {"base", VOID},       {"blockquote", QUOTE}, {"body", LINE},       {"br", BREAK},
    {"caption", LINE},    {"center", LINE},      {"col", VOID},        {"dd", LINE},
    {"details", LINE},    {"div", LINE},         {"dl", PARAGRAPH},    {"dt", LINE},
    {"embed", VOID},      {"fieldset", LINE},    {"figcaption", LINE}, {"figure", PARAGRAPH},
    {"footer", LINE},     {"form", LINE},        {"h1", PARAGRAPH},    {"h2", PARAGRAPH},
    {"h3", PARAGRAPH},    {"h4", PARAGRAPH},     {"h5", PARAGRAPH},    {"h6", PARAGRAPH},
    {"head", SKIPPED},    {"header", LINE},      {"hr", BREAK},        {"html", LINE},
    {"iframe", RAW},      {"img", VOID},         {"input", VOID},      {"li", ITEM},
    {"link", VOID},       {"main", LINE},        {"meta", VOID},       {"nav", LINE},
    {"noscript", INLINE}, {"object", SKIPPED},   {"ol", PARAGRAPH},    {"option", LINE},
    {"p", PARAGRAPH},     {"pre", PRE},          {"script", RAW},      {"section", LINE},
    {"select", SKIPPED},  {"source", VOID},      {"style", RAW},       {"summary", LINE},
    {"svg", SKIPPED},     {"table", PARAGRAPH},  {"td", CELL},         {"template", SKIPPED},
    {"textarea", RAW},    {"th", CELL},          {"title", RAW},       {"tr", LINE},
    {"ul", PARAGRAPH},    {"wbr", VOID},
};

static const struct {
    char name[ENTITY_MOST];
    uint16_t code;
} entities[] = {
    /* by name, for named_entity */
    {"AElig", 198},  {"Aacute", 193}, {"Agrave", 192}, {"Aring", 197},  {"Atilde", 195},
    {"Auml", 196},   {"Ccedil", 199}, {"Eacute", 201}, {"Egrave", 200}, {"Euml", 203},
    {"Iuml", 207},   {"Ntilde", 209}, {"Oacute", 211}, {"Oslash", 216}, {"Ouml", 214},
    {"Uacute", 218}, {"Uuml", 220},   {"aacute", 225}, {"acirc", 226},  {"aelig", 230},
    {"agrave", 224}, {"amp", 38},     {"apos", 39},    {"aring", 229},  {"atilde", 227},
    {"auml", 228},   {"bdquo", 8222}, {"bull", 8226},  {"ccedil", 231}, {"cent", 162},
    {"copy", 169},   {"deg", 176},    {"eacute", 233}, {"ecirc", 234},  {"egrave", 232},
    {"euml", 235},   {"euro", 8364},  {"frac12", 189}, {"gt", 62},      {"hellip", 8230},
    {"iacute", 237}, {"icirc", 238},  {"iexcl", 161},  {"igrave", 236}, {"iquest", 191},
    {"iuml", 239},   {"laquo", 171},  {"ldquo", 8220}, {"lsquo", 8216}, {"lt", 60},
    {"mdash", 8212}, {"middot", 183}, {"nbsp", 160},   {"ndash", 8211}, {"ntilde", 241},
    {"oacute", 243}, {"ocirc", 244},  {"ograve", 242}, {"oslash", 248}, {"otilde", 245},
    {"ouml", 246},   {"para", 182},   {"plusmn", 177}, {"pound", 163},  {"quot", 34},
    {"raquo", 187},  {"rarr", 8594},  {"rdquo", 8221}, {"reg", 174},    {"rsquo", 8217},
    {"sbquo", 8218}, {"sect", 167},   {"shy", 173},    {"szlig", 223},  {"thinsp", 8201},
    {"times", 215},  {"trade", 8482}, {"uacute", 250}, {"ucirc", 251},  {"ugrave", 249},
    {"uuml", 252},   {"yen", 165},    {"zwj", 8205},   {"zwnj", 8204},
};

typedef struct walker {
    fh_str html;
    size_t at;
    fh_buf *out;
    size_t begin; /* of what this call wrote in out */
    uint32_t quotes, pres;
    bool space;           /* white space is due before the next character */
    uint32_t lines;       /* line ends are due: 1, or 2 for an empty line */
    bool line_open;       /* something stands in the line */
    fh_str hidden;        /* name of the hidden element we are in; empty: none */
    bool hidden_raw;      /* only its own end tag ends it */
    uint32_t hidden_deep; /* elements of that name open within it */
} walker;

/* ---- Writing ---- */

static void quote_marks(walker *w)
{
    const uint32_t n = w->quotes < QUOTE_MOST ? w->quotes : QUOTE_MOST;
    for (uint32_t i = 0; i < n; i++) fh_buf_char(w->out, '>');
    if (n) fh_buf_char(w->out, ' ');
}

/* Line ends and spaces are written when something follows them. */
static void before_character(walker *w)
{
    if (w->lines && w->out->len > w->begin) {
        fh_buf_char(w->out, '\n');
        if (w->lines > 1) {
            if (w->quotes) quote_marks(w);
            fh_buf_char(w->out, '\n');
        }
    }
    const bool fresh = w->lines || w->out->len == w->begin;
    if (fresh) quote_marks(w);
    if (!fresh && w->space) fh_buf_char(w->out, ' ');
    w->lines = 0;
    w->space = false;
    w->line_open = true;
}

static void end_line(walker *w, uint32_t lines)
{
    if (w->line_open || (lines > w->lines && w->lines)) {
        if (lines > w->lines) w->lines = lines;
    }
    w->space = false;
    w->line_open = false;
}

static void put_code(walker *w, uint32_t code)
{
    unsigned char text[4];
    if (code == 0xa0 || fh_letter_space(code)) {
        w->space = true;
        return;
    }
    /* Nothing that is seen: controls, soft hyphens, joiners, marks of direction. */
    if (code < 32 || (code >= 0x7f && code < 0xa0) || code == 0xad || code == 0x200c ||
        code == 0x200d || code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
        code == 0x2060 || code == 0x034f)
        return;
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) code = FH_NO_LETTER;
    before_character(w);
    fh_buf_put(w->out, text, fh_utf8_put(text, code));
}

/* ---- Entities ---- */

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* What Windows-1252 has where Unicode has controls, as browsers read &#150;. */
static uint32_t windows(uint32_t code)
{
    static const uint16_t table[32] = {
        0x20ac, 0xfffd, 0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
        0x2039, 0x152,  0xfffd, 0x17d,  0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0xfffd, 0x17e,  0x178};
    return code >= 0x80 && code < 0xa0 ? table[code - 0x80] : code;
}

/* "#8364;" or "#x20ac;" after the &; returns the bytes taken, 0: it is none. */
static size_t number_entity(fh_str s, uint32_t *code)
{
    const bool hex = s.len > 1 && (s.ptr[1] | 32) == 'x';
    size_t i = hex ? 2 : 1, digits = 0;
    uint32_t value = 0;
    for (; i < s.len && digits < 8; i++, digits++) {
        const int d = fh_hex_value(s.ptr[i]);
        if (d < 0 || (!hex && d > 9)) break;
        value = value * (hex ? 16 : 10) + (uint32_t)d;
    }
    if (!digits) return 0;
    *code = value == 0 ? FH_NO_LETTER : windows(value);
    return i < s.len && s.ptr[i] == ';' ? i + 1 : i;
}

static size_t named_entity(fh_str s, uint32_t *code)
{
    char name[ENTITY_MOST] = {0};
    size_t n = 0, low = 0, high = sizeof entities / sizeof *entities;
    for (; n < s.len && n < ENTITY_MOST - 1 && is_alnum(s.ptr[n]); n++) name[n] = s.ptr[n];
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const int order = strcmp(entities[middle].name, name);
        if (order == 0) {
            *code = entities[middle].code;
            return n < s.len && s.ptr[n] == ';' ? n + 1 : n;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

/* The character at w->at, an entity's or its own. */
static void put_one(walker *w)
{
    const char *p = w->html.ptr + w->at;
    const size_t rest = w->html.len - w->at;
    uint32_t code;
    if (*p == '&' && rest > 1) {
        const fh_str s = {p + 1, rest - 1};
        const size_t took = p[1] == '#' ? number_entity(s, &code) : named_entity(s, &code);
        if (took) {
            w->at += 1 + took;
            put_code(w, code);
            return;
        }
    }
    w->at += fh_letter_step(p, rest, &code);
    if (w->pres && code == '\n') {
        if (!w->line_open) w->lines = w->lines ? 2 : 0;
        end_line(w, 1);
        return;
    }
    put_code(w, code);
}

/* ---- Tags ---- */

typedef struct tag {
    fh_str name, attributes;
    bool ends;
    kind kind;
} tag;

static kind kind_of(fh_str name)
{
    char small[NAME_MOST] = {0};
    size_t low = 0, high = sizeof elements / sizeof *elements;
    if (name.len >= NAME_MOST) return INLINE;
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        small[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const int order = strcmp(elements[middle].name, small);
        if (order == 0) return elements[middle].kind;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return INLINE;
}

/* At "<a" or "</a": reads the tag to its ">"; false: it never ends. */
static bool tag_read(walker *w, tag *t)
{
    const fh_str h = w->html;
    size_t i = w->at + 1;
    t->ends = h.ptr[i] == '/';
    i += t->ends;
    const size_t name = i;
    while (i < h.len && (is_alnum(h.ptr[i]) || h.ptr[i] == '-' || h.ptr[i] == ':')) i++;
    t->name = (fh_str){h.ptr + name, i - name};
    const size_t attributes = i;
    char quote = 0;
    for (; i < h.len; i++) {
        const char c = h.ptr[i];
        if (quote) {
            if (c == quote) quote = 0;
        } else if (c == '>') {
            break;
        } else if ((c == '"' || c == '\'') && h.ptr[i - 1] == '=') {
            quote = c;
        }
    }
    if (i >= h.len) return false;
    t->attributes = (fh_str){h.ptr + attributes, i - attributes};
    t->kind = kind_of(t->name);
    w->at = i + 1;
    return true;
}

/* Does `word` stand in s, white space in s not counted? Both lower case. */
static bool says(fh_str s, const char *word)
{
    for (size_t i = 0; i < s.len; i++) {
        size_t k = i, n = 0;
        for (; k < s.len && word[n]; k++) {
            const char c = s.ptr[k] >= 'A' && s.ptr[k] <= 'Z' ? (char)(s.ptr[k] + 32) : s.ptr[k];
            if (n && (c == ' ' || c == '\n' || c == '\t')) {
                if (k - i > 60) break;
                continue;
            }
            if (c != word[n]) break;
            n++;
        }
        if (!word[n]) return true;
    }
    return false;
}

/* The attribute `hidden` by itself: with white space before, and white space, = or the end after.
 */
static bool has_hidden(fh_str a)
{
    static const fh_str word = {"hidden", 6};
    char quote = 0;
    for (size_t i = 0; i + word.len <= a.len; i++) {
        const char c = a.ptr[i];
        if (quote) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if ((c | 32) == 'h' && i > 0 && (unsigned char)a.ptr[i - 1] <= ' ' &&
                   fh_str_eq_nocase((fh_str){a.ptr + i, word.len}, word)) {
            const size_t end = i + word.len;
            if (end == a.len || a.ptr[end] == '=' || a.ptr[end] == '/' ||
                (unsigned char)a.ptr[end] <= ' ')
                return true;
        }
    }
    return false;
}

static bool is_hidden(const tag *t)
{
    const fh_str a = t->attributes;
    if (a.len < 7) return false;
    return has_hidden(a) ||
           (says(a, "style=") &&
            (says(a, "display:none") || says(a, "visibility:hidden") || says(a, "mso-hide:all") ||
             says(a, "font-size:0;") || says(a, "font-size:0px") || says(a, "max-height:0;") ||
             says(a, "max-height:0px")));
}

/* Is what stands within the element left out? */
static bool leaves_out(const tag *t)
{
    return t->kind == SKIPPED || t->kind == RAW ||
           (t->kind != VOID && t->kind != BREAK && is_hidden(t));
}

static void tag_begins(walker *w, const tag *t)
{
    const bool closed = t->attributes.len && t->attributes.ptr[t->attributes.len - 1] == '/';
    if (leaves_out(t)) {
        if (closed && t->kind == SKIPPED) return;
        w->hidden = t->name;
        w->hidden_raw = t->kind == RAW;
        w->hidden_deep = 1;
        return;
    }
    switch (t->kind) {
    case LINE: end_line(w, 1); break;
    case PARAGRAPH: end_line(w, 2); break;
    case CELL: w->space = true; break;
    case ITEM:
        end_line(w, 1);
        put_code(w, '-');
        w->space = true;
        break;
    case BREAK:
        if (!w->line_open && w->lines) w->lines = 2;
        end_line(w, 1);
        break;
    case QUOTE:
        end_line(w, 1);
        w->quotes++;
        break;
    case PRE:
        end_line(w, 2);
        w->pres++;
        break;
    case INLINE:
    case SKIPPED:
    case RAW:
    case VOID: break;
    }
}

static void tag_ends(walker *w, const tag *t)
{
    switch (t->kind) {
    case LINE:
    case ITEM: end_line(w, 1); break;
    case PARAGRAPH: end_line(w, 2); break;
    case CELL: w->space = true; break;
    case QUOTE:
        end_line(w, 1);
        w->quotes -= w->quotes > 0;
        break;
    case PRE:
        end_line(w, 2);
        w->pres -= w->pres > 0;
        break;
    case BREAK:
    case INLINE:
    case SKIPPED:
    case RAW:
    case VOID: break;
    }
}

/* Within what is hidden only its own tags count. A <p> that is hidden also ends where the next
 * block begins, and <head> at <body>, as nobody closes them. */
static void hidden_tag(walker *w, const tag *t)
{
    const bool same = fh_str_eq_nocase(t->name, w->hidden);
    const bool block = t->kind == LINE || t->kind == PARAGRAPH || t->kind == QUOTE;
    const bool open =
        fh_str_eq_nocase(w->hidden, FH_STR("p")) ||
        (fh_str_eq_nocase(w->hidden, FH_STR("head")) && fh_str_eq_nocase(t->name, FH_STR("body")));
    if (!t->ends && block && open) {
        w->hidden = (fh_str){0};
        tag_begins(w, t);
    } else if (same && t->ends && --w->hidden_deep == 0) {
        w->hidden = (fh_str){0};
        tag_ends(w, t);
    } else if (same && !t->ends && !w->hidden_raw) {
        w->hidden_deep++;
    }
}

/* "<!-- ... -->", "<!doctype ...>", "<?xml ...?>": where it ends. */
static size_t comment_end(fh_str h, size_t at)
{
    const char *end = h.ptr + h.len, *p = h.ptr + at;
    if (!fh_str_starts((fh_str){p, h.len - at}, FH_STR("<!--"))) {
        const char *close = memchr(p, '>', h.len - at);
        return close ? (size_t)(close - h.ptr) + 1 : h.len;
    }
    for (p += 4; end - p >= 3; p++)
        if (memcmp(p, "-->", 3) == 0) return (size_t)(p - h.ptr) + 3;
    return h.len;
}

static bool is_letter(char c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* Is this the end tag of the raw element we are in? */
static bool ends_raw(const walker *w, fh_str rest)
{
    return rest.len >= 2 + w->hidden.len && rest.ptr[1] == '/' &&
           fh_str_eq_nocase((fh_str){rest.ptr + 2, w->hidden.len}, w->hidden);
}

static void tag_walk(walker *w)
{
    tag t;
    if (!tag_read(w, &t))
        w->at = w->html.len;
    else if (w->hidden.len)
        hidden_tag(w, &t);
    else if (t.ends)
        tag_ends(w, &t);
    else
        tag_begins(w, &t);
    w->hidden_raw &= w->hidden.len > 0;
}

/* At "<": a tag, a comment, or a sign. */
static void angle(walker *w)
{
    const fh_str rest = {w->html.ptr + w->at, w->html.len - w->at};
    const char next = rest.len > 1 ? rest.ptr[1] : ' ';
    const bool ends = next == '/' && rest.len > 2 && is_letter(rest.ptr[2]);
    if (w->hidden_raw && !ends_raw(w, rest)) {
        w->at++;
    } else if (next == '!' || next == '?') {
        w->at = comment_end(w->html, w->at);
    } else if (ends || is_letter(next)) {
        tag_walk(w);
    } else {
        w->at++;
        if (!w->hidden.len) put_code(w, '<');
    }
}

fh_status fh_html_text(fh_str html, fh_buf *out, fh_error *err)
{
    walker w = {.html = html, .out = out, .begin = out->len};
    while (w.at < html.len && out->status == FH_OK) {
        if (html.ptr[w.at] == '<')
            angle(&w);
        else if (w.hidden.len)
            w.at++;
        else
            put_one(&w);
    }
    if (out->status == FH_OK) return FH_OK;
    if (out->status == FH_NOMEM) return fh_no_memory(err);
    return fh_fail(err, out->status, "the text of the HTML is longer than there is room for");
}
