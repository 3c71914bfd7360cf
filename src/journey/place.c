/* place.c - where exactly: x coordinates within the order of each layer.
 *
 * Brandes and Koepf (2001) in four directions: nodes are joined into vertical
 * blocks with a neighbour of the layer before, blocks are packed to one side, and
 * a node's place is the mean of the two middle ones of its four. The neighbour is
 * the one that carries most weight when one carries more than half, so that the
 * main way runs straight, else a median. Inner parts of long arcs are never
 * bent for the sake of short ones. Packing is by longest paths over blocks, as
 * the original's class shifting is known to be wrong (Brandes, Walter, Zink 2020).
 */
#include "layers.h"

#include <string.h>

#define NONE UINT32_MAX

/* The drawing as seen from one of four sides. */
typedef struct view {
    const layers *g;
    bool upside_down, mirrored;
    uint32_t **row;
    uint32_t *pos; /* [n_nodes] */
    uint32_t *root, *align;
    uint32_t *list; /* neighbours' segments, from the left */
    /* blocks and what stands right next to them */
    uint32_t *n_before, *queue;
    int64_t *x; /* [n_nodes] by root, later by node */
} view;

static int32_t gap_between(const layers *g, uint32_t a, uint32_t b)
{
    return is_bend(g, a) && is_bend(g, b)   ? 0
           : is_bend(g, a) || is_bend(g, b) ? g->options.node_gap / 2
                                            : g->options.node_gap;
}

int32_t fh_layers_apart(const layers *g, uint32_t a, uint32_t b)
{
    return g->nodes[a].right + g->nodes[b].left + gap_between(g, a, b);
}

/* The same in a view, in which a is left of b. */
static int64_t apart(const view *w, uint32_t a, uint32_t b)
{
    return w->mirrored ? fh_layers_apart(w->g, b, a) : fh_layers_apart(w->g, a, b);
}

/* ---- Conflicts ------------------------------------------------------------------ */

static bool inner(const layers *g, const segment *s)
{
    return is_bend(g, s->top) && is_bend(g, s->bottom);
}

/* Marks segments that cross an inner one. Inner segments that cross each other
 * stay: the alignment takes the first it meets. */
static void mark_conflicts(layers *g, uint32_t r)
{
    const uint32_t *below = g->row[r + 1];
    const uint32_t len = g->row_len[r + 1];
    uint32_t lo = 0, done = 0;
    for (uint32_t i = 0; i < len; i++) {
        const node *x = &g->nodes[below[i]];
        const bool is_inner = is_bend(g, below[i]) && inner(g, &g->segments[x->up[0]]);
        if (!is_inner && i + 1 < len) continue;
        const uint32_t hi = is_inner ? g->nodes[g->segments[x->up[0]].top].pos : g->row_len[r] - 1;
        for (; done <= i; done++) {
            const node *y = &g->nodes[below[done]];
            for (uint32_t k = 0; k < y->n_up; k++) {
                segment *s = &g->segments[y->up[k]];
                const uint32_t p = g->nodes[s->top].pos;
                if ((p < lo || p > hi) && !inner(g, s)) s->conflict = true;
            }
        }
        lo = hi;
    }
}

/* ---- Blocks --------------------------------------------------------------------- */

static uint32_t far_end(const view *w, uint32_t s)
{
    return w->upside_down ? w->g->segments[s].bottom : w->g->segments[s].top;
}

/* The segments of v to the layer before, from the left of the view. */
static uint32_t list_segments(view *w, uint32_t v)
{
    const node *x = &w->g->nodes[v];
    const uint32_t n = w->upside_down ? x->n_down : x->n_up;
    const uint32_t *own = w->upside_down ? x->down : x->up;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = i;
        for (; k > 0 && w->pos[far_end(w, w->list[k - 1])] > w->pos[far_end(w, own[i])]; k--)
            w->list[k] = w->list[k - 1];
        w->list[k] = own[i];
    }
    return n;
}

