/* db_sqlite.c - SQLite behind db.h.
 *
 * A file from elsewhere is hostile until looked at: a connection is opened with
 * SQLite's own defences (no triggers, views or functions of the file's making are
 * ever run, no memory mapping, cell sizes checked), and same_schema compares every
 * table's text with what the migrations make.
 *
 * Writes go through a write-ahead log and are on the disk when commit returns
 * (synchronous=FULL). Deleted bytes are overwritten (secure_delete), because
 * erasing a person must erase.
 */
#include "store/db.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_PARAMS = 64,
    BUSY_MS = 10000,
    SETTLE_MS = 200, /* a reader may take minutes */
    SETTLE_PAUSE_MS = 5,
    CHECKPOINT_PAGES = 1000, /* SQLite's own habit */
    BACKUP_STEP_PAGES = 256,
};

typedef struct lite lite;

typedef struct lite_stmt {
    fh_stmt base;
    lite *db;
    sqlite3_stmt *raw;
    const char *sql; /* as SQLite keeps it */
    struct lite_stmt *next;
    uint8_t index[MAX_PARAMS + 1]; /* what SQLite calls $n; 0: not in the text */
    int bind_result;
    bool taken;
} lite_stmt;

struct lite {
    fh_db base;
    sqlite3 *raw;
    lite_stmt *stmts; /* prepared, taken or not */
    bool in_transaction, writing, spoilt;
    size_t path_len;
    char path[]; /* NUL-terminated */
};

static lite *of(fh_db *db)
{
    return (lite *)(void *)db;
}

static lite_stmt *stmt_of(fh_stmt *s)
{
    return (lite_stmt *)(void *)s;
}

/* ---- Errors ------------------------------------------------------------------------ */

static fh_status status_of(int result)
{
    switch (result & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return FH_OK;
    case SQLITE_NOMEM: return FH_NOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return FH_BUSY;
    case SQLITE_CORRUPT: return FH_CORRUPT;
    case SQLITE_NOTADB: return FH_FORMAT;
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY: return FH_DENIED;
    case SQLITE_TOOBIG: return FH_LIMIT;
    case SQLITE_INTERRUPT: return FH_INTERRUPTED;
    case SQLITE_CONSTRAINT: return FH_CORRUPT;
    case SQLITE_CANTOPEN:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_PROTOCOL: return FH_IO;
    default: return FH_INTERNAL;
    }
}

static fh_status fail_text(const char *path, int result, const char *text, fh_error *err)
{
    const fh_status status = status_of(result);
    if (status == FH_NOMEM) return fh_no_memory(err);
    (void)fh_fail(err, status, "%s: %s", path, text);
    switch (result & 0xff) {
    case SQLITE_FULL:
        return fh_hint(err, status,
                       "The disk is full. Free some space and try again; nothing is lost.");
    case SQLITE_IOERR:
        return fh_hint(err, status,
                       "The disk reported a fault or is full. Free some space or look at "
                       "the system's log, then try again; nothing committed is lost.");
    case SQLITE_CANTOPEN:
        return fh_hint(err, status, "Look whether the folder exists and you may write there.");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fh_hint(err, status,
                       "Another Firsthand is writing this file; try again when it "
                       "has finished.");
    case SQLITE_READONLY:
    case SQLITE_PERM: return fh_hint(err, status, "You may not write this file or its folder.");
    case SQLITE_CORRUPT:
    case SQLITE_CONSTRAINT:
        return fh_hint(err, status,
                       "The file is damaged: 'firsthand check' tells where. Put back "
                       "the last backup.");
    case SQLITE_NOTADB: return fh_hint(err, status, "Is this the right file?");
    default: return status;
    }
}

/* The failure SQLite has just told. Inside a transaction it spoils it. */
static fh_status fail(lite *db, int result, fh_error *err)
{
    if (db->in_transaction) db->spoilt = true;
    return fail_text(db->path, result, sqlite3_errmsg(db->raw), err);
}

static fh_status if_spoilt(const lite *db, fh_error *err)
{
    if (!db->spoilt) return FH_OK;
    return fh_fail(err, FH_IO, "%s: an earlier step of this transaction failed", db->path);
}

/* ---- Statements -------------------------------------------------------------------- */

