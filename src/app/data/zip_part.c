/* zip_part.c - parts of a ZIP archive in memory (see zip_part.h).
 *
 * minizip reads through functions of ours, which know nothing but the bytes: a place outside
 * of them cannot be reached. Lengths that an archive claims are not believed; what comes out
 * is counted.
 */
#include "app/data/zip_part.h"

#include <minizip/unzip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP = 32 << 10 };

struct fh_zip {
    fh_str bytes;
    uint64_t at;
    size_t left; /* bytes that may still come out */
    unzFile file;
};

/* ---- A file that is bytes ---------------------------------------------------------------- */

static voidpf open_bytes(voidpf zip, const void *name, int mode)
{
    (void)name;
    return mode & ZLIB_FILEFUNC_MODE_WRITE ? NULL : zip;
}

static uLong read_bytes(voidpf zip, voidpf stream, void *to, uLong n)
{
    fh_zip *z = stream;
    (void)zip;
    const uint64_t there = z->at < z->bytes.len ? z->bytes.len - z->at : 0;
    if (n > there) n = (uLong)there;
    if (n) memcpy(to, z->bytes.ptr + z->at, n);
    z->at += n;
    return n;
}

static uLong write_bytes(voidpf zip, voidpf stream, const void *from, uLong n)
{
    (void)zip, (void)stream, (void)from, (void)n;
    return 0;
}

static ZPOS64_T tell_bytes(voidpf zip, voidpf stream)
{
    (void)zip;
    return ((fh_zip *)stream)->at;
}

static long seek_bytes(voidpf zip, voidpf stream, ZPOS64_T by, int from)
{
    fh_zip *z = stream;
    (void)zip;
    const uint64_t base = from == ZLIB_FILEFUNC_SEEK_CUR   ? z->at
                          : from == ZLIB_FILEFUNC_SEEK_END ? z->bytes.len
                                                           : 0;
    if (by > z->bytes.len - base) return -1;
    z->at = base + by;
    return 0;
}

static int close_bytes(voidpf zip, voidpf stream)
{
    (void)zip, (void)stream;
    return 0;
}

/* ---- Archives ---------------------------------------------------------------------------- */

static fh_status not_whole(fh_error *err)
{
    (void)fh_fail(err, FH_FORMAT, "the file is damaged, or is no spreadsheet");
    return fh_hint(err, FH_FORMAT, "Save it again as .xlsx, or as 'CSV UTF-8'.");
}

fh_status fh_zip_open(fh_str bytes, size_t most, fh_zip **out, fh_error *err)
{
    fh_zip *zip = malloc(sizeof *zip);
    if (!zip) return fh_no_memory(err);
    *zip = (fh_zip){.bytes = bytes, .left = most};
    zlib_filefunc64_def functions = {.zopen64_file = open_bytes,
                                     .zread_file = read_bytes,
                                     .zwrite_file = write_bytes,
                                     .ztell64_file = tell_bytes,
                                     .zseek64_file = seek_bytes,
                                     .zclose_file = close_bytes,
                                     .zerror_file = close_bytes,
                                     .opaque = zip};
    zip->file = unzOpen2_64("", &functions);
    if (!zip->file) {
        free(zip);
        return not_whole(err);
    }
    *out = zip;
    return FH_OK;
}

void fh_zip_close(fh_zip *zip)
{
    if (!zip) return;
    (void)unzClose(zip->file);
    free(zip);
}

static fh_status hand_on(fh_zip *zip, fh_zip_take *take, void *ctx, fh_error *err)
{
    char step[STEP];
    for (;;) {
        const int n = unzReadCurrentFile(zip->file, step, sizeof step);
        if (n < 0) return not_whole(err);
        if ((size_t)n > zip->left) {
            (void)fh_fail(err, FH_LIMIT, "the spreadsheet is too large once it is unpacked");
            return fh_hint(err, FH_LIMIT, "Split it, or leave out sheets that are not needed.");
        }
        zip->left -= (size_t)n;
        const fh_status s = take(ctx, (fh_str){step, (size_t)n}, n == 0, err);
        if (s != FH_OK || n == 0) return s;
    }
}

fh_status fh_zip_read(fh_zip *zip, const char *name, fh_zip_take *take, void *ctx, fh_error *err)
{
    if (unzLocateFile(zip->file, name, 1) != UNZ_OK)
        return fh_fail(err, FH_NOTFOUND, "the spreadsheet has no part '%s'", name);
    if (unzOpenCurrentFile(zip->file) != UNZ_OK) return not_whole(err);
    const fh_status s = hand_on(zip, take, ctx, err);
    const int closed = unzCloseCurrentFile(zip->file);
    return s == FH_OK && closed != UNZ_OK ? not_whole(err) : s;
}
