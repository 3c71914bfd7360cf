/* people.c - use case: the people who work here (see people.h).
 *
 * A change reads the record, checks what is asked for, writes record, consequences
 * (ended sessions, revoked tokens) and audit entry in one transaction.
 */
#include "app/people/people.h"

#include "app/people/audit.h"
#include "app/people/people_parts.h"
#include "base/put.h"
#include "store/accounts.h"
#include "store/identities.h"
#include "store/mail_rows.h"
#include "store/map_follow.h"
#include "store/members.h"
#include "store/records.h"
#include "store/saved_rows.h"

#include "base/time.h"
#include "base/utf8.h"

#include <string.h>

/* ---- What fields may be ------------------------------------------------------------------- */

fh_status fh_people_text(fh_arena *arena, const char *what, fh_str in, bool needed, fh_str *out,
                         fh_error *err)
{
    fh_str s = fh_str_trim(in);
    if (!s.len && needed) return fh_fail(err, FH_INVALID, "%s is missing", what);
    if (s.len > FH_PERSON_TEXT_MAX)
        return fh_fail(err, FH_INVALID, "%s is longer than %d bytes", what, FH_PERSON_TEXT_MAX);
    for (size_t i = 0; i < s.len;) {
        const unsigned char *p = (const unsigned char *)s.ptr + i;
        const size_t step = fh_utf8_step(p, s.len - i);
        if (!step || *p < ' ' || *p == 0x7f)
            return fh_fail(err, FH_INVALID, "%s has characters that are no text", what);
        i += step;
    }
    return fh_arena_str(arena, s, out) ? FH_OK : fh_no_memory(err);
}

/* Enough of an address that a message could arrive; whether it does, only sending tells. */
static bool looks_like_email(fh_str s)
{
    const char *at = s.len ? memchr(s.ptr, '@', s.len) : NULL;
    if (!at || at == s.ptr || at + 1 == s.ptr + s.len) return false;
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (c <= ' ' || c == ',' || c == ';' || c == '<' || c == '>' || c == '"') return false;
        if (c == '@' && s.ptr + i != at) return false;
    }
    return true;
}

fh_status fh_people_email(fh_arena *arena, fh_str in, fh_str *out, fh_error *err)
{
    fh_str s, normal;
    fh_status status = fh_people_text(arena, "the e-mail address", in, false, &s, err);
    if (status != FH_OK) return status;
    if (!s.len) {
        *out = s;
        return FH_OK;
    }
    if (!looks_like_email(s))
        return fh_fail(err, FH_INVALID, "'%.*s' is not an e-mail address", FH_STR_ARG(s));
    status = fh_identity_normal(arena, FH_STR("email"), s, &normal, err);
    if (status == FH_OK && normal.len > FH_PERSON_TEXT_MAX)
        return fh_fail(err, FH_INVALID, "the e-mail address is too long");
    if (status == FH_OK) *out = normal;
    return status;
}

static int two_digits(const char *p)
{
    return p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9' ? (p[0] - '0') * 10 + p[1] - '0'
                                                                    : -1;
}

fh_status fh_people_date(fh_arena *arena, fh_str in, fh_str *out, fh_error *err)
{
    const fh_str s = fh_str_trim(in);
    if (s.len == 10 && s.ptr[4] == '-' && s.ptr[7] == '-') {
        const int century = two_digits(s.ptr), year = two_digits(s.ptr + 2);
        const fh_civil c = {.year = century * 100 + year,
                            .month = two_digits(s.ptr + 5),
                            .day = two_digits(s.ptr + 8)};
        if (century >= 0 && year >= 0 && fh_civil_valid(&c))
            return fh_arena_str(arena, s, out) ? FH_OK : fh_no_memory(err);
    }
    if (!s.len) {
        *out = s;
        return FH_OK;
    }
    (void)fh_fail(err, FH_INVALID, "'%.*s' is not a date", s.len < 40 ? (int)s.len : 40, s.ptr);
    return fh_hint(err, FH_INVALID, "Write it as 2024-03-01.");
}

