/* handoffs_test.c - from department to department within a problem: by hand, by
 * the sums that must hold, against an oracle, in any split, by customer and by
 * problem, and with memory running out. */
#include "folds.h"

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_handoffs_new(from, options, out, err);
}

static void print_handoffs(const fh_handoffs *h, fh_buf *out)
{
    fh_buf_printf(out, "%llu of %llu problems of %llu customers, %llu\n",
                  (unsigned long long)h->n_interactions, (unsigned long long)h->n_problems,
                  (unsigned long long)h->n_customers, (unsigned long long)h->n_handoffs);
    for (size_t i = 0; i < h->n_pairs; i++) {
        const fh_handoff *p = &h->pairs[i];
        fh_buf_printf(out, "%u > %u: %llu of %llu, %lld ms, %llu back\n", p->from, p->to,
                      (unsigned long long)p->count, (unsigned long long)p->customers,
                      (long long)p->gap_ms_sum, (unsigned long long)p->returned);
    }
    for (size_t k = 0; k < FH_HANDOFFS_PER_PROBLEM; k++)
        if (h->problems_with[k])
            fh_buf_printf(out, "%zu times: %llu\n", k, (unsigned long long)h->problems_with[k]);
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_handoffs h;
    const fh_status status = fh_handoffs_read(fold, arena, &h, err);
    if (status == FH_OK) print_handoffs(&h, out);
    return status;
}

static const fh_row rows_by_hand[] = {
    {.customer = 1, .at_s = 10, .problem = 5, .department = 1},
    {.customer = 1, .at_s = 11, .problem = 6, .department = 3},
    {.customer = 1, .at_s = 15, .problem = 5, .department = 0},
    {.customer = 1, .at_s = 20, .problem = 5, .department = 2},
    {.customer = 1, .at_s = 21, .problem = 5, .department = 2},
    {.customer = 1, .at_s = 30, .problem = 5, .department = 1},
    {.customer = 1, .at_s = 40, .problem = 5, .department = 2},
    {.customer = 1, .at_s = 41, .problem = 0, .department = 1},
    {.customer = 1, .at_s = 42, .problem = 0, .department = 2, .ms = 5},
    {.customer = 2, .at_s = 10, .problem = 5, .department = 1},
    {.customer = 2, .at_s = 10, .problem = 5, .department = 2},
};

static void a_problem_goes_from_department_to_department(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const test_fold with = {make, &(fh_handoffs_options){4, false}, print};
    assert_str(test_fold_same(&with, arena, rows_by_hand, COUNT(rows_by_hand), 0),
               "8 of 3 problems of 2 customers, 4\n"
               "1 > 2: 3 of 2, 20000 ms, 1 back\n"
               "2 > 1: 1 of 1, 9000 ms, 1 back\n"
               "0 times: 1\n"
               "1 times: 1\n"
               "3 times: 1\n");
    const test_fold all = {make, &(fh_handoffs_options){4, true}, print};
    assert_str(test_fold_same(&all, arena, rows_by_hand, COUNT(rows_by_hand), 0),
               "10 of 4 problems of 2 customers, 5\n"
               "1 > 2: 4 of 2, 21005 ms, 1 back\n"
               "2 > 1: 1 of 1, 9000 ms, 1 back\n"
               "0 times: 1\n"
               "1 times: 2\n"
               "3 times: 1\n");
    fh_arena_free(arena);
}

/* ---- The oracle: every row looks for the next of its problem ------------------------------ */

enum { MANY = 400, NAMES = 600 };

static bool counts(const fh_handoffs_options *o, const fh_row *r)
{
    return r->department && (r->problem || o->without_problem);
}

/* The next row that counts of the same customer and problem; n: none. */
static size_t next_of(const fh_handoffs_options *o, const fh_row *row, size_t n, size_t i)
{
    for (size_t j = i + 1; j < n && row[j].customer == row[i].customer; j++)
        if (counts(o, &row[j]) && row[j].problem == row[i].problem) return j;
    return n;
}

static fh_handoff want_pair(const fh_handoffs_options *o, const fh_handoff *p, const fh_row *row,
                            size_t n)
{
    fh_handoff w = {.from = p->from, .to = p->to};
    uint32_t counted = 0;
    for (size_t i = 0; i < n; i++) {
        size_t j = counts(o, &row[i]) ? next_of(o, row, n, i) : n;
        if (j == n || row[i].department != p->from || row[j].department != p->to) continue;
        w.count++;
        w.customers += counted != row[i].customer;
        counted = row[i].customer;
        w.gap_ms_sum += test_at_ms(&row[j]) - test_at_ms(&row[i]);
        while (j < n && row[j].department == p->to) j = next_of(o, row, n, j);
        w.returned += j < n && row[j].department == p->from;
    }
    return w;
}

