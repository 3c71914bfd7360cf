/* spots.h - where in a message there may be something to find.
 *
 * Beside the tokens lies a byte for each of them with bits for what may stand or begin there. Most
 * tokens are words that nobody but the one who gathers words looks for, so whoever looks for
 * anything else passes sixteen of them at a time:
 *
 *     token   We | confirm | your | order | HM-0012345 | for | € | 120,00 | .
 *     FACT                            x        x             x      x
 *     SIGN                                                   x               x
 *
 * A bit that is not set is sure: nothing of the sort begins there. One that is set only says that
 * it is worth a look.
 */
#ifndef FH_TEXT_SPOTS_H
#define FH_TEXT_SPOTS_H

#include "text/lexicon.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#else
#include <string.h>
#endif

enum {
    FH_SPOT_BREAK = 1,
    FH_SPOT_SIGN = 2,
    FH_SPOT_FACT = 4,    /* a fact may begin, of all sorts but the organisation's products */
    FH_SPOT_MARK = 8,    /* what says anything of its sentence: "?", or an entry of fh_marking */
    FH_SPOT_CLAUSE = 16, /* a sign that parts clauses */
    FH_SPOT_SHORT = 32,  /* an abbreviation */
    FH_SPOT_FRAME = 64,  /* an entry of fh_framing */
    FH_SPOT_RULE = 128,  /* a sign of which lines are drawn: - _ = * ~ */
    FH_SPOTS_BEHIND = 16 /* bytes behind those of the tokens, for loading */
};

#define FH_BIT(list) (UINT64_C(1) << FH_LIST_##list)
/* Lists of words with which a fact of any sort may begin. */
static const uint64_t fh_beginning =
    FH_BIT(PRODUCTS) | FH_BIT(FROM) | FH_BIT(MONTHS) | FH_BIT(WEEKDAYS) | FH_BIT(COMING) |
    FH_BIT(DAYS) | FH_BIT(WITHIN) | FH_BIT(AFTER) | FH_BIT(NUMBERS) | FH_BIT(IDS) | FH_BIT(UP_TO) |
    FH_BIT(AT_LEAST) | FH_BIT(CURRENCIES) | FH_BIT(ROLES);
/* Lists of what says anything of its sentence. */
static const uint64_t fh_marking = FH_BIT(CHANGES) | FH_BIT(AGAIN) | FH_BIT(REQUESTS) |
                                   FH_BIT(ASKS) | FH_BIT(ANTONYMS) | FH_BIT(NEGATIONS) |
                                   FH_BIT(OTHERS) | FH_BIT(CORRECTIONS);
/* Lists of what stands around what a writer says. */
static const uint64_t fh_framing =
    FH_BIT(QUOTES) | FH_BIT(ORIGINALS) | FH_BIT(CLOSINGS) | FH_BIT(DISCLAIMERS) | FH_BIT(BEHALF);

/* Of words in these lists no name of a person begins with a capital, unless they are titles. */
static const uint64_t fh_nameless = FH_BIT(NAMES_NOT) | FH_BIT(STOP);

/* The spots of a word with which entries of these lists begin. */
static inline uint8_t fh_spots_of(uint64_t begins)
{
    uint8_t spots = 0;
    if (begins & (fh_beginning | FH_BIT(TITLES))) spots |= FH_SPOT_FACT;
    if (begins & fh_marking) spots |= FH_SPOT_MARK;
    if (begins & fh_framing) spots |= FH_SPOT_FRAME;
    if (begins & FH_BIT(ABBREVIATIONS)) spots |= FH_SPOT_SHORT;
    return spots;
}
#undef FH_BIT

/* The first of tokens [i, end) with any of these spots; `end` when none has one. */
static inline uint32_t fh_spot_next(const uint8_t *spot, uint32_t i, uint32_t end, uint8_t which)
{
#if defined(__SSE2__)
    enum { AT_ONCE = 16 };
    const __m128i bits = _mm_set1_epi8((char)which), none = _mm_setzero_si128();
    for (; i < end; i += AT_ONCE) {
        const __m128i some = _mm_and_si128(_mm_loadu_si128((const void *)(spot + i)), bits);
        const uint32_t at = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(some, none)) ^ 0xffffu;
        if (!at) continue;
        i += (uint32_t)__builtin_ctz(at);
        break;
    }
#else
    enum { AT_ONCE = 8 };
    for (; i < end; i += AT_ONCE) {
        uint64_t some;
        memcpy(&some, spot + i, sizeof some);
        some &= UINT64_C(0x0101010101010101) * which;
        if (!some) continue;
        i += (uint32_t)__builtin_ctzll(some) / 8;
        break;
    }
#endif
    return i < end ? i : end;
}

#endif
