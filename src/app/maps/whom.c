/* whom.c - whom to ask (see whom.h).
 *
 * Every map gives rows; sorted by sort, thing and who, equal ones become one, whose reason is
 * that of the first and how many places there are besides.
 */
#include "app/maps/whom.h"

#include "app/maps/maps.h"
#include "base/sort.h"

#include <string.h>

const char *const fh_whom_sorts[FH_N_WHOM] = {"touchpoint", "process", "system", "information"};

typedef struct directory {
    fh_arena *arena;
    fh_whom_row *row;
    size_t n, cap;
} directory;

static fh_status add(directory *d, const fh_whom_row *row, fh_error *err)
{
    if (d->n == d->cap) {
        const size_t cap = d->cap ? 2 * d->cap : 64;
        fh_whom_row *grown = FH_NEW_ARRAY(d->arena, fh_whom_row, cap);
        if (!grown) return fh_no_memory(err);
        if (d->n) memcpy(grown, d->row, d->n * sizeof *grown);
        d->row = grown;
        d->cap = cap;
    }
    d->row[d->n++] = *row;
    return FH_OK;
}

/* ---- What a map says ---------------------------------------------------------------------- */

/* One thing at one touchpoint: whoever is to be asked there, else whoever looks after it. */
static fh_status add_at(directory *d, const fh_maps_row *map, const fh_map_touchpoint *t,
                        fh_whom_sort sort, fh_str thing, const char *how, fh_error *err)
{
    fh_whom_row row = {.sort = sort,
                       .thing = thing,
                       .who = t->ask.len ? t->ask : t->owner,
                       .map = map->map,
                       .touchpoint = t->id};
    if (!fh_arena_format(d->arena, &row.because, "%s \"%.*s\"", how, FH_STR_ARG(t->name)))
        return fh_no_memory(err);
    return add(d, &row, err);
}

static fh_status add_touchpoint(directory *d, const fh_maps_row *map, const fh_map_touchpoint *t,
                                fh_error *err)
{
    fh_whom_row row = {.sort = FH_WHOM_TOUCHPOINT,
                       .thing = t->name,
                       .who = t->ask.len ? t->ask : t->owner,
                       .map = map->map,
                       .touchpoint = t->id};
    const char *how = t->ask.len     ? "named as whom to ask on the map"
                      : t->owner.len ? "looks after it on the map"
                                     : "nobody is named on the map";
    fh_status s = FH_OK;
    if (!fh_arena_format(d->arena, &row.because, "%s \"%.*s\"", how, FH_STR_ARG(map->title)))
        return fh_no_memory(err);
    s = add(d, &row, err);
    for (uint32_t i = 0; i < t->n_systems && !s; i++)
        s = add_at(d, map, t, FH_WHOM_SYSTEM, t->system[i], "it is used at", err);
    for (uint32_t i = 0; i < t->n_holds && !s; i++)
        s = add_at(d, map, t, FH_WHOM_INFORMATION, t->holds[i], "it is known at", err);
    return s;
}

static fh_status add_map(directory *d, fh_org *org, const fh_maps_row *row, fh_error *err)
{
    fh_map_open open;
    fh_whom_row process = {
        .sort = FH_WHOM_PROCESS, .thing = row->title, .map = row->map, .touchpoint = {"", 0}};
    fh_status s = fh_maps_lived_by(org, row, d->arena, &open, err);
    if (s) return s;
    process.thing = open.map.title;
    process.who = open.map.owner;
    process.because = process.who.len ? FH_STR("owns the map") : FH_STR("the map has no owner");
    s = add(d, &process, err);
    for (uint32_t i = 0; i < open.map.n_touchpoints && !s; i++)
        s = add_touchpoint(d, row, &open.map.touchpoint[i], err);
    return s;
}

/* ---- The directory ------------------------------------------------------------------------ */

static int compare(fh_str a, fh_str b)
{
    const size_t n = a.len < b.len ? a.len : b.len;
    const int order = n ? memcmp(a.ptr, b.ptr, n) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int by_thing(const void *pa, const void *pb, void *ctx)
{
    const fh_whom_row *a = pa, *b = pb;
    (void)ctx;
    if (a->sort != b->sort) return a->sort < b->sort ? -1 : 1;
    const int order = compare(a->thing, b->thing);
    if (order) return order;
    if (!a->who.len != !b->who.len) return a->who.len ? -1 : 1; /* nobody comes last */
    return compare(a->who, b->who);
}

static bool holds(fh_str in, fh_str part)
{
    for (size_t i = 0; i + part.len <= in.len; i++)
        if (fh_str_eq_nocase((fh_str){in.ptr + i, part.len}, part)) return true;
    return false;
}

/* What somebody is named for somewhere needs no line that nobody is named elsewhere. */
static bool is_needed(const fh_whom_row *row, const fh_whom_row *before, fh_str about)
{
    const bool known = before && !row->who.len && before->who.len && before->sort == row->sort &&
                       fh_str_eq(before->thing, row->thing);
    return !known && (!about.len || holds(row->thing, about) || holds(row->who, about) ||
                      holds(row->because, about));
}

static fh_status take(directory *d, fh_str about, fh_error *err)
{
    size_t kept = 0;
    const fh_whom_row *before = NULL;
    for (size_t i = 0, end; i < d->n; i = end) {
        fh_whom_row row = d->row[i];
        for (end = i + 1; end < d->n && !by_thing(&d->row[i], &d->row[end], NULL);) end++;
        const fh_str first = row.because;
        if (end - i > 1 && !fh_arena_format(d->arena, &row.because, "%.*s and %zu more",
                                            FH_STR_ARG(first), end - i - 1))
            return fh_no_memory(err);
        if (!is_needed(&row, before, about)) continue;
        d->row[kept] = row;
        before = &d->row[kept++];
    }
    d->n = kept;
    return FH_OK;
}

fh_status fh_whom_directory(fh_org *org, fh_str about, fh_arena *arena, const fh_whom_row **out,
                            size_t *n, fh_error *err)
{
    directory d = {.arena = arena};
    const fh_maps_row *maps = NULL;
    size_t n_maps = 0;
    fh_status s = fh_maps_list(org, false, arena, &maps, &n_maps, err);
    for (size_t i = 0; i < n_maps && !s; i++) s = add_map(&d, org, &maps[i], err);
    if (!s && d.n > 1 && fh_sort(NULL, d.row, d.n, sizeof *d.row, by_thing, NULL) != FH_OK)
        s = fh_no_memory(err);
    if (!s) s = take(&d, fh_str_trim(about), err);
    *out = d.row;
    *n = d.n;
    return s;
}
