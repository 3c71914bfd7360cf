/* cli.h - commands and their options.
 *
 * A command is a constant: its words, its option table and its `run`. Parsing,
 * --help, shell completion and the test that compares the table with the man
 * page all read that table. commands.c lists the commands; one file each.
 */
#ifndef FH_CLI_CLI_H
#define FH_CLI_CLI_H

#include "os/os.h"

#include <stdio.h>

typedef enum cli_kind {
    CLI_FLAG,     /* bool */
    CLI_TEXT,     /* fh_str, NUL-terminated; empty when not given */
    CLI_LIST,     /* fh_str; given again it grows, joined by a comma */
    CLI_COUNT,    /* uint64_t */
    CLI_DURATION, /* int64_t, ms: "30d", "90s" */
    CLI_PERCENT,  /* uint64_t, hundredths of a percent: "5%" or "0.5" */
    CLI_CHOICE,   /* uint32_t: which word of `arg`, "text|json|csv", from 0 */
    CLI_INCLUDE,  /* all of `include`, its offsets counted from this one's */
    CLI_HEADING,  /* help: a line of its own */
    CLI_HELP      /* --help; added to every command */
} cli_kind;

typedef struct cli_option {
    char letter;      /* 'n', or 0 */
    const char *name; /* "min-count"; ends the table when NULL (headings: "") */
    cli_kind kind;
    size_t offset;    /* where in the command's options struct it goes */
    const char *arg;  /* "N" in "--min-count N"; NULL for a flag */
    const char *help; /* lower case, no period */
    const struct cli_option *include;
} cli_option;

typedef struct cli_io {
    FILE *out, *err;
    const fh_os *os;
    fh_arena *arena;       /* lives as long as the command runs */
    bool colour;           /* standard output is a terminal and NO_COLOR is not set */
    bool progress;         /* standard error is a terminal */
    uint32_t width;        /* of the terminal on standard output; 0: it is none */
    bool (*stopped)(void); /* SIGINT or SIGTERM arrived (commands with `stops`) */
} cli_io;

typedef struct cli_command {
    const char *name;
    const char *synopsis;      /* "[options] ORG.fh" */
    const char *summary;       /* one line for `firsthand help`: lower case, no period */
    const char *details;       /* paragraphs for `firsthand help NAME`, wrapped at 76 */
    const char *examples;      /* one a line */
    const cli_option *options; /* NULL: none of its own */
    size_t options_size;
    const void *defaults;      /* options_size bytes to start from; NULL: zeros */
    size_t min_args, max_args; /* max 0: as min; SIZE_MAX: any number */
    bool stops;                /* looks at io->stopped: SIGINT does not kill it at once */
    /* `args` are NUL-terminated. A failure is reported by main, once. */
    fh_status (*run)(const cli_io *io, const void *options, const fh_str *args, size_t n_args,
                     fh_error *err);
} cli_command;

/* commands.c: ends with NULL. */
extern const cli_command *const cli_commands[];
const cli_command *cli_find(fh_str name); /* NULL when there is none */

/* ---- options.c ----------------------------------------------------------- */

/* The option table with what it includes in place, --help last. */
FH_MUST_CHECK fh_status cli_options_of(const cli_command *c, fh_arena *arena,
                                       const cli_option **out, size_t *n, fh_error *err);

typedef struct cli_call {
    void *options; /* filled, in the arena */
    const fh_str *args;
    size_t n_args;
    bool help; /* --help was given: nothing else was checked */
} cli_call;
/* Options may stand before, between and after arguments; "--" ends them. */
FH_MUST_CHECK fh_status cli_parse(const cli_command *c, int argc, char *const *argv,
                                  fh_arena *arena, cli_call *out, fh_error *err);

/* ---- help.c, completion.c -------------------------------------------------- */

FH_MUST_CHECK fh_status cli_help(const cli_io *io, const cli_command *c, fh_error *err);
void cli_overview(FILE *out);
/* Part k of a choice "text|json|csv"; empty beyond the last. */
fh_str cli_choice(const char *choices, uint32_t k);

/* Writes `out` to standard output and empties it; fails when either failed. */
FH_MUST_CHECK fh_status cli_write(const cli_io *io, fh_buf *out, fh_error *err);

#endif
