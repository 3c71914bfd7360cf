/* page_test.c - payload pages: there and back, damage, forged sizes. */
#include "test.h"

#include "firsthand/story.h"
#include "story/blob.h"
#include "story/svb.h"

#include <stdlib.h>

enum { MAX_BYTES = 1 << 24 };

static void there_and_back(const fh_str *payload, uint32_t count)
{
    fh_error err = {.message = ""};
    fh_buf buf;
    const fh_str *back;
    uint32_t n;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_buf_init(&buf, test_allocator(), MAX_BYTES);
    assert_status(fh_page_encode(payload, count, &buf, &err), FH_OK);
    assert_status(fh_page_decode(arena, buf.ptr, buf.len, &back, &n, &err), FH_OK);
    assert_int_equal(n, count);
    for (uint32_t i = 0; i < n; i++) assert_true(fh_str_eq(back[i], payload[i]));
    fh_buf_free(&buf);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static void payloads_come_back_equal(void **state)
{
    (void)state;
    enum { N = 300, LONGEST = 5000 };
    static char text[LONGEST];
    fh_str payload[N];
    test_seed(1);
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)test_rand(256);
    there_and_back(NULL, 0);
    for (uint32_t count = 1; count <= N; count += 1 + count / 2) {
        for (uint32_t i = 0; i < count; i++)
            payload[i] = (fh_str){text, test_rand(3) ? test_rand(90) : test_rand(LONGEST)};
        there_and_back(payload, count);
        for (uint32_t i = 0; i < count; i++) payload[i].len = 0;
        there_and_back(payload, count);
    }
}

static fh_str page_of(fh_buf *buf)
{
    const fh_str payload[] = {FH_STR("{\"a\":1}"), FH_STR(""), FH_STR("{\"b\":\"two\"}")};
    fh_buf_init(buf, NULL, MAX_BYTES);
    assert_status(fh_page_encode(payload, COUNT(payload), buf, NULL), FH_OK);
    return fh_buf_view(buf);
}

static fh_status decode(fh_str page)
{
    const fh_str *back;
    uint32_t n;
    fh_error err;
    char *exact = malloc(page.len ? page.len : 1); /* so that sanitizers see its end */
    fh_arena *arena = fh_arena_new(test_allocator());
    if (page.len) memcpy(exact, page.ptr, page.len);
    const fh_status status = fh_page_decode(arena, exact, page.len, &back, &n, &err);
    fh_arena_free(arena);
    free(exact);
    return status;
}

static void any_changed_or_missing_byte_is_noticed(void **state)
{
    (void)state;
    fh_buf buf;
    const fh_str page = page_of(&buf);
    assert_status(decode(page), FH_OK);
    for (size_t i = 0; i < page.len; i++) {
        assert_status(decode((fh_str){page.ptr, i}), FH_CORRUPT);
        buf.ptr[i] = (char)(buf.ptr[i] ^ 1);
        assert_status(decode(page), FH_CORRUPT);
        buf.ptr[i] = (char)(buf.ptr[i] ^ 1);
    }
    fh_buf_free(&buf);
}

/* With a right checksum a change is either refused or harmless. */
static void a_right_checksum_is_not_believed(void **state)
{
    (void)state;
    fh_buf buf;
    const fh_str page = page_of(&buf);
    size_t refused = 0;
    for (size_t i = 0; i < page.len; i++) {
        for (uint32_t v = 0; v < 256; v += 5) {
            char *copy = malloc(page.len);
            memcpy(copy, page.ptr, page.len);
            copy[i] = (char)v;
            fh_blob_seal(copy, page.len);
            const fh_status status = decode((fh_str){copy, page.len});
            assert_true(status == FH_OK || status == FH_CORRUPT);
            refused += status == FH_CORRUPT;
            free(copy);
        }
    }
    assert_true(refused > 500);
    fh_buf_free(&buf);
}

static void a_page_that_claims_to_be_huge_is_refused(void **state)
{
    (void)state;
    /* One payload of 1 GiB, as its length and its head say, in a frame of 20 bytes. */
    const uint32_t huge = 1u << 30;
    fh_buf buf;
    fh_buf_init(&buf, NULL, MAX_BYTES);
    const size_t at = fh_blob_begin(&buf);
    fh_svb_encode(&buf, &huge, 1);
    fh_buf_text(&buf, "not a frame at all ..");
    fh_blob_end(&buf, at, &(fh_blob){.column = FH_BLOB_PAGE, .n = 1, .m = huge});
    assert_status(decode(fh_buf_view(&buf)), FH_CORRUPT);
    fh_buf_free(&buf);
}

static fh_status page_there_and_back(void *ctx)
{
    const fh_str payload[] = {FH_STR("{\"a\":1}"), FH_STR("{\"b\":\"two\"}")};
    (void)ctx;
    fh_buf buf;
    const fh_str *back;
    uint32_t n;
    fh_buf_init(&buf, test_allocator(), MAX_BYTES);
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_status status = arena ? FH_OK : FH_NOMEM;
    if (status == FH_OK) status = fh_page_encode(payload, COUNT(payload), &buf, NULL);
    if (status == FH_OK) status = fh_page_decode(arena, buf.ptr, buf.len, &back, &n, NULL);
    fh_arena_free(arena);
    fh_buf_free(&buf);
    return status;
}

static void memory_running_out_is_an_error(void **state)
{
    (void)state;
    test_oom(page_there_and_back, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payloads_come_back_equal),
        cmocka_unit_test(any_changed_or_missing_byte_is_noticed),
        cmocka_unit_test(a_right_checksum_is_not_believed),
        cmocka_unit_test(a_page_that_claims_to_be_huge_is_refused),
        cmocka_unit_test(memory_running_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
