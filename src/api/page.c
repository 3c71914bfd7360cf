/* page.c - head and foot of every page, problems, and the parts of forms. */
#include "api/page.h"

#include "app/report/report.h"

#include <sodium.h>
#include <string.h>

/* ---- Head and foot --------------------------------------------------------------------- */

static fh_status put_policy(fh_call *c, fh_error *err)
{
    c->type = FH_STR("text/html; charset=utf-8");
    c->untagged = true;
    return fh_call_field(c, "Content-Security-Policy",
                         FH_STR("default-src 'none'; style-src 'self'; script-src 'self'; "
                                "img-src 'self' data:; form-action 'self'; base-uri 'none'; "
                                "frame-ancestors 'none'; require-trusted-types-for 'script'; "
                                "trusted-types 'none'"),
                         err);
}

static void put_ways(const fh_call *c, const fh_html *h)
{
    static const struct {
        const char *path, *name;
        int right;
    } ways[] = {{"/", "Home", FH_ANYBODY},
                {"/report", "Report", FH_RIGHT_ASK},
                {"/tokens", "Tokens", FH_RIGHT_OWN_TOKENS},
                {"/account", "My account", FH_ANYBODY},
                {"/sign-out", "Sign out", FH_ANYBODY}};
    fh_buf_text(h->out, "<nav aria-label=\"Pages\"><ul>\n");
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (ways[i].right != FH_ANYBODY && !fh_may(&c->actor, (fh_right)ways[i].right)) continue;
        const bool here = !strcmp(c->route->path, ways[i].path);
        fh_html_say(h, "<li><a href=\"%t\"%t>%t</a></li>\n", ways[i].path,
                    here ? " aria-current=\"page\"" : "", ways[i].name);
    }
    fh_buf_text(h->out, "</ul></nav>\n");
}

static void put_head(const fh_call *c, const char *title, const char *lead, uint32_t flags,
                     const fh_html *h)
{
    fh_html_say(h,
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                "<meta name=\"color-scheme\" content=\"light dark\">\n"
                "<title>%t - Firsthand</title>\n<link rel=\"icon\" href=\"/assets/%t\">\n"
                "<link rel=\"stylesheet\" href=\"/assets/firsthand.css\">\n"
                "<script src=\"/assets/%t\"></script>\n",
                title, fh_web_file("icon-"), fh_web_file("theme-"));
    if (flags & FH_SCREEN_LINK)
        fh_buf_text(h->out, "<script src=\"/assets/link.js\" defer></script>\n");
    fh_html_say(h,
                "</head>\n<body class=\"%t\">\n<a class=\"skip\" href=\"#main\">Skip to the "
                "contents</a>\n<header class=\"top\">\n<p class=\"brand\"><img src=\"/assets/%t\" "
                "alt=\"\">Firsthand</p>\n",
                flags & FH_SCREEN_OUTSIDE ? "screen outside" : "screen", fh_web_file("icon-"));
    if (!(flags & FH_SCREEN_OUTSIDE)) put_ways(c, h);
    fh_html_say(h, "</header>\n<main id=\"main\">\n<h1>%t</h1>\n<p class=\"lead\">%t</p>\n", title,
                lead);
}

fh_status fh_screen_begin(fh_call *c, const char *title, const char *lead, uint32_t flags,
                          fh_html *out, fh_error *err)
{
    const fh_status s = put_policy(c, err);
    if (s) return s;
    *out = (fh_html){.out = &c->out};
    fh_buf_clear(&c->out);
    put_head(c, title, lead, flags, out);
    return FH_OK;
}

void fh_screen_end(const fh_html *h)
{
    fh_buf_text(h->out, "</main>\n</body>\n</html>\n");
}

/* ---- What went wrong --------------------------------------------------------------------- */

