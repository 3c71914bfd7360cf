/* pool_test.c - handles for many threads: readers beside one write lane, in turn. */
#include "app/pool.h"

#include "app/data/erase.h"
#include "orgs.h"
#include "os/threads.h"
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 8, ROUNDS = 25 };

typedef struct crowd {
    fh_pool *pool;
    fh_mutex *lock;
    fh_org *held;       /* the write lane, held by the test */
    int order[THREADS]; /* who got it, in turn */
    int n_order;        /* guarded by lock */
    bool failed;
} crowd;

static fh_pool *open_pool(void)
{
    fh_pool *pool = NULL;
    fh_error err = {0};
    fh_org_close(test_org_new(0));
    assert_status(fh_pool_open(fh_os_real(), test_org_name(0), &pool, &err), FH_OK);
    return pool;
}

static void end_pool(fh_pool *pool)
{
    fh_pool_close(pool);
    test_org_end(test_org_open(0, FH_ORG_WRITE));
}

static int64_t number_of(fh_pool *pool, fh_arena *arena)
{
    fh_org *org = NULL;
    fh_str text = {0};
    assert_status(fh_pool_read(pool, &org, NULL), FH_OK);
    assert_status(fh_setting_get(org, FH_STR("number"), arena, &text, NULL), FH_OK);
    fh_pool_read_done(pool, org);
    int64_t n = 0;
    for (size_t i = 0; i < text.len; i++) n = n * 10 + (text.ptr[i] - '0');
    return n;
}

/* Reads a number and writes the next: lost updates would show. */
static fh_status count_one(fh_org *org, fh_arena *arena)
{
    fh_str text = {0};
    fh_status status = fh_org_begin(org, NULL);
    if (status == FH_OK) status = fh_setting_get(org, FH_STR("number"), arena, &text, NULL);
    if (status != FH_OK) return status;
    int n = 0;
    for (size_t i = 0; i < text.len; i++) n = n * 10 + (text.ptr[i] - '0');
    char next[16];
    (void)snprintf(next, sizeof next, "%d", n + 1);
    status = fh_setting_put(org, FH_STR("number"), fh_str_of(next), NULL);
    return status == FH_OK ? fh_org_commit(org, NULL) : status;
}

static void count(void *ctx, uint32_t worker)
{
    crowd *c = ctx;
    (void)worker;
    for (int i = 0; i < ROUNDS; i++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_org *org = NULL;
        fh_status status = fh_pool_write(c->pool, -1, &org, NULL);
        if (status == FH_OK) status = count_one(org, arena);
        fh_pool_write_done(c->pool, org);
        if (status != FH_OK) c->failed = true;
        fh_arena_free(arena);
    }
}

static void writers_in_many_threads_never_collide(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    crowd c = {.pool = open_pool()};
    fh_threads_run(THREADS, count, &c);
    assert_false(c.failed);
    assert_int_equal(number_of(c.pool, arena), THREADS * ROUNDS);
    end_pool(c.pool);
    fh_arena_free(arena);
}

static void readers_go_on_while_something_is_written(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_pool *pool = open_pool();
    fh_org *writer = NULL;
    assert_status(fh_pool_write(pool, 0, &writer, NULL), FH_OK);
    assert_status(fh_org_begin(writer, NULL), FH_OK);
    assert_status(fh_setting_put(writer, FH_STR("number"), FH_STR("7"), NULL), FH_OK);
    assert_int_equal(number_of(pool, arena), 0);
    assert_status(fh_org_commit(writer, NULL), FH_OK);
    fh_pool_write_done(pool, writer);
    assert_int_equal(number_of(pool, arena), 7);
    end_pool(pool);
    fh_arena_free(arena);
}

static void what_was_left_open_is_rolled_back(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_pool *pool = open_pool();
    fh_org *writer = NULL;
    assert_status(fh_pool_write(pool, 0, &writer, NULL), FH_OK);
    assert_status(fh_org_begin(writer, NULL), FH_OK);
    assert_status(fh_setting_put(writer, FH_STR("number"), FH_STR("9"), NULL), FH_OK);
    fh_pool_write_done(pool, writer);
    assert_int_equal(number_of(pool, arena), 0);
    assert_status(fh_pool_write(pool, 0, &writer, NULL), FH_OK);
    assert_status(count_one(writer, arena), FH_OK);
    fh_pool_write_done(pool, writer);
    assert_int_equal(number_of(pool, arena), 1);
    end_pool(pool);
    fh_arena_free(arena);
}

