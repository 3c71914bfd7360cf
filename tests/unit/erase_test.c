/* erase_test.c - customers merged and parted again, erased and proved gone, and
 * erased again when they come back: by an import, in a restored backup. */
#include "test.h"

#include "app/data/erase.h"
#include "app/data/import.h"
#include "app/people/audit.h"
#include "app/people/people.h"
#include "files.h"
#include "orgs.h"
#include "store/saved_rows.h"

#include <stdlib.h>
#include <unistd.h>

typedef struct fixture {
    fh_org *org;
    fh_arena *arena;
    fh_import_result result;
    fh_error err;
} fixture;

static void begin(fixture *f)
{
    *f = (fixture){.org = test_org_new(0), .arena = fh_arena_new(NULL)};
}

static void end(fixture *f)
{
    fh_arena_free(f->arena);
    test_org_end(f->org);
    test_files_end();
}

static void import(fixture *f, const char *name, const char *text)
{
    fh_mapping *mapping = NULL;
    if (strstr(text, ",email"))
        assert_status(fh_mapping_parse(f->arena, FH_STR("customer=customer,customer.email=email"),
                                       &mapping, NULL),
                      FH_OK);
    const fh_import_options options = {.source = FH_STR("test"), .mapping = mapping};
    const char *path = test_file(name, fh_str_of(text));
    if (fh_import_file(f->org, path, &options, f->arena, &f->result, &f->err) != FH_OK)
        fail_msg("%s", f->err.message);
}

static const char rows_one[] =
    "customer,email,time,touchpoint,problem,note\n"
    "annabel-17,annabel@example.org,2024-01-01 10:00:00,call,INC-ann-1,her secret one\n"
    "bobby-18,,2024-01-01 11:00:00,mail,INC-bob-1,his note\n"
    "annabel-17,,2024-01-03 10:00:00,visit,INC-ann-1,her secret two\n"
    "carla-19,carla@example.org,2024-01-01 12:00:00,call,,\n";
static const char rows_two[] = "customer,email,time,touchpoint,problem,note\n"
                               "annabel-17,,2024-02-01 10:00:00,call,INC-ann-2,a later one\n"
                               "bobby-18,,2024-02-01 11:00:00,call,INC-bob-1,another\n";

static uint32_t number_of(fixture *f, const char *text)
{
    uint32_t customer = 0;
    const fh_status status = fh_identity_find(f->org, fh_str_of(text), &customer, &f->err);
    assert_true(status == FH_OK || status == FH_NOTFOUND);
    return customer;
}

/* A story as text, to be compared. */
static fh_str story(fixture *f, uint32_t customer)
{
    const fh_told *told = NULL;
    size_t n = 0;
    fh_buf text;
    fh_str copy;
    fh_buf_init(&text, NULL, 1 << 20);
    const fh_status status = fh_store_story(f->org, customer, f->arena, &told, &n, &f->err);
    assert_true(status == FH_OK || status == FH_NOTFOUND);
    if (status == FH_NOTFOUND) n = 0;
    for (size_t i = 0; i < n; i++) {
        fh_buf_printf(&text, "%lld %u %u %u %u %u %u ", (long long)told[i].at_ms,
                      told[i].touchpoint, told[i].problem, told[i].origin, told[i].channel,
                      told[i].outcome, told[i].member);
        fh_buf_str(&text, told[i].payload);
        fh_buf_char(&text, '\n');
    }
    assert_true(fh_arena_str(f->arena, fh_buf_view(&text), &copy));
    fh_buf_free(&text);
    return copy;
}

static size_t lines(fh_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) n += s.ptr[i] == '\n';
    return n;
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

/* ---- Merging -------------------------------------------------------------------------- */

