/* oughts_test.c - what must hold at the touchpoints of a map: each sort of rule by hand, all of
 * them against an oracle that looks at every interaction by itself, in any split, and with
 * memory running out. */
#include "folds.h"

#include "base/sort.h"

#include <stdlib.h>

enum { ELEMENTS = 5, TOUCHPOINTS = 8, CHANNELS = 4, DEPARTMENTS = 3, OUTCOMES = 4, MANY = 1500 };
enum { PROBLEMS = 2, UNTIL_S = 2200, MOST_HITS = 20000 };

/* Touchpoint 3 is element 2 over channel 1, element 4 over others; 5 and above are none. */
static const uint32_t of[TOUCHPOINTS] = {FH_NO_ELEMENT, 0, 1, FH_ELEMENT_BY, 3, FH_NO_ELEMENT,
                                         FH_NO_ELEMENT, 0};
static const uint32_t channel_kind[CHANNELS] = {0, 1, 0, 0};
static const uint32_t department_kind[DEPARTMENTS] = {0, 0, 0};
static const uint32_t by[2] = {4, 2};
static const uint64_t second[1] = {1u << 2}, first_two[1] = {1u << 0 | 1u << 1};

static const fh_ought_rule rules[] = {
    {.form = FH_OUGHT_AFTER, .element = 0, .other = 1, .within_ms = 60500},
    {.form = FH_OUGHT_AFTER, .element = 2, .other = 2, .within_ms = 100000},
    {.form = FH_OUGHT_AFTER, .element = 3, .other = 4},
    {.form = FH_OUGHT_BEFORE, .element = 3, .other = 0},
    {.form = FH_OUGHT_BEFORE, .element = 1, .other = 4},
    {.form = FH_OUGHT_WITHOUT, .element = 3, .other = 1},
    {.form = FH_OUGHT_WITHOUT, .element = 1, .other = 1},
    {.form = FH_OUGHT_TIMES, .element = 0, .times = 2},
    {.form = FH_OUGHT_TIMES, .element = 1, .times = 2, .within_ms = 400000},
    {.form = FH_OUGHT_TIMES, .element = 1, .times = 1, .within_ms = 9000},
    {.form = FH_OUGHT_WHERE, .element = 1, .outcomes = {second, OUTCOMES}},
    {.form = FH_OUGHT_WHERE,
     .element = 4,
     .channels = {second, CHANNELS},
     .departments = {first_two, DEPARTMENTS}},
    {.form = FH_OUGHT_PROMISE,
     .element = 3,
     .within_ms = 90000,
     .begins = {first_two, ELEMENTS},
     .must = {second /* 2 begins nothing here */, ELEMENTS}},
    {.form = FH_OUGHT_PROMISE,
     .element = 2,
     .within_ms = 50000,
     .begins = {first_two, ELEMENTS},
     .must = {first_two, ELEMENTS}},
};
enum { RULES = COUNT(rules) };

static fh_oughts_options options = {.rules = {.n_elements = ELEMENTS,
                                              .n_touchpoints = TOUCHPOINTS,
                                              .n_channels = CHANNELS,
                                              .n_departments = DEPARTMENTS,
                                              .of = of,
                                              .by = by,
                                              .channel_kind = channel_kind,
                                              .department_kind = department_kind,
                                              .n_rows = 1,
                                              .n_channel_kinds = 2,
                                              .n_department_kinds = 1},
                                    .rule = rules,
                                    .n_rules = RULES,
                                    .n_outcomes = OUTCOMES,
                                    .until_ms = FH_TIME_MIN_MS + UNTIL_S * 1000,
                                    .most = 1000};

static fh_status make(const void *o, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_oughts_new(from, o, out, err);
}

static void print_hit(const fh_ought_hit *h, fh_buf *out)
{
    fh_buf_printf(out, "rule %u, customer %u: %lld to %lld%s\n", h->rule, h->customer,
                  (long long)(h->a_ms - FH_TIME_MIN_MS), (long long)(h->b_ms - FH_TIME_MIN_MS),
                  h->unsettled ? ", never" : "");
}

