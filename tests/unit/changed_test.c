/* changed_test.c - what moved between two groups: by hand, against an oracle, exchanged, in any
 * split, and with memory running out. */
#include "folds.h"

#include <math.h>

enum { NAMES = 8, ROWS = 1500, PARTS = 3 };

/* ---- Counting both sides --------------------------------------------------------------- */

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    (void)options;
    fh_fold *fold[PARTS] = {NULL};
    fh_status s = fh_touchpoints_new(
        from, &(fh_touchpoints_options){.n_touchpoints = NAMES, .n_outcomes = 1, .n_currencies = 1},
        &fold[0], err);
    if (!s)
        s = fh_follows_new(from, &(fh_follows_options){.n_touchpoints = NAMES, .stories = true},
                           &fold[1], err);
    if (!s)
        s = fh_variants_new(from, &(fh_variants_options){.n_touchpoints = NAMES}, &fold[2], err);
    if (!s) s = fh_several_new(from, fold, PARTS, out, err);
    for (int i = 0; s && i < PARTS; i++) fh_fold_free(fold[i]);
    return s;
}

typedef struct counted {
    fh_touchpoints touchpoints;
    fh_follows follows;
    fh_variants variants;
} counted;

static fh_status read_side(const fh_fold *fold, fh_arena *arena, counted *c, fh_error *err)
{
    fh_fold *several = (fh_fold *)(uintptr_t)fold;
    fh_status s = fh_touchpoints_read(fh_several_at(several, 0), arena, &c->touchpoints, err);
    if (!s) s = fh_follows_read(fh_several_at(several, 1), arena, &c->follows, err);
    if (!s) s = fh_variants_read(fh_several_at(several, 2), arena, 0, &c->variants, err);
    return s;
}

static fh_changed_side side_of(const counted *c)
{
    return (fh_changed_side){&c->touchpoints, &c->follows, &c->variants};
}

static void count_rows(fh_arena *arena, const fh_row *rows, size_t n, counted *c)
{
    fh_fold *fold;
    assert_status(make(NULL, NULL, &fold, NULL), FH_OK);
    if (n) assert_status(fh_fold_add(fold, test_segment(arena, rows, n), NULL), FH_OK);
    assert_status(read_side(fold, arena, c, NULL), FH_OK);
    fh_fold_free(fold);
}

static fh_changed compare(fh_arena *arena, const counted *before, const counted *after)
{
    const fh_changed_side b = side_of(before), a = side_of(after);
    fh_changed out;
    assert_status(fh_changed_between(arena, &b, &a, &out, NULL), FH_OK);
    return out;
}

static const fh_change *find(const fh_changed *a, fh_changed_sort sort, uint32_t from, uint32_t to)
{
    for (size_t i = 0; i < a->n_tested; i++)
        if (a->changes[i].sort == sort && a->changes[i].from == from && a->changes[i].to == to)
            return &a->changes[i];
    return NULL;
}

/* ---- By hand ----------------------------------------------------------------------------- */

/* Of `n` customers the first `some` go 1 2, the others 1 3. */
static size_t groups(fh_row *rows, uint32_t n, uint32_t some)
{
    for (uint32_t c = 0; c < n; c++) {
        rows[2 * c] = (fh_row){.customer = c + 1, .at_s = 10, .touchpoint = 1};
        rows[2 * c + 1] = (fh_row){.customer = c + 1, .at_s = 20, .touchpoint = c < some ? 2 : 3};
    }
    return 2 * (size_t)n;
}

static void a_share_that_moved_is_told_with_its_chance(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[400];
    counted before, after;
    count_rows(arena, rows, groups(rows, 100, 50), &before);
    count_rows(arena, rows, groups(rows, 200, 60), &after);
    const fh_changed a = compare(arena, &before, &after);
    assert_int_equal(a.n_before, 100);
    assert_int_equal(a.n_after, 200);
    /* 2 and 3, 1>2 and 1>3, ends with each, ways 1 2 and 1 3; all met 1 and began with it. */
    assert_int_equal(a.n_tested, 8);
    assert_int_equal(a.n_few, 2);
    assert_int_equal(a.n_moved, 8);
    const fh_change *c = find(&a, FH_CHANGED_MOVE, 1, 2);
    assert_non_null(c);
    assert_int_equal(c->before, 50);
    assert_int_equal(c->after, 60);
    /* 110 of 300: z = 0.2 / sqrt(0.3667 * 0.6333 * (1/100 + 1/200)) = 3.389; p = 0.00070 */
    assert_true(fabs(c->p - 0.000702) < 0.000002);
    assert_true(c->q == c->p); /* all eight are equal */
    fh_arena_free(arena);
}

