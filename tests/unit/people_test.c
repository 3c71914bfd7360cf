/* people_test.c - people and departments: what fields may be, versions, circles, the last
 * owner, forgetting; who sees what. */
#include "test.h"

#include "app/data/erase.h"
#include "app/people/audit.h"
#include "app/people/people.h"
#include "orgs.h"
#include "store/accounts.h"
#include "store/segments.h"

typedef struct fixture {
    fh_org *org;
    fh_arena *arena;
    fh_actor cli;
    fh_error err;
} fixture;

static void begin(fixture *f)
{
    *f = (fixture){.org = test_org_new(0), .arena = fh_arena_new(NULL)};
    f->cli = fh_actor_command_line();
}

static void print_fault(void *ctx, const char *sentence)
{
    (void)ctx;
    print_message("%s\n", sentence);
}

static void end(fixture *f)
{
    uint64_t n = 0;
    assert_status(fh_store_check(f->org, print_fault, NULL, &n, NULL), FH_OK);
    fh_arena_free(f->arena);
    test_org_end(f->org);
}

static fh_person create(fixture *f, fh_person p)
{
    fh_person out = {0};
    if (fh_person_create(f->org, &f->cli, &p, f->arena, &out, &f->err) != FH_OK)
        fail_msg("%s", f->err.message);
    return out;
}

static fh_person add(fixture *f, const char *name, const char *email, fh_roles roles)
{
    return create(f,
                  (fh_person){.name = fh_str_of(name), .email = fh_str_of(email), .roles = roles});
}

static fh_department department(fixture *f, const char *name, uint32_t parent)
{
    const fh_department d = {.name = fh_str_of(name), .parent = parent};
    fh_department out = {0};
    if (fh_department_create(f->org, &f->cli, &d, f->arena, &out, &f->err) != FH_OK)
        fail_msg("%s", f->err.message);
    return out;
}

static fh_actor actor_of(fixture *f, uint32_t person)
{
    fh_actor a = {0};
    assert_status(fh_actor_of(f->org, person, f->arena, &a, &f->err), FH_OK);
    return a;
}

static const fh_roles owner = UINT32_C(1) << FH_ROLE_OWNER, admin = UINT32_C(1) << FH_ROLE_ADMIN,
                      front = UINT32_C(1) << FH_ROLE_FRONT_LINE, hr = UINT32_C(1) << FH_ROLE_HR,
                      lead = UINT32_C(1) << FH_ROLE_LEAD, portal = UINT32_C(1) << FH_ROLE_CUSTOMER;

/* ---- Rights and roles -------------------------------------------------------------------- */

static void every_right_and_role_has_words_and_is_found_by_them(void **state)
{
    (void)state;
    fh_rights given = 0;
    for (unsigned i = 0; i < FH_N_RIGHTS; i++) {
        fh_right right;
        assert_true(fh_right_find(fh_str_of(fh_right_word((fh_right)i)), &right));
        assert_int_equal(right, i);
        assert_true(strlen(fh_right_means((fh_right)i)) > 5);
    }
    for (unsigned i = 0; i < FH_N_ROLES; i++) {
        fh_role role;
        assert_true(fh_role_find(fh_str_of(fh_role_word((fh_role)i)), &role));
        assert_int_equal(role, i);
        assert_true(strlen(fh_role_means((fh_role)i)) > 20);
        assert_true(strlen(fh_role_page((fh_role)i)) > 3);
        assert_true(fh_role_rights((fh_role)i) != 0);
        given |= fh_role_rights((fh_role)i);
    }
    assert_true(given == fh_rights_all());
    assert_true(fh_role_rights(FH_ROLE_OWNER) == fh_rights_all());
}

