/* standing_test.c - what the usual questions have counted, kept in the file: answers are the
 * same with it, they come from it while nothing was written, and never after. */
#include "app/ask/question.h"
#include "app/ask/standing.h"
#include "orgfile.h"

#include "store/identities.h"
#include "store/standing.h"

#include <sqlite3.h>
#include <stdlib.h>

static const char *const usual[] = {"touchpoints", "follows", "loops",     "waits",
                                    "handoffs",    "repeats", "retention", "variants"};

static void run_sql(const char *sql)
{
    sqlite3 *raw = NULL;
    assert_int_equal(sqlite3_open(orgfile_path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
}

static int64_t count_rows(void)
{
    sqlite3 *raw = NULL;
    sqlite3_stmt *s = NULL;
    assert_int_equal(sqlite3_open(orgfile_path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(raw, "SELECT count(*) FROM standing", -1, &s, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    const int64_t n = sqlite3_column_int64(s, 0);
    assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
    return n;
}

/* The answer to a question without options, or why there is none. */
static fh_status ask(fh_org *org, const char *name, fh_arena *arena, fh_str *text)
{
    const fh_question *q = NULL;
    for (size_t i = 0; fh_questions[i]; i++)
        if (strcmp(fh_questions[i]->name, name) == 0) q = fh_questions[i];
    assert_non_null(q);
    _Alignas(16) unsigned char options[512] = {0};
    assert_true(q->options_size <= sizeof options);
    if (q->defaults) memcpy(options, q->defaults, q->options_size);
    fh_asking *asking = (fh_asking *)(void *)options;
    asking->format = FH_ANSWER_JSON;
    asking->threads = 2;
    fh_buf out;
    fh_buf_init(&out, NULL, 16 << 20);
    const fh_status s = fh_question_ask(q, org, options, NULL, 0, NULL, arena, &out, NULL);
    assert_true(fh_arena_str(arena, fh_buf_view(&out), text));
    fh_buf_free(&out);
    return s;
}

static void ask_all(fh_org *org, fh_arena *arena, fh_str text[COUNT(usual)])
{
    for (size_t i = 0; i < COUNT(usual); i++)
        assert_status(ask(org, usual[i], arena, &text[i]), FH_OK);
}

static void assert_same_answers(fh_org *org, fh_arena *arena, const fh_str want[COUNT(usual)])
{
    fh_str got[COUNT(usual)];
    ask_all(org, arena, got);
    for (size_t i = 0; i < COUNT(usual); i++)
        if (!fh_str_eq(got[i], want[i])) fail_msg("%s differs", usual[i]);
}

static void print_fault(void *ctx, const char *sentence)
{
    (void)ctx;
    print_message("%s\n", sentence);
}

static uint64_t checked(fh_org *org, uint64_t want_faults)
{
    uint64_t n = 0, n_faults = 0;
    assert_status(fh_standing_check(org, print_fault, NULL, &n, &n_faults, NULL), FH_OK);
    assert_int_equal(n_faults, want_faults);
    return n;
}

typedef struct fixture {
    fh_org *org;
    fh_arena *arena;
    oracle o;
    fh_str plain[COUNT(usual)]; /* answers without anything kept */
} fixture;

/* All settled; answers asked, then kept. */
static void begin(fixture *f)
{
    test_seed(5);
    *f = (fixture){.org = orgfile_open(FH_ORG_WRITE), .arena = fh_arena_new(NULL)};
    orgfile_name(f->org);
    orgfile_put_live(&f->o, f->org, 900, 60);
    assert_status(fh_store_merge(f->org, NULL, NULL, &(uint64_t){0}, NULL), FH_OK);
    ask_all(f->org, f->arena, f->plain);
    assert_int_equal(checked(f->org, 0), 0);
    assert_status(fh_standing_keep(f->org, NULL), FH_OK);
    assert_int_equal(count_rows(), COUNT(usual));
}

static void end(fixture *f)
{
    oracle_free(&f->o);
    fh_arena_free(f->arena);
    fh_org_close(f->org);
}

static void usual_questions_are_answered_by_what_is_kept(void **state)
{
    (void)state;
    fixture f;
    fh_str text;
    begin(&f);
    assert_same_answers(f.org, f.arena, f.plain);
    assert_int_equal(checked(f.org, 0), COUNT(usual));
    /* Now nobody can read the stories any more: only what is kept can answer. */
    run_sql("UPDATE segment_column SET data = x'00'");
    assert_same_answers(f.org, f.arena, f.plain);
    assert_status(ask(f.org, "paths", f.arena, &text), FH_CORRUPT);
    end(&f);
}

static void after_something_was_written_stories_are_counted_again(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_str now[COUNT(usual)];
    orgfile_put_live(&f.o, f.org, 3, 60); /* in the inbox */
    assert_int_equal(checked(f.org, 0), 0);
    ask_all(f.org, f.arena, now);
    assert_false(fh_str_eq(now[0], f.plain[0]));
    assert_status(fh_standing_keep(f.org, NULL), FH_OK); /* not all is settled: nothing is kept */
    assert_int_equal(checked(f.org, 0), 0);
    assert_status(fh_store_merge(f.org, NULL, NULL, &(uint64_t){0}, NULL), FH_OK);
    assert_same_answers(f.org, f.arena, now);
    assert_status(fh_standing_keep(f.org, NULL), FH_OK);
    assert_same_answers(f.org, f.arena, now);
    assert_int_equal(checked(f.org, 0), COUNT(usual));
    assert_int_equal(count_rows(), COUNT(usual));
    end(&f);
}

static void merged_names_are_counted_as_one_at_once(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_str now[COUNT(usual)];
    assert_status(fh_dict_merge(f.org, FH_DICT_TOUCHPOINT, 3, 1, NULL), FH_OK);
    ask_all(f.org, f.arena, now);
    assert_false(fh_str_eq(now[0], f.plain[0]));
    run_sql("DELETE FROM standing");
    assert_same_answers(f.org, f.arena, now);
    end(&f);
}

static void whoever_is_erased_is_no_longer_counted(void **state)
{
    (void)state;
    fixture f;
    uint64_t n = 0;
    begin(&f);
    assert_status(fh_store_cut(f.org, 1, &n, NULL), FH_OK);
    assert_true(n > 0);
    assert_int_equal(checked(f.org, 0), 0);
    fh_str now[COUNT(usual)];
    ask_all(f.org, f.arena, now);
    assert_false(fh_str_eq(now[0], f.plain[0]));
    assert_status(fh_standing_put(f.org, NULL, 0, NULL), FH_OK); /* as erasing does */
    assert_int_equal(count_rows(), 0);
    end(&f);
}

static void damage_is_told_by_check_and_changes_no_answer(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    run_sql("UPDATE standing SET counted = substr(counted, 1, 20) || x'ff' || substr(counted, 22)");
    assert_same_answers(f.org, f.arena, f.plain);
    assert_int_equal(checked(f.org, COUNT(usual)), COUNT(usual));
    run_sql("UPDATE standing SET counted = ''");
    assert_same_answers(f.org, f.arena, f.plain);
    run_sql("UPDATE standing SET counted = zeroblob(50000000)");
    assert_same_answers(f.org, f.arena, f.plain);
    run_sql("UPDATE standing SET counted = 17.5");
    assert_same_answers(f.org, f.arena, f.plain);
    end(&f);
}

static void an_empty_organisation_has_nothing_to_keep(void **state)
{
    (void)state;
    fh_org *org = orgfile_open(FH_ORG_WRITE);
    assert_status(fh_standing_keep(org, NULL), FH_OK);
    assert_status(fh_standing_after(org, 0, NULL), FH_OK);
    assert_status(fh_standing_after(org, 5000000, NULL), FH_OK); /* there are not so many */
    assert_int_equal(count_rows(), 0);
    assert_int_equal(checked(org, 0), 0);
    fh_org_close(org);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FILE(usual_questions_are_answered_by_what_is_kept),
        IN_A_FILE(after_something_was_written_stories_are_counted_again),
        IN_A_FILE(merged_names_are_counted_as_one_at_once),
        IN_A_FILE(whoever_is_erased_is_no_longer_counted),
        IN_A_FILE(damage_is_told_by_check_and_changes_no_answer),
        IN_A_FILE(an_empty_organisation_has_nothing_to_keep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