/* The customer a number stands for now. */
fh_status fh_people_customer(fh_org *org, uint32_t in, uint32_t *out, fh_error *err)
{
    uint32_t now = 0;
    if (!in) {
        *out = 0;
        return FH_OK;
    }
    const fh_status status = fh_member_customer(org, in, &now, err);
    if (status == FH_NOTFOUND || (status == FH_OK && !now))
        return fh_fail(err, FH_INVALID, "there is no customer #%u", in);
    if (status == FH_OK) *out = now;
    return status;
}

/* A manager must be there, and must not report to `person` in the end. */
static fh_status check_manager(fh_org *org, uint32_t person, uint32_t manager, fh_error *err)
{
    enum { HIGHEST = 1000 }; /* levels; more is a circle that does not pass by us */
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = FH_OK;
    uint32_t at = manager;
    for (int i = 0; at && status == FH_OK; i++) {
        fh_person p;
        if (person && at == person) {
            status = fh_fail(err, FH_CONFLICT, "person %u would report to themselves in the end",
                             person);
            break;
        }
        status = fh_person_row(org, at, arena, &p, err);
        if (status == FH_NOTFOUND)
            status = fh_fail(err, FH_INVALID, "the manager, person %u, is not there", at);
        if (status == FH_OK && i == HIGHEST)
            status =
                fh_fail(err, FH_CONFLICT, "the managers above person %u form a circle", manager);
        if (status == FH_OK) at = p.manager;
        fh_arena_reset(arena);
    }
    fh_arena_free(arena);
    return status;
}

static fh_status check_department(fh_org *org, uint32_t department, fh_arena *arena, fh_error *err)
{
    fh_department d;
    if (!department) return FH_OK;
    const fh_status status = fh_department_row(org, department, arena, &d, err);
    if (status == FH_NOTFOUND)
        return fh_fail(err, FH_INVALID, "there is no department number %u", department);
    if (status == FH_OK && !d.active)
        return fh_fail(err, FH_INVALID, "the department '%.*s' is closed", FH_STR_ARG(d.name));
    return status;
}

/* The fields that are texts. */
static fh_status take_texts(const fh_person *in, uint32_t fields, fh_arena *arena, fh_person *to,
                            fh_error *err)
{
    fh_status status = FH_OK;
    if (fields & FH_PERSON_NAME)
        status = fh_people_text(arena, "the name", in->name, true, &to->name, err);
    if (status == FH_OK && fields & FH_PERSON_EMAIL)
        status = fh_people_email(arena, in->email, &to->email, err);
    if (status == FH_OK && fields & FH_PERSON_EXTERNAL_ID)
        status = fh_people_text(arena, "the id", in->external_id, false, &to->external_id, err);
    if (status == FH_OK && fields & FH_PERSON_LEVEL)
        status = fh_people_text(arena, "the level", in->level, false, &to->level, err);
    if (status == FH_OK && fields & FH_PERSON_STARTED)
        status = fh_people_date(arena, in->started, &to->started, err);
    return status;
}

/* Takes the fields of `in` that `fields` names into *to, checked. */
static fh_status take_fields(fh_org *org, const fh_person *in, uint32_t fields, fh_arena *arena,
                             fh_person *to, fh_error *err)
{
    fh_status status = take_texts(in, fields, arena, to, err);
    if (status == FH_OK && fields & FH_PERSON_DEPARTMENT)
        status = check_department(org, in->department, arena, err);
    if (status == FH_OK && fields & FH_PERSON_MANAGER)
        status = check_manager(org, to->person, in->manager, err);
    if (status == FH_OK && fields & FH_PERSON_CUSTOMER)
        status = fh_people_customer(org, in->customer, &to->customer, err);
    if (status == FH_OK && fields & FH_PERSON_ROLES && in->roles >> FH_N_ROLES)
        status = fh_fail(err, FH_INVALID, "there are roles that are not known");
    if (status != FH_OK) return status;
    if (fields & FH_PERSON_DEPARTMENT) to->department = in->department;
    if (fields & FH_PERSON_MANAGER) to->manager = in->manager;
    if (fields & FH_PERSON_ROLES) to->roles = in->roles;
    if (fields & FH_PERSON_ACTIVE) to->active = in->active;
    return FH_OK;
}