static void roles_and_scopes_are_read_as_they_are_printed(void **state)
{
    (void)state;
    fh_buf text;
    fh_roles roles = 0;
    fh_rights scopes = 0;
    fh_error err;
    fh_buf_init(&text, NULL, 4096);
    fh_roles_print(front | hr | lead, &text);
    assert_str(fh_buf_view(&text), "front-line lead hr");
    assert_status(fh_roles_parse(fh_buf_view(&text), &roles, NULL), FH_OK);
    assert_int_equal(roles, front | hr | lead);
    assert_status(fh_roles_parse(FH_STR(" lead,HR | front-line;"), &roles, NULL), FH_OK);
    assert_int_equal(roles, front | hr | lead);
    assert_status(fh_roles_parse(FH_STR("leader"), &roles, &err), FH_INVALID);
    assert_string_equal(err.hint, "Did you mean 'lead'?");
    fh_buf_clear(&text);
    fh_scopes_print(fh_rights_all(), &text);
    assert_status(fh_scopes_parse(fh_buf_view(&text), &scopes, NULL), FH_OK);
    assert_true(scopes == fh_rights_all());
    assert_status(fh_scopes_parse(FH_STR("read"), &scopes, NULL), FH_OK);
    assert_true((scopes & fh_rights_guarded()) == 0);
    assert_true((scopes & fh_right_bit(FH_RIGHT_IMPORT)) == 0);
    assert_status(fh_scopes_parse(FH_STR("  "), &scopes, NULL), FH_INVALID);
    assert_status(fh_scopes_parse(FH_STR("ingst"), &scopes, &err), FH_INVALID);
    assert_string_equal(err.hint, "Did you mean 'ingest'?");
    fh_buf_free(&text);
}

static fh_actor as(fh_roles roles)
{
    return (fh_actor){
        .kind = FH_ACTOR_PERSON, .person = 99, .roles = roles, .rights = fh_roles_rights(roles)};
}

static void nobody_gives_guarded_rights_they_do_not_have(void **state)
{
    (void)state;
    fh_actor a = as(owner), b = as(admin), c = as(hr);
    assert_true(fh_may_give(&a, owner));
    assert_false(fh_may_give(&b, owner));
    assert_true(fh_may_give(&b, front | lead | hr));
    assert_false(fh_may_give(&b, UINT32_C(1) << FH_ROLE_DPO)); /* may erase */
    assert_false(fh_may_give(&c, admin));
    assert_true(fh_may_give(&c, front));
    a.kind = FH_ACTOR_TOKEN; /* a program makes no owners */
    assert_false(fh_may_give(&a, owner));
    a = as(owner);
    a.rights &= ~fh_rights_guarded(); /* without the second factor */
    assert_false(fh_may_give(&a, admin));
}

static void coverage_is_seen_by_the_person_and_the_lead_and_as_counts_elsewhere(void **state)
{
    (void)state;
    static const uint32_t led[] = {3, 8, 12};
    fh_actor a = as(front), boss = as(lead), people = as(hr), guest = as(portal);
    boss.led = led;
    boss.n_led = COUNT(led);
    fh_object o = {.kind = FH_OBJECT_COVERAGE, .person = 5, .department = 8};
    assert_int_equal(fh_sees(&boss, &o), FH_SEES_ALL);
    assert_int_equal(fh_sees(&people, &o), FH_SEES_COUNTS);
    assert_int_equal(fh_sees(&a, &o), FH_SEES_NOTHING);
    assert_int_equal(fh_sees(&guest, &o), FH_SEES_NOTHING);
    a.person = 5;
    assert_int_equal(fh_sees(&a, &o), FH_SEES_ALL);
    o.department = 9; /* not one of those led */
    assert_int_equal(fh_sees(&boss, &o), FH_SEES_COUNTS);
    o.department = 0;
    assert_false(fh_leads(&boss, 0));
}

static void people_in_findings_are_named_only_to_themselves_and_the_owner(void **state)
{
    (void)state;
    fh_actor a = as(front), boss = as(owner), guest = as(portal);
    const fh_object finding = {.kind = FH_OBJECT_FINDING, .person = 5, .owner = 6};
    assert_int_equal(fh_sees(&a, &finding), FH_SEES_ROLES);
    assert_int_equal(fh_sees(&boss, &finding), FH_SEES_ROLES);
    assert_int_equal(fh_sees(&guest, &finding), FH_SEES_NOTHING);
    a.person = 5;
    assert_int_equal(fh_sees(&a, &finding), FH_SEES_ALL);
    a.person = 6;
    assert_int_equal(fh_sees(&a, &finding), FH_SEES_ALL);
    const fh_object signal = {.kind = FH_OBJECT_SIGNAL, .person = 6};
    assert_int_equal(fh_sees(&boss, &signal), FH_SEES_COUNTS);
}

