/* record_who.c - who somebody is to a record, and what that lets them do. */
#include "app/records/record_parts.h"

#include "app/people/people.h"
#include "store/members.h"

#include <string.h>

enum { MOST_PEOPLE = 20 };

fh_status fh_record_takes_part(const fh_actor *actor, fh_error *err)
{
    return fh_require(actor, FH_RIGHT_TAKE_PART, err);
}

static fh_who bit(fh_who_bit who)
{
    return (fh_who)1 << who;
}

/* Whether a field of that type holds the number, or one that stands for the same. */
static bool holds(const fh_record_view *v, fh_kind_type type, fh_str name, int64_t number)
{
    for (uint32_t i = 0; i < v->kind->n_fields; i++) {
        const fh_kind_field *f = &v->kind->field[i];
        if (f->type != type || (name.len && !fh_str_eq(f->name, name))) continue;
        for (uint32_t k = 0; k < v->values[i].n; k++)
            if (v->values[i].value[k].number == number) return true;
    }
    return false;
}

/* Customers are followed where they were merged to. */
static fh_status is_about_customer(const fh_record_work *w, const fh_record_view *v,
                                   uint32_t customer, bool *out, fh_error *err)
{
    const fh_record_about *about = NULL;
    size_t n = 0;
    uint32_t me = 0, other = 0;
    bool found = false;
    fh_error e = {0};
    if (!customer || fh_member_customer(w->org, customer, &me, &e) != FH_OK || !me) {
        *out = false;
        return FH_OK;
    }
    const fh_status status = fh_record_abouts(w->org, v->row.record, w->arena, &about, &n, err);
    for (size_t i = 0; i < n && status == FH_OK && !found; i++) {
        if (!fh_str_eq(about[i].what, FH_STR("customer"))) continue;
        found = about[i].number > 0 && about[i].number <= UINT32_MAX &&
                fh_member_customer(w->org, (uint32_t)about[i].number, &other, &e) == FH_OK &&
                other == me;
    }
    if (status == FH_OK) *out = found;
    return status;
}

/* Does the actor speak for the department in that field: of it, of one under it, or leading it? */
static fh_status speaks_for(const fh_record_work *w, const fh_record_view *v, const char *field,
                            bool *out, fh_error *err)
{
    const uint32_t at = fh_kind_find_field(v->kind, fh_str_of(field));
    const uint32_t *below = NULL;
    size_t n = 0;
    *out = false;
    if (at >= v->kind->n_fields || v->kind->field[at].type != FH_TYPE_DEPARTMENT ||
        !v->values[at].n || !w->actor->person)
        return FH_OK;
    const uint32_t department = (uint32_t)v->values[at].value[0].number;
    *out = w->actor->department == department || fh_leads(w->actor, department);
    if (*out || !w->actor->department) return FH_OK;
    const fh_status status = fh_departments_below(w->org, department, w->arena, &below, &n, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) *out |= below[i] == w->actor->department;
    return status;
}

static fh_status by_department(const fh_record_work *w, const fh_record_view *v, fh_who *who,
                               fh_error *err)
{
    bool first = false, second = false;
    fh_status status = speaks_for(w, v, "first", &first, err);
    if (status == FH_OK) status = speaks_for(w, v, "second", &second, err);
    if (first) *who |= bit(FH_WHO_FIRST);
    if (second) *who |= bit(FH_WHO_SECOND);
    return status;
}

static fh_who by_rights(const fh_actor *a)
{
    fh_who who = bit(FH_WHO_ANYBODY);
    if (fh_may(a, FH_RIGHT_FINDINGS)) who |= bit(FH_WHO_FINDINGS);
    if (fh_may(a, FH_RIGHT_DECIDE)) who |= bit(FH_WHO_DECIDE);
    if (fh_may(a, FH_RIGHT_DESIGNS)) who |= bit(FH_WHO_DESIGNS);
    if (fh_may(a, FH_RIGHT_CONSENT)) who |= bit(FH_WHO_CONSENT);
    if (fh_may(a, FH_RIGHT_SETTINGS)) who |= bit(FH_WHO_ADMIN);
    return who;
}

