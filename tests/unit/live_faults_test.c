/* live_faults_test.c - a disk that fails under live ingest and the folding beside it:
 * an error, nothing half, and it goes on when the disk does. */
#include "app/live/live.h"

#include "faulty_vfs.h"
#include "orgfile.h"
#include "os/threads.h"
#include "store/tidy.h"

typedef struct waiting {
    fh_mutex *lock;
    fh_cond *came;
    bool done;
    fh_live_reply reply;
    fh_error err;
} waiting;

static void on_reply(void *ctx, const fh_live_reply *reply)
{
    waiting *x = ctx;
    fh_mutex_lock(x->lock);
    x->reply = *reply;
    x->err = *reply->err;
    x->done = true;
    fh_cond_wake(x->came);
    fh_mutex_unlock(x->lock);
}

/* Three interactions of new customers and names, told by `nth`; one without payload. */
static fh_live_reply sent(fh_live *live, uint32_t nth, waiting *x)
{
    char text[3][24];
    fh_interaction row[3];
    const fh_str source = {text[0], strlen("s")};
    for (uint32_t i = 0; i < 3; i++) {
        const int n = snprintf(text[i], sizeof text[i], "s%u-%u", nth, i);
        const fh_str name = {text[i], (size_t)n};
        row[i] = (fh_interaction){.n_identifiers = 1,
                                  .at_ms = nth,
                                  .touchpoint = name,
                                  .problem = name,
                                  .source_id = name,
                                  .payload = i ? FH_STR("{\"a\":1}") : (fh_str){0}};
        row[i].identifier[0] = (fh_identifier){FH_STR("customer"), name};
    }
    const fh_str sources[3] = {{0}, source, source};
    *x = (waiting){.lock = fh_mutex_new(), .came = fh_cond_new()};
    const fh_live_items items = {.n = 3, .row = row, .source = sources};
    assert_status(fh_live_submit(live, &items, on_reply, x, NULL, NULL), FH_OK);
    fh_mutex_lock(x->lock);
    while (!x->done) fh_cond_wait(x->came, x->lock);
    fh_mutex_unlock(x->lock);
    fh_cond_free(x->came);
    fh_mutex_free(x->lock);
    return x->reply;
}

static uint64_t n_shown(fh_pool *pool)
{
    fh_org *org = NULL;
    fh_store_counts counts = {0};
    assert_status(fh_pool_read(pool, &org, NULL), FH_OK);
    assert_status(fh_store_count(org, &counts, NULL), FH_OK);
    orgfile_check(org);
    fh_pool_read_done(pool, org);
    return counts.interactions;
}

static void a_disk_that_fails_loses_nothing_acknowledged(void **state)
{
    (void)state;
    fh_pool *pool = NULL;
    fh_live *live = NULL;
    waiting x;
    uint64_t n_stored = 0, n_failed = 0;
    uint32_t nth = 0;
    faulty_vfs_on();
    fh_org_close(orgfile_open(FH_ORG_WRITE));
    assert_status(fh_pool_open(fh_os_real(), orgfile_path, &pool, NULL), FH_OK);
    assert_status(fh_live_open(pool, &(fh_live_options){.keep_inbox = true}, &live, NULL), FH_OK);
    assert_int_equal(sent(live, nth++, &x).n_accepted, 3);
    n_stored += 3;
    static const vfs_fault kinds[] = {VFS_IO_ONCE, VFS_BROKEN, VFS_FULL};
    for (size_t k = 0; k < COUNT(kinds); k++) {
        bool reached = true;
        for (uint64_t n = 1; reached && n < 100; n++, nth++) {
            faulty_vfs_set(kinds[k], n);
            const fh_live_reply first = sent(live, nth, &x);
            reached = faulty_vfs_reached();
            faulty_vfs_set(kinds[k], 0);
            if (first.status == FH_OK) {
                assert_int_equal(first.n_accepted, 3);
            } else {
                assert_true(first.status == FH_IO && x.err.message[0] && x.err.hint[0]);
                n_failed++;
            }
            const fh_live_reply again = sent(live, nth, &x);
            assert_status(again.status, FH_OK);
            assert_int_equal(again.n_known, first.status == FH_OK ? 3 : again.n_known ? 3 : 0);
            assert_int_equal(again.n_accepted + again.n_known, 3);
            n_stored += 3;
        }
        assert_int_equal(n_shown(pool), n_stored);
    }
    assert_true(n_failed > 6);
    fh_live_close(live);
    fh_pool_close(pool);
    faulty_vfs_off();
}

static void a_step_that_fails_changes_nothing(void **state)
{
    (void)state;
    static const fh_tidy_sizes small = {.step = 40,
                                        .least_step = 10,
                                        .least_of_base = 20,
                                        .few_batches = 2,
                                        .smallest_run = 20,
                                        .alike = 2,
                                        .base_least = 60};
    static const vfs_fault kinds[] = {VFS_IO_ONCE, VFS_BROKEN, VFS_FULL, VFS_READ};
    uint64_t n_failed = 0;
    faulty_vfs_on();
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    oracle o = {0};
    fh_tidy *t = NULL;
    fh_arena *arena = fh_arena_new(NULL);
    test_seed(3);
    assert_status(fh_tidy_new(&small, &t, NULL), FH_OK);
    for (uint32_t round = 1; round <= 60; round++) {
        fh_row rows[20];
        bool any = false, done = false;
        fh_error err = {0};
        orgfile_random(arena, &o, rows, COUNT(rows), 1, 30, round);
        oracle_put(&o, org, rows, COUNT(rows), true);
        faulty_vfs_set(kinds[round % COUNT(kinds)], 1 + test_rand(8));
        fh_status status = fh_tidy_prepare(t, org, true, &any, &err);
        if (status == FH_OK && any) status = fh_tidy_put(t, org, NULL, &done, &err);
        faulty_vfs_set(VFS_IO_ONCE, 0);
        if (status != FH_OK) n_failed++;
        assert_true(status == FH_OK || err.message[0]);
        orgfile_same(org, &o);
    }
    assert_true(n_failed > 10);
    for (bool any = true; any;) {
        bool done = true;
        assert_status(fh_tidy_prepare(t, org, true, &any, NULL), FH_OK);
        if (any) assert_status(fh_tidy_put(t, org, NULL, &done, NULL), FH_OK);
        assert_true(done);
    }
    orgfile_same(org, &o);
    fh_arena_free(arena);
    oracle_free(&o);
    fh_tidy_free(t);
    fh_org_close(org);
    faulty_vfs_off();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FILE(a_disk_that_fails_loses_nothing_acknowledged),
        IN_A_FILE(a_step_that_fails_changes_nothing),
    };
    return cmocka_run_group_tests_name("live_faults", tests, NULL, NULL);
}
