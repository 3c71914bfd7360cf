/* web.c - see web.h. */
#include "web.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- The server ------------------------------------------------------------------ */

static void *counted_alloc(void *ctx, size_t size)
{
    web *w = ctx;
    const long n = atomic_fetch_add(&w->allocations, 1) + 1;
    if (n == atomic_load(&w->memory_fails_at)) return NULL;
    void *block = malloc(size);
    if (block) {
        memset(block, 0xa5, size);
        atomic_fetch_add(&w->blocks, 1);
    }
    return block;
}

static void counted_free(void *ctx, void *block, size_t size)
{
    web *w = ctx;
    if (!block) return;
    memset(block, 0x5a, size); /* whoever still reads it shall notice */
    free(block);
    atomic_fetch_sub(&w->blocks, 1);
}

static bool net_fails(web *w)
{
    const long n = atomic_fetch_add(&w->net_calls, 1) + 1;
    return w->stumble == WEB_FAILS && n == atomic_load(&w->net_fails_at);
}

static fh_status injected(fh_error *err)
{
    return fh_fail(err, FH_IO, "injected fault");
}

static fh_status net_listen(void *ctx, const fh_net_place *at, int *socket, uint16_t *port,
                            fh_error *err)
{
    return net_fails(ctx) ? injected(err) : fh_net_real()->listen(NULL, at, socket, port, err);
}

static int net_accept(void *ctx, int listener, fh_net_peer *peer)
{
    return net_fails(ctx) ? FH_NET_FULL : fh_net_real()->accept(NULL, listener, peer);
}

static ptrdiff_t net_read(void *ctx, int socket, void *to, size_t n)
{
    return net_fails(ctx) ? FH_NET_GONE : fh_net_real()->read(NULL, socket, to, n);
}

static ptrdiff_t net_write(void *ctx, int socket, const fh_str *pieces, size_t n_pieces)
{
    const web *w = ctx;
    if (net_fails(ctx)) return FH_NET_GONE;
    if (w->stumble != WEB_BYTEWISE) return fh_net_real()->write(NULL, socket, pieces, n_pieces);
    for (size_t i = 0; i < n_pieces; i++) {
        const fh_str one = {pieces[i].ptr, 1};
        if (pieces[i].len) return fh_net_real()->write(NULL, socket, &one, 1);
    }
    return 0;
}

static void net_finish(void *ctx, int socket)
{
    (void)ctx;
    fh_net_real()->finish(NULL, socket);
}

static void net_close(void *ctx, int socket)
{
    (void)ctx;
    fh_net_real()->close(NULL, socket);
}

static fh_status net_poller(void *ctx, int *out, fh_error *err)
{
    return net_fails(ctx) ? injected(err) : fh_net_real()->poller(NULL, out, err);
}

static fh_status net_watch(void *ctx, int poller, int socket, fh_net_watch how, void *tag,
                           fh_error *err)
{
    return net_fails(ctx) ? injected(err)
                          : fh_net_real()->watch(NULL, poller, socket, how, tag, err);
}

static void net_unwatch(void *ctx, int poller, int socket)
{
    (void)ctx;
    fh_net_real()->unwatch(NULL, poller, socket);
}

static size_t net_wait(void *ctx, int poller, fh_net_event *events, size_t room, int64_t ms)
{
    (void)ctx;
    return fh_net_real()->wait(NULL, poller, events, room, ms);
}

static fh_status net_waker(void *ctx, int *out, fh_error *err)
{
    return net_fails(ctx) ? injected(err) : fh_net_real()->waker(NULL, out, err);
}

static void net_wake(void *ctx, int waker)
{
    (void)ctx;
    fh_net_real()->wake(NULL, waker);
}

static void net_hush(void *ctx, int waker)
{
    (void)ctx;
    fh_net_real()->hush(NULL, waker);
}

void web_begin(void *ctx, fh_http_exchange *x, fh_http_plan *plan)
{
    web *w = ctx;
    (void)x;
    plan->max_body = 1 << 20;
    plan->gzip = true;
    atomic_fetch_add(&w->begun, 1);
}