static void print_row(uint32_t r, const fh_ought_row *row, fh_buf *out)
{
    fh_buf_printf(out, "%u: %llu of %llu in %llu", r, (unsigned long long)row->hits,
                  (unsigned long long)row->looked, (unsigned long long)row->stories);
    if (row->hits)
        fh_buf_printf(out, ", %lld to %lld", (long long)(row->first_ms - FH_TIME_MIN_MS),
                      (long long)(row->last_ms - FH_TIME_MIN_MS));
    fh_buf_char(out, '\n');
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_oughts h;
    const fh_status status = fh_oughts_read(fold, arena, &h, err);
    if (status != FH_OK) return status;
    for (uint32_t r = 0; r < RULES; r++) print_row(r, &h.row[r], out);
    for (size_t i = 0; i < h.n_hits; i++) print_hit(&h.hit[i], out);
    return FH_OK;
}

/* ---- By hand ---------------------------------------------------------------------------- */

static const char *told(fh_arena *arena, const fh_row *row, size_t n)
{
    const test_fold t = {make, &options, print};
    return test_fold_same(&t, arena, row, n, 0).ptr;
}

static void a_touchpoint_too_soon_after_another_is_told_with_both_moments(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_row row[] = {{.customer = 1, .at_s = 100, .touchpoint = 2},
                          {.customer = 1, .at_s = 150, .touchpoint = 6},
                          {.customer = 1, .at_s = 160, .ms = 500, .touchpoint = 1},
                          {.customer = 1, .at_s = 160, .ms = 501, .touchpoint = 7},
                          {.customer = 2, .at_s = 100, .touchpoint = 1},
                          {.customer = 2, .at_s = 101, .touchpoint = 2}};
    const char *text = told(arena, row, COUNT(row));
    assert_non_null(strstr(text, "0: 1 of 3 in 1, 160500 to 160500\n"));
    assert_non_null(strstr(text, "rule 0, customer 1: 100000 to 160500\n"));
    fh_arena_free(arena);
}

static void what_must_come_before_is_missed_only_when_it_is_not_there(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_row row[] = {
        {.customer = 1, .at_s = 10, .touchpoint = 4}, {.customer = 1, .at_s = 20, .touchpoint = 4},
        {.customer = 1, .at_s = 30, .touchpoint = 1}, {.customer = 1, .at_s = 40, .touchpoint = 4},
        {.customer = 2, .at_s = 10, .touchpoint = 4}, {.customer = 3, .at_s = 10, .touchpoint = 2},
        {.customer = 3, .at_s = 11, .touchpoint = 4}};
    const char *text = told(arena, row, COUNT(row));
    assert_non_null(strstr(text, "3: 2 of 5 in 1, 30000 to 30000\n")); /* before */
    assert_non_null(strstr(text, "rule 3, customer 1: 20000 to 30000\n"));
    assert_non_null(strstr(text, "5: 4 of 5 in 2, 10000 to 40000\n")); /* without */
    fh_arena_free(arena);
}

static void once_too_often_is_told_from_the_first_of_them(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_row row[] = {{.customer = 1, .at_s = 10, .touchpoint = 2},
                          {.customer = 1, .at_s = 300, .touchpoint = 2},
                          {.customer = 1, .at_s = 410, .touchpoint = 2}, /* 400 s: well within */
                          {.customer = 1, .at_s = 701, .touchpoint = 2}};
    const char *text = told(arena, row, COUNT(row));
    assert_non_null(strstr(text, "8: 1 of 4 in 1, 410000 to 410000\n"));
    assert_non_null(strstr(text, "rule 8, customer 1: 10000 to 410000\n"));
    fh_arena_free(arena);
}

