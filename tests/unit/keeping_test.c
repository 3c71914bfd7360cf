/* keeping_test.c - rules of retention: which counts where, what a dry run tells, that what
 * goes leaves no bytes, and what the audit log keeps of it. Letting go beside live ingest,
 * against an oracle: tidy_test.c. */
#include "test.h"

#include "app/data/erase.h"
#include "app/data/import.h"
#include "app/data/keeping.h"
#include "app/people/audit.h"
#include "base/time.h"
#include "files.h"
#include "orgs.h"

typedef struct fixture {
    fh_org *org;
    fh_arena *arena;
    fh_actor actor;
    fh_error err;
    int64_t now_ms;
} fixture;

static int64_t instant(const char *text)
{
    int64_t out = 0;
    assert_true(fh_time_iso(fh_str_of(text), NULL, &out));
    return out;
}

static void import(fixture *f, const char *source, const char *text)
{
    fh_import_result result;
    const fh_import_options options = {.source = fh_str_of(source)};
    const char *path = test_file("rows.csv", fh_str_of(text));
    if (fh_import_file(f->org, path, &options, f->arena, &result, &f->err) != FH_OK)
        fail_msg("%s", f->err.message);
}

static void begin(fixture *f)
{
    *f = (fixture){.org = test_org_new(0),
                   .arena = fh_arena_new(NULL),
                   .actor = fh_actor_command_line(),
                   .now_ms = instant("2025-06-15T12:00:00Z")};
    import(f, "crm",
           "customer,time,touchpoint,note\n"
           "annabel-17,2020-01-01 10:00:00,call,oldest crm secret\n"
           "annabel-17,2024-05-01 10:00:00,visit,middle crm secret\n"
           "bobby-18,2025-06-01 10:00:00,call,newest crm secret\n");
    import(f, "web",
           "customer,time,touchpoint,note\n"
           "annabel-17,2020-02-01 10:00:00,click,oldest web secret\n"
           "bobby-18,2025-06-02 10:00:00,click,newest web secret\n");
}

static void end(fixture *f)
{
    fh_arena_free(f->arena);
    test_org_end(f->org);
    test_files_end();
}

static fh_keep_rule add(fixture *f, const char *source, fh_keep_kind kind, uint32_t keep)
{
    fh_keep_rule r = {.source = fh_str_of(source), .kind = kind, .keep = keep};
    assert_status(fh_org_begin(f->org, NULL), FH_OK);
    if (fh_keep_make(f->org, &f->actor, &r, &f->err) != FH_OK) fail_msg("%s", f->err.message);
    assert_status(fh_org_commit(f->org, NULL), FH_OK);
    return r;
}

static fh_status change(fixture *f, uint32_t rule, uint32_t keep, bool active)
{
    fh_keep_rule was;
    assert_status(fh_keep_get(f->org, rule, f->arena, &was, &f->err), FH_OK);
    assert_status(fh_org_begin(f->org, NULL), FH_OK);
    const fh_status s = fh_keep_change(f->org, &f->actor, &was, keep, active, &f->err);
    if (s)
        fh_org_rollback(f->org);
    else
        assert_status(fh_org_commit(f->org, NULL), FH_OK);
    return s;
}

static fh_keep_preview try(fixture *f, uint32_t rule, bool seen)
{
    fh_keep_rule r;
    fh_keep_preview p;
    assert_status(fh_keep_get(f->org, rule, f->arena, &r, &f->err), FH_OK);
    assert_status(fh_keep_try(f->org, &r, "/nowhere", f->now_ms, f->arena, &p, &f->err), FH_OK);
    if (!seen) return p;
    assert_status(fh_org_begin(f->org, NULL), FH_OK);
    assert_status(fh_keep_seen(f->org, &f->actor, &r, &f->err), FH_OK);
    assert_status(fh_org_commit(f->org, NULL), FH_OK);
    return p;
}

