/* parse_number_test.c - amounts as people write them, currencies, rounding. */
#include "test.h"

#include "base/currency.h"
#include "parse/number.h"

static void numbers_are_read_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool comma;
        fh_number_status status;
        int64_t hundredths;
        const char *currency;
    } table[] = {
        {"12.50", false, FH_NUMBER_OK, 1250, ""},
        {"-12.5", false, FH_NUMBER_OK, -1250, ""},
        {"12,50", true, FH_NUMBER_OK, 1250, ""},
        {"1.234,50", true, FH_NUMBER_OK, 123450, ""},
        {"1,234.50", false, FH_NUMBER_OK, 123450, ""},
        {"1,234,567", false, FH_NUMBER_OK, 123456700, ""},
        {"1 234,50", true, FH_NUMBER_OK, 123450, ""},
        {"1\xc2\xa0"
         "234,50 \xe2\x82\xac",
         true, FH_NUMBER_OK, 123450, "EUR"},
        {"1'234.50", false, FH_NUMBER_OK, 123450, ""},
        {"$12", false, FH_NUMBER_OK, 1200, "USD"},
        {"-$12", false, FH_NUMBER_OK, -1200, "USD"},
        {"\xc2\xa3 3.99", false, FH_NUMBER_OK, 399, "GBP"},
        {"EUR 12.50", false, FH_NUMBER_OK, 1250, "EUR"},
        {"12.50 chf", false, FH_NUMBER_OK, 1250, "CHF"},
        {"12.50-", false, FH_NUMBER_OK, -1250, ""},
        {"(7.00)", false, FH_NUMBER_OK, -700, ""},
        {"2.5E3", false, FH_NUMBER_OK, 250000, ""},
        {"25e-1", false, FH_NUMBER_OK, 250, ""},
        {"+4", false, FH_NUMBER_OK, 400, ""},
        {".5", false, FH_NUMBER_OK, 50, ""},
        {"5.", false, FH_NUMBER_OK, 500, ""},
        {"0", false, FH_NUMBER_OK, 0, ""},
        {"0.125", false, FH_NUMBER_OK, 13, ""},
        {"-0.125", false, FH_NUMBER_OK, -13, ""},
        {"0.124999999999999999999", false, FH_NUMBER_OK, 12, ""},
        {"12,50", false, FH_NUMBER_NOT_ONE, 0, ""},
        {"1,23,456", false, FH_NUMBER_NOT_ONE, 0, ""},
        {"12.34.56", false, FH_NUMBER_NOT_ONE, 0, ""},
        {"twelve", false, FH_NUMBER_NOT_ONE, 0, ""},
        {"", false, FH_NUMBER_NOT_ONE, 0, ""},
        {"-", false, FH_NUMBER_NOT_ONE, 0, ""},
        {".", false, FH_NUMBER_NOT_ONE, 0, ""},
        {"1e", false, FH_NUMBER_NOT_ONE, 0, ""},
        {"12 apples", false, FH_NUMBER_NOT_ONE, 0, ""},
        {"12 QQQ", false, FH_NUMBER_NOT_ONE, 0, ""},
        {"99999999999999999999", false, FH_NUMBER_TOO_LARGE, 0, ""},
        {"1e30", false, FH_NUMBER_TOO_LARGE, 0, ""},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        fh_decimal d = {0, 0};
        fh_str currency;
        const fh_number_status status =
            fh_decimal_parse(fh_str_of(table[i].text), table[i].comma, &d, &currency);
        if (status != table[i].status) print_error("'%s'\n", table[i].text);
        assert_int_equal(status, table[i].status);
        if (status) continue;
        int64_t hundredths = 0;
        assert_true(fh_decimal_units(d, 2, &hundredths));
        if (hundredths != table[i].hundredths) print_error("'%s'\n", table[i].text);
        assert_int_equal(hundredths, table[i].hundredths);
        assert_str(currency, table[i].currency);
    }
}

