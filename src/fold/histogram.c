/* histogram.c - percentiles from bucketed durations (see histogram.h). */
#include "fold/histogram.h"

static uint64_t middle(uint32_t bucket)
{
    if (bucket < 64) return bucket;
    const uint32_t shift = (bucket >> 5) - 1;
    const uint64_t low = (uint64_t)(32 + (bucket & 31)) << shift;
    return low + (UINT64_C(1) << shift >> 1);
}

int64_t fh_bucket_middle(uint32_t bucket)
{
    if (bucket < FH_BUCKETS_S) return (int64_t)middle(bucket) * 1000;
    return (int64_t)middle(bucket - FH_BUCKETS_S);
}

/* Visits the buckets in order of their middles: the two scales overlap below 32 s
 * only, and the second is often empty. */
typedef struct walk {
    uint32_t s, ms;
} walk;

static uint32_t next(walk *w)
{
    if (w->ms == FH_BUCKETS) return w->s++;
    if (w->s == FH_BUCKETS_S) return w->ms++;
    return fh_bucket_middle(w->s) <= fh_bucket_middle(w->ms) ? w->s++ : w->ms++;
}

fh_percentiles fh_histogram_percentiles(const uint64_t *count)
{
    uint64_t n = 0, n_ms = 0, seen = 0;
    for (uint32_t i = 0; i < FH_BUCKETS_S; i++) n += count[i];
    for (uint32_t i = FH_BUCKETS_S; i < FH_BUCKETS; i++) n_ms += count[i];
    n += n_ms;
    if (n == 0) return (fh_percentiles){0};
    const uint64_t rank[3] = {fh_nearest_rank(n, 50), fh_nearest_rank(n, 90),
                              fh_nearest_rank(n, 99)};
    int64_t found[3] = {0};
    walk w = {.ms = n_ms ? FH_BUCKETS_S : FH_BUCKETS};
    for (size_t k = 0; k < 3;) {
        const uint32_t b = next(&w);
        seen += count[b];
        for (; k < 3 && rank[k] <= seen; k++) found[k] = fh_bucket_middle(b);
    }
    return (fh_percentiles){.p50_ms = found[0], .p90_ms = found[1], .p99_ms = found[2]};
}
