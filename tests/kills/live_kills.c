/* live_kills.c - kill -9 at random instants of live ingest and the folding beside it.
 *
 *     live_kills FOLDER KILLS SEED
 *
 * In a child several threads send batches, and tell through a pipe what was
 * acknowledged; what was sent but not acknowledged before a kill is sent again by the
 * next child, as clients do. Parts are kept small, so that a few hundred interactions
 * go all the way into the base. After each kill the parent opens the file and checks
 * that
 *   - `check` finds nothing,
 *   - every acknowledged interaction is there, and none is there twice,
 *   - a scan of few columns (which joins) shows as many as one story after another.
 */
#include "app/live.h"
#include "os/threads.h"
#include "store/segments.h"
#include "store/tidy.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SENDERS = 4, EACH = 4000, CUSTOMERS = 150, MOST = 24, MAX_PATH = 512, LIFE_MS = 400 };

static const fh_tidy_sizes small = {
    .step = 300,
    .least_step = 50,
    .least_of_base = 400,
    .few_batches = 4,
    .smallest_run = 100,
    .alike = 3,
    .base_least = 1000,
};

typedef struct ack {
    uint32_t sender, n; /* its first n are on the disk */
} ack;

typedef struct world {
    char folder[MAX_PATH], org[MAX_PATH];
    uint64_t rng;
    uint32_t acked[SENDERS];
    unsigned char seen[SENDERS][EACH];
    uint64_t n_seen, faults;
} world;

static uint32_t below(uint64_t *rng, uint32_t n)
{
    *rng = *rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*rng >> 33) % n;
}

static void die(const char *what, const fh_error *err)
{
    fprintf(stderr, "%s: %s\n", what, err ? err->message : strerror(errno));
    printf("0 passed, 1 failed\n");
    exit(1);
}

static void fault(world *w, const char *what)
{
    if (w->faults++ < 20) fprintf(stderr, "FAULT: %s\n", what);
}

static void new_org(world *w)
{
    static const char *const tails[] = {"", "-wal", "-shm", ".new", ".erased"};
    char path[MAX_PATH + 16];
    fh_error err = {0};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        (void)snprintf(path, sizeof path, "%s%s", w->org, tails[i]);
        (void)unlink(path);
    }
    if (fh_org_create(fh_os_real(), w->org, FH_STR("Kills"), &err) != FH_OK) die("create", &err);
    memset(w->acked, 0, sizeof w->acked);
}

/* ---- The child --------------------------------------------------------------------------- */

typedef struct sending {
    const world *w;
    fh_live *live;
    int fd;
    fh_mutex *lock;
    fh_cond *came;
    uint32_t replied[SENDERS]; /* batches */
    atomic_bool failed;
} sending;

typedef struct batch {
    sending *s;
    uint32_t sender, upto;
    fh_interaction row[MOST];
    char who[MOST][16], id[MOST][24], payload[MOST][32];
} batch;

static void on_reply(void *ctx, const fh_live_reply *reply)
{
    batch *b = ctx;
    const ack a = {b->sender, b->upto};
    if (reply->status != FH_OK || reply->n_accepted + reply->n_known != reply->n) {
        fprintf(stderr, "child: %s\n", reply->err ? reply->err->message : "refused");
        atomic_store(&b->s->failed, true);
    } else if (write(b->s->fd, &a, sizeof a) != (ssize_t)sizeof a) {
        _exit(3);
    }
    fh_mutex_lock(b->s->lock);
    b->s->replied[b->sender]++;
    fh_cond_wake_all(b->s->came);
    fh_mutex_unlock(b->s->lock);
}

