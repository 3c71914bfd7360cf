/* request.c - what the program sees of a request, and from whom it is.
 *
 * Slices point into the connection's buffer, which stays put while the exchange
 * lasts. Of proxies only those named in the options are believed: the list in
 * X-Forwarded-For is walked from the right, as each proxy adds the one it spoke
 * with, up to the first address that is not one of ours.
 */
#include "http/inside.h"

#include <string.h>

const fh_http_request *fh_http_request_of(const fh_http_exchange *x)
{
    return &x->request;
}

void fh_http_set_user(fh_http_exchange *x, void *user)
{
    x->user = user;
}

void *fh_http_user(const fh_http_exchange *x)
{
    return x->user;
}

fh_arena *fh_http_arena(fh_http_exchange *x)
{
    if (!x->arena) x->arena = fh_arena_new(&x->loop->server->memory);
    return x->arena;
}

bool fh_http_next_field(const fh_http_exchange *x, size_t *i, fh_str *name, fh_str *value)
{
    if (*i >= x->head.n_fields) return false;
    const fh_http_head_field *field = &x->head.fields[(*i)++];
    *name = fh_http_slice(x->conn->in, field->name);
    *value = fh_http_slice(x->conn->in, field->value);
    return true;
}

fh_str fh_http_field(const fh_http_exchange *x, const char *name)
{
    const fh_str wanted = fh_str_of(name);
    fh_str n, value;
    for (size_t i = 0; fh_http_next_field(x, &i, &n, &value);)
        if (fh_str_eq_nocase(n, wanted)) return value;
    return (fh_str){NULL, 0};
}

/* Takes what lies before `mark` off the front of `rest`. */
static fh_str cut(fh_str *rest, char mark)
{
    const char *end = rest->len ? memchr(rest->ptr, mark, rest->len) : NULL;
    const fh_str part = {rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len};
    rest->ptr += end ? part.len + 1 : part.len;
    rest->len -= end ? part.len + 1 : part.len;
    return part;
}

fh_str fh_http_cookie(const fh_http_exchange *x, const char *name)
{
    const fh_str wanted = fh_str_of(name);
    fh_str n, value;
    for (size_t i = 0; fh_http_next_field(x, &i, &n, &value);) {
        if (!fh_str_eq_nocase(n, FH_STR("cookie"))) continue;
        while (value.len) {
            fh_str pair = fh_str_trim(cut(&value, ';'));
            const fh_str key = cut(&pair, '=');
            if (fh_str_eq(key, wanted)) return pair;
        }
    }
    return (fh_str){NULL, 0};
}

static bool in_network(const fh_http_network *net, const unsigned char address[16])
{
    const size_t whole = net->bits / 8u;
    if (memcmp(net->address, address, whole) != 0) return false;
    const unsigned rest = net->bits % 8u;
    if (rest == 0) return true;
    return (net->address[whole] ^ address[whole]) >> (8 - rest) == 0;
}

bool fh_http_is_trusted(const fh_http_server *s, const fh_net_peer *peer)
{
    if (peer->local) return s->trusts_local;
    for (size_t i = 0; i < s->n_trusted; i++)
        if (in_network(&s->trusted[i], peer->address)) return true;
    return false;
}

/* "10.0.0.1", "10.0.0.1:80", "::1", "[::1]:80" */
static bool forwarded_address(fh_str text, unsigned char out[16])
{
    if (text.len && text.ptr[0] == '[') {
        const char *end = memchr(text.ptr, ']', text.len);
        return end && fh_net_address((fh_str){text.ptr + 1, (size_t)(end - text.ptr) - 1}, out);
    }
    const char *colon = text.len ? memchr(text.ptr, ':', text.len) : NULL;
    const char *dot = text.len ? memchr(text.ptr, '.', text.len) : NULL;
    if (colon && dot && dot < colon) text.len = (size_t)(colon - text.ptr);
    return fh_net_address(text, out);
}

/* Who the trusted proxies say it is; false when they say nothing. */
static bool forwarded_for(const fh_http_exchange *x, unsigned char out[16])
{
    const fh_http_server *s = x->loop->server;
    bool found = false;
    for (size_t i = x->head.n_fields; i-- > 0;) {
        const fh_http_head_field *field = &x->head.fields[i];
        if (!fh_str_eq_nocase(fh_http_slice(x->conn->in, field->name), FH_STR("x-forwarded-for")))
            continue;
        fh_str list = fh_http_slice(x->conn->in, field->value);
        for (bool more = true; more;) {
            size_t at = list.len;
            while (at > 0 && list.ptr[at - 1] != ',') at--;
            fh_net_peer peer = {.local = false};
            const fh_str part = fh_str_trim((fh_str){list.ptr + at, list.len - at});
            if (!forwarded_address(part, peer.address)) return found;
            memcpy(out, peer.address, sizeof peer.address);
            found = true;
            if (!fh_http_is_trusted(s, &peer)) return true;
            more = at > 0;
            list.len = more ? at - 1 : 0;
        }
    }
    return found;
}

static void set_origin(fh_http_exchange *x)
{
    const fh_http_conn *c = x->conn;
    fh_http_request *rq = &x->request;
    rq->remote = fh_str_of(c->remote);
    rq->secure = c->tls != NULL;
    if (!c->trusted) return;
    unsigned char address[16];
    if (forwarded_for(x, address)) {
        fh_net_text(address, x->remote);
        rq->remote = fh_str_of(x->remote);
    }
    const fh_str proto = fh_http_field(x, "x-forwarded-proto");
    if (proto.ptr) rq->secure = fh_str_eq_nocase(proto, FH_STR("https"));
}

static void set_id(fh_http_exchange *x)
{
    static const char digits[] = "0123456789abcdef";
    /* A mix that never gives the same for two numbers. */
    uint64_t v = x->loop->server->id_base + x->loop->next_id++;
    v = (v ^ v >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    v = (v ^ v >> 27) * UINT64_C(0x94d049bb133111eb);
    v ^= v >> 31;
    for (size_t i = 0; i < FH_HTTP_ID; i++) x->id[i] = digits[v >> (60 - 4 * i) & 15];
    x->request.id = (fh_str){x->id, FH_HTTP_ID};
}

int fh_http_request_make(fh_http_exchange *x, const char **why)
{
    const char *bytes = x->conn->in;
    const fh_http_head *head = &x->head;
    fh_http_request *rq = &x->request;
    *rq = (fh_http_request){
        .method = head->method,
        .method_name = fh_http_slice(bytes, head->method_name),
        .target = fh_http_slice(bytes, head->target),
        .path = fh_http_slice(bytes, head->path),
        .query = fh_http_slice(bytes, head->query),
        .host = fh_http_slice(bytes, head->host),
    };
    char *room = NULL;
    if (rq->path.len == 0) rq->path = FH_STR("/");
    if (memchr(rq->path.ptr, '%', rq->path.len)) {
        fh_arena *arena = fh_http_arena(x);
        room = arena ? fh_arena_alloc(arena, rq->path.len, 1) : NULL;
        if (!room) {
            *why = "The server is out of memory.";
            return 503;
        }
    }
    *why = fh_http_decode_path(rq->path, room, &rq->path);
    if (*why) return 400;
    set_origin(x);
    set_id(x);
    return 0;
}
