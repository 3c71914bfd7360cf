/* named.h - names in a setting, with commas between, as a set of numbers. Names that no interaction
 * ever had are left out: a setting may be there before the data, and outlive it. */
#ifndef FH_APP_NAMED_H
#define FH_APP_NAMED_H

#include "app/ask/ask.h"

/* The next of a comma-separated list, trimmed; false at the end. Empty ones are passed over. */
bool fh_named_next(fh_str *rest, fh_str *out);
/* *known: those that there are, "lost, late", in the arena. */
FH_MUST_CHECK fh_status fh_named_set(fh_org *org, fh_dict dict, fh_str names, fh_arena *arena,
                                     fh_bitset *out, fh_str *known, fh_error *err);

#endif
