/* csv_rows.h - a small CSV file (RFC 4180) as rows of cells, for lists that people keep
 * in a spreadsheet. Stories come by the million and have parse/csv.c. */
#ifndef FH_APP_CSV_ROWS_H
#define FH_APP_CSV_ROWS_H

#include "firsthand/base.h"

enum { FH_CSV_COLUMNS_MAX = 64 };

typedef struct fh_csv_row {
    uint64_t line; /* on which it begins, from 1 */
    const fh_str *cell;
    size_t n_cells;
} fh_csv_row;

typedef struct fh_csv_rows {
    const fh_csv_row *row; /* the first one is the header; empty lines are left out */
    size_t n;
} fh_csv_rows;

/* All in the arena or slices of `text`. Separator: comma, semicolon or tab, whichever the
 * header has most of; a byte order mark is skipped. FH_FORMAT: not UTF-8, a quote that
 * is not closed, too many columns; FH_LIMIT beyond `max_rows`. */
FH_MUST_CHECK fh_status fh_csv_read(fh_arena *arena, fh_str text, size_t max_rows, fh_csv_rows *out,
                                    fh_error *err);

/* One cell, quoted where it must be; one that a spreadsheet would take for a formula
 * (= + - @, tab or return first) gets a quote ' before, which fh_csv_plain takes off. */
void fh_csv_safe(fh_buf *out, fh_str s);
fh_str fh_csv_plain(fh_str s);

#endif
