/* passkeys.c - use case: passkeys added, used and removed (WebAuthn, attestation none).
 *
 * A challenge is taken away before anything else is looked at and that is committed in
 * any case, so that an answer never counts twice. The key comes as SPKI from the
 * browser's getPublicKey(): nobody vouches for the device, and nobody needs to.
 */
#include "app/people/people_parts.h"
#include "app/signin/signature.h"
#include "app/signin/signin_parts.h"
#include "app/signin/webauthn.h"

#include <string.h>

enum { PURPOSE_ADD = 1, PURPOSE_USE = 2, CHALLENGE = 32, CREDENTIAL_MAX = 1023, MOST = 20 };
#define CHALLENGE_LIFE_MS INT64_C(300000)

/* ---- Challenges ---------------------------------------------------------------------------- */

static fh_status make_challenge(fh_org *org, const fh_actor *actor, bool registering,
                                fh_arena *arena, fh_str *text, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    char bytes[CHALLENGE], hash[FH_HASH_TEXT + 1];
    fh_session_row session;
    fh_status status = FH_OK;
    if (registering) status = fh_session_own(org, actor, arena, &session, err);
    if (status == FH_OK) status = os->random(os->ctx, bytes, sizeof bytes, err);
    if (status != FH_OK) return status;
    if (!fh_base64url(arena, (fh_str){bytes, sizeof bytes}, text)) return fh_no_memory(err);
    const fh_challenge_row row = {.purpose = registering ? PURPOSE_ADD : PURPOSE_USE,
                                  .person = actor ? actor->person : 0,
                                  .expires_ms = os->now_ms(os->ctx) + CHALLENGE_LIFE_MS};
    return fh_challenge_put(org, fh_secret_hash("challenge", *text, hash), &row, err);
}

fh_status fh_passkey_challenge(fh_org *org, const fh_actor *actor, bool registering,
                               char out[FH_CHALLENGE_TEXT + 1], fh_error *err)
{
    fh_str text = {0};
    if (registering && !actor) return fh_fail(err, FH_DENIED, "nobody is signed in");
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_org_begin(org, err);
    if (status == FH_OK)
        status =
            fh_people_end(org, make_challenge(org, actor, registering, arena, &text, err), err);
    if (status == FH_OK && text.len != FH_CHALLENGE_TEXT)
        status = fh_fail(err, FH_INTERNAL, "a challenge of another length");
    if (status == FH_OK) {
        memcpy(out, text.ptr, FH_CHALLENGE_TEXT);
        out[FH_CHALLENGE_TEXT] = '\0';
    }
    fh_arena_free(arena);
    return status;
}

/* Takes the challenge that the client data answer. *fits: it was ours, for this, and has
 * not expired. */
static fh_status take_challenge(fh_org *org, fh_str challenge, uint32_t purpose, fh_arena *arena,
                                uint32_t *person, bool *fits, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    char hash[FH_HASH_TEXT + 1];
    fh_challenge_row row;
    bool there = false;
    const fh_status status = fh_challenge_take(org, fh_secret_hash("challenge", challenge, hash),
                                               arena, &row, &there, err);
    if (status != FH_OK) return status;
    *fits = there && row.purpose == purpose && row.expires_ms > os->now_ms(os->ctx);
    *person = there ? row.person : 0;
    return FH_OK;
}

static fh_status stale(fh_error *err)
{
    (void)fh_fail(err, FH_DENIED,
                  "the passkey was refused: it answers a challenge that is not "
                  "open");
    return fh_hint(err, FH_DENIED, "Try again; an answer must come within five minutes.");
}

/* ---- Adding ---------------------------------------------------------------------------------- */

