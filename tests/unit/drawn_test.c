/* drawn_test.c - the drawn journey: what a filter must not move, and what is said to be
 * hidden; by hand, on random journeys, with memory running out. */
#include "test.h"

#include "app/ask/drawn.h"

#include <string.h>

enum { TOUCHPOINTS = 24, PAIRS = TOUCHPOINTS * TOUCHPOINTS };

static const fh_str names_of[TOUCHPOINTS + 1] = {
    {"", 0},  {"Order", 5}, {"Call", 4}, {"Refund", 6}, {"Delivery", 8}, {"A", 1}, {"B", 1},
    {"C", 1}, {"D", 1},     {"E", 1},    {"F", 1},      {"G", 1},        {"H", 1}, {"I", 1},
    {"J", 1}, {"K", 1},     {"L", 1},    {"M", 1},      {"N", 1},        {"O", 1}, {"P", 1},
    {"Q", 1}, {"R", 1},     {"S", 1},    {"T", 1}};
static const fh_names names = {TOUCHPOINTS + 1, names_of, NULL};

/* A journey as the folds would tell it. */
typedef struct journey {
    fh_touchpoint_row row[TOUCHPOINTS];
    fh_arc arc[PAIRS];
    fh_touchpoint_count start[TOUCHPOINTS], end[TOUCHPOINTS];
    fh_touchpoints touchpoints;
    fh_follows follows;
    fh_drawn_facts facts;
} journey;

static void finish(journey *j, size_t n_rows, size_t n_arcs, size_t n_starts, size_t n_ends)
{
    uint64_t stories = 0;
    for (size_t i = 0; i < n_starts; i++) stories += j->start[i].count;
    j->touchpoints = (fh_touchpoints){.n_stories = stories, .n_rows = n_rows, .rows = j->row};
    j->follows = (fh_follows){.n_stories = stories,
                              .n_arcs = n_arcs,
                              .n_starts = n_starts,
                              .n_ends = n_ends,
                              .arcs = j->arc,
                              .starts = j->start,
                              .ends = j->end};
    j->facts = (fh_drawn_facts){.touchpoints = &j->touchpoints, .follows = &j->follows};
}

/* Some of the moves of `whole` (NULL: all there may be), and `fresh` others. */
static void random_journey(journey *j, const journey *whole, uint32_t fresh)
{
    static uint64_t weight[TOUCHPOINTS + 1][TOUCHPOINTS + 1];
    memset(weight, 0, sizeof weight);
    for (size_t i = 0; whole && i < whole->follows.n_arcs; i++)
        weight[whole->arc[i].from][whole->arc[i].to] = test_rand((uint32_t)whole->arc[i].count);
    for (uint32_t i = 0; i < fresh; i++)
        weight[1 + test_rand(TOUCHPOINTS)][1 + test_rand(TOUCHPOINTS)] = 1 + test_rand(500);
    size_t n = 0;
    for (uint32_t a = 1; a <= TOUCHPOINTS; a++)
        for (uint32_t b = 1; b <= TOUCHPOINTS; b++)
            if (weight[a][b])
                j->arc[n++] = (fh_arc){.from = a, .to = b, .count = weight[a][b], .stories = 1};
    for (uint32_t t = 1; t <= TOUCHPOINTS; t++) {
        j->row[t - 1] = (fh_touchpoint_row){.touchpoint = t, .count = 100 - t, .stories = 1};
        j->start[t - 1] = j->end[t - 1] = (fh_touchpoint_count){t, 30 - t};
    }
    finish(j, TOUCHPOINTS, n, TOUCHPOINTS, TOUCHPOINTS);
}

static fh_drawn draw(fh_arena *arena, const journey *whole, const journey *shown, uint32_t permille,
                     size_t max_arcs)
{
    const fh_drawn_options options = {
        .permille = permille, .max_boxes = 15, .max_arcs = max_arcs, .roomy = true};
    fh_drawn d;
    fh_error err;
    const fh_status s =
        fh_drawn_make(arena, &names, &whole->facts, &shown->facts, &options, &d, &err);
    if (s) fail_msg("%s", err.message);
    return d;
}

static bool same_box(const fh_box *a, const fh_box *b)
{
    return a->x == b->x && a->y == b->y && a->width == b->width && a->height == b->height;
}

static const fh_arc *arc_of(const journey *j, const fh_drawn *d, const fh_drawn_arc *a)
{
    for (size_t i = 0; i < j->follows.n_arcs; i++)
        if (j->arc[i].from == d->boxes[a->from].touchpoint &&
            j->arc[i].to == d->boxes[a->to].touchpoint)
            return &j->arc[i];
    return NULL;
}

static void check_figures(const fh_drawn *d, const journey *shown)
{
    uint64_t drawn = 0, all = 0;
    size_t kinds = 0;
    for (size_t i = 0; i < shown->follows.n_arcs; i++) all += shown->arc[i].count;
    for (size_t i = 0; i < d->n_arcs; i++) {
        const fh_drawn_arc *a = &d->arcs[i];
        if (a->from == FH_DRAWN_START || a->to == FH_DRAWN_END) continue;
        const fh_arc *want = arc_of(shown, d, a);
        assert_int_equal(a->count, want ? want->count : 0);
        assert_ptr_equal(a->move, want);
        drawn += a->count;
        kinds += a->count > 0;
        for (size_t k = 0; k < i; k++)
            assert_false(d->arcs[k].from == a->from && d->arcs[k].to == a->to);
    }
    assert_int_equal(d->moves, all);
    assert_int_equal(d->moves_drawn, drawn);
    assert_int_equal(d->n_moves_drawn, kinds);
}

