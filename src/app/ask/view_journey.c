/* view_journey.c - the journey as a drawing, told with what it counts. */
#include "app/ask/drawn.h"
#include "app/ask/view_parts.h"
#include "base/put.h"

typedef struct question {
    const fh_view *v;
    bool figures; /* not only what decides the drawing */
} question;

static fh_status make_follows(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const question *q = ctx;
    const fh_follows_options options = {.n_touchpoints = q->v->touchpoint.n,
                                        .percentiles = q->figures ? FH_PERCENTILES_APPROX
                                                                  : FH_PERCENTILES_NONE,
                                        .stories = q->figures};
    return fh_follows_new(from, &options, out, err);
}

static fh_status ask_follows(const fh_view *v, bool figures, fh_follows *out, fh_error *err)
{
    question q = {v, figures};
    fh_fold *fold = NULL;
    fh_status s = fh_ask(v->org, &v->filter, v->threads, make_follows, &q, &fold, err);
    if (!s) s = fh_follows_read(fold, v->arena, out, err);
    fh_fold_free(fold);
    return s;
}

/* The whole is the organisation without the filter: what it is drawn by does not move
 * when the filter does. */
static fh_status ask_whole(const fh_view *v, fh_touchpoints *touchpoints, fh_follows *follows,
                           fh_error *err)
{
    fh_view whole = *v;
    whole.filter = (fh_filter){.by_problem = v->filter.by_problem};
    const fh_status s = fh_view_touchpoints(&whole, touchpoints, err);
    return s ? s : ask_follows(&whole, false, follows, err);
}

static bool is_whole(const fh_filter *filter)
{
    fh_filter rest = *filter;
    rest.by_problem = false;
    return fh_filter_is_everything(&rest);
}

fh_status fh_view_journey(const fh_view *v, const fh_drawn_options *options, fh_journey *out,
                          fh_error *err)
{
    fh_journey j = {.n_stories = 0};
    fh_touchpoints touchpoints, all_touchpoints;
    fh_follows follows, all_follows;
    fh_waits waits;
    const bool whole = is_whole(&v->filter);
    fh_status s = fh_view_touchpoints(v, &touchpoints, err);
    if (!s) s = ask_follows(v, true, &follows, err);
    if (!s) s = fh_view_waits(v, &waits, err);
    if (!s && !whole) s = ask_whole(v, &all_touchpoints, &all_follows, err);
    if (s) return s;
    const fh_drawn_facts shown = {&touchpoints, &follows, &waits};
    const fh_drawn_facts all = {&all_touchpoints, &all_follows, NULL};
    fh_drawn_options roomy = *options;
    roomy.roomy = true;
    roomy.kept = fh_org_results(v->org);
    s = fh_drawn_make(v->arena, &v->touchpoint, whole ? &shown : &all, &shown, &roomy, &j.drawn,
                      err);
    j.n_stories = follows.n_stories;
    j.n_interactions = follows.n_interactions;
    if (!s) *out = j;
    return s;
}

/* ---- Tables ------------------------------------------------------------------------ */

static fh_str box_name(const fh_view *v, const fh_drawn *d, uint32_t box)
{
    if (box == FH_DRAWN_START) return FH_STR("(start)");
    if (box == FH_DRAWN_END) return FH_STR("(end)");
    return fh_view_name(&v->touchpoint, d->boxes[box].touchpoint);
}

static fh_str moves_note(const fh_view *v, const fh_journey *a)
{
    const fh_str moves = fh_view_count(v, a->drawn.moves, "move", "moves");
    const fh_str of = fh_view_stories(v, a->n_stories);
    const fh_str scope = fh_view_scope(v);
    return fh_printed(v->arena,
                      "%.*s of %.*s, %.*s. A move is from one interaction to the very next of the "
                      "same %s; half of its gaps are no longer than 'half within', to 3.2 %%.",
                      FH_STR_ARG(moves), FH_STR_ARG(of), FH_STR_ARG(scope), v->one);
}

