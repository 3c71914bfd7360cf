/* maps_test.c - journey maps at rest: versions without gaps that are never edited, marks that
 * are unique, two people's changes together, clashes that name who; and memory that runs out,
 * disks that fail, processes that are killed, rows that somebody else has changed. */
#include "records.h"

#include "app/maps/maps.h"
#include "app/maps/votes.h"
#include "faulty_vfs.h"
#include "maps.h"
#include "orgs.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

static const char first[] = "journey renew \"I renew\"\n"
                            "\n"
                            "stage hear \"I hear\" before\n"
                            "  touchpoint letter \"Letter\"\n"
                            "  touchpoint question \"I ask\"\n";

static fh_status end(office *o, fh_status status)
{
    if (status == FH_OK) return fh_org_commit(o->org, &o->err);
    fh_org_rollback(o->org);
    return status;
}

static int64_t make(office *o, const fh_actor *by, const char *text)
{
    int64_t number = 0;
    const fh_map map = maps_read(text, o->arena);
    assert_status(fh_org_begin(o->org, NULL), FH_OK);
    assert_status(end(o, fh_maps_make(o->org, by, &map, FH_STR(""), &number, &o->err)), FH_OK);
    return number;
}

static fh_map_change set(const char *id, const char *field, const char *value, const char *was)
{
    return (fh_map_change){.op = FH_MAP_SET,
                           .id = fh_str_of(id),
                           .field = fh_str_of(field),
                           .value = fh_str_of(value),
                           .was = fh_str_of(was ? was : ""),
                           .has_was = was != NULL};
}

static fh_status change(office *o, const fh_actor *by, int64_t map, fh_map_change c,
                        fh_map_clash *clash)
{
    bool is_clash = false;
    assert_status(fh_org_begin(o->org, NULL), FH_OK);
    const fh_status status = end(o, fh_maps_change(o->org, by, map, &c, 1, FH_STR("because"),
                                                   o->arena, &is_clash, clash, &o->err));
    assert_true(is_clash == (status == FH_CONFLICT));
    return status;
}

static void must_change(office *o, const fh_actor *by, int64_t map, fh_map_change c)
{
    fh_map_clash clash;
    if (change(o, by, map, c, &clash)) fail_msg("%s", o->err.message);
}

static fh_map_open see(office *o, int64_t map, int64_t version)
{
    fh_map_open out;
    if (fh_maps_open(o->org, &o->bob, map, version, o->arena, &out, &o->err))
        fail_msg("%s", o->err.message);
    return out;
}

static fh_str value(office *o, int64_t map, const char *id, const char *field)
{
    fh_buf text;
    fh_str out;
    const fh_map_open now = see(o, map, 0);
    fh_buf_init(&text, NULL, 1000);
    assert_status(fh_map_value(&now.map, fh_str_of(id), fh_str_of(field), &text, NULL), FH_OK);
    assert_true(fh_arena_str(o->arena, fh_buf_view(&text), &out));
    fh_buf_free(&text);
    return out;
}

typedef struct told {
    uint64_t n;
    char last[500];
} told;

static void tell(void *ctx, const char *sentence)
{
    told *t = ctx;
    t->n++;
    (void)snprintf(t->last, sizeof t->last, "%s", sentence);
}

static told check(fh_org *org)
{
    told t = {0};
    uint64_t n = 0;
    assert_status(fh_maps_check(org, tell, &t, &n, NULL), FH_OK);
    assert_int_equal(n, t.n);
    return t;
}

static void all_is_well(fh_org *org)
{
    const told t = check(org);
    if (t.n) fail_msg("%s", t.last);
}

/* ---- Versions and marks -------------------------------------------------------------------- */

