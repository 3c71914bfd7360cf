/* follows_test.c - what comes right after what: by hand, by the sums that must
 * hold, against an oracle, in any split, and with memory running out. */
#include "folds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_follows_new(from, options, out, err);
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_follows f;
    const fh_status status = fh_follows_read(fold, arena, &f, err);
    if (status != FH_OK) return status;
    fh_buf_printf(out, "%llu in %llu\n", (unsigned long long)f.n_interactions,
                  (unsigned long long)f.n_stories);
    for (size_t i = 0; i < f.n_arcs; i++) {
        const fh_arc *a = &f.arcs[i];
        if (a->stories) fh_buf_printf(out, "%llu: ", (unsigned long long)a->stories);
        fh_buf_printf(out, "%u > %u: %llu, %lld ms; %lld %lld %lld%s\n", a->from, a->to,
                      (unsigned long long)a->count, (long long)a->gap_ms_sum,
                      (long long)a->gap.p50_ms, (long long)a->gap.p90_ms, (long long)a->gap.p99_ms,
                      a->gap.exact ? "" : " about");
    }
    for (size_t i = 0; i < f.n_starts; i++)
        fh_buf_printf(out, "start %u: %llu\n", f.starts[i].touchpoint,
                      (unsigned long long)f.starts[i].count);
    for (size_t i = 0; i < f.n_ends; i++)
        fh_buf_printf(out, "end %u: %llu\n", f.ends[i].touchpoint,
                      (unsigned long long)f.ends[i].count);
    return FH_OK;
}

/* Two customers: 1 2 2 5, and 1 2 none 5. */
static const fh_row two[] = {
    {.customer = 7, .at_s = 100, .touchpoint = 1},
    {.customer = 7, .at_s = 110, .touchpoint = 2},
    {.customer = 7, .at_s = 130, .touchpoint = 2, .ms = 500},
    {.customer = 7, .at_s = 131, .touchpoint = 5},
    {.customer = 9, .at_s = 5, .touchpoint = 1},
    {.customer = 9, .at_s = 100, .touchpoint = 2},
    {.customer = 9, .at_s = 100, .touchpoint = 0, .ms = 1},
    {.customer = 9, .at_s = 200, .touchpoint = 5},
};

static void arcs_are_counted_within_a_story_and_not_across(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_follows_options options = {.n_touchpoints = 6, .percentiles = FH_PERCENTILES_EXACT};
    const test_fold t = {make, &options, print};
    assert_str(test_fold_same(&t, arena, two, COUNT(two), 0),
               "8 in 2\n"
               "1 > 2: 2, 105000 ms; 10000 95000 95000\n"
               "0 > 5: 1, 99999 ms; 99999 99999 99999\n"
               "2 > 0: 1, 1 ms; 1 1 1\n"
               "2 > 2: 1, 20500 ms; 20500 20500 20500\n"
               "2 > 5: 1, 500 ms; 500 500 500\n"
               "start 1: 2\n"
               "end 5: 2\n");
    fh_arena_free(arena);
}

static void an_arc_counts_each_story_once(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[COUNT(two) + 1];
    memcpy(rows, two, sizeof two);
    rows[COUNT(two)] = (fh_row){.customer = 7, .at_s = 130, .touchpoint = 2, .ms = 600};
    const fh_follows_options options = {.n_touchpoints = 6, .stories = true};
    const test_fold t = {make, &options, print};
    assert_str(test_fold_same(&t, arena, rows, COUNT(rows), 0),
               "9 in 2\n"
               "2: 1 > 2: 2, 105000 ms; 0 0 0 about\n"
               "1: 2 > 2: 2, 20600 ms; 0 0 0 about\n"
               "1: 0 > 5: 1, 99999 ms; 0 0 0 about\n"
               "1: 2 > 0: 1, 1 ms; 0 0 0 about\n"
               "1: 2 > 5: 1, 400 ms; 0 0 0 about\n"
               "start 1: 2\n"
               "end 5: 2\n");
    fh_arena_free(arena);
}

static void percentiles_are_only_given_when_asked_for(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_follows_options options = {.n_touchpoints = 6};
    const fh_segment *seg = test_segment(arena, two, 4);
    assert_str(test_fold_text(&(test_fold){make, &options, print}, arena, &seg, 1),
               "4 in 1\n"
               "1 > 2: 1, 10000 ms; 0 0 0 about\n"
               "2 > 2: 1, 20500 ms; 0 0 0 about\n"
               "2 > 5: 1, 500 ms; 0 0 0 about\n"
               "start 1: 1\n"
               "end 5: 1\n");
    fh_arena_free(arena);
}

