/* kills.c - see kills.h. */
#include "kills.h"

#include "store/segments.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What a child tells; small enough to be written in one piece. */
typedef struct ack {
    uint32_t line, n;
} ack;

uint32_t kills_below(uint64_t *rng, uint32_t n)
{
    *rng = *rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*rng >> 33) % n;
}

int64_t kills_now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void kills_die(const char *what, const fh_error *err)
{
    fprintf(stderr, "%s: %s\n", what, err ? err->message : strerror(errno));
    printf("0 passed, 1 failed\n");
    exit(1);
}

void kills_fault(kills *k, const char *what)
{
    if (k->faults++ < 20) fprintf(stderr, "FAULT: %s\n", what);
}

bool kills_all_in(const kills *k)
{
    for (uint32_t i = 0; i < k->n_lines; i++)
        if (k->acked[i] < k->each) return false;
    return true;
}

void kills_begin(kills *k, int argc, char **argv, const char *org, uint32_t n_lines, uint32_t each)
{
    if (argc < 4) kills_die("usage: FOLDER KILLS SEED", NULL);
    *k = (kills){.seed = argv[3], .n_lines = n_lines, .each = each};
    (void)snprintf(k->folder, sizeof k->folder, "%s", argv[1]);
    (void)snprintf(k->org, sizeof k->org, "%.480s/%s", argv[1], org);
    k->wanted = strtoul(argv[2], NULL, 10);
    k->rng = strtoull(argv[3], NULL, 10) * 2 + 1;
    k->acked = calloc(n_lines, sizeof *k->acked);
    k->n_seen = calloc(n_lines, sizeof *k->n_seen);
    k->seen = calloc(n_lines, each);
    if (!k->acked || !k->n_seen || !k->seen) kills_die("memory", NULL);
}

int kills_end(kills *k)
{
    printf("%lu passed, %" PRIu64 " failed\n", k->done, k->faults);
    free(k->acked);
    free(k->n_seen);
    free(k->seen);
    return k->faults != 0;
}

void kills_new_org(kills *k)
{
    static const char *const tails[] = {"", "-wal", "-shm", ".new", ".erased"};
    char path[KILLS_PATH + 16];
    fh_error err = {0};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        (void)snprintf(path, sizeof path, "%s%s", k->org, tails[i]);
        (void)unlink(path);
    }
    if (fh_org_create(fh_os_real(), k->org, FH_STR("Kills"), &err) != FH_OK)
        kills_die("create", &err);
    memset(k->acked, 0, k->n_lines * sizeof *k->acked);
}

/* ---- Killing ------------------------------------------------------------------------------ */

bool kills_tell(int fd, uint32_t line, uint32_t n)
{
    const ack a = {line, n};
    return write(fd, &a, sizeof a) == (ssize_t)sizeof a;
}

bool kills_run(kills *k, kills_child *child, int64_t us)
{
    int fds[2], status = 0;
    ack a;
    if (pipe(fds) != 0) kills_die("pipe", NULL);
    const pid_t pid = fork();
    if (pid < 0) kills_die("fork", NULL);
    if (pid == 0) {
        (void)close(fds[0]);
        _exit(child(k, fds[1]));
    }
    (void)close(fds[1]);
    if (us >= 0) {
        const struct timespec t = {us / 1000000, us % 1000000 * 1000};
        (void)nanosleep(&t, NULL);
        (void)kill(pid, SIGKILL);
    }
    while (read(fds[0], &a, sizeof a) == (ssize_t)sizeof a)
        if (a.line < k->n_lines && a.n > k->acked[a.line]) k->acked[a.line] = a.n;
    (void)close(fds[0]);
    if (waitpid(pid, &status, 0) != pid) kills_die("waitpid", NULL);
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0) kills_fault(k, "a child failed by itself");
    return WIFSIGNALED(status);
}

/* ---- Checking ----------------------------------------------------------------------------- */

static void on_fault(void *ctx, const char *sentence)
{
    kills_fault(ctx, sentence);
}

static fh_status count_marks(void *ctx, uint32_t customer, const fh_told *told, size_t n,
                             fh_error *err)
{
    (void)customer, (void)err;
    kills *k = ctx;
    for (size_t i = 0; i < n; i++) {
        const char *m = told[i].payload.len ? strstr(told[i].payload.ptr, ":\"m") : NULL;
        char *dash = NULL;
        const unsigned long line = m ? strtoul(m + 3, &dash, 10) : k->n_lines;
        const unsigned long number = dash ? strtoul(dash + 1, NULL, 10) : k->each;
        if (line >= k->n_lines || number >= k->each) {
            kills_fault(k, "an interaction without its mark");
        } else {
            if (k->seen[line * k->each + number]++)
                kills_fault(k, "an interaction stands there twice");
            k->n_seen[line]++;
        }
    }
    return FH_OK;
}

static void look_for_lost(kills *k)
{
    char text[100];
    for (uint32_t line = 0; line < k->n_lines; line++)
        for (uint32_t i = 0; i < k->acked[line]; i++)
            if (!k->seen[(size_t)line * k->each + i]) {
                (void)snprintf(text, sizeof text, "%u of %u was acknowledged and is lost", i, line);
                kills_fault(k, text);
            }
}

void kills_check(kills *k, void (*more)(kills *k, fh_org *org))
{
    fh_error err = {0};
    fh_org *org = NULL;
    uint64_t n_faults = 0;
    memset(k->seen, 0, (size_t)k->n_lines * k->each);
    memset(k->n_seen, 0, k->n_lines * sizeof *k->n_seen);
    if (fh_org_open(fh_os_real(), k->org, FH_ORG_READ, &org, &err) != FH_OK)
        kills_die("open", &err);
    if (fh_store_check(org, on_fault, k, &n_faults, &err) != FH_OK && n_faults == 0)
        kills_fault(k, err.message);
    if (fh_store_each(org, count_marks, k, &err) != FH_OK) kills_fault(k, err.message);
    look_for_lost(k);
    if (more) more(k, org);
    fh_org_close(org);
}
