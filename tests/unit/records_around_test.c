/* records_around_test.c - what goes on around records: comments, links, followers,
 * challenges, merging; customers that are merged, erased; people who are forgotten; lists;
 * and files from elsewhere that hold anything. */
#include "records.h"

#include "app/data/erase.h"
#include "app/data/import.h"
#include "app/records/record_between.h"
#include "files.h"
#include "orgs.h"
#include "store/segments.h"

#include <sqlite3.h>

static const char rows[] = "customer,email,time,touchpoint,department,note\n"
                           "annabel-17,annabel@example.org,2024-01-01 10:00:00,call,Support,one\n"
                           "bobby-18,bobby@example.org,2024-01-01 11:00:00,mail,Sales,two\n"
                           "annabel-17,,2024-01-03 10:00:00,visit,Support,three\n";

static void import(office *o)
{
    fh_mapping *mapping = NULL;
    fh_import_result result;
    assert_status(fh_mapping_parse(o->arena, FH_STR("customer=customer,customer.email=email"),
                                   &mapping, NULL),
                  FH_OK);
    const fh_import_options options = {.source = FH_STR("test"), .mapping = mapping};
    const char *path = test_file("rows.csv", fh_str_of(rows));
    if (fh_import_file(o->org, path, &options, o->arena, &result, &o->err) != FH_OK)
        fail_msg("%s", o->err.message);
}

static uint32_t customer_of(office *o, const char *text)
{
    uint32_t customer = 0;
    assert_status(fh_identity_find(o->org, fh_str_of(text), &customer, &o->err), FH_OK);
    return customer;
}

static uint32_t touchpoint_of(office *o, const char *name)
{
    uint32_t number = 0;
    assert_status(fh_dict_find(o->org, FH_DICT_TOUCHPOINT, fh_str_of(name), &number, NULL), FH_OK);
    return number;
}

static fh_record_view made(office *o, const fh_actor *by, const char *fields)
{
    fh_record_view v = {0};
    if (office_make(o, by, "chore", fields, &v) != FH_OK) fail_msg("%s", o->err.message);
    return v;
}

static fh_status done(office *o, fh_status status)
{
    if (status == FH_OK) return fh_org_commit(o->org, NULL);
    fh_org_rollback(o->org);
    return status;
}

/* A use case in a transaction of its own. */
#define DO(call) (assert_status(fh_org_begin(o.org, NULL), FH_OK), done(&o, (call)))

static fh_status link_to(office *o, const fh_actor *by, int64_t record, const char *what,
                         int64_t number, const char *key, int64_t *about)
{
    const fh_record_about a = {
        .what = fh_str_of(what), .number = number, .key = fh_str_of(key), .words = FH_STR("see")};
    assert_status(fh_org_begin(o->org, NULL), FH_OK);
    return done(o, fh_record_link(o->org, by, record, &a, about, &o->err));
}

static size_t listed(office *o, const fh_actor *by, fh_records_filter f)
{
    const fh_record_view *list = NULL;
    fh_str next;
    size_t n = 0;
    if (fh_records_list(o->org, by, &f, 50, o->arena, &list, &n, &next, &o->err) != FH_OK)
        fail_msg("%s", o->err.message);
    return n;
}

/* ---- Comments, links, followers ---------------------------------------------------------- */

static void people_named_in_a_comment_follow_and_what_they_saw_is_kept(void **state)
{
    (void)state;
    office o;
    int64_t entry = 0;
    bool follows = false;
    const fh_record_follower *f = NULL;
    size_t n = 0;
    office_open(&o);
    (void)made(&o, &o.ann, "{'what':'One'}");
    assert_status(
        DO(fh_record_comment(o.org, &o.ann, 1, FH_STR("@[3] @[99] @[x] @["), &entry, NULL)), FH_OK);
    assert_int_equal(entry, 2);
    assert_status(fh_record_follows(o.org, 1, 3, &follows, NULL), FH_OK);
    assert_true(follows);
    assert_status(DO(fh_record_seen(o.org, &o.carl, 1, NULL)), FH_OK);
    assert_status(fh_record_followers(o.org, 1, o.arena, &f, &n, NULL), FH_OK);
    assert_int_equal(n, 2);
    for (size_t i = 0; i < n; i++) assert_int_equal(f[i].seen, f[i].person == 3 ? 2 : 0);
    assert_status(DO(fh_record_follow(o.org, &o.carl, 1, false, NULL)), FH_OK);
    assert_status(fh_record_follows(o.org, 1, 3, &follows, NULL), FH_OK);
    assert_false(follows);
    assert_status(DO(fh_record_comment(o.org, &o.ann, 1, FH_STR("  "), NULL, NULL)), FH_INVALID);
    assert_status(DO(fh_record_comment(o.org, &o.ann, 9, FH_STR("x"), NULL, NULL)), FH_NOTFOUND);
    assert_status(DO(fh_record_follow(o.org, &o.cli, 1, true, NULL)), FH_INVALID);
    office_close(&o);
}

