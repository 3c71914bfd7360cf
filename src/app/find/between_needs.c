/* between_needs.c - who needs to know what, and who has it (see between.h).
 *
 * Items are told apart by their words, without regard to case; what customers gave again is an
 * item of its own for each type of fact, and what they told in free words is one more.
 */
#include "app/find/between.h"

#include "app/find/show_parts.h"
#include "app/maps/maps.h"
#include "base/put.h"

#include <stdlib.h>
#include <string.h>

typedef struct cell {
    uint32_t item, department; /* of the lists */
    bool holds, needs;
    uint64_t asked_again;
    fh_str *touchpoint; /* [n_touchpoints] */
    size_t n_touchpoints, cap;
} cell;

typedef struct item {
    fh_str name, fact; /* fact: "date", "told"; empty: a map's own words */
} item;

typedef struct needs {
    fh_arena *arena;
    item *item;
    fh_str *department;
    cell *cell;
    size_t n_items, n_departments, n_cells, cap_items, cap_departments, cap_cells;
    uint64_t waiting; /* findings whose departments may reply first */
    bool full;        /* memory ran out */
} needs;

/* Room for one more in the arena; NULL: memory ran out. */
static void *one_more(needs *n, void *list, size_t *count, size_t *cap, size_t size)
{
    if (*count == *cap) {
        const size_t wider = *cap ? 2 * *cap : 16;
        unsigned char *to = fh_arena_alloc(n->arena, wider, size);
        if (!to) {
            n->full = true;
            return NULL;
        }
        if (*count) memcpy(to, list, *count * size);
        *cap = wider;
        ++*count;
        return to;
    }
    ++*count;
    return list;
}

static uint32_t item_of(needs *n, fh_str name, fh_str fact)
{
    for (size_t i = 0; i < n->n_items; i++)
        if (fh_str_eq_nocase(n->item[i].name, name) && fh_str_eq(n->item[i].fact, fact))
            return (uint32_t)i;
    item *list = one_more(n, n->item, &n->n_items, &n->cap_items, sizeof *list);
    if (!list) return 0;
    n->item = list;
    n->item[n->n_items - 1] = (item){name, fact};
    return (uint32_t)(n->n_items - 1);
}

static uint32_t department_of(needs *n, fh_str name)
{
    for (size_t i = 0; i < n->n_departments; i++)
        if (fh_str_eq_nocase(n->department[i], name)) return (uint32_t)i;
    fh_str *list = one_more(n, n->department, &n->n_departments, &n->cap_departments, sizeof *list);
    if (!list) return 0;
    n->department = list;
    n->department[n->n_departments - 1] = name;
    return (uint32_t)(n->n_departments - 1);
}

/* NULL: nobody is named, or memory ran out. */
static cell *cell_of(needs *n, uint32_t what, fh_str department)
{
    if (!department.len || n->full) return NULL;
    const uint32_t d = department_of(n, department);
    for (size_t i = 0; i < n->n_cells; i++)
        if (n->cell[i].item == what && n->cell[i].department == d) return &n->cell[i];
    cell *list = one_more(n, n->cell, &n->n_cells, &n->cap_cells, sizeof *list);
    if (!list) return NULL;
    n->cell = list;
    cell *c = &n->cell[n->n_cells - 1];
    *c = (cell){.item = what, .department = d};
    return c;
}

static void place(needs *n, cell *c, fh_str touchpoint)
{
    if (!touchpoint.len) return;
    for (size_t i = 0; i < c->n_touchpoints; i++)
        if (fh_str_eq(c->touchpoint[i], touchpoint)) return;
    fh_str *list = one_more(n, c->touchpoint, &c->n_touchpoints, &c->cap, sizeof *list);
    if (!list) return;
    c->touchpoint = list;
    c->touchpoint[c->n_touchpoints - 1] = touchpoint;
}

/* The first of them that is one of us. */
static fh_str own(fh_str a, fh_str b, fh_str c)
{
    const fh_str all[] = {a, b, c};
    for (size_t i = 0; i < 3; i++)
        if (all[i].len && !fh_str_eq(all[i], FH_STR("customer"))) return all[i];
    return (fh_str){0};
}

static void add_touchpoint(needs *n, const fh_map_touchpoint *t)
{
    for (uint32_t i = 0; i < t->n_holds; i++) {
        cell *c = cell_of(n, item_of(n, t->holds[i], (fh_str){0}), own(t->from, t->to, t->owner));
        if (!c) continue;
        c->holds = true;
        place(n, c, t->name);
    }
    for (uint32_t i = 0; i < t->n_needs; i++) {
        cell *c = cell_of(n, item_of(n, t->needs[i], (fh_str){0}), own(t->to, t->from, t->owner));
        if (!c) continue;
        c->needs = true;
        place(n, c, t->name);
    }
}

