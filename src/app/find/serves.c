/* serves.c - whom a department serves (see serves.h): hand-offs and touchpoints from stories, the
 * steps and promises of intended maps, what was found. */
#include "app/find/serves.h"

#include "app/find/find_parts.h"
#include "app/find/sent.h"
#include "app/find/show_parts.h"
#include "app/people/people.h"
#include "base/nearest.h"
#include "base/sort.h"

#include <string.h>

enum { OTHERS_MOST = 500, ROWS_MOST = 2000, FIRST_MOST = 6 };

typedef struct serving {
    const fh_view *v;
    fh_str name;
    fh_serves *out;
    uint32_t number; /* of interactions; 0: none has it */
    fh_serves_other *to, *from;
    fh_serves_touchpoint *touchpoint;
    fh_serves_promise *promise;
} serving;

static bool same(fh_str a, fh_str b)
{
    return a.len && fh_str_eq_nocase(a, b);
}

/* ---- Other departments --------------------------------------------------------------------- */

static fh_serves_other *other(fh_serves_other *list, size_t *n, fh_str department)
{
    for (size_t i = 0; i < *n; i++)
        if (same(list[i].department, department)) return &list[i];
    if (*n == OTHERS_MOST) return NULL;
    list[*n] = (fh_serves_other){.department = department, .step = {"", 0}, .map_title = {"", 0}};
    return &list[(*n)++];
}

static fh_status read_handoffs(serving *s, fh_error *err)
{
    fh_handoffs all;
    const fh_status status = fh_view_handoffs(s->v, false, &all, err);
    if (status) return status;
    for (size_t i = 0; i < all.n_pairs; i++) {
        const fh_handoff *p = &all.pairs[i];
        const fh_str from = fh_find_name(&s->v->department, p->from);
        const fh_str to = fh_find_name(&s->v->department, p->to);
        fh_serves_other *o = NULL;
        if (same(from, s->name) && !same(to, s->name)) o = other(s->to, &s->out->n_to, to);
        if (same(to, s->name) && !same(from, s->name)) o = other(s->from, &s->out->n_from, from);
        if (!o) continue;
        o->handed += p->count;
        o->customers += p->customers;
    }
    return FH_OK;
}

/* ---- Maps ---------------------------------------------------------------------------------- */

static void works_for(serving *s, const fh_map_open *open, const fh_map_touchpoint *x)
{
    const bool does = same(x->from, s->name), gets = same(x->to, s->name);
    const fh_str customer = FH_STR("customer");
    fh_serves_other *o = NULL;
    if (does && x->to.len && !gets && !fh_str_eq(x->to, customer))
        o = other(s->to, &s->out->n_to, x->to);
    if (gets && x->from.len && !does && !fh_str_eq(x->from, customer))
        o = other(s->from, &s->out->n_from, x->from);
    if (!o || o->map) return;
    o->step = x->name;
    o->map = open->row.map;
    o->map_title = open->map.title;
}

static void add_step(serving *s, const fh_map_open *open, const fh_map_touchpoint *x,
                     const fh_attended *at)
{
    fh_serves *out = s->out;
    for (uint32_t k = 0; k < x->n_promises && out->n_promises < ROWS_MOST; k++)
        s->promise[out->n_promises++] = (fh_serves_promise){
            x->promise[k].text, x->name, open->map.title, open->row.map, x->promise[k].within_ms};
    if (out->n_touchpoints == ROWS_MOST) return;
    s->touchpoint[out->n_touchpoints++] = (fh_serves_touchpoint){.name = x->name,
                                                                 .owner = at->owner,
                                                                 .map_title = open->map.title,
                                                                 .id = x->id,
                                                                 .map = open->row.map,
                                                                 .number = at->touchpoint,
                                                                 .lacks = at->lacks,
                                                                 .customers = at->stories,
                                                                 .contacts = at->count,
                                                                 .n_scores = at->n_scores,
                                                                 .last_ms = at->last_ms};
}

