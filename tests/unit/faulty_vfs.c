/* faulty_vfs.c - see faulty_vfs.h. A file is the real file with our methods before
 * it; shared memory and locks are passed on. */
#include "faulty_vfs.h"

#include <sqlite3.h>
#include <stdlib.h>

typedef struct faulty_file {
    sqlite3_file base;
    sqlite3_file *real; /* behind this struct in the same block */
} faulty_file;

static sqlite3_vfs *real_vfs;
static struct {
    vfs_fault kind;
    uint64_t n, calls;
    bool reached;
} plan;

void faulty_vfs_set(vfs_fault kind, uint64_t n)
{
    plan.kind = kind;
    plan.n = n;
    plan.calls = 0;
    plan.reached = false;
}

bool faulty_vfs_reached(void)
{
    return plan.reached;
}

static bool fails(void)
{
    if (!plan.n) return false;
    plan.calls++;
    if (plan.kind == VFS_IO_ONCE ? plan.calls != plan.n : plan.calls < plan.n) return false;
    plan.reached = true;
    return true;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((faulty_file *)(void *)file)->real;
}

static int faulty_close(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

static int faulty_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
    sqlite3_file *real = real_of(file);
    if (plan.kind == VFS_READ && fails()) return SQLITE_IOERR_READ;
    return real->pMethods->xRead(real, to, n, at);
}

static int faulty_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
    sqlite3_file *real = real_of(file);
    if (plan.kind == VFS_READ || !fails()) return real->pMethods->xWrite(real, from, n, at);
    if (plan.kind != VFS_FULL) return SQLITE_IOERR_WRITE;
    (void)real->pMethods->xWrite(real, from, n / 2, at);
    return SQLITE_FULL;
}

static int faulty_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    sqlite3_file *real = real_of(file);
    if ((plan.kind == VFS_IO_ONCE || plan.kind == VFS_BROKEN) && fails())
        return SQLITE_IOERR_TRUNCATE;
    return real->pMethods->xTruncate(real, size);
}

static int faulty_sync(sqlite3_file *file, int flags)
{
    sqlite3_file *real = real_of(file);
    if ((plan.kind == VFS_IO_ONCE || plan.kind == VFS_BROKEN) && fails()) return SQLITE_IOERR_FSYNC;
    return plan.n ? SQLITE_OK : real->pMethods->xSync(real, flags); /* quick while counting */
}

static int faulty_size(sqlite3_file *file, sqlite3_int64 *out)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xFileSize(real, out);
}

static int faulty_lock(sqlite3_file *file, int level)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xLock(real, level);
}

static int faulty_unlock(sqlite3_file *file, int level)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xUnlock(real, level);
}

static int faulty_reserved(sqlite3_file *file, int *out)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xCheckReservedLock(real, out);
}

static int faulty_control(sqlite3_file *file, int op, void *arg)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xFileControl(real, op, arg);
}

static int faulty_sector(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xSectorSize(real);
}

static int faulty_traits(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xDeviceCharacteristics(real);
}

static int faulty_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xShmMap(real, page, size, extend, out);
}

static int faulty_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xShmLock(real, offset, n, flags);
}

static void faulty_shm_barrier(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    real->pMethods->xShmBarrier(real);
}

static int faulty_shm_unmap(sqlite3_file *file, int remove)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xShmUnmap(real, remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = faulty_close,
    .xRead = faulty_read,
    .xWrite = faulty_write,
    .xTruncate = faulty_truncate,
    .xSync = faulty_sync,
    .xFileSize = faulty_size,
    .xLock = faulty_lock,
    .xUnlock = faulty_unlock,
    .xCheckReservedLock = faulty_reserved,
    .xFileControl = faulty_control,
    .xSectorSize = faulty_sector,
    .xDeviceCharacteristics = faulty_traits,
    .xShmMap = faulty_shm_map,
    .xShmLock = faulty_shm_lock,
    .xShmBarrier = faulty_shm_barrier,
    .xShmUnmap = faulty_shm_unmap,
};

static int faulty_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                       int *out_flags)
{
    (void)vfs;
    faulty_file *f = (faulty_file *)(void *)file;
    f->real = (sqlite3_file *)(void *)(f + 1);
    const int result = real_vfs->xOpen(real_vfs, name, f->real, flags, out_flags);
    f->base.pMethods = f->real->pMethods ? &methods : NULL;
    return result;
}

static sqlite3_vfs faulty;

void faulty_vfs_on(void)
{
    if (!real_vfs) real_vfs = sqlite3_vfs_find(NULL);
    faulty = *real_vfs;
    faulty.zName = "faulty";
    faulty.szOsFile = (int)sizeof(faulty_file) + real_vfs->szOsFile;
    faulty.xOpen = faulty_open;
    faulty_vfs_set(VFS_IO_ONCE, 0);
    assert_int_equal(sqlite3_vfs_register(&faulty, 1), SQLITE_OK);
}

void faulty_vfs_off(void)
{
    assert_int_equal(sqlite3_vfs_unregister(&faulty), SQLITE_OK);
    assert_int_equal(sqlite3_vfs_register(real_vfs, 1), SQLITE_OK);
}
