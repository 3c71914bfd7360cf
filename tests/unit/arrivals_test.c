/* arrivals_test.c - interactions, stories and newcomers by month and channel. */
#include "folds.h"

#include "base/time.h"

enum { NAMES = 300, MANY = 300, TO_1969 = 1700000000 + 8000000 };

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_arrivals_new(from, options, out, err);
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_arrivals a;
    const fh_status status = fh_arrivals_read(fold, arena, &a, err);
    if (status) return status;
    fh_buf_printf(out, "%llu of %llu\n", (unsigned long long)a.n_interactions,
                  (unsigned long long)a.n_stories);
    for (size_t i = 0; i < a.n_months; i++) {
        char text[FH_TIME_TEXT];
        fh_buf_put(out, text, fh_time_format(a.months[i].from_ms, NULL, text));
        fh_buf_printf(out, ": %llu of %llu, %llu new\n", (unsigned long long)a.months[i].count,
                      (unsigned long long)a.months[i].stories,
                      (unsigned long long)a.months[i].newcomers);
    }
    for (size_t i = 0; i < a.n_channels; i++)
        fh_buf_printf(out, "channel %u: %llu of %llu\n", (unsigned)a.channels[i].channel,
                      (unsigned long long)a.channels[i].count,
                      (unsigned long long)a.channels[i].stories);
    return out->status;
}

#define NEW_YEAR ((uint32_t)(1704065400 - FH_EPOCH_S)) /* 2023-12-31T23:30Z */
#define JANUARY  ((uint32_t)(1706659200 - FH_EPOCH_S)) /* 2024-01-31T00:00Z */
#define MARCH    ((uint32_t)(1709251200 - FH_EPOCH_S)) /* 2024-03-01T00:00Z */

static const fh_row by_hand[] = {
    {.customer = 1, .at_s = NEW_YEAR, .touchpoint = 1, .channel = 2},
    {.customer = 1, .at_s = JANUARY, .touchpoint = 1, .channel = 2},
    {.customer = 1, .at_s = JANUARY, .touchpoint = 1, .channel = 1},
    {.customer = 3, .at_s = MARCH, .touchpoint = 1},
};

static void months_and_channels_are_counted(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const test_fold t = {make, &(fh_arrivals_options){3, 0}, print};
    assert_str(test_fold_same(&t, arena, by_hand, 4, 0), "4 of 2\n"
                                                         "2023-12-01T00:00:00Z: 1 of 1, 1 new\n"
                                                         "2024-01-01T00:00:00Z: 2 of 1, 0 new\n"
                                                         "2024-02-01T00:00:00Z: 0 of 0, 0 new\n"
                                                         "2024-03-01T00:00:00Z: 1 of 1, 1 new\n"
                                                         "channel 2: 2 of 1\n"
                                                         "channel 0: 1 of 1\n"
                                                         "channel 1: 1 of 1\n");
    fh_arena_free(arena);
}

static void a_month_begins_where_people_live(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const test_fold east = {make, &(fh_arrivals_options){3, 3600}, print};
    assert_str(test_fold_same(&east, arena, by_hand, 1, 0),
               "1 of 1\n2023-12-31T23:00:00Z: 1 of 1, 1 new\nchannel 2: 1 of 1\n");
    const fh_row ends[] = {{.customer = 1, .at_s = 0}, {.customer = 1, .at_s = UINT32_MAX}};
    for (int32_t zone_s = -86400; zone_s <= 86400; zone_s += 43200) {
        fh_fold *fold;
        fh_arrivals got;
        const fh_arrivals_options options = {1, zone_s};
        assert_status(fh_arrivals_new(NULL, &options, &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, test_segment(arena, ends, 2), NULL), FH_OK);
        assert_status(fh_arrivals_read(fold, arena, &got, NULL), FH_OK);
        assert_int_equal(got.n_months, zone_s < 0 ? 1635 : 1634);
        assert_true(got.months[0].from_ms <= FH_TIME_MIN_MS);
        assert_true(got.months[got.n_months - 1].from_ms <= FH_TIME_MAX_MS);
        fh_fold_free(fold);
    }
    fh_fold *fold;
    assert_status(fh_arrivals_new(NULL, &(fh_arrivals_options){1, 90000}, &fold, NULL), FH_INVALID);
    fh_arena_free(arena);
}

static void nothing_has_no_months(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_fold *fold;
    fh_arrivals got;
    assert_status(fh_arrivals_new(NULL, &(fh_arrivals_options){2, 0}, &fold, NULL), FH_OK);
    assert_status(fh_arrivals_read(fold, arena, &got, NULL), FH_OK);
    assert_int_equal(got.n_months + got.n_channels + got.n_stories, 0);
    fh_fold_free(fold);
    fh_arena_free(arena);
}

