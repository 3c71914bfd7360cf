/* os_real.c - the system itself behind fh_os.
 *
 * Short reads and writes and interrupted calls are continued here, so that above
 * a read ends early only at the end of a file, and a write is whole or an error.
 * A rename reaches the disk before it is reported: the folder is synced too.
 */
#include "os/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct fh_file {
    int fd;
    bool standard; /* input or output: not ours to close */
    char name[];   /* for messages */
};

static fh_status status_of(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
    case EISDIR: return FH_NOTFOUND;
    case EEXIST: return FH_CONFLICT;
    case EACCES:
    case EPERM:
    case EROFS: return FH_DENIED;
    case ENOMEM: return FH_NOMEM;
    default: return FH_IO;
    }
}

/* What went wrong with `name`, from errno. */
static fh_status fail(fh_error *err, const char *doing, const char *name, int number)
{
    char reason[128];
    if (strerror_r(number, reason, sizeof reason) != 0)
        (void)snprintf(reason, sizeof reason, "error %d", number);
    const fh_status status = status_of(number);
    (void)fh_fail(err, status, "cannot %s %s: %s", doing, name, reason);
    if (number == ENOSPC || number == EDQUOT)
        (void)fh_hint(err, status, "Free some space and run it again.");
    if (status == FH_NOTFOUND) (void)fh_hint(err, status, "Check the name and the folder.");
    if (status == FH_DENIED) (void)fh_hint(err, status, "Check who may read and write it.");
    return status;
}

static fh_status real_open(void *ctx, const char *path, fh_open_mode mode, fh_file **out,
                           fh_error *err)
{
    (void)ctx;
    const bool standard = strcmp(path, "-") == 0;
    const char *name = !standard              ? path
                       : mode == FH_OPEN_READ ? "the standard input"
                                              : "the standard output";
    static const int flags[] = {
        [FH_OPEN_READ] = O_RDONLY,
        [FH_OPEN_CREATE] = O_WRONLY | O_CREAT | O_TRUNC,
        [FH_OPEN_APPEND] = O_WRONLY | O_CREAT | O_APPEND,
        [FH_OPEN_PRIVATE] = O_WRONLY | O_CREAT | O_EXCL,
    };
    int fd = mode == FH_OPEN_READ ? STDIN_FILENO : STDOUT_FILENO;
    if (!standard) {
        do {
            fd = open(path, flags[mode] | O_CLOEXEC, mode == FH_OPEN_PRIVATE ? 0600 : 0666);
        } while (fd < 0 && errno == EINTR);
        if (fd < 0) return fail(err, "open", name, errno);
        struct stat about;
        const bool known = fstat(fd, &about) == 0;
        const int number = known ? EISDIR : errno;
        if (!known || S_ISDIR(about.st_mode)) {
            (void)close(fd);
            return fail(err, "open", name, number);
        }
    }
    const size_t size = strlen(name) + 1;
    fh_file *f = malloc(sizeof *f + size);
    if (!f) {
        if (!standard) (void)close(fd);
        return fh_no_memory(err);
    }
    f->fd = fd;
    f->standard = standard;
    memcpy(f->name, name, size);
    *out = f;
    return FH_OK;
}

static void real_close(void *ctx, fh_file *f)
{
    (void)ctx;
    if (!f) return;
    if (!f->standard) (void)close(f->fd);
    free(f);
}

static fh_status real_read(void *ctx, fh_file *f, void *to, size_t n, size_t *got, fh_error *err)
{
    (void)ctx;
    size_t done = 0;
    while (done < n) {
        const ssize_t r = read(f->fd, (char *)to + done, n - done);
        if (r < 0 && errno == EINTR) continue;
        if (r < 0) return fail(err, "read", f->name, errno);
        if (r == 0) break;
        done += (size_t)r;
    }
    *got = done;
    return FH_OK;
}

static fh_status real_write(void *ctx, fh_file *f, const void *from, size_t n, fh_error *err)
{
    (void)ctx;
    size_t done = 0;
    while (done < n) {
        const ssize_t w = write(f->fd, (const char *)from + done, n - done);
        if (w < 0 && errno == EINTR) continue;
        if (w < 0) return fail(err, "write", f->name, errno);
        done += (size_t)w;
    }
    return FH_OK;
}

/* Pipes and terminals cannot be synced, which is no fault. */
static int sync_fd(int fd)
{
    int r;
    do {
        r = fsync(fd);
    } while (r < 0 && errno == EINTR);
    return r < 0 && errno != EINVAL && errno != ENOTSUP && errno != EROFS ? errno : 0;
}

static fh_status real_sync(void *ctx, fh_file *f, fh_error *err)
{
    (void)ctx;
    const int number = sync_fd(f->fd);
    return number ? fail(err, "write", f->name, number) : FH_OK;
}

