/* lived_test.c - what a customer lived through: how problems stand, hand-offs, what was told
 * again, what is known by whom, references; what is done at a story, and that it follows
 * merges, undoing and erasing, and survives disks that fail. */
#include "test.h"

#include "app/data/erase.h"
#include "app/data/import.h"
#include "app/lived/story_acts.h"
#include "app/people/people.h"
#include "faulty_vfs.h"
#include "files.h"
#include "orgs.h"
#include "store/receipts.h"

#include <sqlite3.h>
#include <stdlib.h>

typedef struct fixture {
    fh_org *org;
    fh_arena *arena;
    fh_view view;
    fh_lived lived;
    fh_actor agent; /* a person of the front line */
    fh_error err;
} fixture;

static void begin(fixture *f)
{
    const fh_actor cli = fh_actor_command_line();
    fh_person out;
    *f = (fixture){.org = test_org_new(0), .arena = fh_arena_new(NULL)};
    const fh_person p = {.name = FH_STR("Fay Front"),
                         .email = FH_STR("fay@example.org"),
                         .roles = fh_role_bit(FH_ROLE_FRONT_LINE),
                         .active = true};
    assert_status(fh_person_create(f->org, &cli, &p, f->arena, &out, &f->err), FH_OK);
    assert_status(fh_actor_of(f->org, out.person, f->arena, &f->agent, &f->err), FH_OK);
}

static void end(fixture *f)
{
    fh_arena_free(f->arena);
    test_org_end(f->org);
    test_files_end();
}

static void import(fixture *f, const char *name, const char *text)
{
    const fh_import_options options = {.source = FH_STR("test")};
    fh_import_result result;
    const char *path = test_file(name, fh_str_of(text));
    if (fh_import_file(f->org, path, &options, f->arena, &result, &f->err) != FH_OK)
        fail_msg("%s", f->err.message);
}

static uint32_t number_of(fixture *f, const char *who)
{
    uint32_t customer = 0;
    if (fh_identity_find(f->org, fh_str_of(who), &customer, &f->err) != FH_OK)
        fail_msg("%s", f->err.message);
    return customer;
}

static const fh_lived *lived(fixture *f, uint32_t customer)
{
    if (fh_view_open(f->org, NULL, NULL, 1, f->arena, &f->view, &f->err) != FH_OK ||
        fh_lived_read(&f->view, customer, &f->lived, &f->err) != FH_OK)
        fail_msg("%s", f->err.message);
    return &f->lived;
}

static void print_fault(void *ctx, const char *sentence)
{
    (void)ctx;
    print_message("%s\n", sentence);
}

static void all_is_well(fixture *f)
{
    uint64_t n = 0;
    assert_status(fh_store_check(f->org, print_fault, NULL, &n, NULL), FH_OK);
}

/* ---- Stories in a few letters --------------------------------------------------------------- */

/* One step is two letters: department A-C, or - for none, and what happened: i in with
 * words, j in without, o out, n internal, s a score with words, c confirmed, r reopened. */
static void put_steps(fh_buf *out, size_t customer, const char *steps)
{
    if (!out->len)
        fh_buf_text(out, "customer,time,touchpoint,department,direction,outcome,score,problem,"
                         "text\n");
    for (size_t i = 0; steps[i]; i += 2) {
        const char what = steps[i + 1];
        fh_buf_printf(out, "C%zu,2024-01-01 10:%02zu:00,step,%.*s,%s,%s,%s,P1,%s\n", customer,
                      i / 2, steps[i] != '-', steps + i,
                      strchr("ijscr", what) ? "in"
                      : what == 'o'         ? "out"
                                            : "internal",
                      what == 'c'   ? "confirmed"
                      : what == 'r' ? "reopened"
                                    : "",
                      what == 's' ? "4" : "", strchr("is", what) ? "words" : "");
    }
}

static const fh_problem_lived *problem_of(fixture *f, size_t customer)
{
    char who[16];
    (void)snprintf(who, sizeof who, "C%zu", customer);
    const fh_lived *l = lived(f, number_of(f, who));
    assert_int_equal(l->n_problems, 1);
    return &l->problem[0];
}

static void import_steps(fixture *f, fh_buf *text)
{
    fh_buf_char(text, 0);
    assert_int_equal(text->status, FH_OK);
    import(f, "steps.csv", text->ptr);
    fh_buf_free(text);
}

