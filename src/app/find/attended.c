/* attended.c - who looks after each touchpoint (see attended.h). Walks and owners are read from
 * records: of a touchpoint of a map by its id, of a name by its number, where names that were
 * put together are one.
 */
#include "app/find/attended.h"

#include "app/maps/lived.h"
#include "app/records/record_figures.h"
#include "app/records/records.h"
#include "base/sort.h"
#include "base/time.h"

#include <string.h>

enum { RECORDS_MAX = 10000 };

const char *const fh_lacks_words[FH_LACKS] = {"owner", "walk", "feedback", "contact"};

/* Records of one sort: which names they are about, and which elements of maps. */
typedef struct marked {
    uint64_t *names;             /* bits */
    const fh_record_about **map; /* [n_map] */
    size_t n_map;
} marked;

struct fh_attending {
    const fh_view *v;
    marked walks, owned;
    uint64_t *mapped; /* bits: names that are on a map that was asked for */
};

static bool has(const uint64_t *bits, uint32_t i)
{
    return (bits[i / 64] >> i % 64 & 1) != 0;
}

static void put(uint64_t *bits, uint32_t i)
{
    bits[i / 64] |= UINT64_C(1) << i % 64;
}

static uint32_t canon(const fh_names *names, uint32_t i)
{
    return names->canon ? names->canon[i] : i;
}

static uint64_t *new_bits(const fh_view *v)
{
    return FH_NEW_ARRAY(v->arena, uint64_t, (size_t)v->touchpoint.n / 64 + 1);
}

/* ---- Records ------------------------------------------------------------------------------- */

static fh_status mark_one(const fh_view *v, int64_t record, marked *m, fh_error *err)
{
    const fh_record_about *about = NULL;
    size_t n = 0;
    const fh_status s = fh_record_abouts(v->org, record, v->arena, &about, &n, err);
    for (size_t i = 0; !s && i < n; i++) {
        if (fh_str_eq(about[i].what, FH_STR("touchpoint")) && about[i].number > 0 &&
            about[i].number < v->touchpoint.n)
            put(m->names, canon(&v->touchpoint, (uint32_t)about[i].number));
        if (fh_str_eq(about[i].what, FH_STR("map")) && m->n_map < RECORDS_MAX)
            m->map[m->n_map++] = &about[i];
    }
    return s;
}

/* Records of a kind; of an owned one only those that stand. */
static fh_status mark(const fh_view *v, fh_str kind, fh_str state, marked *m, fh_error *err)
{
    const fh_record_query q = {.kind = kind, .by = FH_RECORDS_BY_FIRST};
    fh_record *rows = NULL;
    size_t n = 0;
    m->names = new_bits(v);
    m->map = FH_NEW_ARRAY(v->arena, const fh_record_about *, RECORDS_MAX);
    if (!m->names || !m->map) return fh_no_memory(err);
    fh_status s = fh_record_rows(v->org, &q, RECORDS_MAX, v->arena, &rows, &n, err);
    for (size_t i = 0; !s && i < n; i++)
        if (!rows[i].merged_into && (!state.len || fh_str_eq(rows[i].state, state)))
            s = mark_one(v, rows[i].record, m, err);
    return s;
}

fh_status fh_attending_begin(const fh_view *v, fh_attending **out, fh_error *err)
{
    fh_attending *a = FH_NEW(v->arena, fh_attending);
    if (!a) return fh_no_memory(err);
    *a = (fh_attending){.v = v, .mapped = new_bits(v)};
    if (!a->mapped) return fh_no_memory(err);
    fh_status s = mark(v, FH_STR("walk"), (fh_str){"", 0}, &a->walks, err);
    if (!s) s = mark(v, FH_STR("ownership-claim"), FH_STR("owned"), &a->owned, err);
    if (!s) *out = a;
    return s;
}

