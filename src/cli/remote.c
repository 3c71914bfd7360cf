/* remote.c - questions put to a server. */
#include "cli/remote.h"

#include "base/put.h"
#include "cli/answer.h"

#include "store/identities.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES = 6, FIRST_PAUSE_MS = 250, TOKENS = 1 << 20 };

fh_status cli_remote_open(const cli_io *io, fh_str server, cli_remote *out, fh_error *err)
{
    const char *token = getenv("FIRSTHAND_TOKEN");
    *out = (cli_remote){.io = io, .server = server};
    fh_buf_init(&out->reply.body, NULL, 1 << 20);
    while (out->server.len && out->server.ptr[out->server.len - 1] == '/') out->server.len--;
    if (!token || !*token) {
        (void)fh_fail(err, FH_INVALID, "there is no token for the server");
        return fh_hint(err, FH_INVALID,
                       "Make one in Firsthand, then: export FIRSTHAND_TOKEN=fh_...");
    }
    out->reader = fh_json_reader_new(NULL, TOKENS);
    if (!out->reader ||
        !fh_arena_format(io->arena, &out->bearer, "Authorization: Bearer %s", token))
        return fh_no_memory(err);
    return fh_fetcher_new(&out->fetcher, err);
}

void cli_remote_close(cli_remote *r)
{
    fh_buf_free(&r->reply.body);
    fh_json_reader_free(r->reader);
    fh_fetcher_free(r->fetcher);
}

static bool plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void cli_remote_pair(fh_buf *path, fh_str name, fh_str value)
{
    static const char digits[] = "0123456789ABCDEF";
    const bool first = !path->len || !memchr(path->ptr, '?', path->len);
    fh_buf_char(path, first ? '?' : '&');
    fh_buf_str(path, name);
    fh_buf_char(path, '=');
    for (size_t i = 0; i < value.len; i++) {
        const unsigned char c = (unsigned char)value.ptr[i];
        if (plain((char)c)) {
            fh_buf_char(path, (char)c);
        } else {
            const char escaped[] = {'%', digits[c >> 4], digits[c & 15]};
            fh_buf_put(path, escaped, sizeof escaped);
        }
    }
}

/* ---- Replies that are problems --------------------------------------------------------- */

/* The status the server's command would have ended with. */
static fh_status status_of(int code)
{
    switch (code) {
    case 400: return FH_INVALID;
    case 401:
    case 403: return FH_DENIED;
    case 404: return FH_NOTFOUND;
    case 409: return FH_CONFLICT;
    case 412: return FH_STALE;
    case 413: return FH_LIMIT;
    case 422: return FH_FORMAT;
    case 429: return FH_LATER;
    case 503: return FH_BUSY;
    default: return FH_IO;
    }
}

/* What stands in between answers in its own way: not as a problem of ours. */
static fh_status strange(const cli_remote *r, fh_status status, fh_error *err)
{
    (void)fh_fail(err, status, "the server answered %d", r->reply.code);
    if (r->reply.code == 413)
        return fh_hint(err, status,
                       "What stands before Firsthand takes small bodies only; in nginx: "
                       "client_max_body_size 0.");
    return fh_hint(err, status,
                   "Is this Firsthand's own address? Something in between may have answered.");
}

static fh_status problem(cli_remote *r, fh_error *err)
{
    const fh_status status = status_of(r->reply.code);
    fh_str detail = {0}, remedy = {0};
    if (cli_remote_read(r, NULL) == FH_OK) {
        detail = cli_reply_text(r, 0, "detail");
        remedy = cli_reply_text(r, 0, "remedy");
    }
    if (!detail.len) return strange(r, status, err);
    (void)fh_fail(err, status, "%.*s", FH_STR_ARG(detail));
    if (r->reply.code == 401)
        (void)fh_hint(err, status,
                      "The token in FIRSTHAND_TOKEN is not known there, or no longer. Make a new "
                      "one in Firsthand.");
    else if (remedy.len)
        (void)fh_hint(err, status, "%.*s", FH_STR_ARG(remedy));
    return status;
}

