/* codec_stories.c - who, when: FH_COL_STORIES, FH_COL_GAP, FH_COL_MS.
 *
 *     STORIES  svb(customer - the one before - 1) svb(interactions - 1) first_s
 *     GAP      svb(gap_s)
 *     MS       lower 8 bits of each, then the upper 2 bits packed
 *
 * Stories: m is their number; customers rise strictly, so 1 is taken off, and no
 * story is empty. Gaps: no story's times may run past 2076. That is decided from
 * sums over blocks of 1,024 gaps that come with the decoding; only where these
 * leave it open a story is added up by itself.
 */
#include "story/codecs.h"
#include "story/few.h"
#include "story/pack.h"
#include "story/svb.h"

#include <string.h>

enum { SUM_BLOCK = 1024 };

fh_status fh_encode_stories(fh_encoding *e, fh_error *err)
{
    const fh_segment *seg = e->seg;
    const uint32_t m = seg->n_stories;
    uint32_t *customer = FH_NEW_ARRAY(e->scratch, uint32_t, m);
    uint32_t *count = FH_NEW_ARRAY(e->scratch, uint32_t, m);
    if (!customer || !count) return fh_no_memory(err);
    if (seg->n > FH_SEGMENT_MAX)
        return fh_fail(err, FH_LIMIT, "one segment cannot hold %u interactions", seg->n);
    uint32_t before = 0;
    for (uint32_t s = 0; s < m; s++) {
        if (seg->customer[s] <= before || seg->start[s + 1] <= seg->start[s])
            return fh_fail(err, FH_INVALID, "story %u is empty or out of order", s);
        customer[s] = seg->customer[s] - before - 1;
        count[s] = seg->start[s + 1] - seg->start[s] - 1;
        before = seg->customer[s];
    }
    e->head.m = m;
    fh_svb_encode(e->out, customer, m);
    fh_svb_encode(e->out, count, m);
    fh_buf_put(e->out, seg->first_s, (size_t)m * sizeof *seg->first_s);
    return FH_OK;
}

/* Turns differences and counts into customer numbers and offsets, in place. */
static bool add_up(uint32_t *customer, uint32_t *start, uint32_t m, uint32_t n)
{
    uint64_t number = 0, at = 0;
    for (uint32_t s = 0; s < m; s++) {
        const uint32_t count = start[s];
        number += (uint64_t)customer[s] + 1;
        if (number > UINT32_MAX) return false;
        customer[s] = (uint32_t)number;
        start[s] = (uint32_t)at;
        at += (uint64_t)count + 1;
        if (at > n) return false;
    }
    start[m] = n;
    return at == n;
}

fh_status fh_decode_stories(fh_space *space, const fh_blob *blob, fh_error *err)
{
    const uint32_t m = blob->m;
    fh_svb customers, counts;
    if (blob->n > FH_SEGMENT_MAX || m > blob->n)
        return fh_corrupt(err, blob->column, "its counts contradict one another");
    if (!fh_svb_open(&customers, blob->body, blob->len, m) ||
        !fh_svb_open(&counts, blob->body + customers.bytes, blob->len - customers.bytes, m) ||
        blob->len - customers.bytes - counts.bytes != (size_t)m * sizeof(uint32_t))
        return fh_corrupt(err, blob->column, "its length contradicts its counts");

    uint32_t *customer = fh_space_part(space, FH_COL_STORIES, FH_PART_MAIN, m, sizeof *customer);
    uint32_t *start =
        fh_space_part(space, FH_COL_STORIES, FH_PART_ASIDE, (size_t)m + 1, sizeof *start);
    uint32_t *first = fh_space_part(space, FH_COL_STORIES, FH_PART_FIRST, m, sizeof *first);
    if (!customer || !start || !first) return fh_no_memory(err);
    (void)fh_svb_read(&customers, customer, m);
    (void)fh_svb_read(&counts, start, m);
    if (m) memcpy(first, blob->body + customers.bytes + counts.bytes, (size_t)m * sizeof *first);
    if (!add_up(customer, start, m, blob->n))
        return fh_corrupt(err, blob->column, "its stories do not add up");

    fh_segment *seg = &space->seg;
    seg->n = blob->n;
    seg->n_stories = m;
    seg->customer = customer;
    seg->start = start;
    seg->first_s = first;
    seg->columns = 1u << FH_COL_STORIES;
    space->of = blob->n;
    return FH_OK;
}

