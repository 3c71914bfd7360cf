/* story_people.c - who has read, is asked to read, and has opened a story (see
 * story_acts.h).
 *
 * Whoever receives a hand-off of an open problem is asked to read the story; nobody must,
 * and nothing here says who has not. That a story was opened stands in the audit log;
 * opening it again within an hour adds nothing there.
 */
#include "app/lived/story_acts.h"

#include "app/ask/view_parts.h"
#include "app/lived/lived_parts.h"
#include "base/put.h"
#include "store/audit.h"
#include "store/members.h"
#include "store/receipts.h"

enum { HOUR_MS = 3600 * 1000, VIEWED_MAX = 500, NAMED_MAX = 500 };

/* ---- Opened ---------------------------------------------------------------------------- */

fh_status fh_story_seen_lately(fh_org *org, const fh_actor *actor, uint32_t customer, bool *seen,
                               fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    const fh_audit_row *row = NULL;
    size_t n = 0;
    const fh_audit_filter filter = {.person = actor->person,
                                    .action = FH_STR("story.seen"),
                                    .object_kind = FH_STR("customer"),
                                    .object = customer,
                                    .from_ms = os->now_ms(os->ctx) - HOUR_MS};
    *seen = false;
    if (!actor->person) return FH_OK;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_status s = fh_audit_rows(org, &filter, 10, arena, &row, &n, err);
    for (size_t i = 0; i < n && !s; i++)
        if (row[i].actor_kind == (uint32_t)actor->kind && fh_str_eq(row[i].token, actor->token))
            *seen = true;
    fh_arena_free(arena);
    return s;
}

static bool is_listed(const fh_story_recent *list, size_t n, uint32_t customer)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].customer == customer) return true;
    return false;
}

fh_status fh_stories_recent(fh_org *org, const fh_actor *actor, size_t max, fh_arena *arena,
                            const fh_story_recent **out, size_t *n, fh_error *err)
{
    const fh_audit_row *row = NULL;
    size_t n_rows = 0, kept = 0;
    const fh_audit_filter filter = {
        .person = actor->person, .action = FH_STR("story.seen"), .object_kind = FH_STR("customer")};
    fh_story_recent *list = FH_NEW_ARRAY(arena, fh_story_recent, max + 1);
    if (!list) return fh_no_memory(err);
    fh_status s = FH_OK;
    if (actor->person) s = fh_audit_rows(org, &filter, VIEWED_MAX, arena, &row, &n_rows, err);
    for (size_t i = 0; i < n_rows && kept < max && !s; i++) {
        uint32_t customer = 0;
        bool own = false;
        fh_error closed = {0};
        if (row[i].object < 1 || row[i].object > UINT32_MAX) continue;
        s = fh_story_may_open(org, actor, (uint32_t)row[i].object, &customer, &own, &closed);
        if (s == FH_NOTFOUND || s == FH_DENIED) {
            s = FH_OK;
            continue;
        }
        if (s && err) *err = closed;
        if (!s && !is_listed(list, kept, customer))
            list[kept++] = (fh_story_recent){customer, row[i].at_ms};
    }
    if (s) return s;
    *out = list;
    *n = kept;
    return FH_OK;
}

/* ---- People that are named -------------------------------------------------------------- */

typedef struct naming {
    fh_org *org;
    const fh_actor *actor;
    const fh_lived *l;
    fh_json *j;
    fh_arena *arena;
    fh_department *department; /* [n_departments] */
    size_t n_departments;
    uint32_t person[NAMED_MAX];
    size_t n;
} naming;

static void name_person(naming *m, uint32_t person)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->person[i] == person) return;
    if (person && m->n < NAMED_MAX) m->person[m->n++] = person;
}

static const fh_department *department_of(const naming *m, uint32_t department)
{
    for (size_t i = 0; i < m->n_departments; i++)
        if (m->department[i].department == department) return &m->department[i];
    return NULL;
}

/* Without the right to colleagues people are told by their department alone. */
static fh_status people_json(naming *m, fh_error *err)
{
    fh_status s = FH_OK;
    fh_json_key(m->j, FH_STR("people"));
    fh_json_array(m->j);
    for (size_t i = 0; i < m->n && !s; i++) {
        fh_person p = {0};
        fh_error none = {0};
        s = fh_person_row(m->org, m->person[i], m->arena, &p, &none);
        if (s == FH_NOTFOUND) s = FH_OK;
        if (s && err) *err = none;
        const fh_department *d = department_of(m, p.department);
        fh_json_object(m->j);
        fh_put_number(m->j, "person", m->person[i]);
        if (fh_may(m->actor, FH_RIGHT_COLLEAGUES) || m->person[i] == m->actor->person)
            fh_lived_text_json(m->j, "name", p.name);
        if (d) fh_lived_text_json(m->j, "department", d->name);
        fh_json_end_object(m->j);
    }
    fh_json_end_array(m->j);
    return s;
}

/* ---- Receipts ------------------------------------------------------------------------------ */

/* Interactions that came after what was read. */
static uint32_t since(const fh_lived *l, int64_t upto_ms)
{
    uint32_t n = 0;
    while (n < l->n_past && l->told[l->n_past - n - 1].at_ms > upto_ms) n++;
    return n;
}

static void receipts_json(naming *m, const fh_receipt *r, size_t n)
{
    fh_json_key(m->j, FH_STR("receipts"));
    fh_json_array(m->j);
    for (size_t i = 0; i < n; i++) {
        name_person(m, r[i].person);
        fh_json_object(m->j);
        fh_put_number(m->j, "person", r[i].person);
        fh_lived_time_json(m->l, "time", r[i].at_ms, m->j);
        fh_lived_time_json(m->l, "upto", r[i].upto_ms, m->j);
        fh_put_number(m->j, "since", since(m->l, r[i].upto_ms));
        fh_json_key(m->j, FH_STR("you"));
        fh_json_bool(m->j, r[i].person == m->actor->person);
        fh_json_end_object(m->j);
    }
    fh_json_end_array(m->j);
}

