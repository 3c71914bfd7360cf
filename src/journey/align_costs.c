/* align_costs.c - what the cheapest explanation of each part of a story costs (see align.h).
 *
 *     ONE       nothing there: left out or missing; else all but one are too many, unless it
 *               may come often
 *     CHOICE    the cheapest child, what is the others' is ad-hoc
 *     TOGETHER  the sum: labels are nobody else's, so children do not get in each other's way
 *     SEQUENCE  child after child: D[j] = min over i <= j of D'[i] + cost(i, j) + outside. What
 *               is outside can be taken apart, so starts are compared by the child's own
 *               interactions only (fh_scan)
 *     REPEAT    two states walk along the part: A after what is repeated, B after what comes
 *               between; empty rounds go from one to the other at the same place
 */
#include "journey/align.h"

#include <string.h>

/* ---- Parts ---------------------------------------------------------------------------------- */

bool fh_align_share(fh_aligner *a, const fh_ready *child, const fh_part *of, fh_share *out)
{
    const uint32_t n = of->n;
    uint32_t *count = fh_scratch_take(&a->scratch, n + 1, sizeof *count);
    int32_t *outside = fh_scratch_take(&a->scratch, n + 1, sizeof *outside);
    uint32_t *label = fh_scratch_take(&a->scratch, n + 1, sizeof *label);
    int32_t *weight = fh_scratch_take(&a->scratch, n + 1, sizeof *weight);
    if (!count || !outside || !label || !weight) return false;
    uint32_t m = 0;
    count[0] = 0;
    outside[0] = weight[0] = 0;
    for (uint32_t i = 0; i < n; i++) {
        const int32_t w = of->weight[i + 1] - of->weight[i];
        const bool own = of->label[i] >= child->low && of->label[i] < child->high;
        label[m] = of->label[i];
        weight[m + 1] = weight[m] + w;
        outside[i + 1] = outside[i] + (own ? 0 : w);
        m += own;
        count[i + 1] = m;
    }
    *out = (fh_share){{label, weight, m}, count, outside};
    return true;
}

static inline int32_t one_cost(const fh_ready *one, const int32_t *weight, uint32_t x, uint32_t y)
{
    if (x == y) return one->empty;
    return one->often ? 0 : weight[y] - weight[x + 1];
}

static bool is_simple(const fh_ready *node)
{
    return node->op == FH_READY_ONE || node->op == FH_READY_NOTHING;
}

/* ---- Scans ---------------------------------------------------------------------------------- */

bool fh_scan_new(fh_aligner *a, uint32_t child, const fh_part *part, const int32_t *costs,
                 fh_scan *out)
{
    const size_t width = (size_t)part->n + 1;
    const fh_ready *node = &a->node[child];
    *out = (fh_scan){.n = part->n, .weight = part->weight, .missing = node->empty};
    out->paid = fh_scratch_take(&a->scratch, width, sizeof *out->paid);
    if (!out->paid) return false;
    if (is_simple(node)) {
        out->one = node;
        return true;
    }
    int32_t *column = fh_scratch_take(&a->scratch, width * width, sizeof *column);
    if (!column) return false;
    for (size_t x = 0; x < width; x++)
        for (size_t y = x; y < width; y++) column[y * width + x] = costs[x * width + y];
    out->column = column;
    return true;
}

void fh_scan_begin(fh_scan *s, uint32_t low)
{
    for (uint32_t x = low; x <= s->n; x++) s->paid[x] = FH_ALIGN_NEVER;
    s->low = s->at = low;
    s->best = FH_ALIGN_NEVER;
    s->asked = UINT32_MAX;
}

void fh_scan_offer(fh_scan *s, uint32_t start, int32_t paid)
{
    if (paid >= s->paid[start]) return;
    s->paid[start] = paid;
    if (start != s->asked) return;
    const int32_t whole =
        paid + (s->one ? s->missing : s->column[(size_t)start * (s->n + 1) + start]);
    if (whole < s->answer) s->answer = whole;
}

/* Starts before the end: what one too many costs is taken apart as well. */
static int32_t ask_one(fh_scan *s, uint32_t end)
{
    const bool often = s->one->often;
    for (; s->at < end; s->at++) {
        const int32_t paid = s->paid[s->at] - (often ? 0 : s->weight[s->at + 1]);
        if (s->paid[s->at] < FH_ALIGN_NEVER && paid < s->best) s->best = paid;
    }
    const int32_t there = s->best + (often ? 0 : s->weight[end]), none = s->paid[end] + s->missing;
    return s->best < FH_ALIGN_NEVER && there < none ? there : none;
}

