/* map_scan.c - the text of a map as tokens, and what to say when another was expected (see
 * map_scan.h). */
#include "journey/map_scan.h"

#include "base/nearest.h"

#include <string.h>

/* ---- What does not fit -------------------------------------------------------------- */

bool fh_map_bad_at(fh_map_scan *s, const fh_map_token *t, const char *hint, const char *fmt, ...)
{
    const fh_map_place place = fh_map_place_of(s->all.ptr, t->at);
    fh_str what;
    va_list args;
    va_start(args, fmt);
    const bool ok = fh_arena_vformat(s->arena, &what, fmt, args);
    va_end(args);
    if (!ok) return fh_map_scan_no_memory(s);
    s->status = fh_fail(s->err, FH_FORMAT, "line %u, column %u: %.*s", place.line, place.column,
                        FH_STR_ARG(what));
    if (hint) s->status = fh_hint(s->err, FH_FORMAT, "%s", hint);
    return false;
}

bool fh_map_scan_no_memory(fh_map_scan *s)
{
    s->status = fh_no_memory(s->err);
    return false;
}

bool fh_map_expected(fh_map_scan *s, const char *what, const char *hint)
{
    const fh_map_token *t = &s->token;
    const fh_str shown = fh_map_clip(t->text);
    const char *more = shown.len < t->text.len ? " ..." : "";
    switch (t->type) {
    case FH_MAP_WORD:
        return fh_map_bad_at(s, t, hint, "here should be %s, not '%.*s%s'", what, FH_STR_ARG(shown),
                             more);
    case FH_MAP_TEXT:
        return fh_map_bad_at(s, t, hint, "here should be %s, not \"%.*s%s\"", what,
                             FH_STR_ARG(shown), more);
    case FH_MAP_COMMA: return fh_map_bad_at(s, t, hint, "here should be %s, not a comma", what);
    case FH_MAP_LINE:
        return fh_map_bad_at(s, t, hint, "here should be %s, but the line ends", what);
    case FH_MAP_END: break;
    }
    return fh_map_bad_at(s, t, hint, "here should be %s, but the text ends", what);
}

/* ---- Tokens ------------------------------------------------------------------------- */

static bool unescape(fh_map_scan *s, fh_str raw, fh_str *out)
{
    *out = raw;
    if (!raw.len || !memchr(raw.ptr, '\\', raw.len)) return true;
    char *to = fh_arena_alloc(s->arena, raw.len, 1);
    if (!to) return fh_map_scan_no_memory(s);
    size_t n = 0;
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.ptr[i] == '\\') i++; /* scan_text saw to it that one follows */
        to[n++] = raw.ptr[i];
    }
    *out = (fh_str){to, n};
    return true;
}

static bool scan_text(fh_map_scan *s)
{
    const char *end = s->all.ptr + s->all.len, *from = ++s->p;
    for (; s->p < end && *s->p != '"' && *s->p != '\n'; s->p++) {
        if (*s->p != '\\') continue;
        if (s->p + 1 < end && (s->p[1] == '"' || s->p[1] == '\\')) {
            s->p++;
            continue;
        }
        const fh_map_token here = {FH_MAP_WORD, s->p, {0}};
        return fh_map_bad_at(s, &here, "Write a backslash twice: \\\\.",
                             "after a backslash stands \" or another backslash");
    }
    if (s->p == end || *s->p == '\n')
        return fh_map_bad_at(s, &s->token, "Close it with \" on the same line.",
                             "this text does not end");
    const fh_str raw = {from, (size_t)(s->p++ - from)};
    s->token.type = FH_MAP_TEXT;
    return unescape(s, raw, &s->token.text);
}

static bool ends_word(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == '"' || c == '#';
}

/* Blanks, and a comment; where something was said already, not the end of its line. */
static void skip(fh_map_scan *s, bool lines)
{
    const char *end = s->all.ptr + s->all.len;
    for (; s->p < end; s->p++) {
        if (*s->p == '#')
            while (s->p + 1 < end && s->p[1] != '\n') s->p++;
        else if (*s->p == '\n' && lines)
            s->line++;
        else if (*s->p != ' ' && *s->p != '\t' && *s->p != '\r')
            return;
    }
}

