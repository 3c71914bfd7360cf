/* kinds_test.c - kinds that come with Firsthand, and an organisation's own: declared,
 * changed, put away and back, kept as long as nothing changes. */
#include "test.h"

#include "app/people/audit.h"
#include "app/records/records.h"
#include "orgs.h"
#include "store/inside.h"
#include "store/kind_rows.h"

static const fh_actor admin = {
    .kind = FH_ACTOR_PERSON, .person = 7, .name = {"Ann", 3}, .rights = ~UINT64_C(0), .session = 3};

#define IDEA                                                                              \
    "kind idea\ntitle \"Idea\" \"Ideas\"\nsays \"What came to mind.\"\nadd \"Tell it\"\n" \
    "made by anybody\nfield what text required \"What?\"\n"                               \
    "state open \"Open\"\nstate done \"Done\" closed\n"                                   \
    "move end \"It is done\" from open to done by owner needs owned\n"

typedef struct fixture {
    fh_org *org;
    fh_arena *arena;
    fh_error err;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){.org = test_org_new(0), .arena = fh_arena_new(NULL)};
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    fh_arena_free(f->arena);
    test_org_end(f->org);
    return 0;
}

static fh_status declare(fixture *f, const char *name, const char *text, int64_t version)
{
    const fh_kind *k = NULL;
    f->err = (fh_error){0};
    const fh_status status = fh_kind_declare(f->org, &admin, fh_str_of(name), fh_str_of(text),
                                             version, f->arena, &k, &f->err);
    if (status == FH_OK) assert_str(k->name, name);
    return status;
}

static const fh_kind *get(fixture *f, const char *name)
{
    const fh_kind *k = NULL;
    const fh_status status = fh_kind_get(f->org, fh_str_of(name), f->arena, &k, &f->err);
    return status == FH_OK ? k : NULL;
}

static fh_kind_stored stored(fixture *f, const char *name)
{
    fh_kind_stored s;
    assert_status(fh_kind_stored_get(f->org, fh_str_of(name), f->arena, &s, &f->err), FH_OK);
    return s;
}

static void run(fixture *f, const char *sql)
{
    assert_status(fh_db_script(fh_org_db(f->org), sql, &f->err), FH_OK);
}

/* A row of a record, as far as kinds look at it. */
static void record_in(fixture *f, const char *kind, const char *state, bool closed)
{
    fh_record row = {.kind = fh_str_of(kind),
                     .title = FH_STR("x"),
                     .state = fh_str_of(state),
                     .closed = closed,
                     .fields = FH_STR("{}")};
    assert_status(fh_org_begin(f->org, &f->err), FH_OK);
    assert_status(fh_record_insert(f->org, &row, &f->err), FH_OK);
    assert_status(fh_org_commit(f->org, &f->err), FH_OK);
}

static void every_file_of_kinds_is_embedded_and_sound(void **state)
{
    fixture *f = *state;
    const fh_kind *const *all = NULL;
    size_t n = 0, files = 0;
    assert_status(fh_kinds_all(f->org, f->arena, &all, &n, &f->err), FH_OK);
    for (size_t i = 1; i < n; i++) assert_true(fh_str_cmp(all[i - 1]->name, all[i]->name) < 0);
    for (const char *at = fh_kind_texts; *at; at += strlen(at) + 1) files++;
    assert_int_equal(n, files);
    assert_true(n >= 20);
    for (size_t i = 0; i < n; i++) {
        const fh_kind *k = all[i];
        fh_kind_stored s;
        assert_status(fh_kind_stored_get(f->org, k->name, f->arena, &s, &f->err), FH_OK);
        assert_true(!s.own && s.active && s.version == 0);
        /* The kinds it names are there. */
        for (uint32_t l = 0; l < k->n_links; l++) {
            const fh_kind *other = NULL;
            assert_status(fh_kind_get(f->org, k->link[l], f->arena, &other, &f->err), FH_OK);
        }
        for (uint32_t d = 0; d < k->n_fields; d++) {
            const fh_kind *other = NULL;
            if (k->field[d].of.len)
                assert_status(fh_kind_get(f->org, k->field[d].of, f->arena, &other, &f->err),
                              FH_OK);
        }
    }
}

