/* http_test.c - requests over real sockets: what is refused, what is answered, that
 * order is kept, bodies, conditions, faults of memory and sockets. */
#include "web.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zlib.h>

#define HOST "Host: x\r\n"
#define LAST WEB_LAST
#define GET  "GET / HTTP/1.1\r\n" HOST
#define POST "POST / HTTP/1.1\r\n" HOST

static void what_two_readers_could_understand_differently_is_refused(void **state)
{
    (void)state;
    web w;
    web_init(&w);
    assert_status(web_start(&w, NULL), FH_OK);
    int wrong = 0;
    for (size_t i = 0; i < web_n_cases; i++) {
        const web_case *s = &web_cases[i];
        size_t len;
        fh_buf bytes;
        fh_buf_init(&bytes, NULL, 1 << 20);
        fh_buf_str(&bytes, s->request);
        fh_buf_str(&bytes, FH_STR(LAST));
        char *got = web_talk(&w, fh_buf_view(&bytes), &len);
        if (strcmp(web_statuses(got, len), s->statuses) != 0) {
            print_message("%s: %s, not %s\n", s->name, web_statuses(got, len), s->statuses);
            wrong++;
        }
        free(got);
        fh_buf_free(&bytes);
    }
    assert_int_equal(wrong, 0);
    web_stop(&w);
}

/* The same byte by byte, and with the client's writes cut in two everywhere. */
static void the_pieces_in_which_bytes_come_do_not_matter(void **state)
{
    (void)state;
    web w;
    web_init(&w);
    w.stumble = WEB_BYTEWISE;
    assert_status(web_start(&w, NULL), FH_OK);
    for (size_t i = 0; i < web_n_cases; i += 7) {
        const web_case *s = &web_cases[i];
        const int fd = web_connect(&w);
        for (size_t k = 0; k < s->request.len; k++) web_send(fd, (fh_str){s->request.ptr + k, 1});
        web_send(fd, FH_STR(LAST));
        size_t len;
        char *got = web_read_all(fd, &len);
        assert_string_equal(web_statuses(got, len), s->statuses);
        free(got);
        (void)close(fd);
    }
    web_stop(&w);
}

static char *repeat(char c, size_t n)
{
    char *text = malloc(n + 1);
    assert_non_null(text);
    memset(text, c, n);
    text[n] = '\0';
    return text;
}

static void expect(const web *w, const char *bytes, const char *statuses)
{
    size_t len;
    char *got = web_talk(w, fh_str_of(bytes), &len);
    assert_string_equal(web_statuses(got, len), statuses);
    free(got);
}

static void limits_hold_for_lines_headers_and_their_number(void **state)
{
    (void)state;
    web w;
    web_init(&w);
    assert_status(web_start(&w, NULL), FH_OK);
    char *x40k = repeat('x', 40000), *x8k = repeat('x', 8100), *x3k = repeat('x', 3000);
    fh_buf bytes;
    fh_buf_init(&bytes, NULL, 1 << 20);
    fh_buf_printf(&bytes, GET "A: %s\r\n\r\n", x40k);
    fh_buf_char(&bytes, '\0');
    expect(&w, bytes.ptr, "431");
    fh_buf_clear(&bytes);
    fh_buf_printf(&bytes, "GET /%s HTTP/1.1\r\n" HOST "\r\n", x40k);
    fh_buf_char(&bytes, '\0');
    expect(&w, bytes.ptr, "414");
    fh_buf_clear(&bytes);
    fh_buf_printf(&bytes, "GET /%s HTTP/1.1\r\n" HOST "\r\n" LAST, x8k);
    fh_buf_char(&bytes, '\0');
    expect(&w, bytes.ptr, "200,200");
    fh_buf_clear(&bytes);
    fh_buf_printf(&bytes, GET "A: %s\r\nB: %s\r\nC: %s\r\n\r\n" LAST, x3k, x3k, x3k);
    fh_buf_char(&bytes, '\0');
    expect(&w, bytes.ptr, "200,200");
    fh_buf_clear(&bytes);
    fh_buf_printf(&bytes, GET "A: %s\r\nB: %s\r\nC: %s\r\n\r\n" LAST, x8k, x8k, x8k);
    fh_buf_char(&bytes, '\0');
    expect(&w, bytes.ptr, "431");
    for (int n = 63; n <= 64; n++) { /* and the Host */
        fh_buf_clear(&bytes);
        fh_buf_text(&bytes, GET);
        for (int i = 0; i < n; i++) fh_buf_text(&bytes, "A: b\r\n");
        fh_buf_text(&bytes, "\r\n" LAST);
        fh_buf_char(&bytes, '\0');
        expect(&w, bytes.ptr, n == 63 ? "200,200" : "431");
    }
    fh_buf_free(&bytes);
    free(x40k);
    free(x8k);
    free(x3k);
    web_stop(&w);
}

