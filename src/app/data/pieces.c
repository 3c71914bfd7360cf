/* pieces.c - a file's bytes, unpacked, piece by piece (see pieces.h).
 *
 *     plain      file -> raw                                     -> piece
 *     streamed   file -> raw -> inflate -> unpacked              -> piece
 *     at once    file -> raw (all of it) -> libdeflate -> whole  -> piece, piece, ...
 *     a folder   maildir                                         -> piece
 *
 * Always: raw[raw_at .. raw_n) has been read but not given or unpacked yet.
 */
#include "app/data/pieces.h"

#include "app/data/maildir.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* zlib's next_in is not const without this. */
#define ZLIB_CONST
#include <zlib.h>

enum {
    PIECE = 1 << 17,
    AT_ONCE_PACKED = 64 << 20, /* compressed bytes held in memory */
    AT_ONCE_WHOLE = 512 << 20, /* unpacked bytes held in memory   */
    GZIP_MIN = 18,
};

struct fh_pieces {
    const fh_os *os;
    fh_file *file;
    fh_maildir *folder; /* NULL: it is a file */
    bool starts;        /* the last piece was the first of its mail */
    const char *path;
    uint64_t fingerprint, total, read;
    bool at_end; /* the file has no more bytes */
    char *raw;   /* [raw_cap] */
    size_t raw_cap, raw_n, raw_at;
    bool packed; /* streams through zlib */
    bool in_member;
    z_stream z;
    bool z_ready;
    char *unpacked; /* [PIECE] */
    char *whole;    /* [whole_n] unpacked at once; NULL: not so */
    size_t whole_n, whole_at;
};

static fh_status damaged(const fh_pieces *p, const char *what, fh_error *err)
{
    (void)fh_fail(err, FH_FORMAT, "%s: the compressed data %s", p->path, what);
    return fh_hint(err, FH_FORMAT, "Fetch the file again, or test it with 'gzip -t'.");
}

static fh_status fill(fh_pieces *p, fh_error *err)
{
    size_t got = 0;
    const fh_status status = p->os->read(p->os->ctx, p->file, p->raw, p->raw_cap, &got, err);
    if (status != FH_OK) return status;
    p->raw_n = got;
    p->raw_at = 0;
    p->read += got;
    p->at_end = got < p->raw_cap;
    return FH_OK;
}

/* ---- Opening -------------------------------------------------------------------------------- */

static fh_status reopen(fh_pieces *p, fh_error *err)
{
    if (p->file) p->os->close(p->os->ctx, p->file);
    p->file = NULL;
    p->read = 0;
    return p->os->open(p->os->ctx, p->path, FH_OPEN_READ, &p->file, err);
}

static fh_status hash_file(fh_pieces *p, fh_error *err)
{
    XXH3_state_t *state = XXH3_createState();
    if (!state) return fh_no_memory(err);
    (void)XXH3_64bits_reset(state);
    fh_status status = FH_OK;
    do {
        status = fill(p, err);
        if (status == FH_OK) (void)XXH3_64bits_update(state, p->raw, p->raw_n);
    } while (status == FH_OK && !p->at_end);
    p->fingerprint = XXH3_64bits_digest(state);
    if (p->fingerprint == 0) p->fingerprint = 1; /* 0: not known */
    (void)XXH3_freeState(state);
    return status;
}

/* Tries to unpack a file of one member that lies in `raw` as a whole. Anything out
 * of the ordinary is left to the stream, which knows what to say about it. */
