/* oidc.c - use case: signing in with the organisation's own sign-in service (see oidc.h).
 */
#include "app/signin/oidc.h"

#include "app/people/people_parts.h"
#include "app/signin/signin_parts.h"

#include <sodium.h>
#include <string.h>

enum { PURPOSE_OIDC = 3 };
#define FLOW_LIFE_MS INT64_C(600000)

/* ---- Asking ------------------------------------------------------------------------------ */

static void put_escaped(fh_buf *out, fh_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        const bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (stays)
            fh_buf_char(out, (char)c);
        else
            fh_buf_printf(out, "%%%02X", c);
    }
}

static void put_pair(fh_buf *out, const char *key, fh_str value)
{
    fh_buf_printf(out, "%s=", key);
    put_escaped(out, value);
}

/* An address that a query follows. */
static void put_address(fh_buf *out, fh_str address)
{
    fh_buf_str(out, address);
    fh_buf_char(out, address.len && memchr(address.ptr, '?', address.len) ? '&' : '?');
}

static fh_status keep_text(fh_buf *buf, fh_arena *arena, fh_str *out, fh_error *err)
{
    const bool kept = buf->status == FH_OK && fh_arena_str(arena, fh_buf_view(buf), out);
    fh_buf_free(buf);
    return kept ? FH_OK : fh_no_memory(err);
}

static fh_status discover(const fh_oidc_provider *p, fh_oidc_fetch *fetch, void *ctx,
                          fh_arena *arena, fh_oidc_metadata *out, fh_error *err)
{
    fh_str url, json, issuer = p->issuer;
    while (issuer.len && issuer.ptr[issuer.len - 1] == '/') issuer.len--;
    if (!fh_arena_format(arena, &url, "%.*s/.well-known/openid-configuration", FH_STR_ARG(issuer)))
        return fh_no_memory(err);
    fh_status status = FH_DENIED;
    for (int fresh = 0; fresh < 2 && status == FH_DENIED; fresh++) {
        const fh_oidc_ask ask = {.url = url, .fresh = fresh != 0};
        status = fetch(ctx, &ask, arena, &json, err);
        if (status == FH_OK) status = fh_oidc_metadata_read(arena, p, json, out, err);
    }
    return status;
}

/* PKCE: base64url of the SHA-256 of the verifier. */
static bool challenge_of(const char *verifier, fh_arena *arena, fh_str *out)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256(hash, (const unsigned char *)verifier, strlen(verifier));
    return fh_base64url(arena, (fh_str){(const char *)hash, sizeof hash}, out);
}

fh_status fh_oidc_start(const fh_os *os, const fh_oidc_provider *p, fh_oidc_fetch *fetch, void *ctx,
                        fh_arena *arena, fh_oidc_flow *flow, fh_str *url, fh_error *err)
{
    fh_oidc_metadata m;
    fh_oidc_flow f;
    fh_str challenge;
    fh_buf out;
    fh_status status = discover(p, fetch, ctx, arena, &m, err);
    if (status == FH_OK) status = fh_secret_new(os, f.state, FH_SECRET_TEXT, err);
    if (status == FH_OK) status = fh_secret_new(os, f.nonce, FH_SECRET_TEXT, err);
    if (status == FH_OK) status = fh_secret_new(os, f.verifier, FH_SECRET_TEXT, err);
    if (status != FH_OK) return status;
    if (!challenge_of(f.verifier, arena, &challenge)) return fh_no_memory(err);
    fh_buf_init(&out, NULL, 8192);
    put_address(&out, m.authorization_endpoint);
    fh_buf_text(&out, "response_type=code&");
    put_pair(&out, "scope", p->scopes.len ? p->scopes : FH_STR("openid email profile"));
    put_pair(&out, "&client_id", p->client_id);
    put_pair(&out, "&redirect_uri", p->redirect_uri);
    put_pair(&out, "&state", fh_str_of(f.state));
    put_pair(&out, "&nonce", fh_str_of(f.nonce));
    put_pair(&out, "&code_challenge", challenge);
    fh_buf_text(&out, "&code_challenge_method=S256");
    status = keep_text(&out, arena, url, err);
    if (status == FH_OK) *flow = f;
    return status;
}

/* ---- Leaving ------------------------------------------------------------------------------ */

