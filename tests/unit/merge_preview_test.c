/* merge_preview_test.c - two customers side by side: who, how much, since when, and what
 * speaks against putting them together. */
#include "test.h"

#include "app/data/import.h"
#include "app/lived/merge_preview.h"
#include "files.h"
#include "orgs.h"
#include "store/inside.h"
#include "store/segments.h"

typedef struct fixture {
    fh_org *org;
    fh_arena *arena;
    fh_error err;
} fixture;

static const char rows[] = "customer,email,phone,badge,time,touchpoint\n"
                           "C1,ann@example.org,030-1,,2024-01-01 10:00:00,call\n"
                           "C1,ann.b@example.org,,B7,2024-03-02 11:00:00,visit\n"
                           "C2,bob@example.org,030-1,,2024-02-01 12:00:00,call\n"
                           ",carla@example.org,,,2024-02-01 12:00:00,call\n"
                           ",,030-3,,2024-02-05 12:00:00,call\n";

static void begin(fixture *f)
{
    *f = (fixture){.org = test_org_new(0), .arena = fh_arena_new(NULL)};
    fh_mapping *mapping = NULL;
    fh_import_result result;
    assert_status(fh_mapping_parse(f->arena,
                                   FH_STR("customer=customer,customer.email=email,"
                                          "customer.phone=phone,customer.badge=badge"),
                                   &mapping, NULL),
                  FH_OK);
    const fh_import_options options = {.source = FH_STR("test"), .mapping = mapping};
    const char *path = test_file("rows.csv", fh_str_of(rows));
    if (fh_import_file(f->org, path, &options, f->arena, &result, &f->err) != FH_OK)
        fail_msg("%s", f->err.message);
}

static void end(fixture *f)
{
    fh_arena_free(f->arena);
    test_org_end(f->org);
    test_files_end();
}

static fh_merge_preview preview(fixture *f, const char *from, const char *into)
{
    fh_merge_preview p = {0};
    if (fh_merge_preview_get(f->org, fh_str_of(from), fh_str_of(into), f->arena, &p, &f->err) !=
        FH_OK)
        fail_msg("%s", f->err.message);
    return p;
}

/* What it says, in one line. */
static const char *said(const fh_merge_preview *p)
{
    static char line[512];
    fh_buf out;
    fh_buf_init(&out, NULL, sizeof line - 1);
    fh_met_say(&p->from, NULL, &out);
    fh_buf_char(&out, ' ');
    fh_met_say(&p->into, NULL, &out);
    fh_buf_char(&out, ' ');
    fh_merge_preview_say(p, &out);
    assert_status(out.status, FH_OK);
    (void)snprintf(line, sizeof line, "%.*s", FH_STR_ARG(fh_buf_view(&out)));
    fh_buf_free(&out);
    return line;
}

static const char *json(const fh_met *met, const fh_merge_preview *p)
{
    static char text[1024];
    fh_buf out;
    fh_json j;
    fh_buf_init(&out, NULL, sizeof text - 1);
    fh_json_begin(&j, &out, 0);
    fh_met_json(met, p, NULL, &j);
    assert_status(out.status, FH_OK);
    (void)snprintf(text, sizeof text, "%.*s", FH_STR_ARG(fh_buf_view(&out)));
    fh_buf_free(&out);
    return text;
}

static void both_are_shown_with_what_differs(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_merge_preview p = preview(&f, "bob@example.org", "badge:B7");
    assert_int_equal(p.from.customer, 2);
    assert_int_equal(p.into.customer, 1);
    assert_int_equal(p.from.n_interactions, 1);
    assert_int_equal(p.into.n_interactions, 2);
    assert_int_equal(p.into.n_identities, 5);
    assert_string_equal(said(&p),
                        "#2 has 1 interaction, 1 February 2024. #1 has 2 interactions, 1 January "
                        "to 2 March 2024. What speaks against merging them: different unique "
                        "identifiers of the kinds customer and email.");
    assert_string_equal(
        json(&p.from, &p),
        "{\"customer\":2,\"interactions\":1,\"first\":\"2024-02-01T12:00:00Z\","
        "\"last\":\"2024-02-01T12:00:00Z\",\"differing\":[\"customer\",\"email\"],\"identifiers\":["
        "{\"kind\":\"customer\",\"value\":\"C2\",\"shared\":false},"
        "{\"kind\":\"email\",\"value\":\"bob@example.org\",\"shared\":false},"
        "{\"kind\":\"phone\",\"value\":\"0301\",\"shared\":true}]}");
    assert_non_null(strstr(json(&p.into, NULL), "\"last\":\"2024-03-02T11:00:00Z\",\"ident"));
    end(&f);
}

