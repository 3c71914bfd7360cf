/* intern_test.c - numbers in order of first sight, beside a linear search. */
#include "test.h"

#include "base/intern.h"

#include <stdlib.h>

static uint32_t add(fh_intern *t, const char *text)
{
    const fh_str s = fh_str_of(text);
    return fh_intern_add(t, s, fh_intern_hash(s));
}

static uint32_t find(const fh_intern *t, const char *text)
{
    const fh_str s = fh_str_of(text);
    return fh_intern_find(t, s, fh_intern_hash(s));
}

static void numbers_follow_the_order_of_first_sight(void **state)
{
    (void)state;
    fh_intern *t = fh_intern_new(test_allocator());
    assert_int_equal(find(t, "phone"), 0);
    assert_int_equal(add(t, "phone"), 1);
    assert_int_equal(add(t, "web"), 2);
    assert_int_equal(add(t, "phone"), 1);
    assert_int_equal(add(t, ""), 3);
    assert_int_equal(find(t, "web"), 2);
    assert_int_equal(find(t, ""), 3);
    assert_int_equal(find(t, "Web"), 0);
    assert_int_equal(fh_intern_count(t), 3);
    assert_str(fh_intern_text(t, 1), "phone");
    assert_str(fh_intern_text(t, 3), "");
    assert_int_equal(fh_intern_text(t, 0).len, 0);
    assert_int_equal(fh_intern_text(t, 4).len, 0);
    fh_intern_free(t);
    fh_intern_free(NULL);
    assert_int_equal(test_blocks_live(), 0);
}

static size_t name(char *to, size_t size, uint32_t i)
{
    return (size_t)snprintf(to, size, "customer-%u@example.%u", i * 7919u, i % 3);
}

static void a_hundred_thousand_names_are_all_found_again(void **state)
{
    (void)state;
    enum { N = 100000 };
    fh_intern *t = fh_intern_new(NULL);
    char text[64];
    size_t text_bytes = 0;
    for (uint32_t i = 1; i <= N; i++) {
        const fh_str s = {text, name(text, sizeof text, i)};
        const uint64_t hash = fh_intern_hash(s);
        fh_intern_prefetch(t, hash);
        assert_int_equal(fh_intern_add(t, s, hash), i);
        text_bytes += s.len;
    }
    assert_int_equal(fh_intern_count(t), N);
    for (uint32_t i = 1; i <= N; i++) {
        (void)name(text, sizeof text, i);
        assert_int_equal(find(t, text), i);
        assert_int_equal(add(t, text), i);
        assert_str(fh_intern_text(t, i), text);
    }
    assert_int_equal(find(t, "nobody"), 0);
    /* A table of this size costs at most 22 bytes an entry beside the text (half
     * a chunk may be empty). */
    assert_true(fh_intern_bytes(t) < text_bytes + N * 22 + (256u << 10));
    fh_intern_free(t);
}

static void equal_hashes_are_told_apart_by_their_text(void **state)
{
    (void)state;
    fh_intern *t = fh_intern_new(test_allocator());
    char text[16];
    for (uint32_t i = 1; i <= 300; i++) {
        (void)snprintf(text, sizeof text, "%u", i);
        /* Tags at both ends of the table: searches wrap round. */
        assert_int_equal(fh_intern_add(t, fh_str_of(text), i % 2 ? UINT64_MAX : 0), i);
    }
    for (uint32_t i = 1; i <= 300; i++) {
        (void)snprintf(text, sizeof text, "%u", i);
        assert_int_equal(fh_intern_find(t, fh_str_of(text), i % 2 ? UINT64_MAX : 0), i);
        assert_int_equal(fh_intern_find(t, fh_str_of(text), i % 2 ? 0 : UINT64_MAX), 0);
    }
    fh_intern_free(t);
    assert_int_equal(test_blocks_live(), 0);
}

static void texts_of_any_length_stay_where_they_are(void **state)
{
    (void)state;
    enum { N = 90, BIG = 600000 };
    static char text[BIG + N];
    const char *kept[N + 1];
    memset(text, 'x', sizeof text);
    fh_intern *t = fh_intern_new(test_allocator());
    for (uint32_t i = 1; i <= N; i++) { /* short, about 255, longer than a chunk */
        const size_t len = i % 9 == 0 ? BIG + i : i % 3 == 0 ? 200 + i : i;
        text[0] = (char)('0' + i % 10);
        const fh_str s = {text, len};
        assert_int_equal(fh_intern_add(t, s, fh_intern_hash(s)), i);
        kept[i] = fh_intern_text(t, i).ptr;
    }
    for (uint32_t i = 1; i <= N; i++) {
        const size_t len = i % 9 == 0 ? BIG + i : i % 3 == 0 ? 200 + i : i;
        text[0] = (char)('0' + i % 10);
        const fh_str s = {text, len};
        assert_int_equal(fh_intern_find(t, s, fh_intern_hash(s)), i);
        assert_ptr_equal(fh_intern_text(t, i).ptr, kept[i]);
        assert_true(fh_str_eq(fh_intern_text(t, i), s));
    }
    fh_intern_free(t);
    assert_int_equal(test_blocks_live(), 0);
}

static fh_status fill(void *ctx)
{
    (void)ctx;
    fh_intern *t = fh_intern_new(test_allocator());
    fh_status status = t ? FH_OK : FH_NOMEM;
    char text[400];
    memset(text, 'y', sizeof text);
    for (uint32_t i = 1; status == FH_OK && i < 200; i++) {
        const fh_str s = {text, 2 * i};
        const uint32_t number = fh_intern_add(t, s, fh_intern_hash(s));
        if (number == 0) { /* what was there is still there */
            if (i > 1) assert_int_equal(find(t, "yy"), 1);
            assert_int_equal(fh_intern_count(t), i - 1);
            status = FH_NOMEM;
        }
    }
    fh_intern_free(t);
    return status;
}

static void memory_running_out_leaves_the_table_whole(void **state)
{
    (void)state;
    test_oom(fill, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_follow_the_order_of_first_sight),
        cmocka_unit_test(a_hundred_thousand_names_are_all_found_again),
        cmocka_unit_test(equal_hashes_are_told_apart_by_their_text),
        cmocka_unit_test(texts_of_any_length_stay_where_they_are),
        cmocka_unit_test(memory_running_out_leaves_the_table_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
