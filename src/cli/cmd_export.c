/* cmd_export.c - `firsthand export`: all stories as CSV, JSON Lines or XES. */
#include "app/ask/ask.h"
#include "app/ask/words.h"
#include "app/data/export.h"
#include "base/put.h"
#include "cli/noted.h"
#include "cli/remote.h"
#include "store/identities.h"

#include <stddef.h>

typedef struct options {
    uint32_t format; /* 0: by the file's name */
    fh_str output, customer, zone;
} options;

static const fh_option option_table[] = {
    {'f', "format", FH_OPTION_CHOICE, offsetof(options, format), "auto|csv|jsonl|xes",
     "what to write (default: by the name of the output, else CSV)", NULL},
    {'o', "output", FH_OPTION_TEXT, offsetof(options, output), "FILE",
     "write there instead of to standard output", NULL},
    {0, "customer", FH_OPTION_TEXT, offsetof(options, customer), "WHO",
     "only this customer, by any identifier", NULL},
    {0, "zone", FH_OPTION_TEXT, offsetof(options, zone), "ZONE",
     "write times with its offsets: Europe/Berlin, +02:00 (default: the organisation's)", NULL},
    {0},
};

typedef struct sink {
    const cli_io *io;
    fh_file *file; /* NULL: standard output */
    bool shown;
} sink;

static fh_status put(void *ctx, fh_str bytes, fh_error *err)
{
    const sink *to = ctx;
    if (to->file) return to->io->os->write(to->io->os->ctx, to->file, bytes.ptr, bytes.len, err);
    if (fwrite(bytes.ptr, 1, bytes.len, to->io->out) == bytes.len) return FH_OK;
    return fh_fail(err, FH_IO, "cannot write to standard output");
}

static bool progress(void *ctx, uint64_t done, uint64_t total)
{
    sink *to = ctx;
    if (to->file && to->io->progress && total) {
        fprintf(to->io->err, "\r\x1b[K%3u %%", (unsigned)((double)done * 100.0 / (double)total));
        (void)fflush(to->io->err);
        to->shown = true;
    }
    return to->io->stopped();
}

static bool ends_with(fh_str s, fh_str end)
{
    return s.len >= end.len && fh_str_eq_nocase((fh_str){s.ptr + s.len - end.len, end.len}, end);
}

static fh_export_format format_of(const options *o)
{
    if (o->format) return (fh_export_format)(o->format - 1);
    if (ends_with(o->output, FH_STR(".xes"))) return FH_EXPORT_XES;
    if (ends_with(o->output, FH_STR(".jsonl")) || ends_with(o->output, FH_STR(".ndjson")))
        return FH_EXPORT_JSONL;
    return FH_EXPORT_CSV;
}

typedef fh_status write_export(void *ctx, sink *to, fh_error *err);

/* Into FILE.part first, so that FILE is never half an export. */
static fh_status to_file(const cli_io *io, fh_str path, write_export *write, void *ctx,
                         fh_error *err)
{
    const fh_os *os = io->os;
    const fh_str part = fh_printed(io->arena, "%s.part", path.ptr);
    if (!part.ptr) return fh_no_memory(err);
    sink to = {.io = io};
    fh_status s = os->open(os->ctx, part.ptr, FH_OPEN_CREATE, &to.file, err);
    if (s) return s;
    s = write(ctx, &to, err);
    if (!s) s = os->sync(os->ctx, to.file, err);
    os->close(os->ctx, to.file);
    if (to.shown) fputs("\r\x1b[K", io->err);
    if (!s) s = os->rename(os->ctx, part.ptr, path.ptr, err);
    fh_error ignored;
    if (s && os->remove(os->ctx, part.ptr, &ignored))
        fh_hint(err, s, "%s may be removed.", part.ptr);
    return s;
}

static void say_what_was_written(const cli_io *io, fh_str path, const fh_export_result *r)
{
    fh_buf line;
    fh_buf_init(&line, NULL, 1 << 16);
    fh_say_number_of(&line, r->interactions, "interaction", "interactions");
    fprintf(io->out, "Wrote %.*s to %s.\n", (int)line.len, line.ptr, path.ptr);
    if (r->mapping.len) fprintf(io->out, "To import it: --map %.*s\n", FH_STR_ARG(r->mapping));
    fh_buf_free(&line);
}

/* ---- From a file -------------------------------------------------------------------------- */

typedef struct local {
    fh_org *org;
    fh_export_options wanted;
    fh_export_result result;
} local;

static fh_status note(fh_org *org, uint32_t customer, fh_error *err)
{
    if (!customer) return cli_note_file(org, FH_AUDITED_EXPORTED, err);
    const fh_status s = fh_org_begin(org, err);
    return s ? s : cli_noted(org, cli_note_customer(org, FH_AUDITED_EXPORTED, customer, err), err);
}

