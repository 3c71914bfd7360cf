/* lexicon.h - the lists of words of each language, as src/text uses them.
 *
 * Text is looked up token by token: a token is a letter with the letters, digits and
 * inner apostrophes after it, a number (digits with a . , ' between two of them), or one other
 * character. Phrases are several tokens; between two of them stands one space when
 * white space stood there in the text.
 */
#ifndef FH_TEXT_LEXICON_H
#define FH_TEXT_LEXICON_H

#include "firsthand/text.h"

/* name; what the values are */
#define FH_LIST_MAP(X)                                                                            \
    X(MONTHS, "months")       /* 1 .. 12 */                                                       \
    X(WEEKDAYS, "weekdays")   /* 1 Monday .. 7 */                                                 \
    X(NUMBERS, "numbers")     /* the number */                                                    \
    X(STOP, "stop")           /* words that say nothing of the subject */                         \
    X(NEGATIONS, "negations") /* turn yes to no; 1: only before the thing that ends the clause */ \
    X(JOINS, "joins")         /* between two things: "and", "or" */                               \
    X(SUFFIXES, "suffixes")   /* letters that must be left when it is cut off, or 4 */            \
    X(SAME, "same") /* words of one number mean the same subject; from 900 on they are weak */    \
    X(ANTONYMS, "antonyms")       /* n and -n are opposites */                                    \
    X(GREETINGS, "greetings")     /* a message begins */                                          \
    X(CLOSINGS, "closings")       /* the signature begins; 1: when alone in its line */           \
    X(DISCLAIMERS, "disclaimers") /* from its sentence on the paragraph is no message */          \
    X(QUOTES, "quotes")           /* in the line above a quote: wrote */                          \
    X(ORIGINALS, "originals")     /* in a line of dashes above a quote: "original message" */     \
    X(HEADERS, "headers")         /* "from:", "sent:" above a quote without marks */              \
    X(ABBREVIATIONS,                                                                              \
      "abbreviations")    /* a point after: no end; 1: may be; 2: no end before a number */       \
    X(CHANGES, "changes") /* says that something changed */                                       \
    X(AGAIN, "again")     /* says that it was told before */                                      \
    X(OTHERS, "others")   /* before a thing: not the one that was told of; 1: no, again */        \
    X(CORRECTIONS, "corrections") /* puts right what was told: "oops", "I meant" */               \
    X(ASKS, "asks")               /* asks for a fact of this type (date, id, ..., story) */       \
    X(REQUESTS, "requests")     /* makes it a request: "please send"; 1: where a clause begins */ \
    X(BEHALF, "behalf")         /* before a name: "on behalf of" */                               \
    X(ROLES, "roles")           /* what a person is: "adviser"; 1: one of many, "colleague" */    \
    X(COPULAS, "copulas")       /* between a role and a name: "is" */                             \
    X(TITLES, "titles")         /* before a name: "mr" */                                         \
    X(DAYS, "days")             /* days from today: "tomorrow"=1 */                               \
    X(COMING, "coming")         /* before a weekday: "next"=1 "this"=0 "last"=-1 "every"=9 */     \
    X(AFTER, "after")           /* before a time span: "in"=1 "ago"=-1 */                         \
    X(WITHIN, "within")         /* before a time span: by its end */                              \
    X(SPANS, "spans")           /* minutes: "hour"=60; working days 1441 */                       \
    X(UP_TO, "up to")           /* before a number: no more than */                               \
    X(AT_LEAST, "at least")     /* before a number: no less than */                               \
    X(FROM, "from")             /* "from 9 to 17"; 1: also alone, "from" */                       \
    X(TO, "to")                 /* between two ends: "to", "until"; "and"=1 after "between" */    \
    X(ORDINALS, "ordinals")     /* after a day's number: "st", "nd", "th" */                      \
    X(CLOCK, "clock")           /* after an hour: 0 as it is, 12 afternoon, 1 morning */          \
    X(HOURS, "hours")           /* says that times are opening hours */                           \
    X(CURRENCIES, "currencies") /* EUR, USD, ... */                                               \
    X(MINOR, "minor")           /* hundredths of a currency: "cents" */                           \
    X(PERCENT, "percent")       /* words for % */                                                 \
    X(PHONE, "phone")           /* before a telephone number */                                   \
    X(IDS, "ids")               /* before an id: "order", "invoice" */                            \
    X(NUMBER_WORDS, "number words") /* between that and the id: "number", "no." */                \
    X(UNITS, "units")               /* not counted things: "page"=0 */                            \
    X(PRODUCTS, "products")         /* before a named thing: "course" */                          \
    X(NAMES_NOT, "names not")       /* with a capital, but no name of a person */                 \
    X(APART, "apart")               /* things of one kind with numbers of their own: seasons */

typedef enum fh_list {
#define X(name, text) FH_LIST_##name,
    FH_LIST_MAP(X)
#undef X
        FH_N_LISTS
} fh_list;

