/* option.h - what can be chosen, told once: for the command line and for the API.
 *
 * An option table names what a command or a question takes; each option says where
 * in a struct its value goes. The command line reads "--top 5" by it, the API
 * "?top=5"; --help, man pages, shell completion and OpenAPI are made from it.
 *
 *     static const fh_option option_table[] = {
 *         {'n', "top", FH_OPTION_COUNT, offsetof(options, top), "N",
 *          "show the first N rows, 0 for all", NULL},
 *         FH_ASKING(options),
 *         {0},
 *     };
 */
#ifndef FH_APP_OPTION_H
#define FH_APP_OPTION_H

#include "firsthand/base.h"

typedef enum fh_option_kind {
    FH_OPTION_FLAG,     /* bool */
    FH_OPTION_TEXT,     /* fh_str, NUL-terminated; empty when not given */
    FH_OPTION_LIST,     /* fh_str; given again it grows, joined by a comma */
    FH_OPTION_COUNT,    /* uint64_t */
    FH_OPTION_DURATION, /* int64_t, ms: "30d", "90s" */
    FH_OPTION_PERCENT,  /* uint64_t, hundredths of a percent: "5%" or "0.5" */
    FH_OPTION_SHARE,    /* uint64_t, hundredths of a percent: "0.2" is a fifth, as is "20%" */
    FH_OPTION_CHOICE,   /* uint32_t: which word of `arg`, "text|json|csv", from 0 */
    FH_OPTION_INCLUDE,  /* all of `include`, its offsets counted from this one's */
    FH_OPTION_HEADING,  /* help: a line of its own */
    FH_OPTION_HELP      /* --help; added to every command */
} fh_option_kind;

typedef struct fh_option {
    char letter;      /* 'n', or 0 */
    const char *name; /* "min-count"; ends the table when NULL (headings: "") */
    fh_option_kind kind;
    size_t offset;    /* where in the options struct it goes */
    const char *arg;  /* "N" in "--min-count N"; NULL for a flag */
    const char *help; /* lower case, no period */
    const struct fh_option *include;
} fh_option;

/* The table with what it includes in place, in the arena; room for `more` entries
 * is left behind the *n. */
FH_MUST_CHECK fh_status fh_options_flat(const fh_option *table, size_t more, fh_arena *arena,
                                        fh_option **out, size_t *n, fh_error *err);

/* Reads `value` into its place. `dashes` is what stands before the name in an
 * error: "--" or "". FH_INVALID says what is expected. */
FH_MUST_CHECK fh_status fh_option_set(const fh_option *o, const char *dashes, fh_arena *arena,
                                      void *options, fh_str value, fh_error *err);

/* Part k of a choice "text|json|csv"; empty beyond the last. */
fh_str fh_option_choice(const char *choices, uint32_t k);

#endif
