/* duplicate.c - the same said to one customer by different departments within a window.
 *
 * Two ways: both name the same purpose, or their texts are nearly the same (exact, every
 * pair; a customer gets few messages). Not meant:
 *
 *   reminders      the same department says it again
 *   replies        both belong to one conversation
 *   forwards       the later one is mostly a quote
 *   updates        the later one says that something changed
 *   other things   they name different orders, invoices, ...
 *   legal footers  what stands in many messages does not count (fh_usage_common)
 *
 * A later message tells one hit for each department that said it before: the nearest.
 */
#include "find/find.h"

/* Fewer shingles than this say nothing: "Thank you for your message". */
enum { SHARED_LEAST = 5 };
/* From this likeness on the sentences are looked at: a text gone over word by word keeps its
 * sentences, and few pairs of neighbouring words. */
#define EDITED .3
/* Messages whose purposes are named and differ have to be nearer. */
#define OTHER_PURPOSE .5
/* How sure it is that the same purpose, said in other words, is a duplicate. */
#define PURPOSE_ALONE .9

static double alike(const fh_look *look, const fh_moment *a, const fh_moment *b)
{
    if (!a->text || !b->text)
        return a->template_number && a->template_number == b->template_number
                   ? look->settings->duplicate_containment
                   : 0;
    const fh_alike how = fh_texts_alike(a->text, b->text, look->usage);
    if (how.shared < SHARED_LEAST) return 0;
    const double near = how.containment > how.jaccard ? how.containment : how.jaccard;
    if (how.jaccard >= look->settings->duplicate_jaccard ||
        how.containment >= look->settings->duplicate_containment)
        return near;
    if (near < EDITED) return 0;
    const bool a_shorter = a->text->n_shingles <= b->text->n_shingles;
    const double said = fh_sentences_said_in(look->usage, a_shorter ? a->text : b->text,
                                             a_shorter ? b->text : a->text);
    return said >= look->settings->duplicate_containment ? said : 0;
}

static bool is_not_compared(const fh_moment *a, const fh_moment *b)
{
    return (a->thread && a->thread == b->thread) || fh_other_matter(a, b);
}

/* What is to be mended: this purpose, else these two templates, else these two touchpoints,
 * of these two departments. */
static uint64_t cause(const fh_moment *a, const fh_moment *b, bool by_purpose)
{
    uint64_t by = 0, what = fh_unordered(a->touchpoint, b->touchpoint);
    if (by_purpose) {
        by = 1;
        what = a->purpose;
    } else if (a->template_number && b->template_number) {
        by = 2;
        what = fh_unordered(a->template_number, b->template_number);
    }
    const uint64_t part[] = {fh_unordered(a->department, b->department), by, what};
    return fh_finding_cause(FH_FIND_DUPLICATE, part, 3);
}

static bool same_purpose(const fh_moment *a, const fh_moment *b)
{
    return a->purpose && a->purpose == b->purpose;
}

static bool is_update(const fh_moment *a, const fh_moment *b)
{
    return a->text && b->text && fh_says_changed(b->text) && !fh_says_changed(a->text);
}

static bool other_purpose(const fh_moment *a, const fh_moment *b)
{
    return a->purpose && b->purpose && a->purpose != b->purpose;
}

static void compare(const fh_look *look, uint32_t ia, uint32_t ib, fh_best *best)
{
    const fh_moment *a = &look->story->moment[ia], *b = &look->story->moment[ib];
    if (a->department == b->department || is_not_compared(a, b)) return;
    const bool by_purpose = same_purpose(a, b);
    const double near = alike(look, a, b);
    const bool by_text = near > 0 && (near >= OTHER_PURPOSE || !other_purpose(a, b));
    if ((!by_purpose && !by_text) || (by_text && is_update(a, b))) return;
    const fh_hit hit = {.sort = FH_FIND_DUPLICATE,
                        .cause = cause(a, b, by_purpose),
                        .a = ia,
                        .b = ib,
                        .ways = (by_purpose ? FH_HIT_SAME_PURPOSE : 0u) |
                                (by_text ? FH_HIT_SAME_TEXT : 0u),
                        .sure = !by_purpose ? near
                                : by_text   ? 1
                                            : PURPOSE_ALONE};
    fh_best_offer(best, a->department, &hit);
}

fh_status fh_find_duplicates(const fh_look *look, fh_error *err)
{
    const fh_moment *moment = look->story->moment;
    fh_best best;
    best.n = 0;
    fh_status status = FH_OK;
    for (uint32_t j = 1; j < look->n_sent && status == FH_OK; j++) {
        const fh_moment *b = &moment[look->sent[j]];
        if (!fh_fresh(look, b)) continue;
        for (uint32_t i = j; i-- > 0 && j - i <= FH_LOOK_BACK;) {
            if (!fh_within(&moment[look->sent[i]], b, look->settings->duplicate_window_ms)) break;
            compare(look, look->sent[i], look->sent[j], &best);
        }
        status = fh_best_tell(look, &best, err);
    }
    return status;
}
