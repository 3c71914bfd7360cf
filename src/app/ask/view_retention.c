/* view_retention.c - who comes back, cohort by cohort. */
#include "app/ask/mandatory.h"
#include "app/ask/view_parts.h"
#include "base/put.h"

/* All returns, and voluntary ones only where something is mandatory: read in one pass. */
static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const fh_retention_options *wanted = ctx;
    fh_retention_options plain = *wanted;
    fh_fold *fold[2] = {NULL, NULL};
    plain.mandatory = (fh_mandatory){.directions = 0};
    fh_status s = fh_retention_new(from, &plain, &fold[0], err);
    if (!s) s = fh_retention_new(from, wanted, &fold[1], err);
    if (!s) s = fh_several_new(from, fold, 2, out, err);
    for (size_t i = 0; s && i < 2; i++) fh_fold_free(fold[i]);
    return s;
}

static fh_status make_plain(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_retention_new(from, ctx, out, err);
}

int64_t fh_view_observed(const fh_view *v)
{
    return v->first_ms <= v->last_ms ? v->last_ms : 0;
}

fh_status fh_view_retention(const fh_view *v, fh_retention_options *options,
                            const fh_filter_text *said, fh_retention_view *out, fh_error *err)
{
    fh_mandatory_rule rule;
    const fh_filter_text nothing = {.until = {0}};
    fh_fold *fold = NULL;
    options->n_touchpoints = v->touchpoint.n;
    fh_status s = fh_mandatory_said(v->org, said ? said : &nothing, v->arena, &rule, err);
    if (s) return s;
    options->mandatory = rule.mandatory;
    *out = (fh_retention_view){.rule = rule.says};
    const bool both = rule.says.len > 0;
    s = fh_ask(v->org, &v->filter, v->threads, both ? make : make_plain, options, &fold, err);
    if (!s) s = fh_retention_read(both ? fh_several_at(fold, 0) : fold, v->arena, &out->all, err);
    if (!s && both) s = fh_retention_read(fh_several_at(fold, 1), v->arena, &out->chosen, err);
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

static fh_str note(const fh_view *v, const fh_retention_options *o, const fh_retention *a,
                   fh_str rule)
{
    const fh_str of = fh_view_stories(v, a->n_stories);
    const fh_str scope = fh_view_scope(v);
    const fh_str what = definition(v, o);
    return fh_printed(
        v->arena,
        "%.*s, %.*s. %.*s%s. A cohort is who started in the same %s. '+' marks shares "
        "that may still grow; the first row counts only who could be observed long "
        "enough.%s%.*s%s",
        FH_STR_ARG(of), FH_STR_ARG(scope), FH_STR_ARG(what),
        o->rolling ? ", counted from each one's own start" : "", unit_word(o->unit),
        rule.len ? " Voluntary: with something that is not mandatory (" : "", FH_STR_ARG(rule),
        rule.len ? ")." : "");
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

static void put_overall(const fh_view *v, const char *name, const fh_retention *a, fh_cell *cell)
{
    *cell++ = fh_cell_text(fh_str_of(name));
    *cell++ = fh_cell_count(a->n_stories);
    *cell++ = spark(v, a->overall, a->n_buckets);
    for (size_t k = 0; k < a->n_buckets; k++)
        *cell++ = fh_cell_part(a->overall[k].returned, a->overall[k].reached);
}

/* How many of those who came back did so by choice. */
static void put_share(const fh_retention_view *a, fh_cell *cell)
{
    *cell++ = fh_cell_text(FH_STR("Voluntary share"));
    *cell++ = fh_cell_none();
    *cell++ = fh_cell_none();
    for (size_t k = 0; k < a->all.n_buckets; k++) {
        const uint64_t all = a->all.overall[k].returned;
        *cell++ = all ? fh_cell_part(a->chosen.overall[k].returned, all) : fh_cell_none();
    }
}

fh_status fh_retention_table(const fh_view *v, const fh_retention_options *options,
                             const fh_retention_view *both, bool chosen, fh_table *out,
                             fh_error *err)
{
    const fh_retention *a = chosen ? &both->chosen : &both->all;
    const size_t n = a->n_buckets, above = both->rule.len && !chosen ? 3 : 1;
    fh_table_column *columns = FH_NEW_ARRAY(v->arena, fh_table_column, n + 3);
    if (!columns) return fh_no_memory(err);
    fh_status s = name_columns(v, options, n, columns, err);
    if (!s)
        s = fh_view_new_table(v, chosen ? "Who comes back by choice" : "Who comes back", columns,
                              n + 3, a->n_cohorts + above, out, err);
    if (s) return s;
    out->note = note(v, options, a, both->rule);
    put_overall(v, chosen ? "All, voluntary" : "All", a, fh_table_row(out, 0));
    if (above == 3) {
        put_overall(v, "Voluntary", &both->chosen, fh_table_row(out, 1));
        put_share(both, fh_table_row(out, 2));
    }
    for (size_t i = 0; i < a->n_cohorts; i++) {
        const fh_cohort *cohort = &a->cohorts[i];
        fh_cell *cell = fh_table_row(out, above + i);
        *cell++ = fh_cell_text(cohort_name(v, options, cohort->from_ms));
        *cell++ = fh_cell_count(cohort->stories);
        *cell++ = spark(v, cohort->cells, n);
        for (size_t k = 0; k < n; k++) *cell++ = share(&cohort->cells[k], cohort->stories);
    }
    return FH_OK;
}

static void counts_json(const char *key, const fh_retention_cell *cells, size_t n, bool reached,
                        fh_json *j)
{
    fh_put_key(j, key);
    fh_json_array(j);
    for (size_t k = 0; k < n; k++) fh_json_uint(j, reached ? cells[k].reached : cells[k].returned);
    fh_json_end_array(j);
}

/* `chosen` NULL: nothing is mandatory. */
static void cells_json(const fh_retention_cell *cells, const fh_retention_cell *chosen, size_t n,
                       fh_json *j)
{
    counts_json("reached", cells, n, true, j);
    counts_json("returned", cells, n, false, j);
    if (chosen) counts_json("voluntary", chosen, n, false, j);
}

void fh_retention_json(const fh_view *v, const fh_retention_options *options,
                       const fh_retention_view *both, fh_json *j)
{
    const fh_retention *a = &both->all;
    const bool rule = both->rule.len > 0;
    fh_json_object(j);
    fh_put_number(j, v->key, a->n_stories);
    fh_put_word(j, "unit", unit_word(options->unit));
    fh_put_word(j, "mode", mode_word(options->mode));
    fh_put_bool(j, "rolling", options->rolling);
    fh_put_time_in(j, "observed_until", options->observed_until_ms, v->zone);
    if (options->mode == FH_BRACKET) {
        fh_json_key(j, FH_STR("edges"));
        fh_json_array(j);
        for (uint32_t k = 0; k < options->n_edges; k++) fh_json_uint(j, options->edges[k]);
        fh_json_end_array(j);
    }
    if (rule) {
        fh_put_text(j, "mandatory", both->rule);
    }
    fh_json_key(j, FH_STR("overall"));
    fh_json_object(j);
    cells_json(a->overall, rule ? both->chosen.overall : NULL, a->n_buckets, j);
    fh_json_end_object(j);
    fh_json_key(j, FH_STR("cohorts"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_cohorts; i++) {
        const fh_cohort *cohort = &a->cohorts[i];
        const fh_str from = cohort_name(v, options, cohort->from_ms);
        fh_json_object(j);
        fh_put_text(j, "from",
                    options->unit == FH_MONTH ? fh_printed(v->arena, "%.*s-01", FH_STR_ARG(from))
                                              : from);
        fh_put_number(j, v->key, cohort->stories);
        cells_json(cohort->cells, rule ? both->chosen.cohorts[i].cells : NULL, a->n_buckets, j);
        fh_json_key(j, FH_STR("complete"));
        fh_json_array(j);
        for (size_t k = 0; k < a->n_buckets; k++) fh_json_bool(j, cohort->cells[k].complete);
        fh_json_end_array(j);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}
