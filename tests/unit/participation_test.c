/* participation_test.c - who takes part: shares that are right, and no share that is about a
 * handful of people. */
#include "records.h"

#include "app/records/participation.h"
#include "base/time.h"

static uint32_t colleague(office *o, const char *name, uint32_t department, fh_role role)
{
    const fh_person p = {
        .name = fh_str_of(name), .department = department, .roles = fh_role_bit(role)};
    fh_person out = {0};
    assert_status(fh_person_create(o->org, &o->cli, &p, o->arena, &out, &o->err), FH_OK);
    return out.person;
}

static fh_actor acting(office *o, uint32_t person)
{
    fh_actor a = {0};
    assert_status(fh_actor_of(o->org, person, o->arena, &a, &o->err), FH_OK);
    return a;
}

/* `n` of the front line; the actor of the last one. */
static fh_actor many(office *o, size_t n, uint32_t department)
{
    uint32_t last = 0;
    for (size_t i = 0; i < n; i++) last = colleague(o, "Somebody", department, FH_ROLE_FRONT_LINE);
    return acting(o, last);
}

static fh_record_view made(office *o, const fh_actor *by, const char *kind, const char *fields)
{
    fh_record_view v = {0};
    if (office_make(o, by, kind, fields, &v) != FH_OK)
        fail_msg("%s %s", o->err.message, o->err.hint);
    return v;
}

static fh_record_view moved(office *o, const fh_actor *by, const fh_record_view *v,
                            const char *move, const char *words, const char *fields)
{
    fh_record_view out = {0};
    if (office_move(o, by, v, move, words, fields, &out) != FH_OK)
        fail_msg("%s %s", o->err.message, o->err.hint);
    return out;
}

static fh_participation asked(office *o)
{
    fh_participation p = {0};
    assert_status(fh_participation_of(o->org, 1, INT64_MAX, o->arena, &p, &o->err), FH_OK);
    return p;
}

#define PART_IS(p, n, m)               \
    do {                               \
        assert_int_equal((p).part, n); \
        assert_int_equal((p).of, m);   \
    } while (0)

/* ---- People --------------------------------------------------------------------------------- */

static void a_small_department_is_not_told_apart(void **state)
{
    (void)state;
    office o;
    office_open(&o); /* Sales 2, Support 1, Customers 1, none 1 */
    fh_participation p = asked(&o);
    PART_IS(p.took_part, 0, 5);
    assert_int_equal(p.n_departments, 1);
    assert_int_equal(p.department[0].department, 0);
    assert_int_equal(p.department[0].people, 5);
    const fh_actor zoe = many(&o, 5, o.sales); /* Sales has seven now; the other three ... */
    (void)made(&o, &zoe, "chore", "{'what':'One'}");
    p = asked(&o);
    PART_IS(p.took_part, 1, 10);
    assert_int_equal(p.n_departments, 1); /* ... would follow from the total */
    assert_int_equal(p.department[0].people, 10);
    (void)many(&o, 4, o.support);
    p = asked(&o); /* Sales 7, Support 5, and 2 that take the smaller one along */
    assert_int_equal(p.n_departments, 2);
    assert_true(fh_str_eq(p.department[0].name, FH_STR("Sales")));
    assert_int_equal(p.department[0].people, 7);
    assert_int_equal(p.department[0].took_part, 1);
    assert_int_equal(p.department[1].department, 0);
    assert_int_equal(p.department[1].people, 7);
    assert_int_equal(p.department[1].took_part, 0);
    office_close(&o);
}

static void whatever_the_departments_fewer_than_five_never_follow(void **state)
{
    (void)state;
    for (uint32_t sizes = 0; sizes < 27; sizes++) {
        office o;
        uint64_t sum = 0;
        office_open(&o);
        (void)many(&o, sizes % 3 * 3 + 1, o.sales);
        (void)many(&o, sizes / 3 % 3 * 2 + 1, o.support);
        (void)many(&o, sizes / 9 * 2 + 1, o.whole);
        const fh_participation p = asked(&o);
        for (size_t i = 0; i < p.n_departments; i++) {
            assert_true(p.department[i].people >= FH_FEWEST);
            sum += p.department[i].people;
        }
        assert_int_equal(sum, p.took_part.of); /* so nothing is left that would follow */
        office_close(&o);
    }
}

static void learners_and_those_who_left_are_not_counted(void **state)
{
    (void)state;
    office o;
    office_open(&o);
    (void)colleague(&o, "Lena Learner", o.sales, FH_ROLE_CUSTOMER);
    assert_int_equal(asked(&o).took_part.of, 5);
    const fh_person gone = {.person = o.carl.person, .active = false};
    fh_person out;
    assert_status(fh_person_change(o.org, &o.cli, &gone, FH_PERSON_ACTIVE, o.arena, &out, &o.err),
                  FH_OK);
    const fh_participation p = asked(&o);
    assert_int_equal(p.took_part.of, 0); /* four are too few */
    assert_int_equal(p.n_departments, 0);
    office_close(&o);
}

