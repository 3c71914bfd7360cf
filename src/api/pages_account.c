/* pages_account.c - what somebody looks after themselves: tokens of their programs, password,
 * second factor, sessions.
 *
 * What is shown only once (a token, a new app's secret, recovery codes) is the reply to
 * its form, because nothing keeps it to show it on another page.
 */
#include "api/page.h"

#include "app/ask/words.h"
#include "app/records/qr.h"

#include <stdio.h>
#include <string.h>

static void put_when(const fh_html *h, int64_t ms, const char *never)
{
    if (ms)
        fh_say_time(h->out, ms - ms % 60000, h->zone);
    else
        fh_buf_text(h->out, never);
}

/* The account's and the tokens' pages read the organisation after its lane was given
 * back: what was just changed is there. */
static fh_status open_org(fh_call *c, fh_html *h, fh_error *err)
{
    fh_status s = c->org ? FH_OK : fh_pool_read(c->api->options.pool, &c->org, err);
    if (!s) s = fh_org_zone(c->org, c->arena, &h->zone, err);
    return s;
}

static fh_status close_org(fh_call *c, fh_status s)
{
    if (c->route->flags & FH_ROUTE_NO_ORG) {
        fh_pool_read_done(c->api->options.pool, c->org);
        c->org = NULL;
    }
    return s;
}

/* ---- Tokens ------------------------------------------------------------------------------ */

static void put_token_row(const fh_call *c, const fh_html *h, const fh_token *t)
{
    fh_buf scopes;
    fh_buf_init(&scopes, fh_arena_allocator(c->arena), 4096);
    fh_scopes_print(t->scopes, &scopes);
    fh_html_say(h,
                "<tr><th scope=\"row\">%s<br><code>fh_%s...</code></th><td "
                "data-label=\"May\">%s</td><td data-label=\"Good until\">",
                t->name, t->id, fh_buf_view(&scopes));
    fh_buf_free(&scopes);
    put_when(h, t->expires_ms, "");
    fh_buf_text(h->out, "</td><td data-label=\"Last used\">");
    put_when(h, t->used_ms, "never");
    fh_buf_text(h->out, "</td><td>");
    if (t->revoked)
        fh_buf_text(h->out, "revoked");
    else
        fh_form_button(c, h, "/tokens/revoke", "id", t->id, "Revoke");
    fh_buf_text(h->out, "</td></tr>\n");
}

