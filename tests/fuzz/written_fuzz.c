/* written_fuzz.c - any bytes as what a fold has counted: refused, or read out without an
 * overflow, and written again as bytes that mean the same.
 *
 * Bytes: which fold, an option, then what was written, whose head and checksum are set.
 */
#include "fold/written.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 2, NUMBERS = 16, MOST = 1 << 20 };

#define CHECK(condition) \
    if (!(condition)) abort()

/* With an option the pairs do not lie in a table but in a hash. */
static fh_status make(uint32_t which, uint32_t option, fh_fold **out)
{
    const uint32_t n = option & 1 ? 300 : NUMBERS;
    switch (which) {
    case 0: return fh_touchpoints_new(NULL, &(fh_touchpoints_options){n, n, n}, out, NULL);
    case 1: return fh_follows_new(NULL, &(fh_follows_options){.n_touchpoints = n}, out, NULL);
    case 2: return fh_loops_new(NULL, &(fh_loops_options){n}, out, NULL);
    case 3: return fh_waits_new(NULL, &(fh_waits_options){n}, out, NULL);
    case 4: return fh_handoffs_new(NULL, &(fh_handoffs_options){.n_departments = n}, out, NULL);
    case 5:
        return fh_repeats_new(
            NULL, &(fh_repeats_options){.n_departments = n, .n_channels = n, .window_ms = 5}, out,
            NULL);
    case 6:
        return fh_variants_new(
            NULL, &(fh_variants_options){.n_touchpoints = n, .most = 1 + option % 9}, out, NULL);
    default: break;
    }
    const fh_retention_options o = {.n_touchpoints = n,
                                    .unit = option & 2 ? FH_WEEK : FH_MONTH,
                                    .n_buckets = 1 + option % 80,
                                    .observed_until_ms = INT64_C(1700000000000)};
    return fh_retention_new(NULL, &o, out, NULL);
}

static fh_status read_out(const fh_fold *fold, uint32_t which, fh_arena *arena)
{
    switch (which) {
    case 0: return fh_touchpoints_read(fold, arena, &(fh_touchpoints){0}, NULL);
    case 1: return fh_follows_read(fold, arena, &(fh_follows){0}, NULL);
    case 2: return fh_loops_read(fold, arena, &(fh_loops){0}, NULL);
    case 3: return fh_waits_read(fold, arena, &(fh_waits){0}, NULL);
    case 4: return fh_handoffs_read(fold, arena, &(fh_handoffs){0}, NULL);
    case 5: return fh_repeats_read(fold, arena, &(fh_repeats){0}, NULL);
    case 6: return fh_variants_read(fold, arena, 1, &(fh_variants){0}, NULL);
    default: return fh_retention_read(fold, arena, &(fh_retention){0}, NULL);
    }
}

static void once_more(fh_fold *fold, uint32_t which, uint32_t option)
{
    fh_buf first, second;
    fh_fold *again = NULL;
    fh_buf_init(&first, NULL, MOST);
    fh_buf_init(&second, NULL, MOST);
    CHECK(fh_fold_write(fold, &first, NULL) == FH_OK);
    CHECK(make(which, option, &again) == FH_OK);
    CHECK(fh_fold_restore(again, fh_buf_view(&first), NULL) == FH_OK);
    CHECK(fh_fold_write(again, &second, NULL) == FH_OK);
    CHECK(fh_str_eq(fh_buf_view(&first), fh_buf_view(&second)));
    fh_fold_free(again);
    fh_buf_free(&first);
    fh_buf_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEAD || size > MOST / 8) return 0;
    const uint32_t which = data[0] % 8, option = data[1];
    fh_fold *fold = NULL;
    CHECK(make(which, option, &fold) == FH_OK);
    char *bytes = malloc(size);
    CHECK(bytes);
    memcpy(bytes, data + HEAD, size - HEAD);
    fh_written_seal(fold, bytes, size - HEAD);
    if (fh_fold_restore(fold, (fh_str){bytes, size - HEAD}, NULL) == FH_OK) {
        fh_arena *arena = fh_arena_new(NULL);
        const fh_status status = read_out(fold, which, arena);
        CHECK(status == FH_OK || status == FH_LIMIT);
        once_more(fold, which, option);
        fh_arena_free(arena);
    }
    fh_fold_free(fold);
    free(bytes);
    return 0;
}
