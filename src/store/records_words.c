/* records_words.c - words by which records are found, and which are alike.
 *
 * A record's words are those of its title and of every text in its fields, in lower case;
 * of a choice (and of yes and no) also "field=value", so that a list by a choice is answered
 * by the same index. Records are alike when they share words; a word counts the more the
 * fewer records have it, and words that very many have count nothing.
 */
#include "store/records_parts.h"

#include "base/json.h"
#include "base/sort.h"
#include "store/inside.h"

#include <string.h>
#include <utf8proc.h>

enum {
    WORD_MAX = 40,    /* bytes of a word */
    WORD_LEAST = 2,   /* letters */
    COMMON = 4000,    /* a word of more records tells nothing */
    ASKED_WORDS = 40, /* so many words of a text are looked up */
    LOOKED_AT = 500   /* so many of the best are asked for their kind */
};

typedef struct words {
    fh_arena *arena;
    fh_str *ptr;
    size_t n, cap;
    bool no_memory;
} words;

static void keep(words *w, fh_str word)
{
    void *list = w->ptr;
    fh_str copy;
    if (w->n >= FH_RECORD_WORDS_MAX || w->no_memory) return;
    for (size_t i = 0; i < w->n; i++)
        if (fh_str_eq(w->ptr[i], word)) return;
    if (!fh_record_room(w->arena, &list, w->n, &w->cap, sizeof(fh_str)) ||
        !fh_arena_str(w->arena, word, &copy)) {
        w->no_memory = true;
        return;
    }
    w->ptr = list;
    w->ptr[w->n++] = copy;
}

/* Letters, marks on them, digits. */
static bool is_of_word(utf8proc_int32_t c)
{
    const utf8proc_category_t is = utf8proc_category(c);
    return (is >= UTF8PROC_CATEGORY_LU && is <= UTF8PROC_CATEGORY_MC) || is == UTF8PROC_CATEGORY_ND;
}

static void split(words *w, fh_str text)
{
    char word[WORD_MAX + 4];
    size_t len = 0, letters = 0, at = 0;
    while (at <= text.len) {
        utf8proc_int32_t c = 0;
        utf8proc_ssize_t took = 1;
        if (at < text.len)
            took = utf8proc_iterate((const utf8proc_uint8_t *)text.ptr + at,
                                    (utf8proc_ssize_t)(text.len - at), &c);
        if (took < 1) {
            took = 1; /* not UTF-8: as a gap */
            c = 0;
        }
        at += (size_t)took;
        if (c > 0 && is_of_word(c)) {
            if (len <= WORD_MAX - 4)
                len += (size_t)utf8proc_encode_char(utf8proc_tolower(c),
                                                    (utf8proc_uint8_t *)word + len);
            letters++;
            continue;
        }
        if (letters >= WORD_LEAST) keep(w, (fh_str){word, len});
        len = letters = 0;
    }
}

fh_status fh_record_words_of(fh_str text, fh_arena *arena, fh_str **out, size_t *n, fh_error *err)
{
    words w = {.arena = arena};
    split(&w, text);
    if (w.no_memory) return fh_no_memory(err);
    *out = w.ptr;
    *n = w.n;
    return FH_OK;
}

/* ---- Of a record ------------------------------------------------------------------------ */

static bool is_choice(fh_str s)
{
    if (!s.len || s.len > WORD_MAX) return false;
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-') return false;
    }
    return true;
}

static void keep_choice(words *w, fh_str field, fh_str value)
{
    fh_str word;
    if (field.len > WORD_MAX || !is_choice(value)) return;
    if (!fh_arena_format(w->arena, &word, "%.*s=%.*s", FH_STR_ARG(field), FH_STR_ARG(value)))
        w->no_memory = true;
    else
        keep(w, word);
}

static void split_value(words *w, const fh_json_doc *doc, uint32_t at, fh_str field)
{
    const fh_json_token *t = &doc->token[at];
    fh_str text;
    if (t->type == FH_JSON_TRUE) keep_choice(w, field, FH_STR("yes"));
    if (t->type == FH_JSON_FALSE) keep_choice(w, field, FH_STR("no"));
    if (t->type != FH_JSON_STRING) return;
    if (!fh_json_text(doc, at, w->arena, &text)) {
        w->no_memory = true;
        return;
    }
    if (text.len && text.ptr[0] == '/') return; /* a question */
    keep_choice(w, field, text);
    split(w, text);
}

/* What is no JSON has no words: `check` tells of it. */
static fh_status split_fields(words *w, fh_str fields, fh_error *err)
{
    enum { TOKENS = 1 << 16 };
    fh_json_reader *reader = fh_json_reader_new(fh_arena_allocator(w->arena), TOKENS);
    fh_json_doc doc;
    fh_error e = {0};
    if (!reader) return fh_no_memory(err);
    const fh_status status = fh_json_read(reader, fields, &doc, &e);
    if (status == FH_OK && doc.token[0].type == FH_JSON_OBJECT) {
        for (uint32_t at = 1; at < doc.token[0].next;) {
            fh_str field = {0};
            const uint32_t value = at + 1;
            if (!fh_json_text(&doc, at, w->arena, &field)) w->no_memory = true;
            if (doc.token[value].type == FH_JSON_ARRAY) {
                for (uint32_t v = value + 1; v < doc.token[value].next; v = doc.token[v].next)
                    split_value(w, &doc, v, field);
            } else {
                split_value(w, &doc, value, field);
            }
            at = doc.token[value].next;
        }
    }
    fh_json_reader_free(reader);
    return status == FH_NOMEM || w->no_memory ? fh_no_memory(err) : FH_OK;
}

