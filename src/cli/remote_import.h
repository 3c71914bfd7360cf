/* remote_import.h - a file of this machine imported into an organisation on a server. */
#ifndef FH_CLI_REMOTE_IMPORT_H
#define FH_CLI_REMOTE_IMPORT_H

#include "app/data/import.h"
#include "cli/remote.h"

typedef struct cli_import_wanted {
    const fh_import_options *options; /* zone is not looked at */
    fh_str map, zone;                 /* as they were written; may be empty */
    uint64_t max_rejects;             /* hundredths of a percent; 0: usual */
} cli_import_wanted;

/* Sends the file ("-": standard input) in pieces, so that a connection that breaks costs
 * one piece, imports it there, and fetches the rows that could not be read to where an
 * import here puts them. `out` is filled as fh_import_file fills it, as far as it got also
 * when it fails; *zone is the one that times without an offset were read in. */
FH_MUST_CHECK fh_status cli_remote_import(cli_remote *r, const char *file,
                                          const cli_import_wanted *wanted, fh_import_result *out,
                                          uint64_t *new_customers, const struct fh_zone **zone,
                                          fh_error *err);

#endif
