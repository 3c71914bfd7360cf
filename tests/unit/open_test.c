/* open_test.c - problems that nobody has called solved: by hand, against an oracle over a
 * plain list of rows, in any split, and with memory running out. Each customer has one
 * problem here, so that a story is one problem. */
#include "folds.h"

#include <stdlib.h>
#include <string.h>

enum { CONFIRMED = 1, REOPENED = 2, IN = FH_DIR_IN, OUT = FH_DIR_OUT, INSIDE = FH_DIR_INTERNAL };
static const uint64_t confirmed = 1u << CONFIRMED;

static fh_status make(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_open_new(from, options, out, err);
}

static void print_rows(fh_buf *out, const fh_open *o)
{
    fh_buf_printf(out, "%llu, %llu open, %llu owed\n", (unsigned long long)o->n_problems,
                  (unsigned long long)o->n_open, (unsigned long long)o->n_owed);
    for (size_t i = 0; i < o->n_rows; i++) {
        const fh_open_row *r = &o->rows[i];
        fh_buf_printf(out, "%u %u: %u with %u, %lld to %lld%s\n", r->customer, r->problem, r->count,
                      r->department, (long long)(r->first_ms - FH_TIME_MIN_MS),
                      (long long)(r->last_ms - FH_TIME_MIN_MS), r->owed ? ", owed" : "");
    }
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_open o;
    const fh_status s = fh_open_read(fold, arena, &o, err);
    if (s == FH_OK) print_rows(out, &o);
    return s;
}

static fh_open_options options_of(uint32_t limit, bool owed)
{
    return (fh_open_options){.n_outcomes = 4,
                             .n_departments = 4,
                             .confirmed = {&confirmed, 4},
                             .reopened = REOPENED,
                             .now_ms = FH_TIME_MIN_MS + 100000,
                             .limit = limit,
                             .owed = owed};
}

#define AT(c, s, way) .customer = (c), .problem = 10 + (c), .at_s = (s), .direction = (way)
static const fh_row by_hand[] = {
    {AT(1, 1, IN), .department = 2},
    {AT(1, 2, OUT), .department = 3}, /* open, ours the word */
    {AT(2, 3, IN)},
    {AT(2, 4, IN), .outcome = CONFIRMED},
    {AT(3, 2, IN)},
    {AT(3, 3, IN), .outcome = CONFIRMED},
    {AT(3, 5, IN)},
    {AT(3, 6, INSIDE), .department = 1}, /* opened again */
    {AT(4, 4, OUT)},
    {AT(4, 5, IN), .outcome = CONFIRMED},
    {AT(4, 6, IN), .has_score = true}, /* no contact */
    {AT(5, 7, IN)},
    {AT(5, 8, IN), .outcome = CONFIRMED},
    {AT(5, 9, INSIDE), .outcome = REOPENED},
    {AT(6, 200, IN)},                            /* planned */
    {.customer = 7, .at_s = 1, .direction = IN}, /* of no problem */
};

static void a_problem_is_open_until_it_is_confirmed(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const size_t n = COUNT(by_hand) - 1; /* with the filter by problem, the last is left out */
    fh_open_options o = options_of(10, false);
    assert_str(test_fold_same(&(test_fold){make, &o, print}, arena, by_hand, n, 0),
               "5, 3 open, 1 owed\n"
               "1 11: 2 with 3, 1000 to 2000\n"
               "3 13: 4 with 1, 2000 to 5000, owed\n"
               "5 15: 3 with 0, 7000 to 8000\n");
    o = options_of(1, true);
    assert_str(test_fold_same(&(test_fold){make, &o, print}, arena, by_hand, n, 0),
               "5, 3 open, 1 owed\n"
               "3 13: 4 with 1, 2000 to 5000, owed\n");
    fh_arena_free(arena);
}

/* ---- The oracle ---------------------------------------------------------------------------- */

enum { MANY = 700 };
static bool sort_owed;

