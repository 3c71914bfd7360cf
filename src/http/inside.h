/* inside.h - what the files of the server know of one another.
 *
 *     server --- loop (a thread) --- connection --- exchange --- stream
 *            --- loop            --- connection     (while a request is under way)
 *
 * Everything belongs to one loop and is touched by its thread alone, but for an
 * exchange that was handed out: its holder writes the reply into it and gives it
 * back by the loop's list `returned`. What the holders of streams and the loop share
 * is guarded by the loop's lock.
 */
#ifndef FH_HTTP_INSIDE_H
#define FH_HTTP_INSIDE_H

#include "http/chunk.h"
#include "http/http.h"
#include "http/parse.h"
#include "os/net.h"
#include "os/threads.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    FH_HTTP_ID = 16,
    FH_HTTP_DATE = 29,             /* "Sun, 06 Nov 1994 08:49:37 GMT" */
    FH_HTTP_SCRATCH = 65536,       /* a loop's room for reading       */
    FH_HTTP_FIRST_READ = 4096,     /* room a request begins with      */
    FH_HTTP_SPARES = 256,          /* exchanges, and buffers for reading, a loop keeps for reuse */
    FH_HTTP_KEPT_ARENA = 16384,    /* bytes an exchange kept so keeps in its arena */
    FH_HTTP_STREAM_AHEAD = 262144, /* bytes a stream may be ahead of its client */
    FH_HTTP_EVENTS_AHEAD = 65536
};
#define FH_HTTP_MAX_REPLY ((size_t)1 << 31)

typedef struct fh_http_loop fh_http_loop;
typedef struct fh_http_conn fh_http_conn;

/* What an event of the poller is about; the first member of all that is watched. */
typedef enum fh_http_tag { FH_TAG_LISTENER, FH_TAG_WAKER, FH_TAG_CONN } fh_http_tag;

typedef enum fh_http_phase {
    FH_CONN_HANDSHAKE,
    FH_CONN_HEAD,      /* between requests, or reading a header    */
    FH_CONN_BODY,      /* reading a body                           */
    FH_CONN_HELD,      /* the exchange is with the program         */
    FH_CONN_SENDING,   /* writing a reply                          */
    FH_CONN_STREAMING, /* writing what comes from a stream         */
    FH_CONN_LINGER,    /* replied and finished; reading what the client still sends,
                          for closing at once could take the reply from it */
    FH_CONN_CLOSED     /* no socket any more; waiting for the holder or to be freed */
} fh_http_phase;

struct fh_http_conn {
    fh_http_tag tag;
    fh_http_phase phase;
    int socket;
    fh_http_loop *loop;
    fh_http_conn *before, *after; /* of the loop's connections, or of its closed ones */
    fh_http_conn *again;          /* next of those to go on with without an event */
    void *tls;                    /* SSL; NULL: plain */
    fh_net_peer peer;
    char remote[FH_NET_TEXT];
    bool trusted; /* a proxy whose word is believed */
    bool counted; /* in the number of its address */
    bool readable, writable, ended, dead;
    bool waiting_again, last; /* last: close after this reply */
    char *in;                 /* [in_cap]; what was read and not used up; NULL when nothing */
    size_t in_len, in_cap;
    fh_http_exchange *x; /* NULL between requests */
    int64_t since_ms;    /* when the phase's deadline began to run */
    uint64_t moved;      /* bytes since then that the deadline allows for */
    int64_t next_ping_ms;
    uint32_t n_exchanges;
};

/* A body on its way: off the chunks, unpacked, then collected or handed on. */
typedef struct fh_http_body {
    bool expected, chunked, in_place, too_large;
    fh_http_chunks chunks;
    uint64_t left;     /* of Content-Length */
    uint64_t received; /* as sent */
    uint64_t len;      /* as unpacked */
    void *gunzip;      /* z_stream; NULL: not packed */
    bool gzip_done;
    fh_buf collected;
    const char *why; /* when refused */
} fh_http_body;

struct fh_http_exchange {
    fh_http_conn *conn;
    fh_http_loop *loop;
    fh_http_exchange *next; /* in a batch, in `returned`, or among the spares */
    fh_http_request request;
    fh_http_plan plan;
    fh_http_body body;
    fh_arena *arena;
    void *user;
    char remote[FH_NET_TEXT];
    char id[FH_HTTP_ID];
    int64_t began_ms;
    bool begun;      /* the program knows of it */
    bool answered;   /* on the loop, within begin or handle */
    bool keep;       /* the connection may go on after it   */
    bool old;        /* HTTP/1.0 */
    size_t consumed; /* bytes of conn->in that it used up */

