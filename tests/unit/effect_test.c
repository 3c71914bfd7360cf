/* effect_test.c - whom something has touched, and before and after a fix: by hand, against
 * a plain count, in any split, and with memory running out. */
#include "folds.h"

#include <string.h>

enum { IN = FH_DIR_IN, OUT = FH_DIR_OUT, LATE = 1, EUR = 1, FIXED = 1000, MANY = 400 };
static const uint64_t late = 1u << LATE, one = 1u << 1, two = 1u << 2, both = 3u << 1;
static const int32_t low[] = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
static const int32_t best[] = {0, 500, 1000, 0};
static const fh_severe rules = {
    .rules = 1u << FH_SEVERE_FAILED, .failing = {&late, 3}, .low = low, .n_low = 4, .times = 3};

static int64_t at(uint32_t s)
{
    return fh_instant_ms(s, 0);
}

/* ---- Whom it touched --------------------------------------------------------------------- */

static fh_status make_affected(const void *options, const fh_allocator *from, fh_fold **out,
                               fh_error *err)
{
    return fh_affected_new(from, options, out, err);
}

static fh_status print_affected(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_affected a;
    const fh_status s = fh_affected_read(fold, arena, &a, err);
    for (size_t i = 0; s == FH_OK && i < a.n; i++)
        fh_buf_printf(out, "%llu/%llu ", (unsigned long long)a.count[i].customers,
                      (unsigned long long)a.count[i].broken);
    return s;
}

static const fh_row met[] = {
    {.customer = 1, .at_s = 10, .touchpoint = 1},
    {.customer = 1, .at_s = 20, .touchpoint = 1, .outcome = LATE},
    {.customer = 2, .at_s = 15, .touchpoint = 2, .outcome = LATE},
    {.customer = 2, .at_s = 30, .touchpoint = 1},
    {.customer = 3, .at_s = 20, .touchpoint = 3, .outcome = LATE},
};

static void customers_are_counted_once_from_the_day_on(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    static const uint32_t named[] = {3, 99, 1}; /* 99 has no story */
    const fh_affected_ask asks[] = {
        {{&one, 4}, at(0), at(100), NULL, 0},   {{&one, 4}, at(11), at(100), NULL, 0},
        {{&one, 4}, at(10), at(20), NULL, 0},   {{&both, 4}, at(0), at(100), NULL, 0},
        {{&both, 4}, at(31), at(90), NULL, 0},  {{NULL, 0}, at(0), at(100), NULL, 0},
        {{&both, 4}, at(31), at(90), named, 2}, {{&one, 4}, at(0), at(100), named, 3},
    };
    const fh_affected_options o = {4, COUNT(asks), asks, &rules};
    assert_str(
        test_fold_same(&(test_fold){make_affected, &o, print_affected}, arena, met, COUNT(met), 0),
        "2/1 2/1 1/0 2/2 0/0 0/0 1/0 3/1 ");
    test_fold_oom(&(test_fold){make_affected, &o, print_affected}, met, COUNT(met));
    fh_arena_free(arena);
}

static void affected_agrees_with_a_plain_count(void **state)
{
    (void)state;
    static fh_row rows[MANY];
    for (uint32_t round = 0; round < 8; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        test_seed(round);
        const test_shape shape = {.customers = 40, .touchpoints = 3, .outcomes = 2, .span_s = 500};
        test_random_rows(&shape, rows, MANY);
        uint64_t set = 2u << test_rand(3);
        const uint32_t from = 1700000000u + test_rand(500);
        const fh_affected_ask ask = {
            {&set, 5}, (int64_t)from * 1000, (int64_t)from * 1000 + 200000, NULL, 0};
        const fh_affected_options o = {5, 1, &ask, &rules};
        bool seen[64] = {0}, broken[64] = {0};
        uint64_t n = 0, b = 0;
        for (size_t i = 0; i < MANY; i++) {
            const int64_t ms = test_at_ms(&rows[i]);
            if (!(set >> rows[i].touchpoint & 1) || ms < ask.from_ms || ms >= ask.until_ms)
                continue;
            n += !seen[rows[i].customer];
            seen[rows[i].customer] = true;
            if (rows[i].outcome != LATE) continue;
            b += !broken[rows[i].customer];
            broken[rows[i].customer] = true;
        }
        char want[64];
        (void)snprintf(want, sizeof want, "%llu/%llu ", (unsigned long long)n,
                       (unsigned long long)b);
        assert_str(
            test_fold_same(&(test_fold){make_affected, &o, print_affected}, arena, rows, MANY, 0),
            want);
        fh_arena_free(arena);
    }
}

/* ---- Before and after -------------------------------------------------------------------- */

static fh_status make_effect(const void *options, const fh_allocator *from, fh_fold **out,
                             fh_error *err)
{
    return fh_effect_new(from, options, out, err);
}

static void print_mean(fh_buf *out, const char *what, const fh_effect_mean *m)
{
    fh_buf_printf(out, " %s %llu:%lld:%llu", what, (unsigned long long)m->n, (long long)m->sum,
                  (unsigned long long)m->squares);
}

