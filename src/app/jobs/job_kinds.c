/* job_kinds.c - what can be done in the background: import, export, merge, check,
 * backup, report; retention is in keeping_job.c.
 *
 * Those that write have a connection of their own and take the file's lock round by
 * round, so that requests are served in between. Each can be done again after a
 * crash: an import goes on where its last round ended, a merge where its last
 * stretch did, the others begin anew.
 */
#include "app/ask/question.h"
#include "app/ask/standing.h"
#include "app/data/export.h"
#include "app/data/import.h"
#include "app/data/keeping.h"
#include "app/find/findings.h"
#include "app/jobs/job_files.h"
#include "app/jobs/jobs.h"
#include "app/report/report.h"
#include "base/currency.h"
#include "store/identities.h"
#include "store/segments.h"
#include "store/tombstones.h"

#include <stddef.h>
#include <string.h>

enum { SHOWN = 100, SHOWN_MOST = 1000, TEXT_SHOWN = 2000, PAGE_MAX = 256 << 20, TOP_MAX = 1000 };

static void put_str(fh_json *j, fh_str key, fh_str text)
{
    fh_json_key(j, key);
    fh_json_str(j, text);
}

static void put_uint(fh_json *j, fh_str key, uint64_t n)
{
    fh_json_key(j, key);
    fh_json_uint(j, n);
}

static void put_bool(fh_json *j, fh_str key, bool v)
{
    fh_json_key(j, key);
    fh_json_bool(j, v);
}

/* The write lane, held by a job that has a connection of its own: while it writes, and
 * an import also from reading who is who until that was written. */
typedef struct turns {
    fh_job_run *run;
    fh_org *lane;
    uint32_t depth;
} turns;

static fh_status take_turn(void *ctx, bool begins, fh_error *err)
{
    turns *t = ctx;
    if (begins) {
        const fh_status status = t->depth ? FH_OK : fh_pool_write(t->run->pool, -1, &t->lane, err);
        if (status == FH_OK) t->depth++;
        return status;
    }
    if (t->depth && --t->depth == 0) {
        fh_pool_write_done(t->run->pool, t->lane);
        t->lane = NULL;
    }
    return FH_OK;
}

/* A connection of the job's own, which writes in turn. */
static fh_status open_own(turns *t, fh_org **out, fh_error *err)
{
    const fh_job_run *run = t->run;
    fh_status status = take_turn(t, true, err);
    if (status != FH_OK) return status;
    status = fh_org_open(run->os, fh_pool_path(run->pool), FH_ORG_WRITE, out, err);
    (void)take_turn(t, false, NULL);
    if (status == FH_OK) fh_org_take_turns(*out, take_turn, t);
    return status;
}

/* ---- import ------------------------------------------------------------------------------- */

typedef struct import_options {
    fh_str file, source, map, zone, delimiter, called, own;
    uint32_t format; /* 0: by content */
    bool latin1, decimal_comma, no_payload, dry_run, exact;
    uint64_t samples, rejects, max_rejects; /* max_rejects: hundredths of a percent */
    uint64_t mends;                         /* the import whose rows these are; 0: none */
} import_options;

