/* parse_mapping_test.c - the text that says which column means what. */
#include "test.h"

#include "parse/mapping.h"

static void a_mapping_is_printed_in_one_way_only(void **state)
{
    (void)state;
    static const struct {
        const char *text, *printed;
    } table[] = {
        {"customer=caller_id", "customer=caller_id\n"},
        {" Customer = caller_id ,time= t", "customer=caller_id\ntime=t\n"},
        {"customer=a,customer.email=mail\n", "customer=a\ncustomer.email=mail\n"},
        {"time=opened_at:'%d/%m/%Y %H:%M'", "time=opened_at:'%d/%m/%Y %H:%M'\n"},
        {"touchpoint=Component+Event.name", "touchpoint=Component+Event.name\n"},
        {"value=Quantity * UnitPrice", "value=Quantity*UnitPrice\n"},
        {"outcome=InvoiceNo:'C*=cancelled|*=sold'", "outcome=InvoiceNo:'C*=cancelled|*=sold'\n"},
        {"channel=\"web\"", "channel=\"web\"\n"},
        {"channel=\"say \"\"hi\"\"\"", "channel=\"say \"\"hi\"\"\"\n"},
        {"channel=\"\"", "channel=\"\"\n"},
        {"ignore=notes\nignore=more", "ignore=notes\nignore=more\n"},
        {"# saved\n\ncustomer=#3\n  # more\r\ntime=t\r\n", "customer=#3\ntime=t\n"},
        {"customer='a=b'", "customer='a=b'\n"},
        {"customer='it''s'", "customer='it''s'\n"},
        {"customer=Customer ID", "customer='Customer ID'\n"},
        {"customer=case:concept:name,touchpoint=concept:name",
         "customer=case:concept:name\ntouchpoint=concept:name\n"},
        {"touchpoint=classifier:'Event Name'", "touchpoint='classifier:Event Name'\n"},
        {"touchpoint=classifier:Activity", "touchpoint=classifier:Activity\n"},
        {"problem=category#2", "problem=category#2\n"},
        {"customer='#3'", "customer='#3'\n"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        fh_arena *arena = fh_arena_new(test_allocator());
        fh_mapping *mapping = NULL, *again = NULL;
        fh_error err = {0};
        fh_buf out, second;
        fh_buf_init(&out, NULL, 1 << 20);
        fh_buf_init(&second, NULL, 1 << 20);
        if (fh_mapping_parse(arena, fh_str_of(table[i].text), &mapping, &err))
            fail_msg("'%s': %s", table[i].text, err.message);
        fh_mapping_print(mapping, &out);
        assert_str(fh_buf_view(&out), table[i].printed);
        assert_status(fh_mapping_parse(arena, fh_buf_view(&out), &again, &err), FH_OK);
        fh_mapping_print(again, &second);
        assert_str(fh_buf_view(&second), table[i].printed);
        assert_int_equal(mapping->n, again->n);
        fh_buf_free(&out);
        fh_buf_free(&second);
        fh_arena_free(arena);
        assert_int_equal(test_blocks_live(), 0);
    }
}

static void a_mistake_is_named_with_its_place_and_remedy(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } table[] = {
        {"custmer=a",
         "mapping line 1, column 1: custmer is not something a column can be mapped to"},
        {"customer=a\ntime", "mapping line 2, column 5: time needs an = and a column"},
        {"customer=", "mapping line 1, column 10: a column is missing here"},
        {"customer=a,customer=b", "mapping line 1, column 12: customer is mapped twice"},
        {"channel=a,channel=b", "mapping line 1, column 11: channel is mapped twice"},
        {"channel.x=a", "mapping line 1, column 9: an identifier's kind cannot stand here"},
        {"customer.=a", "mapping line 1, column 10: an identifier's kind cannot stand here"},
        {"customer='a", "mapping line 1, column 10: this quote does not close"},
        {"channel=\"a", "mapping line 1, column 9: this quote does not close"},
        {"customer=#0", "mapping line 1, column 10: #0 is not the number of a column"},
        {"customer=#x", "mapping line 1, column 10: #x is not the number of a column"},
        {"customer=''", "mapping line 1, column 10: a column's name cannot be empty"},
        {"customer=\"x\"", "mapping line 1, column 10: customer cannot be the same for every row"},
        {"customer=a*b", "mapping line 1, column 11: customer cannot be a product here"},
        {"value=a+b", "mapping line 1, column 8: value cannot be joined from several columns here"},
        {"touchpoint=a+b+c+d+e",
         "mapping line 1, column 20: these are too many columns for one field"},
        {"customer=a:'x=y'", "mapping line 1, column 12: customer takes no pattern"},
        {"outcome=a:'cancelled'",
         "mapping line 1, column 11: this pattern does not say what becomes what"},
        {"outcome=a:''", "mapping line 1, column 11: this pattern is empty"},
        {"outcome='a':x", "mapping line 1, column 13: a pattern in quotes is missing here"},
        {"customer='a' b", "mapping line 1, column 14: b does not belong here"},
        {"customer=a=b",
         "mapping line 1, column 11: this character cannot stand in a name without quotes"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        fh_arena *arena = fh_arena_new(test_allocator());
        fh_mapping *mapping = NULL;
        fh_error err = {0};
        assert_status(fh_mapping_parse(arena, fh_str_of(table[i].text), &mapping, &err),
                      FH_INVALID);
        assert_null(mapping);
        assert_string_equal(err.message, table[i].message);
        assert_true(err.hint[0] != '\0');
        fh_arena_free(arena);
    }
}

static void a_wrong_time_pattern_is_told_where_it_stands(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_mapping *mapping;
    fh_error err = {0};
    assert_status(fh_mapping_parse(arena, FH_STR("time=a:'%q'"), &mapping, &err), FH_INVALID);
    assert_non_null(strstr(err.message, "line 1, column 8"));
    fh_arena_free(arena);
}

static void globs_match_as_people_expect(void **state)
{
    (void)state;
    static const struct {
        const char *glob, *text;
        bool match;
    } table[] = {{"*", "", true},      {"*", "abc", true},       {"C*", "C536", true},
                 {"C*", "536", false}, {"*x", "abx", true},      {"a?c", "abc", true},
                 {"a?c", "ac", false}, {"a*b*c", "aXbYc", true}, {"a*b*c", "acb", false},
                 {"", "", true},       {"", "a", false},         {"**a", "bca", true}};
    for (size_t i = 0; i < COUNT(table); i++)
        assert_int_equal(fh_glob_match(fh_str_of(table[i].glob), fh_str_of(table[i].text)),
                         table[i].match);
    /* Hostile patterns take no exponential time. */
    char text[2001], glob[401];
    memset(text, 'a', 2000);
    text[2000] = '\0';
    for (int i = 0; i < 400; i += 2) memcpy(glob + i, "a*", 2);
    memcpy(glob + 398, "b", 2);
    assert_false(fh_glob_match(fh_str_of(glob), fh_str_of(text)));
}

static fh_status parse_and_print(void *ctx)
{
    (void)ctx;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    fh_mapping *mapping;
    fh_error err = {0};
    const fh_status status = fh_mapping_parse(
        arena,
        FH_STR("customer='a b',time=t:'%d/%m/%Y',outcome=o:'a=b|*=c',touchpoint=classifier:'X Y'"),
        &mapping, &err);
    if (status) assert_int_equal(err.status, status);
    fh_arena_free(arena);
    return status;
}

static void a_mapping_survives_running_out_of_memory(void **state)
{
    (void)state;
    test_oom(parse_and_print, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mapping_is_printed_in_one_way_only),
        cmocka_unit_test(a_mistake_is_named_with_its_place_and_remedy),
        cmocka_unit_test(a_wrong_time_pattern_is_told_where_it_stands),
        cmocka_unit_test(globs_match_as_people_expect),
        cmocka_unit_test(a_mapping_survives_running_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
