/* look_moments.c - what records tell: moments that nobody owns, what is known for long and
 * still there, promises that were not kept.
 *
 * A moment is an open record of a kind that ends mended, seen by everybody. Whom it touched
 * are the customers with a contact at its touchpoints since its first evidence and those it
 * is linked to; lately: within the last 90 days of what is known. All of them are counted in
 * one pass over the stories.
 *
 *   nobody's     nobody owned it for a week, and customers met it since
 *   aggravation  first evidence half a year ago or more, and customers meet it still
 *
 * None of them makes a record: they are records. A cause is one record; of promises, the
 * touchpoint where they were made.
 */
#include "app/find/look_maps.h"

#include "app/people/people.h"
#include "app/records/record_figures.h"
#include "app/records/records.h"

enum { RECORDS_MAX = 900, OWNERLESS_DAYS = 7, KNOWN_DAYS = 182, LATELY_DAYS = 90 };

typedef struct moment {
    fh_record row;
    fh_bitset touchpoints;
    uint64_t since, lately; /* customers */
} moment;

typedef struct moments {
    const fh_look_job *job;
    fh_view view;
    fh_findings *to;
    moment *item; /* [n] */
    size_t n;
} moments;

static uint32_t first_of(const fh_bitset *set)
{
    for (uint32_t i = 1; set->bits && i < set->n; i++)
        if (fh_bit(set->bits, i)) return i;
    return 0;
}

/* ---- Which there are, and whom they touched ---------------------------------------------- */

static fh_status add_rows(moments *m, const fh_kind *k, fh_error *err)
{
    const fh_record_query q = {.kind = k->name, .open = 1, .by = FH_RECORDS_BY_FIRST};
    fh_record *rows = NULL;
    size_t n = 0;
    fh_str names;
    fh_status s = fh_record_rows(m->job->org, &q, RECORDS_MAX, m->view.arena, &rows, &n, err);
    for (size_t i = 0; !s && i < n && m->n < RECORDS_MAX; i++) {
        const uint32_t state = fh_kind_find_state(k, rows[i].state);
        if (state < k->n_states && k->state[state].concerned) continue;
        moment *to = &m->item[m->n++];
        *to = (moment){.row = rows[i]};
        s = fh_record_touchpoints(&m->view, rows[i].record, &to->touchpoints, &names, err);
    }
    return s;
}

static fh_status load(moments *m, fh_error *err)
{
    const fh_kind *const *kind = NULL;
    size_t n = 0;
    m->item = FH_NEW_ARRAY(m->view.arena, moment, RECORDS_MAX);
    if (!m->item) return fh_no_memory(err);
    fh_status s = fh_kinds_all(m->job->org, m->view.arena, &kind, &n, err);
    for (size_t i = 0; !s && i < n; i++)
        if (fh_kind_is_moment(kind[i])) s = add_rows(m, kind[i], err);
    return s;
}

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_affected_new(from, ctx, out, err);
}

static fh_status count(moments *m, fh_error *err)
{
    const int64_t lately_ms = fh_view_observed(&m->view) - LATELY_DAYS * FH_DAY_MS;
    fh_affected_ask *ask = FH_NEW_ARRAY(m->view.arena, fh_affected_ask, 2 * m->n + 1);
    fh_affected_options o = {
        .n_touchpoints = m->view.touchpoint.n, .n_asks = 2 * m->n, .asks = ask};
    fh_affected counted;
    fh_fold *fold = NULL;
    fh_status s = ask ? FH_OK : fh_no_memory(err);
    if (s || !m->n) return s;
    for (size_t i = 0; !s && i < m->n; i++) {
        const moment *x = &m->item[i];
        fh_affected_ask *a = &ask[2 * i];
        *a = (fh_affected_ask){
            .touchpoints = x->touchpoints, .from_ms = x->row.first_ms, .until_ms = INT64_MAX};
        if (!a->touchpoints.bits) a->touchpoints.bits = (const uint64_t[]){0};
        s = fh_record_customers(&m->view, x->row.record, &a->customer, &a->n_customers, err);
        a[1] = *a;
        a[1].customer = NULL; /* who is linked to it was touched once */
        a[1].n_customers = 0;
        if (a[1].from_ms < lately_ms) a[1].from_ms = lately_ms;
    }
    if (!s) s = fh_ask(m->job->org, &m->view.filter, m->view.threads, make, &o, &fold, err);
    if (!s) s = fh_affected_read(fold, m->view.arena, &counted, err);
    fh_fold_free(fold);
    for (size_t i = 0; !s && i < m->n; i++) {
        m->item[i].since = counted.count[2 * i].customers;
        m->item[i].lately = counted.count[2 * i + 1].customers;
    }
    return s;
}

/* ---- Telling ----------------------------------------------------------------------------- */

static uint64_t days_since(const moments *m, int64_t ms)
{
    return ms < m->job->now_ms ? (uint64_t)(m->job->now_ms - ms) / FH_DAY_MS : 0;
}

