/* cmd_follows.c - `firsthand follows`: what comes right after what. */
#include "cli/answer.h"

#include <stddef.h>

typedef struct options {
    cli_ask ask;
    uint64_t top;
    uint32_t percentiles;
} options;

static const cli_option option_table[] = {
    {'n', "top", CLI_COUNT, offsetof(options, top), "N",
     "show the first N rows, 0 for all (default: 20 as text, all for programs)", NULL},
    {'p', "percentiles", CLI_CHOICE, offsetof(options, percentiles), "none|approx|exact",
     "also tell how long half, 9 of 10 and 99 of 100 take; approx is within 3.2 % (default none)",
     NULL},
    CLI_ASK(options),
    {0},
};

static const options defaults = {.top = CLI_TOP_DEFAULT};

static fh_status answer(cli_answer *a, const options *o, fh_error *err)
{
    static const fh_percentile_mode modes[] = {FH_PERCENTILES_NONE, FH_PERCENTILES_APPROX,
                                               FH_PERCENTILES_EXACT};
    const size_t top = cli_top(&o->ask, o->top);
    const bool percentiles = o->percentiles != 0;
    fh_follows result;
    fh_status s = fh_view_follows(&a->view, modes[o->percentiles], &result, err);
    if (s) return s;
    if (cli_wants_json(a)) {
        fh_json j;
        fh_json_begin(&j, &a->out, 0);
        fh_follows_json(&a->view, &result, percentiles, &j);
        return cli_answer_json(a, err);
    }
    fh_table table;
    s = fh_follows_table(&a->view, &result, top, percentiles, &table, err);
    if (!s) s = cli_answer_table(a, &table, err);
    if (!s) s = fh_ends_table(&a->view, &result, false, top, &table, err);
    if (!s) s = cli_answer_table(a, &table, err);
    if (!s) s = fh_ends_table(&a->view, &result, true, top, &table, err);
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

const cli_command cmd_follows = {
    .name = "follows",
    .synopsis = "[options] ORG.fh",
    .summary = "show what comes right after what, and after how long",
    .details = "Counts each move from one interaction to the very next of the same customer\n"
               "(the directly-follows graph), and the time between; then where stories begin\n"
               "and where they end. JSON has them all: follows, starts, ends. CSV has the\n"
               "moves.\n",
    .examples = "firsthand follows our.fh\n"
                "firsthand follows our.fh --percentiles approx --by problem\n"
                "firsthand follows our.fh --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .min_args = 1,
    .run = run,
};
