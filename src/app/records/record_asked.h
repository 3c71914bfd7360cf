/* record_asked.h - use case: a customer is asked whether what was done is so, and answers by a
 * link, without signing in.
 *
 * A kind lets a customer say so with a move that is made by `customer` and needs
 * `customer-confirmed`: "The customer says it is solved" of a fix. Whoever may change the record
 * asks one customer in words of their own; the link proves itself (app/signin/signed.h), works for
 * FH_ASKED_DAYS and for one answer, and asking the same customer anew ends the one before.
 *
 * What they answer is an interaction of their story, an entry of the record's history, and, when
 * they say that it is solved, that move. "Not yet" and a proposal move nothing: whoever owns it
 * reads them.
 *
 * A record that is merged into another takes its questions along: they are told there, links that
 * customers have go on working, and what they answer counts for the one that stands. When the two
 * are parted again each has what it asked, with what was answered in between as its evidence.
 */
#ifndef FH_APP_RECORD_ASKED_H
#define FH_APP_RECORD_ASKED_H

#include "app/records/records.h"
#include "app/signin/sealed.h"
#include "store/asked_rows.h"

enum { FH_ASKED_DAYS = 30, FH_ASKED_TEXT_MAX = 2000, FH_ASKED_MOST = 100 };

/* Whether a customer could confirm it now, and whether the actor may ask one. */
FH_MUST_CHECK fh_status fh_record_may_ask(fh_org *org, const fh_actor *actor,
                                          const fh_record_view *r, fh_arena *arena, bool *could,
                                          bool *may, fh_error *err);
/* In the open write transaction, as fh_asked_answer. FH_DENIED, FH_CONFLICT: there is nothing to
 * be confirmed now. *out in the arena. */
FH_MUST_CHECK fh_status fh_record_ask(fh_org *org, const fh_actor *actor, int64_t record,
                                      uint32_t customer, fh_str words, fh_arena *arena,
                                      fh_asked_row *out, fh_error *err);
/* The link's text, for a row that can still be answered. */
FH_MUST_CHECK fh_status fh_asked_link(const fh_key *key, int64_t asked, fh_arena *arena,
                                      fh_str *out, fh_error *err);
/* FH_NOTFOUND: not one of ours, too old, ended; one that was answered is told (out->used_ms). */
FH_MUST_CHECK fh_status fh_asked_look(fh_org *org, const fh_key *key, fh_str link, fh_arena *arena,
                                      fh_asked_row *out, fh_error *err);
/* `answer`: "solved", "not-yet" or "idea", which needs a text. FH_CONFLICT: it was answered. */
FH_MUST_CHECK fh_status fh_asked_answer(fh_org *org, const fh_key *key, fh_str link, fh_str answer,
                                        fh_str text, fh_error *err);

#endif
