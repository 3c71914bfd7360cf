/* remote.c - questions put to a server. */
#include "cli/remote.h"

#include "base/json.h"

#include <stdlib.h>
#include <string.h>

fh_status cli_remote_open(const cli_io *io, fh_str server, cli_remote *out, fh_error *err)
{
    const char *token = getenv("FIRSTHAND_TOKEN");
    fh_str field = {0};
    *out = (cli_remote){.io = io, .server = server};
    fh_buf_init(&out->reply.body, NULL, 1 << 20);
    while (out->server.len && out->server.ptr[out->server.len - 1] == '/') out->server.len--;
    if (!token || !*token) {
        (void)fh_fail(err, FH_INVALID, "there is no token for the server");
        return fh_hint(err, FH_INVALID,
                       "Make one in Firsthand, then: export FIRSTHAND_TOKEN=fh_...");
    }
    if (!fh_arena_format(io->arena, &field, "Authorization: Bearer %s", token))
        return fh_no_memory(err);
    out->fields[0] = field.ptr;
    out->fields[1] = "Content-Type: application/json";
    return fh_fetcher_new(&out->fetcher, err);
}

void cli_remote_close(cli_remote *r)
{
    fh_buf_free(&r->reply.body);
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

static fh_str member(const fh_json_doc *doc, const char *key, fh_arena *arena)
{
    fh_str text = {0};
    const uint32_t at = fh_json_get(doc, 0, fh_str_of(key));
    if (!at || doc->token[at].type != FH_JSON_STRING || !fh_json_text(doc, at, arena, &text))
        return (fh_str){0};
    return text;
}

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

static fh_status problem(const cli_remote *r, fh_error *err)
{
    const fh_status status = status_of(r->reply.code);
    fh_json_doc doc;
    fh_str detail = {0}, remedy = {0};
    fh_json_reader *reader = fh_json_reader_new(NULL, 1 << 12);
    if (!reader) return fh_no_memory(err);
    if (fh_json_read(reader, fh_buf_view(&r->reply.body), &doc, NULL) == FH_OK &&
        doc.token[0].type == FH_JSON_OBJECT) {
        detail = member(&doc, "detail", r->io->arena);
        remedy = member(&doc, "remedy", r->io->arena);
    }
    if (detail.len)
        (void)fh_fail(err, status, "%.*s", FH_STR_ARG(detail));
    else
        (void)fh_fail(err, status, "the server answered %d", r->reply.code);
    if (remedy.len) (void)fh_hint(err, status, "%.*s", FH_STR_ARG(remedy));
    fh_json_reader_free(reader);
    return status;
}

fh_status cli_remote_ask(cli_remote *r, const char *method, fh_str path, fh_str json, fh_error *err)
{
    fh_str url;
    if (!fh_arena_format(r->io->arena, &url, "%.*s%.*s", FH_STR_ARG(r->server), FH_STR_ARG(path)))
        return fh_no_memory(err);
    const fh_fetch what = {.method = method,
                           .url = url.ptr,
                           .fields = r->fields,
                           .body = json,
                           .max_body = SIZE_MAX / 2};
    const fh_status s = fh_fetch_run(r->fetcher, &what, &r->reply, err);
    if (s) return s;
    return r->reply.code >= 200 && r->reply.code < 300 ? FH_OK : problem(r, err);
}

/* The reply read; *reader is to be freed. */
static fh_status read_reply(const cli_remote *r, fh_json_reader **reader, fh_json_doc *doc,
                            fh_error *err)
{
    *reader = fh_json_reader_new(NULL, 1 << 16);
    if (!*reader) return fh_no_memory(err);
    const fh_status s = fh_json_read(*reader, fh_buf_view(&r->reply.body), doc, err);
    if (s || doc->token[0].type == FH_JSON_OBJECT) return s;
    return fh_fail(err, FH_FORMAT, "the server's answer is not what was asked for");
}

fh_status cli_remote_number(const cli_remote *r, const char *key, int64_t *out, fh_error *err)
{
    fh_json_reader *reader = NULL;
    fh_json_doc doc;
    fh_status s = read_reply(r, &reader, &doc, err);
    const uint32_t at = s ? 0 : fh_json_get(&doc, 0, fh_str_of(key));
    if (!s && (!at || !fh_json_i64(&doc, at, out)))
        s = fh_fail(err, FH_FORMAT, "the server's answer does not tell '%s'", key);
    fh_json_reader_free(reader);
    return s;
}

fh_str cli_remote_text(const cli_remote *r, const char *key)
{
    fh_json_reader *reader = NULL;
    fh_json_doc doc;
    fh_str text = {0}, kept = {0};
    if (read_reply(r, &reader, &doc, NULL) == FH_OK) text = member(&doc, key, r->io->arena);
    if (!fh_arena_str(r->io->arena, text, &kept)) kept = (fh_str){0};
    fh_json_reader_free(reader);
    return kept;
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

static bool is_json(const cli_remote *r)
{
    return strncmp(r->reply.type, "application/json", 16) == 0;
}

fh_status cli_remote_question(const cli_io *io, const cli_call *call, const fh_question *q,
                              fh_error *err)
{
    cli_remote r;
    fh_buf path;
    fh_buf_init(&path, fh_arena_allocator(io->arena), 1 << 20);
    fh_option *options = NULL;
    size_t n = 0;
    fh_status s = fh_options_flat(q->options, 0, io->arena, &options, &n, err);
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
