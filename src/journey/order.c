/* order.c - bends, and who stands beside whom within a layer.
 *
 * Every arc over several layers gets a bend on each layer it passes, so that all
 * segments join neighbouring layers. Then crossings are made few: sweeps down
 * and up put each layer in the order of the weighted medians of its neighbours
 * (Gansner et al. 1993), after each sweep neighbours change places while that
 * helps, and the best order seen is kept. Four starts are tried: from the top and
 * from the bottom, the heaviest arc in the middle or first.
 */
#include "layers.h"

#include "base/sort.h"

#include <string.h>

/* ---- Bends ------------------------------------------------------------------ */

static fh_status count_parts(layers *g, uint32_t *n_bends)
{
    uint64_t segments = 0, bends = 0;
    for (uint32_t i = 0; i < g->n_arcs; i++) {
        const arc *a = &g->arcs[i];
        if (a->self) continue;
        const uint32_t span = g->nodes[a->head].layer - g->nodes[a->tail].layer;
        segments += span;
        bends += span - 1;
    }
    if (bends > FH_LAYOUT_MAX_BENDS) return FH_LIMIT;
    g->n_segments = (uint32_t)segments;
    *n_bends = (uint32_t)bends;
    return FH_OK;
}

static void link_arc(layers *g, uint32_t index, uint32_t *next_segment)
{
    arc *a = &g->arcs[index];
    a->first_segment = *next_segment;
    if (a->self) return;
    const uint32_t top = g->nodes[a->tail].layer, bottom = g->nodes[a->head].layer;
    uint32_t above = a->tail;
    for (uint32_t layer = top + 1; layer <= bottom; layer++) {
        uint32_t below = a->head;
        if (layer < bottom) {
            below = g->n_nodes++;
            g->nodes[below] = (node){.layer = layer,
                                     .arc = index,
                                     .left = g->options.arc_gap / 2,
                                     .right = g->options.arc_gap / 2};
        }
        g->segments[(*next_segment)++] = (segment){.top = above, .bottom = below, .arc = index};
        g->nodes[above].n_down++;
        g->nodes[below].n_up++;
        above = below;
    }
    a->n_segments = bottom - top;
}

static fh_status add_bends(layers *g)
{
    uint32_t n_bends;
    fh_status status = count_parts(g, &n_bends);
    if (status) return status;
    node *nodes = FH_NEW_ARRAY(g->scratch, node, (size_t)g->n_boxes + n_bends);
    g->segments = FH_NEW_ARRAY(g->scratch, segment, g->n_segments);
    uint32_t *ends = FH_NEW_ARRAY(g->scratch, uint32_t, 2 * (size_t)g->n_segments);
    if (!nodes || !g->segments || !ends) return FH_NOMEM;
    memcpy(nodes, g->nodes, g->n_boxes * sizeof *nodes);
    g->nodes = nodes;

    uint32_t next = 0;
    for (uint32_t i = 0; i < g->n_arcs; i++) link_arc(g, i, &next);
    for (uint32_t v = 0; v < g->n_nodes; v++) {
        node *x = &nodes[v];
        x->up = ends;
        x->down = ends + x->n_up;
        ends += x->n_up + x->n_down;
        x->n_up = x->n_down = 0;
    }
    for (uint32_t s = 0; s < g->n_segments; s++) {
        node *top = &nodes[g->segments[s].top], *bottom = &nodes[g->segments[s].bottom];
        top->down[top->n_down++] = s;
        bottom->up[bottom->n_up++] = s;
    }
    return FH_OK;
}

static fh_status make_rows(layers *g)
{
    g->row = FH_NEW_ARRAY(g->scratch, uint32_t *, g->n_rows);
    g->row_len = FH_NEW_ARRAY(g->scratch, uint32_t, g->n_rows);
    uint32_t *all = FH_NEW_ARRAY(g->scratch, uint32_t, g->n_nodes);
    if (!g->row || !g->row_len || !all) return FH_NOMEM;
    for (uint32_t v = 0; v < g->n_nodes; v++) g->row_len[g->nodes[v].layer]++;
    for (uint32_t r = 0; r < g->n_rows; r++) {
        g->row[r] = all;
        all += g->row_len[r];
    }
    return FH_OK;
}

