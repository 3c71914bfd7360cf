/* org_test.c - an organisation's file: made, opened, refused; transactions;
 * settings and dictionaries. */
#include "test.h"

#include "os/threads.h"
#include "store/inside.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* As much of an fh_os as opening a file asks for. */
static fh_status open_file(void *ctx, const char *path, fh_open_mode mode, fh_file **out,
                           fh_error *err)
{
    (void)ctx;
    FILE *f = fopen(path, mode == FH_OPEN_READ ? "rb" : "wb");
    if (!f) return fh_fail(err, FH_NOTFOUND, "%s: not found", path);
    *out = (fh_file *)(void *)f;
    return FH_OK;
}

static void close_file(void *ctx, fh_file *file)
{
    (void)ctx;
    (void)fclose((FILE *)(void *)file);
}

static fh_status rename_file(void *ctx, const char *from, const char *to, fh_error *err)
{
    (void)ctx;
    return rename(from, to) == 0 ? FH_OK : fh_fail(err, FH_IO, "%s: cannot be renamed", from);
}

static fh_status remove_file(void *ctx, const char *path, fh_error *err)
{
    (void)ctx, (void)err;
    (void)unlink(path);
    return FH_OK;
}

static const fh_os os = {
    .open = open_file, .close = close_file, .rename = rename_file, .remove = remove_file};

static char path[64];

static int new_path(void **state)
{
    (void)state;
    (void)snprintf(path, sizeof path, "%s/fh_org_test_%d.fh", test_folder(), (int)getpid());
    (void)unlink(path);
    return 0;
}

static int remove_path(void **state)
{
    (void)state;
    char name[80];
    const char *const tails[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < COUNT(tails); i++) {
        (void)snprintf(name, sizeof name, "%s%s", path, tails[i]);
        (void)unlink(name);
    }
    return 0;
}

static fh_org *made(fh_org_mode mode)
{
    fh_org *org = NULL;
    if (access(path, F_OK) != 0)
        assert_status(fh_org_create(&os, path, FH_STR("Acme"), NULL), FH_OK);
    assert_status(fh_org_open(&os, path, mode, &org, NULL), FH_OK);
    return org;
}

static fh_str setting(fh_org *org, fh_arena *arena, const char *key)
{
    fh_str value = {0};
    assert_status(fh_setting_get(org, fh_str_of(key), arena, &value, NULL), FH_OK);
    return value;
}

static void a_new_file_knows_its_name_and_keeps_settings(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_org *org = made(FH_ORG_WRITE);
    assert_str(setting(org, arena, "name"), "Acme");
    assert_str(setting(org, arena, "zone"), "");
    assert_status(fh_setting_put(org, FH_STR("zone"), FH_STR("Europe/Berlin"), NULL), FH_OK);
    assert_status(fh_setting_put(org, FH_STR("zone"), FH_STR("UTC"), NULL), FH_OK);
    fh_org_close(org);
    org = made(FH_ORG_READ);
    assert_str(setting(org, arena, "zone"), "UTC");
    fh_org_close(org);
    fh_arena_free(arena);
}

static void what_is_there_is_not_overwritten(void **state)
{
    (void)state;
    fh_org_close(made(FH_ORG_WRITE));
    assert_status(fh_org_create(&os, path, FH_STR("Other"), NULL), FH_CONFLICT);
    fh_org *org = made(FH_ORG_READ);
    fh_arena *arena = fh_arena_new(NULL);
    assert_str(setting(org, arena, "name"), "Acme");
    fh_arena_free(arena);
    fh_org_close(org);
}

static void files_that_are_not_ours_are_refused(void **state)
{
    (void)state;
    fh_org *org = NULL;
    assert_status(fh_org_open(&os, path, FH_ORG_READ, &org, NULL), FH_NOTFOUND);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_status(fh_org_open(&os, path, FH_ORG_WRITE, &org, NULL), FH_FORMAT);
    for (int i = 0; i < 2000; i++) assert_true(fprintf(f, "a;b;c\n") > 0);
    assert_int_equal(fclose(f), 0);
    fh_error err;
    assert_status(fh_org_open(&os, path, FH_ORG_WRITE, &org, &err), FH_FORMAT);
    assert_non_null(strstr(err.message, path));
    assert_null(org);
}