static void whoever_runs_out_of_patience_is_told_and_leaves_the_queue(void **state)
{
    (void)state;
    fh_pool *pool = open_pool();
    fh_org *first = NULL, *second = NULL;
    fh_error err = {0};
    assert_status(fh_pool_write(pool, 0, &first, NULL), FH_OK);
    assert_status(fh_pool_write(pool, 20, &second, &err), FH_BUSY);
    assert_null(second);
    assert_non_null(strstr(err.hint, "Nothing was changed"));
    fh_pool_write_done(pool, first);
    assert_status(fh_pool_write(pool, 0, &second, NULL), FH_OK);
    fh_pool_write_done(pool, second);
    end_pool(pool);
}

typedef struct in_turn {
    crowd *c;
    int who;
} in_turn;

static void queue_up(void *ctx)
{
    const in_turn *me = ctx;
    crowd *c = me->c;
    fh_org *org = NULL;
    const fh_status status = fh_pool_write(c->pool, -1, &org, NULL);
    fh_mutex_lock(c->lock);
    if (status != FH_OK) c->failed = true;
    c->order[c->n_order++] = me->who;
    fh_mutex_unlock(c->lock);
    fh_pool_write_done(c->pool, org);
}

static void the_lane_is_given_first_come_first_served(void **state)
{
    (void)state;
    crowd c = {.pool = open_pool(), .lock = fh_mutex_new()};
    in_turn turn[THREADS];
    fh_thread *thread[THREADS];
    assert_non_null(c.lock);
    assert_status(fh_pool_write(c.pool, 0, &c.held, NULL), FH_OK);
    for (int i = 0; i < THREADS; i++) {
        turn[i] = (in_turn){.c = &c, .who = i};
        assert_status(fh_thread_start(queue_up, &turn[i], &thread[i], NULL), FH_OK);
        while (fh_pool_waiting(c.pool) <= (size_t)i) fh_thread_yield();
    }
    fh_pool_write_done(c.pool, c.held);
    for (int i = 0; i < THREADS; i++) fh_thread_join(thread[i]);
    assert_false(c.failed);
    for (int i = 0; i < THREADS; i++) assert_int_equal(c.order[i], i);
    fh_mutex_free(c.lock);
    end_pool(c.pool);
}

static void a_file_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    fh_pool *pool = NULL;
    assert_status(fh_pool_open(fh_os_real(), "/nowhere/x.fh", &pool, NULL), FH_NOTFOUND);
    assert_null(pool);
    fh_pool_close(NULL);
}

/* Whether another process would find that this one has the organisation open. */
static bool seen_by_others(void)
{
    enum { SHARED_FIRST = 0x40000002, SHARED_SIZE = 510 }; /* SQLite's file format */
    const char *path = test_org_name(0);                   /* holds our number, not the child's */
    const pid_t child = fork();
    if (child == 0) {
        struct flock lock = {
            .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = SHARED_FIRST, .l_len = SHARED_SIZE};
        const int f = open(path, O_RDWR);
        _exit(f >= 0 && fcntl(f, F_GETLK, &lock) == 0 && lock.l_type == F_RDLCK ? 0 : 1);
    }
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void nothing_gives_up_the_locks_that_others_see(void **state)
{
    (void)state;
    fh_pool *pool = open_pool();
    fh_org *one = NULL, *two = NULL;
    fh_erase_result r = {0};
    static const fh_str text = {"nowhere to be found", 19};
    assert_true(seen_by_others());
    assert_status(fh_pool_read(pool, &one, NULL), FH_OK);
    assert_status(fh_pool_read(pool, &two, NULL), FH_OK);
    assert_true(seen_by_others());
    assert_status(fh_search_bytes(one, &text, 1, &r, NULL), FH_OK);
    assert_true(r.searched_bytes > 4096);
    assert_true(seen_by_others());
    fh_pool_read_done(pool, one);
    fh_pool_read_done(pool, two);
    assert_true(seen_by_others());
    end_pool(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_gives_up_the_locks_that_others_see),
        cmocka_unit_test(writers_in_many_threads_never_collide),
        cmocka_unit_test(readers_go_on_while_something_is_written),
        cmocka_unit_test(what_was_left_open_is_rolled_back),
        cmocka_unit_test(whoever_runs_out_of_patience_is_told_and_leaves_the_queue),
        cmocka_unit_test(the_lane_is_given_first_come_first_served),
        cmocka_unit_test(a_file_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
