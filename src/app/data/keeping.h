/* keeping.h - use case: how long what is kept, and letting go of what is older.
 *
 *     interactions of "crm"        36 months     the whole interaction goes
 *     texts of all other sources   12 months     what was said goes, every figure stays
 *     files                         7 days       uploads, rejected rows, exports
 *
 * A source's own rule goes before the one for all; where there is none, all is kept. The
 * audit log is exempt: it proves what was done. So are identifiers, consent and requests:
 * who must go as a person is erased (app/data/erase.h), and nobody is buried here: what is
 * told again later is taken in again, and let go again if it is too old.
 *
 * A new rule is off until its dry run was seen, and so again after every change of how
 * long. Active rules are applied once a day by a job, part by part of the stories, each
 * in a transaction with its count; what was removed is told to the audit log when the job
 * ends. A job that was killed goes on with what is left.
 */
#ifndef FH_APP_KEEPING_H
#define FH_APP_KEEPING_H

#include "app/jobs/jobs.h"
#include "app/people/rights.h"
#include "store/keep_rows.h"
#include "store/segments.h"

enum { FH_KEEP_MONTHS_MAX = 1200, FH_KEEP_DAYS_MAX = 3650 };

const char *fh_keep_word(fh_keep_kind kind); /* "interactions" */
bool fh_keep_find(fh_str word, fh_keep_kind *out);

/* FH_INVALID names the member: "/keep is 0". */
FH_MUST_CHECK fh_status fh_keep_check(const fh_keep_rule *rule, fh_error *err);
/* What is older than this goes, by the calendar (UTC). */
int64_t fh_keep_before(const fh_keep_rule *rule, int64_t now_ms);

/* In the caller's transaction, with the audit entry. The rule is off; changing how long
 * switches it off. FH_CONFLICT: it is to be switched on without its dry run. */
FH_MUST_CHECK fh_status fh_keep_make(fh_org *org, const fh_actor *actor, fh_keep_rule *rule,
                                     fh_error *err);
FH_MUST_CHECK fh_status fh_keep_change(fh_org *org, const fh_actor *actor, const fh_keep_rule *was,
                                       uint32_t keep, bool active, fh_error *err);
FH_MUST_CHECK fh_status fh_keep_drop(fh_org *org, const fh_actor *actor, const fh_keep_rule *rule,
                                     fh_error *err);
/* The dry run was seen: the rule may be switched on. */
FH_MUST_CHECK fh_status fh_keep_seen(fh_org *org, const fh_actor *actor, const fh_keep_rule *rule,
                                     fh_error *err);

/* ---- Dry run ------------------------------------------------------------------------------- */

typedef struct fh_keep_source {
    fh_str source; /* empty: of no source that is known */
    uint64_t n;
    int64_t oldest_ms;
} fh_keep_source;
typedef struct fh_keep_preview {
    int64_t before_ms;
    uint64_t n;                   /* interactions, texts or files that would go */
    int64_t oldest_ms;            /* when n > 0 */
    const fh_keep_source *source; /* [n_sources] by name; none of files */
    size_t n_sources;
} fh_keep_preview;
/* What the rule would remove if it were active now, beside the other rules as they are.
 * `folder`: of files. */
FH_MUST_CHECK fh_status fh_keep_try(fh_org *org, const fh_keep_rule *rule, const char *folder,
                                    int64_t now_ms, fh_arena *arena, fh_keep_preview *out,
                                    fh_error *err);

/* ---- Running ------------------------------------------------------------------------------- */

/* What active rules say, origin by origin. */
typedef struct fh_keep_plan {
    const fh_keep_rule *rule; /* [n_rules] all of them */
    size_t n_rules;
    fh_terms terms;
    const uint32_t *whole, *text; /* [terms.n] rule by which; 0: none */
    bool any;                     /* there is something to do */
} fh_keep_plan;
FH_MUST_CHECK fh_status fh_keep_plan_make(fh_org *org, int64_t now_ms, fh_arena *arena,
                                          fh_keep_plan *out, fh_error *err);
/* Lets go in one part, in a transaction of its own, and counts it at the rules; adds to
 * total[FH_N_KEEP]. */
FH_MUST_CHECK fh_status fh_keep_part(fh_org *org, const fh_keep_plan *plan, const fh_old_part *part,
                                     uint64_t *total, bool *there, fh_error *err);
/* Tells the audit log what was removed since it was told last, and sees to it that the
 * bytes leave the disk, too. */
FH_MUST_CHECK fh_status fh_keep_tell(fh_org *org, int64_t now_ms, fh_error *err);
/* Whether the job is to be asked for: there is an active rule, and none ran for a day. */
FH_MUST_CHECK fh_status fh_keep_due(fh_org *org, int64_t now_ms, bool *out, fh_error *err);
/* The rule by which files are kept, when there is an active one. */
FH_MUST_CHECK fh_status fh_keep_files(fh_org *org, fh_keep_rule *out, bool *any, fh_error *err);

extern const fh_job_kind fh_job_kind_keeping;

void fh_keep_json(const fh_keep_rule *rule, int64_t now_ms, fh_json *j);

#endif
