/* orgs.h - organisations in files of their own, for tests of what stands on them. */
#ifndef FH_TEST_ORGS_H
#define FH_TEST_ORGS_H

#include "store/org.h"

/* A path in the temporary folder that is this process's own; what an earlier test
 * left there (the file, its log, the list of the erased) is removed. `nth` tells
 * several apart. */
const char *test_org_path(unsigned nth);
/* The same path without removing anything. */
const char *test_org_name(unsigned nth);
/* An empty organisation at that path, open for writing. */
fh_org *test_org_new(unsigned nth);
fh_org *test_org_open(unsigned nth, fh_org_mode mode);
/* Closes it and removes its files. */
void test_org_end(fh_org *org);
/* Copies the closed file of one path to another. */
void test_org_copy(unsigned from, unsigned to);

#endif
