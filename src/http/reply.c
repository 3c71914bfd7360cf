/* reply.c - replies as bytes, built by whoever replies, on whatever thread.
 *
 * The date is left open: the loop, which looks at the clock once a round, fills it
 * in when it sends. Whether the connection goes on is decided here, as the header
 * says so.
 */
#include "http/inside.h"

#include "base/put.h"

#include <libdeflate.h>
#include <string.h>

enum { WORTH_PACKING = 1024, PACK_LEVEL = 3 };

#define REASON_MAP(X)                         \
    X(200, "OK")                              \
    X(201, "Created")                         \
    X(202, "Accepted")                        \
    X(204, "No Content")                      \
    X(301, "Moved Permanently")               \
    X(302, "Found")                           \
    X(303, "See Other")                       \
    X(304, "Not Modified")                    \
    X(307, "Temporary Redirect")              \
    X(308, "Permanent Redirect")              \
    X(400, "Bad Request")                     \
    X(401, "Unauthorized")                    \
    X(403, "Forbidden")                       \
    X(404, "Not Found")                       \
    X(405, "Method Not Allowed")              \
    X(406, "Not Acceptable")                  \
    X(408, "Request Timeout")                 \
    X(409, "Conflict")                        \
    X(410, "Gone")                            \
    X(411, "Length Required")                 \
    X(412, "Precondition Failed")             \
    X(413, "Content Too Large")               \
    X(414, "URI Too Long")                    \
    X(415, "Unsupported Media Type")          \
    X(417, "Expectation Failed")              \
    X(421, "Misdirected Request")             \
    X(422, "Unprocessable Content")           \
    X(423, "Locked")                          \
    X(428, "Precondition Required")           \
    X(429, "Too Many Requests")               \
    X(431, "Request Header Fields Too Large") \
    X(500, "Internal Server Error")           \
    X(501, "Not Implemented")                 \
    X(503, "Service Unavailable")             \
    X(505, "HTTP Version Not Supported")      \
    X(507, "Insufficient Storage")

const char *fh_http_reason(int status)
{
    switch (status) {
#define X(code, text) \
    case code: return text;
        REASON_MAP(X)
#undef X
    }
    return "Status";
}

fh_status fh_http_add_field(fh_http_exchange *x, const char *name, fh_str value, fh_error *err)
{
    static const char *const own[] = {"content-length", "transfer-encoding", "connection",
                                      "date",           "content-encoding",  "trailer"};
    const fh_str n = fh_str_of(name);
    bool ok = fh_http_is_token(n) && fh_http_is_value(value);
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        ok = ok && !fh_str_eq_nocase(n, fh_str_of(own[i]));
    if (!ok) return fh_fail(err, FH_INVALID, "'%.40s' cannot be a header of a reply", name);
    fh_buf_str(&x->fields, n);
    fh_buf_text(&x->fields, ": ");
    fh_buf_str(&x->fields, value);
    fh_buf_text(&x->fields, "\r\n");
    return x->fields.status == FH_OK ? FH_OK : fh_no_memory(err);
}

void fh_http_add_lines(fh_http_exchange *x, fh_str lines)
{
    fh_buf_str(&x->fields, lines);
}

static void put_field(fh_buf *out, const char *name, fh_str value)
{
    fh_buf_text(out, name);
    fh_buf_str(out, value);
    fh_buf_put(out, "\r\n", 2);
}

static void put_length(fh_buf *out, uint64_t n)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    put_field(out, "Content-Length: ", (fh_str){digits + at, sizeof digits - at});
}

/* Begins the header in x->out: everything but what says how long the body is. */
static void head_begin(fh_http_exchange *x, int status, fh_str type)
{
    const fh_http_server *s = x->loop->server;
    fh_buf *out = &x->out;
    fh_buf_clear(out);
    x->status = status;
    x->out_sent = 0;
    x->tail = (fh_str){NULL, 0};
    const unsigned code = status >= 100 && status <= 999 ? (unsigned)status : 500;
    const char number[] = {'H',
                           'T',
                           'T',
                           'P',
                           '/',
                           '1',
                           '.',
                           '1',
                           ' ',
                           (char)('0' + code / 100),
                           (char)('0' + code / 10 % 10),
                           (char)('0' + code % 10),
                           ' '};
    fh_buf_put(out, number, sizeof number);
    fh_buf_text(out, fh_http_reason(status));
    fh_buf_text(out, "\r\nDate: ");
    x->date_at = out->len;
    fh_buf_put(out, "Thu, 01 Jan 1970 00:00:00 GMT\r\n", FH_HTTP_DATE + 2);
    if (type.len && fh_http_is_value(type)) put_field(out, "Content-Type: ", type);
    fh_buf_put(out, x->fields.ptr, x->fields.len);
    fh_buf_put(out, s->common, s->common_len);
    if (x->fields.status != FH_OK) x->failed = true;
}

