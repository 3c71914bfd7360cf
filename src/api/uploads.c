/* uploads.c - files in: uploads, imports, what could not be read; files out: exports,
 * backups, reports.
 *
 *   loop     begin     a new file NAME.part in the data folder
 *   loop     sink      each piece goes there as it comes
 *   worker   handle    on the disk, then NAME: only whole bodies get a name
 *   loop     ended     whatever was not finished is removed
 *
 * A large file may come in several bodies: PUT adds to NAME behind the bytes that are
 * there. What came before a connection broke stays; GET tells how much that is, so the
 * client goes on from there. One body at a time: a connection that broke may still be
 * open on this side.
 *
 * Downloads are sent by workers that wait for the client. So that slow clients cannot
 * hold all of them, only half of the workers may be sending at a time.
 */
#include "api/inside.h"
#include "app/jobs/job_files.h"
#include "app/report/report.h"
#include "base/put.h"
#include "store/sources.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
    PIECE = 64 << 10,
    TOP_MAX = 1000,
    PARAMS_MAX = 1 << 20,
    RECIPE_MAX = 64 << 10,
    SOURCE_MAX = 200
};

typedef struct fh_upload fh_upload;
struct fh_upload {
    const fh_os *os;
    fh_file *file; /* NULL: closed */
    fh_str name, path, part;
    uint64_t bytes;
    bool finished, goes_on;
    fh_upload *next; /* of those that go on, guarded by api->lock */
};

typedef struct piece_query {
    uint64_t at;
} piece_query;

static const fh_option piece_options[] = {
    {0, "at", FH_OPTION_COUNT, offsetof(piece_query, at), "BYTES",
     "how many bytes are there already, as the reply before told", NULL},
    {0},
};

const fh_option fh_upload_options[] = {
    {0, "name", FH_OPTION_TEXT, offsetof(fh_upload_query, name), "NAME",
     "what the file is called: march.csv; its ending tells the format", NULL},
    {0},
};

/* ---- Uploading ------------------------------------------------------------------------- */

static fh_status take_piece(void *ctx, fh_http_exchange *x, fh_str piece, fh_error *err)
{
    fh_upload *u = ctx;
    (void)x;
    u->bytes += piece.len;
    return u->os->write(u->os->ctx, u->file, piece.ptr, piece.len, err);
}

static fh_status begin_new(fh_call *c, fh_upload *u, fh_error *err)
{
    const fh_upload_query *q = c->query;
    fh_status s =
        fh_jobs_new_file(c->api->options.jobs, q->name, c->arena, &u->name, &u->path, err);
    if (!s && !fh_arena_format(c->arena, &u->part, "%s.part", u->path.ptr)) s = fh_no_memory(err);
    return s ? s : u->os->open(u->os->ctx, u->part.ptr, FH_OPEN_PRIVATE, &u->file, err);
}

static fh_status size_of(fh_call *c, fh_str name, fh_str *path, uint64_t *bytes, fh_error *err)
{
    const fh_os *os = fh_pool_os(c->api->options.pool);
    fh_file *file = NULL;
    fh_status s = fh_jobs_file(c->api->options.jobs, name, c->arena, path, err);
    if (!s) s = os->open(os->ctx, path->ptr, FH_OPEN_READ, &file, err);
    if (s == FH_NOTFOUND) {
        (void)fh_fail(err, FH_NOTFOUND, "this upload is no longer kept");
        (void)fh_hint(err, FH_NOTFOUND, "Upload the file again from its beginning.");
    }
    if (!s) s = os->size(os->ctx, file, bytes, err);
    if (file) os->close(os->ctx, file);
    return s;
}

/* Whether nobody else adds to it; then nobody will. */
static bool take_alone(fh_api *api, fh_upload *u)
{
    fh_mutex_lock(api->lock);
    const fh_upload *other = api->uploading;
    while (other && !fh_str_eq(other->name, u->name)) other = other->next;
    if (!other) {
        u->goes_on = true;
        u->next = api->uploading;
        api->uploading = u;
    }
    fh_mutex_unlock(api->lock);
    return !other;
}

