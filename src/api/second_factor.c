/* second_factor.c - authenticator apps, recovery codes and passkeys: adding them, signing
 * in with a passkey, taking them away. */
#include "api/inside.h"

#include "base/put.h"

#include <stddef.h>

/* ---- Authenticator apps ------------------------------------------------------------------- */

static fh_status begin_totp(fh_call *c, fh_error *err)
{
    fh_signin *signin = NULL;
    fh_totp_new new;
    c->untagged = true;
    fh_status s = fh_call_signin(c, &signin, err);
    if (!s) s = fh_totp_begin(signin, c->org, &c->actor, c->arena, &new, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_text(&c->json, "secret", new.secret);
    fh_put_text(&c->json, "uri", new.uri);
    fh_json_end_object(&c->json);
    return FH_OK;
}

static fh_status finish_totp(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"code", NULL};
    fh_signin *signin = NULL;
    fh_str code = {0};
    fh_recovery recovery;
    fh_session_given given;
    fh_status s = fh_call_signin(c, &signin, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "code", &code, NULL, err);
    if (!s) s = fh_call_lane(c, err);
    if (s) return s;
    s = fh_totp_finish(signin, c->org, &c->actor, code, &c->caller, &recovery, &given, err);
    s = fh_call_lane_done(c, s);
    if (s) return s;
    fh_json_object(&c->json);
    s = fh_call_session(c, &given, err);
    fh_put_key(&c->json, "recovery_codes");
    fh_json_array(&c->json);
    for (size_t i = 0; i < FH_RECOVERY_CODES; i++)
        fh_json_str(&c->json, fh_str_of(recovery.code[i]));
    fh_json_end_array(&c->json);
    fh_json_end_object(&c->json);
    return s;
}

static fh_status remove_totp(fh_call *c, fh_error *err)
{
    uint32_t person = 0;
    fh_status s = fh_call_number(c, 0, &person, err);
    if (!s) s = fh_call_lane(c, err);
    return s ? s : fh_call_lane_done(c, fh_totp_remove(c->org, &c->actor, person, err));
}

/* ---- Passkeys ------------------------------------------------------------------------------- */

static fh_status challenge(fh_call *c, const fh_actor *actor, bool registering, fh_error *err)
{
    char text[FH_CHALLENGE_TEXT + 1];
    c->untagged = true;
    const fh_status s = fh_passkey_challenge(c->org, actor, registering, text, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_text(&c->json, "challenge", fh_str_of(text));
    if (actor) {
        fh_put_number(&c->json, "person", actor->person);
        fh_put_text(&c->json, "name", actor->name);
    }
    fh_json_end_object(&c->json);
    return FH_OK;
}

static fh_status challenge_for_new(fh_call *c, fh_error *err)
{
    return challenge(c, &c->actor, true, err);
}

/* Of somebody half signed in: the second factor; else of whoever comes. */
static fh_status challenge_to_sign_in(fh_call *c, fh_error *err)
{
    return challenge(c, c->actor.kind == FH_ACTOR_PERSON ? &c->actor : NULL, false, err);
}

static fh_status add_passkey(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"name",       "credential", "client_data", "authenticator",
                                        "public_key", "algorithm",  NULL};
    fh_signin *signin = NULL;
    fh_passkey_registration r = {0};
    int64_t algorithm = 0;
    fh_status s = fh_call_signin(c, &signin, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "name", &r.name, NULL, err);
    if (!s) s = fh_call_bytes(c, "credential", &r.credential, err);
    if (!s) s = fh_call_bytes(c, "client_data", &r.client_data, err);
    if (!s) s = fh_call_bytes(c, "authenticator", &r.authenticator, err);
    if (!s) s = fh_call_bytes(c, "public_key", &r.public_key, err);
    if (!s) s = fh_call_integer(c, "algorithm", &algorithm, NULL, err);
    if (!s && (algorithm < INT32_MIN || algorithm > INT32_MAX))
        s = fh_fail(err, FH_INVALID, "/algorithm is not one of -7, -8, -257");
    if (s) return s;
    r.algorithm = (int32_t)algorithm;
    s = fh_call_lane(c, err);
    if (s) return s;
    s = fh_passkey_add(signin, c->org, &c->actor, &r, err);
    return fh_call_lane_done(c, s);
}

