/* context.c - hand-offs without reason or receipt.
 *
 * A hand-off is marked where the receiving department begins, or where the giving one
 * ended; either way it is from the department that had the matter before to the one that
 * has it after. Marks between which no department changes say nothing.
 */
#include "find/find.h"

#define NOBODY UINT32_MAX

/* Of one problem, else of one conversation, else of whatever the customer has. */
static bool same_matter(const fh_moment *a, const fh_moment *b)
{
    if (a->problem || b->problem) return a->problem == b->problem;
    if (a->thread && b->thread) return a->thread == b->thread;
    return true;
}

/* The last moment before `at` in which a department had the same matter. */
static uint32_t had_before(const fh_find_story *story, uint32_t at)
{
    const fh_moment *now = &story->moment[at];
    for (uint32_t i = at; i-- > 0 && at - i <= FH_LOOK_BACK;)
        if (story->moment[i].department && same_matter(&story->moment[i], now)) return i;
    return NOBODY;
}

/* Does the hand-off begin here, with another department before? Tells that moment. */
static bool is_received(const fh_find_story *story, uint32_t at, uint32_t *before)
{
    *before = had_before(story, at);
    return story->moment[at].handoff && story->moment[at].department && *before != NOBODY &&
           story->moment[*before].department != story->moment[at].department;
}

static fh_status tell(const fh_look *look, uint32_t before, uint32_t at, const fh_moment *says,
                      fh_error *err)
{
    if (says->has_reason && says->has_receipt) return FH_OK;
    const fh_moment *a = &look->story->moment[before], *b = &look->story->moment[at];
    const uint64_t part[] = {(uint64_t)a->department << 32 | b->department};
    fh_hit hit = {.sort = FH_FIND_CONTEXT_LOST,
                  .cause = fh_finding_cause(FH_FIND_CONTEXT_LOST, part, 1),
                  .a = before,
                  .b = at,
                  .ways = (says->has_reason ? 0u : FH_HIT_NO_REASON) |
                          (says->has_receipt ? 0u : FH_HIT_NO_RECEIPT),
                  .sure = 1};
    return fh_look_tell(look, &hit, err);
}

fh_status fh_find_lost_context(const fh_look *look, fh_error *err)
{
    const fh_find_story *story = look->story;
    fh_status status = FH_OK;
    for (uint32_t at = 1; at < story->n && status == FH_OK; at++) {
        const fh_moment *m = &story->moment[at];
        uint32_t before, earlier;
        if (!m->department || !fh_fresh(look, m)) continue;
        if (is_received(story, at, &before)) {
            status = tell(look, before, at, m, err);
        } else if (before != NOBODY && story->moment[before].handoff &&
                   story->moment[before].department != m->department &&
                   !is_received(story, before, &earlier)) {
            status = tell(look, before, at, &story->moment[before], err);
        }
    }
    return status;
}
