/* select_test.c - filters, against the naive way. */
#include "segments.h"

#include <stdlib.h>

enum { ROWS = 600, MAX_NAMES = 400 };

/* ---- The naive way -------------------------------------------------------------- */

typedef struct story {
    fh_row row[ROWS];
    uint32_t n;
} story;

static bool has(const fh_bitset *set, uint32_t number)
{
    return number < set->n && fh_bit(set->bits, number);
}

static bool may(const fh_bitset *set, uint32_t number)
{
    return !set->bits || has(set, number);
}

static bool row_passes(const fh_filter *f, const fh_row *r)
{
    const int64_t at = fh_instant_ms(r->at_s, r->ms);
    if (f->has_from && at < f->from_ms) return false;
    if (f->has_until && at >= f->until_ms) return false;
    if (!may(&f->touchpoints, r->touchpoint) || !may(&f->channels, r->channel) ||
        !may(&f->departments, r->department) || !may(&f->outcomes, r->outcome))
        return false;
    if (f->directions && !(f->directions >> r->direction & 1)) return false;
    if ((f->has_value_min || f->has_value_max) && !r->has_value) return false;
    if (f->has_value_min && r->value < f->value_min) return false;
    if (f->has_value_max && r->value > f->value_max) return false;
    return !f->by_problem || r->problem;
}

static bool moved(const fh_filter *f, uint32_t from, uint32_t to)
{
    bool found = false;
    for (size_t m = 0; m < f->n_followed; m++)
        found |= f->followed[m].from == from && f->followed[m].to == to;
    return found;
}

static bool followed(const fh_filter *f, const story *s)
{
    bool found = moved(f, FH_NO_NAME, s->row[0].touchpoint) ||
                 moved(f, s->row[s->n - 1].touchpoint, FH_NO_NAME);
    for (uint32_t i = 1; i < s->n; i++)
        found |= moved(f, s->row[i - 1].touchpoint, s->row[i].touchpoint);
    return found;
}

static bool took_the_way(const fh_filter *f, const story *s)
{
    bool same = s->n == f->n_way;
    for (uint32_t i = 0; same && i < s->n; i++) same = s->row[i].touchpoint == f->way[i];
    return same;
}

/* For every later interaction, the nearest earlier one of the same problem. */
static bool handed(const fh_filter *f, const story *s)
{
    bool found = false;
    for (uint32_t i = 0; i < s->n; i++) {
        const fh_row *now = &s->row[i];
        uint32_t k = i;
        while (k-- && !(s->row[k].problem == now->problem && s->row[k].department)) {
        }
        if (k == UINT32_MAX || !now->problem || !now->department) continue;
        for (size_t m = 0; m < f->n_handed; m++)
            found |= s->row[k].department != now->department &&
                     f->handed[m].from == s->row[k].department &&
                     f->handed[m].to == now->department;
    }
    return found;
}

static bool repeated(const fh_filter *f, const story *s)
{
    bool found = false;
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t k = 0; k < i; k++)
            found |= s->row[k].problem == s->row[i].problem && s->row[k].direction <= FH_DIR_IN &&
                     s->row[i].direction <= FH_DIR_IN &&
                     fh_instant_ms(s->row[i].at_s, s->row[i].ms) -
                             fh_instant_ms(s->row[k].at_s, s->row[k].ms) <=
                         (int64_t)f->repeated_ms;
    return found;
}

static bool touches_what_it_should(const fh_filter *f, const story *s)
{
    uint32_t n_any = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        if (f->not_passed.bits && has(&f->not_passed, s->row[i].touchpoint)) return false;
        n_any += f->passed.bits && has(&f->passed, s->row[i].touchpoint);
    }
    if (!f->passed.bits) return true;
    if (!f->passed_all) return n_any > 0;
    for (uint32_t number = 0; number < f->passed.n; number++) {
        bool there = !has(&f->passed, number);
        for (uint32_t i = 0; i < s->n; i++) there = there || s->row[i].touchpoint == number;
        if (!there) return false;
    }
    return true;
}

static bool story_passes(const fh_filter *f, const story *s)
{
    return s->n > 0 && may(&f->customers, s->row[0].customer) &&
           !((f->n_followed && !followed(f, s)) || (f->n_way && !took_the_way(f, s)) ||
             (f->n_handed && !handed(f, s)) || (f->repeated && !repeated(f, s))) &&
           touches_what_it_should(f, s);
}