static void change_file(const char *sql)
{
    sqlite3 *raw = NULL;
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
}

static void tables_triggers_and_views_of_others_are_refused(void **state)
{
    (void)state;
    static const char *const changes[][2] = {
        {"CREATE TABLE x (y)", "DROP TABLE x"},
        {"CREATE VIEW x AS SELECT 1", "DROP VIEW x"},
        {"CREATE TRIGGER x AFTER INSERT ON setting BEGIN DELETE FROM setting; END",
         "DROP TRIGGER x"},
        {"CREATE INDEX x ON setting (value)", "DROP INDEX x"},
        {"ALTER TABLE setting ADD COLUMN x", "ALTER TABLE setting DROP COLUMN x"},
        {"ALTER TABLE setting RENAME TO x", "ALTER TABLE x RENAME TO setting"},
    };
    fh_org_close(made(FH_ORG_WRITE));
    for (size_t i = 0; i < COUNT(changes); i++) {
        fh_org *org = NULL;
        change_file(changes[i][0]);
        assert_status(fh_org_open(&os, path, FH_ORG_WRITE, &org, NULL), FH_FORMAT);
        assert_status(fh_org_open(&os, path, FH_ORG_READ, &org, NULL), FH_FORMAT);
        change_file(changes[i][1]);
        if (i < 4) fh_org_close(made(FH_ORG_WRITE));
    }
}

extern const char fh_schema_rows[]; /* tools/schema.c */

static void the_tables_of_a_new_file_are_those_worked_out_while_building(void **state)
{
    (void)state;
    fh_org_close(made(FH_ORG_WRITE));
    fh_db *db = NULL;
    assert_status(fh_db_sqlite.open(path, FH_DB_READ, &db, NULL), FH_OK);
    /* No scripts: what was worked out decides alone. */
    assert_status(fh_db_sqlite.same_schema(db, fh_schema_rows, NULL, 0, NULL), FH_OK);
    assert_status(fh_db_sqlite.same_schema(db, "", NULL, 0, NULL), FH_FORMAT);
    const char *less = fh_schema_rows; /* as if the first row were not expected */
    for (size_t i = 0; i < 4; i++) less += strlen(less) + 1;
    assert_status(fh_db_sqlite.same_schema(db, less, NULL, 0, NULL), FH_FORMAT);
    fh_db_close(db);
    change_file("CREATE TABLE zzz (y)"); /* the last row of all: none is left to compare with */
    assert_status(fh_db_sqlite.open(path, FH_DB_READ, &db, NULL), FH_OK);
    assert_status(fh_db_sqlite.same_schema(db, fh_schema_rows, NULL, 0, NULL), FH_FORMAT);
    fh_db_close(db);
}

/* All rows of a database, table by table, as text. */
static char *rows_of(sqlite3 *db)
{
    static const char each[] = "SELECT 'SELECT * FROM \"' || name || '\"', name FROM sqlite_schema "
                               "WHERE type = 'table' ORDER BY name";
    sqlite3_stmt *tables = NULL;
    fh_buf text;
    fh_buf_init(&text, NULL, 1 << 20);
    assert_int_equal(sqlite3_prepare_v2(db, each, -1, &tables, NULL), SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        sqlite3_stmt *rows = NULL;
        const char *sql = (const char *)sqlite3_column_text(tables, 0);
        fh_buf_printf(&text, "%s:\n", (const char *)sqlite3_column_text(tables, 1));
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
        while (sqlite3_step(rows) == SQLITE_ROW) {
            for (int c = 0; c < sqlite3_column_count(rows); c++)
                fh_buf_printf(&text, " %d '%s'", sqlite3_column_type(rows, c),
                              (const char *)sqlite3_column_text(rows, c));
            fh_buf_char(&text, '\n');
        }
        assert_int_equal(sqlite3_finalize(rows), SQLITE_OK);
    }
    assert_int_equal(sqlite3_finalize(tables), SQLITE_OK);
    fh_buf_char(&text, '\0');
    assert_status(text.status, FH_OK);
    return text.ptr;
}

