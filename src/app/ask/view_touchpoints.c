/* view_touchpoints.c - what happens where, how often, to how many, how it ends. */
#include "app/ask/view_parts.h"

#include "base/put.h"

fh_status fh_make_touchpoints(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const fh_view *v = ctx;
    const fh_touchpoints_options options = {.n_touchpoints = v->touchpoint.n,
                                            .n_outcomes = v->outcome.n,
                                            .n_currencies = v->currency.n};
    return fh_touchpoints_new(from, &options, out, err);
}

fh_status fh_view_touchpoints(const fh_view *v, fh_touchpoints *out, fh_error *err)
{
    fh_view asked = *v;
    fh_fold *fold = NULL;
    fh_status s = fh_ask(v->org, &v->filter, v->threads, fh_make_touchpoints, &asked, &fold, err);
    if (!s) s = fh_touchpoints_read(fold, v->arena, out, err);
    fh_fold_free(fold);
    return s;
}

/* The part of a list sorted by touchpoint that is about one of them: where it
 * begins, and how many there are. */
static size_t outcomes_of(const fh_touchpoints *a, uint32_t touchpoint, size_t *first)
{
    size_t lo = 0, hi = a->n_outcomes, n = 0;
    while (lo < hi) {
        const size_t middle = lo + (hi - lo) / 2;
        if (a->outcomes[middle].touchpoint < touchpoint)
            lo = middle + 1;
        else
            hi = middle;
    }
    while (lo + n < a->n_outcomes && a->outcomes[lo + n].touchpoint == touchpoint) n++;
    *first = lo;
    return n;
}

static size_t values_of(const fh_touchpoints *a, uint32_t touchpoint, size_t *first)
{
    size_t lo = 0, hi = a->n_values, n = 0;
    while (lo < hi) {
        const size_t middle = lo + (hi - lo) / 2;
        if (a->values[middle].touchpoint < touchpoint)
            lo = middle + 1;
        else
            hi = middle;
    }
    while (lo + n < a->n_values && a->values[lo + n].touchpoint == touchpoint) n++;
    *first = lo;
    return n;
}

/* The commonest one: in words, its name, how often. */
static fh_cell *put_outcome(const fh_view *v, const fh_touchpoints *a, const fh_touchpoint_row *row,
                            fh_cell *cell)
{
    size_t first;
    if (!outcomes_of(a, row->touchpoint, &first)) return cell + 3;
    const fh_touchpoint_outcome *o = &a->outcomes[first];
    const fh_str name = fh_view_name(&v->outcome, o->outcome);
    const fh_str share = fh_view_share(v, o->count, row->count);
    *cell++ = fh_cell_text(fh_printed(v->arena, "%.*s %.*s", FH_STR_ARG(name), FH_STR_ARG(share)));
    *cell++ = fh_cell_text(name);
    *cell++ = fh_cell_count(o->count);
    return cell;
}

/* One currency: its sum. Several are told one by one in JSON only. */
static fh_cell value_cell(const fh_view *v, const fh_touchpoints *a, uint32_t touchpoint)
{
    size_t first;
    if (values_of(a, touchpoint, &first) != 1) return fh_cell_none();
    fh_cell cell = fh_cell_int(a->values[first].sum);
    if (a->values[first].currency)
        cell.text = fh_view_name(&v->currency, a->values[first].currency);
    return cell;
}

static fh_str note(const fh_view *v, const fh_touchpoints *a)
{
    const fh_str n = fh_view_count(v, a->n_interactions, "interaction", "interactions");
    const fh_str of = fh_view_stories(v, a->n_stories);
    const fh_str scope = fh_view_scope(v);
    return fh_printed(v->arena,
                      "%.*s of %.*s, %.*s. 'Each' is how often a %s that was there at all "
                      "was there.",
                      FH_STR_ARG(n), FH_STR_ARG(of), FH_STR_ARG(scope), v->one);
}

static fh_str hidden(const fh_view *v, const fh_touchpoints *a, size_t shown)
{
    uint64_t part = 0;
    for (size_t i = shown; i < a->n_rows; i++) part += a->rows[i].count;
    return fh_view_rest(v, a->n_rows - shown, "touchpoint", "touchpoints", part, a->n_interactions,
                        "interactions");
}

static bool any_score(const fh_touchpoints *a)
{
    for (size_t i = 0; i < a->n_rows; i++)
        if (a->rows[i].n_scores) return true;
    return false;
}

