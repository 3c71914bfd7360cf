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
#include "kills.h"

#include "app/data/import.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { FILES = 4, ROWS = 3000, CUSTOMERS = 400 };

static void path_of(const kills *k, unsigned file, char out[KILLS_PATH])
{
    if (snprintf(out, KILLS_PATH, "%.480s/file%u.csv", k->folder, file) >= KILLS_PATH)
        kills_die("the folder's name is too long", NULL);
}

/* Row r of file f is marked "m<f>-<r>"; some files have ids, some do not. */
static void write_file(kills *k, unsigned file)
{
    char path[KILLS_PATH];
    path_of(k, file, path);
    FILE *f = fopen(path, "w");
    if (!f) kills_die(path, NULL);
    fputs(file % 2 ? "customer,time,touchpoint,event_id,mark\n" : "customer,time,touchpoint,mark\n",
          f);
    for (unsigned r = 0; r < ROWS; r++) {
        fprintf(f, "c%u,2024-01-%02u %02u:%02u:00,t%u,", kills_below(&k->rng, CUSTOMERS),
                1 + kills_below(&k->rng, 28), kills_below(&k->rng, 24), kills_below(&k->rng, 60),
                kills_below(&k->rng, 12));
        if (file % 2) fprintf(f, "id%u-%u,", file, r);
        fprintf(f, "m%u-%u\n", file, r);
    }
    if (fclose(f) != 0) kills_die(path, NULL);
}

/* ---- The child ------------------------------------------------------------------------- */

typedef struct telling {
    int fd;
    uint32_t file;
    uint64_t told;
} telling;

static void tell(const telling *t, uint64_t rows)
{
    if (!kills_tell(t->fd, t->file, (uint32_t)rows)) _exit(3);
}

static bool on_progress(void *ctx, const fh_import_progress *p)
{
    telling *t = ctx;
    if (p->committed > t->told) tell(t, t->told = p->committed);
    return false;
}

static int child(const kills *k, int fd)
{
    fh_org *org = NULL;
    fh_error err = {0};
    if (fh_org_open(fh_os_real(), k->org, FH_ORG_WRITE, &org, &err) != FH_OK) goto failed;
    for (uint32_t file = 0; file < FILES; file++) {
        char path[KILLS_PATH];
        telling t = {fd, file, 0};
        path_of(k, file, path);
        if (k->acked[file] == ROWS && file + 1 < FILES) continue;
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

/* What the origins say of each file is what is there. */
static void compare(kills *k, fh_org *org)
{
    char text[200];
    fh_error err = {0};
    const fh_origin *origins = NULL;
    size_t n = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena || fh_origins(org, arena, &origins, &n, &err) != FH_OK) kills_die("origins", &err);
    for (unsigned file = 0; file < FILES; file++) {
        uint64_t done = 0;
        for (size_t i = 0; i < n; i++) {
            char name[32];
            (void)snprintf(name, sizeof name, "file%u.csv", file);
            if (fh_str_eq(origins[i].file, fh_str_of(name))) done += origins[i].rows_done;
        }
        if (k->n_seen[file] != done) {
            (void)snprintf(text, sizeof text, "file %u: %" PRIu64 " rows, the origin says %" PRIu64,
                           file, k->n_seen[file], done);
            kills_fault(k, text);
        }
        if (done > k->acked[file]) k->acked[file] = (uint32_t)done; /* told too late to be heard */
    }
    fh_arena_free(arena);
}

/* ---- Killing ----------------------------------------------------------------------------- */

static unsigned n_left(const kills *k)
{
    unsigned n = 0;
    for (unsigned i = 0; i < FILES; i++) n += k->acked[i] < ROWS;
    return n;
}

int main(int argc, char **argv)
{
    kills k;
    kills_begin(&k, argc, argv, "org.fh", FILES, ROWS);
    for (unsigned i = 0; i < FILES; i++) write_file(&k, i);

    kills_new_org(&k);
    const int64_t begun = kills_now_us();
    (void)kills_run(&k, child, -1);
    const int64_t usual_us = kills_now_us() - begun;
    kills_check(&k, compare);
    if (!kills_all_in(&k)) kills_fault(&k, "an import left alone did not finish");
    kills_new_org(&k);

    unsigned long finished = 0, organisations = 1;
    while (k.done < k.wanted && k.faults == 0) {
        /* Long and short lives: half of them die within a quarter of what is left. */
        const int64_t left_us = usual_us * (1 + n_left(&k)) / (1 + FILES);
        const uint32_t most = (uint32_t)(left_us / (kills_below(&k.rng, 2) ? 1 : 4)) + 1;
        if (kills_run(&k, child, kills_below(&k.rng, most)))
            k.done++;
        else
            finished++;
        kills_check(&k, compare);
        if (kills_all_in(&k) && kills_below(&k.rng, 3) == 0) {
            kills_new_org(&k);
            organisations++;
        }
    }
    printf("%lu kills in %lu organisations, %lu children finished before, seed %s, %.1f s\n",
           k.done, organisations, finished, k.seed, (double)(kills_now_us() - begun) / 1e6);
    return kills_end(&k);
}
