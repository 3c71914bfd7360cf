/* find_lookers_test.c - what is found in maps and records: never-rules, promises, deviations,
 * nobody's moments, forgotten touchpoints, what is known for long; against counting by hand. */
#include "files.h"
#include "records.h"

#include "app/data/import.h"
#include "app/find/findings.h"
#include "app/maps/maps.h"
#include "base/time.h"

#include <stdlib.h>

typedef struct fixture {
    office o;
    fh_buf rows;
    int64_t map;
    const fh_cause_row *cause;
    size_t n;
    fh_find_names names;
} fixture;

static void begin(fixture *f)
{
    *f = (fixture){0};
    office_open(&f->o);
    fh_buf_init(&f->rows, NULL, SIZE_MAX);
    fh_buf_text(&f->rows, "customer,time,touchpoint,department,outcome,score\n");
}

static void end(fixture *f)
{
    fh_buf_free(&f->rows);
    office_close(&f->o);
    test_files_end();
}

/* One interaction, `day` days after 2024-01-01. */
static void put(fixture *f, unsigned customer, unsigned day, const char *touchpoint,
                const char *department, const char *outcome)
{
    char when[FH_TIME_TEXT];
    const int64_t ms = INT64_C(1704067200000) + (int64_t)day * FH_DAY_MS;
    const size_t n = fh_time_format(ms, NULL, when);
    fh_buf_printf(&f->rows, "C%u,%.*s,%s,%s,%s,\n", customer, (int)n, when, touchpoint, department,
                  outcome);
}

static void import(fixture *f)
{
    const fh_import_options options = {.source = FH_STR("test")};
    fh_import_result result;
    const char *path = test_file("rows.csv", fh_buf_view(&f->rows));
    if (fh_import_file(f->o.org, path, &options, f->o.arena, &result, &f->o.err) != FH_OK)
        fail_msg("%s", f->o.err.message);
}

static void in_one(fixture *f, fh_status s)
{
    if (s) fail_msg("%s", f->o.err.message);
    assert_status(fh_org_commit(f->o.org, &f->o.err), FH_OK);
}

static void intend(fixture *f, const char *text)
{
    fh_map map;
    if (fh_map_parse(fh_str_of(text), f->o.arena, &map, &f->o.err))
        fail_msg("%s", f->o.err.message);
    assert_status(fh_org_begin(f->o.org, NULL), FH_OK);
    fh_status s = fh_maps_make(f->o.org, &f->o.cli, &map, FH_STR(""), &f->map, &f->o.err);
    if (!s)
        s = fh_maps_mark_as(f->o.org, &f->o.cli, f->map, 1, FH_MAP_INTENDED, 0, true, &f->o.err);
    in_one(f, s);
}

static void run(fixture *f)
{
    const fh_find_options options = {.threads = 1};
    fh_find_result result;
    if (fh_find_run(f->o.org, &options, &result, &f->o.err)) fail_msg("%s", f->o.err.message);
    assert_status(fh_causes_all(f->o.org, f->o.arena, &f->cause, &f->n, &f->o.err), FH_OK);
    assert_status(fh_find_names_read(f->o.org, f->o.arena, &f->names, &f->o.err), FH_OK);
}

static const char *says(fixture *f, const fh_cause_row *c)
{
    fh_str text;
    assert_status(fh_cause_says(c, &f->names, f->o.arena, &text, &f->o.err), FH_OK);
    return text.ptr;
}

/* The only cause of a sort that has hits or is counted, whose words contain this; NULL: none. */
static const fh_cause_row *found(fixture *f, fh_finding_sort sort, const char *words)
{
    const fh_cause_row *it = NULL;
    for (size_t i = 0; i < f->n; i++) {
        if (f->cause[i].sort != (uint32_t)sort || !f->cause[i].customers) continue;
        if (!strstr(says(f, &f->cause[i]), words)) continue;
        if (it) fail_msg("twice: %s", says(f, it));
        it = &f->cause[i];
    }
    return it;
}

static size_t count(fixture *f, fh_finding_sort sort)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        n += f->cause[i].sort == (uint32_t)sort && f->cause[i].customers > 0;
    return n;
}

#define MAP                                                                           \
    "journey help \"I get help\"\nowner \"Care\"\n"                                   \
    "stage s \"S\" during\n"                                                          \
    "touchpoint ask \"I ask\"\nmatch \"asks\"\n"                                      \
    "never \"Ask for it again\" more than 1 times\n"                                  \
    "never \"Be unkind\"\n"                                                           \
    "touchpoint reply \"They reply\"\nfrom \"Care\" to customer\nmatch \"replies\"\n" \
    "promise \"Within two days\" within 2d\n"                                         \
    "stage e \"E\" after\n"                                                           \
    "touchpoint thank \"I thank\"\nmatch \"thanks\"\n"                                \
    "never \"Thank for nothing\" without reply\n"

