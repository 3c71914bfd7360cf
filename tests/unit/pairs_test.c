/* pairs_test.c - counts by two numbers: every pair has a cell of its own, dense or
 * hashed; and what is kept of their gaps has a limit. */
#include "test.h"

#include "fold/gaps.h"
#include "fold/pairs.h"

#include <stdlib.h>

/* Pairs that share a number, or are the same the other way round, or have the same
 * place in the table: as many as these always have some of each. */
static void every_pair_has_a_cell_of_its_own(void **state)
{
    (void)state;
    enum { SIDE = 300, DRAWS = 60000 };
    static const uint32_t step[] = {1, 7, 218}; /* between numbers: how wide they spread */
    uint32_t *count = malloc((size_t)SIDE * SIDE * sizeof *count);
    assert_non_null(count);
    test_seed(3);
    for (size_t kind = 0; kind < COUNT(step); kind++) {
        const uint32_t side = kind == 0 ? 200 : SIDE; /* the first is dense */
        const uint32_t limit = kind == 0 ? 200 : 65536;
        fh_pairs p[2];
        memset(count, 0, (size_t)SIDE * SIDE * sizeof *count);
        for (int i = 0; i < 2; i++)
            assert_status(fh_pairs_init(&p[i], test_allocator(), limit, limit), FH_OK);
        assert_int_equal(p[0].dense, kind == 0);
        for (uint32_t i = 0; i < DRAWS; i++) {
            const uint32_t a = test_rand(side), b = test_rand(side);
            fh_pair_cell *cell = fh_pairs_at(&p[i & 1], a * step[kind], b * step[kind]);
            assert_non_null(cell);
            cell->count++;
            cell->sum += a * SIDE + b;
            count[a * SIDE + b]++;
        }
        assert_status(fh_pairs_merge(&p[0], &p[1], NULL), FH_OK);
        size_t seen = 0;
        for (size_t i = 0; i < p[0].n; i++) {
            const fh_pair_cell *cell = &p[0].cell[i];
            if (cell->count == 0) continue;
            const uint32_t a = fh_pairs_a(&p[0], i), b = fh_pairs_b(&p[0], i);
            assert_int_equal(a % step[kind] + b % step[kind], 0);
            const uint32_t at = a / step[kind] * SIDE + b / step[kind];
            assert_int_equal(cell->count, count[at]);
            assert_int_equal(cell->sum, (int64_t)count[at] * at);
            seen++;
        }
        size_t want = 0;
        for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) want += count[i] > 0;
        assert_int_equal(seen, want);
        assert_int_equal(fh_pairs_counted(&p[0]), want);
        for (int i = 0; i < 2; i++) fh_pairs_free(&p[i]);
    }
    assert_int_equal(test_blocks_live(), 0);
    free(count);
}

static void gaps_of_more_arcs_than_their_numbers_hold_are_refused(void **state)
{
    (void)state;
    enum { MOST = 1 << 22 };
    fh_error err;
    fh_gaps g = {.arena = fh_arena_new(NULL)};
    assert_status(fh_gaps_keep(&g, MOST - 1, 5, &err), FH_OK);
    assert_status(fh_gaps_keep(&g, MOST, 5, &err), FH_LIMIT);
    assert_string_equal(err.message, "more than 4194304 different arcs with exact percentiles");
    assert_string_equal(err.hint, "Ask for approximate percentiles or fewer touchpoints.");
    assert_int_equal(g.n, 1);
    fh_arena_free(g.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_has_a_cell_of_its_own),
        cmocka_unit_test(gaps_of_more_arcs_than_their_numbers_hold_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
