/* ask_kept_test.c - answers are the same, byte for byte, with and without partial results
 * kept from the questions before, whatever was written between them. */
#include "app/ask/question.h"
#include "orgfile.h"

#include "store/kept.h"
#include "store/tidy.h"

#include <sqlite3.h>
#include <stdlib.h>

static const fh_tidy_sizes small = {
    .step = 60,
    .least_step = 10,
    .least_of_base = 40,
    .few_batches = 3,
    .smallest_run = 20,
    .alike = 3,
    .base_least = 150,
};

/* A question with options and filter at random, as bytes to be asked again. */
typedef struct asked {
    const fh_question *q;
    _Alignas(16) unsigned char options[512];
    fh_str args[2];
    size_t n_args;
} asked;

static size_t n_questions(void)
{
    size_t n = 0;
    while (fh_questions[n]) n++;
    return n;
}

static asked some_question(size_t which)
{
    static const char *const names[] = {"name 1", "name 2", "name 3", "name 4", "name 5"};
    asked a = {.q = fh_questions[which]};
    fh_asking *ask = (fh_asking *)(void *)a.options;
    assert_true(a.q->options_size <= sizeof a.options);
    if (a.q->defaults) memcpy(a.options, a.q->defaults, a.q->options_size);
    ask->format = FH_ANSWER_JSON;
    ask->threads = 1 + test_rand(3);
    /* As a table it is counted as a fold, and kept; JSON tells every way. */
    if (strcmp(a.q->name, "conform") == 0) {
        ask->format = test_rand(4) ? FH_ANSWER_CSV : FH_ANSWER_JSON;
        a.args[a.n_args++] = FH_STR("->( 'name 1', X( 'name 2', tau ), +( 'name 3', "
                                    "*( 'name 4', 'name 5' ) ), 'name 6' )");
    }
    for (; a.n_args < a.q->min_args || (a.n_args < 2 && a.n_args < a.q->max_args); a.n_args++)
        a.args[a.n_args] = fh_str_of(names[test_rand(5)]);
    const uint32_t filter = test_rand(8);
    if (filter == 1) ask->channels = fh_str_of(names[test_rand(5)]);
    if (filter == 2) ask->passed = FH_STR("name 1,name 7");
    if (filter == 3) ask->not_passed = FH_STR("name 3");
    if (filter == 4) {
        ask->from = test_rand(2) ? FH_STR("1990") : FH_STR("2023-11-14T22:25:00Z");
        ask->until = test_rand(2) ? FH_STR("2030") : FH_STR("2023-11-14T22:35:00Z");
    }
    if (strcmp(a.q->name, "participation") == 0) /* which else ends when it is asked */
        ask->from = FH_STR("1990"), ask->until = FH_STR("2030");
    if (filter == 5) ask->by = 1;
    if (filter == 6) ask->repeated_ms = 86400000;
    if (filter == 7) ask->severe = test_rand(2) ? FH_STR("any") : FH_STR("failed,again");
    return a;
}

/* The answer in the arena; failures (nobody has that name) are answers too. */
static fh_str answer(const asked *a, fh_org *org, fh_kept *kept, fh_arena *arena)
{
    fh_buf out;
    fh_error err = {0};
    fh_buf_init(&out, NULL, 16 << 20);
    fh_org_keep_results(org, kept);
    fh_arena *own = fh_arena_new(NULL);
    const fh_status s =
        fh_question_ask(a->q, org, a->options, a->args, a->n_args, NULL, own, &out, &err);
    fh_str text = fh_buf_view(&out);
    if (s) text = fh_str_of(err.message);
    assert_true(fh_arena_str(arena, text, &text));
    fh_buf_free(&out);
    fh_arena_free(own);
    return text;
}

static void same(const asked *a, size_t n, fh_org *org, fh_kept *kept, uint64_t step)
{
    for (size_t i = 0; i < n; i++) {
        fh_arena *arena = fh_arena_new(NULL);
        const fh_str want = answer(&a[i], org, NULL, arena), got = answer(&a[i], org, kept, arena);
        if (!fh_str_eq(got, want)) {
            print_error("kept:  %.600s\nfresh: %.600s\n", got.ptr, want.ptr);
            fail_msg("%s differs at step %llu", a[i].q->name, (unsigned long long)step);
        }
        fh_arena_free(arena);
    }
}

