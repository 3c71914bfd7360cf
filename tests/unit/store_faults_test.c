/* store_faults_test.c - disks that fail, processes that are killed, bytes that rot:
 * every time there is a clear error or the right data, and the file holds either
 * the state before or the state after. */
#include "orgfile.h"

#include "faulty_vfs.h"
#include "store/inside.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void name_things(fh_org *org)
{
    assert_status(fh_org_begin(org, NULL), FH_OK);
    for (uint32_t d = 0; d < FH_N_DICTS; d++)
        for (int i = 1; i <= 12; i++) {
            char name[24];
            uint32_t number = 0;
            (void)snprintf(name, sizeof name, "name %d", i);
            assert_status(fh_dict_intern(org, (fh_dict)d, fh_str_of(name), &number, NULL), FH_OK);
        }
    assert_status(fh_org_commit(org, NULL), FH_OK);
}

/* One round's worth of rows, the same every time. */
enum { N_ROWS = 60 };
static size_t some_rows(fh_arena *arena, const oracle *o, uint32_t origin, fh_row *rows)
{
    test_seed(origin * 77);
    orgfile_random(arena, o, rows, N_ROWS, 1, 20, origin);
    return N_ROWS;
}

/* ---- What is done while things fail -------------------------------------------------- */

typedef enum deed { PUT_DELTA, PUT_INBOX, MERGE, CUT, MOVE, N_DEEDS } deed;

static fh_status put(fh_org *org, const fh_row *rows, size_t n, bool inbox, fh_error *err)
{
    fh_builder *b = NULL;
    const fh_segment *seg = NULL;
    const fh_str *payload = NULL;
    fh_status status = fh_builder_new(NULL, &b, err);
    if (status == FH_OK) status = fh_builder_add(b, rows, n, err);
    if (status == FH_OK) status = fh_builder_sort(b, err);
    if (status == FH_OK) status = fh_builder_next(b, &seg, &payload, err);
    if (status == FH_OK)
        status = inbox ? fh_store_put_inbox(org, seg, payload, err)
                       : fh_store_put_delta(org, seg, payload, err);
    fh_builder_free(b);
    return status;
}

static fh_status do_it(fh_org *org, const oracle *before, deed what, uint32_t origin, fh_error *err)
{
    uint64_t n = 0;
    if (what == MERGE) return fh_store_merge(org, NULL, NULL, &n, err);
    if (what == CUT) return fh_store_cut(org, 1 + origin % 20, &n, err);
    if (what == MOVE) return fh_store_move_story(org, 1 + origin % 20, 25, err);
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[N_ROWS];
    const size_t n_rows = some_rows(arena, before, origin, rows);
    const fh_status status = put(org, rows, n_rows, what == PUT_INBOX, err);
    fh_arena_free(arena);
    return status;
}

/* What the list is after it. */
static oracle after_it(const oracle *before, deed what, uint32_t origin)
{
    oracle o = oracle_copy(before);
    fh_arena *arena = fh_arena_new(NULL);
    fh_row rows[N_ROWS];
    if (what == CUT) oracle_cut(&o, 1 + origin % 20);
    if (what == MOVE) oracle_move(&o, 1 + origin % 20, 25, NULL, 0);
    if (what == PUT_DELTA || what == PUT_INBOX)
        oracle_add(&o, rows, some_rows(arena, before, origin, rows));
    fh_arena_free(arena);
    return o;
}

/* A file with base, delta and inbox. */
static oracle prepared(void)
{
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    oracle o = {0};
    static const deed first[] = {PUT_DELTA, MERGE, PUT_DELTA, PUT_INBOX};
    name_things(org);
    for (uint32_t i = 0; i < COUNT(first); i++) {
        assert_status(do_it(org, &o, first[i], 100 + i, NULL), FH_OK);
        oracle next = after_it(&o, first[i], 100 + i);
        oracle_free(&o);
        o = next;
    }
    fh_org_close(org);
    return o;
}

/* The file opens, is sound and holds one of the two; true: the second. */
static bool holds_either(const oracle *before, const oracle *after)
{
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    orgfile_check(org);
    const bool is_after = orgfile_holds(org, after);
    if (!is_after) assert_true(orgfile_holds(org, before));
    fh_org_close(org);
    return is_after;
}

/* ---- Disks ------------------------------------------------------------------------------ */

