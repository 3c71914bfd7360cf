/* rewards_test.c - estimates of what came of a fix, against published intervals. */
#include "test.h"

#include "app/ask/effect.h"

#include <math.h>

static void near(double got, double want, double within)
{
    if (fabs(got - want) > within) fail_msg("%.9f is not %.9f", got, want);
}

static void shares_have_wilsons_interval(void **state)
{
    (void)state;
    static const struct {
        uint64_t part, n;
        double low, high;
    } known[] = {{81, 263, .255289, .366210},
                 {15, 148, .062386, .160487},
                 {0, 10, 0, .277533},
                 {1, 10, .017876, .404150},
                 {29, 29, .883030, 1}};
    for (size_t i = 0; i < COUNT(known); i++) {
        const fh_estimate e = fh_estimate_share(known[i].part, known[i].n);
        near(e.low, known[i].low, 1e-6);
        near(e.high, known[i].high, 1e-6);
    }
    assert_int_equal(fh_estimate_share(0, 0).n, 0);
}

static void means_have_the_normal_interval(void **state)
{
    (void)state;
    const fh_estimate e = fh_estimate_mean(4, 1 + 2 + 3 + 6, 1 + 4 + 9 + 36); /* variance 14/3 */
    near(e.value, 3, 1e-12);
    near(e.high - e.value, 1.959963985 * sqrt(14.0 / 3 / 4), 1e-8);
    const fh_estimate one = fh_estimate_mean(1, 7, 49);
    near(one.low, 7, 1e-12);
}

static void differences_of_shares_are_newcombes(void **state)
{
    (void)state;
    const fh_estimate a = fh_estimate_share(48, 80), b = fh_estimate_share(56, 70);
    const fh_estimate d = fh_estimate_change(&a, &b);
    near(d.value, .2, 1e-12);
    near(d.low, .0524315, 1e-6);
    near(d.high, .3338727, 1e-6);
    const fh_estimate none = fh_estimate_share(0, 0);
    assert_int_equal(fh_estimate_change(&a, &none).n, 0);
}

/* 60/1000 to 40/1000 beside 55/1000 to 54/1000: -.019 with a standard error of .0140662. */
static void differences_in_differences_are_as_wide_as_their_error_says(void **state)
{
    (void)state;
    const fh_estimate t0 = fh_estimate_share(60, 1000), t1 = fh_estimate_share(40, 1000);
    const fh_estimate c0 = fh_estimate_share(55, 1000), c1 = fh_estimate_share(54, 1000);
    const fh_estimate t = fh_estimate_change(&t0, &t1), c = fh_estimate_change(&c0, &c1);
    const fh_estimate d = fh_estimate_beyond(&t, &c);
    near(d.value, -.019, 1e-12);
    near((d.high - d.low) / 2 / 1.959963985, .0140662, 2e-4);
    assert_true(d.low < 0 && d.high > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_have_wilsons_interval),
        cmocka_unit_test(means_have_the_normal_interval),
        cmocka_unit_test(differences_of_shares_are_newcombes),
        cmocka_unit_test(differences_in_differences_are_as_wide_as_their_error_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
