/* lived_problems.c - problems, hand-offs and what was told again (see lived.h).
 *
 * Interactions are put in order of (problem, time); each problem is then gone through
 * once from its first to its last.
 *
 *     department   A     A     B        B      A
 *                  in    out | internal in   | out
 *                            ^ hand-off  ^told again
 *                                            ^ hand-off
 */
#include "app/lived/lived_parts.h"

#include "base/sort.h"

#include <string.h>

typedef struct place {
    uint32_t problem, at;
} place;

typedef struct going { /* through one problem */
    fh_lived *l;
    const fh_turns *turns;
    fh_problem_lived *p;
    uint32_t number;     /* index of the problem */
    fh_handed *handed;   /* all hand-offs, [l->n_handed] */
    uint32_t *handed_at; /* [l->n] */
    bool *told_again;    /* [l->n] */
    uint32_t last_with;  /* the last interaction that names a department */
    bool said_something; /* the customer, in this problem so far */
} going;

static int by_problem_then_time(const void *pa, const void *pb, void *ctx)
{
    const place *a = pa, *b = pb;
    (void)ctx;
    if (a->problem != b->problem) return a->problem < b->problem ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

static bool confirms(const fh_turns *turns, const fh_told *t)
{
    for (size_t i = 0; i < turns->n_confirmed; i++)
        if (turns->confirmed[i] == t->outcome) return true;
    return false;
}

static fh_str first_of(fh_str a, fh_str b)
{
    return a.len ? a : b;
}

static void hand_on(going *g, uint32_t at)
{
    fh_lived *l = g->l;
    const fh_said *before = &l->said[g->last_with], *now = &l->said[at];
    fh_handed *h = &g->handed[l->n_handed];
    *h = (fh_handed){.problem = g->number,
                     .before = g->last_with,
                     .at = at,
                     .from = l->told[g->last_with].department,
                     .to = l->told[at].department,
                     .reason = first_of(before->reason, now->reason),
                     .told = first_of(before->told, now->told),
                     .promise = first_of(before->promise, now->promise),
                     .promise_until_ms =
                         before->promise.len ? before->promise_until_ms : now->promise_until_ms,
                     .accepted = FH_NO_INDEX,
                     .answered = FH_NO_INDEX,
                     .told_again = FH_NO_INDEX};
    g->handed_at[at] = l->n_handed++;
    g->p->n_handoffs++;
}

/* What an interaction means for the hand-off that it comes after. */
static void after_handoff(going *g, uint32_t at)
{
    const fh_told *t = &g->l->told[at];
    const fh_said *said = &g->l->said[at];
    if (!g->p->n_handoffs) return;
    fh_handed *h = &g->handed[g->l->n_handed - 1];
    if (t->department != h->to) return;
    if (t->direction == FH_DIR_OUT && h->answered == FH_NO_INDEX) h->answered = at;
    if (t->direction != FH_DIR_IN || !said->text.len || t->has_score || !g->said_something ||
        confirms(g->turns, t) || (t->outcome && t->outcome == g->turns->reopened))
        return;
    if (h->told_again == FH_NO_INDEX) h->told_again = at;
    h->n_told_again++;
    g->p->n_told_again++;
    g->told_again[at] = true;
}

/* Somebody said that they have taken over: which hand-off stands in the payload. */
static void accept(going *g, uint32_t at)
{
    char text[FH_REFERENCE_TEXT];
    const fh_str wanted = g->l->said[at].accepts;
    if (!wanted.len) return;
    for (uint32_t i = 0; i < g->p->n_handoffs; i++) {
        fh_handed *h = &g->handed[g->p->handoff + i];
        if (h->accepted != FH_NO_INDEX) continue;
        if (fh_str_eq(fh_lived_reference(g->l, h->at, text), wanted)) h->accepted = at;
    }
}

/* ... or that this was said by mistake: which saying stands in the payload. */
static void give_back(going *g, uint32_t at)
{
    char text[FH_REFERENCE_TEXT];
    const fh_str wanted = g->l->said[at].takes_back;
    if (!wanted.len) return;
    for (uint32_t i = 0; i < g->p->n_handoffs; i++) {
        fh_handed *h = &g->handed[g->p->handoff + i];
        if (h->accepted == FH_NO_INDEX) continue;
        if (fh_str_eq(fh_lived_reference(g->l, h->accepted, text), wanted))
            h->accepted = FH_NO_INDEX;
    }
}

static void turn(going *g, uint32_t at)
{
    const fh_told *t = &g->l->told[at];
    fh_problem_lived *p = g->p;
    if (confirms(g->turns, t)) {
        p->open = false;
        p->customer_waits = false;
        p->confirmed = at;
        return;
    }
    const bool said_so = t->outcome && t->outcome == g->turns->reopened;
    const bool taken_back = said_so && g->l->said[at].takes_back.len > 0;
    if (!p->open && (said_so || (t->direction == FH_DIR_IN && !t->has_score))) {
        p->open = true;
        p->reopened = p->reopened || !taken_back;
        if (taken_back) p->confirmed = FH_NO_INDEX;
    }
    if (p->open && t->direction != FH_DIR_NONE && t->direction != FH_DIR_INTERNAL && !t->has_score)
        p->customer_waits = t->direction == FH_DIR_IN;
}

static void go_through(going *g, const place *places, uint32_t n)
{
    fh_problem_lived *p = g->p;
    *p = (fh_problem_lived){.problem = places[0].problem,
                            .first = places[0].at,
                            .last = places[n - 1].at,
                            .n = n,
                            .handoff = g->l->n_handed,
                            .open = true,
                            .confirmed = FH_NO_INDEX};
    g->last_with = FH_NO_INDEX;
    g->said_something = false;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t at = places[i].at;
        const fh_told *t = &g->l->told[at];
        if (t->department) {
            if (p->department && p->department != t->department) hand_on(g, at);
            p->department = t->department;
            g->last_with = at;
        }
        after_handoff(g, at);
        accept(g, at);
        give_back(g, at);
        turn(g, at);
        if (t->direction == FH_DIR_IN && g->l->said[at].text.len && !t->has_score)
            g->said_something = true;
    }
}