/* Is a touchpoint of a map marked, as such or by one of its names? */
static bool is_marked(const fh_attending *a, const marked *m, const fh_map_open *open, uint32_t t)
{
    for (size_t i = 0; i < m->n_map; i++)
        if (m->map[i]->number == open->row.map &&
            fh_str_eq(m->map[i]->key, open->map.touchpoint[t].id))
            return true;
    for (uint32_t i = 1; i < a->v->touchpoint.n; i++)
        if (has(m->names, i) &&
            fh_map_find(&open->map, a->v->touchpoint.name[i], FH_STR(""), FH_STR("")) == t)
            return true;
    return false;
}

/* ---- Of a map ------------------------------------------------------------------------------ */

static bool is_called(const fh_map *map, uint32_t t, fh_str name)
{
    const fh_map_touchpoint *x = &map->touchpoint[t];
    if (fh_map_find(map, name, FH_STR(""), FH_STR("")) == t) return true;
    for (uint32_t k = 0; k < x->n_matches; k++)
        if (fh_map_find(map, name, x->match[k].channel, x->match[k].department) == t) return true;
    return false;
}

static fh_attended of_map(const fh_attending *a, const fh_map_open *open, uint32_t t,
                          const fh_element_row *row)
{
    static const char *const when[] = {"before", "during", "after"};
    const fh_map_touchpoint *x = &open->map.touchpoint[t];
    const fh_str owner = x->owner.len ? x->owner : open->map.owner;
    const int64_t lately_ms = fh_view_observed(a->v) - FH_LATELY_DAYS * FH_DAY_MS;
    fh_attended at = {.map = open->row.map,
                      .map_title = open->map.title,
                      .id = x->id,
                      .name = x->name,
                      .owner = owner,
                      .when = when[open->map.stage[x->stage].when],
                      .instead = x->instead,
                      .stories = row->stories,
                      .count = row->count,
                      .n_scores = row->n_scores,
                      .first_ms = row->first_ms,
                      .last_ms = row->last_ms};
    if (!owner.len && !is_marked(a, &a->owned, open, t)) at.lacks |= FH_LACKS_OWNER;
    if (!x->is_not_walkable && !is_marked(a, &a->walks, open, t)) at.lacks |= FH_LACKS_WALK;
    if (!x->is_unseen && !row->n_scores) at.lacks |= FH_LACKS_FEEDBACK;
    if (!x->is_unseen && (!row->count || row->last_ms < lately_ms)) at.lacks |= FH_LACKS_CONTACT;
    return at;
}

fh_status fh_attending_map(fh_attending *a, const fh_map_open *open, const fh_attended **out,
                           fh_error *err)
{
    const fh_lived_span ever = {INT64_MIN, INT64_MAX};
    const fh_names *names = &a->v->touchpoint;
    fh_lived_cohort all;
    fh_status s = fh_maps_cohort(a->v, &open->map, &ever, &all, err);
    if (s) return s;
    fh_attended *list = FH_NEW_ARRAY(a->v->arena, fh_attended, (size_t)open->map.n_touchpoints + 1);
    if (!list) return fh_no_memory(err);
    for (uint32_t t = 0; t < open->map.n_touchpoints; t++)
        list[t] = of_map(a, open, t, all.at[t].row);
    for (uint32_t i = 1; i < names->n; i++)
        for (uint32_t t = 0; t < open->map.n_touchpoints; t++) {
            if (!is_called(&open->map, t, names->name[i])) continue;
            put(a->mapped, canon(names, i));
            if (!list[t].touchpoint) list[t].touchpoint = canon(names, i);
        }
    *out = list;
    return FH_OK;
}

/* ---- On no map ----------------------------------------------------------------------------- */

