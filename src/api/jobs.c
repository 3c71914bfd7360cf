/* jobs.c - long work: asking for it, seeing how far it is, stopping it.
 *
 * Which right a kind of job needs stands in one table below. People see the jobs they
 * asked for, as long as they have the right to their kind; FH_RIGHT_JOBS shows all.
 */
#include "app/jobs/jobs.h"

#include "api/inside.h"
#include "app/people/audit.h"
#include "base/put.h"
#include "store/identities.h"

#include <stddef.h>

enum { PARAMS_MAX = 1 << 20 };

static const struct {
    const char *kind;
    fh_right right;
    int audited; /* fh_audited, or -1: asking for it is not worth an entry */
} kinds[] = {
    {"import", FH_RIGHT_IMPORT, FH_AUDITED_IMPORTED},
    {"export", FH_RIGHT_EXPORT, FH_AUDITED_EXPORTED},
    {"report", FH_RIGHT_ASK, -1},
    {"backup", FH_RIGHT_BACKUP, FH_AUDITED_BACKED_UP},
    {"merge", FH_RIGHT_JOBS, -1},
    {"check", FH_RIGHT_JOBS, -1},
    {"find", FH_RIGHT_FINDINGS, -1},
    {"keeping", FH_RIGHT_KEEPING, -1}, /* what it removes is an entry */
};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

static size_t kind_of(fh_str kind)
{
    size_t i = 0;
    while (i < N_KINDS && !fh_str_eq(kind, fh_str_of(kinds[i].kind))) i++;
    return i;
}

bool fh_job_right(fh_str kind, fh_right *out)
{
    const size_t i = kind_of(kind);
    if (i < N_KINDS) *out = kinds[i].right;
    return i < N_KINDS;
}

bool fh_job_visible(const fh_actor *actor, const fh_job *job)
{
    fh_right right;
    if (fh_may(actor, FH_RIGHT_JOBS)) return true;
    return actor->person && job->owner_id == (int64_t)actor->person &&
           fh_job_right(job->kind, &right) && fh_may(actor, right);
}

fh_status fh_need_jobs(const fh_call *c, fh_error *err)
{
    if (c->api->options.jobs) return FH_OK;
    return fh_fail(err, FH_BUSY, "this server does no work in the background");
}

fh_status fh_call_job(fh_call *c, fh_job *out, fh_error *err)
{
    int64_t number = 0;
    fh_status s = fh_need_jobs(c, err);
    if (!s) s = fh_call_number64(c, 0, &number, err);
    if (!s) s = fh_jobs_get(c->api->options.jobs, number, c->arena, out, err);
    if (s && s != FH_NOTFOUND) return s;
    /* Whoever may not see it learns no more than who asks for one that never was. */
    if (!s && fh_job_visible(&c->actor, out)) return FH_OK;
    return fh_fail(err, FH_NOTFOUND, "there is no job '%.*s'",
                   (int)(c->path_value[0].len < 20 ? c->path_value[0].len : 20),
                   c->path_value[0].ptr);
}

/* ---- Adding ---------------------------------------------------------------------------- */

fh_status fh_call_add_job(fh_call *c, fh_str kind, fh_str params, fh_error *err)
{
    const size_t i = kind_of(kind);
    int64_t number = 0;
    fh_job job;
    fh_status s = fh_jobs_add_in(c->api->options.jobs, c->org, kind, params, c->actor.name,
                                 (int64_t)c->actor.person, &number, err);
    const fh_audit_object about = {.kind = FH_STR("job"), .number = number};
    if (!s && i < N_KINDS && kinds[i].audited >= 0)
        s = fh_audit(c->org, &c->actor, (fh_audited)kinds[i].audited, &about, err);
    if (!s) s = fh_job_get(c->org, number, c->arena, &job, err);
    if (s) return s;
    fh_job_json(&job, &c->json);
    return fh_call_made(c, "/api/v1/jobs", number, err);
}

static fh_status no_kind(fh_str kind, fh_error *err)
{
    (void)fh_fail(err, FH_INVALID, "/kind: there is no job '%.*s'",
                  (int)(kind.len < 64 ? kind.len : 64), kind.ptr);
    return fh_hint(err, FH_INVALID,
                   "There are merge, check, keeping, find, backup, report and export.");
}

/* Parameters are kept for months: in place of an identifier, which may have to be
 * erased, they hold the customer's number. */
static fh_status customer_param(fh_call *c, fh_str kind, uint32_t token, fh_json *j, fh_error *err)
{
    fh_str who, number;
    uint32_t customer = 0;
    if (!fh_str_eq(kind, FH_STR("export"))) {
        (void)fh_fail(err, FH_INVALID, "/params/customer: only an export can be of one customer");
        return fh_hint(err, FH_INVALID, "GET /api/v1/report answers at once for some customers.");
    }
    if (c->body->token[token].type != FH_JSON_STRING)
        return fh_fail(err, FH_INVALID, "/params/customer must be a text");
    if (!fh_json_text(c->body, token, c->arena, &who)) return fh_no_memory(err);
    const fh_status s = fh_identity_find(c->org, who, &customer, err);
    if (s) return s;
    if (!fh_arena_format(c->arena, &number, "#%u", customer)) return fh_no_memory(err);
    fh_put_text(j, "customer", number);
    return FH_OK;
}

