/* text_parts.h - what the files of src/text tell one another.
 *
 *     raw --fh_tokens_read--> tokens (each word with the lists it begins an entry of)
 *         --fh_said_find----> stretches in which the writer speaks      (text_said.c)
 *         --sentences-------> for each: fh_facts_find, fh_sentence_mark (facts_*.c)
 *                             then words, anchors, shingles             (text_read.c)
 */
#ifndef FH_TEXT_TEXT_PARTS_H
#define FH_TEXT_TEXT_PARTS_H

#include "firsthand/text.h"

/* ---- Lists that code asks for ---------------------------------------------------- */

/* symbol, name in a language file, what its entries and their values mean */
#define FH_LISTS(X)                                                                                \
    X(STOPS, "stops")         /* single words that carry no subject: the, is, your    */           \
    X(NEGATIONS, "negations") /* not, never, without                                  */           \
    X(SUFFIXES, "suffixes")   /* endings cut for the stem; value: letters that must stay */        \
    X(ABBREVIATIONS, "abbreviations") /* with their period: "e.g." "dr."; 1: may end a sentence */ \
    X(GREETINGS, "greetings")         /* dear, "good morning"                                 */   \
    X(CLOSINGS, "closings")       /* "kind regards"; 1: weak, also said within a text: thanks */   \
    X(BEHALF, "behalf")           /* "on behalf of": who follows has signed               */       \
    X(WROTE, "wrote")             /* ends the line above a quoted reply: wrote, schrieb   */       \
    X(ORIGINALS, "originals")     /* "original message", "forwarded message"              */       \
    X(HEADERS, "headers")         /* of a quoted message: from, sent, to, subject         */       \
    X(DISCLAIMERS, "disclaimers") /* "intended recipient": the paragraph is left out      */       \
    X(MONTHS, "months")           /* january=1                                            */       \
    X(WEEKDAYS, "weekdays")       /* monday=1                                             */       \
    X(NUMBERS, "numbers")         /* one=1 two=2                                          */       \
    X(CURRENCIES, "currencies")   /* euro, dollars                                        */       \
    X(UNITS, "units")             /* of time: minutes=1 hours=60                          */       \
    X(CHANGES, "changes")         /* moved, "instead of", correction                      */       \
    X(ASKS, "asks")               /* "could you", "please send"                           */       \
    X(AGAIN, "again")             /* "as i already told"                                  */

/* Helpers of facts add their own lists above: at most 64. */
typedef enum fh_list {
#define X(symbol, name) FH_LIST_##symbol,
    FH_LISTS(X)
#undef X
        FH_N_LISTS
} fh_list;
#define FH_LIST_BIT(list)  (UINT64_C(1) << (list))
#define FH_IN(token, LIST) (((token)->lists & FH_LIST_BIT(FH_LIST_##LIST)) != 0)

/* lexicon.c: bit FH_LIST_BIT(l) for each list of the language of which an entry is this
 * word or begins with it; one look into a hash table. `hash`: fh_word_hash(word). */
uint64_t fh_lexicon_marks(const fh_lexicon *lexicon, uint32_t language, fh_str word, uint32_t hash);
/* lexicon.c: the entries of a list by its number, longest first. */
const fh_lexeme *fh_lexicon_entries(const fh_lexicon *lexicon, uint32_t language, fh_list list,
                                    size_t *n);

/* ---- Tokens (tokens.c) -------------------------------------------------------------- */

typedef enum fh_token_kind {
    FH_TOKEN_WORD,   /* a letter, then letters, digits, marks; inner apostrophes: don't  */
    FH_TOKEN_NUMBER, /* digits; a . , or ' between digits belongs to it: 1.500,00 12.03.25 */
    FH_TOKEN_SIGN,   /* any other single character, also a byte that is no UTF-8          */
    FH_TOKEN_BREAK   /* the end of a line; len 1; `low` is empty                          */
} fh_token_kind;

/* "€ 1.500,00 by 3pm" is: € | 1.500,00 | by | 3 | pm; "re-open" is: re | - | open. */
typedef struct fh_token {
    uint32_t at, len; /* bytes in raw */
    fh_str low;       /* lower case, composed (NFC), at most FH_WORD_MAX bytes */
    uint64_t lists;   /* words: fh_lexicon_marks */
    uint32_t hash;    /* fh_word_hash(low) */
    fh_token_kind kind;
    bool spaced;  /* white space or the beginning stands before it */
    bool capital; /* begins with a capital letter */
} fh_token;
enum { FH_WORD_MAX = 64, FH_TEXT_MAX = 1 << 20 }; /* of longer texts the rest is not read */

uint32_t fh_word_hash(fh_str low);
/* The stem of a word, a prefix of it: the language's longest suffix that leaves enough is cut. */
fh_str fh_word_stem(const fh_lexicon *lexicon, uint32_t language, fh_str low);

/* What is read, handed to every part. */
typedef struct fh_reading {
    const fh_lexicon *lexicon;
    uint32_t language; /* 0: unknown */
    fh_str raw;
    const fh_text_about *about; /* never NULL */
    fh_arena *arena;            /* of the result */
    uint32_t n_tokens;
    const fh_token *token;
} fh_reading;

/* Tokens of raw in the arena; r->lexicon, language, raw and arena are set. */
FH_MUST_CHECK fh_status fh_tokens_read(fh_reading *r, fh_error *err);
/* The longest entry of the list that stands at token i (and before token `end`): how many
 * tokens it takes, 0 when none does. Words of a phrase may be parted by a line's end.
 * `value` may be NULL. Cheap where the token does not begin an entry. */
uint32_t fh_phrase_at(const fh_reading *r, fh_list list, uint32_t i, uint32_t end, int64_t *value);

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

/* ---- Who speaks (text_said.c) ----------------------------------------------------------- */

/* Tokens [first, end) in which the writer speaks. */
typedef struct fh_stretch {
    uint32_t first, end;
} fh_stretch;

typedef struct fh_said_parts {
    uint32_t n;
    const fh_stretch *stretch; /* in the reading's arena */
    fh_str signed_by;
} fh_said_parts;
FH_MUST_CHECK fh_status fh_said_find(const fh_reading *r, fh_said_parts *out, fh_error *err);

#endif
