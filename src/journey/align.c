/* align.c - exact alignment of stories with process trees, one story at a time (see
 * firsthand/journey.h and align.h).
 *
 * Where a name has more than one number, an interaction of that name may be any of them. All
 * ways to choose are tried when they are few; else one interaction after the other is given the
 * number by which the story costs least, as long as that helps and there is patience.
 */
#include "journey/align.h"

#include "base/sort.h"

#include <string.h>

enum {
    MEMORY = 512 << 20,
    MOST_PAID = 1 << 28,
    MOST_TRIES = 4096,
    LEAST_TRIES = 16,
    PATIENCE = 1 << 18, /* interactions looked at in all tries */
    MOST_FLAT = 256
};

fh_status fh_aligner_new(const fh_allocator *from, const fh_tree *tree,
                         const fh_align_options *options, fh_aligner **out, fh_error *err)
{
    fh_arena *arena = fh_arena_new(from);
    fh_aligner *a = arena ? FH_NEW(arena, fh_aligner) : NULL;
    fh_status status = FH_OK;
    if (!a) {
        status = fh_no_memory(err);
    } else {
        const size_t memory = options && options->memory ? options->memory : MEMORY;
        *a = (fh_aligner){.tree = tree, .arena = arena, .most_flat = MOST_FLAT};
        if (options && options->most_flat) a->most_flat = options->most_flat;
        fh_scratch_init(&a->keep, from, memory - memory / 4);
        fh_scratch_init(&a->now, from, memory / 4);
        status = fh_align_ready(a, options, err);
        if (!status) status = fh_align_zones(a, err);
        if (!status) status = fh_align_flat(a, err);
    }
    if (status == FH_OK)
        *out = a;
    else
        fh_arena_free(arena);
    return status;
}

void fh_aligner_free(fh_aligner *a)
{
    if (!a) return;
    fh_scratch_free(&a->keep);
    fh_scratch_free(&a->now);
    fh_arena_free(a->arena);
}

uint64_t fh_align_empty(const fh_aligner *a)
{
    return (uint64_t)a->node[a->root].empty;
}

bool fh_align_at_most(const fh_aligner *a)
{
    return a->at_most;
}

/* ---- One story ------------------------------------------------------------------------------ */

typedef struct story {
    fh_part part;
    uint32_t *number;  /* the part's */
    uint64_t unknown;  /* what it costs that the tree does not know some */
    uint32_t *several; /* [n_several] interactions that may be one or another number */
    uint32_t n_several;
    uint32_t *first, *best; /* [n_several] first number of each; those that cost least */
    uint32_t *turn;         /* [n_numbers] which of a name's comes next */
    uint32_t tries;
    bool all; /* ways to choose are tried */
} story;

static fh_status failed(fh_aligner *a, fh_error *err)
{
    const bool limit = a->keep.status == FH_LIMIT || a->now.status == FH_LIMIT;
    a->keep.status = a->now.status = FH_OK;
    if (!limit) return fh_no_memory(err);
    (void)fh_fail(err, FH_LIMIT, "a story is too long to be held against this journey exactly");
    return fh_hint(err, FH_LIMIT,
                   "Ask by problem instead of by customer, or for a shorter period.");
}

/* The story as the root sees it. */
static bool read_story(fh_aligner *a, const uint32_t *label, size_t n, story *out)
{
    uint32_t *number = fh_scratch_take(&a->keep, n, sizeof *number);
    uint32_t *at = fh_scratch_take(&a->keep, n, sizeof *at);
    int32_t *weight = fh_scratch_take(&a->keep, n + 1, sizeof *weight);
    uint32_t *several = fh_scratch_take(&a->keep, n, sizeof *several);
    if (!number || !at || !weight || !several) return false;
    /* Without a branch: what the tree knows of what really happens nobody can foresee. */
    const fh_label_as *const as = a->label_as;
    const uint32_t n_labels = a->tree->n_labels;
    uint32_t m = 0, n_several = 0;
    int32_t all = weight[0] = 0;
    for (size_t i = 0; i < n; i++) {
        const fh_label_as *l = &as[label[i] < n_labels ? label[i] : n_labels];
        several[n_several] = m;
        n_several += l->several;
        number[m] = l->first;
        at[m] = (uint32_t)i;
        all += l->ad_hoc;
        weight[m + 1] = all; /* m < n: it is there, whether the next one is known or not */
        m += l->known;
    }
    *out = (story){.number = number,
                   .several = several,
                   .n_several = n_several,
                   .unknown = (uint64_t)a->unknown * (n - m)};
    out->part = (fh_part){.number = number, .at = at, .weight = weight, .n = m};
    return true;
}