static fh_status add_maps(needs *n, fh_org *org, const fh_actor *actor, fh_error *err)
{
    const fh_maps_row *row = NULL;
    size_t n_maps = 0;
    fh_status s = fh_maps_all(org, actor, false, n->arena, &row, &n_maps, err);
    for (size_t i = 0; i < n_maps && !s; i++) {
        fh_map_open open;
        s = fh_maps_open(org, actor, row[i].map, 0, n->arena, &open, err);
        for (uint32_t t = 0; !s && t < open.map.n_touchpoints; t++)
            add_touchpoint(n, &open.map.touchpoint[t]);
    }
    return s;
}

/* Who held it has it; who had it told or given again needs it. */
static void add_dam(needs *n, const fh_cause_row *d, const fh_find_names *names, fh_str name,
                    fh_str fact)
{
    const uint32_t what = item_of(n, name, fact);
    cell *from = cell_of(n, what, fh_find_name(&names->department, d->from));
    if (from) from->holds = true;
    cell *to = cell_of(n, what, fh_find_name(&names->department, d->to));
    if (!to) return;
    to->needs = true;
    to->asked_again += d->hits;
    place(n, to, fh_find_name(&names->touchpoint, d->touchpoint));
}

static fh_status add_dams(needs *n, fh_org *org, const fh_actor *actor, fh_error *err)
{
    fh_seen_causes all = {.n = 0};
    fh_find_names names;
    fh_status s = fh_find_names_read(org, n->arena, &names, err);
    if (!s) s = fh_causes_as_seen(org, actor, &names.department, n->arena, &all, err);
    for (size_t i = 0; i < all.n && !s; i++) {
        const fh_cause_row *d = &all.c[i];
        if (d->sort != FH_FIND_DAM || d->judged || !d->hits) continue;
        n->waiting += all.waits[i];
        if (!d->from || !d->to) continue;
        if (!d->fact_types) add_dam(n, d, &names, FH_STR("what was told"), FH_STR("told"));
        for (uint32_t t = 0; t < FH_N_FACT_TYPES && !s; t++) {
            const fh_str fact = fh_str_of(fh_fact_type_name((fh_fact_type)t));
            if (d->fact_types >> t & 1) add_dam(n, d, &names, fact, fact);
        }
    }
    return s;
}

static bool is_dark(const needs *n, const cell *c)
{
    if (c->asked_again) return true;
    if (!c->needs || c->holds) return false;
    for (size_t i = 0; i < n->n_cells; i++)
        if (n->cell[i].item == c->item && n->cell[i].holds) return true;
    return false;
}

static void put_cell(const needs *n, const cell *c, fh_json *j)
{
    const item *what = &n->item[c->item];
    fh_json_object(j);
    fh_put_text(j, "item", what->name);
    fh_put_text_or_null(j, "fact", what->fact);
    fh_put_text(j, "department", n->department[c->department]);
    fh_put_bool(j, "holds", c->holds);
    fh_put_bool(j, "needs", c->needs);
    fh_put_bool(j, "dark", is_dark(n, c));
    fh_put_key(j, "touchpoints");
    fh_json_array(j);
    for (size_t i = 0; i < c->n_touchpoints; i++) fh_json_str(j, c->touchpoint[i]);
    fh_json_end_array(j);
    fh_put_number(j, "asked_again", c->asked_again);
    fh_json_end_object(j);
}

fh_status fh_between_needs_json(fh_org *org, const fh_actor *actor, fh_arena *arena, fh_json *j,
                                fh_error *err)
{
    needs n = {.arena = arena};
    fh_status s = add_maps(&n, org, actor, err);
    if (!s) s = add_dams(&n, org, actor, err);
    if (!s && n.full) s = fh_no_memory(err);
    if (s) return s;
    fh_json_object(j);
    fh_put_key(j, "items");
    fh_json_array(j);
    for (size_t i = 0; i < n.n_items; i++) fh_json_str(j, n.item[i].name);
    fh_json_end_array(j);
    fh_put_key(j, "departments");
    fh_json_array(j);
    for (size_t i = 0; i < n.n_departments; i++) fh_json_str(j, n.department[i]);
    fh_json_end_array(j);
    fh_put_key(j, "cells");
    fh_json_array(j);
    for (size_t i = 0; i < n.n_cells; i++) put_cell(&n, &n.cell[i], j);
    fh_json_end_array(j);
    fh_put_number(j, "waiting", n.waiting);
    fh_json_end_object(j);
    return FH_OK;
}