/* Asserts that story `at` of the view is `want`, if that passes; moves on then. */
static void expect(const fh_filter *f, const fh_segment *view, uint32_t *at, const story *want)
{
    if (!story_passes(f, want)) return;
    assert_true(*at < view->n_stories);
    assert_int_equal(view->start[*at + 1] - view->start[*at], want->n);
    for (uint32_t i = 0; i < want->n; i++) {
        const fh_row got = test_row(view, *at, view->start[*at] + i);
        const fh_row *row = &want->row[i];
        assert_int_equal(got.customer, row->customer);
        assert_int_equal(got.at_s, row->at_s);
        assert_int_equal(got.ms, row->ms);
        assert_int_equal(got.touchpoint, row->touchpoint);
        assert_int_equal(got.channel, row->channel);
        assert_int_equal(got.has_value, row->has_value);
        assert_int_equal(got.value, row->value);
        assert_int_equal(got.has_score, row->has_score);
        assert_int_equal(got.score, row->score);
        assert_int_equal(got.problem, row->problem);
        assert_int_equal(got.member, row->member);
        assert_true(got.id == row->id);
    }
    assert_int_equal(view->gap_s[view->start[*at]], 0);
    ++*at;
}

static void add_if(story *to, const fh_row *row, bool wanted)
{
    if (wanted) to->row[to->n++] = *row;
}

static void selects_like_the_naive_way(const fh_segment *in, const fh_filter *f)
{
    static story all, one;
    fh_error err;
    fh_space *space = fh_space_new(test_allocator());
    assert_status(fh_segment_select(space, in, f, FH_COLS_ALL, &err), FH_OK);
    const fh_segment *view = fh_space_segment(space);
    uint32_t at = 0;
    for (uint32_t s = 0; s < in->n_stories; s++) {
        all.n = 0;
        for (uint32_t i = in->start[s]; i < in->start[s + 1]; i++) {
            const fh_row row = test_row(in, s, i);
            add_if(&all, &row, row_passes(f, &row));
        }
        if (!f->by_problem) {
            expect(f, view, &at, &all);
            continue;
        }
        for (uint32_t k = 0; k < all.n; k++) {
            one.n = 0;
            for (uint32_t i = 0; i < all.n; i++) {
                const bool mine = all.row[i].problem == all.row[k].problem;
                if (mine && i < k) break; /* had its turn */
                add_if(&one, &all.row[i], mine);
            }
            expect(f, view, &at, &one);
        }
    }
    assert_int_equal(at, view->n_stories);
    assert_int_equal(view->start[at], view->n);
    fh_space_free(space);
    assert_int_equal(test_blocks_live(), 0);
}

/* ---- Tests ------------------------------------------------------------------------ */

static fh_bitset random_set(fh_arena *arena, uint32_t n, uint32_t one_in)
{
    uint64_t *bits = FH_NEW_ARRAY(arena, uint64_t, n / 64 + 1);
    for (uint32_t i = 0; i < n; i++)
        if (test_rand(one_in) == 0) bits[i / 64] |= UINT64_C(1) << i % 64;
    return (fh_bitset){bits, n};
}

static const fh_move *random_moves(fh_arena *arena, uint32_t names, size_t n)
{
    fh_move *list = FH_NEW_ARRAY(arena, fh_move, n);
    for (size_t i = 0; i < n; i++) {
        list[i] = (fh_move){test_rand(names), test_rand(names)};
        if (test_rand(8) == 0)
            list[i].from = FH_NO_NAME;
        else if (test_rand(8) == 0)
            list[i].to = FH_NO_NAME;
    }
    return list;
}

/* Conditions on the order of a story. */
static void random_order(fh_arena *arena, fh_filter *f, uint32_t one_in)
{
    if (test_rand(one_in) == 0) {
        f->n_followed = 1 + test_rand(3);
        f->followed = random_moves(arena, test_rand(2) ? 6 : 40, f->n_followed);
    }
    if (test_rand(one_in) == 0) {
        f->n_handed = 1 + test_rand(3);
        f->handed = random_moves(arena, 12, f->n_handed);
    }
    if (test_rand(4 * one_in) == 0) {
        uint32_t *way = FH_NEW_ARRAY(arena, uint32_t, 3);
        for (size_t i = 0; i < 3; i++) way[i] = test_rand(6);
        f->way = way;
        f->n_way = 1 + test_rand(3);
    }
    f->repeated = test_rand(one_in) == 0;
    f->repeated_ms = test_rand(4) ? test_rand(5000000) : 0;
}

