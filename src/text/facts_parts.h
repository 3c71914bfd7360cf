/* facts_parts.h - what the finders of facts (facts_*.c) share.
 *
 * A finder is asked at token i whether a fact of its sort begins there. It returns the token
 * after the fact and fills `f` (all but at, len and sentence), or 0. Each looks a bounded
 * number of tokens ahead, so that all of them together are linear in the text.
 */
#ifndef FH_TEXT_FACTS_PARTS_H
#define FH_TEXT_FACTS_PARTS_H

#include "text/lexicon.h"
#include "text/text_parts.h"

typedef struct fh_scan {
    const fh_reading *r;
    const fh_token *token;   /* r->token */
    uint32_t first, end;     /* the sentence */
    int64_t sent_day;        /* local to the sender */
    bool hours, hours_known; /* the sentence speaks of opening hours */
    uint32_t from;           /* a finder sets it when the fact begins later than at its token */
    bool nomem;
} fh_scan;

typedef uint32_t fh_finder(fh_scan *s, uint32_t i, fh_fact *f);
fh_finder fh_find_address; /* e-mail, URL   */
fh_finder fh_find_id, fh_find_phone, fh_find_person, fh_find_product;
fh_finder fh_find_date, fh_find_time;
fh_finder fh_find_amount; /* money, percentages, durations, counted numbers */

/* The next token that is no line's end; s->end when there is none. */
static inline uint32_t fh_next(const fh_scan *s, uint32_t i)
{
    i++;
    while (i < s->end && s->token[i].kind == FH_TOKEN_BREAK) i++;
    return i;
}

static inline bool fh_is_sign(const fh_scan *s, uint32_t i, char sign)
{
    return i < s->end && s->token[i].kind == FH_TOKEN_SIGN && s->token[i].len == 1 &&
           s->r->raw.ptr[s->token[i].at] == sign;
}

static inline bool fh_is_word(const fh_scan *s, uint32_t i)
{
    return i < s->end && s->token[i].kind == FH_TOKEN_WORD;
}

static inline bool fh_is_number(const fh_scan *s, uint32_t i)
{
    return i < s->end && s->token[i].kind == FH_TOKEN_NUMBER;
}

/* The token after the longest entry of the list that stands at i; 0: none does. */
static inline uint32_t fh_listed(const fh_scan *s, fh_list list, uint32_t i, int64_t *value)
{
    if (i >= s->end || s->token[i].kind != FH_TOKEN_WORD) return 0;
    const uint32_t n = fh_phrase_at(s->r, (int)list, i, s->end, value);
    return n ? fh_next(s, i + n - 1) : 0;
}

/* A dash of any length at i. */
bool fh_is_dash(const fh_scan *s, uint32_t i);
/* "to", "until", a dash; "and" only when `between`. The token after it, or 0. */
uint32_t fh_find_to(const fh_scan *s, uint32_t i, bool between);
/* A whole number of digits only, at most `most` digits. */
bool fh_plain_number(const fh_scan *s, uint32_t i, uint32_t most, int64_t *value);

typedef struct fh_quantity {
    int64_t low, high; /* hundredths */
    int64_t unit;      /* of a span: minutes of one of it */
    bool range, word;  /* "2 to 3"; "two" */
    bool loose;        /* "a", "an": only before units */
} fh_quantity;
/* A number, a number word, or a range of them at i: the token after it, or 0. */
uint32_t fh_find_quantity(const fh_scan *s, uint32_t i, fh_quantity *q);
/* "14 days", "two weeks": minutes; *working: working days. The token after it, or 0. */
uint32_t fh_find_span(const fh_scan *s, uint32_t i, fh_quantity *minutes, bool *working);

#endif
