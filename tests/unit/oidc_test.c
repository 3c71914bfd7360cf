/* oidc_test.c - a sign-in service made in the test, honest and otherwise. */
#include "test.h"

#include "app/people/audit.h"
#include "app/signin/oidc.h"
#include "app/signin/secrets.h"
#include "faulty_os.h"
#include "orgs.h"
#include "store/accounts.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <sodium.h>

#define ISSUER "https://login.example.org"

/* ---- A provider ---------------------------------------------------------------------------- */

typedef struct provider {
    EVP_PKEY *key;
    bool rsa;
    const char *kid;
    char discovery[600], keys[2000], token[4000], answer[5000];
    char last_form[4000], last_authorization[500];
    const char *old_keys; /* what was kept from before */
    const char *more;     /* what it tells when asked */
    unsigned n_fetched;
} provider;

static fh_arena *arena; /* of the test that runs */

static fh_str text64(const char *bytes, size_t n)
{
    fh_str out;
    assert_true(fh_base64url(arena, (fh_str){bytes, n}, &out));
    return out;
}

static fh_str number_of(EVP_PKEY *key, const char *name, int width)
{
    BIGNUM *n = NULL;
    unsigned char bytes[600];
    assert_int_equal(EVP_PKEY_get_bn_param(key, name, &n), 1);
    const int len = width ? BN_bn2binpad(n, bytes, width) : BN_bn2bin(n, bytes);
    BN_free(n);
    return text64((const char *)bytes, (size_t)len);
}

static void show_keys(provider *p)
{
    if (p->rsa) {
        const fh_str n = number_of(p->key, OSSL_PKEY_PARAM_RSA_N, 0);
        const fh_str e = number_of(p->key, OSSL_PKEY_PARAM_RSA_E, 0);
        (void)snprintf(
            p->keys, sizeof p->keys,
            "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"},{\"kty\":\"RSA\",\"kid\":\"%s\","
            "\"use\":\"sig\",\"n\":\"%.*s\",\"e\":\"%.*s\"}]}",
            p->kid, FH_STR_ARG(n), FH_STR_ARG(e));
    } else {
        const fh_str x = number_of(p->key, OSSL_PKEY_PARAM_EC_PUB_X, 32);
        const fh_str y = number_of(p->key, OSSL_PKEY_PARAM_EC_PUB_Y, 32);
        (void)snprintf(p->keys, sizeof p->keys,
                       "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"%s\",\"x\":\"%.*s\","
                       "\"y\":\"%.*s\"}]}",
                       p->kid, FH_STR_ARG(x), FH_STR_ARG(y));
    }
}

static provider new_provider(bool rsa)
{
    provider p = {.rsa = rsa, .kid = "k1"};
    p.key = rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
    (void)snprintf(p.discovery, sizeof p.discovery,
                   "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"" ISSUER "/auth\","
                   "\"token_endpoint\":\"" ISSUER "/token\",\"jwks_uri\":\"" ISSUER "/keys\"}");
    show_keys(&p);
    return p;
}

static void sign(provider *p, const char *header, const char *payload)
{
    const fh_str h = text64(header, strlen(header)), b = text64(payload, strlen(payload));
    char text[3000];
    const int n = snprintf(text, sizeof text, "%.*s.%.*s", FH_STR_ARG(h), FH_STR_ARG(b));
    unsigned char signature[600];
    size_t len = sizeof signature;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, p->key), 1);
    assert_int_equal(EVP_DigestSign(ctx, signature, &len, (const unsigned char *)text, (size_t)n),
                     1);
    EVP_MD_CTX_free(ctx);
    if (!p->rsa) { /* DER to the two numbers */
        const unsigned char *at = signature;
        ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)len);
        assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature, 32), 32);
        assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + 32, 32), 32);
        ECDSA_SIG_free(sig);
        len = 64;
    }
    const fh_str s = text64((const char *)signature, len);
    (void)snprintf(p->token, sizeof p->token, "%s.%.*s", text, FH_STR_ARG(s));
    (void)snprintf(p->answer, sizeof p->answer,
                   "{\"token_type\":\"Bearer\",\"access_token\":\"x\",\"id_token\":\"%s\"}",
                   p->token);
}

static const char *header_of(const provider *p)
{
    return p->rsa ? "{\"alg\":\"RS256\",\"kid\":\"k1\"}" : "{\"alg\":\"ES256\",\"kid\":\"k1\"}";
}

