/* store_test.c - stories at rest: what is put in comes out, merged or not, and
 * every sequence of writing gives what a plain list gives. */
#include "orgfile.h"

#include "os/threads.h"
#include "store/stored.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

/* A dictionary as big as random rows need, so that checks find their names. */
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

static void put_random(oracle *o, fh_org *org, size_t n, uint32_t lo, uint32_t hi, uint32_t origin,
                       bool inbox)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_row *rows = FH_NEW_ARRAY(arena, fh_row, n);
    assert_non_null(rows);
    orgfile_random(arena, o, rows, n, lo, hi, origin);
    oracle_put(o, org, rows, n, inbox);
    fh_arena_free(arena);
}

static void merge(fh_org *org)
{
    fh_error err = {0};
    uint64_t n = 0;
    if (fh_store_merge(org, NULL, NULL, &n, &err) != FH_OK) fail_msg("merge: %s", err.message);
}

static fh_store_counts counts(fh_org *org)
{
    fh_store_counts c = {0};
    int64_t first_ms = 0, last_ms = 0;
    assert_status(fh_store_count(org, &c, NULL), FH_OK);
    assert_status(fh_store_period(org, &first_ms, &last_ms, NULL), FH_OK);
    assert_int_equal(first_ms, c.first_ms);
    assert_int_equal(last_ms, c.last_ms);
    return c;
}

/* ---- By hand -------------------------------------------------------------------------- */

static void an_empty_file_has_no_stories(void **state)
{
    (void)state;
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    oracle o = {0};
    orgfile_same(org, &o);
    merge(org);
    orgfile_check(org);
    const fh_store_counts c = counts(org);
    assert_int_equal(c.interactions, 0);
    assert_int_equal(c.first_ms, 0);
    assert_int_equal(c.last_ms, -1);
    fh_arena *arena = fh_arena_new(NULL);
    const fh_told *told = NULL;
    size_t n = 0;
    assert_status(fh_store_story(org, 1, arena, &told, &n, NULL), FH_NOTFOUND);
    fh_arena_free(arena);
    fh_org_close(org);
}

static void what_is_told_comes_back(void **state)
{
    (void)state;
    const fh_row rows[] = {
        {.customer = 7,
         .at_s = 160,
         .ms = 5,
         .touchpoint = 2,
         .origin = 1,
         .has_value = true,
         .value = -250,
         .currency = 1,
         .payload = FH_STR("{\"a\":1}")},
        {.customer = 7,
         .at_s = 100,
         .touchpoint = 5,
         .channel = 3,
         .department = 4,
         .outcome = 1,
         .direction = FH_DIR_OUT,
         .origin = 1,
         .has_score = true,
         .score = 450},
        {.customer = 9,
         .member = 8,
         .at_s = 50,
         .touchpoint = 1,
         .problem = 77,
         .origin = 1,
         .id = FH_ID_GIVEN | 5},
    };
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    name_things(org);
    oracle o = {0};
    oracle_put(&o, org, rows, 3, false);
    for (int round = 0; round < 2; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        const fh_told *t = NULL;
        size_t n = 0;
        assert_status(fh_store_story(org, 7, arena, &t, &n, NULL), FH_OK);
        assert_int_equal(n, 2);
        assert_int_equal(t[0].at_ms, FH_TIME_MIN_MS + 100000);
        assert_int_equal(t[0].department, 4);
        assert_int_equal(t[0].direction, FH_DIR_OUT);
        assert_true(t[0].has_score && t[0].score == 450 && !t[0].has_value);
        assert_int_equal(t[1].at_ms, FH_TIME_MIN_MS + 160005);
        assert_true(t[1].has_value && t[1].value == -250 && t[1].currency == 1);
        assert_str(t[1].payload, "{\"a\":1}");
        assert_int_equal(t[1].member, 7);
        assert_status(fh_store_story(org, 9, arena, &t, &n, NULL), FH_OK);
        assert_int_equal(t[0].member, 8);
        assert_int_equal(t[0].problem, 77);
        assert_status(fh_store_story(org, 8, arena, &t, &n, NULL), FH_NOTFOUND);
        fh_arena_free(arena);
        const fh_store_counts c = counts(org);
        assert_int_equal(c.interactions, 3);
        assert_int_equal(c.customers, 2);
        assert_int_equal(c.first_ms, FH_TIME_MIN_MS + 50000);
        assert_int_equal(c.last_ms, FH_TIME_MIN_MS + 160005);
        assert_int_equal(c.base_segments, round);
        assert_int_equal(c.delta_segments, 1 - round);
        orgfile_check(org);
        merge(org);
    }
    oracle_free(&o);
    fh_org_close(org);
}

