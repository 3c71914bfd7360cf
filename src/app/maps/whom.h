/* whom.h - whom to ask: a directory of touchpoints, processes, systems and information.
 *
 * It is read from the maps that the organisation keeps (the intended version of each, or else its
 * latest) and written down nowhere else: a touchpoint names whom to ask and who looks after it, a
 * process (a map) its owner; a system and a piece of information are asked of those who look
 * after the touchpoints where they are used or held. What nobody is named for stands there, too.
 */
#ifndef FH_APP_MAPS_WHOM_H
#define FH_APP_MAPS_WHOM_H

#include "store/org.h"

typedef enum fh_whom_sort {
    FH_WHOM_TOUCHPOINT,
    FH_WHOM_PROCESS,
    FH_WHOM_SYSTEM,
    FH_WHOM_INFORMATION,
    FH_N_WHOM
} fh_whom_sort;
extern const char *const fh_whom_sorts[FH_N_WHOM]; /* "touchpoint", ... */

typedef struct fh_whom_row {
    fh_whom_sort sort;
    fh_str thing, who, because; /* who: as the map names them; empty: nobody is named */
    int64_t map;                /* the first that says so */
    fh_str touchpoint;          /* its id there; empty for a process */
} fh_whom_row;

/* By sort and thing, each answer once; only where `about` (empty: all) is part of the thing, of
 * who, or of the reason, whatever the case. */
FH_MUST_CHECK fh_status fh_whom_directory(fh_org *org, fh_str about, fh_arena *arena,
                                          const fh_whom_row **out, size_t *n, fh_error *err);

#endif
