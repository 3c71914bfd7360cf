/* fold_bench.c - nanoseconds an interaction of every fold, without storage.
 *
 *     make build/release/bench/fold_bench
 *     build/release/bench/fold_bench [MILLION INTERACTIONS [FOLD]]
 *
 * Makes stories in memory shaped like those of bench/generate.c (20 interactions a
 * customer, 60 touchpoints, 12 channels, 10 departments, gaps from minutes to
 * weeks), two problems a customer on two interactions of five, and folds them
 * segment by segment on one core, from memory that is in the cache, as after
 * decoding. Shown is the sum of each segment's best
 * of five rounds, so that other work on the machine counts little; reading the result
 * is timed apart.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "firsthand/fold.h"

enum {
    TOUCHPOINTS = 60,
    CHANNELS = 12,
    DEPARTMENTS = 10,
    ROUNDS = 5,
    ROOM = FH_SEGMENT_TARGET + 600
};

typedef struct world {
    uint64_t a, b;
    double zipf[TOUCHPOINTS];
    uint8_t next[TOUCHPOINTS][8], channel[TOUCHPOINTS], department[TOUCHPOINTS];
} world;

static uint64_t draw(world *w)
{
    uint64_t a = w->a;
    const uint64_t b = w->b;
    w->a = b;
    a ^= a << 23;
    w->b = a ^ b ^ (a >> 17) ^ (b >> 26);
    return w->b + b;
}

static double uniform(world *w)
{
    return (double)(draw(w) >> 11) * (1.0 / 9007199254740992.0);
}

/* One of the first n, the k-th with a weight of 1 / k. */
static uint8_t pick(world *w, int n)
{
    const double u = uniform(w) * w->zipf[n - 1];
    int i = 0;
    while (i < n - 1 && u > w->zipf[i]) i++;
    return (uint8_t)i;
}

static void begin(world *w)
{
    *w = (world){.a = 88172645463325252u, .b = 0x9E3779B97F4A7C15u};
    double sum = 0;
    for (int i = 0; i < TOUCHPOINTS; i++) w->zipf[i] = sum += 1.0 / (i + 1);
    for (int i = 0; i < TOUCHPOINTS; i++) {
        for (int k = 0; k < 8; k++)
            w->next[i][k] = k < 2 ? (uint8_t)((i + 1 + k) % TOUCHPOINTS) : pick(w, TOUCHPOINTS);
        w->channel[i] = pick(w, CHANNELS);
        w->department[i] = (uint8_t)(draw(w) % DEPARTMENTS);
    }
}

static double gap(world *w)
{
    const double kind = uniform(w), length = -log(1 - uniform(w));
    return 1 + length * (kind < 0.5 ? 300 : kind < 0.8 ? 86400 : 86400 * 14);
}

/* Arrays of a segment with room on both sides. */
static void *column(size_t n, size_t size)
{
    char *p = calloc(1, n * size + (size_t)2 * FH_PAD);
    if (!p) exit(EXIT_FAILURE);
    return p + FH_PAD;
}

static uint32_t names[256];

static fh_codes codes(const uint8_t *c, uint32_t n)
{
    return (fh_codes){.n_names = n + 1, .name = names, .identity = true, .c8 = c};
}

