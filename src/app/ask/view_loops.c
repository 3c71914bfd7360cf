/* view_loops.c - where people come round again, and between what they go to and fro. */
#include "app/ask/view_parts.h"

#include "base/put.h"

fh_status fh_make_loops(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const fh_view *v = ctx;
    const fh_loops_options options = {.n_touchpoints = v->touchpoint.n};
    return fh_loops_new(from, &options, out, err);
}

fh_status fh_view_loops(const fh_view *v, fh_loops *out, fh_error *err)
{
    fh_view asked = *v;
    fh_fold *fold = NULL;
    fh_status s = fh_ask(v->org, &v->filter, v->threads, fh_make_loops, &asked, &fold, err);
    if (!s) s = fh_loops_read(fold, v->arena, out, err);
    fh_fold_free(fold);
    return s;
}

static fh_str note(const fh_view *v, const fh_loops *a)
{
    const fh_str part = fh_view_count(v, a->stories_with_rework, v->one, v->many);
    const fh_str share = fh_view_share(v, a->stories_with_rework, a->n_stories);
    const fh_str of = fh_view_stories(v, a->n_stories);
    const fh_str scope = fh_view_scope(v);
    return fh_printed(v->arena,
                      "%.*s (%.*s of %.*s) came back to a touchpoint after having been elsewhere, "
                      "%.*s. 'At once' is again without anything between.",
                      FH_STR_ARG(part), FH_STR_ARG(share), FH_STR_ARG(of), FH_STR_ARG(scope));
}

fh_status fh_loops_table(const fh_view *v, const fh_loops *a, size_t top, fh_table *out,
                         fh_error *err)
{
    static const fh_table_column columns[] = {{"touchpoint", "Touchpoint", FH_CELL_TEXT},
                                              {"visits", "Times", FH_CELL_COUNT},
                                              {"at_once", "At once", FH_CELL_COUNT},
                                              {"rework", "Came back", FH_CELL_COUNT},
                                              {"bar", "", FH_CELL_BAR},
                                              {"rework_ms_mean", "After", FH_CELL_DURATION},
                                              {"stories_again", "Who", FH_CELL_COUNT},
                                              {"share_again", "Of who was there", FH_CELL_SHARE},
                                              {"most", "Most", FH_CELL_COUNT}};
    const size_t shown = fh_top(top, a->n_rows);
    const fh_status s =
        fh_view_new_table(v, "Where people come round again", columns, 9, shown, out, err);
    if (s) return s;
    out->note = note(v, a);
    uint64_t most = 0;
    for (size_t i = 0; i < a->n_rows; i++)
        if (a->rows[i].rework > most) most = a->rows[i].rework;
    out->rest = fh_view_rest(v, a->n_rows - shown, "touchpoint", "touchpoints", 0, 0, "");
    for (size_t i = 0; i < shown; i++) {
        const fh_loop_row *row = &a->rows[i];
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_text(fh_view_name(&v->touchpoint, row->touchpoint));
        *cell++ = fh_cell_count(row->visits);
        *cell++ = fh_cell_count(row->at_once);
        *cell++ = fh_cell_count(row->rework);
        *cell++ = fh_cell_part(row->rework, most);
        *cell++ =
            row->rework ? fh_cell_int(fh_mean(row->rework_ms_sum, row->rework)) : fh_cell_none();
        *cell++ = fh_cell_count(row->stories_again);
        *cell++ = fh_cell_part(row->stories_again, row->stories);
        *cell = fh_cell_count(row->most);
    }
    return FH_OK;
}

fh_status fh_pingpongs_table(const fh_view *v, const fh_loops *a, size_t top, fh_table *out,
                             fh_error *err)
{
    static const fh_table_column columns[] = {{"a", "From", FH_CELL_TEXT},
                                              {"b", "To and back again", FH_CELL_TEXT},
                                              {"count", "Times", FH_CELL_COUNT},
                                              {"bar", "", FH_CELL_BAR},
                                              FH_COLUMN_STORIES};
    const size_t shown = fh_top(top, a->n_pingpongs);
    const fh_status s = fh_view_new_table(v, "To and fro", columns, 5, shown, out, err);
    if (s) return s;
    uint64_t all = 0, part = 0;
    for (size_t i = 0; i < a->n_pingpongs; i++) {
        all += a->pingpongs[i].count;
        if (i >= shown) part += a->pingpongs[i].count;
    }
    const fh_str n = fh_view_count(v, all, "time", "times");
    out->note = fh_printed(v->arena, "From one touchpoint to another and straight back: %.*s.",
                           FH_STR_ARG(n));
    out->rest = fh_view_rest(v, a->n_pingpongs - shown, "pair", "pairs", part, all, "times");
    for (size_t i = 0; i < shown; i++) {
        const fh_pingpong *p = &a->pingpongs[i];
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_text(fh_view_name(&v->touchpoint, p->a));
        *cell++ = fh_cell_text(fh_view_name(&v->touchpoint, p->b));
        *cell++ = fh_cell_count(p->count);
        *cell++ = fh_cell_part(p->count, a->pingpongs[0].count);
        *cell = fh_cell_count(p->stories);
    }
    return FH_OK;
}

void fh_loops_json(const fh_view *v, const fh_loops *a, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "interactions", a->n_interactions);
    fh_put_number(j, v->key, a->n_stories);
    fh_put_number(j, "with_rework", a->stories_with_rework);
    fh_json_key(j, FH_STR("loops"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_rows; i++) {
        const fh_loop_row *row = &a->rows[i];
        fh_json_object(j);
        fh_json_name(j, "touchpoint", &v->touchpoint, row->touchpoint);
        fh_put_number(j, "visits", row->visits);
        fh_put_number(j, v->key, row->stories);
        fh_put_number(j, "again", row->stories_again);
        fh_put_number(j, "at_once", row->at_once);
        fh_put_number(j, "rework", row->rework);
        fh_put_int(j, "rework_ms_sum", row->rework_ms_sum);
        fh_put_number(j, "most", row->most);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("pingpongs"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_pingpongs; i++) {
        const fh_pingpong *p = &a->pingpongs[i];
        fh_json_object(j);
        fh_json_name(j, "a", &v->touchpoint, p->a);
        fh_json_name(j, "b", &v->touchpoint, p->b);
        fh_put_number(j, "count", p->count);
        fh_put_number(j, v->key, p->stories);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}
