/* json_test.c - the reader beside a public collection of vectors, the writer
 * beside the reader. */
#include "test.h"

#include "base/json.h"

#include <dirent.h>
#include <stdlib.h>
#include <time.h>

static fh_status check_text(fh_str text, fh_error *err)
{
    fh_json_reader *r = fh_json_reader_new(test_allocator(), 1u << 24);
    fh_json_doc doc;
    const fh_status status = fh_json_read(r, text, &doc, err);
    fh_json_reader_free(r);
    return status;
}

static void a_text_becomes_a_tape_in_its_own_order(void **state)
{
    (void)state;
    fh_json_reader *r = fh_json_reader_new(test_allocator(), 100);
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_json_doc doc;
    const fh_str text = FH_STR(" {\"a\": [1, -2.50e3, \"x\\n\\u00e9\\ud834\\udd1e\"], \"\": {}, "
                               "\"k\\u0041\": null, \"t\":true,\"f\":false} ");
    assert_status(fh_json_read(r, text, &doc, NULL), FH_OK);
    assert_int_equal(doc.n_tokens, 14);
    assert_int_equal(doc.token[0].type, FH_JSON_OBJECT);
    assert_int_equal(doc.token[0].count, 5);
    assert_int_equal(doc.token[0].next, 14);
    const uint32_t list = fh_json_get(&doc, 0, FH_STR("a"));
    assert_int_equal(list, 2);
    assert_int_equal(doc.token[list].count, 3);
    assert_int_equal(doc.token[list].next, 6);
    assert_str(fh_json_raw(&doc, 4), "-2.50e3");
    assert_str(fh_json_raw(&doc, list), "[1, -2.50e3, \"x\\n\\u00e9\\ud834\\udd1e\"]");
    fh_str s;
    assert_true(fh_json_text(&doc, 5, arena, &s));
    assert_str(s, "x\n\xc3\xa9\xf0\x9d\x84\x9e");
    assert_str(fh_json_raw(&doc, 1), "\"a\"");
    assert_int_equal(doc.token[fh_json_get(&doc, 0, FH_STR(""))].type, FH_JSON_OBJECT);
    assert_int_equal(doc.token[fh_json_get(&doc, 0, FH_STR("kA"))].type, FH_JSON_NULL);
    assert_int_equal(doc.token[fh_json_get(&doc, 0, FH_STR("t"))].type, FH_JSON_TRUE);
    assert_int_equal(doc.token[fh_json_get(&doc, 0, FH_STR("f"))].type, FH_JSON_FALSE);
    assert_int_equal(fh_json_get(&doc, 0, FH_STR("kB")), 0);
    assert_int_equal(fh_json_get(&doc, list, FH_STR("a")), 0); /* not an object */
    fh_arena_free(arena);
    fh_json_reader_free(r);
    fh_json_reader_free(NULL);
    assert_int_equal(test_blocks_live(), 0);
}

