/* funnel_test.c - ordered steps within a window: by hand, by the sums that must
 * hold, against an oracle, in any split, and with memory running out. */
#include "folds.h"

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_funnel_new(from, options, out, err);
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_funnel f;
    const fh_status status = fh_funnel_read(fold, arena, &f, err);
    if (status != FH_OK) return status;
    fh_buf_printf(out, "of %llu", (unsigned long long)f.n_stories);
    for (size_t k = 0; k < f.n_steps; k++)
        fh_buf_printf(out, "; %llu, %lld ms (%lld)", (unsigned long long)f.steps[k].stories,
                      (long long)f.steps[k].since_start_ms_sum,
                      (long long)f.steps[k].since_start.p90_ms);
    return FH_OK;
}

enum { A = 1, B, C, D };

/* The touchpoints of each step as a set. */
#define BIT(t) (UINT64_C(1) << (t))

static const uint64_t a_only = BIT(A), b_only = BIT(B), c_only = BIT(C), a_or_b = BIT(A) | BIT(B);
static const fh_bitset abc[] = {{&a_only, 64}, {&b_only, 64}, {&c_only, 64}};

static fh_funnel_options options_of(const fh_bitset *steps, uint32_t n_steps, uint64_t window_ms,
                                    bool strict)
{
    return (fh_funnel_options){.n_touchpoints = 6,
                               .n_steps = n_steps,
                               .steps = steps,
                               .window_ms = window_ms,
                               .strict = strict};
}

/* One story of touchpoints at times in ms, folded. */
static fh_str story(fh_arena *arena, const fh_funnel_options *o, const uint16_t *touchpoint,
                    const uint32_t *at_ms, size_t n)
{
    fh_row rows[16];
    for (size_t i = 0; i < n; i++)
        rows[i] = (fh_row){.customer = 3,
                           .at_s = 1000 + at_ms[i] / 1000,
                           .ms = (uint16_t)(at_ms[i] % 1000),
                           .touchpoint = touchpoint[i]};
    return test_fold_same(&(test_fold){make, o, print}, arena, rows, n, 0);
}

static void other_interactions_may_come_between(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_funnel_options loose = options_of(abc, 3, 0, false);
    const fh_funnel_options strict = options_of(abc, 3, 0, true);
    const uint16_t t[] = {B, A, D, B, 0, C};
    const uint32_t at[] = {0, 1000, 2000, 4500, 5000, 9000};
    assert_str(story(arena, &loose, t, at, 6), "of 1; 1, 0 ms (0); 1, 3500 ms (3488); 1, 8000 ms "
                                               "(8000)");
    assert_str(story(arena, &strict, t, at, 6), "of 1; 1, 0 ms (0); 0, 0 ms (0); 0, 0 ms (0)");
    const uint16_t next[] = {A, A, B, C, C};
    assert_str(story(arena, &strict, next, at, 5),
               "of 1; 1, 0 ms (0); 1, 1000 ms (1000); 1, 3500 ms (3488)");
    fh_arena_free(arena);
}

static void the_window_is_inclusive_and_to_the_millisecond(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const uint16_t t[] = {A, B, C};
    const uint32_t at[] = {500, 2000, 3501}, whole[] = {1000, 2000, 4000};
    for (int strict = 0; strict < 2; strict++) {
        fh_funnel_options o = options_of(abc, 3, 3001, strict);
        assert_str(story(arena, &o, t, at, 3),
                   "of 1; 1, 0 ms (0); 1, 1500 ms (1488); 1, 3001 ms (2976)");
        assert_str(story(arena, &o, t, whole, 3),
                   "of 1; 1, 0 ms (0); 1, 1000 ms (1000); 1, 3000 ms (3000)");
        o.window_ms = 3000;
        assert_str(story(arena, &o, t, at, 3), "of 1; 1, 0 ms (0); 1, 1500 ms (1488); 0, 0 ms (0)");
        o.window_ms = 2999;
        assert_str(story(arena, &o, t, whole, 3),
                   "of 1; 1, 0 ms (0); 1, 1000 ms (1000); 0, 0 ms (0)");
        o.window_ms = UINT64_MAX;
        assert_str(story(arena, &o, t, whole, 3),
                   "of 1; 1, 0 ms (0); 1, 1000 ms (1000); 1, 3000 ms (3000)");
    }
    fh_arena_free(arena);
}

static void no_window_is_too_short(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const uint16_t t[] = {A, B, C};
    const uint32_t at[] = {0, 0, 1000};
    for (int strict = 0; strict < 2; strict++) {
        const fh_funnel_options o = options_of(abc, 3, 1, strict);
        assert_str(story(arena, &o, t, at, 3), "of 1; 1, 0 ms (0); 1, 0 ms (0); 0, 0 ms (0)");
    }
    fh_arena_free(arena);
}