static void a_first_import_becomes_base_without_being_rewritten(void **state)
{
    (void)state;
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    name_things(org);
    oracle o = {0};
    put_random(&o, org, 120000, 1, 100000, 1, false);
    orgfile_check(org);
    const fh_store_counts before = counts(org);
    assert_int_equal(before.delta_segments, 2);
    uint64_t duplicates = 99;
    assert_status(fh_store_merge(org, NULL, NULL, &duplicates, NULL), FH_OK);
    assert_int_equal(duplicates, 0);
    const fh_store_counts after = counts(org);
    assert_int_equal(after.base_segments, 2);
    assert_int_equal(after.delta_segments, 0);
    fh_stored_list list = {0};
    assert_status(fh_stored_segments(fh_org_db(org), 1, UINT32_MAX, false, &list, NULL), FH_OK);
    assert_int_equal(list.row[0].id, 1);
    assert_int_equal(list.row[1].id, 2);
    fh_stored_free(&list);
    oracle_free(&o);
    fh_org_close(org);
}

static void what_is_sent_again_counts_once(void **state)
{
    (void)state;
    fh_row rows[] = {
        {.customer = 1, .at_s = 100, .touchpoint = 1, .id = FH_ID_GIVEN | 1},
        {.customer = 1, .at_s = 100, .touchpoint = 1, .id = FH_ID_GIVEN | 1}, /* at once */
        {.customer = 2, .at_s = 100, .touchpoint = 1, .id = 9},
        {.customer = 2, .at_s = 100, .touchpoint = 1, .id = 9}, /* happened twice */
    };
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    name_things(org);
    oracle o = {0};
    for (uint32_t origin = 1; origin <= 3; origin++) {
        for (size_t i = 0; i < COUNT(rows); i++) rows[i].origin = origin;
        oracle_put(&o, org, rows, COUNT(rows), origin == 2);
        orgfile_same(org, &o);
    }
    uint64_t duplicates = 0;
    assert_status(fh_store_merge(org, NULL, NULL, &duplicates, NULL), FH_OK);
    assert_int_equal(duplicates, 9);
    orgfile_same(org, &o);
    assert_int_equal(counts(org).interactions, 3);
    orgfile_check(org);
    oracle_free(&o);
    fh_org_close(org);
}

static void names_merged_in_the_dictionary_are_shown_merged(void **state)
{
    (void)state;
    const fh_row rows[] = {{.customer = 1, .at_s = 1, .touchpoint = 1},
                           {.customer = 1, .at_s = 2, .touchpoint = 2}};
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    name_things(org);
    oracle o = {0};
    oracle_put(&o, org, rows, 2, false);
    assert_status(fh_dict_merge(org, FH_DICT_TOUCHPOINT, 1, 2, NULL), FH_OK);
    for (int round = 0; round < 2; round++) {
        fh_scan *scan = NULL;
        const fh_segment *seg = NULL;
        assert_status(fh_scan_open(org, 1u << FH_COL_TOUCHPOINT, 1, 9, &scan, NULL), FH_OK);
        assert_status(fh_scan_next(scan, 0, &seg, NULL), FH_OK);
        assert_int_equal(fh_name_at(&seg->touchpoint, 0), 2);
        assert_int_equal(fh_name_at(&seg->touchpoint, 1), 2);
        fh_scan_close(scan);
        fh_arena *arena = fh_arena_new(NULL);
        const fh_told *t = NULL;
        size_t n = 0;
        assert_status(fh_store_story(org, 1, arena, &t, &n, NULL), FH_OK);
        assert_int_equal(t[0].touchpoint, 2);
        fh_arena_free(arena);
        oracle_put(&o, org, rows, 1, true); /* now two parts overlap */
    }
    oracle_free(&o);
    fh_org_close(org);
}

