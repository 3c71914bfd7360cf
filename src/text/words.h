/* words.h - what words are to the lists of their language, kept by the letters they are made of.
 *
 * The same words come millions of times: each is looked up once and then found by its first 24
 * bytes. The table has a fixed size; of two words that want one place the later one stays. What
 * is kept is what would be looked up, so nobody can tell by a result whether it was kept. */
#ifndef FH_TEXT_WORDS_H
#define FH_TEXT_WORDS_H

#include "text/lexicon.h"

enum { FH_WORD_KEYS = 3, FH_WORD_KEPT = FH_WORD_KEYS * 8, FH_WORDS_BITS = 13 };

/* 64 bytes: one line of a processor's cache. */
typedef struct fh_known_word {
    uint64_t key[FH_WORD_KEYS];   /* its bytes in lower case, then zeros */
    uint64_t lists, begins, next; /* fh_word_use */
    uint32_t word;                /* what it counts as; 0: not reckoned */
    uint32_t common;              /* fh_lexicon_common */
    uint8_t len;                  /* 0: a free place */
    uint8_t language, reach;
    bool digits; /* there may be a digit in it */
    bool one;    /* of the list `numbers`, with the value 1 */
} fh_known_word;

typedef struct fh_words {
    fh_known_word at[1 << FH_WORDS_BITS];
} fh_words;

/* Looks a word (lower case) up in all lists; `common` is left 0. */
void fh_word_look(const fh_lexicon *lexicon, uint32_t language, fh_str low, fh_known_word *out);
/* What a word of a text counts as that is in these lists. */
uint32_t fh_word_meant(const fh_lexicon *lexicon, uint32_t language, fh_str low, uint64_t lists);
/* Puts a word that was not found into its place. */
const fh_known_word *fh_word_learn(fh_words *words, const fh_lexicon *lexicon, uint32_t language,
                                   const uint64_t key[FH_WORD_KEYS], uint32_t len);

static inline uint32_t fh_word_place(const uint64_t key[FH_WORD_KEYS], uint32_t language)
{
    const uint64_t h = (key[0] ^ language) * UINT64_C(0x9e3779b97f4a7c15) ^
                       key[1] * UINT64_C(0xbf58476d1ce4e5b9) ^
                       key[2] * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((h ^ h << 23) >> (64 - FH_WORDS_BITS));
}

/* No word has a byte 0, so how long it is stands in its key, and nothing is like a free place. */
static inline bool fh_word_is(const fh_known_word *k, const uint64_t key[FH_WORD_KEYS],
                              uint32_t language)
{
    return ((k->key[0] ^ key[0]) | (k->key[1] ^ key[1]) | (k->key[2] ^ key[2]) |
            (k->language ^ language)) == 0;
}

/* A word of 1 to FH_WORD_KEPT bytes without combining marks. */
static inline const fh_known_word *fh_word_known(fh_words *words, const fh_lexicon *lexicon,
                                                 uint32_t language,
                                                 const uint64_t key[FH_WORD_KEYS], uint32_t len)
{
    const uint32_t at = fh_word_place(key, language);
    if (fh_word_is(&words->at[at], key, language)) return &words->at[at];
    if (fh_word_is(&words->at[at ^ 1], key, language)) return &words->at[at ^ 1];
    return fh_word_learn(words, lexicon, language, key, len);
}

#endif