fh_status fh_record_who(const fh_record_work *w, const fh_record_view *v, fh_who *out,
                        fh_error *err)
{
    const fh_actor *a = w->actor;
    const fh_record *r = &v->row;
    bool customer = false;
    if (a->kind == FH_ACTOR_SYSTEM) {
        *out = bit(FH_WHO_MACHINE);
        return FH_OK;
    }
    /* Whoever can open the file could write anything into it. */
    if (a->kind == FH_ACTOR_COMMAND_LINE) {
        *out = (bit(FH_N_WHO) - 1) & ~bit(FH_WHO_MACHINE);
        return FH_OK;
    }
    fh_who who = by_rights(a);
    fh_status status = is_about_customer(w, v, a->customer, &customer, err);
    if (status == FH_OK) status = by_department(w, v, &who, err);
    if (status != FH_OK) return status;
    if (a->person && fh_record_speaker(r) == a->person) who |= bit(FH_WHO_AUTHOR);
    if (a->person && r->owner == a->person) who |= bit(FH_WHO_OWNER);
    if (!r->owner && !r->ownerless_ms && r->department && r->department == a->department)
        who |= bit(FH_WHO_OWNER);
    if (fh_leads(a, r->department)) who |= bit(FH_WHO_LEAD);
    if (a->person &&
        (r->asked == a->person || holds(v, FH_TYPE_PERSON, FH_STR("asked"), a->person)))
        who |= bit(FH_WHO_ASKED);
    if (customer) who |= bit(FH_WHO_CUSTOMER);
    *out = who;
    return FH_OK;
}