/* The same interaction whoever sends it: some without payload, of any customer. */
static void fill(batch *b, uint32_t i, uint32_t number)
{
    uint64_t rng = (uint64_t)b->sender << 32 | number;
    (void)below(&rng, 2);
    const int who = snprintf(b->who[i], sizeof b->who[i], "c%u", below(&rng, CUSTOMERS));
    const int id = snprintf(b->id[i], sizeof b->id[i], "%u-%u", b->sender, number);
    const int mark =
        snprintf(b->payload[i], sizeof b->payload[i], "{\"m\":\"m%u-%u\"}", b->sender, number);
    fh_interaction *row = &b->row[i];
    *row = (fh_interaction){.n_identifiers = 1,
                            .at_ms = INT64_C(1700000000000) + below(&rng, 1000000),
                            .touchpoint = below(&rng, 2) ? FH_STR("call") : FH_STR("mail"),
                            .channel = below(&rng, 2) ? FH_STR("phone") : (fh_str){0},
                            .source_id = {b->id[i], (size_t)id},
                            .payload = {b->payload[i], (size_t)mark}};
    row->identifier[0] = (fh_identifier){FH_STR("customer"), {b->who[i], (size_t)who}};
}

static void send_on(void *ctx, uint32_t sender)
{
    sending *s = ctx;
    uint64_t rng = s->w->rng + sender;
    static batch all[SENDERS];
    batch *b = &all[sender];
    for (uint32_t next = s->w->acked[sender], n = 0; next < EACH && !atomic_load(&s->failed);) {
        fh_error err = {0};
        uint32_t count = 1 + below(&rng, MOST);
        if (count > EACH - next) count = EACH - next;
        b->s = s;
        b->sender = sender;
        b->upto = next + count;
        for (uint32_t i = 0; i < count; i++) fill(b, i, next + i);
        const fh_live_items items = {.n = count, .row = b->row};
        if (fh_live_submit(s->live, &items, on_reply, b, NULL, &err) != FH_OK) {
            fprintf(stderr, "child: %s\n", err.message);
            atomic_store(&s->failed, true);
            return;
        }
        n++;
        fh_mutex_lock(s->lock);
        while (s->replied[sender] < n) fh_cond_wait(s->came, s->lock);
        fh_mutex_unlock(s->lock);
        next += count;
    }
}

static int child(const world *w, int fd)
{
    fh_error err = {0};
    fh_pool *pool = NULL;
    static sending s;
    s = (sending){.w = w, .fd = fd, .lock = fh_mutex_new(), .came = fh_cond_new()};
    const fh_live_options options = {.sizes = &small};
    if (fh_pool_open(fh_os_real(), w->org, &pool, &err) != FH_OK ||
        fh_live_open(pool, &options, &s.live, &err) != FH_OK) {
        fprintf(stderr, "child: %s\n", err.message);
        return 1;
    }
    fh_threads_run(SENDERS, send_on, &s);
    fh_live_close(s.live);
    fh_pool_close(pool);
    return atomic_load(&s.failed);
}

/* ---- Checking ---------------------------------------------------------------------------------
 */

static void on_fault(void *ctx, const char *sentence)
{
    fault(ctx, sentence);
}

static fh_status count_marks(void *ctx, uint32_t customer, const fh_told *told, size_t n,
                             fh_error *err)
{
    (void)customer, (void)err;
    world *w = ctx;
    for (size_t i = 0; i < n; i++) {
        const char *m = told[i].payload.len ? strstr(told[i].payload.ptr, ":\"m") : NULL;
        char *dash = NULL;
        const unsigned long sender = m ? strtoul(m + 3, &dash, 10) : SENDERS;
        const unsigned long number = dash ? strtoul(dash + 1, NULL, 10) : EACH;
        if (sender >= SENDERS || number >= EACH)
            fault(w, "an interaction without its mark");
        else if (w->seen[sender][number]++)
            fault(w, "an interaction stands there twice");
    }
    w->n_seen += n;
    return FH_OK;
}

