/* discover_test.c - the inductive miner: trees by hand, every way fits what was found without
 * noise, the order of ways and labels does not matter, memory running out. */
#include "firsthand/journey.h"

#include "test.h"

enum { MOST_WAYS = 12, MOST_STEPS = 8, LABELS = 6 };

typedef struct log {
    fh_discover_way way[MOST_WAYS];
    uint32_t step[MOST_WAYS][MOST_STEPS];
    fh_str label[LABELS];
    size_t n_ways;
    double noise;
} log;

static const char *const letters[LABELS] = {"a", "b", "c", "d", "e", "f"};

/* "abc 3, ac" : ways of letters, each with its count. */
static void read_log(log *l, const char *text, double noise)
{
    *l = (log){.noise = noise};
    for (size_t i = 0; i < LABELS; i++) l->label[i] = fh_str_of(letters[i]);
    while (*text) {
        fh_discover_way *w = &l->way[l->n_ways];
        w->story = l->step[l->n_ways++];
        w->count = 1;
        for (; *text >= 'a' && *text <= 'f'; text++)
            l->step[l->n_ways - 1][w->n++] = (uint32_t)(*text - 'a');
        if (*text == ' ') w->count = 0, text++;
        for (; *text >= '0' && *text <= '9'; text++)
            w->count = 10 * w->count + (uint64_t)(*text - '0');
        while (*text == ',' || *text == ' ') text++;
    }
}

static fh_status find(const log *l, fh_arena *arena, fh_tree *out, fh_error *err)
{
    const fh_discover_options options = {l->label, LABELS, l->noise};
    return fh_discover(l->way, l->n_ways, &options, arena, out, err);
}

static void trees_by_hand(void **state)
{
    (void)state;
    static const struct {
        const char *ways, *tree;
        double noise;
    } known[] = {
        {"abc", "->( 'a', 'b', 'c' )", 0},
        {"abc, ac", "->( 'a', X( 'b', tau ), 'c' )", 0},
        {"a, b", "X( 'a', 'b' )", 0},
        {"abc, acb", "->( 'a', +( 'b', 'c' ) )", 0},
        {"a, aba, ababa", "*( 'a', 'b' )", 0},
        {"a, aa, aaa", "*( 'a', tau )", 0},
        {"a, ", "'a'", 0},
        {"abcd, acbd, aed", "->( 'a', X( 'e', +( 'b', 'c' ) ), 'd' )", 0},
        {"abc 99, acb", "->( 'a', +( 'b', 'c' ) )",
         0.2}, /* a cut is there: no noise is looked for */
        {"", "tau", 0},
    };
    for (size_t i = 0; i < COUNT(known); i++) {
        log l;
        fh_tree t;
        fh_error err;
        fh_buf text;
        fh_arena *arena = fh_arena_new(test_allocator());
        fh_buf_init(&text, test_allocator(), SIZE_MAX);
        read_log(&l, known[i].ways, known[i].noise);
        if (find(&l, arena, &t, &err)) fail_msg("%s: %s", known[i].ways, err.message);
        assert_status(fh_tree_print(&t, true, &text, NULL), FH_OK);
        if (!fh_str_eq(fh_buf_view(&text), fh_str_of(known[i].tree)))
            fail_msg("%s: %.*s", known[i].ways, FH_STR_ARG(fh_buf_view(&text)));
        fh_buf_free(&text);
        fh_arena_free(arena);
    }
    assert_int_equal(test_blocks_live(), 0);
}

static void random_log(log *l)
{
    *l = (log){.n_ways = 1 + test_rand(MOST_WAYS)};
    for (size_t i = 0; i < LABELS; i++) l->label[i] = fh_str_of(letters[i]);
    for (size_t w = 0; w < l->n_ways; w++) {
        l->way[w] = (fh_discover_way){l->step[w], test_rand(MOST_STEPS + 1), 1 + test_rand(9)};
        for (size_t i = 0; i < l->way[w].n; i++) l->step[w][i] = test_rand(LABELS);
    }
}

