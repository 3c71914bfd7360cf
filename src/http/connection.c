/* connection.c - one connection, from accepting to closing, as phases:
 *
 *     HANDSHAKE --> HEAD --> BODY --> HELD --> SENDING --> HEAD ...
 *                    |        |        |          |
 *                    |        |        +-> STREAMING --> HEAD ...
 *                    +--------+--(refused)--> SENDING --> LINGER --> CLOSED
 *
 * fh_http_conn_run goes on until it must wait. Sockets tell once when something
 * changes, so `readable` and `writable` are remembered until a call says "not now".
 * While a request is handled nothing more is read: what the client sends ahead stays
 * in the system's buffer, and order is kept. A connection whose exchange is still
 * out when the client goes away stays as CLOSED until it comes back.
 */
#include "http/inside.h"

#include <string.h>

enum {
    IN_PLACE = 16384, /* room for a body behind its header */
    ROUNDS = 64,      /* steps before others get their turn */
    LINGER_MS = 2000,
    LINGER_BYTES = 1 << 20
};

typedef enum step { STEP_WAIT, STEP_ON } step;

static void enter(fh_http_conn *c, fh_http_phase phase)
{
    c->phase = phase;
    c->since_ms = c->loop->now_ms;
    c->moved = 0;
}

/* ---- Beginning and ending ---------------------------------------------------- */

static void unlink_conn(fh_http_conn *c)
{
    fh_http_loop *loop = c->loop;
    if (c->before)
        c->before->after = c->after;
    else
        loop->conns = c->after;
    if (c->after) c->after->before = c->before;
    loop->n_conns--;
    for (fh_http_conn **at = &loop->again; c->waiting_again && *at; at = &(*at)->again) {
        if (*at != c) continue;
        *at = c->again;
        break;
    }
    c->after = loop->closed; /* freed after this round */
    loop->closed = c;
}

static void free_input(fh_http_conn *c)
{
    fh_http_input_free(c->loop, c->in, c->in_cap);
    c->in = NULL;
    c->in_len = c->in_cap = 0;
}

/* Tells the program, and forgets the exchange and what it used up. */
static void end_exchange(fh_http_conn *c, bool complete)
{
    fh_http_exchange *x = c->x;
    fh_http_server *s = c->loop->server;
    if (x->begun && s->ended) {
        const fh_http_outcome outcome = {
            .status = x->sent ? x->status : 0,
            .complete = complete,
            .received = x->body.received,
            .sent = x->sent > x->head_len ? x->sent - x->head_len : 0,
            .ms = c->loop->now_ms - x->began_ms,
        };
        s->ended(s->ctx, x, &outcome);
    }
    if (x->stream) fh_http_stream_free(x->stream);
    const size_t used = x->consumed < c->in_len ? x->consumed : c->in_len;
    c->x = NULL;
    fh_http_exchange_free(x);
    c->in_len -= used;
    if (c->in_len)
        memmove(c->in, c->in + used, c->in_len);
    else
        free_input(c);
}

/* The exchange is with somebody who will give it back. While it is held its stream may just
 * be beginning: it is not looked at. */
static bool is_out(const fh_http_conn *c)
{
    if (!c->x) return false;
    if (c->phase == FH_CONN_HELD) return true;
    return c->x->stream && !fh_http_stream_is_over(c->x->stream);
}

void fh_http_conn_close(fh_http_conn *c)
{
    fh_http_server *s = c->loop->server;
    if (c->phase == FH_CONN_CLOSED) return;
    /* First lost, then asked: a stream that was written to its end, and waited only for its
     * client, is over by that, and nobody would give it back. */
    if (c->phase != FH_CONN_HELD && c->x && c->x->stream) fh_http_stream_lost(c->x->stream);
    const bool out = is_out(c);
    fh_http_tls_close(c);
    /* Closing alone ends the watching only when no child process holds the socket, too: one
     * that was just forked does until it runs its program. */
    s->net->unwatch(s->net->ctx, c->loop->poller, c->socket);
    s->net->close(s->net->ctx, c->socket);
    c->socket = -1;
    if (c->counted) fh_http_addresses_leave(s->addresses, c->peer.address);
    atomic_fetch_sub_explicit(&s->connections, 1, memory_order_relaxed);
    c->phase = FH_CONN_CLOSED;
    if (out) return;
    if (c->x) end_exchange(c, false);
    free_input(c);
    unlink_conn(c);
}

