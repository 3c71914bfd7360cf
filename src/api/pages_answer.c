/* pages_answer.c - a customer is asked whether it is mended, and answers by a link.
 *
 *     GET|POST /api/v1/records/{kind}/{record}/customer-asks   who was asked, what they said; ask
 *     GET|POST /answer                                         behind the link, without signing in
 *
 * The link is a signed number, in the query of the address that is sent out (never in its path:
 * logs leave the query out) and in the form that is sent back. The page shows nothing but the words
 * that whoever asked allowed, works without script, and says the same of every link that is not,
 * or no more, one of ours. How often one address and one link may try is limited.
 */
#include "api/page.h"
#include "api/record_call.h"
#include "app/records/record_asked.h"
#include "app/signin/limiter.h"
#include "base/put.h"

#include <stddef.h>

/* From one address; with one link. */
static const fh_limit_rule by_address = {30, 10000, 30, 10000, 900000};
static const fh_limit_rule by_link = {10, 30000, 10, 30000, 900000};

static fh_status limited(const fh_call *c, const fh_limit_rule *rule, const char *what, fh_str key,
                         fh_error *err)
{
    const fh_os *os = fh_pool_os(c->api->options.pool);
    fh_str own;
    if (!key.len) return FH_OK;
    if (!fh_arena_format(c->arena, &own, "%s %.*s", what, (int)(key.len < 64 ? key.len : 64),
                         key.ptr))
        return fh_no_memory(err);
    fh_mutex_lock(c->api->lock);
    const int64_t wait = fh_limiter_try(c->api->tellers, rule, own, os->monotonic_ms(os->ctx));
    fh_mutex_unlock(c->api->lock);
    if (!wait) return FH_OK;
    (void)fh_fail(err, FH_LATER, "this was tried very often just now");
    return fh_hint(err, FH_LATER, "Nothing was lost; try again in %lld s.",
                   (long long)((wait + 999) / 1000));
}

static fh_status may_try(const fh_call *c, fh_str link, fh_error *err)
{
    char space[64];
    const fh_status s =
        limited(c, &by_address, "answer from", fh_limit_address_key(c->caller.ip, space), err);
    return s ? s : limited(c, &by_link, "answer by", link, err);
}

static fh_status need_key(const fh_call *c, fh_error *err)
{
    if (c->api->options.key) return FH_OK;
    (void)fh_fail(err, FH_BUSY, "this server cannot sign links");
    return fh_hint(err, FH_BUSY, "Whoever runs it gives it a key: see the handbook, Server.");
}

/* ---- For colleagues ---- */

static fh_status url_of(const fh_call *c, int64_t asked, fh_str *out, fh_error *err)
{
    const fh_str base = c->api->options.base_url;
    const bool set = base.len > 0;
    fh_str link;
    const fh_status s = fh_asked_link(c->api->options.key, asked, c->arena, &link, err);
    if (s) return s;
    if (!fh_arena_format(c->arena, out, "%s%.*s/answer?link=%.*s", set ? "" : "http://",
                         FH_STR_ARG(set ? base : c->request->host), FH_STR_ARG(link)))
        return fh_no_memory(err);
    return FH_OK;
}

static fh_status asked_json(fh_call *c, const fh_asked_row *a, bool may, fh_error *err)
{
    const fh_os *os = fh_pool_os(c->api->options.pool);
    fh_json *j = &c->json;
    const bool holds = !a->used_ms && a->until_ms > os->now_ms(os->ctx);
    fh_str url = {0};
    if (holds && may && c->api->options.key) {
        const fh_status s = url_of(c, a->asked, &url, err);
        if (s) return s;
    }
    fh_json_object(j);
    fh_put_number(j, "asked", (uint64_t)a->asked);
    fh_put_number(j, "customer", a->customer);
    fh_put_number_or_null(j, "person", a->person);
    fh_put_text(j, "words", a->words);
    fh_put_time(j, "made_at", a->made_ms);
    fh_put_time(j, "until", a->until_ms);
    fh_put_bool(j, "open", holds);
    fh_put_time_or_null(j, "answered_at", a->used_ms);
    fh_put_text_or_null(j, "answer", a->answer);
    fh_put_text_or_null(j, "said", a->said);
    fh_put_text_or_null(j, "ref", a->key);
    fh_put_text_or_null(j, "url", url);
    fh_json_end_object(j);
    return FH_OK;
}

