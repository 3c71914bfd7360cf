/* view_handoffs.c - from department to department within a problem. */
#include "app/ask/view_parts.h"

#include "base/put.h"

typedef struct question {
    const fh_view *v;
    bool without_problem;
} question;

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const question *q = ctx;
    const fh_handoffs_options options = {.n_departments = q->v->department.n,
                                         .without_problem = q->without_problem};
    return fh_handoffs_new(from, &options, out, err);
}

fh_status fh_view_handoffs(const fh_view *v, bool without_problem, fh_handoffs *out, fh_error *err)
{
    question q = {v, without_problem};
    fh_fold *fold = NULL;
    fh_status s = fh_ask(v->org, &v->filter, v->threads, make, &q, &fold, err);
    if (!s) s = fh_handoffs_read(fold, v->arena, out, err);
    fh_fold_free(fold);
    return s;
}

static fh_str note(const fh_view *v, const fh_handoffs *a)
{
    const fh_str n = fh_view_count(v, a->n_handoffs, "hand-off", "hand-offs");
    const fh_str problems = fh_view_count(v, a->n_problems, "problem", "problems");
    const fh_str customers = fh_view_count(v, a->n_customers, v->calling.one, v->calling.many);
    const fh_str scope = fh_view_scope(v);
    if (!a->n_interactions)
        return fh_printed(v->arena,
                          "No interaction has both a department and a problem. Import with "
                          "--map department=...,problem=..., or give --without-problem to take "
                          "each %s as one problem.",
                          v->calling.one);
    return fh_printed(
        v->arena,
        "%.*s in %.*s of %.*s, %.*s. A hand-off is one department after another in the "
        "same problem; 'returned' was handed straight back.",
        FH_STR_ARG(n), FH_STR_ARG(problems), FH_STR_ARG(customers), FH_STR_ARG(scope));
}

fh_status fh_handoffs_table(const fh_view *v, const fh_handoffs *a, size_t top, fh_table *out,
                            fh_error *err)
{
    static const fh_table_column columns[] = {
        {"from", "From", FH_CELL_TEXT},         {"to", "To", FH_CELL_TEXT},
        {"count", "Times", FH_CELL_COUNT},      {"bar", "", FH_CELL_BAR},
        {"share", "Share", FH_CELL_SHARE},      {"customers", "{Customers}", FH_CELL_COUNT},
        {"gap_ms_sum", NULL, FH_CELL_DURATION}, {"gap_ms_mean", "Mean gap", FH_CELL_DURATION},
        {"returned", NULL, FH_CELL_COUNT},      {"share_returned", "Returned", FH_CELL_SHARE}};
    const size_t shown = fh_top(top, a->n_pairs);
    const fh_status s =
        fh_view_new_table(v, "From department to department", columns, 10, shown, out, err);
    if (s) return s;
    uint64_t part = 0;
    for (size_t i = shown; i < a->n_pairs; i++) part += a->pairs[i].count;
    out->note = note(v, a);
    out->rest =
        fh_view_rest(v, a->n_pairs - shown, "pair", "pairs", part, a->n_handoffs, "hand-offs");
    for (size_t i = 0; i < shown; i++) {
        const fh_handoff *h = &a->pairs[i];
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_text(fh_view_name(&v->department, h->from));
        *cell++ = fh_cell_text(fh_view_name(&v->department, h->to));
        *cell++ = fh_cell_count(h->count);
        *cell++ = fh_cell_part(h->count, a->pairs[0].count);
        *cell++ = fh_cell_part(h->count, a->n_handoffs);
        *cell++ = fh_cell_count(h->customers);
        *cell++ = fh_cell_int(h->gap_ms_sum);
        *cell++ = fh_cell_int(fh_mean(h->gap_ms_sum, h->count));
        *cell++ = fh_cell_count(h->returned);
        *cell = fh_cell_part(h->returned, h->count);
    }
    return FH_OK;
}

fh_status fh_handoffs_per_problem_table(const fh_view *v, const fh_handoffs *a, fh_table *out,
                                        fh_error *err)
{
    static const fh_table_column columns[] = {{"handoffs", "Hand-offs", FH_CELL_TEXT},
                                              {"problems", "Problems", FH_CELL_COUNT},
                                              {"bar", "", FH_CELL_BAR},
                                              {"share", "Share", FH_CELL_SHARE}};
    enum { ROWS = 12 }; /* 0 .. 10, then what is left in one */
    uint64_t with[ROWS] = {0}, most = 0;
    size_t n = 0;
    for (size_t k = 0; k < FH_HANDOFFS_PER_PROBLEM; k++) {
        const size_t row = k < ROWS ? k : ROWS - 1;
        with[row] += a->problems_with[k];
        if (with[row]) n = row + 1;
        if (with[row] > most) most = with[row];
    }
    const fh_status s =
        fh_view_new_table(v, "How often a problem is handed on", columns, 4, n, out, err);
    if (s) return s;
    const fh_str problems = fh_view_count(v, a->n_problems, "problem", "problems");
    const uint64_t once = a->n_problems - a->problems_with[0];
    const fh_str share = fh_view_share(v, once, a->n_problems);
    out->note = fh_printed(v->arena, "Of %.*s, %.*s were handed on at least once.",
                           FH_STR_ARG(problems), FH_STR_ARG(share));
    for (size_t k = 0; k < n; k++) {
        fh_cell *cell = fh_table_row(out, k);
        *cell++ = fh_cell_text(fh_printed(v->arena, k + 1 < ROWS ? "%zu" : "%zu or more", k));
        *cell++ = fh_cell_count(with[k]);
        *cell++ = fh_cell_part(with[k], most);
        *cell = fh_cell_part(with[k], a->n_problems);
    }
    return FH_OK;
}

void fh_handoffs_json(const fh_view *v, const fh_handoffs *a, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "interactions", a->n_interactions);
    fh_put_number(j, "problems", a->n_problems);
    fh_put_number(j, "customers", a->n_customers);
    fh_put_number(j, "handoffs", a->n_handoffs);
    fh_json_key(j, FH_STR("pairs"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_pairs; i++) {
        const fh_handoff *h = &a->pairs[i];
        fh_json_object(j);
        fh_json_name(j, "from", &v->department, h->from);
        fh_json_name(j, "to", &v->department, h->to);
        fh_put_number(j, "count", h->count);
        fh_put_number(j, "customers", h->customers);
        fh_put_int(j, "gap_ms_sum", h->gap_ms_sum);
        fh_put_number(j, "returned", h->returned);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("problems_with"));
    fh_json_array(j);
    size_t n = FH_HANDOFFS_PER_PROBLEM;
    while (n && !a->problems_with[n - 1]) n--;
    for (size_t k = 0; k < n; k++) fh_json_uint(j, a->problems_with[k]);
    fh_json_end_array(j);
    fh_json_end_object(j);
}