static void head_end(fh_http_exchange *x)
{
    const bool keep =
        x->keep && !atomic_load_explicit(&x->loop->server->stopping, memory_order_relaxed);
    if (!keep) fh_buf_text(&x->out, "Connection: close\r\n");
    if (keep && x->old) fh_buf_text(&x->out, "Connection: keep-alive\r\n");
    fh_buf_put(&x->out, "\r\n", 2);
    x->stop_after = !keep;
    x->head_len = x->out.len;
}

void fh_http_head_build(fh_http_exchange *x, int status, fh_str type, const char *rest)
{
    head_begin(x, status, type);
    fh_buf_text(&x->out, rest);
    head_end(x);
    if (x->out.status != FH_OK) x->failed = true;
}

static bool has_body(const fh_http_exchange *x, int status)
{
    return x->request.method != FH_HTTP_HEAD && status != 204 && status != 304;
}

/* "gzip" with a weight that is not zero, in Accept-Encoding. */
static bool accepts_gzip(const fh_http_exchange *x)
{
    fh_str list = fh_http_field(x, "accept-encoding");
    while (list.len) {
        const char *comma = memchr(list.ptr, ',', list.len);
        const size_t len = comma ? (size_t)(comma - list.ptr) : list.len;
        const fh_str part = {list.ptr, len};
        list.ptr += comma ? len + 1 : len;
        list.len -= comma ? len + 1 : len;
        const char *semicolon = part.len ? memchr(part.ptr, ';', part.len) : NULL;
        const size_t name = semicolon ? (size_t)(semicolon - part.ptr) : part.len;
        if (!fh_str_eq_nocase(fh_str_trim((fh_str){part.ptr, name}), FH_STR("gzip"))) continue;
        for (size_t i = name; i < part.len; i++) /* a digit that is not 0 */
            if (part.ptr[i] >= '1' && part.ptr[i] <= '9') return true;
        return !semicolon;
    }
    return false;
}

static bool is_text(fh_str type)
{
    static const char *const endings[] = {"json", "xml", "javascript", "x-ndjson"};
    const char *semicolon = type.len ? memchr(type.ptr, ';', type.len) : NULL;
    if (semicolon) type.len = (size_t)(semicolon - type.ptr);
    if (fh_str_starts(type, FH_STR("text/"))) return true;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        const fh_str end = fh_str_of(endings[i]);
        if (type.len >= end.len &&
            fh_str_eq_nocase((fh_str){type.ptr + type.len - end.len, end.len}, end))
            return true;
    }
    return false;
}

/* True when `packed` holds the body, and is smaller by a tenth at least. */
static bool pack(fh_str body, fh_buf *packed)
{
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(PACK_LEVEL);
    if (!c) return false;
    const size_t most = body.len - body.len / 10;
    char *to = fh_buf_reserve(packed, most);
    const size_t n = to ? libdeflate_gzip_compress(c, body.ptr, body.len, to, most) : 0;
    libdeflate_free_compressor(c);
    packed->len = n;
    return n > 0;
}

/* `tag` empty: none. */
static void build(fh_http_exchange *x, int status, fh_str type, fh_str body, fh_str tag,
                  bool may_pack)
{
    fh_buf packed;
    fh_buf_init(&packed, &x->loop->server->memory, FH_HTTP_MAX_REPLY);
    const bool packable = may_pack && body.len >= WORTH_PACKING && is_text(type);
    const bool is_packed = packable && accepts_gzip(x) && pack(body, &packed);
    if (is_packed) body = fh_buf_view(&packed);
    head_begin(x, status, type);
    if (tag.len && fh_http_is_value(tag)) {
        const bool weak = is_packed && !fh_str_starts(tag, FH_STR("W/"));
        put_field(&x->out, weak ? "ETag: W/" : "ETag: ", tag);
    }
    if (packable) fh_buf_text(&x->out, "Vary: Accept-Encoding\r\n");
    if (is_packed) fh_buf_text(&x->out, "Content-Encoding: gzip\r\n");
    if (status != 204 && status != 304) put_length(&x->out, body.len);
    head_end(x);
    if (has_body(x, status)) fh_buf_str(&x->out, body);
    if (x->out.status != FH_OK) x->failed = true;
    fh_buf_free(&packed);
}

