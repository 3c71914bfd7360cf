/* flat.c - the tables of columns, and bits copied from one place to another. */
#include "story/flat.h"

#include <stddef.h>

const fh_flat fh_flats[FH_N_FLAT] = {
    {FH_COL_MS, 2, offsetof(fh_segment, ms), 0},
    {FH_COL_VALUE, 8, offsetof(fh_segment, value), offsetof(fh_segment, has_value)},
    {FH_COL_SCORE, 4, offsetof(fh_segment, score), offsetof(fh_segment, has_score)},
    {FH_COL_PROBLEM, 4, offsetof(fh_segment, problem), 0},
    {FH_COL_ORIGIN, 4, offsetof(fh_segment, origin), 0},
    {FH_COL_ID, 8, offsetof(fh_segment, id), 0},
    {FH_COL_MEMBER, 4, offsetof(fh_segment, member), 0},
    {FH_COL_PAYLOAD, 4, offsetof(fh_segment, payload_len), 0},
};

const fh_column fh_named[FH_N_NAMED] = {FH_COL_TOUCHPOINT, FH_COL_CHANNEL, FH_COL_DEPARTMENT,
                                        FH_COL_DIRECTION,  FH_COL_OUTCOME, FH_COL_CURRENCY};

void fh_copy_bits(uint64_t *dst, size_t to, const uint64_t *src, size_t from, size_t n)
{
    if (!src) return;
    while (n) {
        /* As many as lie in one word on both sides. */
        const size_t in_src = 64 - from % 64, in_dst = 64 - to % 64;
        size_t step = in_src < in_dst ? in_src : in_dst;
        if (step > n) step = n;
        uint64_t bits = src[from / 64] >> from % 64;
        if (step < 64) bits &= (UINT64_C(1) << step) - 1;
        dst[to / 64] |= bits << to % 64;
        from += step;
        to += step;
        n -= step;
    }
}
