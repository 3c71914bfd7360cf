/* digest.c - digests by e-mail: who wants one, what it would say, what became of each, and the
 * page that ends them without signing in.
 *
 *     GET|PUT  /api/v1/me/digest              how often, the last mails, what it would say now
 *     POST     /api/v1/me/digest/sample       one now
 *     GET      /api/v1/mails                  everybody's, for whoever keeps the settings
 *     POST     /api/v1/mails/{mail}/again     one that was not taken goes out again
 *     GET|POST /unsubscribe/{token}           behind the link of a mail (RFC 8058)
 */
#include "app/digest/digest.h"

#include "api/page.h"
#include "app/ask/ask.h"
#include "app/people/people.h"
#include "base/put.h"

enum { SHOWN = 5 };

static bool sends(const fh_call *c)
{
    return c->api->options.postman != NULL;
}

/* ---- The own digest ---- */

/* What links of mails begin with. */
static fh_str base_of(const fh_call *c)
{
    return sends(c) ? fh_postman_how(c->api->options.postman)->base_url : c->api->options.base_url;
}

static fh_status preview_json(fh_call *c, int64_t now_ms, fh_error *err)
{
    fh_mail m;
    fh_digest d;
    fh_digest_words words;
    bool daily = false;
    fh_status s = fh_digest_now(c->org, c->actor.person, c->arena, &m, &daily, err);
    if (!s) s = fh_digest_read(c->org, &c->actor, &m, daily, now_ms, c->arena, &d, err);
    if (!s) s = fh_digest_say(&d, base_of(c), (fh_str){0}, c->arena, &words, err);
    if (s) return s;
    fh_put_key(&c->json, "preview");
    fh_json_object(&c->json);
    fh_put_text(&c->json, "subject", words.subject);
    fh_put_text(&c->json, "text", words.text);
    fh_put_bool(&c->json, "new", d.fresh);
    fh_json_end_object(&c->json);
    return FH_OK;
}

static fh_status mails_json(fh_call *c, fh_error *err)
{
    fh_mail *list = NULL;
    size_t n = 0;
    const fh_status s = fh_mail_list(c->org, c->actor.person, 0, SHOWN, c->arena, &list, &n, err);
    if (s) return s;
    fh_put_key(&c->json, "mails");
    fh_json_array(&c->json);
    for (size_t i = 0; i < n; i++) fh_mail_json(&list[i], false, &c->json);
    fh_json_end_array(&c->json);
    return FH_OK;
}

static fh_status show_digest(fh_call *c, fh_error *err)
{
    const fh_os *os = fh_pool_os(c->api->options.pool);
    const int64_t now_ms = os->now_ms(os->ctx);
    const fh_zone *zone = NULL;
    fh_digest_row row;
    fh_person p;
    if (!c->actor.person) {
        (void)fh_fail(err, FH_INVALID, "no person stands behind this");
        return fh_hint(err, FH_INVALID, "Sign in, or use a token of a person's.");
    }
    fh_status s = fh_digest_row_get(c->org, c->actor.person, c->arena, &row, err);
    if (!s) s = fh_person_row(c->org, c->actor.person, c->arena, &p, err);
    if (!s) s = fh_org_zone(c->org, c->arena, &zone, err);
    if (s) return s;
    const bool daily = fh_str_eq(row.how, FH_STR("daily"));
    fh_json_object(&c->json);
    fh_put_text(&c->json, "how", row.how.len ? row.how : FH_STR("none"));
    fh_put_bool(&c->json, "sends", sends(c));
    fh_put_text_or_null(&c->json, "email", p.email);
    fh_put_time_or_null(&c->json, "next_at",
                        row.how.len && sends(c)
                            ? fh_digest_next_due(zone, daily, c->api->options.digest_hour, now_ms)
                            : 0);
    s = mails_json(c, err);
    if (!s) s = preview_json(c, now_ms, err);
    fh_json_end_object(&c->json);
    return s;
}

static fh_status choose_digest(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"how", NULL};
    fh_str how = {0};
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "how", &how, NULL, err);
    if (!s) s = fh_digest_choose(c->org, &c->actor, how, err);
    return s ? s : show_digest(c, err);
}

static fh_status need_postman(const fh_call *c, fh_error *err)
{
    if (sends(c)) return FH_OK;
    (void)fh_fail(err, FH_BUSY, "this server sends no mail");
    return fh_hint(err, FH_BUSY, "Whoever runs it sets mail.server: see the handbook, E-mail.");
}

static fh_status mail_json(fh_call *c, int64_t mail, fh_error *err)
{
    fh_mail m;
    const fh_status s = fh_mail_get(c->org, mail, c->arena, &m, err);
    if (!s) fh_mail_json(&m, true, &c->json);
    return s;
}

static fh_status send_sample(fh_call *c, fh_error *err)
{
    int64_t mail = 0;
    fh_status s = need_postman(c, err);
    if (!s) s = fh_digest_sample(c->org, &c->actor, &mail, err);
    return s ? s : mail_json(c, mail, err);
}

/* ---- Mails ---- */

