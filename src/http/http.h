/* http.h - a strict HTTP/1.1 server; knows nothing of routes, people or storage.
 *
 *     static void begin(void *ctx, fh_http_exchange *x, fh_http_plan *plan)
 *     {
 *         plan->max_body = 1 << 20;                    (or reply here and now)
 *     }
 *     static void handle(void *ctx, fh_http_exchange *x)
 *     {
 *         fh_http_reply(x, 200, FH_STR("text/plain"), FH_STR("hello\n"));
 *     }
 *     fh_http_options o = {.listeners = &at, .n_listeners = 1, .begin = begin, .handle = handle};
 *     fh_http_server *server;
 *     if (fh_http_server_start(&o, &server, err) != FH_OK) ...
 *     fh_http_server_stop(server, 10000);
 *     fh_http_server_free(server);
 *
 * One event loop a core; each accepts for itself and owns its connections. A
 * connection has one exchange (a request and its reply) at a time; what the client
 * sends ahead waits. `begin` and `handle` run on the loop and must not block: who
 * needs a disk, a lock or a second hands the exchange to a thread of his own and
 * returns; any thread may reply later, exactly once. What goes to the client is
 * checked: no byte of a header can end a line. Requests that two readers could
 * understand differently are refused (README.md has the table).
 */
#ifndef FH_HTTP_HTTP_H
#define FH_HTTP_HTTP_H

#include "os/os.h"

typedef struct fh_http_server fh_http_server;
typedef struct fh_http_exchange fh_http_exchange;
struct fh_net;

/* ---- The request --------------------------------------------------------- */

/* TRACE, CONNECT and all others are refused before begin. */
typedef enum fh_http_method {
    FH_HTTP_GET,
    FH_HTTP_HEAD,
    FH_HTTP_POST,
    FH_HTTP_PUT,
    FH_HTTP_PATCH,
    FH_HTTP_DELETE,
    FH_HTTP_OPTIONS
} fh_http_method;

/* Slices live until the exchange ends (for an event stream: until it begins). */
typedef struct fh_http_request {
    fh_http_method method; /* HEAD is answered like GET; its body is never sent */
    fh_str method_name;
    fh_str target;     /* as it was sent                                        */
    fh_str path;       /* decoded once, UTF-8; no NUL, no control byte, no      */
                       /* encoded slash, no "." or ".." segment; or "*"         */
    fh_str query;      /* after the '?', still encoded; see fh_http_query       */
    fh_str host;       /* of the Host header; may be empty for HTTP/1.0 only    */
    fh_str body;       /* in handle: all of it, unpacked; empty with a sink     */
    uint64_t body_len; /* in handle: its length, also with a sink               */
    fh_str remote;     /* the client's address as text, behind trusted proxies; */
                       /* "unix" for a UNIX socket nobody speaks for            */
    fh_str id;         /* 16 hexadecimal digits, for logs                       */
    bool secure;       /* TLS here, or said by a trusted proxy                  */
} fh_http_request;

const fh_http_request *fh_http_request_of(const fh_http_exchange *x);

/* The first field of a name, without regard to case; ptr NULL when there is none.
 * Host, Content-Type, Authorization, Origin and their like can be there only once:
 * a request that repeats them was refused. */
fh_str fh_http_field(const fh_http_exchange *x, const char *name);
/* All fields in their order, starting with *i = 0. */
bool fh_http_next_field(const fh_http_exchange *x, size_t *i, fh_str *name, fh_str *value);
/* A cookie's value; ptr NULL when there is none. */
fh_str fh_http_cookie(const fh_http_exchange *x, const char *name);

/* The pairs of a query or of a form's body (application/x-www-form-urlencoded),
 * decoded, starting with *at = 0. FH_NOTFOUND after the last; FH_FORMAT for a broken
 * %-escape, a NUL, or what is not UTF-8. */
