/* between_sides.c - below the line of visibility: of each touchpoint of a map which departments act
 * there, from whom problems are handed on to it, and which findings lie there (see between.h).
 *
 * A finding lies at the touchpoint that its cause names; where it names none (what is said twice or
 * differently), at those of the interactions of its latest hits. Asked for one customer, it lies
 * where this customer met it.
 */
#include "app/find/between.h"

#include "app/ask/view_parts.h"
#include "app/find/show_parts.h"
#include "app/maps/lived.h"
#include "base/put.h"
#include "base/sort.h"

#include <stdio.h>

enum { CAUSES_MOST = 100, HITS_LOOKED_AT = 2, HITS_OF_ONE = 500 };

typedef struct placed {
    uint32_t touchpoint;
    uint32_t cause; /* index */
} placed;

typedef struct placing {
    const fh_view *v;
    const fh_map *map;
    fh_arena *arena; /* of one story */
    fh_find_names names;
    const fh_actor *actor;
    const fh_cause_row *cause; /* [n_causes] the severest first */
    const bool *waits;         /* [n_causes] for a reply: where it lies is not told yet */
    size_t n_causes;
    fh_buf found; /* placed each */
} placing;

/* ---- Where a finding lies ------------------------------------------------------------------ */

static fh_str name_of(const fh_names *names, uint32_t number)
{
    return number && number < names->n ? names->name[number] : (fh_str){"", 0};
}

static void place(placing *p, size_t cause, uint32_t touchpoint, uint32_t channel,
                  uint32_t department)
{
    const fh_str name = name_of(&p->names.touchpoint, touchpoint);
    const uint32_t t = name.len ? fh_map_find(p->map, name, name_of(&p->names.channel, channel),
                                              name_of(&p->names.department, department))
                                : FH_MAP_NONE;
    const placed one = {t, (uint32_t)cause};
    if (t != FH_MAP_NONE) fh_buf_put(&p->found, &one, sizeof one);
}

/* An interaction of a hit, in a story that was read. */
static void place_moment(placing *p, size_t cause, const fh_told *told, size_t n, uint64_t id,
                         int64_t at_ms)
{
    for (size_t i = 0; i < n; i++)
        if (id ? told[i].id == id : told[i].at_ms == at_ms) {
            place(p, cause, told[i].touchpoint, told[i].channel, told[i].department);
            return;
        }
}

static fh_status place_hits(placing *p, size_t cause, const fh_hit_row *hit, size_t n_hits,
                            fh_error *err)
{
    fh_status s = FH_OK;
    for (size_t i = 0; !s && i < n_hits; i++) {
        const fh_told *told = NULL;
        size_t n = 0;
        fh_error none = {0};
        s = fh_store_story(p->v->org, hit[i].customer, p->arena, &told, &n, &none);
        if (s == FH_NOTFOUND) { /* erased since */
            s = FH_OK;
            continue;
        }
        if (s && err) *err = none;
        if (s) return s;
        place_moment(p, cause, told, n, hit[i].a, hit[i].a_ms);
        place_moment(p, cause, told, n, hit[i].b, hit[i].b_ms);
    }
    return s;
}

static bool counts(const placing *p, size_t i)
{
    const fh_cause_row *c = &p->cause[i];
    return !p->waits[i] && c->sort < FH_N_FINDING_SORTS && !c->judged && c->hits;
}

static fh_status place_all(placing *p, fh_error *err)
{
    fh_status s = FH_OK;
    size_t looked = 0;
    for (size_t i = 0; !s && i < p->n_causes; i++) {
        const fh_cause_row *c = &p->cause[i];
        const fh_hit_row *hit = NULL;
        size_t n = 0;
        if (!counts(p, i)) continue;
        if (c->touchpoint) {
            place(p, i, c->touchpoint, 0, c->to ? c->to : c->from);
            continue;
        }
        if (looked++ == CAUSES_MOST) break;
        s = fh_hits_latest(p->v->org, c->cause, HITS_LOOKED_AT, p->arena, &hit, &n, err);
        if (!s) s = place_hits(p, i, hit, n, err);
        fh_arena_reset(p->arena);
    }
    return s;
}

static fh_status place_of(placing *p, uint32_t customer, fh_error *err)
{
    const fh_hit_row *hit = NULL;
    const fh_told *told = NULL;
    size_t n = 0, n_told = 0;
    fh_status s = fh_hits_of(p->v->org, customer, HITS_OF_ONE, p->v->arena, &hit, &n, err);
    if (!s) s = fh_store_story(p->v->org, customer, p->arena, &told, &n_told, err);
    for (size_t k = 0; !s && k < n; k++) {
        size_t i = 0;
        while (i < p->n_causes && p->cause[i].cause != hit[k].cause) i++;
        if (i == p->n_causes || !counts(p, i)) continue;
        place_moment(p, i, told, n_told, hit[k].a, hit[k].a_ms);
        place_moment(p, i, told, n_told, hit[k].b, hit[k].b_ms);
    }
    return s;
}

/* The only customer that is asked about; 0: there are others. */
static uint32_t only_customer(const fh_view *v)
{
    const fh_bitset *set = &v->filter.customers;
    uint32_t only = 0;
    if (!set->bits) return 0;
    for (uint32_t c = 1; c < set->n; c++) {
        if (!fh_bit(set->bits, c)) continue;
        if (only) return 0;
        only = c;
    }
    return only;
}

