/* variants_test.c - whole ways: by hand, by the sums that must hold, against an
 * oracle, in any split, and with memory running out. */
#include "folds.h"

#include <xxhash.h>

#include <stdlib.h>

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_variants_new(from, options, out, err);
}

static void print_variants(const fh_variants *v, fh_buf *out)
{
    fh_buf_printf(out, "%llu stories, %llu ways\n", (unsigned long long)v->n_stories,
                  (unsigned long long)v->n_variants);
    for (size_t i = 0; i < v->n_top; i++) {
        fh_buf_printf(out, "%llu, %lld ms:", (unsigned long long)v->top[i].count,
                      (long long)v->top[i].duration_ms_sum);
        for (size_t k = 0; k < v->top[i].n_steps; k++) fh_buf_printf(out, " %u", v->top[i].path[k]);
        fh_buf_char(out, '\n');
    }
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_variants v;
    const fh_status status = fh_variants_read(fold, arena, 0, &v, err);
    if (status == FH_OK) print_variants(&v, out);
    return status;
}

static const fh_row rows_by_hand[] = {
    {.customer = 7, .at_s = 100, .touchpoint = 1, .ms = 900},
    {.customer = 7, .at_s = 110, .touchpoint = 2},
    {.customer = 7, .at_s = 130, .touchpoint = 5, .ms = 100},
    {.customer = 8, .at_s = 90, .touchpoint = 1},
    {.customer = 8, .at_s = 90, .touchpoint = 2},
    {.customer = 8, .at_s = 90, .touchpoint = 5},
    {.customer = 9, .at_s = 1, .touchpoint = 0},
    {.customer = 10, .at_s = 1, .touchpoint = 1},
    {.customer = 10, .at_s = 2, .touchpoint = 2},
    {.customer = 11, .at_s = 1, .touchpoint = 0},
    {.customer = 11, .at_s = 9, .touchpoint = 0},
};

static void equal_ways_are_counted_together(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    static const char want[] = "5 stories, 4 ways\n"
                               "2, 29200 ms: 1 2 5\n"
                               "1, 0 ms: 0\n"
                               "1, 8000 ms: 0 0\n"
                               "1, 1000 ms: 1 2\n";
    for (uint32_t names = 6; names < 700; names += 249) { /* 6, 255, 504 */
        const fh_variants_options options = {.n_touchpoints = names};
        const test_fold t = {make, &options, print};
        assert_str(test_fold_same(&t, arena, rows_by_hand, COUNT(rows_by_hand), 0), want);
    }
    const test_fold t = {make, &(fh_variants_options){.n_touchpoints = 600}, print};
    assert_str(test_fold_same(&t, arena, rows_by_hand, COUNT(rows_by_hand), 600), want);
    fh_arena_free(arena);
}

static void durations_that_nobody_wants_are_not_read(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_variants_options options = {.n_touchpoints = 6, .untimed = true};
    const test_fold t = {make, &options, print};
    assert_str(test_fold_same(&t, arena, rows_by_hand, COUNT(rows_by_hand), 0),
               "5 stories, 4 ways\n"
               "2, 0 ms: 1 2 5\n"
               "1, 0 ms: 0\n"
               "1, 0 ms: 0 0\n"
               "1, 0 ms: 1 2\n");
    fh_fold *f = NULL;
    assert_status(fh_variants_new(NULL, &options, &f, NULL), FH_OK);
    assert_int_equal(fh_fold_columns(f) & 1u << FH_COL_GAP, 0);
    fh_fold_free(f);
    fh_arena_free(arena);
}

/* ---- The oracle: every way compared with every other ------------------------------------ */

enum { MANY = 900, NAMES = 600 };

typedef struct story {
    const fh_row *row;
    size_t n;
} story;

static int by_path(const void *a, const void *b)
{
    const story *x = a, *y = b;
    for (size_t i = 0; i < x->n && i < y->n; i++)
        if (x->row[i].touchpoint != y->row[i].touchpoint)
            return x->row[i].touchpoint < y->row[i].touchpoint ? -1 : 1;
    return (x->n > y->n) - (x->n < y->n);
}

