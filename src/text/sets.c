/* sets.c - numbers as a set: sorted, each once. */
#include "text/text_parts.h"

#include <string.h>

enum {
    SHORT = 24, /* a multiple of four */
    DIGIT = 256,
    DIGITS = 4,
    BUCKETS = 128,
    BUCKET_SHIFT = 25,
    BUCKET_MOST = 16,                    /* a power of two */
    BUCKETED = BUCKETS * BUCKET_MOST / 4 /* numbers; of more, buckets are often too full */
};

/* Of a few: each goes to where as many lie before it as are smaller. Nobody has to guess how two of
 * them compare, which costs more than comparing all with all. */
static void rank_sort(uint32_t *v, uint32_t n)
{
    uint64_t key[SHORT]; /* in their order when they are the same */
    for (uint32_t i = 0; i < n; i++) key[i] = (uint64_t)v[i] << 8 | i;
    const uint32_t all = (n + 3) / 4 * 4;
    for (uint32_t i = n; i < all; i++) key[i] = UINT64_MAX;
    for (uint32_t i = 0; i < n; i++) {
        const uint64_t x = key[i];
        uint32_t rank = 0;
        for (uint32_t k = 0; k < all; k += 4) {
            rank += key[k] < x;
            rank += key[k + 1] < x;
            rank += key[k + 2] < x;
            rank += key[k + 3] < x;
        }
        v[rank] = (uint32_t)(x >> 8);
    }
}

/* By the lowest byte first; each pass keeps the order of the one before. */
static void radix_sort(uint32_t *v, uint32_t n, uint32_t *room)
{
    uint32_t count[DIGITS][DIGIT] = {{0}};
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t d = 0; d < DIGITS; d++) count[d][v[i] >> (8 * d) & 255]++;
    uint32_t *to = room, *from = v;
    for (uint32_t d = 0; d < DIGITS; d++) {
        if (count[d][v[0] >> (8 * d) & 255] == n) continue; /* all have the same */
        uint32_t sum = 0;
        for (uint32_t b = 0; b < DIGIT; b++) {
            const uint32_t c = count[d][b];
            count[d][b] = sum;
            sum += c;
        }
        for (uint32_t i = 0; i < n; i++) to[count[d][from[i] >> (8 * d) & 255]++] = from[i];
        uint32_t *was = from;
        from = to;
        to = was;
    }
    if (from != v) memcpy(v, from, n * sizeof *v);
}

/* Of hashes, which lie everywhere: by the highest bits into buckets of one or two, then each to
 * its place. False, nothing changed: a bucket would hold too many, they are no hashes. */
static bool bucket_sort(uint32_t *v, uint32_t n, uint32_t *room)
{
    uint32_t end[BUCKETS + 1] = {0};
    for (uint32_t i = 0; i < n; i++) end[(v[i] >> BUCKET_SHIFT) + 1]++;
    uint32_t most = 0;
    for (uint32_t b = 0; b < BUCKETS; b++) {
        most |= end[b + 1];
        end[b + 1] += end[b];
    }
    if (most >= BUCKET_MOST) return false;
    for (uint32_t i = 0; i < n; i++) room[end[v[i] >> BUCKET_SHIFT]++] = v[i];
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t x = room[i];
        uint32_t k = i;
        for (; k > 0 && v[k - 1] > x; k--) v[k] = v[k - 1];
        v[k] = x;
    }
    return true;
}

void fh_sort_u32(uint32_t *v, uint32_t n, uint32_t *room)
{
    if (n <= SHORT)
        rank_sort(v, n);
    else if (n > BUCKETED || !bucket_sort(v, n, room))
        radix_sort(v, n, room);
}

uint32_t fh_set_make(uint32_t *v, uint32_t n, uint32_t *room)
{
    uint32_t kept = n > 0;
    fh_sort_u32(v, n, room);
    for (uint32_t i = 1; i < n; i++) {
        const uint32_t x = v[i];
        const bool fresh = x != v[kept - 1];
        v[kept] = x;
        kept += fresh;
    }
    return kept;
}
