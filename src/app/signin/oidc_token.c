/* oidc_token.c - the protocol of OpenID Connect on bytes: discovery documents, keys and
 * tokens, read and checked (see oidc.h). Everything is hostile until its signature holds.
 */
#include "app/signin/oidc.h"
#include "app/signin/secrets.h"
#include "app/signin/signature.h"
#include "base/json.h"

#include <string.h>

enum { MOST_TOKENS = 20000, MOST_KEYS = 64, SKEW_S = 60, LONGEST_TOKEN = 64 << 10 };

static fh_status disbelieve(fh_error *err, const char *why)
{
    (void)fh_fail(err, FH_DENIED, "the sign-in service's answer was refused: %s", why);
    return fh_hint(err, FH_DENIED,
                   "Try again; if it stays so, an administrator must look at how "
                   "the service is set up.");
}

/* ---- JSON ------------------------------------------------------------------------------- */

/* A document and the reader that holds it; freed with done. */
typedef struct document {
    fh_json_reader *reader;
    fh_json_doc doc;
    fh_arena *arena;
} document;

static fh_status open_document(fh_arena *arena, fh_str json, document *out, fh_error *err)
{
    fh_error why = {0};
    *out = (document){.arena = arena};
    out->reader = fh_json_reader_new(fh_arena_allocator(arena), MOST_TOKENS);
    if (!out->reader) return fh_no_memory(err);
    const fh_status status = fh_json_read(out->reader, json, &out->doc, &why);
    if (status == FH_NOMEM) return fh_no_memory(err);
    if (status != FH_OK || out->doc.token[0].type != FH_JSON_OBJECT)
        return disbelieve(err, "it is no JSON object");
    return FH_OK;
}

static void done(document *d)
{
    fh_json_reader_free(d->reader);
}

/* A member that is a text; empty when it is not there or something else. */
static fh_status text_in(document *d, uint32_t object, const char *key, fh_str *out, fh_error *err)
{
    const uint32_t token = fh_json_get(&d->doc, object, fh_str_of(key));
    fh_str slice, copy;
    *out = (fh_str){0};
    if (!token || d->doc.token[token].type != FH_JSON_STRING) return FH_OK;
    if (!fh_json_text(&d->doc, token, d->arena, &slice) || !fh_arena_str(d->arena, slice, &copy))
        return fh_no_memory(err);
    *out = copy;
    return FH_OK;
}

static bool is_true(const document *d, const char *key)
{
    const uint32_t token = fh_json_get(&d->doc, 0, fh_str_of(key));
    return token && d->doc.token[token].type == FH_JSON_TRUE;
}

/* Calls for every text of an array (or the text itself). */
static fh_status each_text(document *d, const char *key, void (*take)(void *ctx, fh_str text),
                           void *ctx, bool *there, fh_error *err)
{
    const uint32_t list = fh_json_get(&d->doc, 0, fh_str_of(key));
    fh_str text;
    *there = list != 0;
    if (!list) return FH_OK;
    const bool one = d->doc.token[list].type == FH_JSON_STRING;
    if (!one && d->doc.token[list].type != FH_JSON_ARRAY) return FH_OK;
    for (uint32_t t = one ? list : list + 1; t < d->doc.token[list].next;
         t = d->doc.token[t].next) {
        if (d->doc.token[t].type != FH_JSON_STRING) continue;
        if (!fh_json_text(&d->doc, t, d->arena, &text)) return fh_no_memory(err);
        take(ctx, text);
    }
    return FH_OK;
}

/* Seconds, of which some providers write fractions; false: none. */
static bool seconds_of(const document *d, const char *key, int64_t *out)
{
    const uint32_t token = fh_json_get(&d->doc, 0, fh_str_of(key));
    int64_t v = 0;
    if (!token || d->doc.token[token].type != FH_JSON_NUMBER) return false;
    const fh_str raw = fh_json_raw(&d->doc, token);
    for (size_t i = 0; i < raw.len && raw.ptr[i] != '.'; i++) {
        if (raw.ptr[i] < '0' || raw.ptr[i] > '9' || v > INT64_C(100000000000)) return false;
        v = v * 10 + (raw.ptr[i] - '0');
    }
    *out = v;
    return true;
}