static void no_window_is_too_long(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const uint16_t t[] = {B, C, A, B};
    const uint32_t at[] = {500, 501, 502, 503};
    static const uint64_t windows[] = {0, UINT64_MAX, UINT64_MAX - 1, INT64_MAX};
    for (size_t i = 0; i < COUNT(windows); i++) {
        const fh_funnel_options o = options_of(abc, 3, windows[i], false);
        assert_str(story(arena, &o, t, at, 4), "of 1; 1, 0 ms (0); 1, 1 ms (1); 0, 0 ms (0)");
        const uint16_t at_once[] = {A, B};
        const uint32_t from_0[] = {0, 1};
        assert_str(story(arena, &o, at_once, from_0, 2),
                   "of 1; 1, 0 ms (0); 1, 1 ms (1); 0, 0 ms (0)");
    }
    fh_arena_free(arena);
}

static void a_later_start_takes_over_and_the_first_arrival_counts(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_funnel_options o = options_of(abc, 3, 5000, false);
    /* The chain from 0 is too old for C at 8000, the one from 4000 is not. */
    const uint16_t t[] = {A, B, A, B, C};
    const uint32_t at[] = {0, 1000, 4000, 7000, 8000};
    assert_str(story(arena, &o, t, at, 5),
               "of 1; 1, 0 ms (0); 1, 1000 ms (1000); 1, 4000 ms (4000)");
    fh_arena_free(arena);
}

static void an_interaction_never_stands_for_two_steps_of_one_chain(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    static const fh_bitset twice[] = {{&a_only, 64}, {&a_only, 64}, {&a_or_b, 64}};
    const uint16_t t[] = {A, A, B};
    const uint32_t at[] = {0, 10000, 30000};
    for (int strict = 0; strict < 2; strict++) {
        const fh_funnel_options o = options_of(twice, 3, 0, strict);
        assert_str(story(arena, &o, t, at, 1), "of 1; 1, 0 ms (0); 0, 0 ms (0); 0, 0 ms (0)");
        assert_str(story(arena, &o, t, at, 2), "of 1; 1, 0 ms (0); 1, 10000 ms (10000); 0, 0 ms "
                                               "(0)");
        assert_str(story(arena, &o, t, at, 3),
                   "of 1; 1, 0 ms (0); 1, 10000 ms (10000); 1, 30000 ms (30000)");
    }
    fh_arena_free(arena);
}

/* ---- The oracle -------------------------------------------------------------------- */

enum { MANY = 500, STEPS = 4 };

typedef struct reach {
    bool reached;
    int64_t took;
} reach;

/* Loose: the latest start of a chain to every step, tried from the last step to
 * the first. Strict: every run of neighbours. */
static void walk(const fh_funnel_options *o, const fh_row *row, size_t n, reach *out)
{
    const int64_t window = o->window_ms ? (int64_t)o->window_ms : INT64_MAX;
    int64_t start[STEPS];
    bool has[STEPS] = {false};
    for (size_t i = 0; i < n; i++) {
        const int64_t now = test_at_ms(&row[i]);
        for (uint32_t k = o->n_steps; k-- > 0;) {
            if (!fh_bit(o->steps[k].bits, row[i].touchpoint)) continue;
            int64_t from = now;
            if (o->strict) {
                bool run = i >= k;
                for (uint32_t j = 1; run && j <= k; j++)
                    run = fh_bit(o->steps[k - j].bits, row[i - j].touchpoint);
                if (!run) continue;
                from = test_at_ms(&row[i - k]);
            } else if (k > 0) {
                if (!has[k - 1]) continue;
                from = start[k - 1];
            }
            if (now - from > window) continue;
            has[k] = true;
            start[k] = from;
            if (!out[k].reached) out[k] = (reach){true, now - from};
        }
    }
}

static void check_against_oracle(const fh_funnel_options *o, const fh_row *rows, size_t n)
{
    fh_arena *arena = fh_arena_new(NULL);
    (void)test_fold_same(&(test_fold){make, o, print}, arena, rows, n, o->n_touchpoints);
    const fh_row *row = test_sorted(arena, rows, n);
    uint64_t stories[STEPS] = {0};
    int64_t sum[STEPS] = {0};
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && row[end].customer == row[i].customer;) end++;
        reach got[STEPS] = {{false, 0}};
        walk(o, row + i, end - i, got);
        for (uint32_t k = 0; k < o->n_steps; k++) {
            stories[k] += got[k].reached;
            sum[k] += got[k].took;
        }
    }
    fh_fold *fold;
    fh_funnel f;
    assert_status(fh_funnel_new(NULL, o, &fold, NULL), FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, rows, n), NULL), FH_OK);
    assert_status(fh_funnel_read(fold, arena, &f, NULL), FH_OK);
    for (uint32_t k = 0; k < o->n_steps; k++) {
        assert_int_equal(f.steps[k].stories, stories[k]);
        assert_int_equal(f.steps[k].since_start_ms_sum, sum[k]);
        if (k) assert_true(f.steps[k].stories <= f.steps[k - 1].stories);
    }
    fh_fold_free(fold);
    fh_arena_free(arena);
}

