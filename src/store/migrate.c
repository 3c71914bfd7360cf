/* migrate.c - bringing a file's tables up to date, one SQL file after another.
 * A file's version is the number of migrations it has seen. */
#include "store/inside.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

extern const char fh_migration_texts[]; /* migrations.S */
/* What all of them make, worked out while building (tools/schema.c): the list of tables, and a
 * whole file, packed by zstd. */
extern const char fh_schema_rows[];
extern const unsigned char fh_schema_file[], fh_schema_file_end[];

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

static fh_status apply(fh_db *db, const char *sql, int64_t version, fh_error *err)
{
    fh_status status = fh_db_begin(db, true, err);
    if (status != FH_OK) return status;
    status = fh_db_script(db, sql, err);
    if (status == FH_OK) status = db->driver->set_version(db, version, err);
    if (status == FH_OK) return fh_db_commit(db, err);
    fh_db_rollback(db);
    return status;
}

static fh_status too_new(const char *path, fh_error *err)
{
    (void)fh_fail(err, FH_CONFLICT, "%s was written by a newer Firsthand", path);
    return fh_hint(err, FH_CONFLICT, "Install the newer version and open the file with that.");
}

fh_status fh_migrate(fh_db *db, fh_error *err)
{
    const char *name[FH_MIGRATIONS_MAX], *sql[FH_MIGRATIONS_MAX];
    const size_t n = fh_migrations(name, sql);
    int64_t version = 0;
    fh_status status = db->driver->version(db, &version, err);
    if (status == FH_OK && (version < 0 || version > (int64_t)n)) return too_new("the file", err);
    for (size_t i = (size_t)version; i < n && status == FH_OK; i++)
        status = apply(db, sql[i], (int64_t)i + 1, err);
    return status;
}

fh_status fh_migrations_fill(fh_db *db, fh_error *err)
{
    const size_t packed = (size_t)(fh_schema_file_end - fh_schema_file);
    const size_t size = (size_t)ZSTD_getFrameContentSize(fh_schema_file, packed);
    unsigned char *image = malloc(size);
    if (!image) return fh_no_memory(err);
    const size_t got = ZSTD_decompress(image, size, fh_schema_file, packed);
    fh_status status = FH_OK;
    if (ZSTD_isError(got)) /* what is our own is whole: nothing else can go wrong */
        status = fh_no_memory(err);
    else
        status = db->driver->fill(db, image, got, err);
    free(image);
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
