/* live_bench.c - durable live ingest and reading beside it, in one process.
 *
 *     live_bench ORG.fh SECONDS IN_FLIGHT BATCH [RATE [READ]]
 *
 * One thread submits batches of BATCH interactions of the customers 1 .. 1,000,000
 * of bench/generate.c (one in a hundred is new), IN_FLIGHT submissions at once, RATE
 * interactions a second (0: as fast as they go). With READ 1 another asks follows
 * (all stories, both cores) and single stories in turn, as often as READ_MS allows; READ 2
 * keeps results as a server does, and asks in one thread, whose CPU time is told.
 * Prints rates, percentiles of the time from submission to reply, CPU per interaction, the
 * times of the answers, and of the stages behind them: waiting for the write lane,
 * committing; folding and the log's new beginning in the lane, copying the log beside it. The file
 * grows: use a copy.
 */
#include "app/ask/ask.h"
#include "app/live/live.h"
#include "os/threads.h"
#include "store/kept.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { MOST = 20000000, CUSTOMERS = 1000000, READ_MS = 300 };

typedef struct world world;
typedef struct slot {
    world *w;
    uint64_t since_us;
    fh_interaction *row; /* [batch] */
    char (*who)[16];
    char (*id)[24];
    fh_str *source;
} slot;

struct world {
    fh_pool *pool;
    fh_live *live;
    uint32_t batch;
    uint64_t rng, n_sent;
    fh_mutex *lock;
    fh_cond *freed;
    slot **free;
    size_t n_free;
    uint32_t *latency_us; /* of submissions */
    size_t n_latency;
    uint64_t not_ok, n_known;
    atomic_bool stop;
    uint32_t fold_us[10000], fold_cpu_us[10000], story_us[10000];
    size_t n_folds, n_stories;
    uint32_t read_threads; /* of a question; 0: one a core */
    fh_kept *kept;
    uint64_t last_fold;
};