/* Equal stories made neighbours; then `top` lists the runs, longest first. */
static fh_str oracle(fh_arena *arena, const fh_row *row, size_t n, size_t top)
{
    story *s = FH_NEW_ARRAY(arena, story, n + 1);
    size_t n_stories = 0, n_ways = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || row[i].customer != row[i - 1].customer) s[n_stories++].row = &row[i];
        s[n_stories - 1].n++;
    }
    qsort(s, n_stories, sizeof *s, by_path);
    size_t *run = FH_NEW_ARRAY(arena, size_t, n_stories + 1);
    for (size_t i = 0; i < n_stories; i++) {
        if (i == 0 || by_path(&s[i], &s[i - 1])) run[n_ways++] = i;
        run[n_ways] = i + 1;
    }
    fh_buf buf;
    fh_buf_init(&buf, NULL, 1 << 20);
    fh_buf_printf(&buf, "%zu stories, %zu ways\n", n_stories, n_ways);
    for (size_t length = n_stories; length > 0; length--) {
        for (size_t w = 0; w < n_ways && top; w++) {
            if (run[w + 1] - run[w] != length) continue;
            int64_t sum = 0;
            for (size_t i = run[w]; i < run[w + 1]; i++)
                sum += test_at_ms(&s[i].row[s[i].n - 1]) - test_at_ms(s[i].row);
            fh_buf_printf(&buf, "%zu, %lld ms:", length, (long long)sum);
            for (size_t k = 0; k < s[run[w]].n; k++)
                fh_buf_printf(&buf, " %u", s[run[w]].row[k].touchpoint);
            fh_buf_char(&buf, '\n');
            top--;
        }
    }
    fh_str text;
    assert_true(fh_arena_str(arena, fh_buf_view(&buf), &text));
    fh_buf_free(&buf);
    return text;
}

static fh_str top_text(fh_arena *arena, const fh_segment *seg, uint32_t names, size_t top)
{
    fh_fold *fold;
    fh_variants got;
    fh_buf buf;
    fh_str text;
    fh_buf_init(&buf, NULL, 1 << 20);
    assert_status(
        fh_variants_new(NULL, &(fh_variants_options){.n_touchpoints = names}, &fold, NULL), FH_OK);
    assert_status(fh_fold_add(fold, seg, NULL), FH_OK);
    assert_status(fh_variants_read(fold, arena, top, &got, NULL), FH_OK);
    print_variants(&got, &buf);
    assert_true(fh_arena_str(arena, fh_buf_view(&buf), &text));
    fh_buf_free(&buf);
    fh_fold_free(fold);
    return text;
}

static void random_stories_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(3);
    for (uint32_t round = 0; round < 30; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_row rows[MANY];
        const size_t n = 1 + test_rand(MANY);
        const test_shape shape = {
            .customers = 1 + test_rand(500), .touchpoints = round % 3 ? 3 : 300, .ms = round % 2};
        test_random_rows(&shape, rows, n);
        const uint32_t names = round % 2 ? shape.touchpoints + 1 : NAMES;
        const test_fold t = {make, &(fh_variants_options){.n_touchpoints = names}, print};
        const fh_row *row = test_sorted(arena, rows, n);
        assert_str(test_fold_same(&t, arena, rows, n, names), oracle(arena, row, n, n).ptr);
        const size_t top = 1 + test_rand(20);
        assert_str(top_text(arena, test_segment(arena, rows, n), names, top),
                   oracle(arena, row, n, top).ptr);
        fh_arena_free(arena);
    }
}