static fh_status put_tokens(fh_call *c, const fh_html *h, fh_error *err)
{
    const fh_token *list = NULL;
    size_t n = 0;
    const fh_status s =
        fh_tokens_list(c->org, &c->actor, c->actor.person, c->arena, &list, &n, err);
    if (s) return s;
    if (!n) {
        fh_buf_text(h->out, "<p>None yet. Here will be your tokens, when each was last used, and "
                            "a button to revoke it.</p>\n");
        return FH_OK;
    }
    fh_html_scroll(h, "Your tokens");
    fh_buf_text(h->out, "<table><caption class=\"quiet\">Your tokens</caption><thead><tr>"
                        "<th scope=\"col\">Token</th><th scope=\"col\">May</th>"
                        "<th scope=\"col\">Good until</th><th scope=\"col\">Last used</th>"
                        "<th scope=\"col\">State</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < n; i++) put_token_row(c, h, &list[i]);
    fh_buf_text(h->out, "</tbody></table>\n");
    fh_html_end_scroll(h);
    return FH_OK;
}

static void put_token_form(const fh_call *c, const fh_html *h, fh_str name)
{
    fh_form_begin(c, h, "/tokens");
    fh_form_field(h, &(fh_entry){.name = "name",
                                 .label = "What is it for?",
                                 .type = "text",
                                 .autocomplete = "off",
                                 .hint = "For example: telephone system, nightly figures.",
                                 .value = name});
    fh_buf_text(h->out, "<fieldset><legend>What may it do?</legend>\n"
                        "<div class=\"ticks\">\n");
    for (unsigned i = 0; i < FH_N_RIGHTS; i++) {
        const fh_right right = (fh_right)i;
        if (!fh_may(&c->actor, right)) continue;
        fh_html_say(h,
                    "<label class=\"tick\"><input type=\"checkbox\" name=\"scope\" value=\"%t\">"
                    "<span>%t<small>%t</small></span></label>\n",
                    fh_right_word(right), fh_right_word(right), fh_right_means(right));
    }
    fh_buf_text(
        h->out,
        "</div>\n</fieldset>\n<p class=\"field\"><label for=\"days\">How long is it good?</label>\n"
        "<select id=\"days\" name=\"days\"><option value=\"7\">a week</option>"
        "<option value=\"30\">30 days</option><option value=\"90\" selected>90 days"
        "</option><option value=\"366\">a year</option></select></p>\n");
    fh_form_end(h, "Make the token");
}

/* `made`: the text of a token that was just made; empty: none was. */
static fh_status show_tokens(fh_call *c, fh_str made, fh_str name, const fh_error *problem,
                             fh_error *err)
{
    fh_html h;
    fh_status s = fh_screen_begin(c, "Tokens", "Which of my programs may come in?", 0, &h, err);
    if (!s) s = open_org(c, &h, err);
    if (s) return close_org(c, s);
    fh_screen_problem(&h, problem);
    if (made.len)
        fh_html_say(&h,
                    "<div class=\"good\" role=\"status\"><p><strong>The token is made. Copy it "
                    "now: it is not shown again.</strong></p><p><code class=\"secret\">%s</code>"
                    "</p><p>Programs send it with each request: <code>Authorization: Bearer "
                    "fh_...</code></p></div>\n",
                    made);
    fh_buf_text(h.out, "<section><h2>Your tokens</h2>\n");
    s = put_tokens(c, &h, err);
    fh_buf_text(h.out, "</section>\n<section><h2>A new token</h2>\n");
    put_token_form(c, &h, name);
    fh_buf_text(h.out, "</section>\n");
    fh_screen_end(&h);
    return close_org(c, s);
}

static fh_status tokens_page(fh_call *c, fh_error *err)
{
    return show_tokens(c, (fh_str){0}, (fh_str){0}, &(fh_error){0}, err);
}

/* The boxes that were ticked, as words. */
static fh_status ticked(const fh_call *c, fh_rights *out, fh_error *err)
{
    size_t at = 0;
    fh_rights all = 0;
    for (;;) {
        fh_str name, value;
        fh_right right;
        const fh_status s = fh_http_next_pair(c->arena, c->request->body, &at, &name, &value, err);
        if (s == FH_NOTFOUND) break;
        if (s) return s;
        if (!fh_str_eq(name, FH_STR("scope"))) continue;
        if (!fh_right_find(value, &right))
            return fh_fail(err, FH_INVALID, "there is no such right");
        all |= fh_right_bit(right);
    }
    if (!all) {
        (void)fh_fail(err, FH_INVALID, "a token that may nothing is of no use");
        return fh_hint(err, FH_INVALID, "Tick at least one of the boxes.");
    }
    *out = all;
    return FH_OK;
}

static fh_status make_token(fh_call *c, fh_error *err)
{
    fh_error problem = {0};
    fh_str name = {0};
    fh_rights scopes = 0;
    uint32_t days = 0;
    int64_t life_ms = 0;
    char text[FH_TOKEN_TEXT + 1] = "";
    fh_status s = fh_form_check(c, &problem);
    if (!s) s = fh_form_text(c, "name", &name, &problem);
    if (!s) s = ticked(c, &scopes, &problem);
    if (!s) s = fh_form_number(c, "days", &days, &problem);
    if (!s) s = fh_token_life(days, &life_ms, &problem);
    if (!s) s = fh_call_lane(c, &problem);
    if (!s) {
        s = fh_token_make(c->org, &c->actor, name, scopes, life_ms, text, &problem);
        s = fh_call_lane_done(c, s);
    }
    if (!s) return show_tokens(c, fh_str_of(text), (fh_str){0}, &(fh_error){0}, err);
    if (fh_form_again(c, s)) return show_tokens(c, (fh_str){0}, name, &problem, err);
    *err = problem;
    return s;
}

static fh_status revoke_token(fh_call *c, fh_error *err)
{
    fh_str token = {0};
    fh_status s = fh_form_check(c, err);
    if (!s) s = fh_form_text(c, "id", &token, err);
    if (!s) s = fh_call_lane(c, err);
    if (s) return s;
    s = fh_call_lane_done(c, fh_token_revoke(c->org, &c->actor, token, err));
    if (!s) fh_call_go(c, "/tokens");
    return s;
}

/* ---- The account: its parts ------------------------------------------------------------------ */

static void put_password_form(const fh_call *c, const fh_html *h)
{
    fh_buf_text(h->out, "<section><h2>Password</h2>\n");
    fh_form_begin(c, h, "/account/password");
    fh_form_field(h, &(fh_entry){.name = "old",
                                 .label = "Password until now",
                                 .type = "password",
                                 .autocomplete = "current-password"});
    fh_form_field(h, &(fh_entry){.name = "password",
                                 .label = "New password",
                                 .type = "password",
                                 .autocomplete = "new-password",
                                 .hint = "At least 12 characters; a sentence is good. Your other "
                                         "sessions end."});
    fh_form_end(h, "Change the password");
    fh_buf_text(h->out, "</section>\n");
}

static void put_passkeys(const fh_call *c, const fh_html *h, const fh_passkey *list, size_t n)
{
    if (!n) return;
    fh_buf_text(h->out, "<section><h2>Passkeys</h2>\n");
    for (size_t i = 0; i < n; i++) {
        char number[16], id[24];
        const int len = snprintf(number, sizeof number, "%u", list[i].passkey);
        (void)snprintf(id, sizeof id, "passkey-%s", number);
        const fh_str text = {number, (size_t)len};
        fh_html_say(h, "<h3>%s</h3>\n<p>Added ", list[i].name);
        put_when(h, list[i].made_ms, "");
        fh_buf_text(h->out, ", last used ");
        put_when(h, list[i].used_ms, "never");
        fh_buf_text(h->out, "</p>\n");
        fh_form_begin(c, h, "/account/passkeys/name");
        fh_form_hidden(h, "passkey", text);
        fh_html_say(h,
                    "<p class=\"field\"><label for=\"%t\">Name</label>\n<input id=\"%t\" "
                    "name=\"name\" type=\"text\" autocomplete=\"off\" maxlength=\"200\" "
                    "value=\"%s\" required></p>\n",
                    id, id, list[i].name);
        fh_form_end(h, "Save the name");
        fh_form_button(c, h, "/account/passkeys/remove", "passkey", text, "Remove this passkey");
    }
    fh_buf_text(h->out, "</section>\n");
}

static fh_status put_factors(fh_call *c, const fh_html *h, fh_error *err)
{
    const fh_passkey *list = NULL;
    size_t n = 0;
    const fh_status s =
        fh_passkeys_list(c->org, &c->actor, c->actor.person, c->arena, &list, &n, err);
    if (s) return s;
    fh_buf_text(h->out, "<section><h2>Second factor</h2>\n<p>With an authenticator app on your "
                        "phone, a password that somebody has seen is not enough to come in.</p>\n");
    fh_buf_text(h->out, c->actor.second_factor
                            ? "<p>This session was opened with a second factor.</p>\n"
                            : "<p>This session was opened without a second factor.</p>\n");
    fh_form_begin(c, h, "/account/app");
    fh_form_end(h, c->actor.second_factor ? "Set up another authenticator app"
                                          : "Set up an authenticator app");
    if (c->actor.second_factor) {
        fh_buf_text(h->out, "<p class=\"aside\">No app any more?</p>\n");
        fh_form_button(c, h, "/account/app/remove", NULL, (fh_str){0},
                       "Take the app and its recovery codes off");
    }
    fh_buf_text(h->out, "</section>\n");
    put_passkeys(c, h, list, n);
    return FH_OK;
}

static bool says(fh_str text, const char *word)
{
    const fh_str w = fh_str_of(word);
    for (size_t i = 0; i + w.len <= text.len; i++)
        if (!memcmp(text.ptr + i, w.ptr, w.len)) return true;
    return false;
}

/* "Chrome on Linux" of what browsers say of themselves; each claims to be the ones
 * before it, so the first that fits decides. Others are shown as they are. */
static void put_browser(const fh_html *h, fh_str agent)
{
    static const char *const browsers[][2] = {{"Firefox/", "Firefox"}, {"Edg/", "Edge"},
                                              {"OPR/", "Opera"},       {"Chrome/", "Chrome"},
                                              {"Safari/", "Safari"},   {"curl/", "curl"}};
    static const char *const systems[][2] = {{"iPhone", "iPhone"},   {"iPad", "iPad"},
                                             {"Android", "Android"}, {"Windows", "Windows"},
                                             {"Mac OS", "Mac"},      {"Linux", "Linux"}};
    size_t b = 0, s = 0;
    while (b < sizeof browsers / sizeof browsers[0] && !says(agent, browsers[b][0])) b++;
    while (s < sizeof systems / sizeof systems[0] && !says(agent, systems[s][0])) s++;
    if (b == sizeof browsers / sizeof browsers[0]) {
        fh_html_say(h, "%s", agent.len ? agent : FH_STR("(does not say)"));
        return;
    }
    fh_buf_text(h->out, browsers[b][1]);
    if (s < sizeof systems / sizeof systems[0]) fh_html_say(h, " on %t", systems[s][1]);
}

static fh_status put_sessions(fh_call *c, const fh_html *h, fh_error *err)
{
    const fh_session *list = NULL;
    size_t n = 0;
    const fh_status s =
        fh_sessions_list(c->org, &c->actor, c->actor.person, c->arena, &list, &n, err);
    if (s) return s;
    fh_buf_text(h->out, "<section><h2>Where you are signed in</h2>\n");
    fh_html_scroll(h, "Your sessions");
    fh_buf_text(h->out, "<table><caption class=\"quiet\">Your sessions</caption><thead><tr>"
                        "<th scope=\"col\">Browser</th><th scope=\"col\">From</th>"
                        "<th scope=\"col\">Since</th><th scope=\"col\">Last seen</th>"
                        "<th scope=\"col\">State</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < n; i++) {
        char number[16];
        const int len = snprintf(number, sizeof number, "%u", list[i].session);
        fh_html_say(h, "<tr><th scope=\"row\">");
        put_browser(h, list[i].agent);
        fh_html_say(h, "</th><td data-label=\"From\">%s</td><td data-label=\"Since\">", list[i].ip);
        put_when(h, list[i].made_ms, "");
        fh_buf_text(h->out, "</td><td data-label=\"Last seen\">");
        put_when(h, list[i].seen_ms, "");
        fh_buf_text(h->out, "</td><td>");
        if (list[i].session == c->actor.session)
            fh_buf_text(h->out, "this one");
        else
            fh_form_button(c, h, "/account/sessions/end", "session", (fh_str){number, (size_t)len},
                           "End");
        fh_buf_text(h->out, "</td></tr>\n");
    }
    fh_buf_text(h->out, "</tbody></table>\n");
    fh_html_end_scroll(h);
    fh_buf_text(h->out, "</section>\n");
    return FH_OK;
}

static fh_status show_account(fh_call *c, const fh_error *problem, fh_error *err)
{
    fh_html h;
    fh_status s =
        fh_screen_begin(c, "My account", "How do I come in, and where am I signed in?", 0, &h, err);
    if (!s) s = open_org(c, &h, err);
    if (s) return close_org(c, s);
    fh_screen_problem(&h, problem);
    s = put_factors(c, &h, err);
    put_password_form(c, &h);
    if (!s) s = put_sessions(c, &h, err);
    fh_screen_end(&h);
    return close_org(c, s);
}

static fh_status account_page(fh_call *c, fh_error *err)
{
    return show_account(c, &(fh_error){0}, err);
}

/* ---- The account: its forms ----------------------------------------------------------------- */

static fh_status change_password(fh_call *c, fh_error *err)
{
    fh_signin *signin = NULL;
    fh_str old = {0}, password = {0};
    fh_session_given given;
    fh_error problem = {0};
    fh_status s = fh_form_check(c, &problem);
    if (!s) s = fh_call_signin(c, &signin, &problem);
    if (!s) s = fh_form_text(c, "old", &old, &problem);
    if (!s) s = fh_form_text(c, "password", &password, &problem);
    if (!s)
        s = fh_password_change(signin, c->api->options.pool, &c->actor, old, password, &c->caller,
                               &given, &problem);
    if (!s) {
        fh_call_go(c, "/account");
        return fh_call_cookie(c, fh_str_of(given.secret), err);
    }
    if (fh_form_again(c, s)) return show_account(c, &problem, err);
    *err = problem;
    return s;
}

static void put_code_form(const fh_call *c, const fh_html *h)
{
    fh_form_begin(c, h, "/account/app/finish");
    fh_form_field(h, &(fh_entry){.name = "code",
                                 .label = "Code",
                                 .type = "text",
                                 .autocomplete = "one-time-code",
                                 .hint = "The six digits that the app shows now."});
    fh_form_end(h, "Add the app");
}

static fh_status begin_app(fh_call *c, fh_error *err)
{
    fh_signin *signin = NULL;
    fh_totp_new new;
    fh_html h;
    fh_error problem = {0};
    fh_status s = fh_form_check(c, &problem);
    if (!s) s = fh_call_signin(c, &signin, &problem);
    if (!s) s = fh_call_lane(c, &problem);
    if (!s)
        s = fh_call_lane_done(c,
                              fh_totp_begin(signin, c->org, &c->actor, c->arena, &new, &problem));
    if (fh_form_again(c, s)) return show_account(c, &problem, err);
    if (s) {
        *err = problem;
        return s;
    }
    s = fh_screen_begin(c, "Set up an authenticator app", "Two steps, then it counts.", 0, &h, err);
    if (s) return s;
    fh_html_say(
        &h, "<section><h2>1. Tell the app</h2>\n<p>Open your authenticator app, add an account, "
            "and let it read this picture:</p>\n");
    s = fh_qr_svg(new.uri, "QR code with the key that stands below", h.out, err);
    if (s) return s;
    fh_html_say(&h,
                "<p>Or type this key in (time-based, 6 digits):</p>\n"
                "<p><code class=\"secret\">%s</code></p>\n<p>On this phone: <a href=\"%s\">open "
                "the app with the key</a>.</p></section>\n<section><h2>2. Type the app's "
                "code</h2>\n",
                new.secret, new.uri);
    put_code_form(c, &h);
    fh_buf_text(h.out, "</section>\n");
    fh_screen_end(&h);
    return FH_OK;
}

static fh_status show_finish(fh_call *c, const fh_error *problem, fh_error *err)
{
    fh_html h;
    const fh_status s =
        fh_screen_begin(c, "Set up an authenticator app",
                        "The key is with the app; its code is still missing.", 0, &h, err);
    if (s) return s;
    fh_screen_problem(&h, problem);
    put_code_form(c, &h);
    fh_screen_end(&h);
    return FH_OK;
}

static fh_status show_recovery(fh_call *c, const fh_recovery *recovery, fh_error *err)
{
    fh_html h;
    const fh_status s = fh_screen_begin(
        c, "The app is added", "From now on it is asked for when you sign in.", 0, &h, err);
    if (s) return s;
    fh_buf_text(h.out, "<section><h2>Keep these recovery codes</h2>\n<p>For the day when the phone "
                       "is lost. Each works once. They are not shown again: print them, or put "
                       "them into your password manager.</p>\n<ul class=\"codes\">\n");
    for (size_t i = 0; i < FH_RECOVERY_CODES; i++)
        fh_html_say(&h, "<li><code>%t</code></li>\n", recovery->code[i]);
    fh_buf_text(h.out, "</ul>\n<p><a href=\"/account\">I have kept them</a></p></section>\n");
    fh_screen_end(&h);
    return FH_OK;
}

static fh_status finish_app(fh_call *c, fh_error *err)
{
    fh_signin *signin = NULL;
    fh_str code = {0};
    fh_recovery recovery;
    fh_session_given given;
    fh_error problem = {0};
    fh_status s = fh_form_check(c, &problem);
    if (!s) s = fh_call_signin(c, &signin, &problem);
    if (!s) s = fh_form_text(c, "code", &code, &problem);
    if (!s) s = fh_call_lane(c, &problem);
    if (!s) {
        s = fh_totp_finish(signin, c->org, &c->actor, fh_str_trim(code), &c->caller, &recovery,
                           &given, &problem);
        s = fh_call_lane_done(c, s);
    }
    if (!s) s = fh_call_cookie(c, fh_str_of(given.secret), &problem);
    if (!s) return show_recovery(c, &recovery, err);
    if (fh_form_again(c, s)) return show_finish(c, &problem, err);
    *err = problem;
    return s;
}

static fh_status remove_app(fh_call *c, fh_error *err)
{
    fh_error problem = {0};
    fh_status s = fh_form_check(c, &problem);
    if (!s) s = fh_call_lane(c, &problem);
    if (!s) s = fh_call_lane_done(c, fh_totp_remove(c->org, &c->actor, c->actor.person, &problem));
    if (!s) fh_call_go(c, "/account");
    if (fh_form_again(c, s)) return show_account(c, &problem, err);
    *err = problem;
    return s;
}

static fh_status name_passkey(fh_call *c, fh_error *err)
{
    fh_error problem = {0};
    uint32_t passkey = 0;
    fh_str name = {0};
    fh_status s = fh_form_check(c, &problem);
    if (!s) s = fh_form_number(c, "passkey", &passkey, &problem);
    if (!s) s = fh_form_text(c, "name", &name, &problem);
    if (!s) s = fh_call_lane(c, &problem);
    if (!s) s = fh_call_lane_done(c, fh_passkey_name(c->org, &c->actor, passkey, name, &problem));
    if (!s) fh_call_go(c, "/account");
    if (fh_form_again(c, s)) return show_account(c, &problem, err);
    *err = problem;
    return s;
}

static fh_status remove_passkey(fh_call *c, fh_error *err)
{
    fh_error problem = {0};
    uint32_t passkey = 0;
    fh_status s = fh_form_check(c, &problem);
    if (!s) s = fh_form_number(c, "passkey", &passkey, &problem);
    if (!s) s = fh_call_lane(c, &problem);
    if (!s) s = fh_call_lane_done(c, fh_passkey_remove(c->org, &c->actor, passkey, &problem));
    if (!s) fh_call_go(c, "/account");
    if (fh_form_again(c, s)) return show_account(c, &problem, err);
    *err = problem;
    return s;
}

static fh_status end_session(fh_call *c, fh_error *err)
{
    uint32_t session = 0;
    fh_status s = fh_form_check(c, err);
    if (!s) s = fh_form_number(c, "session", &session, err);
    if (!s) s = fh_call_lane(c, err);
    if (s) return s;
    s = fh_call_lane_done(c, fh_session_revoke(c->org, &c->actor, session, err));
    if (!s) fh_call_go(c, "/account");
    return s;
}

#define FORM(where, name, what, may, code, type, function)                                        \
    {                                                                                             \
        .method = FH_HTTP_POST, .path = (where), .id = (name), .group = "Pages",                  \
        .summary = (what), .right = (may),                                                        \
        .flags = FH_ROUTE_PAGE | FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,                          \
        .body_type = "application/x-www-form-urlencoded", .reply_type = (type), .status = (code), \
        .handle = (function)                                                                      \
    }
static const char html_type[] = "text/html; charset=utf-8";

const fh_route fh_routes_pages_account[] = {
    {.method = FH_HTTP_GET,
     .path = "/tokens",
     .id = "pageTokens",
     .group = "Pages",
     .summary = "The own tokens",
     .right = FH_RIGHT_OWN_TOKENS,
     .flags = FH_ROUTE_PAGE,
     .reply_type = html_type,
     .handle = tokens_page},
    FORM("/tokens", "formToken", "Make a token; it is shown once", FH_RIGHT_OWN_TOKENS, 200,
         html_type, make_token),
    FORM("/tokens/revoke", "formRevokeToken", "Revoke an own token", FH_ANYBODY, 303, NULL,
         revoke_token),
    {.method = FH_HTTP_GET,
     .path = "/account",
     .id = "pageAccount",
     .group = "Pages",
     .summary = "The own password, second factor and sessions",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PAGE,
     .reply_type = html_type,
     .handle = account_page},
    FORM("/account/passkeys/name", "formPasskeyName", "Name an own passkey", FH_ANYBODY, 303, NULL,
         name_passkey),
    FORM("/account/passkeys/remove", "formPasskeyRemove", "Remove an own passkey", FH_ANYBODY, 303,
         NULL, remove_passkey),
    FORM("/account/password", "formPassword", "Change the own password", FH_ANYBODY, 303, NULL,
         change_password),
    FORM("/account/app", "formApp", "Begin to add an authenticator app", FH_ANYBODY, 200, html_type,
         begin_app),
    FORM("/account/app/finish", "formAppFinish", "Add the authenticator app by its first code",
         FH_ANYBODY, 200, html_type, finish_app),
    FORM("/account/app/remove", "formAppRemove", "Take the own authenticator app away", FH_ANYBODY,
         303, NULL, remove_app),
    FORM("/account/sessions/end", "formEndSession", "End another own session", FH_ANYBODY, 303,
         NULL, end_session),
    {.path = NULL},
};
