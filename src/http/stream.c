/* stream.c - replies of unknown length, and server-sent events.
 *
 *     writer's thread --> pending --> (the loop swaps) --> x->out --> socket
 *
 * Pieces are framed by who writes them. The writer posts the exchange to the loop
 * when it is not on its way there already, so a burst is taken at once. `ended` is
 * the last the writer does: from then on the loop alone knows the stream, and frees
 * it once it has left the list.
 */
#include "http/inside.h"

#include <stdio.h>
#include <string.h>

static fh_http_stream *make(fh_http_exchange *x)
{
    fh_http_server *s = x->loop->server;
    fh_http_stream *stream = fh_http_alloc(s, sizeof *stream);
    if (!stream) return NULL;
    memset(stream, 0, sizeof *stream);
    stream->x = x;
    stream->no_body = x->request.method == FH_HTTP_HEAD;
    stream->loop = x->loop;
    stream->left = FH_HTTP_LENGTH_UNKNOWN;
    fh_buf_init(&stream->pending, &s->memory, FH_HTTP_MAX_REPLY);
    return stream;
}

/* Hands the exchange with its header over; or takes the stream back when there was
 * no memory for that. */
static fh_status start(fh_http_exchange *x, fh_http_stream *stream, fh_http_stream **out,
                       fh_error *err)
{
    if (x->failed) {
        x->failed = false;
        fh_buf_clear(&x->out);
        fh_http_release(x->loop->server, stream, sizeof *stream);
        return fh_no_memory(err);
    }
    atomic_fetch_add_explicit(&x->loop->streams, 1, memory_order_relaxed);
    x->stream = stream;
    *out = stream;
    if (fh_http_on_loop(x)) {
        x->answered = true;
    } else {
        stream->posted = true;
        fh_http_give_back(x);
    }
    return FH_OK;
}

fh_status fh_http_stream_begin(fh_http_exchange *x, int status, fh_str type, uint64_t length,
                               fh_http_stream **out, fh_error *err)
{
    fh_http_stream *stream = make(x);
    if (!stream) return fh_no_memory(err);
    char rest[64] = "Transfer-Encoding: chunked\r\n";
    stream->left = length;
    stream->chunked = length == FH_HTTP_LENGTH_UNKNOWN && !x->old;
    if (length != FH_HTTP_LENGTH_UNKNOWN)
        (void)snprintf(rest, sizeof rest, "Content-Length: %llu\r\n", (unsigned long long)length);
    else if (x->old) /* its end is the connection's */
        rest[0] = '\0', x->keep = false;
    fh_http_head_build(x, status, type, rest);
    return start(x, stream, out, err);
}

fh_status fh_http_events_begin(fh_http_exchange *x, fh_http_gone *gone, void *ctx,
                               fh_http_stream **out, fh_error *err)
{
    fh_http_stream *stream = make(x);
    if (!stream) return fh_no_memory(err);
    stream->events = true;
    stream->gone_fn = gone;
    stream->gone_ctx = ctx;
    x->keep = false;
    fh_http_head_build(x, 200, FH_STR("text/event-stream"),
                       "Cache-Control: no-store\r\nX-Accel-Buffering: no\r\n");
    if (!stream->no_body) fh_buf_text(&x->out, "retry: 3000\n\n");
    if (x->out.status != FH_OK) x->failed = true;
    return start(x, stream, out, err);
}

/* With the lock held; the caller posts when this is true. */
static bool must_post(fh_http_stream *s)
{
    const bool post = !s->posted;
    s->posted = true;
    return post;
}

static fh_status lost(fh_error *err)
{
    return fh_fail(err, FH_INTERRUPTED, "the client went away, or was too slow");
}

/* Adds a piece, framed. With the lock held. */
static void put_piece(fh_http_stream *s, fh_str piece)
{
    if (s->no_body) return;
    if (!s->chunked) {
        fh_buf_str(&s->pending, piece);
        return;
    }
    fh_buf_printf(&s->pending, "%zx\r\n", piece.len);
    fh_buf_str(&s->pending, piece);
    fh_buf_text(&s->pending, "\r\n");
}

fh_status fh_http_stream_write(fh_http_stream *s, fh_str piece, fh_error *err)
{
    fh_http_loop *loop = s->loop;
    if (piece.len == 0) return FH_OK; /* an empty chunk would be the last */
    if (s->left != FH_HTTP_LENGTH_UNKNOWN) {
        if (piece.len > s->left)
            return fh_fail(err, FH_INVALID, "more is written than was told before");
        s->left -= piece.len;
    }
    fh_mutex_lock(loop->lock);
    while (s->pending.len >= FH_HTTP_STREAM_AHEAD && !s->gone)
        fh_cond_wait(loop->drained, loop->lock);
    if (!s->gone) put_piece(s, piece);
    const bool gone = s->gone, full = s->pending.status != FH_OK;
    const bool post = !gone && must_post(s);
    fh_mutex_unlock(loop->lock);
    if (post) fh_http_give_back(s->x);
    if (gone) return lost(err);
    return full ? fh_no_memory(err) : FH_OK;
}