static void copy_file(const char *from, const char *to)
{
    static char bytes[1 << 22];
    FILE *f = fopen(from, "rb");
    assert_non_null(f);
    const size_t n = fread(bytes, 1, sizeof bytes, f);
    assert_true(n > 0 && n < sizeof bytes);
    assert_int_equal(fclose(f), 0);
    f = fopen(to, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static char kept[80]; /* the prepared file */

static oracle prepare_and_keep(void)
{
    oracle o = prepared();
    (void)snprintf(kept, sizeof kept, "%s.copy", orgfile_path);
    copy_file(orgfile_path, kept);
    return o;
}

static void start_again(void)
{
    static const char *const tails[] = {"-wal", "-shm"};
    for (size_t i = 0; i < COUNT(tails); i++) {
        char name[80];
        (void)snprintf(name, sizeof name, "%s%s", orgfile_path, tails[i]);
        (void)unlink(name);
    }
    copy_file(kept, orgfile_path);
}

/* One deed with the n-th call failing; false: it was not reached. */
static bool survives(const oracle *before, const oracle *after, deed what, vfs_fault kind,
                     uint64_t n)
{
    fh_error err = {0};
    start_again();
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    faulty_vfs_set(kind, n);
    const fh_status status = do_it(org, before, what, 7, &err);
    const bool reached = faulty_vfs_reached();
    if (status != FH_OK) {
        if (!reached) fail_msg("deed %d: %s", (int)what, err.message);
        if (status != FH_IO && status != FH_BUSY && status != FH_NOMEM)
            fail_msg("deed %d, fault %d in call %d: '%s'", (int)what, (int)kind, (int)n,
                     err.message);
        assert_true(err.message[0] && err.hint[0]);
        assert_non_null(strstr(err.message, orgfile_path));
    }
    fh_org_close(org);
    faulty_vfs_set(kind, 0);
    const bool is_after = holds_either(before, after);
    if (status == FH_OK) assert_true(is_after);
    return reached;
}

static void a_failing_disk_leaves_the_old_or_the_new_state(void **state)
{
    (void)state;
    static const vfs_fault kinds[] = {VFS_IO_ONCE, VFS_BROKEN, VFS_FULL, VFS_READ};
    oracle before = prepare_and_keep();
    faulty_vfs_on();
    for (deed what = PUT_DELTA; what < N_DEEDS; what++) {
        oracle after = after_it(&before, what, 7);
        for (size_t k = 0; k < COUNT(kinds); k++) {
            /* Every call at first, then ever fewer. */
            for (uint64_t n = 1; survives(&before, &after, what, kinds[k], n); n += 1 + n / 2)
                assert_true(n < 10000);
        }
        oracle_free(&after);
    }
    faulty_vfs_off();
    oracle_free(&before);
}

static void a_file_is_made_whole_or_not_at_all(void **state)
{
    (void)state;
    faulty_vfs_on();
    for (vfs_fault kind = VFS_IO_ONCE; kind <= VFS_READ; kind++) {
        bool reached = true;
        /* Every call at first, then fewer, other ones for every kind of fault. */
        for (uint64_t n = 1; reached; n += 1 + (n + kind) / 16) {
            fh_error err = {0};
            faulty_vfs_set(kind, n);
            const fh_status status =
                fh_org_create(fh_os_real(), orgfile_path, FH_STR("Acme"), &err);
            reached = faulty_vfs_reached();
            faulty_vfs_set(kind, 0);
            assert_true(reached || status == FH_OK);
            if (status == FH_OK) {
                fh_org *org = orgfile_open(FH_ORG_WRITE);
                orgfile_check(org);
                fh_org_close(org);
                (void)unlink(orgfile_path);
            } else {
                assert_true(err.message[0]);
                assert_int_not_equal(access(orgfile_path, F_OK), 0);
            }
            assert_true(n < 1000);
        }
    }
    faulty_vfs_off();
}

/* ---- Kills --------------------------------------------------------------------------------- */

/* In the child: deeds one after another, each told through a pipe when it is done. */
static void work_until_killed(const oracle *before, uint32_t seed, int told)
{
    fh_org *org = NULL;
    if (fh_org_open(fh_os_real(), orgfile_path, FH_ORG_WRITE, &org, NULL) != FH_OK) _exit(1);
    oracle o = oracle_copy(before);
    for (uint32_t i = 0; i < 60000; i++) { /* what the pipe holds */
        const deed what = (deed)((seed + i) % N_DEEDS);
        if (do_it(org, &o, what, seed + i, NULL) != FH_OK) _exit(2);
        oracle next = after_it(&o, what, seed + i);
        oracle_free(&o);
        o = next;
        const char c = 'x';
        if (write(told, &c, 1) != 1) _exit(3);
    }
    _exit(0);
}

static size_t count_told(int fd)
{
    char bytes[2000];
    size_t n = 0;
    for (ssize_t got; (got = read(fd, bytes, sizeof bytes)) > 0;) n += (size_t)got;
    return n;
}

static void what_was_acknowledged_outlives_a_kill(void **state)
{
    (void)state;
    oracle before = prepare_and_keep();
    for (uint32_t round = 0; round < 20; round++) {
        const uint32_t seed = 1000 * round + round;
        int pipes[2], how = 0;
        start_again();
        assert_int_equal(pipe(pipes), 0);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            (void)close(pipes[0]);
            work_until_killed(&before, seed, pipes[1]);
        }
        (void)close(pipes[1]);
        test_seed(round);
        const struct timespec pause = {0, 1000000L * (1 + (long)test_rand(40))};
        (void)nanosleep(&pause, NULL);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, &how, 0), child);
        assert_true(WIFSIGNALED(how));
        const size_t done = count_told(pipes[0]);
        (void)close(pipes[0]);

        oracle o = oracle_copy(&before);
        for (uint32_t i = 0; i < done; i++) {
            oracle next = after_it(&o, (deed)((seed + i) % N_DEEDS), seed + i);
            oracle_free(&o);
            o = next;
        }
        oracle next = after_it(&o, (deed)((seed + done) % N_DEEDS), seed + (uint32_t)done);
        (void)holds_either(&o, &next);
        oracle_free(&next);
        oracle_free(&o);
    }
    oracle_free(&before);
}

