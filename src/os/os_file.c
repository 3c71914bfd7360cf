/* os_file.c - what is done with files the same way on every fh_os: reading one
 * whole, and finding a time zone's. */
#include "base/time.h"
#include "os/os.h"

#include <stdio.h>
#include <string.h>

#define ZONE_FOLDER "/usr/share/zoneinfo/"
enum { LONGEST_NAME = 80, ZONE_BYTES = 1 << 18 };

static fh_status read_rest(const fh_os *os, fh_file *f, const char *path, size_t max_bytes,
                           fh_buf *out, fh_error *err)
{
    enum { STEP = 1 << 16 };
    const size_t room = out->max - out->len, limit = room < max_bytes ? room : max_bytes;
    uint64_t size = 0;
    fh_status status = os->size(os->ctx, f, &size, err);
    if (status != FH_OK) return status;
    /* One byte more than a regular file has shows that it ends there. */
    size_t step = size > 0 && size < limit ? (size_t)size + 1 : STEP, got;
    for (size_t total = 0; total < limit; total += got, step = STEP) {
        if (step > limit - total) step = limit - total;
        char *to = fh_buf_reserve(out, step);
        if (!to) return fh_no_memory(err);
        status = os->read(os->ctx, f, to, step, &got, err);
        if (status != FH_OK) return status;
        out->len += got;
        if (got < step) return FH_OK;
    }
    char more; /* as large as it may be: is there more? */
    status = os->read(os->ctx, f, &more, 1, &got, err);
    if (status != FH_OK || got == 0) return status;
    return fh_fail(err, FH_LIMIT, "%s is larger than %zu bytes", path, limit);
}

fh_status fh_os_read_file(const fh_os *os, const char *path, size_t max_bytes, fh_buf *out,
                          fh_error *err)
{
    fh_file *f;
    fh_status status = os->open(os->ctx, path, FH_OPEN_READ, &f, err);
    if (status != FH_OK) return status;
    status = read_rest(os, f, path, max_bytes, out, err);
    os->close(os->ctx, f);
    return status;
}

static fh_status refuse_public(const fh_os *os, fh_file *f, const char *path, fh_error *err)
{
    bool is_private = false;
    const fh_status status = os->is_private(os->ctx, f, &is_private, err);
    if (status != FH_OK || is_private) return status;
    (void)fh_fail(err, FH_DENIED, "%s holds a secret and others may read or change it", path);
    return fh_hint(err, FH_DENIED, "Let only its owner read it: chmod 600 %.120s", path);
}

fh_status fh_os_read_secret(const fh_os *os, const char *path, size_t max_bytes, fh_buf *out,
                            fh_error *err)
{
    fh_file *f;
    fh_status status = os->open(os->ctx, path, FH_OPEN_READ, &f, err);
    if (status != FH_OK) return status;
    status = refuse_public(os, f, path, err);
    if (status == FH_OK) status = read_rest(os, f, path, max_bytes, out, err);
    os->close(os->ctx, f);
    return status;
}

/* Letters, digits and _ + - / only, so that no name leads out of the folder. */
static bool is_zone_name(fh_str name)
{
    if (name.len == 0 || name.len > LONGEST_NAME || name.ptr[0] == '/') return false;
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && !(c >= '0' && c <= '9') && !(c && strchr("_+-/", c))) return false;
    }
    return true;
}

static fh_status unknown_zone(fh_str name, fh_error *err)
{
    const int shown = name.len < LONGEST_NAME ? (int)name.len : LONGEST_NAME;
    (void)fh_fail(err, FH_NOTFOUND, "no time zone is called '%.*s' here", shown,
                  name.len ? name.ptr : "");
    return fh_hint(err, FH_NOTFOUND,
                   "Use a name such as Europe/Berlin (the package tzdata has them), UTC, or an "
                   "offset such as +02:00.");
}

fh_status fh_os_zone(const fh_os *os, fh_arena *arena, fh_str name, const struct fh_zone **out,
                     fh_error *err)
{
    fh_status status = fh_zone_fixed(arena, name, out, err);
    if (status != FH_NOTFOUND) return status;
    if (!is_zone_name(name)) return unknown_zone(name, err);
    char path[sizeof ZONE_FOLDER + LONGEST_NAME];
    (void)snprintf(path, sizeof path, ZONE_FOLDER "%.*s", FH_STR_ARG(name));

    fh_buf bytes;
    fh_buf_init(&bytes, fh_arena_allocator(arena), ZONE_BYTES + 1);
    status = fh_os_read_file(os, path, ZONE_BYTES, &bytes, err);
    if (status == FH_OK) {
        const fh_str tzif = fh_buf_view(&bytes);
        status = fh_zone_tzif(arena, tzif, out, err);
    } else if (status == FH_NOTFOUND) {
        status = unknown_zone(name, err);
    }
    fh_buf_free(&bytes);
    return status;
}
