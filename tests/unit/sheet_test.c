/* sheet_test.c - a spreadsheet as a file of interactions: each row of the sheet is a record, and
 * what cannot be read is told with its row in the sheet. */
#include "../fuzz/zipped.h"
#include "app/data/import.h"
#include "app/data/sheet.h"
#include "files.h"
#include "orgs.h"
#include "store/identities.h"
#include "test.h"

#define REL     "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define T(text) "<c t=\"str\"><v>" text "</v></c>"

static const char book[] =
    "<workbook xmlns:r=\"" REL "\"><sheets><sheet name=\"One\" sheetId=\"1\" "
    "r:id=\"rId1\"/></sheets></workbook>";
static const char places[] = "<Relationships><Relationship Id=\"rId1\" Type=\"" REL
                             "/worksheet\" Target=\"worksheets/one.xml\"/></Relationships>";
/* Row 2 takes two lines, 3 is empty, 5 has no day, 6 an error for the customer. */
static const char rows[] =
    "<worksheet><sheetData>"
    "<row r=\"1\">" T("participant") T("date") T("course") T(
        "remark") "</row>"
                  "<row r=\"2\">" T("ann") T("2025-11-03") T("Safety, part 1") T(
                      "good\n\"very\"") "</row>"
                                        "<row r=\"4\">" T("ben") T("2025-11-04") T(
                                            "Safety, part 1") "</row>"
                                                              "<row r=\"5\">" T("ann") T("one day") T(
                                                                  "Safety, part 2") "</row>"
                                                                                    "<row "
                                                                                    "r=\"6\"><c "
                                                                                    "t=\"e\"><v>#"
                                                                                    "N/A</v></"
                                                                                    "c>" T(
                                                                                        "2025-11-"
                                                                                        "05")
                                                                                        T("Safety"
                                                                                          ", "
                                                                                          "part "
                                                                                          "2") "<"
                                                                                               "/"
                                                                                               "r"
                                                                                               "o"
                                                                                               "w"
                                                                                               ">"
                                                                                               "<"
                                                                                               "r"
                                                                                               "o"
                                                                                               "w"
                                                                                               " "
                                                                                               "r"
                                                                                               "="
                                                                                               "\"7"
                                                                                               "\""
                                                                                               ">" T("ann") T(
                                                                                                   "2025-11-09")
                                                                                                   T("Safety, part 2") "</row>"
                                                                                                                       "</sheetData></worksheet>";

static void make(fh_buf *out)
{
    const zipped_part part[] = {{"xl/workbook.xml", fh_str_of(book), true},
                                {"xl/_rels/workbook.xml.rels", fh_str_of(places), true},
                                {"xl/worksheets/one.xml", fh_str_of(rows), true}};
    fh_buf_init(out, NULL, 1 << 20);
    zipped(part, sizeof part / sizeof part[0], out);
    assert_int_equal(out->status, FH_OK);
}

/* In pieces of `step` bytes. */
static fh_status as_csv(fh_str bytes, size_t step, fh_sheet **sheet, fh_str *csv, fh_error *err)
{
    fh_status s = fh_sheet_new(test_allocator(), sheet, err);
    for (size_t at = 0; at < bytes.len && s == FH_OK; at += step) {
        const size_t n = bytes.len - at < step ? bytes.len - at : step;
        s = fh_sheet_add(*sheet, (fh_str){bytes.ptr + at, n}, err);
    }
    return s == FH_OK ? fh_sheet_csv(*sheet, csv, err) : s;
}

static void a_sheet_is_csv_with_a_record_a_row(void **state)
{
    (void)state;
    static const size_t step[] = {1, 100, 1 << 20};
    fh_buf file;
    make(&file);
    for (size_t i = 0; i < COUNT(step); i++) {
        fh_sheet *sheet = NULL;
        fh_str csv = {0};
        assert_status(as_csv(fh_buf_view(&file), step[i], &sheet, &csv, NULL), FH_OK);
        assert_str(csv, "\"participant\",\"date\",\"course\",\"remark\"\n"
                        "\"ann\",\"2025-11-03\",\"Safety, part 1\",\"good\n\"\"very\"\"\"\n"
                        "\n"
                        "\"ben\",\"2025-11-04\",\"Safety, part 1\",\n"
                        "\"ann\",\"one day\",\"Safety, part 2\",\n"
                        ",\"2025-11-05\",\"Safety, part 2\",\n"
                        "\"ann\",\"2025-11-09\",\"Safety, part 2\",\n");
        fh_sheet_free(sheet);
    }
    fh_buf_free(&file);
}

