/* text_asked_test.c - which of very many bands a batch asks for: a set that never forgets one. */
#include "test.h"

#include "text/asked.h"

#include <stdlib.h>

enum { OTHERS = 32000 };

/* The n-th of bands that are all different. */
static uint32_t nth(uint32_t n)
{
    n = (n + 1) * UINT32_C(0x9e3779b1);
    return (n ^ n >> 15) * UINT32_C(0x85ebca6b);
}

static void put_some(fh_asked *asked, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) fh_asked_put(asked, nth(i));
}

/* How many of the n bands from `first` on pass; their places rise and are in range. */
static uint32_t passed(const fh_asked *asked, uint32_t first, uint32_t n)
{
    uint32_t *band = malloc((n + 1) * sizeof *band);
    uint32_t *at = malloc((n + 1) * sizeof *at), *plain = malloc((n + 1) * sizeof *plain);
    assert_true(band && at && plain);
    for (uint32_t i = 0; i < n; i++) band[i] = nth(first + i);
    const uint32_t n_at = fh_asked_best()(asked, band, n, at);
    assert_int_equal(fh_asked_plain(asked, band, n, plain), n_at);
    for (uint32_t i = 0; i < n_at; i++) {
        assert_int_equal(at[i], plain[i]);
        assert_true(at[i] < n && (i == 0 || at[i] > at[i - 1]));
    }
    free(plain);
    free(at);
    free(band);
    return n_at;
}

static void what_was_put_in_is_never_missed_and_little_else_passes(void **state)
{
    static const uint32_t many[] = {1, 7, 32, 1023, 1024, 40000, 300001};
    (void)state;
    for (size_t i = 0; i < COUNT(many); i++) {
        fh_asked asked = {.bit = NULL};
        assert_status(fh_asked_begin(&asked, fh_allocator_default(), many[i], NULL), FH_OK);
        put_some(&asked, many[i]);
        assert_int_equal(passed(&asked, 0, many[i]), many[i]);
        const uint32_t others = passed(&asked, many[i], OTHERS);
        if (others > OTHERS / 200) fail_msg("%u of %d pass %u", others, OTHERS, many[i]);
        fh_asked_free(&asked, fh_allocator_default());
    }
}

static void the_least_and_the_greatest_band_are_in_range(void **state)
{
    static const uint32_t band[] = {0, UINT32_MAX, 1, 1u << 31, 0xffff0000u, 0xffffu};
    uint32_t at[COUNT(band)];
    (void)state;
    fh_asked asked = {.bit = NULL};
    assert_status(fh_asked_begin(&asked, fh_allocator_default(), 1u << 25, NULL), FH_OK);
    assert_int_equal(fh_asked_best()(&asked, band, COUNT(band), at), 0);
    assert_int_equal(fh_asked_best()(&asked, band, 0, at), 0);
    fh_asked_put(&asked, band[0]);
    fh_asked_put(&asked, band[1]);
    assert_int_equal(fh_asked_best()(&asked, band, COUNT(band), at), 2);
    assert_int_equal(at[0], 0);
    assert_int_equal(at[1], 1);
    fh_asked_free(&asked, fh_allocator_default());
}

static void begun_again_it_is_empty_whatever_its_size_was(void **state)
{
    static const uint32_t sizes[] = {400000, 100, 100, 0, 400000, 400000};
    (void)state;
    fh_asked asked = {.bit = NULL};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        assert_status(fh_asked_begin(&asked, fh_allocator_default(), sizes[i], NULL), FH_OK);
        assert_int_equal(passed(&asked, 0, 1000), 0);
        put_some(&asked, 1000);
        assert_int_equal(passed(&asked, 0, 1000), 1000);
    }
    fh_asked_free(&asked, fh_allocator_default());
}

static fh_status begin_again(void *ctx)
{
    fh_asked asked = {.bit = NULL};
    (void)ctx;
    fh_status status = fh_asked_begin(&asked, test_allocator(), 4000, NULL);
    if (status == FH_OK) put_some(&asked, 4000);
    if (status == FH_OK) status = fh_asked_begin(&asked, test_allocator(), 8000, NULL);
    if (status == FH_OK) status = fh_asked_begin(&asked, test_allocator(), 10, NULL);
    fh_asked_free(&asked, test_allocator());
    return status;
}

static void memory_running_out_is_an_ordinary_error(void **state)
{
    (void)state;
    test_oom(begin_again, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_in_is_never_missed_and_little_else_passes),
        cmocka_unit_test(the_least_and_the_greatest_band_are_in_range),
        cmocka_unit_test(begun_again_it_is_empty_whatever_its_size_was),
        cmocka_unit_test(memory_running_out_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
