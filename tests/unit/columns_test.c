/* columns_test.c - columns to bytes and back: every codec, extremes, damage. */
#include "segments.h"

#include "story/blob.h"
#include "story/held.h"
#include "story/pack.h"
#include "story/svb.h"

#include <stdlib.h>
#include <streamvbyte.h>

enum { MAX_BYTES = 1 << 24 };

/* The columns of a segment as bytes, one after the other. */
typedef struct coded {
    fh_buf buf;
    size_t at[FH_N_COLUMNS + 1];
} coded;

static fh_status encode_all(const fh_segment *seg, coded *out, const fh_allocator *from,
                            fh_error *err)
{
    fh_buf_init(&out->buf, from, MAX_BYTES);
    for (uint32_t col = 0; col < FH_N_COLUMNS; col++) {
        out->at[col] = out->buf.len;
        const fh_status status = fh_column_encode(seg, (fh_column)col, &out->buf, err);
        if (status != FH_OK) return status;
    }
    out->at[FH_N_COLUMNS] = out->buf.len;
    return FH_OK;
}

static fh_status decode_all(const coded *in, fh_space *space, fh_error *err)
{
    for (uint32_t col = 0; col < FH_N_COLUMNS; col++) {
        const fh_status status = fh_column_decode(space, (fh_column)col, in->buf.ptr + in->at[col],
                                                  in->at[col + 1] - in->at[col], err);
        if (status != FH_OK) return status;
    }
    return FH_OK;
}

/* The stories first .. first+count-1 alone. */
static fh_status decode_part(const coded *in, fh_space *space, uint32_t first, uint32_t count,
                             uint32_t *skipped, fh_error *err)
{
    fh_status status = fh_stories_decode(space, in->buf.ptr, in->at[1], err);
    if (status == FH_OK) status = fh_stories_narrow(space, first, count, skipped, err);
    for (uint32_t col = FH_COL_GAP; col < FH_N_COLUMNS && status == FH_OK; col++)
        status = fh_column_decode(space, (fh_column)col, in->buf.ptr + in->at[col],
                                  in->at[col + 1] - in->at[col], err);
    return status;
}

/* Asserts that stories decoded alone are what they are in the whole. */
static void parts_are_equal(const coded *bytes, const fh_segment *whole)
{
    fh_error err = {.message = ""};
    fh_space *part = fh_space_new(test_allocator()), *cut = fh_space_new(NULL);
    for (uint32_t round = 0; round < 6; round++) {
        const uint32_t m = whole->n_stories, first = test_rand(m + 1);
        uint32_t count = test_rand(m - first + 1), skipped = UINT32_MAX;
        if (round < 4 && count > 1) count = 1;
        const fh_status status = decode_part(bytes, part, first, count, &skipped, &err);
        if (status != FH_OK) fail_msg("%u of %u stories: %s", count, m, err.message);
        assert_status(fh_segment_slice(cut, whole, first, count, &err), FH_OK);
        assert_int_equal(skipped, whole->start[first]);
        assert_int_equal(fh_space_segment(part)->columns, FH_COLS_ALL);
        test_same_segment(fh_space_segment(part), fh_space_segment(cut));
    }
    fh_space_free(part);
    fh_space_free(cut);
}

/* ---- Columns that are held ---------------------------------------------------------- */

static void free_held(fh_held **held)
{
    for (uint32_t col = 0; col < FH_N_COLUMNS; col++) fh_held_free(held[col]);
    memset(held, 0, FH_N_COLUMNS * sizeof *held);
}

/* Every column that can be and is not all "none"; nothing is held when it fails. */
static fh_status hold_all(const coded *in, fh_held **held, uint32_t *columns, fh_error *err)
{
    fh_status status = FH_OK;
    *columns = 0;
    memset(held, 0, FH_N_COLUMNS * sizeof *held);
    for (uint32_t col = 0; col < FH_N_COLUMNS && status == FH_OK; col++) {
        const size_t len = in->at[col + 1] - in->at[col];
        if (!fh_held_can((fh_column)col)) continue;
        *columns |= 1u << col;
        if (len)
            status = fh_held_new(test_allocator(), (fh_column)col, in->buf.ptr + in->at[col], len,
                                 &held[col], err);
    }
    if (status != FH_OK) free_held(held);
    return status;
}