static void print_cell(fh_buf *out, const char *what, const fh_effect_cell *c)
{
    fh_buf_text(out, what);
    print_mean(out, "score", &c->score);
    print_mean(out, "value", &c->value);
    fh_buf_printf(out, " left %llu/%llu ruined %llu/%llu\n", (unsigned long long)c->left.part,
                  (unsigned long long)c->left.n, (unsigned long long)c->ruined.part,
                  (unsigned long long)c->ruined.n);
}

static fh_status print_effect(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_effect e;
    (void)arena;
    const fh_status s = fh_effect_read(fold, &e, err);
    if (s) return s;
    print_cell(out, "before", &e.treated[0]);
    print_cell(out, "after", &e.treated[1]);
    print_cell(out, "beside before", &e.beside[0]);
    print_cell(out, "beside after", &e.beside[1]);
    print_mean(out, "staff", &e.staff[0]);
    print_mean(out, "staff", &e.staff[1]);
    return s;
}

static fh_effect_options period(void)
{
    return (fh_effect_options){.n_touchpoints = 4,
                               .n_currencies = 2,
                               .treated = {&one, 4},
                               .from_ms = at(0),
                               .fix_ms = at(FIXED),
                               .until_ms = at(2 * FIXED),
                               .follow_ms = 100000,
                               .gap_ms = 100000,
                               .observed_ms = at(2 * FIXED),
                               .currency = EUR,
                               .best = best,
                               .severe = &rules};
}

static const fh_row fixed[] = {
    /* before: at 1, says 4 of 5 and 5 of 10 in the window, pays 30, seen again afterwards */
    {.customer = 1, .at_s = 10, .touchpoint = 1, .has_score = true, .score = 400},
    {.customer = 1,
     .at_s = 50,
     .touchpoint = 2,
     .has_score = true,
     .score = 500,
     .has_value = true,
     .value = 3000,
     .currency = EUR,
     .direction = IN},
    {.customer = 1,
     .at_s = 60,
     .touchpoint = 3,
     .outcome = LATE,
     .has_value = true,
     .value = 900,
     .currency = EUR,
     .direction = OUT}, /* ours: no revenue; late: ruined */
    {.customer = 1, .at_s = 120, .touchpoint = 3},
    /* before: too late for a whole window; after: another window, then gone */
    {.customer = 2, .at_s = 950, .touchpoint = 1},
    {.customer = 2, .at_s = 1100, .touchpoint = 1, .has_score = true, .score = 500},
    /* beside, before and after; the second one so late that leaving cannot be told */
    {.customer = 3, .at_s = 100, .touchpoint = 2, .has_score = true, .score = 1000},
    {.customer = 3, .at_s = 1850, .touchpoint = 2, .has_score = true, .score = 250},
};

static void windows_are_the_same_for_everybody(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_effect_options o = period();
    assert_str(
        test_fold_same(&(test_fold){make_effect, &o, print_effect}, arena, fixed, COUNT(fixed), 0),
        "before score 1:6500:42250000 value 1:30:900 left 0/1 ruined 1/1\n"
        "after score 1:10000:100000000 value 1:0:0 left 1/1 ruined 0/1\n"
        "beside before score 1:10000:100000000 value 1:0:0 left 1/1 ruined 0/1\n"
        "beside after score 1:2500:6250000 value 1:0:0 left 0/0 ruined 0/1\n"
        " staff 0:0:0 staff 0:0:0");
    test_fold_oom(&(test_fold){make_effect, &o, print_effect}, fixed, COUNT(fixed));
    fh_arena_free(arena);
}

static void colleagues_scores_are_their_own(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_effect_options o = period();
    o.staff = (fh_bitset){&two, 4};
    assert_str(
        test_fold_same(&(test_fold){make_effect, &o, print_effect}, arena, fixed, COUNT(fixed), 0),
        "before score 1:8000:64000000 value 1:30:900 left 0/1 ruined 1/1\n"
        "after score 1:10000:100000000 value 1:0:0 left 1/1 ruined 0/1\n"
        "beside before score 0:0:0 value 1:0:0 left 1/1 ruined 0/1\n"
        "beside after score 0:0:0 value 1:0:0 left 0/0 ruined 0/1\n"
        " staff 2:15000:125000000 staff 1:2500:6250000");
    fh_arena_free(arena);
}

static void a_fix_outside_its_period_is_refused(void **state)
{
    (void)state;
    fh_fold *fold;
    fh_effect_options o = period();
    o.fix_ms = o.until_ms;
    assert_status(fh_effect_new(NULL, &o, &fold, NULL), FH_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(customers_are_counted_once_from_the_day_on),
        cmocka_unit_test(affected_agrees_with_a_plain_count),
        cmocka_unit_test(windows_are_the_same_for_everybody),
        cmocka_unit_test(colleagues_scores_are_their_own),
        cmocka_unit_test(a_fix_outside_its_period_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
