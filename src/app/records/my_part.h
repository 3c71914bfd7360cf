/* my_part.h - use case: what one person can do for a customer today, and what became of
 * what they told.
 *
 * Each list is short, with its total and the query that tells all of it: total and items come
 * of that one query, so they cannot differ. Beside them the person's touchpoints: where
 * something of theirs is at home, or which they own, and what customers said there lately.
 */
#ifndef FH_APP_MY_PART_H
#define FH_APP_MY_PART_H

#include "app/people/rights.h"
#include "base/json.h"
#include "store/org.h"

enum { FH_MY_PART_MOST = 50, FH_MY_PART_DAYS = 90 };

/* An object; at most `top` of each list. FH_INVALID: no person stands behind the actor. */
FH_MUST_CHECK fh_status fh_my_part_json(fh_org *org, const fh_actor *actor, size_t top,
                                        fh_arena *arena, fh_json *j, fh_error *err);

#endif
