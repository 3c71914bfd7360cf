/* kind_scan.c - a line of a declaration as tokens, and taking them one by one.
 *
 * A line is a handful of words, texts in quotes and commas; # begins a comment. The row
 * of tokens always ends with FH_TOKEN_END, so that looking at the next one is always
 * allowed and nothing is taken beyond it.
 */
#include "base/time.h"
#include "kind/kind_parts.h"

#include <string.h>

/* ---- A line as tokens -------------------------------------------------------------- */

typedef struct scan {
    const char *p, *end;
    uint32_t column;
} scan;

static void step(scan *s)
{
    s->p++;
    if (s->p == s->end || ((unsigned char)*s->p & 0xc0) != 0x80) s->column++;
}

static bool unescape(fh_kind_reader *r, fh_str raw, fh_str *out)
{
    if (!memchr(raw.ptr, '\\', raw.len)) {
        *out = raw;
        return true;
    }
    char *to = fh_arena_alloc(r->arena, raw.len + 1, 1);
    if (!to) {
        r->no_memory = true;
        return false;
    }
    size_t n = 0;
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.ptr[i] == '\\') i++; /* scan_text saw to it that one follows */
        to[n++] = raw.ptr[i];
    }
    *out = (fh_str){to, n};
    return true;
}

static bool scan_text(fh_kind_reader *r, scan *s, fh_token *t)
{
    step(s);
    const char *from = s->p;
    for (; s->p < s->end && *s->p != '"'; step(s)) {
        if (*s->p != '\\') continue;
        step(s);
        if (s->p < s->end && (*s->p == '"' || *s->p == '\\')) continue;
        return fh_kind_problem_at(r, r->line, s->column - 1, "Write a backslash twice: \\\\.",
                                  "after a backslash stands \" or another backslash");
    }
    if (s->p == s->end)
        return fh_kind_problem_at(r, r->line, t->column, "Close it with \" on the same line.",
                                  "this text does not end");
    t->type = FH_TOKEN_TEXT;
    const bool ok = unescape(r, (fh_str){from, (size_t)(s->p - from)}, &t->text);
    step(s);
    return ok;
}

static bool ends_word(char c)
{
    return c == ' ' || c == '\t' || c == ',' || c == '"' || c == '#';
}

bool fh_kind_scan(fh_kind_reader *r, fh_str line, fh_token token[FH_KIND_TOKENS_MAX])
{
    scan s = {line.ptr, line.ptr + line.len, 1};
    uint32_t n = 0;
    r->token = token;
    for (;;) {
        while (s.p < s.end && (*s.p == ' ' || *s.p == '\t')) step(&s);
        fh_token *t = &token[n];
        *t = (fh_token){FH_TOKEN_END, s.column, {s.p, 0}};
        if (s.p == s.end || *s.p == '#') return true;
        if (++n == FH_KIND_TOKENS_MAX)
            return fh_kind_problem_at(r, r->line, t->column, "Part it into several lines.",
                                      "this line has too many words");
        if (*s.p == '"') {
            if (!scan_text(r, &s, t)) return false;
        } else if (*s.p == ',') {
            t->type = FH_TOKEN_COMMA;
            step(&s);
        } else {
            const char *from = s.p;
            while (s.p < s.end && !ends_word(*s.p)) step(&s);
            t->type = FH_TOKEN_WORD;
            t->text = (fh_str){from, (size_t)(s.p - from)};
        }
    }
}

/* ---- Taking ------------------------------------------------------------------------ */

static bool is_name(fh_str s)
{
    if (!s.len || s.ptr[0] < 'a' || s.ptr[0] > 'z' || s.ptr[s.len - 1] == '-') return false;
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && (c != '-' || s.ptr[i - 1] == '-')) return false;
    }
    return true;
}

bool fh_kind_take_word(fh_kind_reader *r, const char *what, fh_str *out)
{
    if (r->token->type != FH_TOKEN_WORD) return fh_kind_bad(r, NULL, "%s is missing here", what);
    *out = r->token++->text;
    return true;
}

