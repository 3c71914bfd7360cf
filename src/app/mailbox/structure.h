/* structure.h - the parts of a mail (RFC 2045, 2046), in one pass over its lines.
 *
 * No recursion: open multiparts stand on a short stack of boundaries. What nests deeper
 * is one part, what comes after the last part allowed is not looked at.
 */
#ifndef FH_APP_MAILBOX_STRUCTURE_H
#define FH_APP_MAILBOX_STRUCTURE_H

#include "app/mailbox/gmime.h"

enum { FH_MAIL_DEPTH = 8, FH_MAIL_PARTS = 1000, FH_MAIL_HEAD = 256 << 10 };

/* A part that is no multipart. Slices of the mail, or in the arena. */
typedef struct fh_mail_part {
    fh_mail_content content, disposition;
    fh_str encoding; /* as it stands */
    fh_str body;     /* still encoded */
    /* The same in several forms: number of the innermost multipart/alternative around it,
     * from 1; 0: none. */
    uint32_t alternative;
} fh_mail_part;

/* Anything but FH_OK ends the walk with that. `arena` may be used until it returns. */
typedef fh_status fh_mail_each_part(void *ctx, const fh_mail_part *part, fh_error *err);

/* The headers of `mail`, without the empty line after them; a first line "From " of an
 * mbox is left out. At most FH_MAIL_HEAD bytes. */
fh_str fh_mail_head(fh_str mail);
/* The value of the n-th header of that name (0: the first), unfolded into the arena;
 * empty: there is none. False: out of memory. */
FH_MUST_CHECK bool fh_mail_header(fh_str head, const char *name, size_t nth, fh_arena *arena,
                                  fh_str *out);
/* The parts of `mail` in their order. `*cut`: there are more than are allowed. */
FH_MUST_CHECK fh_status fh_mail_walk(fh_gmime *g, fh_str mail, fh_arena *arena,
                                     fh_mail_each_part *each, void *ctx, bool *cut, fh_error *err);

#endif