void fh_http_reply_build(fh_http_exchange *x, int status, fh_str type, fh_str body, bool may_pack)
{
    build(x, status, type, body, (fh_str){NULL, 0}, may_pack);
}

static void hand_over(fh_http_exchange *x)
{
    if (fh_http_on_loop(x))
        x->answered = true;
    else
        fh_http_give_back(x);
}

void fh_http_reply(fh_http_exchange *x, int status, fh_str type, fh_str body)
{
    fh_http_reply_build(x, status, type, body, true);
    hand_over(x);
}

void fh_http_reply_plain(fh_http_exchange *x, int status, fh_str type, fh_str body)
{
    fh_http_reply_build(x, status, type, body, false);
    hand_over(x);
}

bool fh_http_tag_matches(fh_str list, fh_str etag)
{
    if (fh_str_starts(etag, FH_STR("W/"))) etag.ptr += 2, etag.len -= 2;
    while (list.len) {
        const char *comma = memchr(list.ptr, ',', list.len);
        const size_t len = comma ? (size_t)(comma - list.ptr) : list.len;
        fh_str tag = fh_str_trim((fh_str){list.ptr, len});
        if (fh_str_starts(tag, FH_STR("W/"))) tag.ptr += 2, tag.len -= 2;
        if (fh_str_eq(tag, etag) || fh_str_eq(tag, FH_STR("*"))) return true;
        list.ptr += comma ? len + 1 : len;
        list.len -= comma ? len + 1 : len;
    }
    return false;
}

/* Has the client what it asks for already? */
static bool is_known(const fh_http_exchange *x, fh_str etag)
{
    const fh_http_method method = x->request.method;
    return (method == FH_HTTP_GET || method == FH_HTTP_HEAD) &&
           fh_http_tag_matches(fh_http_field(x, "if-none-match"), etag);
}

void fh_http_reply_tagged(fh_http_exchange *x, int status, fh_str type, fh_str body, fh_str etag)
{
    if (is_known(x, etag))
        build(x, 304, (fh_str){NULL, 0}, (fh_str){NULL, 0}, etag, false);
    else
        build(x, status, type, body, etag, true);
    hand_over(x);
}

void fh_http_problem_build(fh_http_exchange *x, int status, fh_str detail)
{
    fh_buf body;
    fh_json j;
    fh_buf_init(&body, &x->loop->server->memory, FH_HTTP_MAX_REPLY);
    fh_json_begin(&j, &body, 0);
    fh_json_object(&j);
    fh_put_text(&j, "type", FH_STR("about:blank"));
    fh_put_text(&j, "title", fh_str_of(fh_http_reason(status)));
    fh_put_int(&j, "status", status);
    fh_put_text(&j, "detail", detail);
    fh_json_end_object(&j);
    if (!x->fields.len) { /* nobody above has said it */
        put_field(&x->fields, "Cache-Control: ", FH_STR("no-store"));
        put_field(&x->fields, "Content-Security-Policy: ",
                  FH_STR("default-src 'none'; frame-ancestors 'none'"));
    }
    fh_http_reply_build(x, status, FH_STR("application/problem+json"), fh_buf_view(&body), false);
    fh_buf_free(&body);
}

void fh_http_reply_problem(fh_http_exchange *x, int status, fh_str detail)
{
    fh_http_problem_build(x, status, detail);
    hand_over(x);
}

void fh_http_reply_asset(fh_http_exchange *x, const fh_http_asset *asset)
{
    const bool known = is_known(x, asset->etag);
    const bool packed = !known && asset->gzip.len && accepts_gzip(x);
    const fh_str body = packed ? asset->gzip : asset->raw;
    head_begin(x, known ? 304 : 200, known ? (fh_str){NULL, 0} : asset->type);
    put_field(&x->out, packed ? "ETag: W/" : "ETag: ", asset->etag);
    put_field(&x->out, "Cache-Control: ",
              asset->immutable ? FH_STR("public, max-age=31536000, immutable")
                               : FH_STR("no-cache"));
    if (asset->gzip.len) fh_buf_text(&x->out, "Vary: Accept-Encoding\r\n");
    if (packed) fh_buf_text(&x->out, "Content-Encoding: gzip\r\n");
    if (!known) put_length(&x->out, body.len);
    head_end(x);
    if (!known && has_body(x, 200)) x->tail = body;
    if (x->out.status != FH_OK) x->failed = true;
    hand_over(x);
}

void fh_http_reply_later(fh_http_batch *batch, fh_http_exchange *x, int status, fh_str type,
                         fh_str body)
{
    fh_http_reply_build(x, status, type, body, true);
    x->next = batch->first;
    batch->first = x;
}
