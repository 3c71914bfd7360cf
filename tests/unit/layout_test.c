/* layout_test.c - layered drawings and the choice of arcs: by hand, invariants on
 * random graphs, the order of the input, memory running out. */
#include "firsthand/layout.h"

#include "test.h"

#include <stdlib.h>

enum { MAX_NODES = 60, MAX_ARCS = 300 };

typedef struct drawn {
    fh_layout_node nodes[MAX_NODES];
    fh_layout_arc arcs[MAX_ARCS];
    fh_layout_graph graph;
    fh_layout layout;
} drawn;

static void draw(fh_arena *arena, drawn *d)
{
    fh_error err;
    const fh_status status = fh_layout_new(arena, &d->graph, NULL, &d->layout, &err);
    if (status) fail_msg("%s", err.message);
}

/* A random graph in which neighbouring numbers are joined most often. */
static void random_graph(drawn *d, uint32_t n, uint32_t m)
{
    *d = (drawn){0};
    for (uint32_t i = 0; i < n; i++)
        d->nodes[i] = (fh_layout_node){i * 7 + 3, test_rand(50), 40 + (int32_t)test_rand(160),
                                       20 + (int32_t)test_rand(40)};
    size_t n_arcs = 0;
    for (uint32_t i = 0; i < m; i++) {
        const uint32_t from = test_rand(n);
        const uint32_t to = test_rand(3) ? (from + test_rand(4)) % n : test_rand(n);
        bool known = false;
        for (size_t k = 0; k < n_arcs; k++) known |= d->arcs[k].from == from && d->arcs[k].to == to;
        if (known) continue;
        d->arcs[n_arcs++] =
            (fh_layout_arc){from, to, test_rand(1000), (int32_t)test_rand(2) * 40, 14};
    }
    d->graph = (fh_layout_graph){d->nodes, n, d->arcs, n_arcs};
}

/* ---- Geometry ------------------------------------------------------------------- */