/* Enough ways for the table to grow many times, long and short, some twice. */
static void many_ways_are_all_told_apart(void **state)
{
    (void)state;
    enum { STORIES = 30000 };
    fh_arena *arena = fh_arena_new(NULL);
    fh_row *rows = FH_NEW_ARRAY(arena, fh_row, (size_t)STORIES * 3);
    size_t n = 0;
    for (uint32_t s = 0; s < STORIES; s++) {
        const uint32_t way = s % (STORIES - 100); /* the first hundred come twice */
        for (uint32_t d = 0, rest = way; d < 3; d++, rest /= 32)
            rows[n++] = (fh_row){.customer = s + 1, .at_s = d, .touchpoint = (uint16_t)(rest % 32)};
    }
    fh_fold *fold;
    fh_variants got;
    assert_status(fh_variants_new(NULL, &(fh_variants_options){.n_touchpoints = 32}, &fold, NULL),
                  FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, rows, n), NULL), FH_OK);
    assert_status(fh_variants_read(fold, arena, 101, &got, NULL), FH_OK);
    assert_int_equal(got.n_stories, STORIES);
    assert_int_equal(got.n_variants, STORIES - 100);
    assert_int_equal(got.top[99].count, 2);
    assert_int_equal(got.top[100].count, 1);
    assert_int_equal(got.top[0].duration_ms_sum, 4000);
    fh_fold_free(fold);
    fh_arena_free(arena);
}

/* The table's hashes of these two are equal (found by search). */
static void ways_with_equal_hashes_are_told_apart(void **state)
{
    (void)state;
    static const uint16_t way[2][4] = {{41, 39, 7, 0}, {15, 3, 21, 0}};
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[16];
    for (uint32_t i = 0; i < 16; i++)
        rows[i] = (fh_row){.customer = 1 + i / 4, .at_s = i, .touchpoint = way[i / 4 == 2][i % 4]};
    const test_fold t = {make, &(fh_variants_options){.n_touchpoints = 64}, print};
    assert_str(test_fold_same(&t, arena, rows, COUNT(rows), 0), "4 stories, 2 ways\n"
                                                                "3, 9000 ms: 41 39 7 0\n"
                                                                "1, 3000 ms: 15 3 21 0\n");
    fh_arena_free(arena);
}

/* The table's hashes of the first SHORT and the first LONG of these steps are equal
 * (found by search): only the length tells that a way is not another's beginning. */
static void a_way_is_not_taken_for_its_beginning(void **state)
{
    (void)state;
    enum { SHORT = 17646, LONG = 25014 };
    fh_arena *arena = fh_arena_new(NULL);
    fh_row *rows = FH_NEW_ARRAY(arena, fh_row, SHORT + LONG);
    for (uint32_t long_first = 0; long_first < 2; long_first++) {
        const uint32_t first = long_first ? LONG : SHORT;
        uint32_t random = 1;
        uint8_t step[LONG];
        for (uint32_t i = 0; i < LONG; i++) {
            random = random * 1664525u + 1013904223u;
            step[i] = (uint8_t)(random >> 24 & 63);
        }
        assert_true(XXH3_64bits(step, SHORT) >> 32 == XXH3_64bits(step, LONG) >> 32);
        for (uint32_t i = 0; i < SHORT + LONG; i++)
            rows[i] = (fh_row){.customer = 1 + (i >= first),
                               .at_s = i,
                               .touchpoint = step[i >= first ? i - first : i]};
        fh_fold *fold;
        fh_variants got;
        assert_status(
            fh_variants_new(NULL, &(fh_variants_options){.n_touchpoints = 64}, &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, test_segment_identity(arena, rows, SHORT + LONG), NULL),
                      FH_OK);
        assert_status(fh_variants_read(fold, arena, 0, &got, NULL), FH_OK);
        assert_int_equal(got.n_variants, 2);
        assert_int_equal(got.top[0].n_steps, SHORT);
        assert_int_equal(got.top[1].n_steps, LONG);
        fh_fold_free(fold);
    }
    fh_arena_free(arena);
}

