/* check_identities_test.c - who is who is checked: what is well is found well, and each
 * damage to members, packed identifiers, their index, merges and suggestions is told. */
#include "test.h"

#include "orgs.h"
#include "store/check_identities.h"
#include "store/identities.h"
#include "store/named.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <xxhash.h>

enum { N_CUSTOMERS = 2800, HEAD = 16, PAIR = 12 };

/* ---- An organisation -------------------------------------------------------------------- */

static fh_resolved resolve(fh_resolver *r, const fh_identifier *ids, uint32_t n)
{
    fh_interaction row = {.row = 1, .n_identifiers = n};
    fh_resolved out = {0};
    for (uint32_t i = 0; i < n; i++) row.identifier[i] = ids[i];
    assert_status(fh_resolve(r, &row, 1, &out, NULL), FH_OK);
    return out;
}

static void flush(fh_org *org, fh_resolver *r)
{
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_resolver_flush(r, NULL), FH_OK);
    assert_status(fh_org_commit(org, NULL), FH_OK);
}

static void add_customers(fh_org *org)
{
    fh_resolver *r = NULL;
    assert_status(fh_resolver_new(org, &r, NULL), FH_OK);
    for (unsigned i = 1; i <= N_CUSTOMERS; i++) {
        char id[16], mail[40], phone[16];
        const fh_identifier ids[] = {
            {FH_STR("customer"), {id, (size_t)snprintf(id, sizeof id, "c%u", i)}},
            {FH_STR("email"), {mail, (size_t)snprintf(mail, sizeof mail, "M%u@Example.org", i)}},
            {FH_STR("phone"), {phone, (size_t)snprintf(phone, sizeof phone, "030-%u", i / 9)}},
        };
        const fh_resolved who = resolve(r, ids, i % 4 ? 1 : 3);
        uint32_t problem = 0;
        if (i % 100 == 0)
            assert_status(fh_resolve_problem(r, who.member, FH_STR("INC-1"), &problem, NULL),
                          FH_OK);
        if (i % 500 == 0) flush(org, r);
    }
    const fh_identifier both[] = {{FH_STR("customer"), FH_STR("c8")},
                                  {FH_STR("email"), FH_STR("m4@example.org")}};
    (void)resolve(r, both, 2);
    flush(org, r);
    fh_resolver_free(r);
}

/* Customers with all there is: several lists and chunks, shared identifiers, problems, a
 * suggestion, merges (one undone), somebody erased. At path 0. */
static void make_org(void)
{
    int64_t merge = 0;
    fh_org *org = test_org_new(0);
    add_customers(org);
    assert_status(fh_identity_merge(org, 20, 10, FH_STR("same address"), &merge, NULL), FH_OK);
    assert_status(fh_identity_merge(org, 10, 30, FH_STR("again"), &merge, NULL), FH_OK);
    assert_status(fh_identity_merge(org, 41, 42, FH_STR("wrong"), &merge, NULL), FH_OK);
    assert_status(fh_identity_unmerge(org, merge, NULL), FH_OK);
    assert_status(fh_identity_erase(org, 100, NULL), FH_OK);
    fh_org_close(org);
}

static int prepare(void **state)
{
    (void)state;
    make_org();
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    (void)test_org_path(0);
    (void)test_org_path(1);
    return 0;
}

/* ---- Faults ------------------------------------------------------------------------------ */

typedef struct told {
    size_t n;
    char all[8192];
} told;

static void hear(void *ctx, const char *sentence)
{
    told *t = ctx;
    const size_t len = strlen(t->all);
    assert_true(strlen(sentence) > 0 && sentence[strlen(sentence) - 1] == '.');
    (void)snprintf(t->all + len, sizeof t->all - len, "%s\n", sentence);
    t->n++;
}

