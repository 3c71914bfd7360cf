/* layout_vs_dot.c - our layered drawing beside Graphviz's.
 *
 *     layout_vs_dot dot PERMILLE  < arcs > graph.dot
 *     layout_vs_dot svg PERMILLE  < arcs > graph.svg
 *     layout_vs_dot compare PERMILLE graph.plain < arcs
 *
 * Arcs are lines "from TAB to TAB count"; a name "" on either side is the start
 * or the end. PERMILLE is the share of moves to draw. graph.plain is what
 * `dot -Tplain` makes of graph.dot. Compared are pairs of arcs that cross (curves
 * as drawn, sampled; arcs with a common box may touch there) and the arcs'
 * total length in units of the boxes' height. bench/layout_vs_dot.sh runs it.
 */
#include "firsthand/layout.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_NAMES = 500, MAX_ARCS = 5000, SAMPLES = 24, BOX = 40, LETTER = 7 };

typedef struct graph {
    char name[MAX_NAMES][128];
    fh_layout_node nodes[MAX_NAMES];
    fh_layout_arc arcs[MAX_ARCS];
    fh_layout_graph g;
} graph;

static graph all, chosen;

static void die(const char *what)
{
    (void)fprintf(stderr, "layout_vs_dot: %s\n", what);
    exit(1);
}

static uint32_t number_of(graph *g, const char *name)
{
    for (uint32_t i = 0; i < g->g.n_nodes; i++)
        if (strcmp(g->name[i], name) == 0) return i;
    if (g->g.n_nodes == MAX_NAMES) die("too many names");
    const uint32_t n = (uint32_t)g->g.n_nodes++;
    (void)snprintf(g->name[n], sizeof g->name[n], "%s", name);
    const int32_t width = 40 + LETTER * (int32_t)strlen(name);
    g->nodes[n] = (fh_layout_node){n, 0, width < 220 ? width : 220, BOX};
    return n;
}

static void read_arcs(void)
{
    char line[1024];
    while (fgets(line, sizeof line, stdin)) {
        char *to = strchr(line, '\t');
        char *count = to ? strchr(to + 1, '\t') : NULL;
        if (!count || all.g.n_arcs == MAX_ARCS) die("not a list of arcs");
        *to++ = *count++ = '\0';
        const uint32_t a = number_of(&all, *line ? line : "(start)");
        const uint32_t b = number_of(&all, *to ? to : "(end)");
        const uint64_t weight = strtoull(count, NULL, 10);
        all.arcs[all.g.n_arcs++] = (fh_layout_arc){a, b, weight, 34, 14};
        all.nodes[b].weight += weight;
    }
    all.g.nodes = all.nodes;
    all.g.arcs = all.arcs;
}

static void choose(fh_arena *arena, uint32_t permille)
{
    fh_arc_choice c;
    if (fh_arcs_choose(arena, &all.g, number_of(&all, "(start)"), number_of(&all, "(end)"),
                       permille, &c, NULL))
        die("no choice");
    chosen = all;
    chosen.g.nodes = chosen.nodes;
    chosen.g.arcs = chosen.arcs;
    chosen.g.n_arcs = 0;
    for (size_t i = 0; i < all.g.n_arcs; i++)
        if (c.shown[i]) chosen.arcs[chosen.g.n_arcs++] = all.arcs[i];
}

static void write_dot(void)
{
    (void)puts("digraph { node [shape=box fixedsize=true label=\"\"]; "
               "graph [nodesep=0.5 ranksep=0.72];");
    for (size_t i = 0; i < chosen.g.n_nodes; i++)
        (void)printf("n%zu [width=%.3f height=%.3f];\n", i, chosen.nodes[i].width / 72.0,
                     chosen.nodes[i].height / 72.0);
    for (size_t i = 0; i < chosen.g.n_arcs; i++)
        (void)printf("n%u -> n%u [weight=1];\n", (unsigned)chosen.arcs[i].from,
                     (unsigned)chosen.arcs[i].to);
    (void)puts("}");
}