static uint64_t clock_us(clockid_t id)
{
    struct timespec t;
    (void)clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void must(fh_status status, const fh_error *err)
{
    if (status == FH_OK) return;
    fprintf(stderr, "%s\n", err->message);
    exit(EXIT_FAILURE);
}

static uint32_t below(uint64_t *rng, uint32_t n)
{
    *rng = *rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(((*rng >> 32) * n) >> 32);
}

static void on_reply(void *ctx, const fh_live_reply *reply)
{
    slot *s = ctx;
    world *w = s->w;
    const uint64_t now = clock_us(CLOCK_MONOTONIC);
    fh_mutex_lock(w->lock);
    if ((reply->status != FH_OK || reply->n_refused) && w->not_ok++ == 0)
        fprintf(stderr, "not stored: %s\n",
                reply->status != FH_OK ? reply->err->message : reply->result[0].reason.ptr);
    w->n_known += reply->n_known;
    if (w->n_latency < MOST) w->latency_us[w->n_latency++] = (uint32_t)(now - s->since_us);
    w->free[w->n_free++] = s;
    fh_mutex_unlock(w->lock);
}

static void on_woken(void *ctx)
{
    world *w = ctx;
    fh_cond_wake(w->freed);
}

static void fill(world *w, slot *s)
{
    static const char *const touchpoints[] = {"view_offer", "open_invoice", "call_order",
                                              "ask_product", "return_offer"};
    static const char *const channels[] = {"web", "email", "app", "phone"};
    const int64_t now = INT64_C(1754000000000);
    for (uint32_t i = 0; i < w->batch; i++) {
        fh_interaction *row = &s->row[i];
        const uint32_t customer = below(&w->rng, 100) ? 1 + below(&w->rng, CUSTOMERS)
                                                      : CUSTOMERS + 1 + below(&w->rng, 10000000);
        const int who = snprintf(s->who[i], sizeof s->who[i], "%u", customer);
        const int id = snprintf(s->id[i], sizeof s->id[i], "%" PRIx64, w->n_sent++);
        row->n_identifiers = 1;
        row->identifier[0] = (fh_identifier){FH_STR("customer"), {s->who[i], (size_t)who}};
        row->at_ms = now + (int64_t)(w->n_sent & 0xffffffff);
        row->touchpoint = fh_str_of(touchpoints[below(&w->rng, 5)]);
        row->channel = fh_str_of(channels[below(&w->rng, 4)]);
        row->department = FH_STR("service");
        row->source_id = (fh_str){s->id[i], (size_t)id};
        row->payload = FH_STR("{\"agent\":\"a-17\",\"queue\":\"second line\",\"waited_s\":42}");
    }
}

static void make_slots(world *w, size_t n)
{
    w->free = calloc(n, sizeof *w->free);
    for (size_t i = 0; i < n; i++) {
        slot *s = calloc(1, sizeof *s);
        *s = (slot){.w = w,
                    .row = calloc(w->batch, sizeof *s->row),
                    .who = calloc(w->batch, sizeof *s->who),
                    .id = calloc(w->batch, sizeof *s->id)};
        w->free[w->n_free++] = s;
    }
}

static slot *take_slot(world *w)
{
    fh_mutex_lock(w->lock);
    while (w->n_free == 0) fh_cond_wait(w->freed, w->lock);
    slot *s = w->free[--w->n_free];
    fh_mutex_unlock(w->lock);
    return s;
}

static uint64_t send_for(world *w, uint64_t us, uint64_t rate)
{
    const uint64_t begun = clock_us(CLOCK_MONOTONIC);
    uint64_t n = 0, now = begun;
    while ((now = clock_us(CLOCK_MONOTONIC)) - begun < us) {
        if (rate && n > (now - begun) * rate / 1000000) {
            const struct timespec t = {0, 200000};
            (void)nanosleep(&t, NULL);
            continue;
        }
        slot *s = take_slot(w);
        fh_error err = {0};
        fill(w, s);
        s->since_us = clock_us(CLOCK_MONOTONIC);
        const fh_live_items items = {.n = w->batch, .row = s->row};
        fh_status status = FH_BUSY;
        while (status == FH_BUSY) status = fh_live_submit(w->live, &items, on_reply, s, NULL, &err);
        must(status, &err);
        n += w->batch;
    }
    return n;
}

/* ---- Reading ----------------------------------------------------------------------------- */

static fh_status make_follows(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const fh_names *names = ctx;
    const fh_follows_options options = {.n_touchpoints = names->n};
    return fh_follows_new(from, &options, out, err);
}

static void ask_follows(world *w)
{
    fh_error err = {0};
    fh_org *org = NULL;
    fh_names names;
    fh_fold *fold = NULL;
    fh_follows answer;
    fh_arena *arena = fh_arena_new(NULL);
    const uint64_t begun = clock_us(CLOCK_MONOTONIC), cpu = clock_us(CLOCK_THREAD_CPUTIME_ID);
    must(fh_pool_read(w->pool, &org, &err), &err);
    must(fh_dict_names(org, FH_DICT_TOUCHPOINT, arena, &names, &err), &err);
    must(fh_ask(org, NULL, w->read_threads, make_follows, &names, &fold, &err), &err);
    must(fh_follows_read(fold, arena, &answer, &err), &err);
    fh_pool_read_done(w->pool, org);
    if (w->n_folds < 10000) {
        w->fold_cpu_us[w->n_folds] = (uint32_t)(clock_us(CLOCK_THREAD_CPUTIME_ID) - cpu);
        w->fold_us[w->n_folds++] = (uint32_t)(clock_us(CLOCK_MONOTONIC) - begun);
    }
    w->last_fold = answer.n_interactions;
    fh_fold_free(fold);
    fh_arena_free(arena);
}

static void tell_story(world *w, uint64_t *rng)
{
    fh_error err = {0};
    fh_org *org = NULL;
    const fh_told *told;
    size_t n;
    fh_arena *arena = fh_arena_new(NULL);
    const uint64_t begun = clock_us(CLOCK_MONOTONIC);
    must(fh_pool_read(w->pool, &org, &err), &err);
    const fh_status found = fh_store_story(org, 1 + below(rng, CUSTOMERS), arena, &told, &n, &err);
    if (found != FH_NOTFOUND) must(found, &err); /* a smaller organisation has fewer */
    fh_pool_read_done(w->pool, org);
    if (w->n_stories < 10000)
        w->story_us[w->n_stories++] = (uint32_t)(clock_us(CLOCK_MONOTONIC) - begun);
    fh_arena_free(arena);
}

static void read_on(void *ctx)
{
    world *w = ctx;
    uint64_t rng = 99;
    const struct timespec pause = {READ_MS / 1000, READ_MS % 1000 * 1000000};
    while (!atomic_load(&w->stop)) {
        ask_follows(w);
        for (int i = 0; i < 3; i++) tell_story(w, &rng);
        (void)nanosleep(&pause, NULL);
    }
}

/* ---- Telling -------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void tell(const char *what, uint32_t *us, size_t n)
{
    if (n == 0) return;
    qsort(us, n, sizeof *us, by_size);
    printf("%-8s n %8zu  p50 %8.2f ms  p90 %8.2f  p99 %8.2f  p99.9 %8.2f  most %8.2f\n", what, n,
           us[n / 2] / 1e3, us[n * 9 / 10] / 1e3, us[n * 99 / 100] / 1e3, us[n * 999 / 1000] / 1e3,
           us[n - 1] / 1e3);
}

static void tell_stage(const char *what, const fh_times *t)
{
    if (t->n)
        printf("%-8s n %8" PRIu64 "  p50 %8.2f ms  p90 %8.2f  p99 %8.2f  p99.9 %8.2f  most %8.2f\n",
               what, t->n, (double)fh_times_of_us(t, 500) / 1e3,
               (double)fh_times_of_us(t, 900) / 1e3, (double)fh_times_of_us(t, 990) / 1e3,
               (double)fh_times_of_us(t, 999) / 1e3, (double)t->most_us / 1e3);
}

static uint64_t number(int argc, char **argv, int i)
{
    return argc > i ? strtoull(argv[i], NULL, 10) : 0;
}

int main(int argc, char **argv)
{
    static world w;
    fh_error err = {0};
    if (argc < 5) {
        fprintf(stderr, "usage: live_bench ORG.fh SECONDS IN_FLIGHT BATCH [RATE [READ]]\n");
        return EXIT_FAILURE;
    }
    w.batch = (uint32_t)number(argc, argv, 4);
    w.rng = clock_us(CLOCK_REALTIME);
    w.n_sent = w.rng << 8;
    w.lock = fh_mutex_new();
    w.freed = fh_cond_new();
    w.latency_us = malloc(MOST * sizeof *w.latency_us);
    make_slots(&w, number(argc, argv, 3));
    must(fh_pool_open(fh_os_real(), argv[1], &w.pool, &err), &err);
    if (number(argc, argv, 6) == 2) {
        w.read_threads = 1;
        w.kept = fh_kept_new(NULL, (size_t)64 << 20);
        fh_pool_keep(w.pool, w.kept);
    }
    const fh_live_options options = {.max_waiting = 1 << 20, .woken = on_woken, .ctx = &w};
    must(fh_live_open(w.pool, &options, &w.live, &err), &err);
    (void)send_for(&w, 1, 0); /* the first commit loads all identifiers */
    while (w.n_free < number(argc, argv, 3)) {
        const struct timespec t = {0, 1000000};
        (void)nanosleep(&t, NULL);
    }
    w.n_latency = 0;
    fh_thread *reader = NULL;
    if (number(argc, argv, 6)) must(fh_thread_start(read_on, &w, &reader, &err), &err);
    const uint64_t cpu = clock_us(CLOCK_PROCESS_CPUTIME_ID), begun = clock_us(CLOCK_MONOTONIC);
    const uint64_t n = send_for(&w, number(argc, argv, 2) * 1000000, number(argc, argv, 5));
    const double seconds = (double)(clock_us(CLOCK_MONOTONIC) - begun) / 1e6;
    const double used = (double)(clock_us(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1e6;
    atomic_store(&w.stop, true);
    fh_thread_join(reader);
    fh_live_stats s = {0};
    fh_live_stats_get(w.live, &s);
    char log[512];
    struct stat st = {0};
    (void)snprintf(log, sizeof log, "%s-wal", argv[1]);
    (void)stat(log, &st);
    fh_live_close(w.live);
    printf("the log has %.1f MB\n", (double)st.st_size / 1e6);
    printf("%" PRIu64 " interactions in %.1f s: %.0f/s in %" PRIu64 " commits, %.2f us CPU each; "
           "commit %.2f ms, lane %.2f ms; not ok %" PRIu64 ", known %" PRIu64 "\n",
           n, seconds, (double)n / seconds, s.commits, used * 1e6 / (double)n,
           (double)s.commit_us / 1e3 / (double)s.commits,
           (double)s.lane_us / 1e3 / (double)s.commits, w.not_ok, w.n_known);
    printf("tidying: %" PRIu64 " stretches, %.2f ms on average in the lane, %.2f ms at most\n",
           s.stretches, s.stretches ? (double)s.tidy_us / 1e3 / (double)s.stretches : 0,
           (double)s.longest_stretch_us / 1e3);
    tell_stage("lane", &s.lane);
    tell_stage("commit", &s.commit);
    tell_stage("stretch", &s.stretch);
    tell_stage("anew", &s.anew);
    tell_stage("copy", &s.copy);
    tell("ingest", w.latency_us, w.n_latency);
    tell("follows", w.fold_us, w.n_folds);
    if (w.kept) {
        const fh_kept_counts kept = fh_kept_count(w.kept);
        const fh_kept_counts columns = fh_kept_count(fh_kept_columns(w.kept));
        printf("answers brought up to date: %" PRIu64 " of %zu; %.1f MB of columns in memory, %.1f "
               "of answers\n",
               kept.renewed, w.n_folds, (double)columns.bytes / 1e6, (double)kept.bytes / 1e6);
    }
    if (w.read_threads) tell("CPU", w.fold_cpu_us, w.n_folds);
    tell("story", w.story_us, w.n_stories);
    if (w.n_folds) printf("the last answer counted %" PRIu64 " interactions\n", w.last_fold);
    fh_pool_close(w.pool);
    fh_kept_free(w.kept);
    return EXIT_SUCCESS;
}