static void activate(fixture *f, const fh_keep_rule *r)
{
    (void)try(f, r->rule, true);
    if (change(f, r->rule, r->keep, true) != FH_OK) fail_msg("%s", f->err.message);
}

/* As the job does it. */
static void run(fixture *f, uint64_t total[FH_N_KEEP])
{
    fh_keep_plan plan;
    const fh_old_part *part = NULL;
    size_t n = 0;
    memset(total, 0, FH_N_KEEP * sizeof *total);
    assert_status(fh_keep_plan_make(f->org, f->now_ms, f->arena, &plan, &f->err), FH_OK);
    assert_status(fh_store_old_parts(f->org, &plan.terms, f->arena, &part, &n, &f->err), FH_OK);
    for (size_t i = 0; i < n; i++) {
        bool there = false;
        assert_status(fh_keep_part(f->org, &plan, &part[i], total, &there, &f->err), FH_OK);
        assert_true(there);
    }
    assert_status(fh_keep_tell(f->org, f->now_ms, &f->err), FH_OK);
}

static uint64_t places(fixture *f, const char *text)
{
    fh_erase_result r = {0};
    const fh_str texts[] = {fh_str_of(text)};
    assert_status(fh_search_bytes(f->org, texts, 1, &r, &f->err), FH_OK);
    return r.found + r.elsewhere;
}

static uint64_t interactions(fixture *f)
{
    fh_store_counts counts;
    uint64_t faults = 0;
    assert_status(fh_store_check(f->org, NULL, NULL, &faults, &f->err), FH_OK);
    assert_status(fh_store_count(f->org, &counts, &f->err), FH_OK);
    return counts.interactions;
}

static size_t entries(fixture *f, const char *action, fh_str *last)
{
    const fh_audit_filter filter = {.action = fh_str_of(action)};
    const fh_audit_entry *entry = NULL;
    size_t n = 0;
    assert_status(fh_audit_list(f->org, &f->actor, &filter, 50, f->arena, &entry, &n, &f->err),
                  FH_OK);
    if (n && last) *last = entry[0].row.details;
    return n;
}