static void leave(fh_api *api, fh_upload *u)
{
    if (!u->goes_on) return;
    fh_mutex_lock(api->lock);
    fh_upload **at = &api->uploading;
    while (*at != u) at = &(*at)->next;
    *at = u->next;
    u->goes_on = false;
    fh_mutex_unlock(api->lock);
}

static fh_status begin_more(fh_call *c, fh_upload *u, fh_error *err)
{
    const piece_query *q = c->query;
    u->finished = true; /* what came stays, also when the rest does not come */
    u->name = c->path_value[0];
    if (!take_alone(c->api, u)) {
        (void)fh_fail(err, FH_BUSY, "bytes of this upload are still coming in");
        return fh_hint(err, FH_BUSY, "Try again in a moment.");
    }
    fh_status s = size_of(c, u->name, &u->path, &u->bytes, err);
    if (!s && u->bytes != q->at) {
        (void)fh_fail(err, FH_CONFLICT, "%llu bytes of this upload are here, not %llu",
                      (unsigned long long)u->bytes, (unsigned long long)q->at);
        s = fh_hint(err, FH_CONFLICT, "Go on from there.");
    }
    if (!s && u->bytes > c->api->options.max_upload)
        s = fh_fail(err, FH_LIMIT, "the file is larger than this server takes");
    return s ? s : u->os->open(u->os->ctx, u->path.ptr, FH_OPEN_APPEND, &u->file, err);
}

fh_status fh_upload_begin(fh_call *c, fh_http_plan *plan, fh_error *err)
{
    fh_upload *u = FH_NEW(c->arena, fh_upload);
    if (!u) return fh_no_memory(err);
    u->os = fh_pool_os(c->api->options.pool);
    fh_status s = fh_need_jobs(c, err);
    if (!s) s = fh_call_read_query(c, err);
    if (!s) s = c->route->method == FH_HTTP_PUT ? begin_more(c, u, err) : begin_new(c, u, err);
    if (s) {
        leave(c->api, u);
        return s;
    }
    c->upload = u;
    plan->gzip = false; /* a packed file stays one */
    plan->max_body = c->api->options.max_upload - u->bytes;
    if (c->route->max_body && c->route->max_body < plan->max_body)
        plan->max_body = c->route->max_body;
    plan->sink = take_piece;
    plan->sink_ctx = u;
    return FH_OK;
}

void fh_upload_ended(fh_call *c)
{
    fh_upload *u = c->upload;
    if (u->file) u->os->close(u->os->ctx, u->file);
    u->file = NULL;
    leave(c->api, u);
    if (u->finished) return;
    const fh_status s = u->os->remove(u->os->ctx, u->part.ptr, NULL);
    (void)s; /* what cannot be removed now is swept away later */
}

static void upload_json(fh_call *c, fh_str name, uint64_t bytes)
{
    fh_json_object(&c->json);
    fh_put_text(&c->json, "upload", name);
    fh_put_number(&c->json, "bytes", bytes);
    fh_json_end_object(&c->json);
}

fh_status fh_upload_keep(fh_call *c, const char *path, fh_error *err)
{
    fh_upload *u = c->upload;
    const fh_status s = u->os->rename(u->os->ctx, u->part.ptr, path, err);
    if (!s) u->finished = true;
    return s;
}

static fh_status finish_upload(fh_call *c, fh_error *err)
{
    fh_upload *u = c->upload;
    if (!u->bytes) {
        (void)fh_fail(err, FH_INVALID, "the file is empty");
        return fh_hint(err, FH_INVALID, "Send the file as the body: curl --data-binary @march.csv");
    }
    fh_status s = u->os->sync(u->os->ctx, u->file, err);
    u->os->close(u->os->ctx, u->file);
    u->file = NULL;
    if (!s) s = fh_upload_keep(c, u->path.ptr, err);
    if (!s) upload_json(c, u->name, u->bytes);
    return s;
}

fh_status fh_upload_done(fh_call *c, fh_str *part, fh_str *name, uint64_t *bytes, fh_error *err)
{
    fh_upload *u = c->upload;
    if (!u->bytes) {
        (void)fh_fail(err, FH_INVALID, "the file is empty");
        return fh_hint(err, FH_INVALID, "Send the file as the body.");
    }
    const fh_status s = u->os->sync(u->os->ctx, u->file, err);
    u->os->close(u->os->ctx, u->file);
    u->file = NULL;
    *part = u->part;
    *name = u->name;
    *bytes = u->bytes;
    return s;
}

