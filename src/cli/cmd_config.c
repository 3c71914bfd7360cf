/* cmd_config.c - `firsthand config`: the server's settings, checked and shown. */
#include "cli/settings.h"

#include <stddef.h>

typedef struct options {
    cli_settings settings;
    bool all;
} options;

static const fh_option option_table[] = {
    CLI_SETTINGS(options, settings),
    {'a', "all", FH_OPTION_FLAG, offsetof(options, all), NULL, "show also what is at its default",
     NULL},
    {0},
};

enum { PAGE_MAX = 1 << 20 };

typedef struct telling {
    FILE *out;
    size_t n;
} telling;

static void tell(void *ctx, const fh_error *fault)
{
    telling *t = ctx;
    t->n++;
    fprintf(t->out, "%s\n%s%s", fault->message, fault->hint, fault->hint[0] ? "\n" : "");
}

static fh_status check(const cli_io *io, const options *o, fh_error *err)
{
    telling t = {.out = io->out};
    fh_config *c = NULL;
    const fh_status s = cli_settings_read(io, &o->settings, tell, &t, &c, err);
    if (s == FH_OK) fputs("All settings are well.\n", io->out);
    if (s == FH_OK || t.n == 0) return s;
    (void)fh_fail(err, s, "%zu %s in the settings", t.n, t.n == 1 ? "mistake" : "mistakes");
    return s;
}

static fh_status show(const cli_io *io, const options *o, fh_error *err)
{
    fh_config *c = NULL;
    fh_status s = cli_settings_read(io, &o->settings, NULL, NULL, &c, err);
    if (s) return s;
    fh_buf page;
    fh_buf_init(&page, NULL, PAGE_MAX);
    fh_config_print(c, o->all, &page);
    s = cli_write(io, &page, err);
    fh_buf_free(&page);
    return s;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    (void)n_args;
    if (fh_str_eq(args[0], FH_STR("check"))) return check(io, opts, err);
    if (fh_str_eq(args[0], FH_STR("show"))) return show(io, opts, err);
    (void)fh_fail(err, FH_INVALID, "'%.*s' is neither check nor show", FH_STR_ARG(args[0]));
    return fh_hint(err, FH_INVALID, "Write 'firsthand config check' or 'firsthand config show'.");
}

const cli_command cmd_config = {
    .name = "config",
    .synopsis = "[options] check|show",
    .summary = "check or show the server's settings",
    .details = "Settings come from a file, from variables FIRSTHAND_SECTION_KEY and from\n"
               "--set; later wins. check tells every mistake with its line and what was\n"
               "probably meant; show prints what holds and where it was set, in the form of\n"
               "a settings file.\n",
    .examples = "firsthand config check --config /etc/firsthand.conf\n"
                "firsthand config show --all\n"
                "firsthand config check --set server.listen=0.0.0.0:8080\n",
    .options = option_table,
    .options_size = sizeof(options),
    .min_args = 1,
    .run = run,
};