static void nothing_gives_empty_lists(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_follows_options options = {.n_touchpoints = 6, .percentiles = FH_PERCENTILES_APPROX};
    const fh_segment *seg = test_segment(arena, two, 0);
    assert_str(test_fold_text(&(test_fold){make, &options, print}, arena, &seg, 1), "0 in 0\n");
    fh_arena_free(arena);
}

/* ---- The oracle: neighbours in the list of rows ------------------------------------ */

enum { MANY = 700, NAMES = 600 };

static int by_size(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void check_percentiles(const fh_percentiles *got, const int64_t *gap, size_t n, bool exact)
{
    const int64_t value[3] = {got->p50_ms, got->p90_ms, got->p99_ms};
    const size_t q[3] = {50, 90, 99};
    assert_int_equal(got->exact, exact);
    for (size_t k = 0; k < 3; k++) {
        const int64_t want = gap[(n * q[k] + 99) / 100 - 1];
        const int64_t slack = exact ? 0 : want * 32 / 1000;
        if (value[k] < want - slack || value[k] > want + slack)
            fail_msg("p%zu is %lld, not %lld", q[k], (long long)value[k], (long long)want);
    }
    if (!exact) return;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) sum += (double)gap[i];
    for (size_t i = 0; i < n; i++)
        squares += ((double)gap[i] - sum / (double)n) * ((double)gap[i] - sum / (double)n);
    assert_int_equal(got->min_ms, gap[0]);
    assert_int_equal(got->max_ms, gap[n - 1]);
    assert_true(got->median_ms == (double)(gap[(n - 1) / 2] + gap[n / 2]) / 2);
    const double want = n > 1 ? sqrt(squares / (double)(n - 1)) : 0;
    assert_true(fabs(got->deviation_ms - want) <= 1e-9 * (want + 1));
}

static void check_arc(const fh_arc *arc, const fh_row *row, size_t n, fh_percentile_mode mode)
{
    int64_t gap[MANY], sum = 0;
    size_t m = 0, stories = 0;
    uint32_t customer = 0;
    for (size_t i = 1; i < n; i++) {
        if (row[i].customer != row[i - 1].customer) continue;
        if (row[i - 1].touchpoint != arc->from || row[i].touchpoint != arc->to) continue;
        stories += m == 0 || row[i].customer != customer;
        customer = row[i].customer;
        gap[m] = test_at_ms(&row[i]) - test_at_ms(&row[i - 1]);
        sum += gap[m++];
    }
    assert_true(m > 0);
    assert_int_equal(arc->count, m);
    if (arc->stories) assert_int_equal(arc->stories, stories);
    assert_int_equal(arc->gap_ms_sum, sum);
    qsort(gap, m, sizeof *gap, by_size);
    if (mode) check_percentiles(&arc->gap, gap, m, mode == FH_PERCENTILES_EXACT);
}

static void check_against_oracle(const test_shape *shape, fh_percentile_mode mode)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[MANY];
    const size_t n = 1 + test_rand(MANY);
    test_random_rows(shape, rows, n);
    const uint32_t names = shape->touchpoints > 200 ? NAMES : shape->touchpoints + 1;
    const bool stories = test_rand(2);
    const fh_follows_options options = {
        .n_touchpoints = names, .percentiles = mode, .stories = stories};
    (void)test_fold_same(&(test_fold){make, &options, print}, arena, rows, n, names);
    const fh_follows_options roomy = {
        .n_touchpoints = NAMES, .percentiles = mode, .stories = stories};
    (void)test_fold_same(&(test_fold){make, &roomy, print}, arena, rows, n, NAMES);

    fh_fold *fold;
    fh_follows got;
    assert_status(fh_follows_new(NULL, &options, &fold, NULL), FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, rows, n), NULL), FH_OK);
    assert_status(fh_follows_read(fold, arena, &got, NULL), FH_OK);
    const fh_row *row = test_sorted(arena, rows, n);
    uint64_t arcs = 0, starts = 0, ends = 0;
    for (size_t i = 0; i < got.n_arcs; i++) {
        check_arc(&got.arcs[i], row, n, mode);
        assert_int_equal(got.arcs[i].stories > 0, stories);
        arcs += got.arcs[i].count;
        if (i) assert_true(got.arcs[i - 1].count >= got.arcs[i].count);
    }
    for (size_t i = 0; i < got.n_starts; i++) starts += got.starts[i].count;
    for (size_t i = 0; i < got.n_ends; i++) ends += got.ends[i].count;
    assert_int_equal(got.n_interactions, n);
    assert_int_equal(arcs + got.n_stories, n);
    assert_int_equal(starts, got.n_stories);
    assert_int_equal(ends, got.n_stories);
    fh_fold_free(fold);
    fh_arena_free(arena);
}