static void a_promise_is_broken_late_or_when_its_time_is_over(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_row row[] = {
        {.customer = 1, .at_s = 100, .touchpoint = 1},
        {.customer = 1, .at_s = 140, .touchpoint = 3, .channel = 1}, /* kept */
        {.customer = 1, .at_s = 200, .touchpoint = 1},
        {.customer = 1, .at_s = 260, .touchpoint = 3, .channel = 1}, /* late */
        {.customer = 2, .at_s = 100, .touchpoint = 2},               /* never */
        {.customer = 3, .at_s = UNTIL_S - 50, .touchpoint = 2},      /* may still come */
    };
    const char *text = told(arena, row, COUNT(row));
    assert_non_null(strstr(text, "13: 2 of 3 in 2, 100000 to 260000\n"));
    assert_non_null(strstr(text, "rule 13, customer 1: 200000 to 260000\n"));
    assert_non_null(strstr(text, "rule 13, customer 2: 100000 to 100000, never\n"));
    fh_arena_free(arena);
}

static void a_promise_about_one_problem_is_not_kept_by_another(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_row row[] = {
        {.customer = 1, .at_s = 100, .touchpoint = 1, .problem = 1},
        {.customer = 1, .at_s = 110, .touchpoint = 1, .problem = 2},
        {.customer = 1, .at_s = 120, .touchpoint = 3, .channel = 1, .problem = 2}, /* kept */
        {.customer = 1, .at_s = 190, .touchpoint = 3, .channel = 1, .problem = 1}, /* late */
    };
    const char *text = told(arena, row, COUNT(row));
    assert_non_null(strstr(text, "13: 1 of 2 in 1, 190000 to 190000\n"));
    assert_non_null(strstr(text, "rule 13, customer 1: 100000 to 190000\n"));
    fh_arena_free(arena);
}

static void of_many_hits_the_latest_are_told_and_all_counted(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_oughts_options all = options;
    const fh_row row[] = {{.customer = 1, .at_s = 10, .touchpoint = 2, .outcome = 2},
                          {.customer = 1, .at_s = 2000, .touchpoint = 2, .outcome = 2},
                          {.customer = 1, .at_s = 2100, .touchpoint = 2, .outcome = 2}};
    options.most = 2;
    const char *text = told(arena, row, COUNT(row));
    options = all;
    assert_non_null(strstr(text, "10: 3 of 3 in 1, 10000 to 2100000\n"));
    assert_null(strstr(text, "rule 10, customer 1: 10000"));
    assert_non_null(strstr(text, "rule 10, customer 1: 2000000 to 2000000\n"));
    assert_non_null(strstr(text, "rule 10, customer 1: 2100000 to 2100000\n"));
    fh_arena_free(arena);
}

static void rules_without_measure_are_refused(void **state)
{
    (void)state;
    const fh_ought_rule bad[] = {{.form = FH_OUGHT_TIMES},
                                 {.form = FH_OUGHT_TIMES, .times = FH_OUGHT_TIMES_MAX + 1},
                                 {.form = FH_OUGHT_AFTER, .element = ELEMENTS},
                                 {.form = FH_OUGHT_AFTER, .other = ELEMENTS},
                                 {.form = FH_OUGHT_PROMISE, .within_ms = -1}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        fh_oughts_options o = options;
        fh_fold *fold = NULL;
        o.rule = &bad[i];
        o.n_rules = 1;
        assert_status(fh_oughts_new(NULL, &o, &fold, NULL), FH_INVALID);
    }
}

/* ---- The oracle ------------------------------------------------------------------------- */

static uint32_t element_of(const fh_row *r)
{
    if (r->touchpoint == 3) return r->channel == 1 ? 2 : 4;
    return of[r->touchpoint];
}

static bool is_in(const fh_bitset *set, uint32_t number)
{
    return !set->bits || (number < set->n && fh_bit(set->bits, number));
}