static void only_unique_kinds_both_have_speak_against_it(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fh_merge_preview p = preview(&f, "carla@example.org", "#1");
    assert_int_equal(p.n_differing, 1);
    assert_str(p.differing[0], "email");
    p = preview(&f, "carla@example.org", "030-3");
    assert_int_equal(p.n_differing, 0);
    assert_non_null(strstr(said(&p), "no unique identifiers of the same kind that differ"));
    p = preview(&f, "030-3", "#2"); /* phones are shared: two of them say nothing */
    assert_int_equal(p.n_differing, 0);
    /* Two share one, so it could not become unique in the usual way. */
    assert_status(fh_db_run(fh_org_db(f.org),
                            "UPDATE identity_kind SET shared = 0 WHERE name = 'phone'", NULL, 0,
                            NULL),
                  FH_OK);
    p = preview(&f, "030-3", "#2");
    assert_int_equal(p.n_differing, 1);
    assert_str(p.differing[0], "phone");
    assert_int_equal(preview(&f, "#1", "#2").n_differing, 2); /* they have one phone */
    end(&f);
}

static void one_customer_is_not_two(void **state)
{
    (void)state;
    fixture f;
    int64_t merge = 0;
    begin(&f);
    assert_status(fh_identity_merge(f.org, 2, 1, FH_STR("same"), &merge, NULL), FH_OK);
    const fh_merge_preview p = preview(&f, "C1", "C2");
    assert_int_equal(p.from.customer, 1);
    assert_int_equal(p.into.customer, 1);
    assert_int_equal(p.from.n_interactions, 3);
    assert_int_equal(p.n_differing, 0);
    assert_non_null(strstr(said(&p), "Both are customer #1 already."));
    end(&f);
}

static void nobody_and_no_story_are_told_apart(void **state)
{
    (void)state;
    fixture f;
    uint64_t n = 0;
    begin(&f);
    fh_merge_preview p = {.n_differing = 77};
    assert_status(fh_merge_preview_get(f.org, FH_STR("C1"), FH_STR("C9"), f.arena, &p, &f.err),
                  FH_NOTFOUND);
    assert_int_equal(p.n_differing, 77);
    assert_true(f.err.message[0]);
    assert_status(fh_org_begin(f.org, NULL), FH_OK);
    assert_status(fh_store_cut(f.org, 2, &n, NULL), FH_OK);
    assert_status(fh_org_commit(f.org, NULL), FH_OK);
    p = preview(&f, "C2", "C1");
    assert_int_equal(p.from.n_interactions, 0);
    assert_non_null(strstr(said(&p), "#2 has 0 interactions. #1"));
    assert_null(strstr(json(&p.from, &p), "first"));
    end(&f);
}

/* ---- Memory -------------------------------------------------------------------------------- */

static fh_status preview_with(void *ctx)
{
    fh_merge_preview p;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    const fh_status s =
        fh_merge_preview_get(ctx, FH_STR("C1"), FH_STR("bob@example.org"), arena, &p, NULL);
    if (s == FH_OK) assert_int_equal(p.n_differing, 2);
    fh_arena_free(arena);
    return s;
}

static void memory_running_out_is_an_ordinary_error(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    test_oom(preview_with, f.org);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_are_shown_with_what_differs),
        cmocka_unit_test(only_unique_kinds_both_have_speak_against_it),
        cmocka_unit_test(one_customer_is_not_two),
        cmocka_unit_test(nobody_and_no_story_are_told_apart),
        cmocka_unit_test(memory_running_out_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