static bool boxes_touch(const fh_box *a, const fh_box *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

static bool inside(const fh_box *b, int32_t x, int32_t y)
{
    return x > b->x && x < b->x + b->width && y > b->y && y < b->y + b->height;
}

static bool on_border(const fh_box *b, fh_point p)
{
    const bool in_x = p.x >= b->x && p.x <= b->x + b->width;
    const bool in_y = p.y >= b->y && p.y <= b->y + b->height;
    return in_x && in_y && !inside(b, p.x, p.y);
}

static fh_point on_curve(const fh_point *p, int64_t t) /* t of 32 */
{
    const int64_t u = 32 - t, a = u * u * u, b = 3 * u * u * t, c = 3 * u * t * t, d = t * t * t;
    return (fh_point){
        (int32_t)((a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x) / 32768),
        (int32_t)((a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y) / 32768),
    };
}

static void check_route(const drawn *d, size_t i)
{
    const fh_route *r = &d->layout.routes[i];
    const fh_layout_arc *a = &d->arcs[i];
    assert_true(r->n_points >= 4 && r->n_points % 3 == 1);
    assert_int_equal(r->self, a->from == a->to);
    assert_true(on_border(&d->layout.boxes[a->from], r->points[0]));
    assert_true(on_border(&d->layout.boxes[a->to], r->points[r->n_points - 1]));
    const uint32_t from = d->layout.layers[a->from], to = d->layout.layers[a->to];
    assert_true(r->self ? from == to : r->back ? from > to : from < to);
    for (size_t k = 0; k + 3 < r->n_points; k += 3) {
        for (int64_t t = 0; t <= 32; t++) {
            const fh_point p = on_curve(&r->points[k], t);
            assert_true(p.x >= 0 && p.x <= d->layout.width);
            assert_true(p.y >= 0 && p.y <= d->layout.height);
            for (size_t b = 0; b < d->graph.n_nodes; b++)
                assert_false(inside(&d->layout.boxes[b], p.x, p.y));
        }
    }
}

static void check_labels(const drawn *d)
{
    for (size_t i = 0; i < d->graph.n_arcs; i++) {
        const fh_box *a = &d->layout.routes[i].label;
        if (a->width == 0) continue;
        assert_int_equal(a->width, d->arcs[i].label_width);
        assert_true(a->x >= 0 && a->x + a->width <= d->layout.width);
        for (size_t b = 0; b < d->graph.n_nodes; b++)
            assert_false(boxes_touch(a, &d->layout.boxes[b]));
        for (size_t k = 0; k < i; k++) {
            const fh_box *b = &d->layout.routes[k].label;
            assert_false(b->width && boxes_touch(a, b));
        }
    }
}

static void check_drawing(const drawn *d)
{
    for (size_t i = 0; i < d->graph.n_nodes; i++) {
        const fh_box *a = &d->layout.boxes[i];
        assert_int_equal(a->width, d->nodes[i].width);
        assert_true(a->x >= 0 && a->x + a->width <= d->layout.width);
        assert_true(a->y >= 0 && a->y + a->height <= d->layout.height);
        for (size_t k = 0; k < i; k++) assert_false(boxes_touch(a, &d->layout.boxes[k]));
    }
    for (size_t i = 0; i < d->graph.n_arcs; i++) check_route(d, i);
    check_labels(d);
}

/* ---- Drawings -------------------------------------------------------------------- */

static void a_straight_way_is_drawn_straight_down(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    drawn d = {.nodes = {{1, 9, 100, 40}, {2, 9, 100, 40}, {3, 9, 100, 40}},
               .arcs = {{0, 1, 5, 0, 0}, {1, 2, 5, 0, 0}}};
    d.graph = (fh_layout_graph){d.nodes, 3, d.arcs, 2};
    draw(arena, &d);
    check_drawing(&d);
    assert_int_equal(d.layout.n_layers, 3);
    assert_int_equal(d.layout.n_crossings, 0);
    assert_int_equal(d.layout.boxes[0].x, d.layout.boxes[2].x);
    const fh_route *r = &d.layout.routes[0];
    for (size_t i = 0; i < r->n_points; i++) assert_int_equal(r->points[i].x, r->points[0].x);
    fh_arena_free(arena);
}

static void the_lighter_half_of_a_cycle_runs_up(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    drawn d = {.nodes = {{1, 9, 100, 40}, {2, 9, 100, 40}},
               .arcs = {{0, 1, 5, 30, 12}, {1, 0, 7, 30, 12}, {0, 0, 1, 30, 12}}};
    d.graph = (fh_layout_graph){d.nodes, 2, d.arcs, 3};
    draw(arena, &d);
    check_drawing(&d);
    assert_true(d.layout.routes[0].back);
    assert_false(d.layout.routes[1].back);
    assert_true(d.layout.routes[2].self);
    assert_int_equal(d.layout.layers[1], 0);
    for (int i = 0; i < 3; i++) assert_int_equal(d.layout.routes[i].label.width, 30);
    fh_arena_free(arena);
}

static void two_pairs_that_need_not_cross_do_not(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    drawn d = {.nodes = {{1, 1, 50, 20}, {2, 1, 50, 20}, {3, 1, 50, 20}, {4, 1, 50, 20}},
               .arcs = {{0, 3, 1, 0, 0}, {1, 2, 1, 0, 0}}};
    d.graph = (fh_layout_graph){d.nodes, 4, d.arcs, 2};
    draw(arena, &d);
    assert_int_equal(d.layout.n_crossings, 0);
    check_drawing(&d);
    fh_arena_free(arena);
}

static void nothing_is_drawn_as_nothing(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_layout out;
    assert_status(fh_layout_new(arena, &(fh_layout_graph){0}, NULL, &out, NULL), FH_OK);
    assert_int_equal(out.n_nodes, 0);
    drawn d = {.nodes = {{1, 1, 50, 20}}};
    d.graph = (fh_layout_graph){d.nodes, 1, d.arcs, 0};
    draw(arena, &d);
    check_drawing(&d);
    fh_arena_free(arena);
}

static void random_drawings_hold_what_is_promised(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        test_seed(seed);
        fh_arena *arena = fh_arena_new(NULL);
        drawn d;
        const uint32_t n = 1 + test_rand(seed % 10 ? 20 : MAX_NODES);
        random_graph(&d, n, test_rand(seed % 10 ? 80 : MAX_ARCS));
        draw(arena, &d);
        check_drawing(&d);
        fh_arena_free(arena);
    }
}

