/* text_fuzz.c - any bytes as a message, as counters and as templates. A message is read whole:
 * sentences, facts and words lie in order within it; a reader of many says the same. Counters
 * and templates are refused with a remedy, or come out as the bytes they were. */
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
static char *sealed(const uint8_t *data, size_t size, size_t *len)
{
    *len = size < 24 ? 24 : size;
    char *bytes = calloc(1, *len);
    if (!bytes) return NULL;
    memcpy(bytes, data, size);
    memcpy(bytes, data[0] & 1 ? "FHUSAGE\1" : "FHTEMPL\1", 8);
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

static void templates(fh_str bytes)
{
    fh_templates *t;
    fh_error err = {.status = FH_OK};
    fh_buf out;
    fh_buf_init(&out, NULL, 1 << 26);
    if (fh_templates_new(NULL, &t, NULL) != FH_OK) return;
    if (fh_templates_decode(t, bytes, &err) == FH_OK) {
        must(fh_templates_encode(t, &out, NULL) == FH_OK && out.len <= bytes.len);
    } else {
        must(err.status == FH_CORRUPT && err.hint[0]);
    }
    fh_buf_free(&out);
    fh_templates_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    if (data[0] >= 6) {
        message((fh_str){(const char *)data, size}, 0);
    } else if (data[0] >= 2) {
        message((fh_str){(const char *)data + 1, size - 1}, data[0] - 2u);
    } else {
        size_t len;
        char *bytes = sealed(data, size, &len);
        if (!bytes) return 0;
        if (data[0] & 1)
            counters((fh_str){bytes, len});
        else
            templates((fh_str){bytes, len});
        free(bytes);
    }
    return 0;
}
