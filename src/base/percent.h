/* percent.h - text written as in an address: "%20" for any byte. */
#ifndef FH_BASE_PERCENT_H
#define FH_BASE_PERCENT_H

#include "firsthand/base.h"

/* Decodes into `to`, which has room for text.len bytes; with `plus`, as in a query, '+' is a
 * space. False for a broken escape, a NUL, or what is not UTF-8. */
FH_MUST_CHECK bool fh_percent_decode(fh_str text, bool plus, char *to, size_t *len);

#endif
