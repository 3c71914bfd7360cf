/* report_map.c - the journey as a drawn map.
 *
 * Boxes are touchpoints with their count and median wait, arcs are moves as wide
 * as their share. The map is drawn at a few levels of detail; radio buttons and
 * the style sheet choose which one is seen, so no script is needed. Each level
 * says how much of all movement it hides.
 */
#include "app/report_parts.h"

#include "firsthand/layout.h"

#include <stdio.h>

enum {
    MAX_BOXES = 16,    /* touchpoints drawn: the commonest */
    MAX_ARCS = 300,    /* beyond, the level that shows everything is left out */
    CALM_ARCS = 45,    /* the level seen at first has no more than this */
    LINE = 26,         /* characters on a line in a box */
    LETTER = 81,       /* width of a letter in tenths of a pixel: names */
    SMALL_LETTER = 70, /* counts and labels */
    N_LEVELS = 4,
    N_ENDS = 2 /* nodes 0 and 1: start and end */
};

static const uint32_t levels[N_LEVELS] = {700, 800, 900, 1000};

typedef struct box_text {
    fh_str line[2];
    bool cut;
    char below[64]; /* "1,774, waits 2 h" */
} box_text;

typedef struct drawing {
    const fh_page *p;
    fh_arena *arena;
    size_t n_boxes;
    fh_layout_node *nodes;         /* [n_boxes] */
    const fh_touchpoint_row **row; /* [n_boxes] NULL for start and end */
    box_text *text;                /* [n_boxes] */
    size_t n_arcs;
    fh_layout_arc *arcs; /* [n_arcs] moves, then starts, then ends */
    const fh_arc **move; /* [n_arcs] NULL for starts and ends */
    uint64_t all_moves, moves_between_boxes, heaviest;
    size_t n_left_out; /* touchpoints without a box */
    uint64_t left_out; /* their interactions */
} drawing;

/* ---- What is drawn --------------------------------------------------------------- */

static uint32_t box_of(const drawing *d, uint32_t touchpoint)
{
    for (uint32_t i = N_ENDS; i < d->n_boxes; i++)
        if (d->row[i]->touchpoint == touchpoint) return i;
    return FH_NO_NODE;
}

static const fh_wait_row *wait_of(const fh_waits *waits, uint32_t touchpoint)
{
    for (size_t i = 0; i < waits->n_rows; i++)
        if (waits->rows[i].touchpoint == touchpoint) return &waits->rows[i];
    return NULL;
}

/* Breaks a name in two at a space, a colon or, failing these, anywhere. */
static void break_name(box_text *t, fh_str name)
{
    bool cut;
    t->line[0] = fh_html_fit(name, LINE, &cut);
    if (!cut) return;
    size_t at = t->line[0].len;
    for (size_t i = at; i > at / 3; i--)
        if (name.ptr[i - 1] == ' ' || name.ptr[i - 1] == ':' || name.ptr[i - 1] == '_') {
            at = i;
            break;
        }
    t->line[0].len = at;
    t->line[1] = fh_html_fit((fh_str){name.ptr + at, name.len - at}, LINE - 1, &t->cut);
}

static void write_below(const drawing *d, box_text *t, const fh_touchpoint_row *row)
{
    fh_buf b;
    fh_buf_init(&b, NULL, sizeof t->below - 1);
    fh_say_count(&b, row->count);
    const fh_wait_row *w = wait_of(&d->p->facts->waits, row->touchpoint);
    if (w && w->count) {
        fh_buf_text(&b, " \xc2\xb7 waits ");
        fh_say_duration(&b, w->wait.p50_ms);
    }
    (void)snprintf(t->below, sizeof t->below, "%.*s", (int)b.len, b.ptr ? b.ptr : "");
    fh_buf_free(&b);
}

static int32_t width_of(size_t letters, int32_t letter)
{
    return (int32_t)letters * letter / 10;
}

