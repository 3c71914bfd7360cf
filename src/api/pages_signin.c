/* pages_signin.c - the pages by which people come in and go: set-up, one-time links,
 * signing in with its second factor, signing out.
 *
 * The secret of a link stands behind '#', which browsers do not send. One small script
 * of ours moves it into the form; without script it is pasted there. So it is in no log
 * of any server or proxy on the way, and not in the browser's history.
 */
#include "api/page.h"
#include "app/signin/oidc_service.h"

/* ---- Signing in ------------------------------------------------------------------------- */

/* The way through the organisation's own service (pages_oidc.c). */
static void put_service(const fh_call *c, const fh_html *h)
{
    fh_str button;
    if (!c->api->options.oidc) return;
    if (!fh_arena_str(c->arena, fh_oidc_service_button(c->api->options.oidc), &button)) return;
    fh_form_begin(c, h, "/sign-in/service");
    fh_form_hidden(h, "to", fh_str_of(fh_way_back(c)));
    fh_form_end(h, button.ptr);
    fh_html_say(h, "<p class=\"aside\">Or with a password of your own here:</p>\n");
}

fh_status fh_show_sign_in(fh_call *c, fh_str email, const fh_error *problem, fh_error *err)
{
    fh_html h;
    const fh_status s =
        fh_screen_begin(c, "Sign in",
                        c->api->options.oidc ? "How do you want to come in?"
                                             : "With your e-mail address and password.",
                        FH_SCREEN_OUTSIDE, &h, err);
    if (s) return s;
    fh_screen_problem(&h, problem);
    put_service(c, &h);
    fh_form_begin(c, &h, "/sign-in");
    fh_form_hidden(&h, "to", fh_str_of(fh_way_back(c)));
    fh_form_field(&h, &(fh_entry){.name = "email",
                                  .label = "E-mail address",
                                  .type = "email",
                                  .autocomplete = "username",
                                  .value = email});
    fh_form_field(&h, &(fh_entry){.name = "password",
                                  .label = "Password",
                                  .type = "password",
                                  .autocomplete = "current-password"});
    fh_form_end(&h, "Sign in");
    fh_html_say(&h, "<p class=\"aside\">No password yet, or forgotten? Ask whoever looks after "
                    "people here for a link; it sets a new one.</p>\n");
    fh_screen_end(&h);
    return FH_OK;
}

static fh_status sign_in_page(fh_call *c, fh_error *err)
{
    if (c->half) {
        fh_call_go(c, fh_way_to(c, "/sign-in/code", fh_way_back(c)));
        return FH_OK;
    }
    if (c->actor.kind == FH_ACTOR_PERSON) {
        fh_call_go(c, fh_way_back(c));
        return FH_OK;
    }
    return fh_show_sign_in(c, (fh_str){0}, &(fh_error){0}, err);
}

/* In, or on to the second factor. */
fh_status fh_signed_in(fh_call *c, const fh_session_given *given, fh_error *err)
{
    const char *to = fh_way_back(c);
    fh_call_go(c, given->needs_second_factor ? fh_way_to(c, "/sign-in/code", to) : to);
    return fh_call_cookie(c, fh_str_of(given->secret), err);
}

static fh_status sign_in(fh_call *c, fh_error *err)
{
    fh_signin *signin = NULL;
    fh_str email = {0}, password = {0};
    fh_session_given given;
    fh_error problem = {0};
    fh_status s = fh_call_signin(c, &signin, &problem);
    if (!s) s = fh_form_text(c, "email", &email, &problem);
    if (!s) s = fh_form_text(c, "password", &password, &problem);
    if (!s)
        s = fh_signin_password(signin, c->api->options.pool, email, password, &c->caller, c->secret,
                               &given, &problem);
    if (!s) return fh_signed_in(c, &given, err);
    if (fh_form_again(c, s)) return fh_show_sign_in(c, email, &problem, err);
    *err = problem;
    return s;
}

/* ---- The second factor ---------------------------------------------------------------------- */

