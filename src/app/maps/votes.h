/* votes.h - use cases: what a workshop puts to the vote about a map.
 *
 * Who may lead workshops puts a question with choices (elements of the map, or words) and
 * closes it; whoever may take part votes, and so does a device without an account where the
 * vote says so. Everybody has the same number of choices, each on another one, and changes
 * them until the vote is closed. How somebody voted is told to nobody else, is in no audit
 * entry, and is forgotten when the vote is closed.
 */
#ifndef FH_APP_VOTES_H
#define FH_APP_VOTES_H

#include "app/people/rights.h"
#include "base/json.h"
#include "store/votes.h"

enum {
    FH_VOTE_CHOICES_MAX = 60,
    FH_VOTE_EACH_MAX = 20,
    FH_VOTE_QUESTION_MAX = 300,
    FH_VOTE_WORDS_MAX = 200,
    FH_VOTE_VOTERS_MAX = 2000,
    FH_VOTES_SHOWN = 50,
    FH_VOTER_TEXT = 34
};
/* So long after its last vote was closed, a workshop's code holds. */
#define FH_VOTE_CODE_MS INT64_C(43200000)

/* Who votes: a colleague, or a device that was given `device`. Empty: nobody. */
fh_str fh_voter_person(const fh_actor *actor, char space[FH_VOTER_TEXT + 1]);
fh_str fh_voter_device(fh_str device, char space[FH_VOTER_TEXT + 1]);

/* In the caller's transaction. question, each, anybody and choices of *v are given; words of
 * an element are empty: its name is taken. */
FH_MUST_CHECK fh_status fh_vote_put(fh_org *org, const fh_actor *actor, int64_t map, fh_vote *v,
                                    fh_arena *arena, fh_error *err);
/* FH_CONFLICT: it is closed already. */
FH_MUST_CHECK fh_status fh_vote_close(fh_org *org, const fh_actor *actor, int64_t map, int64_t vote,
                                      fh_arena *arena, fh_vote *out, fh_error *err);
/* The newest first: what a map's votes are, with what this actor chose. */
FH_MUST_CHECK fh_status fh_vote_list(fh_org *org, const fh_actor *actor, int64_t map,
                                     fh_arena *arena, const fh_vote **out, size_t *n,
                                     fh_error *err);
/* Those behind a code that holds; `voter` is who looks. FH_NOTFOUND. */
FH_MUST_CHECK fh_status fh_vote_behind(fh_org *org, fh_str code, fh_str voter, fh_arena *arena,
                                       const fh_vote **out, size_t *n, fh_error *err);
/* Choices are numbers from 1. FH_CONFLICT: it is closed; FH_DENIED: only with an account. */
FH_MUST_CHECK fh_status fh_vote_cast(fh_org *org, const fh_vote *v, fh_str voter, bool device,
                                     const uint32_t *choice, size_t n, fh_error *err);

void fh_vote_json(const fh_vote *v, fh_json *j);

#endif
