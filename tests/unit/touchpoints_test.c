/* touchpoints_test.c - what happens where: by hand, by the sums that must hold,
 * against an oracle, in any split, and with memory running out. */
#include "folds.h"

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_touchpoints_new(from, options, out, err);
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_touchpoints t;
    const fh_status status = fh_touchpoints_read(fold, arena, &t, err);
    if (status != FH_OK) return status;
    fh_buf_printf(out, "%llu in %llu, %lld .. %lld\n", (unsigned long long)t.n_interactions,
                  (unsigned long long)t.n_stories, (long long)t.first_ms, (long long)t.last_ms);
    for (size_t i = 0; i < t.n_rows; i++) {
        const fh_touchpoint_row *r = &t.rows[i];
        fh_buf_printf(out, "%u: %llu in %llu, %lld .. %lld, scores %llu sum %lld\n", r->touchpoint,
                      (unsigned long long)r->count, (unsigned long long)r->stories,
                      (long long)r->first_ms, (long long)r->last_ms,
                      (unsigned long long)r->n_scores, (long long)r->score_sum);
    }
    for (size_t i = 0; i < t.n_outcomes; i++)
        fh_buf_printf(out, "%u outcome %u: %llu\n", t.outcomes[i].touchpoint, t.outcomes[i].outcome,
                      (unsigned long long)t.outcomes[i].count);
    for (size_t i = 0; i < t.n_values; i++)
        fh_buf_printf(out, "%u currency %u: %llu sum %lld\n", t.values[i].touchpoint,
                      t.values[i].currency, (unsigned long long)t.values[i].count,
                      (long long)t.values[i].sum);
    return FH_OK;
}

static const fh_touchpoints_options few = {.n_touchpoints = 6, .n_outcomes = 4, .n_currencies = 3};

/* So many seconds after 1970-01-01. */
#define AT(s) ((uint32_t)((s)-FH_EPOCH_S))

static const fh_row rows_by_hand[] = {
    {.customer = 7, .at_s = AT(100), .touchpoint = 1, .outcome = 3},
    {.customer = 7,
     .at_s = AT(110),
     .touchpoint = 2,
     .has_value = true,
     .value = 500,
     .currency = 2},
    {.customer = 7,
     .at_s = AT(130),
     .touchpoint = 2,
     .has_value = true,
     .value = -900,
     .currency = 2},
    {.customer = 7, .at_s = AT(130), .touchpoint = 2, .has_value = true, .value = 7, .ms = 4},
    {.customer = 9, .at_s = AT(50), .touchpoint = 2, .outcome = 3, .has_score = true, .score = -50},
    {.customer = 9, .at_s = AT(51), .touchpoint = 2, .outcome = 1, .has_score = true, .score = 200},
    {.customer = 9, .at_s = AT(51), .touchpoint = 2, .outcome = 1, .has_score = true},
    {.customer = 9, .at_s = AT(99), .touchpoint = 0, .ms = 999},
};

static void counts_are_those_of_the_rows(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const test_fold t = {make, &few, print};
    assert_str(test_fold_same(&t, arena, rows_by_hand, COUNT(rows_by_hand), 0),
               "8 in 2, 50000 .. 130004\n"
               "2: 6 in 2, 50000 .. 130004, scores 3 sum 150\n"
               "0: 1 in 1, 99999 .. 99999, scores 0 sum 0\n"
               "1: 1 in 1, 100000 .. 100000, scores 0 sum 0\n"
               "1 outcome 3: 1\n"
               "2 outcome 1: 2\n"
               "2 outcome 3: 1\n"
               "2 currency 0: 1 sum 7\n"
               "2 currency 2: 2 sum -400\n");
    fh_arena_free(arena);
}

static void nothing_has_no_first_and_last(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    assert_str(test_fold_text(&(test_fold){make, &few, print}, arena, NULL, 0),
               "0 in 0, 0 .. -1\n");
    fh_arena_free(arena);
}

static void first_and_last_may_lie_before_1970(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_row rows[] = {
        {.customer = 1, .at_s = 0, .touchpoint = 2},
        {.customer = 1, .at_s = AT(-1), .touchpoint = 1, .ms = 999},
        {.customer = 2, .at_s = AT(-694346400), .touchpoint = 1}, /* 1947-12-31T14:00Z */
    };
    assert_str(test_fold_same(&(test_fold){make, &few, print}, arena, rows, COUNT(rows), 0),
               "3 in 2, -946771200000 .. -1\n"
               "1: 2 in 2, -694346400000 .. -1, scores 0 sum 0\n"
               "2: 1 in 1, -946771200000 .. -946771200000, scores 0 sum 0\n");
    fh_arena_free(arena);
}

/* ---- The oracle: every row counted by looking at all rows ----------------------------- */

enum { MANY = 400, NAMES = 600 };

