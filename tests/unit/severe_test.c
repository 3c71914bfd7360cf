/* severe_test.c - severe breaks and ruined days: by hand, against an oracle over a plain
 * list of rows, in any split, selected with a filter, and with memory running out. */
#include "folds.h"

#include "base/time.h"

#include <string.h>

enum { IN = FH_DIR_IN, OUT = FH_DIR_OUT, LATE = 1, CONFIRMED = 2, REOPENED = 3 };
enum { HOUR = 3600, DAY = 24 * HOUR, MONDAY = 7 * DAY }; /* 1940-01-08 */
static const uint64_t late = 1u << LATE, confirmed = 1u << CONFIRMED;
static const int32_t low[] = {INT32_MIN, 200, 300, INT32_MIN};
static const uint64_t counter = 1u << 3; /* the touchpoint where customers tell */

static fh_severe rules_of(uint32_t which)
{
    return (fh_severe){.rules = which,
                       .failing = {&late, 4},
                       .low = low,
                       .n_low = COUNT(low),
                       .confirmed = {&confirmed, 4},
                       .reopened = REOPENED,
                       .times = 3,
                       .within_s = 7 * DAY};
}
enum { ALL = (1 << FH_N_SEVERE) - 1 };

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_ruined_new(from, options, out, err);
}

static void print_count(fh_buf *out, const fh_ruined_count *c)
{
    fh_buf_printf(out, " %llu/%llu/%llu", (unsigned long long)c->breaks,
                  (unsigned long long)c->days, (unsigned long long)c->customers);
}

/* breaks/days/customers: of all, then of each rule. */
static void print_ruined(fh_buf *out, const fh_ruined *r)
{
    fh_buf_printf(out, "%llu days:", (unsigned long long)r->contact_days);
    print_count(out, &r->all);
    for (size_t k = 0; k < FH_N_SEVERE; k++) print_count(out, &r->rule[k]);
    for (size_t i = 0; i < r->n_rows; i++) {
        fh_buf_printf(out, "\nat %u:", r->rows[i].touchpoint);
        print_count(out, &r->rows[i].all);
        for (size_t k = 0; k < FH_N_SEVERE; k++) print_count(out, &r->rows[i].rule[k]);
    }
    for (size_t i = 0; i < r->n_weeks; i++)
        fh_buf_printf(out, "\nweek %lld: %llu of %llu, %llu of %llu",
                      (long long)((r->weeks[i].from_ms - FH_TIME_MIN_MS) / FH_SECOND_MS),
                      (unsigned long long)r->weeks[i].days,
                      (unsigned long long)r->weeks[i].contact_days,
                      (unsigned long long)r->weeks[i].customers,
                      (unsigned long long)r->weeks[i].all_customers);
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_ruined r;
    const fh_status s = fh_ruined_read(fold, arena, &r, err);
    if (s == FH_OK) print_ruined(out, &r);
    return s;
}

static uint32_t marks_at(fh_arena *arena, const fh_severe *rules, const fh_row *rows, size_t n,
                         size_t i)
{
    const fh_segment *seg = test_segment(arena, rows, n);
    uint8_t mark[64];
    void *scratch = fh_arena_alloc(arena, fh_severe_scratch(rules, seg), 1);
    assert_true(n <= sizeof mark);
    fh_severe_mark(rules, seg, scratch, mark);
    return mark[i];
}

#define BIT(rule) (1u << FH_SEVERE_##rule)

static void what_failed_or_scored_low_is_a_break(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_severe rules = rules_of(ALL);
    const fh_row rows[] = {
        {.customer = 1, .at_s = 1, .outcome = LATE},
        {.customer = 1, .at_s = 2, .outcome = CONFIRMED},
        {.customer = 1, .at_s = 3, .touchpoint = 1, .has_score = true, .score = 200},
        {.customer = 1, .at_s = 4, .touchpoint = 1, .has_score = true, .score = 201},
        {.customer = 1, .at_s = 5, .touchpoint = 2, .has_score = true, .score = 0, .outcome = LATE},
        {.customer = 1, .at_s = 6, .touchpoint = 3, .has_score = true, .score = -5},
    };
    const uint32_t want[] = {BIT(FAILED), 0, BIT(SCORE), 0, BIT(FAILED) | BIT(SCORE), 0};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(marks_at(arena, &rules, rows, COUNT(rows), i), want[i]);
    const fh_severe failed = rules_of(BIT(FAILED));
    assert_int_equal(marks_at(arena, &failed, rows, COUNT(rows), 4), BIT(FAILED));
    fh_arena_free(arena);
}

#define AT(s, way) .customer = 1, .problem = 9, .at_s = (s), .direction = (way)

