/* paths_test.c - where people go from, or come from: by hand, by the sums that
 * must hold, against an oracle, in any split, and with memory running out. */
#include "folds.h"

#include <stdlib.h>

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_paths_new(from, options, out, err);
}

static void print_paths(const fh_paths *p, fh_buf *out)
{
    fh_buf_printf(out, "%llu ways in %llu stories, %llu different\n", (unsigned long long)p->n_ways,
                  (unsigned long long)p->n_stories, (unsigned long long)p->n_distinct);
    for (size_t i = 0; i < p->n_nodes; i++) {
        const fh_path_node *x = &p->nodes[i];
        fh_buf_printf(out, "%zu: %u from %u, depth %u: %llu, %llu ended\n", i, x->touchpoint,
                      x->parent, x->depth, (unsigned long long)x->count,
                      (unsigned long long)x->ended);
    }
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_paths p;
    const fh_status status = fh_paths_read(fold, arena, 0, &p, err);
    if (status == FH_OK) print_paths(&p, out);
    return status;
}

/* Stories 1 2 3, 1 2, 2 3 1, 2 none. */
static const fh_row rows_by_hand[] = {
    {.customer = 1, .at_s = 1, .touchpoint = 1}, {.customer = 1, .at_s = 2, .touchpoint = 2},
    {.customer = 1, .at_s = 3, .touchpoint = 3}, {.customer = 2, .at_s = 1, .touchpoint = 1},
    {.customer = 2, .at_s = 2, .touchpoint = 2}, {.customer = 3, .at_s = 1, .touchpoint = 2},
    {.customer = 3, .at_s = 2, .touchpoint = 3}, {.customer = 3, .at_s = 3, .touchpoint = 1},
    {.customer = 4, .at_s = 1, .touchpoint = 2}, {.customer = 4, .at_s = 2, .touchpoint = 0},
};

static fh_str by_hand(fh_arena *arena, const fh_paths_options *o)
{
    return test_fold_same(&(test_fold){make, o, print}, arena, rows_by_hand, COUNT(rows_by_hand),
                          0);
}

static void ways_from_the_start_make_a_tree(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    assert_str(by_hand(arena, &(fh_paths_options){.n_touchpoints = 4, .depth = 2}),
               "4 ways in 4 stories, 3 different\n"
               "0: 0 from 0, depth 0: 4, 0 ended\n"
               "1: 1 from 0, depth 1: 2, 0 ended\n"
               "2: 2 from 0, depth 1: 2, 0 ended\n"
               "3: 2 from 1, depth 2: 2, 1 ended\n"
               "4: 0 from 2, depth 2: 1, 1 ended\n"
               "5: 3 from 2, depth 2: 1, 0 ended\n");
    assert_str(by_hand(arena, &(fh_paths_options){.n_touchpoints = 4, .depth = 1}),
               "4 ways in 4 stories, 2 different\n"
               "0: 0 from 0, depth 0: 4, 0 ended\n"
               "1: 1 from 0, depth 1: 2, 0 ended\n"
               "2: 2 from 0, depth 1: 2, 0 ended\n");
    fh_arena_free(arena);
}

static void backwards_shows_what_led_there(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const uint64_t three = 8;
    assert_str(by_hand(arena, &(fh_paths_options){4, {&three, 64}, true, false, 3}),
               "2 ways in 4 stories, 2 different\n"
               "0: 0 from 0, depth 0: 2, 0 ended\n"
               "1: 3 from 0, depth 1: 2, 0 ended\n"
               "2: 2 from 1, depth 2: 2, 1 ended\n"
               "3: 1 from 2, depth 3: 1, 1 ended\n");
    assert_str(by_hand(arena, &(fh_paths_options){4, {NULL, 0}, true, false, 1}),
               "4 ways in 4 stories, 4 different\n"
               "0: 0 from 0, depth 0: 4, 0 ended\n"
               "1: 0 from 0, depth 1: 1, 0 ended\n"
               "2: 1 from 0, depth 1: 1, 0 ended\n"
               "3: 2 from 0, depth 1: 1, 0 ended\n"
               "4: 3 from 0, depth 1: 1, 0 ended\n");
    fh_arena_free(arena);
}

