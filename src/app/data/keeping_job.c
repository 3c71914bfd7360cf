/* keeping_job.c - the job that lets go of what was kept long enough: once a day, part by
 * part. Each part is a transaction of the write lane, so that requests are served in
 * between, and holds its own count: killed anywhere, the next attempt goes on with what is
 * left, and nothing is counted twice. */
#include "app/data/keeping.h"

#include "base/put.h"
#include "store/segments.h"

enum { PASSES = 20 };

typedef struct running {
    fh_job_run *run;
    fh_keep_plan plan;
    uint64_t total[FH_N_KEEP];
} running;

static fh_status interrupted(fh_error *err)
{
    (void)fh_fail(err, FH_INTERRUPTED, "letting go was stopped");
    return fh_hint(err, FH_INTERRUPTED, "What was done is kept; the next run goes on.");
}

static fh_status one_part(running *r, const fh_old_part *part, bool *there, fh_error *err)
{
    fh_org *org = NULL;
    fh_status s = fh_pool_write(r->run->pool, -1, &org, err);
    if (!s) s = fh_keep_part(org, &r->plan, part, r->total, there, err);
    fh_pool_write_done(r->run->pool, org);
    return s;
}

static fh_status list_parts(running *r, const fh_old_part **part, size_t *n, fh_error *err)
{
    fh_org *org = NULL;
    fh_status s = fh_pool_read(r->run->pool, &org, err);
    if (!s) s = fh_store_old_parts(org, &r->plan.terms, r->run->arena, part, n, err);
    fh_pool_read_done(r->run->pool, org);
    return s;
}

/* A part that was merged into others meanwhile is somewhere among them: once more. */
static fh_status one_pass(running *r, bool *again, fh_error *err)
{
    const fh_old_part *part = NULL;
    size_t n = 0;
    fh_status s = list_parts(r, &part, &n, err);
    *again = false;
    for (size_t i = 0; i < n && !s; i++) {
        bool there = false;
        if (fh_job_progress(r->run, i, n, "letting go of what was kept long enough"))
            return interrupted(err);
        s = one_part(r, &part[i], &there, err);
        *again = *again || !there;
    }
    return s;
}

static fh_status make_plan(running *r, fh_error *err)
{
    fh_org *org = NULL;
    fh_status s = fh_pool_read(r->run->pool, &org, err);
    if (!s)
        s = fh_keep_plan_make(org, r->run->os->now_ms(r->run->os->ctx), r->run->arena, &r->plan,
                              err);
    fh_pool_read_done(r->run->pool, org);
    return s;
}

static fh_status tell(running *r, fh_error *err)
{
    fh_org *org = NULL;
    fh_status s = fh_pool_write(r->run->pool, -1, &org, err);
    if (!s) s = fh_keep_tell(org, r->run->os->now_ms(r->run->os->ctx), err);
    fh_pool_write_done(r->run->pool, org);
    return s;
}

static fh_status run_keeping(fh_job_run *run, const void *options, fh_json *result, fh_error *err)
{
    (void)options;
    running r = {.run = run};
    bool again = true;
    fh_status s = make_plan(&r, err);
    for (int pass = 0; pass < PASSES && again && r.plan.any && !s; pass++)
        s = one_pass(&r, &again, err);
    if (!s) s = tell(&r, err);
    if (s) return s;
    fh_put_number(result, "interactions", r.total[FH_KEEP_INTERACTIONS]);
    fh_put_number(result, "texts", r.total[FH_KEEP_TEXTS]);
    return FH_OK;
}

const fh_job_kind fh_job_kind_keeping = {
    .name = "keeping",
    .summary = "let go of what was kept long enough",
    .run = run_keeping,
};
