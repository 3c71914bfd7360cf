/* jobs_test.c - background jobs: what they show, how they end, and that neither a
 * crash nor a restart loses or doubles anything. */
#include "test.h"

#include "faulty_os.h"
#include "faulty_vfs.h"
#include "files.h"
#include "orgs.h"

#include "app/ask/standing.h"
#include "app/data/erase.h"
#include "app/jobs/job_files.h"
#include "app/jobs/job_params.h"
#include "app/jobs/jobs.h"
#include "os/threads.h"
#include "store/identities.h"
#include "store/segments.h"
#include "store/sources.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- Kinds of jobs for tests ---------------------------------------------------------------- */

/* What a blocked job waits for. */
static struct gate {
    fh_mutex *lock;
    fh_cond *moved;
    bool open;
    int inside, runs;
} gate;

static void open_gate(bool open)
{
    fh_mutex_lock(gate.lock);
    gate.open = open;
    fh_cond_wake_all(gate.moved);
    fh_mutex_unlock(gate.lock);
}

static void until_inside(int n)
{
    fh_mutex_lock(gate.lock);
    while (gate.inside < n) fh_cond_wait(gate.moved, gate.lock);
    fh_mutex_unlock(gate.lock);
}

typedef struct greeting {
    fh_str name;
    uint64_t times;
    fh_str list;
    bool loud;
} greeting;

static const fh_option greeting_table[] = {
    {0, "name", FH_OPTION_TEXT, offsetof(greeting, name), "NAME", "whom", NULL},
    {0, "how-often", FH_OPTION_COUNT, offsetof(greeting, times), "N", "how often", NULL},
    {0, "list", FH_OPTION_LIST, offsetof(greeting, list), "L", "a list", NULL},
    {0, "loud", FH_OPTION_FLAG, offsetof(greeting, loud), NULL, "loudly", NULL},
    {0},
};

static fh_status greet(fh_job_run *run, const void *options, fh_json *result, fh_error *err)
{
    const greeting *o = options;
    (void)run, (void)err;
    fh_json_key(result, FH_STR("greeted"));
    fh_json_str(result, o->name);
    fh_json_key(result, FH_STR("times"));
    fh_json_uint(result, o->times);
    fh_json_key(result, FH_STR("list"));
    fh_json_str(result, o->list);
    fh_json_key(result, FH_STR("loud"));
    fh_json_bool(result, o->loud);
    return FH_OK;
}

static fh_status wait_at_gate(fh_job_run *run, const void *options, fh_json *result, fh_error *err)
{
    (void)options, (void)result;
    fh_mutex_lock(gate.lock);
    gate.inside++;
    gate.runs++;
    fh_cond_wake_all(gate.moved);
    bool stop = false;
    while (!gate.open && !stop) {
        (void)fh_cond_wait_ms(gate.moved, gate.lock, 2);
        stop = fh_job_progress(run, 40, 100, "waiting at the gate");
    }
    gate.inside--;
    fh_mutex_unlock(gate.lock);
    return stop ? fh_fail(err, FH_INTERRUPTED, "stopped at the gate") : FH_OK;
}

static fh_status stumble(fh_job_run *run, const void *options, fh_json *result, fh_error *err)
{
    (void)run, (void)options, (void)result;
    (void)fh_fail(err, FH_FORMAT, "line 7 is not a line");
    return fh_hint(err, FH_FORMAT, "Mend line 7.");
}

static const fh_job_kind greet_kind = {.name = "greet",
                                       .summary = "greet",
                                       .options = greeting_table,
                                       .options_size = sizeof(greeting),
                                       .needs = "name",
                                       .run = greet},
                         gate_kind = {.name = "gate", .summary = "wait", .run = wait_at_gate},
                         stumble_kind = {.name = "stumble", .summary = "fail", .run = stumble},
                         once_kind = {.name = "once",
                                      .summary = "wait, once",
                                      .lost = "the server stopped while letters were printed",
                                      .run = wait_at_gate};
static const fh_job_kind *const test_kinds[] = {&greet_kind, &gate_kind, &stumble_kind, &once_kind,
                                                NULL};

/* ---- Set-up --------------------------------------------------------------------------------- */

static fh_pool *pool;
static fh_arena *arena;

static int set_up(void **state)
{
    (void)state;
    test_org_end(test_org_new(0));
    fh_error err = {0};
    assert_status(fh_org_create(fh_os_real(), test_org_path(0), FH_STR("Jobs"), &err), FH_OK);
    assert_status(fh_pool_open(fh_os_real(), test_org_name(0), &pool, &err), FH_OK);
    arena = fh_arena_new(NULL);
    gate = (struct gate){.lock = fh_mutex_new(), .moved = fh_cond_new()};
    return 0;
}

static fh_status remove_one(void *ctx, fh_str name, int64_t changed_ms)
{
    char path[512];
    (void)changed_ms;
    (void)snprintf(path, sizeof path, "%s/%.*s", (const char *)ctx, FH_STR_ARG(name));
    return unlink(path) == 0 ? FH_OK : FH_IO;
}

static int tear_down(void **state)
{
    (void)state;
    char folder[256];
    (void)snprintf(folder, sizeof folder, "%s.files", test_org_name(0));
    (void)fh_os_real()->list_files(NULL, folder, remove_one, folder, NULL);
    (void)rmdir(folder);
    fh_pool_close(pool);
    fh_arena_free(arena);
    fh_mutex_free(gate.lock);
    fh_cond_free(gate.moved);
    (void)test_org_path(0);
    test_files_end();
    return 0;
}

static fh_jobs *start(const fh_jobs_options *options)
{
    fh_jobs *jobs = NULL;
    fh_error err = {0};
    if (fh_jobs_start(pool, options, &jobs, &err) != FH_OK) fail_msg("%s", err.message);
    return jobs;
}

static fh_jobs *start_tests(void)
{
    const fh_jobs_options options = {.kinds = test_kinds};
    return start(&options);
}

