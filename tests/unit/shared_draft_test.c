/* shared_draft_test.c - one message instead of two: both departments agree to the same words, or
 * say what is missing; the finding's history tells what became of it.
 */
#include "records.h"

#include "store/records.h"

static office o;

static int set_up(void **state)
{
    (void)state;
    office_open(&o);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    office_close(&o);
    return 0;
}

static fh_record_view made(const fh_actor *by, const char *kind, const char *fields)
{
    fh_record_view v = {0};
    if (office_make(&o, by, kind, fields, &v) != FH_OK)
        fail_msg("%s: %s %s", kind, o.err.message, o.err.hint);
    return v;
}

static fh_status tries(const fh_actor *by, fh_record_view *v, const char *move, const char *words,
                       const char *fields)
{
    const fh_record_view now = office_see(&o, &o.cli, v->row.record);
    return office_move(&o, by, &now, move, words, fields, v);
}

static bool is(const fh_record_view *v, const char *state)
{
    return fh_str_eq(v->row.state, fh_str_of(state));
}

/* Between Sales (Ann) and Support (Carl). */
static fh_record_view draft(int64_t finding)
{
    char fields[400];
    (void)snprintf(fields, sizeof fields,
                   "{'what':'Welcome','first':%u,'first-wants':'Say hello','second':%u,"
                   "'second-wants':'Send the policy','text':'Welcome. Here is your policy.',"
                   "'mends':%lld}",
                   o.sales, o.support, (long long)finding);
    return made(&o.ann, "shared-draft", fields);
}

static void both_departments_agree_each_for_itself(void **state)
{
    (void)state;
    const fh_record_view f = made(&o.ann, "finding", "{'what':'Two letters'}");
    fh_record_view d = draft(f.row.record);
    assert_status(tries(&o.carl, &d, "agree-first", "", "{}"), FH_DENIED);
    assert_status(tries(&o.ann, &d, "agree-second", "", "{}"), FH_DENIED);
    assert_status(tries(&o.eve, &d, "agree-first", "", "{}"), FH_DENIED);
    assert_status(tries(&o.ann, &d, "agree-first", "", "{}"), FH_OK);
    assert_true(is(&d, "first") && !d.row.closed);
    assert_status(tries(&o.ann, &d, "complete-second", "", "{}"), FH_DENIED);
    assert_status(tries(&o.carl, &d, "complete-second", "", "{}"), FH_OK);
    assert_true(is(&d, "agreed") && d.row.closed);
    assert_string_equal(office_last(&o, f.row.record), "mending");
    assert_non_null(strstr(office_detail(&o, &o.cli, f.row.record).ptr, "\"agreed\""));
}

/* Dora leads both departments' whole: she may speak for either. */
static void whoever_leads_speaks_for_a_department(void **state)
{
    (void)state;
    const fh_record_view f = made(&o.ann, "finding", "{'what':'Two letters'}");
    fh_record_view d = draft(f.row.record);
    assert_status(tries(&o.dora, &d, "agree-second", "", "{}"), FH_OK);
    assert_status(tries(&o.bob, &d, "complete-first", "", "{}"), FH_OK);
    assert_true(is(&d, "agreed"));
}

static void what_one_agreed_to_stays_as_it_is(void **state)
{
    (void)state;
    const fh_record_view f = made(&o.ann, "finding", "{'what':'Two letters'}");
    fh_record_view d = draft(f.row.record), after;
    assert_status(office_change(&o, &o.ann, &d, "{'text':'Welcome!'}", &d), FH_OK);
    assert_status(tries(&o.carl, &d, "agree-second", "", "{}"), FH_OK);
    assert_status(office_change(&o, &o.ann, &d, "{'text':'Buy more!'}", &after), FH_CONFLICT);
    assert_non_null(strstr(o.err.hint, "say what is missing"));
    assert_status(tries(&o.ann, &d, "complete-first", "", "{'text':'Buy more!'}"), FH_CONFLICT);
    assert_true(is(&d, "second"));
    assert_status(office_change(&o, &o.ann, &d, "{'text':'Welcome!'}", &after), FH_OK);

    /* Whoever misses something says what, and may word it at once; both agree anew. */
    assert_status(tries(&o.ann, &d, "miss", "", "{}"), FH_INVALID);
    assert_status(tries(&o.ann, &d, "miss", "The date is missing.", "{'text':'Welcome in May!'}"),
                  FH_OK);
    assert_true(is(&d, "missing"));
    assert_status(tries(&o.ann, &d, "agree-first", "", "{}"), FH_OK);
    assert_status(tries(&o.carl, &d, "complete-second", "", "{}"), FH_OK);
    assert_true(is(&d, "agreed"));
    assert_status(office_change(&o, &o.ann, &d, "{'text':'Buy!'}", &after), FH_CONFLICT);
    assert_non_null(strstr(office_detail(&o, &o.ann, d.row.record).ptr, "\"change\":false"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(both_departments_agree_each_for_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whoever_leads_speaks_for_a_department, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_one_agreed_to_stays_as_it_is, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
