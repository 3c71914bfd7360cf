/* figures_test.c - figures of records when there are very many: counted whole, or told how many
 * are left out; and groups of few people. */
#include "records.h"

#include "app/records/few.h"
#include "app/records/record_figures.h"
#include "app/records/record_unanswered.h"

#include <stdio.h>
#include <string.h>

/* ---- Groups of few ------------------------------------------------------------------------ */

static void said_of(const char *expected, const fh_few *group, size_t n, uint64_t people)
{
    fh_few copy[8];
    char said[9] = "";
    memcpy(copy, group, n * sizeof *group);
    assert_int_equal(fh_few_together(copy, n), people);
    for (size_t i = 0; i < n; i++) said[i] = copy[i].together ? 't' : '-';
    assert_string_equal(said, expected);
}

static void groups_of_few_are_put_together_until_they_are_enough(void **state)
{
    (void)state;
    const fh_few all_large[] = {{.people = 5, .any = true}, {.people = 9, .any = true}};
    said_of("--", all_large, 2, 0);
    /* Two alone would follow from the total: the smallest of the others goes along. */
    const fh_few two[] = {{.people = 9, .any = true},
                          {.people = 2, .any = true},
                          {.people = 6, .any = true},
                          {.people = 6, .any = true}};
    said_of("-tt-", two, 4, 8);
    /* Nothing is told of them: nobody goes along. */
    const fh_few silent[] = {{.people = 9, .any = true}, {.people = 2}};
    said_of("-t", silent, 2, 2);
    /* Nobody is there, but something is told of the group. */
    const fh_few empty[] = {{.people = 7, .any = true}, {.any = true}};
    said_of("tt", empty, 2, 7);
    const fh_few enough[] = {
        {.people = 4, .any = true}, {.people = 3, .any = true}, {.people = 5, .any = true}};
    said_of("tt-", enough, 3, 7);
    const fh_few too_few[] = {{.people = 4, .any = true}};
    said_of("t", too_few, 1, 4);
}

/* ---- Very many records -------------------------------------------------------------------- */

static void insert(office *o, const char *kind, const char *state, bool closed, size_t n)
{
    const fh_os *os = fh_org_os(o->org);
    const int64_t now_ms = os->now_ms(os->ctx);
    assert_status(fh_org_begin(o->org, NULL), FH_OK);
    for (size_t i = 0; i < n; i++) {
        fh_record r = {.kind = fh_str_of(kind),
                       .title = FH_STR("One of many"),
                       .state = fh_str_of(state),
                       .closed = closed,
                       .fields = FH_STR("{\"what\":\"One of many\"}"),
                       .author = o->ann.person,
                       .ownerless_ms = now_ms,
                       .first_ms = now_ms,
                       .made_ms = now_ms,
                       .changed_ms = now_ms,
                       .state_ms = now_ms,
                       .reply_hash = {"", 0}};
        assert_status(fh_record_insert(o->org, &r, &o->err), FH_OK);
        fh_record_entry e = {
            .record = r.record, .at_ms = now_ms, .what = FH_STR("made"), .details = FH_STR("{}")};
        assert_status(fh_record_entry_add(o->org, &e, &o->err), FH_OK);
    }
    assert_status(fh_org_commit(o->org, NULL), FH_OK);
}

static bool says(fh_buf *text, const char *part)
{
    fh_buf_char(text, '\0');
    assert_int_equal(text->status, FH_OK);
    const bool there = strstr(text->ptr, part) != NULL;
    fh_buf_free(text);
    return there;
}

typedef fh_status figure(const fh_view *v, const fh_actor *actor, fh_json *j, fh_error *err);

static bool figure_says(office *o, figure *f, const char *part)
{
    fh_buf text;
    fh_json j;
    fh_view v;
    fh_buf_init(&text, NULL, 1 << 24);
    fh_json_begin(&j, &text, 0);
    assert_status(fh_view_open(o->org, NULL, NULL, 1, o->arena, &v, &o->err), FH_OK);
    assert_status(f(&v, &o->ann, &j, &o->err), FH_OK);
    return says(&text, part);
}

static void what_is_left_out_of_a_figure_is_told(void **state)
{
    (void)state;
    office o;
    office_open(&o);
    insert(&o, "decision", "open", false, 10);
    assert_true(figure_says(&o, fh_focus_json, "\"left_out\":0"));
    insert(&o, "decision", "open", false, 1993);
    assert_true(figure_says(&o, fh_focus_json, "\"left_out\":3"));
    insert(&o, "signal", "open", false, 1007);
    assert_true(figure_says(&o, fh_no_brainers_json, "\"left_out\":7"));
    /* What was fixed is counted besides what is open. */
    insert(&o, "signal", "fixed", true, 2);
    insert(&o, "aggravation", "confirmed", true, 3);
    assert_true(figure_says(&o, fh_no_brainers_json, "\"left_out\":7"));
    assert_true(figure_says(&o, fh_no_brainers_json, "\"week\":{\"new\":1005,\"fixed\":5,"));
    assert_true(figure_says(&o, fh_told_json, "\"left_out\":0"));
    office_close(&o);
}

static void everything_unanswered_is_counted(void **state)
{
    (void)state;
    office o;
    fh_buf text;
    fh_json j;
    office_open(&o);
    insert(&o, "finding", "open", false, 4100);
    insert(&o, "observation", "told", false, 17);
    fh_buf_init(&text, NULL, 1 << 20);
    fh_json_begin(&j, &text, 0);
    assert_status(fh_unanswered_json(o.org, &o.ann, o.arena, &j, &o.err), FH_OK);
    assert_true(says(&text, "{\"findings\":4100,\"observations\":17,\"oldest_days\":0"));
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_of_few_are_put_together_until_they_are_enough),
        cmocka_unit_test(what_is_left_out_of_a_figure_is_told),
        cmocka_unit_test(everything_unanswered_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