static void an_organisation_declares_its_own(void **state)
{
    fixture *f = *state;
    assert_null(get(f, "idea"));
    assert_int_equal(f->err.status, FH_NOTFOUND);
    assert_status(declare(f, "idea", IDEA, 0), FH_OK);
    assert_str(get(f, "idea")->many, "Ideas");
    fh_kind_stored s = stored(f, "idea");
    assert_true(s.own && s.active && s.version == 1 && s.person == 7);
    assert_null(get(f, "idee"));
    assert_non_null(strstr(f->err.hint, "'idea'"));
    /* Changed by whoever saw it as it is, and by nobody else. */
    assert_status(declare(f, "idea", IDEA "field why text \"Why?\"\n", 0), FH_STALE);
    assert_status(declare(f, "idea", IDEA "field why text \"Why?\"\n", 1), FH_OK);
    assert_int_equal(get(f, "idea")->n_fields, 2);
    assert_int_equal(stored(f, "idea").version, 2);
    /* Not under another name, not with what is not there, not without the right. */
    assert_status(declare(f, "idea", "kind other\n" IDEA, 2), FH_FORMAT);
    assert_status(declare(f, "ideal", IDEA, 0), FH_INVALID);
    assert_status(declare(f, "idea", IDEA "links fxi\n", 2), FH_FORMAT);
    assert_non_null(strstr(f->err.hint, "'fix'"));
    assert_status(declare(f, "idea", IDEA "field x record of idea \"X\"\nlinks idea\n", 2), FH_OK);
    assert_status(declare(f, "idea", "", 3), FH_INVALID);
    const fh_actor somebody = {
        .kind = FH_ACTOR_PERSON, .person = 8, .rights = fh_right_bit(FH_RIGHT_TAKE_PART)};
    const fh_kind *k = NULL;
    assert_status(
        fh_kind_declare(f->org, &somebody, FH_STR("idea"), FH_STR(IDEA), 3, f->arena, &k, &f->err),
        FH_DENIED);
    assert_status(fh_kind_set_active(f->org, &somebody, FH_STR("idea"), 3, false, &f->err),
                  FH_DENIED);
}

static void one_that_comes_with_firsthand_is_changed_and_put_back(void **state)
{
    fixture *f = *state;
    const fh_kind *note = get(f, "note");
    const uint32_t fields = note->n_fields;
    char text[FH_KIND_TEXT_MAX];
    (void)snprintf(text, sizeof text, "%.*s\nfield mood text \"Mood\"\n", FH_STR_ARG(note->text));
    assert_int_equal(stored(f, "note").version, 0);
    assert_status(declare(f, "note", text, 0), FH_OK);
    assert_int_equal(get(f, "note")->n_fields, fields + 1);
    assert_false(stored(f, "note").own);
    assert_status(declare(f, "note", " ", 0), FH_STALE);
    assert_status(declare(f, "note", " ", 1), FH_OK);
    assert_int_equal(get(f, "note")->n_fields, fields);
    assert_int_equal(stored(f, "note").declared.len, 0);
    assert_status(declare(f, "nothing", "", 0), FH_NOTFOUND);
}

static void what_is_put_away_can_be_taken_out_again(void **state)
{
    fixture *f = *state;
    assert_status(fh_kind_set_active(f->org, &admin, FH_STR("wish"), 0, false, &f->err), FH_OK);
    assert_false(stored(f, "wish").active);
    assert_non_null(get(f, "wish"));
    assert_status(fh_kind_set_active(f->org, &admin, FH_STR("wish"), 0, true, &f->err), FH_STALE);
    assert_status(fh_kind_set_active(f->org, &admin, FH_STR("wish"), 1, true, &f->err), FH_OK);
    assert_true(stored(f, "wish").active);
    assert_status(fh_kind_set_active(f->org, &admin, FH_STR("wsih"), 0, true, &f->err),
                  FH_NOTFOUND);
}