static void random_stories_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(1);
    for (int round = 0; round < 12; round++) {
        for (int mode = FH_PERCENTILES_NONE; mode <= FH_PERCENTILES_EXACT; mode++) {
            const test_shape shape = {.customers = 1 + test_rand(60),
                                      .span_s = round % 4 ? 1u << test_rand(31) : 40,
                                      .touchpoints = round % 3   ? 5
                                                     : round % 2 ? 130
                                                                 : 599,
                                      .ms = round % 2 == 0};
            check_against_oracle(&shape, (fh_percentile_mode)mode);
        }
    }
}

/* ---- Limits ---------------------------------------------------------------------- */

/* A segment of one long story whose gaps are as large as they can be. */
static fh_segment *huge(fh_arena *arena, uint32_t n)
{
    fh_segment *seg = FH_NEW(arena, fh_segment);
    uint32_t *gap = FH_NEW_ARRAY(arena, uint32_t, n), *start = FH_NEW_ARRAY(arena, uint32_t, 2);
    uint32_t *customer = FH_NEW_ARRAY(arena, uint32_t, 2);
    for (uint32_t i = 1; i < n; i++) gap[i] = UINT32_MAX;
    start[1] = n;
    *seg = (fh_segment){.n = n, .n_stories = 1, .columns = FH_COLS_ALL, .customer = customer};
    seg->start = start;
    seg->first_s = customer;
    seg->gap_s = gap;
    return seg;
}

static void gaps_too_long_for_a_word_are_summed_right(void **state)
{
    (void)state;
    enum { N = 70000 };
    fh_arena *arena = fh_arena_new(NULL);
    fh_segment *seg = huge(arena, N);
    const uint16_t *ms = FH_NEW_ARRAY(arena, uint16_t, N);
    for (int i = 0; i < 2; i++) {
        fh_fold *fold;
        fh_follows got;
        const fh_follows_options options = {.n_touchpoints = 1};
        assert_status(fh_follows_new(NULL, &options, &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, seg, NULL), FH_OK);
        assert_status(fh_follows_read(fold, arena, &got, NULL), FH_OK);
        assert_int_equal(got.arcs[0].count, N - 1);
        assert_true(got.arcs[0].gap_ms_sum == INT64_C(4294967295000) * (N - 1));
        fh_fold_free(fold);
        seg->ms = ms;
    }
    fh_arena_free(arena);
}

static void sums_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    enum { N = 60000 };
    fh_arena *arena = fh_arena_new(NULL);
    const fh_segment *seg = huge(arena, N);
    fh_fold *fold, *other;
    fh_error err;
    const fh_follows_options options = {.n_touchpoints = 1};
    assert_status(fh_follows_new(NULL, &options, &fold, NULL), FH_OK);
    assert_status(fh_follows_new(NULL, &options, &other, NULL), FH_OK);
    int added = 0;
    fh_status status;
    while ((status = fh_fold_add(fold, seg, &err)) == FH_OK) {
        added++;
        fh_follows got;
        assert_status(fh_follows_read(fold, arena, &got, NULL), FH_OK);
        assert_true(got.arcs[0].gap_ms_sum == INT64_C(4294967295000) * (N - 1) * added);
    }
    assert_status(status, FH_LIMIT);
    assert_int_equal(added, INT64_MAX / (INT64_C(4294967295000) * (N - 1)));
    fh_follows got;
    assert_status(fh_follows_read(fold, arena, &got, &err), FH_LIMIT);
    assert_status(fh_fold_add(fold, seg, &err), FH_LIMIT);
    assert_status(fh_fold_merge(other, fold, &err), FH_LIMIT);
    for (int i = 0; i < added; i++) assert_status(fh_fold_add(other, seg, NULL), FH_OK);
    fh_fold_free(fold);
    assert_status(fh_follows_new(NULL, &options, &fold, NULL), FH_OK);
    assert_status(fh_fold_add(fold, seg, &err), FH_OK);
    assert_status(fh_fold_merge(fold, other, &err), FH_LIMIT);
    assert_status(fh_follows_read(fold, arena, &got, &err), FH_LIMIT);
    fh_fold_free(fold);
    fh_fold_free(other);
    fh_arena_free(arena);
}