static void check_against_oracle(const fh_handoffs_options *o, const fh_handoffs *h,
                                 const fh_row *row, size_t n)
{
    uint64_t handoffs = 0, interactions = 0, problems = 0, customers = 0, by_times = 0, times = 0;
    uint32_t counted = 0;
    for (size_t i = 0; i < h->n_pairs; i++) {
        const fh_handoff *p = &h->pairs[i], w = want_pair(o, p, row, n);
        assert_true(p->from != p->to && p->from && p->to);
        assert_int_equal(p->count, w.count);
        assert_int_equal(p->customers, w.customers);
        assert_int_equal(p->gap_ms_sum, w.gap_ms_sum);
        assert_int_equal(p->returned, w.returned);
        if (i) assert_true(p[-1].count >= p->count);
        handoffs += p->count;
    }
    for (size_t i = 0; i < n; i++) {
        if (!counts(o, &row[i])) continue;
        interactions++;
        problems += next_of(o, row, n, i) == n; /* the last of its problem */
        customers += counted != row[i].customer;
        counted = row[i].customer;
    }
    for (uint64_t k = 0; k < FH_HANDOFFS_PER_PROBLEM; k++) {
        by_times += h->problems_with[k];
        times += k * h->problems_with[k];
    }
    assert_int_equal(h->n_handoffs, handoffs);
    assert_int_equal(h->n_interactions, interactions);
    assert_int_equal(h->n_problems, problems);
    assert_int_equal(h->n_customers, customers);
    assert_int_equal(by_times, problems);
    if (h->problems_with[FH_HANDOFFS_PER_PROBLEM - 1] == 0) assert_int_equal(times, handoffs);
}

static void random_stories_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(9);
    for (uint32_t round = 0; round < 60; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_row rows[MANY];
        const size_t n = 1 + test_rand(MANY);
        const test_shape shape = {.customers = 1 + test_rand(60),
                                  .departments = round % 5 ? 3 : 300,
                                  .problems = round % 4 * 7,
                                  .ms = round % 2};
        test_random_rows(&shape, rows, n);
        const fh_handoffs_options o = {round % 3 ? NAMES : shape.departments + 1, test_rand(2)};
        const test_fold t = {make, &o, print};
        (void)test_fold_same(&t, arena, rows, n, o.n_departments);
        fh_fold *fold;
        fh_handoffs h;
        assert_status(make(t.options, NULL, &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, test_segment(arena, rows, n), NULL), FH_OK);
        assert_status(fh_handoffs_read(fold, arena, &h, NULL), FH_OK);
        check_against_oracle(&o, &h, test_sorted(arena, rows, n), n);
        fh_fold_free(fold);
        fh_arena_free(arena);
    }
}

/* A story per problem, as a filter by problem makes them, has the same hand-offs. */
static void a_view_by_problem_counts_the_same(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_row a = {.customer = 1, .at_s = 10, .problem = 5, .department = 1};
    fh_row rows[] = {a, a, a, a, a, a};
    rows[1].department = rows[3].department = rows[5].department = 2;
    rows[2].problem = rows[3].problem = 6;
    rows[4].customer = rows[5].customer = 2;
    fh_segment view = *test_segment(arena, rows, COUNT(rows));
    const uint32_t start[] = {0, 2, 4, 6}, customer[] = {1, 1, 2}, first[] = {10, 10, 10};
    view.n_stories = 3;
    view.start = start;
    view.customer = customer;
    view.first_s = first;
    const fh_segment *seg = &view;
    assert_str(
        test_fold_text(&(test_fold){make, &(fh_handoffs_options){3, true}, print}, arena, &seg, 1),
        "6 of 3 problems of 2 customers, 3\n"
        "1 > 2: 3 of 2, 0 ms, 0 back\n"
        "1 times: 3\n");
    fh_arena_free(arena);
}

/* ---- Limits ---------------------------------------------------------------------- */

static void many_handoffs_of_one_problem_share_the_last_place(void **state)
{
    (void)state;
    enum { N = 50 };
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[2 * N];
    for (uint32_t i = 0; i < 2 * N; i++)
        rows[i] = (fh_row){.customer = i < N ? 1 : 2,
                           .at_s = i,
                           .problem = 9,
                           .department = (uint16_t)(1 + i % 2)};
    const test_fold t = {make, &(fh_handoffs_options){3, false}, print};
    assert_str(test_fold_same(&t, arena, rows, N + 34, 0), "84 of 2 problems of 2 customers, 82\n"
                                                           "1 > 2: 42 of 2, 42000 ms, 40 back\n"
                                                           "2 > 1: 40 of 2, 40000 ms, 40 back\n"
                                                           "32 times: 2\n");
    fh_arena_free(arena);
}

static void numbers_the_fold_was_not_made_for_are_refused(void **state)
{
    (void)state;
    fh_fold *fold;
    fh_error err;
    fh_arena *arena = fh_arena_new(NULL);
    assert_status(fh_handoffs_new(NULL, &(fh_handoffs_options){70000, true}, &fold, NULL),
                  FH_INVALID);
    assert_status(fh_handoffs_new(NULL, &(fh_handoffs_options){3, true}, &fold, NULL), FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, rows_by_hand, 11), &err), FH_INVALID);
    assert_string_equal(err.message, "department number 3; the fold was made for 3");
    fh_fold_free(fold);
    fh_arena_free(arena);
}

static void running_out_of_memory_is_reported_and_leaks_nothing(void **state)
{
    (void)state;
    fh_row rows[60];
    const test_shape shape = {.customers = 5, .departments = 3, .problems = 4};
    test_random_rows(&shape, rows, COUNT(rows));
    test_fold_oom(&(test_fold){make, &(fh_handoffs_options){4, false}, print}, rows, COUNT(rows));
    test_fold_oom(&(test_fold){make, &(fh_handoffs_options){9000, true}, print}, rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_problem_goes_from_department_to_department),
        cmocka_unit_test(random_stories_agree_with_the_oracle),
        cmocka_unit_test(a_view_by_problem_counts_the_same),
        cmocka_unit_test(many_handoffs_of_one_problem_share_the_last_place),
        cmocka_unit_test(numbers_the_fold_was_not_made_for_are_refused),
        cmocka_unit_test(running_out_of_memory_is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