static void is_well(fh_org *org)
{
    told t = {0};
    uint64_t n = 99;
    if (fh_store_check(org, hear, &t, &n, NULL) != FH_OK) fail_msg("%s", t.all);
    assert_int_equal(n, 0);
    assert_int_equal(t.n, 0);
}

/* The file at path 1 has a fault that is told with `words`. */
static void is_told(const char *words, const char *damage)
{
    told t = {0};
    uint64_t n = 0;
    fh_org *org = test_org_open(1, FH_ORG_READ);
    if (fh_store_check(org, hear, &t, &n, NULL) != FH_CORRUPT) fail_msg("not found: %s", damage);
    assert_int_equal(n, t.n);
    if (!strstr(t.all, words)) fail_msg("%s: '%s' is not in\n%s", damage, words, t.all);
    fh_org_close(org);
}

/* The organisation, afresh, at path 1. */
static void start_again(void)
{
    (void)test_org_path(1);
    test_org_copy(0, 1);
}

static sqlite3 *raw_open(void)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(test_org_name(1), &db), SQLITE_OK);
    return db;
}

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static void what_is_well_is_found_well(void **state)
{
    (void)state;
    fh_org *org = test_org_open(0, FH_ORG_WRITE);
    is_well(org);
    uint64_t customers = 0, identifiers = 0, problems = 0;
    assert_status(fh_identity_counts(org, &customers, &identifiers, &problems, NULL), FH_OK);
    assert_int_equal(customers, N_CUSTOMERS - 3); /* two merged, one erased */
    assert_int_equal(identifiers, N_CUSTOMERS + 2 * (N_CUSTOMERS / 4) - 3);
    for (size_t at_once = 1; at_once < 20000; at_once *= 7) {
        told t = {0};
        const fh_identities_checking how = {.at_once = at_once};
        assert_status(fh_identities_check(org, &how, hear, &t, NULL), FH_OK);
        if (t.n) fail_msg("%s", t.all);
    }
    fh_org_close(org);
    org = test_org_new(1);
    is_well(org); /* an empty one */
    fh_org_close(org);
}

