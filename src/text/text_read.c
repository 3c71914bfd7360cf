/* text_read.c - a message as sentences, words and shingles.
 *
 *     stretches of tokens --cut--> sentences --facts masked, stop words out--> words
 *     words next to each other in a sentence --> shingles, a set
 *
 * A sentence ends with . ! ? or the end of a paragraph; a point ends none after an
 * abbreviation ("e.g."), an initial, a day before its month ("3. März"), or before a small
 * letter. The end of a line ends a sentence when the line is too short to have been wrapped,
 * or the next begins with a bullet. All is built in scratch memory and copied once.
 *
 * Always: sentences rise and do not overlap; facts of a sentence lie within it.
 */
#include "text/text_parts.h"

#include "text/lexicon.h"
#include "text/spots.h"
#include "text/words.h"

#include <string.h>

enum { WRAPPED = 45 }; /* a line of fewer bytes was not wrapped but ended */

typedef struct builder {
    fh_reading *r;
    fh_text *out;
    fh_sentence *sentence; /* [cap], of the arena */
    uint32_t n, cap;
    uint32_t *word; /* [n_tokens] of the arena, words of all sentences */
    uint32_t n_words;
    uint32_t *anchor; /* [n_tokens] of the arena */
    uint32_t n_anchors;
    uint32_t *shingle, *room; /* [n_tokens] each */
    uint32_t n_shingles;
    fh_fact_list facts;
} builder;

static bool is_sign(const fh_token *t, char c)
{
    return t->kind == FH_TOKEN_SIGN && t->low.len == 1 && t->low.ptr[0] == c;
}

/* ---- Words ---- */

static uint32_t shingle_of(uint32_t a, uint32_t b)
{
    uint64_t x = ((uint64_t)a << 32 | b) * UINT64_C(0x9e3779b97f4a7c15);
    x ^= x >> 29;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    return (uint32_t)(x >> 32);
}

/* The anchor of a phrase of several tokens that stands at k ("have to pay", "help desk"): how
 * many tokens it takes, 0 when none does. */
static uint32_t meaning_at(const fh_reading *r, uint32_t k, uint32_t end, uint32_t *word)
{
    static const fh_list list[] = {FH_LIST_ANTONYMS, FH_LIST_SAME};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        int64_t number = 0;
        const uint32_t n = fh_phrase_at(r, (int)list[i], k, end, &number);
        if (n < 2) continue;
        *word = fh_lexicon_meaning(list[i], number);
        return n;
    }
    return 0;
}

/* Where the first fact from *fact on that ends behind `at` begins; UINT32_MAX: none does. */
static uint32_t fact_next(const builder *b, uint32_t *fact, uint32_t at)
{
    const fh_fact_list *f = &b->facts;
    while (*fact < f->n && f->fact[*fact].at + f->fact[*fact].len <= at) ++*fact;
    return *fact < f->n ? f->fact[*fact].at : UINT32_MAX;
}

/* The last token of a fact that stands at token k. */
static uint32_t fact_last(const fh_reading *r, const fh_fact *fact, uint32_t k, uint32_t end)
{
    const uint32_t stop = fact->at + fact->len;
    while (k + 1 < end && r->token[k + 1].at < stop) k++;
    return k;
}

/* What a word that is no fact counts as, and how many tokens it takes with what goes on behind it;
 * 0, as what: it does not count. */
static uint32_t word_at(const fh_reading *r, uint32_t k, uint32_t end, uint32_t *takes)
{
    const fh_token *t = &r->token[k];
    uint32_t word = 0;
    *takes = 1;
    if (t->reach) {
        const uint32_t phrase = t->reach > 1 ? meaning_at(r, k, end, &word) : 0;
        if (phrase) return *takes = phrase, word;
        if (t->lists >> FH_LIST_STOP & 1) return 0;
        const uint32_t no = fh_phrase_at(r, FH_LIST_NEGATIONS, k, end, NULL);
        if (no) return *takes = no, 0;
    }
    return t->word ? t->word : fh_word_meant(r->lexicon, r->language, t->low, t->lists);
}

