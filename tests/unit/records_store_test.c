/* records_store_test.c - records at rest: rows, words, links, and a history of which every
 * change behind Firsthand's back is told. */
#include "test.h"

#include "orgs.h"
#include "store/records.h"
#include "store/segments.h"

#include <sqlite3.h>

typedef struct told {
    size_t n;
    char first[256];
} told;

static void note_fault(void *ctx, const char *sentence)
{
    told *t = ctx;
    if (t->n++ == 0) (void)snprintf(t->first, sizeof t->first, "%s", sentence);
}

static int64_t insert(fh_org *org, const char *title, const char *fields)
{
    fh_record r = {.kind = FH_STR("fix"),
                   .title = fh_str_of(title),
                   .state = FH_STR("open"),
                   .fields = fh_str_of(fields),
                   .author = 3,
                   .made_ms = 1000,
                   .first_ms = 900,
                   .changed_ms = 1000,
                   .ownerless_ms = 1000};
    fh_record_entry e = {.what = FH_STR("made"), .person = 3, .details = FH_STR("{\"a\":1}")};
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_record_insert(org, &r, NULL), FH_OK);
    e.record = r.record;
    assert_status(fh_record_entry_add(org, &e, NULL), FH_OK);
    assert_status(fh_org_commit(org, NULL), FH_OK);
    return r.record;
}

static fh_org *with_records(void)
{
    fh_org *org = test_org_new(0);
    (void)insert(org, "The invoice names the wrong street", "{\"how\":\"phone\",\"big\":true}");
    (void)insert(org, "The form asks for the street twice", "{\"how\":\"letter\"}");
    (void)insert(org, "Nobody answers on Fridays", "{}");
    (void)insert(org, "The invoice comes twice", "{\"notes\":[\"one\",\"Zwölf Straßen\"]}");
    return org;
}

static void an_untouched_history_is_whole(void **state)
{
    (void)state;
    fh_org *org = with_records();
    told t = {0};
    uint64_t n = 0;
    assert_status(fh_store_check(org, note_fault, &t, &n, NULL), FH_OK);
    assert_int_equal(t.n, 0);
    test_org_end(org);
}

