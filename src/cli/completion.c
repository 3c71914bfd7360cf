/* completion.c - `firsthand completion`: shell completion from the tables.
 *
 * The script is written anew at each call, so it always knows the options of
 * the program that wrote it. Words come from the tables only: no quoting is
 * needed but that of the help texts.
 */
#include "cli/cli.h"

#include <string.h>

typedef fh_status per_command(FILE *out, const cli_command *c, const fh_option *option, size_t n);

static bool is_option(const fh_option *o)
{
    return o->kind != FH_OPTION_HEADING;
}

static void put_choices(FILE *out, const char *choices)
{
    for (uint32_t k = 0; fh_option_choice(choices, k).len; k++) {
        const fh_str choice = fh_option_choice(choices, k);
        fprintf(out, "%s%.*s", k ? " " : "", FH_STR_ARG(choice));
    }
}

/* A text between single quotes. */
static void put_quoted(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", out);
        else
            fputc(*text, out);
    }
    fputc('\'', out);
}

static void put_command_names(FILE *out)
{
    for (const cli_command *const *c = cli_commands(); *c; c++)
        fprintf(out, "%s%s", c == cli_commands() ? "" : " ", (*c)->name);
}

/* ---- bash ---------------------------------------------------------------------- */

static fh_status bash_command(FILE *out, const cli_command *c, const fh_option *option, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (option[i].kind != FH_OPTION_CHOICE) continue;
        fprintf(out, "    %s:--%s) words='", c->name, option[i].name);
        put_choices(out, option[i].arg);
        fputs("' ;;\n", out);
    }
    fprintf(out, "    %s:*) words='", c->name);
    bool first = true;
    for (size_t i = 0; i < n; i++) {
        if (!is_option(&option[i])) continue;
        fprintf(out, "%s--%s", first ? "" : " ", option[i].name);
        first = false;
    }
    fputs("' ;;\n", out);
    return FH_OK;
}

static void bash_head(FILE *out)
{
    fputs("# bash completion for firsthand: eval \"$(firsthand completion bash)\"\n"
          "_firsthand()\n{\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=\n"
          "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
          "        COMPREPLY=($(compgen -W '",
          out);
    put_command_names(out);
    fputs("' -- \"$word\"))\n        return\n    fi\n"
          "    case ${COMP_WORDS[1]}:$before in\n"
          "    help:*) words='",
          out);
    put_command_names(out);
    fputs("' ;;\n", out);
}

static void bash_tail(FILE *out)
{
    fputs("    esac\n"
          "    case $word:$before in\n"
          "    -*|*:--format|*:--by) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
          "    *) case $words in -*|'') COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
          "       *) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;; esac ;;\n"
          "    esac\n}\n"
          "complete -o filenames -F _firsthand firsthand\n",
          out);
}

/* ---- zsh ------------------------------------------------------------------------ */

/* Inside _arguments' brackets: colons and brackets would end them. */
static void zsh_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (strchr("[]:\\", *text)) fputc('\\', out);
        if (*text == '\'')
            fputs("'\\''", out);
        else
            fputc(*text, out);
    }
}

static fh_status zsh_command(FILE *out, const cli_command *c, const fh_option *option, size_t n)
{
    fprintf(out, "    %s) _arguments", c->name);
    for (size_t i = 0; i < n; i++) {
        const fh_option *o = &option[i];
        if (!is_option(o)) continue;
        fprintf(out, " \\\n        '%s--%s[", o->kind == FH_OPTION_LIST ? "*" : "", o->name);
        zsh_text(out, o->help);
        fputc(']', out);
        if (o->kind == FH_OPTION_CHOICE) {
            fprintf(out, ":%s:(", o->name);
            put_choices(out, o->arg);
            fputc(')', out);
        } else if (o->arg) {
            fprintf(out, ":%s:_files", o->name);
        }
        fputc('\'', out);
    }
    fputs(" \\\n        '*:file:_files' ;;\n", out);
    return FH_OK;
}

static void zsh_head(FILE *out)
{
    fputs("#compdef firsthand\n"
          "_firsthand()\n{\n"
          "    if (( CURRENT == 2 )); then\n"
          "        local -a commands=(\n",
          out);
    for (const cli_command *const *c = cli_commands(); *c; c++) {
        fprintf(out, "            '%s:", (*c)->name);
        zsh_text(out, (*c)->summary);
        fputs("'\n", out);
    }
    fputs("        )\n        _describe command commands\n        return\n    fi\n"
          "    local command=$words[2]\n"
          "    shift words\n    (( CURRENT-- ))\n"
          "    case $command in\n",
          out);
}

static void zsh_tail(FILE *out)
{
    fputs("    esac\n}\ncompdef _firsthand firsthand\n", out);
}

/* ---- fish ------------------------------------------------------------------------ */

static void fish_head(FILE *out)
{
    fputs("# fish completion for firsthand: firsthand completion fish | source\n", out);
    for (const cli_command *const *c = cli_commands(); *c; c++) {
        fprintf(out, "complete -c firsthand -n __fish_use_subcommand -f -a %s -d ", (*c)->name);
        put_quoted(out, (*c)->summary);
        fputc('\n', out);
    }
}

static fh_status fish_command(FILE *out, const cli_command *c, const fh_option *option, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const fh_option *o = &option[i];
        if (!is_option(o)) continue;
        fprintf(out, "complete -c firsthand -n '__fish_seen_subcommand_from %s'", c->name);
        if (o->letter) fprintf(out, " -s %c", o->letter);
        fprintf(out, " -l %s", o->name);
        if (o->kind == FH_OPTION_CHOICE) {
            fputs(" -x -a '", out);
            put_choices(out, o->arg);
            fputc('\'', out);
        } else if (o->arg) {
            fputs(" -r", out);
        }
        fputs(" -d ", out);
        put_quoted(out, o->help);
        fputc('\n', out);
    }
    return FH_OK;
}

static void nothing(FILE *out)
{
    (void)out;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    static const struct {
        const char *name;
        void (*head)(FILE *);
        per_command *each;
        void (*tail)(FILE *);
    } shells[] = {{"bash", bash_head, bash_command, bash_tail},
                  {"zsh", zsh_head, zsh_command, zsh_tail},
                  {"fish", fish_head, fish_command, nothing}};
    (void)opts, (void)n_args;
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (!fh_str_eq(fh_str_of(shells[i].name), args[0])) continue;
        shells[i].head(io->out);
        for (const cli_command *const *c = cli_commands(); *c; c++) {
            const fh_option *option;
            size_t n;
            const fh_status s = cli_options_of(*c, io->arena, &option, &n, err);
            if (s) return s;
            (void)shells[i].each(io->out, *c, option, n);
        }
        shells[i].tail(io->out);
        return FH_OK;
    }
    fh_fail(err, FH_INVALID, "there is no completion for the shell '%.*s'", FH_STR_ARG(args[0]));
    return fh_hint(err, FH_INVALID, "Give one of bash, zsh, fish.");
}

const cli_command cmd_completion = {
    .name = "completion",
    .synopsis = "bash|zsh|fish",
    .summary = "print the completion script of a shell",
    .details = "Prints a script that teaches a shell to complete commands and options.\n"
               "Load it from the shell's start-up file.\n",
    .examples = "eval \"$(firsthand completion bash)\"\n"
                "firsthand completion zsh > ~/.zfunc/_firsthand\n"
                "firsthand completion fish > ~/.config/fish/completions/firsthand.fish\n",
    .min_args = 1,
    .run = run,
};