static void what_is_too_rare_or_met_by_all_is_not_tested(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[200];
    counted before, after;
    count_rows(arena, rows, groups(rows, 100, 0), &before);
    count_rows(arena, rows, groups(rows, 100, 9), &after); /* 4.5 are expected on each side */
    fh_changed a = compare(arena, &before, &after);
    assert_int_equal(a.n_tested, 0);
    assert_int_equal(a.n_few, 10);
    count_rows(arena, rows, groups(rows, 100, 10), &after);
    a = compare(arena, &before, &after);
    assert_int_equal(a.n_tested, 8);
    count_rows(arena, rows, 0, &before);
    a = compare(arena, &before, &after);
    assert_int_equal(a.n_tested, 0);
    fh_arena_free(arena);
}

static void counts_that_lack_something_are_refused(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[200];
    counted whole, part;
    fh_changed a = {.n_few = 77};
    count_rows(arena, rows, groups(rows, 100, 50), &whole);
    part = whole;
    part.variants.n_top = 1;
    const fh_changed_side b = side_of(&whole);
    fh_changed_side p = side_of(&part);
    assert_status(fh_changed_between(arena, &b, &p, &a, NULL), FH_INVALID);
    assert_status(fh_changed_between(arena, &p, &b, &a, NULL), FH_INVALID);
    part = whole;
    part.follows.n_stories++;
    assert_status(fh_changed_between(arena, &b, &p, &a, NULL), FH_INVALID);
    assert_int_equal(a.n_few, 77);
    fh_arena_free(arena);
}

/* ---- The oracle: every story asked again for every row ----------------------------------- */

static bool shows(const fh_change *c, const fh_row *row, size_t n)
{
    if (c->sort == FH_CHANGED_START) return row[0].touchpoint == c->to;
    if (c->sort == FH_CHANGED_END) return row[n - 1].touchpoint == c->from;
    if (c->sort == FH_CHANGED_WAY && n != c->n_steps) return false;
    for (size_t i = 0; i < n; i++) {
        if (c->sort == FH_CHANGED_WAY && row[i].touchpoint != c->path[i]) return false;
        if (c->sort == FH_CHANGED_TOUCHPOINT && row[i].touchpoint == c->from) return true;
        if (c->sort == FH_CHANGED_MOVE && i && row[i - 1].touchpoint == c->from &&
            row[i].touchpoint == c->to)
            return true;
    }
    return c->sort == FH_CHANGED_WAY;
}

static uint64_t stories_of(const fh_change *c, const fh_row *row, size_t n)
{
    uint64_t stories = 0;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && row[end].customer == row[i].customer;) end++;
        stories += c == NULL || shows(c, row + i, end - i);
    }
    return stories;
}

static double chance_of(double x, double n, double y, double m)
{
    const double all = (x + y) / (n + m);
    const double z = (x / n - y / m) / sqrt(all * (1 - all) * (1 / n + 1 / m));
    return erfc(fabs(z) / sqrt(2));
}

/* The least p * n / rank of those no more likely by chance. */
static double corrected(const fh_changed *a, const fh_change *c)
{
    double least = 1;
    for (size_t i = 0; i < a->n_tested; i++) {
        size_t rank = 0;
        if (a->changes[i].p < c->p) continue;
        for (size_t k = 0; k < a->n_tested; k++) rank += a->changes[k].p <= a->changes[i].p;
        least = fmin(least, a->changes[i].p * (double)a->n_tested / (double)rank);
    }
    return least;
}

static size_t random_side(fh_row *rows, uint32_t touchpoints)
{
    const test_shape shape = {.customers = 20 + test_rand(300), .touchpoints = touchpoints};
    const size_t n = 1 + test_rand(ROWS);
    test_random_rows(&shape, rows, n);
    return n;
}