static int by_place(const void *a, const void *b, void *ctx)
{
    const placed *x = a, *y = b;
    (void)ctx;
    if (x->touchpoint != y->touchpoint) return x->touchpoint < y->touchpoint ? -1 : 1;
    return (x->cause > y->cause) - (x->cause < y->cause);
}

static fh_status find_places(placing *p, placed **out, size_t *n, fh_error *err)
{
    const uint32_t only = only_customer(p->v);
    fh_seen_causes all = {.n = 0};
    fh_status s = fh_find_names_read(p->v->org, p->v->arena, &p->names, err);
    if (!s)
        s = fh_causes_as_seen(p->v->org, p->actor, &p->names.department, p->v->arena, &all, err);
    p->cause = all.c;
    p->waits = all.waits;
    p->n_causes = all.n;
    if (!s) s = only ? place_of(p, only, err) : place_all(p, err);
    if (s) return s;
    const fh_str found_all = fh_buf_view(&p->found);
    const size_t found = found_all.len / sizeof(placed);
    placed *list = FH_NEW_ARRAY(p->v->arena, placed, found + 1);
    if (!list || p->found.status) return fh_no_memory(err);
    for (size_t i = 0; i < found; i++) list[i] = ((const placed *)(const void *)found_all.ptr)[i];
    if (fh_sort(fh_arena_allocator(p->v->arena), list, found, sizeof *list, by_place, NULL))
        return fh_no_memory(err);
    *n = 0;
    for (size_t i = 0; i < found; i++)
        if (!*n || by_place(&list[i], &list[*n - 1], NULL)) list[(*n)++] = list[i];
    *out = list;
    return FH_OK;
}

/* ---- As JSON --------------------------------------------------------------------------------- */

static void put_department(const fh_view *v, const char *key, uint32_t department, fh_json *j)
{
    fh_put_text_or_null(j, key, name_of(&v->department, department));
}

static void put_acts(const fh_view *v, const fh_sides *a, uint32_t t, fh_json *j)
{
    fh_put_key(j, "acts");
    fh_json_array(j);
    for (size_t i = 0; i < a->n_acts; i++) {
        const fh_side *d = &a->act[i];
        if (d->element != t) continue;
        fh_json_object(j);
        put_department(v, "department", d->department, j);
        fh_put_number(j, "interactions", d->count);
        fh_put_number(j, "in", d->inbound);
        fh_put_number(j, "out", d->outbound);
        fh_put_number(j, v->key, d->stories);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_put_key(j, "handed");
    fh_json_array(j);
    for (size_t i = 0; i < a->n_handed; i++) {
        const fh_side *d = &a->handed[i];
        if (d->element != t) continue;
        fh_json_object(j);
        put_department(v, "from", d->department, j);
        fh_put_number(j, "count", d->count);
        fh_put_number(j, v->key, d->stories);
        fh_put_int(j, "waited_ms", d->gap_ms_sum / (int64_t)d->count);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static fh_status put_findings(placing *p, const placed *at, size_t n, uint32_t t, fh_json *j,
                              fh_error *err)
{
    char number[24];
    fh_status s = FH_OK;
    fh_put_key(j, "findings");
    fh_json_array(j);
    for (size_t i = 0; !s && i < n; i++) {
        const fh_cause_row *c = &p->cause[at[i].cause];
        fh_str says;
        if (at[i].touchpoint != t) continue;
        s = fh_cause_says(c, &p->names, p->v->arena, &says, err);
        if (s) return s;
        (void)snprintf(number, sizeof number, "%016llx", (unsigned long long)c->cause);
        fh_json_object(j);
        fh_put_text(j, "cause", fh_str_of(number));
        fh_put_text(j, "sort", fh_str_of(fh_finding_sort_name((fh_finding_sort)c->sort)));
        fh_put_text(j, "says", says);
        fh_put_number(j, "customers", c->customers);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    return s;
}

fh_status fh_between_sides_json(const fh_view *v, const fh_actor *actor, const fh_map_open *open,
                                fh_json *j, fh_error *err)
{
    fh_sides sides;
    placed *at = NULL;
    size_t n = 0;
    placing p = {.v = v, .actor = actor, .map = &open->map, .arena = fh_arena_new(NULL)};
    fh_buf_init(&p.found, NULL, SIZE_MAX / 2);
    fh_status s = p.arena ? fh_maps_sides(v, &open->map, &sides, err) : fh_no_memory(err);
    if (!s) s = find_places(&p, &at, &n, err);
    if (!s) {
        fh_json_object(j);
        fh_put_number(j, "map", (uint64_t)open->row.map);
        fh_put_number(j, "version", (uint64_t)open->version.version);
        fh_put_text(j, "period", fh_view_scope(v));
        fh_put_key(j, "touchpoints");
        fh_json_array(j);
        for (uint32_t t = 0; !s && t < open->map.n_touchpoints; t++) {
            fh_json_object(j);
            fh_put_text(j, "id", open->map.touchpoint[t].id);
            put_acts(v, &sides, t, j);
            s = put_findings(&p, at, n, t, j, err);
            fh_json_end_object(j);
        }
        fh_json_end_array(j);
        fh_json_end_object(j);
    }
    fh_buf_free(&p.found);
    fh_arena_free(p.arena);
    return s;
}