static fh_status lite_script(fh_db *base, const char *sql, fh_error *err)
{
    lite *db = of(base);
    const fh_status status = if_spoilt(db, err);
    if (status != FH_OK) return status;
    const int result = sqlite3_exec(db->raw, sql, NULL, NULL, NULL);
    return result == SQLITE_OK ? FH_OK : fail(db, result, err);
}

/* SQLite numbers $2 and $1 in the order in which they stand; we mean what they say. */
static bool map_params(lite_stmt *s)
{
    const int n = sqlite3_bind_parameter_count(s->raw);
    for (int i = 1; i <= n; i++) {
        const char *name = sqlite3_bind_parameter_name(s->raw, i);
        if (!name || name[0] != '$' || name[1] < '1' || name[1] > '9') return false;
        unsigned number = (unsigned)(name[1] - '0');
        if (name[2]) {
            if (name[2] < '0' || name[2] > '9' || name[3]) return false;
            number = number * 10 + (unsigned)(name[2] - '0');
        }
        if (number > MAX_PARAMS) return false;
        s->index[number] = (uint8_t)i;
    }
    return true;
}

static fh_status lite_prepare(fh_db *base, const char *sql, fh_stmt **out, fh_error *err)
{
    lite *db = of(base);
    fh_status status = if_spoilt(db, err);
    if (status != FH_OK) return status;
    for (lite_stmt *s = db->stmts; s; s = s->next) {
        if (s->taken || strcmp(s->sql, sql) != 0) continue;
        s->taken = true;
        *out = &s->base;
        return FH_OK;
    }
    lite_stmt *s = calloc(1, sizeof *s);
    if (!s) return fh_no_memory(err);
    const int result =
        sqlite3_prepare_v3(db->raw, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->raw, NULL);
    if (result != SQLITE_OK) status = fail(db, result, err);
    if (status == FH_OK && !map_params(s))
        status = fh_fail(err, FH_INTERNAL, "a statement's parameters are not $1 .. $%d",
                         (int)MAX_PARAMS);
    if (status != FH_OK) {
        (void)sqlite3_finalize(s->raw);
        free(s);
        return status;
    }
    s->base.driver = &fh_db_sqlite;
    s->db = db;
    s->sql = sqlite3_sql(s->raw);
    s->taken = true;
    s->next = db->stmts;
    db->stmts = s;
    *out = &s->base;
    return FH_OK;
}

static int place(const lite_stmt *s, unsigned param)
{
    return param <= MAX_PARAMS ? s->index[param] : 0;
}

static void keep(lite_stmt *s, int result)
{
    if (s->bind_result == SQLITE_OK) s->bind_result = result;
}

static void lite_bind_i64(fh_stmt *base, unsigned param, int64_t v)
{
    lite_stmt *s = stmt_of(base);
    keep(s, sqlite3_bind_int64(s->raw, place(s, param), v));
}

static void lite_bind_text(fh_stmt *base, unsigned param, fh_str v)
{
    lite_stmt *s = stmt_of(base);
    keep(s, sqlite3_bind_text64(s->raw, place(s, param), v.ptr ? v.ptr : "", v.len, SQLITE_STATIC,
                                SQLITE_UTF8));
}

static void lite_bind_blob(fh_stmt *base, unsigned param, const void *bytes, size_t n)
{
    lite_stmt *s = stmt_of(base);
    keep(s, sqlite3_bind_blob64(s->raw, place(s, param), bytes ? bytes : "", n, SQLITE_STATIC));
}

static void lite_bind_null(fh_stmt *base, unsigned param)
{
    lite_stmt *s = stmt_of(base);
    keep(s, sqlite3_bind_null(s->raw, place(s, param)));
}

static void lite_reset(fh_stmt *base)
{
    lite_stmt *s = stmt_of(base);
    (void)sqlite3_reset(s->raw);
    (void)sqlite3_clear_bindings(s->raw);
    s->bind_result = SQLITE_OK;
}