static void a_month_less_ends_with_the_month(void **state)
{
    (void)state;
    const struct {
        fh_keep_kind kind;
        uint32_t keep;
        const char *now, *before;
    } cases[] = {
        {FH_KEEP_INTERACTIONS, 1, "2025-03-31T12:30:00Z", "2025-02-28T12:30:00Z"},
        {FH_KEEP_INTERACTIONS, 13, "2025-03-31T00:00:00Z", "2024-02-29T00:00:00Z"},
        {FH_KEEP_TEXTS, 12, "2024-02-29T00:00:00Z", "2023-02-28T00:00:00Z"},
        {FH_KEEP_TEXTS, 24, "2025-01-01T00:00:00Z", "2023-01-01T00:00:00Z"},
        {FH_KEEP_FILES, 7, "2025-03-03T00:00:00Z", "2025-02-24T00:00:00Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const fh_keep_rule r = {.kind = cases[i].kind, .keep = cases[i].keep};
        assert_int_equal(fh_keep_before(&r, instant(cases[i].now)), instant(cases[i].before));
    }
    const fh_keep_rule longest = {.keep = FH_KEEP_MONTHS_MAX};
    assert_true(fh_keep_before(&longest, 0) < 0);
}

static void a_rule_is_off_until_its_dry_run_was_seen(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    const fh_keep_rule r = add(&f, "", FH_KEEP_INTERACTIONS, 24);
    assert_status(change(&f, r.rule, 24, true), FH_CONFLICT);
    assert_non_null(strstr(f.err.hint, "dry run"));
    const fh_keep_preview p = try(&f, r.rule, true);
    assert_int_equal(p.n, 2);
    assert_int_equal(p.oldest_ms, instant("2020-01-01T10:00:00Z"));
    assert_int_equal(p.n_sources, 2);
    assert_str(p.source[0].source, "crm");
    assert_int_equal(p.source[1].oldest_ms, instant("2020-02-01T10:00:00Z"));
    assert_status(change(&f, r.rule, 24, true), FH_OK);
    /* Another time: it is off again, whatever was asked for. */
    assert_status(change(&f, r.rule, 12, true), FH_OK);
    fh_keep_rule now;
    assert_status(fh_keep_get(f.org, r.rule, f.arena, &now, NULL), FH_OK);
    assert_false(now.active);
    assert_status(change(&f, r.rule, 12, true), FH_CONFLICT);
    assert_status(change(&f, r.rule, 0, false), FH_INVALID);
    uint64_t total[FH_N_KEEP];
    run(&f, total);
    assert_int_equal(total[FH_KEEP_INTERACTIONS], 0);
    assert_int_equal(interactions(&f), 5);
    end(&f);
}

static void what_goes_leaves_no_bytes_and_a_sum_in_the_log(void **state)
{
    (void)state;
    fixture f;
    uint64_t total[FH_N_KEEP];
    fh_str last = {0};
    begin(&f);
    const fh_keep_rule all = add(&f, "", FH_KEEP_INTERACTIONS, 24);
    const fh_keep_rule texts = add(&f, "crm", FH_KEEP_TEXTS, 6);
    activate(&f, &all);
    activate(&f, &texts);
    assert_true(places(&f, "oldest crm secret") > 0);
    run(&f, total);
    assert_int_equal(total[FH_KEEP_INTERACTIONS], 2);
    assert_int_equal(total[FH_KEEP_TEXTS], 1);
    assert_int_equal(interactions(&f), 3);
    assert_int_equal(places(&f, "oldest crm secret"), 0);
    assert_int_equal(places(&f, "middle crm secret"), 0);
    assert_int_equal(entries(&f, "keeping.ran", &last), 1);
    assert_non_null(strstr(last.ptr, "\"removed\":2"));
    assert_non_null(strstr(last.ptr, "\"removed\":1"));
    run(&f, total);
    assert_int_equal(total[FH_KEEP_INTERACTIONS] + total[FH_KEEP_TEXTS], 0);
    assert_int_equal(entries(&f, "keeping.ran", NULL), 1); /* nothing went, nothing is told */
    uint64_t duplicates = 0;
    assert_status(fh_store_merge(f.org, NULL, NULL, &duplicates, NULL), FH_OK);
    assert_int_equal(interactions(&f), 3);
    end(&f);
}

static void a_sources_own_rule_goes_before_the_one_for_all(void **state)
{
    (void)state;
    fixture f;
    uint64_t total[FH_N_KEEP];
    begin(&f);
    const fh_keep_rule all = add(&f, "", FH_KEEP_INTERACTIONS, 12);
    const fh_keep_rule crm = add(&f, "crm", FH_KEEP_INTERACTIONS, 60);
    const fh_keep_rule again = {.source = FH_STR("crm"), .kind = FH_KEEP_INTERACTIONS, .keep = 1};
    fh_keep_rule twice = again;
    assert_status(fh_keep_add(f.org, &twice, &f.err), FH_CONFLICT);
    assert_int_equal(try(&f, all.rule, false).n, 3); /* crm's is not active yet */
    activate(&f, &crm);
    assert_int_equal(try(&f, all.rule, false).n, 1);
    assert_int_equal(try(&f, crm.rule, false).n, 1);
    activate(&f, &all);
    run(&f, total);
    assert_int_equal(total[FH_KEEP_INTERACTIONS], 2);
    assert_int_equal(interactions(&f), 3);
    bool due = true;
    assert_status(fh_keep_due(f.org, f.now_ms, &due, NULL), FH_OK);
    assert_true(due); /* no job ran yet */
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_month_less_ends_with_the_month),
        cmocka_unit_test(a_rule_is_off_until_its_dry_run_was_seen),
        cmocka_unit_test(what_goes_leaves_no_bytes_and_a_sum_in_the_log),
        cmocka_unit_test(a_sources_own_rule_goes_before_the_one_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
