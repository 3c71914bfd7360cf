/* report_map.c - the journey as a drawn map.
 *
 * Boxes are touchpoints with their count and median wait, arcs are moves as wide
 * as their share. The map is drawn at a few levels of detail; radio buttons and
 * the style sheet choose which one is seen, so no script is needed. Each level
 * says how much of all movement it hides.
 */
#include "app/ask/drawn.h"
#include "app/report/report_parts.h"

#include <stdio.h>

enum {
    MAX_BOXES = 16, /* touchpoints drawn: the commonest */
    MAX_ARCS = 300, /* beyond, the level that shows everything is left out */
    CALM_ARCS = 45, /* the level seen at first has no more than this */
    N_LEVELS = 4
};

static const uint32_t levels[N_LEVELS] = {700, 800, 900, 1000};

typedef struct level {
    const fh_page *p;
    uint32_t permille;
    fh_drawn d;
    char name[12]; /* "map-800" */
} level;

/* ---- One level --------------------------------------------------------------------- */

static fh_str name_of(const level *l, uint32_t box)
{
    return fh_page_touchpoint(l->p, l->d.boxes[box].touchpoint);
}

static void put_title(const level *l, const fh_drawn_arc *a)
{
    const fh_html *h = &l->p->html;
    if (a->from == FH_DRAWN_START)
        fh_html_say(h, "%n start at %s", a->count, name_of(l, a->to));
    else if (a->to == FH_DRAWN_END)
        fh_html_say(h, "%n end at %s", a->count, name_of(l, a->from));
    else
        fh_html_say(h, "%s, then %s: %n times, %p of moves; half within %d", name_of(l, a->from),
                    name_of(l, a->to), a->count, a->count, l->d.moves, a->move->gap.p50_ms);
}

/* The arrow's head at the end of the route; *end is where the line stops. */
static void put_head(fh_buf *out, const fh_route *r, int32_t half, fh_point *end)
{
    enum { LENGTH = 8 };
    const fh_point tip = r->points[r->n_points - 1], before = r->points[r->n_points - 2];
    const int32_t dx = tip.x - before.x, dy = tip.y - before.y;
    const bool upright = (dy < 0 ? -dy : dy) >= (dx < 0 ? -dx : dx);
    const int32_t sx = upright ? 0 : dx < 0 ? -1 : 1, sy = !upright ? 0 : dy < 0 ? -1 : 1;
    *end = (fh_point){tip.x - sx * (LENGTH - 1), tip.y - sy * (LENGTH - 1)};
    const fh_point base = {tip.x - sx * LENGTH, tip.y - sy * LENGTH};
    fh_buf_printf(out, "<path class=\"head\" d=\"M%d %dL%d %dL%d %dZ\"/>", tip.x, tip.y,
                  base.x - sy * half, base.y - sx * half, base.x + sy * half, base.y + sx * half);
}

static void put_arc(const level *l, const fh_drawn_arc *a)
{
    fh_buf *out = l->p->html.out;
    const fh_route *r = a->route;
    const unsigned tenths = 12 + (unsigned)fh_html_scale(a->count, l->d.heaviest, 73);
    fh_buf_printf(out, "<g class=\"%s\"><title>", !a->move ? "edge" : r->back ? "back" : "move");
    put_title(l, a);
    fh_buf_text(out, "</title>");
    fh_point end;
    put_head(out, r, 4 + (int32_t)tenths / 30, &end);
    fh_buf_printf(out, "<path stroke-width=\"%u.%u\" d=\"M%d %d", tenths / 10, tenths % 10,
                  r->points[0].x, r->points[0].y);
    for (size_t k = 1; k < r->n_points; k++) {
        const fh_point q = k + 1 < r->n_points ? r->points[k] : end;
        fh_buf_printf(out, "%s%d %d", k % 3 == 1 ? "C" : " ", q.x, q.y);
    }
    fh_buf_text(out, "\"/></g>\n");
}

static void put_label(const level *l, const fh_drawn_arc *a)
{
    const fh_box *b = &a->route->label;
    if (b->width == 0) return;
    fh_buf_printf(l->p->html.out, "<text class=\"count\" x=\"%d\" y=\"%d\">", b->x + b->width / 2,
                  b->y + 11);
    fh_html_say(&l->p->html, "%n</text>\n", a->count);
}

static void put_border(const level *l, const fh_drawn_box *box)
{
    const fh_box *b = &box->box;
    fh_buf_printf(l->p->html.out,
                  "<g class=\"end\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
                  "rx=\"13\"/><text x=\"%d\" y=\"%d\">",
                  b->x, b->y, b->width, b->height, b->x + b->width / 2, b->y + 17);
    fh_html_say(&l->p->html, "%s</text></g>\n", box->line[0]);
}

