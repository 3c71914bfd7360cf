/* record_take.c - what is sent for the fields of a record: read, checked against what there
 * is, told as a whole when something does not fit.
 */
#include "app/records/record_parts.h"

#include "app/people/people.h"
#include "base/nearest.h"
#include "store/members.h"

#include <stdio.h>
#include <string.h>

/* Problems are told together: "/fields/by: ...; /fields/to: ...". */
typedef struct problems {
    fh_error first;
    char text[sizeof(((fh_error *)0)->message)];
    size_t len, n;
} problems;

static void note(problems *p, fh_str field, const fh_error *e)
{
    if (!p->n++) p->first = *e;
    if (p->len >= sizeof p->text) return;
    const int wrote = snprintf(p->text + p->len, sizeof p->text - p->len, "%s/fields/%.*s: %s",
                               p->len ? "; " : "", FH_STR_ARG(field), e->message);
    if (wrote > 0) p->len += (size_t)wrote;
}

static fh_status end(const problems *p, fh_error *err)
{
    if (!p->n) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "%s", p->text);
    return p->n == 1 && p->first.hint[0] ? fh_hint(err, FH_INVALID, "%s", p->first.hint)
                                         : FH_INVALID;
}

/* ---- Whether a number names something ------------------------------------------------------ */

static fh_status is_customer(const fh_record_work *w, int64_t number, fh_error *err)
{
    uint32_t customer = 0;
    const fh_status status = number <= UINT32_MAX
                                 ? fh_member_customer(w->org, (uint32_t)number, &customer, err)
                                 : FH_NOTFOUND;
    if ((status == FH_OK && !customer) || status == FH_NOTFOUND)
        return fh_fail(err, FH_INVALID, "there is no customer #%lld", (long long)number);
    return status;
}

static fh_status is_touchpoint(const fh_record_work *w, int64_t number, fh_error *err)
{
    fh_names names;
    const fh_status status = fh_dict_names(w->org, FH_DICT_TOUCHPOINT, w->arena, &names, err);
    if (status != FH_OK || (number > 0 && number < names.n)) return status;
    return fh_fail(err, FH_INVALID, "there is no touchpoint number %lld", (long long)number);
}

static fh_status is_department(const fh_record_work *w, int64_t number, fh_error *err)
{
    fh_department d;
    const fh_status status = number <= UINT32_MAX
                                 ? fh_department_row(w->org, (uint32_t)number, w->arena, &d, err)
                                 : fh_fail(err, FH_NOTFOUND, "there is no such department");
    return status == FH_NOTFOUND ? FH_INVALID : status;
}

static fh_status is_record(const fh_record_work *w, const fh_kind_field *f, int64_t number,
                           fh_error *err)
{
    fh_record_view other;
    fh_status status = fh_record_open(w, number, &other, err);
    if (status == FH_NOTFOUND)
        return fh_fail(err, FH_INVALID, "there is no record number %lld", (long long)number);
    if (status == FH_OK && f->of.len && !fh_str_eq(f->of, other.kind->name))
        return fh_fail(err, FH_INVALID, "record %lld is not of the kind '%.*s'", (long long)number,
                       FH_STR_ARG(f->of));
    return status;
}

static fh_status is_file(const fh_record_work *w, const fh_record_view *v, int64_t number,
                         fh_error *err)
{
    fh_record_file file;
    const fh_status status = fh_record_file_get(w->org, number, w->arena, &file, err);
    if (status == FH_NOTFOUND || (status == FH_OK && file.record != v->row.record))
        return fh_fail(err, FH_INVALID, "this record has no attachment number %lld",
                       (long long)number);
    return status;
}

