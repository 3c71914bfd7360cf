/* maildir.h - the mails of a Maildir (its folders cur and new), one after another in the
 * order of their names. */
#ifndef FH_APP_MAILDIR_H
#define FH_APP_MAILDIR_H

#include "os/os.h"

typedef struct fh_maildir fh_maildir;

/* FH_NOTFOUND when `path` has no folder "cur". */
FH_MUST_CHECK fh_status fh_maildir_open(const fh_os *os, const char *path, fh_maildir **out,
                                        fh_error *err);
void fh_maildir_close(fh_maildir *m); /* NULL is allowed */
/* A piece of a mail, which lives until the next call: `*starts` when it is its first,
 * `*last` when it is the last one of all. A mail that is gone meanwhile is left out. */
FH_MUST_CHECK fh_status fh_maildir_next(fh_maildir *m, fh_str *piece, bool *starts, bool *last,
                                        fh_error *err);
/* By the names of the mails, whichever folder they are in and whatever was read. */
uint64_t fh_maildir_fingerprint(const fh_maildir *m);

#endif