static void a_story_is_seen_by_its_customer_and_those_who_serve(void **state)
{
    (void)state;
    fh_actor guest = as(portal), nobody = {0}, helper = as(front), keeper = as(admin);
    const fh_object story = {.kind = FH_OBJECT_STORY, .customer = 17};
    assert_int_equal(fh_sees(&guest, &story), FH_SEES_NOTHING);
    guest.customer = 17;
    assert_int_equal(fh_sees(&guest, &story), FH_SEES_ALL);
    assert_int_equal(fh_sees(&helper, &story), FH_SEES_ALL);
    assert_int_equal(fh_sees(&keeper, &story), FH_SEES_COUNTS);
    assert_int_equal(fh_sees(&nobody, &story), FH_SEES_NOTHING);
    const fh_object none = {.kind = FH_OBJECT_STORY};
    assert_int_equal(fh_sees(&nobody, &none), FH_SEES_NOTHING);
}

/* ---- People --------------------------------------------------------------------------------- */

static void a_person_comes_back_as_it_was_given(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const fh_department sales = department(&f, "Sales", 0);
    const fh_person boss = add(&f, "Bo", "bo@example.org", lead);
    const fh_person made = create(&f, (fh_person){.name = FH_STR("  Ann Berg "),
                                                  .email = FH_STR("Ann.Berg@Example.ORG"),
                                                  .external_id = FH_STR("E-17"),
                                                  .level = FH_STR("senior"),
                                                  .started = FH_STR("2024-02-29"),
                                                  .department = sales.department,
                                                  .manager = boss.person,
                                                  .roles = front});
    fh_person got = {0};
    uint32_t found = 0;
    assert_status(fh_person_get(f.org, &f.cli, made.person, f.arena, &got, &f.err), FH_OK);
    assert_str(got.name, "Ann Berg");
    assert_str(got.email, "ann.berg@example.org");
    assert_str(got.external_id, "E-17");
    assert_str(got.level, "senior");
    assert_str(got.started, "2024-02-29");
    assert_int_equal(got.department, sales.department);
    assert_int_equal(got.manager, boss.person);
    assert_int_equal(got.roles, front);
    assert_true(got.active);
    assert_int_equal(got.version, 1);
    static const char *const names[] = {"#2", "E-17", "ANN.berg@example.org"};
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_status(fh_person_find(f.org, &f.cli, fh_str_of(names[i]), &found, &f.err), FH_OK);
        assert_int_equal(found, made.person);
    }
    assert_status(fh_person_find(f.org, &f.cli, FH_STR("#99"), &found, &f.err), FH_NOTFOUND);
    end(&f);
}

static void what_cannot_be_a_field_is_refused(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    char long_name[300];
    memset(long_name, 'x', sizeof long_name);
    const fh_str ok = FH_STR("Ann");
    const fh_person bad[] = {
        {.name = FH_STR("  ")},
        {.name = {long_name, sizeof long_name}},
        {.name = FH_STR("a\x01z")},
        {.name = FH_STR("a\xff")},
        {.name = ok, .email = FH_STR("nobody")},
        {.name = ok, .email = FH_STR("a@b@c")},
        {.name = ok, .email = FH_STR("a b@c.org")},
        {.name = ok, .email = FH_STR("@c.org")},
        {.name = ok, .started = FH_STR("2023-02-29")},
        {.name = ok, .started = FH_STR("1.2.2024")},
        {.name = ok, .started = FH_STR("20x4-01-01")},
        {.name = ok, .department = 5},
        {.name = ok, .manager = 5},
        {.name = ok, .customer = 5},
        {.name = ok, .roles = UINT32_C(1) << FH_N_ROLES},
    };
    fh_person out;
    for (size_t i = 0; i < COUNT(bad); i++) {
        f.err = (fh_error){0};
        const fh_status status = fh_person_create(f.org, &f.cli, &bad[i], f.arena, &out, &f.err);
        if (status != FH_INVALID) fail_msg("case %zu: %s", i, fh_status_text(status));
    }
    uint64_t n = 0;
    assert_status(fh_person_count_role(f.org, ~UINT32_C(0), &n, NULL), FH_OK);
    assert_int_equal(n, 0);
    end(&f);
}

