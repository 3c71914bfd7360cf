/* signin.c - use case: signing in with a password (see signin.h).
 *
 *     limits --> read: account and hash --> argon2, two at once --> write: session or entry
 *
 * Between reading and writing the account may have changed: what was read is compared
 * again before a session is made.
 */
#include "app/signin/signin_parts.h"

#include "app/people/people_parts.h"
#include "store/identities.h"

#include <sodium.h>
#include <string.h>

enum {
    AT_ONCE = 2,
    MOST_WAITING = 32,
    HELD_MS = 60000, /* a wait worth an entry of its own */
};

/* ---- The handle ------------------------------------------------------------------------- */

/* The host of "https://host:port/path". */
static fh_str host_of(fh_str url)
{
    for (size_t i = 0; i + 2 < url.len; i++) {
        if (url.ptr[i] != ':' || url.ptr[i + 1] != '/' || url.ptr[i + 2] != '/') continue;
        url = (fh_str){url.ptr + i + 3, url.len - i - 3};
        break;
    }
    size_t n = 0;
    while (n < url.len && url.ptr[n] != ':' && url.ptr[n] != '/') n++;
    return (fh_str){url.ptr, n};
}

static fh_status fill(fh_signin *s, const fh_signin_options *o, fh_error *err)
{
    unsigned char secret[16];
    fh_str url = fh_str_trim(o->base_url), copy;
    while (url.len && url.ptr[url.len - 1] == '/') url.len--;
    if (!fh_arena_str(s->arena, url, &copy)) return fh_no_memory(err);
    s->base_url = copy;
    s->rp_id = host_of(copy);
    s->has_key = o->key != NULL;
    if (o->key) s->key = *o->key;
    s->cost.ops = o->password_ops ? o->password_ops : 2;
    s->cost.bytes = o->password_bytes ? o->password_bytes : UINT64_C(64) << 20;
    s->lock = fh_mutex_new();
    s->turn = fh_cond_new();
    if (!s->lock || !s->turn) return fh_no_memory(err);
    fh_status status = s->os->random(s->os->ctx, secret, sizeof secret, err);
    if (status == FH_OK) status = fh_limiter_new(NULL, 16384, secret, &s->accounts, err);
    if (status == FH_OK) status = fh_limiter_new(NULL, 16384, secret, &s->addresses, err);
    if (status == FH_OK) status = fh_limiter_new(NULL, 4096, secret, &s->codes, err);
    if (status == FH_OK)
        status = fh_password_hash(s->os, &s->cost, FH_STR("nobody's"), s->unknown, err);
    return status;
}

fh_status fh_signin_new(const fh_os *os, const fh_signin_options *options, fh_signin **out,
                        fh_error *err)
{
    if (sodium_init() < 0) return fh_fail(err, FH_INTERNAL, "libsodium cannot be used here");
    fh_arena *arena = fh_arena_new(NULL);
    fh_signin *s = arena ? FH_NEW(arena, fh_signin) : NULL;
    if (!s) {
        fh_arena_free(arena);
        return fh_no_memory(err);
    }
    s->os = os;
    s->arena = arena;
    const fh_status status = fill(s, options, err);
    if (status == FH_OK)
        *out = s;
    else
        fh_signin_free(s);
    return status;
}

void fh_signin_free(fh_signin *s)
{
    if (!s) return;
    fh_limiter_free(s->accounts);
    fh_limiter_free(s->addresses);
    fh_limiter_free(s->codes);
    fh_cond_free(s->turn);
    fh_mutex_free(s->lock);
    sodium_memzero(&s->key, sizeof s->key);
    fh_arena_free(s->arena);
}

/* ---- Taking turns ------------------------------------------------------------------------- */

fh_status fh_signin_turn(fh_signin *s, fh_error *err)
{
    fh_mutex_lock(s->lock);
    if (s->computing >= AT_ONCE && s->waiting >= MOST_WAITING) {
        fh_mutex_unlock(s->lock);
        (void)fh_fail(err, FH_BUSY, "too many people are signing in at this moment");
        return fh_hint(err, FH_BUSY, "Try again in a few seconds.");
    }
    s->waiting++;
    while (s->computing >= AT_ONCE) fh_cond_wait(s->turn, s->lock);
    s->waiting--;
    s->computing++;
    fh_mutex_unlock(s->lock);
    return FH_OK;
}

void fh_signin_turn_done(fh_signin *s)
{
    fh_mutex_lock(s->lock);
    s->computing--;
    fh_cond_wake(s->turn);
    fh_mutex_unlock(s->lock);
}

