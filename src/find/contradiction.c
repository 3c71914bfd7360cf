/* contradiction.c - different departments tell one customer facts that differ while both hold.
 *
 * Which facts of two texts differ is src/text's matter (fh_texts_differ: the same subject,
 * no reading agrees, neither an update nor about another order). What is added here is time:
 *
 *     A: "on 3 March"    A: "now on 5 March"    B: "on 5 March"
 *        |__________________|                      A's first word no longer holds: the same
 *                                                  department, or whoever says that something
 *                                                  changed, has said meanwhile what B says.
 *
 *     A: "on 3 March"      (4 March)            B: "on 20 March"
 *                                                  A's day has gone by when B writes.
 *
 * Messages of one department are not compared: the later one is taken to supersede.
 */
#include "find/find.h"

#include "base/time.h"

#include <string.h>

enum { SHARED_FRAME = 3 };
#define DAY_MS (INT64_C(24) * 3600 * 1000)

static int64_t day_of(const fh_moment *m)
{
    return m->at_ms / DAY_MS - (m->at_ms % DAY_MS < 0);
}

/* A day that was still to come when it was told, and is over when the other one writes. */
static bool has_gone_by(const fh_fact *fact, const fh_moment *a, const fh_moment *b)
{
    if (fact->type != FH_FACT_DATE) return false;
    const int64_t last = fact->either && fact->high2 > fact->high ? fact->high2 : fact->high;
    return last >= day_of(a) && last < day_of(b);
}

/* Does a message tell the fact of b, and not that of a? */
static bool tells(const fh_text *text, const fh_fact *fact_b, const fh_fact *fact_a)
{
    for (uint32_t i = 0; i < text->n_facts; i++) {
        const fh_fact *f = &text->fact[i];
        if (f->type == fact_b->type && fh_facts_agree(f, fact_b) && !fh_facts_agree(f, fact_a))
            return true;
    }
    return false;
}

/* Was what a says superseded before b was written? i, j: where a and b are in `sent`. */
static bool is_superseded(const fh_look *look, uint32_t i, uint32_t j, const fh_fact *fact_a,
                          const fh_fact *fact_b)
{
    const fh_moment *moment = look->story->moment, *a = &moment[look->sent[i]];
    for (uint32_t k = i + 1; k < j; k++) {
        const fh_moment *m = &moment[look->sent[k]];
        if (!m->text || (m->department != a->department && !fh_says_changed(m->text))) continue;
        if (tells(m->text, fact_b, fact_a)) return true;
    }
    return false;
}

/* What is to be mended: this sort of fact in what these two departments send for these
 * purposes, else by these templates, else about this subject. Parts go by department. */
static uint64_t cause(const fh_moment *a, const fh_moment *b, const fh_difference *d)
{
    if (a->department > b->department) {
        const fh_moment *swap = a;
        a = b;
        b = swap;
    }
    uint64_t by = 0, what = d->topic;
    if (a->purpose && b->purpose) {
        by = 1;
        what = (uint64_t)a->purpose << 32 | b->purpose;
    } else if (a->template_number && b->template_number) {
        by = 2;
        what = (uint64_t)a->template_number << 32 | b->template_number;
    }
    const uint64_t part[] = {(uint64_t)a->department << 32 | b->department, d->type, by, what};
    return fh_finding_cause(FH_FIND_CONTRADICTION, part, 4);
}

/* The same sentence but for one word: "in our winter campaign you get ...", "in our spring
 * campaign you get ...". That word names another subject; whoever says the same thing in other
 * words changes more, or says less. */
static bool is_other_subject(const fh_sentence *a, const fh_sentence *b)
{
    uint32_t i = 0, k = 0, shared = 0, only_a = 0, only_b = 0;
    while (i < a->n_anchors || k < b->n_anchors) {
        if (k == b->n_anchors || (i < a->n_anchors && a->anchor[i] < b->anchor[k])) {
            only_a++;
            i++;
        } else if (i == a->n_anchors || b->anchor[k] < a->anchor[i]) {
            only_b++;
            k++;
        } else {
            shared++;
            i++;
            k++;
        }
    }
    return only_a == 1 && only_b == 1 && shared >= SHARED_FRAME;
}

