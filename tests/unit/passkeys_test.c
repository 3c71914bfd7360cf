/* passkeys_test.c - passkeys made in the test, as a browser and its device would make
 * them, and every way in which an answer must not count. */
#include "test.h"

#include "app/people/audit.h"
#include "app/signin/secrets.h"
#include "app/signin/signature.h"
#include "app/signin/signin.h"
#include "app/signin/webauthn.h"
#include "faulty_os.h"
#include "orgs.h"
#include "store/accounts.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>

enum { PRESENT = 1, VERIFIED = 4, ATTESTED = 0x40 };

/* ---- A device ---------------------------------------------------------------------------- */

typedef struct device {
    EVP_PKEY *key;
    fh_algorithm algorithm;
    unsigned char spki[600];
    size_t n_spki;
    uint32_t counter;
    unsigned char flags;
    char credential[16];
    const char *rp_id, *origin, *type;
    bool cross_origin;
} device;

static device new_device(fh_algorithm algorithm)
{
    device d = {.algorithm = algorithm,
                .flags = PRESENT | VERIFIED,
                .rp_id = "journeys.example.org",
                .origin = "https://journeys.example.org"};
    static unsigned char nth;
    memset(d.credential, ++nth, sizeof d.credential);
    d.key = algorithm == FH_ES256   ? EVP_EC_gen("P-256")
            : algorithm == FH_RS256 ? EVP_RSA_gen(2048)
                                    : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    unsigned char *at = d.spki;
    d.n_spki = (size_t)i2d_PUBKEY(d.key, &at);
    return d;
}

typedef struct said {
    char client[400], auth[400], signature[600];
    size_t n_client, n_auth, n_signature;
} said;

static void say(device *d, const char *challenge, bool making, said *out)
{
    const char *type = d->type ? d->type : making ? "webauthn.create" : "webauthn.get";
    out->n_client = (size_t)snprintf(
        out->client, sizeof out->client,
        "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\",\"crossOrigin\":%s}", type,
        challenge, d->origin, d->cross_origin ? "true" : "false");
    unsigned char *p = (unsigned char *)out->auth;
    crypto_hash_sha256(p, (const unsigned char *)d->rp_id, strlen(d->rp_id));
    p[32] = (unsigned char)(d->flags | (making ? ATTESTED : 0));
    for (int i = 0; i < 4; i++) p[33 + i] = (unsigned char)(d->counter >> (24 - 8 * i));
    out->n_auth = 37;
    if (making) {
        memset(p + 37, 0, 16);
        p[53] = 0;
        p[54] = sizeof d->credential;
        memcpy(p + 55, d->credential, sizeof d->credential);
        out->n_auth = 55 + sizeof d->credential;
    }
    unsigned char bytes[500];
    memcpy(bytes, out->auth, out->n_auth);
    crypto_hash_sha256(bytes + out->n_auth, (const unsigned char *)out->client, out->n_client);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    out->n_signature = sizeof out->signature;
    assert_int_equal(
        EVP_DigestSignInit(ctx, NULL, d->algorithm == FH_EDDSA ? NULL : EVP_sha256(), NULL, d->key),
        1);
    assert_int_equal(EVP_DigestSign(ctx, (unsigned char *)out->signature, &out->n_signature, bytes,
                                    out->n_auth + 32),
                     1);
    EVP_MD_CTX_free(ctx);
}

/* ---- The organisation --------------------------------------------------------------------- */

typedef struct fixture {
    faulty_os os;
    fh_pool *pool;
    fh_org *org;
    fh_signin *signin;
    fh_arena *arena;
    fh_actor ann; /* signed in */
    fh_session_given session;
    fh_error err;
} fixture;

static const fh_caller caller = {{"192.0.2.7", 9}, {"Browser/1", 9}};
static const fh_str none;
#define PASSWORD FH_STR("violet teapot under gravel")

static void begin(fixture *f)
{
    *f = (fixture){.arena = fh_arena_new(NULL)};
    faulty_os_init(&f->os, FAULT_NONE, 0);
    assert_status(fh_org_create(&f->os.os, test_org_path(0), FH_STR("Org"), NULL), FH_OK);
    assert_status(fh_pool_open(&f->os.os, test_org_name(0), &f->pool, NULL), FH_OK);
    assert_status(fh_org_open(&f->os.os, test_org_name(0), FH_ORG_WRITE, &f->org, NULL), FH_OK);
    const fh_signin_options options = {.base_url = FH_STR("https://journeys.example.org"),
                                       .password_ops = 1,
                                       .password_bytes = 8192};
    assert_status(fh_signin_new(&f->os.os, &options, &f->signin, NULL), FH_OK);
    fh_str url;
    const fh_actor cli = fh_actor_command_line();
    assert_status(fh_setup_link(f->org, &cli, FH_STR(""), f->arena, &url, NULL), FH_OK);
    assert_status(fh_setup_finish(f->signin, f->pool, (fh_str){url.ptr + 7, url.len - 7},
                                  FH_STR("Ann"), FH_STR("ann@x.org"), PASSWORD, &caller,
                                  &f->session, &f->err),
                  FH_OK);
    fh_session_now now;
    assert_status(
        fh_session_resume(f->org, fh_str_of(f->session.secret), &caller, f->arena, &now, NULL),
        FH_OK);
    f->ann = now.actor;
}