static void check_row(const fh_touchpoint_row *got, const fh_row *row, size_t n)
{
    fh_touchpoint_row want = {
        .touchpoint = got->touchpoint, .first_ms = INT64_MAX, .last_ms = INT64_MIN};
    uint32_t counted = 0;
    for (size_t i = 0; i < n; i++) {
        if (row[i].touchpoint != want.touchpoint) continue;
        want.count++;
        want.stories += row[i].customer != counted;
        counted = row[i].customer;
        if (test_at_ms(&row[i]) < want.first_ms) want.first_ms = test_at_ms(&row[i]);
        if (test_at_ms(&row[i]) > want.last_ms) want.last_ms = test_at_ms(&row[i]);
        if (row[i].has_score && (!want.n_scores || row[i].score > want.score_max))
            want.score_max = row[i].score;
        want.n_scores += row[i].has_score;
        if (row[i].has_score) want.score_sum += row[i].score;
    }
    assert_int_equal(got->count, want.count);
    assert_int_equal(got->stories, want.stories);
    assert_int_equal(got->first_ms, want.first_ms);
    assert_int_equal(got->last_ms, want.last_ms);
    assert_int_equal(got->n_scores, want.n_scores);
    assert_int_equal(got->score_sum, want.score_sum);
    assert_int_equal(got->score_max, want.score_max);
}

static void check_lists(const fh_touchpoints *got, const fh_row *row, size_t n)
{
    uint64_t outcomes = 0, values = 0, value_sum = 0;
    for (size_t k = 0; k < got->n_outcomes; k++) {
        const fh_touchpoint_outcome *o = &got->outcomes[k];
        uint64_t want = 0;
        for (size_t i = 0; i < n; i++)
            want += row[i].touchpoint == o->touchpoint && row[i].outcome == o->outcome;
        assert_int_equal(o->count, want);
        outcomes += want;
        if (k) assert_true(o[-1].touchpoint <= o->touchpoint);
        if (k && o[-1].touchpoint == o->touchpoint) assert_true(o[-1].count >= o->count);
    }
    for (size_t k = 0; k < got->n_values; k++) {
        values += got->values[k].count;
        value_sum += (uint64_t)got->values[k].sum;
    }
    for (size_t i = 0; i < n; i++) {
        outcomes -= row[i].outcome > 0;
        values -= row[i].has_value;
        value_sum -= (uint64_t)row[i].value;
    }
    assert_int_equal(outcomes, 0);
    assert_int_equal(values, 0);
    assert_int_equal(value_sum, 0);
}

static void random_stories_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(2);
    for (uint32_t round = 0; round < 40; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_row rows[MANY];
        const size_t n = 1 + test_rand(MANY);
        const test_shape shape = {.customers = 1 + test_rand(40),
                                  .touchpoints = round % 3 ? 5 : 300,
                                  .outcomes = round % 4 ? 3 : 0,
                                  .ms = round % 2,
                                  .values = round % 5 != 0,
                                  .scores = round % 7 != 0};
        test_random_rows(&shape, rows, n);
        const uint32_t names = round % 2 ? shape.touchpoints + 1 : NAMES;
        const fh_touchpoints_options options = {names, 4, 4};
        (void)test_fold_same(&(test_fold){make, &options, print}, arena, rows, n, names);

        fh_fold *fold;
        fh_touchpoints got;
        assert_status(fh_touchpoints_new(NULL, &options, &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, test_segment(arena, rows, n), NULL), FH_OK);
        assert_status(fh_touchpoints_read(fold, arena, &got, NULL), FH_OK);
        const fh_row *row = test_sorted(arena, rows, n);
        uint64_t count = 0;
        for (size_t i = 0; i < got.n_rows; i++) {
            check_row(&got.rows[i], row, n);
            count += got.rows[i].count;
        }
        assert_int_equal(count, n);
        assert_int_equal(got.n_interactions, n);
        check_lists(&got, row, n);
        fh_fold_free(fold);
        fh_arena_free(arena);
    }
}

/* ---- Limits ---------------------------------------------------------------------- */

/* Whether all tell a value, all but the last, or some, and in no currency or in one:
 * counts and sums are those of the rows. */