/* 05/03/2025 is read by the habit of the language; people who write to strangers do not
 * always keep to it. The same day when day and month change places? */
static bool may_be_same_day(const fh_text *text, const fh_fact *written, const fh_fact *other)
{
    if (written->type != FH_FACT_DATE || written->low != written->high) return false;
    if (!memchr(text->raw.ptr + written->at, '/', written->len)) return false;
    const fh_civil c = fh_civil_of(written->low * DAY_MS);
    if (c.day > 12) return false;
    const int64_t turned = fh_days_from_civil(c.year, c.day, c.month);
    return other->low <= turned && turned <= other->high;
}

/* How like their sentences have to be. A house has many telephone numbers, and everything it
 * does takes some time: that both are to be called, or take a while, is not yet one subject. */
static double least_sure(fh_fact_type type)
{
    if (type == FH_FACT_PHONE || type == FH_FACT_DURATION) return .4;
    return type == FH_FACT_PERCENT ? .35 : 0;
}

static bool holds(const fh_look *look, uint32_t i, uint32_t j, const fh_difference *d)
{
    const fh_moment *a = &look->story->moment[look->sent[i]];
    const fh_moment *b = &look->story->moment[look->sent[j]];
    if (d->sure < least_sure(d->type)) return false;
    if (d->fact_a >= a->text->n_facts || d->fact_b >= b->text->n_facts) return true;
    if (is_other_subject(&a->text->sentence[d->sentence_a], &b->text->sentence[d->sentence_b]))
        return false;
    const fh_fact *fact_a = &a->text->fact[d->fact_a], *fact_b = &b->text->fact[d->fact_b];
    if (may_be_same_day(a->text, fact_a, fact_b) || may_be_same_day(b->text, fact_b, fact_a))
        return false;
    const bool rule = d->type == FH_FACT_DURATION && fact_b->type == FH_FACT_DURATION;
    return (rule || !has_gone_by(fact_a, a, b)) && !is_superseded(look, i, j, fact_a, fact_b);
}

static fh_status compare(const fh_look *look, uint32_t i, uint32_t j, fh_best *best, fh_error *err)
{
    const fh_moment *a = &look->story->moment[look->sent[i]];
    const fh_moment *b = &look->story->moment[look->sent[j]];
    if (!a->text || a->department == b->department || fh_other_matter(a, b)) return FH_OK;
    const fh_difference *differ = NULL;
    size_t n = 0;
    const fh_status status = fh_texts_differ(look->lexicon, look->usage, &look->settings->differ,
                                             a->text, b->text, look->pair, &differ, &n, err);
    for (size_t k = 0; k < n && status == FH_OK; k++) {
        if (!holds(look, i, j, &differ[k])) continue;
        const fh_hit hit = {.sort = FH_FIND_CONTRADICTION,
                            .cause = cause(a, b, &differ[k]),
                            .a = look->sent[i],
                            .b = look->sent[j],
                            .facts = 1u << differ[k].type,
                            .sure = differ[k].sure,
                            .difference = differ[k]};
        fh_best_offer(best, hit.cause, &hit);
    }
    fh_arena_reset(look->pair);
    return status;
}

fh_status fh_find_contradictions(const fh_look *look, fh_error *err)
{
    const fh_moment *moment = look->story->moment;
    fh_best best;
    best.n = 0;
    fh_status status = FH_OK;
    for (uint32_t j = 1; j < look->n_sent && status == FH_OK; j++) {
        const fh_moment *b = &moment[look->sent[j]];
        if (!b->text || !fh_fresh(look, b)) continue;
        for (uint32_t i = j; i-- > 0 && j - i <= FH_LOOK_BACK && status == FH_OK;) {
            const fh_moment *a = &moment[look->sent[i]];
            if (!fh_within(a, b, look->settings->contradiction_window_ms)) break;
            status = compare(look, i, j, &best, err);
        }
        if (status == FH_OK) status = fh_best_tell(look, &best, err);
    }
    return status;
}
