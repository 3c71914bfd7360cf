/* handoffs.c - from department to department within a problem.
 *
 * The interactions with a department and a problem are gathered first; then each
 * story's problems are followed side by side (contacts.h). A hand-off is counted
 * when the department of a problem differs from the one before; when it goes
 * straight back, the hand-off before is counted as returned.
 */
#include "fold/contacts.h"
#include "fold/fold.h"
#include "fold/pairs.h"
#include "fold/written.h"

#include "base/sort.h"

enum { KEEP, CODES };

typedef struct handoffs {
    fh_fold base;
    uint32_t n_departments;
    bool without_problem;
    uint64_t n_interactions, n_problems, n_customers, n_handoffs;
    uint64_t customers_seen; /* for stamps: also those without any such interaction */
    uint64_t problems_with[FH_HANDOFFS_PER_PROBLEM];
    fh_pairs pairs; /* `extra`: returned */
} handoffs;

static fh_status hand_over(handoffs *f, fh_episode *e, const fh_contact *c, int64_t unit_ms,
                           fh_error *err)
{
    fh_pair_cell *cell = fh_pairs_at(&f->pairs, e->department, c->department);
    if (!cell) return FH_NOMEM;
    cell->count++;
    cell->customers += cell->stamp != f->customers_seen;
    cell->stamp = f->customers_seen;
    if (!fh_fold_add_ms(&cell->sum, c->at - e->at, unit_ms)) return fh_fold_too_long(err);
    if (e->handed_by == c->department) {
        cell = fh_pairs_at(&f->pairs, e->handed_by, e->department);
        if (!cell) return FH_NOMEM;
        cell->extra++;
    }
    e->handed_by = e->department;
    e->handoffs++;
    f->n_handoffs++;
    return FH_OK;
}

static fh_status follow_story(handoffs *f, fh_episodes *problems, const fh_contact *c, uint32_t n,
                              int64_t unit_ms, fh_error *err)
{
    fh_episodes_next(problems);
    for (uint32_t k = 0; k < n; k++) {
        fh_episode *e = fh_episodes_at(problems, c[k].problem);
        if (e->seen && e->department != c[k].department) {
            const fh_status status = hand_over(f, e, &c[k], unit_ms, err);
            if (status != FH_OK) return status;
        }
        e->seen = true;
        e->department = c[k].department;
        e->at = c[k].at;
    }
    for (uint32_t k = 0; k < problems->n; k++) {
        const uint32_t times = problems->list[k].handoffs;
        f->problems_with[times < FH_HANDOFFS_PER_PROBLEM ? times : FH_HANDOFFS_PER_PROBLEM - 1]++;
    }
    f->n_interactions += n;
    f->n_problems += problems->n;
    return FH_OK;
}

static fh_status follow_all(handoffs *f, const fh_segment *seg, const fh_contacts *contacts,
                            fh_error *err)
{
    fh_episodes problems;
    fh_status status = fh_episodes_init(&problems, &f->base, seg, contacts);
    bool counted = false; /* this customer */
    for (uint32_t s = 0, first = 0; s < seg->n_stories && status == FH_OK;
         first = contacts->end[s++]) {
        if (s == 0 || seg->customer[s] != seg->customer[s - 1]) {
            f->customers_seen++;
            counted = false;
        }
        const uint32_t n = contacts->end[s] - first;
        if (n == 0) continue;
        f->n_customers += !counted;
        counted = true;
        status = follow_story(f, &problems, contacts->contact + first, n, seg->ms ? 1 : 1000, err);
    }
    return status;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    handoffs *f = (handoffs *)fold;
    fh_status status = fh_fold_check(&seg->department, f->n_departments, "department", err);
    if (status != FH_OK) return status;
    if (fh_fold_n_codes(&seg->department) == 1) return FH_OK;
    if (!seg->problem && !f->without_problem) return FH_OK;
    const uint16_t *code = fh_fold_codes(fold, CODES, &seg->department, seg->n);
    uint8_t *keep = fh_fold_scratch(fold, KEEP, seg->n, 1);
    if (!code || !keep) return FH_NOMEM;
    if (f->without_problem)
        for (uint32_t i = 0; i < seg->n; i++) keep[i] = code[i] != 0;
    else
        for (uint32_t i = 0; i < seg->n; i++) keep[i] = (code[i] != 0) & (seg->problem[i] != 0);
    fh_contacts contacts;
    status = fh_contacts_gather(fold, seg, keep, false, &contacts);
    return status == FH_OK ? follow_all(f, seg, &contacts, err) : status;
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    handoffs *into = (handoffs *)into_;
    const handoffs *from = (const handoffs *)from_;
    into->n_interactions += from->n_interactions;
    into->n_problems += from->n_problems;
    into->n_customers += from->n_customers;
    into->n_handoffs += from->n_handoffs;
    for (size_t k = 0; k < FH_HANDOFFS_PER_PROBLEM; k++)
        into->problems_with[k] += from->problems_with[k];
    return fh_pairs_merge(&into->pairs, &from->pairs, err);
}

