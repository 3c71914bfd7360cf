/* few.h - what codecs have for columns that are held (held.h): finding places in them, and
 * decoding stretches of them.
 */
#ifndef FH_STORY_FEW_H
#define FH_STORY_FEW_H

#include "story/codecs.h"
#include "story/held.h"
#include "story/pack.h"
#include "story/pick.h"
#include "story/svb.h"

struct fh_held {
    fh_allocator from;
    unsigned char *bytes; /* [len] */
    size_t len;
    fh_blob blob;      /* its body lies in `bytes` */
    fh_space *stories; /* of FH_COL_STORIES */
    /* Of a column that is a stream of numbers, or has one: */
    fh_svb numbers;
    uint32_t *place; /* [n_places] for fh_svb_from */
    size_t n_places;
    /* Of a column that needs them: sums before every block of its own (see the codec). */
    uint32_t *before; /* [n_before] */
    size_t n_before;
    const uint8_t *has, *bits; /* of values and scores; NULL: all */
};

/* Looks at what must hold of the whole column, and makes what finds places in it. */
typedef fh_status fh_holder(fh_held *held, fh_error *err);
/* Decodes the stretches, one for each story of the space, into the space's column. */
typedef fh_status fh_few_decoder(fh_space *space, const fh_held *held, const fh_picked *picked,
                                 fh_error *err);

fh_holder fh_hold_gap, fh_hold_numbers, fh_hold_problem;
fh_few_decoder fh_few_gap, fh_few_ms, fh_few_codes, fh_few_value, fh_few_score, fh_few_problem;

/* Opens the stream of n numbers that begins at body + `used` and ends with the body. */
FH_MUST_CHECK fh_status fh_held_open(fh_held *held, size_t used, size_t n, fh_error *err);
/* Room for held->before. */
bool fh_held_before(fh_held *held, size_t n);
/* Numbers at .. at + n - 1 of the stream, read into `room`, of fh_held_room numbers. */
const uint32_t *fh_held_numbers(const fh_held *held, size_t at, size_t n, uint32_t *room);
/* Enough for any of the stretches, and for what its blocks have before and behind it. */
size_t fh_held_room(const fh_picked *picked);

#endif
