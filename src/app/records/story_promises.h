/* story_promises.h - what a customer was promised, for the question "story": beside the timeline,
 * as the page tells it (record_promised.h). */
#ifndef FH_APP_STORY_PROMISES_H
#define FH_APP_STORY_PROMISES_H

#include "app/ask/question.h"
#include "app/records/records.h"

typedef struct fh_story_promise {
    const fh_record_view *promise;
    int64_t made_from_ms; /* the interaction that it was made from; 0: it is tied to none */
    int64_t due_ms;       /* 0: no clock runs */
} fh_story_promise;

typedef struct fh_story_promises {
    bool told;                    /* the actor takes part in records */
    const fh_story_promise *item; /* [n] what is overdue or due next first */
    size_t n;
    uint64_t hidden; /* that are there besides */
} fh_story_promises;

/* Promises to this customer that the actor may see, at most FH_PROMISED_MOST. */
FH_MUST_CHECK fh_status fh_story_promises_of(fh_org *org, const fh_actor *actor, uint32_t customer,
                                             fh_arena *arena, fh_story_promises *out,
                                             fh_error *err);
/* The member "promised" of the object that is open, {"items", "hidden"}; nothing when it is not
 * told. */
FH_MUST_CHECK fh_status fh_story_promises_json(const fh_answer *a, const fh_story_promises *p,
                                               fh_json *j, fh_error *err);
FH_MUST_CHECK fh_status fh_story_promises_table(const fh_answer *a, const fh_story_promises *p,
                                                fh_table *out, fh_error *err);

#endif