static void tidy(fh_tidy *t, fh_org *org, bool all)
{
    bool any = true, done;
    assert_status(fh_tidy_prepare(t, org, all, &any, NULL), FH_OK);
    if (any) assert_status(fh_tidy_put(t, org, NULL, &done, NULL), FH_OK);
}

/* What ruins a day is said anew. */
static void change_rules(fh_org *org)
{
    static const char *const often[] = {"2 within 30d", "3 within 7d", "4 within 400d"};
    static const char *const outcomes[] = {"name 1", "name 2, name 3", ""};
    assert_status(
        fh_setting_put(org, FH_STR(FH_SETTING_TOO_MANY), fh_str_of(often[test_rand(3)]), NULL),
        FH_OK);
    assert_status(
        fh_setting_put(org, FH_STR(FH_SETTING_FAILING), fh_str_of(outcomes[test_rand(3)]), NULL),
        FH_OK);
}

static void answers_are_the_same_whatever_is_written_between(void **state)
{
    (void)state;
    uint64_t n_hits = 0, n_renewed = 0, n_held = 0;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        test_seed(seed);
        fh_org *org = orgfile_open(FH_ORG_WRITE);
        orgfile_name(org);
        oracle o = {0};
        fh_tidy *t = NULL;
        fh_kept *kept = fh_kept_new(NULL, 4 << 20);
        asked some[20];
        assert_status(fh_tidy_new(&small, &t, NULL), FH_OK);
        for (size_t i = 0; i < COUNT(some); i++) some[i] = some_question(i % n_questions());
        for (int i = 0; i < 6; i++) orgfile_put_live(&o, org, 120, 60);
        if (seed != 2) assert_status(fh_store_merge(org, NULL, NULL, &(uint64_t){0}, NULL), FH_OK);
        for (uint32_t step = 1; step <= 24; step++) {
            if (test_rand(3)) orgfile_put_live(&o, org, 1 + test_rand(6), 70);
            if (test_rand(4) == 0) orgfile_something(&o, org, step);
            if (test_rand(3) == 0) tidy(t, org, test_rand(2));
            if (test_rand(8) == 0)
                assert_status(fh_dict_merge(org, FH_DICT_TOUCHPOINT, 6 + test_rand(6),
                                            1 + test_rand(5), NULL),
                              FH_OK);
            if (test_rand(8) == 0) {
                const fh_status split =
                    fh_dict_split(org, FH_DICT_TOUCHPOINT, 6 + test_rand(6), NULL);
                assert_true(split == FH_OK || split == FH_CONFLICT);
            }
            if (test_rand(8) == 0)
                assert_status(fh_dict_rename(org, FH_DICT_DEPARTMENT, 2, FH_STR("another"), NULL),
                              FH_OK);
            if (test_rand(4) == 0) change_rules(org);
            same(some + step % 10, 10, org, kept, step);
        }
        n_hits += fh_kept_count(kept).hits;
        n_renewed += fh_kept_count(kept).renewed;
        n_held += fh_kept_count(fh_kept_columns(kept)).hits;
        oracle_free(&o);
        fh_tidy_free(t);
        fh_org_close(org);
        fh_kept_free(kept);
        (void)orgfile_teardown(NULL);
    }
    assert_true(n_hits > 100);
    assert_true(n_renewed > 100);
    assert_true(n_held > 1000);
}

/* Settled deltas beside the base: runs so big that they stay for a while. */
static void what_big_runs_hold_is_kept_as_well(void **state)
{
    (void)state;
    static const fh_tidy_sizes big = {.step = 40000,
                                      .least_step = 40000,
                                      .least_of_base = 40000,
                                      .few_batches = 1,
                                      .smallest_run = 30000,
                                      .alike = 9,
                                      .base_least = 1000000};
    test_seed(11);
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    orgfile_name(org);
    oracle o = {0};
    fh_tidy *t = NULL;
    fh_kept *kept = fh_kept_new(NULL, 64 << 20);
    assert_status(fh_tidy_new(&big, &t, NULL), FH_OK);
    orgfile_put_live(&o, org, 20000, 5000);
    assert_status(fh_store_merge(org, NULL, NULL, &(uint64_t){0}, NULL), FH_OK);
    orgfile_put_live(&o, org, 17000, 5000);
    tidy(t, org, true);
    asked some[6];
    for (size_t i = 0; i < COUNT(some); i++) some[i] = some_question(i);
    same(some, COUNT(some), org, kept, 0);
    const uint64_t before = fh_kept_count(kept).hits;
    for (uint64_t step = 1; step <= 3; step++) {
        orgfile_put_live(&o, org, 40, 5000);
        same(some, COUNT(some), org, kept, step);
    }
    fh_store_counts c;
    assert_status(fh_store_count(org, &c, NULL), FH_OK);
    assert_true(c.delta_segments > 0 && c.inbox_batches > 0);
    assert_true(fh_kept_count(kept).hits >= before + 3 * 4);
    oracle_free(&o);
    fh_tidy_free(t);
    fh_org_close(org);
    fh_kept_free(kept);
}