static fh_limiter *limiter_of(fh_signin *s, fh_limited which, const fh_limit_rule **rule)
{
    switch (which) {
    case FH_LIMITED_ACCOUNT: *rule = &fh_limit_account; return s->accounts;
    case FH_LIMITED_ADDRESS: *rule = &fh_limit_address; return s->addresses;
    case FH_LIMITED_CODE: break;
    }
    *rule = &fh_limit_code;
    return s->codes;
}

fh_status fh_signin_try(fh_signin *s, fh_limited which, fh_str key, fh_error *err)
{
    const fh_limit_rule *rule;
    fh_limiter *l = limiter_of(s, which, &rule);
    if (!key.len) return FH_OK;
    fh_mutex_lock(s->lock);
    const int64_t wait = fh_limiter_try(l, rule, key, s->os->monotonic_ms(s->os->ctx));
    fh_mutex_unlock(s->lock);
    if (wait == 0) return FH_OK;
    (void)fh_fail(err, FH_LATER, "there were too many attempts");
    return fh_hint(err, FH_LATER, "Try again in %lld s.", (long long)((wait + 999) / 1000));
}

int64_t fh_signin_failed(fh_signin *s, fh_limited which, fh_str key)
{
    const fh_limit_rule *rule;
    fh_limiter *l = limiter_of(s, which, &rule);
    if (!key.len) return 0;
    fh_mutex_lock(s->lock);
    const int64_t wait = fh_limiter_failed(l, rule, key, s->os->monotonic_ms(s->os->ctx));
    fh_mutex_unlock(s->lock);
    return wait;
}

void fh_signin_passed(fh_signin *s, fh_limited which, fh_str key)
{
    const fh_limit_rule *rule;
    fh_limiter *l = limiter_of(s, which, &rule);
    if (!key.len) return;
    fh_mutex_lock(s->lock);
    fh_limiter_passed(l, rule, key, s->os->monotonic_ms(s->os->ctx));
    fh_mutex_unlock(s->lock);
}

fh_str fh_signin_address(const fh_caller *caller, char space[64])
{
    return caller && caller->ip.len ? fh_limit_address_key(caller->ip, space) : (fh_str){0};
}

fh_status fh_signin_hash(fh_signin *s, fh_arena *arena, fh_str password,
                         char out[FH_PASSWORD_HASH_TEXT + 1], fh_error *err)
{
    fh_str normal;
    fh_status status = fh_password_normal(arena, password, &normal, err);
    if (status == FH_OK) status = fh_signin_turn(s, err);
    if (status != FH_OK) return status;
    status = fh_password_hash(s->os, &s->cost, normal, out, err);
    fh_signin_turn_done(s);
    return status;
}

/* ---- With a password ------------------------------------------------------------------------ */

/* What is known of somebody who signs in. */
typedef struct attempt {
    fh_arena *arena;
    const fh_caller *caller;
    fh_str email; /* normal spelling; empty: nobody can have it */
    fh_str password;
    uint32_t person; /* 0: unknown, disabled, or without a password */
    fh_str hash;
    bool right;
    char fresh[FH_PASSWORD_HASH_TEXT + 1]; /* the password hashed anew; empty: not needed */
} attempt;

static fh_status read_account(fh_pool *pool, attempt *a, fh_error *err)
{
    fh_org *org = NULL;
    fh_person p = {0};
    bool there = false;
    if (!a->email.len) return FH_OK;
    fh_status status = fh_pool_read(pool, &org, err);
    if (status != FH_OK) return status;
    status = fh_person_by_email(org, a->email, a->arena, &p, &there, err);
    if (status == FH_OK && there && p.active)
        status = fh_password_row(org, p.person, a->arena, &a->hash, err);
    if (status == FH_OK && a->hash.len) a->person = p.person;
    fh_pool_read_done(pool, org);
    return status;
}

/* One argon2, whoever it is. */
static fh_status compare(fh_signin *s, attempt *a, fh_error *err)
{
    bool same = false;
    fh_status status = fh_signin_turn(s, err);
    if (status != FH_OK) return status;
    status =
        fh_password_verify(a->person ? a->hash : fh_str_of(s->unknown), a->password, &same, err);
    a->right = status == FH_OK && same && a->person;
    if (status == FH_OK && a->right && fh_password_is_old(a->hash, &s->cost))
        status = fh_password_hash(s->os, &s->cost, a->password, a->fresh, err);
    fh_signin_turn_done(s);
    return status;
}

