/* body.c - a request's body on its way from the socket to the program.
 *
 *     socket --> [chunks off] --> [gunzip] --> sink, or collected
 *
 * A body of known length that fits behind its header is left where it was read.
 * What is unpacked is counted as it comes out, so that a bomb goes off at the limit
 * and not in memory.
 */
#include "http/inside.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { AT_ONCE = 65536, UNPACK_AT_ONCE = 16384, GZIP_WINDOW = 15 + 16 };

static int refuse(fh_http_body *b, int status, const char *why)
{
    b->why = why;
    return status;
}

int fh_http_body_begin(fh_http_exchange *x)
{
    fh_http_body *b = &x->body;
    const fh_http_head *head = &x->head;
    const fh_http_plan *plan = &x->plan;
    b->expected = head->chunked || head->content_length > 0;
    b->chunked = head->chunked;
    b->left = head->content_length;
    if (!b->expected) return 0;
    if (plan->max_body == 0) return refuse(b, 413, "No body is taken here.");
    if (head->gzip && !plan->gzip)
        return refuse(b, 415, "A body packed with gzip is not taken here.");
    /* Packed bytes are hardly ever more than they hold. */
    if (b->left > plan->max_body) return refuse(b, 413, "The body is too large.");
    if (head->gzip) {
        z_stream *z = calloc(1, sizeof *z);
        if (!z || inflateInit2(z, GZIP_WINDOW) != Z_OK) {
            free(z);
            return refuse(b, 503, "The server is out of memory.");
        }
        b->gunzip = z;
    }
    const size_t room = x->conn->in_cap - head->len;
    b->in_place = !b->chunked && !b->gunzip && !plan->sink && b->left <= room;
    /* One more than allowed, so that too much shows. */
    const size_t most = plan->max_body < SIZE_MAX - 1 ? (size_t)plan->max_body + 1 : SIZE_MAX;
    if (!b->in_place) fh_buf_init(&b->collected, &x->loop->server->memory, most);
    return 0;
}

char *fh_http_body_room(fh_http_exchange *x, size_t *room)
{
    fh_http_body *b = &x->body;
    fh_http_conn *c = x->conn;
    const size_t most = b->left < AT_ONCE ? (size_t)b->left : AT_ONCE;
    if (b->in_place) { /* `left` counts down only at the end */
        *room = x->head.len + (size_t)b->left - c->in_len;
        return c->in + c->in_len;
    }
    if (b->chunked) { /* what follows the body must be kept: read behind the header */
        *room = c->in_cap - c->in_len;
        return c->in + c->in_len;
    }
    *room = most;
    if (b->gunzip || x->plan.sink) return x->loop->scratch;
    return fh_buf_reserve(&b->collected, most);
}

/* Some of the body, as the program wants it. */
static int deliver(fh_http_exchange *x, fh_str piece)
{
    fh_http_body *b = &x->body;
    if (piece.len > x->plan.max_body - b->len) return refuse(b, 413, "The body is too large.");
    b->len += piece.len;
    if (x->plan.sink) {
        fh_error *err = &x->loop->sink_error;
        const fh_status status = x->plan.sink(x->plan.sink_ctx, x, piece, err);
        if (status == FH_OK) return 0;
        b->why = err->message;
        static const int codes[] = {
#define X(name, value, http, text) [FH_##name] = http,
            FH_STATUS_MAP(X)
#undef X
        };
        return codes[status];
    }
    /* What was read where it belongs is there already. */
    if (b->collected.ptr && piece.ptr == b->collected.ptr + b->collected.len)
        b->collected.len += piece.len;
    else
        fh_buf_str(&b->collected, piece);
    return b->collected.status == FH_OK ? 0 : refuse(b, 503, "The server is out of memory.");
}

static int unpack(fh_http_exchange *x, fh_str packed)
{
    fh_http_body *b = &x->body;
    z_stream *z = b->gunzip;
    unsigned char out[UNPACK_AT_ONCE];
    /* zlib reads only; its pointer is not const for old compilers' sake. */
    union {
        const char *from;
        unsigned char *to;
    } bytes = {packed.ptr};
    z->next_in = bytes.to;
    z->avail_in = (uInt)packed.len; /* at most AT_ONCE */
    while (z->avail_in > 0 || z->avail_out == 0) {
        if (b->gzip_done) { /* another member may follow the first */
            if (z->avail_in == 0) break;
            if (inflateReset(z) != Z_OK) return refuse(b, 400, "The body is not sound gzip.");
            b->gzip_done = false;
        }
        z->next_out = out;
        z->avail_out = sizeof out;
        const int answer = inflate(z, Z_NO_FLUSH);
        if (answer == Z_MEM_ERROR) return refuse(b, 503, "The server is out of memory.");
        if (answer != Z_OK && answer != Z_STREAM_END && answer != Z_BUF_ERROR)
            return refuse(b, 400, "The body is not sound gzip.");
        b->gzip_done = answer == Z_STREAM_END;
        const int verdict = deliver(x, (fh_str){(const char *)out, sizeof out - z->avail_out});
        if (verdict != 0) return verdict;
        if (answer == Z_BUF_ERROR) break; /* nothing more without more input */
    }
    return 0;
}

static int take_piece(fh_http_exchange *x, fh_str piece)
{
    fh_http_body *b = &x->body;
    b->received += piece.len;
    if (b->received > x->plan.max_body) return refuse(b, 413, "The body is too large.");
    return b->gunzip ? unpack(x, piece) : deliver(x, piece);
}

static int finish(fh_http_exchange *x)
{
    fh_http_body *b = &x->body;
    if (b->gunzip && !b->gzip_done) return refuse(b, 400, "The packed body ends too early.");
    if (!x->plan.sink) x->request.body = fh_buf_view(&b->collected);
    x->request.body_len = b->len;
    return 1;
}

static int take_chunks(fh_http_exchange *x, fh_str bytes, size_t *used)
{
    fh_http_body *b = &x->body;
    for (;;) {
        fh_str piece = {NULL, 0};
        switch (fh_http_chunk_next(&b->chunks, bytes, used, &piece)) {
        case FH_CHUNK_MORE: return 0;
        case FH_CHUNK_END: return finish(x);
        case FH_CHUNK_BAD: return refuse(b, 400, "The body is not soundly chunked.");
        case FH_CHUNK_PIECE: break;
        }
        const int verdict = take_piece(x, piece);
        if (verdict != 0) return verdict;
    }
}

int fh_http_body_take(fh_http_exchange *x, const char *bytes, size_t n, size_t *used)
{
    fh_http_body *b = &x->body;
    if (b->chunked) return take_chunks(x, (fh_str){bytes, n}, used);
    if (b->in_place) {
        if (n < b->left) return 0;
        *used = (size_t)b->left;
        b->received = b->len = b->left;
        x->request.body = (fh_str){bytes, (size_t)b->left};
        x->request.body_len = b->left;
        return 1;
    }
    const size_t most = n < b->left ? n : (size_t)b->left;
    *used += most;
    b->left -= most;
    const int verdict = most ? take_piece(x, (fh_str){bytes, most}) : 0;
    if (verdict != 0) return verdict;
    return b->left == 0 ? finish(x) : 0;
}

void fh_http_body_end(fh_http_exchange *x)
{
    fh_http_body *b = &x->body;
    if (b->gunzip) {
        (void)inflateEnd(b->gunzip);
        free(b->gunzip);
    }
    if (b->expected && b->collected.ptr) fh_buf_free(&b->collected);
    memset(b, 0, sizeof *b);
}
