/* standing.h - what the usual questions have counted of all stories, kept in the file.
 *
 * Whoever has brought in much counts once, reading every story a single time, and keeps the
 * results: touchpoints, follows, loops, waits, hand-offs, repeats, retention and the
 * commonest ways, as they are asked without options and filters. Asked so again, by whichever
 * process, they are read back while the stories are as they were. Kept is what is small: a few
 * hundred kilobytes.
 */
#ifndef FH_APP_STANDING_H
#define FH_APP_STANDING_H

#include "app/ask/ask_kept.h"

/* Counts and keeps; reads everything once. FH_OK and nothing kept when a part of the stories
 * is not settled yet, or someone wrote meanwhile. */
FH_MUST_CHECK fh_status fh_standing_keep(fh_org *org, fh_error *err);
/* The same when that pays: of a million interactions or more, half of which or more, `n_new`,
 * have just come in. */
FH_MUST_CHECK fh_status fh_standing_after(fh_org *org, uint64_t n_new, fh_error *err);

/* What `empty` would count of all stories of the scan, from the file; *out NULL: not there.
 * Before the scan is read. */
FH_MUST_CHECK fh_status fh_standing_find(const fh_ask_about *about, fh_scan *scan,
                                         const fh_fold *empty, fh_fold **out, fh_error *err);

/* Counts anew what is kept and in force, and tells what differs. *n_checked of the usual
 * questions were kept. */
FH_MUST_CHECK fh_status fh_standing_check(fh_org *org, fh_fault *fault, void *ctx,
                                          uint64_t *n_checked, uint64_t *n_faults, fh_error *err);

#endif
