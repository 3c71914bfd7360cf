/* mending.c - rows that an import could not read: listed, mended in place, imported again.
 *
 *     GET   /imports/{job}/rejects/rows      page by page, each with its text and reason
 *     PATCH /imports/{job}/rejects/rows      another text for some, or left out
 *     POST  /imports/{job}/rejects/import    what is left, as an import of its own
 *
 * The write lane keeps two who mend at the same time from undoing each other's work.
 */
#include "app/data/mending.h"
#include "api/inside.h"
#include "app/jobs/job_files.h"
#include "app/people/audit.h"
#include "base/put.h"

enum { PARAMS_MAX = 1 << 20 };

static fh_status open_rows(fh_call *c, fh_job *job, fh_str *path, fh_mending *m, fh_error *err)
{
    fh_str name = {0}, rows;
    fh_status s = fh_call_rejects(c, job, &name, err);
    if (s) return s;
    if (!fh_arena_format(c->arena, &rows, "%.*s.rows", FH_STR_ARG(name))) return fh_no_memory(err);
    s = fh_jobs_file(c->api->options.jobs, rows, c->arena, path, err);
    if (s) return s;
    return fh_mending_read(fh_pool_os(c->api->options.pool), path->ptr, c->arena, m, err);
}

/* ---- Listing ------------------------------------------------------------------------------- */

static fh_status list_rows(fh_call *c, fh_error *err)
{
    const fh_paging *page = c->query;
    fh_job job;
    fh_str path;
    fh_mending m;
    int64_t after = 0, next = 0;
    fh_status s = fh_call_paging(page, &after, err);
    if (!s) s = open_rows(c, &job, &path, &m, err);
    if (s) return s;
    fh_call_page_begin(c);
    size_t shown = 0;
    for (size_t i = 0; i < m.n; i++) {
        if (m.row[i].row <= (uint64_t)after) continue;
        if (shown == page->limit) {
            next = (int64_t)m.row[i - 1].row;
            break;
        }
        fh_mend_row_json(&m.row[i], &c->json);
        shown++;
    }
    fh_call_page_end_at(c, next);
    return FH_OK;
}

/* ---- Mending --------------------------------------------------------------------------------- */

/* /rows/{i}: {"row":12,"text":"..."} or {"row":12,"skip":true}; text null: as it stood. */
static fh_status mend_one(fh_call *c, fh_mending *m, uint32_t object, size_t i, fh_error *err)
{
    const fh_json_doc *doc = c->body;
    int64_t number = 0;
    fh_mend_row *row = NULL;
    if (doc->token[object].type != FH_JSON_OBJECT)
        return fh_fail(err, FH_INVALID, "/rows/%zu must be an object", i);
    const uint32_t at = fh_json_get(doc, object, FH_STR("row"));
    if (!at || !fh_json_i64(doc, at, &number) || number < 1)
        return fh_fail(err, FH_INVALID, "/rows/%zu/row must be the number of a row", i);
    const fh_status s = fh_mending_find(m, (uint64_t)number, &row, err);
    if (s) return s;
    const uint32_t skip = fh_json_get(doc, object, FH_STR("skip"));
    if (skip && doc->token[skip].type != FH_JSON_TRUE && doc->token[skip].type != FH_JSON_FALSE)
        return fh_fail(err, FH_INVALID, "/rows/%zu/skip must be true or false", i);
    if (skip) row->skipped = doc->token[skip].type == FH_JSON_TRUE;
    const uint32_t text = fh_json_get(doc, object, FH_STR("text"));
    if (!text) return FH_OK;
    if (doc->token[text].type == FH_JSON_NULL) {
        row->mended = (fh_str){"", 0};
        return FH_OK;
    }
    if (doc->token[text].type != FH_JSON_STRING || doc->token[text].len > FH_MEND_ROW)
        return fh_fail(err, FH_INVALID, "/rows/%zu/text must be a text of at most 1 MiB", i);
    if (!fh_json_text(doc, text, c->arena, &row->mended)) return fh_no_memory(err);
    if (!fh_str_trim(row->mended).len) {
        (void)fh_fail(err, FH_INVALID, "/rows/%zu/text is empty", i);
        return fh_hint(err, FH_INVALID, "Leave a row out with skip.");
    }
    if (fh_str_eq(row->mended, row->text)) row->mended = (fh_str){"", 0};
    return FH_OK;
}

static fh_status mend_rows(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"rows", NULL};
    const fh_json_doc *doc = c->body;
    fh_job job;
    fh_str path;
    fh_mending m;
    size_t i = 0;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = open_rows(c, &job, &path, &m, err);
    if (s) return s;
    const uint32_t list = fh_json_get(doc, 0, FH_STR("rows"));
    if (!list || doc->token[list].type != FH_JSON_ARRAY)
        return fh_fail(err, FH_INVALID, "/rows must be an array");
    for (uint32_t at = list + 1; !s && at < doc->token[list].next; at = doc->token[at].next)
        s = mend_one(c, &m, at, i++, err);
    if (!s) s = fh_mending_save(fh_pool_os(c->api->options.pool), path.ptr, &m, err);
    const fh_audit_object about = {.kind = FH_STR("job"), .number = job.job};
    if (!s) s = fh_audit(c->org, &c->actor, FH_AUDITED_REJECTS_MENDED, &about, err);
    if (s) return s;
    uint64_t mended = 0, skipped = 0;
    for (size_t k = 0; k < m.n; k++) {
        skipped += m.row[k].skipped;
        mended += !m.row[k].skipped && m.row[k].mended.len;
    }
    fh_json_object(&c->json);
    fh_put_number(&c->json, "rows", m.n);
    fh_put_number(&c->json, "mended", mended);
    fh_put_number(&c->json, "skipped", skipped);
    fh_json_end_object(&c->json);
    return FH_OK;
}

