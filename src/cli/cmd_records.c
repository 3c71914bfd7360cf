/* cmd_records.c - `firsthand records`: what people do about what customers live through:
 * listed, shown, taken out as a file and in from one.
 *
 * Whoever can open the file sees all records, whatever their kind says of who does. What comes
 * in from a file is made as a person makes it, by nobody who has a name.
 */
#include "app/ask/ask.h"
#include "app/ask/words.h"
#include "app/ask/xlsx.h"
#include "app/data/xlsx_rows.h"
#include "app/people/people.h"
#include "app/records/record_print.h"
#include "app/records/record_table.h"
#include "cli/answer.h"
#include "cli/noted.h"
#include "cli/remote.h"

#include <stddef.h>
#include <string.h>

typedef struct options {
    fh_record_asking ask;
    fh_str output, import;
    bool dry_run;
} options;

static const options defaults = {.ask = {.top = 50}};

static const fh_option option_table[] = {
    {0, "", FH_OPTION_INCLUDE, offsetof(options, ask), NULL, NULL, fh_record_asking_options},
    {'o', "export", FH_OPTION_TEXT, offsetof(options, output), "FILE",
     "write all fields of all there are to FILE.csv, .xlsx or .json", NULL},
    {'i', "import", FH_OPTION_TEXT, offsetof(options, import), "FILE",
     "take in records from a CSV file or a spreadsheet, .xlsx (- is standard input)", NULL},
    {0, "dry-run", FH_OPTION_FLAG, offsetof(options, dry_run), NULL,
     "with --import: say what would happen, change nothing", NULL},
    {0},
};

enum { FILE_MAX = 32 << 20 };

typedef struct asked {
    const cli_io *io;
    const options *o;
    fh_org *org;
    fh_actor self;
    const fh_zone *zone;
    fh_records_filter filter;
} asked;

static bool ends_with(fh_str s, fh_str end)
{
    return s.len > end.len && fh_str_eq_nocase((fh_str){s.ptr + s.len - end.len, end.len}, end);
}

/* What a file's name says it is; NULL: nothing we write. */
static const char *format_of(fh_str name)
{
    return ends_with(name, FH_STR(".csv"))    ? "csv"
           : ends_with(name, FH_STR(".xlsx")) ? "xlsx"
           : ends_with(name, FH_STR(".json")) ? "json"
                                              : NULL;
}

/* While a spreadsheet is put together, its parts lie beside the organisation: whoever reads
 * that may write there. */
static fh_status folder_of(const asked *a, const char **out, fh_error *err)
{
    const char *path = fh_org_path(a->org), *slash = strrchr(path, '/');
    fh_str folder = FH_STR(".");
    if (slash && !fh_arena_format(a->io->arena, &folder, "%.*s",
                                  slash > path ? (int)(slash - path) : 1, path))
        return fh_no_memory(err);
    *out = folder.ptr;
    return FH_OK;
}

static fh_status answer(const asked *a, fh_str number, fh_error *err)
{
    const fh_text_style style = {.colour = a->io->colour, .width = a->io->width};
    const char *folder = NULL;
    fh_buf out;
    fh_buf_init(&out, NULL, SIZE_MAX / 2);
    fh_status s = folder_of(a, &folder, err);
    if (!s)
        s = fh_records_print(a->org, &a->self, &a->o->ask, a->filter.kind, number, &style, folder,
                             a->io->arena, &out, err);
    if (!s && a->o->ask.format == FH_ANSWER_JSON) fh_buf_char(&out, '\n');
    if (!s) s = cli_write(a->io, &out, err);
    fh_buf_free(&out);
    return s;
}

/* ---- Out as a file ------------------------------------------------------------------- */

static fh_status put_xlsx(const asked *a, const fh_table *t, fh_buf *out, fh_error *err)
{
    const char *folder = NULL;
    fh_xlsx *book = NULL;
    fh_status s = folder_of(a, &folder, err);
    if (!s) s = fh_xlsx_new(folder, a->zone, &book, err);
    if (!s) s = fh_xlsx_add(book, t, err);
    if (!s) s = fh_xlsx_write(book, out, err);
    fh_xlsx_free(book);
    return s;
}