static void assert_body(const web *w, const char *bytes, const char *wanted)
{
    size_t len;
    char *got = web_talk(w, fh_str_of(bytes), &len);
    assert_str(web_body(got, len), wanted);
    free(got);
}

static void requests_arrive_as_they_were_meant(void **state)
{
    (void)state;
    web w;
    web_init(&w);
    assert_status(web_start(&w, NULL), FH_OK);
#define CLOSE HOST "Connection: close\r\n\r\n"
    assert_body(&w, "GET /echo/a%20b%C3%A4?c=d%20e HTTP/1.1\r\n" CLOSE,
                "GET /echo/a b\xc3\xa4 ?c=d%20e from 127.0.0.1, body 0 sum 0");
    assert_body(&w, "GET http://x/echo?q HTTP/1.1\r\n" CLOSE,
                "GET /echo ?q from 127.0.0.1, body 0 sum 0");
    assert_body(&w, "POST /echo HTTP/1.1\r\nContent-Length: 2\r\n" CLOSE "ab",
                "POST /echo ? from 127.0.0.1, body 2 sum 3105");
    assert_body(&w,
                "PUT /echo HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n" CLOSE
                "1\r\na\r\n01;x=\"y\"\r\nb\r\n0\r\n\r\n",
                "PUT /echo ? from 127.0.0.1, body 2 sum 3105");
    /* Nobody is trusted: what such headers say is not believed. */
    assert_body(&w,
                "GET /echo HTTP/1.1\r\nX-Forwarded-For: 9.9.9.9\r\n"
                "X-Forwarded-Proto: https\r\n" CLOSE,
                "GET /echo ? from 127.0.0.1, body 0 sum 0");
    web_stop(&w);
}

static void show_fields(void *ctx, fh_http_exchange *x)
{
    (void)ctx;
    fh_arena *arena = fh_http_arena(x);
    fh_str name, value, text = FH_STR("");
    assert_non_null(arena);
    for (size_t i = 0; fh_http_next_field(x, &i, &name, &value);)
        assert_true(fh_arena_format(arena, &text, "%.*s%.*s=%.*s;", FH_STR_ARG(text),
                                    FH_STR_ARG(name), FH_STR_ARG(value)));
    const fh_str one = fh_http_cookie(x, "one"), two = fh_http_cookie(x, "two"),
                 three = fh_http_cookie(x, "three");
    assert_true(three.ptr == NULL && fh_http_field(x, "none").ptr == NULL);
    assert_true(fh_arena_format(arena, &text, "%.*s one %.*s two %.*s accept %.*s id %zu",
                                FH_STR_ARG(text), FH_STR_ARG(one), FH_STR_ARG(two),
                                FH_STR_ARG(fh_http_field(x, "ACCEPT")),
                                fh_http_request_of(x)->id.len));
    fh_http_reply(x, 200, FH_STR("text/plain"), text);
}

static void fields_and_cookies_are_found(void **state)
{
    (void)state;
    web w;
    web_init(&w);
    w.options.handle = show_fields;
    assert_status(web_start(&w, NULL), FH_OK);
    assert_body(&w,
                "GET / HTTP/1.1\r\nCookie: zone=1; one=1=1\r\naccept: a\r\nAccept: b\r\n"
                "COOKIE: three2=x;two=\r\n" CLOSE,
                "Cookie=zone=1; one=1=1;accept=a;Accept=b;COOKIE=three2=x;two=;Host=x;"
                "Connection=close; one 1=1 two  accept a id 16");
    web_stop(&w);
}

enum { MANY = 200 };

typedef struct gathered {
    fh_http_exchange *_Atomic held[MANY];
    atomic_uint n;
} gathered;

static void gather(void *ctx, fh_http_exchange *x)
{
    web *w = ctx;
    gathered *g = w->own;
    g->held[atomic_fetch_add(&g->n, 1)] = x;
}

