/* erase_files_test.c - files beside the organisation that name an erased customer go,
 * however they are written or packed; all others stay. */
#include "test.h"

#include "app/data/erase_files.h"
#include "orgs.h"
#include "store/job_rows.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static fh_org *org;
static fh_arena *arena;
static const char *folder;

static const fh_identity ann[] = {
    {.kind = {"email", 5}, .value = {"ann.berg@example.org", 20}},
    {.kind = {"phone", 5}, .value = {"+493012345", 10}},
    {.kind = {"customer", 8}, .value = {"A7", 2}},
    {.kind = {"account", 7},
     .value = {"\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0", 8}}, /* no ASCII at all */
};
enum { N = sizeof ann / sizeof ann[0] };

static int begin(void **state)
{
    (void)state;
    org = test_org_new(0);
    arena = fh_arena_new(NULL);
    if (fh_erase_folder(org, arena, &folder, NULL) != FH_OK) return 1;
    return mkdir(folder, 0700);
}

static int end(void **state)
{
    (void)state;
    DIR *d = opendir(folder);
    for (const struct dirent *e; d && (e = readdir(d));) {
        char path[1024];
        (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        (void)unlink(path);
    }
    if (d) (void)closedir(d);
    (void)rmdir(folder);
    fh_arena_free(arena);
    test_org_end(org);
    return 0;
}

static const char *path_of(const char *title)
{
    fh_str path;
    assert_true(fh_arena_format(arena, &path, "%s/f-0123456789abcdef-%s", folder, title));
    return path.ptr;
}

static void put(const char *title, const char *text, size_t n)
{
    FILE *f = fopen(path_of(title), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static bool is_there(const char *title)
{
    struct stat about;
    return stat(path_of(title), &about) == 0;
}

static fh_erase_result erase(int64_t since_ms)
{
    const fh_erase_files where = {.folder = folder, .since_ms = since_ms};
    fh_erase_result r = {0};
    fh_error err = {0};
    if (fh_erase_from_files(org, &where, ann, N, &r, &err)) fail_msg("%s", err.message);
    return r;
}

static void a_file_that_names_the_customer_in_any_spelling_is_removed(void **state)
{
    static const char *const naming[] = {
        "email\nann.berg@example.org\n",
        "x,ANN.Berg@Example.ORG",
        "tel: +49 (30) 123-45",
        "0049 30 12345",
        "id\nA7\n",
        "{\"customer\":\"a7\"}",
        "name;\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0;",
        "\xff\xfe ann.berg@example.org",
    };
    (void)state;
    for (size_t i = 0; i < sizeof naming / sizeof naming[0]; i++) {
        put("one.csv", naming[i], strlen(naming[i]));
        put("other.csv", "A70,XA7,bob@example.org,+4930123", 32);
        const fh_erase_result r = erase(0);
        if (is_there("one.csv")) fail_msg("it stayed: %s", naming[i]);
        assert_true(is_there("other.csv"));
        assert_int_equal(r.n_files, 2);
        assert_int_equal(r.n_files_removed, 1);
    }
}

/* Wherever it lies in a file of several windows, also across their borders. */
static void it_is_found_at_every_place_of_a_large_file(void **state)
{
    enum { SIZE = (5 << 20) / 2, WINDOW = 1 << 20 };
    static const char *const names[] = {"ann.berg@example.org", "\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0"};
    (void)state;
    char *text = malloc(SIZE);
    assert_non_null(text);
    for (size_t i = 0; i < 24; i++) {
        const char *name = names[i % 2];
        const size_t len = strlen(name), steps[] = {0, WINDOW, 2 * WINDOW, SIZE - len};
        size_t at = steps[i % 4];
        if (i % 4 == 1 || i % 4 == 2) at -= i;
        memset(text, '.', SIZE);
        memcpy(text + at, name, len);
        put("large.jsonl", text, SIZE);
        assert_int_equal(erase(0).n_files_removed, 1);
        assert_false(is_there("large.jsonl"));
    }
    free(text);
}

static void packed_files_are_looked_into_and_damaged_ones_removed(void **state)
{
    (void)state;
    const char *titles[] = {"in.csv.gz", "out.csv.gz"};
    const char *texts[] = {"who\nann.berg@example.org\n", "who\nbob@example.org\n"};
    for (size_t i = 0; i < 2; i++) {
        gzFile f = gzopen(path_of(titles[i]), "wb");
        assert_non_null(f);
        assert_true(gzwrite(f, texts[i], (unsigned)strlen(texts[i])) > 0);
        assert_int_equal(gzclose(f), Z_OK);
    }
    put("damaged.csv.gz", "\x1f\x8b\x08\x00nothing that unpacks, at all", 32);
    assert_int_equal(erase(0).n_files_removed, 2);
    assert_false(is_there("in.csv.gz"));
    assert_false(is_there("damaged.csv.gz"));
    assert_true(is_there("out.csv.gz"));
}

static void copies_old_files_foreign_files_and_awaited_ones_stay(void **state)
{
    static const char text[] = "SQLite format 3\0ann.berg@example.org";
    int64_t job = 0;
    (void)state;
    put("backup.fh", text, sizeof text);
    put("march.csv", text, sizeof text);
    put("april.csv", text, sizeof text);
    put("export.csv.part", text, sizeof text); /* somebody is writing it */
    assert_status(fh_job_put(org, FH_STR("import"),
                             FH_STR("{\"file\":\"f-0123456789abcdef-march.csv\"}"), FH_STR("Olga"),
                             1, 1, &job, NULL),
                  FH_OK);
    assert_status(fh_job_put(org, FH_STR("import"),
                             FH_STR("{\"file\":\"f-0123456789abcdef-april.csv\",\"dry_run\":true}"),
                             FH_STR("Olga"), 1, 1, &job, NULL),
                  FH_OK);
    const fh_os *os = fh_os_real();
    assert_int_equal(erase(os->now_ms(os->ctx) + 3600000).n_files, 0);
    assert_int_equal(erase(0).n_files_removed, 1);
    assert_true(is_there("backup.fh"));
    assert_true(is_there("march.csv"));
    assert_true(is_there("export.csv.part"));
    assert_false(is_there("april.csv"));
}

static void without_a_folder_there_is_nothing_to_do(void **state)
{
    (void)state;
    const fh_erase_files where = {.folder = "/nowhere/at/all"};
    fh_erase_result r = {0};
    assert_status(fh_erase_from_files(org, &where, ann, N, &r, NULL), FH_OK);
    assert_int_equal(r.n_files, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_that_names_the_customer_in_any_spelling_is_removed,
                                        begin, end),
        cmocka_unit_test_setup_teardown(it_is_found_at_every_place_of_a_large_file, begin, end),
        cmocka_unit_test_setup_teardown(packed_files_are_looked_into_and_damaged_ones_removed,
                                        begin, end),
        cmocka_unit_test_setup_teardown(copies_old_files_foreign_files_and_awaited_ones_stay, begin,
                                        end),
        cmocka_unit_test_setup_teardown(without_a_folder_there_is_nothing_to_do, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
