/* firsthand/base.h - what everything in libfirsthand is made of: statuses and
 * errors, slices, arenas, growable buffers.
 *
 * Shapes used throughout: a function that can fail returns fh_status and takes
 * an fh_error pointer (which may be NULL) last; it writes its out parameters
 * only when it succeeds. What a function returns lives in the arena it was
 * given. Nothing here does I/O, reads a clock or keeps state.
 */
#ifndef FIRSTHAND_BASE_H
#define FIRSTHAND_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define FH_API          __attribute__((visibility("default")))
#define FH_MUST_CHECK   __attribute__((warn_unused_result))
#define FH_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define FH_API
#define FH_MUST_CHECK
#define FH_PRINTF(f, a)
#endif

/* ---- Statuses and errors ------------------------------------------------ */

/* name, number (never reused: exit codes and the API are built on it), HTTP
 * code, text */
#define FH_STATUS_MAP(X)                                    \
    X(OK, 0, 200, "ok")                                     \
    X(NOMEM, 1, 507, "out of memory")                       \
    X(INVALID, 2, 400, "invalid argument")                  \
    X(FORMAT, 3, 422, "malformed input")                    \
    X(NOTFOUND, 4, 404, "not found")                        \
    X(CONFLICT, 5, 409, "conflicts with what is stored")    \
    X(LIMIT, 6, 413, "larger than the configured limit")    \
    X(DENIED, 7, 403, "not permitted")                      \
    X(IO, 8, 500, "input/output error")                     \
    X(INTERNAL, 9, 500, "internal error; please report it") \
    X(CORRUPT, 10, 500, "stored data is damaged")           \
    X(INTERRUPTED, 11, 503, "interrupted")                  \
    X(BUSY, 12, 503, "in use by another process")           \
    X(LATER, 13, 429, "too many attempts; wait a little")   \
    X(STALE, 14, 412, "changed by somebody else meanwhile")

typedef enum fh_status {
#define X(name, value, http, text) FH_##name = value,
    FH_STATUS_MAP(X)
#undef X
} fh_status;

/* What went wrong, for a person. Lives on the caller's stack, so reporting an
 * error never allocates and works when memory is exhausted. */
typedef struct fh_error {
    fh_status status;
    char message[320]; /* "line 7: 'amount' is not a number"; no period   */
    char hint[240];    /* what to do about it, a full sentence; may be "" */
} fh_error;

/* "not found", "malformed input", ... Never NULL. */
FH_API const char *fh_status_text(fh_status status);

/* Fills `err` (if not NULL) and returns `status`, so that callers can write
 * `return fh_fail(err, FH_FORMAT, "line %zu: ...", line);`. Clears the hint. */
FH_API fh_status fh_fail(fh_error *err, fh_status status, const char *fmt, ...) FH_PRINTF(3, 4);

/* Adds the remedy to an error already filled by fh_fail; returns its status
 * argument: `return fh_hint(err, FH_IO, "Free some space and run it again.");` */
FH_API fh_status fh_hint(fh_error *err, fh_status status, const char *fmt, ...) FH_PRINTF(3, 4);

/* Shorthand for the commonest failure; the message is "out of memory". */
FH_API fh_status fh_no_memory(fh_error *err);

/* ---- String slices ------------------------------------------------------ */

typedef struct fh_str {
    const char *ptr; /* not owned; may be NULL when len is 0 */
    size_t len;
} fh_str;

#define FH_STR(literal) ((fh_str){"" literal, sizeof(literal) - 1})
#define FH_STR_ARG(s)   (int)(s).len, (s).ptr /* for "%.*s" */

FH_API fh_str fh_str_of(const char *text); /* NULL gives the empty slice */
FH_API bool fh_str_eq(fh_str a, fh_str b);
/* Equal when ASCII letters are compared without case. */
FH_API bool fh_str_eq_nocase(fh_str a, fh_str b);
/* Bytewise order: negative, zero, positive. */
FH_API int fh_str_cmp(fh_str a, fh_str b);
/* Without leading and trailing ASCII white space. */
FH_API fh_str fh_str_trim(fh_str s);
FH_API bool fh_str_starts(fh_str s, fh_str prefix);

/* ---- Arenas ------------------------------------------------------------- */

typedef struct fh_arena fh_arena;

