/* due.c - whether it is time to look by itself.
 *
 * A run that has ended keeps a mark of what had come in when it began. While the mark is
 * another one now, and nobody looks or brings in a file, the next look is due as soon as the
 * last one is long enough ago. What changes by age alone (moments nobody owns, promises) is
 * looked at once a day. All of it stands in the file: a restart changes nothing.
 */
#include "app/find/findings.h"

#include "store/job_rows.h"
#include "store/members.h"
#include "store/sources.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

fh_status fh_find_mark(fh_org *org, uint64_t *out, fh_error *err)
{
    uint64_t rows = 0;
    int64_t who = 0;
    fh_status s = fh_origins_told(org, &rows, err);
    if (!s) s = fh_identities_version(org, &who, err);
    if (s) return s;
    /* Nothing that ever came: 0. Else who is who counts, too: merged, parted, erased. */
    *out = rows ? (rows * UINT64_C(0x9e3779b97f4a7c15)) ^ (uint64_t)who : 0;
    return FH_OK;
}

/* The newest job of this kind in one of these states; job 0: there is none. */
static fh_status newest(fh_org *org, fh_str kind, uint32_t states, fh_arena *arena, fh_job *out,
                        fh_error *err)
{
    const fh_job_query q = {.kind = kind, .states = states, .most = 1};
    const fh_job *job = NULL;
    size_t n = 0;
    bool more = false;
    const fh_status s = fh_job_list(org, &q, arena, &job, &n, &more, err);
    if (!s) *out = n ? job[0] : (fh_job){.job = 0};
    return s;
}

static const uint32_t GOING = 1u << FH_JOB_WAITING | 1u << FH_JOB_RUNNING;

fh_status fh_find_going(fh_org *org, fh_arena *arena, int64_t *out, fh_error *err)
{
    fh_job job;
    const fh_status s = newest(org, FH_STR("find"), GOING, arena, &job, err);
    if (!s) *out = job.job;
    return s;
}

/* Somebody looks already, brings in a file, or looked a moment ago. */
static fh_status too_early(fh_org *org, int64_t since_ms, fh_arena *arena, bool *out, fh_error *err)
{
    fh_job import = {0}, merge = {0}, find = {0};
    fh_status s = newest(org, FH_STR("import"), GOING, arena, &import, err);
    if (!s) s = newest(org, FH_STR("merge"), GOING, arena, &merge, err);
    if (!s) s = newest(org, FH_STR("find"), 0, arena, &find, err);
    if (s) return s;
    const bool looks = find.job && (GOING >> find.state & 1);
    *out = import.job || merge.job || looks || (find.job && find.changed_ms > since_ms);
    return FH_OK;
}

fh_status fh_find_due(fh_org *org, int64_t every_ms, int64_t now_ms, bool *out, fh_error *err)
{
    fh_find_ran ran;
    uint64_t mark = 0;
    bool early = false;
    *out = false;
    fh_status s = fh_find_ran_last(org, &ran, err);
    if (!s) s = fh_find_mark(org, &mark, err);
    if (s || !mark || every_ms <= 0) return s;
    const bool is_new = mark != ran.mark && ran.at_ms <= now_ms - every_ms;
    if (!is_new && ran.at_ms > now_ms - DAY_MS) return FH_OK;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    s = too_early(org, now_ms - every_ms, arena, &early, err);
    fh_arena_free(arena);
    if (!s) *out = !early;
    return s;
}
