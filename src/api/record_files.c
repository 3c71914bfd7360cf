/* record_files.c - attachments of records: up as any upload, down only to be saved.
 *
 * The body goes to the data folder as it comes, like every upload; its first bytes and the
 * ending of its name must agree about what it is. It is the record's from the commit on: what
 * fails before leaves no file behind.
 */
#include "api/record_call.h"
#include "app/records/record_attach.h"
#include "base/put.h"

#include <string.h>

static fh_status look_at(fh_call *c, fh_str part, fh_str name, fh_str *type, fh_error *err)
{
    const fh_os *os = fh_pool_os(c->api->options.pool);
    char head[FH_ATTACHMENT_HEAD];
    size_t got = 0;
    fh_file *file = NULL;
    fh_status s = os->open(os->ctx, part.ptr, FH_OPEN_READ, &file, err);
    if (!s) s = os->read(os->ctx, file, head, sizeof head, &got, err);
    if (file) os->close(os->ctx, file);
    return s ? s : fh_attachment_type(name, (fh_str){head, got}, type, err);
}

/* In a transaction of its own: the file has its name before the row that speaks of it. */
static fh_status attach_inside(fh_call *c, const fh_record_file *in, const char *path,
                               fh_record_view *r, fh_error *err)
{
    const fh_os *os = fh_pool_os(c->api->options.pool);
    int64_t file = 0;
    fh_status s = fh_org_begin(c->org, err);
    if (s) return s;
    s = fh_call_record(c, r, err);
    if (!s) s = fh_record_attach(c->org, &c->actor, r->row.record, in, c->arena, &file, err);
    if (!s) s = fh_upload_keep(c, path, err);
    if (s) {
        fh_org_rollback(c->org);
        return s;
    }
    s = fh_org_commit(c->org, err);
    if (s) {
        const fh_status removed = os->remove(os->ctx, path, NULL);
        (void)removed; /* it is nobody's then, and holds no name */
    }
    return s;
}

static fh_status attach(fh_call *c, fh_error *err)
{
    const fh_upload_query *q = c->query;
    fh_record_file in = {.name = fh_str_trim(q->name)};
    fh_record_view r;
    fh_str part, given, path;
    fh_status s = fh_upload_done(c, &part, &given, &in.bytes, err);
    if (!s) s = look_at(c, part, in.name, &in.type, err);
    if (s) return s;
    /* "f-0123456789abcdef-picture.png" lies there as "a-0123456789abcdef" */
    char *stored = FH_NEW_ARRAY(c->arena, char, 19);
    if (!stored || given.len < 18) return fh_no_memory(err);
    memcpy(stored, given.ptr, 18);
    stored[0] = 'a';
    in.stored = (fh_str){stored, 18};
    s = fh_attachment_path(fh_jobs_folder(c->api->options.jobs), in.stored, c->arena, &path, err);
    if (!s) s = fh_call_lane(c, err);
    if (s) return s;
    s = attach_inside(c, &in, path.ptr, &r, err);
    if (!s) s = fh_call_show_again(c, r.row.record, err);
    return fh_call_lane_done(c, s);
}

/* Whatever it was called: letters, digits and . - _ only. */
static fh_status harmless(fh_call *c, fh_str name, fh_str *out, fh_error *err)
{
    if (!fh_arena_str(c->arena, name, out)) return fh_no_memory(err);
    char *text = FH_NEW_ARRAY(c->arena, char, name.len + 1);
    if (!text) return fh_no_memory(err);
    for (size_t i = 0; i < name.len; i++) {
        const char ch = name.ptr[i];
        const bool fine = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
                          (ch >= '0' && ch <= '9') || ch == '.' || ch == '-';
        text[i] = fine ? ch : '_';
    }
    *out = (fh_str){text, name.len};
    return FH_OK;
}

static fh_status find_file(fh_call *c, fh_record_file *f, fh_error *err)
{
    fh_record_view r;
    int64_t number = 0;
    fh_status s = fh_call_number64(c, 2, &number, err);
    if (!s) s = fh_call_record(c, &r, err);
    if (!s) s = fh_record_file_get(c->org, number, c->arena, f, err);
    if (s || f->record == r.row.record) return s;
    return fh_fail(err, FH_NOTFOUND, "there is no attachment %lld of this record",
                   (long long)number);
}

static fh_status get_file(fh_call *c, fh_error *err)
{
    fh_record_file f = {0};
    fh_str path, title;
    fh_status s = fh_need_jobs(c, err);
    if (!s) s = fh_pool_read(c->api->options.pool, &c->org, err);
    if (s) return s;
    s = find_file(c, &f, err);
    fh_pool_read_done(c->api->options.pool, c->org);
    c->org = NULL;
    if (!s) s = harmless(c, f.name, &title, err);
    if (!s)
        s = fh_attachment_path(fh_jobs_folder(c->api->options.jobs), f.stored, c->arena, &path,
                               err);
    return s ? s : fh_send_file(c, path.ptr, title, f.type, err);
}

static fh_status list_files(fh_call *c, fh_error *err)
{
    const fh_record_file *f = NULL;
    size_t n = 0;
    fh_record_view r;
    fh_json *j = &c->json;
    fh_status s = fh_call_record(c, &r, err);
    if (!s) s = fh_record_files(c->org, r.row.record, c->arena, &f, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) {
        fh_json_object(j);
        fh_put_number(j, "file", (uint64_t)f[i].file);
        fh_put_text(j, "name", f[i].name);
        fh_put_text(j, "type", f[i].type);
        fh_put_number(j, "bytes", f[i].bytes);
        fh_put_number(j, "person", f[i].person);
        fh_put_time(j, "made_at", f[i].made_ms);
        fh_json_end_object(j);
    }
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

static fh_status detach(fh_call *c, fh_error *err)
{
    fh_record_view r;
    int64_t number = 0;
    fh_status s = fh_need_jobs(c, err);
    if (!s) s = fh_call_number64(c, 2, &number, err);
    if (!s) s = fh_call_record(c, &r, err);
    if (!s)
        s = fh_record_detach(c->org, &c->actor, r.row.record, number,
                             fh_jobs_folder(c->api->options.jobs), c->arena, err);
    return s ? s : fh_call_show_again(c, r.row.record, err);
}

const fh_route fh_routes_record_files[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/records/{kind}/{record}/files",
     .id = "listRecordFiles",
     .group = "Records",
     .summary = "Attachments of a record",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "RecordFiles",
     .handle = list_files},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/records/{kind}/{record}/files",
     .id = "attachFile",
     .group = "Records",
     .summary = "Attach a file to a record: at most 20 MiB",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_UPLOAD,
     .query = fh_upload_options,
     .query_size = sizeof(fh_upload_query),
     .body_type = "application/octet-stream",
     .reply = "RecordWhole",
     .status = 201,
     .max_body = FH_ATTACHMENT_BYTES,
     .handle = attach},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/records/{kind}/{record}/files/{file}",
     .id = "getRecordFile",
     .group = "Records",
     .summary = "An attachment, to be saved",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_REPLIES,
     .reply_type = "*/*",
     .handle = get_file},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/records/{kind}/{record}/files/{file}",
     .id = "detachFile",
     .group = "Records",
     .summary = "Take an attachment away for good; the history keeps that it was there",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .reply = "RecordWhole",
     .handle = detach},
    {.path = NULL},
};
