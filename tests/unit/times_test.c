/* times_test.c - the small histogram of durations. */
#include "test.h"

#include "app/ask/times.h"

static void every_duration_lies_in_its_bucket(void **state)
{
    (void)state;
    for (uint64_t us = 0; us < 100000; us++) {
        const uint32_t b = fh_times_bucket(us);
        assert_true(us < fh_times_end_us(b));
        assert_true(b == 0 || us >= fh_times_end_us(b - 1));
        assert_true(b == 0 || fh_times_end_us(b) * 4 <= fh_times_end_us(b - 1) * 5 || us < 8);
    }
    assert_true(fh_times_bucket(UINT64_MAX) == FH_TIMES_BUCKETS - 1);
}

static void percentiles_are_right_within_a_bucket(void **state)
{
    (void)state;
    fh_times t = {0};
    assert_int_equal(fh_times_of_us(&t, 990), 0);
    for (uint64_t us = 1; us <= 1000; us++) fh_times_add(&t, us);
    assert_int_equal(t.n, 1000);
    assert_int_equal(t.sum_us, 500500);
    assert_true(fh_times_of_us(&t, 500) >= 500 && fh_times_of_us(&t, 500) <= 625);
    assert_true(fh_times_of_us(&t, 990) >= 990);
    assert_int_equal(fh_times_of_us(&t, 1000), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_duration_lies_in_its_bucket),
        cmocka_unit_test(percentiles_are_right_within_a_bucket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
