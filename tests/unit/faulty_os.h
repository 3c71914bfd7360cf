/* faulty_os.h - the real system, but its n-th call fails.
 *
 *     faulty_os f;
 *     faulty_os_init(&f, FAULT_ERROR, 3);
 *     ... use &f.os: the third call to open, read, write, sync, size, rename,
 *     remove, random, make_folder, list_files or is_private fails; f.reached tells whether it came
 * to that.
 *
 * Its clock stands at f.now_ms, and its random numbers are the same every time.
 */
#ifndef FH_TEST_FAULTY_OS_H
#define FH_TEST_FAULTY_OS_H

#include "test.h"

#include "os/os.h"

typedef enum fault {
    FAULT_NONE,
    FAULT_ERROR,     /* the n-th call fails once with FH_IO                   */
    FAULT_BROKEN,    /* the n-th call and all after it fail with FH_IO        */
    FAULT_DISK_FULL, /* from the n-th call on, writes write half and fail     */
    FAULT_CUT_SHORT  /* from the n-th call on, reads give half and then end   */
} fault;

typedef struct faulty_os {
    fh_os os;
    fault kind;
    uint64_t calls, fail_at;
    bool reached;
    int64_t now_ms;
    uint64_t random;
} faulty_os;

void faulty_os_init(faulty_os *f, fault kind, uint64_t fail_at);

/* Runs body(os, ctx) with the 1st, 2nd, 3rd ... call failing, for FAULT_ERROR,
 * FAULT_BROKEN and FAULT_DISK_FULL, until no failure is reached. When one was
 * reached the body must return `want` (mostly FH_IO); else it must return FH_OK. */
void test_faults(fh_status (*body)(const fh_os *os, void *ctx), void *ctx, fh_status want);

#endif
