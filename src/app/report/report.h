/* report.h - use case: one page that shows what customers live through.
 *
 * The page is self-contained HTML: no script, no other file, prints well. Every
 * section asks a plain question, answers it in a sentence with n, period and
 * definition, then shows a picture and its table. What the data cannot answer
 * says what would be needed. The same data give the same bytes.
 */
#ifndef FH_APP_REPORT_H
#define FH_APP_REPORT_H

#include "app/ask/views.h"
#include "store/sources.h"

typedef struct fh_report_options {
    fh_str title;    /* empty: the organisation's name */
    size_t top;      /* ways and rows in tables; 0: 10 */
    int64_t made_ms; /* "made on"; 0: not told */
    fh_str above;    /* markup above the questions, as it stands: the server's filter */
} fh_report_options;

/* Everything the page tells, asked beforehand. */
typedef struct fh_report_facts {
    const fh_view *view;
    fh_str name; /* of the organisation; may be empty */
    fh_arrivals arrivals;
    fh_touchpoints touchpoints;
    fh_follows follows; /* with percentiles */
    fh_variants variants;
    fh_loops loops;
    fh_waits waits;
    fh_handoffs handoffs;
    bool handoffs_by_customer; /* nothing names a problem: a customer is one */
    fh_repeats_options repeats_options;
    fh_repeats repeats;
    fh_retention_options retention_options;
    fh_retention_view retention;
    const fh_origin *origins; /* [n_origins] */
    size_t n_origins;
} fh_report_facts;

/* `view` is open; what is found lives in its arena. */
FH_MUST_CHECK fh_status fh_report_ask(const fh_view *view, const fh_report_options *options,
                                      fh_report_facts *out, fh_error *err);
FH_MUST_CHECK fh_status fh_report_page(const fh_report_facts *facts,
                                       const fh_report_options *options, fh_buf *out,
                                       fh_error *err);

/* The date of "made on": empty `text` is now, "none" is none; else a date. FH_INVALID. */
FH_MUST_CHECK fh_status fh_report_made(fh_str text, const struct fh_zone *zone, int64_t now_ms,
                                       int64_t *made_ms, fh_error *err);

/* The style sheet in pieces: colours, type, tables; ends with NULL. */
extern const char *const fh_page_style[];

#endif
