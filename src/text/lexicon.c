/* lexicon.c - word lists by language: read from files, looked up by hash.
 *
 * A lexicon owns one arena. Each list is an array, longest entries first; one hash table over
 * all lists answers "which lists of this language is this word in?". The first token of every
 * phrase is in it too (list BEGINS, the phrase's number of tokens as value), so that a text
 * asks for phrases only where one can begin. Three filters, bits by hash, say beforehand what is
 * surely in no list: most words, most beginnings of phrases, all but the commonest words.
 *
 * A file is checked as a whole before anything of it is added: a file that is refused
 * leaves the lexicon as it was. Words are lower case with single spaces, at most
 * FH_WORD_BYTES bytes and FH_PHRASE_TOKENS tokens.
 */
#include "text/lexicon.h"

#include "base/intern.h"
#include "base/nearest.h"
#include "base/sort.h"
#include "text/letters.h"

#include <string.h>

extern const char fh_language_texts[]; /* languages.S */

enum { BEGINS = FH_N_LISTS, MOST_ENTRIES = 1 << 18, FILTER_BITS = 16 };

/* A bit for each hash that may be asked for; a bit not set: it was never put in. */
typedef struct filter {
    uint64_t bits[(1 << FILTER_BITS) / 64];
} filter;

static const fh_str list_name[FH_N_LISTS] = {
#define X(name, text) {text, sizeof text - 1},
    FH_LIST_MAP(X)
#undef X
};

typedef struct list {
    fh_lexeme *item; /* [n] room for cap */
    size_t n, cap;
} list;

typedef struct language {
    fh_str code, name;
    list list[FH_N_LISTS];
} language;

typedef struct slot {
    uint64_t hash; /* 0: free */
    uint32_t language, list;
    fh_lexeme lexeme;
    /* of BEGINS: lists that have this very word, an entry that begins so; fh_next_token */
    uint64_t is, begins, next;
} slot;

struct fh_lexicon {
    fh_allocator from;
    fh_arena *arena;
    uint32_t n_languages;
    language *language[FH_MAX_LANGUAGES + 1]; /* [1 .. n_languages] */
    slot *slot;                               /* [n_slots], a power of two */
    size_t n_slots, n_used, n_entries;
    uint64_t changes; /* how often words were added */
    filter words;     /* that are or begin an entry */
    filter phrases;   /* beginnings of entries of several tokens, and these entries */
    filter common;    /* words in the lists that tell a language, of any */
};

static void filter_put(filter *f, uint64_t hash)
{
    const uint64_t bit = hash >> (64 - FILTER_BITS);
    f->bits[bit / 64] |= UINT64_C(1) << bit % 64;
}

static bool filter_has(const filter *f, uint64_t hash)
{
    const uint64_t bit = hash >> (64 - FILTER_BITS);
    return f->bits[bit / 64] >> bit % 64 & 1;
}

/* ---- Tokens ---- */

typedef enum piece { SPACE, WORD, NUMBER, SIGN } piece;

/* Does what stands at p go on in a token of this sort; how many bytes of it do? */
static size_t goes_on(const char *p, size_t rest, piece sort)
{
    uint32_t code, next;
    const size_t n = fh_letter_step(p, rest, &code);
    if (sort == SPACE) return fh_letter_space(code) ? n : 0;
    if (fh_letter_digit(code) || (sort == WORD && fh_letter_alpha(code))) return n;
    const bool inner =
        sort == WORD ? code == '\'' || code == 0x2019 : code == '.' || code == ',' || code == '\'';
    if (!inner || n == rest) return 0;
    const size_t more = fh_letter_step(p + n, rest - n, &next);
    return (sort == WORD ? fh_letter_alpha(next) : fh_letter_digit(next)) ? n + more : 0;
}

/* The bytes of the token at p (rest > 0). */
static size_t token_step(const char *p, size_t rest, piece *sort)
{
    uint32_t code;
    size_t at = fh_letter_step(p, rest, &code), n;
    *sort = fh_letter_space(code)   ? SPACE
            : fh_letter_digit(code) ? NUMBER
            : fh_letter_alpha(code) ? WORD
                                    : SIGN;
    if (*sort == SIGN) return at;
    while (at < rest && (n = goes_on(p + at, rest - at, *sort)) > 0) at += n;
    return at;
}