static void a_batch_answers_exchanges_of_all_loops(void **state)
{
    (void)state;
    web w;
    static gathered g;
    int fds[MANY];
    web_init(&w);
    w.own = &g;
    w.options.handle = gather;
    w.options.loops = 3;
    assert_status(web_start(&w, NULL), FH_OK);
    for (unsigned i = 0; i < MANY; i++) {
        char request[100];
        fds[i] = web_connect(&w);
        (void)snprintf(request, sizeof request, "GET /%u HTTP/1.1\r\n" CLOSE, i);
        web_send(fds[i], fh_str_of(request));
    }
    web_wait(&g.n, MANY);
    fh_http_batch batch = {NULL};
    for (unsigned i = 0; i < MANY; i++) {
        fh_http_exchange *x = NULL;
        while (!x) x = g.held[i]; /* counted before it is stored */
        fh_http_reply_later(&batch, x, 200, FH_STR("text/plain"), fh_http_request_of(x)->path);
    }
    fh_http_batch_send(&batch);
    for (unsigned i = 0; i < MANY; i++) {
        char wanted[20];
        size_t len;
        char *got = web_read_all(fds[i], &len);
        (void)snprintf(wanted, sizeof wanted, "/%u", i);
        assert_str(web_body(got, len), wanted);
        free(got);
        (void)close(fds[i]);
    }
    web_stop(&w);
}

static void a_thousand_requests_sent_ahead_are_answered_in_order(void **state)
{
    (void)state;
    enum { REQUESTS = 1000 };
    web w;
    fh_buf all;
    web_init(&w);
    assert_status(web_start(&w, NULL), FH_OK);
    fh_buf_init(&all, NULL, 1 << 20);
    for (int i = 0; i < REQUESTS; i++)
        fh_buf_printf(&all, "POST /echo/%d HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nab", i);
    fh_buf_str(&all, FH_STR(LAST));
    size_t len;
    char *got = web_talk(&w, fh_buf_view(&all), &len), *at = got;
    for (int i = 0; i < REQUESTS; i++) {
        char wanted[60];
        (void)snprintf(wanted, sizeof wanted, "POST /echo/%d ? from 127.0.0.1, body 2", i);
        at = strstr(at, wanted);
        assert_non_null(at);
    }
    assert_string_equal(got + len - 2, "ok");
    free(got);
    fh_buf_free(&all);
    web_stop(&w);
}

static void ipv6_is_served_and_its_clients_are_named(void **state)
{
    (void)state;
    static const char *const trusted[] = {"fe80::/13"}; /* not whole bytes */
    web w;
    fh_error err;
    web_init(&w);
    w.listener.address = "::1";
    w.options.trusted = trusted;
    w.options.n_trusted = 1;
    if (web_start(&w, &err) != FH_OK) {
        print_message("skipped: no IPv6 here: %s\n", err.message);
        return;
    }
    struct sockaddr_in6 at = {
        .sin6_family = AF_INET6, .sin6_port = htons(w.port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    const int fd = socket(AF_INET6, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&at, sizeof at), 0);
    web_send(fd, FH_STR("GET /echo HTTP/1.1\r\nX-Forwarded-For: 9.9.9.9\r\n" CLOSE));
    size_t len;
    char *got = web_read_all(fd, &len);
    assert_str(web_body(got, len), "GET /echo ? from ::1, body 0 sum 0");
    free(got);
    (void)close(fd);
    web_stop(&w);
}

typedef struct heard {
    atomic_uint lines;
    char line[512];
} heard;

static void hear(void *ctx, fh_http_severity severity, const char *message)
{
    web *w = ctx;
    heard *h = w->own;
    assert_int_equal(severity, FH_HTTP_DEBUG);
    (void)snprintf(h->line, sizeof h->line, "%s", message);
    atomic_fetch_add(&h->lines, 1);
}

static void hang_something_on(void *ctx, fh_http_exchange *x, fh_http_plan *plan)
{
    web_begin(ctx, x, plan);
    fh_http_set_user(x, ctx);
}

static void reply_from_what_hangs_on_it(void *ctx, fh_http_exchange *x)
{
    assert_ptr_equal(fh_http_user(x), ctx);
    fh_http_reply_plain(x, 299, FH_STR("text/plain"), FH_STR("plain"));
}

static void refusals_are_told_to_the_log_and_users_pointers_are_kept(void **state)
{
    (void)state;
    web w;
    heard h = {.lines = 0};
    web_init(&w);
    w.own = &h;
    w.options.log = hear;
    w.options.begin = hang_something_on;
    w.options.handle = reply_from_what_hangs_on_it;
    assert_status(web_start(&w, NULL), FH_OK);
    expect(&w, "GET / HTTP/1.1\r\n\r\n", "400");
    web_wait(&h.lines, 1);
    assert_string_equal(h.line,
                        "refused with 400 what 127.0.0.1 sent: The Host header is missing.");
    size_t len;
    char *got = web_talk(&w, FH_STR(LAST), &len);
    assert_non_null(strstr(got, "HTTP/1.1 299 Status\r\n"));
    assert_str(web_body(got, len), "plain");
    free(got);
    web_stop(&w);
}

static void forwarded_addresses_are_believed_from_trusted_proxies_only(void **state)
{
    (void)state;
    static const char *const trusted[] = {"127.0.0.0/8", "10.1.0.0/16", "2001:db8::/32"};
    static const struct {
        const char *fields, *remote;
    } cases[] = {
        {"", "127.0.0.1"},
        {"X-Forwarded-For: 9.9.9.9\r\n", "9.9.9.9"},
        {"X-Forwarded-For: 1.1.1.1, 9.9.9.9\r\n", "9.9.9.9"}, /* the left one is hearsay */
        {"X-Forwarded-For: 1.1.1.1, 9.9.9.9, 10.1.2.3\r\n", "9.9.9.9"},
        {"X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-For: 10.1.2.3\r\n", "9.9.9.9"},
        {"X-Forwarded-For: 1.1.1.1, 9.9.9.9\r\nX-Forwarded-For: 10.1.2.3\r\n", "9.9.9.9"},
        {"X-Forwarded-For: 9.9.9.9:1234\r\n", "9.9.9.9"},
        {"X-Forwarded-For: [2001:db9::1]:1234, 2001:db8::7\r\n", "2001:db9::1"},
        {"X-Forwarded-For: 10.1.0.1, 10.1.0.2\r\n", "10.1.0.1"},
        {"X-Forwarded-For: nonsense\r\n", "127.0.0.1"},
        {"X-Forwarded-For: nonsense, 10.1.0.2\r\n", "10.1.0.2"},
        {"X-Forwarded-For:\r\n", "127.0.0.1"},
        {"X-Forwarded-Proto: https\r\n", "127.0.0.1 securely"},
    };
    web w;
    web_init(&w);
    w.options.trusted = trusted;
    w.options.n_trusted = COUNT(trusted);
    assert_status(web_start(&w, NULL), FH_OK);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char bytes[400], wanted[200];
        (void)snprintf(bytes, sizeof bytes, "GET /echo HTTP/1.1\r\n%s" CLOSE, cases[i].fields);
        (void)snprintf(wanted, sizeof wanted, "GET /echo ? from %s, body 0 sum 0", cases[i].remote);
        assert_body(&w, bytes, wanted);
    }
    web_stop(&w);
}

