/* pieces_test.c - a file's bytes, plain and compressed in every way, whole and
 * damaged; and the names of sources. */
#include "test.h"

#include "app/data/import.h"
#include "app/data/pieces.h"
#include "files.h"

#include <stdlib.h>
#include <zlib.h>

enum { TEXT = 3 << 20 };
static char text[TEXT];

static void make_text(void)
{
    test_seed(5);
    for (size_t i = 0; i < TEXT; i++) text[i] = (char)('a' + test_rand(test_rand(20) + 1));
}

static size_t pack(const char *from, size_t n, unsigned char *to, size_t room)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)from;
    z.avail_in = (uInt)n;
    z.next_out = to;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    const size_t made = room - z.avail_out;
    (void)deflateEnd(&z);
    return made;
}

static fh_status read_all(const char *path, fh_buf *out, fh_error *err)
{
    fh_pieces *p = NULL;
    fh_str piece = {0};
    bool last = false;
    fh_status status = fh_pieces_open(fh_os_real(), path, &p, err);
    while (status == FH_OK && !last) {
        status = fh_pieces_next(p, &piece, &last, err);
        if (status == FH_OK) fh_buf_str(out, piece);
        if (status == FH_OK) assert_true(fh_pieces_done(p) <= fh_pieces_total(p));
    }
    fh_pieces_close(p);
    return status;
}

static void expect(const char *path, const char *want, size_t n)
{
    fh_buf got;
    fh_error err = {0};
    fh_buf_init(&got, NULL, SIZE_MAX);
    if (read_all(path, &got, &err) != FH_OK) fail_msg("%s", err.message);
    assert_int_equal(got.len, n);
    if (n) assert_memory_equal(got.ptr, want, n);
    fh_buf_free(&got);
}

static void expect_failure(const char *path, const char *says)
{
    fh_buf got;
    fh_error err = {0};
    fh_buf_init(&got, NULL, SIZE_MAX);
    assert_status(read_all(path, &got, &err), FH_FORMAT);
    if (!strstr(err.message, says)) fail_msg("'%s' does not say '%s'", err.message, says);
    assert_true(err.hint[0]);
    fh_buf_free(&got);
}

static void plain_files_of_any_size_come_as_they_are(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, TEXT};
    for (size_t i = 0; i < COUNT(sizes); i++)
        expect(test_file("plain", (fh_str){text, sizes[i]}), text, sizes[i]);
    test_files_end();
}

static void compressed_files_are_unpacked(void **state)
{
    (void)state;
    unsigned char *packed = malloc(2 * TEXT);
    static const size_t sizes[] = {0, 1, 1000, 1 << 20, TEXT};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        const size_t n = pack(text, sizes[i], packed, 2 * TEXT);
        expect(test_file("a.gz", (fh_str){(char *)packed, n}), text, sizes[i]);
    }
    free(packed);
    test_files_end();
}

static void files_of_several_members_and_padding_are_one(void **state)
{
    (void)state;
    unsigned char *packed = malloc(2 * TEXT);
    size_t n = pack(text, 1000000, packed, 2 * TEXT);
    n += pack(text + 1000000, 0, packed + n, 2 * TEXT - n);
    n += pack(text + 1000000, TEXT - 1000000, packed + n, 2 * TEXT - n);
    expect(test_file("m.gz", (fh_str){(char *)packed, n}), text, TEXT);
    memset(packed + n, 0, 512);
    expect(test_file("m.gz", (fh_str){(char *)packed, n + 512}), text, TEXT);
    free(packed);
    test_files_end();
}