static fh_status put_file(asked *a, fh_buf *out, fh_error *err)
{
    const fh_str name = a->o->output;
    if (ends_with(name, FH_STR(".json"))) {
        fh_json j;
        fh_json_begin(&j, out, 0);
        const fh_status s = fh_records_json(a->org, &a->self, &a->filter, a->io->arena, &j, err);
        fh_buf_char(out, '\n');
        return s;
    }
    fh_table t;
    const fh_status s = fh_records_table(a->org, &a->self, &a->filter, a->io->arena, &t, err);
    if (s) return s;
    if (ends_with(name, FH_STR(".xlsx"))) return put_xlsx(a, &t, out, err);
    fh_records_csv(&t, a->zone, out);
    return FH_OK;
}

/* That they are taken out is noted before they are. */
static fh_status output(asked *a, fh_error *err)
{
    const fh_str name = a->o->output;
    fh_buf out;
    fh_buf_init(&out, NULL, SIZE_MAX / 2);
    fh_status s = put_file(a, &out, err);
    if (!s && out.status) s = fh_no_memory(err);
    if (!s) s = fh_org_begin(a->org, err);
    if (!s) s = cli_noted(a->org, fh_records_exported(a->org, &a->self, a->filter.kind, err), err);
    if (!s) s = cli_write_file(a->io, name, fh_buf_view(&out), err);
    if (!s) fprintf(a->io->out, "Written to %s.\n", name.ptr);
    fh_buf_free(&out);
    return s;
}

/* ---- In from a file ------------------------------------------------------------------ */

static fh_status say_import(const cli_io *io, bool dry_run, const fh_record_import *r,
                            fh_error *err)
{
    fh_buf out;
    fh_buf_init(&out, NULL, 1 << 20);
    for (size_t i = 0; i < r->n_shown; i++) {
        const fh_record_problem *p = &r->problem[i];
        fh_buf_printf(&out, "line %llu", (unsigned long long)p->line);
        if (p->column.len) fh_buf_printf(&out, ", %.*s", FH_STR_ARG(p->column));
        fh_buf_printf(&out, ": %.*s.%s%.*s\n", FH_STR_ARG(p->what), p->remedy.len ? " " : "",
                      FH_STR_ARG(p->remedy));
    }
    if (r->n_problems) {
        fh_say_number_of(&out, r->n_problems, "problem", "problems");
        fh_buf_text(&out, "; nothing was changed.\n");
    } else {
        fh_say_number_of(&out, r->rows, "record", "records");
        fh_buf_text(&out, dry_run ? " read; it would be: " : " read: ");
        fh_say_count(&out, r->added);
        fh_buf_text(&out, " added, ");
        fh_say_count(&out, r->changed);
        fh_buf_text(&out, " changed, ");
        fh_say_count(&out, r->unchanged);
        fh_buf_text(&out, " as before.\n");
    }
    const fh_status s = cli_write(io, &out, err);
    fh_buf_free(&out);
    return s;
}

static fh_status not_taken(const options *o, fh_error *err)
{
    (void)fh_fail(err, FH_FORMAT, "%s: not taken in", o->import.ptr);
    return fh_hint(err, FH_FORMAT, "Correct the rows and import the file again.");
}

static fh_status import(asked *a, fh_error *err)
{
    const options *o = a->o;
    fh_record_import r = {0};
    fh_buf text;
    fh_buf_init(&text, NULL, FILE_MAX);
    fh_status s = fh_os_read_file(a->io->os, o->import.ptr, FILE_MAX, &text, err);
    if (!s)
        s = fh_records_import(a->org, &a->self, a->filter.kind, fh_buf_view(&text), o->dry_run,
                              a->io->arena, &r, err);
    if (!s) s = say_import(a->io, o->dry_run, &r, err);
    fh_buf_free(&text);
    return s || !r.n_problems ? s : not_taken(o, err);
}

/* ---- Asking -------------------------------------------------------------------------- */

