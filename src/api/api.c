/* api.c - the way of every request: begin, handle, work, ended.
 *
 *   loop      begin    route, host, caller, right; refuse, or say how much body is welcome
 *   loop      handle   quick routes at once, all others into the workers' queue
 *   worker    work     query, body, handles of the pool, the route's function, the reply
 *   loop      ended    the access log, counts
 *
 * A call lives in its exchange's arena and hangs on it as the user pointer.
 */
#include "api/inside.h"
#include "app/people/audit.h"

#include <stdlib.h>
#include <string.h>

enum { WRITE_PATIENCE_MS = 10000, QUEUE = 4096 };

/* Pages, too: everything from our own origin, no script but our own, nobody frames us.
 * Without any referrer browsers send forms with "Origin: null", which could be anybody's. */
#define COMMON                                      \
    "X-Content-Type-Options: nosniff\r\n"           \
    "Referrer-Policy: same-origin\r\n"              \
    "Cross-Origin-Opener-Policy: same-origin\r\n"   \
    "Cross-Origin-Resource-Policy: same-origin\r\n" \
    "X-Frame-Options: DENY\r\n"

/* Once seen over https, a browser asks no other way for a year. */
fh_str fh_api_common_fields(bool secure)
{
    return secure ? FH_STR(COMMON "Strict-Transport-Security: max-age=31536000\r\n")
                  : FH_STR(COMMON);
}

/* ---- Making and ending --------------------------------------------------------------- */

static fh_status new_tellers(fh_api *api, fh_error *err)
{
    enum { SLOTS = 8192 };
    unsigned char secret[16];
    const fh_os *os = fh_pool_os(api->options.pool);
    const fh_status s = os->random(os->ctx, secret, sizeof secret, err);
    return s ? s : fh_limiter_new(NULL, SLOTS, secret, &api->tellers, err);
}

fh_status fh_api_new(const fh_api_options *options, fh_api **out, fh_error *err)
{
    fh_api *api = calloc(1, sizeof *api);
    if (!api) return fh_no_memory(err);
    api->options = *options;
    if (!api->options.max_body) api->options.max_body = FH_BODY_DEFAULT;
    if (!api->options.max_upload) api->options.max_upload = UINT64_C(4) << 30;
    if (!api->options.workers) api->options.workers = 2 * fh_threads_cores();
    if (api->options.workers < 4) api->options.workers = 4;
    api->arena = fh_arena_new(NULL);
    api->lock = fh_mutex_new();
    fh_status s = FH_OK;
    if (!api->arena || !api->lock ||
        !fh_arena_str(api->arena, options->base_url, &api->options.base_url) ||
        !fh_arena_str(api->arena, options->metrics_token, &api->options.metrics_token))
        s = fh_no_memory(err);
    if (!s) s = fh_api_routes(api->arena, &api->router, err);
    if (!s) s = fh_callers_new(options->pool, api->options.base_url, &api->callers, err);
    if (!s) s = fh_workers_start(api->options.workers, QUEUE, &api->workers, err);
    if (!s) s = new_tellers(api, err);
    if (!s) s = fh_hub_new(api, &api->hub, err);
    if (s)
        fh_api_free(api);
    else
        *out = api;
    return s;
}

void fh_api_free(fh_api *api)
{
    if (!api) return;
    fh_workers_stop(api->workers);
    fh_hub_free(api->hub);
    fh_callers_free(api->callers);
    for (size_t i = 0; i < api->n_readers; i++) fh_json_reader_free(api->reader[i]);
    for (size_t i = 0; i < api->n_parsers; i++) fh_live_parser_free(api->parser[i]);
    fh_limiter_free(api->tellers);
    fh_mutex_free(api->lock);
    fh_arena_free(api->arena);
    free(api);
}

/* ---- Idle readers and parsers ----------------------------------------------------------- */

fh_status fh_api_reader(fh_api *api, fh_json_reader **out, fh_error *err)
{
    fh_json_reader *r = NULL;
    fh_mutex_lock(api->lock);
    if (api->n_readers) r = api->reader[--api->n_readers];
    fh_mutex_unlock(api->lock);
    if (!r) r = fh_json_reader_new(NULL, FH_JSON_TOKENS);
    if (!r) return fh_no_memory(err);
    *out = r;
    return FH_OK;
}

