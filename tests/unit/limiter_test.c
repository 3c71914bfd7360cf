/* limiter_test.c - how often somebody may try, with a clock that the test turns. */
#include "test.h"

#include "app/signin/limiter.h"

static const unsigned char secret[16] = {1, 2, 3};
static const fh_limit_rule rule = {3, 1000, 2, 500, 4000};

static fh_limiter *fresh(uint32_t slots)
{
    fh_limiter *l = NULL;
    assert_status(fh_limiter_new(test_allocator(), slots, secret, &l, NULL), FH_OK);
    return l;
}

static void a_burst_passes_and_tokens_come_back_with_time(void **state)
{
    (void)state;
    fh_limiter *l = fresh(64);
    const fh_str key = FH_STR("ann");
    for (int i = 0; i < 3; i++) assert_int_equal(fh_limiter_try(l, &rule, key, 0), 0);
    const int64_t wait = fh_limiter_try(l, &rule, key, 0);
    assert_true(wait > 990 && wait <= 1001);
    assert_true(fh_limiter_try(l, &rule, key, 900) > 0);
    assert_int_equal(fh_limiter_try(l, &rule, key, 1001), 0);
    assert_true(fh_limiter_try(l, &rule, key, 1002) > 0);
    assert_int_equal(fh_limiter_try(l, &rule, FH_STR("bob"), 1002), 0); /* others are not */
    for (int i = 0; i < 3; i++) assert_int_equal(fh_limiter_try(l, &rule, key, 900000), 0);
    assert_true(fh_limiter_try(l, &rule, key, 900000) > 0);
    fh_limiter_free(l);
    assert_int_equal(test_blocks_live(), 0);
}

static void failures_in_a_row_double_the_wait_up_to_the_longest(void **state)
{
    (void)state;
    fh_limiter *l = fresh(64);
    const fh_str key = FH_STR("ann");
    static const int64_t want[] = {0, 0, 500, 1000, 2000, 4000, 4000, 4000};
    for (size_t i = 0; i < COUNT(want); i++)
        assert_int_equal(fh_limiter_failed(l, &rule, key, 0), want[i]);
    assert_int_equal(fh_limiter_try(l, &rule, key, 1000), 3000);
    fh_limiter_passed(l, &rule, key, 1000);
    assert_int_equal(fh_limiter_try(l, &rule, key, 1000), 0);
    assert_int_equal(fh_limiter_failed(l, &rule, key, 1000), 0);
    fh_limiter_free(l);
}

static void a_flood_of_keys_does_not_wash_out_who_misbehaves(void **state)
{
    (void)state;
    fh_limiter *l = fresh(256);
    const fh_str bad = FH_STR("mallory");
    for (int i = 0; i < 10; i++) (void)fh_limiter_failed(l, &fh_limit_account, bad, 0);
    for (int i = 0; i < 20000; i++) {
        char key[16];
        const int n = snprintf(key, sizeof key, "k%d", i);
        assert_true(fh_limiter_try(l, &fh_limit_account, (fh_str){key, (size_t)n}, i / 100) >= 0);
    }
    assert_true(fh_limiter_try(l, &fh_limit_account, bad, 300) > 10000);
    fh_limiter_free(l);
}

static void a_clock_that_goes_back_locks_nobody_out(void **state)
{
    (void)state;
    fh_limiter *l = fresh(64);
    const fh_str key = FH_STR("ann");
    for (int i = 0; i < 8; i++) (void)fh_limiter_failed(l, &rule, key, INT64_C(1000000000));
    const int64_t wait = fh_limiter_try(l, &rule, key, 0);
    assert_true(wait > 0 && wait <= rule.longest_wait_ms);
    fh_limiter_free(l);
}

/* In any order of times, no window lets more through than the bucket and what comes back. */
static void no_window_lets_more_through_than_the_rule(void **state)
{
    (void)state;
    test_seed(5);
    for (int round = 0; round < 50; round++) {
        fh_limiter *l = fresh(64);
        int64_t now = 0, passed = 0;
        for (int i = 0; i < 500; i++) {
            now += test_rand(400);
            passed += fh_limiter_try(l, &rule, FH_STR("x"), now) == 0;
        }
        assert_true(passed <= 3 + now / rule.refill_ms + 1);
        assert_true(passed >= now / rule.refill_ms / 2);
        fh_limiter_free(l);
    }
}

static void addresses_of_one_network_share_a_key(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"2001:db8::1", "2001:db8:0:0:ffff::2", true},
        {"2001:db8::1", "2001:DB8:0:1::1", false},
        {"192.0.2.1", "192.0.2.2", false},
        {"192.0.2.1", "192.0.2.1", true},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
        {"nonsense", "nonsense2", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char a[64], b[64];
        const bool same = fh_str_eq(fh_limit_address_key(fh_str_of(cases[i].a), a),
                                    fh_limit_address_key(fh_str_of(cases[i].b), b));
        if (same != cases[i].same) fail_msg("%s and %s", cases[i].a, cases[i].b);
    }
}

static fh_status make_one(void *ctx)
{
    (void)ctx;
    fh_limiter *l = NULL;
    const fh_status status = fh_limiter_new(test_allocator(), 64, secret, &l, NULL);
    fh_limiter_free(l);
    return status;
}

static void memory_running_out_is_reported(void **state)
{
    (void)state;
    test_oom(make_one, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_passes_and_tokens_come_back_with_time),
        cmocka_unit_test(failures_in_a_row_double_the_wait_up_to_the_longest),
        cmocka_unit_test(a_flood_of_keys_does_not_wash_out_who_misbehaves),
        cmocka_unit_test(a_clock_that_goes_back_locks_nobody_out),
        cmocka_unit_test(no_window_lets_more_through_than_the_rule),
        cmocka_unit_test(addresses_of_one_network_share_a_key),
        cmocka_unit_test(memory_running_out_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