/* Ways far longer than a block of steps. */
static void long_ways_are_kept_whole(void **state)
{
    (void)state;
    enum { LONG = 100000 };
    fh_arena *arena = fh_arena_new(NULL);
    fh_row *rows = FH_NEW_ARRAY(arena, fh_row, (size_t)LONG * 3);
    for (uint32_t i = 0; i < 3 * LONG; i++)
        rows[i] = (fh_row){.customer = 1 + i / LONG, .at_s = i, .touchpoint = i % 7 == 0};
    for (uint32_t i = 0; i < LONG; i++) rows[LONG + i].touchpoint = rows[i].touchpoint;
    rows[3 * LONG - 1].touchpoint = 3; /* the third differs in its last step or before */
    fh_fold *fold;
    fh_variants got;
    assert_status(fh_variants_new(NULL, &(fh_variants_options){.n_touchpoints = 4}, &fold, NULL),
                  FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, rows, 3 * LONG), NULL), FH_OK);
    assert_status(fh_variants_read(fold, arena, 0, &got, NULL), FH_OK);
    assert_int_equal(got.n_variants, 2);
    assert_int_equal(got.top[0].count, 2);
    for (uint32_t i = 0; i < LONG; i++) assert_int_equal(got.top[0].path[i], rows[i].touchpoint);
    fh_fold_free(fold);
    fh_arena_free(arena);
}

static void durations_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    enum { N = 600000 };
    fh_arena *arena = fh_arena_new(NULL);
    uint32_t *gap = FH_NEW_ARRAY(arena, uint32_t, N), start[2] = {0, N}, zero = 0;
    for (uint32_t i = 1; i < N; i++) gap[i] = UINT32_MAX;
    const fh_segment seg = {
        .n = N, .n_stories = 1, .customer = &zero, .start = start, .first_s = &zero, .gap_s = gap};
    fh_fold *fold, *other;
    fh_error err;
    assert_status(fh_variants_new(NULL, &(fh_variants_options){.n_touchpoints = 1}, &fold, NULL),
                  FH_OK);
    assert_status(fh_variants_new(NULL, &(fh_variants_options){.n_touchpoints = 1}, &other, NULL),
                  FH_OK);
    for (int i = 0; i < 3; i++) assert_status(fh_fold_add(fold, &seg, &err), FH_OK);
    assert_status(fh_fold_add(other, &seg, &err), FH_OK);
    assert_status(fh_fold_merge(other, fold, &err), FH_LIMIT);
    assert_status(fh_fold_add(fold, &seg, &err), FH_LIMIT);
    fh_fold_free(fold);
    fh_fold_free(other);
    fh_arena_free(arena);
}

static fh_status print_three(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_variants v;
    const fh_status status = fh_variants_read(fold, arena, 3, &v, err);
    if (status == FH_OK) print_variants(&v, out);
    return status;
}

static void the_commonest_ways_are_written_and_read_back(void **state)
{
    (void)state;
    fh_row rows[400];
    fh_arena *arena = fh_arena_new(NULL);
    for (uint32_t names = 6; names <= NAMES; names += NAMES - 6) {
        const fh_variants_options options = {.n_touchpoints = names, .most = 3};
        const test_fold t = {make, &options, print_three};
        test_random_rows(&(test_shape){.customers = 90, .touchpoints = names - 1}, rows, 400);
        (void)test_fold_same(&t, arena, rows, COUNT(rows), 0);
        test_fold_oom(&t, rows, 60);
    }
    assert_str(
        test_fold_same(
            &(test_fold){make, &(fh_variants_options){.n_touchpoints = 6, .most = 3}, print_three},
            arena, rows_by_hand, COUNT(rows_by_hand), 0),
        "5 stories, 4 ways\n2, 29200 ms: 1 2 5\n1, 0 ms: 0\n1, 8000 ms: 0 0\n");
    fh_arena_free(arena);
}

