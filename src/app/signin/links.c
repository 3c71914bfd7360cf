/* links.c - use case: one-time links, to set up, to invite, to set a new password.
 *
 * The secret stands behind the # of the URL, which browsers do not send and no proxy
 * logs; the page sends it in the body. What is kept is its hash; taking a link and
 * writing what it was for is one transaction, so it works once.
 */
#include "app/people/people_parts.h"
#include "app/signin/signin_parts.h"

#include "store/people.h"

#include <string.h>

static const struct {
    const char *path;
    int64_t life_ms;
} kinds[] = {
    [FH_LINK_SETUP] = {"/setup", INT64_C(86400000)},
    [FH_LINK_RESET] = {"/reset", INT64_C(3600000)},
    [FH_LINK_INVITE] = {"/invite", INT64_C(604800000)},
};

const char *fh_link_path(fh_link_kind kind)
{
    return kind >= FH_LINK_SETUP && kind <= FH_LINK_INVITE ? kinds[kind].path : "/";
}

static fh_status void_link(fh_error *err)
{
    (void)fh_fail(err, FH_NOTFOUND, "this link was used already, has expired, or never was one");
    return fh_hint(err, FH_NOTFOUND, "Ask for a new one.");
}

/* ---- Making ------------------------------------------------------------------------------ */

/* A new link in the open transaction, and its entry. */
static fh_status make(fh_org *org, const fh_actor *actor, fh_link_kind kind, uint32_t person,
                      fh_str base_url, fh_arena *arena, fh_str *url, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    char secret[FH_SECRET_TEXT + 1], hash[FH_HASH_TEXT + 1];
    while (base_url.len && base_url.ptr[base_url.len - 1] == '/') base_url.len--;
    fh_status status = fh_links_delete(org, person, err); /* the one before is void */
    if (status == FH_OK) status = fh_secret_new(os, secret, FH_SECRET_TEXT, err);
    if (status != FH_OK) return status;
    const fh_link_row row = {.kind = (uint32_t)kind,
                             .person = person,
                             .expires_ms = os->now_ms(os->ctx) + kinds[kind].life_ms};
    status = fh_link_put(org, fh_secret_hash("link", fh_str_of(secret), hash), &row, err);
    const fh_audit_object about = {.kind = person ? FH_STR("person") : FH_STR("set-up"),
                                   .number = person};
    if (status == FH_OK) status = fh_audit(org, actor, FH_AUDITED_LINK_MADE, &about, err);
    if (status == FH_OK &&
        !fh_arena_format(arena, url, "%.*s%s#%s", FH_STR_ARG(base_url), kinds[kind].path, secret))
        status = fh_no_memory(err);
    return status;
}

static fh_status check_no_owner(fh_org *org, fh_error *err)
{
    bool any = false;
    const fh_status status = fh_account_any(org, fh_role_bit(FH_ROLE_OWNER), &any, err);
    if (status != FH_OK || !any) return status;
    (void)fh_fail(err, FH_CONFLICT, "this organisation is set up: it has an owner");
    return fh_hint(err, FH_CONFLICT, "An owner who cannot sign in needs a reset link.");
}

fh_status fh_setup_link(fh_org *org, const fh_actor *actor, fh_str base_url, fh_arena *arena,
                        fh_str *url, fh_error *err)
{
    if (actor->kind != FH_ACTOR_COMMAND_LINE && actor->kind != FH_ACTOR_SYSTEM)
        return fh_fail(err, FH_DENIED, "set-up links are made by the program itself");
    fh_status status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    fh_str made = {0};
    status = check_no_owner(org, err);
    if (status == FH_OK) status = make(org, actor, FH_LINK_SETUP, 0, base_url, arena, &made, err);
    status = fh_people_end(org, status, err);
    if (status == FH_OK) *url = made;
    return status;
}