static void a_record_is_linked_to_what_is_there_and_found_by_it(void **state)
{
    (void)state;
    office o;
    int64_t about = 0, again = 0;
    office_open(&o);
    import(&o);
    (void)made(&o, &o.ann, "{'what':'One'}");
    (void)made(&o, &o.ann, "{'what':'Two'}");
    const uint32_t annabel = customer_of(&o, "annabel-17");
    assert_status(link_to(&o, &o.carl, 1, "customer", annabel, "", &about), FH_OK);
    assert_status(link_to(&o, &o.ann, 1, "customer", annabel, "", &again), FH_OK);
    assert_int_equal(about, again); /* it is there already */
    assert_status(link_to(&o, &o.carl, 1, "stories", 0, "/actual?touchpoint=call", NULL), FH_OK);
    assert_status(link_to(&o, &o.carl, 1, "record", 2, "", NULL), FH_OK);
    assert_status(link_to(&o, &o.carl, 1, "record", 1, "", NULL), FH_INVALID);
    assert_status(link_to(&o, &o.carl, 1, "record", 9, "", NULL), FH_INVALID);
    assert_status(link_to(&o, &o.carl, 1, "customer", 99, "", NULL), FH_INVALID);
    assert_status(link_to(&o, &o.carl, 1, "touchpoint", 99, "", NULL), FH_INVALID);
    assert_status(link_to(&o, &o.carl, 1, "stories", 0, "javascript:", NULL), FH_INVALID);
    assert_status(link_to(&o, &o.carl, 1, "interaction", 0, "", NULL), FH_INVALID);
    assert_status(link_to(&o, &o.carl, 1, "wat", 1, "", NULL), FH_INVALID);
    const fh_records_filter by_customer = {.what = FH_STR("customer"), .number = annabel};
    assert_int_equal(listed(&o, &o.ann, by_customer), 1);
    /* From both sides. */
    assert_non_null(strstr(office_detail(&o, &o.ann, 2).ptr, "\"back\":true"));
    assert_status(DO(fh_record_unlink(o.org, &o.ann, 2, about, NULL)), FH_NOTFOUND);
    fh_actor other = o.carl;
    other.person = 77;
    assert_status(DO(fh_record_unlink(o.org, &other, 1, about, NULL)), FH_DENIED);
    assert_status(DO(fh_record_unlink(o.org, &o.carl, 1, about, NULL)), FH_OK);
    assert_int_equal(listed(&o, &o.ann, by_customer), 0);
    office_close(&o);
    test_files_end();
}

static void a_challenge_is_a_record_addressed_to_a_colleague(void **state)
{
    (void)state;
    office o;
    int64_t challenge = 0;
    office_open(&o);
    (void)made(&o, &o.ann, "{'what':'One'}");
    assert_status(DO(fh_record_challenge(o.org, &o.carl, 1, o.ann.person,
                                         FH_STR("Which customer asked?"), &challenge, &o.err)),
                  FH_OK);
    const fh_record_view v = office_see(&o, &o.ann, challenge);
    assert_str(v.kind->name, "challenge");
    assert_int_equal(v.row.asked, o.ann.person);
    assert_string_equal(office_last(&o, 1), "challenged");
    assert_non_null(strstr(office_detail(&o, &o.ann, 1).ptr, "Which customer asked?"));
    assert_status(DO(fh_record_challenge(o.org, &o.carl, 1, 99, FH_STR("x"), NULL, NULL)),
                  FH_INVALID);
    assert_status(DO(fh_record_challenge(o.org, &o.carl, 1, 1, FH_STR(""), NULL, NULL)),
                  FH_INVALID);
    assert_status(DO(fh_record_challenge(o.org, &o.carl, challenge, 1, FH_STR("x"), NULL, NULL)),
                  FH_INVALID);
    office_close(&o);
}

