/* cmd_backup.c - `firsthand backup`: a consistent copy while others work. */
#include "cli/cli.h"
#include "store/segments.h"

typedef struct copying {
    const cli_io *io;
    bool shown;
} copying;

static bool progress(void *ctx, uint64_t done, uint64_t total)
{
    copying *c = ctx;
    if (c->io->progress && total) {
        fprintf(c->io->err, "\r\x1b[K%3u %%", (unsigned)((double)done * 100.0 / (double)total));
        (void)fflush(c->io->err);
        c->shown = true;
    }
    return c->io->stopped();
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    (void)opts, (void)n_args;
    fh_org *org = NULL;
    copying c = {.io = io};
    fh_status s = fh_org_open(io->os, args[0].ptr, FH_ORG_READ, &org, err);
    if (!s) s = fh_store_backup(org, args[1].ptr, progress, &c, err);
    if (c.shown) fputs("\r\x1b[K", io->err);
    if (!s) fprintf(io->out, "Copied %s to %s.\n", args[0].ptr, args[1].ptr);
    fh_org_close(org);
    return s;
}

const cli_command cmd_backup = {
    .name = "backup",
    .synopsis = "ORG.fh COPY.fh",
    .summary = "copy an organisation while others read and write",
    .details = "Makes a consistent copy as of one moment. An existing file is left alone.\n"
               "Keep ORG.fh.erased beside the original: it lets a restored copy erase again\n"
               "whoever was erased since.\n",
    .examples = "firsthand backup our.fh our-2024-03-31.fh\n",
    .min_args = 2,
    .stops = true,
    .run = run,
};
