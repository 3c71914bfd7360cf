/* sessions.c - staying signed in: sessions made, looked up, renewed and ended.
 *
 * The browser has the secret, the organisation its hash. A session is never given to a
 * browser that came with a secret of its own choice: signing in always makes a new one,
 * and passing the second factor changes the secret.
 */
#include "app/signin/signin_parts.h"

#include <string.h>

enum { TOUCH_MS = 60000 };

fh_actor fh_signin_visitor(const fh_caller *caller)
{
    return (fh_actor){.kind = FH_ACTOR_NOBODY, .ip = caller ? caller->ip : (fh_str){0}};
}

fh_actor fh_signin_as(uint32_t person, uint32_t session, const fh_caller *caller)
{
    fh_actor out = fh_signin_visitor(caller);
    out.kind = FH_ACTOR_PERSON;
    out.person = person;
    out.session = session;
    return out;
}

fh_status fh_signin_audit(fh_org *org, const fh_actor *actor, fh_audited action, uint32_t person,
                          fh_error *err)
{
    const fh_audit_object about = {.kind = person ? FH_STR("person") : (fh_str){0},
                                   .number = person};
    return fh_audit(org, actor, action, &about, err);
}

fh_status fh_signin_wrong(fh_error *err, const char *what)
{
    (void)fh_fail(err, FH_DENIED, "%s", what);
    return fh_hint(err, FH_DENIED, "Try again, or ask an administrator for a new link.");
}

static fh_status sign_in_again(fh_error *err)
{
    (void)fh_fail(err, FH_NOTFOUND, "you are not signed in");
    return fh_hint(err, FH_NOTFOUND, "Sign in again.");
}

/* ---- Making --------------------------------------------------------------------------------- */

/* At most `max` bytes, cut between characters. */
static fh_str cut(fh_str s, size_t max)
{
    if (s.len <= max) return s;
    s.len = max;
    while (s.len && ((unsigned char)s.ptr[s.len] & 0xc0) == 0x80) s.len--;
    return s;
}

fh_status fh_session_begin(fh_org *org, uint32_t person, uint32_t factors, const fh_caller *caller,
                           fh_str old, fh_session_given *out, fh_error *err)
{
    enum { AGENT_MAX = 200, IP_MAX = 64 };
    const fh_os *os = fh_org_os(org);
    const int64_t now = os->now_ms(os->ctx);
    char hash[FH_HASH_TEXT + 1];
    fh_session_given given = {.person = person, .needs_second_factor = factors == 0};
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_session_row before;
    bool there = false;
    fh_status status =
        fh_sessions_expire(org, now - FH_SESSION_IDLE_MS, now - FH_SESSION_MAX_MS, err);
    if (status == FH_OK && old.len) status = fh_session_of(org, old, arena, &before, &there, err);
    if (status == FH_OK && there) status = fh_session_delete(org, before.session, err);
    if (status == FH_OK) status = fh_secret_new(os, given.secret, FH_SECRET_TEXT, err);
    fh_session_row row = {.person = person,
                          .factors = factors,
                          .ip = cut(caller ? caller->ip : (fh_str){0}, IP_MAX),
                          .agent = cut(caller ? caller->agent : (fh_str){0}, AGENT_MAX)};
    if (status == FH_OK) {
        row.secret = fh_secret_hash("session", fh_str_of(given.secret), hash);
        status = fh_session_insert(org, &row, err);
    }
    fh_arena_free(arena);
    given.session = row.session;
    if (status == FH_OK) *out = given;
    return status;
}

fh_status fh_session_renew(fh_org *org, const fh_session_row *row, uint32_t factors,
                           fh_session_given *out, fh_error *err)
{
    char hash[FH_HASH_TEXT + 1];
    fh_session_given given = {.session = row->session, .person = row->person};
    fh_status status = fh_secret_new(fh_org_os(org), given.secret, FH_SECRET_TEXT, err);
    if (status == FH_OK)
        status = fh_session_rotate(org, row->session,
                                   fh_secret_hash("session", fh_str_of(given.secret), hash),
                                   factors, err);
    if (status == FH_OK) *out = given;
    return status;
}