static void without_noise_every_way_fits_what_was_found(void **state)
{
    (void)state;
    test_seed(11);
    for (int round = 0; round < 400; round++) {
        log l;
        fh_tree t;
        fh_aligner *a = NULL;
        fh_arena *arena = fh_arena_new(NULL);
        random_log(&l);
        assert_status(find(&l, arena, &t, NULL), FH_OK);
        assert_status(fh_aligner_new(test_allocator(), &t, NULL, &a, NULL), FH_OK);
        for (size_t w = 0; w < l.n_ways; w++) {
            uint32_t story[MOST_STEPS];
            uint64_t cost = 99;
            for (size_t i = 0; i < l.way[w].n; i++) {
                story[i] = FH_ALIGN_UNKNOWN;
                for (uint32_t k = 0; k < t.n_labels; k++)
                    if (fh_str_eq(t.label[k], l.label[l.step[w][i]])) story[i] = k;
            }
            assert_status(fh_align_cost(a, story, l.way[w].n, &cost, NULL), FH_OK);
            assert_int_equal(cost, 0);
        }
        fh_aligner_free(a);
        fh_arena_free(arena);
    }
    assert_int_equal(test_blocks_live(), 0);
}

static void canonical(const log *l, fh_buf *out)
{
    fh_tree t;
    fh_arena *arena = fh_arena_new(NULL);
    fh_buf_clear(out);
    assert_status(find(l, arena, &t, NULL), FH_OK);
    assert_status(fh_tree_print(&t, true, out, NULL), FH_OK);
    fh_arena_free(arena);
}

/* Labels are given backwards, ways too. */
static void turn(const log *from, log *to)
{
    *to = (log){.n_ways = from->n_ways, .noise = from->noise};
    for (uint32_t i = 0; i < LABELS; i++) to->label[i] = from->label[LABELS - 1 - i];
    for (size_t w = 0; w < from->n_ways; w++) {
        const size_t at = from->n_ways - 1 - w;
        to->way[at] = (fh_discover_way){to->step[at], from->way[w].n, from->way[w].count};
        for (size_t i = 0; i < from->way[w].n; i++) to->step[at][i] = LABELS - 1 - from->step[w][i];
    }
}

static void the_order_of_ways_and_labels_does_not_matter(void **state)
{
    (void)state;
    test_seed(13);
    fh_buf one, other;
    fh_buf_init(&one, NULL, SIZE_MAX);
    fh_buf_init(&other, NULL, SIZE_MAX);
    for (int round = 0; round < 400; round++) {
        log l, turned;
        random_log(&l);
        l.noise = test_rand(5) / 10.0;
        turn(&l, &turned);
        canonical(&l, &one);
        canonical(&turned, &other);
        assert_true(fh_str_eq(fh_buf_view(&one), fh_buf_view(&other)));
    }
    fh_buf_free(&one);
    fh_buf_free(&other);
}

static void what_cannot_be_is_told(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_error err;
    fh_tree t;
    log l;
    read_log(&l, "ab", 2);
    assert_status(find(&l, arena, &t, &err), FH_INVALID);
    l.noise = 0;
    l.step[0][0] = LABELS;
    assert_status(find(&l, arena, &t, &err), FH_INVALID);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static fh_status find_once(void *ctx)
{
    fh_tree t;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    const fh_status status = find(ctx, arena, &t, NULL);
    fh_arena_free(arena);
    return status;
}

static void running_out_of_memory_is_an_ordinary_error(void **state)
{
    (void)state;
    log l;
    read_log(&l, "abcd 5, acbd 4, aed, abab, dcba, ", 0.1);
    test_oom(find_once, &l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_by_hand),
        cmocka_unit_test(without_noise_every_way_fits_what_was_found),
        cmocka_unit_test(the_order_of_ways_and_labels_does_not_matter),
        cmocka_unit_test(what_cannot_be_is_told),
        cmocka_unit_test(running_out_of_memory_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
