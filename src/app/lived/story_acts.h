/* story_acts.h - use case: what people do at a customer's story: open it, say that they
 * have read it, take a hand-off over, write down that a problem is solved or not.
 *
 * That a problem is solved, not solved, or taken over has happened, so it is an
 * interaction of the story (docs/decisions/0006): it follows merges, undoing and erasing,
 * is exported, and counts in every measure. It is written in the caller's transaction with
 * its audit entry, under an id made of what it answers to: the same deed done twice is one.
 * A receipt ("I have read this story") tells of a colleague, not of the customer: a row
 * (store/receipts.h).
 */
#ifndef FH_APP_STORY_ACTS_H
#define FH_APP_STORY_ACTS_H

#include "app/lived/lived.h"
#include "app/people/rights.h"
#include "store/people.h"

/* Whether `actor` may open the story of a customer, told by any number it ever had;
 * *customer is its number now, *own whether it is the actor's own story. FH_DENIED;
 * FH_NOTFOUND: there is none, or it was erased. */
FH_MUST_CHECK fh_status fh_story_may_open(fh_org *org, const fh_actor *actor, uint32_t number,
                                          uint32_t *customer, bool *own, fh_error *err);

/* What was said, when and how; all but `text` may be left empty. */
typedef struct fh_story_word {
    fh_str text;    /* the customer's words, or why; may be empty */
    fh_str said_by; /* who said so, when it was not the customer: "her daughter" */
    fh_str channel; /* by which it was said */
    int64_t at_ms;  /* 0: now */
    bool mistake;   /* reopening, taking over: what was written down before was a mistake */
} fh_story_word;
enum { FH_STORY_WORD_MAX = 4000 };

/* In the open write transaction. *done false: nothing had to be done, it was so already.
 * `customer` as fh_story_may_open gave it. The actor needs FH_RIGHT_TAKE_PART, or it is
 * the own story. FH_NOTFOUND: the customer has no such problem or hand-off. */
FH_MUST_CHECK fh_status fh_story_confirm(fh_org *org, const fh_actor *actor, uint32_t customer,
                                         uint32_t problem, const fh_story_word *word, bool *done,
                                         fh_error *err);
FH_MUST_CHECK fh_status fh_story_reopen(fh_org *org, const fh_actor *actor, uint32_t customer,
                                        uint32_t problem, const fh_story_word *word, bool *done,
                                        fh_error *err);
/* `reference` of the interaction with which the hand-off begins; `word->mistake`: takes it
 * back that it was taken over. */
FH_MUST_CHECK fh_status fh_story_accept(fh_org *org, const fh_actor *actor, uint32_t customer,
                                        fh_str reference, const fh_story_word *word, bool *done,
                                        fh_error *err);

/* What the customer said over the web, by a link that was for them: inbound, at a touchpoint of
 * that name. `id` makes it one, however often it is said; `ref` takes its reference. The actor
 * answers for that the customer said so. */
FH_MUST_CHECK fh_status fh_story_said(fh_org *org, const fh_actor *actor, uint32_t customer,
                                      const char *touchpoint, fh_str id, fh_str text,
                                      char ref[FH_REFERENCE_TEXT], fh_error *err);

/* "I have read this story", as far as it goes now; and taking that back. FH_INVALID when
 * the actor is no person. */
FH_MUST_CHECK fh_status fh_story_read(fh_org *org, const fh_actor *actor, uint32_t customer,
                                      fh_error *err);
FH_MUST_CHECK fh_status fh_story_unread(fh_org *org, const fh_actor *actor, uint32_t customer,
                                        fh_error *err);

/* ---- Who has seen it ------------------------------------------------------------------ */

/* Whether the log says already that the actor opened this story within the last hour:
 * then it need not say so again. */
FH_MUST_CHECK fh_status fh_story_seen_lately(fh_org *org, const fh_actor *actor, uint32_t customer,
                                             bool *seen, fh_error *err);

typedef struct fh_story_recent {
    uint32_t customer;
    int64_t at_ms;
} fh_story_recent;
/* The stories that the person opened last, each once, the latest first; erased ones and
 * those that are closed to the actor now are left out. */
FH_MUST_CHECK fh_status fh_stories_recent(fh_org *org, const fh_actor *actor, size_t max,
                                          fh_arena *arena, const fh_story_recent **out, size_t *n,
                                          fh_error *err);

/* Members "receipts", "asked", "viewers" (FH_RIGHT_AUDIT) and "people" of an object that
 * is open: who has read, is asked to read, has opened the story; and all people that are
 * named by number here or in `l`, with their names as far as the actor may see them. */
FH_MUST_CHECK fh_status fh_story_people_json(fh_org *org, const fh_actor *actor, const fh_lived *l,
                                             fh_json *j, fh_error *err);

#endif