size_t fh_lower(fh_str word, char *to, size_t room)
{
    size_t len = 0, at = 0;
    bool gap = false;
    while (at < word.len) {
        uint32_t code;
        at += fh_letter_step(word.ptr + at, word.len - at, &code);
        if (fh_letter_space(code)) {
            gap = len > 0;
            continue;
        }
        unsigned char bytes[4];
        code = code == 0x2019 ? '\'' : code == FH_NO_LETTER ? '?' : fh_letter_lower(code);
        const size_t n = fh_utf8_put(bytes, code);
        if (len + n + gap > room) return 0;
        if (gap) to[len++] = ' ';
        gap = false;
        memcpy(to + len, bytes, n);
        len += n;
    }
    return len;
}

static uint32_t count_tokens(fh_str word, fh_str *first)
{
    uint32_t n = 0;
    *first = (fh_str){word.ptr, 0};
    for (size_t at = 0; at < word.len;) {
        piece sort;
        const size_t step = token_step(word.ptr + at, word.len - at, &sort);
        if (sort != SPACE && n++ == 0) *first = (fh_str){word.ptr + at, step};
        at += step;
    }
    return n;
}

/* ---- The hash table ---- */

static uint64_t of_language(uint64_t hash, uint32_t lang)
{
    const uint64_t h = hash ^ (uint64_t)lang * 0x9e3779b97f4a7c15u;
    return h ? h : 1;
}

static uint64_t word_hash(uint32_t lang, fh_str word)
{
    return of_language(fh_intern_hash(word), lang);
}

/* The slot of this entry, or the free one where it goes. */
static slot *find_slot(slot *slots, size_t n, uint64_t hash, uint32_t lang, uint32_t l, fh_str word)
{
    for (size_t i = hash & (n - 1);; i = (i + 1) & (n - 1)) {
        slot *s = &slots[i];
        if (s->hash == 0) return s;
        if (s->hash == hash && s->language == lang && s->list == l &&
            fh_str_eq(s->lexeme.word, word))
            return s;
    }
}

static fh_status grow_table(fh_lexicon *x, fh_error *err)
{
    if (x->n_slots > 2 * (x->n_used + 1)) return FH_OK;
    const size_t n = x->n_slots ? 2 * x->n_slots : 1024;
    slot *bigger = x->from.alloc(x->from.ctx, n * sizeof *bigger);
    if (!bigger) return fh_no_memory(err);
    memset(bigger, 0, n * sizeof *bigger);
    for (size_t i = 0; i < x->n_slots; i++) {
        const slot *s = &x->slot[i];
        if (s->hash) *find_slot(bigger, n, s->hash, s->language, s->list, s->lexeme.word) = *s;
    }
    if (x->slot) x->from.free(x->from.ctx, x->slot, x->n_slots * sizeof *x->slot);
    x->slot = bigger;
    x->n_slots = n;
    return FH_OK;
}

static void word_use(const fh_lexicon *x, uint32_t lang, fh_str word, uint64_t plain_hash,
                     fh_word_use *out)
{
    *out = (fh_word_use){0};
    const uint64_t hash = of_language(plain_hash, lang);
    if (x->n_slots == 0 || !filter_has(&x->words, hash)) return;
    const slot *s = find_slot(x->slot, x->n_slots, hash, lang, BEGINS, word);
    if (s->hash) *out = (fh_word_use){s->is, s->begins, s->next, (uint32_t)s->lexeme.value};
}

void fh_lexicon_word(const fh_lexicon *x, uint32_t lang, fh_str word, fh_word_use *out)
{
    word_use(x, lang, word, fh_intern_hash(word), out);
}

