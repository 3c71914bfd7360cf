/* text_parts.h - what the files of src/text tell one another.
 *
 *     raw --fh_tokens_read--> tokens (each word with the lists of lexicon.h it is in)
 *         --fh_said_find----> stretches in which the writer speaks      (text_said.c)
 *         --sentences-------> for each: fh_facts_find, fh_sentence_mark (facts_*.c)
 *                             then words, anchors, shingles             (text_read.c)
 */
#ifndef FH_TEXT_TEXT_PARTS_H
#define FH_TEXT_TEXT_PARTS_H

#include "firsthand/text.h"

/* ---- Tokens (tokens.c) ---- */

typedef enum fh_token_kind {
    FH_TOKEN_WORD,   /* a letter, then letters, digits, marks; inner apostrophes: don't  */
    FH_TOKEN_NUMBER, /* digits; a . , or ' between digits belongs to it: 1.500,00 12.03.25 */
    FH_TOKEN_SIGN,   /* any other single character, also a byte that is no UTF-8          */
    FH_TOKEN_BREAK   /* the end of a line; len 1; `low` is empty                          */
} fh_token_kind;

/* "€ 1.500,00 by 3pm" is: € | 1.500,00 | by | 3 | pm; "re-open" is: re | - | open. */
typedef struct fh_token {
    uint32_t at, len; /* bytes in raw */
    fh_str low;       /* words: lower case, composed (NFC), at most FH_WORD_MAX bytes; else as is */
    uint64_t lists;   /* words: bit 1 << fh_list for each list that has this very word */
    uint64_t begins;  /* words: the same for each list of which an entry may begin here */
    uint32_t word;    /* words: what it counts as; 0: not reckoned yet */
    fh_token_kind kind;
    uint8_t reach; /* no entry that begins here has more tokens; 0: none begins */
    bool spaced;   /* white space or the beginning stands before it */
    bool capital;  /* begins with a capital letter */
    bool digits;   /* words: there may be a digit in it */
    bool one;      /* words: the number one, as a word: "a" */
    bool marks;    /* words: letters and marks were composed in `low` */
    uint8_t next;  /* which bit of fh_next_token it is, of what is no break */
} fh_token;
enum { FH_WORD_MAX = 64, FH_TEXT_MAX = 1 << 20 }; /* of longer texts the rest is not read */

/* Room for the tokens of a message, kept from one to the next. */
typedef struct fh_room {
    fh_allocator from;
    fh_token *token;             /* [cap] */
    uint8_t *spot;               /* [cap] and FH_SPOTS_BEHIND */
    struct fh_asked_word *asked; /* [cap] (tokens.c) */
    uint32_t cap;
    char *text; /* [cap_text] the text, zeros behind it; then the same in lower case */
    size_t cap_text;
} fh_room;
void fh_room_free(fh_room *room);

/* What is read, handed to every part. */
typedef struct fh_reading {
    const fh_lexicon *lexicon;
    uint32_t language;   /* 0: unknown */
    bool language_sure;  /* else another one may be found while tokens are read */
    bool point_ordinals; /* the language writes "1." for first */
    fh_str raw;
    const fh_text_about *about; /* never NULL */
    fh_arena *arena;            /* of the result: facts are kept here */
    fh_arena *scratch;          /* of what is needed only while reading */
    fh_room *room;              /* of tokens and their `low`: copy what a fact keeps of them */
    struct fh_words *words;     /* words that came before (words.h); NULL: none are kept */
    uint32_t n_tokens, n_breaks;
    const fh_token *token;
    const uint8_t *spot; /* [n_tokens] of each token: what may stand there (spots.h) */
} fh_reading;

/* Tokens of raw; all but the last three is set. With words kept, *guess is the language that
 * fh_language_guess would say, and r->language is the one they were read in; else both stay. */
FH_MUST_CHECK fh_status fh_tokens_read(fh_reading *r, uint32_t *guess, fh_error *err);
/* fh_phrase_at of a token that begins an entry of the list. */
uint32_t fh_phrase_find(const fh_reading *r, int list, uint32_t i, uint32_t end, int64_t *value);

/* The longest entry of a list (fh_list of lexicon.h) that stands at token i and before token
 * `end`: how many tokens it takes, 0 when none does. Words of a phrase may be parted by a line's
 * end. `value` may be NULL. Costs next to nothing where the token begins no entry. */
static inline uint32_t fh_phrase_at(const fh_reading *r, int list, uint32_t i, uint32_t end,
                                    int64_t *value)
{
    if (i >= end || !(r->token[i].begins >> list & 1)) return 0;
    return fh_phrase_find(r, list, i, end, value);
}

/* The word that stands for a fact of this type in fh_sentence.word; no stem's hash. */
static inline uint32_t fh_mask_word(fh_fact_type type)
{
    return 0xfac70000u + (uint32_t)type;
}

void fh_sort_u32(uint32_t *v, uint32_t n, uint32_t *room); /* room: for n */
/* Sorts n numbers and drops those that come again; returns how many are left. */
uint32_t fh_set_make(uint32_t *v, uint32_t n, uint32_t *room);

/* ---- Facts and marks (facts_*.c) ------------------------------------------------------ */

typedef struct fh_fact_list {
    fh_fact *fact; /* [cap] in the reading's arena */
    uint32_t n, cap;
} fh_fact_list;

/* Appends the facts that stand in tokens [first, end), in order of the text and not
 * overlapping, each whole within these tokens; sets their `sentence`. */
FH_MUST_CHECK fh_status fh_facts_find(const fh_reading *r, uint32_t first, uint32_t end,
                                      uint32_t sentence, fh_fact_list *out, fh_error *err);
/* Sets denies, asks, asks_for, changes and again of a sentence made of tokens [first, end)
 * whose facts are known. */
void fh_sentence_mark(const fh_reading *r, uint32_t first, uint32_t end, const fh_fact *facts,
                      uint32_t n_facts, fh_sentence *s);

/* ---- Who speaks (text_said.c) ---- */

/* Tokens [first, end) in which the writer speaks. */
typedef struct fh_stretch {
    uint32_t first, end;
} fh_stretch;

typedef struct fh_said_parts {
    uint32_t n;
    const fh_stretch *stretch; /* in the reading's scratch */
    fh_str signed_by;
} fh_said_parts;
FH_MUST_CHECK fh_status fh_said_find(const fh_reading *r, fh_said_parts *out, fh_error *err);

#endif
