/* report.c - asks every question the page answers. */
#include "app/report/report.h"

#include "base/time.h"

enum { REPEAT_DAYS = 7, COHORT_MONTHS = 12, TOP = 10 };

static fh_status ask_handoffs(const fh_view *view, fh_report_facts *f, fh_error *err)
{
    fh_status status = fh_view_handoffs(view, false, &f->handoffs, err);
    if (status || f->handoffs.n_problems) return status;
    f->handoffs_by_customer = true;
    return fh_view_handoffs(view, true, &f->handoffs, err);
}

static fh_status ask_cohorts(const fh_view *view, fh_report_facts *f, fh_error *err)
{
    f->retention_options = (fh_retention_options){
        .unit = FH_MONTH,
        .n_buckets = COHORT_MONTHS + 1,
        .zone_s = fh_zone_offset(view->zone, f->touchpoints.last_ms),
        .observed_until_ms = fh_view_observed(view),
    };
    return fh_view_retention(view, &f->retention_options, NULL, &f->retention, err);
}

fh_status fh_report_ask(const fh_view *view, const fh_report_options *options, fh_report_facts *out,
                        fh_error *err)
{
    fh_report_facts f = {.view = view};
    f.repeats_options.window_ms = REPEAT_DAYS * (uint64_t)FH_DAY_MS;
    fh_status s = fh_setting_get(view->org, FH_STR("name"), view->arena, &f.name, err);
    if (!s) s = fh_view_touchpoints(view, &f.touchpoints, err);
    if (!s) s = fh_view_arrivals(view, &f.arrivals, err);
    if (!s) s = fh_view_follows(view, FH_PERCENTILES_APPROX, &f.follows, err);
    if (!s) s = fh_view_variants(view, options->top ? options->top : TOP, &f.variants, err);
    if (!s) s = fh_view_loops(view, &f.loops, err);
    if (!s) s = fh_view_waits(view, &f.waits, err);
    if (!s) s = ask_handoffs(view, &f, err);
    if (!s) s = fh_view_repeats(view, &f.repeats_options, &f.repeats, err);
    if (!s) s = ask_cohorts(view, &f, err);
    if (!s) s = fh_origins(view->org, view->arena, &f.origins, &f.n_origins, err);
    if (!s) *out = f;
    return s;
}

fh_status fh_report_made(fh_str text, const fh_zone *zone, int64_t now_ms, int64_t *made_ms,
                         fh_error *err)
{
    int64_t at_ms = 0;
    if (!text.len)
        at_ms = now_ms;
    else if (!fh_str_eq(text, FH_STR("none")) && !fh_time_iso(text, zone, &at_ms)) {
        (void)fh_fail(err, FH_INVALID, "--made '%.*s' is not a date", FH_STR_ARG(text));
        return fh_hint(err, FH_INVALID, "Write it as 2024-03-31, or none.");
    }
    *made_ms = at_ms;
    return FH_OK;
}
