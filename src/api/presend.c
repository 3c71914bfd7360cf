/* presend.c - a message checked before it is sent: who else writes to its customers, what they
 * were told already, what it contradicts.
 *
 * Reads only, and keeps nothing; that somebody asked about customers stands in the audit log.
 */
#include "app/find/presend.h"
#include "api/inside.h"
#include "app/ask/question.h"

/* A filter as an object of texts, named as the questions' parameters are. */
static fh_status read_filter(fh_call *c, uint32_t object, fh_asking *out, fh_error *err)
{
    const fh_json_doc *doc = c->body;
    fh_option *all = NULL;
    size_t n = 0;
    fh_status s = fh_options_flat(fh_asking_whom_options, 0, c->arena, &all, &n, err);
    for (uint32_t at = object + 1; !s && at < doc->token[object].next;
         at = doc->token[at + 1].next) {
        fh_str name, value, kept;
        size_t i = 0;
        if (!fh_json_text(doc, at, c->arena, &name)) return fh_no_memory(err);
        while (i < n &&
               (all[i].kind == FH_OPTION_HEADING || !fh_str_eq(name, fh_str_of(all[i].name))))
            i++;
        if (i == n || doc->token[at + 1].type != FH_JSON_STRING)
            return fh_fail(err, FH_INVALID, "/customers/filter/%.*s is no text that filters",
                           name.len > 40 ? 40 : (int)name.len, name.ptr);
        if (!fh_json_text(doc, at + 1, c->arena, &value) || !fh_arena_str(c->arena, value, &kept))
            return fh_no_memory(err);
        s = fh_option_set(&all[i], "", c->arena, out, kept, err);
    }
    return s;
}

static fh_status by_filter(fh_call *c, uint32_t customers, fh_presend *p, fh_error *err)
{
    fh_asking ask = {0};
    fh_answer a;
    const uint32_t at = fh_json_get(c->body, customers, FH_STR("filter"));
    if (!at || c->body->token[at].type != FH_JSON_OBJECT)
        return fh_fail(err, FH_INVALID, "/customers is a list, or an object with a filter");
    fh_status s = read_filter(c, at, &ask, err);
    if (!s) s = fh_call_may_ask(c, &ask, err);
    if (!s) s = fh_answer_begin(&a, c->org, &ask, NULL, c->arena, &c->out, err);
    return s ? s : fh_presend_fitting(&a.view, p, err);
}

/* A list of who they are: to ask of single customers needs the right to their stories. */
static fh_status by_list(fh_call *c, uint32_t list, fh_presend *p, fh_error *err)
{
    const fh_json_doc *doc = c->body;
    fh_str *who = FH_NEW_ARRAY(c->arena, fh_str, (size_t)doc->token[list].count + 1);
    size_t n = 0;
    if (!who) return fh_no_memory(err);
    const fh_status s = fh_require(&c->actor, FH_RIGHT_STORIES, err);
    if (s) return s;
    for (uint32_t at = list + 1; at < doc->token[list].next; at = doc->token[at].next) {
        fh_str type, value;
        const bool object = doc->token[at].type == FH_JSON_OBJECT;
        const uint32_t t = object ? fh_json_get(doc, at, FH_STR("type")) : 0;
        const uint32_t v = object ? fh_json_get(doc, at, FH_STR("value")) : 0;
        if (!t || !v || doc->token[t].type != FH_JSON_STRING ||
            doc->token[v].type != FH_JSON_STRING)
            return fh_fail(err, FH_INVALID, "/customers/%zu needs a type and a value", n);
        if (!fh_json_text(doc, t, c->arena, &type) || !fh_json_text(doc, v, c->arena, &value) ||
            !fh_arena_format(c->arena, &who[n], "%.*s%s%.*s", FH_STR_ARG(type), type.len ? ":" : "",
                             FH_STR_ARG(value)))
            return fh_no_memory(err);
        n++;
    }
    return fh_presend_named(c->org, who, n, c->arena, p, err);
}

static fh_status read_presend(fh_call *c, fh_presend *p, fh_error *err)
{
    static const char *const known[] = {"text",       "subject",   "purpose",
                                        "department", "signatory", "channel",
                                        "when_ms",    "customers", NULL};
    bool there = false;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "text", &p->text, NULL, err);
    if (!s) s = fh_call_text(c, "department", &p->department, NULL, err);
    if (!s) s = fh_call_text(c, "subject", &p->subject, &there, err);
    if (!s) s = fh_call_text(c, "purpose", &p->purpose, &there, err);
    if (!s) s = fh_call_text(c, "signatory", &p->signatory, &there, err);
    if (!s) s = fh_call_text(c, "channel", &p->channel, &there, err);
    if (!s) s = fh_call_integer(c, "when_ms", &p->when_ms, &there, err);
    if (s) return s;
    p->may_read = fh_may(&c->actor, FH_RIGHT_STORIES);
    const uint32_t at = fh_json_get(c->body, 0, FH_STR("customers"));
    if (at && c->body->token[at].type == FH_JSON_ARRAY) return by_list(c, at, p, err);
    if (at && c->body->token[at].type == FH_JSON_OBJECT) return by_filter(c, at, p, err);
    return fh_fail(err, FH_INVALID, "/customers is a list, or an object with a filter");
}

static fh_status note_presend(fh_call *c, const fh_presend *p, fh_error *err)
{
    fh_status s = fh_call_lane(c, err);
    if (s) return s;
    s = fh_org_begin(c->org, err);
    if (!s) s = fh_presend_note(c->org, &c->actor, p, c->arena, err);
    if (!s) s = fh_org_commit(c->org, err);
    return fh_call_lane_done(c, s);
}

static fh_status presend(fh_call *c, fh_error *err)
{
    fh_presend p = {0};
    fh_status s = fh_pool_read(c->api->options.pool, &c->org, err);
    if (s) return s;
    s = fh_org_moment(c->org, err);
    if (!s) {
        s = read_presend(c, &p, err);
        if (!s) s = fh_presend_json(c->org, &p, c->arena, &c->json, err);
        fh_org_moment_end(c->org);
    }
    fh_pool_read_done(c->api->options.pool, c->org);
    c->org = NULL;
    return s ? s : note_presend(c, &p, err);
}

const fh_route fh_routes_presend[] = {
    {.method = FH_HTTP_POST,
     .path = "/api/v1/presend",
     .id = "checkBeforeSending",
     .group = "Findings",
     .summary = "Before sending: who else writes to these customers, what they were told already",
     .right = FH_RIGHT_ASK,
     .flags = FH_ROUTE_NO_ORG,
     .body = "BeforeSending",
     .reply = "BeforeSendingAnswer",
     .handle = presend},
    {.path = NULL},
};
