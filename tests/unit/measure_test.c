/* measure_test.c - findings against the truth: figures worked out by hand, invariants on
 * random claims, an organisation's hits under the ids of its sources, truths that cannot be
 * read. */
#include "test.h"

#include "app/data/import.h"
#include "app/demo/measure.h"
#include "files.h"
#include "orgs.h"
#include "store/find_rows.h"
#include "store/identities.h"

#include <stdlib.h>

/* Four duplicates (one apart), of which the last two are one group; three clean pairs.
 * Three contradictions, two of one pair; one clean pair. */
static const char truth_text[] =
    "sort,variant,customer_kind,customer,a_source_id,b_source_id,fact_type,planted,group\n"
    "duplicate,rewrap,customer,1,a1,a2,,1,1\n"
    "duplicate,edit,customer,1,a3,a4,,2,2\n"
    "duplicate,twice,customer,2,b1,b2,,1,3\n"
    "duplicate,twice,customer,2,b1,b3,,1,3\n"
    "duplicate,half,customer,2,b4,b5,,0,0\n"
    "duplicate,half,customer,2,b4,b6,,0,0\n"
    "duplicate,plain,customer,3,c1,c2,,0,0\n"
    "contradiction,letters,customer,3,c1,c2,date,1,4\n"
    "contradiction,letters,customer,3,c1,c2,money,1,5\n"
    "contradiction,letters,customer,3,c3,c4,phone,1,6\n"
    "contradiction,update,customer,3,c5,c6,,0,0\n";

static uint32_t message(const fh_truth *t, const char *id)
{
    for (uint32_t i = 1; i <= t->n_messages; i++)
        if (fh_str_eq(t->message[i], fh_str_of(id))) return i;
    return 0;
}

static const fh_measured_row *variant(const fh_truth *t, const fh_measured *m, const char *name,
                                      fh_finding_sort sort)
{
    for (size_t i = 0; i < m->n_variants; i++)
        if (m->variant[i].sort == sort &&
            fh_str_eq(t->variant[m->variant[i].variant], fh_str_of(name)))
            return &m->variant[i];
    fail_msg("no variant %s", name);
    return NULL;
}

static fh_claim claim(const fh_truth *t, fh_finding_sort sort, const char *a, const char *b,
                      uint32_t types)
{
    return (fh_claim){.sort = sort,
                      .a = message(t, a),
                      .b = message(t, b),
                      .customer = 1,
                      .types = types,
                      .id_a = fh_import_id(1, fh_str_of(a)),
                      .id_b = fh_import_id(1, fh_str_of(b))};
}

