/* generate.c - synthetic interactions for the benchmarks: CUSTOMERS FOLDER.
 *
 * Writes FOLDER/events.csv in order of arrival (time), one line an interaction:
 * customer_id,time,touchpoint,channel,department,value. About 20 interactions a
 * customer (geometric), 60 touchpoints (Zipf, 65 % by preferred successors), 12
 * channels and 10 departments that mostly go with the touchpoint, gaps mixed of
 * minutes, a day and weeks, a value on 8 %. Deterministic on one machine (the
 * exponentials come from libm, so another may differ in single seconds).
 *
 * Rows are sorted by time with a two-pass radix sort; 12 bytes a row in memory.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

enum { TOUCHPOINTS = 60, CHANNELS = 12, DEPARTMENTS = 10, SUCCESSORS = 8 };

static const char *const channels[CHANNELS] = {"web",    "email",   "app",   "phone",
                                               "chat",   "store",   "sms",   "letter",
                                               "social", "partner", "event", "push"};
static const char *const departments[DEPARTMENTS] = {"marketing", "sales",   "service", "billing",
                                                     "logistics", "product", "legal",   "training",
                                                     "it",        "finance"};
static const char *const verbs[10] = {"view",  "open",     "call",    "request", "receive",
                                      "start", "complete", "compare", "ask",     "return"};
static const char *const nouns[6] = {"offer", "invoice", "product", "order", "contract", "course"};

typedef struct row {
    uint32_t customer, at_s, value;
    uint8_t touchpoint, channel, department;
} row;

typedef struct world {
    uint64_t s0, s1; /* xorshift128+ */
    double touchpoint_cdf[TOUCHPOINTS], channel_cdf[CHANNELS], successor_cdf[SUCCESSORS];
    uint8_t successor[TOUCHPOINTS][SUCCESSORS], channel_of[TOUCHPOINTS], department_of[TOUCHPOINTS];
} world;

static uint64_t draw(world *w)
{
    uint64_t a = w->s0;
    const uint64_t b = w->s1;
    w->s0 = b;
    a ^= a << 23;
    w->s1 = a ^ b ^ (a >> 17) ^ (b >> 26);
    return w->s1 + b;
}

static double uniform(world *w)
{
    return (double)(draw(w) >> 11) * (1.0 / 9007199254740992.0);
}

static uint8_t pick(world *w, const double *cdf, int n)
{
    const double u = uniform(w);
    int i = 0;
    while (i < n - 1 && u > cdf[i]) i++;
    return (uint8_t)i;
}

static void zipf(double *cdf, int n, double s)
{
    double total = 0, sum = 0;
    for (int i = 0; i < n; i++) total += 1 / pow(i + 1, s);
    for (int i = 0; i < n; i++) cdf[i] = sum += 1 / pow(i + 1, s) / total;
}

static void make_world(world *w)
{
    *w = (world){.s0 = UINT64_C(88172645463325252), .s1 = UINT64_C(0x9E3779B97F4A7C15)};
    zipf(w->touchpoint_cdf, TOUCHPOINTS, 1.0);
    zipf(w->channel_cdf, CHANNELS, 0.8);
    zipf(w->successor_cdf, SUCCESSORS, 1.0);
    for (int i = 0; i < TOUCHPOINTS; i++) {
        for (int k = 0; k < SUCCESSORS; k++)
            w->successor[i][k] = k < 2 ? (uint8_t)((i + 1 + k) % TOUCHPOINTS)
                                       : pick(w, w->touchpoint_cdf, TOUCHPOINTS);
        w->channel_of[i] = pick(w, w->channel_cdf, CHANNELS);
        w->department_of[i] = (uint8_t)(draw(w) % DEPARTMENTS);
    }
}

static double gap(world *w)
{
    const double kind = uniform(w), length = -log(1 - uniform(w));
    return 1 + length * (kind < 0.5 ? 300 : kind < 0.8 ? 86400 : 86400 * 14);
}

