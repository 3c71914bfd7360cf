/* loop.c - one thread: waits for sockets, runs connections, looks at deadlines.
 *
 * What other threads give back (replies, news of streams) comes by a list that is
 * pushed to without a lock; only who finds it empty wakes the loop, so that a burst
 * costs one wake. Connections that end are freed after the round: an event of the
 * same round may still name them.
 */
#include "http/inside.h"

#include "base/time.h"

#include <stdio.h>
#include <string.h>

enum { EVENTS = 256, ACCEPT_TCP = 64, ACCEPT_SHARED = 4, FULL_PAUSE_MS = 100 };

bool fh_http_on_loop(const fh_http_exchange *x)
{
    return pthread_equal(pthread_self(), x->loop->self) && x->loop->calling == x;
}

/* Pushes first .. last, linked by `next`. The loop may be gone once it has them,
 * unless somebody stands in `pushers`. */
static void push(fh_http_loop *loop, fh_http_exchange *first, fh_http_exchange *last)
{
    const fh_net *net = loop->server->net;
    atomic_fetch_add(&loop->pushers, 1);
    fh_http_exchange *old = atomic_load_explicit(&loop->returned, memory_order_relaxed);
    do {
        last->next = old;
    } while (!atomic_compare_exchange_weak_explicit(&loop->returned, &old, first,
                                                    memory_order_release, memory_order_relaxed));
    if (!old) net->wake(net->ctx, loop->waker);
    atomic_fetch_sub(&loop->pushers, 1);
}

void fh_http_give_back(fh_http_exchange *x)
{
    push(x->loop, x, x);
}

void fh_http_batch_send(fh_http_batch *batch)
{
    while (batch->first) {
        fh_http_exchange *const first = batch->first, *last = first, *others = NULL;
        fh_http_loop *loop = first->loop;
        for (fh_http_exchange *x = first->next, *next; x; x = next) {
            next = x->next;
            if (x->loop == loop) {
                last->next = x;
                last = x;
            } else {
                x->next = others;
                others = x;
            }
        }
        batch->first = others;
        push(loop, first, last);
    }
}

/* What came back, oldest first. */
static void take_returned(fh_http_loop *loop)
{
    fh_http_exchange *x = atomic_exchange_explicit(&loop->returned, NULL, memory_order_acquire);
    fh_http_exchange *ordered = NULL;
    for (fh_http_exchange *next; x; x = next) {
        next = x->next;
        x->next = ordered;
        ordered = x;
    }
    for (fh_http_exchange *next; ordered; ordered = next) {
        next = ordered->next;
        fh_http_conn_returned(ordered);
    }
}

fh_http_exchange *fh_http_exchange_new(fh_http_conn *c)
{
    fh_http_loop *loop = c->loop;
    fh_http_exchange *x = loop->spare;
    if (x) {
        loop->spare = x->next;
        loop->n_spare--;
    } else {
        x = fh_http_alloc(loop->server, sizeof *x);
        if (!x) return NULL;
        memset(x, 0, sizeof *x);
        fh_buf_init(&x->out, &loop->server->memory, FH_HTTP_MAX_REPLY);
        fh_buf_init(&x->fields, &loop->server->memory, FH_HTTP_MAX_HEADER);
    }
    const fh_buf out = x->out, fields = x->fields;
    fh_arena *const arena = x->arena;
    memset(x, 0, offsetof(fh_http_exchange, head));
    x->out = out;
    x->fields = fields;
    x->arena = arena;
    x->conn = c;
    x->loop = loop;
    x->began_ms = loop->now_ms;
    fh_http_head_reset(&x->head, &loop->server->limits);
    return x;
}

char *fh_http_input_new(fh_http_loop *loop, size_t cap)
{
    if (cap == FH_HTTP_FIRST_READ && loop->n_spare_in) return loop->spare_in[--loop->n_spare_in];
    return fh_http_alloc(loop->server, cap);
}

