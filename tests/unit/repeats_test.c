/* repeats_test.c - contact again within a window: by hand, by the sums that must
 * hold, against an oracle, in any split, and with memory running out. */
#include "folds.h"

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_repeats_new(from, options, out, err);
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_repeats r;
    const fh_status status = fh_repeats_read(fold, arena, &r, err);
    if (status != FH_OK) return status;
    fh_buf_printf(out, "%llu contacts in %llu, %llu repeats in %llu, %llu elsewhere\n",
                  (unsigned long long)r.n_contacts, (unsigned long long)r.n_stories,
                  (unsigned long long)r.n_repeats, (unsigned long long)r.stories_with_repeat,
                  (unsigned long long)r.n_other_department);
    for (size_t i = 0; i < r.n_pairs; i++)
        fh_buf_printf(out, "%u > %u: %llu of %llu, %lld ms\n", r.pairs[i].from, r.pairs[i].to,
                      (unsigned long long)r.pairs[i].count,
                      (unsigned long long)r.pairs[i].customers, (long long)r.pairs[i].gap_ms_sum);
    return FH_OK;
}

enum { CALL = 1, MAIL = 2 };

static const fh_row rows_by_hand[] = {
    {.customer = 1, .at_s = 0, .channel = CALL, .department = 1, .problem = 5, .direction = 1},
    {.customer = 1, .at_s = 4, .channel = 0, .department = 3, .problem = 5, .direction = 1},
    {.customer = 1, .at_s = 10, .channel = MAIL, .department = 2, .problem = 6, .direction = 2},
    {.customer = 1, .at_s = 20, .channel = CALL, .department = 2, .problem = 5, .direction = 1},
    {.customer = 1, .at_s = 31, .channel = CALL, .department = 0, .problem = 0, .direction = 1},
    {.customer = 1, .at_s = 32, .channel = CALL, .department = 0, .problem = 0, .direction = 3},
    {.customer = 2, .at_s = 32, .channel = CALL, .department = 1, .problem = 5, .direction = 0},
    {.customer = 2, .at_s = 33, .channel = CALL, .department = 1, .problem = 5, .direction = 1},
    {.customer = 3, .at_s = 33, .channel = 0, .department = 1, .problem = 5, .direction = 1},
};

static void contacts_repeat_within_the_window(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const uint64_t calls_and_mails = 1u << CALL | 1u << MAIL;
    fh_repeats_options o = {.n_departments = 4,
                            .n_channels = 3,
                            .channels = {&calls_and_mails, 64},
                            .window_ms = 10000,
                            .other_problem_too = true};
    const test_fold t = {make, &o, print};
    assert_str(test_fold_same(&t, arena, rows_by_hand, COUNT(rows_by_hand), 0),
               "7 contacts in 2, 4 repeats in 2, 1 elsewhere\n"
               "0 > 0: 1 of 1, 1000 ms\n"
               "1 > 1: 1 of 1, 1000 ms\n"
               "1 > 2: 1 of 1, 10000 ms\n"
               "2 > 2: 1 of 1, 10000 ms\n");
    o.other_problem_too = false;
    assert_str(test_fold_same(&t, arena, rows_by_hand, COUNT(rows_by_hand), 0),
               "7 contacts in 2, 2 repeats in 2, 0 elsewhere\n"
               "0 > 0: 1 of 1, 1000 ms\n"
               "1 > 1: 1 of 1, 1000 ms\n");
    o.window_ms = 20000;
    o.directions = 1u << FH_DIR_IN;
    assert_str(test_fold_same(&t, arena, rows_by_hand, COUNT(rows_by_hand), 0),
               "4 contacts in 2, 1 repeats in 1, 1 elsewhere\n"
               "1 > 2: 1 of 1, 20000 ms\n");
    fh_arena_free(arena);
}

/* ---- The oracle: every contact looks back for the one before ----------------------------- */

enum { MANY = 400, NAMES = 600 };

static bool is_contact(const fh_repeats_options *o, const fh_row *r)
{
    if (o->channels.bits && !fh_bit(o->channels.bits, r->channel)) return false;
    return !o->directions || (o->directions >> r->direction & 1);
}

