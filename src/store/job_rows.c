/* job_rows.c - background jobs at rest.
 *
 * What a runner writes about a running job names the runner in its WHERE: a runner
 * that was thought dead and comes back changes nothing.
 */
#include "store/job_rows.h"

#include "store/inside.h"

#define COLUMNS                                                                           \
    "job, kind, params, owner, owner_id, state, stop_asked, done, total, words, result, " \
    "error, hint, attempts, created_ms, started_ms, finished_ms, changed_ms, runner, lease_ms"

enum { LIST_MOST = 1000, LIST_USUAL = 50 };

const char *fh_job_state_name(fh_job_state state)
{
    static const char *const names[] = {"waiting", "running", "done", "failed", "cancelled"};
    return (size_t)state < sizeof names / sizeof *names ? names[state] : "unknown";
}

static fh_status read_job(fh_org *org, fh_stmt *s, fh_arena *arena, fh_job *out, fh_error *err)
{
    const int64_t state = fh_stmt_i64(s, 5);
    fh_job j = {.job = fh_stmt_i64(s, 0),
                .owner_id = fh_stmt_i64(s, 4),
                .state = (fh_job_state)state,
                .stop_asked = fh_stmt_i64(s, 6) != 0,
                .done = (uint64_t)fh_stmt_i64(s, 7),
                .total = (uint64_t)fh_stmt_i64(s, 8),
                .attempts = (uint32_t)fh_stmt_i64(s, 13),
                .created_ms = fh_stmt_i64(s, 14),
                .started_ms = fh_stmt_i64(s, 15),
                .finished_ms = fh_stmt_i64(s, 16),
                .changed_ms = fh_stmt_i64(s, 17),
                .runner = fh_stmt_i64(s, 18),
                .lease_ms = fh_stmt_i64(s, 19),
                .left_ms = -1};
    if (state < FH_JOB_WAITING || state > FH_JOB_CANCELLED)
        return fh_fail(err, FH_CORRUPT, "%s: job %lld has no sensible state", fh_org_path(org),
                       (long long)j.job);
    if (!fh_arena_str(arena, fh_stmt_text(s, 1), &j.kind) ||
        !fh_arena_str(arena, fh_stmt_text(s, 2), &j.params) ||
        !fh_arena_str(arena, fh_stmt_text(s, 3), &j.owner) ||
        !fh_arena_str(arena, fh_stmt_text(s, 9), &j.words) ||
        !fh_arena_str(arena, fh_stmt_text(s, 10), &j.result) ||
        !fh_arena_str(arena, fh_stmt_text(s, 11), &j.error) ||
        !fh_arena_str(arena, fh_stmt_text(s, 12), &j.hint))
        return fh_no_memory(err);
    *out = j;
    return FH_OK;
}

/* ---- Adding, looking ------------------------------------------------------------------- */

static fh_status insert(fh_org *org, fh_str kind, fh_str params, fh_str owner, int64_t owner_id,
                        int64_t now_ms, int64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    int64_t job = 0;
    fh_status status = fh_org_numbers(org, "job", 1, &job, err);
    if (status == FH_OK)
        status = fh_db_prepare(fh_org_db(org),
                               "INSERT INTO job (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, 0, 0, 0, "
                               "0, '', '', '', '', 0, $6, 0, 0, $6, 0, 0)",
                               &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, job);
        fh_stmt_bind_text(s, 2, kind);
        fh_stmt_bind_text(s, 3, params);
        fh_stmt_bind_text(s, 4, owner);
        fh_stmt_bind_i64(s, 5, owner_id);
        fh_stmt_bind_i64(s, 6, now_ms);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    if (status == FH_OK) *out = job;
    return status;
}

fh_status fh_job_put(fh_org *org, fh_str kind, fh_str params, fh_str owner, int64_t owner_id,
                     int64_t now_ms, int64_t *out, fh_error *err)
{
    bool mine = false;
    int64_t job = 0;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = insert(org, kind, params, owner, owner_id, now_ms, &job, err);
    status = fh_org_leave(org, mine, status, err);
    if (status == FH_OK) *out = job;
    return status;
}

static fh_status no_such_job(int64_t job, fh_error *err)
{
    (void)fh_fail(err, FH_NOTFOUND, "there is no job %lld", (long long)job);
    return fh_hint(err, FH_NOTFOUND, "Jobs that ended long ago are forgotten.");
}