static void versions_have_no_gaps_and_are_never_edited(void **state)
{
    (void)state;
    enum { N = 40 };
    office o;
    fh_str text[N + 1];
    const fh_maps_version *list = NULL;
    size_t n = 0;
    office_open(&o);
    const int64_t map = make(&o, &o.bob, first);
    text[1] = see(&o, map, 1).version.text;
    assert_str(text[1], first);
    for (int64_t v = 2; v <= N; v++) {
        char name[20];
        (void)snprintf(name, sizeof name, "Letter %d", (int)v);
        must_change(&o, v % 2 ? &o.bob : &o.dora, map, set("letter", "name", name, NULL));
        text[v] = see(&o, map, v).version.text;
        assert_int_equal(see(&o, map, 0).row.latest, v);
    }
    for (int64_t v = 1; v <= N; v++) {
        const fh_map_open at = see(&o, map, v);
        assert_true(fh_str_eq(at.version.text, text[v]));
        if (v > 1) assert_false(fh_str_eq(text[v], text[v - 1]));
        assert_str(at.version.person_name, v % 2 ? "Bob Carr" : "Dora Eng");
        assert_str(at.version.note, v > 1 ? "because" : "");
    }
    assert_status(fh_maps_versions(o.org, map, N - 4, 10, o.arena, &list, &n, NULL), FH_OK);
    assert_int_equal(n, 10);
    for (size_t i = 0; i < n; i++) assert_int_equal(list[i].version, N - 5 - (int64_t)i);
    all_is_well(o.org);
    office_close(&o);
}

static fh_status mark(office *o, int64_t map, int64_t version, fh_map_mark as)
{
    assert_status(fh_org_begin(o->org, NULL), FH_OK);
    return end(o, fh_maps_mark_as(o->org, &o->bob, map, version, as, 0, false, &o->err));
}

static void one_version_is_intended_and_one_is_how_it_is_now(void **state)
{
    (void)state;
    office o;
    int64_t intended = 0, actual = 0;
    office_open(&o);
    const int64_t map = make(&o, &o.bob, first);
    for (int i = 0; i < 4; i++)
        must_change(&o, &o.bob, map,
                    set("", "note", (const char *[]){"a", "b", "c", "d"}[i], NULL));
    assert_status(mark(&o, map, 6, FH_MAP_INTENDED), FH_NOTFOUND);
    assert_status(mark(&o, map + 1, 1, FH_MAP_INTENDED), FH_NOTFOUND);
    office_reverse(&o, &o.bob, map, 1, "draft");
    for (int64_t v = 1; v <= 5; v++) {
        office_reverse(&o, &o.bob, map, v, "review");
        office_reverse(&o, &o.bob, map, v, "release");
    }
    test_seed(5);
    for (int i = 0; i < 60; i++) {
        const int64_t v = 1 + test_rand(5);
        const fh_map_mark as = (fh_map_mark)test_rand(3);
        assert_status(mark(&o, map, v, as), FH_OK);
        if (intended == v) intended = 0;
        if (actual == v) actual = 0;
        if (as == FH_MAP_INTENDED) intended = v;
        if (as == FH_MAP_ACTUAL) actual = v;
        const fh_maps_row row = see(&o, map, 0).row;
        assert_int_equal(row.intended, intended);
        assert_int_equal(row.actual, actual);
        assert_int_equal(row.latest, 5);
    }
    all_is_well(o.org);
    office_close(&o);
}

static void what_is_not_answered_at_each_stage_is_not_intended(void **state)
{
    (void)state;
    office o;
    office_open(&o);
    const int64_t map = make(&o, &o.bob, first);
    must_change(&o, &o.bob, map, set("", "note", "a", NULL));
    assert_status(mark(&o, map, 1, FH_MAP_INTENDED), FH_CONFLICT);
    assert_non_null(strstr(o.err.message, "answered at draft, review, release"));
    assert_status(mark(&o, map, 1, FH_MAP_ACTUAL), FH_OK); /* how it is needs no leave */
    office_reverse(&o, &o.bob, map, 1, "draft");
    office_reverse(&o, &o.bob, map, 1, "review");
    office_reverse(&o, &o.bob, map, 2, "release");
    assert_status(mark(&o, map, 1, FH_MAP_INTENDED), FH_CONFLICT); /* of another version */
    assert_non_null(strstr(o.err.message, "answered at release"));
    assert_status(mark(&o, map, 2, FH_MAP_INTENDED), FH_OK);
    assert_status(mark(&o, map, 2, FH_MAP_INTENDED), FH_OK); /* it is already: only since when */
    /* What was reviewed before the last release is no review of the next. */
    must_change(&o, &o.bob, map, set("", "note", "b", NULL));
    office_reverse(&o, &o.bob, map, 3, "release");
    assert_status(mark(&o, map, 3, FH_MAP_INTENDED), FH_CONFLICT);
    assert_non_null(strstr(o.err.message, "answered at review"));
    office_reverse(&o, &o.bob, map, 3, "review");
    assert_status(mark(&o, map, 3, FH_MAP_INTENDED), FH_OK);
    office_close(&o);
}

