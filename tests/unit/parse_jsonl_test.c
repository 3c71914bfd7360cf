/* parse_jsonl_test.c - JSON Lines: paths, payloads, bad lines, in pieces of any size. */
#include "test.h"

#include "reading.h"

#define T    "2024-01-31T10:00:00Z"
#define HINT " | Each line holds one object: {...}. Correct the line or skip it. | "
#define GOOD "{\"customer\":\"c1\",\"time\":\"" T "\",\"event\":\"x\"}\n"

typedef struct example {
    const char *mapping, *text, *want;
} example;

static void check_all(const example *e, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check_reading(FH_JSONL, e[i].mapping, fh_str_of(e[i].text), e[i].want);
}

static void objects_are_read(void **state)
{
    (void)state;
    static const example table[] = {
        {NULL, GOOD "\n \r\n" GOOD, "1@1 customer=c1 " T " x\n2@4 customer=c1 " T " x\n"},
        {NULL,
         "\xef\xbb\xbf"
         "{\"event\":\"a\\u00e9\\n\",\"customer\":17,\"time\":\"" T "\",\"value\":12.5}",
         "1@1 customer=17 " T " a\xc3\xa9 value=1250\n"},
        /* paths; what is not mapped stays as it stands */
        {"customer.email=user.email,time=meta.at",
         "{\"user\":{\"email\":\"a@b.c\", \"n\" : 1},\"meta\":{\"at\":\"" T
         "\"},\"event\":\"x\",\"tags\":[1, {\"a\":2}],\"z\":null}\n",
         "1@1 email=a@b.c " T
         " x {\"user\":{\"n\" : 1},\"meta\":{},\"tags\":[1, {\"a\":2}],\"z\":null}\n"},
        {"customer='a.b'", "{\"a.b\":\"c1\",\"time\":\"" T "\",\"event\":\"x\"}\n",
         "1@1 customer=c1 " T " x\n"},
        {"text=note",
         "{\"customer\":\"c1\",\"time\":\"" T
         "\",\"event\":\"x\",\"note\":\"say \\\"hi\\\"\",\"text\":1}\n",
         "1@1 customer=c1 " T
         " x text=say \"hi\" {\"text\":\"say \\\"hi\\\"\",\"text column\":1}\n"},
        {"purpose=why",
         "{\"customer\":\"c1\",\"time\":\"" T "\",\"event\":\"x\",\"a\":1,\"onderwerp\":\"s\","
         "\"purpose\":[2],\"why\":\"w\",\"thread\":17,\"b\":2}\n",
         "1@1 customer=c1 " T " x {\"subject\":\"s\",\"purpose\":\"w\",\"thread\":\"17\",\"a\":1,"
         "\"purpose column\":[2],\"b\":2}\n"},
        /* an array or object is no value */
        {"channel=ch",
         "{\"customer\":\"c1\",\"time\":\"" T "\",\"event\":\"x\",\"ch\":[\"web\"]}\n",
         "1@1 customer=c1 " T " x {\"ch\":[\"web\"]}\n"},
        {"outcome=ok", "{\"customer\":\"c1\",\"time\":\"" T "\",\"event\":\"x\",\"ok\":true}\n",
         "1@1 customer=c1 " T " x out=true\n"},
        /* a column that comes late */
        {"channel=late",
         GOOD "{\"customer\":\"c1\",\"time\":\"" T "\",\"event\":\"x\",\"late\":\"web\"}\n",
         "1@1 customer=c1 " T " x\n2@2 customer=c1 " T " x ch=web\n"},
    };
    check_all(table, COUNT(table));
}

static void a_bad_line_is_told_with_the_byte(void **state)
{
    (void)state;
    static const example table[] = {
        {NULL, GOOD "[1]\n" GOOD,
         "1@1 customer=c1 " T " x\n2@2 REJECT the line is not a JSON object" HINT
         "[1]\n3@3 customer=c1 " T " x\n"},
        {NULL, GOOD "{\"customer\":\"c2\"}\n",
         "1@1 customer=c1 " T
         " x\n2@2 REJECT column 2 time: the time is missing | Fill in the time or skip the "
         "row. | {\"customer\":\"c2\"}\n"},
    };
    check_all(table, COUNT(table));
    fh_buf out;
    fh_buf_init(&out, NULL, 1 << 20);
    const fh_reader_options options = {0};
    assert_status(
        reading(test_allocator(), FH_JSONL, &options, FH_STR(GOOD "{\"a\":1,}\n"), 0, &out), FH_OK);
    fh_buf_char(&out, '\0');
    assert_non_null(strstr(out.ptr, "2@2 REJECT byte "));
    assert_non_null(strstr(out.ptr, HINT "{\"a\":1,}\n"));
    fh_buf_free(&out);
}

static void a_file_that_is_no_jsonl_is_refused_with_a_remedy(void **state)
{
    (void)state;
    static const example table[] = {
        {NULL, "", "ERROR the file is empty | A JSON Lines file holds one object a line.\n"},
        {NULL,
         "[\n"
         "1]\n",
         "ERROR the file is one JSON array | Write each of its objects on a line of its own: jq -c "
         "'.[]' "
         "file.json > file.jsonl\n"},
        {NULL, "hello\n",
         "ERROR none of the first lines is a JSON object | A JSON Lines file holds one object a "
         "line, such as "
         "{\"customer\":\"4711\",\"time\":\"2024-01-31\"}.\n"},
        {"customer=#1", GOOD,
         "ERROR the mapping names column #1, but only CSV has numbered columns | The columns are: "
         "customer, "
         "time, event.\n"},
    };
    check_all(table, COUNT(table));
}

static fh_status read_some(void *ctx)
{
    static const char text[] = GOOD "bad\n{\"customer\":\"c\\u00e9\",\"time\":\"" T
                                    "\",\"event\":\"x\",\"u\":{\"a\":1,\"b\":\"2\"}}\n";
    const size_t *piece = ctx;
    fh_arena *arena = fh_arena_new(NULL);
    fh_mapping *m = NULL;
    fh_buf out;
    fh_buf_init(&out, NULL, 1 << 20);
    assert_status(fh_mapping_parse(arena, FH_STR("time=time:'iso',channel=u.b"), &m, NULL), FH_OK);
    const fh_reader_options options = {.mapping = m, .keep_payload = true};
    const fh_status status = reading(test_allocator(), FH_JSONL, &options,
                                     (fh_str){text, sizeof text - 1}, *piece, &out);
    fh_buf_free(&out);
    fh_arena_free(arena);
    return status;
}

static void reading_survives_running_out_of_memory(void **state)
{
    (void)state;
    size_t piece = 0;
    test_oom(read_some, &piece);
    piece = 60;
    test_oom(read_some, &piece);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_read),
        cmocka_unit_test(a_bad_line_is_told_with_the_byte),
        cmocka_unit_test(a_file_that_is_no_jsonl_is_refused_with_a_remedy),
        cmocka_unit_test(reading_survives_running_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
