/* faulty_vfs.h - SQLite's own door to the disk, whose n-th call fails.
 *
 * Registered as SQLite's default, it passes everything on to the real one until
 * the n-th write, sync, truncate or read: that fails once, or it and all after it.
 */
#ifndef FH_TEST_FAULTY_VFS_H
#define FH_TEST_FAULTY_VFS_H

#include "test.h"

typedef enum vfs_fault {
    VFS_IO_ONCE, /* one call fails with an input/output error             */
    VFS_BROKEN,  /* so do all calls after it                              */
    VFS_FULL,    /* from then on writes write half and say the disk is full */
    VFS_READ     /* from then on reads fail                               */
} vfs_fault;

void faulty_vfs_on(void);  /* becomes the default */
void faulty_vfs_off(void); /* the real one is the default again */
/* The next calls count; the n-th (from 1) fails. 0: none. */
void faulty_vfs_set(vfs_fault kind, uint64_t n);
bool faulty_vfs_reached(void);

#endif