static void echo(fh_http_exchange *x)
{
    const fh_http_request *rq = fh_http_request_of(x);
    char text[512];
    unsigned sum = 0;
    for (size_t i = 0; i < rq->body.len; i++) sum = sum * 31 + (unsigned char)rq->body.ptr[i];
    const int n =
        snprintf(text, sizeof text, "%.*s %.*s ?%.*s from %.*s%s, body %zu sum %u",
                 FH_STR_ARG(rq->method_name), FH_STR_ARG(rq->path), FH_STR_ARG(rq->query),
                 FH_STR_ARG(rq->remote), rq->secure ? " securely" : "", rq->body.len, sum);
    fh_http_reply(x, 200, FH_STR("text/plain"), (fh_str){text, (size_t)n});
}

void web_handle(void *ctx, fh_http_exchange *x)
{
    web *w = ctx;
    const fh_str path = fh_http_request_of(x)->path;
    if (fh_str_eq(path, FH_STR("/hold")))
        atomic_store(&w->held, x);
    else if (fh_str_starts(path, FH_STR("/echo")))
        echo(x);
    else
        fh_http_reply(x, 200, FH_STR("text/plain"), FH_STR("ok"));
    atomic_fetch_add(&w->handled, 1);
}

static void ended(void *ctx, fh_http_exchange *x, const fh_http_outcome *outcome)
{
    web *w = ctx;
    (void)x;
    atomic_store(&w->last_status, outcome->status);
    atomic_store(&w->last_complete, outcome->complete);
    atomic_fetch_add(&w->over, 1);
}

void web_init(web *w)
{
    memset(w, 0, sizeof *w);
    w->memory = (fh_allocator){counted_alloc, counted_free, w, 0};
    w->net = (fh_net){.ctx = w,
                      .listen = net_listen,
                      .accept = net_accept,
                      .read = net_read,
                      .write = net_write,
                      .finish = net_finish,
                      .close = net_close,
                      .poller = net_poller,
                      .watch = net_watch,
                      .unwatch = net_unwatch,
                      .wait = net_wait,
                      .waker = net_waker,
                      .wake = net_wake,
                      .hush = net_hush};
    w->listener = (fh_http_listener){.address = "127.0.0.1"};
    w->options = (fh_http_options){.net = &w->net,
                                   .memory = &w->memory,
                                   .listeners = &w->listener,
                                   .n_listeners = 1,
                                   .loops = 1,
                                   .ctx = w,
                                   .begin = web_begin,
                                   .handle = web_handle,
                                   .ended = ended};
}

fh_status web_start(web *w, fh_error *err)
{
    const fh_status status = fh_http_server_start(&w->options, &w->server, err);
    if (status == FH_OK) w->port = fh_http_server_port(w->server, 0);
    return status;
}

void web_stop(web *w)
{
    fh_http_server_free(w->server);
    w->server = NULL;
    assert_int_equal(atomic_load(&w->blocks), 0);
    assert_int_equal(atomic_load(&w->over), atomic_load(&w->begun));
}

/* ---- The client ------------------------------------------------------------------- */

static void set_patience(int fd)
{
    const struct timeval patience = {60, 0};
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience), 0);
}

