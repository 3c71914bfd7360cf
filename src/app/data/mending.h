/* mending.h - use case: rows that an import could not read, mended one by one.
 *
 * The import left them in FILE.rejects.csv.rows (see rejects.h). Here they are listed,
 * given another text, left out, and written as a file that is imported like any other.
 * The file of rows is replaced as a whole, so whoever reads it sees one state.
 */
#ifndef FH_APP_MENDING_H
#define FH_APP_MENDING_H

#include "base/json.h"
#include "os/os.h"

/* More than this is mended with an editor, in the file of rejected rows. */
enum { FH_MEND_BYTES = 32 << 20, FH_MEND_ROW = 1 << 20 };

typedef struct fh_mend_row {
    uint64_t row, line; /* where it stood in the file that was imported */
    uint32_t column;    /* from 1; 0: the whole row */
    fh_str name, reason, hint;
    fh_str text;   /* as it stood */
    fh_str mended; /* what is read instead; empty: nothing was changed */
    bool skipped;
} fh_mend_row;

typedef struct fh_mending {
    fh_str head, tail;
    size_t n;
    fh_mend_row *row; /* [n] by .row */
} fh_mending;

/* In the arena. FH_NOTFOUND: it is no longer kept; FH_LIMIT; FH_FORMAT. */
FH_MUST_CHECK fh_status fh_mending_read(const fh_os *os, const char *path, fh_arena *arena,
                                        fh_mending *out, fh_error *err);
FH_MUST_CHECK fh_status fh_mending_save(const fh_os *os, const char *path, const fh_mending *m,
                                        fh_error *err);
/* FH_NOTFOUND: there is no such row among those that could not be read. */
FH_MUST_CHECK fh_status fh_mending_find(fh_mending *m, uint64_t row, fh_mend_row **out,
                                        fh_error *err);
/* What is left to be imported as a file of its own, in UTF-8: a new file at `path`.
 * FH_INVALID when every row is left out. */
FH_MUST_CHECK fh_status fh_mending_write(const fh_os *os, const char *path, const fh_mending *m,
                                         fh_error *err);
void fh_mend_row_json(const fh_mend_row *row, fh_json *j);

#endif