static void every_visit_of_the_anchor_counts_when_asked(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    static const fh_row rows[] = {{.customer = 1, .at_s = 1, .touchpoint = 1},
                                  {.customer = 1, .at_s = 2, .touchpoint = 2},
                                  {.customer = 1, .at_s = 3, .touchpoint = 1}};
    const uint64_t one = 2;
    for (int backwards = 0; backwards < 2; backwards++) {
        const fh_paths_options every = {4, {&one, 64}, backwards, true, 2};
        assert_str(test_fold_same(&(test_fold){make, &every, print}, arena, rows, 3, 0),
                   "2 ways in 1 stories, 2 different\n"
                   "0: 0 from 0, depth 0: 2, 0 ended\n"
                   "1: 1 from 0, depth 1: 2, 1 ended\n"
                   "2: 2 from 1, depth 2: 1, 0 ended\n");
        const fh_paths_options once = {4, {&one, 64}, backwards, false, 4};
        assert_str(test_fold_same(&(test_fold){make, &once, print}, arena, rows, 3, 0),
                   "1 ways in 1 stories, 1 different\n"
                   "0: 0 from 0, depth 0: 1, 0 ended\n"
                   "1: 1 from 0, depth 1: 1, 0 ended\n"
                   "2: 2 from 1, depth 2: 1, 0 ended\n"
                   "3: 1 from 2, depth 3: 1, 1 ended\n");
    }
    fh_arena_free(arena);
}

static void of_every_node_as_many_children_are_kept(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_fold *fold;
    fh_paths all, two;
    assert_status(
        fh_paths_new(NULL, &(fh_paths_options){.n_touchpoints = 4, .depth = 2}, &fold, NULL),
        FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, rows_by_hand, 10), NULL), FH_OK);
    assert_status(fh_paths_read(fold, arena, 0, &all, NULL), FH_OK);
    assert_status(fh_paths_read(fold, arena, 2, &two, NULL), FH_OK);
    assert_int_equal(all.n_nodes, 6);
    assert_int_equal(two.n_nodes, 6); /* no node has more than two */
    fh_fold_free(fold);
    fh_arena_free(arena);
}

static void only_the_commonest_children_are_kept(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_fold *fold;
    fh_paths p;
    fh_buf buf;
    fh_buf_init(&buf, NULL, 10000);
    assert_status(
        fh_paths_new(NULL, &(fh_paths_options){.n_touchpoints = 4, .depth = 3}, &fold, NULL),
        FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, rows_by_hand, 10), NULL), FH_OK);
    assert_status(fh_paths_read(fold, arena, 1, &p, NULL), FH_OK);
    print_paths(&p, &buf);
    assert_str(fh_buf_view(&buf), "4 ways in 4 stories, 4 different\n"
                                  "0: 0 from 0, depth 0: 4, 0 ended\n"
                                  "1: 1 from 0, depth 1: 2, 0 ended\n"
                                  "2: 2 from 1, depth 2: 2, 1 ended\n"
                                  "3: 3 from 2, depth 3: 1, 1 ended\n");
    fh_fold_free(fold);
    fh_buf_free(&buf);
    fh_arena_free(arena);
}

/* More children than are sorted by insertion, and all of the same count but two. */
static void many_children_are_ordered_by_count_then_number(void **state)
{
    (void)state;
    enum { N = 200 };
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[N + 2];
    for (uint32_t i = 0; i < N + 2; i++)
        rows[i] = (fh_row){.customer = i + 1, .at_s = 1, .touchpoint = (uint16_t)(i * 7 % N)};
    fh_fold *fold;
    assert_status(
        fh_paths_new(NULL, &(fh_paths_options){.n_touchpoints = N, .depth = 1}, &fold, NULL),
        FH_OK);
    assert_status(fh_fold_add(fold, test_segment(arena, rows, N + 2), NULL), FH_OK);
    for (uint32_t most = 0; most < N + 2; most++) {
        fh_paths p;
        assert_status(fh_paths_read(fold, arena, most, &p, NULL), FH_OK);
        assert_int_equal(p.n_nodes, 1 + (most == 0 || most > N ? N : most));
        for (uint32_t i = 1; i < p.n_nodes; i++) {
            const uint32_t first[] = {0, 0, 7}; /* 0 and 7 came twice, then by number */
            const uint32_t want = i < 3 ? first[i] : i < 9 ? i - 2 : i - 1;
            assert_int_equal(p.nodes[i].touchpoint, want);
            assert_int_equal(p.nodes[i].count, i < 3 ? 2 : 1);
        }
    }
    fh_fold_free(fold);
    fh_arena_free(arena);
}

/* ---- The oracle: every node's prefix looked for in every story --------------------------- */

enum { MANY = 400, NAMES = 600 };

typedef struct tally {
    uint64_t count, ended;
} tally;

/* Ways that begin with the steps prefix[0 .. n-1]. */
static tally ways_with(const fh_paths_options *o, const fh_row *row, size_t n_rows,
                       const uint32_t *prefix, uint32_t n)
{
    tally t = {0, 0};
    for (size_t first = 0, end; first < n_rows; first = end) {
        for (end = first; end < n_rows && row[end].customer == row[first].customer;) end++;
        const size_t length = end - first;
        for (size_t k = 0; k < length; k++) {
            const size_t at = o->backwards ? end - 1 - k : first + k;
            if (o->anchor.bits && !fh_bit(o->anchor.bits, row[at].touchpoint)) continue;
            const size_t left = length - k;
            bool same = left >= n;
            for (uint32_t d = 0; same && d < n; d++)
                same = row[o->backwards ? at - d : at + d].touchpoint == prefix[d];
            t.count += same;
            t.ended += same && left == n && n > 0;
            if (!o->anchor.bits || !o->every) break;
        }
    }
    return t;
}