static fh_status fetch(void *ctx, const fh_oidc_ask *ask, fh_arena *in, fh_str *body, fh_error *err)
{
    provider *p = ctx;
    const char *text = NULL;
    p->n_fetched++;
    if (fh_str_eq(ask->url, FH_STR(ISSUER "/.well-known/openid-configuration")))
        text = p->discovery;
    if (fh_str_eq(ask->url, FH_STR(ISSUER "/keys")))
        text = p->old_keys && !ask->fresh ? p->old_keys : p->keys;
    if (fh_str_eq(ask->url, FH_STR(ISSUER "/more")) &&
        fh_str_eq(ask->authorization, FH_STR("Bearer x")))
        text = p->more;
    if (fh_str_eq(ask->url, FH_STR(ISSUER "/token")) && ask->form.len) {
        text = p->answer;
        (void)snprintf(p->last_form, sizeof p->last_form, "%.*s", FH_STR_ARG(ask->form));
        (void)snprintf(p->last_authorization, sizeof p->last_authorization, "%.*s",
                       FH_STR_ARG(ask->authorization));
    }
    if (!text) return fh_fail(err, FH_NOTFOUND, "404");
    return fh_arena_str(in, fh_str_of(text), body) ? FH_OK : fh_no_memory(err);
}

/* ---- The organisation ------------------------------------------------------------------------ */

static const fh_oidc_role roles[] = {{{"desk", 4}, UINT32_C(1) << FH_ROLE_FRONT_LINE},
                                     {{"heads", 5}, UINT32_C(1) << FH_ROLE_LEAD},
                                     {{"root", 4}, UINT32_C(1) << FH_ROLE_OWNER}};
static const fh_oidc_provider setup = {.issuer = {ISSUER, sizeof ISSUER - 1},
                                       .client_id = {"fh", 2},
                                       .client_secret = {"s/cret", 6},
                                       .redirect_uri = {"https://j.example.org/oidc", 26},
                                       .role = roles,
                                       .n_roles = 3};
static const fh_caller caller = {{"192.0.2.7", 9}, {"Browser/1", 9}};
static const fh_str none;

typedef struct fixture {
    faulty_os os;
    fh_org *org;
    provider p;
    fh_oidc_flow flow;
    fh_error err;
} fixture;

static void begin(fixture *f, bool rsa)
{
    *f = (fixture){.org = NULL};
    arena = fh_arena_new(NULL);
    faulty_os_init(&f->os, FAULT_NONE, 0);
    assert_status(fh_org_create(&f->os.os, test_org_path(0), FH_STR("Org"), NULL), FH_OK);
    assert_status(fh_org_open(&f->os.os, test_org_name(0), FH_ORG_WRITE, &f->org, NULL), FH_OK);
    f->p = new_provider(rsa);
}

static void end(fixture *f)
{
    EVP_PKEY_free(f->p.key);
    fh_arena_free(arena);
    test_org_end(f->org);
}

static void start(fixture *f)
{
    fh_str url;
    assert_status(fh_oidc_start(&f->os.os, &setup, fetch, &f->p, arena, &f->flow, &url, &f->err),
                  FH_OK);
    assert_status(fh_oidc_keep(f->org, &setup, &f->flow, &f->err), FH_OK);
    assert_true(fh_str_starts(url, FH_STR(ISSUER "/auth?response_type=code&")));
    char state[80];
    (void)snprintf(state, sizeof state, "&state=%s", f->flow.state);
    char *copy = (char *)fh_arena_alloc(arena, url.len + 1, 1);
    memcpy(copy, url.ptr, url.len);
    assert_non_null(strstr(copy, state));
    assert_non_null(strstr(copy, "&code_challenge_method=S256"));
    assert_null(strstr(copy, f->flow.verifier)); /* that stays here */
    assert_non_null(strstr(copy, "redirect_uri=https%3A%2F%2Fj.example.org%2Foidc"));
}

/* The usual claims; `extra` begins with a comma or is empty. */
static const char *claims(fixture *f, const char *extra)
{
    static char text[1000];
    const long long now = (long long)(f->os.now_ms / 1000);
    (void)snprintf(text, sizeof text,
                   "{\"iss\":\"" ISSUER
                   "\",\"aud\":\"fh\",\"sub\":\"u-17\",\"exp\":%lld,\"iat\":%lld,"
                   "\"nonce\":\"%s\"%s}",
                   now + 300, now, f->flow.nonce, extra);
    return text;
}

