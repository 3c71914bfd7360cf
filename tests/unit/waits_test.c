/* waits_test.c - how long before something happens, and how long for an answer: by
 * hand, against an oracle, in any split, and with memory running out. */
#include "folds.h"

#include <stdlib.h>

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_waits_new(from, options, out, err);
}

static void print_row(const fh_wait_row *r, fh_buf *out)
{
    fh_buf_printf(out, "%llu, %lld ms, longest %lld; %lld %lld %lld\n",
                  (unsigned long long)r->count, (long long)r->wait_ms_sum, (long long)r->longest_ms,
                  (long long)r->wait.p50_ms, (long long)r->wait.p90_ms, (long long)r->wait.p99_ms);
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_waits w;
    const fh_status status = fh_waits_read(fold, arena, &w, err);
    if (status != FH_OK) return status;
    fh_buf_printf(out, "%llu in %llu, %llu unanswered\n", (unsigned long long)w.n_interactions,
                  (unsigned long long)w.n_stories, (unsigned long long)w.unanswered);
    for (size_t i = 0; i < w.n_rows; i++) {
        fh_buf_printf(out, "%u: ", w.rows[i].touchpoint);
        print_row(&w.rows[i], out);
    }
    fh_buf_text(out, "answers: ");
    print_row(&w.answers, out);
    return FH_OK;
}

enum { IN = FH_DIR_IN, OUT = FH_DIR_OUT, WITHIN = FH_DIR_INTERNAL };

static void waits_are_since_the_interaction_before(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    static const fh_row rows[] = {
        {.customer = 1, .at_s = 10, .touchpoint = 1}, {.customer = 1, .at_s = 20, .touchpoint = 2},
        {.customer = 1, .at_s = 50, .touchpoint = 2}, {.customer = 2, .at_s = 10, .touchpoint = 2},
        {.customer = 2, .at_s = 10, .touchpoint = 1},
    };
    const test_fold t = {make, &(fh_waits_options){4}, print};
    assert_str(test_fold_same(&t, arena, rows, COUNT(rows), 0),
               "5 in 2, 0 unanswered\n"
               "2: 2, 40000 ms, longest 30000; 10000 30000 30000\n"
               "1: 1, 0 ms, longest 0; 0 0 0\n"
               "answers: 0, 0 ms, longest 0; 0 0 0\n");
    fh_arena_free(arena);
}

static void an_answer_is_waited_for_since_the_first_unanswered_word(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    static const fh_row rows[] = {
        {.customer = 1, .at_s = 5, .direction = OUT},
        {.customer = 1, .at_s = 10, .direction = IN},
        {.customer = 1, .at_s = 11, .direction = WITHIN},
        {.customer = 1, .at_s = 12, .direction = IN},
        {.customer = 1, .at_s = 20, .direction = OUT, .ms = 250},
        {.customer = 1, .at_s = 30, .direction = OUT},
        {.customer = 1, .at_s = 40, .direction = IN},
        {.customer = 1, .at_s = 43, .direction = OUT},
        {.customer = 2, .at_s = 10, .direction = IN},
        {.customer = 2, .at_s = 15},
        {.customer = 3, .at_s = 15},
    };
    const test_fold t = {make, &(fh_waits_options){1}, print};
    assert_str(test_fold_same(&t, arena, rows, COUNT(rows), 0),
               "11 in 3, 1 unanswered\n"
               "0: 8, 43000 ms, longest 10000; 5000 10000 10000\n"
               "answers: 2, 13250 ms, longest 10250; 3000 10368 10368\n");
    fh_arena_free(arena);
}

/* ---- The oracle -------------------------------------------------------------------- */

enum { MANY = 400, NAMES = 600 };

