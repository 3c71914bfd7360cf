/* os_test.c - files, clock, randomness, zones and threads of the real system, and
 * each of its calls failing once. */
#include "faulty_os.h"

#include "base/time.h"
#include "os/threads.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

static char folder[64];

static const char *in_folder(const char *name)
{
    static char path[2][128];
    static int turn;
    turn = !turn;
    (void)snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "%s/firsthand-os-XXXXXX", test_folder());
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static fh_status write_file(const fh_os *os, const char *path, fh_open_mode mode, fh_str s,
                            fh_error *err)
{
    fh_file *f;
    fh_status status = os->open(os->ctx, path, mode, &f, err);
    if (status != FH_OK) return status;
    status = os->write(os->ctx, f, s.ptr, s.len, err);
    if (status == FH_OK) status = os->sync(os->ctx, f, err);
    os->close(os->ctx, f);
    return status;
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    const fh_os *os = fh_os_real();
    fh_buf buf;
    fh_error err;
    fh_buf_init(&buf, test_allocator(), 1 << 20);
    assert_status(write_file(os, in_folder("a"), FH_OPEN_CREATE, FH_STR("first "), &err), FH_OK);
    assert_status(write_file(os, in_folder("a"), FH_OPEN_APPEND, FH_STR("hand"), &err), FH_OK);
    assert_status(fh_os_read_file(os, in_folder("a"), 10, &buf, &err), FH_OK);
    assert_str(fh_buf_view(&buf), "first hand");
    fh_buf_clear(&buf);
    assert_status(fh_os_read_file(os, in_folder("a"), 9, &buf, &err), FH_LIMIT);
    fh_buf_clear(&buf);
    buf.max = 5; /* the buffer's own limit */
    assert_status(fh_os_read_file(os, in_folder("a"), 1000, &buf, &err), FH_LIMIT);
    fh_buf_free(&buf);

    fh_file *f;
    uint64_t size;
    assert_status(os->open(os->ctx, in_folder("a"), FH_OPEN_READ, &f, &err), FH_OK);
    assert_status(os->size(os->ctx, f, &size, &err), FH_OK);
    assert_int_equal(size, 10);
    os->close(os->ctx, f);
    os->close(os->ctx, NULL);
    assert_status(os->rename(os->ctx, in_folder("a"), in_folder("b"), &err), FH_OK);
    assert_status(os->remove(os->ctx, in_folder("b"), &err), FH_OK);
    assert_status(os->remove(os->ctx, in_folder("b"), &err), FH_OK);
    assert_int_equal(test_blocks_live(), 0);
}

static void a_failure_says_what_and_why(void **state)
{
    (void)state;
    const fh_os *os = fh_os_real();
    fh_file *f;
    fh_error err;
    char want[200];
    assert_status(os->open(os->ctx, in_folder("none"), FH_OPEN_READ, &f, &err), FH_NOTFOUND);
    (void)snprintf(want, sizeof want, "cannot open %s: No such file or directory",
                   in_folder("none"));
    assert_string_equal(err.message, want);
    assert_string_equal(err.hint, "Check the name and the folder.");
    assert_status(os->open(os->ctx, folder, FH_OPEN_READ, &f, &err), FH_NOTFOUND);
    assert_non_null(strstr(err.message, "Is a directory"));
    assert_status(os->make_folder(os->ctx, in_folder("none/deep"), &err), FH_NOTFOUND);
    assert_status(os->make_folder(os->ctx, in_folder("deep"), &err), FH_OK);
    assert_status(os->make_folder(os->ctx, in_folder("deep"), &err), FH_OK);
    assert_int_equal(rmdir(in_folder("deep")), 0);
    assert_status(os->rename(os->ctx, in_folder("none"), in_folder("b"), &err), FH_NOTFOUND);
    if (access("/dev/full", W_OK) == 0) {
        assert_status(write_file(os, "/dev/full", FH_OPEN_APPEND, FH_STR("x"), &err), FH_IO);
        assert_string_equal(err.hint, "Free some space and run it again.");
    }
}

static void nothing(int number)
{
    (void)number;
}

static void *drip(void *arg)
{
    const int fd = *(int *)arg;
    for (char c = 'a'; c <= 'e'; c++) {
        const struct timespec pause = {0, 3000000};
        (void)nanosleep(&pause, NULL);
        if (write(fd, &c, 1) != 1) break;
    }
    (void)close(fd);
    return NULL;
}

static void reading_goes_on_after_short_and_interrupted_calls(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const int input = dup(STDIN_FILENO);
    assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
    const struct sigaction interrupt = {.sa_handler = nothing}; /* no SA_RESTART */
    struct sigaction before;
    assert_int_equal(sigaction(SIGALRM, &interrupt, &before), 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, drip, &ends[1]), 0);
    const struct itimerval every = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
    assert_int_equal(setitimer(ITIMER_REAL, &every, NULL), 0);

    const fh_os *os = fh_os_real();
    fh_file *f;
    char text[100];
    size_t got = 0;
    assert_status(os->open(os->ctx, "-", FH_OPEN_READ, &f, NULL), FH_OK);
    assert_status(os->read(os->ctx, f, text, 3, &got, NULL), FH_OK);
    assert_int_equal(got, 3);
    assert_status(os->read(os->ctx, f, text + 3, sizeof text - 3, &got, NULL), FH_OK);
    assert_int_equal(got, 2);
    assert_memory_equal(text, "abcde", 5);
    os->close(os->ctx, f);

    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    (void)pthread_join(thread, NULL);
    assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
    (void)dup2(input, STDIN_FILENO);
    (void)close(input);
    (void)close(ends[0]);
}

