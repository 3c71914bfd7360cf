/* import_test.c - importing files: once, again, in rounds, stopped, with bad rows;
 * and erased customers that stay away. */
#include "test.h"

#include "app/data/import.h"
#include "faulty_os.h"
#include "files.h"
#include "orgs.h"
#include "store/identities.h"

#include <stdlib.h>

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

static fh_status import(fixture *f, const char *path, fh_import_options options)
{
    if (!options.source.len) options.source = FH_STR("test");
    return fh_import_file(f->org, path, &options, f->arena, &f->result, &f->err);
}

static void imported(fixture *f, const char *path, fh_import_options options)
{
    if (import(f, path, options) != FH_OK) fail_msg("%s (%s)", f->err.message, f->err.hint);
}

static fh_store_counts counts(fixture *f)
{
    fh_store_counts c;
    assert_status(fh_store_count(f->org, &c, NULL), FH_OK);
    return c;
}

static const fh_told *story(fixture *f, const char *customer, size_t *n)
{
    uint32_t number;
    const fh_told *told;
    if (fh_identity_find(f->org, fh_str_of(customer), &number, &f->err) != FH_OK)
        fail_msg("%s", f->err.message);
    assert_status(fh_store_story(f->org, number, f->arena, &told, n, NULL), FH_OK);
    return told;
}

static uint64_t hash_story(uint64_t h, const fh_told *t)
{
    const uint64_t parts[] = {(uint64_t)t->at_ms, t->touchpoint, t->channel, t->outcome,
                              t->problem,         t->member,     t->id,      t->payload.len};
    for (size_t i = 0; i < COUNT(parts); i++) h = (h ^ parts[i]) * UINT64_C(0x100000001b3);
    for (size_t i = 0; i < t->payload.len; i++)
        h = (h ^ (unsigned char)t->payload.ptr[i]) * UINT64_C(0x100000001b3);
    return h;
}

static fh_status hash_one(void *ctx, uint32_t customer, const fh_told *told, size_t n,
                          fh_error *err)
{
    (void)err;
    uint64_t h = *(uint64_t *)ctx ^ customer;
    for (size_t i = 0; i < n; i++) h = hash_story(h, &told[i]);
    *(uint64_t *)ctx = h;
    return FH_OK;
}

