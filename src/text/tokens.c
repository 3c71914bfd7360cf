/* tokens.c - text as words, numbers and signs; phrases of a list among them.
 *
 * One pass over the bytes. What is ASCII goes by a table of classes, words of letters and digits
 * eight or sixteen bytes at a time; other characters are decoded, made small, and composed where
 * marks follow letters. Every word is looked up once, or found among those that came before
 * (words.h): the lists it is in, and how far an entry that begins with it may reach.
 *
 * Always: tokens lie in order and do not overlap, and all that is no white space is in one. The
 * text is read from a copy with zeros behind it, so sixteen bytes can be loaded at any place.
 */
#include "text/text_parts.h"

#include "base/checked.h"
#include "text/letters.h"
#include "text/words.h"

#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first byte is the lowest");

enum { CODES = FH_WORD_MAX, REACH = FH_PHRASE_TOKENS, BEHIND = 32 };
#define NONE_OPEN UINT32_MAX

typedef struct maker {
    fh_reading *r;
    fh_token *token;
    uint32_t n, cap, n_breaks;
    const char *text; /* the copy of raw */
    char *low;        /* lower case of ASCII words, where they stand in raw */
    uint64_t next;    /* what may follow the last word in a phrase: fh_next_token */
    uint32_t open;    /* the last token, when a phrase may go on behind it; NONE_OPEN */
    uint64_t goes_on; /* with what */
    fh_guess guess;
} maker;

/* ---- Room ---- */

void fh_room_free(fh_room *room)
{
    const fh_allocator *from = &room->from;
    if (room->token) from->free(from->ctx, room->token, room->cap * sizeof *room->token);
    if (room->text) from->free(from->ctx, room->text, room->cap_text);
    room->token = NULL;
    room->text = NULL;
    room->cap = 0;
    room->cap_text = 0;
}

static bool tokens_grow(maker *m)
{
    fh_room *room = m->r->room;
    const size_t cap = room->cap ? (size_t)room->cap * 2 : m->r->raw.len / 4 + 64;
    size_t bytes;
    if (cap > UINT32_MAX || !fh_mul_size(cap, sizeof(fh_token), &bytes)) return false;
    fh_token *more = room->from.alloc(room->from.ctx, bytes);
    if (!more) return false;
    if (m->n) memcpy(more, room->token, m->n * sizeof *more);
    if (room->token) room->from.free(room->from.ctx, room->token, room->cap * sizeof *more);
    room->token = m->token = more;
    room->cap = m->cap = (uint32_t)cap;
    return true;
}

static bool text_copy(maker *m)
{
    fh_room *room = m->r->room;
    const fh_str raw = m->r->raw;
    const size_t one = raw.len + BEHIND;
    if (room->cap_text < 2 * one) {
        char *more = room->from.alloc(room->from.ctx, 3 * one);
        if (!more) return false;
        if (room->text) room->from.free(room->from.ctx, room->text, room->cap_text);
        room->text = more;
        room->cap_text = 3 * one;
    }
    if (raw.len) memcpy(room->text, raw.ptr, raw.len);
    memset(room->text + raw.len, 0, BEHIND);
    m->text = room->text;
    m->low = room->text + one;
    return true;
}

static inline fh_token *token_add(maker *m)
{
    if (m->n == m->cap && !tokens_grow(m)) return NULL;
    return &m->token[m->n++];
}

/* ---- Letters and digits, eight or sixteen bytes at a time ---- */

enum { AT_ONCE = 16 };

#if defined(__SSE2__)
/* The run of ASCII letters and digits at `from`, in lower case in `to`; its first bytes, when it
 * ends within sixteen, as a key: how long it is, AT_ONCE or more when it does not. */
