/* parse_xes_test.c - event logs: what is read, what is refused, in pieces of any size. */
#include "test.h"

#include "reading.h"

#define LOG(inside) "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log>\n" inside "</log>\n"
#define NAME(n)     "<string key=\"concept:name\" value=\"" n "\"/>"
#define TIME(t)     "<date key=\"time:timestamp\" value=\"" t "\"/>"
#define EVENT(n)    "<event>" NAME(n) TIME("2024-01-31T11:00:00.000+01:00") "</event>"
#define T           "2024-01-31T10:00:00Z"

typedef struct example {
    const char *mapping, *text, *want;
} example;

static void check_all(const example *e, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check_reading(FH_XES, e[i].mapping, fh_str_of(e[i].text), e[i].want);
}

static void logs_are_read(void **state)
{
    (void)state;
    static const example table[] = {
        {NULL,
         LOG("<trace>" NAME("c1") "\n" EVENT("call") EVENT("visit") "</trace>\n<trace>" NAME("c2")
                 EVENT("x") "</trace>"),
         "1@4 customer=c1 " T " call\n2@4 customer=c1 " T " visit\n3@5 customer=c2 " T " x\n"},
        /* the rest is kept, with types; nested attributes too */
        {NULL,
         LOG("<trace>" NAME("c1") "<event>" NAME("x")
                 TIME(T) "<string key=\"org:group\" value=\"sales\"/><int key=\"n\" value=\"3\"/>"
                         "<float key=\"f\" value=\"2.5\"/><boolean key=\"b\" value=\"true\"/>"
                         "<int key=\"bad\" value=\"007\"/>"
                         "<string key=\"s\" value=\"v\"><int key=\"in\" value=\"1\"/></string>"
                         "<list key=\"l\"><string key=\"a\" value=\"1\"/><string key=\"a\" "
                         "value=\"2\"/></list>"
                         "</event></trace>"),
         "1@3 customer=c1 " T " x dep=sales {\"n\":3,\"f\":2.5,\"b\":true,\"bad\":\"007\","
         "\"s\":{\"value\":\"v\",\"attributes\":[{\"key\":\"in\",\"value\":1}]},"
         "\"l\":{\"value\":null,\"attributes\":[{\"key\":\"a\",\"value\":\"1\"},{\"key\":\"a\","
         "\"value\":\"2\"}]}}\n"},
        /* entities, both quotes, CDATA, comments, instructions, prefixes, order, spaces */
        {NULL,
         LOG("<!-- a > b --><?x y?><trace ><xes:string value='a &amp; &lt;b&gt; "
             "&quot;&apos;&#233;&#x20ac;' "
             "key = 'concept:name' /><![CDATA[ <event> ]]>"
             "<event\n>" TIME(T) NAME("tab&#9;le") "</event >"
                                                   "</trace>"),
         "1@3 customer=a & <b> \"'\xc3\xa9\xe2\x82\xac " T " tab\tle\n"},
        /* a key twice */
        {NULL,
         LOG("<trace>" NAME("c1") "<event>" NAME("x") NAME("y") TIME(
             T) "<string key=\"k\" value=\"1\"/><string key=\"k\" value=\"2\"/></event></trace>"),
         "1@3 customer=c1 " T " x {\"k\":\"1\",\"k#2\":\"2\"}\n"},
        /* globals: defaults for what is missing, but no invented time or customer */
        {NULL,
         LOG("<global scope=\"event\">" NAME(
             "none") "<string key=\"org:group\" "
                     "value=\"desk\"/>" TIME("1970-01-01T00:00:00Z") "</global><trace>" NAME(
                         "c1") "<event>" TIME(T) "</"
                                                 "event><"
                                                 "event>" NAME("x") TIME(T) "<strin"
                                                                            "g "
                                                                            "key="
                                                                            "\"org:"
                                                                            "group"
                                                                            "\" "
                                                                            "value="
                                                                            "\"it\""
                                                                            "/></"
                                                                            "event>"
                                                                            "</"
                                                                            "trace"
                                                                            ">"),
         "1@3 customer=c1 " T " none dep=desk\n2@3 customer=c1 " T " x dep=it\n"},
        /* classifiers, attributes of the trace */
        {"touchpoint=classifier:'Both keys',channel=case:way",
         LOG("<classifier name=\"Both keys\" keys=\"concept:name lifecycle:transition\"/>"
             "<trace>" NAME("c1") "<string key=\"way\" value=\"web\"/><event>" NAME("x")
                 TIME(T) "<string key=\"lifecycle:transition\" value=\"start\"/></event></trace>"),
         "1@3 customer=c1 " T
         " x+start ch=web {\"concept:name\":\"x\",\"lifecycle:transition\":\"start\"}\n"},
        {NULL,
         "<?xml version='1.0' encoding='ISO-8859-1'?><log><trace>" NAME("M\xfcller")
             EVENT("x") "</trace></log>",
         "1@1 customer=M\xc3\xbcller " T " x\n"},
        {NULL,
         LOG("<trace/><trace></trace><string key=\"a\" value=\"b\"><string key=\"c\" "
             "value=\"d\"/></string>"),
         ""},
        {NULL, "<log/>", ""},
    };
    check_all(table, COUNT(table));
}

