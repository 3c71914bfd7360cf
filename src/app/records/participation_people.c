/* participation_people.c - which people take part, by department and level, over time, and which
 * departments work together (see participation.h).
 *
 *     deeds (who, about which thing, in which span) ─┬─> marks of each person ─> groups, spans
 *                                                    └─> people of each thing ─> pairs of groups
 *
 * A group of a few is put together with others before anything is told of it; pairs are of groups
 * that are told.
 */
#include "app/records/participation_parts.h"
#include "base/checked.h"
#include "base/sort.h"
#include "base/time.h"
#include "store/maps.h"

#include <string.h>

enum { ANY = 1u << FH_N_PART_AREAS, PAIRS_SHOWN = 50 };
#define NOT_TOLD UINT32_MAX

const char *const fh_part_areas[FH_N_PART_AREAS] = {
    [FH_PART_FINDINGS] = "findings",
    [FH_PART_FIXES] = "fixes",
    [FH_PART_WALKS] = "walks",
    [FH_PART_MAPS] = "maps",
};

/* Somebody did something about this now: a record, or (below zero) a map. */
typedef struct deed {
    int64_t thing;
    uint32_t person; /* index */
} deed;

typedef struct people {
    const fh_part_counting *c;
    int64_t span_ms;
    uint32_t spans;
    uint8_t *did[FH_PARTICIPATION_SPANS]; /* [n_people] areas, ANY */
    deed *deed;                           /* [n_deeds] of the first span, by thing */
    size_t n_deeds;
} people;

/* Groups of people; those that are told are in `told`. */
typedef struct grouping {
    fh_took_part *group; /* [n] by name */
    uint32_t *of;        /* [n_people] */
    uint32_t *told;      /* [n] where it is told; NOT_TOLD */
    size_t n, n_told;
} grouping;

/* ---- People ---------------------------------------------------------------------------------- */