int32_t fh_scan_ask(fh_scan *s, uint32_t end)
{
    if (end == s->asked) return s->answer;
    s->asked = end;
    if (s->one) return s->answer = ask_one(s, end);
    const int32_t *column = s->column + (size_t)end * (s->n + 1);
    int32_t least = FH_ALIGN_NEVER;
    for (uint32_t x = s->low; x <= end; x++) {
        const int32_t whole = s->paid[x] + column[x];
        least = whole < least ? whole : least;
    }
    return s->answer = least;
}

/* ---- Nodes ---------------------------------------------------------------------------------- */

bool fh_child_new(fh_aligner *a, uint32_t child, const fh_part *part, bool all, fh_child *out)
{
    *out = (fh_child){.node = &a->node[child], .all = all};
    if (!fh_align_share(a, out->node, part, &out->share)) return false;
    if (is_simple(out->node)) return true;
    out->cost = fh_align_costs(a, child, &out->share.part, all);
    return out->cost != NULL;
}

int32_t fh_child_at(const fh_child *c, uint32_t i, uint32_t j)
{
    const uint32_t x = c->share.count[i], y = c->share.count[j];
    const int32_t out = c->share.outside[j] - c->share.outside[i];
    if (!c->cost) return out + one_cost(c->node, c->share.part.weight, x, y);
    return out + c->cost[(c->all ? (size_t)x * (c->share.part.n + 1) : 0) + y];
}

static bool put_choice(fh_aligner *a, const fh_ready *node, const fh_part *part, bool all,
                       int32_t *to)
{
    const uint32_t rows = all ? part->n + 1 : 1, width = part->n + 1;
    for (uint32_t k = 0; k < node->n_children; k++) {
        const fh_scratch_mark mark = fh_scratch_mark_now(&a->scratch);
        fh_child c;
        if (!fh_child_new(a, node->child[k], part, all, &c)) return false;
        for (uint32_t i = 0; i < rows; i++)
            for (uint32_t j = i; j < width; j++) {
                const int32_t cost = fh_child_at(&c, i, j);
                int32_t *at = &to[(size_t)i * width + j];
                if (!k || cost < *at) *at = cost;
            }
        fh_scratch_release(&a->scratch, mark);
    }
    return true;
}

static bool put_together(fh_aligner *a, const fh_ready *node, const fh_part *part, bool all,
                         int32_t *to)
{
    const uint32_t rows = all ? part->n + 1 : 1, width = part->n + 1;
    memset(to, 0, (size_t)rows * width * sizeof *to);
    for (uint32_t k = 0; k < node->n_children; k++) {
        const fh_scratch_mark mark = fh_scratch_mark_now(&a->scratch);
        fh_child c;
        if (!fh_child_new(a, node->child[k], part, all, &c)) return false;
        /* Nothing lies outside of all children, so only the child's own cost counts. */
        for (uint32_t i = 0; i < rows; i++)
            for (uint32_t j = i; j < width; j++)
                to[(size_t)i * width + j] +=
                    fh_child_at(&c, i, j) - (c.share.outside[j] - c.share.outside[i]);
        fh_scratch_release(&a->scratch, mark);
    }
    return true;
}

bool fh_align_first(fh_aligner *a, uint32_t child, const fh_part *part, bool all, int32_t *to)
{
    const uint32_t rows = all ? part->n + 1 : 1, width = part->n + 1;
    fh_child c;
    if (!fh_child_new(a, child, part, all, &c)) return false;
    for (uint32_t i = 0; i < rows; i++)
        for (uint32_t j = i; j < width; j++) to[(size_t)i * width + j] = fh_child_at(&c, i, j);
    return true;
}

bool fh_align_next(fh_aligner *a, uint32_t child, const fh_part *part, bool all, int32_t *to)
{
    const uint32_t rows = all ? part->n + 1 : 1, width = part->n + 1;
    fh_child c;
    fh_scan scan;
    if (!fh_child_new(a, child, part, true, &c)) return false;
    if (!fh_scan_new(a, child, &c.share.part, c.cost, &scan)) return false;
    for (uint32_t i = 0; i < rows; i++) {
        int32_t *row = to + (size_t)i * width;
        fh_scan_begin(&scan, c.share.count[i]);
        for (uint32_t j = i; j < width; j++) {
            const uint32_t y = c.share.count[j];
            fh_scan_offer(&scan, y, row[j] - c.share.outside[j]);
            row[j] = fh_scan_ask(&scan, y) + c.share.outside[j];
        }
    }
    return true;
}

