/* texts.h - reading messages, for tests: an arena and the built-in languages at hand. */
#ifndef FH_TEXTS_H
#define FH_TEXTS_H

#include "firsthand/text.h"

typedef struct texts {
    fh_lexicon *lexicon;
    fh_arena *arena;
} texts;

/* Set-up and tear-down of a group of tests: *state is a texts. */
int texts_begin(void **state);
int texts_end(void **state);

/* Sent on 3 March 2025, noon UTC; the language is guessed. */
const fh_text *texts_read(texts *t, fh_str raw);
fh_str texts_sentence(const fh_text *text, uint32_t i);
/* The sentences, each ended by "|", with line ends as spaces. */
fh_str texts_sentences(texts *t, const char *raw);

#endif