static void a_bad_event_is_told_with_its_trace_and_can_be_mended(void **state)
{
    (void)state;
    static const example table[] = {
        {NULL,
         LOG("<trace>" NAME("a&amp;b")
                 EVENT("x") "\n<event>" TIME(T) "</event><event>" NAME("y") "</event></trace>"),
         "1@3 customer=a&b " T " x\n"
         "2@4 REJECT column 2 concept:name: trace 'a&b', event 2: the touchpoint is missing | Fill "
         "in the "
         "touchpoint or skip the row. | <trace><string key=\"concept:name\" "
         "value=\"a&amp;b\"/><event>" TIME(T) "</event></trace>\n"
                                              "3@4 REJECT column 3 time:timestamp: trace 'a&b', "
                                              "event 3: the time is missing | Fill in the time or "
                                              "skip the row. | <trace><string key=\"concept:name\" "
                                              "value=\"a&amp;b\"/><event>" NAME(
                                                  "y") "</event></trace>\n"},
        {NULL, LOG("<trace>" EVENT("x") "</trace>"),
         "1@3 REJECT column 3 case:concept:name: trace '', event 1: the customer is missing | Fill "
         "in who it "
         "was or skip the row. | <trace>" EVENT("x") "</trace>\n"},
        {NULL,
         LOG("<trace>" NAME("c") EVENT("x") "<event>" NAME("&evil;") TIME(T) "</event></trace>"),
         "1@3 customer=c " T " x\n"
         "2@3 REJECT trace 'c', event 2: 'concept:name' has an entity that is not known or is not "
         "in the file's "
         "encoding | Correct the value or skip the event. | <trace>" NAME("c") "<event>" NAME(
             "&evil;") TIME(T) "</event></trace>\n"},
    };
    check_all(table, COUNT(table));
}

#define BROKEN                                                                                  \
    " | The file is not well-formed XML there. Export the log again, or mend it and import it " \
    "again.\n"
#define CUT                                                                                     \
    " | It was probably cut off. Export or copy it again and import it again; what is already " \
    "there is not counted twice.\n"