static fh_status check_new(fh_signin *s, const fh_passkey_registration *r, fh_arena *arena,
                           fh_passkey_row *row, fh_error *err)
{
    fh_authenticator a;
    fh_status status = fh_webauthn_authenticator(r->authenticator, s->rp_id, true, &a, err);
    row->name = FH_STR("passkey");
    if (status == FH_OK && r->name.len)
        status = fh_people_text(arena, "the name of the passkey", r->name, true, &row->name, err);
    if (status != FH_OK) return status;
    if (r->credential.len > CREDENTIAL_MAX || !fh_str_eq(a.credential, r->credential))
        return fh_fail(err, FH_DENIED, "the passkey was refused: it tells two names of itself");
    if (!fh_public_key_ok((fh_algorithm)r->algorithm, r->public_key)) {
        (void)fh_fail(err, FH_DENIED,
                      "the passkey was refused: its key is of a kind not known here");
        return fh_hint(err, FH_DENIED, "ES256, RS256 and EdDSA are known.");
    }
    row->public_key = r->public_key;
    row->algorithm = r->algorithm;
    row->counter = a.counter;
    return fh_hex(arena, r->credential, &row->credential) ? FH_OK : fh_no_memory(err);
}

static fh_status write_new(fh_org *org, const fh_actor *actor, fh_passkey_row *row, fh_arena *arena,
                           fh_error *err)
{
    fh_session_row session;
    fh_passkey_row other, *list;
    bool there = false;
    size_t n = 0;
    fh_status status = fh_session_own(org, actor, arena, &session, err);
    if (status == FH_OK)
        status = fh_passkey_row_by_credential(org, row->credential, arena, &other, &there, err);
    if (status == FH_OK && there)
        return fh_fail(err, FH_CONFLICT, "this passkey is registered already");
    if (status == FH_OK) status = fh_passkey_rows(org, actor->person, arena, &list, &n, err);
    if (status == FH_OK && n >= MOST)
        return fh_fail(err, FH_LIMIT, "there are %d passkeys already", MOST);
    row->person = actor->person;
    if (status == FH_OK) status = fh_passkey_insert(org, row, err);
    const fh_audit_object about = {.kind = FH_STR("passkey"), .number = row->passkey};
    if (status == FH_OK) status = fh_audit(org, actor, FH_AUDITED_PASSKEY_ADDED, &about, err);
    return status;
}

static fh_status add_with(fh_signin *s, fh_org *org, const fh_actor *actor,
                          const fh_passkey_registration *r, fh_arena *arena, fh_error *err)
{
    fh_passkey_row row = {0};
    fh_str challenge = {0};
    uint32_t person = 0;
    bool fits = false;
    fh_status status = fh_webauthn_client(arena, r->client_data, FH_STR("webauthn.create"),
                                          s->base_url, &challenge, err);
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    status = take_challenge(org, challenge, PURPOSE_ADD, arena, &person, &fits, err);
    status = fh_people_end(org, status, err);
    if (status == FH_OK && (!fits || person != actor->person)) status = stale(err);
    if (status == FH_OK) status = check_new(s, r, arena, &row, err);
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    return fh_people_end(org, write_new(org, actor, &row, arena, err), err);
}

fh_status fh_passkey_add(fh_signin *s, fh_org *org, const fh_actor *actor,
                         const fh_passkey_registration *r, fh_error *err)
{
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_status status = add_with(s, org, actor, r, arena, err);
    fh_arena_free(arena);
    return status;
}

/* ---- Using ---------------------------------------------------------------------------------- */

typedef struct use {
    fh_arena *arena;
    const fh_passkey_answer *answer;
    const fh_caller *caller;
    fh_str old;
    fh_authenticator auth;
    fh_passkey_row key;
    fh_session_row session; /* of `old` */
    bool has_session, copied;
    fh_error why; /* refused: what to say after the entry was written */
} use;

static bool is_signed(const use *u)
{
    fh_str bytes;
    return fh_webauthn_signed(u->arena, u->answer->authenticator, u->answer->client_data, &bytes) &&
           fh_signature_ok((fh_algorithm)u->key.algorithm, u->key.public_key, bytes,
                           u->answer->signature);
}