static const fh_option import_table[] = {
    {0, "file", FH_OPTION_TEXT, offsetof(import_options, file), "NAME",
     "the uploaded file, by the name the upload gave", NULL},
    {0, "source", FH_OPTION_TEXT, offsetof(import_options, source), "NAME",
     "which system it is from (default: by the file's name)", NULL},
    {0, "map", FH_OPTION_LIST, offsetof(import_options, map), "RULES",
     "which column means what; what is left open is recognised", NULL},
    {0, "exact", FH_OPTION_FLAG, offsetof(import_options, exact), NULL,
     "recognise nothing beside the map", NULL},
    {0, "mends", FH_OPTION_COUNT, offsetof(import_options, mends), "JOB",
     "the import whose mended rows these are", NULL},
    {0, "as", FH_OPTION_CHOICE, offsetof(import_options, format), "auto|csv|jsonl|xes|mail|xlsx",
     "the file's format", NULL},
    {0, "own", FH_OPTION_LIST, offsetof(import_options, own), "DOMAINS",
     "of mails, what is ours: example.org,claims@example.org=Claims", NULL},
    {0, "zone", FH_OPTION_TEXT, offsetof(import_options, zone), "ZONE",
     "of times that tell none (default: the organisation's)", NULL},
    {0, "delimiter", FH_OPTION_TEXT, offsetof(import_options, delimiter), "C",
     "between the columns of a CSV file (default: recognised)", NULL},
    {0, "latin1", FH_OPTION_FLAG, offsetof(import_options, latin1), NULL, "the file is Latin-1",
     NULL},
    {0, "decimal-comma", FH_OPTION_FLAG, offsetof(import_options, decimal_comma), NULL,
     "amounts are written 1.234,50", NULL},
    {0, "no-payload", FH_OPTION_FLAG, offsetof(import_options, no_payload), NULL,
     "drop columns that mean nothing here", NULL},
    {0, "dry-run", FH_OPTION_FLAG, offsetof(import_options, dry_run), NULL,
     "read and tell, write nothing", NULL},
    {0, "samples", FH_OPTION_COUNT, offsetof(import_options, samples), "N",
     "how many first rows to show (default 5, most 1000)", NULL},
    {0, "rejects", FH_OPTION_COUNT, offsetof(import_options, rejects), "N",
     "how many of the rows that cannot be read to tell (default 100, most 1000)", NULL},
    {0, "called", FH_OPTION_TEXT, offsetof(import_options, called), "NAME",
     "what messages call the file", NULL},
    {0, "max-rejects", FH_OPTION_PERCENT, offsetof(import_options, max_rejects), "SHARE",
     "stop when more of the rows than this cannot be read", NULL},
    {0},
};

static bool import_progress(void *ctx, const fh_import_progress *p)
{
    const turns *i = ctx;
    return fh_job_progress(i->run, p->merging ? 0 : p->bytes, p->merging ? 0 : p->total_bytes,
                           p->merging ? "merging stories" : "reading bytes");
}

static uint32_t at_most(uint64_t wanted, uint32_t usual)
{
    if (!wanted) return usual;
    return wanted < SHOWN_MOST ? (uint32_t)wanted : SHOWN_MOST;
}

static fh_str without_folder(fh_str path)
{
    for (size_t i = path.len; i > 0; i--)
        if (path.ptr[i - 1] == '/') return (fh_str){path.ptr + i, path.len - i};
    return path;
}

static fh_str file_of(const import_options *o)
{
    return o->called.len ? without_folder(o->called) : fh_job_file_title(o->file);
}

static fh_status read_import_options(turns *i, fh_org *org, const import_options *o,
                                     fh_import_options *out, fh_error *err)
{
    fh_job_run *run = i->run;
    *out = (fh_import_options){.format = (fh_format)o->format,
                               .source = o->source,
                               .own = o->own,
                               .latin1 = o->latin1,
                               .decimal_comma = o->decimal_comma,
                               .no_payload = o->no_payload,
                               .dry_run = o->dry_run,
                               .exact = o->exact,
                               .rejects_rows = true,
                               .n_samples = at_most(o->samples, 5),
                               .max_reject_share = (double)o->max_rejects / 10000.0,
                               .max_rejects_kept = at_most(o->rejects, SHOWN),
                               .memory_bytes = run->memory_bytes,
                               .file = file_of(o),
                               .called = o->called.len ? o->called.ptr : NULL,
                               .progress = import_progress,
                               .turn = take_turn,
                               .ctx = i};
    if (o->delimiter.len > 1 && !fh_str_eq(o->delimiter, FH_STR("tab"))) {
        (void)fh_fail(err, FH_INVALID, "delimiter '%.*s' is not one character",
                      o->delimiter.len > 20 ? 20 : (int)o->delimiter.len, o->delimiter.ptr);
        return fh_hint(err, FH_INVALID, "Write it as ; or , or | or tab.");
    }
    if (o->delimiter.len) out->delimiter = o->delimiter.len > 1 ? '\t' : o->delimiter.ptr[0];
    if (out->source.len == 0) {
        const fh_status status = fh_source_name(run->arena, file_of(o), &out->source);
        if (status != FH_OK) return status;
    }
    fh_status status = FH_OK;
    if (o->map.len) {
        fh_mapping *mapping = NULL;
        status = fh_mapping_parse(run->arena, o->map, &mapping, err);
        out->mapping = mapping;
    }
    if (status != FH_OK) return status;
    return o->zone.len ? fh_os_zone(run->os, run->arena, o->zone, &out->zone, err)
                       : fh_org_zone(org, run->arena, &out->zone, err);
}