void fh_http_input_free(fh_http_loop *loop, char *in, size_t cap)
{
    if (in && cap == FH_HTTP_FIRST_READ && loop->n_spare_in < FH_HTTP_SPARES)
        loop->spare_in[loop->n_spare_in++] = in;
    else
        fh_http_release(loop->server, in, cap);
}

/* A spare keeps its buffers, and its arena, when they are small. */
static void empty(fh_buf *buf, size_t most)
{
    if (buf->cap > most) fh_buf_free(buf);
    fh_buf_clear(buf);
}

void fh_http_exchange_free(fh_http_exchange *x)
{
    fh_http_loop *loop = x->loop;
    fh_http_body_end(x);
    if (loop->n_spare < FH_HTTP_SPARES) {
        if (x->arena && fh_arena_kept(x->arena) <= FH_HTTP_KEPT_ARENA) {
            fh_arena_reset(x->arena);
        } else {
            fh_arena_free(x->arena);
            x->arena = NULL;
        }
        empty(&x->out, FH_HTTP_FIRST_READ);
        empty(&x->fields, FH_HTTP_FIRST_READ);
        x->next = loop->spare;
        loop->spare = x;
        loop->n_spare++;
        return;
    }
    fh_arena_free(x->arena);
    fh_buf_free(&x->out);
    fh_buf_free(&x->fields);
    fh_http_release(loop->server, x, sizeof *x);
}

static void free_spares(fh_http_loop *loop)
{
    for (fh_http_exchange *x = loop->spare, *next; x; x = next) {
        next = x->next;
        fh_arena_free(x->arena);
        fh_buf_free(&x->out);
        fh_buf_free(&x->fields);
        fh_http_release(loop->server, x, sizeof *x);
    }
    loop->spare = NULL;
    while (loop->n_spare_in)
        fh_http_release(loop->server, loop->spare_in[--loop->n_spare_in], FH_HTTP_FIRST_READ);
}

static void update_clock(fh_http_loop *loop)
{
    static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970 began on a Thursday */
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const fh_os *os = loop->server->os;
    loop->now_ms = os->monotonic_ms(os->ctx);
    const int64_t second = os->now_ms(os->ctx) / FH_SECOND_MS;
    if (second == loop->date_s || second < 0) return;
    loop->date_s = second;
    const fh_civil at = fh_civil_of(second * FH_SECOND_MS);
    const int64_t day = second * FH_SECOND_MS / FH_DAY_MS % 7;
    (void)snprintf(loop->date, sizeof loop->date, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
                   days + 3 * day, (int)at.day, months + 3 * (at.month - 1), (int)at.year,
                   (int)at.hour, (int)at.minute, (int)at.second);
}

/* Stops accepting for a little while. */
static void pause_accepting(fh_http_loop *loop)
{
    const fh_net *net = loop->server->net;
    for (size_t i = 0; i < loop->server->n_listeners; i++) {
        fh_http_listening *l = &loop->listening[i];
        if (l->watched) net->unwatch(net->ctx, loop->poller, l->socket);
        l->watched = false;
    }
    loop->full_until_ms = loop->now_ms + FULL_PAUSE_MS;
}

static void go_on_accepting(fh_http_loop *loop)
{
    const fh_net *net = loop->server->net;
    loop->full_until_ms = 0;
    for (size_t i = 0; i < loop->server->n_listeners; i++) {
        fh_http_listening *l = &loop->listening[i];
        fh_error err;
        if (!l->watched)
            l->watched =
                net->watch(net->ctx, loop->poller, l->socket, FH_NET_LISTENER, l, &err) == FH_OK;
        if (!l->watched) loop->full_until_ms = loop->now_ms + FULL_PAUSE_MS;
    }
}