/* ---- Asking ------------------------------------------------------------------------------- */

bool cli_remote_pause(const cli_remote *r, int ms)
{
    enum { SLICE = 50 };
    for (; ms > 0 && !(r->stopped && r->stopped()); ms -= SLICE)
        (void)poll(NULL, 0, ms < SLICE ? ms : SLICE);
    return r->stopped && r->stopped();
}

static bool is_json(const cli_remote *r)
{
    return strncmp(r->reply.type, "application/json", 16) == 0;
}

/* Broken connections, and a server that is just being started anew. */
static bool may_heal(const cli_remote *r, fh_status s)
{
    if (s == FH_IO) return r->reached;
    return !s && (r->reply.code == 502 || r->reply.code == 503 || r->reply.code == 504);
}

enum { FIELDS = 5 };

/* The request's header, ended by NULL. "Expect:" takes curl's own away: a refusal comes early
 * enough without. */
static bool put_fields(const cli_remote *r, const cli_request *what, const char *out[FIELDS + 1])
{
    fh_str type, once = {0}, match = FH_STR("If-Match: *");
    fh_arena *arena = r->io->arena;
    if (!fh_arena_format(arena, &type, "Content-Type: %s",
                         what->type ? what->type : "application/json"))
        return false;
    if (what->version &&
        !fh_arena_format(arena, &match, "If-Match: \"%lld\"", (long long)what->version))
        return false;
    if (what->once.len &&
        !fh_arena_format(arena, &once, "Idempotency-Key: %.*s", FH_STR_ARG(what->once)))
        return false;
    size_t n = 0;
    out[n++] = r->bearer.ptr;
    out[n++] = type.ptr;
    out[n++] = "Expect:";
    if (what->any || what->version) out[n++] = match.ptr;
    if (once.len) out[n++] = once.ptr;
    out[n] = NULL;
    return true;
}

fh_status cli_remote_send(cli_remote *r, const cli_request *what, fh_error *err)
{
    fh_str url;
    const char *fields[FIELDS + 1];
    if (!put_fields(r, what, fields) ||
        !fh_arena_format(r->io->arena, &url, "%.*s%.*s", FH_STR_ARG(r->server),
                         FH_STR_ARG(what->path)))
        return fh_no_memory(err);
    const fh_fetch fetch = {.method = what->method,
                            .url = url.ptr,
                            .fields = fields,
                            .body = what->body,
                            .write = what->write,
                            .ctx = what->ctx,
                            .good_only = true,
                            .stopped = r->stopped,
                            .max_body = SIZE_MAX / 2};
    fh_status s = FH_OK;
    for (int i = 0, pause = FIRST_PAUSE_MS; i < TRIES; i++, pause *= 2) {
        s = fh_fetch_run(r->fetcher, &fetch, &r->reply, err);
        if (!what->again || !may_heal(r, s) || cli_remote_pause(r, pause)) break;
    }
    if (s == FH_IO && r->reached)
        return fh_hint(err, s,
                       "The connection was lost. Give the command again: nothing counts "
                       "twice.");
    if (s) return s;
    r->reached = true;
    const int code = r->reply.code;
    const bool answer = code == what->also && is_json(r);
    return (code >= 200 && code < 300) || answer ? FH_OK : problem(r, err);
}

fh_status cli_remote_ask(cli_remote *r, const char *method, fh_str path, fh_str json, fh_error *err)
{
    const cli_request what = {.method = method, .path = path, .body = json};
    return cli_remote_send(r, &what, err);
}

fh_status cli_remote_get(cli_remote *r, fh_str path, fh_error *err)
{
    const cli_request what = {.method = "GET", .path = path, .again = true};
    const fh_status s = cli_remote_send(r, &what, err);
    return s ? s : cli_remote_read(r, err);
}