static inline uint32_t short_run(const char *from, char *to, uint64_t key[2])
{
    static const unsigned char kept[2 * AT_ONCE] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                    255, 255, 255, 255, 255, 255, 255, 255};
    const __m128i x = _mm_loadu_si128((const void *)from);
    const __m128i small = _mm_or_si128(x, _mm_set1_epi8(0x20));
    /* Bytes from 'a' to 'z' come to lie at the least end of signed numbers; so do digits. */
    const __m128i letter = _mm_cmplt_epi8(_mm_add_epi8(small, _mm_set1_epi8((char)(128 - 'a'))),
                                          _mm_set1_epi8((char)(128 + 26)));
    const __m128i digit = _mm_cmplt_epi8(_mm_add_epi8(x, _mm_set1_epi8((char)(128 - '0'))),
                                         _mm_set1_epi8((char)(128 + 10)));
    const __m128i low = _mm_or_si128(x, _mm_and_si128(letter, _mm_set1_epi8(0x20)));
    const uint32_t ends = (uint32_t)_mm_movemask_epi8(_mm_or_si128(letter, digit)) ^ 0x1ffffu;
    const uint32_t n = (uint32_t)__builtin_ctz(ends);
    const __m128i mask = _mm_loadu_si128((const void *)(kept + AT_ONCE - n));
    _mm_storeu_si128((void *)to, low);
    _mm_storeu_si128((void *)key, _mm_and_si128(low, mask));
    return n;
}
#else
static inline uint32_t short_run(const char *from, char *to, uint64_t key[2])
{
    (void)from, (void)to, (void)key;
    return AT_ONCE;
}
#endif

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

static inline uint64_t load(const char *p)
{
    uint64_t x;
    memcpy(&x, p, sizeof x);
    return x;
}

/* The high bit of each byte that is no ASCII letter or digit; *low: letters made small. */
static inline uint64_t no_word(uint64_t x, uint64_t *low)
{
    const uint64_t seven = x & EACH(0x7f), small = seven | EACH(0x20);
    const uint64_t letter =
        (small + EACH(0x80 - 'a')) & ~(small + EACH(0x7f - 'z')) & ~x & EACH(0x80);
    const uint64_t digit = (seven + EACH(0x80 - '0')) & ~(seven + EACH(0x7f - '9')) & ~x;
    *low = x | letter >> 2;
    return ~(letter | digit) & EACH(0x80);
}

/* The same of a run of any length. */
static size_t long_run(const char *from, char *to, uint64_t key[FH_WORD_KEYS])
{
    size_t n = 0;
    for (uint32_t k = 0;; k++, n += 8) {
        uint64_t low;
        const uint64_t ends = no_word(load(from + n), &low);
        memcpy(to + n, &low, sizeof low);
        const uint32_t bytes = ends ? (uint32_t)__builtin_ctzll(ends) / 8 : 8;
        if (k < FH_WORD_KEYS) key[k] = bytes == 8 ? low : low & ((UINT64_C(1) << 8 * bytes) - 1);
        if (ends) return n + bytes;
    }
}

/* The run of ASCII letters and digits at `at`, in lower case in m->low, its first bytes as a key:
 * how long it is. */
