/* options.c - reads a command line by a command's option table.
 *
 *     --name VALUE  --name=VALUE  -n VALUE  -nVALUE  -abc (flags)  --  ARG
 *
 * A wrong option is named with what is wrong and, where one is near, with the
 * option that was meant. When an option is given twice the last one counts,
 * except for lists, which grow.
 */
#include "cli/cli.h"

#include "base/nearest.h"

#include <string.h>

/* Not in the command's own struct, but in cli_call. */
#define AT_SERVER SIZE_MAX

fh_status cli_options_of(const cli_command *c, fh_arena *arena, const fh_option **out, size_t *n,
                         fh_error *err)
{
    fh_option *all = NULL;
    const fh_status s = fh_options_flat(c->options, 2, arena, &all, n, err);
    if (s) return s;
    if (c->question || c->remote)
        all[(*n)++] = (fh_option){.name = "server",
                                  .kind = FH_OPTION_TEXT,
                                  .offset = AT_SERVER,
                                  .arg = "URL",
                                  .help = "ask a server instead of a file; FIRSTHAND_TOKEN holds "
                                          "the token"};
    all[(*n)++] = (fh_option){
        .letter = 'h', .name = "help", .kind = FH_OPTION_HELP, .help = "show this help"};
    *out = all;
    return FH_OK;
}

/* ---- The line ------------------------------------------------------------------- */

typedef struct line {
    const cli_command *command;
    const fh_option *option; /* [n_options] */
    size_t n_options;
    int argc, at; /* argv[at] is the next word */
    char *const *argv;
    fh_arena *arena;
    cli_call *call;
    cli_given *given; /* room for one a letter of the line */
    fh_error *err;
} line;

static fh_status unknown_option(const line *l, fh_str name, bool is_long)
{
    const char *command = l->command->name;
    fh_fail(l->err, FH_INVALID, "%s has no option %s%.*s", command, is_long ? "--" : "-",
            FH_STR_ARG(name));
    fh_str *names = FH_NEW_ARRAY(l->arena, fh_str, l->n_options);
    if (!names) return fh_no_memory(l->err);
    for (size_t i = 0; i < l->n_options; i++) names[i] = fh_str_of(l->option[i].name);
    const size_t near = is_long ? fh_nearest(name, names, l->n_options) : l->n_options;
    if (near < l->n_options)
        return fh_hint(l->err, FH_INVALID, "Did you mean --%s?", l->option[near].name);
    return fh_hint(l->err, FH_INVALID, "'firsthand help %s' lists its options.", command);
}

static bool takes_value(const fh_option *o)
{
    return o->kind != FH_OPTION_FLAG && o->kind != FH_OPTION_HELP;
}

static fh_status need_value(line *l, const fh_option *o, fh_str *out)
{
    if (l->at < l->argc) {
        *out = fh_str_of(l->argv[l->at++]);
        return FH_OK;
    }
    fh_fail(l->err, FH_INVALID, "--%s needs a value", o->name);
    return fh_hint(l->err, FH_INVALID, "Write --%s %s.", o->name, o->arg);
}

static fh_status apply(line *l, const fh_option *o, fh_str value)
{
    if (o->kind == FH_OPTION_HELP) l->call->help = true;
    if (o->offset == AT_SERVER) {
        l->call->server = value;
        return FH_OK;
    }
    l->given[l->call->n_given++] = (cli_given){o, value};
    return fh_option_set(o, "--", l->arena, l->call->options, value, l->err);
}

static fh_status long_option(line *l, const char *word)
{
    const size_t len = strcspn(word, "=");
    const fh_str name = {word, len};
    for (size_t i = 0; i < l->n_options; i++) {
        const fh_option *o = &l->option[i];
        if (o->kind == FH_OPTION_HEADING || !fh_str_eq(fh_str_of(o->name), name)) continue;
        fh_str value = {0};
        if (!takes_value(o)) {
            if (word[len]) return fh_fail(l->err, FH_INVALID, "--%s takes no value", o->name);
        } else if (word[len]) {
            value = fh_str_of(word + len + 1);
        } else {
            const fh_status s = need_value(l, o, &value);
            if (s) return s;
        }
        return apply(l, o, value);
    }
    return unknown_option(l, name, true);
}

static const fh_option *by_letter(const line *l, char letter)
{
    for (size_t i = 0; i < l->n_options; i++)
        if (l->option[i].letter == letter) return &l->option[i];
    return NULL;
}

static fh_status short_options(line *l, const char *word)
{
    for (; *word; word++) {
        const fh_option *o = by_letter(l, *word);
        if (!o) return unknown_option(l, (fh_str){word, 1}, false);
        fh_str value = {0};
        if (takes_value(o)) {
            fh_status s = FH_OK;
            if (word[1])
                value = fh_str_of(word + 1);
            else
                s = need_value(l, o, &value);
            return s ? s : apply(l, o, value);
        }
        const fh_status s = apply(l, o, value);
        if (s) return s;
    }
    return FH_OK;
}

/* A server stands in for the organisation's file. */
static fh_status check_count(const cli_command *c, const cli_call *call, fh_error *err)
{
    const size_t n = call->n_args + (call->server.len ? 1 : 0);
    const size_t most = c->max_args ? c->max_args : c->min_args;
    if (n >= c->min_args && n <= most) return FH_OK;
    fh_fail(err, FH_INVALID,
            n < c->min_args ? "%s needs more arguments" : "%s got too many arguments", c->name);
    return fh_hint(err, FH_INVALID, "Usage: firsthand %s%s%s", c->name, *c->synopsis ? " " : "",
                   c->synopsis);
}

fh_status cli_parse(const cli_command *c, int argc, char *const *argv, fh_arena *arena,
                    cli_call *out, fh_error *err)
{
    line l = {.command = c, .argc = argc, .argv = argv, .arena = arena, .call = out, .err = err};
    *out = (cli_call){0};
    fh_status s = cli_options_of(c, arena, &l.option, &l.n_options, err);
    if (s) return s;
    fh_str *args = FH_NEW_ARRAY(arena, fh_str, (size_t)argc + 1);
    out->options = fh_arena_alloc(arena, 1, c->options_size + 1);
    size_t letters = 1;
    for (int i = 0; i < argc; i++) letters += strlen(argv[i]);
    l.given = FH_NEW_ARRAY(arena, cli_given, letters);
    if (!args || !out->options || !l.given) return fh_no_memory(err);
    out->given = l.given;
    if (c->defaults) memcpy(out->options, c->defaults, c->options_size);
    out->args = args;
    for (bool only_args = false; !s && l.at < argc;) {
        const char *word = argv[l.at++];
        if (only_args || word[0] != '-' || !word[1])
            args[out->n_args++] = fh_str_of(word);
        else if (word[1] != '-')
            s = short_options(&l, word + 1);
        else if (word[2])
            s = long_option(&l, word + 2);
        else
            only_args = true;
    }
    return s || out->help ? s : check_count(c, out, err);
}