static void every_damage_to_rows_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *words;
    } damage[] = {
        {"UPDATE identity_list SET n = n + 1 WHERE list = 2",
         "identity list 2: it has not as many identifiers"},
        {"UPDATE identity_list SET n = -1 WHERE list = 2", "not as many identifiers"},
        {"UPDATE identity_list SET lo = lo - 1 WHERE list = 2",
         "identity list 2: its members are not those of its row"},
        {"UPDATE identity_list SET hi = hi + 1 WHERE list = 2", "not those of its row"},
        {"UPDATE identity_list SET list = 100000 WHERE list = 2", "its number was never given"},
        {"UPDATE identity_list SET body = substr(body, 1, length(body) - 1) WHERE list = 2",
         "identity list 2: a row of table identity_list is damaged"},
        {"UPDATE identity_list SET body = x'' WHERE list = 2", "identity list 2:"},
        {"UPDATE identity_list SET body = 'text' WHERE list = 2", "identity list 2:"},
        {"UPDATE identity_list SET body = 7 WHERE list = 2", "identity list 2:"},
        {"UPDATE identity_list SET body = (SELECT body FROM identity_index LIMIT 1) WHERE list = 2",
         "identity list 2:"},
        {"UPDATE identity_list SET body = (SELECT body FROM identity_list WHERE list = 3) "
         "WHERE list = 2",
         "identity list 2: its members are not those of its row"},
        {"DELETE FROM identity_list WHERE list = 2",
         "entries of the index belong to no identifier"},
        {"DELETE FROM identity_list", "entries of the index belong to no identifier"},
        {"DELETE FROM identity_list; DELETE FROM identity_index", "identity lists: 2800 customers"},
        {"UPDATE counter SET last_given = last_given + 2 WHERE name = 'member'",
         "2 customers are known by no identifier, the first #2801"},
        {"INSERT INTO identity_list SELECT 1 + MAX(list), lo, hi, n, body FROM identity_list",
         "customers have the same identifier twice"},
        {"DELETE FROM identity_index", "identifiers are not in the index"},
        {"DELETE FROM identity_index WHERE first = (SELECT MAX(first) FROM identity_index)",
         "identifiers are not in the index"},
        {"UPDATE identity_index SET n = n - 1", "not as many entries as its row says"},
        {"UPDATE identity_index SET first = first - 1", "does not begin with what its row says"},
        {"UPDATE identity_index SET run = run + 1000", "its run's number was never given"},
        {"UPDATE identity_index SET body = substr(body, 1, 20)",
         "a row of table identity_index is damaged"},
        {"UPDATE identity_index SET body = x''", "identity index, run"},
        {"UPDATE identity_index SET body = 'text'", "identity index, run"},
        {"INSERT INTO identity_index SELECT run + 1000, first, n, body FROM identity_index",
         "entries of the index belong to no identifier"},
        {"INSERT INTO identity_index SELECT run, first + 1, n, body FROM identity_index LIMIT 1",
         "identity index, run"},
        {"INSERT INTO identity_member VALUES (99999, 1)", "numbers that were never given"},
        {"INSERT INTO identity_member VALUES (0, 1)", "numbers that were never given"},
        {"INSERT INTO identity_member VALUES (7, 99999)", "a customer that does not exist"},
        {"INSERT INTO identity_member VALUES (7, -1)", "a customer that does not exist"},
        {"INSERT INTO identity_member VALUES (7, 7)", "belong to themselves, the first #7"},
        {"INSERT INTO identity_member VALUES (7, 8), (8, 9)",
         "1 members belong to a customer that is one no more, the first #7"},
        {"INSERT INTO identity_member VALUES (7, 8), (8, 7)",
         "2 members belong to a customer that is one no more"},
        {"INSERT INTO identity_member VALUES (7, 100)", "one no more, the first #7"},
        {"INSERT INTO identity_member VALUES (7, 0)", "of customers who were erased"},
        {"UPDATE counter SET last_given = 2000 WHERE name = 'member'", "numbers were never given"},
        {"DELETE FROM counter WHERE name = 'member'", "numbers were never given"},
        {"DELETE FROM counter WHERE name = 'identity-list'", "its number was never given"},
        {"DELETE FROM counter WHERE name = 'identity-run'", "its run's number was never given"},
        {"DELETE FROM counter WHERE name = 'problem'", "problems have numbers"},
        {"UPDATE problem SET member = 99999", "problems are of customers that do not exist"},
        {"DELETE FROM identity_kind WHERE name = 'email'", "a kind that is not known"},
        {"UPDATE identity_kind SET shared = 7 WHERE name = 'email'", "who can have one"},
        {"INSERT INTO identity_kind VALUES (70000, 'x', 0)", "kinds have no such numbers"},
        {"UPDATE identity_kind SET shared = 0 WHERE name = 'phone'", "--kind phone=shared"},
        {"UPDATE identity_merge SET from_customer = 99999", "merges are of customers"},
        {"UPDATE identity_merge SET into_customer = 0", "merges are of customers"},
        {"UPDATE identity_merge SET merge_number = merge_number + 10", "merges have numbers"},
        {"DELETE FROM identity_merge WHERE merge_number = 2", "moved by no merge"},
        {"UPDATE identity_merge_member SET member = member + 99999",
         "moved by merges do not exist"},
        {"INSERT INTO identity_merge_member VALUES (1, 100)", "log of merges were erased"},
        {"UPDATE identity_suggestion SET b = 99999", "suggestions are about customers"},
        {"UPDATE identity_suggestion SET a = 9", "suggestions are about customers"},
        {"UPDATE identity_suggestion SET b = 100", "suggestions are about customers who were"},
        {"UPDATE identity_suggestion SET kind = 99", "do not tell what they go by"},
        {"UPDATE identity_suggestion SET times = 0", "do not tell what they go by"},
        {"UPDATE identity_tombstone SET hash = substr(hash, 1, 63)", "tombstones are damaged"},
    };
    for (size_t i = 0; i < COUNT(damage); i++) {
        start_again();
        sqlite3 *db = raw_open();
        run(db, damage[i].sql);
        assert_true(sqlite3_total_changes(db) > 0);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        is_told(damage[i].words, damage[i].sql);
    }
}

