/* pages_oidc.c - signing in with the organisation's own service (app/signin/oidc.h), seen by the
 * browser: off to the service, back from it, and the service's word that somebody left.
 *
 * Going off is a form, because it writes something down; its reply is a small page that
 * leads on by itself, not a redirect, which `form-action 'self'` would stop. What was begun
 * is known again by a cookie that only this browser has. No handle of the organisation
 * is held while the service is asked.
 */
#include "api/page.h"
#include "app/signin/oidc.h"

#include <string.h>

enum { LONGEST_WAY = 600 }; /* browsers drop cookies of more than 4096 bytes */

static fh_status need_service(const fh_call *c, const fh_oidc_provider **p, fh_error *err)
{
    if (!c->api->options.oidc) {
        (void)fh_fail(err, FH_NOTFOUND, "this server signs in with passwords and passkeys only");
        return fh_hint(err, FH_NOTFOUND,
                       "An operator can name a service in the settings: sign-in.");
    }
    *p = fh_oidc_service_provider(c->api->options.oidc);
    return FH_OK;
}

static const char *flow_cookie(const fh_call *c)
{
    return fh_callers_secure(c->api->callers) ? "__Host-firsthand-flow" : "firsthand-flow";
}

/* An empty state takes the cookie away. The page to come back to goes along behind it:
 * "STATE?to=%2Fstories%2F17". */
static fh_status put_flow_cookie(fh_call *c, const char *state, fh_error *err)
{
    fh_str cookie;
    const char *to = fh_way_back(c);
    const char *value = *state && strlen(to) <= LONGEST_WAY ? fh_way_to(c, state, to) : state;
    if (!fh_arena_format(c->arena, &cookie, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s; Max-Age=%d",
                         flow_cookie(c), value,
                         fh_callers_secure(c->api->callers) ? "; Secure" : "", *state ? 600 : 0))
        return fh_no_memory(err);
    return fh_call_field(c, "Set-Cookie", cookie, err);
}

/* ---- Off to the service -------------------------------------------------------------------- */

static fh_status show_way(fh_call *c, fh_str url, fh_error *err)
{
    fh_html h;
    fh_str refresh;
    fh_status s = fh_screen_begin(c, "On to your sign-in service",
                                  "It asks who you are, and leads you back here.",
                                  FH_SCREEN_OUTSIDE, &h, err);
    if (!s && !fh_arena_format(c->arena, &refresh, "0; url=%.*s", FH_STR_ARG(url)))
        s = fh_no_memory(err);
    if (!s) s = fh_call_field(c, "Refresh", refresh, err);
    if (s) return s;
    fh_html_say(&h, "<p><a href=\"%s\">Go on</a> if nothing happens.</p>\n", url);
    fh_html_say(&h, "<p><a href=\"/sign-in\">Back</a></p>\n");
    fh_screen_end(&h);
    return FH_OK;
}

static fh_status begin(fh_call *c, fh_oidc_flow *flow, fh_str *url, fh_error *err)
{
    const fh_oidc_provider *p = NULL;
    fh_status s = need_service(c, &p, err);
    if (!s) s = fh_form_check(c, err);
    if (!s)
        s = fh_oidc_start(fh_pool_os(c->api->options.pool), p, fh_oidc_service_fetch,
                          c->api->options.oidc, c->arena, flow, url, err);
    if (!s) s = fh_call_lane(c, err);
    if (s) return s;
    return fh_call_lane_done(c, fh_oidc_keep(c->org, p, flow, err));
}

static fh_status go_there(fh_call *c, fh_error *err)
{
    fh_oidc_flow flow;
    fh_str url = {0};
    fh_error problem = {0};
    fh_status s = begin(c, &flow, &url, &problem);
    if (s && c->api->options.oidc && fh_form_again(c, s))
        return fh_show_sign_in(c, (fh_str){0}, &problem, err);
    if (s) {
        *err = problem;
        return s;
    }
    s = put_flow_cookie(c, flow.state, err);
    return s ? s : show_way(c, url, err);
}

/* ---- And back ------------------------------------------------------------------------------- */

typedef struct answer {
    fh_str state, code, issuer, error;
} answer;

/* What we know of the query; services add words of their own. */
static fh_status read_answer(const fh_call *c, answer *out, fh_error *err)
{
    const struct {
        const char *name;
        fh_str *to;
    } wanted[] = {{"state", &out->state},
                  {"code", &out->code},
                  {"iss", &out->issuer},
                  {"error", &out->error}};
    fh_status s = FH_OK;
    for (size_t i = 0; !s && i < sizeof wanted / sizeof wanted[0]; i++) {
        *wanted[i].to = (fh_str){0};
        s = fh_http_pair(c->arena, c->request->query, wanted[i].name, wanted[i].to, err);
        if (s == FH_NOTFOUND) s = FH_OK;
    }
    return s;
}

