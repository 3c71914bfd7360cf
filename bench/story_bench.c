/* story_bench.c - what building, coding, merging and selecting segments costs:
 * CUSTOMERS with about 20 interactions each, like those of generate.c; CPU time.
 *
 * Not part of the tests. Build it against the release library:
 *   cc -O2 -D_POSIX_C_SOURCE=200809L -Iinclude -Isrc bench/story_bench.c \
 *      build/release/libfirsthand.a -lzstd -lxxhash -lstreamvbyte -lm
 */
#include "firsthand/story.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ADD_BATCH = 512, ROUNDS = 20 };

static double cpu_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void must(fh_status status, const fh_error *err)
{
    if (status == FH_OK) return;
    fprintf(stderr, "%s\n", err->message);
    exit(EXIT_FAILURE);
}

static uint64_t seed = 88172645463325252u;
static double uniform(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (double)(seed >> 11) / 9007199254740992.0;
}

typedef struct slim { /* an interaction before it is a row */
    uint32_t customer, at_s, value;
    uint8_t touchpoint, channel, department;
} slim;

static int by_time(const void *a, const void *b)
{
    const slim *x = a, *y = b;
    return x->at_s < y->at_s ? -1 : x->at_s > y->at_s;
}

/* Geometric lengths of mean 20; gaps of minutes, a day, weeks; in arrival order. */
static slim *generate(uint32_t customers, size_t *n)
{
    slim *all = malloc(((size_t)customers * 24 + 1000) * sizeof *all);
    size_t m = 0;
    for (uint32_t c = 1; c <= customers; c++) {
        const int len = 1 + (int)(log(1 - uniform()) / log(1 - 1 / 20.0));
        double at = (double)(1704067200 - FH_EPOCH_S) + uniform() * 86400 * 546;
        for (int k = 0; k < len && m < (size_t)customers * 24; k++) {
            const uint8_t tp = (uint8_t)(1 + (int)(60 * uniform() * uniform()));
            all[m++] = (slim){c,
                              (uint32_t)at,
                              uniform() < 0.08 ? 500 + (uint32_t)(uniform() * 50000) : 0,
                              tp,
                              (uint8_t)(1 + (tp + (uniform() < 0.2)) % 12),
                              (uint8_t)(1 + tp % 10)};
            const double u = uniform(), g = -log(1 - uniform());
            at += 1 + (u < 0.5 ? g * 300 : u < 0.8 ? g * 86400 : g * 86400 * 14);
        }
    }
    qsort(all, m, sizeof *all, by_time);
    *n = m;
    return all;
}

typedef struct stored {
    fh_buf bytes;
    size_t at[FH_N_COLUMNS + 1];
    uint32_t n;
} stored;

static void add_all(fh_builder *b, const slim *in, size_t n, fh_error *err)
{
    static fh_row rows[ADD_BATCH];
    for (size_t i = 0; i < n;) {
        size_t k = 0;
        for (; k < ADD_BATCH && i < n; k++, i++)
            rows[k] = (fh_row){.customer = in[i].customer,
                               .at_s = in[i].at_s,
                               .touchpoint = in[i].touchpoint,
                               .channel = in[i].channel,
                               .department = in[i].department,
                               .has_value = true,
                               .value = in[i].value,
                               .origin = 1};
        must(fh_builder_add(b, rows, k, err), err);
    }
}

static void encode(const fh_segment *seg, stored *out, fh_error *err)
{
    fh_buf_init(&out->bytes, NULL, (size_t)1 << 30);
    for (uint32_t col = 0; col < FH_N_COLUMNS; col++) {
        out->at[col] = out->bytes.len;
        must(fh_column_encode(seg, (fh_column)col, &out->bytes, err), err);
    }
    out->at[FH_N_COLUMNS] = out->bytes.len;
    out->n = seg->n;
}

static size_t build(const slim *in, size_t n, stored *segments)
{
    fh_error err;
    fh_builder *b;
    size_t count = 0;
    must(fh_builder_new(NULL, &b, &err), &err);
    for (int round = 0; round < 4; round++) {
        fh_builder_reset(b);
        const double t0 = cpu_s();
        add_all(b, in, n, &err);
        const double t1 = cpu_s();
        must(fh_builder_sort(b, &err), &err);
        const fh_segment *seg;
        const fh_str *payload;
        double coding = 0;
        for (count = 0;; count++) {
            must(fh_builder_next(b, &seg, &payload, &err), &err);
            if (!seg) break;
            const double t = cpu_s();
            if (round == 3) encode(seg, &segments[count], &err);
            coding += cpu_s() - t;
        }
        const double t2 = cpu_s();
        printf("build: add %.1f, sort and cut %.1f, encode %.1f ns; %.1f bytes a row in memory\n",
               (t1 - t0) * 1e9 / (double)n, (t2 - t1 - coding) * 1e9 / (double)n,
               coding * 1e9 / (double)n, (double)fh_builder_bytes(b) / (double)n);
    }
    fh_builder_free(b);
    return count;
}