static void a_problem_stands_as_its_interactions_say(void **state)
{
    (void)state;
    static const struct {
        const char *steps;
        bool open, reopened, waits;
        uint32_t n_handoffs, n_told_again;
    } cases[] = {
        {"Ai", true, false, true, 0, 0},
        {"AiAo", true, false, false, 0, 0},
        {"AiAoAc", false, false, false, 0, 0},
        {"AiAcAs", false, false, false, 0, 0},   /* a score is no new contact */
        {"AiAcAi", true, true, true, 0, 0},      /* the customer comes back */
        {"AiAcAoAn", false, false, false, 0, 0}, /* we do */
        {"AiAcAr", true, true, true, 0, 0},      /* says it is not solved */
        {"AiAcAiAc", false, true, false, 0, 0},  /* in the end it was */
        {"AiBo", true, false, false, 1, 0},      /* handed on, nothing told again */
        {"AiBoBi", true, false, true, 1, 1},     /* told again to B */
        {"AiBi", true, false, true, 1, 1},       /* came to B by themselves */
        {"AjBi", true, false, true, 1, 0},       /* nothing had been said before */
        {"AiBoBiBi", true, false, true, 1, 2},
        {"AiBoBs", true, false, false, 1, 0},  /* a survey is no telling */
        {"AiBoBc", false, false, false, 1, 0}, /* nor is a confirmation */
        {"AiBoBiCoCi", true, false, true, 2, 2},
        {"Ai-oAo", true, false, false, 0, 0}, /* no department hands nothing on */
        {"AiBoAi", true, false, true, 2, 1},  /* back again */
        {"AnAn", true, false, false, 0, 0},
    };
    fixture f;
    fh_buf text;
    begin(&f);
    fh_buf_init(&text, NULL, 1 << 20);
    for (size_t i = 0; i < COUNT(cases); i++) put_steps(&text, i, cases[i].steps);
    import_steps(&f, &text);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const fh_problem_lived *p = problem_of(&f, i);
        if (p->open != cases[i].open || p->reopened != cases[i].reopened ||
            p->customer_waits != cases[i].waits || p->n_handoffs != cases[i].n_handoffs ||
            p->n_told_again != cases[i].n_told_again)
            fail_msg("%s: open %d, reopened %d, waits %d, %u hand-offs, %u told again",
                     cases[i].steps, p->open, p->reopened, p->customer_waits, p->n_handoffs,
                     p->n_told_again);
    }
    end(&f);
}

/* The definitions once more, as simply as can be. */
typedef struct naive {
    bool open;
    uint32_t n_handoffs, n_told_again;
} naive;

static naive by_hand(const char *steps)
{
    naive n = {.open = true};
    char with = '-';
    bool said = false, handed = false;
    for (size_t i = 0; steps[i]; i += 2) {
        const char d = steps[i], what = steps[i + 1];
        if (d != '-' && with != '-' && d != with) n.n_handoffs++, handed = true;
        if (d != '-') with = d;
        if (handed && d == with && what == 'i' && said) n.n_told_again++;
        if (what == 'i') said = true;
        if (what == 'c') n.open = false;
        if (what == 'i' || what == 'j' || what == 'r') n.open = true;
    }
    return n;
}

static void problems_agree_with_the_definitions_said_simply(void **state)
{
    (void)state;
    enum { ROUNDS = 300 };
    static char steps[ROUNDS][2 * 40 + 1];
    fixture f;
    fh_buf text;
    test_seed(21);
    begin(&f);
    fh_buf_init(&text, NULL, 1 << 24);
    for (size_t k = 0; k < ROUNDS; k++) {
        const uint32_t n = 1 + test_rand(40);
        for (uint32_t i = 0; i < n; i++) {
            steps[k][2 * i] = "AABBC-"[test_rand(6)];
            steps[k][2 * i + 1] = "iijoonscr"[test_rand(9)];
        }
        put_steps(&text, k, steps[k]);
    }
    import_steps(&f, &text);
    for (size_t k = 0; k < ROUNDS; k++) {
        const naive want = by_hand(steps[k]);
        const fh_problem_lived *p = problem_of(&f, k);
        uint32_t marked = 0;
        for (uint32_t i = 0; i < f.lived.n; i++) marked += f.lived.told_again[i];
        if (p->open != want.open || p->n_handoffs != want.n_handoffs ||
            p->n_told_again != want.n_told_again || marked != want.n_told_again)
            fail_msg("%s: open %d, %u hand-offs, %u told again", steps[k], p->open, p->n_handoffs,
                     p->n_told_again);
    }
    end(&f);
}

/* ---- References, payloads ------------------------------------------------------------------- */

