/* cmd_import.c - `firsthand import`: brings files of interactions in.
 *
 * Files are imported one after the other; the first that fails ends it, what was
 * imported before stays. The whole can be given again: what is there already is
 * not counted twice.
 */
#include "app/ask/standing.h"
#include "cli/import_words.h"
#include "cli/noted.h"
#include "cli/remote_import.h"
#include "store/identities.h"

#include <stddef.h>
#include <string.h>

enum { REJECTS_TOLD = 10 };

typedef struct options {
    fh_str map, mapping, save_mapping, source, delimiter, zone, rejects, own;
    uint32_t format, encoding;
    bool decimal_comma, no_payload, dry_run;
    uint64_t samples, max_rejects;
} options;

static const fh_option option_table[] = {
    {'m', "map", FH_OPTION_LIST, offsetof(options, map), "RULES",
     "which column is what: customer=caller_id,time=opened_at:'%d/%m/%Y %H:%M'", NULL},
    {0, "mapping", FH_OPTION_TEXT, offsetof(options, mapping), "FILE", "read the rules from a file",
     NULL},
    {0, "save-mapping", FH_OPTION_TEXT, offsetof(options, save_mapping), "FILE",
     "write the rules that were used, for the next time", NULL},
    {'s', "source", FH_OPTION_TEXT, offsetof(options, source), "NAME",
     "the system the file comes from (default: from the file's name)", NULL},
    {0, "as", FH_OPTION_CHOICE, offsetof(options, format), "auto|csv|jsonl|xes|mail|xlsx",
     "the file's format (default: by its content)", NULL},
    {'d', "delimiter", FH_OPTION_TEXT, offsetof(options, delimiter), "CHARACTER",
     "between CSV fields, or 'tab' (default: recognised)", NULL},
    {0, "encoding", FH_OPTION_CHOICE, offsetof(options, encoding), "auto|utf-8|latin-1",
     "of a CSV file (default: UTF-8 where it is, else Latin-1)", NULL},
    {0, "decimal-comma", FH_OPTION_FLAG, offsetof(options, decimal_comma), NULL,
     "numbers are written 1.234,50", NULL},
    {0, "zone", FH_OPTION_TEXT, offsetof(options, zone), "ZONE",
     "of times without an offset: Europe/Berlin, +02:00 (default: the organisation's)", NULL},
    {0, "own", FH_OPTION_LIST, offsetof(options, own), "DOMAINS",
     "of mails, what is ours: example.org,claims@example.org=Claims", NULL},
    {0, "no-payload", FH_OPTION_FLAG, offsetof(options, no_payload), NULL,
     "drop the columns that are not mapped instead of keeping them aside", NULL},
    {0, "rejects", FH_OPTION_TEXT, offsetof(options, rejects), "FILE",
     "where rejected rows go (default: FILE.rejects beside the file)", NULL},
    {0, "max-rejects", FH_OPTION_PERCENT, offsetof(options, max_rejects), "SHARE",
     "stop when more than this share is rejected (default 5%, of few rows half)", NULL},
    {'n', "dry-run", FH_OPTION_FLAG, offsetof(options, dry_run), NULL,
     "show how the file would be read and every problem; write nothing", NULL},
    {0, "samples", FH_OPTION_COUNT, offsetof(options, samples), "N",
     "rows to show in a dry run (default 5)", NULL},
    {0},
};

static const options defaults = {.samples = 5};

static fh_status read_delimiter(fh_str text, char *out, fh_error *err)
{
    *out = 0;
    if (!text.len) return FH_OK;
    if (fh_str_eq(text, FH_STR("tab")) || fh_str_eq(text, FH_STR("\\t"))) {
        *out = '\t';
        return FH_OK;
    }
    if (text.len == 1 && text.ptr[0] != '"' && text.ptr[0] != '\n') {
        *out = text.ptr[0];
        return FH_OK;
    }
    fh_fail(err, FH_INVALID, "--delimiter: '%.*s' cannot separate fields", FH_STR_ARG(text));
    return fh_hint(err, FH_INVALID, "Give one character such as ';', or tab.");
}

