/* lived_rules.c - a map made into what the fold over stories is asked with: which touchpoint
 * an interaction is, and from where to where its promises run.
 *
 * The map may tell by channel and department. Only those that one of its matches names are
 * told apart; all others are of one kind, and those not told of another. So a few hundred
 * calls of fh_map_find stand for every interaction there can be.
 */
#include "app/maps/lived_parts.h"

#include <string.h>

/* ---- Which touchpoint ---------------------------------------------------------------------- */

enum { NOT_TOLD, OTHER, FIRST_NAMED };

typedef struct kinds {
    uint32_t *of;   /* [names->n] */
    fh_str *stands; /* [n] a name for each kind */
    uint32_t n;
} kinds;

static bool named_by(const fh_map *map, fh_str name, bool channel)
{
    for (uint32_t t = 0; t < map->n_touchpoints; t++)
        for (uint32_t m = 0; m < map->touchpoint[t].n_matches; m++) {
            const fh_map_match *x = &map->touchpoint[t].match[m];
            if (fh_str_eq_nocase(channel ? x->channel : x->department, name)) return true;
        }
    return false;
}

/* No match names this: what is not known to the map. */
static fh_status find_kinds(const fh_map *map, const fh_names *names, bool channel, fh_arena *arena,
                            kinds *out, fh_error *err)
{
    out->of = FH_NEW_ARRAY(arena, uint32_t, (size_t)names->n + 1);
    out->stands = FH_NEW_ARRAY(arena, fh_str, (size_t)names->n + FIRST_NAMED);
    if (!out->of || !out->stands) return fh_no_memory(err);
    out->stands[NOT_TOLD] = (fh_str){"", 0};
    out->stands[OTHER] = (fh_str){"\x01", 1};
    out->n = FIRST_NAMED;
    for (uint32_t i = 1; i < names->n; i++) {
        out->of[i] = OTHER;
        if (!names->name[i].len || !named_by(map, names->name[i], channel)) continue;
        out->of[i] = out->n;
        out->stands[out->n++] = names->name[i];
    }
    return FH_OK;
}

static uint32_t element_of(const fh_map *map, fh_str name, fh_str channel, fh_str department)
{
    const uint32_t t = fh_map_find(map, name, channel, department);
    return t == FH_MAP_NONE ? FH_NO_ELEMENT : t;
}

/* Finds a touchpoint under every kind of channel and department; true when all agree. */
static bool find_all(const fh_map *map, fh_str name, const kinds *c, const kinds *d, uint32_t *to)
{
    bool same = true;
    for (uint32_t i = 0; i < c->n; i++)
        for (uint32_t k = 0; k < d->n; k++) {
            const uint32_t e = element_of(map, name, c->stands[i], d->stands[k]);
            to[i * d->n + k] = e;
            same = same && e == to[0];
        }
    return same;
}

fh_status fh_lived_rules(const fh_view *v, const fh_map *map, fh_element_rules *out, fh_error *err)
{
    kinds c, d;
    fh_buf rows;
    fh_status s = find_kinds(map, &v->channel, true, v->arena, &c, err);
    if (!s) s = find_kinds(map, &v->department, false, v->arena, &d, err);
    if (s) return s;
    const size_t cells = (size_t)c.n * d.n;
    uint32_t *of = FH_NEW_ARRAY(v->arena, uint32_t, (size_t)v->touchpoint.n + 1);
    uint32_t *row = FH_NEW_ARRAY(v->arena, uint32_t, cells);
    if (!of || !row) return fh_no_memory(err);
    *out = (fh_element_rules){.n_elements = map->n_touchpoints,
                              .n_touchpoints = v->touchpoint.n,
                              .n_channels = v->channel.n,
                              .n_departments = v->department.n,
                              .of = of,
                              .channel_kind = c.of,
                              .department_kind = d.of,
                              .n_channel_kinds = c.n,
                              .n_department_kinds = d.n};
    fh_buf_init(&rows, NULL, SIZE_MAX / 2);
    of[0] = FH_NO_ELEMENT;
    for (uint32_t t = 1; t < v->touchpoint.n; t++) {
        const bool same = find_all(map, v->touchpoint.name[t], &c, &d, row);
        of[t] = same ? row[0] : FH_ELEMENT_BY + out->n_rows;
        if (same) continue;
        fh_buf_put(&rows, row, cells * sizeof *row);
        out->n_rows++;
    }
    uint32_t *by = FH_NEW_ARRAY(v->arena, uint32_t, (size_t)out->n_rows * cells + 1);
    const bool ok = !rows.status && by;
    if (ok && rows.len) memcpy(by, rows.ptr, rows.len);
    fh_buf_free(&rows);
    out->by = by;
    return ok ? FH_OK : fh_no_memory(err);
}