static void an_address_or_id_belongs_to_one_person(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_person out;
    (void)create(
        &f,
        (fh_person){.name = FH_STR("A"), .email = FH_STR("a@x.org"), .external_id = FH_STR("1")});
    const fh_person same_mail = {.name = FH_STR("B"), .email = FH_STR("A@X.ORG")};
    const fh_person same_id = {.name = FH_STR("B"), .external_id = FH_STR("1")};
    assert_status(fh_person_create(f.org, &f.cli, &same_mail, f.arena, &out, &f.err), FH_CONFLICT);
    assert_status(fh_person_create(f.org, &f.cli, &same_id, f.arena, &out, &f.err), FH_CONFLICT);
    /* Any number may have none. */
    (void)add(&f, "C", "", 0);
    (void)add(&f, "D", "", 0);
    end(&f);
}

static void a_change_from_an_old_version_is_refused(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_person p = add(&f, "Ann", "ann@x.org", front), out;
    p.level = FH_STR("2");
    assert_status(fh_person_change(f.org, &f.cli, &p, FH_PERSON_LEVEL, f.arena, &out, &f.err),
                  FH_OK);
    assert_int_equal(out.version, 2);
    p.level = FH_STR("3");
    assert_status(fh_person_change(f.org, &f.cli, &p, FH_PERSON_LEVEL, f.arena, &out, &f.err),
                  FH_STALE);
    p.version = 0; /* whatever there is */
    assert_status(fh_person_change(f.org, &f.cli, &p, FH_PERSON_LEVEL, f.arena, &out, &f.err),
                  FH_OK);
    assert_int_equal(out.version, 3);
    assert_str(out.name, "Ann"); /* fields not named stay */
    /* Nothing different: nothing written. */
    p.version = 3;
    assert_status(fh_person_change(f.org, &f.cli, &p, FH_PERSON_LEVEL, f.arena, &out, &f.err),
                  FH_OK);
    assert_int_equal(out.version, 3);
    end(&f);
}

static void managers_form_no_circle(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_person a = add(&f, "A", "", 0), out;
    fh_person b = create(&f, (fh_person){.name = FH_STR("B"), .manager = a.person});
    fh_person c = create(&f, (fh_person){.name = FH_STR("C"), .manager = b.person});
    a.manager = c.person;
    assert_status(fh_person_change(f.org, &f.cli, &a, FH_PERSON_MANAGER, f.arena, &out, &f.err),
                  FH_CONFLICT);
    a.manager = a.person;
    assert_status(fh_person_change(f.org, &f.cli, &a, FH_PERSON_MANAGER, f.arena, &out, &f.err),
                  FH_CONFLICT);
    c.manager = a.person;
    assert_status(fh_person_change(f.org, &f.cli, &c, FH_PERSON_MANAGER, f.arena, &out, &f.err),
                  FH_OK);
    end(&f);
}

static void the_last_owner_stays(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_person a = add(&f, "Ann", "ann@x.org", owner | front), out;
    fh_person change = a;
    change.roles = front;
    assert_status(fh_person_change(f.org, &f.cli, &change, FH_PERSON_ROLES, f.arena, &out, &f.err),
                  FH_CONFLICT);
    change.active = false;
    assert_status(fh_person_change(f.org, &f.cli, &change, FH_PERSON_ACTIVE, f.arena, &out, &f.err),
                  FH_CONFLICT);
    assert_status(fh_person_forget(f.org, &f.cli, a.person, 0, &f.err), FH_CONFLICT);
    /* A disabled owner does not count. */
    fh_person b = add(&f, "Bob", "bob@x.org", owner);
    b.active = false;
    assert_status(fh_person_change(f.org, &f.cli, &b, FH_PERSON_ACTIVE, f.arena, &out, &f.err),
                  FH_OK);
    assert_status(fh_person_change(f.org, &f.cli, &change, FH_PERSON_ACTIVE, f.arena, &out, &f.err),
                  FH_CONFLICT);
    b = out;
    (void)add(&f, "Cy", "cy@x.org", owner);
    assert_status(fh_person_change(f.org, &f.cli, &change, FH_PERSON_ACTIVE, f.arena, &out, &f.err),
                  FH_OK);
    end(&f);
}

