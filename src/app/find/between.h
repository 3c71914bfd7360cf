/* between.h - findings between departments: what is told again after hand-offs, what is said
 * twice, and who needs what others have. As JSON; over all stories. */
#ifndef FH_APP_FIND_BETWEEN_H
#define FH_APP_FIND_BETWEEN_H

#include "app/ask/views.h"
#include "app/find/findings.h"
#include "app/maps/maps.h"

/* What waits for the reply of the department that had it counts for nobody who may not see it
 * yet: it would name that department (show_held.c). "waiting" tells how many findings these are.
 *
 * {"departments", "cells": [...], "waiting"}: hand-offs from one department to the next within a
 * problem, and after how many of them customers told or gave again what was known, with Wilson's
 * interval; the most hand-offs first. The view's filter must be empty. */
FH_MUST_CHECK fh_status fh_between_handoffs_json(const fh_view *v, const fh_actor *actor,
                                                 fh_json *j, fh_error *err);

/* {"pairs": [...]}: what is said twice, or in one name, by two departments each; customers
 * count once in a pair. The most customers first. */
FH_MUST_CHECK fh_status fh_between_twice_json(fh_org *org, const fh_actor *actor, fh_arena *arena,
                                              fh_json *j, fh_error *err);

/* {"items", "departments", "cells": [...], "waiting"}: information by department, from what the
 * newest versions of maps say and from what customers were asked again. Dark: who needs it has it
 * not while others do, or asked customers for it. */
FH_MUST_CHECK fh_status fh_between_needs_json(fh_org *org, const fh_actor *actor, fh_arena *arena,
                                              fh_json *j, fh_error *err);

/* {"map", "version", "period", "touchpoints": [...]}: below the line of visibility. Of each
 * touchpoint which departments act there, from whom problems are handed on to it, and which
 * findings lie there: of everybody, or of the one customer that the view's filter leaves. */
FH_MUST_CHECK fh_status fh_between_sides_json(const fh_view *v, const fh_actor *actor,
                                              const fh_map_open *open, fh_json *j, fh_error *err);

#endif
