/* lookers.c - the table of lookers (find_parts.h): what is found in records and maps and in
 * the stories of everybody, not in one story. */
#include "app/find/find_parts.h"

const fh_looker fh_lookers[] = {
    {0, NULL},
};
