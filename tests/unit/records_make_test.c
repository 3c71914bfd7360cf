/* records_make_test.c - records are made and changed; what does not fit is told by its
 * place; two people who change one record lose no words. */
#include "records.h"

#include "app/records/record_between.h"
#include "store/record_ways.h"

static void what_is_made_is_there_with_its_history(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    office_open(&o);
    assert_status(office_make(&o, &o.ann, "chore",
                              "{'what':'Mend the form','cost':12.5,'how':['phone','letter'],"
                              "'by':'2026-12-01','helper':3}",
                              &v),
                  FH_OK);
    assert_int_equal(v.row.record, 1);
    assert_int_equal(v.row.version, 1);
    v = office_see(&o, &o.carl, 1);
    assert_str(v.row.title, "Mend the form");
    assert_str(v.row.state, "new");
    assert_int_equal(v.row.author, o.ann.person);
    assert_int_equal(v.row.owner, 0);
    assert_true(v.row.ownerless_ms > 0);
    assert_string_equal(office_last(&o, 1), "made");
    const fh_str json = office_detail(&o, &o.carl, 1);
    assert_non_null(strstr(json.ptr, "\"cost\":12.50"));
    assert_non_null(strstr(json.ptr, "\"how\":[\"phone\",\"letter\"]"));
    assert_non_null(strstr(json.ptr, "\"Ann Berg\""));
    assert_non_null(strstr(json.ptr, "\"missing\":\"Nobody owns it yet.\""));
    office_close(&o);
}

static void what_does_not_fit_is_told_by_its_place_and_nothing_is_made(void **state)
{
    (void)state;
    static const struct {
        const char *fields, *told;
    } bad[] = {
        {"{}", "/fields/what"},
        {"{'what':''}", "/fields/what"},
        {"{'what':7}", "/fields/what"},
        {"{'what':'x','cost':'three'}", "/fields/cost"},
        {"{'what':'x','cost':-1}", "/fields/cost"},
        {"{'what':'x','by':'tomorrow'}", "/fields/by"},
        {"{'what':'x','how':['telegram']}", "/fields/how"},
        {"{'what':'x','customer':99}", "/fields/customer"},
        {"{'what':'x','touchpoint':99}", "/fields/touchpoint"},
        {"{'what':'x','helper':99}", "/fields/helper"},
        {"{'what':'x','other':99}", "/fields/other"},
        {"{'what':'x','open':3}", "/fields/open"},
        {"{'what':'x','wat':3}", "/fields/wat"},
        {"[1]", "/fields"},
    };
    office o;
    fh_record_view v;
    office_open(&o);
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_status(office_make(&o, &o.ann, "chore", bad[i].fields, &v), FH_INVALID);
        if (!strstr(o.err.message, bad[i].told))
            fail_msg("%s: told '%s'", bad[i].fields, o.err.message);
    }
    assert_status(office_make(&o, &o.ann, "chore", "{'cost':'x','by':'y'}", &v), FH_INVALID);
    assert_non_null(strstr(o.err.message, "/fields/cost"));
    assert_non_null(strstr(o.err.message, "/fields/by"));
    assert_status(office_make(&o, &o.ann, "chorus", "{'what':'x'}", &v), FH_NOTFOUND);
    assert_status(fh_record_get(o.org, &o.ann, 1, o.arena, &v, NULL), FH_NOTFOUND);
    office_close(&o);
}

static void who_takes_no_part_makes_and_sees_none(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    office_open(&o);
    fh_actor portal = o.ann;
    portal.rights = fh_role_rights(FH_ROLE_CUSTOMER);
    assert_status(office_make(&o, &portal, "chore", "{'what':'x'}", &v), FH_DENIED);
    assert_status(office_make(&o, &o.ann, "chore", "{'what':'x'}", &v), FH_OK);
    assert_status(fh_record_get(o.org, &portal, 1, o.arena, &v, NULL), FH_DENIED);
    office_close(&o);
}