static fh_status note_failure(fh_signin *s, fh_org *org, const attempt *a, fh_error *err)
{
    char space[64];
    const fh_actor visitor = fh_signin_visitor(a->caller);
    const int64_t by_account = fh_signin_failed(s, FH_LIMITED_ACCOUNT, a->email);
    const int64_t by_address =
        fh_signin_failed(s, FH_LIMITED_ADDRESS, fh_signin_address(a->caller, space));
    fh_status status = fh_signin_audit(org, &visitor, FH_AUDITED_SIGNIN_FAILED, a->person, err);
    if (status == FH_OK && (by_account >= HELD_MS || by_address >= HELD_MS))
        status = fh_signin_audit(org, &visitor, FH_AUDITED_SIGNIN_HELD, a->person, err);
    return status;
}

/* In the transaction: nothing may have changed since the account was read. */
static fh_status still_so(fh_org *org, attempt *a, fh_error *err)
{
    fh_person p;
    fh_str now = {0};
    fh_status status = fh_person_row(org, a->person, a->arena, &p, err);
    if (status == FH_OK) status = fh_password_row(org, a->person, a->arena, &now, err);
    if (status == FH_OK && (!p.active || !fh_str_eq(now, a->hash))) a->right = false;
    return status;
}

static fh_status conclude(fh_signin *s, fh_org *org, attempt *a, fh_str old, fh_session_given *out,
                          fh_error *err)
{
    bool totp = false, passkey = false;
    fh_status status = a->right ? still_so(org, a, err) : FH_OK;
    if (status != FH_OK) return status;
    if (!a->right) return note_failure(s, org, a, err);
    status = fh_account_has_factor(org, a->person, &totp, &passkey, err);
    if (status == FH_OK && a->fresh[0])
        status = fh_password_put(org, a->person, fh_str_of(a->fresh), err);
    if (status == FH_OK)
        status =
            fh_session_begin(org, a->person, totp || passkey ? 0 : 1, a->caller, old, out, err);
    if (status != FH_OK) return status;
    const fh_actor self = fh_signin_as(a->person, out->session, a->caller);
    /* With a second factor outstanding nobody is signed in yet. */
    return totp || passkey ? FH_OK
                           : fh_signin_audit(org, &self, FH_AUDITED_SIGNED_IN, a->person, err);
}

static fh_status write_outcome(fh_signin *s, fh_pool *pool, attempt *a, fh_str old,
                               fh_session_given *out, fh_error *err)
{
    enum { PATIENCE_MS = 10000 };
    fh_org *org = NULL;
    fh_session_given given = {0};
    fh_status status = fh_pool_write(pool, PATIENCE_MS, &org, err);
    if (status != FH_OK) return status;
    status = fh_org_begin(org, err);
    if (status == FH_OK) status = fh_people_end(org, conclude(s, org, a, old, &given, err), err);
    fh_pool_write_done(pool, org);
    if (status != FH_OK) return status;
    if (!a->right) return fh_signin_wrong(err, "the e-mail address or the password is not right");
    fh_signin_passed(s, FH_LIMITED_ACCOUNT, a->email);
    *out = given;
    return FH_OK;
}

fh_status fh_signin_password(fh_signin *s, fh_pool *pool, fh_str email, fh_str password,
                             const fh_caller *caller, fh_str old, fh_session_given *out,
                             fh_error *err)
{
    char space[64];
    attempt a = {.arena = fh_arena_new(NULL), .caller = caller};
    if (!a.arena) return fh_no_memory(err);
    /* What cannot be an address or a password is compared all the same, and is wrong. */
    if (fh_people_email(a.arena, email, &a.email, NULL) != FH_OK) a.email = (fh_str){0};
    if (fh_password_normal(a.arena, password, &a.password, NULL) != FH_OK) a.email = (fh_str){0};
    fh_status status = fh_signin_try(s, FH_LIMITED_ADDRESS, fh_signin_address(caller, space), err);
    if (status == FH_OK) status = fh_signin_try(s, FH_LIMITED_ACCOUNT, a.email, err);
    if (status == FH_OK) status = read_account(pool, &a, err);
    if (status == FH_OK) status = compare(s, &a, err);
    if (status == FH_OK) status = write_outcome(s, pool, &a, old, out, err);
    fh_arena_free(a.arena);
    return status;
}

fh_status fh_signin_person(fh_signin *s, fh_org *org, uint32_t person, bool second_factor,
                           const fh_caller *caller, fh_str old, fh_session_given *out,
                           fh_error *err)
{
    (void)s;
    fh_session_given given = {0};
    fh_person p;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_org_begin(org, err);
    if (status == FH_OK) {
        status = fh_person_row(org, person, arena, &p, err);
        if (status == FH_OK && !p.active)
            status = fh_fail(err, FH_DENIED, "this account is disabled");
        if (status == FH_OK)
            status = fh_session_begin(org, person, second_factor ? 2 : 1, caller, old, &given, err);
        const fh_actor self = fh_signin_as(person, given.session, caller);
        if (status == FH_OK)
            status = fh_signin_audit(org, &self, FH_AUDITED_SIGNED_IN, person, err);
        status = fh_people_end(org, status, err);
    }
    fh_arena_free(arena);
    if (status == FH_OK) *out = given;
    return status;
}

