/* find_bench.c - what looking at one story costs, with texts.
 *
 *     make build/release/bench/find_bench
 *     build/release/bench/find_bench [STORIES]
 *
 * Makes stories of 20 moments over four months: 6 letters of five departments (45 words, one
 * fact in each, one in four also sent by another department), 3 contacts, the rest without a
 * text. Shown are CPU microseconds a story for reading its texts and for each detector, the
 * median of five rounds; then a hostile one: 10,000 messages of one day.
 */
#include "firsthand/find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOMENTS = 20, ROUNDS = 5, HOSTILE = 10000, TEXT_BYTES = 1024 };
#define HOUR_MS INT64_C(3600000)

typedef struct world {
    uint64_t a, b;
    fh_lexicon *lexicon;
    fh_usage *usage;
    fh_arena *arena;
    uint64_t hits;
} world;

static uint32_t draw(world *w, uint32_t below)
{
    uint64_t a = w->a;
    const uint64_t b = w->b;
    w->a = b;
    a ^= a << 23;
    w->b = a ^ b ^ (a >> 17) ^ (b >> 26);
    return (uint32_t)((w->b + b) >> 33) % below;
}

static double micros(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static void must(bool fine, const char *what)
{
    if (fine) return;
    fprintf(stderr, "find_bench: %s\n", what);
    exit(EXIT_FAILURE);
}

/* ---- Texts -------------------------------------------------------------------------------- */

static void letter(world *w, char *out)
{
    static const char *const noun[] = {"policy", "garage",   "invoice", "portal", "adviser",
                                       "claim",  "winter",   "window",  "bridge", "station",
                                       "garden", "contract", "journey", "letter", "summer"};
    static const char *const verb[] = {"shows", "covers", "brings", "repairs", "keeps", "needs"};
    int n = snprintf(out, TEXT_BYTES, "Dear customer,\n\n");
    for (int s = 0; s < 5; s++)
        n +=
            snprintf(out + n, (size_t)(TEXT_BYTES - n), "The %s %s your %s and the %s near %s %u. ",
                     noun[draw(w, 15)], verb[draw(w, 6)], noun[draw(w, 15)], noun[draw(w, 15)],
                     noun[draw(w, 15)], draw(w, 90));
    (void)snprintf(out + n, (size_t)(TEXT_BYTES - n),
                   "Your cover begins on %u March 2025. The excess is EUR %u.\n\nKind regards,\n"
                   "your service team\n",
                   1 + draw(w, 28), 50 * (1 + draw(w, 9)));
}

static void contact(world *w, char *out)
{
    (void)snprintf(
        out, TEXT_BYTES,
        "Hello,\n\non %u March 2025 a van hit my parked car in front of the library. The "
        "left door is dented and the mirror is broken off. The garage wants EUR %u.\n",
        1 + draw(w, 28), 200 + draw(w, 800));
}

static const fh_text *read_text(world *w, const char *text, int64_t at_ms)
{
    fh_str raw = {0};
    fh_text *out = FH_NEW(w->arena, fh_text);
    const fh_text_about about = {.sent_ms = at_ms};
    must(out && fh_arena_str(w->arena, fh_str_of(text), &raw), "out of memory");
    must(fh_text_read(w->lexicon, raw, &about, w->arena, out, NULL) == FH_OK, "out of memory");
    return out;
}

static fh_find_story make_story(world *w, uint32_t customer)
{
    fh_moment *moment = FH_NEW_ARRAY(w->arena, fh_moment, MOMENTS);
    char text[TEXT_BYTES], last[TEXT_BYTES] = "";
    must(moment != NULL, "out of memory");
    int64_t at_ms = INT64_C(1740988800000);
    for (uint32_t i = 0; i < MOMENTS; i++) {
        at_ms += (1 + draw(w, 280)) * HOUR_MS;
        const bool out = i % 3 == 0 && i < 18, in = i % 7 == 5;
        moment[i] = (fh_moment){.at_ms = at_ms,
                                .department = 1 + draw(w, 5),
                                .touchpoint = 1 + draw(w, 20),
                                .direction = out  ? FH_DIR_OUT
                                             : in ? FH_DIR_IN
                                                  : FH_DIR_INTERNAL,
                                .problem = draw(w, 3),
                                .handoff = draw(w, 8) == 0};
        if (!out && !in) continue;
        if (in)
            contact(w, text);
        else if (!*last || draw(w, 4))
            letter(w, text);
        else
            memcpy(text, last, sizeof text);
        if (out) memcpy(last, text, sizeof last);
        moment[i].text = read_text(w, text, at_ms);
    }
    return (fh_find_story){
        .customer = customer, .n = MOMENTS, .moment = moment, .fresh_ms = INT64_MIN};
}

/* ---- Measuring ------------------------------------------------------------------------------ */

static fh_status count(void *ctx, const fh_find_story *story, const fh_hit *hit, fh_error *err)
{
    (void)story;
    (void)hit;
    (void)err;
    ((world *)ctx)->hits++;
    return FH_OK;
}

static double look(world *w, const fh_find_story *stories, uint32_t n, uint64_t sorts)
{
    fh_find_settings settings = fh_find_defaults();
    fh_arena *arena = fh_arena_new(NULL);
    must(arena != NULL, "out of memory");
    settings.sorts = sorts;
    w->hits = 0;
    const double from = micros();
    for (uint32_t i = 0; i < n; i++) {
        must(fh_find_in_story(w->lexicon, w->usage, &settings, &stories[i], arena, count, w,
                              NULL) == FH_OK,
             "out of memory");
        fh_arena_reset(arena);
    }
    const double took = micros() - from;
    fh_arena_free(arena);
    return took;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(world *w, const fh_find_story *stories, uint32_t n, uint64_t sorts)
{
    double took[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) took[i] = look(w, stories, n, sorts);
    qsort(took, ROUNDS, sizeof *took, by_size);
    return took[ROUNDS / 2];
}

static void hostile(world *w)
{
    fh_moment *moment = FH_NEW_ARRAY(w->arena, fh_moment, HOSTILE);
    char text[TEXT_BYTES];
    must(moment != NULL, "out of memory");
    for (uint32_t i = 0; i < HOSTILE; i++) {
        const bool in = draw(w, 3) == 0;
        const int64_t at_ms = INT64_C(1740988800000) + i * INT64_C(8000);
        if (in)
            contact(w, text);
        else
            letter(w, text);
        moment[i] = (fh_moment){.at_ms = at_ms,
                                .department = 1 + i % 5,
                                .direction = in ? FH_DIR_IN : FH_DIR_OUT,
                                .text = read_text(w, text, at_ms)};
    }
    const fh_find_story story = {
        .customer = 1, .n = HOSTILE, .moment = moment, .fresh_ms = INT64_MIN};
    const double took = look(w, &story, 1, UINT64_MAX);
    printf("%u messages of one customer in a day: %.2f s, %llu hits\n", HOSTILE, took * 1e-6,
           (unsigned long long)w->hits);
}

int main(int argc, char **argv)
{
    const uint32_t n = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 5000;
    world w = {.a = 1, .b = 2, .arena = fh_arena_new(NULL)};
    must(w.arena && fh_lexicon_new(NULL, &w.lexicon, NULL) == FH_OK &&
             fh_usage_new(NULL, &w.usage, NULL) == FH_OK,
         "out of memory");
    fh_find_story *stories = calloc(n, sizeof *stories);
    must(n && stories, "out of memory");
    const double from = micros();
    for (uint32_t i = 0; i < n; i++) stories[i] = make_story(&w, i + 1);
    printf("reading and making: %.1f us a story\n", (micros() - from) / n);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < MOMENTS; k++)
            if (stories[i].moment[k].text) fh_usage_add(w.usage, stories[i].moment[k].text);
    for (unsigned s = 0; s < FH_FIND_NEVER; s++) {
        const double took = median(&w, stories, n, UINT64_C(1) << s);
        printf("%-14s %7.2f us a story, %llu hits\n", fh_finding_sort_name((fh_finding_sort)s),
               took / n, (unsigned long long)w.hits);
    }
    const double all = median(&w, stories, n, UINT64_MAX);
    printf("all: %.0f stories/s a core\n", n / all * 1e6);
    hostile(&w);
    free(stories);
    fh_usage_free(w.usage);
    fh_lexicon_free(w.lexicon);
    fh_arena_free(w.arena);
    return EXIT_SUCCESS;
}
