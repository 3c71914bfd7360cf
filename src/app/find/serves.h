/* serves.h - whom a department serves: its customers, other departments among them, its
 * touchpoints, what it sends and promises, what was found about it. Of everybody, also of who
 * never meets a customer: for these, who their customers probably are, and what to do first.
 *
 * A department is known by interactions, by intended maps (it does something there, has it done,
 * or owns it) or by the directory of people; names are compared without case. What waits for its
 * reply is told of it to nobody here.
 */
#ifndef FH_APP_FIND_SERVES_H
#define FH_APP_FIND_SERVES_H

#include "app/ask/views.h"
#include "app/find/attended.h"

/* Another department, from its side. */
typedef struct fh_serves_other {
    fh_str department;
    uint64_t handed, customers; /* hand-offs, and of how many customers */
    fh_str step, map_title;     /* a step of a map that says so; empty: only hand-offs do */
    int64_t map;
} fh_serves_other;

typedef struct fh_serves_touchpoint {
    fh_str name, owner, map_title, id; /* owner: as a map names it; may be empty */
    int64_t map;                       /* 0: on none that is intended */
    uint32_t number, lacks;            /* number: of the name; 0: none. lacks: see attended.h */
    uint64_t customers, contacts, n_scores;
    int64_t last_ms; /* meaningful when contacts > 0 */
} fh_serves_touchpoint;

typedef struct fh_serves_promise {
    fh_str words, step, map_title;
    int64_t map, within_ms;
} fh_serves_promise;

typedef struct fh_serves_finding {
    uint64_t cause, customers;
    const char *sort;
    fh_str says;
} fh_serves_finding;

/* What can be done first, and where; for who has no touchpoint. */
typedef struct fh_serves_step {
    fh_str says;
    const char *page; /* an address of the pages */
} fh_serves_step;

typedef struct fh_serves {
    fh_str department;
    uint32_t number;              /* in the directory of people; 0: it is not there */
    uint64_t customers, contacts; /* whom it met, and how often */
    const fh_serves_other *to;    /* [n_to] it hands on to or works for: its internal customers */
    const fh_serves_other *from;  /* [n_from] hand on to it or work for it */
    const fh_serves_touchpoint *touchpoint; /* [n_touchpoints] most customers first */
    const fh_str *sent;                     /* [n_sent] what its messages are for */
    const fh_serves_promise *promise;       /* [n_promises] */
    const fh_serves_finding *finding;       /* [n_findings] gravest first */
    const fh_serves_step *first;            /* [n_first] */
    size_t n_to, n_from, n_touchpoints, n_sent, n_promises, n_findings, n_first;
} fh_serves;

/* FH_NOTFOUND: nobody knows such a department; the hint names a near one. The view's filter is
 * empty. */
FH_MUST_CHECK fh_status fh_serves_of(const fh_view *v, fh_str department, fh_serves *out,
                                     fh_error *err);

/* Every department that is known, by name. */
typedef struct fh_serves_row {
    fh_str department;
    uint32_t number;
    uint64_t hands_on, receives; /* hand-offs */
    size_t n_steps;              /* of intended maps that it does or owns */
} fh_serves_row;
FH_MUST_CHECK fh_status fh_serves_list(const fh_view *v, const fh_serves_row **out, size_t *n,
                                       fh_error *err);

#endif
