/* records_ownership.c - use case: whose a record is.
 *
 * Offering names a person, or a department, whose lead is asked. Whoever is asked accepts
 * or declines; a decline says why and is a bounce. What is nobody's is so since a day,
 * which stands until somebody accepts.
 */
#include "app/records/record_parts.h"

#include <string.h>

/* ---- Rows ------------------------------------------------------------------------------ */

fh_status fh_record_give(const fh_record_work *w, fh_record_view *v, uint32_t person, fh_error *err)
{
    fh_person owner;
    const fh_status status = fh_record_person(w, person, &owner, err);
    if (status != FH_OK) return status;
    v->row.owner = person;
    v->row.department = owner.department;
    v->row.asked = 0;
    v->row.asked_ms = v->row.ownerless_ms = 0;
    return FH_OK;
}

static fh_status offer_to_department(const fh_record_work *w, fh_record_view *v,
                                     uint32_t department, fh_error *err)
{
    fh_department d;
    uint32_t lead = 0;
    fh_status status = fh_department_row(w->org, department, w->arena, &d, err);
    if (status == FH_NOTFOUND) return FH_INVALID;
    if (status == FH_OK && !d.active)
        return fh_fail(err, FH_INVALID, "the department '%.*s' is closed", FH_STR_ARG(d.name));
    if (status == FH_OK) status = fh_record_lead(w, department, 0, &lead, err);
    if (status == FH_OK && !lead) {
        (void)fh_fail(err, FH_CONFLICT, "nobody leads '%.*s' who could be asked",
                      FH_STR_ARG(d.name));
        return fh_hint(err, FH_CONFLICT, "Offer it to a person.");
    }
    if (status != FH_OK) return status;
    if (lead == w->actor->person) status = fh_record_give(w, v, lead, err);
    if (status == FH_OK && !v->row.owner) {
        v->row.asked = lead;
        v->row.asked_ms = w->now_ms;
    }
    v->row.department = department;
    return status;
}

fh_status fh_record_offer(const fh_record_work *w, fh_record_view *v, uint32_t person,
                          uint32_t department, fh_error *err)
{
    fh_person asked;
    if (!person && !department)
        return fh_fail(err, FH_INVALID, "/person: it is offered to a person or a department");
    if (!person) return offer_to_department(w, v, department, err);
    const fh_status status = fh_record_person(w, person, &asked, err);
    if (status != FH_OK) return status;
    if (person == w->actor->person) return fh_record_give(w, v, person, err);
    if (!v->row.owner) v->row.department = asked.department;
    v->row.asked = person;
    v->row.asked_ms = w->now_ms;
    return FH_OK;
}

fh_status fh_record_offer_told(const fh_record_work *w, const fh_record_view *v, fh_str words,
                               fh_error *err)
{
    fh_record_telling t;
    fh_record_tell(&t);
    fh_record_tell_number(&t, "person", v->row.asked ? v->row.asked : v->row.owner);
    fh_record_tell_number(&t, "department", v->row.department);
    fh_record_tell_text(&t, "words", words);
    const bool unnamed = !v->row.author && v->row.made_ms == w->now_ms;
    fh_status status = fh_record_told(w, &t, v->row.record, v->row.asked ? "offered" : "accepted",
                                      unnamed, NULL, err);
    if (status == FH_OK && v->row.asked)
        status = fh_record_let_follow(w, v->row.record, v->row.asked, "asked", err);
    if (status == FH_OK) status = fh_record_let_follow(w, v->row.record, v->row.owner, "owns", err);
    return status;
}

/* ---- What people do ----------------------------------------------------------------- */

typedef struct asking {
    const fh_record_work *w;
    fh_record_view *v;
    fh_who who;
    uint32_t person, department;
    fh_str words;
} asking;

static bool is(const asking *a, fh_who_bit who)
{
    return (a->who >> who & 1) != 0;
}

/* Of what is nobody's by anybody; else by its owner, their lead, who answers findings. */
static fh_status offer(const asking *a, fh_error *err)
{
    const fh_record *r = &a->v->row;
    const bool may = (!r->owner && is(a, FH_WHO_ANYBODY)) || is(a, FH_WHO_OWNER) ||
                     is(a, FH_WHO_LEAD) || is(a, FH_WHO_FINDINGS) || is(a, FH_WHO_ASKED);
    if (!may)
        return fh_fail(err, FH_DENIED,
                       "record %lld has an owner: they, their lead or whoever answers findings "
                       "offer it to somebody else",
                       (long long)r->record);
    const fh_status status = fh_record_offer(a->w, a->v, a->person, a->department, err);
    return status == FH_OK ? fh_record_offer_told(a->w, a->v, a->words, err) : status;
}

static fh_status tell(const asking *a, const char *what, fh_error *err)
{
    fh_record_telling t;
    fh_record_tell(&t);
    fh_record_tell_number(&t, "department", a->v->row.department);
    fh_record_tell_text(&t, "words", a->words);
    fh_status status = fh_record_told(a->w, &t, a->v->row.record, what, false, NULL, err);
    if (status == FH_OK)
        status = fh_record_let_follow(a->w, a->v->row.record, a->w->actor->person, "owns", err);
    return status;
}

