/* cmd_touchpoints.c - `firsthand touchpoints`: what happens where. */
#include "cli/answer.h"

#include <stddef.h>

typedef struct options {
    cli_ask ask;
    uint64_t top;
} options;

static const cli_option option_table[] = {
    {'n', "top", CLI_COUNT, offsetof(options, top), "N",
     "show the first N rows, 0 for all (default: 20 as text, all for programs)", NULL},
    CLI_ASK(options),
    {0},
};

static const options defaults = {.top = CLI_TOP_DEFAULT};

static fh_status answer(cli_answer *a, const options *o, fh_error *err)
{
    const size_t top = cli_top(&o->ask, o->top);
    fh_touchpoints result;
    fh_status s = fh_view_touchpoints(&a->view, &result, err);
    if (s) return s;
    if (cli_wants_json(a)) {
        fh_json j;
        fh_json_begin(&j, &a->out, 0);
        fh_touchpoints_json(&a->view, &result, &j);
        return cli_answer_json(a, err);
    }
    fh_table table;
    s = fh_touchpoints_table(&a->view, &result, top, &table, err);
    if (!s) s = cli_answer_table(a, &table, err);
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

const cli_command cmd_touchpoints = {
    .name = "touchpoints",
    .synopsis = "[options] ORG.fh",
    .summary = "show what happens where, how often and how it ends",
    .details = "For each touchpoint: how often it happened and to how many customers, from\n"
               "when until when, how it most often ended, what it was worth.\n",
    .examples = "firsthand touchpoints our.fh\n"
                "firsthand touchpoints our.fh --from 2024 --channel phone --format csv\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .min_args = 1,
    .run = run,
};
