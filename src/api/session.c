/* session.c - coming in and going: who am I, signing in and out, one-time links, the
 * own sessions and password.
 *
 * Secrets come in bodies and leave in cookies: never in an address, never in a reply
 * that anybody keeps.
 */
#include "api/inside.h"

#include "base/put.h"

#include <stddef.h>

fh_status fh_call_signin(const fh_call *c, fh_signin **out, fh_error *err)
{
    *out = c->api->options.signin;
    return *out ? FH_OK : fh_fail(err, FH_BUSY, "this server signs nobody in");
}

/* The cookie, and what the caller has to know about the session. */
fh_status fh_call_session(fh_call *c, const fh_session_given *given, fh_error *err)
{
    fh_put_number(&c->json, "session", given->session);
    fh_put_number(&c->json, "person", given->person);
    fh_put_bool(&c->json, "needs_second_factor", given->needs_second_factor);
    return fh_call_cookie(c, fh_str_of(given->secret), err);
}

static fh_status session_only(fh_call *c, const fh_session_given *given, fh_error *err)
{
    fh_json_object(&c->json);
    const fh_status s = fh_call_session(c, given, err);
    fh_json_end_object(&c->json);
    return s;
}

/* ---- Who am I ------------------------------------------------------------------------------ */

static void words_json(fh_json *j, const fh_actor *a)
{
    fh_put_key(j, "roles");
    fh_json_array(j);
    for (unsigned i = 0; i < FH_N_ROLES; i++)
        if (a->roles >> i & 1) fh_json_str(j, fh_str_of(fh_role_word((fh_role)i)));
    fh_json_end_array(j);
    fh_put_key(j, "rights");
    fh_json_array(j);
    for (unsigned i = 0; i < FH_N_RIGHTS; i++)
        if (fh_may(a, (fh_right)i)) fh_json_str(j, fh_str_of(fh_right_word((fh_right)i)));
    fh_json_end_array(j);
}

/* The page of the first role; roles are in the order of how much they look after. */
static fh_str first_page(fh_roles roles)
{
    for (unsigned i = 0; i < FH_N_ROLES; i++)
        if (roles >> i & 1) return fh_str_of(fh_role_page((fh_role)i));
    return (fh_str){0};
}

fh_status fh_call_me(fh_call *c, fh_json *j, fh_session_now *now, fh_error *err)
{
    *now = (fh_session_now){.actor = c->actor};
    if (c->secret.len) {
        const fh_status s = fh_session_resume(c->org, c->secret, &c->caller, c->arena, now, err);
        if (s) return s;
    }
    const fh_actor *a = &now->actor;
    fh_json_object(j);
    fh_put_text(j, "kind", c->secret.len ? FH_STR("person") : FH_STR("token"));
    fh_put_number(j, "person", a->person);
    fh_put_text(j, "name", a->name);
    words_json(j, a);
    fh_put_text(j, "page", first_page(a->roles));
    fh_put_number(j, "department", a->department);
    fh_put_number(j, "customer", a->customer);
    fh_put_number(j, "session", a->session);
    fh_put_bool(j, "second_factor", a->second_factor);
    fh_put_bool(j, "needs_second_factor", now->needs_second_factor);
    fh_put_bool(j, "must_add_factor", now->must_add_factor);
    fh_json_end_object(j);
    return FH_OK;
}

static fh_status get_me(fh_call *c, fh_error *err)
{
    fh_session_now now;
    return fh_call_me(c, &c->json, &now, err);
}

static fh_status change_me(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"name", NULL};
    fh_person p = {.person = c->actor.person, .version = c->version}, now;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "name", &p.name, NULL, err);
    if (!s) s = fh_person_change(c->org, &c->actor, &p, FH_PERSON_NAME, c->arena, &now, err);
    if (s) return s;
    fh_person_json(&now, &c->json);
    return fh_call_version_is(c, now.version, err);
}

/* ---- Signing in and out ---------------------------------------------------------------------- */

static fh_status sign_in(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"email", "password", NULL};
    fh_signin *signin = NULL;
    fh_str email = {0}, password = {0};
    fh_session_given given;
    fh_status s = fh_call_signin(c, &signin, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "email", &email, NULL, err);
    if (!s) s = fh_call_text(c, "password", &password, NULL, err);
    if (!s)
        s = fh_signin_password(signin, c->api->options.pool, email, password, &c->caller, c->secret,
                               &given, err);
    if (!s || s == FH_DENIED || s == FH_LATER)
        fh_metric_add(c->api->options.metrics, s ? FH_M_SIGN_IN_FAILED : FH_M_SIGN_IN_OK, 1);
    return s ? s : session_only(c, &given, err);
}

