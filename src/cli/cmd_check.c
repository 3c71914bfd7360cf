/* cmd_check.c - `firsthand check`: reads everything and says whether all is well. */
#include "app/ask/calling.h"
#include "app/ask/standing.h"
#include "app/ask/words.h"
#include "app/maps/maps.h"
#include "app/records/records.h"
#include "cli/cli.h"
#include "store/identities.h"
#include "store/segments.h"

static void print_fault(void *ctx, const char *sentence)
{
    const cli_io *io = ctx;
    fprintf(io->out, "%s\n", sentence);
}

static fh_status say_all_is_well(const cli_io *io, fh_org *org, const char *path, fh_error *err)
{
    fh_store_counts counts;
    uint64_t customers, identifiers, problems;
    fh_status s = fh_store_count(org, &counts, err);
    if (!s) s = fh_identity_counts(org, &customers, &identifiers, &problems, err);
    fh_calling calling;
    if (!s) s = fh_calling_read(org, io->arena, &calling, err);
    if (s) return s;
    fh_buf line;
    fh_buf_init(&line, NULL, 4096);
    fh_buf_printf(&line, "%s: all is well. ", path);
    fh_say_number_of(&line, counts.interactions, "interaction", "interactions");
    fh_buf_text(&line, " of ");
    fh_say_number_of(&line, customers, calling.one, calling.many);
    fh_buf_text(&line, ", ");
    fh_say_number_of(&line, identifiers, "identifier", "identifiers");
    fh_buf_text(&line, ", ");
    fh_say_number_of(&line, problems, "problem", "problems");
    fh_buf_text(&line, ".\n");
    s = cli_write(io, &line, err);
    fh_buf_free(&line);
    return s;
}

/* What the organisation declared must be readable still. */
static fh_status check_kinds(cli_io *told, fh_org *org, uint64_t *n_faults, fh_error *err)
{
    uint64_t n = 0;
    const fh_status s = fh_kinds_check(org, print_fault, told, &n, err);
    if (s || !n) return s;
    *n_faults += n;
    (void)fh_fail(err, FH_CORRUPT, "%llu of the kinds declared here cannot be read",
                  (unsigned long long)n);
    return fh_hint(err, FH_CORRUPT, "Declare them anew in Settings, Kinds.");
}

/* What is kept of the usual questions must be what they count. */
static fh_status check_standing(cli_io *told, fh_org *org, uint64_t *n_faults, fh_error *err)
{
    uint64_t n = 0, n_checked = 0;
    const fh_status s = fh_standing_check(org, print_fault, told, &n_checked, &n, err);
    if (s || !n) return s;
    *n_faults += n;
    return fh_fail(err, FH_CORRUPT, "%llu of the results kept in the file are wrong",
                   (unsigned long long)n);
}

/* Every version of every map is there, and reads as it was written. */
static fh_status check_maps(cli_io *told, fh_org *org, uint64_t *n_faults, fh_error *err)
{
    uint64_t n = 0;
    const fh_status s = fh_maps_check(org, print_fault, told, &n, err);
    if (s || !n) return s;
    *n_faults += n;
    return fh_fail(err, FH_CORRUPT, "%llu faults in journey maps", (unsigned long long)n);
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    (void)opts, (void)n_args;
    fh_org *org = NULL;
    uint64_t n_faults = 0;
    cli_io told = *io;
    fh_status s = fh_org_open(io->os, args[0].ptr, FH_ORG_READ, &org, err);
    if (!s) s = fh_store_check(org, print_fault, &told, &n_faults, err);
    if (!s) s = check_kinds(&told, org, &n_faults, err);
    if (!s) s = check_maps(&told, org, &n_faults, err);
    if (!s) s = check_standing(&told, org, &n_faults, err);
    if (!s) s = say_all_is_well(io, org, args[0].ptr, err);
    if (s == FH_CORRUPT && n_faults && !err->hint[0])
        fh_hint(err, s, "Restore a backup, or export what can still be read.");
    fh_org_close(org);
    return s;
}

const cli_command cmd_check = {
    .name = "check",
    .synopsis = "ORG.fh",
    .summary = "read everything and say whether all is well",
    .details = "Reads the whole file and compares: its structure, the checksum of every\n"
               "stored piece, order and ranges, counts, names and identities. Each fault is\n"
               "told with its place. Exits with 0 when all is well.\n",
    .examples = "firsthand check our.fh\n",
    .min_args = 1,
    .run = run,
};
