/* filter_text_test.c - filters as people write them. */
#include "test.h"

#include "app/ask/ask.h"
#include "base/time.h"

#include <unistd.h>

static char path[64];
static fh_org *org;
static fh_arena *arena;
static fh_error err;

static void remove_files(void)
{
    static const char *const tails[] = {"", "-wal", "-shm", ".erased"};
    for (size_t i = 0; i < COUNT(tails); i++) {
        char name[80];
        (void)snprintf(name, sizeof name, "%s%s", path, tails[i]);
        (void)unlink(name);
    }
}

/* Touchpoints 1 Order, 2 Call, 3 "Delivery, late", 4 call (other case); channel 1 web. */
static int open_org(void **state)
{
    static const char *const names[] = {"Order", "Call", "Delivery, late", "call"};
    (void)state;
    uint32_t number;
    (void)snprintf(path, sizeof path, "%s/fh_filter_test_%d.fh", test_folder(), (int)getpid());
    remove_files();
    arena = fh_arena_new(NULL);
    assert_status(fh_org_create(fh_os_real(), path, FH_STR("x"), &err), FH_OK);
    assert_status(fh_org_open(fh_os_real(), path, FH_ORG_WRITE, &org, &err), FH_OK);
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_status(fh_dict_intern(org, FH_DICT_TOUCHPOINT, fh_str_of(names[i]), &number, &err),
                      FH_OK);
        assert_int_equal(number, i + 1);
    }
    assert_status(fh_dict_intern(org, FH_DICT_CHANNEL, FH_STR("web"), &number, &err), FH_OK);
    return 0;
}

static int close_org(void **state)
{
    (void)state;
    fh_org_close(org);
    fh_arena_free(arena);
    remove_files();
    return 0;
}

static uint64_t touchpoints(const char *names)
{
    fh_bitset set;
    assert_status(fh_touchpoint_set(org, fh_str_of(names), ',', arena, &set, &err), FH_OK);
    return set.bits ? set.bits[0] : UINT64_MAX;
}

static void names_become_numbers(void **state)
{
    (void)state;
    assert_int_equal(touchpoints("Order"), 1u << 1);
    assert_int_equal(touchpoints("Order,Call"), 1u << 1 | 1u << 2);
    assert_int_equal(touchpoints(" Order , ,Call,"), 1u << 1 | 1u << 2);
    assert_int_equal(touchpoints("(none)"), 1u << 0);
    assert_true(touchpoints("") == UINT64_MAX);
}

static void a_name_with_a_comma_stands_in_quotes(void **state)
{
    (void)state;
    assert_int_equal(touchpoints("\"Delivery, late\""), 1u << 3);
    assert_int_equal(touchpoints("Order,\"Delivery, late\",Call"), 1u << 1 | 1u << 2 | 1u << 3);
    fh_bitset set;
    assert_status(fh_touchpoint_set(org, FH_STR("\"Order"), ',', arena, &set, &err), FH_INVALID);
}

static void case_matters_only_when_several_names_fit(void **state)
{
    (void)state;
    assert_int_equal(touchpoints("order"), 1u << 1);
    assert_int_equal(touchpoints("call"), 1u << 4);
    fh_bitset set;
    assert_status(fh_touchpoint_set(org, FH_STR("CALL"), ',', arena, &set, &err), FH_NOTFOUND);
}

static void an_unknown_name_suggests_the_nearest(void **state)
{
    (void)state;
    fh_bitset set;
    assert_status(fh_touchpoint_set(org, FH_STR("Odrer"), ',', arena, &set, &err), FH_NOTFOUND);
    assert_string_equal(err.message, "there is no touchpoint 'Odrer'");
    assert_string_equal(err.hint, "Did you mean 'Order'?");
    assert_status(fh_touchpoint_set(org, FH_STR("zzzzzz"), ',', arena, &set, &err), FH_NOTFOUND);
    assert_string_equal(err.hint, "There are: Order, Call, Delivery, late, call.");
}

static void names_that_were_merged_stand_for_what_they_became(void **state)
{
    (void)state;
    assert_status(fh_dict_merge(org, FH_DICT_TOUCHPOINT, 4, 2, &err), FH_OK);
    assert_int_equal(touchpoints("call"), 1u << 2);
}

static fh_status compile(const fh_filter_text *text, fh_filter *out)
{
    return fh_filter_compile(org, text, arena, out, &err);
}

static void dates_are_meant_in_the_zone_of_the_organisation(void **state)
{
    (void)state;
    fh_filter f;
    const fh_filter_text text = {.from = FH_STR("2024-03"), .until = FH_STR("2025")};
    assert_status(compile(&text, &f), FH_OK);
    assert_int_equal(f.from_ms, fh_days_from_civil(2024, 3, 1) * FH_DAY_MS);
    assert_int_equal(f.until_ms, fh_days_from_civil(2025, 1, 1) * FH_DAY_MS);
    assert_status(fh_setting_put(org, FH_STR("zone"), FH_STR("+02:00"), &err), FH_OK);
    assert_status(compile(&text, &f), FH_OK);
    assert_int_equal(f.from_ms, fh_days_from_civil(2024, 3, 1) * FH_DAY_MS - 7200000);
}

static void amounts_are_in_minor_units(void **state)
{
    (void)state;
    fh_filter f;
    const fh_filter_text text = {.value_min = FH_STR("-12.5"), .value_max = FH_STR("1000")};
    assert_status(compile(&text, &f), FH_OK);
    assert_int_equal(f.value_min, -1250);
    assert_int_equal(f.value_max, 100000);
}

