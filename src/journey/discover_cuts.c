/* discover_cuts.c - the four cuts of the inductive miner, as groups of activities (see
 * discover.h).
 *
 *     choice    what is not joined by any arc
 *     sequence  strict: components by "leads to", both ways or neither are one; then what can
 *               be passed over is joined with its neighbours (Leemans, Robust Process Mining
 *               with Guarantees, page 233)
 *     together  what is not joined both ways belongs to one group; every group has a start and
 *               an end
 *     repeat    starts and ends are what is repeated; what hangs together besides them comes
 *               between, if it is entered from all ends and leads to all starts
 */
#include "journey/discover.h"

#include "base/sort.h"

#include <string.h>

/* ---- Groups that are joined ----------------------------------------------------------------- */

static uint32_t leader(uint32_t *of, uint32_t a)
{
    while (of[a] != a) a = of[a] = of[of[a]];
    return a;
}

static void join(uint32_t *of, uint32_t a, uint32_t b)
{
    a = leader(of, a);
    b = leader(of, b);
    if (a < b)
        of[b] = a;
    else
        of[a] = b;
}

/* k groups of one each, and room to number them. */
static bool apart(fh_scratch *s, uint32_t k, uint32_t **of)
{
    *of = fh_scratch_take(s, k + 1, sizeof **of);
    for (uint32_t a = 0; *of && a < k; a++) (*of)[a] = a;
    return *of != NULL;
}

/* Numbers 0, 1, ... in the order of each group's first activity. */
static uint32_t numbered(uint32_t *of, uint32_t k)
{
    uint32_t n = 0;
    for (uint32_t a = 0; a < k; a++) of[a] = leader(of, a);
    for (uint32_t a = 0; a < k; a++) of[a] = of[a] == a ? n++ : of[of[a]];
    return n;
}

static bool follows(const fh_dfg *d, uint32_t a, uint32_t b)
{
    return d->arc[(size_t)a * d->k + b] != 0;
}

/* ---- Choice --------------------------------------------------------------------------------- */

bool fh_cut_choice(fh_scratch *s, const fh_dfg *d, fh_groups *out)
{
    uint32_t *of;
    if (!apart(s, d->k, &of)) return false;
    for (uint32_t a = 0; a < d->k; a++)
        for (uint32_t b = 0; b < d->k; b++)
            if (follows(d, a, b)) join(of, a, b);
    const uint32_t n = numbered(of, d->k);
    *out = (fh_groups){of, n > 1 ? n : 0};
    return true;
}

/* ---- Sequence ------------------------------------------------------------------------------- */

typedef struct reach {
    uint64_t *bits; /* [k * words] */
    size_t words;
} reach;

static bool leads(const reach *r, uint32_t a, uint32_t b)
{
    return r->bits[a * r->words + b / 64] >> (b % 64) & 1;
}

/* Warshall's closure, a row of 64 at a time. */
static bool make_reach(fh_scratch *s, const fh_dfg *d, reach *out)
{
    out->words = (d->k + 63) / 64;
    out->bits = fh_scratch_take(s, d->k * out->words + 1, sizeof *out->bits);
    if (!out->bits) return false;
    memset(out->bits, 0, d->k * out->words * sizeof *out->bits);
    for (uint32_t a = 0; a < d->k; a++)
        for (uint32_t b = 0; b < d->k; b++)
            if (follows(d, a, b)) out->bits[a * out->words + b / 64] |= UINT64_C(1) << (b % 64);
    for (uint32_t via = 0; via < d->k; via++)
        for (uint32_t a = 0; a < d->k; a++) {
            if (!leads(out, a, via)) continue;
            for (size_t w = 0; w < out->words; w++)
                out->bits[a * out->words + w] |= out->bits[via * out->words + w];
        }
    return true;
}

typedef struct ranked {
    uint32_t group;
    uint32_t rank;
} ranked;

static int by_rank(const void *pa, const void *pb, void *ctx)
{
    const ranked *a = pa, *b = pb;
    (void)ctx;
    return (a->rank > b->rank) - (a->rank < b->rank);
}

/* Groups in the order in which one leads to the next: by how many lead to a member, less how
 * many it leads to. */