/* Messages are parts of sentences: "the password is too short". */
static void put_sentence(const fh_html *h, const char *text)
{
    const char first[2] = {text[0] >= 'a' && text[0] <= 'z' ? (char)(text[0] - 'a' + 'A') : text[0],
                           '\0'};
    fh_html_say(h, "%t%t.", first, text[0] ? text + 1 : "");
}

void fh_screen_problem(const fh_html *h, const fh_error *e)
{
    if (!e->status) return;
    fh_buf_text(h->out, "<div class=\"problem\" role=\"alert\">\n<p><strong>");
    put_sentence(h, e->message);
    fh_buf_text(h->out, "</strong></p>\n");
    if (e->hint[0]) fh_html_say(h, "<p>%t</p>\n", e->hint);
    fh_buf_text(h->out, "</div>\n");
}

bool fh_form_again(fh_call *c, fh_status s)
{
    if (!s || s == FH_IO || s == FH_INTERNAL || s == FH_CORRUPT || s == FH_NOMEM) return false;
    c->status = fh_problem_code(s);
    return true;
}

static fh_status write_refusal(fh_call *c, int code, const fh_error *err)
{
    const bool inside = err->status == FH_IO || err->status == FH_INTERNAL ||
                        err->status == FH_CORRUPT || err->status == FH_NOMEM;
    const bool known = c->actor.kind == FH_ACTOR_PERSON && !c->half;
    fh_html h;
    fh_error told = *err;
    if (inside) {
        (void)fh_fail(&told, err->status, "this did not work, and the reason is on our side");
        (void)fh_hint(&told, err->status,
                      "Try again; if it happens again, tell whoever runs this server the number "
                      "%.*s: the log says more.",
                      FH_STR_ARG(c->request->id));
    }
    const fh_status s = fh_screen_begin(c, fh_http_reason(code), "What happened, and what to do.",
                                        known ? 0 : FH_SCREEN_OUTSIDE, &h, NULL);
    if (s) return s;
    fh_screen_problem(&h, &told);
    const bool to_first = known || !c->route; /* who is not known is sent on to sign in */
    fh_html_say(&h, "<p><a href=\"%t\">%t</a></p>\n", to_first ? "/" : "/sign-in",
                to_first ? "Back to the first page" : "Sign in");
    fh_screen_end(&h);
    return c->out.status;
}

/* ---- The way back ------------------------------------------------------------------------- */

/* Only a path on this server: "//elsewhere" and "/\\elsewhere" lead away from it. */
static bool own_address(fh_arena *arena, fh_str text, const char **out)
{
    fh_str copy;
    if (!text.len || text.len > 2000 || text.ptr[0] != '/') return false;
    if (text.len > 1 && (text.ptr[1] == '/' || text.ptr[1] == '\\')) return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] >= 0x7f) return false;
    if (!fh_arena_str(arena, text, &copy)) return false;
    *out = copy.ptr;
    return true;
}

const char *fh_way_back(const fh_call *c)
{
    const char *to = "/";
    fh_str wanted = c->way_back;
    if (wanted.len) {
        /* as it was asked for before */
    } else if (c->request->method == FH_HTTP_POST) {
        if (fh_form_text(c, "to", &wanted, NULL)) return to;
    } else if (c->query) {
        memcpy(&wanted, c->query, sizeof wanted);
    }
    return own_address(c->arena, wanted, &to) ? to : "/";
}