static void only_an_owner_touches_an_owner(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_person own = add(&f, "Ann", "ann@x.org", owner), out;
    (void)add(&f, "Second", "second@x.org", owner);
    const fh_person adm = add(&f, "Bob", "bob@x.org", admin);
    const fh_actor bob = actor_of(&f, adm.person);
    own.active = false;
    assert_status(fh_person_change(f.org, &bob, &own, FH_PERSON_ACTIVE, f.arena, &out, &f.err),
                  FH_DENIED);
    own.email = FH_STR("bob2@x.org"); /* and then a reset link would arrive there */
    assert_status(fh_person_change(f.org, &bob, &own, FH_PERSON_EMAIL, f.arena, &out, &f.err),
                  FH_DENIED);
    assert_status(fh_person_forget(f.org, &bob, own.person, 0, &f.err), FH_DENIED);
    fh_person self = adm;
    self.roles = admin | owner;
    assert_status(fh_person_change(f.org, &bob, &self, FH_PERSON_ROLES, f.arena, &out, &f.err),
                  FH_DENIED);
    own.level = FH_STR("7");
    assert_status(fh_person_change(f.org, &bob, &own, FH_PERSON_LEVEL, f.arena, &out, &f.err),
                  FH_OK);
    end(&f);
}

static void without_the_right_only_the_own_name_changes(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_person ann = add(&f, "Ann", "ann@x.org", front), bob = add(&f, "Bob", "b@x.org", front), out;
    const fh_actor a = actor_of(&f, ann.person);
    ann.name = FH_STR("Anna");
    assert_status(fh_person_change(f.org, &a, &ann, FH_PERSON_NAME, f.arena, &out, &f.err), FH_OK);
    ann.version = 0;
    ann.roles = owner;
    assert_status(
        fh_person_change(f.org, &a, &ann, FH_PERSON_NAME | FH_PERSON_ROLES, f.arena, &out, &f.err),
        FH_DENIED);
    bob.name = FH_STR("Bobby");
    assert_status(fh_person_change(f.org, &a, &bob, FH_PERSON_NAME, f.arena, &out, &f.err),
                  FH_DENIED);
    assert_status(fh_person_create(f.org, &a, &bob, f.arena, &out, &f.err), FH_DENIED);
    const fh_department d = {.name = FH_STR("X")};
    fh_department made;
    assert_status(fh_department_create(f.org, &a, &d, f.arena, &made, &f.err), FH_DENIED);
    assert_status(fh_person_forget(f.org, &a, ann.person, 0, &f.err), FH_DENIED);
    /* Each refusal is in the log. */
    const fh_audit_entry *list = NULL;
    size_t n = 0;
    const fh_audit_filter filter = {.action = FH_STR("denied")};
    assert_status(fh_audit_list(f.org, &f.cli, &filter, 20, f.arena, &list, &n, NULL), FH_OK);
    assert_int_equal(n, 5);
    end(&f);
}