/* ---- Discovery ---------------------------------------------------------------------------- */

/* https, or http on this very machine. */
static bool is_safe_url(fh_str url)
{
    static const char *const local[] = {"http://127.0.0.1:", "http://localhost:", "http://[::1]:"};
    if (fh_str_starts(url, FH_STR("https://"))) return url.len > 8;
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++)
        if (fh_str_starts(url, fh_str_of(local[i]))) return true;
    return false;
}

typedef struct ways {
    bool basic, post;
} ways;

static void take_way(void *ctx, fh_str way)
{
    ways *w = ctx;
    if (fh_str_eq(way, FH_STR("client_secret_basic"))) w->basic = true;
    if (fh_str_eq(way, FH_STR("client_secret_post"))) w->post = true;
}

static fh_status read_metadata(document *d, fh_oidc_metadata *m, fh_error *err)
{
    const struct {
        const char *key;
        fh_str *to;
    } texts[] = {{"authorization_endpoint", &m->authorization_endpoint},
                 {"token_endpoint", &m->token_endpoint},
                 {"jwks_uri", &m->jwks_uri},
                 {"userinfo_endpoint", &m->userinfo_endpoint},
                 {"end_session_endpoint", &m->end_session_endpoint}};
    ways w = {false, false};
    bool there = false;
    fh_status status = FH_OK;
    for (size_t i = 0; status == FH_OK && i < sizeof texts / sizeof texts[0]; i++)
        status = text_in(d, 0, texts[i].key, texts[i].to, err);
    if (status == FH_OK)
        status = each_text(d, "token_endpoint_auth_methods_supported", take_way, &w, &there, err);
    m->secret_in_form = w.post && !w.basic;
    return status;
}

fh_status fh_oidc_metadata_read(fh_arena *arena, const fh_oidc_provider *p, fh_str json,
                                fh_oidc_metadata *out, fh_error *err)
{
    document d;
    fh_str issuer;
    fh_oidc_metadata m;
    fh_status status = open_document(arena, json, &d, err);
    if (status == FH_OK) status = text_in(&d, 0, "issuer", &issuer, err);
    if (status == FH_OK && !fh_str_eq(issuer, p->issuer))
        status = disbelieve(err, "it is another service than the one that was set up");
    if (status == FH_OK) status = read_metadata(&d, &m, err);
    if (status == FH_OK && (!is_safe_url(m.authorization_endpoint) ||
                            !is_safe_url(m.token_endpoint) || !is_safe_url(m.jwks_uri) ||
                            (m.userinfo_endpoint.len && !is_safe_url(m.userinfo_endpoint)) ||
                            (m.end_session_endpoint.len && !is_safe_url(m.end_session_endpoint))))
        status = disbelieve(err, "it names addresses that are missing or not https");
    done(&d);
    if (status == FH_OK) *out = m;
    return status;
}

/* ---- Keys --------------------------------------------------------------------------------- */

/* A member in base64url. false: it is not there or not so written. */
static bool bytes_in(document *d, uint32_t object, const char *key, fh_str *out)
{
    fh_str text;
    return text_in(d, object, key, &text, NULL) == FH_OK && text.len &&
           fh_base64url_read(d->arena, text, out);
}

/* *usable: it is a key of a kind we know, for signatures. */
static fh_status read_key(document *d, uint32_t object, fh_oidc_key *out, bool *usable,
                          fh_error *err)
{
    fh_str kty, use, alg, a, b;
    *usable = false;
    fh_status status = text_in(d, object, "kty", &kty, err);
    if (status == FH_OK) status = text_in(d, object, "use", &use, err);
    if (status == FH_OK) status = text_in(d, object, "alg", &alg, err);
    if (status == FH_OK) status = text_in(d, object, "kid", &out->kid, err);
    if (status != FH_OK || (use.len && !fh_str_eq(use, FH_STR("sig")))) return status;
    if (fh_str_eq(kty, FH_STR("RSA")) && (!alg.len || fh_str_eq(alg, FH_STR("RS256")))) {
        out->algorithm = FH_RS256;
        *usable = bytes_in(d, object, "n", &a) && bytes_in(d, object, "e", &b) &&
                  fh_spki_of_rsa(d->arena, a, b, &out->spki);
    } else if (fh_str_eq(kty, FH_STR("EC")) && (!alg.len || fh_str_eq(alg, FH_STR("ES256")))) {
        out->algorithm = FH_ES256;
        *usable = bytes_in(d, object, "x", &a) && bytes_in(d, object, "y", &b) &&
                  fh_spki_of_p256(d->arena, a, b, &out->spki);
    }
    if (*usable) *usable = fh_public_key_ok((fh_algorithm)out->algorithm, out->spki);
    return FH_OK;
}

