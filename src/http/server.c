/* server.c - options checked and copied, loops started, stopped and freed.
 *
 * Loops share nothing but the server's constants, the numbers of connections and,
 * for UNIX sockets, the listener. TCP listeners are one a loop on the same port, so
 * that the system spreads connections.
 */
#include "http/inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_LOOPS = 64, STOP_GRACE_MS = 500 };

void fh_http_log(const fh_http_server *s, fh_http_severity severity, const char *fmt, ...)
{
    if (!s->log) return;
    char line[512];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    s->log(s->ctx, severity, line);
}

static void *copy(const fh_http_server *s, const void *from, size_t size)
{
    void *to = fh_http_alloc(s, size ? size : 1);
    if (to && size) memcpy(to, from, size);
    return to;
}

static void use_unless_0(uint32_t *limit, uint32_t usual)
{
    if (*limit == 0) *limit = usual;
}

static void use_time_unless_0(int64_t *limit_ms, int64_t usual, int64_t *least)
{
    if (*limit_ms == 0) *limit_ms = usual;
    if (*limit_ms < *least) *least = *limit_ms;
}

static fh_status set_limits(fh_http_server *s, const fh_http_limits *given, fh_error *err)
{
    fh_http_limits *l = &s->limits;
    int64_t least = INT64_MAX;
    *l = *given;
    use_unless_0(&l->header_bytes, 16384);
    use_unless_0(&l->line_bytes, 8192);
    use_unless_0(&l->fields, FH_HTTP_MAX_FIELDS);
    use_unless_0(&l->connections, 4096);
    use_unless_0(&l->connections_per_address, 256);
    use_unless_0(&l->bytes_per_second, 1024);
    use_time_unless_0(&l->header_ms, 10000, &least);
    use_time_unless_0(&l->body_ms, 30000, &least);
    use_time_unless_0(&l->idle_ms, 60000, &least);
    use_time_unless_0(&l->ping_ms, 15000, &least);
    if (least < 0 || l->header_bytes > FH_HTTP_MAX_HEADER || l->fields > FH_HTTP_MAX_FIELDS ||
        l->connections > 1000000)
        return fh_fail(err, FH_INVALID, "a limit of the HTTP server is out of its range");
    /* Often enough that a deadline is at most a quarter late. */
    s->tick_ms = least / 4 < 10 ? 10 : least / 4 > 1000 ? 1000 : least / 4;
    return FH_OK;
}

/* "10.0.0.0/8", "::1" */
static bool network_of(fh_str text, fh_http_network *out)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    const char *slash = text.len ? memchr(text.ptr, '/', text.len) : NULL;
    const fh_str address = {text.ptr, slash ? (size_t)(slash - text.ptr) : text.len};
    if (!fh_net_address(address, out->address)) return false;
    const bool v4 = memcmp(out->address, mapped, sizeof mapped) == 0;
    unsigned bits = v4 ? 32 : 128;
    if (slash) {
        const fh_str digits = {slash + 1, text.len - address.len - 1};
        if (digits.len == 0 || digits.len > 3) return false;
        unsigned given = 0;
        for (size_t i = 0; i < digits.len; i++) {
            if (digits.ptr[i] < '0' || digits.ptr[i] > '9') return false;
            given = given * 10 + (unsigned)(digits.ptr[i] - '0');
        }
        if (given > bits) return false;
        bits = given;
    }
    out->bits = (uint8_t)(v4 ? bits + 96 : bits);
    return true;
}

static fh_status set_trusted(fh_http_server *s, const fh_http_options *o, fh_error *err)
{
    s->trusted = fh_http_alloc(s, (o->n_trusted + 1) * sizeof *s->trusted);
    if (!s->trusted) return fh_no_memory(err);
    s->trusted_size = o->n_trusted + 1;
    for (size_t i = 0; i < o->n_trusted; i++) {
        const fh_str text = fh_str_of(o->trusted[i]);
        if (fh_str_eq(text, FH_STR("unix"))) {
            s->trusts_local = true;
        } else if (network_of(text, &s->trusted[s->n_trusted])) {
            s->n_trusted++;
        } else {
            (void)fh_fail(err, FH_INVALID, "the trusted proxy '%.80s' is no address",
                          o->trusted[i]);
            return fh_hint(err, FH_INVALID, "Give 10.0.0.1, 10.0.0.0/8, ::1 or unix.");
        }
    }
    return FH_OK;
}