/* What a department does there, gets there or owns. */
static bool is_its(const fh_map_touchpoint *x, fh_str name)
{
    return same(x->from, name) || same(x->to, name) || same(x->owner, name);
}

static fh_status read_map(serving *s, fh_attending *a, const fh_map_open *open, fh_error *err)
{
    const fh_attended *at = NULL;
    const fh_status status = fh_attending_map(a, open, &at, err);
    for (uint32_t t = 0; !status && t < open->map.n_touchpoints; t++) {
        const fh_map_touchpoint *x = &open->map.touchpoint[t];
        works_for(s, open, x);
        if (is_its(x, s->name)) add_step(s, open, x, &at[t]);
    }
    return status;
}

/* ---- Stories ------------------------------------------------------------------------------- */

static fh_serves_touchpoint *known(serving *s, uint32_t number)
{
    for (size_t i = 0; i < s->out->n_touchpoints; i++)
        if (s->touchpoint[i].number == number) return &s->touchpoint[i];
    return NULL;
}

static const fh_attended *unmapped_one(const fh_attended *list, size_t n, uint32_t number)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].touchpoint == number) return &list[i];
    return NULL;
}

/* What its interactions are; a touchpoint that a map has stands there already. */
static fh_status read_touchpoints(serving *s, fh_attending *a, fh_error *err)
{
    fh_touchpoints all;
    fh_view v;
    fh_str quoted;
    const fh_attended *off = NULL;
    size_t n_off = 0;
    uint64_t n_stories = 0;
    if (!s->number) return FH_OK;
    if (!fh_arena_format(s->v->arena, &quoted, "\"%.*s\"",
                         FH_STR_ARG(fh_find_name(&s->v->department, s->number))))
        return fh_no_memory(err);
    const fh_filter_text only = {.departments = quoted};
    fh_status status =
        fh_view_open(s->v->org, &only, s->v->zone, s->v->threads, s->v->arena, &v, err);
    if (!status) status = fh_view_touchpoints(&v, &all, err);
    if (!status) status = fh_attending_unmapped(a, &off, &n_off, &n_stories, err);
    if (status) return status;
    s->out->customers = all.n_stories;
    s->out->contacts = all.n_interactions;
    for (size_t i = 0; i < all.n_rows; i++) {
        const fh_touchpoint_row *r = &all.rows[i];
        if (!r->touchpoint || known(s, r->touchpoint) || s->out->n_touchpoints == ROWS_MOST)
            continue;
        const fh_attended *at = unmapped_one(off, n_off, r->touchpoint);
        s->touchpoint[s->out->n_touchpoints++] =
            (fh_serves_touchpoint){.name = fh_find_name(&v.touchpoint, r->touchpoint),
                                   .owner = {"", 0},
                                   .map_title = {"", 0},
                                   .id = {"", 0},
                                   .number = r->touchpoint,
                                   .lacks = at ? at->lacks : 0,
                                   .customers = r->stories,
                                   .contacts = r->count,
                                   .n_scores = r->n_scores,
                                   .last_ms = r->last_ms};
    }
    return FH_OK;
}

/* ---- What it sends, what was found ----------------------------------------------------------- */

static fh_status read_sent(serving *s, fh_error *err)
{
    fh_sent_list list = {.arena = s->v->arena};
    fh_status status = fh_sent_read(s->v->org, s->v->arena, &list, err);
    fh_str *sent = status ? NULL : FH_NEW_ARRAY(s->v->arena, fh_str, list.n + 1);
    if (!status && !sent) status = fh_no_memory(err);
    for (size_t i = 0; i < list.n && !status; i++) {
        const fh_sent *one = &list.item[i];
        if (!same(fh_find_name(&s->v->department, one->department), s->name)) continue;
        sent[s->out->n_sent] =
            one->purpose.len ? one->purpose : fh_find_name(&s->v->touchpoint, one->touchpoint);
        s->out->n_sent += sent[s->out->n_sent].len > 0;
    }
    s->out->sent = sent;
    return status;
}