static fh_status sign_in_passkey(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"credential", "client_data", "authenticator", "signature",
                                        NULL};
    fh_signin *signin = NULL;
    fh_passkey_answer a = {0};
    fh_session_given given;
    fh_status s = fh_call_signin(c, &signin, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_bytes(c, "credential", &a.credential, err);
    if (!s) s = fh_call_bytes(c, "client_data", &a.client_data, err);
    if (!s) s = fh_call_bytes(c, "authenticator", &a.authenticator, err);
    if (!s) s = fh_call_bytes(c, "signature", &a.signature, err);
    if (!s) s = fh_call_lane(c, err);
    if (s) return s;
    s = fh_passkey_finish(signin, c->org, &a, &c->caller, c->secret, &given, err);
    s = fh_call_lane_done(c, s);
    if (s) return s;
    fh_json_object(&c->json);
    s = fh_call_session(c, &given, err);
    fh_json_end_object(&c->json);
    return s;
}

typedef struct whose_query {
    uint64_t person;
} whose_query;

static const fh_option whose_options[] = {
    {0, "person", FH_OPTION_COUNT, offsetof(whose_query, person), "N",
     "of this person (default: the own ones)", NULL},
    {0},
};

static fh_status list_passkeys(fh_call *c, fh_error *err)
{
    const whose_query *q = c->query;
    const fh_passkey *list = NULL;
    size_t n = 0;
    if (q->person > UINT32_MAX) return fh_fail(err, FH_NOTFOUND, "there is no such person");
    const uint32_t person = q->person ? (uint32_t)q->person : c->actor.person;
    const fh_status s = fh_passkeys_list(c->org, &c->actor, person, c->arena, &list, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) {
        fh_json_object(&c->json);
        fh_put_number(&c->json, "passkey", list[i].passkey);
        fh_put_number(&c->json, "person", list[i].person);
        fh_put_text(&c->json, "name", list[i].name);
        fh_put_time(&c->json, "made", list[i].made_ms);
        if (list[i].used_ms) fh_put_time(&c->json, "used", list[i].used_ms);
        fh_json_end_object(&c->json);
    }
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

static fh_status remove_passkey(fh_call *c, fh_error *err)
{
    uint32_t passkey = 0;
    fh_status s = fh_call_number(c, 0, &passkey, err);
    if (!s) s = fh_call_lane(c, err);
    return s ? s : fh_call_lane_done(c, fh_passkey_remove(c->org, &c->actor, passkey, err));
}

const fh_route fh_routes_second_factor[] = {
    {.method = FH_HTTP_POST,
     .path = "/api/v1/me/totp",
     .id = "beginTotp",
     .group = "Second factor",
     .summary = "Begin to add an authenticator app: its secret, shown once",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_WRITES,
     .reply = "TotpNew",
     .handle = begin_totp},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/me/totp/finish",
     .id = "finishTotp",
     .group = "Second factor",
     .summary = "Add the authenticator app by its first code; gives recovery codes, shown once",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .body = "Code",
     .reply = "TotpAdded",
     .handle = finish_totp},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/people/{person}/totp",
     .id = "removeTotp",
     .group = "Second factor",
     .summary = "Take an authenticator app away: the own one, or with the right 'people' "
                "anybody's who lost it",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .handle = remove_totp},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/me/passkeys/challenge",
     .id = "challengeForPasskey",
     .group = "Second factor",
     .summary = "The challenge for a new passkey; good once, for five minutes",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_WRITES,
     .reply = "Challenge",
     .handle = challenge_for_new},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/me/passkeys",
     .id = "addPasskey",
     .group = "Second factor",
     .summary = "Add a passkey",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .body = "PasskeyNew",
     .handle = add_passkey},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/passkeys",
     .id = "listPasskeys",
     .group = "Second factor",
     .summary = "Somebody's passkeys",
     .right = FH_ANYBODY,
     .query = whose_options,
     .query_size = sizeof(whose_query),
     .reply = "Passkeys",
     .handle = list_passkeys},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/passkeys/{passkey}",
     .id = "removePasskey",
     .group = "Second factor",
     .summary = "Take a passkey away",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .handle = remove_passkey},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/sign-in/passkey/challenge",
     .id = "challengeToSignIn",
     .group = "Signing in",
     .summary = "The challenge for signing in with a passkey; good once, for five minutes",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_SIGNS_IN | FH_ROUTE_WRITES,
     .reply = "Challenge",
     .handle = challenge_to_sign_in},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/sign-in/passkey",
     .id = "signInPasskey",
     .group = "Signing in",
     .summary = "Sign in with a passkey: both factors at once, or the second one",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_SIGNS_IN | FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .body = "PasskeyAnswer",
     .reply = "Session",
     .handle = sign_in_passkey},
    {.path = NULL},
};