/* Takes or keeps the slot of an entry; the caller sees by `fresh` whether it was there. */
static fh_status put_slot(fh_lexicon *x, uint32_t lang, uint32_t l, fh_lexeme lexeme, bool *fresh,
                          fh_error *err)
{
    const fh_status status = grow_table(x, err);
    if (status != FH_OK) return status;
    const uint64_t hash = word_hash(lang, lexeme.word);
    slot *s = find_slot(x->slot, x->n_slots, hash, lang, l, lexeme.word);
    *fresh = s->hash == 0;
    if (*fresh)
        *s = (slot){.hash = hash, .language = lang, .list = l, .lexeme = lexeme}, x->n_used++;
    else
        s->lexeme.value = lexeme.value;
    return FH_OK;
}

/* An entry of list l of n tokens begins with this token. */
static fh_status put_beginning(fh_lexicon *x, uint32_t lang, uint32_t l, fh_str entry, fh_str first,
                               int64_t n, fh_error *err)
{
    bool fresh;
    fh_word_use use;
    fh_lexicon_word(x, lang, first, &use);
    const int64_t most = use.reach > n ? use.reach : n;
    filter_put(&x->words, word_hash(lang, first));
    if (n == 1 && (l == FH_LIST_STOP || l == FH_LIST_NEGATIONS))
        filter_put(&x->common, fh_intern_hash(first));
    const fh_status status = put_slot(x, lang, BEGINS, (fh_lexeme){first, most}, &fresh, err);
    if (status != FH_OK) return status;
    slot *s = find_slot(x->slot, x->n_slots, word_hash(lang, first), lang, BEGINS, first);
    s->begins |= UINT64_C(1) << l;
    if (n == 1) s->is |= UINT64_C(1) << l;
    if (n > 1) {
        const bool spaced = entry.ptr[first.len] == ' ';
        s->next |= fh_next_token(entry.ptr[first.len + spaced], spaced);
    }
    return FH_OK;
}

size_t fh_lexicon_look(const fh_lexicon *x, uint32_t lang, fh_str word,
                       fh_lexicon_hit out[FH_LEXICON_HITS])
{
    const uint64_t hash = word_hash(lang, word);
    size_t n = 0;
    for (size_t i = hash & (x->n_slots - 1); x->slot[i].hash; i = (i + 1) & (x->n_slots - 1)) {
        const slot *s = &x->slot[i];
        if (s->hash != hash || s->language != lang || s->list == BEGINS ||
            !fh_str_eq(s->lexeme.word, word))
            continue;
        if (n < FH_LEXICON_HITS) out[n++] = (fh_lexicon_hit){(fh_list)s->list, s->lexeme.value};
    }
    return n;
}

static bool look_in(const fh_lexicon *x, uint64_t hash, uint32_t lang, fh_list l, fh_str word,
                    int64_t *value)
{
    const slot *s = find_slot(x->slot, x->n_slots, hash, lang, l, word);
    if (s->hash && value) *value = s->lexeme.value;
    return s->hash != 0;
}

bool fh_lexicon_in(const fh_lexicon *x, uint32_t lang, fh_list l, fh_str word, int64_t *value)
{
    return look_in(x, word_hash(lang, word), lang, l, word, value);
}

fh_listed_as fh_lexicon_phrase(const fh_lexicon *x, uint32_t lang, fh_list l, fh_str text,
                               int64_t *value)
{
    const uint64_t hash = word_hash(lang, text);
    if (!filter_has(&x->phrases, hash)) return FH_LISTED_NOT;
    return look_in(x, hash, lang, l, text, value) ? FH_LISTED : FH_LISTED_MAYBE_LONGER;
}

/* ---- Adding ---- */

static bool small_ascii(char c)
{
    return c >= 'a' && c <= 'z';
}

/* Remembers all beginnings of a phrase that may be whole tokens: what lies between two small
 * letters is no end of one. */
static void put_phrase(fh_lexicon *x, uint32_t lang, fh_str phrase, size_t first)
{
    for (size_t i = first; i <= phrase.len; i++)
        if (i == phrase.len || !small_ascii(phrase.ptr[i - 1]) || !small_ascii(phrase.ptr[i]))
            filter_put(&x->phrases, word_hash(lang, (fh_str){phrase.ptr, i}));
}