fh_status cli_remote_once(const cli_remote *r, fh_str *out, fh_error *err)
{
    uint64_t n[2];
    const fh_os *os = r->io->os;
    const fh_status s = os->random(os->ctx, n, sizeof n, err);
    if (s) return s;
    return fh_arena_format(r->io->arena, out, "cli-%016llx%016llx", (unsigned long long)n[0],
                           (unsigned long long)n[1])
               ? FH_OK
               : fh_no_memory(err);
}

fh_status cli_remote_customer(cli_remote *r, fh_str who, int64_t *out, fh_error *err)
{
    fh_buf body;
    fh_json j;
    uint32_t end;
    size_t n;
    fh_buf_init(&body, fh_arena_allocator(r->io->arena), 1 << 16);
    fh_json_begin(&j, &body, 0);
    fh_json_object(&j);
    fh_put_text(&j, "who", who);
    fh_json_end_object(&j);
    fh_status s = body.status ? fh_no_memory(err) : FH_OK;
    if (!s) s = cli_remote_ask(r, "POST", FH_STR("/api/v1/search"), fh_buf_view(&body), err);
    if (!s) s = cli_remote_read(r, err);
    fh_buf_free(&body);
    if (s) return s;
    const uint32_t first = cli_reply_array(r, 0, "items", &end, &n);
    if (!n) return fh_identity_unknown(who, err);
    *out = cli_reply_number(r, first, "customer");
    return FH_OK;
}

fh_status cli_remote_calling(cli_remote *r, fh_calling *out, fh_error *err)
{
    const fh_status s = cli_remote_get(r, FH_STR("/api/v1/settings"), err);
    return s ? s : fh_calling_of(cli_reply_text(r, 0, FH_SETTING_CALLING), r->io->arena, out, err);
}

/* ---- The reply as JSON -------------------------------------------------------------------- */

fh_status cli_remote_read(cli_remote *r, fh_error *err)
{
    const fh_status s = fh_json_read(r->reader, fh_buf_view(&r->reply.body), &r->doc, err);
    if (!s && r->doc.token[0].type == FH_JSON_OBJECT) return FH_OK;
    (void)fh_fail(err, FH_FORMAT, "the server's answer is not what was asked for");
    return fh_hint(err, FH_FORMAT, "Is this Firsthand's own address, and its version this one's?");
}

uint32_t cli_reply_at(const cli_remote *r, uint32_t object, const char *key)
{
    return r->doc.token[object].type == FH_JSON_OBJECT
               ? fh_json_get(&r->doc, object, fh_str_of(key))
               : 0;
}

int64_t cli_reply_number(const cli_remote *r, uint32_t object, const char *key)
{
    int64_t out = 0;
    const uint32_t at = cli_reply_at(r, object, key);
    return at && fh_json_i64(&r->doc, at, &out) ? out : 0;
}

fh_str cli_reply_word(const cli_remote *r, uint32_t token)
{
    fh_str text, kept;
    if (r->doc.token[token].type != FH_JSON_STRING ||
        !fh_json_text(&r->doc, token, r->io->arena, &text) ||
        !fh_arena_str(r->io->arena, text, &kept))
        return (fh_str){0};
    return kept;
}

fh_str cli_reply_text(const cli_remote *r, uint32_t object, const char *key)
{
    const uint32_t at = cli_reply_at(r, object, key);
    return at ? cli_reply_word(r, at) : (fh_str){0};
}

bool cli_reply_bool(const cli_remote *r, uint32_t object, const char *key)
{
    const uint32_t at = cli_reply_at(r, object, key);
    return at && r->doc.token[at].type == FH_JSON_TRUE;
}

uint32_t cli_reply_array(const cli_remote *r, uint32_t object, const char *key, uint32_t *end,
                         size_t *n)
{
    const uint32_t at = cli_reply_at(r, object, key);
    const bool is = at && r->doc.token[at].type == FH_JSON_ARRAY;
    *n = is ? r->doc.token[at].count : 0;
    *end = is ? r->doc.token[at].next : 0;
    return at + 1;
}

uint32_t cli_reply_next(const cli_remote *r, uint32_t token)
{
    return r->doc.token[token].next;
}