/* Words of tokens [first, end), whose facts are the last of the list from `facts` on. */
static void words_add(builder *b, uint32_t first, uint32_t end, uint32_t facts)
{
    const fh_reading *r = b->r;
    const fh_token *const token = r->token;
    uint32_t fact = facts, fact_at = fact_next(b, &fact, 0), takes;
    uint32_t *word = b->word + b->n_words, *anchor = b->anchor + b->n_anchors;
    for (uint32_t k = first; k < end; k++) {
        const fh_token *t = &token[k];
        if (t->at >= fact_at) fact_at = fact_next(b, &fact, t->at);
        if (t->at >= fact_at) {
            const fh_fact *f = &b->facts.fact[fact];
            k = fact_last(r, f, k, end);
            *word++ = fh_mask_word(f->type);
            continue;
        }
        /* Most: a word of no phrase here. Whether it stops is not asked but reckoned with. */
        if (t->word && t->reach <= 1 && !(t->lists >> FH_LIST_NEGATIONS & 1)) {
            const bool says = !(t->lists >> FH_LIST_STOP & 1);
            *word = *anchor = t->word;
            word += says;
            anchor += says;
            continue;
        }
        if (t->kind == FH_TOKEN_NUMBER) *word++ = fh_mask_word(FH_FACT_NUMBER);
        if (t->kind != FH_TOKEN_WORD) continue;
        *word = *anchor = word_at(r, k, end, &takes);
        anchor += *word != 0;
        word += *word != 0;
        k += takes - 1;
    }
    b->n_words = (uint32_t)(word - b->word);
    b->n_anchors = (uint32_t)(anchor - b->anchor);
}

static bool sentence_add(builder *b, fh_sentence **out)
{
    if (b->n == b->cap) {
        const uint32_t cap = b->cap ? b->cap * 2 : 16;
        fh_sentence *more = FH_NEW_ARRAY(b->r->arena, fh_sentence, cap);
        if (!more) return false;
        if (b->n) memcpy(more, b->sentence, b->n * sizeof *more);
        b->sentence = more;
        b->cap = cap;
    }
    *out = &b->sentence[b->n++];
    **out = (fh_sentence){0};
    return true;
}

/* The sentence of tokens [first, end): its facts, words and what they say. */
static fh_status sentence_read(builder *b, uint32_t first, uint32_t end, fh_error *err)
{
    const fh_reading *r = b->r;
    while (first < end && r->token[first].kind == FH_TOKEN_BREAK) first++;
    while (end > first && r->token[end - 1].kind == FH_TOKEN_BREAK) end--;
    bool speaks = false;
    for (uint32_t k = first; k < end && !speaks; k++)
        speaks = r->token[k].kind == FH_TOKEN_WORD || r->token[k].kind == FH_TOKEN_NUMBER;
    if (!speaks) return FH_OK;

    fh_sentence *s;
    const uint32_t facts = b->facts.n, words = b->n_words, anchors = b->n_anchors;
    const fh_status status = fh_facts_find(r, first, end, b->n, &b->facts, err);
    if (status != FH_OK) return status;
    if (!sentence_add(b, &s)) return fh_no_memory(err);
    s->at = r->token[first].at;
    s->len = r->token[end - 1].at + r->token[end - 1].len - s->at;
    s->facts = facts;
    s->n_facts = b->facts.n - facts;
    words_add(b, first, end, facts);
    s->n_words = b->n_words - words;
    s->word = b->word + words;
    s->n_anchors = fh_set_make(b->anchor + anchors, b->n_anchors - anchors, b->room);
    s->anchor = b->anchor + anchors;
    b->n_anchors = anchors + s->n_anchors;
    if (s->n_words == 1) b->shingle[b->n_shingles++] = shingle_of(s->word[0], 0);
    for (uint32_t i = 1; i < s->n_words; i++)
        b->shingle[b->n_shingles++] = shingle_of(s->word[i - 1], s->word[i]);
    fh_sentence_mark(r, first, end, s->n_facts ? b->facts.fact + facts : NULL, s->n_facts, s);
    return FH_OK;
}

/* ---- Where sentences end ---- */

/* A sign that may stand between the end of a sentence and the white space after it. */
static bool is_closing_sign(const fh_token *t)
{
    return is_sign(t, '"') || is_sign(t, '\'') || is_sign(t, ')') || is_sign(t, ']') ||
           fh_str_eq(t->low, FH_STR("”")) || fh_str_eq(t->low, FH_STR("’")) ||
           fh_str_eq(t->low, FH_STR("“")) || fh_str_eq(t->low, FH_STR("»"));
}

static bool small_letter(const fh_token *t)
{
    return t->kind == FH_TOKEN_WORD && !t->capital && (unsigned char)t->low.ptr[0] < 0x80;
}

