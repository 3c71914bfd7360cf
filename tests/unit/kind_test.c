/* kind_test.c - declarations of kinds: read, refused with the place and the remedy,
 * changed, shown; values of their fields. */
#include "kind/kind.h"

#include "test.h"

static const char *const conditions[] = {"evidence", "owned", "answered", NULL};
static const char *const computed[] = {"days-late", NULL};
static const char *const pages[] = {"my-part", "no-brainers", NULL};
static const fh_kind_words words = {conditions, computed, pages};

#define HEAD                                                                          \
    "kind thing\ntitle \"Thing\" \"Things\"\nsays \"What it is.\"\nadd \"Add one\"\n" \
    "made by anybody\n"
#define BODY                                            \
    "field what text required \"What?\"\n"              \
    "state open \"Open\"\nstate done \"Done\" closed\n" \
    "move end \"It is done\" from open to done by owner\n"
enum { HEAD_LINES = 5 };

typedef struct fixture {
    fh_arena *arena;
    fh_kind *kind;
    const fh_kind_problem *problem;
    size_t n;
    fh_error err;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){.arena = fh_arena_new(test_allocator())};
    *state = &f;
    return f.arena ? 0 : -1;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    fh_arena_free(f->arena);
    assert_int_equal(test_blocks_live(), 0);
    return 0;
}

static fh_status read(fixture *f, const char *text)
{
    f->kind = NULL;
    f->err = (fh_error){0};
    return fh_kind_read(fh_str_of(text), &words, f->arena, &f->kind, &f->problem, &f->n, &f->err);
}

/* The text is refused; its first problem is in this line and says this. */
static void refused(fixture *f, const char *text, uint32_t line, const char *what)
{
    assert_status(read(f, text), FH_FORMAT);
    assert_null(f->kind);
    assert_true(f->n > 0);
    if (f->problem[0].line != line || !strstr(f->err.message, what))
        fail_msg("line %u: %s\nwanted line %u: ...%s...", f->problem[0].line,
                 f->problem[0].what.ptr, line, what);
    char place[32];
    (void)snprintf(place, sizeof place, "line %u, column %u: ", line, f->problem[0].column);
    assert_true(!strncmp(f->err.message, place, strlen(place)));
}