static bool cost_of(fh_aligner *a, const story *s, int32_t *cost)
{
    const fh_scratch_mark keep = fh_scratch_mark_now(&a->keep), now = fh_scratch_mark_now(&a->now);
    fh_part part = s->part;
    fh_run run;
    if (fh_flat_fits(a, &part)) return fh_flat_cost(a, &part, cost);
    if (!fh_part_fill(a, a->zone, &part)) return false;
    if (a->open) {
        if (!fh_part_open(a, &part, 0, cost)) return false;
    } else {
        if (!fh_run_begin(a, &part, 0, false, &run) || !fh_run_to(&run, part.n)) return false;
        *cost = fh_run_cost(&run, a->zone->out);
    }
    fh_scratch_release(&a->keep, keep);
    fh_scratch_release(&a->now, now);
    return true;
}

/* ---- Choosing numbers ----------------------------------------------------------------------- */

static void plan_tries(const fh_aligner *a, story *s)
{
    uint64_t ways = 1;
    s->tries = PATIENCE / (s->part.n + 1);
    if (s->tries > MOST_TRIES) s->tries = MOST_TRIES;
    if (s->tries < LEAST_TRIES) s->tries = LEAST_TRIES;
    for (uint32_t i = 0; i < s->n_several && ways <= s->tries; i++) {
        uint64_t own = 0;
        for (uint32_t k = s->number[s->several[i]]; k != FH_NO; k = a->next_number[k]) own++;
        ways *= own;
    }
    s->all = ways <= s->tries;
}

/* The next way to choose, as one counts; false: that was the last. */
static bool choose_next(const fh_aligner *a, const story *s)
{
    for (uint32_t i = 0; i < s->n_several; i++) {
        uint32_t *number = &s->number[s->several[i]];
        *number = a->next_number[*number];
        if (*number != FH_NO) return true;
        *number = s->first[i];
    }
    return false;
}

static bool try_all(fh_aligner *a, story *s, int32_t *least)
{
    *least = FH_ALIGN_NEVER;
    do {
        int32_t cost;
        if (!cost_of(a, s, &cost)) return false;
        if (cost >= *least) continue;
        *least = cost;
        for (uint32_t i = 0; i < s->n_several; i++) s->best[i] = s->number[s->several[i]];
    } while (*least && choose_next(a, s));
    for (uint32_t i = 0; i < s->n_several; i++) s->number[s->several[i]] = s->best[i];
    return true;
}

/* The best number for one interaction, the others being as they are. */
static bool try_one(fh_aligner *a, story *s, uint32_t i, int32_t *least, bool *better)
{
    uint32_t *number = &s->number[s->several[i]];
    uint32_t best = *number;
    for (uint32_t k = s->first[i]; k != FH_NO && s->tries; k = a->next_number[k]) {
        int32_t cost;
        if (k == best) continue;
        s->tries--;
        *number = k;
        if (!cost_of(a, s, &cost)) return false;
        if (cost >= *least) continue;
        *least = cost;
        best = k;
        *better = true;
    }
    *number = best;
    return true;
}

/* Each name's interactions go round its numbers at first. */
static bool try_some(fh_aligner *a, story *s, int32_t *least)
{
    for (uint32_t i = 0; i < s->n_several; i++) {
        uint32_t *turn = &s->turn[s->first[i]];
        s->number[s->several[i]] = *turn;
        *turn = a->next_number[*turn] == FH_NO ? s->first[i] : a->next_number[*turn];
    }
    if (!cost_of(a, s, least)) return false;
    for (bool better = true; better && *least && s->tries;) {
        better = false;
        for (uint32_t i = 0; i < s->n_several && s->tries; i++)
            if (!try_one(a, s, i, least, &better)) return false;
    }
    return true;
}

static bool choose(fh_aligner *a, story *s, int32_t *least)
{
    s->first = fh_scratch_take(&a->keep, s->n_several, sizeof *s->first);
    s->best = fh_scratch_take(&a->keep, s->n_several, sizeof *s->best);
    s->turn = fh_scratch_take(&a->keep, a->n_numbers, sizeof *s->turn);
    if (!s->first || !s->best || !s->turn) return false;
    for (uint32_t i = 0; i < s->n_several; i++) s->first[i] = s->number[s->several[i]];
    for (uint32_t i = 0; i < a->n_numbers; i++) s->turn[i] = i;
    plan_tries(a, s);
    if (!(s->all ? try_all : try_some)(a, s, least)) return false;
    a->at_most = !s->all && *least;
    return true;
}