fh_status fh_encode_gap(fh_encoding *e, fh_error *err)
{
    if (!e->seg->gap_s) return fh_fail(err, FH_INVALID, "the segment has no gaps to encode");
    fh_svb_encode(e->out, e->seg->gap_s, e->seg->n);
    return FH_OK;
}

/* Do all stories begin with gap 0 and end before 2076? `sums[b]` is the sum of
 * all gaps before block b; the first has `ahead` gaps before those of the stories. */
static bool times_fit(const fh_segment *seg, const uint32_t *gap, const uint64_t *sums,
                      size_t ahead)
{
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        const uint32_t at = seg->start[s], end = seg->start[s + 1];
        const uint64_t room = UINT32_MAX - seg->first_s[s];
        if (gap[at] != 0) return false;
        if (sums[(end - 1 + ahead) / SUM_BLOCK + 1] - sums[(at + ahead) / SUM_BLOCK] <= room)
            continue;
        uint64_t sum = 0;
        for (uint32_t i = at; i < end; i++) sum += gap[i];
        if (sum > room) return false;
    }
    return true;
}

/* Do milliseconds rise where whole seconds stand still? Where a story begins the
 * gap is 0 without meaning anything, so such places are counted and taken off. */
static bool ms_rise(const fh_segment *seg, const uint32_t *gap, const uint16_t *ms)
{
    uint32_t falls = 0;
    for (uint32_t i = 1; i < seg->n; i++) falls += gap[i] == 0 && ms[i] < ms[i - 1];
    for (uint32_t s = 1; s < seg->n_stories; s++)
        falls -= ms[seg->start[s]] < ms[seg->start[s] - 1];
    return falls == 0;
}

fh_status fh_decode_gap(fh_space *space, const fh_blob *blob, fh_error *err)
{
    const fh_reach reach = fh_reach_of(space->skipped, space->seg.n, blob->n, FH_SVB_GROUP);
    fh_svb s;
    if (!fh_svb_open(&s, blob->body, blob->len, blob->n) || s.bytes != blob->len)
        return fh_corrupt(err, blob->column, "its length contradicts its count");
    uint32_t *gap = fh_space_part(space, FH_COL_GAP, FH_PART_MAIN, reach.n, sizeof *gap);
    uint64_t *sums = fh_space_scratch(space, 0, reach.n / SUM_BLOCK + 2, sizeof *sums);
    if (!gap || !sums) return fh_no_memory(err);
    sums[0] = 0;
    fh_svb_skip(&s, reach.at);
    for (size_t i = 0, b = 0; i < reach.n; i += SUM_BLOCK, b++) {
        const size_t step = reach.n - i < SUM_BLOCK ? reach.n - i : SUM_BLOCK;
        sums[b + 1] = sums[b] + fh_svb_read(&s, gap + i, step);
    }
    gap += reach.ahead;
    if (!times_fit(&space->seg, gap, sums, reach.ahead))
        return fh_corrupt(err, blob->column, "its times run past the year 2076");
    if (space->seg.ms && !ms_rise(&space->seg, gap, space->seg.ms))
        return fh_corrupt(err, blob->column, "its times do not rise");
    space->seg.gap_s = gap;
    return FH_OK;
}

fh_status fh_encode_ms(fh_encoding *e, fh_error *err)
{
    const uint16_t *ms = e->seg->ms;
    const uint32_t n = e->seg->n;
    uint32_t any = 0;
    for (uint32_t i = 0; ms && i < n; i++) any |= ms[i];
    e->empty = any == 0;
    if (e->empty) return FH_OK;
    const size_t upper_bytes = fh_packed_bytes(n, 2);
    uint8_t *upper = fh_arena_alloc(e->scratch, (size_t)n + FH_PACK_BLOCK, 1);
    uint8_t *out = (uint8_t *)fh_buf_reserve(e->out, n + upper_bytes);
    if (!upper || !out) return fh_no_memory(err);
    for (uint32_t i = 0; i < n; i++) {
        out[i] = (uint8_t)ms[i];
        upper[i] = (uint8_t)(ms[i] >> 8);
    }
    fh_pack(upper, n, 2, out + n);
    e->out->len += n + upper_bytes;
    return FH_OK;
}

