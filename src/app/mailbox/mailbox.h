/* mailbox.h - the bytes of an mbox, of a mail or of a Maildir's mails as lines of JSON
 * (app/mailbox/letter.h), one mail in memory at a time.
 *
 * In an mbox a mail begins with a line "From ..." that has a time and a year in it and
 * stands at the beginning or after an empty line.
 */
#ifndef FH_APP_MAILBOX_MAILBOX_H
#define FH_APP_MAILBOX_MAILBOX_H

#include "app/mailbox/own.h"

enum { FH_MAIL_MAX = 48 << 20 }; /* bytes of one mail that are held; the rest is cut */

typedef struct fh_mailbox fh_mailbox;

/* `own` must stay. FH_NOTFOUND when libgmime is not installed. */
FH_MUST_CHECK fh_status fh_mailbox_new(const fh_own *own, fh_mailbox **out, fh_error *err);
void fh_mailbox_free(fh_mailbox *m); /* NULL is allowed */

/* Some lines, which live until the function returns; `last` with the last ones, which may
 * be none. Anything but FH_OK ends the feeding with that. */
typedef fh_status fh_mailbox_give(void *ctx, fh_str lines, bool last, fh_error *err);
/* `whole`: each file is one mail, of which `starts` tells the first piece; else it is an
 * mbox, or one mail. `last`: no more bytes come. */
FH_MUST_CHECK fh_status fh_mailbox_feed(fh_mailbox *m, fh_str piece, bool whole, bool starts,
                                        bool last, fh_mailbox_give *give, void *ctx, fh_error *err);

#endif
