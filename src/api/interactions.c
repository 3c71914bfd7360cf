/* interactions.c - POST /api/v1/interactions: live ingest, durable before the reply.
 *
 * One object, an array, or NDJSON; docs/handbook/api-interactions.md has the fields. A
 * small body is read on the loop and handed to the writer at once; a large one by a
 * worker first. The reply goes out when the commit is on the disk, for all that were in
 * it together.
 */
#include "api/inside.h"

#include "base/put.h"

#include <string.h>

enum { BODY_MAX = 32 << 20 };

typedef struct batch {
    fh_call *call;
    fh_live_body body;
} batch;

static void fault_json(fh_json *j, size_t index, uint64_t line, fh_str pointer, fh_str detail,
                       fh_str remedy)
{
    fh_json_object(j);
    fh_put_number(j, "index", index);
    if (line) fh_put_number(j, "line", line);
    fh_put_text_if(j, "pointer", pointer);
    fh_put_text_if(j, "detail", detail);
    fh_put_text_if(j, "remedy", remedy);
    fh_json_end_object(j);
}

static void faults_json(const batch *b, const fh_live_reply *r, fh_json *j)
{
    fh_json_key(j, FH_STR("errors"));
    fh_json_array(j);
    for (size_t i = 0; i < b->body.n_faults; i++) {
        const fh_live_fault *f = &b->body.fault[i];
        fault_json(j, f->index, f->line, f->pointer, f->reason, f->hint);
    }
    for (size_t i = 0; r && i < r->n; i++) {
        if (r->result[i].outcome != FH_LIVE_REFUSED) continue;
        const size_t index = b->body.items.index ? b->body.items.index[i] : i;
        fault_json(j, index, 0, (fh_str){0}, r->result[i].reason, (fh_str){0});
    }
    fh_json_end_array(j);
}

/* One that cannot be stored does not stop the others: the reply is an error only when
 * nothing at all was good. */
static int code_of(const batch *b, const fh_live_reply *r)
{
    const uint64_t good = r ? r->n_accepted + r->n_known + r->n_erased : 0;
    return good || !b->body.n_sent ? 200 : 422;
}

static void write_reply(const batch *b, const fh_live_reply *r, fh_buf *out)
{
    fh_json j;
    fh_json_begin(&j, out, 0);
    fh_json_object(&j);
    fh_put_number(&j, "sent", b->body.n_sent);
    fh_put_number(&j, "accepted", r ? r->n_accepted : 0);
    fh_put_number(&j, "known", r ? r->n_known : 0);
    fh_put_number(&j, "erased", r ? r->n_erased : 0);
    fh_put_number(&j, "refused", (r ? r->n_refused : 0) + b->body.n_faults);
    faults_json(b, r, &j);
    fh_json_end_object(&j);
}

static void count(const fh_api *api, const batch *b, const fh_live_reply *r)
{
    fh_metrics *m = api->options.metrics;
    fh_metric_add(m, FH_M_INTERACTIONS_REFUSED, (int64_t)b->body.n_faults);
    if (!r) return;
    fh_metric_add(m, FH_M_INTERACTIONS_ADDED, (int64_t)r->n_accepted);
    fh_metric_add(m, FH_M_INTERACTIONS_KNOWN, (int64_t)r->n_known);
    fh_metric_add(m, FH_M_INTERACTIONS_REFUSED, (int64_t)(r->n_refused + r->n_erased));
}

static bool says_the_same(const fh_live_said *said, const batch *b, const fh_live_reply *r)
{
    return said->len && !b->body.n_faults && !r->n_refused && said->sent == b->body.n_sent &&
           said->accepted == r->n_accepted && said->known == r->n_known &&
           said->erased == r->n_erased;
}