bool fh_lexicon_may_begin(const fh_lexicon *x, uint32_t lang, fh_str text)
{
    return filter_has(&x->phrases, word_hash(lang, text));
}

static int longest_first(const void *pa, const void *pb, void *ctx)
{
    const fh_lexeme *a = pa, *b = pb;
    (void)ctx;
    if (a->word.len != b->word.len) return a->word.len > b->word.len ? -1 : 1;
    return fh_str_cmp(a->word, b->word);
}

static fh_status push_entry(fh_lexicon *x, list *l, fh_lexeme lexeme, fh_error *err)
{
    if (l->n == l->cap) {
        const size_t cap = l->cap ? 2 * l->cap : 16;
        fh_lexeme *item = FH_NEW_ARRAY(x->arena, fh_lexeme, cap);
        if (!item) return fh_no_memory(err);
        if (l->n) memcpy(item, l->item, l->n * sizeof *item);
        l->item = item;
        l->cap = cap;
    }
    l->item[l->n++] = lexeme;
    return FH_OK;
}

static fh_status add_entry(fh_lexicon *x, uint32_t lang, fh_list which, fh_str word, int64_t value,
                           fh_error *err)
{
    fh_lexeme lexeme = {.value = value};
    fh_str first;
    bool fresh;
    if (!fh_arena_str(x->arena, word, &lexeme.word)) return fh_no_memory(err);
    fh_status status = put_slot(x, lang, which, lexeme, &fresh, err);
    list *l = &x->language[lang]->list[which];
    if (status == FH_OK && fresh) {
        x->n_entries++;
        status = push_entry(x, l, lexeme, err);
    } else if (status == FH_OK) {
        for (size_t i = 0; i < l->n; i++)
            if (fh_str_eq(l->item[i].word, word)) l->item[i].value = value;
    }
    const int64_t n = count_tokens(lexeme.word, &first);
    if (n > 1) put_phrase(x, lang, lexeme.word, first.len);
    if (status == FH_OK) status = put_beginning(x, lang, which, lexeme.word, first, n, err);
    return status;
}

/* ---- Reading a file ---- */

typedef struct reader {
    fh_lexicon *lexicon;
    const char *p, *end;
    size_t line;
    bool adding; /* the second time */
    uint32_t language;
    fh_list list;
    size_t n; /* entries seen */
    fh_error *err;
} reader;

static void skip_blanks(reader *r)
{
    while (r->p < r->end) {
        if (*r->p == '#')
            while (r->p < r->end && *r->p != '\n') r->p++;
        else if (*r->p == ' ' || *r->p == '\t' || *r->p == '\r')
            r->p++;
        else
            break;
    }
}

/* What stands between quotes, or up to the next white space or "=". */
static fh_status read_word(reader *r, fh_str *out)
{
    const bool quoted = r->p < r->end && *r->p == '"';
    if (quoted) r->p++;
    const char *from = r->p;
    while (r->p < r->end && *r->p != '\n' &&
           (quoted ? *r->p != '"' : *r->p != ' ' && *r->p != '\t' && *r->p != '\r' && *r->p != '='))
        r->p++;
    *out = (fh_str){from, (size_t)(r->p - from)};
    if (quoted) {
        if (r->p == r->end || *r->p != '"') {
            (void)fh_fail(r->err, FH_INVALID, "line %zu: a quotation mark is not closed", r->line);
            return fh_hint(r->err, FH_INVALID, "Close it on the same line.");
        }
        r->p++;
    }
    if (fh_str_trim(*out).len == 0) {
        (void)fh_fail(r->err, FH_INVALID, "line %zu: a word is missing", r->line);
        return fh_hint(r->err, FH_INVALID, "Write words like this: may=5 \"one moment\"");
    }
    return FH_OK;
}

static bool read_int(fh_str s, int64_t *out)
{
    const bool minus = s.len > 0 && s.ptr[0] == '-';
    size_t i = minus;
    int64_t value = 0;
    if (i == s.len || s.len > 16) return false;
    for (; i < s.len; i++) {
        if (!fh_letter_digit((unsigned char)s.ptr[i])) return false;
        value = value * 10 + (s.ptr[i] - '0');
    }
    *out = minus ? -value : value;
    return true;
}

