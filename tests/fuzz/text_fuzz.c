/* text_fuzz.c - any bytes as a message, as counters and as templates. A message is read whole:
 * sentences, facts and words lie in order within it; a reader of many says the same. Counters
 * are refused with a remedy, or come out as the bytes they were; templates of the form before
 * are refused or can be kept; of pieces as many numbers are given as can be read, or all. */
#include "firsthand/text.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static void rising(const uint32_t *v, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) must(v[i - 1] < v[i]);
}

static void check(const fh_text *t)
{
    uint32_t end = 0, fact = 0;
    must(t->said.len <= t->raw.len && t->signed_by.len <= t->raw.len);
    for (uint32_t i = 0; i < t->n_sentences; i++) {
        const fh_sentence *s = &t->sentence[i];
        must(s->at >= end && s->len > 0 && s->at + s->len <= t->raw.len);
        end = s->at + s->len;
        must(s->facts == fact && s->n_anchors <= s->n_words);
        rising(s->anchor, s->n_anchors);
        for (uint32_t k = 0; k < s->n_facts; k++, fact++) {
            const fh_fact *f = &t->fact[fact];
            must(f->sentence == i && f->at >= s->at && f->len > 0 && f->at + f->len <= end);
            must(f->type < FH_N_FACT_TYPES && f->low <= f->high);
            must(fh_facts_agree(f, f));
        }
    }
    must(fact == t->n_facts);
    rising(t->shingle, t->n_shingles);
}

static void message(fh_str raw, uint32_t language)
{
    static fh_lexicon *lexicon; /* made once: what the fuzzer looks for is not in there */
    static fh_text_reader *reader;
    if (!lexicon && fh_lexicon_new(NULL, &lexicon, NULL) != FH_OK) return;
    if (!reader && fh_text_reader_new(lexicon, NULL, &reader, NULL) != FH_OK) return;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_text_about about = {.sent_ms = INT64_C(1741003200000), .language = language};
    fh_text a, b;
    if (arena && fh_text_read(lexicon, raw, &about, arena, &a, NULL) == FH_OK &&
        fh_text_read_by(reader, raw, &about, arena, &b, NULL) == FH_OK) {
        const fh_difference *difference;
        size_t n;
        check(&a);
        check(&b);
        must(a.language == b.language && a.n_sentences == b.n_sentences && a.n_facts == b.n_facts);
        if (a.n_shingles) must(fh_texts_alike(&a, &b, NULL).jaccard == 1);
        must(fh_texts_differ(lexicon, NULL, NULL, &a, &b, arena, &difference, &n, NULL) == FH_OK);
    }
    fh_arena_free(arena);
}

/* Bytes with the head made right, so that what follows is looked at. */
static char *sealed(const uint8_t *data, size_t size, const char *magic, size_t *len)
{
    *len = size < 24 ? 24 : size;
    char *bytes = calloc(1, *len);
    if (!bytes) return NULL;
    memcpy(bytes, data, size);
    memcpy(bytes, magic, 8);
    uint64_t sum = XXH3_64bits(bytes + 24, *len - 24);
    memcpy(bytes + 16, &sum, 8);
    sum = XXH3_64bits(bytes, 24);
    memcpy(bytes + 16, &sum, 8);
    return bytes;
}

static void counters(fh_str bytes)
{
    fh_usage *usage;
    fh_error err = {.status = FH_OK};
    fh_buf out;
    fh_buf_init(&out, NULL, 1 << 26);
    if (fh_usage_new(NULL, &usage, NULL) != FH_OK) return;
    if (fh_usage_decode(usage, bytes, &err) == FH_OK) {
        must(fh_usage_encode(usage, &out, NULL) == FH_OK && out.len <= bytes.len);
    } else {
        must(err.status == FH_CORRUPT && err.hint[0]);
    }
    fh_buf_free(&out);
    fh_usage_free(usage);
}

typedef struct piece {
    fh_str bands, shingles;
} piece;