static inline size_t plain_run(maker *m, size_t at, uint64_t key[FH_WORD_KEYS])
{
    const uint32_t n = short_run(m->text + at, m->low + at, key);
    return n < AT_ONCE ? n : long_run(m->text + at, m->low + at, key);
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
static bool lower_any(const maker *m, fh_str word, fh_str *low, bool *marks)
{
    utf8proc_int32_t codes[CODES];
    utf8proc_ssize_t n = 0;
    *marks = false;
    size_t step;
    for (size_t i = 0; i < word.len && n < CODES; i += step) {
        uint32_t code;
        step = fh_letter_step(word.ptr + i, word.len - i, &code);
        *marks |= is_mark(code);
        code = is_apostrophe(code) ? '\'' : fh_letter_lower(code);
        codes[n++] = (utf8proc_int32_t)code;
    }
    if (*marks) {
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

/* The lower case and composed word of any letters at `at`, its end, and its key when it can be
 * kept, *key_len 0 when not. */
static bool any_word(const maker *m, size_t at, size_t *end, fh_str *low,
                     uint64_t key[FH_WORD_KEYS], uint32_t *key_len, bool *marks)
{
    bool plain;
    *end = word_end((fh_str){m->text, m->r->raw.len}, at, &plain);
    const fh_str word = {m->text + at, *end - at};
    *low = (fh_str){m->low + at, word.len < FH_WORD_MAX ? word.len : FH_WORD_MAX};
    *marks = false;
    if (plain) {
        for (size_t i = 0; i < low->len; i++)
            m->low[at + i] = (char)fh_letter_lower((unsigned char)word.ptr[i]);
    } else if (!lower_any(m, word, low, marks)) {
        return false;
    }
    *key_len = *marks || low->len > FH_WORD_KEPT ? 0 : (uint32_t)low->len;
    memset(key, 0, FH_WORD_KEPT);
    memcpy(key, low->ptr, *key_len);
    return true;
}

/* The languages a word that is not kept is common in. */
static uint32_t common_of(const maker *m, fh_str word, fh_str low, bool marks)
{
    char lower[FH_GUESS_WORD];
    if (!marks) return fh_lexicon_common(m->r->lexicon, low);
    const size_t n = fh_lower(word, lower, sizeof lower); /* as guessed by: not composed */
    return n ? fh_lexicon_common(m->r->lexicon, (fh_str){lower, n}) : 0;
}

static bool word_add(maker *m, size_t at, size_t *end, bool spaced)
{
    const fh_reading *r = m->r;
    uint64_t key[FH_WORD_KEYS] = {0};
    size_t n = plain_run(m, at, key);
    uint32_t key_len = n <= FH_WORD_KEPT ? (uint32_t)n : 0;
    fh_str low = {m->low + at, n < FH_WORD_MAX ? n : FH_WORD_MAX};
    bool marks = false, capital = m->text[at] != m->low[at];
    *end = at + n;
    if (m->text[*end] == '\'' || (unsigned char)m->text[*end] >= 0x80) {
        if (!any_word(m, at, end, &low, key, &key_len, &marks)) return false;
        capital = is_capital(m->text + at, *end - at);
    }
    fh_token *t = token_add(m);
    if (!t) return false;
    fh_known_word looked;
    const fh_known_word *known = &looked;
    if (r->words && key_len) {
        known = fh_word_known(r->words, r->lexicon, r->language, key, key_len);
    } else {
        fh_word_look(r->lexicon, r->language, low, &looked);
        if (r->words) looked.common = common_of(m, (fh_str){m->text + at, *end - at}, low, marks);
    }
    if (at < FH_GUESS_BYTES && ++m->guess.words && known->common)
        fh_guess_hit(&m->guess, known->common);
    *t = (fh_token){.at = (uint32_t)at,
                    .len = (uint32_t)(*end - at),
                    .low = low,
                    .lists = known->lists,
                    .begins = known->begins,
                    .reach = known->reach,
                    .word = known->word,
                    .kind = FH_TOKEN_WORD,
                    .spaced = spaced,
                    .capital = capital,
                    .digits = known->digits,
                    .one = known->one};
    m->next = known->next;
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
static void phrases_drop(fh_token *t)
{
    t->begins = t->lists;
    t->reach = t->lists != 0;
}

/* Token k follows the one that is open. */
static void open_goes_on(maker *m, uint32_t k)
{
    const fh_token *then = &m->token[k];
    fh_token *t = &m->token[m->open];
    char text[2 * FH_WORD_MAX + 1];
    if (!(m->goes_on & fh_next_token(*then->low.ptr, then->spaced)) ||
        then->low.len > FH_WORD_MAX) {
        phrases_drop(t);
        return;
    }
    size_t len = t->low.len;
    memcpy(text, t->low.ptr, len);
    if (then->spaced) text[len++] = ' ';
    memcpy(text + len, then->low.ptr, then->low.len);
    len += then->low.len;
    if (!fh_lexicon_may_begin(m->r->lexicon, m->r->language, (fh_str){text, len})) phrases_drop(t);
}

typedef enum sort { SIGN, SPACE, LINE, DIGIT, LETTER, HIGH } sort;

static sort sort_of(unsigned char c)
{
    static const unsigned char sorts[128] = {
        [' '] = SPACE, ['\t'] = SPACE, ['\v'] = SPACE, ['\f'] = SPACE, ['\r'] = SPACE,
        ['\n'] = LINE,
#define D(c) [c] = DIGIT
#define L(c) [c] = LETTER, [c + 32] = LETTER
        D('0'),        D('1'),         D('2'),         D('3'),         D('4'),
        D('5'),        D('6'),         D('7'),         D('8'),         D('9'),
        L('A'),        L('B'),         L('C'),         L('D'),         L('E'),
        L('F'),        L('G'),         L('H'),         L('I'),         L('J'),
        L('K'),        L('L'),         L('M'),         L('N'),         L('O'),
        L('P'),        L('Q'),         L('R'),         L('S'),         L('T'),
        L('U'),        L('V'),         L('W'),         L('X'),         L('Y'),
        L('Z')};
#undef D
#undef L
    return c < 128 ? (sort)sorts[c] : HIGH;
}

static bool other_add(maker *m, size_t at, size_t len, sort what, bool spaced)
{
    fh_token *t = token_add(m);
    if (!t) return false;
    *t = (fh_token){.at = (uint32_t)at,
                    .len = (uint32_t)len,
                    .low = {m->text + at, what == LINE ? 0 : len},
                    .kind = what == DIGIT  ? FH_TOKEN_NUMBER
                            : what == LINE ? FH_TOKEN_BREAK
                                           : FH_TOKEN_SIGN,
                    .spaced = spaced};
    return true;
}

/* One token, or the space, at `at`: where it ends; 0: out of memory. */
static size_t token_read(maker *m, size_t at, bool *spaced)
{
    const fh_str text = {m->text, m->r->raw.len};
    sort what = sort_of((unsigned char)text.ptr[at]);
    size_t end = at + 1;
    if (what == HIGH) {
        uint32_t code;
        end = at + fh_letter_step(text.ptr + at, text.len - at, &code);
        what = fh_letter_space(code) ? SPACE : fh_letter_alpha(code) ? LETTER : SIGN;
    }
    if (what == SPACE) {
        *spaced = true;
        return end;
    }
    const uint32_t k = m->n;
    if (what == DIGIT) end = number_end(text, at);
    if (what == LETTER ? !word_add(m, at, &end, *spaced)
                       : !other_add(m, at, end - at, what, *spaced))
        return 0;
    *spaced = what == LINE;
    if (what == LINE) { /* phrases go on in the next line */
        m->n_breaks++;
        return end;
    }
    if (m->open != NONE_OPEN) open_goes_on(m, k);
    m->open = m->token[k].reach > 1 ? k : NONE_OPEN;
    m->goes_on = m->next;
    return end;
}

/* After the first words: another language seems to be spoken, so it is begun again in that one. */
static bool other_language(maker *m)
{
    fh_reading *r = m->r;
    const uint32_t guess = fh_guess_made(&m->guess);
    if (!r->words || r->language_sure || !guess || guess == r->language) return false;
    r->language = guess;
    m->guess = (fh_guess){0};
    m->n = m->n_breaks = 0;
    m->open = NONE_OPEN;
    return true;
}

fh_status fh_tokens_read(fh_reading *r, uint32_t *guess, fh_error *err)
{
    enum { FIRST_WORDS = 16 };
    maker m = {.r = r, .token = r->room->token, .cap = r->room->cap, .open = NONE_OPEN};
    bool spaced = true, asked = false;
    if (!text_copy(&m)) return fh_no_memory(err);
    for (size_t i = 0; i < r->raw.len;) {
        if (m.text[i] == ' ') { /* by far the most common */
            spaced = true;
            i++;
            continue;
        }
        i = token_read(&m, i, &spaced);
        if (i == 0) return fh_no_memory(err);
        if (m.guess.words == FIRST_WORDS && !asked) {
            asked = true;
            if (other_language(&m)) {
                i = 0;
                spaced = true;
            }
        }
    }
    if (m.open != NONE_OPEN) phrases_drop(&m.token[m.open]);
    if (r->words) *guess = fh_guess_made(&m.guess);
    r->token = m.token;
    r->n_tokens = m.n;
    r->n_breaks = m.n_breaks;
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
        if (++words == 1) continue;
        const fh_listed_as is =
            fh_lexicon_phrase(r->lexicon, r->language, (fh_list)list, (fh_str){text, len}, value);
        if (is == FH_LISTED_NOT) break;
        if (is == FH_LISTED) found = k + 1 - i;
    }
    return found;
}