static void values_are_counted_however_many_tell_one(void **state)
{
    (void)state;
    enum { MOST = 130, N_NAMES = 5 };
    for (uint32_t n = 1; n <= MOST; n++) {
        for (uint32_t kind = 0; kind < 6; kind++) {
            fh_arena *arena = fh_arena_new(NULL);
            fh_row rows[MOST];
            uint64_t count[N_NAMES] = {0};
            int64_t sum[N_NAMES] = {0};
            for (uint32_t i = 0; i < n; i++) {
                const bool told = kind / 2 == 0 ? true : kind / 2 == 1 ? i + 1 < n : i % 3 != 0;
                rows[i] = (fh_row){.customer = 1 + i / 7,
                                   .at_s = AT(i),
                                   .touchpoint = (uint16_t)(i * i % N_NAMES),
                                   .has_value = told,
                                   .value = told && i % 4 ? (int64_t)i - 50 : 0,
                                   .currency = (uint8_t)(told && kind % 2)};
                count[rows[i].touchpoint] += told;
                sum[rows[i].touchpoint] += rows[i].value;
            }
            fh_fold *fold;
            fh_touchpoints t;
            const fh_touchpoints_options o = {N_NAMES, 1, 2};
            assert_status(fh_touchpoints_new(NULL, &o, &fold, NULL), FH_OK);
            assert_status(fh_fold_add(fold, test_segment(arena, rows, n), NULL), FH_OK);
            assert_status(fh_touchpoints_read(fold, arena, &t, NULL), FH_OK);
            for (size_t k = 0; k < t.n_values; k++) {
                assert_int_equal(t.values[k].currency, kind % 2);
                assert_int_equal(t.values[k].count, count[t.values[k].touchpoint]);
                assert_int_equal(t.values[k].sum, sum[t.values[k].touchpoint]);
                count[t.values[k].touchpoint] = 0;
            }
            for (size_t k = 0; k < N_NAMES; k++) assert_int_equal(count[k], 0);
            fh_fold_free(fold);
            fh_arena_free(arena);
        }
    }
}

static void a_sum_may_pass_64_bits_on_its_way_but_not_at_the_end(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[] = {
        {.customer = 1, .at_s = AT(1), .touchpoint = 1, .has_value = true, .value = INT64_MAX},
        {.customer = 1, .at_s = AT(2), .touchpoint = 1, .has_value = true, .value = INT64_MAX},
        {.customer = 2, .at_s = AT(3), .touchpoint = 1, .has_value = true, .value = -INT64_MAX},
        {.customer = 2, .at_s = AT(4), .touchpoint = 1, .has_value = true, .value = -9},
        {.customer = 4, .at_s = AT(4), .touchpoint = 1, .has_value = true, .value = 10},
    };
    const test_fold t = {make, &few, print};
    fh_fold *fold;
    fh_error err;
    fh_touchpoints got;
    assert_status(fh_touchpoints_new(NULL, &few, &fold, NULL), FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, rows, 5), NULL), FH_OK);
    assert_status(fh_touchpoints_read(fold, arena, &got, &err), FH_LIMIT);
    fh_fold_free(fold);
    rows[4].value = 9;
    assert_str(test_fold_same(&t, arena, rows, 5, 0), "5 in 3, 1000 .. 4000\n"
                                                      "1: 5 in 3, 1000 .. 4000, scores 0 sum 0\n"
                                                      "1 currency 0: 5 sum 9223372036854775807\n");
    rows[0].value = rows[1].value = INT64_MIN;
    rows[2].value = INT64_MAX;
    rows[3].value = 1;
    rows[4].value = 0;
    assert_str(test_fold_same(&t, arena, rows, 5, 0), "5 in 3, 1000 .. 4000\n"
                                                      "1: 5 in 3, 1000 .. 4000, scores 0 sum 0\n"
                                                      "1 currency 0: 5 sum -9223372036854775808\n");
    fh_arena_free(arena);
}

static void numbers_the_fold_was_not_made_for_are_refused(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    static const fh_touchpoints_options tight[] = {{2, 4, 3}, {6, 3, 3}, {6, 4, 2}};
    static const char *const want[] = {"touchpoint number 2; the fold was made for 2",
                                       "outcome number 3; the fold was made for 3",
                                       "currency number 2; the fold was made for 2"};
    for (size_t i = 0; i < COUNT(tight); i++) {
        fh_fold *fold;
        fh_error err;
        assert_status(fh_touchpoints_new(NULL, &tight[i], &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, test_segment(arena, rows_by_hand, 8), &err), FH_INVALID);
        assert_string_equal(err.message, want[i]);
        fh_fold_free(fold);
    }
    fh_arena_free(arena);
}

static void running_out_of_memory_is_reported_and_leaks_nothing(void **state)
{
    (void)state;
    fh_row rows[40];
    const test_shape shape = {
        .customers = 9, .touchpoints = 5, .outcomes = 3, .values = true, .scores = true};
    test_random_rows(&shape, rows, COUNT(rows));
    test_fold_oom(&(test_fold){make, &(fh_touchpoints_options){6, 4, 4}, print}, rows, 40);
    test_fold_oom(&(test_fold){make, &(fh_touchpoints_options){9000, 4000, 255}, print}, rows, 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_the_rows),
        cmocka_unit_test(nothing_has_no_first_and_last),
        cmocka_unit_test(first_and_last_may_lie_before_1970),
        cmocka_unit_test(random_stories_agree_with_the_oracle),
        cmocka_unit_test(values_are_counted_however_many_tell_one),
        cmocka_unit_test(a_sum_may_pass_64_bits_on_its_way_but_not_at_the_end),
        cmocka_unit_test(numbers_the_fold_was_not_made_for_are_refused),
        cmocka_unit_test(running_out_of_memory_is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
