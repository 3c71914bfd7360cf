/* identities_test.c - who is who: rules by hand and against an oracle, kinds,
 * looking up, problems, suggestions, what another process does meanwhile. */
#include "test.h"

#include "orgs.h"
#include "store/identities.h"
#include "store/named.h"

#include <stdlib.h>

typedef struct fixture {
    fh_org *org;
    fh_resolver *resolver;
    fh_arena *arena;
} fixture;

static void begin(fixture *f)
{
    *f = (fixture){.org = test_org_new(0), .arena = fh_arena_new(NULL)};
    assert_status(fh_resolver_new(f->org, &f->resolver, NULL), FH_OK);
}

static void end(fixture *f)
{
    fh_resolver_free(f->resolver);
    test_org_end(f->org);
    fh_arena_free(f->arena);
}

static void flush(fixture *f)
{
    fh_error err = {0};
    assert_status(fh_org_begin(f->org, &err), FH_OK);
    if (fh_resolver_flush(f->resolver, &err) != FH_OK) fail_msg("%s", err.message);
    assert_status(fh_org_commit(f->org, &err), FH_OK);
}

static void reload(fixture *f)
{
    flush(f);
    fh_resolver_free(f->resolver);
    assert_status(fh_resolver_new(f->org, &f->resolver, NULL), FH_OK);
}

/* "customer:a email:b" */
static fh_interaction row_of(fixture *f, const char *text)
{
    fh_interaction row = {.row = 1};
    fh_str copy;
    assert_true(fh_arena_str(f->arena, fh_str_of(text), &copy));
    while (copy.len) {
        const char *space = memchr(copy.ptr, ' ', copy.len);
        const size_t len = space ? (size_t)(space - copy.ptr) : copy.len;
        const char *colon = memchr(copy.ptr, ':', len);
        const size_t kind = (size_t)(colon - copy.ptr);
        row.identifier[row.n_identifiers++] =
            (fh_identifier){{copy.ptr, kind}, {colon + 1, len - kind - 1}};
        copy.ptr += len + (space != NULL);
        copy.len -= len + (space != NULL);
    }
    return row;
}

static fh_resolved who(fixture *f, const char *text)
{
    const fh_interaction row = row_of(f, text);
    fh_resolved out = {0};
    assert_status(fh_resolve(f->resolver, &row, 1, &out, NULL), FH_OK);
    return out;
}

static uint32_t found(fixture *f, const char *text)
{
    uint32_t customer = 0;
    fh_error err = {0};
    if (fh_identity_find(f->org, fh_str_of(text), &customer, &err) != FH_OK)
        fail_msg("%s: %s", text, err.message);
    return customer;
}

/* ---- By hand --------------------------------------------------------------------------- */

static void customers_are_numbered_in_order_of_first_sight(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    assert_int_equal(who(&f, "customer:ann").customer, 1);
    assert_int_equal(who(&f, "customer:bob").customer, 2);
    assert_int_equal(who(&f, "customer:ann").customer, 1);
    assert_int_equal(who(&f, "account:ann").customer, 3);
    reload(&f);
    assert_int_equal(who(&f, "customer:bob").customer, 2);
    assert_int_equal(who(&f, "customer:cid").customer, 4);
    end(&f);
}

static void what_a_row_knows_besides_is_attached_to_its_customer(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    assert_int_equal(who(&f, "customer:ann email:Ann@X.org phone:0123").customer, 1);
    assert_int_equal(who(&f, "email:ann@x.ORG").customer, 1);
    assert_int_equal(who(&f, "customer:new email:ann@x.org").customer, 1);
    assert_int_equal(who(&f, "customer:new").customer, 1);
    assert_int_equal(who(&f, "phone:01-23").customer, 1);
    reload(&f);
    assert_int_equal(who(&f, "customer:new").customer, 1);
    assert_int_equal(who(&f, "phone:0123").customer, 1);
    assert_int_equal(found(&f, "ann@x.org"), 1);
    assert_int_equal(found(&f, "email: ANN@x.org"), 1);
    assert_int_equal(found(&f, "phone:0123"), 1);
    assert_int_equal(found(&f, "#1"), 1);
    const fh_identity *list;
    size_t n;
    assert_status(fh_identity_of(f.org, 1, f.arena, &list, &n, NULL), FH_OK);
    assert_int_equal(n, 4);
    end(&f);
}