static fh_status finish_piece(fh_call *c, fh_error *err)
{
    fh_upload *u = c->upload;
    const fh_status s = u->os->sync(u->os->ctx, u->file, err);
    u->os->close(u->os->ctx, u->file);
    u->file = NULL;
    leave(c->api, u); /* before the reply: with it the next piece may come */
    if (!s) upload_json(c, u->name, u->bytes);
    return s;
}

static fh_status get_upload(fh_call *c, fh_error *err)
{
    fh_str path;
    uint64_t bytes = 0;
    fh_status s = fh_need_jobs(c, err);
    if (!s) s = size_of(c, c->path_value[0], &path, &bytes, err);
    if (!s) upload_json(c, c->path_value[0], bytes);
    return s;
}

/* ---- Importing ------------------------------------------------------------------------------ */

/* The body says 'upload' and 'format' as people do; the job says 'file' and 'as'. */
static fh_str param_of(fh_str member)
{
    if (fh_str_eq(member, FH_STR("upload"))) return FH_STR("file");
    return fh_str_eq(member, FH_STR("format")) ? FH_STR("as") : member;
}

/* How this source's files are read, for the next time: what belongs to no single file. */
static fh_status remember_recipe(fh_call *c, fh_error *err)
{
    static const char *const kept[] = {"map",           "zone",       "delimiter", "latin1",
                                       "decimal_comma", "no_payload", "exact",     "format",
                                       "own",           NULL};
    fh_str source = {0};
    fh_buf params;
    fh_json j;
    fh_status s = fh_call_text(c, "source", &source, NULL, err);
    source = fh_str_trim(source);
    if (s) return s;
    if (!source.len || source.len > SOURCE_MAX) {
        (void)fh_fail(err, FH_INVALID, "/source is %s", source.len ? "too long" : "empty");
        return fh_hint(err, FH_INVALID, "What is remembered is remembered for a source.");
    }
    fh_buf_init(&params, fh_arena_allocator(c->arena), RECIPE_MAX);
    fh_json_begin(&j, &params, 0);
    fh_json_object(&j);
    for (size_t i = 0; kept[i]; i++) {
        const uint32_t at = fh_json_get(c->body, 0, fh_str_of(kept[i]));
        if (!at) continue;
        fh_json_key(&j, fh_str_of(kept[i]));
        fh_json_raw_value(&j, fh_json_raw(c->body, at));
    }
    fh_json_end_object(&j);
    if (params.status)
        s = fh_fail(err, params.status, "/map is too long to be remembered");
    else
        s = fh_recipe_save(c->org, source, fh_buf_view(&params), c->actor.person, err);
    fh_buf_free(&params);
    return s;
}

static fh_status add_import(fh_call *c, fh_error *err)
{
    static const char *const known[] = {
        "upload", "format",        "map",        "source",  "zone",    "delimiter",
        "latin1", "decimal_comma", "no_payload", "dry_run", "samples", "max_rejects",
        "exact",  "remember",      "rejects",    "called",  "own",     NULL};
    const fh_json_doc *doc = c->body;
    fh_str upload = {0}, path;
    fh_buf params;
    fh_json j;
    bool remember = false, there = false;
    fh_status s = fh_need_jobs(c, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "upload", &upload, NULL, err);
    if (!s) s = fh_call_bool(c, "remember", &remember, &there, err);
    if (!s) s = fh_jobs_file(c->api->options.jobs, upload, c->arena, &path, err);
    if (!s && remember) s = remember_recipe(c, err);
    if (s) return s;
    fh_buf_init(&params, fh_arena_allocator(c->arena), PARAMS_MAX);
    fh_json_begin(&j, &params, 0);
    fh_json_object(&j);
    for (uint32_t at = 1; at < doc->token[0].next; at = doc->token[at + 1].next) {
        fh_str name;
        if (!fh_json_text(doc, at, c->arena, &name)) return fh_no_memory(err);
        if (fh_str_eq(name, FH_STR("remember"))) continue;
        fh_json_key(&j, param_of(name));
        fh_json_raw_value(&j, fh_json_raw(doc, at + 1));
    }
    fh_json_end_object(&j);
    if (params.status)
        s = fh_fail(err, params.status, "the body is too large");
    else
        s = fh_call_add_job(c, FH_STR("import"), fh_buf_view(&params), err);
    fh_buf_free(&params);
    return s;
}