/* ---- Counting crossings ------------------------------------------------------- */

typedef struct work {
    layers *g;
    uint32_t *sum;   /* Fenwick tree over a layer's places */
    uint32_t *place; /* neighbours' places, sorted */
    uint32_t *best;  /* [n_nodes] places of the best order seen */
    struct key *keys;
    uint32_t *stack;
    bool *seen;
} work;

/* Places of v's neighbours in the layer above or below, rising. */
static uint32_t neighbours(const layers *g, uint32_t v, bool up, uint32_t *place)
{
    const node *x = &g->nodes[v];
    const uint32_t n = up ? x->n_up : x->n_down;
    for (uint32_t i = 0; i < n; i++) {
        const segment *s = &g->segments[up ? x->up[i] : x->down[i]];
        const uint32_t p = g->nodes[up ? s->top : s->bottom].pos;
        uint32_t k = i;
        for (; k > 0 && place[k - 1] > p; k--) place[k] = place[k - 1];
        place[k] = p;
    }
    return n;
}

/* Crossings between layers r and r + 1. */
static uint64_t crossings_below(work *w, uint32_t r)
{
    const layers *g = w->g;
    const uint32_t width = g->row_len[r + 1];
    memset(w->sum, 0, (width + 1) * sizeof *w->sum);
    uint64_t crossings = 0, before = 0;
    for (uint32_t i = 0; i < g->row_len[r]; i++) {
        const uint32_t n = neighbours(g, g->row[r][i], false, w->place);
        for (uint32_t k = 0; k < n; k++) {
            uint64_t left = 0;
            for (uint32_t p = w->place[k] + 1; p > 0; p &= p - 1) left += w->sum[p];
            crossings += before - left;
        }
        for (uint32_t k = 0; k < n; k++)
            for (uint32_t p = w->place[k] + 1; p <= width; p += p & (~p + 1)) w->sum[p]++;
        before += n;
    }
    return crossings;
}

static uint64_t crossings(work *w)
{
    uint64_t all = 0;
    for (uint32_t r = 0; r + 1 < w->g->n_rows; r++) all += crossings_below(w, r);
    return all;
}

/* ---- Starting orders ----------------------------------------------------------- */

static void append(layers *g, uint32_t v)
{
    const uint32_t r = g->nodes[v].layer;
    g->nodes[v].pos = g->row_len[r];
    g->row[r][g->row_len[r]++] = v;
}

/* Child k of n in the order of visits when the heaviest, 0, is to stand in the
 * middle: ... 5 3 1 0 2 4 ... */
static uint32_t from_middle(uint32_t k, uint32_t n)
{
    const uint32_t before = n / 2; /* 1, 3, 5 ... */
    return k < before ? 2 * (before - k) - 1 : 2 * (k - before);
}

/* Everything not yet seen that hangs on `root`, depth first. */
static void follow(work *w, uint32_t root, bool down, bool centred)
{
    layers *g = w->g;
    uint32_t n = 0;
    w->stack[n++] = root;
    w->seen[root] = true;
    while (n > 0) {
        const uint32_t v = w->stack[--n];
        append(g, v);
        const node *x = &g->nodes[v];
        const uint32_t degree = down ? x->n_down : x->n_up;
        for (uint32_t k = degree; k-- > 0;) {
            const uint32_t i = centred ? from_middle(k, degree) : k;
            const segment *s = &g->segments[down ? x->down[i] : x->up[i]];
            const uint32_t to = down ? s->bottom : s->top;
            if (w->seen[to]) continue;
            w->seen[to] = true;
            w->stack[n++] = to;
        }
    }
}

