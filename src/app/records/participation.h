/* participation.h - use case: who takes part in mending things, as shares: never as people.
 *
 * Nobody is named or ranked. A department with fewer than FH_FEWEST people is
 * not told apart: small ones are told together, and the smallest of the others with them, when
 * they would else follow from the total.
 */
#ifndef FH_APP_PARTICIPATION_H
#define FH_APP_PARTICIPATION_H

#include "app/records/few.h"
#include "store/org.h"

enum { FH_PARTICIPATION_DAYS = 90, FH_PARTICIPATION_SPANS = 6 };

/* In what one takes part. */
typedef enum fh_part_area {
    FH_PART_FINDINGS, /* signals, aggravations, suggestions, findings */
    FH_PART_FIXES,
    FH_PART_WALKS, /* and what is observed on them */
    FH_PART_MAPS,  /* drawing them */
    FH_N_PART_AREAS
} fh_part_area;
extern const char *const fh_part_areas[FH_N_PART_AREAS]; /* "findings", ... */

/* People who may take part, and those of them who did anything about any record, or drew maps. */
typedef struct fh_took_part {
    fh_str name; /* of the department or level; of people without one and of small ones: words */
    uint32_t department; /* 0: several together, none, or a level */
    uint64_t people, took_part;
    uint64_t area[FH_N_PART_AREAS]; /* of those who took part; one person may be in several */
} fh_took_part;

/* Of people who were there by then, and are now. */
typedef struct fh_part_span {
    int64_t from_ms, until_ms;
    fh_took_part all;
} fh_part_span;

/* People of both did something about the same record, or drew the same map. */
typedef struct fh_part_pair {
    size_t a, b; /* indices of departments, a < b */
    uint64_t things;
} fh_part_pair;

/* A part of a whole; `of` 0: nothing to tell. */
typedef struct fh_part_of {
    uint64_t part, of;
} fh_part_of;

typedef struct fh_participation {
    int64_t from_ms, until_ms;
    fh_part_of took_part;           /* people; of 0 when there are fewer than five */
    const fh_took_part *department; /* [n_departments] by name; those that are not told
                                       apart last */
    size_t n_departments;
    const fh_took_part *level; /* [n_levels] the same by what their level is called */
    size_t n_levels;
    fh_part_span span[FH_PARTICIPATION_SPANS]; /* [n_spans] this one, then those before it, each as
                                                  long; as far back as anybody took part */
    size_t n_spans;
    const fh_part_pair *pair; /* [n_pairs] most things first */
    size_t n_pairs;
    fh_part_of across;  /* records and maps of people of several departments, of those of several
                           people */
    fh_part_of levels;  /* the same of several levels, of people whose level is told */
    fh_part_of outside; /* actions about other departments than the author's, of those that
                           tell one */
    fh_part_of reports; /* told by the front line, of those with a name */
    uint64_t unnamed;   /* reports without a name: of neither */
    fh_part_of fixes;   /* small ones, begun by the front line */
    fh_part_of pledges; /* kept, of those that were said to be kept or not */
    uint64_t shared;    /* requests for information first answered */
    uint64_t waiting;   /* those that wait now */
    int64_t share_ms;   /* half of `shared` took no longer */
} fh_participation;

/* Of what happened in [from, until). */
FH_MUST_CHECK fh_status fh_participation_of(fh_org *org, int64_t from_ms, int64_t until_ms,
                                            fh_arena *arena, fh_participation *out, fh_error *err);

#endif