static fh_str moves_hidden(const fh_view *v, const fh_drawn *d)
{
    if (d->moves_drawn == d->moves) return (fh_str){0};
    const fh_str share = fh_view_share(v, d->moves - d->moves_drawn, d->moves);
    const fh_str kinds = fh_view_count(v, d->n_moves - d->n_moves_drawn, "kind", "kinds");
    return fh_printed(v->arena,
                      "%.*s of moves, of %.*s, not drawn: --share draws more, --boxes draws more "
                      "touchpoints.",
                      FH_STR_ARG(share), FH_STR_ARG(kinds));
}

fh_status fh_journey_moves_table(const fh_view *v, const fh_journey *a, fh_table *out,
                                 fh_error *err)
{
    static const fh_table_column columns[] = {{"from", "From", FH_CELL_TEXT},
                                              {"to", "To", FH_CELL_TEXT},
                                              {"count", "Times", FH_CELL_COUNT},
                                              {"bar", "", FH_CELL_BAR},
                                              FH_COLUMN_STORIES,
                                              {"share", "Share", FH_CELL_SHARE},
                                              {"gap_ms_p50", "Half within", FH_CELL_DURATION}};
    const fh_drawn *d = &a->drawn;
    const fh_status s =
        fh_view_new_table(v, "The journey as drawn", columns, 7, d->n_arcs, out, err);
    if (s) return s;
    out->note = moves_note(v, a);
    out->rest = moves_hidden(v, d);
    for (size_t i = 0; i < d->n_arcs; i++) {
        const fh_drawn_arc *arc = &d->arcs[i];
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_text(box_name(v, d, arc->from));
        *cell++ = fh_cell_text(box_name(v, d, arc->to));
        *cell++ = fh_cell_count(arc->count);
        *cell++ = fh_cell_part(arc->count, d->heaviest);
        *cell++ = fh_cell_count(arc->stories);
        *cell++ = fh_cell_part(arc->stories, a->n_stories);
        *cell = arc->move ? fh_cell_int(arc->move->gap.p50_ms) : fh_cell_none();
    }
    return FH_OK;
}

fh_status fh_journey_boxes_table(const fh_view *v, const fh_journey *a, fh_table *out,
                                 fh_error *err)
{
    static const fh_table_column columns[] = {{"touchpoint", "Touchpoint", FH_CELL_TEXT},
                                              {"count", "Times", FH_CELL_COUNT},
                                              FH_COLUMN_STORIES,
                                              {"share", "Share", FH_CELL_SHARE},
                                              {"wait_ms_p50", "Half wait", FH_CELL_DURATION}};
    const fh_drawn *d = &a->drawn;
    const size_t n = d->n_boxes - FH_DRAWN_ENDS;
    const fh_status s = fh_view_new_table(v, "Touchpoints drawn", columns, 5, n, out, err);
    if (s) return s;
    out->note = FH_STR("A wait is the time since the interaction before.");
    if (d->n_left_out) {
        const fh_str others = fh_view_count(v, d->n_left_out, "touchpoint", "touchpoints");
        const fh_str share = fh_view_share(v, d->left_out, a->n_interactions);
        out->rest =
            fh_printed(v->arena, "%.*s without a box, %.*s of interactions: --boxes draws more.",
                       FH_STR_ARG(others), FH_STR_ARG(share));
    }
    for (size_t i = 0; i < n; i++) {
        const fh_drawn_box *b = &d->boxes[i + FH_DRAWN_ENDS];
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_text(box_name(v, d, (uint32_t)i + FH_DRAWN_ENDS));
        *cell++ = fh_cell_count(b->count);
        *cell++ = fh_cell_count(b->stories);
        *cell++ = fh_cell_part(b->stories, a->n_stories);
        *cell = b->waited ? fh_cell_int(b->wait_ms) : fh_cell_none();
    }
    return FH_OK;
}

/* ---- JSON ---------------------------------------------------------------------------- */

static void box_json(const fh_box *b, fh_json *j)
{
    fh_put_int(j, "x", b->x);
    fh_put_int(j, "y", b->y);
    fh_put_int(j, "width", b->width);
    fh_put_int(j, "height", b->height);
}