static fh_segment make_segment(world *w, uint32_t *customer)
{
    fh_segment seg = {.columns = FH_COLS_ALL};
    uint32_t *who = column(ROOM, 4), *start = column(ROOM, 4), *first = column(ROOM, 4);
    uint32_t *gap_s = column(ROOM, 4), *problem = column(ROOM, 4);
    uint8_t *tp = column(ROOM, 1), *ch = column(ROOM, 1), *dep = column(ROOM, 1);
    uint8_t *dir = column(ROOM, 1);
    while (seg.n < FH_SEGMENT_TARGET) {
        const uint32_t s = seg.n_stories++;
        uint32_t n = 1 + (uint32_t)(log(1 - uniform(w)) / log(1 - 1 / 20.0));
        if (n > 400) n = 400;
        double at = (double)(1704067200 - FH_EPOCH_S) + uniform(w) * 86400 * 7 * 78;
        uint8_t t = pick(w, 10);
        who[s] = ++*customer;
        first[s] = (uint32_t)at;
        for (uint32_t k = 0; k < n; k++, seg.n++) {
            const uint32_t before = (uint32_t)at;
            if (k) at += gap(w);
            gap_s[seg.n] = (uint32_t)at - before;
            tp[seg.n] = (uint8_t)(t + 1);
            ch[seg.n] = (uint8_t)(1 + (uniform(w) < 0.8 ? w->channel[t] : pick(w, CHANNELS)));
            dep[seg.n] =
                (uint8_t)(1 + (uniform(w) < 0.9 ? w->department[t] : draw(w) % DEPARTMENTS));
            dir[seg.n] = (uint8_t)(draw(w) % FH_N_DIRECTIONS);
            problem[seg.n] = uniform(w) < 0.4 ? who[s] * 2 + (uint32_t)(draw(w) & 1) : 0;
            t = uniform(w) < 0.65 ? w->next[t][pick(w, 8)] : pick(w, TOUCHPOINTS);
        }
        start[seg.n_stories] = seg.n;
    }
    seg.customer = who;
    seg.start = start;
    seg.first_s = first;
    seg.gap_s = gap_s;
    seg.problem = problem;
    seg.touchpoint = codes(tp, TOUCHPOINTS);
    seg.channel = codes(ch, CHANNELS);
    seg.department = codes(dep, DEPARTMENTS);
    seg.direction = codes(dir, FH_N_DIRECTIONS - 1);
    return seg;
}

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- The questions ------------------------------------------------------------- */

static const uint64_t step_bits[5] = {2, 4, 8, 16, 32},
                      outbound = 1u << 2 | 1u << 4 | 1u << 7 | 1u << 8 | 1u << 12;
static const fh_bitset steps[5] = {{&step_bits[0], 64},
                                   {&step_bits[1], 64},
                                   {&step_bits[2], 64},
                                   {&step_bits[3], 64},
                                   {&step_bits[4], 64}};

#define QUESTION(name, call, type, read)                                          \
    static fh_status make_##name(fh_fold **out)                                   \
    {                                                                             \
        return call;                                                              \
    }                                                                             \
    static fh_status read_##name(const fh_fold *f, fh_arena *a, uint64_t *figure) \
    {                                                                             \
        type r;                                                                   \
        const fh_status status = read;                                            \
        *figure = status == FH_OK ? FIGURE_##name(r) : 0;                         \
        return status;                                                            \
    }

#define FIGURE_touchpoints(r) ((r).rows[0].count)
#define FIGURE_follows(r)     ((uint64_t)(r).arcs[0].gap_ms_sum)
#define FIGURE_about(r)       ((uint64_t)(r).arcs[0].gap.p50_ms)
#define FIGURE_exact(r)       ((uint64_t)(r).arcs[0].gap.p50_ms)
#define FIGURE_variants(r)    ((r).n_variants)
#define FIGURE_funnel(r)      ((r).steps[4].stories)
#define FIGURE_retention(r)   ((r).overall[1].returned)
#define FIGURE_paths(r)       ((r).n_distinct)
#define FIGURE_loops(r)       ((r).stories_with_rework)
#define FIGURE_waits(r)       ((r).answers.count)
#define FIGURE_handoffs(r)    ((r).n_handoffs)
#define FIGURE_repeats(r)     ((r).n_other_department)
#define FIGURE_problems(r)    ((r).n_repeats)

QUESTION(touchpoints,
         fh_touchpoints_new(NULL, &(fh_touchpoints_options){TOUCHPOINTS + 1, 1, 1}, out, NULL),
         fh_touchpoints, fh_touchpoints_read(f, a, &r, NULL))
