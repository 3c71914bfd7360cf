/* lived_open.c - problems that are open, of everybody (see lived.h): one fold over all
 * stories by problem. */
#include "app/ask/ask.h"
#include "app/lived/lived_parts.h"

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_open_new(from, ctx, out, err);
}

static fh_status confirmed_set(const fh_view *v, const fh_turns *turns, fh_bitset *out,
                               fh_error *err)
{
    const uint32_t n = v->outcome.n;
    uint64_t *bits = FH_NEW_ARRAY(v->arena, uint64_t, n / 64 + 1);
    if (!bits) return fh_no_memory(err);
    for (size_t i = 0; i < turns->n_confirmed; i++)
        if (turns->confirmed[i] < n)
            bits[turns->confirmed[i] / 64] |= UINT64_C(1) << (turns->confirmed[i] % 64);
    *out = (fh_bitset){.bits = bits, .n = n};
    return FH_OK;
}

fh_status fh_view_open_problems(const fh_view *v, uint32_t limit, bool owed, fh_open_list *out,
                                fh_error *err)
{
    const fh_os *os = fh_org_os(v->org);
    fh_filter by_problem = v->filter;
    fh_turns turns = {0};
    fh_fold *fold = NULL;
    fh_open_options o = {.n_outcomes = v->outcome.n,
                         .n_departments = v->department.n,
                         .now_ms = os->now_ms(os->ctx),
                         .limit = limit,
                         .owed = owed};
    by_problem.by_problem = true;
    fh_status s = fh_turns_read(v->org, v->arena, &turns, err);
    if (!s) s = confirmed_set(v, &turns, &o.confirmed, err);
    o.reopened = turns.reopened;
    if (!s) s = fh_ask(v->org, &by_problem, v->threads, make, &o, &fold, err);
    if (!s) s = fh_open_read(fold, v->arena, &out->open, err);
    fh_fold_free(fold);
    if (s) return s;
    fh_str *name = FH_NEW_ARRAY(v->arena, fh_str, out->open.n_rows + 1);
    if (!name) return fh_no_memory(err);
    for (size_t i = 0; i < out->open.n_rows && !s; i++)
        s = fh_problem_name(v->org, out->open.rows[i].problem, v->arena, &name[i], err);
    out->name = name;
    return s;
}