void fh_api_reader_done(fh_api *api, fh_json_reader *r)
{
    if (!r) return;
    fh_mutex_lock(api->lock);
    const bool keep = api->n_readers < FH_API_READERS;
    if (keep) api->reader[api->n_readers++] = r;
    fh_mutex_unlock(api->lock);
    if (!keep) fh_json_reader_free(r);
}

fh_status fh_api_parser(fh_api *api, fh_live_parser **out, fh_error *err)
{
    fh_live_parser *p = NULL;
    fh_mutex_lock(api->lock);
    if (api->n_parsers) p = api->parser[--api->n_parsers];
    fh_mutex_unlock(api->lock);
    if (!p) return fh_live_parser_new(out, err);
    *out = p;
    return FH_OK;
}

void fh_api_parser_done(fh_api *api, fh_live_parser *p)
{
    if (!p) return;
    fh_mutex_lock(api->lock);
    const bool keep = api->n_parsers < FH_API_READERS;
    if (keep) api->parser[api->n_parsers++] = p;
    fh_mutex_unlock(api->lock);
    if (!keep) fh_live_parser_free(p);
}

/* ---- Begin: may this go on? ---------------------------------------------------------------- */

static bool changes(const fh_route *r)
{
    return r->method != FH_HTTP_GET;
}

/* A note for the log and the audit of who was refused; by a worker, if there is room. */
typedef struct refusal {
    fh_api *api;
    fh_actor actor;
    int right;
    char name[200], ip[64], token[FH_TOKEN_ID + 1];
} refusal;

static fh_str keep_text(char *to, size_t size, fh_str text)
{
    const size_t n = text.len < size ? text.len : size;
    if (n) memcpy(to, text.ptr, n);
    return (fh_str){to, n};
}

static void note_refusal(void *ctx)
{
    refusal *r = ctx;
    fh_org *org = NULL;
    if (fh_pool_write(r->api->options.pool, WRITE_PATIENCE_MS, &org, NULL) == FH_OK) {
        const fh_status denied = fh_audit_require(org, &r->actor, (fh_right)r->right, NULL);
        (void)denied; /* it is: that is what is noted */
        fh_pool_write_done(r->api->options.pool, org);
    }
    free(r);
}

static void refuse_right(fh_call *c)
{
    fh_api *api = c->api;
    refusal *r = calloc(1, sizeof *r);
    fh_metric_add(api->options.metrics, FH_M_DENIED, 1);
    if (!r) return;
    r->api = api;
    r->actor = c->actor;
    r->right = c->route->right;
    r->actor.name = keep_text(r->name, sizeof r->name, c->actor.name);
    r->actor.ip = keep_text(r->ip, sizeof r->ip, c->actor.ip);
    r->actor.token = keep_text(r->token, FH_TOKEN_ID, c->actor.token);
    r->actor.led = NULL;
    r->actor.n_led = 0;
    if (!fh_workers_give(api->workers, note_refusal, r)) free(r);
}

static int sign_in_first(const fh_call *c, bool half, fh_error *err)
{
    if (half) {
        (void)fh_fail(err, FH_DENIED, "the second factor is still missing");
        (void)fh_hint(err, FH_DENIED, "Give the code of the authenticator app, or use a passkey.");
    } else {
        (void)fh_fail(err, FH_DENIED, "sign in first");
        (void)fh_hint(err, FH_DENIED,
                      "People sign in at /sign-in; programs send Authorization: Bearer TOKEN.");
    }
    (void)c;
    return 401;
}

/* Whether the caller may; else the code of the refusal, with `err` filled in. */
static int check_caller(fh_call *c, fh_error *err)
{
    fh_api *api = c->api;
    const fh_route *r = c->route;
    bool half = false, touch = false;
    const fh_status s = fh_callers_know(api->callers, c, &half, &touch, err);
    if (s == FH_DENIED && r->flags & FH_ROUTE_PUBLIC) return 0;
    if (s) return s == FH_DENIED ? 401 : fh_problem_code(s);
    c->half = half;
    if (touch) fh_api_touch(c);
    const bool with_cookie = c->actor.kind != FH_ACTOR_TOKEN;
    if (with_cookie && changes(r) && (c->secret.len || r->flags & FH_ROUTE_SIGNS_IN) &&
        fh_callers_same_origin(api->callers, c, err))
        return 403;
    if (r->flags & (FH_ROUTE_PUBLIC | FH_ROUTE_SIGNS_IN)) return 0;
    if (half && r->flags & FH_ROUTE_HALF) return 0;
    if (half || c->actor.kind == FH_ACTOR_NOBODY) return sign_in_first(c, half, err);
    if (r->right == FH_ANYBODY) return 0;
    if (fh_require(&c->actor, (fh_right)r->right, err)) {
        refuse_right(c);
        return 403;
    }
    return 0;
}