const char *fh_way_to(const fh_call *c, const char *path, const char *to)
{
    static const char digits[] = "0123456789ABCDEF";
    const size_t len = strlen(to), start = strlen(path) + 4;
    if (len < 2) return path;
    char *out = FH_NEW_ARRAY(c->arena, char, start + 3 * len + 1);
    if (!out) return path;
    memcpy(out, path, start - 4);
    memcpy(out + start - 4, "?to=", 4);
    char *at = out + start;
    for (; *to; to++) {
        const unsigned char b = (unsigned char)*to;
        if ((b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') ||
            strchr("-._~/", b)) {
            *at++ = *to;
            continue;
        }
        *at++ = '%';
        *at++ = digits[b >> 4];
        *at++ = digits[b & 15];
    }
    return out;
}

void fh_screen_refuse(fh_call *c, int code, const fh_error *err)
{
    fh_put_field(c->x, "Cache-Control", FH_STR("no-store"));
    if (code == 401) {
        fh_put_policy(c->x);
        const char *to = "/";
        if (c->route->method == FH_HTTP_GET) (void)own_address(c->arena, c->request->target, &to);
        const char *sign_in = c->half ? "/sign-in/code" : "/sign-in";
        fh_put_field(c->x, "Location", fh_str_of(fh_way_to(c, sign_in, to)));
        fh_http_reply_plain(c->x, 303, (fh_str){0}, (fh_str){0});
        return;
    }
    if (!code) code = fh_problem_code(err->status);
    if (write_refusal(c, code, err))
        fh_http_reply_problem(c->x, code, (fh_str){0});
    else
        fh_http_reply_plain(c->x, code, c->type, fh_buf_view(&c->out));
}

/* ---- Forms: written ------------------------------------------------------------------------ */

void fh_form_begin(const fh_call *c, const fh_html *h, const char *action)
{
    fh_html_say(h, "<form method=\"post\" action=\"%t\">\n", action);
    if (!c->secret.len) return;
    char token[FH_SECRET_TEXT + 1];
    fh_session_form_token(c->secret, token);
    fh_form_hidden(h, "form", fh_str_of(token));
}

void fh_form_hidden(const fh_html *h, const char *name, fh_str value)
{
    fh_html_say(h, "<input type=\"hidden\" name=\"%t\" value=\"%s\">\n", name, value);
}

void fh_form_field(const fh_html *h, const fh_entry *f)
{
    fh_html_say(h, "<p class=\"field\"><label for=\"%t\">%t</label>\n", f->name, f->label);
    if (f->hint)
        fh_html_say(h, "<span class=\"hint\" id=\"%t-hint\">%t</span>\n", f->name, f->hint);
    fh_html_say(h, "<input id=\"%t\" name=\"%t\" type=\"%t\" autocomplete=\"%t\" value=\"%s\"",
                f->name, f->name, f->type, f->autocomplete, f->value);
    if (f->hint) fh_html_say(h, " aria-describedby=\"%t-hint\"", f->name);
    fh_buf_text(h->out, f->optional ? "></p>\n" : " required></p>\n");
}

void fh_form_end(const fh_html *h, const char *submit)
{
    fh_html_say(h, "<p class=\"do\"><button type=\"submit\">%t</button></p>\n</form>\n", submit);
}

void fh_form_button(const fh_call *c, const fh_html *h, const char *action, const char *name,
                    fh_str value, const char *submit)
{
    fh_form_begin(c, h, action);
    if (name) fh_form_hidden(h, name, value);
    fh_html_say(h, "<button type=\"submit\" class=\"small\">%t</button>\n</form>\n", submit);
}

/* ---- Forms: read ---------------------------------------------------------------------------- */

fh_status fh_form_check(const fh_call *c, fh_error *err)
{
    fh_str token = {0};
    if (!fh_call_is_type(c, FH_STR("application/x-www-form-urlencoded")))
        return fh_fail(err, FH_INVALID, "this is not a form");
    if (!c->secret.len) return FH_OK;
    const fh_status s = fh_form_text(c, "form", &token, err);
    if (s || fh_session_form_token_ok(c->secret, token)) return s;
    (void)fh_fail(err, FH_CONFLICT, "this form is from before you signed in");
    return fh_hint(err, FH_CONFLICT, "Open the page again, and send the form from there.");
}

fh_status fh_form_limit(const fh_call *c, const fh_limit_rule *rule, fh_str key, fh_error *err)
{
    const fh_os *os = fh_pool_os(c->api->options.pool);
    if (!key.len) return FH_OK;
    fh_mutex_lock(c->api->lock);
    const int64_t wait = fh_limiter_try(c->api->tellers, rule, key, os->monotonic_ms(os->ctx));
    fh_mutex_unlock(c->api->lock);
    if (!wait) return FH_OK;
    (void)fh_fail(err, FH_LATER, "much was told from here just now");
    return fh_hint(err, FH_LATER, "Nothing was lost; try again in %lld s.",
                   (long long)((wait + 999) / 1000));
}

fh_status fh_form_text(const fh_call *c, const char *name, fh_str *out, fh_error *err)
{
    *out = (fh_str){0};
    const fh_status s = fh_http_pair(c->arena, c->request->body, name, out, err);
    return s == FH_NOTFOUND ? FH_OK : s;
}

fh_status fh_form_number(const fh_call *c, const char *name, uint32_t *out, fh_error *err)
{
    fh_str text = {0};
    int64_t n = 0;
    fh_status s = fh_form_text(c, name, &text, err);
    if (!s && (fh_call_cursor(text, &n, NULL) || n < 1 || n > UINT32_MAX))
        s = fh_fail(err, FH_INVALID, "'%s' is not a number", name);
    if (!s) *out = (uint32_t)n;
    return s;
}

void fh_call_go(fh_call *c, const char *path)
{
    fh_buf_clear(&c->out);
    c->status = 303;
    c->location = fh_str_of(path);
}

/* ---- What pages load ------------------------------------------------------------------------ */

static fh_status asset(fh_call *c, const char *const *const *sheets, fh_error *err)
{
    unsigned char hash[16];
    char text[2 * sizeof hash + 1];
    for (; *sheets; sheets++)
        for (const char *const *piece = *sheets; *piece; piece++) fh_buf_text(&c->out, *piece);
    if (c->out.status) return fh_no_memory(err);
    const fh_str all = fh_buf_view(&c->out);
    (void)crypto_generichash(hash, sizeof hash, (const unsigned char *)all.ptr, all.len, NULL, 0);
    (void)sodium_bin2hex(text, sizeof text, hash, sizeof hash);
    return fh_arena_format(c->arena, &c->etag, "\"%s\"", text) ? FH_OK : fh_no_memory(err);
}

static fh_status get_style(fh_call *c, fh_error *err)
{
    static const char *const *const sheets[] = {fh_page_style, fh_screen_style, NULL};
    return asset(c, sheets, err);
}

/* The secret of a link stands behind '#', so that no server and no log sees it; here it
 * moves into the form, and out of the address and the browser's history. */
static fh_status get_script(fh_call *c, fh_error *err)
{
    static const char *const script[] = {
        "'use strict';\n"
        "const field = document.querySelector('input[name=secret]');\n"
        "if (field && location.hash.length > 1) {\n"
        "  field.value = location.hash.slice(1);\n"
        "  field.closest('.field').hidden = true;\n"
        "  history.replaceState(null, '', location.pathname);\n"
        "}\n",
        NULL};
    static const char *const *const scripts[] = {script, NULL};
    return asset(c, scripts, err);
}

const fh_route fh_routes_screen[] = {
    {.method = FH_HTTP_GET,
     .path = "/assets/firsthand.css",
     .id = "getStyle",
     .group = "Pages",
     .summary = "The look of the pages",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PUBLIC | FH_ROUTE_NO_ORG,
     .reply_type = "text/css; charset=utf-8",
     .handle = get_style},
    {.method = FH_HTTP_GET,
     .path = "/assets/link.js",
     .id = "getLinkScript",
     .group = "Pages",
     .summary = "Takes the secret of a link out of the address",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PUBLIC | FH_ROUTE_NO_ORG,
     .reply_type = "text/javascript; charset=utf-8",
     .handle = get_script},
    {.path = NULL},
};
