/* record_focus.c - the focus register: does everything we do start from somebody's need?
 * (see record_figures.h)
 *
 * What we do is found by itself: the touchpoints of what happened, the maps (designs), their stages
 * (processes), the sorts of messages that are sent, the decisions; and besides whatever people
 * put into the register. A thing is spoken of by a record of kind focus about its touchpoint, or of
 * its sort and name; it starts from somebody when one of these is focused.
 */
#include "app/find/sent.h"
#include "app/maps/maps.h"
#include "app/people/people.h"
#include "app/records/record_figures_parts.h"
#include "base/put.h"
#include "base/sort.h"

#include <string.h>

enum { FOCUS_MAX = 5000, FOCUS_SHOWN = 500, DECISIONS_MAX = 2000 };

typedef enum sort { TOUCHPOINT, DESIGN, MESSAGE, DECISION, PROCESS, N_SORTS } sort;
static const char *const sorts[N_SORTS] = {"touchpoint", "design", "message", "decision",
                                           "process"};

typedef struct thing {
    sort is;
    fh_str name;
    uint32_t department, touchpoint; /* touchpoint 0: it is none */
    const fh_record *says;           /* the record about it; NULL: none */
    bool focused;
} thing;

typedef struct focus {
    const fh_view *v;
    thing *item; /* [n] */
    size_t n, cap;
    uint64_t touchpoints_unnamed, left_out;
    const fh_department *department; /* [n_departments] */
    size_t n_departments;
} focus;

static bool in_state(const fh_record *r, const char *state)
{
    return fh_str_eq(r->state, fh_str_of(state));
}

/* The name stays where it is. */
static fh_status add(focus *f, const thing *t, fh_error *err)
{
    if (f->n == f->cap) {
        const size_t cap = f->cap ? 2 * f->cap : 256;
        thing *wider = FH_NEW_ARRAY(f->v->arena, thing, cap);
        if (!wider) return fh_no_memory(err);
        if (f->n) memcpy(wider, f->item, f->n * sizeof *wider);
        f->item = wider;
        f->cap = cap;
    }
    f->item[f->n++] = *t;
    return FH_OK;
}

static uint32_t department_of(const focus *f, fh_str name)
{
    for (size_t i = 0; i < f->n_departments && name.len; i++)
        if (fh_str_eq_nocase(f->department[i].name, name)) return f->department[i].department;
    return 0;
}

static uint32_t department_known_as(const focus *f, uint32_t number)
{
    for (size_t i = 0; i < f->n_departments && number; i++)
        if (f->department[i].known_as == number) return f->department[i].department;
    return department_of(f, number < f->v->department.n ? fh_view_name(&f->v->department, number)
                                                        : (fh_str){0});
}

/* ---- What there is ------------------------------------------------------------------------ */

static fh_status add_touchpoints(focus *f, fh_error *err)
{
    const fh_names *names = &f->v->touchpoint;
    fh_status s = FH_OK;
    for (uint32_t t = 1; t < names->n && !s; t++) {
        const thing one = {.is = TOUCHPOINT, .name = fh_view_name(names, t), .touchpoint = t};
        if (!names->canon || names->canon[t] == t) s = add(f, &one, err);
    }
    return s;
}

/* Whose a touchpoint is, as a map says it: its owner, else the department that is there. */
static uint32_t department_at(const focus *f, const fh_map_touchpoint *t)
{
    const uint32_t owner = department_of(f, t->owner);
    const uint32_t from = owner ? owner : department_of(f, t->from);
    return from ? from : department_of(f, t->to);
}

static fh_status add_map(focus *f, const fh_map *map, fh_error *err)
{
    const uint32_t owner = department_of(f, map->owner);
    const thing design = {.is = DESIGN, .name = map->title, .department = owner};
    fh_status s = add(f, &design, err);
    for (uint32_t i = 0; i < map->n_stages && !s; i++) {
        const thing stage = {.is = PROCESS,
                             .name = fh_printed(f->v->arena, "%.*s: %.*s", FH_STR_ARG(map->title),
                                                FH_STR_ARG(map->stage[i].name)),
                             .department = owner};
        s = add(f, &stage, err);
    }
    for (size_t i = 0; i < f->n && !s; i++) {
        thing *t = &f->item[i];
        if (t->is != TOUCHPOINT || t->department) continue;
        const uint32_t at = fh_map_find(map, t->name, FH_STR(""), FH_STR(""));
        if (at != FH_MAP_NONE) t->department = department_at(f, &map->touchpoint[at]);
    }
    return s;
}

