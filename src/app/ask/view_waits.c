/* view_waits.c - how long people wait before something happens. */
#include "app/ask/view_parts.h"

#include "base/put.h"

fh_status fh_make_waits(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const fh_view *v = ctx;
    const fh_waits_options options = {.n_touchpoints = v->touchpoint.n};
    return fh_waits_new(from, &options, out, err);
}

fh_status fh_view_waits(const fh_view *v, fh_waits *out, fh_error *err)
{
    fh_view asked = *v;
    fh_fold *fold = NULL;
    fh_status s = fh_ask(v->org, &v->filter, v->threads, fh_make_waits, &asked, &fold, err);
    if (!s) s = fh_waits_read(fold, v->arena, out, err);
    fh_fold_free(fold);
    return s;
}

/* A percentile is the middle of its bucket: never say more than the longest. */
static int64_t at_most(int64_t ms, int64_t most)
{
    return ms < most ? ms : most;
}

static fh_percentiles told(const fh_wait_row *row)
{
    return (fh_percentiles){.p50_ms = at_most(row->wait.p50_ms, row->longest_ms),
                            .p90_ms = at_most(row->wait.p90_ms, row->longest_ms),
                            .p99_ms = at_most(row->wait.p99_ms, row->longest_ms)};
}

static fh_str answers(const fh_view *v, const fh_waits *a)
{
    if (!a->answers.count && !a->unanswered) return (fh_str){0};
    const fh_str n = fh_view_count(v, a->answers.count, "answer", "answers");
    const fh_str half = fh_view_duration(v, told(&a->answers).p50_ms);
    const fh_str most = fh_view_duration(v, told(&a->answers).p90_ms);
    const fh_str open = fh_view_stories(v, a->unanswered);
    return fh_printed(v->arena,
                      " What %s say is answered after %.*s in half of %.*s and after %.*s in 9 "
                      "of 10; %.*s had the last word and no answer.",
                      v->calling.many, FH_STR_ARG(half), FH_STR_ARG(n), FH_STR_ARG(most),
                      FH_STR_ARG(open));
}

static fh_str note(const fh_view *v, const fh_waits *a, int64_t sum)
{
    const fh_str of = fh_view_stories(v, a->n_stories);
    const fh_str scope = fh_view_scope(v);
    const fh_str all = fh_view_duration(v, fh_mean(sum, a->n_stories));
    const fh_str said = answers(v, a);
    return fh_printed(
        v->arena,
        "%.*s, %.*s; %.*s on average between first and last interaction. A wait is the "
        "time since the interaction before; percentiles are within 3.2 %%.%.*s",
        FH_STR_ARG(of), FH_STR_ARG(scope), FH_STR_ARG(all), FH_STR_ARG(said));
}

fh_status fh_waits_table(const fh_view *v, const fh_waits *a, size_t top, fh_table *out,
                         fh_error *err)
{
    static const fh_table_column columns[] = {
        {"touchpoint", "Before", FH_CELL_TEXT},
        {"count", "Times", FH_CELL_COUNT},
        {"wait_ms_p50", "Half wait less than", FH_CELL_DURATION},
        {"wait_ms_p90", "9 of 10", FH_CELL_DURATION},
        {"wait_ms_p99", "99 of 100", FH_CELL_DURATION},
        {"longest_ms", "Longest", FH_CELL_DURATION},
        {"wait_ms_sum", NULL, FH_CELL_DURATION},
        {"share", "Of all waiting", FH_CELL_SHARE},
        {"bar", "", FH_CELL_BAR}};
    const size_t shown = fh_top(top, a->n_rows);
    const fh_status s = fh_view_new_table(v, "Where people wait", columns, 9, shown, out, err);
    if (s) return s;
    int64_t sum = 0, part = 0;
    for (size_t i = 0; i < a->n_rows; i++) {
        sum += a->rows[i].wait_ms_sum;
        if (i >= shown) part += a->rows[i].wait_ms_sum;
    }
    out->note = note(v, a, sum);
    out->rest = fh_view_rest(v, a->n_rows - shown, "touchpoint", "touchpoints", (uint64_t)part,
                             (uint64_t)sum, "all waiting");
    for (size_t i = 0; i < shown; i++) {
        const fh_wait_row *row = &a->rows[i];
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_text(fh_view_name(&v->touchpoint, row->touchpoint));
        *cell++ = fh_cell_count(row->count);
        *cell++ = fh_cell_int(told(row).p50_ms);
        *cell++ = fh_cell_int(told(row).p90_ms);
        *cell++ = fh_cell_int(told(row).p99_ms);
        *cell++ = fh_cell_int(row->longest_ms);
        *cell++ = fh_cell_int(row->wait_ms_sum);
        *cell++ = fh_cell_part((uint64_t)row->wait_ms_sum, (uint64_t)sum);
        *cell = fh_cell_part((uint64_t)row->wait_ms_sum, (uint64_t)a->rows[0].wait_ms_sum);
    }
    return FH_OK;
}

static void row_json(const fh_wait_row *row, fh_json *j)
{
    const fh_percentiles wait = told(row);
    fh_put_number(j, "count", row->count);
    fh_put_int(j, "wait_ms_sum", row->wait_ms_sum);
    fh_json_percentiles(j, "wait", &wait);
    fh_put_int(j, "longest_ms", row->longest_ms);
}

void fh_waits_json(const fh_view *v, const fh_waits *a, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "interactions", a->n_interactions);
    fh_put_number(j, v->key, a->n_stories);
    fh_json_key(j, FH_STR("waits"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_rows; i++) {
        fh_json_object(j);
        fh_json_name(j, "touchpoint", &v->touchpoint, a->rows[i].touchpoint);
        row_json(&a->rows[i], j);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("answers"));
    fh_json_object(j);
    row_json(&a->answers, j);
    fh_put_number(j, "unanswered", a->unanswered);
    fh_json_end_object(j);
    fh_json_end_object(j);
}