static fh_status list_mails(fh_call *c, fh_error *err)
{
    const fh_paging *page = c->query;
    fh_mail *list = NULL;
    size_t n = 0;
    int64_t before = 0;
    fh_status s = fh_call_paging(page, &before, err);
    if (!s) s = fh_mail_list(c->org, 0, before, (size_t)page->limit, c->arena, &list, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) fh_mail_json(&list[i], true, &c->json);
    fh_call_page_end_at(c, n == page->limit ? list[n - 1].mail : 0);
    return FH_OK;
}

static fh_status send_again(fh_call *c, fh_error *err)
{
    int64_t mail = 0;
    fh_status s = need_postman(c, err);
    if (!s) s = fh_call_number64(c, 0, &mail, err);
    if (!s) s = fh_mail_again(c->org, &c->actor, mail, err);
    return s ? s : mail_json(c, mail, err);
}

/* ---- Without signing in ---- */

static fh_status need_key(const fh_call *c, fh_error *err)
{
    return c->api->options.key ? FH_OK : fh_fail(err, FH_NOTFOUND, "this link leads nowhere");
}

static fh_status unsubscribe_page(fh_call *c, fh_error *err)
{
    fh_mail m;
    fh_html h;
    fh_str action;
    fh_status s = need_key(c, err);
    if (!s)
        s = fh_digest_link_look(c->org, c->api->options.key, c->path_value[0], c->arena, &m, err);
    if (!s &&
        !fh_arena_format(c->arena, &action, "/unsubscribe/%.*s", FH_STR_ARG(c->path_value[0])))
        s = fh_no_memory(err);
    if (!s)
        s = fh_screen_begin(c, "No more digests?", "One press, and none comes any more.",
                            FH_SCREEN_OUTSIDE, &h, err);
    if (s) return s;
    fh_form_begin(c, &h, action.ptr);
    fh_form_end(&h, "Send me no more digests");
    fh_buf_text(h.out,
                "<p class=\"quiet-text\">Nothing else changes: you still follow what you follow, "
                "and My part shows it. There you can also choose one a week.</p>\n");
    fh_screen_end(&h);
    return FH_OK;
}

/* Also what a mailbox sends by itself when its reader presses "unsubscribe": without a session,
 * a form with List-Unsubscribe=One-Click. The link alone is the right to do it. */
static fh_status unsubscribe(fh_call *c, fh_error *err)
{
    fh_html h;
    fh_status s = need_key(c, err);
    if (!s) s = fh_digest_leave(c->org, c->api->options.key, c->path_value[0], err);
    if (!s) s = fh_screen_begin(c, "Done", "No more digests come.", FH_SCREEN_OUTSIDE, &h, err);
    if (s) return s;
    fh_buf_text(h.out, "<p>If you miss them: sign in, and choose daily or weekly at the foot of "
                       "<a href=\"/my-part\">My part</a>.</p>\n");
    fh_screen_end(&h);
    return FH_OK;
}

static const char html[] = "text/html; charset=utf-8";

const fh_route fh_routes_digest[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/me/digest",
     .id = "getDigest",
     .group = "Records",
     .summary = "How often a digest comes by e-mail, what it would say now, and the last ones",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "Digest",
     .handle = show_digest},
    {.method = FH_HTTP_PUT,
     .path = "/api/v1/me/digest",
     .id = "chooseDigest",
     .group = "Records",
     .summary = "Have a digest by e-mail daily, weekly or not at all",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .body = "DigestChoice",
     .reply = "Digest",
     .handle = choose_digest},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/me/digest/sample",
     .id = "sendDigestSample",
     .group = "Records",
     .summary = "One digest now, whatever was chosen",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_MAILS,
     .reply = "Mail",
     .status = 202,
     .handle = send_sample},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/mails",
     .id = "listMails",
     .group = "Service",
     .summary = "What became of mails, newest first",
     .right = FH_RIGHT_SETTINGS,
     .query = fh_paging_options,
     .query_size = sizeof(fh_paging),
     .query_defaults = &fh_paging_defaults,
     .reply = "Mails",
     .handle = list_mails},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/mails/{mail}/again",
     .id = "sendMailAgain",
     .group = "Service",
     .summary = "Send a mail again that was not taken, or perhaps not: the own ones, or anybody's "
                "with the right to settings",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_MAILS,
     .reply = "Mail",
     .status = 202,
     .handle = send_again},
    {.method = FH_HTTP_GET,
     .path = "/unsubscribe/{token}",
     .id = "pageUnsubscribe",
     .group = "Pages",
     .summary = "End the digests, by the link in one of them",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PAGE | FH_ROUTE_PUBLIC,
     .reply_type = html,
     .handle = unsubscribe_page},
    {.method = FH_HTTP_POST,
     .path = "/unsubscribe/{token}",
     .id = "formUnsubscribe",
     .group = "Pages",
     .summary = "End them; also for mailboxes that do so by themselves (RFC 8058)",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PAGE | FH_ROUTE_PUBLIC | FH_ROUTE_WRITES,
     .body_type = "application/x-www-form-urlencoded",
     .reply_type = html,
     .max_body = 16 << 10,
     .handle = unsubscribe},
    {.path = NULL},
};