/* Planned ones have not happened: they say nothing about how a problem stands. */
static fh_status places_of(const fh_lived *l, place **out, uint32_t *n, uint32_t *n_problems,
                           fh_error *err)
{
    fh_arena *arena = l->view->arena;
    place *places = FH_NEW_ARRAY(arena, place, l->n_past + 1);
    if (!places) return fh_no_memory(err);
    for (uint32_t i = 0; i < l->n_past; i++)
        if (l->told[i].problem) places[(*n)++] = (place){l->told[i].problem, i};
    const fh_status s =
        fh_sort(fh_arena_allocator(arena), places, *n, sizeof *places, by_problem_then_time, NULL);
    if (s) return fh_no_memory(err);
    for (uint32_t i = 0; i < *n; i++)
        *n_problems += !i || places[i - 1].problem != places[i].problem;
    *out = places;
    return FH_OK;
}

fh_status fh_lived_problems(fh_lived *l, const fh_turns *turns, fh_error *err)
{
    fh_arena *arena = l->view->arena;
    place *places = NULL;
    uint32_t n = 0, n_problems = 0;
    const fh_status s = places_of(l, &places, &n, &n_problems, err);
    if (s) return s;
    fh_problem_lived *problem = FH_NEW_ARRAY(arena, fh_problem_lived, n_problems + 1);
    uint32_t *problem_at = FH_NEW_ARRAY(arena, uint32_t, l->n + 1);
    going g = {.l = l,
               .turns = turns,
               .handed = FH_NEW_ARRAY(arena, fh_handed, n + 1),
               .handed_at = FH_NEW_ARRAY(arena, uint32_t, l->n + 1),
               .told_again = FH_NEW_ARRAY(arena, bool, l->n + 1)};
    if (!problem || !problem_at || !g.handed || !g.handed_at || !g.told_again)
        return fh_no_memory(err);
    for (uint32_t i = 0; i < l->n; i++) problem_at[i] = g.handed_at[i] = FH_NO_INDEX;
    for (uint32_t i = 0, until; i < n; i = until) {
        for (until = i; until < n && places[until].problem == places[i].problem; until++)
            problem_at[places[until].at] = l->n_problems;
        g.number = l->n_problems;
        g.p = &problem[l->n_problems++];
        go_through(&g, places + i, until - i);
    }
    l->problem = problem;
    l->problem_at = problem_at;
    l->handed = g.handed;
    l->handed_at = g.handed_at;
    l->told_again = g.told_again;
    return FH_OK;
}
