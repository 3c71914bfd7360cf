/* effect.h - what customers do after a finding hit them, against similar customers. */
#ifndef FH_APP_FIND_EFFECT_H
#define FH_APP_FIND_EFFECT_H

#include "app/ask/views.h"
#include "store/find_rows.h"

/* The member "effect": contacts, complaints and low scores within 14 days after the first time
 * it hit a customer, and after the first time others were at the same step (or, when it is at
 * none, got a message of one of its departments); shares with Wilson's interval. null when
 * nobody can be compared. Reads all stories once. */
FH_MUST_CHECK fh_status fh_finding_effect_json(const fh_view *v, const fh_cause_row *cause,
                                               fh_json *j, fh_error *err);

#endif