FH_MUST_CHECK fh_status fh_http_next_pair(fh_arena *arena, fh_str text, size_t *at, fh_str *name,
                                          fh_str *value, fh_error *err);
/* The one of that name: FH_NOTFOUND when absent, FH_FORMAT when it is there twice
 * or anything in the text is malformed. */
FH_MUST_CHECK fh_status fh_http_pair(fh_arena *arena, fh_str text, const char *name, fh_str *value,
                                     fh_error *err);

/* Memory that lives as long as the exchange; NULL when there is none to be had.
 * Whoever holds the exchange uses it, one thread at a time. */
FH_MUST_CHECK fh_arena *fh_http_arena(fh_http_exchange *x);
/* What the program hangs on an exchange; freed by it in `ended`. */
void fh_http_set_user(fh_http_exchange *x, void *user);
void *fh_http_user(const fh_http_exchange *x);

/* ---- Handling ------------------------------------------------------------ */

/* Takes the body piece by piece on the loop, in order; must not block for long.
 * Failing stops the upload: the status and message go to the client. */
typedef fh_status fh_http_sink(void *ctx, fh_http_exchange *x, fh_str piece, fh_error *err);

typedef struct fh_http_plan {
    uint64_t max_body;  /* as unpacked; more is refused with 413. 0: none is welcome */
    bool gzip;          /* Content-Encoding: gzip is unpacked; else refused with 415 */
    fh_http_sink *sink; /* NULL: collected in memory                                 */
    void *sink_ctx;
} fh_http_plan;

typedef struct fh_http_outcome {
    int status;        /* that was sent; 0 when nothing was */
    bool complete;     /* the reply reached the socket whole */
    uint64_t received; /* bytes of body, as sent */
    uint64_t sent;     /* bytes of body */
    int64_t ms;        /* from the first byte of the request */
} fh_http_outcome;

/* A header is complete and sound. Reply at once to refuse, or fill in the plan;
 * only then is "100 Continue" sent and the body read. */
typedef void fh_http_begin(void *ctx, fh_http_exchange *x, fh_http_plan *plan);
/* The request is complete. Reply, begin a stream, or keep it and do so later. */
typedef void fh_http_handle(void *ctx, fh_http_exchange *x);
/* The exchange is over, and `x` ends with this call; once for every begin, on the
 * loop. The place for the access log and for freeing what hangs on it. */
typedef void fh_http_ended(void *ctx, fh_http_exchange *x, const fh_http_outcome *outcome);

/* ---- The reply ----------------------------------------------------------- */

/* Adds a field to the reply to come. FH_INVALID when the name is not a token, the
 * value holds a control byte, or the field is one of the server's own
 * (Content-Length, Transfer-Encoding, Connection, Date, Content-Encoding, Trailer). */
FH_MUST_CHECK fh_status fh_http_add_field(fh_http_exchange *x, const char *name, fh_str value,
                                          fh_error *err);

/* Adds fields as they are, each ended by CRLF and none of them the server's own: for what stands
 * in the program, as nothing is looked at. */
void fh_http_add_lines(fh_http_exchange *x, fh_str lines);

/* Replies, from any thread; the exchange is no longer the caller's. The body is
 * copied, and packed with gzip when that is accepted, worth it, and the type is
 * text. `type` may be empty when there is no body. Without memory for the reply
 * the connection is closed. */
void fh_http_reply(fh_http_exchange *x, int status, fh_str type, fh_str body);
/* The same without gzip: for bodies that hold a secret beside what a stranger may
 * have sent, or are packed already. */
void fh_http_reply_plain(fh_http_exchange *x, int status, fh_str type, fh_str body);
/* With an entity tag, quoted: '"abc"'. When If-None-Match names it, GET and HEAD
 * are answered 304 without a body. */
