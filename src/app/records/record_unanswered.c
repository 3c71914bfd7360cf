/* record_unanswered.c - what nobody answered, by department (see record_unanswered.h). */
#include "app/records/record_unanswered.h"

#include "app/records/few.h"
#include "app/records/record_parts.h"
#include "base/put.h"
#include "base/sort.h"

enum { PAGE = 2000 }; /* records that are in memory at once */

typedef struct waiting {
    fh_str name;
    uint32_t department; /* 0: several together, or none */
    uint64_t people, findings, observations;
    int64_t oldest_ms; /* 0: none */
} waiting;

typedef struct counting {
    fh_record_work w;
    fh_department *department; /* [n] */
    waiting *group;            /* [n + 2], in the same order, then those of none, then the rest */
    size_t n;
    waiting all;
} counting;

static void add(waiting *to, const fh_record *r)
{
    if (fh_str_eq(r->kind, FH_STR("finding")))
        to->findings++;
    else
        to->observations++;
    if (!to->oldest_ms || r->made_ms < to->oldest_ms) to->oldest_ms = r->made_ms;
}

static waiting *group_of(const counting *c, int64_t department)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->department[i].department == department) return &c->group[i];
    return &c->group[c->n];
}

static bool is_filled(const fh_record_view *v, fh_str name)
{
    const uint32_t i = fh_kind_find_field(v->kind, name);
    return i < v->kind->n_fields && v->values[i].n > 0;
}

/* To every department whose steps it names; else to the one it is with. */
static void count_one(counting *c, const fh_record_view *v)
{
    const uint32_t f = fh_kind_find_field(v->kind, FH_STR("department"));
    const bool named =
        f < v->kind->n_fields && v->kind->field[f].type == FH_TYPE_DEPARTMENT && v->values[f].n > 0;
    add(&c->all, &v->row);
    if (!named) {
        add(group_of(c, v->row.department), &v->row);
        return;
    }
    for (uint32_t i = 0; i < v->values[f].n; i++)
        add(group_of(c, v->values[f].value[i].number), &v->row);
}

static fh_status count_page(counting *c, const fh_record_query *q, fh_arena *arena, fh_record *last,
                            size_t *n, fh_error *err)
{
    fh_record_work w = c->w;
    fh_record *row = NULL;
    fh_record_view v;
    w.arena = arena;
    fh_status s = fh_record_rows(w.org, q, PAGE, arena, &row, n, err);
    for (size_t i = 0; i < *n && !s; i++) {
        s = fh_record_view_of(&w, &row[i], &v, err);
        if (!s && !is_filled(&v, FH_STR("reply")) && !is_filled(&v, FH_STR("answer")))
            count_one(c, &v);
    }
    if (!s && *n) *last = row[*n - 1];
    return s;
}

static fh_status count_records(counting *c, fh_error *err)
{
    fh_record_query q = {
        .kinds = FH_STR(" finding observation "), .open = 1, .by = FH_RECORDS_BY_FIRST};
    fh_arena *arena = fh_arena_new(NULL);
    fh_status s = arena ? FH_OK : fh_no_memory(err);
    size_t n = PAGE;
    while (n == PAGE && !s) {
        fh_record last = {0};
        s = count_page(c, &q, arena, &last, &n, err);
        q.goes_on = true;
        q.after_key = fh_record_key(&last, q.by);
        q.after_record = last.record;
        fh_arena_reset(arena);
    }
    fh_arena_free(arena);
    return s;
}

static fh_status count_people(counting *c, fh_error *err)
{
    fh_person *p = NULL;
    size_t n = 0;
    const fh_status s = fh_person_rows(c->w.org, 0, SIZE_MAX, c->w.arena, &p, &n, err);
    for (size_t i = 0; i < n && !s; i++)
        if (p[i].active) group_of(c, p[i].department)->people++;
    return s;
}

static void take_along(waiting *rest, waiting *g)
{
    rest->people += g->people;
    rest->findings += g->findings;
    rest->observations += g->observations;
    if (g->oldest_ms && (!rest->oldest_ms || g->oldest_ms < rest->oldest_ms))
        rest->oldest_ms = g->oldest_ms;
    g->people = g->findings = g->observations = 0;
}

/* What is addressed to nobody's department names nobody, and stands for itself. */
static fh_status put_together(counting *c, fh_error *err)
{
    waiting *rest = &c->group[c->n + 1];
    fh_few *few = FH_NEW_ARRAY(c->w.arena, fh_few, c->n + 1);
    if (!few) return fh_no_memory(err);
    rest->name = FH_STR("several departments together");
    for (size_t i = 0; i < c->n; i++)
        few[i] = (fh_few){.people = c->group[i].people,
                          .any = c->group[i].findings + c->group[i].observations > 0};
    const bool tell = fh_few_together(few, c->n) >= FH_FEWEST;
    for (size_t i = 0; i < c->n; i++)
        if (few[i].together) take_along(rest, &c->group[i]);
    if (!tell) rest->findings = rest->observations = 0;
    return FH_OK;
}

static int by_age(const void *a, const void *b, void *ctx)
{
    const waiting *x = a, *y = b;
    (void)ctx;
    if (x->oldest_ms != y->oldest_ms) return x->oldest_ms < y->oldest_ms ? -1 : 1;
    return fh_str_cmp(x->name, y->name);
}

static void waiting_json(const waiting *g, int64_t now_ms, fh_json *j)
{
    fh_put_number(j, "findings", g->findings);
    fh_put_number(j, "observations", g->observations);
    fh_put_key(j, "oldest_days");
    if (g->findings + g->observations)
        fh_json_int(j, now_ms > g->oldest_ms ? (now_ms - g->oldest_ms) / FH_DAY_MS : 0);
    else
        fh_json_null(j);
}

static fh_status all_json(counting *c, fh_json *j, fh_error *err)
{
    if (fh_sort(NULL, c->group, c->n + 2, sizeof *c->group, by_age, NULL)) return fh_no_memory(err);
    fh_json_object(j);
    waiting_json(&c->all, c->w.now_ms, j);
    fh_put_key(j, "departments");
    fh_json_array(j);
    for (size_t i = 0; i < c->n + 2; i++) {
        const waiting *g = &c->group[i];
        if (!g->findings && !g->observations) continue;
        fh_json_object(j);
        fh_put_text(j, "name", g->name);
        fh_put_number_or_null(j, "department", g->department);
        waiting_json(g, c->w.now_ms, j);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
    return FH_OK;
}

fh_status fh_unanswered_json(fh_org *org, const fh_actor *actor, fh_arena *arena, fh_json *j,
                             fh_error *err)
{
    counting c = {.w = fh_record_work_of(org, actor, arena)};
    fh_status s = fh_record_takes_part(actor, err);
    if (!s) s = fh_department_rows(org, arena, &c.department, &c.n, err);
    if (s) return s;
    c.group = FH_NEW_ARRAY(arena, waiting, c.n + 2);
    if (!c.group) return fh_no_memory(err);
    for (size_t i = 0; i < c.n + 2; i++) c.group[i] = (waiting){.department = 0};
    for (size_t i = 0; i < c.n; i++)
        c.group[i] =
            (waiting){.name = c.department[i].name, .department = c.department[i].department};
    c.group[c.n].name = FH_STR("addressed to no department");
    s = count_records(&c, err);
    if (!s) s = count_people(&c, err);
    if (!s) s = put_together(&c, err);
    return s ? s : all_json(&c, j, err);
}