/* Whether somebody of the department (as interactions name it) has read it since. */
static fh_status read_there(const naming *m, const fh_receipt *r, size_t n, uint32_t known_as,
                            int64_t since_ms, bool *out, fh_error *err)
{
    *out = false;
    for (size_t i = 0; i < n && !*out; i++) {
        fh_person p = {0};
        fh_error none = {0};
        if (r[i].at_ms < since_ms) continue;
        const fh_status s = fh_person_row(m->org, r[i].person, m->arena, &p, &none);
        if (s == FH_NOTFOUND) continue;
        if (s) {
            if (err) *err = none;
            return s;
        }
        const fh_department *d = department_of(m, p.department);
        *out = d && d->known_as == known_as;
    }
    return FH_OK;
}

static fh_status asked_json(naming *m, const fh_receipt *r, size_t n, fh_error *err)
{
    const fh_lived *l = m->l;
    const fh_department *mine = department_of(m, m->actor->department);
    fh_status s = FH_OK;
    size_t told = 0;
    fh_json_key(m->j, FH_STR("asked"));
    fh_json_array(m->j);
    for (uint32_t i = 0; i < l->n_problems && told < FH_LENS_MAX && !s; i++) {
        const fh_problem_lived *p = &l->problem[i];
        bool read = false;
        if (!p->open || !p->n_handoffs) continue;
        const fh_handed *h = &l->handed[p->handoff + p->n_handoffs - 1];
        s = read_there(m, r, n, h->to, l->told[h->at].at_ms, &read, err);
        told++;
        fh_json_object(m->j);
        fh_put_number(m->j, "problem", p->problem);
        fh_lived_ref_json(l, "ref", h->at, m->j);
        fh_lived_name_json(m->j, "department", &l->view->department, h->to);
        fh_lived_time_json(l, "since", l->told[h->at].at_ms, m->j);
        fh_json_key(m->j, FH_STR("read"));
        fh_json_bool(m->j, read);
        fh_json_key(m->j, FH_STR("you"));
        fh_json_bool(m->j, mine && mine->known_as == h->to);
        fh_json_end_object(m->j);
    }
    fh_json_end_array(m->j);
    return s;
}

/* ---- Viewers -------------------------------------------------------------------------------- */

typedef struct viewer {
    uint32_t person;
    int64_t last_ms;
    uint32_t times;
} viewer;

static void add_viewer(viewer *list, size_t *n, const fh_audit_row *row)
{
    size_t i = 0;
    while (i < *n && list[i].person != row->person) i++;
    if (i == *n) {
        if (*n == NAMED_MAX) return;
        list[(*n)++] = (viewer){.person = row->person};
    }
    list[i].times++;
    if (row->at_ms > list[i].last_ms) list[i].last_ms = row->at_ms;
}

static fh_status viewers_json(naming *m, fh_error *err)
{
    const uint32_t *member = NULL;
    size_t n_members = 0, n = 0;
    viewer *list = FH_NEW_ARRAY(m->arena, viewer, NAMED_MAX);
    if (!list) return fh_no_memory(err);
    fh_status s = fh_customer_members(m->org, m->l->customer, m->arena, &member, &n_members, err);
    for (size_t i = 0; i < n_members && !s; i++) {
        const fh_audit_filter filter = {
            .action = FH_STR("story.seen"), .object_kind = FH_STR("customer"), .object = member[i]};
        const fh_audit_row *row = NULL;
        size_t n_rows = 0;
        s = fh_audit_rows(m->org, &filter, VIEWED_MAX, m->arena, &row, &n_rows, err);
        for (size_t k = 0; k < n_rows && !s; k++) add_viewer(list, &n, &row[k]);
    }
    if (s) return s;
    fh_json_key(m->j, FH_STR("viewers"));
    fh_json_array(m->j);
    for (size_t i = 0; i < n; i++) {
        name_person(m, list[i].person);
        fh_json_object(m->j);
        if (list[i].person) fh_put_number(m->j, "person", list[i].person);
        fh_lived_time_json(m->l, "last", list[i].last_ms, m->j);
        fh_put_number(m->j, "times", list[i].times);
        fh_json_end_object(m->j);
    }
    fh_json_end_array(m->j);
    return FH_OK;
}

/* ---- All of it ------------------------------------------------------------------------------ */

fh_status fh_story_people_json(fh_org *org, const fh_actor *actor, const fh_lived *l, fh_json *j,
                               fh_error *err)
{
    const fh_receipt *r = NULL;
    size_t n = 0;
    naming *m = FH_NEW(l->view->arena, naming);
    if (!m) return fh_no_memory(err);
    *m = (naming){.org = org, .actor = actor, .l = l, .j = j, .arena = l->view->arena};
    fh_status s = fh_receipt_rows(org, l->customer, m->arena, &r, &n, err);
    if (!s) s = fh_department_rows(org, m->arena, &m->department, &m->n_departments, err);
    if (s) return s;
    for (uint32_t i = 0; i < l->n; i++)
        if (l->said[i].by) name_person(m, l->said[i].by);
    receipts_json(m, r, n);
    s = asked_json(m, r, n, err);
    if (!s && fh_may(actor, FH_RIGHT_AUDIT)) s = viewers_json(m, err);
    return s ? s : people_json(m, err);
}