static void check_tree(const fh_paths_options *o, const fh_paths *p, const fh_row *row, size_t n)
{
    uint64_t *children = calloc(p->n_nodes, sizeof *children);
    assert_int_equal(p->nodes[0].count, p->n_ways);
    for (size_t i = 0; i < p->n_nodes; i++) {
        const fh_path_node *x = &p->nodes[i];
        uint32_t prefix[FH_PATHS_MAX_DEPTH], depth = x->depth;
        for (size_t at = i; depth > 0; at = p->nodes[at].parent)
            prefix[--depth] = p->nodes[at].touchpoint;
        const tally want = ways_with(o, row, n, prefix, x->depth);
        assert_true(x->count > 0 || i == 0);
        assert_int_equal(x->count, want.count);
        assert_int_equal(x->ended, want.ended);
        if (i == 0) continue;
        assert_true(x->parent < i);
        children[x->parent] += x->count;
        if (i > 1 && x[-1].parent == x->parent) assert_true(x[-1].count >= x->count);
    }
    for (size_t i = 0; i < p->n_nodes; i++)
        if (p->nodes[i].depth < o->depth)
            assert_int_equal(children[i] + p->nodes[i].ended, p->nodes[i].count);
    free(children);
}

static void random_stories_agree_with_the_oracle(void **state)
{
    (void)state;
    test_seed(5);
    for (uint32_t round = 0; round < 96; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_row rows[MANY];
        const size_t n = 1 + test_rand(MANY);
        const test_shape shape = {.customers = 1 + test_rand(90),
                                  .touchpoints = round % 5 ? 3 : 500};
        test_random_rows(&shape, rows, n);
        const uint64_t anchor[10] = {1u << test_rand(4) | 1u << test_rand(4)};
        const uint32_t names[] = {shape.touchpoints + 1, NAMES, 65535, 65536};
        const fh_paths_options o = {.n_touchpoints = names[test_rand(COUNT(names))],
                                    .anchor = {round % 4 ? anchor : NULL, 640},
                                    .backwards = round % 2,
                                    .every = round / 4 % 2,
                                    .depth = 1 + test_rand(FH_PATHS_MAX_DEPTH)};
        (void)test_fold_same(&(test_fold){make, &o, print}, arena, rows, n,
                             o.n_touchpoints < NAMES ? 0 : NAMES);
        fh_fold *fold;
        fh_paths p;
        assert_status(fh_paths_new(NULL, &o, &fold, NULL), FH_OK);
        assert_status(fh_fold_add(fold, test_segment(arena, rows, n), NULL), FH_OK);
        assert_status(fh_paths_read(fold, arena, 0, &p, NULL), FH_OK);
        check_tree(&o, &p, test_sorted(arena, rows, n), n);
        fh_fold_free(fold);
        fh_arena_free(arena);
    }
}

static void options_that_make_no_paths_are_refused(void **state)
{
    (void)state;
    fh_fold *fold = NULL;
    fh_error err;
    for (uint32_t depth = 0; depth <= FH_PATHS_MAX_DEPTH + 1; depth += FH_PATHS_MAX_DEPTH + 1)
        assert_status(fh_paths_new(NULL, &(fh_paths_options){.n_touchpoints = 4, .depth = depth},
                                   &fold, &err),
                      FH_INVALID);
    assert_status(
        fh_paths_new(NULL, &(fh_paths_options){.n_touchpoints = 70000, .depth = 1}, &fold, &err),
        FH_INVALID);
    assert_null(fold);
}

static void running_out_of_memory_is_reported_and_leaks_nothing(void **state)
{
    (void)state;
    fh_row rows[60];
    const uint64_t some = 6;
    test_random_rows(&(test_shape){.customers = 9, .touchpoints = 5}, rows, COUNT(rows));
    for (uint32_t names = 6; names <= NAMES; names += NAMES - 6) {
        const fh_paths_options o = {names, {&some, 64}, false, true, 4};
        test_fold_oom(&(test_fold){make, &o, print}, rows, COUNT(rows));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ways_from_the_start_make_a_tree),
        cmocka_unit_test(backwards_shows_what_led_there),
        cmocka_unit_test(every_visit_of_the_anchor_counts_when_asked),
        cmocka_unit_test(of_every_node_as_many_children_are_kept),
        cmocka_unit_test(only_the_commonest_children_are_kept),
        cmocka_unit_test(many_children_are_ordered_by_count_then_number),
        cmocka_unit_test(random_stories_agree_with_the_oracle),
        cmocka_unit_test(options_that_make_no_paths_are_refused),
        cmocka_unit_test(running_out_of_memory_is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