fh_status fh_oidc_gave(fh_org *org, const fh_oidc_provider *p, uint32_t session, bool *out,
                       fh_error *err)
{
    return fh_provider_gave(org, p->issuer, session, out, err);
}

fh_status fh_oidc_leave(const fh_oidc_provider *p, fh_oidc_fetch *fetch, void *ctx, fh_arena *arena,
                        fh_str *url, fh_error *err)
{
    const fh_str tail = FH_STR("/oidc"); /* what redirect_uri ends with */
    fh_oidc_metadata m;
    fh_str back, home = p->redirect_uri;
    fh_buf out;
    *url = (fh_str){0};
    fh_status status = discover(p, fetch, ctx, arena, &m, err);
    if (status != FH_OK || !m.end_session_endpoint.len) return status;
    if (home.len > tail.len && !memcmp(home.ptr + home.len - tail.len, tail.ptr, tail.len))
        home.len -= tail.len;
    if (!fh_arena_format(arena, &back, "%.*s/sign-in", FH_STR_ARG(home))) return fh_no_memory(err);
    fh_buf_init(&out, NULL, 8192);
    put_address(&out, m.end_session_endpoint);
    put_pair(&out, "client_id", p->client_id);
    put_pair(&out, "&post_logout_redirect_uri", back);
    return keep_text(&out, arena, url, err);
}

/* ---- Kept while the browser is away ---------------------------------------------------------- */

/* Nonce and verifier stand one behind the other, then the issuer. */
fh_status fh_oidc_keep(fh_org *org, const fh_oidc_provider *p, const fh_oidc_flow *flow,
                       fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    char hash[FH_HASH_TEXT + 1];
    fh_str body;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_arena_format(arena, &body, "%s%s%.*s", flow->nonce, flow->verifier,
                                       FH_STR_ARG(p->issuer))
                           ? fh_org_begin(org, err)
                           : fh_no_memory(err);
    if (status == FH_OK) {
        const fh_challenge_row row = {.purpose = PURPOSE_OIDC,
                                      .body = body,
                                      .expires_ms = os->now_ms(os->ctx) + FLOW_LIFE_MS};
        status =
            fh_challenge_put(org, fh_secret_hash("oidc", fh_str_of(flow->state), hash), &row, err);
        status = fh_people_end(org, status, err);
    }
    fh_arena_free(arena);
    return status;
}

static fh_status not_begun(fh_error *err)
{
    (void)fh_fail(err, FH_DENIED, "this sign-in was not begun here, or too long ago");
    return fh_hint(err, FH_DENIED, "Begin again at Firsthand's own sign-in page.");
}

static fh_status read_flow(const fh_challenge_row *row, const fh_oidc_provider *p, fh_str state,
                           fh_oidc_flow *flow, fh_error *err)
{
    const fh_str issuer = {row->body.ptr + 2 * FH_SECRET_TEXT,
                           row->body.len < 2 * FH_SECRET_TEXT ? 0
                                                              : row->body.len - 2 * FH_SECRET_TEXT};
    if (row->body.len < 2 * FH_SECRET_TEXT || !fh_str_eq(issuer, p->issuer)) return not_begun(err);
    *flow = (fh_oidc_flow){{0}, {0}, {0}};
    memcpy(flow->state, state.ptr, FH_SECRET_TEXT);
    memcpy(flow->nonce, row->body.ptr, FH_SECRET_TEXT);
    memcpy(flow->verifier, row->body.ptr + FH_SECRET_TEXT, FH_SECRET_TEXT);
    return FH_OK;
}

fh_status fh_oidc_take(fh_org *org, const fh_oidc_provider *p, fh_str state, fh_str cookie,
                       fh_str issuer, fh_oidc_flow *flow, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    char hash[FH_HASH_TEXT + 1];
    fh_challenge_row row = {0};
    bool there = false;
    if (state.len != FH_SECRET_TEXT || !fh_secret_same(state, cookie)) return not_begun(err);
    if (issuer.len && !fh_str_eq(issuer, p->issuer)) return not_begun(err);
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_org_begin(org, err);
    if (status == FH_OK)
        status = fh_people_end(
            org,
            fh_challenge_take(org, fh_secret_hash("oidc", state, hash), arena, &row, &there, err),
            err);
    if (status == FH_OK &&
        (!there || row.purpose != PURPOSE_OIDC || row.expires_ms <= os->now_ms(os->ctx)))
        status = not_begun(err);
    if (status == FH_OK) status = read_flow(&row, p, state, flow, err);
    fh_arena_free(arena);
    return status;
}