/* ---- The same twice ------------------------------------------------------------------------ */

static void what_was_merged_leads_on_and_can_be_parted_again(void **state)
{
    (void)state;
    office o;
    bool follows = false;
    const fh_record_about *about = NULL;
    size_t n = 0;
    office_open(&o);
    (void)made(&o, &o.ann, "{'what':'The street is wrong'}");
    (void)made(&o, &o.carl, "{'what':'A wrong street'}");
    (void)made(&o, &o.carl, "{'what':'Another'}");
    assert_status(link_to(&o, &o.carl, 2, "stories", 0, "/actual?x", NULL), FH_OK);
    assert_status(DO(fh_record_merge(o.org, &o.ann, 2, 1, FH_STR(""), NULL)), FH_DENIED);
    assert_status(DO(fh_record_merge(o.org, &o.carl, 2, 1, FH_STR("The same"), &o.err)), FH_OK);
    assert_int_equal(office_see(&o, &o.ann, 2).row.record, 1);
    assert_int_equal(listed(&o, &o.ann, (fh_records_filter){.kind = FH_STR("chore")}), 2);
    assert_status(fh_record_follows(o.org, 1, o.carl.person, &follows, NULL), FH_OK);
    assert_true(follows); /* its author is told what becomes of it */
    assert_status(fh_record_abouts(o.org, 1, o.arena, &about, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_status(DO(fh_record_merge(o.org, &o.eve, 1, 2, FH_STR(""), NULL)), FH_CONFLICT);
    assert_status(DO(fh_record_merge(o.org, &o.eve, 2, 3, FH_STR(""), NULL)), FH_CONFLICT);
    assert_status(DO(fh_record_part(o.org, &o.carl, 3, NULL)), FH_CONFLICT);
    assert_status(DO(fh_record_merge(o.org, &o.eve, 1, 3, FH_STR(""), NULL)), FH_OK);
    assert_int_equal(office_see(&o, &o.ann, 2).row.record, 3);
    assert_status(DO(fh_record_part(o.org, &o.carl, 2, NULL)), FH_CONFLICT); /* merged further */
    assert_status(DO(fh_record_part(o.org, &o.eve, 1, NULL)), FH_OK);
    assert_status(DO(fh_record_part(o.org, &o.carl, 2, NULL)), FH_OK);
    assert_int_equal(office_see(&o, &o.ann, 2).row.record, 2);
    assert_status(fh_record_abouts(o.org, 1, o.arena, &about, &n, NULL), FH_OK);
    assert_int_equal(n, 0);
    assert_status(fh_record_follows(o.org, 1, o.carl.person, &follows, NULL), FH_OK);
    assert_false(follows);
    office_close(&o);
}

static void similar_ones_are_found_while_typing(void **state)
{
    (void)state;
    office o;
    const fh_record_view *list = NULL;
    size_t n = 0;
    office_open(&o);
    (void)made(&o, &o.ann, "{'what':'The invoice names the wrong street'}");
    (void)made(&o, &o.ann, "{'what':'Nobody answers the telephone'}");
    assert_status(fh_records_similar(o.org, &o.carl, FH_STR("chore"),
                                     FH_STR("wrong street on invoices"), 5, o.arena, &list, &n,
                                     NULL),
                  FH_OK);
    assert_int_equal(n, 1);
    assert_int_equal(list[0].row.record, 1);
    office_close(&o);
}

/* ---- Lists -------------------------------------------------------------------------- */

static void lists_show_what_is_asked_for(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    const uint64_t *count = NULL;
    size_t n = 0;
    const fh_str chore = FH_STR("chore");
    office_open(&o);
    v = made(&o, &o.ann, "{'what':'One','how':['phone']}");
    (void)made(&o, &o.ann, "{'what':'Two','how':['letter','phone']}");
    (void)made(&o, &o.carl, "{'what':'Three'}");
    assert_status(office_own(&o, &o.carl, 1, FH_OWNERSHIP_TAKE, 0, 0, ""), FH_OK);
    assert_status(office_move(&o, &o.carl, &v, "start", "", "{}", &v), FH_OK);
    assert_status(office_own(&o, &o.ann, 2, FH_OWNERSHIP_OFFER, o.bob.person, 0, ""), FH_OK);
    const fh_actor *ann = &o.ann;
    assert_int_equal(listed(&o, ann, (fh_records_filter){.kind = chore}), 3);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.kind = chore, .state = FH_STR("doing")}),
                     1);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.ownerless = true}), 2);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.owner = o.carl.person}), 1);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.department = o.support}), 1);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.author = o.ann.person}), 2);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.asked = o.bob.person}), 1);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.follower = o.carl.person}), 2);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.with = o.carl.person}), 1);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.with = o.bob.person}), 1);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.elsewhere = o.carl.person}), 2);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.not_author = o.ann.person}), 1);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.kinds = FH_STR("pledge,chore")}), 3);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.but = chore}), 0);
    assert_int_equal(
        listed(&o, ann,
               (fh_records_filter){.kinds = FH_STR("note,ask,promise,pledge,signal,fix,need,focus,"
                                                   "chore")}),
        3);
    const fh_records_filter of_ann = {.author = o.ann.person};
    const fh_records_filter odd = {.kinds = FH_STR("chore,")};
    uint64_t total = 0;
    assert_status(fh_records_total(o.org, ann, &of_ann, o.arena, &total, NULL), FH_OK);
    assert_int_equal(total, 2);
    assert_status(fh_records_total(o.org, ann, &odd, o.arena, &total, NULL), FH_NOTFOUND);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.text = FH_STR("TW")}), 1);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.open = -1}), 0);
    assert_int_equal(listed(&o, ann,
                            (fh_records_filter){
                                .kind = chore, .field = FH_STR("how"), .value = FH_STR("phone")}),
                     2);
    assert_int_equal(listed(&o, ann, (fh_records_filter){.until_ms = 1000}), 0);
    const fh_records_filter all = {.kind = chore};
    assert_status(fh_records_count(o.org, ann, &all, o.arena, &count, &n, NULL), FH_OK);
    assert_int_equal(n, 5);
    assert_int_equal(count[0], 2);
    assert_int_equal(count[1], 1);
    const fh_record_view *list = NULL;
    fh_str next;
    const fh_records_filter bad = {.kind = chore, .cursor = FH_STR("zz")};
    assert_status(fh_records_list(o.org, ann, &bad, 1, o.arena, &list, &n, &next, NULL),
                  FH_INVALID);
    fh_records_filter paged = {.kind = chore, .order = FH_RECORDS_OLDEST};
    for (unsigned i = 1; i <= 3; i++) {
        assert_status(fh_records_list(o.org, ann, &paged, 1, o.arena, &list, &n, &next, NULL),
                      FH_OK);
        assert_int_equal(n, 1);
        assert_int_equal(list[0].row.record, i);
        assert_int_equal(next.len == 0, i == 3);
        paged.cursor = next;
    }
    office_close(&o);
}

