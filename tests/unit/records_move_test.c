/* records_move_test.c - records are moved, owned and declined; clocks remind, escalate and
 * move; every forbidden way is refused and changes nothing. */
#include "records.h"

#include "base/time.h"

static void a_move_leads_on_only_for_whom_and_when_the_kind_says(void **state)
{
    (void)state;
    office o;
    fh_record_view v, w;
    office_open(&o);
    assert_status(office_make(&o, &o.ann, "chore", "{'what':'One'}", &v), FH_OK);
    assert_status(office_move(&o, &o.carl, &v, "start", "", "{}", &w), FH_DENIED);
    assert_non_null(strstr(o.err.message, "its owner"));
    assert_status(office_move(&o, &o.carl, &v, "begin", "", "{}", &w), FH_INVALID);
    assert_status(office_move(&o, &o.cli, &v, "start", "", "{}", &w), FH_CONFLICT);
    assert_string_equal(o.err.hint, "Nobody owns it yet.");
    assert_status(office_own(&o, &o.carl, 1, FH_OWNERSHIP_TAKE, 0, 0, ""), FH_OK);
    assert_status(office_move(&o, &o.carl, &v, "finish", "Why not", "{'cost':1}", &w), FH_CONFLICT);
    assert_status(office_move(&o, &o.carl, &v, "start", "", "{}", &v), FH_OK);
    assert_str(v.row.state, "doing");
    assert_status(office_move(&o, &o.carl, &v, "finish", "", "{'cost':1}", &w), FH_INVALID);
    assert_status(office_move(&o, &o.carl, &v, "finish", "It works.", "{}", &w), FH_CONFLICT);
    assert_status(office_move(&o, &o.carl, &v, "finish", "It works.", "{'cost':'x'}", &w),
                  FH_INVALID);
    assert_status(office_move(&o, &o.cli, &v, "expire", "", "{}", &w), FH_DENIED);
    assert_status(office_move(&o, &o.carl, &v, "finish", "It works.", "{'cost':1}", &w), FH_OK);
    assert_true(w.row.closed);
    assert_str(w.row.fields, "{\"what\":\"One\",\"cost\":1.00}");
    assert_string_equal(office_last(&o, 1), "moved");
    assert_status(office_move(&o, &o.ann, &v, "reopen", "", "{}", &v), FH_STALE);
    assert_status(office_move(&o, &o.ann, &w, "reopen", "", "{}", &w), FH_OK);
    office_close(&o);
}

static void moves_that_are_shown_say_what_is_missing(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    const fh_possible_move *move = NULL;
    size_t n = 0;
    office_open(&o);
    assert_status(office_make(&o, &o.ann, "chore", "{'what':'One'}", &v), FH_OK);
    assert_status(fh_record_moves(o.org, &o.bob, &v, o.arena, &move, &n, NULL), FH_OK);
    assert_int_equal(n, 2); /* not the one that Firsthand makes */
    assert_str(move[0].move->name, "start");
    assert_false(move[0].may);
    assert_str(move[0].missing, "Nobody owns it yet.");
    assert_true(move[1].may); /* leads answer findings */
    office_close(&o);
}

static void a_state_that_concerns_few_is_seen_by_those_alone(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    const fh_record_view *list = NULL;
    const fh_records_filter all = {.kind = FH_STR("chore")};
    fh_str next;
    size_t n = 0;
    office_open(&o);
    assert_status(office_make(&o, &o.ann, "chore", "{'what':'One'}", &v), FH_OK);
    assert_status(office_move(&o, &o.eve, &v, "hide", "", "{}", &v), FH_OK);
    assert_status(fh_record_get(o.org, &o.carl, 1, o.arena, &v, NULL), FH_NOTFOUND);
    assert_status(fh_records_list(o.org, &o.carl, &all, 10, o.arena, &list, &n, &next, NULL),
                  FH_OK);
    assert_int_equal(n, 0);
    assert_status(fh_records_list(o.org, &o.ann, &all, 10, o.arena, &list, &n, &next, NULL), FH_OK);
    assert_int_equal(n, 1);
    (void)office_see(&o, &o.ann, 1);
    /* Whoever is named in a comment sees it, too. */
    assert_status(fh_org_begin(o.org, NULL), FH_OK);
    assert_status(fh_record_comment(o.org, &o.ann, 1, FH_STR("What do you say, @[3]?"), NULL, NULL),
                  FH_OK);
    assert_status(fh_org_commit(o.org, NULL), FH_OK);
    assert_int_equal(o.carl.person, 3);
    (void)office_see(&o, &o.carl, 1);
    assert_status(fh_records_list(o.org, &o.carl, &all, 10, o.arena, &list, &n, &next, NULL),
                  FH_OK);
    assert_int_equal(n, 1);
    office_close(&o);
}