static void an_unnamed_author_is_not_stored_and_reads_by_a_code(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    fh_str code = {0};
    office_open(&o);
    const fh_record_input in = {
        .kind = FH_STR("chore"), .anonymous = true, .go_between = o.carl.person};
    assert_status(office_make_with(&o, &o.ann, in, "{'what':'It is broken'}", &v, &code), FH_OK);
    assert_int_equal(code.len, 23);
    assert_int_equal(v.row.author, 0);
    const fh_record_entry *e = NULL;
    size_t n = 0;
    assert_status(fh_record_entries(o.org, 1, 0, 10, o.arena, &e, &n, NULL), FH_OK);
    for (size_t i = 0; i < n; i++) assert_int_equal(e[i].person, 0);
    const fh_record_follower *f = NULL;
    assert_status(fh_record_followers(o.org, 1, o.arena, &f, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_int_equal(f[0].person, o.carl.person);
    assert_status(fh_record_by_code(o.org, code, o.arena, &v, NULL), FH_OK);
    assert_int_equal(v.row.record, 1);
    assert_status(fh_record_by_code(o.org, FH_STR("AAAAA-BBBBB"), o.arena, &v, NULL), FH_NOTFOUND);
    assert_status(fh_record_by_code(o.org, FH_STR(""), o.arena, &v, NULL), FH_NOTFOUND);
    assert_status(fh_org_begin(o.org, NULL), FH_OK);
    assert_status(fh_record_say_by_code(o.org, code, FH_STR("Since Monday."), &o.err), FH_OK);
    assert_status(fh_org_commit(o.org, NULL), FH_OK);
    assert_string_equal(office_last(&o, 1), "commented");
    office_close(&o);
}

static const fh_key key = {.bytes = {1, 2, 3}, .id = {4, 5, 6, 7}};

static int64_t told_through_carl(office *o, const char *fields, fh_str only)
{
    fh_record_view v;
    const fh_record_input in = {
        .kind = FH_STR("chore"), .go_between = o->carl.person, .between = only, .key = &key};
    assert_status(office_make_with(o, &o->ann, in, fields, &v, NULL), FH_OK);
    assert_int_equal(v.row.author, 0);
    return v.row.record;
}

static fh_status between(office *o, const fh_actor *who, const fh_key *by, int64_t record,
                         fh_str *out)
{
    return fh_between_read(o->org, who, by, record, o->arena, out, &o->err);
}

static void what_a_go_between_alone_is_told_is_sealed_and_goes_in_time(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    fh_between_row row;
    fh_str words = {0};
    bool there = false;
    const fh_key other = {.bytes = {9}};
    office_open(&o);
    const int64_t one = told_through_carl(&o, "{'what':'One'}", FH_STR("It is Ann"));
    assert_status(between(&o, &o.carl, &key, one, &words), FH_OK);
    assert_str(words, "It is Ann");
    for (const fh_actor *who = &o.ann; who <= &o.eve; who++)
        if (who != &o.carl) assert_status(between(&o, who, &key, one, &words), FH_NOTFOUND);
    assert_status(between(&o, &o.cli, &key, one, &words), FH_NOTFOUND);
    assert_status(between(&o, &o.carl, &other, one, &words), FH_NOTFOUND);
    assert_status(between(&o, &o.carl, NULL, one, &words), FH_BUSY);
    assert_status(fh_between_row_get(o.org, one, o.arena, &row, &there, &o.err), FH_OK);
    assert_true(there);
    assert_null(strstr(row.sealed.ptr, "Ann"));
    /* When it is merged into another, that is of no matter to whom the other passes on. */
    const int64_t two = told_through_carl(&o, "{'what':'Two'}", FH_STR("Ann, too"));
    assert_status(office_make(&o, &o.ann, "chore", "{'what':'Three','cost':1}", &v), FH_OK);
    assert_status(fh_org_begin(o.org, NULL), FH_OK);
    assert_status(fh_record_merge(o.org, &o.eve, two, v.row.record, FH_STR("same"), &o.err), FH_OK);
    assert_status(fh_org_commit(o.org, NULL), FH_OK);
    assert_status(between(&o, &o.carl, &key, two, &words), FH_OK);
    assert_status(between(&o, &o.carl, &key, v.row.record, &words), FH_NOTFOUND);
    /* Whoever passes it on leaves. */
    assert_status(fh_org_begin(o.org, NULL), FH_OK);
    assert_status(fh_records_forget_person(o.org, o.carl.person, &o.err), FH_OK);
    assert_status(fh_org_commit(o.org, NULL), FH_OK);
    assert_status(between(&o, &o.carl, &key, one, &words), FH_NOTFOUND);
    assert_status(between(&o, &o.carl, &key, two, &words), FH_NOTFOUND);
    office_close(&o);
}

static void nothing_is_told_to_a_go_between_that_there_is_not(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    office_open(&o);
    fh_record_input in = {
        .kind = FH_STR("chore"), .anonymous = true, .between = FH_STR("x"), .key = &key};
    assert_status(office_make_with(&o, &o.ann, in, "{'what':'x'}", &v, NULL), FH_INVALID);
    in.go_between = o.carl.person;
    in.key = NULL;
    assert_status(office_make_with(&o, &o.ann, in, "{'what':'x'}", &v, NULL), FH_BUSY);
    in.go_between = 9999;
    assert_status(office_make_with(&o, &o.ann, in, "{'what':'x'}", &v, NULL), FH_INVALID);
    office_close(&o);
}

static void a_copy_starts_with_the_fields_of_another_but_what_came_of_it(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    office_open(&o);
    assert_status(office_make(&o, &o.ann, "chore", "{'what':'One','cost':3,'more':'m'}", &v),
                  FH_OK);
    const fh_record_input in = {.kind = FH_STR("chore"), .copy_of = 1};
    assert_status(office_make_with(&o, &o.carl, in, "{'what':'Two'}", &v, NULL), FH_OK);
    assert_str(v.row.title, "Two");
    /* The cost is asked for when a chore ends: it belongs to the one that has ended. */
    assert_str(v.row.fields, "{\"what\":\"Two\",\"more\":\"m\"}");
    office_close(&o);
}

static void fields_that_are_sent_replace_those_written_and_the_rest_stays(void **state)
{
    (void)state;
    office o;
    fh_record_view v, w;
    office_open(&o);
    assert_status(office_make(&o, &o.ann, "chore", "{'what':'One','cost':3,'more':'m'}", &v),
                  FH_OK);
    assert_status(office_change(&o, &o.ann, &v, "{'cost':4,'more':null}", &w), FH_OK);
    assert_str(w.row.fields, "{\"what\":\"One\",\"cost\":4.00}");
    assert_int_equal(w.row.version, 2);
    assert_string_equal(office_last(&o, 1), "changed");
    assert_status(office_change(&o, &o.ann, &w, "{'cost':4}", &w), FH_OK);
    assert_int_equal(w.row.version, 2); /* nothing was different */
    assert_status(office_change(&o, &o.ann, &w, "{'what':null}", &w), FH_INVALID);
    office_close(&o);
}

static void whoever_was_slower_is_told_who_was_quicker_and_nothing_is_lost(void **state)
{
    (void)state;
    office o;
    fh_record_view seen, v;
    office_open(&o);
    assert_status(office_make(&o, &o.ann, "chore", "{'what':'One'}", &seen), FH_OK);
    assert_status(office_change(&o, &o.ann, &seen, "{'more':'of Ann'}", &v), FH_OK);
    assert_status(office_change(&o, &o.eve, &seen, "{'more':'of Eve'}", &v), FH_STALE);
    assert_non_null(strstr(o.err.message, "Ann Berg"));
    v = office_see(&o, &o.eve, 1);
    assert_str(v.row.fields, "{\"what\":\"One\",\"more\":\"of Ann\"}");
    assert_status(office_change(&o, &o.eve, &v, "{'cost':1}", &v), FH_OK);
    assert_str(v.row.fields, "{\"what\":\"One\",\"more\":\"of Ann\",\"cost\":1.00}");
    office_close(&o);
}

static void its_author_changes_it_while_it_is_new_others_only_with_a_reason_to(void **state)
{
    (void)state;
    office o;
    fh_record_view v, w;
    office_open(&o);
    assert_status(office_make(&o, &o.ann, "chore", "{'what':'One'}", &v), FH_OK);
    assert_status(office_change(&o, &o.carl, &v, "{'cost':1}", &w), FH_DENIED);
    assert_status(office_own(&o, &o.carl, 1, FH_OWNERSHIP_TAKE, 0, 0, ""), FH_OK);
    assert_status(office_change(&o, &o.carl, &v, "{'cost':1}", &w), FH_OK);
    assert_status(office_move(&o, &o.carl, &w, "start", "", "{}", &w), FH_OK);
    assert_status(office_change(&o, &o.ann, &w, "{'cost':2}", &v), FH_DENIED);
    assert_status(office_change(&o, &o.dora, &w, "{'cost':2}", &v), FH_OK); /* leads all */
    office_close(&o);
}

static void what_is_written_in_a_field_that_goes_is_former_and_comes_back(void **state)
{
    (void)state;
    static const char less[] = "kind chore\ntitle \"Chore\" \"Chores\"\nsays \"It.\"\nadd \"A\"\n"
                               "made by anybody\nowner none\n"
                               "field what text required \"What?\"\n"
                               "field cost text \"Cost in words\"\n"
                               "state new \"New\"\nstate done \"Done\" closed\n"
                               "move finish \"F\" from new to done by anybody\n";
    office o;
    fh_record_view v;
    const fh_kind *kind = NULL;
    office_open(&o);
    assert_status(office_make(&o, &o.ann, "chore", "{'what':'One','cost':3,'more':'m'}", &v),
                  FH_OK);
    assert_status(fh_org_begin(o.org, NULL), FH_OK);
    if (fh_kind_declare(o.org, &o.cli, FH_STR("chore"), fh_str_of(less), 1, o.arena, &kind,
                        &o.err) != FH_OK)
        fail_msg("%s", o.err.message);
    assert_status(fh_org_commit(o.org, NULL), FH_OK);
    v = office_see(&o, &o.ann, 1);
    assert_str(v.former, "{\"more\":\"m\",\"cost\":3.00}");
    assert_status(office_change(&o, &o.ann, &v, "{'what':'Two'}", &v), FH_OK);
    assert_str(v.former, "{\"more\":\"m\",\"cost\":3.00}");
    assert_str(v.row.fields, "{\"what\":\"Two\",\"more\":\"m\",\"cost\":3.00}");
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_made_is_there_with_its_history),
        cmocka_unit_test(what_does_not_fit_is_told_by_its_place_and_nothing_is_made),
        cmocka_unit_test(who_takes_no_part_makes_and_sees_none),
        cmocka_unit_test(an_unnamed_author_is_not_stored_and_reads_by_a_code),
        cmocka_unit_test(what_a_go_between_alone_is_told_is_sealed_and_goes_in_time),
        cmocka_unit_test(nothing_is_told_to_a_go_between_that_there_is_not),
        cmocka_unit_test(a_copy_starts_with_the_fields_of_another_but_what_came_of_it),
        cmocka_unit_test(fields_that_are_sent_replace_those_written_and_the_rest_stays),
        cmocka_unit_test(whoever_was_slower_is_told_who_was_quicker_and_nothing_is_lost),
        cmocka_unit_test(its_author_changes_it_while_it_is_new_others_only_with_a_reason_to),
        cmocka_unit_test(what_is_written_in_a_field_that_goes_is_former_and_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
