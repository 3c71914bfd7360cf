/* merge_test.c - merging with copies counted once; slices; cutting a customer out;
 * dictionaries brought up to date. */
#include "segments.h"

#include <stdlib.h>

enum { MAX_IN = 6, MAX_ROWS = 400 };

/* ---- The rule, the naive way ------------------------------------------------------- */

typedef struct told {
    fh_row row;
    uint32_t input, index;
} told;

static int in_story_order(const void *a, const void *b)
{
    const told *x = a, *y = b;
    if (x->row.customer != y->row.customer) return x->row.customer < y->row.customer ? -1 : 1;
    if (x->row.at_s != y->row.at_s) return x->row.at_s < y->row.at_s ? -1 : 1;
    if (x->row.ms != y->row.ms) return x->row.ms < y->row.ms ? -1 : 1;
    if (x->input != y->input) return x->input < y->input ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static bool given(const fh_row *row)
{
    return row->id & FH_ID_GIVEN;
}

static bool same_worth(const fh_row *a, const fh_row *b)
{
    return a->currency == b->currency && a->has_value == b->has_value && a->value == b->value &&
           a->has_score == b->has_score && a->score == b->score;
}

static bool the_same(const told *x, const told *y)
{
    const fh_row *a = &x->row, *b = &y->row;
    if (a->customer != b->customer || given(a) != given(b)) return false;
    if (given(a)) return a->id == b->id;
    return x->input != y->input && a->origin != b->origin && a->at_s == b->at_s && a->ms == b->ms &&
           a->id == b->id && a->touchpoint == b->touchpoint && a->channel == b->channel &&
           a->department == b->department && a->outcome == b->outcome &&
           a->direction == b->direction && same_worth(a, b) && a->problem == b->problem &&
           a->member == b->member && a->payload.len == b->payload.len;
}

/* Drops the copies among n interactions in story order; returns what is left. */
static size_t drop_copies(told *t, size_t n)
{
    size_t kept = 0;
    for (size_t j = 0; j < n; j++) {
        size_t i = 0;
        while (i < kept && !the_same(&t[i], &t[j])) i++;
        if (i < kept)
            t[i].row.origin = t[j].row.origin;
        else
            t[kept++] = t[j];
    }
    return kept;
}

/* All interactions of customers lo .. hi of the inputs in order. */
static size_t naive_join(const fh_segment *const *in, size_t n_in, uint32_t lo, uint32_t hi,
                         told *out)
{
    size_t n = 0;
    for (uint32_t k = 0; k < n_in; k++)
        for (uint32_t s = 0; s < in[k]->n_stories; s++)
            for (uint32_t i = in[k]->start[s]; i < in[k]->start[s + 1]; i++)
                if (in[k]->customer[s] >= lo && in[k]->customer[s] <= hi)
                    out[n++] = (told){test_row(in[k], s, i), k, i};
    qsort(out, n, sizeof *out, in_story_order);
    return n;
}

/* Merged, or joined: then nothing is dropped. */
static void merges_like_the_naive_way(const fh_segment *const *in, size_t n_in, uint32_t lo,
                                      uint32_t hi, bool join)
{
    static told want[MAX_IN * MAX_ROWS];
    static fh_row rows[MAX_IN * MAX_ROWS];
    fh_error err = {.message = ""};
    uint64_t n_duplicates = 99;
    const size_t n_before = naive_join(in, n_in, lo, hi, want);
    const size_t n = join ? n_before : drop_copies(want, n_before);
    for (size_t i = 0; i < n; i++) rows[i] = want[i].row;
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(test_allocator());
    assert_status(join ? fh_segment_join(space, in, n_in, lo, hi, true, &err)
                       : fh_segment_merge(space, in, n_in, lo, hi, &n_duplicates, &err),
                  FH_OK);
    test_same_segment(fh_space_segment(space), test_segment(arena, rows, n));
    assert_true(join || n_duplicates == n_before - n);
    const fh_merge_source *source = fh_merge_sources(space);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(source[i].input, want[i].input);
        assert_int_equal(source[i].index, want[i].index);
    }
    fh_space_free(space);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

/* Few possible rows, so that many are equal; import k is input k or any. */
static void rows_for_input(uint32_t kind, uint32_t k, fh_row *rows, size_t n)
{
    const test_shape rich = {.customers = 40,
                             .span_s = 90000,
                             .touchpoints = 300,
                             .channels = 3,
                             .departments = 70,
                             .outcomes = 2,
                             .problems = 9,
                             .origins = 3,
                             .members = 20,
                             .ms = true,
                             .directions = true,
                             .values = true,
                             .scores = true,
                             .payloads = true};
    const test_shape poor = {.customers = kind == 1 ? 3 : 60, .span_s = 4, .touchpoints = 2};
    test_random_rows(kind == 0 ? &rich : &poor, rows, n);
    for (size_t i = 0; i < n; i++) {
        rows[i].origin = kind < 3 ? k + 1 : 1 + test_rand(3);
        if (kind == 2 || kind == 4)
            rows[i].id = test_rand(2) ? FH_ID_GIVEN | test_rand(60) : test_rand(2);
    }
}

static void segments_merge_and_join_like_the_naive_way(void **state)
{
    (void)state;
    fh_row rows[MAX_ROWS];
    const fh_segment *in[MAX_IN];
    for (uint32_t kind = 0; kind < 5; kind++) {
        for (uint32_t round = 0; round < 40; round++) {
            test_seed(kind * 100 + round);
            fh_arena *arena = fh_arena_new(NULL);
            const size_t n_in = 1 + test_rand(MAX_IN);
            for (uint32_t k = 0; k < n_in; k++) {
                const size_t n = test_rand(4) ? test_rand(60) : test_rand(MAX_ROWS);
                rows_for_input(kind, k, rows, n);
                in[k] = test_rand(2) ? test_segment(arena, rows, n)
                                     : test_segment_identity(arena, rows, n);
            }
            for (uint32_t join = 0; join < 2; join++) {
                merges_like_the_naive_way(in, n_in, 0, UINT32_MAX, join);
                merges_like_the_naive_way(in, n_in, 2, 2 + test_rand(30), join);
            }
            fh_arena_free(arena);
        }
    }
}

static void a_file_imported_twice_adds_nothing(void **state)
{
    (void)state;
    fh_row rows[MAX_ROWS];
    const test_shape shape = {.customers = 30, .span_s = 3, .touchpoints = 2};
    test_seed(3);
    test_random_rows(&shape, rows, COUNT(rows));
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(NULL);
    fh_error err;
    const fh_segment *in[3];
    for (uint32_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < COUNT(rows); i++) rows[i].origin = k + 1;
        in[k] = test_segment(arena, rows, COUNT(rows));
    }
    uint64_t n_duplicates;
    assert_status(fh_segment_merge(space, in, 3, 0, 100, &n_duplicates, &err), FH_OK);
    test_same_segment(fh_space_segment(space), in[2]); /* the newest origin */
    assert_int_equal(n_duplicates, 2 * COUNT(rows));
    fh_space_free(space);
    fh_arena_free(arena);
}

