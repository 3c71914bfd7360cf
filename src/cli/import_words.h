/* import_words.h - what `firsthand import` says: progress, results, dry runs. */
#ifndef FH_CLI_IMPORT_WORDS_H
#define FH_CLI_IMPORT_WORDS_H

#include "app/ask/calling.h"
#include "app/data/import.h"
#include "cli/cli.h"

typedef struct cli_progress {
    const cli_io *io;
    const char *file;
    bool shown; /* a progress line stands on standard error */
} cli_progress;

/* For fh_import_options.progress; ctx is a cli_progress. */
bool cli_import_progress(void *ctx, const fh_import_progress *p);
void cli_progress_clear(cli_progress *p);

/* "tickets.csv: 141,712 interactions of 5,244 new customers added; ..." */
void cli_import_result(const cli_io *io, const fh_calling *calling, const char *file,
                       const fh_import_result *r, uint64_t new_customers);
/* The first `most` rejected rows, and where all of them are; on standard error. */
void cli_import_rejects(const cli_io *io, const char *file, const fh_import_result *r, size_t most);
/* Columns, the first rows as they would be read, every problem. */
FH_MUST_CHECK fh_status cli_import_dry_run(const cli_io *io, const fh_calling *calling,
                                           const char *file, const fh_import_result *r,
                                           const struct fh_zone *zone, fh_error *err);

#endif