static fh_status show_code(fh_call *c, const fh_error *problem, fh_error *err)
{
    fh_html h;
    const fh_status s = fh_screen_begin(c, "Second factor",
                                        "One more step, so that a password alone is not enough.",
                                        FH_SCREEN_OUTSIDE, &h, err);
    if (s) return s;
    fh_screen_problem(&h, problem);
    fh_form_begin(c, &h, "/sign-in/code");
    fh_form_hidden(&h, "to", fh_str_of(fh_way_back(c)));
    fh_form_field(&h, &(fh_entry){.name = "code",
                                  .label = "Code",
                                  .type = "text",
                                  .autocomplete = "one-time-code",
                                  .hint = "The six digits that your authenticator app shows now, "
                                          "or one of your recovery codes."});
    fh_form_end(&h, "Go on");
    fh_html_say(&h, "<p class=\"aside\">A recovery code works once. Without app and codes, ask "
                    "whoever looks after people here to take the app off your account.</p>\n");
    fh_form_button(c, &h, "/sign-out", NULL, (fh_str){0}, "Sign in as somebody else");
    fh_screen_end(&h);
    return FH_OK;
}

static fh_status code_page(fh_call *c, fh_error *err)
{
    if (!c->half) {
        fh_call_go(c, fh_way_back(c));
        return FH_OK;
    }
    return show_code(c, &(fh_error){0}, err);
}

/* "123 456" is how apps show it. */
static fh_status read_code(const fh_call *c, fh_str *out, bool *digits, fh_error *err)
{
    fh_str text = {0};
    fh_status s = fh_form_text(c, "code", &text, err);
    char *code = FH_NEW_ARRAY(c->arena, char, text.len + 1);
    size_t n = 0;
    if (!s && !code) s = fh_no_memory(err);
    if (s) return s;
    *digits = true;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ' ') continue;
        *digits = *digits && text.ptr[i] >= '0' && text.ptr[i] <= '9';
        code[n++] = text.ptr[i];
    }
    *digits = *digits && n == 6;
    *out = (fh_str){code, n};
    return FH_OK;
}

static fh_status give_code(fh_call *c, fh_error *err)
{
    fh_signin *signin = NULL;
    fh_str code = {0};
    bool digits = false;
    fh_session_given given;
    fh_error problem = {0};
    fh_status s = fh_form_check(c, &problem);
    if (!s) s = fh_call_signin(c, &signin, &problem);
    if (!s) s = read_code(c, &code, &digits, &problem);
    if (!s) s = fh_call_lane(c, &problem);
    if (!s) {
        s = digits
                ? fh_signin_code(signin, c->org, c->secret, code, &c->caller, &given, &problem)
                : fh_signin_recovery(signin, c->org, c->secret, code, &c->caller, &given, &problem);
        s = fh_call_lane_done(c, s);
    }
    if (!s) return fh_signed_in(c, &given, err);
    if (fh_form_again(c, s)) return show_code(c, &problem, err);
    *err = problem;
    return s;
}

/* ---- Signing out ---------------------------------------------------------------------------- */

static fh_status sign_out_page(fh_call *c, fh_error *err)
{
    fh_html h;
    const fh_status s = fh_screen_begin(c, "Sign out", "Leave Firsthand in this browser?",
                                        c->half ? FH_SCREEN_OUTSIDE : 0, &h, err);
    if (s) return s;
    fh_html_say(&h, "<p>What this browser keeps of Firsthand is cleared. Your other sessions go "
                    "on; <a href=\"/account\">My account</a> lists them.</p>\n");
    fh_form_begin(c, &h, "/sign-out");
    fh_form_end(&h, "Sign out");
    fh_screen_end(&h);
    return FH_OK;
}

/* Signed out here only: whoever takes the browser next may still come in by the service. A
 * service that does not answer, or has no such page, keeps nobody here. */
static fh_status signed_out_page(fh_call *c, fh_error *err)
{
    fh_oidc_service *service = c->api->options.oidc;
    fh_str url = {0};
    fh_html h;
    if (!service || fh_oidc_leave(fh_oidc_service_provider(service), fh_oidc_service_fetch, service,
                                  c->arena, &url, NULL))
        url = (fh_str){0};
    const fh_status s =
        fh_screen_begin(c, "Signed out of Firsthand", "You are signed out in this browser.",
                        FH_SCREEN_OUTSIDE, &h, err);
    if (s) return s;
    if (url.len)
        fh_html_say(&h,
                    "<p>Your organisation's sign-in service still knows you here. <a "
                    "href=\"%s\">Sign out there, too</a>: for a computer that others "
                    "use.</p>\n",
                    url);
    fh_html_say(&h, "<p><a href=\"/sign-in\">Sign in again</a></p>\n");
    fh_screen_end(&h);
    return FH_OK;
}