static void a_refusal_names_the_byte_and_the_reason(void **state)
{
    (void)state;
    const struct {
        const char *text, *message;
    } cases[] = {
        {"", "byte 1: a value should stand here, but the text ends here"},
        {"{\"a\":1,}", "byte 8: a key in double quotes should stand here"},
        {"{\"a\" 1}", "byte 6: a colon should follow the key"},
        {"[1 2]", "byte 4: a comma or ] should stand here"},
        {"[1}", "byte 3: a comma or ] should stand here"},
        {"{\"a\":1]", "byte 7: a comma or } should stand here"},
        {"[1", "byte 3: a comma or ] should stand here, but the text ends here"},
        {"[1,]", "byte 4: a value should stand here"},
        {"01", "byte 1: a number should not begin with 0"},
        {"-", "byte 2: a digit should stand here, but the text ends here"},
        {"1.x", "byte 3: a digit should follow the decimal point"},
        {"1e+", "byte 4: a digit should stand in the exponent, but the text ends here"},
        {"nul", "byte 1: a value should stand here"},
        {"1 1", "byte 3: nothing should follow the value"},
        {"\"a", "byte 3: a string should end with a double quote, but the text ends here"},
        {"\"a\\", "byte 4: a string should end with a double quote, but the text ends here"},
        {"\"\\x\"", "byte 2: no such escape in a string"},
        {"\"\\u12g4\"", "byte 2: \\u takes four hexadecimal digits"},
        {"\"\\ud800\"", "byte 2: half of a surrogate pair"},
        {"\"\\udc00\\ud800\"", "byte 2: half of a surrogate pair"},
        {"\"a\tb\"", "byte 3: a control character inside a string should be escaped"},
        {"\"\xc3(\"", "byte 2: bytes that are not UTF-8"},
        {"\"\xed\xa0\x80\"", "byte 2: bytes that are not UTF-8"},
        {"{\"a\":1,\"b\":2,\"a\":3}", "byte 14: the key \"a\" stands twice in an object"},
        {"{\"a\":1,\"\\u0061\":3}", "byte 8: the key \"\\u0061\" stands twice in an object"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        fh_error err = {0};
        assert_status(check_text(fh_str_of(cases[i].text), &err), FH_FORMAT);
        assert_string_equal(err.message, cases[i].message);
    }
    assert_status(check_text(FH_STR("[\"\0\"]"), NULL), FH_FORMAT);
    assert_status(check_text(FH_STR("[1]\0"), NULL), FH_FORMAT);
    assert_int_equal(test_blocks_live(), 0);
}

static void the_public_vectors_are_judged_as_they_should_be(void **state)
{
    (void)state;
    char folder[128], path[512];
    static char text[1 << 20];
    const char *at = test_shared("data/json/test_parsing", folder, sizeof folder);
    if (!at) skip();
    DIR *dir = opendir(at);
    assert_non_null(dir);
    int refused = 0, accepted = 0, twice = 0;
    for (const struct dirent *e; (e = readdir(dir));) {
        if (e->d_name[0] != 'y' && e->d_name[0] != 'n') continue;
        (void)snprintf(path, sizeof path, "%s/%s", at, e->d_name);
        FILE *f = fopen(path, "rb");
        assert_non_null(f);
        const size_t n = fread(text, 1, sizeof text, f);
        (void)fclose(f);
        char *exact = malloc(n ? n : 1); /* sanitizers see its end */
        memcpy(exact, text, n);
        const bool ok = check_text((fh_str){exact, n}, NULL) == FH_OK;
        free(exact);
        const bool duplicate = strstr(e->d_name, "y_object_duplicated_key") != NULL;
        if (ok != (e->d_name[0] == 'y' && !duplicate)) fail_msg("%s: %d", e->d_name, ok);
        twice += duplicate;
        accepted += ok;
        refused += e->d_name[0] == 'n';
    }
    (void)closedir(dir);
    assert_int_equal(refused, 188);
    assert_int_equal(twice, 2);
    assert_int_equal(accepted, 93);
}

static void depth_and_number_of_values_have_limits(void **state)
{
    (void)state;
    char text[200];
    memset(text, '[', 100), memset(text + 100, ']', 100);
    fh_error err;
    assert_status(check_text((fh_str){text + 100 - FH_JSON_DEPTH, 2 * FH_JSON_DEPTH}, &err), FH_OK);
    const fh_str deeper = {text + 99 - FH_JSON_DEPTH, 2 * FH_JSON_DEPTH + 2};
    assert_status(check_text(deeper, &err), FH_FORMAT);
    assert_string_equal(err.message, "byte 65: more than 64 levels deep");

    fh_json_reader *r = fh_json_reader_new(NULL, 3);
    fh_json_doc doc;
    assert_status(fh_json_read(r, FH_STR("[1,2]"), &doc, &err), FH_OK);
    assert_status(fh_json_read(r, FH_STR("[1,2,3]"), &doc, &err), FH_LIMIT);
    assert_string_equal(err.message, "byte 6: more than 3 values in one text");
    fh_json_reader_free(r);
}

static void integers_are_exact_or_refused(void **state)
{
    (void)state;
    const struct {
        const char *text;
        bool ok;
        int64_t value;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"-7", true, -7},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"99999999999999999999999", false, 0},
        {"1.0", false, 0},
        {"1e2", false, 0},
        {"\"1\"", false, 0},
        {"true", false, 0},
    };
    fh_json_reader *r = fh_json_reader_new(NULL, 10);
    for (size_t i = 0; i < COUNT(cases); i++) {
        fh_json_doc doc;
        int64_t v = 0;
        assert_status(fh_json_read(r, fh_str_of(cases[i].text), &doc, NULL), FH_OK);
        assert_int_equal(fh_json_i64(&doc, 0, &v), cases[i].ok);
        assert_int_equal(v, cases[i].value);
    }
    fh_json_reader_free(r);
}

enum { PLAIN, ESCAPED, NESTED, N_SHAPES };

