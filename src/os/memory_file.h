/* memory_file.h - a file that lies in memory only, for libraries that insist on a path.
 *
 * Nothing of it is ever on a disk, and it is gone with its handle, also when the
 * process is killed.
 */
#ifndef FH_OS_MEMORY_FILE_H
#define FH_OS_MEMORY_FILE_H

#include "firsthand/base.h"

typedef struct fh_memory_file {
    int fd;
    char path[32]; /* opens it by name, in this process only */
} fh_memory_file;

/* Followed by fh_memory_file_close. */
FH_MUST_CHECK fh_status fh_memory_file_open(fh_memory_file *out, fh_error *err);
/* Appends all that was written. */
FH_MUST_CHECK fh_status fh_memory_file_read(const fh_memory_file *f, fh_buf *out, fh_error *err);
void fh_memory_file_close(fh_memory_file *f);

#endif