/* ---- What the audit log says ---------------------------------------------------------------- */

static void put_roles(fh_json *j, fh_roles roles)
{
    fh_json_key(j, FH_STR("roles"));
    fh_json_array(j);
    for (unsigned i = 0; i < FH_N_ROLES; i++)
        if (roles >> i & 1) fh_json_str(j, fh_str_of(fh_role_word((fh_role)i)));
    fh_json_end_array(j);
}

static uint32_t differences(const fh_person *a, const fh_person *b)
{
    uint32_t out = 0;
    if (!fh_str_eq(a->name, b->name)) out |= FH_PERSON_NAME;
    if (!fh_str_eq(a->email, b->email)) out |= FH_PERSON_EMAIL;
    if (!fh_str_eq(a->external_id, b->external_id)) out |= FH_PERSON_EXTERNAL_ID;
    if (a->department != b->department) out |= FH_PERSON_DEPARTMENT;
    if (!fh_str_eq(a->level, b->level)) out |= FH_PERSON_LEVEL;
    if (a->manager != b->manager) out |= FH_PERSON_MANAGER;
    if (!fh_str_eq(a->started, b->started)) out |= FH_PERSON_STARTED;
    if (a->roles != b->roles) out |= FH_PERSON_ROLES;
    if (a->customer != b->customer) out |= FH_PERSON_CUSTOMER;
    if (a->active != b->active) out |= FH_PERSON_ACTIVE;
    return out;
}

static void tell_fields(const fh_person *p, uint32_t fields, fh_buf *out)
{
    fh_json j;
    fh_json_begin(&j, out, 0);
    fh_json_object(&j);
    if (fields & FH_PERSON_NAME) fh_put_text(&j, "name", p->name);
    if (fields & FH_PERSON_EMAIL) fh_put_text(&j, "email", p->email);
    if (fields & FH_PERSON_EXTERNAL_ID) fh_put_text(&j, "external_id", p->external_id);
    if (fields & FH_PERSON_DEPARTMENT) fh_put_int(&j, "department", p->department);
    if (fields & FH_PERSON_LEVEL) fh_put_text(&j, "level", p->level);
    if (fields & FH_PERSON_MANAGER) fh_put_int(&j, "manager", p->manager);
    if (fields & FH_PERSON_STARTED) fh_put_text(&j, "started", p->started);
    if (fields & FH_PERSON_ROLES) put_roles(&j, p->roles);
    if (fields & FH_PERSON_CUSTOMER) fh_put_int(&j, "customer", p->customer);
    if (fields & FH_PERSON_ACTIVE) {
        fh_put_bool(&j, "active", p->active);
    }
    fh_json_end_object(&j);
}

/* `before` NULL: the person is new. */
static fh_status audit_person(fh_org *org, const fh_actor *actor, fh_audited action,
                              const fh_person *before, const fh_person *after, uint32_t fields,
                              fh_error *err)
{
    fh_buf was, is;
    fh_buf_init(&was, NULL, 8192);
    fh_buf_init(&is, NULL, 8192);
    if (before) tell_fields(before, fields, &was);
    tell_fields(after, fields, &is);
    fh_status status = was.status == FH_OK && is.status == FH_OK ? FH_OK : fh_no_memory(err);
    const fh_audit_object about = {.kind = FH_STR("person"),
                                   .number = after->person,
                                   .before = fh_buf_view(&was),
                                   .after = fh_buf_view(&is)};
    if (status == FH_OK) status = fh_audit(org, actor, action, &about, err);
    fh_buf_free(&was);
    fh_buf_free(&is);
    return status;
}

static fh_status may_not_give(const fh_actor *actor, fh_error *err)
{
    (void)fh_fail(err, FH_DENIED, "you may not give or take away these roles");
    return fh_hint(err, FH_DENIED,
                   actor->roles & fh_role_bit(FH_ROLE_OWNER)
                       ? "Roles with guarded rights are given after signing in with the second "
                         "factor."
                       : "They hold rights that you do not have. Ask an owner.");
}

