/* webhook_jobs.c - telling webhooks how background jobs ended.
 *
 * The message has what a receiver needs to act, and no rows of customers: samples
 * and rejects of an import stay here, where whoever may see them asks for the job.
 */
#include "app/hooks/webhooks.h"
#include "base/put.h"
#include "store/job_rows.h"

/* Numbers of an import's result. */
static fh_status put_counts(const fh_job *job, fh_json *j, fh_error *err)
{
    enum { TOKENS = 1 << 18 };
    static const char *const keys[] = {"rows",   "added",   "known",  "rejected",
                                       "erased", "dry_run", "already"};
    fh_json_doc doc;
    fh_json_reader *reader = fh_json_reader_new(NULL, TOKENS);
    if (!reader) return fh_no_memory(err);
    const fh_status status = fh_json_read(reader, job->result, &doc, err);
    if (status == FH_OK) {
        const uint32_t source = fh_json_get(&doc, 0, FH_STR("source"));
        fh_json_key(j, FH_STR("source"));
        if (source)
            fh_json_raw_value(j, fh_json_raw(&doc, source));
        else
            fh_json_null(j);
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            const uint32_t value = fh_json_get(&doc, 0, fh_str_of(keys[i]));
            if (!value) continue;
            fh_json_key(j, fh_str_of(keys[i]));
            fh_json_raw_value(j, fh_json_raw(&doc, value));
        }
    }
    fh_json_reader_free(reader);
    return status;
}

static fh_status tell(fh_org *org, fh_hook_event event, const fh_job *job, bool counts,
                      fh_error *err)
{
    enum { DATA_MAX = 64 << 10 };
    fh_buf data;
    fh_json j;
    fh_buf_init(&data, NULL, DATA_MAX);
    fh_json_begin(&j, &data, 0);
    fh_json_object(&j);
    fh_put_int(&j, "job", job->job);
    fh_put_text(&j, "kind", job->kind);
    fh_put_text(&j, "state", fh_str_of(fh_job_state_name(job->state)));
    fh_status status = counts ? put_counts(job, &j, err) : FH_OK;
    fh_json_end_object(&j);
    if (status == FH_OK && data.status != FH_OK) status = fh_no_memory(err);
    if (status == FH_OK) status = fh_webhook_tell(org, event, fh_buf_view(&data), err);
    fh_buf_free(&data);
    return status;
}

fh_status fh_webhook_job_ended(void *ctx, fh_org *org, const struct fh_job *job, fh_error *err)
{
    (void)ctx;
    const bool import = fh_str_eq(job->kind, FH_STR("import"));
    fh_status status = FH_OK;
    if (job->state == FH_JOB_FAILED) return tell(org, FH_HOOK_JOB_FAILED, job, false, err);
    if (job->state != FH_JOB_DONE) return FH_OK;
    status = tell(org, FH_HOOK_JOB_DONE, job, false, err);
    if (status == FH_OK && import) status = tell(org, FH_HOOK_IMPORT_FINISHED, job, true, err);
    return status;
}
