/* xlsx_test.c - tables as XLSX: every kind of cell, and what comes from outside. What a
 * sheet says is read back in tests/api/parts/sheets.mjs. */
#include "test.h"

#include "app/ask/xlsx.h"

static const fh_table_column kinds[] = {{"text", "Text", FH_CELL_TEXT},
                                        {"share", "S", FH_CELL_SHARE},
                                        {"time", "T", FH_CELL_TIME},
                                        {"value", "V", FH_CELL_MONEY},
                                        {"bar", "", FH_CELL_BAR},
                                        {"score", "C", FH_CELL_DECIMAL},
                                        {"list", "L", FH_CELL_SPARK},
                                        {"", "Who", FH_CELL_TEXT},
                                        {"wait_ms_sum", NULL, FH_CELL_DURATION},
                                        {"count", NULL, FH_CELL_COUNT}};
enum { N = sizeof kinds / sizeof kinds[0] };

static fh_table table_of(fh_cell *cells, const char *title, fh_str text)
{
    static const uint64_t series[] = {1, 0, 3};
    cells[0] = fh_cell_text(text);
    cells[1] = fh_cell_part(1, 3);
    cells[2] = fh_cell_int(INT64_MIN);
    cells[3] = (fh_cell){.i = INT64_MAX, .text = text};
    cells[4] = fh_cell_part(1, 1);
    cells[5] = fh_cell_int(-5);
    cells[6] = (fh_cell){.series = series, .n_series = 3};
    cells[7] = fh_cell_text(text);
    cells[8] = fh_cell_int(-1);
    cells[9] = fh_cell_count(UINT64_MAX);
    return (fh_table){.title = title,
                      .note = text,
                      .rest = text,
                      .columns = kinds,
                      .n_columns = N,
                      .n_rows = 1,
                      .cells = cells};
}

static void assert_file(const fh_buf *out)
{
    assert_true(out->len > 1000);
    assert_memory_equal(out->ptr, "PK\x03\x04", 4);
}

static void whatever_stands_in_a_cell_becomes_a_file(void **state)
{
    (void)state;
    static char longest[70000];
    memset(longest, 'x', sizeof longest);
    const fh_str texts[] = {FH_STR(""),
                            FH_STR("=1+1"),
                            FH_STR("http://a"),
                            FH_STR("a\0b\xff\xef\xbf\xbf\xe2\x82"),
                            {longest, sizeof longest}};
    static const char *const titles[] = {
        "", "[]:*?/\\'", "Name", "name",
        "caf\xc3\xa9 caf\xc3\xa9 caf\xc3\xa9 caf\xc3\xa9 caf\xc3\xa9 caf\xc3\xa9"};
    fh_xlsx *book = NULL;
    fh_error err = {0};
    fh_buf out;
    fh_buf_init(&out, test_allocator(), 1 << 20);
    assert_status(fh_xlsx_new("/tmp", NULL, &book, &err), FH_OK);
    for (size_t i = 0; i < 5; i++) {
        fh_cell cells[N];
        const fh_table t = table_of(cells, titles[i], texts[i]);
        assert_status(fh_xlsx_add(book, &t, &err), FH_OK);
    }
    assert_status(fh_xlsx_write(book, &out, &err), FH_OK);
    fh_xlsx_free(book);
    assert_file(&out);
    fh_buf_free(&out);
}

static void no_table_at_all_and_no_rows_are_files_too(void **state)
{
    (void)state;
    fh_xlsx *book = NULL;
    fh_error err = {0};
    fh_buf out;
    fh_buf_init(&out, test_allocator(), 1 << 20);
    assert_status(fh_xlsx_new("/tmp", NULL, &book, &err), FH_OK);
    const fh_table t = {.title = "T", .columns = kinds, .n_columns = N};
    assert_status(fh_xlsx_add(book, &t, &err), FH_OK);
    assert_status(fh_xlsx_write(book, &out, &err), FH_OK);
    fh_xlsx_free(book);
    assert_file(&out);
    fh_buf_clear(&out);
    assert_status(fh_xlsx_new("/tmp", NULL, &book, &err), FH_OK);
    fh_xlsx_free(book); /* never written */
    fh_buf_free(&out);
}

static void more_rows_than_a_sheet_has_are_refused_with_a_remedy(void **state)
{
    (void)state;
    fh_xlsx *book = NULL;
    fh_error err = {0};
    const fh_table t = {.title = "T", .columns = kinds, .n_columns = N, .n_rows = 1048576};
    assert_status(fh_xlsx_new("/tmp", NULL, &book, &err), FH_OK);
    assert_status(fh_xlsx_add(book, &t, &err), FH_LIMIT);
    assert_non_null(strstr(err.hint, "CSV"));
    fh_xlsx_free(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_stands_in_a_cell_becomes_a_file),
        cmocka_unit_test(no_table_at_all_and_no_rows_are_files_too),
        cmocka_unit_test(more_rows_than_a_sheet_has_are_refused_with_a_remedy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