/* An object with n keys; the last repeats the first when asked. */
static size_t make_object(char *to, size_t size, int shape, uint32_t n, bool repeat)
{
    size_t len = 0;
    to[len++] = '{';
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t k = repeat && i == n - 1 ? 0 : i;
        char *at = to + len + (i > 0);
        const size_t room = size - len;
        if (i) to[len++] = ',';
        int put = 0;
        if (shape == PLAIN) put = snprintf(at, room, "\"%08u\":%u", k, k);
        if (shape == ESCAPED) put = snprintf(at, room, "\"\\u00e9%u\":{\"x\":%u}", k, k);
        if (shape == NESTED) put = snprintf(at, room, "\"k%u\":[[],{},\"\\n%u\"]", k, k);
        len += (size_t)put;
    }
    to[len++] = '}';
    return len;
}

static void a_key_that_stands_twice_is_found_among_any_number(void **state)
{
    (void)state;
    static char text[4 << 20];
    const uint32_t sizes[] = {2, 3, 15, 16, 17, 18, 40, 1000, 20000};
    for (int shape = 0; shape < N_SHAPES; shape++) {
        for (size_t s = 0; s < COUNT(sizes); s++) {
            size_t n = make_object(text, sizeof text, shape, sizes[s], false);
            assert_status(check_text((fh_str){text, n}, NULL), FH_OK);
            n = make_object(text, sizeof text, shape, sizes[s], true);
            assert_status(check_text((fh_str){text, n}, NULL), FH_FORMAT);
        }
    }
    /* Written in two ways, many keys around it. */
    const size_t n = make_object(text, sizeof text, NESTED, 50, false);
    memcpy(text + n - 1, ",\"\\u006b7\":1}", 14);
    fh_error err;
    assert_status(check_text((fh_str){text, n + 13}, &err), FH_FORMAT);
    assert_non_null(strstr(err.message, "\"\\u006b7\" stands twice"));
}

static double seconds_to_check(fh_str text, fh_status want)
{
    const clock_t from = clock();
    assert_status(check_text(text, NULL), want);
    return (double)(clock() - from) / CLOCKS_PER_SEC;
}

static void hostile_texts_take_no_longer_than_their_length(void **state)
{
    (void)state;
    enum { MEGABYTE = 1 << 20 };
    static char text[MEGABYTE];
    memset(text, '[', sizeof text);
    assert_true(seconds_to_check((fh_str){text, sizeof text}, FH_FORMAT) < 1.5);
    memset(text, '"', sizeof text);
    assert_true(seconds_to_check((fh_str){text, sizeof text}, FH_FORMAT) < 1.5);
    /* Pairwise comparing 20,000 keys took 0.4 s; 50,000 would take seconds. */
    const size_t n = make_object(text, sizeof text, PLAIN, 50000, false);
    assert_true(seconds_to_check((fh_str){text, n}, FH_OK) < 1.5);
}

static void what_is_written_reads_back_the_same(void **state)
{
    (void)state;
    fh_buf buf;
    fh_json j;
    fh_buf_init(&buf, test_allocator(), 1 << 16);
    fh_json_begin(&j, &buf, 0);
    fh_json_object(&j);
    fh_json_key(&j, FH_STR("s\"\\\b\f\n\r\t\x01/\x7f"));
    fh_json_str(&j, FH_STR("caf\xc3\xa9 \xff \xf0\x9d\x84\x9e\xc3"));
    fh_json_key(&j, FH_STR("list"));
    fh_json_array(&j);
    fh_json_int(&j, INT64_MIN);
    fh_json_uint(&j, UINT64_MAX);
    fh_json_int(&j, 0);
    fh_json_bool(&j, true);
    fh_json_bool(&j, false);
    fh_json_null(&j);
    fh_json_array(&j);
    fh_json_end_array(&j);
    fh_json_raw_value(&j, FH_STR("[1]"));
    fh_json_str(&j, (fh_str){NULL, 0});
    fh_json_end_array(&j);
    fh_json_end_object(&j);
    assert_status(buf.status, FH_OK);
    assert_str(
        fh_buf_view(&buf),
        "{\"s\\\"\\\\\\b\\f\\n\\r\\t\\u0001/\x7f\":"
        "\"caf\xc3\xa9 \xef\xbf\xbd \xf0\x9d\x84\x9e\xef\xbf\xbd\","
        "\"list\":[-9223372036854775808,18446744073709551615,0,true,false,null,[],[1],\"\"]}");
    assert_status(check_text(fh_buf_view(&buf), NULL), FH_OK);
    fh_buf_free(&buf);
    assert_int_equal(test_blocks_live(), 0);
}

