/* show_held.c - where what customers tell again was known: the step at which they told it first,
 * the department that had it, the source its interactions came from, and the systems in which
 * intended maps say that step keeps what it knows. Never a person.
 *
 * Whoever kept something is told so before everybody is: a finding about it names departments
 * only to those its record is seen by, until they replied or their time is over (the record's
 * state `concerned`).
 */
#include "app/find/show_parts.h"

#include "app/people/people.h"
#include "app/records/records.h"
#include "base/put.h"
#include "firsthand/map.h"
#include "store/maps.h"
#include "store/members.h"
#include "store/sources.h"

#include <string.h>

enum { HITS = 100, PLACES = 20, WORDS = 40 };

/* What was known at one step of one department, told by one source. */
typedef struct place {
    uint32_t department, touchpoint, origin;
    fh_str source;
    uint64_t n;
} place;

typedef struct holding {
    const fh_evidence *e;
    const fh_cause_row *c;
    const fh_origin *origin; /* [n_origins] */
    size_t n_origins;
    place place[PLACES];
    size_t n;
    const fh_map *map; /* [n_maps] */
    size_t n_maps;
} holding;

/* ---- Right of reply ------------------------------------------------------------------------ */

/* Does the actor work in one of its departments, or lead it? */
static fh_status is_touched(fh_org *org, const fh_actor *actor, const fh_names *department,
                            const fh_cause_row *c, fh_arena *arena, bool *out, fh_error *err)
{
    const fh_actor self = fh_actor_system();
    const fh_str from = fh_find_name(department, c->from), to = fh_find_name(department, c->to);
    const fh_department *all = NULL;
    size_t n = 0;
    const fh_status s = fh_departments_list(org, &self, arena, &all, &n, err);
    *out = false;
    for (size_t i = 0; i < n && !s; i++)
        if (fh_str_eq_nocase(all[i].name, from) || fh_str_eq_nocase(all[i].name, to))
            *out |= all[i].department == actor->department || fh_leads(actor, all[i].department);
    return s;
}

/* Seen as a whole by whom its record is seen, by both departments, and by whoever answers for the
 * organisation and reads who looked at what. */
static fh_status sees(fh_org *org, const fh_actor *actor, const fh_names *department,
                      const fh_cause_row *c, fh_arena *arena, bool *out, fh_error *err)
{
    fh_record_view v;
    fh_error none = {0};
    *out = fh_may(actor, FH_RIGHT_FINDINGS) && fh_may(actor, FH_RIGHT_AUDIT);
    if (*out) return FH_OK;
    const fh_status s = fh_record_get(org, actor, c->record, arena, &v, &none);
    *out = s == FH_OK;
    if (s == FH_NOTFOUND || s == FH_DENIED)
        return is_touched(org, actor, department, c, arena, out, err);
    if (s && err) *err = none;
    return s;
}

fh_status fh_cause_hold_back(fh_org *org, const fh_actor *actor, const fh_names *department,
                             fh_arena *arena, fh_cause_row *c, bool *waits, fh_error *err)
{
    const fh_actor self = fh_actor_system();
    fh_record_view v;
    fh_error none = {0};
    bool seen = false;
    *waits = false;
    if (!fh_cause_holds_back(c) || c->record <= 0) return FH_OK;
    fh_status s = fh_record_get(org, &self, c->record, arena, &v, &none);
    if (s == FH_NOTFOUND) return FH_OK;
    if (s) {
        if (err) *err = none;
        return s;
    }
    const uint32_t at = fh_kind_find_state(v.kind, v.row.state);
    if (at >= v.kind->n_states || !v.kind->state[at].concerned) return FH_OK;
    s = sees(org, actor, department, c, arena, &seen, err);
    if (s || seen) return s;
    *waits = true;
    c->from = c->to = c->touchpoint = 0;
    c->fact_types = 0;
    c->purpose = (fh_str){"", 0};
    return FH_OK;
}

fh_status fh_causes_as_seen(fh_org *org, const fh_actor *actor, const fh_names *department,
                            fh_arena *arena, fh_seen_causes *out, fh_error *err)
{
    const fh_cause_row *all = NULL;
    size_t n = 0;
    fh_status s = fh_causes_all(org, arena, &all, &n, err);
    if (s) return s;
    fh_cause_row *c = FH_NEW_ARRAY(arena, fh_cause_row, n + 1);
    bool *waits = FH_NEW_ARRAY(arena, bool, n + 1);
    if (!c || !waits) return fh_no_memory(err);
    for (size_t i = 0; i < n && !s; i++) {
        c[i] = all[i];
        s = fh_cause_hold_back(org, actor, department, arena, &c[i], &waits[i], err);
    }
    if (!s) *out = (fh_seen_causes){c, waits, n};
    return s;
}