/* ---- Bytes of bodies ----------------------------------------------------------------------- */

typedef struct body {
    sqlite3 *db;
    const char *table;
    sqlite3_int64 row;
    size_t len;
    unsigned char bytes[1 << 17];
} body;

/* The body of the `nth` row of a table. */
static void take_body(body *b, const char *table, int nth)
{
    char sql[128];
    sqlite3_stmt *s = NULL;
    b->db = raw_open();
    b->table = table;
    (void)snprintf(sql, sizeof sql, "SELECT rowid, body FROM %s ORDER BY 1 LIMIT 1 OFFSET %d",
                   table, nth);
    assert_int_equal(sqlite3_prepare_v2(b->db, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    b->row = sqlite3_column_int64(s, 0);
    b->len = (size_t)sqlite3_column_bytes(s, 1);
    assert_true(b->len > HEAD + 2 * PAIR && b->len <= sizeof b->bytes);
    memcpy(b->bytes, sqlite3_column_blob(s, 1), b->len);
    assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
}

static void seal(body *b)
{
    const uint64_t sum = XXH3_64bits(b->bytes + HEAD, b->len - HEAD);
    for (unsigned i = 0; i < 8; i++) b->bytes[8 + i] = (unsigned char)(sum >> (8 * i));
}

static void put_body(body *b)
{
    char sql[128];
    sqlite3_stmt *s = NULL;
    (void)snprintf(sql, sizeof sql, "UPDATE %s SET body = ?1 WHERE rowid = ?2", b->table);
    assert_int_equal(sqlite3_prepare_v2(b->db, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_bind_blob(s, 1, b->bytes, (int)b->len, SQLITE_TRANSIENT), SQLITE_OK);
    assert_int_equal(sqlite3_bind_int64(s, 2, b->row), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_DONE);
    assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
    assert_int_equal(sqlite3_close(b->db), SQLITE_OK);
}

static void any_byte_of_a_body_that_changes_is_told(void **state)
{
    (void)state;
    static const char *const tables[] = {"identity_list", "identity_index"};
    static body b;
    test_seed(5);
    for (int i = 0; i < 60; i++) {
        start_again();
        take_body(&b, tables[i % 2], i % 2);
        const size_t at = i < 32 ? (size_t)i / 2 : test_rand((uint32_t)b.len);
        b.bytes[at] ^= (unsigned char)(1 + test_rand(255));
        put_body(&b);
        is_told(i % 2 ? "identity index, run" : "identity list", "a byte");
    }
}

/* With a right checksum, as a program that errs would write it. The first identifier of
 * each list is one of the customers c1, c257, ... : 8 bytes and a short text. */
static void sealed_bodies_that_do_not_belong_together_are_told(void **state)
{
    (void)state;
    static body b;
    static const struct {
        const char *table;
        size_t at; /* a byte that becomes another */
        unsigned char to;
        const char *words;
    } change[] = {
        {"identity_list", 4, 3, "a list of identifiers has more than it tells of"},
        {"identity_list", 5, 200, "a list of identifiers is cut off"},
        {"identity_list", HEAD + 2, 1, "its members are not in order"},
        {"identity_list", HEAD + 3, 0x80, "numbers were never given"},
        {"identity_list", HEAD + 4, 99, "a kind that is not known"},
        {"identity_list", HEAD + 6, 255, "identity list"},
        {"identity_list", HEAD + 8, 'x', "identifiers are not in the index"},
        {"identity_list", HEAD + 8, ' ', "not in their normal spelling"},
        {"identity_index", 4, 3, "an index of identifiers is cut off"},
        {"identity_index", HEAD + 7, 0x7f, "it is not in order"},
        {"identity_index", HEAD + 7, 0xff, "it is not in order"},
        {"identity_index", HEAD + 11, 0x70, "numbers were never given"},
        {"identity_index", HEAD + 8, 0x07, "entries of the index belong to no identifier"},
    };
    for (size_t i = 0; i < COUNT(change); i++) {
        start_again();
        take_body(&b, change[i].table, 0);
        assert_int_not_equal(b.bytes[change[i].at], change[i].to);
        b.bytes[change[i].at] = change[i].to;
        seal(&b);
        put_body(&b);
        is_told(change[i].words, change[i].words);
    }
    start_again();
    take_body(&b, "identity_index", 0);
    unsigned char first[PAIR];
    memcpy(first, b.bytes + HEAD, PAIR);
    memmove(b.bytes + HEAD, b.bytes + HEAD + PAIR, PAIR);
    memcpy(b.bytes + HEAD + PAIR, first, PAIR);
    seal(&b);
    put_body(&b);
    is_told("it is not in order", "two entries swapped");
}

static void identifiers_written_wrong_are_told(void **state)
{
    (void)state;
    static const struct {
        fh_named named;
        const char *words;
    } put[] = {
        {{5, 1, {"c6", 2}},
         "1 identifiers that only one customer can have belong to several, the "
         "first (customer) to #5 and #6"},
        {{5, 1, {"c5", 2}}, "1 customers have the same identifier twice, the first #5"},
        {{5, 3, {"Ann@X.org", 9}}, "not in their normal spelling"},
        {{5, 4, {"030 1", 5}}, "not in their normal spelling"},
        {{5, 1, {"", 0}}, "empty or too long"},
        {{5, 1, {"  ", 2}}, "empty or too long"},
        {{99999, 1, {"new", 3}}, "numbers were never given"},
        {{5, 99, {"new", 3}}, "a kind that is not known"},
        {{100, 1, {"new", 3}}, "customers who were erased"},
    };
    for (size_t i = 0; i < COUNT(put); i++) {
        start_again();
        fh_org *org = test_org_open(1, FH_ORG_WRITE);
        fh_named named = put[i].named;
        assert_status(fh_named_put(org, &named, 1, NULL), FH_OK);
        fh_org_close(org);
        is_told(put[i].words, put[i].words);
    }
    /* Within one customer, or of a kind that is shared, it is nothing. */
    start_again();
    fh_org *org = test_org_open(1, FH_ORG_WRITE);
    fh_named well[] = {{10, 1, {"c30", 3}}, {7, 4, {"4711", 4}}, {8, 4, {"4711", 4}}};
    assert_status(fh_named_put(org, well, COUNT(well), NULL), FH_OK);
    is_well(org);
    fh_org_close(org);
}

/* ---- Memory -------------------------------------------------------------------------------- */

static fh_status check_with(void *ctx)
{
    told t = {0};
    const fh_identities_checking how = {.from = test_allocator(), .at_once = 1600};
    const fh_status status = fh_identities_check(ctx, &how, hear, &t, NULL);
    if (status == FH_OK) assert_int_equal(t.n, 0);
    return status;
}

static void memory_running_out_is_an_ordinary_error(void **state)
{
    (void)state;
    fh_org *org = test_org_open(0, FH_ORG_READ);
    test_oom(check_with, org);
    fh_org_close(org);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_well_is_found_well),
        cmocka_unit_test(every_damage_to_rows_is_told),
        cmocka_unit_test(any_byte_of_a_body_that_changes_is_told),
        cmocka_unit_test(sealed_bodies_that_do_not_belong_together_are_told),
        cmocka_unit_test(identifiers_written_wrong_are_told),
        cmocka_unit_test(memory_running_out_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, prepare, clean_up);
}