static void a_whole_declaration_is_read(void **state)
{
    fixture *f = *state;
    assert_status(
        read(f, "# a comment\r\nkind promise\r\n"
                "title \"Promise\" \"Promises\"\r\nsays \"A \\\"word\\\" \\\\ kept\"\n"
                "add \"Make one\"\npage my-part\nmade by anybody, decide\nseen by concerned\n"
                "owner field who\nlinks fix, finding\nanonymous\nchallenged\n"
                "field what text required max 300 \"What?\" # the title\n"
                "  help \"In their words.\"\n"
                "field to customer required many \"To whom?\"\n"
                "field worth number unit EUR decimals 2 min 0 max 99.5 \"Worth\"\n"
                "field how choice \"How?\"\n  choice a \"A\"\n  choice b \"B\"\n"
                "field by date required \"By when?\"\n"
                "field who person \"Who?\"\n"
                "field stars score min 1 max 5 \"Stars\"\n"
                "field seen record of finding \"Seen as\"\n"
                "field machine number by firsthand \"Kept\"\n"
                "field late computed days-late unit days \"Days late\"\n"
                "state open \"Open\"\nstate kept \"Kept\" closed\nstate broken \"Broken\" closed\n"
                "move keep \"Kept\" from open to kept by owner, lead needs evidence, worth\n"
                "move break \"Broken\" from any to broken by owner, firsthand says\n"
                "  help \"Say what happened.\"\n"
                "clock due \"Due\" in open at by remind owner, lead 2d before escalate lead "
                "move break\n"
                "clock soon \"Soon\" in open after 36h"),
        FH_OK);
    const fh_kind *k = f->kind;
    assert_str(k->name, "promise");
    assert_str(k->many, "Promises");
    assert_str(k->says, "A \"word\" \\ kept");
    assert_str(k->page, "my-part");
    assert_int_equal(k->by, 1u << FH_WHO_ANYBODY | 1u << FH_WHO_DECIDE);
    assert_int_equal(k->seen_by, FH_SEEN_BY_CONCERNED);
    assert_int_equal(k->owner, FH_OWNER_FIELD);
    assert_str(k->field[k->owner_field].name, "who");
    assert_true(k->anonymous && k->challenges);
    assert_int_equal(k->n_links, 2);
    assert_str(k->link[1], "finding");
    assert_int_equal(k->n_fields, 10);
    assert_int_equal(k->title_field, 0);
    assert_int_equal(k->field[0].max_text, 300);
    assert_str(k->field[0].help, "In their words.");
    assert_true(k->field[1].many && k->field[1].required);
    assert_int_equal(k->field[2].max, 9950);
    assert_true(k->field[2].has_min && k->field[2].min == 0);
    assert_int_equal(k->field[3].n_choices, 2);
    assert_str(k->field[3].choice[1].label, "B");
    assert_str(k->field[7].of, "finding");
    assert_true(k->field[8].by_machine);
    assert_str(k->field[9].computed, "days-late");
    assert_int_equal(k->n_states, 3);
    assert_true(k->state[1].closed && !k->state[0].closed);
    assert_int_equal(k->move[0].n_needs, 2);
    assert_int_equal(k->move[1].from, 3); /* every other state */
    assert_true(k->move[1].words);
    assert_str(k->move[1].help, "Say what happened.");
    assert_str(k->clock[0].field, "by");
    assert_int_equal(k->clock[0].remind_ms, INT64_C(2) * 86400000);
    assert_int_equal(k->clock[0].remind, 1u << FH_WHO_OWNER | 1u << FH_WHO_LEAD);
    assert_int_equal(k->clock[0].escalate, 1u << FH_WHO_LEAD);
    assert_str(k->clock[0].move, "break");
    assert_int_equal(k->clock[1].after_ms, INT64_C(36) * 3600000);
    assert_int_equal(fh_kind_find_state(k, FH_STR("nowhere")), k->n_states);
    assert_int_equal(fh_kind_find_move(k, FH_STR("break")), 1);
}

