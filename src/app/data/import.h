/* import.h - use case: bring a file's interactions into an organisation.
 *
 * Reads, resolves, sorts and writes in rounds: each round is one transaction
 * that holds the rows and how far the file was read, so an import can be
 * stopped or killed anywhere and taken up again without counting twice.
 */
#ifndef FH_APP_IMPORT_H
#define FH_APP_IMPORT_H

#include "firsthand/parse.h"
#include "store/segments.h"
#include "store/sources.h"

typedef struct fh_import_progress {
    uint64_t rows, rejected;
    uint64_t bytes, total_bytes; /* of the file as it lies on disk; total 0: unknown */
    int64_t elapsed_ms;
    bool merging;       /* reading is done; stories are being merged */
    uint64_t committed; /* rows of the file that are safely in, rejects included */
} fh_import_progress;

typedef struct fh_import_options {
    fh_format format;           /* FH_FORMAT_UNKNOWN: by content and name */
    const fh_mapping *mapping;  /* NULL: recognise */
    bool exact;                 /* nothing is recognised beside the mapping */
    fh_str source;              /* empty: from the file's name (see fh_source_name) */
    fh_str own;                 /* of mails: our addresses and domains (app/mailbox/own.h) */
    const struct fh_zone *zone; /* NULL: UTC */
    char delimiter;
    bool latin1, decimal_comma;
    bool no_payload;           /* drop columns that are not mapped */
    bool dry_run;              /* read and tell, write nothing */
    uint32_t n_samples;        /* first rows to give in the result */
    double max_reject_share;   /* stop when more than this share of at least 1,000 rows is
                                  rejected; also at the end; 0: 0.05, but 0.5 of a file
                                  with fewer than 1,000 rows */
    uint64_t max_rejects_kept; /* dry run: how many rejects to give; 0: 1,000 */
    fh_str file;               /* how the file is called where imports are listed; empty: by
                                  the path */
    const char *called;       /* what messages and notes of rejects call the file; NULL: its path */
    const char *rejects_path; /* NULL: FILE.rejects.EXT beside the file; written only if needed */
    bool rejects_rows;        /* also as JSON, to be mended one by one (app/data/mending.h) */
    size_t memory_bytes;      /* for one round; 0: 1 GiB */
    /* Called a few times a second; true: stop (FH_INTERRUPTED after saving). */
    bool (*progress)(void *ctx, const fh_import_progress *p);
    /* Where others write to the same organisation: called before a round's first row
     * is resolved (begins) and after the round was committed or given up, so that
     * nobody changes who is who in between. NULL: whoever changes it makes the round
     * be read again. */
    fh_status (*turn)(void *ctx, bool begins, fh_error *err);
    void *ctx;
} fh_import_options;

typedef struct fh_import_result {
    fh_origin origin; /* with counts */
    bool already;     /* this very file had been imported: nothing was done */
    bool resumed;
    uint64_t erased_rows; /* left out: their customers were erased */
    fh_format format;
    fh_str mapping; /* as used, canonical text */
    char delimiter; /* of a CSV file; else 0 */
    bool decimal_comma;
    size_t n_columns;
    const fh_column_note *columns;
    size_t n_samples;
    const fh_interaction *samples;
    size_t n_rejects; /* the first ones (max_rejects_kept) */
    const fh_reject *rejects;
    fh_str rejects_file; /* where they were written; empty: nowhere */
    int64_t elapsed_ms, cpu_ms;
} fh_import_result;

/* "export-2024-03-31.csv.gz" comes from the source "export". */
FH_MUST_CHECK fh_status fh_source_name(fh_arena *arena, fh_str file, fh_str *out);

/* What fh_segment.id is of an interaction that its source gives an id: `source` is the
 * source's name, hashed. */
uint64_t fh_import_source(fh_str name);
uint64_t fh_import_id(uint64_t source, fh_str id);

/* Imports one file (.gz or plain; "-" is standard input; a Maildir). `out` lives in the
 * arena and is filled as far as it got even when the import fails or is
 * interrupted. FH_FORMAT when too many rows are rejected: what was read before
 * is kept out unless earlier rounds were committed, which the message says. */
FH_MUST_CHECK fh_status fh_import_file(fh_org *org, const char *path,
                                       const fh_import_options *options, fh_arena *arena,
                                       fh_import_result *out, fh_error *err);

#endif