static void the_order_of_the_input_does_not_matter(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        test_seed(seed);
        fh_arena *arena = fh_arena_new(NULL);
        drawn a, b = {0};
        random_graph(&a, 15, 50);
        uint32_t node_at[MAX_NODES], arc_at[MAX_ARCS];
        for (uint32_t i = 0; i < a.graph.n_nodes; i++) node_at[i] = i;
        for (uint32_t i = 0; i < a.graph.n_arcs; i++) arc_at[i] = i;
        for (uint32_t i = (uint32_t)a.graph.n_nodes; i-- > 1;) {
            const uint32_t k = test_rand(i + 1), keep = node_at[i];
            node_at[i] = node_at[k];
            node_at[k] = keep;
        }
        for (uint32_t i = (uint32_t)a.graph.n_arcs; i-- > 1;) {
            const uint32_t k = test_rand(i + 1), keep = arc_at[i];
            arc_at[i] = arc_at[k];
            arc_at[k] = keep;
        }
        for (uint32_t i = 0; i < a.graph.n_nodes; i++) b.nodes[node_at[i]] = a.nodes[i];
        for (uint32_t i = 0; i < a.graph.n_arcs; i++) {
            b.arcs[arc_at[i]] = a.arcs[i];
            b.arcs[arc_at[i]].from = node_at[a.arcs[i].from];
            b.arcs[arc_at[i]].to = node_at[a.arcs[i].to];
        }
        b.graph = (fh_layout_graph){b.nodes, a.graph.n_nodes, b.arcs, a.graph.n_arcs};
        draw(arena, &a);
        draw(arena, &b);
        assert_int_equal(a.layout.width, b.layout.width);
        assert_int_equal(a.layout.height, b.layout.height);
        for (uint32_t i = 0; i < a.graph.n_nodes; i++)
            assert_memory_equal(&a.layout.boxes[i], &b.layout.boxes[node_at[i]], sizeof(fh_box));
        for (uint32_t i = 0; i < a.graph.n_arcs; i++) {
            const fh_route *x = &a.layout.routes[i], *y = &b.layout.routes[arc_at[i]];
            assert_int_equal(x->n_points, y->n_points);
            assert_memory_equal(x->points, y->points, x->n_points * sizeof(fh_point));
            assert_memory_equal(&x->label, &y->label, sizeof(fh_box));
        }
        fh_arena_free(arena);
    }
}

static void what_cannot_be_drawn_is_refused(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_layout out;
    fh_layout_node nodes[] = {{1, 1, 50, 20}, {2, 1, 50, 20}};
    fh_layout_arc arcs[] = {{0, 1, 1, 0, 0}, {0, 1, 1, 0, 0}};
    fh_layout_graph g = {nodes, 2, arcs, 2};
    assert_status(fh_layout_new(arena, &g, NULL, &out, NULL), FH_INVALID);
    arcs[1].to = 2;
    assert_status(fh_layout_new(arena, &g, NULL, &out, NULL), FH_INVALID);
    arcs[1].to = 0;
    nodes[1].id = 1;
    assert_status(fh_layout_new(arena, &g, NULL, &out, NULL), FH_INVALID);
    nodes[1].id = 2;
    nodes[1].width = 0;
    assert_status(fh_layout_new(arena, &g, NULL, &out, NULL), FH_INVALID);
    nodes[1].width = INT32_MAX;
    assert_status(fh_layout_new(arena, &g, NULL, &out, NULL), FH_INVALID);
    g.n_nodes = FH_LAYOUT_MAX_NODES + 1;
    assert_status(fh_layout_new(arena, &g, NULL, &out, NULL), FH_LIMIT);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static fh_status draw_a_little(void *ctx)
{
    const drawn *d = ctx;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    fh_layout out;
    const fh_status status = fh_layout_new(arena, &d->graph, NULL, &out, NULL);
    fh_arena_free(arena);
    return status;
}

static void a_drawing_reports_memory_running_out(void **state)
{
    (void)state;
    drawn d;
    test_seed(5);
    random_graph(&d, 6, 14);
    test_oom(draw_a_little, &d);
}

/* ---- Choosing arcs ------------------------------------------------------------------ */

static void reach(const fh_layout_graph *g, const bool *shown, uint32_t v, bool against,
                  bool *there)
{
    there[v] = true;
    for (size_t i = 0; i < g->n_arcs; i++) {
        const uint32_t near = against ? g->arcs[i].to : g->arcs[i].from;
        const uint32_t far = against ? g->arcs[i].from : g->arcs[i].to;
        if ((!shown || shown[i]) && near == v && !there[far]) reach(g, shown, far, against, there);
    }
}

static void check_choice(const fh_layout_graph *g, const fh_arc_choice *c, uint32_t permille)
{
    uint64_t all = 0, seen = 0;
    size_t n = 0;
    for (size_t i = 0; i < g->n_arcs; i++) {
        all += g->arcs[i].weight;
        if (c->shown[i]) seen += g->arcs[i].weight, n++;
    }
    assert_int_equal(all, c->weight);
    assert_int_equal(seen, c->weight_shown);
    assert_int_equal(n, c->n_shown);
    assert_true(seen * 1000 >= all * permille);
    for (int against = 0; against < 2; against++) {
        bool could[MAX_NODES] = {0}, can[MAX_NODES] = {0};
        reach(g, NULL, 0, against, could);
        reach(g, c->shown, 0, against, can);
        assert_memory_equal(could, can, sizeof can);
    }
    for (uint32_t v = 0; v < g->n_nodes; v++) {
        for (int in = 0; in < 2; in++) {
            uint64_t most = 0, most_shown = 0;
            for (size_t i = 0; i < g->n_arcs; i++) {
                const fh_layout_arc *a = &g->arcs[i];
                if (a->from == a->to || (in ? a->to : a->from) != v) continue;
                if (a->weight > most) most = a->weight;
                if (c->shown[i] && a->weight > most_shown) most_shown = a->weight;
            }
            assert_int_equal(most, most_shown);
        }
    }
}

static void a_choice_shows_the_share_and_every_way(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        test_seed(seed);
        fh_arena *arena = fh_arena_new(NULL);
        drawn d;
        random_graph(&d, 2 + test_rand(20), test_rand(100));
        for (uint32_t permille = 0; permille <= 1000; permille += 250) {
            fh_arc_choice c;
            assert_status(fh_arcs_choose(arena, &d.graph, 0, 0, permille, &c, NULL), FH_OK);
            check_choice(&d.graph, &c, permille);
        }
        fh_arena_free(arena);
    }
}