static void start(work *w, bool down, bool centred)
{
    layers *g = w->g;
    memset(g->row_len, 0, g->n_rows * sizeof *g->row_len);
    memset(w->seen, 0, g->n_nodes * sizeof *w->seen);
    for (uint32_t k = 0; k < g->n_rows; k++) {
        const uint32_t r = down ? k : g->n_rows - 1 - k;
        for (uint32_t v = 0; v < g->n_nodes; v++)
            if (g->nodes[v].layer == r && !w->seen[v]) follow(w, v, down, centred);
    }
}

/* ---- Sweeps ------------------------------------------------------------------------ */

typedef struct key {
    uint32_t v;
    int64_t median; /* times 4096; -1: no neighbours, stays where it is */
} key;

static int64_t median_of(const uint32_t *place, uint32_t n)
{
    enum { UNIT = 4096 };
    if (n == 0) return -1;
    const uint32_t m = n / 2;
    if (n % 2) return (int64_t)place[m] * UNIT;
    if (n == 2) return ((int64_t)place[0] + place[1]) * UNIT / 2;
    const int64_t left = (int64_t)place[m - 1] - place[0];
    const int64_t right = (int64_t)place[n - 1] - place[m];
    if (left + right == 0) return ((int64_t)place[m - 1] + place[m]) * UNIT / 2;
    return ((int64_t)place[m - 1] * right + (int64_t)place[m] * left) * UNIT / (left + right);
}

static int by_median(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const int64_t x = ((const key *)a)->median, y = ((const key *)b)->median;
    return x < y ? -1 : x > y;
}

/* Orders one layer by the medians of the layer above or below; `flip` turns
 * round those with equal medians, so that sweeps do not get stuck. */
static fh_status sort_row(work *w, uint32_t r, bool up, bool flip)
{
    layers *g = w->g;
    uint32_t *row = g->row[r];
    const uint32_t len = g->row_len[r];
    uint32_t n = 0;
    for (uint32_t i = 0; i < len; i++) {
        const uint32_t v = row[flip ? len - 1 - i : i];
        const uint32_t degree = neighbours(g, v, up, w->place);
        const int64_t median = median_of(w->place, degree);
        if (median >= 0) w->keys[n++] = (key){v, median};
        w->sum[flip ? len - 1 - i : i] = median >= 0;
    }
    const fh_status status =
        fh_sort(fh_arena_allocator(g->scratch), w->keys, n, sizeof *w->keys, by_median, NULL);
    if (status) return status;
    for (uint32_t i = 0, k = 0; i < len; i++) {
        if (w->sum[i]) row[i] = w->keys[k++].v;
        g->nodes[row[i]].pos = i;
    }
    return FH_OK;
}

/* Crossings among the segments of a left of b, less those of b left of a. */
static int64_t gain_by_change(work *w, uint32_t a, uint32_t b, bool up)
{
    uint32_t *pa = w->place;
    const uint32_t na = neighbours(w->g, a, up, pa);
    uint32_t *pb = pa + na;
    const uint32_t nb = neighbours(w->g, b, up, pb);
    int64_t gain = 0;
    for (uint32_t i = 0, less = 0, same = 0; i < na; i++) {
        while (less < nb && pb[less] < pa[i]) less++;
        for (same = less; same < nb && pb[same] == pa[i]; same++) continue;
        gain += (int64_t)less - (int64_t)(nb - same);
    }
    return gain;
}

/* Neighbours change places while that saves crossings. */
static void transpose(work *w)
{
    enum { ROUNDS = 30 };
    layers *g = w->g;
    bool better = true;
    for (int round = 0; better && round < ROUNDS; round++) {
        better = false;
        for (uint32_t r = 0; r < g->n_rows; r++) {
            uint32_t *row = g->row[r];
            for (uint32_t i = 0; i + 1 < g->row_len[r]; i++) {
                const uint32_t a = row[i], b = row[i + 1];
                if (gain_by_change(w, a, b, true) + gain_by_change(w, a, b, false) <= 0) continue;
                row[i] = b;
                row[i + 1] = a;
                g->nodes[b].pos = i;
                g->nodes[a].pos = i + 1;
                better = true;
            }
        }
    }
}

