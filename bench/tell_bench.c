/* tell_bench.c - what one customer's story out of an organisation costs.
 *
 *     build/release/bench/tell_bench ORG.fh [CUSTOMERS]
 *
 * Tells the stories of customers all over the file, one call each, as the program
 * does; shown are CPU microseconds a call. CUSTOMERS: numbers to choose from.
 */
#include "os/os.h"
#include "store/org.h"
#include "store/segments.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CALLS = 500 };

static double micros(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    const uint64_t customers = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;
    fh_org *org = NULL;
    fh_error err = {0};
    if (argc < 2 || fh_org_open(fh_os_real(), argv[1], FH_ORG_READ, &org, &err) != FH_OK) {
        fprintf(stderr, "%s\n", argc < 2 ? "tell_bench ORG.fh [CUSTOMERS]" : err.message);
        return EXIT_FAILURE;
    }
    static double took[CALLS];
    double first = 0;
    size_t told_in_all = 0;
    for (uint64_t i = 0; i < CALLS; i++) {
        fh_arena *arena = fh_arena_new(NULL);
        const fh_told *told;
        size_t n = 0;
        const uint32_t customer = (uint32_t)(1 + i * UINT64_C(2654435761) % customers);
        const double t = micros();
        if (fh_store_story(org, customer, arena, &told, &n, &err) != FH_OK) {
            fprintf(stderr, "%s\n", err.message);
            return EXIT_FAILURE;
        }
        took[i] = micros() - t;
        if (i == 0) first = took[0];
        told_in_all += n;
        fh_arena_free(arena);
    }
    qsort(took, CALLS, sizeof *took, by_size);
    printf("%d stories, %zu interactions: CPU us a call: first %.0f, least %.0f, median %.0f, "
           "99%% %.0f\n",
           CALLS, told_in_all, first, took[0], took[CALLS / 2], took[CALLS * 99 / 100]);
    fh_org_close(org);
    return EXIT_SUCCESS;
}