static void end(fixture *f)
{
    fh_signin_free(f->signin);
    fh_pool_close(f->pool);
    fh_arena_free(f->arena);
    test_org_end(f->org);
}

static fh_status add_said(fixture *f, device *d, const said *s)
{
    const fh_passkey_registration r = {.name = FH_STR("my phone"),
                                       .credential = {d->credential, sizeof d->credential},
                                       .client_data = {s->client, s->n_client},
                                       .authenticator = {s->auth, s->n_auth},
                                       .public_key = {(const char *)d->spki, d->n_spki},
                                       .algorithm = (int32_t)d->algorithm};
    return fh_passkey_add(f->signin, f->org, &f->ann, &r, &f->err);
}

static fh_status add(fixture *f, device *d)
{
    char challenge[FH_CHALLENGE_TEXT + 1];
    said s;
    assert_status(fh_passkey_challenge(f->org, &f->ann, true, challenge, NULL), FH_OK);
    say(d, challenge, true, &s);
    return add_said(f, d, &s);
}

static fh_status finish(fixture *f, const device *d, const said *s, fh_str old,
                        fh_session_given *out)
{
    const fh_passkey_answer a = {.credential = {d->credential, sizeof d->credential},
                                 .client_data = {s->client, s->n_client},
                                 .authenticator = {s->auth, s->n_auth},
                                 .signature = {s->signature, s->n_signature}};
    static unsigned nth; /* always from elsewhere, so that limits do not matter here */
    char ip[32];
    (void)snprintf(ip, sizeof ip, "10.0.%u.%u", nth / 250, nth % 250);
    nth++;
    const fh_caller from = {.ip = fh_str_of(ip)};
    return fh_passkey_finish(f->signin, f->org, &a, &from, old, out, &f->err);
}

static void answer(fixture *f, device *d, said *s)
{
    char challenge[FH_CHALLENGE_TEXT + 1];
    assert_status(fh_passkey_challenge(f->org, NULL, false, challenge, NULL), FH_OK);
    if (d->counter) d->counter++;
    say(d, challenge, false, s);
}

static fh_status use(fixture *f, device *d, fh_session_given *out)
{
    said s;
    answer(f, d, &s);
    return finish(f, d, &s, none, out);
}

/* ---- Tests ---------------------------------------------------------------------------------- */

static void a_passkey_of_each_kind_signs_in_with_both_factors(void **state)
{
    (void)state;
    static const fh_algorithm kinds[] = {FH_ES256, FH_RS256, FH_EDDSA};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        fixture f;
        begin(&f);
        device d = new_device(kinds[i]);
        fh_session_given given;
        fh_session_now now;
        assert_status(add(&f, &d), FH_OK);
        assert_status(use(&f, &d, &given), FH_OK);
        assert_false(given.needs_second_factor);
        assert_status(
            fh_session_resume(f.org, fh_str_of(given.secret), &caller, f.arena, &now, NULL), FH_OK);
        assert_true(now.actor.second_factor);
        assert_int_equal(now.actor.person, f.ann.person);
        EVP_PKEY_free(d.key);
        end(&f);
    }
}

