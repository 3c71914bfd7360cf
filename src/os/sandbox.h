/* sandbox.h - what the process gives up for good before it serves anyone.
 *
 * Three layers, each by itself:
 *   - no new privileges: no program started from here gains any;
 *   - a seccomp filter: calls a server never needs (starting programs, tracing,
 *     mounting, loading kernel code, io_uring ...) fail with EPERM;
 *   - Landlock: files outside the named folders cannot be opened, and outside the
 *     writable ones not changed.
 *
 * Call it before the first thread is started: threads inherit it, threads that run
 * already do not. None of it can be taken back.
 */
#ifndef FH_OS_SANDBOX_H
#define FH_OS_SANDBOX_H

#include "firsthand/base.h"

typedef struct fh_sandbox_options {
    const char *const *writable; /* folders; NULL ends the list. Made beforehand */
    const char *const *readable; /* files and folders beside the system's own (zones,
                                    certificates, resolver, libraries); NULL: none.
                                    What is not there is passed over */
    bool required;               /* fail with FH_DENIED when the kernel lacks a layer */
} fh_sandbox_options;

typedef struct fh_sandbox {
    bool no_new_privileges, calls, files;
    int landlock_abi;  /* 0: the kernel has none */
    char missing[160]; /* a sentence on what is not in force and why; "" */
} fh_sandbox;

/* `out` is filled even when it fails. */
FH_MUST_CHECK fh_status fh_sandbox_enter(const fh_sandbox_options *options, fh_sandbox *out,
                                         fh_error *err);

#endif
