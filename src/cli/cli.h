/* cli.h - commands and their options.
 *
 * A command is a constant: its words, its option table and its `run`. Parsing,
 * --help, shell completion and the test that compares the table with the man
 * page all read that table. commands.c lists the commands; one file each.
 */
#ifndef FH_CLI_CLI_H
#define FH_CLI_CLI_H

#include "app/ask/question.h"
#include "os/os.h"

#include <stdio.h>

typedef struct cli_io {
    FILE *out, *err;
    const fh_os *os;
    fh_arena *arena;       /* lives as long as the command runs */
    bool colour;           /* standard output is a terminal and NO_COLOR is not set */
    bool progress;         /* standard error is a terminal */
    uint32_t width;        /* of the terminal on standard output; 0: it is none */
    bool (*stopped)(void); /* SIGINT or SIGTERM arrived (commands with `stops`) */
} cli_io;

struct cli_call;

typedef struct cli_command {
    const char *name;
    const char *synopsis;     /* "[options] ORG.fh" */
    const char *summary;      /* one line for `firsthand help`: lower case, no period */
    const char *details;      /* paragraphs for `firsthand help NAME`, wrapped at 76 */
    const char *examples;     /* one a line */
    const fh_option *options; /* NULL: none of its own */
    size_t options_size;
    const void *defaults;        /* options_size bytes to start from; NULL: zeros */
    size_t min_args, max_args;   /* max 0: as min; SIZE_MAX: any number */
    bool stops;                  /* looks at io->stopped: SIGINT does not kill it at once */
    const fh_question *question; /* a standard question: asked instead of `run` */
    /* Does it on a server (--server URL); NULL: cannot. Questions all can. */
    fh_status (*remote)(const cli_io *io, const struct cli_call *call, fh_error *err);
    /* `args` are NUL-terminated. A failure is reported by main, once. */
    fh_status (*run)(const cli_io *io, const void *options, const fh_str *args, size_t n_args,
                     fh_error *err);
} cli_command;

/* commands.c: ends with NULL. */
const cli_command *const *cli_commands(void);
const cli_command *cli_find(fh_str name); /* NULL when there is none */

/* ---- options.c ----------------------------------------------------------- */

/* The option table with what it includes in place, --help last. */
FH_MUST_CHECK fh_status cli_options_of(const cli_command *c, fh_arena *arena, const fh_option **out,
                                       size_t *n, fh_error *err);

typedef struct cli_given {
    const fh_option *option;
    fh_str value;
} cli_given;

typedef struct cli_call {
    void *options; /* filled, in the arena */
    const fh_str *args;
    size_t n_args;
    bool help; /* --help was given: nothing else was checked */
    /* --server of a question: `args` are without an organisation then. */
    fh_str server;
    const cli_given *given; /* [n_given] as they stood, for the server */
    size_t n_given;
} cli_call;
/* Options may stand before, between and after arguments; "--" ends them. */
FH_MUST_CHECK fh_status cli_parse(const cli_command *c, int argc, char *const *argv,
                                  fh_arena *arena, cli_call *out, fh_error *err);

/* ---- help.c, completion.c -------------------------------------------------- */

FH_MUST_CHECK fh_status cli_help(const cli_io *io, const cli_command *c, fh_error *err);
void cli_overview(FILE *out);
/* Writes `out` to standard output and empties it; fails when either failed. */
FH_MUST_CHECK fh_status cli_write(const cli_io *io, fh_buf *out, fh_error *err);

#endif
