/* segments_test.c - the test helper itself: a segment made by hand. */
#include "segments.h"

#include "base/time.h"

static void a_table_of_rows_becomes_a_segment(void **state)
{
    (void)state;
    const fh_row rows[] = {
        {.customer = 9, .at_s = 50, .touchpoint = 300},
        {.customer = 7, .at_s = 160, .touchpoint = 5, .channel = 2},
        {.customer = 7, .at_s = 100, .ms = 7, .touchpoint = 2, .member = 8},
        {.customer = 7, .at_s = 160, .touchpoint = 2, .has_value = true, .value = -5},
    };
    fh_arena *arena = fh_arena_new(NULL);
    const fh_segment *seg = test_segment(arena, rows, COUNT(rows));
    assert_int_equal(seg->n, 4);
    assert_int_equal(seg->n_stories, 2);
    assert_int_equal(seg->customer[0], 7);
    assert_int_equal(seg->start[1], 3);
    assert_int_equal(seg->start[2], 4);
    assert_int_equal(seg->first_s[0], 100);
    assert_int_equal(seg->gap_s[1], 60);
    assert_int_equal(seg->gap_s[2], 0);
    assert_int_equal(seg->touchpoint.n_names, 4);
    assert_false(seg->touchpoint.identity);
    assert_int_equal(fh_name_at(&seg->touchpoint, 1), 5);
    assert_int_equal(fh_name_at(&seg->touchpoint, 2), 2);
    assert_int_equal(fh_name_at(&seg->touchpoint, 3), 300);
    assert_null(seg->department.c8);
    assert_int_equal(seg->member[0], 8);
    assert_int_equal(seg->member[1], 7);
    assert_int_equal(seg->value[2], -5);
    assert_null(seg->score);
    const fh_segment *same = test_segment_identity(arena, rows, COUNT(rows));
    assert_true(same->touchpoint.identity);
    assert_int_equal(same->touchpoint.c16[3], 300);
    test_same_segment(same, seg);
    fh_arena_free(arena);
}

static void an_instant_becomes_a_time_and_back(void **state)
{
    (void)state;
    const struct {
        int64_t instant_ms;
        uint32_t at_s;
        uint16_t ms;
    } table[] = {
        {FH_TIME_MIN_MS, 0, 0}, {FH_TIME_MIN_MS + 1999, 1, 999},
        {-1, 946771199, 999}, /* the last millisecond of 1969 */
        {0, 946771200, 0},      {FH_TIME_MAX_MS, UINT32_MAX, 999},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        uint16_t ms = 7;
        assert_int_equal(fh_instant_split(table[i].instant_ms, &ms), table[i].at_s);
        assert_int_equal(ms, table[i].ms);
        assert_int_equal(fh_instant_ms(table[i].at_s, ms), table[i].instant_ms);
    }
    assert_int_equal(FH_TIME_MIN_MS, fh_days_from_civil(1940, 1, 1) * FH_DAY_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_of_rows_becomes_a_segment),
        cmocka_unit_test(an_instant_becomes_a_time_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