static fh_status must_be_person(const asking *a, fh_error *err)
{
    if (a->w->actor->person) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "only a person can own a record");
    return fh_hint(err, FH_INVALID, "Sign in, or offer it to somebody.");
}

static fh_status take(const asking *a, fh_error *err)
{
    const fh_record *r = &a->v->row;
    const uint32_t me = a->w->actor->person;
    fh_status status = must_be_person(a, err);
    if (status != FH_OK || r->owner == me) return status;
    if (r->owner && r->asked != me && !is(a, FH_WHO_LEAD)) {
        (void)fh_fail(err, FH_CONFLICT, "record %lld has an owner already", (long long)r->record);
        return fh_hint(err, FH_CONFLICT, "Ask them to offer it to you.");
    }
    status = fh_record_give(a->w, a->v, me, err);
    return status == FH_OK ? tell(a, "accepted", err) : status;
}

static fh_status not_asked(const asking *a, fh_error *err)
{
    const fh_record *r = &a->v->row;
    if (!r->asked)
        return fh_fail(err, FH_CONFLICT, "nobody is asked to own record %lld",
                       (long long)r->record);
    return fh_fail(err, FH_DENIED, "somebody else is asked to own record %lld",
                   (long long)r->record);
}

static fh_status accept(const asking *a, fh_error *err)
{
    fh_record *r = &a->v->row;
    const uint32_t me = a->w->actor->person, department = r->department;
    if (!r->asked || r->asked != me) return not_asked(a, err);
    const bool was_owned = r->owner != 0;
    const fh_status status = fh_record_give(a->w, a->v, me, err);
    /* A lead accepts for the department that was asked. */
    if (status == FH_OK && !was_owned && fh_leads(a->w->actor, department))
        r->department = department;
    return status == FH_OK ? tell(a, "accepted", err) : status;
}

static fh_status decline(const asking *a, fh_error *err)
{
    fh_record *r = &a->v->row;
    if (!r->asked || r->asked != a->w->actor->person) return not_asked(a, err);
    fh_record_telling t;
    fh_record_tell(&t);
    fh_record_tell_text(&t, "words", a->words);
    fh_record_tell_number(&t, "bounces", (int64_t)r->bounces + 1);
    r->asked = 0;
    r->asked_ms = 0;
    r->bounces += r->bounces < UINT32_MAX;
    if (!r->owner) r->department = 0;
    return fh_record_told(a->w, &t, r->record, "declined", false, NULL, err);
}

static fh_status give_up(const asking *a, fh_error *err)
{
    fh_record *r = &a->v->row;
    if (!r->owner)
        return fh_fail(err, FH_CONFLICT, "record %lld has no owner", (long long)r->record);
    if (!is(a, FH_WHO_OWNER) && !is(a, FH_WHO_LEAD))
        return fh_fail(err, FH_DENIED, "only its owner or their lead gives record %lld up",
                       (long long)r->record);
    fh_record_telling t;
    fh_record_tell(&t);
    fh_record_tell_number(&t, "owner", r->owner);
    fh_record_tell_text(&t, "words", a->words);
    r->owner = r->department = 0;
    r->ownerless_ms = a->w->now_ms;
    return fh_record_told(a->w, &t, r->record, "given-up", false, NULL, err);
}

static fh_status answer(const asking *a, fh_ownership what, fh_error *err)
{
    switch (what) {
    case FH_OWNERSHIP_OFFER: return offer(a, err);
    case FH_OWNERSHIP_TAKE: return take(a, err);
    case FH_OWNERSHIP_ACCEPT: return accept(a, err);
    case FH_OWNERSHIP_DECLINE: return decline(a, err);
    case FH_OWNERSHIP_GIVE_UP: return give_up(a, err);
    }
    return fh_fail(err, FH_INVALID, "that cannot be done with the ownership of a record");
}

fh_status fh_record_ownership(fh_org *org, const fh_actor *actor, int64_t record, fh_ownership what,
                              uint32_t person, uint32_t department, fh_str words, fh_error *err)
{
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    const bool needs_words = what == FH_OWNERSHIP_DECLINE || what == FH_OWNERSHIP_GIVE_UP;
    fh_record_view v = {0};
    asking a = {.w = &w, .v = &v, .person = person, .department = department, .words = words};
    fh_status status = fh_record_open(&w, record, &v, err);
    if (status == FH_OK) status = fh_record_check_words(&a.words, needs_words, err);
    if (status == FH_OK) status = fh_record_who(&w, &v, &a.who, err);
    const uint32_t owner = v.row.owner, of = v.row.department;
    if (status == FH_OK) status = answer(&a, what, err);
    if (status == FH_OK) status = fh_record_mentions(&w, v.row.record, a.words, err);
    v.row.changed_ms = w.now_ms;
    if (status == FH_OK) status = fh_record_set_due(&w, &v, err);
    if (status == FH_OK) status = fh_record_note(org, &v.row, err);
    if (status == FH_OK && (v.row.owner != owner || v.row.department != of))
        status = fh_record_tell_systems(&w, &v, FH_HOOK_RECORD_OWNED, (fh_str){"", 0}, err);
    fh_arena_free(arena);
    return status;
}