static fh_call *new_call(fh_api *api, fh_http_exchange *x)
{
    fh_arena *arena = fh_http_arena(x);
    fh_call *c = arena ? FH_NEW(arena, fh_call) : NULL;
    if (!c) return NULL;
    c->api = api;
    c->x = x;
    c->arena = arena;
    c->request = fh_http_request_of(x);
    c->caller = (fh_caller){.ip = c->request->remote, .agent = fh_http_field(x, "User-Agent")};
    fh_buf_init(&c->out, NULL, FH_REPLY_MAX);
    return c;
}

/* Somebody came by a browser to an address that there is not: programs get a problem. */
static bool wants_page(const fh_call *c)
{
    static const fh_str html = {"text/html", 9};
    const fh_str path = c->request->path, accept = fh_http_field(c->x, "Accept");
    static const fh_str programs[] = {{"/api/", 5}, {"/xapi/", 6}, {"/assets/", 8}};
    if (c->route) return false;
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        if (path.len >= programs[i].len &&
            fh_str_eq((fh_str){path.ptr, programs[i].len}, programs[i]))
            return false;
    for (size_t i = 0; i + html.len <= accept.len; i++)
        if (fh_str_eq((fh_str){accept.ptr + i, html.len}, html)) return true;
    return false;
}

static void refuse(fh_call *c, int code, const fh_error *err)
{
    if ((c->route && c->route->flags & FH_ROUTE_PAGE) || (code == 404 && wants_page(c))) {
        fh_screen_refuse(c, code, err);
        return;
    }
    fh_problem_reply_with(c->x, err, code, c->problem);
}

/* Finds the route; the code of a refusal when there is none. */
static int find_route(fh_call *c, fh_error *err)
{
    const char *allowed;
    const fh_http_request *r = c->request;
    if (!fh_callers_host_ok(c->api->callers, r)) {
        (void)fh_fail(err, FH_INVALID, "this server is not called '%.*s'",
                      (int)(r->host.len < 100 ? r->host.len : 100), r->host.ptr);
        (void)fh_hint(err, FH_INVALID, "Its address is told by the setting server.base-url.");
        return 421;
    }
    c->route = fh_router_find(c->api->router, r->method, r->path, c->path_value, &allowed);
    const bool reads = r->method == FH_HTTP_GET || r->method == FH_HTTP_HEAD;
    if (!c->route && reads && !*allowed && fh_is_web_page(r->path))
        c->route = fh_router_find(c->api->router, r->method, FH_STR("/"), c->path_value, &allowed);
    if (c->route) return 0;
    if (*allowed) {
        fh_put_field(c->x, "Allow", fh_str_of(allowed));
        (void)fh_fail(err, FH_INVALID, "this cannot be done with %.*s", FH_STR_ARG(r->method_name));
        (void)fh_hint(err, FH_INVALID, "It can be done with %s.", allowed);
        return 405;
    }
    (void)fh_fail(err, FH_NOTFOUND, "there is nothing at this address");
    (void)fh_hint(err, FH_NOTFOUND,
                  wants_page(c) ? "It may be mistyped, or from another version: look for it from "
                                  "the first page."
                                : "/api/v1/openapi.json lists what there is.");
    return 404;
}

static void plan_body(const fh_call *c, fh_http_plan *plan)
{
    const fh_route *r = c->route;
    const bool takes = r->body || r->body_type;
    plan->gzip = takes;
    if (takes) plan->max_body = r->max_body ? r->max_body : c->api->options.max_body;
}

void fh_api_begin(void *ctx, fh_http_exchange *x, fh_http_plan *plan)
{
    fh_api *api = ctx;
    fh_error err = {0};
    fh_call *c = new_call(api, x);
    if (!c) {
        (void)fh_no_memory(&err);
        fh_problem_reply(x, &err, 0);
        return;
    }
    fh_http_set_user(x, c);
    int code = find_route(c, &err);
    if (!code) code = check_caller(c, &err);
    if (code) {
        refuse(c, code, &err);
        return;
    }
    plan_body(c, plan);
    if (c->route->flags & FH_ROUTE_UPLOAD && fh_upload_begin(c, plan, &err)) refuse(c, 0, &err);
}

