/* webhooks.h - telling other systems what happened (standardwebhooks.com).
 *
 * fh_webhook_tell puts a message for every webhook that wants the event into a
 * queue, in the transaction of the event itself: it is sent exactly when that is
 * committed. A few threads send, one message of a webhook at a time: POST with webhook-id,
 * webhook-timestamp and webhook-signature ("v1," + base64 of HMAC-SHA256 over "id.timestamp.body").
 * Replies 2xx are success; else it is tried again after 5 s, 5 min, 30 min, 2 h,
 * 5 h, 10 h, 14 h, 20 h, 24 h. 410 switches the webhook off, so does failing for
 * days (webhooks.give-up).
 *
 * Only https, no redirects, and never to an address of this machine, of a private
 * network or of a cloud's metadata service: looked at when the connection is made,
 * whatever the name resolved to before.
 */
#ifndef FH_APP_WEBHOOKS_H
#define FH_APP_WEBHOOKS_H

#include "app/metrics.h"
#include "app/pool.h"
#include "app/signin/sealed.h"
#include "base/json.h"
#include "os/log.h"
#include "store/hook_rows.h"

/* id, name, what it tells */
#define FH_HOOK_EVENTS(X)                                                 \
    X(TEST, "webhook.test", "someone asked for a test message")           \
    X(IMPORT_FINISHED, "import.finished", "a file was imported")          \
    X(JOB_DONE, "job.done", "a background job ended well")                \
    X(JOB_FAILED, "job.failed", "a background job failed")                \
    X(MERGED, "identity.merged", "two customers were put together")       \
    X(UNMERGED, "identity.unmerged", "putting together was undone")       \
    X(ERASED, "customer.erased", "a customer was erased, with the proof") \
    X(RECORD_MADE, "record.made", "a record was made")                    \
    X(RECORD_MOVED, "record.moved", "a record came to another state")     \
    X(RECORD_OWNED, "record.owned", "a record has another owner, or none")

typedef enum fh_hook_event {
#define X(id, name, words) FH_HOOK_##id,
    FH_HOOK_EVENTS(X)
#undef X
        FH_N_HOOK_EVENTS
} fh_hook_event;
const char *fh_hook_event_name(fh_hook_event event);
/* FH_NOTFOUND names the nearest. */
FH_MUST_CHECK fh_status fh_hook_event_find(fh_str name, fh_hook_event *out, fh_error *err);

/* Puts the message into the queue of every webhook that wants it; `data` is a JSON
 * object. Inside the transaction of what happened. Any org handle that writes. */
FH_MUST_CHECK fh_status fh_webhook_tell(fh_org *org, fh_hook_event event, fh_str data,
                                        fh_error *err);

/* For fh_jobs_options.ended: tells job.done, job.failed and import.finished. */
struct fh_job;
FH_MUST_CHECK fh_status fh_webhook_job_ended(void *ctx, fh_org *org, const struct fh_job *job,
                                             fh_error *err);

/* ---- Subscriptions ---------------------------------------------------------------- */

/* A new webhook; its secret ("whsec_...") is shown here and never again. FH_INVALID:
 * an address that is not https or has no host. Inside the caller's transaction. */
FH_MUST_CHECK fh_status fh_webhook_add(fh_org *org, const fh_key *key, fh_str url, fh_str words,
                                       uint64_t events, bool loopback_allowed, fh_arena *arena,
                                       int64_t *hook, fh_str *secret, fh_error *err);
/* A new secret in place of the old one. */
FH_MUST_CHECK fh_status fh_webhook_new_secret(fh_org *org, const fh_key *key, int64_t hook,
                                              fh_arena *arena, fh_str *secret, fh_error *err);
FH_MUST_CHECK fh_status fh_webhook_check_url(fh_str url, bool loopback_allowed, fh_error *err);
/* Sends a past message again, as a delivery of its own with the same id. */
FH_MUST_CHECK fh_status fh_webhook_replay(fh_org *org, int64_t delivery, int64_t *out,
                                          fh_error *err);
/* A "webhook.test" for this one, whatever it subscribed to. */
FH_MUST_CHECK fh_status fh_webhook_test(fh_org *org, int64_t hook, int64_t *delivery,
                                        fh_error *err);
/* As the API shows them; never the secret. */
void fh_hook_json(const fh_hook *hook, fh_json *j);
void fh_delivery_json(const fh_delivery *d, bool with_body, fh_json *j);

/* ---- Sending ------------------------------------------------------------------------ */

typedef struct fh_hook_post {
    fh_str url, body;
    fh_str id, timestamp, signature; /* values of the three headers */
    int64_t time_ms;                 /* for the whole exchange */
    bool loopback_allowed;
    bool (*stopped)(void *ctx); /* true: give up at once; NULL: never */
    void *stopped_ctx;
} fh_hook_post;

typedef struct fh_hook_reply {
    int32_t code; /* 0: there was no reply */
    char body[1024];
    size_t n; /* of body */
} fh_hook_reply;

/* What carries a message: libcurl, or a test's own. */
typedef struct fh_hook_transport {
    void *ctx;
    /* FH_OK when any reply came; else err says why not. From several threads at once. */
    fh_status (*post)(void *ctx, const fh_hook_post *post, fh_hook_reply *out, fh_error *err);
} fh_hook_transport;

/* os/fetch.h (libcurl), opened at first use: where it is not installed, deliveries
 * fail and say what to install, and everything else works. */
typedef struct fh_hook_curl fh_hook_curl;
FH_MUST_CHECK fh_status fh_hook_curl_new(fh_hook_curl **out, fh_error *err);
void fh_hook_curl_free(fh_hook_curl *curl);
fh_hook_transport fh_hook_curl_transport(fh_hook_curl *curl);

/* May a webhook be sent to this address (struct sockaddr)? Everything that is not
 * plainly public is refused, IPv4 inside IPv6 included; *why says what it is. */
struct sockaddr;
bool fh_hook_address_ok(const struct sockaddr *address, bool loopback_allowed, const char **why);
/* Whether it is an address of this machine or of a private network: where a service of the
 * organisation's own may be, when a setting says so. Never a metadata service. */
bool fh_address_private(const struct sockaddr *address);

typedef struct fh_webhooks fh_webhooks;
typedef struct fh_webhooks_options {
    fh_hook_transport transport;
    const fh_key *key;
    int64_t time_ms;       /* for one attempt; 0: 15 s */
    int64_t give_up_ms;    /* 0: 5 days */
    int64_t keep_ms;       /* of the log; 0: 30 days */
    bool loopback_allowed; /* development */
    fh_log *log;
    fh_metrics *metrics;
} fh_webhooks_options;

FH_MUST_CHECK fh_status fh_webhooks_start(fh_pool *pool, const fh_webhooks_options *options,
                                          fh_webhooks **out, fh_error *err);
void fh_webhooks_wake(fh_webhooks *w); /* after a commit that told something */
void fh_webhooks_stop(fh_webhooks *w); /* NULL is allowed */
/* What the thread does once: sends what is due. *next_ms: when more is. For tests. */
FH_MUST_CHECK fh_status fh_webhooks_round(fh_pool *pool, const fh_webhooks_options *options,
                                          int64_t *next_ms, fh_error *err);

/* Signs as Standard Webhooks says: "v1,..." in the arena. `secret` with or without
 * "whsec_" is base64. */
FH_MUST_CHECK fh_status fh_hook_sign(fh_str secret, fh_str id, int64_t timestamp_s, fh_str body,
                                     fh_arena *arena, fh_str *out, fh_error *err);

#endif