static fh_status check(const options *o, size_t n_args, fh_error *err)
{
    if (o->import.len && o->output.len)
        return fh_fail(err, FH_INVALID, "--import and --export: one at a time");
    if (o->dry_run && !o->import.len)
        return fh_fail(err, FH_INVALID, "--dry-run goes with --import");
    if (o->output.len && !format_of(o->output)) {
        (void)fh_fail(err, FH_INVALID, "--export %s: as what?", o->output.ptr);
        return fh_hint(err, FH_INVALID, "Let the name end with .csv, .xlsx or .json.");
    }
    if (!o->import.len && !o->output.len) return FH_OK;
    if (n_args == 2) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "files are of the records of one kind");
    return fh_hint(err, FH_INVALID,
                   "Name it after the organisation: firsthand records ORG.fh KIND ...");
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    const bool writes = o->import.len || o->output.len;
    asked a = {.io = io, .o = o, .self = fh_actor_command_line()};
    if (n_args > 1) a.filter.kind = args[1];
    fh_status s = check(o, n_args, err);
    if (!s) s = cli_may_print(io, o->ask.format, err);
    if (!s) s = fh_org_open(io->os, args[0].ptr, writes ? FH_ORG_WRITE : FH_ORG_READ, &a.org, err);
    if (!s) s = fh_org_zone(a.org, io->arena, &a.zone, err);
    if (!s && writes)
        s = fh_record_asking_filter(a.org, &a.self, &o->ask, a.filter.kind, io->arena, &a.filter,
                                    err);
    if (!s && o->import.len)
        s = import(&a, err);
    else if (!s && o->output.len)
        s = output(&a, err);
    else if (!s)
        s = answer(&a, n_args > 2 ? args[2] : (fh_str){0}, err);
    fh_org_close(a.org);
    return s;
}

/* ---- On a server ---- */

/* All that was chosen but what is about files. */
static fh_status asking_path(const cli_io *io, const cli_call *call, fh_buf *path, fh_error *err)
{
    for (size_t i = 0; i < call->n_given; i++) {
        const cli_given *g = &call->given[i];
        const fh_option *o = fh_record_asking_options;
        while (o->name && strcmp(o->name, g->option->name) != 0) o++;
        if (o->name)
            cli_remote_pair(path, fh_str_of(o->name),
                            o->kind == FH_OPTION_FLAG ? FH_STR("yes") : g->value);
    }
    if (io->colour) cli_remote_pair(path, FH_STR("colour"), FH_STR("yes"));
    if (io->width) {
        char width[16];
        (void)snprintf(width, sizeof width, "%u", io->width);
        cli_remote_pair(path, FH_STR("width"), fh_str_of(width));
    }
    return path->status ? fh_no_memory(err) : FH_OK;
}

static fh_status remote_answer(cli_remote *r, const cli_call *call, fh_error *err)
{
    const options *o = call->options;
    fh_buf path;
    fh_buf_init(&path, NULL, 1 << 16);
    fh_buf_text(&path, "/api/v1/record-listing");
    if (call->n_args) cli_remote_pair(&path, FH_STR("kind"), call->args[0]);
    if (call->n_args > 1) cli_remote_pair(&path, FH_STR("number"), call->args[1]);
    fh_status s = asking_path(r->io, call, &path, err);
    if (!s) s = cli_remote_ask(r, "GET", fh_buf_view(&path), (fh_str){0}, err);
    if (!s && o->ask.format == FH_ANSWER_JSON) fh_buf_char(&r->reply.body, '\n');
    if (!s) s = cli_write(r->io, &r->reply.body, err);
    fh_buf_free(&path);
    return s;
}

static fh_status remote_output(cli_remote *r, const cli_call *call, fh_error *err)
{
    const options *o = call->options;
    fh_buf path;
    fh_buf_init(&path, NULL, 1 << 16);
    fh_buf_text(&path, "/api/v1/record-listing");
    cli_remote_pair(&path, FH_STR("kind"), call->args[0]);
    cli_remote_pair(&path, FH_STR("export"), fh_str_of(format_of(o->output)));
    fh_status s = asking_path(r->io, call, &path, err);
    if (!s) s = cli_remote_ask(r, "GET", fh_buf_view(&path), (fh_str){0}, err);
    if (!s && ends_with(o->output, FH_STR(".json"))) fh_buf_char(&r->reply.body, '\n');
    if (!s) s = cli_write_file(r->io, o->output, fh_buf_view(&r->reply.body), err);
    if (!s) fprintf(r->io->out, "Written to %s.\n", o->output.ptr);
    fh_buf_free(&path);
    return s;
}

