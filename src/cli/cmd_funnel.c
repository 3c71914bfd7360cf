/* cmd_funnel.c - `firsthand funnel`: how far people get. */
#include "cli/answer.h"

#include <stddef.h>

typedef struct options {
    cli_ask ask;
    int64_t window_ms;
    bool strict;
} options;

static const cli_option option_table[] = {
    {'w', "within", CLI_DURATION, offsetof(options, window_ms), "DURATION",
     "from the first step to the last: 30d, 2h30m (default: no limit)", NULL},
    {'s', "strict", CLI_FLAG, offsetof(options, strict), NULL,
     "each step must be the very next interaction after the one before", NULL},
    CLI_ASK(options),
    {0},
};

static fh_status answer(cli_answer *a, const options *o, const fh_str *steps, size_t n_steps,
                        fh_error *err)
{
    fh_bitset sets[FH_FUNNEL_MAX_STEPS];
    fh_status s = FH_OK;
    for (size_t i = 0; !s && i < n_steps; i++)
        s = fh_touchpoint_set(a->org, steps[i], '|', a->io->arena, &sets[i], err);
    if (s) return s;
    const fh_funnel_options wanted = {.n_steps = (uint32_t)n_steps,
                                      .steps = sets,
                                      .window_ms = (uint64_t)o->window_ms,
                                      .strict = o->strict};
    fh_funnel result;
    s = fh_view_funnel(&a->view, &wanted, &result, err);
    if (s) return s;
    if (cli_wants_json(a)) {
        fh_json j;
        fh_json_begin(&j, &a->out, 0);
        fh_funnel_json(&a->view, steps, &result, &j);
        return cli_answer_json(a, err);
    }
    fh_table table;
    s = fh_funnel_table(&a->view, &wanted, steps, &result, &table, err);
    return s ? s : cli_answer_table(a, &table, err);
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    cli_answer a;
    fh_status s = cli_answer_open(io, &o->ask, args[0], &a, err);
    if (!s) s = answer(&a, o, args + 1, n_args - 1, err);
    cli_answer_close(&a);
    return s;
}

const cli_command cmd_funnel = {
    .name = "funnel",
    .synopsis = "[options] ORG.fh STEP STEP...",
    .summary = "show how far people get along a row of steps",
    .details = "Counts who reached each STEP after the ones before it. A step is a touchpoint;\n"
               "\"A|B\" is either. Other interactions may come between unless --strict.\n",
    .examples = "firsthand funnel our.fh Quote Contract Welcome\n"
                "firsthand funnel our.fh \"Call|E-mail\" Answer --within 2d\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = NULL,
    .min_args = 2,
    .max_args = 1 + FH_FUNNEL_MAX_STEPS,
    .run = run,
};