static bool put_sequence(fh_aligner *a, const fh_ready *node, const fh_part *part, bool all,
                         int32_t *to)
{
    for (uint32_t k = 0; k < node->n_children; k++) {
        const fh_scratch_mark mark = fh_scratch_mark_now(&a->scratch);
        if (!(k ? fh_align_next : fh_align_first)(a, node->child[k], part, all, to)) return false;
        fh_scratch_release(&a->scratch, mark);
    }
    return true;
}

bool fh_rounds_new(fh_aligner *a, const fh_ready *node, const fh_part *part, fh_rounds *out)
{
    for (unsigned k = 0; k < 2; k++)
        if (!fh_child_new(a, node->child[k], part, true, &out->child[k]) ||
            !fh_scan_new(a, node->child[k], &out->child[k].share.part, out->child[k].cost,
                         &out->scan[k]))
            return false;
    return true;
}

void fh_rounds_begin(fh_rounds *r, uint32_t i)
{
    for (unsigned k = 0; k < 2; k++) fh_scan_begin(&r->scan[k], r->child[k].share.count[i]);
    fh_scan_offer(&r->scan[0], r->child[0].share.count[i], -r->child[0].share.outside[i]);
}

fh_round fh_rounds_step(fh_rounds *r, uint32_t j)
{
    const fh_share *did = &r->child[0].share, *back = &r->child[1].share;
    fh_round at = {.did = fh_scan_ask(&r->scan[0], did->count[j]) + did->outside[j],
                   .back = fh_scan_ask(&r->scan[1], back->count[j]) + back->outside[j]};
    if (at.back + r->child[0].node->empty < at.did) {
        at.did = at.back + r->child[0].node->empty;
        at.did_nothing = true;
    }
    if (at.did + r->child[1].node->empty < at.back) {
        at.back = at.did + r->child[1].node->empty;
        at.back_nothing = true;
    }
    fh_scan_offer(&r->scan[0], did->count[j], at.back - did->outside[j]);
    fh_scan_offer(&r->scan[1], back->count[j], at.did - back->outside[j]);
    return at;
}

static bool put_repeat(fh_aligner *a, const fh_ready *node, const fh_part *part, bool all,
                       int32_t *to)
{
    const uint32_t rows = all ? part->n + 1 : 1, width = part->n + 1;
    fh_rounds rounds;
    if (!fh_rounds_new(a, node, part, &rounds)) return false;
    for (uint32_t i = 0; i < rows; i++) {
        fh_rounds_begin(&rounds, i);
        for (uint32_t j = i; j < width; j++)
            to[(size_t)i * width + j] = fh_rounds_step(&rounds, j).did;
    }
    return true;
}

static bool put_simple(const fh_ready *node, const fh_part *part, bool all, int32_t *to)
{
    const uint32_t rows = all ? part->n + 1 : 1, width = part->n + 1;
    for (uint32_t i = 0; i < rows; i++)
        for (uint32_t j = i; j < width; j++)
            to[(size_t)i * width + j] = one_cost(node, part->weight, i, j);
    return true;
}

int32_t *fh_align_costs(fh_aligner *a, uint32_t node, const fh_part *part, bool all)
{
    const fh_ready *n = &a->node[node];
    const size_t width = (size_t)part->n + 1;
    int32_t *to = fh_scratch_take(&a->scratch, all ? width * width : width, sizeof *to);
    if (!to) return NULL;
    const fh_scratch_mark mark = fh_scratch_mark_now(&a->scratch);
    bool ok = false;
    switch (n->op) {
    case FH_READY_NOTHING:
    case FH_READY_ONE: ok = put_simple(n, part, all, to); break;
    case FH_READY_CHOICE: ok = put_choice(a, n, part, all, to); break;
    case FH_READY_TOGETHER: ok = put_together(a, n, part, all, to); break;
    case FH_READY_SEQUENCE: ok = put_sequence(a, n, part, all, to); break;
    case FH_READY_REPEAT: ok = put_repeat(a, n, part, all, to); break;
    }
    fh_scratch_release(&a->scratch, mark);
    return ok ? to : NULL;
}
