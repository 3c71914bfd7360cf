/* time_test.c - the calendar, ISO 8601, patterns, recognising, durations. */
#include "test.h"

#include "base/time.h"

#define AT(year, month, day, hour, minute, second) \
    (((fh_days_from_civil(year, month, day) * 24 + (hour)) * 60 + (minute)) * 60 + (second))

static void days_count_up_through_every_calendar_day(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t day = fh_days_from_civil(1, 1, 1);
    assert_int_equal(day, -719162);
    assert_int_equal(fh_days_from_civil(1970, 1, 1), 0);
    for (int year = 1; year <= 9999; year++) {
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; month++) {
            const int n = lengths[month - 1] + (month == 2 && leap);
            for (int d = 1; d <= n; d++, day++) {
                if (year > 1600 && year < 9000 && year % 97 > 1) continue; /* time */
                const fh_civil c = fh_civil_of(day * FH_DAY_MS + 3661001);
                if (fh_days_from_civil(year, month, d) != day || c.year != year ||
                    c.month != month || c.day != d)
                    fail_msg("%d-%d-%d", year, month, d);
                assert_true(c.hour == 1 && c.minute == 1 && c.second == 1 && c.ms == 1);
            }
            assert_false(fh_civil_valid(&(fh_civil){year, month, n + 1, 0, 0, 0, 0}));
            assert_true(fh_civil_valid(&(fh_civil){year, month, n, 23, 59, 59, 999}));
        }
    }
    const int64_t ends[] = {INT64_MIN, INT64_MAX, -1, 0, 1};
    for (size_t i = 0; i < COUNT(ends); i++) { /* far beyond the calendar: no overflow */
        const fh_civil c = fh_civil_of(ends[i]);
        assert_true(c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= 31);
    }
}

static void iso_times_are_read_in_all_their_forms(void **state)
{
    (void)state;
    const struct {
        const char *text;
        int64_t seconds;
        int ms;
    } cases[] = {
        {"1997-01-01", AT(1997, 1, 1, 0, 0, 0), 0},
        {"19970101", AT(1997, 1, 1, 0, 0, 0), 0},
        {"2010-12-01 08:26:00", AT(2010, 12, 1, 8, 26, 0), 0},
        {"2010-12-01T08:26:07", AT(2010, 12, 1, 8, 26, 7), 0},
        {"2010-12-01t08:26:07z", AT(2010, 12, 1, 8, 26, 7), 0},
        {"2024-01-31T17:05", AT(2024, 1, 31, 17, 5, 0), 0},
        {"2024-01-31 17:05Z", AT(2024, 1, 31, 17, 5, 0), 0},
        {"2024-01-31 17:05:09.123456", AT(2024, 1, 31, 17, 5, 9), 123},
        {"2024-01-31T17:05:09,9Z", AT(2024, 1, 31, 17, 5, 9), 900},
        {"2024-01-31T17:05:09.000+01:00", AT(2024, 1, 31, 16, 5, 9), 0},
        {"2024-01-31T17:05:09+0100", AT(2024, 1, 31, 16, 5, 9), 0},
        {"2024-01-31T17:05:09-01", AT(2024, 1, 31, 18, 5, 9), 0},
        {"2024-01-31 17:05:09 +05:30", AT(2024, 1, 31, 11, 35, 9), 0},
        {"2024-01-31 17:05:09 UTC", AT(2024, 1, 31, 17, 5, 9), 0},
        {"2024-01-31 17:05:09.5 utc", AT(2024, 1, 31, 17, 5, 9), 500},
        {"2024-02-29T23:59:59Z", AT(2024, 2, 29, 23, 59, 59), 0},
        {"20240131T170509Z", AT(2024, 1, 31, 17, 5, 9), 0},
        {"20240131T1705", AT(2024, 1, 31, 17, 5, 0), 0},
        {"20240131T170509.25-0800", AT(2024, 2, 1, 1, 5, 9), 250},
        {"0001-01-01 00:00:00", AT(1, 1, 1, 0, 0, 0), 0},
        {"9999-12-31 23:59:59.999", AT(9999, 12, 31, 23, 59, 59), 999},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t ms = -1;
        if (!fh_time_iso(fh_str_of(cases[i].text), NULL, &ms) ||
            ms != cases[i].seconds * 1000 + cases[i].ms)
            fail_msg("%s: %lld", cases[i].text, (long long)ms);
    }
}