static size_t one_customer(world *w, uint32_t customer, row *out)
{
    const uint32_t begin = 1704067200; /* Monday 2024-01-01 */
    int n = 1 + (int)(log(1 - uniform(w)) / log(1 - 1 / 20.0));
    if (n > 400) n = 400;
    double at = begin + uniform(w) * 86400 * 7 * 78;
    uint8_t touchpoint = pick(w, w->touchpoint_cdf, 10);
    for (int i = 0; i < n; i++) {
        out[i] = (row){.customer = customer,
                       .at_s = (uint32_t)at,
                       .touchpoint = touchpoint,
                       .channel = uniform(w) < 0.8 ? w->channel_of[touchpoint]
                                                   : pick(w, w->channel_cdf, CHANNELS),
                       .department = uniform(w) < 0.9 ? w->department_of[touchpoint]
                                                      : (uint8_t)(draw(w) % DEPARTMENTS)};
        if (uniform(w) < 0.08) out[i].value = (uint32_t)(500 + uniform(w) * 50000);
        at += gap(w);
        touchpoint = uniform(w) < 0.65
                         ? w->successor[touchpoint][pick(w, w->successor_cdf, SUCCESSORS)]
                         : pick(w, w->touchpoint_cdf, TOUCHPOINTS);
    }
    return (size_t)n;
}

/* Stable, by time: two passes of 16 bits. Returns which of the two arrays is sorted. */
static row *sort_by_time(row *rows, row *other, size_t n)
{
    for (int shift = 0; shift < 32; shift += 16) {
        size_t *at = calloc(65537, sizeof *at);
        if (!at) return NULL;
        for (size_t i = 0; i < n; i++) at[(rows[i].at_s >> shift & 65535) + 1]++;
        for (int i = 0; i < 65536; i++) at[i + 1] += at[i];
        for (size_t i = 0; i < n; i++) other[at[rows[i].at_s >> shift & 65535]++] = rows[i];
        free(at);
        row *swap = rows;
        rows = other;
        other = swap;
    }
    return rows;
}

static int write_csv(const char *folder, const row *rows, size_t n)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/events.csv", folder);
    FILE *f = fopen(path, "wb");
    if (!f) return -1;
    (void)setvbuf(f, NULL, _IOFBF, 1 << 20);
    (void)fputs("customer_id,time,touchpoint,channel,department,value\n", f);
    for (size_t i = 0; i < n; i++) {
        const row *r = &rows[i];
        const fh_civil c = fh_civil_of((int64_t)r->at_s * 1000);
        (void)fprintf(f, "%u,%04d-%02d-%02d %02d:%02d:%02d,%s_%s,%s,%s,%u.%02u\n", r->customer,
                      c.year, c.month, c.day, c.hour, c.minute, c.second, verbs[r->touchpoint % 10],
                      nouns[r->touchpoint / 10], channels[r->channel], departments[r->department],
                      r->value / 100, r->value % 100);
    }
    return fclose(f);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fprintf(stderr, "usage: generate CUSTOMERS FOLDER\n");
        return 2;
    }
    uint32_t customers = 0;
    for (const char *p = argv[1]; *p >= '0' && *p <= '9'; p++)
        customers = customers * 10 + (uint32_t)(*p - '0');
    const size_t room = (size_t)customers * 22 + 1000;
    row *rows = malloc(room * sizeof *rows), *other = malloc(room * sizeof *rows);
    if (!rows || !other) return 1;
    world w;
    make_world(&w);
    size_t n = 0;
    for (uint32_t c = 1; c <= customers && n + 400 < room; c++) n += one_customer(&w, c, rows + n);
    const row *sorted = sort_by_time(rows, other, n);
    const int failed = !sorted || write_csv(argv[2], sorted, n);
    (void)fprintf(stderr, "%zu interactions of %u customers\n", n, customers);
    free(rows);
    free(other);
    return failed ? 1 : 0;
}