static fh_status unpack_at_once(fh_pieces *p, fh_error *err)
{
    const unsigned char *end = (const unsigned char *)p->raw + p->raw_n;
    const size_t size =
        (size_t)end[-4] | (size_t)end[-3] << 8 | (size_t)end[-2] << 16 | (size_t)end[-1] << 24;
    if (size == 0 || size > AT_ONCE_WHOLE || size / 1032 > p->raw_n) return FH_OK;
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    char *whole = malloc(size);
    size_t used = 0, made = 0;
    if (!d || !whole) {
        libdeflate_free_decompressor(d);
        free(whole);
        return fh_no_memory(err);
    }
    const enum libdeflate_result result =
        libdeflate_gzip_decompress_ex(d, p->raw, p->raw_n, whole, size, &used, &made);
    libdeflate_free_decompressor(d);
    if (result == LIBDEFLATE_SUCCESS && used == p->raw_n && made == size) {
        p->whole = whole;
        p->whole_n = size;
    } else {
        free(whole);
    }
    return FH_OK;
}

static bool is_gzip(const fh_pieces *p)
{
    return p->raw_n >= 2 && (unsigned char)p->raw[0] == 0x1f && (unsigned char)p->raw[1] == 0x8b;
}

static fh_status begin_stream(fh_pieces *p, fh_error *err)
{
    p->packed = true;
    p->unpacked = malloc(PIECE);
    if (!p->unpacked || inflateInit2(&p->z, 15 + 16) != Z_OK) return fh_no_memory(err);
    p->z_ready = true;
    p->in_member = true;
    return FH_OK;
}

/* After this `raw` holds the first bytes (or all). */
static fh_status begin(fh_pieces *p, fh_error *err)
{
    fh_status status = p->os->size(p->os->ctx, p->file, &p->total, err);
    if (status != FH_OK) return status;
    p->raw_cap = PIECE;
    if (!(p->raw = malloc(p->raw_cap))) return fh_no_memory(err);
    if (p->total) {
        status = hash_file(p, err);
        if (status == FH_OK) status = reopen(p, err);
    }
    if (status == FH_OK) status = fill(p, err);
    if (status != FH_OK || !is_gzip(p)) return status;
    if (p->total > p->raw_n && p->total <= AT_ONCE_PACKED) {
        char *bigger = realloc(p->raw, (size_t)p->total + 1);
        if (!bigger) return fh_no_memory(err);
        p->raw = bigger;
        size_t got = 0;
        status = p->os->read(p->os->ctx, p->file, p->raw + p->raw_n,
                             (size_t)p->total + 1 - p->raw_n, &got, err);
        if (status != FH_OK) return status;
        p->raw_cap = (size_t)p->total + 1;
        p->raw_n += got;
        p->read += got;
        p->at_end = p->raw_n < p->raw_cap;
    }
    if (p->at_end && p->total && p->raw_n >= GZIP_MIN) status = unpack_at_once(p, err);
    return status == FH_OK && !p->whole ? begin_stream(p, err) : status;
}

/* What cannot be opened as a file may be a Maildir; else `not_there` is what it was. */
static fh_status open_folder(fh_pieces *p, fh_status not_there, fh_error *err)
{
    fh_error why = {0};
    const fh_status status = fh_maildir_open(p->os, p->path, &p->folder, &why);
    if (status == FH_OK) p->fingerprint = fh_maildir_fingerprint(p->folder);
    if (status == FH_OK || status == FH_NOTFOUND) return status ? not_there : FH_OK;
    if (err) *err = why;
    return status;
}

bool fh_pieces_is_folder(const fh_pieces *p, bool *starts)
{
    *starts = p->starts;
    return p->folder != NULL;
}

fh_status fh_pieces_open(const fh_os *os, const char *path, fh_pieces **out, fh_error *err)
{
    fh_pieces *p = calloc(1, sizeof *p);
    if (!p) return fh_no_memory(err);
    p->os = os;
    p->path = path;
    fh_status status = os->open(os->ctx, path, FH_OPEN_READ, &p->file, err);
    if (status == FH_OK)
        status = begin(p, err);
    else if (status == FH_NOTFOUND)
        status = open_folder(p, status, err);
    if (status == FH_OK)
        *out = p;
    else
        fh_pieces_close(p);
    return status;
}

void fh_pieces_close(fh_pieces *p)
{
    if (!p) return;
    if (p->file) p->os->close(p->os->ctx, p->file);
    if (p->z_ready) (void)inflateEnd(&p->z);
    fh_maildir_close(p->folder);
    free(p->raw);
    free(p->unpacked);
    free(p->whole);
    free(p);
}