void fh_http_stream_end(fh_http_stream *s, bool whole)
{
    fh_http_loop *loop = s->loop;
    fh_http_exchange *x = s->x;
    fh_mutex_lock(loop->lock);
    const bool complete = s->left == 0 || s->left == FH_HTTP_LENGTH_UNKNOWN || s->no_body;
    if (whole && s->chunked && !s->no_body) fh_buf_text(&s->pending, "0\r\n\r\n");
    s->whole = whole && complete && s->pending.status == FH_OK;
    s->ended = true;
    const bool post = must_post(s);
    fh_mutex_unlock(loop->lock);
    if (post) fh_http_give_back(x);
}

static bool is_one_line(fh_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '\r' || s.ptr[i] == '\n' || s.ptr[i] == '\0') return false;
    return true;
}

static void put_event(fh_buf *out, fh_str name, fh_str id, fh_str data)
{
    if (name.len) {
        fh_buf_text(out, "event: ");
        fh_buf_str(out, name);
        fh_buf_char(out, '\n');
    }
    if (id.len) {
        fh_buf_text(out, "id: ");
        fh_buf_str(out, id);
        fh_buf_char(out, '\n');
    }
    for (bool more = true; more;) { /* CR, LF and CR LF each end a line */
        size_t len = 0;
        while (len < data.len && data.ptr[len] != '\n' && data.ptr[len] != '\r') len++;
        fh_buf_text(out, "data: ");
        fh_buf_put(out, data.ptr, len);
        fh_buf_char(out, '\n');
        more = len < data.len;
        if (more && data.ptr[len] == '\r' && len + 1 < data.len && data.ptr[len + 1] == '\n') len++;
        data.ptr += more ? len + 1 : len;
        data.len -= more ? len + 1 : len;
    }
    fh_buf_char(out, '\n');
}

fh_status fh_http_events_send(fh_http_stream *s, fh_str name, fh_str id, fh_str data, fh_error *err)
{
    fh_http_loop *loop = s->loop;
    if (!is_one_line(name) || !is_one_line(id))
        return fh_fail(err, FH_INVALID, "an event's name or id holds a line break");
    fh_mutex_lock(loop->lock);
    const bool room = s->pending.len < FH_HTTP_EVENTS_AHEAD;
    if (!s->gone && room && !s->no_body) put_event(&s->pending, name, id, data);
    const bool gone = s->gone || !room || s->pending.status != FH_OK;
    s->too_slow |= gone;
    const bool post = must_post(s);
    fh_mutex_unlock(loop->lock);
    if (post) fh_http_give_back(s->x);
    return gone ? lost(err) : FH_OK;
}

void fh_http_events_end(fh_http_stream *s)
{
    fh_http_stream_end(s, true);
}

/* ---- On the loop ----------------------------------------------------------------- */

void fh_http_stream_fill(fh_http_stream *s)
{
    fh_http_exchange *x = s->x;
    fh_buf_clear(&x->out);
    x->out_sent = 0;
    if (x->out.cap > FH_HTTP_FIRST_READ && s->events) fh_buf_free(&x->out);
    fh_mutex_lock(s->loop->lock);
    if (s->pending.len) {
        const fh_buf sent = x->out;
        x->out = s->pending;
        s->pending = sent;
        fh_cond_wake_all(s->loop->drained);
    }
    fh_mutex_unlock(s->loop->lock);
}

void fh_http_stream_arrived(fh_http_stream *s)
{
    fh_mutex_lock(s->loop->lock);
    s->posted = false;
    fh_mutex_unlock(s->loop->lock);
}

bool fh_http_stream_is_slow(const fh_http_stream *s)
{
    fh_mutex_lock(s->loop->lock);
    const bool slow = s->too_slow;
    fh_mutex_unlock(s->loop->lock);
    return slow;
}

bool fh_http_stream_is_over(const fh_http_stream *s)
{
    fh_mutex_lock(s->loop->lock);
    const bool over = s->ended && !s->posted && (s->gone || s->pending.len == 0);
    fh_mutex_unlock(s->loop->lock);
    return over;
}

void fh_http_stream_lost(fh_http_stream *s)
{
    fh_mutex_lock(s->loop->lock);
    const bool tell = !s->told && !s->ended;
    s->told = true;
    s->gone = true;
    fh_buf_free(&s->pending);
    fh_cond_wake_all(s->loop->drained);
    fh_mutex_unlock(s->loop->lock);
    if (tell && s->gone_fn) s->gone_fn(s->gone_ctx, s);
}

void fh_http_stream_free(fh_http_stream *s)
{
    atomic_fetch_sub_explicit(&s->loop->streams, 1, memory_order_relaxed);
    fh_buf_free(&s->pending);
    fh_http_release(s->loop->server, s, sizeof *s);
}
