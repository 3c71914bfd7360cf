/* lived_records.c - open records at each touchpoint of a map (see lived.h). */
#include "app/maps/lived_parts.h"

#include "app/records/records.h"
#include "base/sort.h"

#include <string.h>

enum { MOST = 500 /* records about one thing */ };

typedef struct gathering {
    const fh_view *v;
    const fh_actor *actor;
    const fh_map_open *open;
    fh_buf found; /* fh_map_record each */
} gathering;

static void add(gathering *g, uint32_t touchpoint, const fh_record *r)
{
    const fh_map_record one = {
        .touchpoint = touchpoint, .record = r->record, .ownerless = !r->owner && r->ownerless_ms};
    fh_buf_put(&g->found, &one, sizeof one);
}

static fh_status list(const gathering *g, fh_arena *arena, const char *what, int64_t number,
                      const fh_record_view **out, size_t *n, fh_error *err)
{
    fh_str next;
    const fh_records_filter f = {.open = 1, .what = fh_str_of(what), .number = number};
    return fh_records_list(g->v->org, g->actor, &f, MOST, arena, out, n, &next, err);
}

/* Linked to the map itself, or to one of its touchpoints by id. */
static fh_status of_the_map(gathering *g, fh_arena *arena, fh_error *err)
{
    const fh_record_view *r = NULL;
    const fh_record_about *about = NULL;
    size_t n = 0, n_abouts = 0;
    const int64_t map = g->open->row.map;
    fh_status s = list(g, arena, "map", map, &r, &n, err);
    if (!s && n)
        s = fh_record_abouts_of(g->v->org, FH_STR("map"), map, 4 * MOST, arena, &about, &n_abouts,
                                err);
    for (size_t i = 0; !s && i < n_abouts; i++)
        for (size_t k = 0; k < n; k++)
            if (r[k].row.record == about[i].record)
                add(g, fh_lived_touchpoint_of(&g->open->map, about[i].key), &r[k].row);
    return s;
}

void fh_lived_each(const fh_element_rules *rules, uint32_t touchpoint,
                   void (*each)(void *ctx, uint32_t element), void *ctx)
{
    const size_t cells = (size_t)rules->n_channel_kinds * rules->n_department_kinds;
    const uint32_t of = touchpoint < rules->n_touchpoints ? rules->of[touchpoint] : FH_NO_ELEMENT;
    if (of == FH_NO_ELEMENT) return;
    if (of < FH_ELEMENT_BY) {
        each(ctx, of);
        return;
    }
    for (size_t k = 0; k < cells; k++) {
        const uint32_t e = rules->by[(of - FH_ELEMENT_BY) * cells + k];
        if (e != FH_NO_ELEMENT) each(ctx, e);
    }
}

typedef struct adding {
    gathering *g;
    const fh_record *record;
} adding;

static void add_one(void *ctx, uint32_t element)
{
    const adding *a = ctx;
    add(a->g, element, a->record);
}

/* About a touchpoint by which interactions are told: it may be several of the map's. */
static fh_status of_names(gathering *g, const fh_element_rules *rules, fh_arena *arena,
                          fh_error *err)
{
    fh_status s = FH_OK;
    for (uint32_t t = 1; !s && t < rules->n_touchpoints; t++) {
        const fh_record_view *r = NULL;
        size_t n = 0;
        if (rules->of[t] == FH_NO_ELEMENT ||
            (g->v->touchpoint.canon && g->v->touchpoint.canon[t] != t))
            continue;
        s = list(g, arena, "touchpoint", t, &r, &n, err);
        for (size_t i = 0; !s && i < n; i++)
            fh_lived_each(rules, t, add_one, &(adding){g, &r[i].row});
        fh_arena_reset(arena);
    }
    return s;
}

static int by_place(const void *a, const void *b, void *ctx)
{
    const fh_map_record *x = a, *y = b;
    (void)ctx;
    if (x->touchpoint != y->touchpoint) return x->touchpoint < y->touchpoint ? -1 : 1;
    return (x->record > y->record) - (x->record < y->record);
}

/* In order, each once at each touchpoint. */
static fh_status put_in_order(gathering *g, fh_map_record **out, size_t *n, fh_error *err)
{
    const fh_str all = fh_buf_view(&g->found);
    const size_t found = all.len / sizeof(fh_map_record);
    fh_map_record *to = FH_NEW_ARRAY(g->v->arena, fh_map_record, found + 1);
    if (!to || g->found.status) return fh_no_memory(err);
    if (found) memcpy(to, all.ptr, found * sizeof *to);
    if (fh_sort(fh_arena_allocator(g->v->arena), to, found, sizeof *to, by_place, NULL))
        return fh_no_memory(err);
    *n = 0;
    for (size_t i = 0; i < found; i++)
        if (!*n || by_place(&to[i], &to[*n - 1], NULL)) to[(*n)++] = to[i];
    *out = to;
    return FH_OK;
}

fh_status fh_maps_records(const fh_view *v, const fh_actor *actor, const fh_map_open *open,
                          fh_map_record **out, size_t *n, fh_error *err)
{
    fh_element_rules rules;
    gathering g = {.v = v, .actor = actor, .open = open};
    *out = NULL;
    *n = 0;
    if (!fh_may(actor, FH_RIGHT_TAKE_PART)) return FH_OK;
    fh_arena *arena = fh_arena_new(NULL);
    fh_buf_init(&g.found, NULL, SIZE_MAX / 2);
    fh_status s = arena ? fh_lived_rules(v, &open->map, &rules, err) : fh_no_memory(err);
    if (!s) s = of_the_map(&g, arena, err);
    if (!s) s = of_names(&g, &rules, arena, err);
    if (!s) s = put_in_order(&g, out, n, err);
    fh_buf_free(&g.found);
    fh_arena_free(arena);
    return s;
}