static void a_registration_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    device good = new_device(FH_ES256), d = good;
    d.origin = "https://evil.example.org";
    assert_status(add(&f, &d), FH_DENIED);
    d = good;
    d.rp_id = "evil.example.org";
    assert_status(add(&f, &d), FH_DENIED);
    d = good;
    d.type = "webauthn.get";
    assert_status(add(&f, &d), FH_DENIED);
    d = good;
    d.flags = VERIFIED;
    assert_status(add(&f, &d), FH_DENIED);
    d = good;
    d.cross_origin = true;
    assert_status(add(&f, &d), FH_DENIED);
    d = good;
    d.algorithm = FH_RS256; /* it is no such key */
    {
        char challenge[FH_CHALLENGE_TEXT + 1];
        said s;
        assert_status(fh_passkey_challenge(f.org, &f.ann, true, challenge, NULL), FH_OK);
        say(&good, challenge, true, &s);
        assert_status(add_said(&f, &d, &s), FH_DENIED);
        /* Its challenge is used up, though nothing else is wrong now. */
        assert_status(add_said(&f, &good, &s), FH_DENIED);
        /* One that we never made, and one that is too old. */
        say(&good, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", true, &s);
        assert_status(add_said(&f, &good, &s), FH_DENIED);
        assert_status(fh_passkey_challenge(f.org, &f.ann, true, challenge, NULL), FH_OK);
        say(&good, challenge, true, &s);
        f.os.now_ms += 300000;
        assert_status(add_said(&f, &good, &s), FH_DENIED);
        /* A challenge for signing in does not register. */
        assert_status(fh_passkey_challenge(f.org, &f.ann, false, challenge, NULL), FH_OK);
        say(&good, challenge, true, &s);
        assert_status(add_said(&f, &good, &s), FH_DENIED);
        for (size_t cut = 0; cut < s.n_auth; cut++) {
            said t = s;
            assert_status(fh_passkey_challenge(f.org, &f.ann, true, challenge, NULL), FH_OK);
            say(&good, challenge, true, &t);
            t.n_auth = cut;
            assert_status(add_said(&f, &good, &t), FH_DENIED);
        }
    }
    assert_status(add(&f, &good), FH_OK);
    char challenge[FH_CHALLENGE_TEXT + 1]; /* now the second factor is asked for */
    assert_status(fh_passkey_challenge(f.org, &f.ann, true, challenge, NULL), FH_DENIED);
    EVP_PKEY_free(good.key);
    end(&f);
}

static void an_answer_that_was_tampered_with_is_refused(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    device d = new_device(FH_ES256);
    fh_session_given given;
    said s, t;
    assert_status(add(&f, &d), FH_OK);
    for (size_t i = 0; i < 37; i++) {
        answer(&f, &d, &s);
        t = s;
        t.auth[i] = (char)(t.auth[i] ^ 0x20);
        assert_status(finish(&f, &d, &t, none, &given), FH_DENIED);
    }
    for (size_t i = 0; i < 70; i += 3) {
        answer(&f, &d, &s);
        t = s;
        t.signature[i] = (char)(t.signature[i] ^ 1);
        assert_status(finish(&f, &d, &t, none, &given), FH_DENIED);
    }
    for (size_t i = 0; i < s.n_client; i += 5) {
        answer(&f, &d, &s);
        t = s;
        t.client[i] = (char)(t.client[i] ^ 1);
        assert_status(finish(&f, &d, &t, none, &given), FH_DENIED);
    }
    device other = new_device(FH_ES256); /* another key under the same name */
    memcpy(other.credential, d.credential, sizeof d.credential);
    assert_status(use(&f, &other, &given), FH_DENIED);
    other.credential[0] ^= 1; /* a name nobody knows */
    assert_status(use(&f, &other, &given), FH_DENIED);
    assert_status(use(&f, &d, &given), FH_OK);
    EVP_PKEY_free(d.key);
    EVP_PKEY_free(other.key);
    end(&f);
}

static void an_answer_counts_once_and_in_time(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    device d = new_device(FH_EDDSA);
    fh_session_given given;
    said s;
    assert_status(add(&f, &d), FH_OK);
    answer(&f, &d, &s);
    assert_status(finish(&f, &d, &s, none, &given), FH_OK);
    assert_status(finish(&f, &d, &s, none, &given), FH_DENIED);
    answer(&f, &d, &s);
    f.os.now_ms += 300000;
    assert_status(finish(&f, &d, &s, none, &given), FH_DENIED);
    EVP_PKEY_free(d.key);
    end(&f);
}