static fh_status decode_held(fh_held *const *held, fh_space *space, uint32_t columns,
                             const uint32_t *customer, size_t n, fh_error *err)
{
    const fh_held *all[FH_N_COLUMNS];
    for (uint32_t col = 0; col < FH_N_COLUMNS; col++) all[col] = held[col];
    return fh_held_decode(space, all, columns, customer, n, err);
}

/* The columns that can be held. */
static fh_segment without_others(const fh_segment *whole)
{
    fh_segment some = *whole;
    some.origin = some.member = some.payload_len = NULL;
    some.id = NULL;
    some.columns &=
        ~(1u << FH_COL_ORIGIN | 1u << FH_COL_MEMBER | 1u << FH_COL_PAYLOAD | 1u << FH_COL_ID);
    return some;
}

/* One in `in` of the segment's customers, and some who are not there. */
static size_t some_customers(const fh_segment *seg, uint32_t in, uint32_t *customer)
{
    size_t n = 0;
    if (test_rand(2)) customer[n++] = 0;
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        const uint32_t before = s ? seg->customer[s - 1] : 0, number = seg->customer[s];
        if (test_rand(in)) continue;
        if (test_rand(4) == 0 && number - before > 1) customer[n++] = number - 1;
        customer[n++] = number;
    }
    return n;
}

/* Asserts that stories decoded from what is held are what they are in the whole. */
static void held_are_equal(const coded *bytes, const fh_segment *whole)
{
    fh_error err = {.message = ""};
    fh_space *few = fh_space_new(test_allocator()), *cut = fh_space_new(NULL);
    const fh_segment want = without_others(whole);
    uint32_t *customer = calloc(2 * (size_t)whole->n_stories + 1, sizeof *customer), columns = 0;
    fh_held *held[FH_N_COLUMNS];
    assert_status(hold_all(bytes, held, &columns, &err), FH_OK);
    for (uint32_t round = 0; round < 4; round++) {
        const size_t n = some_customers(whole, round ? 1 + round * 7 : 1, customer);
        const fh_status status = decode_held(held, few, columns, customer, n, &err);
        if (status != FH_OK) fail_msg("%zu customers: %s", n, err.message);
        assert_status(fh_segment_only(cut, &want, customer, n, &err), FH_OK);
        assert_int_equal(fh_space_segment(few)->columns, columns);
        if (fh_space_segment(cut)->n == 0)
            assert_int_equal(fh_space_segment(few)->n, 0);
        else
            test_same_segment(fh_space_segment(few), fh_space_segment(cut));
    }
    free_held(held);
    free(customer);
    fh_space_free(few);
    fh_space_free(cut);
}