static fh_status lite_step(fh_stmt *base, bool *row, fh_error *err)
{
    lite_stmt *s = stmt_of(base);
    fh_status status = if_spoilt(s->db, err);
    if (status == FH_OK && s->bind_result != SQLITE_OK)
        status = fail_text(s->db->path, s->bind_result, sqlite3_errstr(s->bind_result), err);
    if (status == FH_OK) {
        const int result = sqlite3_step(s->raw);
        if (result == SQLITE_ROW || result == SQLITE_DONE) {
            *row = result == SQLITE_ROW;
            return FH_OK;
        }
        status = fail(s->db, result, err);
    }
    lite_reset(base);
    return status;
}

static int64_t lite_column_i64(fh_stmt *base, unsigned column)
{
    return sqlite3_column_int64(stmt_of(base)->raw, (int)column);
}

static fh_str lite_column_text(fh_stmt *base, unsigned column)
{
    sqlite3_stmt *raw = stmt_of(base)->raw;
    const unsigned char *text = sqlite3_column_text(raw, (int)column);
    const int n = sqlite3_column_bytes(raw, (int)column);
    return (fh_str){(const char *)text, text && n > 0 ? (size_t)n : 0};
}

static fh_str lite_column_blob(fh_stmt *base, unsigned column)
{
    sqlite3_stmt *raw = stmt_of(base)->raw;
    const void *bytes = sqlite3_column_blob(raw, (int)column);
    const int n = sqlite3_column_bytes(raw, (int)column);
    return (fh_str){bytes, bytes && n > 0 ? (size_t)n : 0};
}

static bool lite_column_is_null(fh_stmt *base, unsigned column)
{
    return sqlite3_column_type(stmt_of(base)->raw, (int)column) == SQLITE_NULL;
}

static void lite_done(fh_stmt *base)
{
    lite_reset(base);
    stmt_of(base)->taken = false;
}

/* ---- Transactions -------------------------------------------------------------------- */

static fh_status lite_begin(fh_db *base, bool write, fh_error *err)
{
    lite *db = of(base);
    if (db->in_transaction)
        return fh_fail(err, FH_INTERNAL, "%s: a transaction is open already", db->path);
    /* A read transaction begins with its first read: the schema is that. */
    const int result = sqlite3_exec(
        db->raw, write ? "BEGIN IMMEDIATE" : "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1", NULL,
        NULL, NULL);
    if (result != SQLITE_OK) {
        const fh_status status = fail(db, result, err);
        if (!sqlite3_get_autocommit(db->raw))
            (void)sqlite3_exec(db->raw, "ROLLBACK", NULL, NULL, NULL);
        return status;
    }
    db->in_transaction = true;
    db->writing = write;
    return FH_OK;
}

static void lite_rollback(fh_db *base)
{
    lite *db = of(base);
    /* After a full disk SQLite may have rolled back by itself. */
    if (!sqlite3_get_autocommit(db->raw)) {
        for (lite_stmt *s = db->stmts; s; s = s->next) (void)sqlite3_reset(s->raw);
        (void)sqlite3_exec(db->raw, "ROLLBACK", NULL, NULL, NULL);
    }
    db->in_transaction = db->writing = db->spoilt = false;
}

static fh_status lite_commit(fh_db *base, fh_error *err)
{
    lite *db = of(base);
    fh_status status = if_spoilt(db, err);
    if (status == FH_OK && sqlite3_get_autocommit(db->raw))
        status = fh_fail(err, FH_INTERNAL, "%s: no transaction is open", db->path);
    if (status == FH_OK) {
        const int result = sqlite3_exec(db->raw, "COMMIT", NULL, NULL, NULL);
        if (result != SQLITE_OK) status = fail(db, result, err);
    }
    if (status != FH_OK) lite_rollback(base);
    db->in_transaction = db->writing = db->spoilt = false;
    return status;
}

/* ---- Opening --------------------------------------------------------------------------- */

static void lite_close(fh_db *base)
{
    lite *db = of(base);
    if (db->in_transaction) lite_rollback(base);
    while (db->stmts) {
        lite_stmt *s = db->stmts;
        db->stmts = s->next;
        (void)sqlite3_finalize(s->raw);
        free(s);
    }
    (void)sqlite3_close(db->raw);
    free(db);
}

