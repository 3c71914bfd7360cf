/* conditions_test.c - the gates of kinds by hand: what does not hold is said in words, and
 * holds when it was done. Figures that are worked out. */
#include "records.h"

#include "app/records/conditions.h"
#include "base/time.h"
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

/* The move is refused, and what is said has these words. */
static void refused(const fh_actor *by, const fh_record_view *v, const char *move,
                    const char *fields, const char *says)
{
    fh_record_view after;
    const fh_record_view now = office_see(&o, &o.cli, v->row.record);
    assert_status(office_move(&o, by, &now, move, "Because.", fields, &after), FH_CONFLICT);
    if (!strstr(o.err.hint, says)) fail_msg("%s: %s", o.err.message, o.err.hint);
}

static void moves(const fh_actor *by, fh_record_view *v, const char *move, const char *fields)
{
    const fh_record_view now = office_see(&o, &o.cli, v->row.record);
    if (office_move(&o, by, &now, move, "Because.", fields, v) != FH_OK)
        fail_msg("%s: %s %s", move, o.err.message, o.err.hint);
}

static void link_to(int64_t record, const char *what, int64_t number, const char *key)
{
    const fh_os *os = fh_org_os(o.org);
    fh_record_about a = {.record = record,
                         .what = fh_str_of(what),
                         .number = number,
                         .key = fh_str_of(key),
                         .person = o.ann.person,
                         .made_ms = os->now_ms(os->ctx)};
    assert_status(fh_org_begin(o.org, NULL), FH_OK);
    assert_status(fh_record_about_add(o.org, &a, NULL), FH_OK);
    assert_status(fh_org_commit(o.org, NULL), FH_OK);
}

static const char *day(int64_t from_now)
{
    static char text[4][16];
    static int next = 0;
    char whole[FH_TIME_TEXT];
    const fh_os *os = fh_org_os(o.org);
    char *to = text[next++ % 4];
    (void)fh_time_format(os->now_ms(os->ctx) + from_now * FH_DAY_MS, NULL, whole);
    (void)snprintf(to, sizeof text[0], "%.10s", whole);
    return to;
}

static void a_need_is_established_only_when_nothing_is_merely_assumed(void **unused)
{
    (void)unused;
    char fields[200];
    fh_record_view need = made(&o.ann, "need", "{'what':'We need a training'}");
    refused(&o.ann, &need, "examine", "{}", "heart of the matter");
    moves(&o.ann, &need, "examine", "{'heart':'Nobody reads the file','known-by':['said']}");
    refused(&o.ann, &need, "establish", "{'stories':['/actual']}", "It was only said");
    refused(&o.ann, &need, "establish", "{'known-by':['said','observed']}", "no evidence");
    (void)snprintf(fields, sizeof fields, "{'what':'They have time','need':%lld}",
                   (long long)need.row.record);
    fh_record_view assumption = made(&o.ann, "assumption", fields);
    static const char whole[] = "{'known-by':['said','observed'],'stories':['/actual']}";
    refused(&o.ann, &need, "establish", whole, "assumption about it is still open");
    moves(&o.ann, &assumption, "refute", "{'found':'They have none'}");
    /* What stands in the way is named. */
    (void)snprintf(fields, sizeof fields, "{'what':'How many read it?','on':[%lld]}",
                   (long long)need.row.record);
    fh_record_view question = made(&o.ann, "question", fields);
    refused(&o.ann, &need, "establish", whole, "question about it is still open");
    refused(&o.ann, &need, "establish", whole, "\"How many read it?\"");
    moves(&o.ann, &question, "answer", "{'answer':'Eleven of forty'}");
    moves(&o.ann, &need, "establish", whole);
    /* Lived only with somebody's own walk: planned is not made. */
    refused(&o.bob, &need, "live", "{}", "first-hand");
    (void)snprintf(fields, sizeof fields,
                   "{'what':'I claim','how':'self','touchpoint':[],'due':'%s','need':%lld}", day(1),
                   (long long)need.row.record);
    uint32_t touchpoint = 0;
    assert_status(fh_dict_intern(o.org, FH_DICT_TOUCHPOINT, FH_STR("Claim"), &touchpoint, NULL),
                  FH_OK);
    (void)snprintf(fields, sizeof fields,
                   "{'what':'I claim','how':'self','touchpoint':[%u],'due':'%s','need':%lld}",
                   touchpoint, day(1), (long long)need.row.record);
    fh_record_view walk = made(&o.ann, "walk", fields);
    refused(&o.bob, &need, "live", "{}", "first-hand");
    moves(&o.ann, &walk, "walk", "{'familiarity':'new','stars':2,'learned':'It hurts'}");
    moves(&o.bob, &need, "live", "{}");
    assert_str(need.row.state, "lived");
}