static fh_status end_own(fh_call *c, bool *from_service, fh_error *err)
{
    const fh_oidc_service *service = c->api->options.oidc;
    fh_status s = FH_OK;
    *from_service = false;
    if (service && c->actor.session)
        s = fh_oidc_gave(c->org, fh_oidc_service_provider(service), c->actor.session, from_service,
                         err);
    return s ? s : fh_session_end(c->org, &c->actor, err);
}

static fh_status sign_out(fh_call *c, fh_error *err)
{
    bool from_service = false;
    fh_status s = fh_form_check(c, err);
    if (!s) s = fh_call_lane(c, err);
    if (s) return s;
    s = fh_call_lane_done(c, end_own(c, &from_service, err));
    if (!s) s = fh_call_signed_out(c, err);
    fh_call_go(c, from_service ? "/signed-out" : "/sign-in");
    return s;
}

/* ---- One-time links ------------------------------------------------------------------------- */

typedef struct typed {
    fh_str secret, name, email, password;
} typed;

static fh_status read_typed(const fh_call *c, typed *out, fh_error *err)
{
    fh_status s = fh_form_text(c, "secret", &out->secret, err);
    if (!s) s = fh_form_text(c, "name", &out->name, err);
    if (!s) s = fh_form_text(c, "email", &out->email, err);
    if (!s) s = fh_form_text(c, "password", &out->password, err);
    out->secret = fh_str_trim(out->secret);
    /* The whole link will do as well. */
    for (size_t i = 0; i < out->secret.len; i++)
        if (out->secret.ptr[i] == '#')
            out->secret = (fh_str){out->secret.ptr + i + 1, out->secret.len - i - 1};
    return s;
}

static void put_secret_field(const fh_html *h, fh_str value, const char *hint)
{
    fh_form_field(h, &(fh_entry){.name = "secret",
                                 .label = "Code of the link",
                                 .type = "password",
                                 .autocomplete = "off",
                                 .hint = hint,
                                 .value = value});
}

static void put_password_field(const fh_html *h)
{
    fh_form_field(h, &(fh_entry){.name = "password",
                                 .label = "New password",
                                 .type = "password",
                                 .autocomplete = "new-password",
                                 .hint = "At least 12 characters; a sentence is good. Nothing "
                                         "that others use often, and not your name."});
}

static fh_status show_setup(fh_call *c, const typed *t, const fh_error *problem, fh_error *err)
{
    fh_html h;
    const fh_status s =
        fh_screen_begin(c, "Set up Firsthand", "Who is the first owner of this organisation?",
                        FH_SCREEN_OUTSIDE | FH_SCREEN_LINK, &h, err);
    if (s) return s;
    fh_screen_problem(&h, problem);
    fh_form_begin(c, &h, "/setup");
    put_secret_field(&h, t->secret,
                     "Paste the link that the terminal has printed, or what stands behind its #.");
    fh_form_field(&h, &(fh_entry){.name = "name",
                                  .label = "Your name",
                                  .type = "text",
                                  .autocomplete = "name",
                                  .value = t->name});
    fh_form_field(&h, &(fh_entry){.name = "email",
                                  .label = "E-mail address",
                                  .type = "email",
                                  .autocomplete = "username",
                                  .hint = "With it you sign in; nothing is sent there now.",
                                  .value = t->email});
    put_password_field(&h);
    fh_form_end(&h, "Become the owner");
    fh_html_say(&h, "<p class=\"aside\">The link works once, for a day. An owner may do "
                    "everything, and gives others their roles.</p>\n");
    fh_screen_end(&h);
    return FH_OK;
}

static fh_status setup_page(fh_call *c, fh_error *err)
{
    return show_setup(c, &(typed){0}, &(fh_error){0}, err);
}

static fh_status set_up(fh_call *c, fh_error *err)
{
    typed t = {0};
    fh_signin *signin = NULL;
    fh_session_given given;
    fh_error problem = {0};
    fh_status s = fh_call_signin(c, &signin, &problem);
    if (!s) s = read_typed(c, &t, &problem);
    if (!s)
        s = fh_setup_finish(signin, c->api->options.pool, t.secret, t.name, t.email, t.password,
                            &c->caller, &given, &problem);
    if (!s) return fh_signed_in(c, &given, err);
    if (fh_form_again(c, s)) return show_setup(c, &t, &problem, err);
    *err = problem;
    return s;
}

