/* times.h - how long something took, over many times: a small histogram whose buckets
 * grow by a quarter at most: percentiles are told as the end of theirs.
 *
 * Whoever adds and whoever reads hold the same lock.
 */
#ifndef FH_APP_TIMES_H
#define FH_APP_TIMES_H

#include <stdint.h>

enum { FH_TIMES_STEPS = 4, FH_TIMES_BUCKETS = 128 }; /* steps to a doubling; up to an hour */

typedef struct fh_times {
    uint64_t n, sum_us, most_us;
    uint32_t bucket[FH_TIMES_BUCKETS];
} fh_times;

/* The bucket of 2^k * (4 + step) / 4 .. the next; the first four are 0 .. 3 us. */
static inline uint32_t fh_times_bucket(uint64_t us)
{
    uint32_t k = 2;
    if (us < FH_TIMES_STEPS) return (uint32_t)us;
    if (us >> 40) return FH_TIMES_BUCKETS - 1;
    while (us >> (k + 1)) k++;
    const uint32_t at = (k - 1) * FH_TIMES_STEPS + (uint32_t)(us >> (k - 2) & 3);
    return at < FH_TIMES_BUCKETS ? at : FH_TIMES_BUCKETS - 1;
}

/* Where a bucket ends. */
static inline uint64_t fh_times_end_us(uint32_t bucket)
{
    if (bucket < FH_TIMES_STEPS) return bucket + 1;
    const uint32_t k = bucket / FH_TIMES_STEPS + 1, step = bucket % FH_TIMES_STEPS;
    return (UINT64_C(5) + step) << (k - 2);
}

static inline void fh_times_add(fh_times *t, uint64_t us)
{
    t->n++;
    t->sum_us += us;
    if (us > t->most_us) t->most_us = us;
    t->bucket[fh_times_bucket(us)]++;
}

/* So many of a thousand took no longer; 0 when there were none. */
static inline uint64_t fh_times_of_us(const fh_times *t, uint32_t per_mille)
{
    const uint64_t wanted = (t->n * per_mille + 999) / 1000;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < FH_TIMES_BUCKETS; i++) {
        seen += t->bucket[i];
        if (seen && seen >= wanted)
            return fh_times_end_us(i) < t->most_us ? fh_times_end_us(i) : t->most_us;
    }
    return t->most_us;
}

#endif