static int by_size(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void check_row(const fh_wait_row *got, int64_t *wait, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += wait[i];
    assert_int_equal(got->count, n);
    assert_int_equal(got->wait_ms_sum, sum);
    qsort(wait, n, sizeof *wait, by_size);
    assert_int_equal(got->longest_ms, n ? wait[n - 1] : 0);
    const int64_t value[3] = {got->wait.p50_ms, got->wait.p90_ms, got->wait.p99_ms};
    const size_t q[3] = {50, 90, 99};
    for (size_t k = 0; k < 3; k++) {
        const int64_t want = n ? wait[(n * q[k] + 99) / 100 - 1] : 0, slack = want * 32 / 1000;
        assert_in_range(value[k], want - slack, want + slack);
    }
}

static void check_against_oracle(const fh_waits *w, const fh_row *row, size_t n)
{
    int64_t wait[MANY], since = -1;
    uint64_t total = 0, unanswered = 0;
    size_t m;
    for (size_t r = 0; r < w->n_rows; r++) {
        m = 0;
        for (size_t i = 1; i < n; i++)
            if (row[i].customer == row[i - 1].customer &&
                row[i].touchpoint == w->rows[r].touchpoint)
                wait[m++] = test_at_ms(&row[i]) - test_at_ms(&row[i - 1]);
        check_row(&w->rows[r], wait, m);
        total += m;
        if (r) assert_true(w->rows[r - 1].wait_ms_sum >= w->rows[r].wait_ms_sum);
    }
    assert_int_equal(total + w->n_stories, n);
    m = 0;
    for (size_t i = 0; i < n; i++) {
        if (i && row[i].customer != row[i - 1].customer) {
            unanswered += since >= 0;
            since = -1;
        }
        if (row[i].direction == IN && since < 0) since = test_at_ms(&row[i]);
        if (row[i].direction != OUT || since < 0) continue;
        wait[m++] = test_at_ms(&row[i]) - since;
        since = -1;
    }
    check_row(&w->answers, wait, m);
    assert_int_equal(w->unanswered, unanswered + (since >= 0));
}

static void random_stories_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(8);
    for (uint32_t round = 0; round < 60; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_row rows[MANY];
        const size_t n = 1 + test_rand(MANY);
        const test_shape shape = {.customers = 1 + test_rand(60),
                                  .touchpoints = round % 5 ? 3 : 300,
                                  .span_s = 1u << test_rand(31),
                                  .ms = round % 2,
                                  .directions = round % 7 != 0};
        test_random_rows(&shape, rows, n);
        const uint32_t names = round % 3 ? NAMES : shape.touchpoints + 1;
        const test_fold t = {make, &(fh_waits_options){names}, print};
        (void)test_fold_same(&t, arena, rows, n, names);
        fh_fold *fold;
        fh_waits w;
        assert_status(make(t.options, NULL, &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, test_segment(arena, rows, n), NULL), FH_OK);
        assert_status(fh_waits_read(fold, arena, &w, NULL), FH_OK);
        check_against_oracle(&w, test_sorted(arena, rows, n), n);
        fh_fold_free(fold);
        fh_arena_free(arena);
    }
}

/* ---- Limits ---------------------------------------------------------------------- */

static void sums_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    enum { N = 600000 };
    fh_arena *arena = fh_arena_new(NULL);
    uint32_t *gap = FH_NEW_ARRAY(arena, uint32_t, N), start[2] = {0, N}, zero = 0;
    for (uint32_t i = 1; i < N; i++) gap[i] = UINT32_MAX;
    const fh_segment seg = {
        .n = N, .n_stories = 1, .customer = &zero, .start = start, .first_s = &zero, .gap_s = gap};
    fh_fold *a, *b;
    assert_status(fh_waits_new(NULL, &(fh_waits_options){1}, &a, NULL), FH_OK);
    assert_status(fh_waits_new(NULL, &(fh_waits_options){1}, &b, NULL), FH_OK);
    for (int i = 0; i < 3; i++) assert_status(fh_fold_add(a, &seg, NULL), FH_OK);
    assert_status(fh_fold_add(b, &seg, NULL), FH_OK);
    assert_status(fh_fold_merge(b, a, NULL), FH_LIMIT);
    assert_status(fh_fold_add(a, &seg, NULL), FH_LIMIT);
    fh_fold_free(a);
    fh_fold_free(b);
    fh_arena_free(arena);
}

static void numbers_the_fold_was_not_made_for_are_refused(void **state)
{
    (void)state;
    fh_fold *fold;
    fh_error err;
    fh_arena *arena = fh_arena_new(NULL);
    fh_row row = {.customer = 1, .touchpoint = 4};
    assert_status(fh_waits_new(NULL, &(fh_waits_options){70000}, &fold, NULL), FH_INVALID);
    assert_status(fh_waits_new(NULL, &(fh_waits_options){4}, &fold, NULL), FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, &row, 1), &err), FH_INVALID);
    fh_fold_free(fold);
    row = (fh_row){.customer = 1, .direction = 4};
    assert_status(fh_waits_new(NULL, &(fh_waits_options){4}, &fold, NULL), FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, &row, 1), &err), FH_INVALID);
    assert_string_equal(err.message, "direction number 4; the fold was made for 4");
    fh_fold_free(fold);
    fh_arena_free(arena);
}

static void running_out_of_memory_is_reported_and_leaks_nothing(void **state)
{
    (void)state;
    fh_row rows[60];
    for (int ms = 0; ms < 2; ms++) {
        const test_shape shape = {.customers = 5, .touchpoints = 3, .ms = ms, .directions = true};
        test_random_rows(&shape, rows, COUNT(rows));
        test_fold_oom(&(test_fold){make, &(fh_waits_options){4}, print}, rows, COUNT(rows));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_are_since_the_interaction_before),
        cmocka_unit_test(an_answer_is_waited_for_since_the_first_unanswered_word),
        cmocka_unit_test(random_stories_agree_with_the_oracle),
        cmocka_unit_test(sums_that_do_not_fit_are_refused),
        cmocka_unit_test(numbers_the_fold_was_not_made_for_are_refused),
        cmocka_unit_test(running_out_of_memory_is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