/* FH_DENIED in u->why when it must not count. `asked`: for whom the challenge was. */
static fh_status judge(fh_org *org, use *u, uint32_t asked, fh_error *err)
{
    fh_str credential;
    fh_person p;
    bool there = false;
    if (!fh_hex(u->arena, u->answer->credential, &credential)) return fh_no_memory(err);
    fh_status status =
        fh_passkey_row_by_credential(org, credential, u->arena, &u->key, &there, err);
    if (status == FH_OK && there) status = fh_person_row(org, u->key.person, u->arena, &p, err);
    if (status == FH_OK && u->old.len)
        status = fh_session_of(org, u->old, u->arena, &u->session, &u->has_session, err);
    if (status != FH_OK) return status;
    if (!there || !is_signed(u) || !p.active || (asked && asked != u->key.person)) {
        (void)fh_signin_wrong(&u->why, "the passkey is not right");
        return FH_OK;
    }
    if (u->has_session && u->session.person != u->key.person) u->has_session = false;
    if (!u->auth.verified && !u->has_session) {
        (void)fh_fail(&u->why, FH_DENIED, "the passkey did not ask who you are");
        (void)fh_hint(&u->why, FH_DENIED, "Sign in with your password first, then use it.");
        return FH_OK;
    }
    /* A counter that stands still or goes back: there may be a copy of the key. */
    if ((u->auth.counter || u->key.counter) && (int64_t)u->auth.counter <= u->key.counter) {
        u->copied = true;
        (void)fh_signin_wrong(&u->why, "the passkey was refused: there may be a copy of it");
    }
    return FH_OK;
}

static fh_status conclude(fh_org *org, use *u, fh_session_given *out, fh_error *err)
{
    const fh_actor visitor = fh_signin_visitor(u->caller);
    if (u->why.status != FH_OK)
        return fh_signin_audit(org, &visitor,
                               u->copied ? FH_AUDITED_PASSKEY_COPIED : FH_AUDITED_SIGNIN_FAILED,
                               u->key.person, err);
    fh_status status = fh_passkey_used(org, u->key.passkey, u->auth.counter, err);
    if (status == FH_OK && u->has_session)
        status = fh_session_renew(org, &u->session, 2, out, err);
    else if (status == FH_OK)
        status = fh_session_begin(org, u->key.person, 2, u->caller, u->old, out, err);
    const fh_actor self = fh_signin_as(u->key.person, out->session, u->caller);
    if (status == FH_OK)
        status = fh_signin_audit(org, &self, FH_AUDITED_SIGNED_IN, u->key.person, err);
    return status;
}

static fh_status finish_inside(fh_org *org, use *u, fh_str challenge, fh_session_given *out,
                               fh_error *err)
{
    uint32_t asked = 0;
    bool fits = false;
    fh_status status = take_challenge(org, challenge, PURPOSE_USE, u->arena, &asked, &fits, err);
    if (status == FH_OK && fits) status = judge(org, u, asked, err);
    if (status == FH_OK && !fits) (void)stale(&u->why);
    return status == FH_OK ? conclude(org, u, out, err) : status;
}

fh_status fh_passkey_finish(fh_signin *s, fh_org *org, const fh_passkey_answer *a,
                            const fh_caller *caller, fh_str old, fh_session_given *out,
                            fh_error *err)
{
    char space[64];
    const fh_str address = fh_signin_address(caller, space);
    fh_str challenge = {0};
    fh_session_given given = {0};
    use u = {.arena = fh_arena_new(NULL), .answer = a, .caller = caller, .old = old};
    if (!u.arena) return fh_no_memory(err);
    fh_status status = fh_signin_try(s, FH_LIMITED_ADDRESS, address, err);
    if (status == FH_OK)
        status = fh_webauthn_client(u.arena, a->client_data, FH_STR("webauthn.get"), s->base_url,
                                    &challenge, err);
    if (status == FH_OK)
        status = fh_webauthn_authenticator(a->authenticator, s->rp_id, false, &u.auth, err);
    if (status == FH_OK && a->credential.len > CREDENTIAL_MAX)
        status = fh_signin_wrong(err, "the passkey is not right");
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status == FH_OK)
        status = fh_people_end(org, finish_inside(org, &u, challenge, &given, err), err);
    fh_arena_free(u.arena);
    if (status == FH_OK && u.why.status != FH_OK) {
        (void)fh_signin_failed(s, FH_LIMITED_ADDRESS, address);
        if (err) *err = u.why;
        return u.why.status;
    }
    if (status == FH_OK) *out = given;
    return status;
}