fh_status fh_oidc_keys_read(fh_arena *arena, fh_str json, fh_oidc_keys *out, fh_error *err)
{
    document d;
    size_t n = 0;
    fh_oidc_key *key = FH_NEW_ARRAY(arena, fh_oidc_key, MOST_KEYS);
    if (!key) return fh_no_memory(err);
    fh_status status = open_document(arena, json, &d, err);
    const uint32_t list = status == FH_OK ? fh_json_get(&d.doc, 0, FH_STR("keys")) : 0;
    if (status == FH_OK && (!list || d.doc.token[list].type != FH_JSON_ARRAY))
        status = disbelieve(err, "it shows no keys");
    if (status == FH_OK) {
        for (uint32_t t = list + 1; t < d.doc.token[list].next && n < MOST_KEYS && status == FH_OK;
             t = d.doc.token[t].next) {
            bool usable = false;
            if (d.doc.token[t].type != FH_JSON_OBJECT) continue;
            status = read_key(&d, t, &key[n], &usable, err);
            n += status == FH_OK && usable;
        }
    }
    done(&d);
    if (status == FH_OK) *out = (fh_oidc_keys){key, n};
    return status;
}

/* ---- Tokens ---------------------------------------------------------------------------------- */

/* header.payload.signature */
static bool split(fh_str token, fh_str part[3])
{
    size_t n = 0, start = 0;
    for (size_t i = 0; i <= token.len; i++) {
        if (i < token.len && token.ptr[i] != '.') continue;
        if (n == 3) return false;
        part[n++] = (fh_str){token.ptr + start, i - start};
        start = i + 1;
    }
    return n == 3 && part[0].len && part[1].len && part[2].len;
}

static fh_status read_header(fh_arena *arena, fh_str bytes, fh_algorithm *algorithm, fh_str *kid,
                             fh_error *err)
{
    document d;
    fh_str alg;
    fh_status status = open_document(arena, bytes, &d, err);
    if (status == FH_OK) status = text_in(&d, 0, "alg", &alg, err);
    if (status == FH_OK) status = text_in(&d, 0, "kid", kid, err);
    if (status == FH_OK && fh_json_get(&d.doc, 0, FH_STR("crit")))
        status = disbelieve(err, "its token asks for what is not known here");
    if (status == FH_OK && fh_str_eq(alg, FH_STR("RS256")))
        *algorithm = FH_RS256;
    else if (status == FH_OK && fh_str_eq(alg, FH_STR("ES256")))
        *algorithm = FH_ES256;
    else if (status == FH_OK)
        status = disbelieve(err, "its token is signed in a way that is not taken (RS256 and "
                                 "ES256 are)");
    done(&d);
    return status;
}

/* Whether one of the keys signed it. Without a kid every key of the kind is tried. */
static bool is_signed(fh_arena *arena, const fh_oidc_keys *keys, fh_algorithm algorithm, fh_str kid,
                      fh_str signed_text, fh_str signature)
{
    fh_str der = signature;
    if (algorithm == FH_ES256 && !fh_es256_der(arena, signature, &der)) return false;
    for (size_t i = 0; i < keys->n; i++) {
        const fh_oidc_key *k = &keys->key[i];
        if (k->algorithm != (int)algorithm || (kid.len && !fh_str_eq(k->kid, kid))) continue;
        if (fh_signature_ok(algorithm, k->spki, signed_text, der)) return true;
    }
    return false;
}