/* Questions without options or filter, as everybody asks them. */
static asked plain_question(const char *name)
{
    size_t which = 0;
    while (strcmp(fh_questions[which]->name, name) != 0) which++;
    asked a = {.q = fh_questions[which]};
    fh_asking *ask = (fh_asking *)(void *)a.options;
    if (a.q->defaults) memcpy(a.options, a.q->defaults, a.q->options_size);
    ask->format = FH_ANSWER_JSON;
    ask->threads = 1 + test_rand(3);
    return a;
}

/* Thousands of stories, so that columns are read from the middle; runs beside them; and room for
 * all columns, for some, for none. */
static void columns_are_held_as_far_as_there_is_room(void **state)
{
    (void)state;
    static const size_t room[] = {8 << 20, 80000, 40000, 10000};
    static const char *const names[] = {"follows", "touchpoints", "handoffs", "repeats", "paths"};
    uint64_t held[COUNT(room)];
    test_seed(12);
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    orgfile_name(org);
    oracle o = {0};
    fh_tidy *t = NULL;
    assert_status(fh_tidy_new(&small, &t, NULL), FH_OK);
    orgfile_put_live(&o, org, 12000, 3000);
    assert_status(fh_store_merge(org, NULL, NULL, &(uint64_t){0}, NULL), FH_OK);
    for (size_t k = 0; k < COUNT(room); k++) {
        fh_kept *kept = fh_kept_new(NULL, 8 << 20);
        fh_kept_bound(fh_kept_columns(kept), room[k]);
        asked some[COUNT(names)];
        for (size_t i = 0; i < COUNT(names); i++) some[i] = plain_question(names[i]);
        for (uint64_t step = 0; step < 3; step++) {
            same(some, COUNT(some), org, kept, step);
            orgfile_put_later(&o, org, 1 + test_rand(40), 3000, (uint32_t)(3 * k + step));
            if (step == 1) tidy(t, org, false);
        }
        const fh_kept_counts c = fh_kept_count(fh_kept_columns(kept));
        assert_true(c.bytes <= room[k]);
        assert_true(fh_kept_count(kept).renewed > 5);
        held[k] = c.bytes;
        fh_kept_free(kept);
    }
    assert_true(held[0] > held[1] && held[1] > held[2] && held[2] > held[3]);
    oracle_free(&o);
    fh_tidy_free(t);
    fh_org_close(org);
}

