/* own.h - which addresses are ours: "example.org,claims@example.com=Claims". */
#ifndef FH_APP_MAILBOX_OWN_H
#define FH_APP_MAILBOX_OWN_H

#include "firsthand/base.h"

typedef struct fh_own fh_own;

/* Separated by commas or white space: domains (with all below them) and addresses, each
 * with "=Department" or not. In the arena; FH_INVALID names what cannot be one. */
FH_MUST_CHECK fh_status fh_own_new(fh_arena *arena, fh_str text, const fh_own **out, fh_error *err);
bool fh_own_any(const fh_own *own);
/* Is the address ours? `*department`: as told with it, else of an address its name before
 * the @; of a domain empty. */
bool fh_own_has(const fh_own *own, fh_str address, fh_str *department);

#endif