int web_connect(const web *w)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons(w->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    set_patience(fd);
    assert_int_equal(connect(fd, (const struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

int web_connect_unix(const char *path)
{
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    set_patience(fd);
    assert_true(strlen(path) < sizeof at.sun_path);
    memcpy(at.sun_path, path, strlen(path) + 1);
    if (connect(fd, (const struct sockaddr *)&at, sizeof at) == 0) return fd;
    (void)close(fd);
    return -1;
}

void web_send(int fd, fh_str bytes)
{
    while (bytes.len) {
        const ssize_t n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n <= 0) return; /* the server may close before it has read all */
        bytes.ptr += n;
        bytes.len -= (size_t)n;
    }
}

static char *read_some(int fd, const char *until, size_t *len)
{
    size_t cap = 4096, n = 0;
    char *text = malloc(cap);
    assert_non_null(text);
    for (;;) {
        if (n + 1 == cap) {
            cap *= 2;
            text = realloc(text, cap);
            assert_non_null(text);
        }
        const ssize_t got = recv(fd, text + n, until ? 1 : cap - n - 1, 0);
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            text[n] = '\0';
            fail_msg("nothing came for a minute, after: %s", text);
        }
        if (got <= 0) break;
        n += (size_t)got;
        text[n] = '\0';
        if (until && n >= strlen(until) && strcmp(text + n - strlen(until), until) == 0) break;
    }
    text[n] = '\0';
    if (len) *len = n;
    return text;
}

char *web_read_all(int fd, size_t *len)
{
    return read_some(fd, NULL, len);
}

char *web_read_until(int fd, const char *text)
{
    return read_some(fd, text, NULL);
}

char *web_talk(const web *w, fh_str bytes, size_t *len)
{
    const int fd = web_connect(w);
    web_send(fd, bytes);
    char *text = web_read_all(fd, len);
    (void)close(fd);
    return text;
}

/* The length of the header at the front, and of the body after it. */
static bool measure(fh_str reply, int *status, size_t *head, size_t *body)
{
    if (reply.len < 17 || !fh_str_starts(reply, FH_STR("HTTP/1.1 "))) return false;
    size_t end = 0;
    while (end + 4 <= reply.len && memcmp(reply.ptr + end, "\r\n\r\n", 4) != 0) end++;
    if (end + 4 > reply.len) return false;
    *head = end + 4;
    *status = (reply.ptr[9] - '0') * 100 + (reply.ptr[10] - '0') * 10 + (reply.ptr[11] - '0');
    *body = *status == 100 || *status == 204 || *status == 304 ? 0 : reply.len - *head;
    const fh_str wanted = FH_STR("\r\nContent-Length: ");
    for (size_t i = 0; i + wanted.len < *head; i++) {
        if (memcmp(reply.ptr + i, wanted.ptr, wanted.len) != 0) continue;
        size_t n = 0;
        for (size_t k = i + wanted.len; reply.ptr[k] >= '0' && reply.ptr[k] <= '9'; k++)
            n = n * 10 + (size_t)(reply.ptr[k] - '0');
        *body = n;
    }
    return *head + *body <= reply.len;
}

const char *web_statuses(const char *replies, size_t len)
{
    static char text[4096];
    fh_str rest = {replies, len};
    size_t n = 0;
    text[0] = '\0';
    while (rest.len && n + 5 < sizeof text) {
        size_t head, body;
        int status;
        const bool sound = measure(rest, &status, &head, &body);
        if (sound)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%d", n ? "," : "", status);
        else
            n += (size_t)snprintf(text + n, sizeof text - n, "%s?", n ? "," : "");
        if (!sound) break;
        rest.ptr += head + body;
        rest.len -= head + body;
    }
    return text;
}

fh_str web_body(const char *replies, size_t len)
{
    fh_str rest = {replies, len};
    size_t head, body;
    int status;
    while (measure(rest, &status, &head, &body)) {
        if (status >= 200) return (fh_str){rest.ptr + head, body};
        rest.ptr += head + body;
        rest.len -= head + body;
    }
    return (fh_str){NULL, 0};
}

void web_wait(const atomic_uint *value, unsigned wanted)
{
    for (int64_t until = 0; atomic_load(value) != wanted && test_patient(&until);) {
    }
    assert_int_equal(atomic_load(value), wanted);
}

fh_http_exchange *web_wait_held(web *w)
{
    fh_http_exchange *x = NULL;
    for (int64_t until = 0; !x && test_patient(&until);) x = atomic_exchange(&w->held, NULL);
    assert_non_null(x);
    return x;
}

unsigned web_open_files(void)
{
    DIR *dir = opendir("/proc/self/fd");
    unsigned n = 0;
    if (!dir) return 0;
    while (readdir(dir)) n++;
    (void)closedir(dir);
    return n;
}