typedef fh_status second_factor(fh_signin *s, fh_org *org, fh_str secret, fh_str code,
                                const fh_caller *caller, fh_session_given *out, fh_error *err);

/* Wrong codes are counted also when the request fails: the lane without a transaction. */
static fh_status give_code(fh_call *c, second_factor *check, fh_error *err)
{
    static const char *const known[] = {"code", NULL};
    fh_signin *signin = NULL;
    fh_str code = {0};
    fh_session_given given;
    fh_status s = fh_call_signin(c, &signin, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "code", &code, NULL, err);
    if (!s) s = fh_call_lane(c, err);
    if (s) return s;
    s = check(signin, c->org, c->secret, code, &c->caller, &given, err);
    s = fh_call_lane_done(c, s);
    return s ? s : session_only(c, &given, err);
}

static fh_status sign_in_code(fh_call *c, fh_error *err)
{
    return give_code(c, fh_signin_code, err);
}

static fh_status sign_in_recovery(fh_call *c, fh_error *err)
{
    return give_code(c, fh_signin_recovery, err);
}

fh_status fh_call_signed_out(fh_call *c, fh_error *err)
{
    const fh_status s =
        fh_call_field(c, "Clear-Site-Data", FH_STR("\"cache\", \"cookies\", \"storage\""), err);
    return s ? s : fh_call_cookie(c, (fh_str){0}, err);
}

static fh_status sign_out(fh_call *c, fh_error *err)
{
    const fh_status s = fh_session_end(c->org, &c->actor, err);
    return s ? s : fh_call_signed_out(c, err);
}

/* ---- Sessions ------------------------------------------------------------------------------- */

typedef struct whose_query {
    uint64_t person;
} whose_query;

static const fh_option whose_options[] = {
    {0, "person", FH_OPTION_COUNT, offsetof(whose_query, person), "N",
     "of this person (default: the own ones)", NULL},
    {0},
};

static fh_status list_sessions(fh_call *c, fh_error *err)
{
    const whose_query *q = c->query;
    const fh_session *list = NULL;
    size_t n = 0;
    if (q->person > UINT32_MAX) return fh_fail(err, FH_NOTFOUND, "there is no such person");
    const uint32_t person = q->person ? (uint32_t)q->person : c->actor.person;
    const fh_status s = fh_sessions_list(c->org, &c->actor, person, c->arena, &list, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) {
        fh_json_object(&c->json);
        fh_put_number(&c->json, "session", list[i].session);
        fh_put_number(&c->json, "person", list[i].person);
        fh_put_time(&c->json, "made", list[i].made_ms);
        fh_put_time(&c->json, "seen", list[i].seen_ms);
        fh_put_text(&c->json, "ip", list[i].ip);
        fh_put_text(&c->json, "agent", list[i].agent);
        fh_put_bool(&c->json, "second_factor", list[i].second_factor);
        fh_put_bool(&c->json, "own", list[i].session == c->actor.session);
        fh_json_end_object(&c->json);
    }
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

/* Whose session, token or passkey it is decides the use case: without a transaction
 * around it, a refusal stays in the audit log. */
static fh_status end_session(fh_call *c, fh_error *err)
{
    uint32_t session = 0;
    fh_status s = fh_call_number(c, 0, &session, err);
    if (!s) s = fh_call_lane(c, err);
    return s ? s : fh_call_lane_done(c, fh_session_revoke(c->org, &c->actor, session, err));
}

static fh_status end_sessions(fh_call *c, fh_error *err)
{
    uint32_t person = 0;
    fh_status s = fh_call_number(c, 0, &person, err);
    if (!s) s = fh_call_lane(c, err);
    return s ? s : fh_call_lane_done(c, fh_sessions_revoke(c->org, &c->actor, person, err));
}

static fh_status change_password(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"old", "password", NULL};
    fh_signin *signin = NULL;
    fh_str old = {0}, password = {0};
    fh_session_given given;
    fh_status s = fh_call_signin(c, &signin, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "old", &old, NULL, err);
    if (!s) s = fh_call_text(c, "password", &password, NULL, err);
    if (!s)
        s = fh_password_change(signin, c->api->options.pool, &c->actor, old, password, &c->caller,
                               &given, err);
    return s ? s : session_only(c, &given, err);
}

/* ---- One-time links ------------------------------------------------------------------------- */