/* ---- Measures ------------------------------------------------------------------ */

typedef struct polyline {
    uint32_t from, to;
    size_t n;
    double x[64 * SAMPLES], y[64 * SAMPLES];
} polyline;

static polyline ours[MAX_ARCS], theirs[MAX_ARCS];

static void add_curve(polyline *p, const double x[4], const double y[4])
{
    for (int i = p->n ? 1 : 0; i <= SAMPLES && p->n < 64 * SAMPLES; i++) {
        const double t = (double)i / SAMPLES, u = 1 - t;
        const double a = u * u * u, b = 3 * u * u * t, c = 3 * u * t * t, d = t * t * t;
        p->x[p->n] = a * x[0] + b * x[1] + c * x[2] + d * x[3];
        p->y[p->n++] = a * y[0] + b * y[1] + c * y[2] + d * y[3];
    }
}

static double side(double ax, double ay, double bx, double by, double cx, double cy)
{
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

static bool cross(const polyline *a, const polyline *b)
{
    const bool kin = a->from == b->from || a->from == b->to || a->to == b->from || a->to == b->to;
    const size_t skip = kin ? 6 : 0; /* at common boxes they may meet */
    for (size_t i = skip; i + 1 + skip < a->n; i++) {
        for (size_t k = skip; k + 1 + skip < b->n; k++) {
            if (fmin(a->y[i], a->y[i + 1]) > fmax(b->y[k], b->y[k + 1]) ||
                fmax(a->y[i], a->y[i + 1]) < fmin(b->y[k], b->y[k + 1]))
                continue;
            const double s1 = side(a->x[i], a->y[i], a->x[i + 1], a->y[i + 1], b->x[k], b->y[k]);
            const double s2 =
                side(a->x[i], a->y[i], a->x[i + 1], a->y[i + 1], b->x[k + 1], b->y[k + 1]);
            const double s3 = side(b->x[k], b->y[k], b->x[k + 1], b->y[k + 1], a->x[i], a->y[i]);
            const double s4 =
                side(b->x[k], b->y[k], b->x[k + 1], b->y[k + 1], a->x[i + 1], a->y[i + 1]);
            if (s1 * s2 < 0 && s3 * s4 < 0) return true;
        }
    }
    return false;
}

static void measure(const polyline *p, size_t n, size_t *crossings, double *length)
{
    *crossings = 0;
    *length = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i].from == p[i].to) continue;
        for (size_t k = 0; k + 1 < p[i].n; k++)
            *length += hypot(p[i].x[k + 1] - p[i].x[k], p[i].y[k + 1] - p[i].y[k]) / BOX;
        for (size_t k = 0; k < i; k++)
            if (p[k].from != p[k].to && cross(&p[i], &p[k])) ++*crossings;
    }
}

static size_t read_plain(const char *path, double *width, double *height)
{
    FILE *f = fopen(path, "r");
    if (!f) die("cannot read what dot made");
    char word[64];
    size_t n_arcs = 0;
    double scale = 0;
    if (fscanf(f, "%63s %lf %lf %lf", word, &scale, width, height) != 4) die("not plain output");
    *width *= 72;
    *height *= 72;
    while (fscanf(f, "%63s", word) == 1) {
        if (strcmp(word, "edge") == 0 && n_arcs < MAX_ARCS) {
            polyline *p = &theirs[n_arcs++];
            unsigned from, to, n;
            if (fscanf(f, " n%u n%u %u", &from, &to, &n) != 3) die("not plain output");
            p->from = from;
            p->to = to;
            double x[4], y[4];
            for (unsigned i = 0; i < n; i++) {
                const unsigned k = i == 0 ? 0 : (i - 1) % 3 + 1;
                if (fscanf(f, "%lf %lf", &x[k], &y[k]) != 2) die("not plain output");
                x[k] *= 72;
                y[k] *= 72;
                if (k != 3) continue;
                add_curve(p, x, y);
                x[0] = x[3];
                y[0] = y[3];
            }
        }
        for (int c = fgetc(f); c != '\n' && c != EOF; c = fgetc(f)) continue;
    }
    (void)fclose(f);
    return n_arcs;
}