/* Each condition is there one time in `one_in`. */
static fh_filter random_filter(fh_arena *arena, uint32_t one_in)
{
    fh_filter f = {.passed_all = test_rand(2)};
    f.has_from = test_rand(one_in) == 0;
    f.has_until = test_rand(one_in) == 0;
    f.from_ms = INT64_C(1700000000000) + test_rand(40000000);
    f.until_ms = INT64_C(1700000040000) + test_rand(80000000);
    if (test_rand(one_in) == 0) f.touchpoints = random_set(arena, test_rand(MAX_NAMES), 2);
    if (test_rand(one_in) == 0) f.channels = random_set(arena, 1 + test_rand(9), 2);
    if (test_rand(one_in) == 0) f.departments = random_set(arena, 1 + test_rand(70), 2);
    if (test_rand(one_in) == 0) f.outcomes = random_set(arena, 3, 2);
    if (test_rand(one_in) == 0) f.directions = test_rand(16);
    f.has_value_min = test_rand(2 * one_in) == 0;
    f.has_value_max = test_rand(2 * one_in) == 0;
    f.value_min = (int64_t)test_rand(20000) - 10000;
    f.value_max = (int64_t)test_rand(90000);
    if (test_rand(one_in) == 0) f.passed = random_set(arena, test_rand(9), 3);
    if (test_rand(one_in) == 0) f.not_passed = random_set(arena, MAX_NAMES, 100);
    if (test_rand(one_in) == 0) f.customers = random_set(arena, 50, 2);
    f.by_problem = test_rand(one_in) == 0;
    random_order(arena, &f, one_in);
    return f;
}

static const test_shape shapes[] = {
    {.customers = 60,
     .touchpoints = 5,
     .channels = 5,
     .departments = 60,
     .outcomes = 2,
     .problems = 6,
     .members = 20,
     .ms = true,
     .directions = true,
     .values = true,
     .scores = true,
     .ids = true},
    {.customers = 3, .touchpoints = 390, .problems = 30, .channels = 300},
    {.customers = 200},
};

static void random_filters_select_like_the_naive_way(void **state)
{
    (void)state;
    static fh_row rows[ROWS];
    for (uint32_t k = 0; k < COUNT(shapes); k++) {
        for (uint32_t round = 0; round < 60; round++) {
            test_seed(k * 1000 + round);
            fh_arena *arena = fh_arena_new(NULL);
            test_random_rows(&shapes[k], rows, ROWS);
            const fh_segment *in = round % 2 ? test_segment(arena, rows, round * 10)
                                             : test_segment_identity(arena, rows, round * 10);
            const fh_filter f = random_filter(arena, 1 + round % 12);
            selects_like_the_naive_way(in, &f);
            fh_arena_free(arena);
        }
    }
}

/* A period, sometimes customers, sometimes what must have been passed or not. */
static void what_leaves_a_stretch_of_each_story_selects_like_the_naive_way(void **state)
{
    (void)state;
    static fh_row rows[ROWS];
    for (uint32_t k = 0; k < COUNT(shapes); k++) {
        for (uint32_t round = 0; round < 40; round++) {
            test_seed(k * 1000 + round);
            fh_arena *arena = fh_arena_new(NULL);
            test_random_rows(&shapes[k], rows, ROWS);
            const fh_segment *in = round % 2 ? test_segment(arena, rows, round * 15)
                                             : test_segment_identity(arena, rows, round * 15);
            const fh_row *one = &rows[test_rand(ROWS)], *other = &rows[test_rand(ROWS)];
            fh_filter f = {.has_from = round % 3 != 1, .has_until = round % 3 != 2};
            f.from_ms = fh_instant_ms(one->at_s, one->ms) + test_rand(3) - 1;
            f.until_ms = fh_instant_ms(other->at_s, other->ms) + test_rand(3) - 1;
            if (round % 5 == 0) f.customers = random_set(arena, 50, 2);
            if (round % 4 == 1) f.passed = random_set(arena, 1 + test_rand(9), 3);
            if (round % 4 == 2) f.not_passed = random_set(arena, MAX_NAMES, 50);
            f.passed_all = test_rand(2);
            if (round % 8 == 1) f.has_from = f.has_until = false;
            if (round % 7 == 0) f.from_ms = INT64_MIN, f.until_ms = INT64_MAX;
            selects_like_the_naive_way(in, &f);
            fh_arena_free(arena);
        }
    }
}

