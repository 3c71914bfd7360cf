/* live_body_test.c - the body of POST /api/v1/interactions: fields, faults, lines. */
#include "app/live/live.h"

#include "test.h"

typedef struct fixture {
    fh_live_parser *parser;
    fh_arena *arena;
} fixture;

static void begin(fixture *f)
{
    f->arena = fh_arena_new(NULL);
    assert_status(fh_live_parser_new(&f->parser, NULL), FH_OK);
}

static void end(fixture *f)
{
    fh_live_parser_free(f->parser);
    fh_arena_free(f->arena);
}

static fh_live_body parse(fixture *f, const char *text, fh_live_format format)
{
    fh_live_body body = {0};
    fh_error err = {0};
    if (fh_live_parse(f->parser, fh_str_of(text), format, 10, f->arena, &body, &err) != FH_OK)
        fail_msg("%s", err.message);
    assert_int_equal(body.n_sent, body.items.n + body.n_faults);
    return body;
}

/* Of one object: its only fault. */
static fh_live_fault fault_of(fixture *f, const char *text)
{
    const fh_live_body body = parse(f, text, FH_LIVE_JSON);
    assert_int_equal(body.items.n, 0);
    assert_int_equal(body.n_faults, 1);
    return body.fault[0];
}

#define GOOD "\"customer\":\"a\",\"time\":\"2024-01-31\",\"touchpoint\":\"call\""

static void an_object_with_every_field_is_read(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const fh_live_body body = parse(
        &f,
        "{\"customer\":{\"email\":\" ann@x.org \",\"crm\":17,\"phone\":null},"
        "\"time\":\"1969-12-31T23:59:59.999Z\",\"touchpoint\":\"caf\\u00e9\",\"channel\":\"phone\","
        "\"department\":\"desk\",\"direction\":\"OUT\",\"outcome\":\"won\",\"value\":\"-1234.5\","
        "\"currency\":\"kwd\",\"score\":9.999,\"problem\":5,\"source\":\"crm\",\"id\":123,"
        "\"payload\":{\"a\":[1, 2]}}",
        FH_LIVE_JSON);
    assert_int_equal(body.items.n, 1);
    const fh_interaction *row = body.items.row;
    assert_int_equal(row->n_identifiers, 2);
    assert_str(row->identifier[0].kind, "email");
    assert_str(row->identifier[0].value, "ann@x.org");
    assert_str(row->identifier[1].value, "17");
    assert_int_equal(row->at_ms, -1);
    assert_str(row->touchpoint, "caf\xc3\xa9");
    assert_true(row->direction == FH_DIR_OUT && row->has_value && row->has_score);
    assert_int_equal(row->value, -1234500); /* the dinar has three decimals */
    assert_str(row->currency, "KWD");
    assert_int_equal(row->score, 1000);
    assert_str(row->problem, "5");
    assert_str(row->source_id, "123");
    assert_str(row->payload, "{\"a\":[1, 2]}");
    assert_str(body.items.source[0], "crm");
    end(&f);
}

static void a_payload_is_kept_on_one_line(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const fh_live_body body =
        parse(&f, "{" GOOD ",\"payload\":{\n\t\"a b\": [1,\r\n 2]\n}}", FH_LIVE_JSON);
    assert_int_equal(body.items.n, 1);
    assert_str(body.items.row->payload, "{\"a b\": [1, 2]}");
    end(&f);
}