/* As good as can be done for somebody there is no room for. */
static void turn_away(fh_http_loop *loop, int socket)
{
    static const char sorry[] = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n"
                                "Content-Length: 0\r\nConnection: close\r\n\r\n";
    fh_http_server *s = loop->server;
    const fh_str piece = {sorry, sizeof sorry - 1};
    if (!s->tls) (void)s->net->write(s->net->ctx, socket, &piece, 1);
    s->net->close(s->net->ctx, socket);
    fh_http_count(&loop->turned_away, 1);
}

void fh_http_conn_accept(fh_http_loop *loop, int socket, const fh_net_peer *peer)
{
    fh_http_server *s = loop->server;
    const bool trusted = fh_http_is_trusted(s, peer);
    const bool count = !trusted && !peer->local;
    const uint32_t there = atomic_fetch_add_explicit(&s->connections, 1, memory_order_relaxed);
    const bool room = there < s->limits.connections;
    const bool entered =
        room && (!count || fh_http_addresses_enter(s->addresses, peer->address,
                                                   s->limits.connections_per_address));
    fh_http_conn *c = entered ? fh_http_alloc(s, sizeof *c) : NULL;
    if (!c) {
        if (entered && count) fh_http_addresses_leave(s->addresses, peer->address);
        atomic_fetch_sub_explicit(&s->connections, 1, memory_order_relaxed);
        turn_away(loop, socket);
        return;
    }
    memset(c, 0, sizeof *c);
    c->tag = FH_TAG_CONN;
    c->socket = socket;
    c->loop = loop;
    c->peer = *peer;
    c->trusted = trusted;
    c->counted = count;
    c->writable = true;
    if (peer->local)
        memcpy(c->remote, "unix", sizeof "unix");
    else
        fh_net_text(peer->address, c->remote);
    c->after = loop->conns;
    if (c->after) c->after->before = c;
    loop->conns = c;
    loop->n_conns++;
    fh_http_count(&loop->accepted, 1);
    enter(c, s->tls ? FH_CONN_HANDSHAKE : FH_CONN_HEAD);
    fh_error err;
    if ((s->tls && !fh_http_tls_accept(c)) ||
        s->net->watch(s->net->ctx, loop->poller, socket, FH_NET_STREAM, c, &err) != FH_OK)
        fh_http_conn_close(c);
}

/* ---- Reading ------------------------------------------------------------------ */

/* Grows the buffer to hold `cap` bytes; what points into it is lost. */
static bool make_room(fh_http_conn *c, size_t cap)
{
    if (cap <= c->in_cap) return true;
    char *in = fh_http_input_new(c->loop, cap);
    if (!in) return false;
    if (c->in_len) memcpy(in, c->in, c->in_len);
    fh_http_input_free(c->loop, c->in, c->in_cap);
    c->in = in;
    c->in_cap = cap;
    return true;
}

/* Reads once: the bytes that came, or 0 after which to wait (or it is closed). */
static size_t receive(fh_http_conn *c, char *to, size_t room)
{
    if (!c->readable) return 0;
    const ptrdiff_t got = fh_http_conn_read(c, to, room);
    if (got > 0) {
        c->moved += (size_t)got;
        fh_http_count(&c->loop->bytes_in, (size_t)got);
        /* Less than asked for: that was all, unless the end hides behind it. */
        if (!c->tls && !c->ended && (size_t)got < room) c->readable = false;
        return (size_t)got;
    }
    if (got == FH_NET_AGAIN)
        c->readable = false;
    else
        fh_http_conn_close(c);
    return 0;
}