static int64_t add(fh_jobs *jobs, const char *kind, const char *params)
{
    int64_t job = 0;
    fh_error err = {0};
    if (fh_jobs_add(jobs, fh_str_of(kind), fh_str_of(params), FH_STR("ann"), 5, &job, &err) !=
        FH_OK)
        fail_msg("%s", err.message);
    return job;
}

static fh_job look(fh_jobs *jobs, int64_t job)
{
    fh_job j = {.job = 0};
    assert_status(fh_jobs_get(jobs, job, arena, &j, NULL), FH_OK);
    return j;
}

static fh_job until_ended(fh_jobs *jobs, int64_t job)
{
    for (int64_t until = 0; test_patient(&until);) {
        const fh_job j = look(jobs, job);
        if (j.state > FH_JOB_RUNNING) return j;
    }
    fail_msg("job %d did not end", (int)job);
    return (fh_job){.job = 0};
}

/* ---- Running -------------------------------------------------------------------------------- */

static void a_job_runs_and_leaves_its_result(void **state)
{
    (void)state;
    fh_jobs *jobs = start_tests();
    const int64_t number = add(jobs, "greet",
                               "{\"name\":\"B\\u00e4r\",\"how_often\":3,\"list\":[\"a\",\"b\"],"
                               "\"loud\":true}");
    const fh_job j = until_ended(jobs, number);
    assert_int_equal(j.state, FH_JOB_DONE);
    assert_str(j.result, "{\"greeted\":\"B\xc3\xa4r\",\"times\":3,\"list\":\"a,b\",\"loud\":true}");
    assert_str(j.owner, "ann");
    assert_int_equal(j.attempts, 1);
    assert_true(j.created_ms && j.started_ms >= j.created_ms && j.finished_ms >= j.started_ms);
    fh_buf out;
    fh_json json;
    fh_buf_init(&out, NULL, 1 << 16);
    fh_json_begin(&json, &out, 0);
    fh_job_json(&j, &json);
    fh_json_reader *reader = fh_json_reader_new(NULL, 1000);
    fh_json_doc doc;
    assert_status(fh_json_read(reader, fh_buf_view(&out), &doc, NULL), FH_OK);
    assert_str(fh_json_raw(&doc, fh_json_get(&doc, 0, FH_STR("state"))), "\"done\"");
    fh_json_reader_free(reader);
    fh_buf_free(&out);
    fh_jobs_stop(jobs);
}

static void parameters_are_checked_when_a_job_is_added(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *params;
        fh_status status;
        const char *message, *hint;
    } cases[] = {
        {"greeet", "{}", FH_NOTFOUND, "there is no kind of job called 'greeet'",
         "Did you mean 'greet'?"},
        {"greet", "{}", FH_INVALID, "a job 'greet' needs the parameter 'name'",
         "The handbook's page on jobs says what it is."},
        {"greet", "", FH_INVALID, "a job 'greet' needs the parameter 'name'",
         "The handbook's page on jobs says what it is."},
        {"greet", "{\"nane\":\"x\"}", FH_INVALID, "a job 'greet' has no parameter 'nane'",
         "Did you mean 'name'?"},
        {"greet", "[]", FH_INVALID, "the parameters of a job are a JSON object",
         "Write {} when there are none."},
        {"greet", "{\"name\":{}}", FH_INVALID, "name is neither a text nor a number",
         "Only lists of names may be an array."},
        {"greet", "{\"name\":true}", FH_INVALID, "name is of another type",
         "Write a text or a number."},
        {"greet", "{\"loud\":\"yes\"}", FH_INVALID, "loud is of another type",
         "Write true or false."},
        {"greet", "{\"how-often\":-1}", FH_INVALID, "how-often: '-1' cannot be read", NULL},
        {"greet", "{\"name\":\"a\\u0000b\"}", FH_INVALID, "name: a NUL", NULL},
        {"greet", "{\"name\"", FH_FORMAT, NULL, NULL},
    };
    fh_jobs *jobs = start_tests();
    for (size_t i = 0; i < COUNT(cases); i++) {
        fh_error err = {0};
        int64_t job = -1;
        assert_status(fh_jobs_add(jobs, fh_str_of(cases[i].kind), fh_str_of(cases[i].params),
                                  (fh_str){0}, 0, &job, &err),
                      cases[i].status);
        if (cases[i].message) assert_string_equal(err.message, cases[i].message);
        if (cases[i].hint) assert_string_equal(err.hint, cases[i].hint);
        assert_int_equal(job, -1);
    }
    fh_jobs_stop(jobs);
}

static void progress_is_seen_while_a_job_runs(void **state)
{
    (void)state;
    fh_jobs *jobs = start_tests();
    const int64_t number = add(jobs, "gate", "{}");
    until_inside(1);
    fh_job j = look(jobs, number);
    for (int64_t until = 0; j.done != 40 && test_patient(&until);) j = look(jobs, number);
    assert_int_equal(j.state, FH_JOB_RUNNING);
    assert_int_equal(j.done, 40);
    assert_int_equal(j.total, 100);
    assert_str(j.words, "waiting at the gate");
    open_gate(true);
    assert_int_equal(until_ended(jobs, number).state, FH_JOB_DONE);
    fh_jobs_stop(jobs);
}

static void a_failed_job_says_why_and_what_to_do(void **state)
{
    (void)state;
    fh_jobs *jobs = start_tests();
    const fh_job j = until_ended(jobs, add(jobs, "stumble", "{}"));
    assert_int_equal(j.state, FH_JOB_FAILED);
    assert_str(j.error, "line 7 is not a line");
    assert_str(j.hint, "Mend line 7.");
    assert_str(j.result, "{\"exit_status\":3}");
    fh_jobs_stop(jobs);
}

