/* builder_test.c - rows in any order come out as sorted segments. */
#include "segments.h"

#include <stdlib.h>

enum { MANY = 150000 };

typedef struct input {
    fh_row *row;
    size_t n;
    char (*text)[16]; /* payloads: the row's place in the input */
} input;

static input input_new(const test_shape *shape, size_t n)
{
    input in = {calloc(n, sizeof(fh_row)), n, calloc(n, sizeof *in.text)};
    test_random_rows(shape, in.row, n);
    for (size_t i = 0; i < n; i++) {
        if (shape->ids) in.row[i].id = i + 1; /* shows whether ties keep their order */
        in.row[i].payload = FH_STR("");
        if (!shape->payloads || i % 3) continue;
        const int len = snprintf(in.text[i], sizeof in.text[i], "{\"n\":%zu}", i + 1);
        in.row[i].payload = (fh_str){in.text[i], (size_t)len};
    }
    return in;
}

static void input_free(input *in)
{
    free(in->row);
    free(in->text);
}

/* The rows of customers lo .. hi, as a segment made by the test helper. */
static const fh_segment *part(fh_arena *arena, const input *in, uint32_t lo, uint32_t hi)
{
    fh_row *rows = calloc(in->n + 1, sizeof *rows);
    size_t n = 0;
    for (size_t i = 0; i < in->n; i++)
        if (in->row[i].customer >= lo && in->row[i].customer <= hi) rows[n++] = in->row[i];
    const fh_segment *seg = test_segment(arena, rows, n);
    free(rows);
    return seg;
}

static void same_payloads(const fh_segment *seg, const fh_str *payload)
{
    for (uint32_t i = 0; payload && i < seg->n; i++) {
        char want[32] = "";
        if ((seg->id[i] - 1) % 3 == 0)
            (void)snprintf(want, sizeof want, "{\"n\":%u}", (uint32_t)seg->id[i]);
        assert_str(payload[i], want);
    }
}

/* Takes all segments out and compares each with the oracle; returns how many. */
static size_t compare_all(fh_builder *b, const input *in)
{
    size_t segments = 0, n = 0;
    uint32_t before = 0;
    fh_error err = {.message = ""};
    assert_int_equal(fh_builder_count(b), in->n);
    assert_status(fh_builder_sort(b, &err), FH_OK);
    for (;;) {
        const fh_segment *seg;
        const fh_str *payload;
        assert_status(fh_builder_next(b, &seg, &payload, &err), FH_OK);
        if (!seg) break;
        assert_int_equal(seg->columns, FH_COLS_ALL);
        assert_true(seg->n <= FH_SEGMENT_TARGET || seg->n_stories == 1);
        assert_true(seg->customer[0] > before);
        const uint32_t lo = before + 1;
        before = seg->customer[seg->n_stories - 1];
        fh_arena *arena = fh_arena_new(NULL);
        test_same_segment(seg, part(arena, in, lo, before));
        same_payloads(seg, payload);
        fh_arena_free(arena);
        n += seg->n;
        segments++;
    }
    assert_int_equal(n, in->n);
    return segments;
}

static void sort_random_rows(bool few)
{
    static const test_shape shapes[] = {
        {.customers = 1, .touchpoints = 3},
        {.customers = 30, .span_s = 50, .touchpoints = 300, .ids = true, .payloads = true},
        {.customers = 700, .span_s = 50, .channels = 4, .departments = 9, .ms = true, .ids = true},
        {.customers = 3000, .outcomes = 5, .problems = 7, .origins = 2, .members = 9},
        {.customers = 20, .values = true, .scores = true, .directions = true, .touchpoints = 255},
        {.customers = 9000, .span_s = 1, .ids = true, .touchpoints = 256},
    };
    static const size_t sizes[] = {0, 1, 2, 62, 63, 64, 1000, 6000};
    fh_error err;
    fh_builder *b;
    assert_status(fh_builder_new(test_allocator(), &b, &err), FH_OK);
    if (few) fh_builder_few(b);
    for (size_t s = 0; s < COUNT(shapes); s++) {
        test_seed(s);
        for (size_t k = 0; k < COUNT(sizes); k++) {
            input in = input_new(&shapes[s], sizes[k]);
            const size_t half = in.n / 2;
            assert_status(fh_builder_add(b, in.row, half, &err), FH_OK);
            assert_status(fh_builder_add(b, in.row + half, in.n - half, &err), FH_OK);
            (void)compare_all(b, &in);
            fh_builder_reset(b);
            assert_int_equal(fh_builder_count(b), 0);
            input_free(&in);
        }
    }
    fh_builder_free(b);
    assert_int_equal(test_blocks_live(), 0);
}