static void columns_not_loaded_everywhere_are_left_out(void **state)
{
    (void)state;
    const fh_row rows[] = {{.customer = 1, .touchpoint = 2, .channel = 3}};
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(NULL);
    fh_error err;
    const fh_segment *whole = test_segment(arena, rows, 1);
    fh_segment part = *whole;
    part.columns &= ~(1u << FH_COL_CHANNEL);
    part.channel = (fh_codes){0};
    const fh_segment *in[] = {whole, &part};
    assert_status(fh_segment_merge(space, in, 2, 0, 9, NULL, &err), FH_OK);
    const fh_segment *seg = fh_space_segment(space);
    assert_int_equal(seg->columns, part.columns);
    assert_null(seg->channel.c8);
    assert_int_equal(seg->n, 2);
    assert_int_equal(fh_name_at(&seg->touchpoint, 1), 2);
    fh_space_free(space);
    fh_arena_free(arena);
}

/* ---- Cutting ------------------------------------------------------------------------- */

static const test_shape everything = {.customers = 40,
                                      .touchpoints = 300,
                                      .channels = 3,
                                      .outcomes = 2,
                                      .problems = 9,
                                      .origins = 3,
                                      .members = 20,
                                      .ms = true,
                                      .directions = true,
                                      .values = true,
                                      .scores = true,
                                      .ids = true,
                                      .payloads = true};