/* Lines "Name: value\r\n" and nothing else. */
static bool are_fields(fh_str text)
{
    while (text.len) {
        const char *end = memchr(text.ptr, '\r', text.len);
        const size_t len = end ? (size_t)(end - text.ptr) : 0;
        const char *colon = len ? memchr(text.ptr, ':', len) : NULL;
        if (!colon || len + 2 > text.len || text.ptr[len + 1] != '\n') return false;
        const size_t name = (size_t)(colon - text.ptr);
        if (!fh_http_is_token((fh_str){text.ptr, name}) ||
            !fh_http_is_value((fh_str){colon + 1, len - name - 1}))
            return false;
        text.ptr += len + 2;
        text.len -= len + 2;
    }
    return true;
}

static fh_status set_options(fh_http_server *s, const fh_http_options *o, fh_error *err)
{
    s->os = o->os ? o->os : fh_os_real();
    s->net = o->net ? o->net : fh_net_real();
    s->ctx = o->ctx;
    s->begin = o->begin;
    s->handle = o->handle;
    s->ended = o->ended;
    s->log = o->log;
    if (!o->handle || o->n_listeners == 0 || !o->tls_cert != !o->tls_key || o->loops > MAX_LOOPS)
        return fh_fail(err, FH_INVALID, "the HTTP server lacks a handler, a listener or a key");
    if (!are_fields(o->common_fields))
        return fh_fail(err, FH_INVALID, "the fields of every reply are not lines of a header");
    fh_status status = set_limits(s, &o->limits, err);
    if (status == FH_OK) status = set_trusted(s, o, err);
    if (status == FH_OK) status = s->os->random(s->os->ctx, &s->id_base, sizeof s->id_base, err);
    if (status != FH_OK) return status;
    s->common = copy(s, o->common_fields.ptr, o->common_fields.len);
    s->common_len = o->common_fields.len;
    s->addresses = fh_http_addresses_new(&s->memory, s->limits.connections, s->id_base);
    s->lock = fh_mutex_new();
    s->loop_ended = fh_cond_new();
    if (!s->common || !s->addresses || !s->lock || !s->loop_ended) return fh_no_memory(err);
    return o->tls_cert ? fh_http_tls_new(s, o->tls_cert, o->tls_key, err) : FH_OK;
}

static void *zeroed(fh_http_server *s, size_t n, size_t size)
{
    void *to = fh_http_alloc(s, n * size); /* both small */
    if (to) memset(to, 0, n * size);
    return to;
}

static fh_status make_loops(fh_http_server *s, fh_error *err)
{
    for (uint32_t i = 0; i < s->n_loops; i++) {
        fh_http_loop *loop = &s->loops[i];
        loop->server = s;
        loop->number = i;
        loop->waker_tag = FH_TAG_WAKER;
        loop->date_s = -1;
        loop->next_id = (uint64_t)i << 48;
        loop->listening = zeroed(s, s->n_listeners, sizeof *loop->listening);
        if (!loop->listening) return fh_no_memory(err);
        for (size_t k = 0; k < s->n_listeners; k++) loop->listening[k].socket = -1;
        loop->scratch = fh_http_alloc(s, FH_HTTP_SCRATCH);
        loop->lock = fh_mutex_new();
        loop->drained = fh_cond_new();
        if (!loop->scratch || !loop->lock || !loop->drained) return fh_no_memory(err);
        const fh_net *net = s->net;
        fh_status status = net->poller(net->ctx, &loop->poller, err);
        if (status == FH_OK) status = net->waker(net->ctx, &loop->waker, err);
        if (status == FH_OK)
            status = net->watch(net->ctx, loop->poller, loop->waker, FH_NET_WAKER, &loop->waker_tag,
                                err);
        if (status != FH_OK) return status;
    }
    return FH_OK;
}

