/* ask_since.h - the last whole answer to a question, brought up to date by what came live
 * since, so that asking again beside ingest costs what came and not what is there.
 *
 *     answer now = answer then - (stories of whom something came, as they were)
 *                              + (the same stories as they are)
 *
 * Exact whenever it is given at all: the moments' ages, counts and moves must tell that
 * nothing else has changed, and each interaction that came must be found in the stories.
 * Else the question is counted by its groups (ask_kept.c), and that answer is kept.
 */
#ifndef FH_APP_ASK_SINCE_H
#define FH_APP_ASK_SINCE_H

#include "app/ask/ask_kept.h"
#include "store/kept.h"

typedef struct fh_ask_since {
    const fh_ask_about *about;
    fh_scan *scan;
    fh_kept *kept;
    uint64_t era;
    fh_kept_key question; /* and filter and names */
    uint32_t columns;     /* what the fold needs */
    fh_scan_moment now;
} fh_ask_since;

/* *out is NULL when nothing is kept, or it cannot be brought up to date. A scan that was
 * asked (*read) can be read no other way. */
FH_MUST_CHECK fh_status fh_ask_since_last(const fh_ask_since *a, fh_fold **out, bool *read,
                                          fh_error *err);
/* Keeps an answer, which may be merged from, as that of now. Failures are no harm. */
void fh_ask_keep_last(const fh_ask_since *a, const fh_fold *answer);

#endif
