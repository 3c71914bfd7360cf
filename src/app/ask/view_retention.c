/* view_retention.c - who comes back, cohort by cohort. */
#include "app/ask/view_parts.h"

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_retention_new(from, ctx, out, err);
}

int64_t fh_view_observed(const fh_view *v)
{
    return v->first_ms <= v->last_ms ? v->last_ms : 0;
}

fh_status fh_view_retention(const fh_view *v, fh_retention_options *options, fh_retention *out,
                            fh_error *err)
{
    options->n_touchpoints = v->touchpoint.n;
    fh_fold *fold = NULL;
    fh_status s = fh_ask(v->org, &v->filter, v->threads, make, options, &fold, err);
    if (!s) s = fh_retention_read(fold, v->arena, out, err);
    fh_fold_free(fold);
    return s;
}

static const char *unit_word(fh_unit unit)
{
    switch (unit) {
    case FH_DAY: return "day";
    case FH_WEEK: return "week";
    case FH_MONTH: break;
    }
    return "month";
}

static const char *unit_title(fh_unit unit)
{
    return unit == FH_DAY ? "Day" : unit == FH_WEEK ? "Week" : "Month";
}

static const char *mode_word(fh_retention_mode mode)
{
    switch (mode) {
    case FH_BOUNDED: return "bounded";
    case FH_UNBOUNDED: return "unbounded";
    case FH_BRACKET: break;
    }
    return "bracket";
}

static fh_str definition(const fh_view *v, const fh_retention_options *o)
{
    const char *unit = unit_word(o->unit);
    switch (o->mode) {
    case FH_BOUNDED:
        return fh_printed(v->arena, "Came back in that very %s (%s 0 is the one of the start)",
                          unit, unit);
    case FH_UNBOUNDED: return fh_printed(v->arena, "Came back in that %s or later", unit);
    case FH_BRACKET: break;
    }
    return FH_STR("Came back so many days after the start");
}

static fh_str note(const fh_view *v, const fh_retention_options *o, const fh_retention *a)
{
    const fh_str of = fh_view_stories(v, a->n_stories);
    const fh_str scope = fh_view_scope(v);
    const fh_str what = definition(v, o);
    return fh_printed(
        v->arena,
        "%.*s, %.*s. %.*s%s. A cohort is who started in the same %s. '+' marks shares "
        "that may still grow; the first row counts only who could be observed long "
        "enough.",
        FH_STR_ARG(of), FH_STR_ARG(scope), FH_STR_ARG(what),
        o->rolling ? ", counted from each one's own start" : "", unit_word(o->unit));
}

static fh_cell share(const fh_retention_cell *c, uint64_t of)
{
    if (!c->reached && !c->returned) return fh_cell_none();
    fh_cell cell = fh_cell_part(c->returned, of);
    if (!c->complete) cell.text = FH_STR("+");
    return cell;
}

static fh_str cohort_name(const fh_view *v, const fh_retention_options *o, int64_t from_ms)
{
    const fh_civil c = fh_civil_of(from_ms + o->zone_s * FH_SECOND_MS);
    if (o->unit == FH_MONTH) return fh_printed(v->arena, "%04d-%02d", c.year, c.month);
    return fh_printed(v->arena, "%04d-%02d-%02d", c.year, c.month, c.day);
}

static fh_status name_columns(const fh_view *v, const fh_retention_options *o, size_t n,
                              fh_table_column *columns, fh_error *err)
{
    columns[0] = (fh_table_column){"cohort", "Started", FH_CELL_TEXT};
    columns[1] = (fh_table_column)FH_COLUMN_STORIES;
    columns[2] = (fh_table_column){"returned", "Came back", FH_CELL_SPARK};
    for (size_t k = 0; k < n; k++) {
        const fh_str key = o->mode == FH_BRACKET
                               ? fh_printed(v->arena, "day_%u_%u", o->edges[k], o->edges[k + 1] - 1)
                               : fh_printed(v->arena, "%s_%zu", unit_word(o->unit), k);
        const fh_str title = o->mode == FH_BRACKET ? fh_printed(v->arena, "Day %u-%u", o->edges[k],
                                                                o->edges[k + 1] - 1)
                             : k                   ? fh_printed(v->arena, "%zu", k)
                                 : fh_printed(v->arena, "%s 0", unit_title(o->unit));
        if (!key.ptr || !title.ptr) return fh_no_memory(err);
        columns[3 + k] = (fh_table_column){key.ptr, title.ptr, FH_CELL_SHARE};
    }
    return FH_OK;
}