static void what_a_message_says_goes_first_into_the_payload(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const fh_live_body body = parse(
        &f,
        "[{" GOOD
        ",\"payload\":{\"a\":1},\"sender\":\"Ann\",\"thread\":17,\"text\":\" one\\ntwo \","
        "\"subject\":\"Hello\",\"purpose\":\"welcome\",\"signatory\":\"B\",\"language\":\"en\"},"
        "{" GOOD ",\"payload\":{},\"text\":\"only\"},{" GOOD ",\"text\":\"\",\"subject\":null}]",
        FH_LIVE_JSON);
    assert_int_equal(body.items.n, 3);
    assert_str(
        body.items.row[0].payload,
        "{\"text\":\"one\\ntwo\",\"subject\":\"Hello\",\"purpose\":\"welcome\","
        "\"signatory\":\"B\",\"language\":\"en\",\"thread\":\"17\",\"sender\":\"Ann\",\"a\":1}");
    assert_str(body.items.row[1].payload, "{\"text\":\"only\"}");
    assert_int_equal(body.items.row[2].payload.len, 0);
    const fh_live_fault twice =
        fault_of(&f, "{" GOOD ",\"text\":\"a\",\"payload\":{\"b\":1,\"text\":\"c\"}}");
    assert_str(twice.pointer, "/payload/text");
    assert_str(twice.reason, "this is told beside the payload, too");
    assert_str(fault_of(&f, "{" GOOD ",\"text\":5}").reason, "this is not text");
    assert_str(fault_of(&f, "{" GOOD ",\"subject\":\"a\\nb\"}").reason,
               "this has a control character");
    end(&f);
}

static void null_is_the_same_as_left_out(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const fh_live_body body =
        parse(&f, "{" GOOD ",\"value\":null,\"payload\":null,\"id\":null,\"direction\":null}",
              FH_LIVE_JSON);
    assert_int_equal(body.items.n, 1);
    assert_false(body.items.row->has_value);
    assert_int_equal(body.items.row->source_id.len, 0);
    assert_str(fault_of(&f, "{\"customer\":null,\"time\":1,\"touchpoint\":\"t\"}").reason,
               "the customer is missing");
    end(&f);
}

static void one_bad_item_does_not_lose_the_others(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const fh_live_body body =
        parse(&f, "[{" GOOD "},{" GOOD ",\"tme\":1},7,{" GOOD ",\"score\":\"x\"},{" GOOD "}]",
              FH_LIVE_JSON);
    assert_int_equal(body.items.n, 2);
    assert_int_equal(body.items.index[0], 0);
    assert_int_equal(body.items.index[1], 4);
    assert_int_equal(body.n_faults, 3);
    assert_int_equal(body.fault[0].index, 1);
    assert_str(body.fault[0].pointer, "/1/tme");
    assert_non_null(strstr(body.fault[0].hint.ptr, "\"time\""));
    assert_str(body.fault[1].pointer, "/2");
    assert_str(body.fault[2].pointer, "/3/score");
    assert_str(body.fault[2].reason, "'x' is not a number");
    end(&f);
}

static void of_lines_each_stands_for_itself(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const fh_live_body body = parse(
        &f, "{" GOOD "}\r\n\n{\"customer\":\n{" GOOD ",\"time2\":1}\n  {" GOOD "}", FH_LIVE_NDJSON);
    assert_int_equal(body.items.n, 2);
    assert_int_equal(body.items.index[1], 3);
    assert_int_equal(body.n_faults, 2);
    assert_int_equal(body.fault[0].line, 3);
    assert_int_equal(body.fault[0].index, 1);
    assert_str(body.fault[0].pointer, "");
    assert_int_equal(body.fault[1].line, 4);
    assert_str(body.fault[1].pointer, "/time2");
    assert_int_equal(parse(&f, "", FH_LIVE_NDJSON).n_sent, 0);
    assert_int_equal(parse(&f, "[]", FH_LIVE_JSON).n_sent, 0);
    end(&f);
}