static void begin_sending(fh_http_conn *c)
{
    fh_http_exchange *x = c->x;
    enter(c, FH_CONN_SENDING);
    if (x->failed || x->out.status != FH_OK) {
        fh_http_log(c->loop->server, FH_HTTP_ERROR, "out of memory for a reply to %s", c->remote);
        fh_http_conn_close(c);
        return;
    }
    memcpy(x->out.ptr + x->date_at, c->loop->date, FH_HTTP_DATE);
}

/* The server itself says no, and ends the connection. */
static void refuse(fh_http_conn *c, int status, const char *why)
{
    fh_http_exchange *x = c->x;
    x->keep = false;
    fh_buf_clear(&x->fields);
    fh_http_count(&c->loop->refused, 1);
    fh_http_log(c->loop->server, FH_HTTP_DEBUG, "refused with %d what %s sent: %s", status,
                c->remote, why);
    fh_http_problem_build(x, status, fh_str_of(why));
    begin_sending(c);
}

/* An event stream keeps next to nothing of its request. */
static void let_request_go(fh_http_conn *c)
{
    fh_http_exchange *x = c->x;
    const fh_str remote = x->request.remote, id = x->request.id;
    x->request = (fh_http_request){.remote = remote, .id = id};
    x->head.n_fields = 0;
    x->consumed = 0;
    fh_http_body_end(x);
    fh_arena_free(x->arena);
    x->arena = NULL;
    fh_buf_free(&x->fields);
    free_input(c);
}

/* The program replied, or began a stream. */
static void take_reply(fh_http_conn *c)
{
    fh_http_exchange *x = c->x;
    begin_sending(c);
    if (!x->stream || c->phase == FH_CONN_CLOSED) return;
    enter(c, FH_CONN_STREAMING);
    c->next_ping_ms = c->loop->now_ms + c->loop->server->limits.ping_ms;
    if (x->stream->events) let_request_go(c);
}

static void hand_out(fh_http_conn *c)
{
    fh_http_exchange *x = c->x;
    fh_http_server *s = c->loop->server;
    enter(c, FH_CONN_HELD);
    c->loop->calling = x;
    s->handle(s->ctx, x);
    c->loop->calling = NULL;
    if (x->answered) take_reply(c);
}

/* The bytes of the request that have come, body included, if that is all of them. */
static bool is_all_there(const fh_http_conn *c, size_t *len)
{
    const fh_http_head *head = &c->x->head;
    if (head->chunked || head->content_length > c->in_len - head->len) return false;
    *len = head->len + (size_t)head->content_length;
    return true;
}

static bool say_continue(fh_http_conn *c)
{
    const fh_str piece = FH_STR("HTTP/1.1 100 Continue\r\n\r\n");
    return fh_http_conn_write(c, &piece, 1) == (ptrdiff_t)piece.len;
}

/* The header is complete: asks the program what to do. */
static void begin_exchange(fh_http_conn *c)
{
    fh_http_exchange *x = c->x;
    fh_http_server *s = c->loop->server;
    const fh_http_head *head = &x->head;
    const char *why = NULL;
    const bool keep = !head->close && (head->minor == 1 || head->keep_alive);
    const size_t body = head->chunked                     ? IN_PLACE
                        : head->content_length < IN_PLACE ? (size_t)head->content_length
                                                          : IN_PLACE;
    x->old = head->minor == 0;
    x->consumed = head->len;
    if (!make_room(c, head->len + body)) {
        refuse(c, 503, "The server is out of memory.");
        return;
    }
    const int status = fh_http_request_make(x, &why);
    if (status != 0) {
        refuse(c, status, why);
        return;
    }
    fh_http_count(&c->loop->requests, 1);
    /* Whoever is refused now may still be sending a body nobody will read. */
    size_t len = head->len;
    const bool there = is_all_there(c, &len);
    x->keep = keep && there;
    x->begun = true;
    c->loop->calling = x;
    if (s->begin) s->begin(s->ctx, x, &x->plan);
    c->loop->calling = NULL;
    if (x->answered) {
        if (there) x->consumed = len;
        take_reply(c);
        return;
    }
    x->keep = keep;
    const int refused = fh_http_body_begin(x);
    if (refused != 0) {
        refuse(c, refused, x->body.why);
        return;
    }
    if (!x->body.expected) {
        hand_out(c);
        return;
    }
    enter(c, FH_CONN_BODY);
    if (head->expects_continue && c->in_len == head->len && !say_continue(c)) fh_http_conn_close(c);
}

