/* record_promised.c - promises to one customer, each tied to where in the story it was made. */
#include "app/records/record_promised.h"

#include "app/lived/lived_parts.h"
#include "app/records/record_parts.h"
#include "base/put.h"
#include "store/people.h"

/* The interaction that the promise links to, as this story has it; FH_NO_INDEX: none. */
static fh_status made_from(const fh_record_work *w, const fh_lived *l, int64_t record,
                           uint32_t *out, fh_error *err)
{
    const fh_record_about *a = NULL;
    size_t n = 0;
    const fh_status s = fh_record_abouts(w->org, record, w->arena, &a, &n, err);
    *out = FH_NO_INDEX;
    for (size_t i = 0; i < n && !s && *out == FH_NO_INDEX; i++)
        if (fh_str_eq(a[i].what, FH_STR("interaction"))) *out = fh_lived_find(l, a[i].key);
    return s;
}

static fh_status one_json(const fh_record_work *w, const fh_lived *l, const fh_record_view *r,
                          fh_record_names *names, fh_json *j, fh_error *err)
{
    char ref[FH_REFERENCE_TEXT];
    const fh_clock *clock = NULL;
    int64_t due = 0;
    uint32_t at = FH_NO_INDEX;
    fh_status s = made_from(w, l, r->row.record, &at, err);
    if (!s) s = fh_record_clock(w, r, &clock, &due, err);
    if (s) return s;
    fh_json_object(j);
    if (at != FH_NO_INDEX) {
        fh_put_text(j, "ref", fh_lived_reference(l, at, ref));
        if (l->told[at].problem) {
            fh_put_number(j, "problem", l->told[at].problem);
        }
    }
    if (clock) fh_lived_time_json(l, "due", due, j);
    fh_json_key(j, FH_STR("promise"));
    s = fh_record_json(r, names, j, err);
    fh_json_end_object(j);
    return s;
}

static fh_records_filter promises_to(uint32_t customer)
{
    return (fh_records_filter){.kind = FH_STR("promise"),
                               .what = FH_STR("customer"),
                               .number = customer,
                               .order = FH_RECORDS_DUE};
}

fh_status fh_promised_json(fh_org *org, const fh_actor *actor, const fh_lived *l, fh_json *j,
                           fh_error *err)
{
    const fh_record_work w = fh_record_work_of(org, actor, l->view->arena);
    const fh_records_filter f = promises_to(l->customer);
    const fh_record_view *r = NULL;
    fh_record_names *names = NULL;
    size_t n = 0;
    uint64_t total = 0;
    fh_str next;
    if (!fh_may(actor, FH_RIGHT_TAKE_PART)) return FH_OK;
    fh_status s = fh_record_names_new(org, actor, w.arena, &names, err);
    if (!s) s = fh_records_list(org, actor, &f, FH_PROMISED_MOST, w.arena, &r, &n, &next, err);
    if (!s) s = fh_records_total(org, actor, &f, w.arena, &total, err);
    if (s) return s;
    fh_json_key(j, FH_STR("promised"));
    fh_json_object(j);
    fh_json_key(j, FH_STR("items"));
    fh_json_array(j);
    for (size_t i = 0; i < n && !s; i++) s = one_json(&w, l, &r[i], names, j, err);
    fh_json_end_array(j);
    fh_put_number(j, "hidden", total > n ? total - n : 0);
    if (!s) s = fh_record_names_json(names, j, err);
    fh_json_end_object(j);
    return s;
}

/* ---- For the customer's own eyes ---------------------------------------------------------- */

static void field_json(const fh_record_view *r, const char *name, fh_json *j)
{
    const uint32_t i = fh_kind_find_field(r->kind, fh_str_of(name));
    if (i >= r->kind->n_fields || !r->values[i].n) return;
    fh_put_key(j, name);
    fh_field_to_json(&r->kind->field[i], &r->values[i], j);
}

static fh_status department_json(const fh_record_work *w, const fh_record_view *r, fh_json *j,
                                 fh_error *err)
{
    const uint32_t i = fh_kind_find_field(r->kind, FH_STR("department"));
    const bool said = i < r->kind->n_fields && r->values[i].n;
    const uint32_t number = said ? (uint32_t)r->values[i].value->number : r->row.department;
    fh_department d;
    fh_error none = {0};
    if (!number) return FH_OK;
    const fh_status s = fh_department_row(w->org, number, w->arena, &d, &none);
    if (s == FH_NOTFOUND) return FH_OK;
    if (s && err) *err = none;
    if (!s) fh_lived_text_json(j, "department", d.name);
    return s;
}

static fh_status own_json(const fh_record_work *w, const fh_lived *l, const fh_record_view *r,
                          fh_json *j, fh_error *err)
{
    const uint32_t state = fh_kind_find_state(r->kind, r->row.state);
    fh_json_object(j);
    field_json(r, "what", j);
    field_json(r, "due", j);
    field_json(r, "done", j);
    field_json(r, "good", j);
    fh_lived_time_json(l, "made", r->row.made_ms, j);
    fh_lived_text_json(j, "state", r->row.state);
    if (state < r->kind->n_states) fh_lived_text_json(j, "label", r->kind->state[state].label);
    fh_put_bool(j, "closed", r->row.closed);
    const fh_status s = department_json(w, r, j, err);
    fh_json_end_object(j);
    return s;
}

fh_status fh_promised_own_json(fh_org *org, const fh_lived *l, fh_json *j, fh_error *err)
{
    const fh_actor everything = fh_actor_command_line(); /* only the members above are told */
    const fh_record_work w = fh_record_work_of(org, &everything, l->view->arena);
    const fh_records_filter f = promises_to(l->customer);
    const fh_record_view *r = NULL;
    size_t n = 0;
    fh_str next;
    fh_status s =
        fh_records_list(org, &everything, &f, FH_PROMISED_MOST, w.arena, &r, &n, &next, err);
    if (s) return s;
    fh_json_key(j, FH_STR("promised"));
    fh_json_array(j);
    for (size_t i = 0; i < n && !s; i++) s = own_json(&w, l, &r[i], j, err);
    fh_json_end_array(j);
    return s;
}
