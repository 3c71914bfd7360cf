/* people_import_test.c - lists of people and departments from CSV: again and again, with
 * problems told by line and column, all or nothing. */
#include "test.h"

#include "app/data/csv_rows.h"
#include "app/people/audit.h"
#include "app/people/people.h"
#include "orgs.h"
#include "store/segments.h"

typedef struct fixture {
    fh_org *org;
    fh_arena *arena;
    fh_actor cli;
    fh_people_import_result result;
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

static void import(fixture *f, const char *csv)
{
    if (fh_people_import(f->org, &f->cli, fh_str_of(csv), NULL, f->arena, &f->result, &f->err) !=
        FH_OK)
        fail_msg("%s", f->err.message);
}

static fh_person get(fixture *f, const char *who)
{
    uint32_t number = 0;
    fh_person p = {0};
    assert_status(fh_person_find(f->org, &f->cli, fh_str_of(who), &number, &f->err), FH_OK);
    assert_status(fh_person_get(f->org, &f->cli, number, f->arena, &p, &f->err), FH_OK);
    return p;
}

static const char list_one[] =
    "\xef\xbb\xbfid;name;email;department;level;manager;start;roles;active\r\n"
    "E1;Ann Berg;ann@x.org;Sales / Inside sales;2;E2;2024-03-01;front-line;yes\r\n"
    "E2;\"Bo \"\"Boss\"\" Bo\";BO@X.org;Sales;;;;lead;\r\n"
    "\r\n"
    "E3;Cy;;;;ann@x.org;;;no\r\n";

static void a_list_is_taken_in_and_taking_it_again_changes_nothing(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    import(&f, list_one);
    assert_int_equal(f.result.n_problems, 0);
    assert_int_equal(f.result.rows, 3);
    assert_int_equal(f.result.added, 3);
    assert_int_equal(f.result.n_departments_added, 2);
    const fh_person ann = get(&f, "E1"), bo = get(&f, "E2"), cy = get(&f, "E3");
    assert_str(ann.name, "Ann Berg");
    assert_int_equal(ann.manager, bo.person);
    assert_int_equal(ann.roles, 1 << FH_ROLE_FRONT_LINE);
    assert_str(bo.name, "Bo \"Boss\" Bo");
    assert_str(bo.email, "bo@x.org");
    assert_int_equal(cy.manager, ann.person);
    assert_false(cy.active);
    fh_department d;
    assert_status(fh_department_get(f.org, &f.cli, ann.department, f.arena, &d, NULL), FH_OK);
    assert_str(d.name, "Inside sales");
    assert_int_equal(d.parent, bo.department);
    fh_audit_head before, after;
    assert_status(fh_audit_head_get(f.org, &before, NULL), FH_OK);
    import(&f, list_one);
    assert_int_equal(f.result.added + f.result.changed, 0);
    assert_int_equal(f.result.unchanged, 3);
    assert_int_equal(f.result.n_departments_added, 0);
    assert_int_equal(get(&f, "E1").version, ann.version);
    assert_status(fh_audit_head_get(f.org, &after, NULL), FH_OK);
    assert_int_equal(after.entries, before.entries + 1); /* only that it was imported */
    import(&f, "id,name,manager\nE1,Ann Berg,\n");       /* columns left out stay */
    assert_int_equal(f.result.changed, 1);
    assert_int_equal(get(&f, "E1").manager, 0);
    assert_str(get(&f, "E1").email, "ann@x.org");
    end(&f);
}

static void a_dry_run_says_all_and_writes_nothing(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const fh_people_import_options dry = {.dry_run = true};
    assert_status(
        fh_people_import(f.org, &f.cli, fh_str_of(list_one), &dry, f.arena, &f.result, &f.err),
        FH_OK);
    assert_int_equal(f.result.added, 3);
    uint32_t number = 0;
    assert_status(fh_person_find(f.org, &f.cli, FH_STR("E1"), &number, &f.err), FH_NOTFOUND);
    fh_audit_head head;
    assert_status(fh_audit_head_get(f.org, &head, NULL), FH_OK);
    assert_int_equal(head.entries, 0);
    end(&f);
}

static void every_problem_is_told_with_line_and_column_and_nothing_is_written(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    import(&f, "id,name,email,manager,start,roles,active\n"
               "1,Ann,ann@x.org,,2024-01-01,front-line,yes\n"
               "2,,bo@x.org,,,,\n"
               "3,Cy,nobody,,,,\n"
               "4,Di,,,31.12.2024,,\n"
               "5,Ed,,,,frontline,\n"
               "6,Fy,,,,,perhaps\n"
               "7,Gy,ann@x.org,,,,\n"
               "8,Hy,,99,,,\n"
               "9,Iz,,9,,,\n");
    static const struct {
        uint64_t line;
        const char *column;
    } want[] = {{3, "name"},   {4, "email"}, {5, "start"},   {6, "roles"},
                {7, "active"}, {8, ""},      {9, "manager"}, {10, "manager"}};
    assert_int_equal(f.result.n_problems, COUNT(want));
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_int_equal(f.result.problem[i].line, want[i].line);
        assert_str(f.result.problem[i].column, want[i].column);
        assert_true(f.result.problem[i].what.len > 5);
    }
    assert_str(f.result.problem[3].remedy, "Did you mean 'front-line'?");
    uint32_t number = 0;
    assert_status(fh_person_find(f.org, &f.cli, FH_STR("1"), &number, &f.err), FH_NOTFOUND);
    import(&f, "id,name\n1,Ann\n,Bo\n1,Cy\n");
    assert_int_equal(f.result.n_problems, 2);
    assert_str(f.result.problem[0].what, "the id is missing");
    assert_str(f.result.problem[1].what, "the id '1' stands in line 2 already");
    end(&f);
}

