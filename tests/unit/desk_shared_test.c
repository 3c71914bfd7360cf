/* desk_shared_test.c - hand-offs and contacts again in a public log of a service desk (../shared,
 * data/support), against SQL over the same file in a plain table. Skips where it is not there.
 *
 * The SQL knows nothing of stories: it orders the updates of a caller's incident by time and line
 * and looks at the row before.
 */
#include "test.h"

#include "app/ask/views.h"
#include "app/data/import.h"
#include "orgs.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <zlib.h>

static const char log_file[] = "data/support/incident_event_log.csv.gz";
static const char rules[] = "customer=caller_id,time=sys_updated_at:'%d/%m/%Y %H:%M',"
                            "touchpoint=ident_state,department=assignment_group,problem=number";

enum { MINUTES_A_WEEK = 7 * 24 * 60 };

typedef struct desk {
    fh_org *org;
    fh_arena *arena;
    fh_view view;
    sqlite3 *db;
    fh_error err;
} desk;

/* ---- The same file twice ---- */

static void run_sql(desk *d, const char *sql)
{
    if (sqlite3_exec(d->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(d->db));
}

/* Every line of the file as a row: its number and the columns by their place. */
static void fill_table(desk *d, const char *path)
{
    enum { NUMBER = 1, CALLER = 8, UPDATED = 14, GROUP = 24, LINE_BYTES = 4096 };
    char line[LINE_BYTES];
    sqlite3_stmt *put;
    gzFile file = gzopen(path, "rb");
    assert_non_null(file);
    run_sql(d, "CREATE TABLE line (n INTEGER PRIMARY KEY, problem INTEGER, caller INTEGER, "
               "at TEXT, dept INTEGER); BEGIN");
    assert_int_equal(sqlite3_prepare_v2(d->db,
                                        "INSERT INTO line (problem, caller, at, dept) "
                                        "VALUES (?1, ?2, ?3, ?4)",
                                        -1, &put, NULL),
                     SQLITE_OK);
    assert_non_null(gzgets(file, line, sizeof line)); /* the heads */
    while (gzgets(file, line, sizeof line)) {
        const char *at = line;
        for (int column = 1; at; column++) { /* no field of it is quoted */
            const char *end = strchr(at, ',');
            const int length = end ? (int)(end - at) : (int)strcspn(at, "\r\n");
            const int to = column == NUMBER    ? 1
                           : column == CALLER  ? 2
                           : column == UPDATED ? 3
                           : column == GROUP   ? 4
                                               : 0;
            if (to) sqlite3_bind_text(put, to, at, length, SQLITE_TRANSIENT);
            at = end ? end + 1 : NULL;
        }
        assert_int_equal(sqlite3_step(put), SQLITE_DONE);
        sqlite3_reset(put);
    }
    sqlite3_finalize(put);
    (void)gzclose(file);
    /* 29/2/2016 01:16 as minutes; "?" is what nobody knew. */
    run_sql(d, "COMMIT; CREATE TABLE happened AS "
               "WITH cut AS (SELECT *, instr(at, '/') AS i, "
               "  instr(substr(at, instr(at, '/') + 1), '/') + instr(at, '/') AS k FROM line) "
               "SELECT n, problem, caller, NULLIF(dept, '?') AS dept, "
               "  CAST(strftime('%s', printf('%s-%02d-%02d %s', substr(at, k + 1, 4), "
               "    substr(at, i + 1, k - i - 1), substr(at, 1, i - 1), substr(at, k + 6))) "
               "    AS INTEGER) / 60 AS minute "
               "FROM cut WHERE caller <> '?' AND problem <> '?'");
}

static bool begin(desk *d)
{
    char space[512];
    const char *path = test_shared(log_file, space, sizeof space);
    if (!path) return false;
    *d = (desk){.org = test_org_new(0), .arena = fh_arena_new(NULL)};
    assert_non_null(d->arena);
    fh_mapping *mapping;
    fh_import_result result;
    if (fh_mapping_parse(d->arena, fh_str_of(rules), &mapping, &d->err))
        fail_msg("%s", d->err.message);
    const fh_import_options options = {.mapping = mapping,
                                       .exact = true,
                                       .no_payload = true,
                                       .source = FH_STR("desk"),
                                       .rejects_path = "/dev/null"};
    if (fh_import_file(d->org, path, &options, d->arena, &result, &d->err) ||
        fh_view_open(d->org, NULL, NULL, 1, d->arena, &d->view, &d->err))
        fail_msg("%s", d->err.message);
    assert_int_equal(sqlite3_open(":memory:", &d->db), SQLITE_OK);
    fill_table(d, path);
    return true;
}

static void end(desk *d)
{
    sqlite3_close(d->db);
    fh_arena_free(d->arena);
    test_org_end(d->org);
}

/* ---- What SQL says ---- */

static sqlite3_stmt *ask(desk *d, const char *sql)
{
    sqlite3_stmt *q;
    if (sqlite3_prepare_v2(d->db, sql, -1, &q, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(d->db));
    return q;
}

static uint64_t number(desk *d, const char *sql)
{
    sqlite3_stmt *q = ask(d, sql);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    const uint64_t n = (uint64_t)sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    return n;
}

/* The pair of departments by their names, and what was counted of them. */
static void put_pair(sqlite3_stmt *put, const fh_view *view, uint32_t from, uint32_t to,
                     const uint64_t count[4])
{
    const fh_str names[] = {view->department.name[from], view->department.name[to]};
    for (int i = 0; i < 2; i++)
        sqlite3_bind_text(put, i + 1, names[i].ptr ? names[i].ptr : "", (int)names[i].len,
                          SQLITE_TRANSIENT);
    for (int i = 0; i < 4; i++) sqlite3_bind_int64(put, i + 3, (sqlite3_int64)count[i]);
    assert_int_equal(sqlite3_step(put), SQLITE_DONE);
    sqlite3_reset(put);
}

/* `ours` and `theirs` have the same rows. */
static void assert_same_pairs(desk *d)
{
    sqlite3_stmt *q = ask(d, "SELECT * FROM (SELECT 'counted' AS by, * FROM (SELECT * FROM ours "
                             "EXCEPT SELECT * FROM theirs) UNION ALL SELECT 'SQL', * FROM (SELECT "
                             "* FROM theirs EXCEPT SELECT * FROM ours)) LIMIT 5");
    int differ = 0;
    for (; sqlite3_step(q) == SQLITE_ROW; differ++)
        print_message(
            "%s: %s > %s: %lld, %lld customers, %lld minutes, %lld returned\n",
            (const char *)sqlite3_column_text(q, 0), (const char *)sqlite3_column_text(q, 1),
            (const char *)sqlite3_column_text(q, 2), sqlite3_column_int64(q, 3),
            sqlite3_column_int64(q, 4), sqlite3_column_int64(q, 5), sqlite3_column_int64(q, 6));
    sqlite3_finalize(q);
    assert_int_equal(differ, 0);
    assert_int_equal(number(d, "SELECT count(*) FROM ours"),
                     number(d, "SELECT count(*) FROM theirs"));
}

#define PAIRS \
    "(from_dept INTEGER, to_dept INTEGER, n INTEGER, customers INTEGER, minutes INTEGER, back)"

static void handoffs_are_those_of_the_table(desk *d)
{
    fh_handoffs h;
    run_sql(d, "CREATE TABLE ours " PAIRS "; CREATE TABLE step AS "
               "SELECT *, lag(dept) OVER story AS before, minute - lag(minute) OVER story AS gap "
               "FROM happened WHERE dept IS NOT NULL "
               "WINDOW story AS (PARTITION BY caller, problem ORDER BY minute, n); "
               "CREATE TABLE handed AS SELECT *, "
               "lead(dept) OVER (PARTITION BY caller, problem ORDER BY minute, n) AS next "
               "FROM step WHERE before <> dept; "
               "CREATE TABLE theirs AS SELECT before, dept, count(*), count(DISTINCT caller), "
               "sum(gap), sum(next IS before) FROM handed GROUP BY before, dept");
    if (fh_view_handoffs(&d->view, false, &h, &d->err)) fail_msg("%s", d->err.message);
    sqlite3_stmt *put = ask(d, "INSERT INTO ours VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    for (size_t i = 0; i < h.n_pairs; i++) {
        const fh_handoff *p = &h.pairs[i];
        const uint64_t count[] = {p->count, p->customers, (uint64_t)p->gap_ms_sum / 60000,
                                  p->returned};
        put_pair(put, &d->view, p->from, p->to, count);
    }
    sqlite3_finalize(put);
    assert_same_pairs(d);
    assert_true(h.n_pairs > 100);
    assert_int_equal(h.n_handoffs, number(d, "SELECT count(*) FROM handed"));
    assert_int_equal(h.n_interactions, number(d, "SELECT count(*) FROM step"));
    assert_int_equal(h.n_customers, number(d, "SELECT count(DISTINCT caller) FROM step"));
    assert_int_equal(h.n_problems,
                     number(d, "SELECT count(DISTINCT caller || ' ' || problem) FROM step"));
}

/* Within a week of the one before about the same problem. */
static void repeats_are_those_of_the_table(desk *d)
{
    fh_repeats r;
    char sql[1024];
    run_sql(d, "DROP TABLE ours; DROP TABLE theirs; DROP TABLE IF EXISTS again; "
               "CREATE TABLE ours " PAIRS);
    snprintf(sql, sizeof sql,
             "CREATE TABLE again AS SELECT * FROM (SELECT caller, coalesce(dept, '') AS dept, "
             "coalesce(lag(dept) OVER story, '') AS before, minute - lag(minute) OVER story AS gap "
             "FROM happened WINDOW story AS (PARTITION BY caller, problem ORDER BY minute, n)) "
             "WHERE gap <= %d; "
             "CREATE TABLE theirs AS SELECT before, dept, count(*), count(DISTINCT caller), "
             "sum(gap), 0 FROM again GROUP BY before, dept",
             MINUTES_A_WEEK);
    run_sql(d, sql);
    const fh_repeats_options options = {.window_ms = (uint64_t)MINUTES_A_WEEK * 60000};
    if (fh_view_repeats(&d->view, &options, &r, &d->err)) fail_msg("%s", d->err.message);
    sqlite3_stmt *put = ask(d, "INSERT INTO ours VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    for (size_t i = 0; i < r.n_pairs; i++) {
        const fh_repeat *p = &r.pairs[i];
        const uint64_t count[] = {p->count, p->customers, (uint64_t)p->gap_ms_sum / 60000, 0};
        put_pair(put, &d->view, p->from, p->to, count);
    }
    sqlite3_finalize(put);
    assert_same_pairs(d);
    assert_true(r.n_pairs > 100);
    assert_int_equal(r.n_contacts, number(d, "SELECT count(*) FROM happened"));
    assert_int_equal(r.n_repeats, number(d, "SELECT count(*) FROM again"));
    assert_int_equal(r.stories_with_repeat, number(d, "SELECT count(DISTINCT caller) FROM again"));
    assert_int_equal(r.n_other_department,
                     number(d, "SELECT count(*) FROM again WHERE dept <> '' AND before <> '' AND "
                               "dept <> before"));
}

static void a_service_desk_is_counted_as_sql_counts_it(void **state)
{
    (void)state;
    desk d;
    if (!begin(&d)) skip();
    handoffs_are_those_of_the_table(&d);
    repeats_are_those_of_the_table(&d);
    end(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_desk_is_counted_as_sql_counts_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