static void what_does_not_fit_is_told_with_its_place(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *text;
        uint32_t line;
        const char *what;
    } bad[] = {
        {"", 1, "the line 'kind NAME' is missing"},
        {"title \"A\" \"B\"\n" BODY, 1, "begins with its name"},
        {"kind A\n", 1, "'A' is not a name"},
        {"kind a--b\n", 1, "'a--b' is not a name"},
        {"kind a123456789-a123456789-a123456789-a123456789\n", 1, "is too long"},
        {HEAD "field what text required \"What?\"\n", 1, "no state"},
        {HEAD "state a \"A\" closed\n", 1, "no required text"},
        {HEAD BODY "colour blue\n", HEAD_LINES + 5, "cannot begin with 'colour'"},
        {HEAD BODY "\"text\"\n", HEAD_LINES + 5, "cannot begin like this"},
        {HEAD BODY "kind again\n", HEAD_LINES + 5, "begins with its name"},
        {HEAD BODY "says \"more\"\n", HEAD_LINES + 5, "says 'says' already"},
        {HEAD BODY "page nowhere\n", HEAD_LINES + 5, "no page 'nowhere'"},
        {HEAD BODY "seen by dogs\n", HEAD_LINES + 5, "'everybody' or 'concerned'"},
        {HEAD BODY "field what text \"Again\"\n", HEAD_LINES + 5, "field 'what' in line 6"},
        {HEAD BODY "field owner text \"O\"\n", HEAD_LINES + 5, "every record has 'owner'"},
        {HEAD BODY "field answered text \"O\"\n", HEAD_LINES + 5, "name of a condition"},
        {HEAD BODY "field x txt \"X\"\n", HEAD_LINES + 5, "'txt' is not a type"},
        {HEAD BODY "field x computed moon \"X\"\n", HEAD_LINES + 5, "cannot work out 'moon'"},
        {HEAD BODY "field x yes many \"X\"\n", HEAD_LINES + 5, "'many' does not go with"},
        {HEAD BODY "field x text reqired \"X\"\n", HEAD_LINES + 5, "'reqired' is not something"},
        {HEAD BODY "field x text required required \"X\"\n", HEAD_LINES + 5, "said twice"},
        {HEAD BODY "field x text max 9000 \"X\"\n", HEAD_LINES + 5, "whole number from 1 to 8000"},
        {HEAD BODY "field x number min 2 max 1 \"X\"\n", HEAD_LINES + 5,
         "larger than the smallest"},
        {HEAD BODY "field x number min 0.5 \"X\"\n", HEAD_LINES + 5, "'0.5' is not such a number"},
        {HEAD BODY "field x score min 1 \"X\"\n", HEAD_LINES + 5, "a score needs"},
        {HEAD BODY "field x text\n", HEAD_LINES + 5, "label is missing here"},
        {HEAD BODY "field x text \"\"\n", HEAD_LINES + 5, "label is empty"},
        {HEAD BODY "field x text \"X\" \"Y\"\n", HEAD_LINES + 5, "a text too many"},
        {HEAD BODY "field x text \"X\" required\n", HEAD_LINES + 5, "'required' has no place"},
        {HEAD BODY "field x text \"X\n", HEAD_LINES + 5, "does not end"},
        {HEAD BODY "field x text \"a\\n\"\n", HEAD_LINES + 5, "after a backslash"},
        {HEAD BODY "field x choice \"X\"\n", HEAD_LINES + 5, "'x' has no choices"},
        {HEAD BODY "choice a \"A\"\n", HEAD_LINES + 5, "no field above"},
        {HEAD BODY "state done \"Again\"\n", HEAD_LINES + 5, "'done' is taken"},
        {HEAD BODY "state lost \"Lost\"\n", HEAD_LINES + 5, "can ever come to the state 'lost'"},
        {HEAD BODY "state stuck \"S\"\nmove s \"S\" from open to stuck by owner\n", HEAD_LINES + 5,
         "can never leave it"},
        {HEAD BODY "move end \"E\" from open to done by owner\n", HEAD_LINES + 5, "a move 'end'"},
        {HEAD BODY "move x \"E\" from opn to done by owner\n", HEAD_LINES + 5, "no state 'opn'"},
        {HEAD BODY "move x \"E\" from open to done by ownr\n", HEAD_LINES + 5, "'ownr' is nobody"},
        {HEAD BODY "move x \"E\" from open to done\n", HEAD_LINES + 5, "'by' is missing"},
        {HEAD BODY "move x \"E\" from open to done by owner needs evidense\n", HEAD_LINES + 5,
         "neither a field nor a condition"},
        {HEAD BODY "move x \"E\" from open to done by owner needs what, what\n", HEAD_LINES + 5,
         "needed twice"},
        {HEAD BODY "move x \"E\" from open to done by firsthand says\n", HEAD_LINES + 5,
         "cannot say why"},
        {HEAD BODY "clock x \"C\" in open\n", HEAD_LINES + 5, "when it is due"},
        {HEAD BODY "clock x \"C\" in open at what\n", HEAD_LINES + 5, "'what' is not a date"},
        {HEAD BODY "clock x \"C\" in open after soon\n", HEAD_LINES + 5, "span of time"},
        {HEAD BODY "clock x \"C\" in open after 2d remind owner 3d before\n", HEAD_LINES + 5,
         "before the clock begins"},
        {HEAD BODY "clock x \"C\" in open after 2d move end\n", HEAD_LINES + 5,
         "may not make the move 'end'"},
        {HEAD BODY "owner field what\n", HEAD_LINES + 5, "'what' cannot own"},
        {HEAD BODY "owner touchpoint\n", HEAD_LINES + 5, "names a touchpoint"},
        {HEAD BODY "owner nobody\n", HEAD_LINES + 5, "'nobody' is no rule"},
        {HEAD BODY "made by owner\n", HEAD_LINES + 5, "already"},
        {HEAD BODY "bad\xff byte\n", HEAD_LINES + 5, "byte ff is not text"},
        {HEAD BODY "bad\x01 byte\n", HEAD_LINES + 5, "byte 01 is not text"},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        refused(f, bad[i].text, bad[i].line, bad[i].what);
    }
    refused(f, HEAD "help \"A\"\n" BODY, HEAD_LINES + 1, "nothing above");
}