static fh_status exchange(fixture *f, fh_oidc_claims *out)
{
    return fh_oidc_exchange(&f->os.os, &setup, &f->flow, FH_STR("the code"), fetch, &f->p, arena,
                            out, &f->err);
}

static uint32_t person(fixture *f, const char *email, fh_roles its)
{
    const fh_actor cli = fh_actor_command_line();
    const fh_person p = {.name = FH_STR("Ann"), .email = fh_str_of(email), .roles = its};
    fh_person out = {0};
    assert_status(fh_person_create(f->org, &cli, &p, arena, &out, &f->err), FH_OK);
    return out.person;
}

/* ---- Tests ---------------------------------------------------------------------------------- */

static void whoever_the_service_vouches_for_signs_in_with_the_groups_roles(void **state)
{
    (void)state;
    for (int rsa = 0; rsa < 2; rsa++) {
        fixture f;
        fh_oidc_claims c;
        fh_oidc_flow back;
        fh_session_given given;
        fh_session_now now;
        begin(&f, rsa != 0);
        const uint32_t ann = person(&f, "ann@x.org", 1u << FH_ROLE_ANALYST | 1u << FH_ROLE_LEAD);
        start(&f);
        const fh_str mine = fh_str_of(f.flow.state);
        assert_status(fh_oidc_take(f.org, &setup, mine, mine, setup.issuer, &back, &f.err), FH_OK);
        assert_string_equal(back.verifier, f.flow.verifier);
        sign(&f.p, header_of(&f.p),
             claims(&f, ",\"email\":\"Ann@x.org\",\"email_verified\":true,\"sid\":\"s1\","
                        "\"amr\":[\"pwd\",\"mfa\"],\"groups\":[\"desk\",\"root\",\"other\"]"));
        assert_status(exchange(&f, &c), FH_OK);
        assert_string_equal(f.p.last_authorization, "Basic Zmg6cyUyRmNyZXQ="); /* fh:s%2Fcret */
        assert_null(strstr(f.p.last_form, "client_"));
        assert_non_null(strstr(f.p.last_form, f.flow.verifier));
        assert_str(c.subject, "u-17");
        assert_status(fh_oidc_sign_in(f.org, &setup, &c, &caller, none, &given, &f.err), FH_OK);
        assert_status(fh_session_resume(f.org, fh_str_of(given.secret), &caller, arena, &now, NULL),
                      FH_OK);
        assert_int_equal(now.actor.person, ann);
        /* desk was given, heads taken, what is not mapped stays, and nobody becomes owner. */
        assert_int_equal(now.actor.roles, 1u << FH_ROLE_ANALYST | 1u << FH_ROLE_FRONT_LINE);
        assert_true(now.actor.second_factor);
        end(&f);
    }
}

static void a_sign_in_counts_once_in_the_browser_that_began_it_and_in_time(void **state)
{
    (void)state;
    fixture f;
    fh_oidc_flow back;
    begin(&f, false);
    start(&f);
    const fh_str mine = fh_str_of(f.flow.state);
    const fh_str other = FH_STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert_status(fh_oidc_take(f.org, &setup, mine, other, none, &back, NULL), FH_DENIED);
    assert_status(fh_oidc_take(f.org, &setup, mine, none, none, &back, NULL), FH_DENIED);
    assert_status(fh_oidc_take(f.org, &setup, other, other, none, &back, NULL), FH_DENIED);
    assert_status(fh_oidc_take(f.org, &setup, mine, mine, FH_STR("https://evil.org"), &back, NULL),
                  FH_DENIED);
    assert_status(fh_oidc_take(f.org, &setup, mine, mine, none, &back, NULL), FH_OK);
    assert_status(fh_oidc_take(f.org, &setup, mine, mine, none, &back, NULL), FH_DENIED);
    start(&f);
    f.os.now_ms += 600000;
    const fh_str late = fh_str_of(f.flow.state);
    assert_status(fh_oidc_take(f.org, &setup, late, late, none, &back, NULL), FH_DENIED);
    end(&f);
}

