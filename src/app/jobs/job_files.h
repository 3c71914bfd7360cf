/* job_files.h - files of background jobs: uploads, exports. Plain names in one
 * folder, given out here, so that no name from outside leads anywhere else. */
#ifndef FH_APP_JOB_FILES_H
#define FH_APP_JOB_FILES_H

#include "app/pool.h"

/* A fresh name "f-<16 hexadecimal digits>-NAME" that keeps what is harmless of
 * `suggested` and its ending. Nothing is made. */
FH_MUST_CHECK fh_status fh_job_file_new(const fh_os *os, const char *folder, fh_str suggested,
                                        fh_arena *arena, fh_str *name, fh_str *path, fh_error *err);
/* FH_INVALID: it is no name that fh_job_file_new could have given. */
FH_MUST_CHECK fh_status fh_job_file_path(const char *folder, fh_str name, fh_arena *arena,
                                         fh_str *path, fh_error *err);
/* Whether fh_job_file_new could have given this name, perhaps with an ending behind it. */
bool fh_job_file_is(fh_str name);
/* What was suggested, made harmless: "march.csv". */
fh_str fh_job_file_title(fh_str name);
/* How many files were last changed before `before_ms`; *oldest_ms when there are any. */
FH_MUST_CHECK fh_status fh_job_files_old(const fh_os *os, const char *folder, int64_t before_ms,
                                         uint64_t *n, int64_t *oldest_ms, fh_error *err);
/* Removes what was last changed before `before_ms` and no waiting or running job
 * speaks of. Other files in the folder are left alone. */
FH_MUST_CHECK fh_status fh_job_files_sweep(fh_pool *pool, const char *folder, int64_t before_ms,
                                           uint64_t *n, fh_error *err);

#endif