/* The nearest before i that is `e`, n: none. */
static size_t before(const fh_row *row, size_t i, uint32_t e, size_t n)
{
    for (size_t k = i; k-- > 0;)
        if (element_of(&row[k]) == e) return k;
    return n;
}

static bool belongs(const fh_row *row, uint32_t problem)
{
    return !row->problem || !problem || row->problem == problem;
}

/* The beginning, in a problem, of the promise that interaction i would settle; i: there is
 * none. Back to the last of those that begin it, and of a run of these to its first. */
static size_t begun(const fh_row *row, size_t i, const fh_ought_rule *r, uint32_t problem)
{
    size_t from = i;
    for (size_t k = i; k-- > 0;) {
        const uint32_t was = element_of(&row[k]);
        if (was == r->element && belongs(&row[k], problem)) break;
        if (was == FH_NO_ELEMENT || !is_in(&r->begins, was)) continue;
        if (row[k].problem != problem) continue;
        if (from < i && element_of(&row[from]) != was) break;
        from = k;
    }
    return from;
}

static fh_ought_hit expected[MOST_HITS];
static size_t n_expected;

static void expect(uint32_t r, const fh_row *a, const fh_row *b, bool unsettled)
{
    assert_true(n_expected < MOST_HITS);
    expected[n_expected++] = (fh_ought_hit){.rule = r,
                                            .customer = b->customer,
                                            .a_ms = test_at_ms(a),
                                            .b_ms = test_at_ms(b),
                                            .unsettled = unsettled};
}

static void look(const fh_row *row, size_t n, size_t i, uint32_t number)
{
    const fh_ought_rule *r = &rules[number];
    const size_t other = before(row, i, r->other, n);
    const int64_t now = test_at_ms(&row[i]);
    size_t times = 0, first = n, later = i + 1;
    switch (r->form) {
    case FH_OUGHT_AFTER:
        if (other < n && (!r->within_ms || now - test_at_ms(&row[other]) <= r->within_ms))
            expect(number, &row[other], &row[i], false);
        break;
    case FH_OUGHT_BEFORE:
        while (later < n && element_of(&row[later]) != r->other) later++;
        if (other == n && r->other != r->element && later < n)
            expect(number, &row[i], &row[later], false);
        break;
    case FH_OUGHT_WITHOUT:
        if (other == n) expect(number, &row[i], &row[i], false);
        break;
    case FH_OUGHT_TIMES:
        for (size_t k = i + 1; k-- > 0;) {
            if (element_of(&row[k]) != r->element) continue;
            if (r->within_ms && now - test_at_ms(&row[k]) > r->within_ms) continue;
            if (++times == r->times + 1) first = k;
        }
        if (times > r->times) expect(number, r->within_ms ? &row[first] : &row[i], &row[i], false);
        break;
    case FH_OUGHT_WHERE:
        if (is_in(&r->outcomes, row[i].outcome) && is_in(&r->channels, row[i].channel) &&
            is_in(&r->departments, row[i].department))
            expect(number, &row[i], &row[i], false);
        break;
    case FH_OUGHT_PROMISE:
        for (uint32_t problem = 0; problem <= PROBLEMS; problem++) {
            const size_t from = belongs(&row[i], problem) ? begun(row, i, r, problem) : i;
            if (from < i && now - test_at_ms(&row[from]) > r->within_ms)
                expect(number, &row[from], &row[i], false);
        }
        break;
    }
}

/* As if it came at the end of the story: what of those that it must come after is the last? */
static void look_unsettled(const fh_row *row, size_t n, uint32_t number, uint32_t problem)
{
    const fh_ought_rule *r = &rules[number];
    size_t last = n;
    for (size_t k = n; k-- > 0;) {
        if (element_of(&row[k]) == r->element && belongs(&row[k], problem)) break;
        if (last == n && row[k].problem == problem && is_in(&r->must, element_of(&row[k])) &&
            is_in(&r->begins, element_of(&row[k])))
            last = k;
    }
    if (last == n) return;
    const size_t from = begun(row, last + 1, r, problem);
    if (options.until_ms - test_at_ms(&row[from]) > r->within_ms)
        expect(number, &row[from], &row[from], true);
}

