/* map_kept.h - `firsthand map` on the maps that an organisation keeps: list, show, put, mark. */
#ifndef FH_CLI_MAP_KEPT_H
#define FH_CLI_MAP_KEPT_H

#include "cli/cli.h"

typedef struct cli_map_options {
    uint32_t form; /* of files */
    uint32_t format;
    uint64_t version;
    fh_str note;
} cli_map_options;

/* Whether args[0] is said of maps that are kept, not of files. */
bool cli_map_is_kept(fh_str what);
FH_MUST_CHECK fh_status cli_map_kept(const cli_io *io, const cli_map_options *o, const fh_str *args,
                                     size_t n_args, fh_error *err);

#endif