static void a_new_file_holds_what_the_migrations_make(void **state)
{
    (void)state;
    const char *name[FH_MIGRATIONS_MAX], *sql[FH_MIGRATIONS_MAX];
    const size_t n = fh_migrations(name, sql);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(sqlite3_exec(db, sql[i], NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "INSERT INTO setting (name, value) VALUES ('name', 'Acme')",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    char *want = rows_of(db);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    fh_org_close(made(FH_ORG_WRITE));
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    char *got = rows_of(db);
    assert_non_null(strstr(got, " 3 'email'"));
    assert_string_equal(got, want);
    sqlite3_stmt *s = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int64(s, 0), n);
    assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA journal_mode", -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(s, 0), "wal");
    assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    free(got);
    free(want);
}

static void files_of_a_newer_program_are_left_alone(void **state)
{
    (void)state;
    fh_org *org = NULL;
    fh_org_close(made(FH_ORG_WRITE));
    change_file("PRAGMA user_version=60");
    assert_status(fh_org_open(&os, path, FH_ORG_WRITE, &org, NULL), FH_CONFLICT);
    change_file("PRAGMA user_version=-1");
    assert_status(fh_org_open(&os, path, FH_ORG_WRITE, &org, NULL), FH_CONFLICT);
}

static void a_file_without_tables_is_brought_up_to_date(void **state)
{
    (void)state;
    fh_db *db = NULL;
    assert_status(fh_db_sqlite.open(path, FH_DB_CREATE, &db, NULL), FH_OK);
    fh_db_close(db);
    fh_org *org = NULL;
    assert_status(fh_org_open(&os, path, FH_ORG_READ, &org, NULL), FH_CONFLICT);
    assert_status(fh_org_open(&os, path, FH_ORG_WRITE, &org, NULL), FH_OK);
    assert_status(fh_setting_put(org, FH_STR("name"), FH_STR("Late"), NULL), FH_OK);
    fh_org_close(org);
}

static void a_rollback_takes_everything_back(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_org *org = made(FH_ORG_WRITE);
    int64_t first = 0;
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_setting_put(org, FH_STR("name"), FH_STR("Other"), NULL), FH_OK);
    assert_status(fh_org_numbers(org, "thing", 3, &first, NULL), FH_OK);
    assert_int_equal(first, 1);
    fh_org_rollback(org);
    assert_str(setting(org, arena, "name"), "Acme");
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_org_numbers(org, "thing", 3, &first, NULL), FH_OK);
    assert_int_equal(first, 1);
    assert_status(fh_org_numbers(org, "thing", 1, &first, NULL), FH_OK);
    assert_int_equal(first, 4);
    assert_status(fh_org_commit(org, NULL), FH_OK);
    fh_org_close(org);
    fh_arena_free(arena);
}

static void a_transaction_inside_joins_the_outer_one(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_org *org = made(FH_ORG_WRITE);
    for (int keep = 0; keep < 2; keep++) {
        assert_status(fh_org_begin(org, NULL), FH_OK);
        assert_status(fh_org_begin(org, NULL), FH_OK);
        assert_status(fh_setting_put(org, FH_STR("name"), FH_STR("Other"), NULL), FH_OK);
        assert_status(fh_org_commit(org, NULL), FH_OK);
        if (keep)
            assert_status(fh_org_commit(org, NULL), FH_OK);
        else
            fh_org_rollback(org);
        assert_str(setting(org, arena, "name"), keep ? "Other" : "Acme");
    }
    fh_org_close(org);
    fh_arena_free(arena);
}

static void a_rollback_inside_takes_all_of_it_back(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_org *org = made(FH_ORG_WRITE);
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_setting_put(org, FH_STR("name"), FH_STR("Other"), NULL), FH_OK);
    assert_status(fh_org_begin(org, NULL), FH_OK);
    fh_org_rollback(org);
    assert_true(fh_org_commit(org, NULL) != FH_OK);
    assert_str(setting(org, arena, "name"), "Acme");
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_org_commit(org, NULL), FH_OK);
    fh_org_close(org);
    fh_arena_free(arena);
}

