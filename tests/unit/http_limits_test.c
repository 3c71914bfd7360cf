/* http_limits_test.c - slow clients are shed, caps hold, thousands of connections
 * leave nothing behind, and stopping lets running exchanges finish.
 *
 * Deadlines are short here, but no test passes by being fast: each waits for what
 * must happen, a minute at most, and what must be quick is done in one send.
 */
#include "web.h"

#include "os/threads.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOST "Host: x\r\n"
#define LAST "GET /last HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"

/* Slow clients, all at the same time. */
static const struct {
    const char *before, *first; /* first: a reply that comes before the slow part, or NULL */
} slow[] = {
    {"GET / HTTP/1.1\r\n" HOST "X-Slow: ", NULL},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\n", NULL},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 9000\r\n\r\n", NULL}, /* read in place */
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nffffff\r\n", NULL},
    {"GET / HTTP/1.1\r\n" HOST "\r\nGET / HTTP/1.1\r\nX-Slow: ", "ok"},
};

/* Sends a byte to each every 10 ms until the server has something to say to all. */
static void drip(const int fds[COUNT(slow)])
{
    for (int64_t until = 0; test_patient(&until);) {
        struct pollfd answer[COUNT(slow)];
        for (size_t i = 0; i < COUNT(slow); i++)
            answer[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
        if (poll(answer, COUNT(slow), 0) == COUNT(slow)) return;
        for (size_t i = 0; i < COUNT(slow); i++)
            if (!answer[i].revents) web_send(fds[i], FH_STR("a"));
        (void)poll(NULL, 0, 10);
    }
    fail_msg("the server waits for ever for a slow client");
}

static void a_slow_client_is_shed_although_bytes_keep_coming(void **state)
{
    (void)state;
    int fds[COUNT(slow)];
    web w;
    web_init(&w);
    w.options.limits =
        (fh_http_limits){.header_ms = 1500, .body_ms = 200, .bytes_per_second = 1000000};
    assert_status(web_start(&w, NULL), FH_OK);
    for (size_t i = 0; i < COUNT(slow); i++) {
        fds[i] = web_connect(&w);
        web_send(fds[i], fh_str_of(slow[i].before));
        if (slow[i].first) free(web_read_until(fds[i], slow[i].first));
    }
    drip(fds);
    for (size_t i = 0; i < COUNT(slow); i++) {
        size_t len;
        char *got = web_read_all(fds[i], &len);
        assert_string_equal(web_statuses(got, len), "408");
        free(got);
        (void)close(fds[i]);
    }
    assert_int_equal(fh_http_server_counts(w.server).timed_out, COUNT(slow));
    web_stop(&w);
}

/* 60 bytes earn a minute, so that the last may come long after the first 300 ms. */
static bool slow_body_arrives(const web *w)
{
    const int fd = web_connect(w);
    web_send(fd, FH_STR("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 61\r\n\r\n"));
    web_send(fd, FH_STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    (void)poll(NULL, 0, 700);
    web_send(fd, FH_STR("a"));
    web_send(fd, FH_STR(LAST));
    size_t len;
    char *got = web_read_all(fd, &len);
    const bool arrived = strcmp(web_statuses(got, len), "200,200") == 0;
    free(got);
    (void)close(fd);
    return arrived;
}

static void a_slow_body_that_is_fast_enough_arrives(void **state)
{
    (void)state;
    web w;
    web_init(&w);
    w.options.limits = (fh_http_limits){.body_ms = 300, .bytes_per_second = 1};
    assert_status(web_start(&w, NULL), FH_OK);
    /* On a busy machine the 60 may come too late, and another try be needed. */
    bool arrived = false;
    for (int64_t until = 0; !arrived && test_patient(&until);) arrived = slow_body_arrives(&w);
    assert_true(arrived);
    web_stop(&w);
}

static void silent_and_idle_connections_are_closed_without_a_word(void **state)
{
    (void)state;
    web silent, idle;
    web_init(&silent);
    web_init(&idle);
    silent.options.limits.header_ms = 100;
    idle.options.limits.idle_ms = 100;
    assert_status(web_start(&silent, NULL), FH_OK);
    assert_status(web_start(&idle, NULL), FH_OK);
    size_t len;
    int fd = web_connect(&silent);
    char *got = web_read_all(fd, &len);
    assert_int_equal(len, 0);
    free(got);
    (void)close(fd);
    fd = web_connect(&idle);
    web_send(fd, FH_STR("GET / HTTP/1.1\r\n" HOST "\r\n"));
    got = web_read_all(fd, &len);
    assert_string_equal(web_statuses(got, len), "200");
    free(got);
    (void)close(fd);
    web_stop(&silent);
    web_stop(&idle);
}

static void reply_at_length(void *ctx, fh_http_exchange *x)
{
    web *w = ctx;
    const size_t n = 32 << 20;
    char *text = calloc(n, 1);
    assert_non_null(text);
    fh_http_reply(x, 200, FH_STR("image/png"), (fh_str){text, n});
    free(text);
    atomic_fetch_add(&w->handled, 1);
}

static void a_client_that_does_not_read_its_reply_is_shed(void **state)
{
    (void)state;
    web w;
    web_init(&w);
    w.options.handle = reply_at_length;
    w.options.limits = (fh_http_limits){.body_ms = 200, .bytes_per_second = 1u << 30};
    assert_status(web_start(&w, NULL), FH_OK);
    const int fd = web_connect(&w);
    web_send(fd, FH_STR("GET / HTTP/1.1\r\n" HOST "\r\n"));
    web_wait(&w.over, 1);
    assert_false(atomic_load(&w.last_complete));
    assert_int_equal(atomic_load(&w.last_status), 200);
    (void)close(fd);
    web_stop(&w);
}

static void too_many_connections_are_turned_away_and_let_in_later(void **state)
{
    (void)state;
    for (int by_address = 0; by_address < 2; by_address++) {
        web w;
        web_init(&w);
        if (by_address)
            w.options.limits.connections_per_address = 2;
        else
            w.options.limits.connections = 2;
        assert_status(web_start(&w, NULL), FH_OK);
        const int one = web_connect(&w), two = web_connect(&w);
        web_send(one, FH_STR("GET / HTTP/1.1\r\n" HOST "\r\n"));
        web_send(two, FH_STR("GET / HTTP/1.1\r\n" HOST "\r\n"));
        free(web_read_until(one, "ok"));
        free(web_read_until(two, "ok"));
        size_t len;
        const int three = web_connect(&w);
        char *got = web_read_all(three, &len); /* nothing was asked, so nothing is unread */
        assert_string_equal(web_statuses(got, len), "503");
        free(got);
        (void)close(three);
        (void)close(one);
        bool let_in = false;
        for (int64_t until = 0; !let_in && test_patient(&until);) {
            got = web_talk(&w, FH_STR(LAST), &len);
            let_in = strcmp(web_statuses(got, len), "200") == 0;
            free(got);
        }
        assert_true(let_in);
        (void)close(two);
        assert_true(fh_http_server_counts(w.server).turned_away >= 1);
        web_stop(&w);
    }
}

/* Until the server knows that all connections are gone. */
static void wait_for_none(const web *w)
{
    for (int64_t until = 0; fh_http_server_counts(w->server).connections && test_patient(&until);) {
    }
    assert_int_equal(fh_http_server_counts(w->server).connections, 0);
}

static void ten_thousand_connections_opened_and_dropped_leave_nothing(void **state)
{
    (void)state;
    enum { CONNECTIONS = 10000, AT_ONCE = 100 };
    static const char *const said[] = {
        "", "GET / HTTP/1.1\r\nHo", "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab", "\x16\x03\x01\n"};
    web w;
    web_init(&w);
    w.options.loops = 2;
    assert_status(web_start(&w, NULL), FH_OK);
    for (int warm = 0; warm < 50; warm++) free(web_talk(&w, FH_STR(LAST), NULL));
    wait_for_none(&w);
    const unsigned files = web_open_files();
    int fds[AT_ONCE];
    for (int i = 0; i < CONNECTIONS; i += AT_ONCE) {
        for (int k = 0; k < AT_ONCE; k++) {
            fds[k] = web_connect(&w);
            web_send(fds[k], fh_str_of(said[(i / AT_ONCE + k) % (int)COUNT(said)]));
        }
        for (int k = 0; k < AT_ONCE; k++) {
            const struct linger reset = {1, 0};
            if (k % 2) (void)setsockopt(fds[k], SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
            (void)close(fds[k]);
        }
    }
    /* The last may not have been accepted yet: this one comes after them. */
    free(web_talk(&w, FH_STR(LAST), NULL));
    wait_for_none(&w);
    assert_int_equal(web_open_files(), files);
    const fh_http_counts counts = fh_http_server_counts(w.server);
    assert_true(counts.accepted + counts.turned_away > CONNECTIONS / 2);
    /* What stays is the spares: at most 256 a loop, with their two small buffers. */
    assert_true(atomic_load(&w.blocks) < 2 * 256 * 3 + 50);
    web_stop(&w);
}

typedef struct stopping {
    web *w;
    int64_t patience_ms;
    fh_status status;
    atomic_uint done;
} stopping;

static void stop(void *ctx)
{
    stopping *s = ctx;
    s->status = fh_http_server_stop(s->w->server, s->patience_ms);
    atomic_store(&s->done, 1);
}

static void stopping_lets_running_exchanges_finish(void **state)
{
    (void)state;
    web w;
    web_init(&w);
    w.options.loops = 2;
    assert_status(web_start(&w, NULL), FH_OK);
    const int idle = web_connect(&w), busy = web_connect(&w), half = web_connect(&w);
    web_send(idle, FH_STR("GET / HTTP/1.1\r\n" HOST "\r\n"));
    free(web_read_until(idle, "ok"));
    web_send(half, FH_STR("POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
                          "Content-Length: 2\r\n\r\n"));
    free(web_read_until(half, "\r\n\r\n"));
    web_send(busy, FH_STR("GET /hold HTTP/1.1\r\n" HOST "\r\n"));
    fh_http_exchange *x = web_wait_held(&w);

    stopping s = {.w = &w, .patience_ms = 60000};
    fh_thread *thread;
    assert_status(fh_thread_start(stop, &s, &thread, NULL), FH_OK);
    size_t len;
    char *got = web_read_all(idle, &len); /* is closed at once */
    assert_int_equal(len, 0);
    free(got);
    assert_int_equal(atomic_load(&s.done), 0);
    web_send(half, FH_STR("ab"));
    got = web_read_all(half, &len);
    assert_string_equal(web_statuses(got, len), "200");
    assert_non_null(strstr(got, "\r\nConnection: close\r\n"));
    free(got);
    fh_http_reply(x, 200, FH_STR("text/plain"), FH_STR("just in time"));
    got = web_read_all(busy, &len);
    assert_str(web_body(got, len), "just in time");
    free(got);
    fh_thread_join(thread);
    assert_status(s.status, FH_OK);
    (void)close(idle);
    (void)close(busy);
    (void)close(half);
    web_stop(&w);
}

static void stopping_does_not_wait_for_ever(void **state)
{
    (void)state;
    web w;
    web_init(&w);
    assert_status(web_start(&w, NULL), FH_OK);
    const int fd = web_connect(&w);
    web_send(fd, FH_STR("GET /hold HTTP/1.1\r\n" HOST "\r\n"));
    fh_http_exchange *x = web_wait_held(&w);
    assert_status(fh_http_server_stop(w.server, 50), FH_BUSY);
    size_t len;
    char *got = web_read_all(fd, &len);
    assert_int_equal(len, 0);
    free(got);
    (void)close(fd);
    fh_http_reply(x, 200, FH_STR("text/plain"), FH_STR("too late"));
    web_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slow_client_is_shed_although_bytes_keep_coming),
        cmocka_unit_test(a_slow_body_that_is_fast_enough_arrives),
        cmocka_unit_test(silent_and_idle_connections_are_closed_without_a_word),
        cmocka_unit_test(a_client_that_does_not_read_its_reply_is_shed),
        cmocka_unit_test(too_many_connections_are_turned_away_and_let_in_later),
        cmocka_unit_test(ten_thousand_connections_opened_and_dropped_leave_nothing),
        cmocka_unit_test(stopping_lets_running_exchanges_finish),
        cmocka_unit_test(stopping_does_not_wait_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