QUESTION(follows,
         fh_follows_new(NULL,
                        &(fh_follows_options){.n_touchpoints = TOUCHPOINTS + 1,
                                              .percentiles = FH_PERCENTILES_NONE},
                        out, NULL),
         fh_follows, fh_follows_read(f, a, &r, NULL))
QUESTION(about,
         fh_follows_new(NULL,
                        &(fh_follows_options){.n_touchpoints = TOUCHPOINTS + 1,
                                              .percentiles = FH_PERCENTILES_APPROX},
                        out, NULL),
         fh_follows, fh_follows_read(f, a, &r, NULL))
QUESTION(exact,
         fh_follows_new(NULL,
                        &(fh_follows_options){.n_touchpoints = TOUCHPOINTS + 1,
                                              .percentiles = FH_PERCENTILES_EXACT},
                        out, NULL),
         fh_follows, fh_follows_read(f, a, &r, NULL))
QUESTION(variants,
         fh_variants_new(NULL, &(fh_variants_options){.n_touchpoints = TOUCHPOINTS + 1}, out, NULL),
         fh_variants, fh_variants_read(f, a, 100, &r, NULL))
QUESTION(funnel,
         fh_funnel_new(NULL,
                       &(fh_funnel_options){TOUCHPOINTS + 1, 5, steps, 30 * UINT64_C(86400000),
                                            false},
                       out, NULL),
         fh_funnel, fh_funnel_read(f, a, &r, NULL))
QUESTION(retention,
         fh_retention_new(NULL,
                          &(fh_retention_options){.n_touchpoints = TOUCHPOINTS + 1,
                                                  .unit = FH_WEEK,
                                                  .n_buckets = 26,
                                                  .observed_until_ms = INT64_C(1800000000000)},
                          out, NULL),
         fh_retention, fh_retention_read(f, a, &r, NULL))
QUESTION(paths,
         fh_paths_new(NULL, &(fh_paths_options){.n_touchpoints = TOUCHPOINTS + 1, .depth = 5}, out,
                      NULL),
         fh_paths, fh_paths_read(f, a, 10, &r, NULL))
QUESTION(loops, fh_loops_new(NULL, &(fh_loops_options){TOUCHPOINTS + 1}, out, NULL), fh_loops,
         fh_loops_read(f, a, &r, NULL))
QUESTION(waits, fh_waits_new(NULL, &(fh_waits_options){TOUCHPOINTS + 1}, out, NULL), fh_waits,
         fh_waits_read(f, a, &r, NULL))
QUESTION(handoffs, fh_handoffs_new(NULL, &(fh_handoffs_options){DEPARTMENTS + 1, false}, out, NULL),
         fh_handoffs, fh_handoffs_read(f, a, &r, NULL))
QUESTION(repeats,
         fh_repeats_new(NULL,
                        &(fh_repeats_options){.n_departments = DEPARTMENTS + 1,
                                              .n_channels = CHANNELS + 1,
                                              .channels = {&outbound, 64},
                                              .window_ms = 7 * UINT64_C(86400000),
                                              .other_problem_too = true},
                        out, NULL),
         fh_repeats, fh_repeats_read(f, a, &r, NULL))
QUESTION(problems,
         fh_repeats_new(NULL,
                        &(fh_repeats_options){.n_departments = DEPARTMENTS + 1,
                                              .n_channels = CHANNELS + 1,
                                              .channels = {&outbound, 64},
                                              .window_ms = 7 * UINT64_C(86400000)},
                        out, NULL),
         fh_repeats, fh_repeats_read(f, a, &r, NULL))