static void size_box(const drawing *d, uint32_t i)
{
    box_text *t = &d->text[i];
    fh_layout_node *n = &d->nodes[i];
    int32_t width = i < N_ENDS ? 56 : 96;
    for (int k = 0; k < 2; k++) {
        const int32_t w = width_of(fh_html_width(t->line[k]) + (k && t->cut), LETTER) + 22;
        if (w > width) width = w;
    }
    const int32_t below = width_of(fh_html_width(fh_str_of(t->below)), SMALL_LETTER) + 22;
    if (below > width) width = below;
    n->width = width;
    n->height = i < N_ENDS ? 26 : t->line[1].len ? 62 : 46;
}

static fh_status make_boxes(drawing *d)
{
    const fh_touchpoints *all = &d->p->facts->touchpoints;
    const size_t n = all->n_rows < MAX_BOXES ? all->n_rows : MAX_BOXES;
    d->n_boxes = n + N_ENDS;
    d->nodes = FH_NEW_ARRAY(d->arena, fh_layout_node, d->n_boxes);
    d->row = FH_NEW_ARRAY(d->arena, const fh_touchpoint_row *, d->n_boxes);
    d->text = FH_NEW_ARRAY(d->arena, box_text, d->n_boxes);
    if (!d->nodes || !d->row || !d->text) return FH_NOMEM;
    d->text[0].line[0] = FH_STR("start");
    d->text[1].line[0] = FH_STR("end");
    for (uint32_t i = 0; i < d->n_boxes; i++) {
        d->nodes[i].id = UINT32_MAX - i;
        d->nodes[i].weight = d->p->facts->follows.n_stories;
        if (i >= N_ENDS) {
            const fh_touchpoint_row *row = &all->rows[i - N_ENDS];
            d->row[i] = row;
            d->nodes[i].id = row->touchpoint;
            d->nodes[i].weight = row->count;
            break_name(&d->text[i], fh_page_touchpoint(d->p, row->touchpoint));
            write_below(d, &d->text[i], row);
        }
        size_box(d, i);
    }
    for (size_t i = n; i < all->n_rows; i++) {
        d->n_left_out++;
        d->left_out += all->rows[i].count;
    }
    return FH_OK;
}

static void add_arc(drawing *d, uint32_t from, uint32_t to, uint64_t count, const fh_arc *move)
{
    if (from == FH_NO_NODE || to == FH_NO_NODE || count == 0) return;
    fh_buf b;
    fh_buf_init(&b, NULL, 32);
    fh_say_count(&b, count);
    d->move[d->n_arcs] = move;
    d->arcs[d->n_arcs++] = (fh_layout_arc){from, to, count, width_of(b.len, SMALL_LETTER) + 8, 15};
    fh_buf_free(&b);
    if (count > d->heaviest) d->heaviest = count;
    if (move) d->moves_between_boxes += count;
}

static fh_status make_arcs(drawing *d)
{
    const fh_follows *f = &d->p->facts->follows;
    const size_t most = f->n_arcs + f->n_starts + f->n_ends;
    d->arcs = FH_NEW_ARRAY(d->arena, fh_layout_arc, most);
    d->move = FH_NEW_ARRAY(d->arena, const fh_arc *, most);
    if (!d->arcs || !d->move) return FH_NOMEM;
    for (size_t i = 0; i < f->n_arcs; i++) {
        const fh_arc *a = &f->arcs[i];
        d->all_moves += a->count;
        add_arc(d, box_of(d, a->from), box_of(d, a->to), a->count, a);
    }
    for (size_t i = 0; i < f->n_starts; i++)
        add_arc(d, 0, box_of(d, f->starts[i].touchpoint), f->starts[i].count, NULL);
    for (size_t i = 0; i < f->n_ends; i++)
        add_arc(d, box_of(d, f->ends[i].touchpoint), 1, f->ends[i].count, NULL);
    return FH_OK;
}

/* ---- One level --------------------------------------------------------------------- */

typedef struct level {
    uint32_t permille;
    size_t n_moves; /* kinds of move drawn */
    uint64_t moves; /* moves drawn */
    fh_layout_arc *arcs;
    const fh_arc **move;
    size_t n_arcs;
    fh_layout layout;
    char name[12]; /* "map-800" */
} level;