fh_status fh_record_who_words(fh_arena *arena, fh_who who, fh_str *out, fh_error *err)
{
    static const char *const words[FH_N_WHO] = {
        [FH_WHO_ANYBODY] = "anybody who takes part",
        [FH_WHO_AUTHOR] = "its author",
        [FH_WHO_OWNER] = "its owner",
        [FH_WHO_LEAD] = "whoever leads the owner's department",
        [FH_WHO_ASKED] = "whoever is asked",
        [FH_WHO_FINDINGS] = "whoever answers findings",
        [FH_WHO_DECIDE] = "whoever takes decisions",
        [FH_WHO_DESIGNS] = "whoever designs learning",
        [FH_WHO_CONSENT] = "the data protection officer",
        [FH_WHO_CUSTOMER] = "the customer",
        [FH_WHO_FIRST] = "whoever works in the one department",
        [FH_WHO_SECOND] = "whoever works in the other department",
        [FH_WHO_ADMIN] = "an administrator",
        [FH_WHO_MACHINE] = "Firsthand itself",
    };
    fh_buf text;
    fh_buf_init(&text, NULL, 1024);
    for (unsigned i = 0; i < FH_N_WHO; i++) {
        if (!(who & bit((fh_who_bit)i))) continue;
        if (text.len) fh_buf_text(&text, (who >> i) == 1 ? " or " : ", ");
        fh_buf_text(&text, words[i]);
    }
    const bool kept = text.status == FH_OK && fh_arena_str(arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return kept ? FH_OK : fh_no_memory(err);
}

/* ---- Seeing, changing ------------------------------------------------------------------------ */

fh_status fh_record_may_see(const fh_record_work *w, const fh_record_view *v, bool *out,
                            fh_error *err)
{
    const fh_actor *a = w->actor;
    const fh_who concerned =
        bit(FH_WHO_AUTHOR) | bit(FH_WHO_OWNER) | bit(FH_WHO_ASKED) | bit(FH_WHO_LEAD);
    fh_who who = 0;
    bool follows = false;
    *out = true;
    if (a->kind == FH_ACTOR_SYSTEM || a->kind == FH_ACTOR_COMMAND_LINE) return FH_OK;
    *out = fh_may(a, FH_RIGHT_TAKE_PART);
    const uint32_t state = fh_kind_find_state(v->kind, v->row.state);
    const bool closed_off = v->kind->seen_by == FH_SEEN_BY_CONCERNED ||
                            (state < v->kind->n_states && v->kind->state[state].concerned);
    if (!*out || !closed_off) return FH_OK;
    fh_status status = fh_record_who(w, v, &who, err);
    if (status == FH_OK && a->person)
        status = fh_record_follows(w->org, v->row.record, a->person, &follows, err);
    *out = (who & concerned) || follows || (a->person && v->row.go_between == a->person);
    return status;
}

fh_status fh_record_may_change(const fh_record_work *w, const fh_record_view *v, bool *out,
                               fh_error *err)
{
    fh_who who = 0;
    const fh_status status = fh_record_who(w, v, &who, err);
    if (status != FH_OK) return status;
    const bool first = fh_str_eq(v->row.state, v->kind->state[0].name);
    *out = (who &
            (bit(FH_WHO_OWNER) | bit(FH_WHO_LEAD) | bit(FH_WHO_FINDINGS) | bit(FH_WHO_MACHINE))) ||
           (first && (who & bit(FH_WHO_AUTHOR)));
    return FH_OK;
}

/* ---- People ------------------------------------------------------------------------- */

fh_status fh_record_person(const fh_record_work *w, uint32_t person, fh_person *out, fh_error *err)
{
    const fh_status status = fh_person_row(w->org, person, w->arena, out, err);
    if (status == FH_NOTFOUND) return FH_INVALID;
    if (status == FH_OK && !out->active)
        return fh_fail(err, FH_INVALID, "'%.*s' does not work here any more",
                       FH_STR_ARG(out->name));
    return status;
}

fh_status fh_record_lead(const fh_record_work *w, uint32_t department, uint32_t but, uint32_t *out,
                         fh_error *err)
{
    enum { DEEPEST = 64 };
    fh_status status = FH_OK;
    *out = 0;
    for (unsigned i = 0; i < DEEPEST && department && !*out && status == FH_OK; i++) {
        fh_department d;
        status = fh_person_leading(w->org, department, fh_role_bit(FH_ROLE_LEAD), but, out, err);
        if (status == FH_OK) status = fh_department_row(w->org, department, w->arena, &d, err);
        department = status == FH_OK ? d.parent : 0;
    }
    return status == FH_NOTFOUND ? FH_OK : status;
}

static void add_person(uint32_t *list, size_t *n, uint32_t person)
{
    if (!person || *n >= MOST_PEOPLE) return;
    for (size_t i = 0; i < *n; i++)
        if (list[i] == person) return;
    list[(*n)++] = person;
}

fh_status fh_record_people(const fh_record_work *w, const fh_record_view *v, fh_who who,
                           const uint32_t **out, size_t *n, fh_error *err)
{
    const fh_record *r = &v->row;
    uint32_t lead = 0;
    fh_status status = FH_OK;
    uint32_t *list = FH_NEW_ARRAY(w->arena, uint32_t, MOST_PEOPLE);
    if (!list) return fh_no_memory(err);
    *n = 0;
    if (who & bit(FH_WHO_AUTHOR)) add_person(list, n, fh_record_speaker(r));
    if (who & bit(FH_WHO_OWNER)) add_person(list, n, r->owner);
    if (who & bit(FH_WHO_ASKED)) {
        const uint32_t field = fh_kind_find_field(v->kind, FH_STR("asked"));
        add_person(list, n, r->asked);
        if (field < v->kind->n_fields && v->kind->field[field].type == FH_TYPE_PERSON)
            for (uint32_t k = 0; k < v->values[field].n; k++)
                add_person(list, n, (uint32_t)v->values[field].value[k].number);
    }
    if (who & bit(FH_WHO_LEAD)) {
        status = fh_record_lead(w, r->department, r->owner, &lead, err);
        add_person(list, n, lead);
    }
    for (int k = 0; k < 2 && status == FH_OK; k++) {
        const uint32_t field = fh_kind_find_field(v->kind, k ? FH_STR("second") : FH_STR("first"));
        if (!(who & bit(k ? FH_WHO_SECOND : FH_WHO_FIRST)) || field >= v->kind->n_fields ||
            v->kind->field[field].type != FH_TYPE_DEPARTMENT || !v->values[field].n)
            continue;
        lead = 0;
        status = fh_record_lead(w, (uint32_t)v->values[field].value[0].number, 0, &lead, err);
        add_person(list, n, lead);
    }
    *out = list;
    return status;
}