static void reply_with_everything(void *ctx, fh_http_exchange *x)
{
    static const fh_http_asset asset = {
        {"text/css", 8}, {"body{}", 6}, {"packed", 6}, {"\"v1\"", 4}, true};
    web *w = ctx;
    const fh_str path = fh_http_request_of(x)->path;
    fh_error err;
    if (fh_str_eq(path, FH_STR("/asset"))) {
        fh_http_reply_asset(x, &asset);
    } else if (fh_str_eq(path, FH_STR("/tagged"))) {
        fh_http_reply_tagged(x, 200, FH_STR("text/plain"), FH_STR("body"), FH_STR("\"t\""));
    } else if (fh_str_eq(path, FH_STR("/nothing"))) {
        fh_http_reply(x, 204, (fh_str){NULL, 0}, (fh_str){NULL, 0});
    } else {
        assert_status(fh_http_add_field(x, "X-One", FH_STR("1"), &err), FH_OK);
        assert_status(fh_http_add_field(x, "X-Two", FH_STR("a\r\nSet-Cookie: b"), &err),
                      FH_INVALID);
        assert_status(fh_http_add_field(x, "X\nThree", FH_STR("3"), &err), FH_INVALID);
        assert_status(fh_http_add_field(x, "Content-Length", FH_STR("3"), &err), FH_INVALID);
        assert_string_equal(err.message, "'Content-Length' cannot be a header of a reply");
        char *text = repeat('a', 5000);
        fh_http_reply(x, 200, FH_STR("application/json"), (fh_str){text, 5000});
        free(text);
    }
    atomic_fetch_add(&w->handled, 1);
}

