/* record_unanswered.h - use case: what was found and noted, and nobody answered, by department.
 *
 * Of open findings and observations those that have neither a reply nor an answer, each with its
 * age since it was written down. Steps are told, not people: a department with fewer than five
 * people is not told apart, and the smallest of the others goes along when it would else follow
 * from the rest.
 */
#ifndef FH_APP_RECORD_UNANSWERED_H
#define FH_APP_RECORD_UNANSWERED_H

#include "app/records/records.h"

/* An object: {"findings", "observations", "oldest_days", "departments": [...]}; for who takes
 * part in records. */
FH_MUST_CHECK fh_status fh_unanswered_json(fh_org *org, const fh_actor *actor, fh_arena *arena,
                                           fh_json *j, fh_error *err);

#endif
