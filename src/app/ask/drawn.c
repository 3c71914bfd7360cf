/* drawn.c - the journey as a drawing.
 *
 *     whole ── boxes, arcs ── choose ── layout ──┐
 *                                                ├── figures of shown ── drawn
 *     shown ── arcs ── choose ── what is new ────┘   (routes beside)
 *
 * A box is as wide as its name and figures of the whole ask for, so that a filter does not
 * change it.
 */
#include "app/ask/drawn.h"

#include "app/ask/layout_kept.h"
#include "app/ask/words.h"
#include "app/report/html.h"

#include <string.h>

enum {
    LINE = 26,         /* characters on a line in a box */
    LETTER = 81,       /* width of a letter in tenths of a pixel: names */
    SMALL_LETTER = 70, /* counts and labels */
    ROOMY = 5,         /* letters of the longest wait, said shortly: "364 d" */
    STEP = 20          /* permille less at a time while there are too many arcs */
};

typedef struct drawing {
    fh_arena *arena;
    const fh_names *names;
    const fh_drawn_facts *whole, *shown;
    const fh_drawn_options *options;
    size_t n;              /* boxes */
    fh_layout_node *nodes; /* [n] */
    fh_drawn_box *boxes;   /* [n] */
    uint32_t *box_of;      /* [n_names] FH_NO_NODE: none */
    uint32_t n_names;
    bool no_memory; /* sticky: some text could not be kept */
} drawing;

/* Arcs of the whole or of what is shown. */
typedef struct arcs {
    size_t n;
    fh_layout_arc *arc;  /* [n] moves, then starts, then ends */
    const fh_arc **move; /* [n] NULL for starts and ends */
} arcs;

/* ---- Boxes ------------------------------------------------------------------------ */

static uint32_t box_of(const drawing *d, uint32_t touchpoint)
{
    return touchpoint < d->n_names ? d->box_of[touchpoint] : FH_NO_NODE;
}

static const fh_wait_row *wait_of(const fh_waits *waits, uint32_t touchpoint)
{
    for (size_t i = 0; waits && i < waits->n_rows; i++)
        if (waits->rows[i].touchpoint == touchpoint) return &waits->rows[i];
    return NULL;
}

/* Breaks a name in two at a space, a colon or, failing these, anywhere. */
static void break_name(fh_drawn_box *b, fh_str name)
{
    bool cut;
    b->line[0] = fh_html_fit(name, LINE, &cut);
    if (!cut) return;
    size_t at = b->line[0].len;
    for (size_t i = at; i > at / 3; i--)
        if (name.ptr[i - 1] == ' ' || name.ptr[i - 1] == ':' || name.ptr[i - 1] == '_') {
            at = i;
            break;
        }
    b->line[0].len = at;
    b->line[1] = fh_html_fit((fh_str){name.ptr + at, name.len - at}, LINE - 1, &b->cut);
}

static fh_str below_of(drawing *d, uint64_t count, const fh_wait_row *wait)
{
    fh_buf b;
    fh_str out;
    fh_buf_init(&b, NULL, 128);
    fh_say_count(&b, count);
    if (wait && wait->count) {
        fh_buf_text(&b, " \xc2\xb7 waits ");
        fh_say_duration(&b, wait->wait.p50_ms);
    }
    if (b.status || !fh_arena_str(d->arena, fh_buf_view(&b), &out)) {
        out = (fh_str){0};
        d->no_memory = true;
    }
    fh_buf_free(&b);
    return out;
}

static int32_t width_of(size_t letters, int32_t letter)
{
    return (int32_t)letters * letter / 10;
}

static void size_box(const drawing *d, uint32_t i)
{
    const fh_drawn_box *b = &d->boxes[i];
    fh_layout_node *n = &d->nodes[i];
    int32_t width = i < FH_DRAWN_ENDS ? 56 : 96;
    for (int k = 0; k < 2; k++) {
        const int32_t w = width_of(fh_html_width(b->line[k]) + (k && b->cut), LETTER) + 22;
        if (w > width) width = w;
    }
    size_t letters = fh_html_width(b->below);
    if (d->options->roomy && i >= FH_DRAWN_ENDS) {
        fh_buf count;
        fh_buf_init(&count, NULL, 32);
        fh_say_count(&count, n->weight);
        letters = count.len + ROOMY + 9; /* " - waits " */
        fh_buf_free(&count);
    }
    const int32_t below = width_of(letters, SMALL_LETTER) + 22;
    if (below > width) width = below;
    n->width = width;
    n->height = i < FH_DRAWN_ENDS ? 26 : b->line[1].len ? 62 : 46;
}

static void fill_box(drawing *d, uint32_t i, const fh_touchpoint_row *row)
{
    fh_drawn_box *b = &d->boxes[i];
    b->touchpoint = row->touchpoint;
    d->nodes[i].id = row->touchpoint;
    d->nodes[i].weight = row->count;
    d->box_of[row->touchpoint] = i;
    const fh_str none = FH_STR("(none)");
    break_name(b, row->touchpoint ? d->names->name[row->touchpoint] : none);
    b->below = below_of(d, row->count, wait_of(d->whole->waits, row->touchpoint));
}