uint32_t fh_lived_touchpoint_of(const fh_map *map, fh_str id)
{
    for (uint32_t t = 0; t < map->n_touchpoints; t++)
        if (fh_str_eq(map->touchpoint[t].id, id)) return t;
    return FH_MAP_NONE;
}

/* ---- What comes right before --------------------------------------------------------------- */

/* Touchpoints with which a part of the flow can begin and end; whether it can be nothing. */
typedef struct part {
    uint64_t *first, *last, *all;
    bool empty;
} part;

typedef struct flow {
    const fh_map *map;
    fh_arena *arena;
    fh_element_promise *promise;
    uint64_t **before; /* [n_promises] */
    uint32_t n_promises, words;
    bool failed;
} flow;

static part new_part(flow *f)
{
    part p = {.empty = true};
    p.first = FH_NEW_ARRAY(f->arena, uint64_t, f->words);
    p.last = FH_NEW_ARRAY(f->arena, uint64_t, f->words);
    p.all = FH_NEW_ARRAY(f->arena, uint64_t, f->words);
    if (!p.first || !p.last || !p.all) f->failed = true;
    return p;
}

static void unite(const flow *f, uint64_t *to, const uint64_t *from)
{
    for (uint32_t w = 0; w < f->words; w++) to[w] |= from[w];
}

/* Whatever is in `after` may come right after whatever is in `before`. */
static void follows(flow *f, const uint64_t *before, const uint64_t *after)
{
    for (uint32_t p = 0; p < f->n_promises; p++)
        if (fh_bit(after, f->promise[p].element)) unite(f, f->before[p], before);
}

static part walk(flow *f, uint32_t step);

/* Steps [from, end) one after the other. */
static part walk_sequence(flow *f, uint32_t from, uint32_t end)
{
    part p = new_part(f);
    for (uint32_t i = from; !f->failed && i < end; i = f->map->step[i].end) {
        const part c = walk(f, i);
        if (f->failed) break;
        follows(f, p.last, c.first);
        if (p.empty) unite(f, p.first, c.first);
        if (!c.empty) memset(p.last, 0, f->words * sizeof *p.last);
        unite(f, p.last, c.last);
        unite(f, p.all, c.all);
        p.empty = p.empty && c.empty;
    }
    return p;
}

/* One of the children, or, when `together`, all of them mixed. */
static part walk_beside(flow *f, uint32_t step, bool together)
{
    part p = new_part(f);
    bool all_empty = true, any_empty = false;
    const fh_map_step *at = f->map->step;
    for (uint32_t i = step + 1; !f->failed && i < at[step].end; i = at[i].end) {
        const part c = walk(f, i);
        if (f->failed) break;
        if (together) {
            follows(f, p.all, c.all);
            follows(f, c.all, p.all);
        }
        unite(f, p.first, c.first);
        unite(f, p.last, c.last);
        unite(f, p.all, c.all);
        all_empty = all_empty && c.empty;
        any_empty = any_empty || c.empty;
    }
    p.empty = together ? all_empty : any_empty;
    return p;
}