/* Listens at place `k` for all loops. */
static fh_status listen_at(fh_http_server *s, size_t k, const fh_http_listener *at, fh_error *err)
{
    const fh_net *net = s->net;
    fh_net_place place = {
        .address = at->address, .port = at->port, .path = at->unix_path, .mode = at->unix_mode};
    int probe;
    uint16_t port;
    /* Alone first: a shared port would be had although another server listens there. */
    fh_status status = net->listen(net->ctx, &place, &probe, &port, err);
    if (status != FH_OK) return status;
    if (at->unix_path) {
        s->unix_paths[k] = copy(s, at->unix_path, strlen(at->unix_path) + 1);
        s->loops[0].listening[k].socket = probe;
        if (!s->unix_paths[k]) return fh_no_memory(err);
        for (uint32_t i = 1; i < s->n_loops; i++) {
            s->loops[i].listening[k].socket = probe;
            s->loops[i].listening[k].shared = true;
        }
        return FH_OK;
    }
    net->close(net->ctx, probe);
    place.port = s->ports[k] = port;
    place.shared = true;
    for (uint32_t i = 0; i < s->n_loops && status == FH_OK; i++)
        status = net->listen(net->ctx, &place, &s->loops[i].listening[k].socket, &port, err);
    return status;
}

static fh_status watch_all(fh_http_server *s, fh_error *err)
{
    for (uint32_t i = 0; i < s->n_loops; i++) {
        fh_http_loop *loop = &s->loops[i];
        for (size_t k = 0; k < s->n_listeners; k++) {
            fh_http_listening *l = &loop->listening[k];
            l->tag = FH_TAG_LISTENER;
            const fh_status status =
                s->net->watch(s->net->ctx, loop->poller, l->socket, FH_NET_LISTENER, l, err);
            if (status != FH_OK) return status;
            l->watched = true;
        }
    }
    return FH_OK;
}

static fh_status start_loops(fh_http_server *s, fh_error *err)
{
    for (uint32_t i = 0; i < s->n_loops; i++) {
        fh_mutex_lock(s->lock);
        s->n_running++;
        fh_mutex_unlock(s->lock);
        const fh_status status =
            fh_thread_start(fh_http_loop_run, &s->loops[i], &s->loops[i].thread, err);
        if (status != FH_OK) {
            fh_mutex_lock(s->lock);
            s->n_running--;
            fh_mutex_unlock(s->lock);
            return status;
        }
        s->n_started++;
    }
    return FH_OK;
}

fh_status fh_http_server_start(const fh_http_options *o, fh_http_server **out, fh_error *err)
{
    const fh_allocator memory = o->memory ? *o->memory : *fh_allocator_default();
    fh_http_server *s = memory.alloc(memory.ctx, sizeof *s);
    if (!s) return fh_no_memory(err);
    memset(s, 0, sizeof *s);
    s->memory = memory;
    fh_status status = set_options(s, o, err);
    if (status == FH_OK) {
        s->n_listeners = o->n_listeners;
        s->n_loops = o->loops ? o->loops : fh_threads_cores();
        if (s->n_loops > MAX_LOOPS) s->n_loops = MAX_LOOPS;
        s->ports = zeroed(s, s->n_listeners, sizeof *s->ports);
        s->unix_paths = zeroed(s, s->n_listeners, sizeof *s->unix_paths);
        s->loops = zeroed(s, s->n_loops, sizeof *s->loops);
        for (uint32_t i = 0; s->loops && i < s->n_loops; i++)
            s->loops[i].poller = s->loops[i].waker = -1;
        if (!s->ports || !s->unix_paths || !s->loops) status = fh_no_memory(err);
    }
    if (status == FH_OK) status = make_loops(s, err);
    for (size_t i = 0; i < o->n_listeners && status == FH_OK; i++)
        status = listen_at(s, i, &o->listeners[i], err);
    if (status == FH_OK) status = watch_all(s, err);
    if (status == FH_OK) status = start_loops(s, err);
    if (status != FH_OK) {
        fh_http_server_free(s);
        return status;
    }
    *out = s;
    return FH_OK;
}

