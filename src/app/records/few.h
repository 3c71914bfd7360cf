/* few.h - groups of so few people that they would tell who somebody is.
 *
 * What is told of a group with fewer than FH_FEWEST people tells of persons. Such groups are put
 * together, and, where there is anything to be told of them, the smallest of the others go along
 * until they are FH_FEWEST: else what is left of a total would tell the same. When all together are
 * too few, nothing is told of them.
 */
#ifndef FH_APP_FEW_H
#define FH_APP_FEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FH_FEWEST = 5 };

typedef struct fh_few {
    uint64_t people;
    bool any;      /* there is something to be told of it */
    bool together; /* set here: it is not told apart */
} fh_few;

/* Says of each group whether it is put together with others; returns how many people those have.
 * Groups without people are. At ties the first is the smallest. */
uint64_t fh_few_together(fh_few *group, size_t n);

#endif
