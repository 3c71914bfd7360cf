/* votes.h - votes on journey maps at rest: what was put, what can be chosen, what was chosen.
 *
 * Rows only; app/maps/votes.h says who may. What always holds: nobody has more ballots in a
 * vote than it gives each; a closed vote has sums and no ballots.
 */
#ifndef FH_STORE_VOTES_H
#define FH_STORE_VOTES_H

#include "store/org.h"

typedef struct fh_vote_choice {
    fh_str element, words; /* element: id on the map; empty: only words */
    int64_t votes;
    bool mine; /* whoever asks has chosen it */
} fh_vote_choice;

typedef struct fh_vote {
    int64_t vote, map;
    fh_str code, question;
    int64_t each;
    bool anybody;
    int64_t made_ms, closed_ms; /* closed_ms 0: open */
    uint32_t person;
    int64_t voters;
    fh_vote_choice *choice; /* [n_choices]; number 1 is the first */
    size_t n_choices;
} fh_vote;

/* Gives v->vote and v->made_ms. */
FH_MUST_CHECK fh_status fh_votes_add(fh_org *org, fh_vote *v, fh_error *err);
/* `voter` (may be empty) is who asks: a vote tells what that one chose. FH_NOTFOUND. */
FH_MUST_CHECK fh_status fh_votes_get(fh_org *org, int64_t vote, fh_str voter, fh_arena *arena,
                                     fh_vote *out, fh_error *err);
/* The newest first, at most `max`; of a map, or those that share a code. */
FH_MUST_CHECK fh_status fh_votes_of_map(fh_org *org, int64_t map, fh_str voter, size_t max,
                                        fh_arena *arena, const fh_vote **out, size_t *n,
                                        fh_error *err);
FH_MUST_CHECK fh_status fh_votes_of_code(fh_org *org, fh_str code, fh_str voter, size_t max,
                                         fh_arena *arena, const fh_vote **out, size_t *n,
                                         fh_error *err);
/* In place of what `voter` chose before; n 0 takes it back. */
FH_MUST_CHECK fh_status fh_votes_cast(fh_org *org, const fh_vote *v, fh_str voter,
                                      const uint32_t *choice, size_t n, fh_error *err);
/* Sums are kept, ballots are not. */
FH_MUST_CHECK fh_status fh_votes_close(fh_org *org, const fh_vote *v, fh_error *err);

#endif
