/* cmd_init.c - `firsthand init`: a new, empty organisation. */
#include "cli/cli.h"

#include "app/ask/words.h"
#include "store/org.h"

#include <stddef.h>

typedef struct options {
    fh_str name, zone, word;
} options;

static const fh_option option_table[] = {
    {'n', "name", FH_OPTION_TEXT, offsetof(options, name), "NAME",
     "what the organisation is called (default: the file's name)", NULL},
    {0, "zone", FH_OPTION_TEXT, offsetof(options, zone), "ZONE",
     "where it is: Europe/Berlin, +02:00; dates are meant and shown there (default UTC)", NULL},
    {0, "customer-word", FH_OPTION_TEXT, offsetof(options, word), "WORD",
     "what it calls its customers: learner, member, or child/children (default customer)", NULL},
    {0},
};

/* "folder/our.fh" is called "our". */
static fh_str name_of(fh_str path)
{
    for (size_t i = path.len; i > 0; i--)
        if (path.ptr[i - 1] == '/') {
            path = (fh_str){path.ptr + i, path.len - i};
            break;
        }
    if (path.len > 3 && fh_str_eq((fh_str){path.ptr + path.len - 3, 3}, FH_STR(".fh")))
        path.len -= 3;
    return path;
}

static fh_status settle(const cli_io *io, const options *o, const char *path, fh_error *err)
{
    if (!o->zone.len && !o->word.len) return FH_OK;
    fh_org *org = NULL;
    fh_status s = fh_org_open(io->os, path, FH_ORG_WRITE, &org, err);
    if (!s && o->zone.len) s = fh_setting_put(org, FH_STR("zone"), o->zone, err);
    if (!s && o->word.len) s = fh_setting_put(org, FH_STR("customer-word"), o->word, err);
    fh_org_close(org);
    return s;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    const fh_zone *zone;
    (void)n_args;
    if (o->zone.len) {
        const fh_status s = fh_os_zone(io->os, io->arena, o->zone, &zone, err);
        if (s) return s;
    }
    const fh_str name = o->name.len ? o->name : name_of(args[0]);
    fh_status s = fh_org_create(io->os, args[0].ptr, name, err);
    if (!s) s = settle(io, o, args[0].ptr, err);
    if (s) return s;
    fprintf(io->out, "Made %s, an empty organisation called '%.*s'.\n", args[0].ptr,
            FH_STR_ARG(name));
    fprintf(io->out, "Next: firsthand import %s FILE\n", args[0].ptr);
    return FH_OK;
}

const cli_command cmd_init = {
    .name = "init",
    .synopsis = "[options] ORG.fh",
    .summary = "make a new, empty organisation",
    .details = "Makes the file that holds everything about one organisation. An existing\n"
               "file is left alone.\n",
    .examples = "firsthand init our.fh\n"
                "firsthand init academy.fh --name Academy --customer-word learner\n",
    .options = option_table,
    .options_size = sizeof(options),
    .min_args = 1,
    .run = run,
};