/* ---- Two people ------------------------------------------------------------------------------ */

static void changes_of_two_people_to_different_fields_both_stay(void **state)
{
    (void)state;
    office o;
    office_open(&o);
    const int64_t map = make(&o, &o.bob, first);
    /* both saw version 1 */
    must_change(&o, &o.bob, map, set("letter", "owner", "Operations", ""));
    must_change(&o, &o.dora, map, set("letter", "ask", "Ada Blum", ""));
    must_change(&o, &o.bob, map, set("question", "name", "I call", "I ask"));
    assert_str(value(&o, map, "letter", "owner"), "Operations");
    assert_str(value(&o, map, "letter", "ask"), "Ada Blum");
    assert_str(value(&o, map, "question", "name"), "I call");
    assert_int_equal(see(&o, map, 0).row.latest, 4);
    office_close(&o);
}

static void a_clash_says_what_it_is_now_and_who_made_it_so(void **state)
{
    (void)state;
    office o;
    fh_map_clash clash = {0};
    office_open(&o);
    const int64_t map = make(&o, &o.bob, first);
    must_change(&o, &o.dora, map, set("letter", "owner", "Operations", ""));
    must_change(&o, &o.bob, map, set("question", "owner", "Sales", ""));
    must_change(&o, &o.bob, map, set("letter", "ask", "Ada", ""));
    assert_status(change(&o, &o.bob, map, set("letter", "owner", "Claims", ""), &clash),
                  FH_CONFLICT);
    assert_str(clash.now, "Operations");
    assert_str(clash.by.person_name, "Dora Eng");
    assert_int_equal(clash.by.version, 2);
    assert_int_equal(see(&o, map, 0).row.latest, 4);

    /* all changes of one sending, or none */
    bool is_clash = false;
    const fh_map_change both[] = {set("question", "name", "I write", NULL),
                                  set("letter", "owner", "Claims", "Sales")};
    assert_status(fh_org_begin(o.org, NULL), FH_OK);
    assert_status(end(&o, fh_maps_change(o.org, &o.bob, map, both, 2, FH_STR(""), o.arena,
                                         &is_clash, &clash, &o.err)),
                  FH_CONFLICT);
    assert_true(is_clash);
    assert_int_equal(clash.change, 1);
    assert_str(value(&o, map, "question", "name"), "I ask");
    all_is_well(o.org);
    office_close(&o);
}

static void a_whole_text_is_refused_when_somebody_was_quicker(void **state)
{
    (void)state;
    office o;
    const fh_str text = FH_STR("journey renew \"I stay\"\nstage a \"A\"\n  touchpoint b \"B\"\n");
    office_open(&o);
    const int64_t map = make(&o, &o.bob, first);
    must_change(&o, &o.dora, map, set("", "title", "I renew it", NULL));
    assert_status(fh_org_begin(o.org, NULL), FH_OK);
    assert_status(fh_maps_put(o.org, &o.bob, map, 1, text, FH_STR(""), o.arena, &o.err), FH_STALE);
    assert_non_null(strstr(o.err.message, "Dora Eng"));
    assert_status(fh_maps_put(o.org, &o.bob, map, 2, text, FH_STR(""), o.arena, &o.err), FH_OK);
    assert_status(fh_maps_put(o.org, &o.bob, map, 3, text, FH_STR(""), o.arena, &o.err), FH_OK);
    assert_status(fh_org_commit(o.org, NULL), FH_OK);
    assert_int_equal(see(&o, map, 0).row.latest, 3); /* what changes nothing is no version */
    assert_str(see(&o, map, 0).row.title, "I stay");
    office_close(&o);
}