/* ---- Rot ------------------------------------------------------------------------------------ */

static void no_fault(void *ctx, const char *sentence)
{
    (void)ctx, (void)sentence;
}

static fh_status no_story(void *ctx, uint32_t customer, const fh_told *told, size_t n,
                          fh_error *err)
{
    (void)ctx, (void)customer, (void)told, (void)n, (void)err;
    return FH_OK;
}

/* Reads all there is; what it finds does not matter, but it comes back. */
static void read_everything(fh_org_mode mode)
{
    fh_org *org = NULL;
    fh_error err = {0};
    if (fh_org_open(fh_os_real(), orgfile_path, mode, &org, &err) != FH_OK) {
        assert_true(err.message[0]);
        return;
    }
    uint64_t n = 0;
    fh_store_counts counts;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_told *told = NULL;
    size_t n_told = 0;
    fh_names names;
    (void)!fh_dict_names(org, FH_DICT_TOUCHPOINT, arena, &names, NULL);
    (void)!fh_store_count(org, &counts, NULL);
    (void)!fh_store_story(org, 3, arena, &told, &n_told, NULL);
    (void)!fh_store_each(org, no_story, NULL, NULL);
    (void)!fh_store_check(org, no_fault, NULL, &n, NULL);
    if (mode == FH_ORG_WRITE) {
        (void)!fh_store_cut(org, 3, &n, NULL);
        (void)!fh_store_merge(org, NULL, NULL, &n, NULL);
    }
    fh_arena_free(arena);
    fh_org_close(org);
}

static void rotten_bytes_are_an_error_or_harmless(void **state)
{
    (void)state;
    oracle before = prepare_and_keep();
    struct stat st;
    assert_int_equal(stat(kept, &st), 0);
    test_seed(3);
    for (int round = 0; round < 40; round++) {
        start_again();
        const int fd = open(orgfile_path, O_RDWR);
        assert_true(fd >= 0);
        for (int i = 0; i < 1 + round % 3; i++) {
            const off_t page = test_rand((uint32_t)(st.st_size / 16384));
            /* The heads of pages matter most; then cells, anywhere. */
            const off_t at = page * 16384 + (off_t)test_rand(round % 2 ? 64 : 16384);
            const unsigned char byte = (unsigned char)test_rand(256);
            assert_int_equal(pwrite(fd, &byte, 1, at), 1);
        }
        assert_int_equal(close(fd), 0);
        read_everything(round % 4 == 0 ? FH_ORG_WRITE : FH_ORG_READ);
    }
    oracle_free(&before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FILE(a_failing_disk_leaves_the_old_or_the_new_state),
        IN_A_FILE(a_file_is_made_whole_or_not_at_all),
        IN_A_FILE(what_was_acknowledged_outlives_a_kill),
        IN_A_FILE(rotten_bytes_are_an_error_or_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
