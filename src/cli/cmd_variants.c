/* cmd_variants.c - `firsthand variants`: the ways people take. */
#include "cli/answer.h"

#include <stddef.h>

typedef struct options {
    cli_ask ask;
    uint64_t top;
} options;

static const cli_option option_table[] = {
    {'n', "top", CLI_COUNT, offsetof(options, top), "N",
     "show the first N rows, 0 for all (default 20)", NULL},
    CLI_ASK(options),
    {0},
};

static const options defaults = {.top = 20};

static fh_status answer(cli_answer *a, const options *o, fh_error *err)
{
    const size_t top = o->top > SIZE_MAX ? 0 : (size_t)o->top;
    fh_variants result;
    fh_status s = fh_view_variants(&a->view, top, &result, err);
    if (s) return s;
    if (cli_wants_json(a)) {
        fh_json j;
        fh_json_begin(&j, &a->out, 0);
        fh_variants_json(&a->view, &result, &j);
        return cli_answer_json(a, err);
    }
    fh_table table;
    s = fh_variants_table(&a->view, &result, &table, err);
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

const cli_command cmd_variants = {
    .name = "variants",
    .synopsis = "[options] ORG.fh",
    .summary = "show the ways people take, from first to last",
    .details = "A way (the field says variant) is everything a customer passed, in order.\n"
               "Shows the commonest ways with their share; --top 0 shows all, which can be\n"
               "nearly as many as there are customers.\n",
    .examples = "firsthand variants our.fh --top 5\n"
                "firsthand variants our.fh --passed Complaint --by problem\n"
                "firsthand variants our.fh --top 0 --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .min_args = 1,
    .run = run,
};
