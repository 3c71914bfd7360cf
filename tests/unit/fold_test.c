/* fold_test.c - what holds for every fold: which columns it asks for, and that its
 * options decide what it can be merged with. */
#include "folds.h"

enum {
    STORIES = 1u << FH_COL_STORIES,
    TIMES = STORIES | 1u << FH_COL_GAP | 1u << FH_COL_MS,
    TOUCHPOINT = 1u << FH_COL_TOUCHPOINT,
    DEPARTMENT = 1u << FH_COL_DEPARTMENT,
};

static const uint64_t some_bits = 6, other_bits = 12;
static const fh_bitset some = {&some_bits, 64}, other = {&other_bits, 64};

static uint32_t columns_of(fh_fold *fold)
{
    const uint32_t columns = fh_fold_columns(fold);
    fh_fold_free(fold);
    return columns;
}

static void folds_ask_for_the_columns_they_need(void **state)
{
    (void)state;
    fh_fold *f;
    assert_status(fh_touchpoints_new(NULL, &(fh_touchpoints_options){9, 9, 9}, &f, NULL), FH_OK);
    assert_int_equal(columns_of(f), TIMES | TOUCHPOINT | 1u << FH_COL_OUTCOME | 1u << FH_COL_VALUE |
                                        1u << FH_COL_CURRENCY | 1u << FH_COL_SCORE);
    assert_status(fh_follows_new(NULL, &(fh_follows_options){.n_touchpoints = 9}, &f, NULL), FH_OK);
    assert_int_equal(columns_of(f), TIMES | TOUCHPOINT);
    assert_status(fh_variants_new(NULL, &(fh_variants_options){.n_touchpoints = 9}, &f, NULL),
                  FH_OK);
    assert_int_equal(columns_of(f), TIMES | TOUCHPOINT);
    assert_status(
        fh_funnel_new(NULL, &(fh_funnel_options){.n_touchpoints = 9, .n_steps = 1, .steps = &some},
                      &f, NULL),
        FH_OK);
    assert_int_equal(columns_of(f), TIMES | TOUCHPOINT);
    assert_status(fh_paths_new(NULL, &(fh_paths_options){.n_touchpoints = 9, .depth = 1}, &f, NULL),
                  FH_OK);
    assert_int_equal(columns_of(f), STORIES | TOUCHPOINT);
    assert_status(fh_loops_new(NULL, &(fh_loops_options){9}, &f, NULL), FH_OK);
    assert_int_equal(columns_of(f), TIMES | TOUCHPOINT);
    assert_status(fh_waits_new(NULL, &(fh_waits_options){9}, &f, NULL), FH_OK);
    assert_int_equal(columns_of(f), TIMES | TOUCHPOINT | 1u << FH_COL_DIRECTION);
    assert_status(fh_handoffs_new(NULL, &(fh_handoffs_options){9, false}, &f, NULL), FH_OK);
    assert_int_equal(columns_of(f), TIMES | DEPARTMENT | 1u << FH_COL_PROBLEM);
}

static void columns_that_options_leave_out_are_not_asked_for(void **state)
{
    (void)state;
    fh_fold *f;
    fh_retention_options r = {.n_touchpoints = 9, .unit = FH_DAY, .n_buckets = 1};
    assert_status(fh_retention_new(NULL, &r, &f, NULL), FH_OK);
    assert_int_equal(columns_of(f), STORIES | 1u << FH_COL_GAP);
    r.rolling = true;
    assert_status(fh_retention_new(NULL, &r, &f, NULL), FH_OK);
    assert_int_equal(columns_of(f), TIMES);
    r.back = some;
    assert_status(fh_retention_new(NULL, &r, &f, NULL), FH_OK);
    assert_int_equal(columns_of(f), TIMES | TOUCHPOINT);
    r.back = (fh_bitset){NULL, 0};
    r.born = some;
    assert_status(fh_retention_new(NULL, &r, &f, NULL), FH_OK);
    assert_int_equal(columns_of(f), TIMES | TOUCHPOINT);

    fh_repeats_options o = {.n_departments = 9, .n_channels = 9, .other_problem_too = true};
    assert_status(fh_repeats_new(NULL, &o, &f, NULL), FH_OK);
    assert_int_equal(columns_of(f), TIMES | DEPARTMENT);
    o.channels = some;
    o.directions = 1;
    o.other_problem_too = false;
    assert_status(fh_repeats_new(NULL, &o, &f, NULL), FH_OK);
    assert_int_equal(columns_of(f), TIMES | DEPARTMENT | 1u << FH_COL_CHANNEL |
                                        1u << FH_COL_DIRECTION | 1u << FH_COL_PROBLEM);
}

/* Folds of different questions: none may be merged with any other, each with its
 * twin. */