static void of_what_was_read_back_only_the_commonest_are_known(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_segment *seg = test_segment(arena, rows_by_hand, COUNT(rows_by_hand));
    const fh_variants_options options = {.n_touchpoints = 6, .most = 2};
    fh_fold *from = NULL, *back = NULL, *other = NULL;
    fh_variants v;
    fh_buf bytes;
    fh_buf_init(&bytes, NULL, 1 << 16);
    assert_status(fh_variants_new(NULL, &options, &from, NULL), FH_OK);
    assert_status(fh_variants_new(NULL, &options, &back, NULL), FH_OK);
    assert_status(fh_variants_new(NULL, &options, &other, NULL), FH_OK);
    assert_status(fh_fold_add(from, seg, NULL), FH_OK);
    assert_status(fh_fold_write(from, &bytes, NULL), FH_OK);
    assert_status(fh_fold_restore(back, fh_buf_view(&bytes), NULL), FH_OK);
    assert_status(fh_variants_read(back, arena, 2, &v, NULL), FH_OK);
    assert_int_equal(v.n_variants, 4);
    assert_int_equal(v.n_top, 2);
    assert_status(fh_variants_read(back, arena, 3, &v, NULL), FH_INVALID);
    assert_status(fh_variants_read(back, arena, 0, &v, NULL), FH_INVALID);
    assert_status(fh_variants_read(from, arena, 0, &v, NULL), FH_INVALID);
    assert_status(fh_fold_merge(other, back, NULL), FH_INVALID);
    assert_status(fh_fold_add(back, seg, NULL), FH_INVALID);
    fh_fold_free(from);
    fh_fold_free(back);
    fh_fold_free(other);
    fh_buf_free(&bytes);
    fh_arena_free(arena);
}

enum { SEGMENTS = 24, ROWS = 600, COMMONEST = 12 };

static fh_fold *new_share(uint32_t names, size_t room, fh_share of)
{
    fh_fold *fold = NULL;
    const fh_variants_options options = {names, COMMONEST, room, of, false};
    assert_status(fh_variants_new(test_allocator(), &options, &fold, NULL), FH_OK);
    return fold;
}

static fh_str told(const fh_fold *fold, fh_arena *arena, fh_buf *out)
{
    fh_variants v;
    assert_status(fh_variants_read(fold, arena, COMMONEST, &v, NULL), FH_OK);
    print_variants(&v, out);
    return fh_buf_view(out);
}

/* Two folds, as of two threads, each with little room; then the shares that they left out. */
static fh_fold *by_shares(uint32_t names, const fh_segment *const *seg)
{
    fh_fold *all = new_share(names, 48 << 10, (fh_share){0});
    fh_fold *other = new_share(names, 80 << 10, (fh_share){0});
    for (int i = 0; i < SEGMENTS; i++)
        assert_status(fh_fold_add(i % 3 ? all : other, seg[i], NULL), FH_OK);
    assert_status(fh_fold_merge(all, other, NULL), FH_OK);
    fh_fold_free(other);
    const fh_share first = fh_variants_share(all);
    assert_true(first.bits >= 2 && first.at == 0);
    fh_buf bytes;
    fh_buf_init(&bytes, NULL, 1 << 20);
    assert_status(fh_fold_write(all, &bytes, NULL), FH_LIMIT);
    fh_buf_free(&bytes);
    for (uint32_t at = 1; at < 1u << first.bits; at++) {
        fh_fold *share = new_share(names, 0, (fh_share){first.bits, at});
        for (int i = 0; i < SEGMENTS; i++) assert_status(fh_fold_add(share, seg[i], NULL), FH_OK);
        assert_status(fh_variants_gather(all, share, NULL), FH_OK);
        fh_fold_free(share);
    }
    return all;
}