/* Which department might take it on, and why; steps and departments are named, not people. */
static fh_status put_proposal(const moments *m, int64_t record, fh_look_about *a, fh_error *err)
{
    const fh_actor actor = fh_actor_system();
    const fh_proposed_owner *list = NULL;
    fh_person person = {0};
    fh_department d;
    size_t n = 0;
    fh_status s = fh_record_whom(m->job->org, &actor, record, 1, m->view.arena, &list, &n, err);
    if (s || !n) return s;
    uint32_t department = list[0].department;
    if (list[0].person) {
        s = fh_person_row(m->job->org, list[0].person, m->view.arena, &person, err);
        if (s) return s == FH_NOTFOUND ? FH_OK : s;
        department = person.department;
    }
    if (!department) return FH_OK;
    s = fh_department_row(m->job->org, department, m->view.arena, &d, err);
    if (s) return s == FH_NOTFOUND ? FH_OK : s;
    fh_look_about_text(a, "whom", d.name);
    fh_look_about_text(a, "because", list[0].because);
    return FH_OK;
}

static fh_status tell(const moments *m, const moment *x, fh_finding_sort sort, int64_t since_ms,
                      fh_error *err)
{
    const uint64_t part[] = {(uint64_t)x->row.record};
    fh_look_about a;
    fh_look_about_begin(&a, m->view.arena);
    fh_look_about_text(&a, "what", x->row.title);
    fh_look_about_number(&a, "days", days_since(m, since_ms));
    fh_look_about_number(&a, "lately", x->lately);
    const fh_status s = sort == FH_FIND_OWNERLESS ? put_proposal(m, x->row.record, &a, err) : FH_OK;
    fh_found c = {.sort = sort,
                  .cause = fh_finding_cause(sort, part, 1),
                  .touchpoint = first_of(&x->touchpoints),
                  .about = fh_look_about_end(&a, m->view.arena),
                  .about_record = x->row.record,
                  .first_ms = since_ms,
                  .last_ms = fh_view_observed(&m->view),
                  .n = x->since,
                  .customers = x->since,
                  .quiet = true};
    return s ? s : fh_found_cause(m->to, &c, err);
}

static fh_status tell_all(const moments *m, fh_error *err)
{
    fh_status s = FH_OK;
    for (size_t i = 0; !s && i < m->n; i++) {
        const moment *x = &m->item[i];
        const bool nobodys = !x->row.owner && x->row.ownerless_ms;
        if (nobodys && x->since && days_since(m, x->row.ownerless_ms) >= OWNERLESS_DAYS)
            s = tell(m, x, FH_FIND_OWNERLESS, x->row.ownerless_ms, err);
        if (!s && x->lately && days_since(m, x->row.first_ms) >= KNOWN_DAYS)
            s = tell(m, x, FH_FIND_AGGRAVATION, x->row.first_ms, err);
    }
    return s;
}

fh_status fh_look_at_moments(const fh_look_job *job, fh_arena *arena, fh_findings *to,
                             fh_error *err)
{
    moments m = {.job = job, .to = to};
    fh_status s = fh_view_open(job->org, NULL, NULL, job->threads, arena, &m.view, err);
    if (!s) s = load(&m, err);
    if (!s) s = count(&m, err);
    if (!s) s = tell_all(&m, err);
    return s ? s : fh_look_at_touchpoints(job, arena, to, err);
}

/* ---- Promises ---------------------------------------------------------------------------- */

/* Not kept in time: said so, or still to be kept when its day has passed. */
static bool is_broken(const fh_record *r, int64_t now_ms)
{
    return fh_str_eq(r->state, FH_STR("broken")) ||
           (fh_str_eq(r->state, FH_STR("open")) && r->deadline_ms && r->deadline_ms < now_ms);
}

static fh_status tell_promise(const moments *m, const fh_record *r, fh_error *err)
{
    const uint32_t *customer = NULL;
    fh_bitset touchpoints = {0};
    fh_str names;
    size_t n = 0;
    fh_look_about a;
    fh_status s = fh_record_touchpoints(&m->view, r->record, &touchpoints, &names, err);
    if (!s) s = fh_record_customers(&m->view, r->record, &customer, &n, err);
    if (s || !n) return s;
    const uint32_t touchpoint = first_of(&touchpoints);
    const uint64_t part[] = {touchpoint, touchpoint ? 0 : (uint64_t)r->record};
    fh_look_about_begin(&a, m->view.arena);
    fh_look_about_text(&a, "what", r->title);
    fh_found c = {.sort = FH_FIND_PROMISE,
                  .cause = fh_finding_cause(FH_FIND_PROMISE, part, 2),
                  .touchpoint = touchpoint,
                  .about = fh_look_about_end(&a, m->view.arena),
                  .about_record = r->record,
                  .first_ms = r->made_ms,
                  .last_ms = r->state_ms,
                  .n = 1,
                  .customers = n,
                  .quiet = true};
    s = fh_found_cause(m->to, &c, err);
    for (size_t i = 0; !s && i < n; i++) {
        const fh_found_of of = {
            .customer = customer[i], .a_ms = r->made_ms, .b_ms = r->state_ms, .sure = 1};
        s = fh_found_hit(m->to, &c, &of, err);
    }
    return s;
}

fh_status fh_look_at_promises(const fh_look_job *job, fh_arena *arena, fh_findings *to,
                              fh_error *err)
{
    const fh_record_query q = {.kind = FH_STR("promise"), .open = 1, .by = FH_RECORDS_BY_FIRST};
    moments m = {.job = job, .to = to};
    fh_record *rows = NULL;
    size_t n = 0;
    fh_status s = fh_view_open(job->org, NULL, NULL, job->threads, arena, &m.view, err);
    if (!s) s = fh_record_rows(job->org, &q, RECORDS_MAX, arena, &rows, &n, err);
    for (size_t i = 0; !s && i < n; i++)
        if (is_broken(&rows[i], job->now_ms)) s = tell_promise(&m, &rows[i], err);
    return s;
}