static fh_status one_number(lite *db, const char *sql, int64_t *out, fh_error *err)
{
    sqlite3_stmt *s = NULL;
    int result = sqlite3_prepare_v2(db->raw, sql, -1, &s, NULL);
    if (result == SQLITE_OK) result = sqlite3_step(s);
    if (result == SQLITE_ROW) *out = sqlite3_column_int64(s, 0);
    fh_status status = FH_OK;
    if (result == SQLITE_DONE)
        status = fh_fail(err, FH_INTERNAL, "%s: no answer to %s", db->path, sql);
    else if (result != SQLITE_ROW)
        status = fail(db, result, err);
    (void)sqlite3_finalize(s);
    return status;
}

static fh_status defend(lite *db, fh_error *err)
{
    static const struct {
        int what, value;
    } config[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
    };
    for (size_t i = 0; i < sizeof config / sizeof config[0]; i++) {
        const int result = sqlite3_db_config(db->raw, config[i].what, config[i].value, NULL);
        if (result != SQLITE_OK) return fail(db, result, err);
    }
    (void)sqlite3_limit(db->raw, SQLITE_LIMIT_ATTACHED, 0);
    (void)sqlite3_limit(db->raw, SQLITE_LIMIT_TRIGGER_DEPTH, 0);
    (void)sqlite3_busy_timeout(db->raw, BUSY_MS);
    (void)sqlite3_extended_result_codes(db->raw, 1);
    return lite_script(&db->base,
                       "PRAGMA mmap_size=0; PRAGMA secure_delete=ON; PRAGMA synchronous=FULL;"
                       "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY",
                       err);
}

static fh_status check_ours(lite *db, fh_error *err)
{
    int64_t id = 0;
    fh_status status = one_number(db, "PRAGMA application_id", &id, err);
    if (status == FH_OK && id != FH_DB_APPLICATION_ID)
        status = fh_fail(err, FH_FORMAT, "%s is not a Firsthand file", db->path);
    if (status == FH_FORMAT) {
        (void)fh_fail(err, FH_FORMAT, "%s is not a Firsthand file", db->path);
        return fh_hint(err, FH_FORMAT, "Is this the right file? 'firsthand init' makes one.");
    }
    return status;
}

static fh_status make(lite *db, fh_error *err)
{
    int64_t n = 0;
    fh_status status = one_number(db, "SELECT count(*) FROM sqlite_schema", &n, err);
    if (status == FH_OK && n > 0) return fh_fail(err, FH_CONFLICT, "%s exists", db->path);
    char sql[96];
    (void)snprintf(sql, sizeof sql, "PRAGMA page_size=%d; PRAGMA application_id=%d",
                   FH_DB_PAGE_BYTES, FH_DB_APPLICATION_ID);
    if (status == FH_OK) status = lite_script(&db->base, sql, err);
    int64_t page_size = 0;
    if (status == FH_OK) status = lite_script(&db->base, "PRAGMA journal_mode=WAL", err);
    if (status == FH_OK) status = one_number(db, "PRAGMA page_size", &page_size, err);
    if (status == FH_OK && page_size != FH_DB_PAGE_BYTES)
        status = fh_fail(err, FH_CONFLICT, "%s exists", db->path);
    return status;
}

