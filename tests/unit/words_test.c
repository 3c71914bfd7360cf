/* words_test.c - counts, shares, money and periods in words. */
#include "test.h"

#include "app/ask/words.h"

static fh_buf buf;

static int begin(void **state)
{
    (void)state;
    fh_buf_init(&buf, test_allocator(), 1 << 16);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fh_buf_free(&buf);
    return test_blocks_live() ? -1 : 0;
}

static fh_str share(uint64_t part, uint64_t of)
{
    fh_buf_clear(&buf);
    fh_say_share(&buf, part, of);
    return fh_buf_view(&buf);
}

static void counts_have_their_thousands_apart(void **state)
{
    (void)state;
    fh_say_count(&buf, 0);
    fh_buf_char(&buf, ' ');
    fh_say_count(&buf, 999);
    fh_buf_char(&buf, ' ');
    fh_say_count(&buf, 1000);
    fh_buf_char(&buf, ' ');
    fh_say_count(&buf, UINT64_MAX);
    fh_buf_char(&buf, ' ');
    fh_say_signed(&buf, INT64_MIN);
    assert_str(fh_buf_view(&buf),
               "0 999 1,000 18,446,744,073,709,551,615 -9,223,372,036,854,775,808");
}

static void shares_never_claim_none_or_all_when_it_is_not_so(void **state)
{
    (void)state;
    assert_str(share(1, 3), "33.3 %");
    assert_str(share(0, 5), "0.0 %");
    assert_str(share(5, 5), "100.0 %");
    assert_str(share(1, 100000), "under 0.1 %");
    assert_str(share(99999, 100000), "over 99.9 %");
    assert_str(share(0, 0), "-");
    assert_str(share(UINT64_MAX / 2, UINT64_MAX), "50.0 %");
}

static fh_str money(int64_t minor, const char *currency)
{
    fh_buf_clear(&buf);
    fh_say_money(&buf, minor, fh_str_of(currency));
    return fh_buf_view(&buf);
}

static void money_has_the_decimals_of_its_currency(void **state)
{
    (void)state;
    assert_str(money(120450, "EUR"), "1,204.50 EUR");
    assert_str(money(-5, "EUR"), "-0.05 EUR");
    assert_str(money(120450, "JPY"), "120,450 JPY");
    assert_str(money(120450, "KWD"), "120.450 KWD");
    assert_str(money(7, ""), "0.07");
    assert_str(money(INT64_MIN, "EUR"), "-92,233,720,368,547,758.08 EUR");
}

static fh_str period(int64_t first, int64_t last)
{
    fh_buf_clear(&buf);
    fh_say_period(&buf, first, last, NULL);
    return fh_buf_view(&buf);
}

static void periods_say_month_and_year_once_where_they_can(void **state)
{
    (void)state;
    const int64_t day = FH_DAY_MS;
    const int64_t january = fh_days_from_civil(2024, 1, 1) * day;
    assert_str(period(january, january + 5), "1 January 2024");
    assert_str(period(january, january + 30 * day), "1 to 31 January 2024");
    assert_str(period(january, january + 90 * day), "1 January to 31 March 2024");
    assert_str(period(january - day, january), "31 December 2023 to 1 January 2024");
}

static void times_show_seconds_only_when_there_are_any(void **state)
{
    (void)state;
    fh_say_time(&buf, 0, NULL);
    fh_buf_char(&buf, '|');
    fh_say_time(&buf, 1000, NULL);
    fh_buf_char(&buf, '|');
    fh_say_time(&buf, 60001, NULL);
    assert_str(fh_buf_view(&buf), "1970-01-01 00:00|1970-01-01 00:00:01|1970-01-01 00:01:00.001");
}

static void one_thing_is_not_many(void **state)
{
    (void)state;
    fh_say_number_of(&buf, 1, "way", "ways");
    fh_buf_char(&buf, ' ');
    fh_say_number_of(&buf, 1050, "way", "ways");
    assert_str(fh_buf_view(&buf), "1 way 1,050 ways");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(counts_have_their_thousands_apart, begin, end),
        cmocka_unit_test_setup_teardown(shares_never_claim_none_or_all_when_it_is_not_so, begin,
                                        end),
        cmocka_unit_test_setup_teardown(money_has_the_decimals_of_its_currency, begin, end),
        cmocka_unit_test_setup_teardown(periods_say_month_and_year_once_where_they_can, begin, end),
        cmocka_unit_test_setup_teardown(times_show_seconds_only_when_there_are_any, begin, end),
        cmocka_unit_test_setup_teardown(one_thing_is_not_many, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