static void broken_xml_ends_the_file_with_its_place(void **state)
{
    (void)state;
    static const example table[] = {
        {NULL,
         LOG("<trace>" NAME("c")
                 EVENT("x") "\n<event><string key=\"a\" value=\"1\"></event></trace>"),
         "1@3 customer=c " T
         " x\nERROR line 4, column 34: this end tag closes an element that is not open" BROKEN},
        {NULL, "<log>\n<trace>" NAME("c") EVENT("x"),
         "1@2 customer=c " T " x\nERROR line 2: the file ends before </log>" CUT},
        {NULL, "<log>\n<trace>" NAME("c") EVENT("x") "<event><string key=\"conc",
         "1@2 customer=c " T " x\nERROR line 2: the file ends before </log>" CUT},
        {NULL, "<!DOCTYPE log [<!ENTITY a \"b\">]>\n<log></log>",
         "ERROR line 1, column 1: a DOCTYPE is not accepted | Remove the DOCTYPE; an event log "
         "needs none.\n"},
        {NULL, "<html></html>",
         "ERROR line 1, column 1: the file is no event log: its first element is not <log>" BROKEN},
        {NULL, "hello", "ERROR line 1, column 1: text stands outside the event log" BROKEN},
        {NULL, "",
         "ERROR the file holds no event log | An XES file has a <log> with <trace> and <event> in "
         "it.\n"},
        {NULL, LOG("<trace>" NAME("c") EVENT("x") "<event><string key=a/></event></trace>"),
         "1@3 customer=c " T
         " x\nERROR line 3, column 184: an attribute's value is not in quotes" BROKEN},
        {NULL, "<?xml version=\"1.0\" encoding=\"EBCDIC\"?><log></log>",
         "ERROR line 1: the encoding 'EBCDIC' is not known | Save the file as UTF-8 and import it "
         "again.\n"},
        {"touchpoint=classifier:Nope",
         LOG("<classifier name=\"A\" keys=\"concept:name\"/><trace>" NAME("c")
                 EVENT("x") "</trace>"),
         "ERROR the log has no classifier 'Nope' | It has: A.\n"},
    };
    check_all(table, COUNT(table));
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    fh_buf text, out;
    fh_buf_init(&text, NULL, 1 << 20);
    fh_buf_init(&out, NULL, 1 << 20);
    fh_buf_text(&text, "<log><trace>" NAME("c") EVENT("x") "<event>");
    for (int i = 0; i < 100000 / 10; i++) fh_buf_text(&text, "<list key=\"a\">");
    const fh_reader_options options = {.keep_payload = true};
    assert_status(reading(test_allocator(), FH_XES, &options, fh_buf_view(&text), 0, &out),
                  FH_FORMAT);
    fh_buf_char(&out, '\0');
    assert_non_null(strstr(out.ptr, "elements are nested more than 64 deep"));
    fh_buf_free(&text);
    fh_buf_free(&out);
}

static fh_status read_some(void *ctx)
{
    static const char text[] =
        LOG("<global scope=\"event\">" NAME(
            "none") "</global><classifier name=\"A\" keys=\"concept:name\"/>"
                    "<trace>" NAME("c&amp;") EVENT("x") "<event>" NAME("y&lt;")
                        TIME(T) "<string key=\"s\" value=\"v&lt;\">"
                                "<int key=\"in\" value=\"1\"/></string></event><event>" NAME(
                                    "z") "</event></trace>");
    const size_t *piece = ctx;
    fh_arena *arena = fh_arena_new(NULL);
    fh_mapping *m = NULL;
    fh_buf out;
    fh_buf_init(&out, NULL, 1 << 20);
    assert_status(fh_mapping_parse(
                      arena, FH_STR("time=time:timestamp:'iso',touchpoint=classifier:A"), &m, NULL),
                  FH_OK);
    const fh_reader_options options = {.mapping = m, .keep_payload = true};
    const fh_status status =
        reading(test_allocator(), FH_XES, &options, (fh_str){text, sizeof text - 1}, *piece, &out);
    fh_buf_free(&out);
    fh_arena_free(arena);
    return status;
}

static void reading_survives_running_out_of_memory(void **state)
{
    (void)state;
    size_t piece = 0;
    test_oom(read_some, &piece);
    piece = 300;
    test_oom(read_some, &piece);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logs_are_read),
        cmocka_unit_test(a_bad_event_is_told_with_its_trace_and_can_be_mended),
        cmocka_unit_test(broken_xml_ends_the_file_with_its_place),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(reading_survives_running_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
