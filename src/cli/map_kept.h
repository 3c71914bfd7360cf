/* map_kept.h - `firsthand map` on the maps that an organisation keeps: list, show, put, mark. */
#ifndef FH_CLI_MAP_KEPT_H
#define FH_CLI_MAP_KEPT_H

#include "app/maps/maps.h"
#include "cli/cli.h"

typedef struct cli_map_options {
    uint32_t form; /* of files */
    uint32_t format;
    uint64_t version;
    fh_str note;
    bool unasked;
} cli_map_options;

typedef enum cli_map_kept_verb {
    CLI_MAP_LIST,
    CLI_MAP_SHOW,
    CLI_MAP_PUT,
    CLI_MAP_MARK,
    CLI_MAP_VERBS
} cli_map_kept_verb;

/* Whether args[0] is said of maps that are kept, not of files. */
bool cli_map_is_kept(fh_str what);
FH_MUST_CHECK fh_status cli_map_kept(const cli_io *io, const cli_map_options *o, const fh_str *args,
                                     size_t n_args, fh_error *err);

/* The same on a server (map_remote.c): `args` are without the organisation. */
FH_MUST_CHECK fh_status cli_map_remote(const cli_io *io, const cli_call *call, fh_error *err);

/* ---- What both say, in one wording ---- */

/* Which of them args[0] is, with as many arguments as it needs; `without`: how many stand
 * elsewhere. */
FH_MUST_CHECK fh_status cli_map_verb(const fh_str *args, size_t n_args, size_t without,
                                     cli_map_kept_verb *out, fh_error *err);
FH_MUST_CHECK fh_status cli_map_list(const cli_io *io, const cli_map_options *o,
                                     const fh_maps_row *row, size_t n, fh_error *err);
FH_MUST_CHECK fh_status cli_map_unknown(fh_str id, fh_error *err);
/* `before` 0: it was not there. */
void cli_map_say_put(const cli_io *io, fh_str id, int64_t before, int64_t after);
void cli_map_say_marked(const cli_io *io, fh_str id, int64_t version, fh_map_mark mark);

#endif