/* ---- Answers -------------------------------------------------------------------------------- */

/* Reads the story and chooses its numbers; *least is only told where there was a choice. */
static fh_status begin(fh_aligner *a, const uint32_t *label, size_t n, bool open, story *out,
                       int32_t *least, fh_error *err)
{
    const size_t most = MOST_PAID / (size_t)a->dearest;
    fh_scratch_release(&a->keep, (fh_scratch_mark){NULL, 0});
    fh_scratch_release(&a->now, (fh_scratch_mark){NULL, 0});
    a->open = open;
    a->at_most = false;
    if (n > most || a->tree->n_nodes > most - n)
        a->keep.status = FH_LIMIT;
    else if (read_story(a, label, n, out) && (!out->n_several || choose(a, out, least)))
        return FH_OK;
    return failed(a, err);
}

fh_status fh_align_cost(fh_aligner *a, const uint32_t *label, size_t n, uint64_t *out,
                        fh_error *err)
{
    story s;
    int32_t cost = 0;
    const fh_status status = begin(a, label, n, false, &s, &cost, err);
    if (status) return status;
    if (!s.n_several && !cost_of(a, &s, &cost)) return failed(a, err);
    *out = s.unknown + (uint64_t)cost;
    return FH_OK;
}

static int by_place(const void *pa, const void *pb, void *ctx)
{
    const fh_align_missing *a = pa, *b = pb;
    (void)ctx;
    return (a->before > b->before) - (a->before < b->before);
}

static fh_status walk(fh_aligner *a, const story *s, size_t n, fh_arena *arena, fh_moves *m,
                      fh_alignment *out, fh_error *err)
{
    fh_part part = s->part;
    m->arena = arena;
    m->completed = FH_NEW_ARRAY(arena, bool, n + 1);
    if (!m->completed) return fh_no_memory(err);
    memset(m->completed, 0, n + 1);
    const bool flat = fh_flat_fits(a, &part);
    if (flat && !fh_flat_walk(a, &part, m)) return failed(a, err);
    if (!flat && (!fh_part_fill(a, a->zone, &part) || !fh_align_walk(a, &part, m)))
        return failed(a, err);
    if (!flat && fh_sort(fh_arena_allocator(arena), m->missing, m->n_missing, sizeof *m->missing,
                         by_place, NULL))
        return fh_no_memory(err);
    *out = (fh_alignment){.cost = s->unknown + (uint64_t)m->cost,
                          .completed = m->completed,
                          .missing = m->missing,
                          .n_missing = m->n_missing,
                          .at_most = a->at_most};
    return FH_OK;
}

fh_status fh_align_moves(fh_aligner *a, const uint32_t *label, size_t n, fh_arena *arena,
                         fh_alignment *out, fh_error *err)
{
    story s;
    int32_t least;
    fh_moves m = {0};
    const fh_status status = begin(a, label, n, false, &s, &least, err);
    return status ? status : walk(a, &s, n, arena, &m, out, err);
}

/* Of each by itself. */
static fh_status grow_apart(fh_aligner *a, const uint32_t *label, size_t n_was, size_t n,
                            fh_arena *arena, fh_align_grown *out, fh_error *err)
{
    fh_alignment was, is;
    fh_status status = fh_align_moves(a, label, n_was, arena, &was, err);
    if (!status) status = fh_align_moves(a, label, n, arena, &is, err);
    if (status) return status;
    uint32_t *missing_was = FH_NEW_ARRAY(arena, uint32_t, was.n_missing + 1);
    uint32_t *missing = FH_NEW_ARRAY(arena, uint32_t, is.n_missing + 1);
    if (!missing_was || !missing) return fh_no_memory(err);
    for (size_t i = 0; i < was.n_missing; i++) missing_was[i] = was.missing[i].label;
    for (size_t i = 0; i < is.n_missing; i++) missing[i] = is.missing[i].label;
    *out = (fh_align_grown){.cost_was = was.cost,
                            .cost = is.cost,
                            .at_most_was = was.at_most,
                            .at_most = is.at_most,
                            .completed = is.completed,
                            .completed_was = was.completed,
                            .missing = missing,
                            .missing_was = missing_was,
                            .n_missing = is.n_missing,
                            .n_missing_was = was.n_missing};
    return FH_OK;
}

static uint32_t *labels_of(const fh_moves *m, fh_arena *arena)
{
    uint32_t *label = FH_NEW_ARRAY(arena, uint32_t, m->n_missing + 1);
    for (size_t i = 0; label && i < m->n_missing; i++) label[i] = m->missing[i].label;
    return label;
}

