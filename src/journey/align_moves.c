/* align_moves.c - the moves of a cheapest explanation, and what may come next (see align.h).
 *
 * A run that keeps records tells for each state how it was reached. From the last one back to
 * the start they are a path; told forward again, it says which interactions it took,
 * what was missing, and what each gate on it had from where to where: its children are run
 * again over just that. Interactions between two records came while the zone stayed where it
 * was: they are ad-hoc, or free there.
 *
 * `slot` is the place in the story before which what is missing at the very beginning of a
 * stretch belongs. Slots never fall along a path.
 */
#include "journey/align.h"

typedef struct stretch {
    fh_part *part;
    uint32_t from, to;
    size_t slot;
    bool open;
} stretch;

typedef struct walker {
    fh_aligner *a;
    fh_moves *m;
} walker;

static bool walk(walker *w, const stretch *of);
static bool tell_next(walker *w, fh_part *part, uint32_t from);

static size_t slot_at(const stretch *of, uint32_t pos)
{
    return pos > of->from ? (size_t)of->part->at[pos - 1] + 1 : of->slot;
}

/* ---- What is missing ------------------------------------------------------------------------ */

bool fh_moves_miss(fh_aligner *a, fh_moves *m, uint32_t number, size_t before)
{
    if (m->n_missing == m->room) {
        const size_t room = m->room ? 2 * m->room : 16;
        fh_align_missing *more = FH_NEW_ARRAY(m->arena, fh_align_missing, room);
        if (!more) {
            a->now.status = FH_NOMEM;
            return false;
        }
        for (size_t i = 0; i < m->n_missing; i++) more[i] = m->missing[i];
        m->missing = more;
        m->room = room;
    }
    m->missing[m->n_missing++] = (fh_align_missing){a->label[number], before};
    return true;
}

static bool note_missing(walker *w, uint32_t number, size_t slot)
{
    return fh_moves_miss(w->a, w->m, number, slot);
}

/* The edges from the start to a state, the last first; with `out` NULL only how many. */
static uint32_t start_path(const fh_zone *z, uint32_t state, fh_record *out, uint32_t pos)
{
    uint32_t n = 0;
    for (; z->start_by[state]; state = z->start_from[state], n++)
        if (out)
            out[n] = (fh_record){.from = z->start_from[state],
                                 .pos = pos,
                                 .edge = z->start_by[state],
                                 .gate = z->start_by[state]->gate};
    return n;
}

/* A gate is walked through with nothing at all. */
static bool walk_empty(walker *w, const fh_gate *gate, size_t slot)
{
    for (uint32_t k = 0; k < gate->n_children; k++) {
        const fh_gate_child *c = &gate->child[k];
        if (c->one) {
            if (!c->one->skips && !note_missing(w, c->one->number, slot)) return false;
            continue;
        }
        const fh_scratch_mark mark = fh_scratch_mark_now(&w->a->now);
        uint32_t n = start_path(c->zone, c->zone->out, NULL, 0);
        fh_record *path = fh_scratch_take(&w->a->now, n, sizeof *path);
        if (!path) return false;
        (void)start_path(c->zone, c->zone->out, path, 0);
        while (n-- > 0) {
            const fh_edge *e = path[n].edge;
            if (e->missing != FH_NO && !note_missing(w, e->missing, slot)) return false;
            if (e->gate != FH_NO && !walk_empty(w, &c->zone->gate[e->gate], slot)) return false;
        }
        fh_scratch_release(&w->a->now, mark);
    }
    return true;
}

/* ---- What came ------------------------------------------------------------------------------ */

/* Free in a state, or (state FH_NO) in a gate. */
static bool is_free(const fh_zone *z, uint32_t number, uint32_t state, uint32_t gate)
{
    const uint32_t *at = z->steps.at + (number - z->steps.low);
    for (uint32_t i = at[0]; i < at[1]; i++) {
        const fh_step *s = &z->step[i];
        if (s->kind == FH_STEP_FREE && state != FH_NO && state >= s->from && state <= s->to)
            return true;
        if ((s->kind == FH_STEP_FREE || s->kind == FH_STEP_INSIDE) && state == FH_NO &&
            gate >= s->gate && gate < s->gate_end)
            return true;
    }
    return false;
}