static fh_status turned_away(fh_str error, fh_error *err)
{
    if (fh_str_eq(error, FH_STR("access_denied"))) {
        (void)fh_fail(err, FH_DENIED, "the sign-in service did not let you in, or you went back");
        return fh_hint(err, FH_DENIED,
                       "Try again; if it stays so, ask whoever looks after the service.");
    }
    if (fh_str_eq(error, FH_STR("temporarily_unavailable")) ||
        fh_str_eq(error, FH_STR("server_error"))) {
        (void)fh_fail(err, FH_BUSY, "the sign-in service cannot answer just now");
        return fh_hint(err, FH_BUSY, "Try again in a moment.");
    }
    (void)fh_fail(err, FH_DENIED, "the sign-in service did not accept what Firsthand asked");
    return fh_hint(err, FH_DENIED,
                   "Try again; if it stays so, an administrator must look at how the service is "
                   "set up.");
}

static fh_status take_flow(fh_call *c, const fh_oidc_provider *p, const answer *a,
                           fh_oidc_flow *flow, fh_error *err)
{
    fh_str cookie = fh_http_cookie(c->x, flow_cookie(c));
    const char *more = cookie.len ? memchr(cookie.ptr, '?', cookie.len) : NULL;
    fh_status s = FH_OK;
    if (more) {
        const size_t len = (size_t)(more - cookie.ptr);
        s = fh_http_pair(c->arena, (fh_str){more + 1, cookie.len - len - 1}, "to", &c->way_back,
                         err);
        cookie.len = len;
    }
    if (!s || s == FH_NOTFOUND) s = fh_call_lane(c, err);
    if (s) return s;
    return fh_call_lane_done(c, fh_oidc_take(c->org, p, a->state, cookie, a->issuer, flow, err));
}

static fh_status come_in(fh_call *c, fh_session_given *given, fh_error *err)
{
    const fh_oidc_provider *p = NULL;
    fh_oidc_flow flow;
    fh_oidc_claims claims = {0};
    answer a;
    fh_status s = need_service(c, &p, err);
    if (!s) s = read_answer(c, &a, err);
    if (!s) s = take_flow(c, p, &a, &flow, err);
    if (!s && a.error.len) s = turned_away(a.error, err);
    if (!s)
        s = fh_oidc_exchange(fh_pool_os(c->api->options.pool), p, &flow, a.code,
                             fh_oidc_service_fetch, c->api->options.oidc, c->arena, &claims, err);
    if (!s) s = fh_call_lane(c, err);
    if (s) return s;
    return fh_call_lane_done(
        c, fh_oidc_sign_in(c->org, p, &claims, &c->caller, c->secret, given, err));
}

static fh_status come_back(fh_call *c, fh_error *err)
{
    fh_session_given given;
    fh_error problem = {0};
    fh_status s = come_in(c, &given, &problem);
    if (!s || s == FH_DENIED)
        fh_metric_add(c->api->options.metrics, s ? FH_M_SIGN_IN_FAILED : FH_M_SIGN_IN_OK, 1);
    if (s && (!c->api->options.oidc || !fh_form_again(c, s))) {
        *err = problem;
        return s;
    }
    const fh_status cleared = put_flow_cookie(c, "", err);
    if (cleared) return cleared;
    return s ? fh_show_sign_in(c, (fh_str){0}, &problem, err) : fh_signed_in(c, &given, err);
}

/* ---- The service says that somebody left ---------------------------------------------------- */

static fh_status signed_out_there(fh_call *c, fh_error *err)
{
    const fh_oidc_provider *p = NULL;
    fh_oidc_logout logout;
    fh_str token = {0};
    uint64_t n = 0;
    fh_status s = need_service(c, &p, err);
    if (!s) s = fh_form_text(c, "logout_token", &token, err);
    if (!s)
        s = fh_oidc_logout_check(fh_pool_os(c->api->options.pool), p, token, fh_oidc_service_fetch,
                                 c->api->options.oidc, c->arena, &logout, err);
    if (s == FH_DENIED) { /* a token that is not good is a bad request, says the standard */
        err->status = FH_INVALID;
        return FH_INVALID;
    }
    if (!s) s = fh_call_lane(c, err);
    if (s) return s;
    return fh_call_lane_done(c, fh_oidc_logout_do(c->org, p, &logout, &n, err));
}

const fh_route fh_routes_pages_oidc[] = {
    {.method = FH_HTTP_POST,
     .path = "/sign-in/service",
     .id = "formService",
     .group = "Pages",
     .summary = "Go to the organisation's own sign-in service",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PAGE | FH_ROUTE_NO_ORG | FH_ROUTE_SIGNS_IN,
     .body_type = "application/x-www-form-urlencoded",
     .reply_type = "text/html; charset=utf-8",
     .handle = go_there},
    {.method = FH_HTTP_GET,
     .path = "/oidc",
     .id = "pageService",
     .group = "Pages",
     .summary = "Where that service leads back to",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PAGE | FH_ROUTE_PUBLIC | FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES |
              FH_ROUTE_FOREIGN_QUERY,
     .status = 303,
     .handle = come_back},
    {.method = FH_HTTP_POST,
     .path = "/oidc/signed-out",
     .id = "signedOutThere",
     .group = "Signing in",
     .summary = "The sign-in service tells that somebody signed out there",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PUBLIC | FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .body_type = "application/x-www-form-urlencoded",
     .max_body = 128 << 10,
     .status = 200,
     .handle = signed_out_there},
    {.path = NULL},
};