static void what_cannot_be_meant_is_refused(void **state)
{
    (void)state;
    const fh_filter_text wrong[] = {
        {.from = FH_STR("yesterday")},
        {.from = FH_STR("2024-02-30")},
        {.from = FH_STR("2024"), .until = FH_STR("2024")},
        {.value_min = FH_STR("1.234,5")},
        {.value_max = FH_STR(".")},
        {.value_max = FH_STR("99999999999999999999")},
        {.directions = FH_STR("sideways")},
        {.passed = FH_STR("Order"), .passed_all = FH_STR("Call")},
    };
    fh_filter f;
    for (size_t i = 0; i < COUNT(wrong); i++) assert_status(compile(&wrong[i], &f), FH_INVALID);
    assert_status(compile(&(fh_filter_text){.channels = FH_STR("fax")}, &f), FH_NOTFOUND);
    assert_status(compile(&(fh_filter_text){.departments = FH_STR("x")}, &f), FH_NOTFOUND);
    assert_string_equal(err.hint, "No departments were imported.");
    assert_status(compile(&(fh_filter_text){.customers = FH_STR("nobody")}, &f), FH_NOTFOUND);
}

static void moves_and_ways_become_numbers(void **state)
{
    (void)state;
    fh_filter f;
    const fh_filter_text text = {.followed = FH_STR("order > Call, \"Delivery, late\">(end),"
                                                    "(start)>Order"),
                                 .way = FH_STR("Order>\"Delivery, late\">Order"),
                                 .repeated_ms = 7 * FH_DAY_MS};
    assert_status(compile(&text, &f), FH_OK);
    assert_int_equal(f.n_followed, 3);
    assert_int_equal(f.followed[0].from, 1);
    assert_int_equal(f.followed[0].to, 2);
    assert_int_equal(f.followed[1].from, 3);
    assert_int_equal(f.followed[1].to, FH_NO_NAME);
    assert_int_equal(f.followed[2].from, FH_NO_NAME);
    assert_int_equal(f.followed[2].to, 1);
    assert_int_equal(f.n_way, 3);
    assert_int_equal(f.way[0], 1);
    assert_int_equal(f.way[1], 3);
    assert_int_equal(f.n_handed, 0);
    assert_true(f.repeated);
    assert_true(f.repeated_ms == 7 * 86400000);
}

static void a_move_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"Order",        "Order>",        ">", "Order>Call>Order",
                                        "\"Order>Call", "(start)>(end)", ",", "Order>Call,Call"};
    fh_filter f;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        const fh_filter_text text = {.followed = fh_str_of(wrong[i])};
        assert_status(compile(&text, &f), FH_INVALID);
    }
    assert_status(compile(&(fh_filter_text){.followed = FH_STR("Order>Cal")}, &f), FH_NOTFOUND);
    assert_status(compile(&(fh_filter_text){.followed = FH_STR("(end)>Order")}, &f), FH_NOTFOUND);
    assert_status(compile(&(fh_filter_text){.handed = FH_STR("(start)>Order")}, &f), FH_NOTFOUND);
    assert_status(compile(&(fh_filter_text){.way = FH_STR(" > ")}, &f), FH_INVALID);
}

static void a_filter_is_told_in_words(void **state)
{
    (void)state;
    fh_buf out;
    fh_buf_init(&out, NULL, 4096);
    const fh_filter_text text = {.from = FH_STR("2024"),
                                 .until = FH_STR("2024-04"),
                                 .channels = FH_STR("web"),
                                 .passed_all = FH_STR("Order,\"Delivery, late\""),
                                 .value_min = FH_STR("10")};
    assert_status(fh_filter_describe(org, &text, &out, &err), FH_OK);
    assert_str(fh_buf_view(&out), "1 January to 31 March 2024, web only, "
                                  "who passed Order and Delivery, late, value 10 or more");
    fh_buf_clear(&out);
    const fh_filter_text three = {.touchpoints = FH_STR("Order,Call,call"),
                                  .from = FH_STR("2024-05-17")};
    assert_status(fh_filter_describe(org, &three, &out, &err), FH_OK);
    assert_str(fh_buf_view(&out), "since 17 May 2024, only Order, Call or call");
    fh_buf_clear(&out);
    const fh_filter_text order = {.channels = FH_STR("web"),
                                  .followed = FH_STR("Order>Call,(start)>Order,Call>(end)"),
                                  .handed = FH_STR("Sales>IT"),
                                  .way = FH_STR("Order>Call"),
                                  .repeated_ms = 2 * FH_DAY_MS};
    assert_status(fh_filter_describe(org, &order, &out, &err), FH_OK);
    assert_str(fh_buf_view(&out), "web only, who went from Order straight to Call or began with "
                                  "Order or ended with Call, who were handed from Sales to IT, "
                                  "who took the way Order \xe2\x80\xba Call, "
                                  "who came again within 2 days");
    fh_buf_clear(&out);
    assert_status(fh_filter_describe(org, &(fh_filter_text){0}, &out, &err), FH_OK);
    assert_str(fh_buf_view(&out), "");
    fh_buf_free(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_org, close_org)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_become_numbers),
        TEST(a_name_with_a_comma_stands_in_quotes),
        TEST(case_matters_only_when_several_names_fit),
        TEST(an_unknown_name_suggests_the_nearest),
        TEST(names_that_were_merged_stand_for_what_they_became),
        TEST(dates_are_meant_in_the_zone_of_the_organisation),
        TEST(amounts_are_in_minor_units),
        TEST(what_cannot_be_meant_is_refused),
        TEST(moves_and_ways_become_numbers),
        TEST(a_move_that_is_none_is_refused),
        TEST(a_filter_is_told_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
