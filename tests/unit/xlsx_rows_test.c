/* xlsx_rows_test.c - the first sheet of a spreadsheet as rows: what each sort of cell becomes,
 * and what is refused. Spreadsheets of other programs come in tests/api (libxlsxwriter's own). */
#include "../fuzz/zipped.h"
#include "app/data/xlsx_rows.h"
#include "test.h"

#include <stdlib.h>

#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define REL  "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static const char whole_book[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><workbook " MAIN " xmlns:r=\"" REL "\"><sheets>"
    "<sheet name=\"Old\" sheetId=\"1\" state=\"hidden\" r:id=\"rId1\"/>"
    "<sheet name=\"Notes\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>";
static const char places[] =
    "<Relationships><Relationship Id=\"rId1\" Type=\"" REL "/worksheet\" Target=\"none.xml\"/>"
    "<Relationship Id=\"rId2\" Type=\"" REL "/worksheet\" Target=\"/xl/worksheets/two.xml\"/>"
    "<Relationship Id=\"rId3\" Type=\"" REL "/styles\" Target=\"styles.xml\"/>"
    "<Relationship Id=\"rId4\" Type=\"" REL "/sharedStrings\" Target=\"sharedStrings.xml\"/>"
    "</Relationships>";
/* Styles 0: plain, 1: a day as built in, 2: a day told, 3: a length of time, 4: money. */
static const char styles[] =
    "<styleSheet " MAIN "><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd hh:mm\"/>"
    "<numFmt numFmtId=\"165\" formatCode=\"[h]:mm:ss\"/>"
    "<numFmt numFmtId=\"166\" formatCode=\"#,##0.00 &quot;days&quot;\"/></numFmts>"
    "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
    "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/>"
    "<xf numFmtId=\"165\"/><xf numFmtId=\"166\"/></cellXfs></styleSheet>";
static const char texts[] = "<sst " MAIN "><si><t>key</t></si><si><r><t>wh</t></r><r><t>at</t></r>"
                            "<rPh sb=\"0\" eb=\"1\"><t>sound</t></rPh></si>"
                            "<si><t>Caf\xc3\xa9 &amp; co</t></si></sst>";

/* A spreadsheet with this sheet; NULL stands for the usual parts. */
static void make(const char *book, const char *sheet, fh_buf *out)
{
    const zipped_part part[] = {{"xl/workbook.xml", fh_str_of(book ? book : whole_book), true},
                                {"xl/_rels/workbook.xml.rels", fh_str_of(places), false},
                                {"xl/styles.xml", fh_str_of(styles), true},
                                {"xl/sharedStrings.xml", fh_str_of(texts), false},
                                {"xl/worksheets/two.xml", fh_str_of(sheet), true}};
    fh_buf_init(out, NULL, 1 << 26);
    zipped(part, sizeof part / sizeof part[0], out);
    assert_int_equal(out->status, FH_OK);
}

static fh_status read_sheet(fh_arena *arena, const char *book, const char *sheet, fh_csv_rows *rows,
                            fh_error *err)
{
    fh_buf file;
    make(book, sheet, &file);
    const fh_status s = fh_rows_read(arena, fh_buf_view(&file), 100, rows, err);
    fh_buf_free(&file);
    return s;
}

#define SHEET(rows) "<worksheet " MAIN "><sheetData>" rows "</sheetData></worksheet>"