/* ---- Rules ------------------------------------------------------------------------------- */

static void a_never_rule_is_one_cause_with_everybody_it_hit(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    for (unsigned c = 0; c < 20; c++) {
        put(&f, c, 1, "asks", "Care", "");
        if (c % 4 == 0) put(&f, c, 2, "asks", "Care", "");
        if (c % 5) put(&f, c, 3, "replies", "Care", "");
        put(&f, c, 4, "thanks", "Care", "");
    }
    import(&f);
    intend(&f, MAP);
    run(&f);
    const fh_cause_row *again = found(&f, FH_FIND_NEVER, "Ask for it again");
    const fh_cause_row *nothing = found(&f, FH_FIND_NEVER, "Thank for nothing");
    assert_non_null(again);
    assert_non_null(nothing);
    assert_int_equal(count(&f, FH_FIND_NEVER), 2);
    assert_int_equal(again->customers, 5);
    assert_int_equal(nothing->customers, 4);
    assert_int_equal(nothing->hits, 4);
    assert_string_equal(says(&f, nothing), "What should never happen happened at 'I thank': Thank "
                                           "for nothing.");
    assert_true(nothing->record != 0);
    const uint64_t cause = again->cause;
    put(&f, 3, 5, "asks", "Care", "");
    import(&f);
    run(&f);
    again = found(&f, FH_FIND_NEVER, "Ask for it again");
    assert_true(again->cause == cause); /* the same one, updated */
    assert_int_equal(again->customers, 6);
    end(&f);
}

static void promises_are_counted_with_those_that_were_never_kept(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    for (unsigned c = 0; c < 40; c++) {
        put(&f, c, 1, "asks", "Care", "");
        if (c < 30) put(&f, c, 2, "replies", "Care", "");
        if (c >= 30 && c < 36) put(&f, c, 9, "replies", "Care", ""); /* late; four never */
    }
    put(&f, 99, 20, "asks", "Care", ""); /* may still be kept */
    import(&f);
    intend(&f, MAP);
    run(&f);
    const fh_cause_row *c = found(&f, FH_FIND_PROMISE, "Within two days");
    assert_non_null(c);
    assert_int_equal(c->customers, 10);
    assert_string_equal(says(&f, c),
                        "'Within two days' was kept in 75 of 100 cases at 'They reply'.");
    end(&f);
}

/* ---- Deviations -------------------------------------------------------------------------- */

static void a_touchpoint_that_is_missing_more_and_more_is_told_with_its_rise(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    /* Two half years of 200 each: 4 % of the earlier and 20 % of the later never got a reply. */
    for (unsigned c = 0; c < 400; c++) {
        const bool later = c >= 200;
        const unsigned day = later ? 190 + c % 150 : 10 + c % 150;
        put(&f, c, day, "asks", "Care", "");
        if (c % 100 >= (later ? 20 : 4)) put(&f, c, day + 1, "replies", "Care", "");
        put(&f, c, day + 2, "thanks", "Care", "");
    }
    put(&f, 999, 182 + 182 + 60 + 2, "asks", "Care", "");
    import(&f);
    intend(&f, MAP);
    run(&f);
    const fh_cause_row *c = found(&f, FH_FIND_DEVIATION, "They reply");
    assert_non_null(c);
    assert_int_equal(count(&f, FH_FIND_DEVIATION), 1);
    assert_int_equal(c->customers, 40);
    assert_string_equal(says(&f, c), "'They reply' is missing for 20 % of customers, up from 4 %.");
    end(&f);
}

static void what_goes_as_it_always_went_is_no_deviation(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    for (unsigned c = 0; c < 400; c++) {
        const unsigned day = c >= 200 ? 190 + c % 150 : 10 + c % 150;
        put(&f, c, day, "asks", "Care", "");
        if (c % 100 >= 5) put(&f, c, day + 1, "replies", "Care", "");
        put(&f, c, day + 2, "thanks", "Care", "");
    }
    put(&f, 999, 182 + 182 + 60 + 2, "asks", "Care", "");
    import(&f);
    intend(&f, MAP);
    run(&f);
    assert_int_equal(count(&f, FH_FIND_DEVIATION), 0);
    end(&f);
}

/* ---- Moments ----------------------------------------------------------------------------- */

static void nobody_owns_it(fixture *f, int64_t record, int64_t since_ms)
{
    fh_record r;
    assert_status(fh_org_begin(f->o.org, NULL), FH_OK);
    fh_status s = fh_record_row(f->o.org, record, f->o.arena, &r, &f->o.err);
    r.owner = r.asked = 0;
    r.ownerless_ms = r.first_ms = since_ms;
    if (!s) s = fh_record_note(f->o.org, &r, &f->o.err);
    in_one(f, s);
}

