/* faulty_os.c - see faulty_os.h. */
#include "faulty_os.h"

/* Counts the call; true when it is to fail outright. */
static bool fails(faulty_os *f)
{
    f->calls++;
    const bool now = f->kind == FAULT_ERROR    ? f->calls == f->fail_at
                     : f->kind == FAULT_BROKEN ? f->calls >= f->fail_at
                                               : false;
    f->reached |= now;
    return now;
}

static bool from_now_on(faulty_os *f, fault kind)
{
    const bool now = f->kind == kind && f->calls >= f->fail_at;
    f->reached |= now;
    return now;
}

static fh_status injected(fh_error *err)
{
    return fh_fail(err, FH_IO, "injected fault");
}

static fh_status faulty_open(void *ctx, const char *path, fh_open_mode mode, fh_file **out,
                             fh_error *err)
{
    const fh_os *real = fh_os_real();
    return fails(ctx) ? injected(err) : real->open(real->ctx, path, mode, out, err);
}

static void faulty_close(void *ctx, fh_file *file)
{
    (void)ctx;
    fh_os_real()->close(fh_os_real()->ctx, file);
}

static fh_status faulty_read(void *ctx, fh_file *file, void *to, size_t n, size_t *got,
                             fh_error *err)
{
    const fh_os *real = fh_os_real();
    if (fails(ctx)) return injected(err);
    const fh_status status = real->read(real->ctx, file, to, n, got, err);
    if (status == FH_OK && from_now_on(ctx, FAULT_CUT_SHORT)) {
        faulty_os *f = ctx;
        *got = f->calls == f->fail_at ? *got / 2 : 0;
    }
    return status;
}

static fh_status faulty_write(void *ctx, fh_file *file, const void *from, size_t n, fh_error *err)
{
    const fh_os *real = fh_os_real();
    if (fails(ctx)) return injected(err);
    if (!from_now_on(ctx, FAULT_DISK_FULL)) return real->write(real->ctx, file, from, n, err);
    const fh_status status = real->write(real->ctx, file, from, n / 2, err);
    return status == FH_OK ? fh_fail(err, FH_IO, "injected fault: no space left") : status;
}

static fh_status faulty_sync(void *ctx, fh_file *file, fh_error *err)
{
    const fh_os *real = fh_os_real();
    return fails(ctx) ? injected(err) : real->sync(real->ctx, file, err);
}

static fh_status faulty_size(void *ctx, fh_file *file, uint64_t *out, fh_error *err)
{
    const fh_os *real = fh_os_real();
    return fails(ctx) ? injected(err) : real->size(real->ctx, file, out, err);
}

static fh_status faulty_rename(void *ctx, const char *from, const char *to, fh_error *err)
{
    const fh_os *real = fh_os_real();
    return fails(ctx) ? injected(err) : real->rename(real->ctx, from, to, err);
}

static fh_status faulty_remove(void *ctx, const char *path, fh_error *err)
{
    const fh_os *real = fh_os_real();
    return fails(ctx) ? injected(err) : real->remove(real->ctx, path, err);
}

static int64_t faulty_now(void *ctx)
{
    return ((const faulty_os *)ctx)->now_ms;
}

static fh_status faulty_random(void *ctx, void *to, size_t n, fh_error *err)
{
    faulty_os *f = ctx;
    unsigned char *byte = to;
    if (fails(f)) return injected(err);
    for (size_t i = 0; i < n; i++) {
        f->random = f->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        byte[i] = (unsigned char)(f->random >> 56);
    }
    return FH_OK;
}

static fh_status faulty_make_folder(void *ctx, const char *path, fh_error *err)
{
    const fh_os *real = fh_os_real();
    return fails(ctx) ? injected(err) : real->make_folder(real->ctx, path, err);
}

static fh_status faulty_list_files(void *ctx, const char *folder, fh_os_each_file *each,
                                   void *each_ctx, fh_error *err)
{
    const fh_os *real = fh_os_real();
    return fails(ctx) ? injected(err) : real->list_files(real->ctx, folder, each, each_ctx, err);
}

static fh_status faulty_is_private(void *ctx, fh_file *file, bool *out, fh_error *err)
{
    const fh_os *real = fh_os_real();
    return fails(ctx) ? injected(err) : real->is_private(real->ctx, file, out, err);
}

void faulty_os_init(faulty_os *f, fault kind, uint64_t fail_at)
{
    *f = (faulty_os){
        .os = {f, faulty_open, faulty_close, faulty_read, faulty_write, faulty_sync, faulty_size,
               faulty_rename, faulty_remove, faulty_now, faulty_now, faulty_random,
               faulty_make_folder, faulty_list_files, faulty_is_private},
        .kind = kind,
        .fail_at = fail_at,
        .now_ms = INT64_C(1706720709000), /* 2024-01-31T17:05:09Z */
    };
}

void test_faults(fh_status (*body)(const fh_os *os, void *ctx), void *ctx, fh_status want)
{
    static const fault kinds[] = {FAULT_ERROR, FAULT_BROKEN, FAULT_DISK_FULL};
    enum { MAX_ROUNDS = 10000 };
    for (size_t k = 0; k < COUNT(kinds); k++) {
        faulty_os f;
        uint64_t n = 0;
        do {
            if (++n == MAX_ROUNDS) fail_msg("more than %d calls", MAX_ROUNDS);
            faulty_os_init(&f, kinds[k], n);
            const fh_status status = body(&f.os, ctx);
            if (status != (f.reached ? want : FH_OK))
                fail_msg("fault %d in call %d, and the status was '%s'", (int)kinds[k], (int)n,
                         fh_status_text(status));
        } while (f.reached);
    }
}