/* A number, the name of a type of facts, or three capitals of a currency. */
static bool value_of(fh_str s, int64_t *out)
{
    if (read_int(s, out)) return true;
    for (int t = 0; t < FH_N_FACT_TYPES; t++)
        if (fh_str_eq(s, fh_str_of(fh_fact_type_name((fh_fact_type)t)))) return *out = t, true;
    if (fh_str_eq(s, FH_STR("story"))) return *out = FH_ASKS_STORY_BIT, true;
    if (s.len != 3) return false;
    *out = 0;
    for (size_t i = 0; i < 3; i++) {
        if (s.ptr[i] < 'A' || s.ptr[i] > 'Z') return false;
        *out = *out << 8 | s.ptr[i];
    }
    return true;
}

static fh_status read_entry(reader *r)
{
    fh_str raw, text;
    int64_t value = 0;
    char lower[FH_WORD_BYTES];
    fh_status status = read_word(r, &raw);
    if (status != FH_OK) return status;
    const size_t n = fh_lower(raw, lower, sizeof lower);
    fh_str first, word = {lower, n};
    const bool bad = memchr(lower, '?', n) && !memchr(raw.ptr, '?', raw.len);
    if (n == 0 || bad || count_tokens(word, &first) > FH_PHRASE_TOKENS) {
        (void)fh_fail(r->err, FH_INVALID, "line %zu: '%.*s' is too long or is no UTF-8", r->line,
                      (int)(raw.len < 40 ? raw.len : 40), raw.ptr);
        return fh_hint(r->err, FH_INVALID, "At most %d bytes and %d words in UTF-8 are possible.",
                       FH_WORD_BYTES, FH_PHRASE_TOKENS);
    }
    if (r->p < r->end && *r->p == '=') {
        r->p++;
        status = read_word(r, &text);
        if (status != FH_OK) return status;
        if (!value_of(text, &value)) {
            (void)fh_fail(r->err, FH_INVALID, "line %zu: '%.*s' is no value", r->line,
                          (int)(text.len < 40 ? text.len : 40), text.ptr);
            return fh_hint(r->err, FH_INVALID,
                           "A value is a whole number, a type of facts such as date, or a "
                           "currency such as EUR.");
        }
    }
    if (++r->n + r->lexicon->n_entries > MOST_ENTRIES && !r->adding) {
        (void)fh_fail(r->err, FH_INVALID, "line %zu: more than %d entries", r->line, MOST_ENTRIES);
        return fh_hint(r->err, FH_INVALID, "Leave out what is rare.");
    }
    if (!r->adding) return FH_OK;
    return add_entry(r->lexicon, r->language, r->list, word, value, r->err);
}

static fh_status begin_list(reader *r)
{
    fh_str name = {r->p, 0};
    while (r->p < r->end && *r->p != '\n' && *r->p != '#') r->p++;
    name.len = (size_t)(r->p - name.ptr);
    name = fh_str_trim(name);
    if (name.len > 2 && name.ptr[0] == '"' && name.ptr[name.len - 1] == '"')
        name = (fh_str){name.ptr + 1, name.len - 2};
    for (int i = 0; i < FH_N_LISTS; i++)
        if (fh_str_eq(name, list_name[i])) return r->list = (fh_list)i, FH_OK;
    (void)fh_fail(r->err, FH_INVALID, "line %zu: there is no list '%.*s'", r->line,
                  (int)(name.len < 40 ? name.len : 40), name.ptr);
    const size_t near = fh_nearest(name, list_name, FH_N_LISTS);
    if (near < FH_N_LISTS)
        return fh_hint(r->err, FH_INVALID, "Did you mean '%s'?", list_name[near].ptr);
    return fh_hint(r->err, FH_INVALID, "Lists are months, weekdays, numbers, stop, negations, ...");
}

static bool plain_code(fh_str code)
{
    for (size_t i = 0; i < code.len; i++)
        if (code.ptr[i] < 'a' || code.ptr[i] > 'z') return false;
    return code.len == 2 || code.len == 3;
}