static void put_box(const level *l, const fh_drawn_box *box)
{
    const fh_html *h = &l->p->html;
    fh_buf *out = h->out;
    const fh_box *b = &box->box;
    const int32_t middle = b->x + b->width / 2;
    const uint64_t stories = l->p->facts->touchpoints.n_stories;
    fh_html_say(h, "<g class=\"box\"><title>%s: %n times, by %n of %n %t</title>",
                fh_page_touchpoint(l->p, box->touchpoint), box->count, box->stories, stories,
                l->p->view->many);
    fh_buf_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>", b->x, b->y,
                  b->width, b->height);
    const unsigned reach = (unsigned)fh_html_scale(box->stories, stories, (uint64_t)b->width - 12);
    fh_buf_printf(out, "<rect class=\"reach\" x=\"%d\" y=\"%d\" width=\"%u\" height=\"3\"/>",
                  b->x + 6, b->y + b->height - 5, reach ? reach : 1);
    for (int k = 0; k < 2; k++) {
        if (box->line[k].len == 0) continue;
        fh_buf_printf(out, "<text class=\"name\" x=\"%d\" y=\"%d\">", middle, b->y + 18 + 16 * k);
        fh_html_say(h, k && box->cut ? "%s\xe2\x80\xa6</text>" : "%s</text>", box->line[k]);
    }
    fh_buf_printf(out, "<text class=\"below\" x=\"%d\" y=\"%d\">", middle, b->y + b->height - 11);
    fh_html_say(h, "%s</text></g>\n", box->below);
}

static void put_level(const level *l)
{
    const fh_html *h = &l->p->html;
    const fh_drawn *d = &l->d;
    fh_html_say(h, "<div class=\"level at-%i\">\n<p class=\"hidden\">", (int)l->permille);
    fh_html_say(h, "Drawn: %n kinds of move, %p of all moves. <strong>", (uint64_t)d->n_moves_drawn,
                d->moves_drawn, d->moves);
    if (d->moves_drawn < d->moves)
        fh_html_say(h, "%p of moves are not drawn.", d->moves - d->moves_drawn, d->moves);
    else
        fh_buf_text(h->out, "Nothing is hidden.");
    fh_buf_text(h->out, "</strong></p>\n");
    fh_html_scroll(h, "Map of the journey");
    fh_html_say(h,
                "<svg class=\"map\" role=\"img\" aria-labelledby=\"%t-t %t-d\" width=\"%i\" "
                "height=\"%i\" viewBox=\"0 0 %i %i\">\n<title id=\"%t-t\">Map of the journey, %n "
                "touchpoints and %n kinds of move</title>\n<desc id=\"%t-d\">Boxes are "
                "touchpoints, from where journeys start at the top to where they end at the "
                "bottom. Arrows are moves, wider the more often they happen; dashed arrows lead "
                "back up. The tables after the map hold the same numbers.</desc>\n",
                l->name, l->name, d->width, d->height, d->width, d->height, l->name,
                (uint64_t)(d->n_boxes - FH_DRAWN_ENDS), (uint64_t)d->n_moves_drawn, l->name);
    for (size_t i = d->n_arcs; i-- > 0;) put_arc(l, &d->arcs[i]);
    for (size_t i = 0; i < d->n_boxes; i++)
        if (i < FH_DRAWN_ENDS)
            put_border(l, &d->boxes[i]);
        else
            put_box(l, &d->boxes[i]);
    for (size_t i = 0; i < d->n_arcs; i++) put_label(l, &d->arcs[i]);
    fh_buf_text(h->out, "</svg>\n");
    fh_html_end_scroll(h);
    fh_buf_text(h->out, "</div>\n");
}

/* ---- All levels ------------------------------------------------------------------------ */

static size_t seen_at_first(const level *l, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (l[i].d.n_arcs <= CALM_ARCS) best = i;
    return best;
}

static void put_levels(const fh_page *p, const level *l, size_t n)
{
    const fh_html *h = &p->html;
    const size_t first = seen_at_first(l, n);
    fh_buf_text(h->out, "<div class=\"levels\" role=\"group\" aria-labelledby=\"levels-h\">\n<p "
                        "class=\"choice\">"
                        "<span id=\"levels-h\">How much of the movement between these touchpoints "
                        "to draw:</span>\n");
    for (size_t i = 0; i < n; i++) {
        fh_html_say(h,
                    i == first ? "<span><input type=\"radio\" name=\"level\" id=\"at-%i\" "
                                 "checked=\"checked\"/>"
                               : "<span><input type=\"radio\" name=\"level\" id=\"at-%i\"/>",
                    (int)l[i].permille);
        fh_html_say(h, "<label for=\"at-%i\">%t %i\xc2\xa0%%</label></span>\n", (int)l[i].permille,
                    l[i].permille == 1000 ? "all," : "at least", (int)l[i].permille / 10);
    }
    fh_buf_text(h->out, "</p>\n");
    for (size_t i = 0; i < n; i++) put_level(&l[i]);
    fh_buf_text(h->out, "</div>\n");
}