static bool holds(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

static void replies_are_packed_tagged_and_bodiless_where_they_should(void **state)
{
    (void)state;
    web w;
    web_init(&w);
    w.options.handle = reply_with_everything;
    w.options.common_fields = FH_STR("X-Content-Type-Options: nosniff\r\n");
    assert_status(web_start(&w, NULL), FH_OK);
    size_t len;
    char *got = web_talk(&w, FH_STR("GET / HTTP/1.1\r\n" CLOSE), &len);
    assert_true(holds(got, "\r\nContent-Length: 5000\r\n") && holds(got, "\r\nX-One: 1\r\n"));
    assert_true(holds(got, "\r\nVary: Accept-Encoding\r\n"));
    assert_true(holds(got, "\r\nX-Content-Type-Options: nosniff\r\n"));
    assert_false(holds(got, "X-Two") || holds(got, "Set-Cookie") || holds(got, "gzip"));
    free(got);

    got = web_talk(&w, FH_STR("GET / HTTP/1.1\r\nAccept-Encoding: br, gzip;q=0.5\r\n" CLOSE), &len);
    assert_true(holds(got, "\r\nContent-Encoding: gzip\r\n"));
    const fh_str packed = web_body(got, len);
    unsigned char out[6000], in[6000];
    assert_true(packed.len > 20 && packed.len < sizeof in);
    memcpy(in, packed.ptr, packed.len);
    z_stream z = {
        .next_in = in, .avail_in = (uInt)packed.len, .next_out = out, .avail_out = sizeof out};
    assert_int_equal(inflateInit2(&z, 31), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, 5000);
    (void)inflateEnd(&z);
    free(got);

    got = web_talk(&w, FH_STR("GET / HTTP/1.1\r\nAccept-Encoding: gzip;q=0\r\n" CLOSE), &len);
    assert_false(holds(got, "gzip"));
    free(got);
    got = web_talk(&w, FH_STR("HEAD / HTTP/1.1\r\n" CLOSE), &len);
    assert_true(holds(got, "\r\nContent-Length: 5000\r\n"));
    assert_string_equal(got + len - 4, "\r\n\r\n");
    free(got);
    got = web_talk(&w, FH_STR("GET /nothing HTTP/1.1\r\n" CLOSE), &len);
    assert_true(holds(got, "HTTP/1.1 204 No Content\r\n") && !holds(got, "Content-Length"));
    free(got);
    got = web_talk(&w, FH_STR("GET /tagged HTTP/1.1\r\nIf-None-Match: \"s\", W/\"t\"\r\n" CLOSE),
                   &len);
    assert_true(holds(got, "HTTP/1.1 304 ") && holds(got, "\r\nETag: \"t\"\r\n"));
    assert_string_equal(got + len - 4, "\r\n\r\n");
    free(got);
    got = web_talk(&w, FH_STR("GET /tagged HTTP/1.1\r\nIf-None-Match: \"s\"\r\n" CLOSE), &len);
    assert_str(web_body(got, len), "body");
    free(got);
    got = web_talk(&w, FH_STR("GET /asset HTTP/1.1\r\nAccept-Encoding: gzip\r\n" CLOSE), &len);
    assert_true(holds(got, "immutable\r\n") && holds(got, "\r\nContent-Encoding: gzip\r\n"));
    assert_str(web_body(got, len), "packed");
    free(got);
    got = web_talk(&w, FH_STR("GET /asset HTTP/1.1\r\n" CLOSE), &len);
    assert_str(web_body(got, len), "body{}");
    free(got);
    got = web_talk(&w, FH_STR("GET /asset HTTP/1.1\r\nIf-None-Match: W/\"v1\"\r\n" CLOSE), &len);
    assert_string_equal(web_statuses(got, len), "304");
    free(got);
    got = web_talk(&w, FH_STR("HEAD /asset HTTP/1.1\r\n" CLOSE), &len);
    assert_true(holds(got, "\r\nContent-Length: 6\r\n"));
    assert_string_equal(got + len - 4, "\r\n\r\n");
    free(got);
    web_stop(&w);
}

/* n bytes of zeros as gzip. */
static fh_str zeros_packed(size_t n)
{
    static unsigned char in[65536];
    unsigned char *out = malloc(n / 500 + 10000);
    assert_non_null(out);
    z_stream z = {.next_out = out, .avail_out = (uInt)(n / 500 + 10000)};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY), Z_OK);
    for (size_t left = n; left;) {
        z.next_in = in;
        z.avail_in = (uInt)(left < sizeof in ? left : sizeof in);
        left -= z.avail_in;
        assert_int_equal(deflate(&z, left ? Z_NO_FLUSH : Z_FINISH), left ? Z_OK : Z_STREAM_END);
    }
    const size_t len = (size_t)z.total_out;
    (void)deflateEnd(&z);
    return (fh_str){(char *)out, len};
}

static void post_packed(const web *w, fh_str packed, size_t cut, const char *statuses)
{
    fh_buf bytes;
    size_t len;
    fh_buf_init(&bytes, NULL, 1 << 24);
    fh_buf_printf(&bytes, POST "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
                  packed.len - cut);
    fh_buf_put(&bytes, packed.ptr, packed.len - cut);
    fh_buf_str(&bytes, FH_STR(LAST));
    char *got = web_talk(w, fh_buf_view(&bytes), &len);
    assert_string_equal(web_statuses(got, len), statuses);
    free(got);
    fh_buf_free(&bytes);
}

