/* files.h - small files for tests of what reads files. */
#ifndef FH_TEST_FILES_H
#define FH_TEST_FILES_H

#include "firsthand/base.h"

/* A path in the temporary folder that is this process's own, ending in `name`. */
const char *test_file_path(const char *name);
/* Writes a file there; the path lives until 16 more have been asked for. */
const char *test_file(const char *name, fh_str bytes);
/* All of a file; NULL when there is none. To be freed. */
char *test_file_read(const char *path, size_t *n);
/* Removes all files made here (and their rejects). */
void test_files_end(void);

#endif
