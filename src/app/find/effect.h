/* effect.h - what customers do after a finding hit them, against similar customers. */
#ifndef FH_APP_FIND_EFFECT_H
#define FH_APP_FIND_EFFECT_H

#include "app/ask/views.h"
#include "store/find_rows.h"

/* {"reached": how long those whom it hit are known (bands with n, share and Wilson's interval,
 *  the commonest named), "effect": contacts, complaints and low scores within 14 days after it
 *  first hit a customer, held against others like them}; each null when it hit nobody by a
 *  message. FH_NOTFOUND. Reads all stories. */
FH_MUST_CHECK fh_status fh_finding_effect_json(const fh_view *v, uint64_t cause, fh_json *j,
                                               fh_error *err);

#endif
