/* record_since.c - customers affected since the first evidence, for all records that are shown
 * in one pass over the stories: those with a contact at a record's touchpoints since then, and
 * those that are linked to it, each once.
 *
 * Only kinds that declare a field 'computed customers-since' cost the pass. */
#include "app/records/record_figures_parts.h"
#include "app/records/record_parts.h"
#include "store/members.h"

#define SINCE "customers-since"

static uint32_t field_of(const fh_kind *k)
{
    uint32_t i = 0;
    while (i < k->n_fields && !fh_str_eq(k->field[i].computed, FH_STR(SINCE))) i++;
    return i;
}

fh_status fh_record_customers(const fh_view *v, int64_t record, const uint32_t **out, size_t *n,
                              fh_error *err)
{
    const fh_record_about *about = NULL;
    size_t n_about = 0, got = 0;
    fh_status s = fh_record_abouts(v->org, record, v->arena, &about, &n_about, err);
    uint32_t *list = s ? NULL : FH_NEW_ARRAY(v->arena, uint32_t, n_about + 1);
    if (!s && !list) return fh_no_memory(err);
    for (size_t i = 0; i < n_about && !s; i++) {
        uint32_t customer = 0;
        fh_error why = {0};
        if (!fh_str_eq(about[i].what, FH_STR("customer")) || about[i].number < 1 ||
            about[i].number > UINT32_MAX)
            continue;
        const fh_status known =
            fh_member_customer(v->org, (uint32_t)about[i].number, &customer, &why);
        if (known != FH_OK && known != FH_NOTFOUND) {
            s = known;
            if (err) *err = why;
        }
        if (customer) list[got++] = customer;
    }
    *out = list;
    *n = got;
    return s;
}

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_affected_new(from, ctx, out, err);
}

static fh_status put(const fh_record_work *w, fh_record_view *r, uint64_t customers, fh_error *err)
{
    fh_value *value = FH_NEW(w->arena, fh_value);
    if (!value) return fh_no_memory(err);
    value->number = (int64_t)customers;
    r->values[field_of(r->kind)] = (fh_values){.value = value, .n = 1};
    return FH_OK;
}

static fh_status count(const fh_record_work *w, fh_record_view **asking, size_t n, fh_error *err)
{
    fh_affected_ask *asks = FH_NEW_ARRAY(w->arena, fh_affected_ask, n);
    fh_affected counted;
    fh_fold *fold = NULL;
    fh_view v;
    if (!asks) return fh_no_memory(err);
    fh_status s = fh_view_open(w->org, NULL, NULL, 0, w->arena, &v, err);
    for (size_t i = 0; i < n && !s; i++) {
        fh_str names;
        asks[i].from_ms = asking[i]->row.first_ms;
        asks[i].until_ms = INT64_MAX;
        s = fh_record_touchpoints(&v, asking[i]->row.record, &asks[i].touchpoints, &names, err);
        if (!s)
            s = fh_record_customers(&v, asking[i]->row.record, &asks[i].customer,
                                    &asks[i].n_customers, err);
    }
    fh_affected_options o = {.n_touchpoints = s ? 0 : v.touchpoint.n, .n_asks = n, .asks = asks};
    if (!s) s = fh_ask(w->org, &v.filter, v.threads, make, &o, &fold, err);
    if (!s) s = fh_affected_read(fold, w->arena, &counted, err);
    fh_fold_free(fold);
    for (size_t i = 0; i < n && !s; i++) s = put(w, asking[i], counted.count[i].customers, err);
    return s;
}

fh_status fh_record_count_since(const fh_record_work *w, fh_record_view *list, size_t n,
                                fh_error *err)
{
    size_t got = 0;
    for (size_t i = 0; i < n; i++) got += field_of(list[i].kind) < list[i].kind->n_fields;
    if (!got) return FH_OK;
    fh_record_view **asking = FH_NEW_ARRAY(w->arena, fh_record_view *, got);
    if (!asking) return fh_no_memory(err);
    got = 0;
    for (size_t i = 0; i < n; i++)
        if (field_of(list[i].kind) < list[i].kind->n_fields) asking[got++] = &list[i];
    return count(w, asking, got, err);
}
