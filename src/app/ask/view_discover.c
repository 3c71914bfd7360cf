/* view_discover.c - the journey as it is, found in the ways that customers take. */
#include "app/ask/view_parts.h"

fh_status fh_view_discover(const fh_view *v, double noise, fh_tree *out, fh_error *err)
{
    fh_variants ways;
    fh_status s = fh_view_ways(v, &ways, err);
    if (s) return s;
    size_t n_steps = 0;
    for (size_t i = 0; i < ways.n_top; i++) n_steps += ways.top[i].n_steps;
    uint32_t *step = FH_NEW_ARRAY(v->arena, uint32_t, n_steps + 1);
    fh_discover_way *way = FH_NEW_ARRAY(v->arena, fh_discover_way, ways.n_top + 1);
    fh_str *name = FH_NEW_ARRAY(v->arena, fh_str, v->touchpoint.n + 1);
    if (!step || !way || !name) return fh_no_memory(err);
    for (size_t i = 0, at = 0; i < ways.n_top; i++) {
        const fh_variant *from = &ways.top[i];
        way[i] = (fh_discover_way){step + at, from->n_steps, from->count};
        for (size_t k = 0; k < from->n_steps; k++) step[at++] = from->path[k];
    }
    for (uint32_t t = 0; t < v->touchpoint.n; t++) name[t] = fh_view_name(&v->touchpoint, t);
    const fh_discover_options wanted = {name, (uint32_t)v->touchpoint.n, noise};
    return fh_discover(way, ways.n_top, &wanted, v->arena, out, err);
}