static fh_status list_asks(fh_call *c, fh_error *err)
{
    const fh_asked_row *list = NULL;
    fh_record_view r;
    size_t n = 0;
    bool could = false, may = false;
    fh_status s = fh_call_record(c, &r, err);
    if (!s) s = fh_record_may_ask(c->org, &c->actor, &r, c->arena, &could, &may, err);
    if (!s) s = fh_asked_of(c->org, r.row.record, FH_ASKED_MOST, c->arena, &list, &n, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_bool(&c->json, "could", could);
    fh_put_bool(&c->json, "may", may && c->api->options.key);
    fh_put_key(&c->json, "items");
    fh_json_array(&c->json);
    for (size_t i = 0; i < n && !s; i++) s = asked_json(c, &list[i], may, err);
    fh_json_end_array(&c->json);
    fh_json_end_object(&c->json);
    return s;
}

static fh_status ask_customer(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"customer", "words", NULL};
    fh_record_view r;
    fh_asked_row a;
    fh_str words = {0};
    uint32_t customer = 0;
    bool there = false;
    fh_status s = need_key(c, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_reference(c, "customer", &customer, err);
    if (!s) s = fh_call_text(c, "words", &words, &there, err);
    if (!s && !customer) s = fh_fail(err, FH_INVALID, "/customer is the number of a customer");
    if (!s) s = fh_call_record(c, &r, err);
    if (!s) s = fh_record_ask(c->org, &c->actor, r.row.record, customer, words, c->arena, &a, err);
    return s ? s : asked_json(c, &a, true, err);
}

/* ---- For the customer ---- */

typedef struct answer_query {
    fh_str link;
} answer_query;

static const fh_option answer_options[] = {
    {0, "link", FH_OPTION_TEXT, offsetof(answer_query, link), "LINK", "that was sent", NULL},
    {0},
};

static fh_status look(fh_call *c, fh_str link, fh_asked_row *a, fh_error *err)
{
    fh_status s = may_try(c, link, err);
    if (!s && !c->api->options.key)
        s = fh_fail(err, FH_NOTFOUND, "this link leads nowhere any more");
    c->untagged = true;
    return s ? s : fh_asked_look(c->org, c->api->options.key, link, c->arena, a, err);
}

static fh_status show_done(fh_call *c, const fh_asked_row *a, fh_error *err)
{
    fh_html h;
    const fh_status s = fh_screen_begin(c, "Thank you", "Your answer is with those who made it.",
                                        FH_SCREEN_OUTSIDE, &h, err);
    if (s) return s;
    if (a) fh_html_say(&h, "<p><strong>%s</strong></p>\n", a->words);
    fh_buf_text(h.out,
                "<p class=\"quiet\">The link has done its work: it answers once. If something "
                "is different later, just tell us.</p>\n");
    fh_screen_end(&h);
    return FH_OK;
}

static fh_status show_question(fh_call *c, const fh_asked_row *a, fh_str link, fh_str text,
                               const fh_error *problem, fh_error *err)
{
    fh_html h;
    const fh_status s =
        fh_screen_begin(c, "Is it solved?", "We changed something. You know best whether it helps.",
                        FH_SCREEN_OUTSIDE, &h, err);
    if (s) return s;
    if (problem) fh_screen_problem(&h, problem);
    fh_html_say(&h, "<p><strong>%s</strong></p>\n", a->words);
    fh_form_begin(c, &h, "/answer");
    fh_form_hidden(&h, "link", link);
    fh_form_field(&h, &(fh_entry){.name = "text",
                                  .label = "In your words",
                                  .type = "text",
                                  .autocomplete = "off",
                                  .hint = "What is better, what is not, or how it could be mended.",
                                  .value = text,
                                  .optional = true});
    fh_buf_text(h.out,
                "<fieldset><legend>Your answer</legend>\n"
                "<p class=\"do\"><button type=\"submit\" name=\"answer\" value=\"solved\">"
                "Yes, it is solved</button></p>\n"
                "<p class=\"do\"><button type=\"submit\" name=\"answer\" value=\"not-yet\">"
                "Not yet</button></p>\n"
                "<p class=\"do\"><button type=\"submit\" name=\"answer\" value=\"idea\">"
                "I know how it could be mended</button></p>\n"
                "</fieldset>\n</form>\n"
                "<p class=\"quiet\">One press sends it, with what you wrote. It stands in what "
                "we know of our dealings with you, and those who made the change read it.</p>\n");
    fh_screen_end(&h);
    return FH_OK;
}

static fh_status answer_page(fh_call *c, fh_error *err)
{
    const answer_query *q = c->query;
    fh_asked_row a;
    const fh_status s = look(c, q->link, &a, err);
    if (s) return s;
    return a.used_ms ? show_done(c, &a, err)
                     : show_question(c, &a, q->link, (fh_str){0}, NULL, err);
}

static fh_status answer(fh_call *c, fh_error *err)
{
    fh_str link = {0}, word = {0}, text = {0};
    fh_asked_row a;
    fh_error problem = {0};
    fh_status s = fh_form_check(c, err);
    if (!s) s = fh_form_text(c, "link", &link, err);
    if (!s) s = fh_form_text(c, "answer", &word, err);
    if (!s) s = fh_form_text(c, "text", &text, err);
    if (!s) s = look(c, link, &a, err);
    if (s) return s;
    s = fh_asked_answer(c->org, c->api->options.key, link, word, text, &problem);
    if (!s) return show_done(c, NULL, err);
    if (s == FH_INVALID && fh_form_again(c, s))
        return show_question(c, &a, link, text, &problem, err);
    if (err) *err = problem;
    return s;
}

/* ---- The table ---- */

static const char html[] = "text/html; charset=utf-8";

const fh_route fh_routes_answer[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/records/{kind}/{record}/customer-asks",
     .id = "listCustomerAsks",
     .group = "Records",
     .summary = "Which customers were asked whether it is solved, and what they said",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "CustomerAsks",
     .handle = list_asks},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/records/{kind}/{record}/customer-asks",
     .id = "askCustomer",
     .group = "Records",
     .summary = "A link by which one customer answers; the one before leads nowhere from then on",
     .right = FH_RIGHT_STORIES,
     .flags = FH_ROUTE_WRITES,
     .body = "CustomerAskNew",
     .reply = "CustomerAsk",
     .status = 201,
     .handle = ask_customer},
    {.method = FH_HTTP_GET,
     .path = "/answer",
     .id = "pageAnswer",
     .group = "Pages",
     .summary = "Say whether it is solved, by the link that was sent",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PAGE | FH_ROUTE_PUBLIC,
     .query = answer_options,
     .query_size = sizeof(answer_query),
     .reply_type = html,
     .handle = answer_page},
    {.method = FH_HTTP_POST,
     .path = "/answer",
     .id = "formAnswer",
     .group = "Pages",
     .summary = "Say it, once",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PAGE | FH_ROUTE_PUBLIC | FH_ROUTE_WRITES,
     .body_type = "application/x-www-form-urlencoded",
     .reply_type = html,
     .max_body = 16 << 10,
     .handle = answer},
    {.path = NULL},
};