/* From none to all of the customers, those without a story among them: the rows of just these. */
static void the_stories_of_listed_customers_are_those_of_their_rows(void **state)
{
    (void)state;
    static fh_row rows[ROWS], theirs[ROWS];
    for (uint32_t round = 0; round < 80; round++) {
        test_seed(round);
        fh_arena *arena = fh_arena_new(NULL);
        test_random_rows(&shapes[round % COUNT(shapes)], rows, ROWS);
        const size_t n = round < 3 ? round : round * 7;
        const fh_bitset wanted = random_set(arena, 260, 1 + round % 9 * (round % 11));
        uint32_t customer[260];
        size_t n_customers = 0, n_theirs = 0;
        for (uint32_t c = 0; c < wanted.n; c++)
            if (has(&wanted, c)) customer[n_customers++] = c;
        for (size_t i = 0; i < n; i++)
            if (has(&wanted, rows[i].customer)) theirs[n_theirs++] = rows[i];
        fh_space *space = fh_space_new(test_allocator());
        const fh_segment *in = test_segment(arena, rows, n);
        assert_status(fh_segment_only(space, in, customer, n_customers, NULL), FH_OK);
        test_same_segment(fh_space_segment(space), test_segment(arena, theirs, n_theirs));
        fh_space_free(space);
        assert_int_equal(test_blocks_live(), 0);
        fh_arena_free(arena);
    }
}

/* What came from some instant on, behind what came before it: the stories of all of it, but for
 * the times of their interactions. */
static void later_stories_are_put_behind_earlier_ones(void **state)
{
    (void)state;
    static fh_row rows[ROWS], early[ROWS], late[ROWS], theirs[ROWS];
    for (uint32_t round = 0; round < 60; round++) {
        test_seed(round);
        fh_arena *arena = fh_arena_new(NULL);
        test_random_rows(&shapes[round % COUNT(shapes)], rows, ROWS);
        const size_t n = round < 3 ? round : round * 9;
        const fh_bitset wanted = random_set(arena, 260, 1 + round % 9 * (round % 11));
        const uint32_t from_s = n && round % 7 ? rows[test_rand((uint32_t)n)].at_s : 0;
        uint32_t customer[260];
        size_t n_customers = 0, n_early = 0, n_late = 0, n_theirs = 0;
        for (uint32_t c = 0; c < wanted.n; c++)
            if (has(&wanted, c)) customer[n_customers++] = c;
        for (size_t i = 0; i < n; i++) {
            const bool is_late = rows[i].at_s >= from_s;
            (is_late ? late : early)[is_late ? n_late++ : n_early++] = rows[i];
            if (has(&wanted, rows[i].customer)) theirs[n_theirs++] = rows[i];
        }
        fh_space *space = fh_space_new(test_allocator());
        const fh_segment *want = test_segment(arena, theirs, n_theirs);
        assert_status(fh_segment_append(space, test_segment(arena, early, n_early),
                                        test_segment(arena, late, n_late), customer, n_customers,
                                        NULL),
                      FH_OK);
        const fh_segment *got = fh_space_segment(space);
        assert_int_equal(got->n, want->n);
        assert_int_equal(got->n_stories, want->n_stories);
        assert_true(!got->n || !got->gap_s);
        for (uint32_t s = 0; s < want->n_stories; s++) {
            assert_int_equal(got->customer[s], want->customer[s]);
            assert_int_equal(got->start[s + 1], want->start[s + 1]);
            assert_int_equal(got->first_s[s], want->first_s[s]);
        }
        for (uint32_t i = 0; i < want->n; i++) {
            assert_int_equal(fh_name_at(&got->touchpoint, i), fh_name_at(&want->touchpoint, i));
            assert_int_equal(fh_name_at(&got->channel, i), fh_name_at(&want->channel, i));
        }
        fh_space_free(space);
        assert_int_equal(test_blocks_live(), 0);
        fh_arena_free(arena);
    }
}