uint16_t fh_http_server_port(const fh_http_server *s, size_t i)
{
    return i < s->n_listeners ? s->ports[i] : 0;
}

fh_status fh_http_server_stop(fh_http_server *s, int64_t patience_ms)
{
    atomic_store(&s->patience_ms, patience_ms > 0 ? patience_ms : 0);
    atomic_store(&s->stopping, true);
    s->stopped = true;
    for (uint32_t i = 0; i < s->n_started; i++) s->net->wake(s->net->ctx, s->loops[i].waker);
    const int64_t until = s->os->monotonic_ms(s->os->ctx) + patience_ms + STOP_GRACE_MS;
    fh_mutex_lock(s->lock);
    for (int64_t rest = patience_ms + STOP_GRACE_MS; s->n_running && rest > 0;
         rest = until - s->os->monotonic_ms(s->os->ctx))
        (void)fh_cond_wait_ms(s->loop_ended, s->lock, rest);
    const bool running = s->n_running > 0;
    fh_mutex_unlock(s->lock);
    return running ? FH_BUSY : FH_OK;
}

static void free_loop(fh_http_server *s, fh_http_loop *loop)
{
    const fh_net *net = s->net;
    for (size_t k = 0; loop->listening && k < s->n_listeners; k++)
        if (loop->listening[k].socket >= 0 && !loop->listening[k].shared)
            net->close(net->ctx, loop->listening[k].socket);
    if (loop->poller >= 0) net->close(net->ctx, loop->poller);
    if (loop->waker >= 0) net->close(net->ctx, loop->waker);
    fh_cond_free(loop->drained);
    fh_mutex_free(loop->lock);
    fh_http_release(s, loop->scratch, FH_HTTP_SCRATCH);
    fh_http_release(s, loop->listening, s->n_listeners * sizeof *loop->listening);
}

void fh_http_server_free(fh_http_server *s)
{
    if (!s) return;
    if (s->n_started && !s->stopped) (void)fh_http_server_stop(s, 0);
    for (uint32_t i = 0; i < s->n_started; i++) {
        fh_thread_join(s->loops[i].thread);
        while (atomic_load(&s->loops[i].pushers)) fh_thread_yield();
    }
    for (uint32_t i = 0; s->loops && i < s->n_loops; i++) free_loop(s, &s->loops[i]);
    for (size_t k = 0; s->unix_paths && k < s->n_listeners; k++) {
        if (!s->unix_paths[k]) continue;
        fh_error err;
        (void)s->os->remove(s->os->ctx, s->unix_paths[k], &err); /* else replaced next time */
        fh_http_release(s, s->unix_paths[k], strlen(s->unix_paths[k]) + 1);
    }
    fh_http_release(s, s->ports, s->n_listeners * sizeof *s->ports);
    fh_http_release(s, s->unix_paths, s->n_listeners * sizeof *s->unix_paths);
    fh_http_release(s, s->loops, s->n_loops * sizeof *s->loops);
    fh_http_release(s, s->trusted, s->trusted_size * sizeof *s->trusted);
    fh_http_release(s, s->common, s->common_len ? s->common_len : 1);
    fh_http_addresses_free(s->addresses);
    fh_http_tls_free(s);
    fh_cond_free(s->loop_ended);
    fh_mutex_free(s->lock);
    const fh_allocator memory = s->memory;
    memory.free(memory.ctx, s, sizeof *s);
}

static uint64_t read_count(const _Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

fh_http_counts fh_http_server_counts(const fh_http_server *s)
{
    fh_http_counts all = {.connections = atomic_load(&s->connections)};
    for (uint32_t i = 0; i < s->n_loops; i++) {
        const fh_http_loop *loop = &s->loops[i];
        all.accepted += read_count(&loop->accepted);
        all.turned_away += read_count(&loop->turned_away);
        all.requests += read_count(&loop->requests);
        all.refused += read_count(&loop->refused);
        all.timed_out += read_count(&loop->timed_out);
        all.bytes_in += read_count(&loop->bytes_in);
        all.bytes_out += read_count(&loop->bytes_out);
        all.streams += atomic_load_explicit(&loop->streams, memory_order_relaxed);
    }
    return all;
}