/* ---- Creating ------------------------------------------------------------------------------- */

static const uint32_t all_fields = (FH_PERSON_ACTIVE << 1) - 1;

fh_status fh_person_add(fh_org *org, const fh_actor *actor, const fh_person *in, fh_arena *arena,
                        fh_person *out, fh_error *err)
{
    fh_person p = {0};
    fh_person wanted = *in;
    wanted.active = true;
    fh_status status = take_fields(org, &wanted, all_fields, arena, &p, err);
    if (status == FH_OK && !fh_may_give(actor, p.roles)) status = may_not_give(actor, err);
    if (status == FH_OK) status = fh_person_insert(org, &p, err);
    if (status == FH_OK) {
        static const fh_person nothing;
        const uint32_t told = differences(&nothing, &p);
        status = audit_person(org, actor, FH_AUDITED_PERSON_ADDED, NULL, &p, told, err);
    }
    if (status == FH_OK) *out = p;
    return status;
}

fh_status fh_person_create(fh_org *org, const fh_actor *actor, const fh_person *p, fh_arena *arena,
                           fh_person *out, fh_error *err)
{
    fh_status status = fh_audit_require(org, actor, FH_RIGHT_PEOPLE, err);
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    status = fh_person_add(org, actor, p, arena, out, err);
    return fh_people_end(org, status, err);
}

/* ---- Changing ------------------------------------------------------------------------------- */

/* The last owner stays one, and active. */
static fh_status check_last_owner(fh_org *org, const fh_person *was, const fh_person *is,
                                  fh_error *err)
{
    const fh_roles owner = fh_role_bit(FH_ROLE_OWNER);
    uint64_t owners = 0;
    if (!was->active || !(was->roles & owner) || (is->active && is->roles & owner)) return FH_OK;
    const fh_status status = fh_person_count_role(org, owner, &owners, err);
    if (status != FH_OK || owners > 1) return status;
    (void)fh_fail(err, FH_CONFLICT, "%.*s is the last owner", FH_STR_ARG(was->name));
    return fh_hint(err, FH_CONFLICT, "Make somebody else an owner first.");
}

/* Only an owner changes or disables an owner; nobody touches those whose guarded rights
 * go beyond their own, or a disabled sign-in would be a way up. */
static fh_status check_standing(const fh_actor *actor, const fh_person *was, const fh_person *is,
                                uint32_t fields, fh_error *err)
{
    const bool delicate = (fields & (FH_PERSON_ROLES | FH_PERSON_ACTIVE | FH_PERSON_EMAIL)) != 0;
    if (!delicate) return FH_OK;
    if (!fh_may_give(actor, was->roles | is->roles)) return may_not_give(actor, err);
    return FH_OK;
}

static fh_audited word_for(uint32_t changed, const fh_person *is)
{
    if (changed & FH_PERSON_ACTIVE)
        return is->active ? FH_AUDITED_PERSON_ENABLED : FH_AUDITED_PERSON_DISABLED;
    return changed & FH_PERSON_ROLES ? FH_AUDITED_PERSON_ROLES : FH_AUDITED_PERSON_CHANGED;
}

/* What else must happen: who may less, or is somebody else, signs in again. */
static fh_status follow_up(fh_org *org, const fh_actor *actor, const fh_person *is,
                           uint32_t changed, fh_error *err)
{
    if (changed & FH_PERSON_ACTIVE && !is->active) return fh_account_close(org, is->person, err);
    if (!(changed & (FH_PERSON_ROLES | FH_PERSON_EMAIL))) return FH_OK;
    /* Links were made for the address and the roles of then. */
    const fh_status status = fh_links_delete(org, is->person, err);
    const uint32_t own =
        actor->person == is->person && !(changed & FH_PERSON_ROLES) ? actor->session : 0;
    return status == FH_OK ? fh_sessions_delete(org, is->person, own, err) : status;
}

