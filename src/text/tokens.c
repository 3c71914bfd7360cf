/* tokens.c - text as words, numbers and signs; phrases of a list among them.
 *
 * One pass over the bytes. What is ASCII goes by a table of classes; other characters are
 * decoded, made small, and composed where marks follow letters. Every word is looked up once:
 * the lists it is in, and how far an entry that begins with it may reach.
 *
 * Always: tokens lie in order and do not overlap, and all that is no white space is in one.
 */
#include "text/text_parts.h"

#include "text/letters.h"
#include "text/lexicon.h"

#include <string.h>

enum { CODES = FH_WORD_MAX, REACH = FH_PHRASE_TOKENS };

typedef struct maker {
    fh_reading *r;
    fh_token *token;
    uint32_t n, cap;
    char *low; /* lower case of ASCII words, where they stand in raw */
} maker;

static fh_token *token_add(maker *m)
{
    if (m->n == m->cap) {
        const uint32_t cap = m->cap ? m->cap * 2 : (uint32_t)(m->r->raw.len / 4 + 16);
        fh_token *more = FH_NEW_ARRAY(m->r->scratch, fh_token, cap);
        if (!more) return NULL;
        if (m->n) memcpy(more, m->token, m->n * sizeof *more);
        m->token = more;
        m->cap = cap;
    }
    return &m->token[m->n++];
}

static bool letter_at(const char *p, size_t rest, size_t *step, uint32_t *code)
{
    *step = fh_letter_step(p, rest, code);
    return fh_letter_alpha(*code);
}

static bool is_apostrophe(uint32_t code)
{
    return code == '\'' || code == 0x2019;
}

/* The end of the word that begins at `at`; *plain: it is ASCII. */
static size_t word_end(fh_str raw, size_t at, bool *plain)
{
    size_t i = at, step, next;
    uint32_t code, after;
    *plain = true;
    while (i < raw.len) {
        while (i < raw.len && (unsigned char)raw.ptr[i] < 0x80 &&
               (fh_letter_alpha((unsigned char)raw.ptr[i]) ||
                fh_letter_digit((unsigned char)raw.ptr[i])))
            i++;
        if (i == raw.len || (raw.ptr[i] != '\'' && (unsigned char)raw.ptr[i] < 0x80)) break;
        const bool letter = letter_at(raw.ptr + i, raw.len - i, &step, &code);
        if (!letter && !fh_letter_digit(code)) {
            if (!is_apostrophe(code) || i + step >= raw.len) break;
            if (!letter_at(raw.ptr + i + step, raw.len - i - step, &next, &after)) break;
        }
        if (code >= 0x80) *plain = false;
        i += step;
    }
    return i;
}

static bool is_mark(uint32_t code)
{
    return code >= 0x300 && fh_letter_alpha(code) &&
           utf8proc_category((utf8proc_int32_t)code) >= UTF8PROC_CATEGORY_MN;
}