/* Signature first; then the payload is opened. */
static fh_status open_token(fh_arena *arena, const fh_oidc_keys *keys, fh_str token, document *out,
                            fh_error *err)
{
    fh_str part[3], bytes[3], kid;
    fh_algorithm algorithm;
    *out = (document){.arena = arena};
    if (token.len > LONGEST_TOKEN || !split(token, part))
        return disbelieve(err, "it holds no token");
    for (size_t i = 0; i < 3; i++)
        if (!fh_base64url_read(arena, part[i], &bytes[i]))
            return disbelieve(err, "its token cannot be read");
    const fh_status status = read_header(arena, bytes[0], &algorithm, &kid, err);
    if (status != FH_OK) return status;
    const fh_str text = {token.ptr, part[0].len + 1 + part[1].len};
    if (!is_signed(arena, keys, algorithm, kid, text, bytes[2]))
        return disbelieve(err, "its token is not signed with a key it shows");
    return open_document(arena, bytes[1], out, err);
}

/* The audience is us; when there are others, it was given to us. */
static fh_status check_audience(document *d, const fh_oidc_provider *p, fh_error *err)
{
    const uint32_t aud = fh_json_get(&d->doc, 0, FH_STR("aud"));
    fh_str azp, one;
    size_t n = 0;
    bool ours = false;
    fh_status status = text_in(d, 0, "azp", &azp, err);
    if (status != FH_OK) return status;
    if (aud && d->doc.token[aud].type == FH_JSON_STRING) {
        if (!fh_json_text(&d->doc, aud, d->arena, &one)) return fh_no_memory(err);
        ours = fh_str_eq(one, p->client_id);
        n = 1;
    } else if (aud && d->doc.token[aud].type == FH_JSON_ARRAY) {
        for (uint32_t t = aud + 1; t < d->doc.token[aud].next; t = d->doc.token[t].next, n++) {
            if (d->doc.token[t].type != FH_JSON_STRING) continue;
            if (!fh_json_text(&d->doc, t, d->arena, &one)) return fh_no_memory(err);
            ours = ours || fh_str_eq(one, p->client_id);
        }
    }
    if (!ours || (n > 1 && !azp.len) || (azp.len && !fh_str_eq(azp, p->client_id)))
        return disbelieve(err, "its token is meant for another program");
    return FH_OK;
}

static fh_status check_common(document *d, const fh_oidc_provider *p, int64_t now_ms, fh_error *err)
{
    fh_str issuer;
    int64_t exp = 0, iat = 0, nbf = 0;
    const int64_t now = now_ms / 1000;
    fh_status status = text_in(d, 0, "iss", &issuer, err);
    if (status == FH_OK && !fh_str_eq(issuer, p->issuer))
        status = disbelieve(err, "its token is another service's");
    if (status == FH_OK) status = check_audience(d, p, err);
    if (status != FH_OK) return status;
    if (!seconds_of(d, "exp", &exp) || exp + SKEW_S <= now)
        return disbelieve(err, "its token has expired");
    if (!seconds_of(d, "iat", &iat) || iat - SKEW_S > now)
        return disbelieve(err, "its token is from the future; are the clocks right?");
    if (seconds_of(d, "nbf", &nbf) && nbf - SKEW_S > now)
        return disbelieve(err, "its token does not count yet; are the clocks right?");
    return FH_OK;
}

/* ---- Who it is ------------------------------------------------------------------------------- */

typedef struct mapping {
    const fh_oidc_provider *p;
    fh_roles roles;
} mapping;

static void take_group(void *ctx, fh_str group)
{
    mapping *m = ctx;
    for (size_t i = 0; i < m->p->n_roles; i++)
        if (fh_str_eq(group, m->p->role[i].group)) m->roles |= m->p->role[i].roles;
}

static void take_method(void *ctx, fh_str method)
{
    bool *strong = ctx;
    if (fh_str_eq(method, FH_STR("mfa")) || fh_str_eq(method, FH_STR("otp")) ||
        fh_str_eq(method, FH_STR("hwk")))
        *strong = true;
}