static fh_status begin_language(reader *r)
{
    fh_str code, name = {NULL, 0};
    fh_status status = read_word(r, &code);
    skip_blanks(r);
    if (status == FH_OK && r->p < r->end && *r->p != '\n') status = read_word(r, &name);
    if (status != FH_OK) return status;
    if (!plain_code(code)) {
        (void)fh_fail(r->err, FH_INVALID, "line %zu: '%.*s' is no code of a language", r->line,
                      (int)(code.len < 40 ? code.len : 40), code.ptr);
        return fh_hint(r->err, FH_INVALID, "Write like this: language fr \"French\"");
    }
    r->list = FH_N_LISTS;
    r->language = fh_lexicon_language(r->lexicon, code);
    if (!r->adding || r->language) return r->language = r->language ? r->language : 1, FH_OK;
    fh_lexicon *x = r->lexicon;
    if (x->n_languages == FH_MAX_LANGUAGES) {
        (void)fh_fail(r->err, FH_INVALID, "line %zu: more than %d languages", r->line,
                      FH_MAX_LANGUAGES);
        return fh_hint(r->err, FH_INVALID, "Add words to a language that is there.");
    }
    language *fresh = FH_NEW(x->arena, language);
    if (!fresh || !fh_arena_str(x->arena, code, &fresh->code) ||
        !fh_arena_str(x->arena, name.len ? name : code, &fresh->name))
        return fh_no_memory(r->err);
    x->language[++x->n_languages] = fresh;
    r->language = x->n_languages;
    return FH_OK;
}

static bool begins(reader *r, const char *word)
{
    const size_t n = strlen(word);
    if ((size_t)(r->end - r->p) <= n || memcmp(r->p, word, n) != 0 ||
        (r->p[n] != ' ' && r->p[n] != '\t'))
        return false;
    r->p += n;
    skip_blanks(r);
    return true;
}

static fh_status read_line(reader *r)
{
    skip_blanks(r);
    if (r->p < r->end && begins(r, "language")) return begin_language(r);
    if (r->p < r->end && r->language == 0 && *r->p != '\n') {
        (void)fh_fail(r->err, FH_INVALID, "line %zu: the language is not named yet", r->line);
        return fh_hint(r->err, FH_INVALID, "Begin with a line like this: language fr \"French\"");
    }
    if (r->p < r->end && begins(r, "list")) return begin_list(r);
    while (r->p < r->end && *r->p != '\n') {
        if (r->list == FH_N_LISTS) {
            (void)fh_fail(r->err, FH_INVALID, "line %zu: no list has begun", r->line);
            return fh_hint(r->err, FH_INVALID, "Write a line like this above it: list months");
        }
        const fh_status status = read_entry(r);
        if (status != FH_OK) return status;
        skip_blanks(r);
    }
    return FH_OK;
}

static fh_status read_file(fh_lexicon *x, fh_str file, bool adding, fh_error *err)
{
    reader r = {.lexicon = x, .p = file.ptr, .adding = adding, .list = FH_N_LISTS, .err = err};
    if (file.len == 0) return FH_OK;
    for (r.end = file.ptr + file.len; r.p < r.end; r.p++) {
        r.line++;
        const fh_status status = read_line(&r);
        if (status != FH_OK) return status;
        if (r.p < r.end && *r.p != '\n') {
            (void)fh_fail(err, FH_INVALID, "line %zu: more than was expected", r.line);
            return fh_hint(err, FH_INVALID, "Write one of 'language' or 'list' a line.");
        }
        if (r.p == r.end) break;
    }
    return FH_OK;
}

fh_status fh_lexicon_add(fh_lexicon *x, fh_str file, fh_error *err)
{
    fh_status status = read_file(x, file, false, err);
    x->changes++;
    if (status == FH_OK) status = read_file(x, file, true, err);
    /* Also when memory ran out half way: what was added is in order. */
    for (uint32_t i = 1; i <= x->n_languages; i++) {
        for (int l = 0; l < FH_N_LISTS; l++) {
            list *one = &x->language[i]->list[l];
            const fh_status sorted =
                fh_sort(&x->from, one->item, one->n, sizeof *one->item, longest_first, NULL);
            if (sorted != FH_OK && status == FH_OK) status = fh_no_memory(err);
        }
    }
    return status;
}