void fh_http_reply_tagged(fh_http_exchange *x, int status, fh_str type, fh_str body, fh_str etag);
/* An error as application/problem+json (RFC 9457), the way the server itself replies. */
void fh_http_reply_problem(fh_http_exchange *x, int status, fh_str detail);
/* True when a list of entity tags (If-None-Match, If-Match) holds `etag` or is "*". */
bool fh_http_tag_matches(fh_str list, fh_str etag);
/* "Not Found"; "Status" for a number nobody knows. */
const char *fh_http_reason(int status);

/* Replies gathered by one thread (a group commit) and handed over together: each
 * loop is woken once. */
typedef struct fh_http_batch {
    fh_http_exchange *first;
} fh_http_batch;
void fh_http_reply_later(fh_http_batch *batch, fh_http_exchange *x, int status, fh_str type,
                         fh_str body);
void fh_http_batch_send(fh_http_batch *batch); /* leaves it empty */

/* A file made when the program was built; all of it stays where it is while the
 * server runs. */
typedef struct fh_http_asset {
    fh_str type, raw;
    fh_str gzip;    /* empty when not worth it */
    fh_str etag;    /* quoted */
    bool immutable; /* its name changes with its content: cached for a year */
} fh_http_asset;
void fh_http_reply_asset(fh_http_exchange *x, const fh_http_asset *asset);

/* ---- Streams ------------------------------------------------------------- */

/* A reply whose length is not known yet, written from a thread that is not a loop's.
 *
 *     if (fh_http_stream_begin(x, 200, FH_STR("text/csv"), &s, err) != FH_OK)
 *         return fh_http_reply_problem(x, 503, ...);   (still the caller's)
 *     while (more && fh_http_stream_write(s, piece, err) == FH_OK) ...
 *     fh_http_stream_end(s, whole);
 */
typedef struct fh_http_stream fh_http_stream;

#define FH_HTTP_LENGTH_UNKNOWN UINT64_MAX
FH_MUST_CHECK fh_status fh_http_stream_begin(fh_http_exchange *x, int status, fh_str type,
                                             uint64_t length, fh_http_stream **out, fh_error *err);
/* Waits while the client is behind by more than 256 KiB; FH_INTERRUPTED when it is
 * gone or too slow. */
FH_MUST_CHECK fh_status fh_http_stream_write(fh_http_stream *s, fh_str piece, fh_error *err);
/* Always, and last. `whole` false cuts the connection, so that the client cannot
 * take a part for the whole. */
void fh_http_stream_end(fh_http_stream *s, bool whole);

/* Server-sent events: begins with "retry: 3000", pings every 15 s. The request's
 * memory is given back: nothing of it but the user pointer may be used any more.
 * `gone` (may be NULL) is called on the loop, at most once, when the client went
 * away or the server stops; fh_http_events_end is due all the same, once. As `gone`
 * may come while another thread ends the stream, what `ctx` points to must live until
 * the exchange's `ended`, and a lock of the program's own must see to the "once". */
typedef void fh_http_gone(void *ctx, fh_http_stream *s);
FH_MUST_CHECK fh_status fh_http_events_begin(fh_http_exchange *x, fh_http_gone *gone, void *ctx,
                                             fh_http_stream **out, fh_error *err);
/* Never waits. `name` and `id` may be empty; `data` may have lines. FH_INTERRUPTED
 * when the client is gone, or dropped because 64 KiB wait for it. */
FH_MUST_CHECK fh_status fh_http_events_send(fh_http_stream *s, fh_str name, fh_str id, fh_str data,
                                            fh_error *err);
void fh_http_events_end(fh_http_stream *s);

/* ---- The server ---------------------------------------------------------- */

typedef struct fh_http_listener {
    const char *address;   /* "127.0.0.1", "::1", "0.0.0.0"; numbers only */
    uint16_t port;         /* 0: any free one, see fh_http_server_port    */
    const char *unix_path; /* instead: a socket in the file system; one that
                              nobody listens on any more is replaced      */
    uint32_t unix_mode;    /* who may connect to it: 0660; 0: as the umask has it */
} fh_http_listener;

