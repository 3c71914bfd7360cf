/* fold_fuzz.c - any small segment through every fold, asserting the sums that must
 * hold and that two halves merged give the whole.
 *
 * Bytes: a head (options), then four bytes an interaction: touchpoint and whether
 * a story begins, department and channel, problem and direction, gap.
 */
#include "firsthand/fold.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 8, PER_ROW = 4, MAX_ROWS = 512, NUMBERS = 16 };

#define CHECK(condition) \
    if (!(condition)) abort()

typedef struct stories {
    uint32_t n, n_stories;
    uint32_t customer[MAX_ROWS], start[MAX_ROWS + 1], first_s[MAX_ROWS], gap_s[MAX_ROWS];
    uint32_t problem[MAX_ROWS];
    uint16_t ms[MAX_ROWS];
    uint8_t touchpoint[MAX_ROWS], department[MAX_ROWS], channel[MAX_ROWS], direction[MAX_ROWS];
} stories;

static const uint32_t names[NUMBERS] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static void fill(stories *x, const uint8_t *data, size_t size)
{
    memset(x, 0, sizeof *x);
    uint32_t at = 0;
    uint16_t ms = 0;
    for (; size >= PER_ROW && x->n < MAX_ROWS; data += PER_ROW, size -= PER_ROW) {
        const uint32_t i = x->n++;
        const bool fresh = i == 0 || data[0] >> 6 == 3;
        if (fresh) {
            x->start[x->n_stories] = i;
            x->customer[x->n_stories] = x->n_stories + 1;
            x->first_s[x->n_stories++] = at = (uint32_t)data[3] << 20;
            ms = 0;
        }
        x->touchpoint[i] = data[0] & 15;
        x->department[i] = data[1] & 15;
        x->channel[i] = data[1] >> 4;
        x->problem[i] = data[2] >> 4;
        x->direction[i] = data[2] & 3;
        const uint32_t gap = fresh ? 0 : (uint32_t)(data[3] & 31) << (data[3] >> 5) * 3;
        x->gap_s[i] = gap;
        at += gap;
        ms = (uint16_t)(gap || fresh ? data[2] * 3 : ms + data[3] % 2);
        x->ms[i] = ms;
    }
    x->start[x->n_stories] = x->n;
}

static fh_codes codes(const uint8_t *c, uint32_t n)
{
    return (fh_codes){.n_names = n, .name = names, .identity = true, .c8 = c};
}

/* The stories first .. end-1 as a segment. */
static fh_segment part(const stories *x, uint32_t first, uint32_t end, bool ms, uint32_t *start)
{
    const uint32_t at = x->start[first];
    for (uint32_t s = first; s <= end; s++) start[s - first] = x->start[s] - at;
    return (fh_segment){.n = x->start[end] - at,
                        .n_stories = end - first,
                        .columns = FH_COLS_ALL,
                        .customer = x->customer + first,
                        .start = start,
                        .first_s = x->first_s + first,
                        .gap_s = x->gap_s + at,
                        .ms = ms ? x->ms + at : NULL,
                        .problem = x->problem + at,
                        .touchpoint = codes(x->touchpoint + at, NUMBERS),
                        .department = codes(x->department + at, NUMBERS),
                        .channel = codes(x->channel + at, NUMBERS),
                        .direction = codes(x->direction + at, FH_N_DIRECTIONS)};
}

/* Adds the whole to one fold, the halves to two others, and merges those. */
static void add(const stories *x, bool ms, uint32_t cut, fh_fold *fold[3])
{
    static const uint32_t half[2] = {1, 2};
    uint32_t start[MAX_ROWS + 1];
    fh_segment seg = part(x, 0, x->n_stories, ms, start);
    CHECK(fh_fold_add(fold[0], &seg, NULL) == FH_OK);
    seg = part(x, 0, cut, ms, start);
    CHECK(fh_fold_add(fold[half[0]], &seg, NULL) == FH_OK);
    seg = part(x, cut, x->n_stories, ms, start);
    CHECK(fh_fold_add(fold[half[1]], &seg, NULL) == FH_OK);
    CHECK(fh_fold_merge(fold[2], fold[1], NULL) == FH_OK);
}