static void what_a_fix_mends_is_told_of_every_step_of_it(void **state)
{
    (void)state;
    office o;
    fh_record_view v, other;
    office_open(&o);
    assert_status(office_make(&o, &o.ann, "signal", "{'what':'The door sticks'}", &v), FH_OK);
    assert_status(office_make(&o, &o.ann, "signal", "{'what':'The door sticks'}", &other), FH_OK);
    assert_status(office_make(&o, &o.carl, "fix", "{'what':'New hinges','mends':[2]}", &v), FH_OK);
    assert_status(fh_org_begin(o.org, NULL), FH_OK);
    assert_status(fh_record_merge(o.org, &o.cli, 2, 1, FH_STR("The same."), NULL), FH_OK);
    assert_status(fh_org_commit(o.org, NULL), FH_OK);
    assert_status(office_move(&o, &o.carl, &v, "start", "", "{}", &v), FH_OK);
    assert_string_equal(office_last(&o, 1), "mending"); /* where the double leads */
    const fh_str detail = office_detail(&o, &o.ann, 1);
    assert_non_null(strstr(detail.ptr, "\"record\":3,\"kind\":\"fix\",\"to\":\"doing\""));
    office_close(&o); /* and the chain is whole */
}

/* ---- Whose it is ------------------------------------------------------------------------- */

static void what_is_offered_is_accepted_by_whom_it_was_offered_to(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    office_open(&o);
    assert_status(office_make(&o, &o.ann, "chore", "{'what':'One'}", &v), FH_OK);
    assert_status(office_own(&o, &o.ann, 1, FH_OWNERSHIP_OFFER, o.carl.person, 0, ""), FH_OK);
    v = office_see(&o, &o.ann, 1);
    assert_int_equal(v.row.asked, o.carl.person);
    assert_int_equal(v.row.owner, 0);
    assert_status(office_own(&o, &o.bob, 1, FH_OWNERSHIP_ACCEPT, 0, 0, ""), FH_DENIED);
    assert_status(office_own(&o, &o.carl, 1, FH_OWNERSHIP_ACCEPT, 0, 0, ""), FH_OK);
    v = office_see(&o, &o.ann, 1);
    assert_int_equal(v.row.owner, o.carl.person);
    assert_int_equal(v.row.department, o.support);
    assert_int_equal(v.row.ownerless_ms, 0);
    assert_int_equal(v.row.asked, 0);
    assert_int_equal(v.row.version, 1); /* it never collides with what others write */
    assert_status(office_own(&o, &o.ann, 1, FH_OWNERSHIP_OFFER, o.ann.person, 0, ""), FH_DENIED);
    assert_status(office_own(&o, &o.ann, 1, FH_OWNERSHIP_TAKE, 0, 0, ""), FH_CONFLICT);
    assert_status(office_own(&o, &o.ann, 1, FH_OWNERSHIP_GIVE_UP, 0, 0, "no"), FH_DENIED);
    assert_status(office_own(&o, &o.carl, 1, FH_OWNERSHIP_GIVE_UP, 0, 0, " "), FH_INVALID);
    assert_status(office_own(&o, &o.carl, 1, FH_OWNERSHIP_GIVE_UP, 0, 0, "I leave."), FH_OK);
    v = office_see(&o, &o.ann, 1);
    assert_int_equal(v.row.owner, 0);
    assert_true(v.row.ownerless_ms > 0);
    office_close(&o);
}