static void decode(const stored *segments, size_t count, size_t n)
{
    static const char *const names[] = {"stories", "gap",        "ms",        "touchpoint",
                                        "channel", "department", "direction", "outcome",
                                        "value",   "currency",   "score",     "problem",
                                        "origin",  "id",         "member",    "payload"};
    fh_space *space = fh_space_new(NULL);
    fh_error err;
    double total = 0;
    for (uint32_t col = 0; col < FH_N_COLUMNS; col++) {
        double spent = 0;
        size_t bytes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (size_t s = 0; s < count; s++) {
                const stored *in = &segments[s];
                if (col) must(fh_stories_decode(space, in->bytes.ptr, in->at[1], &err), &err);
                const double t = cpu_s();
                must(fh_column_decode(space, (fh_column)col, in->bytes.ptr + in->at[col],
                                      in->at[col + 1] - in->at[col], &err),
                     &err);
                spent += cpu_s() - t;
                bytes += in->at[col + 1] - in->at[col];
            }
        }
        const double per = (double)n * ROUNDS;
        total += (double)bytes / per;
        if (bytes)
            printf("decode %-10s %.2f ns, %.3f bytes\n", names[col], spent * 1e9 / per,
                   (double)bytes / per);
    }
    printf("%.3f bytes an interaction\n", total);
    fh_space_free(space);
}

/* All columns of one stored segment. */
static void decode_all(fh_space *space, const stored *in, fh_error *err)
{
    for (uint32_t col = 0; col < FH_N_COLUMNS; col++)
        must(fh_column_decode(space, (fh_column)col, in->bytes.ptr + in->at[col],
                              in->at[col + 1] - in->at[col], err),
             err);
}

/* One segment merged with itself (every interaction a copy of another import's)
 * and with a part of the next one (nothing in common). */
static void merge(const stored *segments)
{
    fh_error err;
    fh_space *a = fh_space_new(NULL), *b = fh_space_new(NULL), *out = fh_space_new(NULL);
    decode_all(a, &segments[0], &err);
    decode_all(b, &segments[1], &err);
    fh_segment again = *fh_space_segment(a);
    uint32_t *origin = malloc(again.n * sizeof *origin);
    for (uint32_t i = 0; i < again.n; i++) origin[i] = 2;
    again.origin = origin;
    const fh_segment *same[] = {fh_space_segment(a), &again};
    const fh_segment *apart[] = {fh_space_segment(a), fh_space_segment(b)};
    for (int kind = 0; kind < 2; kind++) {
        double best = 1e9;
        uint32_t n = 0;
        for (int round = 0; round < ROUNDS; round++) {
            const double t = cpu_s();
            must(fh_segment_merge(out, kind ? apart : same, 2, 0, UINT32_MAX, NULL, &err), &err);
            const double spent = cpu_s() - t;
            if (spent < best) best = spent;
            n = same[0]->n + (kind ? apart[1]->n : again.n);
        }
        printf("merge %s: %.1f ns an interaction read\n", kind ? "side by side" : "with itself",
               best * 1e9 / n);
    }
    free(origin);
    fh_space_free(a);
    fh_space_free(b);
    fh_space_free(out);
}

static void select_some(const stored *segments)
{
    static const uint64_t odd[] = {UINT64_C(0xaaaaaaaaaaaaaaaa)};
    const struct {
        const char *name;
        fh_filter f;
    } cases[] = {
        {"a year",
         {.has_from = true,
          .from_ms = INT64_C(1704067200000),
          .has_until = true,
          .until_ms = INT64_C(1735689600000)}},
        {"channels", {.channels = {odd, 64}}},
        {"passed", {.passed = {odd, 9}}},
        {"customers", {.customers = {odd, 64}}},
    };
    fh_error err;
    fh_space *in = fh_space_new(NULL), *out = fh_space_new(NULL);
    decode_all(in, &segments[0], &err);
    const uint32_t columns = 1u << FH_COL_TOUCHPOINT | 1u << FH_COL_CHANNEL;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        double best = 1e9;
        for (int round = 0; round < ROUNDS; round++) {
            const double t = cpu_s();
            must(fh_segment_select(out, fh_space_segment(in), &cases[k].f, columns, &err), &err);
            const double spent = cpu_s() - t;
            if (spent < best) best = spent;
        }
        printf("select %-9s %.2f ms for %u of %u interactions\n", cases[k].name, best * 1e3,
               fh_space_segment(out)->n, fh_space_segment(in)->n);
    }
    fh_space_free(in);
    fh_space_free(out);
}

int main(int argc, char **argv)
{
    size_t n;
    const slim *in = generate(argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 100000, &n);
    stored *segments = calloc(n / 30000 + 2, sizeof *segments);
    printf("%zu interactions\n", n);
    const size_t count = build(in, n, segments);
    decode(segments, count, n);
    merge(segments);
    select_some(segments);
    return 0;
}