static void weak_arcs_are_hidden_and_their_share_is_told(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_layout_node nodes[] = {{1, 1, 50, 20}, {2, 1, 50, 20}, {3, 1, 50, 20}};
    fh_layout_arc arcs[] = {{0, 1, 50, 0, 0}, {1, 2, 45, 0, 0}, {0, 2, 4, 0, 0}, {1, 0, 1, 0, 0}};
    const fh_layout_graph g = {nodes, 3, arcs, 4};
    fh_arc_choice c;
    assert_status(fh_arcs_choose(arena, &g, 0, 2, 900, &c, NULL), FH_OK);
    assert_true(c.shown[0] && c.shown[1] && !c.shown[2]);
    assert_true(c.shown[3]); /* the strongest into the first */
    assert_int_equal(c.weight - c.weight_shown, 4);
    assert_status(fh_arcs_choose(arena, &g, 3, 2, 900, &c, NULL), FH_INVALID);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

/* ---- Arcs beside a drawing --------------------------------------------------------- */

static void check_beside(const drawn *d, const fh_layout_arc *a, const fh_route *r)
{
    const uint32_t from = d->layout.layers[a->from], to = d->layout.layers[a->to];
    assert_true(r->n_points >= 4 && r->n_points % 3 == 1);
    assert_int_equal(r->self, a->from == a->to);
    assert_int_equal(r->back, from > to);
    assert_int_equal(r->label.width, 0);
    assert_true(on_border(&d->layout.boxes[a->from], r->points[0]));
    assert_true(on_border(&d->layout.boxes[a->to], r->points[r->n_points - 1]));
    for (size_t k = 0; k + 3 < r->n_points; k += 3) {
        for (int64_t t = 0; t <= 32; t++) {
            const fh_point p = on_curve(&r->points[k], t);
            assert_true(p.x >= 0 && p.x <= d->layout.width);
            assert_true(p.y >= 0 && p.y <= d->layout.height);
            for (size_t b = 0; b < d->graph.n_nodes; b++)
                assert_false(inside(&d->layout.boxes[b], p.x, p.y));
        }
    }
}

static void an_arc_beside_the_drawing_touches_no_box_but_its_own(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 30; round++) {
        test_seed(900 + round);
        fh_arena *arena = fh_arena_new(test_allocator());
        static drawn d;
        const uint32_t n = 2 + test_rand(30);
        random_graph(&d, n, n + test_rand(2 * n));
        draw(arena, &d);
        fh_layout_arc arcs[60];
        for (size_t i = 0; i < COUNT(arcs); i++)
            arcs[i] = (fh_layout_arc){.from = test_rand(n), .to = test_rand(n), .weight = 1};
        const fh_route *routes;
        assert_status(fh_layout_beside(arena, &d.layout, arcs, COUNT(arcs), &routes, NULL), FH_OK);
        for (size_t i = 0; i < COUNT(arcs); i++) check_beside(&d, &arcs[i], &routes[i]);
        arcs[3].to = n;
        assert_status(fh_layout_beside(arena, &d.layout, arcs, 4, &routes, NULL), FH_INVALID);
        fh_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_straight_way_is_drawn_straight_down),
        cmocka_unit_test(the_lighter_half_of_a_cycle_runs_up),
        cmocka_unit_test(two_pairs_that_need_not_cross_do_not),
        cmocka_unit_test(nothing_is_drawn_as_nothing),
        cmocka_unit_test(random_drawings_hold_what_is_promised),
        cmocka_unit_test(the_order_of_the_input_does_not_matter),
        cmocka_unit_test(what_cannot_be_drawn_is_refused),
        cmocka_unit_test(a_drawing_reports_memory_running_out),
        cmocka_unit_test(a_choice_shows_the_share_and_every_way),
        cmocka_unit_test(weak_arcs_are_hidden_and_their_share_is_told),
        cmocka_unit_test(an_arc_beside_the_drawing_touches_no_box_but_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