/* ---- Sending files ---------------------------------------------------------------------- */

static bool begin_download(fh_api *api)
{
    fh_mutex_lock(api->lock);
    const bool room = api->n_downloads < api->options.workers / 2;
    if (room) api->n_downloads++;
    fh_mutex_unlock(api->lock);
    return room;
}

static void end_download(fh_api *api)
{
    fh_mutex_lock(api->lock);
    api->n_downloads--;
    fh_mutex_unlock(api->lock);
}

static fh_str type_of(fh_str name)
{
    static const struct {
        const char *ending, *type;
    } types[] = {{".csv", "text/csv; charset=utf-8"},
                 {".jsonl", "application/x-ndjson"},
                 {".xes", "application/xml"},
                 {".html", "text/html; charset=utf-8"}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        const fh_str ending = fh_str_of(types[i].ending);
        if (name.len > ending.len &&
            fh_str_eq((fh_str){name.ptr + name.len - ending.len, ending.len}, ending))
            return fh_str_of(types[i].type);
    }
    return FH_STR("application/octet-stream");
}

/* Sends what is left of the file; from the stream's beginning on nothing of the call may
 * be used: its end may be the exchange's. */
static void send_file(const fh_os *os, fh_file *file, uint64_t size, char *piece,
                      fh_http_stream *stream)
{
    fh_status s = FH_OK;
    while (!s && size) {
        size_t got = 0;
        s = os->read(os->ctx, file, piece, size < PIECE ? (size_t)size : PIECE, &got, NULL);
        if (!s && !got) break; /* shorter than it was */
        if (!s) s = fh_http_stream_write(stream, (fh_str){piece, got}, NULL);
        size -= got;
    }
    fh_http_stream_end(stream, !s && !size);
}

static fh_status open_stream(fh_call *c, fh_str title, fh_str type, uint64_t size,
                             fh_http_stream **out, fh_error *err)
{
    fh_str disposition;
    if (!fh_arena_format(c->arena, &disposition, "attachment; filename=\"%.*s\"",
                         FH_STR_ARG(title)))
        return fh_no_memory(err);
    fh_put_field(c->x, "Content-Disposition", disposition);
    fh_put_field(c->x, "Content-Security-Policy", FH_STR("sandbox"));
    fh_put_field(c->x, "Cache-Control", FH_STR("no-store"));
    return fh_http_stream_begin(c->x, 200, type, size, out, err);
}

fh_status fh_send_file(fh_call *c, const char *path, fh_str title, fh_str type, fh_error *err)
{
    fh_api *api = c->api;
    const fh_os *os = fh_pool_os(api->options.pool);
    fh_file *file = NULL;
    fh_http_stream *stream = NULL;
    uint64_t size = 0;
    if (!begin_download(api)) {
        (void)fh_fail(err, FH_BUSY, "too many files are being sent at once");
        return fh_hint(err, FH_BUSY, "Try again in a moment.");
    }
    char *piece = malloc(PIECE);
    fh_status s = piece ? FH_OK : fh_no_memory(err);
    if (!s) s = os->open(os->ctx, path, FH_OPEN_READ, &file, err);
    if (s == FH_NOTFOUND) {
        (void)fh_fail(err, FH_NOTFOUND, "this file is no longer kept");
        (void)fh_hint(err, FH_NOTFOUND,
                      "Files are kept for some days, and go at once when a customer they name is "
                      "erased: ask for it again.");
    }
    if (!s) s = os->size(os->ctx, file, &size, err);
    if (!s) s = open_stream(c, title, type, size, &stream, err);
    if (!s) send_file(os, file, size, piece, stream);
    if (file) os->close(os->ctx, file);
    free(piece);
    end_download(api);
    return s;
}