/* ---- Votes ----------------------------------------------------------------------------------- */

static fh_status put_vote(office *o, int64_t map, int64_t each, bool anybody, fh_vote *out)
{
    static const char *const elements[] = {"letter", "question", ""};
    fh_vote_choice *choice = FH_NEW_ARRAY(o->arena, fh_vote_choice, 3);
    for (size_t i = 0; i < 3; i++)
        choice[i] = (fh_vote_choice){.element = fh_str_of(elements[i]),
                                     .words = fh_str_of(i == 2 ? " Something else " : "")};
    *out = (fh_vote){.question = FH_STR("What hurts?"),
                     .each = each,
                     .anybody = anybody,
                     .choice = choice,
                     .n_choices = 3};
    assert_status(fh_org_begin(o->org, NULL), FH_OK);
    return end(o, fh_vote_put(o->org, &o->cli, map, out, o->arena, &o->err));
}

static fh_status cast_one(office *o, int64_t vote, fh_str voter, bool device, uint32_t a,
                          uint32_t b)
{
    const uint32_t choice[] = {a, b};
    fh_vote v;
    assert_status(fh_votes_get(o->org, vote, voter, o->arena, &v, NULL), FH_OK);
    assert_status(fh_org_begin(o->org, NULL), FH_OK);
    return end(o, fh_vote_cast(o->org, &v, voter, device, choice, a ? b ? 2 : 1 : 0, &o->err));
}

static void assert_votes(office *o, int64_t vote, fh_str voter, int64_t voters, int a, int b, int c)
{
    fh_vote v;
    assert_status(fh_votes_get(o->org, vote, voter, o->arena, &v, NULL), FH_OK);
    assert_int_equal(v.voters, voters);
    assert_int_equal(v.n_choices, 3);
    assert_int_equal(v.choice[0].votes, a);
    assert_int_equal(v.choice[1].votes, b);
    assert_int_equal(v.choice[2].votes, c);
}

static void everybody_votes_once_and_changes_it_until_it_is_closed(void **state)
{
    (void)state;
    office o;
    fh_vote v, again;
    const fh_vote *list = NULL;
    size_t n = 0;
    char bob[FH_VOTER_TEXT + 1], phone[FH_VOTER_TEXT + 1];
    office_open(&o);
    const int64_t map = make(&o, &o.bob, first);
    assert_status(put_vote(&o, map, 2, true, &v), FH_OK);
    assert_str(v.choice[0].words, "Letter");
    assert_str(v.choice[2].words, "Something else");
    assert_int_equal(fh_voter_person(&o.cli, bob).len, 0);
    const fh_str p = fh_voter_device(FH_STR("device"), phone);
    const fh_str bob_votes = fh_voter_person(&o.bob, bob);

    assert_status(cast_one(&o, v.vote, bob_votes, false, 1, 2), FH_OK);
    assert_status(cast_one(&o, v.vote, p, true, 1, 0), FH_OK);
    assert_votes(&o, v.vote, p, 2, 2, 1, 0);
    assert_status(cast_one(&o, v.vote, p, true, 3, 2), FH_OK); /* in place of what it said */
    assert_votes(&o, v.vote, p, 2, 1, 2, 1);
    assert_status(cast_one(&o, v.vote, p, true, 4, 0), FH_INVALID);
    assert_status(cast_one(&o, v.vote, p, true, 2, 2), FH_INVALID);
    assert_status(cast_one(&o, v.vote, (fh_str){"", 0}, true, 2, 0), FH_DENIED);
    assert_status(cast_one(&o, v.vote, p, true, 0, 0), FH_OK); /* taken back */
    assert_votes(&o, v.vote, p, 1, 1, 1, 0);
    all_is_well(o.org);

    /* Only who leads workshops asks and closes; sums stay, who voted does not. */
    assert_status(fh_vote_close(o.org, &o.ann, map, v.vote, o.arena, &again, &o.err), FH_DENIED);
    assert_status(fh_org_begin(o.org, NULL), FH_OK);
    assert_status(end(&o, fh_vote_close(o.org, &o.cli, map, v.vote, o.arena, &again, &o.err)),
                  FH_OK);
    assert_true(again.closed_ms > 0);
    assert_votes(&o, v.vote, bob_votes, 1, 1, 1, 0);
    assert_false(again.choice[0].mine);
    assert_status(cast_one(&o, v.vote, p, true, 1, 0), FH_CONFLICT);
    assert_status(fh_vote_close(o.org, &o.cli, map, v.vote, o.arena, &again, &o.err), FH_CONFLICT);

    /* The next vote of the workshop is behind the same code; colleagues only, one each. */
    assert_status(put_vote(&o, map, 1, false, &again), FH_OK);
    assert_true(fh_str_eq(again.code, v.code));
    assert_status(cast_one(&o, again.vote, p, true, 1, 0), FH_DENIED);
    assert_status(cast_one(&o, again.vote, bob_votes, false, 1, 2), FH_INVALID);
    assert_status(fh_vote_behind(o.org, v.code, p, o.arena, &list, &n, &o.err), FH_OK);
    assert_int_equal(n, 2);
    assert_int_equal(list[0].vote, again.vote);
    assert_status(fh_vote_behind(o.org, FH_STR("nowhere"), p, o.arena, &list, &n, &o.err),
                  FH_NOTFOUND);
    assert_status(put_vote(&o, map, 4, false, &again), FH_INVALID);
    assert_status(put_vote(&o, 99, 1, false, &again), FH_NOTFOUND);
    office_close(&o);
}