/* --mapping first, --map after it; NULL when neither was given. */
static fh_status read_mapping(const cli_io *io, const options *o, const fh_mapping **out,
                              fh_str *rules, fh_error *err)
{
    *out = NULL;
    *rules = (fh_str){0};
    if (!o->map.len && !o->mapping.len) return FH_OK;
    fh_buf text;
    fh_buf_init(&text, NULL, 1 << 20);
    fh_status s = FH_OK;
    if (o->mapping.len) s = fh_os_read_file(io->os, o->mapping.ptr, 1 << 19, &text, err);
    if (!s && o->map.len) {
        if (text.len) fh_buf_char(&text, '\n');
        fh_buf_str(&text, o->map);
    }
    fh_mapping *mapping;
    if (!s && (text.status || !fh_arena_str(io->arena, fh_buf_view(&text), rules)))
        s = fh_no_memory(err);
    if (!s) s = fh_mapping_parse(io->arena, *rules, &mapping, err);
    if (!s) *out = mapping;
    fh_buf_free(&text);
    return s;
}

static fh_status save_mapping(const cli_io *io, const char *path, fh_str mapping, fh_error *err)
{
    fh_file *file = NULL;
    fh_status s = io->os->open(io->os->ctx, path, FH_OPEN_CREATE, &file, err);
    if (s) return s;
    s = io->os->write(io->os->ctx, file, mapping.ptr, mapping.len, err);
    io->os->close(io->os->ctx, file);
    return s;
}

static fh_status count_customers(fh_org *org, uint64_t *out, fh_error *err)
{
    uint64_t identifiers, problems;
    return fh_identity_counts(org, out, &identifiers, &problems, err);
}

/* How it went, in words; returns how it went, or that telling failed. */
static fh_status tell(const cli_io *io, const options *o, const fh_calling *calling,
                      const char *file, const fh_import_result *result, const fh_zone *zone,
                      fh_status imported, uint64_t new_customers, fh_error *err)
{
    fh_error ignored; /* the import's own error is the one to tell */
    fh_error *why = imported ? &ignored : err;
    fh_status s = FH_OK;
    if (o->dry_run && !imported) s = cli_import_dry_run(io, calling, file, result, zone, why);
    if (!o->dry_run && (!imported || imported == FH_INTERRUPTED))
        cli_import_result(io, calling, file, result, new_customers);
    if (imported || !s) cli_import_rejects(io, file, result, o->dry_run ? SIZE_MAX : REJECTS_TOLD);
    if (!s && !imported && o->save_mapping.len)
        s = save_mapping(io, o->save_mapping.ptr, result->mapping, err);
    return imported ? imported : s;
}

static fh_status import_one(const cli_io *io, fh_org *org, const options *o, const char *file,
                            fh_import_options *wanted, uint64_t *n_added, fh_error *err)
{
    cli_progress progress = {.io = io, .file = file};
    wanted->ctx = &progress;
    uint64_t before = 0, after = 0;
    fh_calling calling = fh_calling_plain;
    fh_status s = count_customers(org, &before, err);
    if (!s) s = fh_calling_read(org, io->arena, &calling, err);
    if (!s && !o->dry_run) s = cli_note_file(org, FH_AUDITED_IMPORTED, err);
    if (s) return s;
    fh_import_result result = {0};
    fh_error ignored;
    const fh_status imported = fh_import_file(org, file, wanted, io->arena, &result, err);
    cli_progress_clear(&progress);
    *n_added += imported == FH_OK ? result.origin.rows_added : 0;
    if (count_customers(org, &after, &ignored)) after = before;
    return tell(io, o, &calling, file, &result, wanted->zone, imported,
                after > before ? after - before : 0, err);
}