static void a_state_with_records_in_it_cannot_go(void **state)
{
    fixture *f = *state;
    assert_status(declare(f, "idea", IDEA, 0), FH_OK);
    record_in(f, "idea", "open", false);
    record_in(f, "idea", "done", true);
    static const char other[] =
        "kind idea\ntitle \"Idea\" \"Ideas\"\nsays \"S\"\nadd \"A\"\nmade by anybody\n"
        "field what text required \"What?\"\nstate open \"Open\"\nstate over \"Over\" closed\n"
        "move end \"E\" from open to over by owner\n";
    assert_status(declare(f, "idea", other, 1), FH_CONFLICT);
    assert_non_null(strstr(f->err.message, "'done'"));
    assert_int_equal(stored(f, "idea").version, 1);
    run(f, "UPDATE record SET state = 'open', closed = 0");
    assert_status(declare(f, "idea", other, 1), FH_OK);
}

static int64_t ask(fixture *f, const char *sql)
{
    fh_stmt *s = NULL;
    bool row = false;
    assert_status(fh_db_prepare(fh_org_db(f->org), sql, &s, &f->err), FH_OK);
    assert_status(fh_stmt_step(s, &row, &f->err), FH_OK);
    assert_true(row);
    const int64_t out = fh_stmt_i64(s, 0);
    fh_stmt_done(s);
    return out;
}

static void records_follow_when_a_state_becomes_closed(void **state)
{
    fixture *f = *state;
    assert_status(declare(f, "idea", IDEA, 0), FH_OK);
    record_in(f, "idea", "done", true);
    record_in(f, "idea", "open", false);
    static const char reopened[] =
        "kind idea\ntitle \"Idea\" \"Ideas\"\nsays \"S\"\nadd \"A\"\nmade by anybody\n"
        "field what text required \"What?\"\nstate open \"Open\"\nstate done \"Done\"\n"
        "move end \"E\" from open to done by owner\nmove back \"B\" from done to open by owner\n";
    assert_status(declare(f, "idea", reopened, 1), FH_OK);
    assert_int_equal(ask(f, "SELECT sum(closed) FROM record"), 0);
}

static void records_are_looked_at_when_their_clocks_change(void **state)
{
    fixture *f = *state;
    static const char due[] = "SELECT sum(due_ms) FROM record";
    assert_status(declare(f, "idea", IDEA, 0), FH_OK);
    record_in(f, "idea", "open", false);
    assert_status(declare(f, "idea", IDEA "field why text \"Why?\"\n", 1), FH_OK);
    assert_int_equal(ask(f, due), 0);
    assert_status(declare(f, "idea", IDEA "clock c \"C\" in open after 2d\n", 2), FH_OK);
    assert_int_equal(ask(f, due), 1);
}

static void kinds_are_kept_until_somebody_changes_one(void **state)
{
    fixture *f = *state;
    fh_org *other = test_org_open(0, FH_ORG_READ);
    const fh_kind *mine = get(f, "fix"), *theirs = NULL, *again = NULL;
    assert_ptr_equal(get(f, "fix"), mine);
    assert_status(fh_kind_get(other, FH_STR("fix"), f->arena, &theirs, &f->err), FH_OK);
    assert_status(declare(f, "idea", IDEA, 0), FH_OK);
    /* The other handle sees it at once, and what it held is still to be read. */
    assert_status(fh_kind_get(other, FH_STR("idea"), f->arena, &again, &f->err), FH_OK);
    assert_str(theirs->name, "fix");
    assert_str(mine->name, "fix");
    fh_org_close(other);
}

