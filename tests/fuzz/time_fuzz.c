/* time_fuzz.c - any bytes as a pattern, samples and times: what is read is a real
 * instant that is written and read again the same. The input's lines are the
 * pattern, then texts. */
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_instant(int64_t ms)
{
    char text[FH_TIME_TEXT];
    int64_t again;
    const fh_civil c = fh_civil_of(ms);
    if (!fh_civil_valid(&c) || fh_civil_ms(&c) != ms) {
        /* With an offset, up to a day before the year 1 or after 9999. */
        if (c.year > 0 && c.year < 10000) abort();
        return;
    }
    const size_t n = fh_time_format(ms, NULL, text);
    if (!fh_time_iso((fh_str){text, n}, NULL, &again) || again != ms) abort();
}

static void check_duration(fh_str s)
{
    char text[FH_TIME_TEXT];
    int64_t ms, again;
    if (!fh_duration_parse(s, &ms)) return;
    const size_t n = fh_duration_format(ms, text);
    if (n >= FH_TIME_TEXT || text[n] != '\0') abort();
    /* Small units are left out, so no more comes back, and not much less. */
    if (!fh_duration_parse((fh_str){text, n}, &again) || again > ms) abort();
    if (ms >= FH_DAY_MS && ms - again >= FH_DAY_MS) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MAX_LINES = 20 };
    fh_str line[MAX_LINES];
    size_t n = 0;
    const char *p = (const char *)data, *end = p + size;
    while (p < end && n < MAX_LINES) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        if (!stop) stop = end;
        line[n++] = (fh_str){p, (size_t)(stop - p)};
        p = stop < end ? stop + 1 : end;
    }
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena || n == 0) return fh_arena_free(arena), 0;

    const fh_time_pattern *pattern, *seen;
    const fh_zone *zone = NULL;
    fh_error err;
    fh_str why;
    int64_t ms;
    if (n > 1 && fh_zone_fixed(arena, line[n - 1], &zone, &err) != FH_OK) zone = NULL;
    const bool usable = fh_time_pattern_new(arena, line[0], &pattern, &err) == FH_OK;
    for (size_t i = 0; i < n; i++) {
        if (usable && fh_time_parse(pattern, line[i], zone, &ms)) check_instant(ms);
        if (fh_time_iso(line[i], zone, &ms)) check_instant(ms);
        check_duration(line[i]);
    }
    if (fh_time_recognise(arena, line, n, &seen, &why, &err) == FH_OK && seen) {
        for (size_t i = 0; i < n; i++) {
            if (fh_str_trim(line[i]).len == 0) continue;
            if (!fh_time_parse(seen, line[i], NULL, &ms)) abort();
        }
    }
    fh_arena_free(arena);
    return 0;
}
