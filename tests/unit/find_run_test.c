/* find_run_test.c - a run that looks for findings, and somebody who is erased while it goes on:
 * nothing of them is written afterwards, not even as the example of a cause. */
#include "files.h"
#include "records.h"

#include "app/data/erase.h"
#include "app/data/import.h"
#include "app/find/findings.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cause_shows_the_values_that_differ),
        cmocka_unit_test(of_who_is_erased_meanwhile_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
