/* route.c - where arcs leave and reach their boxes, their curves and labels.
 *
 * Arcs leave a box at its bottom and reach the next at its top; arcs that run up
 * do the opposite. Ends at one side of a box are ports, in the order of where
 * they lead, as near as can be to straight above or below their other end.
 *
 *         | port | port
 *     +---o------o---+  ^ band: boxes of a layer; what passes it runs straight
 *     |     box      |  v down
 *     +------o-------+  ^
 *             \         | gap: curves, upright at both ends, and labels
 *     +--------o-----+  v
 *
 * So an arc cannot touch a foreign box. All curves of a gap have the same shape:
 * x(t) = x0 + (x1 - x0)(3t^2 - 2t^3), at the same y for the same t, which makes it
 * cheap to find a place for a label that few others cross.
 */
#include "layers.h"

#include "base/sort.h"

/* ---- Spreading ----------------------------------------------------------------- */

static int64_t mean(int64_t sum, int64_t pull)
{
    return sum >= 0 ? sum / pull : -((-sum + pull - 1) / pull);
}

/* Pool adjacent violators on want[i] - i * gap. */
void fh_layers_spread(const int32_t *want, const int32_t *pull, uint32_t n, int32_t gap, int32_t lo,
                      int32_t hi, int64_t *space, int32_t *x)
{
    int64_t *sum = space, *weight = space + n, *count = space + 2 * (size_t)n;
    uint32_t pools = 0;
    for (uint32_t i = 0; i < n; i++) {
        sum[pools] = ((int64_t)want[i] - (int64_t)i * gap) * pull[i];
        weight[pools] = pull[i];
        count[pools++] = 1;
        while (pools > 1 &&
               mean(sum[pools - 2], weight[pools - 2]) >= mean(sum[pools - 1], weight[pools - 1])) {
            pools--;
            sum[pools - 1] += sum[pools];
            weight[pools - 1] += weight[pools];
            count[pools - 1] += count[pools];
        }
    }
    const int64_t most = (int64_t)hi - (int64_t)(n - 1) * gap;
    for (uint32_t p = 0, i = 0; p < pools; p++) {
        int64_t at = mean(sum[p], weight[p]);
        if (at > most) at = most;
        if (at < lo) at = lo;
        for (int64_t k = 0; k < count[p]; k++, i++) x[i] = (int32_t)(at + (int64_t)i * gap);
    }
}

/* ---- Ports ------------------------------------------------------------------------ */

typedef struct ports {
    uint32_t *list;
    int32_t *want, *pull, *x;
    int64_t *space;
} ports;

enum { INSET = 8, PORT_GAP = 13 };

static uint32_t far_end(const layers *g, uint32_t s, bool up)
{
    return up ? g->segments[s].top : g->segments[s].bottom;
}

/* Order at both ends of parallel arcs is the same: down left, up right. */
static bool stands_before(const layers *g, uint32_t a, uint32_t b, bool up)
{
    const uint32_t pa = g->nodes[far_end(g, a, up)].pos, pb = g->nodes[far_end(g, b, up)].pos;
    if (pa != pb) return pa < pb;
    const arc *x = &g->arcs[g->segments[a].arc], *y = &g->arcs[g->segments[b].arc];
    if (x->turned != y->turned) return y->turned;
    return a < b;
}

/* Where a port would like to be: below its other end if that can be. */
static int32_t wish(const node *box, const node *far, bool far_is_box)
{
    const int32_t lo = box->x - box->width / 2 + INSET, hi = box->x + box->width / 2 - INSET;
    int32_t to = far->x;
    if (far_is_box) {
        const int32_t far_lo = far->x - far->width / 2 + INSET;
        const int32_t far_hi = far->x + far->width / 2 - INSET;
        const int32_t a = lo > far_lo ? lo : far_lo, b = hi < far_hi ? hi : far_hi;
        if (a <= b) to = (a + b) / 2;
    }
    return to < lo ? (lo + 2 * box->x) / 3 : to > hi ? (hi + 2 * box->x) / 3 : to;
}