static void who_misspells_is_told_the_nearest_name(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *line, *remedy;
    } near[] = {
        {"sttate x \"X\"", "'state'"},
        {"page my-prat", "'my-part'"},
        {"field x texxt \"X\"", "'text'"},
        {"field x computed days-lat \"X\"", "'days-late'"},
        {"field x text requird \"X\"", "'required'"},
        {"move x \"X\" from opne to done by owner", "'open'"},
        {"move x \"X\" from open to done by onwer", "'owner'"},
        {"move x \"X\" from open to done by owner needs evidnce", "'evidence'"},
        {"move x \"X\" from open to done by owner needs waht", "'what'"},
        {"owner touchpiont", "'touchpoint'"},
    };
    for (size_t i = 0; i < COUNT(near); i++) {
        char text[1000];
        (void)snprintf(text, sizeof text, "%s%s\n", HEAD BODY, near[i].line);
        assert_status(read(f, text), FH_FORMAT);
        if (!strstr(f->err.hint, "Did you mean") || !strstr(f->err.hint, near[i].remedy))
            fail_msg("%s: %s", near[i].line, f->err.hint);
    }
}

static void all_problems_are_told_by_line_but_no_more_than_twenty(void **state)
{
    fixture *f = *state;
    char text[4000];
    size_t len = (size_t)snprintf(text, sizeof text, "%s", HEAD BODY);
    for (int i = 0; i < 30; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s\n",
                                i % 2 ? "move x \"X\" from gone to done by owner" : "field 7");
    assert_status(read(f, text), FH_FORMAT);
    assert_int_equal(f->n, 20);
    for (size_t i = 0; i < f->n; i++) assert_int_equal(f->problem[i].line, HEAD_LINES + 5 + i);
}

static void a_kind_may_be_followed_while_no_used_state_goes(void **state)
{
    fixture *f = *state;
    fh_kind *before, *after;
    assert_status(read(f, HEAD BODY), FH_OK);
    before = f->kind;
    assert_status(read(f, HEAD "field why text required \"Why?\"\nstate open \"Open\"\n"
                               "state over \"Over\" closed\n"
                               "move end \"E\" from open to over by owner\n"),
                  FH_OK);
    after = f->kind;
    assert_status(fh_kind_may_follow(before, after, 0, &f->err), FH_OK);
    assert_status(fh_kind_may_follow(before, after, 1, &f->err), FH_OK);
    assert_status(fh_kind_may_follow(before, after, 3, &f->err), FH_CONFLICT);
    assert_non_null(strstr(f->err.message, "'done'"));
    assert_status(read(f, "kind other\ntitle \"T\" \"Ts\"\nsays \"S\"\nadd \"A\"\nmade by "
                          "anybody\n" BODY),
                  FH_OK);
    assert_status(fh_kind_may_follow(before, f->kind, 0, &f->err), FH_CONFLICT);
}

static void a_kind_is_shown_as_json_that_reads_back(void **state)
{
    fixture *f = *state;
    assert_status(read(f, HEAD BODY "field worth number decimals 2 min -1.5 \"Worth\"\n"
                                    "clock c \"C\" in open after 1d\n"),
                  FH_OK);
    fh_buf out;
    fh_json j;
    fh_buf_init(&out, test_allocator(), 1 << 20);
    fh_json_begin(&j, &out, 0);
    fh_kind_json(f->kind, &j);
    assert_int_equal(out.status, FH_OK);
    fh_json_reader *r = fh_json_reader_new(test_allocator(), 1 << 16);
    fh_json_doc doc;
    assert_status(fh_json_read(r, fh_buf_view(&out), &doc, &f->err), FH_OK);
    assert_str(fh_json_raw(&doc, fh_json_get(&doc, 0, FH_STR("title_field"))), "\"what\"");
    const uint32_t fields = fh_json_get(&doc, 0, FH_STR("fields"));
    assert_int_equal(doc.token[fields].count, 2);
    const uint32_t worth = doc.token[fields + 1].next;
    assert_str(fh_json_raw(&doc, fh_json_get(&doc, worth, FH_STR("min"))), "-1.50");
    assert_str(fh_json_raw(&doc, fh_json_get(&doc, worth, FH_STR("max"))), "null");
    fh_json_reader_free(r);
    fh_buf_free(&out);
}