static const struct question {
    const char *name;
    fh_status (*make)(fh_fold **out);
    fh_status (*read)(const fh_fold *fold, fh_arena *arena, uint64_t *figure);
} questions[] = {
    {"touchpoints", make_touchpoints, read_touchpoints},
    {"follows", make_follows, read_follows},
    {"follows, percentiles about", make_about, read_about},
    {"follows, percentiles exact", make_exact, read_exact},
    {"variants", make_variants, read_variants},
    {"funnel, 5 common steps", make_funnel, read_funnel},
    {"retention, 26 weeks", make_retention, read_retention},
    {"paths, first 5", make_paths, read_paths},
    {"loops", make_loops, read_loops},
    {"waits", make_waits, read_waits},
    {"handoffs", make_handoffs, read_handoffs},
    {"repeats", make_repeats, read_repeats},
    {"repeats of one problem", make_problems, read_problems},
};

/* The columns a fold wants where decoding leaves them: in memory that is used for
 * every segment and so lies in the cache. */
static fh_segment decoded(const fh_segment *from, fh_segment *room, uint32_t columns)
{
    fh_segment seg = *from;
#define COPY(bit, field, n) \
    if (columns >> (bit)&1) \
    seg.field = memcpy((void *)(uintptr_t)room->field, from->field, (n) * sizeof *seg.field)
    COPY(FH_COL_STORIES, customer, from->n_stories);
    COPY(FH_COL_STORIES, start, from->n_stories + 1);
    COPY(FH_COL_STORIES, first_s, from->n_stories);
    COPY(FH_COL_GAP, gap_s, from->n);
    COPY(FH_COL_PROBLEM, problem, from->n);
    COPY(FH_COL_TOUCHPOINT, touchpoint.c8, from->n);
    COPY(FH_COL_CHANNEL, channel.c8, from->n);
    COPY(FH_COL_DEPARTMENT, department.c8, from->n);
    COPY(FH_COL_DIRECTION, direction.c8, from->n);
    return seg;
}

static void ask(const struct question *q, const fh_segment *seg, size_t n_segments,
                fh_segment *room, double n)
{
    double best = 0, best_read = 1e9, *of = malloc(n_segments * sizeof *of);
    uint64_t figure = 0;
    if (!of) exit(EXIT_FAILURE);
    for (size_t i = 0; i < n_segments; i++) of[i] = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        fh_fold *fold;
        fh_arena *arena = fh_arena_new(NULL);
        if (q->make(&fold) != FH_OK) exit(EXIT_FAILURE);
        for (size_t i = 0; i < n_segments; i++) {
            const fh_segment warm = decoded(&seg[i], room, fh_fold_columns(fold));
            const double t = seconds();
            if (fh_fold_add(fold, &warm, NULL) != FH_OK) exit(EXIT_FAILURE);
            if (seconds() - t < of[i]) of[i] = seconds() - t;
        }
        double r = seconds();
        if (q->read(fold, arena, &figure) != FH_OK) exit(EXIT_FAILURE);
        r = seconds() - r;
        if (r < best_read) best_read = r;
        fh_fold_free(fold);
        fh_arena_free(arena);
    }
    for (size_t i = 0; i < n_segments; i++) best += of[i];
    free(of);
    printf("%-28s %6.2f ns/interaction, read %7.2f ms, figure %llu\n", q->name, best * 1e9 / n,
           best_read * 1e3, (unsigned long long)figure);
}

int main(int argc, char **argv)
{
    const double millions = argc > 1 ? atof(argv[1]) : 5;
    const size_t n_segments = (size_t)(millions * 1e6 / FH_SEGMENT_TARGET) + 1;
    fh_segment *seg = calloc(n_segments, sizeof *seg);
    if (!seg) return EXIT_FAILURE;
    for (uint32_t i = 0; i < 256; i++) names[i] = i;
    world w;
    begin(&w);
    uint32_t customer = 0;
    double n = 0;
    for (size_t i = 0; i < n_segments; i++) {
        seg[i] = make_segment(&w, &customer);
        n += seg[i].n;
    }
    fh_segment room = make_segment(&w, &customer);
    printf("%.0f interactions of %u customers in %zu segments\n", n, customer, n_segments);
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        if (argc < 3 || strcmp(questions[i].name, argv[2]) == 0)
            ask(&questions[i], seg, n_segments, &room, n);
    return EXIT_SUCCESS;
}
