/* saved_views.h - use case: a page with its filters, kept under a name.
 *
 * A view is its owner's alone, or shared with all colleagues. Whoever takes part sees
 * their own and the shared ones; only the owner changes one, and of the shared ones
 * whoever may change settings. A shared one can stand on the first page of all who have a
 * role: their own view of the same data. It names no customer: a page of one story and a filter by
 * customer are refused, so that nothing of a customer lies where erasing does not look.
 */
#ifndef FH_APP_SAVED_VIEWS_H
#define FH_APP_SAVED_VIEWS_H

#include "app/people/rights.h"
#include "base/json.h"
#include "store/saved_rows.h"

enum { FH_SAVED_NAME_MAX = 120, FH_SAVED_QUERY_MAX = 4000 };

/* FH_INVALID names the member: "/name is empty". */
FH_MUST_CHECK fh_status fh_saved_check(const fh_saved_view *view, fh_error *err);

/* FH_NOTFOUND also for somebody else's that is not shared. */
FH_MUST_CHECK fh_status fh_saved_see(fh_org *org, const fh_actor *actor, uint32_t view,
                                     fh_arena *arena, fh_saved_view *out, fh_error *err);
bool fh_saved_may_change(const fh_actor *actor, const fh_saved_view *view);

/* In the caller's transaction, with their audit entries. `view` is checked; the owner of a
 * new one is the actor, who must be a person. FH_DENIED: it is another's. */
FH_MUST_CHECK fh_status fh_saved_keep(fh_org *org, const fh_actor *actor, fh_saved_view *view,
                                      fh_error *err);
FH_MUST_CHECK fh_status fh_saved_change(fh_org *org, const fh_actor *actor,
                                        const fh_saved_view *view, fh_error *err);
FH_MUST_CHECK fh_status fh_saved_delete(fh_org *org, const fh_actor *actor,
                                        const fh_saved_view *view, fh_error *err);

void fh_saved_json(const fh_actor *actor, const fh_saved_view *view, fh_json *j);

#endif
