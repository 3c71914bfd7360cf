/* show.h - findings as JSON: the list, one with its evidence, who is behind it. */
#ifndef FH_APP_FIND_SHOW_H
#define FH_APP_FIND_SHOW_H

#include "app/ask/views.h"
#include "app/find/findings.h"

typedef struct fh_findings_query {
    uint64_t sorts;              /* bits; 0: all */
    fh_str from, to, touchpoint; /* names; empty: all. from, to: one of its departments */
    int judged;                  /* 0: findings only, 1: also what was judged to be none */
    const fh_actor *actor;       /* what waits for a reply is not told as a whole to everybody */
    int64_t every_ms;            /* how often it is looked at most by itself; 0: never */
} fh_findings_query;

/* {"ran_ms", "looking", "every_minutes", "interactions", "messages", "says",
 * "findings": [...], "counts": {...}} */
FH_MUST_CHECK fh_status fh_findings_json(fh_org *org, const fh_findings_query *q, fh_arena *arena,
                                         fh_json *j, fh_error *err);
/* A row of the list as members of the object that is open. waits: some of it is left out until
 * the department it touches has replied. */
FH_MUST_CHECK fh_status fh_cause_json(fh_org *org, const fh_cause_row *c,
                                      const fh_find_names *names, bool waits, fh_arena *arena,
                                      fh_json *j, fh_error *err);
/* One with examples (when the actor may read stories), merged message, history, effect and
 * records. */
FH_MUST_CHECK fh_status fh_finding_json(const fh_view *v, const fh_actor *actor, uint64_t cause,
                                        fh_json *j, fh_error *err);
/* Narrows the view's filter to the customers behind it, as they are numbered now. FH_DENIED as
 * long as it waits for a reply and the actor is none of those concerned. */
FH_MUST_CHECK fh_status fh_finding_narrow(fh_view *v, const fh_actor *actor, uint64_t cause,
                                          fh_error *err);
/* {"days": findings on each day on which somebody looked [{"day", "duplicate": n, ...}],
 *  "months": when they happened, by how often [{"month", "duplicate": n, ...}]}. */
FH_MUST_CHECK fh_status fh_findings_history_json(fh_org *org, fh_arena *arena, fh_json *j,
                                                 fh_error *err);

#endif
