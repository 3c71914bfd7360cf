/* few.c - see few.h. */
#include "app/records/few.h"

/* Of those that are told apart; n: none is. */
static size_t smallest(const fh_few *group, size_t n)
{
    size_t least = n;
    for (size_t i = 0; i < n; i++)
        if (!group[i].together && (least == n || group[i].people < group[least].people)) least = i;
    return least;
}

uint64_t fh_few_together(fh_few *group, size_t n)
{
    uint64_t people = 0;
    bool any = false;
    size_t least;
    for (size_t i = 0; i < n; i++) {
        group[i].together = group[i].people < FH_FEWEST;
        if (!group[i].together) continue;
        people += group[i].people;
        any |= group[i].any;
    }
    while (any && people < FH_FEWEST && (least = smallest(group, n)) < n) {
        group[least].together = true;
        people += group[least].people;
    }
    return people;
}