/* More gaps of one arc than a block or a list holds, over two merged folds: of the
 * first story few or many, and shorter than those of the second. */
static void check_many_gaps(fh_percentile_mode mode, uint32_t n_first)
{
    enum { N = 30000 };
    fh_arena *arena = fh_arena_new(NULL);
    fh_row *rows = FH_NEW_ARRAY(arena, fh_row, N);
    int64_t *gap = FH_NEW_ARRAY(arena, int64_t, N);
    fh_fold *fold[2];
    fh_follows got;
    const fh_follows_options options = {.n_touchpoints = 1, .percentiles = mode};
    uint32_t at = 0;
    size_t n = 0;
    for (uint32_t i = 0; i < N; i++) {
        const uint32_t since = test_rand(i < n_first ? 1000 : 1u << test_rand(17));
        if (i != 0 && i != n_first) gap[n++] = since * INT64_C(1000);
        at = i == n_first ? 0 : at + since;
        rows[i] = (fh_row){.customer = i < n_first ? 1 : 2, .at_s = at};
    }
    for (size_t k = 0; k < 2; k++)
        assert_status(fh_follows_new(NULL, &options, &fold[k], NULL), FH_OK);
    assert_status(fh_fold_add(fold[0], test_segment(arena, rows, n_first), NULL), FH_OK);
    assert_status(fh_fold_add(fold[1], test_segment(arena, rows + n_first, N - n_first), NULL),
                  FH_OK);
    assert_status(fh_fold_merge(fold[0], fold[1], NULL), FH_OK);
    assert_status(fh_follows_read(fold[0], arena, &got, NULL), FH_OK);
    assert_int_equal(got.arcs[0].count, n);
    qsort(gap, n, sizeof *gap, by_size);
    check_percentiles(&got.arcs[0].gap, gap, n, mode == FH_PERCENTILES_EXACT);
    fh_fold_free(fold[0]);
    fh_fold_free(fold[1]);
    fh_arena_free(arena);
}

static void percentiles_of_many_gaps_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(11);
    for (int mode = FH_PERCENTILES_APPROX; mode <= FH_PERCENTILES_EXACT; mode++) {
        check_many_gaps((fh_percentile_mode)mode, 20);
        check_many_gaps((fh_percentile_mode)mode, 18000);
    }
}

/* Enough for a segment with more than 256 codes to be worth a table, if there were
 * one for it. */
static void many_codes_in_a_large_segment_are_counted_right(void **state)
{
    (void)state;
    enum { N = 24000 };
    fh_arena *arena = fh_arena_new(NULL);
    fh_row *rows = FH_NEW_ARRAY(arena, fh_row, N);
    test_seed(12);
    test_random_rows(&(test_shape){.customers = 2000, .touchpoints = 299}, rows, N);
    const fh_follows_options options = {.n_touchpoints = 300};
    (void)test_fold_same(&(test_fold){make, &options, print}, arena, rows, N, 0);
    fh_arena_free(arena);
}