static fh_status look_at_link(fh_call *c, fh_error *err)
{
    static const char *const words[] = {
        [FH_LINK_SETUP] = "setup", [FH_LINK_RESET] = "reset", [FH_LINK_INVITE] = "invite"};
    static const char *const known[] = {"secret", NULL};
    fh_str secret = {0};
    fh_link link;
    c->untagged = true;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "secret", &secret, NULL, err);
    if (!s) s = fh_link_look(c->org, secret, c->arena, &link, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_text(&c->json, "kind", fh_str_of(words[link.kind]));
    fh_put_text(&c->json, "name", link.name);
    fh_put_text(&c->json, "email", link.email);
    fh_put_time(&c->json, "expires", link.expires_ms);
    fh_json_end_object(&c->json);
    return FH_OK;
}

static fh_status finish_link(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"secret", "password", NULL};
    fh_signin *signin = NULL;
    fh_str secret = {0}, password = {0};
    fh_session_given given;
    fh_status s = fh_call_signin(c, &signin, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "secret", &secret, NULL, err);
    if (!s) s = fh_call_text(c, "password", &password, NULL, err);
    if (!s)
        s = fh_link_finish(signin, c->api->options.pool, secret, password, &c->caller, &given, err);
    return s ? s : session_only(c, &given, err);
}

static fh_status set_up(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"secret", "name", "email", "password", NULL};
    fh_signin *signin = NULL;
    fh_str secret = {0}, name = {0}, email = {0}, password = {0};
    fh_session_given given;
    fh_status s = fh_call_signin(c, &signin, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "secret", &secret, NULL, err);
    if (!s) s = fh_call_text(c, "name", &name, NULL, err);
    if (!s) s = fh_call_text(c, "email", &email, NULL, err);
    if (!s) s = fh_call_text(c, "password", &password, NULL, err);
    if (!s)
        s = fh_setup_finish(signin, c->api->options.pool, secret, name, email, password, &c->caller,
                            &given, err);
    return s ? s : session_only(c, &given, err);
}

const fh_route fh_routes_session[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/me",
     .id = "getMe",
     .group = "Signing in",
     .summary = "Who is calling, and what they may do",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_HALF,
     .reply = "Me",
     .handle = get_me},
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/me",
     .id = "changeMe",
     .group = "Signing in",
     .summary = "Change the own name; If-Match: the ETag of the own record among people",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED | FH_ROUTE_WHO_CHANGES,
     .body = "Rename",
     .reply = "Person",
     .handle = change_me},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/me/password",
     .id = "changePassword",
     .group = "Signing in",
     .summary = "Change the own password; all other sessions end",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .body = "PasswordChange",
     .reply = "Session",
     .handle = change_password},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/sign-in",
     .id = "signIn",
     .group = "Signing in",
     .summary = "Sign in with a password",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_SIGNS_IN | FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .body = "SignIn",
     .reply = "Session",
     .handle = sign_in},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/sign-in/code",
     .id = "signInCode",
     .group = "Signing in",
     .summary = "The second factor: the six digits of the authenticator app",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_SIGNS_IN | FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .body = "Code",
     .reply = "Session",
     .handle = sign_in_code},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/sign-in/recovery",
     .id = "signInRecovery",
     .group = "Signing in",
     .summary = "The second factor: one of the recovery codes, which is used up",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_SIGNS_IN | FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .body = "Code",
     .reply = "Session",
     .handle = sign_in_recovery},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/sign-out",
     .id = "signOut",
     .group = "Signing in",
     .summary = "End the own session",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_HALF | FH_ROUTE_WRITES | FH_ROUTE_WHO_CHANGES,
     .handle = sign_out},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/sessions",
     .id = "listSessions",
     .group = "Signing in",
     .summary = "Where somebody is signed in",
     .right = FH_ANYBODY,
     .query = whose_options,
     .query_size = sizeof(whose_query),
     .reply = "Sessions",
     .handle = list_sessions},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/sessions/{session}",
     .id = "endSession",
     .group = "Signing in",
     .summary = "End a session: an own one, or with the right 'people' anybody's",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .handle = end_session},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/people/{person}/sessions",
     .id = "endSessions",
     .group = "Signing in",
     .summary = "End all sessions of a person but the one this comes from",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .handle = end_sessions},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/links/look",
     .id = "lookAtLink",
     .group = "Signing in",
     .summary = "What a one-time link is for, without using it up",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_SIGNS_IN,
     .body = "LinkSecret",
     .reply = "Link",
     .handle = look_at_link},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/links/finish",
     .id = "finishLink",
     .group = "Signing in",
     .summary = "Set a password by a one-time link, and sign in",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_SIGNS_IN | FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .body = "LinkFinish",
     .reply = "Session",
     .handle = finish_link},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/setup",
     .id = "setUp",
     .group = "Signing in",
     .summary = "Make the first owner by the set-up link, and sign in",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_SIGNS_IN | FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .body = "SetUp",
     .reply = "Session",
     .handle = set_up},
    {.path = NULL},
};