static fh_status write_local(void *ctx, sink *to, fh_error *err)
{
    local *l = ctx;
    l->wanted.progress = to->file ? progress : NULL;
    l->wanted.progress_ctx = to;
    return fh_export(l->org, &l->wanted, put, to, to->io->arena, &l->result, err);
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    (void)n_args;
    local l = {.wanted = {.format = format_of(o)}};
    sink out = {.io = io};
    fh_status s = fh_org_open(io->os, args[0].ptr, FH_ORG_WRITE, &l.org, err);
    if (!s && o->zone.len)
        s = fh_os_zone(io->os, io->arena, o->zone, &l.wanted.zone, err);
    else if (!s)
        s = fh_org_zone(l.org, io->arena, &l.wanted.zone, err);
    if (!s && o->customer.len) s = fh_identity_find(l.org, o->customer, &l.wanted.customer, err);
    if (!s) s = note(l.org, l.wanted.customer, err);
    if (!s && !o->output.len) {
        s = write_local(&l, &out, err);
    } else if (!s) {
        s = to_file(io, o->output, write_local, &l, err);
        if (!s) say_what_was_written(io, o->output, &l.result);
    }
    fh_org_close(l.org);
    return s;
}

/* ---- From a server ------------------------------------------------------------------------ */

typedef struct distant {
    cli_remote r;
    int64_t job;
} distant;

static fh_status write_distant(void *ctx, sink *to, fh_error *err)
{
    distant *d = ctx;
    fh_str path;
    if (!fh_arena_format(to->io->arena, &path, "/api/v1/exports/%lld/file", (long long)d->job))
        return fh_no_memory(err);
    const cli_request what = {.method = "GET", .path = path, .write = put, .ctx = to};
    return cli_remote_send(&d->r, &what, err);
}

static fh_status ask_for_job(distant *d, const options *o, fh_error *err)
{
    static const char *const formats[] = {"csv", "jsonl", "xes"};
    fh_buf body;
    fh_json j;
    fh_buf_init(&body, fh_arena_allocator(d->r.io->arena), 1 << 16);
    fh_json_begin(&j, &body, 0);
    fh_json_object(&j);
    fh_put_text(&j, "kind", FH_STR("export"));
    fh_json_key(&j, FH_STR("params"));
    fh_json_object(&j);
    fh_put_text(&j, "format", fh_str_of(formats[format_of(o)]));
    const fh_str name[] = {FH_STR("customer"), FH_STR("zone")};
    const fh_str value[] = {o->customer, o->zone};
    for (size_t i = 0; i < 2; i++) {
        if (!value[i].len) continue;
        fh_json_key(&j, name[i]);
        fh_json_str(&j, value[i]);
    }
    fh_json_end_object(&j);
    fh_json_end_object(&j);
    fh_status s = body.status ? fh_no_memory(err) : FH_OK;
    if (!s) s = cli_remote_add_job(&d->r, FH_STR("/api/v1/jobs"), fh_buf_view(&body), &d->job, err);
    fh_buf_free(&body);
    return s;
}

static fh_status remote(const cli_io *io, const cli_call *call, fh_error *err)
{
    const options *o = call->options;
    distant d;
    sink out = {.io = io};
    fh_export_result result = {0};
    fh_status s = cli_remote_open(io, call->server, &d.r, err);
    d.r.stopped = io->stopped;
    if (!s) s = ask_for_job(&d, o, err);
    if (!s) s = cli_remote_wait(&d.r, d.job, o->output.len > 0, err);
    if (!s) {
        const uint32_t told = cli_reply_at(&d.r, 0, "result");
        result.interactions = (uint64_t)cli_reply_number(&d.r, told, "interactions");
        result.mapping = cli_reply_text(&d.r, told, "mapping");
    }
    if (!s && !o->output.len) {
        s = write_distant(&d, &out, err);
    } else if (!s) {
        s = to_file(io, o->output, write_distant, &d, err);
        if (!s) say_what_was_written(io, o->output, &result);
    }
    cli_remote_close(&d.r);
    return s;
}

const cli_command cmd_export = {
    .name = "export",
    .synopsis = "[options] ORG.fh",
    .summary = "write all stories as CSV, JSON Lines or XES",
    .details = "Writes every interaction with all that is known of it, in order of customer\n"
               "and time. CSV and JSON Lines can be imported again and give the same answers\n"
               "by the --map that is told;\n"
               "XES (IEEE 1849) has a trace for each customer, for tools of process mining.\n",
    .examples = "firsthand export our.fh -o our.csv\n"
                "firsthand export our.fh --format jsonl | gzip > our.jsonl.gz\n"
                "firsthand export our.fh -o our.xes --zone Europe/Berlin\n",
    .options = option_table,
    .options_size = sizeof(options),
    .min_args = 1,
    .stops = true,
    .remote = remote,
    .run = run,
};
