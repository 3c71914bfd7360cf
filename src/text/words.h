/* words.h - what words are to the lists of their language, kept by the letters they are made of.
 *
 * The same words come millions of times: each is looked up once and then found by its first 23
 * bytes and its language. Most of a text's time goes by waiting for what is kept of its words, so
 * that is little: 32 bytes a word, two of them in a line of the processor's cache; what the lists
 * say is kept once for all words of which they say the same, and of most they say nothing. The
 * table has a fixed size; of five words that want four places the one that came first goes. What
 * is kept is what would be looked up, so nobody can tell by a result whether it was kept. */
#ifndef FH_TEXT_WORDS_H
#define FH_TEXT_WORDS_H

#include "text/lexicon.h"

enum {
    FH_WORD_KEYS = 3,
    FH_WORD_KEPT = FH_WORD_KEYS * 8 - 1,
    FH_WORD_LINE = 64, /* bytes: where fh_words begins is a multiple of it, for speed alone */
    FH_WORDS_BITS = 13,
    FH_WORD_SORTS = 2048
};

/* What the lists say of a word, and of others. Half a line of the cache holds what is needed of
 * most. */
typedef struct fh_word_sort {
    uint64_t lists, next; /* fh_word_use */
    uint64_t counts;      /* of the first eight languages of `common` a byte each: 1 */
    uint32_t common;      /* fh_lexicon_common */
    uint8_t reach;
    uint8_t spots; /* fh_spots_of `lists` */
    bool nameless; /* of fh_nameless (spots.h) */
    bool one;      /* of the list `numbers`, with the value 1 */
} fh_word_sort;

typedef struct fh_known_word {
    uint64_t key[FH_WORD_KEYS]; /* its bytes in lower case, then zeros, then its language; language
                                   0: a free place */
    uint32_t word;              /* what it counts as; 0: not reckoned */
    uint16_t sort;
    bool digits;   /* there may be a digit in it */
    uint8_t spots; /* fh_word_spots */
} fh_known_word;

/* Does a language write "1." for first? */
typedef enum fh_ordinals { FH_ORDINALS_UNKNOWN, FH_ORDINALS_OTHER, FH_ORDINALS_POINT } fh_ordinals;

typedef struct fh_words {
    fh_known_word at[2 << FH_WORDS_BITS]; /* lines of two */
    fh_word_sort sort[FH_WORD_SORTS];     /* [n_sorts] the first: in no list */
    uint64_t begins[FH_WORD_SORTS];       /* [n_sorts] fh_word_use; with `sort` no two are alike */
    uint32_t n_sorts;
    fh_ordinals ordinals[FH_MAX_LANGUAGES + 1]; /* by language */
} fh_words;

/* Looks a word (lower case) up in all lists; `common` and `counts` are left 0. */
void fh_word_look(const fh_lexicon *lexicon, uint32_t language, fh_str low, fh_word_sort *out,
                  uint64_t *begins);
void fh_word_common(fh_word_sort *to, uint32_t common); /* sets both */
bool fh_word_digits(fh_str low);
uint8_t fh_word_spots(fh_str low); /* those of its letters (spots.h) */
/* What a word of a text counts as that is in these lists. */
uint32_t fh_word_meant(const fh_lexicon *lexicon, uint32_t language, fh_str low, uint64_t lists);
/* Puts a word of 1 to FH_WORD_KEPT bytes without combining marks, that was not found, into its
 * place. */
const fh_known_word *fh_word_learn(fh_words *words, const fh_lexicon *lexicon, uint32_t language,
                                   const uint64_t key[FH_WORD_KEYS], uint32_t len);

/* The first of the two places in the line of this key. */
static inline uint32_t fh_word_place(const uint64_t key[FH_WORD_KEYS])
{
    const uint64_t h = key[0] * UINT64_C(0x9e3779b97f4a7c15) ^
                       key[1] * UINT64_C(0xbf58476d1ce4e5b9) ^
                       key[2] * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((h ^ h << 23) >> (64 - FH_WORDS_BITS)) * 2;
}

/* No word has a byte 0, so how long it is stands in its key, and nothing is like a free place. */
static inline bool fh_word_is(const fh_known_word *k, const uint64_t key[FH_WORD_KEYS])
{
    return ((k->key[0] ^ key[0]) | (k->key[1] ^ key[1]) | (k->key[2] ^ key[2])) == 0;
}

/* The word of this key, whose place is `at`; NULL when it is not kept. */
static inline const fh_known_word *fh_word_find(const fh_words *words, uint32_t at,
                                                const uint64_t key[FH_WORD_KEYS])
{
    const fh_known_word *k = &words->at[at];
    k += k->key[0] != key[0]; /* added, so that nobody has to guess which */
    if (fh_word_is(k, key)) return k;
    for (uint32_t i = 0; i < 4; i++)
        if (fh_word_is(&words->at[at ^ i], key)) return &words->at[at ^ i];
    return NULL;
}

#endif