static void waiting_jobs_are_cancelled_at_once_and_running_ones_soon(void **state)
{
    (void)state;
    const fh_jobs_options options = {.kinds = test_kinds, .threads = 1};
    fh_jobs *jobs = start(&options);
    fh_job_state now;
    fh_error err = {0};
    const int64_t running = add(jobs, "gate", "{}"), waiting = add(jobs, "gate", "{}");
    until_inside(1);
    assert_status(fh_jobs_cancel(jobs, waiting, &now, &err), FH_OK);
    assert_int_equal(now, FH_JOB_CANCELLED);
    assert_status(fh_jobs_cancel(jobs, running, &now, &err), FH_OK);
    assert_int_equal(now, FH_JOB_RUNNING);
    const fh_job j = until_ended(jobs, running);
    assert_int_equal(j.state, FH_JOB_CANCELLED);
    assert_str(j.error, "stopped at the gate");
    assert_status(fh_jobs_cancel(jobs, running, &now, &err), FH_CONFLICT);
    assert_string_equal(err.message, "job 1 has ended: it is cancelled");
    assert_status(fh_jobs_cancel(jobs, 99, &now, &err), FH_NOTFOUND);
    assert_int_equal(gate.runs, 1);
    fh_jobs_stop(jobs);
}

static void stopping_gives_a_job_back_and_the_next_runner_goes_on(void **state)
{
    (void)state;
    fh_jobs *jobs = start_tests();
    const int64_t number = add(jobs, "gate", "{}");
    until_inside(1);
    fh_jobs_stop(jobs);
    open_gate(true);
    jobs = start_tests();
    const fh_job j = until_ended(jobs, number);
    assert_int_equal(j.state, FH_JOB_DONE);
    assert_int_equal(j.attempts, 1); /* the first one was no crash */
    assert_int_equal(gate.runs, 2);
    fh_jobs_stop(jobs);
}

/* A runner that died: its job is marked as running until `lease_ms`. */
static int64_t left_behind(const char *kind, int times, int64_t lease_ms)
{
    fh_org *org = NULL;
    fh_job job;
    bool lost = false;
    int64_t number = 0;
    const int64_t now = fh_os_real()->now_ms(NULL);
    assert_status(fh_pool_write(pool, -1, &org, NULL), FH_OK);
    assert_status(
        fh_job_put(org, fh_str_of(kind), FH_STR("{}"), (fh_str){0}, 0, now, &number, NULL), FH_OK);
    for (int i = 0; i < times; i++) {
        assert_status(fh_job_take(org, 7 + i, now + i * 1000, i + 1 < times ? 1 : lease_ms, arena,
                                  &job, &lost, NULL),
                      FH_OK);
        assert_int_equal(job.job, number);
        assert_int_equal(lost, i > 0);
    }
    fh_pool_write_done(pool, org);
    return number;
}

static void a_job_of_a_runner_that_died_is_taken_up_again(void **state)
{
    (void)state;
    const int64_t number = left_behind("gate", 1, 0);
    open_gate(true);
    fh_jobs *jobs = start_tests();
    const fh_job j = until_ended(jobs, number);
    assert_int_equal(j.state, FH_JOB_DONE);
    assert_int_equal(j.attempts, 2);
    fh_jobs_stop(jobs);
}

static void a_kind_that_cannot_be_done_again_fails_with_its_sentence(void **state)
{
    (void)state;
    const int64_t number = left_behind("once", 1, 0);
    fh_jobs *jobs = start_tests();
    const fh_job j = until_ended(jobs, number);
    assert_int_equal(j.state, FH_JOB_FAILED);
    assert_str(j.error, "the server stopped while letters were printed");
    assert_int_equal(gate.runs, 0);
    fh_jobs_stop(jobs);
}

static void a_job_that_crashed_the_server_three_times_is_not_tried_again(void **state)
{
    (void)state;
    const int64_t number = left_behind("gate", 3, -2000);
    fh_jobs *jobs = start_tests();
    const fh_job j = until_ended(jobs, number);
    assert_int_equal(j.state, FH_JOB_FAILED);
    assert_str(j.error, "the server stopped 3 times while this job ran");
    assert_int_equal(gate.runs, 0);
    fh_jobs_stop(jobs);
}

static void a_job_with_a_lease_is_left_alone_and_who_lost_it_writes_nothing(void **state)
{
    (void)state;
    fh_org *org = NULL;
    fh_job job = {.job = 0}, other = {.job = 0};
    bool lost, stop;
    const int64_t now = fh_os_real()->now_ms(NULL);
    const int64_t number = left_behind("gate", 1, 1000);
    assert_status(fh_pool_write(pool, -1, &org, NULL), FH_OK);
    assert_status(fh_job_take(org, 20, now, 1000, arena, &job, &lost, NULL), FH_OK);
    assert_int_equal(job.job, 0);
    assert_status(fh_job_take(org, 20, now + 60000, 1000, arena, &job, &lost, NULL), FH_OK);
    assert_int_equal(job.job, number);
    assert_true(lost);
    other = job;
    other.runner = 7; /* the one thought dead comes back */
    other.state = FH_JOB_DONE;
    assert_status(fh_job_renew(org, &other, now, 1000, &stop, NULL), FH_CONFLICT);
    assert_status(fh_job_end(org, &other, NULL), FH_CONFLICT);
    assert_status(fh_job_give_back(org, &other, now, NULL), FH_CONFLICT);
    assert_status(fh_job_renew(org, &job, now, 1000, &stop, NULL), FH_OK);
    assert_false(stop);
    fh_pool_write_done(pool, org);
}

