/* cmd_report.c - `firsthand report`: one page that shows what customers live through. */
#include "app/report/report.h"
#include "cli/answer.h"
#include "cli/remote.h"

#include <stddef.h>
#include <string.h>

typedef struct options {
    fh_asking ask;
    fh_str output, title, made;
    uint64_t top;
} options;

enum { TOP_MAX = 1000, PAGE_MAX = 256 * 1024 * 1024 };

static const fh_option option_table[] = {
    {'o', "output", FH_OPTION_TEXT, offsetof(options, output), "FILE",
     "write the page there (default: standard output)", NULL},
    {'t', "title", FH_OPTION_TEXT, offsetof(options, title), "TEXT",
     "the page's heading (default: the organisation's name)", NULL},
    {'n', "top", FH_OPTION_COUNT, offsetof(options, top), "N",
     "how many ways and rows each picture shows (default 10)", NULL},
    {0, "made", FH_OPTION_TEXT, offsetof(options, made), "DATE",
     "the date told as \"made on\"; none: do not tell it (default: today)", NULL},
    FH_ASKING(options),
    {0},
};

static fh_status check_format(const options *o, fh_error *err)
{
    if (o->ask.format == FH_ANSWER_TEXT) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "a report is always a page");
    return fh_hint(err, FH_INVALID,
                   "Leave --format out; for programs ask follows, variants and the others.");
}

static fh_status put_page(const cli_io *io, const options *o, fh_buf *page, fh_error *err)
{
    const bool to_file = o->output.len && !fh_str_eq(o->output, FH_STR("-"));
    return to_file ? cli_write_file(io, o->output, fh_buf_view(page), err)
                   : cli_write(io, page, err);
}

static fh_status answer(cli_answer *a, const options *o, fh_error *err)
{
    fh_report_options report = {.title = o->title,
                                .top = o->top > TOP_MAX ? TOP_MAX : (size_t)o->top};
    fh_report_facts facts;
    const fh_os *os = a->io->os;
    fh_status s =
        fh_report_made(o->made, a->in.view.zone, os->now_ms(os->ctx), &report.made_ms, err);
    if (!s) s = fh_report_ask(&a->in.view, &report, &facts, err);
    if (s) return s;
    fh_buf page;
    fh_buf_init(&page, NULL, PAGE_MAX);
    s = fh_report_page(&facts, &report, &page, err);
    if (!s) s = put_page(a->io, o, &page, err);
    fh_buf_free(&page);
    return s;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    (void)n_args;
    cli_answer a;
    fh_status s = check_format(o, err);
    if (s) return s;
    s = cli_answer_open(io, &o->ask, args[0], &a, err);
    if (!s) s = answer(&a, o, err);
    cli_answer_close(&a);
    return s;
}

/* ---- Of a server ------------------------------------------------------------------------- */

static bool is_own(const char *name)
{
    static const char *const own[] = {"output", "threads", "format"};
    size_t i = 0;
    while (i < sizeof own / sizeof own[0] && strcmp(own[i], name) != 0) i++;
    return i < sizeof own / sizeof own[0];
}

static fh_status remote(const cli_io *io, const cli_call *call, fh_error *err)
{
    cli_remote r;
    fh_buf path;
    fh_status s = check_format(call->options, err);
    if (s) return s;
    fh_buf_init(&path, fh_arena_allocator(io->arena), 1 << 20);
    fh_buf_text(&path, "/api/v1/report");
    for (size_t i = 0; i < call->n_given; i++) {
        const cli_given *g = &call->given[i];
        if (is_own(g->option->name)) continue;
        cli_remote_pair(&path, fh_str_of(g->option->name),
                        g->option->kind == FH_OPTION_FLAG ? FH_STR("yes") : g->value);
    }
    s = cli_remote_open(io, call->server, &r, err);
    if (!s && path.status) s = fh_no_memory(err);
    if (!s) s = cli_remote_ask(&r, "GET", fh_buf_view(&path), (fh_str){0}, err);
    if (!s) s = put_page(io, call->options, &r.reply.body, err);
    cli_remote_close(&r);
    fh_buf_free(&path);
    return s;
}

const cli_command cmd_report = {
    .name = "report",
    .synopsis = "[options] ORG.fh",
    .summary = "write one page that shows what customers live through",
    .details = "One self-contained HTML page: who came, the journey as a drawn map, the\n"
               "commonest ways, where people come round again and wait, hand-offs, repeat\n"
               "contacts, who comes back, and where the data comes from. Each picture has\n"
               "its table. It needs no script, loads nothing and prints well.\n",
    .examples = "firsthand report our.fh -o report.html\n"
                "firsthand report our.fh --from 2024 --department Claims -o claims.html\n"
                "firsthand report our.fh --title 'Claims, spring' --top 20 -o spring.html\n",
    .options = option_table,
    .options_size = sizeof(options),
    .min_args = 1,
    .remote = remote,
    .run = run,
};