static void damage_is_told(void **state)
{
    (void)state;
    unsigned char *packed = malloc(2 * TEXT);
    const size_t n = pack(text, TEXT, packed, 2 * TEXT);
    expect_failure(test_file("cut.gz", (fh_str){(char *)packed, n / 2}), "ends too early");
    expect_failure(test_file("cut.gz", (fh_str){(char *)packed, n - 1}), "ends too early");
    expect_failure(test_file("cut.gz", (fh_str){(char *)packed, 5}), "ends too early");
    packed[n / 2] ^= 0xff;
    expect_failure(test_file("bad.gz", (fh_str){(char *)packed, n}), "is damaged");
    packed[n / 2] ^= 0xff;
    memcpy(packed + n, "rubbish", 7);
    expect_failure(test_file("end.gz", (fh_str){(char *)packed, n + 7}), "is damaged");
    free(packed);
    test_files_end();
}

static void any_damaged_byte_gives_an_error_or_the_same_text(void **state)
{
    (void)state;
    enum { N = 2000 };
    unsigned char packed[2 * N];
    const size_t n = pack(text, N, packed, sizeof packed);
    for (size_t i = 0; i < n; i++) {
        packed[i] ^= 0x55;
        fh_buf got;
        fh_error err = {0};
        fh_buf_init(&got, NULL, 1 << 24);
        const fh_status status =
            read_all(test_file("b.gz", (fh_str){(char *)packed, n}), &got, &err);
        if (status == FH_OK && i >= 10) {
            assert_int_equal(got.len, N);
            assert_memory_equal(got.ptr, text, N);
        }
        fh_buf_free(&got);
        packed[i] ^= 0x55;
    }
    test_files_end();
}

static void a_fingerprint_is_of_the_bytes_on_disk(void **state)
{
    (void)state;
    uint64_t seen[3];
    const fh_str texts[] = {{text, 1000}, {text, 1001}, {text, 1000}};
    for (size_t i = 0; i < 3; i++) {
        fh_pieces *p = NULL;
        assert_status(fh_pieces_open(fh_os_real(), test_file("f", texts[i]), &p, NULL), FH_OK);
        seen[i] = fh_pieces_fingerprint(p);
        assert_int_equal(fh_pieces_total(p), texts[i].len);
        fh_pieces_close(p);
    }
    assert_true(seen[0] == seen[2] && seen[0] != seen[1] && seen[0] != 0);
    fh_pieces *p = NULL;
    assert_status(fh_pieces_open(fh_os_real(), test_file_path("absent"), &p, NULL), FH_NOTFOUND);
    test_files_end();
}

static void a_source_is_named_by_what_exports_have_in_common(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"export-2024-03-31.csv.gz", "export"},
        {"/data/in/crm_20240331.csv", "crm"},
        {"tickets 2024-03.jsonl", "tickets"},
        {"calls-20240331T091500.csv", "calls"},
        {"calls_2024-03-31 091500.csv", "calls"},
        {"calls (2).csv", "calls"},
        {"BPI_Challenge_2012.xes.gz", "BPI_Challenge_2012"},
        {"export.csv.rejects.csv", "export"},
        {"export-2024-03-31.csv.gz.rejects.csv", "export"},
        {"road_fine.xes.gz", "road_fine"},
        {"2024-03-31.csv", "2024-03-31"},
        {"notes.md", "notes.md"},
        {".csv", ".csv"},
        {"-", "stdin"},
        {"", "import"},
    };
    fh_arena *arena = fh_arena_new(NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        fh_str got;
        assert_status(fh_source_name(arena, fh_str_of(cases[i][0]), &got), FH_OK);
        assert_str(got, cases[i][1]);
    }
    fh_arena_free(arena);
}

int main(void)
{
    make_text();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_files_of_any_size_come_as_they_are),
        cmocka_unit_test(compressed_files_are_unpacked),
        cmocka_unit_test(files_of_several_members_and_padding_are_one),
        cmocka_unit_test(damage_is_told),
        cmocka_unit_test(any_damaged_byte_gives_an_error_or_the_same_text),
        cmocka_unit_test(a_fingerprint_is_of_the_bytes_on_disk),
        cmocka_unit_test(a_source_is_named_by_what_exports_have_in_common),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