bool fh_kind_take_name(fh_kind_reader *r, const char *what, fh_str *out)
{
    if (r->token->type != FH_TOKEN_WORD) return fh_kind_bad(r, NULL, "%s is missing here", what);
    const fh_str s = r->token->text;
    if (s.len > FH_KIND_WORD_MAX)
        return fh_kind_bad(r, "Names have at most 40 letters; what people read is the label.",
                           "'%.*s ...' is too long", FH_STR_ARG(fh_kind_clip(s)));
    if (!is_name(s))
        return fh_kind_bad(r,
                           "Names begin with a small letter and have small letters, digits and "
                           "single hyphens: 'how-much'.",
                           "'%.*s' is not a name", FH_STR_ARG(fh_kind_clip(s)));
    *out = s;
    r->token++;
    return true;
}

bool fh_kind_take_text(fh_kind_reader *r, const char *what, size_t max_bytes, fh_str *out)
{
    if (r->token->type != FH_TOKEN_TEXT)
        return fh_kind_bad(r, "What people read stands in double quotes.",
                           "%s is missing here, in quotes", what);
    const fh_str s = fh_str_trim(r->token->text);
    if (!s.len) return fh_kind_bad(r, "Write some words between the quotes.", "%s is empty", what);
    if (s.len > max_bytes)
        return fh_kind_bad(r, "Shorten it.", "%s has %zu bytes; the most is %zu", what, s.len,
                           max_bytes);
    *out = s;
    r->token++;
    return true;
}

bool fh_kind_take(fh_kind_reader *r, const char *word)
{
    if (r->token->type != FH_TOKEN_WORD || !fh_str_eq(r->token->text, fh_str_of(word)))
        return false;
    r->token++;
    return true;
}

bool fh_kind_take_comma(fh_kind_reader *r)
{
    if (r->token->type != FH_TOKEN_COMMA) return false;
    r->token++;
    return true;
}

bool fh_kind_need(fh_kind_reader *r, const char *word)
{
    return fh_kind_take(r, word) || fh_kind_bad(r, NULL, "'%s' is missing here", word);
}

bool fh_kind_take_end(fh_kind_reader *r)
{
    switch (r->token->type) {
    case FH_TOKEN_END: return true;
    case FH_TOKEN_COMMA: return fh_kind_bad(r, "Leave it out.", "there is a comma too many");
    case FH_TOKEN_TEXT:
        return fh_kind_bad(r, "One text a line; a quote inside is written \\\".",
                           "this line says a text too many: \"%.*s\"",
                           FH_STR_ARG(fh_kind_clip(r->token->text)));
    case FH_TOKEN_WORD: break;
    }
    return fh_kind_bad(r, NULL, "'%.*s' has no place here",
                       FH_STR_ARG(fh_kind_clip(r->token->text)));
}

bool fh_kind_take_who(fh_kind_reader *r, fh_who *out)
{
    fh_who who = 0;
    fh_str names[FH_N_WHO];
    for (uint32_t i = 0; i < FH_N_WHO; i++) names[i] = fh_str_of(fh_who_word((fh_who_bit)i));
    do {
        if (r->token->type != FH_TOKEN_WORD)
            return fh_kind_bad(r, "Say who: anybody, author, owner, lead ...",
                               "somebody is missing here");
        uint32_t i = 0;
        while (i < FH_N_WHO && !fh_str_eq(names[i], r->token->text)) i++;
        if (i == FH_N_WHO)
            return fh_kind_bad(r,
                               fh_kind_did_you_mean(r, r->token->text, names, FH_N_WHO,
                                                    "Say anybody, author, owner, lead, asked, "
                                                    "findings, decide, designs, dpo, customer, "
                                                    "administrator or firsthand."),
                               "'%.*s' is nobody who could be named here",
                               FH_STR_ARG(fh_kind_clip(r->token->text)));
        who |= UINT32_C(1) << i;
        r->token++;
    } while (fh_kind_take_comma(r));
    *out = who;
    return true;
}

bool fh_kind_take_duration(fh_kind_reader *r, int64_t *out_ms)
{
    int64_t ms = 0;
    if (r->token->type != FH_TOKEN_WORD || !fh_duration_parse(r->token->text, &ms) || ms <= 0 ||
        ms > 3660 * FH_DAY_MS)
        return fh_kind_bad(r, "Write it as 5d, 36h or 2w; ten years is the most.",
                           "a span of time is missing here");
    *out_ms = ms;
    r->token++;
    return true;
}
