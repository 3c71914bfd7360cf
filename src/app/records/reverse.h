/* reverse.h - the standing question at a design: "is this really reverse, did we start with the
 * customer, user or learner?", asked when it is drafted, reviewed and released.
 *
 * The question is a record of kind challenge that is linked to the design and says at which stage
 * it is asked (field `stage`); answered with evidence, its history is the record's own. What is
 * not answered is not released: of records by the conditions reverse-at-draft, -review, -release
 * (conditions.h), of maps by fh_maps_mark_as.
 *
 * Which answers count: of a record, those asked since it came to its state, so that what was
 * reworked is asked anew. Of a version of a map, the draft's of any version up to it, the
 * review's of any since the last one that was intended, the release's of just this version.
 */
#ifndef FH_APP_REVERSE_H
#define FH_APP_REVERSE_H

#include "store/records.h"

typedef enum fh_stage { FH_STAGE_DRAFT, FH_STAGE_REVIEW, FH_STAGE_RELEASE, FH_N_STAGES } fh_stage;
extern const char *const fh_stage_words[FH_N_STAGES]; /* "draft", "review", "release" */

/* What counts of what was asked. */
typedef struct fh_reverse_asked {
    fh_str what;    /* "record" or "map" */
    int64_t number; /* of it */
    int64_t since_ms;
    int64_t from[FH_N_STAGES], until[FH_N_STAGES]; /* versions of a map; until 0: any */
} fh_reverse_asked;

/* How it stands at one stage: the question that is open, else the last one that was answered. */
typedef struct fh_reverse_stage {
    int64_t challenge; /* 0: it was not asked */
    bool open, answered;
} fh_reverse_stage;

FH_MUST_CHECK fh_status fh_reverse_stages(fh_org *org, const fh_reverse_asked *asked,
                                          fh_arena *arena, fh_reverse_stage out[FH_N_STAGES],
                                          fh_error *err);

#endif