/* Does the point at k end the sentence that began at `first`? `next` follows in the stretch. */
static bool point_ends(const fh_reading *r, uint32_t first, uint32_t k, uint32_t next)
{
    if (small_letter(&r->token[next])) return false;
    if (k == first) return true;
    const fh_token *before = &r->token[k - 1];
    const bool joined = !r->token[k].spaced;
    if (joined && before->kind == FH_TOKEN_WORD && before->len == 1 && before->capital)
        return false; /* an initial */
    if (joined && before->kind == FH_TOKEN_NUMBER && before->len <= 2) {
        if (r->token[next].lists >> FH_LIST_MONTHS & 1) return false;
        if (k == first + 1) return false; /* "1. First of all" */
        if (r->point_ordinals && r->token[k - 2].lists >> FH_LIST_STOP & 1)
            return false; /* "der 1. Termin" */
    }
    return true;
}

static bool ends_with_sign(const fh_reading *r, uint32_t first, uint32_t k, uint32_t end)
{
    const fh_token *t = &r->token[k];
    const bool point = is_sign(t, '.');
    if (!point && !is_sign(t, '!') && !is_sign(t, '?') && !fh_str_eq(t->low, FH_STR("…")))
        return false;
    uint32_t next = k + 1;
    while (next < end && !r->token[next].spaced && is_closing_sign(&r->token[next])) next++;
    if (next >= end) return true;
    const fh_token *after = &r->token[next];
    if (after->kind == FH_TOKEN_BREAK) {
        while (next < end && r->token[next].kind == FH_TOKEN_BREAK) next++;
        if (next >= end) return true;
    } else if (!after->spaced) {
        return false; /* "example.com", "?!" */
    }
    return !point || point_ends(r, first, k, next);
}

static bool begins_with_bullet(const fh_reading *r, uint32_t k, uint32_t end)
{
    const fh_token *t = &r->token[k];
    if (k + 1 >= end) return false;
    if (is_sign(t, '-') || is_sign(t, '*') || is_sign(t, '+') || fh_str_eq(t->low, FH_STR("•")) ||
        fh_str_eq(t->low, FH_STR("·")) || fh_str_eq(t->low, FH_STR("–")))
        return r->token[k + 1].spaced;
    return t->kind == FH_TOKEN_NUMBER &&
           (is_sign(&r->token[k + 1], '.') || is_sign(&r->token[k + 1], ')'));
}

/* Does the break at k end the sentence? `line`: where its line began, in bytes. */
static bool break_ends(const fh_reading *r, uint32_t k, uint32_t end, uint32_t line)
{
    if (k + 1 >= end) return true;
    const fh_token *next = &r->token[k + 1];
    if (next->kind == FH_TOKEN_BREAK || begins_with_bullet(r, k + 1, end)) return true;
    if (k > 0 && is_sign(&r->token[k - 1], ',')) return false;
    return r->token[k].at - line < WRAPPED && !small_letter(next);
}

/* When an abbreviation stands at k: before which token no point ends a sentence. Else 0. */
static uint32_t abbreviation_end(const fh_reading *r, uint32_t k, uint32_t end)
{
    enum { NEVER = 0, MAY = 1, BEFORE_NUMBER = 2 };
    int64_t ends = NEVER;
    const uint32_t got = fh_phrase_at(r, FH_LIST_ABBREVIATIONS, k, end, &ends);
    const uint32_t point = k + got;
    if (!got || point >= end || !is_sign(&r->token[point], '.') || r->token[point].spaced) return 0;
    if (ends == BEFORE_NUMBER) {
        const bool number = point + 1 < end && (r->token[point + 1].kind == FH_TOKEN_NUMBER ||
                                                r->token[point + 1].lists >> FH_LIST_MONTHS & 1);
        return number ? point + 1 : 0;
    }
    return ends == MAY ? point : point + 1;
}