static fh_status show_link(fh_call *c, const typed *t, const fh_error *problem, fh_error *err)
{
    fh_html h;
    const fh_status s = fh_screen_begin(c, "Set your password", "Then you are signed in.",
                                        FH_SCREEN_OUTSIDE | FH_SCREEN_LINK, &h, err);
    if (s) return s;
    fh_screen_problem(&h, problem);
    fh_form_begin(c, &h, c->route->path);
    put_secret_field(&h, t->secret,
                     "Paste the link that you were given, or what stands behind its #.");
    put_password_field(&h);
    fh_form_end(&h, "Set the password");
    fh_html_say(&h, "<p class=\"aside\">The link works once. If it has run out, ask whoever gave "
                    "it to you for another.</p>\n");
    fh_screen_end(&h);
    return FH_OK;
}

static fh_status link_page(fh_call *c, fh_error *err)
{
    return show_link(c, &(typed){0}, &(fh_error){0}, err);
}

static fh_status finish_link(fh_call *c, fh_error *err)
{
    typed t = {0};
    fh_signin *signin = NULL;
    fh_session_given given;
    fh_error problem = {0};
    fh_status s = fh_call_signin(c, &signin, &problem);
    if (!s) s = read_typed(c, &t, &problem);
    if (!s)
        s = fh_link_finish(signin, c->api->options.pool, t.secret, t.password, &c->caller, &given,
                           &problem);
    if (!s) return fh_signed_in(c, &given, err);
    if (fh_form_again(c, s)) return show_link(c, &t, &problem, err);
    *err = problem;
    return s;
}

static const fh_option way_options[] = {
    {0, "to", FH_OPTION_TEXT, 0, "PATH", "the page to come back to", NULL},
    {0},
};

#define PAGE(where, name, what, more, function)                                                    \
    {                                                                                              \
        .method = FH_HTTP_GET, .path = (where), .id = (name), .group = "Pages", .summary = (what), \
        .right = FH_ANYBODY, .flags = FH_ROUTE_PAGE | (more), .query = way_options,                \
        .query_size = sizeof(fh_str), .reply_type = "text/html; charset=utf-8",                    \
        .handle = (function)                                                                       \
    }
#define FORM(where, name, what, more, function)                                               \
    {                                                                                         \
        .method = FH_HTTP_POST, .path = (where), .id = (name), .group = "Pages",              \
        .summary = (what), .right = FH_ANYBODY,                                               \
        .flags = FH_ROUTE_PAGE | FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES | (more),             \
        .body_type = "application/x-www-form-urlencoded", .status = 303, .handle = (function) \
    }

const fh_route fh_routes_pages_signin[] = {
    PAGE("/sign-in", "pageSignIn", "Where people sign in", FH_ROUTE_PUBLIC | FH_ROUTE_NO_ORG,
         sign_in_page),
    FORM("/sign-in", "formSignIn", "Sign in with a password", FH_ROUTE_SIGNS_IN, sign_in),
    PAGE("/sign-in/code", "pageCode", "Where the second factor is given",
         FH_ROUTE_HALF | FH_ROUTE_NO_ORG, code_page),
    FORM("/sign-in/code", "formCode", "Give the second factor", FH_ROUTE_HALF, give_code),
    PAGE("/sign-out", "pageSignOut", "Where people sign out", FH_ROUTE_HALF | FH_ROUTE_NO_ORG,
         sign_out_page),
    FORM("/sign-out", "formSignOut", "Sign out", FH_ROUTE_HALF, sign_out),
    PAGE("/signed-out", "pageSignedOut", "How to sign out at the sign-in service, too",
         FH_ROUTE_PUBLIC | FH_ROUTE_NO_ORG, signed_out_page),
    PAGE("/setup", "pageSetup", "Where the first owner comes in", FH_ROUTE_PUBLIC | FH_ROUTE_NO_ORG,
         setup_page),
    FORM("/setup", "formSetup", "Become the first owner", FH_ROUTE_SIGNS_IN, set_up),
    PAGE("/reset", "pageReset", "Where a forgotten password is set anew",
         FH_ROUTE_PUBLIC | FH_ROUTE_NO_ORG, link_page),
    FORM("/reset", "formReset", "Set a new password", FH_ROUTE_SIGNS_IN, finish_link),
    PAGE("/invite", "pageInvite", "Where the first password is set",
         FH_ROUTE_PUBLIC | FH_ROUTE_NO_ORG, link_page),
    FORM("/invite", "formInvite", "Set the first password", FH_ROUTE_SIGNS_IN, finish_link),
    {.path = NULL},
};
