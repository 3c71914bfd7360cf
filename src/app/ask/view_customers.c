/* view_customers.c - who is behind a figure: single customers, the latest contact first. */
#include "app/ask/view_parts.h"
#include "app/lived/merge_preview.h"
#include "base/put.h"

#include <stdio.h>

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_customers_new(from, ctx, out, err);
}

static fh_status name_one(const fh_view *v, const fh_customer_row *row, fh_behind_row *out,
                          fh_error *err)
{
    fh_status s =
        fh_identity_of(v->org, row->customer, v->arena, &out->identity, &out->n_identities, err);
    if (!s && row->problem) s = fh_problem_name(v->org, row->problem, v->arena, &out->problem, err);
    out->row = *row;
    return s;
}

/* A number of at most ten digits, or for times of sixteen, with a sign. */
static bool read_part(fh_str *text, int64_t *out)
{
    const bool negative = text->len && text->ptr[0] == '-';
    size_t i = negative;
    int64_t n = 0;
    for (; i < text->len && text->ptr[i] != '.'; i++) {
        if (text->ptr[i] < '0' || text->ptr[i] > '9' || i > 16) return false;
        n = n * 10 + (text->ptr[i] - '0');
    }
    if (i == (size_t)negative) return false;
    *out = negative ? -n : n;
    *text = i < text->len ? (fh_str){text->ptr + i + 1, text->len - i - 1} : (fh_str){0};
    return true;
}

fh_status fh_view_place(fh_str text, int64_t *at_ms, uint32_t *customer, uint32_t *which,
                        fh_error *err)
{
    int64_t at = 0, a = 0, b = 0;
    if (!read_part(&text, &at) || !read_part(&text, &a) || !read_part(&text, &b) || text.len ||
        a < 0 || a > UINT32_MAX || b < 0 || b > UINT32_MAX) {
        (void)fh_fail(err, FH_INVALID, "'after' is no place in this list");
        return fh_hint(err, FH_INVALID, "Give the 'next' of the page before, as it is.");
    }
    *at_ms = at;
    *customer = (uint32_t)a;
    *which = (uint32_t)b;
    return FH_OK;
}

/* What is counted as "times" is what the filter asks for. */
fh_status fh_view_customers(const fh_view *v, uint64_t limit, fh_str after, fh_behind *out,
                            fh_error *err)
{
    const fh_filter *f = &v->filter;
    fh_customers_options o = {.n_touchpoints = v->touchpoint.n,
                              .limit = (uint32_t)limit,
                              .by_problem = f->by_problem,
                              .n_moves = f->n_followed,
                              .moves = f->followed,
                              .visits = f->passed,
                              .has_after = after.len > 0};
    fh_fold *fold = NULL;
    fh_customers c;
    if (limit < 1 || limit > FH_CUSTOMERS_MOST)
        return fh_fail(err, FH_INVALID, "limit is 1 to %d", FH_CUSTOMERS_MOST);
    fh_status s = FH_OK;
    if (after.len)
        s = fh_view_place(after, &o.after.last_ms, &o.after.customer, &o.after.problem, err);
    if (!s) s = fh_ask(v->org, f, v->threads, make, &o, &fold, err);
    if (!s) s = fh_customers_read(fold, v->arena, &c, err);
    fh_fold_free(fold);
    if (s) return s;
    fh_behind_row *rows = FH_NEW_ARRAY(v->arena, fh_behind_row, c.n_rows + 1);
    if (!rows) return fh_no_memory(err);
    for (size_t i = 0; !s && i < c.n_rows; i++) s = name_one(v, &c.rows[i], &rows[i], err);
    *out = (fh_behind){.n_stories = c.n_stories,
                       .n_interactions = c.n_interactions,
                       .n_rows = c.n_rows,
                       .rows = rows,
                       .more = c.more,
                       .times = o.n_moves || o.visits.bits};
    return s;
}

fh_str fh_behind_next(const fh_view *v, const fh_behind *a)
{
    if (!a->more || !a->n_rows) return (fh_str){0};
    const fh_customer_row *last = &a->rows[a->n_rows - 1].row;
    return fh_printed(v->arena, "%lld.%u.%u", (long long)last->last_ms, last->customer,
                      last->problem);
}