static void what_is_no_iso_time_is_refused(void **state)
{
    (void)state;
    const char *cases[] = {
        "",
        "2",
        "2024",
        "2024-01",
        "2024-1-31",
        "2024-13-01",
        "2024-00-10",
        "2023-02-29",
        "2024-02-30",
        "2024-04-31 10:00:00",
        "0000-01-01",
        "2024-01-31 24:00:00",
        "2024-01-31 23:60:00",
        "2024-01-31 23:59:60",
        "2024-01-31X10:00:00",
        "2024-01-31 10-00-00",
        "2024/01/31 10:00:00",
        "2024-01-31 1a:00:00",
        "2024-01-31 10:00:0",
        "2024-01-31 10:00:",
        "2024-01-31 10",
        "2024-01-31T",
        "2024-01-31 10:00:00.",
        "2024-01-31 10:00:00.x",
        "2024-01-31 10:00:00+",
        "2024-01-31 ",
        "2024-01-31 10:00:00+24:00",
        "2024-01-31 10:00:00+10:60",
        "2024-01-31 10:00:00 ",
        "2024-01-31 10:00:00ZZ",
        "2024-01-31 10:00:00+01:000",
        "20240131 1:05",
        "2O24-01-31",
        "2024-01-3\xb1",
        "\xb2\x30\x32\x34-01-31 10:00:00",
        "2024-01-31 10:00:00\xff",
        "2024:01-31 10:00:00",
        "2024-01-:1 10:00:00",
        "2024-01-31 10:00;00",
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t ms = 7;
        if (fh_time_iso(fh_str_of(cases[i]), NULL, &ms)) fail_msg("'%s' was read", cases[i]);
        assert_int_equal(ms, 7);
    }
    /* Every byte of the fixed layout matters. */
    const char good[] = "2024-11-21 10:11:12";
    for (size_t i = 0; i < 19; i++) {
        for (int c = 0; c < 256; c++) {
            char text[20];
            int64_t ms;
            memcpy(text, good, sizeof text);
            text[i] = (char)c;
            const bool digit = good[i] >= '0' && good[i] <= '9';
            const char *others = i == 10 ? "Tt" : i == 16 ? "+-" : ""; /* 10:11+12 is a zone */
            if (fh_time_iso((fh_str){text, 19}, NULL, &ms) && c != good[i])
                assert_true(digit ? c >= '0' && c <= '9' : c && strchr(others, c));
        }
    }
}

static void times_are_written_as_they_are_read(void **state)
{
    (void)state;
    char text[FH_TIME_TEXT];
    fh_arena *arena = fh_arena_new(NULL);
    const fh_zone *zone;
    assert_status(fh_zone_fixed(arena, FH_STR("-0530"), &zone, NULL), FH_OK);
    assert_int_equal(fh_time_format(AT(2024, 1, 31, 17, 5, 9) * 1000, NULL, text), 20);
    assert_string_equal(text, "2024-01-31T17:05:09Z");
    (void)fh_time_format(AT(2024, 1, 31, 17, 5, 9) * 1000 + 7, zone, text);
    assert_string_equal(text, "2024-01-31T11:35:09.007-05:30");
    assert_true(fh_time_format(INT64_MIN, zone, text) < FH_TIME_TEXT);
    assert_true(fh_time_format(INT64_MAX, zone, text) < FH_TIME_TEXT);
    test_seed(5);
    for (int i = 0; i < 20000; i++) {
        const int64_t ms =
            AT(1, 1, 1, 0, 0, 0) * 1000 +
            (((int64_t)test_rand(1u << 30) << 20) + test_rand(1u << 20)) % (9998 * 365 * FH_DAY_MS);
        int64_t back = 0;
        const size_t n = fh_time_format(ms, i % 2 ? zone : NULL, text);
        const fh_civil c = fh_civil_of(ms - 20000000);
        if (c.year < 1) continue; /* in the zone still the year before */
        if (!fh_time_iso((fh_str){text, n}, NULL, &back) || back != ms) fail_msg("%s", text);
    }
    fh_arena_free(arena);
}

