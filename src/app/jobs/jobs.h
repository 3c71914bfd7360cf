/* jobs.h - long work in the background: it survives restarts and shows progress.
 *
 *     fh_jobs_start(pool, &options, &jobs, err);       once, at the start of the server
 *     fh_jobs_add(jobs, FH_STR("import"), params, ...); from any request
 *     fh_jobs_get(jobs, number, arena, &job, err);     progress, result
 *     fh_jobs_stop(jobs);                               running jobs are given back
 *
 * A *kind* is a name and a function. Jobs wait in a table (store/job_rows.h); a few
 * threads take them, oldest first. After a crash a job that was running is taken
 * up again when its lease runs out; kinds are written so that doing it again
 * counts nothing twice. One that crashed the server three times is failed.
 *
 * Files: a job reads and writes files only in the data folder (ORG.fh.files beside
 * the organisation), by plain names that fh_jobs_new_file gave out.
 */
#ifndef FH_APP_JOBS_H
#define FH_APP_JOBS_H

#include "app/ask/option.h"
#include "app/metrics.h"
#include "app/pool.h"
#include "base/json.h"
#include "os/log.h"
#include "store/job_rows.h"

typedef struct fh_jobs fh_jobs;

/* What a running job may use; made by the runner, one a job. */
typedef struct fh_job_run {
    fh_jobs *jobs;
    fh_pool *pool;
    const fh_os *os;
    fh_arena *arena; /* lives as long as this attempt */
    int64_t job;
    uint32_t attempt;    /* 1 the first time */
    size_t memory_bytes; /* for rounds of an import */
} fh_job_run;

/* How far it is; `words` is a constant sentence part ("reading rows"). true: stop
 * soon, with FH_INTERRUPTED, having kept what was done. Cheap: call it often. */
bool fh_job_progress(fh_job_run *run, uint64_t done, uint64_t total, const char *words);

typedef struct fh_job_kind {
    const char *name;
    const char *summary; /* one line: lower case, no period */
    /* What its parameters may be: members of the JSON object, with _ or - between
     * words. `options` are filled from them. NULL: none. */
    const fh_option *options;
    size_t options_size;
    const char *needs; /* the one parameter that must be there; NULL: none */
    /* A sentence for jobs that cannot be done again after a crash; NULL: they can. */
    const char *lost;
    /* Members of the result object are written to `result`. Of a failure they are kept,
     * too, with "exit_status". */
    fh_status (*run)(fh_job_run *run, const void *options, fh_json *result, fh_error *err);
} fh_job_kind;

/* import, export, merge, check, backup, report: see docs/handbook/jobs.md. */
extern const fh_job_kind *const fh_job_kinds[]; /* NULL ends */

typedef struct fh_jobs_options {
    uint32_t threads;                /* 0: 2 */
    const fh_job_kind *const *kinds; /* NULL: fh_job_kinds */
    const char *folder;              /* NULL: ORG.fh.files */
    size_t import_memory;            /* 0: 64 MiB */
    int64_t keep_ms;                 /* ended jobs; 0: 90 days */
    int64_t keep_files_ms;           /* uploads and exports after their job ended; 0: 7 days */
    int64_t lease_ms;                /* 0: 60 s */
    int64_t find_every_ms;           /* look for findings by itself; 0: never */
    fh_log *log;                     /* NULL: none */
    fh_metrics *metrics;             /* NULL: none */
    /* In the transaction that writes how a job ended; for webhooks. NULL: none. */
    fh_status (*ended)(void *ctx, fh_org *org, const fh_job *job, fh_error *err);
    void *ctx;
} fh_jobs_options;

FH_MUST_CHECK fh_status fh_jobs_start(fh_pool *pool, const fh_jobs_options *options, fh_jobs **out,
                                      fh_error *err);
/* Asks running jobs to stop, waits for them, gives them back. NULL is allowed. */
void fh_jobs_stop(fh_jobs *jobs);

/* `params`: a JSON object as text. FH_NOTFOUND: no such kind (names the nearest);
 * FH_INVALID: the parameters. */
FH_MUST_CHECK fh_status fh_jobs_add(fh_jobs *jobs, fh_str kind, fh_str params, fh_str owner,
                                    int64_t owner_id, int64_t *out, fh_error *err);
/* The same inside the caller's transaction; call fh_jobs_wake after its commit. */
FH_MUST_CHECK fh_status fh_jobs_add_in(fh_jobs *jobs, fh_org *org, fh_str kind, fh_str params,
                                       fh_str owner, int64_t owner_id, int64_t *out, fh_error *err);
void fh_jobs_wake(fh_jobs *jobs);
int64_t fh_jobs_find_every(const fh_jobs *jobs); /* as the options say */
FH_MUST_CHECK fh_status fh_jobs_get(fh_jobs *jobs, int64_t job, fh_arena *arena, fh_job *out,
                                    fh_error *err);
FH_MUST_CHECK fh_status fh_jobs_list(fh_jobs *jobs, const fh_job_query *query, fh_arena *arena,
                                     const fh_job **out, size_t *n, bool *more, fh_error *err);
FH_MUST_CHECK fh_status fh_jobs_cancel(fh_jobs *jobs, int64_t job, fh_job_state *state,
                                       fh_error *err);
/* As the API shows it: an object of its own. */
void fh_job_json(const fh_job *job, fh_json *j);

/* ---- Files ---------------------------------------------------------------------- */

/* A fresh name in the data folder that keeps the ending of `suggested`
 * ("march.csv.gz" -> "u-4f1c...e2-march.csv.gz"), and its path. Nothing is made. */
FH_MUST_CHECK fh_status fh_jobs_new_file(fh_jobs *jobs, fh_str suggested, fh_arena *arena,
                                         fh_str *name, fh_str *path, fh_error *err);
const char *fh_jobs_folder(const fh_jobs *jobs);
/* The path of a name that fh_jobs_new_file gave. FH_INVALID: no such name could be. */
FH_MUST_CHECK fh_status fh_jobs_file(const fh_jobs *jobs, fh_str name, fh_arena *arena,
                                     fh_str *path, fh_error *err);

#endif