static void members_of_one_object_go_into_another(void **state)
{
    (void)state;
    fh_buf buf;
    fh_json j;
    fh_buf_init(&buf, NULL, 1 << 16);
    fh_json_begin(&j, &buf, 0);
    fh_json_object(&j);
    fh_json_members(&j, FH_STR("{}"));
    fh_json_members(&j, FH_STR("{\"a\":[1,{}],\"b\":2}"));
    fh_json_members(&j, FH_STR(" { } "));
    fh_json_key(&j, FH_STR("c"));
    fh_json_null(&j);
    fh_json_end_object(&j);
    assert_str(fh_buf_view(&buf), "{\"a\":[1,{}],\"b\":2,\"c\":null}");
    fh_buf_free(&buf);
}

static void indenting_breaks_lines_and_texts_may_follow_one_another(void **state)
{
    (void)state;
    fh_buf buf;
    fh_json j;
    fh_buf_init(&buf, NULL, 1 << 16);
    fh_json_begin(&j, &buf, 2);
    fh_json_object(&j);
    fh_json_key(&j, FH_STR("a"));
    fh_json_array(&j);
    fh_json_int(&j, 1);
    fh_json_object(&j);
    fh_json_end_object(&j);
    fh_json_end_array(&j);
    fh_json_key(&j, FH_STR("b"));
    fh_json_null(&j);
    fh_json_end_object(&j);
    assert_str(fh_buf_view(&buf), "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": null\n}");
    fh_buf_clear(&buf);
    fh_json_begin(&j, &buf, 0);
    fh_json_int(&j, 1);
    fh_buf_char(&buf, '\n');
    fh_json_int(&j, 2);
    assert_str(fh_buf_view(&buf), "1\n2");
    fh_buf_free(&buf);
}

static void fixed_point_numbers_keep_their_decimals(void **state)
{
    (void)state;
    const struct {
        int64_t value;
        uint32_t decimals;
        const char *text;
    } cases[] = {
        {1250, 2, "12.50"},
        {-5, 2, "-0.05"},
        {0, 2, "0.00"},
        {7, 0, "7"},
        {-7, 1, "-0.7"},
        {INT64_MIN, 18, "-9.223372036854775808"},
        {INT64_MAX, 3, "9223372036854775.807"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        fh_buf buf;
        fh_json j;
        fh_buf_init(&buf, NULL, 100);
        fh_json_begin(&j, &buf, 0);
        fh_json_fixed(&j, cases[i].value, cases[i].decimals);
        assert_str(fh_buf_view(&buf), cases[i].text);
        fh_buf_free(&buf);
    }
}

static fh_status read_and_write(void *ctx)
{
    (void)ctx;
    static char text[8192];
    const size_t n = make_object(text, sizeof text, ESCAPED, 100, false);
    fh_json_reader *r = fh_json_reader_new(test_allocator(), 1000);
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_json_doc doc;
    fh_str s;
    fh_status status = r && arena ? FH_OK : FH_NOMEM;
    if (status == FH_OK) status = fh_json_read(r, (fh_str){text, n}, &doc, NULL);
    if (status == FH_OK && !fh_json_text(&doc, 1, arena, &s)) status = FH_NOMEM;
    fh_arena_free(arena);
    fh_json_reader_free(r);
    return status;
}

static void memory_running_out_is_reported(void **state)
{
    (void)state;
    test_oom(read_and_write, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_becomes_a_tape_in_its_own_order),
        cmocka_unit_test(a_refusal_names_the_byte_and_the_reason),
        cmocka_unit_test(the_public_vectors_are_judged_as_they_should_be),
        cmocka_unit_test(depth_and_number_of_values_have_limits),
        cmocka_unit_test(integers_are_exact_or_refused),
        cmocka_unit_test(a_key_that_stands_twice_is_found_among_any_number),
        cmocka_unit_test(hostile_texts_take_no_longer_than_their_length),
        cmocka_unit_test(what_is_written_reads_back_the_same),
        cmocka_unit_test(members_of_one_object_go_into_another),
        cmocka_unit_test(indenting_breaks_lines_and_texts_may_follow_one_another),
        cmocka_unit_test(fixed_point_numbers_keep_their_decimals),
        cmocka_unit_test(memory_running_out_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