/* Everything from an arena is aligned to this, enough for integers, doubles
 * and pointers. Not 16: PostgreSQL's allocator, for one, promises only 8. */
enum { FH_ARENA_ALIGN = 8 };

/* Where an arena gets its blocks from. Tests pass one that fails on demand,
 * with block_size 1: then every object is a block of its own, so that each
 * allocation can be made to fail and a sanitizer sees each object's end. */
typedef struct fh_allocator {
    void *(*alloc)(void *ctx, size_t size); /* aligned to FH_ARENA_ALIGN */
    void (*free)(void *ctx, void *ptr, size_t size);
    void *ctx;
    size_t block_size; /* smallest block to ask for; 0: start at 4 KiB, double */
} fh_allocator;

/* malloc and free. */
FH_API const fh_allocator *fh_allocator_default(void);

/* `from` NULL means malloc and free. Returns NULL when memory is exhausted. */
FH_API FH_MUST_CHECK fh_arena *fh_arena_new(const fh_allocator *from);

/* The allocator that `arena` draws on: what a function passes to fh_arena_new
 * when it needs scratch memory of its own. */
FH_API const fh_allocator *fh_arena_allocator(const fh_arena *arena);

/* Frees the arena and all that was allocated in it. NULL is allowed. */
FH_API void fh_arena_free(fh_arena *arena);

/* Forgets all that was allocated; keeps one block for the next round. */
FH_API void fh_arena_reset(fh_arena *arena);
/* The bytes that a reset would keep. */
FH_API size_t fh_arena_kept(const fh_arena *arena);

/* Zeroed memory for `count` objects of `size` bytes.
 * NULL when memory is exhausted or count * size does not fit a size_t. */
FH_API FH_MUST_CHECK void *fh_arena_alloc(fh_arena *arena, size_t count, size_t size);

/* A copy of `s` in the arena, NUL-terminated. false: out of memory. */
FH_API FH_MUST_CHECK bool fh_arena_str(fh_arena *arena, fh_str s, fh_str *out);

/* Formats into the arena, NUL-terminated. false: out of memory. */
FH_API FH_MUST_CHECK bool fh_arena_format(fh_arena *arena, fh_str *out, const char *fmt, ...)
    FH_PRINTF(3, 4);
FH_API FH_MUST_CHECK bool fh_arena_vformat(fh_arena *arena, fh_str *out, const char *fmt,
                                           va_list args) FH_PRINTF(3, 0);

#define FH_NEW(arena, T)          ((T *)fh_arena_alloc((arena), 1, sizeof(T)))
#define FH_NEW_ARRAY(arena, T, n) ((T *)fh_arena_alloc((arena), (n), sizeof(T)))

/* ---- Growable buffers ---------------------------------------------------- */

/* Bytes that grow up to a maximum. Writers are sticky: after a failure (memory,
 * maximum) every later write does nothing, so a caller writes everything and
 * checks `status` once. Zero-initialised is not valid: use fh_buf_init. */
typedef struct fh_buf {
    char *ptr; /* [len], room for cap; NULL until the first write */
    size_t len, cap, max;
    fh_status status; /* FH_OK, FH_NOMEM or FH_LIMIT */
    fh_allocator from;
} fh_buf;

/* `from` NULL means malloc and free. */
FH_API void fh_buf_init(fh_buf *buf, const fh_allocator *from, size_t max_bytes);
FH_API void fh_buf_free(fh_buf *buf);
FH_API void fh_buf_clear(fh_buf *buf); /* length 0 and FH_OK; keeps the memory */
FH_API void fh_buf_put(fh_buf *buf, const void *bytes, size_t n);
FH_API void fh_buf_str(fh_buf *buf, fh_str s);
FH_API void fh_buf_text(fh_buf *buf, const char *text);
FH_API void fh_buf_char(fh_buf *buf, char c);
FH_API void fh_buf_printf(fh_buf *buf, const char *fmt, ...) FH_PRINTF(2, 3);
/* Makes room for `n` more bytes and returns where they go, or NULL (sticky).
 * The caller adds what it wrote to `len`. */
FH_API FH_MUST_CHECK char *fh_buf_reserve(fh_buf *buf, size_t n);
FH_API fh_str fh_buf_view(const fh_buf *buf);

#ifdef __cplusplus
}
#endif

#endif
