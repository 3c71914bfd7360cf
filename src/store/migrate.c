/* migrate.c - bringing a file's tables up to date, one SQL file after another.
 * A file's version is the number of migrations it has seen. */
#include "store/inside.h"

#include <string.h>

extern const char fh_migration_texts[]; /* migrations.S */
extern const char fh_schema_rows[];     /* what all of them make: tools/schema.c */

size_t fh_migrations(const char *name[FH_MIGRATIONS_MAX], const char *sql[FH_MIGRATIONS_MAX])
{
    size_t n = 0;
    for (const char *at = fh_migration_texts; *at && n < FH_MIGRATIONS_MAX; n++) {
        name[n] = at;
        sql[n] = at + strlen(at) + 1;
        at = sql[n] + strlen(sql[n]) + 1;
    }
    return n;
}

static fh_status apply(fh_db *db, const char *sql, int64_t version, bool open, fh_error *err)
{
    fh_status status = open ? FH_OK : fh_db_begin(db, true, err);
    if (status != FH_OK) return status;
    status = fh_db_script(db, sql, err);
    if (status == FH_OK) status = db->driver->set_version(db, version, err);
    if (open) return status;
    if (status == FH_OK) return fh_db_commit(db, err);
    fh_db_rollback(db);
    return status;
}

static fh_status too_new(const char *path, fh_error *err)
{
    (void)fh_fail(err, FH_CONFLICT, "%s was written by a newer Firsthand", path);
    return fh_hint(err, FH_CONFLICT, "Install the newer version and open the file with that.");
}

fh_status fh_migrate(fh_db *db, bool open, fh_error *err)
{
    const char *name[FH_MIGRATIONS_MAX], *sql[FH_MIGRATIONS_MAX];
    const size_t n = fh_migrations(name, sql);
    int64_t version = 0;
    fh_status status = db->driver->version(db, &version, err);
    if (status == FH_OK && (version < 0 || version > (int64_t)n)) return too_new("the file", err);
    for (size_t i = (size_t)version; i < n && status == FH_OK; i++)
        status = apply(db, sql[i], (int64_t)i + 1, open, err);
    return status;
}

fh_status fh_migrations_check(fh_db *db, const char *path, bool *behind, fh_error *err)
{
    const char *name[FH_MIGRATIONS_MAX], *sql[FH_MIGRATIONS_MAX];
    const size_t n = fh_migrations(name, sql);
    int64_t version = 0;
    fh_status status = db->driver->version(db, &version, err);
    if (status != FH_OK) return status;
    if (version < 0 || version > (int64_t)n) return too_new(path, err);
    *behind = version < (int64_t)n;
    return db->driver->same_schema(db, *behind ? NULL : fh_schema_rows, sql, (size_t)version, err);
}