static void a_failed_step_spoils_its_transaction(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_org *org = made(FH_ORG_WRITE);
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_setting_put(org, FH_STR("name"), FH_STR("Other"), NULL), FH_OK);
    assert_status(fh_db_script(fh_org_db(org), "INSERT INTO setting VALUES (NULL, NULL)", NULL),
                  FH_CORRUPT);
    assert_status(fh_setting_put(org, FH_STR("zone"), FH_STR("UTC"), NULL), FH_IO);
    assert_status(fh_org_commit(org, NULL), FH_IO);
    assert_str(setting(org, arena, "name"), "Acme");
    assert_status(fh_setting_put(org, FH_STR("name"), FH_STR("Again"), NULL), FH_OK);
    assert_str(setting(org, arena, "name"), "Again");
    fh_org_close(org);
    fh_arena_free(arena);
}

static void readers_see_one_moment_while_another_writes(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_org *writer = made(FH_ORG_WRITE);
    fh_org *reader = made(FH_ORG_READ);
    assert_status(fh_db_begin(fh_org_db(reader), false, NULL), FH_OK);
    assert_status(fh_setting_put(writer, FH_STR("name"), FH_STR("Other"), NULL), FH_OK);
    assert_str(setting(reader, arena, "name"), "Acme");
    assert_status(fh_org_settle(writer, NULL), FH_BUSY);
    fh_db_rollback(fh_org_db(reader));
    assert_str(setting(reader, arena, "name"), "Other");
    assert_status(fh_org_settle(writer, NULL), FH_OK);
    assert_status(fh_setting_put(reader, FH_STR("name"), FH_STR("No"), NULL), FH_DENIED);
    fh_org_close(reader);
    fh_org_close(writer);
    fh_arena_free(arena);
}

typedef struct copier {
    fh_org *org;
    atomic_bool over;
} copier;

static void copy_the_log(void *ctx)
{
    copier *c = ctx;
    uint32_t left;
    while (!atomic_load(&c->over)) assert_status(fh_org_checkpoint(c->org, &left, NULL), FH_OK);
}

static void settling_waits_for_whoever_copies_the_log(void **state)
{
    (void)state;
    fh_org *writer = made(FH_ORG_WRITE);
    copier beside = {.org = made(FH_ORG_WRITE)};
    fh_thread *thread;
    assert_status(fh_thread_start(copy_the_log, &beside, &thread, NULL), FH_OK);
    for (int i = 0; i < 40; i++) {
        assert_status(fh_setting_put(writer, FH_STR("name"), FH_STR("Other"), NULL), FH_OK);
        assert_status(fh_org_settle(writer, NULL), FH_OK);
    }
    atomic_store(&beside.over, true);
    fh_thread_join(thread);
    fh_org_close(beside.org);
    fh_org_close(writer);
}

static void parameters_are_bound_by_their_number(void **state)
{
    (void)state;
    fh_org *org = made(FH_ORG_WRITE);
    fh_stmt *s = NULL;
    bool row = false;
    assert_status(fh_db_prepare(fh_org_db(org), "SELECT $2, $1, $12, $2, $3", &s, NULL), FH_OK);
    fh_stmt_bind_i64(s, 1, -7);
    fh_stmt_bind_text(s, 2, FH_STR("two"));
    fh_stmt_bind_blob(s, 12, "\0x", 2);
    fh_stmt_bind_null(s, 3);
    assert_status(fh_stmt_step(s, &row, NULL), FH_OK);
    assert_true(row);
    assert_str(fh_stmt_text(s, 0), "two");
    assert_int_equal(fh_stmt_i64(s, 1), -7);
    assert_int_equal(fh_stmt_blob(s, 2).len, 2);
    assert_str(fh_stmt_text(s, 3), "two");
    assert_true(fh_stmt_is_null(s, 4));
    fh_stmt_done(s);
    assert_status(fh_db_prepare(fh_org_db(org), "SELECT ?", &s, NULL), FH_INTERNAL);
    assert_status(fh_db_prepare(fh_org_db(org), "SELECT $65", &s, NULL), FH_INTERNAL);
    fh_org_close(org);
}