static uint32_t of_level(office *o, uint32_t department, const char *level, const char *started)
{
    const fh_person p = {.name = FH_STR("Somebody"),
                         .department = department,
                         .level = fh_str_of(level),
                         .started = fh_str_of(started),
                         .roles = fh_role_bit(FH_ROLE_FRONT_LINE)};
    fh_person out = {0};
    assert_status(fh_person_create(o->org, &o->cli, &p, o->arena, &out, &o->err), FH_OK);
    return out.person;
}

static void levels_are_told_as_departments_are(void **state)
{
    (void)state;
    office o;
    office_open(&o); /* five whose level nobody told */
    for (int i = 0; i < 5; i++) (void)of_level(&o, o.sales, i % 2 ? "Lead" : "lead", "");
    fh_participation p = asked(&o);
    assert_int_equal(p.n_levels, 2);
    assert_true(fh_str_eq_nocase(p.level[0].name, FH_STR("lead")));
    assert_int_equal(p.level[0].people, 5);
    assert_true(fh_str_eq(p.level[1].name, FH_STR("no level said")));
    for (int i = 0; i < 4; i++) (void)of_level(&o, o.sales, "director", "");
    p = asked(&o); /* four directors take the smallest of the others along */
    assert_int_equal(p.n_levels, 2);
    assert_int_equal(p.level[0].people + p.level[1].people, 14);
    for (size_t i = 0; i < p.n_levels; i++) assert_true(p.level[i].people >= 5);
    office_close(&o);
}

static void in_what_they_take_part_is_told_apart(void **state)
{
    (void)state;
    office o;
    office_open(&o);
    const fh_actor a = many(&o, 3, o.sales), b = many(&o, 4, o.support);
    (void)made(&o, &a, "signal", "{'what':'The lift stands'}");
    (void)made(&o, &a, "fix", "{'what':'Oil'}");
    (void)made(&o, &b, "fix", "{'what':'A sign'}");
    (void)made(&o, &o.dora, "note", "{'what':'Nothing of it'}");
    const fh_participation p = asked(&o);
    uint64_t took = 0, area[FH_N_PART_AREAS] = {0};
    for (size_t i = 0; i < p.n_departments; i++) {
        took += p.department[i].took_part;
        for (int k = 0; k < FH_N_PART_AREAS; k++) area[k] += p.department[i].area[k];
    }
    assert_int_equal(took, 3);
    assert_int_equal(area[FH_PART_FINDINGS], 1);
    assert_int_equal(area[FH_PART_FIXES], 2);
    assert_int_equal(area[FH_PART_WALKS] + area[FH_PART_MAPS], 0);
    office_close(&o);
}

/* Sales and Support both on one record; a third is Sales' alone; a fourth of one person. */
static void departments_that_work_on_the_same_are_paired(void **state)
{
    (void)state;
    office o;
    office_open(&o);
    const fh_actor a = many(&o, 5, o.sales), b = many(&o, 5, o.support);
    (void)many(&o, 4, 0);
    const fh_record_view both = made(&o, &a, "signal", "{'what':'The lift stands'}");
    const fh_record_view own = made(&o, &a, "signal", "{'what':'The door is shut'}");
    (void)made(&o, &b, "fix", "{'what':'A sign'}");
    assert_status(fh_org_begin(o.org, &o.err), FH_OK);
    assert_status(fh_record_comment(o.org, &b, both.row.record, FH_STR("It does"), NULL, &o.err),
                  FH_OK);
    assert_status(fh_record_comment(o.org, &o.ann, own.row.record, FH_STR("It is"), NULL, &o.err),
                  FH_OK);
    assert_status(fh_org_commit(o.org, &o.err), FH_OK);
    const fh_participation p = asked(&o);
    PART_IS(p.across, 1, 2);
    PART_IS(p.levels, 0, 0); /* nobody's level is told */
    assert_int_equal(p.n_pairs, 1);
    assert_int_equal(p.pair[0].things, 1);
    assert_true(fh_str_eq(p.department[p.pair[0].a].name, FH_STR("Sales")));
    assert_true(fh_str_eq(p.department[p.pair[0].b].name, FH_STR("Support")));
    office_close(&o);
}

static void over_time_only_who_was_there_by_then_is_counted(void **state)
{
    (void)state;
    office o;
    office_open(&o);
    const fh_os *os = fh_org_os(o.org);
    const int64_t now = os->now_ms(os->ctx);
    const fh_actor a = many(&o, 1, o.sales);
    (void)of_level(&o, o.sales, "", "2999-01-01");
    (void)made(&o, &a, "signal", "{'what':'The lift stands'}");
    fh_participation p = {0};
    /* What was done lies one span back. */
    assert_status(
        fh_participation_of(o.org, now + FH_DAY_MS, now + 2 * FH_DAY_MS, o.arena, &p, &o.err),
        FH_OK);
    assert_int_equal(p.n_spans, 2);
    assert_int_equal(p.span[0].all.took_part, 0);
    assert_int_equal(p.span[0].all.people, 7);
    assert_int_equal(p.span[1].all.took_part, 1);
    assert_int_equal(p.span[1].all.people, 6); /* one has not come yet */
    assert_int_equal(p.span[1].all.area[FH_PART_FINDINGS], 1);
    assert_int_equal(p.span[1].until_ms, p.span[0].from_ms);
    assert_status(fh_participation_of(o.org, 1, INT64_MAX, o.arena, &p, &o.err), FH_OK);
    assert_int_equal(p.n_spans, 1); /* there is no time before it */
    office_close(&o);
}