/* Damage is told as it is without anything kept. */
static void damaged_columns_are_told_by_whoever_holds_them(void **state)
{
    (void)state;
    static const char *const damage[] = {
        "UPDATE segment_column SET data = x'00' WHERE col = 1",
        "UPDATE segment_column SET data = substr(data, 1, length(data) - 1) || x'5a' WHERE col = 0",
        "DELETE FROM segment_column WHERE col = 3",
        "UPDATE segment SET n_stories = n_stories - 1",
    };
    for (size_t k = 0; k < COUNT(damage); k++) {
        test_seed(13);
        fh_org *org = orgfile_open(FH_ORG_WRITE);
        orgfile_name(org);
        oracle o = {0};
        fh_kept *kept = fh_kept_new(NULL, 8 << 20);
        fh_arena *arena = fh_arena_new(NULL);
        const asked follows = plain_question("follows");
        orgfile_put_live(&o, org, 400, 60);
        assert_status(fh_store_merge(org, NULL, NULL, &(uint64_t){0}, NULL), FH_OK);
        same(&follows, 1, org, kept, k);
        orgfile_put_later(&o, org, 2, 60, 1);
        sqlite3 *raw = NULL;
        assert_int_equal(sqlite3_open(orgfile_path, &raw), SQLITE_OK);
        assert_int_equal(sqlite3_exec(raw, damage[k], NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_close(raw), SQLITE_OK);
        same(&follows, 1, org, kept, k);
        const fh_str told = answer(&follows, org, kept, arena);
        assert_true(strstr(told.ptr, "segment") != NULL);
        fh_arena_free(arena);
        oracle_free(&o);
        fh_org_close(org);
        fh_kept_free(kept);
        (void)orgfile_teardown(NULL);
    }
}

static void whoever_is_erased_is_forgotten_at_once(void **state)
{
    (void)state;
    test_seed(3);
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    orgfile_name(org);
    oracle o = {0};
    uint64_t n = 0;
    fh_kept *kept = fh_kept_new(NULL, 4 << 20);
    orgfile_put_live(&o, org, 500, 60);
    assert_status(fh_store_merge(org, NULL, NULL, &n, NULL), FH_OK);
    size_t which = 0;
    while (strcmp(fh_questions[which]->name, "follows") != 0) which++;
    asked follows = some_question(which);
    same(&follows, 1, org, kept, 0);
    orgfile_put_live(&o, org, 5, 60);
    same(&follows, 1, org, kept, 0);
    assert_true(fh_kept_count(kept).things > 0);
    assert_true(fh_kept_count(fh_kept_columns(kept)).things > 0);
    fh_org_keep_results(org, kept);
    assert_status(fh_store_cut(org, 1, &n, NULL), FH_OK);
    assert_int_equal(fh_kept_count(kept).things, 0);
    assert_int_equal(fh_kept_count(kept).bytes, 0);
    assert_int_equal(fh_kept_count(fh_kept_columns(kept)).things, 0);
    assert_int_equal(fh_kept_count(fh_kept_columns(kept)).bytes, 0);
    same(&follows, 1, org, kept, 1);
    oracle_free(&o);
    fh_org_close(org);
    fh_kept_free(kept);
}

/* A journey held against all stories as a table: nothing of times is asked. */
static asked conform_plainly(void)
{
    size_t which = 0;
    while (strcmp(fh_questions[which]->name, "conform") != 0) which++;
    asked a = {.q = fh_questions[which], .n_args = 1};
    fh_asking *ask = (fh_asking *)(void *)a.options;
    if (a.q->defaults) memcpy(a.options, a.q->defaults, a.q->options_size);
    ask->format = test_rand(2) ? FH_ANSWER_CSV : FH_ANSWER_TEXT; /* which tells what it costs */
    ask->threads = 1 + test_rand(3);
    a.args[0] = FH_STR("->( 'name 1', X( 'name 2', tau ), +( 'name 3', "
                       "*( 'name 4', 'name 5' ) ), 'name 6' )");
    return a;
}

/* What comes live is later than the base, as a rule: then it is put behind the base's stories.
 * Now and then something is not, or names are merged, or all is written into the base. */
static void what_is_later_is_put_behind_and_what_is_not_between(void **state)
{
    (void)state;
    uint64_t n_renewed = 0;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        test_seed(seed + 50);
        fh_org *org = orgfile_open(FH_ORG_WRITE);
        orgfile_name(org);
        oracle o = {0};
        fh_tidy *t = NULL;
        fh_kept *kept = fh_kept_new(NULL, 4 << 20);
        assert_status(fh_tidy_new(&small, &t, NULL), FH_OK);
        for (int i = 0; i < 6; i++) orgfile_put_live(&o, org, 120, 200);
        assert_status(fh_store_merge(org, NULL, NULL, &(uint64_t){0}, NULL), FH_OK);
        for (uint32_t step = 1; step <= 40; step++) {
            const uint32_t what = test_rand(10);
            orgfile_put_later(&o, org, 1 + test_rand(20), 210, step);
            if (what < 2) orgfile_put_live(&o, org, 1 + test_rand(3), 200);
            if (what == 2)
                assert_status(fh_dict_merge(org, FH_DICT_TOUCHPOINT, 6 + test_rand(6),
                                            1 + test_rand(5), NULL),
                              FH_OK);
            if (what > 5) tidy(t, org, what > 7);
            if (what == 9 && step % 2)
                assert_status(fh_store_merge(org, NULL, NULL, &(uint64_t){0}, NULL), FH_OK);
            const asked conform = conform_plainly();
            same(&conform, 1, org, kept, step);
        }
        n_renewed += fh_kept_count(kept).renewed;
        oracle_free(&o);
        fh_tidy_free(t);
        fh_org_close(org);
        fh_kept_free(kept);
        (void)orgfile_teardown(NULL);
    }
    assert_true(n_renewed > 60);
}

typedef struct short_memory {
    size_t left, live; /* allocations until there are no more */
} short_memory;

