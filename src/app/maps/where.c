/* where.c - where one customer is on the journeys intended for them (see where.h).
 *
 *     told[] --fh_map_find, once a kind of interaction--> touchpoints of the map
 *            --by problem, or all--> ways --the aligner--> a state for each touchpoint
 */
#include "app/maps/where.h"

#include "app/ask/view_parts.h"
#include "app/lived/lived_parts.h"
#include "app/maps/maps_parts.h"
#include "base/put.h"
#include "base/sort.h"

#include <string.h>

/* What an interaction is told by; the same ones are looked up once. */
typedef struct sort_of {
    uint32_t touchpoint, channel, department;
    uint32_t is; /* touchpoint of the map; FH_MAP_NONE */
} sort_of;

/* What happened weighs so many times as much as what did not: a step that has come is taken as one
 * of the journey, and what should have come before it is missing. */
enum { HAPPENED = 3 };

typedef struct work {
    const fh_lived *l;
    const fh_map_open *map;
    fh_arena *arena;
    fh_aligner *aligner;
    fh_tree tree;
    uint32_t *ad_hoc;         /* [n_labels] HAPPENED each */
    const uint32_t *label_at; /* [n_touchpoints] label of the tree; FH_ALIGN_UNKNOWN */
    const fh_str *stage;      /* [n_touchpoints] */
    sort_of *seen;
    size_t n_seen;
    uint32_t *is;  /* [n] touchpoint of the map of each interaction that is past; FH_MAP_NONE */
    uint32_t *at;  /* [n] scratch: interactions of one way */
    uint32_t *way; /* [n] scratch: their labels */
    fh_where_journey *found;
    size_t n_found, cap;
} work;

/* ---- Which touchpoint -------------------------------------------------------------------- */

static fh_str told_name(const fh_names *names, uint32_t number)
{
    return number && number < names->n ? names->name[number] : (fh_str){"", 0};
}

static uint32_t touchpoint_of(work *w, const fh_told *t)
{
    const fh_view *v = w->l->view;
    for (size_t i = 0; i < w->n_seen; i++) {
        const sort_of *s = &w->seen[i];
        if (s->touchpoint == t->touchpoint && s->channel == t->channel &&
            s->department == t->department)
            return s->is;
    }
    const uint32_t is = t->touchpoint
                            ? fh_map_find(&w->map->map, told_name(&v->touchpoint, t->touchpoint),
                                          told_name(&v->channel, t->channel),
                                          told_name(&v->department, t->department))
                            : FH_MAP_NONE;
    w->seen[w->n_seen++] = (sort_of){t->touchpoint, t->channel, t->department, is};
    return is;
}

/* *n: how many are of the map; *by_problem: each of these tells a problem. */
static void find_all(work *w, size_t *n, bool *by_problem)
{
    *n = 0;
    *by_problem = true;
    w->n_seen = 0;
    for (uint32_t i = 0; i < w->l->n_past; i++) {
        w->is[i] = touchpoint_of(w, &w->l->told[i]);
        if (w->is[i] == FH_MAP_NONE) continue;
        (*n)++;
        if (!w->l->told[i].problem) *by_problem = false;
    }
}

/* ---- Who helps ----------------------------------------------------------------------------- */

static bool is_department(const fh_view *v, fh_str name)
{
    for (uint32_t d = 1; name.len && d < v->department.n; d++)
        if (fh_str_eq_nocase(v->department.name[d], name)) return true;
    return false;
}

/* Whom the customer meets there, else a department that looks after it: of single colleagues the
 * customer learns nothing. */
static fh_str who_of(const work *w, const fh_map_touchpoint *t)
{
    const fh_view *v = w->l->view;
    const fh_str customer = FH_STR("customer");
    if (t->from.len && !fh_str_eq_nocase(t->from, customer)) return t->from;
    if (t->to.len && !fh_str_eq_nocase(t->to, customer)) return t->to;
    if (is_department(v, t->owner)) return t->owner;
    return is_department(v, w->map->map.owner) ? w->map->map.owner : (fh_str){"", 0};
}

/* ---- One way -------------------------------------------------------------------------------- */

