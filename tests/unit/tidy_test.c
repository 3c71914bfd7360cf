/* tidy_test.c - folding beside live ingest: whatever steps come between whatever
 * writing, the file shows what a plain list shows. */
#include "orgfile.h"

#include "store/tidy.h"

static const fh_tidy_sizes small = {
    .step = 60,
    .least_step = 10,
    .least_of_base = 40,
    .few_batches = 3,
    .smallest_run = 20,
    .alike = 3,
    .base_least = 150,
};

static bool prepared(fh_tidy *t, fh_org *org, bool all)
{
    bool any = false;
    fh_error err = {0};
    if (fh_tidy_prepare(t, org, all, &any, &err) != FH_OK) fail_msg("prepare: %s", err.message);
    return any;
}

static bool put(fh_tidy *t, fh_org *org)
{
    bool done = false;
    fh_error err = {0};
    if (fh_tidy_put(t, org, NULL, &done, &err) != FH_OK) fail_msg("put: %s", err.message);
    return done;
}

/* A scan of few columns shows the same as one of all: joined or compared. */
static bool few_columns_show_the_same(fh_org *org)
{
    static const uint32_t columns[2] = {1u << FH_COL_TOUCHPOINT | 1u << FH_COL_GAP, FH_COLS_ALL};
    uint64_t sum[2] = {0}, n[2] = {0};
    for (int k = 0; k < 2; k++) {
        fh_scan *scan = NULL;
        const fh_segment *seg = NULL;
        assert_status(fh_scan_open(org, columns[k], 1, UINT32_MAX, &scan, NULL), FH_OK);
        for (;;) {
            assert_status(fh_scan_next(scan, 0, &seg, NULL), FH_OK);
            if (!seg) break;
            n[k] += seg->n;
            for (uint32_t i = 0; i < seg->n; i++)
                sum[k] = sum[k] * 31 + fh_name_at(&seg->touchpoint, i) * 7 + seg->gap_s[i];
        }
        fh_scan_close(scan);
    }
    return n[0] == n[1] && sum[0] == sum[1];
}

static void any_sequence_of_steps_changes_nothing_that_is_shown(void **state)
{
    (void)state;
    uint64_t n_done = 0, n_dropped = 0;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        test_seed(seed);
        fh_org *org = orgfile_open(FH_ORG_WRITE);
        orgfile_name(org);
        oracle o = {0};
        fh_tidy *t = NULL;
        assert_status(fh_tidy_new(&small, &t, NULL), FH_OK);
        for (uint32_t step = 1; step <= 60; step++) {
            if (test_rand(2))
                orgfile_put_live(&o, org, 1 + test_rand(30), 60);
            else if (test_rand(3) == 0)
                orgfile_something(&o, org, step);
            if (prepared(t, org, test_rand(4) == 0)) {
                if (test_rand(3) == 0) orgfile_something(&o, org, 1000 + step);
                fh_tidy_took(t, test_rand(2) ? 10 : 1000, 100);
                if (put(t, org))
                    n_done++;
                else
                    n_dropped++;
            }
            if (!orgfile_holds(org, &o))
                fail_msg("seed %llu step %u", (unsigned long long)seed, step);
            orgfile_same(org, &o);
            assert_true(few_columns_show_the_same(org));
        }
        orgfile_check(org);
        oracle_free(&o);
        fh_tidy_free(t);
        fh_org_close(org);
        (void)orgfile_teardown(NULL);
    }
    assert_true(n_done > 100 && n_dropped > 5);
}

static void what_came_live_ends_in_a_few_runs_and_then_in_the_base(void **state)
{
    (void)state;
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    orgfile_name(org);
    oracle o = {0};
    fh_tidy *t = NULL;
    fh_store_counts c = {0};
    test_seed(5);
    assert_status(fh_tidy_new(&small, &t, NULL), FH_OK);
    for (int i = 0; i < 120; i++) {
        orgfile_put_live(&o, org, 5, 60);
        while (prepared(t, org, false)) assert_true(put(t, org));
        assert_status(fh_store_count(org, &c, NULL), FH_OK);
        assert_true(c.inbox_batches < small.few_batches);
        assert_true(c.delta_segments < 20);
    }
    while (prepared(t, org, true)) assert_true(put(t, org));
    assert_status(fh_store_count(org, &c, NULL), FH_OK);
    assert_int_equal(c.inbox_batches, 0);
    assert_true(c.base_segments > 0);
    assert_int_equal(c.interactions, 600);
    orgfile_same(org, &o);
    orgfile_check(org);
    oracle_free(&o);
    fh_tidy_free(t);
    fh_org_close(org);
}

static void an_import_keeps_its_copies_to_count_them_itself(void **state)
{
    (void)state;
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    orgfile_name(org);
    oracle o = {0};
    fh_tidy *t = NULL;
    fh_arena *arena = fh_arena_new(NULL);
    test_seed(6);
    assert_status(fh_tidy_new(&small, &t, NULL), FH_OK);
    orgfile_put_random(&o, org, 17000, 1, false); /* not merged yet: they may hold copies */
    orgfile_put_random(&o, org, 2000, 2, false);
    for (int i = 0; i < 20; i++) orgfile_put_live(&o, org, 20, 60);
    while (prepared(t, org, true)) assert_true(put(t, org));
    fh_store_counts c = {0};
    assert_status(fh_store_count(org, &c, NULL), FH_OK);
    assert_int_equal(c.base_segments, 0);
    assert_int_equal(c.inbox_batches, 0);
    uint64_t n_duplicates = 0;
    assert_status(fh_store_merge(org, NULL, NULL, &n_duplicates, NULL), FH_OK);
    assert_true(n_duplicates > 100);
    orgfile_same(org, &o);
    fh_arena_free(arena);
    oracle_free(&o);
    fh_tidy_free(t);
    fh_org_close(org);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FILE(any_sequence_of_steps_changes_nothing_that_is_shown),
        IN_A_FILE(what_came_live_ends_in_a_few_runs_and_then_in_the_base),
        IN_A_FILE(an_import_keeps_its_copies_to_count_them_itself),
    };
    return cmocka_run_group_tests_name("tidy", tests, NULL, NULL);
}
