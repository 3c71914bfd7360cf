/* xlsx_fuzz.c - any bytes as a spreadsheet; and any texts, divided by lines "====", as the parts
 * of one: workbook, places, styles, shared texts, sheet. What is read is rows in order, of which
 * none is empty. */
#include "app/data/xlsx_rows.h"
#include "zipped.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_rows(fh_str bytes)
{
    enum { ROWS = 1000 };
    fh_arena *arena = fh_arena_new(NULL);
    fh_csv_rows rows = {0};
    fh_error err = {0};
    if (!arena) abort();
    const fh_status s = fh_xlsx_read(arena, bytes, ROWS, bytes.len % 2, &rows, &err);
    if (s != FH_OK && !err.message[0]) abort();
    if (s == FH_OK && rows.n > ROWS + 1) abort();
    for (size_t i = 0; s == FH_OK && i < rows.n; i++) {
        size_t length = 0;
        if (i && rows.row[i].line <= rows.row[i - 1].line) abort();
        for (size_t k = 0; k < rows.row[i].n_cells; k++) length += rows.row[i].cell[k].len;
        if (!length || rows.row[i].n_cells > FH_CSV_COLUMNS_MAX) abort();
    }
    fh_arena_free(arena);
}

static fh_str next_part(fh_str *rest)
{
    static const char mark[] = "\n====\n";
    fh_str part = *rest;
    for (size_t i = 0; i + sizeof mark - 1 <= rest->len; i++) {
        if (memcmp(rest->ptr + i, mark, sizeof mark - 1) != 0) continue;
        part.len = i;
        *rest = (fh_str){rest->ptr + i + sizeof mark - 1, rest->len - i - (sizeof mark - 1)};
        return part;
    }
    *rest = (fh_str){rest->ptr + rest->len, 0};
    return part;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fh_str rest = {(const char *)data, size};
    zipped_part part[] = {{.name = "xl/workbook.xml"},
                          {.name = "xl/_rels/workbook.xml.rels"},
                          {.name = "xl/styles.xml"},
                          {.name = "xl/sharedStrings.xml"},
                          {.name = "xl/worksheets/sheet1.xml"}};
    const size_t n = sizeof part / sizeof part[0];
    fh_buf archive;
    read_rows(rest);
    for (size_t i = 0; i < n; i++) part[i].text = next_part(&rest);
    fh_buf_init(&archive, NULL, 1 << 26);
    zipped(part, n, &archive);
    if (archive.status == FH_OK) read_rows(fh_buf_view(&archive));
    fh_buf_free(&archive);
    return 0;
}