static bool is_shown(const fh_map_touchpoint *t)
{
    return t->lane != FH_MAP_BACK;
}

static void mark(const work *w, fh_where_step *step, const uint32_t *label, size_t n,
                 fh_where_state state)
{
    for (size_t i = 0; i < n; i++)
        for (uint32_t t = 0; t < w->map->map.n_touchpoints; t++)
            if (w->label_at[t] == label[i] && step[t].state == FH_WHERE_UNSEEN)
                step[t].state = state;
}

static bool misses(const fh_alignment *a, uint32_t label)
{
    for (size_t m = 0; m < a->n_missing; m++)
        if (a->missing[m].label == label) return true;
    return false;
}

/* Steps of the cheapest way through that have to come yet: those at its end, and those that are
 * not missing so far: where parts may come in any order, the way may have them before what came.
 * Gives how many of them the customer sees. */
static uint32_t mark_later(const work *w, fh_where_step *step, const fh_alignment *whole,
                           const fh_alignment *so_far, size_t n)
{
    uint32_t seen = 0;
    for (size_t m = 0; m < whole->n_missing; m++) {
        const uint32_t label = whole->missing[m].label;
        if (whole->missing[m].before < n && misses(so_far, label)) continue;
        mark(w, step, &label, 1, FH_WHERE_LATER);
        for (uint32_t t = 0; t < w->map->map.n_touchpoints; t++)
            seen += w->label_at[t] == label && is_shown(step[t].touchpoint);
    }
    return seen;
}

/* Only what is the customer's to see, in the order of the map. */
static void keep_shown(const work *w, fh_where_step *step, fh_where_journey *j)
{
    uint32_t n = 0;
    for (uint32_t t = 0; t < w->map->map.n_touchpoints; t++) {
        fh_where_step s = step[t];
        if (s.state == FH_WHERE_UNSEEN || !is_shown(s.touchpoint)) continue;
        j->n_done += s.state == FH_WHERE_DONE;
        j->n_missing += s.state == FH_WHERE_MISSING;
        s.who = who_of(w, s.touchpoint);
        step[n++] = s;
    }
    j->step = step;
    j->n_steps = n;
}

static fh_status hold(work *w, uint32_t problem, size_t n, fh_where_journey *out, fh_error *err)
{
    const fh_map *map = &w->map->map;
    fh_unfinished open = {0};
    fh_alignment whole = {0};
    fh_where_step *step = FH_NEW_ARRAY(w->arena, fh_where_step, (size_t)map->n_touchpoints + 1);
    if (!step) return fh_no_memory(err);
    fh_status s = fh_align_unfinished(w->aligner, w->way, n, w->arena, &open, err);
    if (!s) s = fh_align_moves(w->aligner, w->way, n, w->arena, &whole, err);
    if (s) return s;
    for (uint32_t t = 0; t < map->n_touchpoints; t++)
        step[t] = (fh_where_step){
            .touchpoint = &map->touchpoint[t], .stage = w->stage[t], .at = FH_NO_INDEX};
    for (size_t i = 0; i < n; i++) {
        fh_where_step *at = &step[w->is[w->at[i]]];
        at->state = FH_WHERE_DONE;
        at->at = w->at[i];
    }
    const fh_alignment *so_far = &open.so_far;
    for (size_t m = 0; m < so_far->n_missing; m++)
        mark(w, step, &so_far->missing[m].label, 1, FH_WHERE_MISSING);
    mark(w, step, open.next, open.n_next, FH_WHERE_NEXT);
    *out = (fh_where_journey){.map = w->map,
                              .problem = problem,
                              .first = w->at[0],
                              .last = w->at[n - 1],
                              .may_be_over = open.may_end,
                              .at_least = mark_later(w, step, &whole, so_far, n)};
    keep_shown(w, step, out);
    return FH_OK;
}

static fh_status add(work *w, const fh_where_journey *j, fh_error *err)
{
    if (w->n_found == w->cap) {
        const size_t cap = w->cap ? 2 * w->cap : 16;
        fh_where_journey *grown = FH_NEW_ARRAY(w->arena, fh_where_journey, cap);
        if (!grown) return fh_no_memory(err);
        if (w->n_found) memcpy(grown, w->found, w->n_found * sizeof *grown);
        w->found = grown;
        w->cap = cap;
    }
    w->found[w->n_found++] = *j;
    return FH_OK;
}

