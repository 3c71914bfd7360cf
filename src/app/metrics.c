/* metrics.c - counters, gauges and histograms in one array of atomics.
 *
 * A histogram has a cell for each bucket and one for the sum of microseconds;
 * buckets hold what fell between two bounds and are added up when the page is
 * made, so that observing is two additions.
 */
#include "app/metrics.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

typedef enum kind { COUNTER, GAUGE, HISTOGRAM } kind;

typedef struct series {
    kind kind;
    const char *family, *labels, *help;
} series;

static const series table[FH_N_METRICS] = {
#define X(id, kind_of, family_name, label_text, help_text) \
    [FH_M_##id] = {kind_of, family_name, label_text, help_text},
    FH_METRICS_MAP(X)
#undef X
};

/* Upper bounds; the last bucket has none. */
static const struct bound {
    int64_t us;
    const char *text;
} bounds[] = {
    {500, "0.0005"},  {1000, "0.001"},  {2500, "0.0025"}, {5000, "0.005"},
    {10000, "0.01"},  {25000, "0.025"}, {50000, "0.05"},  {100000, "0.1"},
    {250000, "0.25"}, {500000, "0.5"},  {1000000, "1"},   {2500000, "2.5"},
    {5000000, "5"},   {10000000, "10"}, {30000000, "30"}, {60000000, "60"},
};
enum { N_BOUNDS = sizeof bounds / sizeof *bounds };

struct fh_metrics {
    atomic_int_fast64_t value[FH_N_METRICS]; /* histograms: the sum in microseconds */
    atomic_int_fast64_t bucket[FH_N_METRICS][N_BOUNDS + 1];
};

fh_metrics *fh_metrics_new(void)
{
    return calloc(1, sizeof(fh_metrics));
}

void fh_metrics_free(fh_metrics *m)
{
    free(m);
}

static void add(atomic_int_fast64_t *cell, int64_t n)
{
    atomic_fetch_add_explicit(cell, n, memory_order_relaxed);
}

static int64_t value_of(const atomic_int_fast64_t *cell)
{
    return atomic_load_explicit(cell, memory_order_relaxed);
}

void fh_metric_add(fh_metrics *m, fh_metric which, int64_t n)
{
    if (m && table[which].kind != HISTOGRAM) add(&m->value[which], n);
}

void fh_metric_set(fh_metrics *m, fh_metric which, int64_t value)
{
    if (m && table[which].kind == GAUGE)
        atomic_store_explicit(&m->value[which], value, memory_order_relaxed);
}

void fh_metric_total(fh_metrics *m, fh_metric which, int64_t total)
{
    if (!m || table[which].kind != COUNTER) return;
    int_fast64_t now = value_of(&m->value[which]);
    while (total > now && !atomic_compare_exchange_weak(&m->value[which], &now, total)) {
    }
}

void fh_metric_observe_us(fh_metrics *m, fh_metric which, int64_t us)
{
    if (!m || table[which].kind != HISTOGRAM) return;
    if (us < 0) us = 0; /* a clock that was set back */
    size_t b = 0;
    while (b < N_BOUNDS && us > bounds[b].us) b++;
    add(&m->bucket[which][b], 1);
    add(&m->value[which], us);
}

int64_t fh_metric_value(const fh_metrics *m, fh_metric which)
{
    if (!m) return 0;
    if (table[which].kind != HISTOGRAM) return value_of(&m->value[which]);
    int64_t n = 0;
    for (size_t b = 0; b <= N_BOUNDS; b++) n += value_of(&m->bucket[which][b]);
    return n;
}

/* ---- The page --------------------------------------------------------------------------- */

/* In help texts \ and newlines are escaped, in label values " too. */
static void put_escaped(fh_buf *out, fh_str s, bool label)
{
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (c == '\\' || (label && c == '"')) fh_buf_char(out, '\\');
        if (c == '\n')
            fh_buf_text(out, "\\n");
        else
            fh_buf_char(out, c);
    }
}

static void put_head(fh_buf *out, const series *s)
{
    static const char *const types[] = {"counter", "gauge", "histogram"};
    fh_buf_printf(out, "# HELP %s ", s->family);
    put_escaped(out, fh_str_of(s->help), false);
    fh_buf_printf(out, "\n# TYPE %s %s\n", s->family, types[s->kind]);
}

static void put_histogram(const fh_metrics *m, size_t which, fh_buf *out)
{
    const series *s = &table[which];
    int64_t n = 0;
    for (size_t b = 0; b <= N_BOUNDS; b++) {
        n += value_of(&m->bucket[which][b]);
        fh_buf_printf(out, "%s_bucket{le=\"%s\"} %lld\n", s->family,
                      b < N_BOUNDS ? bounds[b].text : "+Inf", (long long)n);
    }
    const int64_t us = value_of(&m->value[which]);
    fh_buf_printf(out, "%s_sum %lld.%06d\n%s_count %lld\n", s->family, (long long)(us / 1000000),
                  (int)(us % 1000000), s->family, (long long)n);
}

void fh_metrics_text(const fh_metrics *m, fh_str version, fh_buf *out)
{
    static const series info = {GAUGE, "firsthand_build_info", "", "The version that runs"};
    put_head(out, &info);
    fh_buf_printf(out, "%s{version=\"", info.family);
    put_escaped(out, version, true);
    fh_buf_text(out, "\"} 1\n");
    const char *family = "";
    for (size_t i = 0; i < FH_N_METRICS; i++) {
        const series *s = &table[i];
        if (strcmp(family, s->family) != 0) put_head(out, s);
        family = s->family;
        if (s->kind == HISTOGRAM)
            put_histogram(m, i, out);
        else
            fh_buf_printf(out, *s->labels ? "%s{%s} %lld\n" : "%s%s %lld\n", s->family, s->labels,
                          (long long)value_of(&m->value[i]));
    }
}
