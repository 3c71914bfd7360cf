/* represent_test.c - a few ways that stand for all: distances against the textbook's table,
 * groups by hand, no exchange that would help, silhouettes against their definition, bounded
 * work, memory running out. */
#include "test.h"

#include "firsthand/journey.h"

#include <math.h>

enum { LABELS = 40 };

static size_t least(size_t a, size_t b, size_t c)
{
    const size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

static size_t edits_by_table(const fh_discover_way *a, const fh_discover_way *b)
{
    static size_t row[5001];
    for (size_t j = 0; j <= b->n; j++) row[j] = j;
    for (size_t i = 1; i <= a->n; i++) {
        size_t before = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b->n; j++) {
            const size_t replaced = before + (a->story[i - 1] != b->story[j - 1]);
            before = row[j];
            row[j] = least(row[j] + 1, row[j - 1] + 1, replaced);
        }
    }
    return row[b->n];
}

static fh_discover_way random_way(fh_arena *arena, size_t most, uint32_t labels)
{
    const size_t n = 1 + test_rand((uint32_t)most);
    uint32_t *step = FH_NEW_ARRAY(arena, uint32_t, n);
    for (size_t i = 0; i < n; i++) step[i] = test_rand(labels);
    return (fh_discover_way){.story = step, .n = n, .count = 1 + test_rand(9)};
}

static void steps_apart_are_those_of_the_table(void **state)
{
    (void)state;
    test_seed(5);
    fh_arena *arena = fh_arena_new(NULL);
    for (int round = 0; round < 150; round++) {
        const uint32_t labels = 1 + test_rand(round % 2 ? 3 : LABELS);
        const size_t most = round % 5 ? 80 : 400;
        const fh_discover_way a = random_way(arena, most, labels);
        const fh_discover_way b = random_way(arena, most, labels);
        uint64_t there, back;
        assert_status(fh_way_edits(&a, &b, labels, arena, &there, NULL), FH_OK);
        assert_status(fh_way_edits(&b, &a, labels, arena, &back, NULL), FH_OK);
        assert_int_equal(there, edits_by_table(&a, &b));
        assert_int_equal(back, there);
    }
    for (size_t n = 63; n <= 129; n++) { /* around the words' ends */
        uint32_t step[130] = {0};
        const fh_discover_way a = {.story = step, .n = n, .count = 1};
        const fh_discover_way b = {.story = step, .n = n - 1, .count = 1};
        uint64_t got;
        assert_status(fh_way_edits(&a, &b, 1, arena, &got, NULL), FH_OK);
        assert_int_equal(got, 1);
    }
    fh_arena_free(arena);
}

/* ---- Groups ------------------------------------------------------------------------------- */

static double apart(const fh_discover_way *a, const fh_discover_way *b)
{
    const size_t longer = a->n > b->n ? a->n : b->n;
    return (double)((edits_by_table(a, b) * 10000 + longer / 2) / longer) / 10000;
}

/* What all stories together are away from the nearest of `chosen`. */
static double cost(const fh_discover_way *way, size_t n, const size_t *chosen, size_t k)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double nearest = 2;
        for (size_t m = 0; m < k; m++) nearest = fmin(nearest, apart(&way[i], &way[chosen[m]]));
        sum += nearest * (double)way[i].count;
    }
    return sum;
}

static double silhouette_by_definition(const fh_discover_way *way, size_t n,
                                       const fh_representatives *r)
{
    double sum = 0, stories = 0;
    for (size_t i = 0; i < n; i++) {
        double own = 0, own_n = -1, other = 9;
        for (uint32_t m = 0; m < r->n; m++) {
            double to = 0, n_to = 0;
            for (size_t j = 0; j < n; j++) {
                if (r->of[j] != m) continue;
                to += (double)way[j].count * apart(&way[i], &way[j]);
                n_to += (double)way[j].count;
            }
            if (m == r->of[i]) own = to, own_n += n_to;
            if (m != r->of[i]) other = fmin(other, to / n_to);
        }
        stories += (double)way[i].count;
        if (own_n > 0 && fmax(own / own_n, other) > 0)
            sum += (double)way[i].count * (other - own / own_n) / fmax(own / own_n, other);
    }
    return sum / stories;
}