static void random_rows_come_out_sorted(void **state)
{
    (void)state;
    sort_random_rows(false);
    sort_random_rows(true);
}

static void many_rows_are_cut_into_segments_between_customers(void **state)
{
    (void)state;
    const test_shape shape = {.customers = 4000, .span_s = 40000, .touchpoints = 60, .ids = true};
    test_seed(5);
    input in = input_new(&shape, MANY);
    for (size_t i = 0; i < MANY / 2; i++) in.row[i * 2].customer = 77; /* 75000 of one */
    fh_error err;
    fh_builder *b;
    assert_status(fh_builder_new(NULL, &b, &err), FH_OK);
    assert_status(fh_builder_add(b, in.row, in.n, &err), FH_OK);
    assert_int_equal(compare_all(b, &in), 4); /* before 77, 77, two after it */
    fh_builder_free(b);
    input_free(&in);
}

static void customers_may_be_far_apart(void **state)
{
    (void)state;
    const test_shape shape = {.customers = 3000, .span_s = 100, .touchpoints = 9, .ids = true};
    test_seed(6);
    fh_error err;
    fh_builder *b;
    assert_status(fh_builder_new(test_allocator(), &b, &err), FH_OK);
    static const uint32_t apart[] = {1000, 100000, 1400000};
    for (size_t k = 0; k < 2 * COUNT(apart); k++) {
        if (k == COUNT(apart)) fh_builder_few(b); /* it is empty */
        input in = input_new(&shape, 5000);
        for (size_t i = 0; i < in.n; i++) in.row[i].customer *= apart[k % COUNT(apart)];
        in.row[4000].customer = UINT32_MAX;
        assert_status(fh_builder_add(b, in.row, in.n, &err), FH_OK);
        (void)compare_all(b, &in);
        fh_builder_reset(b);
        input_free(&in);
    }
    fh_builder_free(b);
}

static void rows_that_cannot_be_are_refused(void **state)
{
    (void)state;
    fh_error err;
    fh_builder *b;
    const fh_segment *seg;
    const fh_str *payload;
    assert_status(fh_builder_new(NULL, &b, &err), FH_OK);
    const fh_row nobody = {.customer = 0}, late = {.customer = 1, .ms = 1000};
    const fh_row astray = {.customer = 1, .direction = 4};
    assert_status(fh_builder_add(b, &nobody, 1, &err), FH_INVALID);
    assert_status(fh_builder_add(b, &late, 1, &err), FH_INVALID);
    assert_status(fh_builder_add(b, &astray, 1, &err), FH_INVALID);
    assert_int_equal(fh_builder_count(b), 0);
    assert_status(fh_builder_next(b, &seg, &payload, &err), FH_INVALID);
    fh_builder_free(b);
}

static void a_row_takes_little_memory(void **state)
{
    (void)state;
    const test_shape shape = {.customers = 1000, .touchpoints = 60, .channels = 12};
    input in = input_new(&shape, 100000);
    fh_error err;
    fh_builder *b;
    assert_status(fh_builder_new(NULL, &b, &err), FH_OK);
    assert_status(fh_builder_add(b, in.row, in.n, &err), FH_OK);
    assert_true(fh_builder_bytes(b) < in.n * 34);
    fh_builder_free(b);
    input_free(&in);
}

static fh_status build(void *ctx)
{
    const input *in = ctx;
    fh_builder *b = NULL;
    const fh_segment *seg = NULL;
    const fh_str *payload;
    fh_status status = fh_builder_new(test_allocator(), &b, NULL);
    if (status == FH_OK) status = fh_builder_add(b, in->row, in->n, NULL);
    if (status == FH_OK) status = fh_builder_sort(b, NULL);
    do {
        if (status == FH_OK) status = fh_builder_next(b, &seg, &payload, NULL);
    } while (status == FH_OK && seg);
    fh_builder_free(b);
    return status;
}

static void memory_running_out_is_an_error(void **state)
{
    (void)state;
    const test_shape shape = {.customers = 9,
                              .touchpoints = 400,
                              .channels = 3,
                              .outcomes = 2,
                              .problems = 2,
                              .origins = 2,
                              .members = 3,
                              .ms = true,
                              .directions = true,
                              .values = true,
                              .scores = true,
                              .ids = true,
                              .payloads = true};
    test_seed(7);
    input in = input_new(&shape, 700);
    test_oom(build, &in);
    input_free(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_rows_come_out_sorted),
        cmocka_unit_test(many_rows_are_cut_into_segments_between_customers),
        cmocka_unit_test(customers_may_be_far_apart),
        cmocka_unit_test(rows_that_cannot_be_are_refused),
        cmocka_unit_test(a_row_takes_little_memory),
        cmocka_unit_test(memory_running_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