/* ---- Who it is ------------------------------------------------------------------------------ */

typedef struct tokens {
    fh_str id, access; /* the second may be empty */
} tokens;

static bool token_in(const fh_json_doc *doc, const char *key, fh_arena *arena, fh_str *out)
{
    fh_str text;
    const uint32_t token = fh_json_get(doc, 0, fh_str_of(key));
    *out = (fh_str){0};
    if (!token || doc->token[token].type != FH_JSON_STRING) return true;
    return fh_json_text(doc, token, arena, &text) && fh_arena_str(arena, text, out);
}

static fh_status read_tokens(fh_arena *arena, fh_str json, tokens *out, fh_error *err)
{
    enum { MOST_TOKENS = 1000 };
    fh_json_doc doc;
    fh_error why = {0};
    *out = (tokens){.id = {0}};
    fh_json_reader *reader = fh_json_reader_new(fh_arena_allocator(arena), MOST_TOKENS);
    if (!reader) return fh_no_memory(err);
    fh_status status = fh_json_read(reader, json, &doc, &why);
    if (status == FH_OK && doc.token[0].type == FH_JSON_OBJECT &&
        (!token_in(&doc, "id_token", arena, &out->id) ||
         !token_in(&doc, "access_token", arena, &out->access)))
        status = FH_NOMEM;
    fh_json_reader_free(reader);
    if (status == FH_NOMEM) return fh_no_memory(err);
    return out->id.len ? FH_OK : fh_fail(err, FH_DENIED, "the sign-in service gave no token");
}

/* RFC 6749, 2.3.1: both parts escaped, then base64. */
static fh_status word_secret(const fh_oidc_provider *p, fh_arena *arena, fh_str *out, fh_error *err)
{
    fh_buf plain;
    fh_buf_init(&plain, fh_arena_allocator(arena), 8192);
    put_escaped(&plain, p->client_id);
    fh_buf_char(&plain, ':');
    put_escaped(&plain, p->client_secret);
    const fh_str text = fh_buf_view(&plain);
    const size_t size = sodium_base64_encoded_len(text.len, sodium_base64_VARIANT_ORIGINAL);
    char *base64 = plain.status == FH_OK ? FH_NEW_ARRAY(arena, char, size) : NULL;
    const bool worded = base64 &&
                        sodium_bin2base64(base64, size, (const unsigned char *)text.ptr, text.len,
                                          sodium_base64_VARIANT_ORIGINAL) &&
                        fh_arena_format(arena, out, "Basic %s", base64);
    fh_buf_free(&plain);
    return worded ? FH_OK : fh_no_memory(err);
}

static fh_status word_request(const fh_oidc_provider *p, const fh_oidc_metadata *m,
                              const fh_oidc_flow *flow, fh_str code, fh_arena *arena,
                              fh_oidc_ask *ask, fh_error *err)
{
    fh_buf out;
    fh_buf_init(&out, NULL, 16384);
    fh_buf_text(&out, "grant_type=authorization_code&");
    put_pair(&out, "code", code);
    put_pair(&out, "&redirect_uri", p->redirect_uri);
    put_pair(&out, "&code_verifier", fh_str_of(flow->verifier));
    const bool basic = p->client_secret.len && !m->secret_in_form;
    if (!basic) put_pair(&out, "&client_id", p->client_id);
    if (!basic && p->client_secret.len) put_pair(&out, "&client_secret", p->client_secret);
    *ask = (fh_oidc_ask){.url = m->token_endpoint};
    const fh_status status = keep_text(&out, arena, &ask->form, err);
    return status == FH_OK && basic ? word_secret(p, arena, &ask->authorization, err) : status;
}

static fh_status fetch_keys(const fh_oidc_metadata *m, bool fresh, fh_oidc_fetch *fetch, void *ctx,
                            fh_arena *arena, fh_oidc_keys *out, fh_error *err)
{
    fh_str json;
    const fh_oidc_ask ask = {.url = m->jwks_uri, .fresh = fresh};
    const fh_status status = fetch(ctx, &ask, arena, &json, err);
    return status == FH_OK ? fh_oidc_keys_read(arena, json, out, err) : status;
}