static void every_interaction_is_found_by_its_reference_and_keeps_it(void **state)
{
    (void)state;
    fixture f;
    char text[3][FH_REFERENCE_TEXT];
    begin(&f);
    import(&f, "a.csv", "customer,time,touchpoint,id\nC1,2024-01-02 10:00:00,call,k1\n");
    import(&f, "b.csv",
           "customer,time,touchpoint\nC1,2024-01-02 10:00:00,mail\nC1,2024-01-02 10:00:00,visit\n");
    const uint32_t customer = number_of(&f, "C1");
    const fh_lived *l = lived(&f, customer);
    assert_int_equal(l->n, 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(fh_lived_find(l, fh_lived_reference(l, i, text[i])), i);
    import(&f, "c.csv", "customer,time,touchpoint\nC1,2024-01-01 10:00:00,earlier\n");
    l = lived(&f, customer);
    for (uint32_t i = 0; i < 3; i++) assert_int_equal(fh_lived_find(l, fh_str_of(text[i])), i + 1);
    assert_int_equal(fh_lived_find(l, FH_STR("i12")), FH_NO_INDEX);
    assert_int_equal(fh_lived_find(l, FH_STR("")), FH_NO_INDEX);
    end(&f);
}

static void a_payload_of_any_kind_is_read_or_left_alone(void **state)
{
    (void)state;
    static const struct {
        const char *payload, *text, *promise;
        bool json;
    } cases[] = {
        {"", "", "", false},
        {"{\"text\":\"  two\\nlines \",\"promise\":\"we call\"}", "two\nlines", "we call", true},
        {"{\"text\":17,\"promise\":[\"a\"]}", "", "", true},
        {"[1,2]", "", "", true},
        {"\"text\"", "", "", true},
        {"{\"text\":\"cut", "", "", false},
        {"\xff\xfe", "", "", false},
        {"{\"text\":\"a\",\"text\":\"b\"}", "", "", false},
        {"{\"by\":-4,\"promise_until\":\"soon\"}", "", "", true},
    };
    fh_arena *arena = fh_arena_new(NULL);
    fh_json_reader *reader = fh_json_reader_new(NULL, FH_SAID_TOKENS);
    for (size_t i = 0; i < COUNT(cases); i++) {
        fh_said said;
        assert_status(fh_said_read(reader, fh_str_of(cases[i].payload), arena, &said, NULL), FH_OK);
        assert_str(said.text, cases[i].text);
        assert_str(said.promise, cases[i].promise);
        assert_int_equal(said.is_json, cases[i].json);
        assert_int_equal(said.by, 0);
        assert_true(said.promise_until_ms == INT64_MIN);
    }
    fh_said said;
    assert_status(fh_said_read(reader,
                               FH_STR("{\"text\":\"t\",\"subject\":\" s \",\"purpose\":\"p\","
                                      "\"signatory\":\"d\",\"language\":\"en\",\"thread\":\"c\"}"),
                               arena, &said, NULL),
                  FH_OK);
    assert_str(said.subject, "s");
    assert_str(said.purpose, "p");
    assert_str(said.signatory, "d");
    assert_str(said.language, "en");
    assert_str(said.thread, "c");
    assert_str(fh_first_line(FH_STR("\n one \n two")), "one");
    fh_json_reader_free(reader);
    fh_arena_free(arena);
}

static void what_is_known_stands_by_field_and_department(void **state)
{
    (void)state;
    fixture f;
    const fh_held *held = NULL;
    size_t n = 0, hidden = 0;
    begin(&f);
    import(&f, "a.csv",
           "customer,time,touchpoint,department,direction,city,text\n"
           "C1,2024-01-01 10:00:00,call,Sales,in,Bonn,hello\n"
           "C1,2024-01-02 10:00:00,call,Claims,in,Bonn,\n"
           "C1,2024-01-03 10:00:00,mail,Claims,out,Ulm,\n"
           "C1,2024-01-04 10:00:00,call,,in,,\n");
    const fh_lived *l = lived(&f, number_of(&f, "C1"));
    assert_status(fh_lived_held(l, &held, &n, &hidden, &f.err), FH_OK);
    assert_int_equal(n, 2);
    assert_int_equal(hidden, 0);
    assert_str(held[0].field, "city");
    assert_str(held[0].value, "Ulm");
    assert_int_equal(held[0].n, 2);
    assert_int_equal(held[0].n_from_customer, 1);
    assert_str(held[1].value, "Bonn");
    assert_str(fh_view_name(&f.view.department, held[1].department), "Sales");
    end(&f);
}

/* ---- Doing ---------------------------------------------------------------------------------- */

static fh_status confirm(fixture *f, uint32_t customer, uint32_t problem, const char *text,
                         bool *done)
{
    const fh_story_word word = {.text = fh_str_of(text)};
    fh_status s = fh_org_begin(f->org, &f->err);
    if (s) return s;
    s = fh_story_confirm(f->org, &f->agent, customer, problem, &word, done, &f->err);
    if (!s) return fh_org_commit(f->org, &f->err);
    fh_org_rollback(f->org);
    return s;
}

static void what_is_done_twice_is_done_once(void **state)
{
    (void)state;
    fixture f;
    bool done = false;
    fh_buf text;
    begin(&f);
    fh_buf_init(&text, NULL, 1 << 16);
    put_steps(&text, 1, "AiAo");
    import_steps(&f, &text);
    const uint32_t problem = problem_of(&f, 1)->problem;
    const uint32_t customer = number_of(&f, "C1");
    assert_status(confirm(&f, customer, problem, "yes, solved", &done), FH_OK);
    assert_true(done);
    assert_status(confirm(&f, customer, problem, "yes, solved", &done), FH_OK);
    assert_false(done);
    const fh_lived *l = lived(&f, customer);
    assert_int_equal(l->n, 3);
    assert_false(l->problem[0].open);
    assert_int_equal(l->said[2].by, f.agent.person);
    assert_status(confirm(&f, customer, problem + 7, "", &done), FH_NOTFOUND);
    all_is_well(&f);
    end(&f);
}

static void nobody_else_can_say_who_did_it(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    import(&f, "a.csv",
           "customer,time,touchpoint,direction,by,accepts\n"
           "C1,2024-01-01 10:00:00,call,in,1,i8000000000000000\n");
    const fh_lived *l = lived(&f, number_of(&f, "C1"));
    assert_int_equal(l->said[0].by, 0);
    assert_int_equal(l->said[0].accepts.len, 0);
    end(&f);
}

static const char two_customers[] = "customer,time,touchpoint,department,direction,problem,text\n"
                                    "annabel-17,2024-01-01 10:00:00,call,Sales,in,INC-ann,hail\n"
                                    "bobby-18,2024-01-01 11:00:00,call,Sales,in,INC-bob,rain\n";

static void receipts_and_confirmations_follow_merges_and_come_back(void **state)
{
    (void)state;
    fixture f;
    bool done = false;
    int64_t merge = 0;
    const fh_receipt *r = NULL;
    size_t n = 0;
    begin(&f);
    import(&f, "a.csv", two_customers);
    const uint32_t ann = number_of(&f, "annabel-17"), bob = number_of(&f, "bobby-18");
    f.agent.kind = FH_ACTOR_TOKEN;
    assert_status(fh_story_read(f.org, &f.agent, ann, &f.err),
                  FH_INVALID); /* a program reads not */
    f.agent.kind = FH_ACTOR_PERSON;
    assert_status(fh_org_begin(f.org, NULL), FH_OK);
    assert_status(fh_story_read(f.org, &f.agent, ann, &f.err), FH_OK);
    assert_status(fh_org_commit(f.org, NULL), FH_OK);
    assert_status(fh_identity_merge(f.org, ann, bob, FH_STR("one"), &merge, &f.err), FH_OK);
    assert_status(fh_receipt_rows(f.org, bob, f.arena, &r, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_int_equal(r[0].member, ann);
    const uint32_t problem = lived(&f, bob)->problem[0].problem;
    assert_status(confirm(&f, bob, problem, "fine", &done), FH_OK);
    assert_true(done);
    all_is_well(&f);
    assert_status(fh_identity_unmerge(f.org, merge, &f.err), FH_OK);
    assert_false(lived(&f, ann)->problem[0].open); /* whose problem it is */
    assert_int_equal(lived(&f, ann)->n, 2);
    assert_true(lived(&f, bob)->problem[0].open);
    assert_status(fh_receipt_rows(f.org, bob, f.arena, &r, &n, NULL), FH_OK);
    assert_int_equal(n, 0);
    assert_status(fh_receipt_rows(f.org, ann, f.arena, &r, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    all_is_well(&f);
    end(&f);
}

static uint64_t places(fixture *f, const char *text)
{
    fh_erase_result r = {0};
    const fh_str texts[] = {fh_str_of(text)};
    assert_status(fh_search_bytes(f->org, texts, 1, &r, &f->err), FH_OK);
    return r.found + r.elsewhere;
}

static void what_was_said_at_an_erased_story_leaves_no_bytes(void **state)
{
    (void)state;
    fixture f;
    bool done = false;
    fh_erase_result erased;
    const fh_receipt *r = NULL;
    size_t n = 0;
    begin(&f);
    import(&f, "a.csv", two_customers);
    const uint32_t ann = number_of(&f, "annabel-17");
    const uint32_t problem = lived(&f, ann)->problem[0].problem;
    f.agent.kind = FH_ACTOR_PERSON;
    assert_status(confirm(&f, ann, problem, "her words of thanks", &done), FH_OK);
    assert_status(fh_org_begin(f.org, NULL), FH_OK);
    assert_status(fh_story_read(f.org, &f.agent, ann, &f.err), FH_OK);
    assert_status(fh_org_commit(f.org, NULL), FH_OK);
    assert_true(places(&f, "her words of thanks") > 0);
    assert_status(fh_erase_customer(f.org, ann, &erased, &f.err), FH_OK);
    assert_int_equal(erased.interactions, 2);
    assert_int_equal(places(&f, "her words of thanks"), 0);
    assert_status(fh_receipt_rows(f.org, ann, f.arena, &r, &n, &f.err), FH_OK);
    assert_int_equal(n, 0);
    all_is_well(&f);
    end(&f);
}

/* ---- Damage, disks -------------------------------------------------------------------------- */

static void count_fault(void *ctx, const char *sentence)
{
    (void)sentence;
    ++*(int *)ctx;
}

static void receipts_of_nobody_are_told_by_the_check(void **state)
{
    (void)state;
    static const char *const damage[] = {
        "INSERT INTO story_receipt VALUES (9999, 1, 0, 0)",
        "INSERT INTO story_receipt VALUES (1, 9999, 0, 0)",
        "INSERT INTO story_receipt VALUES (0, 1, 0, 0)",
    };
    for (size_t i = 0; i < COUNT(damage); i++) {
        fixture f;
        sqlite3 *db = NULL;
        int n = 0;
        uint64_t faults = 0;
        begin(&f);
        import(&f, "a.csv", two_customers);
        all_is_well(&f);
        assert_int_equal(sqlite3_open(test_org_name(0), &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, damage[i], NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        assert_status(fh_store_check(f.org, count_fault, &n, &faults, NULL), FH_CORRUPT);
        assert_int_equal(n, 1);
        end(&f);
    }
}

/* Confirming with the n-th call to the disk failing: the old or the new state. */
static void a_failing_disk_leaves_it_said_or_not_said(void **state)
{
    (void)state;
    static const vfs_fault kinds[] = {VFS_IO_ONCE, VFS_BROKEN, VFS_FULL};
    fixture f;
    begin(&f);
    import(&f, "a.csv", two_customers);
    const uint32_t ann = number_of(&f, "annabel-17");
    const uint32_t problem = lived(&f, ann)->problem[0].problem;
    fh_org_close(f.org);
    (void)test_org_path(1);
    test_org_copy(0, 1);
    faulty_vfs_on();
    for (size_t k = 0; k < COUNT(kinds); k++) {
        bool reached = true;
        for (uint64_t n = 1; reached; n += 1 + n / 3) {
            bool done = false;
            test_org_copy(1, 0);
            f.org = test_org_open(0, FH_ORG_WRITE);
            faulty_vfs_set(kinds[k], n);
            const fh_status s = confirm(&f, ann, problem, "thanks", &done);
            reached = faulty_vfs_reached();
            fh_org_close(f.org);
            faulty_vfs_set(kinds[k], 0);
            f.org = test_org_open(0, FH_ORG_WRITE);
            all_is_well(&f);
            const fh_lived *l = lived(&f, ann);
            assert_true(l->n == 1 || l->n == 2);
            assert_int_equal(l->problem[0].open, l->n == 1);
            if (s == FH_OK) assert_int_equal(l->n, 2);
            fh_org_close(f.org);
            assert_true(n < 10000);
        }
    }
    faulty_vfs_off();
    f.org = test_org_open(1, FH_ORG_WRITE);
    test_org_end(f.org);
    f.org = test_org_open(0, FH_ORG_WRITE);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_problem_stands_as_its_interactions_say),
        cmocka_unit_test(problems_agree_with_the_definitions_said_simply),
        cmocka_unit_test(every_interaction_is_found_by_its_reference_and_keeps_it),
        cmocka_unit_test(a_payload_of_any_kind_is_read_or_left_alone),
        cmocka_unit_test(what_is_known_stands_by_field_and_department),
        cmocka_unit_test(what_is_done_twice_is_done_once),
        cmocka_unit_test(nobody_else_can_say_who_did_it),
        cmocka_unit_test(receipts_and_confirmations_follow_merges_and_come_back),
        cmocka_unit_test(what_was_said_at_an_erased_story_leaves_no_bytes),
        cmocka_unit_test(receipts_of_nobody_are_told_by_the_check),
        cmocka_unit_test(a_failing_disk_leaves_it_said_or_not_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