static fh_status is_there(const fh_record_work *w, const fh_record_view *v, const fh_kind_field *f,
                          const fh_value *value, fh_error *err)
{
    fh_person person;
    switch (f->type) {
    case FH_TYPE_PERSON:
        if (value->number > UINT32_MAX) return fh_fail(err, FH_INVALID, "there is no such person");
        return fh_record_person(w, (uint32_t)value->number, &person, err);
    case FH_TYPE_DEPARTMENT: return is_department(w, value->number, err);
    case FH_TYPE_TOUCHPOINT: return is_touchpoint(w, value->number, err);
    case FH_TYPE_CUSTOMER: return is_customer(w, value->number, err);
    case FH_TYPE_RECORD: return is_record(w, f, value->number, err);
    case FH_TYPE_FILE: return is_file(w, v, value->number, err);
    case FH_TYPE_TEXT:
    case FH_TYPE_CHOICE:
    case FH_TYPE_YES:
    case FH_TYPE_NUMBER:
    case FH_TYPE_SCORE:
    case FH_TYPE_DATE:
    case FH_TYPE_STORIES:
    case FH_N_TYPES: break;
    }
    return FH_OK;
}

/* ---- Taking ---------------------------------------------------------------------------------- */

static fh_status no_such_field(const fh_record_work *w, const fh_kind *k, fh_str name,
                               fh_error *err)
{
    (void)fh_fail(err, FH_INVALID, "a %.*s has no such field", FH_STR_ARG(k->name));
    fh_str *names = FH_NEW_ARRAY(w->arena, fh_str, k->n_fields + 1);
    if (!names) return fh_no_memory(err);
    for (uint32_t i = 0; i < k->n_fields; i++) names[i] = k->field[i].name;
    const size_t near = fh_nearest(name, names, k->n_fields);
    if (near >= k->n_fields) return FH_INVALID;
    return fh_hint(err, FH_INVALID, "Did you mean '%.*s'?", FH_STR_ARG(names[near]));
}

/* One member; FH_INVALID: it does not fit. */
static fh_status take_one(const fh_record_work *w, const fh_record_input *in, uint32_t at,
                          fh_str name, fh_record_view *v, bool *changed, fh_error *err)
{
    const uint32_t i = fh_kind_find_field(v->kind, name);
    if (i >= v->kind->n_fields) return no_such_field(w, v->kind, name, err);
    const fh_kind_field *f = &v->kind->field[i];
    if (f->computed.len)
        return fh_fail(err, FH_INVALID, "'%.*s' is worked out, not given", FH_STR_ARG(f->label));
    if (f->by_machine && w->actor->kind != FH_ACTOR_SYSTEM)
        return fh_fail(err, FH_INVALID, "'%.*s' is set by Firsthand itself", FH_STR_ARG(f->label));
    fh_values values = {0};
    fh_status status = fh_field_from_json(f, in->doc, at + 1, w->arena, &values, err);
    if (status != FH_OK || fh_record_values_same(f, &values, &v->values[i])) return status;
    for (uint32_t k = 0; k < values.n && status == FH_OK; k++)
        status = is_there(w, v, f, &values.value[k], err);
    if (status != FH_OK) return status;
    v->values[i] = values;
    changed[i] = true;
    return FH_OK;
}

fh_status fh_record_take(const fh_record_work *w, const fh_record_input *in, fh_record_view *v,
                         bool **changed, fh_error *err)
{
    problems p = {.n = 0};
    *changed = FH_NEW_ARRAY(w->arena, bool, v->kind->n_fields + 1);
    if (!*changed) return fh_no_memory(err);
    if (!in->doc || in->fields == UINT32_MAX) return FH_OK;
    const fh_json_token *object = &in->doc->token[in->fields];
    if (object->type != FH_JSON_OBJECT)
        return fh_fail(err, FH_INVALID, "/fields: it must be an object with the fields by name");
    for (uint32_t at = in->fields + 1; at < object->next; at = in->doc->token[at + 1].next) {
        fh_str name;
        fh_error e = {0};
        if (!fh_json_text(in->doc, at, w->arena, &name)) return fh_no_memory(err);
        const fh_status status = take_one(w, in, at, name, v, *changed, &e);
        if (status == FH_INVALID) {
            note(&p, name, &e);
        } else if (status != FH_OK) {
            if (err) *err = e;
            return status;
        }
    }
    return end(&p, err);
}