/* ---- Listing, removing ---------------------------------------------------------------------- */

fh_status fh_passkeys_list(fh_org *org, const fh_actor *actor, uint32_t person, fh_arena *arena,
                           const fh_passkey **out, size_t *n, fh_error *err)
{
    fh_passkey_row *rows = NULL;
    size_t n_rows = 0;
    fh_status status = FH_OK;
    if (!person || person != actor->person) status = fh_require(actor, FH_RIGHT_PEOPLE, err);
    if (status == FH_OK) status = fh_passkey_rows(org, person, arena, &rows, &n_rows, err);
    if (status != FH_OK) return status;
    fh_passkey *list = FH_NEW_ARRAY(arena, fh_passkey, n_rows + 1);
    if (!list) return fh_no_memory(err);
    for (size_t i = 0; i < n_rows; i++) {
        const fh_passkey_row *r = &rows[i];
        list[i] = (fh_passkey){r->passkey, r->person, r->name, {0}, r->made_ms, r->used_ms};
        if (!fh_hex_read(arena, r->credential, &list[i].credential)) return fh_no_memory(err);
    }
    *out = list;
    *n = n_rows;
    return FH_OK;
}

fh_status fh_passkey_name(fh_org *org, const fh_actor *actor, uint32_t passkey, fh_str name,
                          fh_error *err)
{
    fh_passkey_row row;
    fh_str text;
    bool there = false;
    const fh_audit_object about = {.kind = FH_STR("passkey"), .number = passkey};
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_passkey_row_by_number(org, passkey, arena, &row, &there, err);
    if (status == FH_OK && (!there || row.person != actor->person))
        status = fh_fail(err, FH_NOTFOUND, "there is no passkey %u", passkey);
    if (status == FH_OK) status = fh_people_text(arena, "the name", name, true, &text, err);
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status == FH_OK) {
        status = fh_passkey_set_name(org, passkey, text, err);
        if (status == FH_OK) status = fh_audit(org, actor, FH_AUDITED_PASSKEY_NAMED, &about, err);
        status = fh_people_end(org, status, err);
    }
    fh_arena_free(arena);
    return status;
}

static fh_status remove_inside(fh_org *org, const fh_actor *actor, const fh_passkey_row *row,
                               fh_arena *arena, fh_error *err)
{
    fh_session_row session;
    fh_person p;
    fh_status status = FH_OK;
    if (row->person == actor->person) {
        status = fh_session_own(org, actor, arena, &session, err);
    } else {
        status = fh_person_row(org, row->person, arena, &p, err);
        if (status == FH_OK && !fh_may_give(actor, p.roles))
            status =
                fh_fail(err, FH_DENIED, "only an owner may do this for %.*s", FH_STR_ARG(p.name));
    }
    if (status == FH_OK) status = fh_passkey_delete(org, row->passkey, err);
    const fh_audit_object about = {.kind = FH_STR("passkey"), .number = row->passkey};
    if (status == FH_OK) status = fh_audit(org, actor, FH_AUDITED_PASSKEY_REMOVED, &about, err);
    return status;
}

fh_status fh_passkey_remove(fh_org *org, const fh_actor *actor, uint32_t passkey, fh_error *err)
{
    fh_passkey_row row;
    bool there = false;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_passkey_row_by_number(org, passkey, arena, &row, &there, err);
    if (status == FH_OK && (!there || (row.person != actor->person &&
                                       fh_audit_require(org, actor, FH_RIGHT_PEOPLE, NULL))))
        status = fh_fail(err, FH_NOTFOUND, "there is no passkey %u", passkey);
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status == FH_OK)
        status = fh_people_end(org, remove_inside(org, actor, &row, arena, err), err);
    fh_arena_free(arena);
    return status;
}
