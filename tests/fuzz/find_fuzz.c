/* find_fuzz.c - any bytes as how far stories were looked at: what is believed is in order
 * and within its range, and comes back equal from its own bytes. The checksum is put right
 * first, so that the validation behind it is reached. */
#include "store/find_rows.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static void check(fh_str bytes, uint32_t lo)
{
    const fh_seen *seen = NULL, *again = NULL;
    size_t n = 0, n_again = 0;
    fh_error err = {0};
    fh_buf out;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) abort();
    fh_buf_init(&out, NULL, 1 << 24);
    const fh_status status = fh_seen_decode(bytes, lo, arena, &seen, &n, &err);
    must(status == FH_OK || (status == FH_CORRUPT && err.hint[0]));
    if (status == FH_OK) {
        for (size_t i = 0; i < n; i++) {
            must(seen[i].customer >= lo && seen[i].customer - lo < FH_SEEN_RANGE);
            must(i == 0 || seen[i].customer > seen[i - 1].customer);
        }
        must(fh_seen_encode(seen, n, &out, &err) == FH_OK);
        must(fh_seen_decode(fh_buf_view(&out), lo, arena, &again, &n_again, &err) == FH_OK);
        must(n == n_again && (n == 0 || memcmp(seen, again, n * sizeof *seen) == 0));
    }
    fh_buf_free(&out);
    fh_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { SUM_AT = 8, BODY_AT = 16 };
    if (size > 1 << 16) return 0;
    char *copy = malloc(size + 1);
    if (!copy) abort();
    if (size) memcpy(copy, data, size);
    check((fh_str){copy, size}, 0);
    if (size >= BODY_AT) {
        uint32_t count;
        memcpy(copy, "FSN1", 4);
        memcpy(&count, copy + 4, sizeof count);
        const uint64_t sum = XXH3_64bits(copy + BODY_AT, size - BODY_AT) ^ count;
        memcpy(copy + SUM_AT, &sum, sizeof sum);
        check((fh_str){copy, size}, 0);
        check((fh_str){copy, size}, FH_SEEN_RANGE);
    }
    free(copy);
    return 0;
}