static fh_status stretch_read(builder *b, fh_stretch s, fh_error *err)
{
    const fh_reading *r = b->r;
    uint32_t first = s.first, line = s.first < s.end ? r->token[s.first].at : 0, no_end = s.first;
    const uint8_t any = FH_SPOT_BREAK | FH_SPOT_SIGN | FH_SPOT_SHORT;
    for (uint32_t k = s.first;; k++) {
        k = fh_spot_next(r->spot, k, s.end, any);
        if (k == s.end) break;
        const fh_token *t = &r->token[k];
        bool ends = false;
        if (t->kind == FH_TOKEN_BREAK) {
            ends = break_ends(r, k, s.end, line);
            line = t->at + 1;
        } else if (t->kind == FH_TOKEN_SIGN) {
            ends = k >= no_end && ends_with_sign(r, first, k, s.end);
            while (ends && k + 1 < s.end && !r->token[k + 1].spaced &&
                   is_closing_sign(&r->token[k + 1]))
                k++;
        } else {
            const uint32_t beyond = abbreviation_end(r, k, s.end);
            if (beyond > no_end) no_end = beyond;
        }
        if (!ends) continue;
        const fh_status status = sentence_read(b, first, k + 1, err);
        if (status != FH_OK) return status;
        first = k + 1;
    }
    return sentence_read(b, first, s.end, err);
}

/* ---- The whole ---- */

static fh_status build(fh_reading *r, const fh_said_parts *said, fh_text *out, fh_error *err)
{
    builder b = {.r = r, .out = out};
    uint32_t most = 1;
    for (uint32_t i = 0; i < said->n; i++) most += said->stretch[i].end - said->stretch[i].first;
    b.word = FH_NEW_ARRAY(r->arena, uint32_t, most);
    b.anchor = FH_NEW_ARRAY(r->arena, uint32_t, most);
    b.shingle = FH_NEW_ARRAY(r->scratch, uint32_t, most);
    b.room = FH_NEW_ARRAY(r->scratch, uint32_t, most);
    if (!b.word || !b.anchor || !b.shingle || !b.room) return fh_no_memory(err);
    for (uint32_t i = 0; i < said->n; i++) {
        const fh_status status = stretch_read(&b, said->stretch[i], err);
        if (status != FH_OK) return status;
    }
    const uint32_t n = fh_set_make(b.shingle, b.n_shingles, b.room);
    uint32_t *shingle = FH_NEW_ARRAY(r->arena, uint32_t, n + 1);
    if (!shingle) return fh_no_memory(err);
    memcpy(shingle, b.shingle, n * sizeof *shingle);
    *out = (fh_text){.raw = r->raw,
                     .language = r->language,
                     .signed_by = said->signed_by,
                     .n_sentences = b.n,
                     .sentence = b.sentence,
                     .n_facts = b.facts.n,
                     .fact = b.facts.fact,
                     .n_shingles = n,
                     .shingle = shingle};
    if (said->n) {
        const uint32_t at = r->token[said->stretch[0].first].at;
        const fh_token *last = &r->token[said->stretch[said->n - 1].end - 1];
        out->said = (fh_str){r->raw.ptr + at, last->at + last->len - at};
    }
    return FH_OK;
}

static fh_status tokens_find(fh_reading *r, uint32_t probable, fh_error *err)
{
    uint32_t guess = 0;
    const uint32_t told = r->about->language;
    if (!r->words) guess = told ? told : fh_language_guess(r->lexicon, r->raw);
    r->language = told ? told : r->words ? probable : guess;
    if (r->language == FH_LANGUAGE_UNKNOWN) r->language = 1; /* a few words: as good as any */
    r->language_sure = told != 0;
    fh_status status = fh_tokens_read(r, &guess, err);
    if (status != FH_OK || told) return status;
    if (guess == FH_LANGUAGE_UNKNOWN) guess = 1;
    if (guess != r->language) { /* not the probable one: once more */
        r->language = guess;
        r->language_sure = true;
        status = fh_tokens_read(r, &guess, err);
    }
    return status;
}

/* Does the language write "1." for first? Asked once for all messages. */
static bool writes_points(const fh_reading *r)
{
    fh_ordinals *known =
        r->words && r->language <= FH_MAX_LANGUAGES ? &r->words->ordinals[r->language] : NULL;
    if (known && *known) return *known == FH_ORDINALS_POINT;
    const bool point = fh_lexicon_in(r->lexicon, r->language, FH_LIST_ORDINALS, FH_STR("."), NULL);
    if (known) *known = point ? FH_ORDINALS_POINT : FH_ORDINALS_OTHER;
    return point;
}

/* r->lexicon, raw, about, arena, scratch, room and words are set. */
static fh_status message_read(fh_reading *r, uint32_t probable, fh_text *out, fh_error *err)
{
    fh_said_parts said;
    fh_status status = tokens_find(r, probable, err);
    if (status != FH_OK) return status;
    r->point_ordinals = writes_points(r);
    status = fh_said_find(r, &said, err);
    return status == FH_OK ? build(r, &said, out, err) : status;
}