static void stay(walker *w, const fh_part *p, uint32_t from, uint32_t to, uint32_t state,
                 uint32_t gate)
{
    for (uint32_t i = from; i < to; i++)
        if (is_free(p->zone, p->number[i], state, gate)) w->m->completed[p->at[i]] = true;
}

static bool walk_one(walker *w, const fh_ready *one, const stretch *of)
{
    if (of->from == of->to) return of->open || one->skips || note_missing(w, one->number, of->slot);
    const uint32_t to = one->often ? of->to : of->from + 1;
    for (uint32_t i = of->from; i < to; i++) w->m->completed[of->part->at[i]] = true;
    return true;
}

/* Through a gate, from x to y of its own; `slot` where it was entered. */
static bool walk_gate(walker *w, fh_gate_part *g, uint32_t x, uint32_t y, size_t slot, bool open)
{
    for (uint32_t k = 0; k < g->gate->n_children; k++) {
        fh_part *p = &g->part[k];
        const stretch of = {p, fh_part_before(p->within, p->n, x),
                            fh_part_before(p->within, p->n, y), slot, open};
        const fh_ready *one = g->gate->child[k].one;
        if (!(one ? walk_one(w, one, &of) : walk(w, &of))) return false;
    }
    return true;
}

static bool walk_record(walker *w, const stretch *of, const fh_record *r, uint32_t *at)
{
    const fh_part *p = of->part;
    const fh_zone *z = p->zone;
    const uint32_t until = r->edge ? r->pos : r->gate != FH_NO ? r->entered : r->pos - 1;
    stay(w, p, *at, until, r->from, FH_NO);
    *at = r->pos;
    const size_t slot = slot_at(of, until);
    if (r->edge)
        return (r->edge->missing == FH_NO || note_missing(w, r->edge->missing, slot)) &&
               (r->gate == FH_NO || walk_empty(w, &z->gate[r->gate], slot));
    if (r->gate == FH_NO) {
        w->m->completed[p->at[until]] = true;
        return true;
    }
    stay(w, p, until, r->pos, FH_NO, r->gate);
    return walk_gate(w, p->gate[r->gate], r->x, r->y, slot, false);
}

/* All records to `state`, which was reached by `last`, in order; then it stays there until `to`. */
static bool walk_path(walker *w, const stretch *of, const fh_run *r, uint32_t last, uint32_t state,
                      uint32_t to)
{
    uint32_t n = 0, k = 0, first = state;
    for (uint32_t i = last; i != FH_NO; i = r->record[i].before, n++) first = r->record[i].from;
    n += start_path(r->zone, first, NULL, 0);
    fh_record *path = fh_scratch_take(&w->a->now, n, sizeof *path);
    if (!path) return false;
    for (uint32_t i = last; i != FH_NO; i = r->record[i].before) path[k++] = r->record[i];
    (void)start_path(r->zone, first, path + k, of->from);
    uint32_t at = of->from;
    while (n-- > 0)
        if (!walk_record(w, of, &path[n], &at)) return false;
    stay(w, of->part, at, to, state, FH_NO);
    return true;
}

/* ---- Where it stays unfinished -------------------------------------------------------------- */

typedef struct place {
    int32_t cost;
    uint32_t state, gate; /* one of them FH_NO */
    const fh_entry *entry;
} place;

static bool find_place(fh_run *r, place *best)
{
    *best = (place){FH_ALIGN_NEVER, FH_NO, FH_NO, NULL};
    for (uint32_t s = 0; s < r->zone->n_states; s++)
        if (fh_run_cost(r, s) < best->cost) *best = (place){fh_run_cost(r, s), s, FH_NO, NULL};
    for (uint32_t g = 0; g < r->zone->n_gates; g++)
        for (uint32_t e = 0; e < r->pass[g].n_entries; e++) {
            int32_t cost;
            if (!fh_run_open(r, &r->pass[g], &r->pass[g].entry[e], &cost)) return false;
            if (cost < best->cost) *best = (place){cost, FH_NO, g, &r->pass[g].entry[e]};
        }
    return true;
}