static void a_gzip_bomb_goes_off_at_the_limit(void **state)
{
    (void)state;
    web w;
    web_init(&w);
    assert_status(web_start(&w, NULL), FH_OK);
    union {
        const char *from;
        void *to;
    } fits, bomb;
    fh_str packed = zeros_packed(1 << 20);
    fits.from = packed.ptr;
    post_packed(&w, packed, 0, "200,200");
    post_packed(&w, packed, 9, "400");       /* cut short */
    const fh_str small = zeros_packed(1000); /* twice, one after the other: one file to gzip */
    union {
        const char *from;
        void *to;
    } one = {small.ptr};
    fh_buf twice;
    fh_buf_init(&twice, NULL, 10000);
    fh_buf_str(&twice, small);
    fh_buf_str(&twice, small);
    post_packed(&w, fh_buf_view(&twice), 0, "200,200");
    post_packed(&w, fh_buf_view(&twice), 1, "400");
    fh_buf_free(&twice);
    free(one.to);
    packed = zeros_packed((1 << 20) + 1);
    bomb.from = packed.ptr;
    post_packed(&w, packed, 0, "413");
    free(bomb.to);
    packed = zeros_packed(100u << 20); /* 100 KB that would be 100 MB */
    bomb.from = packed.ptr;
    post_packed(&w, packed, 0, "413");
    free(bomb.to);
    free(fits.to);
    web_stop(&w);
}

typedef struct sink_state {
    size_t n;
    unsigned sum;
    bool fails;
} sink_state;

static fh_status sink(void *ctx, fh_http_exchange *x, fh_str piece, fh_error *err)
{
    sink_state *s = ctx;
    (void)x;
    if (s->fails && s->n + piece.len > 100000)
        return fh_fail(err, FH_CONFLICT, "this import is over already");
    for (size_t i = 0; i < piece.len; i++) s->sum = s->sum * 31 + (unsigned char)piece.ptr[i];
    s->n += piece.len;
    return FH_OK;
}

static void begin_sink(void *ctx, fh_http_exchange *x, fh_http_plan *plan)
{
    web *w = ctx;
    atomic_fetch_add(&w->begun, 1);
    if (fh_str_eq(fh_http_request_of(x)->path, FH_STR("/no"))) {
        fh_http_reply(x, 403, FH_STR("text/plain"), FH_STR("no"));
        return;
    }
    plan->max_body = 10 << 20;
    plan->gzip = true;
    plan->sink = sink;
    plan->sink_ctx = w->own;
}

static void bodies_go_to_a_sink_piece_by_piece(void **state)
{
    (void)state;
    web w;
    sink_state s = {0};
    web_init(&w);
    w.own = &s;
    w.options.begin = begin_sink;
    assert_status(web_start(&w, NULL), FH_OK);
    fh_buf bytes;
    fh_buf_init(&bytes, NULL, 1 << 24);
    unsigned sum = 0;
    fh_buf_text(&bytes, POST "Content-Length: 3000000\r\n\r\n");
    for (size_t i = 0; i < 3000000; i++) {
        const char c = (char)(i * i >> 3);
        sum = sum * 31 + (unsigned char)c;
        fh_buf_char(&bytes, c);
    }
    fh_buf_str(&bytes, FH_STR(LAST));
    size_t len;
    char *got = web_talk(&w, fh_buf_view(&bytes), &len);
    assert_string_equal(web_statuses(got, len), "200,200");
    assert_int_equal(s.n, 3000000);
    assert_int_equal(s.sum, sum);
    free(got);
    s = (sink_state){.fails = true};
    got = web_talk(&w, fh_buf_view(&bytes), &len);
    assert_string_equal(web_statuses(got, len), "409");
    assert_true(holds(got, "this import is over already"));
    free(got);
    fh_buf_free(&bytes);
    web_stop(&w);
}