static void random_stories_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(4);
    for (uint32_t round = 0; round < 120; round++) {
        fh_row rows[MANY];
        const size_t n = 1 + test_rand(MANY);
        const test_shape shape = {
            .customers = 1 + test_rand(60), .touchpoints = 5, .ms = round % 2, .span_s = 100000};
        test_random_rows(&shape, rows, n);
        uint64_t bits[STEPS];
        fh_bitset steps[STEPS];
        for (size_t k = 0; k < STEPS; k++) {
            bits[k] = BIT(test_rand(6)) | (round % 3 ? 0 : BIT(test_rand(6)));
            steps[k] = (fh_bitset){&bits[k], 64};
        }
        fh_funnel_options o = options_of(steps, 1 + test_rand(STEPS), 0, round % 4 == 0);
        if (round % 5) o.window_ms = 1 + test_rand(200000000);
        o.n_touchpoints = round % 2 ? 6 : 400;
        check_against_oracle(&o, rows, n);
    }
}

/* ---- Limits ---------------------------------------------------------------------- */

/* Segments are folded a block at a time: stories that begin and end anywhere in it,
 * and stories longer than it. */
static void stories_across_blocks_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(5);
    enum { LONG = 5000 };
    static fh_row rows[LONG];
    for (uint32_t round = 0; round < 6; round++) {
        const test_shape shape = {
            .customers = round % 2 ? 2 : 700, .touchpoints = 5, .ms = round > 2, .span_s = 3000000};
        test_random_rows(&shape, rows, LONG);
        fh_funnel_options o = options_of(abc, 3, round % 3 ? 600000000 : 0, false);
        o.n_touchpoints = 6;
        check_against_oracle(&o, rows, LONG);
    }
}

static void a_funnel_may_have_32_steps(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_bitset steps[FH_FUNNEL_MAX_STEPS];
    fh_row rows[FH_FUNNEL_MAX_STEPS];
    for (uint32_t k = 0; k < FH_FUNNEL_MAX_STEPS; k++) {
        steps[k] = (fh_bitset){&a_only, 64};
        rows[k] = (fh_row){.customer = 1, .at_s = k * 10, .touchpoint = A};
    }
    for (int strict = 0; strict < 2; strict++) {
        fh_fold *fold;
        fh_funnel f;
        const fh_funnel_options o = options_of(steps, 32, 310000, strict);
        assert_status(fh_funnel_new(NULL, &o, &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, test_segment(arena, rows, 32), NULL), FH_OK);
        assert_status(fh_funnel_read(fold, arena, &f, NULL), FH_OK);
        for (uint32_t k = 0; k < 32; k++) {
            assert_int_equal(f.steps[k].stories, 1);
            assert_int_equal(f.steps[k].since_start_ms_sum, 10000 * k);
        }
        fh_fold_free(fold);
    }
    fh_arena_free(arena);
}

static void options_that_make_no_funnel_are_refused(void **state)
{
    (void)state;
    fh_fold *fold = NULL, *other = NULL;
    fh_error err;
    fh_funnel_options o = options_of(abc, 0, 0, false);
    assert_status(fh_funnel_new(NULL, &o, &fold, &err), FH_INVALID);
    o.n_steps = 33;
    assert_status(fh_funnel_new(NULL, &o, &fold, &err), FH_INVALID);
    o = options_of(abc, 3, 0, false);
    o.n_touchpoints = 70000;
    assert_status(fh_funnel_new(NULL, &o, &fold, &err), FH_INVALID);
    assert_null(fold);
    o.n_touchpoints = 6;
    assert_status(fh_funnel_new(NULL, &o, &fold, &err), FH_OK);
    static const fh_bitset acb[] = {{&a_only, 64}, {&c_only, 64}, {&b_only, 64}};
    o.steps = acb;
    assert_status(fh_funnel_new(NULL, &o, &other, &err), FH_OK);
    assert_status(fh_fold_merge(fold, other, &err), FH_INVALID);
    fh_fold_free(fold);
    fh_fold_free(other);
}

static void running_out_of_memory_is_reported_and_leaks_nothing(void **state)
{
    (void)state;
    fh_row rows[60];
    test_random_rows(&(test_shape){.customers = 9, .touchpoints = 5}, rows, COUNT(rows));
    for (int strict = 0; strict < 2; strict++) {
        const fh_funnel_options o = options_of(abc, 3, 0, strict);
        test_fold_oom(&(test_fold){make, &o, print}, rows, COUNT(rows));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_interactions_may_come_between),
        cmocka_unit_test(the_window_is_inclusive_and_to_the_millisecond),
        cmocka_unit_test(no_window_is_too_short),
        cmocka_unit_test(no_window_is_too_long),
        cmocka_unit_test(a_later_start_takes_over_and_the_first_arrival_counts),
        cmocka_unit_test(an_interaction_never_stands_for_two_steps_of_one_chain),
        cmocka_unit_test(random_stories_agree_with_the_oracle),
        cmocka_unit_test(stories_across_blocks_agree_with_the_oracle),
        cmocka_unit_test(a_funnel_may_have_32_steps),
        cmocka_unit_test(options_that_make_no_funnel_are_refused),
        cmocka_unit_test(running_out_of_memory_is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
