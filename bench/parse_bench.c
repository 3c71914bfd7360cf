/* parse_bench.c - how fast bytes become interactions: CSV, JSON Lines and XES made
 * in memory, read to the last field, in CPU time of this thread.
 *
 *     build/release/bench/parse_bench [MEGABYTES]
 */
#include "firsthand/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double cpu_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

typedef struct event {
    unsigned customer, day, second, touchpoint, channel, department, value;
} event;

static event make_event(uint64_t *seed, size_t number)
{
    return (event){.customer = next_random(seed) % 1000000 + 1,
                   .day = (unsigned)(number / 40000) % 28 + 1,
                   .second = (unsigned)(number * 2 % 86400),
                   .touchpoint = next_random(seed) % 60,
                   .channel = next_random(seed) % 6,
                   .department = next_random(seed) % 6,
                   .value = next_random(seed) % 100 < 8 ? next_random(seed) % 50000 + 500 : 0};
}

static const char *const verbs[] = {"view",  "open",     "call",    "request", "receive",
                                    "start", "complete", "compare", "ask",     "return"};
static const char *const nouns[] = {"offer", "invoice", "product", "order", "contract", "course"};
static const char *const channels[] = {"web", "email", "app", "phone", "chat", "store"};
static const char *const departments[] = {"marketing", "sales", "service",
                                          "billing",   "legal", "training"};

static int put_csv(char *to, size_t room, const event *e, size_t n)
{
    (void)n;
    return snprintf(to, room, "%u,2024-01-%02u %02u:%02u:%02u,%s_%s,%s,%s,%u.%02u\n", e->customer,
                    e->day, e->second / 3600, e->second / 60 % 60, e->second % 60,
                    verbs[e->touchpoint % 10], nouns[e->touchpoint / 10], channels[e->channel],
                    departments[e->department], e->value / 100, e->value % 100);
}

static int put_jsonl(char *to, size_t room, const event *e, size_t n)
{
    return snprintf(
        to, room,
        "{\"id\":\"m-%zu\",\"user\":{\"id\":\"%u\",\"plan\":\"basic\"},\"timestamp\":"
        "\"2024-01-%02uT%02u:%02u:%02u.000Z\",\"event\":\"%s_%s\",\"channel\":\"%s\","
        "\"department\":\"%s\",\"value\":%u.%02u,\"context\":{\"page\":\"/shop/%u\","
        "\"agent\":\"Mozilla/5.0 (X11; Linux)\",\"tags\":[\"a\",\"b\"]},\"visit\":%u}\n",
        n, e->customer, e->day, e->second / 3600, e->second / 60 % 60, e->second % 60,
        verbs[e->touchpoint % 10], nouns[e->touchpoint / 10], channels[e->channel],
        departments[e->department], e->value / 100, e->value % 100, e->touchpoint, e->second);
}

static int put_xes(char *to, size_t room, const event *e, size_t n)
{
    int len = 0;
    if (n % 4 == 0)
        len = snprintf(to, room, "%s\t<trace>\n\t\t<string key=\"concept:name\" value=\"%u\"/>\n",
                       n ? "\t</trace>\n" : "", e->customer);
    return len + snprintf(to + len, room - (size_t)len,
                          "\t\t<event>\n\t\t\t<string key=\"org:resource\" value=\"%u\"/>\n"
                          "\t\t\t<date key=\"time:timestamp\" value=\"2024-01-%02uT%02u:%02u:%02u"
                          ".000+01:00\"/>\n\t\t\t<string key=\"lifecycle:transition\" value="
                          "\"complete\"/>\n\t\t\t<string key=\"concept:name\" value=\"%s_%s\"/>\n"
                          "\t\t\t<float key=\"amount\" value=\"%u.%02u\"/>\n\t\t</event>\n",
                          e->department, e->day, e->second / 3600, e->second / 60 % 60,
                          e->second % 60, verbs[e->touchpoint % 10], nouns[e->touchpoint / 10],
                          e->value / 100, e->value % 100);
}

typedef int put_event(char *to, size_t room, const event *e, size_t n);

static size_t make(char *text, size_t size, const char *head, put_event *put, const char *tail)
{
    enum { MOST = 1024 };
    uint64_t seed = 42;
    size_t n = strlen(head);
    memcpy(text, head, n);
    for (size_t number = 0; n + 2 * MOST < size; number++) {
        const event e = make_event(&seed, number);
        n += (size_t)put(text + n, MOST, &e, number);
    }
    memcpy(text + n, tail, strlen(tail));
    return n + strlen(tail);
}

static bool measure(const char *what, fh_format format, const char *text, size_t n, bool payload)
{
    enum { PIECE = 1 << 20, ROUNDS = 3 };
    fh_error err = {0};
    fh_mapping *mapping = NULL;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_str rules = format == FH_JSONL ? FH_STR("customer=user.id") : FH_STR("");
    if (!arena || fh_mapping_parse(arena, rules, &mapping, &err)) return false;
    const fh_reader_options options = {.mapping = mapping, .keep_payload = payload};
    double best = 1e9;
    uint64_t rows = 0, rejects = 0, sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
        fh_reader *reader;
        fh_batch batch;
        const double begin = cpu_now();
        rows = rejects = sum = 0;
        if (fh_reader_new(NULL, format, &options, &reader, &err)) return false;
        for (size_t at = 0; at < n;) {
            const size_t piece = n - at < PIECE ? n - at : PIECE;
            if (fh_reader_feed(reader, text + at, piece, at + piece == n, &err)) return false;
            at += piece;
            do {
                if (fh_reader_next(reader, &batch, &err)) {
                    (void)fprintf(stderr, "%s: %s. %s\n", what, err.message, err.hint);
                    return false;
                }
                for (size_t i = 0; i < batch.n; i++)
                    sum += (uint64_t)batch.rows[i].at_ms + (uint64_t)batch.rows[i].value;
                rows += batch.n;
                rejects += batch.n_rejects;
            } while (batch.n || batch.n_rejects);
        }
        fh_reader_free(reader);
        const double took = cpu_now() - begin;
        if (took < best) best = took;
    }
    printf("%-24s %9llu rows %6llu rejects  %7.1f ns/row  %6.0f MB/s  %6.2f M rows/s  (%llx)\n",
           what, (unsigned long long)rows, (unsigned long long)rejects,
           best * 1e9 / (double)(rows + rejects), (double)n / best * 1e-6,
           (double)rows / best * 1e-6, (unsigned long long)sum);
    fh_arena_free(arena);
    return true;
}

int main(int argc, char **argv)
{
    const size_t size = (size_t)(argc > 1 ? strtoul(argv[1], NULL, 10) : 200) << 20;
    char *text = malloc(size + 4096);
    if (!text) return EXIT_FAILURE;
    size_t n =
        make(text, size, "customer_id,time,touchpoint,channel,department,value\n", put_csv, "");
    bool good = measure("CSV", FH_CSV, text, n, false);
    n = make(text, size, "", put_jsonl, "");
    good = good && measure("JSON Lines", FH_JSONL, text, n, false);
    good = good && measure("JSON Lines, payload", FH_JSONL, text, n, true);
    n = make(text, size, "<log>\n", put_xes, "\t</trace>\n</log>\n");
    good = good && measure("XES", FH_XES, text, n, false);
    good = good && measure("XES, payload", FH_XES, text, n, true);
    free(text);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