static void merging_and_undoing_gives_the_stories_back_as_they_were(void **state)
{
    (void)state;
    fixture f;
    int64_t merge = 0;
    begin(&f);
    import(&f, "one.csv", rows_one);
    const uint32_t ann = number_of(&f, "annabel-17"), bob = number_of(&f, "bobby-18");
    const fh_str ann_before = story(&f, ann), bob_before = story(&f, bob);
    assert_int_equal(lines(ann_before), 2);
    assert_status(fh_identity_merge(f.org, ann, bob, FH_STR("same person"), &merge, &f.err), FH_OK);
    assert_int_equal(number_of(&f, "annabel-17"), bob);
    assert_int_equal(number_of(&f, "annabel@example.org"), bob);
    assert_int_equal(lines(story(&f, bob)), 3);
    assert_int_equal(story(&f, ann).len, 0);
    all_is_well(&f);
    assert_status(fh_identity_unmerge(f.org, merge, &f.err), FH_OK);
    assert_int_equal(number_of(&f, "annabel-17"), ann);
    assert_true(fh_str_eq(story(&f, ann), ann_before));
    assert_true(fh_str_eq(story(&f, bob), bob_before));
    assert_status(fh_identity_unmerge(f.org, merge, &f.err), FH_CONFLICT);
    assert_status(fh_identity_unmerge(f.org, 99, &f.err), FH_NOTFOUND);
    const fh_merge *log;
    size_t n;
    assert_status(fh_identity_merges(f.org, f.arena, &log, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_true(log[0].undone);
    assert_str(log[0].why, "same person");
    all_is_well(&f);
    end(&f);
}

static void what_arrives_between_goes_with_the_member_it_arrived_under(void **state)
{
    (void)state;
    fixture f;
    int64_t merge = 0;
    begin(&f);
    import(&f, "one.csv", rows_one);
    const uint32_t ann = number_of(&f, "annabel-17"), bob = number_of(&f, "bobby-18");
    assert_status(fh_identity_merge(f.org, ann, bob, FH_STR(""), &merge, &f.err), FH_OK);
    import(&f, "two.csv", rows_two);
    assert_int_equal(lines(story(&f, bob)), 5);
    assert_status(fh_identity_unmerge(f.org, merge, &f.err), FH_OK);
    assert_int_equal(lines(story(&f, ann)), 3);
    assert_int_equal(lines(story(&f, bob)), 2);
    all_is_well(&f);
    end(&f);
}

static void merges_can_be_undone_in_any_order(void **state)
{
    (void)state;
    fixture f;
    int64_t first = 0, second = 0;
    for (int order = 0; order < 2; order++) {
        begin(&f);
        import(&f, "one.csv", rows_one);
        const uint32_t a = number_of(&f, "annabel-17"), b = number_of(&f, "bobby-18"),
                       c = number_of(&f, "carla-19");
        const fh_str before[] = {story(&f, a), story(&f, b), story(&f, c)};
        assert_status(fh_identity_merge(f.org, a, b, FH_STR(""), &first, &f.err), FH_OK);
        assert_status(fh_identity_merge(f.org, a, c, FH_STR(""), &second, &f.err), FH_CONFLICT);
        assert_status(fh_identity_merge(f.org, c, c, FH_STR(""), &second, &f.err), FH_INVALID);
        assert_status(fh_identity_merge(f.org, b, c, FH_STR(""), &second, &f.err), FH_OK);
        assert_int_equal(lines(story(&f, c)), 4);
        assert_status(fh_identity_unmerge(f.org, order ? first : second, &f.err), FH_OK);
        assert_status(fh_identity_unmerge(f.org, order ? second : first, &f.err), FH_OK);
        assert_true(fh_str_eq(story(&f, a), before[0]));
        assert_true(fh_str_eq(story(&f, b), before[1]));
        assert_true(fh_str_eq(story(&f, c), before[2]));
        all_is_well(&f);
        end(&f);
    }
}

/* ---- Erasing ------------------------------------------------------------------------------ */

static uint64_t places(fixture *f, const char *text)
{
    fh_erase_result r = {0};
    const fh_str texts[] = {fh_str_of(text)};
    assert_status(fh_search_bytes(f->org, texts, 1, &r, &f->err), FH_OK);
    assert_true(r.searched_bytes > 1000);
    return r.found + r.elsewhere;
}

static void keep_view(fixture *f, const char *name, const char *page, const char *query)
{
    fh_saved_view v = {
        .name = fh_str_of(name), .page = fh_str_of(page), .query = fh_str_of(query), .person = 1};
    assert_status(fh_saved_add(f->org, &v, &f->err), FH_OK);
}

static void an_erased_customer_leaves_no_bytes(void **state)
{
    (void)state;
    fixture f;
    fh_erase_result r;
    begin(&f);
    import(&f, "one.csv", rows_one);
    import(&f, "two.csv", rows_two);
    const uint32_t ann = number_of(&f, "annabel-17"), bob = number_of(&f, "bobby-18");
    const fh_str bob_before = story(&f, bob);
    assert_true(places(&f, "annabel-17") > 0);
    assert_true(places(&f, "INC-ann-1") > 0);
    keep_view(&f, "hers", "records/fix", "text=from+Annabel%40Example.org&whose=mine");
    keep_view(&f, "hers, by hand", "records", "text=annabel-17");
    keep_view(&f, "his", "records", "text=bobby");
    if (fh_erase_customer(f.org, ann, &r, &f.err) != FH_OK) fail_msg("%s", f.err.message);
    assert_int_equal(r.interactions, 3);
    assert_int_equal(r.identifiers, 2);
    assert_int_equal(r.n_searched, 2);
    assert_int_equal(r.found, 0);
    assert_int_equal(places(&f, "annabel-17"), 0);
    assert_int_equal(places(&f, "annabel@example.org"), 0);
    assert_int_equal(places(&f, "INC-ann-1"), 0);
    assert_int_equal(places(&f, "INC-ann-2"), 0);
    assert_int_equal(places(&f, "her secret"), 0);
    const fh_saved_view *views = NULL;
    size_t n_views = 0;
    assert_status(fh_saved_list(f.org, 1, (fh_str){0}, f.arena, &views, &n_views, NULL), FH_OK);
    assert_int_equal(n_views, 1);
    assert_true(fh_str_eq(views[0].name, FH_STR("his")));
    assert_true(places(&f, "bobby-18") > 0);
    assert_int_equal(number_of(&f, "annabel-17"), 0);
    assert_true(fh_str_eq(story(&f, bob), bob_before));
    assert_status(fh_erase_customer(f.org, ann, &r, &f.err), FH_NOTFOUND);
    all_is_well(&f);
    end(&f);
}

static void merge_logs_and_suggestions_of_the_erased_go_too(void **state)
{
    (void)state;
    fixture f;
    fh_erase_result r;
    int64_t merge = 0;
    begin(&f);
    import(&f, "one.csv", rows_one);
    import(&f, "three.csv",
           "customer,email,time,touchpoint\n"
           "bobby-18,annabel@example.org,2024-03-01 10:00:00,call\n");
    const uint32_t ann = number_of(&f, "annabel-17"), bob = number_of(&f, "bobby-18"),
                   carla = number_of(&f, "carla-19");
    const fh_suggestion *suggestions;
    size_t n;
    assert_status(fh_identity_suggestions(f.org, f.arena, &suggestions, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_status(
        fh_identity_merge(f.org, carla, ann, FH_STR("carla wrote as annabella"), &merge, &f.err),
        FH_OK);
    if (fh_erase_customer(f.org, ann, &r, &f.err) != FH_OK) fail_msg("%s", f.err.message);
    assert_int_equal(r.found, 0);
    assert_int_equal(places(&f, "carla-19"), 0);
    assert_int_equal(places(&f, "annabella"), 0);
    assert_int_equal(places(&f, "annabel@example.org"), 0);
    assert_status(fh_identity_suggestions(f.org, f.arena, &suggestions, &n, NULL), FH_OK);
    assert_int_equal(n, 0);
    assert_int_equal(lines(story(&f, bob)), 2);
    assert_status(fh_identity_unmerge(f.org, merge, &f.err), FH_NOTFOUND);
    all_is_well(&f);
    end(&f);
}

static void a_part_of_a_longer_word_is_told_apart(void **state)
{
    (void)state;
    fixture f;
    fh_erase_result r;
    begin(&f);
    import(&f, "n.csv",
           "customer,time,touchpoint\n"
           "775533,2024-01-01 10:00:00,call\n"
           "97755331,2024-01-01 10:00:00,call\n");
    if (fh_erase_customer(f.org, number_of(&f, "775533"), &r, &f.err) != FH_OK)
        fail_msg("%s", f.err.message);
    assert_int_equal(r.found, 0);
    assert_true(r.elsewhere > 0);
    end(&f);
}

static void an_import_does_not_bring_the_erased_back(void **state)
{
    (void)state;
    fixture f;
    fh_erase_result r;
    begin(&f);
    import(&f, "one.csv", rows_one);
    assert_status(fh_erase_customer(f.org, number_of(&f, "annabel-17"), &r, &f.err), FH_OK);
    import(&f, "two.csv", rows_two);
    assert_int_equal(f.result.erased_rows, 1);
    assert_int_equal(f.result.origin.rows_added, 1);
    assert_int_equal(number_of(&f, "annabel-17"), 0);
    import(&f, "four.csv",
           "customer,email,time,touchpoint\n"
           "new-name,Annabel@Example.ORG,2024-03-01 10:00:00,call\n"
           ",annabel@example.org,2024-03-01 10:00:00,call\n");
    assert_int_equal(f.result.erased_rows, 2);
    assert_int_equal(places(&f, "annabel"), 0);
    end(&f);
}

static void a_restored_backup_is_erased_again(void **state)
{
    (void)state;
    fixture f;
    fh_erase_result r;
    begin(&f);
    import(&f, "one.csv", rows_one);
    const uint32_t ann = number_of(&f, "annabel-17");
    (void)test_org_path(1);
    fh_org_close(f.org);
    test_org_copy(0, 1);
    f.org = test_org_open(0, FH_ORG_WRITE);
    assert_status(fh_erase_customer(f.org, ann, &r, &f.err), FH_OK);
    fh_org_close(f.org);
    test_org_copy(1, 0);
    f.org = test_org_open(0, FH_ORG_READ);
    assert_int_equal(number_of(&f, "annabel-17"), ann);
    fh_org_close(f.org);
    f.org = test_org_open(0, FH_ORG_WRITE);
    assert_int_equal(number_of(&f, "annabel-17"), 0);
    assert_int_equal(places(&f, "annabel"), 0);
    assert_int_equal(lines(story(&f, number_of(&f, "bobby-18"))), 1);
    all_is_well(&f);
    fh_org_close(f.org);
    f.org = test_org_open(1, FH_ORG_WRITE);
    const char *backup = fh_org_path(f.org);
    assert_non_null(backup);
    test_org_end(f.org);
    f.org = test_org_open(0, FH_ORG_WRITE);
    end(&f);
}

static void a_colleague_who_is_a_customer_stays_a_colleague(void **state)
{
    (void)state;
    fixture f;
    fh_erase_result r;
    fh_person out;
    const fh_actor cli = fh_actor_command_line();
    begin(&f);
    import(&f, "one.csv", rows_one);
    const uint32_t ann = number_of(&f, "annabel-17");
    const fh_person p = {
        .name = FH_STR("Annabel"), .email = FH_STR("annabel@example.org"), .customer = ann};
    assert_status(fh_person_create(f.org, &cli, &p, f.arena, &out, &f.err), FH_OK);
    /* Who looked at her, and for what, is kept without telling who she is. */
    assert_status(fh_org_begin(f.org, NULL), FH_OK);
    assert_status(
        fh_audit_customer(f.org, &cli, FH_AUDITED_SEARCHED, 0, FH_STR("annabel-17"), NULL), FH_OK);
    assert_status(fh_audit_customer(f.org, &cli, FH_AUDITED_STORY_SEEN, ann, (fh_str){0}, NULL),
                  FH_OK);
    assert_status(fh_org_commit(f.org, NULL), FH_OK);
    assert_status(fh_erase_customer(f.org, ann, &r, &f.err), FH_OK);
    assert_int_equal(r.identifiers, 2);
    assert_int_equal(r.n_colleagues, 1);
    assert_int_equal(r.n_searched, 1);
    assert_int_equal(r.found, 0);
    assert_status(fh_person_get(f.org, &cli, out.person, f.arena, &out, &f.err), FH_OK);
    assert_int_equal(out.customer, 0);
    assert_str(out.email, "annabel@example.org");
    all_is_well(&f);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merging_and_undoing_gives_the_stories_back_as_they_were),
        cmocka_unit_test(what_arrives_between_goes_with_the_member_it_arrived_under),
        cmocka_unit_test(merges_can_be_undone_in_any_order),
        cmocka_unit_test(an_erased_customer_leaves_no_bytes),
        cmocka_unit_test(merge_logs_and_suggestions_of_the_erased_go_too),
        cmocka_unit_test(a_part_of_a_longer_word_is_told_apart),
        cmocka_unit_test(an_import_does_not_bring_the_erased_back),
        cmocka_unit_test(a_restored_backup_is_erased_again),
        cmocka_unit_test(a_colleague_who_is_a_customer_stays_a_colleague),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