/* What the token does not say, the service may tell when asked with the other token. */
static fh_status ask_more(const fh_oidc_provider *p, const fh_oidc_metadata *m, fh_str access,
                          fh_oidc_fetch *fetch, void *ctx, fh_arena *arena, fh_oidc_claims *c,
                          fh_error *err)
{
    fh_str json;
    fh_oidc_ask ask = {.url = m->userinfo_endpoint};
    const bool enough = c->email.len && (c->has_groups || !p->n_roles);
    if (enough || !ask.url.len || !access.len) return FH_OK;
    if (!fh_arena_format(arena, &ask.authorization, "Bearer %.*s", FH_STR_ARG(access)))
        return fh_no_memory(err);
    const fh_status status = fetch(ctx, &ask, arena, &json, err);
    return status == FH_OK ? fh_oidc_userinfo(arena, p, json, c, err) : status;
}

fh_status fh_oidc_exchange(const fh_os *os, const fh_oidc_provider *p, const fh_oidc_flow *flow,
                           fh_str code, fh_oidc_fetch *fetch, void *ctx, fh_arena *arena,
                           fh_oidc_claims *out, fh_error *err)
{
    fh_oidc_metadata m;
    fh_oidc_keys keys = {0};
    fh_oidc_ask ask;
    fh_str json;
    tokens t;
    if (!code.len || code.len > 4096)
        return fh_fail(err, FH_DENIED, "the sign-in service gave no code");
    fh_status status = discover(p, fetch, ctx, arena, &m, err);
    if (status == FH_OK) status = word_request(p, &m, flow, code, arena, &ask, err);
    if (status == FH_OK) status = fetch(ctx, &ask, arena, &json, err);
    if (status == FH_OK) status = read_tokens(arena, json, &t, err);
    if (status != FH_OK) return status;
    for (int fresh = 0; fresh < 2; fresh++) {
        status = fetch_keys(&m, fresh, fetch, ctx, arena, &keys, err);
        if (status == FH_OK)
            status = fh_oidc_id_token(arena, p, &keys, t.id, fh_str_of(flow->nonce),
                                      os->now_ms(os->ctx), out, err);
        if (status != FH_DENIED) break;
    }
    return status == FH_OK ? ask_more(p, &m, t.access, fetch, ctx, arena, out, err) : status;
}

/* ---- As whom -------------------------------------------------------------------------------- */

static fh_roles managed_roles(const fh_oidc_provider *p)
{
    fh_roles out = 0;
    for (size_t i = 0; i < p->n_roles; i++) out |= p->role[i].roles;
    return out & ~fh_role_bit(FH_ROLE_OWNER);
}

static fh_status not_known(fh_error *err)
{
    (void)fh_fail(err, FH_DENIED, "the sign-in service knows you, but nobody here does");
    return fh_hint(err, FH_DENIED, "Ask an administrator to add you with your e-mail address.");
}

/* The person of these claims, linked; a new one if the organisation wants that. */
static fh_status find_person(fh_org *org, const fh_oidc_provider *p, const fh_oidc_claims *c,
                             fh_arena *arena, fh_person *out, fh_error *err)
{
    const fh_actor self = fh_actor_system();
    uint32_t number = 0;
    fh_str email = {0};
    bool there = false;
    fh_status status = fh_provider_person(org, p->issuer, c->subject, &number, err);
    if (status == FH_OK && number) return fh_person_row(org, number, arena, out, err);
    /* Only an address that the provider has verified says anything. */
    if (status == FH_OK && c->email_verified)
        status = fh_people_email(arena, c->email, &email, err) == FH_NOMEM ? FH_NOMEM : FH_OK;
    if (status == FH_OK && email.len)
        status = fh_person_by_email(org, email, arena, out, &there, err);
    if (status == FH_OK && !there) {
        const bool adds = p->adds == FH_OIDC_ADDS_EVERYBODY ||
                          (p->adds == FH_OIDC_ADDS_GROUPS && (c->roles & managed_roles(p)));
        if (!adds || !email.len) return not_known(err);
        const fh_person fresh = {
            .name = c->name.len ? c->name : email, .email = email, .roles = c->roles};
        status = fh_person_add(org, &self, &fresh, arena, out, err);
    }
    if (status == FH_OK) status = fh_provider_link(org, p->issuer, c->subject, out->person, err);
    return status;
}