static void make(const uint8_t *head, int what, fh_fold **out)
{
    const uint64_t set = (uint64_t)(head[1] | head[2] << 8), other = (uint64_t)(set ^ head[3]);
    const fh_bitset a = {&set, NUMBERS}, b = {&other, NUMBERS}, none = {NULL, 0};
    const fh_bitset steps[4] = {a, b, a, b};
    const uint32_t edges[3] = {head[4], head[4] + 1u + head[5], head[4] + 2u + head[5] + head[6]};
    const uint64_t window = head[7] ? (uint64_t)head[7] << head[6] % 32 : 0;
    fh_status status = FH_INTERNAL;
    if (what == 0)
        status = fh_touchpoints_new(NULL, &(fh_touchpoints_options){NUMBERS, 1, 1}, out, NULL);
    if (what == 1)
        status = fh_follows_new(
            NULL, &(fh_follows_options){NUMBERS, (fh_percentile_mode)(head[1] % 3), head[4] & 1},
            out, NULL);
    if (what == 2)
        status = fh_variants_new(
            NULL, &(fh_variants_options){.n_touchpoints = head[1] & 1 ? NUMBERS : 300}, out, NULL);
    if (what == 3)
        status = fh_funnel_new(
            NULL, &(fh_funnel_options){NUMBERS, 1u + head[4] % 4, steps, window, head[5] & 1}, out,
            NULL);
    if (what == 4) {
        const fh_retention_options o = {.n_touchpoints = NUMBERS,
                                        .born = head[4] & 1 ? a : none,
                                        .back = head[4] & 2 ? b : none,
                                        .unit = head[4] & 4 ? FH_WEEK : FH_MONTH,
                                        .mode = (fh_retention_mode)(head[5] % 3),
                                        .rolling = head[5] & 8,
                                        .zone_s = (head[6] - 128) * 500,
                                        .n_buckets = 1u + head[7],
                                        .n_edges = 3,
                                        .edges = edges,
                                        .observed_until_ms = (int64_t)head[3] << 33};
        status = fh_retention_new(NULL, &o, out, NULL);
    }
    if (what == 5)
        status = fh_paths_new(NULL,
                              &(fh_paths_options){NUMBERS, head[4] & 1 ? a : none, head[4] & 2,
                                                  head[4] & 4, 1u + head[5] % FH_PATHS_MAX_DEPTH},
                              out, NULL);
    if (what == 6) status = fh_loops_new(NULL, &(fh_loops_options){NUMBERS}, out, NULL);
    if (what == 7) status = fh_waits_new(NULL, &(fh_waits_options){NUMBERS}, out, NULL);
    if (what == 8)
        status = fh_handoffs_new(NULL, &(fh_handoffs_options){NUMBERS, head[4] & 1}, out, NULL);
    if (what == 9)
        status = fh_repeats_new(NULL,
                                &(fh_repeats_options){NUMBERS, NUMBERS, head[4] & 1 ? a : none,
                                                      head[5] & 15u, window, head[4] & 2},
                                out, NULL);
    CHECK(status == FH_OK);
}