static void a_problem_that_comes_back_is_a_break_once(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_severe rules = rules_of(BIT(REOPENED));
    const fh_row rows[] = {
        {AT(1, IN)},
        {AT(2, IN), .outcome = CONFIRMED},
        {AT(3, OUT)},                   /* ours does not reopen */
        {AT(4, IN), .has_score = true}, /* nor does a score */
        {AT(5, IN)},                    /* 4: back */
        {AT(6, IN)},                    /* still open */
        {AT(7, OUT), .outcome = CONFIRMED},
        {AT(8, OUT), .outcome = REOPENED}, /* 7: back */
        {AT(9, IN)},
        {.customer = 1, .problem = 8, .at_s = 10, .direction = IN}, /* another problem */
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(marks_at(arena, &rules, rows, COUNT(rows), i),
                         i == 4 || i == 7 ? BIT(REOPENED) : 0);
    fh_arena_free(arena);
}

static void telling_again_is_the_first_contact_after_a_hand_off(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_severe rules = rules_of(BIT(TOLD_AGAIN));
    const fh_row rows[] = {
        {AT(1, IN), .department = 1},
        {AT(2, OUT), .department = 2},                 /* handed on */
        {AT(3, IN), .department = 2, .touchpoint = 1}, /* 2: again */
        {AT(4, IN), .department = 2, .touchpoint = 3}, /* 3: once only; but where they tell */
        {AT(5, IN), .department = 3, .touchpoint = 3}, /* 4: handed on, and again */
        {.customer = 1, .problem = 8, .at_s = 6, .department = 1, .direction = OUT},
        {.customer = 1, .problem = 8, .at_s = 7, .department = 2, .direction = IN}, /* the first */
        {.customer = 1, .at_s = 8, .department = 1, .direction = IN}, /* of no problem */
        {.customer = 1, .at_s = 9, .department = 2, .direction = IN},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(marks_at(arena, &rules, rows, COUNT(rows), i),
                         i == 2 || i == 4 ? BIT(TOLD_AGAIN) : 0);
    rules.telling = (fh_bitset){&counter, 4};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(marks_at(arena, &rules, rows, COUNT(rows), i),
                         i == 3 || i == 4 ? BIT(TOLD_AGAIN) : 0);
    fh_arena_free(arena);
}

static void the_third_contact_within_a_week_is_one_too_many(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_severe rules = rules_of(BIT(AGAIN));
    const fh_row rows[] = {
        {AT(0, IN)},
        {AT(3 * DAY, OUT)},
        {AT(4 * DAY, IN)},
        {AT(7 * DAY, IN)},      /* 3: third within seven days exactly */
        {AT(11 * DAY, IN)},     /* 4: 4, 7, 11 */
        {AT(14 * DAY + 1, IN)}, /* 7, 11, 14: a second too late */
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(marks_at(arena, &rules, rows, COUNT(rows), i),
                         i == 3 || i == 4 ? BIT(AGAIN) : 0);
    fh_arena_free(arena);
}

static void breaks_of_one_day_ruin_it_once(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_severe rules = rules_of(ALL);
    const fh_row rows[] = {
        {.customer = 1, .at_s = MONDAY + 1, .touchpoint = 1, .outcome = LATE},
        {.customer = 1, .at_s = MONDAY + 2, .touchpoint = 2, .outcome = LATE},
        {.customer = 1, .at_s = MONDAY + DAY, .touchpoint = 1, .outcome = LATE},
        {.customer = 1, .at_s = MONDAY + 8 * DAY, .touchpoint = 2},
        {.customer = 2, .at_s = MONDAY + 2, .touchpoint = 1, .has_score = true, .score = 100},
        {.customer = 2, .at_s = MONDAY + 3, .touchpoint = 1, .outcome = LATE},
        {.customer = 3, .at_s = MONDAY - 1, .touchpoint = 3},
    };
    const fh_ruined_options o = {.n_touchpoints = 4, .severe = &rules};
    assert_str(test_fold_same(&(test_fold){make, &o, print}, arena, rows, COUNT(rows), 0),
               "5 days: 5/3/2 4/3/2 1/1/1 0/0/0 0/0/0 0/0/0\n"
               "at 1: 4/3/2 3/3/2 1/1/1 0/0/0 0/0/0 0/0/0\n"
               "at 2: 1/1/1 1/1/1 0/0/0 0/0/0 0/0/0 0/0/0\n"
               "week 0: 0 of 1, 0 of 1\n"
               "week 604800: 3 of 3, 2 of 2\n"
               "week 1209600: 0 of 1, 0 of 1");
    fh_arena_free(arena);
}

static void days_are_local_ones(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_severe rules = rules_of(ALL);
    const fh_zone *zone = NULL;
    assert_status(fh_zone_fixed(arena, FH_STR("+02:00"), &zone, NULL), FH_OK);
    const fh_row rows[] = {
        {.customer = 1, .at_s = MONDAY - 2 * HOUR - 1, .outcome = LATE}, /* Sunday, 23:59 there */
        {.customer = 1, .at_s = MONDAY - 2 * HOUR, .outcome = LATE},     /* Monday */
        {.customer = 1, .at_s = MONDAY, .outcome = LATE},
    };
    const fh_ruined_options o = {.n_touchpoints = 1, .severe = &rules, .zone = zone};
    assert_str(test_fold_same(&(test_fold){make, &o, print}, arena, rows, COUNT(rows), 0),
               "2 days: 3/2/1 3/2/1 0/0/0 0/0/0 0/0/0 0/0/0\n"
               "at 0: 3/2/1 3/2/1 0/0/0 0/0/0 0/0/0 0/0/0\n"
               "week -7200: 1 of 1, 1 of 1\n"
               "week 597600: 1 of 1, 1 of 1");
    fh_arena_free(arena);
}

/* ---- The oracle --------------------------------------------------------------------------- */

enum { MANY = 600 };

/* What row i breaks: by looking back over all rows of the customer each time. */
static uint32_t broken_by_oracle(const fh_severe *v, const fh_row *row, size_t i)
{
    const fh_row *t = &row[i];
    const bool contact = !t->has_score && (t->direction == IN || t->direction == FH_DIR_NONE);
    uint32_t m = t->outcome == LATE ? BIT(FAILED) : 0, department = 0;
    bool open_again = false, was = false, handed = false, said = false, solved = false;
    uint64_t times[MANY];
    size_t n = 0, first = i;
    if (t->has_score && t->touchpoint < v->n_low && t->score <= v->low[t->touchpoint])
        m |= BIT(SCORE);
    while (first > 0 && row[first - 1].customer == t->customer) first--;
    for (size_t k = first; t->problem && k <= i; k++) {
        const fh_row *r = &row[k];
        const bool call = !r->has_score && (r->direction == IN || r->direction == FH_DIR_NONE);
        if (r->problem != t->problem) continue;
        handed |= r->department && department && r->department != department;
        if (r->department) department = r->department;
        open_again = r->outcome == REOPENED || (call && r->outcome != CONFIRMED && solved);
        solved = r->outcome == CONFIRMED || (solved && !open_again);
        was = false;
        if (!call || r->outcome == CONFIRMED) continue;
        if (!v->telling.bits || (v->telling.bits[0] >> r->touchpoint & 1)) {
            was = handed && said;
            handed = false;
        }
        said = true;
        times[n++] = r->at_s;
    }
    if (open_again) m |= BIT(REOPENED);
    if (was) m |= BIT(TOLD_AGAIN);
    if (contact && t->problem && t->outcome != CONFIRMED && n >= v->times &&
        times[n - 1] - times[n - v->times] <= v->within_s)
        m |= BIT(AGAIN);
    return m & v->rules;
}

static void it_agrees_with_the_oracle_in_any_split(void **state)
{
    (void)state;
    static fh_row rows[MANY];
    for (uint32_t round = 0; round < 12; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        test_seed(round);
        const test_shape shape = {.customers = 5 + test_rand(60),
                                  .touchpoints = 3,
                                  .departments = 3,
                                  .outcomes = 3,
                                  .problems = 20,
                                  .span_s = round % 2 ? 20 * DAY : 2 * DAY,
                                  .ms = round % 3 == 0,
                                  .directions = true,
                                  .scores = true};
        test_random_rows(&shape, rows, MANY);
        fh_severe v = rules_of(round % 4 ? ALL : test_rand(ALL + 1));
        if (round % 3 == 1) v.telling = (fh_bitset){&counter, 4};
        v.times = 2 + test_rand(4);
        const fh_row *sorted = test_sorted(arena, rows, MANY);
        const fh_segment *seg = test_segment(arena, rows, MANY);
        uint8_t mark[MANY];
        fh_severe_mark(&v, seg, fh_arena_alloc(arena, fh_severe_scratch(&v, seg), 1), mark);
        uint64_t breaks = 0, days = 0, last_day = 0;
        uint32_t last_customer = 0;
        for (size_t i = 0; i < MANY; i++) {
            const uint32_t want = broken_by_oracle(&v, sorted, i);
            assert_int_equal(mark[i], want);
            const uint64_t day = sorted[i].at_s / DAY;
            if (!want) continue;
            breaks++;
            days += day != last_day || sorted[i].customer != last_customer;
            last_day = day;
            last_customer = sorted[i].customer;
        }
        const fh_ruined_options o = {.n_touchpoints = 4, .severe = &v};
        const fh_str text = test_fold_same(&(test_fold){make, &o, print}, arena, rows, MANY, 0);
        char want[64];
        const int len = snprintf(want, sizeof want, ": %llu/%llu/", (unsigned long long)breaks,
                                 (unsigned long long)days);
        const char *colon = memchr(text.ptr, ':', text.len);
        assert_non_null(colon);
        assert_memory_equal(colon, want, (size_t)len);
        fh_arena_free(arena);
    }
}

static void breaks_are_looked_for_before_anything_is_left_out(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(NULL);
    const fh_severe rules = rules_of(ALL);
    const fh_row rows[] = {
        {AT(1, IN), .touchpoint = 1},
        {AT(2, IN), .touchpoint = 1},
        {AT(3, IN), .touchpoint = 2}, /* the third one */
        {.customer = 2, .at_s = 9, .touchpoint = 2},
    };
    const uint64_t two = 1u << 2;
    const fh_segment *seg = test_segment(arena, rows, COUNT(rows));
    fh_filter f = {.touchpoints = {&two, 4}, .severe = &rules};
    assert_status(fh_segment_select(space, seg, &f, FH_COLS_ALL, NULL), FH_OK);
    const fh_segment *some = fh_space_segment(space);
    assert_int_equal(some->n, 2);
    assert_int_equal(some->severe[0], BIT(AGAIN));
    assert_int_equal(some->severe[1], 0);
    f.broken = BIT(AGAIN) | BIT(FAILED);
    assert_status(fh_segment_select(space, seg, &f, FH_COLS_ALL, NULL), FH_OK);
    some = fh_space_segment(space);
    assert_int_equal(some->n, 1);
    assert_int_equal(some->customer[0], 1);
    const fh_ruined_options o = {.n_touchpoints = 4, .severe = &rules};
    fh_fold *fold = NULL;
    fh_ruined r;
    assert_status(fh_ruined_new(NULL, &o, &fold, NULL), FH_OK);
    assert_status(fh_fold_add(fold, some, NULL), FH_OK);
    assert_status(fh_ruined_read(fold, arena, &r, NULL), FH_OK);
    assert_int_equal(r.all.days, 1);
    fh_fold_free(fold);
    f.broken = BIT(SCORE);
    assert_status(fh_segment_select(space, seg, &f, FH_COLS_ALL, NULL), FH_OK);
    assert_int_equal(fh_space_segment(space)->n, 0);
    fh_space_free(space);
    fh_arena_free(arena);
}

static void a_rule_of_too_many_times_is_refused(void **state)
{
    (void)state;
    fh_fold *fold;
    fh_severe rules = rules_of(ALL);
    const fh_ruined_options o = {.n_touchpoints = 4, .severe = &rules};
    rules.times = 1;
    assert_status(fh_ruined_new(NULL, &o, &fold, NULL), FH_INVALID);
    rules.times = FH_SEVERE_TIMES_MAX + 1;
    assert_status(fh_ruined_new(NULL, &o, &fold, NULL), FH_INVALID);
}

static void memory_running_out_is_an_error(void **state)
{
    (void)state;
    const fh_severe rules = rules_of(ALL);
    const fh_row rows[] = {
        {.customer = 1, .at_s = 1, .touchpoint = 1, .outcome = LATE},
        {.customer = 2, .at_s = 2, .touchpoint = 2, .problem = 4, .direction = IN},
        {.customer = 2, .at_s = 3, .touchpoint = 1, .problem = 4, .outcome = REOPENED},
    };
    const fh_ruined_options o = {.n_touchpoints = 4, .severe = &rules};
    test_fold_oom(&(test_fold){make, &o, print}, rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_failed_or_scored_low_is_a_break),
        cmocka_unit_test(a_problem_that_comes_back_is_a_break_once),
        cmocka_unit_test(telling_again_is_the_first_contact_after_a_hand_off),
        cmocka_unit_test(the_third_contact_within_a_week_is_one_too_many),
        cmocka_unit_test(breaks_of_one_day_ruin_it_once),
        cmocka_unit_test(days_are_local_ones),
        cmocka_unit_test(it_agrees_with_the_oracle_in_any_split),
        cmocka_unit_test(breaks_are_looked_for_before_anything_is_left_out),
        cmocka_unit_test(a_rule_of_too_many_times_is_refused),
        cmocka_unit_test(memory_running_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
