/* letter.h - one mail as rows: a JSON object on one line for each correspondent.
 *
 *     {"correspondent":"ann@example.org","time":"2024-01-31T17:05:09.000Z","touchpoint":"E-mail",
 *      "channel":"e-mail","direction":"in","department":"claims","own":"claims@example.com",
 *      "message_id":"...","thread":"16 hex digits","subject":"...","text":"...",
 *      "sender":"Ann <ann@example.org>","language":"en",
 *      "attachments":[{"name":"a.pdf","type":"application/pdf","size":17,"sha256":"..."}]}
 *
 * The correspondent is who is not ours: of a mail to us its sender, of a mail from us each
 * of those it goes to. Without own addresses the sender is the correspondent, and which
 * way it goes is not told. A mail of which nothing is known is a line all the same, so that
 * it is told among the rejects.
 */
#ifndef FH_APP_MAILBOX_LETTER_H
#define FH_APP_MAILBOX_LETTER_H

#include "app/mailbox/gmime.h"
#include "app/mailbox/own.h"
#include "firsthand/parse.h"

enum { FH_LETTER_TEXT = 256 << 10, FH_LETTER_CORRESPONDENTS = 100, FH_LETTER_ATTACHMENTS = 100 };

typedef struct fh_letters fh_letters;

FH_MUST_CHECK fh_status fh_letters_new(const fh_own *own, fh_letters **out, fh_error *err);
void fh_letters_free(fh_letters *l); /* NULL is allowed */

typedef fh_status fh_letter_line(void *ctx, fh_str json, fh_error *err);
/* `cut`: the mail is longer than what is given. Threads are known by the mails before. */
FH_MUST_CHECK fh_status fh_letter_read(fh_letters *l, fh_str mail, bool cut, fh_letter_line *give,
                                       void *ctx, fh_error *err);

/* The rules for these lines, as text of a mapping; the fields that `mapping` has rules for
 * are left out. */
void fh_letter_rules(const fh_mapping *mapping, fh_buf *out);

#endif