static fh_status download(fh_call *c, fh_str name, fh_error *err)
{
    const fh_str title = fh_job_file_title(name); /* letters, digits and . - _ only */
    fh_str path;
    const fh_status s = fh_jobs_file(c->api->options.jobs, name, c->arena, &path, err);
    return s ? s : fh_send_file(c, path.ptr, title, type_of(title), err);
}

fh_status fh_call_result_text(fh_call *c, const fh_job *job, const char *member, fh_str *out,
                              fh_error *err)
{
    fh_json_doc doc;
    fh_json_reader *reader = NULL;
    *out = (fh_str){0};
    if (!job->result.len) return FH_OK;
    fh_status s = fh_api_reader(c->api, &reader, err);
    if (!s) s = fh_json_read(reader, job->result, &doc, err);
    const uint32_t at = s ? 0 : fh_json_get(&doc, 0, fh_str_of(member));
    fh_str text;
    if (at && doc.token[at].type == FH_JSON_STRING &&
        !(fh_json_text(&doc, at, c->arena, &text) && fh_arena_str(c->arena, text, out)))
        s = fh_no_memory(err);
    fh_api_reader_done(c->api, reader);
    return s;
}

typedef struct rejects_query {
    bool notes;
} rejects_query;

static const fh_option rejects_options[] = {
    {0, "notes", FH_OPTION_FLAG, offsetof(rejects_query, notes), NULL,
     "line, column and reason of each instead of the rows", NULL},
    {0},
};

fh_status fh_call_rejects(fh_call *c, fh_job *job, fh_str *name, fh_error *err)
{
    fh_status s = fh_call_job(c, job, err);
    if (!s && !fh_str_eq(job->kind, FH_STR("import")))
        s = fh_fail(err, FH_NOTFOUND, "job %lld is no import", (long long)job->job);
    if (!s) s = fh_call_result_text(c, job, "rejects_file", name, err);
    if (s || name->len) return s;
    (void)fh_fail(err, FH_NOTFOUND, "import %lld has no rows that could not be read",
                  (long long)job->job);
    return fh_hint(err, FH_NOTFOUND, "It may still be running: GET /api/v1/jobs/%lld tells.",
                   (long long)job->job);
}

static fh_status get_rejects(fh_call *c, fh_error *err)
{
    const rejects_query *q = c->query;
    fh_job job;
    fh_str name = {0};
    fh_status s = fh_call_rejects(c, &job, &name, err);
    if (!s && q->notes && !fh_arena_format(c->arena, &name, "%.*s.txt", FH_STR_ARG(name)))
        s = fh_no_memory(err);
    return s ? s : download(c, name, err);
}

static fh_status get_file(fh_call *c, fh_error *err)
{
    fh_job job;
    fh_right right = FH_RIGHT_JOBS;
    fh_str name = {0};
    fh_status s = fh_call_job(c, &job, err);
    const bool import = !s && fh_str_eq(job.kind, FH_STR("import"));
    if (!s && (import || !fh_job_right(job.kind, &right)))
        s = fh_fail(err, FH_NOTFOUND, "job %lld gives no file", (long long)job.job);
    /* Seeing everybody's jobs is not having what they hold. */
    if (!s) s = fh_require(&c->actor, right, err);
    if (!s) s = fh_call_result_text(c, &job, "file", &name, err);
    if (!s && !name.len) {
        (void)fh_fail(err, FH_NOTFOUND, "job %lld has no file", (long long)job.job);
        s = fh_hint(err, FH_NOTFOUND, "It may still be running: GET /api/v1/jobs/%lld tells.",
                    (long long)job.job);
    }
    return s ? s : download(c, name, err);
}

/* ---- The report ----------------------------------------------------------------------------- */

typedef struct report_query {
    fh_asking ask;
    fh_str title, made;
    uint64_t top;
} report_query;

static const fh_option report_options[] = {
    {0, "title", FH_OPTION_TEXT, offsetof(report_query, title), "TEXT",
     "the page's heading (default: the organisation's name)", NULL},
    {0, "top", FH_OPTION_COUNT, offsetof(report_query, top), "N",
     "how many ways and rows each picture shows (default 10)", NULL},
    {0, "made", FH_OPTION_TEXT, offsetof(report_query, made), "DATE",
     "the date told as \"made on\"; none: do not tell it (default: today)", NULL},
    FH_ASKING(report_query),
    {0},
};