/* Asserts that `rows` come back equal, whole and in parts, and that every pad can be read. */
static void round_trip(const fh_row *rows, size_t n)
{
    fh_error err = {.message = ""};
    fh_arena *arena = fh_arena_new(NULL);
    const fh_segment *seg = test_segment(arena, rows, n);
    fh_space *space = fh_space_new(test_allocator());
    coded bytes;
    assert_status(encode_all(seg, &bytes, test_allocator(), &err), FH_OK);
    const fh_status status = decode_all(&bytes, space, &err);
    if (status != FH_OK) fail_msg("%s", err.message);
    const fh_segment *back = fh_space_segment(space);
    assert_int_equal(back->columns, FH_COLS_ALL);
    test_same_segment(back, seg);
    parts_are_equal(&bytes, back);
    held_are_equal(&bytes, back);
    assert_int_equal((uintptr_t)back->gap_s % 64, 0);
    volatile uint8_t sum = 0;
    const uint8_t *c8 = back->touchpoint.c8, *gap = (const uint8_t *)back->gap_s;
    for (size_t i = 0; i < FH_PAD; i++) {
        if (c8) sum = (uint8_t)(sum + c8[(ptrdiff_t)i - FH_PAD] + c8[n + i]);
        sum = (uint8_t)(sum + gap[(ptrdiff_t)i - FH_PAD] + gap[4 * n + i]);
    }
    fh_buf_free(&bytes.buf);
    fh_space_free(space);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static void random_segments_come_back_equal(void **state)
{
    (void)state;
    static const test_shape shapes[] = {
        {.customers = 1, .touchpoints = 1},
        {.customers = 50, .touchpoints = 3, .channels = 1, .departments = 15, .origins = 1},
        {.customers = 300, .touchpoints = 63, .channels = 16, .outcomes = 64, .ms = true},
        {.customers = 9, .touchpoints = 255, .channels = 256, .problems = 90, .values = true},
        {.customers = 700, .touchpoints = 65535, .departments = 300, .origins = 400},
        {.customers = 40, .touchpoints = 7, .members = 60, .scores = true, .ids = true},
        {.customers = 5000, .span_s = 900000000, .directions = true, .payloads = true},
        {.customers = 3, .span_s = 5, .ms = true, .origins = 256, .values = true},
    };
    static const size_t sizes[] = {1, 2, 3, 5, 63, 64, 65, 255, 256, 257, 700, 4000};
    fh_row *rows = calloc(4000, sizeof *rows);
    for (size_t i = 0; i < COUNT(shapes); i++) {
        test_seed(i);
        for (size_t k = 0; k < COUNT(sizes); k++) {
            test_random_rows(&shapes[i], rows, sizes[k]);
            round_trip(rows, sizes[k]);
        }
    }
    free(rows);
}

static void extremes_come_back_equal(void **state)
{
    (void)state;
    const fh_row rows[] = {
        {.customer = 1, .at_s = 0, .touchpoint = 65535, .has_value = true, .value = INT64_MIN},
        {.customer = 1, .at_s = UINT32_MAX, .ms = 999, .has_value = true, .value = INT64_MAX},
        {.customer = 2, .problem = UINT32_MAX, .has_score = true, .score = INT32_MIN},
        {.customer = 2, .at_s = 1, .has_score = true, .score = INT32_MAX, .origin = UINT32_MAX},
        {.customer = 3, .problem = 1, .id = UINT64_MAX, .member = UINT32_MAX, .currency = 255},
        {.customer = UINT32_MAX, .at_s = UINT32_MAX, .outcome = 65535, .direction = 3},
    };
    for (size_t n = 0; n <= COUNT(rows); n++) round_trip(rows, n);
}

static void negative_values_and_zeros_keep_their_presence(void **state)
{
    (void)state;
    fh_row rows[200];
    test_seed(4);
    for (uint32_t kind = 0; kind < 4; kind++) {
        for (uint32_t i = 0; i < COUNT(rows); i++) {
            rows[i] = (fh_row){.customer = 1 + i / 20, .at_s = i, .has_value = true};
            if (kind == 1) rows[i].has_value = test_rand(3) == 0;
            if (kind > 1 && test_rand(12) == 0) rows[i].value = (int64_t)test_rand(900);
            if (kind == 3 && test_rand(12) == 0) rows[i].value = -(int64_t)test_rand(900);
        }
        round_trip(rows, COUNT(rows));
    }
}

/* The size of `col` of a segment of n rows made by `make`. */
static size_t size_of(const fh_row *rows, size_t n, fh_column col, fh_codes *codes)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(NULL);
    coded bytes;
    fh_error err = {.message = ""};
    assert_status(encode_all(test_segment(arena, rows, n), &bytes, NULL, &err), FH_OK);
    assert_status(decode_all(&bytes, space, &err), FH_OK);
    *codes = fh_space_segment(space)->channel;
    const size_t size = bytes.at[col + 1] - bytes.at[col];
    fh_buf_free(&bytes.buf);
    fh_space_free(space);
    fh_arena_free(arena);
    return size;
}