static void *short_alloc(void *ctx, size_t size)
{
    short_memory *m = ctx;
    if (m->left == 0) return NULL;
    m->left--;
    m->live++;
    return malloc(size);
}

static void short_free(void *ctx, void *ptr, size_t size)
{
    (void)size;
    ((short_memory *)ctx)->live -= ptr != NULL;
    free(ptr);
}

/* Nothing is kept of it then, and the answer is right, or it says so. */
static void without_memory_for_keeping_answers_are_right_or_say_so(void **state)
{
    (void)state;
    test_seed(4);
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    orgfile_name(org);
    oracle o = {0};
    orgfile_put_live(&o, org, 400, 60);
    assert_status(fh_store_merge(org, NULL, NULL, &(uint64_t){0}, NULL), FH_OK);
    orgfile_put_live(&o, org, 4, 60);
    size_t n_right = 0, n_refused = 0;
    for (size_t k = 0; fh_questions[k]; k++) {
        asked a = some_question(k);
        ((fh_asking *)(void *)a.options)->threads = 1;
        fh_arena *arena = fh_arena_new(NULL);
        const fh_str want = answer(&a, org, NULL, arena);
        for (size_t left = 0; left < 400; left += 1 + left / 4) {
            short_memory m = {.left = left};
            const fh_allocator from = {short_alloc, short_free, &m, .block_size = 1};
            fh_kept *kept = fh_kept_new(&from, 1 << 20);
            const fh_str got = answer(&a, org, kept, arena);
            if (fh_str_eq(got, want)) {
                n_right++;
            } else {
                if (!fh_str_eq(got, FH_STR("out of memory")))
                    fail_msg("%s %zu: %.200s\nwant %.200s", a.q->name, left, got.ptr, want.ptr);
                n_refused++;
            }
            fh_kept_free(kept);
            assert_int_equal(m.live, 0);
        }
        fh_arena_free(arena);
    }
    assert_true(n_right > 50 && n_refused > 20);
    oracle_free(&o);
    fh_org_close(org);
}

/* The same where an answer is brought up to date with columns from memory. */
static void without_memory_for_columns_answers_are_right_or_say_so(void **state)
{
    (void)state;
    test_seed(5);
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    orgfile_name(org);
    oracle o = {0};
    size_t n_right = 0, n_refused = 0, n_renewed = 0;
    orgfile_put_live(&o, org, 400, 60);
    assert_status(fh_store_merge(org, NULL, NULL, &(uint64_t){0}, NULL), FH_OK);
    asked follows = plain_question("touchpoints");
    ((fh_asking *)(void *)follows.options)->threads = 1;
    for (size_t left = 0; left < 60; left++) {
        short_memory m = {.left = SIZE_MAX};
        const fh_allocator from = {short_alloc, short_free, &m, .block_size = 1};
        fh_kept *kept = fh_kept_new(&from, 1 << 20);
        fh_arena *arena = fh_arena_new(NULL);
        same(&follows, 1, org, kept, left);
        orgfile_put_later(&o, org, 1, 60, 1 + (uint32_t)left);
        const fh_str want = answer(&follows, org, NULL, arena);
        m.left = left;
        const fh_str got = answer(&follows, org, kept, arena);
        const bool right = fh_str_eq(got, want);
        if (!right && !fh_str_eq(got, FH_STR("out of memory")))
            fail_msg("%zu: %.200s\nwant %.200s", left, got.ptr, want.ptr);
        n_right += right;
        n_refused += !right;
        n_renewed += fh_kept_count(kept).renewed;
        fh_arena_free(arena);
        fh_kept_free(kept);
        assert_int_equal(m.live, 0);
    }
    assert_true(n_right > 10 && n_refused > 10 && n_renewed > 10);
    oracle_free(&o);
    fh_org_close(org);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FILE(answers_are_the_same_whatever_is_written_between),
        IN_A_FILE(what_big_runs_hold_is_kept_as_well),
        IN_A_FILE(what_is_later_is_put_behind_and_what_is_not_between),
        IN_A_FILE(columns_are_held_as_far_as_there_is_room),
        IN_A_FILE(damaged_columns_are_told_by_whoever_holds_them),
        IN_A_FILE(whoever_is_erased_is_forgotten_at_once),
        IN_A_FILE(without_memory_for_keeping_answers_are_right_or_say_so),
        IN_A_FILE(without_memory_for_columns_answers_are_right_or_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
