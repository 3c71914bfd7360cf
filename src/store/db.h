/* db.h - the only door to SQL.
 *
 * A driver fills the table below: db_sqlite.c now, PostgreSQL later. Everything
 * above is written once against it, with numbered parameters ($1, $2, ...) and the
 * SQL both engines understand; what they say differently (settings, copying a
 * whole database, looking for damage) is a function of the driver.
 *
 *     fh_stmt *s = NULL;
 *     fh_status status = fh_db_prepare(db, "SELECT name FROM kind WHERE kind = $1", &s, err);
 *     if (status == FH_OK) {
 *         fh_stmt_bind_i64(s, 1, kind);
 *         bool row;
 *         status = fh_stmt_step(s, &row, err);
 *         ... fh_stmt_text(s, 0) ...
 *     }
 *     fh_stmt_done(s);
 *
 * A connection belongs to one thread at a time. A failure inside a transaction
 * spoils it: everything but fh_db_rollback then fails, so that nothing half done
 * can be committed. Messages name the file.
 */
#ifndef FH_STORE_DB_H
#define FH_STORE_DB_H

#include "firsthand/base.h"

typedef struct fh_db_driver fh_db_driver;

/* What a file of ours says of itself. Pages of 16 KiB: BLOBs are read half as fast again as with
 * 4 KiB. */
enum { FH_DB_APPLICATION_ID = 0x46684a31 /* "FhJ1" */, FH_DB_PAGE_BYTES = 16384 };

/* A connection and a prepared statement; drivers put their own behind these. */
typedef struct fh_db {
    const fh_db_driver *driver;
} fh_db;
typedef struct fh_stmt {
    const fh_db_driver *driver;
} fh_stmt;

typedef enum fh_db_mode { FH_DB_READ, FH_DB_WRITE, FH_DB_CREATE } fh_db_mode;

/* Told now and then during long work; true: stop with FH_INTERRUPTED. */
typedef bool fh_db_progress(void *ctx, uint64_t done, uint64_t total);
typedef void fh_db_fault(void *ctx, const char *sentence);

struct fh_db_driver {
    const char *scheme; /* "sqlite", "postgres" */
    /* FH_NOTFOUND; FH_FORMAT when it is not ours. FH_DB_CREATE: FH_CONFLICT when it
     * is there and not empty. */
    fh_status (*open)(const char *where, fh_db_mode mode, fh_db **out, fh_error *err);
    void (*close)(fh_db *db);
    /* Several statements without parameters or results: a migration. */
    fh_status (*script)(fh_db *db, const char *sql, fh_error *err);
    fh_status (*prepare)(fh_db *db, const char *sql, fh_stmt **out, fh_error *err);
    void (*bind_i64)(fh_stmt *s, unsigned param, int64_t v);
    void (*bind_text)(fh_stmt *s, unsigned param, fh_str v);
    void (*bind_blob)(fh_stmt *s, unsigned param, const void *bytes, size_t n);
    void (*bind_null)(fh_stmt *s, unsigned param);
    fh_status (*step)(fh_stmt *s, bool *row, fh_error *err);
    int64_t (*column_i64)(fh_stmt *s, unsigned column);
    fh_str (*column_text)(fh_stmt *s, unsigned column);
    fh_str (*column_blob)(fh_stmt *s, unsigned column);
    bool (*column_is_null)(fh_stmt *s, unsigned column);
    void (*reset)(fh_stmt *s);
    void (*done)(fh_stmt *s);
    fh_status (*begin)(fh_db *db, bool write, fh_error *err);
    fh_status (*commit)(fh_db *db, fh_error *err);
    void (*rollback)(fh_db *db);
    /* How many migrations have been applied. */
    fh_status (*version)(fh_db *db, int64_t *out, fh_error *err);
    fh_status (*set_version)(fh_db *db, int64_t version, fh_error *err);
    /* Makes a new, empty database what `image` is: the bytes of another one [n], which are no
     * more of use then. Outside of a transaction. */
    fh_status (*fill)(fh_db *db, unsigned char *image, size_t n, fh_error *err);
    /* Whether the tables are exactly those that `scripts` make: a file from
     * elsewhere may carry triggers or views of its own. `rows` is what they make as it was
     * worked out when the program was built (tools/schema.c), or NULL; when that is not what
     * is there, the scripts themselves decide. FH_FORMAT. */
    fh_status (*same_schema)(fh_db *db, const char *rows, const char *const *scripts, size_t n,
                             fh_error *err);
    fh_status (*settle)(fh_db *db, fh_error *err);
    /* Copies what is committed from the log into the file without waiting for anybody;
     * *left: pages still only in the log. */
    fh_status (*checkpoint)(fh_db *db, uint32_t *left, fh_error *err);
    /* false: what is committed from now on may be lost with the power, until a commit of
     * someone with true. Outside of a transaction. */
    fh_status (*durable)(fh_db *db, bool durable, fh_error *err);
    /* Pages that were read or written may stay in so much memory; 0: as little as at first, and
     * what is more is given back. */
    fh_status (*roomy)(fh_db *db, uint32_t mib, fh_error *err);
    void (*keep_log)(fh_db *db, bool keep); /* true: commits do not do so by themselves */
    /* Bytes of the database's own file as they are on the disk, from `offset`; *got is less
     * than `n` at its end. Nobody may open the file beside us: closing it would give up
     * our locks. */
    fh_status (*read_file)(fh_db *db, uint64_t offset, void *to, size_t n, size_t *got,
                           fh_error *err);
    fh_status (*backup)(fh_db *db, const char *to, fh_db_progress *progress, void *ctx,
                        fh_error *err);
    fh_status (*integrity)(fh_db *db, fh_db_fault *fault, void *ctx, fh_error *err);
};