/* All stories of the organisation in one number (not the imports' numbers). */
static uint64_t everything(fixture *f)
{
    uint64_t h = 1;
    assert_status(fh_store_each(f->org, hash_one, &h, NULL), FH_OK);
    return h;
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

static const char small[] = "customer,time,touchpoint,channel,outcome,value,mood\n"
                            "ann,2024-01-01 10:00:00,call,phone,solved,1.50,good\n"
                            "bob,2024-01-01 11:00:00,mail,email,,,\n"
                            "ann,2024-01-01 09:00:00,visit,store,open,,bad\n";

static void stories_may_begin_before_1970(void **state)
{
    (void)state;
    static const char rows[] = "customer,time,touchpoint\n"
                               "ann,1970-01-01 00:00:00,call\n"
                               "ann,1948-01-26 22:59:59.999,mail\n"
                               "ann,1969-12-31 23:59:59.001,visit\n";
    fixture f;
    begin(&f);
    imported(&f, test_file("a.csv", fh_str_of(rows)), (fh_import_options){0});
    assert_int_equal(f.result.n_rejects, 0);
    size_t n;
    const fh_told *t = story(&f, "ann", &n);
    assert_int_equal(n, 3);
    assert_int_equal(t[0].at_ms, INT64_C(-692067600001));
    assert_int_equal(t[1].at_ms, -999);
    assert_int_equal(t[2].at_ms, 0);
    assert_int_equal(counts(&f).first_ms, t[0].at_ms);
    assert_int_equal(counts(&f).last_ms, 0);
    all_is_well(&f);
    end(&f);
}

static void rows_of_a_csv_become_stories(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    imported(&f, test_file("a.csv", fh_str_of(small)), (fh_import_options){0});
    assert_int_equal(f.result.origin.rows_added, 3);
    assert_int_equal(f.result.origin.rows_done, 3);
    assert_true(f.result.origin.complete);
    assert_int_equal(f.result.format, FH_CSV);
    assert_int_equal(f.result.n_columns, 7);
    size_t n;
    const fh_told *t = story(&f, "ann", &n);
    assert_int_equal(n, 2);
    assert_int_equal(t[0].at_ms, INT64_C(1704099600000));
    assert_int_equal(t[1].at_ms, INT64_C(1704103200000));
    assert_true(t[1].has_value);
    assert_int_equal(t[1].value, 150);
    assert_non_null(t[1].payload.ptr);
    assert_str(t[1].payload, "{\"mood\":\"good\"}");
    all_is_well(&f);
    end(&f);
}

static void the_same_file_again_adds_nothing(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const char *path = test_file("a.csv", fh_str_of(small));
    imported(&f, path, (fh_import_options){0});
    assert_false(f.result.already);
    imported(&f, path, (fh_import_options){0});
    assert_true(f.result.already);
    assert_int_equal(counts(&f).interactions, 3);
    /* From another source it is other news. */
    imported(&f, path, (fh_import_options){.source = FH_STR("elsewhere")});
    assert_false(f.result.already);
    end(&f);
}

static void the_same_rows_in_another_file_are_counted_once(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    imported(&f, test_file("a.csv", fh_str_of(small)), (fh_import_options){0});
    fh_buf more;
    fh_buf_init(&more, NULL, 1 << 20);
    fh_buf_text(&more, small);
    fh_buf_text(&more, "cid,2024-01-02 10:00:00,call,phone,solved,,\n");
    imported(&f, test_file("b.csv", fh_buf_view(&more)), (fh_import_options){0});
    fh_buf_free(&more);
    assert_int_equal(f.result.origin.rows_added, 1);
    assert_int_equal(f.result.origin.rows_known, 3);
    assert_int_equal(counts(&f).interactions, 4);
    all_is_well(&f);
    end(&f);
}

/* ---- Rounds -------------------------------------------------------------------------- */

enum { MANY = 4000 };

static const char *many_file(const char *name, uint32_t bad_every)
{
    fh_buf text;
    fh_buf_init(&text, NULL, 1 << 24);
    fh_buf_text(&text, "customer,time,touchpoint,problem,note\n");
    test_seed(11);
    for (uint32_t i = 0; i < MANY; i++) {
        if (bad_every && i % bad_every == 7) {
            fh_buf_printf(&text, "c%u,2024-02-31 00:00:00,t1,p1,bad %u\n", i, i);
            continue;
        }
        fh_buf_printf(&text, "c%u,2024-01-%02u %02u:%02u:00,t%u,p%u,note %u\n", test_rand(300),
                      1 + test_rand(28), test_rand(24), test_rand(60), test_rand(20), test_rand(50),
                      i);
    }
    const char *path = test_file(name, fh_buf_view(&text));
    fh_buf_free(&text);
    return path;
}

typedef struct stop_at {
    unsigned calls, stop;
} stop_at;

static bool count_calls(void *ctx, const fh_import_progress *p)
{
    stop_at *s = ctx;
    assert_true(p->committed <= p->rows);
    return ++s->calls == s->stop;
}

static void an_import_can_be_stopped_after_every_round_and_taken_up(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const char *path = many_file("many.csv", 100);
    imported(&f, path, (fh_import_options){0});
    const uint64_t want = everything(&f);
    const uint64_t n_want = counts(&f).interactions;
    assert_int_equal(n_want, MANY - 40);
    fh_arena_free(f.arena);
    test_org_end(f.org);
    for (unsigned stop = 1; stop < 12; stop++) {
        f.org = test_org_new(0);
        f.arena = fh_arena_new(NULL);
        stop_at s = {.stop = stop};
        const fh_import_options options = {
            .memory_bytes = 1, .progress = count_calls, .ctx = &s, .source = FH_STR("test")};
        unsigned stops = 0;
        fh_status status;
        uint32_t origin = 0;
        while ((status = import(&f, path, options)) == FH_INTERRUPTED) {
            stops++;
            s.calls = 0;
            assert_true(f.err.hint[0]);
            if (origin && f.result.origin.origin) assert_int_equal(f.result.origin.origin, origin);
            if (f.result.origin.rows_done) origin = f.result.origin.origin;
            assert_true(stops < 100);
        }
        assert_status(status, FH_OK);
        if (stop < 8) assert_true(stops > 0);
        assert_int_equal(counts(&f).interactions, n_want);
        assert_true(everything(&f) == want);
        assert_int_equal(f.result.origin.rows_rejected, 40);
        all_is_well(&f);
        size_t n;
        char *rejects = test_file_read(f.result.rejects_file.ptr, &n);
        assert_non_null(rejects);
        size_t lines = 0;
        for (size_t i = 0; i < n; i++) lines += rejects[i] == '\n';
        assert_int_equal(lines, 41);
        free(rejects);
        fh_arena_free(f.arena);
        test_org_end(f.org);
    }
    test_files_end();
}

/* ---- Bad rows ------------------------------------------------------------------------- */

static const char with_bad[] = "customer,time,touchpoint\n"
                               "ann,2024-01-01 10:00:00,call\n"
                               "bob,2024-02-31 11:00:00,mail\n"
                               "cid,2024-01-01 09:00:00,visit\n"
                               "dan,1939-01-01 09:00:00,visit\n"
                               "eve,2024-01-05 09:00:00,visit\n";

static void bad_rows_are_kept_beside_the_file_and_can_be_mended(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const char *path = test_file("bad.csv", fh_str_of(with_bad));
    imported(&f, path, (fh_import_options){0});
    assert_int_equal(f.result.origin.rows_added, 3);
    assert_int_equal(f.result.origin.rows_rejected, 2);
    assert_int_equal(f.result.n_rejects, 2);
    assert_int_equal(f.result.rejects[0].line, 3);
    size_t n;
    char *rows = test_file_read(f.result.rejects_file.ptr, &n);
    assert_string_equal(rows, "customer,time,touchpoint\n"
                              "bob,2024-02-31 11:00:00,mail\n"
                              "dan,1939-01-01 09:00:00,visit\n");
    char name[300];
    (void)snprintf(name, sizeof name, "%s.txt", f.result.rejects_file.ptr);
    char *notes = test_file_read(name, &n);
    assert_non_null(strstr(notes, "line 3, column 2 (time): '2024-02-31 11:00:00' "));
    assert_non_null(strstr(notes, "line 5"));
    free(notes);
    memcpy(strstr(rows, "02-31"), "02-28", 5);
    memcpy(strstr(rows, "1939"), "1940", 4);
    FILE *mended = fopen(f.result.rejects_file.ptr, "wb");
    (void)fputs(rows, mended);
    (void)fclose(mended);
    free(rows);
    imported(&f, f.result.rejects_file.ptr, (fh_import_options){0});
    assert_int_equal(f.result.origin.rows_added, 2);
    assert_int_equal(f.result.rejects_file.len, 0);
    assert_int_equal(counts(&f).interactions, 5);
    end(&f);
}

static void a_text_in_the_place_of_a_name_rejects_its_row_only(void **state)
{
    (void)state;
    char text[1200] = "customer,time,touchpoint,problem\nann,2024-01-01,call,p1\n";
    size_t n = strlen(text);
    memset(text + n, 'x', 600);
    (void)snprintf(text + n + 600, sizeof text - n - 600,
                   ",2024-01-01,call,p1\nbob,2024-01-01,call,");
    n = strlen(text);
    memset(text + n, 'y', 251);
    text[n + 251] = '\n';
    text[n + 252] = '\0';
    fixture f;
    begin(&f);
    imported(&f, test_file("long.csv", fh_str_of(text)),
             (fh_import_options){.max_reject_share = 1});
    assert_int_equal(f.result.origin.rows_added, 1);
    assert_int_equal(f.result.n_rejects, 2);
    assert_true(f.result.rejects[0].hint.len > 0);
    end(&f);
}

static void too_many_bad_rows_keep_everything_out(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const char *path = many_file("bad.csv", 10);
    assert_status(import(&f, path, (fh_import_options){0}), FH_FORMAT);
    assert_non_null(strstr(f.err.hint, "Nothing was imported"));
    assert_true(f.result.n_rejects > 0);
    assert_int_equal(counts(&f).interactions, 0);
    const fh_origin *origins;
    size_t n;
    assert_status(fh_origins(f.org, f.arena, &origins, &n, NULL), FH_OK);
    assert_int_equal(n, 0);
    char rejects[300];
    (void)snprintf(rejects, sizeof rejects, "%s.rejects.csv", path);
    assert_null(test_file_read(rejects, &n));
    /* Allowed, they are. */
    imported(&f, path, (fh_import_options){.max_reject_share = 0.2});
    assert_int_equal(counts(&f).interactions, MANY - 400);
    end(&f);
}

static void a_dry_run_tells_everything_and_writes_nothing(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const char *path = test_file("bad.csv", fh_str_of(with_bad));
    imported(&f, path, (fh_import_options){.dry_run = true, .n_samples = 2});
    assert_int_equal(f.result.n_samples, 2);
    assert_str(f.result.samples[1].touchpoint, "visit");
    assert_str(f.result.samples[1].identifier[0].value, "cid");
    assert_int_equal(f.result.n_rejects, 2);
    assert_int_equal(f.result.n_columns, 3);
    assert_true(f.result.mapping.len > 0);
    assert_int_equal(counts(&f).interactions, 0);
    uint64_t customers, identifiers, problems;
    assert_status(fh_identity_counts(f.org, &customers, &identifiers, &problems, NULL), FH_OK);
    assert_int_equal(customers, 0);
    const fh_origin *origins;
    size_t n;
    assert_status(fh_origins(f.org, f.arena, &origins, &n, NULL), FH_OK);
    assert_int_equal(n, 0);
    end(&f);
}

static void what_is_no_data_is_refused_with_a_remedy(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    assert_status(import(&f, test_file("x.bin", (fh_str){"\0\1\2\3", 4}), (fh_import_options){0}),
                  FH_FORMAT);
    assert_true(f.err.hint[0]);
    assert_status(import(&f, test_file_path("absent.csv"), (fh_import_options){0}), FH_NOTFOUND);
    assert_int_equal(counts(&f).interactions, 0);
    end(&f);
}

static void a_disk_that_fails_gives_an_error_and_the_next_import_goes_on(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const char *path = many_file("many.csv", 100);
    imported(&f, path, (fh_import_options){0});
    const uint64_t want = everything(&f);
    fh_org_close(f.org);
    unsigned failed = 0;
    bool reached = true;
    for (uint64_t at = 1; reached; at += 1 + at / 2) {
        faulty_os os;
        (void)test_org_path(0);
        assert_status(fh_org_create(fh_os_real(), test_org_path(0), FH_STR("T"), NULL), FH_OK);
        faulty_os_init(&os, at % 2 ? FAULT_DISK_FULL : FAULT_ERROR, at);
        const fh_import_options options = {.memory_bytes = 1 << 16, .source = FH_STR("test")};
        fh_org *org = NULL;
        fh_status status = fh_org_open(&os.os, test_org_name(0), FH_ORG_WRITE, &org, &f.err);
        if (status == FH_OK)
            status = fh_import_file(org, path, &options, f.arena, &f.result, &f.err);
        fh_org_close(org);
        reached = os.reached;
        failed += status != FH_OK;
        if (status != FH_OK) assert_true(f.err.message[0]);
        f.org = test_org_open(0, FH_ORG_WRITE);
        imported(&f, path, (fh_import_options){0});
        assert_true(everything(&f) == want);
        all_is_well(&f);
        fh_org_close(f.org);
    }
    assert_true(failed > 3);
    f.org = test_org_open(0, FH_ORG_WRITE);
    end(&f);
}

/* ---- Other formats --------------------------------------------------------------------- */

static void json_lines_are_imported_and_ids_counted_once(void **state)
{
    (void)state;
    static const char text[] =
        "{\"customer\":\"ann\",\"time\":\"2024-01-01T10:00:00Z\",\"touchpoint\":\"call\","
        "\"id\":\"m1\"}\n"
        "{\"customer\":\"bob\",\"time\":\"2024-01-01T11:00:00Z\",\"touchpoint\":\"mail\","
        "\"id\":\"m2\"}\n"
        "{\"customer\":\"ann\",\"time\":\"2024-01-01T10:00:00Z\",\"touchpoint\":\"call\","
        "\"id\":\"m1\"}\n";
    fixture f;
    begin(&f);
    fh_mapping *mapping = NULL;
    assert_status(fh_mapping_parse(f.arena, FH_STR("id=id"), &mapping, NULL), FH_OK);
    imported(&f, test_file("a.jsonl", fh_str_of(text)), (fh_import_options){.mapping = mapping});
    assert_int_equal(f.result.format, FH_JSONL);
    assert_int_equal(counts(&f).interactions, 2);
    assert_int_equal(f.result.origin.rows_known, 1);
    end(&f);
}

static void traces_of_an_xes_log_are_customers(void **state)
{
    (void)state;
    static const char text[] =
        "<?xml version=\"1.0\"?><log><trace><string key=\"concept:name\" value=\"case 1\"/>"
        "<event><string key=\"concept:name\" value=\"A\"/>"
        "<date key=\"time:timestamp\" value=\"2024-01-01T10:00:00.123+01:00\"/></event>"
        "<event><string key=\"concept:name\" value=\"B\"/>"
        "<date key=\"time:timestamp\" value=\"2024-01-01T11:00:00Z\"/></event></trace></log>";
    fixture f;
    begin(&f);
    imported(&f, test_file("a.xes", fh_str_of(text)), (fh_import_options){0});
    size_t n;
    const fh_told *t = story(&f, "case 1", &n);
    assert_int_equal(n, 2);
    assert_int_equal(t[0].at_ms, INT64_C(1704099600123));
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_a_csv_become_stories),
        cmocka_unit_test(stories_may_begin_before_1970),
        cmocka_unit_test(the_same_file_again_adds_nothing),
        cmocka_unit_test(the_same_rows_in_another_file_are_counted_once),
        cmocka_unit_test(an_import_can_be_stopped_after_every_round_and_taken_up),
        cmocka_unit_test(bad_rows_are_kept_beside_the_file_and_can_be_mended),
        cmocka_unit_test(a_text_in_the_place_of_a_name_rejects_its_row_only),
        cmocka_unit_test(too_many_bad_rows_keep_everything_out),
        cmocka_unit_test(a_dry_run_tells_everything_and_writes_nothing),
        cmocka_unit_test(what_is_no_data_is_refused_with_a_remedy),
        cmocka_unit_test(a_disk_that_fails_gives_an_error_and_the_next_import_goes_on),
        cmocka_unit_test(json_lines_are_imported_and_ids_counted_once),
        cmocka_unit_test(traces_of_an_xes_log_are_customers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