static void codes_take_as_few_bits_as_their_dictionary_needs(void **state)
{
    (void)state;
    enum { N = 2560 };
    static const struct {
        uint16_t names[5]; /* used, the others are 0 */
        size_t bytes;      /* after the head         */
        bool identity;
    } cases[] = {
        {{0}, 0, true},                 /* all none: no blob           */
        {{9, 9, 9, 9, 9}, 2, false},    /* constant: one name          */
        {{1, 1, 1, 1, 1}, 0, true},     /* constant and its own number */
        {{0, 1, 0, 1, 1}, N / 8, true}, /* one bit                     */
        {{0, 2, 0, 0, 2}, N / 8 + 2, false},
        {{0, 3, 0, 1, 3}, N / 4, true}, /* three names: two bits, 3 fits */
        {{0, 4, 1, 0, 2}, N / 4 + 4, false},
        {{9, 8, 1, 0, 2}, N / 2, true}, /* five names: four bits, 9 fits */
        {{16, 8, 1, 0, 2}, N / 2 + 5, false},
    };
    static fh_row rows[N];
    for (size_t k = 0; k < COUNT(cases); k++) {
        for (uint32_t i = 0; i < N; i++)
            rows[i] = (fh_row){.customer = 1 + i / 9, .channel = cases[k].names[i % 5]};
        fh_codes codes;
        const size_t size = size_of(rows, N, FH_COL_CHANNEL, &codes);
        if (k == 0)
            assert_int_equal(size, 0);
        else
            assert_int_equal(size, FH_BLOB_HEAD + cases[k].bytes);
        assert_int_equal(codes.identity, cases[k].identity);
    }
}

/* Whether the byte belongs to a column that can be held. */
static bool is_held(const coded *bytes, size_t at)
{
    uint32_t col = 0;
    while (bytes->at[col + 1] <= at) col++;
    return fh_held_can((fh_column)col);
}

/* Every single-byte change is noticed, whichever byte and whatever bit. */
static void any_changed_byte_is_noticed(void **state)
{
    (void)state;
    const test_shape shape = {.customers = 6,
                              .touchpoints = 9,
                              .channels = 2,
                              .problems = 3,
                              .origins = 2,
                              .members = 3,
                              .ms = true,
                              .values = true,
                              .scores = true,
                              .ids = true,
                              .payloads = true};
    fh_row rows[40];
    test_seed(8);
    test_random_rows(&shape, rows, COUNT(rows));
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(NULL);
    fh_error err = {.message = ""};
    fh_held *held[FH_N_COLUMNS];
    uint32_t columns;
    coded bytes;
    assert_status(encode_all(test_segment(arena, rows, COUNT(rows)), &bytes, NULL, &err), FH_OK);
    for (size_t at = 0; at < bytes.buf.len; at++) {
        const char kept = bytes.buf.ptr[at];
        bytes.buf.ptr[at] = (char)(kept ^ 1 << test_rand(8));
        assert_status(decode_all(&bytes, space, &err), FH_CORRUPT);
        assert_true(err.hint[0] != '\0');
        uint32_t skipped; /* also by whoever wants but one story */
        assert_status(decode_part(&bytes, space, 2, 1, &skipped, &err), FH_CORRUPT);
        if (is_held(&bytes, at)) assert_status(hold_all(&bytes, held, &columns, &err), FH_CORRUPT);
        bytes.buf.ptr[at] = (char)~kept;
        assert_status(decode_all(&bytes, space, &err), FH_CORRUPT);
        bytes.buf.ptr[at] = kept;
    }
    assert_status(decode_all(&bytes, space, &err), FH_OK);
    fh_buf_free(&bytes.buf);
    fh_space_free(space);
    fh_arena_free(arena);
}

static void a_blob_that_is_cut_short_is_noticed(void **state)
{
    (void)state;
    const fh_row rows[] = {{.customer = 4, .touchpoint = 1}, {.customer = 4, .touchpoint = 2}};
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(NULL);
    coded bytes;
    fh_error err;
    assert_status(encode_all(test_segment(arena, rows, 2), &bytes, NULL, &err), FH_OK);
    for (size_t len = 0; len < bytes.at[1]; len++) {
        assert_status(fh_stories_decode(space, bytes.buf.ptr, len, &err), FH_CORRUPT);
        assert_int_equal(fh_space_segment(space)->n, 0);
        assert_int_equal(fh_space_segment(space)->start[0], 0);
    }
    fh_buf_free(&bytes.buf);
    fh_space_free(space);
    fh_arena_free(arena);
}