static void accept_some(fh_http_loop *loop, fh_http_listening *l)
{
    const fh_net *net = loop->server->net;
    const bool one_for_all = loop->server->unix_paths[l - loop->listening] != NULL;
    const int most = one_for_all ? ACCEPT_SHARED : ACCEPT_TCP;
    for (int i = 0; i < most && l->watched; i++) {
        fh_net_peer peer;
        const int socket = net->accept(net->ctx, l->socket, &peer);
        if (socket >= 0) {
            fh_http_conn_accept(loop, socket, &peer);
            continue;
        }
        if (socket != FH_NET_FULL) return;
        /* Nobody can be let in, nor turned away: look again a little later. */
        pause_accepting(loop);
        fh_http_log(loop->server, FH_HTTP_ERROR,
                    "no more connections can be opened: the limit of open files is reached "
                    "(ulimit -n, LimitNOFILE)");
        return;
    }
}

static void handle_event(fh_http_loop *loop, const fh_net_event *event)
{
    const fh_net *net = loop->server->net;
    fh_http_tag *tag = event->tag;
    switch (*tag) {
    case FH_TAG_LISTENER: accept_some(loop, event->tag); return;
    case FH_TAG_WAKER:
        net->hush(net->ctx, loop->waker);
        take_returned(loop);
        return;
    case FH_TAG_CONN: break;
    }
    fh_http_conn *c = event->tag;
    /* TLS may have to read in order to write. */
    c->readable |= event->readable || (c->tls && event->writable);
    c->writable |= event->writable || (c->tls && event->readable);
    c->ended |= event->ended;
    c->dead |= event->dead;
    fh_http_conn_run(c);
}

static void begin_to_stop(fh_http_loop *loop)
{
    fh_http_server *s = loop->server;
    loop->stopping = true;
    loop->stop_at_ms = loop->now_ms + atomic_load(&s->patience_ms);
    pause_accepting(loop);
    for (size_t i = 0; i < s->n_listeners; i++) {
        fh_http_listening *l = &loop->listening[i];
        if (l->socket >= 0 && !l->shared) s->net->close(s->net->ctx, l->socket);
        l->socket = -1;
    }
}

/* Looks at every connection's deadline. */
static void sweep(fh_http_loop *loop)
{
    loop->swept_ms = loop->now_ms;
    if (!loop->stopping && loop->full_until_ms && loop->now_ms >= loop->full_until_ms)
        go_on_accepting(loop);
    for (fh_http_conn *c = loop->conns, *after; c; c = after) {
        after = c->after;
        fh_http_conn_check(c);
    }
}

static void go_on(fh_http_loop *loop)
{
    fh_http_conn *list = loop->again;
    loop->again = NULL;
    for (fh_http_conn *after; list; list = after) {
        after = list->again;
        list->waiting_again = false;
        fh_http_conn_run(list);
    }
}

static void free_closed(fh_http_loop *loop)
{
    for (fh_http_conn *c = loop->closed, *after; c; c = after) {
        after = c->after;
        fh_http_release(loop->server, c, sizeof *c);
    }
    loop->closed = NULL;
}

static int64_t patience(const fh_http_loop *loop)
{
    if (loop->again) return 0;
    if (!loop->conns && !loop->stopping && !loop->full_until_ms) return -1;
    const int64_t rest = loop->swept_ms + loop->server->tick_ms - loop->now_ms;
    return rest > 0 ? rest : 0;
}

void fh_http_loop_run(void *arg)
{
    fh_http_loop *loop = arg;
    fh_http_server *s = loop->server;
    fh_net_event events[EVENTS];
    loop->self = pthread_self();
    update_clock(loop);
    do {
        const int64_t wait_ms = patience(loop);
        const size_t n = s->net->wait(s->net->ctx, loop->poller, events, EVENTS, wait_ms);
        update_clock(loop);
        for (size_t i = 0; i < n; i++) handle_event(loop, &events[i]);
        go_on(loop);
        if (!loop->stopping && atomic_load(&s->stopping)) {
            begin_to_stop(loop);
            sweep(loop);
        }
        if (loop->now_ms - loop->swept_ms >= s->tick_ms) sweep(loop);
        free_closed(loop);
    } while (!loop->stopping || loop->conns);
    free_spares(loop);
    fh_mutex_lock(s->lock);
    s->n_running--;
    fh_cond_wake_all(s->loop_ended);
    fh_mutex_unlock(s->lock);
}
