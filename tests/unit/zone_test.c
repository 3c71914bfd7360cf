/* zone_test.c - fixed offsets and TZif files beside the C library's reading of
 * the same files. */
#include "test.h"

#include "base/time.h"

#include <stdlib.h>
#include <time.h>

static char file[1 << 16];

/* The bytes of a system zone file; empty when it is not installed. */
static fh_str read_zone_file(const char *name)
{
    char path[200];
    (void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    FILE *f = fopen(path, "rb");
    if (!f) {
        print_message("skipped: %s is not here\n", path);
        return (fh_str){file, 0};
    }
    const size_t n = fread(file, 1, sizeof file, f);
    (void)fclose(f);
    return (fh_str){file, n};
}

static int32_t fixed(const char *text, fh_status want)
{
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_zone *zone;
    int32_t offset = 0;
    assert_status(fh_zone_fixed(arena, fh_str_of(text), &zone, NULL), want);
    if (want == FH_OK) {
        offset = fh_zone_offset(zone, 123456);
        assert_int_equal(fh_zone_instant(zone, 5000), 5000 - offset * FH_SECOND_MS);
    }
    fh_arena_free(arena);
    return offset;
}

static void fixed_offsets_are_read(void **state)
{
    (void)state;
    assert_int_equal(fixed("Z", FH_OK), 0);
    assert_int_equal(fixed("UTC", FH_OK), 0);
    assert_int_equal(fixed("+02:00", FH_OK), 7200);
    assert_int_equal(fixed("-0530", FH_OK), -19800);
    assert_int_equal(fixed("+01", FH_OK), 3600);
    (void)fixed("Europe/Berlin", FH_NOTFOUND);
    (void)fixed("", FH_NOTFOUND);
    (void)fixed("+25:00", FH_FORMAT);
    (void)fixed("+02:00x", FH_FORMAT);
    assert_int_equal(fh_zone_offset(NULL, 1), 0);
    assert_int_equal(fh_zone_instant(NULL, 77), 77);
}

static int64_t libc_offset(int64_t seconds)
{
    const time_t t = (time_t)seconds;
    struct tm local;
    assert_non_null(localtime_r(&t, &local));
    const int64_t days = fh_days_from_civil(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
    return ((days * 24 + local.tm_hour) * 60 + local.tm_min) * 60 + local.tm_sec - seconds;
}

/* Local time and back: the same instant, or an earlier one that has the same
 * local time. */
static void check_instant(const fh_zone *zone, const char *name, int64_t seconds)
{
    const int64_t local = seconds + fh_zone_offset(zone, seconds * 1000);
    const int64_t back = fh_zone_instant(zone, local * 1000) / 1000;
    if (back > seconds || back + fh_zone_offset(zone, back * 1000) != local)
        fail_msg("%s: %lld comes back as %lld", name, (long long)seconds, (long long)back);
}

static void zones_agree_with_the_c_library(void **state)
{
    (void)state;
    const char *names[] = {
        "Europe/Berlin",     "America/New_York",  "Australia/Lord_Howe",
        "Africa/Casablanca", "Asia/Kathmandu",    "America/St_Johns",
        "Asia/Tokyo",        "Europe/Dublin",     "Africa/Cairo",
        "Antarctica/Troll",  "America/Sao_Paulo", "Pacific/Apia",
        "Asia/Tehran",       "Etc/GMT+5",         "UTC",
        "America/Godthab",
    };
    test_seed(11);
    for (size_t i = 0; i < COUNT(names); i++) {
        const fh_str bytes = read_zone_file(names[i]);
        if (bytes.len == 0) continue;
        fh_arena *arena = fh_arena_new(test_allocator());
        const fh_zone *zone;
        fh_error err;
        if (fh_zone_tzif(arena, bytes, &zone, &err) != FH_OK)
            fail_msg("%s: %s", names[i], err.message);
        (void)setenv("TZ", names[i], 1);
        tzset();
        for (int k = 0; k < 20000; k++) {
            /* 1900 to 2600, most of it near now */
            int64_t t = (int64_t)test_rand(2000000000) * (k % 4 ? 1 : 10);
            if (k % 5 == 0) t = -(int64_t)test_rand(2000000000);
            if (libc_offset(t) != fh_zone_offset(zone, t * 1000 + 999))
                fail_msg("%s at %lld: %d, not %d", names[i], (long long)t,
                         fh_zone_offset(zone, t * 1000), (int)libc_offset(t));
            check_instant(zone, names[i], t);
        }
        /* Each side of every change of offset from 1970 on. */
        for (int64_t t = 0; t < 2600000000; t += 86400) {
            if (libc_offset(t) == libc_offset(t + 86400)) continue;
            for (int64_t u = t; u <= t + 86400; u += 300) {
                assert_int_equal(libc_offset(u), fh_zone_offset(zone, u * 1000));
                assert_int_equal(libc_offset(u - 1), fh_zone_offset(zone, u * 1000 - 1));
                check_instant(zone, names[i], u);
            }
        }
        fh_arena_free(arena);
    }
    assert_int_equal(test_blocks_live(), 0);
}

static int64_t berlin(const fh_zone *zone, const char *local)
{
    int64_t ms;
    assert_true(fh_time_iso(fh_str_of(local), zone, &ms));
    return ms;
}

static int64_t utc(const char *text)
{
    return berlin(NULL, text);
}

static void the_hour_that_is_twice_or_missing_has_one_meaning(void **state)
{
    (void)state;
    const fh_str bytes = read_zone_file("Europe/Berlin");
    if (bytes.len == 0) skip();
    fh_arena *arena = fh_arena_new(NULL);
    const fh_zone *zone;
    assert_status(fh_zone_tzif(arena, bytes, &zone, NULL), FH_OK);
    /* Clocks go back at 03:00 summer time: 02:30 is twice, the earlier is meant. */
    assert_int_equal(berlin(zone, "2024-10-27 02:30:00"), utc("2024-10-27 00:30:00"));
    assert_int_equal(berlin(zone, "2024-10-27 01:59:59"), utc("2024-10-26 23:59:59"));
    assert_int_equal(berlin(zone, "2024-10-27 03:00:00"), utc("2024-10-27 02:00:00"));
    /* Clocks go forward at 02:00: 02:30 is never, and is read by the old offset. */
    assert_int_equal(berlin(zone, "2024-03-31 02:30:00"), utc("2024-03-31 01:30:00"));
    assert_int_equal(berlin(zone, "2024-03-31 03:00:00"), utc("2024-03-31 01:00:00"));
    assert_int_equal(berlin(zone, "2024-03-31 01:59:59"), utc("2024-03-31 00:59:59"));
    /* By rule, a thousand years on: the calendar is that of 400 years earlier. */
    const int64_t cycles = 2 * INT64_C(146097) * FH_DAY_MS;
    assert_int_equal(fh_zone_offset(zone, utc("2200-07-01") + cycles), 7200);
    assert_int_equal(fh_zone_offset(zone, utc("2200-01-01") + cycles), 3600);
    assert_int_equal(berlin(zone, "3000-07-01 12:00:00"), utc("3000-07-01 10:00:00"));
    char text[FH_TIME_TEXT];
    (void)fh_time_format(utc("2024-07-01 10:00:00"), zone, text);
    assert_string_equal(text, "2024-07-01T12:00:00+02:00");
    (void)fh_zone_offset(zone, INT64_MIN);
    (void)fh_zone_offset(zone, INT64_MAX);
    (void)fh_zone_instant(zone, INT64_MIN);
    (void)fh_zone_instant(zone, INT64_MAX);
    fh_arena_free(arena);
}

/* A version 2 file without transitions whose footer is `rule`. */
static size_t make_file(char *to, const char *rule)
{
    static const char header[44] = {'T', 'Z', 'i', 'f', '2', [39] = 1, [43] = 4};
    static const char block[10] = {0, 0, 0, 0, 0, 0, 'U', 'T', 'C', 0};
    size_t n = 0;
    for (int half = 0; half < 2; half++) {
        memcpy(to + n, header, sizeof header);
        memcpy(to + n + sizeof header, block, sizeof block);
        n += sizeof header + sizeof block;
    }
    return n + (size_t)sprintf(to + n, "\n%s\n", rule);
}

static void rules_in_every_form_agree_with_the_c_library(void **state)
{
    (void)state;
    const char *rules[] = {
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "EST5EDT,M3.2.0/2,M11.1.0/2",
        "AEST-10AEDT,M10.1.0,M4.1.0/3",
        "<+0330>-3:30<+0430>-4:30,J79/24,J263/24",
        "XXX4YYY3,59/1,300/1:30:15",
        "XXX4YYY3:15,J60,J300",
        "IST-5:30",
        "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1",
    };
    static char bytes[400];
    for (size_t i = 0; i < COUNT(rules); i++) {
        fh_arena *arena = fh_arena_new(test_allocator());
        const fh_zone *zone;
        const fh_str s = {bytes, make_file(bytes, rules[i])};
        assert_status(fh_zone_tzif(arena, s, &zone, NULL), FH_OK);
        (void)setenv("TZ", rules[i], 1);
        tzset();
        /* From 1971 on: what the C library does before is not by the rule. */
        for (int64_t t = INT64_C(31536000); t < INT64_C(9000000000); t += 86400 * 3 + 1801)
            if (libc_offset(t) != fh_zone_offset(zone, t * 1000))
                fail_msg("%s at %lld: %d, not %d", rules[i], (long long)t,
                         fh_zone_offset(zone, t * 1000), (int)libc_offset(t));
        fh_arena_free(arena);
    }
}

static void damaged_files_are_refused_with_a_reason(void **state)
{
    (void)state;
    const char *rules[] = {
        "C",
        "CET",
        "CET-1CEST",
        "CET-1CEST,M3.5.0",
        "CET-99",
        "CET-1CEST,M13.5.0,M10.5.0",
        "<CET-1",
        "CET-1CEST,M3.5.0,M10.5.0/200",
        "CET-1CEST,J0,J5",
        "CET-1CEST,366,1",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,,",
    };
    static char bytes[1 << 16];
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_zone *zone;
    fh_error err;
    for (size_t i = 0; i < COUNT(rules); i++) {
        const fh_str s = {bytes, make_file(bytes, rules[i])};
        if (fh_zone_tzif(arena, s, &zone, &err) != FH_FORMAT) fail_msg("%s was read", rules[i]);
        assert_non_null(strstr(err.message, "rule"));
    }
    /* Cut anywhere, with any byte changed: an answer, and no byte beyond the end. */
    const fh_str berlin_bytes = read_zone_file("Europe/Berlin");
    for (size_t n = 0; n < berlin_bytes.len; n += n < 100 ? 1 : 37) {
        char *exact = malloc(n ? n : 1);
        memcpy(exact, berlin_bytes.ptr, n);
        assert_status(fh_zone_tzif(arena, (fh_str){exact, n}, &zone, &err), FH_FORMAT);
        free(exact);
    }
    test_seed(4);
    for (int i = 0; i < 2000 && berlin_bytes.len; i++) {
        const uint32_t at = i < 500 ? test_rand(100) : test_rand((uint32_t)berlin_bytes.len);
        const char before = file[at];
        file[at] = (char)test_rand(256);
        if (fh_zone_tzif(arena, berlin_bytes, &zone, &err) == FH_OK) {
            (void)fh_zone_offset(zone, (int64_t)test_rand(2000000000) * 1000);
            (void)fh_zone_instant(zone, (int64_t)test_rand(2000000000) * 1000);
        }
        file[at] = before;
        fh_arena_reset(arena);
    }
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static fh_status load(void *ctx)
{
    (void)ctx;
    static char bytes[400];
    const fh_zone *zone;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    const fh_str s = {bytes, make_file(bytes, "CET-1CEST,M3.5.0,M10.5.0/3")};
    fh_status status = fh_zone_tzif(arena, s, &zone, NULL);
    if (status == FH_OK) status = fh_zone_fixed(arena, FH_STR("+01"), &zone, NULL);
    fh_arena_free(arena);
    return status;
}

static void memory_running_out_is_reported(void **state)
{
    (void)state;
    test_oom(load, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixed_offsets_are_read),
        cmocka_unit_test(zones_agree_with_the_c_library),
        cmocka_unit_test(the_hour_that_is_twice_or_missing_has_one_meaning),
        cmocka_unit_test(rules_in_every_form_agree_with_the_c_library),
        cmocka_unit_test(damaged_files_are_refused_with_a_reason),
        cmocka_unit_test(memory_running_out_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