static void a_scan_sees_one_moment(void **state)
{
    (void)state;
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    name_things(org);
    oracle o = {0};
    put_random(&o, org, 300, 1, 50, 1, false);
    oracle before = oracle_copy(&o), e = oracle_expected(&before);
    fh_scan *scan = NULL;
    assert_status(fh_scan_open(org, FH_COLS_ALL, 1, UINT32_MAX, &scan, NULL), FH_OK);
    put_random(&o, org, 300, 1, 50, 2, false);
    merge(org);
    uint64_t seen = 0;
    for (const fh_segment *seg = NULL;;) {
        assert_status(fh_scan_next(scan, 0, &seg, NULL), FH_OK);
        if (!seg) break;
        seen += seg->n;
    }
    assert_int_equal(seen, e.n);
    fh_scan_close(scan);
    orgfile_same(org, &o);
    oracle_free(&e);
    oracle_free(&before);
    oracle_free(&o);
    fh_org_close(org);
}

static void a_scan_shows_only_the_customers_asked_for(void **state)
{
    (void)state;
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    name_things(org);
    oracle o = {0};
    put_random(&o, org, 500, 1, 100, 1, false);
    for (uint32_t round = 0; round < 3; round++) {
        oracle part = oracle_copy(&o);
        for (uint32_t c = 1; c <= 100; c++)
            if (c < 20 || c > 30) oracle_cut(&part, c);
        oracle e = oracle_expected(&part);
        fh_scan *scan = NULL;
        uint64_t seen = 0;
        assert_status(fh_scan_open(org, 1u << FH_COL_ID, 20, 30, &scan, NULL), FH_OK);
        for (const fh_segment *seg = NULL;;) {
            assert_status(fh_scan_next(scan, 5, &seg, NULL), FH_OK);
            if (!seg) break;
            for (uint32_t s = 0; s < seg->n_stories; s++) assert_in_range(seg->customer[s], 20, 30);
            seen += seg->n;
        }
        assert_int_equal(seen, e.n);
        const fh_segment *seg = NULL;
        assert_status(fh_scan_next(scan, 64, &seg, NULL), FH_INVALID);
        fh_scan_close(scan);
        oracle_free(&e);
        oracle_free(&part);
        if (round == 0) merge(org);
        if (round == 1) put_random(&o, org, 60, 1, 100, 2, true);
    }
    oracle_free(&o);
    fh_org_close(org);
}

/* Customers first .. first + 9, one interaction each, at so many seconds. */
static void put_at(oracle *o, fh_org *org, uint32_t first, uint32_t at_s, uint16_t ms, bool inbox)
{
    fh_row rows[10] = {{0}};
    for (uint32_t i = 0; i < 10; i++)
        rows[i] = (fh_row){.customer = first + i,
                           .at_s = at_s,
                           .ms = ms,
                           .touchpoint = 1,
                           .origin = 1,
                           .id = first};
    oracle_put(o, org, rows, 10, inbox);
}

