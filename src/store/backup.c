/* backup.c - a consistent copy while others read and write. It is made under
 * another name and renamed when it is whole. */
#include "store/segments.h"

#include "store/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static fh_status copy(fh_org *org, const char *draft, const char *path, fh_progress *progress,
                      void *ctx, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_status status = os->remove(os->ctx, draft, err);
    fh_db *from = NULL;
    if (status == FH_OK) status = fh_org_reader(org, &from, err);
    if (status == FH_OK) status = from->driver->backup(from, draft, progress, ctx, err);
    fh_db_close(from);
    if (status == FH_OK) status = os->rename(os->ctx, draft, path, err);
    if (status != FH_OK) (void)os->remove(os->ctx, draft, NULL);
    return status;
}

fh_status fh_store_backup(fh_org *org, const char *path, fh_progress *progress, void *ctx,
                          fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_file *file = NULL;
    fh_error ignored;
    const fh_status there = os->open(os->ctx, path, FH_OPEN_READ, &file, &ignored);
    if (there == FH_OK) os->close(os->ctx, file);
    if (there != FH_NOTFOUND) {
        (void)fh_fail(err, FH_CONFLICT, "%s exists", path);
        return fh_hint(err, FH_CONFLICT, "Choose another name for the backup.");
    }
    const size_t size = strlen(path) + sizeof ".new";
    char *draft = malloc(size);
    if (!draft) return fh_no_memory(err);
    (void)snprintf(draft, size, "%s.new", path);
    const fh_status status = copy(org, draft, path, progress, ctx, err);
    free(draft);
    return status;
}