static void a_decision_waits_for_every_step_and_for_open_challenges(void **unused)
{
    (void)unused;
    fh_record_view d = made(&o.ann, "decision",
                            "{'what':'One letter instead of two','quick':true}"),
                   after;
    refused(&o.ann, &d, "prepare", "{'step-who':'New customers'}", "Not every step");
    /* Overridden only by whoever decides, with a name and a reason. */
    assert_status(office_move(&o, &o.ann, &d, "override", "Hurry", "{'decision':'Yes'}", &after),
                  FH_DENIED);
    assert_status(office_move(&o, &o.eve, &d, "override", "", "{'decision':'Yes'}", &after),
                  FH_INVALID);
    moves(&o.ann, &d, "prepare",
          "{'step-who':'a','step-need':'b','step-assumed':'c','step-evidence':'d',"
          "'step-options':'e','step-gain':'f','step-check':'g'}");
    int64_t challenge = 0;
    assert_status(fh_org_begin(o.org, NULL), FH_OK);
    assert_status(fh_record_challenge(o.org, &o.carl, d.row.record, o.ann.person,
                                      FH_STR("Did we start with the customer?"), &challenge,
                                      &o.err),
                  FH_OK);
    assert_status(fh_org_commit(o.org, NULL), FH_OK);
    refused(&o.eve, &d, "decide", "{'decision':'One letter'}", "challenge about it is still open");
    fh_record_view asked = office_see(&o, &o.ann, challenge);
    moves(&o.ann, &asked, "answer", "{'answer':'Yes: 40 of them told us.'}");
    moves(&o.eve, &d, "decide", "{'decision':'One letter'}");
    assert_str(d.row.state, "decided");
}

static void answered_at(const char *stage, int64_t about, const fh_actor *by)
{
    char fields[200];
    (void)snprintf(fields, sizeof fields, "{'what':'Did we?','asked':%u,'stage':'%s'}", by->person,
                   stage);
    fh_record_view c = made(by, "challenge", fields);
    link_to(c.row.record, "record", about, "");
    refused(by, &c, "answer", "{'answer':'Surely'}", "rests on evidence");
    moves(by, &c, "answer", "{'answer':'Forty told us','stories':['/actual']}");
}

static void a_design_is_released_only_when_it_was_answered_at_each_stage(void **unused)
{
    (void)unused;
    fh_record_view d = made(&o.ann, "design",
                            "{'what':'One letter','who':'New customers','need':'One answer',"
                            "'draft':'A page'}");
    refused(&o.ann, &d, "submit", "{}", "answered at its draft");
    answered_at("review", d.row.record, &o.ann); /* of another stage */
    refused(&o.ann, &d, "submit", "{}", "answered at its draft");
    answered_at("draft", d.row.record, &o.ann);
    moves(&o.ann, &d, "submit", "{}");
    const fh_os *os = fh_org_os(o.org);
    int64_t until_ms = 0;
    while (os->now_ms(os->ctx) <= d.row.state_ms) (void)test_patient(&until_ms);
    /* What was answered while it was drafted is no review. */
    refused(&o.ann, &d, "release", "{}", "answered at its review");
    answered_at("review", d.row.record, &o.carl);
    refused(&o.ann, &d, "release", "{}", "before its release");
    answered_at("release", d.row.record, &o.ann);
    /* A doubt that is open holds it back, though another was answered. */
    char fields[200];
    (void)snprintf(fields, sizeof fields, "{'what':'Really?','asked':%u,'stage':'release'}",
                   o.ann.person);
    fh_record_view doubt = made(&o.bob, "challenge", fields);
    link_to(doubt.row.record, "record", d.row.record, "");
    refused(&o.ann, &d, "release", "{}", "before its release");
    moves(&o.bob, &doubt, "withdraw", "{}");
    moves(&o.ann, &d, "release", "{}");
    assert_str(d.row.state, "released");
    /* Reworked, it is asked anew. */
    moves(&o.ann, &d, "rework", "{}");
    refused(&o.ann, &d, "submit", "{}", "answered at its draft");
}

static void what_is_known_to_be_bad_is_signed_with_a_review_to_come(void **unused)
{
    (void)unused;
    char fields[300];
    (void)snprintf(fields, sizeof fields,
                   "{'what':'The second letter','harm':'It confuses','asked':%u,'why':'IT'}",
                   o.eve.person);
    fh_record_view k = made(&o.ann, "known-bad", fields), after;
    assert_status(office_move(&o, &o.ann, &k, "sign", "", "{}", &after), FH_DENIED);
    refused(&o.eve, &k, "sign", "{}", "Looked at again on");
    (void)snprintf(fields, sizeof fields, "{'review':'%s'}", day(-1));
    refused(&o.eve, &k, "sign", fields, "within the next year");
    (void)snprintf(fields, sizeof fields, "{'review':'%s'}", day(400));
    refused(&o.eve, &k, "sign", fields, "within the next year");
    (void)snprintf(fields, sizeof fields, "{'review':'%s'}", day(90));
    moves(&o.eve, &k, "sign", fields);
    /* It ends when a fix that was made is linked, from either end. */
    refused(&o.eve, &k, "end", "{}", "No fix");
    (void)snprintf(fields, sizeof fields, "{'what':'One letter','mends':[%lld]}",
                   (long long)k.row.record);
    fh_record_view fix = made(&o.ann, "fix", fields);
    refused(&o.eve, &k, "end", "{}", "No fix");
    (void)snprintf(fields, sizeof fields,
                   "{'done':'%s','customer-gain':'Clear','inside-gain':'Fewer calls'}", day(0));
    moves(&o.ann, &fix, "finish", fields);
    moves(&o.eve, &k, "end", "{}");
}