static void what_is_due_comes_first_page_by_page(void **state)
{
    (void)state;
    static const int64_t due[] = {0, 300, 0, 100, 300}, order[] = {4, 2, 5, 1, 3};
    office o;
    office_open(&o);
    for (size_t i = 0; i < COUNT(due); i++) (void)made(&o, &o.ann, "{'what':'One'}");
    assert_status(fh_org_begin(o.org, NULL), FH_OK);
    for (size_t i = 0; i < COUNT(due); i++) {
        fh_record row;
        assert_status(fh_record_row(o.org, (int64_t)i + 1, o.arena, &row, NULL), FH_OK);
        row.deadline_ms = due[i];
        assert_status(fh_record_note(o.org, &row, NULL), FH_OK);
    }
    assert_status(fh_org_commit(o.org, NULL), FH_OK);
    for (size_t page = 1; page <= COUNT(due); page++) {
        fh_records_filter f = {.order = FH_RECORDS_DUE};
        size_t seen = 0;
        do {
            const fh_record_view *list = NULL;
            size_t n = 0;
            assert_status(
                fh_records_list(o.org, &o.ann, &f, page, o.arena, &list, &n, &f.cursor, NULL),
                FH_OK);
            for (size_t i = 0; i < n && seen < COUNT(due); i++)
                assert_int_equal(list[i].row.record, order[seen++]);
        } while (f.cursor.len);
        assert_int_equal(seen, COUNT(due));
    }
    office_close(&o);
}

