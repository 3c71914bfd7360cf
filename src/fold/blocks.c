/* blocks.c - the interactions of a segment on one clock (see blocks.h). */
#include "fold/blocks.h"

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