static void tokens_that_cannot_be_believed_are_refused(void **state)
{
    (void)state;
    fixture f;
    fh_oidc_claims c;
    begin(&f, true);
    start(&f);
    const long long now = (long long)(f.os.now_ms / 1000);
    char bad[20][500];
    size_t n = 0;
#define CLAIMS(iss, aud, exp, iat, nonce, more)                                                   \
    (void)snprintf(                                                                               \
        bad[n++], sizeof bad[0],                                                                  \
        "{\"iss\":\"%s\",\"aud\":%s,\"sub\":\"u\",\"exp\":%lld,\"iat\":%lld,\"nonce\":\"%s\"%s}", \
        iss, aud, (long long)(exp), (long long)(iat), nonce, more)
    CLAIMS("https://evil.org", "\"fh\"", now + 300, now, f.flow.nonce, "");
    CLAIMS(ISSUER, "\"other\"", now + 300, now, f.flow.nonce, "");
    CLAIMS(ISSUER, "[\"fh\",\"other\"]", now + 300, now, f.flow.nonce, "");
    CLAIMS(ISSUER, "[\"fh\",\"other\"]", now + 300, now, f.flow.nonce, ",\"azp\":\"other\"");
    CLAIMS(ISSUER, "[]", now + 300, now, f.flow.nonce, "");
    CLAIMS(ISSUER, "\"fh\"", now - 60, now - 300, f.flow.nonce, "");
    CLAIMS(ISSUER, "\"fh\"", now + 300, now + 61, f.flow.nonce, "");
    CLAIMS(ISSUER, "\"fh\"", now + 300, now, "another nonce", "");
    CLAIMS(ISSUER, "\"fh\"", now + 300, now, f.flow.nonce, ",\"nbf\":99999999999");
    (void)snprintf(bad[n++], sizeof bad[0],
                   "{\"iss\":\"" ISSUER "\",\"aud\":\"fh\",\"sub\":\"\",\"exp\":%lld,\"iat\":%lld,"
                   "\"nonce\":\"%s\"}",
                   now + 300, now, f.flow.nonce);
    (void)snprintf(bad[n++], sizeof bad[0],
                   "{\"iss\":\"" ISSUER
                   "\",\"aud\":\"fh\",\"sub\":\"u\",\"iat\":%lld,\"nonce\":\"%s\"}",
                   now, f.flow.nonce);
    (void)snprintf(bad[n++], sizeof bad[0], "[]");
    for (size_t i = 0; i < n; i++) {
        sign(&f.p, header_of(&f.p), bad[i]);
        if (exchange(&f, &c) != FH_DENIED) fail_msg("%s", bad[i]);
    }
    /* The same, but right: so it was not something else. */
    sign(&f.p, header_of(&f.p), claims(&f, ""));
    assert_status(exchange(&f, &c), FH_OK);
    end(&f);
}

static void signatures_are_checked_and_only_two_kinds_are_taken(void **state)
{
    (void)state;
    fixture f;
    fh_oidc_claims c;
    begin(&f, true);
    start(&f);
    static const char *const headers[] = {"{\"alg\":\"none\"}",
                                          "{\"alg\":\"HS256\",\"kid\":\"k1\"}",
                                          "{\"alg\":\"ES256\",\"kid\":\"k1\"}",
                                          "{\"alg\":\"RS256\",\"kid\":\"other\"}",
                                          "{\"alg\":\"RS256\",\"kid\":\"k1\",\"crit\":[\"x\"]}",
                                          "{\"kid\":\"k1\"}",
                                          "nonsense"};
    for (size_t i = 0; i < COUNT(headers); i++) {
        sign(&f.p, headers[i], claims(&f, ""));
        if (exchange(&f, &c) != FH_DENIED) fail_msg("%s", headers[i]);
    }
    sign(&f.p, header_of(&f.p), claims(&f, ""));
    char whole[sizeof f.p.token];
    memcpy(whole, f.p.token, sizeof whole);
    fh_oidc_keys keys;
    assert_status(fh_oidc_keys_read(arena, fh_str_of(f.p.keys), &keys, NULL), FH_OK);
    assert_int_equal(keys.n, 1);
    const fh_str nonce = fh_str_of(f.flow.nonce);
    for (size_t i = 0; i < strlen(whole); i += 3) {
        char t[sizeof whole];
        memcpy(t, whole, sizeof t);
        t[i] = t[i] == 'A' ? 'B' : 'A';
        if (t[i] == whole[i]) continue;
        const fh_status got =
            fh_oidc_id_token(arena, &setup, &keys, fh_str_of(t), nonce, f.os.now_ms, &c, &f.err);
        if (got != FH_DENIED)
            fail_msg("character %zu of %zu: %s", i, strlen(whole), fh_status_text(got));
    }
    for (size_t cut = 0; cut < strlen(whole); cut += 7)
        assert_status(fh_oidc_id_token(arena, &setup, &keys, (fh_str){whole, cut}, nonce,
                                       f.os.now_ms, &c, &f.err),
                      FH_DENIED);
    /* Keys were replaced: the new ones are fetched at each sign-in, the old ones are no more. */
    provider next = new_provider(true);
    next.kid = "k1";
    sign(&next, header_of(&next), claims(&f, ""));
    memcpy(f.p.answer, next.answer, sizeof f.p.answer);
    assert_status(exchange(&f, &c), FH_DENIED);
    memcpy(f.p.keys, next.keys, sizeof f.p.keys);
    assert_status(exchange(&f, &c), FH_OK);
    EVP_PKEY_free(next.key);
    end(&f);
}