/* All stories of what is held, of which this column has other bytes. */
static fh_status hold_forged(const coded *bytes, fh_column col, const uint8_t *blob, size_t len)
{
    static const uint32_t customer[] = {4, 5};
    fh_held *held[FH_N_COLUMNS], *forged = NULL;
    fh_space *space = fh_space_new(NULL);
    uint32_t columns;
    assert_status(hold_all(bytes, held, &columns, NULL), FH_OK);
    fh_status status = fh_held_new(NULL, col, blob, len, &forged, NULL);
    if (status == FH_OK) {
        fh_held_free(held[col]);
        held[col] = forged;
        status = decode_held(held, space, columns, customer, 2, NULL);
    }
    free_held(held);
    fh_space_free(space);
    return status;
}

/* A blob of the column with another body and a right checksum. */
static fh_status decode_forged(fh_space *space, const coded *bytes, fh_column col, size_t at,
                               uint8_t byte)
{
    const size_t len = bytes->at[col + 1] - bytes->at[col];
    uint8_t *blob = malloc(len);
    memcpy(blob, bytes->buf.ptr + bytes->at[col], len);
    assert_true(at < len);
    blob[at] = byte;
    fh_blob_seal(blob, len);
    const fh_status status = fh_column_decode(space, col, blob, len, NULL);
    if (fh_held_can(col)) assert_status(hold_forged(bytes, col, blob, len), status);
    free(blob);
    return status;
}

static void a_right_checksum_is_not_believed(void **state)
{
    (void)state;
    const fh_row rows[] = {
        {.customer = 4, .at_s = 4000000000u, .touchpoint = 1, .ms = 1, .direction = 1},
        {.customer = 4, .at_s = 4000000001u, .touchpoint = 2, .ms = 2, .direction = 2},
        {.customer = 5, .at_s = 4000000000u, .touchpoint = 5, .ms = 250},
    };
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(NULL);
    coded bytes;
    fh_error err;
    assert_status(encode_all(test_segment(arena, rows, 3), &bytes, NULL, &err), FH_OK);
    assert_status(decode_all(&bytes, space, &err), FH_OK);
    const size_t body = FH_BLOB_HEAD;
    /* n, then gaps: lengths beyond the end, a first gap that is not 0 */
    assert_status(decode_forged(space, &bytes, FH_COL_GAP, 8, 4), FH_CORRUPT);
    assert_status(decode_forged(space, &bytes, FH_COL_GAP, body, 0xff), FH_CORRUPT);
    assert_status(decode_forged(space, &bytes, FH_COL_GAP, body + 1, 1), FH_CORRUPT);
    assert_null(fh_space_segment(space)->gap_s);
    assert_status(decode_forged(space, &bytes, FH_COL_GAP, body + 2, 200), FH_OK);
    assert_int_equal(fh_space_segment(space)->gap_s[1], 200);
    /* milliseconds over 999 */
    assert_status(decode_forged(space, &bytes, FH_COL_MS, body + 3, 0xff), FH_CORRUPT);
    /* codes that are not in the dictionary, names over 65535, unknown widths */
    assert_status(decode_forged(space, &bytes, FH_COL_DIRECTION, body, 0x0c), FH_CORRUPT);
    assert_status(decode_forged(space, &bytes, FH_COL_TOUCHPOINT, 6, 3), FH_CORRUPT);
    assert_status(decode_forged(space, &bytes, FH_COL_TOUCHPOINT, 12, 1), FH_CORRUPT);
    assert_status(decode_forged(space, &bytes, FH_COL_STORIES, 8, 9), FH_CORRUPT);
    fh_buf_free(&bytes.buf);
    fh_space_free(space);
    fh_arena_free(arena);
}