fh_status fh_decode_ms(fh_space *space, const fh_blob *blob, fh_error *err)
{
    const uint32_t n = space->seg.n;
    const fh_reach reach = fh_reach_of(space->skipped, n, blob->n, FH_PACK_BLOCK);
    if (blob->len != blob->n + fh_packed_bytes(blob->n, 2))
        return fh_corrupt(err, blob->column, "its length contradicts its count");
    uint16_t *ms = fh_space_part(space, FH_COL_MS, FH_PART_MAIN, n, sizeof *ms);
    uint8_t *upper = fh_space_scratch(space, 0, reach.n, 1);
    if (!ms || !upper) return fh_no_memory(err);
    fh_unpack(blob->body + blob->n + fh_packed_bytes(reach.at, 2), reach.n, 2, upper);
    const uint8_t *lower = blob->body + space->skipped;
    upper += reach.ahead;
    uint32_t too_large = 0;
    for (uint32_t i = 0; i < n; i++) {
        ms[i] = (uint16_t)(lower[i] | upper[i] << 8);
        too_large |= ms[i] > 999;
    }
    if (too_large) return fh_corrupt(err, blob->column, "it holds more than 999 ms");
    if (space->seg.gap_s && !ms_rise(&space->seg, space->seg.gap_s, ms))
        return fh_corrupt(err, blob->column, "its times do not rise");
    space->seg.ms = ms;
    return FH_OK;
}

/* ---- Of a few stories --------------------------------------------------------- */

fh_status fh_hold_gap(fh_held *held, fh_error *err)
{
    return fh_held_open(held, 0, held->blob.n, err);
}

/* The same as times_fit, story by story. */
static bool few_fit(const fh_segment *seg, const uint32_t *gap)
{
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        uint64_t at = seg->first_s[s];
        if (gap[seg->start[s]] != 0) return false;
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1]; i++) at += gap[i];
        if (at > UINT32_MAX) return false;
    }
    return true;
}

fh_status fh_few_gap(fh_space *space, const fh_held *held, const fh_picked *picked, fh_error *err)
{
    uint32_t *gap = fh_space_part(space, FH_COL_GAP, FH_PART_MAIN, space->seg.n, sizeof *gap);
    uint32_t *room = fh_space_scratch(space, 0, fh_held_room(picked), sizeof *room);
    if (!gap || !room) return fh_no_memory(err);
    for (uint32_t k = 0, at = 0; k < picked->n_stretches; k++) {
        const fh_stretch *w = &picked->stretch[k];
        memcpy(gap + at, fh_held_numbers(held, w->at, w->n, room), w->n * sizeof *gap);
        at += w->n;
    }
    if (!few_fit(&space->seg, gap))
        return fh_corrupt(err, FH_COL_GAP, "its times run past the year 2076");
    if (space->seg.ms && !ms_rise(&space->seg, gap, space->seg.ms))
        return fh_corrupt(err, FH_COL_GAP, "its times do not rise");
    space->seg.gap_s = gap;
    return FH_OK;
}

fh_status fh_few_ms(fh_space *space, const fh_held *held, const fh_picked *picked, fh_error *err)
{
    const fh_blob *blob = &held->blob;
    if (blob->len != blob->n + fh_packed_bytes(blob->n, 2))
        return fh_corrupt(err, FH_COL_MS, "its length contradicts its count");
    uint16_t *ms = fh_space_part(space, FH_COL_MS, FH_PART_MAIN, space->seg.n, sizeof *ms);
    uint8_t *room = fh_space_scratch(space, 0, fh_held_room(picked), 1);
    if (!ms || !room) return fh_no_memory(err);
    uint32_t too_large = 0;
    for (uint32_t k = 0, at = 0; k < picked->n_stretches; k++) {
        const fh_stretch *w = &picked->stretch[k];
        const fh_reach reach = fh_reach_of(w->at, w->n, blob->n, FH_PACK_BLOCK);
        fh_unpack(blob->body + blob->n + fh_packed_bytes(reach.at, 2), reach.n, 2, room);
        const uint8_t *lower = blob->body + w->at, *upper = room + reach.ahead;
        for (uint32_t i = 0; i < w->n; i++, at++) {
            ms[at] = (uint16_t)(lower[i] | upper[i] << 8);
            too_large |= ms[at] > 999;
        }
    }
    if (too_large) return fh_corrupt(err, FH_COL_MS, "it holds more than 999 ms");
    if (space->seg.gap_s && !ms_rise(&space->seg, space->seg.gap_s, ms))
        return fh_corrupt(err, FH_COL_MS, "its times do not rise");
    space->seg.ms = ms;
    return FH_OK;
}