static fh_status read_import(const cli_remote *r, fh_record_import *out, fh_error *err)
{
    uint32_t end;
    size_t n;
    uint32_t at = cli_reply_array(r, 0, "problems", &end, &n);
    fh_record_problem *p = FH_NEW_ARRAY(r->io->arena, fh_record_problem, n + 1);
    if (!p) return fh_no_memory(err);
    *out = (fh_record_import){.rows = (uint64_t)cli_reply_number(r, 0, "rows"),
                              .added = (uint64_t)cli_reply_number(r, 0, "added"),
                              .changed = (uint64_t)cli_reply_number(r, 0, "changed"),
                              .unchanged = (uint64_t)cli_reply_number(r, 0, "unchanged"),
                              .n_problems = (uint64_t)cli_reply_number(r, 0, "problem_count"),
                              .problem = p};
    for (; at < end; at = cli_reply_next(r, at))
        p[out->n_shown++] = (fh_record_problem){.line = (uint64_t)cli_reply_number(r, at, "line"),
                                                .column = cli_reply_text(r, at, "column"),
                                                .what = cli_reply_text(r, at, "what"),
                                                .remedy = cli_reply_text(r, at, "remedy")};
    return FH_OK;
}

static fh_status remote_import(cli_remote *r, const cli_call *call, fh_error *err)
{
    enum { UNREADABLE = 422 };
    const options *o = call->options;
    fh_record_import found = {0};
    fh_str path;
    fh_buf text;
    if (!fh_arena_format(r->io->arena, &path, "/api/v1/records/%.*s/import%s",
                         FH_STR_ARG(call->args[0]), o->dry_run ? "?dry_run=yes" : ""))
        return fh_no_memory(err);
    fh_buf_init(&text, NULL, FILE_MAX);
    fh_status s = fh_os_read_file(r->io->os, o->import.ptr, FILE_MAX, &text, err);
    const cli_request what = {.method = "POST",
                              .path = path,
                              .type = fh_is_xlsx(fh_buf_view(&text)) ? FH_XLSX_TYPE : "text/csv",
                              .body = fh_buf_view(&text),
                              .also = UNREADABLE};
    if (!s) s = cli_remote_send(r, &what, err);
    if (!s) s = cli_remote_read(r, err);
    if (!s) s = read_import(r, &found, err);
    if (!s) s = say_import(r->io, o->dry_run, &found, err);
    fh_buf_free(&text);
    return s || !found.n_problems ? s : not_taken(o, err);
}

/* `args` are without the organisation then. */
static fh_status remote(const cli_io *io, const cli_call *call, fh_error *err)
{
    const options *o = call->options;
    cli_remote r;
    fh_status s = check(o, call->n_args + 1, err);
    if (!s) s = cli_may_print(io, o->ask.format, err);
    if (s) return s;
    s = cli_remote_open(io, call->server, &r, err);
    if (!s)
        s = o->import.len   ? remote_import(&r, call, err)
            : o->output.len ? remote_output(&r, call, err)
                            : remote_answer(&r, call, err);
    cli_remote_close(&r);
    return s;
}

const cli_command cmd_records = {
    .name = "records",
    .synopsis = "[options] ORG.fh [KIND [NUMBER]]",
    .summary = "list records; show one with its history; files of them out and in",
    .details = "Lists what people do about what customers live through, last changed first: of\n"
               "all kinds, or of one ('firsthand kinds' tells which there are). With NUMBER shows\n"
               "one, with its history. --export takes out all records of a kind; the CSV comes\n"
               "back with --import: rows are known again by their number in the column 'record',\n"
               "or by 'key', whatever another program calls them. With any problem nothing is\n"
               "changed. Whoever can open the file sees all records; on a server (--server)\n"
               "a token's person sees what they may, and is who made what comes in.\n",
    .examples = "firsthand records our.fh promise --open yes --order due\n"
                "firsthand records our.fh promise 17\n"
                "firsthand records our.fh fix --export fixes.csv\n"
                "firsthand records our.fh fix --import fixes.csv --dry-run\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .min_args = 1,
    .max_args = 3,
    .remote = remote,
    .run = run,
};