static void times_that_run_past_2106_are_refused(void **state)
{
    (void)state;
    fh_row rows[3000];
    for (uint32_t i = 0; i < COUNT(rows); i++)
        rows[i] = (fh_row){.customer = 1, .at_s = 4294000000u + i * 100};
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(NULL);
    coded bytes;
    fh_error err;
    const fh_segment *seg = test_segment(arena, rows, COUNT(rows));
    uint32_t *gap = FH_NEW_ARRAY(arena, uint32_t, COUNT(rows));
    memcpy(gap, seg->gap_s, sizeof rows / sizeof rows[0] * sizeof *gap);
    fh_segment wrong = *seg;
    wrong.gap_s = gap;
    for (uint32_t more = 667395; more <= 667396; more++) {
        gap[2000] = 100 + more; /* 4294967295 is the last second there is */
        assert_status(encode_all(&wrong, &bytes, NULL, &err), FH_OK);
        assert_status(decode_all(&bytes, space, &err), more == 667395 ? FH_OK : FH_CORRUPT);
        fh_buf_free(&bytes.buf);
    }
    fh_space_free(space);
    fh_arena_free(arena);
}

/* Thousands of numbers, so that what lies before a story is read in blocks. */
static void a_story_behind_many_is_the_same(void **state)
{
    (void)state;
    enum { N = 9000 };
    static fh_row rows[N];
    for (uint32_t i = 0; i < N; i++)
        rows[i] = (fh_row){.customer = 1 + i / 7,
                           .at_s = i % 7,
                           .problem = 1 + i * 7919 % 5000,
                           .member = i % 3 ? 1 + i / 7 : 20000 + i};
    round_trip(rows, N);
}

static void stories_that_are_not_there_cannot_be_kept(void **state)
{
    (void)state;
    const fh_row rows[] = {{.customer = 4, .touchpoint = 1}, {.customer = 5, .touchpoint = 2}};
    fh_arena *arena = fh_arena_new(NULL);
    fh_space *space = fh_space_new(NULL);
    coded bytes;
    fh_error err;
    uint32_t skipped;
    assert_status(encode_all(test_segment(arena, rows, 2), &bytes, NULL, &err), FH_OK);
    assert_status(decode_part(&bytes, space, 1, 2, &skipped, &err), FH_INVALID);
    assert_status(decode_part(&bytes, space, 3, 0, &skipped, &err), FH_INVALID);
    assert_status(decode_part(&bytes, space, 1, 1, &skipped, &err), FH_OK);
    /* columns are there already: they would be those of other stories */
    assert_status(fh_stories_narrow(space, 0, 1, &skipped, &err), FH_INVALID);
    fh_buf_free(&bytes.buf);
    fh_space_free(space);
    fh_arena_free(arena);
}

/* ---- StreamVByte and packing by themselves --------------------------------------- */

static uint32_t any_size(void)
{
    return (uint32_t)(((uint64_t)test_rand(1u << 31) << 1 | test_rand(2)) >> test_rand(32));
}

static void streamvbyte_is_the_same_as_the_librarys(void **state)
{
    (void)state;
    enum { MAX = 700 };
    uint32_t in[MAX], out[MAX + 4];
    uint8_t theirs[MAX * 5 + 16];
    test_seed(1);
    for (uint32_t n = 0; n < MAX; n++) {
        uint64_t sum = 0, got = 0;
        for (uint32_t i = 0; i < n; i++) sum += in[i] = any_size();
        fh_buf ours;
        fh_buf_init(&ours, NULL, MAX_BYTES);
        fh_svb_encode(&ours, in, n);
        const size_t len = streamvbyte_encode(in, n, theirs);
        assert_int_equal(ours.len, len);
        if (n) assert_memory_equal(ours.ptr, theirs, len);
        /* Exactly as long as the stream, so that sanitizers see its end. */
        uint8_t *exact = malloc(len ? len : 1);
        if (n) memcpy(exact, theirs, len);
        fh_svb s;
        if (len) assert_false(fh_svb_open(&s, exact, len - 1, n));
        for (int plain = 0; plain < 2; plain++) {
            assert_true(fh_svb_open(&s, exact, len, n));
            assert_int_equal(s.bytes, len);
            if (plain) s.shuffle = false;
            const uint32_t first = n / 2 & ~3u;
            got = fh_svb_read(&s, out, first);
            got += fh_svb_read(&s, out + first, n - first);
            assert_true(got == sum);
            if (n) assert_memory_equal(out, in, n * sizeof *in);
        }
        free(exact);
        fh_buf_free(&ours);
    }
}

