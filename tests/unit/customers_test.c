/* customers_test.c - who is behind a figure: by hand, page by page against an oracle, in
 * any split, and with memory running out. */
#include "folds.h"

#include <stdlib.h>
#include <string.h>

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_customers_new(from, options, out, err);
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_customers c;
    const fh_status s = fh_customers_read(fold, arena, &c, err);
    if (s) return s;
    fh_buf_printf(out, "%llu of %llu\n", (unsigned long long)c.n_interactions,
                  (unsigned long long)c.n_stories);
    for (size_t i = 0; i < c.n_rows; i++) {
        const fh_customer_row *r = &c.rows[i];
        fh_buf_printf(out, "%u: %llu, %llu times, %lld to %lld\n", r->customer,
                      (unsigned long long)r->count, (unsigned long long)r->times,
                      (long long)(r->first_ms - FH_TIME_MIN_MS),
                      (long long)(r->last_ms - FH_TIME_MIN_MS));
    }
    fh_buf_text(out, c.more ? "more\n" : "all\n");
    return FH_OK;
}

static const fh_row rows_by_hand[] = {
    {.customer = 7, .at_s = 1, .touchpoint = 1},
    {.customer = 7, .at_s = 2, .touchpoint = 2, .ms = 5},
    {.customer = 7, .at_s = 3, .touchpoint = 1},
    {.customer = 7, .at_s = 4, .touchpoint = 2},
    {.customer = 8, .at_s = 9, .touchpoint = 2},
    {.customer = 9, .at_s = 4, .touchpoint = 1},
};

static void the_latest_come_first_and_are_counted(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_move moves[] = {{1, 2}, {2, FH_NO_NAME}, {FH_NO_NAME, 2}};
    fh_customers_options o = {.n_touchpoints = 3, .limit = 2, .n_moves = 3, .moves = moves};
    const test_fold t = {make, &o, print};
    assert_str(test_fold_same(&t, arena, rows_by_hand, COUNT(rows_by_hand), 0),
               "6 of 3\n"
               "8: 1, 2 times, 9000 to 9000\n"
               "7: 4, 3 times, 1000 to 4000\n"
               "more\n");
    const uint64_t one = 1u << 1;
    o = (fh_customers_options){.n_touchpoints = 3,
                               .limit = 2,
                               .visits = {&one, 3},
                               .has_after = true,
                               .after = {.customer = 8, .last_ms = FH_TIME_MIN_MS + 9000}};
    assert_str(test_fold_same(&t, arena, rows_by_hand, COUNT(rows_by_hand), 0),
               "6 of 3\n"
               "7: 4, 2 times, 1000 to 4000\n"
               "9: 1, 1 times, 4000 to 4000\n"
               "all\n");
    fh_arena_free(arena);
}

/* ---- The oracle: every story, sorted; pages cut from it ------------------------------- */

enum { MANY = 900 };

static int by_last(const void *a, const void *b)
{
    const fh_customer_row *x = a, *y = b;
    if (x->last_ms != y->last_ms) return x->last_ms < y->last_ms ? 1 : -1;
    return x->customer < y->customer ? -1 : 1;
}

static size_t all_stories(const fh_row *row, size_t n, const fh_move *move, fh_customer_row *out)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        const bool fresh = i == 0 || row[i].customer != row[i - 1].customer;
        if (fresh)
            out[m++] =
                (fh_customer_row){.customer = row[i].customer, .first_ms = test_at_ms(&row[i])};
        else
            out[m - 1].times +=
                row[i - 1].touchpoint == move->from && row[i].touchpoint == move->to;
        out[m - 1].count++;
        out[m - 1].last_ms = test_at_ms(&row[i]);
    }
    qsort(out, m, sizeof *out, by_last);
    return m;
}

