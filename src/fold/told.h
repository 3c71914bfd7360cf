/* told.h - interactions told as elements (touchpoints of a map), for the folds that ask about
 * them (private to src/fold).
 */
#ifndef FH_FOLD_TOLD_H
#define FH_FOLD_TOLD_H

#include "fold/fold.h"

enum { FH_TOLD_SPACES = 3 }; /* scratch that fh_fold_elements takes, from `which` on */

/* FH_INVALID: more numbers than there can be. */
FH_MUST_CHECK fh_status fh_fold_limit_elements(fh_element_rules *rules, fh_error *err);
/* The rules become the fold's own, and part of its question. */
FH_MUST_CHECK fh_status fh_fold_copy_elements(fh_fold *fold, fh_element_rules *rules);
/* FH_INVALID: the segment has names that the rules do not know. */
FH_MUST_CHECK fh_status fh_fold_check_elements(const fh_element_rules *rules, const fh_segment *seg,
                                               fh_error *err);
/* element[i] + 1 of each interaction, 0: none; [n], with the pad that columns have. NULL: no
 * memory. The last of the scratch may be taken again afterwards. */
FH_MUST_CHECK uint16_t *fh_fold_elements(fh_fold *fold, unsigned which,
                                         const fh_element_rules *rules, const fh_segment *seg);

#endif