/* Lower case and composed, at most FH_WORD_MAX bytes, of a word that is not all ASCII. */
static bool lower_any(const maker *m, fh_str word, fh_str *low)
{
    utf8proc_int32_t codes[CODES];
    utf8proc_ssize_t n = 0;
    bool marks = false;
    size_t step;
    for (size_t i = 0; i < word.len && n < CODES; i += step) {
        uint32_t code;
        step = fh_letter_step(word.ptr + i, word.len - i, &code);
        marks |= is_mark(code);
        code = is_apostrophe(code) ? '\'' : fh_letter_lower(code);
        codes[n++] = (utf8proc_int32_t)code;
    }
    if (marks) {
        const utf8proc_ssize_t made = utf8proc_normalize_utf32(
            codes, n, (utf8proc_option_t)(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
        if (made > 0) n = made;
    }
    unsigned char text[FH_WORD_MAX + 4];
    size_t len = 0;
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        const size_t put = fh_utf8_put(text + len, (unsigned)codes[i]);
        if (len + put > FH_WORD_MAX) break;
        len += put;
    }
    return fh_arena_str(m->r->scratch, (fh_str){(const char *)text, len}, low);
}

static bool is_capital(const char *p, size_t rest)
{
    uint32_t code;
    (void)fh_letter_step(p, rest, &code);
    return fh_letter_lower(code) != code;
}

static bool word_add(maker *m, size_t at, size_t *end, bool spaced)
{
    const fh_str raw = m->r->raw;
    bool plain;
    *end = word_end(raw, at, &plain);
    const fh_str word = {raw.ptr + at, *end - at};
    fh_str low = {m->low + at, word.len < FH_WORD_MAX ? word.len : FH_WORD_MAX};
    if (plain) {
        for (size_t i = 0; i < low.len; i++) {
            const char c = word.ptr[i];
            m->low[at + i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        }
    } else if (!lower_any(m, word, &low)) {
        return false;
    }
    fh_token *t = token_add(m);
    if (!t) return false;
    *t = (fh_token){.at = (uint32_t)at,
                    .len = (uint32_t)word.len,
                    .low = low,
                    .kind = FH_TOKEN_WORD,
                    .spaced = spaced,
                    .capital = is_capital(word.ptr, word.len)};
    fh_word_use use;
    fh_lexicon_word(m->r->lexicon, m->r->language, low, &use);
    t->lists = use.is;
    t->begins = use.begins;
    t->reach = use.reach;
    return true;
}

/* "1.500,00": a sign between two digits belongs to the number. */
static size_t number_end(fh_str raw, size_t at)
{
    size_t i = at;
    while (i < raw.len) {
        const char c = raw.ptr[i];
        const bool digit = fh_letter_digit((unsigned char)c);
        const bool inner = (c == '.' || c == ',' || c == '\'') && i + 1 < raw.len &&
                           fh_letter_digit((unsigned char)raw.ptr[i + 1]);
        if (!digit && !inner) break;
        i++;
    }
    return i;
}

/* Where a word begins phrases, but none goes on with what follows it, only the word is left. */
static void phrases_drop(fh_token *token, uint32_t n, const fh_reading *r)
{
    char text[2 * FH_WORD_MAX + 1];
    for (uint32_t i = 0; i < n; i++) {
        fh_token *t = &token[i];
        if (t->reach < 2) continue;
        uint32_t k = i + 1;
        while (k < n && token[k].kind == FH_TOKEN_BREAK) k++;
        if (k < n && token[k].low.len <= FH_WORD_MAX) {
            size_t len = t->low.len;
            memcpy(text, t->low.ptr, len);
            if (token[k].spaced) text[len++] = ' ';
            memcpy(text + len, token[k].low.ptr, token[k].low.len);
            len += token[k].low.len;
            if (fh_lexicon_may_begin(r->lexicon, r->language, (fh_str){text, len})) continue;
        }
        t->begins = t->lists;
        t->reach = t->lists != 0;
    }
}

fh_status fh_tokens_read(fh_reading *r, fh_error *err)
{
    maker m = {.r = r, .low = fh_arena_alloc(r->scratch, r->raw.len + 1, 1)};
    bool spaced = true;
    if (!m.low) return fh_no_memory(err);
    for (size_t i = 0, step; i < r->raw.len; i += step) {
        const char *p = r->raw.ptr + i;
        uint32_t code;
        step = fh_letter_step(p, r->raw.len - i, &code);
        if (code != '\n' && fh_letter_space(code)) {
            spaced = true;
            continue;
        }
        if (fh_letter_alpha(code)) {
            size_t end;
            if (!word_add(&m, i, &end, spaced)) return fh_no_memory(err);
            step = end - i;
        } else {
            const bool number = fh_letter_digit(code);
            if (number) step = number_end(r->raw, i) - i;
            fh_token *t = token_add(&m);
            if (!t) return fh_no_memory(err);
            *t = (fh_token){.at = (uint32_t)i,
                            .len = (uint32_t)step,
                            .low = {p, code == '\n' ? 0 : step},
                            .kind = number         ? FH_TOKEN_NUMBER
                                    : code == '\n' ? FH_TOKEN_BREAK
                                                   : FH_TOKEN_SIGN,
                            .spaced = spaced};
        }
        spaced = code == '\n';
    }
    phrases_drop(m.token, m.n, r);
    r->token = m.token;
    r->n_tokens = m.n;
    return FH_OK;
}

uint32_t fh_phrase_find(const fh_reading *r, int list, uint32_t i, uint32_t end, int64_t *value)
{
    const fh_token *t = &r->token[i];
    uint32_t reach = t->reach, found = 0, words = 0;
    if (t->lists >> list & 1) found = 1;
    if (reach == 1 && !(found && value)) return found;
    if (found && value) (void)fh_lexicon_in(r->lexicon, r->language, (fh_list)list, t->low, value);
    if (reach > REACH) reach = REACH;
    char text[REACH * (FH_WORD_MAX + 1)];
    size_t len = 0;
    for (uint32_t k = i; k < end && words < reach; k++) {
        if (r->token[k].kind == FH_TOKEN_BREAK) continue;
        const fh_str low = r->token[k].low;
        if (low.len > FH_WORD_MAX) break;
        if (words && (r->token[k].spaced)) text[len++] = ' ';
        memcpy(text + len, low.ptr, low.len);
        len += low.len;
        words++;
        if (words > 1 &&
            fh_lexicon_in(r->lexicon, r->language, (fh_list)list, (fh_str){text, len}, value))
            found = k + 1 - i;
    }
    return found;
}
