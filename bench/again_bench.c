/* again_bench.c - a journey held against all stories, and again after new data.
 *
 *     build/release/bench/again_bench ORG.fh MAP [SHARE [ROUNDS]]
 *
 * Asks `conform` as a table in one process that keeps partial results, as a server does (64 MB);
 * then puts SHARE per cent (1) of what there is into the inbox and asks again, three times over:
 * of new customers, of a few old ones (twenty interactions each), and of old ones all over. Then
 * what a server does beside: inbox into runs, and at last all into the base. With ROUNDS only the
 * dearest step, so many times: old customers all over. CPU and wall in ms, all cores. The file
 * grows: use a copy. Each line tells a hash of the answer.
 */
#include "app/ask/question.h"
#include "store/kept.h"
#include "store/segments.h"
#include "store/tidy.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 2000, EACH = 20, KEEP = 64 << 20, TOUCHPOINTS = 60 };

static void must(fh_status status, const fh_error *err)
{
    if (status == FH_OK) return;
    fprintf(stderr, "%s\n", err->message);
    exit(EXIT_FAILURE);
}

static double clock_ms(clockid_t id)
{
    struct timespec t;
    (void)clock_gettime(id, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

typedef struct world {
    fh_org *org;
    fh_str map;
    fh_kept *kept;
    uint64_t rng, next_id;
    uint32_t now_s;
    uint32_t customers;
} world;

static uint32_t below(world *w, uint32_t n)
{
    w->rng = w->rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(((w->rng >> 32) * n) >> 32);
}

/* So that two programs' answers can be compared (FNV-1a). */
static uint32_t hash_of(fh_str s)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < s.len; i++) h = (h ^ (unsigned char)s.ptr[i]) * 16777619u;
    return h;
}

static void ask(const world *w, const char *what)
{
    size_t q = 0;
    fh_buf out;
    fh_error err = {0};
    _Alignas(16) unsigned char options[512] = {0};
    while (strcmp(fh_questions[q]->name, "conform") != 0) q++;
    ((fh_asking *)(void *)options)->format = FH_ANSWER_CSV;
    fh_buf_init(&out, NULL, 1 << 26);
    fh_arena *arena = fh_arena_new(NULL);
    const double cpu = clock_ms(CLOCK_PROCESS_CPUTIME_ID), wall = clock_ms(CLOCK_MONOTONIC);
    must(fh_question_ask(fh_questions[q], w->org, options, &w->map, 1, NULL, arena, &out, &err),
         &err);
    const double took = clock_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    printf("%-40s CPU %6.0f ms, wall %6.0f ms; %zu bytes kept; answer %08x\n", what, took,
           clock_ms(CLOCK_MONOTONIC) - wall, fh_kept_count(w->kept).bytes,
           hash_of(fh_buf_view(&out)));
    fh_arena_free(arena);
    fh_buf_free(&out);
}

/* One batch of the inbox, as a server commits it. */
static void put(world *w, fh_row *rows, size_t n)
{
    fh_builder *b = NULL;
    const fh_segment *seg = NULL;
    const fh_str *payload = NULL;
    fh_error err = {0};
    must(fh_builder_new(NULL, &b, &err), &err);
    must(fh_builder_add(b, rows, n, &err), &err);
    must(fh_builder_sort(b, &err), &err);
    must(fh_builder_next(b, &seg, &payload, &err), &err);
    must(fh_store_put_live(w->org, seg, payload, &err), &err);
    fh_builder_free(b);
}

enum who { NEW, FEW, ALL };

static void put_many(world *w, uint64_t n, enum who who)
{
    static fh_row rows[BATCH];
    fh_error err = {0};
    must(fh_org_begin(w->org, &err), &err);
    uint32_t customer = 0;
    for (uint64_t i = 0, k = 0; i < n; i++) {
        if (i % EACH == 0 || who == ALL)
            customer = who == NEW ? ++w->customers : 1 + below(w, w->customers);
        rows[k++] = (fh_row){.customer = customer,
                             .at_s = w->now_s++,
                             .touchpoint = (uint16_t)(1 + below(w, TOUCHPOINTS)),
                             .id = FH_ID_GIVEN | w->next_id++};
        if (k < BATCH && i + 1 < n) continue;
        put(w, rows, k);
        k = 0;
    }
    must(fh_org_commit(w->org, &err), &err);
}

static void tidy(world *w)
{
    fh_tidy *t = NULL;
    fh_error err = {0};
    must(fh_tidy_new(NULL, &t, &err), &err);
    for (bool any = true; any;) {
        bool done;
        must(fh_tidy_prepare(t, w->org, true, &any, &err), &err);
        if (any) must(fh_tidy_put(t, w->org, NULL, &done, &err), &err);
    }
    fh_tidy_free(t);
}

static fh_str read_file(const char *path, char *room, size_t size)
{
    FILE *f = fopen(path, "rb");
    const size_t n = f ? fread(room, 1, size, f) : 0;
    if (f) (void)fclose(f);
    return (fh_str){room, n};
}

/* New customers, a few old ones, all over; settled in between. */
static void each_step(world *w, uint64_t n)
{
    fh_error err = {0};
    ask(w, "again, nothing new");
    put_many(w, n, NEW);
    ask(w, "after new customers");
    put_many(w, n, FEW);
    ask(w, "after 20 each of a few old customers");
    tidy(w);
    ask(w, "the same, gathered into runs");
    put_many(w, n, ALL);
    ask(w, "after one each of customers all over");
    tidy(w);
    ask(w, "the same, gathered into runs");
    must(fh_store_merge(w->org, NULL, NULL, &(uint64_t){0}, &err), &err);
    ask(w, "all merged into the base");
}

int main(int argc, char **argv)
{
    static char text[1 << 20];
    fh_error err = {0};
    world w = {.rng = 7, .next_id = UINT64_C(1) << 40};
    fh_store_counts c = {0};
    if (argc < 3) {
        fprintf(stderr, "again_bench ORG.fh MAP [SHARE [ROUNDS]]\n");
        return EXIT_FAILURE;
    }
    const double share = argc > 3 ? strtod(argv[3], NULL) : 1;
    w.map = read_file(argv[2], text, sizeof text);
    must(fh_org_open(fh_os_real(), argv[1], FH_ORG_WRITE, &w.org, &err), &err);
    w.kept = fh_kept_new(NULL, KEEP);
    if (!w.kept) return EXIT_FAILURE;
    fh_org_keep_results(w.org, w.kept);
    must(fh_store_count(w.org, &c, &err), &err);
    w.customers = (uint32_t)c.customers;
    w.now_s = (uint32_t)((c.last_ms - FH_TIME_MIN_MS) / 1000 + 1);
    const uint64_t n = (uint64_t)((double)c.interactions * share / 100);
    printf("%" PRIu64 " interactions of %" PRIu64 " customers, then %" PRIu64 " more each time\n",
           c.interactions, c.customers, n);
    ask(&w, "first");
    const unsigned long rounds = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
    if (!rounds) each_step(&w, n);
    for (unsigned long i = 0; i < rounds; i++) {
        put_many(&w, n, ALL);
        ask(&w, "after one each of customers all over");
        tidy(&w);
    }
    fh_org_keep_results(w.org, NULL);
    fh_kept_free(w.kept);
    fh_org_close(w.org);
    return EXIT_SUCCESS;
}