static void a_counter_that_goes_back_tells_of_a_copy(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    device d = new_device(FH_ES256);
    fh_session_given given;
    d.counter = 5;
    assert_status(add(&f, &d), FH_OK);
    device copy = d;
    assert_status(use(&f, &d, &given), FH_OK);
    assert_status(use(&f, &d, &given), FH_OK);
    assert_status(use(&f, &copy, &given), FH_DENIED);
    const fh_audit_row *rows = NULL;
    size_t n = 0;
    const fh_audit_filter filter = {.action = FH_STR("passkey.copied")};
    assert_status(fh_audit_rows(f.org, &filter, 10, f.arena, &rows, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    EVP_PKEY_free(d.key);
    end(&f);
}

static void without_knowing_who_it_is_a_passkey_is_a_second_factor_only(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    device d = new_device(FH_ES256);
    fh_session_given given, half;
    said s;
    d.flags = PRESENT;
    assert_status(add(&f, &d), FH_OK);
    assert_status(use(&f, &d, &given), FH_DENIED);
    assert_status(fh_signin_password(f.signin, f.pool, FH_STR("ann@x.org"), PASSWORD, &caller, none,
                                     &half, &f.err),
                  FH_OK);
    assert_true(half.needs_second_factor);
    answer(&f, &d, &s);
    assert_status(finish(&f, &d, &s, fh_str_of(half.secret), &given), FH_OK);
    assert_int_equal(given.session, half.session);
    assert_string_not_equal(given.secret, half.secret);
    fh_session_now now;
    assert_status(fh_session_resume(f.org, fh_str_of(given.secret), &caller, f.arena, &now, NULL),
                  FH_OK);
    assert_true(now.actor.second_factor);
    EVP_PKEY_free(d.key);
    end(&f);
}

static void a_passkey_is_listed_and_removed_and_then_does_nothing(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    device d = new_device(FH_ES256);
    fh_session_given given;
    fh_session_now now;
    const fh_passkey *list = NULL;
    size_t n = 0;
    assert_status(add(&f, &d), FH_OK);
    assert_status(use(&f, &d, &given), FH_OK);
    assert_status(fh_session_resume(f.org, fh_str_of(given.secret), &caller, f.arena, &now, NULL),
                  FH_OK);
    assert_status(fh_passkeys_list(f.org, &now.actor, now.actor.person, f.arena, &list, &n, NULL),
                  FH_OK);
    assert_int_equal(n, 1);
    assert_str(list[0].name, "my phone");
    assert_memory_equal(list[0].credential.ptr, d.credential, sizeof d.credential);
    fh_actor stranger = now.actor;
    stranger.person = 99;
    stranger.rights = 0;
    assert_status(fh_passkey_remove(f.org, &stranger, list[0].passkey, NULL), FH_NOTFOUND);
    /* The session from before has one factor only: not enough now. */
    assert_status(fh_passkey_remove(f.org, &f.ann, list[0].passkey, NULL), FH_DENIED);
    assert_status(fh_passkey_remove(f.org, &now.actor, list[0].passkey, NULL), FH_OK);
    assert_status(use(&f, &d, &given), FH_DENIED);
    EVP_PKEY_free(d.key);
    end(&f);
}

static void keys_of_other_kinds_and_sizes_are_no_keys(void **state)
{
    (void)state;
    EVP_PKEY *keys[] = {EVP_EC_gen("P-384"), EVP_RSA_gen(1024),
                        EVP_PKEY_Q_keygen(NULL, NULL, "ED448")};
    static const fh_algorithm kinds[] = {FH_ES256, FH_RS256, FH_EDDSA};
    for (size_t i = 0; i < COUNT(keys); i++) {
        unsigned char spki[600], *at = spki;
        const size_t n = (size_t)i2d_PUBKEY(keys[i], &at);
        assert_false(fh_public_key_ok(kinds[i], (fh_str){(const char *)spki, n}));
        EVP_PKEY_free(keys[i]);
    }
    device d = new_device(FH_ES256);
    const fh_str whole = {(const char *)d.spki, d.n_spki}, longer = {whole.ptr, whole.len + 1};
    assert_true(fh_public_key_ok(FH_ES256, whole));
    assert_false(fh_public_key_ok(FH_ES256, longer));
    assert_false(fh_public_key_ok((fh_algorithm)-37, whole));
    for (size_t cut = 0; cut < whole.len; cut++)
        assert_false(fh_public_key_ok(FH_ES256, (fh_str){whole.ptr, cut}));
    EVP_PKEY_free(d.key);
}

static fh_status read_client(void *ctx)
{
    (void)ctx;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    fh_str challenge;
    const fh_status status = fh_webauthn_client(
        arena,
        FH_STR("{\"type\":\"webauthn.get\",\"challenge\":\"abc\",\"origin\":\"https:\\/\\/a.b\"}"),
        FH_STR("webauthn.get"), FH_STR("https://a.b"), &challenge, NULL);
    fh_arena_free(arena);
    return status;
}

static void memory_running_out_is_reported(void **state)
{
    (void)state;
    test_oom(read_client, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_passkey_of_each_kind_signs_in_with_both_factors),
        cmocka_unit_test(a_registration_that_does_not_fit_is_refused),
        cmocka_unit_test(an_answer_that_was_tampered_with_is_refused),
        cmocka_unit_test(an_answer_counts_once_and_in_time),
        cmocka_unit_test(a_counter_that_goes_back_tells_of_a_copy),
        cmocka_unit_test(without_knowing_who_it_is_a_passkey_is_a_second_factor_only),
        cmocka_unit_test(a_passkey_is_listed_and_removed_and_then_does_nothing),
        cmocka_unit_test(keys_of_other_kinds_and_sizes_are_no_keys),
        cmocka_unit_test(memory_running_out_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