static void a_filter_moves_nothing_and_counts_what_it_leaves(void **state)
{
    (void)state;
    static journey whole, part;
    for (uint32_t round = 0; round < 12; round++) {
        test_seed(round);
        fh_arena *arena = fh_arena_new(NULL);
        random_journey(&whole, NULL, 60);
        random_journey(&part, &whole, round % 3 * 20);
        const fh_drawn all = draw(arena, &whole, &whole, 800, 0);
        const fh_drawn some = draw(arena, &whole, &part, 800, 0);
        assert_int_equal(all.width, some.width);
        assert_int_equal(all.height, some.height);
        assert_int_equal(all.n_boxes, some.n_boxes);
        for (size_t i = 0; i < all.n_boxes; i++)
            assert_true(same_box(&all.boxes[i].box, &some.boxes[i].box));
        assert_true(some.n_arcs >= all.n_arcs);
        for (size_t i = 0; i < some.n_arcs; i++) {
            assert_int_equal(some.arcs[i].beside, i >= all.n_arcs);
            if (i >= all.n_arcs) continue;
            assert_int_equal(all.arcs[i].from, some.arcs[i].from);
            assert_int_equal(all.arcs[i].to, some.arcs[i].to);
            assert_int_equal(all.arcs[i].route->n_points, some.arcs[i].route->n_points);
            assert_memory_equal(all.arcs[i].route->points, some.arcs[i].route->points,
                                all.arcs[i].route->n_points * sizeof(fh_point));
        }
        check_figures(&all, &whole);
        check_figures(&some, &part);
        fh_arena_free(arena);
    }
}

static void too_many_arcs_are_drawn_less_and_told(void **state)
{
    (void)state;
    static journey whole;
    test_seed(3);
    fh_arena *arena = fh_arena_new(NULL);
    random_journey(&whole, NULL, 400);
    const fh_drawn all = draw(arena, &whole, &whole, 1000, 0);
    const fh_drawn less = draw(arena, &whole, &whole, 1000, 90);
    assert_true(all.n_arcs > 90);
    assert_int_equal(all.permille, 1000);
    assert_true(less.n_arcs <= 90 && less.n_arcs > 40);
    assert_true(less.permille < 1000 && less.moves_drawn < less.moves);
    check_figures(&less, &whole);
    fh_arena_free(arena);
}

/* Order > Call 5x by 4, Call > Refund once; a filter leaves Order > Refund. */
static void by_hand(void **state)
{
    (void)state;
    static journey whole, part;
    whole.row[0] = (fh_touchpoint_row){.touchpoint = 1, .count = 5, .stories = 4};
    whole.row[1] = (fh_touchpoint_row){.touchpoint = 2, .count = 5, .stories = 4};
    whole.row[2] = (fh_touchpoint_row){.touchpoint = 3, .count = 1, .stories = 1};
    whole.arc[0] = (fh_arc){.from = 1, .to = 2, .count = 5, .stories = 4};
    whole.arc[1] = (fh_arc){.from = 2, .to = 3, .count = 1, .stories = 1};
    whole.start[0] = (fh_touchpoint_count){1, 4};
    whole.end[0] = (fh_touchpoint_count){2, 3};
    whole.end[1] = (fh_touchpoint_count){3, 1};
    finish(&whole, 3, 2, 1, 2);
    part.row[0] = (fh_touchpoint_row){.touchpoint = 1, .count = 2, .stories = 1};
    part.row[1] = (fh_touchpoint_row){.touchpoint = 3, .count = 1, .stories = 1};
    part.arc[0] = (fh_arc){.from = 1, .to = 3, .count = 1, .stories = 1};
    part.start[0] = (fh_touchpoint_count){1, 1};
    part.end[0] = (fh_touchpoint_count){3, 1};
    finish(&part, 2, 1, 1, 1);
    fh_arena *arena = fh_arena_new(NULL);
    const fh_drawn d = draw(arena, &whole, &part, 1000, 0);
    assert_int_equal(d.n_boxes, 5);
    assert_str(d.boxes[2].line[0], "Order");
    assert_int_equal(d.boxes[3].count, 0); /* Call stays */
    assert_str(d.boxes[3].below, "0");
    assert_int_equal(d.boxes[0].stories, 1);
    assert_int_equal(d.n_arcs, 6); /* 2 moves, start, 2 ends; one beside */
    assert_true(d.arcs[5].beside);
    assert_int_equal(d.arcs[5].from, 2);
    assert_int_equal(d.arcs[5].to, 4);
    assert_int_equal(d.arcs[0].count, 0);
    assert_null(d.arcs[0].move);
    assert_int_equal(d.moves, 1);
    assert_int_equal(d.moves_drawn, 1);
    fh_arena_free(arena);
}

static fh_status draw_filtered(void *ctx)
{
    const journey *both = ctx;
    const fh_drawn_options options = {.permille = 900, .max_boxes = 8};
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    fh_drawn d;
    const fh_status s =
        fh_drawn_make(arena, &names, &both[0].facts, &both[1].facts, &options, &d, NULL);
    fh_arena_free(arena);
    return s;
}

static void memory_running_out_is_an_error(void **state)
{
    (void)state;
    static journey both[2];
    test_seed(5);
    random_journey(&both[0], NULL, 14);
    random_journey(&both[1], &both[0], 5);
    test_oom(draw_filtered, both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(a_filter_moves_nothing_and_counts_what_it_leaves),
        cmocka_unit_test(too_many_arcs_are_drawn_less_and_told),
        cmocka_unit_test(memory_running_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