/* ---- Where it was known -------------------------------------------------------------------- */

static fh_str source_of(const holding *h, uint32_t origin)
{
    for (size_t i = 0; i < h->n_origins; i++)
        if (h->origin[i].origin == origin) return h->origin[i].source;
    return (fh_str){"", 0};
}

static void add(holding *h, const fh_told *t)
{
    const fh_str source = source_of(h, t->origin);
    size_t i = 0;
    while (i < h->n &&
           (h->place[i].department != t->department || h->place[i].touchpoint != t->touchpoint ||
            !fh_str_eq(h->place[i].source, source)))
        i++;
    if (i == PLACES) return;
    if (i == h->n) h->place[h->n++] = (place){t->department, t->touchpoint, t->origin, source, 0};
    h->place[i].n++;
}

static fh_status read_places(holding *h, fh_error *err)
{
    const fh_hit_row *hit = NULL;
    size_t n = 0;
    fh_status s = fh_origins(h->e->org, h->e->arena, &h->origin, &h->n_origins, err);
    if (!s) s = fh_hits_latest(h->e->org, h->c->cause, HITS, h->e->arena, &hit, &n, err);
    for (size_t i = 0; i < n && !s; i++) {
        fh_message first;
        uint32_t customer = 0;
        bool there = false;
        s = fh_member_customer(h->e->org, hit[i].customer, &customer, err);
        if (!s && customer)
            s = fh_evidence_find(h->e, customer, hit[i].a, hit[i].a_ms, &first, &there, err);
        if (!s && there) add(h, first.told);
    }
    for (size_t i = 1; i < h->n; i++) { /* most first, and as they were met */
        const place p = h->place[i];
        size_t k = i;
        for (; k && h->place[k - 1].n < p.n; k--) h->place[k] = h->place[k - 1];
        h->place[k] = p;
    }
    return s;
}

static fh_status read_maps(holding *h, fh_error *err)
{
    const fh_maps_row *row = NULL;
    size_t n = 0;
    fh_status s = fh_maps_list(h->e->org, false, h->e->arena, &row, &n, err);
    fh_map *map = s ? NULL : FH_NEW_ARRAY(h->e->arena, fh_map, n + 1);
    if (!s && !map) s = fh_no_memory(err);
    for (size_t i = 0; i < n && !s; i++) {
        fh_maps_version version;
        if (!row[i].intended) continue;
        s = fh_maps_version_get(h->e->org, row[i].map, row[i].intended, h->e->arena, &version, err);
        if (!s) s = fh_map_parse(version.text, h->e->arena, &map[h->n_maps], err);
        h->n_maps += !s;
    }
    h->map = map;
    return s;
}

/* ---- As JSON ------------------------------------------------------------------------------- */

/* Each word once. */
static void put_words(const holding *h, const place *p, const char *key, bool systems, fh_json *j)
{
    const fh_str step = fh_find_name(&h->e->names.touchpoint, p->touchpoint);
    const fh_str department = fh_find_name(&h->e->names.department, p->department);
    fh_str said[WORDS];
    size_t n = 0;
    fh_put_key(j, key);
    fh_json_array(j);
    for (size_t m = 0; m < h->n_maps; m++) {
        const uint32_t at = fh_map_find(&h->map[m], step, FH_STR(""), department);
        if (!step.len || at >= h->map[m].n_touchpoints) continue;
        const fh_map_touchpoint *t = &h->map[m].touchpoint[at];
        const fh_str *word = systems ? t->system : t->holds;
        for (uint32_t i = 0; i < (systems ? t->n_systems : t->n_holds) && n < WORDS; i++) {
            size_t k = 0;
            while (k < n && !fh_str_eq_nocase(said[k], word[i])) k++;
            if (k < n) continue;
            said[n++] = word[i];
            fh_json_str(j, word[i]);
        }
    }
    fh_json_end_array(j);
}

fh_status fh_cause_held_json(const fh_evidence *e, const fh_cause_row *c, fh_json *j, fh_error *err)
{
    holding h = {.e = e, .c = c};
    fh_status s = FH_OK;
    if (c && fh_cause_holds_back(c)) {
        s = read_places(&h, err);
        if (!s) s = read_maps(&h, err);
    }
    fh_put_key(j, "held");
    fh_json_array(j);
    for (size_t i = 0; i < h.n && !s; i++) {
        const place *p = &h.place[i];
        fh_json_object(j);
        fh_put_text_or_null(j, "department", fh_find_name(&e->names.department, p->department));
        fh_put_text_or_null(j, "touchpoint", fh_find_name(&e->names.touchpoint, p->touchpoint));
        fh_put_text_or_null(j, "source", p->source);
        put_words(&h, p, "systems", true, j);
        put_words(&h, p, "information", false, j);
        fh_put_number(j, "hits", p->n);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    return s;
}