static fh_status read_claims(document *d, const fh_oidc_provider *p, fh_oidc_claims *c,
                             fh_error *err)
{
    enum { LONGEST_SUBJECT = 255 };
    char claim[128] = "groups";
    bool there = false;
    mapping m = {.p = p};
    if (p->groups_claim.len && p->groups_claim.len < sizeof claim) {
        memcpy(claim, p->groups_claim.ptr, p->groups_claim.len);
        claim[p->groups_claim.len] = '\0';
    }
    fh_status status = text_in(d, 0, "sub", &c->subject, err);
    if (status == FH_OK && (!c->subject.len || c->subject.len > LONGEST_SUBJECT))
        status = disbelieve(err, "its token does not say who it is");
    if (status == FH_OK) status = text_in(d, 0, "email", &c->email, err);
    if (status == FH_OK) status = text_in(d, 0, "name", &c->name, err);
    if (status == FH_OK) status = text_in(d, 0, "sid", &c->sid, err);
    if (status == FH_OK) status = each_text(d, claim, take_group, &m, &c->has_groups, err);
    if (status == FH_OK) status = each_text(d, "amr", take_method, &c->second_factor, &there, err);
    c->email_verified = is_true(d, "email_verified");
    c->roles = m.roles & ~fh_role_bit(FH_ROLE_OWNER);
    return status;
}

fh_status fh_oidc_id_token(fh_arena *arena, const fh_oidc_provider *p, const fh_oidc_keys *keys,
                           fh_str token, fh_str nonce, int64_t now_ms, fh_oidc_claims *out,
                           fh_error *err)
{
    document d;
    fh_str said;
    fh_oidc_claims c = {.has_groups = false};
    fh_status status = open_token(arena, keys, token, &d, err);
    if (status == FH_OK) status = check_common(&d, p, now_ms, err);
    if (status == FH_OK) status = text_in(&d, 0, "nonce", &said, err);
    if (status == FH_OK && (!nonce.len || !fh_secret_same(said, nonce)))
        status = disbelieve(err, "its token belongs to another sign-in");
    if (status == FH_OK) status = read_claims(&d, p, &c, err);
    done(&d);
    if (status == FH_OK) *out = c;
    return status;
}

fh_status fh_oidc_userinfo(fh_arena *arena, const fh_oidc_provider *p, fh_str json,
                           fh_oidc_claims *claims, fh_error *err)
{
    document d;
    fh_oidc_claims more = {.has_groups = false};
    fh_status status = open_document(arena, json, &d, err);
    if (status == FH_OK) status = read_claims(&d, p, &more, err);
    done(&d);
    if (status == FH_OK && !fh_str_eq(more.subject, claims->subject))
        status = disbelieve(err, "it tells about somebody else");
    if (status != FH_OK) return status;
    if (!claims->email.len) {
        claims->email = more.email;
        claims->email_verified = more.email_verified;
    }
    if (!claims->name.len) claims->name = more.name;
    if (!claims->has_groups) {
        claims->roles = more.roles;
        claims->has_groups = more.has_groups;
    }
    return FH_OK;
}

fh_status fh_oidc_logout_token(fh_arena *arena, const fh_oidc_provider *p, const fh_oidc_keys *keys,
                               fh_str token, int64_t now_ms, fh_oidc_logout *out, fh_error *err)
{
    static const char event[] = "http://schemas.openid.net/event/backchannel-logout";
    document d;
    fh_oidc_logout l;
    fh_status status = open_token(arena, keys, token, &d, err);
    if (status == FH_OK) status = check_common(&d, p, now_ms, err);
    if (status == FH_OK) {
        const uint32_t events = fh_json_get(&d.doc, 0, FH_STR("events"));
        if (!events || d.doc.token[events].type != FH_JSON_OBJECT ||
            !fh_json_get(&d.doc, events, fh_str_of(event)) ||
            fh_json_get(&d.doc, 0, FH_STR("nonce")))
            status = disbelieve(err, "its token is not for signing out");
    }
    if (status == FH_OK) status = text_in(&d, 0, "sub", &l.subject, err);
    if (status == FH_OK) status = text_in(&d, 0, "sid", &l.sid, err);
    if (status == FH_OK && !l.subject.len && !l.sid.len)
        status = disbelieve(err, "its token does not say who signs out");
    done(&d);
    if (status == FH_OK) *out = l;
    return status;
}
