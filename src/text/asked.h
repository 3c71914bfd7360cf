/* asked.h - which of very many bands the messages of a batch ask for.
 *
 * A set of hashes that says yes now and then to one that is not in it, but never no to one that is:
 *
 *     band --its highest bits--> a bit of one half
 *                  | one in 32 is marked
 *          --its lowest bits---> a bit of the other half --> it is asked for, or one in a thousand
 *
 * Whoever asks for many puts a part of them in and lets the bands go by that may be among that
 * part, then the next: a set that stays in the cache of a core costs a fifth of one that does not.
 */
#ifndef FH_TEXT_ASKED_H
#define FH_TEXT_ASKED_H

#include "firsthand/base.h"

typedef struct fh_asked {
    uint32_t *bit;  /* two halves of n_words */
    size_t n_words; /* 0: there is no room yet */
    uint32_t spare; /* bits of a band that are not looked at, of 32 */
} fh_asked;

/* Empties it, with room for n bands; all zeros at first. Out of memory it can only be freed or
 * begun again. */
FH_MUST_CHECK fh_status fh_asked_begin(fh_asked *asked, const fh_allocator *from, size_t n,
                                       fh_error *err);
void fh_asked_free(fh_asked *asked, const fh_allocator *from);
void fh_asked_put(fh_asked *asked, uint32_t band);

/* The places of those of n bands that may be asked for, rising; returns how many. at: [n] */
typedef uint32_t fh_asked_pass(const fh_asked *asked, const uint32_t *band, uint32_t n,
                               uint32_t *at);
uint32_t fh_asked_plain(const fh_asked *asked, const uint32_t *band, uint32_t n, uint32_t *at);
/* The same, as fast as this processor can. */
fh_asked_pass *fh_asked_best(void);

#endif