static fh_cell spark(const fh_view *v, const fh_retention_cell *cells, size_t n)
{
    uint64_t *series = FH_NEW_ARRAY(v->arena, uint64_t, n + 1);
    if (!series) return fh_cell_none();
    for (size_t k = 0; k < n; k++) series[k] = cells[k].returned;
    return (fh_cell){.series = series, .n_series = n};
}

fh_status fh_retention_table(const fh_view *v, const fh_retention_options *options,
                             const fh_retention *a, fh_table *out, fh_error *err)
{
    const size_t n = a->n_buckets;
    fh_table_column *columns = FH_NEW_ARRAY(v->arena, fh_table_column, n + 3);
    if (!columns) return fh_no_memory(err);
    fh_status s = name_columns(v, options, n, columns, err);
    if (!s) s = fh_view_new_table(v, "Who comes back", columns, n + 3, a->n_cohorts + 1, out, err);
    if (s) return s;
    out->note = note(v, options, a);
    fh_cell *cell = out->cells;
    *cell++ = fh_cell_text(FH_STR("All"));
    *cell++ = fh_cell_count(a->n_stories);
    *cell++ = spark(v, a->overall, n);
    for (size_t k = 0; k < n; k++)
        *cell++ = fh_cell_part(a->overall[k].returned, a->overall[k].reached);
    for (size_t i = 0; i < a->n_cohorts; i++) {
        const fh_cohort *cohort = &a->cohorts[i];
        *cell++ = fh_cell_text(cohort_name(v, options, cohort->from_ms));
        *cell++ = fh_cell_count(cohort->stories);
        *cell++ = spark(v, cohort->cells, n);
        for (size_t k = 0; k < n; k++) *cell++ = share(&cohort->cells[k], cohort->stories);
    }
    return FH_OK;
}

static void cells_json(const fh_retention_cell *cells, size_t n, fh_json *j)
{
    fh_json_key(j, FH_STR("reached"));
    fh_json_array(j);
    for (size_t k = 0; k < n; k++) fh_json_uint(j, cells[k].reached);
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("returned"));
    fh_json_array(j);
    for (size_t k = 0; k < n; k++) fh_json_uint(j, cells[k].returned);
    fh_json_end_array(j);
}

void fh_retention_json(const fh_view *v, const fh_retention_options *options, const fh_retention *a,
                       fh_json *j)
{
    fh_json_object(j);
    fh_json_number(j, v->key, a->n_stories);
    fh_json_text_at(j, "unit", unit_word(options->unit));
    fh_json_text_at(j, "mode", mode_word(options->mode));
    fh_json_key(j, FH_STR("rolling"));
    fh_json_bool(j, options->rolling);
    fh_json_time(j, "observed_until", options->observed_until_ms, v->zone);
    if (options->mode == FH_BRACKET) {
        fh_json_key(j, FH_STR("edges"));
        fh_json_array(j);
        for (uint32_t k = 0; k < options->n_edges; k++) fh_json_uint(j, options->edges[k]);
        fh_json_end_array(j);
    }
    fh_json_key(j, FH_STR("overall"));
    fh_json_object(j);
    cells_json(a->overall, a->n_buckets, j);
    fh_json_end_object(j);
    fh_json_key(j, FH_STR("cohorts"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_cohorts; i++) {
        const fh_cohort *cohort = &a->cohorts[i];
        const fh_str from = cohort_name(v, options, cohort->from_ms);
        fh_json_object(j);
        fh_json_key(j, FH_STR("from"));
        fh_json_str(j, options->unit == FH_MONTH ? fh_printed(v->arena, "%.*s-01", FH_STR_ARG(from))
                                                 : from);
        fh_json_number(j, v->key, cohort->stories);
        cells_json(cohort->cells, a->n_buckets, j);
        fh_json_key(j, FH_STR("complete"));
        fh_json_array(j);
        for (size_t k = 0; k < a->n_buckets; k++) fh_json_bool(j, cohort->cells[k].complete);
        fh_json_end_array(j);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}