/* The segment that carries more than half of what v gets; NONE: there is none. */
static uint32_t main_segment(const view *w, uint32_t v, uint32_t n)
{
    const node *x = &w->g->nodes[v];
    const uint32_t heaviest = w->upside_down ? x->down[0] : x->up[0];
    uint64_t sum = 0;
    for (uint32_t i = 0; i < n; i++) sum += w->g->arcs[w->g->segments[w->list[i]].arc].weight;
    return w->g->arcs[w->g->segments[heaviest].arc].weight > sum / 2 ? heaviest : NONE;
}

/* Joins v under the far end of `s` if that crosses no earlier join. */
static bool join(view *w, uint32_t v, uint32_t s, int64_t *last)
{
    const uint32_t u = far_end(w, s);
    if (w->g->segments[s].conflict || *last >= (int64_t)w->pos[u]) return false;
    w->align[u] = v;
    w->root[v] = w->root[u];
    w->align[v] = w->root[v];
    *last = w->pos[u];
    return true;
}

static void make_blocks(view *w)
{
    const layers *g = w->g;
    for (uint32_t v = 0; v < g->n_nodes; v++) w->root[v] = w->align[v] = v;
    for (uint32_t k = 1; k < g->n_rows; k++) {
        const uint32_t r = w->upside_down ? g->n_rows - 1 - k : k;
        int64_t last = -1;
        for (uint32_t i = 0; i < g->row_len[r]; i++) {
            const uint32_t v = w->row[r][i];
            const uint32_t n = list_segments(w, v);
            if (n == 0) continue;
            const uint32_t best = main_segment(w, v, n);
            if (best != NONE && join(w, v, best, &last)) continue;
            if (!join(w, v, w->list[(n - 1) / 2], &last)) (void)join(w, v, w->list[n / 2], &last);
        }
    }
}

/* ---- Packing ----------------------------------------------------------------------- */

/* A block right as far as the blocks beside it leave room. */
static void pull_right(view *w, uint32_t root)
{
    const layers *g = w->g;
    int64_t most = INT64_MAX;
    uint32_t v = root;
    do {
        const uint32_t r = g->nodes[v].layer, p = w->pos[v];
        if (p + 1 < g->row_len[r]) {
            const uint32_t next = w->row[r][p + 1];
            const int64_t room = w->x[w->root[next]] - apart(w, v, next);
            if (room < most) most = room;
        }
        v = w->align[v];
    } while (v != root);
    if (most != INT64_MAX && most > w->x[root]) w->x[root] = most;
}

/* Every block as far left as it can stand, then right as far as the blocks
 * beside it leave room. */
static void pack(view *w)
{
    const layers *g = w->g;
    memset(w->n_before, 0, g->n_nodes * sizeof *w->n_before);
    memset(w->x, 0, g->n_nodes * sizeof *w->x);
    for (uint32_t r = 0; r < g->n_rows; r++)
        for (uint32_t i = 1; i < g->row_len[r]; i++) w->n_before[w->root[w->row[r][i]]]++;
    uint32_t n = 0;
    for (uint32_t v = 0; v < g->n_nodes; v++)
        if (w->root[v] == v && w->n_before[v] == 0) w->queue[n++] = v;
    for (uint32_t q = 0; q < n; q++) {
        const uint32_t root = w->queue[q];
        uint32_t v = root;
        do {
            const uint32_t r = g->nodes[v].layer, p = w->pos[v];
            if (p + 1 < g->row_len[r]) {
                const uint32_t next = w->row[r][p + 1], to = w->root[next];
                const int64_t least = w->x[root] + apart(w, v, next);
                if (w->x[to] < least) w->x[to] = least;
                if (--w->n_before[to] == 0) w->queue[n++] = to;
            }
            v = w->align[v];
        } while (v != root);
    }
    for (uint32_t q = n; q-- > 0;) pull_right(w, w->queue[q]);
    for (uint32_t v = 0; v < g->n_nodes; v++)
        if (w->root[v] != v) w->x[v] = w->x[w->root[v]];
}