static void the_borders_of_a_period_are_exact(void **state)
{
    (void)state;
    const fh_row rows[] = {{.customer = 1, .at_s = 10, .ms = 499},
                           {.customer = 1, .at_s = 10, .ms = 500},
                           {.customer = 1, .at_s = 11, .ms = 0}};
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(NULL);
    fh_error err;
    const fh_segment *in = test_segment(arena, rows, COUNT(rows));
    const fh_filter f = {.has_from = true,
                         .from_ms = FH_TIME_MIN_MS + 10500,
                         .has_until = true,
                         .until_ms = FH_TIME_MIN_MS + 11000};
    assert_status(fh_segment_select(space, in, &f, FH_COLS_ALL, &err), FH_OK);
    assert_int_equal(fh_space_segment(space)->n, 1);
    assert_int_equal(fh_space_segment(space)->ms[0], 500);
    fh_space_free(space);
    fh_arena_free(arena);
}

static void only_the_columns_asked_for_are_written(void **state)
{
    (void)state;
    const fh_row rows[] = {{.customer = 1, .touchpoint = 4, .channel = 2, .has_value = true}};
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(NULL);
    fh_error err;
    const fh_filter f = {.directions = 1};
    const fh_segment *in = test_segment(arena, rows, 1);
    assert_status(fh_segment_select(space, in, &f, 1u << FH_COL_CHANNEL, &err), FH_OK);
    const fh_segment *view = fh_space_segment(space);
    assert_int_equal(fh_name_at(&view->channel, 0), 2);
    assert_null(view->touchpoint.c8);
    assert_null(view->value);
    assert_int_equal(view->columns, 1u << FH_COL_STORIES | 1u << FH_COL_GAP | 1u << FH_COL_CHANNEL);
    fh_space_free(space);
    fh_arena_free(arena);
}

static void a_filter_tells_what_it_needs(void **state)
{
    (void)state;
    const uint64_t bits[1] = {2};
    const uint32_t always = 1u << FH_COL_STORIES | 1u << FH_COL_GAP;
    const fh_bitset set = {bits, 2};
    const struct {
        fh_filter f;
        uint32_t columns;
    } cases[] = {
        {{.has_from = true}, 1u << FH_COL_MS},
        {{.touchpoints = set}, 1u << FH_COL_TOUCHPOINT},
        {{.not_passed = set}, 1u << FH_COL_TOUCHPOINT},
        {{.channels = set, .departments = set}, 1u << FH_COL_CHANNEL | 1u << FH_COL_DEPARTMENT},
        {{.outcomes = set, .directions = 2}, 1u << FH_COL_OUTCOME | 1u << FH_COL_DIRECTION},
        {{.has_value_max = true}, 1u << FH_COL_VALUE},
        {{.customers = set}, 0},
        {{.by_problem = true}, 1u << FH_COL_PROBLEM},
        {{.n_followed = 1}, 1u << FH_COL_TOUCHPOINT},
        {{.n_way = 1}, 1u << FH_COL_TOUCHPOINT},
        {{.n_handed = 1}, 1u << FH_COL_DEPARTMENT | 1u << FH_COL_PROBLEM},
        {{.repeated = true}, 1u << FH_COL_MS | 1u << FH_COL_PROBLEM | 1u << FH_COL_DIRECTION},
    };
    assert_true(fh_filter_is_everything(&(fh_filter){.has_from = false}));
    assert_int_equal(fh_filter_columns(&(fh_filter){.has_from = false}), always);
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_false(fh_filter_is_everything(&cases[i].f));
        assert_int_equal(fh_filter_columns(&cases[i].f), always | cases[i].columns);
    }
}

static void an_empty_set_lets_nothing_through(void **state)
{
    (void)state;
    const fh_row rows[] = {{.customer = 1, .touchpoint = 4}};
    const uint64_t none[1] = {0};
    fh_arena *arena = fh_arena_new(NULL);
    const fh_segment *in = test_segment(arena, rows, 1);
    selects_like_the_naive_way(in, &(fh_filter){.passed = {none, 9}});
    selects_like_the_naive_way(in, &(fh_filter){.passed = {none, 9}, .passed_all = true});
    selects_like_the_naive_way(in, &(fh_filter){.channels = {none, 9}});
    selects_like_the_naive_way(in, &(fh_filter){.not_passed = {none, 0}});
    fh_arena_free(arena);
}

