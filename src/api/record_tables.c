/* record_tables.c - records of a kind out and in as files. */
#include "api/record_call.h"
#include "app/ask/xlsx.h"
#include "app/records/record_print.h"
#include "app/records/record_table.h"
#include "base/put.h"

#include <stddef.h>

enum { CSV, XLSX, JSON };

typedef struct export_query {
    fh_records_query records;
    uint32_t format;
} export_query;

static const fh_option export_options[] = {
    {0, "format", FH_OPTION_CHOICE, offsetof(export_query, format), "csv|xlsx|json",
     "as what (default csv)", NULL},
    {0, "", FH_OPTION_INCLUDE, offsetof(export_query, records), NULL, NULL,
     fh_records_of_kind_options},
    {0},
};
static const export_query export_defaults = {.records = {.limit = 50}};

static fh_status put_xlsx(fh_call *c, const fh_table *t, const fh_zone *zone, fh_error *err)
{
    fh_xlsx *book = NULL;
    fh_status s = fh_need_jobs(c, err);
    if (!s) s = fh_xlsx_new(fh_jobs_folder(c->api->options.jobs), zone, &book, err);
    if (!s) s = fh_xlsx_add(book, t, err);
    if (!s) s = fh_xlsx_write(book, &c->out, err);
    fh_xlsx_free(book);
    c->type = FH_STR(FH_XLSX_TYPE);
    return s;
}

static fh_status put_table(fh_call *c, const fh_records_filter *filter, uint32_t format,
                           fh_error *err)
{
    fh_table t;
    const fh_zone *zone = NULL;
    fh_status s = fh_org_zone(c->org, c->arena, &zone, err);
    if (!s) s = fh_records_table(c->org, &c->actor, filter, c->arena, &t, err);
    if (s) return s;
    if (format == XLSX) return put_xlsx(c, &t, zone, err);
    fh_records_csv(&t, zone, &c->out);
    c->type = FH_STR("text/csv; charset=utf-8; header=present");
    return FH_OK;
}

/* In the lane: that somebody took them out is an entry of the audit log. */
static fh_status note_export(fh_call *c, fh_str kind, fh_error *err)
{
    fh_status s = fh_call_lane(c, err);
    if (s) return s;
    s = fh_org_begin(c->org, err);
    if (!s) {
        s = fh_records_exported(c->org, &c->actor, kind, err);
        if (!s)
            s = fh_org_commit(c->org, err);
        else
            fh_org_rollback(c->org);
    }
    return fh_call_lane_done(c, s);
}

static fh_status export_records(fh_call *c, fh_error *err)
{
    static const char *const endings[] = {[CSV] = "csv", [XLSX] = "xlsx", [JSON] = "json"};
    const export_query *q = c->query;
    fh_records_filter filter = {0};
    fh_str disposition;
    fh_status s = fh_pool_read(c->api->options.pool, &c->org, err);
    if (s) return s;
    s = fh_call_records_filter(c, &filter, err);
    c->type = FH_STR("application/json");
    if (!s && q->format == JSON)
        s = fh_records_json(c->org, &c->actor, &filter, c->arena, &c->json, err);
    else if (!s)
        s = put_table(c, &filter, q->format, err);
    fh_pool_read_done(c->api->options.pool, c->org);
    c->org = NULL;
    if (!s) s = note_export(c, filter.kind, err);
    if (!s && !fh_arena_format(c->arena, &disposition, "attachment; filename=\"%.*s.%s\"",
                               FH_STR_ARG(filter.kind), endings[q->format]))
        s = fh_no_memory(err);
    return s ? s : fh_call_field(c, "Content-Disposition", disposition, err);
}

/* ---- As the command line prints them ---- */

typedef struct listing_query {
    fh_record_asking ask;
    fh_str kind, number;
    uint64_t width;
    uint32_t export;
    bool colour;
} listing_query;

static const fh_option listing_options[] = {
    {0, "kind", FH_OPTION_TEXT, offsetof(listing_query, kind), "KIND", "only those of this kind",
     NULL},
    {0, "number", FH_OPTION_TEXT, offsetof(listing_query, number), "N",
     "this one, with its history", NULL},
    {0, "export", FH_OPTION_CHOICE, offsetof(listing_query, export), "no|csv|xlsx|json",
     "all fields of all there are, as a file that import reads again", NULL},
    {0, "width", FH_OPTION_COUNT, offsetof(listing_query, width), "N",
     "columns of the terminal it is for", NULL},
    {0, "colour", FH_OPTION_FLAG, offsetof(listing_query, colour), NULL, "with colours", NULL},
    {0, "", FH_OPTION_INCLUDE, offsetof(listing_query, ask), NULL, NULL, fh_record_asking_options},
    {0},
};
static const listing_query listing_defaults = {.ask = {.top = 50}};

static fh_status print_listing(fh_call *c, const listing_query *q, fh_error *err)
{
    enum { WIDEST = 1000 };
    static const char *const types[] = {[FH_ANSWER_TEXT] = "text/plain; charset=utf-8",
                                        [FH_ANSWER_JSON] = "application/json",
                                        [FH_ANSWER_CSV] = "text/csv; charset=utf-8; header=present",
                                        [FH_ANSWER_XLSX] = FH_XLSX_TYPE};
    const fh_text_style style = {.colour = q->colour,
                                 .width = (uint32_t)(q->width < WIDEST ? q->width : WIDEST)};
    const fh_status s = fh_need_jobs(c, err);
    c->type = fh_str_of(types[q->ask.format]);
    return s ? s
             : fh_records_print(c->org, &c->actor, &q->ask, q->kind, q->number, &style,
                                fh_jobs_folder(c->api->options.jobs), c->arena, &c->out, err);
}