static fh_status get_report(fh_call *c, fh_error *err)
{
    report_query *q = c->query;
    const fh_os *os = fh_org_os(c->org);
    fh_report_options wanted = {.title = q->title,
                                .top = q->top > TOP_MAX ? TOP_MAX : (size_t)q->top};
    fh_answer a;
    fh_report_facts facts;
    if (q->ask.format != FH_ANSWER_TEXT) {
        (void)fh_fail(err, FH_INVALID, "a report is always a page");
        return fh_hint(err, FH_INVALID, "For programs ask follows, variants and the others.");
    }
    q->ask.threads = 0; /* the server's business */
    fh_status s = fh_call_may_ask(c, &q->ask, err);
    if (!s) s = fh_answer_begin(&a, c->org, &q->ask, NULL, c->arena, &c->out, err);
    if (!s) s = fh_report_made(q->made, a.view.zone, os->now_ms(os->ctx), &wanted.made_ms, err);
    if (!s) s = fh_report_ask(&a.view, &wanted, &facts, err);
    if (!s) s = fh_report_page(&facts, &wanted, &c->out, err);
    if (s) return s;
    /* The page itself names its style sheet by its hash: both policies count. */
    return fh_call_field(c, "Content-Security-Policy",
                         FH_STR("default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
                                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
                         err);
}

/* ---- The table ------------------------------------------------------------------------------ */

const fh_route fh_routes_uploads[] = {
    {.method = FH_HTTP_POST,
     .path = "/api/v1/uploads",
     .id = "uploadFile",
     .group = "Files",
     .summary = "Upload a file of interactions, to import it then",
     .right = FH_RIGHT_IMPORT,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_UPLOAD,
     .query = fh_upload_options,
     .query_size = sizeof(fh_upload_query),
     .body_type = "application/octet-stream, text/csv, application/x-ndjson, application/xml, "
                  "application/gzip",
     .reply = "Upload",
     .status = 201,
     .handle = finish_upload},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/uploads/{upload}",
     .id = "getUpload",
     .group = "Files",
     .summary = "How much of an upload is here",
     .right = FH_RIGHT_IMPORT,
     .flags = FH_ROUTE_NO_ORG,
     .reply = "Upload",
     .handle = get_upload},
    {.method = FH_HTTP_PUT,
     .path = "/api/v1/uploads/{upload}",
     .id = "continueUpload",
     .group = "Files",
     .summary = "Add the bytes that follow to an upload",
     .right = FH_RIGHT_IMPORT,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_UPLOAD,
     .query = piece_options,
     .query_size = sizeof(piece_query),
     .body_type = "application/octet-stream",
     .reply = "Upload",
     .handle = finish_piece},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/imports",
     .id = "importFile",
     .group = "Files",
     .summary = "Import an uploaded file, or try it out first (dry_run)",
     .right = FH_RIGHT_IMPORT,
     .flags = FH_ROUTE_WRITES,
     .body = "Import",
     .reply = "Job",
     .status = 202,
     .handle = add_import},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/imports/{job}/rejects",
     .id = "getRejects",
     .group = "Files",
     .summary = "The rows of an import that could not be read, with the reasons",
     .right = FH_RIGHT_IMPORT,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_REPLIES,
     .query = rejects_options,
     .query_size = sizeof(rejects_query),
     .reply_type = "text/csv, application/x-ndjson, application/octet-stream",
     .handle = get_rejects},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/exports/{job}/file",
     .id = "getFile",
     .group = "Files",
     .summary = "The file that an export, a backup or a report has written",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_REPLIES,
     .reply_type = "text/csv, application/x-ndjson, application/xml, text/html, "
                   "application/octet-stream",
     .handle = get_file},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/report",
     .id = "getReport",
     .group = "Questions",
     .summary = "One page that shows what customers live through",
     .right = FH_RIGHT_ASK,
     .query = report_options,
     .query_size = sizeof(report_query),
     .reply_type = "text/html; charset=utf-8",
     .handle = get_report},
    {.path = NULL},
};