static void what_there_is_no_room_for_is_counted_a_share_at_a_time(void **state)
{
    (void)state;
    static fh_row rows[ROWS];
    for (uint32_t names = 9; names <= NAMES; names += NAMES - 9) {
        fh_arena *arena = fh_arena_new(NULL);
        const fh_segment *seg[SEGMENTS];
        fh_fold *whole = new_share(names, 0, (fh_share){0});
        for (int i = 0; i < SEGMENTS; i++) {
            const uint32_t customers = i == 5 ? 1 : 200; /* one very long story */
            test_random_rows(&(test_shape){.customers = customers, .touchpoints = names - 1}, rows,
                             ROWS);
            seg[i] = test_segment(arena, rows, ROWS);
            assert_status(fh_fold_add(whole, seg[i], NULL), FH_OK);
        }
        fh_fold *all = by_shares(names, seg);
        fh_buf a, b;
        fh_buf_init(&a, NULL, 1 << 20);
        fh_buf_init(&b, NULL, 1 << 20);
        assert_true(fh_str_eq(told(whole, arena, &a), told(all, arena, &b)));
        fh_buf_clear(&a);
        fh_buf_clear(&b);
        assert_status(fh_fold_write(whole, &a, NULL), FH_OK);
        assert_status(fh_fold_write(all, &b, NULL), FH_OK);
        assert_true(fh_str_eq(fh_buf_view(&a), fh_buf_view(&b)));
        assert_status(fh_variants_gather(whole, all, NULL), FH_INVALID);
        fh_buf_free(&a);
        fh_buf_free(&b);
        fh_fold_free(whole);
        fh_fold_free(all);
        fh_arena_free(arena);
    }
    assert_int_equal(test_blocks_live(), 0);
}

static void running_out_of_memory_is_reported_and_leaks_nothing(void **state)
{
    (void)state;
    fh_row rows[120];
    for (uint32_t names = 6; names <= NAMES; names += NAMES - 6) {
        test_random_rows(&(test_shape){.customers = 90, .touchpoints = names - 1}, rows, 120);
        test_fold_oom(&(test_fold){make, &(fh_variants_options){.n_touchpoints = names}, print},
                      rows, 120);
    }
}

/* Two that have just enough room each would need more for what they become: it counts fewer. */
static void what_two_become_has_the_room_of_two(void **state)
{
    (void)state;
    static fh_row rows[ROWS];
    fh_arena *arena = fh_arena_new(NULL);
    const fh_segment *seg[2];
    uint32_t narrowed = 0, kept = 0;
    for (int i = 0; i < 2; i++) {
        test_random_rows(&(test_shape){.customers = 300, .touchpoints = NAMES - 1}, rows, ROWS);
        seg[i] = test_segment(arena, rows, ROWS);
    }
    for (size_t room = 8 << 10; room < 1 << 20; room += room / 8) {
        fh_fold *fold[2];
        for (int i = 0; i < 2; i++) {
            fold[i] = new_share(NAMES, room, (fh_share){0});
            assert_status(fh_fold_add(fold[i], seg[i], NULL), FH_OK);
        }
        const uint32_t a = fh_variants_share(fold[0]).bits, b = fh_variants_share(fold[1]).bits;
        assert_status(fh_fold_merge(fold[0], fold[1], NULL), FH_OK);
        const uint32_t both = fh_variants_share(fold[0]).bits;
        assert_true(both >= (a > b ? a : b));
        *(both > (a > b ? a : b) ? &narrowed : &kept) += 1;
        fh_fold_free(fold[0]);
        fh_fold_free(fold[1]);
    }
    assert_true(narrowed > 0 && kept > 0);
    fh_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_ways_are_counted_together),
        cmocka_unit_test(durations_that_nobody_wants_are_not_read),
        cmocka_unit_test(random_stories_agree_with_the_oracle),
        cmocka_unit_test(many_ways_are_all_told_apart),
        cmocka_unit_test(ways_with_equal_hashes_are_told_apart),
        cmocka_unit_test(a_way_is_not_taken_for_its_beginning),
        cmocka_unit_test(long_ways_are_kept_whole),
        cmocka_unit_test(durations_that_do_not_fit_are_refused),
        cmocka_unit_test(the_commonest_ways_are_written_and_read_back),
        cmocka_unit_test(of_what_was_read_back_only_the_commonest_are_known),
        cmocka_unit_test(what_there_is_no_room_for_is_counted_a_share_at_a_time),
        cmocka_unit_test(what_two_become_has_the_room_of_two),
        cmocka_unit_test(running_out_of_memory_is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
