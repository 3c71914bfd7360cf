/* import_kills.c - kill -9 at random instants of import and merge.
 *
 *     import_kills FOLDER KILLS SEED
 *
 * A child imports file after file into an organisation, in many small rounds, and
 * tells through a pipe what has been acknowledged: rows committed, files done.
 * The parent kills it at a random instant, opens the organisation again and
 * checks that
 *   - `check` finds nothing,
 *   - every acknowledged row is there, and no row is there twice,
 *   - what the origins say of each file is what is there.
 * Then the next child goes on with the same file. When all files are in, a new
 * organisation is begun.
 */
#include "app/import.h"
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

enum { FILES = 4, ROWS = 3000, CUSTOMERS = 400, MAX_PATH = 512 };

/* What the child tells; small enough to be written in one piece. */
typedef struct ack {
    uint32_t file, rows; /* rows of the file that are safely in */
} ack;

typedef struct world {
    char folder[MAX_PATH], org[MAX_PATH];
    uint64_t rng;
    uint32_t acked[FILES];
    unsigned char seen[FILES][ROWS];
    uint64_t n_seen[FILES];
    uint64_t faults;
    int64_t usual_us; /* how long a child takes when left alone */
} world;

static uint32_t below(world *w, uint32_t n)
{
    w->rng = w->rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(w->rng >> 33) % n;
}

static void die(const char *what, const fh_error *err)
{
    fprintf(stderr, "%s: %s\n", what, err ? err->message : strerror(errno));
    printf("0 passed, 1 failed\n");
    exit(1);
}

static void path_of(const world *w, unsigned file, char out[MAX_PATH])
{
    if (snprintf(out, MAX_PATH, "%.480s/file%u.csv", w->folder, file) >= MAX_PATH)
        die("the folder's name is too long", NULL);
}

/* Row r of file f is marked "m<f>-<r>"; some files have ids, some do not. */
static void write_file(world *w, unsigned file)
{
    char path[MAX_PATH];
    path_of(w, file, path);
    FILE *f = fopen(path, "w");
    if (!f) die(path, NULL);
    fputs(file % 2 ? "customer,time,touchpoint,event_id,mark\n" : "customer,time,touchpoint,mark\n",
          f);
    for (unsigned r = 0; r < ROWS; r++) {
        fprintf(f, "c%u,2024-01-%02u %02u:%02u:00,t%u,", below(w, CUSTOMERS), 1 + below(w, 28),
                below(w, 24), below(w, 60), below(w, 12));
        if (file % 2) fprintf(f, "id%u-%u,", file, r);
        fprintf(f, "m%u-%u\n", file, r);
    }
    if (fclose(f) != 0) die(path, NULL);
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

/* ---- The child ------------------------------------------------------------------------- */

typedef struct telling {
    int fd;
    uint32_t file;
    uint64_t told;
} telling;

static void tell(const telling *t, uint64_t rows)
{
    const ack a = {t->file, (uint32_t)rows};
    if (write(t->fd, &a, sizeof a) != (ssize_t)sizeof a) _exit(3);
}

static bool on_progress(void *ctx, const fh_import_progress *p)
{
    telling *t = ctx;
    if (p->committed > t->told) tell(t, t->told = p->committed);
    return false;
}

static int child(const world *w, int fd)
{
    fh_org *org = NULL;
    fh_error err = {0};
    if (fh_org_open(fh_os_real(), w->org, FH_ORG_WRITE, &org, &err) != FH_OK) goto failed;
    for (uint32_t file = 0; file < FILES; file++) {
        char path[MAX_PATH];
        telling t = {fd, file, 0};
        path_of(w, file, path);
        if (w->acked[file] == ROWS && file + 1 < FILES) continue;
        fh_arena *arena = fh_arena_new(NULL);
        const fh_import_options options = {
            .memory_bytes = 1, .progress = on_progress, .ctx = &t, .source = FH_STR("kills")};
        fh_import_result result;
        if (!arena || fh_import_file(org, path, &options, arena, &result, &err) != FH_OK)
            goto failed;
        tell(&t, ROWS);
        fh_arena_free(arena);
    }
    fh_org_close(org);
    return 0;
failed:
    fprintf(stderr, "child: %s\n", err.message);
    return 1;
}

/* ---- Checking ---------------------------------------------------------------------------- */

static void fault(world *w, const char *what)
{
    if (w->faults++ < 20) fprintf(stderr, "FAULT: %s\n", what);
}

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
        const unsigned long file = m ? strtoul(m + 3, &dash, 10) : FILES;
        const unsigned long row = dash ? strtoul(dash + 1, NULL, 10) : ROWS;
        if (file >= FILES || row >= ROWS) {
            fault(w, "an interaction without its mark");
        } else {
            if (w->seen[file][row]++) fault(w, "an interaction stands there twice");
            w->n_seen[file]++;
        }
    }
    return FH_OK;
}

