/* pages_memory_test.c - memory for large tables: any size, whole and aligned, or none. */
#include "test.h"

#include "os/pages.h"

#include <string.h>

static void blocks_of_any_size_hold_what_is_written(void **state)
{
    (void)state;
    static const size_t sizes[] = {1,      100, (1 << 20) - 1, 1 << 20, 1u << 21, (1u << 21) + 1,
                                   5000000};
    const fh_allocator *from = fh_pages_allocator();
    unsigned char *block[COUNT(sizes)];
    for (size_t i = 0; i < COUNT(sizes); i++) {
        block[i] = from->alloc(from->ctx, sizes[i]);
        assert_non_null(block[i]);
        assert_int_equal((uintptr_t)block[i] % 16, 0);
        memset(block[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < COUNT(sizes); i++) {
        assert_int_equal(block[i][0], i + 1);
        assert_int_equal(block[i][sizes[i] - 1], i + 1);
        from->free(from->ctx, block[i], sizes[i]);
    }
}

static void more_than_there_is_is_refused(void **state)
{
    (void)state;
    const fh_allocator *from = fh_pages_allocator();
    assert_null(from->alloc(from->ctx, SIZE_MAX / 4));
    assert_null(from->alloc(from->ctx, SIZE_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_any_size_hold_what_is_written),
        cmocka_unit_test(more_than_there_is_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