typedef struct fh_lexicon_hit {
    fh_list list;
    int64_t value;
} fh_lexicon_hit;

enum { FH_LEXICON_HITS = 8, FH_PHRASE_TOKENS = 12, FH_WORD_BYTES = 120, FH_ASKS_STORY_BIT = 31 };

/* What a word (lower case) is to the lists of its language, as bits 1 << fh_list; one look. */
typedef struct fh_word_use {
    uint64_t is;     /* lists that have this very word */
    uint64_t begins; /* lists of which an entry is it or begins with it */
    uint64_t next;   /* what may follow it in an entry: bits of fh_next_token */
    uint32_t reach;  /* tokens of the longest such entry; 0: none */
} fh_word_use;
/* The number of the bit of a token that begins with this byte (lower case), and the bit. */
static inline uint8_t fh_next_number(char first, bool spaced)
{
    return (uint8_t)(((unsigned char)first & 31) | (uint32_t)spaced << 5);
}
static inline uint64_t fh_next_token(char first, bool spaced)
{
    return UINT64_C(1) << fh_next_number(first, spaced);
}
void fh_lexicon_word(const fh_lexicon *lexicon, uint32_t language, fh_str word, fh_word_use *out);
/* May an entry of several tokens begin with this text (lower case, of at least two tokens, single
 * spaces) or be it? False only when none does. */
bool fh_lexicon_may_begin(const fh_lexicon *lexicon, uint32_t language, fh_str text);
/* Several tokens in this list? As in fh_lexicon_in; `not` only when no entry of any list begins so.
 */
typedef enum fh_listed_as { FH_LISTED_NOT, FH_LISTED_MAYBE_LONGER, FH_LISTED } fh_listed_as;
fh_listed_as fh_lexicon_phrase(const fh_lexicon *lexicon, uint32_t language, fh_list list,
                               fh_str text, int64_t *value);
/* With values: the lists a word or phrase (lower case) is in; returns how many, at most
 * FH_LEXICON_HITS. */
size_t fh_lexicon_look(const fh_lexicon *lexicon, uint32_t language, fh_str word,
                       fh_lexicon_hit out[FH_LEXICON_HITS]);
/* Is it in this list? `value` may be NULL. */
bool fh_lexicon_in(const fh_lexicon *lexicon, uint32_t language, fh_list list, fh_str word,
                   int64_t *value);
/* The word (lower case) without the longest of its language's suffixes: a part of `word`. */
fh_str fh_lexicon_stem(const fh_lexicon *lexicon, uint32_t language, fh_str word);
/* What a word counts as: the hash of its stem, of its number in `same`, or of its opposites'
 * number in `antonyms`; *turns: it is the one that says no. Never 0. */
uint32_t fh_lexicon_anchor(const fh_lexicon *lexicon, uint32_t language, fh_str word, bool *turns);
/* The same of a word that is in neither of these lists. */
uint32_t fh_lexicon_stem_anchor(const fh_lexicon *lexicon, uint32_t language, fh_str word);

/* How often words were added: what was kept of a lexicon holds while this stays the same. */
uint64_t fh_lexicon_changes(const fh_lexicon *lexicon);

/* The language is guessed by the words that begin in the first bytes of a text. */
enum { FH_GUESS_BYTES = 1 << 11, FH_GUESS_WORD = 32 };
typedef struct fh_guess {
    uint32_t words, hits[FH_MAX_LANGUAGES + 1];
    uint32_t hit; /* bits: languages with any */
} fh_guess;
/* The languages, bits 1 << (language - 1), of which it is a common word (lower case, not
 * composed); of longer ones than FH_GUESS_WORD bytes: none. */
uint32_t fh_lexicon_common(const fh_lexicon *lexicon, fh_str word);
static inline void fh_guess_hit(fh_guess *guess, uint32_t common)
{
    guess->hit |= common;
    for (; common; common &= common - 1) guess->hits[__builtin_ctz(common) + 1]++;
}
uint32_t fh_guess_made(const fh_guess *guess);

/* Numbers of `same` that say little of a subject alone, two of them that exclude one another, and
 * those of what is said of money whatever it is for. */
enum {
    FH_SAME_WEAK = 900,
    FH_SAME_WEAK_END = 910,
    FH_SAME_START = 901,
    FH_SAME_END = 902,
    FH_SAME_MONTH = 904, /* how often: month, year, week */
    FH_SAME_WEEK = 906,
    FH_SAME_AMOUNT = 907,
    FH_SAME_PAY = 909,
    FH_SAME_PRICE = 1
};
/* The anchor of all words with this number in `same` or (its absolute value) in `antonyms`. */
uint32_t fh_lexicon_meaning(fh_list list, int64_t number);

/* Lower case into `to`, which has room for `room` bytes; white space becomes one space, none
 * at the ends. Bytes that are no UTF-8 become '?'. Returns the length; 0 when it does not fit. */
size_t fh_lower(fh_str word, char *to, size_t room);

#endif