fh_status fh_record_filled(const fh_record_work *w, const fh_record_view *v, fh_error *err)
{
    problems p = {.n = 0};
    (void)w;
    for (uint32_t i = 0; i < v->kind->n_fields; i++) {
        const fh_kind_field *f = &v->kind->field[i];
        fh_error e = {0};
        if (!f->required || f->computed.len || v->values[i].n) continue;
        (void)fh_fail(&e, FH_INVALID, "'%.*s' is needed", FH_STR_ARG(f->label));
        note(&p, f->name, &e);
    }
    return end(&p, err);
}

/* ---- Links of reference fields ------------------------------------------------------ */

static const char *what_of(fh_kind_type type)
{
    switch (type) {
    case FH_TYPE_PERSON: return "person";
    case FH_TYPE_DEPARTMENT: return "department";
    case FH_TYPE_TOUCHPOINT: return "touchpoint";
    case FH_TYPE_CUSTOMER: return "customer";
    case FH_TYPE_STORIES: return "stories";
    case FH_TYPE_RECORD: return "record";
    case FH_TYPE_FILE: return "file";
    case FH_TYPE_TEXT:
    case FH_TYPE_CHOICE:
    case FH_TYPE_YES:
    case FH_TYPE_NUMBER:
    case FH_TYPE_SCORE:
    case FH_TYPE_DATE:
    case FH_N_TYPES: break;
    }
    return NULL;
}

static bool is_value(const fh_record_about *a, const fh_kind_field *f, const fh_value *value)
{
    if (!fh_str_eq(a->field, f->name)) return false;
    return f->type == FH_TYPE_STORIES ? fh_str_eq(a->key, value->text) : a->number == value->number;
}

static bool still_holds(const fh_record_view *v, const fh_record_about *a)
{
    const uint32_t i = fh_kind_find_field(v->kind, a->field);
    if (i >= v->kind->n_fields) return true; /* of a field that is no more: it stays */
    for (uint32_t k = 0; k < v->values[i].n; k++)
        if (is_value(a, &v->kind->field[i], &v->values[i].value[k])) return true;
    return false;
}

static fh_status link_value(const fh_record_work *w, const fh_record_view *v, uint32_t i,
                            const fh_value *value, const fh_record_about *there, size_t n_there,
                            fh_error *err)
{
    const fh_kind_field *f = &v->kind->field[i];
    for (size_t k = 0; k < n_there; k++)
        if (is_value(&there[k], f, value)) return FH_OK;
    fh_record_about a = {.record = v->row.record,
                         .field = f->name,
                         .what = fh_str_of(what_of(f->type)),
                         .number = f->type == FH_TYPE_STORIES ? 0 : value->number,
                         .key = f->type == FH_TYPE_STORIES ? value->text : (fh_str){"", 0},
                         .words = {"", 0},
                         .person = v->row.author ? w->actor->person : 0,
                         .made_ms = w->now_ms};
    return fh_record_about_add(w->org, &a, err);
}

fh_status fh_record_link_fields(const fh_record_work *w, const fh_record_view *v, fh_error *err)
{
    const fh_record_about *there = NULL;
    size_t n = 0;
    fh_status status = fh_record_abouts(w->org, v->row.record, w->arena, &there, &n, err);
    for (size_t i = 0; i < n && status == FH_OK; i++)
        if (there[i].field.len && !still_holds(v, &there[i]))
            status = fh_record_about_end(w->org, there[i].about, err);
    for (uint32_t i = 0; i < v->kind->n_fields; i++) {
        if (!what_of(v->kind->field[i].type) || v->kind->field[i].computed.len) continue;
        for (uint32_t k = 0; k < v->values[i].n && status == FH_OK; k++)
            status = link_value(w, v, i, &v->values[i].value[k], there, n, err);
    }
    return status;
}