fh_status fh_job_get(fh_org *org, int64_t job, fh_arena *arena, fh_job *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        fh_db_prepare(fh_org_db(org), "SELECT " COLUMNS " FROM job WHERE job = $1", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, job);
        status = fh_stmt_step(s, &row, err);
    }
    if (status == FH_OK) status = row ? read_job(org, s, arena, out, err) : no_such_job(job, err);
    fh_stmt_done(s);
    return status;
}

fh_status fh_job_list(fh_org *org, const fh_job_query *query, fh_arena *arena, const fh_job **out,
                      size_t *n, bool *more, fh_error *err)
{
    const size_t most = !query->most              ? LIST_USUAL
                        : query->most < LIST_MOST ? query->most
                                                  : LIST_MOST;
    fh_job *jobs = FH_NEW_ARRAY(arena, fh_job, most);
    if (!jobs) return fh_no_memory(err);
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(fh_org_db(org),
                                     "SELECT " COLUMNS " FROM job WHERE job < $1 "
                                     "AND ($2 = 0 OR ($2 >> state) & 1 = 1) "
                                     "AND ($3 = '' OR kind = $3) AND ($4 = 0 OR owner_id = $4) "
                                     "ORDER BY job DESC LIMIT $5",
                                     &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, query->before ? query->before : INT64_MAX);
        fh_stmt_bind_i64(s, 2, query->states);
        fh_stmt_bind_text(s, 3, query->kind);
        fh_stmt_bind_i64(s, 4, query->owner_id);
        fh_stmt_bind_i64(s, 5, (int64_t)most + 1);
    }
    size_t count = 0;
    bool row = false;
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row || count == most) break;
        status = read_job(org, s, arena, &jobs[count++], err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = jobs;
    *n = count;
    *more = row;
    return FH_OK;
}

fh_status fh_job_counts(fh_org *org, uint64_t *waiting, uint64_t *running, fh_error *err)
{
    fh_stmt *s = NULL;
    uint64_t n[2] = {0, 0};
    fh_status status = fh_db_prepare(
        fh_org_db(org), "SELECT state, count(*) FROM job WHERE state IN (0, 1) GROUP BY state", &s,
        err);
    for (bool row = true; status == FH_OK;) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        n[fh_stmt_i64(s, 0) == FH_JOB_RUNNING] = (uint64_t)fh_stmt_i64(s, 1);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *waiting = n[0];
    *running = n[1];
    return FH_OK;
}

/* ---- Running ------------------------------------------------------------------------------ */

#define TAKEABLE "state = 0 OR (state = 1 AND lease_ms < $1)"

fh_status fh_job_any(fh_org *org, int64_t now_ms, bool *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        fh_db_prepare(fh_org_db(org), "SELECT 1 FROM job WHERE " TAKEABLE " LIMIT 1", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, now_ms);
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status == FH_OK) *out = row;
    return status;
}

static fh_status oldest(fh_org *org, int64_t now_ms, fh_arena *arena, fh_job *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_prepare(
        fh_org_db(org), "SELECT " COLUMNS " FROM job WHERE " TAKEABLE " ORDER BY job LIMIT 1", &s,
        err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, now_ms);
        status = fh_stmt_step(s, &row, err);
    }
    *out = (fh_job){.job = 0};
    if (status == FH_OK && row) status = read_job(org, s, arena, out, err);
    fh_stmt_done(s);
    return status;
}