static void every_option_decides_what_can_be_merged(void **state)
{
    (void)state;
    const uint32_t edges[] = {0, 1, 3}, late[] = {0, 2, 3};
    const fh_retention_options day = {.n_touchpoints = 9, .unit = FH_DAY, .n_buckets = 2};
    fh_retention_options r[12];
    for (size_t i = 0; i < COUNT(r); i++) r[i] = day;
    r[1].unit = FH_WEEK;
    r[2].n_buckets = 3;
    r[3].rolling = true;
    r[4].zone_s = 60;
    r[5].born = some;
    r[6].back = some;
    r[7].back = other;
    r[8].mode = FH_UNBOUNDED;
    r[9].n_touchpoints = 8;
    r[10].mode = r[11].mode = FH_BRACKET;
    r[10].n_edges = r[11].n_edges = 3;
    r[10].edges = edges;
    r[11].edges = late;
    for (size_t i = 0; i < COUNT(r); i++) {
        for (size_t j = 0; j < COUNT(r); j++) {
            fh_fold *a, *b;
            assert_status(fh_retention_new(NULL, &r[i], &a, NULL), FH_OK);
            assert_status(fh_retention_new(NULL, &r[j], &b, NULL), FH_OK);
            assert_status(fh_fold_merge(a, b, NULL), i == j ? FH_OK : FH_INVALID);
            fh_fold_free(a);
            fh_fold_free(b);
        }
    }
    const fh_repeats_options o = {.n_departments = 9, .n_channels = 9, .channels = some};
    fh_repeats_options p[6] = {o, o, o, o, o, o};
    p[0].n_departments = 8;
    p[1].channels = other;
    p[2].channels = (fh_bitset){NULL, 0};
    p[3].directions = 2;
    p[4].window_ms = 7;
    p[5].other_problem_too = true;
    for (size_t i = 0; i < COUNT(p); i++) {
        fh_fold *a, *b;
        assert_status(fh_repeats_new(NULL, &o, &a, NULL), FH_OK);
        assert_status(fh_repeats_new(NULL, &p[i], &b, NULL), FH_OK);
        assert_status(fh_fold_merge(a, b, NULL), FH_INVALID);
        fh_fold_free(a);
        fh_fold_free(b);
    }
    const fh_paths_options q = {.n_touchpoints = 9, .depth = 2, .anchor = some};
    fh_paths_options s[4] = {q, q, q, q};
    s[0].depth = 3;
    s[1].backwards = true;
    s[2].every = true;
    s[3].anchor = other;
    for (size_t i = 0; i < COUNT(s); i++) {
        fh_fold *a, *b;
        assert_status(fh_paths_new(NULL, &q, &a, NULL), FH_OK);
        assert_status(fh_paths_new(NULL, &s[i], &b, NULL), FH_OK);
        assert_status(fh_fold_merge(a, b, NULL), FH_INVALID);
        fh_fold_free(a);
        fh_fold_free(b);
    }
}

static void numbers_that_do_not_rise_are_refused(void **state)
{
    (void)state;
    const uint32_t name[] = {0, 2, 2}, zero = 0, start[] = {0, 1}, falling[] = {0, 3, 2};
    const uint8_t code = 1;
    fh_segment seg = {.n = 1,
                      .n_stories = 1,
                      .customer = &zero,
                      .start = start,
                      .first_s = &zero,
                      .gap_s = &zero,
                      .touchpoint = {3, name, false, &code, NULL}};
    fh_fold *f;
    fh_error err;
    for (int i = 0; i < 2; i++) {
        assert_status(fh_loops_new(NULL, &(fh_loops_options){9}, &f, NULL), FH_OK);
        assert_status(fh_fold_add(f, &seg, &err), FH_INVALID);
        assert_string_equal(err.message, "the touchpoint numbers of a segment do not rise");
        fh_fold_free(f);
        seg.touchpoint.name = falling;
    }
    assert_status(fh_loops_new(NULL, &(fh_loops_options){65536}, &f, NULL), FH_OK);
    fh_fold_free(f);
    assert_status(fh_loops_new(NULL, &(fh_loops_options){65537}, &f, NULL), FH_INVALID);
}

static void an_organisation_without_names_can_be_asked(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_row rows[] = {{.customer = 1, .at_s = 1}, {.customer = 1, .at_s = 2}};
    fh_fold *f;
    fh_loops l;
    assert_status(fh_loops_new(NULL, &(fh_loops_options){0}, &f, NULL), FH_OK);
    assert_status(fh_fold_add(f, test_segment(arena, rows, 0), NULL), FH_OK);
    assert_status(fh_fold_add(f, test_segment(arena, rows, 2), NULL), FH_OK);
    assert_status(fh_loops_read(f, arena, &l, NULL), FH_OK);
    assert_int_equal(l.n_rows, 1);
    assert_int_equal(l.rows[0].at_once, 1);
    fh_fold_free(f);
    fh_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds_ask_for_the_columns_they_need),
        cmocka_unit_test(columns_that_options_leave_out_are_not_asked_for),
        cmocka_unit_test(every_option_decides_what_can_be_merged),
        cmocka_unit_test(an_organisation_without_names_can_be_asked),
        cmocka_unit_test(numbers_that_do_not_rise_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