static fh_status open_at(const char *where, int flags, lite **out, fh_error *err)
{
    const size_t len = strlen(where);
    lite *db = calloc(1, sizeof *db + len + 1);
    if (!db) return fh_no_memory(err);
    db->base.driver = &fh_db_sqlite;
    db->path_len = len;
    memcpy(db->path, where, len);
    const int result =
        sqlite3_open_v2(where, &db->raw, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (result != SQLITE_OK) {
        const fh_status status =
            fail_text(where, result, db->raw ? sqlite3_errmsg(db->raw) : "out of memory", err);
        lite_close(&db->base);
        return status;
    }
    *out = db;
    return FH_OK;
}

static fh_status lite_open(const char *where, fh_db_mode mode, fh_db **out, fh_error *err)
{
    const int flags = mode == FH_DB_READ    ? SQLITE_OPEN_READONLY
                      : mode == FH_DB_WRITE ? SQLITE_OPEN_READWRITE
                                            : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    lite *db = NULL;
    fh_status status = open_at(where, flags, &db, err);
    if (status != FH_OK) return status;
    status = defend(db, err);
    if (status == FH_OK) status = mode == FH_DB_CREATE ? make(db, err) : check_ours(db, err);
    if (status == FH_OK)
        *out = &db->base;
    else
        lite_close(&db->base);
    return status;
}

static fh_status lite_read_file(fh_db *base, uint64_t offset, void *to, size_t n, size_t *got,
                                fh_error *err)
{
    sqlite3_file *file = NULL;
    sqlite3_int64 size = 0;
    lite *db = of(base);
    int code = sqlite3_file_control(db->raw, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (code == SQLITE_OK && (!file || !file->pMethods)) code = SQLITE_IOERR;
    if (code == SQLITE_OK) code = file->pMethods->xFileSize(file, &size);
    if (code != SQLITE_OK) return fh_fail(err, FH_IO, "the organisation's file cannot be read");
    const uint64_t left = (uint64_t)size > offset ? (uint64_t)size - offset : 0;
    *got = n < left ? n : (size_t)left;
    if (!*got) return FH_OK;
    code = file->pMethods->xRead(file, to, (int)*got, (sqlite3_int64)offset);
    return code == SQLITE_OK ? FH_OK
                             : fh_fail(err, FH_IO, "the organisation's file cannot be read");
}

static fh_status lite_version(fh_db *base, int64_t *out, fh_error *err)
{
    return one_number(of(base), "PRAGMA user_version", out, err);
}

static fh_status lite_set_version(fh_db *base, int64_t version, fh_error *err)
{
    char sql[64];
    (void)snprintf(sql, sizeof sql, "PRAGMA user_version=%d", (int)version);
    return lite_script(base, sql, err);
}

/* ---- Looking at a file from elsewhere ---------------------------------------------------- */

static const char schema_sql[] =
    "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name";

static bool same_text(const char *x, const char *y)
{
    if (!x || !y) return !x && !y;
    return strcmp(x, y) == 0;
}

/* Walks both lists side by side to the first difference. */
static int compare_rows(sqlite3_stmt *ours, sqlite3_stmt *theirs, bool *same)
{
    for (*same = true; *same;) {
        const int a = sqlite3_step(ours);
        const int b = sqlite3_step(theirs);
        if (b != SQLITE_ROW && b != SQLITE_DONE) return b;
        if (a != SQLITE_ROW && a != SQLITE_DONE) return a;
        *same = a == b;
        if (b == SQLITE_DONE) return SQLITE_OK;
        for (int c = 0; c < 4 && *same; c++)
            *same = same_text((const char *)sqlite3_column_text(ours, c),
                              (const char *)sqlite3_column_text(theirs, c));
    }
    return SQLITE_OK;
}

/* The next text of a packed list; "-" stands for none. */
static const char *next_text(const char **at)
{
    const char *text = *at;
    *at += strlen(text) + 1;
    return strcmp(text, "-") == 0 ? NULL : text;
}

/* Holds what is there against a list worked out before. */
static int compare_packed(lite *db, const char *rows, bool *same)
{
    sqlite3_stmt *theirs = NULL;
    int result = sqlite3_prepare_v2(db->raw, schema_sql, -1, &theirs, NULL);
    if (result != SQLITE_OK) return result;
    for (*same = true; *same;) {
        result = sqlite3_step(theirs);
        if (result != SQLITE_ROW) break;
        *same = *rows != '\0';
        for (int c = 0; c < 4 && *same; c++)
            *same = same_text(next_text(&rows), (const char *)sqlite3_column_text(theirs, c));
    }
    if (result == SQLITE_DONE) *same = *rows == '\0';
    (void)sqlite3_finalize(theirs);
    return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

/* Makes the tables anew, in memory, and compares. */
static fh_status compare_made(lite *db, const char *const *scripts, size_t n, bool *same,
                              fh_error *err)
{
    lite *model = NULL;
    fh_status status = open_at(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, &model, err);
    for (size_t i = 0; i < n && status == FH_OK; i++)
        status = lite_script(&model->base, scripts[i], err);
    sqlite3_stmt *ours = NULL, *theirs = NULL;
    if (status == FH_OK) {
        int result = sqlite3_prepare_v2(model->raw, schema_sql, -1, &ours, NULL);
        if (result == SQLITE_OK)
            result = sqlite3_prepare_v2(db->raw, schema_sql, -1, &theirs, NULL);
        if (result == SQLITE_OK) result = compare_rows(ours, theirs, same);
        if (result != SQLITE_OK) status = fail(db, result, err);
    }
    (void)sqlite3_finalize(ours);
    (void)sqlite3_finalize(theirs);
    if (model) lite_close(&model->base);
    return status;
}

static fh_status lite_same_schema(fh_db *base, const char *rows, const char *const *scripts,
                                  size_t n, fh_error *err)
{
    lite *db = of(base);
    bool same = false;
    const int result = rows ? compare_packed(db, rows, &same) : SQLITE_OK;
    fh_status status = result == SQLITE_OK ? FH_OK : fail(db, result, err);
    if (status == FH_OK && !same) status = compare_made(db, scripts, n, &same, err);
    if (status != FH_OK || same) return status;
    (void)fh_fail(err, FH_FORMAT, "%s: the tables in this file are not those Firsthand makes",
                  db->path);
    return fh_hint(err, FH_FORMAT, "Someone or something changed the file. Put back a backup.");
}

/* ---- The whole file ----------------------------------------------------------------------- */

/* Asks again and again: SQLite itself waits for readers, but not for another checkpoint, such as
 * that of whoever copies the log beside the writer. */
static fh_status lite_settle(fh_db *base, fh_error *err)
{
    lite *db = of(base);
    int64_t busy = 1;
    fh_status status = FH_OK;
    (void)sqlite3_busy_timeout(db->raw, 0);
    for (int waited = 0; busy && waited <= SETTLE_MS; waited += SETTLE_PAUSE_MS) {
        if (waited) (void)sqlite3_sleep(SETTLE_PAUSE_MS);
        status = one_number(db, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, err);
        if (status != FH_OK && status != FH_BUSY) break;
    }
    (void)sqlite3_busy_timeout(db->raw, BUSY_MS);
    if (status != FH_OK || !busy) return status;
    (void)fh_fail(err, FH_BUSY, "%s: someone still reads what was there before", db->path);
    return fh_hint(err, FH_BUSY, "What was deleted leaves the disk when they have finished.");
}

static fh_status lite_checkpoint(fh_db *base, uint32_t *left, fh_error *err)
{
    lite *db = of(base);
    int n_log = 0, n_copied = 0;
    const int result =
        sqlite3_wal_checkpoint_v2(db->raw, NULL, SQLITE_CHECKPOINT_PASSIVE, &n_log, &n_copied);
    /* Busy: another checkpoint is running, which does as well. */
    if (result != SQLITE_OK && (result & 0xff) != SQLITE_BUSY) return fail(db, result, err);
    *left = n_log > n_copied ? (uint32_t)(n_log - n_copied) : 0;
    return FH_OK;
}

static fh_status lite_durable(fh_db *base, bool durable, fh_error *err)
{
    return lite_script(base, durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL",
                       err);
}

static fh_status lite_roomy(fh_db *base, uint32_t mib, fh_error *err)
{
    char sql[64];
    if (!mib) return lite_script(base, "PRAGMA cache_size=-2000; PRAGMA shrink_memory", err);
    (void)snprintf(sql, sizeof sql, "PRAGMA cache_size=-%lu", (unsigned long)mib * 1024);
    return lite_script(base, sql, err);
}

static void lite_keep_log(fh_db *base, bool keep)
{
    (void)sqlite3_wal_autocheckpoint(of(base)->raw, keep ? 0 : CHECKPOINT_PAGES);
}

static fh_status copy_pages(lite *from, lite *to, fh_db_progress *progress, void *ctx,
                            fh_error *err)
{
    sqlite3_backup *copy = sqlite3_backup_init(to->raw, "main", from->raw, "main");
    if (!copy) return fail(to, sqlite3_errcode(to->raw), err);
    fh_status status = FH_OK;
    int result = SQLITE_OK;
    while (status == FH_OK && result == SQLITE_OK) {
        result = sqlite3_backup_step(copy, BACKUP_STEP_PAGES);
        const int total = sqlite3_backup_pagecount(copy), left = sqlite3_backup_remaining(copy);
        if (progress && result == SQLITE_OK &&
            progress(ctx, (uint64_t)(total - left), (uint64_t)total))
            status = fh_fail(err, FH_INTERRUPTED, "the backup was stopped");
    }
    const int finish = sqlite3_backup_finish(copy);
    if (status != FH_OK || result == SQLITE_DONE) result = finish;
    if (status == FH_OK && result != SQLITE_OK)
        status = fail_text(to->path, result, sqlite3_errstr(result), err);
    return status;
}

static fh_status lite_fill(fh_db *base, unsigned char *image, size_t n, fh_error *err)
{
    lite *from = NULL;
    fh_status status = open_at(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, &from, err);
    if (status != FH_OK) return status;
    const sqlite3_int64 size = (sqlite3_int64)n;
    const int result = sqlite3_deserialize(from->raw, "main", image, size, size, 0);
    if (result != SQLITE_OK) status = fail(from, result, err);
    /* Past the log, which would write all of it twice, and without waiting for the disk: the next
     * commit does, or settle. */
    static const char *const past[] = {"PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY",
                                       "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"};
    if (status == FH_OK) status = lite_script(base, past[0], err);
    if (status == FH_OK) status = copy_pages(from, of(base), NULL, NULL, err);
    if (status == FH_OK) status = lite_script(base, past[1], err);
    lite_close(&from->base);
    return status;
}

/* One read transaction holds the moment while the pages are copied, so that
 * writers neither wait nor disturb. */
static fh_status lite_backup(fh_db *base, const char *path, fh_db_progress *progress, void *ctx,
                             fh_error *err)
{
    lite *from = of(base), *to = NULL;
    fh_status status = open_at(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &to, err);
    if (status != FH_OK) return status;
    const bool mine = !from->in_transaction;
    if (mine) status = lite_begin(base, false, err);
    if (status == FH_OK) {
        status = lite_script(&to->base, "PRAGMA synchronous=FULL", err);
        if (status == FH_OK) status = copy_pages(from, to, progress, ctx, err);
        if (mine) lite_rollback(base);
    }
    lite_close(&to->base);
    return status;
}

static fh_status lite_integrity(fh_db *base, fh_db_fault *fault, void *ctx, fh_error *err)
{
    lite *db = of(base);
    sqlite3_stmt *s = NULL;
    int result = sqlite3_prepare_v2(db->raw, "PRAGMA integrity_check(100)", -1, &s, NULL);
    while (result == SQLITE_OK || result == SQLITE_ROW) {
        result = sqlite3_step(s);
        if (result != SQLITE_ROW) break;
        const char *text = (const char *)sqlite3_column_text(s, 0);
        if (text && strcmp(text, "ok") == 0) continue;
        char sentence[512];
        (void)snprintf(sentence, sizeof sentence,
                       "The file's own structure is damaged (%s): put back the last backup.",
                       text ? text : "no details");
        fault(ctx, sentence);
    }
    fh_status status = FH_OK;
    if (result != SQLITE_DONE) {
        status = fail_text(db->path, result, sqlite3_errmsg(db->raw), err);
        if (status == FH_CORRUPT) {
            fault(ctx, "The file's own structure is damaged: put back the last backup.");
            status = FH_OK;
        }
    }
    (void)sqlite3_finalize(s);
    return status;
}

const fh_db_driver fh_db_sqlite = {
    .scheme = "sqlite",
    .open = lite_open,
    .close = lite_close,
    .script = lite_script,
    .prepare = lite_prepare,
    .bind_i64 = lite_bind_i64,
    .bind_text = lite_bind_text,
    .bind_blob = lite_bind_blob,
    .bind_null = lite_bind_null,
    .step = lite_step,
    .column_i64 = lite_column_i64,
    .column_text = lite_column_text,
    .column_blob = lite_column_blob,
    .column_is_null = lite_column_is_null,
    .reset = lite_reset,
    .done = lite_done,
    .begin = lite_begin,
    .commit = lite_commit,
    .rollback = lite_rollback,
    .version = lite_version,
    .set_version = lite_set_version,
    .fill = lite_fill,
    .same_schema = lite_same_schema,
    .settle = lite_settle,
    .checkpoint = lite_checkpoint,
    .durable = lite_durable,
    .roomy = lite_roomy,
    .keep_log = lite_keep_log,
    .read_file = lite_read_file,
    .backup = lite_backup,
    .integrity = lite_integrity,
};