static void release(fh_fold *fold)
{
    fh_pairs_free(&((handoffs *)fold)->pairs);
}

static fh_status take(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    handoffs *into = (handoffs *)into_;
    const handoffs *from = (const handoffs *)from_;
    bool ok = fh_fold_take(&into->n_interactions, from->n_interactions) &&
              fh_fold_take(&into->n_problems, from->n_problems) &&
              fh_fold_take(&into->n_customers, from->n_customers) &&
              fh_fold_take(&into->n_handoffs, from->n_handoffs);
    for (size_t k = 0; k < FH_HANDOFFS_PER_PROBLEM && ok; k++)
        ok = fh_fold_take(&into->problems_with[k], from->problems_with[k]);
    return ok ? fh_pairs_take(&into->pairs, &from->pairs, err) : fh_fold_not_there(err);
}

static fh_status written(fh_fold *fold, fh_written *w)
{
    handoffs *f = (handoffs *)fold;
    fh_written_counts(w, &f->n_interactions, 1);
    fh_written_counts(w, &f->n_problems, 1);
    fh_written_counts(w, &f->n_customers, 1);
    fh_written_counts(w, &f->n_handoffs, 1);
    fh_written_counts(w, f->problems_with, FH_HANDOFFS_PER_PROBLEM);
    fh_written_pairs(w, &f->pairs, false);
    return w->status;
}

static const fh_fold_kind kind = {"handoffs", add, merge, release, take, NULL, NULL, written};

fh_status fh_handoffs_new(const fh_allocator *from, const fh_handoffs_options *options,
                          fh_fold **out, fh_error *err)
{
    uint32_t n = options->n_departments;
    const fh_status limit = fh_fold_limit(&n, "departments", err);
    if (limit != FH_OK) return limit;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(handoffs),
                                1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_DEPARTMENT |
                                    1u << FH_COL_PROBLEM);
    if (!fold) return fh_no_memory(err);
    handoffs *f = (handoffs *)fold;
    f->n_departments = n;
    f->without_problem = options->without_problem;
    fh_fold_tag(fold, n);
    fh_fold_tag(fold, f->without_problem);
    return fh_fold_made(fold, fh_pairs_init(&f->pairs, &fold->from, n, n), out, err);
}

/* ---- Reading ------------------------------------------------------------------ */

static int by_count(const void *a, const void *b, void *ctx)
{
    const fh_handoff *x = a, *y = b;
    (void)ctx;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

fh_status fh_handoffs_read(const fh_fold *fold, fh_arena *arena, fh_handoffs *out, fh_error *err)
{
    const handoffs *f = (const handoffs *)fold;
    const fh_status status = fh_fold_readable(fold, &kind, err);
    if (status != FH_OK) return status;
    const fh_pairs *p = &f->pairs;
    fh_handoff *list = FH_NEW_ARRAY(arena, fh_handoff, fh_pairs_counted(p));
    if (!list) return fh_no_memory(err);
    fh_handoffs r = {.n_interactions = f->n_interactions,
                     .n_problems = f->n_problems,
                     .n_customers = f->n_customers,
                     .n_handoffs = f->n_handoffs,
                     .pairs = list};
    for (size_t k = 0; k < FH_HANDOFFS_PER_PROBLEM; k++) r.problems_with[k] = f->problems_with[k];
    for (size_t i = 0; i < p->n; i++) {
        const fh_pair_cell *c = &p->cell[i];
        if (c->count)
            list[r.n_pairs++] = (fh_handoff){fh_pairs_a(p, i), fh_pairs_b(p, i), c->count,
                                             c->customers,     c->sum,           c->extra};
    }
    if (fh_sort(&fold->from, list, r.n_pairs, sizeof *list, by_count, NULL) != FH_OK)
        return fh_no_memory(err);
    *out = r;
    return FH_OK;
}