static bool next_in_gate(walker *w, const fh_run *r, uint32_t gate, const fh_entry *e)
{
    const fh_zone *z = r->zone;
    fh_gate_part *g = r->pass[gate].part;
    for (uint32_t i = 0; i < z->steps.at[z->steps.high - z->steps.low]; i++)
        if (is_free(z, z->step[i].number, FH_NO, gate))
            w->m->next[w->a->label[z->step[i].number]] = true;
    for (uint32_t k = 0; k < g->gate->n_children; k++) {
        const fh_ready *one = g->gate->child[k].one;
        fh_part *p = &g->part[k];
        const uint32_t from = fh_part_before(p->within, p->n, e->x);
        if (!one) {
            if (!tell_next(w, p, from)) return false;
        } else if (one->often || from == p->n) {
            w->m->next[w->a->label[one->number]] = true;
        }
    }
    return true;
}

/* What may come next at no more cost, in all places where the cheapest ones stay. */
static bool next_of(walker *w, fh_run *r, int32_t least)
{
    const fh_zone *z = r->zone;
    for (uint32_t i = 0; i < z->steps.at[z->steps.high - z->steps.low]; i++) {
        const fh_step *s = &z->step[i];
        bool *next = &w->m->next[w->a->label[s->number]];
        if (s->kind != FH_STEP_TAKES && s->kind != FH_STEP_FREE) continue;
        const uint32_t to = s->kind == FH_STEP_FREE ? s->to : s->from;
        for (uint32_t at = s->from; at <= to; at++) *next |= fh_run_cost(r, at) == least;
    }
    for (uint32_t g = 0; g < z->n_gates; g++)
        for (uint32_t e = 0; e < r->pass[g].n_entries; e++) {
            int32_t cost;
            const fh_entry *entry = &r->pass[g].entry[e];
            if (!fh_run_open(r, &r->pass[g], entry, &cost)) return false;
            if (cost == least && !next_in_gate(w, r, g, entry)) return false;
        }
    return true;
}

static bool tell_next(walker *w, fh_part *part, uint32_t from)
{
    const fh_scratch_mark mark = fh_scratch_mark_now(&w->a->now);
    fh_run r;
    place best;
    if (!fh_run_begin(w->a, part, from, false, &r) || !fh_run_to(&r, part->n) ||
        !find_place(&r, &best) || !next_of(w, &r, best.cost))
        return false;
    fh_scratch_release(&w->a->now, mark);
    return true;
}

/* ---- A stretch ------------------------------------------------------------------------------ */

static bool walk_to(walker *w, const stretch *of, fh_run *r, const place *best)
{
    if (best->state != FH_NO)
        return walk_path(w, of, r, r->reached[best->state], best->state, of->to);
    const fh_entry *e = best->entry;
    if (!walk_path(w, of, r, e->record, r->zone->gate[best->gate].in, e->pos)) return false;
    fh_gate_part *g = of->part->gate[best->gate];
    stay(w, of->part, e->pos, of->to, FH_NO, best->gate);
    return walk_gate(w, g, e->x, g->n, slot_at(of, e->pos), true);
}

static bool walk(walker *w, const stretch *of)
{
    const fh_scratch_mark mark = fh_scratch_mark_now(&w->a->now);
    fh_run r;
    if (!fh_run_begin(w->a, of->part, of->from, true, &r) || !fh_run_to(&r, of->to)) return false;
    place best = {fh_run_cost(&r, r.zone->out), r.zone->out, FH_NO, NULL};
    if (of->open && !find_place(&r, &best)) return false;
    const bool may_end = fh_run_cost(&r, r.zone->out) == best.cost;
    if (!walk_to(w, of, &r, &best)) return false;
    w->m->cost = best.cost; /* the whole story's is put last */
    w->m->may_end = may_end;
    fh_scratch_release(&w->a->now, mark);
    return true;
}

bool fh_align_walk(fh_aligner *a, const fh_part *part, fh_moves *m)
{
    fh_part all = *part;
    walker w = {a, m};
    const stretch whole = {&all, 0, part->n, 0, a->open};
    return walk(&w, &whole) && (!m->next || tell_next(&w, &all, 0));
}