/* ---- Dictionaries ------------------------------------------------------------------------- */

static uint32_t interned(fh_org *org, const char *name)
{
    uint32_t number = 99;
    assert_status(fh_dict_intern(org, FH_DICT_TOUCHPOINT, fh_str_of(name), &number, NULL), FH_OK);
    return number;
}

static uint32_t found(fh_org *org, const char *name)
{
    uint32_t number = 99;
    assert_status(fh_dict_find(org, FH_DICT_TOUCHPOINT, fh_str_of(name), &number, NULL), FH_OK);
    return number;
}

static void names_get_numbers_in_order_of_first_sight(void **state)
{
    (void)state;
    fh_org *org = made(FH_ORG_WRITE);
    assert_int_equal(interned(org, "Call"), 1);
    assert_int_equal(interned(org, "Visit"), 2);
    assert_int_equal(interned(org, "  Call\t"), 1);
    assert_int_equal(interned(org, "  "), 0);
    assert_int_equal(interned(org, "call"), 3);
    assert_int_equal(found(org, "Visit "), 2);
    assert_int_equal(found(org, "Fax"), 0);
    uint32_t number = 0;
    assert_status(fh_dict_intern(org, FH_DICT_CHANNEL, FH_STR("phone"), &number, NULL), FH_OK);
    assert_int_equal(number, 1);
    fh_arena *arena = fh_arena_new(NULL);
    fh_names names;
    assert_status(fh_dict_names(org, FH_DICT_TOUCHPOINT, arena, &names, NULL), FH_OK);
    assert_int_equal(names.n, 4);
    assert_str(names.name[0], "");
    assert_str(names.name[2], "Visit");
    assert_null(names.canon);
    fh_arena_free(arena);
    fh_org_close(org);
}

static void renamed_and_merged_names_are_found_by_every_spelling(void **state)
{
    (void)state;
    fh_org *org = made(FH_ORG_WRITE);
    const uint32_t call = interned(org, "Call"), phone = interned(org, "Phone"),
                   ring = interned(org, "Ring");
    const fh_dict d = FH_DICT_TOUCHPOINT;
    assert_status(fh_dict_rename(org, d, call, FH_STR(" Telephone "), NULL), FH_OK);
    assert_int_equal(interned(org, "Call"), call);
    assert_int_equal(interned(org, "Telephone"), call);
    assert_status(fh_dict_rename(org, d, call, FH_STR("Phone"), NULL), FH_CONFLICT);
    assert_status(fh_dict_rename(org, d, call, FH_STR(" "), NULL), FH_INVALID);
    assert_status(fh_dict_rename(org, d, 17, FH_STR("X"), NULL), FH_NOTFOUND);
    assert_status(fh_dict_rename(org, d, 0, FH_STR("X"), NULL), FH_NOTFOUND);

    assert_status(fh_dict_merge(org, d, ring, phone, NULL), FH_OK);
    assert_status(fh_dict_merge(org, d, phone, call, NULL), FH_OK);
    assert_status(fh_dict_merge(org, d, call, ring, NULL), FH_INVALID);
    assert_status(fh_dict_merge(org, d, call, 17, NULL), FH_NOTFOUND);
    assert_int_equal(found(org, "Ring"), call);
    assert_int_equal(interned(org, "Ring"), ring); /* so that copies are recognised */
    assert_status(fh_dict_rename(org, d, call, FH_STR("Phone"), NULL), FH_OK);

    fh_arena *arena = fh_arena_new(NULL);
    fh_names names;
    assert_status(fh_dict_names(org, d, arena, &names, NULL), FH_OK);
    assert_str(names.name[call], "Phone");
    assert_int_equal(names.canon[0], 0);
    assert_int_equal(names.canon[call], call);
    assert_int_equal(names.canon[phone], call);
    assert_int_equal(names.canon[ring], call);

    assert_status(fh_dict_split(org, d, phone, NULL), FH_CONFLICT); /* "Phone" is the other now */
    assert_status(fh_dict_rename(org, d, call, FH_STR("Call"), NULL), FH_OK);
    assert_status(fh_dict_split(org, d, phone, NULL), FH_OK);
    assert_int_equal(found(org, "Phone"), phone);
    assert_int_equal(found(org, "Ring"), call); /* stays where it is counted */
    assert_status(fh_dict_split(org, d, phone, NULL), FH_CONFLICT);
    assert_status(fh_dict_split(org, d, call, NULL), FH_CONFLICT);
    assert_status(fh_dict_split(org, d, 17, NULL), FH_NOTFOUND);
    assert_status(fh_dict_split(org, d, ring, NULL), FH_OK);
    assert_status(fh_dict_names(org, d, arena, &names, NULL), FH_OK);
    assert_null(names.canon); /* nothing is merged any more */
    fh_arena_free(arena);
    fh_org_close(org);
}