static void set_ports(layers *g, ports *p, uint32_t v, bool up)
{
    const node *box = &g->nodes[v];
    const uint32_t n = up ? box->n_up : box->n_down;
    const uint32_t *own = up ? box->up : box->down;
    if (n == 0) return;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = i;
        for (; k > 0 && stands_before(g, own[i], p->list[k - 1], up); k--)
            p->list[k] = p->list[k - 1];
        p->list[k] = own[i];
    }
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t far = far_end(g, p->list[i], up);
        p->want[i] = wish(box, &g->nodes[far], !is_bend(g, far));
        p->pull[i] = g->arcs[g->segments[p->list[i]].arc].pull;
    }
    const int32_t inset = box->width > 4 * INSET ? INSET : box->width / 4;
    const int32_t lo = box->x - box->width / 2 + inset, hi = box->x + box->width / 2 - inset;
    int32_t gap = PORT_GAP;
    if ((int64_t)gap * (n - 1) > hi - lo) gap = (hi - lo) / (int32_t)(n - 1);
    fh_layers_spread(p->want, p->pull, n, gap, lo, hi, p->space, p->x);
    for (uint32_t i = 0; i < n; i++) {
        segment *s = &g->segments[p->list[i]];
        *(up ? &s->x_bottom : &s->x_top) = p->x[i];
    }
}

static fh_status make_ports(layers *g)
{
    const size_t n = (size_t)g->n_arcs + 1;
    ports p = {
        .list = FH_NEW_ARRAY(g->scratch, uint32_t, n),
        .want = FH_NEW_ARRAY(g->scratch, int32_t, n),
        .pull = FH_NEW_ARRAY(g->scratch, int32_t, n),
        .x = FH_NEW_ARRAY(g->scratch, int32_t, n),
        .space = FH_NEW_ARRAY(g->scratch, int64_t, 3 * n),
    };
    if (!p.list || !p.want || !p.pull || !p.x || !p.space) return FH_NOMEM;
    for (uint32_t i = 0; i < g->n_segments; i++) {
        segment *s = &g->segments[i];
        s->x_top = g->nodes[s->top].x;
        s->x_bottom = g->nodes[s->bottom].x;
    }
    for (uint32_t v = 0; v < g->n_boxes; v++) {
        set_ports(g, &p, v, true);
        set_ports(g, &p, v, false);
    }
    return FH_OK;
}

/* ---- Bands and gaps ------------------------------------------------------------------- */

/* Wide curves and labels, in two rows, need higher gaps. */
static fh_status make_bands(layers *g, int32_t *top, int32_t *height)
{
    int32_t *reach = FH_NEW_ARRAY(g->scratch, int32_t, g->n_rows);
    int32_t *label = FH_NEW_ARRAY(g->scratch, int32_t, g->n_rows);
    if (!reach || !label) return FH_NOMEM;
    for (uint32_t i = 0; i < g->n_segments; i++) {
        const segment *s = &g->segments[i];
        const uint32_t r = g->nodes[s->top].layer;
        const int32_t dx = s->x_top > s->x_bottom ? s->x_top - s->x_bottom : s->x_bottom - s->x_top;
        if (dx > reach[r]) reach[r] = dx;
        if (g->arcs[s->arc].label_height > label[r]) label[r] = g->arcs[s->arc].label_height;
    }
    for (uint32_t v = 0; v < g->n_boxes; v++) {
        const node *x = &g->nodes[v];
        if (x->height > height[x->layer]) height[x->layer] = x->height;
    }
    for (uint32_t i = 0; i < g->n_arcs; i++) {
        const arc *a = &g->arcs[i];
        const uint32_t r = g->nodes[a->from].layer;
        if (a->self && a->label_height > height[r]) height[r] = a->label_height;
    }
    enum { LABEL_AIR = 32 };
    int32_t y = g->options.margin;
    for (uint32_t r = 0; r < g->n_rows; r++) {
        top[r] = y;
        const int32_t more =
            reach[r] / 8 < g->options.layer_gap ? reach[r] / 8 : g->options.layer_gap;
        const int32_t rows = 2 * label[r] + LABEL_AIR;
        y += height[r] + (rows > g->options.layer_gap ? rows : g->options.layer_gap) + more;
    }
    return FH_OK;
}

/* ---- Curves ----------------------------------------------------------------------------- */

typedef struct pen {
    fh_point *at;
    size_t n;
} pen;

static void straight(pen *p, int32_t y)
{
    fh_point *last = &p->at[p->n - 1];
    if (last->y == y) return;
    if (p->n >= 4 && p->at[p->n - 4].x == last->x && p->at[p->n - 3].x == last->x &&
        p->at[p->n - 2].x == last->x) {
        last = &p->at[p->n - 4]; /* make the line before longer */
        p->n -= 3;
    }
    const int32_t x = last->x, third = (y - last->y) / 3, from = last->y;
    p->at[p->n++] = (fh_point){x, from + third};
    p->at[p->n++] = (fh_point){x, y - third};
    p->at[p->n++] = (fh_point){x, y};
}