static fh_status make_levels(const fh_page *p, fh_arena *arena, level *made, size_t *n,
                             fh_error *err)
{
    const fh_report_facts *f = p->facts;
    const fh_drawn_facts facts = {&f->touchpoints, &f->follows, &f->waits};
    *n = 0;
    for (size_t i = 0; i < N_LEVELS; i++) {
        level l = {.p = p, .permille = levels[i]};
        const fh_drawn_options options = {.permille = levels[i], .max_boxes = MAX_BOXES};
        const fh_status status =
            fh_drawn_make(arena, &p->view->touchpoint, &facts, &facts, &options, &l.d, err);
        if (status) return status;
        if (*n > 0 && (l.d.n_arcs > MAX_ARCS || l.d.n_arcs == made[*n - 1].d.n_arcs)) continue;
        (void)snprintf(l.name, sizeof l.name, "map-%u", (unsigned)l.permille);
        made[(*n)++] = l;
    }
    return FH_OK;
}

static void say_answer(const fh_page *p, const fh_drawn *d)
{
    const fh_html *h = &p->html;
    const fh_follows *f = &p->facts->follows;
    if (f->n_starts && f->n_ends)
        fh_html_say(h, "<p class=\"answer\">%p of %t start at <q>%s</q> and %p end at <q>%s</q>.",
                    f->starts[0].count, f->n_stories, p->view->many,
                    fh_page_touchpoint(p, f->starts[0].touchpoint), f->ends[0].count, f->n_stories,
                    fh_page_touchpoint(p, f->ends[0].touchpoint));
    if (f->n_arcs)
        fh_html_say(h, " The commonest move leads from <q>%s</q> to <q>%s</q>: %n times, %p.",
                    fh_page_touchpoint(p, f->arcs[0].from), fh_page_touchpoint(p, f->arcs[0].to),
                    f->arcs[0].count, f->arcs[0].count, d->moves);
    fh_buf_text(h->out, "</p>\n");
    fh_page_basis(p, d->moves, "move", "moves",
                  "A move is one interaction right after another of the same story. In the boxes: "
                  "how often, and the median wait since the interaction before; the bar is the "
                  "share that was ever there.");
    if (d->n_left_out)
        fh_html_say(h,
                    "<p class=\"hidden\">The map shows the %n commonest touchpoints; the %n others "
                    "hold %p of all interactions.</p>\n",
                    (uint64_t)(d->n_boxes - FH_DRAWN_ENDS), (uint64_t)d->n_left_out, d->left_out,
                    p->facts->touchpoints.n_interactions);
}

static fh_status put_tables(const fh_page *p, fh_error *err)
{
    fh_table touchpoints, follows, starts, ends;
    fh_status s = fh_touchpoints_table(p->view, &p->facts->touchpoints, 0, &touchpoints, err);
    if (!s) s = fh_follows_table(p->view, &p->facts->follows, 200, true, &follows, err);
    if (!s) s = fh_ends_table(p->view, &p->facts->follows, false, p->top, &starts, err);
    if (!s) s = fh_ends_table(p->view, &p->facts->follows, true, p->top, &ends, err);
    if (s) return s;
    fh_html_details(&p->html, "The numbers: touchpoints", &touchpoints);
    fh_html_details(&p->html, "The numbers: moves", &follows);
    fh_html_details(&p->html, "The numbers: where stories start", &starts);
    fh_html_details(&p->html, "The numbers: where stories end", &ends);
    return FH_OK;
}

fh_status fh_page_map(const fh_page *p, fh_error *err)
{
    fh_page_section(p, "map", "What way do they take?");
    if (p->facts->touchpoints.n_interactions == 0) {
        fh_page_needed(p, "The map needs interactions: import a file first.");
        fh_page_end_section(p);
        return FH_OK;
    }
    fh_arena *arena = fh_arena_new(fh_arena_allocator(p->view->arena));
    if (!arena) return fh_no_memory(err);
    level made[N_LEVELS];
    size_t n = 0;
    fh_status status = make_levels(p, arena, made, &n, err);
    if (!status) {
        say_answer(p, &made[0].d);
        put_levels(p, made, n);
    }
    fh_arena_free(arena);
    if (!status) status = put_tables(p, err);
    fh_page_end_section(p);
    return status;
}
