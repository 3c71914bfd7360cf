/* nearest.h - which known name somebody may have meant. */
#ifndef FH_BASE_NEAREST_H
#define FH_BASE_NEAREST_H

#include "firsthand/base.h"

/* The index of the name most like `word`: fewest letters added, dropped,
 * changed or swapped, ASCII case counted as half as bad; the first of equals.
 * `n` when none is near enough to be worth a suggestion. Looks at the first 63
 * bytes of each. */
size_t fh_nearest(fh_str word, const fh_str *names, size_t n);

#endif