static void look(view *w, bool upside_down, bool mirrored)
{
    const layers *g = w->g;
    w->upside_down = upside_down;
    w->mirrored = mirrored;
    for (uint32_t r = 0; r < g->n_rows; r++) {
        for (uint32_t i = 0; i < g->row_len[r]; i++) {
            const uint32_t v = g->row[r][mirrored ? g->row_len[r] - 1 - i : i];
            w->row[r][i] = v;
            w->pos[v] = i;
        }
    }
    make_blocks(w);
    pack(w);
    if (mirrored)
        for (uint32_t v = 0; v < g->n_nodes; v++) w->x[v] = -w->x[v];
}

/* ---- Four views into one -------------------------------------------------------------- */

static void extent(const layers *g, const int64_t *x, int64_t *lo, int64_t *hi)
{
    *lo = INT64_MAX;
    *hi = INT64_MIN;
    for (uint32_t v = 0; v < g->n_nodes; v++) {
        if (x[v] - g->nodes[v].left < *lo) *lo = x[v] - g->nodes[v].left;
        if (x[v] + g->nodes[v].right > *hi) *hi = x[v] + g->nodes[v].right;
    }
}

static int64_t middle_mean(const int64_t *const x[4], uint32_t v)
{
    int64_t s[4];
    for (int i = 0; i < 4; i++) {
        int k = i;
        for (; k > 0 && s[k - 1] > x[i][v]; k--) s[k] = s[k - 1];
        s[k] = x[i][v];
    }
    const int64_t sum = s[1] + s[2];
    return sum >= 0 ? sum / 2 : -((1 - sum) / 2);
}

static void settle(layers *g, int64_t *const x[4])
{
    int64_t lo[4], hi[4];
    int narrow = 0;
    for (int i = 0; i < 4; i++) {
        extent(g, x[i], &lo[i], &hi[i]);
        if (hi[i] - lo[i] < hi[narrow] - lo[narrow]) narrow = i;
    }
    for (int i = 0; i < 4; i++) {
        const bool mirrored = i % 2 == 1;
        const int64_t by = mirrored ? hi[narrow] - hi[i] : lo[narrow] - lo[i];
        for (uint32_t v = 0; v < g->n_nodes; v++) x[i][v] += by;
    }
    for (uint32_t v = 0; v < g->n_nodes; v++) x[0][v] = middle_mean((const int64_t *const *)x, v);
    int64_t left, right;
    extent(g, x[0], &left, &right);
    for (uint32_t v = 0; v < g->n_nodes; v++)
        g->nodes[v].x = (int32_t)(x[0][v] - left) + g->options.margin;
}

fh_status fh_layers_place(layers *g)
{
    const size_t n = g->n_nodes;
    int64_t *x[4];
    for (int i = 0; i < 4; i++)
        if (!(x[i] = FH_NEW_ARRAY(g->scratch, int64_t, n))) return FH_NOMEM;
    view w = {
        .g = g,
        .row = FH_NEW_ARRAY(g->scratch, uint32_t *, g->n_rows),
        .pos = FH_NEW_ARRAY(g->scratch, uint32_t, n),
        .root = FH_NEW_ARRAY(g->scratch, uint32_t, n),
        .align = FH_NEW_ARRAY(g->scratch, uint32_t, n),
        .list = FH_NEW_ARRAY(g->scratch, uint32_t, (size_t)g->n_segments + 1),
        .n_before = FH_NEW_ARRAY(g->scratch, uint32_t, n),
        .queue = FH_NEW_ARRAY(g->scratch, uint32_t, n),
    };
    uint32_t *rows = FH_NEW_ARRAY(g->scratch, uint32_t, n);
    if (!w.row || !w.pos || !w.root || !w.align || !w.list || !w.n_before || !w.queue || !rows)
        return FH_NOMEM;
    for (uint32_t r = 0; r < g->n_rows; r++) {
        w.row[r] = rows;
        rows += g->row_len[r];
        if (r + 1 < g->n_rows) mark_conflicts(g, r);
    }
    for (int i = 0; i < 4; i++) {
        w.x = x[i];
        look(&w, i >= 2, i % 2 == 1);
    }
    settle(g, x);
    return FH_OK;
}
