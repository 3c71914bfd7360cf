/* os.h - the machine behind one small table: files, clock, randomness.
 *
 * Everything above asks an fh_os, never the system itself, so that a test can
 * pass one whose n-th call fails (short read, EINTR, ENOSPC, EIO) or whose clock
 * stands still. fh_os_real() is the system. Threads are in os/threads.h.
 */
#ifndef FH_OS_OS_H
#define FH_OS_OS_H

#include "firsthand/base.h"

typedef struct fh_file fh_file;
typedef enum fh_open_mode {
    FH_OPEN_READ,
    FH_OPEN_CREATE,
    FH_OPEN_APPEND,
    FH_OPEN_PRIVATE /* a new file that only its owner can read; FH_CONFLICT when it is there */
} fh_open_mode;

/* A regular file of a folder; anything but FH_OK ends the listing with that. */
typedef fh_status fh_os_each_file(void *ctx, fh_str name, int64_t changed_ms);

typedef struct fh_os {
    void *ctx;
    /* "-" opens standard input or output. FH_NOTFOUND, FH_DENIED, FH_IO. */
    fh_status (*open)(void *ctx, const char *path, fh_open_mode mode, fh_file **out, fh_error *err);
    void (*close)(void *ctx, fh_file *f);
    /* Reads until `n` bytes or the end; *got tells how many. */
    fh_status (*read)(void *ctx, fh_file *f, void *to, size_t n, size_t *got, fh_error *err);
    fh_status (*write)(void *ctx, fh_file *f, const void *from, size_t n, fh_error *err);
    fh_status (*sync)(void *ctx, fh_file *f, fh_error *err);
    fh_status (*size)(void *ctx, fh_file *f, uint64_t *out, fh_error *err); /* 0 for pipes */
    fh_status (*rename)(void *ctx, const char *from, const char *to, fh_error *err);
    fh_status (*remove)(void *ctx, const char *path, fh_error *err); /* absent is fine */
    int64_t (*now_ms)(void *ctx);                                    /* since 1970 */
    int64_t (*monotonic_ms)(void *ctx);                              /* for rates and time left */
    fh_status (*random)(void *ctx, void *to, size_t n, fh_error *err);
    fh_status (*make_folder)(void *ctx, const char *path,
                             fh_error *err); /* there already is fine */
    fh_status (*list_files)(void *ctx, const char *folder, fh_os_each_file *each, void *each_ctx,
                            fh_error *err); /* not of folders in it */
    /* Whether nobody but its owner (and the system's own group) may read or write it. */
    fh_status (*is_private)(void *ctx, fh_file *f, bool *out, fh_error *err);
} fh_os;

const fh_os *fh_os_real(void);

/* As many open files as the system lets this process have: a shell's usual 1,024 are
 * fewer than a server's connections. Returns how many that are. */
uint64_t fh_os_many_files(void);

/* A whole file into memory, FH_LIMIT beyond max_bytes. */
FH_MUST_CHECK fh_status fh_os_read_file(const fh_os *os, const char *path, size_t max_bytes,
                                        fh_buf *out, fh_error *err);
/* The same for a file that holds a secret: FH_DENIED when everybody may read it. */
FH_MUST_CHECK fh_status fh_os_read_secret(const fh_os *os, const char *path, size_t max_bytes,
                                          fh_buf *out, fh_error *err);
/* The zone of a name: "+02:00", "UTC", or Europe/Berlin from the system's zone
 * files (a name with .. or a leading / is refused). */
struct fh_zone;
FH_MUST_CHECK fh_status fh_os_zone(const fh_os *os, fh_arena *arena, fh_str name,
                                   const struct fh_zone **out, fh_error *err);

#endif
