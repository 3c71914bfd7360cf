/* record_figures.h - what records say with figures from the stories: what came of a fix or a
 * finding, the no-brainers, the focus register.
 *
 * Figures are worked out afresh when asked: whom an open moment touched is counted for all of
 * them in one pass over the stories. Only records that everybody who takes part may see are
 * counted and shown here.
 */
#ifndef FH_APP_RECORD_FIGURES_H
#define FH_APP_RECORD_FIGURES_H

#include "app/ask/effect.h"
#include "app/people/rights.h"
#include "kind/kind.h"

/* ---- What records are about --------------------------------------------------------------- */

/* The touchpoints that a record is about, and their names with commas between. */
FH_MUST_CHECK fh_status fh_record_touchpoints(const fh_view *v, int64_t record, fh_bitset *out,
                                              fh_str *names, fh_error *err);
/* The customers it is linked to, or that a field names, as they are known now. */
FH_MUST_CHECK fh_status fh_record_customers(const fh_view *v, int64_t record, const uint32_t **out,
                                            size_t *n, fh_error *err);
/* Does what it tells end mended, seen by everybody? Then it is a moment of the no-brainers. */
bool fh_kind_is_moment(const fh_kind *k);

/* ---- What came of it ----------------------------------------------------------------- */

/* Is what came of a record of this kind counted? Of fixes, and of moments. */
bool fh_kind_is_effective(const fh_kind *k);
/* An object. FH_NOTFOUND: there is no such record, or nothing is counted of its kind;
 * FH_CONFLICT: a fix that was not made yet, no touchpoint is named, or too little time has
 * passed. */
FH_MUST_CHECK fh_status fh_record_effect_json(const fh_view *v, const fh_actor *actor, fh_str kind,
                                              int64_t record, const fh_effect_wish *wish,
                                              fh_json *j, fh_error *err);

/* ---- No-brainers ----------------------------------------------------------------------- */

/* An object: "items" (what is open, nobody's first, then by bounces, customers, age),
 * "lookout" of this week and the one before, "known_bad". */
FH_MUST_CHECK fh_status fh_no_brainers_json(const fh_view *v, const fh_actor *actor, fh_json *j,
                                            fh_error *err);

/* An object: "touchpoints" with how often each was told to make or break the experience and to
 * be obviously broken, "mended" with the days it took, "benefits" of fixes that were made, "care":
 * suggestions, thanks and recommendations of customers and of colleagues. */
FH_MUST_CHECK fh_status fh_told_json(const fh_view *v, const fh_actor *actor, fh_json *j,
                                     fh_error *err);

/* ---- Focus ------------------------------------------------------------------------------- */

/* An object: of all touchpoints, designs (maps), messages that are sent, decisions and processes
 * (their stages), and what people put there besides, how many start from a customer and need, by
 * sort and department, and those that name none. */
FH_MUST_CHECK fh_status fh_focus_json(const fh_view *v, const fh_actor *actor, fh_json *j,
                                      fh_error *err);

#endif