    /* The reply. */
    int status;
    fh_buf fields; /* added by the program */
    fh_buf out;    /* header and body; date_at: where the loop puts the date */
    size_t date_at, head_len, out_sent;
    fh_str tail; /* goes out after `out`; not owned */
    uint64_t sent;
    bool stop_after; /* "Connection: close" was said */
    bool failed;     /* no memory for the reply */
    fh_http_stream *stream;

    fh_http_head head; /* last: the spans need no clearing */
};

struct fh_http_stream {
    fh_http_exchange *x;
    fh_http_loop *loop;
    bool events, chunked, no_body; /* no_body: the reply to HEAD */
    uint64_t left;                 /* of a length that was told; else FH_HTTP_LENGTH_UNKNOWN */
    fh_http_gone *gone_fn;
    void *gone_ctx;
    /* Under the loop's lock. */
    fh_buf pending;
    bool posted; /* in the loop's list */
    bool ended, whole, gone, too_slow;
    bool told; /* the loop's own: gone_fn was called, or need not be */
};

typedef struct fh_http_listening {
    fh_http_tag tag;
    int socket;
    bool watched;
    bool shared; /* owned by another loop */
} fh_http_listening;

struct fh_http_loop {
    fh_http_server *server;
    uint32_t number;
    fh_thread *thread;
    pthread_t self;
    int poller, waker;
    fh_http_tag waker_tag;
    fh_http_listening *listening; /* [server->n_listeners] */
    int64_t now_ms, swept_ms, full_until_ms;
    int64_t date_s;
    char date[FH_HTTP_DATE + 1];
    uint64_t next_id;
    fh_http_conn *conns, *closed, *again;
    uint32_t n_conns;
    fh_http_exchange *calling; /* the one whose begin or handle runs */
    fh_http_exchange *spare;
    uint32_t n_spare, n_spare_in;
    char *spare_in[FH_HTTP_SPARES]; /* [n_spare_in] of FH_HTTP_FIRST_READ bytes */
    bool stopping;
    int64_t stop_at_ms;
    char *scratch; /* [FH_HTTP_SCRATCH] */
    fh_error sink_error;

    _Atomic(fh_http_exchange *) returned;
    atomic_uint pushers; /* threads that may still touch the waker */
    fh_mutex *lock;      /* of streams */
    fh_cond *drained;    /* a stream's client caught up, or went */

    /* Written by the loop alone. */
    _Atomic uint64_t accepted, turned_away, requests, refused, timed_out, bytes_in, bytes_out;
    _Atomic uint32_t streams;
};

/* How many connections each address has. */
typedef struct fh_http_addresses fh_http_addresses;
FH_MUST_CHECK fh_http_addresses *fh_http_addresses_new(const fh_allocator *from, uint32_t most,
                                                       uint64_t key);
void fh_http_addresses_free(fh_http_addresses *a);
/* False when the address has `most_each` already, or there is no room for it. */
bool fh_http_addresses_enter(fh_http_addresses *a, const unsigned char address[16],
                             uint32_t most_each);
void fh_http_addresses_leave(fh_http_addresses *a, const unsigned char address[16]);

typedef struct fh_http_network {
    unsigned char address[16];
    uint8_t bits; /* of them that count */
} fh_http_network;

struct fh_http_server {
    fh_allocator memory;
    const fh_os *os;
    const fh_net *net;
    fh_http_limits limits;
    int64_t tick_ms;          /* between looks at the deadlines */
    fh_http_network *trusted; /* [n_trusted] */
    size_t n_trusted;
    size_t trusted_size; /* that `trusted` has room for */
    bool trusts_local;
    char *common; /* fields of every reply */
    size_t common_len;
    void *ctx;
    fh_http_begin *begin;
    fh_http_handle *handle;
    fh_http_ended *ended;
    void (*log)(void *ctx, fh_http_severity severity, const char *message);
    struct fh_http_tls *tls;
    fh_http_addresses *addresses;
    size_t n_listeners;
    uint16_t *ports;     /* [n_listeners] */
    char **unix_paths;   /* [n_listeners]; NULL for TCP */
    fh_http_loop *loops; /* [n_loops] */
    uint32_t n_loops, n_started;
    uint64_t id_base;
    atomic_bool stopping;
    _Atomic int64_t patience_ms;
    _Atomic uint32_t connections;
    fh_mutex *lock;
    fh_cond *loop_ended;
    uint32_t n_running; /* under the lock */
    bool stopped;
};