static fh_status copy_params(fh_call *c, fh_str kind, uint32_t object, fh_buf *out, fh_error *err)
{
    const fh_json_doc *doc = c->body;
    fh_status s = FH_OK;
    fh_json j;
    fh_json_begin(&j, out, 0);
    fh_json_object(&j);
    const uint32_t end = object ? doc->token[object].next : 0;
    for (uint32_t at = object + 1; !s && at < end; at = doc->token[at + 1].next) {
        fh_str name;
        if (!fh_json_text(doc, at, c->arena, &name)) return fh_no_memory(err);
        if (fh_str_eq(name, FH_STR("customer"))) {
            s = customer_param(c, kind, at + 1, &j, err);
        } else {
            fh_json_key(&j, name);
            fh_json_raw_value(&j, fh_json_raw(doc, at + 1));
        }
    }
    fh_json_end_object(&j);
    if (!s && out->status) s = fh_fail(err, out->status, "/params is too large");
    return s;
}

static fh_status add_job(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"kind", "params", NULL};
    fh_str kind = {0};
    fh_right right = FH_RIGHT_JOBS;
    fh_buf params;
    fh_status s = fh_need_jobs(c, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "kind", &kind, NULL, err);
    if (!s && fh_str_eq(kind, FH_STR("import"))) {
        (void)fh_fail(err, FH_INVALID, "/kind: an import needs an uploaded file");
        s = fh_hint(err, FH_INVALID, "POST /api/v1/uploads, then POST /api/v1/imports.");
    }
    if (!s && !fh_job_right(kind, &right)) s = no_kind(kind, err);
    if (!s) s = fh_require(&c->actor, right, err);
    if (s) return s;
    const uint32_t object = fh_json_get(c->body, 0, FH_STR("params"));
    if (object && c->body->token[object].type != FH_JSON_OBJECT)
        return fh_fail(err, FH_INVALID, "/params must be an object");
    fh_buf_init(&params, fh_arena_allocator(c->arena), PARAMS_MAX);
    s = copy_params(c, kind, object, &params, err);
    if (!s) s = fh_call_add_job(c, kind, fh_buf_view(&params), err);
    fh_buf_free(&params);
    return s;
}

/* ---- Seeing and stopping ------------------------------------------------------------------- */

typedef struct list_query {
    fh_paging page;
    fh_str kind;
    uint32_t state; /* 0: all */
    bool mine;
} list_query;

static const fh_option list_options[] = {
    FH_PAGING(list_query, page),
    {0, "state", FH_OPTION_CHOICE, offsetof(list_query, state),
     "all|waiting|running|done|failed|cancelled", "only jobs in this state", NULL},
    {0, "kind", FH_OPTION_TEXT, offsetof(list_query, kind), "KIND", "only jobs of this kind", NULL},
    {0, "mine", FH_OPTION_FLAG, offsetof(list_query, mine), NULL, "only those I asked for", NULL},
    {0},
};
static const list_query list_defaults = {.page = FH_PAGING_DEFAULT};

static fh_status list_jobs(fh_call *c, fh_error *err)
{
    const list_query *q = c->query;
    fh_job_query wanted = {.kind = q->kind, .most = (size_t)q->page.limit};
    const fh_job *job = NULL;
    size_t n = 0;
    bool more = false;
    if (q->state) wanted.states = UINT32_C(1) << (q->state - 1);
    /* Nobody's jobs have owner 0: who is no person asks for an owner that is none. */
    if (q->mine || !fh_may(&c->actor, FH_RIGHT_JOBS))
        wanted.owner_id = c->actor.person ? (int64_t)c->actor.person : -1;
    fh_status s = fh_need_jobs(c, err);
    if (!s) s = fh_call_paging(&q->page, &wanted.before, err);
    if (!s) s = fh_jobs_list(c->api->options.jobs, &wanted, c->arena, &job, &n, &more, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++)
        if (fh_job_visible(&c->actor, &job[i])) fh_job_json(&job[i], &c->json);
    fh_call_page_end_at(c, more ? job[n - 1].job : 0);
    return FH_OK;
}

static fh_status get_job(fh_call *c, fh_error *err)
{
    fh_job job;
    const fh_status s = fh_call_job(c, &job, err);
    if (!s) fh_job_json(&job, &c->json);
    return s;
}

static fh_status cancel_job(fh_call *c, fh_error *err)
{
    fh_job job;
    fh_job_state state = FH_JOB_CANCELLED;
    fh_org *org = NULL;
    fh_status s = fh_call_job(c, &job, err);
    if (!s) s = fh_jobs_cancel(c->api->options.jobs, job.job, &state, err);
    if (!s) s = fh_pool_write(c->api->options.pool, 10000, &org, err);
    if (s) return s;
    const fh_audit_object about = {.kind = FH_STR("job"), .number = job.job};
    s = fh_org_begin(org, err);
    if (!s) s = fh_audit(org, &c->actor, FH_AUDITED_JOB_STOPPED, &about, err);
    if (!s) s = fh_org_commit(org, err);
    fh_pool_write_done(c->api->options.pool, org);
    return s ? s : get_job(c, err);
}

const fh_route fh_routes_jobs[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/jobs",
     .id = "listJobs",
     .group = "Jobs",
     .summary = "Long work, newest first: the own, or with the right 'jobs' everybody's",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_NO_ORG,
     .query = list_options,
     .query_size = sizeof(list_query),
     .query_defaults = &list_defaults,
     .reply = "Jobs",
     .handle = list_jobs},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/jobs",
     .id = "addJob",
     .group = "Jobs",
     .summary = "Ask for a merge, a check, a backup, a report or an export",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_WRITES,
     .body = "JobWanted",
     .reply = "Job",
     .status = 202,
     .handle = add_job},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/jobs/{job}",
     .id = "getJob",
     .group = "Jobs",
     .summary = "How far a job is, or what it gave",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_NO_ORG,
     .reply = "Job",
     .handle = get_job},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/jobs/{job}/cancel",
     .id = "cancelJob",
     .group = "Jobs",
     .summary = "Stop a job",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_NO_ORG,
     .reply = "Job",
     .handle = cancel_job},
    {.path = NULL},
};
