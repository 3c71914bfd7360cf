/* sheet.c - a spreadsheet as CSV (see sheet.h).
 *
 * A spreadsheet is an archive whose directory stands at its end, so all of it is held; what
 * may come out of it is bounded by fh_xlsx_read. Rows without any text become records
 * without any.
 */
#include "app/data/sheet.h"

#include "app/data/xlsx_rows.h"

#include <string.h>

enum { BYTES_MAX = 64 << 20, CSV_MAX = 256 << 20, ROWS_MAX = 1 << 20 };

struct fh_sheet {
    fh_arena *arena;
    fh_buf bytes, csv;
};

fh_status fh_sheet_new(const fh_allocator *from, fh_sheet **out, fh_error *err)
{
    fh_arena *arena = fh_arena_new(from);
    fh_sheet *s = arena ? FH_NEW_ARRAY(arena, fh_sheet, 1) : NULL;
    *out = s;
    if (!s) {
        fh_arena_free(arena);
        return fh_no_memory(err);
    }
    s->arena = arena;
    fh_buf_init(&s->bytes, from, BYTES_MAX);
    fh_buf_init(&s->csv, from, CSV_MAX);
    return FH_OK;
}

void fh_sheet_free(fh_sheet *s)
{
    if (!s) return;
    fh_buf_free(&s->bytes);
    fh_buf_free(&s->csv);
    fh_arena_free(s->arena); /* and the sheet with it */
}

static fh_status too_large(const char *what, int most, fh_error *err)
{
    (void)fh_fail(err, FH_LIMIT, "%s more than %d MB", what, most >> 20);
    return fh_hint(err, FH_LIMIT, "Save it as CSV and import that: CSV may be of any size.");
}

fh_status fh_sheet_add(fh_sheet *s, fh_str piece, fh_error *err)
{
    fh_buf_str(&s->bytes, piece);
    if (s->bytes.status == FH_LIMIT) return too_large("the spreadsheet has", BYTES_MAX, err);
    return s->bytes.status ? fh_no_memory(err) : FH_OK;
}

static void put_cell(fh_buf *out, fh_str text)
{
    fh_buf_put(out, "\"", 1);
    for (const char *quote; (quote = memchr(text.ptr, '"', text.len));) {
        const size_t n = (size_t)(quote - text.ptr) + 1;
        fh_buf_put(out, text.ptr, n);
        fh_buf_put(out, "\"", 1);
        text = (fh_str){text.ptr + n, text.len - n};
    }
    fh_buf_str(out, text);
    fh_buf_put(out, "\"", 1);
}

static void put_row(fh_buf *out, const fh_csv_row *row, size_t wide)
{
    for (size_t i = 0; i < wide || i < row->n_cells; i++) {
        if (i) fh_buf_put(out, ",", 1);
        if (i < row->n_cells && row->cell[i].len) put_cell(out, row->cell[i]);
    }
    fh_buf_put(out, "\n", 1);
}

fh_status fh_sheet_csv(fh_sheet *s, fh_str *csv, fh_error *err)
{
    fh_csv_rows rows = {0};
    const fh_status status =
        fh_xlsx_read(s->arena, fh_buf_view(&s->bytes), ROWS_MAX, true, &rows, err);
    if (status == FH_LIMIT)
        return fh_hint(err, status, "Save it as CSV and import that: CSV may be of any size.");
    if (status != FH_OK) return status;
    fh_buf_free(&s->bytes);
    uint64_t line = 1;
    for (size_t i = 0; i < rows.n && !s->csv.status; i++, line++) {
        for (; line < rows.row[i].line; line++) fh_buf_put(&s->csv, "\n", 1);
        put_row(&s->csv, &rows.row[i], rows.row[0].n_cells);
    }
    if (s->csv.status == FH_LIMIT) return too_large("the texts of the sheet have", CSV_MAX, err);
    if (s->csv.status) return fh_no_memory(err);
    *csv = fh_buf_view(&s->csv);
    return FH_OK;
}