/* Order 1, 2, 3 by problems 1, 1, 2; departments 5, 6, 5. */
static void the_order_of_a_story_by_hand(void **state)
{
    (void)state;
    const fh_row rows[] = {
        {.customer = 1, .at_s = 10, .touchpoint = 1, .department = 5, .problem = 1},
        {.customer = 1, .at_s = 20, .touchpoint = 2, .department = 6, .problem = 1},
        {.customer = 1, .at_s = 25, .touchpoint = 3, .department = 5, .problem = 2}};
    static const uint32_t way[] = {1, 2, 3};
    const fh_move yes[] = {{1, 2}, {2, 3}, {FH_NO_NAME, 1}, {3, FH_NO_NAME}};
    const fh_move no[] = {{1, 3}, {2, 1}, {FH_NO_NAME, 2}, {2, FH_NO_NAME}, {0, 1}};
    const fh_move given = {5, 6}, not_given = {6, 5};
    const struct {
        fh_filter f;
        bool stays;
    } cases[] = {{{.followed = no, .n_followed = COUNT(no)}, false},
                 {{.way = way, .n_way = 3}, true},
                 {{.way = way, .n_way = 2}, false},
                 {{.handed = &given, .n_handed = 1}, true},
                 {{.handed = &not_given, .n_handed = 1}, false},
                 {{.repeated = true, .repeated_ms = 10000}, true},
                 {{.repeated = true, .repeated_ms = 9999}, false}};
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(NULL);
    const fh_segment *in = test_segment(arena, rows, COUNT(rows));
    for (size_t i = 0; i < COUNT(yes); i++) {
        const fh_filter f = {.followed = &yes[i], .n_followed = 1};
        assert_status(fh_segment_select(space, in, &f, FH_COLS_ALL, NULL), FH_OK);
        assert_int_equal(fh_space_segment(space)->n_stories, 1);
    }
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_status(fh_segment_select(space, in, &cases[i].f, FH_COLS_ALL, NULL), FH_OK);
        assert_int_equal(fh_space_segment(space)->n_stories, cases[i].stays);
    }
    fh_space_free(space);
    fh_arena_free(arena);
}

static fh_status select_by_order(void *ctx)
{
    const fh_segment *in = ctx;
    const fh_move moves[] = {{1, 2}, {3, 4}};
    const fh_filter f = {.followed = moves, .n_followed = 2, .handed = moves, .n_handed = 2};
    fh_space *space = fh_space_new(test_allocator());
    if (!space) return FH_NOMEM;
    const fh_status status = fh_segment_select(space, in, &f, FH_COLS_ALL, NULL);
    fh_space_free(space);
    return status;
}

static fh_status select_by_problem(void *ctx)
{
    const fh_segment *in = ctx;
    const uint64_t bits[1] = {14};
    const fh_filter f = {.by_problem = true, .passed = {bits, 5}, .channels = {bits, 60}};
    fh_space *space = fh_space_new(test_allocator());
    if (!space) return FH_NOMEM;
    const fh_status status = fh_segment_select(space, in, &f, FH_COLS_ALL, NULL);
    fh_space_free(space);
    return status;
}

static fh_status select_by_period(void *ctx)
{
    const fh_segment *in = ctx;
    const uint64_t bits[1] = {14};
    const fh_filter f = {.has_from = true, .from_ms = INT64_C(1700000020000), .passed = {bits, 5}};
    fh_space *space = fh_space_new(test_allocator());
    if (!space) return FH_NOMEM;
    const fh_status status = fh_segment_select(space, in, &f, FH_COLS_ALL, NULL);
    fh_space_free(space);
    return status;
}

static void memory_running_out_is_an_error(void **state)
{
    (void)state;
    static fh_row rows[ROWS];
    fh_arena *arena = fh_arena_new(NULL);
    test_seed(4);
    test_random_rows(&shapes[0], rows, ROWS);
    fh_segment in = *test_segment(arena, rows, ROWS);
    test_oom(select_by_problem, &in);
    test_oom(select_by_order, &in);
    test_oom(select_by_period, &in);
    fh_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_filters_select_like_the_naive_way),
        cmocka_unit_test(what_leaves_a_stretch_of_each_story_selects_like_the_naive_way),
        cmocka_unit_test(the_stories_of_listed_customers_are_those_of_their_rows),
        cmocka_unit_test(later_stories_are_put_behind_earlier_ones),
        cmocka_unit_test(the_borders_of_a_period_are_exact),
        cmocka_unit_test(only_the_columns_asked_for_are_written),
        cmocka_unit_test(a_filter_tells_what_it_needs),
        cmocka_unit_test(an_empty_set_lets_nothing_through),
        cmocka_unit_test(the_order_of_a_story_by_hand),
        cmocka_unit_test(memory_running_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