static fh_status read_findings(serving *s, fh_error *err)
{
    const fh_actor anybody = {.kind = FH_ACTOR_PERSON, .rights = fh_right_bit(FH_RIGHT_ASK)};
    const fh_cause_row *all = NULL;
    fh_find_names names;
    size_t n = 0;
    fh_status status = fh_find_names_read(s->v->org, s->v->arena, &names, err);
    if (!status) status = fh_causes_all(s->v->org, s->v->arena, &all, &n, err);
    fh_serves_finding *list = status ? NULL : FH_NEW_ARRAY(s->v->arena, fh_serves_finding, n + 1);
    if (!status && !list) status = fh_no_memory(err);
    for (size_t i = 0; i < n && !status; i++) {
        fh_cause_row c = all[i];
        bool waits = false;
        if (c.judged || !c.hits || c.sort >= FH_N_FINDING_SORTS) continue;
        status = fh_cause_hold_back(s->v->org, &anybody, &names.department, s->v->arena, &c, &waits,
                                    err);
        if (status || (!same(fh_find_name(&names.department, c.from), s->name) &&
                       !same(fh_find_name(&names.department, c.to), s->name)))
            continue;
        fh_serves_finding *f = &list[s->out->n_findings++];
        *f = (fh_serves_finding){.cause = c.cause,
                                 .customers = c.customers,
                                 .sort = fh_finding_sort_name((fh_finding_sort)c.sort)};
        status = fh_cause_says(&c, &names, s->v->arena, &f->says, err);
    }
    s->out->finding = list;
    return status;
}

/* ---- What to do first ------------------------------------------------------------------------ */

static bool add_first(serving *s, fh_serves_step *list, const char *page, fh_str says)
{
    if (says.len) list[s->out->n_first++] = (fh_serves_step){says, page};
    return says.len > 0;
}

/* For who has no touchpoint yet: each with the reason it is proposed for. */
static fh_status propose_first(serving *s, fh_error *err)
{
    fh_arena *arena = s->v->arena;
    fh_serves *out = s->out;
    fh_str says = {"", 0};
    fh_serves_step *list = FH_NEW_ARRAY(arena, fh_serves_step, FIRST_MOST);
    if (!list) return fh_no_memory(err);
    out->first = list;
    if (out->n_touchpoints) return FH_OK;
    bool whole = true;
    if (out->n_to)
        whole = fh_arena_format(arena, &says,
                                "Its %s are probably in %.*s%s: ask there what they need from it.",
                                s->v->many, FH_STR_ARG(s->to[0].department),
                                out->n_to > 1 ? " and where else it hands on to" : "");
    else if (out->n_from)
        whole = fh_arena_format(arena, &says,
                                "%.*s hands on to it: whoever told that story is its %s, too.",
                                FH_STR_ARG(s->from[0].department), s->v->one);
    else
        whole = fh_arena_format(arena, &says,
                                "Nobody has said yet whom it works for: ask the colleagues who "
                                "use what it makes, and write down one of them as its first %s.",
                                s->v->one);
    if (!whole) return fh_no_memory(err);
    (void)add_first(s, list, "/records/need/new", says);
    (void)add_first(s, list, "/maps",
                    FH_STR("Draw one touchpoint on a map: the invoice, the form, the reply that "
                           "others wait for. Name it as who does it."));
    (void)add_first(s, list, "/records/walk/new",
                    FH_STR("Walk it once, or go along with whoever receives it."));
    (void)add_first(s, list, "/data",
                    FH_STR("Send what it does as interactions, so that its part of each story "
                           "is seen."));
    return FH_OK;
}

/* ---- One ------------------------------------------------------------------------------------- */

static int by_handed(const void *pa, const void *pb, void *ctx)
{
    const fh_serves_other *a = pa, *b = pb;
    (void)ctx;
    if (a->handed != b->handed) return a->handed > b->handed ? -1 : 1;
    return fh_str_cmp(a->department, b->department);
}