static fh_status mark_taken(fh_org *org, const fh_job *job, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(fh_org_db(org),
                                     "UPDATE job SET state = 1, runner = $2, lease_ms = $3, "
                                     "attempts = $4, started_ms = $5, changed_ms = $6 "
                                     "WHERE job = $1",
                                     &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, job->job);
        fh_stmt_bind_i64(s, 2, job->runner);
        fh_stmt_bind_i64(s, 3, job->lease_ms);
        fh_stmt_bind_i64(s, 4, job->attempts);
        fh_stmt_bind_i64(s, 5, job->started_ms);
        fh_stmt_bind_i64(s, 6, job->changed_ms);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_job_take(fh_org *org, int64_t runner, int64_t now_ms, int64_t lease_ms,
                      fh_arena *arena, fh_job *out, bool *lost, fh_error *err)
{
    bool mine = false;
    fh_job job;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = oldest(org, now_ms, arena, &job, err);
    const bool was_running = job.job && job.state == FH_JOB_RUNNING;
    if (status == FH_OK && job.job) {
        job.state = FH_JOB_RUNNING;
        job.runner = runner;
        job.lease_ms = now_ms + lease_ms;
        job.attempts++;
        if (!job.started_ms) job.started_ms = now_ms;
        job.changed_ms = now_ms;
        status = mark_taken(org, &job, err);
    }
    status = fh_org_leave(org, mine, status, err);
    if (status != FH_OK) return status;
    *out = job;
    *lost = was_running;
    return FH_OK;
}

static fh_status no_longer_ours(const fh_job *job, fh_error *err)
{
    (void)fh_fail(err, FH_CONFLICT, "job %lld was taken up by another process",
                  (long long)job->job);
    return fh_hint(err, FH_CONFLICT, "It goes on there.");
}

/* Steps an UPDATE ... RETURNING stop_asked; no row: the job is not this runner's. */
static fh_status run_as_owner(fh_stmt *s, const fh_job *job, bool *stop, fh_error *err)
{
    bool row = false;
    fh_status status = fh_stmt_step(s, &row, err);
    if (status != FH_OK) return status;
    if (!row) return no_longer_ours(job, err);
    *stop = fh_stmt_i64(s, 0) != 0;
    return fh_stmt_step(s, &row, err);
}

fh_status fh_job_renew(fh_org *org, const fh_job *job, int64_t now_ms, int64_t lease_ms, bool *stop,
                       fh_error *err)
{
    bool mine = false, asked = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    fh_stmt *s = NULL;
    status = fh_db_prepare(fh_org_db(org),
                           "UPDATE job SET done = $3, total = $4, words = $5, lease_ms = $6, "
                           "changed_ms = $7 WHERE job = $1 AND runner = $2 AND state = 1 "
                           "RETURNING stop_asked",
                           &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, job->job);
        fh_stmt_bind_i64(s, 2, job->runner);
        fh_stmt_bind_i64(s, 3, (int64_t)job->done);
        fh_stmt_bind_i64(s, 4, (int64_t)job->total);
        fh_stmt_bind_text(s, 5, job->words);
        fh_stmt_bind_i64(s, 6, now_ms + lease_ms);
        fh_stmt_bind_i64(s, 7, now_ms);
        status = run_as_owner(s, job, &asked, err);
    }
    fh_stmt_done(s);
    status = fh_org_leave(org, mine, status, err);
    if (status == FH_OK) *stop = asked;
    return status;
}

fh_status fh_job_end(fh_org *org, const fh_job *job, fh_error *err)
{
    bool mine = false, asked = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    fh_stmt *s = NULL;
    status = fh_db_prepare(fh_org_db(org),
                           "UPDATE job SET state = $3, done = $4, total = $5, words = $6, "
                           "result = $7, error = $8, hint = $9, finished_ms = $10, "
                           "changed_ms = $10, runner = 0, lease_ms = 0 "
                           "WHERE job = $1 AND runner = $2 AND state = 1 RETURNING stop_asked",
                           &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, job->job);
        fh_stmt_bind_i64(s, 2, job->runner);
        fh_stmt_bind_i64(s, 3, job->state);
        fh_stmt_bind_i64(s, 4, (int64_t)job->done);
        fh_stmt_bind_i64(s, 5, (int64_t)job->total);
        fh_stmt_bind_text(s, 6, job->words);
        fh_stmt_bind_text(s, 7, job->result);
        fh_stmt_bind_text(s, 8, job->error);
        fh_stmt_bind_text(s, 9, job->hint);
        fh_stmt_bind_i64(s, 10, job->finished_ms);
        status = run_as_owner(s, job, &asked, err);
    }
    fh_stmt_done(s);
    return fh_org_leave(org, mine, status, err);
}

fh_status fh_job_give_back(fh_org *org, const fh_job *job, int64_t now_ms, fh_error *err)
{
    bool mine = false, asked = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    fh_stmt *s = NULL;
    status = fh_db_prepare(fh_org_db(org),
                           "UPDATE job SET state = 0, runner = 0, lease_ms = 0, changed_ms = $3, "
                           "done = $4, total = $5, attempts = attempts - 1 "
                           "WHERE job = $1 AND runner = $2 AND state = 1 RETURNING stop_asked",
                           &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, job->job);
        fh_stmt_bind_i64(s, 2, job->runner);
        fh_stmt_bind_i64(s, 3, now_ms);
        fh_stmt_bind_i64(s, 4, (int64_t)job->done);
        fh_stmt_bind_i64(s, 5, (int64_t)job->total);
        status = run_as_owner(s, job, &asked, err);
    }
    fh_stmt_done(s);
    return fh_org_leave(org, mine, status, err);
}

