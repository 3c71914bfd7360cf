/* sort_test.c - the stable sort beside a naive one. */
#include "test.h"

#include "base/sort.h"

#include <stddef.h>

typedef struct item {
    uint32_t key, arrival, filler;
} item;

static int by_key(const void *a, const void *b, void *ctx)
{
    const item *x = a, *y = b;
    (*(size_t *)ctx)++;
    return (x->key > y->key) - (x->key < y->key);
}

static void an_empty_and_a_single_array_stay_as_they_are(void **state)
{
    (void)state;
    size_t calls = 0;
    item one = {7, 1, 2};
    assert_status(fh_sort(NULL, NULL, 0, sizeof one, by_key, &calls), FH_OK);
    assert_status(fh_sort(NULL, &one, 1, sizeof one, by_key, &calls), FH_OK);
    assert_int_equal(one.key, 7);
    assert_int_equal(calls, 0);
}

static void equal_keys_keep_their_order(void **state)
{
    (void)state;
    enum { MAX = 700 };
    static item a[MAX];
    test_seed(3);
    for (uint32_t round = 0; round < 200; round++) {
        const uint32_t n = round < 100 ? round : test_rand(MAX), keys = 1 + test_rand(40);
        uint32_t count[41] = {0}, sum = 0;
        size_t calls = 0;
        for (uint32_t i = 0; i < n; i++) {
            a[i] = (item){test_rand(keys), i, i * 3};
            count[a[i].key]++;
        }
        assert_status(fh_sort(test_allocator(), a, n, sizeof a[0], by_key, &calls), FH_OK);
        for (uint32_t i = 0; i < n; i++) {
            assert_int_equal(a[i].filler, a[i].arrival * 3);
            if (i == 0) continue;
            assert_true(a[i - 1].key <= a[i].key);
            if (a[i - 1].key == a[i].key) assert_true(a[i - 1].arrival < a[i].arrival);
        }
        for (uint32_t k = 0; k < keys; k++) { /* the same items, counted by key */
            for (uint32_t i = sum; i < sum + count[k]; i++) assert_int_equal(a[i].key, k);
            sum += count[k];
        }
    }
    assert_int_equal(test_blocks_live(), 0);
}

static void sorting_costs_no_more_than_n_log_n_comparisons(void **state)
{
    (void)state;
    enum { N = 4096 };
    static item a[N];
    size_t calls = 0;
    for (uint32_t i = 0; i < N; i++) a[i] = (item){N - i, i, 0};
    assert_status(fh_sort(NULL, a, N, sizeof a[0], by_key, &calls), FH_OK);
    assert_true(calls < N * 14);
    calls = 0; /* now in order */
    assert_status(fh_sort(NULL, a, N, sizeof a[0], by_key, &calls), FH_OK);
    assert_true(calls < N * 2);
}

/* As comparing does, whether keys are few, far apart or all the same. */
static void by_a_number_the_order_is_the_same(void **state)
{
    (void)state;
    enum { MAX = 700 };
    static const uint32_t spread[] = {1, 2, 40, 3000, 1 << 20, UINT32_MAX};
    static item a[MAX], b[MAX], room[MAX];
    size_t calls = 0;
    for (uint32_t round = 0; round < 60; round++) {
        const uint32_t n = round < 6 ? round / 2 : test_rand(MAX), most = spread[round % 6];
        const uint32_t least = test_rand(2) ? UINT32_MAX - most : 0;
        for (uint32_t i = 0; i < n; i++) a[i] = b[i] = (item){least + test_rand(most), i, i * 3};
        const item *got = fh_sort_by_number(b, room, n, sizeof *b, offsetof(item, key));
        assert_true(got == b || got == room);
        assert_status(fh_sort(NULL, a, n, sizeof a[0], by_key, &calls), FH_OK);
        if (n) assert_memory_equal(got, a, n * sizeof *a);
    }
}

static fh_status sort_some(void *ctx)
{
    (void)ctx;
    item a[3] = {{3, 0, 0}, {2, 0, 0}, {1, 0, 0}};
    size_t calls = 0;
    const fh_status status = fh_sort(test_allocator(), a, 3, sizeof a[0], by_key, &calls);
    assert_int_equal(a[0].key, status == FH_OK ? 1 : 3); /* nothing moved without memory */
    return status;
}

static void without_scratch_memory_nothing_moves(void **state)
{
    (void)state;
    test_oom(sort_some, NULL);
}

static void a_size_that_overflows_is_out_of_memory(void **state)
{
    (void)state;
    size_t calls = 0;
    item a[2] = {{2, 0, 0}, {1, 0, 0}};
    assert_status(fh_sort(NULL, a, SIZE_MAX / 2, sizeof a[0], by_key, &calls), FH_NOMEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_and_a_single_array_stay_as_they_are),
        cmocka_unit_test(equal_keys_keep_their_order),
        cmocka_unit_test(sorting_costs_no_more_than_n_log_n_comparisons),
        cmocka_unit_test(by_a_number_the_order_is_the_same),
        cmocka_unit_test(without_scratch_memory_nothing_moves),
        cmocka_unit_test(a_size_that_overflows_is_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