/* ---- What they do --------------------------------------------------------------------------- */

static void who_tells_what_about_whom_is_counted(void **state)
{
    (void)state;
    office o;
    char fields[200];
    office_open(&o);
    const fh_actor front = many(&o, 1, o.sales);
    fh_str code;
    fh_record_view v;
    (void)made(&o, &front, "signal", "{'what':'The lift stands'}");
    (void)made(&o, &o.ann, "suggestion", "{'what':'A window'}");
    const fh_record_input unnamed = {.kind = FH_STR("signal"), .anonymous = true};
    assert_status(office_make_with(&o, &front, unnamed, "{'what':'The door is shut'}", &v, &code),
                  FH_OK);
    (void)made(&o, &front, "fix", "{'what':'Oil','effort':'minutes'}");
    (void)made(&o, &o.ann, "fix", "{'what':'A sign','effort':'day'}");
    (void)made(&o, &o.ann, "fix", "{'what':'A new lift','effort':'month'}");
    fh_participation p = asked(&o);
    PART_IS(p.reports, 1, 2);
    assert_int_equal(p.unnamed, 1);
    PART_IS(p.fixes, 1, 2);
    const uint64_t known = p.outside.of, other = p.outside.part;
    (void)snprintf(fields, sizeof fields, "{'what':'Theirs','department':%u}", o.support);
    (void)made(&o, &o.ann, "fix", fields); /* another one */
    (void)snprintf(fields, sizeof fields, "{'what':'Ours','department':%u}", o.sales);
    (void)made(&o, &o.ann, "fix", fields); /* the own one */
    (void)snprintf(fields, sizeof fields, "{'what':'Above','department':%u}", o.whole);
    (void)made(&o, &o.ann, "fix", fields); /* lies above it */
    p = asked(&o);
    PART_IS(p.outside, other + 1, known + 3);
    fh_participation before = {0};
    assert_status(fh_participation_of(o.org, 1, 2, o.arena, &before, &o.err), FH_OK);
    PART_IS(before.outside, 0, 0); /* nothing had happened then */
    PART_IS(before.took_part, 0, 6);
    office_close(&o);
}

static void pledges_count_when_they_are_kept_or_not(void **state)
{
    (void)state;
    office o;
    office_open(&o);
    const fh_record_view kept =
        made(&o, &o.ann, "pledge", "{'what':'I ring back','due':'2031-01-01'}");
    const fh_record_view broken =
        made(&o, &o.ann, "pledge", "{'what':'I write plainly','due':'2031-01-01'}");
    (void)made(&o, &o.ann, "pledge", "{'what':'I listen','due':'2031-01-01'}");
    (void)moved(&o, &o.ann, &kept, "keep", "", "{'known-by':['self']}");
    (void)moved(&o, &o.ann, &broken, "break", "There was no time.", "{}");
    PART_IS(asked(&o).pledges, 1, 2);
    office_close(&o);
}

static void half_of_the_requests_took_no_longer(void **state)
{
    (void)state;
    office o;
    char fields[200];
    office_open(&o);
    (void)snprintf(fields, sizeof fields,
                   "{'what':'When is it open?','why':'They ask','department':%u}", o.sales);
    const fh_record_view one = made(&o, &o.carl, "information-request", fields);
    (void)made(&o, &o.carl, "information-request", fields);
    fh_participation p = asked(&o);
    assert_int_equal(p.shared, 0);
    assert_int_equal(p.waiting, 2);
    fh_record_view v = moved(&o, &o.bob, &one, "share", "", "{'answer':'From eight to six'}");
    v = moved(&o, &o.carl, &v, "more", "And on Sundays?", "{}");
    (void)moved(&o, &o.bob, &v, "share", "", "{'answer':'Shut'}");
    p = asked(&o);
    assert_int_equal(p.shared, 1); /* its first answer */
    assert_int_equal(p.waiting, 1);
    assert_true(p.share_ms >= 0 && p.share_ms < FH_DAY_MS);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_department_is_not_told_apart),
        cmocka_unit_test(whatever_the_departments_fewer_than_five_never_follow),
        cmocka_unit_test(learners_and_those_who_left_are_not_counted),
        cmocka_unit_test(levels_are_told_as_departments_are),
        cmocka_unit_test(in_what_they_take_part_is_told_apart),
        cmocka_unit_test(departments_that_work_on_the_same_are_paired),
        cmocka_unit_test(over_time_only_who_was_there_by_then_is_counted),
        cmocka_unit_test(who_tells_what_about_whom_is_counted),
        cmocka_unit_test(pledges_count_when_they_are_kept_or_not),
        cmocka_unit_test(half_of_the_requests_took_no_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
