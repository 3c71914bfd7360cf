/* xlsx_rows.h - the first sheet of a spreadsheet (Office Open XML) as rows of cells, as
 * csv_rows.h gives them: whoever keeps a list in a spreadsheet need not save it as CSV first. */
#ifndef FH_APP_XLSX_ROWS_H
#define FH_APP_XLSX_ROWS_H

#include "app/data/csv_rows.h"

/* Whether these bytes are a spreadsheet (an archive), and not text. */
bool fh_is_xlsx(fh_str bytes);

/* The first sheet that is not hidden; `line` of a row is its number in the sheet, rows without
 * any text are left out. Numbers come as 1234.5, days as 2026-11-23, with a time of day as
 * 2026-11-23 14:05:00, truth as yes and no, formulas as what they last gave. All in the arena.
 * FH_FORMAT: damaged, not UTF-8, too many columns, an error in a cell (#N/A) unless `lenient`,
 * which takes such cells as empty; FH_LIMIT beyond `max_rows`, or 64 MB unpacked. */
FH_MUST_CHECK fh_status fh_xlsx_read(fh_arena *arena, fh_str bytes, size_t max_rows, bool lenient,
                                     fh_csv_rows *out, fh_error *err);

/* CSV or a spreadsheet, whichever it is. */
FH_MUST_CHECK fh_status fh_rows_read(fh_arena *arena, fh_str bytes, size_t max_rows,
                                     fh_csv_rows *out, fh_error *err);

#endif
