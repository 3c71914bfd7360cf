/* align_run.c - the least cost of being in each state of a zone, along a part of a story (see
 * align.h).
 *
 * Costs are less what all interactions from the start to here cost when they are ad-hoc. So what
 * does not help a state leaves it as it is; an interaction that is taken makes one state
 * cheaper by its weight, and what lies behind it by edges as long as that is an improvement.
 *
 * A gate is entered where its first state becomes cheaper: entering later without that is never
 * better than having entered before and taking what came since as ad-hoc inside. Each of
 * its interactions is an end to which every entry is offered. What is free inside only
 * lowers what is paid since all the entries.
 */
#include "journey/align.h"

#include <string.h>

/* ---- Parts ---------------------------------------------------------------------------------- */

uint32_t fh_part_before(const uint32_t *within, uint32_t n, uint32_t x)
{
    uint32_t low = 0, high = n;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (within[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const fh_step *steps_of(const fh_zone *z, uint32_t number, const fh_step **end)
{
    const uint32_t *at = z->steps.at + (number - z->steps.low);
    *end = z->step + at[1];
    return z->step + at[0];
}

/* Parts of the gate's children, by the gate's own part. */
static bool fill_children(fh_aligner *a, const fh_part *of, fh_gate_part *g, uint32_t *n_of)
{
    const fh_gate *gate = g->gate;
    for (uint32_t k = 0; k < gate->n_children; k++) {
        fh_part *p = &g->part[k];
        const uint32_t n = n_of[k];
        uint32_t *within = fh_scratch_take(&a->keep, n, sizeof *within);
        uint32_t *number = fh_scratch_take(&a->keep, n, sizeof *number);
        uint32_t *at = fh_scratch_take(&a->keep, n, sizeof *at);
        int32_t *weight = fh_scratch_take(&a->keep, (size_t)n + 1, sizeof *weight);
        if (!within || !number || !at || !weight) return false;
        *p = (fh_part){.within = within, .number = number, .at = at, .weight = weight};
        uint32_t m = 0;
        weight[0] = 0;
        for (uint32_t i = 0; m < n; i++) {
            if (g->child[i] != k) continue;
            within[m] = i;
            number[m] = of->number[g->within[i]];
            at[m] = of->at[g->within[i]];
            weight[m + 1] = weight[m] + a->ad_hoc[number[m]];
            m++;
        }
        p->n = n;
        if (gate->child[k].zone && !fh_part_fill(a, gate->child[k].zone, p)) return false;
    }
    return true;
}

static bool fill_gate(fh_aligner *a, fh_part *of, uint32_t at, uint32_t n)
{
    const fh_gate *gate = &of->zone->gate[at];
    fh_gate_part *g = fh_scratch_take(&a->keep, 1, sizeof *g);
    uint32_t *within = fh_scratch_take(&a->keep, n, sizeof *within);
    uint32_t *child = fh_scratch_take(&a->keep, n, sizeof *child);
    int32_t *weight = fh_scratch_take(&a->keep, (size_t)n + 1, sizeof *weight);
    fh_part *part = fh_scratch_take(&a->keep, gate->n_children, sizeof *part);
    int32_t **row = fh_scratch_take(&a->keep, (size_t)n + 1, sizeof *row);
    uint32_t *n_of = fh_scratch_take(&a->keep, gate->n_children, sizeof *n_of);
    if (!g || !within || !child || !weight || !part || !row || !n_of) return false;
    memset(row, 0, ((size_t)n + 1) * sizeof *row);
    memset(n_of, 0, gate->n_children * sizeof *n_of);
    uint32_t m = 0;
    weight[0] = 0;
    for (uint32_t i = 0; i < of->n && m < n; i++) {
        const uint32_t number = of->number[i];
        if (!fh_span_has(&gate->child_of, number)) continue;
        const uint32_t k = gate->child_of.at[number - gate->child_of.low];
        if (k == FH_NO) continue;
        within[m] = i;
        child[m] = k;
        weight[m + 1] = weight[m] + a->ad_hoc[number];
        n_of[k]++;
        m++;
    }
    *g = (fh_gate_part){gate, within, child, weight, n, part, row};
    of->gate[at] = g;
    return fill_children(a, of, g, n_of);
}

bool fh_part_fill(fh_aligner *a, const fh_zone *zone, fh_part *part)
{
    part->zone = zone;
    part->row = fh_scratch_take(&a->keep, (size_t)part->n + 1, sizeof *part->row);
    part->gate = fh_scratch_take(&a->keep, zone->n_gates, sizeof *part->gate);
    if (!part->row || !part->gate) return false;
    memset(part->row, 0, ((size_t)part->n + 1) * sizeof *part->row);
    if (!zone->n_gates) return true;
    memset(part->gate, 0, zone->n_gates * sizeof *part->gate);
    uint32_t *n_of = fh_scratch_take(&a->keep, zone->n_gates, sizeof *n_of);
    bool *met = fh_scratch_take(&a->keep, zone->n_gates, sizeof *met);
    if (!n_of || !met) return false;
    memset(n_of, 0, zone->n_gates * sizeof *n_of);
    memset(met, 0, zone->n_gates * sizeof *met);
    for (uint32_t i = 0; i < part->n; i++) {
        const fh_step *end, *s = steps_of(zone, part->number[i], &end);
        for (; s < end; s++) {
            if (s->kind == FH_STEP_GATE) n_of[s->gate]++;
            if (s->kind == FH_STEP_GATE || s->kind == FH_STEP_INSIDE) met[s->gate] = true;
        }
    }
    for (uint32_t g = 0; g < zone->n_gates; g++)
        if ((met[g] || a->open) && !fill_gate(a, part, g, n_of[g])) return false;
    return true;
}

int32_t fh_one_cost(const fh_ready *one, const int32_t *weight, uint32_t x, uint32_t y)
{
    if (x == y) return one->empty;
    return one->often ? 0 : weight[y] - weight[x + 1];
}

int32_t fh_one_open(const fh_ready *one, const int32_t *weight, uint32_t x, uint32_t y)
{
    return x == y ? 0 : fh_one_cost(one, weight, x, y);
}

/* ---- Rows ----------------------------------------------------------------------------------- */

const int32_t *fh_part_row(fh_aligner *a, fh_part *part, uint32_t x)
{
    if (part->row[x]) return part->row[x];
    int32_t *row = fh_scratch_take(&a->keep, (size_t)(part->n - x) + 1, sizeof *row);
    const fh_scratch_mark mark = fh_scratch_mark_now(&a->now);
    fh_run r;
    if (!row || !fh_run_begin(a, part, x, false, &r)) return NULL;
    for (uint32_t y = x;; y++) {
        row[y - x] = fh_run_cost(&r, part->zone->out);
        if (y == part->n) break;
        if (!fh_run_to(&r, y + 1)) return NULL;
    }
    fh_scratch_release(&a->now, mark);
    return part->row[x] = row;
}

/* The sum of the children's; at each end only one of them has changed. */
static bool put_gate_row(fh_aligner *a, const fh_gate_part *g, uint32_t x, int32_t *to)
{
    const fh_gate *gate = g->gate;
    const uint32_t n = gate->n_children;
    uint32_t *from = fh_scratch_take(&a->now, n, sizeof *from);
    uint32_t *count = fh_scratch_take(&a->now, n, sizeof *count);
    int32_t *cost = fh_scratch_take(&a->now, n, sizeof *cost);
    const int32_t **row = fh_scratch_take(&a->now, n, sizeof *row);
    if (!from || !count || !cost || !row) return false;
    for (uint32_t k = 0; k < n; k++) count[k] = FH_NO;
    int32_t sum = gate->empty;
    to[0] = sum;
    for (uint32_t y = x; y < g->n; y++) {
        const uint32_t k = g->child[y];
        const fh_gate_child *c = &gate->child[k];
        fh_part *p = &g->part[k];
        if (count[k] == FH_NO) {
            from[k] = count[k] = fh_part_before(p->within, p->n, x);
            row[k] = c->one ? NULL : fh_part_row(a, p, from[k]);
            if (!c->one && !row[k]) return false;
            cost[k] = c->one ? c->one->empty : row[k][0];
        }
        count[k]++;
        const int32_t now =
            c->one ? fh_one_cost(c->one, p->weight, from[k], count[k]) : row[k][count[k] - from[k]];
        sum += now - cost[k];
        cost[k] = now;
        to[y + 1 - x] = sum;
    }
    return true;
}

const int32_t *fh_gate_row(fh_aligner *a, fh_gate_part *part, uint32_t x)
{
    if (part->row[x]) return part->row[x];
    int32_t *row = fh_scratch_take(&a->keep, (size_t)(part->n - x) + 1, sizeof *row);
    const fh_scratch_mark mark = fh_scratch_mark_now(&a->now);
    if (!row || !put_gate_row(a, part, x, row)) return NULL;
    fh_scratch_release(&a->now, mark);
    return part->row[x] = row;
}

bool fh_gate_open(fh_aligner *a, fh_gate_part *part, uint32_t x, int32_t *cost)
{
    *cost = 0;
    for (uint32_t k = 0; k < part->gate->n_children; k++) {
        const fh_gate_child *c = &part->gate->child[k];
        fh_part *p = &part->part[k];
        const uint32_t from = fh_part_before(p->within, p->n, x);
        int32_t own = 0;
        if (c->one)
            own = fh_one_open(c->one, p->weight, from, p->n);
        else if (!fh_part_open(a, p, from, &own))
            return false;
        *cost += own;
    }
    return true;
}

bool fh_part_open(fh_aligner *a, fh_part *part, uint32_t x, int32_t *cost)
{
    const fh_scratch_mark mark = fh_scratch_mark_now(&a->now);
    fh_run r;
    if (!fh_run_begin(a, part, x, false, &r) || !fh_run_to(&r, part->n)) return false;
    int32_t least = FH_ALIGN_NEVER;
    for (uint32_t s = 0; s < r.zone->n_states; s++)
        if (fh_run_cost(&r, s) < least) least = fh_run_cost(&r, s);
    for (uint32_t g = 0; g < r.zone->n_gates; g++)
        for (uint32_t e = 0; e < r.pass[g].n_entries; e++) {
            int32_t in;
            if (!fh_run_open(&r, &r.pass[g], &r.pass[g].entry[e], &in)) return false;
            if (in < least) least = in;
        }
    fh_scratch_release(&a->now, mark);
    *cost = least;
    return true;
}

/* ---- Runs ----------------------------------------------------------------------------------- */

int32_t fh_run_cost(const fh_run *r, uint32_t state)
{
    return r->cost[state] + r->part->weight[r->pos] - r->part->weight[r->start];
}

bool fh_run_open(fh_run *r, const fh_pass *pass, const fh_entry *e, int32_t *cost)
{
    fh_gate_part *g = pass->part;
    int32_t inside;
    if (!fh_gate_open(r->a, g, e->x, &inside)) return false;
    *cost = e->paid + inside - pass->freed - g->weight[g->n] + r->part->weight[r->pos] -
            r->part->weight[r->start];
    return true;
}

static bool keep_record(fh_run *r, uint32_t state, fh_record record)
{
    if (r->n_records == r->room) {
        const uint32_t room = r->room ? 2 * r->room : 64;
        fh_record *more = fh_scratch_take(&r->a->now, room, sizeof *more);
        if (!more) return false;
        if (r->n_records) memcpy(more, r->record, r->n_records * sizeof *more);
        r->record = more;
        r->room = room;
    }
    r->record[r->n_records] = record;
    r->reached[state] = r->n_records++;
    return true;
}

static void set_due(fh_run *r, uint32_t state)
{
    r->due[state / 64] |= UINT64_C(1) << state % 64;
}

static void enter(fh_run *r, uint32_t gate, uint32_t state)
{
    fh_pass *p = &r->pass[gate];
    if (!p->part) return;
    const fh_entry e = {.x = p->count,
                        .pos = r->pos,
                        .record = r->keeps ? r->reached[state] : FH_NO,
                        .paid = r->cost[state] + p->freed + p->part->weight[p->count]};
    if (p->n_entries && p->entry[p->n_entries - 1].x == e.x) {
        if (p->entry[p->n_entries - 1].paid <= e.paid) return;
        p->n_entries--;
    }
    p->entry[p->n_entries++] = e;
}

/* Along the edges of what has become cheaper, in the order of the journey. */
static bool settle(fh_run *r)
{
    const fh_zone *z = r->zone;
    const uint32_t words = (z->n_states + 63) / 64;
    for (uint32_t w = 0; w < words; w++)
        while (r->due[w]) {
            const uint32_t s = w * 64 + (uint32_t)__builtin_ctzll(r->due[w]);
            uint32_t back = w;
            r->due[w] &= r->due[w] - 1;
            for (uint32_t i = z->edges[s]; i < z->edges[s + 1]; i++) {
                const fh_edge *e = &z->edge[i];
                if (e->gate != FH_NO) enter(r, e->gate, s);
                if (r->cost[s] + e->cost >= r->cost[e->to]) continue;
                r->cost[e->to] = r->cost[s] + e->cost;
                set_due(r, e->to);
                if (e->to / 64 < back) back = e->to / 64;
                const fh_record record = {.before = r->keeps ? r->reached[s] : FH_NO,
                                          .from = s,
                                          .pos = r->pos,
                                          .edge = e,
                                          .gate = e->gate};
                if (r->keeps && !keep_record(r, e->to, record)) return false;
            }
            w = back;
        }
    return true;
}

/* What was entered may be left here. */
static bool leave(fh_run *r, uint32_t gate)
{
    fh_pass *p = &r->pass[gate];
    const fh_gate *of = &r->zone->gate[gate];
    fh_entry *best = NULL;
    int32_t least = FH_ALIGN_NEVER;
    for (uint32_t i = 0; i < p->n_entries; i++) {
        fh_entry *e = &p->entry[i];
        if (!e->row) e->row = fh_gate_row(r->a, p->part, e->x);
        if (!e->row) return false;
        const int32_t cost = e->paid + e->row[p->count - e->x];
        if (cost >= least) continue;
        least = cost;
        best = e;
    }
    least -= p->freed + p->part->weight[p->count];
    if (!best || least >= r->cost[of->out]) return true;
    r->cost[of->out] = least;
    set_due(r, of->out);
    const fh_record record = {.before = best->record,
                              .from = of->in,
                              .pos = r->pos,
                              .gate = gate,
                              .entered = best->pos,
                              .x = best->x,
                              .y = p->count};
    return !r->keeps || keep_record(r, of->out, record);
}

static bool take_step(fh_run *r, const fh_step *s, int32_t weight)
{
    switch (s->kind) {
    case FH_STEP_FREE:
        for (uint32_t i = s->from; i <= s->to; i++) r->cost[i] -= weight;
        for (uint32_t g = s->gate; g < s->gate_end; g++) r->pass[g].freed += weight;
        set_due(r, s->to);
        return true;
    case FH_STEP_GATE: r->pass[s->gate].count++; return leave(r, s->gate);
    case FH_STEP_INSIDE: r->pass[s->gate].freed += weight; return leave(r, s->gate);
    case FH_STEP_TAKES: break;
    }
    return true;
}

static bool arrive(fh_run *r, const fh_step *s, int32_t cost, uint32_t before)
{
    if (cost >= r->cost[s->to]) return true;
    r->cost[s->to] = cost;
    set_due(r, s->to);
    const fh_record record = {.before = before, .from = s->from, .pos = r->pos, .gate = FH_NO};
    return !r->keeps || keep_record(r, s->to, record);
}

/* One interaction: what is taken starts from the costs before it, so these are noted first. */
static bool step(fh_run *r)
{
    const fh_part *p = r->part;
    const int32_t weight = p->weight[r->pos + 1] - p->weight[r->pos];
    const fh_step *end, *first = steps_of(r->zone, p->number[r->pos], &end);
    r->pos++;
    if (end - first == 1 && first->kind == FH_STEP_TAKES)
        return arrive(r, first, r->cost[first->from] - weight,
                      r->keeps ? r->reached[first->from] : FH_NO) &&
               settle(r);
    for (const fh_step *s = first; s < end; s++) {
        if (s->kind != FH_STEP_TAKES) continue;
        r->taken[s - first] = r->cost[s->from] - weight;
        if (r->keeps) r->taken_by[s - first] = r->reached[s->from];
    }
    for (const fh_step *s = first; s < end; s++)
        if (!take_step(r, s, weight)) return false;
    for (const fh_step *s = first; s < end; s++)
        if (s->kind == FH_STEP_TAKES &&
            !arrive(r, s, r->taken[s - first], r->keeps ? r->taken_by[s - first] : FH_NO))
            return false;
    return settle(r);
}

bool fh_run_to(fh_run *r, uint32_t to)
{
    while (r->pos < to)
        if (!step(r)) return false;
    return true;
}

static bool begin_pass(fh_run *r, uint32_t gate)
{
    fh_pass *p = &r->pass[gate];
    *p = (fh_pass){.part = r->part->gate[gate]};
    if (!p->part) return true;
    p->count = fh_part_before(p->part->within, p->part->n, r->start);
    p->entry = fh_scratch_take(&r->a->now, (size_t)(p->part->n - p->count) + 1, sizeof *p->entry);
    if (!p->entry) return false;
    enter(r, gate, r->zone->gate[gate].in);
    return true;
}

bool fh_run_begin(fh_aligner *a, const fh_part *part, uint32_t from, bool keeps, fh_run *out)
{
    const fh_zone *z = part->zone;
    fh_scratch *s = &a->now;
    const size_t words = ((size_t)z->n_states + 63) / 64;
    *out = (fh_run){.a = a, .zone = z, .part = part, .start = from, .pos = from, .keeps = keeps};
    out->cost = fh_scratch_take(s, z->n_states, sizeof *out->cost);
    out->taken = fh_scratch_take(s, z->most_steps, sizeof *out->taken);
    out->taken_by = fh_scratch_take(s, z->most_steps, sizeof *out->taken_by);
    out->due = fh_scratch_take(s, words, sizeof *out->due);
    out->pass = fh_scratch_take(s, z->n_gates, sizeof *out->pass);
    out->reached = fh_scratch_take(s, keeps ? z->n_states : 0, sizeof *out->reached);
    if (!out->cost || !out->taken || !out->taken_by || !out->due || !out->pass || !out->reached)
        return false;
    memcpy(out->cost, z->start, z->n_states * sizeof *out->cost);
    memset(out->due, 0, words * sizeof *out->due);
    if (keeps) memset(out->reached, 0xff, z->n_states * sizeof *out->reached);
    for (uint32_t g = 0; g < z->n_gates; g++)
        if (!begin_pass(out, g)) return false;
    return true;
}