/* The rows whose customer is (not) in lo .. hi, as a segment. */
static const fh_segment *some(fh_arena *arena, const fh_row *rows, size_t n, uint32_t lo,
                              uint32_t hi, bool inside)
{
    fh_row *kept = FH_NEW_ARRAY(arena, fh_row, n + 1);
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if ((rows[i].customer >= lo && rows[i].customer <= hi) == inside) kept[m++] = rows[i];
    return test_segment(arena, kept, m);
}

static void a_slice_shows_some_stories(void **state)
{
    (void)state;
    fh_row rows[MAX_ROWS];
    test_seed(11);
    test_random_rows(&everything, rows, COUNT(rows));
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(test_allocator());
    fh_error err;
    const fh_segment *seg = test_segment(arena, rows, COUNT(rows));
    for (uint32_t first = 0; first < seg->n_stories; first += 3) {
        for (uint32_t count = 1; first + count <= seg->n_stories; count += 5) {
            assert_status(fh_segment_slice(space, seg, first, count, &err), FH_OK);
            test_same_segment(fh_space_segment(space),
                              some(arena, rows, COUNT(rows), seg->customer[first],
                                   seg->customer[first + count - 1], true));
        }
    }
    assert_status(fh_segment_slice(space, seg, 2, seg->n_stories - 1, &err), FH_INVALID);
    fh_space_free(space);
    fh_arena_free(arena);
}

/* Which interactions are of one customer: [n], even where they stay. */
static const uint8_t *of_customer(fh_arena *arena, const fh_segment *seg, uint32_t customer)
{
    uint8_t *goes = FH_NEW_ARRAY(arena, uint8_t, seg->n + 1);
    for (uint32_t s = 0; goes && s < seg->n_stories; s++)
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1]; i++)
            goes[i] = seg->customer[s] == customer ? 1 : 2 * (i & 1);
    return goes;
}

static void one_customer_can_be_cut_out(void **state)
{
    (void)state;
    fh_row rows[MAX_ROWS];
    test_seed(12);
    test_random_rows(&everything, rows, COUNT(rows));
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(test_allocator());
    fh_error err;
    const fh_segment *seg = test_segment(arena, rows, COUNT(rows));
    for (uint32_t customer = 0; customer < 42; customer++) {
        assert_status(fh_segment_keep(space, seg, of_customer(arena, seg, customer), &err), FH_OK);
        test_same_segment(fh_space_segment(space),
                          some(arena, rows, COUNT(rows), customer, customer, false));
    }
    const fh_row alone = {.customer = 3, .touchpoint = 1};
    const uint8_t all = 1;
    assert_status(fh_segment_keep(space, test_segment(arena, &alone, 1), &all, &err), FH_OK);
    assert_int_equal(fh_space_segment(space)->n, 0);
    assert_int_equal(fh_space_segment(space)->start[0], 0);
    fh_space_free(space);
    fh_arena_free(arena);
}

static void interactions_can_be_left_out_anywhere(void **state)
{
    (void)state;
    fh_row rows[MAX_ROWS], kept[MAX_ROWS];
    test_seed(13);
    test_random_rows(&everything, rows, COUNT(rows));
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(test_allocator());
    fh_error err;
    const fh_segment *seg = test_segment(arena, rows, COUNT(rows));
    uint8_t *goes = FH_NEW_ARRAY(arena, uint8_t, seg->n);
    for (uint32_t part = 2; part < 9; part++) {
        size_t n = 0;
        for (size_t i = 0; i < COUNT(rows); i++)
            if (rows[i].touchpoint % part) kept[n++] = rows[i];
        for (uint32_t i = 0; i < seg->n; i++) goes[i] = fh_name_at(&seg->touchpoint, i) % part == 0;
        assert_status(fh_segment_keep(space, seg, goes, &err), FH_OK);
        test_same_segment(fh_space_segment(space), test_segment(arena, kept, n));
    }
    fh_space_free(space);
    fh_arena_free(arena);
}

/* ---- Dictionaries -------------------------------------------------------------------- */

