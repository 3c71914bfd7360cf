/* audit_test.c - the audit log: entries follow from one another, and whatever is done to
 * the file behind Firsthand's back is told. */
#include "test.h"

#include "app/people/audit.h"
#include "app/people/people.h"
#include "faulty_os.h"
#include "orgs.h"
#include "store/inside.h"
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

static const fh_actor ann = {.kind = FH_ACTOR_PERSON,
                             .person = 7,
                             .name = {"Ann", 3},
                             .rights = ~UINT64_C(0),
                             .ip = {"192.0.2.7", 9},
                             .session = 3};

static void add(fh_org *org, fh_audited action, int64_t object)
{
    const fh_audit_object about = {.kind = FH_STR("person"),
                                   .number = object,
                                   .before = FH_STR("{\"name\":\"Old\"}"),
                                   .after = FH_STR("{\"name\":\"New\"}")};
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_audit(org, &ann, action, &about, NULL), FH_OK);
    assert_status(fh_org_commit(org, NULL), FH_OK);
}

static fh_org *with_entries(void)
{
    fh_org *org = test_org_new(0);
    for (int i = 0; i < 6; i++) add(org, FH_AUDITED_PERSON_CHANGED, i + 1);
    return org;
}

/* Changes the file as somebody with an SQLite shell would. */
static fh_org *tampered(fh_org *org, const char *sql)
{
    sqlite3 *raw = NULL;
    fh_org_close(org);
    assert_int_equal(sqlite3_open(test_org_name(0), &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
    return test_org_open(0, FH_ORG_WRITE);
}

static void is_told(const char *sql, const char *what)
{
    fh_org *org = tampered(with_entries(), sql);
    told t = {0};
    fh_audit_head head;
    uint64_t n = 0;
    assert_status(fh_audit_verify(org, note_fault, &t, &head, NULL), FH_CORRUPT);
    if (!strstr(t.first, what)) fail_msg("%s: told '%s'", sql, t.first);
    /* `firsthand check` tells it, too. */
    t = (told){0};
    assert_status(fh_store_check(org, note_fault, &t, &n, NULL), FH_CORRUPT);
    assert_true(n > 0);
    test_org_end(org);
}

static void an_untouched_log_is_whole(void **state)
{
    (void)state;
    fh_org *org = with_entries();
    told t = {0};
    fh_audit_head head;
    assert_status(fh_audit_verify(org, note_fault, &t, &head, NULL), FH_OK);
    assert_int_equal(head.entries, 6);
    assert_int_equal(t.n, 0);
    test_org_end(org);
}

static void an_empty_log_is_whole(void **state)
{
    (void)state;
    fh_org *org = test_org_new(0);
    fh_audit_head head;
    assert_status(fh_audit_verify(org, note_fault, NULL, &head, NULL), FH_OK);
    assert_int_equal(head.entries, 0);
    test_org_end(org);
}

static void every_changed_column_is_told(void **state)
{
    (void)state;
    static const char *const sets[] = {
        "at_ms = at_ms + 1",    "actor = 2",         "person = 8",
        "session = 4",          "token = 'abc'",     "ip = '192.0.2.8'",
        "action = 'signin.ok'", "object_kind = 'x'", "object = 77",
        "object_key = 'key'",   "hash = 'zz'",       "hash = '0' || substr(hash, 1, 63)",
        "details_hash = salt",
    };
    for (size_t i = 0; i < COUNT(sets); i++) {
        char sql[160];
        (void)snprintf(sql, sizeof sql, "UPDATE audit_entry SET %s WHERE number = 4", sets[i]);
        is_told(sql, "entry 4");
    }
    is_told("UPDATE audit_entry SET details = '{}' WHERE number = 2", "entry 2: its details");
    is_told("UPDATE audit_entry SET salt = '00' WHERE number = 2", "entry 2: its details");
}

static void a_removed_reordered_or_cut_off_entry_is_told(void **state)
{
    (void)state;
    is_told("DELETE FROM audit_entry WHERE number = 3", "entry 3: it is missing");
    is_told("DELETE FROM audit_entry WHERE number = 1", "entry 1: it is missing");
    is_told("DELETE FROM audit_entry WHERE number > 4", "entry 5: the log is cut off");
    is_told("DELETE FROM audit_entry", "entry 1: the log is cut off");
    is_told("UPDATE audit_entry SET number = 99 WHERE number = 2;"
            "UPDATE audit_entry SET number = 2 WHERE number = 3;"
            "UPDATE audit_entry SET number = 3 WHERE number = 99",
            "entry 2");
    is_told("DELETE FROM audit_entry WHERE number = 6; UPDATE audit_head SET entries = 5",
            "the head of the log has another hash");
    is_told("UPDATE audit_head SET hash = 'nonsense'", "head");
    is_told("DELETE FROM audit_head", "head");
    is_told("INSERT INTO audit_entry SELECT 7, at_ms, actor, person, session, token, ip, action, "
            "object_kind, object, object_key, details, salt, details_hash, withheld_by, hash FROM "
            "audit_entry WHERE number = 6",
            "entry 7");
}

static void details_that_vanish_without_a_reason_are_told(void **state)
{
    (void)state;
    is_told("UPDATE audit_entry SET details = '', salt = '', withheld_by = 6 WHERE number = 2",
            "no entry says why");
    is_told("UPDATE audit_entry SET details = '', salt = '' WHERE number = 2",
            "entry 2: its details");
    is_told("UPDATE audit_entry SET withheld_by = 6 WHERE number = 2", "they were not");
}

static void a_forgotten_persons_details_go_and_the_chain_holds(void **state)
{
    (void)state;
    fh_org *org = with_entries();
    fh_arena *arena = fh_arena_new(NULL);
    const fh_audit_object about = {.kind = FH_STR("person"), .number = 2};
    fh_audit_head head;
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_audit(org, &ann, FH_AUDITED_PERSON_FORGOTTEN, &about, NULL), FH_OK);
    assert_status(fh_audit_head_get(org, &head, NULL), FH_OK);
    assert_status(fh_audit_withhold(org, FH_STR("person"), 2, head.entries, NULL), FH_OK);
    assert_status(fh_org_commit(org, NULL), FH_OK);
    told t = {0};
    assert_status(fh_audit_verify(org, note_fault, &t, &head, NULL), FH_OK);
    const fh_audit_row *rows = NULL;
    size_t n = 0;
    const fh_audit_filter of_two = {.object_kind = FH_STR("person"), .object = 2};
    assert_status(fh_audit_rows(org, &of_two, 10, arena, &rows, &n, NULL), FH_OK);
    assert_int_equal(n, 2);
    assert_int_equal(rows[1].withheld_by, 7);
    assert_int_equal(rows[1].details.len, 0);
    fh_arena_free(arena);
    test_org_end(org);
}

static void entries_are_listed_newest_first_with_filters_and_a_cursor(void **state)
{
    (void)state;
    fh_org *org = with_entries();
    fh_arena *arena = fh_arena_new(NULL);
    add(org, FH_AUDITED_SIGNIN_FAILED, 0);
    const fh_audit_entry *list = NULL;
    size_t n = 0;
    fh_audit_filter f = {0};
    assert_status(fh_audit_list(org, &ann, &f, 3, arena, &list, &n, NULL), FH_OK);
    assert_int_equal(n, 3);
    assert_int_equal(list[0].row.number, 7);
    f.before = list[2].row.number;
    assert_status(fh_audit_list(org, &ann, &f, 10, arena, &list, &n, NULL), FH_OK);
    assert_int_equal(n, 4);
    assert_int_equal(list[0].row.number, 4);
    f = (fh_audit_filter){.action = FH_STR("signin.")};
    assert_status(fh_audit_list(org, &ann, &f, 10, arena, &list, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_str(list[0].row.action, "signin.failed");
    f = (fh_audit_filter){.person = 8};
    assert_status(fh_audit_list(org, &ann, &f, 10, arena, &list, &n, NULL), FH_OK);
    assert_int_equal(n, 0);
    fh_arena_free(arena);
    test_org_end(org);
}

static void an_entry_outside_of_a_transaction_is_refused_and_one_rolled_back_is_gone(void **state)
{
    (void)state;
    fh_org *org = test_org_new(0);
    fh_audit_head head;
    assert_status(fh_audit(org, &ann, FH_AUDITED_SIGNED_IN, NULL, NULL), FH_INTERNAL);
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_audit(org, &ann, FH_AUDITED_SIGNED_IN, NULL, NULL), FH_OK);
    fh_org_rollback(org);
    assert_status(fh_audit_verify(org, note_fault, NULL, &head, NULL), FH_OK);
    assert_int_equal(head.entries, 0);
    test_org_end(org);
}

static void a_search_is_kept_as_a_keyed_hash_and_found_again_by_it(void **state)
{
    (void)state;
    fh_org *org = test_org_new(0);
    fh_arena *arena = fh_arena_new(NULL);
    const fh_audit_row *rows = NULL;
    size_t n = 0;
    fh_str key;
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(
        fh_audit_customer(org, &ann, FH_AUDITED_SEARCHED, 0, FH_STR("Ann.Berg@Example.org"), NULL),
        FH_OK);
    assert_status(fh_org_commit(org, NULL), FH_OK);
    assert_status(fh_audit_key(org, FH_STR("email: ann.berg@example.org "), arena, &key, NULL),
                  FH_OK);
    const fh_audit_filter f = {.object_kind = FH_STR("customer"), .object_key = key};
    assert_status(fh_audit_rows(org, &f, 10, arena, &rows, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].object_key.len, 64);
    fh_arena_free(arena);
    test_org_end(org);
}

static void a_refusal_is_kept(void **state)
{
    (void)state;
    fh_org *org = test_org_new(0);
    fh_error err;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_actor visitor = {.kind = FH_ACTOR_NOBODY};
    assert_status(fh_audit_require(org, &visitor, FH_RIGHT_ERASE, &err), FH_DENIED);
    const fh_audit_entry *list = NULL;
    size_t n = 0;
    const fh_audit_filter f = {.action = FH_STR("denied")};
    assert_status(fh_audit_list(org, &ann, &f, 10, arena, &list, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_str(list[0].row.object_key, "erase");
    assert_str(list[0].who, "nobody signed in");
    assert_status(fh_audit_list(org, &visitor, &f, 10, arena, &list, &n, NULL), FH_DENIED);
    fh_arena_free(arena);
    test_org_end(org);
}

static void long_details_become_a_word_that_says_so(void **state)
{
    (void)state;
    fh_org *org = test_org_new(0);
    fh_arena *arena = fh_arena_new(NULL);
    char text[3000];
    memset(text, 'x', sizeof text);
    text[0] = text[sizeof text - 1] = '"';
    const fh_audit_object about = {.kind = FH_STR("setting"), .after = {text, sizeof text}};
    const fh_audit_row *rows = NULL;
    size_t n = 0;
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_audit(org, &ann, FH_AUDITED_SETTING_CHANGED, &about, NULL), FH_OK);
    assert_status(fh_org_commit(org, NULL), FH_OK);
    const fh_audit_filter f = {0};
    assert_status(fh_audit_rows(org, &f, 10, arena, &rows, &n, NULL), FH_OK);
    assert_str(rows[0].details, "{\"too_long\":true}");
    fh_arena_free(arena);
    test_org_end(org);
}

static fh_status fail_random(void *ctx, void *to, size_t n, fh_error *err)
{
    (void)ctx, (void)to, (void)n;
    return fh_fail(err, FH_IO, "no randomness");
}

static void without_randomness_nothing_is_written(void **state)
{
    (void)state;
    fh_org *org = test_org_new(0);
    fh_org_close(org);
    fh_os os = *fh_os_real();
    os.random = fail_random;
    assert_status(fh_org_open(&os, test_org_name(0), FH_ORG_WRITE, &org, NULL), FH_OK);
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_audit(org, &ann, FH_AUDITED_SIGNED_IN, NULL, NULL), FH_IO);
    fh_org_rollback(org);
    fh_audit_head head;
    assert_status(fh_audit_verify(org, note_fault, NULL, &head, NULL), FH_OK);
    assert_int_equal(head.entries, 0);
    test_org_end(org);
}

static fh_status list_with(void *ctx)
{
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    const fh_audit_entry *list = NULL;
    size_t n = 0;
    const fh_audit_filter f = {0};
    const fh_status status = fh_audit_list(ctx, &ann, &f, 10, arena, &list, &n, NULL);
    fh_arena_free(arena);
    return status;
}

static void memory_running_out_while_listing_is_reported(void **state)
{
    (void)state;
    fh_org *org = with_entries();
    test_oom(list_with, org);
    test_org_end(org);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_untouched_log_is_whole),
        cmocka_unit_test(an_empty_log_is_whole),
        cmocka_unit_test(every_changed_column_is_told),
        cmocka_unit_test(a_removed_reordered_or_cut_off_entry_is_told),
        cmocka_unit_test(details_that_vanish_without_a_reason_are_told),
        cmocka_unit_test(a_forgotten_persons_details_go_and_the_chain_holds),
        cmocka_unit_test(entries_are_listed_newest_first_with_filters_and_a_cursor),
        cmocka_unit_test(an_entry_outside_of_a_transaction_is_refused_and_one_rolled_back_is_gone),
        cmocka_unit_test(a_search_is_kept_as_a_keyed_hash_and_found_again_by_it),
        cmocka_unit_test(a_refusal_is_kept),
        cmocka_unit_test(long_details_become_a_word_that_says_so),
        cmocka_unit_test(without_randomness_nothing_is_written),
        cmocka_unit_test(memory_running_out_while_listing_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