static int64_t parse(const char *pattern, const char *text)
{
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_time_pattern *p;
    int64_t ms = INT64_MIN;
    fh_error err;
    if (fh_time_pattern_new(arena, fh_str_of(pattern), &p, &err) != FH_OK)
        fail_msg("%s", err.message);
    assert_str(fh_time_pattern_text(p), pattern);
    (void)fh_time_parse(p, fh_str_of(text), NULL, &ms);
    fh_arena_free(arena);
    return ms;
}

static void patterns_read_what_they_say(void **state)
{
    (void)state;
    const struct {
        const char *pattern, *text;
        int64_t ms;
    } cases[] = {
        {"%d/%m/%Y %H:%M", "29/2/2016 01:16", AT(2016, 2, 29, 1, 16, 0) * 1000},
        {"%d/%m/%Y %H:%M", " 29/02/2016   1:16 ", AT(2016, 2, 29, 1, 16, 0) * 1000},
        {"%m/%d/%Y %I:%M %p", "12/31/2024 5:03 PM", AT(2024, 12, 31, 17, 3, 0) * 1000},
        {"%m/%d/%Y %I:%M %p", "12/31/2024 12:03am", AT(2024, 12, 31, 0, 3, 0) * 1000},
        {"%m/%d/%Y %I:%M %p", "12/31/2024 12:03 p.m.", AT(2024, 12, 31, 12, 3, 0) * 1000},
        {"%H:%M %p %d.%m.%y", "17:05 PM 31.12.24", AT(2024, 12, 31, 17, 5, 0) * 1000},
        {"%d.%m.%Y %H:%M", "31.12.2024 17:05", AT(2024, 12, 31, 17, 5, 0) * 1000},
        {"%d-%b-%Y", "31-Dec-2024", AT(2024, 12, 31, 0, 0, 0) * 1000},
        {"%e %B %Y", "1 SEPTEMBER 1999", AT(1999, 9, 1, 0, 0, 0) * 1000},
        {"%d %b %Y", "1 Sept 1999", AT(1999, 9, 1, 0, 0, 0) * 1000},
        {"%a %d %b %y", "Fri 31 May 68", AT(2068, 5, 31, 0, 0, 0) * 1000},
        {"%d %b %y", "31 May 69", AT(1969, 5, 31, 0, 0, 0) * 1000},
        {"%Y%m%d%H%M%S", "20240131170509", AT(2024, 1, 31, 17, 5, 9) * 1000},
        {"%Y%m%d", "20240131", AT(2024, 1, 31, 0, 0, 0) * 1000},
        {"%Y-%m-%d %H:%M:%S.%f %z", "2024-01-31 17:05:09.5 +02:00",
         AT(2024, 1, 31, 15, 5, 9) * 1000 + 500},
        {"%s", "-1", -1000},
        {"%Q", "1706720709123", 1706720709123},
        {"%U", "-1", -1},
        {"%U", "1706720709123999", 1706720709123},
        {"at %s%%", "at 5%", 5000},
        {"iso", "2024-01-31", AT(2024, 1, 31, 0, 0, 0) * 1000},
        {"epoch", "1706720709", 1706720709000},
        {"epoch", "1706720709.25", 1706720709250},
        {"epoch", "-1.25", -1250},
        {"epoch", "1706720709123", 1706720709123},
        {"epoch", "1706720709123456", 1706720709123},
        /* refused */
        {"%d/%m/%Y", "31/02/2024", INT64_MIN},
        {"%d/%m/%Y", "1/1/24", INT64_MIN},
        {"%d/%m/%Y", "1/1/2024x", INT64_MIN},
        {"%d/%m/%Y", "1/1/", INT64_MIN},
        {"%d/%m/%Y", "", INT64_MIN},
        {"%d/%m/%Y %I:%M %p", "1/1/2024 13:05 PM", INT64_MIN},
        {"%d/%m/%Y %I:%M %p", "1/1/2024 0:05 AM", INT64_MIN},
        {"%d/%m/%Y %H:%M", "1/1/2024 24:00", INT64_MIN},
        {"%d %b %Y", "1 Xyz 2024", INT64_MIN},
        {"%d %b %Y", "1 Ma 2024", INT64_MIN},
        {"%s", "99999999999999999999", INT64_MIN},
        {"%s", "9223372036854775807", INT64_MIN},
        {"%Q", "9223372036854775807", INT64_MIN},
        {"epoch", "12x", INT64_MIN},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const int64_t got = parse(cases[i].pattern, cases[i].text);
        if (got != cases[i].ms)
            fail_msg("%s by %s: %lld", cases[i].text, cases[i].pattern, (long long)got);
    }
    assert_int_equal(test_blocks_live(), 0);
}