static void touchpoint_json(const fh_view *v, const fh_drawn_box *b, fh_json *j)
{
    fh_json_object(j);
    fh_json_name(j, "touchpoint", &v->touchpoint, b->touchpoint);
    fh_json_key(j, FH_STR("lines"));
    fh_json_array(j);
    fh_json_str(j, b->line[0]);
    if (b->line[1].len) fh_json_str(j, b->line[1]);
    fh_json_end_array(j);
    fh_put_bool(j, "cut", b->cut);
    box_json(&b->box, j);
    fh_put_number(j, "layer", b->layer);
    fh_put_number(j, "count", b->count);
    fh_put_number(j, v->key, b->stories);
    fh_put_number(j, "waited", b->waited);
    fh_put_int(j, "wait_ms_p50", b->wait_ms);
    fh_json_end_object(j);
}

static void border_json(const fh_view *v, const char *key, const fh_drawn_box *b, fh_json *j)
{
    fh_put_key(j, key);
    fh_json_object(j);
    box_json(&b->box, j);
    fh_put_number(j, v->key, b->stories);
    fh_json_end_object(j);
}

static void arc_json(const fh_view *v, const fh_drawn *d, const fh_drawn_arc *a, fh_json *j)
{
    const fh_route *r = a->route;
    fh_json_object(j);
    fh_put_text(j, "from", box_name(v, d, a->from));
    fh_put_text(j, "to", box_name(v, d, a->to));
    fh_put_number(j, "count", a->count);
    fh_put_number(j, v->key, a->stories);
    if (a->move) {
        fh_put_int(j, "gap_ms_sum", a->move->gap_ms_sum);
        fh_json_percentiles(j, "gap", &a->move->gap);
    }
    fh_json_key(j, FH_STR("points"));
    fh_json_array(j);
    for (size_t i = 0; i < r->n_points; i++) {
        fh_json_int(j, r->points[i].x);
        fh_json_int(j, r->points[i].y);
    }
    fh_json_end_array(j);
    if (r->label.width) {
        fh_json_key(j, FH_STR("label"));
        fh_json_object(j);
        box_json(&r->label, j);
        fh_json_end_object(j);
    }
    fh_put_bool(j, "back", r->back);
    fh_put_bool(j, "beside", a->beside);
    fh_json_end_object(j);
}

void fh_journey_json(const fh_view *v, const fh_journey *a, fh_json *j)
{
    const fh_drawn *d = &a->drawn;
    fh_json_object(j);
    fh_put_number(j, "interactions", a->n_interactions);
    fh_put_number(j, v->key, a->n_stories);
    if (v->first_ms <= v->last_ms) {
        fh_put_time_in(j, "first", v->first_ms, v->zone);
        fh_put_time_in(j, "last", v->last_ms, v->zone);
    }
    fh_put_number(j, "moves", d->moves);
    fh_put_number(j, "moves_drawn", d->moves_drawn);
    fh_put_number(j, "kinds", d->n_moves);
    fh_put_number(j, "kinds_drawn", d->n_moves_drawn);
    fh_put_number(j, "touchpoints_left_out", d->n_left_out);
    fh_put_number(j, "interactions_left_out", d->left_out);
    fh_json_key(j, FH_STR("share"));
    fh_json_fixed(j, d->permille, 3);
    fh_put_int(j, "width", d->width);
    fh_put_int(j, "height", d->height);
    border_json(v, "start", &d->boxes[FH_DRAWN_START], j);
    border_json(v, "end", &d->boxes[FH_DRAWN_END], j);
    fh_json_key(j, FH_STR("touchpoints"));
    fh_json_array(j);
    for (size_t i = FH_DRAWN_ENDS; i < d->n_boxes; i++) touchpoint_json(v, &d->boxes[i], j);
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("arcs"));
    fh_json_array(j);
    for (size_t i = 0; i < d->n_arcs; i++) arc_json(v, d, &d->arcs[i], j);
    fh_json_end_array(j);
    fh_json_end_object(j);
}