static void colleagues_see_name_and_place_and_leads_see_all(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const fh_department top = department(&f, "Service", 0);
    const fh_department sub = department(&f, "Desk", top.department);
    const fh_person boss =
        create(&f, (fh_person){.name = FH_STR("Bo"), .department = top.department, .roles = lead});
    const fh_person ann = create(&f, (fh_person){.name = FH_STR("Ann"),
                                                 .email = FH_STR("ann@x.org"),
                                                 .level = FH_STR("2"),
                                                 .department = sub.department,
                                                 .roles = front});
    const fh_person other = add(&f, "Oz", "oz@x.org", front);
    const fh_person guest = add(&f, "Gus", "gus@x.org", portal);
    fh_person p;
    const fh_actor oz = actor_of(&f, other.person), bo = actor_of(&f, boss.person),
                   gus = actor_of(&f, guest.person);
    assert_int_equal(bo.n_led, 2);
    assert_status(fh_person_get(f.org, &oz, ann.person, f.arena, &p, &f.err), FH_OK);
    assert_str(p.name, "Ann");
    assert_int_equal(p.email.len, 0);
    assert_int_equal(p.level.len, 0);
    assert_status(fh_person_get(f.org, &bo, ann.person, f.arena, &p, &f.err), FH_OK);
    assert_str(p.email, "ann@x.org");
    assert_status(fh_person_get(f.org, &gus, ann.person, f.arena, &p, &f.err), FH_NOTFOUND);
    assert_status(fh_person_get(f.org, &gus, guest.person, f.arena, &p, &f.err), FH_OK);
    /* What is hidden does not match either. */
    const fh_person *list = NULL;
    size_t n = 0;
    uint32_t next = 0;
    const fh_people_filter by_mail = {.text = FH_STR("ann@")};
    assert_status(fh_people_list(f.org, &oz, &by_mail, 10, f.arena, &list, &n, &next, &f.err),
                  FH_OK);
    assert_int_equal(n, 0);
    assert_status(fh_people_list(f.org, &gus, &by_mail, 10, f.arena, &list, &n, &next, &f.err),
                  FH_DENIED);
    end(&f);
}

static void people_are_listed_with_filters_and_a_cursor(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const fh_department top = department(&f, "Service", 0);
    const fh_department sub = department(&f, "Desk", top.department);
    for (int i = 0; i < 25; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "Person %02d", i);
        (void)create(&f, (fh_person){.name = fh_str_of(name),
                                     .department = i % 5 == 0 ? sub.department : top.department,
                                     .roles = i % 2 ? front : lead});
    }
    const fh_person *list = NULL;
    size_t n = 0, total = 0;
    uint32_t next = 0;
    fh_people_filter filter = {0};
    do {
        assert_status(fh_people_list(f.org, &f.cli, &filter, 10, f.arena, &list, &n, &next, &f.err),
                      FH_OK);
        total += n;
        filter.after = next;
    } while (next);
    assert_int_equal(total, 25);
    filter = (fh_people_filter){.department = top.department};
    assert_status(fh_people_list(f.org, &f.cli, &filter, 100, f.arena, &list, &n, &next, &f.err),
                  FH_OK);
    assert_int_equal(n, 20);
    assert_int_equal(next, 0);
    filter.below = true;
    assert_status(fh_people_list(f.org, &f.cli, &filter, 25, f.arena, &list, &n, &next, &f.err),
                  FH_OK);
    assert_int_equal(n, 25);
    assert_int_equal(next, 0);
    filter = (fh_people_filter){.roles = lead, .text = FH_STR("PERSON 1")};
    assert_status(fh_people_list(f.org, &f.cli, &filter, 100, f.arena, &list, &n, &next, &f.err),
                  FH_OK);
    assert_int_equal(n, 5);
    end(&f);
}

static void a_forgotten_person_leaves_a_number_and_no_bytes(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    (void)add(&f, "Own", "own@x.org", owner);
    fh_person p = create(&f, (fh_person){.name = FH_STR("Winifred Quux"),
                                         .email = FH_STR("winifred@quux.example"),
                                         .external_id = FH_STR("QUUX-99-ID"),
                                         .level = FH_STR("3"),
                                         .roles = front}),
              out;
    p.name = FH_STR("Winifred Quuxley");
    assert_status(fh_person_change(f.org, &f.cli, &p, FH_PERSON_NAME, f.arena, &out, &f.err),
                  FH_OK);
    assert_status(fh_password_put(f.org, p.person, FH_STR("x"), &f.err), FH_OK);
    assert_status(fh_person_forget(f.org, &f.cli, p.person, 1, &f.err), FH_STALE);
    assert_status(fh_person_forget(f.org, &f.cli, p.person, 2, &f.err), FH_OK);
    assert_status(fh_person_get(f.org, &f.cli, p.person, f.arena, &out, &f.err), FH_OK);
    assert_str(out.name, "former colleague 2");
    assert_str(out.level, "3");
    assert_false(out.active);
    assert_int_equal(out.roles, 0);
    fh_erase_result found = {0};
    const fh_str texts[] = {FH_STR("Quux"), FH_STR("winifred"), FH_STR("QUUX-99")};
    assert_status(fh_search_bytes(f.org, texts, COUNT(texts), &found, &f.err), FH_OK);
    assert_int_equal(found.found, 0);
    end(&f);
}

