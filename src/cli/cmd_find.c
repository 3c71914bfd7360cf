/* cmd_find.c - `firsthand find`: looks for findings and lists them. */
#include "app/ask/calling.h"
#include "app/ask/words.h"
#include "app/find/show.h"
#include "cli/cli.h"

#include <stddef.h>
#include <stdio.h>

typedef struct options {
    bool all, list_only, json;
    fh_str sort;
    uint64_t threads, top;
} options;

/* Of each sort: more than anybody reads at once. */
static const options defaults = {.top = 20};

static const fh_option option_table[] = {
    {'a', "all", FH_OPTION_FLAG, offsetof(options, all), NULL,
     "look at every story anew, not only at those that changed", NULL},
    {'l', "list", FH_OPTION_FLAG, offsetof(options, list_only), NULL,
     "list what was found last, look at nothing", NULL},
    {0, "sort", FH_OPTION_TEXT, offsetof(options, sort), "SORT",
     "list only this sort: duplicate, contradiction, dam ...", NULL},
    {'n', "top", FH_OPTION_COUNT, offsetof(options, top), "N",
     "list the N gravest of each sort, 0 for all (default: 20; JSON has all)", NULL},
    {0, "json", FH_OPTION_FLAG, offsetof(options, json), NULL, "list as JSON", NULL},
    {0, "threads", FH_OPTION_COUNT, offsetof(options, threads), "N",
     "how many at once (default: the cores)", NULL},
    {0},
};

static void say_run(fh_buf *line, const fh_find_result *r, const fh_calling *calling)
{
    fh_buf_text(line, "Looked at ");
    fh_say_number_of(line, r->looked, "story", "stories");
    fh_buf_text(line, " of ");
    fh_say_number_of(line, r->customers, calling->one, calling->many);
    fh_buf_text(line, ", ");
    fh_say_number_of(line, r->messages, "text", "texts");
    fh_buf_text(line, ": ");
    fh_say_number_of(line, r->hits, "hit", "hits");
    fh_buf_text(line, "; ");
    fh_say_number_of(line, r->made, "new finding", "new findings");
    fh_buf_text(line, ".\n");
}

static fh_status look(const cli_io *io, const options *o, const char *path, fh_error *err)
{
    fh_org *org = NULL;
    fh_find_result r;
    fh_calling calling;
    fh_buf line;
    const fh_find_options how = {.all = o->all,
                                 .threads = o->threads < 64 ? (uint32_t)o->threads : 64};
    fh_status s = fh_org_open(io->os, path, FH_ORG_WRITE, &org, err);
    if (!s) s = fh_find_run(org, &how, &r, err);
    if (!s) s = fh_calling_read(org, io->arena, &calling, err);
    fh_org_close(org);
    if (s || o->json) return s;
    fh_buf_init(&line, NULL, 4096);
    say_run(&line, &r, &calling);
    s = cli_write(io, &line, err);
    fh_buf_free(&line);
    return s;
}

static fh_status print_row(fh_org *org, const fh_cause_row *c, const fh_find_names *names,
                           fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_str says;
    (void)org;
    const fh_status s = fh_cause_says(c, names, arena, &says, err);
    if (s) return s;
    fh_buf_printf(out, "%016llx  ", (unsigned long long)c->cause);
    fh_say_number_of(out, c->customers, names->calling.one, names->calling.many);
    fh_buf_text(out, "  ");
    fh_buf_str(out, says);
    fh_buf_char(out, '\n');
    return FH_OK;
}

/* By sort, the gravest first. */
static fh_status print_sort(const cli_io *io, fh_org *org, const fh_find_names *names,
                            uint32_t sort, uint64_t top, fh_buf *out, fh_error *err)
{
    const fh_cause_row *c = NULL;
    size_t n = 0;
    uint64_t there = 0;
    fh_status s = fh_causes_of_sort(org, sort, top, io->arena, &c, &n, &there, err);
    if (!s && n) fh_buf_printf(out, "\n%s\n", fh_find_sort_title(sort));
    for (size_t i = 0; i < n && !s; i++) s = print_row(org, &c[i], names, io->arena, out, err);
    if (s || there <= n) return s;
    fh_buf_text(out, "and ");
    fh_say_number_of(out, there - n, "more", "more");
    fh_buf_text(out, " ('--top 0' lists all).\n");
    return s;
}

static fh_status print_list(const cli_io *io, fh_org *org, uint64_t sorts, uint64_t top,
                            fh_error *err)
{
    fh_find_names names;
    fh_buf out;
    fh_buf_init(&out, NULL, 1 << 26);
    fh_status s = fh_find_names_read(org, io->arena, &names, err);
    for (uint32_t sort = 0; sort < FH_N_FINDING_SORTS && !s; sort++)
        if (sorts >> sort & 1) s = print_sort(io, org, &names, sort, top, &out, err);
    if (!s && !out.len) fh_buf_text(&out, "Nothing was found.\n");
    if (!s) s = cli_write(io, &out, err);
    fh_buf_free(&out);
    return s;
}

static fh_status print_json(const cli_io *io, fh_org *org, uint64_t sorts, fh_error *err)
{
    fh_buf out;
    fh_json j;
    const fh_actor self = fh_actor_command_line();
    const fh_findings_query q = {.sorts = sorts, .actor = &self};
    fh_buf_init(&out, NULL, 1 << 28);
    fh_json_begin(&j, &out, 2);
    fh_status s = fh_findings_json(org, &q, io->arena, &j, err);
    fh_buf_char(&out, '\n');
    if (!s) s = cli_write(io, &out, err);
    fh_buf_free(&out);
    return s;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    fh_org *org = NULL;
    uint32_t sort = 0;
    uint64_t sorts = (UINT64_C(1) << FH_N_FINDING_SORTS) - 1;
    (void)n_args;
    fh_status s = o->sort.len ? fh_find_sort_read(o->sort, &sort, err) : FH_OK;
    if (o->sort.len) sorts = UINT64_C(1) << sort;
    if (!s && !o->list_only) s = look(io, o, args[0].ptr, err);
    if (!s) s = fh_org_open(io->os, args[0].ptr, FH_ORG_READ, &org, err);
    if (!s) s = o->json ? print_json(io, org, sorts, err) : print_list(io, org, sorts, o->top, err);
    fh_org_close(org);
    return s;
}

const cli_command cmd_find = {
    .name = "find",
    .synopsis = "[options] ORG.fh",
    .summary = "find what departments say twice, say differently, or ask again",
    .details = "Looks at the stories that changed since the last time: the same said by\n"
               "several departments, facts that differ, what customers must tell again after\n"
               "being handed on, too many messages. What was found is kept, one finding a\n"
               "cause, and those with customers enough become records. A server does the\n"
               "same as a job.\n",
    .examples = "firsthand find our.fh\n"
                "firsthand find our.fh --list --sort contradiction --json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .min_args = 1,
    .run = run,
};