static void pages_one_after_the_other_are_everybody(void **state)
{
    (void)state;
    static fh_row rows[MANY];
    static fh_customer_row want[MANY];
    for (uint32_t round = 0; round < 8; round++) {
        test_seed(round);
        fh_arena *arena = fh_arena_new(NULL);
        const test_shape shape = {.customers = 20 + test_rand(200),
                                  .touchpoints = 4,
                                  .span_s = round % 2 ? 50 : 0,
                                  .ms = round % 3 == 0};
        test_random_rows(&shape, rows, MANY);
        const fh_move move = {1 + test_rand(4), 1 + test_rand(4)};
        fh_customers_options o = {
            .n_touchpoints = 5, .limit = 1 + test_rand(40), .n_moves = 1, .moves = &move};
        const test_fold t = {make, &o, print};
        const fh_segment *seg = test_segment(arena, rows, MANY);
        const size_t n = all_stories(test_sorted(arena, rows, MANY), MANY, &move, want);
        for (size_t at = 0; at < n;) {
            (void)test_fold_same(&t, arena, rows, MANY, 0);
            fh_fold *fold;
            fh_customers c;
            assert_status(fh_customers_new(NULL, &o, &fold, NULL), FH_OK);
            assert_status(fh_fold_add(fold, seg, NULL), FH_OK);
            assert_status(fh_customers_read(fold, arena, &c, NULL), FH_OK);
            assert_int_equal(c.n_stories, n);
            assert_int_equal(c.n_rows, n - at < o.limit ? n - at : o.limit);
            for (size_t i = 0; i < c.n_rows; i++)
                assert_memory_equal(&c.rows[i], &want[at + i], sizeof *want);
            at += c.n_rows;
            assert_int_equal(c.more, at < n);
            o.has_after = true;
            o.after = c.rows[c.n_rows - 1];
            fh_fold_free(fold);
        }
        fh_arena_free(arena);
    }
}

static void by_problem_a_row_tells_the_problem(void **state)
{
    (void)state;
    const fh_row rows[] = {{.customer = 7, .at_s = 1, .touchpoint = 1, .problem = 3},
                           {.customer = 7, .at_s = 2, .touchpoint = 1, .problem = 4},
                           {.customer = 7, .at_s = 5, .touchpoint = 1, .problem = 3},
                           {.customer = 7, .at_s = 5, .touchpoint = 1, .problem = 4}};
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(NULL);
    const fh_filter by_problem = {.by_problem = true};
    assert_status(fh_segment_select(space, test_segment(arena, rows, COUNT(rows)), &by_problem,
                                    FH_COLS_ALL, NULL),
                  FH_OK);
    const fh_customers_options o = {.n_touchpoints = 2, .limit = 5, .by_problem = true};
    fh_fold *fold;
    fh_customers c;
    assert_status(fh_customers_new(NULL, &o, &fold, NULL), FH_OK);
    assert_status(fh_fold_add(fold, fh_space_segment(space), NULL), FH_OK);
    assert_status(fh_customers_read(fold, arena, &c, NULL), FH_OK);
    assert_int_equal(c.n_rows, 2);
    assert_int_equal(c.rows[0].problem, 3);
    assert_int_equal(c.rows[1].problem, 4);
    fh_fold_free(fold);
    fh_space_free(space);
    fh_arena_free(arena);
}

static void a_page_of_none_or_too_many_is_refused(void **state)
{
    (void)state;
    fh_fold *fold;
    const fh_customers_options none = {.n_touchpoints = 2},
                               many = {.n_touchpoints = 2, .limit = FH_CUSTOMERS_MOST + 1};
    assert_status(fh_customers_new(NULL, &none, &fold, NULL), FH_INVALID);
    assert_status(fh_customers_new(NULL, &many, &fold, NULL), FH_INVALID);
}

static void memory_running_out_is_an_error(void **state)
{
    (void)state;
    static fh_row rows[60];
    test_seed(9);
    test_random_rows(&(test_shape){.customers = 30, .touchpoints = 4}, rows, COUNT(rows));
    const uint64_t visits = 6;
    const fh_move move = {1, 2};
    const fh_customers_options o = {
        .n_touchpoints = 5, .limit = 4, .visits = {&visits, 5}, .n_moves = 1, .moves = &move};
    test_fold_oom(&(test_fold){make, &o, print}, rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_latest_come_first_and_are_counted),
        cmocka_unit_test(pages_one_after_the_other_are_everybody),
        cmocka_unit_test(by_problem_a_row_tells_the_problem),
        cmocka_unit_test(a_page_of_none_or_too_many_is_refused),
        cmocka_unit_test(memory_running_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
