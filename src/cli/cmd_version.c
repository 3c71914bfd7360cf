/* cmd_version.c - `firsthand version`. */
#include "cli/cli.h"

static fh_status run(const cli_io *io, const void *options, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    (void)options, (void)args, (void)n_args, (void)err;
    fputs("firsthand " FH_VERSION "\n", io->out);
    return FH_OK;
}

const cli_command cmd_version = {
    .name = "version",
    .synopsis = "",
    .summary = "say which version this is",
    .details = "Prints the name of the program and its version.\n",
    .examples = "firsthand version\n",
    .run = run,
};