/* Of both at once: of a story without a choice, all states at a time. */
static fh_status grow_together(fh_aligner *a, const story *s, size_t n_was, size_t n,
                               fh_arena *arena, fh_align_grown *out, fh_error *err)
{
    const fh_part *part = &s->part;
    fh_flat_grown g = {.is = {.arena = arena}, .was = {.arena = arena}, .both = {.arena = arena}};
    while (g.n_was < part->n && part->at[g.n_was] < n_was) g.n_was++;
    g.is.completed = FH_NEW_ARRAY(arena, bool, n + 1);
    g.was.completed = FH_NEW_ARRAY(arena, bool, n_was + 1);
    if (!g.is.completed || !g.was.completed) return fh_no_memory(err);
    if (!fh_flat_grow(a, part, &g)) return failed(a, err);
    const size_t same = g.same < g.n_was ? part->at[g.same] : n_was;
    *out = (fh_align_grown){.cost_was = (uint64_t)(n_was - g.n_was) * (uint64_t)a->unknown +
                                        (uint64_t)g.was.cost,
                            .cost = s->unknown + (uint64_t)g.is.cost,
                            .same = same,
                            .completed = g.is.completed,
                            .completed_was = g.was.completed + same,
                            .missing_both = labels_of(&g.both, arena),
                            .missing = labels_of(&g.is, arena),
                            .missing_was = labels_of(&g.was, arena),
                            .n_missing_both = g.both.n_missing,
                            .n_missing = g.is.n_missing,
                            .n_missing_was = g.was.n_missing};
    return out->missing_both && out->missing && out->missing_was ? FH_OK : fh_no_memory(err);
}

fh_status fh_align_grow(fh_aligner *a, const uint32_t *label, size_t n_was, size_t n,
                        fh_arena *arena, fh_align_grown *out, fh_error *err)
{
    story s;
    int32_t least;
    const fh_status status = begin(a, label, n, false, &s, &least, err);
    if (status) return status;
    if (s.n_several || !fh_flat_fits(a, &s.part))
        return grow_apart(a, label, n_was, n, arena, out, err);
    return grow_together(a, &s, n_was, n, arena, out, err);
}

/* Of all ways to choose numbers that cost as little, what may come next in any. */
static bool next_of_all(fh_aligner *a, const story *s, fh_moves *m)
{
    const int32_t least = m->cost;
    bool may_end = m->may_end;
    for (uint32_t i = 0; i < s->n_several; i++) s->number[s->several[i]] = s->first[i];
    do {
        const fh_scratch_mark keep = fh_scratch_mark_now(&a->keep);
        fh_part part = s->part;
        int32_t cost;
        if (!cost_of(a, s, &cost)) return false;
        if (cost > least) continue;
        if (!fh_part_fill(a, a->zone, &part) || !fh_align_walk(a, &part, m)) return false;
        may_end |= m->may_end;
        fh_scratch_release(&a->keep, keep);
    } while (choose_next(a, s));
    m->may_end = may_end;
    return true;
}

fh_status fh_align_unfinished(fh_aligner *a, const uint32_t *label, size_t n, fh_arena *arena,
                              fh_unfinished *out, fh_error *err)
{
    story s;
    int32_t least;
    const uint32_t n_labels = a->tree->n_labels;
    fh_moves m = {.next = FH_NEW_ARRAY(arena, bool, (size_t)n_labels + 1)};
    uint32_t *next = FH_NEW_ARRAY(arena, uint32_t, (size_t)n_labels + 1);
    *out = (fh_unfinished){.next = next};
    if (!m.next || !next) return fh_no_memory(err);
    memset(m.next, 0, n_labels);
    fh_status status = begin(a, label, n, true, &s, &least, err);
    if (!status) status = walk(a, &s, n, arena, &m, &out->so_far, err);
    if (!status && s.n_several && s.all) {
        /* Where another way costs as little, its moves are not told, only what may follow. */
        fh_moves other = m;
        other.completed = FH_NEW_ARRAY(arena, bool, n + 1);
        other.missing = NULL;
        other.n_missing = other.room = 0;
        if (!other.completed) return fh_no_memory(err);
        if (!next_of_all(a, &s, &other)) return failed(a, err);
        m.may_end = other.may_end;
    }
    if (status) return status;
    for (uint32_t l = 0; l < n_labels; l++)
        if (m.next[l]) next[out->n_next++] = l;
    out->may_end = m.may_end;
    return FH_OK;
}
