/* facts_fuzz.c - any bytes as two messages: facts lie in the text in order and agree with
 * themselves, can be said; differences name what is there; a text compared with itself does
 * not differ. The first byte chooses language and day; a zero byte parts the messages. */
#include "firsthand/text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_facts(const fh_text *t)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < t->n_facts; i++) {
        const fh_fact *f = &t->fact[i];
        if (f->at < at || f->len == 0 || (size_t)f->at + f->len > t->raw.len) abort();
        if (f->low > f->high || (f->either && f->low2 > f->high2)) abort();
        if ((unsigned)f->type >= FH_N_FACT_TYPES || f->sentence >= t->n_sentences) abort();
        if (!fh_facts_agree(f, f)) abort();
        at = f->at + f->len;
        fh_buf out;
        fh_buf_init(&out, NULL, 4096);
        const fh_status status = fh_fact_say(f, &out, NULL);
        if (status != FH_OK && status != FH_LIMIT) abort();
        fh_buf_free(&out);
    }
}

static void check_pair(const fh_lexicon *lexicon, fh_arena *arena, const fh_text *a,
                       const fh_text *b)
{
    const fh_difference *d = NULL;
    size_t n = 0;
    if (fh_texts_differ(lexicon, NULL, NULL, a, b, arena, &d, &n, NULL) != FH_OK) return;
    for (size_t i = 0; i < n; i++) {
        if (!(d[i].sure >= 0 && d[i].sure <= 1)) abort();
        if (d[i].sentence_a >= a->n_sentences || d[i].sentence_b >= b->n_sentences) abort();
        if (d[i].type == FH_FACT_POLICY && d[i].fact_a == UINT32_MAX) continue;
        if (d[i].fact_a >= a->n_facts || d[i].fact_b >= b->n_facts) abort();
        if (a->fact[d[i].fact_a].type != d[i].type || b->fact[d[i].fact_b].type != d[i].type)
            abort();
        if (fh_facts_agree(&a->fact[d[i].fact_a], &b->fact[d[i].fact_b])) abort();
    }
    const fh_retold r = fh_texts_retold(a, b, NULL);
    if (!(r.content >= 0 && r.content <= 1 && r.topic >= 0 && r.topic <= 1)) abort();
    const uint32_t known = fh_text_asks_known(a, b);
    uint32_t asked = 0;
    for (uint32_t i = 0; i < a->n_sentences; i++) asked |= a->sentence[i].asks_for;
    if (known & ~asked) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static fh_lexicon *lexicon; /* kept: to make one takes longer than all the rest */
    if (size < 1) return 0;
    const char *raw = (const char *)data + 1;
    const char *zero = size > 1 ? memchr(raw, 0, size - 1) : NULL;
    const size_t first = zero ? (size_t)(zero - raw) : size - 1;
    const fh_str a = {raw, first};
    const fh_str b = zero ? (fh_str){zero + 1, size - 2 - first} : a;
    const fh_text_about about = {.sent_ms = INT64_C(1741003200000) * (data[0] >> 4),
                                 .offset_s = (data[0] & 15) * 3600 - 7 * 3600,
                                 .language = data[0] & 3u};
    if (!lexicon && fh_lexicon_new(NULL, &lexicon, NULL) != FH_OK) return 0;
    fh_arena *arena = fh_arena_new(NULL);
    fh_text ta, tb;
    if (arena && fh_text_read(lexicon, a, &about, arena, &ta, NULL) == FH_OK &&
        fh_text_read(lexicon, b, &about, arena, &tb, NULL) == FH_OK) {
        check_facts(&ta);
        check_facts(&tb);
        check_pair(lexicon, arena, &ta, &tb);
    }
    fh_arena_free(arena);
    return 0;
}
