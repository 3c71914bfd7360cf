/* participation_parts.h - what the files of participation share; nobody else includes it. */
#ifndef FH_APP_PARTICIPATION_PARTS_H
#define FH_APP_PARTICIPATION_PARTS_H

#include "app/people/rights.h"
#include "app/records/participation.h"
#include "store/people.h"
#include "store/records.h"

typedef struct fh_part_counting {
    fh_org *org;
    fh_arena *arena;
    fh_participation *out;
    fh_person *person; /* [n_people] by number, those who left as well */
    size_t n_people;
    fh_department *department; /* [n_departments] a parent before what is under it */
    size_t n_departments;
} fh_part_counting;

/* NULL: nobody who is known. */
const fh_person *fh_part_person(const fh_part_counting *c, uint32_t number);
/* Who takes part, by department and level, over time; who worked together. */
FH_MUST_CHECK fh_status fh_part_count_people(const fh_part_counting *c, fh_error *err);

#endif