extern const fh_db_driver fh_db_sqlite;

static inline void fh_db_close(fh_db *db) /* NULL is allowed */
{
    if (db) db->driver->close(db);
}

static inline fh_status fh_db_script(fh_db *db, const char *sql, fh_error *err)
{
    return db->driver->script(db, sql, err);
}

/* ---- Statements ------------------------------------------------------------------ */

/* Takes a statement, prepared before or now. Give it back with fh_stmt_done.
 * `*out` stays as it was when this fails. */
static inline FH_MUST_CHECK fh_status fh_db_prepare(fh_db *db, const char *sql, fh_stmt **out,
                                                    fh_error *err)
{
    return db->driver->prepare(db, sql, out, err);
}

/* Parameters count from 1. What is bound is not copied: it must live until the
 * statement was stepped. A failed bind is told by the next step. */
static inline void fh_stmt_bind_i64(fh_stmt *s, unsigned param, int64_t v)
{
    s->driver->bind_i64(s, param, v);
}

static inline void fh_stmt_bind_text(fh_stmt *s, unsigned param, fh_str v)
{
    s->driver->bind_text(s, param, v);
}

static inline void fh_stmt_bind_blob(fh_stmt *s, unsigned param, const void *bytes, size_t n)
{
    s->driver->bind_blob(s, param, bytes, n);
}

static inline void fh_stmt_bind_null(fh_stmt *s, unsigned param)
{
    s->driver->bind_null(s, param);
}

/* *row tells whether there is one. After an error the statement is reset. */
static inline FH_MUST_CHECK fh_status fh_stmt_step(fh_stmt *s, bool *row, fh_error *err)
{
    return s->driver->step(s, row, err);
}

/* Columns count from 0. Texts and blobs live until the next step or reset. */
static inline int64_t fh_stmt_i64(fh_stmt *s, unsigned column)
{
    return s->driver->column_i64(s, column);
}

static inline fh_str fh_stmt_text(fh_stmt *s, unsigned column)
{
    return s->driver->column_text(s, column);
}

static inline fh_str fh_stmt_blob(fh_stmt *s, unsigned column)
{
    return s->driver->column_blob(s, column);
}

static inline bool fh_stmt_is_null(fh_stmt *s, unsigned column)
{
    return s->driver->column_is_null(s, column);
}

/* Ready to be bound and stepped again; bindings are forgotten. */
static inline void fh_stmt_reset(fh_stmt *s)
{
    s->driver->reset(s);
}

/* Gives the statement back. NULL is allowed. */
static inline void fh_stmt_done(fh_stmt *s)
{
    if (s) s->driver->done(s);
}

/* Steps a statement that has no rows (or whose rows do not matter) to its end and
 * resets it, so that it can be bound again. */
static inline FH_MUST_CHECK fh_status fh_stmt_run(fh_stmt *s, fh_error *err)
{
    bool row = true;
    fh_status status = FH_OK;
    while (status == FH_OK && row) status = fh_stmt_step(s, &row, err);
    fh_stmt_reset(s);
    return status;
}

/* Runs a statement whose parameters are all integers and whose rows do not matter. */
static inline FH_MUST_CHECK fh_status fh_db_run(fh_db *db, const char *sql, const int64_t *args,
                                                unsigned n_args, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(db, sql, &s, err);
    if (status != FH_OK) return status;
    for (unsigned i = 0; i < n_args; i++) fh_stmt_bind_i64(s, i + 1, args[i]);
    status = fh_stmt_run(s, err);
    fh_stmt_done(s);
    return status;
}

/* ---- Transactions ------------------------------------------------------------------ */

/* A read transaction sees one moment until it ends; a write transaction waits up
 * to 10 s for another writer, then FH_BUSY. */
static inline FH_MUST_CHECK fh_status fh_db_begin(fh_db *db, bool write, fh_error *err)
{
    return db->driver->begin(db, write, err);
}

/* When it fails nothing was written and the transaction is over. */
static inline FH_MUST_CHECK fh_status fh_db_commit(fh_db *db, fh_error *err)
{
    return db->driver->commit(db, err);
}

static inline void fh_db_rollback(fh_db *db)
{
    db->driver->rollback(db);
}

/* After this, what was deleted before is on the disk no more (logs emptied).
 * FH_BUSY while someone still reads the state before. */
static inline FH_MUST_CHECK fh_status fh_db_settle(fh_db *db, fh_error *err)
{
    return db->driver->settle(db, err);
}

#endif