static fh_status print_export(fh_call *c, const listing_query *q, fh_error *err)
{
    enum { NO, AS_CSV, AS_XLSX, AS_JSON };
    fh_records_filter filter;
    if (!q->kind.len) return fh_fail(err, FH_INVALID, "files are of the records of one kind");
    fh_status s =
        fh_record_asking_filter(c->org, &c->actor, &q->ask, q->kind, c->arena, &filter, err);
    if (s) return s;
    c->type = FH_STR("application/json");
    return q->export == AS_JSON
               ? fh_records_json(c->org, &c->actor, &filter, c->arena, &c->json, err)
               : put_table(c, &filter, q->export == AS_XLSX ? XLSX : CSV, err);
}

static fh_status list_as_printed(fh_call *c, fh_error *err)
{
    const listing_query *q = c->query;
    fh_status s = fh_pool_read(c->api->options.pool, &c->org, err);
    if (s) return s;
    s = q->export ? print_export(c, q, err) : print_listing(c, q, err);
    fh_pool_read_done(c->api->options.pool, c->org);
    c->org = NULL;
    return s || !q->export ? s : note_export(c, q->kind, err);
}

/* ---- In ------------------------------------------------------------------------------------ */

typedef struct import_query {
    bool dry_run;
} import_query;

static const fh_option import_options[] = {
    {0, "dry_run", FH_OPTION_FLAG, offsetof(import_query, dry_run), NULL,
     "say what would happen, change nothing", NULL},
    {0},
};

static void import_json(const fh_record_import *r, bool dry_run, fh_json *j)
{
    fh_json_object(j);
    fh_put_bool(j, "written", !dry_run && !r->n_problems);
    fh_put_number(j, "rows", r->rows);
    fh_put_number(j, "added", r->added);
    fh_put_number(j, "changed", r->changed);
    fh_put_number(j, "unchanged", r->unchanged);
    fh_put_number(j, "problem_count", r->n_problems);
    fh_put_key(j, "problems");
    fh_json_array(j);
    for (size_t i = 0; i < r->n_shown; i++) {
        const fh_record_problem *p = &r->problem[i];
        fh_json_object(j);
        fh_put_number(j, "line", p->line);
        fh_put_key(j, "column");
        if (p->column.len)
            fh_json_str(j, p->column);
        else
            fh_json_null(j);
        fh_put_text(j, "what", p->what);
        fh_put_text(j, "remedy", p->remedy);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

/* With problems nothing is written and all are told: 422, but not as a problem of the
 * request, so that a program sees the list. */
static fh_status import_records(fh_call *c, fh_error *err)
{
    const import_query *q = c->query;
    fh_record_import r = {0};
    if (!fh_call_is_type(c, FH_STR("text/csv")) && !fh_call_is_type(c, FH_STR(FH_XLSX_TYPE))) {
        (void)fh_fail(err, FH_INVALID, "the body must be a CSV file or a spreadsheet (.xlsx)");
        return fh_hint(err, FH_INVALID,
                       "Send it with Content-Type: text/csv, or " FH_XLSX_TYPE ".");
    }
    fh_status s = fh_call_lane(c, err);
    if (s) return s;
    s = fh_records_import(c->org, &c->actor, c->path_value[0], c->request->body, q->dry_run,
                          c->arena, &r, err);
    s = fh_call_lane_done(c, s);
    if (s) return s;
    if (r.n_problems && !q->dry_run) c->status = 422;
    import_json(&r, q->dry_run, &c->json);
    return FH_OK;
}

const fh_route fh_routes_record_tables[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/records/{kind}/export",
     .id = "exportRecords",
     .group = "Records",
     .summary = "Records of one kind as a file that import reads again",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_NO_ORG,
     .query = export_options,
     .query_size = sizeof(export_query),
     .query_defaults = &export_defaults,
     .reply_type = "text/csv; charset=utf-8; header=present," FH_XLSX_TYPE ",application/json",
     .handle = export_records},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/record-listing",
     .id = "printRecords",
     .group = "Records",
     .summary = "Records as 'firsthand records' prints them: in words, or as a file",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_NO_ORG,
     .query = listing_options,
     .query_size = sizeof(listing_query),
     .query_defaults = &listing_defaults,
     .reply_type =
         "text/plain; charset=utf-8, text/csv; charset=utf-8; header=present," FH_XLSX_TYPE
         ",application/json",
     .handle = list_as_printed},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/records/{kind}/import",
     .id = "importRecords",
     .group = "Records",
     .summary =
         "Take in a CSV file or a spreadsheet of records: all of it, or with any problem nothing",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_NO_ORG,
     .query = import_options,
     .query_size = sizeof(import_query),
     .body_type = "text/csv," FH_XLSX_TYPE,
     .reply = "RecordsImported",
     .reply_422 = "RecordsImported",
     .max_body = 32 << 20,
     .handle = import_records},
    {.path = NULL},
};