/* ---- Table --------------------------------------------------------------------------- */

static fh_str who(const fh_view *v, const fh_behind_row *r)
{
    fh_str all = fh_printed(v->arena, "#%u", r->row.customer);
    for (size_t i = 0; i < r->n_identities && i < 4; i++)
        all = fh_printed(v->arena, "%.*s %.*s", FH_STR_ARG(all), FH_STR_ARG(r->identity[i].value));
    return all;
}

fh_status fh_behind_table(const fh_view *v, const fh_behind *a, fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {
        {"customer", NULL, FH_CELL_COUNT},    {"", "Who", FH_CELL_TEXT},
        {"identifiers", NULL, FH_CELL_TEXT},  {"interactions", "Interactions", FH_CELL_COUNT},
        {"first", "First", FH_CELL_TIME},     {"last", "Last", FH_CELL_TIME},
        {"problem", "Problem", FH_CELL_TEXT}, {"times", "Times", FH_CELL_COUNT}};
    fh_table_column own[8];
    for (size_t c = 0; c < 8; c++) own[c] = columns[c];
    if (!v->filter.by_problem) own[6].title = NULL;
    if (!a->times) own[7].title = NULL;
    const fh_status s =
        fh_view_new_table(v, "Who is behind it", own, a->times ? 8 : 7, a->n_rows, out, err);
    if (s) return s;
    const fh_str n = fh_view_stories(v, a->n_stories);
    const fh_str scope = fh_view_scope(v);
    out->note = fh_printed(v->arena, "%.*s, %.*s. The latest contact first%s.", FH_STR_ARG(n),
                           FH_STR_ARG(scope),
                           a->times ? "; 'times' is how often they did what was asked for" : "");
    const fh_str next = fh_behind_next(v, a);
    if (next.len)
        out->rest = fh_printed(v->arena, "There are more: --after %.*s goes on.", FH_STR_ARG(next));
    for (size_t i = 0; i < a->n_rows; i++) {
        const fh_behind_row *r = &a->rows[i];
        fh_str ids = {0};
        for (size_t k = 0; k < r->n_identities; k++)
            ids = fh_printed(v->arena, "%.*s%s%.*s:%.*s", FH_STR_ARG(ids), k ? " " : "",
                             FH_STR_ARG(r->identity[k].kind), FH_STR_ARG(r->identity[k].value));
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_count(r->row.customer);
        *cell++ = fh_cell_text(who(v, r));
        *cell++ = fh_cell_text(ids);
        *cell++ = fh_cell_count(r->row.count);
        *cell++ = fh_cell_int(r->row.first_ms);
        *cell++ = fh_cell_int(r->row.last_ms);
        *cell++ = fh_cell_text(r->problem);
        if (a->times) *cell = fh_cell_count(r->row.times);
    }
    return FH_OK;
}

/* ---- JSON ------------------------------------------------------------------------------ */

void fh_behind_json(const fh_view *v, const fh_behind *a, fh_json *j)
{
    const fh_str next = fh_behind_next(v, a);
    fh_json_object(j);
    fh_put_number(j, v->key, a->n_stories);
    fh_put_number(j, "interactions", a->n_interactions);
    fh_json_key(j, FH_STR("items"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_rows; i++) {
        const fh_behind_row *r = &a->rows[i];
        fh_json_object(j);
        fh_put_number(j, "customer", r->row.customer);
        fh_identities_json(r->identity, r->n_identities, j);
        fh_put_number(j, "interactions", r->row.count);
        fh_put_time_in(j, "first", r->row.first_ms, v->zone);
        fh_put_time_in(j, "last", r->row.last_ms, v->zone);
        if (r->problem.len) {
            fh_put_text(j, "problem", r->problem);
        }
        if (a->times) fh_put_number(j, "times", r->row.times);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("next"));
    if (next.len)
        fh_json_str(j, next);
    else
        fh_json_null(j);
    fh_json_end_object(j);
}
