/* ask.h - use case: put a question (a fold) to an organisation's stories.
 *
 * Makes one partial fold per thread, hands the scan's segments to whichever
 * thread is free, filters, and merges the partial results. A handle that keeps
 * partial results (fh_org_keep_results) is asked again at the cost of what has changed.
 */
#ifndef FH_APP_ASK_H
#define FH_APP_ASK_H

#include "firsthand/fold.h"
#include "store/segments.h"

/* Makes an empty fold from that memory; called once per thread and more often. */
typedef fh_status fh_make_fold(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err);

/* `threads` 0: as many as there are cores. */
FH_MUST_CHECK fh_status fh_ask(fh_org *org, const fh_filter *filter, uint32_t threads,
                               fh_make_fold *make, void *ctx, fh_fold **out, fh_error *err);

/* The organisation's zone: its setting "zone", else UTC (NULL). */
FH_MUST_CHECK fh_status fh_org_zone(fh_org *org, fh_arena *arena, const struct fh_zone **out,
                                    fh_error *err);

/* A filter as people write it, on the command line and in URLs alike. Names are
 * given as text, in any case when only one fits; unknown ones are an error that
 * suggests the nearest; "(none)" means interactions that do not tell. All lists
 * are comma-separated; a name with a comma is put in double quotes. */
/* Customers that are colleagues or departments, or all but those. */
enum fh_filter_whose { FH_WHOSE_ANY = 0, FH_WHOSE_INTERNAL, FH_WHOSE_EXTERNAL };
typedef struct fh_filter_text {
    fh_str from, until; /* instants, dates, months (2024-03) or years; until is exclusive;
                           each means its start, in the organisation's zone */
    fh_str touchpoints, channels, departments, outcomes, directions;
    fh_str value_min, value_max;
    fh_str passed, passed_all, not_passed;
    fh_str followed;     /* "A>B,C>D": moves; "(start)>A" and "A>(end)" are moves, too */
    fh_str way;          /* "A>B>C": exactly these */
    fh_str handed;       /* "A>B": from department to department */
    int64_t repeated_ms; /* again within so long; 0: not asked for */
    fh_str customers;    /* identifiers */
    fh_str severe;       /* "any", "failed,again": only what broke one of these rules */
    uint32_t whose;      /* fh_filter_whose */
    bool by_problem;
} fh_filter_text;
FH_MUST_CHECK fh_status fh_filter_compile(fh_org *org, const fh_filter_text *text, fh_arena *arena,
                                          fh_filter *out, fh_error *err);
/* "1 January to 31 March 2024, phone only": for headings. */
FH_MUST_CHECK fh_status fh_filter_describe(fh_org *org, const fh_filter_text *text, fh_buf *out,
                                           fh_error *err);
/* A list of touchpoint names as a set; "a|b" inside a funnel step means either. */
FH_MUST_CHECK fh_status fh_touchpoint_set(fh_org *org, fh_str names, char separator,
                                          fh_arena *arena, fh_bitset *out, fh_error *err);

#endif
