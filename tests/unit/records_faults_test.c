/* records_faults_test.c - memory that runs out, disks that fail, processes that are killed
 * while records are made, moved and told: a clear error, and the file holds either the
 * state before or the state after, with a history that follows. */
#include "records.h"

#include "faulty_vfs.h"
#include "orgs.h"
#include "store/segments.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static fh_status tell(office *o, fh_arena *arena, const fh_record_view *v)
{
    fh_record_names *names = NULL;
    fh_buf text;
    fh_json j;
    fh_buf_init(&text, NULL, 1 << 20);
    fh_json_begin(&j, &text, 0);
    fh_status status = fh_record_names_new(o->org, &o->carl, arena, &names, &o->err);
    if (status == FH_OK) status = fh_record_detail_json(o->org, &o->carl, v, names, &j, &o->err);
    fh_buf_free(&text);
    return status;
}

/* Makes, changes, moves, lists and tells a record in an arena that fails. */
static fh_status use_records(void *ctx)
{
    office *o = ctx;
    fh_json_doc doc;
    fh_record_view v;
    const fh_record_view *list = NULL;
    const fh_records_filter filter = {.kind = FH_STR("chore"), .text = FH_STR("mend it")};
    const fh_str fields = FH_STR("{\"what\":\"Mend it\",\"cost\":1,\"how\":[\"phone\"]}");
    fh_str next;
    size_t n = 0;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    fh_json_reader *reader = fh_json_reader_new(NULL, 64);
    assert_status(fh_json_read(reader, fields, &doc, NULL), FH_OK);
    const fh_record_input in = {.kind = FH_STR("chore"), .doc = &doc, .anonymous = true},
                          more = {.doc = &doc, .words = FH_STR("because")};
    assert_status(fh_org_begin(o->org, NULL), FH_OK);
    fh_status status = fh_record_make(o->org, &o->carl, &in, arena, &v, &next, &o->err);
    if (status == FH_OK)
        status = fh_record_change(o->org, &o->eve, v.row.record, 0, &more, arena, &v, &o->err);
    if (status == FH_OK)
        status = fh_record_move(o->org, &o->eve, v.row.record, 0, FH_STR("hide"), &more, arena, &v,
                                &o->err);
    if (status == FH_OK)
        status = fh_record_move(o->org, &o->eve, v.row.record, 0, FH_STR("show"), &more, arena, &v,
                                &o->err);
    if (status == FH_OK)
        status = fh_records_list(o->org, &o->carl, &filter, 10, arena, &list, &n, &next, &o->err);
    if (status == FH_OK) status = tell(o, arena, &v);
    fh_org_rollback(o->org);
    if (status != FH_OK && status != FH_NOMEM) print_message("%s\n", o->err.message);
    fh_json_reader_free(reader);
    fh_arena_free(arena);
    return status;
}

static void memory_that_runs_out_is_an_ordinary_error(void **state)
{
    (void)state;
    office o;
    office_open(&o);
    test_oom(use_records, &o);
    office_close(&o);
}

/* In a transaction of its own. */
static fh_status make_one(fh_org *org, fh_error *err)
{
    fh_record r = {.kind = FH_STR("chore"),
                   .title = FH_STR("One"),
                   .state = FH_STR("new"),
                   .fields = FH_STR("{\"what\":\"One\"}"),
                   .reply_hash = {"", 0}};
    fh_record_entry e = {.what = FH_STR("made"), .details = FH_STR("{}")};
    fh_status status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    status = fh_record_insert(org, &r, err);
    e.record = r.record;
    if (status == FH_OK) status = fh_record_entry_add(org, &e, err);
    if (status == FH_OK) return fh_org_commit(org, err);
    fh_org_rollback(org);
    return status;
}

static void a_failing_disk_leaves_the_state_before_or_after(void **state)
{
    (void)state;
    static const vfs_fault kinds[] = {VFS_IO_ONCE, VFS_BROKEN, VFS_FULL};
    faulty_vfs_on();
    faulty_vfs_set(VFS_IO_ONCE, 0);
    office o;
    fh_record_view v;
    uint64_t n_made = 0;
    office_open(&o);
    for (size_t k = 0; k < COUNT(kinds); k++) {
        bool reached = true;
        for (uint64_t nth = 1; reached && nth < 40; nth += 3) {
            fh_error err = {0};
            faulty_vfs_set(kinds[k], nth);
            const fh_status status = make_one(o.org, &err);
            reached = faulty_vfs_reached();
            faulty_vfs_set(VFS_IO_ONCE, 0);
            if (!reached) assert_status(status, FH_OK);
            fh_org_close(o.org);
            o.org = test_org_open(0, FH_ORG_WRITE);
            uint64_t faults = 0;
            assert_status(fh_records_check(o.org, NULL, NULL, &faults, NULL), FH_OK);
            assert_int_equal(faults, 0);
            const bool there =
                fh_record_get(o.org, &o.cli, (int64_t)n_made + 1, o.arena, &v, NULL) == FH_OK;
            if (status == FH_OK) assert_true(there);
            n_made += there;
        }
    }
    office_close(&o);
    faulty_vfs_off();
}

/* A child makes one record after another and says so after each commit; it is killed. */
static void make_until_killed(const char *path, int say)
{
    fh_org *org = NULL;
    fh_error err = {0};
    if (fh_org_open(fh_os_real(), path, FH_ORG_WRITE, &org, &err) != FH_OK) {
        (void)fprintf(stderr, "%s\n", err.message);
        _exit(1);
    }
    for (;;) {
        if (make_one(org, &err) != FH_OK) {
            (void)fprintf(stderr, "%s\n", err.message);
            _exit(1);
        }
        if (write(say, "x", 1) != 1) _exit(1);
    }
}

static void what_was_acknowledged_survives_kill_9(void **state)
{
    (void)state;
    office o;
    fh_record_view v;
    int64_t made = 0;
    office_open(&o);
    fh_org_close(o.org);
    char path[160]; /* of this process: the child has another number */
    (void)snprintf(path, sizeof path, "%s", test_org_name(0));
    for (int round = 0; round < 3; round++) {
        int ends[2];
        char x;
        assert_int_equal(pipe(ends), 0);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) make_until_killed(path, ends[1]);
        (void)close(ends[1]);
        for (int i = 0; i < 3 + round && read(ends[0], &x, 1) == 1; i++) made++;
        (void)kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        while (read(ends[0], &x, 1) == 1) made++;
        (void)close(ends[0]);
        o.org = test_org_open(0, FH_ORG_WRITE);
        uint64_t faults = 0;
        assert_status(fh_records_check(o.org, NULL, NULL, &faults, NULL), FH_OK);
        assert_int_equal(faults, 0);
        if (fh_record_get(o.org, &o.cli, made, o.arena, &v, &o.err) != FH_OK)
            fail_msg("after %lld: %s", (long long)made, o.err.message);
        while (fh_record_get(o.org, &o.cli, made + 1, o.arena, &v, NULL) == FH_OK) made++;
        if (round < 2) fh_org_close(o.org);
    }
    assert_true(made >= 12);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_that_runs_out_is_an_ordinary_error),
        cmocka_unit_test(a_failing_disk_leaves_the_state_before_or_after),
        cmocka_unit_test(what_was_acknowledged_survives_kill_9),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