static void keep(work *w, uint64_t found)
{
    for (uint32_t v = 0; v < w->g->n_nodes; v++) w->best[v] = w->g->nodes[v].pos;
    w->g->n_crossings = found;
}

static fh_status sweep(work *w, int number)
{
    layers *g = w->g;
    const bool down = number % 2 == 0, flip = number / 2 % 2 == 1;
    for (uint32_t k = 1; k < g->n_rows; k++) {
        const fh_status status = sort_row(w, down ? k : g->n_rows - 1 - k, down, flip);
        if (status) return status;
    }
    transpose(w);
    return FH_OK;
}

static fh_status reduce(work *w)
{
    enum { SWEEPS = 24, PATIENCE = 8 };
    layers *g = w->g;
    g->n_crossings = UINT64_MAX;
    /* Big drawings get fewer sweeps: time stays bounded. */
    const int sweeps = g->n_nodes > 6000 ? 4 : SWEEPS;
    const int starts = g->n_nodes > 1000 ? 2 : 4;
    for (int from = 0; from < starts; from++) {
        start(w, from % 2 == 0, from < 2);
        uint64_t found = crossings(w);
        if (found < g->n_crossings) keep(w, found);
        uint64_t lowest = found;
        for (int i = 0, idle = 0; i < sweeps && idle < PATIENCE && lowest > 0; i++) {
            const fh_status status = sweep(w, i);
            if (status) return status;
            found = crossings(w);
            if (found < g->n_crossings) keep(w, found);
            idle = found < lowest ? 0 : idle + 1;
            if (found < lowest) lowest = found;
        }
    }
    for (uint32_t v = 0; v < g->n_nodes; v++) {
        node *x = &g->nodes[v];
        x->pos = w->best[v];
        g->row[x->layer][x->pos] = v;
    }
    return FH_OK;
}

/* Heaviest arcs first at every node. */
static int by_weight(const void *a, const void *b, void *ctx)
{
    const layers *g = ctx;
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const uint64_t wx = g->arcs[g->segments[x].arc].weight;
    const uint64_t wy = g->arcs[g->segments[y].arc].weight;
    if (wx != wy) return wx > wy ? -1 : 1;
    return x < y ? -1 : x > y;
}

static fh_status sort_segments(layers *g)
{
    const fh_allocator *from = fh_arena_allocator(g->scratch);
    for (uint32_t v = 0; v < g->n_nodes; v++) {
        const node *x = &g->nodes[v];
        fh_status status = fh_sort(from, x->up, x->n_up, sizeof *x->up, by_weight, g);
        if (!status) status = fh_sort(from, x->down, x->n_down, sizeof *x->down, by_weight, g);
        if (status) return status;
    }
    return FH_OK;
}

fh_status fh_layers_order(layers *g)
{
    fh_status status = add_bends(g);
    if (!status) status = make_rows(g);
    if (!status) status = sort_segments(g);
    if (status) return status;
    work w = {
        .g = g,
        .sum = FH_NEW_ARRAY(g->scratch, uint32_t, (size_t)g->n_nodes + 1),
        .place = FH_NEW_ARRAY(g->scratch, uint32_t, 2 * (size_t)g->n_segments + 1),
        .best = FH_NEW_ARRAY(g->scratch, uint32_t, g->n_nodes),
        .keys = FH_NEW_ARRAY(g->scratch, key, g->n_nodes),
        .stack = FH_NEW_ARRAY(g->scratch, uint32_t, (size_t)g->n_nodes + 1),
        .seen = FH_NEW_ARRAY(g->scratch, bool, g->n_nodes),
    };
    if (!w.sum || !w.place || !w.best || !w.keys || !w.stack || !w.seen) return FH_NOMEM;
    return reduce(&w);
}