static void packed_codes_come_back_equal(void **state)
{
    (void)state;
    enum { MAX = 1100 };
    static const uint32_t widths[] = {1, 2, 4, 6, 8};
    uint8_t in[MAX + FH_PACK_BLOCK], out[MAX + 8];
    test_seed(2);
    for (size_t w = 0; w < COUNT(widths); w++) {
        for (size_t n = 0; n < MAX; n += 1 + n / 40) {
            memset(in, 0, sizeof in);
            uint32_t max = 0;
            for (size_t i = 0; i < n; i++) {
                in[i] = (uint8_t)test_rand(1u << widths[w]);
                if (in[i] > max) max = in[i];
            }
            const size_t len = fh_packed_bytes(n, widths[w]);
            assert_true(len <= n * widths[w] / 8 + 3);
            uint8_t *packed = malloc(len ? len : 1);
            fh_pack(in, n, widths[w], packed);
            fh_unpack(packed, n, widths[w], out);
            if (n) assert_memory_equal(out, in, n);
            assert_int_equal(fh_max_u8(out, n), max);
            free(packed);
        }
    }
}

/* ---- Memory running out ------------------------------------------------------------ */

static fh_status there_and_back(void *ctx)
{
    const fh_segment *seg = ctx;
    fh_error err;
    coded bytes;
    fh_space *space = NULL;
    fh_status status = encode_all(seg, &bytes, test_allocator(), &err);
    if (status == FH_OK) {
        space = fh_space_new(test_allocator());
        status = space ? decode_all(&bytes, space, &err) : FH_NOMEM;
    }
    if (status == FH_OK) {
        uint32_t skipped;
        fh_space_free(space);
        space = fh_space_new(test_allocator());
        status = space ? decode_part(&bytes, space, 3, 2, &skipped, &err) : FH_NOMEM;
    }
    if (status == FH_OK) {
        uint32_t columns;
        fh_held *held[FH_N_COLUMNS];
        fh_space_free(space);
        space = fh_space_new(test_allocator());
        status = space ? hold_all(&bytes, held, &columns, &err) : FH_NOMEM;
        if (status == FH_OK) {
            status = decode_held(held, space, columns, seg->customer, seg->n_stories, &err);
            free_held(held);
        }
    }
    fh_space_free(space);
    fh_buf_free(&bytes.buf);
    return status;
}

static void memory_running_out_is_an_error(void **state)
{
    (void)state;
    const test_shape shape = {.customers = 6,
                              .touchpoints = 400,
                              .channels = 2,
                              .problems = 3,
                              .origins = 2,
                              .members = 3,
                              .ms = true,
                              .values = true,
                              .scores = true,
                              .ids = true,
                              .payloads = true};
    static fh_row rows[600];
    test_seed(3);
    test_random_rows(&shape, rows, COUNT(rows));
    fh_arena *arena = fh_arena_new(NULL);
    fh_segment seg = *test_segment(arena, rows, COUNT(rows));
    test_oom(there_and_back, &seg);
    fh_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_segments_come_back_equal),
        cmocka_unit_test(extremes_come_back_equal),
        cmocka_unit_test(negative_values_and_zeros_keep_their_presence),
        cmocka_unit_test(codes_take_as_few_bits_as_their_dictionary_needs),
        cmocka_unit_test(any_changed_byte_is_noticed),
        cmocka_unit_test(a_blob_that_is_cut_short_is_noticed),
        cmocka_unit_test(a_right_checksum_is_not_believed),
        cmocka_unit_test(times_that_run_past_2106_are_refused),
        cmocka_unit_test(a_story_behind_many_is_the_same),
        cmocka_unit_test(stories_that_are_not_there_cannot_be_kept),
        cmocka_unit_test(streamvbyte_is_the_same_as_the_librarys),
        cmocka_unit_test(packed_codes_come_back_equal),
        cmocka_unit_test(memory_running_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