bool fh_map_scan_next(fh_map_scan *s)
{
    const char *end = s->all.ptr + s->all.len;
    const bool said = s->token.type != FH_MAP_LINE;
    if (s->token.type == FH_MAP_LINE) {
        s->line++;
        s->p++;
    }
    skip(s, !said);
    s->token = (fh_map_token){FH_MAP_WORD, s->p, {s->p, 0}};
    if (s->p == end) {
        s->token.type = FH_MAP_END;
    } else if (*s->p == '\n') {
        s->token.type = FH_MAP_LINE;
    } else if (*s->p == '"') {
        return scan_text(s);
    } else if (*s->p == ',') {
        s->token.type = FH_MAP_COMMA;
        s->p++;
    } else {
        while (s->p < end && !ends_word(*s->p)) s->p++;
        s->token.text.len = (size_t)(s->p - s->token.at);
    }
    return true;
}

bool fh_map_scan_begin(fh_map_scan *s, fh_str all)
{
    size_t at = 0;
    s->all = all;
    s->p = all.ptr;
    s->line = 1;
    if (!fh_map_bytes_ok(all, &at)) {
        const fh_map_token there = {FH_MAP_WORD, all.ptr + at, {0}};
        return fh_map_bad_at(s, &there, "Save the text as UTF-8.", "byte %02x is not text",
                             (unsigned char)all.ptr[at]);
    }
    if (fh_str_starts(all, FH_STR("\xef\xbb\xbf"))) s->p += 3;
    skip(s, true);
    s->token = (fh_map_token){FH_MAP_COMMA, s->p, {s->p, 0}};
    return fh_map_scan_next(s);
}

/* ---- Taking ------------------------------------------------------------------------- */

bool fh_map_sees(const fh_map_scan *s, const char *word)
{
    return s->token.type == FH_MAP_WORD && fh_str_eq(s->token.text, fh_str_of(word));
}

static bool take_words(fh_map_scan *s, const char *what, fh_str *out)
{
    const fh_str text = s->token.text;
    if (!fh_str_trim(text).len)
        return fh_map_bad_at(s, &s->token,
                             "Write some words between the quotes, or leave the "
                             "line out.",
                             "%s is empty", what);
    if (text.len > FH_MAP_WORDS_MAX)
        return fh_map_bad_at(s, &s->token, "Shorten it.", "%s has %zu bytes; the most is %d", what,
                             text.len, FH_MAP_WORDS_MAX);
    *out = text;
    return fh_map_scan_next(s);
}

bool fh_map_take_text(fh_map_scan *s, const char *what, fh_str *out)
{
    fh_str says;
    if (s->token.type == FH_MAP_TEXT) return take_words(s, what, out);
    if (!fh_arena_format(s->arena, &says, "%s in double quotes", what))
        return fh_map_scan_no_memory(s);
    return fh_map_expected(s, says.ptr, NULL);
}

bool fh_map_take_either(fh_map_scan *s, const char *what, fh_str *out)
{
    if (s->token.type == FH_MAP_TEXT || s->token.type == FH_MAP_WORD)
        return take_words(s, what, out);
    return fh_map_expected(s, what, NULL);
}

bool fh_map_take_id(fh_map_scan *s, const char *what, fh_str *out)
{
    static const char hint[] = "An id has small letters, digits and single hyphens between them, "
                               "such as renewal-letter.";
    if (s->token.type != FH_MAP_WORD) return fh_map_expected(s, what, hint);
    if (s->token.text.len > FH_MAP_ID_MAX)
        return fh_map_bad_at(s, &s->token, hint,
                             "'%.*s ...' is too long; an id has %d letters at "
                             "most",
                             FH_STR_ARG(fh_map_clip(s->token.text)), FH_MAP_ID_MAX);
    if (!fh_map_is_id(s->token.text))
        return fh_map_bad_at(s, &s->token, hint, "'%.*s' is no id",
                             FH_STR_ARG(fh_map_clip(s->token.text)));
    *out = s->token.text;
    return fh_map_scan_next(s);
}

bool fh_map_take_one_of(fh_map_scan *s, const char *const *words, const char *what, int *out)
{
    const int i = s->token.type == FH_MAP_WORD ? fh_map_word(words, s->token.text) : -1;
    if (i < 0) return fh_map_expected(s, what, NULL);
    *out = i;
    return fh_map_scan_next(s);
}

bool fh_map_take_line_end(fh_map_scan *s)
{
    switch (s->token.type) {
    case FH_MAP_END: return true;
    case FH_MAP_LINE: return fh_map_scan_next(s);
    case FH_MAP_COMMA:
    case FH_MAP_TEXT:
    case FH_MAP_WORD: break;
    }
    return fh_map_expected(s, "the end of the line",
                           "A quote inside a text is written \\\"; a comment begins with #.");
}
