/* arena_test.c - arenas: alignment, zeroing, reset, running out. */
#include "test.h"

static void objects_are_zeroed_and_aligned(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    for (size_t size = 1; size < 200; size++) {
        unsigned char *p = fh_arena_alloc(arena, size, 1);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % FH_ARENA_ALIGN, 0);
        for (size_t i = 0; i < size; i++) assert_int_equal(p[i], 0);
        memset(p, 0xff, size);
    }
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static void a_size_that_overflows_is_refused(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    assert_null(fh_arena_alloc(arena, SIZE_MAX / 2, 3));
    assert_null(fh_arena_alloc(arena, SIZE_MAX, 1));
    fh_arena_free(arena);
}

static void a_reset_arena_gives_zeroed_memory_again(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) {
            char *p = fh_arena_alloc(arena, 100, 1);
            assert_non_null(p);
            assert_int_equal(p[99], 0);
            memset(p, 1, 100);
        }
        const size_t kept = fh_arena_kept(arena);
        fh_arena_reset(arena);
        assert_int_equal(fh_arena_kept(arena), kept);
        assert_in_range(kept, 100, 100 * 1000);
    }
    fh_arena_free(arena);
}

static void a_buffer_stops_at_its_maximum_and_says_so(void **state)
{
    (void)state;
    fh_buf buf;
    fh_buf_init(&buf, test_allocator(), 10);
    fh_buf_text(&buf, "12345");
    fh_buf_text(&buf, "67890");
    assert_status(buf.status, FH_OK);
    fh_buf_char(&buf, 'x');
    assert_status(buf.status, FH_LIMIT);
    fh_buf_text(&buf, "");
    assert_str(fh_buf_view(&buf), "1234567890");
    fh_buf_clear(&buf);
    fh_buf_printf(&buf, "%d", 42);
    assert_status(buf.status, FH_OK);
    assert_str(fh_buf_view(&buf), "42");
    fh_buf_free(&buf);
    assert_int_equal(test_blocks_live(), 0);
}

static fh_status write_much(void *ctx)
{
    (void)ctx;
    fh_buf buf;
    fh_buf_init(&buf, test_allocator(), 1 << 20);
    for (int i = 0; i < 1000; i++) fh_buf_printf(&buf, "%d ", i);
    const fh_status status = buf.status;
    fh_buf_free(&buf);
    return status;
}

static void a_buffer_reports_memory_running_out(void **state)
{
    (void)state;
    test_oom(write_much, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_zeroed_and_aligned),
        cmocka_unit_test(a_size_that_overflows_is_refused),
        cmocka_unit_test(a_reset_arena_gives_zeroed_memory_again),
        cmocka_unit_test(a_buffer_stops_at_its_maximum_and_says_so),
        cmocka_unit_test(a_buffer_reports_memory_running_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