/* ---- Giving --------------------------------------------------------------------------------- */

static fh_status next_plain(fh_pieces *p, fh_str *piece, bool *last, fh_error *err)
{
    if (p->raw_at == p->raw_n && !p->at_end) {
        const fh_status status = fill(p, err);
        if (status != FH_OK) return status;
    }
    *piece = (fh_str){p->raw + p->raw_at, p->raw_n - p->raw_at};
    *last = p->at_end;
    p->raw_at = p->raw_n;
    return FH_OK;
}

static fh_status next_of_whole(fh_pieces *p, fh_str *piece, bool *last)
{
    const size_t rest = p->whole_n - p->whole_at, n = rest < PIECE ? rest : (size_t)PIECE;
    *piece = (fh_str){p->whole + p->whole_at, n};
    p->whole_at += n;
    *last = p->whole_at == p->whole_n;
    return FH_OK;
}

/* Between members: another one, the end, or zeros that fill up a tape's block. */
static fh_status between_members(fh_pieces *p, bool *done, fh_error *err)
{
    *done = false;
    while (p->raw_at < p->raw_n && p->raw[p->raw_at] == 0) p->raw_at++;
    if (p->raw_at == p->raw_n) {
        *done = p->at_end;
        return FH_OK;
    }
    if (inflateReset(&p->z) != Z_OK) return fh_fail(err, FH_INTERNAL, "zlib cannot begin again");
    p->in_member = true;
    return FH_OK;
}

static fh_status inflate_some(fh_pieces *p, fh_error *err)
{
    p->z.next_in = (const Bytef *)p->raw + p->raw_at;
    p->z.avail_in = (uInt)(p->raw_n - p->raw_at);
    const int result = inflate(&p->z, Z_NO_FLUSH);
    p->raw_at = p->raw_n - p->z.avail_in;
    switch (result) {
    case Z_STREAM_END: p->in_member = false; return FH_OK;
    case Z_OK:
    case Z_BUF_ERROR: return FH_OK; /* wants more, or has no more room */
    case Z_MEM_ERROR: return fh_no_memory(err);
    default: return damaged(p, "is damaged", err);
    }
}

static fh_status next_unpacked(fh_pieces *p, fh_str *piece, bool *last, fh_error *err)
{
    fh_status status = FH_OK;
    bool done = false;
    p->z.next_out = (Bytef *)p->unpacked;
    p->z.avail_out = PIECE;
    while (status == FH_OK && !done && p->z.avail_out) {
        if (p->raw_at == p->raw_n && !p->at_end) status = fill(p, err);
        if (status != FH_OK) break;
        if (!p->in_member)
            status = between_members(p, &done, err);
        else if (p->raw_at == p->raw_n && p->at_end)
            status = damaged(p, "ends too early", err);
        else
            status = inflate_some(p, err);
    }
    if (status != FH_OK) return status;
    *piece = (fh_str){p->unpacked, PIECE - p->z.avail_out};
    *last = done;
    return FH_OK;
}

fh_status fh_pieces_next(fh_pieces *p, fh_str *piece, bool *last, fh_error *err)
{
    if (p->folder) return fh_maildir_next(p->folder, piece, &p->starts, last, err);
    if (p->whole) return next_of_whole(p, piece, last);
    return p->packed ? next_unpacked(p, piece, last, err) : next_plain(p, piece, last, err);
}

uint64_t fh_pieces_fingerprint(const fh_pieces *p)
{
    return p->fingerprint;
}

uint64_t fh_pieces_total(const fh_pieces *p)
{
    return p->total;
}

uint64_t fh_pieces_done(const fh_pieces *p)
{
    if (p->whole) return (uint64_t)((double)p->whole_at / (double)p->whole_n * (double)p->total);
    return p->read - (p->raw_n - p->raw_at);
}