#define MORE                                                                 \
    "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"" ISSUER        \
    "/auth\",\"token_endpoint\":\"" ISSUER "/token\",\"jwks_uri\":\"" ISSUER \
    "/keys\",\"userinfo_endpoint\":\"" ISSUER                                \
    "/more\",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"]}"

static void
what_the_token_leaves_out_is_asked_for_and_believed_of_the_same_person_only(void **state)
{
    (void)state;
    fixture f;
    fh_oidc_claims c;
    begin(&f, false);
    (void)snprintf(f.p.discovery, sizeof f.p.discovery, MORE);
    start(&f);
    sign(&f.p, header_of(&f.p), claims(&f, ""));
    f.p.more = "{\"sub\":\"u-17\",\"email\":\"ann@x.org\",\"email_verified\":true,"
               "\"groups\":[\"heads\"]}";
    assert_status(exchange(&f, &c), FH_OK);
    assert_str(c.email, "ann@x.org");
    assert_true(c.email_verified && c.has_groups);
    assert_int_equal(c.roles, 1u << FH_ROLE_LEAD);
    /* This service takes the secret in the form only. */
    assert_non_null(strstr(f.p.last_form, "&client_id=fh&client_secret=s%2Fcret"));
    assert_string_equal(f.p.last_authorization, "");
    f.p.more = "{\"sub\":\"u-18\",\"email\":\"eve@x.org\",\"email_verified\":true}";
    assert_status(exchange(&f, &c), FH_DENIED);
    f.p.more = NULL;
    assert_status(exchange(&f, &c), FH_NOTFOUND);
    end(&f);
}

static void keys_that_were_replaced_are_fetched_anew(void **state)
{
    (void)state;
    fixture f;
    fh_oidc_claims c;
    begin(&f, true);
    start(&f);
    provider old = new_provider(true);
    f.p.old_keys = old.keys;
    sign(&f.p, header_of(&f.p), claims(&f, ""));
    assert_status(exchange(&f, &c), FH_OK);
    assert_str(c.subject, "u-17");
    EVP_PKEY_free(old.key);
    end(&f);
}

static void documents_that_are_not_the_providers_are_refused(void **state)
{
    (void)state;
    fixture f;
    fh_oidc_metadata m;
    fh_oidc_keys keys;
    begin(&f, false);
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"issuer\":\"https://evil.org\",\"authorization_endpoint\":\"https://a\","
        "\"token_endpoint\":\"https://a\",\"jwks_uri\":\"https://a\"}",
        "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"http://a\","
        "\"token_endpoint\":\"https://a\",\"jwks_uri\":\"https://a\"}",
        "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"javascript:x\","
        "\"token_endpoint\":\"https://a\",\"jwks_uri\":\"https://a\"}",
        "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"https://a\"}"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_status(fh_oidc_metadata_read(arena, &setup, fh_str_of(bad[i]), &m, NULL), FH_DENIED);
    static const char *const no_keys[] = {"", "{}", "{\"keys\":{}}", "[1]"};
    for (size_t i = 0; i < COUNT(no_keys); i++)
        assert_status(fh_oidc_keys_read(arena, fh_str_of(no_keys[i]), &keys, NULL), FH_DENIED);
    static const char *const unusable[] = {
        "{\"keys\":[]}", "{\"keys\":[1,\"a\",{\"kty\":\"RSA\"},{\"kty\":\"EC\",\"x\":\"AA\"}]}",
        "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}"};
    for (size_t i = 0; i < COUNT(unusable); i++) {
        assert_status(fh_oidc_keys_read(arena, fh_str_of(unusable[i]), &keys, NULL), FH_OK);
        assert_int_equal(keys.n, 0);
    }
    end(&f);
}

