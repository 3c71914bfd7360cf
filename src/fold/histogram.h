/* histogram.h - durations counted in buckets, and percentiles from them.
 *
 *     buckets   0 ..   63   whole seconds, exact
 *              64 ..  895   seconds: 32 buckets for every doubling, up to 2^32
 *             896 .. 1247   below 32 s and not whole seconds: milliseconds,
 *                           exact below 64 ms, then 32 buckets for every doubling
 *
 * So that logs that know seconds only give exact small percentiles, and logs
 * with milliseconds give good ones. The bucket depends on the duration alone,
 * not on whether its neighbours have milliseconds.
 */
#ifndef FH_FOLD_HISTOGRAM_H
#define FH_FOLD_HISTOGRAM_H

#include "firsthand/fold.h"

enum { FH_BUCKETS_S = 896, FH_BUCKETS = FH_BUCKETS_S + 352 };

/* 32 buckets for every doubling from 32 up; below 64 each number its own. */
static inline uint32_t fh_bucket_of(uint32_t v)
{
    const uint32_t shift = (uint32_t)(26 - __builtin_clz(v | 32));
    return (shift << 5) + (v >> shift);
}

static inline uint32_t fh_bucket_s(uint32_t seconds)
{
    return fh_bucket_of(seconds);
}

static inline uint32_t fh_bucket_ms(uint64_t ms)
{
    const uint64_t s = ms / 1000;
    if (s >= 32 || s * 1000 == ms) return fh_bucket_of(s > UINT32_MAX ? UINT32_MAX : (uint32_t)s);
    return FH_BUCKETS_S + fh_bucket_of((uint32_t)ms);
}

/* The middle of a bucket, in ms. */
int64_t fh_bucket_middle(uint32_t bucket);

/* Nearest rank over count[FH_BUCKETS]; zeros when all are 0. */
fh_percentiles fh_histogram_percentiles(const uint64_t *count);

/* The 1-based rank of the q-th percentile (q of 100) among n: ceil(q * n / 100). */
static inline uint64_t fh_nearest_rank(uint64_t n, uint64_t q)
{
    return n / 100 * q + (n % 100 * q + 99) / 100;
}

#endif