/* ---- Rows that somebody else has changed --------------------------------------------------- */

static void checking_tells_what_was_tampered_with(void **state)
{
    (void)state;
    static const char *const damage[][2] = {
        {"UPDATE map_version SET text = 'stage' WHERE version = 2", "version 2 of map 1"},
        {"UPDATE map_version SET text = text || '# more' WHERE version = 1",
         "version 1 of map 1 is not as it was written"},
        {"DELETE FROM map_version WHERE version = 2", "map 1 does not have every version"},
        {"DELETE FROM map_version WHERE version = 3", "map 1 does not have every version"},
        {"UPDATE journey_map SET latest = 2", "map 1 does not have every version"},
        {"UPDATE map_version SET mark = 1", "map 1 has more than one version with the same mark"},
        {"UPDATE map_version SET mark = 7 WHERE version = 1", "map 1 has a version with a mark"},
        {"DELETE FROM journey_map", "map 1 has versions, but is not there"},
        {"INSERT INTO map_vote VALUES (1, 9, 'c', 'q', 1, 0, 1, 1, 0, 0)", "map 9 has votes"},
        {"INSERT INTO map_vote VALUES (1, 1, 'c', 'q', 1, 0, 1, 1, 7, 0);"
         "INSERT INTO map_ballot VALUES (1, 'p1', 1)",
         "map 1 has ballots of a vote that is closed"},
        {"INSERT INTO map_vote VALUES (1, 1, 'c', 'q', 1, 0, 1, 1, 0, 0);"
         "INSERT INTO map_ballot VALUES (1, 'p1', 1), (1, 'p1', 2)",
         "map 1 has a vote with more ballots of somebody"},
    };
    for (size_t i = 0; i < COUNT(damage); i++) {
        office o;
        sqlite3 *raw = NULL;
        office_open(&o);
        const int64_t map = make(&o, &o.bob, first);
        assert_int_equal(map, 1);
        must_change(&o, &o.bob, map, set("letter", "owner", "A", NULL));
        must_change(&o, &o.bob, map, set("letter", "owner", "B", NULL));
        all_is_well(o.org);
        assert_int_equal(sqlite3_open(test_org_name(0), &raw), SQLITE_OK);
        assert_int_equal(sqlite3_exec(raw, damage[i][0], NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_close(raw), SQLITE_OK);
        const told t = check(o.org);
        if (t.n != 1 || !strstr(t.last, damage[i][1]))
            fail_msg("%s: %d, %s", damage[i][0], (int)t.n, t.last);
        office_close(&o);
    }
}

/* ---- Memory, disks, kills -------------------------------------------------------------------- */

typedef struct using_maps {
    office o;
    int64_t map;
} using_maps;

static fh_status use_votes(using_maps *u, fh_arena *arena)
{
    fh_vote_choice choice[] = {{.element = {"letter", 6}, .words = {"", 0}},
                               {.element = {"", 0}, .words = {"Else", 4}}};
    const uint32_t second = 2;
    const fh_vote *list = NULL;
    size_t n = 0;
    fh_vote v = {
        .question = {"q", 1}, .each = 1, .anybody = true, .choice = choice, .n_choices = 2};
    fh_status s = fh_vote_put(u->o.org, &u->o.cli, u->map, &v, arena, &u->o.err);
    if (!s) s = fh_vote_cast(u->o.org, &v, FH_STR("d1"), true, &second, 1, &u->o.err);
    if (!s) s = fh_vote_list(u->o.org, &u->o.bob, u->map, arena, &list, &n, &u->o.err);
    if (!s) assert_int_equal(list[0].choice[1].votes, 1);
    return s ? s : fh_vote_close(u->o.org, &u->o.cli, u->map, v.vote, arena, &v, &u->o.err);
}

static fh_status use_maps(void *ctx)
{
    using_maps *u = ctx;
    fh_org *org = u->o.org;
    fh_map_open open;
    fh_map_clash clash;
    const fh_maps_row *rows = NULL;
    const fh_maps_version *versions = NULL;
    const fh_map_change c = set("letter", "owner", "Claims", NULL),
                        stale = set("letter", "owner", "Claims", "Nobody");
    size_t n = 0;
    bool is_clash = false;
    fh_str id;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    assert_status(fh_org_begin(org, NULL), FH_OK);
    fh_status s = fh_maps_change(org, &u->o.bob, u->map, &c, 1, FH_STR(""), arena, &is_clash,
                                 &clash, &u->o.err);
    if (!s) s = fh_maps_open(org, &u->o.bob, u->map, 2, arena, &open, &u->o.err);
    if (!s) s = fh_maps_all(org, &u->o.bob, true, arena, &rows, &n, &u->o.err);
    if (!s) s = fh_maps_versions(org, u->map, 0, 10, arena, &versions, &n, &u->o.err);
    if (!s) s = use_votes(u, arena);
    if (!s) s = fh_maps_free_id(org, FH_STR("Renew"), arena, &id, &u->o.err);
    if (!s) assert_str(id, "renew-2");
    if (!s) {
        s = fh_maps_change(org, &u->o.bob, u->map, &stale, 1, FH_STR(""), arena, &is_clash, &clash,
                           &u->o.err);
        assert_true(s == FH_CONFLICT ? is_clash : s == FH_NOMEM);
        if (s == FH_CONFLICT) s = FH_OK;
    }
    fh_org_rollback(org);
    fh_arena_free(arena);
    return s;
}

static void memory_that_runs_out_is_an_ordinary_error(void **state)
{
    (void)state;
    using_maps u;
    office_open(&u.o);
    u.map = make(&u.o, &u.o.bob, first);
    test_oom(use_maps, &u);
    assert_int_equal(see(&u.o, u.map, 0).row.latest, 1);
    office_close(&u.o);
}

/* The next version of a map, in a transaction of its own. */
static fh_status next_version(fh_org *org, const fh_actor *by, int64_t map, int64_t version,
                              fh_error *err)
{
    char title[40];
    fh_map_clash clash;
    bool is_clash = false;
    (void)snprintf(title, sizeof title, "Version %d", (int)version);
    const fh_map_change c = set("", "title", title, NULL);
    fh_arena *arena = fh_arena_new(NULL);
    fh_status s = fh_org_begin(org, err);
    if (!s) {
        s = fh_maps_change(org, by, map, &c, 1, FH_STR(""), arena, &is_clash, &clash, err);
        if (!s)
            s = fh_org_commit(org, err);
        else
            fh_org_rollback(org);
    }
    fh_arena_free(arena);
    return s;
}

/* What is there is sound and whole; the latest version. */
static int64_t whole(office *o, int64_t map)
{
    char title[40];
    all_is_well(o->org);
    const fh_map_open newest = see(o, map, 0);
    (void)snprintf(title, sizeof title, "Version %d", (int)newest.row.latest);
    if (newest.row.latest > 1) {
        assert_str(newest.row.title, title);
        assert_str(newest.map.title, title);
    }
    return newest.row.latest;
}

static void a_failing_disk_leaves_a_version_whole_or_not_there(void **state)
{
    (void)state;
    static const vfs_fault kinds[] = {VFS_IO_ONCE, VFS_BROKEN, VFS_FULL};
    faulty_vfs_on();
    faulty_vfs_set(VFS_IO_ONCE, 0);
    office o;
    int64_t latest = 1;
    bool failed = false;
    office_open(&o);
    const int64_t map = make(&o, &o.bob, first);
    for (size_t k = 0; k < COUNT(kinds); k++) {
        bool reached = true;
        for (uint64_t nth = 1; reached && nth < 40; nth += 3) {
            fh_error err = {0};
            faulty_vfs_set(kinds[k], nth);
            const fh_status s = next_version(o.org, &o.bob, map, latest + 1, &err);
            reached = faulty_vfs_reached();
            faulty_vfs_set(VFS_IO_ONCE, 0);
            if (!reached) assert_status(s, FH_OK);
            if (s) assert_true(err.message[0] && err.hint[0]);
            fh_org_close(o.org);
            o.org = test_org_open(0, FH_ORG_WRITE);
            const int64_t now = whole(&o, map);
            assert_true(now == latest + 1 || (s && now == latest));
            failed = failed || s;
            latest = now;
        }
    }
    assert_true(failed && latest > 3);
    office_close(&o);
    faulty_vfs_off();
}

static void change_until_killed(const char *path, const fh_actor *by, int64_t map, int64_t version,
                                int say)
{
    fh_org *org = NULL;
    fh_error err = {0};
    if (fh_org_open(fh_os_real(), path, FH_ORG_WRITE, &org, &err)) _exit(1);
    for (;;) {
        if (next_version(org, by, map, ++version, &err)) _exit(1);
        if (write(say, "x", 1) != 1) _exit(1);
    }
}

static void versions_that_were_acknowledged_survive_kill_9(void **state)
{
    (void)state;
    office o;
    int64_t latest = 1;
    char path[160], x; /* of this process: the child has another number */
    office_open(&o);
    const int64_t map = make(&o, &o.bob, first);
    (void)snprintf(path, sizeof path, "%s", test_org_name(0));
    for (int round = 0; round < 3; round++) {
        int ends[2];
        int64_t said = latest;
        fh_org_close(o.org);
        assert_int_equal(pipe(ends), 0);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) change_until_killed(path, &o.bob, map, latest, ends[1]);
        (void)close(ends[1]);
        for (int i = 0; i < 3 + round && read(ends[0], &x, 1) == 1; i++) said++;
        (void)kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        while (read(ends[0], &x, 1) == 1) said++;
        (void)close(ends[0]);
        o.org = test_org_open(0, FH_ORG_WRITE);
        const int64_t now = whole(&o, map);
        assert_true(said >= latest + 3 + round);
        assert_true(now == said || now == said + 1);
        latest = now;
    }
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_have_no_gaps_and_are_never_edited),
        cmocka_unit_test(one_version_is_intended_and_one_is_how_it_is_now),
        cmocka_unit_test(what_is_not_answered_at_each_stage_is_not_intended),
        cmocka_unit_test(changes_of_two_people_to_different_fields_both_stay),
        cmocka_unit_test(a_clash_says_what_it_is_now_and_who_made_it_so),
        cmocka_unit_test(a_whole_text_is_refused_when_somebody_was_quicker),
        cmocka_unit_test(everybody_votes_once_and_changes_it_until_it_is_closed),
        cmocka_unit_test(checking_tells_what_was_tampered_with),
        cmocka_unit_test(memory_that_runs_out_is_an_ordinary_error),
        cmocka_unit_test(a_failing_disk_leaves_a_version_whole_or_not_there),
        cmocka_unit_test(versions_that_were_acknowledged_survive_kill_9),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