static fh_status add_maps(focus *f, fh_error *err)
{
    const fh_maps_row *row = NULL;
    size_t n = 0;
    fh_status s = fh_maps_list(f->v->org, false, f->v->arena, &row, &n, err);
    for (size_t i = 0; i < n && !s; i++) {
        fh_map_open open;
        s = fh_maps_lived_by(f->v->org, &row[i], f->v->arena, &open, err);
        if (!s) s = add_map(f, &open.map, err);
    }
    return s;
}

static fh_status add_messages(focus *f, fh_error *err)
{
    fh_sent_list sent;
    fh_status s = fh_sent_read(f->v->org, f->v->arena, &sent, err);
    for (size_t i = 0; i < sent.n && !s; i++) {
        const fh_sent *m = &sent.item[i];
        const bool known = m->touchpoint && m->touchpoint < f->v->touchpoint.n;
        const thing one = {.is = MESSAGE,
                           .name = m->purpose.len ? m->purpose
                                   : known        ? fh_view_name(&f->v->touchpoint, m->touchpoint)
                                                  : (fh_str){"", 0},
                           .department = department_known_as(f, m->department)};
        if (one.name.len) s = add(f, &one, err);
    }
    return s;
}

static fh_status add_decisions(focus *f, fh_error *err)
{
    const fh_record_query q = {.kind = FH_STR("decision"), .by = FH_RECORDS_BY_FIRST};
    fh_record *row = NULL;
    size_t n = 0;
    fh_status s = fh_record_rows(f->v->org, &q, DECISIONS_MAX, f->v->arena, &row, &n, err);
    for (size_t i = 0; i < n && !s; i++) {
        const thing one = {.is = DECISION, .name = row[i].title, .department = row[i].department};
        s = add(f, &one, err);
    }
    return s ? s : fh_record_beyond(f->v, NULL, &q, n, DECISIONS_MAX, &f->left_out, err);
}

/* ---- What is said of it ---------------------------------------------------------------- */

static sort sort_of(fh_str is)
{
    for (int i = 0; i < N_SORTS; i++)
        if (fh_str_eq(is, fh_str_of(sorts[i]))) return (sort)i;
    return N_SORTS;
}

static void speak(thing *t, const fh_record *r)
{
    const bool focused = in_state(r, "focused");
    if (!t->says || (focused && !t->focused)) t->says = r;
    t->focused |= focused;
    if (r->department) t->department = r->department;
}

static fh_status match(focus *f, const fh_record *r, fh_error *err)
{
    fh_bitset set;
    fh_str is, names;
    bool found = false;
    fh_status s = fh_record_touchpoints(f->v, r->record, &set, &names, err);
    if (!s) s = fh_record_field_text(f->v->arena, r->fields, "is", &is, err);
    if (s) return s;
    const sort at = sort_of(is);
    for (size_t i = 0; i < f->n; i++) {
        thing *t = &f->item[i];
        const bool there =
            t->touchpoint && set.bits[t->touchpoint / 64] >> (t->touchpoint % 64) & 1;
        if (!there && (t->is != at || !fh_str_eq_nocase(t->name, r->title))) continue;
        speak(t, r);
        found = true;
    }
    if (found) return FH_OK;
    const thing own = {.is = at == N_SORTS ? PROCESS : at,
                       .name = r->title,
                       .department = r->department,
                       .says = r,
                       .focused = in_state(r, "focused")};
    return add(f, &own, err);
}

