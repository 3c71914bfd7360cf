/* keys_test.c - counted keys beside a naive list: put away early and late, of one
 * word and of several, merged, and with memory running out. */
#include "test.h"

#include "fold/keys.h"

#include <stdlib.h>

enum { MAX_WORDS = 4, MOST = 3000 };

/* The oracle: different keys in order, by insertion. */
typedef struct naive {
    size_t n;
    uint64_t key[MOST][MAX_WORDS], count[MOST];
} naive;

static int order(const uint64_t *a, const uint64_t *b, uint32_t n_words)
{
    for (uint32_t w = 0; w < n_words; w++)
        if (a[w] != b[w]) return a[w] < b[w] ? -1 : 1;
    return 0;
}

static void insert(naive *all, const uint64_t *key, uint32_t n_words)
{
    size_t at = 0;
    while (at < all->n && order(all->key[at], key, n_words) < 0) at++;
    if (at == all->n || order(all->key[at], key, n_words) != 0) {
        memmove(&all->key[at + 1], &all->key[at], (all->n - at) * sizeof all->key[0]);
        memmove(&all->count[at + 1], &all->count[at], (all->n - at) * sizeof all->count[0]);
        memcpy(all->key[at], key, sizeof all->key[0]);
        all->count[at] = 0;
        all->n++;
    }
    all->count[at]++;
}

static void assert_same(const fh_keys *k, const naive *want)
{
    fh_key_list got;
    assert_true(fh_keys_read(k, &got));
    assert_int_equal(got.n, want->n);
    for (size_t i = 0; i < got.n; i++) {
        assert_int_equal(order(got.key + i * k->n_words, want->key[i], k->n_words), 0);
        assert_int_equal(got.count[i], want->count[i]);
    }
    fh_keys_unread(k, &got);
}

/* Keys of many shapes: few bits, high bits, all bits, words that never change. */
static void random_key(uint32_t kind, uint64_t *key)
{
    for (uint32_t w = 0; w < MAX_WORDS; w++) {
        const uint64_t wide = (uint64_t)test_rand(UINT32_MAX) << 32 | test_rand(UINT32_MAX);
        key[w] = kind == 0   ? test_rand(40)
                 : kind == 1 ? (uint64_t)test_rand(9) << 61 | test_rand(3)
                 : kind == 2 ? wide
                 : w % 2     ? UINT64_C(0x123456789abcdef)
                             : (wide & 0x1f) * UINT64_C(0x0842108421084210);
    }
}

static void keys_are_counted_whenever_they_are_put_away(void **state)
{
    (void)state;
    naive *want = malloc(sizeof *want);
    assert_non_null(want);
    test_seed(11);
    for (uint32_t round = 0; round < 64; round++) {
        fh_keys k[2];
        const uint32_t n = round < 4 ? round : test_rand(MOST), n_words = 1 + round % MAX_WORDS;
        want->n = 0;
        for (int i = 0; i < 2; i++) {
            fh_keys_init(&k[i], test_allocator(), n_words);
            if (round % 3) k[i].most_pending = test_rand(1500);
        }
        for (uint32_t i = 0; i < n; i++) {
            uint64_t key[MAX_WORDS];
            random_key(round / 4 % 4, key);
            insert(want, key, n_words);
            uint64_t *to = fh_keys_next(&k[test_rand(2)]);
            assert_non_null(to);
            memcpy(to, key, n_words * sizeof *key);
            if (i == n / 2) assert_true(fh_keys_merge(&k[0], &k[1])); /* k[1] stays: */
            if (i == n / 2) fh_keys_free(&k[1]);                      /* start it afresh */
        }
        assert_true(fh_keys_merge(&k[0], &k[1]));
        assert_same(&k[0], want);
        assert_same(&k[0], want); /* reading changes nothing */
        for (int i = 0; i < 2; i++) fh_keys_free(&k[i]);
    }
    assert_int_equal(test_blocks_live(), 0);
    free(want);
}

static void memory_follows_the_different_keys(void **state)
{
    (void)state;
    fh_keys k;
    fh_key_list list;
    fh_keys_init(&k, test_allocator(), 1);
    for (uint32_t i = 0; i < 3000000; i++) {
        uint64_t *to = fh_keys_next(&k);
        assert_non_null(to);
        *to = i % 3;
    }
    assert_int_equal(k.cap_pending, 1 << 20);
    assert_true(fh_keys_read(&k, &list));
    assert_int_equal(list.n, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(list.key[i], i);
        assert_int_equal(list.count[i], 1000000);
    }
    fh_keys_unread(&k, &list);
    fh_keys_free(&k);
    assert_int_equal(test_blocks_live(), 0);
}

static fh_status count_and_merge(void *ctx)
{
    fh_keys k[2];
    fh_key_list list = {0};
    bool ok = true;
    (void)ctx;
    for (uint32_t w = 0; w < 2; w++) {
        fh_keys_init(&k[w], test_allocator(), 2);
        k[w].most_pending = 100;
    }
    for (uint64_t i = 0; i < 6000 && ok; i++) {
        uint64_t *to = fh_keys_next(&k[i & 1]);
        ok = to != NULL;
        if (ok) to[0] = i % 7, to[1] = i % 700;
    }
    ok = ok && fh_keys_merge(&k[0], &k[1]) && fh_keys_read(&k[0], &list);
    if (ok) assert_int_equal(list.n, 700);
    for (size_t i = 0; i < list.n; i++)
        assert_int_equal(list.count[i], 8 + (list.key[2 * i + 1] < 400));
    fh_keys_unread(&k[0], &list);
    for (uint32_t w = 0; w < 2; w++) fh_keys_free(&k[w]);
    return ok ? FH_OK : FH_NOMEM;
}

static void running_out_of_memory_is_reported_and_leaks_nothing(void **state)
{
    (void)state;
    test_oom(count_and_merge, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_counted_whenever_they_are_put_away),
        cmocka_unit_test(memory_follows_the_different_keys),
        cmocka_unit_test(running_out_of_memory_is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