static void compare(world *w, fh_org *org)
{
    char text[200];
    fh_error err = {0};
    const fh_origin *origins = NULL;
    size_t n = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena || fh_origins(org, arena, &origins, &n, &err) != FH_OK) die("origins", &err);
    for (unsigned file = 0; file < FILES; file++) {
        uint64_t done = 0;
        for (size_t i = 0; i < n; i++) {
            char name[32];
            (void)snprintf(name, sizeof name, "file%u.csv", file);
            if (fh_str_eq(origins[i].file, fh_str_of(name))) done += origins[i].rows_done;
        }
        for (unsigned r = 0; r < ROWS; r++)
            if (r < w->acked[file] && !w->seen[file][r]) {
                (void)snprintf(text, sizeof text, "file %u: row %u was acknowledged and is lost",
                               file, r);
                fault(w, text);
            }
        if (w->n_seen[file] != done) {
            (void)snprintf(text, sizeof text, "file %u: %" PRIu64 " rows, the origin says %" PRIu64,
                           file, w->n_seen[file], done);
            fault(w, text);
        }
        if (done > w->acked[file]) w->acked[file] = (uint32_t)done; /* told too late to be heard */
    }
    fh_arena_free(arena);
}

static void check(world *w)
{
    fh_error err = {0};
    fh_org *org = NULL;
    uint64_t n_faults = 0;
    memset(w->seen, 0, sizeof w->seen);
    memset(w->n_seen, 0, sizeof w->n_seen);
    if (fh_org_open(fh_os_real(), w->org, FH_ORG_READ, &org, &err) != FH_OK) die("open", &err);
    if (fh_store_check(org, on_fault, w, &n_faults, &err) != FH_OK && n_faults == 0)
        fault(w, err.message);
    if (fh_store_each(org, count_marks, w, &err) != FH_OK) fault(w, err.message);
    compare(w, org);
    fh_org_close(org);
}

/* ---- Killing --------------------------------------------------------------------------------- */

static int64_t now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Runs a child and kills it after `us` (negative: leaves it alone). */
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
    if (us >= 0) {
        const struct timespec t = {us / 1000000, us % 1000000 * 1000};
        (void)nanosleep(&t, NULL);
        (void)kill(pid, SIGKILL);
    }
    while (read(fds[0], &a, sizeof a) == (ssize_t)sizeof a)
        if (a.file < FILES && a.rows > w->acked[a.file]) w->acked[a.file] = a.rows;
    (void)close(fds[0]);
    if (waitpid(pid, &status, 0) != pid) die("waitpid", NULL);
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0) fault(w, "a child failed by itself");
    return WIFSIGNALED(status);
}

static unsigned n_left(const world *w)
{
    unsigned n = 0;
    for (unsigned i = 0; i < FILES; i++) n += w->acked[i] < ROWS;
    return n;
}

int main(int argc, char **argv)
{
    if (argc != 4) die("usage: import_kills FOLDER KILLS SEED", NULL);
    static world w;
    (void)snprintf(w.folder, sizeof w.folder, "%s", argv[1]);
    (void)snprintf(w.org, sizeof w.org, "%.480s/org.fh", argv[1]);
    const unsigned long kills = strtoul(argv[2], NULL, 10);
    w.rng = strtoull(argv[3], NULL, 10) * 2 + 1;
    for (unsigned i = 0; i < FILES; i++) write_file(&w, i);

    new_org(&w);
    const int64_t begun = now_us();
    (void)run_child(&w, -1);
    w.usual_us = now_us() - begun;
    check(&w);
    if (n_left(&w) != 0) fault(&w, "an import left alone did not finish");
    new_org(&w);

    unsigned long done = 0, finished = 0, organisations = 1;
    while (done < kills && w.faults == 0) {
        /* Long and short lives: half of them die within a quarter of what is left. */
        const int64_t left_us = w.usual_us * (1 + n_left(&w)) / (1 + FILES);
        if (run_child(&w, below(&w, (uint32_t)(left_us / (below(&w, 2) ? 1 : 4)) + 1)))
            done++;
        else
            finished++;
        check(&w);
        if (n_left(&w) == 0 && below(&w, 3) == 0) {
            new_org(&w);
            organisations++;
        }
    }
    printf("%lu kills in %lu organisations, %lu children finished before, seed %s, %.1f s\n", done,
           organisations, finished, argv[3], (double)(now_us() - begun) / 1e6);
    printf("%lu passed, %" PRIu64 " failed\n", done, w.faults);
    return w.faults != 0;
}