static void a_decline_says_why_and_is_a_bounce(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    office_open(&o);
    assert_status(office_make(&o, &o.ann, "chore", "{'what':'One'}", &v), FH_OK);
    assert_status(office_own(&o, &o.carl, 1, FH_OWNERSHIP_DECLINE, 0, 0, "no"), FH_CONFLICT);
    assert_status(office_own(&o, &o.ann, 1, FH_OWNERSHIP_OFFER, 0, o.support, ""), FH_OK);
    v = office_see(&o, &o.ann, 1);
    assert_int_equal(v.row.asked, o.dora.person); /* nobody leads Support: who leads above it */
    assert_status(office_own(&o, &o.dora, 1, FH_OWNERSHIP_DECLINE, 0, 0, ""), FH_INVALID);
    assert_status(office_own(&o, &o.dora, 1, FH_OWNERSHIP_DECLINE, 0, 0, "Not my department"),
                  FH_OK);
    assert_status(office_own(&o, &o.ann, 1, FH_OWNERSHIP_OFFER, 0, o.sales, ""), FH_OK);
    assert_status(office_own(&o, &o.bob, 1, FH_OWNERSHIP_DECLINE, 0, 0, "Nor mine"), FH_OK);
    v = office_see(&o, &o.ann, 1);
    assert_int_equal(v.row.bounces, 2);
    assert_int_equal(v.row.asked, 0);
    assert_int_equal(v.row.department, 0);
    assert_string_equal(office_last(&o, 1), "declined");
    const fh_proposed_owner *whom = NULL;
    size_t n = 0;
    assert_status(fh_record_whom(o.org, &o.ann, 1, 5, o.arena, &whom, &n, NULL), FH_OK);
    for (size_t i = 0; i < n; i++) assert_int_not_equal(whom[i].person, o.bob.person);
    assert_status(office_own(&o, &o.ann, 1, FH_OWNERSHIP_OFFER, 99, 0, ""), FH_INVALID);
    assert_status(office_own(&o, &o.ann, 1, FH_OWNERSHIP_OFFER, 0, 99, ""), FH_INVALID);
    assert_status(office_own(&o, &o.ann, 1, FH_OWNERSHIP_OFFER, 0, 0, ""), FH_INVALID);
    office_close(&o);
}

/* ---- Clocks ------------------------------------------------------------------------------ */

static uint64_t pass(office *o, int64_t now_ms)
{
    uint64_t n = 0;
    bool left = false;
    if (fh_records_clocks(o->org, now_ms, 100, &n, &left, &o->err) != FH_OK)
        fail_msg("%s", o->err.message);
    assert_false(left);
    return n;
}

static void an_offer_that_nobody_answers_goes_up_and_ends_with_nobody(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    office_open(&o);
    assert_status(office_make(&o, &o.ann, "chore", "{'what':'One'}", &v), FH_OK);
    assert_status(office_own(&o, &o.carl, 1, FH_OWNERSHIP_OFFER, o.ann.person, 0, ""), FH_OK);
    int64_t now = v.row.made_ms;
    assert_int_equal(pass(&o, now + 4 * FH_DAY_MS), 0);
    assert_int_equal(pass(&o, now + 6 * FH_DAY_MS), 1);
    v = office_see(&o, &o.carl, 1);
    assert_int_equal(v.row.asked, o.bob.person);
    assert_string_equal(office_last(&o, 1), "escalated");
    assert_int_equal(pass(&o, now + 6 * FH_DAY_MS), 0); /* once */
    assert_int_equal(pass(&o, now + 12 * FH_DAY_MS), 1);
    v = office_see(&o, &o.carl, 1);
    assert_int_equal(v.row.asked, o.dora.person);
    assert_int_equal(pass(&o, now + 18 * FH_DAY_MS), 1);
    v = office_see(&o, &o.carl, 1);
    assert_int_equal(v.row.asked, 0);
    assert_string_equal(office_last(&o, 1), "unanswered");
    office_close(&o);
}