/* Three ways of going about it, each with slips. */
static size_t three_sorts(fh_arena *arena, fh_discover_way *way)
{
    static const uint32_t sort[3][5] = {{1, 2, 3, 4, 5}, {6, 7, 8, 9, 10}, {11, 12, 13, 14, 15}};
    size_t n = 0;
    for (int slip = -1; slip < 5; slip++) {
        for (int s = 0; s < 3; s++) {
            uint32_t *step = FH_NEW_ARRAY(arena, uint32_t, 5);
            for (int i = 0; i < 5; i++) step[i] = i == slip ? 0 : sort[s][i];
            way[n++] = (fh_discover_way){
                .story = step, .n = 5, .count = slip < 0 ? 100 - 10 * (uint64_t)s : 2};
        }
    }
    return n;
}

static void three_sorts_of_ways_are_found_and_suggested(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_discover_way way[18];
    fh_representatives r;
    const size_t n = three_sorts(arena, way);
    assert_status(fh_represent(way, n, 16, 0, arena, &r, NULL), FH_OK);
    assert_int_equal(r.n, 3);
    assert_int_equal(r.n_compared, 18);
    assert_int_equal(r.n_left, 0);
    assert_int_equal(r.n_silhouettes, FH_REPRESENT_SUGGEST - 1);
    for (uint32_t m = 0; m < 3; m++) {
        assert_int_equal(r.list[m].way, m);
        assert_int_equal(r.list[m].same, 100 - 10 * m);
        assert_int_equal(r.list[m].stories, 100 - 10 * m + 10);
        assert_int_equal(r.list[m].n_ways, 6);
        assert_true(r.list[m].farthest == 0.2);
        assert_true(fabs(r.list[m].mean - 10 * 0.2 / (double)r.list[m].stories) < 1e-12);
    }
    for (size_t i = 0; i < n; i++) assert_int_equal(r.of[i], i % 3);
    assert_true(fabs(r.silhouette - silhouette_by_definition(way, n, &r)) < 1e-9);
    assert_status(fh_represent(way, n, 16, 1, arena, &r, NULL), FH_OK);
    assert_int_equal(r.n, 1);
    assert_true(r.silhouette == 0);
    assert_int_equal(r.list[0].stories, 300);
    assert_status(fh_represent(way, n, 16, FH_REPRESENT_MAX + 1, arena, &r, NULL), FH_INVALID);
    assert_status(fh_represent(way, 2, 16, 0, arena, &r, NULL), FH_OK);
    assert_int_equal(r.n, 2);
    assert_status(fh_represent(way, 0, 16, 0, arena, &r, NULL), FH_OK);
    assert_int_equal(r.n, 0);
    fh_arena_free(arena);
}

/* Whether a better choice of k among all there are is more than one exchange away. */
static double best_cost(const fh_discover_way *way, size_t n, size_t *chosen, size_t k, size_t from,
                        size_t depth)
{
    if (depth == k) return cost(way, n, chosen, k);
    double best = INFINITY;
    for (size_t i = from; i < n; i++) {
        chosen[depth] = i;
        best = fmin(best, best_cost(way, n, chosen, k, i + 1, depth + 1));
    }
    return best;
}