static fh_status make_boxes(drawing *d)
{
    const fh_touchpoints *all = d->whole->touchpoints;
    const size_t asked = d->options->max_boxes ? d->options->max_boxes : FH_DRAWN_BOXES;
    const size_t most = asked < FH_DRAWN_MOST_BOXES ? asked : FH_DRAWN_MOST_BOXES;
    const size_t n = all->n_rows < most ? all->n_rows : most;
    d->n = n + FH_DRAWN_ENDS;
    d->n_names = d->names->n ? d->names->n : 1;
    d->nodes = FH_NEW_ARRAY(d->arena, fh_layout_node, d->n);
    d->boxes = FH_NEW_ARRAY(d->arena, fh_drawn_box, d->n);
    d->box_of = FH_NEW_ARRAY(d->arena, uint32_t, d->n_names);
    if (!d->nodes || !d->boxes || !d->box_of) return FH_NOMEM;
    for (uint32_t t = 0; t < d->n_names; t++) d->box_of[t] = FH_NO_NODE;
    d->boxes[FH_DRAWN_START].line[0] = FH_STR("start");
    d->boxes[FH_DRAWN_END].line[0] = FH_STR("end");
    for (uint32_t i = 0; i < d->n; i++) {
        d->nodes[i].id = UINT32_MAX - i;
        d->nodes[i].weight = d->whole->follows->n_stories;
        if (i >= FH_DRAWN_ENDS) fill_box(d, i, &all->rows[i - FH_DRAWN_ENDS]);
        size_box(d, i);
    }
    return FH_OK;
}

/* ---- Arcs --------------------------------------------------------------------------- */

static void add_arc(arcs *a, uint32_t from, uint32_t to, uint64_t count, const fh_arc *move)
{
    if (from == FH_NO_NODE || to == FH_NO_NODE || count == 0) return;
    fh_buf b;
    fh_buf_init(&b, NULL, 32);
    fh_say_count(&b, count);
    a->move[a->n] = move;
    a->arc[a->n++] = (fh_layout_arc){from, to, count, width_of(b.len, SMALL_LETTER) + 8, 15};
    fh_buf_free(&b);
}

static fh_status find_arcs(const drawing *d, const fh_follows *f, arcs *out)
{
    const size_t most = f->n_arcs + f->n_starts + f->n_ends;
    out->n = 0;
    out->arc = FH_NEW_ARRAY(d->arena, fh_layout_arc, most);
    out->move = FH_NEW_ARRAY(d->arena, const fh_arc *, most);
    if (!out->arc || !out->move) return FH_NOMEM;
    for (size_t i = 0; i < f->n_arcs; i++)
        add_arc(out, box_of(d, f->arcs[i].from), box_of(d, f->arcs[i].to), f->arcs[i].count,
                &f->arcs[i]);
    for (size_t i = 0; i < f->n_starts; i++)
        add_arc(out, FH_DRAWN_START, box_of(d, f->starts[i].touchpoint), f->starts[i].count, NULL);
    for (size_t i = 0; i < f->n_ends; i++)
        add_arc(out, box_of(d, f->ends[i].touchpoint), FH_DRAWN_END, f->ends[i].count, NULL);
    return FH_OK;
}

/* The strongest; `permille` becomes less while they are more than the limit. */
static fh_status choose(const drawing *d, const arcs *from, uint32_t *permille, arcs *out,
                        fh_error *err)
{
    const fh_layout_graph graph = {d->nodes, d->n, from->arc, from->n};
    const size_t most = d->options->max_arcs ? d->options->max_arcs : SIZE_MAX;
    fh_arc_choice c;
    for (;; *permille -= STEP) {
        const fh_status s =
            fh_arcs_choose(d->arena, &graph, FH_DRAWN_START, FH_DRAWN_END, *permille, &c, err);
        if (s) return s;
        if (c.n_shown <= most || *permille <= STEP) break;
    }
    out->n = 0;
    out->arc = FH_NEW_ARRAY(d->arena, fh_layout_arc, c.n_shown);
    out->move = FH_NEW_ARRAY(d->arena, const fh_arc *, c.n_shown);
    if (!out->arc || !out->move) return fh_no_memory(err);
    for (size_t i = 0; i < from->n; i++) {
        if (!c.shown[i]) continue;
        out->arc[out->n] = from->arc[i];
        out->move[out->n++] = from->move[i];
    }
    return FH_OK;
}

static size_t place_of(const arcs *a, uint32_t from, uint32_t to)
{
    size_t i = 0;
    while (i < a->n && !(a->arc[i].from == from && a->arc[i].to == to)) i++;
    return i;
}

/* Those of `shown` that are not in `drawn`. */
static fh_status left_over(const drawing *d, const arcs *shown, const arcs *drawn, arcs *out)
{
    out->n = 0;
    out->arc = FH_NEW_ARRAY(d->arena, fh_layout_arc, shown->n);
    out->move = FH_NEW_ARRAY(d->arena, const fh_arc *, shown->n);
    if (!out->arc || !out->move) return FH_NOMEM;
    for (size_t i = 0; i < shown->n; i++) {
        if (place_of(drawn, shown->arc[i].from, shown->arc[i].to) < drawn->n) continue;
        out->arc[out->n] = shown->arc[i];
        out->move[out->n++] = shown->move[i];
    }
    return FH_OK;
}

