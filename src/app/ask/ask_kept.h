/* ask_kept.h - a question put where partial results are kept: fh_ask's other half. */
#ifndef FH_APP_ASK_KEPT_H
#define FH_APP_ASK_KEPT_H

#include "app/ask/ask.h"

enum { FH_ASK_MAX_WORKERS = 64 };

/* Stories of which customers; `filter` NULL: all stories as they are. */
typedef struct fh_ask_about {
    fh_org *org;
    const fh_filter *filter;
    uint32_t lo, hi, n_workers;
    fh_make_fold *make;
    void *ctx;
} fh_ask_about;

/* What a filter lets nothing through of need not be read. */
static inline void fh_ask_within(fh_scan *scan, const fh_filter *f)
{
    fh_scan_within(scan, f->has_from ? f->from_ms : INT64_MIN,
                   f->has_until ? f->until_ms : INT64_MAX);
}

/* `empty` is a fold of the question, for its columns and its name. *out is NULL when
 * the answer cannot be put together so: ask plainly then. */
FH_MUST_CHECK fh_status fh_ask_kept(const fh_ask_about *about, const fh_fold *empty, fh_fold **out,
                                    fh_error *err);

#endif
