/* cmd_export.c - `firsthand export`: all stories as CSV, JSON Lines or XES. */
#include "app/ask.h"
#include "app/export.h"
#include "app/words.h"
#include "cli/cli.h"
#include "cli/noted.h"
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

/* Into FILE.part first, so that FILE is never half an export. */
static fh_status to_file(const cli_io *io, fh_org *org, const fh_export_options *wanted,
                         fh_str path, fh_export_result *result, fh_error *err)
{
    const fh_os *os = io->os;
    const fh_str part = fh_text(io->arena, "%s.part", path.ptr);
    if (!part.ptr) return fh_no_memory(err);
    sink to = {.io = io};
    fh_export_options o = *wanted;
    o.progress = progress;
    o.progress_ctx = &to;
    fh_status s = os->open(os->ctx, part.ptr, FH_OPEN_CREATE, &to.file, err);
    if (s) return s;
    s = fh_export(org, &o, put, &to, io->arena, result, err);
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

static fh_status note(fh_org *org, uint32_t customer, fh_error *err)
{
    if (!customer) return cli_note_file(org, FH_AUDITED_EXPORTED, err);
    const fh_status s = fh_org_begin(org, err);
    return s ? s : cli_noted(org, cli_note_customer(org, FH_AUDITED_EXPORTED, customer, err), err);
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    (void)n_args;
    fh_org *org = NULL;
    fh_export_options wanted = {.format = format_of(o)};
    fh_status s = fh_org_open(io->os, args[0].ptr, FH_ORG_WRITE, &org, err);
    if (!s && o->zone.len)
        s = fh_os_zone(io->os, io->arena, o->zone, &wanted.zone, err);
    else if (!s)
        s = fh_org_zone(org, io->arena, &wanted.zone, err);
    if (!s && o->customer.len) s = fh_identity_find(org, o->customer, &wanted.customer, err);
    if (!s) s = note(org, wanted.customer, err);
    fh_export_result result = {0};
    if (!s && !o->output.len) {
        sink to = {.io = io};
        s = fh_export(org, &wanted, put, &to, io->arena, &result, err);
    } else if (!s) {
        s = to_file(io, org, &wanted, o->output, &result, err);
        if (!s) say_what_was_written(io, o->output, &result);
    }
    fh_org_close(org);
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
    .run = run,
};