static void a_product_is_exact_before_it_is_rounded(void **state)
{
    (void)state;
    fh_decimal d;
    int64_t cents;
    assert_true(fh_decimal_multiply((fh_decimal){6, 0}, (fh_decimal){255, 2}, &d));
    assert_true(fh_decimal_units(d, 2, &cents));
    assert_int_equal(cents, 1530);
    /* 1.005 * 3 = 3.015, and not 3.03 from a rounded factor. */
    assert_true(fh_decimal_multiply((fh_decimal){1005, 3}, (fh_decimal){3, 0}, &d));
    assert_true(fh_decimal_units(d, 2, &cents));
    assert_int_equal(cents, 302);
    assert_false(fh_decimal_multiply((fh_decimal){INT64_MAX, 0}, (fh_decimal){3, 0}, &d));
}

static void currencies_have_the_decimals_of_iso_4217(void **state)
{
    (void)state;
    assert_int_equal(fh_currency_decimals(FH_STR("EUR")), 2);
    assert_int_equal(fh_currency_decimals(FH_STR("JPY")), 0);
    assert_int_equal(fh_currency_decimals(FH_STR("krw")), 0);
    assert_int_equal(fh_currency_decimals(FH_STR("VND")), 0);
    assert_int_equal(fh_currency_decimals(FH_STR("BHD")), 3);
    assert_int_equal(fh_currency_decimals(FH_STR("KWD")), 3);
    assert_int_equal(fh_currency_decimals(FH_STR("OMR")), 3);
    assert_int_equal(fh_currency_decimals(FH_STR("CLF")), 4);
    assert_int_equal(fh_currency_decimals(FH_STR("QQQ")), 2);
    assert_int_equal(fh_currency_decimals(FH_STR("")), 2);
    fh_str code;
    assert_true(fh_currency_code(FH_STR("eur"), &code));
    assert_str(code, "EUR");
    assert_true(fh_currency_code(FH_STR("AED"), &code));
    assert_true(fh_currency_code(FH_STR("ZWG"), &code));
    assert_false(fh_currency_code(FH_STR("EURO"), &code));
}

static void a_number_tells_which_mark_parts_its_decimals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        fh_mark mark;
    } table[] = {
        {"12", FH_MARK_UNKNOWN},     {"12.5", FH_MARK_POINT},      {"12,50", FH_MARK_COMMA},
        {"1,234.50", FH_MARK_POINT}, {"1.234,50", FH_MARK_COMMA},  {"1,234", FH_MARK_UNKNOWN},
        {"1.234", FH_MARK_UNKNOWN},  {"1.234.567", FH_MARK_COMMA}, {"0.125", FH_MARK_POINT},
        {"-0,125", FH_MARK_COMMA},   {"12345.678", FH_MARK_POINT}};
    for (size_t i = 0; i < COUNT(table); i++)
        assert_int_equal(fh_decimal_mark(fh_str_of(table[i].text)), table[i].mark);
}

/* Printing any decimal and reading it again gives the same units. */
static void what_is_printed_is_read_again(void **state)
{
    (void)state;
    test_seed(7);
    for (int round = 0; round < 20000; round++) {
        const int64_t digits = (int64_t)test_rand(1u << 30) - (1 << 29);
        const uint32_t scale = test_rand(6);
        int64_t by = 1;
        for (uint32_t i = 0; i < scale; i++) by *= 10;
        const int64_t size = digits < 0 ? -digits : digits;
        char text[64];
        const char point = round % 2 ? ',' : '.';
        if (scale)
            (void)snprintf(text, sizeof text, "%s%lld%c%0*lld", digits < 0 ? "-" : "",
                           (long long)(size / by), point, (int)scale, (long long)(size % by));
        else
            (void)snprintf(text, sizeof text, "%lld", (long long)digits);
        fh_decimal d;
        fh_str currency;
        assert_int_equal(fh_decimal_parse(fh_str_of(text), point == ',', &d, &currency),
                         FH_NUMBER_OK);
        assert_int_equal(d.digits, digits);
        assert_int_equal(d.scale, scale);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_as_people_write_them),
        cmocka_unit_test(a_product_is_exact_before_it_is_rounded),
        cmocka_unit_test(currencies_have_the_decimals_of_iso_4217),
        cmocka_unit_test(a_number_tells_which_mark_parts_its_decimals),
        cmocka_unit_test(what_is_printed_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
