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

/* A batch as live ingest writes it: every interaction has an id of its own. */
static void put_live(oracle *o, fh_org *org, size_t n, uint32_t hi)
{
    static uint64_t next = UINT64_C(1) << 40;
    static const oracle empty;
    fh_arena *arena = fh_arena_new(NULL);
    fh_row *rows = FH_NEW_ARRAY(arena, fh_row, n);
    fh_builder *b = NULL;
    const fh_segment *seg = NULL;
    const fh_str *payload = NULL;
    orgfile_random(arena, &empty, rows, n, 1, hi, 77);
    for (size_t i = 0; i < n; i++) rows[i].id = FH_ID_GIVEN | next++;
    assert_status(fh_builder_new(NULL, &b, NULL), FH_OK);
    assert_status(fh_builder_add(b, rows, n, NULL), FH_OK);
    assert_status(fh_builder_sort(b, NULL), FH_OK);
    assert_status(fh_builder_next(b, &seg, &payload, NULL), FH_OK);
    assert_status(fh_store_put_live(org, seg, payload, NULL), FH_OK);
    fh_builder_free(b);
    oracle_add(o, rows, n);
    fh_arena_free(arena);
}

static void put_random(oracle *o, fh_org *org, size_t n, uint32_t origin, bool inbox)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_row *rows = FH_NEW_ARRAY(arena, fh_row, n);
    orgfile_random(arena, o, rows, n, 1, 60, origin);
    oracle_put(o, org, rows, n, inbox);
    fh_arena_free(arena);
}

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

/* Lets go of what is older than some instant, and of texts a little longer, whatever level
 * they lie on; the count that was told before is what goes, copies apart. */
static void let_go(oracle *o, fh_org *org)
{
    const int64_t base_ms = INT64_C(1700000000000) + test_rand(900) * INT64_C(1000);
    const fh_term term = {.whole_ms = test_rand(2) ? base_ms : INT64_MIN,
                          .text_ms = base_ms + test_rand(900) * INT64_C(1000) + test_rand(999)};
    const fh_terms terms = {.of_origin = &term, .n = 1};
    fh_gone told = {0}, gone = {0}, rest = {0};
    fh_arena *arena = fh_arena_new(NULL);
    const fh_old_part *part = NULL;
    size_t n = 0, kept = 0;
    assert_status(fh_store_count_old(org, &terms, &told, NULL), FH_OK);
    assert_status(fh_store_old_parts(org, &terms, arena, &part, &n, NULL), FH_OK);
    assert_status(fh_org_begin(org, NULL), FH_OK);
    for (size_t i = 0; i < n; i++) {
        bool there = false;
        assert_status(fh_store_let_go(org, &part[i], &terms, &gone, &there, NULL), FH_OK);
        assert_true(there);
    }
    assert_status(fh_org_commit(org, NULL), FH_OK);
    assert_true(gone.interactions >= told.interactions && gone.texts >= told.texts);
    assert_status(fh_store_count_old(org, &terms, &rest, NULL), FH_OK);
    assert_int_equal(rest.interactions + rest.texts, 0);
    for (size_t i = 0; i < o->n; i++) {
        fh_row *r = &o->row[i].row;
        const int64_t at_ms = fh_instant_ms(r->at_s, r->ms);
        if (at_ms < term.whole_ms) continue;
        if (at_ms < term.text_ms) r->payload.len = 0;
        o->row[kept++] = o->row[i];
    }
    o->n = kept;
    fh_arena_free(arena);
}

static void something_else(oracle *o, fh_org *org, uint32_t origin)
{
    const uint32_t what = test_rand(9), customer = 1 + test_rand(60), other = 61 + test_rand(3);
    uint64_t n = 0;
    if (what < 3) {
        put_live(o, org, 1 + test_rand(30), 60);
    } else if (what == 3) {
        put_random(o, org, 1 + test_rand(60), origin, false);
    } else if (what == 4) {
        put_random(o, org, 1 + test_rand(10), origin, true);
    } else if (what == 5) {
        assert_status(fh_store_cut(org, customer, &n, NULL), FH_OK);
        oracle_cut(o, customer);
    } else if (what == 6) {
        assert_status(fh_store_move_story(org, customer, other, NULL), FH_OK);
        oracle_move(o, customer, other, NULL, 0);
    } else if (what == 8) {
        let_go(o, org);
    } else {
        assert_status(fh_store_merge(org, NULL, NULL, &n, NULL), FH_OK);
    }
}

static void any_sequence_of_steps_changes_nothing_that_is_shown(void **state)
{
    (void)state;
    uint64_t n_done = 0, n_dropped = 0;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        test_seed(seed);
        fh_org *org = orgfile_open(FH_ORG_WRITE);
        name_things(org);
        oracle o = {0};
        fh_tidy *t = NULL;
        assert_status(fh_tidy_new(&small, &t, NULL), FH_OK);
        for (uint32_t step = 1; step <= 60; step++) {
            if (test_rand(2))
                put_live(&o, org, 1 + test_rand(30), 60);
            else if (test_rand(3) == 0)
                something_else(&o, org, step);
            if (prepared(t, org, test_rand(4) == 0)) {
                if (test_rand(3) == 0) something_else(&o, org, 1000 + step);
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
    name_things(org);
    oracle o = {0};
    fh_tidy *t = NULL;
    fh_store_counts c = {0};
    test_seed(5);
    assert_status(fh_tidy_new(&small, &t, NULL), FH_OK);
    for (int i = 0; i < 120; i++) {
        put_live(&o, org, 5, 60);
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
    name_things(org);
    oracle o = {0};
    fh_tidy *t = NULL;
    fh_arena *arena = fh_arena_new(NULL);
    test_seed(6);
    assert_status(fh_tidy_new(&small, &t, NULL), FH_OK);
    put_random(&o, org, 17000, 1, false); /* not merged yet: they may hold copies */
    put_random(&o, org, 2000, 2, false);
    for (int i = 0; i < 20; i++) put_live(&o, org, 20, 60);
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