static inline void *fh_http_alloc(const fh_http_server *s, size_t size)
{
    return s->memory.alloc(s->memory.ctx, size);
}
static inline void fh_http_release(const fh_http_server *s, void *ptr, size_t size)
{
    if (ptr) s->memory.free(s->memory.ctx, ptr, size);
}
/* One writer, so no need to lock the bus. */
static inline void fh_http_count(_Atomic uint64_t *counter, uint64_t by)
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + by,
                          memory_order_relaxed);
}
void fh_http_log(const fh_http_server *s, fh_http_severity severity, const char *fmt, ...)
    FH_PRINTF(3, 4);

/* target.c: NULL and *out, or why it is refused. `to` has room for raw.len bytes. */
const char *fh_http_decode_path(fh_str raw, char *to, fh_str *out);

/* request.c: fills in x->request from x->head; 0 or the status to refuse with. */
int fh_http_request_make(fh_http_exchange *x, const char **why);
bool fh_http_is_trusted(const fh_http_server *s, const fh_net_peer *peer);

/* body.c: 0, or the status to refuse with and x->body.why. */
int fh_http_body_begin(fh_http_exchange *x);
/* Where to read next, and at most how much. */
char *fh_http_body_room(fh_http_exchange *x, size_t *room);
/* Takes `n` bytes of what was sent, adding to *used; 1: that was all of the body. */
int fh_http_body_take(fh_http_exchange *x, const char *bytes, size_t n, size_t *used);
void fh_http_body_end(fh_http_exchange *x);

/* reply.c */
void fh_http_reply_build(fh_http_exchange *x, int status, fh_str type, fh_str body, bool pack);
void fh_http_problem_build(fh_http_exchange *x, int status, fh_str detail);
void fh_http_head_build(fh_http_exchange *x, int status, fh_str type, const char *rest);

/* loop.c: hands an exchange back to its loop. */
void fh_http_give_back(fh_http_exchange *x);
bool fh_http_on_loop(const fh_http_exchange *x);
void fh_http_loop_run(void *loop);
fh_http_exchange *fh_http_exchange_new(fh_http_conn *c);
void fh_http_exchange_free(fh_http_exchange *x);
/* Room for reading. What a request is first read into is taken and kept by the hundred. */
char *fh_http_input_new(fh_http_loop *loop, size_t cap);
void fh_http_input_free(fh_http_loop *loop, char *in, size_t cap); /* NULL is allowed */

/* connection.c */
void fh_http_conn_accept(fh_http_loop *loop, int socket, const fh_net_peer *peer);
void fh_http_conn_run(fh_http_conn *c); /* as far as it goes now */
void fh_http_conn_returned(fh_http_exchange *x);
void fh_http_conn_close(fh_http_conn *c);
/* Closes what is past its deadline, or idle while the server stops. */
void fh_http_conn_check(fh_http_conn *c);

/* stream.c, on the loop, without the lock. */
void fh_http_stream_fill(fh_http_stream *s);    /* moves what is pending into x->out */
void fh_http_stream_arrived(fh_http_stream *s); /* it is no longer in the loop's list */
/* Ended, taken, and known to nobody but the loop. */
bool fh_http_stream_is_over(const fh_http_stream *s);
bool fh_http_stream_is_slow(const fh_http_stream *s);
void fh_http_stream_lost(fh_http_stream *s); /* the client is gone */
void fh_http_stream_free(fh_http_stream *s);

/* tls.c; and plain sockets: like fh_net's read and write. */
FH_MUST_CHECK fh_status fh_http_tls_new(fh_http_server *s, const char *cert, const char *key,
                                        fh_error *err);
void fh_http_tls_free(fh_http_server *s);
bool fh_http_tls_accept(fh_http_conn *c);     /* begins the handshake; false: no memory */
ptrdiff_t fh_http_tls_greet(fh_http_conn *c); /* 1: done */
void fh_http_tls_close(fh_http_conn *c);
ptrdiff_t fh_http_conn_read(fh_http_conn *c, void *to, size_t n);
ptrdiff_t fh_http_conn_write(fh_http_conn *c, const fh_str *pieces, size_t n_pieces);

#endif