fh_status fh_lexicon_new(const fh_allocator *from, fh_lexicon **out, fh_error *err)
{
    fh_arena *arena = fh_arena_new(from);
    fh_lexicon *x = arena ? FH_NEW(arena, fh_lexicon) : NULL;
    if (!x) return fh_arena_free(arena), fh_no_memory(err);
    x->arena = arena;
    x->from = *fh_arena_allocator(arena);
    fh_status status = grow_table(x, err);
    for (const char *text = fh_language_texts; *text && status == FH_OK;) {
        const fh_str file = fh_str_of(text);
        status = fh_lexicon_add(x, file, err);
        text += file.len + 1;
    }
    if (status != FH_OK) return fh_lexicon_free(x), status;
    *out = x;
    return FH_OK;
}

void fh_lexicon_free(fh_lexicon *x)
{
    if (!x) return;
    if (x->slot) x->from.free(x->from.ctx, x->slot, x->n_slots * sizeof *x->slot);
    fh_arena_free(x->arena);
}

/* ---- Asking ---- */

uint64_t fh_lexicon_changes(const fh_lexicon *x)
{
    return x->changes;
}

uint32_t fh_lexicon_languages(const fh_lexicon *x)
{
    return x->n_languages;
}

fh_str fh_lexicon_code(const fh_lexicon *x, uint32_t lang)
{
    return lang >= 1 && lang <= x->n_languages ? x->language[lang]->code : FH_STR("");
}

uint32_t fh_lexicon_language(const fh_lexicon *x, fh_str name)
{
    fh_str code = name;
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] == '-' || name.ptr[i] == '_') {
            code.len = i;
            break;
        }
    for (uint32_t i = 1; i <= x->n_languages; i++)
        if (fh_str_eq_nocase(x->language[i]->code, code) ||
            fh_str_eq_nocase(x->language[i]->name, name))
            return i;
    return FH_LANGUAGE_UNKNOWN;
}

const fh_lexeme *fh_lexicon_list(const fh_lexicon *x, uint32_t lang, fh_str name, size_t *n)
{
    *n = 0;
    if (lang < 1 || lang > x->n_languages) return NULL;
    for (int i = 0; i < FH_N_LISTS; i++) {
        const list *l = &x->language[lang]->list[i];
        if (l->n && fh_str_eq(list_name[i], name)) return *n = l->n, l->item;
    }
    return NULL;
}

bool fh_lexicon_has(const fh_lexicon *x, uint32_t lang, fh_str name, fh_str word, int64_t *value)
{
    for (int i = 0; i < FH_N_LISTS; i++)
        if (fh_str_eq(list_name[i], name)) return fh_lexicon_in(x, lang, (fh_list)i, word, value);
    return false;
}

fh_str fh_lexicon_stem(const fh_lexicon *x, uint32_t lang, fh_str word)
{
    if (lang < 1 || lang > x->n_languages) return word;
    const list *l = &x->language[lang]->list[FH_LIST_SUFFIXES];
    const char last = word.len ? word.ptr[word.len - 1] : 0;
    for (size_t i = 0; i < l->n; i++) {
        const fh_lexeme *s = &l->item[i];
        const size_t left = s->value > 0 ? (size_t)s->value : 4;
        if (s->word.ptr[s->word.len - 1] == last && word.len >= s->word.len + left &&
            memcmp(word.ptr + word.len - s->word.len, s->word.ptr, s->word.len) == 0)
            return (fh_str){word.ptr, word.len - s->word.len};
    }
    return word;
}

static uint32_t fold_hash(uint64_t h)
{
    const uint32_t folded = (uint32_t)(h ^ h >> 32);
    return folded ? folded : 1;
}