/* ---- Looking up ----------------------------------------------------------------------------- */

fh_status fh_session_of(fh_org *org, fh_str secret, fh_arena *arena, fh_session_row *out,
                        bool *there, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    const int64_t now = os->now_ms(os->ctx);
    char hash[FH_HASH_TEXT + 1];
    bool found = false;
    *there = false;
    if (secret.len != FH_SECRET_TEXT) return FH_OK;
    fh_session_row row;
    const fh_str kept = fh_secret_hash("session", secret, hash);
    const fh_status status = fh_session_row_by_secret(org, kept, arena, &row, &found, err);
    if (status != FH_OK || !found || !fh_secret_same(kept, row.secret)) return status;
    const int64_t longest = row.factors ? FH_SESSION_MAX_MS : FH_SESSION_HALF_MS;
    if (now - row.made_ms >= longest || now - row.seen_ms >= FH_SESSION_IDLE_MS) return FH_OK;
    *out = row;
    *there = true;
    return FH_OK;
}

/* What the organisation asks for of those without a second factor. */
static fh_status withhold(fh_org *org, fh_arena *arena, fh_session_now *now, fh_error *err)
{
    fh_str asked;
    const fh_status status =
        fh_setting_get(org, FH_STR(FH_SETTING_SECOND_FACTOR), arena, &asked, err);
    if (status != FH_OK) return status;
    if (fh_str_eq(asked, FH_STR("everybody"))) {
        now->actor.rights = 0;
        now->must_add_factor = true;
    } else if (fh_str_eq(asked, FH_STR("guarded"))) {
        now->must_add_factor = (now->actor.rights & fh_rights_guarded()) != 0;
        now->actor.rights &= ~fh_rights_guarded();
    }
    return FH_OK;
}

fh_status fh_session_resume(fh_org *org, fh_str secret, const fh_caller *caller, fh_arena *arena,
                            fh_session_now *out, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_session_row row;
    fh_session_now now = {.needs_second_factor = false};
    bool there = false;
    fh_status status = fh_session_of(org, secret, arena, &row, &there, err);
    if (status == FH_OK && !there) return sign_in_again(err);
    if (status == FH_OK) status = fh_actor_of(org, row.person, arena, &now.actor, err);
    if (status == FH_NOTFOUND) return sign_in_again(err); /* disabled since */
    if (status != FH_OK) return status;
    now.actor.session = row.session;
    now.actor.ip = caller ? caller->ip : (fh_str){0};
    now.actor.second_factor = row.factors >= 2;
    now.needs_second_factor = row.factors == 0;
    now.touch_due = os->now_ms(os->ctx) - row.seen_ms >= TOUCH_MS;
    if (row.factors == 0)
        now.actor.rights = 0;
    else if (row.factors == 1)
        status = withhold(org, arena, &now, err);
    if (status == FH_OK) *out = now;
    return status;
}

fh_status fh_session_touch(fh_org *org, uint32_t session, fh_error *err)
{
    return fh_session_seen(org, session, err);
}

fh_status fh_session_own(fh_org *org, const fh_actor *actor, fh_arena *arena, fh_session_row *out,
                         fh_error *err)
{
    bool there = false, totp = false, passkey = false;
    fh_session_row row;
    if (actor->kind != FH_ACTOR_PERSON || !actor->session)
        return fh_fail(err, FH_DENIED, "only who is signed in with a browser may do this");
    fh_status status = fh_session_row_by_number(org, actor->session, arena, &row, &there, err);
    if (status == FH_OK && (!there || row.person != actor->person)) return sign_in_again(err);
    if (status == FH_OK) status = fh_account_has_factor(org, actor->person, &totp, &passkey, err);
    if (status != FH_OK) return status;
    if (row.factors == 0 || (row.factors == 1 && (totp || passkey))) {
        (void)fh_fail(err, FH_DENIED, "this needs the second factor");
        return fh_hint(err, FH_DENIED, "Give the code of your app, or use your passkey, first.");
    }
    *out = row;
    return FH_OK;
}

/* ---- Ending --------------------------------------------------------------------------------- */