/* 0 is the default named beside it. */
typedef struct fh_http_limits {
    uint32_t header_bytes;            /* 16 KiB, at most 60 KiB               */
    uint32_t line_bytes;              /* 8 KiB                                */
    uint32_t fields;                  /* 64, and at most that                 */
    uint32_t connections;             /* 4,096 over all loops                 */
    uint32_t connections_per_address; /* 256; trusted proxies are exempt    */
    int64_t header_ms;                /* 10 s for the whole header, handshake included */
    int64_t body_ms;                  /* 30 s, and                            */
    uint32_t bytes_per_second;        /* 1,024 beyond that, reading and writing */
    int64_t idle_ms;                  /* 60 s between requests                */
    int64_t ping_ms;                  /* 15 s between comments in event streams */
} fh_http_limits;

typedef enum fh_http_severity { FH_HTTP_DEBUG, FH_HTTP_NOTICE, FH_HTTP_ERROR } fh_http_severity;

typedef struct fh_http_options {
    const fh_os *os;                   /* NULL: the real one */
    const struct fh_net *net;          /* sockets; NULL: the real ones */
    const fh_allocator *memory;        /* thread-safe; NULL: malloc and free */
    const fh_http_listener *listeners; /* [n_listeners] */
    size_t n_listeners;
    uint32_t loops; /* 0: one a core */
    fh_http_limits limits;
    const char *tls_cert, *tls_key; /* PEM files; both or none. TLS 1.2 and later */
    /* Whose X-Forwarded-For and -Proto are believed: "10.0.0.1", "10.0.0.0/8", "::1",
     * "unix" for whoever connects by a UNIX socket. */
    const char *const *trusted; /* [n_trusted] */
    size_t n_trusted;
    /* On every reply, also the server's own: complete lines "Name: value\r\n". */
    fh_str common_fields;
    void *ctx;            /* of the functions below */
    fh_http_begin *begin; /* NULL: no body is welcome */
    fh_http_handle *handle;
    fh_http_ended *ended; /* NULL: nobody wants to know */
    /* From any loop. NULL: silence. No trailing newline. */
    void (*log)(void *ctx, fh_http_severity severity, const char *message);
} fh_http_options;

/* Everything in the options is copied but the functions' ctx. FH_INVALID for options
 * that make no sense, FH_IO, FH_DENIED, FH_BUSY when an address cannot be had. */
FH_MUST_CHECK fh_status fh_http_server_start(const fh_http_options *options, fh_http_server **out,
                                             fh_error *err);
/* Reads certificate and key again, from any thread: new connections get the new ones.
 * On failure the old ones stay. FH_INVALID also when the server has no TLS. */
FH_MUST_CHECK fh_status fh_http_server_renew_tls(fh_http_server *server, fh_error *err);
/* The port that listener `i` was given; 0 for a UNIX socket. */
uint16_t fh_http_server_port(const fh_http_server *server, size_t i);
/* Stops accepting, lets running exchanges finish for `patience_ms`, tells event
 * streams that they are over, closes what is left. FH_BUSY when by then somebody had
 * not replied. Once. */
fh_status fh_http_server_stop(fh_http_server *server, int64_t patience_ms);
/* Stops without patience when that was not done, waits until every exchange was
 * replied to and every stream ended, and frees. NULL is allowed. */
void fh_http_server_free(fh_http_server *server);

typedef struct fh_http_counts {
    uint64_t accepted, turned_away; /* connections: the second for want of room */
    uint64_t requests, refused;     /* sound; refused by the server itself      */
    uint64_t timed_out;             /* connections closed by a deadline         */
    uint64_t bytes_in, bytes_out;
    uint32_t connections, streams; /* now */
} fh_http_counts;
fh_http_counts fh_http_server_counts(const fh_http_server *server); /* from any thread */

#endif
