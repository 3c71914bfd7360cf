/* web.h - a small server under test, and a client that sends exactly what it is told.
 *
 * The server allocates through a counting, thread-safe allocator whose n-th call can
 * be made to fail, and talks through a fh_net that can be made to stumble.
 */
#ifndef FH_TEST_WEB_H
#define FH_TEST_WEB_H

#include "test.h"

#include "http/http.h"
#include "os/net.h"

#include <stdatomic.h>

typedef enum web_stumble {
    WEB_SOUND,
    WEB_BYTEWISE, /* every write is of one byte */
    WEB_FAILS     /* the n-th call of those that can fail fails, once           */
} web_stumble;

typedef struct web {
    fh_http_options options; /* loops 1 and a listener on 127.0.0.1 unless changed */
    fh_http_listener listener;
    fh_http_server *server;
    uint16_t port;
    void *own; /* of the test */

    fh_allocator memory;
    atomic_long blocks, allocations, memory_fails_at; /* 0: never */
    fh_net net;
    web_stumble stumble;
    atomic_long net_calls, net_fails_at;

    /* What the program saw. */
    atomic_uint begun, handled, over;
    _Atomic(fh_http_exchange *) held; /* by a request for /hold */
    atomic_int last_status;
    atomic_bool last_complete;
} web;

/* Answers /hold never (it is put into w->held), /echo with what was asked for, all
 * else with "ok". Bodies up to 1 MiB, gzip too. */
void web_init(web *w);
fh_status web_start(web *w, fh_error *err);
void web_stop(web *w); /* and checks that nothing is left */
void web_begin(void *ctx, fh_http_exchange *x, fh_http_plan *plan);
void web_handle(void *ctx, fh_http_exchange *x);

typedef struct web_case {
    const char *name;
    fh_str request;
    const char *statuses; /* of all replies, that to WEB_LAST included */
} web_case;
extern const web_case web_cases[];
extern const size_t web_n_cases;
#define WEB_LAST "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

/* A connection that gives up after a minute. */
int web_connect(const web *w);
int web_connect_unix(const char *path); /* -1 when nobody listens */
void web_send(int fd, fh_str bytes);
/* All that comes until the end, NUL-terminated, in memory the caller frees. */
char *web_read_all(int fd, size_t *len);
/* Reads until `text` was seen; what came, to be freed. */
char *web_read_until(int fd, const char *text);
/* Sends, reads to the end, closes. */
char *web_talk(const web *w, fh_str bytes, size_t *len);
/* "200,200,400": the statuses of whole replies one after the other, interim ones
 * included; "?" where what comes is no reply. */
const char *web_statuses(const char *replies, size_t len);
/* The body of the first reply that is not interim. */
fh_str web_body(const char *replies, size_t len);
/* Waits until *value is `wanted`, a minute at most; fails the test otherwise. */
void web_wait(const atomic_uint *value, unsigned wanted);
fh_http_exchange *web_wait_held(web *w);
/* How many file descriptors this process has open. */
unsigned web_open_files(void);

#endif
