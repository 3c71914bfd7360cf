/* stretch.c - filters that leave one stretch of each story (see stretch.h).
 *
 * Times rise within a story, so what lies in a period is one stretch of it: how many
 * interactions are before the period, and how many before its end, is counted
 * without a branch an interaction. Columns are then copied stretch by stretch,
 * which costs a fraction of picking interactions one by one.
 */
#include "story/stretch.h"

#include "story/passed.h"
#include "story/pick.h"

enum { STRETCHES = 0 }; /* scratch slot */

bool fh_filter_leaves_stretches(const fh_filter *f)
{
    const fh_bitset any = {NULL, 0};
    fh_filter rest = *f;
    rest.has_from = rest.has_until = false;
    rest.customers = rest.passed = rest.not_passed = any;
    return fh_filter_is_everything(&rest);
}

/* Where the segment's own clock (seconds, or ms where there are any) reaches an instant. */
static uint64_t border(int64_t instant_ms, bool has_ms)
{
    if (instant_ms <= FH_TIME_MIN_MS) return 0;
    if (instant_ms > FH_TIME_MAX_MS) return UINT64_MAX;
    const uint64_t since = (uint64_t)(instant_ms - FH_TIME_MIN_MS);
    return has_ms ? since : (since + 999) / 1000;
}

typedef struct choosing {
    const fh_segment *in;
    const fh_filter *f;
    uint64_t from, until;
    fh_passed passed;
    uint32_t *customer, *start, *first; /* of the stories that stay */
    uint32_t n_stories, n;
    fh_stretch *stretch; /* [n_stretches] */
    uint32_t n_stretches;
} choosing;

/* The part of a story that lies in the period; n 0: none. */
static inline fh_stretch in_period(const choosing *p, uint32_t s, const bool has_ms)
{
    const uint32_t *restrict gap = p->in->gap_s;
    const uint16_t *restrict ms = p->in->ms;
    const uint64_t from = p->from, until = p->until;
    const uint32_t begin = p->in->start[s], end = p->in->start[s + 1];
    uint32_t at = p->in->first_s[s], before = 0, upto = 0;
    if ((has_ms ? (uint64_t)at * 1000 : at) >= until) return (fh_stretch){begin, 0};
    for (uint32_t i = begin; i < end; i++) {
        at += gap[i];
        const uint64_t now = has_ms ? (uint64_t)at * 1000 + ms[i] : at;
        before += now < from;
        upto += now < until;
    }
    return (fh_stretch){begin + before, upto > before ? upto - before : 0};
}

static void keep(choosing *p, uint32_t s, fh_stretch kept)
{
    const fh_segment *in = p->in;
    uint32_t first = in->first_s[s];
    for (uint32_t i = in->start[s]; i <= kept.at; i++) first += in->gap_s[i];
    p->customer[p->n_stories] = in->customer[s];
    p->start[p->n_stories] = p->n;
    p->first[p->n_stories++] = first;
    fh_stretch *last = p->n_stretches ? &p->stretch[p->n_stretches - 1] : NULL;
    if (last && last->at + last->n == kept.at)
        last->n += kept.n;
    else
        p->stretch[p->n_stretches++] = kept;
    p->n += kept.n;
}

static void choose(choosing *p)
{
    const fh_segment *in = p->in;
    const fh_filter *f = p->f;
    const bool all_times = !f->has_from && !f->has_until;
    for (uint32_t s = 0; s < in->n_stories; s++) {
        if (f->customers.bits && !fh_in_set(&f->customers, in->customer[s])) continue;
        const fh_stretch kept = all_times
                                    ? (fh_stretch){in->start[s], in->start[s + 1] - in->start[s]}
                                : in->ms ? in_period(p, s, true)
                                         : in_period(p, s, false);
        if (kept.n && fh_passed_stays(&p->passed, NULL, kept.at, kept.n)) keep(p, s, kept);
    }
    p->start[p->n_stories] = p->n;
}

static bool begin(choosing *p, fh_space *space)
{
    const fh_filter *f = p->f;
    const uint32_t n = p->in->n_stories;
    const bool has_ms = p->in->ms != NULL;
    p->from = f->has_from ? border(f->from_ms, has_ms) : 0;
    p->until = f->has_until ? border(f->until_ms, has_ms) : UINT64_MAX;
    p->customer = fh_space_part(space, FH_COL_STORIES, FH_PART_MAIN, n, sizeof *p->customer);
    p->start = fh_space_part(space, FH_COL_STORIES, FH_PART_ASIDE, (size_t)n + 1, 4);
    p->first = fh_space_part(space, FH_COL_STORIES, FH_PART_FIRST, n, sizeof *p->first);
    p->stretch = fh_space_scratch(space, STRETCHES, n, sizeof *p->stretch);
    return p->customer && p->start && p->first && p->stretch &&
           fh_passed_begin(&p->passed, space, p->in, f);
}

bool fh_stretch_select(fh_space *space, const fh_segment *in, const fh_filter *f, uint32_t columns)
{
    choosing p = {.in = in, .f = f};
    if (!begin(&p, space)) return false;
    choose(&p);
    uint32_t *gap = fh_space_part(space, FH_COL_GAP, FH_PART_MAIN, p.n, sizeof *gap);
    if (!gap) return false;
    const fh_picked picked = {.stretch = p.stretch, .n_stretches = p.n_stretches};
    if (p.n) fh_pick_numbers(in->gap_s, sizeof *gap, &picked, p.n, gap);
    for (uint32_t s = 0; s < p.n_stories; s++) gap[p.start[s]] = 0;
    fh_segment *seg = &space->seg;
    seg->n = p.n;
    seg->n_stories = p.n_stories;
    seg->customer = p.customer;
    seg->start = p.start;
    seg->first_s = p.first;
    seg->gap_s = gap;
    seg->columns = 1u << FH_COL_STORIES | 1u << FH_COL_GAP;
    return fh_pick(space, in, columns, &picked);
}
