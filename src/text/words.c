/* words.c - what a word is to the lists of its language: looked up, and put into its place. */
#include "text/words.h"

#include "text/spots.h"
#include "text/text_parts.h"

#include <string.h>

_Static_assert(sizeof(fh_known_word) == 32, "two in a line of the cache");
_Static_assert(sizeof(fh_word_sort) == 32, "the same");

uint32_t fh_word_meant(const fh_lexicon *lexicon, uint32_t language, fh_str low, uint64_t lists)
{
    const uint64_t meant = UINT64_C(1) << FH_LIST_ANTONYMS | UINT64_C(1) << FH_LIST_SAME;
    bool turns;
    return lists & meant ? fh_lexicon_anchor(lexicon, language, low, &turns)
                         : fh_lexicon_stem_anchor(lexicon, language, low);
}

void fh_word_look(const fh_lexicon *lexicon, uint32_t language, fh_str low, fh_word_sort *out,
                  uint64_t *begins)
{
    fh_word_use use;
    int64_t number;
    fh_lexicon_word(lexicon, language, low, &use);
    *out = (fh_word_sort){.lists = use.is, .next = use.next, .reach = (uint8_t)use.reach};
    *begins = use.begins;
    out->spots = fh_spots_of(use.is);
    out->nameless = (use.is & fh_nameless) != 0;
    out->one = use.is >> FH_LIST_NUMBERS & 1 &&
               fh_lexicon_in(lexicon, language, FH_LIST_NUMBERS, low, &number) && number == 1;
}

void fh_word_common(fh_word_sort *to, uint32_t common)
{
    to->common = common;
    to->counts = 0;
    for (uint32_t i = 0; i < 8; i++) to->counts |= (uint64_t)(common >> i & 1) << 8 * i;
}

bool fh_word_digits(fh_str low)
{
    bool digits = low.len >= FH_WORD_MAX; /* cut off: nobody knows */
    for (size_t i = 0; i < low.len; i++) digits |= low.ptr[i] >= '0' && low.ptr[i] <= '9';
    return digits;
}

uint8_t fh_word_spots(fh_str low)
{
    return fh_str_starts(low, FH_STR("http")) ? FH_SPOT_FACT : 0;
}

static bool same_sort(const fh_word_sort *a, const fh_word_sort *b)
{
    return a->lists == b->lists && a->next == b->next && a->common == b->common &&
           a->reach == b->reach && a->one == b->one;
}

/* The number of what the lists say; when there are too many, all words are forgotten. */
static uint16_t sort_number(fh_words *words, const fh_word_sort *sort, uint64_t begins)
{
    uint32_t i = 0;
    while (i < words->n_sorts && (words->begins[i] != begins || !same_sort(&words->sort[i], sort)))
        i++;
    if (i < words->n_sorts) return (uint16_t)i;
    if (i == FH_WORD_SORTS) memset(words, 0, sizeof *words);
    if (words->n_sorts == 0) words->n_sorts = 1; /* in no list */
    if (begins == 0 && same_sort(&words->sort[0], sort)) return 0;
    words->begins[words->n_sorts] = begins;
    words->sort[words->n_sorts] = *sort;
    return (uint16_t)words->n_sorts++;
}

/* A place for a word, of the four it may have: who came last goes on to the next one. */
static fh_known_word *place_for(fh_words *words, uint32_t at)
{
    fh_known_word *home = &words->at[at], *beside = &words->at[at ^ 2];
    fh_known_word *const four[] = {home, home + 1, beside, beside + 1};
    for (size_t i = 0; i < 4; i++)
        if (!(four[i]->key[FH_WORD_KEYS - 1] >> 56)) return four[i];
    *four[3] = *four[1];
    *four[1] = *four[0];
    return four[0];
}

const fh_known_word *fh_word_learn(fh_words *words, const fh_lexicon *lexicon, uint32_t language,
                                   const uint64_t key[FH_WORD_KEYS], uint32_t len)
{
    char low[FH_WORD_KEYS * 8];
    memcpy(low, key, sizeof low);
    const fh_str word = {low, len};
    fh_word_sort sort;
    uint64_t begins;
    fh_word_look(lexicon, language, word, &sort, &begins);
    fh_word_common(&sort, fh_lexicon_common(lexicon, word));
    const uint16_t number = sort_number(words, &sort, begins);
    fh_known_word *to = place_for(words, fh_word_place(key));
    *to = (fh_known_word){.word = fh_word_meant(lexicon, language, word, sort.lists),
                          .sort = number,
                          .digits = fh_word_digits(word),
                          .spots = fh_word_spots(word)};
    memcpy(to->key, key, sizeof to->key);
    return to;
}