/* ---- Importing what was mended -------------------------------------------------------------- */

/* What the import before was told, as far as it still matters: the mapping is settled. */
static fh_status copy_told(fh_call *c, const fh_job *job, fh_json *to, fh_error *err)
{
    static const char *const told[] = {"zone", "no_payload", "no-payload"};
    fh_json_doc doc;
    fh_json_reader *reader = NULL;
    fh_status s = fh_api_reader(c->api, &reader, err);
    if (!s) s = fh_json_read(reader, job->result, &doc, err);
    const uint32_t comma = s ? 0 : fh_json_get(&doc, 0, FH_STR("decimal_comma"));
    if (comma && doc.token[comma].type == FH_JSON_TRUE) fh_put_bool(to, "decimal_comma", true);
    if (!s) s = fh_json_read(reader, job->params, &doc, err);
    for (size_t i = 0; !s && i < sizeof told / sizeof told[0]; i++) {
        const uint32_t at = fh_json_get(&doc, 0, fh_str_of(told[i]));
        if (!at) continue;
        fh_put_key(to, told[i]);
        fh_json_raw_value(to, fh_json_raw(&doc, at));
    }
    fh_api_reader_done(c->api, reader);
    return s;
}

static fh_status put_settled(fh_call *c, const fh_job *job, fh_json *j, fh_error *err)
{
    static const struct {
        const char *result, *param;
    } settled[] = {{"source", "source"}, {"mapping", "map"}};
    fh_str text;
    for (size_t i = 0; i < sizeof settled / sizeof settled[0]; i++) {
        const fh_status s = fh_call_result_text(c, job, settled[i].result, &text, err);
        if (s) return s;
        fh_put_text(j, settled[i].param, text);
    }
    fh_status s = fh_call_result_text(c, job, "delimiter", &text, err);
    if (s) return s;
    if (text.len) fh_put_text(j, "delimiter", text.ptr[0] == '\t' ? FH_STR("tab") : text);
    s = fh_call_result_text(c, job, "format", &text, err);
    if (s) return s;
    fh_put_text(j, "as",
                fh_str_eq(text, FH_STR("CSV"))   ? FH_STR("csv")
                : fh_str_eq(text, FH_STR("XES")) ? FH_STR("xes")
                                                 : FH_STR("jsonl"));
    return FH_OK;
}

static fh_status import_mended(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"dry_run", NULL};
    fh_job job;
    fh_str path, file, file_path, rejects = {0};
    fh_mending m;
    fh_buf params;
    fh_json j;
    bool dry = false, there = false;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_bool(c, "dry_run", &dry, &there, err);
    if (!s) s = open_rows(c, &job, &path, &m, err);
    if (!s) s = fh_call_rejects(c, &job, &rejects, err);
    if (!s)
        s = fh_jobs_new_file(c->api->options.jobs, fh_job_file_title(rejects), c->arena, &file,
                             &file_path, err);
    if (!s) s = fh_mending_write(fh_pool_os(c->api->options.pool), file_path.ptr, &m, err);
    if (s) return s;
    fh_buf_init(&params, fh_arena_allocator(c->arena), PARAMS_MAX);
    fh_json_begin(&j, &params, 0);
    fh_json_object(&j);
    fh_put_text(&j, "file", file);
    fh_put_bool(&j, "exact", true);
    fh_put_bool(&j, "dry_run", dry);
    fh_put_text(&j, "max_rejects", FH_STR("100%"));
    fh_put_number(&j, "mends", (uint64_t)job.job);
    s = copy_told(c, &job, &j, err);
    if (!s) s = put_settled(c, &job, &j, err);
    fh_json_end_object(&j);
    if (!s && params.status) s = fh_no_memory(err);
    if (!s) s = fh_call_add_job(c, FH_STR("import"), fh_buf_view(&params), err);
    fh_buf_free(&params);
    return s;
}

const fh_route fh_routes_mending[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/imports/{job}/rejects/rows",
     .id = "listRejects",
     .group = "Files",
     .summary = "The rows of an import that could not be read, one by one",
     .right = FH_RIGHT_IMPORT,
     .flags = FH_ROUTE_NO_ORG,
     .query = fh_paging_options,
     .query_size = sizeof(fh_paging),
     .query_defaults = &fh_paging_defaults,
     .reply = "RejectedRows",
     .handle = list_rows},
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/imports/{job}/rejects/rows",
     .id = "mendRejects",
     .group = "Files",
     .summary = "Give rows that could not be read another text, or leave them out",
     .right = FH_RIGHT_IMPORT,
     .flags = FH_ROUTE_WRITES,
     .body = "RejectsMended",
     .reply = "RejectsLeft",
     .max_body = 8 << 20,
     .handle = mend_rows},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/imports/{job}/rejects/import",
     .id = "importMended",
     .group = "Files",
     .summary = "Import the mended rows, or try them out first (dry_run)",
     .right = FH_RIGHT_IMPORT,
     .flags = FH_ROUTE_WRITES,
     .body = "ImportMended",
     .reply = "Job",
     .status = 202,
     .handle = import_mended},
    {.path = NULL},
};