static bool in_order(fh_scratch *s, const fh_dfg *d, const reach *r, uint32_t *of, uint32_t n)
{
    ranked *order = fh_scratch_take(s, n + 1, sizeof *order);
    uint32_t *place = fh_scratch_take(s, n + 1, sizeof *place);
    if (!order || !place) return false;
    for (uint32_t g = 0; g < n; g++) order[g] = (ranked){g, UINT32_MAX};
    for (uint32_t a = 0; a < d->k; a++) {
        if (order[of[a]].rank != UINT32_MAX) continue;
        uint32_t rank = d->k;
        for (uint32_t b = 0; b < d->k; b++) rank = rank + leads(r, b, a) - leads(r, a, b);
        order[of[a]].rank = rank;
    }
    if (fh_sort(&s->from, order, n, sizeof *order, by_rank, NULL)) {
        s->status = FH_NOMEM;
        return false;
    }
    for (uint32_t i = 0; i < n; i++) place[order[i].group] = i;
    for (uint32_t a = 0; a < d->k; a++) of[a] = place[of[a]];
    return true;
}

/* Whether group p can be passed over: an arc leads across it, or something begins behind it,
 * or ends before it. */
static bool skippable(const fh_dfg *d, const uint32_t *of, uint32_t p)
{
    for (uint32_t a = 0; a < d->k; a++) {
        if (of[a] > p && d->start[a]) return true;
        if (of[a] < p && d->end[a]) return true;
        if (of[a] >= p) continue;
        for (uint32_t b = 0; b < d->k; b++)
            if (of[b] > p && follows(d, a, b)) return true;
    }
    return false;
}

static void move_group(uint32_t *of, uint32_t k, uint32_t from, uint32_t to)
{
    for (uint32_t a = 0; a < k; a++)
        if (of[a] == from) of[a] = to;
}

/* The nearest groups from which an arc comes, and to which one goes; starts come from before
 * all, ends go behind all. */
static void neighbours(const fh_dfg *d, const uint32_t *of, int64_t *from, int64_t *to, uint32_t n)
{
    for (uint32_t g = 0; g < n; g++) {
        from[g] = INT64_MAX;
        to[g] = INT64_MIN;
    }
    for (uint32_t a = 0; a < d->k; a++) {
        if (d->start[a]) from[of[a]] = INT64_MIN;
        if (d->end[a]) to[of[a]] = INT64_MAX;
    }
    for (uint32_t a = 0; a < d->k; a++)
        for (uint32_t b = 0; b < d->k; b++) {
            if (!follows(d, a, b)) continue;
            if (of[a] < from[of[b]]) from[of[b]] = of[a];
            if (of[b] > to[of[a]]) to[of[a]] = of[b];
        }
}

static bool strict(fh_scratch *s, const fh_dfg *d, uint32_t *of, uint32_t n)
{
    int64_t *from = fh_scratch_take(s, n + 1, sizeof *from);
    int64_t *to = fh_scratch_take(s, n + 1, sizeof *to);
    if (!from || !to) return false;
    neighbours(d, of, from, to, n);
    for (uint32_t p = 0; p < n; p++) {
        if (!skippable(d, of, p)) continue;
        for (uint32_t q = p; q-- > 0 && to[q] <= p;) move_group(of, d->k, q, p);
        for (uint32_t q = p + 1; q < n && from[q] >= p; q++) move_group(of, d->k, q, p);
    }
    return true;
}

/* Numbers without gaps, in the same order. */
static uint32_t closed_up(fh_scratch *s, uint32_t *of, uint32_t k, uint32_t n)
{
    uint32_t *number = fh_scratch_take(s, n + 1, sizeof *number), found = 0;
    if (!number) return 0;
    memset(number, 0, (n + 1) * sizeof *number);
    for (uint32_t a = 0; a < k; a++) number[of[a]] = 1;
    for (uint32_t g = 0; g < n; g++) number[g] = number[g] ? found++ : 0;
    for (uint32_t a = 0; a < k; a++) of[a] = number[of[a]];
    return found;
}

bool fh_cut_sequence(fh_scratch *s, const fh_dfg *d, fh_groups *out)
{
    uint32_t *of;
    reach r;
    *out = (fh_groups){0};
    if (!apart(s, d->k, &of) || !make_reach(s, d, &r)) return false;
    for (uint32_t a = 0; a < d->k; a++)
        for (uint32_t b = 0; b < a; b++)
            if (leads(&r, a, b) == leads(&r, b, a)) join(of, a, b);
    uint32_t n = numbered(of, d->k);
    if (n < 2) return true;
    if (!in_order(s, d, &r, of, n) || !strict(s, d, of, n)) return false;
    n = closed_up(s, of, d->k, n);
    *out = (fh_groups){of, n > 1 ? n : 0};
    return !s->status;
}

/* ---- Together ------------------------------------------------------------------------------- */

