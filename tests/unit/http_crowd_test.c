/* http_crowd_test.c - many odd clients at once: requests sent ahead, half sent, held by
 * other threads, streamed, watched as events, and cut off anywhere. Whatever they do,
 * every exchange ends exactly once and nothing is left. For the sanitizers' benefit.
 */
#include "web.h"

#include "os/threads.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 4, ROUNDS = 120, ENOUGH = 100, QUEUE = 4096, WORKERS = 2 };

typedef struct crowd {
    web w;
    fh_mutex *lock;
    fh_cond *more;
    fh_http_exchange *queue[QUEUE];
    size_t n_queue;
    bool over;
    atomic_uint streams_gone, streams_ended;
} crowd;

typedef struct watcher {
    crowd *c;
    fh_mutex *lock;
    fh_http_stream *stream; /* NULL once it was ended */
} watcher;

static void end_once(watcher *v)
{
    fh_mutex_lock(v->lock);
    fh_http_stream *s = v->stream;
    v->stream = NULL;
    if (s) fh_http_events_end(s);
    fh_mutex_unlock(v->lock);
    if (s) atomic_fetch_add(&v->c->streams_ended, 1);
}

static void gone(void *ctx, fh_http_stream *s)
{
    watcher *v = ctx;
    (void)s;
    atomic_fetch_add(&v->c->streams_gone, 1);
    end_once(v);
}

static void free_watcher(void *ctx, fh_http_exchange *x, const fh_http_outcome *outcome)
{
    crowd *c = ctx;
    (void)outcome;
    watcher *v = fh_http_user(x);
    if (v) fh_mutex_free(v->lock);
    free(v);
    atomic_fetch_add(&c->w.over, 1);
}

static void count_begin(void *ctx, fh_http_exchange *x, fh_http_plan *plan)
{
    crowd *c = ctx;
    atomic_fetch_add(&c->w.begun, 1);
    plan->max_body = 100000;
    if (fh_str_eq(fh_http_request_of(x)->path, FH_STR("/no")))
        fh_http_reply_problem(x, 403, FH_STR("not for you"));
}

static void watch(crowd *c, fh_http_exchange *x)
{
    watcher *v = calloc(1, sizeof *v);
    assert_non_null(v);
    v->c = c;
    v->lock = fh_mutex_new();
    assert_non_null(v->lock);
    fh_http_set_user(x, v);
    fh_mutex_lock(v->lock); /* `gone` may come before this is over */
    fh_http_stream *s;
    if (fh_http_events_begin(x, gone, v, &s, NULL) != FH_OK) fail_msg("no memory");
    v->stream = s;
    for (int i = 0; i < 5; i++)
        if (fh_http_events_send(s, FH_STR("n"), (fh_str){NULL, 0}, FH_STR("a\nb"), NULL) != FH_OK)
            break;
    fh_mutex_unlock(v->lock);
}

static void stream(fh_http_exchange *x)
{
    static const char piece[20000] = "piece";
    fh_http_stream *s;
    if (fh_http_stream_begin(x, 200, FH_STR("text/plain"), FH_HTTP_LENGTH_UNKNOWN, &s, NULL) !=
        FH_OK)
        fail_msg("no memory");
    bool ok = true;
    for (int i = 0; i < 30 && ok; i++)
        ok = fh_http_stream_write(s, (fh_str){piece, sizeof piece}, NULL) == FH_OK;
    fh_http_stream_end(s, ok);
}

static void take(void *ctx, fh_http_exchange *x)
{
    crowd *c = ctx;
    const fh_str path = fh_http_request_of(x)->path;
    if (fh_str_eq(path, FH_STR("/now"))) {
        fh_http_reply(x, 200, FH_STR("text/plain"), FH_STR("now"));
        return;
    }
    if (fh_str_eq(path, FH_STR("/events-now"))) {
        watch(c, x);
        return;
    }
    fh_mutex_lock(c->lock);
    assert_true(c->n_queue < QUEUE);
    c->queue[c->n_queue++] = x;
    fh_cond_wake(c->more);
    fh_mutex_unlock(c->lock);
}

