/* find_run_test.c - a run that looks for findings, and somebody who is erased while it goes on:
 * nothing of them is written afterwards, not even as the example of a cause; when it is time
 * for the next. */
#include "files.h"
#include "records.h"

#include "app/data/erase.h"
#include "app/data/import.h"
#include "app/find/findings.h"
#include "store/job_rows.h"

typedef struct fixture {
    office o;
    const char *when; /* words of progress at which customer 1 is erased; NULL: nobody is */
    bool erased;
    const fh_cause_row *cause;
    size_t n;
} fixture;

/* Two departments tell two customers different amounts, the first one twice: one cause, whose
 * example are the first one's amounts. */
static void begin(fixture *f, const char *when)
{
    const fh_import_options options = {.source = FH_STR("test")};
    fh_import_result result;
    *f = (fixture){.when = when};
    office_open(&f->o);
    const char *path = test_file(
        "rows.csv",
        FH_STR("customer,time,touchpoint,department,direction,text\n"
               "C1,2024-03-01 10:00,Letter,Marketing,out,The excess of your policy is 250 euros.\n"
               "C1,2024-03-03 10:00,Letter,Operations,out,The excess of your policy is 431 "
               "euros.\n"
               "C1,2024-03-05 10:00,Letter,Operations,out,The excess of your policy is 431 "
               "euros.\n"
               "C2,2024-03-01 10:00,Letter,Marketing,out,The excess of your policy is 310 euros.\n"
               "C2,2024-03-03 10:00,Letter,Operations,out,The excess of your policy is 520 "
               "euros.\n"));
    if (fh_import_file(f->o.org, path, &options, f->o.arena, &result, &f->o.err) != FH_OK)
        fail_msg("%s", f->o.err.message);
}

static void end(fixture *f)
{
    office_close(&f->o);
    test_files_end();
}

static bool on_progress(void *ctx, uint64_t done, uint64_t total, const char *words)
{
    fixture *f = ctx;
    fh_erase_result erased;
    (void)done, (void)total;
    if (!f->when || f->erased || strcmp(words, f->when) != 0) return false;
    f->erased = true;
    if (fh_erase_customer(f->o.org, 1, &erased, &f->o.err)) fail_msg("%s", f->o.err.message);
    return false;
}

static void run(fixture *f)
{
    const fh_find_options options = {.threads = 1, .progress = on_progress, .ctx = f};
    fh_find_result result;
    if (fh_find_run(f->o.org, &options, &result, &f->o.err)) fail_msg("%s", f->o.err.message);
    assert_status(fh_causes_all(f->o.org, f->o.arena, &f->cause, &f->n, &f->o.err), FH_OK);
}

static bool told(const fixture *f, const char *words)
{
    for (size_t i = 0; i < f->n; i++)
        if (strstr(f->cause[i].fact.ptr, words)) return true;
    return false;
}

static uint64_t customers(const fixture *f, fh_finding_sort sort)
{
    uint64_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        if (f->cause[i].sort == (uint32_t)sort) n += f->cause[i].customers;
    return n;
}

static void a_cause_shows_the_values_that_differ(void **state)
{
    (void)state;
    fixture f;
    begin(&f, NULL);
    run(&f);
    assert_int_equal(customers(&f, FH_FIND_CONTRADICTION), 2);
    assert_true(told(&f, "431"));
    end(&f);
}

static void of_who_is_erased_meanwhile_nothing_is_written(void **state)
{
    (void)state;
    static const char *const when[] = {"looking at stories", "looking at maps and records"};
    for (size_t i = 0; i < sizeof when / sizeof when[0]; i++) {
        fixture f;
        begin(&f, when[i]);
        run(&f);
        assert_true(f.erased);
        assert_int_equal(customers(&f, FH_FIND_CONTRADICTION), 1);
        assert_false(told(&f, "431"));
        assert_false(told(&f, "250"));
        end(&f);
    }
}