static void every_sort_of_cell_becomes_what_people_read(void **state)
{
    (void)state;
    static const char sheet[] =
        SHEET("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>"
              "<row r=\"2\"><c r=\"A2\"/><c r=\"B2\" t=\"inlineStr\"><is><t> </t></is></c></row>"
              "<row r=\"4\"><c r=\"A4\" t=\"s\"><v>2</v></c><c r=\"C4\"><v>1234.5</v></c>"
              "<c><v>4.3000000000000003E-1</v></c><c><v>12000000000</v></c>"
              "<c><v>-1.25E+2</v></c><c><v>1E+20</v></c><c><v>0.30000000000000004</v></c></row>"
              "<row><c s=\"1\"><v>46349</v></c><c s=\"2\"><v>46349.586805555555</v></c>"
              "<c s=\"3\"><v>1.5</v></c><c s=\"4\"><v>46349</v></c><c s=\"1\"><v>0.25</v></c>"
              "<c t=\"b\"><v>1</v></c><c t=\"str\"><f>A1</f><v>given</v></c>"
              "<c t=\"inlineStr\"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>");
    static const char *const want[][8] = {
        {"key", "what"},
        {"Caf\xc3\xa9 & co", "", "1234.5", "0.43", "12000000000", "-125", "1e+20", "0.3"},
        {"2026-11-23", "2026-11-23 14:05:00", "1.5", "46349", "0.25", "yes", "given", "ab"}};
    static const uint64_t line[] = {1, 4, 5};
    fh_arena *arena = fh_arena_new(NULL);
    fh_csv_rows rows;
    assert_status(read_sheet(arena, NULL, sheet, &rows, NULL), FH_OK);
    assert_int_equal(rows.n, 3);
    for (size_t i = 0; i < rows.n; i++) {
        assert_int_equal(rows.row[i].line, line[i]);
        for (size_t k = 0; k < rows.row[i].n_cells; k++) {
            assert_non_null(rows.row[i].cell[k].ptr); /* as those of a CSV file, also empty ones */
            assert_str(fh_csv_plain(rows.row[i].cell[k]), want[i][k] ? want[i][k] : "nothing");
        }
        assert_true(rows.row[i].n_cells == 8 || !want[i][rows.row[i].n_cells]);
    }
    fh_arena_free(arena);
}

static void days_may_be_counted_from_1904(void **state)
{
    (void)state;
    static const char book[] = "<x:workbook xmlns:x=\"urn:m\" xmlns:r=\"" REL "\"><x:workbookPr "
                               "date1904=\"1\"/><x:sheets><x:sheet r:id=\"rId2\"/></x:sheets>"
                               "</x:workbook>";
    fh_arena *arena = fh_arena_new(NULL);
    fh_csv_rows rows;
    assert_status(
        read_sheet(arena, book, SHEET("<row><c s=\"1\"><v>44887</v></c></row>"), &rows, NULL),
        FH_OK);
    assert_str(rows.row[0].cell[0], "2026-11-23");
    fh_arena_free(arena);
}

static void what_cannot_be_read_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *book, *sheet, *says;
    } bad[] = {
        {NULL, SHEET("<row r=\"7\"><c r=\"B7\" t=\"e\"><v>#N/A</v></c></row>"),
         "row 7, column 2: '#N/A' is no value"},
        {NULL, SHEET("<row><c t=\"s\"><v>3</v></c></row>"), "row 1, column 1: '3' is no value"},
        {NULL, SHEET("<row><c><v>many</v></c></row>"), "row 1, column 1: 'many' is no value"},
        {NULL, SHEET("<row><c><v>-</v></c></row>"), "row 1, column 1: '-' is no value"},
        {NULL, SHEET("<row><c><v>1.2.3</v></c></row>"), "row 1, column 1: '1.2.3' is no value"},
        {NULL, SHEET("<row><c><v>1e999</v></c></row>"), "row 1, column 1: '1e999' is no value"},
        {NULL, SHEET("<row r=\"3\"/><row r=\"3\"/>"), "row 3 stands behind row 3"},
        {NULL, SHEET("<row><c r=\"BM1\"><v>1</v></c></row>"), "row 1 has more than 64 columns"},
        {NULL, "<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>", "document type of its own"},
        {NULL, "<worksheet><row></worksheet>", "damaged inside: mismatched tag"},
        {NULL, SHEET("<row><c t=\"str\"><v>\xff</v></c></row>"), "damaged inside: not well-formed"},
        {"<workbook><sheets/></workbook>", SHEET(""), "no sheet that can be seen"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_csv_rows rows;
        fh_error err = {0};
        assert_status(read_sheet(arena, bad[i].book, bad[i].sheet, &rows, &err), FH_FORMAT);
        if (!strstr(err.message, bad[i].says)) fail_msg("%s: %s", bad[i].says, err.message);
        fh_arena_free(arena);
    }
}