static void circles_of_managers_and_departments_are_refused(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    import(&f, "id,name,manager\n1,A,3\n2,B,1\n3,C,2\n");
    assert_int_equal(f.result.n_problems, 1);
    import(&f, "id,name,parent\nd1,A,d3\nd2,B,d1\nd3,C,d2\n");
    assert_true(f.result.departments);
    assert_int_equal(f.result.n_problems, 1);
    assert_str(f.result.problem[0].column, "parent");
    import(&f, "id,name,parent\nd1,A,\nd2,B,d1\nd3,C,B\n");
    assert_int_equal(f.result.n_problems, 0);
    assert_int_equal(f.result.added, 3);
    import(&f, "id,name,parent\nd1,A,\nd2,B,d1\nd3,C,B\n");
    assert_int_equal(f.result.unchanged, 3);
    end(&f);
}

static void files_that_are_none_are_refused(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    static const char *const bad[] = {"",
                                      "name,email\nAnn,a@x.org\n",
                                      "id,name,shoe size\n1,Ann,44\n",
                                      "id,name,name\n1,A,B\n",
                                      "id,name\n1,\"Ann\n",
                                      "id,name\n1,\"A\"nn\n",
                                      "id,name\n1,\xff\n"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_status(
            fh_people_import(f.org, &f.cli, fh_str_of(bad[i]), NULL, f.arena, &f.result, &f.err),
            FH_FORMAT);
    const fh_actor nobody = {.kind = FH_ACTOR_PERSON};
    assert_status(
        fh_people_import(f.org, &nobody, fh_str_of(list_one), NULL, f.arena, &f.result, &f.err),
        FH_DENIED);
    end(&f);
}

static void what_is_exported_is_no_formula_and_comes_back_unchanged(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_buf out;
    import(&f, list_one);
    import(&f, "id,name,level\n=1+1,\"=HYPERLINK(\"\"x\"\")\",-3\n@x,+49 30,'plain\n");
    assert_int_equal(f.result.added, 2);
    fh_buf_init(&out, NULL, 1 << 20);
    assert_status(fh_people_export(f.org, &f.cli, &out, &f.err), FH_OK);
    fh_buf_char(&out, '\0');
    assert_non_null(strstr(out.ptr, "\"'=1+1\",\"'=HYPERLINK(\"\"x\"\")\",,,\"'-3\""));
    assert_null(strstr(out.ptr, "\n="));
    import(&f, out.ptr);
    assert_int_equal(f.result.n_problems, 0);
    assert_int_equal(f.result.unchanged, 5);
    assert_str(get(&f, "=1+1").name, "=HYPERLINK(\"x\")");
    assert_str(get(&f, "@x").level, "'plain");
    fh_buf_clear(&out);
    assert_status(fh_departments_export(f.org, &f.cli, &out, &f.err), FH_OK);
    fh_buf_char(&out, '\0');
    assert_string_equal(out.ptr, "id,name,parent,customer,active\r\nSales,Sales,,,yes\r\n"
                                 "Inside sales,Inside sales,Sales,,yes\r\n");
    import(&f, out.ptr);
    assert_int_equal(f.result.unchanged, 2);
    fh_buf_free(&out);
    end(&f);
}

static void whoever_has_no_id_comes_back_by_the_address(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const fh_person by_hand = {.name = FH_STR("Dee"), .email = FH_STR("dee@x.org"), .active = true},
                    bare = {.name = FH_STR("Eve"), .active = true};
    fh_person dee, eve;
    fh_buf out;
    import(&f, list_one);
    assert_status(fh_person_create(f.org, &f.cli, &by_hand, f.arena, &dee, &f.err), FH_OK);
    assert_status(fh_person_create(f.org, &f.cli, &bare, f.arena, &eve, &f.err), FH_OK);
    fh_buf_init(&out, NULL, 1 << 20);
    assert_status(fh_people_export(f.org, &f.cli, &out, &f.err), FH_OK);
    fh_buf_char(&out, '\0');
    assert_non_null(strstr(out.ptr, "\n,Dee,dee@x.org,"));
    assert_null(strstr(out.ptr, "Eve"));
    import(&f, out.ptr);
    assert_int_equal(f.result.n_problems, 0);
    assert_int_equal(f.result.unchanged, 4);
    /* Nor does a row without an id take one away. */
    import(&f, "id,name,email\n,Ann Berg,ann@x.org\n");
    assert_int_equal(f.result.unchanged, 1);
    assert_str(get(&f, "ann@x.org").external_id, "E1");
    import(&f, "id,name,email\n,Dee,dee@x.org\n,Twin,dee@x.org\n,Nobody,\n");
    assert_int_equal(f.result.n_problems, 2);
    assert_int_equal(f.result.problem[0].line, 3);
    assert_int_equal(f.result.problem[1].line, 4);
    fh_buf_free(&out);
    end(&f);
}

/* Cells written at random come back as they were. */
static void cells_written_at_random_are_read_back(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a", "\"", ",",  "\n",       "'",
                                         "=", "-",  " b", "\xc3\xa9", ";"};
    test_seed(11);
    for (int round = 0; round < 300; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_buf text, cells[6];
        fh_buf_init(&text, NULL, 4096);
        fh_buf_text(&text, "h1,h2,h3\n");
        for (int i = 0; i < 6; i++) {
            fh_buf_init(&cells[i], NULL, 256);
            fh_buf_char(&cells[i], 'x'); /* so that nothing is trimmed and no line is empty */
            for (uint32_t k = test_rand(6); k > 0; k--)
                fh_buf_text(&cells[i], pieces[test_rand(COUNT(pieces))]);
            fh_buf_char(&cells[i], 'x');
            fh_csv_safe(&text, fh_buf_view(&cells[i]));
            fh_buf_char(&text, i % 3 == 2 ? '\n' : ',');
        }
        fh_csv_rows rows;
        assert_status(fh_csv_read(arena, fh_buf_view(&text), 10, &rows, NULL), FH_OK);
        assert_int_equal(rows.n, 3);
        for (size_t i = 0; i < 6; i++)
            assert_true(
                fh_str_eq(fh_csv_plain(rows.row[1 + i / 3].cell[i % 3]), fh_buf_view(&cells[i])));
        for (int i = 0; i < 6; i++) fh_buf_free(&cells[i]);
        fh_buf_free(&text);
        fh_arena_free(arena);
    }
}

static fh_status import_with(void *ctx)
{
    fixture *f = ctx;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    const fh_people_import_options dry = {.dry_run = true};
    fh_people_import_result result;
    const fh_status status =
        fh_people_import(f->org, &f->cli, fh_str_of(list_one), &dry, arena, &result, NULL);
    fh_arena_free(arena);
    return status;
}

static void memory_running_out_is_reported(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    test_oom(import_with, &f);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_taken_in_and_taking_it_again_changes_nothing),
        cmocka_unit_test(a_dry_run_says_all_and_writes_nothing),
        cmocka_unit_test(every_problem_is_told_with_line_and_column_and_nothing_is_written),
        cmocka_unit_test(circles_of_managers_and_departments_are_refused),
        cmocka_unit_test(files_that_are_none_are_refused),
        cmocka_unit_test(what_is_exported_is_no_formula_and_comes_back_unchanged),
        cmocka_unit_test(whoever_has_no_id_comes_back_by_the_address),
        cmocka_unit_test(cells_written_at_random_are_read_back),
        cmocka_unit_test(memory_running_out_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