static void an_unverified_address_says_nothing_and_strangers_stay_out(void **state)
{
    (void)state;
    fixture f;
    fh_session_given given;
    fh_session_now now;
    begin(&f, false);
    const uint32_t ann = person(&f, "ann@x.org", 1u << FH_ROLE_FRONT_LINE);
    fh_oidc_claims c = {.subject = FH_STR("u-1"), .email = FH_STR("ann@x.org")};
    assert_status(fh_oidc_sign_in(f.org, &setup, &c, &caller, none, &given, &f.err), FH_DENIED);
    c.email_verified = true;
    assert_status(fh_oidc_sign_in(f.org, &setup, &c, &caller, none, &given, &f.err), FH_OK);
    assert_int_equal(given.person, ann);
    /* From now on by the subject: the address may change. */
    c.email = FH_STR("changed@x.org");
    assert_status(fh_oidc_sign_in(f.org, &setup, &c, &caller, none, &given, &f.err), FH_OK);
    assert_int_equal(given.person, ann);
    fh_oidc_claims stranger = {.subject = FH_STR("u-2"),
                               .email = FH_STR("eve@x.org"),
                               .email_verified = true,
                               .roles = 1u << FH_ROLE_FRONT_LINE};
    assert_status(fh_oidc_sign_in(f.org, &setup, &stranger, &caller, none, &given, &f.err),
                  FH_DENIED);
    fh_oidc_provider open = setup;
    open.adds = FH_OIDC_ADDS_GROUPS;
    stranger.roles = 0;
    assert_status(fh_oidc_sign_in(f.org, &open, &stranger, &caller, none, &given, &f.err),
                  FH_DENIED);
    stranger.roles = 1u << FH_ROLE_FRONT_LINE;
    assert_status(fh_oidc_sign_in(f.org, &open, &stranger, &caller, none, &given, &f.err), FH_OK);
    assert_status(fh_session_resume(f.org, fh_str_of(given.secret), &caller, arena, &now, NULL),
                  FH_OK);
    assert_int_equal(now.actor.roles, 1u << FH_ROLE_FRONT_LINE);
    /* Disabled here is disabled. */
    const fh_actor cli = fh_actor_command_line();
    fh_person change = {.person = ann}, out;
    assert_status(fh_person_change(f.org, &cli, &change, FH_PERSON_ACTIVE, arena, &out, NULL),
                  FH_OK);
    assert_status(fh_oidc_sign_in(f.org, &setup, &c, &caller, none, &given, &f.err), FH_DENIED);
    end(&f);
}

static void signing_out_at_the_service_ends_the_sessions_here(void **state)
{
    (void)state;
    fixture f;
    fh_session_given one, two;
    fh_session_now now;
    fh_oidc_logout out;
    uint64_t n = 0;
    begin(&f, false);
    (void)person(&f, "ann@x.org", 0);
    fh_oidc_claims c = {.subject = FH_STR("u-1"),
                        .email = FH_STR("ann@x.org"),
                        .email_verified = true,
                        .sid = FH_STR("s1")};
    assert_status(fh_oidc_sign_in(f.org, &setup, &c, &caller, none, &one, &f.err), FH_OK);
    c.sid = FH_STR("s2");
    assert_status(fh_oidc_sign_in(f.org, &setup, &c, &caller, none, &two, &f.err), FH_OK);
    const char *events = ",\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}";
    char text[600];
    const long long at = (long long)(f.os.now_ms / 1000);
    static const char *const whose[] = {"\"sid\":\"s1\"", "\"sub\":\"u-1\""};
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(text, sizeof text,
                       "{\"iss\":\"" ISSUER "\",\"aud\":\"fh\",\"iat\":%lld,\"exp\":%lld,%s%s}", at,
                       at + 60, whose[i], events);
        sign(&f.p, header_of(&f.p), text);
        assert_status(fh_oidc_logout_check(&f.os.os, &setup, fh_str_of(f.p.token), fetch, &f.p,
                                           arena, &out, &f.err),
                      FH_OK);
        assert_status(fh_oidc_logout_do(f.org, &setup, &out, &n, &f.err), FH_OK);
        assert_int_equal(n, 1);
        const fh_session_given *gone = i ? &two : &one;
        assert_status(fh_session_resume(f.org, fh_str_of(gone->secret), &caller, arena, &now, NULL),
                      FH_NOTFOUND);
        if (i == 0)
            assert_status(
                fh_session_resume(f.org, fh_str_of(two.secret), &caller, arena, &now, NULL), FH_OK);
    }
    /* An ID token is no logout token, and one without a subject is none either. */
    f.flow = (fh_oidc_flow){.nonce = "n"};
    sign(&f.p, header_of(&f.p), claims(&f, events));
    assert_status(fh_oidc_logout_check(&f.os.os, &setup, fh_str_of(f.p.token), fetch, &f.p, arena,
                                       &out, &f.err),
                  FH_DENIED);
    (void)snprintf(text, sizeof text,
                   "{\"iss\":\"" ISSUER "\",\"aud\":\"fh\",\"iat\":%lld,\"exp\":%lld%s}", at,
                   at + 60, events);
    sign(&f.p, header_of(&f.p), text);
    assert_status(fh_oidc_logout_check(&f.os.os, &setup, fh_str_of(f.p.token), fetch, &f.p, arena,
                                       &out, &f.err),
                  FH_DENIED);
    end(&f);
}