fh_status fh_touchpoints_table(const fh_view *v, const fh_touchpoints *a, size_t top, fh_table *out,
                               fh_error *err)
{
    fh_table_column *columns = FH_NEW_ARRAY(v->arena, fh_table_column, 12);
    if (!columns) return fh_no_memory(err);
    const bool scores = any_score(a);
    size_t n = 0;
    columns[n++] = (fh_table_column){"touchpoint", "Touchpoint", FH_CELL_TEXT};
    columns[n++] = (fh_table_column){"count", "Times", FH_CELL_COUNT};
    columns[n++] = (fh_table_column){"bar", "", FH_CELL_BAR};
    columns[n++] = (fh_table_column)FH_COLUMN_STORIES;
    columns[n++] = (fh_table_column){"each", "Each", FH_CELL_DECIMAL};
    columns[n++] = (fh_table_column){"first", "First", FH_CELL_TIME};
    columns[n++] = (fh_table_column){"last", "Last", FH_CELL_TIME};
    if (a->n_outcomes) {
        columns[n++] = (fh_table_column){"", "Commonest outcome", FH_CELL_TEXT};
        columns[n++] = (fh_table_column){"outcome", NULL, FH_CELL_TEXT};
        columns[n++] = (fh_table_column){"outcome_count", NULL, FH_CELL_COUNT};
    }
    if (a->n_values) columns[n++] = (fh_table_column){"value", "Value", FH_CELL_MONEY};
    if (scores) columns[n++] = (fh_table_column){"score", "Score", FH_CELL_DECIMAL};
    const size_t shown = fh_top(top, a->n_rows);
    const fh_status s = fh_view_new_table(v, "What happens where", columns, n, shown, out, err);
    if (s) return s;
    out->note = note(v, a);
    out->rest = hidden(v, a, shown);
    for (size_t i = 0; i < shown; i++) {
        const fh_touchpoint_row *row = &a->rows[i];
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_text(fh_view_name(&v->touchpoint, row->touchpoint));
        *cell++ = fh_cell_count(row->count);
        *cell++ = fh_cell_part(row->count, a->rows[0].count);
        *cell++ = fh_cell_count(row->stories);
        *cell++ = fh_cell_int(fh_mean(fh_cell_count(row->count).i * 100, row->stories));
        *cell++ = fh_cell_int(row->first_ms);
        *cell++ = fh_cell_int(row->last_ms);
        if (a->n_outcomes) cell = put_outcome(v, a, row, cell);
        if (a->n_values) *cell++ = value_cell(v, a, row->touchpoint);
        if (scores && row->n_scores) *cell = fh_cell_int(fh_mean(row->score_sum, row->n_scores));
    }
    return FH_OK;
}

static void row_json(const fh_view *v, const fh_touchpoints *a, const fh_touchpoint_row *row,
                     fh_json *j)
{
    size_t first;
    fh_json_object(j);
    fh_json_name(j, "touchpoint", &v->touchpoint, row->touchpoint);
    fh_put_number(j, "count", row->count);
    fh_put_number(j, v->key, row->stories);
    fh_put_time_in(j, "first", row->first_ms, v->zone);
    fh_put_time_in(j, "last", row->last_ms, v->zone);
    size_t n = outcomes_of(a, row->touchpoint, &first);
    fh_json_key(j, FH_STR("outcomes"));
    fh_json_object(j);
    for (size_t i = first; i < first + n; i++) {
        fh_json_key(j, fh_view_name(&v->outcome, a->outcomes[i].outcome));
        fh_json_uint(j, a->outcomes[i].count);
    }
    fh_json_end_object(j);
    n = values_of(a, row->touchpoint, &first);
    fh_json_key(j, FH_STR("values"));
    fh_json_array(j);
    for (size_t i = first; i < first + n; i++) {
        const fh_touchpoint_value *value = &a->values[i];
        const fh_str currency =
            value->currency ? fh_view_name(&v->currency, value->currency) : FH_STR("");
        fh_json_object(j);
        fh_put_text(j, "currency", currency);
        fh_put_number(j, "count", value->count);
        fh_json_key(j, FH_STR("sum"));
        fh_json_fixed(j, value->sum, fh_currency_decimals(currency));
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    if (row->n_scores) {
        fh_put_number(j, "scores", row->n_scores);
        fh_json_key(j, FH_STR("score_sum"));
        fh_json_fixed(j, row->score_sum, 2);
    }
    fh_json_end_object(j);
}

void fh_touchpoints_json(const fh_view *v, const fh_touchpoints *a, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "interactions", a->n_interactions);
    fh_put_number(j, v->key, a->n_stories);
    if (a->n_interactions) {
        fh_put_time_in(j, "first", a->first_ms, v->zone);
        fh_put_time_in(j, "last", a->last_ms, v->zone);
    }
    fh_json_key(j, FH_STR("touchpoints"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_rows; i++) row_json(v, a, &a->rows[i], j);
    fh_json_end_array(j);
    fh_json_end_object(j);
}