/* ---- Customers, touchpoints, people -------------------------------------------------------- */

static void merged_customers_and_touchpoints_are_followed(void **state)
{
    (void)state;
    office o;
    char fields[120];
    int64_t merge = 0;
    office_open(&o);
    import(&o);
    const uint32_t annabel = customer_of(&o, "annabel-17"), bobby = customer_of(&o, "bobby-18");
    const uint32_t call = touchpoint_of(&o, "call"), visit = touchpoint_of(&o, "visit");
    (void)snprintf(fields, sizeof fields, "{'what':'One','customer':%u,'touchpoint':%u}", annabel,
                   call);
    (void)made(&o, &o.ann, fields);
    assert_status(fh_identity_merge(o.org, annabel, bobby, FH_STR("one"), &merge, NULL), FH_OK);
    assert_status(fh_dict_merge(o.org, FH_DICT_TOUCHPOINT, call, visit, NULL), FH_OK);
    const fh_records_filter by_customer = {.what = FH_STR("customer"), .number = bobby};
    const fh_records_filter by_touchpoint = {.what = FH_STR("touchpoint"), .number = visit};
    assert_int_equal(listed(&o, &o.ann, by_customer), 1);
    assert_int_equal(listed(&o, &o.ann, by_touchpoint), 1);
    (void)snprintf(fields, sizeof fields, "\"customer\":%u,\"touchpoint\":%u", bobby, visit);
    assert_non_null(strstr(office_detail(&o, &o.ann, 1).ptr, fields));
    assert_status(fh_identity_unmerge(o.org, merge, NULL), FH_OK);
    assert_int_equal(listed(&o, &o.ann, by_customer), 0);
    office_close(&o);
    test_files_end();
}

static void an_erased_customer_is_in_no_record_any_more(void **state)
{
    (void)state;
    office o;
    char fields[300];
    fh_erase_result result = {0};
    office_open(&o);
    import(&o);
    const uint32_t annabel = customer_of(&o, "annabel-17"), bobby = customer_of(&o, "bobby-18");
    (void)snprintf(fields, sizeof fields,
                   "{'what':'Call annabel-17 back','customer':%u,'more':'Write to "
                   "ANNABEL@example.org, and annabel@example.org.'}",
                   annabel);
    fh_record_view v = made(&o, &o.ann, fields);
    (void)snprintf(fields, sizeof fields, "{'what':'Of bobby-18','customer':%u}", bobby);
    (void)made(&o, &o.ann, fields);
    assert_status(link_to(&o, &o.ann, 2, "stories", 0, "/stories?who=annabel%40example.org", NULL),
                  FH_OK);
    assert_status(DO(fh_record_comment(o.org, &o.ann, 2, FH_STR("annabel-17 as well"), NULL, NULL)),
                  FH_OK);
    fh_record_file file = {.record = 2,
                           .name = FH_STR("annabel-17.png"),
                           .stored = FH_STR("s"),
                           .type = FH_STR("image/png")};
    assert_status(DO(fh_record_file_add(o.org, &file, NULL)), FH_OK);
    assert_status(fh_erase_customer(o.org, annabel, &result, &o.err), FH_OK);
    assert_int_equal(result.found, 0);
    v = office_see(&o, &o.ann, 1);
    assert_str(v.row.title, "Call [erased] back");
    assert_str(v.row.fields, "{\"what\":\"Call [erased] back\",\"more\":\"Write to [erased], and "
                             "[erased].\"}");
    assert_int_equal(listed(&o, &o.ann, (fh_records_filter){.text = FH_STR("annabel")}), 0);
    assert_int_equal(listed(&o, &o.ann, (fh_records_filter){.text = FH_STR("bobby")}), 1);
    assert_string_equal(office_last(&o, 2), "withheld");
    v = office_see(&o, &o.ann, 2);
    assert_str(v.row.title, "Of bobby-18");
    office_close(&o); /* and the chain holds */
    test_files_end();
}

/* What is sealed cannot be searched for a name: it goes with the customer that its record is about.
 */