static void every_change_of_a_person_is_in_the_log(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_person p = add(&f, "Ann", "ann@x.org", front), out;
    p.roles = front | hr;
    assert_status(fh_person_change(f.org, &f.cli, &p, FH_PERSON_ROLES, f.arena, &out, &f.err),
                  FH_OK);
    out.active = false;
    assert_status(fh_person_change(f.org, &f.cli, &out, FH_PERSON_ACTIVE, f.arena, &out, &f.err),
                  FH_OK);
    out.active = true;
    assert_status(fh_person_change(f.org, &f.cli, &out, FH_PERSON_ACTIVE, f.arena, &out, &f.err),
                  FH_OK);
    const fh_audit_entry *list = NULL;
    size_t n = 0;
    const fh_audit_filter filter = {.object_kind = FH_STR("person"), .object = p.person};
    assert_status(fh_audit_list(f.org, &f.cli, &filter, 20, f.arena, &list, &n, NULL), FH_OK);
    assert_int_equal(n, 4);
    assert_str(list[0].row.action, "person.enabled");
    assert_str(list[1].row.action, "person.disabled");
    assert_str(list[2].row.action, "person.roles");
    assert_str(list[2].row.details, "{\"before\":{\"roles\":[\"front-line\"]},\"after\":"
                                    "{\"roles\":[\"front-line\",\"hr\"]}}");
    assert_str(list[3].row.action, "person.added");
    assert_str(list[3].about, "Ann");
    assert_str(list[3].who, "command line");
    end(&f);
}

/* ---- Departments ---------------------------------------------------------------------------- */

static void departments_are_listed_as_a_tree(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const fh_department b = department(&f, "B", 0), a = department(&f, "A", 0);
    const fh_department a2 = department(&f, "A2", a.department);
    (void)department(&f, "A1", a.department);
    (void)department(&f, "A2x", a2.department);
    (void)department(&f, "B1", b.department);
    const fh_department *list = NULL;
    size_t n = 0;
    assert_status(fh_departments_list(f.org, &f.cli, f.arena, &list, &n, &f.err), FH_OK);
    static const char *const want[] = {"A", "A1", "A2", "A2x", "B", "B1"};
    assert_int_equal(n, COUNT(want));
    for (size_t i = 0; i < n; i++) assert_str(list[i].name, want[i]);
    const uint32_t *below = NULL;
    assert_status(fh_departments_below(f.org, a.department, f.arena, &below, &n, &f.err), FH_OK);
    assert_int_equal(n, 4);
    end(&f);
}

