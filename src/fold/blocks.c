/* blocks.c - the interactions of a segment on one clock (see blocks.h). */
#include "fold/blocks.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

void fh_clock_steps(fh_clock *clock, uint32_t first, uint32_t n, uint64_t *restrict step)
{
    const fh_segment *seg = clock->seg;
    const uint32_t *restrict gap_s = seg->gap_s + first;
    if (seg->ms) {
        const uint16_t *restrict ms = seg->ms + first, *restrict before = ms - 1;
        for (uint32_t k = 0; k < n; k++) step[k] = (uint64_t)gap_s[k] * 1000 + ms[k] - before[k];
    } else {
        for (uint32_t k = 0; k < n; k++) step[k] = gap_s[k];
    }
    uint32_t s = clock->story;
    for (; s < seg->n_stories && seg->start[s] < first + n; s++)
        step[seg->start[s] - first] = clock->apart;
    clock->story = s;
}

/* FH_BLOCK_SPARE entries. */
static inline void fill(uint32_t *to, uint32_t v)
{
#ifdef __SSE2__
    const __m128i four = _mm_set1_epi32((int)v);
    __m128i *at = (void *)to;
    _mm_storeu_si128(at, four);
    _mm_storeu_si128(at + 1, four);
    _mm_storeu_si128(at + 2, four);
    _mm_storeu_si128(at + 3, four);
    _mm_storeu_si128(at + 4, four);
    _mm_storeu_si128(at + 5, four);
    _mm_storeu_si128(at + 6, four);
    _mm_storeu_si128(at + 7, four);
#else
    for (uint32_t k = 0; k < FH_BLOCK_SPARE; k++) to[k] = v;
#endif
}

/* So many entries at once that most stories end within them. */
void fh_clock_stories(const fh_clock *clock, uint32_t first, uint32_t n, uint32_t *restrict story)
{
    const uint32_t *start = clock->seg->start;
    uint32_t s = start[clock->story] > first ? clock->story - 1 : clock->story;
    for (uint32_t at = 0; at < n; s++) {
        const uint32_t until = start[s + 1] - first, end = until < n ? until : n;
        for (; at < end; at += FH_BLOCK_SPARE) fill(story + at, s + 1);
        at = end;
    }
}
