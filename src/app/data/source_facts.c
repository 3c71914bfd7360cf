/* source_facts.c - what each source has told (see source_facts.h). */
#include "app/data/source_facts.h"

#include "base/sort.h"
#include "base/time.h"
#include "store/segments.h"

#include <string.h>

#define WEEK_MS (7 * FH_DAY_MS)

typedef struct facts {
    fh_source_fact *fact; /* [n] */
    size_t n;
    uint32_t *of_origin; /* [n_origins] index + 1 of the fact; 0: none */
    uint32_t n_origins;
    int64_t until_ms;
} facts;

static int by_name(const void *a, const void *b, void *ctx)
{
    const fh_source_fact *x = a, *y = b;
    (void)ctx;
    return fh_str_cmp(x->source, y->source);
}

/* One fact a source; origins come in the order of their numbers. */
static fh_status gather(facts *f, const fh_origin *origin, size_t n, fh_arena *arena, fh_error *err)
{
    f->n_origins = n ? origin[n - 1].origin + 1 : 1;
    f->fact = FH_NEW_ARRAY(arena, fh_source_fact, n + 1);
    f->of_origin = FH_NEW_ARRAY(arena, uint32_t, f->n_origins);
    if (!f->fact || !f->of_origin) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < f->n && !fh_str_eq(f->fact[k].source, origin[i].source)) k++;
        if (k == f->n)
            f->fact[f->n++] = (fh_source_fact){
                .source = origin[i].source, .first_ms = FH_TIME_MAX_MS, .last_ms = FH_TIME_MIN_MS};
    }
    fh_status s = fh_sort(fh_arena_allocator(arena), f->fact, f->n, sizeof *f->fact, by_name, NULL);
    if (s) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (!fh_str_eq(f->fact[k].source, origin[i].source)) k++;
        fh_source_fact *to = &f->fact[k];
        f->of_origin[origin[i].origin] = (uint32_t)k + 1;
        to->imports++;
        to->stopped += !origin[i].complete;
        to->live |= fh_str_eq(origin[i].file, FH_STR("live"));
        if (!to->last.origin || origin[i].last_ms >= to->last.last_ms) to->last = origin[i];
    }
    return FH_OK;
}

static void count_one(facts *f, uint32_t origin, int64_t at_ms)
{
    if (origin >= f->n_origins || !f->of_origin[origin]) return;
    fh_source_fact *to = &f->fact[f->of_origin[origin] - 1];
    to->interactions++;
    if (at_ms < to->first_ms) to->first_ms = at_ms;
    if (at_ms > to->last_ms) to->last_ms = at_ms;
    const int64_t before = f->until_ms - 1 - at_ms;
    if (before >= 0 && before / WEEK_MS < FH_SOURCE_WEEKS)
        to->week[FH_SOURCE_WEEKS - 1 - before / WEEK_MS]++;
}

static void count_segment(facts *f, const fh_segment *seg)
{
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        uint64_t at_s = seg->first_s[s];
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1]; i++) {
            at_s += seg->gap_s ? seg->gap_s[i] : 0;
            count_one(f, seg->origin ? seg->origin[i] : 0, fh_instant_ms(at_s, 0));
        }
    }
}

static fh_status count_all(facts *f, fh_org *org, fh_error *err)
{
    const fh_segment *seg = NULL;
    fh_scan *scan = NULL;
    fh_status s =
        fh_scan_open(org, 1u << FH_COL_GAP | 1u << FH_COL_ORIGIN, 0, UINT32_MAX, &scan, err);
    while (!s) {
        s = fh_scan_next(scan, 0, &seg, err);
        if (s || !seg) break;
        count_segment(f, seg);
    }
    fh_scan_close(scan);
    return s;
}

fh_status fh_source_facts_get(fh_org *org, fh_arena *arena, fh_source_facts *out, fh_error *err)
{
    const fh_origin *origin = NULL;
    size_t n = 0;
    fh_store_counts counts;
    facts f = {.n = 0};
    fh_status s = fh_origins(org, arena, &origin, &n, err);
    if (!s) s = fh_store_count(org, &counts, err);
    if (!s) s = gather(&f, origin, n, arena, err);
    if (s) return s;
    /* Weeks end with a whole day, so that a picture of today is the same all day. */
    f.until_ms = (counts.last_ms - counts.last_ms % FH_DAY_MS) + FH_DAY_MS;
    s = count_all(&f, org, err);
    if (s) return s;
    *out = (fh_source_facts){.until_ms = f.until_ms, .n = f.n, .source = f.fact};
    return FH_OK;
}