static fh_status put_words(fh_org *org, int64_t record, const words *w, fh_error *err)
{
    fh_status status = FH_OK;
    for (size_t i = 0; i < w->n && status == FH_OK; i++)
        status = FH_DO(fh_org_db(org),
                       "INSERT INTO record_word (word, record) VALUES ($1, $2) ON CONFLICT (word, "
                       "record) DO NOTHING",
                       NULL, err, fh_arg_text(w->ptr[i]), fh_arg_int(record));
    return status;
}

fh_status fh_record_words_put(fh_org *org, int64_t record, fh_str title, fh_str fields, bool again,
                              fh_error *err)
{
    words w = {.arena = fh_arena_new(NULL)};
    if (!w.arena) return fh_no_memory(err);
    split(&w, title);
    fh_status status = split_fields(&w, fields, err);
    if (status == FH_OK && again)
        status = FH_DO(fh_org_db(org), "DELETE FROM record_word WHERE record = $1", NULL, err,
                       fh_arg_int(record));
    if (status == FH_OK) status = put_words(org, record, &w, err);
    fh_arena_free(w.arena);
    return status;
}

/* ---- Alike -------------------------------------------------------------------------------- */

typedef struct hits {
    fh_arena *arena;
    fh_record_alike *ptr;
    size_t n, cap;
} hits;

static int by_record(const void *pa, const void *pb, void *ctx)
{
    const fh_record_alike *a = pa, *b = pb;
    (void)ctx;
    return (a->record > b->record) - (a->record < b->record);
}

static int by_score(const void *pa, const void *pb, void *ctx)
{
    const fh_record_alike *a = pa, *b = pb;
    (void)ctx;
    if (a->score != b->score) return a->score < b->score ? 1 : -1;
    return (a->record < b->record) - (a->record > b->record); /* newer ones first */
}

/* 16 for a word of one record, one less with every doubling. */
static uint64_t rarity(size_t n_records)
{
    uint64_t score = 16;
    while (n_records > 1 && score > 1) {
        n_records /= 2;
        score--;
    }
    return score;
}

static fh_status add_word(fh_org *org, fh_str word, hits *h, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const size_t first = h->n;
    fh_status status =
        FH_ASK(fh_org_db(org), "SELECT record FROM record_word WHERE word = $1 LIMIT $2", &s, &row,
               err, fh_arg_text(word), fh_arg_int(COMMON + 1));
    while (status == FH_OK && row) {
        void *list = h->ptr;
        if (!fh_record_room(h->arena, &list, h->n, &h->cap, sizeof(fh_record_alike))) {
            status = fh_no_memory(err);
            break;
        }
        h->ptr = list;
        h->ptr[h->n++] = (fh_record_alike){.record = fh_stmt_i64(s, 0)};
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (h->n - first > COMMON) h->n = first;
    const uint64_t score = rarity(h->n - first);
    for (size_t i = first; i < h->n; i++) h->ptr[i].score = score;
    return status;
}

static size_t sum_up(hits *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++) {
        if (n && h->ptr[n - 1].record == h->ptr[i].record)
            h->ptr[n - 1].score += h->ptr[i].score;
        else
            h->ptr[n++] = h->ptr[i];
    }
    return n;
}

/* Those of the kind among the best; the rest goes. */
static fh_status keep_kind(fh_org *org, fh_str kind, size_t max, hits *h, fh_error *err)
{
    size_t kept = 0;
    fh_status status = FH_OK;
    for (size_t i = 0; i < h->n && i < LOOKED_AT && kept < max && status == FH_OK; i++) {
        bool is = false;
        status = FH_DO(fh_org_db(org),
                       "SELECT 1 FROM record WHERE record = $1 AND kind = $2 AND merged_into = 0",
                       &is, err, fh_arg_int(h->ptr[i].record), fh_arg_text(kind));
        if (is) h->ptr[kept++] = h->ptr[i];
    }
    h->n = kept;
    return status;
}

fh_status fh_record_alikes(fh_org *org, fh_str kind, const fh_str *word, size_t n_words, size_t max,
                           fh_arena *arena, fh_record_alike **out, size_t *n, fh_error *err)
{
    hits h = {.arena = arena};
    const fh_allocator *from = fh_arena_allocator(arena);
    fh_status status = FH_OK;
    for (size_t i = 0; i < n_words && i < ASKED_WORDS && status == FH_OK; i++)
        status = add_word(org, word[i], &h, err);
    if (status == FH_OK && h.n &&
        fh_sort(from, h.ptr, h.n, sizeof *h.ptr, by_record, NULL) != FH_OK)
        status = fh_no_memory(err);
    if (status == FH_OK) h.n = sum_up(&h);
    if (status == FH_OK && h.n && fh_sort(from, h.ptr, h.n, sizeof *h.ptr, by_score, NULL) != FH_OK)
        status = fh_no_memory(err);
    if (status == FH_OK) status = keep_kind(org, kind, max, &h, err);
    if (status != FH_OK) return status;
    *out = h.ptr;
    *n = h.n;
    return FH_OK;
}
