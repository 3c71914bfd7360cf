/* job_files.c - names of uploads and exports, and clearing old ones away. */
#include "app/jobs/job_files.h"

#include "store/job_rows.h"

#include <stdio.h>
#include <string.h>

/* ENDING_MAX: what is put behind a name: ".rejects.jsonl.txt". */
enum { TITLE_MAX = 80, ENDING_MAX = 20, HEX = 16, HEAD = 2 + HEX + 1 /* "f-0123456789abcdef-" */ };

static bool harmless(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool fh_job_file_is(fh_str name)
{
    if (name.len <= HEAD || name.len > HEAD + TITLE_MAX + ENDING_MAX) return false;
    if (memcmp(name.ptr, "f-", 2) != 0 || name.ptr[HEAD - 1] != '-') return false;
    for (size_t i = 2; i < HEAD - 1; i++)
        if (!is_hex(name.ptr[i])) return false;
    for (size_t i = HEAD; i < name.len; i++)
        if (!harmless(name.ptr[i])) return false;
    return true;
}

fh_str fh_job_file_title(fh_str name)
{
    return fh_job_file_is(name) ? (fh_str){name.ptr + HEAD, name.len - HEAD} : name;
}

fh_status fh_job_file_path(const char *folder, fh_str name, fh_arena *arena, fh_str *path,
                           fh_error *err)
{
    if (!fh_job_file_is(name)) {
        (void)fh_fail(err, FH_INVALID, "'%.*s' is not the name of a file kept here",
                      name.len > 60 ? 60 : (int)name.len, name.len ? name.ptr : "");
        return fh_hint(err, FH_INVALID, "Use the name that the upload or the job gave.");
    }
    return fh_arena_format(arena, path, "%s/%.*s", folder, FH_STR_ARG(name)) ? FH_OK
                                                                             : fh_no_memory(err);
}

/* The last TITLE_MAX bytes, so that the ending stays. */
static size_t make_title(fh_str suggested, char out[TITLE_MAX + 1])
{
    const char *at = suggested.ptr;
    size_t len = suggested.len;
    for (size_t i = 0; i < suggested.len; i++)
        if (suggested.ptr[i] == '/' || suggested.ptr[i] == '\\') {
            at = suggested.ptr + i + 1;
            len = suggested.len - i - 1;
        }
    if (len > TITLE_MAX) {
        at += len - TITLE_MAX;
        len = TITLE_MAX;
    }
    for (size_t i = 0; i < len; i++) out[i] = harmless(at[i]) ? at[i] : '_';
    if (len == 0) len = (size_t)snprintf(out, TITLE_MAX, "file");
    return len;
}

fh_status fh_job_file_new(const fh_os *os, const char *folder, fh_str suggested, fh_arena *arena,
                          fh_str *name, fh_str *path, fh_error *err)
{
    unsigned char random[HEX / 2];
    char hex[HEX + 1], title[TITLE_MAX + 1];
    fh_str made;
    fh_status status = os->random(os->ctx, random, sizeof random, err);
    if (status != FH_OK) return status;
    for (size_t i = 0; i < sizeof random; i++) (void)snprintf(hex + 2 * i, 3, "%02x", random[i]);
    const size_t len = make_title(suggested, title);
    if (!fh_arena_format(arena, &made, "f-%s-%.*s", hex, (int)len, title)) return fh_no_memory(err);
    status = fh_job_file_path(folder, made, arena, path, err);
    if (status == FH_OK) *name = made;
    return status;
}

/* ---- Sweeping ------------------------------------------------------------------------------ */

typedef struct sweeping {
    const fh_os *os;
    const char *folder;
    fh_arena *arena;
    int64_t before_ms;
    const fh_job *job; /* [n_jobs] that wait or run */
    size_t n_jobs;
    uint64_t n;
    fh_error *err;
} sweeping;

/* Is `part` in `whole`? */
static bool holds(fh_str whole, fh_str part)
{
    for (size_t i = 0; i + part.len <= whole.len; i++)
        if (memcmp(whole.ptr + i, part.ptr, part.len) == 0) return true;
    return false;
}

static fh_status sweep_one(void *ctx, fh_str name, int64_t changed_ms)
{
    sweeping *s = ctx;
    if (!fh_job_file_is(name) || changed_ms >= s->before_ms) return FH_OK;
    for (size_t i = 0; i < s->n_jobs; i++)
        if (holds(s->job[i].params, (fh_str){name.ptr, HEAD})) return FH_OK;
    fh_str path;
    if (!fh_arena_format(s->arena, &path, "%s/%.*s", s->folder, FH_STR_ARG(name)))
        return fh_no_memory(s->err);
    const fh_status status = s->os->remove(s->os->ctx, path.ptr, s->err);
    if (status == FH_OK) s->n++;
    return status;
}

typedef struct counting {
    int64_t before_ms, oldest_ms;
    uint64_t n;
} counting;

static fh_status count_one(void *ctx, fh_str name, int64_t changed_ms)
{
    counting *c = ctx;
    if (!fh_job_file_is(name) || changed_ms >= c->before_ms) return FH_OK;
    if (!c->n++ || changed_ms < c->oldest_ms) c->oldest_ms = changed_ms;
    return FH_OK;
}

fh_status fh_job_files_old(const fh_os *os, const char *folder, int64_t before_ms, uint64_t *n,
                           int64_t *oldest_ms, fh_error *err)
{
    counting c = {.before_ms = before_ms};
    fh_error absent = {0};
    const fh_status status = os->list_files(os->ctx, folder, count_one, &c, &absent);
    if (status != FH_OK && status != FH_NOTFOUND) {
        if (err) *err = absent;
        return status;
    }
    *n = c.n;
    *oldest_ms = c.oldest_ms;
    return FH_OK;
}

fh_status fh_job_files_sweep(fh_pool *pool, const char *folder, int64_t before_ms, uint64_t *n,
                             fh_error *err)
{
    const fh_job_query unended = {.states = 1u << FH_JOB_WAITING | 1u << FH_JOB_RUNNING,
                                  .most = 1000};
    fh_org *org = NULL;
    bool more = false;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    sweeping s = {.os = fh_pool_os(pool),
                  .folder = folder,
                  .arena = arena,
                  .before_ms = before_ms,
                  .err = err};
    fh_status status = fh_pool_read(pool, &org, err);
    if (status == FH_OK) status = fh_job_list(org, &unended, arena, &s.job, &s.n_jobs, &more, err);
    fh_pool_read_done(pool, org);
    /* More than can be looked through: nothing is removed today. */
    if (status == FH_OK && !more) status = s.os->list_files(s.os->ctx, folder, sweep_one, &s, err);
    fh_arena_free(arena);
    if (status == FH_OK) *n = s.n;
    return status;
}