static int by_customers(const void *pa, const void *pb, void *ctx)
{
    const fh_serves_touchpoint *a = pa, *b = pb;
    (void)ctx;
    if (a->customers != b->customers) return a->customers > b->customers ? -1 : 1;
    const int names = fh_str_cmp(a->name, b->name);
    if (names) return names;
    if (a->map != b->map) return a->map < b->map ? -1 : 1;
    return fh_str_cmp(a->id, b->id);
}

static fh_status read_maps(serving *s, fh_attending *a, fh_error *err)
{
    const fh_actor self = fh_actor_system();
    const fh_maps_row *map = NULL;
    size_t n = 0;
    fh_status status = fh_maps_list(s->v->org, false, s->v->arena, &map, &n, err);
    for (size_t i = 0; i < n && !status; i++) {
        fh_map_open open;
        if (!map[i].intended) continue;
        status =
            fh_maps_open(s->v->org, &self, map[i].map, map[i].intended, s->v->arena, &open, err);
        if (!status) status = read_map(s, a, &open, err);
    }
    return status;
}

static fh_status in_order(const serving *s, fh_error *err)
{
    const fh_serves *out = s->out;
    if (fh_sort(NULL, s->to, out->n_to, sizeof *s->to, by_handed, NULL) != FH_OK ||
        fh_sort(NULL, s->from, out->n_from, sizeof *s->from, by_handed, NULL) != FH_OK ||
        fh_sort(NULL, s->touchpoint, out->n_touchpoints, sizeof *s->touchpoint, by_customers,
                NULL) != FH_OK)
        return fh_no_memory(err);
    return FH_OK;
}

/* Its name as it is written, and that somebody knows it. */
static fh_status find_it(serving *s, fh_str asked, fh_error *err)
{
    const fh_serves_row *row = NULL;
    size_t n = 0;
    const fh_status status = fh_serves_list(s->v, &row, &n, err);
    if (status) return status;
    fh_str *names = FH_NEW_ARRAY(s->v->arena, fh_str, n + 1);
    if (!names) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        names[i] = row[i].department;
        if (!same(asked, names[i])) continue;
        s->name = s->out->department = names[i];
        s->out->number = row[i].number;
    }
    for (uint32_t i = 1; i < s->v->department.n; i++)
        if (same(s->name, s->v->department.name[i])) s->number = i;
    if (s->name.len) return FH_OK;
    (void)fh_fail(err, FH_NOTFOUND, "there is no department '%.*s'",
                  asked.len > 60 ? 60 : (int)asked.len, asked.ptr);
    const size_t near = fh_nearest(asked, names, n);
    return near < n ? fh_hint(err, FH_NOTFOUND, "Did you mean '%.*s'?", FH_STR_ARG(names[near]))
                    : FH_NOTFOUND;
}

fh_status fh_serves_of(const fh_view *v, fh_str department, fh_serves *out, fh_error *err)
{
    fh_serves is = {.n_to = 0};
    serving s = {.v = v,
                 .out = &is,
                 .name = {"", 0},
                 .to = FH_NEW_ARRAY(v->arena, fh_serves_other, OTHERS_MOST),
                 .from = FH_NEW_ARRAY(v->arena, fh_serves_other, OTHERS_MOST),
                 .touchpoint = FH_NEW_ARRAY(v->arena, fh_serves_touchpoint, ROWS_MOST),
                 .promise = FH_NEW_ARRAY(v->arena, fh_serves_promise, ROWS_MOST)};
    fh_attending *a = NULL;
    if (!s.to || !s.from || !s.touchpoint || !s.promise) return fh_no_memory(err);
    fh_status status = find_it(&s, fh_str_trim(department), err);
    if (!status) status = fh_attending_begin(v, &a, err);
    if (!status) status = read_handoffs(&s, err);
    if (!status) status = read_maps(&s, a, err);
    if (!status) status = read_touchpoints(&s, a, err);
    if (!status) status = read_sent(&s, err);
    if (!status) status = read_findings(&s, err);
    if (!status) status = in_order(&s, err);
    if (!status) status = propose_first(&s, err);
    if (status) return status;
    is.to = s.to;
    is.from = s.from;
    is.touchpoint = s.touchpoint;
    is.promise = s.promise;
    *out = is;
    return FH_OK;
}

