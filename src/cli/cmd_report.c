/* cmd_report.c - `firsthand report`: one page that shows what customers live through. */
#include "app/report.h"
#include "cli/answer.h"

#include "base/time.h"

#include <stddef.h>

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

static fh_status find_made(const cli_answer *a, const options *o, int64_t *made_ms, fh_error *err)
{
    const fh_os *os = a->io->os;
    *made_ms = 0;
    if (o->made.len == 0) *made_ms = os->now_ms(os->ctx);
    if (o->made.len == 0 || fh_str_eq(o->made, FH_STR("none"))) return FH_OK;
    if (fh_time_iso(o->made, a->in.view.zone, made_ms)) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "--made '%.*s' is not a date", FH_STR_ARG(o->made));
    return fh_hint(err, FH_INVALID, "Write it as 2024-03-31, or none.");
}

/* Beside the place first, so that an old report is not lost when this one fails. */
static fh_status write_file(const fh_os *os, fh_arena *arena, fh_str path, fh_str page,
                            fh_error *err)
{
    static const char suffix[] = ".part";
    fh_buf name;
    fh_buf_init(&name, fh_arena_allocator(arena), 8192);
    fh_buf_str(&name, path);
    fh_buf_put(&name, suffix, sizeof suffix); /* with its NUL */
    fh_file *f = NULL;
    fh_status s = name.status ? fh_fail(err, name.status, "the file's name is too long")
                              : os->open(os->ctx, name.ptr, FH_OPEN_CREATE, &f, err);
    if (!s) {
        s = os->write(os->ctx, f, page.ptr, page.len, err);
        if (!s) s = os->sync(os->ctx, f, err);
        os->close(os->ctx, f);
        if (!s) s = os->rename(os->ctx, name.ptr, path.ptr, err);
        if (s) (void)os->remove(os->ctx, name.ptr, NULL);
    }
    fh_buf_free(&name);
    return s;
}

static fh_status answer(cli_answer *a, const options *o, fh_error *err)
{
    if (o->ask.format != FH_ANSWER_TEXT) {
        (void)fh_fail(err, FH_INVALID, "a report is always a page");
        return fh_hint(err, FH_INVALID,
                       "Leave --format out; for programs ask follows, variants and the others.");
    }
    fh_report_options report = {.title = o->title,
                                .top = o->top > TOP_MAX ? TOP_MAX : (size_t)o->top};
    fh_report_facts facts;
    fh_status s = find_made(a, o, &report.made_ms, err);
    if (!s) s = fh_report_ask(&a->in.view, &report, &facts, err);
    if (s) return s;
    fh_buf page;
    fh_buf_init(&page, NULL, PAGE_MAX);
    s = fh_report_page(&facts, &report, &page, err);
    const bool to_file = o->output.len && !fh_str_eq(o->output, FH_STR("-"));
    if (!s && to_file)
        s = write_file(a->io->os, a->io->arena, o->output, fh_buf_view(&page), err);
    else if (!s)
        s = cli_write(a->io, &page, err);
    fh_buf_free(&page);
    return s;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    (void)n_args;
    cli_answer a;
    fh_status s = cli_answer_open(io, &o->ask, args[0], &a, err);
    if (!s) s = answer(&a, o, err);
    cli_answer_close(&a);
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
    .run = run,
};
