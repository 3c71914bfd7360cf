/* conditions.h - what moves of records may need, and figures that are worked out.
 *
 * A declaration (kinds/NAME.kind) names a condition; here is what the name means, in words
 * for whoever declares a kind, and in words for whoever cannot make a move yet. What must
 * hold is asked when a move is made and when moves are shown, so each is cheap: it looks at
 * the record, its links, and the rows of what is linked.
 */
#ifndef FH_APP_CONDITIONS_H
#define FH_APP_CONDITIONS_H

#include "app/records/records.h"

/* Function (conditions.c), name, what it means, and what is said when it does not hold. */
#define FH_CONDITION_MAP(X)                                                                     \
    X(owned, "owned", "somebody owns it", "Nobody owns it yet.")                                \
    X(evidence, "evidence",                                                                     \
      "it is linked to what happened: a story, an interaction, a message, a question with its " \
      "filter, a walk, an observation or a file",                                               \
      "There is no evidence yet: link a story, a question with its filter, or a file.")         \
    X(first_hand, "first-hand", "a walk or observation that was made is linked",                \
      "Nobody has experienced it first-hand yet: link a walk or an observation.")               \
    X(more_than_said, "more-than-said",                                                         \
      "of the ways in the field 'known-by' at least one is not 'said'",                         \
      "It was only said so far: observe, measure or experience it too.")                        \
    X(answered, "answered", "no challenge about it is open",                                    \
      "A challenge about it is still open: \"is this really reverse?\"")                        \
    X(not_author, "not-author", "whoever makes the move did not make the record",               \
      "Somebody other than its author has to say so.")                                          \
    X(not_owner, "not-owner", "whoever makes the move does not own the record",                 \
      "Somebody other than its owner has to say so.")                                           \
    X(customer_confirmed, "customer-confirmed",                                                 \
      "the customer makes the move, or the interaction in which they said so was linked since " \
      "the record came to its state",                                                           \
      "Link the interaction in which the customer said so.")                                    \
    X(every_step_filled, "every-step-filled",                                                   \
      "all fields whose names begin with 'step-' are filled; a line each is enough",            \
      "Not every step has an entry yet; one line each is enough.")                              \
    X(assumptions_settled, "assumptions-settled", "no assumption about it is open",             \
      "An assumption about it is still open: check it, or say that it was false.")              \
    X(questions_answered, "questions-answered", "no question about it is open",                 \
      "A question about it is still open: answer it, or say why it does not matter any more.")  \
    X(review_ahead, "review-ahead", "the date in the field 'review' is to come, within a year", \
      "Name a day within the next year on which it is looked at again.")                        \
    X(fixed, "fixed", "a fix that was made is linked", "No fix that was made is linked to it.") \
    X(design_evidence, "design-evidence",                                                       \
      "evidence, where the field 'stage' says draft, review or release; else it always holds",  \
      "What is said at draft, review or release rests on evidence: link a story, a question "   \
      "with its filter, a walk or a file.")                                                     \
    X(reverse_at_draft, "reverse-at-draft",                                                     \
      "\"is this really reverse?\" was asked at its draft since it came to its state, and is "  \
      "answered",                                                                               \
      "Nobody has answered at its draft: is this really reverse, did we start with the "        \
      "customer?")                                                                              \
    X(reverse_at_review, "reverse-at-review", "the same at its review",                         \
      "Nobody has answered at its review: is this really reverse, did we start with the "       \
      "customer?")                                                                              \
    X(reverse_at_release, "reverse-at-release", "the same before its release",                  \
      "Nobody has answered before its release: is this really reverse, did we start with the "  \
      "customer?")

/* Function, name, what it means. */
#define FH_COMPUTED_MAP(X)                                                                        \
    X(days_open, "days-open", "days since the first evidence, until it was closed")               \
    X(days_ownerless, "days-ownerless", "days it has been nobody's; empty while it has an owner") \
    X(days_late, "days-late",                                                                     \
      "days from the date of its clock to the date in the field 'done', else to today while it "  \
      "is open; empty when it is not late")                                                       \
    X(bounces, "bounces", "how often it was declined: \"not my department\"")                     \
    X(customers_since, "customers-since",                                                         \
      "customers with a contact at its touchpoints since the first evidence, and those linked "   \
      "to it: each once, counted from the stories")

typedef struct fh_condition_asked {
    fh_org *org;
    const fh_actor *actor; /* who would make the move */
    const fh_record_view *record;
    int64_t now_ms;
    fh_arena *arena;
} fh_condition_asked;

/* What does not hold yet of all that a move needs, in words; *missing empty: nothing. In
 * the arena. Who may make it is not asked here. */
FH_MUST_CHECK fh_status fh_move_missing(const fh_condition_asked *asked, const fh_kind_move *move,
                                        fh_str *missing, fh_error *err);
/* The value of a computed field; *filled false: it has none now. */
FH_MUST_CHECK fh_status fh_computed_value(const fh_condition_asked *asked, fh_str name,
                                          int64_t *out, bool *filled, fh_error *err);

#endif