typedef struct sized {
    uint32_t group, size;
    bool start, end, gone;
} sized;

static int by_size(const void *pa, const void *pb, void *ctx)
{
    const sized *a = pa, *b = pb;
    (void)ctx;
    return (a->size > b->size) - (a->size < b->size);
}

/* A group without start or end goes to the one before it, by size; the first to the next. */
static void complete(const fh_dfg *d, sized *g, uint32_t *of, uint32_t n)
{
    uint32_t left = n, before = UINT32_MAX;
    for (uint32_t i = 0; i < n && left > 1; i++) {
        if (g[i].start && g[i].end) {
            before = i;
            continue;
        }
        const uint32_t to = before != UINT32_MAX ? before : i + 1;
        move_group(of, d->k, g[i].group, g[to].group);
        g[to].start |= g[i].start;
        g[to].end |= g[i].end;
        g[i].gone = true;
        left--;
    }
}

bool fh_cut_together(fh_scratch *s, const fh_dfg *d, fh_groups *out)
{
    uint32_t *of;
    *out = (fh_groups){0};
    if (!apart(s, d->k, &of)) return false;
    for (uint32_t a = 0; a < d->k; a++)
        for (uint32_t b = 0; b < a; b++)
            if (!follows(d, a, b) || !follows(d, b, a)) join(of, a, b);
    const uint32_t n = numbered(of, d->k);
    if (n < 2) return true;
    sized *g = fh_scratch_take(s, n, sizeof *g);
    if (!g) return false;
    for (uint32_t i = 0; i < n; i++) g[i] = (sized){.group = i};
    for (uint32_t a = 0; a < d->k; a++) {
        g[of[a]].size++;
        g[of[a]].start |= d->start[a] != 0;
        g[of[a]].end |= d->end[a] != 0;
    }
    if (fh_sort(&s->from, g, n, sizeof *g, by_size, NULL)) {
        s->status = FH_NOMEM;
        return false;
    }
    complete(d, g, of, n);
    const uint32_t found = closed_up(s, of, d->k, n);
    *out = (fh_groups){of, found > 1 ? found : 0};
    return !s->status;
}

/* ---- Repeat --------------------------------------------------------------------------------- */

/* Whether what comes between is entered from an end but not from all, or leads to a start but
 * not to all. */
static bool incomplete(const fh_dfg *d, uint32_t a)
{
    bool to_start = false, to_all = true, from_end = false, from_all = true;
    for (uint32_t x = 0; x < d->k; x++) {
        if (d->start[x]) {
            to_start |= follows(d, a, x);
            to_all &= follows(d, a, x);
        }
        if (d->end[x]) {
            from_end |= follows(d, x, a);
            from_all &= follows(d, x, a);
        }
    }
    return (to_start && !to_all) || (from_end && !from_all);
}

static bool is_body(const fh_dfg *d, uint32_t a)
{
    return d->start[a] || d->end[a];
}

/* Activities that belong to one group: what hangs together besides the body; and what a start
 * that is no end leads to, or what leads to an end that is no start, which is inside what
 * is repeated. */
static void join_rounds(const fh_dfg *d, uint32_t *of, uint32_t first)
{
    for (uint32_t a = 0; a < d->k; a++)
        for (uint32_t b = 0; b < d->k; b++) {
            if (!follows(d, a, b)) continue;
            const bool outside = !is_body(d, a) && !is_body(d, b);
            const bool inside = (d->start[a] && !d->end[a]) || (d->end[b] && !d->start[b]);
            if (outside || inside) join(of, a, b);
        }
    for (uint32_t a = 0; a < d->k; a++)
        if (is_body(d, a)) join(of, a, first);
    for (uint32_t a = 0; a < d->k; a++)
        if (leader(of, a) != leader(of, first) && incomplete(d, a)) join(of, a, first);
}

bool fh_cut_repeat(fh_scratch *s, const fh_dfg *d, fh_groups *out)
{
    uint32_t *of, first = 0;
    *out = (fh_groups){0};
    if (!apart(s, d->k, &of)) return false;
    while (first < d->k && !is_body(d, first)) first++;
    if (first == d->k) return true;
    join_rounds(d, of, first);
    const uint32_t n = numbered(of, d->k), body = of[first];
    for (uint32_t a = 0; a < d->k; a++) /* what is repeated is group 0 */
        of[a] = of[a] == body ? 0 : of[a] < body ? of[a] + 1 : of[a];
    *out = (fh_groups){of, n > 1 ? n : 0};
    return true;
}
