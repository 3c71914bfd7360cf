/* api.h - the HTTP API: what a server does with each request.
 *
 *     fh_api *api;
 *     fh_api_new(&options, &api, err);
 *     fh_http_options http = {.ctx = api, .begin = fh_api_begin, .handle = fh_api_handle,
 *                             .ended = fh_api_ended, .common_fields = fh_api_common_fields(true)};
 *     fh_http_server_start(&http, &server, err);
 *     ...
 *     fh_http_server_stop(server, patience);     (first: no more requests)
 *     fh_api_free(api);                          (then: workers end)
 *
 * Every request goes the same way: matched with a route, the caller recognised (cookie
 * or token) and the route's right checked before any of the body is read, query and
 * body read by the route's declaration, the route's function run by a worker, the reply
 * written. What fails becomes a problem (RFC 9457) that says what to do.
 */
#ifndef FH_API_API_H
#define FH_API_API_H

#include "app/digest/postman.h"
#include "app/hooks/webhooks.h"
#include "app/jobs/jobs.h"
#include "app/live/live.h"
#include "app/metrics.h"
#include "app/pool.h"
#include "app/signin/oidc_service.h"
#include "app/signin/signin.h"
#include "http/http.h"
#include "kind/kind.h"
#include "os/log.h"

typedef struct fh_api fh_api;

/* Everything outlives the API. NULL: that part is not there, its routes answer 503. */
typedef struct fh_api_options {
    fh_pool *pool; /* must be there */
    fh_live *live; /* its `replied` functions are the API's: see fh_api_live_woken */
    fh_jobs *jobs;
    fh_webhooks *webhooks;
    fh_postman *postman; /* NULL: no mail is sent, and nobody is told otherwise */
    int digest_hour;     /* when digests are due */
    const fh_key *key;   /* seals secrets at rest */
    fh_signin *signin;
    fh_oidc_service *oidc; /* NULL: people sign in with passwords and passkeys only */
    fh_log *log;
    fh_metrics *metrics;
    fh_str base_url;      /* "https://journeys.example.org"; empty: this machine only, by
                             http://127.0.0.1, localhost or [::1] */
    fh_str metrics_token; /* empty: /metrics answers this machine only */
    bool no_metrics;
    bool hooks_loopback;           /* webhooks may go to this machine (development) */
    uint32_t workers;              /* 0: two a core, at least 4 */
    uint64_t max_body, max_upload; /* 0: 1 MiB, 4 GiB */
} fh_api_options;

FH_MUST_CHECK fh_status fh_api_new(const fh_api_options *options, fh_api **out, fh_error *err);
/* Waits for the workers; every exchange must have ended. NULL is allowed. */
void fh_api_free(fh_api *api);

/* For fh_http_options; ctx is the fh_api. */
void fh_api_begin(void *ctx, fh_http_exchange *x, fh_http_plan *plan);
void fh_api_handle(void *ctx, fh_http_exchange *x);
void fh_api_ended(void *ctx, fh_http_exchange *x, const fh_http_outcome *outcome);
/* Of every reply; `secure`: the address people type is https. */
fh_str fh_api_common_fields(bool secure);

/* fh_live_options.woken: replies of live ingest go out, one wake a commit. ctx: where
 * the fh_api will be found (it is made after the fh_live). */
void fh_api_live_woken(void *ctx);

/* OpenAPI 3.1 as JSON, without a server; with a typed part for each of these kinds of
 * records (NULL: none). */
FH_MUST_CHECK fh_status fh_api_describe(const fh_kind *const *kind, size_t n_kinds, fh_buf *out,
                                        fh_error *err);

#endif