static void a_clock_reminds_before_and_escalates_when_it_is_due(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    char fields[64], day[FH_TIME_TEXT];
    office_open(&o);
    const int64_t today = fh_org_os(o.org)->now_ms(fh_org_os(o.org)->ctx) / FH_DAY_MS * FH_DAY_MS;
    (void)fh_time_format(today + 10 * FH_DAY_MS, NULL, day);
    (void)snprintf(fields, sizeof fields, "{'what':'One','by':'%.10s'}", day);
    assert_status(office_make(&o, &o.carl, "chore", fields, &v), FH_OK);
    assert_status(office_own(&o, &o.ann, 1, FH_OWNERSHIP_TAKE, 0, 0, ""), FH_OK);
    assert_status(office_move(&o, &o.ann, &v, "start", "", "{}", &v), FH_OK);
    assert_int_equal(v.row.due_ms, today + 9 * FH_DAY_MS);
    assert_int_equal(v.row.deadline_ms, today + 11 * FH_DAY_MS); /* the day it is done by ends */
    assert_int_equal(pass(&o, today + 8 * FH_DAY_MS), 0);
    assert_int_equal(pass(&o, today + 9 * FH_DAY_MS), 1);
    assert_string_equal(office_last(&o, 1), "reminded");
    v = office_see(&o, &o.ann, 1);
    assert_int_equal(v.row.due_ms, today + 11 * FH_DAY_MS);
    assert_int_equal(v.row.deadline_ms, today + 11 * FH_DAY_MS);
    assert_int_equal(pass(&o, today + 10 * FH_DAY_MS), 0);
    assert_int_equal(pass(&o, today + 11 * FH_DAY_MS), 1);
    assert_string_equal(office_last(&o, 1), "due");
    bool follows = false;
    assert_status(fh_record_follows(o.org, 1, o.bob.person, &follows, NULL), FH_OK);
    assert_true(follows); /* who leads Ann's department was told */
    v = office_see(&o, &o.ann, 1);
    assert_str(v.row.state, "doing");
    assert_int_equal(v.row.due_ms, 0);
    assert_int_equal(v.row.deadline_ms, today + 11 * FH_DAY_MS); /* late, and shown as late */
    const fh_record_view *list = NULL;
    const fh_records_filter by_due = {.order = FH_RECORDS_DUE};
    fh_record_view other;
    fh_str next;
    size_t n = 0;
    assert_status(office_make(&o, &o.carl, "chore", "{'what':'Two'}", &other), FH_OK);
    assert_status(fh_records_list(o.org, &o.ann, &by_due, 9, o.arena, &list, &n, &next, NULL),
                  FH_OK);
    assert_int_equal(n, 2);
    assert_int_equal(list[0].row.record, 1); /* what is late comes first */
    /* Looked at anew, with nothing to do: it did not change. */
    assert_status(fh_org_begin(o.org, NULL), FH_OK);
    v.row.due_ms = 1;
    assert_status(fh_record_note(o.org, &v.row, NULL), FH_OK);
    assert_status(fh_org_commit(o.org, NULL), FH_OK);
    const int64_t changed = v.row.changed_ms;
    assert_int_equal(pass(&o, today + 12 * FH_DAY_MS), 1);
    v = office_see(&o, &o.ann, 1);
    assert_int_equal(v.row.changed_ms, changed);
    assert_string_equal(office_last(&o, 1), "due");
    /* Another day: the clock begins anew. */
    (void)fh_time_format(today + 20 * FH_DAY_MS, NULL, day);
    (void)snprintf(fields, sizeof fields, "{'by':'%.10s'}", day);
    assert_status(office_change(&o, &o.ann, &v, fields, &v), FH_OK);
    assert_int_equal(v.row.due_ms, today + 19 * FH_DAY_MS);
    office_close(&o);
}

static void a_clock_makes_its_move_when_it_is_due(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    office_open(&o);
    assert_status(office_make(&o, &o.ann, "chore", "{'what':'One'}", &v), FH_OK);
    assert_int_equal(pass(&o, v.row.made_ms + 29 * FH_DAY_MS), 0);
    assert_int_equal(pass(&o, v.row.made_ms + 31 * FH_DAY_MS), 1);
    v = office_see(&o, &o.ann, 1);
    assert_str(v.row.state, "late");
    assert_true(v.row.closed);
    assert_string_equal(office_last(&o, 1), "moved");
    assert_int_equal(pass(&o, v.row.made_ms + 310 * FH_DAY_MS), 0);
    office_close(&o);
}

static void clocks_are_run_a_number_at_a_time(void **state)
{
    (void)state;
    office o;
    fh_record_view v = {0};
    uint64_t n = 0;
    bool left = false;
    office_open(&o);
    for (int i = 0; i < 3; i++)
        assert_status(office_make(&o, &o.ann, "chore", "{'what':'One'}", &v), FH_OK);
    const int64_t later = v.row.made_ms + 31 * FH_DAY_MS;
    assert_status(fh_records_clocks(o.org, later, 2, &n, &left, NULL), FH_OK);
    assert_int_equal(n, 2);
    assert_true(left);
    assert_status(fh_records_clocks(o.org, later, 2, &n, &left, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_false(left);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_move_leads_on_only_for_whom_and_when_the_kind_says),
        cmocka_unit_test(moves_that_are_shown_say_what_is_missing),
        cmocka_unit_test(a_state_that_concerns_few_is_seen_by_those_alone),
        cmocka_unit_test(what_a_fix_mends_is_told_of_every_step_of_it),
        cmocka_unit_test(what_is_offered_is_accepted_by_whom_it_was_offered_to),
        cmocka_unit_test(a_decline_says_why_and_is_a_bounce),
        cmocka_unit_test(an_offer_that_nobody_answers_goes_up_and_ends_with_nobody),
        cmocka_unit_test(a_clock_reminds_before_and_escalates_when_it_is_due),
        cmocka_unit_test(a_clock_makes_its_move_when_it_is_due),
        cmocka_unit_test(clocks_are_run_a_number_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