static void one_story(const fh_row *row, size_t n)
{
    for (uint32_t r = 0; r < RULES; r++) {
        for (size_t i = 0; i < n; i++)
            if (element_of(&row[i]) == rules[r].element) look(row, n, i, r);
        for (uint32_t p = 0; p <= PROBLEMS && rules[r].form == FH_OUGHT_PROMISE; p++)
            look_unsettled(row, n, r, p);
    }
}

static int by_hit(const void *a, const void *b, void *ctx)
{
    const fh_ought_hit *x = a, *y = b;
    (void)ctx;
    if (x->rule != y->rule) return x->rule < y->rule ? -1 : 1;
    if (x->customer != y->customer) return x->customer < y->customer ? -1 : 1;
    if (x->b_ms != y->b_ms) return x->b_ms < y->b_ms ? -1 : 1;
    return (x->a_ms > y->a_ms) - (x->a_ms < y->a_ms);
}

static void any_stories_are_looked_at_as_one_by_one(void **state)
{
    (void)state;
    static fh_row rows[MANY];
    fh_arena *arena = fh_arena_new(NULL);
    const test_shape shape = {.customers = 200,
                              .span_s = 2000,
                              .touchpoints = TOUCHPOINTS - 1,
                              .channels = CHANNELS - 1,
                              .departments = DEPARTMENTS - 1,
                              .outcomes = OUTCOMES - 1,
                              .problems = PROBLEMS,
                              .ms = true};
    fh_buf want;
    test_random_rows(&shape, rows, MANY);
    const char *text = told(arena, rows, MANY);
    const fh_row *sorted = test_sorted(arena, rows, MANY);
    for (size_t i = 0, end; i < MANY; i = end) {
        for (end = i; end < MANY && sorted[end].customer == sorted[i].customer;) end++;
        one_story(&sorted[i], end - i);
    }
    assert_false(fh_sort(test_allocator(), expected, n_expected, sizeof *expected, by_hit, NULL));
    fh_buf_init(&want, test_allocator(), SIZE_MAX);
    uint32_t with_hits = 0;
    for (size_t i = 0; i < n_expected; i++) {
        print_hit(&expected[i], &want);
        with_hits += !i || expected[i].rule != expected[i - 1].rule;
    }
    fh_buf_char(&want, '\0');
    assert_true(with_hits >= RULES - 1); /* 12 must come after what begins nothing */
    assert_string_equal(strstr(text, "rule "), want.ptr);
    fh_buf_free(&want);
    fh_arena_free(arena);
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    const fh_row row[] = {{.customer = 1, .at_s = 10, .touchpoint = 2, .outcome = 2},
                          {.customer = 1, .at_s = 20, .touchpoint = 4},
                          {.customer = 2, .at_s = 20, .touchpoint = 3, .channel = 1},
                          {.customer = 2, .at_s = 21, .touchpoint = 1}};
    const test_fold t = {make, &options, print};
    test_fold_oom(&t, row, COUNT(row));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_touchpoint_too_soon_after_another_is_told_with_both_moments),
        cmocka_unit_test(what_must_come_before_is_missed_only_when_it_is_not_there),
        cmocka_unit_test(once_too_often_is_told_from_the_first_of_them),
        cmocka_unit_test(a_promise_is_broken_late_or_when_its_time_is_over),
        cmocka_unit_test(a_promise_about_one_problem_is_not_kept_by_another),
        cmocka_unit_test(of_many_hits_the_latest_are_told_and_all_counted),
        cmocka_unit_test(rules_without_measure_are_refused),
        cmocka_unit_test(any_stories_are_looked_at_as_one_by_one),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
