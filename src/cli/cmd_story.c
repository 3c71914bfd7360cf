/* cmd_story.c - `firsthand story`: everything one customer lived through. */
#include "cli/answer.h"

#include <stddef.h>

typedef struct options {
    cli_ask ask;
} options;

static const cli_option option_table[] = {
    CLI_ASK(options),
    {0},
};

static fh_status answer(cli_answer *a, fh_str who, fh_error *err)
{
    uint32_t customer;
    fh_story_view story;
    fh_status s = fh_identity_find(a->org, who, &customer, err);
    if (!s) s = fh_view_story(&a->view, customer, &story, err);
    if (s) return s;
    if (cli_wants_json(a)) {
        fh_json j;
        fh_json_begin(&j, &a->out, 0);
        fh_story_json(&a->view, &story, &j);
        return cli_answer_json(a, err);
    }
    fh_table table;
    s = fh_story_table(&a->view, &story, &table, err);
    return s ? s : cli_answer_table(a, &table, err);
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    (void)n_args;
    cli_answer a;
    fh_status s = cli_answer_open(io, &o->ask, args[0], &a, err);
    if (!s) s = answer(&a, args[1], err);
    cli_answer_close(&a);
    return s;
}

const cli_command cmd_story = {
    .name = "story",
    .synopsis = "[options] ORG.fh WHO",
    .summary = "tell one customer's story, from first to last",
    .details = "Shows everything one customer lived through, in order of time: how, what, with\n"
               "which department, how it ended. Where a problem was handed to another\n"
               "department an arrow stands before its name. WHO is any identifier (ann@x.org,\n"
               "or email:ann@x.org to name its kind) or #17, the customer's number.\n",
    .examples = "firsthand story our.fh ann@example.org\n"
                "firsthand story our.fh \"#17\" --from 2024 --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .min_args = 2,
    .run = run,
};