static fh_status choose(const drawing *d, level *l, fh_error *err)
{
    const fh_layout_graph all = {d->nodes, d->n_boxes, d->arcs, d->n_arcs};
    fh_arc_choice c;
    const fh_status status = fh_arcs_choose(d->arena, &all, 0, 1, l->permille, &c, err);
    if (status) return status;
    l->arcs = FH_NEW_ARRAY(d->arena, fh_layout_arc, c.n_shown);
    l->move = FH_NEW_ARRAY(d->arena, const fh_arc *, c.n_shown);
    if (!l->arcs || !l->move) return fh_no_memory(err);
    for (size_t i = 0; i < d->n_arcs; i++) {
        if (!c.shown[i]) continue;
        l->arcs[l->n_arcs] = d->arcs[i];
        l->move[l->n_arcs++] = d->move[i];
        if (!d->move[i]) continue;
        l->n_moves++;
        l->moves += d->arcs[i].weight;
    }
    (void)snprintf(l->name, sizeof l->name, "map-%u", (unsigned)l->permille);
    return FH_OK;
}

static void put_title(const drawing *d, uint32_t from, uint32_t to, uint64_t count,
                      const fh_arc *move)
{
    const fh_html *h = &d->p->html;
    if (from < N_ENDS)
        fh_html_say(h, "%n start at %s", count, fh_page_touchpoint(d->p, d->row[to]->touchpoint));
    else if (to < N_ENDS)
        fh_html_say(h, "%n end at %s", count, fh_page_touchpoint(d->p, d->row[from]->touchpoint));
    else
        fh_html_say(h, "%s, then %s: %n times, %p of moves; half within %d",
                    fh_page_touchpoint(d->p, move->from), fh_page_touchpoint(d->p, move->to), count,
                    count, d->all_moves, move->gap.p50_ms);
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

static void put_arc(const drawing *d, const level *l, size_t i)
{
    fh_buf *out = d->p->html.out;
    const fh_layout_arc *a = &l->arcs[i];
    const fh_route *r = &l->layout.routes[i];
    const unsigned tenths = 12 + (unsigned)fh_html_scale(a->weight, d->heaviest, 73);
    fh_buf_printf(out, "<g class=\"%s\"><title>", !l->move[i] ? "edge" : r->back ? "back" : "move");
    put_title(d, a->from, a->to, a->weight, l->move[i]);
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

static void put_label(const drawing *d, const level *l, size_t i)
{
    const fh_box *b = &l->layout.routes[i].label;
    if (b->width == 0) return;
    fh_buf_printf(d->p->html.out, "<text class=\"count\" x=\"%d\" y=\"%d\">", b->x + b->width / 2,
                  b->y + 11);
    fh_html_say(&d->p->html, "%n</text>\n", l->arcs[i].weight);
}

static void put_box(const drawing *d, const level *l, size_t i)
{
    const fh_html *h = &d->p->html;
    fh_buf *out = h->out;
    const fh_box *b = &l->layout.boxes[i];
    const box_text *t = &d->text[i];
    const int32_t middle = b->x + b->width / 2;
    const fh_touchpoint_row *row = d->row[i];
    if (!row) {
        fh_buf_printf(out,
                      "<g class=\"end\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
                      "rx=\"13\"/><text x=\"%d\" y=\"%d\">",
                      b->x, b->y, b->width, b->height, middle, b->y + 17);
        fh_html_say(h, "%s</text></g>\n", t->line[0]);
        return;
    }
    fh_html_say(h, "<g class=\"box\"><title>%s: %n times, by %n of %n %t</title>",
                fh_page_touchpoint(d->p, row->touchpoint), row->count, row->stories,
                d->p->facts->touchpoints.n_stories, d->p->view->many);
    fh_buf_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>", b->x, b->y,
                  b->width, b->height);
    const unsigned reach = (unsigned)fh_html_scale(row->stories, d->p->facts->touchpoints.n_stories,
                                                   (uint64_t)b->width - 12);
    fh_buf_printf(out, "<rect class=\"reach\" x=\"%d\" y=\"%d\" width=\"%u\" height=\"3\"/>",
                  b->x + 6, b->y + b->height - 5, reach ? reach : 1);
    for (int k = 0; k < 2; k++) {
        if (t->line[k].len == 0) continue;
        fh_buf_printf(out, "<text class=\"name\" x=\"%d\" y=\"%d\">", middle, b->y + 18 + 16 * k);
        fh_html_say(h, k && t->cut ? "%s\xe2\x80\xa6</text>" : "%s</text>", t->line[k]);
    }
    fh_buf_printf(out, "<text class=\"below\" x=\"%d\" y=\"%d\">", middle, b->y + b->height - 11);
    fh_html_say(h, "%t</text></g>\n", t->below);
}

static void put_level(const drawing *d, const level *l)
{
    const fh_html *h = &d->p->html;
    const fh_layout *y = &l->layout;
    fh_html_say(h, "<div class=\"level at-%i\">\n<p class=\"hidden\">", (int)l->permille);
    fh_html_say(h, "Drawn: %n kinds of move, %p of all moves. <strong>", (uint64_t)l->n_moves,
                l->moves, d->all_moves);
    if (l->moves < d->all_moves)
        fh_html_say(h, "%p of moves are not drawn.", d->all_moves - l->moves, d->all_moves);
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
                l->name, l->name, y->width, y->height, y->width, y->height, l->name,
                (uint64_t)(d->n_boxes - N_ENDS), (uint64_t)l->n_moves, l->name);
    for (size_t i = l->n_arcs; i-- > 0;) put_arc(d, l, i);
    for (size_t i = 0; i < d->n_boxes; i++) put_box(d, l, i);
    for (size_t i = 0; i < l->n_arcs; i++) put_label(d, l, i);
    fh_buf_text(h->out, "</svg>\n");
    fh_html_end_scroll(h);
    fh_buf_text(h->out, "</div>\n");
}