static void departments_form_no_circle_and_are_closed_when_empty(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_department a = department(&f, "A", 0), b = department(&f, "B", a.department);
    fh_department c = department(&f, "C", b.department), out;
    a.parent = c.department;
    assert_status(
        fh_department_change(f.org, &f.cli, &a, FH_DEPARTMENT_PARENT, f.arena, &out, &f.err),
        FH_CONFLICT);
    a.parent = a.department;
    assert_status(
        fh_department_change(f.org, &f.cli, &a, FH_DEPARTMENT_PARENT, f.arena, &out, &f.err),
        FH_CONFLICT);
    b.active = false;
    assert_status(
        fh_department_change(f.org, &f.cli, &b, FH_DEPARTMENT_ACTIVE, f.arena, &out, &f.err),
        FH_CONFLICT);
    (void)create(&f, (fh_person){.name = FH_STR("Ann"), .department = c.department});
    c.active = false;
    assert_status(
        fh_department_change(f.org, &f.cli, &c, FH_DEPARTMENT_ACTIVE, f.arena, &out, &f.err),
        FH_CONFLICT);
    c.parent = 0;
    assert_status(
        fh_department_change(f.org, &f.cli, &c, FH_DEPARTMENT_PARENT, f.arena, &out, &f.err),
        FH_OK);
    assert_status(
        fh_department_change(f.org, &f.cli, &b, FH_DEPARTMENT_ACTIVE, f.arena, &out, &f.err),
        FH_OK);
    const fh_department same = {.name = FH_STR("A")};
    assert_status(fh_department_create(f.org, &f.cli, &same, f.arena, &out, &f.err), FH_CONFLICT);
    c.version = 1;
    assert_status(
        fh_department_change(f.org, &f.cli, &c, FH_DEPARTMENT_NAME, f.arena, &out, &f.err),
        FH_STALE);
    end(&f);
}

static void a_department_is_known_to_interactions_by_its_name(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    uint32_t number = 0;
    const fh_department d = department(&f, "Finance", 0);
    assert_status(fh_dict_find(f.org, FH_DICT_DEPARTMENT, FH_STR("Finance"), &number, NULL), FH_OK);
    assert_int_equal(d.known_as, number);
    assert_true(number > 0);
    end(&f);
}

static fh_status list_all(void *ctx)
{
    fixture *f = ctx;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    const fh_person *list = NULL;
    const fh_department *tree = NULL;
    size_t n = 0;
    uint32_t next = 0;
    fh_actor a;
    const fh_people_filter filter = {.department = 1, .below = true};
    fh_status status = fh_people_list(f->org, &f->cli, &filter, 10, arena, &list, &n, &next, NULL);
    if (status == FH_OK) status = fh_departments_list(f->org, &f->cli, arena, &tree, &n, NULL);
    if (status == FH_OK) status = fh_actor_of(f->org, 1, arena, &a, NULL);
    fh_arena_free(arena);
    return status;
}

static void memory_running_out_is_reported(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const fh_department d = department(&f, "A", 0);
    (void)create(&f, (fh_person){.name = FH_STR("Bo"), .department = d.department, .roles = lead});
    test_oom(list_all, &f);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_right_and_role_has_words_and_is_found_by_them),
        cmocka_unit_test(roles_and_scopes_are_read_as_they_are_printed),
        cmocka_unit_test(nobody_gives_guarded_rights_they_do_not_have),
        cmocka_unit_test(coverage_is_seen_by_the_person_and_the_lead_and_as_counts_elsewhere),
        cmocka_unit_test(people_in_findings_are_named_only_to_themselves_and_the_owner),
        cmocka_unit_test(a_story_is_seen_by_its_customer_and_those_who_serve),
        cmocka_unit_test(a_person_comes_back_as_it_was_given),
        cmocka_unit_test(what_cannot_be_a_field_is_refused),
        cmocka_unit_test(an_address_or_id_belongs_to_one_person),
        cmocka_unit_test(a_change_from_an_old_version_is_refused),
        cmocka_unit_test(managers_form_no_circle),
        cmocka_unit_test(the_last_owner_stays),
        cmocka_unit_test(only_an_owner_touches_an_owner),
        cmocka_unit_test(without_the_right_only_the_own_name_changes),
        cmocka_unit_test(colleagues_see_name_and_place_and_leads_see_all),
        cmocka_unit_test(people_are_listed_with_filters_and_a_cursor),
        cmocka_unit_test(a_forgotten_person_leaves_a_number_and_no_bytes),
        cmocka_unit_test(every_change_of_a_person_is_in_the_log),
        cmocka_unit_test(departments_are_listed_as_a_tree),
        cmocka_unit_test(departments_form_no_circle_and_are_closed_when_empty),
        cmocka_unit_test(a_department_is_known_to_interactions_by_its_name),
        cmocka_unit_test(memory_running_out_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