static fh_status end_one(fh_org *org, const fh_actor *actor, uint32_t session, fh_audited action,
                         uint32_t person, fh_error *err)
{
    fh_status status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    status = fh_session_delete(org, session, err);
    if (status == FH_OK) status = fh_signin_audit(org, actor, action, person, err);
    if (status == FH_OK) return fh_org_commit(org, err);
    fh_org_rollback(org);
    return status;
}

fh_status fh_session_end(fh_org *org, const fh_actor *actor, fh_error *err)
{
    if (!actor->session) return FH_OK;
    return end_one(org, actor, actor->session, FH_AUDITED_SIGNED_OUT, actor->person, err);
}

static fh_status own_or_people(fh_org *org, const fh_actor *actor, uint32_t person, bool writes,
                               fh_error *err)
{
    if (person && person == actor->person && actor->kind == FH_ACTOR_PERSON) return FH_OK;
    return writes ? fh_audit_require(org, actor, FH_RIGHT_PEOPLE, err)
                  : fh_require(actor, FH_RIGHT_PEOPLE, err);
}

fh_status fh_sessions_list(fh_org *org, const fh_actor *actor, uint32_t person, fh_arena *arena,
                           const fh_session **out, size_t *n, fh_error *err)
{
    fh_session_row *rows = NULL;
    size_t n_rows = 0, got = 0;
    const fh_os *os = fh_org_os(org);
    const int64_t now = os->now_ms(os->ctx);
    fh_status status = own_or_people(org, actor, person, false, err);
    if (status == FH_OK) status = fh_session_rows(org, person, arena, &rows, &n_rows, err);
    if (status != FH_OK) return status;
    fh_session *list = FH_NEW_ARRAY(arena, fh_session, n_rows + 1);
    if (!list) return fh_no_memory(err);
    for (size_t i = 0; i < n_rows; i++) {
        const fh_session_row *r = &rows[i];
        const int64_t longest = r->factors ? FH_SESSION_MAX_MS : FH_SESSION_HALF_MS;
        if (now - r->made_ms >= longest || now - r->seen_ms >= FH_SESSION_IDLE_MS) continue;
        list[got++] = (fh_session){r->session, r->person, r->made_ms,     r->seen_ms,
                                   r->ip,      r->agent,  r->factors >= 2};
    }
    *out = list;
    *n = got;
    return FH_OK;
}

fh_status fh_session_revoke(fh_org *org, const fh_actor *actor, uint32_t session, fh_error *err)
{
    bool there = false;
    fh_session_row row;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_session_row_by_number(org, session, arena, &row, &there, err);
    fh_arena_free(arena);
    /* Whose it is, is nobody's business: what is not there and what is not ours sound alike. */
    if (status == FH_OK && there && own_or_people(org, actor, row.person, true, NULL) == FH_OK)
        return end_one(org, actor, session, FH_AUDITED_SESSION_REVOKED, row.person, err);
    if (status == FH_OK) status = fh_fail(err, FH_NOTFOUND, "there is no session %u", session);
    return status;
}

fh_status fh_sessions_revoke(fh_org *org, const fh_actor *actor, uint32_t person, fh_error *err)
{
    const uint32_t own = person == actor->person ? actor->session : 0;
    fh_status status = own_or_people(org, actor, person, true, err);
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    status = fh_sessions_delete(org, person, own, err);
    if (status == FH_OK)
        status = fh_signin_audit(org, actor, FH_AUDITED_SESSIONS_REVOKED, person, err);
    if (status == FH_OK) return fh_org_commit(org, err);
    fh_org_rollback(org);
    return status;
}

/* ---- Forms ---------------------------------------------------------------------------------- */

void fh_session_form_token(fh_str secret, char out[FH_SECRET_TEXT + 1])
{
    char hash[FH_HASH_TEXT + 1];
    (void)fh_secret_hash("form", secret, hash);
    memcpy(out, hash, FH_SECRET_TEXT);
    out[FH_SECRET_TEXT] = '\0';
}

bool fh_session_form_token_ok(fh_str secret, fh_str token)
{
    char right[FH_SECRET_TEXT + 1];
    fh_session_form_token(secret, right);
    return fh_secret_same(token, (fh_str){right, FH_SECRET_TEXT});
}
