/* cmd_help.c - `firsthand help`: what there is, and how each command is used. */
#include "cli/cli.h"

#include "base/nearest.h"

static fh_status run(const cli_io *io, const void *options, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    (void)options;
    if (!n_args) {
        cli_overview(io->out);
        return FH_OK;
    }
    const cli_command *c = cli_find(args[0]);
    if (c) return cli_help(io, c, err);
    fh_fail(err, FH_INVALID, "there is no command '%.*s'", FH_STR_ARG(args[0]));
    return fh_hint(err, FH_INVALID, "'firsthand help' lists the commands.");
}

const cli_command cmd_help = {
    .name = "help",
    .synopsis = "[COMMAND]",
    .summary = "tell how a command is used",
    .details = "Lists the commands, or tells everything about one of them.\n",
    .examples = "firsthand help\n"
                "firsthand help import\n",
    .max_args = 1,
    .run = run,
};