static void a_pattern_that_names_no_day_is_refused(void **state)
{
    (void)state;
    const char *cases[] = {"", "%H:%M", "%d/%m", "%Y", "%k", "%d/%m/%Y %", "abc", "%d %Y"};
    fh_arena *arena = fh_arena_new(NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const fh_time_pattern *p;
        fh_error err;
        assert_status(fh_time_pattern_new(arena, fh_str_of(cases[i]), &p, &err), FH_FORMAT);
        assert_true(err.hint[0] != '\0');
    }
    fh_arena_free(arena);
}

static void recognise(const char *const *texts, size_t n, const char *pattern, const char *why)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_str samples[40], said;
    const fh_time_pattern *p;
    for (size_t i = 0; i < n; i++) samples[i] = fh_str_of(texts[i]);
    assert_status(fh_time_recognise(arena, samples, n, &p, &said, NULL), FH_OK);
    if (!p && pattern) fail_msg("%s: %.*s", texts[0], FH_STR_ARG(said));
    if (pattern)
        assert_str(fh_time_pattern_text(p), pattern);
    else
        assert_null(p);
    if (why) assert_str(said, why);
    fh_arena_free(arena);
}

static void one_sample_is_enough_for_most_layouts(void **state)
{
    (void)state;
    const struct {
        const char *text, *pattern;
    } cases[] = {
        {"29/2/2016 01:16", "%d/%m/%Y %H:%M"},
        {"2010-12-01 08:26:00", "iso"},
        {"2019-10-26 09:37:12", "iso"},
        {"1997-01-01", "iso"},
        {"19970101", "iso"},
        {"2011-10-01T00:38:44.546+02:00", "iso"},
        {"20240131170509", "%Y%m%d%H%M%S"},
        {"202401311705", "%Y%m%d%H%M"},
        {"1706720709", "epoch"},
        {"1706720709123", "epoch"},
        {"1706720709123456", "epoch"},
        {"12/31/2024 5:03 PM", "%m/%d/%Y %I:%M %p"},
        {"31.12.2024 17:05", "%d.%m.%Y %H:%M"},
        {"31.12.2024, 17:05:01", "%d.%m.%Y, %H:%M:%S"},
        {"1.2.24", "%d.%m.%y"},
        {"31-Dec-2024", "%d-%b-%Y"},
        {"31 Dec 2024 17:05", "%d %b %Y %H:%M"},
        {"Dec 31, 2024", "%b %d, %Y"},
        {"December 31, 2024 5:03 pm", "%b %d, %Y %I:%M %p"},
        {"Tue, 31 Dec 2024 17:05:09 +0100", "%a, %d %b %Y %H:%M:%S %z"},
        {"31/Dec/2024:17:05:09 +0100", "%d/%b/%Y:%H:%M:%S %z"},
        {"2024/12/31 17:05:09", "%Y/%m/%d %H:%M:%S"},
        {"2024-1-5", "%Y-%m-%d"},
        {"20241231 170509", "iso"},
        {"31-12-2024 17:05:09.250", "%d-%m-%Y %H:%M:%S.%f"},
        {"12345", NULL},
        {"hello", NULL},
        {"2024", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) recognise(&cases[i].text, 1, cases[i].pattern, NULL);
}

static void day_first_and_month_first_are_told_apart_and_explained(void **state)
{
    (void)state;
    const char *day[] = {"1/2/2016 01:16", "", "29/2/2016 01:16", "3/4/2016 09:00"};
    recognise(day, 4, "%d/%m/%Y %H:%M", "day first: '29/2/2016 01:16' has no other reading");
    const char *month[] = {"1/2/2016", "2/29/2016"};
    recognise(month, 2, "%m/%d/%Y", "month first: '2/29/2016' has no other reading");
    const char *order[] = {"01/02/2016", "01/11/2016", "02/01/2016", "02/10/2016"};
    recognise(order, 4, "%m/%d/%Y",
              "day first and month first both fit; month first was taken because the times are "
              "then in order");
    const char *falling[] = {"10/02/2016", "01/02/2016", "11/01/2016", "02/01/2016"};
    recognise(falling, 4, "%d/%m/%Y",
              "day first and month first both fit; day first was taken because the times are then "
              "in order");
    const char *open[] = {"01/02/2016"};
    recognise(open, 1, "%d/%m/%Y",
              "day first and month first both fit; day first was taken, so give the pattern if it "
              "is the other");
    const char *american[] = {"01/02/2016 5:03 PM"};
    recognise(american, 1, "%m/%d/%Y %I:%M %p", NULL);
    const char *neither[] = {"29/2/2016", "2/29/2016"};
    recognise(neither, 2, NULL, "no one way of writing times reads '2/29/2016' and all the others");
    const char *blank[] = {"", "  "};
    recognise(blank, 2, NULL, "there is nothing to recognise a time by");
}

static fh_status recognise_some(void *ctx)
{
    (void)ctx;
    const fh_str samples[] = {FH_STR("29/2/2016"), FH_STR("1/3/2016")};
    const fh_time_pattern *p;
    fh_str why;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    const fh_status status = fh_time_recognise(arena, samples, 2, &p, &why, NULL);
    if (status == FH_OK) assert_str(fh_time_pattern_text(p), "%d/%m/%Y");
    fh_arena_free(arena);
    return status;
}

static void memory_running_out_while_recognising_is_reported(void **state)
{
    (void)state;
    test_oom(recognise_some, NULL);
}

static void durations_are_written_for_people(void **state)
{
    (void)state;
    const int64_t minute = 60000, hour = 60 * minute, day = 24 * hour;
    const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {0, "0 s"},
        {40, "40 ms"},
        {200, "0.2 s"},
        {1000, "1 s"},
        {9950, "9.9 s"},
        {45 * 1000, "45 s"},
        {minute, "1 min"},
        {hour + 20 * minute, "1 h 20 min"},
        {3 * day + 4 * hour, "3 days 4 h"},
        {day, "1 day"},
        {day + 1, "1 day"},
        {day + hour, "1 day 1 h"},
        {45 * day + hour, "45 days"},
        {-90 * 1000, "-1 min 30 s"},
    };
    char text[FH_TIME_TEXT];
    for (size_t i = 0; i < COUNT(cases); i++) {
        const size_t n = fh_duration_format(cases[i].ms, text);
        assert_str(((fh_str){text, n}), cases[i].text);
        int64_t back;
        if (cases[i].ms >= 0 && cases[i].ms < 30 * day)
            assert_true(fh_duration_parse((fh_str){text, n}, &back));
    }
    assert_true(fh_duration_format(INT64_MIN, text) < FH_TIME_TEXT);
}

