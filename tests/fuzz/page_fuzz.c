/* page_fuzz.c - any bytes as a payload page; magic and checksum are put right
 * first. What is read must come back equal from its own bytes. */
#include "firsthand/story.h"
#include "story/blob.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 1 << 28 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static void there_and_back(fh_arena *arena, const fh_str *payload, uint32_t count)
{
    fh_buf buf;
    const fh_str *back;
    uint32_t n;
    fh_buf_init(&buf, NULL, MAX_BYTES);
    must(fh_page_encode(payload, count, &buf, NULL) == FH_OK);
    must(fh_page_decode(arena, buf.ptr, buf.len, &back, &n, NULL) == FH_OK);
    must(n == count);
    for (uint32_t i = 0; i < n; i++) must(fh_str_eq(back[i], payload[i]));
    fh_buf_free(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t head[] = {'F', 'H', 'C', FH_BLOB_VERSION, FH_BLOB_PAGE, 0, 0, 0};
    uint8_t *page = malloc(size ? size : 1); /* so that sanitizers see its end */
    fh_arena *arena = fh_arena_new(NULL);
    const fh_str *payload;
    uint32_t count;
    must(page && arena);
    if (size) memcpy(page, data, size);
    if (size >= FH_BLOB_HEAD) {
        memcpy(page, head, sizeof head);
        fh_blob_seal(page, size);
    }
    const fh_status status = fh_page_decode(arena, page, size, &payload, &count, NULL);
    must(status == FH_OK || status == FH_CORRUPT);
    if (status == FH_OK) there_and_back(arena, payload, count);
    fh_arena_free(arena);
    free(page);
    return 0;
}
