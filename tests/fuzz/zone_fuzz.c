/* zone_fuzz.c - any bytes as a TZif file: refused with a reason, or every offset
 * is less than 26 hours and local time leads back to where it came from. */
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fh_arena *arena = fh_arena_new(NULL);
    const fh_zone *zone;
    fh_error err;
    const fh_str bytes = {(const char *)data, size};
    if (!arena) return 0;
    if (fh_zone_tzif(arena, bytes, &zone, &err) == FH_OK) {
        for (int64_t year = -3; year < 12; year++) {
            for (int64_t k = 0; k < 8; k++) {
                const int64_t at = year * 100 * 365 * FH_DAY_MS + k * 47 * FH_DAY_MS + k;
                const int64_t offset = fh_zone_offset(zone, at);
                if (offset <= -26 * 3600 || offset >= 26 * 3600) abort();
                const int64_t back = fh_zone_instant(zone, at);
                const int64_t shift = at - back;
                if (shift <= -26 * 3600000 || shift >= 26 * 3600000 || shift % 1000) abort();
            }
        }
        (void)fh_zone_offset(zone, INT64_MIN);
        (void)fh_zone_instant(zone, INT64_MAX);
    } else if (err.message[0] == '\0' || err.hint[0] == '\0') {
        abort();
    }
    fh_arena_free(arena);
    return 0;
}