static void a_dictionary_has_an_end(void **state)
{
    (void)state;
    fh_org *org = made(FH_ORG_WRITE);
    uint32_t number = 0;
    assert_status(fh_org_begin(org, NULL), FH_OK);
    for (int i = 0; i < 255; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "C%d", i);
        assert_status(fh_dict_intern(org, FH_DICT_CURRENCY, fh_str_of(name), &number, NULL), FH_OK);
    }
    fh_error err;
    assert_status(fh_dict_intern(org, FH_DICT_CURRENCY, FH_STR("one more"), &number, &err),
                  FH_LIMIT);
    assert_non_null(strstr(err.hint, "free text"));
    assert_status(fh_org_commit(org, NULL), FH_OK);
    fh_org_close(org);
}

static void damaged_dictionaries_are_told(void **state)
{
    (void)state;
    static const char *const damage[] = {
        "UPDATE dictionary_name SET number = 9 WHERE number = 2",
        "INSERT INTO dictionary_merged VALUES (0, 1, 70000)",
        "UPDATE dictionary_name SET number = 1 << 40 WHERE number = 9",
    };
    fh_org *org = made(FH_ORG_WRITE);
    (void)interned(org, "a");
    (void)interned(org, "b");
    fh_org_close(org);
    fh_arena *arena = fh_arena_new(NULL);
    for (size_t i = 0; i < COUNT(damage); i++) {
        change_file(damage[i]);
        org = made(FH_ORG_READ);
        fh_names names;
        assert_status(fh_dict_names(org, FH_DICT_TOUCHPOINT, arena, &names, NULL), FH_CORRUPT);
        fh_org_close(org);
    }
    fh_arena_free(arena);
}

#define IN_A_FILE(f) cmocka_unit_test_setup_teardown(f, new_path, remove_path)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FILE(a_new_file_knows_its_name_and_keeps_settings),
        IN_A_FILE(what_is_there_is_not_overwritten),
        IN_A_FILE(files_that_are_not_ours_are_refused),
        IN_A_FILE(tables_triggers_and_views_of_others_are_refused),
        IN_A_FILE(the_tables_of_a_new_file_are_those_worked_out_while_building),
        IN_A_FILE(a_new_file_holds_what_the_migrations_make),
        IN_A_FILE(files_of_a_newer_program_are_left_alone),
        IN_A_FILE(a_file_without_tables_is_brought_up_to_date),
        IN_A_FILE(a_rollback_takes_everything_back),
        IN_A_FILE(a_transaction_inside_joins_the_outer_one),
        IN_A_FILE(a_rollback_inside_takes_all_of_it_back),
        IN_A_FILE(a_failed_step_spoils_its_transaction),
        IN_A_FILE(readers_see_one_moment_while_another_writes),
        IN_A_FILE(settling_waits_for_whoever_copies_the_log),
        IN_A_FILE(parameters_are_bound_by_their_number),
        IN_A_FILE(names_get_numbers_in_order_of_first_sight),
        IN_A_FILE(renamed_and_merged_names_are_found_by_every_spelling),
        IN_A_FILE(a_dictionary_has_an_end),
        IN_A_FILE(damaged_dictionaries_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