static fh_status make_for(fh_org *org, const fh_actor *actor, uint32_t person, fh_link_kind kind,
                          fh_str base_url, fh_arena *arena, fh_str *url, fh_error *err)
{
    fh_person p;
    fh_status status = fh_person_row(org, person, arena, &p, err);
    if (status != FH_OK) return status;
    if (!p.active) return fh_fail(err, FH_CONFLICT, "%.*s is disabled", FH_STR_ARG(p.name));
    if (!p.email.len) {
        (void)fh_fail(err, FH_CONFLICT, "%.*s has no e-mail address to sign in with",
                      FH_STR_ARG(p.name));
        return fh_hint(err, FH_CONFLICT, "Add the address first.");
    }
    /* Whoever sets somebody's password can be them. */
    if (!fh_may_give(actor, p.roles)) {
        (void)fh_fail(err, FH_DENIED, "you may not make links for %.*s", FH_STR_ARG(p.name));
        return fh_hint(err, FH_DENIED, "They have rights that you do not have. Ask an owner.");
    }
    return make(org, actor, kind, person, base_url, arena, url, err);
}

fh_status fh_person_link(fh_org *org, const fh_actor *actor, uint32_t person, fh_link_kind kind,
                         fh_str base_url, fh_arena *arena, fh_str *url, fh_error *err)
{
    if (kind != FH_LINK_RESET && kind != FH_LINK_INVITE)
        return fh_fail(err, FH_INVALID, "there is no such link for a person");
    fh_status status = fh_audit_require(org, actor, FH_RIGHT_PEOPLE, err);
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    fh_str made = {0};
    status =
        fh_people_end(org, make_for(org, actor, person, kind, base_url, arena, &made, err), err);
    if (status == FH_OK) *url = made;
    return status;
}

/* ---- Using --------------------------------------------------------------------------------- */

/* The link and, unless it sets everything up, whose it is. */
static fh_status look(fh_org *org, fh_str secret, fh_arena *arena, fh_link_row *out, fh_person *p,
                      fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    char hash[FH_HASH_TEXT + 1];
    bool there = false;
    if (secret.len != FH_SECRET_TEXT) return void_link(err);
    fh_status status = fh_link_row_get(org, fh_secret_hash("link", secret, hash), out, &there, err);
    if (status != FH_OK) return status;
    if (!there || out->expires_ms <= os->now_ms(os->ctx)) return void_link(err);
    *p = (fh_person){.person = 0};
    if (out->kind == FH_LINK_SETUP) return FH_OK;
    status = fh_person_row(org, out->person, arena, p, err);
    if (status == FH_NOTFOUND || (status == FH_OK && !p->active)) return void_link(err);
    return status;
}

fh_status fh_link_look(fh_org *org, fh_str secret, fh_arena *arena, fh_link *out, fh_error *err)
{
    fh_link_row row;
    fh_person p;
    const fh_status status = look(org, secret, arena, &row, &p, err);
    if (status == FH_OK)
        *out = (fh_link){(fh_link_kind)row.kind, row.person, p.name, p.email, row.expires_ms};
    return status;
}

/* What somebody who came by a link wants. */
typedef struct visit {
    fh_arena *arena;
    fh_str secret, name, email, password;
    const fh_caller *caller;
    bool sets_up;
    char hash[FH_PASSWORD_HASH_TEXT + 1];
} visit;

/* The first owner: a new person, or who has this address already. */
static fh_status make_owner(fh_org *org, const visit *v, uint32_t *person, fh_error *err)
{
    const fh_actor self = fh_actor_system();
    fh_person p = {0}, out;
    fh_str email;
    bool there = false, any = false;
    fh_status status = check_no_owner(org, err);
    if (status == FH_OK) status = fh_people_email(v->arena, v->email, &email, err);
    if (status == FH_OK && !email.len)
        status = fh_fail(err, FH_INVALID, "the e-mail address is missing");
    if (status == FH_OK) status = fh_person_by_email(org, email, v->arena, &p, &there, err);
    if (status != FH_OK) return status;
    p.roles |= fh_role_bit(FH_ROLE_OWNER);
    p.name = v->name;
    p.email = email;
    p.active = true;
    if (there)
        status =
            fh_person_alter(org, &self, &p, FH_PERSON_ROLES | FH_PERSON_NAME | FH_PERSON_ACTIVE,
                            v->arena, &out, &any, err);
    else
        status = fh_person_add(org, &self, &p, v->arena, &out, err);
    if (status == FH_OK) *person = out.person;
    return status;
}

