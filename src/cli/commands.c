/* commands.c - the commands, in the order in which `firsthand help` tells them.
 *
 * A standard question (app/ask/question.h) is a command too: its words and options are
 * taken from there, and main asks it.
 */
#include "cli/cli.h"

#include <string.h>

extern const cli_command cmd_init, cmd_import, cmd_identify, cmd_report, cmd_export, cmd_erase,
    cmd_serve, cmd_config, cmd_people, cmd_audit, cmd_kinds, cmd_records, cmd_map, cmd_check,
    cmd_backup, cmd_find, cmd_presend, cmd_simulate, cmd_measure, cmd_help, cmd_completion,
    cmd_version;

static const cli_command *const before[] = {&cmd_init, &cmd_import, &cmd_identify};
static const cli_command *const after[] = {
    &cmd_report,  &cmd_export, &cmd_erase,      &cmd_serve,   &cmd_config,
    &cmd_people,  &cmd_audit,  &cmd_kinds,      &cmd_records, &cmd_map,
    &cmd_check,   &cmd_backup, &cmd_find,       &cmd_presend, &cmd_simulate,
    &cmd_measure, &cmd_help,   &cmd_completion, &cmd_version};

enum { MAX_QUESTIONS = 32, N_BEFORE = sizeof before / sizeof before[0] };
enum { N_AFTER = sizeof after / sizeof after[0] };

static cli_command of_question(const fh_question *q, char *synopsis, size_t size)
{
    (void)snprintf(synopsis, size, "[options] ORG.fh%s%s", q->arguments ? " " : "",
                   q->arguments ? q->arguments : "");
    return (cli_command){.name = q->name,
                         .synopsis = synopsis,
                         .summary = q->summary,
                         .details = q->details,
                         .examples = q->examples,
                         .options = q->options,
                         .options_size = q->options_size,
                         .defaults = q->defaults,
                         .min_args = 1 + q->min_args,
                         .max_args = 1 + q->max_args,
                         .question = q};
}

const cli_command *const *cli_commands(void)
{
    static const cli_command *all[N_BEFORE + MAX_QUESTIONS + N_AFTER + 1];
    static cli_command made[MAX_QUESTIONS];
    static char synopsis[MAX_QUESTIONS][64];
    size_t n = 0;
    if (all[0]) return all;
    for (size_t i = 0; i < N_BEFORE; i++) all[n++] = before[i];
    for (size_t i = 0; fh_questions[i] && i < MAX_QUESTIONS; i++) {
        made[i] = of_question(fh_questions[i], synopsis[i], sizeof synopsis[i]);
        all[n++] = &made[i];
    }
    for (size_t i = 0; i < N_AFTER; i++) all[n++] = after[i];
    return all;
}

const cli_command *cli_find(fh_str name)
{
    for (const cli_command *const *c = cli_commands(); *c; c++)
        if (fh_str_eq(fh_str_of((*c)->name), name)) return *c;
    return NULL;
}