static void clocks_run_and_random_bytes_differ(void **state)
{
    (void)state;
    const fh_os *os = fh_os_real();
    assert_true(os->now_ms(os->ctx) > fh_days_from_civil(2024, 1, 1) * FH_DAY_MS);
    assert_true(os->monotonic_ms(os->ctx) <= os->monotonic_ms(os->ctx));
    unsigned char a[32] = {0}, b[32] = {0};
    assert_status(os->random(os->ctx, a, sizeof a, NULL), FH_OK);
    assert_status(os->random(os->ctx, b, sizeof b, NULL), FH_OK);
    assert_memory_not_equal(a, b, sizeof a);
}

static void zones_are_found_by_name_and_none_outside_the_folder(void **state)
{
    (void)state;
    const fh_os *os = fh_os_real();
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_zone *zone;
    fh_error err;
    assert_status(fh_os_zone(os, arena, FH_STR("-05:00"), &zone, &err), FH_OK);
    assert_int_equal(fh_zone_offset(zone, 0), -18000);
    const char *bad[] = {"../passwd",      "/etc/passwd", "Europe/../../etc/passwd",
                         "Nowhere/Land",   "Europe",      "",
                         "Europe/Berlin ", "a\nb"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_status(fh_os_zone(os, arena, fh_str_of(bad[i]), &zone, &err), FH_NOTFOUND);
        assert_true(err.hint[0] != '\0');
    }
    if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK) == 0) {
        assert_status(fh_os_zone(os, arena, FH_STR("Europe/Berlin"), &zone, &err), FH_OK);
        assert_int_equal(fh_zone_offset(zone, fh_days_from_civil(2024, 7, 1) * FH_DAY_MS), 7200);
    } else {
        print_message("skipped: no zone files here\n");
    }
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static fh_status copy_a_file(const fh_os *os, void *ctx)
{
    (void)ctx;
    fh_buf buf;
    fh_error err;
    fh_buf_init(&buf, test_allocator(), 1 << 20);
    fh_status status = write_file(os, in_folder("c"), FH_OPEN_CREATE, FH_STR("some text"), &err);
    if (status == FH_OK) status = fh_os_read_file(os, in_folder("c"), 1000, &buf, &err);
    if (status == FH_OK) status = os->rename(os->ctx, in_folder("c"), in_folder("d"), &err);
    if (status == FH_OK) status = os->remove(os->ctx, in_folder("d"), &err);
    fh_buf_free(&buf);
    return status;
}

static void each_failing_call_is_reported(void **state)
{
    (void)state;
    test_faults(copy_a_file, NULL, FH_IO);
    assert_status(fh_os_real()->remove(NULL, in_folder("c"), NULL), FH_OK);
    assert_status(fh_os_real()->remove(NULL, in_folder("d"), NULL), FH_OK);
    assert_int_equal(test_blocks_live(), 0);

    faulty_os f; /* a file that ends early reads as what is there */
    fh_buf buf;
    fh_buf_init(&buf, test_allocator(), 1 << 20);
    faulty_os_init(&f, FAULT_CUT_SHORT, 1);
    assert_status(write_file(fh_os_real(), in_folder("c"), FH_OPEN_CREATE, FH_STR("text"), NULL),
                  FH_OK);
    assert_status(fh_os_read_file(&f.os, in_folder("c"), 1000, &buf, NULL), FH_OK);
    assert_true(buf.len < 4);
    fh_buf_free(&buf);
    assert_status(fh_os_real()->remove(NULL, in_folder("c"), NULL), FH_OK);
}

typedef struct tally {
    fh_mutex *lock;
    uint32_t seen[16], sum;
} tally;

static void count(void *ctx, uint32_t worker)
{
    tally *t = ctx;
    for (uint32_t i = 0; i < 1000; i++) {
        fh_mutex_lock(t->lock);
        t->sum++;
        fh_mutex_unlock(t->lock);
    }
    t->seen[worker]++;
}

static void every_worker_runs_once(void **state)
{
    (void)state;
    for (uint32_t n = 0; n <= 16; n += n < 4 ? 1 : 6) {
        tally t = {.lock = fh_mutex_new()};
        fh_threads_run(n, count, &t);
        assert_int_equal(t.sum, n * 1000);
        for (uint32_t i = 0; i < 16; i++) assert_int_equal(t.seen[i], i < n);
        fh_mutex_free(t.lock);
    }
    fh_mutex_free(NULL);
    assert_true(fh_threads_cores() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(a_failure_says_what_and_why),
        cmocka_unit_test(reading_goes_on_after_short_and_interrupted_calls),
        cmocka_unit_test(clocks_run_and_random_bytes_differ),
        cmocka_unit_test(zones_are_found_by_name_and_none_outside_the_folder),
        cmocka_unit_test(each_failing_call_is_reported),
        cmocka_unit_test(every_worker_runs_once),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
