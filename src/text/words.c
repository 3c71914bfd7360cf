/* words.c - what a word is to the lists of its language: looked up, and put into its place. */
#include "text/words.h"

#include "text/text_parts.h"

#include <string.h>

_Static_assert(sizeof(fh_known_word) == 64, "a line of the cache");

uint32_t fh_word_meant(const fh_lexicon *lexicon, uint32_t language, fh_str low, uint64_t lists)
{
    const uint64_t meant = UINT64_C(1) << FH_LIST_ANTONYMS | UINT64_C(1) << FH_LIST_SAME;
    bool turns;
    return lists & meant ? fh_lexicon_anchor(lexicon, language, low, &turns)
                         : fh_lexicon_stem_anchor(lexicon, language, low);
}

void fh_word_look(const fh_lexicon *lexicon, uint32_t language, fh_str low, fh_known_word *out)
{
    fh_word_use use;
    fh_lexicon_word(lexicon, language, low, &use);
    *out = (fh_known_word){.lists = use.is,
                           .begins = use.begins,
                           .next = use.next,
                           .reach = (uint8_t)use.reach,
                           .digits = low.len >= FH_WORD_MAX}; /* cut off: nobody knows */
    int64_t number;
    out->one = use.is >> FH_LIST_NUMBERS & 1 &&
               fh_lexicon_in(lexicon, language, FH_LIST_NUMBERS, low, &number) && number == 1;
    for (size_t i = 0; i < low.len; i++) out->digits |= low.ptr[i] >= '0' && low.ptr[i] <= '9';
}

const fh_known_word *fh_word_learn(fh_words *words, const fh_lexicon *lexicon, uint32_t language,
                                   const uint64_t key[FH_WORD_KEYS], uint32_t len)
{
    const uint32_t at = fh_word_place(key, language);
    fh_known_word *to = &words->at[at], *beside = &words->at[at ^ 1];
    if (to->len) *beside = *to; /* who was here moves on; who was there is forgotten */
    char low[FH_WORD_KEPT];
    memcpy(low, key, sizeof low);
    const fh_str word = {low, len};
    fh_word_look(lexicon, language, word, to);
    memcpy(to->key, key, sizeof to->key);
    to->len = (uint8_t)len;
    to->language = (uint8_t)language;
    to->word = fh_word_meant(lexicon, language, word, to->lists);
    to->common = fh_lexicon_common(lexicon, word);
    return to;
}
