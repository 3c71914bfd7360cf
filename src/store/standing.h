/* standing.h - rows of the table `standing`: what was counted of all stories, kept in the file.
 *
 * A row is found by a hash of everything that the result depends on, so what has changed is
 * never found again; it goes when the next is put, and at once when somebody is erased. It
 * holds sums and numbers of names, nothing of a single customer. What the bytes mean, and that
 * they are whole, is looked at by fh_fold_restore; see app/ask/standing.h.
 */
#ifndef FH_STORE_STANDING_H
#define FH_STORE_STANDING_H

#include "store/org.h"

enum { FH_STANDING_HASH = 32, FH_STANDING_MOST = 16 << 20 /* bytes of one */ };

typedef struct fh_standing {
    unsigned char about[FH_STANDING_HASH];
    fh_str counted; /* empty: there is none */
} fh_standing;

/* By row->about; the bytes in the arena. */
FH_MUST_CHECK fh_status fh_standing_get(fh_org *org, fh_standing *row, fh_arena *arena,
                                        fh_error *err);
/* These instead of all there were, in the caller's transaction or one of its own. */
FH_MUST_CHECK fh_status fh_standing_put(fh_org *org, const fh_standing *row, size_t n,
                                        fh_error *err);

#endif