static void an_erased_customer_is_in_no_words_for_a_go_between(void **state)
{
    (void)state;
    office o;
    const fh_key key = {.bytes = {1, 2, 3}, .id = {4, 5, 6, 7}};
    const fh_record_input in = {
        .kind = FH_STR("chore"), .between = FH_STR("They called twice."), .key = &key};
    fh_erase_result result = {0};
    fh_str words = {0};
    uint32_t who[2];
    office_open(&o);
    import(&o);
    who[0] = customer_of(&o, "annabel-17");
    who[1] = customer_of(&o, "bobby-18");
    for (unsigned i = 0; i < 2; i++) {
        char fields[64];
        fh_record_view v;
        fh_record_input told = in;
        told.go_between = o.carl.person;
        (void)snprintf(fields, sizeof fields, "{'what':'Call back','customer':%u}", who[i]);
        assert_status(office_make_with(&o, &o.ann, told, fields, &v, NULL), FH_OK);
        assert_int_equal(v.row.record, i + 1);
        assert_status(fh_between_read(o.org, &o.carl, &key, i + 1, o.arena, &words, &o.err), FH_OK);
    }
    assert_status(fh_erase_customer(o.org, who[0], &result, &o.err), FH_OK);
    assert_status(fh_between_read(o.org, &o.carl, &key, 1, o.arena, &words, &o.err), FH_NOTFOUND);
    assert_status(fh_between_read(o.org, &o.carl, &key, 2, o.arena, &words, &o.err), FH_OK);
    assert_str(words, "They called twice.");
    office_close(&o);
    test_files_end();
}

static void a_forgotten_colleague_stays_where_they_stood_without_a_name(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    office_open(&o);
    (void)made(&o, &o.carl, "{'what':'One'}");
    assert_status(office_own(&o, &o.carl, 1, FH_OWNERSHIP_TAKE, 0, 0, ""), FH_OK);
    assert_status(fh_person_forget(o.org, &o.cli, o.carl.person, 0, &o.err), FH_OK);
    v = office_see(&o, &o.ann, 1);
    assert_int_equal(v.row.author, o.carl.person);
    assert_int_equal(v.row.owner, 0); /* nobody who is there any more owns anything */
    assert_true(v.row.ownerless_ms > 0);
    const fh_str json = office_detail(&o, &o.ann, 1);
    assert_non_null(strstr(json.ptr, "former colleague"));
    assert_null(strstr(json.ptr, "Carl"));
    office_close(&o);
}

/* ---- Files from elsewhere ----------------------------------------------------------- */

static void whatever_a_file_holds_is_shown_or_left_out_and_never_a_crash(void **state)
{
    (void)state;
    static const char *const sets[] = {
        "fields = 'nonsense'",
        "fields = '[1,2]'",
        "fields = '{\"what\":{\"a\":[1]},\"cost\":\"x\",\"helper\":99999999999,\"by\":7}'",
        "kind = 'nothing-like-it'",
        "state = 'nowhere'",
        "merged_into = 1",
        "merged_into = 2",
        "author = -5, owner = 4294967300, department = 77, asked = 88, asked_ms = -9",
        "first_ms = -1, due_ms = 5, state_ms = 9223372036854775807, version = 9223372036854775000",
        "title = x'ff00fe', fields = '{\"what\":\"\\u0000\"}'",
    };
    for (size_t i = 0; i < COUNT(sets); i++) {
        office o;
        char sql[300];
        sqlite3 *raw = NULL;
        fh_record_view v;
        fh_record_names *names = NULL;
        fh_buf text;
        fh_json j;
        uint64_t n = 0;
        bool left = false;
        office_open(&o);
        (void)made(&o, &o.ann, "{'what':'One'}");
        (void)made(&o, &o.ann, "{'what':'Two','other':1}");
        fh_org_close(o.org);
        assert_int_equal(sqlite3_open(test_org_name(0), &raw), SQLITE_OK);
        (void)snprintf(sql, sizeof sql,
                       "UPDATE record SET %s WHERE record = 1; UPDATE record SET "
                       "merged_into = 1 WHERE record = 2 AND 5 = %zu",
                       sets[i], i);
        assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_close(raw), SQLITE_OK);
        o.org = test_org_open(0, FH_ORG_WRITE);
        (void)listed(&o, &o.ann, (fh_records_filter){.order = FH_RECORDS_DUE});
        assert_status(fh_records_clocks(o.org, INT64_C(4000000000000), 10, &n, &left, NULL), FH_OK);
        fh_buf_init(&text, NULL, 1 << 20);
        fh_json_begin(&j, &text, 0);
        assert_status(fh_record_names_new(o.org, &o.ann, o.arena, &names, NULL), FH_OK);
        if (fh_record_get(o.org, &o.ann, 1, o.arena, &v, NULL) == FH_OK)
            assert_status(fh_record_detail_json(o.org, &o.ann, &v, names, &j, &o.err), FH_OK);
        fh_buf_free(&text);
        fh_arena_free(o.arena);
        test_org_end(o.org);
    }
}