static fh_status gather(focus *f, fh_error *err)
{
    const fh_record_query q = {.kind = FH_STR("focus"), .by = FH_RECORDS_BY_FIRST};
    fh_record *row = NULL;
    size_t n = 0;
    fh_status s = add_touchpoints(f, err);
    if (!s) s = add_maps(f, err);
    if (!s) s = add_messages(f, err);
    if (!s) s = add_decisions(f, err);
    if (!s) s = fh_record_rows(f->v->org, &q, FOCUS_MAX, f->v->arena, &row, &n, err);
    for (size_t i = 0; i < n && !s; i++)
        if (!in_state(&row[i], "retired")) s = match(f, &row[i], err);
    if (!s) s = fh_record_beyond(f->v, NULL, &q, n, FOCUS_MAX, &f->left_out, err);
    for (size_t i = 0; i < f->n && !s; i++)
        f->touchpoints_unnamed += f->item[i].is == TOUCHPOINT && !f->item[i].says;
    return s;
}

/* ---- JSON ------------------------------------------------------------------------------ */

static void sorts_json(const focus *f, fh_json *j)
{
    fh_json_key(j, FH_STR("sorts"));
    fh_json_array(j);
    for (int k = 0; k < N_SORTS; k++) {
        uint64_t things = 0, focused = 0;
        for (size_t i = 0; i < f->n; i++) {
            things += f->item[i].is == (sort)k;
            focused += f->item[i].is == (sort)k && f->item[i].focused;
        }
        fh_json_object(j);
        fh_put_word(j, "is", sorts[k]);
        fh_put_number(j, "things", things);
        fh_put_number(j, "focused", focused);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void department_json(const focus *f, uint32_t department, fh_str name, fh_json *j)
{
    uint64_t things = 0, focused = 0;
    for (size_t i = 0; i < f->n; i++) {
        things += f->item[i].department == department;
        focused += f->item[i].department == department && f->item[i].focused;
    }
    if (!things) return;
    fh_json_object(j);
    fh_put_number(j, "department", department);
    fh_put_text(j, "name", name);
    fh_put_number(j, "things", things);
    fh_put_number(j, "focused", focused);
    fh_json_end_object(j);
}

static void unfocused_json(const focus *f, fh_json *j)
{
    size_t shown = 0;
    fh_json_key(j, FH_STR("unfocused"));
    fh_json_array(j);
    for (int spoken = 1; spoken >= 0; spoken--) /* those first of which something is said */
        for (size_t i = 0; i < f->n && shown < FOCUS_SHOWN; i++) {
            const thing *t = &f->item[i];
            if (t->focused || (t->says != NULL) != spoken) continue;
            shown++;
            fh_json_object(j);
            fh_put_number(j, "record", t->says ? (uint64_t)t->says->record : 0);
            fh_put_text(j, "title", t->name);
            fh_put_word(j, "is", sorts[t->is]);
            fh_put_number(j, "department", t->department);
            fh_put_number(j, "touchpoint", t->touchpoint);
            fh_put_number(j, "owner", t->says ? t->says->owner : 0);
            if (t->says)
                fh_put_time(j, "since", t->says->first_ms);
            else {
                fh_put_null(j, "since");
            }
            fh_json_end_object(j);
        }
    fh_json_end_array(j);
}

fh_status fh_focus_json(const fh_view *v, const fh_actor *actor, fh_json *j, fh_error *err)
{
    focus f = {.v = v};
    uint64_t focused = 0;
    fh_status s = fh_require(actor, FH_RIGHT_TAKE_PART, err);
    if (!s) s = fh_departments_list(v->org, actor, v->arena, &f.department, &f.n_departments, err);
    if (!s) s = gather(&f, err);
    if (s) return s;
    for (size_t i = 0; i < f.n; i++) focused += f.item[i].focused;
    fh_json_object(j);
    fh_put_number(j, "things", f.n);
    fh_put_number(j, "focused", focused);
    fh_put_number(j, "touchpoints_not_named", f.touchpoints_unnamed);
    fh_put_number(j, "left_out", f.left_out);
    sorts_json(&f, j);
    fh_json_key(j, FH_STR("departments"));
    fh_json_array(j);
    for (size_t i = 0; i < f.n_departments; i++)
        department_json(&f, f.department[i].department, f.department[i].name, j);
    department_json(&f, 0, FH_STR(""), j);
    fh_json_end_array(j);
    unfocused_json(&f, j);
    fh_json_end_object(j);
    return FH_OK;
}