/* Bit k: the ten customers from 100 * k on are shown. */
static unsigned shown_within(fh_org *org, int64_t from_ms, int64_t until_ms)
{
    unsigned shown = 0, n[4] = {0};
    fh_scan *scan = NULL;
    assert_status(fh_scan_open(org, 1u << FH_COL_TOUCHPOINT, 1, UINT32_MAX, &scan, NULL), FH_OK);
    fh_scan_within(scan, from_ms, until_ms);
    for (const fh_segment *seg = NULL;;) {
        assert_status(fh_scan_next(scan, 0, &seg, NULL), FH_OK);
        if (!seg) break;
        for (uint32_t s = 0; s < seg->n_stories; s++) n[seg->customer[s] / 100]++;
    }
    fh_scan_close(scan);
    for (unsigned k = 0; k < 4; k++) {
        assert_true(n[k] == 0 || n[k] == 10);
        shown |= n[k] ? 1u << k : 0;
    }
    return shown;
}

static void a_scan_within_a_period_passes_over_what_was_never_in_it(void **state)
{
    (void)state;
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    name_things(org);
    oracle o = {0};
    put_at(&o, org, 100, 1000, 0, false);
    put_at(&o, org, 200, 2000, 500, false);
    put_at(&o, org, 300, 3000, 0, false);
    const int64_t second = fh_instant_ms(2000, 500), third = fh_instant_ms(3000, 0);
    assert_int_equal(shown_within(org, INT64_MIN, INT64_MAX), 14);
    assert_int_equal(shown_within(org, second, second + 1), 4);
    assert_int_equal(shown_within(org, second, third), 4);
    assert_int_equal(shown_within(org, second, third + 1), 12);
    assert_int_equal(shown_within(org, second + 1, third), 0);
    assert_int_equal(shown_within(org, INT64_MIN, second), 2);
    assert_int_equal(shown_within(org, third + 1, INT64_MAX), 0);
    put_at(&o, org, 10, 4000, 0, true); /* the inbox is always looked at */
    assert_int_equal(shown_within(org, third + 1, INT64_MAX), 1);
    assert_int_equal(shown_within(org, INT64_MIN, second), 3);
    oracle_free(&o);
    fh_org_close(org);
}

/* ---- Side by side -------------------------------------------------------------------------- */

typedef struct side {
    fh_scan *scan;
    uint64_t seen[8], sum[8];
} side;

static void scan_lane(void *ctx, uint32_t worker)
{
    side *s = ctx;
    for (const fh_segment *seg = NULL;;) {
        if (fh_scan_next(s->scan, worker, &seg, NULL) != FH_OK || !seg) return;
        s->seen[worker] += seg->n;
        for (uint32_t i = 0; i < seg->n; i++)
            s->sum[worker] += seg->gap_s[i] + 7 * fh_name_at(&seg->touchpoint, i);
    }
}

static void lanes_share_a_scan(void **state)
{
    (void)state;
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    name_things(org);
    oracle o = {0};
    for (uint32_t origin = 1; origin <= 3; origin++)
        put_random(&o, org, 70000, 1, 20000, origin, false);
    uint64_t want = 0, want_sum = 0;
    for (uint32_t n = 1; n <= 4; n += 3) {
        side s = {0};
        assert_status(fh_scan_open(org, 1u << FH_COL_TOUCHPOINT, 1, UINT32_MAX, &s.scan, NULL),
                      FH_OK);
        fh_threads_run(n, scan_lane, &s);
        fh_scan_close(s.scan);
        uint64_t seen = 0, sum = 0;
        for (uint32_t i = 0; i < n; i++) {
            seen += s.seen[i];
            sum += s.sum[i];
        }
        if (n == 1) want = seen, want_sum = sum;
        assert_int_equal(seen, want);
        assert_int_equal(sum, want_sum);
    }
    assert_true(want > 190000);
    oracle_free(&o);
    fh_org_close(org);
}

/* ---- Any sequence ---------------------------------------------------------------------------- */

static bool stop_at_random(void *ctx, uint64_t done, uint64_t total)
{
    (void)ctx;
    assert_true(done <= total);
    return test_rand(3) == 0;
}

static void split_some(oracle *o, fh_org *org, uint32_t customer, uint32_t to)
{
    uint32_t members[3];
    for (size_t i = 0; i < 3; i++) members[i] = 1 + test_rand(40);
    assert_status(fh_store_split_story(org, customer, members, 3, to, NULL), FH_OK);
    oracle_move(o, customer, to, members, 3);
}

