/* test.c - the failing allocator, random numbers and assertions of test.h. */
#include "test.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

typedef struct faults {
    size_t live;    /* blocks handed out and not yet given back       */
    size_t asked;   /* allocations asked for                          */
    size_t fail_at; /* this one fails, and all after it; 0: none does */
} faults;

static faults state;
static uint64_t rng = 1;

static void *counted_alloc(void *ctx, size_t size)
{
    (void)ctx;
    state.asked++;
    if (state.fail_at && state.asked >= state.fail_at) return NULL;
    unsigned char *p = malloc(size + FH_ARENA_ALIGN);
    if (!p) abort();
    p += FH_ARENA_ALIGN;   /* no better aligned than promised */
    memset(p, 0xa5, size); /* nobody may rely on zeroed blocks */
    state.live++;
    return p;
}

static void counted_free(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    if (!ptr) return;
    memset(ptr, 0x5a, size);
    state.live--;
    free((unsigned char *)ptr - FH_ARENA_ALIGN);
}

static const fh_allocator allocator = {counted_alloc, counted_free, NULL, .block_size = 1};

const fh_allocator *test_allocator(void)
{
    return &allocator;
}

size_t test_blocks_live(void)
{
    return state.live;
}

void test_oom(fh_status (*body)(void *ctx), void *ctx)
{
    enum { MAX_ROUNDS = 100000 };
    for (size_t n = 1; n < MAX_ROUNDS; n++) {
        state = (faults){.fail_at = n};
        const fh_status status = body(ctx);
        const bool reached = state.asked >= n;
        state.fail_at = 0;
        if (state.live) fail_msg("%zu blocks leaked when allocation %zu failed", state.live, n);
        if (reached && status != FH_NOMEM)
            fail_msg("allocation %zu failed, and the status was '%s'", n, fh_status_text(status));
        if (!reached) {
            assert_status(status, FH_OK);
            return;
        }
    }
    fail_msg("more than %d allocations", MAX_ROUNDS);
}

void test_seed(uint64_t seed)
{
    rng = seed * 2 + 1;
}

uint32_t test_rand(uint32_t below)
{
    rng = rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(rng >> 33) % below;
}

bool test_patient(int64_t *until_ms)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    const int64_t now_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
    if (*until_ms == 0) *until_ms = now_ms + 60000;
    (void)nanosleep(&pause, NULL);
    return now_ms < *until_ms;
}

const char *test_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder && *folder ? folder : "/tmp";
}

const char *test_shared(const char *path, char *space, size_t size)
{
    (void)snprintf(space, size, "../shared/%s", path);
    if (access(space, R_OK) == 0) return space;
    print_message("skipped: %s is not here\n", path);
    return NULL;
}

void test_status_(fh_status got, fh_status want, const char *what, const char *file, int line)
{
    if (got == want) return;
    print_error("%s gave '%s', not '%s'\n", what, fh_status_text(got), fh_status_text(want));
    _fail(file, line);
}

void test_str_(fh_str got, const char *want, const char *file, int line)
{
    if (fh_str_eq(got, fh_str_of(want))) return;
    print_error("\"%.*s\" is not \"%s\"\n", FH_STR_ARG(got), want);
    _fail(file, line);
}
