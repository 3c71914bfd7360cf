/* service.c - what the server tells of itself: whether it is well, its figures, and the
 * description of this API. */
#include "api/inside.h"
#include "app/records/records.h"
#include "base/put.h"
#include "store/segments.h"

#include <sodium.h>
#include <string.h>

/* Well means: the organisation can be read. Writing is not tried. */
static fh_status health(fh_call *c, fh_error *err)
{
    fh_str name = {0};
    const fh_status s = fh_setting_get(c->org, FH_STR("name"), c->arena, &name, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_text(&c->json, "status", FH_STR("ok"));
    fh_put_text(&c->json, "version", FH_STR(FH_VERSION));
    fh_json_end_object(&c->json);
    return FH_OK;
}

static bool from_here(fh_str remote)
{
    return fh_str_starts(remote, FH_STR("127.")) || fh_str_eq(remote, FH_STR("::1")) ||
           fh_str_eq(remote, FH_STR("unix"));
}

static bool may_measure(const fh_call *c)
{
    const fh_str token = c->api->options.metrics_token;
    const fh_str field = fh_http_field(c->x, "Authorization");
    const fh_str bearer = FH_STR("Bearer ");
    if (!token.len) return from_here(c->request->remote);
    return field.len == bearer.len + token.len && fh_str_starts(field, bearer) &&
           sodium_memcmp(field.ptr + bearer.len, token.ptr, token.len) == 0;
}

static void tell_kept(fh_metrics *m, fh_kept *kept)
{
    if (!kept) return;
    const fh_kept_counts now = fh_kept_count(kept);
    fh_metric_total(m, FH_M_KEPT_HITS, (int64_t)now.hits);
    fh_metric_total(m, FH_M_KEPT_MISSES, (int64_t)now.misses);
    fh_metric_total(m, FH_M_KEPT_REFUSED, (int64_t)now.refused);
    fh_metric_total(m, FH_M_KEPT_FORGOTTEN, (int64_t)now.forgotten);
    const fh_kept_counts columns = fh_kept_count(fh_kept_columns(kept));
    fh_metric_set(m, FH_M_KEPT_BYTES, (int64_t)(now.bytes + columns.bytes));
}

static fh_status metrics(fh_call *c, fh_error *err)
{
    const fh_api_options *o = &c->api->options;
    if (!o->metrics || o->no_metrics)
        return fh_fail(err, FH_NOTFOUND, "metrics are switched off (metrics.enabled)");
    if (!may_measure(c)) {
        (void)fh_fail(err, FH_DENIED, "metrics are for this machine, or whoever has their token");
        return fh_hint(err, FH_DENIED, "The setting metrics.token-file names the token's file.");
    }
    fh_store_counts counts;
    const fh_status s = fh_store_count(c->org, &counts, err);
    if (s) return s;
    fh_metric_set(o->metrics, FH_M_INBOX_BATCHES, (int64_t)counts.inbox_batches);
    if (o->live) {
        fh_live_stats now;
        fh_live_stats_get(o->live, &now);
        fh_metric_total(o->metrics, FH_M_COMMITS, (int64_t)now.commits);
    }
    tell_kept(o->metrics, fh_org_results(c->org));
    fh_metrics_text(o->metrics, FH_STR(FH_VERSION), &c->out);
    return FH_OK;
}

/* Whoever takes part is told the organisation's kinds of records, too, as they are now. */
static fh_status describe(fh_call *c, fh_error *err)
{
    const fh_kind *const *kind = NULL;
    size_t n = 0;
    if (!fh_may(&c->actor, FH_RIGHT_TAKE_PART)) {
        c->etag = FH_STR("\"" FH_VERSION "\"");
        return fh_api_describe(NULL, 0, &c->out, err);
    }
    const fh_status s = fh_kinds_all(c->org, c->arena, &kind, &n, err);
    return s ? s : fh_api_describe(kind, n, &c->out, err);
}

const fh_route fh_routes_service[] = {
    {.method = FH_HTTP_GET,
     .path = "/healthz",
     .id = "getHealth",
     .group = "Service",
     .summary = "Whether the server is well",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PUBLIC,
     .reply = "Health",
     .handle = health},
    {.method = FH_HTTP_GET,
     .path = "/metrics",
     .id = "getMetrics",
     .group = "Service",
     .summary = "The server's figures in the Prometheus text format",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PUBLIC,
     .reply_type = FH_METRICS_TYPE,
     .handle = metrics},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/openapi.json",
     .id = "getDescription",
     .group = "Service",
     .summary = "This API as OpenAPI 3.1",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_PUBLIC,
     .reply = "Description",
     .handle = describe},
    {.path = NULL},
};