static fh_status real_size(void *ctx, fh_file *f, uint64_t *out, fh_error *err)
{
    (void)ctx;
    struct stat about;
    if (fstat(f->fd, &about) != 0) return fail(err, "look at", f->name, errno);
    *out = S_ISREG(about.st_mode) ? (uint64_t)about.st_size : 0;
    return FH_OK;
}

/* Makes a change of the folder around `path` last. */
static fh_status sync_folder(const char *path, fh_error *err)
{
    const char *slash = strrchr(path, '/');
    const size_t len = slash ? (size_t)(slash - path) + 1 : 1;
    char *folder = malloc(len + 1);
    if (!folder) return fh_no_memory(err);
    memcpy(folder, slash ? path : ".", len);
    folder[len] = '\0';
    const int fd = open(folder, O_RDONLY | O_CLOEXEC);
    const int number = fd < 0 ? errno : sync_fd(fd);
    if (fd >= 0) (void)close(fd);
    const fh_status status = number ? fail(err, "write", folder, number) : FH_OK;
    free(folder);
    return status;
}

static fh_status real_rename(void *ctx, const char *from, const char *to, fh_error *err)
{
    (void)ctx;
    if (rename(from, to) != 0) return fail(err, "rename", from, errno);
    return sync_folder(to, err);
}

static fh_status real_remove(void *ctx, const char *path, fh_error *err)
{
    (void)ctx;
    if (unlink(path) == 0 || errno == ENOENT) return FH_OK;
    return fail(err, "remove", path, errno);
}

static int64_t read_clock(clockid_t which)
{
    struct timespec t = {0};
    (void)clock_gettime(which, &t); /* cannot fail for the two clocks asked for */
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t real_now(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_REALTIME);
}

static int64_t real_monotonic(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_MONOTONIC);
}

static fh_status real_random(void *ctx, void *to, size_t n, fh_error *err)
{
    (void)ctx;
    for (size_t done = 0; done < n;) {
        const ssize_t r = getrandom((char *)to + done, n - done, 0);
        if (r < 0 && errno == EINTR) continue;
        if (r < 0) return fail(err, "read", "the system's random numbers", errno);
        done += (size_t)r;
    }
    return FH_OK;
}

static fh_status real_make_folder(void *ctx, const char *path, fh_error *err)
{
    (void)ctx;
    struct stat about;
    if (mkdir(path, 0777) == 0) return FH_OK;
    const int number = errno;
    if (number == EEXIST && stat(path, &about) == 0 && S_ISDIR(about.st_mode)) return FH_OK;
    return fail(err, "make the folder", path, number);
}

static fh_status each_of(DIR *folder, const char *path, fh_os_each_file *each, void *each_ctx,
                         fh_error *err)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (!entry) return errno ? fail(err, "read the folder", path, errno) : FH_OK;
        struct stat about;
        if (fstatat(dirfd(folder), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno == ENOENT) continue; /* gone meanwhile */
            return fail(err, "look at", entry->d_name, errno);
        }
        if (!S_ISREG(about.st_mode)) continue;
        const int64_t ms =
            (int64_t)about.st_mtim.tv_sec * 1000 + (int64_t)about.st_mtim.tv_nsec / 1000000;
        const fh_status status = each(each_ctx, fh_str_of(entry->d_name), ms);
        if (status != FH_OK) return status;
    }
}

static fh_status real_list_files(void *ctx, const char *path, fh_os_each_file *each, void *each_ctx,
                                 fh_error *err)
{
    (void)ctx;
    DIR *folder = opendir(path);
    if (!folder) return fail(err, "read the folder", path, errno);
    const fh_status status = each_of(folder, path, each, each_ctx, err);
    (void)closedir(folder);
    return status;
}

static fh_status real_is_private(void *ctx, fh_file *f, bool *out, fh_error *err)
{
    (void)ctx;
    struct stat about;
    if (fstat(f->fd, &about) != 0) return fail(err, "look at", f->name, errno);
    *out = (about.st_mode & (S_IWGRP | S_IRWXO)) == 0;
    return FH_OK;
}

const fh_os *fh_os_real(void)
{
    static const fh_os real = {
        .open = real_open,
        .close = real_close,
        .read = real_read,
        .write = real_write,
        .sync = real_sync,
        .size = real_size,
        .rename = real_rename,
        .remove = real_remove,
        .now_ms = real_now,
        .monotonic_ms = real_monotonic,
        .random = real_random,
        .make_folder = real_make_folder,
        .list_files = real_list_files,
        .is_private = real_is_private,
    };
    return &real;
}

uint64_t fh_os_many_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    if (limit.rlim_cur < limit.rlim_max) {
        const rlim_t before = limit.rlim_cur;
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
    }
    return limit.rlim_cur;
}