/* ---- Work: the route's function ------------------------------------------------------------- */

int fh_call_status(const fh_call *c)
{
    if (c->status) return c->status;
    if (c->route->status) return c->route->status;
    return c->out.len ? 200 : 204;
}

/* An answer that nobody else may keep; its tag is the version, or its bytes'. */
static void reply(fh_call *c)
{
    const fh_route *r = c->route;
    const int status = fh_call_status(c);
    const fh_str type = c->type.len     ? c->type
                        : r->reply_type ? fh_str_of(r->reply_type)
                                        : FH_STR("application/json");
    fh_put_field(c->x, "Cache-Control",
                 c->etag.len && !c->tag_for_part ? FH_STR("private, no-cache")
                                                 : FH_STR("no-store"));
    if (!c->out.len || !fh_str_starts(type, FH_STR("text/html"))) fh_put_policy(c->x);
    if (c->location.len) fh_put_field(c->x, "Location", c->location);
    const fh_str body = fh_buf_view(&c->out);
    const bool read = r->method == FH_HTTP_GET && !c->tag_for_part;
    if (c->etag.len && !read) fh_put_field(c->x, "ETag", c->etag);
    if (c->etag.len && read)
        fh_http_reply_tagged(c->x, status, type, body, c->etag);
    else if (c->untagged || c->tag_for_part)
        fh_http_reply_plain(c->x, status, body.len ? type : (fh_str){0}, body);
    else
        fh_http_reply(c->x, status, body.len ? type : (fh_str){0}, body);
}

static fh_status finish_writing(fh_call *c, fh_status s, fh_error *err)
{
    if (!s) s = fh_once_keep(c, err);
    if (s)
        fh_org_rollback(c->org);
    else
        s = fh_org_commit(c->org, err);
    fh_pool_write_done(c->api->options.pool, c->org);
    c->org = NULL;
    if (!s) {
        if (c->api->options.jobs) fh_jobs_wake(c->api->options.jobs);
        if (c->api->options.webhooks) fh_webhooks_wake(c->api->options.webhooks);
        if (c->route->flags & FH_ROUTE_MAILS) fh_postman_wake(c->api->options.postman);
    }
    return s;
}

fh_status fh_call_lane(fh_call *c, fh_error *err)
{
    return fh_pool_write(c->api->options.pool, WRITE_PATIENCE_MS, &c->org, err);
}

fh_status fh_call_lane_done(fh_call *c, fh_status s)
{
    fh_pool_write_done(c->api->options.pool, c->org);
    c->org = NULL;
    if (!s && c->api->options.webhooks) fh_webhooks_wake(c->api->options.webhooks);
    return s;
}

static fh_status run_writing(fh_call *c, fh_error *err)
{
    bool found = false;
    fh_status s = fh_pool_write(c->api->options.pool, WRITE_PATIENCE_MS, &c->org, err);
    if (s) return s;
    s = fh_org_begin(c->org, err);
    if (!s) s = fh_once_look(c, &found, err);
    if (!s && !found) s = c->route->handle(c, err);
    if (found) {
        fh_pool_write_done(c->api->options.pool, c->org);
        return s;
    }
    return finish_writing(c, s, err);
}

static fh_status run_reading(fh_call *c, fh_error *err)
{
    if (c->route->flags & FH_ROUTE_NO_ORG) return c->route->handle(c, err);
    fh_status s = fh_pool_read(c->api->options.pool, &c->org, err);
    if (s) return s;
    s = c->route->handle(c, err);
    fh_pool_read_done(c->api->options.pool, c->org);
    c->org = NULL;
    return s;
}

/* Of a route that replies by itself nothing may be touched once its function was there:
 * the exchange may be over. */
