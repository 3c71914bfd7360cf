/* memory_file.c - memfd_create behind two calls (see memory_file.h). */
#define _GNU_SOURCE /* memfd_create */
#include "os/memory_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static fh_status failed(const char *what, fh_error *err)
{
    return fh_fail(err, FH_IO, "%s a file in memory failed: %s", what, strerror(errno));
}

fh_status fh_memory_file_open(fh_memory_file *out, fh_error *err)
{
    const int fd = memfd_create("firsthand", MFD_CLOEXEC);
    if (fd < 0) return failed("making", err);
    out->fd = fd;
    (void)snprintf(out->path, sizeof out->path, "/proc/self/fd/%d", fd);
    return FH_OK;
}

fh_status fh_memory_file_read(const fh_memory_file *f, fh_buf *out, fh_error *err)
{
    enum { STEP = 1 << 16 };
    for (off_t at = 0;;) {
        char *to = fh_buf_reserve(out, STEP);
        if (!to) return out->status == FH_NOMEM ? fh_no_memory(err) : FH_LIMIT;
        const ssize_t got = pread(f->fd, to, STEP, at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed("reading", err);
        if (got == 0) return FH_OK;
        out->len += (size_t)got;
        at += got;
    }
}

void fh_memory_file_close(fh_memory_file *f)
{
    (void)close(f->fd);
    f->fd = -1;
}
