/* view_ruined.c - ruined days: customers' days on which something broke badly. */
#include "app/ask/view_parts.h"

#include "base/put.h"

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_ruined_new(from, ctx, out, err);
}

fh_status fh_view_ruined(const fh_view *v, fh_ruined_view *out, fh_error *err)
{
    if (v->filter.by_problem) {
        (void)fh_fail(err, FH_INVALID, "ruined days are counted by customer, not by problem");
        return fh_hint(err, FH_INVALID, "Ask without by=problem.");
    }
    fh_ruined_view *a = FH_NEW(v->arena, fh_ruined_view);
    if (!a) return fh_no_memory(err);
    fh_filter filter = v->filter;
    fh_status s = fh_severe_read(v->org, v->threads, v->arena, &a->rules, err);
    /* What a filter leaves out may still be what makes the rest a break. */
    if (!fh_filter_is_everything(&filter) && !filter.severe) filter.severe = &a->rules.severe;
    fh_ruined_options o = {
        .n_touchpoints = v->touchpoint.n, .zone = v->zone, .severe = &a->rules.severe};
    fh_fold *fold = NULL;
    if (!s) s = fh_ask(v->org, &filter, v->threads, make, &o, &fold, err);
    if (!s) s = fh_ruined_read(fold, v->arena, &a->ruined, err);
    fh_fold_free(fold);
    if (!s) *out = *a;
    return s;
}

static fh_str note(const fh_view *v, const fh_ruined *a)
{
    const fh_str days = fh_view_count(v, a->all.days, "ruined day", "ruined days");
    const fh_str share = fh_view_share(v, a->all.days, a->contact_days);
    const fh_str of = fh_view_count(v, a->contact_days, "day", "days");
    const fh_str who = fh_view_count(v, a->all.customers, v->one, v->many);
    const fh_str all = fh_view_stories(v, a->n_stories);
    const fh_str scope = fh_view_scope(v);
    return fh_printed(
        v->arena,
        "%.*s (%.*s of %.*s on which anything happened) of %.*s, out of %.*s, %.*s. A "
        "ruined day is a day of one %s on which at least one of these happened; more of "
        "them on the same day count once.",
        FH_STR_ARG(days), FH_STR_ARG(share), FH_STR_ARG(of), FH_STR_ARG(who), FH_STR_ARG(all),
        FH_STR_ARG(scope), v->one);
}

fh_status fh_ruined_rules_table(const fh_view *v, const fh_ruined_view *a, fh_table *out,
                                fh_error *err)
{
    static const fh_table_column columns[] = {{"rule", "Rule", FH_CELL_TEXT},
                                              {"says", "What happened", FH_CELL_TEXT},
                                              {"days", "Ruined days", FH_CELL_COUNT},
                                              FH_COLUMN_STORIES,
                                              {"breaks", "Times", FH_CELL_COUNT}};
    size_t n = 0;
    for (uint32_t r = 0; r < FH_N_SEVERE; r++) n += a->rules.says[r].len > 0;
    const fh_status s = fh_view_new_table(v, "Ruined days", columns, 5, n, out, err);
    if (s) return s;
    out->note = note(v, &a->ruined);
    for (uint32_t r = 0, i = 0; r < FH_N_SEVERE; r++) {
        if (!a->rules.says[r].len) continue;
        const fh_ruined_count *c = &a->ruined.rule[r];
        fh_cell *cell = fh_table_row(out, i++);
        *cell++ = fh_cell_text(fh_str_of(fh_severe_names[r]));
        *cell++ = fh_cell_text(a->rules.says[r]);
        *cell++ = fh_cell_count(c->days);
        *cell++ = fh_cell_count(c->customers);
        *cell = fh_cell_count(c->breaks);
    }
    return FH_OK;
}

fh_status fh_ruined_table(const fh_view *v, const fh_ruined_view *a, size_t top, fh_table *out,
                          fh_error *err)
{
    static const fh_table_column columns[] = {{"touchpoint", "Touchpoint", FH_CELL_TEXT},
                                              {"days", "Ruined days", FH_CELL_COUNT},
                                              {"bar", "", FH_CELL_BAR},
                                              {"share", "Share", FH_CELL_SHARE},
                                              FH_COLUMN_STORIES,
                                              {"breaks", "Times", FH_CELL_COUNT}};
    const fh_ruined *r = &a->ruined;
    const size_t shown = fh_top(top, r->n_rows);
    const fh_status s = fh_view_new_table(v, "Where days are ruined", columns, 6, shown, out, err);
    if (s) return s;
    out->rest = fh_view_rest(v, r->n_rows - shown, "touchpoint", "touchpoints", 0, 0, "");
    for (size_t i = 0; i < shown; i++) {
        const fh_ruined_row *row = &r->rows[i];
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_text(fh_view_name(&v->touchpoint, row->touchpoint));
        *cell++ = fh_cell_count(row->all.days);
        *cell++ = fh_cell_part(row->all.days, r->rows[0].all.days);
        *cell++ = fh_cell_part(row->all.days, r->all.days);
        *cell++ = fh_cell_count(row->all.customers);
        *cell = fh_cell_count(row->all.breaks);
    }
    return FH_OK;
}