static void bytes_have_one_spelling(void **state)
{
    (void)state;
    arena = fh_arena_new(NULL);
    fh_str out;
    assert_true(fh_base64url_read(arena, FH_STR("QUJD"), &out));
    assert_str(out, "ABC");
    assert_true(fh_base64url_read(arena, FH_STR("QUI="), &out));
    static const char *const bad[] = {"QUJD!", "QU+/", "QU\x9e\x9e", "Q", "QUJDR", "QU JD", "QUL"};
    for (size_t i = 0; i < COUNT(bad); i++)
        if (fh_base64url_read(arena, fh_str_of(bad[i]), &out)) fail_msg("%s", bad[i]);
    assert_true(fh_hex_read(arena, FH_STR("4142"), &out));
    assert_str(out, "AB");
    assert_false(fh_hex_read(arena, FH_STR("414"), &out));
    assert_false(fh_hex_read(arena, FH_STR("41zz"), &out));
    fh_arena_free(arena);
}

static fh_status read_with(void *ctx)
{
    const fixture *f = ctx;
    fh_arena *a = fh_arena_new(test_allocator());
    if (!a) return FH_NOMEM;
    fh_oidc_keys keys;
    fh_oidc_claims c;
    fh_oidc_metadata m;
    fh_status status = fh_oidc_metadata_read(a, &setup, fh_str_of(f->p.discovery), &m, NULL);
    if (status == FH_OK) status = fh_oidc_keys_read(a, fh_str_of(f->p.keys), &keys, NULL);
    if (status == FH_OK)
        status = fh_oidc_id_token(a, &setup, &keys, fh_str_of(f->p.token), fh_str_of(f->flow.nonce),
                                  f->os.now_ms, &c, NULL);
    fh_arena_free(a);
    /* Where memory ran out while a token was being read it may not be believed either. */
    return status == FH_DENIED ? FH_NOMEM : status;
}

static void memory_running_out_lets_nobody_in(void **state)
{
    (void)state;
    fixture f;
    begin(&f, false);
    start(&f);
    sign(&f.p, header_of(&f.p), claims(&f, ""));
    test_oom(read_with, &f);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_the_service_vouches_for_signs_in_with_the_groups_roles),
        cmocka_unit_test(a_sign_in_counts_once_in_the_browser_that_began_it_and_in_time),
        cmocka_unit_test(tokens_that_cannot_be_believed_are_refused),
        cmocka_unit_test(signatures_are_checked_and_only_two_kinds_are_taken),
        cmocka_unit_test(
            what_the_token_leaves_out_is_asked_for_and_believed_of_the_same_person_only),
        cmocka_unit_test(keys_that_were_replaced_are_fetched_anew),
        cmocka_unit_test(documents_that_are_not_the_providers_are_refused),
        cmocka_unit_test(an_unverified_address_says_nothing_and_strangers_stay_out),
        cmocka_unit_test(signing_out_at_the_service_ends_the_sessions_here),
        cmocka_unit_test(bytes_have_one_spelling),
        cmocka_unit_test(memory_running_out_lets_nobody_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
