/* report_parts.h - what the report_*.c files share; nobody else includes it. */
#ifndef FH_APP_REPORT_PARTS_H
#define FH_APP_REPORT_PARTS_H

#include "app/ask/words.h"
#include "app/report/html.h"
#include "app/report/report.h"

typedef struct fh_page {
    const fh_report_facts *facts;
    const fh_view *view;
    fh_html html;
    size_t top;
    fh_str period; /* in words; may be empty */
} fh_page;

/* The head of a section: the question, then the answer the caller writes. */
void fh_page_section(const fh_page *p, const char *id, const char *question);
void fh_page_end_section(const fh_page *p);
/* n, period and filter, then the caller's definition: "<p class=basis>...". */
void fh_page_basis(const fh_page *p, uint64_t n, const char *one, const char *many,
                   const char *definition);
/* Instead of an empty section. */
void fh_page_needed(const fh_page *p, const char *what);

fh_str fh_page_touchpoint(const fh_page *p, uint32_t number);
fh_str fh_page_department(const fh_page *p, uint32_t number);

/* The sections, in the order of the page. */
FH_MUST_CHECK fh_status fh_page_who(const fh_page *p, fh_error *err);
FH_MUST_CHECK fh_status fh_page_map(const fh_page *p, fh_error *err);
FH_MUST_CHECK fh_status fh_page_ways(const fh_page *p, fh_error *err);
FH_MUST_CHECK fh_status fh_page_loops(const fh_page *p, fh_error *err);
FH_MUST_CHECK fh_status fh_page_waits(const fh_page *p, fh_error *err);
FH_MUST_CHECK fh_status fh_page_handoffs(const fh_page *p, fh_error *err);
FH_MUST_CHECK fh_status fh_page_repeats(const fh_page *p, fh_error *err);
FH_MUST_CHECK fh_status fh_page_cohorts(const fh_page *p, fh_error *err);
void fh_page_sources(const fh_page *p);

#endif