static void months_before_1970_are_months_too(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_row rows[] = {
        {.customer = 1, .at_s = (uint32_t)(-694310401 - FH_EPOCH_S), .touchpoint = 1},
        {.customer = 1, .at_s = (uint32_t)(-694310400 - FH_EPOCH_S), .touchpoint = 1},
    };
    assert_str(
        test_fold_same(&(test_fold){make, &(fh_arrivals_options){1, 0}, print}, arena, rows, 2, 0),
        "2 of 1\n"
        "1947-12-01T00:00:00Z: 1 of 1, 1 new\n"
        "1948-01-01T00:00:00Z: 1 of 1, 0 new\n"
        "channel 0: 2 of 1\n");
    fh_arena_free(arena);
}

/* ---- An oracle that knows nothing of tables ---------------------------------------- */

static int32_t month_of(const fh_row *row)
{
    const fh_civil c = fh_civil_of(test_at_ms(row));
    return c.year * 12 + c.month;
}

static void check(const fh_arrivals *got, const fh_row *row, size_t n)
{
    for (size_t m = 0; m < got->n_months; m++) {
        const fh_civil c = fh_civil_of(got->months[m].from_ms);
        uint64_t count = 0, stories = 0, newcomers = 0;
        for (size_t i = 0; i < n; i++) {
            if (month_of(&row[i]) != c.year * 12 + c.month) continue;
            const bool first = i == 0 || row[i - 1].customer != row[i].customer;
            count++;
            newcomers += first;
            stories += first || month_of(&row[i - 1]) != month_of(&row[i]);
        }
        assert_int_equal(got->months[m].count, count);
        assert_int_equal(got->months[m].stories, stories);
        assert_int_equal(got->months[m].newcomers, newcomers);
    }
}

static void random_stories_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(3);
    for (uint32_t round = 0; round < 30; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_row rows[MANY];
        const size_t n = 1 + test_rand(MANY);
        const test_shape shape = {.customers = 1 + test_rand(40),
                                  .span_s = 200 * 86400,
                                  .touchpoints = 2,
                                  .channels = round % 3 ? 4 : 300,
                                  .ms = round % 2};
        test_random_rows(&shape, rows, n);
        for (size_t i = 0; i < n && round % 4 == 3; i++) rows[i].at_s -= TO_1969;
        const uint32_t names = round % 2 ? shape.channels + 1 : NAMES + 1;
        const fh_arrivals_options options = {names, 0};
        (void)test_fold_same(&(test_fold){make, &options, print}, arena, rows, n, names);
        fh_fold *fold;
        fh_arrivals got;
        assert_status(fh_arrivals_new(NULL, &options, &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, test_segment(arena, rows, n), NULL), FH_OK);
        assert_status(fh_arrivals_read(fold, arena, &got, NULL), FH_OK);
        check(&got, test_sorted(arena, rows, n), n);
        uint64_t by_month = 0, by_channel = 0;
        for (size_t i = 0; i < got.n_months; i++) by_month += got.months[i].count;
        for (size_t i = 0; i < got.n_channels; i++) by_channel += got.channels[i].count;
        assert_int_equal(by_month, n);
        assert_int_equal(by_channel, n);
        fh_fold_free(fold);
        fh_arena_free(arena);
    }
}

static void channels_the_fold_was_not_made_for_are_refused(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_fold *fold;
    assert_status(fh_arrivals_new(NULL, &(fh_arrivals_options){2, 0}, &fold, NULL), FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, by_hand, 4), NULL), FH_INVALID);
    fh_fold_free(fold);
    fh_arena_free(arena);
}

static void running_out_of_memory_is_reported_and_leaks_nothing(void **state)
{
    (void)state;
    fh_row rows[40];
    const test_shape shape = {.customers = 9, .touchpoints = 5, .channels = 3};
    test_random_rows(&shape, rows, COUNT(rows));
    test_fold_oom(&(test_fold){make, &(fh_arrivals_options){4, 0}, print}, rows, 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(months_and_channels_are_counted),
        cmocka_unit_test(a_month_begins_where_people_live),
        cmocka_unit_test(nothing_has_no_months),
        cmocka_unit_test(months_before_1970_are_months_too),
        cmocka_unit_test(random_stories_agree_with_the_oracle),
        cmocka_unit_test(channels_the_fold_was_not_made_for_are_refused),
        cmocka_unit_test(running_out_of_memory_is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