static void work(void *ctx)
{
    crowd *c = ctx;
    for (;;) {
        fh_http_exchange *taken[16];
        fh_http_batch batch = {NULL};
        size_t n = 0;
        fh_mutex_lock(c->lock);
        while (c->n_queue == 0 && !c->over) fh_cond_wait(c->more, c->lock);
        while (n < COUNT(taken) && c->n_queue) taken[n++] = c->queue[--c->n_queue];
        fh_mutex_unlock(c->lock);
        if (n == 0) return;
        for (size_t i = 0; i < n; i++) {
            const fh_str path = fh_http_request_of(taken[i])->path;
            if (fh_str_eq(path, FH_STR("/stream")))
                stream(taken[i]);
            else if (fh_str_eq(path, FH_STR("/events")))
                watch(c, taken[i]);
            else
                fh_http_reply_later(&batch, taken[i], 200, FH_STR("text/plain"), path);
        }
        fh_http_batch_send(&batch);
    }
}

typedef struct client {
    crowd *c;
    uint32_t random;
    unsigned answered;
} client;

static uint32_t draw(client *me, uint32_t below)
{
    me->random = me->random * 1664525u + 1013904223u;
    return (me->random >> 16) % below;
}

static void one_round(client *me)
{
    static const char *const paths[] = {"/now",        "/later", "/stream", "/events",
                                        "/events-now", "/no",    "/later"};
    const int fd = web_connect(&me->c->w);
    char request[300];
    for (uint32_t i = draw(me, 4); i-- > 0;) {
        const char *path = paths[draw(me, COUNT(paths))];
        const size_t body = draw(me, 3) ? 0 : draw(me, 20000);
        const int n = snprintf(request, sizeof request,
                               "%s %s HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n",
                               body ? "POST" : "GET", path, body);
        const bool half = draw(me, 8) == 0;
        web_send(fd, (fh_str){request, half ? draw(me, (uint32_t)n) : (size_t)n});
        if (half) break;
        for (size_t left = body; left;) {
            const size_t now = left < sizeof request ? left : sizeof request;
            web_send(fd, (fh_str){request, now});
            left -= now;
            if (draw(me, 200) == 0) break;
        }
    }
    char some[5000];
    for (uint32_t i = draw(me, 3); i-- > 0;)
        me->answered += recv(fd, some, 1 + draw(me, sizeof some - 1), MSG_DONTWAIT) > 0;
    const struct linger reset = {1, 0};
    if (draw(me, 2)) (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    (void)close(fd);
}

/* Clients that hang up at once are not always heard: they go on until enough of them were,
 * or until it is plain that the server hears nobody. */
static bool heard_enough(const client *me, int rounds)
{
    return atomic_load(&me->c->w.begun) > ENOUGH || rounds >= 200 * ROUNDS;
}

static void run_client(void *ctx)
{
    client *me = ctx;
    for (int i = 0; i < ROUNDS || !heard_enough(me, i); i++) one_round(me);
}

static void a_crowd_of_odd_clients_leaves_nothing_behind(void **state)
{
    (void)state;
    static crowd c;
    fh_thread *workers[WORKERS], *clients[CLIENTS];
    client each[CLIENTS];
    memset(&c, 0, sizeof c);
    web_init(&c.w);
    c.lock = fh_mutex_new();
    c.more = fh_cond_new();
    assert_true(c.lock && c.more);
    c.w.options.ctx = &c;
    c.w.options.net = NULL;
    c.w.options.loops = 2;
    c.w.options.begin = count_begin;
    c.w.options.handle = take;
    c.w.options.ended = free_watcher;
    c.w.options.limits = (fh_http_limits){.ping_ms = 40, .connections = 300};
    const unsigned files = web_open_files();
    assert_status(web_start(&c.w, NULL), FH_OK);
    for (size_t i = 0; i < WORKERS; i++)
        assert_status(fh_thread_start(work, &c, &workers[i], NULL), FH_OK);
    for (size_t i = 0; i < CLIENTS; i++) {
        each[i] = (client){&c, (uint32_t)(i * 77 + 5), 0};
        assert_status(fh_thread_start(run_client, &each[i], &clients[i], NULL), FH_OK);
    }
    for (size_t i = 0; i < CLIENTS; i++) fh_thread_join(clients[i]);
    assert_status(fh_http_server_stop(c.w.server, 60000), FH_OK); /* workers still reply */
    fh_mutex_lock(c.lock);
    c.over = true;
    fh_cond_wake_all(c.more);
    fh_mutex_unlock(c.lock);
    for (size_t i = 0; i < WORKERS; i++) fh_thread_join(workers[i]);
    assert_true(atomic_load(&c.w.begun) > ENOUGH);
    assert_int_equal(atomic_load(&c.streams_gone), atomic_load(&c.streams_ended));
    web_stop(&c.w);
    assert_int_equal(web_open_files(), files);
    fh_cond_free(c.more);
    fh_mutex_free(c.lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crowd_of_odd_clients_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
