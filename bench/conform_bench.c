/* conform_bench.c - a journey held against all stories, from segments.
 *
 *     build/release/bench/conform_bench ORG.fh MAP [TIMES]
 *
 * Asks `conform` as JSON, with one thread and nothing kept, TIMES (50) times over in one
 * process with the file open: reading segments, finding ways, aligning these, and writing the
 * answer; without starting a program and opening the file. Least and half of the CPU times, in ms.
 */
#include "app/ask/question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_TIMES = 1000 };

static void must(fh_status status, const fh_error *err)
{
    if (status == FH_OK) return;
    fprintf(stderr, "%s\n", err->message);
    exit(EXIT_FAILURE);
}

static double cpu_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static double ask(fh_org *org, const fh_question *question, const fh_str *map)
{
    fh_buf out;
    fh_error err = {0};
    _Alignas(16) unsigned char options[512] = {0};
    fh_asking *asking = (fh_asking *)(void *)options;
    asking->format = FH_ANSWER_JSON;
    asking->threads = 1;
    fh_buf_init(&out, NULL, 1 << 28);
    fh_arena *arena = fh_arena_new(NULL);
    const double before = cpu_ms();
    must(fh_question_ask(question, org, options, map, 1, NULL, arena, &out, &err), &err);
    const double took = cpu_ms() - before;
    fh_arena_free(arena);
    fh_buf_free(&out);
    return took;
}

static int rising(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static char text[1 << 20];
    static double took[MOST_TIMES];
    fh_error err = {0};
    fh_org *org = NULL;
    size_t q = 0;
    if (argc < 3) {
        fprintf(stderr, "conform_bench ORG.fh MAP [TIMES]\n");
        return EXIT_FAILURE;
    }
    FILE *f = fopen(argv[2], "rb");
    const fh_str map = {text, f ? fread(text, 1, sizeof text, f) : 0};
    if (f) (void)fclose(f);
    size_t n = argc > 3 ? (size_t)strtoul(argv[3], NULL, 10) : 50;
    if (n < 1 || n > MOST_TIMES) n = MOST_TIMES;
    while (strcmp(fh_questions[q]->name, "conform") != 0) q++;
    must(fh_org_open(fh_os_real(), argv[1], FH_ORG_READ, &org, &err), &err);
    for (size_t i = 0; i < n; i++) took[i] = ask(org, fh_questions[q], &map);
    fh_org_close(org);
    qsort(took, n, sizeof *took, rising);
    printf("%zu times: CPU %.1f ms least, %.1f half of them\n", n, took[0], took[n / 2]);
    return EXIT_SUCCESS;
}