static step read_head(fh_http_conn *c)
{
    if (c->in_len) {
        if (!c->x) {
            c->x = fh_http_exchange_new(c);
            if (!c->x) {
                fh_http_conn_close(c);
                return STEP_WAIT;
            }
            /* The first request's time began to run when it was let in. */
            if (c->n_exchanges++) c->since_ms = c->loop->now_ms;
        }
        const int verdict = fh_http_head_read(&c->x->head, c->in, c->in_len);
        if (verdict == 1) {
            begin_exchange(c);
            return STEP_ON;
        }
        if (verdict != 0) {
            refuse(c, verdict, c->x->head.why);
            return STEP_ON;
        }
    }
    if (!c->readable) {
        if (!c->in_len) free_input(c);
        return STEP_WAIT;
    }
    const size_t cap = !c->in_cap               ? FH_HTTP_FIRST_READ
                       : c->in_len == c->in_cap ? c->in_cap * 2
                                                : c->in_cap;
    if (!make_room(c, cap)) {
        fh_http_conn_close(c);
        return STEP_WAIT;
    }
    const size_t got = receive(c, c->in + c->in_len, c->in_cap - c->in_len);
    if (c->phase == FH_CONN_CLOSED) return STEP_WAIT;
    c->in_len += got;
    return STEP_ON; /* back to the top, which waits when nothing came */
}

/* Feeds what was read behind the header; what is left of it is the next request. */
static int take_from_input(fh_http_conn *c)
{
    fh_http_exchange *x = c->x;
    const size_t head = x->head.len;
    size_t used = 0;
    if (x->body.in_place) {
        const int verdict = fh_http_body_take(x, c->in + head, c->in_len - head, &used);
        if (verdict == 1) x->consumed = head + used;
        return verdict;
    }
    const int verdict = fh_http_body_take(x, c->in + head, c->in_len - head, &used);
    const size_t rest = c->in_len - head - used;
    if (verdict <= 1) {
        memmove(c->in + head, c->in + head + used, rest);
        c->in_len = head + rest;
    }
    return verdict;
}

static step read_body(fh_http_conn *c)
{
    fh_http_exchange *x = c->x;
    int verdict = c->in_len > x->head.len ? take_from_input(c) : 0;
    if (verdict == 0) {
        size_t room = 0, used = 0;
        char *to = fh_http_body_room(x, &room);
        if (!to) {
            refuse(c, 503, "The server is out of memory.");
            return STEP_ON;
        }
        const size_t got = receive(c, to, room);
        if (got == 0) return STEP_WAIT;
        if (to == c->in + c->in_len) {
            c->in_len += got;
            verdict = take_from_input(c);
        } else {
            verdict = fh_http_body_take(x, to, got, &used);
        }
    }
    if (verdict == 1)
        hand_out(c);
    else if (verdict != 0)
        refuse(c, verdict, x->body.why);
    return STEP_ON;
}

/* ---- Writing -------------------------------------------------------------------- */