static void numbers_are_who_they_are_however_large_or_written(void **state)
{
    (void)state;
    static const char *const alike[] = {"7",         "07",         "+7",         "7.",
                                        "0",         "00",         "77",         "999999999",
                                        "999999998", "1000000000", "4294967295", "4294967303"};
    enum { N = 20000, ALIKE = sizeof alike / sizeof *alike };
    fixture f;
    char text[64];
    begin(&f);
    for (int round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < ALIKE; i++) {
            (void)snprintf(text, sizeof text, "customer:%s", alike[i]);
            assert_int_equal(who(&f, text).customer, i + 1);
        }
        /* Spread thinly at first, then close together. */
        for (uint32_t i = 0; i < N; i++) {
            (void)snprintf(text, sizeof text, "customer:%u", 100 + (N - i) * 13);
            assert_int_equal(who(&f, text).customer, ALIKE + i + 1);
        }
        if (round == 1) reload(&f);
    }
    end(&f);
}

static void two_customers_known_for_certain_are_never_joined_but_suggested(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    assert_int_equal(who(&f, "customer:ann email:ann@x.org").customer, 1);
    assert_int_equal(who(&f, "customer:bob").customer, 2);
    assert_int_equal(who(&f, "customer:bob email:ann@x.org").customer, 2);
    assert_int_equal(who(&f, "customer:bob email:ann@x.org").customer, 2);
    flush(&f);
    assert_int_equal(who(&f, "customer:bob email:ann@x.org").customer, 2);
    reload(&f);
    assert_int_equal(who(&f, "email:ann@x.org").customer, 1);
    const fh_suggestion *list;
    size_t n;
    assert_status(fh_identity_suggestions(f.org, f.arena, &list, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_int_equal(list[0].a, 1);
    assert_int_equal(list[0].b, 2);
    assert_int_equal(list[0].times, 3);
    assert_str(list[0].why, "both gave email ann@x.org");
    end(&f);
}

static void a_shared_identifier_decides_only_alone_and_only_when_one_has_it(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    assert_int_equal(who(&f, "customer:ann phone:1").customer, 1);
    assert_int_equal(who(&f, "phone:1").customer, 1);
    assert_int_equal(who(&f, "customer:bob phone:1").customer, 2);
    /* Now two have it: someone at that number is a customer of their own, once. */
    assert_int_equal(who(&f, "phone:1").customer, 3);
    assert_int_equal(who(&f, "phone:1").customer, 3);
    reload(&f);
    assert_int_equal(who(&f, "phone:1").customer, 3);
    /* A second shared identifier that only one has decides. */
    assert_int_equal(who(&f, "customer:ann device:d").customer, 1);
    assert_int_equal(who(&f, "phone:1 device:d").customer, 1);
    uint32_t customer = 0;
    fh_error err = {0};
    assert_status(fh_identity_find(f.org, FH_STR("phone:1"), &customer, &err), FH_CONFLICT);
    assert_non_null(strstr(err.hint, "#1, #2, #3"));
    end(&f);
}

static void kinds_can_be_made_shared_and_unknown_ones_are_unique(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    assert_int_equal(who(&f, "badge:7").customer, 1);
    reload(&f);
    assert_int_equal(who(&f, "customer:ann badge:7").customer, 1);
    const fh_id_kind *kinds;
    size_t n;
    assert_status(fh_identity_kinds(f.org, f.arena, &kinds, &n, NULL), FH_OK);
    assert_int_equal(n, 8);
    assert_str(kinds[7].name, "badge");
    assert_false(kinds[7].shared);
    assert_true(kinds[3].shared);
    reload(&f);
    assert_status(fh_identity_set_kind(f.org, FH_STR("badge"), true, NULL), FH_OK);
    assert_status(fh_identity_set_kind(f.org, FH_STR("desk"), true, NULL), FH_OK);
    assert_status(fh_identity_set_kind(f.org, FH_STR("a b"), true, NULL), FH_INVALID);
    fh_resolver_free(f.resolver);
    assert_status(fh_resolver_new(f.org, &f.resolver, NULL), FH_OK);
    assert_int_equal(who(&f, "customer:bob badge:7").customer, 2);
    end(&f);
}

static void a_kind_that_customers_share_cannot_become_unique(void **state)
{
    (void)state;
    fixture f;
    fh_error err = {0};
    int64_t merge = 0;
    begin(&f);
    (void)who(&f, "customer:ann phone:0301");
    (void)who(&f, "customer:bob phone:0301");
    (void)who(&f, "customer:cay phone:0302");
    (void)who(&f, "customer:dan phone:0301");
    reload(&f);
    assert_status(fh_identity_set_kind(f.org, FH_STR("phone"), false, &err), FH_CONFLICT);
    assert_string_equal(err.message,
                        "customers #1 and #2 have the same phone, and 1 more share one");
    assert_non_null(strstr(err.hint, "merge them"));
    assert_status(fh_identity_merge(f.org, 2, 1, FH_STR("one"), &merge, NULL), FH_OK);
    assert_status(fh_identity_set_kind(f.org, FH_STR("phone"), false, &err), FH_CONFLICT);
    assert_status(fh_identity_merge(f.org, 4, 1, FH_STR("one"), &merge, NULL), FH_OK);
    assert_status(fh_identity_set_kind(f.org, FH_STR("phone"), false, &err), FH_OK);
    end(&f);
}

static void undoing_leaves_no_unique_identifier_with_two_customers(void **state)
{
    (void)state;
    fixture f;
    fh_error err = {0};
    int64_t merge = 0;
    uint32_t customer = 0;
    begin(&f);
    (void)who(&f, "customer:ann phone:0301");
    (void)who(&f, "customer:bob phone:0301 email:bob@x.org");
    reload(&f);
    assert_status(fh_identity_merge(f.org, 2, 1, FH_STR("one"), &merge, NULL), FH_OK);
    assert_status(fh_identity_set_kind(f.org, FH_STR("phone"), false, &err), FH_OK);
    assert_status(fh_identity_unmerge(f.org, merge, &err), FH_CONFLICT);
    assert_string_equal(err.message, "undoing it would leave customers #1 and #2 with the same "
                                     "phone, which only one can have");
    assert_non_null(strstr(err.hint, "--kind phone=shared"));
    assert_status(fh_identity_find(f.org, FH_STR("bob@x.org"), &customer, NULL), FH_OK);
    assert_int_equal(customer, 1); /* nothing was undone */
    assert_status(fh_identity_find(f.org, FH_STR("phone:0301"), &customer, NULL), FH_OK);
    assert_int_equal(customer, 1);
    assert_status(fh_identity_set_kind(f.org, FH_STR("phone"), true, &err), FH_OK);
    assert_status(fh_identity_unmerge(f.org, merge, &err), FH_OK);
    assert_status(fh_identity_find(f.org, FH_STR("bob@x.org"), &customer, NULL), FH_OK);
    assert_int_equal(customer, 2);
    /* What each has for itself is no obstacle. */
    assert_status(fh_identity_merge(f.org, 2, 1, FH_STR("one"), &merge, NULL), FH_OK);
    assert_status(fh_identity_unmerge(f.org, merge, &err), FH_OK);
    end(&f);
}

static void problems_are_numbered_per_customer(void **state)
{
    (void)state;
    fixture f;
    uint32_t a, b, c, d;
    begin(&f);
    (void)who(&f, "customer:ann");
    (void)who(&f, "customer:bob");
    assert_status(fh_resolve_problem(f.resolver, 1, FH_STR("INC1"), &a, NULL), FH_OK);
    assert_status(fh_resolve_problem(f.resolver, 1, FH_STR("INC2"), &b, NULL), FH_OK);
    assert_status(fh_resolve_problem(f.resolver, 2, FH_STR("INC1"), &c, NULL), FH_OK);
    assert_int_equal(a, 1);
    assert_int_equal(b, 2);
    assert_int_equal(c, 3);
    reload(&f);
    assert_status(fh_resolve_problem(f.resolver, 2, FH_STR("INC1"), &c, NULL), FH_OK);
    assert_status(fh_resolve_problem(f.resolver, 2, FH_STR("INC9"), &d, NULL), FH_OK);
    assert_int_equal(c, 3);
    assert_int_equal(d, 4);
    flush(&f);
    fh_str name;
    assert_status(fh_problem_name(f.org, 2, f.arena, &name, NULL), FH_OK);
    assert_str(name, "INC2");
    assert_status(fh_problem_name(f.org, 9, f.arena, &name, NULL), FH_NOTFOUND);
    uint64_t customers, identifiers, problems;
    assert_status(fh_identity_counts(f.org, &customers, &identifiers, &problems, NULL), FH_OK);
    assert_int_equal(customers, 2);
    assert_int_equal(identifiers, 2);
    assert_int_equal(problems, 4);
    end(&f);
}

static void what_nobody_is_called_is_told_so(void **state)
{
    (void)state;
    fixture f;
    fh_error err = {0};
    uint32_t customer = 7;
    begin(&f);
    (void)who(&f, "customer:a:b");
    flush(&f);
    assert_int_equal(found(&f, "a:b"), 1);
    assert_int_equal(found(&f, "customer:a:b"), 1);
    static const char *const texts[] = {"zoe", "customer:zoe", "#2",          "#0",
                                        "",    "email:a:b",    "#99999999999"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        const fh_status status = fh_identity_find(f.org, fh_str_of(texts[i]), &customer, &err);
        assert_status(status, FH_NOTFOUND);
        assert_true(err.message[0]);
    }
    assert_int_equal(customer, 7);
    end(&f);
}

static void a_flush_notices_that_another_process_changed_who_is_who(void **state)
{
    (void)state;
    fixture f;
    fh_error err = {0};
    begin(&f);
    (void)who(&f, "customer:ann");
    fh_org *other = test_org_open(0, FH_ORG_WRITE);
    assert_status(fh_identity_set_kind(other, FH_STR("desk"), true, NULL), FH_OK);
    fh_org_close(other);
    assert_status(fh_org_begin(f.org, &err), FH_OK);
    assert_status(fh_resolver_flush(f.resolver, &err), FH_CONFLICT);
    fh_org_rollback(f.org);
    end(&f);
}

/* ---- Many ------------------------------------------------------------------------------ */

static fh_status count_named(void *ctx, const fh_named *named, fh_error *err)
{
    (void)named, (void)err;
    ++*(size_t *)ctx;
    return FH_OK;
}

static void thousands_of_identifiers_are_found_after_many_flushes(void **state)
{
    (void)state;
    enum { N = 9000 };
    fixture f;
    begin(&f);
    uint32_t next = 1;
    test_seed(3);
    while (next <= N) {
        const uint32_t step = test_rand(8) == 0 ? 3000 : 1 + test_rand(200);
        for (uint32_t i = 0; i < step && next <= N; i++, next++) {
            char text[64];
            (void)snprintf(text, sizeof text, "customer:c%u email:e%u@x.org",
                           next * 7919u % 100003u, next);
            assert_int_equal(who(&f, text).customer, next);
        }
        flush(&f);
    }
    reload(&f);
    for (uint32_t i = 1; i <= N; i += 97) {
        char text[64];
        (void)snprintf(text, sizeof text, "customer:c%u", i * 7919u % 100003u);
        assert_int_equal(found(&f, text), i);
        (void)snprintf(text, sizeof text, "e%u@x.org", i);
        assert_int_equal(found(&f, text), i);
    }
    size_t n = 0;
    assert_status(fh_named_each(f.org, 0, UINT32_MAX, count_named, &n, NULL), FH_OK);
    assert_int_equal(n, 2 * N);
    /* Of members that are far from one another, in one list. */
    fh_named far[] = {
        {3, 4, FH_STR("+431")}, {5000, 4, FH_STR("+432")}, {N - 1, 4, FH_STR("+433")}};
    assert_status(fh_named_put(f.org, far, 3, NULL), FH_OK);
    for (size_t i = 0; i < 3; i++) {
        n = 0;
        assert_status(fh_named_each(f.org, far[i].member, far[i].member, count_named, &n, NULL),
                      FH_OK);
        assert_int_equal(n, 3);
    }
    assert_status(fh_named_remove(f.org, 5000, NULL), FH_OK);
    n = 0;
    assert_status(fh_named_each(f.org, 4999, 5001, count_named, &n, NULL), FH_OK);
    assert_int_equal(n, 4);
    for (uint32_t i = 1; i <= N; i += 1000) assert_status(fh_named_remove(f.org, i, NULL), FH_OK);
    uint32_t customer;
    assert_status(fh_identity_find(f.org, FH_STR("e1001@x.org"), &customer, NULL), FH_NOTFOUND);
    assert_int_equal(found(&f, "e1002@x.org"), 1002);
    end(&f);
}

/* ---- Many at once ---- */

static void many_are_found_together_as_one_by_one(void **state)
{
    enum { CUSTOMERS = 3000, FLUSHES = 5, ASKED = 2000 };
    (void)state;
    fixture f;
    fh_str text[ASKED];
    uint32_t together[ASKED], n_found = 0, n_nobody = 0;
    begin(&f);
    test_seed(5);
    for (uint32_t i = 0; i < CUSTOMERS; i++) {
        char row[120];
        (void)snprintf(row, sizeof row, "customer:c%u email:m%u@x.org phone:0%u account:a:%u", i, i,
                       i / 3, i); /* three share a telephone */
        (void)who(&f, row);
        if (i % (CUSTOMERS / FLUSHES) == 0) reload(&f);
    }
    reload(&f);
    static const char *const forms[] = {"c%",         "customer:c%", "M%@X.org",       "email:m%",
                                        " m%@x.org ", "0%",          "phone:0%",       "phone:c%",
                                        "a:%",        "nobody:%",    "account:a:%",    "#%",
                                        ":%",         " %",          "email: m%@x.org"};
    for (uint32_t i = 0; i < ASKED; i++) {
        const char *form = forms[test_rand(COUNT(forms))];
        const char *hole = strchr(form, '%');
        char *to = FH_NEW_ARRAY(f.arena, char, 64);
        assert_non_null(to);
        (void)snprintf(to, 64, "%.*s%u%s", (int)(hole - form), form, test_rand(CUSTOMERS + 200),
                       hole + 1);
        text[i] = fh_str_of(to);
    }
    assert_status(fh_identity_find_all(f.org, text, ASKED, together, NULL), FH_OK);
    for (uint32_t i = 0; i < ASKED; i++) {
        uint32_t alone = 0;
        if (fh_identity_find(f.org, text[i], &alone, NULL) != FH_OK) alone = 0;
        if (alone != together[i])
            fail_msg("'%.*s' is #%u alone and #%u among many", FH_STR_ARG(text[i]), alone,
                     together[i]);
        n_found += alone != 0;
        n_nobody += alone == 0;
    }
    assert_true(n_found > ASKED / 3 && n_nobody > ASKED / 10);
    end(&f);
}

/* ---- Against an oracle -------------------------------------------------------------------- */

enum { MAX_KNOWN = 4000 };
typedef struct known {
    int kind, value;
    uint32_t member;
} known;
static known book[MAX_KNOWN];
static size_t n_book;
static uint32_t n_people;

static const char *const kind_names[] = {"customer", "email", "phone", "device"};
static bool is_shared(int kind)
{
    return kind >= 2;
}

static bool has(int kind, int value, uint32_t member)
{
    for (size_t i = 0; i < n_book; i++)
        if (book[i].kind == kind && book[i].value == value && (!member || book[i].member == member))
            return true;
    return false;
}

static uint32_t owner(int kind, int value, bool nameless, size_t *n)
{
    uint32_t first = 0;
    *n = 0;
    for (uint32_t m = 1; m <= n_people; m++) {
        if (!has(kind, value, m)) continue;
        bool named = false;
        for (size_t i = 0; i < n_book; i++)
            if (book[i].member == m && !is_shared(book[i].kind)) named = true;
        if (nameless && named) continue;
        if (!first) first = m;
        ++*n;
    }
    return first;
}

static uint32_t oracle(const int (*ids)[2], int n)
{
    uint32_t who_it_is = 0;
    bool any_unique = false;
    size_t count;
    for (int i = 0; i < n; i++) {
        if (is_shared(ids[i][0])) continue;
        any_unique = true;
        if (!who_it_is) who_it_is = owner(ids[i][0], ids[i][1], false, &count);
    }
    for (int i = 0; i < n && !any_unique && !who_it_is; i++) {
        const uint32_t one = owner(ids[i][0], ids[i][1], false, &count);
        if (count == 1) who_it_is = one;
    }
    for (int i = 0; i < n && !any_unique && !who_it_is; i++)
        who_it_is = owner(ids[i][0], ids[i][1], true, &count);
    if (!who_it_is) who_it_is = ++n_people;
    for (int i = 0; i < n; i++)
        if (!has(ids[i][0], ids[i][1], is_shared(ids[i][0]) ? who_it_is : 0))
            book[n_book++] = (known){ids[i][0], ids[i][1], who_it_is};
    return who_it_is;
}

static void rows_are_resolved_as_a_naive_oracle_does(void **state)
{
    (void)state;
    enum { ROWS = 150 };
    for (unsigned round = 0; round < 12; round++) {
        fixture f;
        begin(&f);
        test_seed(round);
        n_book = 0;
        n_people = 0;
        const uint32_t values = 3 + test_rand(30);
        for (int batch = 0; batch < 3; batch++) {
            fh_interaction rows[ROWS];
            uint32_t want[ROWS];
            fh_resolved got[ROWS];
            for (int r = 0; r < ROWS; r++) {
                int ids[4][2], n = 0;
                char text[128] = "";
                for (int k = 0; k < 4; k++) {
                    if (test_rand(100) < 55 && !(k == 3 && n == 0)) continue;
                    ids[n][0] = k;
                    ids[n][1] = (int)test_rand(values);
                    (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s:%d",
                                   n ? " " : "", kind_names[k], ids[n][1]);
                    n++;
                }
                rows[r] = row_of(&f, text);
                want[r] = oracle((const int(*)[2])ids, n);
            }
            assert_status(fh_resolve(f.resolver, rows, ROWS, got, NULL), FH_OK);
            for (int r = 0; r < ROWS; r++) {
                assert_int_equal(got[r].customer, want[r]);
                assert_int_equal(got[r].member, want[r]);
            }
            reload(&f);
        }
        end(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(customers_are_numbered_in_order_of_first_sight),
        cmocka_unit_test(what_a_row_knows_besides_is_attached_to_its_customer),
        cmocka_unit_test(numbers_are_who_they_are_however_large_or_written),
        cmocka_unit_test(two_customers_known_for_certain_are_never_joined_but_suggested),
        cmocka_unit_test(a_shared_identifier_decides_only_alone_and_only_when_one_has_it),
        cmocka_unit_test(kinds_can_be_made_shared_and_unknown_ones_are_unique),
        cmocka_unit_test(a_kind_that_customers_share_cannot_become_unique),
        cmocka_unit_test(undoing_leaves_no_unique_identifier_with_two_customers),
        cmocka_unit_test(problems_are_numbered_per_customer),
        cmocka_unit_test(what_nobody_is_called_is_told_so),
        cmocka_unit_test(a_flush_notices_that_another_process_changed_who_is_who),
        cmocka_unit_test(thousands_of_identifiers_are_found_after_many_flushes),
        cmocka_unit_test(many_are_found_together_as_one_by_one),
        cmocka_unit_test(rows_are_resolved_as_a_naive_oracle_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