/* ---- By itself ---------------------------------------------------------------------------- */

enum { TEN_MINUTES = 600000, DAY = 24 * 3600 * 1000 };

static bool due(fixture *f, int64_t every_ms, int64_t after_ms)
{
    bool is = false;
    fh_find_ran ran;
    assert_status(fh_find_ran_last(f->o.org, &ran, &f->o.err), FH_OK);
    assert_status(fh_find_due(f->o.org, every_ms, ran.at_ms + after_ms, &is, &f->o.err), FH_OK);
    return is;
}

static void bring(fixture *f, const char *name, fh_str rows)
{
    const fh_import_options options = {.source = FH_STR("more")};
    fh_import_result result;
    const char *path = test_file(name, rows);
    if (fh_import_file(f->o.org, path, &options, f->o.arena, &result, &f->o.err) != FH_OK)
        fail_msg("%s", f->o.err.message);
}

static int64_t put_job(fixture *f, fh_str kind)
{
    int64_t job = 0;
    assert_status(fh_job_put(f->o.org, kind, FH_STR("{}"), (fh_str){0}, 0, 1, &job, &f->o.err),
                  FH_OK);
    return job;
}

static void it_is_time_to_look_when_something_came_in_and_the_last_look_is_a_while_ago(void **state)
{
    (void)state;
    fixture f;
    begin(&f, NULL);
    assert_true(due(&f, TEN_MINUTES, TEN_MINUTES));
    assert_false(due(&f, 0, DAY)); /* never by itself */
    run(&f);
    assert_false(due(&f, TEN_MINUTES, TEN_MINUTES)); /* nothing came */
    assert_true(due(&f, TEN_MINUTES, DAY));          /* what ages */
    bring(&f, "more.csv", FH_STR("customer,time,touchpoint\nC3,2024-03-09 10:00,Visit\n"));
    assert_false(due(&f, TEN_MINUTES, TEN_MINUTES - 1));
    assert_true(due(&f, TEN_MINUTES, TEN_MINUTES));
    run(&f);
    assert_false(due(&f, TEN_MINUTES, TEN_MINUTES));
    fh_erase_result erased;
    assert_status(fh_erase_customer(f.o.org, 3, &erased, &f.o.err), FH_OK);
    assert_true(due(&f, TEN_MINUTES, TEN_MINUTES)); /* who is who changed */
    end(&f);
}

static void nobody_looks_while_somebody_looks_or_imports(void **state)
{
    (void)state;
    static const char *const kinds[] = {"find", "import", "merge"};
    fixture f;
    int64_t going = 0;
    begin(&f, NULL);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        fh_job_state how;
        assert_true(due(&f, TEN_MINUTES, TEN_MINUTES + 1));
        const int64_t job = put_job(&f, fh_str_of(kinds[i]));
        assert_false(due(&f, TEN_MINUTES, TEN_MINUTES + 1));
        assert_status(fh_find_going(f.o.org, f.o.arena, &going, &f.o.err), FH_OK);
        assert_int_equal(going, i == 0 ? job : 0);
        assert_status(fh_job_ask_stop(f.o.org, job, 1, &how, &f.o.err), FH_OK);
    }
    end(&f);
}

static void an_organisation_without_stories_is_never_looked_at(void **state)
{
    (void)state;
    fixture f = {.when = NULL};
    office_open(&f.o);
    assert_false(due(&f, TEN_MINUTES, DAY));
    office_close(&f.o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cause_shows_the_values_that_differ),
        cmocka_unit_test(of_who_is_erased_meanwhile_nothing_is_written),
        cmocka_unit_test(
            it_is_time_to_look_when_something_came_in_and_the_last_look_is_a_while_ago),
        cmocka_unit_test(nobody_looks_while_somebody_looks_or_imports),
        cmocka_unit_test(an_organisation_without_stories_is_never_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
