/* metrics.h - what happens inside, as numbers a monitoring system collects.
 *
 *     fh_metric_add(m, FH_M_INTERACTIONS_ADDED, 100);
 *     fh_metric_observe_us(m, FH_M_HTTP_SECONDS, 950);
 *
 * One fixed table says all that is counted. Adding is one atomic addition, from any
 * thread. fh_metrics_text gives it in the Prometheus text format 0.0.4. Labels
 * have fixed values, so no customer and no address ever gets into a metric.
 */
#ifndef FH_APP_METRICS_H
#define FH_APP_METRICS_H

#include "firsthand/base.h"

/* id, kind, family, labels ("" or inside the braces), help. Series of one family
 * stand together; the help of the first counts. */
#define FH_METRICS_MAP(X)                                                                        \
    X(HTTP_2XX, COUNTER, "firsthand_http_requests_total", "code=\"2xx\"", "Requests answered")   \
    X(HTTP_3XX, COUNTER, "firsthand_http_requests_total", "code=\"3xx\"", "")                    \
    X(HTTP_4XX, COUNTER, "firsthand_http_requests_total", "code=\"4xx\"", "")                    \
    X(HTTP_5XX, COUNTER, "firsthand_http_requests_total", "code=\"5xx\"", "")                    \
    X(HTTP_REFUSED, COUNTER, "firsthand_http_refused_total", "",                                 \
      "Connections closed for being malformed, too slow or too many")                            \
    X(HTTP_CONNECTIONS, GAUGE, "firsthand_http_connections", "", "Connections open now")         \
    X(HTTP_STREAMS, GAUGE, "firsthand_http_event_streams", "", "Event streams open now")         \
    X(HTTP_BYTES_IN, COUNTER, "firsthand_http_received_bytes_total", "", "Bytes received")       \
    X(HTTP_BYTES_OUT, COUNTER, "firsthand_http_sent_bytes_total", "", "Bytes sent")              \
    X(HTTP_SECONDS, HISTOGRAM, "firsthand_http_request_seconds", "",                             \
      "Time from the whole request to the whole reply")                                          \
    X(INTERACTIONS_ADDED, COUNTER, "firsthand_interactions_total", "result=\"added\"",           \
      "Interactions received live")                                                              \
    X(INTERACTIONS_KNOWN, COUNTER, "firsthand_interactions_total", "result=\"known\"", "")       \
    X(INTERACTIONS_REFUSED, COUNTER, "firsthand_interactions_total", "result=\"refused\"", "")   \
    X(COMMITS, COUNTER, "firsthand_ingest_commits_total", "", "Group commits of live ingest")    \
    X(INBOX_BATCHES, GAUGE, "firsthand_inbox_batches", "",                                       \
      "Acknowledged batches not yet merged into stories")                                        \
    X(FOLD_SECONDS, HISTOGRAM, "firsthand_question_seconds", "", "Time a question took")         \
    X(KEPT_HITS, COUNTER, "firsthand_kept_results_total", "result=\"hit\"",                      \
      "Partial results of questions looked for in memory")                                       \
    X(KEPT_MISSES, COUNTER, "firsthand_kept_results_total", "result=\"miss\"", "")               \
    X(KEPT_REFUSED, COUNTER, "firsthand_kept_results_refused_total", "",                         \
      "Partial results too large to be kept")                                                    \
    X(KEPT_FORGOTTEN, COUNTER, "firsthand_kept_results_forgotten_total", "",                     \
      "Partial results forgotten to make room, or because somebody was erased")                  \
    X(KEPT_BYTES, GAUGE, "firsthand_kept_results_bytes", "",                                     \
      "Memory taken by partial results of questions and by columns of stories")                  \
    X(SIGN_IN_OK, COUNTER, "firsthand_sign_ins_total", "result=\"ok\"", "Attempts to sign in")   \
    X(SIGN_IN_FAILED, COUNTER, "firsthand_sign_ins_total", "result=\"failed\"", "")              \
    X(DENIED, COUNTER, "firsthand_denied_total", "", "Requests refused for want of a right")     \
    X(RATE_LIMITED, COUNTER, "firsthand_rate_limited_total", "", "Requests refused as too many") \
    X(JOBS_DONE, COUNTER, "firsthand_jobs_total", "result=\"done\"", "Background jobs ended")    \
    X(JOBS_FAILED, COUNTER, "firsthand_jobs_total", "result=\"failed\"", "")                     \
    X(JOBS_CANCELLED, COUNTER, "firsthand_jobs_total", "result=\"cancelled\"", "")               \
    X(JOBS_WAITING, GAUGE, "firsthand_jobs_waiting", "", "Background jobs waiting for a turn")   \
    X(JOBS_RUNNING, GAUGE, "firsthand_jobs_running", "", "Background jobs at work")              \
    X(JOB_SECONDS, HISTOGRAM, "firsthand_job_seconds", "", "Time a background job took")         \
    X(HOOKS_DELIVERED, COUNTER, "firsthand_webhook_attempts_total", "result=\"delivered\"",      \
      "Attempts to deliver a webhook")                                                           \
    X(HOOKS_FAILED, COUNTER, "firsthand_webhook_attempts_total", "result=\"failed\"", "")        \
    X(HOOKS_WAITING, GAUGE, "firsthand_webhook_deliveries_waiting", "",                          \
      "Webhook deliveries waiting to be sent or sent again")                                     \
    X(CLOCKS_ACTED, COUNTER, "firsthand_record_clocks_total", "result=\"acted\"",                \
      "Clocks of records that were due: reminders, escalations, moves")                          \
    X(CLOCKS_FAILED, COUNTER, "firsthand_record_clocks_total", "result=\"failed\"", "")          \
    X(MAILS_SENT, COUNTER, "firsthand_mail_attempts_total", "result=\"sent\"",                   \
      "Attempts to send a mail")                                                                 \
    X(MAILS_FAILED, COUNTER, "firsthand_mail_attempts_total", "result=\"failed\"", "")

typedef enum fh_metric {
#define X(id, kind, family, labels, help) FH_M_##id,
    FH_METRICS_MAP(X)
#undef X
        FH_N_METRICS
} fh_metric;

typedef struct fh_metrics fh_metrics;
FH_MUST_CHECK fh_metrics *fh_metrics_new(void); /* NULL: out of memory */
void fh_metrics_free(fh_metrics *m);            /* NULL is allowed */

/* Everywhere `m` NULL: nothing is counted. Counters take n >= 0 only. */
void fh_metric_add(fh_metrics *m, fh_metric which, int64_t n);
void fh_metric_set(fh_metrics *m, fh_metric which, int64_t value); /* gauges */
/* A counter whose total is kept elsewhere; it never goes down. */
void fh_metric_total(fh_metrics *m, fh_metric which, int64_t total);
/* Histograms: buckets from 0.5 ms to 60 s. */
void fh_metric_observe_us(fh_metrics *m, fh_metric which, int64_t us);
/* The value of a counter or gauge, the number of observations of a histogram. */
int64_t fh_metric_value(const fh_metrics *m, fh_metric which);

/* Appends the whole page; its Content-Type is FH_METRICS_TYPE. */
#define FH_METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"
void fh_metrics_text(const fh_metrics *m, fh_str version, fh_buf *out);

#endif