/* Buckets count in 32 bits, so so many interactions are the most. */
static void more_interactions_than_buckets_can_count_are_refused(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_follows_options options = {.n_touchpoints = 1, .percentiles = FH_PERCENTILES_APPROX};
    const fh_row one = {.customer = 1};
    const fh_segment *seg = test_segment(arena, &one, 1);
    fh_fold *all, *power[32]; /* of 2^i interactions */
    fh_error err;
    assert_status(fh_follows_new(NULL, &options, &all, NULL), FH_OK);
    for (size_t i = 0; i < 32; i++) {
        assert_status(fh_follows_new(NULL, &options, &power[i], NULL), FH_OK);
        for (int twice = 0; i && twice < 2; twice++)
            assert_status(fh_fold_merge(power[i], power[i - 1], NULL), FH_OK);
        if (i == 0) assert_status(fh_fold_add(power[i], seg, NULL), FH_OK);
        assert_status(fh_fold_merge(all, power[i], NULL), FH_OK);
    }
    fh_follows got;
    assert_status(fh_follows_read(all, arena, &got, NULL), FH_OK);
    assert_int_equal(got.n_interactions, UINT32_MAX);
    assert_status(fh_fold_merge(power[31], power[31], NULL), FH_INVALID);
    assert_status(fh_fold_merge(power[31], power[30], NULL), FH_OK);
    assert_status(fh_fold_merge(power[31], power[30], &err), FH_LIMIT);
    assert_status(fh_fold_add(all, seg, &err), FH_LIMIT);
    for (size_t i = 0; i < 32; i++) fh_fold_free(power[i]);
    fh_fold_free(all);
    fh_arena_free(arena);
}

static void a_number_the_fold_was_not_made_for_is_refused(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_fold *fold;
    fh_error err;
    assert_status(fh_follows_new(NULL, &(fh_follows_options){.n_touchpoints = 5}, &fold, NULL),
                  FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, two, COUNT(two)), &err), FH_INVALID);
    assert_string_equal(err.message, "touchpoint number 5; the fold was made for 5");
    fh_fold_free(fold);
    assert_status(fh_follows_new(NULL, &(fh_follows_options){.n_touchpoints = 70000}, &fold, &err),
                  FH_INVALID);
    fh_arena_free(arena);
}

static void only_answers_to_the_same_question_are_merged(void **state)
{
    (void)state;
    fh_fold *a, *b, *c;
    fh_error err;
    assert_status(fh_follows_new(NULL, &(fh_follows_options){.n_touchpoints = 5}, &a, NULL), FH_OK);
    assert_status(fh_follows_new(NULL,
                                 &(fh_follows_options){.n_touchpoints = 5,
                                                       .percentiles = FH_PERCENTILES_EXACT},
                                 &b, NULL),
                  FH_OK);
    assert_status(fh_variants_new(NULL, &(fh_variants_options){.n_touchpoints = 5}, &c, NULL),
                  FH_OK);
    assert_status(fh_fold_merge(a, b, &err), FH_INVALID);
    assert_status(fh_fold_merge(a, c, &err), FH_INVALID);
    assert_status(fh_fold_merge(a, a, &err), FH_INVALID);
    fh_follows got;
    assert_status(fh_follows_read(c, NULL, &got, &err), FH_INVALID);
    fh_fold_free(a);
    fh_fold_free(b);
    fh_fold_free(c);
    fh_fold_free(NULL);
}

static void running_out_of_memory_is_reported_and_leaks_nothing(void **state)
{
    (void)state;
    fh_row rows[60];
    for (int mode = FH_PERCENTILES_NONE; mode <= FH_PERCENTILES_EXACT; mode++) {
        for (uint32_t names = 6; names <= NAMES; names += NAMES - 6) {
            test_random_rows(&(test_shape){.customers = 9, .touchpoints = names - 1, .ms = true},
                             rows, COUNT(rows));
            const fh_follows_options options = {names, (fh_percentile_mode)mode, mode == 1};
            test_fold_oom(&(test_fold){make, &options, print}, rows, COUNT(rows));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arcs_are_counted_within_a_story_and_not_across),
        cmocka_unit_test(an_arc_counts_each_story_once),
        cmocka_unit_test(percentiles_are_only_given_when_asked_for),
        cmocka_unit_test(nothing_gives_empty_lists),
        cmocka_unit_test(random_stories_agree_with_the_oracle),
        cmocka_unit_test(sums_that_do_not_fit_are_refused),
        cmocka_unit_test(percentiles_of_many_gaps_agree_with_the_oracle),
        cmocka_unit_test(many_codes_in_a_large_segment_are_counted_right),
        cmocka_unit_test(gaps_too_long_for_a_word_are_summed_right),
        cmocka_unit_test(more_interactions_than_buckets_can_count_are_refused),
        cmocka_unit_test(a_number_the_fold_was_not_made_for_is_refused),
        cmocka_unit_test(only_answers_to_the_same_question_are_merged),
        cmocka_unit_test(running_out_of_memory_is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