static fh_status read_options(const cli_io *io, const options *o, fh_import_options *out,
                              fh_str *rules, fh_error *err)
{
    *out = (fh_import_options){
        .format = (fh_format)o->format,
        .source = o->source,
        .own = o->own,
        .latin1 = o->encoding == 2,
        .decimal_comma = o->decimal_comma,
        .no_payload = o->no_payload,
        .dry_run = o->dry_run,
        .n_samples = o->dry_run ? (uint32_t)(o->samples < 1000 ? o->samples : 1000) : 0,
        .max_reject_share = (double)o->max_rejects / 10000.0,
        .rejects_path = o->rejects.len ? o->rejects.ptr : NULL,
        .progress = cli_import_progress,
    };
    fh_status s = read_delimiter(o->delimiter, &out->delimiter, err);
    if (!s) s = read_mapping(io, o, &out->mapping, rules, err);
    if (!s && o->zone.len) s = fh_os_zone(io->os, io->arena, o->zone, &out->zone, err);
    return s;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    fh_import_options wanted;
    fh_str rules;
    fh_error ignored;
    uint64_t n_added = 0;
    fh_status s = read_options(io, o, &wanted, &rules, err);
    fh_org *org = NULL;
    if (!s) s = fh_org_open(io->os, args[0].ptr, FH_ORG_WRITE, &org, err);
    if (!s && !o->zone.len) s = fh_org_zone(org, io->arena, &wanted.zone, err);
    for (size_t i = 1; !s && i < n_args; i++)
        s = import_one(io, org, o, args[i].ptr, &wanted, &n_added, err);
    if (!s && !o->dry_run) {
        const fh_status kept = fh_standing_after(org, n_added, &ignored);
        (void)kept; /* it only saves time later */
    }
    fh_org_close(org);
    return s;
}

static fh_status remote(const cli_io *io, const cli_call *call, fh_error *err)
{
    const options *o = call->options;
    fh_import_options how;
    cli_import_wanted wanted = {.options = &how, .zone = o->zone, .max_rejects = o->max_rejects};
    cli_remote r;
    fh_calling calling = fh_calling_plain;
    fh_status s = read_options(io, o, &how, &wanted.map, err);
    if (s) return s;
    s = cli_remote_open(io, call->server, &r, err);
    r.stopped = io->stopped;
    if (!s) s = cli_remote_calling(&r, &calling, err);
    for (size_t i = 0; !s && i < call->n_args; i++) {
        const char *file = call->args[i].ptr;
        fh_import_result result = {0};
        uint64_t new_customers = 0;
        const fh_zone *zone = NULL;
        s = cli_remote_import(&r, file, &wanted, &result, &new_customers, &zone, err);
        s = tell(io, o, &calling, file, &result, zone, s, new_customers, err);
    }
    cli_remote_close(&r);
    return s;
}

const cli_command cmd_import = {
    .name = "import",
    .synopsis = "[options] ORG.fh FILE...",
    .summary = "bring in what happened, from CSV, spreadsheets, JSON Lines, XES or mails",
    .details =
        "Reads interactions from files (CSV, .xlsx, JSON Lines, XES, mbox, .eml, also .gz; - is\n"
        "standard input; a Maildir) into an organisation. Columns are recognised by their "
        "names and\n"
        "contents; --dry-run shows how, --map says it otherwise:\n"
        "\n"
        "  customer=caller_id                who it was; customer.email=mail for more\n"
        "  time=opened_at:'%d/%m/%Y %H:%M'   when, and how that is written\n"
        "  touchpoint=Component+Event        what; two columns are joined\n"
        "  outcome=No:'C*=cancelled|*=sold'  by pattern\n"
        "  channel=\"web\"                     the same for every row\n"
        "\n"
        "Fields: customer, time, touchpoint, channel, department, direction, outcome,\n"
        "value, currency, score, problem, id, text, subject, purpose, signatory, language,\n"
        "thread, sender, ignore. What is not mapped is kept aside with its interaction.\n"
        "Of a mail the customer is who is not --own; attachments are told, not kept. Rows "
        "that cannot be read are told with line,\n"
        "column and reason, and go to a file that can be mended and imported. An\n"
        "import can be stopped at any time and given again: nothing counts twice.\n",
    .examples = "firsthand import our.fh tickets.csv --dry-run\n"
                "firsthand import our.fh tickets.csv --map customer=caller_id,problem=number\n"
                "firsthand import our.fh log.xes.gz --source workflow --save-mapping log.map\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .min_args = 2,
    .max_args = SIZE_MAX,
    .stops = true,
    .remote = remote,
    .run = run,
};