static void one_hundred_continue_comes_only_after_begin_agreed(void **state)
{
    (void)state;
    web w;
    web_init(&w);
    w.options.begin = begin_sink;
    sink_state s = {0};
    w.own = &s;
    assert_status(web_start(&w, NULL), FH_OK);
    int fd = web_connect(&w);
    web_send(fd, FH_STR("POST /yes HTTP/1.1\r\n" HOST
                        "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
    char *got = web_read_until(fd, "\r\n\r\n");
    assert_string_equal(got, "HTTP/1.1 100 Continue\r\n\r\n");
    free(got);
    web_send(fd, FH_STR("abc" LAST));
    size_t len;
    got = web_read_all(fd, &len);
    assert_string_equal(web_statuses(got, len), "200,200");
    free(got);
    (void)close(fd);

    fd = web_connect(&w);
    web_send(fd, FH_STR("POST /no HTTP/1.1\r\n" HOST
                        "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
    got = web_read_all(fd, &len); /* and the connection ends: a body may be coming */
    assert_string_equal(web_statuses(got, len), "403");
    free(got);
    (void)close(fd);

    /* A body that is there in full is passed over, and the connection goes on. */
    got = web_talk(&w, FH_STR("POST /no HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc" LAST),
                   &len);
    assert_string_equal(web_statuses(got, len), "403,200");
    free(got);
    web_stop(&w);
}

static void replies_keep_the_order_of_requests_although_made_elsewhere(void **state)
{
    (void)state;
    web w;
    web_init(&w);
    assert_status(web_start(&w, NULL), FH_OK);
    const int fd = web_connect(&w);
    web_send(fd, FH_STR("GET /hold HTTP/1.1\r\n" HOST "\r\n"
                        "GET /echo/2 HTTP/1.1\r\n" HOST "\r\n" LAST));
    fh_http_exchange *x = web_wait_held(&w);
    assert_int_equal(atomic_load(&w.begun), 1); /* the second waits */
    fh_http_batch batch = {NULL};
    fh_http_reply_later(&batch, x, 201, FH_STR("text/plain"), FH_STR("one"));
    fh_http_batch_send(&batch);
    assert_null(batch.first);
    size_t len;
    char *got = web_read_all(fd, &len);
    assert_string_equal(web_statuses(got, len), "201,200,200");
    assert_str(web_body(got, len), "one");
    free(got);
    (void)close(fd);
    web_stop(&w);
}

static void a_client_that_goes_away_leaves_its_exchange_whole(void **state)
{
    (void)state;
    web w;
    web_init(&w);
    assert_status(web_start(&w, NULL), FH_OK);
    const int fd = web_connect(&w);
    const struct linger reset = {1, 0};
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset), 0);
    web_send(fd, FH_STR("GET /hold?a=b HTTP/1.1\r\n" HOST "\r\n"));
    fh_http_exchange *x = web_wait_held(&w);
    (void)close(fd); /* with a reset */
    expect(&w, LAST, "200");
    assert_str(fh_http_request_of(x)->query, "a=b");
    fh_http_reply(x, 200, FH_STR("text/plain"), FH_STR("late"));
    web_wait(&w.over, 2);
    web_stop(&w);
}

static void a_unix_socket_serves_and_an_abandoned_one_is_replaced(void **state)
{
    (void)state;
    char path[64];
    (void)snprintf(path, sizeof path, "/tmp/firsthand-http-%ld.sock", (long)getpid());
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    memcpy(at.sun_path, path, strlen(path) + 1);
    const int left = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(left, (const struct sockaddr *)&at, sizeof at), 0);
    (void)close(left); /* the file stays */
    static const char *const trusted[] = {"unix"};
    for (int i = 0; i < 2; i++) {
        web w;
        web_init(&w);
        w.listener = (fh_http_listener){.unix_path = path, .unix_mode = i ? 0660 : 0};
        w.options.loops = 2;
        w.options.trusted = trusted;
        w.options.n_trusted = (size_t)i;
        assert_status(web_start(&w, NULL), FH_OK);
        assert_int_equal(w.port, 0);
        struct stat about;
        assert_int_equal(stat(path, &about), 0);
        if (i) assert_int_equal(about.st_mode & 0777, 0660);
        fh_error err;
        fh_http_server *second;
        assert_status(fh_http_server_start(&w.options, &second, &err), FH_BUSY);
        const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        assert_int_equal(connect(fd, (const struct sockaddr *)&at, sizeof at), 0);
        web_send(fd, FH_STR("GET /echo HTTP/1.1\r\nX-Forwarded-For: 9.9.9.9\r\n" CLOSE));
        size_t len;
        char *got = web_read_all(fd, &len);
        assert_str(web_body(got, len), i ? "GET /echo ? from 9.9.9.9, body 0 sum 0"
                                         : "GET /echo ? from unix, body 0 sum 0");
        free(got);
        (void)close(fd);
        web_stop(&w);
        assert_int_not_equal(access(path, F_OK), 0);
    }
}

static void a_taken_port_and_bad_options_are_explained(void **state)
{
    (void)state;
    web w, other;
    fh_error err;
    web_init(&w);
    web_init(&other);
    assert_status(web_start(&w, &err), FH_OK);
    other.listener.port = w.port;
    assert_status(web_start(&other, &err), FH_BUSY);
    assert_true(holds(err.message, "Address already in use") && err.hint[0]);
    other.listener = (fh_http_listener){.address = "localhost"};
    assert_status(web_start(&other, &err), FH_INVALID);
    assert_true(holds(err.message, "it is no address"));
    static const char *const trusted[] = {"10.0.0.0/33"};
    other.listener = (fh_http_listener){.address = "127.0.0.1"};
    other.options.trusted = trusted;
    other.options.n_trusted = 1;
    assert_status(web_start(&other, &err), FH_INVALID);
    other.options.n_trusted = 0;
    other.options.common_fields = FH_STR("A: b\n");
    assert_status(web_start(&other, &err), FH_INVALID);
    other.options.common_fields = (fh_str){NULL, 0};
    other.options.tls_cert = other.options.tls_key = "/nonexistent";
    assert_status(web_start(&other, &err), FH_INVALID);
    assert_true(holds(err.message, "cannot use the certificate /nonexistent"));
    assert_int_equal(atomic_load(&other.blocks), 0);
    web_stop(&w);
}

/* One round: GET, POST in pieces, a held request; each is answered or cut off. */
static void use_a_little(web *w, bool must_work)
{
    size_t len;
    char *got =
        web_talk(w,
                 FH_STR(POST "Content-Length: 3\r\n\r\nabc"
                             "POST /echo/%41 HTTP/1.1\r\n" HOST
                             "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" LAST),
                 &len);
    if (must_work) assert_string_equal(web_statuses(got, len), "200,200,200");
    free(got);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    long n = 0;
    for (bool reached = true; reached;) {
        web w;
        web_init(&w);
        atomic_store(&w.memory_fails_at, ++n);
        const fh_status status = web_start(&w, NULL);
        if (status == FH_OK) {
            use_a_little(&w, false);
            use_a_little(&w, atomic_load(&w.allocations) >= n); /* one failure does not last */
        } else {
            assert_status(status, FH_NOMEM);
        }
        reached = atomic_load(&w.allocations) >= n;
        web_stop(&w);
        assert_true(n < 500);
    }
}

static void every_call_to_the_network_may_fail(void **state)
{
    (void)state;
    const unsigned files = web_open_files();
    long n = 0;
    for (bool reached = true; reached;) {
        web w;
        web_init(&w);
        w.stumble = WEB_FAILS;
        w.options.limits.ping_ms = 400; /* so that it soon looks again whether it may accept */
        atomic_store(&w.net_fails_at, ++n);
        const fh_status status = web_start(&w, NULL);
        if (status == FH_OK) {
            use_a_little(&w, false);
            use_a_little(&w, atomic_load(&w.net_calls) >= n);
        } else {
            assert_status(status, FH_IO);
        }
        reached = atomic_load(&w.net_calls) >= n;
        web_stop(&w);
        assert_true(n < 500);
    }
    assert_int_equal(web_open_files(), files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_two_readers_could_understand_differently_is_refused),
        cmocka_unit_test(the_pieces_in_which_bytes_come_do_not_matter),
        cmocka_unit_test(limits_hold_for_lines_headers_and_their_number),
        cmocka_unit_test(requests_arrive_as_they_were_meant),
        cmocka_unit_test(fields_and_cookies_are_found),
        cmocka_unit_test(a_batch_answers_exchanges_of_all_loops),
        cmocka_unit_test(a_thousand_requests_sent_ahead_are_answered_in_order),
        cmocka_unit_test(ipv6_is_served_and_its_clients_are_named),
        cmocka_unit_test(refusals_are_told_to_the_log_and_users_pointers_are_kept),
        cmocka_unit_test(forwarded_addresses_are_believed_from_trusted_proxies_only),
        cmocka_unit_test(replies_are_packed_tagged_and_bodiless_where_they_should),
        cmocka_unit_test(a_gzip_bomb_goes_off_at_the_limit),
        cmocka_unit_test(bodies_go_to_a_sink_piece_by_piece),
        cmocka_unit_test(one_hundred_continue_comes_only_after_begin_agreed),
        cmocka_unit_test(replies_keep_the_order_of_requests_although_made_elsewhere),
        cmocka_unit_test(a_client_that_goes_away_leaves_its_exchange_whole),
        cmocka_unit_test(a_unix_socket_serves_and_an_abandoned_one_is_replaced),
        cmocka_unit_test(a_taken_port_and_bad_options_are_explained),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(every_call_to_the_network_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