/* Changes the file as somebody with an SQLite shell would. */
static void is_told(const char *sql, const char *what)
{
    sqlite3 *raw = NULL;
    told t = {0};
    uint64_t n = 0;
    fh_org_close(with_records());
    assert_int_equal(sqlite3_open(test_org_name(0), &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
    fh_org *org = test_org_open(0, FH_ORG_WRITE);
    assert_status(fh_store_check(org, note_fault, &t, &n, NULL), FH_CORRUPT);
    if (!strstr(t.first, what)) fail_msg("%s: told '%s'", sql, t.first);
    test_org_end(org);
}

static void every_change_of_an_entry_is_told(void **state)
{
    (void)state;
    is_told("UPDATE record_entry SET at_ms = at_ms + 1 WHERE entry = 2", "entry 2");
    is_told("UPDATE record_entry SET person = 4 WHERE entry = 2", "entry 2");
    is_told("UPDATE record_entry SET record = 1 WHERE entry = 2", "");
    is_told("UPDATE record_entry SET what = 'moved' WHERE entry = 2", "entry 2");
    is_told("UPDATE record_entry SET details = '{}' WHERE entry = 2", "entry 2: its details");
    is_told("UPDATE record_entry SET hash = 'zz' WHERE entry = 2", "entry 2");
}

static void an_entry_removed_or_cut_off_or_added_is_told(void **state)
{
    (void)state;
    is_told("DELETE FROM record WHERE record = 2; DELETE FROM record_word WHERE record = 2;"
            "DELETE FROM record_entry WHERE entry = 2",
            "entry 2: it is missing");
    is_told("DELETE FROM record_entry WHERE entry = 4; DELETE FROM record WHERE record = 4;"
            "DELETE FROM record_word WHERE record = 4",
            "entry 4: the log is cut off");
    is_told("DELETE FROM record_entry WHERE entry = 4; DELETE FROM record WHERE record = 4;"
            "DELETE FROM record_word WHERE record = 4; UPDATE record_entry_head SET entries = 3",
            "another hash");
    is_told("INSERT INTO record_entry SELECT 5, record, at_ms, person, what, details, salt, "
            "details_hash, withheld_by, hash FROM record_entry WHERE entry = 4",
            "entry 5");
    is_told("UPDATE record_entry_head SET hash = 'no'", "head");
    is_told("UPDATE record_entry SET details = '', salt = '', withheld_by = 4 WHERE entry = 2",
            "no entry says why");
}

static void rows_that_cannot_be_are_told(void **state)
{
    (void)state;
    is_told("UPDATE record SET fields = 'nonsense' WHERE record = 3", "record 3 cannot be read");
    is_told("UPDATE record SET fields = '[]' WHERE record = 3", "record 3 cannot be read");
    is_told("UPDATE record SET record = 99 WHERE record = 3", "never given");
    is_told("UPDATE record SET merged_into = record WHERE record = 3", "merged into none");
    is_told("UPDATE record SET merged_into = 77 WHERE record = 3", "merged into none");
    is_told("UPDATE record SET reply_hash = 'x' WHERE record = 3", "damaged");
    is_told("UPDATE record SET state = '' WHERE record = 3", "not sensible");
    is_told("INSERT INTO record_word VALUES ('x', 99)", "words are of records");
    is_told("INSERT INTO record_follow VALUES (1, 99, '', 0, 0)", "people follow");
}

static void a_row_changed_by_somebody_else_is_not_overwritten(void **state)
{
    (void)state;
    fh_org *org = with_records();
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_record a, b;
    assert_status(fh_record_row(org, 1, arena, &a, NULL), FH_OK);
    b = a;
    a.title = FH_STR("Of the one");
    b.title = FH_STR("Of the other");
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_record_update(org, &a, NULL), FH_OK);
    assert_int_equal(a.version, 2);
    assert_status(fh_record_update(org, &b, NULL), FH_STALE);
    assert_status(fh_org_commit(org, NULL), FH_OK);
    assert_status(fh_record_row(org, 1, arena, &b, NULL), FH_OK);
    assert_str(b.title, "Of the one");
    fh_arena_free(arena);
    test_org_end(org);
}

static size_t found(fh_org *org, const char *words, bool last_begins, int64_t *first)
{
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_str *word = NULL;
    fh_record *list = NULL;
    size_t n_words = 0, n = 0;
    assert_status(fh_record_words_of(fh_str_of(words), arena, &word, &n_words, NULL), FH_OK);
    const fh_record_query q = {
        .kind = FH_STR("fix"), .word = word, .n_words = n_words, .last_begins = last_begins};
    assert_status(fh_record_rows(org, &q, 10, arena, &list, &n, NULL), FH_OK);
    *first = n ? list[0].record : 0;
    fh_arena_free(arena);
    return n;
}

static void records_are_found_by_words_of_title_and_texts(void **state)
{
    (void)state;
    fh_org *org = with_records();
    int64_t first = 0;
    assert_int_equal(found(org, "INVOICE", false, &first), 2);
    assert_int_equal(found(org, "invoice street", false, &first), 1);
    assert_int_equal(first, 1);
    assert_int_equal(found(org, "ZWÖLF", false, &first), 1);
    assert_int_equal(first, 4);
    assert_int_equal(found(org, "str", true, &first), 3);
    assert_int_equal(found(org, "invoice stra", true, &first), 1);
    assert_int_equal(found(org, "nothing like it", false, &first), 0);
    const fh_str choice = FH_STR("how=phone");
    const fh_record_query q = {.word = &choice, .n_words = 1};
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_record *list = NULL;
    size_t n = 0;
    assert_status(fh_record_rows(org, &q, 10, arena, &list, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_int_equal(list[0].record, 1);
    fh_arena_free(arena);
    test_org_end(org);
}

/* ---- Words of very many records ------------------------------------------------------------ */

/* A record has the word `word` when its number is `rest` modulo `every`. */
static const struct {
    const char *word;
    int64_t every, rest;
} common[] = {{"all", 1, 0}, {"even", 2, 0}, {"odd", 2, 1}, {"third", 3, 0}, {"rarely", 71, 0}};
enum { MANY = 20500, N_COMMON = sizeof common / sizeof common[0], SHOWN = 10 };

static fh_org *with_many(void)
{
    char sql[1500];
    sqlite3 *raw = NULL;
    fh_org *org = test_org_new(0);
    (void)insert(org, "alone", "{}");
    fh_org_close(org);
    assert_int_equal(sqlite3_open(test_org_name(0), &raw), SQLITE_OK);
    (void)snprintf(
        sql, sizeof sql,
        "BEGIN; DELETE FROM record_word; WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 "
        "FROM n WHERE i < %d) INSERT INTO record (record, kind, title, state, closed, fields, "
        "author, go_between, owner, department, asked, asked_ms, ownerless_ms, bounces, first_ms, "
        "made_ms, changed_ms, state_ms, due_ms, acted_ms, merged_into, reply_hash, version) SELECT "
        "i, kind, title, state, closed, fields, author, go_between, owner, department, asked, "
        "asked_ms, ownerless_ms, bounces, first_ms, made_ms, i, state_ms, due_ms, acted_ms, "
        "merged_into, reply_hash, version FROM record, n WHERE record = 1",
        MANY);
    assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
    for (unsigned i = 0; i < N_COMMON; i++) {
        (void)snprintf(sql, sizeof sql,
                       "INSERT INTO record_word SELECT '%s', record FROM record WHERE record %% "
                       "%lld = %lld",
                       common[i].word, (long long)common[i].every, (long long)common[i].rest);
        assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
    }
    assert_int_equal(sqlite3_exec(raw, "UPDATE record SET changed_ms = 1 WHERE record = 1; COMMIT",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
    return test_org_open(0, FH_ORG_READ);
}

static bool has_all(int64_t record, unsigned which)
{
    for (unsigned i = 0; i < N_COMMON; i++)
        if (which >> i & 1 && record % common[i].every != common[i].rest) return false;
    return true;
}

/* Every choice of the words, each as it is and, of the last one, by its beginning: the last changed
 * that have them, and how many do. */
static void common_words_together_find_what_has_them_all(void **state)
{
    (void)state;
    fh_org *org = with_many();
    for (unsigned which = 1; which < 1u << N_COMMON; which++) {
        fh_arena *arena = fh_arena_new(test_allocator());
        fh_str word[N_COMMON];
        fh_record *list = NULL;
        fh_record_count *count = NULL;
        fh_record_query q = {.kind = FH_STR("fix"), .word = word, .last_begins = which % 2};
        size_t n = 0, n_counts = 0, all = 0;
        for (unsigned i = 0; i < N_COMMON; i++)
            if (which >> i & 1) word[q.n_words++] = fh_str_of(common[i].word);
        if (q.last_begins) word[q.n_words - 1].len -= word[q.n_words - 1].len > 4;
        assert_status(fh_record_rows(org, &q, SHOWN, arena, &list, &n, NULL), FH_OK);
        for (int64_t r = MANY; r > 0; r--) {
            if (!has_all(r, which)) continue;
            if (all < SHOWN) assert_int_equal(all < n ? list[all].record : 0, r);
            all++;
        }
        assert_int_equal(n, all < SHOWN ? all : SHOWN);
        assert_status(fh_record_counts(org, &q, arena, &count, &n_counts, NULL), FH_OK);
        assert_int_equal(n_counts, all > 0);
        if (n_counts) assert_int_equal(count[0].n, all);
        fh_arena_free(arena);
    }
    test_org_end(org);
}

static void rare_words_make_records_more_alike_than_common_ones(void **state)
{
    (void)state;
    fh_org *org = with_records();
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_str *word = NULL;
    fh_record_alike *alike = NULL;
    size_t n_words = 0, n = 0;
    assert_status(
        fh_record_words_of(FH_STR("wrong street on the invoice"), arena, &word, &n_words, NULL),
        FH_OK);
    assert_status(fh_record_alikes(org, FH_STR("fix"), word, n_words, 3, arena, &alike, &n, NULL),
                  FH_OK);
    assert_int_equal(n, 3);
    assert_int_equal(alike[0].record, 1);
    assert_true(alike[0].score > alike[1].score);
    assert_status(fh_record_alikes(org, FH_STR("wish"), word, n_words, 3, arena, &alike, &n, NULL),
                  FH_OK);
    assert_int_equal(n, 0);
    fh_arena_free(arena);
    test_org_end(org);
}

/* Every order goes through all of them, each once, a page at a time. */
static void pages_in_every_order_show_each_once(void **state)
{
    (void)state;
    fh_org *org = with_records();
    fh_arena *arena = fh_arena_new(test_allocator());
    for (unsigned by = 0; by <= FH_RECORDS_BY_DUE; by++) {
        fh_record_query q = {.by = (fh_records_by)by, .ownerless = true, .open = 1};
        unsigned seen = 0;
        for (unsigned page = 0; page < 4; page++) {
            fh_record *list = NULL;
            size_t n = 0;
            assert_status(fh_record_rows(org, &q, 1, arena, &list, &n, NULL), FH_OK);
            assert_int_equal(n, 1);
            assert_int_equal(seen >> list[0].record & 1, 0);
            seen |= 1u << list[0].record;
            q.goes_on = true;
            q.after_key = fh_record_key(&list[0], q.by);
            q.after_record = list[0].record;
        }
        assert_int_equal(seen, 0x1e);
    }
    fh_arena_free(arena);
    test_org_end(org);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_untouched_history_is_whole),
        cmocka_unit_test(every_change_of_an_entry_is_told),
        cmocka_unit_test(an_entry_removed_or_cut_off_or_added_is_told),
        cmocka_unit_test(rows_that_cannot_be_are_told),
        cmocka_unit_test(a_row_changed_by_somebody_else_is_not_overwritten),
        cmocka_unit_test(records_are_found_by_words_of_title_and_texts),
        cmocka_unit_test(common_words_together_find_what_has_them_all),
        cmocka_unit_test(rare_words_make_records_more_alike_than_common_ones),
        cmocka_unit_test(pages_in_every_order_show_each_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
