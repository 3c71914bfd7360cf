/* layout_kept.c - layouts kept by content: the name of one is a hash of its graph.
 *
 * What is kept is shared between threads and may be forgotten any time, so whoever asks
 * gets a copy in an arena of their own; copying costs a hundredth of laying out.
 */
#include "app/ask/layout_kept.h"

#include <sodium.h>
#include <string.h>

typedef struct drawing {
    fh_arena *arena; /* it lies in it, too */
    fh_layout layout;
} drawing;

static fh_kept_key name_of(const fh_layout_graph *g)
{
    static const char what[] = "layout"; /* no question's name begins so */
    fh_kept_key key;
    crypto_generichash_state h;
    const uint64_t sizes[] = {g->n_nodes, g->n_arcs};
    (void)crypto_generichash_init(&h, NULL, 0, sizeof key.byte);
    (void)crypto_generichash_update(&h, (const unsigned char *)what, sizeof what);
    (void)crypto_generichash_update(&h, (const unsigned char *)sizes, sizeof sizes);
    for (size_t i = 0; i < g->n_nodes; i++) {
        const fh_layout_node *n = &g->nodes[i];
        const uint64_t node[] = {n->id, n->weight, (uint64_t)n->width, (uint64_t)n->height};
        (void)crypto_generichash_update(&h, (const unsigned char *)node, sizeof node);
    }
    for (size_t i = 0; i < g->n_arcs; i++) {
        const fh_layout_arc *a = &g->arcs[i];
        const uint64_t arc[] = {a->from, a->to, a->weight, (uint64_t)a->label_width,
                                (uint64_t)a->label_height};
        (void)crypto_generichash_update(&h, (const unsigned char *)arc, sizeof arc);
    }
    (void)crypto_generichash_final(&h, key.byte, sizeof key.byte);
    return key;
}

static void *copy_of(fh_arena *arena, const void *from, size_t n, size_t size)
{
    void *to = fh_arena_alloc(arena, n ? n : 1, size);
    if (to && n) memcpy(to, from, n * size);
    return to;
}

static fh_status copy(fh_arena *arena, const fh_layout *from, fh_layout *out)
{
    fh_layout to = *from;
    fh_route *routes = copy_of(arena, from->routes, from->n_arcs, sizeof *routes);
    to.boxes = copy_of(arena, from->boxes, from->n_nodes, sizeof *to.boxes);
    to.layers = copy_of(arena, from->layers, from->n_nodes, sizeof *to.layers);
    if (!routes || !to.boxes || !to.layers) return FH_NOMEM;
    for (size_t i = 0; i < to.n_arcs; i++) {
        routes[i].points =
            copy_of(arena, from->routes[i].points, routes[i].n_points, sizeof(fh_point));
        if (!routes[i].points) return FH_NOMEM;
    }
    to.routes = routes;
    *out = to;
    return FH_OK;
}

static void end_drawing(void *object)
{
    fh_arena_free(((drawing *)object)->arena);
}

/* Keeps a copy, if there is memory for it. */
static void keep(fh_kept *kept, const fh_kept_key *key, uint64_t era, const fh_layout *layout)
{
    fh_kept_thing *thing = fh_kept_begin(kept);
    fh_arena *arena = thing ? fh_arena_new(fh_kept_memory(thing)) : NULL;
    drawing *d = arena ? FH_NEW(arena, drawing) : NULL;
    if (d && copy(arena, layout, &d->layout) == FH_OK) {
        d->arena = arena;
        fh_kept_put(kept, thing, key, era, d, end_drawing, 1);
        return;
    }
    fh_arena_free(arena);
    fh_kept_drop(thing);
}

fh_status fh_layout_kept(fh_kept *kept, fh_arena *arena, const fh_layout_graph *graph,
                         fh_layout *out, fh_error *err)
{
    if (!kept) return fh_layout_new(arena, graph, NULL, out, err);
    const fh_kept_key key = name_of(graph);
    const uint64_t era = fh_kept_era(kept);
    fh_kept_thing *held = NULL;
    const drawing *d = fh_kept_get(kept, &key, &held);
    if (d) {
        const fh_status s = copy(arena, &d->layout, out);
        fh_kept_release(kept, held);
        return s ? fh_no_memory(err) : FH_OK;
    }
    const fh_status s = fh_layout_new(arena, graph, NULL, out, err);
    if (!s) keep(kept, &key, era, out);
    return s;
}