/* ---- All levels ------------------------------------------------------------------------ */

static size_t seen_at_first(const level *l, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (l[i].n_arcs <= CALM_ARCS) best = i;
    return best;
}

static void put_levels(const drawing *d, const level *l, size_t n)
{
    const fh_html *h = &d->p->html;
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
    for (size_t i = 0; i < n; i++) put_level(d, &l[i]);
    fh_buf_text(h->out, "</div>\n");
}

static fh_status make_levels(const drawing *d, fh_error *err)
{
    level made[N_LEVELS] = {{0}};
    size_t n = 0;
    for (size_t i = 0; i < N_LEVELS; i++) {
        level l = {.permille = levels[i]};
        fh_status status = choose(d, &l, err);
        if (status) return status;
        if (n > 0 && (l.n_arcs > MAX_ARCS || l.n_arcs == made[n - 1].n_arcs)) continue;
        const fh_layout_graph graph = {d->nodes, d->n_boxes, l.arcs, l.n_arcs};
        status = fh_layout_new(d->arena, &graph, NULL, &l.layout, err);
        if (status) return status;
        made[n++] = l;
    }
    put_levels(d, made, n);
    return FH_OK;
}

static void say_answer(const fh_page *p, const drawing *d)
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
                    f->arcs[0].count, f->arcs[0].count, d->all_moves);
    fh_buf_text(h->out, "</p>\n");
    fh_page_basis(p, d->all_moves, "move", "moves",
                  "A move is one interaction right after another of the same story. In the boxes: "
                  "how often, and the median wait since the interaction before; the bar is the "
                  "share that was ever there.");
    if (d->n_left_out)
        fh_html_say(h,
                    "<p class=\"hidden\">The map shows the %n commonest touchpoints; the %n others "
                    "hold %p of all interactions.</p>\n",
                    (uint64_t)(d->n_boxes - N_ENDS), (uint64_t)d->n_left_out, d->left_out,
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
    drawing d = {.p = p, .arena = fh_arena_new(fh_arena_allocator(p->view->arena))};
    if (!d.arena) return fh_no_memory(err);
    fh_status status = make_boxes(&d);
    if (!status) status = make_arcs(&d);
    if (status) status = fh_no_memory(err);
    if (!status) {
        say_answer(p, &d);
        status = make_levels(&d, err);
    }
    fh_arena_free(d.arena);
    if (!status) status = put_tables(p, err);
    fh_page_end_section(p);
    return status;
}