fh_status fh_person_alter(fh_org *org, const fh_actor *actor, const fh_person *in, uint32_t fields,
                          fh_arena *arena, fh_person *out, bool *any, fh_error *err)
{
    fh_person was;
    fh_status status = fh_person_row(org, in->person, arena, &was, err);
    if (status == FH_OK && in->version && in->version != was.version) {
        (void)fh_fail(err, FH_STALE, "person %u was changed by somebody else in the meantime",
                      in->person);
        status = fh_hint(err, FH_STALE, "Look at it again and repeat your change.");
    }
    if (status != FH_OK) return status;
    fh_person is = was;
    status = take_fields(org, in, fields, arena, &is, err);
    const uint32_t changed = status == FH_OK ? differences(&was, &is) : 0;
    if (status == FH_OK) status = check_standing(actor, &was, &is, changed, err);
    if (status == FH_OK) status = check_last_owner(org, &was, &is, err);
    if (status == FH_OK && changed) status = fh_person_update(org, &is, err);
    if (status == FH_OK && changed) status = follow_up(org, actor, &is, changed, err);
    if (status == FH_OK && changed)
        status = audit_person(org, actor, word_for(changed, &is), &was, &is, changed, err);
    if (status != FH_OK) return status;
    *out = is;
    *any = changed != 0;
    return FH_OK;
}

fh_status fh_person_change(fh_org *org, const fh_actor *actor, const fh_person *p, uint32_t fields,
                           fh_arena *arena, fh_person *out, fh_error *err)
{
    bool any = false;
    fh_status status = FH_OK;
    const bool own_name = fields == FH_PERSON_NAME && p->person == actor->person && p->person;
    if (!own_name) status = fh_audit_require(org, actor, FH_RIGHT_PEOPLE, err);
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    status = fh_person_alter(org, actor, p, fields, arena, out, &any, err);
    return fh_people_end(org, status, err);
}

/* Commits, or rolls back: the status of the whole. */
fh_status fh_people_end(fh_org *org, fh_status status, fh_error *err)
{
    if (status == FH_OK) return fh_org_commit(org, err);
    fh_org_rollback(org);
    return status;
}

/* ---- Forgetting ----------------------------------------------------------------------------- */

static fh_status forget_inside(fh_org *org, const fh_actor *actor, uint32_t person, int64_t version,
                               fh_arena *arena, fh_error *err)
{
    fh_person was;
    fh_status status = fh_person_row(org, person, arena, &was, err);
    if (status != FH_OK) return status;
    fh_person is = {.person = person,
                    .department = was.department,
                    .level = was.level,
                    .made_ms = was.made_ms,
                    .version = version ? version : was.version};
    if (!fh_arena_format(arena, &is.name, "former colleague %u", person)) return fh_no_memory(err);
    status = check_standing(actor, &was, &is, FH_PERSON_ACTIVE, err);
    if (status == FH_OK) status = check_last_owner(org, &was, &is, err);
    if (status == FH_OK) status = fh_person_update(org, &is, err);
    if (status == FH_OK) status = fh_account_erase(org, person, err);
    if (status == FH_OK) status = fh_saved_forget_person(org, person, err);
    if (status == FH_OK) status = fh_records_forget_person(org, person, err);
    if (status == FH_OK) status = fh_map_follow_forget_person(org, person, err);
    if (status == FH_OK) status = fh_mail_forget_person(org, person, err);
    const fh_audit_object about = {.kind = FH_STR("person"), .number = person};
    if (status == FH_OK) status = fh_audit(org, actor, FH_AUDITED_PERSON_FORGOTTEN, &about, err);
    fh_audit_head head = {0};
    if (status == FH_OK) status = fh_audit_head_get(org, &head, err);
    if (status == FH_OK)
        status = fh_audit_withhold(org, FH_STR("person"), person, head.entries, err);
    return status;
}