static void one_step(oracle *o, fh_org *org, uint32_t origin)
{
    const uint32_t what = test_rand(10), customer = 1 + test_rand(40), other = 1 + test_rand(40);
    if (what < 3) {
        put_random(o, org, 1 + test_rand(200), 1 + test_rand(20), 21 + test_rand(20), origin,
                   false);
    } else if (what < 6) {
        put_random(o, org, 1 + test_rand(20), 1, 40, origin, true);
    } else if (what == 6) {
        uint64_t n = 0;
        const fh_status status = fh_store_merge(org, stop_at_random, NULL, &n, NULL);
        if (status != FH_INTERRUPTED) assert_status(status, FH_OK);
    } else if (what == 7) {
        uint64_t n = 0;
        assert_status(fh_store_cut(org, customer, &n, NULL), FH_OK);
        oracle_cut(o, customer);
    } else if (customer == other) {
        assert_status(fh_store_move_story(org, customer, other, NULL), FH_INVALID);
    } else if (what == 8) {
        assert_status(fh_store_move_story(org, customer, other, NULL), FH_OK);
        oracle_move(o, customer, other, NULL, 0);
    } else {
        split_some(o, org, customer, other);
    }
}

static void any_sequence_of_writing_gives_what_a_list_gives(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        test_seed(seed);
        fh_org *org = orgfile_open(FH_ORG_WRITE);
        name_things(org);
        oracle o = {0};
        for (uint32_t step = 1; step <= 25; step++) {
            one_step(&o, org, step);
            orgfile_same(org, &o);
        }
        orgfile_check(org);
        merge(org);
        orgfile_same(org, &o);
        orgfile_check(org);
        const fh_store_counts c = counts(org);
        assert_int_equal(c.delta_segments + c.inbox_batches, 0);
        oracle e = oracle_expected(&o);
        assert_int_equal(c.interactions, e.n);
        oracle_free(&e);
        oracle_free(&o);
        fh_org_close(org);
        (void)orgfile_teardown(NULL);
    }
}

static bool stop_soon(void *ctx, uint64_t done, uint64_t total)
{
    uint32_t *left = ctx;
    (void)done, (void)total;
    return (*left)-- == 0;
}

/* Big enough for many units; stopped and taken up again; watermarks in between. */
static void a_long_merge_can_be_stopped_and_taken_up(void **state)
{
    (void)state;
    test_seed(5);
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    name_things(org);
    oracle o = {0};
    put_random(&o, org, 110000, 1, 30000, 1, false);
    merge(org);
    put_random(&o, org, 70000, 1, 30000, 2, false);
    put_random(&o, org, 3000, 1, 30000, 3, true);
    put_random(&o, org, 40000, 10000, 31000, 4, false);
    assert_true(orgfile_holds(org, &o));
    uint64_t n = 0;
    fh_status status = FH_INTERRUPTED;
    for (uint32_t round = 0; status == FH_INTERRUPTED; round++) {
        uint32_t left = 1;
        status = fh_store_merge(org, stop_soon, &left, &n, NULL);
        if (round == 1) put_random(&o, org, 500, 1, 30000, 5, true);
        if (round != 1 && round != 3) continue;
        uint64_t n_cut = 0;
        assert_status(fh_store_cut(org, 100 + round, &n_cut, NULL), FH_OK);
        oracle_cut(&o, 100 + round);
        orgfile_check(org);
        assert_true(orgfile_holds(org, &o));
    }
    assert_status(status, FH_OK);
    merge(org);
    assert_true(orgfile_holds(org, &o));
    orgfile_check(org);
    const fh_store_counts c = counts(org);
    assert_int_equal(c.delta_segments + c.inbox_batches, 0);
    assert_in_range(c.base_segments, 2, 6);
    oracle_free(&o);
    fh_org_close(org);
}

/* ---- Erasing, copying ----------------------------------------------------------------------- */