static void no_exchange_of_one_way_brings_the_others_nearer(void **state)
{
    (void)state;
    test_seed(6);
    size_t best_of_all = 0;
    for (int round = 0; round < 20; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_discover_way way[10];
        fh_representatives r;
        const size_t n = 4 + test_rand(4), k = 1 + test_rand(3);
        for (size_t i = 0; i < n; i++) way[i] = random_way(arena, 8, 4);
        assert_status(fh_represent(way, n, 4, (uint32_t)k, arena, &r, NULL), FH_OK);
        assert_int_equal(r.n, k);
        size_t chosen[3];
        uint64_t stories = 0;
        double told = 0;
        for (size_t m = 0; m < k; m++) {
            chosen[m] = r.list[m].way;
            stories += r.list[m].stories;
            told += r.list[m].mean * (double)r.list[m].stories;
            assert_true(!m || r.list[m].stories <= r.list[m - 1].stories);
        }
        const double found = cost(way, n, chosen, k);
        assert_true(fabs(told - found) < 1e-9);
        for (size_t i = 0; i < n; i++) {
            assert_true(r.apart[i] == apart(&way[i], &way[r.list[r.of[i]].way]));
            stories -= way[i].count;
        }
        assert_int_equal(stories, 0);
        for (size_t m = 0; m < k; m++) {
            const size_t kept = chosen[m];
            for (chosen[m] = 0; chosen[m] < n; chosen[m]++)
                assert_true(cost(way, n, chosen, k) > found - 1e-9);
            chosen[m] = kept;
        }
        best_of_all += best_cost(way, n, chosen, k, 0, 0) > found - 1e-9;
        if (k > 1) assert_true(fabs(r.silhouette - silhouette_by_definition(way, n, &r)) < 1e-9);
        fh_arena_free(arena);
    }
    assert_true(best_of_all >= 18); /* nearly always the best there is */
}

static void many_ways_are_counted_to_the_nearest_as_far_as_the_work_goes(void **state)
{
    (void)state;
    test_seed(7);
    enum { N = 700, LONG = 4096 };
    fh_arena *arena = fh_arena_new(NULL);
    fh_discover_way *way = FH_NEW_ARRAY(arena, fh_discover_way, N);
    fh_representatives r;
    uint64_t stories = 0;
    for (size_t i = 0; i < N; i++) way[i] = random_way(arena, 12, 6);
    assert_status(fh_represent(way, N, 6, 3, arena, &r, NULL), FH_OK);
    assert_int_equal(r.n_compared, FH_REPRESENT_CHOSEN);
    assert_int_equal(r.n_left, 0);
    for (size_t i = 0; i < N; i++) {
        stories += way[i].count;
        for (size_t m = 0; m < r.n; m++)
            assert_true(r.apart[i] <= apart(&way[i], &way[r.list[m].way]));
    }
    for (size_t m = 0; m < r.n; m++) stories -= r.list[m].stories;
    assert_int_equal(stories, 0);
    /* Long ones: fewer are compared, and some are left and said to be. */
    uint32_t *step = FH_NEW_ARRAY(arena, uint32_t, LONG + N);
    for (size_t i = 0; i < LONG + N; i++) step[i] = test_rand(6);
    for (size_t i = 0; i < N; i++)
        way[i] = (fh_discover_way){.story = step + i, .n = LONG, .count = 1};
    assert_status(fh_represent(way, N, 6, 2, arena, &r, NULL), FH_OK);
    assert_true(r.n_compared < 100 && r.n_compared > 2);
    assert_true(r.n_left > 0 && r.n_left == r.stories_left);
    assert_int_equal(r.list[0].stories + r.list[1].stories + r.stories_left, N);
    assert_int_equal(r.of[N - 1], FH_REPRESENT_LEFT);
    fh_arena_free(arena);
}

static fh_status with_little_memory(void *ctx)
{
    fh_discover_way way[18];
    fh_representatives r;
    fh_arena *arena = fh_arena_new(test_allocator());
    const size_t n = three_sorts(ctx, way);
    const fh_status s = arena ? fh_represent(way, n, 16, 0, arena, &r, NULL) : FH_NOMEM;
    fh_arena_free(arena);
    return s;
}

static void memory_running_out_is_an_ordinary_error(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    test_oom(with_little_memory, arena);
    fh_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_apart_are_those_of_the_table),
        cmocka_unit_test(three_sorts_of_ways_are_found_and_suggested),
        cmocka_unit_test(no_exchange_of_one_way_brings_the_others_nearer),
        cmocka_unit_test(many_ways_are_counted_to_the_nearest_as_far_as_the_work_goes),
        cmocka_unit_test(memory_running_out_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