static void curve(pen *p, int32_t x, int32_t y)
{
    const fh_point last = p->at[p->n - 1];
    if (last.x == x) {
        straight(p, y);
        return;
    }
    const int32_t half = (y - last.y) / 2;
    p->at[p->n++] = (fh_point){last.x, last.y + half};
    p->at[p->n++] = (fh_point){x, y - half};
    p->at[p->n++] = (fh_point){x, y};
}

static void reverse(fh_point *p, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        const fh_point keep = p[i];
        p[i] = p[n - 1 - i];
        p[n - 1 - i] = keep;
    }
}

static fh_status draw_arc(layers *g, fh_arena *arena, arc *a, const int32_t *top,
                          const int32_t *height)
{
    /* Through each gap one curve, through each band at most one line. */
    pen p = {FH_NEW_ARRAY(arena, fh_point, 6 * (size_t)a->n_segments + 4), 0};
    if (!p.at) return FH_NOMEM;
    const node *tail = &g->nodes[a->tail], *head = &g->nodes[a->head];
    const segment *s = &g->segments[a->first_segment];
    uint32_t r = tail->layer;
    p.at[p.n++] = (fh_point){s->x_top, top[r] + (height[r] + tail->height) / 2};
    for (uint32_t k = 0; k < a->n_segments; k++, s++, r++) {
        straight(&p, top[r] + height[r]);
        curve(&p, s->x_bottom, top[r + 1]);
    }
    straight(&p, top[r] + (height[r] - head->height) / 2);
    if (a->turned) reverse(p.at, p.n);
    a->route.points = p.at;
    a->route.n_points = p.n;
    a->route.back = a->turned;
    return FH_OK;
}

static fh_status draw_loop(layers *g, fh_arena *arena, arc *a, const int32_t *top,
                           const int32_t *height)
{
    enum { REACH = 26, LABEL_AT = 24 };
    fh_point *p = FH_NEW_ARRAY(arena, fh_point, 4);
    if (!p) return FH_NOMEM;
    const node *box = &g->nodes[a->from];
    const int32_t x = box->x - box->width / 2 + box->width;
    const int32_t y = top[box->layer] + height[box->layer] / 2;
    const int32_t open = box->height / 4 < 10 ? box->height / 4 : 10;
    p[0] = (fh_point){x, y - open};
    p[1] = (fh_point){x + REACH, y - open - open / 2};
    p[2] = (fh_point){x + REACH, y + open + open / 2};
    p[3] = (fh_point){x, y + open};
    a->route = (fh_route){.points = p, .n_points = 4, .self = true};
    if (a->label_width)
        a->route.label =
            (fh_box){x + LABEL_AT, y - a->label_height / 2, a->label_width, a->label_height};
    return FH_OK;
}

/* ---- Labels ------------------------------------------------------------------------------- */

typedef struct labels {
    layers *g;
    const int32_t *top, *height;
    uint32_t *first, *list; /* segments in each gap */
    uint32_t *n_placed;     /* labels in each gap, at the beginning of ... */
    uint32_t *placed;       /* ... the gap's stretch of this */
} labels;

enum { LABELS_MAX = 600 };

static int32_t x_at(const segment *s, int32_t t16)
{
    const int64_t ease = 3 * 16 * t16 * t16 - 2 * t16 * t16 * t16; /* of 4096 */
    return s->x_top + (int32_t)(((int64_t)s->x_bottom - s->x_top) * ease / 4096);
}

/* y(t) of a curve with control points half way: 1.5 t (1 - t) + t^3. */
static int32_t y_at(int32_t y0, int32_t y1, int32_t t16)
{
    const int64_t part = 3 * 16 * t16 * (16 - t16) / 2 + t16 * t16 * t16; /* of 4096 */
    return y0 + (int32_t)(((int64_t)y1 - y0) * part / 4096);
}

