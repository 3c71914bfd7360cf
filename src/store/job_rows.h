/* job_rows.h - background jobs at rest. What runs them is app/jobs/jobs.h.
 *
 * A job is waiting, running, or has ended (done, failed, cancelled). A running job
 * belongs to the runner whose number stands in its row and whose lease has not run
 * out; another process only takes it up when it has.
 */
#ifndef FH_STORE_JOB_ROWS_H
#define FH_STORE_JOB_ROWS_H

#include "store/org.h"

typedef enum fh_job_state {
    FH_JOB_WAITING,
    FH_JOB_RUNNING,
    FH_JOB_DONE,
    FH_JOB_FAILED,
    FH_JOB_CANCELLED
} fh_job_state;
const char *fh_job_state_name(fh_job_state state); /* "waiting" */

typedef struct fh_job {
    int64_t job; /* number, from 1 */
    fh_str kind; /* "import" */
    fh_str params;
    fh_str owner;     /* who asked for it, as the caller names people; may be empty */
    int64_t owner_id; /* 0: nobody */
    fh_job_state state;
    bool stop_asked;      /* cancel was asked for while it ran */
    uint64_t done, total; /* total 0: not known */
    fh_str words;         /* what is being done: "reading rows" */
    fh_str result;        /* JSON object; empty until it is done */
    fh_str error, hint;   /* of a failed one */
    uint32_t attempts;
    int64_t created_ms, started_ms, finished_ms; /* 0: not yet */
    int64_t changed_ms;
    int64_t runner, lease_ms; /* of a running one */
    /* Filled by the runner of this process, 0 otherwise. */
    int64_t rate_per_s, left_ms; /* left_ms -1: cannot be said */
} fh_job;

FH_MUST_CHECK fh_status fh_job_put(fh_org *org, fh_str kind, fh_str params, fh_str owner,
                                   int64_t owner_id, int64_t now_ms, int64_t *out, fh_error *err);
FH_MUST_CHECK fh_status fh_job_get(fh_org *org, int64_t job, fh_arena *arena, fh_job *out,
                                   fh_error *err); /* FH_NOTFOUND */

typedef struct fh_job_query {
    int64_t before;   /* cursor: jobs with a smaller number; 0: from the newest */
    uint32_t states;  /* bits 1 << fh_job_state; 0: all */
    fh_str kind;      /* empty: all */
    int64_t owner_id; /* 0: all */
    size_t most;      /* 1 .. 1000; 0: 50 */
} fh_job_query;
/* Newest first, in the arena. *more tells whether others follow. */
FH_MUST_CHECK fh_status fh_job_list(fh_org *org, const fh_job_query *query, fh_arena *arena,
                                    const fh_job **out, size_t *n, bool *more, fh_error *err);
FH_MUST_CHECK fh_status fh_job_counts(fh_org *org, uint64_t *waiting, uint64_t *running,
                                      fh_error *err);

/* Whether fh_job_take would find one; for whoever only reads. */
FH_MUST_CHECK fh_status fh_job_any(fh_org *org, int64_t now_ms, bool *out, fh_error *err);
/* The oldest waiting job, or a running one whose lease ran out, becomes `runner`'s.
 * *out.job 0: there is none. *lost: it had been running (attempts counts it). */
FH_MUST_CHECK fh_status fh_job_take(fh_org *org, int64_t runner, int64_t now_ms, int64_t lease_ms,
                                    fh_arena *arena, fh_job *out, bool *lost, fh_error *err);
/* Writes progress and a new lease. FH_CONFLICT when the job is no longer `runner`'s;
 * *stop tells whether someone asked for it to be cancelled. */
FH_MUST_CHECK fh_status fh_job_renew(fh_org *org, const fh_job *job, int64_t now_ms,
                                     int64_t lease_ms, bool *stop, fh_error *err);
/* Writes how it ended: state, result or error, progress. FH_CONFLICT as above. */
FH_MUST_CHECK fh_status fh_job_end(fh_org *org, const fh_job *job, fh_error *err);
/* Gives a running job back to be taken up again (the server stops). */
FH_MUST_CHECK fh_status fh_job_give_back(fh_org *org, const fh_job *job, int64_t now_ms,
                                         fh_error *err);
/* A waiting job is cancelled at once, a running one is asked to stop. FH_CONFLICT
 * when it has ended. */
FH_MUST_CHECK fh_status fh_job_ask_stop(fh_org *org, int64_t job, int64_t now_ms,
                                        fh_job_state *state, fh_error *err);
/* Forgets ended jobs finished before `before_ms`. */
FH_MUST_CHECK fh_status fh_job_forget(fh_org *org, int64_t before_ms, uint64_t *n, fh_error *err);

/* Takes an identifier of somebody who is being erased out of jobs that wait or have
 * ended: parameters, result and error of each that tells it; one that waited for that
 * is cancelled. Inside the transaction of the erasure. */
FH_MUST_CHECK fh_status fh_job_forget_text(fh_org *org, fh_str text, fh_error *err);

#endif