fh_status fh_person_forget(fh_org *org, const fh_actor *actor, uint32_t person, int64_t version,
                           fh_error *err)
{
    fh_status status = fh_audit_require(org, actor, FH_RIGHT_PEOPLE, err);
    if (status != FH_OK) return status;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    status = fh_org_begin(org, err);
    if (status == FH_OK)
        status = fh_people_end(org, forget_inside(org, actor, person, version, arena, err), err);
    fh_arena_free(arena);
    return status;
}

/* ---- Looking -------------------------------------------------------------------------------- */

/* What the actor may see of it; false: nothing. */
static bool show(const fh_actor *actor, fh_person *p)
{
    const fh_object object = {
        .kind = FH_OBJECT_PERSON, .person = p->person, .department = p->department};
    const fh_visible sees = fh_sees(actor, &object);
    if (sees < FH_SEES_ROLES) return false;
    if (sees == FH_SEES_ALL) return true;
    *p = (fh_person){.person = p->person,
                     .name = p->name,
                     .department = p->department,
                     .roles = p->roles,
                     .active = p->active,
                     .version = p->version};
    return true;
}

fh_status fh_person_get(fh_org *org, const fh_actor *actor, uint32_t person, fh_arena *arena,
                        fh_person *out, fh_error *err)
{
    fh_person p;
    const fh_status status = fh_person_row(org, person, arena, &p, err);
    if (status != FH_OK) return status;
    if (!show(actor, &p)) return fh_fail(err, FH_NOTFOUND, "there is no person number %u", person);
    *out = p;
    return FH_OK;
}

static bool contains(fh_str text, fh_str part)
{
    for (size_t i = 0; i + part.len <= text.len; i++)
        if (fh_str_eq_nocase((fh_str){text.ptr + i, part.len}, part)) return true;
    return part.len == 0;
}

static bool is_one_of(const uint32_t *list, size_t n, uint32_t number)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == number) return true;
    return false;
}

static bool fits(const fh_people_filter *f, const uint32_t *below, size_t n_below,
                 const fh_person *p)
{
    if (!p->active && !f->disabled) return false;
    if (f->department && !is_one_of(below, n_below, p->department)) return false;
    if (f->manager && p->manager != f->manager) return false;
    if (f->roles && !(p->roles & f->roles)) return false;
    return contains(p->name, f->text) || contains(p->email, f->text);
}

/* People of whole pages that fit are added to list[*got ...], room for max; *more is true
 * when there was one that had no room. */
static fh_status look_through(fh_org *org, const fh_actor *actor, const fh_people_filter *filter,
                              const uint32_t *below, size_t n_below, fh_arena *arena,
                              fh_person *list, size_t max, size_t *got, bool *more, fh_error *err)
{
    enum { PAGE = 500 };
    uint32_t after = filter->after;
    size_t n_page = PAGE;
    while (n_page == PAGE) {
        fh_person *page = NULL;
        const fh_status status = fh_person_rows(org, after, PAGE, arena, &page, &n_page, err);
        if (status != FH_OK) return status;
        for (size_t i = 0; i < n_page; i++) {
            /* With the actor's eyes first: what is hidden does not match. */
            fh_person p = page[i];
            if (!show(actor, &p) || !fits(filter, below, n_below, &p)) continue;
            if (*got == max) return *more = true, FH_OK;
            list[(*got)++] = p;
        }
        if (n_page) after = page[n_page - 1].person;
    }
    return FH_OK;
}

fh_status fh_people_list(fh_org *org, const fh_actor *actor, const fh_people_filter *filter,
                         size_t max, fh_arena *arena, const fh_person **out, size_t *n,
                         uint32_t *next, fh_error *err)
{
    enum { MOST = 1000 };
    const uint32_t *below = &filter->department;
    size_t n_below = 1, got = 0;
    bool more = false;
    fh_status status = fh_require(actor, FH_RIGHT_COLLEAGUES, err);
    if (status == FH_OK && filter->department && filter->below)
        status = fh_departments_below(org, filter->department, arena, &below, &n_below, err);
    if (status != FH_OK) return status;
    if (max > MOST) max = MOST;
    if (max == 0) max = 1;
    fh_person *list = FH_NEW_ARRAY(arena, fh_person, max);
    if (!list) return fh_no_memory(err);
    status = look_through(org, actor, filter, below, n_below, arena, list, max, &got, &more, err);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    *next = more ? list[got - 1].person : 0;
    return FH_OK;
}