static bool overlap(const fh_box *a, const fh_box *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

/* How many other arcs run through `box` at t; UINT32_MAX: it cannot stand there. */
static uint32_t cost_of(const labels *l, const segment *own, uint32_t gap, int32_t t16,
                        const fh_box *box)
{
    enum { AIR = 3 };
    const int32_t y0 = l->top[gap] + l->height[gap], y1 = l->top[gap + 1];
    if (box->y < y0 + AIR || box->y + box->height > y1 - AIR || box->x < 0) return UINT32_MAX;
    for (uint32_t i = 0; i < l->n_placed[gap]; i++) {
        const uint32_t s = l->placed[l->first[gap] + i];
        if (overlap(box, &l->g->arcs[l->g->segments[s].arc].route.label)) return UINT32_MAX;
    }
    uint32_t cost = 0;
    for (uint32_t i = l->first[gap]; i < l->first[gap + 1]; i++) {
        const segment *s = &l->g->segments[l->list[i]];
        const int32_t x = x_at(s, t16);
        if (s != own && x > box->x - AIR && x < box->x + box->width + AIR) cost++;
    }
    return cost;
}

/* The place on the arc where its label crosses fewest others, ends of the arc
 * before its middle parts. */
static void place_label(labels *l, arc *a)
{
    static const int32_t at[] = {8, 5, 11, 3, 13};
    uint32_t best = UINT32_MAX, best_segment = 0;
    fh_box best_box = {0};
    for (uint32_t k = 0; k < a->n_segments && best > 0; k++) {
        const uint32_t from_end = k / 2;
        const uint32_t index = a->first_segment + (k % 2 ? a->n_segments - 1 - from_end : from_end);
        const segment *s = &l->g->segments[index];
        const uint32_t gap = l->g->nodes[s->top].layer;
        for (size_t i = 0; i < sizeof at / sizeof at[0] && best > 0; i++) {
            const fh_box box = {x_at(s, at[i]) - a->label_width / 2,
                                y_at(l->top[gap] + l->height[gap], l->top[gap + 1], at[i]) -
                                    a->label_height / 2,
                                a->label_width, a->label_height};
            const uint32_t cost = cost_of(l, s, gap, at[i], &box);
            if (cost < best) best = cost, best_box = box, best_segment = index;
        }
    }
    if (best == UINT32_MAX) return;
    const uint32_t gap = l->g->nodes[l->g->segments[best_segment].top].layer;
    a->route.label = best_box;
    l->placed[l->first[gap] + l->n_placed[gap]++] = best_segment;
}

static int by_arc_weight(const void *a, const void *b, void *ctx)
{
    const layers *g = ctx;
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (g->arcs[x].weight != g->arcs[y].weight)
        return g->arcs[x].weight > g->arcs[y].weight ? -1 : 1;
    return x < y ? -1 : x > y;
}

static fh_status place_labels(layers *g, const int32_t *top, const int32_t *height)
{
    labels l = {
        .g = g,
        .top = top,
        .height = height,
        .first = FH_NEW_ARRAY(g->scratch, uint32_t, (size_t)g->n_rows + 2),
        .list = FH_NEW_ARRAY(g->scratch, uint32_t, (size_t)g->n_segments + 1),
        .n_placed = FH_NEW_ARRAY(g->scratch, uint32_t, g->n_rows),
        .placed = FH_NEW_ARRAY(g->scratch, uint32_t, (size_t)g->n_segments + 1),
    };
    uint32_t *order = FH_NEW_ARRAY(g->scratch, uint32_t, g->n_arcs);
    if (!l.first || !l.list || !l.n_placed || !l.placed || (g->n_arcs && !order)) return FH_NOMEM;
    for (uint32_t s = 0; s < g->n_segments; s++) l.first[g->nodes[g->segments[s].top].layer + 2]++;
    for (uint32_t r = 2; r <= g->n_rows + 1; r++) l.first[r] += l.first[r - 1];
    for (uint32_t s = 0; s < g->n_segments; s++)
        l.list[l.first[g->nodes[g->segments[s].top].layer + 1]++] = s;

    uint32_t n = 0;
    for (uint32_t i = 0; i < g->n_arcs; i++)
        if (!g->arcs[i].self && g->arcs[i].label_width) order[n++] = i;
    const fh_status status =
        fh_sort(fh_arena_allocator(g->scratch), order, n, sizeof *order, by_arc_weight, g);
    if (status) return status;
    for (uint32_t i = 0; i < n && i < LABELS_MAX; i++) place_label(&l, &g->arcs[order[i]]);
    return FH_OK;
}

fh_status fh_layers_route(layers *g, fh_arena *arena, int32_t *top, int32_t *height)
{
    fh_status status = make_ports(g);
    if (!status) status = make_bands(g, top, height);
    for (uint32_t i = 0; !status && i < g->n_arcs; i++) {
        arc *a = &g->arcs[i];
        status = a->self ? draw_loop(g, arena, a, top, height) : draw_arc(g, arena, a, top, height);
    }
    if (!status) status = place_labels(g, top, height);
    return status;
}