static void what_is_rolled_back_was_never_declared(void **state)
{
    fixture *f = *state;
    for (int round = 0; round < 2; round++) {
        assert_status(fh_org_begin(f->org, &f->err), FH_OK);
        assert_status(declare(f, "idea", round ? IDEA "field b text \"B\"\n" : IDEA, 0), FH_OK);
        assert_int_equal(get(f, "idea")->n_fields, round ? 2 : 1);
        if (round == 0) fh_org_rollback(f->org);
        if (round == 0) assert_null(get(f, "idea"));
    }
    assert_status(fh_org_commit(f->org, &f->err), FH_OK);
    assert_int_equal(get(f, "idea")->n_fields, 2);
    assert_ptr_equal(get(f, "idea"), get(f, "idea"));
}

static void every_change_is_in_the_audit_log(void **state)
{
    fixture *f = *state;
    assert_status(declare(f, "idea", IDEA, 0), FH_OK);
    assert_status(fh_kind_set_active(f->org, &admin, FH_STR("idea"), 1, false, &f->err), FH_OK);
    const fh_audit_entry *entry = NULL;
    size_t n = 0;
    const fh_audit_filter filter = {.action = FH_STR("kind.changed")};
    assert_status(fh_audit_list(f->org, &admin, &filter, 10, f->arena, &entry, &n, &f->err), FH_OK);
    assert_int_equal(n, 2);
}

static void count_fault(void *ctx, const char *sentence)
{
    (void)snprintf(ctx, 200, "%s", sentence);
}

static void a_declaration_that_cannot_be_read_is_told_and_left_out(void **state)
{
    fixture *f = *state;
    char told[200] = "";
    uint64_t n = 0;
    assert_status(declare(f, "idea", IDEA, 0), FH_OK);
    run(f, "UPDATE kind SET declared = 'kind idea' || char(0) || 'nonsense'");
    run(f, "INSERT INTO kind VALUES ('fix', 'kind fix', 1, 0, 0, 1)");
    run(f, "UPDATE counter SET last_given = last_given + 1 WHERE name = 'kind-change'");
    assert_null(get(f, "idea"));
    assert_true(get(f, "fix")->n_fields > 10); /* as it comes */
    assert_status(fh_kinds_check(f->org, count_fault, told, &n, &f->err), FH_OK);
    assert_int_equal(n, 2);
    assert_non_null(strstr(told, "cannot be read"));
}

static fh_status use_kinds_with_little_memory(void *ctx)
{
    fixture *f = ctx;
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_kind *const *all = NULL;
    const fh_kind *k = NULL;
    size_t n = 0;
    fh_error err = {0};
    if (!arena) return FH_NOMEM;
    fh_status status = fh_kinds_all(f->org, arena, &all, &n, &err);
    if (status == FH_OK)
        status = fh_kind_try(f->org, FH_STR(IDEA "links fxi\n"), arena, &k, NULL, NULL, &err);
    if (status == FH_FORMAT) status = FH_OK;
    fh_arena_free(arena);
    return status;
}

static void running_out_of_memory_is_an_ordinary_error(void **state)
{
    test_oom(use_kinds_with_little_memory, *state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_file_of_kinds_is_embedded_and_sound),
        TEST(an_organisation_declares_its_own),
        TEST(one_that_comes_with_firsthand_is_changed_and_put_back),
        TEST(what_is_put_away_can_be_taken_out_again),
        TEST(a_state_with_records_in_it_cannot_go),
        TEST(records_follow_when_a_state_becomes_closed),
        TEST(records_are_looked_at_when_their_clocks_change),
        TEST(kinds_are_kept_until_somebody_changes_one),
        TEST(what_is_rolled_back_was_never_declared),
        TEST(every_change_is_in_the_audit_log),
        TEST(a_declaration_that_cannot_be_read_is_told_and_left_out),
        TEST(running_out_of_memory_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