static bool file_has(const char *path, const char *text)
{
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    static char bytes[1 << 22];
    const size_t n = fread(bytes, 1, sizeof bytes, f), len = strlen(text);
    assert_int_equal(fclose(f), 0);
    for (size_t i = 0; i + len <= n; i++)
        if (memcmp(bytes + i, text, len) == 0) return true;
    return false;
}

static void a_customer_cut_out_is_on_the_disk_no_more(void **state)
{
    (void)state;
    /* Short pages are stored as they are, so the text can be found. */
    fh_row rows[] = {
        {.customer = 1, .at_s = 1, .touchpoint = 1, .payload = FH_STR("first")},
        {.customer = 2, .at_s = 2, .touchpoint = 1, .payload = FH_STR("Wq7secret!0x")},
        {.customer = 3, .at_s = 3, .touchpoint = 1, .payload = FH_STR("third")},
    };
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    oracle o = {0};
    char wal[80];
    (void)snprintf(wal, sizeof wal, "%s-wal", orgfile_path);
    name_things(org);
    for (uint32_t origin = 1; origin <= 3; origin++) {
        for (size_t i = 0; i < COUNT(rows); i++) rows[i].origin = origin;
        oracle_put(&o, org, rows, 3, origin == 2);
        if (origin == 1) merge(org);
    }
    assert_status(fh_org_settle(org, NULL), FH_OK);
    assert_true(file_has(orgfile_path, "Wq7secret!0x"));
    uint64_t n = 0;
    assert_status(fh_store_cut(org, 2, &n, NULL), FH_OK);
    assert_int_equal(n, 3);
    assert_false(file_has(orgfile_path, "Wq7secret!0x"));
    assert_false(file_has(wal, "Wq7secret!0x"));
    assert_true(file_has(orgfile_path, "third"));
    orgfile_check(org);
    assert_status(fh_store_cut(org, 2, &n, NULL), FH_OK);
    assert_int_equal(n, 0);
    oracle_free(&o);
    fh_org_close(org);
}

static void a_backup_is_the_whole_file(void **state)
{
    (void)state;
    char copy[80];
    (void)snprintf(copy, sizeof copy, "%s.copy", orgfile_path);
    fh_org *org = orgfile_open(FH_ORG_WRITE), *second = NULL;
    oracle o = {0};
    name_things(org);
    put_random(&o, org, 2000, 1, 100, 1, false);
    assert_status(fh_store_backup(org, orgfile_path, NULL, NULL, NULL), FH_CONFLICT);
    assert_status(fh_store_backup(org, copy, NULL, NULL, NULL), FH_OK);
    assert_status(fh_store_backup(org, copy, NULL, NULL, NULL), FH_CONFLICT);
    assert_status(fh_org_open(fh_os_real(), copy, FH_ORG_READ, &second, NULL), FH_OK);
    orgfile_same(second, &o);
    orgfile_check(second);
    fh_org_close(second);
    (void)unlink(copy);
    oracle_free(&o);
    fh_org_close(org);
}

/* ---- Damage --------------------------------------------------------------------------------- */

static void count_faults(void *ctx, const char *sentence)
{
    size_t *n = ctx;
    ++*n;
    assert_non_null(strchr(sentence, '.')); /* says what to do */
}

static void change_file(const char *sql)
{
    sqlite3 *raw = NULL;
    assert_int_equal(sqlite3_open(orgfile_path, &raw), SQLITE_OK);
    if (sqlite3_exec(raw, sql, NULL, NULL, NULL) != SQLITE_OK) fail_msg("%s", sqlite3_errmsg(raw));
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
}