static size_t index_of(const fh_part_counting *c, uint32_t number)
{
    size_t lo = 0, hi = c->n_people;
    while (lo < hi) {
        const size_t middle = lo + (hi - lo) / 2;
        if (c->person[middle].person < number)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo < c->n_people && c->person[lo].person == number ? lo : SIZE_MAX;
}

const fh_person *fh_part_person(const fh_part_counting *c, uint32_t number)
{
    const size_t i = index_of(c, number);
    return i == SIZE_MAX ? NULL : &c->person[i];
}

static bool may_take_part(const fh_person *p)
{
    return p->active && (fh_roles_rights(p->roles) & fh_right_bit(FH_RIGHT_TAKE_PART));
}

/* ---- What they did ------------------------------------------------------------ */

static uint8_t area_of(fh_str kind)
{
    static const struct {
        const char *kind;
        fh_part_area area;
    } known[] = {{"signal", FH_PART_FINDINGS},     {"aggravation", FH_PART_FINDINGS},
                 {"suggestion", FH_PART_FINDINGS}, {"finding", FH_PART_FINDINGS},
                 {"fix", FH_PART_FIXES},           {"walk", FH_PART_WALKS},
                 {"observation", FH_PART_WALKS}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (fh_str_eq(kind, fh_str_of(known[i].kind))) return (uint8_t)(1u << known[i].area);
    return 0;
}

static void mark(people *p, int64_t thing, uint32_t number, uint32_t back, uint8_t area)
{
    const size_t i = index_of(p->c, number);
    if (i == SIZE_MAX || !may_take_part(&p->c->person[i]) || back >= p->spans) return;
    p->did[back][i] |= (uint8_t)(area | ANY);
    if (!back) p->deed[p->n_deeds++] = (deed){thing, (uint32_t)i};
}

/* As many spans as there is time for; a period without a beginning is one. */
static void spans_of(people *p)
{
    const fh_participation *o = p->c->out;
    int64_t all = 0, from = 0;
    p->spans = 1;
    if (!fh_sub_i64(o->until_ms, o->from_ms, &p->span_ms) || p->span_ms < 1) p->span_ms = 1;
    while (p->spans < FH_PARTICIPATION_SPANS &&
           fh_mul_i64(p->span_ms, (int64_t)p->spans + 1, &all) &&
           fh_sub_i64(o->until_ms, all, &from) && from >= 0)
        p->spans++;
}

static fh_status mark_all(people *p, fh_error *err)
{
    const fh_part_counting *c = p->c;
    fh_record_doer *doer = NULL;
    fh_maps_maker *maker = NULL;
    size_t n = 0, n_maps = 0;
    spans_of(p);
    for (uint32_t k = 0; k < p->spans; k++)
        if (!(p->did[k] = FH_NEW_ARRAY(c->arena, uint8_t, c->n_people + 1)))
            return fh_no_memory(err);
    fh_status s =
        fh_record_doers(c->org, c->out->until_ms, p->span_ms, p->spans, c->arena, &doer, &n, err);
    if (!s)
        s = fh_maps_makers(c->org, c->out->until_ms, p->span_ms, p->spans, c->arena, &maker,
                           &n_maps, err);
    if (s) return s;
    p->deed = FH_NEW_ARRAY(c->arena, deed, n + n_maps + 1);
    if (!p->deed) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++)
        mark(p, doer[i].record, doer[i].person, doer[i].back, area_of(doer[i].kind));
    for (size_t i = 0; i < n_maps; i++)
        mark(p, -maker[i].map, maker[i].person, maker[i].back, 1u << FH_PART_MAPS);
    return FH_OK;
}

/* ---- Groups ------------------------------------------------------------ */

static void count_one(fh_took_part *g, uint8_t did)
{
    g->people++;
    g->took_part += (did & ANY) != 0;
    for (unsigned a = 0; a < FH_N_PART_AREAS; a++) g->area[a] += did >> a & 1;
}

static void take_along(fh_took_part *rest, fh_took_part *g)
{
    rest->people += g->people;
    rest->took_part += g->took_part;
    for (unsigned a = 0; a < FH_N_PART_AREAS; a++) rest->area[a] += g->area[a];
}

/* Leaves in `group` those that are told; there is room for one more. */
static fh_status tell_apart(const people *p, grouping *g, fh_str together, fh_error *err)
{
    fh_took_part rest = {.name = together};
    fh_few *few = FH_NEW_ARRAY(p->c->arena, fh_few, g->n + 1);
    if (!few) return fh_no_memory(err);
    for (size_t i = 0; i < g->n; i++)
        few[i] = (fh_few){.people = g->group[i].people, .any = g->group[i].people > 0};
    const bool tell = fh_few_together(few, g->n) >= FH_FEWEST;
    for (size_t i = 0; i < g->n; i++) {
        g->told[i] = NOT_TOLD;
        if (few[i].together) {
            take_along(&rest, &g->group[i]);
            continue;
        }
        g->told[i] = (uint32_t)g->n_told;
        g->group[g->n_told++] = g->group[i];
    }
    if (!tell) return FH_OK;
    for (size_t i = 0; i < g->n; i++)
        if (g->told[i] == NOT_TOLD) g->told[i] = (uint32_t)g->n_told;
    g->group[g->n_told++] = rest;
    return FH_OK;
}

static fh_status new_groups(const fh_part_counting *c, size_t most, grouping *out, fh_error *err)
{
    *out = (grouping){.group = FH_NEW_ARRAY(c->arena, fh_took_part, most + 2),
                      .of = FH_NEW_ARRAY(c->arena, uint32_t, c->n_people + 1),
                      .told = FH_NEW_ARRAY(c->arena, uint32_t, most + 2)};
    return out->group && out->of && out->told ? FH_OK : fh_no_memory(err);
}

static int by_name(const void *a, const void *b, void *ctx)
{
    const fh_took_part *x = a, *y = b;
    (void)ctx;
    const int order = fh_str_cmp(x->name, y->name);
    return order ? order : (x->department > y->department) - (x->department < y->department);
}

static fh_status count_groups(const people *p, grouping *g, fh_str together, fh_error *err)
{
    for (size_t i = 0; i < p->c->n_people; i++)
        if (may_take_part(&p->c->person[i])) count_one(&g->group[g->of[i]], p->did[0][i]);
    return tell_apart(p, g, together, err);
}

static fh_status by_department(const people *p, grouping *g, fh_error *err)
{
    const fh_part_counting *c = p->c;
    const fh_status s = new_groups(c, c->n_departments, g, err);
    if (s) return s;
    for (size_t i = 0; i < c->n_departments; i++)
        g->group[i] = (fh_took_part){.name = c->department[i].name,
                                     .department = c->department[i].department};
    if (fh_sort(NULL, g->group, c->n_departments, sizeof *g->group, by_name, NULL))
        return fh_no_memory(err);
    g->n = c->n_departments + 1;
    g->group[c->n_departments].name = FH_STR("in no department");
    for (size_t i = 0; i < c->n_people; i++) {
        g->of[i] = (uint32_t)c->n_departments;
        for (size_t k = 0; k < c->n_departments && c->person[i].department; k++)
            if (g->group[k].department == c->person[i].department) g->of[i] = (uint32_t)k;
    }
    return count_groups(p, g, FH_STR("several departments together"), err);
}

static size_t level_at(const grouping *g, size_t n, fh_str level)
{
    size_t i = 0;
    while (i < n && !fh_str_eq_nocase(g->group[i].name, level)) i++;
    return i;
}

static fh_status by_level(const people *p, grouping *g, fh_error *err)
{
    const fh_part_counting *c = p->c;
    size_t n = 0;
    const fh_status s = new_groups(c, c->n_people, g, err);
    if (s) return s;
    for (size_t i = 0; i < c->n_people; i++) {
        const fh_str level = fh_str_trim(c->person[i].level);
        if (level.len && may_take_part(&c->person[i]) && level_at(g, n, level) == n)
            g->group[n++].name = level;
    }
    if (fh_sort(NULL, g->group, n, sizeof *g->group, by_name, NULL)) return fh_no_memory(err);
    g->n = n + 1;
    g->group[n].name = FH_STR("no level said");
    for (size_t i = 0; i < c->n_people; i++)
        g->of[i] = (uint32_t)level_at(g, n, fh_str_trim(c->person[i].level));
    return count_groups(p, g, FH_STR("several levels together"), err);
}

/* ---- Over time ------------------------------------------------------------ */

static bool there_by(const fh_person *p, int64_t until_ms)
{
    int64_t started_ms = 0;
    return !fh_time_iso(p->started, NULL, &started_ms) || started_ms < until_ms;
}

static void count_spans(const people *p)
{
    fh_participation *o = p->c->out;
    for (uint32_t k = 0; k < p->spans; k++) {
        fh_part_span *to = &o->span[k];
        to->until_ms = o->until_ms - p->span_ms * (int64_t)k;
        to->from_ms = to->until_ms - p->span_ms;
        for (size_t i = 0; i < p->c->n_people; i++) {
            const fh_person *one = &p->c->person[i];
            if (may_take_part(one) && (!k || p->did[k][i] || there_by(one, to->until_ms)))
                count_one(&to->all, p->did[k][i]);
        }
        if (!k || (to->all.took_part && to->all.people >= FH_FEWEST)) o->n_spans = k + 1;
    }
}

/* ---- Together ------------------------------------------------------------ */

static int most_things(const void *a, const void *b, void *ctx)
{
    const fh_part_pair *x = a, *y = b;
    (void)ctx;
    if (x->things != y->things) return x->things > y->things ? -1 : 1;
    if (x->a != y->a) return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

/* Do two of these people differ? `last`: the group of those of whom nothing is said. */
static bool differ(const deed *d, size_t n, const grouping *g, uint32_t last, bool *said)
{
    uint32_t one = last;
    size_t told = 0;
    bool two = false;
    for (size_t i = 0; i < n; i++) {
        const uint32_t at = g->of[d[i].person];
        if (at == last) continue;
        told++;
        two = two || (one != last && one != at);
        one = at;
    }
    *said = told > 1;
    return two;
}

static void pair_up(const deed *d, size_t n, const grouping *g, uint64_t *things, uint8_t *seen)
{
    memset(seen, 0, g->n_told);
    for (size_t i = 0; i < n; i++) {
        const uint32_t at = g->told[g->of[d[i].person]];
        if (at == NOT_TOLD || seen[at]) continue;
        for (size_t other = 0; other < g->n_told; other++)
            if (seen[other])
                things[(at < other ? at : other) * g->n_told + (at < other ? other : at)]++;
        seen[at] = 1;
    }
}

static fh_status count_together(const people *p, const grouping *g, const grouping *levels,
                                fh_error *err)
{
    fh_participation *o = p->c->out;
    uint64_t *things = FH_NEW_ARRAY(p->c->arena, uint64_t, g->n_told * g->n_told + 1);
    uint8_t *seen = FH_NEW_ARRAY(p->c->arena, uint8_t, g->n_told + 1);
    fh_part_pair *pair = FH_NEW_ARRAY(p->c->arena, fh_part_pair, g->n_told * g->n_told / 2 + 1);
    if (!things || !seen || !pair) return fh_no_memory(err);
    for (size_t i = 0, next; i < p->n_deeds; i = next) {
        bool said = false;
        for (next = i + 1; next < p->n_deeds && p->deed[next].thing == p->deed[i].thing;) next++;
        if (next - i < 2) continue;
        const bool across = differ(p->deed + i, next - i, g, (uint32_t)g->n - 1, &said);
        o->across.of += said;
        o->across.part += across;
        const bool high = differ(p->deed + i, next - i, levels, (uint32_t)levels->n - 1, &said);
        o->levels.of += said;
        o->levels.part += high;
        if (across) pair_up(p->deed + i, next - i, g, things, seen);
    }
    for (size_t a = 0; a < g->n_told; a++)
        for (size_t b = a + 1; b < g->n_told; b++)
            if (things[a * g->n_told + b])
                pair[o->n_pairs++] = (fh_part_pair){a, b, things[a * g->n_told + b]};
    if (fh_sort(NULL, pair, o->n_pairs, sizeof *pair, most_things, NULL)) return fh_no_memory(err);
    if (o->n_pairs > PAIRS_SHOWN) o->n_pairs = PAIRS_SHOWN;
    o->pair = pair;
    return FH_OK;
}

fh_status fh_part_count_people(const fh_part_counting *c, fh_error *err)
{
    people *p = FH_NEW(c->arena, people);
    fh_participation *o = c->out;
    grouping departments, levels;
    if (!p) return fh_no_memory(err);
    p->c = c;
    fh_status s = mark_all(p, err);
    if (s) return s;
    count_spans(p);
    if (o->span[0].all.people < FH_FEWEST) {
        o->n_spans = 0;
        return FH_OK;
    }
    o->took_part = (fh_part_of){o->span[0].all.took_part, o->span[0].all.people};
    s = by_department(p, &departments, err);
    if (!s) s = by_level(p, &levels, err);
    if (!s) s = count_together(p, &departments, &levels, err);
    if (s) return s;
    o->department = departments.group;
    o->n_departments = departments.n_told;
    o->level = levels.group;
    o->n_levels = levels.n_told;
    return FH_OK;
}