fh_status fh_attending_unmapped(fh_attending *a, const fh_attended **out, size_t *n,
                                uint64_t *n_stories, fh_error *err)
{
    fh_touchpoints all;
    const int64_t lately_ms = fh_view_observed(a->v) - FH_LATELY_DAYS * FH_DAY_MS;
    const fh_status s = fh_view_touchpoints(a->v, &all, err);
    if (s) return s;
    fh_attended *list = FH_NEW_ARRAY(a->v->arena, fh_attended, all.n_rows + 1);
    if (!list) return fh_no_memory(err);
    *n = 0;
    for (size_t i = 0; i < all.n_rows; i++) {
        const fh_touchpoint_row *r = &all.rows[i];
        if (!r->touchpoint || r->touchpoint >= a->v->touchpoint.n || has(a->mapped, r->touchpoint))
            continue;
        fh_attended at = {.map_title = {"", 0},
                          .id = {"", 0},
                          .name = a->v->touchpoint.name[r->touchpoint],
                          .owner = {"", 0},
                          .when = "",
                          .touchpoint = r->touchpoint,
                          .instead = {"", 0},
                          .stories = r->stories,
                          .count = r->count,
                          .n_scores = r->n_scores,
                          .first_ms = r->first_ms,
                          .last_ms = r->last_ms};
        if (!has(a->owned.names, r->touchpoint)) at.lacks |= FH_LACKS_OWNER;
        if (!has(a->walks.names, r->touchpoint)) at.lacks |= FH_LACKS_WALK;
        if (!r->n_scores) at.lacks |= FH_LACKS_FEEDBACK;
        if (r->last_ms < lately_ms) at.lacks |= FH_LACKS_CONTACT;
        list[(*n)++] = at;
    }
    *out = list;
    *n_stories = all.n_stories;
    return FH_OK;
}

/* ---- All ----------------------------------------------------------------------------------- */

static int by_lack(const void *pa, const void *pb, void *ctx)
{
    const fh_attended *a = pa, *b = pb;
    (void)ctx;
    const uint32_t m = fh_lacks_n(a->lacks), n = fh_lacks_n(b->lacks);
    if (m != n) return m > n ? -1 : 1;
    if (a->stories != b->stories) return a->stories > b->stories ? -1 : 1;
    const int names = fh_str_cmp(a->name, b->name);
    if (names) return names;
    if (a->map != b->map) return a->map < b->map ? -1 : 1;
    return fh_str_cmp(a->id, b->id);
}

typedef struct gathered {
    fh_attended *row;
    size_t n, cap;
} gathered;

static fh_status take(gathered *g, const fh_attended *row, size_t n, fh_arena *arena, fh_error *err)
{
    if (g->n + n > g->cap) {
        const size_t cap = 2 * (g->n + n);
        fh_attended *wider = FH_NEW_ARRAY(arena, fh_attended, cap);
        if (!wider) return fh_no_memory(err);
        if (g->n) memcpy(wider, g->row, g->n * sizeof *wider);
        g->row = wider;
        g->cap = cap;
    }
    if (n) memcpy(g->row + g->n, row, n * sizeof *row);
    g->n += n;
    return FH_OK;
}

fh_status fh_attended_all(const fh_view *v, const fh_attended **out, size_t *n, fh_error *err)
{
    const fh_actor self = fh_actor_system();
    const fh_maps_row *map = NULL;
    const fh_attended *row = NULL;
    fh_attending *a = NULL;
    gathered g = {NULL, 0, 0};
    size_t n_maps = 0, n_rows = 0;
    uint64_t stories = 0;
    fh_status s = fh_attending_begin(v, &a, err);
    if (!s) s = fh_maps_list(v->org, false, v->arena, &map, &n_maps, err);
    for (size_t i = 0; i < n_maps && !s; i++) {
        fh_map_open open;
        if (!map[i].intended) continue;
        s = fh_maps_open(v->org, &self, map[i].map, map[i].intended, v->arena, &open, err);
        if (!s) s = fh_attending_map(a, &open, &row, err);
        if (!s) s = take(&g, row, open.map.n_touchpoints, v->arena, err);
    }
    if (!s) s = fh_attending_unmapped(a, &row, &n_rows, &stories, err);
    if (!s) s = take(&g, row, n_rows, v->arena, err);
    if (!s && fh_sort(NULL, g.row, g.n, sizeof *g.row, by_lack, NULL) != FH_OK)
        s = fh_no_memory(err);
    if (s) return s;
    *out = g.row;
    *n = g.n;
    return FH_OK;
}
