/* http_stream_test.c - long replies written by another thread with back-pressure, and
 * server-sent events: framing, slow and vanished clients, a thousand idle streams. */
#include "web.h"

#include "os/threads.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOST  "Host: x\r\n"
#define CLOSE HOST "Connection: close\r\n\r\n"

/* ---- Long replies ------------------------------------------------------------------ */

typedef struct export
{
    size_t n_pieces, piece;
    uint64_t length;
    bool whole;
    fh_status status;
    atomic_uint written, done;
}
export;

typedef struct job {
    web *w;
    fh_http_exchange *x;
    fh_thread *thread;
} job;

static void write_export(void *ctx)
{
    job *j = ctx;
    export *e = j->w->own;
    fh_http_stream *s;
    fh_error err;
    char *piece = malloc(e->piece);
    assert_non_null(piece);
    e->status = fh_http_stream_begin(j->x, 200, FH_STR("text/csv"), e->length, &s, &err);
    if (e->status != FH_OK) {
        fh_http_reply_problem(j->x, 503, fh_str_of(err.message));
    } else {
        for (size_t i = 0; i < e->n_pieces && e->status == FH_OK; i++) {
            memset(piece, 'a' + (int)(i % 26), e->piece);
            e->status = fh_http_stream_write(s, (fh_str){piece, e->piece}, &err);
            atomic_fetch_add(&e->written, 1);
        }
        fh_http_stream_end(s, e->whole);
    }
    free(piece);
    atomic_store(&e->done, 1);
}

static job last_job;

static void start_export(void *ctx, fh_http_exchange *x)
{
    web *w = ctx;
    if (fh_str_eq(fh_http_request_of(x)->path, FH_STR("/export"))) {
        last_job = (job){.w = w, .x = x};
        assert_status(fh_thread_start(write_export, &last_job, &last_job.thread, NULL), FH_OK);
    } else {
        web_handle(ctx, x);
    }
    atomic_fetch_add(&w->handled, 1);
}

static void start(web *w, export *e)
{
    web_init(w);
    w->own = e;
    w->options.handle = start_export;
    assert_status(web_start(w, NULL), FH_OK);
}

/* Takes the chunks off what follows the header; false when the last is missing. */
static bool unchunk(const char *reply, fh_buf *body)
{
    const char *at = strstr(reply, "\r\n\r\n");
    assert_non_null(at);
    for (at += 4;;) {
        size_t n = 0;
        for (; *at != '\r'; at++) {
            if (*at == '\0') return false;
            n = n * 16 + (size_t)(*at <= '9' ? *at - '0' : *at - 'a' + 10);
        }
        at += 2;
        if (n == 0) return true;
        if (strlen(at) < n + 2) return false;
        fh_buf_put(body, at, n);
        at += n + 2;
    }
}

static void a_long_reply_comes_in_chunks_and_the_connection_goes_on(void **state)
{
    (void)state;
    web w;
    export e = {.n_pieces = 500, .piece = 5000, .length = FH_HTTP_LENGTH_UNKNOWN, .whole = true};
    start(&w, &e);
    size_t len;
    char *got = web_talk(&w,
                         FH_STR("GET /export HTTP/1.1\r\n" HOST "\r\n"
                                "GET /last HTTP/1.1\r\n" CLOSE),
                         &len);
    fh_thread_join(last_job.thread);
    fh_buf body;
    fh_buf_init(&body, NULL, 1 << 24);
    assert_non_null(strstr(got, "\r\nTransfer-Encoding: chunked\r\n"));
    assert_true(unchunk(got, &body));
    assert_int_equal(body.len, 500 * 5000);
    for (size_t i = 0; i < body.len; i += 997)
        assert_int_equal(body.ptr[i], 'a' + (int)(i / 5000 % 26));
    assert_string_equal(got + len - 2, "ok");
    assert_status(e.status, FH_OK);
    assert_true(atomic_load(&w.last_complete));
    fh_buf_free(&body);
    free(got);
    web_stop(&w);
}