static fh_status sign_in_inside(fh_org *org, const fh_oidc_provider *p, const fh_oidc_claims *c,
                                const fh_caller *caller, fh_str old, fh_arena *arena,
                                fh_session_given *out, fh_error *err)
{
    const fh_actor system = fh_actor_system();
    fh_person person;
    bool totp = false, passkey = false, any = false;
    fh_status status = find_person(org, p, c, arena, &person, err);
    if (status == FH_OK && !person.active) return not_known(err);
    const fh_roles managed = managed_roles(p);
    if (status == FH_OK && managed && c->has_groups) {
        fh_person change = person;
        change.version = 0;
        change.roles = (person.roles & ~managed) | (c->roles & managed);
        status = fh_person_alter(org, &system, &change, FH_PERSON_ROLES, arena, &person, &any, err);
    }
    if (status == FH_OK) status = fh_account_has_factor(org, person.person, &totp, &passkey, err);
    if (status != FH_OK) return status;
    const uint32_t factors = c->second_factor ? 2 : totp || passkey ? 0 : 1;
    status = fh_session_begin(org, person.person, factors, caller, old, out, err);
    if (status == FH_OK)
        status = fh_provider_session(org, out->session, p->issuer, c->subject, c->sid, err);
    const fh_actor self = fh_signin_as(person.person, out->session, caller);
    if (status == FH_OK && factors)
        status = fh_signin_audit(org, &self, FH_AUDITED_SIGNED_IN, person.person, err);
    return status;
}

fh_status fh_oidc_sign_in(fh_org *org, const fh_oidc_provider *p, const fh_oidc_claims *claims,
                          const fh_caller *caller, fh_str old, fh_session_given *out, fh_error *err)
{
    fh_session_given given = {0};
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_org_begin(org, err);
    if (status == FH_OK)
        status = fh_people_end(org, sign_in_inside(org, p, claims, caller, old, arena, &given, err),
                               err);
    fh_arena_free(arena);
    if (status == FH_DENIED && fh_org_begin(org, NULL) == FH_OK) {
        const fh_actor visitor = fh_signin_visitor(caller);
        const fh_status told = fh_signin_audit(org, &visitor, FH_AUDITED_SIGNIN_FAILED, 0, NULL);
        if (fh_people_end(org, told, NULL) != FH_OK) return status;
    }
    if (status == FH_OK) *out = given;
    return status;
}

/* ---- Signing out ---------------------------------------------------------------------------- */

fh_status fh_oidc_logout_check(const fh_os *os, const fh_oidc_provider *p, fh_str token,
                               fh_oidc_fetch *fetch, void *ctx, fh_arena *arena,
                               fh_oidc_logout *out, fh_error *err)
{
    fh_oidc_metadata m;
    fh_oidc_keys keys = {0};
    fh_status status = discover(p, fetch, ctx, arena, &m, err);
    for (int fresh = 0; fresh < 2 && (status == FH_OK || fresh); fresh++) {
        status = fetch_keys(&m, fresh, fetch, ctx, arena, &keys, err);
        if (status == FH_OK)
            status = fh_oidc_logout_token(arena, p, &keys, token, os->now_ms(os->ctx), out, err);
        if (status != FH_DENIED) break;
    }
    return status;
}

fh_status fh_oidc_logout_do(fh_org *org, const fh_oidc_provider *p, const fh_oidc_logout *logout,
                            uint64_t *n, fh_error *err)
{
    const fh_actor self = fh_actor_system();
    const fh_audit_object about = {.kind = FH_STR("provider"), .key = p->issuer};
    uint64_t ended = 0;
    fh_status status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    status = fh_provider_logout(org, p->issuer, logout->subject, logout->sid, &ended, err);
    if (status == FH_OK && ended)
        status = fh_audit(org, &self, FH_AUDITED_SESSION_REVOKED, &about, err);
    status = fh_people_end(org, status, err);
    if (status == FH_OK) *n = ended;
    return status;
}