/* ---- Values ------------------------------------------------------------------------ */

static const char fields_of_all_types[] =
    HEAD BODY "field ch choice \"Ch\"\n choice one \"First one\"\n choice two \"Second\"\n"
              "field chs choice many \"Chs\"\n choice one \"One\"\n choice two \"Two\"\n"
              "field yes yes \"Yes\"\n"
              "field num number unit EUR decimals 2 min -10 max 1000000 \"Num\"\n"
              "field whole number \"Whole\"\n"
              "field stars score min 1 max 5 \"Stars\"\n"
              "field day date \"Day\"\n"
              "field who person \"Who\"\n"
              "field whos person many \"Whos\"\n"
              "field story stories \"Story\"\n"
              "field texts text many max 20 \"Texts\"\n"
              "field rec record \"Rec\"\n"
              "field cust customer \"Cust\"\n";

static const fh_kind_field *field(fixture *f, const char *name)
{
    const uint32_t i = fh_kind_find_field(f->kind, fh_str_of(name));
    assert_true(i < f->kind->n_fields);
    return &f->kind->field[i];
}

/* The value as text after it was read from JSON, through JSON and through text again. */
static void goes_round(fixture *f, const char *name, const char *json, const char *text)
{
    const fh_kind_field *fd = field(f, name);
    fh_json_reader *r = fh_json_reader_new(test_allocator(), 1 << 12);
    fh_json_doc doc;
    fh_values v, again;
    fh_buf out, second;
    fh_json j;
    fh_buf_init(&out, test_allocator(), 1 << 16);
    fh_buf_init(&second, test_allocator(), 1 << 16);
    assert_status(fh_json_read(r, fh_str_of(json), &doc, &f->err), FH_OK);
    if (fh_field_from_json(fd, &doc, 0, f->arena, &v, &f->err) != FH_OK)
        fail_msg("%s: %s", json, f->err.message);
    assert_status(fh_field_to_text(fd, &v, &out), FH_OK);
    assert_str(fh_buf_view(&out), text);
    assert_status(fh_field_from_text(fd, fh_str_of(text), f->arena, &again, &f->err), FH_OK);
    fh_buf_clear(&out);
    fh_json_begin(&j, &out, 0);
    fh_field_to_json(fd, &v, &j);
    fh_json_begin(&j, &second, 0);
    fh_field_to_json(fd, &again, &j);
    assert_true(fh_str_eq(fh_buf_view(&out), fh_buf_view(&second)));
    fh_buf_free(&out);
    fh_buf_free(&second);
    fh_json_reader_free(r);
}

static void values_go_round_through_json_and_text(void **state)
{
    fixture *f = *state;
    assert_status(read(f, fields_of_all_types), FH_OK);
    goes_round(f, "what", "\"  h\\u00e9 \\\"x\\\"\\r\\nz  \"", "h\xc3\xa9 \"x\"\nz");
    goes_round(f, "what", "null", "");
    goes_round(f, "what", "\"\"", "");
    goes_round(f, "ch", "\"two\"", "two");
    goes_round(f, "chs", "[\"two\",\"one\",\"two\"]", "two|one");
    goes_round(f, "chs", "\"one\"", "one");
    goes_round(f, "chs", "[]", "");
    goes_round(f, "yes", "true", "yes");
    goes_round(f, "yes", "false", "no");
    goes_round(f, "num", "12.5", "12.50");
    goes_round(f, "num", "-0.05", "-0.05");
    goes_round(f, "num", "7", "7.00");
    goes_round(f, "num", "1.5000", "1.50");
    goes_round(f, "whole", "-1000000000000000", "-1000000000000000");
    goes_round(f, "stars", "5", "5");
    goes_round(f, "day", "\"2024-02-29\"", "2024-02-29");
    goes_round(f, "day", "\"0001-01-01\"", "0001-01-01");
    goes_round(f, "who", "4294967295", "4294967295");
    goes_round(f, "whos", "[3,1,3]", "3|1");
    goes_round(f, "story", "\"/actual?touchpoint=Invoice%20sent\"",
               "/actual?touchpoint=Invoice%20sent");
    goes_round(f, "texts", "[\"a|b\",\"c\\\\d\",\" \"]", "a\\|b|c\\\\d");
    goes_round(f, "rec", "1000000000000000", "1000000000000000");
}