/* ---- All ------------------------------------------------------------------------------------- */

typedef struct listing {
    fh_serves_row *row;
    size_t n;
} listing;

static fh_serves_row *row_of(listing *l, fh_str name)
{
    if (!name.len || fh_str_eq(name, FH_STR("customer"))) return NULL;
    for (size_t i = 0; i < l->n; i++)
        if (same(l->row[i].department, name)) return &l->row[i];
    if (l->n == ROWS_MOST) return NULL;
    l->row[l->n] = (fh_serves_row){.department = name};
    return &l->row[l->n++];
}

static fh_status list_people(const fh_view *v, listing *l, fh_error *err)
{
    const fh_actor self = fh_actor_system();
    const fh_department *all = NULL;
    size_t n = 0;
    const fh_status s = fh_departments_list(v->org, &self, v->arena, &all, &n, err);
    for (size_t i = 0; i < n && !s; i++) {
        fh_serves_row *r = all[i].active ? row_of(l, all[i].name) : NULL;
        if (r) r->number = all[i].department;
    }
    return s;
}

static fh_status list_stories(const fh_view *v, listing *l, fh_error *err)
{
    fh_handoffs all;
    const fh_status s = fh_view_handoffs(v, false, &all, err);
    for (uint32_t i = 1; i < v->department.n && !s; i++)
        if (!v->department.canon || v->department.canon[i] == i)
            (void)row_of(l, v->department.name[i]);
    for (size_t i = 0; !s && i < all.n_pairs; i++) {
        fh_serves_row *from = row_of(l, fh_find_name(&v->department, all.pairs[i].from));
        fh_serves_row *to = row_of(l, fh_find_name(&v->department, all.pairs[i].to));
        if (from) from->hands_on += all.pairs[i].count;
        if (to) to->receives += all.pairs[i].count;
    }
    return s;
}

/* Only of departments that are known otherwise: a map may name a person as an owner. */
static fh_status count_steps(const fh_view *v, listing *l, fh_error *err)
{
    const fh_actor self = fh_actor_system();
    const fh_maps_row *map = NULL;
    size_t n = 0;
    fh_status s = fh_maps_list(v->org, false, v->arena, &map, &n, err);
    for (size_t i = 0; i < n && !s; i++) {
        fh_map_open open;
        if (!map[i].intended) continue;
        s = fh_maps_open(v->org, &self, map[i].map, map[i].intended, v->arena, &open, err);
        for (uint32_t t = 0; !s && t < open.map.n_touchpoints; t++)
            for (size_t k = 0; k < l->n; k++)
                l->row[k].n_steps += is_its(&open.map.touchpoint[t], l->row[k].department);
    }
    return s;
}

static int by_name(const void *pa, const void *pb, void *ctx)
{
    (void)ctx;
    return fh_str_cmp(((const fh_serves_row *)pa)->department,
                      ((const fh_serves_row *)pb)->department);
}

fh_status fh_serves_list(const fh_view *v, const fh_serves_row **out, size_t *n, fh_error *err)
{
    listing l = {FH_NEW_ARRAY(v->arena, fh_serves_row, ROWS_MOST), 0};
    if (!l.row) return fh_no_memory(err);
    fh_status s = list_people(v, &l, err);
    if (!s) s = list_stories(v, &l, err);
    if (!s) s = count_steps(v, &l, err);
    if (!s && fh_sort(NULL, l.row, l.n, sizeof *l.row, by_name, NULL) != FH_OK)
        s = fh_no_memory(err);
    if (s) return s;
    *out = l.row;
    *n = l.n;
    return FH_OK;
}