static void put_columns(const fh_import_result *r, fh_json *j)
{
    fh_json_key(j, FH_STR("columns"));
    fh_json_array(j);
    for (size_t i = 0; i < r->n_columns; i++) {
        fh_json_object(j);
        put_str(j, FH_STR("name"), r->columns[i].name);
        put_str(j, FH_STR("field"), r->columns[i].field);
        put_str(j, FH_STR("why"), r->columns[i].why);
        put_str(j, FH_STR("sample"), r->columns[i].sample);
        fh_json_key(j, FH_STR("first"));
        fh_json_array(j);
        for (uint32_t k = 0; k < r->columns[i].n_first; k++) fh_json_str(j, r->columns[i].first[k]);
        fh_json_end_array(j);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

/* Not in the middle of a character. */
static fh_str shortened(fh_str s, size_t most)
{
    if (s.len <= most) return s;
    while (most && ((unsigned char)s.ptr[most] & 0xc0) == 0x80) most--;
    return (fh_str){s.ptr, most};
}

static void put_sample(const fh_interaction *s, fh_json *j)
{
    static const char *const directions[] = {"", "in", "out", "internal"};
    char time[FH_TIME_TEXT];
    fh_json_object(j);
    put_uint(j, FH_STR("line"), s->line);
    fh_json_key(j, FH_STR("identifiers"));
    fh_json_array(j);
    for (uint32_t i = 0; i < s->n_identifiers; i++) {
        fh_json_object(j);
        put_str(j, FH_STR("kind"), s->identifier[i].kind);
        put_str(j, FH_STR("value"), s->identifier[i].value);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    put_str(j, FH_STR("time"), (fh_str){time, fh_time_format(s->at_ms, NULL, time)});
    put_str(j, FH_STR("touchpoint"), s->touchpoint);
    put_str(j, FH_STR("channel"), s->channel);
    put_str(j, FH_STR("department"), s->department);
    put_str(j, FH_STR("direction"),
            fh_str_of(directions[(size_t)s->direction < 4 ? (size_t)s->direction : 0]));
    put_str(j, FH_STR("outcome"), s->outcome);
    put_str(j, FH_STR("problem"), s->problem);
    put_str(j, FH_STR("id"), s->source_id);
    put_str(j, FH_STR("text"), shortened(s->text, TEXT_SHOWN));
    fh_json_key(j, FH_STR("value"));
    if (s->has_value)
        fh_json_fixed(j, s->value, fh_currency_decimals(s->currency));
    else
        fh_json_null(j);
    put_str(j, FH_STR("currency"), s->currency);
    fh_json_key(j, FH_STR("score"));
    if (s->has_score)
        fh_json_fixed(j, s->score, 2);
    else
        fh_json_null(j);
    fh_json_end_object(j);
}

static void put_samples_and_rejects(const fh_import_result *r, size_t most, fh_json *j)
{
    fh_json_key(j, FH_STR("samples"));
    fh_json_array(j);
    for (size_t i = 0; i < r->n_samples; i++) put_sample(&r->samples[i], j);
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("rejects"));
    fh_json_array(j);
    for (size_t i = 0; i < r->n_rejects && i < most; i++) {
        const fh_reject *k = &r->rejects[i];
        fh_json_object(j);
        put_uint(j, FH_STR("row"), k->row);
        put_uint(j, FH_STR("line"), k->line);
        put_str(j, FH_STR("column"), k->column_name);
        put_uint(j, FH_STR("column_number"), k->column);
        put_str(j, FH_STR("reason"), k->reason);
        put_str(j, FH_STR("hint"), k->hint);
        fh_json_end_object(j); /* not the row's text: results are kept for months */
    }
    fh_json_end_array(j);
}

static void put_import(const import_options *o, const fh_import_result *r, uint64_t new_customers,
                       fh_json *j)
{
    put_str(j, FH_STR("file"), o->file);
    put_str(j, FH_STR("source"), r->origin.source);
    put_bool(j, FH_STR("dry_run"), o->dry_run);
    put_bool(j, FH_STR("already"), r->already);
    put_bool(j, FH_STR("resumed"), r->resumed);
    put_str(j, FH_STR("format"), fh_str_of(fh_format_name(r->format)));
    put_uint(j, FH_STR("rows"), r->origin.rows_done);
    put_uint(j, FH_STR("added"), r->origin.rows_added);
    put_uint(j, FH_STR("known"), r->origin.rows_known);
    put_uint(j, FH_STR("rejected"), r->origin.rows_rejected);
    put_uint(j, FH_STR("erased"), r->erased_rows);
    put_uint(j, FH_STR("new_customers"), new_customers);
    put_str(j, FH_STR("mapping"), r->mapping);
    put_str(j, FH_STR("delimiter"), (fh_str){&r->delimiter, r->delimiter ? 1 : 0});
    put_bool(j, FH_STR("decimal_comma"), r->decimal_comma);
    put_columns(r, j);
    put_samples_and_rejects(r, at_most(o->rejects, SHOWN), j);
    fh_json_key(j, FH_STR("rejects_file"));
    if (r->rejects_file.len)
        fh_json_str(j, without_folder(r->rejects_file));
    else
        fh_json_null(j);
}

static fh_status count_customers(fh_org *org, uint64_t *out, fh_error *err)
{
    uint64_t identifiers, problems;
    return fh_identity_counts(org, out, &identifiers, &problems, err);
}

/* The zone in which times that told none were read. */
static fh_status tell_zone(fh_org *org, const import_options *o, fh_arena *arena, fh_json *j,
                           fh_error *err)
{
    fh_str name = o->zone;
    const fh_status status =
        name.len ? FH_OK : fh_setting_get(org, FH_STR("zone"), arena, &name, err);
    if (status == FH_OK) put_str(j, FH_STR("zone"), name);
    return status;
}

static void put_open_question(fh_status status, const fh_error *err, fh_json *j)
{
    fh_json_key(j, FH_STR("problem"));
    fh_json_object(j);
    put_str(j, FH_STR("message"), fh_str_of(err ? err->message : ""));
    put_str(j, FH_STR("hint"), fh_str_of(err ? err->hint : ""));
    fh_json_end_object(j);
    put_uint(j, FH_STR("exit_status"), (uint64_t)status);
}

/* Of much that came in: what the usual questions count of it, for whoever asks. */
static void keep_usual(fh_org *org, const import_options *o, const fh_import_result *r)
{
    fh_error ignored;
    if (o->dry_run || r->already) return;
    const fh_status kept = fh_standing_after(org, r->origin.rows_added, &ignored);
    (void)kept; /* it only saves time later */
}

/* The file names somebody who was erased: it must not lie here any longer. */
static fh_status remove_upload(fh_job_run *run, fh_str path, const fh_import_result *r,
                               fh_json *result, fh_error *err)
{
    fh_status status = FH_OK;
    if (r->erased_rows) status = run->os->remove(run->os->ctx, path.ptr, err);
    put_bool(result, FH_STR("upload_removed"), r->erased_rows && status == FH_OK);
    return status;
}

static fh_status run_import(fh_job_run *run, const void *options, fh_json *result, fh_error *err)
{
    const import_options *o = options;
    fh_import_options wanted;
    fh_import_result r = {0};
    fh_str path = {0};
    fh_org *org = NULL;
    uint64_t before = 0, after = 0;
    turns i = {.run = run};
    fh_status status = fh_jobs_file(run->jobs, o->file, run->arena, &path, err);
    if (status == FH_OK) status = open_own(&i, &org, err);
    if (status == FH_OK) status = read_import_options(&i, org, o, &wanted, err);
    if (status == FH_OK) status = count_customers(org, &before, err);
    if (status == FH_OK) status = tell_zone(org, o, run->arena, result, err);
    const bool asked = status == FH_OK;
    if (asked) {
        status = fh_import_file(org, path.ptr, &wanted, run->arena, &r, err);
        if (status == FH_OK) keep_usual(org, o, &r);
        fh_error ignored; /* how far it got is told of a failure, too */
        if (count_customers(org, &after, &ignored) != FH_OK) after = before;
    }
    fh_org_close(org);
    if (status == FH_OK && !o->dry_run)
        status = remove_upload(run, path, &r, result, err);
    else if (asked)
        put_bool(result, FH_STR("upload_removed"), false);
    if (asked && !r.origin.source.len) r.origin.source = wanted.source; /* only tried out */
    if (asked) put_import(o, &r, after > before ? after - before : 0, result);
    /* Trying out is for finding out: what the columns leave open is an answer. */
    if (o->dry_run && r.n_columns && (status == FH_FORMAT || status == FH_INVALID)) {
        put_open_question(status, err, result);
        return FH_OK;
    }
    return status;
}

static const fh_job_kind kind_import = {
    .name = "import",
    .summary = "bring an uploaded file's interactions in",
    .options = import_table,
    .options_size = sizeof(import_options),
    .needs = "file",
    .run = run_import,
};

/* ---- Files that jobs write ------------------------------------------------------------------ */

typedef struct output {
    fh_job_run *run;
    fh_str name, path, part;
    fh_file *file;
    uint64_t bytes;
} output;

/* Into NAME.part first, so that NAME is never half a file. */
static fh_status begin_output(fh_job_run *run, fh_str suggested, output *out, fh_error *err)
{
    *out = (output){.run = run};
    const fh_os *os = run->os;
    fh_status status =
        fh_jobs_new_file(run->jobs, suggested, run->arena, &out->name, &out->path, err);
    if (status == FH_OK && !fh_arena_format(run->arena, &out->part, "%s.part", out->path.ptr))
        status = fh_no_memory(err);
    if (status == FH_OK)
        status = os->open(os->ctx, out->part.ptr, FH_OPEN_PRIVATE, &out->file, err);
    return status;
}

static fh_status put_output(void *ctx, fh_str bytes, fh_error *err)
{
    output *out = ctx;
    out->bytes += bytes.len;
    return out->run->os->write(out->run->os->ctx, out->file, bytes.ptr, bytes.len, err);
}

static fh_status end_output(output *out, fh_status status, fh_error *err)
{
    const fh_os *os = out->run->os;
    if (!out->file) return status;
    if (status == FH_OK) status = os->sync(os->ctx, out->file, err);
    os->close(os->ctx, out->file);
    if (status == FH_OK) status = os->rename(os->ctx, out->part.ptr, out->path.ptr, err);
    if (status != FH_OK) (void)os->remove(os->ctx, out->part.ptr, NULL);
    return status;
}

/* ---- export ---------------------------------------------------------------------------------- */

typedef struct export_options {
    uint32_t format;
    fh_str customer, zone;
} export_options;

static const fh_option export_table[] = {
    {0, "format", FH_OPTION_CHOICE, offsetof(export_options, format), "csv|jsonl|xes",
     "what to write", NULL},
    {0, "customer", FH_OPTION_TEXT, offsetof(export_options, customer), "WHO",
     "only this customer, by any identifier", NULL},
    {0, "zone", FH_OPTION_TEXT, offsetof(export_options, zone), "ZONE",
     "write times with its offsets (default: the organisation's)", NULL},
    {0},
};

static bool export_progress(void *ctx, uint64_t done, uint64_t total)
{
    return fh_job_progress(ctx, done, total, "writing interactions");
}

static fh_status count_one(void *ctx, fh_str hash, fh_error *err)
{
    uint64_t *n = ctx;
    (void)hash, (void)err;
    ++*n;
    return FH_OK;
}

static fh_status export_once(fh_job_run *run, const export_options *o, fh_org *org, output *out,
                             fh_export_result *r, fh_error *err)
{
    static const char *const names[] = {"export.csv", "export.jsonl", "export.xes"};
    fh_export_options wanted = {
        .format = (fh_export_format)o->format, .progress = export_progress, .progress_ctx = run};
    fh_status status = o->zone.len ? fh_os_zone(run->os, run->arena, o->zone, &wanted.zone, err)
                                   : fh_org_zone(org, run->arena, &wanted.zone, err);
    if (status == FH_OK && o->customer.len)
        status = fh_identity_find(org, o->customer, &wanted.customer, err);
    if (status == FH_OK) status = begin_output(run, fh_str_of(names[o->format]), out, err);
    if (status == FH_OK) status = fh_export(org, &wanted, put_output, out, run->arena, r, err);
    return end_output(out, status, err);
}

/* Counts the erased, exports, counts again. */
static fh_status export_counting(fh_job_run *run, const export_options *o, output *out,
                                 fh_export_result *r, bool *erased, fh_error *err)
{
    uint64_t before = 0, after = 0;
    fh_org *org = NULL;
    fh_error ignored;
    fh_status status = fh_pool_read(run->pool, &org, err);
    if (status == FH_OK) status = fh_tombstones_each(org, count_one, &before, err);
    if (status == FH_OK) status = export_once(run, o, org, out, r, err);
    fh_pool_read_done(run->pool, org);
    fh_error *why = status == FH_OK ? err : &ignored;
    org = NULL;
    fh_status counted = fh_pool_read(run->pool, &org, why);
    if (counted == FH_OK) counted = fh_tombstones_each(org, count_one, &after, why);
    fh_pool_read_done(run->pool, org);
    *erased = counted == FH_OK && after != before;
    return status != FH_OK ? status : counted;
}

/* What is read is how things stood when it began: somebody who is erased meanwhile
 * would stay in the file. */
static fh_status run_export(fh_job_run *run, const void *options, fh_json *result, fh_error *err)
{
    enum { TRIES = 5 };
    fh_export_result r = {0};
    output out = {.run = run};
    bool erased = true;
    fh_status status = FH_OK;
    for (int i = 0; i < TRIES && erased; i++) {
        status = export_counting(run, options, &out, &r, &erased, err);
        if (erased && out.path.len) (void)run->os->remove(run->os->ctx, out.path.ptr, NULL);
    }
    if (status != FH_OK) return status;
    if (erased) {
        (void)fh_fail(err, FH_CONFLICT,
                      "customers were erased again and again while this was written");
        return fh_hint(err, FH_CONFLICT, "Ask for the export again when that is done.");
    }
    put_str(result, FH_STR("file"), out.name);
    put_uint(result, FH_STR("bytes"), out.bytes);
    put_uint(result, FH_STR("interactions"), r.interactions);
    put_str(result, FH_STR("mapping"), r.mapping);
    return FH_OK;
}

static const fh_job_kind kind_export = {
    .name = "export",
    .summary = "write all stories, or one customer's, to a file",
    .options = export_table,
    .options_size = sizeof(export_options),
    .run = run_export,
};

/* ---- merge, check, backup ------------------------------------------------------------------- */

static bool merge_progress(void *ctx, uint64_t done, uint64_t total)
{
    return fh_job_progress(ctx, done, total, "merging stories");
}

static fh_status run_merge(fh_job_run *run, const void *options, fh_json *result, fh_error *err)
{
    (void)options;
    fh_org *org = NULL;
    uint64_t duplicates = 0;
    turns t = {.run = run};
    fh_status status = open_own(&t, &org, err);
    if (status == FH_OK) status = fh_store_merge(org, merge_progress, run, &duplicates, err);
    fh_org_close(org);
    if (status == FH_OK) put_uint(result, FH_STR("duplicates"), duplicates);
    return status;
}

static const fh_job_kind kind_merge = {
    .name = "merge",
    .summary = "fold what came in into stories that are read quickly",
    .run = run_merge,
};

/* ---- find ------------------------------------------------------------------------------------ */

typedef struct find_options {
    bool all;
} find_options;

static const fh_option find_table[] = {
    {0, "all", FH_OPTION_FLAG, offsetof(find_options, all), NULL,
     "look at every story anew, not only at those that changed", NULL},
    {0},
};

static bool find_progress(void *ctx, uint64_t done, uint64_t total, const char *words)
{
    return fh_job_progress(ctx, done, total, words);
}

static fh_status run_find(fh_job_run *run, const void *options, fh_json *result, fh_error *err)
{
    const find_options *o = options;
    const fh_find_options how = {
        .all = o->all && run->attempt <= 1, .progress = find_progress, .ctx = run};
    fh_find_result r = {0};
    fh_org *org = NULL;
    turns t = {.run = run};
    fh_status status = open_own(&t, &org, err);
    if (status == FH_OK) status = fh_find_run(org, &how, &r, err);
    fh_org_close(org);
    if (status != FH_OK) return status;
    put_uint(result, FH_STR("stories"), r.looked);
    put_uint(result, FH_STR("messages"), r.messages);
    put_uint(result, FH_STR("hits"), r.hits);
    put_uint(result, FH_STR("findings"), r.made);
    return FH_OK;
}

static const fh_job_kind kind_find = {
    .name = "find",
    .summary = "find what is said twice, said differently, or asked again",
    .options = find_table,
    .options_size = sizeof(find_options),
    .run = run_find,
};

/* ---- check ----------------------------------------------------------------------------------- */

static void put_fault(void *ctx, const char *sentence)
{
    fh_json *j = ctx;
    if (j->out->len < SHOWN * 400) fh_json_str(j, fh_str_of(sentence));
}

static fh_status run_check(fh_job_run *run, const void *options, fh_json *result, fh_error *err)
{
    (void)options;
    fh_org *org = NULL;
    uint64_t faults = 0;
    (void)fh_job_progress(run, 0, 0, "reading everything");
    fh_status status = fh_pool_read(run->pool, &org, err);
    if (status != FH_OK) return status;
    fh_json_key(result, FH_STR("faults"));
    fh_json_array(result);
    status = fh_store_check(org, put_fault, result, &faults, err);
    uint64_t n_kept = 0, n_wrong = 0;
    if (status == FH_OK) status = fh_standing_check(org, put_fault, result, &n_kept, &n_wrong, err);
    faults += n_wrong;
    fh_json_end_array(result);
    put_uint(result, FH_STR("n_faults"), faults);
    fh_pool_read_done(run->pool, org);
    /* That something is damaged is this job's answer, not its failure. */
    return status == FH_CORRUPT && faults ? FH_OK : status;
}

static const fh_job_kind kind_check = {
    .name = "check",
    .summary = "read everything and say whether all is well",
    .run = run_check,
};

static bool backup_progress(void *ctx, uint64_t done, uint64_t total)
{
    return fh_job_progress(ctx, done, total, "copying pages");
}

static fh_status run_backup(fh_job_run *run, const void *options, fh_json *result, fh_error *err)
{
    (void)options;
    fh_org *org = NULL;
    fh_str name, path;
    fh_status status =
        fh_jobs_new_file(run->jobs, FH_STR("backup.fh"), run->arena, &name, &path, err);
    if (status == FH_OK) status = fh_pool_read(run->pool, &org, err);
    if (status != FH_OK) return status;
    status = fh_store_backup(org, path.ptr, backup_progress, run, err);
    fh_pool_read_done(run->pool, org);
    if (status == FH_OK) put_str(result, FH_STR("file"), name);
    return status;
}

static const fh_job_kind kind_backup = {
    .name = "backup",
    .summary = "copy the organisation while others read and write",
    .run = run_backup,
};

/* ---- report --------------------------------------------------------------------------------- */

typedef struct report_options {
    fh_asking ask;
    fh_str title;
    uint64_t top;
} report_options;

static const fh_option report_table[] = {
    {0, "title", FH_OPTION_TEXT, offsetof(report_options, title), "TEXT",
     "the page's heading (default: the organisation's name)", NULL},
    {0, "top", FH_OPTION_COUNT, offsetof(report_options, top), "N",
     "how many ways and rows each picture shows (default 10)", NULL},
    FH_ASKING(report_options),
    {0},
};

static fh_status write_report(fh_job_run *run, const report_options *o, fh_org *org, fh_buf *page,
                              fh_error *err)
{
    const fh_report_options wanted = {.title = o->title,
                                      .top = o->top > TOP_MAX ? TOP_MAX : (size_t)o->top,
                                      .made_ms = run->os->now_ms(run->os->ctx)};
    fh_answer a;
    fh_report_facts facts;
    fh_status status = fh_answer_begin(&a, org, &o->ask, NULL, run->arena, page, err);
    if (status == FH_OK) status = fh_report_ask(&a.view, &wanted, &facts, err);
    if (status == FH_OK) status = fh_report_page(&facts, &wanted, page, err);
    return status;
}

static fh_status run_report(fh_job_run *run, const void *options, fh_json *result, fh_error *err)
{
    fh_org *org = NULL;
    output out = {.run = run};
    fh_buf page;
    fh_buf_init(&page, NULL, PAGE_MAX);
    (void)fh_job_progress(run, 0, 0, "asking");
    fh_status status = fh_pool_read(run->pool, &org, err);
    if (status == FH_OK) status = write_report(run, options, org, &page, err);
    fh_pool_read_done(run->pool, org);
    if (status == FH_OK) status = begin_output(run, FH_STR("report.html"), &out, err);
    if (status == FH_OK) status = put_output(&out, fh_buf_view(&page), err);
    status = end_output(&out, status, err);
    fh_buf_free(&page);
    if (status != FH_OK) return status;
    put_str(result, FH_STR("file"), out.name);
    put_uint(result, FH_STR("bytes"), out.bytes);
    return FH_OK;
}

static const fh_job_kind kind_report = {
    .name = "report",
    .summary = "write one page that shows what customers live through",
    .options = report_table,
    .options_size = sizeof(report_options),
    .run = run_report,
};

const fh_job_kind *const fh_job_kinds[] = {
    &kind_import, &kind_export,         &kind_merge, &kind_check, &kind_backup,
    &kind_report, &fh_job_kind_keeping, &kind_find,  NULL,
};