static void values_that_do_not_fit_are_refused_in_words(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *field, *json, *says;
    } bad[] = {
        {"what", "7", "should be a string"},
        {"what", "[\"a\"]", "one value"},
        {"what", "\"\\u0000x\"", "not text"},
        {"ch", "\"three\"", "'three' is not one of the choices"},
        {"yes", "\"yes\"", "true or false"},
        {"yes", "1", "true or false"},
        {"num", "\"12\"", "not a string"},
        {"num", "1.005", "not a number of EUR"},
        {"num", "1e3", "not a number of EUR"},
        {"num", "-11", "smaller than -10.00"},
        {"num", "1000000.01", "larger than 1000000.00"},
        {"whole", "1.5", "not a whole number"},
        {"whole", "1000000000000001", "not a whole number"},
        {"whole", "99999999999999999999999", "not a whole number"},
        {"stars", "0", "smaller than 1"},
        {"day", "\"2023-02-29\"", "not a date"},
        {"day", "\"2023-2-9\"", "not a date"},
        {"day", "20230209", "a date"},
        {"who", "0", "number of a person"},
        {"who", "4294967296", "number of a person"},
        {"who", "{}", "a number that names it"},
        {"story", "\"https://elsewhere\"", "not a page of Firsthand"},
        {"story", "\"//elsewhere\"", "not a page of Firsthand"},
        {"story", "\"/\\\\elsewhere\"", "not a page of Firsthand"},
        {"texts", "[\"123456789012345678901\"]", "the most is 20"},
        {"rec", "1000000000000001", "number of a record"},
    };
    assert_status(read(f, fields_of_all_types), FH_OK);
    fh_json_reader *r = fh_json_reader_new(test_allocator(), 1 << 12);
    for (size_t i = 0; i < COUNT(bad); i++) {
        fh_json_doc doc;
        fh_values v = {NULL, 77};
        assert_status(fh_json_read(r, fh_str_of(bad[i].json), &doc, &f->err), FH_OK);
        assert_status(fh_field_from_json(field(f, bad[i].field), &doc, 0, f->arena, &v, &f->err),
                      FH_INVALID);
        if (!strstr(f->err.message, bad[i].says))
            fail_msg("%s %s: %s", bad[i].field, bad[i].json, f->err.message);
        assert_int_equal(v.n, 77);
    }
    fh_json_reader_free(r);
}

static void text_of_tables_is_read_as_people_type_it(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *field, *text, *as;
    } good[] = {
        {"num", " 12,50 EUR ", "12.50"},  {"num", "12.5eur", "12.50"}, {"num", "0,1", "0.10"},
        {"yes", "TRUE", "yes"},           {"yes", "0", "no"},          {"ch", "first ONE", "one"},
        {"chs", "One | two|", "one|two"}, {"texts", "a||b", "a|b"},    {"whole", "", ""},
    };
    assert_status(read(f, fields_of_all_types), FH_OK);
    fh_buf out;
    fh_values v;
    fh_buf_init(&out, test_allocator(), 1 << 12);
    for (size_t i = 0; i < COUNT(good); i++) {
        const fh_kind_field *fd = field(f, good[i].field);
        fh_buf_clear(&out);
        assert_status(fh_field_from_text(fd, fh_str_of(good[i].text), f->arena, &v, &f->err),
                      FH_OK);
        assert_status(fh_field_to_text(fd, &v, &out), FH_OK);
        assert_str(fh_buf_view(&out), good[i].as);
    }
    /* It could be a thousand or one. */
    assert_status(fh_field_from_text(field(f, "num"), FH_STR("1,250"), f->arena, &v, &f->err),
                  FH_INVALID);
    fh_buf_free(&out);
}

