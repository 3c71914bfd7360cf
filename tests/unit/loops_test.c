/* loops_test.c - where people come round again: by hand, against an oracle, in any
 * split, and with memory running out. */
#include "folds.h"

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_loops_new(from, options, out, err);
}

static void print_row(const fh_loop_row *r, fh_buf *out)
{
    fh_buf_printf(
        out, "%u: %llu in %llu, %llu again, %llu at once, %llu rework %lld ms, most %llu\n",
        r->touchpoint, (unsigned long long)r->visits, (unsigned long long)r->stories,
        (unsigned long long)r->stories_again, (unsigned long long)r->at_once,
        (unsigned long long)r->rework, (long long)r->rework_ms_sum, (unsigned long long)r->most);
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_loops l;
    const fh_status status = fh_loops_read(fold, arena, &l, err);
    if (status != FH_OK) return status;
    fh_buf_printf(out, "%llu in %llu, %llu with rework\n", (unsigned long long)l.n_interactions,
                  (unsigned long long)l.n_stories, (unsigned long long)l.stories_with_rework);
    for (size_t i = 0; i < l.n_rows; i++) print_row(&l.rows[i], out);
    for (size_t i = 0; i < l.n_pingpongs; i++)
        fh_buf_printf(out, "%u %u: %llu in %llu\n", l.pingpongs[i].a, l.pingpongs[i].b,
                      (unsigned long long)l.pingpongs[i].count,
                      (unsigned long long)l.pingpongs[i].stories);
    return FH_OK;
}

static void visits_again_are_at_once_or_rework(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    static const fh_row rows[] = {
        {.customer = 1, .at_s = 10, .touchpoint = 1}, {.customer = 1, .at_s = 20, .touchpoint = 2},
        {.customer = 1, .at_s = 30, .touchpoint = 1}, {.customer = 1, .at_s = 40, .touchpoint = 2},
        {.customer = 1, .at_s = 41, .touchpoint = 2}, {.customer = 1, .at_s = 50, .touchpoint = 3},
        {.customer = 1, .at_s = 51, .touchpoint = 0}, {.customer = 1, .at_s = 52, .touchpoint = 1},
        {.customer = 4, .at_s = 10, .touchpoint = 2}, {.customer = 4, .at_s = 11, .touchpoint = 2},
        {.customer = 4, .at_s = 15, .touchpoint = 2}, {.customer = 6, .at_s = 15, .touchpoint = 2},
    };
    const test_fold t = {make, &(fh_loops_options){4}, print};
    assert_str(test_fold_same(&t, arena, rows, COUNT(rows), 0),
               "12 in 3, 1 with rework\n"
               "2: 7 in 3, 2 again, 3 at once, 1 rework 20000 ms, most 3\n"
               "1: 3 in 1, 1 again, 0 at once, 2 rework 42000 ms, most 3\n"
               "1 2: 1 in 1\n"
               "2 1: 1 in 1\n");
    fh_arena_free(arena);
}

/* ---- The oracle: every visit looks back for the one before ------------------------------- */

enum { MANY = 400, NAMES = 600 };

static fh_loop_row want_row(uint32_t touchpoint, const fh_row *row, size_t n)
{
    fh_loop_row w = {.touchpoint = touchpoint};
    uint64_t in_story = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || row[i].customer != row[i - 1].customer) in_story = 0;
        if (row[i].touchpoint != touchpoint) continue;
        w.visits++;
        in_story++;
        w.stories += in_story == 1;
        w.stories_again += in_story == 2;
        if (in_story > w.most) w.most = in_story;
        if (in_story == 1) continue;
        size_t before = i - 1;
        while (row[before].touchpoint != touchpoint) before--;
        w.at_once += before == i - 1;
        w.rework += before != i - 1;
        if (before != i - 1) w.rework_ms_sum += test_at_ms(&row[i]) - test_at_ms(&row[before]);
    }
    return w;
}

static fh_pingpong want_pair(const fh_pingpong *p, const fh_row *row, size_t n)
{
    fh_pingpong w = {.a = p->a, .b = p->b};
    uint32_t counted = 0;
    for (size_t i = 2; i < n; i++) {
        if (row[i].customer != row[i - 2].customer || p->a == p->b) continue;
        if (row[i].touchpoint != p->a || row[i - 1].touchpoint != p->b ||
            row[i - 2].touchpoint != p->a)
            continue;
        w.count++;
        w.stories += counted != row[i].customer;
        counted = row[i].customer;
    }
    return w;
}