static void merged_names_are_replaced(void **state)
{
    (void)state;
    enum { N_CANON = 400 };
    static const uint32_t numbers[] = {3, 60, 255, 300, 65535};
    static fh_row rows[2000];
    uint32_t canon[N_CANON];
    fh_error err;
    for (size_t k = 0; k < COUNT(numbers); k++) {
        for (uint32_t few = 0; few < 3; few++) {
            const test_shape shape = {.customers = 9, .touchpoints = numbers[k]};
            test_seed(k);
            test_random_rows(&shape, rows, COUNT(rows));
            fh_arena *arena = fh_arena_new(NULL);
            fh_space *space = fh_space_new(test_allocator());
            const fh_segment *in = test_segment(arena, rows, COUNT(rows));
            assert_status(fh_segment_merge(space, &in, 1, 0, 100, NULL, &err), FH_OK);
            for (uint32_t i = 0; i < N_CANON; i++)
                canon[i] = few == 0 ? i : few == 1 ? i / 2 + i % 2 : i ? 7 : 0;
            for (size_t i = 0; i < COUNT(rows); i++)
                if (rows[i].touchpoint < N_CANON)
                    rows[i].touchpoint = (uint16_t)canon[rows[i].touchpoint];
            assert_status(fh_space_canonical(space, FH_COL_TOUCHPOINT, canon, N_CANON, &err),
                          FH_OK);
            const fh_codes *codes = &fh_space_segment(space)->touchpoint;
            test_same_segment(fh_space_segment(space), test_segment(arena, rows, COUNT(rows)));
            assert_true(codes->n_names <= 256 ? codes->c8 != NULL : codes->c16 != NULL);
            for (uint32_t c = 1; c < codes->n_names; c++)
                assert_true(codes->name[c] > codes->name[c - 1]);
            fh_space_free(space);
            fh_arena_free(arena);
        }
    }
}

/* ---- Memory running out ---------------------------------------------------------------- */

static fh_status merge_and_cut(void *ctx)
{
    const fh_segment *const *in = ctx;
    const uint32_t canon[] = {0, 2, 2, 2};
    fh_space *a = fh_space_new(test_allocator()), *b = fh_space_new(test_allocator());
    fh_status status = a && b ? FH_OK : FH_NOMEM;
    if (status == FH_OK) status = fh_segment_join(b, in, MAX_IN, 0, UINT32_MAX, true, NULL);
    if (status == FH_OK) status = fh_segment_merge(a, in, 2, 0, UINT32_MAX, NULL, NULL);
    uint8_t goes[2 * MAX_ROWS];
    for (size_t i = 0; i < sizeof goes; i++) goes[i] = i % 5 == 1;
    if (status == FH_OK) status = fh_segment_keep(b, fh_space_segment(a), goes, NULL);
    if (status == FH_OK) status = fh_space_canonical(b, FH_COL_CHANNEL, canon, 4, NULL);
    if (status == FH_OK) status = fh_segment_slice(a, fh_space_segment(b), 0, 2, NULL);
    fh_space_free(a);
    fh_space_free(b);
    return status;
}

static void memory_running_out_is_an_error(void **state)
{
    (void)state;
    fh_row rows[MAX_ROWS];
    const fh_segment *in[MAX_IN];
    fh_arena *arena = fh_arena_new(NULL);
    test_seed(13);
    for (size_t k = 0; k < 2; k++) {
        test_random_rows(&everything, rows, COUNT(rows));
        for (size_t i = 0; i < COUNT(rows); i++) rows[i].id = FH_ID_GIVEN | test_rand(300);
        in[k] = test_segment(arena, rows, COUNT(rows));
    }
    for (size_t k = 2; k < MAX_IN; k++) in[k] = in[k % 2];
    test_oom(merge_and_cut, in);
    fh_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_merge_and_join_like_the_naive_way),
        cmocka_unit_test(a_file_imported_twice_adds_nothing),
        cmocka_unit_test(columns_not_loaded_everywhere_are_left_out),
        cmocka_unit_test(a_slice_shows_some_stories),
        cmocka_unit_test(one_customer_can_be_cut_out),
        cmocka_unit_test(interactions_can_be_left_out_anywhere),
        cmocka_unit_test(merged_names_are_replaced),
        cmocka_unit_test(memory_running_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