static void every_damage_is_found_by_the_check(void **state)
{
    (void)state;
    static const char *const damage[] = {
        "UPDATE segment SET n = n + 1",
        "UPDATE segment SET n_stories = n_stories - 1",
        "UPDATE segment SET lo = lo + 1",
        "UPDATE segment SET hi = hi + 1",
        "UPDATE segment SET live_n = live_n - 1",
        "UPDATE segment SET live_n = 0",
        "UPDATE segment SET first_ms = first_ms + 1",
        "UPDATE segment SET columns = columns - 8",
        "UPDATE segment SET columns = -1",
        "UPDATE segment SET level = 'base'  || level, age = -1",
        "UPDATE segment_column SET data = x'00' WHERE col = 3",
        "UPDATE segment_column SET data = 'text' WHERE col = 0",
        "UPDATE segment_column SET data = 7 WHERE col = 1",
        ("UPDATE segment_column SET data = (SELECT data FROM segment_column WHERE col = 4) "
         "WHERE col = 3"),
        "DELETE FROM segment_column WHERE col = 15",
        "DELETE FROM segment_column WHERE col = 0",
        "UPDATE segment_column SET segment = 77 WHERE col = 4",
        "DELETE FROM payload_page",
        "DELETE FROM payload_data",
        "UPDATE payload_page SET first = first + 1",
        "UPDATE payload_page SET n = n + 1",
        "UPDATE payload_page SET segment = 99",
        "UPDATE payload_data SET data = x'4648'",
        "DELETE FROM inbox_data",
        "UPDATE inbox_data SET data = substr(data, 1, 100)",
        "UPDATE inbox_data SET data = x''",
        "UPDATE inbox SET n = n + 1",
        "UPDATE inbox SET hi = 1000000",
        "UPDATE inbox SET columns = 3",
        "UPDATE counter SET last_given = 0",
        "DELETE FROM dictionary_name WHERE number = 5",
        "DELETE FROM dictionary_name WHERE number > 3",
        "INSERT INTO dictionary_spelling VALUES (0, 'lost', 99)",
        "INSERT INTO dictionary_merged VALUES (0, 1, 1)",
    };
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    oracle o = {0};
    char copy[80];
    (void)snprintf(copy, sizeof copy, "%s.copy", orgfile_path);
    name_things(org);
    put_random(&o, org, 400, 1, 60, 1, false);
    merge(org);
    put_random(&o, org, 100, 1, 60, 2, true);
    assert_status(fh_store_backup(org, copy, NULL, NULL, NULL), FH_OK);
    fh_org_close(org);
    for (size_t i = 0; i < COUNT(damage); i++) {
        (void)unlink(orgfile_path);
        assert_status(fh_org_open(fh_os_real(), copy, FH_ORG_READ, &org, NULL), FH_OK);
        assert_status(fh_store_backup(org, orgfile_path, NULL, NULL, NULL), FH_OK);
        fh_org_close(org);
        change_file(damage[i]);
        org = orgfile_open(FH_ORG_READ);
        size_t told = 0;
        uint64_t n = 0;
        if (fh_store_check(org, count_faults, &told, &n, NULL) != FH_CORRUPT)
            fail_msg("not found: %s", damage[i]);
        assert_true(n > 0 && told == n);
        fh_org_close(org);
    }
    oracle_free(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FILE(an_empty_file_has_no_stories),
        IN_A_FILE(what_is_told_comes_back),
        IN_A_FILE(a_first_import_becomes_base_without_being_rewritten),
        IN_A_FILE(what_is_sent_again_counts_once),
        IN_A_FILE(names_merged_in_the_dictionary_are_shown_merged),
        IN_A_FILE(a_scan_sees_one_moment),
        IN_A_FILE(a_scan_shows_only_the_customers_asked_for),
        IN_A_FILE(a_scan_within_a_period_passes_over_what_was_never_in_it),
        IN_A_FILE(lanes_share_a_scan),
        IN_A_FILE(any_sequence_of_writing_gives_what_a_list_gives),
        IN_A_FILE(a_long_merge_can_be_stopped_and_taken_up),
        IN_A_FILE(a_customer_cut_out_is_on_the_disk_no_more),
        IN_A_FILE(a_backup_is_the_whole_file),
        IN_A_FILE(every_damage_is_found_by_the_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