/* The contact that row i repeats; n: none. */
static size_t repeated(const fh_repeats_options *o, const fh_row *row, size_t n, size_t i)
{
    if (!is_contact(o, &row[i])) return n;
    for (size_t j = i; j-- > 0 && row[j].customer == row[i].customer;) {
        if (!is_contact(o, &row[j])) continue;
        if (!o->other_problem_too && row[j].problem != row[i].problem) continue;
        const uint64_t gap = (uint64_t)(test_at_ms(&row[i]) - test_at_ms(&row[j]));
        return gap <= o->window_ms ? j : n;
    }
    return n;
}

static void check_pair(const fh_repeats_options *o, const fh_repeat *p, const fh_row *row, size_t n)
{
    uint64_t count = 0, customers = 0;
    int64_t sum = 0;
    uint32_t counted = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t j = repeated(o, row, n, i);
        if (j == n || row[j].department != p->from || row[i].department != p->to) continue;
        count++;
        customers += counted != row[i].customer;
        counted = row[i].customer;
        sum += test_at_ms(&row[i]) - test_at_ms(&row[j]);
    }
    assert_int_equal(p->count, count);
    assert_int_equal(p->customers, customers);
    assert_int_equal(p->gap_ms_sum, sum);
}

static void check_against_oracle(const fh_repeats_options *o, const fh_repeats *r,
                                 const fh_row *row, size_t n)
{
    uint64_t in_pairs = 0;
    fh_repeats w = {0};
    uint32_t contacted = 0, repeating = 0;
    for (size_t i = 0; i < r->n_pairs; i++) {
        check_pair(o, &r->pairs[i], row, n);
        in_pairs += r->pairs[i].count;
        if (i) assert_true(r->pairs[i - 1].count >= r->pairs[i].count);
    }
    for (size_t i = 0; i < n; i++) {
        const size_t j = repeated(o, row, n, i);
        const uint32_t customer = row[i].customer;
        if (is_contact(o, &row[i])) {
            w.n_contacts++;
            w.n_stories += contacted != customer;
            contacted = customer;
        }
        if (j == n) continue;
        w.n_repeats++;
        w.stories_with_repeat += repeating != customer;
        repeating = customer;
        w.n_other_department +=
            row[i].department && row[j].department && row[i].department != row[j].department;
    }
    assert_int_equal(in_pairs, w.n_repeats);
    assert_int_equal(r->n_repeats, w.n_repeats);
    assert_int_equal(r->n_contacts, w.n_contacts);
    assert_int_equal(r->n_stories, w.n_stories);
    assert_int_equal(r->stories_with_repeat, w.stories_with_repeat);
    assert_int_equal(r->n_other_department, w.n_other_department);
}

static void random_stories_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(10);
    for (uint32_t round = 0; round < 80; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_row rows[MANY];
        const size_t n = 1 + test_rand(MANY);
        const test_shape shape = {.customers = 1 + test_rand(60),
                                  .channels = 4,
                                  .departments = round % 5 ? 3 : 300,
                                  .problems = round % 4 * 2,
                                  .directions = round % 3 != 0,
                                  .ms = round % 2};
        test_random_rows(&shape, rows, n);
        const uint64_t channels[10] = {1 + test_rand(31)};
        const uint32_t names = round % 3 ? NAMES : shape.departments + 1;
        const fh_repeats_options o = {.n_departments = names,
                                      .n_channels = names < NAMES ? 5 : NAMES,
                                      .channels = {round % 2 ? channels : NULL, 640},
                                      .directions = test_rand(3) ? 0 : 1 + test_rand(15),
                                      .window_ms = test_rand(20000000),
                                      .other_problem_too = test_rand(2)};
        const test_fold t = {make, &o, print};
        (void)test_fold_same(&t, arena, rows, n, names == NAMES ? NAMES : 0);
        fh_fold *fold;
        fh_repeats r;
        assert_status(make(t.options, NULL, &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, test_segment(arena, rows, n), NULL), FH_OK);
        assert_status(fh_repeats_read(fold, arena, &r, NULL), FH_OK);
        check_against_oracle(&o, &r, test_sorted(arena, rows, n), n);
        fh_fold_free(fold);
        fh_arena_free(arena);
    }
}

/* Segments are folded a block at a time: stories that begin and end anywhere in it,
 * and stories longer than it; where some interactions are contacts, and where all are. */