/* The sums of one result; returns a figure that must not depend on the split. */
static uint64_t sums(const fh_fold *fold, int what, const stories *x, fh_arena *arena)
{
    uint64_t sum = 0, figure = 0;
    if (what == 0) {
        fh_touchpoints r;
        CHECK(fh_touchpoints_read(fold, arena, &r, NULL) == FH_OK);
        for (size_t i = 0; i < r.n_rows; i++) sum += r.rows[i].count;
        for (size_t i = 0; i < r.n_rows; i++) figure = figure * 31 + r.rows[i].stories;
        CHECK(sum == x->n && r.n_stories == x->n_stories);
    } else if (what == 1) {
        fh_follows r;
        CHECK(fh_follows_read(fold, arena, &r, NULL) == FH_OK);
        for (size_t i = 0; i < r.n_arcs; i++) sum += r.arcs[i].count;
        for (size_t i = 0; i < r.n_arcs; i++)
            figure = figure * 31 + r.arcs[i].stories +
                     (uint64_t)(r.arcs[i].gap_ms_sum + r.arcs[i].gap.p90_ms);
        for (size_t i = 0; i < r.n_arcs; i++) CHECK(r.arcs[i].stories <= r.arcs[i].count);
        CHECK(sum + x->n_stories == x->n);
    } else if (what == 2) {
        fh_variants r;
        CHECK(fh_variants_read(fold, arena, 0, &r, NULL) == FH_OK);
        for (size_t i = 0; i < r.n_top; i++) sum += r.top[i].count * r.top[i].n_steps;
        for (size_t i = 0; i < r.n_top; i++) figure = figure * 31 + r.top[i].path[0];
        CHECK(sum == x->n && r.n_top == r.n_variants);
    } else if (what == 3) {
        fh_funnel r;
        CHECK(fh_funnel_read(fold, arena, &r, NULL) == FH_OK);
        sum = r.n_stories;
        for (size_t i = 0; i < r.n_steps; sum = r.steps[i++].stories)
            CHECK(r.steps[i].stories <= sum);
        figure = sum;
    } else if (what == 4) {
        fh_retention r;
        CHECK(fh_retention_read(fold, arena, &r, NULL) == FH_OK);
        for (size_t i = 0; i < r.n_cohorts; i++) sum += r.cohorts[i].stories;
        CHECK(sum == r.n_stories && sum <= x->n_stories);
        for (size_t k = 0; k < r.n_buckets; k++) {
            CHECK(r.overall[k].returned <= r.overall[k].reached);
            CHECK(r.overall[k].reached <= sum);
            figure = figure * 31 + r.overall[k].returned;
        }
    } else if (what == 5) {
        fh_paths r;
        CHECK(fh_paths_read(fold, arena, 0, &r, NULL) == FH_OK);
        for (size_t i = 0; i < r.n_nodes; i++) sum += r.nodes[i].depth == 1 ? r.nodes[i].count : 0;
        for (size_t i = 1; i < r.n_nodes; i++) figure = figure * 31 + r.nodes[i].ended;
        CHECK(sum == r.n_ways);
    } else if (what == 6) {
        fh_loops r;
        CHECK(fh_loops_read(fold, arena, &r, NULL) == FH_OK);
        for (size_t i = 0; i < r.n_rows; i++) {
            sum += r.rows[i].rework;
            CHECK(r.rows[i].rework + r.rows[i].at_once + r.rows[i].stories == r.rows[i].visits);
        }
        figure = sum * 31 + r.n_pingpongs;
        CHECK(r.stories_with_rework <= sum);
    } else if (what == 7) {
        fh_waits r;
        CHECK(fh_waits_read(fold, arena, &r, NULL) == FH_OK);
        for (size_t i = 0; i < r.n_rows; i++) sum += r.rows[i].count;
        CHECK(sum + x->n_stories == x->n && r.unanswered <= x->n_stories);
        figure = (uint64_t)r.answers.wait_ms_sum;
    } else if (what == 8) {
        fh_handoffs r;
        CHECK(fh_handoffs_read(fold, arena, &r, NULL) == FH_OK);
        for (size_t i = 0; i < r.n_pairs; i++) sum += r.pairs[i].count;
        for (size_t i = 0; i < r.n_pairs; i++) figure = figure * 31 + r.pairs[i].returned;
        CHECK(sum == r.n_handoffs && r.n_problems <= r.n_interactions);
    } else {
        fh_repeats r;
        CHECK(fh_repeats_read(fold, arena, &r, NULL) == FH_OK);
        for (size_t i = 0; i < r.n_pairs; i++) sum += r.pairs[i].count;
        for (size_t i = 0; i < r.n_pairs; i++) figure = figure * 31 + r.pairs[i].customers;
        CHECK(sum == r.n_repeats && r.n_repeats <= r.n_contacts);
    }
    return figure;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { FOLDS = 10 };
    if (size < HEAD + PER_ROW) return 0;
    stories *x = malloc(sizeof *x);
    fh_arena *arena = fh_arena_new(NULL);
    CHECK(x && arena);
    fill(x, data + HEAD, size - HEAD);
    const uint32_t cut = data[0] % (x->n_stories + 1);
    for (int what = 0; what < FOLDS; what++) {
        fh_fold *fold[3];
        for (int i = 0; i < 3; i++) make(data, what, &fold[i]);
        add(x, data[0] & 1, cut, fold);
        CHECK(sums(fold[0], what, x, arena) == sums(fold[2], what, x, arena));
        for (int i = 0; i < 3; i++) fh_fold_free(fold[i]);
    }
    fh_arena_free(arena);
    free(x);
    return 0;
}