static fh_status run(fh_call *c, fh_error *err)
{
    const fh_route *r = c->route;
    fh_api *api = c->api;
    fh_json_reader *reader = NULL;
    fh_json_begin(&c->json, &c->out, 0);
    fh_status s = FH_OK;
    if (r->query) s = fh_call_read_query(c, err);
    if (!s && !r->query && c->request->query.len && !(r->flags & FH_ROUTE_FOREIGN_QUERY))
        s = fh_fail(err, FH_INVALID, "nothing can be asked with '?' here");
    if (!s) s = fh_call_read_version(c, err);
    if (!s && r->body && !r->body_type) s = fh_api_reader(api, &reader, err);
    if (!s && reader) s = fh_call_read_body(c, reader, err);
    if (!s) s = r->flags & FH_ROUTE_WRITES ? run_writing(c, err) : run_reading(c, err);
    fh_api_reader_done(api, reader);
    if (!s && !(r->flags & FH_ROUTE_REPLIES) && c->out.status)
        s = c->out.status == FH_NOMEM ? fh_no_memory(err)
                                      : fh_fail(err, FH_LIMIT, "the answer is too large");
    return s;
}

static void work(void *ctx)
{
    fh_call *c = ctx;
    fh_api *api = c->api;
    const fh_route *r = c->route;
    fh_error err = {0};
    const fh_os *os = fh_pool_os(api->options.pool);
    const int64_t start = os->monotonic_ms(os->ctx);
    const fh_status s = run(c, &err);
    if (r->flags & FH_ROUTE_QUESTION)
        fh_metric_observe_us(api->options.metrics, FH_M_FOLD_SECONDS,
                             (os->monotonic_ms(os->ctx) - start) * 1000);
    if (r->flags & FH_ROUTE_WHO_CHANGES) fh_callers_forget(api->callers);
    if (s == FH_IO || s == FH_INTERNAL || s == FH_CORRUPT || s == FH_NOMEM)
        fh_log_error(api->options.log, "a request failed", &err);
    if (s)
        refuse(c, c->refusal, &err);
    else if (!(r->flags & FH_ROUTE_REPLIES))
        reply(c);
}

void fh_api_give(fh_call *c)
{
    if (fh_workers_give(c->api->workers, work, c)) return;
    fh_error err = {0};
    (void)fh_fail(&err, FH_BUSY, "too much is being asked at once");
    (void)fh_hint(&err, FH_BUSY, "Try again in a moment.");
    refuse(c, 0, &err);
}

void fh_api_handle(void *ctx, fh_http_exchange *x)
{
    fh_call *c = fh_http_user(x);
    (void)ctx;
    const uint32_t flags = c->route->flags;
    const bool small = flags & FH_ROUTE_SMALL_ON_LOOP && c->request->body.len <= FH_SMALL_BODY;
    if (!(flags & FH_ROUTE_ON_LOOP) && !small) {
        fh_api_give(c);
        return;
    }
    fh_error err = {0};
    fh_json_begin(&c->json, &c->out, 0);
    const fh_status s = c->route->handle(c, &err);
    if (s)
        refuse(c, 0, &err);
    else if (!(flags & FH_ROUTE_REPLIES))
        reply(c);
}

void fh_api_ended(void *ctx, fh_http_exchange *x, const fh_http_outcome *outcome)
{
    const fh_api *api = ctx;
    fh_call *c = fh_http_user(x);
    const int class = outcome->status / 100;
    static const fh_metric counts[] = {FH_M_HTTP_2XX, FH_M_HTTP_3XX, FH_M_HTTP_4XX, FH_M_HTTP_5XX};
    if (class >= 2 && class <= 5) fh_metric_add(api->options.metrics, counts[class - 2], 1);
    if (outcome->status == 429) fh_metric_add(api->options.metrics, FH_M_RATE_LIMITED, 1);
    fh_metric_observe_us(api->options.metrics, FH_M_HTTP_SECONDS, outcome->ms * 1000);
    if (c && fh_log_tells(api->options.log, FH_LOG_DEBUG)) {
        const fh_http_request *r = fh_http_request_of(x);
        const fh_str path = c->route ? fh_str_of(c->route->path) : FH_STR("(none)");
        fh_log_tell(api->options.log, FH_LOG_DEBUG, "request",
                    FH_LOG_FIELDS(FH_LOG_TEXT("method", r->method_name), FH_LOG_TEXT("route", path),
                                  FH_LOG_NUMBER("status", outcome->status),
                                  FH_LOG_NUMBER("ms", outcome->ms), FH_LOG_TEXT("id", r->id)));
    }
    if (c && c->upload) fh_upload_ended(c);
    if (c)
        fh_buf_free(&c->out);
    else
        fh_hub_ended(api->hub, x);
}