static void what_nobody_owns_and_what_is_known_for_long_is_told_with_its_age(void **state)
{
    (void)state;
    fixture f;
    fh_record_view r;
    char fields[200];
    begin(&f);
    for (unsigned c = 0; c < 12; c++) put(&f, c, c, "moves house", "Care", "");
    import(&f);
    run(&f); /* the name has its number now */
    uint32_t touchpoint = 1;
    while (!fh_str_eq(f.names.touchpoint.name[touchpoint], FH_STR("moves house"))) touchpoint++;
    (void)snprintf(fields, sizeof fields,
                   "{'what':'The letter goes to the old address','touchpoint':%u}", touchpoint);
    if (office_make(&f.o, &f.o.ann, "aggravation", fields, &r)) fail_msg("%s", f.o.err.message);
    nobody_owns_it(&f, r.row.record, INT64_C(1704067200000) + 3 * FH_DAY_MS);
    run(&f);
    const fh_cause_row *nobodys = found(&f, FH_FIND_OWNERLESS, "The letter goes");
    const fh_cause_row *known = found(&f, FH_FIND_AGGRAVATION, "The letter goes");
    assert_non_null(nobodys);
    assert_non_null(known);
    assert_int_equal(nobodys->customers, 9); /* since the third day */
    assert_int_equal(known->customers, 9);
    assert_non_null(strstr(says(&f, nobodys), "' has had no owner for "));
    const char *is_known = says(&f, known);
    assert_non_null(strstr(is_known, "' has been known for "));
    assert_non_null(strstr(is_known, " days and is still there."));
    assert_int_equal(nobodys->record, 0); /* it is a record already */
    nobody_owns_it(&f, r.row.record, INT64_C(1704067200000) + 300 * FH_DAY_MS);
    run(&f);
    assert_null(found(&f, FH_FIND_OWNERLESS, "The letter goes")); /* nobody meets it any more */
    end(&f);
}

/* ---- Touchpoints ------------------------------------------------------------------------- */

#define NOBODYS                                                                      \
    "journey j \"J\"\nstage s \"S\" before\n"                                        \
    "touchpoint old \"Old leaflet\"\nfrom \"Care\" to customer\nmatch \"leaflet\"\n" \
    "touchpoint mine \"Mine\"\nowner \"Ann\"\nmatch \"mine\"\n"                      \
    "touchpoint dark \"In the dark\"\nunseen \"No data\"\nwalk no \"It is ours\"\n"

static void touchpoints_that_nobody_looks_after_are_told_with_what_is_missing(void **state)
{
    (void)state;
    fixture f;
    fh_record_view r;
    char fields[300];
    begin(&f);
    for (unsigned c = 0; c < 12; c++) {
        put(&f, c, c, "leaflet", "Care", "");
        put(&f, c, 300, "mine", "Care", "");
        if (c < 4) put(&f, c, 300, "invoice", "Care", "");
        if (c < 2) put(&f, c, 300, "rare", "Care", "");
    }
    import(&f);
    intend(&f, NOBODYS);
    run(&f);
    const fh_cause_row *leaflet = found(&f, FH_FIND_FORGOTTEN, "Old leaflet");
    assert_non_null(leaflet);
    assert_string_equal(says(&f, leaflet),
                        "'Old leaflet' is planned, and nobody looks after it: it has no owner, "
                        "no walk, no feedback and no recent contact.");
    assert_non_null(found(&f, FH_FIND_FORGOTTEN, "'invoice' reaches 33 % of customers"));
    assert_int_equal(count(&f, FH_FIND_FORGOTTEN), 2);
    assert_string_equal(says(&f, found(&f, FH_FIND_OWNERLESS, "Old leaflet")),
                        "'Old leaflet' has no owner; it might be one for Care.");
    assert_int_equal(count(&f, FH_FIND_OWNERLESS), 1);
    uint32_t touchpoint = 1;
    while (!fh_str_eq(f.names.touchpoint.name[touchpoint], FH_STR("leaflet"))) touchpoint++;
    (void)snprintf(fields, sizeof fields,
                   "{'what':'I read it','how':'self','touchpoint':[%u],'due':'2024-02-01'}",
                   touchpoint);
    if (office_make(&f.o, &f.o.ann, "walk", fields, &r)) fail_msg("%s", f.o.err.message);
    run(&f);
    assert_null(found(&f, FH_FIND_FORGOTTEN, "Old leaflet"));
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_never_rule_is_one_cause_with_everybody_it_hit),
        cmocka_unit_test(promises_are_counted_with_those_that_were_never_kept),
        cmocka_unit_test(a_touchpoint_that_is_missing_more_and_more_is_told_with_its_rise),
        cmocka_unit_test(what_goes_as_it_always_went_is_no_deviation),
        cmocka_unit_test(what_nobody_owns_and_what_is_known_for_long_is_told_with_its_age),
        cmocka_unit_test(touchpoints_that_nobody_looks_after_are_told_with_what_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