/* The way of one problem, or of all (0). One too long to be held is left out. */
static fh_status one_way(work *w, uint32_t problem, fh_error *err)
{
    fh_error why = {0};
    fh_where_journey j;
    size_t n = 0;
    for (uint32_t i = 0; i < w->l->n_past; i++) {
        if (w->is[i] == FH_MAP_NONE) continue;
        if (problem && w->l->told[i].problem != problem) continue;
        w->at[n] = i;
        w->way[n++] = w->label_at[w->is[i]];
    }
    if (!n) return FH_OK;
    const fh_status s = hold(w, problem, n, &j, &why);
    if (s == FH_LIMIT) return FH_OK;
    if (s && err) *err = why;
    return s ? s : add(w, &j, err);
}

/* ---- One map ---- */

static fh_status read_tree(work *w, fh_error *err)
{
    const fh_map *map = &w->map->map;
    uint32_t *label = FH_NEW_ARRAY(w->arena, uint32_t, (size_t)map->n_touchpoints + 1);
    fh_str *stage = FH_NEW_ARRAY(w->arena, fh_str, (size_t)map->n_touchpoints + 1);
    if (!label || !stage) return fh_no_memory(err);
    const fh_status s = fh_map_tree(map, w->arena, &w->tree, err);
    if (s) return s;
    for (uint32_t t = 0; t < map->n_touchpoints; t++) {
        const fh_map_touchpoint *x = &map->touchpoint[t];
        label[t] = FH_ALIGN_UNKNOWN;
        stage[t] = x->stage < map->n_stages ? map->stage[x->stage].name : (fh_str){"", 0};
        for (uint32_t k = 0; k < w->tree.n_labels && label[t] == FH_ALIGN_UNKNOWN; k++)
            if (fh_str_eq(w->tree.label[k], x->id)) label[t] = k;
    }
    w->label_at = label;
    w->stage = stage;
    w->ad_hoc = FH_NEW_ARRAY(w->arena, uint32_t, (size_t)w->tree.n_labels + 1);
    for (uint32_t k = 0; w->ad_hoc && k < w->tree.n_labels; k++) w->ad_hoc[k] = HAPPENED;
    return w->ad_hoc ? FH_OK : fh_no_memory(err);
}

static fh_status ways_of(work *w, bool by_problem, fh_error *err)
{
    if (!by_problem) return one_way(w, 0, err);
    fh_status s = FH_OK;
    for (uint32_t p = 0; p < w->l->n_problems && !s; p++)
        s = one_way(w, w->l->problem[p].problem, err);
    return s;
}

static fh_status one_map(work *w, const fh_maps_row *row, fh_error *err)
{
    fh_map_open *open = FH_NEW(w->arena, fh_map_open);
    size_t n = 0;
    bool by_problem = false;
    if (!open) return fh_no_memory(err);
    open->row = *row;
    fh_status s =
        fh_maps_read_version(w->l->view->org, row->map, row->intended, w->arena, open, err);
    if (s) return s;
    w->map = open;
    find_all(w, &n, &by_problem);
    if (!n) return FH_OK;
    s = read_tree(w, err);
    const fh_align_options costs = {.ad_hoc = w->ad_hoc};
    if (!s) s = fh_aligner_new(NULL, &w->tree, &costs, &w->aligner, err);
    if (!s) s = ways_of(w, by_problem, err);
    fh_aligner_free(w->aligner);
    w->aligner = NULL;
    return s;
}

/* ---- All ---- */

static int latest_first(const void *pa, const void *pb, void *ctx)
{
    const fh_where_journey *a = pa, *b = pb;
    (void)ctx;
    if (a->last != b->last) return a->last > b->last ? -1 : 1;
    if (a->map->row.map != b->map->row.map) return a->map->row.map < b->map->row.map ? -1 : 1;
    return (a->problem > b->problem) - (a->problem < b->problem);
}

