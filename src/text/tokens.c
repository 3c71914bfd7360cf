/* tokens.c - text as words, numbers and signs; phrases of a list among them.
 *
 * First the bytes are split, in one pass. What is ASCII goes by a table of classes, words of
 * letters and digits eight or sixteen bytes at a time, and so do the Latin letters of two bytes
 * that begin with C3 among them; other characters are decoded, made small, and composed where
 * marks follow letters. Each word is asked for at once, so that what is kept of it (words.h) is
 * there when all of them are looked up after that, each once: the lists it is in, and how far an
 * entry that begins with it may reach. After the first sixteen another language may be seen to be
 * spoken.
 *
 * Always: tokens lie in order and do not overlap, and all that is no white space is in one. The
 * text is read from a copy with zeros behind it, so sixteen bytes can be loaded at any place, and
 * behind the `low` of a word there are so many, too. Behind the last token lies a break.
 */
#include "text/text_parts.h"

#include "base/checked.h"
#include "text/letters.h"
#include "text/spots.h"
#include "text/words.h"

#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first byte is the lowest");

enum { CODES = FH_WORD_MAX, REACH = FH_PHRASE_TOKENS, BEHIND = 32 };

/* A word that was asked for. */
typedef struct fh_asked_word {
    uint64_t key[FH_WORD_KEYS];
    uint32_t token, place;
    uint32_t len; /* of the key; 0: it cannot be kept */
} fh_asked_word;

typedef struct maker {
    fh_reading *r;
    fh_token *token;      /* [n] */
    uint8_t *spot;        /* [n] */
    fh_asked_word *asked; /* [n_asked] */
    uint32_t n, n_asked, n_breaks;
    const char *text; /* the copy of raw */
    char *low;        /* lower case of words, where they stand in raw */
    fh_guess guess;
} maker;

/* ---- Room ---- */

static void tokens_drop(fh_room *room)
{
    const fh_allocator *from = &room->from;
    const size_t cap = room->cap;
    if (room->token) from->free(from->ctx, room->token, cap * sizeof *room->token);
    if (room->spot) from->free(from->ctx, room->spot, cap + FH_SPOTS_BEHIND);
    if (room->asked) from->free(from->ctx, room->asked, cap * sizeof *room->asked);
    room->token = NULL;
    room->spot = NULL;
    room->asked = NULL;
    room->cap = 0;
}

void fh_room_free(fh_room *room)
{
    const fh_allocator *from = &room->from;
    tokens_drop(room);
    if (room->text) from->free(from->ctx, room->text, room->cap_text);
    room->text = NULL;
    room->cap_text = 0;
}