static void sample_ours(const fh_layout *l)
{
    for (size_t i = 0; i < l->n_arcs; i++) {
        ours[i].from = chosen.arcs[i].from;
        ours[i].to = chosen.arcs[i].to;
        const fh_point *q = l->routes[i].points;
        for (size_t k = 0; k + 3 < l->routes[i].n_points; k += 3)
            add_curve(&ours[i], (double[]){q[k].x, q[k + 1].x, q[k + 2].x, q[k + 3].x},
                      (double[]){q[k].y, q[k + 1].y, q[k + 2].y, q[k + 3].y});
    }
}

static void write_svg(const fh_layout *l)
{
    (void)printf("<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' "
                 "style='background:#fff' font-family='sans-serif' font-size='12'>\n",
                 l->width, l->height);
    for (size_t i = 0; i < l->n_arcs; i++) {
        const fh_route *r = &l->routes[i];
        (void)printf("<path fill='none' stroke='%s' stroke-width='%g' d='M%d %d",
                     r->back ? "#b66" : "#588",
                     1 + 6 * sqrt((double)chosen.arcs[i].weight / (double)chosen.arcs[0].weight),
                     r->points[0].x, r->points[0].y);
        for (size_t k = 1; k < r->n_points; k++)
            (void)printf("%s%d %d", k % 3 == 1 ? "C" : " ", r->points[k].x, r->points[k].y);
        (void)puts("'/>");
        if (r->label.width)
            (void)printf("<text x='%d' y='%d'>%llu</text>\n", r->label.x, r->label.y + 11,
                         (unsigned long long)chosen.arcs[i].weight);
    }
    for (size_t i = 0; i < l->n_nodes; i++)
        (void)printf("<rect x='%d' y='%d' width='%d' height='%d' fill='#eee' stroke='#333'/>"
                     "<text x='%d' y='%d'>%s</text>\n",
                     l->boxes[i].x, l->boxes[i].y, l->boxes[i].width, l->boxes[i].height,
                     l->boxes[i].x + 6, l->boxes[i].y + 24, chosen.name[i]);
    (void)puts("</svg>");
}

static double now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void compare(fh_layout *l, double ms, const char *plain)
{
    double width, height, length[2];
    size_t crossings[2];
    const size_t n = read_plain(plain, &width, &height);
    if (n != l->n_arcs) die("dot drew other arcs");
    sample_ours(l);
    measure(ours, n, &crossings[0], &length[0]);
    measure(theirs, n, &crossings[1], &length[1]);
    (void)printf("%4zu boxes %4zu arcs  crossings %4zu : %4zu  length %6.0f : %6.0f (%.2f)  "
                 "size %dx%d : %.0fx%.0f  %.2f ms\n",
                 l->n_nodes, n, crossings[0], crossings[1], length[0], length[1],
                 length[0] / length[1], l->width, l->height, width, height, ms);
}

int main(int argc, char **argv)
{
    if (argc < 3) die("see the head of layout_vs_dot.c");
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) die("out of memory");
    read_arcs();
    choose(arena, (uint32_t)strtoul(argv[2], NULL, 10));
    if (strcmp(argv[1], "dot") == 0) {
        write_dot();
    } else {
        fh_layout l;
        fh_error err;
        const double before = now_ms();
        if (fh_layout_new(arena, &chosen.g, NULL, &l, &err)) die(err.message);
        const double ms = now_ms() - before;
        if (strcmp(argv[1], "svg") == 0)
            write_svg(&l);
        else if (argc > 3)
            compare(&l, ms, argv[3]);
        else
            die("compare needs dot's output");
    }
    fh_arena_free(arena);
    return 0;
}