static uint32_t number_after_hash(fh_str s)
{
    uint64_t v = 0;
    if (s.len < 2 || s.len > 11 || s.ptr[0] != '#') return 0;
    for (size_t i = 1; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return 0;
        v = v * 10 + (uint64_t)(s.ptr[i] - '0');
    }
    return v <= UINT32_MAX ? (uint32_t)v : 0;
}

static fh_status find_inside(fh_org *org, fh_str text, fh_arena *arena, fh_person *p, bool *there,
                             fh_error *err)
{
    fh_str email;
    fh_error ignored;
    const uint32_t number = number_after_hash(text);
    *there = false;
    fh_status status = FH_OK;
    if (number) {
        status = fh_person_row(org, number, arena, p, err);
        *there = status == FH_OK;
        return status == FH_NOTFOUND ? FH_OK : status;
    }
    if (fh_people_email(arena, text, &email, &ignored) == FH_OK && email.len)
        status = fh_person_by_email(org, email, arena, p, there, err);
    if (status == FH_OK && !*there) status = fh_person_by_external(org, text, arena, p, there, err);
    return status;
}

fh_status fh_person_find(fh_org *org, const fh_actor *actor, fh_str text, uint32_t *out,
                         fh_error *err)
{
    fh_person p = {0};
    bool there = false;
    fh_status status = fh_require(actor, FH_RIGHT_COLLEAGUES, err);
    if (status != FH_OK) return status;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    text = fh_str_trim(text);
    status = find_inside(org, text, arena, &p, &there, err);
    if (status == FH_OK && (!there || !show(actor, &p))) {
        (void)fh_fail(err, FH_NOTFOUND, "there is no person '%.*s'",
                      text.len < 60 ? (int)text.len : 60, text.ptr);
        status = fh_hint(err, FH_NOTFOUND, "Give an e-mail address, an id, or a number as #17.");
    }
    if (status == FH_OK) *out = p.person;
    fh_arena_free(arena);
    return status;
}

void fh_person_json(const fh_person *p, fh_json *j)
{
    fh_json_object(j);
    fh_put_int(j, "person", p->person);
    fh_put_text(j, "external_id", p->external_id);
    fh_put_text(j, "name", p->name);
    fh_put_text(j, "email", p->email);
    fh_put_int(j, "department", p->department);
    fh_put_text(j, "level", p->level);
    fh_put_int(j, "manager", p->manager);
    fh_put_text(j, "started", p->started);
    put_roles(j, p->roles);
    fh_put_int(j, "customer", p->customer);
    fh_put_bool(j, "active", p->active);
    fh_put_int(j, "version", p->version);
    fh_json_end_object(j);
}

/* ---- The actor ------------------------------------------------------------------------------ */

fh_status fh_actor_of(fh_org *org, uint32_t person, fh_arena *arena, fh_actor *out, fh_error *err)
{
    fh_person p;
    fh_status status = fh_person_row(org, person, arena, &p, err);
    if (status != FH_OK) return status;
    if (!p.active) return fh_fail(err, FH_NOTFOUND, "person %u is disabled", person);
    fh_actor a = {.kind = FH_ACTOR_PERSON,
                  .person = p.person,
                  .name = p.name,
                  .roles = p.roles,
                  .rights = fh_roles_rights(p.roles),
                  .department = p.department,
                  .customer = p.customer};
    if (p.customer) {
        /* It may have been merged into another since. */
        uint32_t now = 0;
        status = fh_member_customer(org, p.customer, &now, err);
        if (status != FH_OK) return status;
        a.customer = now;
    }
    if (p.roles & fh_role_bit(FH_ROLE_LEAD) && p.department)
        status = fh_departments_below(org, p.department, arena, &a.led, &a.n_led, err);
    if (status == FH_OK) *out = a;
    return status;
}
