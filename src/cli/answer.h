/* answer.h - asking a question of an organisation's file, and printing the answer
 * as text, JSON, CSV or XLSX. */
#ifndef FH_CLI_ANSWER_H
#define FH_CLI_ANSWER_H

#include "app/ask/question.h"
#include "cli/cli.h"

typedef struct cli_answer {
    const cli_io *io;
    fh_org *org;
    fh_answer in;
    fh_buf out;
} cli_answer;

/* Opens the organisation for reading and compiles the filter. Always followed by
 * cli_answer_close, also when it fails. */
FH_MUST_CHECK fh_status cli_answer_open(const cli_io *io, const fh_asking *ask, fh_str path,
                                        cli_answer *out, fh_error *err);
void cli_answer_close(cli_answer *a);

/* A standard question; args[0] is the organisation. */
FH_MUST_CHECK fh_status cli_ask(const cli_io *io, const fh_question *q, const void *options,
                                const fh_str *args, size_t n_args, fh_error *err);

/* A spreadsheet is no text: FH_INVALID when `format` is one and standard output a terminal. */
FH_MUST_CHECK fh_status cli_may_print(const cli_io *io, uint32_t format, fh_error *err);

/* For commands with --format that open the organisation in their own way. */
FH_MUST_CHECK fh_status cli_print_table(const cli_io *io, const fh_table *t, const fh_zone *zone,
                                        bool csv, fh_error *err);

#endif