static void figures_are_those_worked_out_by_hand(void **state)
{
    (void)state;
    enum { DATE = 1u << FH_FACT_DATE, TIME = 1u << FH_FACT_TIME, PHONE = 1u << FH_FACT_PHONE };
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_truth t;
    fh_measured m;
    assert_status(fh_truth_read(arena, fh_str_of(truth_text), &t, NULL), FH_OK);
    assert_int_equal(t.n, 11);
    assert_int_equal(t.n_customers, 3);
    assert_str(t.customer[2], "customer:2");
    const fh_claim claims[] = {
        claim(&t, FH_FIND_DUPLICATE, "a2", "a1", 0), /* right, in either order */
        claim(&t, FH_FIND_DUPLICATE, "a1", "a2", 0), /* by another cause: the same claim */
        claim(&t, FH_FIND_DUPLICATE, "b1", "b3", 0), /* right: one of its group */
        claim(&t, FH_FIND_DUPLICATE, "b4", "b6", 0), /* wrong: clean */
        claim(&t, FH_FIND_DUPLICATE, "a1", "x9", 0), /* wrong: nobody knows of it */
        claim(&t, FH_FIND_CONTRADICTION, "c1", "c2", DATE | TIME), /* right, and wrong */
        claim(&t, FH_FIND_CONTRADICTION, "c5", "c6", PHONE),       /* wrong: clean */
        claim(&t, FH_FIND_OVERLOAD, "c5", "c6", 0),                /* not a matter of this truth */
    };
    assert_status(fh_measure(&t, claims, COUNT(claims), arena, &m, NULL), FH_OK);

    assert_int_equal(m.n_sorts, 2);
    const fh_measured_row *twice = &m.sort[0], *differ = &m.sort[1];
    assert_int_equal(twice->planted, 2); /* not the one apart */
    assert_int_equal(twice->found, 2);
    assert_int_equal(twice->claims, 4);
    assert_int_equal(twice->right, 2);
    assert_int_equal(twice->clean, 3);
    assert_int_equal(twice->alarms, 2);
    assert_int_equal(differ->planted, 3);
    assert_int_equal(differ->found, 1);
    assert_int_equal(differ->claims, 3);
    assert_int_equal(differ->right, 1);
    assert_int_equal(differ->clean, 1);

    const fh_measured_row *apart = variant(&t, &m, "edit", FH_FIND_DUPLICATE);
    assert_true(apart->apart && apart->planted == 1 && apart->found == 0);
    const fh_measured_row *half = variant(&t, &m, "half", FH_FIND_DUPLICATE);
    assert_true(half->clean == 2 && half->alarms == 1 && half->planted == 0);
    assert_int_equal(variant(&t, &m, "letters", FH_FIND_CONTRADICTION)->planted, 3);
    assert_int_equal(variant(&t, &m, "letters", FH_FIND_CONTRADICTION)->alarms, 1);

    assert_int_equal(m.n_types, 4); /* date, time, money, phone */
    assert_true(m.type[0].type == FH_FACT_DATE && m.type[0].found == 1 && m.type[0].right == 1);
    assert_true(m.type[1].type == FH_FACT_TIME && m.type[1].alarms == 1 && !m.type[1].planted);
    assert_true(m.type[3].type == FH_FACT_PHONE && m.type[3].planted == 1 && !m.type[3].found);

    /* 2 + 1 + 1 alarms; missed: the one apart, money, phone */
    size_t alarms = 0, missed = 0;
    for (size_t i = 0; i < m.n_misses; i++) {
        alarms += m.miss[i].alarm;
        missed += !m.miss[i].alarm;
    }
    assert_int_equal(alarms, 4);
    assert_int_equal(missed, 3);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static void nothing_found_is_no_recall_and_no_claim(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_truth t;
    fh_measured m;
    assert_status(fh_truth_read(arena, fh_str_of(truth_text), &t, NULL), FH_OK);
    assert_status(fh_measure(&t, NULL, 0, arena, &m, NULL), FH_OK);
    assert_int_equal(m.n_sorts, 2);
    assert_int_equal(m.n_misses, 6);
    for (size_t i = 0; i < m.n_sorts; i++)
        assert_true(m.sort[i].found == 0 && m.sort[i].claims == 0 && m.sort[i].alarms == 0);
    fh_arena_free(arena);
}

static void every_claim_is_right_or_an_alarm(void **state)
{
    (void)state;
    enum { N = 400 };
    fh_claim claims[N];
    fh_truth t;
    fh_measured m;
    fh_arena *arena = fh_arena_new(NULL);
    assert_status(fh_truth_read(arena, fh_str_of(truth_text), &t, NULL), FH_OK);
    test_seed(5);
    for (uint32_t i = 0; i < N; i++)
        claims[i] = (fh_claim){.sort = (fh_finding_sort)test_rand(FH_N_FINDING_SORTS),
                               .a = test_rand(t.n_messages + 1),
                               .b = test_rand(t.n_messages + 1),
                               .customer = 1 + test_rand(t.n_customers),
                               .types = test_rand(1u << FH_N_FACT_TYPES),
                               .id_a = i,
                               .id_b = i};
    assert_status(fh_measure(&t, claims, N, arena, &m, NULL), FH_OK);
    uint64_t alarms = 0, listed = 0;
    for (size_t i = 0; i < m.n_sorts; i++) {
        assert_int_equal(m.sort[i].claims, m.sort[i].right + m.sort[i].alarms);
        assert_true(m.sort[i].found <= m.sort[i].planted);
        alarms += m.sort[i].alarms;
    }
    for (size_t i = 0; i < m.n_misses; i++) listed += m.miss[i].alarm;
    assert_int_equal(listed, alarms);
    fh_arena_free(arena);
}

/* ---- Of an organisation ------------------------------------------------------------------ */

static void hits_are_told_by_the_ids_of_their_sources(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_org *org = test_org_new(0);
    fh_import_result made;
    const fh_import_options o = {.source = FH_STR("letters")};
    const char *path = test_file("letters.csv", FH_STR("id,customer,time,touchpoint\n"
                                                       "a1,1,2024-03-01,Letter\n"
                                                       "a2,1,2024-03-02,Letter\n"
                                                       "b1,2,2024-03-01,Letter\n"
                                                       "c1,3,2024-03-01,Letter\n"));
    fh_error err;
    if (fh_import_file(org, path, &o, arena, &made, &err)) fail_msg("%s", err.message);
    uint32_t who = 0;
    assert_status(fh_identity_find(org, FH_STR("customer:1"), &who, NULL), FH_OK);
    const uint64_t source = fh_import_source(FH_STR("letters"));
    const fh_hit_row hit = {.cause = 9,
                            .sort = FH_FIND_DUPLICATE,
                            .customer = who,
                            .a = fh_import_id(source, FH_STR("a1")),
                            .b = fh_import_id(source, FH_STR("a2")),
                            .sure = 1000};
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_hits_put(org, &hit, 1, NULL), FH_OK);
    assert_status(fh_org_commit(org, NULL), FH_OK);

    fh_truth t;
    const fh_claim *claims;
    size_t n;
    assert_status(fh_truth_read(arena, fh_str_of(truth_text), &t, NULL), FH_OK);
    assert_status(fh_measure_claims(org, &t, arena, &claims, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_str(t.message[claims[0].a], "a1");
    assert_str(t.message[claims[0].b], "a2");
    assert_str(t.customer[claims[0].customer], "customer:1");

    assert_status(fh_truth_read(arena,
                                FH_STR("sort,variant,customer_kind,customer,a_source_id,"
                                       "b_source_id,fact_type,planted\n"
                                       "dam,x,customer,nobody,a,b,,1\n"),
                                &t, NULL),
                  FH_OK);
    assert_status(fh_measure_claims(org, &t, arena, &claims, &n, &err), FH_NOTFOUND);
    assert_true(err.hint[0] != '\0');
    fh_arena_free(arena);
    test_org_end(org);
    test_files_end();
}

/* ---- What can go wrong -------------------------------------------------------------------- */

static void a_truth_that_cannot_be_read_is_refused_by_line(void **state)
{
    (void)state;
    static const char header[] =
        "sort,variant,customer_kind,customer,a_source_id,b_source_id,fact_type,planted\n";
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"", "empty"},
        {"sort,variant\n", "no column 'customer_kind'"},
        {"H\nduplicates,x,customer,1,a,b,,1\n", "line 2: 'duplicates'"},
        {"H\nduplicate,x,customer,1,a,b,days,1\n", "line 2: 'days'"},
        {"H\nduplicate,x,customer,1,a,b,,3\n", "line 2: '3'"},
        {"H\nduplicate,x,customer,1,a,b,,\n", "line 2: ''"},
        {"H\nduplicate,x,customer,1,a,,,1\n", "line 2: ''"},
        {"H\nduplicate,x,customer,1,a,b,,1\ndam,x\n", "line 3"},
    };
    fh_arena *arena = fh_arena_new(NULL);
    for (size_t i = 0; i < COUNT(bad); i++) {
        fh_truth t;
        fh_error err;
        fh_str text;
        const bool headed = bad[i].text[0] == 'H';
        assert_true(
            fh_arena_format(arena, &text, "%s%s", headed ? header : "", bad[i].text + 2 * headed));
        assert_status(fh_truth_read(arena, text, &t, &err), FH_FORMAT);
        if (!strstr(err.message, bad[i].says)) fail_msg("%s: %s", bad[i].text, err.message);
    }
    fh_arena_free(arena);
}

static fh_status read_and_measure(void *ctx)
{
    (void)ctx;
    fh_truth t = {0};
    fh_measured m;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    fh_status s = fh_truth_read(arena, fh_str_of(truth_text), &t, NULL);
    const fh_claim one = {.sort = FH_FIND_DUPLICATE, .a = 1, .b = 2, .customer = 1};
    if (!s) s = fh_measure(&t, &one, 1, arena, &m, NULL);
    fh_arena_free(arena);
    return s;
}

static void memory_running_out_is_an_ordinary_error(void **state)
{
    (void)state;
    test_oom(read_and_measure, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_those_worked_out_by_hand),
        cmocka_unit_test(nothing_found_is_no_recall_and_no_claim),
        cmocka_unit_test(every_claim_is_right_or_an_alarm),
        cmocka_unit_test(hits_are_told_by_the_ids_of_their_sources),
        cmocka_unit_test(a_truth_that_cannot_be_read_is_refused_by_line),
        cmocka_unit_test(memory_running_out_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