/* Writes what is in x->out and x->tail. True when all of it went out. */
static bool flush(fh_http_conn *c)
{
    fh_http_exchange *x = c->x;
    while (x->out_sent < x->out.len || x->tail.len) {
        if (!c->writable) return false;
        const fh_str pieces[] = {{x->out.ptr + x->out_sent, x->out.len - x->out_sent}, x->tail};
        const ptrdiff_t n = fh_http_conn_write(c, pieces, 2);
        if (n == FH_NET_AGAIN) {
            c->writable = false;
            return false;
        }
        if (n < 0) {
            fh_http_conn_close(c);
            return false;
        }
        const size_t of_out = (size_t)n < pieces[0].len ? (size_t)n : pieces[0].len;
        x->out_sent += of_out;
        if (x->tail.len) {
            x->tail.ptr += (size_t)n - of_out;
            x->tail.len -= (size_t)n - of_out;
        }
        x->sent += (size_t)n;
        c->moved += (size_t)n;
        fh_http_count(&c->loop->bytes_out, (size_t)n);
    }
    return true;
}

/* The reply is out: on to the next request, or to the end. */
static void after_reply(fh_http_conn *c)
{
    fh_http_server *s = c->loop->server;
    const bool stop = c->x->stop_after;
    end_exchange(c, true);
    if (!stop) {
        enter(c, FH_CONN_HEAD);
        return;
    }
    if (!c->in_len && !c->readable) {
        fh_http_conn_close(c);
        return;
    }
    fh_http_tls_close(c);
    s->net->finish(s->net->ctx, c->socket);
    free_input(c);
    enter(c, FH_CONN_LINGER);
}

static step send_reply(fh_http_conn *c)
{
    if (!flush(c)) return STEP_WAIT;
    after_reply(c);
    return STEP_ON;
}

/* An event stream's client has nothing to say but that it goes away. */
static bool is_listening(fh_http_conn *c)
{
    while (c->readable && c->phase != FH_CONN_CLOSED)
        if (receive(c, c->loop->scratch, FH_HTTP_SCRATCH) == 0) break;
    return c->phase != FH_CONN_CLOSED;
}

static step send_stream(fh_http_conn *c)
{
    fh_http_exchange *x = c->x;
    fh_http_stream *stream = x->stream;
    if (c->dead || fh_http_stream_is_slow(stream)) {
        fh_http_conn_close(c);
        return STEP_WAIT;
    }
    if (stream->events && !is_listening(c)) return STEP_WAIT;
    while (flush(c)) {
        c->since_ms = c->loop->now_ms; /* nothing is owed: the deadline begins anew */
        c->moved = 0;
        fh_http_stream_fill(stream);
        if (x->out.len) continue;
        if (!fh_http_stream_is_over(stream)) return STEP_WAIT;
        if (stream->whole) { /* nobody else knows it any more */
            after_reply(c);
            return STEP_ON;
        }
        fh_http_conn_close(c);
        return STEP_WAIT;
    }
    return STEP_WAIT;
}

static step linger(fh_http_conn *c)
{
    fh_http_server *s = c->loop->server;
    while (c->readable) {
        const ptrdiff_t n = s->net->read(s->net->ctx, c->socket, c->loop->scratch, FH_HTTP_SCRATCH);
        if (n == FH_NET_AGAIN) {
            c->readable = false;
            break;
        }
        c->moved += n > 0 ? (size_t)n : 0;
        if (n <= 0 || c->moved > LINGER_BYTES) {
            fh_http_conn_close(c);
            break;
        }
    }
    return STEP_WAIT;
}

/* ---- Going on --------------------------------------------------------------------- */

static step greet(fh_http_conn *c)
{
    const ptrdiff_t answer = fh_http_tls_greet(c);
    if (answer == FH_NET_AGAIN) return STEP_WAIT;
    if (answer == 1)
        c->phase = FH_CONN_HEAD; /* its time goes on from when it was let in */
    else
        fh_http_conn_close(c);
    return STEP_ON;
}

