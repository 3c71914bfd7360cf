/* export.h - use case: write all stories out, for other programs or to import
 * them again elsewhere.
 *
 * CSV and JSON Lines keep the names that imports recognise, so that importing an
 * export gives an organisation whose answers are equal; identifiers of other
 * kinds than "customer" stand in columns customer_KIND; the result tells the rules to
 * map all of it by. What was kept aside of
 * each row (the payload) comes back as columns of its own. Interactions carry
 * the identifiers under which they arrived: merges of customers are not
 * exported, identifiers of merged customers stay with their interactions.
 * XES (IEEE 1849) has one trace a customer, for tools of process mining.
 */
#ifndef FH_APP_EXPORT_H
#define FH_APP_EXPORT_H

#include "base/time.h"
#include "store/segments.h"

typedef enum fh_export_format { FH_EXPORT_CSV, FH_EXPORT_JSONL, FH_EXPORT_XES } fh_export_format;

typedef struct fh_export_options {
    fh_export_format format;
    const fh_zone *zone;   /* offsets that times are written with; NULL: UTC */
    uint32_t customer;     /* only this one; 0: all */
    fh_progress *progress; /* NULL: none; counts interactions */
    void *progress_ctx;
} fh_export_options;

typedef fh_status fh_export_write(void *ctx, fh_str bytes, fh_error *err);

typedef struct fh_export_result {
    uint64_t interactions;
    fh_str mapping; /* CSV, JSON Lines: the rules to import it with, comma-separated; in the
                       arena; empty when there was nothing */
} fh_export_result;

/* Gives the text in pieces to `write`. */
FH_MUST_CHECK fh_status fh_export(fh_org *org, const fh_export_options *options,
                                  fh_export_write *write, void *ctx, fh_arena *arena,
                                  fh_export_result *out, fh_error *err);

#endif
