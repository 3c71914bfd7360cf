/* view_follows.c - what comes right after what, and where stories begin and end. */
#include "app/ask/view_parts.h"

#include "base/put.h"

typedef struct question {
    const fh_view *v;
    fh_percentile_mode percentiles;
} question;

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const question *q = ctx;
    const fh_follows_options options = {.n_touchpoints = q->v->touchpoint.n,
                                        .percentiles = q->percentiles};
    return fh_follows_new(from, &options, out, err);
}

fh_status fh_view_follows(const fh_view *v, fh_percentile_mode percentiles, fh_follows *out,
                          fh_error *err)
{
    question q = {v, percentiles};
    fh_fold *fold = NULL;
    fh_status s = fh_ask(v->org, &v->filter, v->threads, make, &q, &fold, err);
    if (!s) s = fh_follows_read(fold, v->arena, out, err);
    fh_fold_free(fold);
    return s;
}

static uint64_t all_moves(const fh_follows *a, size_t from)
{
    uint64_t n = 0;
    for (size_t i = from; i < a->n_arcs; i++) n += a->arcs[i].count;
    return n;
}

static fh_str note(const fh_view *v, const fh_follows *a)
{
    const fh_str moves = fh_view_count(v, all_moves(a, 0), "move", "moves");
    const fh_str of = fh_view_stories(v, a->n_stories);
    const fh_str scope = fh_view_scope(v);
    return fh_printed(v->arena,
                      "%.*s of %.*s, %.*s. A move is from one interaction to the very next of the "
                      "same %s; the gap is the time between them.",
                      FH_STR_ARG(moves), FH_STR_ARG(of), FH_STR_ARG(scope), v->one);
}

fh_status fh_follows_table(const fh_view *v, const fh_follows *a, size_t top, bool percentiles,
                           fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {{"from", "From", FH_CELL_TEXT},
                                              {"to", "To", FH_CELL_TEXT},
                                              {"count", "Times", FH_CELL_COUNT},
                                              {"bar", "", FH_CELL_BAR},
                                              {"share", "Of moves", FH_CELL_SHARE},
                                              {"gap_ms_sum", NULL, FH_CELL_DURATION},
                                              {"gap_ms_mean", "Mean gap", FH_CELL_DURATION},
                                              {"gap_ms_p50", "Half within", FH_CELL_DURATION},
                                              {"gap_ms_p90", "9 of 10 within", FH_CELL_DURATION},
                                              {"gap_ms_p99", "99 of 100 within", FH_CELL_DURATION}};
    const size_t n_columns = percentiles ? 10 : 7, shown = fh_top(top, a->n_arcs);
    const fh_status s =
        fh_view_new_table(v, "What comes right after what", columns, n_columns, shown, out, err);
    if (s) return s;
    const uint64_t moves = all_moves(a, 0);
    out->note = note(v, a);
    out->rest =
        fh_view_rest(v, a->n_arcs - shown, "pair", "pairs", all_moves(a, shown), moves, "moves");
    for (size_t i = 0; i < shown; i++) {
        const fh_arc *arc = &a->arcs[i];
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_text(fh_view_name(&v->touchpoint, arc->from));
        *cell++ = fh_cell_text(fh_view_name(&v->touchpoint, arc->to));
        *cell++ = fh_cell_count(arc->count);
        *cell++ = fh_cell_part(arc->count, a->arcs[0].count);
        *cell++ = fh_cell_part(arc->count, moves);
        *cell++ = fh_cell_int(arc->gap_ms_sum);
        *cell++ = fh_cell_int(fh_mean(arc->gap_ms_sum, arc->count));
        if (!percentiles) continue;
        *cell++ = fh_cell_int(arc->gap.p50_ms);
        *cell++ = fh_cell_int(arc->gap.p90_ms);
        *cell++ = fh_cell_int(arc->gap.p99_ms);
    }
    return FH_OK;
}

fh_status fh_ends_table(const fh_view *v, const fh_follows *a, bool ends, size_t top, fh_table *out,
                        fh_error *err)
{
    static const fh_table_column columns[] = {{"touchpoint", "Touchpoint", FH_CELL_TEXT},
                                              {"count", "Times", FH_CELL_COUNT},
                                              {"bar", "", FH_CELL_BAR},
                                              {"share", "Share", FH_CELL_SHARE}};
    const fh_touchpoint_count *rows = ends ? a->ends : a->starts;
    const size_t n = ends ? a->n_ends : a->n_starts, shown = fh_top(top, n);
    const fh_status s = fh_view_new_table(v, ends ? "Where it ends" : "Where it begins", columns, 4,
                                          shown, out, err);
    if (s) return s;
    const fh_str of = fh_view_stories(v, a->n_stories);
    out->note = fh_printed(v->arena, "The %s interaction of each of %.*s.", ends ? "last" : "first",
                           FH_STR_ARG(of));
    uint64_t part = 0;
    for (size_t i = shown; i < n; i++) part += rows[i].count;
    out->rest =
        fh_view_rest(v, n - shown, "touchpoint", "touchpoints", part, a->n_stories, v->many);
    for (size_t i = 0; i < shown; i++) {
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_text(fh_view_name(&v->touchpoint, rows[i].touchpoint));
        *cell++ = fh_cell_count(rows[i].count);
        *cell++ = fh_cell_part(rows[i].count, a->n_stories);
        *cell++ = fh_cell_part(rows[i].count, a->n_stories);
    }
    return FH_OK;
}

static void counts_json(const fh_view *v, const char *key, const fh_touchpoint_count *rows,
                        size_t n, fh_json *j)
{
    fh_put_key(j, key);
    fh_json_object(j);
    for (size_t i = 0; i < n; i++) {
        fh_json_key(j, fh_view_name(&v->touchpoint, rows[i].touchpoint));
        fh_json_uint(j, rows[i].count);
    }
    fh_json_end_object(j);
}

void fh_follows_json(const fh_view *v, const fh_follows *a, bool percentiles, fh_json *j)
{
    fh_json_object(j);
    fh_json_key(j, FH_STR("follows"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_arcs; i++) {
        const fh_arc *arc = &a->arcs[i];
        fh_json_object(j);
        fh_json_name(j, "from", &v->touchpoint, arc->from);
        fh_json_name(j, "to", &v->touchpoint, arc->to);
        fh_put_number(j, "count", arc->count);
        fh_put_int(j, "gap_ms_sum", arc->gap_ms_sum);
        if (percentiles) fh_json_percentiles(j, "gap", &arc->gap);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    counts_json(v, "starts", a->starts, a->n_starts, j);
    counts_json(v, "ends", a->ends, a->n_ends, j);
    fh_json_end_object(j);
}
