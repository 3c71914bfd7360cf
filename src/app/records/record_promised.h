/* record_promised.h - what a customer was promised, beside their story. */
#ifndef FH_APP_RECORD_PROMISED_H
#define FH_APP_RECORD_PROMISED_H

#include "app/lived/lived.h"
#include "app/records/records.h"

enum { FH_PROMISED_MOST = 200 };

/* The member "promised" of the object that is open: promises to the story's customer that the
 * actor may see, next due first, each with the interaction it was made from ("ref") the problem of
 * that, and when its clock is due. Nothing is written for who takes no part in records. */
FH_MUST_CHECK fh_status fh_promised_json(fh_org *org, const fh_actor *actor, const fh_lived *l,
                                         fh_json *j, fh_error *err);
/* The member "promised" for the customer's own eyes: what was promised, by when, which department
 * keeps it, how it stands and how it was made good; of single colleagues nothing. Next due first,
 * at most FH_PROMISED_MOST. The caller has seen to it that it is the customer's own story, or that
 * whoever asks may open it. */
FH_MUST_CHECK fh_status fh_promised_own_json(fh_org *org, const fh_lived *l, fh_json *j,
                                             fh_error *err);

#endif