static void random_groups_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(11);
    size_t n_tested = 0;
    for (int round = 0; round < 12; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_row rows[2][ROWS];
        counted side[2];
        size_t n[2];
        const fh_row *sorted[2];
        for (int k = 0; k < 2; k++) {
            n[k] = random_side(rows[k], 2 + (uint32_t)(round + k) % 5);
            count_rows(arena, rows[k], n[k], &side[k]);
            sorted[k] = test_sorted(arena, rows[k], n[k]);
        }
        const fh_changed a = compare(arena, &side[0], &side[1]);
        const uint64_t before = stories_of(NULL, sorted[0], n[0]);
        const uint64_t after = stories_of(NULL, sorted[1], n[1]);
        assert_int_equal(a.n_before, before);
        assert_int_equal(a.n_after, after);
        for (size_t i = 0; i < a.n_tested; i++) {
            const fh_change *c = &a.changes[i];
            assert_int_equal(c->before, stories_of(c, sorted[0], n[0]));
            assert_int_equal(c->after, stories_of(c, sorted[1], n[1]));
            assert_true(fabs(c->p - chance_of((double)c->before, (double)before, (double)c->after,
                                              (double)after)) < 1e-9);
            assert_true(fabs(c->q - corrected(&a, c)) < 1e-12);
            assert_true(c->moved == (c->q <= FH_CHANGED_LEVEL));
            assert_true(!i || c->moved <= c[-1].moved);
        }
        n_tested += a.n_tested;
        fh_arena_free(arena);
    }
    assert_true(n_tested > 100);
}

static void exchanging_the_groups_exchanges_before_and_after_only(void **state)
{
    (void)state;
    test_seed(12);
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[ROWS];
    counted x, y;
    count_rows(arena, rows, random_side(rows, 4), &x);
    count_rows(arena, rows, random_side(rows, 5), &y);
    const fh_changed there = compare(arena, &x, &y), back = compare(arena, &y, &x);
    assert_int_equal(there.n_tested, back.n_tested);
    assert_int_equal(there.n_few, back.n_few);
    assert_true(there.n_tested > 10);
    for (size_t i = 0; i < there.n_tested; i++) {
        const fh_change *a = &there.changes[i], *b = &back.changes[i];
        assert_true(a->sort == b->sort && a->from == b->from && a->to == b->to);
        assert_true(a->before == b->after && a->after == b->before && a->p == b->p && a->q == b->q);
    }
    fh_arena_free(arena);
}

static void equal_groups_show_nothing_that_moved(void **state)
{
    (void)state;
    test_seed(13);
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[ROWS];
    counted x;
    count_rows(arena, rows, random_side(rows, 4), &x);
    const fh_changed a = compare(arena, &x, &x);
    assert_true(a.n_tested > 10);
    assert_int_equal(a.n_moved, 0);
    for (size_t i = 0; i < a.n_tested; i++) assert_true(a.changes[i].p == 1);
    fh_arena_free(arena);
}

/* ---- Any split, and no memory ------------------------------------------------------------- */

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_row rows[200];
    counted before, after;
    fh_changed a;
    count_rows(arena, rows, groups(rows, 100, 40), &before);
    fh_status s = read_side(fold, arena, &after, err);
    if (s) return s;
    const fh_changed_side x = side_of(&before), y = side_of(&after);
    s = fh_changed_between(arena, &x, &y, &a, err);
    for (size_t i = 0; !s && i < a.n_tested; i++)
        fh_buf_printf(out, "%d %u %u %llu %a %a\n", (int)a.changes[i].sort, a.changes[i].from,
                      a.changes[i].to, (unsigned long long)a.changes[i].after, a.changes[i].p,
                      a.changes[i].q);
    return s;
}

static void any_split_of_the_stories_gives_the_same(void **state)
{
    (void)state;
    test_seed(14);
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[ROWS];
    const size_t n = random_side(rows, 4);
    const test_fold t = {make, NULL, print};
    assert_true(test_fold_same(&t, arena, rows, n, 0).len > 100);
    fh_arena_free(arena);
}

typedef struct memory {
    counted before, after;
} memory;

static fh_status with_little_memory(void *ctx)
{
    const memory *m = ctx;
    fh_changed a;
    const fh_changed_side x = side_of(&m->before), y = side_of(&m->after);
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_status s = arena ? fh_changed_between(arena, &x, &y, &a, NULL) : FH_NOMEM;
    fh_arena_free(arena);
    return s;
}

static void memory_running_out_is_an_ordinary_error(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[ROWS];
    memory m;
    count_rows(arena, rows, random_side(rows, 3), &m.before);
    count_rows(arena, rows, random_side(rows, 3), &m.after);
    test_oom(with_little_memory, &m);
    fh_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_that_moved_is_told_with_its_chance),
        cmocka_unit_test(what_is_too_rare_or_met_by_all_is_not_tested),
        cmocka_unit_test(counts_that_lack_something_are_refused),
        cmocka_unit_test(random_groups_agree_with_the_oracle),
        cmocka_unit_test(exchanging_the_groups_exchanges_before_and_after_only),
        cmocka_unit_test(equal_groups_show_nothing_that_moved),
        cmocka_unit_test(any_split_of_the_stories_gives_the_same),
        cmocka_unit_test(memory_running_out_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