static void faults_say_where_and_what(void **state)
{
    (void)state;
    fixture f;
    static const struct {
        const char *text, *pointer, *reason;
    } cases[] = {
        {"{\"time\":1,\"touchpoint\":\"t\"}", "/customer", "the customer is missing"},
        {"{\"customer\":\"a\",\"touchpoint\":\"t\"}", "/time", "the time is missing"},
        {"{\"customer\":\"a\",\"time\":1}", "/touchpoint", "the touchpoint is missing"},
        {"{\"customer\":\"a\",\"time\":1,\"touchpoint\":\" \"}", "/touchpoint",
         "the touchpoint is missing"},
        {"{\"customer\":\" \",\"time\":1}", "/customer", "the identifier is empty"},
        {"{\"customer\":{\"E-Mail\":\"a\"}}", "/customer/E-Mail",
         "this cannot be the kind of an identifier"},
        {"{\"customer\":{\"a/b~\":\"a\"}}", "/customer/a~1b~0",
         "this cannot be the kind of an identifier"},
        {"{\"customer\":{\"email\":[]}}", "/customer/email", "this is neither text nor a number"},
        {"{\"customer\":true}", "/customer", "this is neither text nor a number"},
        {"{\"customer\":\"a\\nb\"}", "/customer", "this has a control character"},
        {"{" GOOD ",\"channel\":\"a\\u0000\"}", "/channel", "this has a control character"},
        {"{\"time\":\"31/02/2024\"}", "/time", "'31/02/2024' is not a time"},
        {"{\"time\":\"2024-02-31\"}", "/time", "'2024-02-31' is not a time"},
        {"{\"time\":1.5}", "/time", "'1.5' is not a time"},
        {"{\"time\":\"1939-12-31\"}", "/time",
         "'\"1939-12-31\"' lies outside the years 1940 to 2076"},
        {"{\"time\":{}}", "/time", "this is not text"},
        {"{\"channel\":5}", "/channel", "this is not text"},
        {"{\"direction\":\"up\"}", "/direction", "'up' is not a direction"},
        {"{\"currency\":\"EURO\"}", "/currency", "'EURO' is not a currency"},
        {"{" GOOD ",\"value\":\"12 EUR\"}", "/value", "'12 EUR' is not a number"},
        {"{" GOOD ",\"value\":1e300}", "/value", "'1e300' is too large a number"},
        {"{\"score\":99999999}", "/score", "'99999999' is too large a number"},
        {"{\"payload\":\"x\"}", "/payload", "this is not a JSON object"},
        {"{\"constructor\":1}", "/constructor", "there is no such field"},
        {"3", "", "this is not a JSON object"},
    };
    begin(&f);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const fh_live_fault fault = fault_of(&f, cases[i].text);
        assert_str(fault.pointer, cases[i].pointer);
        assert_str(fault.reason, cases[i].reason);
        assert_true(fault.hint.len > 0);
    }
    end(&f);
}

static void what_is_too_long_is_told_with_its_length(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    char text[1200];
    char name[600];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    (void)snprintf(text, sizeof text, "{\"channel\":\"%s\"}", name);
    assert_str(fault_of(&f, text).reason, "this has 599 bytes; the most are 500");
    (void)snprintf(text, sizeof text, "{\"customer\":{\"%s\":1}}", name);
    assert_int_equal(fault_of(&f, text).pointer.len, strlen("/customer/") + 599);
    static const char nine[] =
        "{\"customer\":{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,"
        "\"h\":1,\"i\":1}}";
    assert_str(fault_of(&f, nine).reason, "there are more than 8 identifiers");
    end(&f);
}

static void a_body_that_is_not_json_is_refused_as_a_whole(void **state)
{
    (void)state;
    fixture f;
    fh_live_body body;
    fh_error err = {0};
    begin(&f);
    static const char *const texts[] = {"", "[{" GOOD "}", "{\"a\":1,\"a\":2}", "\xff", "{} {}"};
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_status(
            fh_live_parse(f.parser, fh_str_of(texts[i]), FH_LIVE_JSON, 10, f.arena, &body, &err),
            FH_FORMAT);
    assert_status(fh_live_parse(f.parser, FH_STR("[1,2,3]"), FH_LIVE_JSON, 2, f.arena, &body, &err),
                  FH_LIMIT);
    assert_status(
        fh_live_parse(f.parser, FH_STR("1\n2\n3\n"), FH_LIVE_NDJSON, 2, f.arena, &body, &err),
        FH_LIMIT);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_with_every_field_is_read),
        cmocka_unit_test(a_payload_is_kept_on_one_line),
        cmocka_unit_test(what_a_message_says_goes_first_into_the_payload),
        cmocka_unit_test(null_is_the_same_as_left_out),
        cmocka_unit_test(one_bad_item_does_not_lose_the_others),
        cmocka_unit_test(of_lines_each_stands_for_itself),
        cmocka_unit_test(faults_say_where_and_what),
        cmocka_unit_test(what_is_too_long_is_told_with_its_length),
        cmocka_unit_test(a_body_that_is_not_json_is_refused_as_a_whole),
    };
    return cmocka_run_group_tests_name("live_body", tests, NULL, NULL);
}