/* With scratch and room of its own. */
static fh_status read_alone(const fh_lexicon *lexicon, fh_words *words, uint32_t probable,
                            fh_str raw, const fh_text_about *about, fh_arena *arena, fh_text *out,
                            fh_error *err)
{
    const fh_text_about nothing = {0};
    fh_room room = {.from = *fh_arena_allocator(arena)};
    fh_reading r = {.lexicon = lexicon,
                    .raw = raw,
                    .about = about ? about : &nothing,
                    .arena = arena,
                    .scratch = fh_arena_new(&room.from),
                    .room = &room,
                    .words = words};
    if (!r.scratch) return fh_no_memory(err);
    if (r.raw.len > FH_TEXT_MAX) r.raw.len = FH_TEXT_MAX;
    fh_text text;
    const fh_status status = message_read(&r, probable, &text, err);
    fh_room_free(&room);
    fh_arena_free(r.scratch);
    if (status == FH_OK) *out = text;
    return status;
}

fh_status fh_text_read(const fh_lexicon *lexicon, fh_str raw, const fh_text_about *about,
                       fh_arena *arena, fh_text *out, fh_error *err)
{
    return read_alone(lexicon, NULL, 0, raw, about, arena, out, err);
}

/* ---- Many messages ---- */

enum { KEPT_TEXT = 1 << 16 }; /* for longer ones no room is kept */

struct fh_text_reader {
    fh_allocator from;
    const fh_lexicon *lexicon;
    uint64_t changes;  /* of the lexicon when the words were looked up */
    uint32_t language; /* of the last message: that of the next, probably */
    fh_words *words;   /* where a line of the cache begins, in words_room */
    void *words_room;
    fh_room room;
    fh_arena *scratch;
};

enum { WORDS_ROOM = sizeof(fh_words) + FH_WORD_LINE };

static fh_words *words_within(void *room)
{
    const uintptr_t at = (uintptr_t)room, line = FH_WORD_LINE;
    return (void *)((unsigned char *)room + (line - at % line));
}

fh_status fh_text_reader_new(const fh_lexicon *lexicon, const fh_allocator *from,
                             fh_text_reader **out, fh_error *err)
{
    if (!from) from = fh_allocator_default();
    fh_text_reader *reader = from->alloc(from->ctx, sizeof *reader);
    if (!reader) return fh_no_memory(err);
    *reader = (fh_text_reader){.from = *from,
                               .lexicon = lexicon,
                               .changes = fh_lexicon_changes(lexicon),
                               .language = 1,
                               .words_room = from->alloc(from->ctx, WORDS_ROOM),
                               .room = {.from = *from},
                               .scratch = fh_arena_new(from)};
    if (!reader->words_room || !reader->scratch) {
        fh_text_reader_free(reader);
        return fh_no_memory(err);
    }
    reader->words = words_within(reader->words_room);
    memset(reader->words, 0, sizeof *reader->words);
    *out = reader;
    return FH_OK;
}

void fh_text_reader_free(fh_text_reader *reader)
{
    if (!reader) return;
    const fh_allocator from = reader->from;
    if (reader->words_room) from.free(from.ctx, reader->words_room, WORDS_ROOM);
    fh_room_free(&reader->room);
    fh_arena_free(reader->scratch);
    from.free(from.ctx, reader, sizeof *reader);
}

fh_status fh_text_read_by(fh_text_reader *reader, fh_str raw, const fh_text_about *about,
                          fh_arena *arena, fh_text *out, fh_error *err)
{
    const fh_text_about nothing = {0};
    fh_status status;
    fh_text text;
    if (reader->changes != fh_lexicon_changes(reader->lexicon)) {
        memset(reader->words, 0, sizeof *reader->words);
        reader->changes = fh_lexicon_changes(reader->lexicon);
    }
    if (raw.len > KEPT_TEXT) {
        status = read_alone(reader->lexicon, reader->words, reader->language, raw, about, arena,
                            &text, err);
    } else {
        fh_reading r = {.lexicon = reader->lexicon,
                        .raw = raw,
                        .about = about ? about : &nothing,
                        .arena = arena,
                        .scratch = reader->scratch,
                        .room = &reader->room,
                        .words = reader->words};
        status = message_read(&r, reader->language, &text, err);
        fh_arena_reset(reader->scratch);
    }
    if (status != FH_OK) return status;
    reader->language = text.language;
    *out = text;
    return FH_OK;
}