static void lengths_heads_and_old_clients_are_served_in_their_way(void **state)
{
    (void)state;
    web w;
    export e = {.n_pieces = 3, .piece = 10, .length = 30, .whole = true};
    start(&w, &e);
    size_t len;
    char *got = web_talk(&w, FH_STR("GET /export HTTP/1.1\r\n" CLOSE), &len);
    fh_thread_join(last_job.thread);
    assert_str(web_body(got, len), "aaaaaaaaaabbbbbbbbbbcccccccccc");
    free(got);
    got = web_talk(&w, FH_STR("HEAD /export HTTP/1.1\r\n" CLOSE), &len);
    fh_thread_join(last_job.thread);
    assert_non_null(strstr(got, "\r\nContent-Length: 30\r\n"));
    assert_string_equal(got + len - 4, "\r\n\r\n");
    free(got);
    e.length = FH_HTTP_LENGTH_UNKNOWN;
    got = web_talk(&w, FH_STR("GET /export HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), &len);
    fh_thread_join(last_job.thread);
    assert_null(strstr(got, "chunked"));
    assert_string_equal(got + len - 30, "aaaaaaaaaabbbbbbbbbbcccccccccc");
    free(got);
    web_stop(&w);
}

static void what_is_cut_short_cannot_be_taken_for_the_whole(void **state)
{
    (void)state;
    web w;
    export e = {.n_pieces = 3, .piece = 10, .length = FH_HTTP_LENGTH_UNKNOWN, .whole = false};
    start(&w, &e);
    fh_buf body;
    fh_buf_init(&body, NULL, 1000);
    char *got = web_talk(&w, FH_STR("GET /export HTTP/1.1\r\n" HOST "\r\n"), NULL);
    fh_thread_join(last_job.thread);
    assert_false(unchunk(got, &body));
    assert_false(atomic_load(&w.last_complete));
    free(got);
    fh_buf_free(&body);
    web_stop(&w);
}

static void the_writer_waits_for_a_client_that_is_behind(void **state)
{
    (void)state;
    web w;
    /* 64 MB: far more than the system's buffers and ours together. */
    export e = {.n_pieces = 1024, .piece = 65536, .length = FH_HTTP_LENGTH_UNKNOWN, .whole = true};
    start(&w, &e);
    const int fd = web_connect(&w);
    web_send(fd, FH_STR("GET /export HTTP/1.1\r\n" CLOSE));
    free(web_read_until(fd, "\r\n\r\n"));
    assert_true(atomic_load(&e.written) < 1024);
    size_t len;
    char *got = web_read_all(fd, &len);
    fh_thread_join(last_job.thread);
    assert_true(len > 64u << 20);
    assert_status(e.status, FH_OK);
    free(got);
    (void)close(fd);
    web_stop(&w);
}

static void the_writer_is_told_that_its_client_went_away(void **state)
{
    (void)state;
    web w;
    export e = {.n_pieces = 1024, .piece = 65536, .length = FH_HTTP_LENGTH_UNKNOWN, .whole = true};
    start(&w, &e);
    const int fd = web_connect(&w);
    web_send(fd, FH_STR("GET /export HTTP/1.1\r\n" CLOSE));
    free(web_read_until(fd, "\r\n\r\n"));
    (void)close(fd);
    fh_thread_join(last_job.thread);
    assert_status(e.status, FH_INTERRUPTED);
    web_wait(&w.over, 1);
    assert_false(atomic_load(&w.last_complete));
    web_stop(&w);
}

static void a_reply_written_to_its_end_is_over_when_its_client_goes(void **state)
{
    (void)state;
    web w;
    /* The first piece is more than the system takes, the second waits behind it. */
    export e = {.n_pieces = 2, .piece = 16u << 20, .length = FH_HTTP_LENGTH_UNKNOWN, .whole = true};
    start(&w, &e);
    const int fd = web_connect(&w);
    web_send(fd, FH_STR("GET /export HTTP/1.1\r\n" CLOSE));
    free(web_read_until(fd, "\r\n\r\n"));
    fh_thread_join(last_job.thread);
    assert_status(e.status, FH_OK);
    assert_int_equal(atomic_load(&w.over), 0);
    (void)close(fd);
    web_wait(&w.over, 1);
    assert_false(atomic_load(&w.last_complete));
    web_stop(&w);
}

static void every_allocation_and_call_may_fail_while_streaming(void **state)
{
    (void)state;
    for (int what = 0; what < 2; what++) {
        long n = 0;
        for (bool reached = true; reached;) {
            web w;
            export e = {
                .n_pieces = 3, .piece = 3000, .length = FH_HTTP_LENGTH_UNKNOWN, .whole = true};
            web_init(&w);
            w.own = &e;
            w.options.handle = start_export;
            w.options.limits.ping_ms = 400; /* so that it soon tries to accept again */
            w.stumble = what ? WEB_FAILS : WEB_SOUND;
            atomic_store(what ? &w.net_fails_at : &w.memory_fails_at, ++n);
            last_job.thread = NULL;
            if (web_start(&w, NULL) == FH_OK)
                free(web_talk(&w, FH_STR("GET /export HTTP/1.1\r\n" CLOSE), NULL));
            fh_http_server_free(w.server); /* the writer is out of it by then */
            w.server = NULL;
            fh_thread_join(last_job.thread);
            reached = atomic_load(what ? &w.net_calls : &w.allocations) >= n;
            web_stop(&w);
            assert_true(n < 500);
        }
    }
}

/* ---- Events ------------------------------------------------------------------------ */

enum { MOST_STREAMS = 1000 };

typedef struct streams {
    fh_mutex *lock;
    fh_http_stream *open[MOST_STREAMS];
    atomic_uint begun, gone;
} streams;

static void gone(void *ctx, fh_http_stream *s)
{
    streams *all = ctx;
    fh_mutex_lock(all->lock);
    for (size_t i = 0; i < MOST_STREAMS; i++)
        if (all->open[i] == s) all->open[i] = NULL;
    fh_mutex_unlock(all->lock);
    fh_http_events_end(s);
    atomic_fetch_add(&all->gone, 1);
}

static void begin_events(void *ctx, fh_http_exchange *x)
{
    web *w = ctx;
    streams *all = w->own;
    fh_http_stream *s;
    fh_mutex_lock(all->lock);
    size_t i = 0;
    while (i < MOST_STREAMS && all->open[i]) i++;
    const bool ok = i < MOST_STREAMS && fh_http_events_begin(x, gone, all, &s, NULL) == FH_OK;
    if (ok) all->open[i] = s;
    fh_mutex_unlock(all->lock);
    if (!ok) fh_http_reply_problem(x, 503, FH_STR("no room"));
    atomic_fetch_add(&all->begun, 1);
}

static void start_events(web *w, streams *all)
{
    memset(all, 0, sizeof *all);
    all->lock = fh_mutex_new();
    assert_non_null(all->lock);
    web_init(w);
    w->own = all;
    w->options.handle = begin_events;
    w->options.limits.connections_per_address = MOST_STREAMS + 10;
}

static void stop_events(web *w, streams *all)
{
    web_stop(w);
    assert_int_equal(atomic_load(&all->gone), atomic_load(&all->begun));
    fh_mutex_free(all->lock);
}

static void events_arrive_as_they_were_sent(void **state)
{
    (void)state;
    web w;
    streams all;
    fh_error err;
    start_events(&w, &all);
    assert_status(web_start(&w, NULL), FH_OK);
    const int fd = web_connect(&w);
    web_send(fd, FH_STR("GET / HTTP/1.1\r\n" HOST "\r\n"));
    char *got = web_read_until(fd, "retry: 3000\n\n");
    assert_non_null(strstr(got, "\r\nContent-Type: text/event-stream\r\n"));
    free(got);
    fh_http_stream *s = all.open[0];
    assert_status(fh_http_events_send(s, FH_STR("job"), FH_STR("7"), FH_STR("{\"done\":1}"), &err),
                  FH_OK);
    got = web_read_until(fd, "\n\n");
    assert_string_equal(got, "event: job\nid: 7\ndata: {\"done\":1}\n\n");
    free(got);
    const fh_str none = {NULL, 0};
    assert_status(fh_http_events_send(s, none, none, FH_STR("a\nb\r\nc\rd\n"), &err), FH_OK);
    got = web_read_until(fd, "\n\n");
    assert_string_equal(got, "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n");
    free(got);
    assert_status(fh_http_events_send(s, FH_STR("a\nb"), none, none, &err), FH_INVALID);
    for (int i = 0; i < 2000; i++) { /* a burst is not torn */
        char text[20];
        const int n = snprintf(text, sizeof text, "%d", i);
        assert_status(fh_http_events_send(s, none, none, (fh_str){text, (size_t)n}, &err), FH_OK);
        if (i % 100 == 0) free(web_read_until(fd, "\n\n"));
    }
    free(web_read_until(fd, "data: 1999\n\n"));
    (void)close(fd);
    web_wait(&all.gone, 1);
    stop_events(&w, &all);
}

static void idle_streams_are_pinged(void **state)
{
    (void)state;
    web w;
    streams all;
    start_events(&w, &all);
    w.options.limits.ping_ms = 40;
    assert_status(web_start(&w, NULL), FH_OK);
    const int fd = web_connect(&w);
    web_send(fd, FH_STR("GET / HTTP/1.1\r\n" HOST "\r\n"));
    free(web_read_until(fd, "retry: 3000\n\n"));
    char *got = web_read_until(fd, ":\n\n:\n\n");
    assert_string_equal(got, ":\n\n:\n\n");
    free(got);
    (void)close(fd);
    web_wait(&all.gone, 1);
    stop_events(&w, &all);
}

static void a_client_that_does_not_listen_is_dropped(void **state)
{
    (void)state;
    web w;
    streams all;
    fh_error err;
    start_events(&w, &all);
    assert_status(web_start(&w, NULL), FH_OK);
    const int fd = web_connect(&w);
    web_send(fd, FH_STR("GET / HTTP/1.1\r\n" HOST "\r\n"));
    free(web_read_until(fd, "retry: 3000\n\n"));
    char text[1000];
    memset(text, 'a', sizeof text);
    fh_status status = FH_OK;
    for (int i = 0; i < 100000 && status == FH_OK; i++) {
        fh_mutex_lock(all.lock);
        fh_http_stream *s = all.open[0];
        status = s ? fh_http_events_send(s, (fh_str){NULL, 0}, (fh_str){NULL, 0},
                                         (fh_str){text, sizeof text}, &err)
                   : FH_INTERRUPTED;
        fh_mutex_unlock(all.lock);
    }
    assert_status(status, FH_INTERRUPTED);
    web_wait(&all.gone, 1);
    (void)close(fd);
    stop_events(&w, &all);
}

static void streams_end_from_either_side_and_when_the_server_stops(void **state)
{
    (void)state;
    web w;
    streams all;
    start_events(&w, &all);
    w.options.loops = 2;
    assert_status(web_start(&w, NULL), FH_OK);
    int fds[20];
    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = web_connect(&w);
        web_send(fds[i], FH_STR("GET / HTTP/1.1\r\n" HOST "\r\n"));
        free(web_read_until(fds[i], "retry: 3000\n\n"));
    }
    assert_int_equal(fh_http_server_counts(w.server).streams, COUNT(fds));
    fh_mutex_lock(all.lock);
    fh_http_stream *s = all.open[0];
    all.open[0] = NULL;
    fh_mutex_unlock(all.lock);
    fh_http_events_end(s);
    web_wait(&w.over, 1);
    atomic_fetch_add(&all.gone, 1); /* nobody is told of what he ended himself */
    for (size_t i = 0; i < 10; i++) (void)close(fds[i]);
    assert_status(fh_http_server_stop(w.server, 5000), FH_OK);
    for (size_t i = 10; i < COUNT(fds); i++) {
        size_t len;
        free(web_read_all(fds[i], &len));
        (void)close(fds[i]);
    }
    stop_events(&w, &all);
}

static size_t resident_kb(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    char text[100] = "";
    if (!f) return 0;
    const bool got = fgets(text, sizeof text, f) != NULL;
    (void)fclose(f);
    size_t pages = 0;
    const char *at = strchr(text, ' ');
    for (at = got && at ? at + 1 : ""; *at >= '0' && *at <= '9'; at++)
        pages = pages * 10 + (size_t)(*at - '0');
    return pages * (size_t)sysconf(_SC_PAGESIZE) / 1024;
}

static void a_thousand_idle_streams_need_less_than_thirty_megabytes(void **state)
{
    (void)state;
    web w;
    static streams all;
    static int fds[MOST_STREAMS];
    start_events(&w, &all);
    w.options.memory = NULL;
    assert_status(web_start(&w, NULL), FH_OK);
    const size_t before = resident_kb();
    for (size_t i = 0; i < MOST_STREAMS; i++) {
        fds[i] = web_connect(&w);
        web_send(fds[i], FH_STR("GET /?some=thing HTTP/1.1\r\n" HOST
                                "Authorization: Bearer 0123456789012345678901234567890\r\n\r\n"));
        free(web_read_until(fds[i], "retry: 3000\n\n"));
    }
    assert_int_equal(fh_http_server_counts(w.server).streams, MOST_STREAMS);
    const size_t grown = resident_kb() - before;
    print_message("1,000 streams: %zu KB\n", grown);
    assert_true(grown < 30000);
    for (size_t i = 0; i < MOST_STREAMS; i++) (void)close(fds[i]);
    web_wait(&all.gone, MOST_STREAMS);
    stop_events(&w, &all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_reply_comes_in_chunks_and_the_connection_goes_on),
        cmocka_unit_test(lengths_heads_and_old_clients_are_served_in_their_way),
        cmocka_unit_test(what_is_cut_short_cannot_be_taken_for_the_whole),
        cmocka_unit_test(the_writer_waits_for_a_client_that_is_behind),
        cmocka_unit_test(the_writer_is_told_that_its_client_went_away),
        cmocka_unit_test(a_reply_written_to_its_end_is_over_when_its_client_goes),
        cmocka_unit_test(every_allocation_and_call_may_fail_while_streaming),
        cmocka_unit_test(events_arrive_as_they_were_sent),
        cmocka_unit_test(idle_streams_are_pinged),
        cmocka_unit_test(a_client_that_does_not_listen_is_dropped),
        cmocka_unit_test(streams_end_from_either_side_and_when_the_server_stops),
        cmocka_unit_test(a_thousand_idle_streams_need_less_than_thirty_megabytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
