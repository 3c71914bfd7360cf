/* xlsx.h - tables of typed cells as one XLSX file, a sheet each.
 *
 *     fh_xlsx *book;
 *     s = fh_xlsx_new(folder, zone, &book, err);
 *     if (!s) s = fh_xlsx_add(book, &table, err);
 *     if (!s) s = fh_xlsx_write(book, &out, err);
 *     fh_xlsx_free(book);
 *
 * Numbers are numbers, instants are dates in `zone`, shares are per cents, durations
 * hours and minutes that can be added up; text is text, whatever it begins with: nothing
 * from outside becomes a formula or a link. The columns are those of the CSV, under the
 * headings that people read; the heading stays in sight and filters. The last sheet tells
 * what each table counts and what it leaves out.
 */
#ifndef FH_APP_XLSX_H
#define FH_APP_XLSX_H

#include "app/ask/table.h"

#define FH_XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

typedef struct fh_xlsx fh_xlsx;

/* While the file is put together, nameless files lie in `folder`. `zone` NULL is UTC; it
 * outlives the book. */
FH_MUST_CHECK fh_status fh_xlsx_new(const char *folder, const fh_zone *zone, fh_xlsx **out,
                                    fh_error *err);
/* FH_LIMIT when the table has more rows than a sheet may have. */
FH_MUST_CHECK fh_status fh_xlsx_add(fh_xlsx *book, const fh_table *t, fh_error *err);
/* Appends the file; nothing can be added then. */
FH_MUST_CHECK fh_status fh_xlsx_write(fh_xlsx *book, fh_buf *out, fh_error *err);
void fh_xlsx_free(fh_xlsx *book); /* NULL is allowed */

#endif