static step one_step(fh_http_conn *c)
{
    switch (c->phase) {
    case FH_CONN_HANDSHAKE: return greet(c);
    case FH_CONN_HEAD: return read_head(c);
    case FH_CONN_BODY: return read_body(c);
    case FH_CONN_SENDING: return send_reply(c);
    case FH_CONN_STREAMING: return send_stream(c);
    case FH_CONN_LINGER: return linger(c);
    case FH_CONN_HELD:
    case FH_CONN_CLOSED: break;
    }
    return STEP_WAIT;
}

void fh_http_conn_run(fh_http_conn *c)
{
    for (int i = 0; i < ROUNDS; i++)
        if (one_step(c) == STEP_WAIT) return;
    if (c->waiting_again || c->phase == FH_CONN_CLOSED) return;
    c->waiting_again = true;
    c->again = c->loop->again;
    c->loop->again = c;
}

void fh_http_conn_returned(fh_http_exchange *x)
{
    fh_http_conn *c = x->conn;
    if (x->stream) fh_http_stream_arrived(x->stream);
    if (c->phase == FH_CONN_CLOSED) { /* the client went away meanwhile */
        if (x->stream) fh_http_stream_lost(x->stream);
        if (x->stream && !fh_http_stream_is_over(x->stream)) return;
        end_exchange(c, false);
        free_input(c);
        unlink_conn(c);
        return;
    }
    if (c->phase == FH_CONN_HELD) take_reply(c);
    fh_http_conn_run(c);
}

/* ---- Deadlines ----------------------------------------------------------------------- */

static bool is_overdue(const fh_http_conn *c)
{
    const fh_http_limits *limits = &c->loop->server->limits;
    const int64_t spent = c->loop->now_ms - c->since_ms;
    const uint64_t earned = c->moved / limits->bytes_per_second;
    const int64_t more = earned > 86400 ? 86400000 : (int64_t)earned * 1000;
    switch (c->phase) {
    case FH_CONN_HEAD:
        if (!c->x && c->n_exchanges) return spent > limits->idle_ms;
        return spent > limits->header_ms;
    case FH_CONN_HANDSHAKE: return spent > limits->header_ms;
    case FH_CONN_BODY:
    case FH_CONN_SENDING: return spent > limits->body_ms + more;
    case FH_CONN_STREAMING: return c->x->out_sent < c->x->out.len && spent > limits->body_ms + more;
    case FH_CONN_LINGER: return spent > LINGER_MS;
    case FH_CONN_HELD:
    case FH_CONN_CLOSED: break;
    }
    return false;
}

static void time_out(fh_http_conn *c)
{
    const bool reading = c->phase == FH_CONN_BODY || (c->phase == FH_CONN_HEAD && c->x);
    fh_http_count(&c->loop->timed_out, 1);
    if (!reading) {
        fh_http_conn_close(c);
        return;
    }
    refuse(c, 408, "The request did not come fast enough.");
    fh_http_conn_run(c);
}

static void ping(fh_http_conn *c)
{
    fh_http_exchange *x = c->x;
    if (c->loop->now_ms < c->next_ping_ms) return;
    c->next_ping_ms = c->loop->now_ms + c->loop->server->limits.ping_ms;
    if (x->out_sent < x->out.len) return; /* it has something to read as it is */
    fh_buf_clear(&x->out);
    x->out_sent = 0;
    fh_buf_text(&x->out, ":\n\n");
    if (x->out.status != FH_OK)
        fh_http_conn_close(c);
    else
        fh_http_conn_run(c);
}

void fh_http_conn_check(fh_http_conn *c)
{
    const fh_http_loop *loop = c->loop;
    if (c->phase == FH_CONN_CLOSED) return;
    const bool events = c->phase == FH_CONN_STREAMING && c->x->stream->events;
    if (loop->stopping) {
        const bool idle = c->phase == FH_CONN_HEAD && !c->in_len && !c->x;
        if (events || idle || loop->now_ms >= loop->stop_at_ms) {
            fh_http_conn_close(c);
            return;
        }
    }
    if (is_overdue(c))
        time_out(c);
    else if (events)
        ping(c);
}
