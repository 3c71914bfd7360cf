/* pages.h - memory for large tables that are looked up at random.
 *
 * Blocks of a megabyte and more come from the system in large pages where it has
 * them, so that a look-up waits for the table and not also for where its page lies;
 * smaller ones from malloc. */
#ifndef FH_OS_PAGES_H
#define FH_OS_PAGES_H

#include "firsthand/base.h"

const fh_allocator *fh_pages_allocator(void);

#endif
