/* help.c - help texts from the command and option tables. */
#include "cli/cli.h"

#include <string.h>

enum { HELP_COLUMN = 28, HELP_WIDTH = 80 };

static void print_wrapped(FILE *out, const char *text, int column)
{
    int at = column;
    for (bool first = true; *text; first = false) {
        const size_t len = strcspn(text, " ");
        if (!first && at + 1 + (int)len > HELP_WIDTH) {
            fprintf(out, "\n%*s", column, "");
            at = column;
        } else if (!first) {
            fputc(' ', out);
            at++;
        }
        fprintf(out, "%.*s", (int)len, text);
        at += (int)len;
        text += len + (text[len] == ' ');
    }
    fputc('\n', out);
}

static void print_option(FILE *out, const fh_option *o)
{
    if (o->kind == FH_OPTION_HEADING) {
        fprintf(out, "\n%s:\n", o->help);
        return;
    }
    char left[96];
    (void)snprintf(left, sizeof left, "  %c%c%c --%s%s%s", o->letter ? '-' : ' ',
                   o->letter ? o->letter : ' ', o->letter ? ',' : ' ', o->name, o->arg ? " " : "",
                   o->arg ? o->arg : "");
    if (strlen(left) < HELP_COLUMN)
        fprintf(out, "%-*s", HELP_COLUMN, left);
    else
        fprintf(out, "%s\n%*s", left, HELP_COLUMN, "");
    print_wrapped(out, o->help, HELP_COLUMN);
}

fh_status cli_help(const cli_io *io, const cli_command *c, fh_error *err)
{
    const fh_option *option;
    size_t n;
    const fh_status s = cli_options_of(c, io->arena, &option, &n, err);
    if (s) return s;
    FILE *out = io->out;
    fprintf(out, "usage: firsthand %s%s%s\n\n%s", c->name, *c->synopsis ? " " : "", c->synopsis,
            c->details);
    fputs("\nOptions:\n", out);
    for (size_t i = 0; i < n; i++) {
        if (i + 1 == n && option[i].kind == FH_OPTION_HELP && i &&
            option[0].kind == FH_OPTION_HEADING)
            fputc('\n', out);
        print_option(out, &option[i]);
    }
    if (*c->examples) fputs("\nExamples:\n", out);
    for (const char *p = c->examples; *p;) {
        const size_t len = strcspn(p, "\n");
        fprintf(out, "  $ %.*s\n", (int)len, p);
        p += len + (p[len] == '\n');
    }
    return FH_OK;
}

void cli_overview(FILE *out)
{
    fputs("usage: firsthand COMMAND [options] ORG.fh ...\n\n"
          "Shows an organisation what its customers really live through.\n\n"
          "Commands:\n",
          out);
    for (const cli_command *const *c = cli_commands(); *c; c++)
        fprintf(out, "  %-13s %s\n", (*c)->name, (*c)->summary);
    fputs("\n'firsthand help COMMAND' tells more about one. To begin:\n"
          "  $ firsthand init our.fh\n"
          "  $ firsthand import our.fh tickets.csv\n"
          "  $ firsthand report our.fh -o report.html\n",
          out);
}