/* ---- Changing the own password -------------------------------------------------------------- */

fh_status fh_password_check(fh_org *org, fh_str password, fh_str name, fh_str email, fh_error *err)
{
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_str context[3] = {name, email, {0}};
    fh_status status = fh_setting_get(org, FH_STR("name"), arena, &context[2], err);
    if (status == FH_OK) status = fh_password_good(arena, password, context, 3, err);
    fh_arena_free(arena);
    return status;
}

/* Reads the own account and looks whether the new password will do. */
static fh_status read_own(fh_pool *pool, const fh_actor *actor, fh_str password, attempt *a,
                          fh_error *err)
{
    fh_org *org = NULL;
    fh_person p = {0};
    fh_session_row row;
    fh_status status = fh_pool_read(pool, &org, err);
    if (status != FH_OK) return status;
    status = fh_session_own(org, actor, a->arena, &row, err);
    if (status == FH_OK) status = fh_person_row(org, actor->person, a->arena, &p, err);
    if (status == FH_OK) status = fh_password_row(org, p.person, a->arena, &a->hash, err);
    if (status == FH_OK && !a->hash.len)
        status = fh_fail(err, FH_DENIED, "this account has no password to change");
    if (status == FH_OK) status = fh_password_check(org, password, p.name, p.email, err);
    fh_pool_read_done(pool, org);
    a->person = p.person;
    a->email = p.email;
    return status;
}

static fh_status write_own(fh_org *org, const fh_actor *actor, attempt *a, fh_session_given *out,
                           fh_error *err)
{
    fh_session_row row;
    fh_status status = still_so(org, a, err);
    if (status == FH_OK && !a->right)
        status = fh_fail(err, FH_CONFLICT, "the password was changed in the meantime");
    if (status == FH_OK) status = fh_session_own(org, actor, a->arena, &row, err);
    if (status == FH_OK) status = fh_password_put(org, a->person, fh_str_of(a->fresh), err);
    if (status == FH_OK) status = fh_sessions_delete(org, a->person, row.session, err);
    if (status == FH_OK) status = fh_links_delete(org, a->person, err);
    if (status == FH_OK) status = fh_session_renew(org, &row, row.factors, out, err);
    if (status == FH_OK)
        status = fh_signin_audit(org, actor, FH_AUDITED_PASSWORD_SET, a->person, err);
    return status;
}

static fh_status change_password(fh_signin *s, fh_pool *pool, const fh_actor *actor, attempt *a,
                                 fh_str password, fh_session_given *out, fh_error *err)
{
    enum { PATIENCE_MS = 10000 };
    fh_org *org = NULL;
    fh_session_given given = {0};
    fh_status status = read_own(pool, actor, password, a, err);
    if (status == FH_OK) status = fh_signin_try(s, FH_LIMITED_ACCOUNT, a->email, err);
    if (status == FH_OK) status = compare(s, a, err);
    if (status == FH_OK && a->right) status = fh_signin_hash(s, a->arena, password, a->fresh, err);
    if (status == FH_OK) status = fh_pool_write(pool, PATIENCE_MS, &org, err);
    if (status != FH_OK) return status;
    status = fh_org_begin(org, err);
    if (status == FH_OK) {
        status = a->right ? write_own(org, actor, a, &given, err) : note_failure(s, org, a, err);
        status = fh_people_end(org, status, err);
    }
    fh_pool_write_done(pool, org);
    if (status != FH_OK) return status;
    if (!given.session) return fh_signin_wrong(err, "the old password is not right");
    *out = given;
    return FH_OK;
}

fh_status fh_password_change(fh_signin *s, fh_pool *pool, const fh_actor *actor, fh_str old,
                             fh_str password, const fh_caller *caller, fh_session_given *out,
                             fh_error *err)
{
    attempt a = {.arena = fh_arena_new(NULL), .caller = caller};
    if (!a.arena) return fh_no_memory(err);
    /* What cannot have been the password is compared all the same. */
    if (fh_password_normal(a.arena, old, &a.password, NULL) != FH_OK) a.password = (fh_str){0};
    const fh_status status = change_password(s, pool, actor, &a, password, out, err);
    fh_arena_free(a.arena);
    return status;
}