static bool tokens_grow(maker *m)
{
    fh_room *room = m->r->room;
    const size_t cap = room->cap ? (size_t)room->cap * 2 : m->r->raw.len / 4 + 64;
    size_t bytes;
    if (cap > UINT32_MAX || !fh_mul_size(cap, sizeof(fh_token), &bytes)) return false;
    const fh_allocator *from = &room->from;
    fh_room more = {.from = *from, .cap = (uint32_t)cap};
    more.token = from->alloc(from->ctx, bytes);
    more.spot = more.token ? from->alloc(from->ctx, cap + FH_SPOTS_BEHIND) : NULL;
    more.asked = more.spot ? from->alloc(from->ctx, cap * sizeof *more.asked) : NULL;
    if (!more.asked) {
        tokens_drop(&more);
        return false;
    }
    if (m->n) {
        memcpy(more.token, room->token, m->n * sizeof *more.token);
        memcpy(more.asked, room->asked, m->n_asked * sizeof *more.asked);
    }
    memset(more.spot, 0, cap + FH_SPOTS_BEHIND);
    if (m->n) memcpy(more.spot, room->spot, m->n);
    tokens_drop(room);
    m->token = room->token = more.token;
    m->spot = room->spot = more.spot;
    m->asked = room->asked = more.asked;
    room->cap = more.cap;
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

/* ---- Letters and digits, eight or sixteen bytes at a time ---- */

#if defined(__SSE2__)
enum { AT_ONCE = 16 };

/* How many of the sixteen bytes at `from` are a run of ASCII letters and digits; all of them, these
 * in lower case, go to `to`. */
static inline uint32_t run_part(const char *from, char *to)
{
    const __m128i x = _mm_loadu_si128((const void *)from);
    const __m128i small = _mm_or_si128(x, _mm_set1_epi8(0x20));
    /* Bytes from 'a' to 'z' come to lie at the least end of signed numbers; so do digits. */
    const __m128i letter = _mm_cmplt_epi8(_mm_add_epi8(small, _mm_set1_epi8((char)(128 - 'a'))),
                                          _mm_set1_epi8((char)(128 + 26)));
    const __m128i digit = _mm_cmplt_epi8(_mm_add_epi8(x, _mm_set1_epi8((char)(128 - '0'))),
                                         _mm_set1_epi8((char)(128 + 10)));
    _mm_storeu_si128((void *)to, _mm_or_si128(x, _mm_and_si128(letter, _mm_set1_epi8(0x20))));
    const uint32_t ends = (uint32_t)_mm_movemask_epi8(_mm_or_si128(letter, digit)) ^ 0x1ffffu;
    return (uint32_t)__builtin_ctz(ends);
}
#else
enum { AT_ONCE = 8 };

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

static inline uint32_t run_part(const char *from, char *to)
{
    uint64_t x;
    memcpy(&x, from, sizeof x);
    const uint64_t seven = x & EACH(0x7f), small = seven | EACH(0x20);
    const uint64_t letter =
        (small + EACH(0x80 - 'a')) & ~(small + EACH(0x7f - 'z')) & ~x & EACH(0x80);
    const uint64_t digit = (seven + EACH(0x80 - '0')) & ~(seven + EACH(0x7f - '9')) & ~x;
    const uint64_t low = x | letter >> 2, ends = ~(letter | digit) & EACH(0x80);
    memcpy(to, &low, sizeof low);
    return ends ? (uint32_t)__builtin_ctzll(ends) / 8 : 8;
}
#endif

/* The end of the run of ASCII letters and digits at `at`, in lower case in m->low. */
static inline size_t plain_run(const maker *m, size_t at)
{
    for (;;) {
        const uint32_t n = run_part(m->text + at, m->low + at);
        at += n;
        if (n < AT_ONCE) return at;
    }
}

/* The two bytes of a letter from A with a grave accent to y with two dots? The small one has the
 * bit 0x20 in its second byte. */
static inline bool latin_at(const char *p)
{
    const unsigned char second = (unsigned char)p[1];
    return (unsigned char)p[0] == 0xc3 && second >> 6 == 2 && (second & 0xdf) != 0x97;
}

/* The end of the run of such letters, ASCII ones and digits at `at`, as above; *latin: there is one
 * of the former. */
static inline size_t latin_run(const maker *m, size_t at, bool *latin)
{
    size_t end = plain_run(m, at);
    *latin = false;
    while (latin_at(m->text + end)) {
        const unsigned char second = (unsigned char)m->text[end + 1];
        m->low[end] = m->text[end];
        m->low[end + 1] = (char)(second == 0x9f ? second : second | 0x20);
        *latin = true;
        end = plain_run(m, end + 2);
    }
    return end;
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
    char *kept = FH_NEW_ARRAY(m->r->scratch, char, len + BEHIND);
    if (!kept) return false;
    memcpy(kept, text, len);
    *low = (fh_str){kept, len};
    return true;
}

static bool is_capital(const char *p, size_t rest)
{
    uint32_t code;
    (void)fh_letter_step(p, rest, &code);
    return fh_letter_lower(code) != code;
}

/* The lower case and composed word of any letters at `at`, and its end. */
static bool any_word(const maker *m, size_t at, size_t *end, fh_str *low, bool *marks)
{
    bool plain;
    *end = word_end((fh_str){m->text, m->r->raw.len}, at, &plain);
    const fh_str word = {m->text + at, *end - at};
    *low = (fh_str){m->low + at, word.len < FH_WORD_MAX ? word.len : FH_WORD_MAX};
    *marks = false;
    if (!plain) return lower_any(m, word, low, marks);
    for (size_t i = 0; i < low->len; i++)
        m->low[at + i] = (char)fh_letter_lower((unsigned char)word.ptr[i]);
    return true;
}

/* The word at `at`, whatever it is made of: all but `spaced`. */
static bool word_make(const maker *m, size_t at, fh_token *t)
{
    bool latin;
    size_t end = latin_run(m, at, &latin);
    const size_t n = end - at;
    t->low = (fh_str){m->low + at, n < FH_WORD_MAX ? n : FH_WORD_MAX};
    /* Of two bytes the first is the same in both. */
    t->capital = m->text[at] != m->low[at] ||
                 (n > 1 && latin_at(m->text + at) && m->text[at + 1] != m->low[at + 1]);
    t->marks = false;
    if (m->text[end] == '\'' || (unsigned char)m->text[end] >= 0x80 || (latin && n > FH_WORD_MAX)) {
        if (!any_word(m, at, &end, &t->low, &t->marks)) return false;
        t->capital = is_capital(m->text + at, end - at);
    }
    t->at = (uint32_t)at;
    t->len = (uint32_t)(end - at);
    t->kind = FH_TOKEN_WORD;
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

typedef enum sort { SIGN, SPACE, LINE, DIGIT, LETTER, APOSTROPHE, HIGH } sort;

#define EIGHT(c) [c] = HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH
static const unsigned char sorts[256] = {[' '] = SPACE,
                                         ['\t'] = SPACE,
                                         ['\v'] = SPACE,
                                         ['\f'] = SPACE,
                                         ['\r'] = SPACE,
                                         ['\n'] = LINE,
                                         ['\''] = APOSTROPHE,
#define D(c) [c] = DIGIT
#define L(c) [c] = LETTER, [c + 32] = LETTER
                                         D('0'),
                                         D('1'),
                                         D('2'),
                                         D('3'),
                                         D('4'),
                                         D('5'),
                                         D('6'),
                                         D('7'),
                                         D('8'),
                                         D('9'),
                                         L('A'),
                                         L('B'),
                                         L('C'),
                                         L('D'),
                                         L('E'),
                                         L('F'),
                                         L('G'),
                                         L('H'),
                                         L('I'),
                                         L('J'),
                                         L('K'),
                                         L('L'),
                                         L('M'),
                                         L('N'),
                                         L('O'),
                                         L('P'),
                                         L('Q'),
                                         L('R'),
                                         L('S'),
                                         L('T'),
                                         L('U'),
                                         L('V'),
                                         L('W'),
                                         L('X'),
                                         L('Y'),
                                         L('Z'),
                                         EIGHT(0x80),
                                         EIGHT(0x88),
                                         EIGHT(0x90),
                                         EIGHT(0x98),
                                         EIGHT(0xa0),
                                         EIGHT(0xa8),
                                         EIGHT(0xb0),
                                         EIGHT(0xb8),
                                         EIGHT(0xc0),
                                         EIGHT(0xc8),
                                         EIGHT(0xd0),
                                         EIGHT(0xd8),
                                         EIGHT(0xe0),
                                         EIGHT(0xe8),
                                         EIGHT(0xf0),
                                         EIGHT(0xf8)};
#undef D
#undef L
#undef EIGHT

/* Any token but a space at `at`; *is: what it is. All but `spaced` and `next`. */
static bool token_make(const maker *m, size_t at, fh_token *t, sort *is)
{
    const fh_str text = {m->text, m->r->raw.len};
    sort what = (sort)sorts[(unsigned char)text.ptr[at]];
    size_t end = at + 1;
    if (what == HIGH) {
        uint32_t code;
        end = at + fh_letter_step(text.ptr + at, text.len - at, &code);
        what = fh_letter_space(code) ? SPACE : fh_letter_alpha(code) ? LETTER : SIGN;
    }
    *is = what;
    if (what == LETTER) return word_make(m, at, t);
    if (what == DIGIT) end = number_end(text, at);
    *t = (fh_token){.at = (uint32_t)at,
                    .len = (uint32_t)(end - at),
                    .low = {m->text + at, what == LINE ? 0 : end - at},
                    .kind = what == DIGIT  ? FH_TOKEN_NUMBER
                            : what == LINE ? FH_TOKEN_BREAK
                                           : FH_TOKEN_SIGN};
    return true;
}

/* A word of ASCII alone at `at`, when it is a short one; false: anything else. All but `spaced` and
 * `next`, and what the lists say. */
static inline bool short_word(const char *text, char *low, size_t at, fh_token *t, size_t *end)
{
    const uint32_t n = run_part(text + at, low + at);
    *end = at + n;
    if (n == AT_ONCE || sorts[(unsigned char)text[at + n]] >= APOSTROPHE) return false;
    t->at = (uint32_t)at;
    t->len = n;
    t->low = (fh_str){low + at, n};
    t->kind = FH_TOKEN_WORD;
    t->capital = text[at] != low[at];
    t->marks = false;
    return true;
}

/* The spots of a sign, a number or a break. */
static inline uint8_t spots_at(const fh_token *t)
{
    static const uint8_t of[128] = {
        ['$'] = FH_SPOT_FACT,   ['#'] = FH_SPOT_FACT,   ['+'] = FH_SPOT_FACT,
        ['('] = FH_SPOT_FACT,   ['?'] = FH_SPOT_MARK,   [','] = FH_SPOT_CLAUSE,
        [';'] = FH_SPOT_CLAUSE, [':'] = FH_SPOT_CLAUSE, ['-'] = FH_SPOT_RULE,
        ['_'] = FH_SPOT_RULE,   ['='] = FH_SPOT_RULE,   ['*'] = FH_SPOT_RULE,
        ['~'] = FH_SPOT_RULE};
    if (t->kind == FH_TOKEN_BREAK) return FH_SPOT_BREAK;
    if (t->kind == FH_TOKEN_NUMBER) return FH_SPOT_FACT;
    if (t->len > 1) return FH_SPOT_SIGN | FH_SPOT_FACT; /* may be of a currency */
    return FH_SPOT_SIGN | of[(unsigned char)*t->low.ptr & 127];
}

static inline uint64_t load(const void *p)
{
    uint64_t x;
    memcpy(&x, p, sizeof x);
    return x;
}

/* How words are asked for. */
typedef struct asking {
    const fh_words *words; /* NULL: none is kept */
    size_t most;           /* bytes of words that are kept */
    uint64_t language;     /* as it stands in a key */
} asking;

static asking asking_of(const fh_reading *r)
{
    const bool kept = r->words && r->language <= FH_MAX_LANGUAGES;
    return (asking){r->words, kept ? FH_WORD_KEPT : 0, (uint64_t)r->language << 56};
}

/* The word that is token i is asked for. */
static inline void ask_for(asking how, const fh_token *t, uint32_t i, fh_asked_word *a)
{
    static const unsigned char kept[2 * sizeof a->key] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                          255, 255, 255, 255, 255, 255, 255, 255,
                                                          255, 255, 255, 255, 255, 255, 255, 255};
    const size_t len = t->low.len;
    a->token = i;
    a->len = 0;
    if ((len | (size_t)t->marks << 8) > how.most) return;
    const char *low = t->low.ptr;
    const unsigned char *mask = kept + sizeof a->key - len;
    const uint64_t key[] = {load(low) & load(mask), load(low + 8) & load(mask + 8),
                            (load(low + 16) & load(mask + 16)) | how.language};
    a->len = (uint32_t)len;
    a->place = fh_word_place(key);
    __builtin_prefetch(&how.words->at[a->place]);
    for (uint32_t b = 0; b < FH_WORD_KEYS; b++) a->key[b] = key[b];
}

static bool split(maker *m)
{
    const char *const text = m->text;
    char *const low = m->low;
    const size_t len = m->r->raw.len;
    if (!m->r->room->cap && !tokens_grow(m)) return false;
    fh_token *t = m->token, *most = t + m->r->room->cap - 1;
    fh_asked_word *ask = m->asked;
    uint8_t *spot = m->spot;
    const asking how = asking_of(m->r);
    uint32_t n = 0;
    bool spaced = true;
    for (size_t i = 0;;) {
        const bool gap = text[i] == ' '; /* zeros stand behind the text */
        spaced |= gap;
        i += gap;
        while (text[i] == ' ') i++; /* seldom */
        if (i >= len) break;
        if (t == most) {
            m->n = n;
            m->n_asked = (uint32_t)(ask - m->asked);
            if (!tokens_grow(m)) return false;
            t = m->token + m->n;
            most = m->token + m->r->room->cap - 1;
            ask = m->asked + m->n_asked;
            spot = m->spot;
        }
        size_t end;
        sort what = (sort)sorts[(unsigned char)text[i]];
        if (what != LETTER || !short_word(text, low, i, t, &end)) {
            if (!token_make(m, i, t, &what)) return false;
            end = i + t->len;
        }
        i = end;
        if (what == SPACE) {
            spaced = true;
            continue;
        }
        t->spaced = spaced;
        t->next = what == LINE ? 0 : fh_next_number(*t->low.ptr, spaced);
        if (what == LETTER)
            ask_for(how, t, n, ask++);
        else
            spot[n] = spots_at(t);
        m->n_breaks += what == LINE;
        spaced = what == LINE;
        t++;
        n++;
    }
    *t = (fh_token){.at = (uint32_t)len, .kind = FH_TOKEN_BREAK, .spaced = true};
    m->n = n;
    m->n_asked = (uint32_t)(ask - m->asked);
    return true;
}

/* ---- Looking words up ---- */

/* Words after which another language may be noticed; and that are counted together, in bytes. */
enum { FIRST = 16 };

/* May an entry begin with these two? */
static bool goes_on(const fh_reading *r, const fh_token *t, const fh_token *then)
{
    char text[2 * FH_WORD_MAX + 1];
    if (then->low.len > FH_WORD_MAX) return false;
    size_t len = t->low.len;
    memcpy(text, t->low.ptr, len);
    if (then->spaced) text[len++] = ' ';
    memcpy(text + len, then->low.ptr, then->low.len);
    return fh_lexicon_may_begin(r->lexicon, r->language, (fh_str){text, len + then->low.len});
}

/* May an entry go on behind the word that is token i? Phrases go on in the next line. */
static bool phrase_goes_on(const maker *m, uint32_t i, const fh_word_sort *says)
{
    uint32_t k = i + 1;
    while (k < m->n && m->token[k].kind == FH_TOKEN_BREAK) k++;
    const fh_token *then = &m->token[k];
    if (k == m->n || !(says->next >> then->next & 1)) return false;
    return says->reach < 2 || goes_on(m->r, &m->token[i], then);
}

/* The languages a word that is not kept is common in. */
static uint32_t common_of(const maker *m, const fh_token *t)
{
    char lower[FH_GUESS_WORD];
    if (!t->marks) return fh_lexicon_common(m->r->lexicon, t->low);
    const fh_str word = {m->text + t->at, t->len};
    const size_t n = fh_lower(word, lower, sizeof lower); /* as guessed by: not composed */
    return n ? fh_lexicon_common(m->r->lexicon, (fh_str){lower, n}) : 0;
}

/* What the lists say of a word that is not kept. */
static void word_look(const maker *m, fh_token *t, fh_word_sort *says, uint64_t *begins)
{
    const fh_reading *r = m->r;
    fh_word_look(r->lexicon, r->language, t->low, says, begins);
    if (r->words) fh_word_common(says, common_of(m, t));
    t->word = 0;
    t->digits = fh_word_digits(t->low);
}

/* Counts a byte each, of languages in order. */
static void guess_add(fh_guess *guess, uint64_t counts)
{
    while (counts) {
        const uint32_t i = (uint32_t)__builtin_ctzll(counts) / 8;
        const uint64_t n = counts >> 8 * i & 255;
        guess->hits[i + 1] += (uint32_t)n;
        counts ^= n << 8 * i;
    }
}

/* May a fact begin with this word, whatever the lists say? What is joined to what follows may be an
 * address or an id; an id with a capital has a digit; a currency is three capitals; and after the
 * first word of a name comes another one, with a capital, or "van", "la". Reckoned without a
 * question, since of every other word nobody could guess the answer. */
static inline uint8_t fact_spot(const char *text, const fh_token *t, bool nameless)
{
    enum { PARTICLE_MOST = 3 };
    const fh_token *then = t + 1;
    const bool code = (t->len == 3) & (text[t->at + 1] <= 'Z');
    const bool name = (then->kind != FH_TOKEN_WORD) | then->capital | (then->len <= PARTICLE_MOST);
    const bool joined = !then->spaced, names = name & !nameless;
    const bool fact = joined | (t->capital & (t->digits | code | names));
    return (uint8_t)(fact * FH_SPOT_FACT);
}

/* What the lists say of words [first, end) of those that were asked for, FIRST at most. */
static void some_look(maker *m, uint32_t first, uint32_t end)
{
    const fh_reading *const r = m->r;
    fh_words *const words = r->words;
    fh_token *const token = m->token;
    uint8_t *const spot = m->spot;
    const char *const text = m->text;
    fh_guess *const guess = &m->guess;
    uint64_t counts = 0;
    uint32_t common = 0, counted = 0;
    for (const fh_asked_word *a = m->asked + first, *last = m->asked + end; a < last; a++) {
        fh_token *t = &token[a->token];
        fh_word_sort looked;
        uint64_t looked_begins;
        const fh_word_sort *says = &looked;
        const uint64_t *begins = &looked_begins;
        uint8_t spots;
        if (a->len) {
            const fh_known_word *known = fh_word_find(words, a->place, a->key);
            if (!known) known = fh_word_learn(words, r->lexicon, r->language, a->key, a->len);
            says = &words->sort[known->sort];
            begins = &words->begins[known->sort];
            t->word = known->word;
            t->digits = known->digits;
            spots = known->spots;
        } else {
            word_look(m, t, &looked, &looked_begins);
            spots = fh_word_spots(t->low);
        }
        if (t->at < FH_GUESS_BYTES) {
            counted++;
            common |= says->common;
            counts += says->counts;
            if (says->common >> 8) fh_guess_hit(guess, says->common >> 8 << 8);
        }
        t->lists = t->begins = says->lists;
        t->reach = says->lists != 0;
        t->one = says->one;
        spots |= says->spots;
        /* Where a word begins phrases, but none goes on with what follows it, only the word is
         * left. */
        const bool may = says->next >> t[1].next & 1 || t[1].kind == FH_TOKEN_BREAK;
        if (may && says->next && phrase_goes_on(m, a->token, says)) {
            t->begins = *begins;
            t->reach = says->reach;
            spots |= fh_spots_of(*begins);
        }
        spot[a->token] = spots | fact_spot(text, t, says->nameless);
    }
    guess->words += counted;
    guess->hit |= common;
    guess_add(guess, counts);
}

static void words_look(maker *m, uint32_t first)
{
    for (uint32_t end; first < m->n_asked; first = end) {
        end = m->n_asked - first < FIRST ? m->n_asked : first + FIRST;
        some_look(m, first, end);
    }
}

/* After the first words: another language seems to be spoken, so they are asked for in that one. */
static bool other_language(maker *m)
{
    fh_reading *r = m->r;
    const uint32_t guess = fh_guess_made(&m->guess);
    if (m->guess.words != FIRST || !r->words || r->language_sure || !guess || guess == r->language)
        return false;
    r->language = guess;
    const asking how = asking_of(r);
    for (uint32_t i = 0; i < m->n_asked; i++)
        ask_for(how, &m->token[m->asked[i].token], m->asked[i].token, &m->asked[i]);
    m->guess = (fh_guess){0};
    return true;
}

fh_status fh_tokens_read(fh_reading *r, uint32_t *guess, fh_error *err)
{
    fh_room *room = r->room;
    maker m = {.r = r, .token = room->token, .spot = room->spot, .asked = room->asked};
    if (!text_copy(&m) || !split(&m)) return fh_no_memory(err);
    const uint32_t first = m.n_asked < FIRST ? m.n_asked : FIRST;
    some_look(&m, 0, first);
    words_look(&m, other_language(&m) ? 0 : first);
    if (r->words) *guess = fh_guess_made(&m.guess);
    r->token = m.token;
    r->spot = m.spot;
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