static void jobs_are_listed_newest_first_page_by_page(void **state)
{
    (void)state;
    fh_jobs *jobs = start_tests();
    int64_t last = 0;
    for (int i = 0; i < 5; i++) last = add(jobs, "greet", "{\"name\":\"x\"}");
    const int64_t failed = add(jobs, "stumble", "{}");
    (void)until_ended(jobs, last);
    (void)until_ended(jobs, failed);
    const fh_job *page;
    size_t n;
    bool more;
    fh_job_query query = {.most = 4};
    assert_status(fh_jobs_list(jobs, &query, arena, &page, &n, &more, NULL), FH_OK);
    assert_int_equal(n, 4);
    assert_true(more);
    assert_int_equal(page[0].job, failed);
    query.before = page[3].job;
    assert_status(fh_jobs_list(jobs, &query, arena, &page, &n, &more, NULL), FH_OK);
    assert_int_equal(n, 2);
    assert_false(more);
    assert_int_equal(page[1].job, 1);
    query = (fh_job_query){.states = 1u << FH_JOB_FAILED, .owner_id = 5};
    assert_status(fh_jobs_list(jobs, &query, arena, &page, &n, &more, NULL), FH_OK);
    assert_int_equal(n, 1);
    query = (fh_job_query){.kind = FH_STR("greet"), .owner_id = 6};
    assert_status(fh_jobs_list(jobs, &query, arena, &page, &n, &more, NULL), FH_OK);
    assert_int_equal(n, 0);
    fh_jobs_stop(jobs);
}

typedef struct endings {
    int n, fail_first;
    fh_job_state state;
} endings;

static fh_status on_end(void *ctx, fh_org *org, const fh_job *job, fh_error *err)
{
    endings *e = ctx;
    e->n++;
    e->state = job->state;
    if (e->n <= e->fail_first) return fh_fail(err, FH_IO, "injected fault");
    return fh_setting_put(org, FH_STR("ended"), job->kind, err);
}

static void the_end_is_told_in_the_transaction_that_writes_it(void **state)
{
    (void)state;
    endings e = {.fail_first = 1};
    const fh_jobs_options options = {
        .kinds = test_kinds, .ended = on_end, .ctx = &e, .lease_ms = 30, .threads = 1};
    fh_jobs *jobs = start(&options);
    const int64_t number = add(jobs, "greet", "{\"name\":\"x\"}");
    const fh_job j = until_ended(jobs, number);
    fh_jobs_stop(jobs);
    /* The first ending was rolled back: the job ran again when its lease had run out. */
    assert_int_equal(e.n, 2);
    assert_int_equal(e.state, FH_JOB_DONE);
    assert_int_equal(j.attempts, 2);
    fh_org *org = NULL;
    fh_str told;
    assert_status(fh_pool_read(pool, &org, NULL), FH_OK);
    assert_status(fh_setting_get(org, FH_STR("ended"), arena, &told, NULL), FH_OK);
    assert_str(told, "greet");
    fh_pool_read_done(pool, org);
}