static fh_status use(fh_org *org, const visit *v, fh_session_given *out, fh_error *err)
{
    char hash[FH_HASH_TEXT + 1];
    fh_link_row row;
    fh_person p;
    bool there = false, totp = false, passkey = false;
    fh_status status = look(org, v->secret, v->arena, &row, &p, err);
    if (status == FH_OK && (row.kind == FH_LINK_SETUP) != v->sets_up) return void_link(err);
    if (status == FH_OK)
        status = fh_link_take(org, fh_secret_hash("link", v->secret, hash), &there, err);
    if (status == FH_OK && !there) return void_link(err);
    uint32_t person = row.person;
    if (status == FH_OK && v->sets_up) status = make_owner(org, v, &person, err);
    if (status == FH_OK) status = fh_password_put(org, person, fh_str_of(v->hash), err);
    if (status == FH_OK) status = fh_sessions_delete(org, person, 0, err);
    if (status == FH_OK) status = fh_links_delete(org, person, err);
    if (status == FH_OK) status = fh_account_has_factor(org, person, &totp, &passkey, err);
    if (status == FH_OK)
        status = fh_session_begin(org, person, totp || passkey ? 0 : 1, v->caller, (fh_str){0}, out,
                                  err);
    if (status != FH_OK) return status;
    const fh_actor self = fh_signin_as(person, out->session, v->caller);
    status = fh_signin_audit(org, &self, FH_AUDITED_LINK_USED, person, err);
    if (status == FH_OK) status = fh_signin_audit(org, &self, FH_AUDITED_PASSWORD_SET, person, err);
    if (status == FH_OK && !totp && !passkey)
        status = fh_signin_audit(org, &self, FH_AUDITED_SIGNED_IN, person, err);
    return status;
}

/* What can be refused without using the link up: looked at first. */
static fh_status check(fh_pool *pool, visit *v, fh_error *err)
{
    fh_org *org = NULL;
    fh_link_row row;
    fh_person p = {0};
    fh_str text;
    fh_status status = fh_pool_read(pool, &org, err);
    if (status != FH_OK) return status;
    status = look(org, v->secret, v->arena, &row, &p, err);
    if (status == FH_OK && v->sets_up)
        status = fh_people_text(v->arena, "the name", v->name, true, &text, err);
    if (status == FH_OK && v->sets_up) status = fh_people_email(v->arena, v->email, &text, err);
    if (status == FH_OK)
        status = fh_password_check(org, v->password, v->sets_up ? v->name : p.name,
                                   v->sets_up ? v->email : p.email, err);
    fh_pool_read_done(pool, org);
    return status;
}

static fh_status finish(fh_signin *s, fh_pool *pool, visit *v, fh_session_given *out, fh_error *err)
{
    enum { PATIENCE_MS = 10000 };
    char space[64];
    fh_org *org = NULL;
    fh_session_given given = {0};
    fh_status status =
        fh_signin_try(s, FH_LIMITED_ADDRESS, fh_signin_address(v->caller, space), err);
    if (status == FH_OK) status = check(pool, v, err);
    if (status == FH_NOTFOUND)
        (void)fh_signin_failed(s, FH_LIMITED_ADDRESS, fh_signin_address(v->caller, space));
    if (status == FH_OK) status = fh_signin_hash(s, v->arena, v->password, v->hash, err);
    if (status == FH_OK) status = fh_pool_write(pool, PATIENCE_MS, &org, err);
    if (status != FH_OK) return status;
    status = fh_org_begin(org, err);
    if (status == FH_OK) status = fh_people_end(org, use(org, v, &given, err), err);
    fh_pool_write_done(pool, org);
    if (status == FH_OK) *out = given;
    return status;
}

fh_status fh_setup_finish(fh_signin *s, fh_pool *pool, fh_str secret, fh_str name, fh_str email,
                          fh_str password, const fh_caller *caller, fh_session_given *out,
                          fh_error *err)
{
    visit v = {.arena = fh_arena_new(NULL),
               .secret = secret,
               .name = name,
               .email = email,
               .password = password,
               .caller = caller,
               .sets_up = true};
    if (!v.arena) return fh_no_memory(err);
    const fh_status status = finish(s, pool, &v, out, err);
    fh_arena_free(v.arena);
    return status;
}

fh_status fh_link_finish(fh_signin *s, fh_pool *pool, fh_str secret, fh_str password,
                         const fh_caller *caller, fh_session_given *out, fh_error *err)
{
    visit v = {
        .arena = fh_arena_new(NULL), .secret = secret, .password = password, .caller = caller};
    if (!v.arena) return fh_no_memory(err);
    const fh_status status = finish(s, pool, &v, out, err);
    fh_arena_free(v.arena);
    return status;
}