/* ---- Figures ------------------------------------------------------------------------- */

static void count_arc(const arcs *all, const fh_layout_arc *at, fh_drawn_arc *out, fh_drawn *sum)
{
    const size_t k = place_of(all, at->from, at->to);
    out->from = at->from;
    out->to = at->to;
    if (k == all->n) return;
    out->count = all->arc[k].weight;
    out->move = all->move[k];
    out->stories = out->move ? out->move->stories : out->count;
    if (out->count > sum->heaviest) sum->heaviest = out->count;
    if (!out->move) return;
    sum->moves_drawn += out->count;
    sum->n_moves_drawn++;
}

static fh_status put_arcs(const drawing *d, const arcs *drawn, const arcs *beside,
                          const fh_layout *layout, fh_drawn *out, fh_error *err)
{
    arcs all;
    const fh_route *routes = NULL;
    fh_drawn_arc *list = FH_NEW_ARRAY(d->arena, fh_drawn_arc, drawn->n + beside->n);
    if (!list || find_arcs(d, d->shown->follows, &all)) return fh_no_memory(err);
    const fh_status s = fh_layout_beside(d->arena, layout, beside->arc, beside->n, &routes, err);
    if (s) return s;
    for (size_t i = 0; i < drawn->n; i++) {
        list[i].route = &layout->routes[i];
        count_arc(&all, &drawn->arc[i], &list[i], out);
    }
    for (size_t i = 0; i < beside->n; i++) {
        list[drawn->n + i].route = &routes[i];
        list[drawn->n + i].beside = true;
        count_arc(&all, &beside->arc[i], &list[drawn->n + i], out);
    }
    out->arcs = list;
    out->n_arcs = drawn->n + beside->n;
    return FH_OK;
}

static void put_boxes(drawing *d, const fh_layout *layout, fh_drawn *out)
{
    const fh_touchpoints *shown = d->shown->touchpoints;
    for (size_t i = 0; i < d->n; i++) {
        d->boxes[i].box = layout->boxes[i];
        d->boxes[i].layer = layout->layers[i];
        if (i < FH_DRAWN_ENDS)
            d->boxes[i].count = d->boxes[i].stories = d->shown->follows->n_stories;
        else if (d->whole != d->shown)
            d->boxes[i].below = below_of(d, 0, NULL);
    }
    for (size_t i = 0; i < shown->n_rows; i++) {
        const fh_touchpoint_row *row = &shown->rows[i];
        const uint32_t at = box_of(d, row->touchpoint);
        if (at == FH_NO_NODE) {
            out->n_left_out++;
            out->left_out += row->count;
            continue;
        }
        const fh_wait_row *wait = wait_of(d->shown->waits, row->touchpoint);
        fh_drawn_box *b = &d->boxes[at];
        b->count = row->count;
        b->stories = row->stories;
        if (wait && wait->count) b->waited = wait->count, b->wait_ms = wait->wait.p50_ms;
        if (b->wait_ms > 0 && wait->longest_ms < b->wait_ms) b->wait_ms = wait->longest_ms;
        if (d->whole != d->shown) b->below = below_of(d, row->count, wait);
    }
    out->boxes = d->boxes;
    out->n_boxes = d->n;
}

fh_status fh_drawn_make(fh_arena *arena, const fh_names *names, const fh_drawn_facts *whole,
                        const fh_drawn_facts *shown, const fh_drawn_options *options, fh_drawn *out,
                        fh_error *err)
{
    drawing d = {
        .arena = arena, .names = names, .whole = whole, .shown = shown, .options = options};
    fh_drawn r = {.permille = options->permille};
    arcs all, drawn, strong, beside = {0};
    fh_layout layout;
    if (make_boxes(&d) || find_arcs(&d, whole->follows, &all)) return fh_no_memory(err);
    fh_status s = choose(&d, &all, &r.permille, &drawn, err);
    const fh_layout_graph graph = {d.nodes, d.n, drawn.arc, drawn.n};
    if (!s) s = fh_layout_kept(options->kept, arena, &graph, &layout, err);
    if (!s && whole != shown) {
        uint32_t permille = options->permille;
        s = find_arcs(&d, shown->follows, &all) ? fh_no_memory(err) : FH_OK;
        if (!s) s = choose(&d, &all, &permille, &strong, err);
        if (!s && left_over(&d, &strong, &drawn, &beside)) s = fh_no_memory(err);
    }
    if (!s) s = put_arcs(&d, &drawn, &beside, &layout, &r, err);
    if (s) return s;
    put_boxes(&d, &layout, &r);
    if (d.no_memory) return fh_no_memory(err);
    r.width = layout.width;
    r.height = layout.height;
    r.n_moves = shown->follows->n_arcs;
    for (size_t i = 0; i < r.n_moves; i++) r.moves += shown->follows->arcs[i].count;
    *out = r;
    return FH_OK;
}