static void scan(world *w, fh_org *org)
{
    fh_scan *s = NULL;
    fh_error err = {0};
    const fh_segment *seg = NULL;
    uint64_t n = 0;
    fh_status status =
        fh_scan_open(org, 1u << FH_COL_TOUCHPOINT | 1u << FH_COL_GAP, 1, UINT32_MAX, &s, &err);
    while (status == FH_OK) {
        status = fh_scan_next(s, 0, &seg, &err);
        if (status != FH_OK || !seg) break;
        n += seg->n;
    }
    fh_scan_close(s);
    if (status != FH_OK) fault(w, err.message);
    if (n != w->n_seen) fault(w, "a scan shows another number than the stories");
}

static void check(world *w)
{
    fh_error err = {0};
    fh_org *org = NULL;
    uint64_t n_faults = 0;
    memset(w->seen, 0, sizeof w->seen);
    w->n_seen = 0;
    if (fh_org_open(fh_os_real(), w->org, FH_ORG_READ, &org, &err) != FH_OK) die("open", &err);
    if (fh_store_check(org, on_fault, w, &n_faults, &err) != FH_OK && n_faults == 0)
        fault(w, err.message);
    if (fh_store_each(org, count_marks, w, &err) != FH_OK) fault(w, err.message);
    scan(w, org);
    fh_org_close(org);
    for (uint32_t sender = 0; sender < SENDERS; sender++)
        for (uint32_t i = 0; i < w->acked[sender]; i++)
            if (!w->seen[sender][i]) fault(w, "an acknowledged interaction is lost");
}

/* ---- Killing ------------------------------------------------------------------------------------
 */

/* Runs a child and kills it after `us`; whether it was still alive. */
static bool run_child(world *w, int64_t us)
{
    int fds[2], status = 0;
    ack a;
    if (pipe(fds) != 0) die("pipe", NULL);
    const pid_t pid = fork();
    if (pid < 0) die("fork", NULL);
    if (pid == 0) {
        (void)close(fds[0]);
        _exit(child(w, fds[1]));
    }
    (void)close(fds[1]);
    const struct timespec t = {us / 1000000, us % 1000000 * 1000};
    (void)nanosleep(&t, NULL);
    (void)kill(pid, SIGKILL);
    while (read(fds[0], &a, sizeof a) == (ssize_t)sizeof a)
        if (a.sender < SENDERS && a.n > w->acked[a.sender]) w->acked[a.sender] = a.n;
    (void)close(fds[0]);
    if (waitpid(pid, &status, 0) != pid) die("waitpid", NULL);
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0) fault(w, "a child failed by itself");
    return WIFSIGNALED(status);
}

static bool all_in(const world *w)
{
    for (uint32_t i = 0; i < SENDERS; i++)
        if (w->acked[i] < EACH) return false;
    return true;
}

int main(int argc, char **argv)
{
    if (argc != 4) die("usage: live_kills FOLDER KILLS SEED", NULL);
    static world w;
    (void)snprintf(w.folder, sizeof w.folder, "%s", argv[1]);
    (void)snprintf(w.org, sizeof w.org, "%.480s/live.fh", argv[1]);
    const unsigned long kills = strtoul(argv[2], NULL, 10);
    w.rng = strtoull(argv[3], NULL, 10) * 2 + 1;
    new_org(&w);
    unsigned long done = 0, finished = 0, organisations = 1;
    uint64_t most_acked = 0;
    while (done < kills && w.faults == 0) {
        /* Long and short lives: the file must be opened before anything happens. */
        if (run_child(&w, 10000 + 1000 * (int64_t)below(&w.rng, below(&w.rng, 2) ? LIFE_MS : 60)))
            done++;
        else
            finished++;
        check(&w);
        if (w.n_seen > most_acked) most_acked = w.n_seen;
        if (all_in(&w)) {
            new_org(&w);
            organisations++;
        }
    }
    printf("%lu kills under live ingest in %lu organisations of up to %" PRIu64
           " interactions, seed %s\n",
           done, organisations, most_acked, argv[3]);
    printf("%lu passed, %" PRIu64 " failed\n", done, w.faults);
    return w.faults != 0;
}