static void stories_across_blocks_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(11);
    for (uint32_t round = 0; round < 12; round++) {
        enum { LONG = 5000 };
        fh_arena *arena = fh_arena_new(NULL);
        fh_row *rows = FH_NEW_ARRAY(arena, fh_row, LONG);
        const test_shape shape = {.customers = round % 3 ? 400 : 2,
                                  .channels = 4,
                                  .departments = 3,
                                  .directions = round % 2,
                                  .ms = round % 6 > 2};
        test_random_rows(&shape, rows, LONG);
        const uint64_t channels = 1 + test_rand(31);
        const fh_repeats_options o = {.n_departments = 4,
                                      .n_channels = 5,
                                      .channels = {round < 6 ? &channels : NULL, 64},
                                      .directions = round % 2 ? (round < 8 ? 5 : 15) : 0,
                                      .window_ms = round % 6 ? 20000000 : UINT64_MAX,
                                      .other_problem_too = true};
        fh_fold *fold;
        fh_repeats r;
        assert_status(make(&o, NULL, &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, test_segment(arena, rows, LONG), NULL), FH_OK);
        assert_status(fh_repeats_read(fold, arena, &r, NULL), FH_OK);
        check_against_oracle(&o, &r, test_sorted(arena, rows, LONG), LONG);
        fh_fold_free(fold);
        fh_arena_free(arena);
    }
}

/* A story per problem, as a filter by problem makes them: customers count once. */
static void a_customer_with_two_problems_is_one_customer(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_row a = {.customer = 1, .at_s = 10, .problem = 5, .department = 1};
    fh_row rows[] = {a, a, a, a};
    rows[2].problem = rows[3].problem = 6;
    fh_segment view = *test_segment(arena, rows, COUNT(rows));
    const uint32_t start[] = {0, 2, 4}, customer[] = {1, 1}, first[] = {10, 10};
    view.n_stories = 2;
    view.start = start;
    view.customer = customer;
    view.first_s = first;
    const fh_segment *seg = &view;
    const fh_repeats_options o = {.n_departments = 3, .n_channels = 1, .window_ms = 1};
    assert_str(test_fold_text(&(test_fold){make, &o, print}, arena, &seg, 1),
               "4 contacts in 2, 2 repeats in 2, 0 elsewhere\n"
               "1 > 1: 2 of 1, 0 ms\n");
    fh_arena_free(arena);
}

static void numbers_the_fold_was_not_made_for_are_refused(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const uint64_t all = ~UINT64_C(0);
    const fh_repeats_options ok = {.n_departments = 4, .n_channels = 3, .channels = {&all, 64}};
    fh_repeats_options bad[4] = {ok, ok, ok, ok};
    fh_fold *fold;
    fh_error err;
    bad[0].n_departments = 3;
    bad[1].n_channels = 2;
    bad[2].n_departments = 70000;
    bad[3].n_channels = 70000;
    for (size_t i = 0; i < 2; i++) {
        assert_status(fh_repeats_new(NULL, &bad[i], &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, test_segment(arena, rows_by_hand, 9), &err), FH_INVALID);
        assert_string_equal(err.message, i ? "channel number 2; the fold was made for 2"
                                           : "department number 3; the fold was made for 3");
        fh_fold_free(fold);
        assert_status(fh_repeats_new(NULL, &bad[2 + i], &fold, NULL), FH_INVALID);
    }
    const fh_row row = {.customer = 1, .direction = 5};
    fh_repeats_options in = ok;
    in.directions = 2;
    assert_status(fh_repeats_new(NULL, &in, &fold, NULL), FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, &row, 1), &err), FH_INVALID);
    fh_fold_free(fold);
    fh_arena_free(arena);
}

static void running_out_of_memory_is_reported_and_leaks_nothing(void **state)
{
    (void)state;
    fh_row rows[60];
    const test_shape shape = {
        .customers = 5, .departments = 3, .channels = 3, .problems = 3, .directions = true};
    test_random_rows(&shape, rows, COUNT(rows));
    const uint64_t some = 7;
    const fh_repeats_options o = {.n_departments = 9000,
                                  .n_channels = 4,
                                  .channels = {&some, 64},
                                  .directions = 7,
                                  .window_ms = 90000000};
    test_fold_oom(&(test_fold){make, &o, print}, rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contacts_repeat_within_the_window),
        cmocka_unit_test(random_stories_agree_with_the_oracle),
        cmocka_unit_test(stories_across_blocks_agree_with_the_oracle),
        cmocka_unit_test(a_customer_with_two_problems_is_one_customer),
        cmocka_unit_test(numbers_the_fold_was_not_made_for_are_refused),
        cmocka_unit_test(running_out_of_memory_is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