static void a_customer_confirms_in_an_interaction_since_then(void **unused)
{
    (void)unused;
    fh_record_view a = made(&o.ann, "aggravation", "{'what':'Two letters'}");
    link_to(a.row.record, "interaction", 1, "mail-1");
    moves(&o.eve, &a, "mend", "{}");
    /* What was linked before does not speak of the mending. */
    assert_status(fh_org_begin(o.org, NULL), FH_OK);
    fh_record row = office_see(&o, &o.cli, a.row.record).row;
    row.state_ms += 5;
    assert_status(fh_record_note(o.org, &row, NULL), FH_OK);
    assert_status(fh_org_commit(o.org, NULL), FH_OK);
    refused(&o.ann, &a, "confirm", "{}", "in which the customer said so");
    const fh_record_view now = office_see(&o, &o.cli, a.row.record);
    const fh_os *os = fh_org_os(o.org);
    int64_t until_ms = 0;
    while (os->now_ms(os->ctx) < now.row.state_ms) (void)test_patient(&until_ms);
    link_to(a.row.record, "interaction", 1, "mail-2");
    moves(&o.ann, &a, "confirm", "{}");
    assert_str(a.row.state, "confirmed");
}

static void nobody_witnesses_their_own_pledge(void **unused)
{
    (void)unused;
    char fields[200];
    (void)snprintf(fields, sizeof fields, "{'what':'I ring back','due':'%s'}", day(3));
    fh_record_view p = made(&o.ann, "pledge", fields);
    moves(&o.ann, &p, "keep", "{'known-by':['self']}");
    refused(&o.ann, &p, "witness", "{}", "Somebody other than its owner");
    moves(&o.carl, &p, "witness", "{}");
    assert_str(p.row.state, "seen");
}

static int64_t computed(fh_record_view *v, const char *name, bool *filled)
{
    int64_t out = 0;
    const fh_os *os = fh_org_os(o.org);
    const fh_condition_asked asked = {o.org, &o.cli, v, os->now_ms(os->ctx), o.arena};
    assert_status(fh_computed_value(&asked, fh_str_of(name), &out, filled, NULL), FH_OK);
    return out;
}

static void figures_are_worked_out_from_the_record(void **unused)
{
    (void)unused;
    char fields[200];
    bool filled = false;
    (void)snprintf(fields, sizeof fields, "{'what':'Two letters','since':'%s'}", day(-100));
    fh_record_view a = made(&o.ann, "aggravation", fields);
    assert_in_range(computed(&a, "days-open", &filled), 99, 101);
    assert_int_equal(computed(&a, "days-ownerless", &filled), 0);
    assert_true(filled);
    a.row.ownerless_ms -= 12 * FH_DAY_MS;
    assert_int_equal(computed(&a, "days-ownerless", &filled), 12);
    a.row.ownerless_ms = 0;
    assert_int_equal(computed(&a, "days-ownerless", &filled), 0);
    assert_false(filled);
    a.row.bounces = 3;
    assert_int_equal(computed(&a, "bounces", &filled), 3);
    /* Late: to the day it was made, else to today while it is open. */
    (void)snprintf(fields, sizeof fields, "{'what':'x','due':'%s'}", day(-5));
    fh_record_view f =
        made(&o.ann, "known-bad", "{'what':'x','harm':'y','asked':1,'review':'2020-01-01'}");
    assert_true(computed(&f, "days-late", &filled) > 2000 && filled);
    f.row.closed = true;
    (void)computed(&f, "days-late", &filled);
    assert_false(filled);
    int64_t out = 0;
    const fh_condition_asked asked = {o.org, &o.cli, &f, 0, o.arena};
    assert_status(fh_computed_value(&asked, FH_STR("moon"), &out, &filled, NULL), FH_INTERNAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_need_is_established_only_when_nothing_is_merely_assumed),
        TEST(a_decision_waits_for_every_step_and_for_open_challenges),
        TEST(a_design_is_released_only_when_it_was_answered_at_each_stage),
        TEST(what_is_known_to_be_bad_is_signed_with_a_review_to_come),
        TEST(a_customer_confirms_in_an_interaction_since_then),
        TEST(nobody_witnesses_their_own_pledge),
        TEST(figures_are_worked_out_from_the_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
