/* cmd_handoffs.c - `firsthand handoffs`: from department to department. */
#include "cli/answer.h"

#include <stddef.h>

typedef struct options {
    cli_ask ask;
    uint64_t top;
    bool without_problem;
} options;

static const cli_option option_table[] = {
    {'n', "top", CLI_COUNT, offsetof(options, top), "N",
     "show the first N rows, 0 for all (default: 20 as text, all for programs)", NULL},
    {0, "without-problem", CLI_FLAG, offsetof(options, without_problem), NULL,
     "take what belongs to no problem as one problem of its customer", NULL},
    CLI_ASK(options),
    {0},
};

static const options defaults = {.top = CLI_TOP_DEFAULT};

static fh_status answer(cli_answer *a, const options *o, fh_error *err)
{
    const size_t top = cli_top(&o->ask, o->top);
    fh_handoffs result;
    fh_status s = fh_view_handoffs(&a->view, o->without_problem, &result, err);
    if (s) return s;
    if (cli_wants_json(a)) {
        fh_json j;
        fh_json_begin(&j, &a->out, 0);
        fh_handoffs_json(&a->view, &result, &j);
        return cli_answer_json(a, err);
    }
    fh_table table;
    s = fh_handoffs_table(&a->view, &result, top, &table, err);
    if (!s) s = cli_answer_table(a, &table, err);
    if (!s) s = fh_handoffs_per_problem_table(&a->view, &result, &table, err);
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

const cli_command cmd_handoffs = {
    .name = "handoffs",
    .synopsis = "[options] ORG.fh",
    .summary = "show how problems go from department to department",
    .details = "A hand-off is one department after another within the same problem. Shows\n"
               "between which departments it happens, to how many customers, how long it takes\n"
               "and how often it is handed straight back; then how often a problem is handed\n"
               "on at all.\n",
    .examples = "firsthand handoffs our.fh\n"
                "firsthand handoffs our.fh --without-problem --format csv\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .min_args = 1,
    .run = run,
};
