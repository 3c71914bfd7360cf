/* cmd_repeats.c - `firsthand repeats`: contact again. */
#include "cli/answer.h"

#include <stddef.h>

typedef struct options {
    cli_ask ask;
    uint64_t top;
    int64_t window_ms;
    fh_str contacts, contact_directions;
    bool any_problem;
} options;

static const cli_option option_table[] = {
    {'n', "top", CLI_COUNT, offsetof(options, top), "N",
     "show the first N rows, 0 for all (default: 20 as text, all for programs)", NULL},
    {'w', "within", CLI_DURATION, offsetof(options, window_ms), "DURATION",
     "how soon counts as again: 7d, 12h (default 7d)", NULL},
    {0, "contact-channel", CLI_LIST, offsetof(options, contacts), "NAMES",
     "interactions that count as contacts, by channel (default: all)", NULL},
    {0, "contact-direction", CLI_LIST, offsetof(options, contact_directions), "NAMES",
     "interactions that count as contacts, by direction (default: in and those not told)", NULL},
    {0, "any-problem", CLI_FLAG, offsetof(options, any_problem), NULL,
     "count contacts about another problem too", NULL},
    CLI_ASK(options),
    {0},
};

static const options defaults = {.top = CLI_TOP_DEFAULT, .window_ms = 7 * FH_DAY_MS};

static fh_status answer(cli_answer *a, const options *o, fh_error *err)
{
    const size_t top = cli_top(&o->ask, o->top);
    fh_repeats_options wanted = {.window_ms = (uint64_t)o->window_ms,
                                 .other_problem_too = o->any_problem};
    const fh_filter_text contacts = {.channels = o->contacts, .directions = o->contact_directions};
    fh_filter which;
    fh_status s = fh_filter_compile(a->org, &contacts, a->io->arena, &which, err);
    if (s) return s;
    wanted.channels = which.channels;
    wanted.directions = which.directions ? which.directions : 1u << FH_DIR_NONE | 1u << FH_DIR_IN;
    fh_repeats result;
    s = fh_view_repeats(&a->view, &wanted, &result, err);
    if (s) return s;
    if (cli_wants_json(a)) {
        fh_json j;
        fh_json_begin(&j, &a->out, 0);
        fh_repeats_json(&a->view, &result, &j);
        return cli_answer_json(a, err);
    }
    fh_table table;
    s = fh_repeats_table(&a->view, &wanted, &result, top, &table, err);
    return s ? s : cli_answer_table(a, &table, err);
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

const cli_command cmd_repeats = {
    .name = "repeats",
    .synopsis = "[options] ORG.fh",
    .summary = "show who had to make contact again, and where",
    .details = "Contacts of the same customer soon after the one before: what was not settled\n"
               "the first time. Shows in which department the contact before was and in which\n"
               "this one, --within the time you give.\n",
    .examples =
        "firsthand repeats our.fh --within 7d\n"
        "firsthand repeats our.fh --within 48h --contact-channel phone,e-mail --any-problem\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .min_args = 1,
    .run = run,
};
