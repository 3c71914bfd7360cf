/* sheet.h - a spreadsheet on its way into an import: its bytes are gathered, and its first
 * sheet comes out as CSV in which every row of the sheet is a record, so that the place a
 * message names is the row's number in the sheet.
 */
#ifndef FH_APP_SHEET_H
#define FH_APP_SHEET_H

#include "firsthand/base.h"

typedef struct fh_sheet fh_sheet;

/* `from` NULL means malloc and free. */
FH_MUST_CHECK fh_status fh_sheet_new(const fh_allocator *from, fh_sheet **out, fh_error *err);
void fh_sheet_free(fh_sheet *s); /* NULL is allowed */

/* The next bytes of the file. FH_LIMIT beyond 64 MB. */
FH_MUST_CHECK fh_status fh_sheet_add(fh_sheet *s, fh_str piece, fh_error *err);

/* After the last ones. `*csv` is separated by commas, UTF-8, every cell in quotes, rows as wide
 * as the first one at least; a cell with an error (#N/A) is empty. It lives as long as the sheet.
 * Errors: fh_xlsx_read's; FH_LIMIT beyond 256 MB, for many cells may name one text. */
FH_MUST_CHECK fh_status fh_sheet_csv(fh_sheet *s, fh_str *csv, fh_error *err);

#endif
