/* view_funnel.c - who gets how far along a row of steps, and how long it takes. */
#include "app/ask/view_parts.h"

#include "base/put.h"

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_funnel_new(from, ctx, out, err);
}

fh_status fh_view_funnel(const fh_view *v, const fh_funnel_options *options, fh_funnel *out,
                         fh_error *err)
{
    fh_funnel_options o = *options;
    o.n_touchpoints = v->touchpoint.n;
    fh_fold *fold = NULL;
    fh_status s = fh_ask(v->org, &v->filter, v->threads, make, &o, &fold, err);
    if (!s) s = fh_funnel_read(fold, v->arena, out, err);
    fh_fold_free(fold);
    return s;
}

static fh_str note(const fh_view *v, const fh_funnel_options *options, const fh_funnel *a)
{
    const fh_str of = fh_view_stories(v, a->n_stories);
    const fh_str scope = fh_view_scope(v);
    const fh_str within =
        options->window_ms
            ? fh_printed(v->arena, "within %.*s of the first",
                         FH_STR_ARG(fh_view_duration(v, (int64_t)options->window_ms)))
            : FH_STR("however long it takes");
    return fh_printed(v->arena, "%.*s looked at, %.*s. Each step after the one before, %s, %.*s.",
                      FH_STR_ARG(of), FH_STR_ARG(scope),
                      options->strict ? "as the very next interaction"
                                      : "other interactions may come between",
                      FH_STR_ARG(within));
}

fh_status fh_funnel_table(const fh_view *v, const fh_funnel_options *options, const fh_str *titles,
                          const fh_funnel *a, fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {
        {"step", "Step", FH_CELL_TEXT},
        FH_COLUMN_STORIES,
        {"bar", "", FH_CELL_BAR},
        {"share_of_first", "Of the first", FH_CELL_SHARE},
        {"share_of_before", "Of the step before", FH_CELL_SHARE},
        {"since_start_ms_p50", "Half there within", FH_CELL_DURATION},
        {"since_start_ms_p90", "9 of 10 within", FH_CELL_DURATION}};
    const fh_status s =
        fh_view_new_table(v, "How far people get", columns, 7, a->n_steps, out, err);
    if (s) return s;
    out->note = note(v, options, a);
    for (size_t i = 0; i < a->n_steps; i++) {
        const fh_funnel_step *step = &a->steps[i];
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_text(titles[i]);
        *cell++ = fh_cell_count(step->stories);
        *cell++ = fh_cell_part(step->stories, a->steps[0].stories);
        *cell++ = fh_cell_part(step->stories, a->steps[0].stories);
        *cell++ = i ? fh_cell_part(step->stories, a->steps[i - 1].stories) : fh_cell_none();
        if (!i || !step->stories) continue;
        *cell++ = fh_cell_int(step->since_start.p50_ms);
        *cell++ = fh_cell_int(step->since_start.p90_ms);
    }
    return FH_OK;
}

void fh_funnel_json(const fh_view *v, const fh_str *titles, const fh_funnel *a, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, v->key, a->n_stories);
    fh_json_key(j, FH_STR("steps"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_steps; i++) {
        fh_json_object(j);
        fh_put_text(j, "step", titles[i]);
        fh_put_number(j, v->key, a->steps[i].stories);
        fh_put_int(j, "since_start_ms_sum", a->steps[i].since_start_ms_sum);
        fh_json_percentiles(j, "since_start", &a->steps[i].since_start);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}
