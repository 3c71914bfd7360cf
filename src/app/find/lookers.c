/* lookers.c - the table of lookers (find_parts.h): what is found in records and maps and in
 * the stories of everybody, not in one story. */
#include "app/find/look_maps.h"

#define BIT(sort) (UINT64_C(1) << (sort))

const fh_looker fh_lookers[] = {
    {BIT(FH_FIND_NEVER) | BIT(FH_FIND_PROMISE), fh_look_at_rules},
    {BIT(FH_FIND_DEVIATION), fh_look_at_deviations},
    {BIT(FH_FIND_OWNERLESS) | BIT(FH_FIND_FORGOTTEN) | BIT(FH_FIND_AGGRAVATION),
     fh_look_at_moments},
    {0, NULL},
};