fh_status fh_where_journeys(const fh_lived *l, const fh_where_journey **out, size_t *n,
                            size_t *hidden, fh_error *err)
{
    work w = {.l = l, .arena = l->view->arena};
    const fh_maps_row *row = NULL;
    size_t n_rows = 0;
    const size_t most = (size_t)l->n + 1;
    w.seen = FH_NEW_ARRAY(w.arena, sort_of, most);
    w.is = FH_NEW_ARRAY(w.arena, uint32_t, most);
    w.at = FH_NEW_ARRAY(w.arena, uint32_t, most);
    w.way = FH_NEW_ARRAY(w.arena, uint32_t, most);
    if (!w.seen || !w.is || !w.at || !w.way) return fh_no_memory(err);
    fh_status s = fh_maps_list(l->view->org, false, w.arena, &row, &n_rows, err);
    for (size_t i = 0; i < n_rows && !s; i++)
        if (row[i].intended) s = one_map(&w, &row[i], err);
    if (s) return s;
    if (fh_sort(NULL, w.found, w.n_found, sizeof *w.found, latest_first, NULL))
        return fh_no_memory(err);
    *out = w.found;
    *n = w.n_found < FH_WHERE_MOST ? w.n_found : FH_WHERE_MOST;
    *hidden = w.n_found - *n;
    return FH_OK;
}

/* ---- As JSON ---- */

static void step_json(const fh_lived *l, const fh_where_step *s, fh_json *j)
{
    static const char *const words[] = {[FH_WHERE_UNSEEN] = "unseen",
                                        [FH_WHERE_DONE] = "done",
                                        [FH_WHERE_MISSING] = "missing",
                                        [FH_WHERE_NEXT] = "next",
                                        [FH_WHERE_LATER] = "later"};
    const fh_map_touchpoint *t = s->touchpoint;
    fh_json_object(j);
    fh_lived_text_json(j, "id", t->id);
    fh_lived_text_json(j, "name", t->name);
    fh_lived_text_json(j, "stage", s->stage);
    fh_put_word(j, "state", words[s->state]);
    if (s->at != FH_NO_INDEX) {
        fh_lived_time_json(l, "time", l->told[s->at].at_ms, j);
        fh_lived_ref_json(l, "ref", s->at, j);
    }
    fh_lived_text_json(j, "who", s->who);
    fh_lived_text_json(j, "channel", t->channel);
    fh_json_end_object(j);
}

static fh_status journey_json(const fh_lived *l, const fh_where_journey *a, fh_json *j,
                              fh_error *err)
{
    const fh_map *map = &a->map->map;
    fh_json_object(j);
    fh_put_number(j, "map", (uint64_t)a->map->row.map);
    fh_lived_text_json(j, "title", map->title);
    fh_lived_text_json(j, "goal", map->goal);
    if (a->problem) {
        fh_str name = {0};
        const fh_status s = fh_problem_name(l->view->org, a->problem, l->view->arena, &name, err);
        if (s) return s;
        fh_put_number(j, "problem", a->problem);
        fh_lived_text_json(j, "problem_name", name);
    }
    fh_lived_time_json(l, "began", l->told[a->first].at_ms, j);
    fh_lived_time_json(l, "last", l->told[a->last].at_ms, j);
    fh_put_number(j, "done", a->n_done);
    fh_put_number(j, "missing", a->n_missing);
    fh_put_number(j, "at_least", a->at_least);
    fh_put_bool(j, "may_be_over", a->may_be_over);
    fh_json_key(j, FH_STR("steps"));
    fh_json_array(j);
    for (uint32_t i = 0; i < a->n_steps; i++) step_json(l, &a->step[i], j);
    fh_json_end_array(j);
    fh_json_end_object(j);
    return FH_OK;
}

fh_status fh_where_json(const fh_lived *l, fh_json *j, fh_error *err)
{
    const fh_where_journey *list = NULL;
    size_t n = 0, hidden = 0;
    fh_status s = fh_where_journeys(l, &list, &n, &hidden, err);
    if (s) return s;
    fh_json_key(j, FH_STR("journeys"));
    fh_json_array(j);
    for (size_t i = 0; i < n && !s; i++) s = journey_json(l, &list[i], j, err);
    fh_json_end_array(j);
    fh_put_number(j, "hidden", hidden);
    return s;
}
