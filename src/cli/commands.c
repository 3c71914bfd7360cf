/* commands.c - the commands, in the order in which `firsthand help` tells them. */
#include "cli/cli.h"

extern const cli_command cmd_init, cmd_import, cmd_sources, cmd_identify, cmd_story,
    cmd_touchpoints, cmd_follows, cmd_variants, cmd_funnel, cmd_retention, cmd_paths, cmd_loops,
    cmd_waits, cmd_handoffs, cmd_repeats, cmd_report, cmd_export, cmd_erase, cmd_check, cmd_backup,
    cmd_simulate, cmd_help, cmd_completion, cmd_version;

const cli_command *const cli_commands[] = {
    &cmd_init,        &cmd_import,  &cmd_sources,    &cmd_identify, &cmd_story,
    &cmd_touchpoints, &cmd_follows, &cmd_variants,   &cmd_funnel,   &cmd_retention,
    &cmd_paths,       &cmd_loops,   &cmd_waits,      &cmd_handoffs, &cmd_repeats,
    &cmd_report,      &cmd_export,  &cmd_erase,      &cmd_check,    &cmd_backup,
    &cmd_simulate,    &cmd_help,    &cmd_completion, &cmd_version,  NULL,
};

const cli_command *cli_find(fh_str name)
{
    for (const cli_command *const *c = cli_commands; *c; c++)
        if (fh_str_eq(fh_str_of((*c)->name), name)) return *c;
    return NULL;
}