static void check_against_oracle(const fh_loops *l, const fh_row *row, size_t n)
{
    uint64_t again = 0, rounds = 0, stories = 0;
    uint32_t counted = 0;
    for (size_t i = 0; i < l->n_rows; i++) {
        const fh_loop_row *r = &l->rows[i], w = want_row(r->touchpoint, row, n);
        assert_memory_equal(r, &w, sizeof w);
        if (i) assert_true(r[-1].rework + r[-1].at_once >= r->rework + r->at_once);
        again += r->rework + r->at_once;
    }
    for (size_t i = 0; i < l->n_pingpongs; i++) {
        const fh_pingpong w = want_pair(&l->pingpongs[i], row, n);
        assert_int_equal(l->pingpongs[i].count, w.count);
        assert_int_equal(l->pingpongs[i].stories, w.stories);
        rounds += w.count;
    }
    for (size_t i = 0; i < n; i++) {
        bool before = false, rework = false;
        for (size_t j = i; j-- > 0 && row[j].customer == row[i].customer && !before;) {
            before = row[j].touchpoint == row[i].touchpoint;
            rework = before && j != i - 1;
        }
        again -= before;
        stories += rework && counted != row[i].customer;
        if (rework) counted = row[i].customer;
        rounds -= i > 1 && row[i].customer == row[i - 2].customer &&
                  row[i].touchpoint == row[i - 2].touchpoint &&
                  row[i].touchpoint != row[i - 1].touchpoint;
    }
    assert_int_equal(again, 0);
    assert_int_equal(rounds, 0);
    assert_int_equal(l->stories_with_rework, stories);
    assert_int_equal(l->n_interactions, n);
}

static void random_stories_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(7);
    for (uint32_t round = 0; round < 40; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_row rows[MANY];
        const size_t n = 1 + test_rand(MANY);
        const test_shape shape = {
            .customers = 1 + test_rand(60), .touchpoints = round % 5 ? 3 : 300, .ms = round % 2};
        test_random_rows(&shape, rows, n);
        const uint32_t names = round % 3 ? NAMES : shape.touchpoints + 1;
        const test_fold t = {make, &(fh_loops_options){names}, print};
        (void)test_fold_same(&t, arena, rows, n, names);
        fh_fold *fold;
        fh_loops l;
        assert_status(make(t.options, NULL, &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, test_segment(arena, rows, n), NULL), FH_OK);
        assert_status(fh_loops_read(fold, arena, &l, NULL), FH_OK);
        check_against_oracle(&l, test_sorted(arena, rows, n), n);
        fh_fold_free(fold);
        fh_arena_free(arena);
    }
}

/* A story that visits 0, 1, 0 as far apart as times can be, again and again. */
static void sums_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    enum { N = 600000 };
    fh_arena *arena = fh_arena_new(NULL);
    uint32_t *gap = FH_NEW_ARRAY(arena, uint32_t, N), start[2] = {0, N}, zero = 0;
    const uint32_t name[2] = {0, 1};
    uint8_t *code = fh_arena_alloc(arena, N, 1);
    for (uint32_t i = 1; i < N; i++) gap[i] = UINT32_MAX;
    for (uint32_t i = 1; i < N; i++) code[i] = i % 2;
    const fh_segment seg = {.n = N,
                            .n_stories = 1,
                            .customer = &zero,
                            .start = start,
                            .first_s = &zero,
                            .gap_s = gap,
                            .touchpoint = {2, name, true, code, NULL}};
    fh_fold *a, *b;
    assert_status(fh_loops_new(NULL, &(fh_loops_options){2}, &a, NULL), FH_OK);
    assert_status(fh_loops_new(NULL, &(fh_loops_options){2}, &b, NULL), FH_OK);
    for (int i = 0; i < 3; i++) assert_status(fh_fold_add(a, &seg, NULL), FH_OK);
    assert_status(fh_fold_add(b, &seg, NULL), FH_OK);
    assert_status(fh_fold_merge(b, a, NULL), FH_LIMIT);
    assert_status(fh_fold_add(a, &seg, NULL), FH_LIMIT);
    fh_fold_free(a);
    fh_fold_free(b);
    fh_arena_free(arena);
}

static void options_that_make_no_loops_are_refused(void **state)
{
    (void)state;
    fh_fold *fold;
    fh_error err;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_row row = {.customer = 1, .touchpoint = 4};
    assert_status(fh_loops_new(NULL, &(fh_loops_options){70000}, &fold, NULL), FH_INVALID);
    assert_status(fh_loops_new(NULL, &(fh_loops_options){4}, &fold, NULL), FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, &row, 1), &err), FH_INVALID);
    fh_fold_free(fold);
    fh_arena_free(arena);
}

static void running_out_of_memory_is_reported_and_leaks_nothing(void **state)
{
    (void)state;
    fh_row rows[60];
    test_random_rows(&(test_shape){.customers = 5, .touchpoints = 3}, rows, COUNT(rows));
    test_fold_oom(&(test_fold){make, &(fh_loops_options){4}, print}, rows, COUNT(rows));
    test_fold_oom(&(test_fold){make, &(fh_loops_options){9000}, print}, rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(visits_again_are_at_once_or_rework),
        cmocka_unit_test(random_stories_agree_with_the_oracle),
        cmocka_unit_test(sums_that_do_not_fit_are_refused),
        cmocka_unit_test(options_that_make_no_loops_are_refused),
        cmocka_unit_test(running_out_of_memory_is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