/* ---- Customers since the first evidence -------------------------------------------------- */

static const char harm[] = "kind harm\n"
                           "title \"Harm\" \"Harms\"\n"
                           "says \"Something that hurts.\"\n"
                           "add \"Tell it\"\n"
                           "made by anybody\n"
                           "owner none\n"
                           "field what text required max 200 \"What?\"\n"
                           "field touchpoint touchpoint many \"Where?\"\n"
                           "field since date \"Since when?\"\n"
                           "field customers computed customers-since \"Customers since\"\n"
                           "state open \"Open\"\n"
                           "state done \"Done\" closed\n"
                           "move end \"It is done\" from open to done by anybody\n";

static int64_t since_of(office *o)
{
    const fh_record_view v = office_see(o, &o->ann, 1);
    const fh_record_view *list = NULL;
    const fh_records_filter all = {.kind = FH_STR("harm")};
    fh_str next;
    size_t n = 0;
    const uint32_t at = fh_kind_find_field(v.kind, FH_STR("customers"));
    assert_int_equal(v.values[at].n, 1);
    assert_status(fh_records_list(o->org, &o->ann, &all, 50, o->arena, &list, &n, &next, &o->err),
                  FH_OK);
    assert_int_equal(n, 1);
    assert_int_equal(list[0].values[at].value[0].number, v.values[at].value[0].number);
    return v.values[at].value[0].number;
}

static void customers_since_the_first_evidence_are_counted_each_once(void **state)
{
    (void)state;
    office o;
    char fields[200];
    const fh_kind *kind = NULL;
    fh_record_view v;
    office_open(&o);
    import(&o);
    assert_status(DO(fh_kind_declare(o.org, &o.cli, FH_STR("harm"), fh_str_of(harm), 0, o.arena,
                                     &kind, &o.err)),
                  FH_OK);
    (void)snprintf(fields, sizeof fields,
                   "{'what':'Calls are cut','touchpoint':[%u],'since':'2023-12-31'}",
                   touchpoint_of(&o, "call"));
    assert_status(office_make(&o, &o.ann, "harm", fields, &v), FH_OK);
    assert_int_equal(since_of(&o), 1); /* annabel called */
    assert_status(link_to(&o, &o.ann, 1, "customer", customer_of(&o, "annabel-17"), "", NULL),
                  FH_OK);
    assert_int_equal(since_of(&o), 1); /* and counts once */
    assert_status(link_to(&o, &o.ann, 1, "customer", customer_of(&o, "bobby-18"), "", NULL), FH_OK);
    assert_int_equal(since_of(&o), 2);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_named_in_a_comment_follow_and_what_they_saw_is_kept),
        cmocka_unit_test(a_record_is_linked_to_what_is_there_and_found_by_it),
        cmocka_unit_test(a_challenge_is_a_record_addressed_to_a_colleague),
        cmocka_unit_test(what_was_merged_leads_on_and_can_be_parted_again),
        cmocka_unit_test(similar_ones_are_found_while_typing),
        cmocka_unit_test(lists_show_what_is_asked_for),
        cmocka_unit_test(what_is_due_comes_first_page_by_page),
        cmocka_unit_test(customers_since_the_first_evidence_are_counted_each_once),
        cmocka_unit_test(merged_customers_and_touchpoints_are_followed),
        cmocka_unit_test(an_erased_customer_is_in_no_record_any_more),
        cmocka_unit_test(an_erased_customer_is_in_no_words_for_a_go_between),
        cmocka_unit_test(a_forgotten_colleague_stays_where_they_stood_without_a_name),
        cmocka_unit_test(whatever_a_file_holds_is_shown_or_left_out_and_never_a_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