static void durations_are_read_with_their_units(void **state)
{
    (void)state;
    const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"30d", 30 * FH_DAY_MS},
        {"2h30m", 9000000},
        {"90s", 90000},
        {"4w", 28 * FH_DAY_MS},
        {"500ms", 500},
        {" 3 days 4 h ", 3 * FH_DAY_MS + 14400000},
        {"1.5h", 5400000},
        {"0.2 s", 200},
        {"0d", 0},
        {"1d0.5h", FH_DAY_MS + 1800000},
        {"", -1},
        {"30", -1},
        {"d", -1},
        {"30x", -1},
        {"-5d", -1},
        {"5d3", -1},
        {"30m2h", -1},
        {"1h1h", -1},
        {"99999999999999999999d", -1},
        {"9223372036854775807w", -1},
        {"1.h", -1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t ms = -1;
        (void)fh_duration_parse(fh_str_of(cases[i].text), &ms);
        if (ms != cases[i].ms) fail_msg("'%s': %lld", cases[i].text, (long long)ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_count_up_through_every_calendar_day),
        cmocka_unit_test(iso_times_are_read_in_all_their_forms),
        cmocka_unit_test(what_is_no_iso_time_is_refused),
        cmocka_unit_test(times_are_written_as_they_are_read),
        cmocka_unit_test(patterns_read_what_they_say),
        cmocka_unit_test(a_pattern_that_names_no_day_is_refused),
        cmocka_unit_test(one_sample_is_enough_for_most_layouts),
        cmocka_unit_test(day_first_and_month_first_are_told_apart_and_explained),
        cmocka_unit_test(memory_running_out_while_recognising_is_reported),
        cmocka_unit_test(durations_are_written_for_people),
        cmocka_unit_test(durations_are_read_with_their_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