fh_status cli_remote_number(const cli_remote *r, const char *key, int64_t *out, fh_error *err)
{
    const uint32_t at = cli_reply_at(r, 0, key);
    if (at && fh_json_i64(&r->doc, at, out)) return FH_OK;
    return fh_fail(err, FH_FORMAT, "the server's answer does not tell '%s'", key);
}

/* ---- Questions ------------------------------------------------------------------------------ */

/* What is the command's own, and the server's own business (threads), is not sent. */
static bool is_sent(const fh_option *question, size_t n, const char *name)
{
    size_t i = 0;
    while (i < n && strcmp(question[i].name, name) != 0) i++;
    return i < n && strcmp(name, "threads") != 0;
}

static void put_options(const cli_io *io, const cli_call *call, const fh_option *question, size_t n,
                        fh_buf *path)
{
    bool format = false;
    for (size_t i = 0; i < call->n_given; i++) {
        const cli_given *g = &call->given[i];
        if (!is_sent(question, n, g->option->name)) continue;
        if (!strcmp(g->option->name, "format")) format = true;
        cli_remote_pair(path, fh_str_of(g->option->name),
                        g->option->kind == FH_OPTION_FLAG ? FH_STR("yes") : g->value);
    }
    if (!format) cli_remote_pair(path, FH_STR("format"), FH_STR("text"));
    if (io->colour) cli_remote_pair(path, FH_STR("colour"), FH_STR("yes"));
    if (io->width) {
        char width[16];
        (void)snprintf(width, sizeof width, "%u", io->width);
        cli_remote_pair(path, FH_STR("width"), fh_str_of(width));
    }
}

fh_status cli_remote_question(const cli_io *io, const cli_call *call, const fh_question *q,
                              fh_error *err)
{
    cli_remote r;
    fh_buf path;
    fh_buf_init(&path, fh_arena_allocator(io->arena), 1 << 20);
    fh_option *options = NULL;
    size_t n = 0;
    fh_status s = FH_OK;
    for (size_t i = 0; !s && i < call->n_given; i++)
        if (fh_str_eq(call->given[i].value, FH_STR("xlsx")) &&
            !strcmp(call->given[i].option->name, "format"))
            s = cli_may_print(io, FH_ANSWER_XLSX, err);
    if (!s) s = fh_options_flat(q->options, 0, io->arena, &options, &n, err);
    fh_buf_printf(&path, "/api/v1/%s", q->name);
    if (!s) put_options(io, call, options, n, &path);
    for (size_t i = 0; i < call->n_args; i++)
        cli_remote_pair(&path, fh_str_of(q->argument), call->args[i]);
    const fh_status opened = cli_remote_open(io, call->server, &r, s ? NULL : err);
    if (!s) s = opened;
    if (!s && path.status) s = fh_no_memory(err);
    if (!s) s = cli_remote_ask(&r, "GET", fh_buf_view(&path), (fh_str){0}, err);
    if (!s && is_json(&r)) fh_buf_char(&r.reply.body, '\n');
    if (!s) s = cli_write(io, &r.reply.body, err);
    cli_remote_close(&r);
    fh_buf_free(&path);
    return s;
}

/* ---- Files ---------------------------------------------------------------------------------- */

fh_status cli_write_file(const cli_io *io, fh_str path, fh_str bytes, fh_error *err)
{
    const fh_os *os = io->os;
    fh_file *f = NULL;
    fh_str part;
    if (!fh_arena_format(io->arena, &part, "%.*s.part", FH_STR_ARG(path))) return fh_no_memory(err);
    fh_status s = os->open(os->ctx, part.ptr, FH_OPEN_CREATE, &f, err);
    if (s) return s;
    s = os->write(os->ctx, f, bytes.ptr, bytes.len, err);
    if (!s) s = os->sync(os->ctx, f, err);
    os->close(os->ctx, f);
    if (!s) s = os->rename(os->ctx, part.ptr, path.ptr, err);
    if (s) (void)os->remove(os->ctx, part.ptr, NULL);
    return s;
}