static int oldest(const void *a, const void *b)
{
    const fh_open_row *x = a, *y = b;
    const int64_t s = sort_owed ? x->last_ms : x->first_ms,
                  t = sort_owed ? y->last_ms : y->first_ms;
    if (s != t) return s < t ? -1 : 1;
    return x->customer < y->customer ? -1 : 1;
}

static fh_open by_oracle(const fh_row *row, size_t n, const fh_open_options *o, fh_open_row *out)
{
    fh_open all = {.rows = out};
    for (size_t i = 0, end; i < n; i = end) {
        fh_open_row r = {.customer = row[i].customer, .problem = row[i].problem};
        bool open = true;
        for (end = i; end < n && row[end].customer == row[i].customer; end++) {
            const fh_row *t = &row[end];
            const int64_t at = test_at_ms(t);
            const bool contact = !t->has_score && (t->direction == IN || t->direction == OUT);
            if (at > o->now_ms) continue;
            if (!r.count++) r.first_ms = r.last_ms = at;
            if (t->department) r.department = t->department;
            if (t->outcome == CONFIRMED)
                open = r.owed = false, r.last_ms = at;
            else if (t->outcome == REOPENED || (contact && t->direction == IN))
                open = true;
            if (t->outcome != CONFIRMED && open && contact)
                r.owed = t->direction == IN, r.last_ms = at;
        }
        if (!r.count) continue;
        all.n_problems++;
        all.n_open += open;
        all.n_owed += open && r.owed;
        if (open && (r.owed || !o->owed)) out[all.n_rows++] = r;
    }
    sort_owed = o->owed;
    qsort(out, all.n_rows, sizeof *out, oldest);
    if (all.n_rows > o->limit) all.n_rows = o->limit;
    return all;
}

static void it_agrees_with_the_oracle_in_any_split(void **state)
{
    (void)state;
    static fh_row rows[MANY];
    static fh_open_row want[MANY];
    for (uint32_t round = 0; round < 10; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_buf text;
        test_seed(round);
        const test_shape shape = {.customers = 20 + test_rand(150),
                                  .touchpoints = 2,
                                  .departments = 3,
                                  .outcomes = 3,
                                  .span_s = round % 2 ? 90 : 0,
                                  .ms = round % 3 == 0,
                                  .directions = true,
                                  .scores = true};
        test_random_rows(&shape, rows, MANY);
        for (size_t i = 0; i < MANY; i++) rows[i].problem = 1000 + rows[i].customer;
        fh_open_options o = options_of(1 + test_rand(60), round & 1);
        o.now_ms = test_at_ms(&rows[test_rand(MANY)]);
        const fh_open told = by_oracle(test_sorted(arena, rows, MANY), MANY, &o, want);
        fh_buf_init(&text, NULL, 1 << 20);
        print_rows(&text, &told);
        fh_buf_char(&text, 0);
        assert_str(test_fold_same(&(test_fold){make, &o, print}, arena, rows, MANY, 0), text.ptr);
        fh_buf_free(&text);
        fh_arena_free(arena);
    }
}

static void a_list_of_none_or_too_many_is_refused(void **state)
{
    (void)state;
    fh_fold *fold;
    const fh_open_options none = options_of(0, false), many = options_of(FH_OPEN_MOST + 1, false);
    assert_status(fh_open_new(NULL, &none, &fold, NULL), FH_INVALID);
    assert_status(fh_open_new(NULL, &many, &fold, NULL), FH_INVALID);
}

static void memory_running_out_is_an_error(void **state)
{
    (void)state;
    const fh_open_options o = options_of(2, false);
    test_fold_oom(&(test_fold){make, &o, print}, by_hand, COUNT(by_hand) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_problem_is_open_until_it_is_confirmed),
        cmocka_unit_test(it_agrees_with_the_oracle_in_any_split),
        cmocka_unit_test(a_list_of_none_or_too_many_is_refused),
        cmocka_unit_test(memory_running_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