/* The body of the reply. Most say the same as the one before: that is not written again. */
static fh_str said_of(batch *b, const fh_live_reply *r)
{
    fh_live_said *said = &b->call->api->live_said;
    if (says_the_same(said, b, r)) return (fh_str){said->text, said->len};
    write_reply(b, r, &b->call->out);
    const fh_str text = fh_buf_view(&b->call->out);
    if (b->body.n_faults || r->n_refused || b->call->out.status || text.len > sizeof said->text)
        return text;
    *said = (fh_live_said){.sent = b->body.n_sent,
                           .accepted = r->n_accepted,
                           .known = r->n_known,
                           .erased = r->n_erased,
                           .len = text.len};
    memcpy(said->text, text.ptr, text.len);
    return text;
}

/* In the live writer's thread, after the commit. */
static void replied(void *ctx, const fh_live_reply *r)
{
    batch *b = ctx;
    fh_call *c = b->call;
    fh_api *api = c->api;
    if (r->status) {
        fh_problem_reply(c->x, r->err, 0);
        return;
    }
    count(api, b, r);
    fh_put_kept_nowhere(c->x);
    fh_http_reply_later(&api->live_batch, c->x, code_of(b, r), FH_STR("application/json"),
                        said_of(b, r));
}

void fh_api_live_woken(void *ctx)
{
    fh_api *const *api = ctx;
    if (*api) fh_http_batch_send(&(*api)->live_batch);
}

static bool format_of(const fh_call *c, fh_live_format *out)
{
    fh_str type = fh_http_field(c->x, "Content-Type");
    const char *semicolon = type.len ? memchr(type.ptr, ';', type.len) : NULL;
    if (semicolon) type.len = (size_t)(semicolon - type.ptr);
    type = fh_str_trim(type);
    *out = FH_LIVE_JSON;
    if (fh_str_eq_nocase(type, FH_STR("application/json"))) return true;
    *out = FH_LIVE_NDJSON;
    return fh_str_eq_nocase(type, FH_STR("application/x-ndjson"));
}

static fh_status submit(batch *b, fh_error *err)
{
    uint32_t retry_ms = 0;
    return fh_live_submit(b->call->api->options.live, &b->body.items, replied, b, &retry_ms, err);
}

static fh_status parse_and_submit(fh_call *c, fh_error *err)
{
    fh_live_format format;
    batch *b = FH_NEW(c->arena, batch);
    if (!b) return fh_no_memory(err);
    b->call = c;
    if (!format_of(c, &format)) {
        (void)fh_fail(err, FH_INVALID, "the body must be JSON or NDJSON");
        return fh_hint(err, FH_INVALID,
                       "Send it with Content-Type: application/json, or "
                       "application/x-ndjson with one object a line.");
    }
    fh_live_parser *parser = NULL;
    fh_status s = fh_api_parser(c->api, &parser, err);
    if (s) return s;
    s = fh_live_parse(parser, c->request->body, format, FH_LIVE_MAX_ITEMS, c->arena, &b->body, err);
    fh_api_parser_done(c->api, parser);
    if (s) return s;
    if (b->body.items.n) return submit(b, err);
    count(c->api, b, NULL);
    write_reply(b, NULL, &c->out);
    fh_put_kept_nowhere(c->x);
    fh_http_reply(c->x, code_of(b, NULL), FH_STR("application/json"), fh_buf_view(&c->out));
    return FH_OK;
}

static fh_status add_interactions(fh_call *c, fh_error *err)
{
    if (!c->api->options.live) return fh_fail(err, FH_BUSY, "live ingest is switched off");
    return parse_and_submit(c, err);
}

const fh_route fh_routes_interactions[] = {
    {.method = FH_HTTP_POST,
     .path = "/api/v1/interactions",
     .id = "addInteractions",
     .group = "Interactions",
     .summary = "Send interactions as they happen: one, a list, or one a line",
     .right = FH_RIGHT_INGEST,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_REPLIES | FH_ROUTE_SMALL_ON_LOOP,
     .body = "Interactions",
     .body_type = "application/json, application/x-ndjson",
     .reply = "InteractionsReply",
     .reply_422 = "InteractionsReply",
     .max_body = BODY_MAX,
     .handle = add_interactions},
    {.path = NULL},
};