/* Opens a piece, adds a text, and returns how many there are. */
static uint32_t add_to(const piece *p, fh_buf *bands, fh_buf *shingles)
{
    static const uint32_t shingle[] = {1, 20, 300, 4000, 50000, 600000, 7000000, 80000000};
    const fh_text text = {.n_shingles = 8, .shingle = shingle};
    fh_templates *t;
    fh_piece_taken taken;
    uint32_t number = 0;
    if (fh_templates_new(NULL, &t, NULL) != FH_OK) return 0;
    must(fh_templates_known(t, p->bands, p->shingles, &taken, NULL) == FH_OK && taken.taken);
    const uint32_t before = fh_templates_count(t);
    must(before > 0 && before <= FH_TEMPLATES_PIECE);
    must(fh_templates_first_new(t) == fh_templates_pieces(t));
    must(fh_templates_add(t, &text, NULL, &number, NULL) == FH_OK);
    const uint32_t n = fh_templates_count(t);
    must(number > 0 && (number <= before ? n == before : number == n && n == before + 1));
    if (n > before)
        must(fh_templates_piece(t, fh_templates_first_new(t), bands, shingles, NULL) == FH_OK);
    fh_templates_free(t);
    return n;
}

/* What is kept of it and the text is opened again. */
static void pieces(const piece *p)
{
    fh_buf bands, shingles;
    fh_buf_init(&bands, NULL, 1 << 26);
    fh_buf_init(&shingles, NULL, 1 << 26);
    const uint32_t n = add_to(p, &bands, &shingles);
    const piece again = {fh_buf_view(&bands), fh_buf_view(&shingles)};
    if (n && bands.len) { /* or it lies in a crowd, and is a new one each time */
        const uint32_t was = (n - 1) % FH_TEMPLATES_PIECE + 1;
        const uint32_t is = add_to(&again, &bands, &shingles);
        must(is == was || is == was + 1);
    }
    fh_buf_free(&shingles);
    fh_buf_free(&bands);
}

static void templates(fh_str bytes)
{
    fh_templates *t;
    fh_error err = {.status = FH_OK};
    fh_buf bands, shingles;
    fh_buf_init(&bands, NULL, 1 << 26);
    fh_buf_init(&shingles, NULL, 1 << 26);
    if (fh_templates_new(NULL, &t, NULL) != FH_OK) return;
    if (fh_templates_decode(t, bytes, &err) != FH_OK) {
        must(err.status == FH_CORRUPT && err.hint[0]);
    } else if (fh_templates_count(t)) {
        must(fh_templates_first_new(t) == 0);
        must(fh_templates_piece(t, 0, &bands, &shingles, NULL) == FH_OK);
        pieces(&(piece){fh_buf_view(&bands), fh_buf_view(&shingles)});
    }
    fh_buf_free(&shingles);
    fh_buf_free(&bands);
    fh_templates_free(t);
}

/* A piece: how long its bands are (2 bytes), these, its shingles. */
static void piece_of(const uint8_t *data, size_t size)
{
    if (size < 2) return;
    size_t cut = data[0] | (size_t)data[1] << 8, n_bands, n_shingles;
    if (cut > size - 2) cut = size - 2;
    char *bands = sealed(data + 2, cut, "FHBANDS\1", &n_bands);
    char *shingles = sealed(data + 2 + cut, size - 2 - cut, "FHSHING\1", &n_shingles);
    if (bands && shingles) pieces(&(piece){{bands, n_bands}, {shingles, n_shingles}});
    free(shingles);
    free(bands);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    if (data[0] > 6) {
        message((fh_str){(const char *)data, size}, 0);
    } else if (data[0] == 6) {
        piece_of(data + 1, size - 1);
    } else if (data[0] >= 2) {
        message((fh_str){(const char *)data + 1, size - 1}, data[0] - 2u);
    } else {
        size_t len;
        char *bytes = sealed(data, size, data[0] & 1 ? "FHUSAGE\1" : "FHTEMPL\1", &len);
        if (!bytes) return 0;
        if (data[0] & 1)
            counters((fh_str){bytes, len});
        else
            templates((fh_str){bytes, len});
        free(bytes);
    }
    return 0;
}