static void ended_jobs_are_forgotten_after_a_while(void **state)
{
    (void)state;
    fh_jobs *jobs = start_tests();
    const int64_t number = add(jobs, "greet", "{\"name\":\"x\"}");
    const fh_job j = until_ended(jobs, number);
    open_gate(false);
    const int64_t kept = add(jobs, "gate", "{}");
    until_inside(1);
    fh_org *org = NULL;
    uint64_t n = 0;
    assert_status(fh_pool_write(pool, -1, &org, NULL), FH_OK);
    assert_status(fh_job_forget(org, j.finished_ms, &n, NULL), FH_OK);
    assert_int_equal(n, 0);
    assert_status(fh_job_forget(org, INT64_MAX, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    fh_pool_write_done(pool, org);
    assert_int_equal(look(jobs, kept).state, FH_JOB_RUNNING);
    open_gate(true);
    fh_jobs_stop(jobs);
}

/* ---- Files ---------------------------------------------------------------------------------- */

static void names_of_files_lead_nowhere_else(void **state)
{
    (void)state;
    static const struct {
        const char *suggested, *title;
    } good[] = {{"march.csv.gz", "march.csv.gz"},
                {"../../etc/passwd", "passwd"},
                {"C:\\Users\\x\\m\xc3\xa4rz 1.csv", "m__rz_1.csv"},
                {"", "file"},
                {"..", ".."},
                {"a/", "file"}};
    static const char *const bad[] = {"",
                                      "passwd",
                                      "../x",
                                      "f-0123456789abcdef-",
                                      "f-0123456789abcdef-a/b",
                                      "f-0123456789ABCDEF-a",
                                      "f-0123456789abcde-a",
                                      "f-0123456789abcdef-a\nb",
                                      "/f-0123456789abcdef-a"};
    const fh_os *os = fh_os_real();
    fh_str name, path;
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_status(
            fh_job_file_new(os, "/d", fh_str_of(good[i].suggested), arena, &name, &path, NULL),
            FH_OK);
        assert_str(fh_job_file_title(name), good[i].title);
        assert_int_equal(path.len, 3 + name.len);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_status(fh_job_file_path("/d", fh_str_of(bad[i]), arena, &path, NULL), FH_INVALID);
    char longest[500];
    memset(longest, 'x', sizeof longest);
    memcpy(longest + sizeof longest - 7, ".csv.gz", 7);
    assert_status(
        fh_job_file_new(os, "/d", (fh_str){longest, sizeof longest}, arena, &name, &path, NULL),
        FH_OK);
    assert_true(name.len < 110);
    assert_memory_equal(name.ptr + name.len - 7, ".csv.gz", 7);
}

static const char *make(const char *folder, const char *name, int age_days)
{
    static char path[8][256];
    static int turn;
    char *at = path[turn++ % 8];
    (void)snprintf(at, 256, "%s/%s", folder, name);
    FILE *f = fopen(at, "w");
    assert_non_null(f);
    (void)fclose(f);
    const int64_t when = fh_os_real()->now_ms(NULL) / 1000 - age_days * 86400;
    const struct timespec times[2] = {{.tv_sec = (time_t)when}, {.tv_sec = (time_t)when}};
    assert_int_equal(utimensat(AT_FDCWD, at, times, 0), 0);
    return at;
}

static void old_files_are_swept_but_not_those_a_job_waits_for(void **state)
{
    (void)state;
    char folder[256];
    fh_org *org = NULL;
    int64_t job;
    uint64_t n = 0;
    (void)snprintf(folder, sizeof folder, "%s.files", test_org_name(0));
    assert_int_equal(mkdir(folder, 0700), 0);
    const char *old = make(folder, "f-0000000000000001-old.csv", 9);
    const char *fresh = make(folder, "f-0000000000000002-new.csv", 1);
    const char *waited = make(folder, "f-0000000000000003-wait.csv", 9);
    const char *others = make(folder, "notes.txt", 9);
    assert_status(fh_pool_write(pool, -1, &org, NULL), FH_OK);
    assert_status(fh_job_put(org, FH_STR("import"),
                             FH_STR("{\"file\":\"f-0000000000000003-wait.csv\"}"), (fh_str){0}, 0,
                             1, &job, NULL),
                  FH_OK);
    fh_pool_write_done(pool, org);
    const int64_t before = fh_os_real()->now_ms(NULL) - INT64_C(7) * 86400000;
    assert_status(fh_job_files_sweep(pool, folder, before, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_int_not_equal(access(old, F_OK), 0);
    assert_int_equal(access(fresh, F_OK) | access(waited, F_OK) | access(others, F_OK), 0);
}

/* ---- The kinds there are -------------------------------------------------------------------- */

static fh_str put_file(fh_jobs *jobs, const char *title, fh_str bytes)
{
    fh_str name, path;
    assert_status(fh_jobs_new_file(jobs, fh_str_of(title), arena, &name, &path, NULL), FH_OK);
    FILE *f = fopen(path.ptr, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
    assert_int_equal(fclose(f), 0);
    return name;
}

static const char *member(const fh_job *job, const char *key)
{
    static char text[4][4096];
    static int turn;
    fh_json_reader *r = fh_json_reader_new(NULL, 10000);
    fh_json_doc doc;
    assert_status(fh_json_read(r, job->result, &doc, NULL), FH_OK);
    const fh_str raw = fh_json_raw(&doc, fh_json_get(&doc, 0, fh_str_of(key)));
    char *at = text[turn++ % 4];
    (void)snprintf(at, sizeof text[0], "%.*s", FH_STR_ARG(raw));
    fh_json_reader_free(r);
    return at;
}

static void no_fault(void *ctx, const char *sentence)
{
    (void)ctx;
    fail_msg("%s", sentence);
}

static fh_job run_real(fh_jobs *jobs, const char *kind, const char *params)
{
    const fh_job j = until_ended(jobs, add(jobs, kind, params));
    if (j.state != FH_JOB_DONE) fail_msg("%s: %s", kind, j.error.ptr);
    return j;
}

static void a_file_is_imported_exported_checked_copied_and_reported(void **state)
{
    (void)state;
    const fh_jobs_options options = {.threads = 1};
    fh_jobs *jobs = start(&options);
    char params[256], path[512];
    const fh_str name = put_file(jobs, "calls.csv",
                                 FH_STR("customer,time,touchpoint\nann,2024-01-01,Asked\n"
                                        "ann,never,Broken\nbob,2024-01-03,Asked\n"
                                        "cid,2024-01-04,Asked\n"));
    (void)snprintf(params, sizeof params, "{\"file\":\"%s\",\"dry_run\":true,\"samples\":1}",
                   name.ptr);
    fh_job j = run_real(jobs, "import", params);
    assert_string_equal(member(&j, "dry_run"), "true");
    assert_non_null(strstr(member(&j, "columns"), "\"field\":\"touchpoint\""));
    assert_non_null(strstr(member(&j, "samples"), "\"value\":\"ann\""));
    assert_non_null(strstr(member(&j, "rejects"), "\"line\":3"));

    (void)snprintf(params, sizeof params, "{\"file\":\"%s\"}", name.ptr);
    j = run_real(jobs, "import", params);
    assert_string_equal(member(&j, "added"), "3");
    assert_string_equal(member(&j, "rejected"), "1");
    assert_string_equal(member(&j, "source"), "\"calls\"");
    const char *rejects = member(&j, "rejects_file");
    fh_str found;
    assert_status(
        fh_jobs_file(jobs, (fh_str){rejects + 1, strlen(rejects) - 2}, arena, &found, NULL), FH_OK);
    assert_int_equal(access(found.ptr, R_OK), 0);
    j = run_real(jobs, "import", params);
    assert_string_equal(member(&j, "already"), "true");

    j = run_real(jobs, "merge", "{}");
    assert_string_equal(member(&j, "duplicates"), "0");
    j = run_real(jobs, "check", "{}");
    assert_string_equal(member(&j, "n_faults"), "0");
    j = run_real(jobs, "export", "{\"format\":\"jsonl\",\"zone\":\"+02:00\"}");
    assert_string_equal(member(&j, "interactions"), "3");
    j = run_real(jobs, "export", "{\"customer\":\"ann\"}");
    assert_string_equal(member(&j, "interactions"), "1");
    j = run_real(jobs, "report", "{\"title\":\"A <b>\",\"from\":\"2024\"}");
    const char *page = member(&j, "file");
    (void)snprintf(path, sizeof path, "%s.files/%.*s", test_org_name(0), (int)strlen(page) - 2,
                   page + 1);
    size_t n = 0;
    char *html = test_file_read(path, &n);
    assert_non_null(html);
    assert_non_null(strstr(html, "A &lt;b&gt;"));
    free(html);
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    j = run_real(jobs, "backup", "{}");
    const char *copy = member(&j, "file");
    (void)snprintf(path, sizeof path, "%s.files/%.*s", test_org_name(0), (int)strlen(copy) - 2,
                   copy + 1);
    fh_org *org = NULL;
    fh_store_counts counts;
    assert_status(fh_org_open(fh_os_real(), path, FH_ORG_READ, &org, NULL), FH_OK);
    assert_status(fh_store_count(org, &counts, NULL), FH_OK);
    assert_int_equal(counts.interactions, 3);
    fh_org_close(org);
    fh_jobs_stop(jobs);
}

/* A million interactions, twenty days of 50,000 customers. */
static fh_str put_many(fh_jobs *jobs)
{
    fh_str name, path;
    assert_status(fh_jobs_new_file(jobs, FH_STR("many.csv"), arena, &name, &path, NULL), FH_OK);
    FILE *f = fopen(path.ptr, "wb");
    assert_non_null(f);
    assert_true(fputs("customer,time,touchpoint\n", f) >= 0);
    for (int day = 1; day <= 20; day++)
        for (int customer = 1; customer <= 50000; customer++)
            assert_true(fprintf(f, "%d,2024-01-%02d,%c\n", customer, day, 'A' + customer % 7) > 0);
    assert_int_equal(fclose(f), 0);
    return name;
}

static void after_much_came_in_the_usual_questions_are_answered_from_the_file(void **state)
{
    (void)state;
    const fh_jobs_options options = {.threads = 1};
    fh_jobs *jobs = start(&options);
    char params[256];
    const fh_str name = put_many(jobs);
    (void)snprintf(params, sizeof params, "{\"file\":\"%s\"}", name.ptr);
    fh_job j = run_real(jobs, "import", params);
    assert_string_equal(member(&j, "added"), "1000000");
    fh_org *org = NULL;
    uint64_t n_kept = 0, n_wrong = 0;
    assert_status(fh_org_open(fh_os_real(), test_org_name(0), FH_ORG_READ, &org, NULL), FH_OK);
    assert_status(fh_standing_check(org, no_fault, NULL, &n_kept, &n_wrong, NULL), FH_OK);
    assert_int_equal(n_kept, 8);
    assert_int_equal(n_wrong, 0);
    fh_org_close(org);
    fh_jobs_stop(jobs);
}

static void what_an_import_cannot_do_it_says(void **state)
{
    (void)state;
    const fh_jobs_options options = {.threads = 1};
    fh_jobs *jobs = start(&options);
    static const struct {
        const char *params, *error;
    } cases[] = {
        {"{\"file\":\"../../etc/passwd\"}",
         "'../../etc/passwd' is not the name of a file kept here"},
        {"{\"file\":\"f-0123456789abcdef-gone.csv\"}", "cannot open"},
        {"{\"file\":\"f-0123456789abcdef-gone.csv\",\"delimiter\":\"ab\"}",
         "delimiter 'ab' is not one character"},
        {"{\"file\":\"f-0123456789abcdef-gone.csv\",\"zone\":\"Mars/Base\"}", "Mars/Base"},
        {"{\"file\":\"f-0123456789abcdef-gone.csv\",\"map\":\"nonsense\"}", "nonsense"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const fh_job j = until_ended(jobs, add(jobs, "import", cases[i].params));
        assert_int_equal(j.state, FH_JOB_FAILED);
        assert_non_null(strstr(j.error.ptr, cases[i].error));
        assert_true(j.hint.len > 0);
    }
    fh_jobs_stop(jobs);
}

/* What jobs tell of a customer goes with the customer. */
static void erasing_a_customer_takes_it_out_of_jobs_too(void **state)
{
    (void)state;
    const fh_jobs_options options = {.threads = 1};
    fh_jobs *jobs = start(&options);
    char params[256];
    const fh_str name = put_file(jobs, "calls.csv",
                                 FH_STR("email,time,touchpoint\nAnn-Marie@Example.org,2024-01-01,"
                                        "Asked\nbob@example.org,2024-01-03,Asked\n"));
    (void)snprintf(params, sizeof params, "{\"file\":\"%s\",\"dry_run\":true}", name.ptr);
    const fh_job tried = run_real(jobs, "import", params);
    assert_non_null(strstr(member(&tried, "samples"), "Ann-Marie"));
    (void)snprintf(params, sizeof params, "{\"file\":\"%s\",\"samples\":1}", name.ptr);
    const fh_job imported = run_real(jobs, "import", params);
    const fh_job other = run_real(jobs, "export", "{\"customer\":\"bob@example.org\"}");
    const fh_job hers = run_real(jobs, "export", "{\"customer\":\"ann-marie@example.org\"}");
    fh_jobs_stop(jobs);
    fh_org *org = NULL;
    uint32_t customer = 0;
    fh_erase_result proof;
    fh_error err = {0};
    assert_status(fh_pool_write(pool, -1, &org, NULL), FH_OK);
    assert_status(fh_identity_find(org, FH_STR("ann-marie@example.org"), &customer, NULL), FH_OK);
    if (fh_erase_customer(org, customer, &proof, &err) != FH_OK) fail_msg("%s", err.message);
    assert_int_equal(proof.found, 0);
    fh_pool_write_done(pool, org);
    jobs = start(&options);
    assert_str(look(jobs, tried.job).result, "{\"erased\":true}");
    assert_str(look(jobs, imported.job).result, "{\"erased\":true}");
    assert_str(look(jobs, hers.job).params, "{}");
    assert_str(look(jobs, other.job).params, "{\"customer\":\"bob@example.org\"}");
    fh_jobs_stop(jobs);
}

/* ---- Beside others ----------------------------------------------------------------------- */

enum { OTHERS_ROWS = 60000 };

typedef struct newcomers {
    fh_pool *pool;
    fh_mutex *lock;
    bool stop;
    unsigned n;
} newcomers;

static bool told_to_stop(newcomers *c)
{
    fh_mutex_lock(c->lock);
    const bool stop = c->stop;
    fh_mutex_unlock(c->lock);
    return stop;
}

/* Somebody new every moment, as live ingest has it. */
static void add_newcomers(void *ctx)
{
    newcomers *c = ctx;
    fh_resolver *resolver = NULL;
    while (!told_to_stop(c)) {
        fh_org *org = NULL;
        fh_resolved who;
        char name[32];
        (void)snprintf(name, sizeof name, "new%u", c->n);
        const fh_interaction row = {.n_identifiers = 1,
                                    .identifier = {{FH_STR("customer"), fh_str_of(name)}}};
        if (fh_pool_write(c->pool, -1, &org, NULL) != FH_OK) continue;
        fh_status status = fh_org_begin(org, NULL);
        if (status == FH_OK)
            status = resolver ? fh_resolver_refresh(resolver, NULL)
                              : fh_resolver_new(org, &resolver, NULL);
        if (status == FH_OK) status = fh_resolve(resolver, &row, 1, &who, NULL);
        if (status == FH_OK) status = fh_resolver_flush(resolver, NULL);
        if (status == FH_OK && fh_org_commit(org, NULL) == FH_OK) c->n++;
        fh_pool_write_done(c->pool, org);
        if (status == FH_OK) continue;
        fh_resolver_free(resolver);
        resolver = NULL;
    }
    fh_resolver_free(resolver);
}

static void an_import_gets_through_while_others_bring_new_customers(void **state)
{
    (void)state;
    const fh_jobs_options one_batch_a_round = {.threads = 1, .import_memory = 1};
    fh_jobs *jobs = start(&one_batch_a_round);
    fh_buf csv;
    fh_buf_init(&csv, NULL, 1 << 22);
    fh_buf_text(&csv, "customer,time,touchpoint\n");
    for (int i = 0; i < OTHERS_ROWS; i++)
        fh_buf_printf(&csv, "c%d,2024-01-%02d,t\n", i, 1 + i % 28);
    const fh_str name = put_file(jobs, "many.csv", fh_buf_view(&csv));
    fh_buf_free(&csv);
    char params[256];
    (void)snprintf(params, sizeof params, "{\"file\":\"%s\"}", name.ptr);
    newcomers c = {.pool = pool, .lock = fh_mutex_new()};
    fh_thread *thread = NULL;
    assert_status(fh_thread_start(add_newcomers, &c, &thread, NULL), FH_OK);
    const fh_job j = run_real(jobs, "import", params);
    fh_mutex_lock(c.lock);
    c.stop = true;
    fh_mutex_unlock(c.lock);
    fh_thread_join(thread);
    fh_mutex_free(c.lock);
    assert_string_equal(member(&j, "added"), "60000");
    assert_true(c.n > 10); /* they took turns */
    const fh_job checked = run_real(jobs, "check", "{}");
    assert_string_equal(member(&checked, "n_faults"), "0");
    fh_jobs_stop(jobs);
    fh_org *org = NULL;
    uint64_t customers, identifiers, problems;
    const fh_origin *origins;
    size_t n;
    assert_status(fh_pool_read(pool, &org, NULL), FH_OK);
    assert_status(fh_identity_counts(org, &customers, &identifiers, &problems, NULL), FH_OK);
    assert_int_equal(customers, OTHERS_ROWS + c.n);
    assert_status(fh_origins(org, arena, &origins, &n, NULL), FH_OK);
    assert_str(origins[0].file, "many.csv");
    fh_pool_read_done(pool, org);
}

/* ---- Killed --------------------------------------------------------------------------------- */

enum { KILL_ROWS = 30000 };

/* Never returns: imports in many small rounds until it is killed. */
static void import_until_killed(const char *org_path, const char *params)
{
    fh_pool *own = NULL;
    fh_jobs *jobs = NULL;
    int64_t job;
    const fh_jobs_options options = {.threads = 1, .import_memory = 1, .lease_ms = 300};
    fh_error err = {0};
    fh_status status = fh_pool_open(fh_os_real(), org_path, &own, &err);
    if (status == FH_OK) status = fh_jobs_start(own, &options, &jobs, &err);
    if (status == FH_OK && params)
        status = fh_jobs_add(jobs, FH_STR("import"), fh_str_of(params), (fh_str){0}, 0, &job, &err);
    if (status != FH_OK) {
        fprintf(stderr, "%s\n", err.message);
        _exit(3);
    }
    for (;;) (void)pause();
}

/* With a connection of its own: none may be open when a child is made. */
static uint64_t until_rows(uint64_t want)
{
    uint64_t rows = 0;
    fh_arena *scratch = fh_arena_new(NULL);
    fh_org *org = test_org_open(0, FH_ORG_READ);
    for (int64_t until = 0; rows < want && test_patient(&until);) {
        const fh_origin *origins = NULL;
        size_t n = 0;
        assert_status(fh_origins(org, scratch, &origins, &n, NULL), FH_OK);
        if (n) rows = origins[0].rows_done;
        fh_arena_reset(scratch);
    }
    fh_org_close(org);
    fh_arena_free(scratch);
    return rows;
}

static void an_import_killed_midway_twice_goes_on_and_doubles_nothing(void **state)
{
    (void)state;
    const fh_jobs_options idle = {.kinds = test_kinds, .threads = 1};
    fh_jobs *jobs = start(&idle);
    fh_buf csv;
    fh_buf_init(&csv, NULL, 1 << 24);
    fh_buf_text(&csv, "customer,time,touchpoint,event_id\n");
    for (int i = 0; i < KILL_ROWS; i++)
        fh_buf_printf(&csv, "c%d,2024-01-%02d 10:%02d:00,t%d,id%d\n", i % 977, 1 + i % 28, i % 60,
                      i % 7, i);
    const fh_str name = put_file(jobs, "big.csv", fh_buf_view(&csv));
    fh_buf_free(&csv);
    fh_jobs_stop(jobs);
    fh_pool_close(pool);
    pool = NULL;
    char params[256];
    (void)snprintf(params, sizeof params, "{\"file\":\"%s\"}", name.ptr);

    uint64_t seen = 0;
    for (int kill_number = 0; kill_number < 2; kill_number++) {
        const char *path = test_org_name(0); /* it holds the parent's process number */
        const pid_t child = fork();
        if (child == 0) import_until_killed(path, kill_number ? NULL : params);
        const uint64_t want = seen + 2000;
        (void)until_rows(want);
        (void)kill(child, SIGKILL);
        (void)waitpid(child, NULL, 0);
        seen = until_rows(1);
        if (seen < want || seen >= KILL_ROWS) fail_msg("killed after %d rows", (int)seen);
    }
    const fh_jobs_options options = {.threads = 1, .lease_ms = 300};
    assert_status(fh_pool_open(fh_os_real(), test_org_name(0), &pool, NULL), FH_OK);
    jobs = start(&options);
    const fh_job j = until_ended(jobs, 1);
    if (j.state != FH_JOB_DONE) fail_msg("%s", j.error.ptr);
    assert_int_equal(j.attempts, 3);
    assert_string_equal(member(&j, "resumed"), "true");
    const fh_job checked = run_real(jobs, "check", "{}");
    assert_string_equal(member(&checked, "n_faults"), "0");
    fh_jobs_stop(jobs);
    fh_org *org = NULL;
    fh_store_counts counts;
    assert_status(fh_pool_read(pool, &org, NULL), FH_OK);
    assert_status(fh_store_count(org, &counts, NULL), FH_OK);
    assert_int_equal(counts.interactions, KILL_ROWS);
    fh_pool_read_done(pool, org);
}

/* ---- Faults --------------------------------------------------------------------------------- */

static fh_status read_params_in_little_memory(void *ctx)
{
    fh_arena *small = fh_arena_new(test_allocator());
    void *options = NULL;
    if (!small) return FH_NOMEM;
    const fh_status status = fh_job_params(&greet_kind, fh_str_of(ctx), small, &options, NULL);
    fh_arena_free(small);
    return status;
}

static void memory_running_out_is_told(void **state)
{
    (void)state;
    char params[] = "{\"name\":\"a\\u00e4\",\"list\":[\"x\",\"y\"],\"how_often\":3}";
    test_oom(read_params_in_little_memory, params);
}

static fh_status make_name_and_sweep(const fh_os *os, void *ctx)
{
    fh_str name, path;
    fh_arena *small = fh_arena_new(NULL);
    const fh_status status = fh_job_file_new(os, ctx, FH_STR("x.csv"), small, &name, &path, NULL);
    fh_arena_free(small);
    return status;
}

static void a_failing_system_is_told(void **state)
{
    (void)state;
    char folder[] = "/d";
    test_faults(make_name_and_sweep, folder, FH_IO);
}

/* A job from beginning to end by rows alone, with the disk failing at every write. */
static fh_status life_of_a_job(fh_org *org)
{
    int64_t number;
    fh_job job;
    bool lost, stop;
    fh_status status =
        fh_job_put(org, FH_STR("gate"), FH_STR("{}"), (fh_str){0}, 0, 1, &number, NULL);
    if (status == FH_OK) status = fh_job_take(org, 9, 2, 1000, arena, &job, &lost, NULL);
    if (status == FH_OK) status = fh_job_renew(org, &job, 3, 1000, &stop, NULL);
    if (status == FH_OK) {
        job.state = FH_JOB_DONE;
        job.finished_ms = 4;
        status = fh_job_end(org, &job, NULL);
    }
    return status;
}

static void a_failing_disk_never_leaves_half_a_job(void **state)
{
    (void)state;
    fh_pool_close(pool);
    pool = NULL;
    static const vfs_fault kinds[] = {VFS_IO_ONCE, VFS_BROKEN, VFS_FULL};
    faulty_vfs_on();
    for (size_t k = 0; k < COUNT(kinds); k++) {
        bool reached = true;
        for (uint64_t n = 1; reached && n < 400; n += 5) {
            fh_org *org = test_org_new(1);
            faulty_vfs_set(kinds[k], n);
            const fh_status status = life_of_a_job(org);
            reached = faulty_vfs_reached();
            faulty_vfs_set(VFS_IO_ONCE, 0);
            if (!reached) assert_status(status, FH_OK);
            fh_org_close(org);
            org = test_org_open(1, FH_ORG_WRITE);
            fh_job job;
            const fh_status there = fh_job_get(org, 1, arena, &job, NULL);
            assert_true(there == FH_OK || there == FH_NOTFOUND);
            if (status == FH_OK) assert_int_equal(job.state, FH_JOB_DONE);
            test_org_end(org);
        }
        assert_false(reached);
    }
    faulty_vfs_off();
    assert_status(fh_pool_open(fh_os_real(), test_org_name(0), &pool, NULL), FH_OK);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_job_runs_and_leaves_its_result),
        TEST(parameters_are_checked_when_a_job_is_added),
        TEST(progress_is_seen_while_a_job_runs),
        TEST(a_failed_job_says_why_and_what_to_do),
        TEST(waiting_jobs_are_cancelled_at_once_and_running_ones_soon),
        TEST(stopping_gives_a_job_back_and_the_next_runner_goes_on),
        TEST(a_job_of_a_runner_that_died_is_taken_up_again),
        TEST(a_kind_that_cannot_be_done_again_fails_with_its_sentence),
        TEST(a_job_that_crashed_the_server_three_times_is_not_tried_again),
        TEST(a_job_with_a_lease_is_left_alone_and_who_lost_it_writes_nothing),
        TEST(jobs_are_listed_newest_first_page_by_page),
        TEST(the_end_is_told_in_the_transaction_that_writes_it),
        TEST(ended_jobs_are_forgotten_after_a_while),
        TEST(names_of_files_lead_nowhere_else),
        TEST(old_files_are_swept_but_not_those_a_job_waits_for),
        TEST(a_file_is_imported_exported_checked_copied_and_reported),
        TEST(after_much_came_in_the_usual_questions_are_answered_from_the_file),
        TEST(what_an_import_cannot_do_it_says),
        TEST(erasing_a_customer_takes_it_out_of_jobs_too),
        TEST(an_import_gets_through_while_others_bring_new_customers),
        TEST(an_import_killed_midway_twice_goes_on_and_doubles_nothing),
        TEST(memory_running_out_is_told),
        TEST(a_failing_system_is_told),
        TEST(a_failing_disk_never_leaves_half_a_job),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