static void too_many_rows_and_what_unpacks_beyond_measure_are_refused(void **state)
{
    (void)state;
    enum { MANY = 70 << 20 };
    fh_arena *arena = fh_arena_new(NULL);
    fh_csv_rows rows;
    fh_error err = {0};
    fh_buf sheet;
    fh_buf_init(&sheet, NULL, (size_t)MANY + 1000);
    fh_buf_text(&sheet, "<worksheet><sheetData>");
    for (int i = 0; i < 102; i++) fh_buf_text(&sheet, "<row><c><v>1</v></c></row>");
    fh_buf_char(&sheet, '\0');
    assert_status(read_sheet(arena, NULL, sheet.ptr, &rows, &err), FH_LIMIT);
    assert_non_null(strstr(err.message, "more than 100 rows"));
    fh_buf_clear(&sheet);
    fh_buf_text(&sheet, "<worksheet>");
    while (sheet.len < MANY) fh_buf_text(&sheet, "                                        ");
    fh_buf_char(&sheet, '\0');
    assert_status(read_sheet(arena, NULL, sheet.ptr, &rows, &err), FH_LIMIT);
    assert_non_null(strstr(err.message, "too large once it is unpacked"));
    fh_buf_free(&sheet);
    fh_arena_free(arena);
}

/* Cut anywhere, or with any byte turned: rows or an error, nothing else. */
static void damaged_files_are_refused_or_read(void **state)
{
    (void)state;
    fh_buf file;
    make(NULL, SHEET("<row><c t=\"s\"><v>2</v></c><c s=\"1\"><v>46349</v></c></row>"), &file);
    for (size_t i = 0; i < file.len; i++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_csv_rows rows;
        fh_error err = {0};
        if (i > 4 && i + 4 < file.len) /* the last four bytes are zeros that nobody misses */
            assert_true(fh_rows_read(arena, (fh_str){file.ptr, i}, 100, &rows, &err) != FH_OK);
        file.ptr[i] ^= 0x55;
        const fh_status s = fh_xlsx_read(arena, fh_buf_view(&file), 100, i % 2, &rows, &err);
        assert_true(s == FH_OK || s == FH_FORMAT || s == FH_LIMIT);
        assert_true(s == FH_OK || err.message[0]);
        file.ptr[i] ^= 0x55;
        fh_arena_free(arena);
    }
    fh_buf_free(&file);
}

static fh_status read_whole(void *file)
{
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_csv_rows rows;
    const fh_status s =
        arena ? fh_xlsx_read(arena, *(fh_str *)file, 100, false, &rows, NULL) : FH_NOMEM;
    fh_arena_free(arena);
    return s;
}

static void without_memory_it_says_so(void **state)
{
    (void)state;
    fh_buf file;
    make(NULL, SHEET("<row><c t=\"s\"><v>2</v></c><c s=\"1\"><v>46349</v></c></row>"), &file);
    fh_str bytes = fh_buf_view(&file);
    test_oom(read_whole, &bytes);
    fh_buf_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sort_of_cell_becomes_what_people_read),
        cmocka_unit_test(days_may_be_counted_from_1904),
        cmocka_unit_test(what_cannot_be_read_is_told_with_its_place),
        cmocka_unit_test(too_many_rows_and_what_unpacks_beyond_measure_are_refused),
        cmocka_unit_test(damaged_files_are_refused_or_read),
        cmocka_unit_test(without_memory_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