static void a_spreadsheet_is_imported_and_faults_are_told_by_its_rows(void **state)
{
    (void)state;
    fh_buf file;
    fh_error err = {0};
    fh_import_result r;
    fh_org *org = test_org_new(0);
    fh_arena *arena = fh_arena_new(NULL);
    make(&file);
    const char *path = test_file("training.xlsx", fh_buf_view(&file));
    fh_import_options options = {.source = FH_STR("training")};
    fh_mapping *mapping = NULL;
    assert_status(fh_mapping_parse(arena, FH_STR("time=date:'%Y-%m-%d'"), &mapping, &err), FH_OK);
    options.mapping = mapping;
    if (fh_import_file(org, path, &options, arena, &r, &err) != FH_OK)
        fail_msg("%s (%s)", err.message, err.hint);
    assert_int_equal(r.format, FH_XLSX);
    assert_int_equal(r.origin.rows_added, 3);
    assert_int_equal(r.n_rejects, 2);
    assert_int_equal(r.rejects[0].line, 5);
    assert_int_equal(r.rejects[1].line, 6);
    assert_non_null(strstr(r.rejects_file.ptr, "training.xlsx.rejects.csv"));
    uint32_t number = 0;
    const fh_told *told = NULL;
    size_t n = 0;
    assert_status(fh_identity_find(org, FH_STR("ann"), &number, &err), FH_OK);
    assert_status(fh_store_story(org, number, arena, &told, &n, &err), FH_OK);
    assert_int_equal(n, 2);
    assert_status(fh_import_file(org, path, &options, arena, &r, &err), FH_OK);
    assert_true(r.already);
    fh_buf_free(&file);
    fh_arena_free(arena);
    test_org_end(org);
    test_files_end();
}

static void what_is_no_spreadsheet_or_too_large_is_told(void **state)
{
    (void)state;
    fh_sheet *sheet = NULL;
    fh_str csv = {0};
    fh_error err = {0};
    assert_status(as_csv(FH_STR("PK\3\4 and then nothing"), 5, &sheet, &csv, &err), FH_FORMAT);
    fh_sheet_free(sheet);
    assert_status(fh_sheet_new(NULL, &sheet, &err), FH_OK);
    static const char zeros[1 << 20];
    fh_status s = FH_OK;
    for (int i = 0; i < 65 && s == FH_OK; i++)
        s = fh_sheet_add(sheet, (fh_str){zeros, sizeof zeros}, &err);
    assert_status(s, FH_LIMIT);
    assert_non_null(strstr(err.hint, "CSV"));
    fh_sheet_free(sheet);
}

/* A small file whose cells name one long text again and again. */
static void texts_named_again_and_again_are_bounded(void **state)
{
    (void)state;
    enum { LONG = 1000 << 10, CELLS = 300 };
    fh_buf texts, sheet_xml, file;
    fh_buf_init(&texts, NULL, 2 << 20);
    fh_buf_init(&sheet_xml, NULL, 1 << 20);
    fh_buf_init(&file, NULL, 1 << 22);
    fh_buf_text(&texts, "<sst><si><t>");
    for (int i = 0; i < LONG; i++) fh_buf_char(&texts, 'x');
    fh_buf_text(&texts, "</t></si></sst>");
    fh_buf_text(&sheet_xml, "<worksheet><sheetData>");
    for (int i = 0; i < CELLS; i++) fh_buf_text(&sheet_xml, "<row><c t=\"s\"><v>0</v></c></row>");
    fh_buf_text(&sheet_xml, "</sheetData></worksheet>");
    static const char all_places[] =
        "<Relationships><Relationship Id=\"rId1\" Type=\"" REL
        "/worksheet\" Target=\"worksheets/one.xml\"/><Relationship Id=\"rId2\" Type=\"" REL
        "/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>";
    const zipped_part part[] = {{"xl/workbook.xml", fh_str_of(book), true},
                                {"xl/_rels/workbook.xml.rels", fh_str_of(all_places), true},
                                {"xl/sharedStrings.xml", fh_buf_view(&texts), true},
                                {"xl/worksheets/one.xml", fh_buf_view(&sheet_xml), true}};
    zipped(part, COUNT(part), &file);
    assert_int_equal(file.status, FH_OK);
    fh_sheet *sheet = NULL;
    fh_str csv = {0};
    fh_error err = {0};
    assert_status(as_csv(fh_buf_view(&file), 1 << 20, &sheet, &csv, &err), FH_LIMIT);
    assert_non_null(strstr(err.message, "texts of the sheet"));
    fh_sheet_free(sheet);
    fh_buf_free(&texts);
    fh_buf_free(&sheet_xml);
    fh_buf_free(&file);
}

static fh_status read_whole(void *file)
{
    fh_sheet *sheet = NULL;
    fh_str csv;
    const fh_status s = as_csv(*(fh_str *)file, 1 << 20, &sheet, &csv, NULL);
    fh_sheet_free(sheet);
    return s;
}

static void without_memory_it_says_so(void **state)
{
    (void)state;
    fh_buf file;
    make(&file);
    fh_str bytes = fh_buf_view(&file);
    test_oom(read_whole, &bytes);
    fh_buf_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sheet_is_csv_with_a_record_a_row),
        cmocka_unit_test(a_spreadsheet_is_imported_and_faults_are_told_by_its_rows),
        cmocka_unit_test(what_is_no_spreadsheet_or_too_large_is_told),
        cmocka_unit_test(texts_named_again_and_again_are_bounded),
        cmocka_unit_test(without_memory_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
