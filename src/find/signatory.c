/* signatory.c - letters of one signatory sent by different departments within a window.
 *
 * "Two letters from the president": one written by marketing, one by the president's
 * office. Whom a letter claims to come from is what its source says, as a number of the
 * caller's. Answers within one conversation are not meant. A later letter tells one hit for
 * each department that used the name before: the nearest.
 */
#include "find/find.h"

static void compare(const fh_look *look, uint32_t ia, uint32_t ib, fh_best *best)
{
    const fh_moment *a = &look->story->moment[ia], *b = &look->story->moment[ib];
    if (a->signatory != b->signatory || a->department == b->department) return;
    if (a->thread && a->thread == b->thread) return;
    const uint64_t part[] = {fh_unordered(a->department, b->department), a->signatory};
    const fh_hit hit = {.sort = FH_FIND_SIGNATORY,
                        .cause = fh_finding_cause(FH_FIND_SIGNATORY, part, 2),
                        .a = ia,
                        .b = ib,
                        .sure = 1};
    fh_best_offer(best, a->department, &hit);
}

fh_status fh_find_signatories(const fh_look *look, fh_error *err)
{
    const fh_moment *moment = look->story->moment;
    fh_best best;
    best.n = 0;
    fh_status status = FH_OK;
    for (uint32_t j = 1; j < look->n_sent && status == FH_OK; j++) {
        const fh_moment *b = &moment[look->sent[j]];
        if (!b->signatory || !fh_fresh(look, b)) continue;
        for (uint32_t i = j; i-- > 0 && j - i <= FH_LOOK_BACK;) {
            if (!fh_within(&moment[look->sent[i]], b, look->settings->duplicate_window_ms)) break;
            compare(look, look->sent[i], look->sent[j], &best);
        }
        status = fh_best_tell(look, &best, err);
    }
    return status;
}