/* ---- Cancelling, forgetting ------------------------------------------------------------------ */

static fh_status mark_stop(fh_org *org, int64_t job, int64_t now_ms, int64_t *state, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        fh_db_prepare(fh_org_db(org),
                      "UPDATE job SET stop_asked = 1, changed_ms = $2, "
                      "finished_ms = CASE state WHEN 0 THEN $2 ELSE finished_ms END, "
                      "state = CASE state WHEN 0 THEN 4 ELSE state END "
                      "WHERE job = $1 AND state IN (0, 1) RETURNING state",
                      &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, job);
        fh_stmt_bind_i64(s, 2, now_ms);
        status = fh_stmt_step(s, &row, err);
    }
    if (status == FH_OK && row) {
        *state = fh_stmt_i64(s, 0);
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_job_ask_stop(fh_org *org, int64_t job, int64_t now_ms, fh_job_state *state,
                          fh_error *err)
{
    bool mine = false;
    int64_t now = -1;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = mark_stop(org, job, now_ms, &now, err);
    if (status == FH_OK && now < 0) {
        /* Why it cannot: it is not there, or it has ended. */
        fh_arena *arena = fh_arena_new(NULL);
        fh_job ended;
        status = arena ? fh_job_get(org, job, arena, &ended, err) : fh_no_memory(err);
        if (status == FH_OK) {
            (void)fh_fail(err, FH_CONFLICT, "job %lld has ended: it is %s", (long long)job,
                          fh_job_state_name(ended.state));
            status = fh_hint(err, FH_CONFLICT, "Only jobs that wait or run can be cancelled.");
        }
        fh_arena_free(arena);
    }
    status = fh_org_leave(org, mine, status, err);
    if (status == FH_OK) *state = (fh_job_state)now;
    return status;
}

fh_status fh_job_forget(fh_org *org, int64_t before_ms, uint64_t *n, fh_error *err)
{
    bool mine = false, row = true;
    uint64_t count = 0;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    fh_stmt *s = NULL;
    status = fh_db_prepare(fh_org_db(org),
                           "DELETE FROM job WHERE state IN (2, 3, 4) AND finished_ms < $1 "
                           "RETURNING job",
                           &s, err);
    if (status == FH_OK) fh_stmt_bind_i64(s, 1, before_ms);
    while (status == FH_OK && row) {
        status = fh_stmt_step(s, &row, err);
        if (status == FH_OK && row) count++;
    }
    fh_stmt_done(s);
    status = fh_org_leave(org, mine, status, err);
    if (status == FH_OK) *n = count;
    return status;
}

/* Whether a column tells $1 (long enough to be looked for anywhere) or "$1" as a JSON
 * text of its own ($2), in capitals or not. */
#define TELLS(column)                                                                   \
    "(replace(lower(" column "), $1, '') <> lower(" column ") OR replace(lower(" column \
    "), $2, '') <> lower(" column "))"

fh_status fh_job_forget_text(fh_org *org, fh_str text, fh_error *err)
{
    enum { LEAST = 4 };
    fh_buf low;
    fh_stmt *s = NULL;
    fh_buf_init(&low, NULL, text.len + 2);
    fh_buf_char(&low, '"');
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        fh_buf_char(&low, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    fh_buf_char(&low, '"');
    fh_status status = low.status == FH_OK ? FH_OK : fh_no_memory(err);
    if (status == FH_OK)
        status = fh_db_prepare(fh_org_db(org),
                               "UPDATE job SET params = '{}', error = '', hint = '', "
                               "result = CASE result WHEN '' THEN '' ELSE '{\"erased\":true}' END, "
                               "finished_ms = CASE state WHEN 0 THEN changed_ms ELSE finished_ms "
                               "END, state = CASE state WHEN 0 THEN 4 ELSE state END "
                               "WHERE state <> 1 AND (" TELLS("params") " OR " TELLS(
                                   "result") " OR " TELLS("error") ")",
                               &s, err);
    if (status == FH_OK) {
        const fh_str quoted = fh_buf_view(&low);
        const fh_str bare = {quoted.ptr + 1, quoted.len - 2};
        fh_stmt_bind_text(s, 1, bare.len >= LEAST ? bare : quoted);
        fh_stmt_bind_text(s, 2, quoted);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    fh_buf_free(&low);
    return status;
}