/* The first child, then as often as wanted another and the first again. */
static part walk_repeat(flow *f, uint32_t step)
{
    const fh_map_step *at = f->map->step;
    part p = walk(f, step + 1), between = new_part(f);
    bool nothing = at[step + 1].end == at[step].end; /* nothing stands between */
    for (uint32_t i = at[step + 1].end; !f->failed && i < at[step].end; i = at[i].end) {
        const part c = walk(f, i);
        if (f->failed) break;
        unite(f, between.first, c.first);
        unite(f, between.last, c.last);
        unite(f, between.all, c.all);
        nothing = nothing || c.empty;
    }
    if (f->failed) return p;
    follows(f, p.last, between.first);
    follows(f, between.last, p.first);
    if (nothing) follows(f, p.last, p.first);
    if (p.empty) {
        follows(f, between.last, between.first);
        unite(f, p.first, between.first);
        unite(f, p.last, between.last);
    }
    unite(f, p.all, between.all);
    return p;
}

/* Recursion is as deep as blocks may be. */
static part walk(flow *f, uint32_t step)
{
    const fh_map_step *s = &f->map->step[step];
    part p;
    switch (s->op) {
    case FH_MAP_TOUCHPOINT: {
        p = new_part(f);
        const uint32_t t = s->touchpoint;
        if (f->failed || f->map->touchpoint[t].is_unseen) return p;
        p.empty = false;
        p.first[t / 64] = p.last[t / 64] = p.all[t / 64] = UINT64_C(1) << t % 64;
        return p;
    }
    case FH_MAP_CHOICE: return walk_beside(f, step, false);
    case FH_MAP_ANY_ORDER: return walk_beside(f, step, true);
    case FH_MAP_REPEAT: return walk_repeat(f, step);
    case FH_MAP_OPTIONAL:
        p = walk_sequence(f, step + 1, s->end);
        p.empty = true;
        return p;
    case FH_MAP_SEQUENCE: break;
    }
    return walk_sequence(f, step + 1, s->end);
}

static uint32_t count_promises(const fh_map *map)
{
    uint32_t n = 0;
    for (uint32_t t = 0; t < map->n_touchpoints; t++)
        for (uint32_t p = 0; p < map->touchpoint[t].n_promises; p++)
            n += map->touchpoint[t].promise[p].within_ms > 0;
    return n;
}

fh_status fh_lived_promises(const fh_map *map, fh_arena *arena, fh_element_promise **out,
                            uint32_t *n, uint32_t **at, fh_error *err)
{
    flow f = {.map = map, .words = map->n_touchpoints / 64 + 1};
    *n = count_promises(map);
    *out = f.promise = FH_NEW_ARRAY(arena, fh_element_promise, (size_t)*n + 1);
    *at = FH_NEW_ARRAY(arena, uint32_t, (size_t)map->n_touchpoints + 1);
    f.before = FH_NEW_ARRAY(arena, uint64_t *, (size_t)*n + 1);
    if (!*out || !*at || !f.before) return fh_no_memory(err);
    for (uint32_t t = 0; t < map->n_touchpoints; t++) {
        (*at)[t] = FH_MAP_NONE;
        for (uint32_t p = 0; p < map->touchpoint[t].n_promises; p++) {
            if (map->touchpoint[t].promise[p].within_ms <= 0) continue;
            if ((*at)[t] == FH_MAP_NONE) (*at)[t] = f.n_promises;
            uint64_t *before = FH_NEW_ARRAY(arena, uint64_t, f.words);
            if (!before) return fh_no_memory(err);
            f.before[f.n_promises] = before;
            f.promise[f.n_promises++] =
                (fh_element_promise){.element = t,
                                     .within_ms = map->touchpoint[t].promise[p].within_ms,
                                     .before = {before, map->n_touchpoints}};
        }
    }
    if (!*n) return FH_OK;
    f.arena = fh_arena_new(NULL);
    if (f.arena)
        (void)walk_sequence(&f, 0, map->n_steps);
    else
        f.failed = true;
    fh_arena_free(f.arena);
    return f.failed ? fh_no_memory(err) : FH_OK;
}
