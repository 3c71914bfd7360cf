/* http_bench.c - the HTTP server with nothing behind it, for wrk and for measuring.
 *
 *     http_bench PORT [LOOPS] [CERT KEY]
 *
 * GET /         52 bytes of JSON, at once
 * POST /        counts the body, at once
 * POST /later   the same by another thread that replies in batches, as a group commit does
 * GET /events   an event stream
 *
 * Ends when its standard input does, and says what it cost.
 */
#include "http/http.h"
#include "os/threads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const char json[] = "{\"ok\":true,\"service\":\"firsthand\",\"version\":\"0.1.0\"}";

typedef struct bench {
    fh_mutex *lock;
    fh_cond *more;
    fh_http_exchange *queue[65536];
    size_t n_queue;
    bool over;
} bench;

static void begin(void *ctx, fh_http_exchange *x, fh_http_plan *plan)
{
    (void)ctx;
    (void)x;
    plan->max_body = 1 << 20;
    plan->gzip = true;
}

static void gone(void *ctx, fh_http_stream *s)
{
    (void)ctx;
    fh_http_events_end(s);
}

static size_t count_reply(const fh_http_exchange *x, char *to, size_t size)
{
    const fh_str body = fh_http_request_of(x)->body;
    unsigned sum = 0;
    for (size_t i = 0; i < body.len; i++) sum = sum * 31 + (unsigned char)body.ptr[i];
    return (size_t)snprintf(to, size, "{\"n\":%zu,\"h\":%u}", body.len, sum);
}

static void handle(void *ctx, fh_http_exchange *x)
{
    bench *b = ctx;
    const fh_http_request *rq = fh_http_request_of(x);
    const fh_str type = FH_STR("application/json");
    char text[64];
    if (rq->method == FH_HTTP_GET && fh_str_eq(rq->path, FH_STR("/events"))) {
        fh_http_stream *s;
        if (fh_http_events_begin(x, gone, NULL, &s, NULL) != FH_OK)
            fh_http_reply_problem(x, 503, FH_STR("out of memory"));
    } else if (rq->method == FH_HTTP_GET) {
        fh_http_reply(x, 200, type, (fh_str){json, sizeof json - 1});
    } else if (fh_str_eq(rq->path, FH_STR("/later"))) {
        fh_mutex_lock(b->lock);
        const bool first = b->n_queue == 0;
        b->queue[b->n_queue++] = x;
        if (first) fh_cond_wake(b->more);
        fh_mutex_unlock(b->lock);
    } else {
        const size_t n = count_reply(x, text, sizeof text);
        fh_http_reply(x, 200, type, (fh_str){text, n});
    }
}

static void write_later(void *ctx)
{
    bench *b = ctx;
    static fh_http_exchange *taken[65536];
    char text[64];
    for (;;) {
        fh_http_batch batch = {NULL};
        fh_mutex_lock(b->lock);
        while (b->n_queue == 0 && !b->over) fh_cond_wait(b->more, b->lock);
        const size_t n = b->n_queue;
        memcpy(taken, b->queue, n * sizeof taken[0]);
        b->n_queue = 0;
        fh_mutex_unlock(b->lock);
        if (n == 0) return;
        for (size_t i = 0; i < n; i++) {
            const size_t len = count_reply(taken[i], text, sizeof text);
            fh_http_reply_later(&batch, taken[i], 200, FH_STR("application/json"),
                                (fh_str){text, len});
        }
        fh_http_batch_send(&batch);
    }
}

static void say(void *ctx, fh_http_severity severity, const char *message)
{
    (void)ctx;
    if (severity == FH_HTTP_ERROR) (void)fprintf(stderr, "http_bench: %s\n", message);
}

static double cpu_us(const struct rusage *r)
{
    return (double)(r->ru_utime.tv_sec + r->ru_stime.tv_sec) * 1e6 +
           (double)(r->ru_utime.tv_usec + r->ru_stime.tv_usec);
}

static unsigned number_of(const char *text)
{
    unsigned n = 0;
    for (; *text >= '0' && *text <= '9'; text++) n = n * 10 + (unsigned)(*text - '0');
    return n;
}

int main(int argc, char **argv)
{
    static bench b;
    const fh_http_listener at = {.address = "127.0.0.1",
                                 .port = (uint16_t)(argc > 1 ? number_of(argv[1]) : 0)};
    b.lock = fh_mutex_new();
    b.more = fh_cond_new();
    const fh_http_options o = {
        .listeners = &at,
        .n_listeners = 1,
        .loops = argc > 2 ? number_of(argv[2]) : 0,
        .tls_cert = argc > 4 ? argv[3] : NULL,
        .tls_key = argc > 4 ? argv[4] : NULL,
        .limits = {.connections = 20000, .connections_per_address = 20000},
        .ctx = &b,
        .begin = begin,
        .handle = handle,
        .log = say,
    };
    fh_http_server *server;
    fh_thread *writer;
    fh_error err;
    if (!b.lock || !b.more || fh_thread_start(write_later, &b, &writer, &err) != FH_OK) return 1;
    if (fh_http_server_start(&o, &server, &err) != FH_OK) {
        (void)fprintf(stderr, "http_bench: %s. %s\n", err.message, err.hint);
        return 1;
    }
    (void)printf("http://127.0.0.1:%u\n", fh_http_server_port(server, 0));
    (void)fflush(stdout);
    char c;
    while (read(STDIN_FILENO, &c, 1) > 0) continue;
    const fh_http_counts counts = fh_http_server_counts(server);
    struct rusage used;
    (void)getrusage(RUSAGE_SELF, &used);
    (void)printf("requests %llu, CPU us a request %.2f, most memory %ld KB, streams %u\n",
                 (unsigned long long)counts.requests,
                 cpu_us(&used) / (double)(counts.requests ? counts.requests : 1), used.ru_maxrss,
                 counts.streams);
    (void)fh_http_server_stop(server, 1000);
    fh_http_server_free(server);
    fh_mutex_lock(b.lock);
    b.over = true;
    fh_cond_wake(b.more);
    fh_mutex_unlock(b.lock);
    fh_thread_join(writer);
    fh_cond_free(b.more);
    fh_mutex_free(b.lock);
    return 0;
}
