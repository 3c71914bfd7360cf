/* rejects.h - rows that could not be read, kept beside the file so that they can be
 * mended and imported: FILE.rejects.csv holds them as they stood, and
 * FILE.rejects.csv.txt says of each where it stood and what is wrong with it. Where rows
 * are to be mended one by one (mending.h), FILE.rejects.csv.rows has the same as JSON. */
#ifndef FH_APP_REJECTS_H
#define FH_APP_REJECTS_H

#include "firsthand/parse.h"
#include "os/os.h"

typedef struct fh_rejects fh_rejects;

/* What goes behind the name of a file of this format: mails are kept as JSON Lines,
 * spreadsheets as CSV. */
const char *fh_rejects_ending(fh_format format);

/* `path` NULL: they are counted, but written nowhere. `file` is the name shown.
 * The strings must live as long. */
FH_MUST_CHECK fh_status fh_rejects_new(const fh_os *os, const char *path, const char *file,
                                       fh_rejects **out, fh_error *err);
/* Also writes FILE.rejects.csv.rows: a line {"row":0,"head":...,"tail":...}, then one a
 * row that could not be read. Before anything is added. */
FH_MUST_CHECK fh_status fh_rejects_with_rows(fh_rejects *r, fh_error *err);
void fh_rejects_free(fh_rejects *r); /* NULL is allowed */

/* Goes on with files that an import before has left, as long as they were then: when
 * `rows_done` rows of the file had been read. */
FH_MUST_CHECK fh_status fh_rejects_resume(fh_rejects *r, uint64_t bytes, uint64_t notes_bytes,
                                          uint64_t rows_done, fh_error *err);
FH_MUST_CHECK fh_status fh_rejects_add(fh_rejects *r, const fh_reject *reject, fh_error *err);
/* Appends what was added, durably; `head` stands first in a new file, `tail` is what
 * fh_rejects_end will be given. */
FH_MUST_CHECK fh_status fh_rejects_write(fh_rejects *r, fh_str head, fh_str tail, fh_error *err);
/* Closes the file of rejected rows with `tail`, if there is one. */
FH_MUST_CHECK fh_status fh_rejects_end(fh_rejects *r, fh_str tail, fh_error *err);

/* How long the files are (without the tail); 0: nothing was written. */
uint64_t fh_rejects_bytes(const fh_rejects *r);
uint64_t fh_rejects_notes_bytes(const fh_rejects *r);

#endif
