/* names.h - columns of names made from global numbers. */
#ifndef FH_STORY_NAMES_H
#define FH_STORY_NAMES_H

#include "story/space.h"

/* Makes the codes of column `col` in space->seg from n global numbers: the
 * numbers themselves where they fit a byte, else a dictionary. All zero: the
 * column is absent. false: no memory. Uses scratch slot 5. */
FH_MUST_CHECK bool fh_codes_from_numbers(fh_space *space, fh_column col, const uint16_t *number,
                                         uint32_t n);

#endif