fh_status fh_ruined_weeks_table(const fh_view *v, const fh_ruined_view *a, size_t top,
                                fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {{"week", "Week from", FH_CELL_TIME},
                                              {"days", "Ruined days", FH_CELL_COUNT},
                                              {"bar", "", FH_CELL_BAR},
                                              {"share", "Of all days", FH_CELL_SHARE},
                                              FH_COLUMN_STORIES,
                                              {"contact_days", "All days", FH_CELL_COUNT}};
    const fh_ruined *r = &a->ruined;
    const size_t shown = fh_top(top, r->n_weeks);
    const fh_status s = fh_view_new_table(v, "By week", columns, 6, shown, out, err);
    if (s) return s;
    uint64_t most = 0;
    for (size_t i = 0; i < r->n_weeks; i++)
        if (r->weeks[i].days > most) most = r->weeks[i].days;
    out->rest = fh_view_rest(v, r->n_weeks - shown, "earlier week", "earlier weeks", 0, 0, "");
    for (size_t i = 0; i < shown; i++) {
        const fh_ruined_week *w = &r->weeks[r->n_weeks - 1 - i];
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_int(w->from_ms);
        *cell++ = fh_cell_count(w->days);
        *cell++ = fh_cell_part(w->days, most);
        *cell++ = fh_cell_part(w->days, w->contact_days);
        *cell++ = fh_cell_count(w->customers);
        *cell = fh_cell_count(w->contact_days);
    }
    return FH_OK;
}

/* ---- For programs ----------------------------------------------------------------------- */

static void count_json(const fh_view *v, const fh_ruined_count *c, fh_json *j)
{
    fh_put_number(j, "days", c->days);
    fh_put_number(j, v->key, c->customers);
    fh_put_number(j, "breaks", c->breaks);
}

static void row_json(const fh_view *v, const fh_ruined_view *a, const fh_ruined_row *row,
                     fh_json *j)
{
    fh_json_object(j);
    fh_json_name(j, "touchpoint", &v->touchpoint, row->touchpoint);
    count_json(v, &row->all, j);
    fh_json_key(j, FH_STR("rules"));
    fh_json_object(j);
    for (uint32_t r = 0; r < FH_N_SEVERE; r++) {
        if (!row->rule[r].breaks || !a->rules.says[r].len) continue;
        fh_json_key(j, fh_str_of(fh_severe_names[r]));
        fh_json_object(j);
        count_json(v, &row->rule[r], j);
        fh_json_end_object(j);
    }
    fh_json_end_object(j);
    fh_json_end_object(j);
}

static void rules_json(const fh_view *v, const fh_ruined_view *a, fh_json *j)
{
    fh_json_key(j, FH_STR("rules"));
    fh_json_array(j);
    for (uint32_t r = 0; r < FH_N_SEVERE; r++) {
        if (!a->rules.says[r].len) continue;
        fh_json_object(j);
        fh_put_word(j, "rule", fh_severe_names[r]);
        fh_put_text(j, "says", a->rules.says[r]);
        count_json(v, &a->ruined.rule[r], j);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

void fh_ruined_json(const fh_view *v, const fh_ruined_view *a, fh_json *j)
{
    const fh_ruined *r = &a->ruined;
    fh_json_object(j);
    count_json(v, &r->all, j);
    fh_put_number(j, "of", r->n_stories);
    fh_put_number(j, "contact_days", r->contact_days);
    fh_put_text(j, "says", note(v, r));
    rules_json(v, a, j);
    fh_json_key(j, FH_STR("weeks"));
    fh_json_array(j);
    for (size_t i = 0; i < r->n_weeks; i++) {
        const fh_ruined_week *w = &r->weeks[i];
        fh_json_object(j);
        fh_put_time_in(j, "from", w->from_ms, v->zone);
        fh_put_number(j, "days", w->days);
        fh_put_number(j, v->key, w->customers);
        fh_put_number(j, "contact_days", w->contact_days);
        fh_put_number(j, "of", w->all_customers);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("touchpoints"));
    fh_json_array(j);
    for (size_t i = 0; i < r->n_rows; i++) row_json(v, a, &r->rows[i], j);
    fh_json_end_array(j);
    fh_json_end_object(j);
}
