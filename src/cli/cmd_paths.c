/* cmd_paths.c - `firsthand paths`: where people go, or come from. */
#include "cli/answer.h"

#include <stddef.h>

typedef struct options {
    cli_ask ask;
    uint64_t top;
    bool backwards, every;
    uint64_t depth;
} options;

static const cli_option option_table[] = {
    {'n', "top", CLI_COUNT, offsetof(options, top), "N",
     "follow the N commonest at each step, 0 for all (default 3)", NULL},
    {'b', "backwards", CLI_FLAG, offsetof(options, backwards), NULL,
     "what led there instead of what came after", NULL},
    {'e', "every", CLI_FLAG, offsetof(options, every), NULL,
     "each time somebody was there, not just the first (backwards: the last)", NULL},
    {'d', "depth", CLI_COUNT, offsetof(options, depth), "N", "how many steps, 1 to 12 (default 5)",
     NULL},
    CLI_ASK(options),
    {0},
};

static const options defaults = {.top = 3, .depth = 5};

static fh_status answer(cli_answer *a, const options *o, fh_str anchor, fh_error *err)
{
    if (o->depth < 1 || o->depth > FH_PATHS_MAX_DEPTH)
        return fh_fail(err, FH_INVALID, "--depth must be 1 to %d", FH_PATHS_MAX_DEPTH);
    fh_paths_options wanted = {
        .backwards = o->backwards, .every = o->every, .depth = (uint32_t)o->depth};
    fh_status s = fh_touchpoint_set(a->org, anchor, '|', a->io->arena, &wanted.anchor, err);
    if (s) return s;
    fh_paths result;
    s = fh_view_paths(&a->view, &wanted, o->top > SIZE_MAX ? 0 : (size_t)o->top, &result, err);
    if (s) return s;
    if (cli_wants_json(a)) {
        fh_json j;
        fh_json_begin(&j, &a->out, 0);
        fh_paths_json(&a->view, &result, &j);
        return cli_answer_json(a, err);
    }
    fh_table table;
    s = fh_paths_table(&a->view, &wanted, &result, &table, err);
    return s ? s : cli_answer_table(a, &table, err);
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    cli_answer a;
    fh_status s = cli_answer_open(io, &o->ask, args[0], &a, err);
    if (!s) s = answer(&a, o, n_args > 1 ? args[1] : (fh_str){0}, err);
    cli_answer_close(&a);
    return s;
}

const cli_command cmd_paths = {
    .name = "paths",
    .synopsis = "[options] ORG.fh [TOUCHPOINT]",
    .summary = "show where people go from a touchpoint, or come from",
    .details = "Follows people from TOUCHPOINT (\"A|B\" is either) step by step, as a tree of\n"
               "what came next, or with --backwards of what came before. Without a TOUCHPOINT\n"
               "from the beginning of each story, backwards from its end.\n",
    .examples = "firsthand paths our.fh\n"
                "firsthand paths our.fh Complaint --depth 3\n"
                "firsthand paths our.fh Cancellation --backwards --top 0\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .min_args = 1,
    .max_args = 2,
    .run = run,
};