uint32_t fh_lexicon_meaning(fh_list which, int64_t number)
{
    const uint64_t n = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    return fold_hash((n + 1) *
                     (which == FH_LIST_ANTONYMS ? 0xd6e8feb86659fd93u : 0xa0761d6478bd642fu));
}

uint32_t fh_lexicon_stem_anchor(const fh_lexicon *x, uint32_t lang, fh_str word)
{
    return fold_hash(fh_intern_hash(fh_lexicon_stem(x, lang, word)));
}

uint32_t fh_lexicon_anchor(const fh_lexicon *x, uint32_t lang, fh_str word, bool *turns)
{
    int64_t value;
    *turns = false;
    if (fh_lexicon_in(x, lang, FH_LIST_ANTONYMS, word, &value)) {
        *turns = value < 0;
        return fh_lexicon_meaning(FH_LIST_ANTONYMS, value);
    }
    if (fh_lexicon_in(x, lang, FH_LIST_SAME, word, &value))
        return fh_lexicon_meaning(FH_LIST_SAME, value);
    return fh_lexicon_stem_anchor(x, lang, word);
}

static uint32_t common_in(const fh_lexicon *x, fh_str word, uint64_t hash)
{
    uint32_t in = 0;
    if (!filter_has(&x->common, hash)) return 0;
    for (uint32_t i = 1; i <= x->n_languages; i++) {
        fh_word_use use;
        word_use(x, i, word, hash, &use);
        in |= (uint32_t)((use.is >> FH_LIST_STOP | use.is >> FH_LIST_NEGATIONS) & 1) << (i - 1);
    }
    return in;
}

uint32_t fh_lexicon_common(const fh_lexicon *x, fh_str word)
{
    return word.len <= FH_GUESS_WORD ? common_in(x, word, fh_intern_hash(word)) : 0;
}

uint32_t fh_guess_made(const fh_guess *g)
{
    uint32_t best = 0;
    for (uint32_t left = g->hit; left; left &= left - 1) {
        const uint32_t i = (uint32_t)__builtin_ctz(left) + 1;
        if (g->hits[i] > g->hits[best]) best = i;
    }
    /* Common words are a third to a half of any text; a tenth may be chance. */
    return g->hits[best] >= 2 && g->hits[best] * 10 > g->words ? best : FH_LANGUAGE_UNKNOWN;
}

/* A word of ASCII letters and digits at p and its lower case, when it is no longer than `room`:
 * how long it is; 0: none, or it goes on with something else. */
static size_t plain_word(const char *p, size_t rest, char *to, size_t room)
{
    size_t n = 0;
    if (!fh_letter_alpha((unsigned char)*p)) return 0;
    for (; n < rest && n < room; n++) {
        const unsigned char c = (unsigned char)p[n];
        const unsigned char small = c | 32;
        if ((small < 'a' || small > 'z') && (c < '0' || c > '9')) break;
        to[n] = (char)(c >= 'A' && c <= 'Z' ? small : c);
    }
    return n == rest || (n < room && p[n] != '\'' && (unsigned char)p[n] < 0x80) ? n : 0;
}

uint32_t fh_language_guess(const fh_lexicon *x, fh_str text)
{
    fh_guess guess = {0};
    const size_t end = text.len < FH_GUESS_BYTES ? text.len : FH_GUESS_BYTES;
    for (size_t at = 0; at < end;) {
        piece sort;
        char lower[FH_GUESS_WORD];
        const unsigned char c = (unsigned char)text.ptr[at];
        if (c < 0x80 && !fh_letter_alpha(c) && !fh_letter_digit(c)) { /* a space, a sign */
            at++;
            continue;
        }
        size_t n = plain_word(text.ptr + at, text.len - at, lower, sizeof lower);
        size_t step = n;
        if (n) {
            sort = WORD;
        } else {
            step = token_step(text.ptr + at, text.len - at, &sort);
            if (sort == WORD) n = fh_lower((fh_str){text.ptr + at, step}, lower, sizeof lower);
        }
        at += step;
        guess.words += sort == WORD;
        if (n) fh_guess_hit(&guess, fh_lexicon_common(x, (fh_str){lower, n}));
    }
    return fh_guess_made(&guess);
}