static void no_more_values_are_taken_than_a_field_holds(void **state)
{
    fixture *f = *state;
    char text[1000];
    size_t len = 0;
    fh_values v;
    assert_status(read(f, fields_of_all_types), FH_OK);
    for (int i = 1; i <= FH_KIND_MANY_MAX; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%d|", i);
    assert_status(fh_field_from_text(field(f, "whos"), (fh_str){text, len}, f->arena, &v, &f->err),
                  FH_OK);
    assert_int_equal(v.n, FH_KIND_MANY_MAX);
    len += (size_t)snprintf(text + len, sizeof text - len, "51");
    assert_status(fh_field_from_text(field(f, "whos"), (fh_str){text, len}, f->arena, &v, &f->err),
                  FH_INVALID);
}

/* ---- At random --------------------------------------------------------------------- */

/* Lines of a sound declaration, left out, doubled, swapped and spoilt: whatever comes is
 * refused with a place, or sound. */
static void whatever_is_read_is_sound(void **state)
{
    fixture *f = *state;
    test_seed(5);
    size_t sound = 0;
    for (int round = 0; round < 3000; round++) {
        char text[sizeof fields_of_all_types * 2];
        size_t len = 0;
        const char *p = fields_of_all_types;
        while (*p) {
            const char *end = strchr(p, '\n') + 1;
            const size_t n = (size_t)(end - p);
            const uint32_t luck = test_rand(60);
            if (luck != 0) memcpy(text + len, p, n), len += n;
            if (luck == 1) memcpy(text + len, p, n), len += n;
            if (luck == 2) text[len - 1 - test_rand((uint32_t)n)] = (char)test_rand(256);
            p = end;
        }
        fh_arena *arena = fh_arena_new(NULL);
        fh_kind *k = NULL;
        const fh_kind_problem *problem = NULL;
        size_t n = 0;
        const fh_status status =
            fh_kind_read((fh_str){text, len}, &words, arena, &k, &problem, &n, &f->err);
        if (status == FH_OK) {
            sound++;
            assert_true(k->name.len && k->n_states && k->title_field < k->n_fields);
            for (uint32_t i = 0; i < k->n_moves; i++) {
                assert_true(k->move[i].from && !(k->move[i].from >> k->n_states));
                assert_true(k->move[i].to < k->n_states && k->move[i].by);
            }
        } else {
            assert_status(status, FH_FORMAT);
            assert_true(n > 0 && n <= 20 && problem[0].line > 0 && problem[0].column > 0);
            for (size_t i = 1; i < n; i++) assert_true(problem[i].line > problem[i - 1].line);
        }
        fh_arena_free(arena);
    }
    assert_true(sound > 100 && sound < 2900);
}

static fh_status read_with_little_memory(void *ctx)
{
    (void)ctx;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_kind *k = NULL;
    fh_error err = {0};
    if (!arena) return FH_NOMEM;
    fh_status status =
        fh_kind_read(fh_str_of(fields_of_all_types), &words, arena, &k, NULL, NULL, &err);
    fh_values v;
    if (status == FH_OK)
        status = fh_field_from_text(&k->field[0], FH_STR("a text"), arena, &v, &err);
    if (status == FH_OK) { /* and one that is refused */
        status = fh_kind_read(FH_STR(HEAD BODY "fild x\nmove y \"Y\" from opn to done by ownr\n"),
                              &words, arena, &k, NULL, NULL, &err);
        if (status == FH_FORMAT) status = FH_OK;
    }
    fh_arena_free(arena);
    return status;
}

static void running_out_of_memory_is_an_ordinary_error(void **state)
{
    (void)state;
    test_oom(read_with_little_memory, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_whole_declaration_is_read),
        TEST(what_does_not_fit_is_told_with_its_place),
        TEST(who_misspells_is_told_the_nearest_name),
        TEST(all_problems_are_told_by_line_but_no_more_than_twenty),
        TEST(a_kind_may_be_followed_while_no_used_state_goes),
        TEST(a_kind_is_shown_as_json_that_reads_back),
        TEST(values_go_round_through_json_and_text),
        TEST(values_that_do_not_fit_are_refused_in_words),
        TEST(text_of_tables_is_read_as_people_type_it),
        TEST(no_more_values_are_taken_than_a_field_holds),
        TEST(whatever_is_read_is_sound),
        cmocka_unit_test(running_out_of_memory_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
