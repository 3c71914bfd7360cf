/* answer.h - what all commands that ask a question share: the filter options,
 * opening the organisation, printing the answer as text, JSON or CSV. */
#ifndef FH_CLI_ANSWER_H
#define FH_CLI_ANSWER_H

#include "app/views.h"
#include "cli/cli.h"

enum { CLI_FORMAT_TEXT = 0, CLI_FORMAT_JSON, CLI_FORMAT_CSV };

/* First in the options struct of such a command; its table has CLI_ASK(options). */
typedef struct cli_ask {
    fh_str from, until, channels, departments, touchpoints, outcomes, directions;
    fh_str value_min, value_max, passed, passed_all, not_passed, customers;
    uint32_t by; /* 0 customer, 1 problem */
    uint32_t format;
    uint64_t threads;
    fh_str zone;
} cli_ask;
extern const cli_option cli_ask_options[];
#define CLI_ASK(struct_name)                                                   \
    {                                                                          \
        .name = "", .kind = CLI_INCLUDE, .offset = offsetof(struct_name, ask), \
        .include = cli_ask_options                                             \
    }

/* `top` of a command that was not given: 20 rows as text, all for programs. */
#define CLI_TOP_DEFAULT UINT64_MAX
size_t cli_top(const cli_ask *ask, uint64_t top);

typedef struct cli_answer {
    const cli_io *io;
    const cli_ask *ask;
    fh_org *org;
    fh_view view;
    fh_buf out;
    size_t n_tables;
} cli_answer;

/* Opens the organisation for reading and compiles the filter. Always followed by
 * cli_answer_close, also when it fails. */
FH_MUST_CHECK fh_status cli_answer_open(const cli_io *io, const cli_ask *ask, fh_str path,
                                        cli_answer *out, fh_error *err);
/* Text: the tables one after the other; CSV: the first one only. */
FH_MUST_CHECK fh_status cli_answer_table(cli_answer *a, const fh_table *t, fh_error *err);
bool cli_wants_json(const cli_answer *a);
/* JSON goes into a.out; this ends its line and writes it. */
FH_MUST_CHECK fh_status cli_answer_json(cli_answer *a, fh_error *err);
void cli_answer_close(cli_answer *a);

/* For commands with --format that open the organisation in their own way. */
FH_MUST_CHECK fh_status cli_print_table(const cli_io *io, const fh_table *t, const fh_zone *zone,
                                        bool csv, fh_error *err);

#endif
