/* reviews.c - what customers say of us, where, and whether and how fast it is answered.
 *
 * A story without a review costs a look at its scores. Of one that has any, times are added
 * up first; then it is read from its end, so that a small table tells for each problem and
 * department where the next interaction to the customer stands. The newest are kept in a
 * list of twice a page; when that is full it is sorted and the worse half forgotten.
 */
#include "fold/fold.h"
#include "fold/histogram.h"

#include "base/sort.h"

#include <string.h>

enum { TOUCHPOINTS, DEPARTMENTS, TIMES, ANSWERS, SLOTS, AT_TOUCHPOINT, AT_DEPARTMENT };

typedef struct reviews {
    fh_fold base;
    fh_reviews_options options; /* `of` not to be used */
    fh_filter of;               /* its sets not to be used, but these: NULL: any */
    const uint8_t *touchpoints, *departments, *channels, *outcomes;
    uint64_t n_interactions, n_stories, n_listed;
    fh_review_count all, *touchpoint, *department;
    uint64_t scores[FH_REVIEW_SCORES], scores_answered[FH_REVIEW_SCORES];
    uint64_t *took; /* [FH_BUCKETS] */
    fh_review *row; /* [2 * (limit + 1)] */
    size_t n;
} reviews;

/* The next interaction to the customer about a problem, by a department. */
typedef struct slot {
    uint32_t problem, department; /* problem 0: a free place */
    uint32_t answer;              /* index; FH_NO_ANSWER: none yet */
} slot;
#define FH_NO_ANSWER UINT32_MAX

/* Scratch for one segment. */
typedef struct pass {
    const fh_segment *seg;
    const uint16_t *touchpoint, *department; /* [n] codes */
    uint64_t *at_s;                          /* [n] of stories that have a review */
    uint32_t *answer;                        /* [n] of reviews: index, or FH_NO_ANSWER */
    uint32_t *at_touchpoint, *at_department; /* [codes] the last story with a review, from 1 */
} pass;

uint32_t fh_review_score(int32_t hundredths)
{
    const int64_t whole = hundredths < -50 ? -1 : ((int64_t)hundredths + 50) / 100;
    return whole < 0 ? 0 : whole > 100 ? FH_REVIEW_SCORES - 1 : (uint32_t)whole + 1;
}

/* The newest first. */
static int by_time(const void *a, const void *b, void *ctx)
{
    const fh_review *x = a, *y = b;
    (void)ctx;
    if (x->at_ms != y->at_ms) return x->at_ms < y->at_ms ? 1 : -1;
    if (x->customer != y->customer) return x->customer < y->customer ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static fh_status keep(reviews *f, const fh_review *r)
{
    const fh_reviews_options *o = &f->options;
    if (o->has_after && by_time(r, &o->after, NULL) <= 0) return FH_OK;
    f->row[f->n++] = *r;
    const size_t most = (size_t)o->limit + 1; /* one more tells that there are more */
    if (f->n < 2 * most) return FH_OK;
    const fh_status s = fh_sort(&f->base.from, f->row, f->n, sizeof *r, by_time, NULL);
    f->n = most;
    return s;
}

/* ---- One story -------------------------------------------------------------------------- */

static bool is_review(const fh_segment *seg, uint32_t i)
{
    return fh_bit(seg->has_score, i) && fh_name_at(&seg->direction, i) != FH_DIR_OUT;
}

static bool has_review(const fh_segment *seg, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; seg->has_score && i < end; i++)
        if (is_review(seg, i)) return true;
    return false;
}

static int64_t at_ms(const pass *p, uint32_t i)
{
    return fh_instant_ms(p->at_s[i], p->seg->ms ? p->seg->ms[i] : 0);
}

static slot *find(slot *slots, uint32_t mask, uint32_t problem, uint32_t department)
{
    uint32_t at = (problem * 0x9e3779b1u ^ department * 0x85ebca6bu);
    at ^= at >> 15;
    while (slots[at & mask].problem &&
           (slots[at & mask].problem != problem || slots[at & mask].department != department))
        at++;
    return &slots[at & mask];
}

static fh_status find_answers(reviews *f, const pass *p, uint32_t first, uint32_t end)
{
    const fh_segment *seg = p->seg;
    uint32_t size = 4;
    while (size / 2 < end - first) size *= 2;
    slot *slots = fh_fold_scratch(&f->base, SLOTS, size, sizeof *slots);
    if (!slots) return FH_NOMEM;
    memset(slots, 0, size * sizeof *slots);
    for (uint32_t i = end; i-- > first;) {
        const uint32_t problem = seg->problem ? seg->problem[i] : 0;
        const bool ours = fh_name_at(&seg->direction, i) == FH_DIR_OUT;
        const bool review = is_review(seg, i);
        p->answer[i] = FH_NO_ANSWER;
        if (!problem || (!ours && !review) || at_ms(p, i) > f->options.now_ms) continue;
        slot *s = find(slots, size - 1, problem, p->department[i]);
        if (!s->problem) *s = (slot){problem, p->department[i], FH_NO_ANSWER};
        if (ours)
            s->answer = i;
        else
            p->answer[i] = s->answer;
    }
    return FH_OK;
}

static bool within(const uint8_t *member, uint32_t number)
{
    return !member || member[number];
}

/* Whether a review is one of those that are asked for. */
static bool asked_for(const reviews *f, const fh_segment *seg, uint32_t i, const fh_review *r)
{
    const fh_filter *of = &f->of;
    if (r->at_ms > f->options.now_ms || (of->has_from && r->at_ms < of->from_ms) ||
        (of->has_until && r->at_ms >= of->until_ms))
        return false;
    if (of->directions && !(of->directions >> fh_name_at(&seg->direction, i) & 1)) return false;
    if (of->broken && !(seg->severe && seg->severe[i] & of->broken)) return false;
    const bool has_value = fh_bit(seg->has_value, i);
    if (of->has_value_min && !(has_value && seg->value[i] >= of->value_min)) return false;
    if (of->has_value_max && !(has_value && seg->value[i] <= of->value_max)) return false;
    return within(f->touchpoints, r->touchpoint) && within(f->departments, r->department) &&
           within(f->channels, fh_name_at(&seg->channel, i)) &&
           within(f->outcomes, fh_name_at(&seg->outcome, i));
}

static void count(fh_review_count *to, const fh_review *r, bool new_customer)
{
    to->reviews++;
    to->customers += new_customer;
    to->answered += r->answered;
    to->score_sum += r->score;
}

static fh_status one(reviews *f, const pass *p, uint32_t story, uint32_t i, bool *seen)
{
    const fh_segment *seg = p->seg;
    const fh_reviews_options *o = &f->options;
    const uint32_t answer = p->answer[i], t = p->touchpoint[i], d = p->department[i];
    fh_review r = {.at_ms = at_ms(p, i),
                   .customer = seg->customer[story],
                   .place = i - seg->start[story],
                   .touchpoint = fh_fold_name(&seg->touchpoint, t),
                   .department = fh_fold_name(&seg->department, d),
                   .score = seg->score[i],
                   .answered = answer != FH_NO_ANSWER};
    if (!asked_for(f, seg, i, &r)) return FH_OK;
    if (r.answered) {
        r.answered_ms = at_ms(p, answer);
        f->took[fh_bucket_ms((uint64_t)(r.answered_ms - r.at_ms))]++;
    }
    count(&f->all, &r, !*seen);
    count(&f->touchpoint[r.touchpoint], &r, p->at_touchpoint[t] != story + 1);
    count(&f->department[r.department], &r, p->at_department[d] != story + 1);
    *seen = true;
    p->at_touchpoint[t] = p->at_department[d] = story + 1;
    const uint32_t score = fh_review_score(r.score);
    f->scores[score]++;
    f->scores_answered[score] += r.answered;
    if ((o->state == FH_REVIEWS_ANSWERED && !r.answered) ||
        (o->state == FH_REVIEWS_OPEN && r.answered) || score < o->score_from ||
        score > o->score_until)
        return FH_OK;
    f->n_listed++;
    return keep(f, &r);
}

static fh_status add_story(reviews *f, const pass *p, uint32_t story)
{
    const fh_segment *seg = p->seg;
    const uint32_t first = seg->start[story], end = seg->start[story + 1];
    uint64_t at = seg->first_s[story];
    bool seen = false;
    if (!has_review(seg, first, end)) return FH_OK;
    for (uint32_t i = first; i < end; i++) p->at_s[i] = at += seg->gap_s[i];
    fh_status s = find_answers(f, p, first, end);
    for (uint32_t i = first; s == FH_OK && i < end; i++)
        if (is_review(seg, i)) s = one(f, p, story, i, &seen);
    return s;
}

/* ---- The fold --------------------------------------------------------------------------- */

static fh_status check(const reviews *f, const fh_segment *seg, fh_error *err)
{
    const fh_reviews_options *o = &f->options;
    fh_status s = fh_fold_check(&seg->touchpoint, o->n_touchpoints, "touchpoint", err);
    if (!s) s = fh_fold_check(&seg->department, o->n_departments, "department", err);
    if (!s && f->channels) s = fh_fold_check(&seg->channel, o->n_channels, "channel", err);
    if (!s && f->outcomes) s = fh_fold_check(&seg->outcome, o->n_outcomes, "outcome", err);
    return s;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    reviews *f = (reviews *)fold;
    fh_status s = check(f, seg, err);
    if (s != FH_OK) return s;
    const uint32_t n_touchpoints = fh_fold_n_codes(&seg->touchpoint);
    const uint32_t n_departments = fh_fold_n_codes(&seg->department);
    const pass p = {.seg = seg,
                    .touchpoint = fh_fold_codes(fold, TOUCHPOINTS, &seg->touchpoint, seg->n),
                    .department = fh_fold_codes(fold, DEPARTMENTS, &seg->department, seg->n),
                    .at_s = fh_fold_scratch(fold, TIMES, seg->n, sizeof *p.at_s),
                    .answer = fh_fold_scratch(fold, ANSWERS, seg->n, sizeof *p.answer),
                    .at_touchpoint = fh_fold_scratch(fold, AT_TOUCHPOINT, n_touchpoints,
                                                     sizeof *p.at_touchpoint),
                    .at_department = fh_fold_scratch(fold, AT_DEPARTMENT, n_departments,
                                                     sizeof *p.at_department)};
    if (!p.touchpoint || !p.department || !p.at_s || !p.answer || !p.at_touchpoint ||
        !p.at_department)
        return FH_NOMEM;
    memset(p.at_touchpoint, 0, n_touchpoints * sizeof *p.at_touchpoint);
    memset(p.at_department, 0, n_departments * sizeof *p.at_department);
    for (uint32_t story = 0; s == FH_OK && story < seg->n_stories; story++)
        s = add_story(f, &p, story);
    f->n_interactions += seg->n;
    f->n_stories += seg->n_stories;
    return s;
}

static void add_count(fh_review_count *to, const fh_review_count *from)
{
    to->reviews += from->reviews;
    to->customers += from->customers;
    to->answered += from->answered;
    to->score_sum += from->score_sum;
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    reviews *into = (reviews *)into_;
    const reviews *from = (const reviews *)from_;
    const fh_reviews_options *o = &into->options;
    fh_status s = FH_OK;
    (void)err;
    for (size_t i = 0; s == FH_OK && i < from->n; i++) s = keep(into, &from->row[i]);
    into->n_interactions += from->n_interactions;
    into->n_stories += from->n_stories;
    into->n_listed += from->n_listed;
    add_count(&into->all, &from->all);
    for (uint32_t t = 0; t < o->n_touchpoints; t++)
        add_count(&into->touchpoint[t], &from->touchpoint[t]);
    for (uint32_t d = 0; d < o->n_departments; d++)
        add_count(&into->department[d], &from->department[d]);
    for (uint32_t k = 0; k < FH_REVIEW_SCORES; k++) {
        into->scores[k] += from->scores[k];
        into->scores_answered[k] += from->scores_answered[k];
    }
    for (uint32_t b = 0; b < FH_BUCKETS; b++) into->took[b] += from->took[b];
    return s;
}

static const fh_fold_kind kind = {"reviews", add, merge, NULL, NULL, NULL, NULL, NULL};

static fh_status tag_options(reviews *f)
{
    fh_fold *fold = &f->base;
    const fh_reviews_options *o = &f->options;
    const fh_filter *of = &f->of;
    const uint64_t told[] = {o->n_touchpoints,
                             o->n_departments,
                             o->n_channels,
                             o->n_outcomes,
                             (uint64_t)o->now_ms,
                             o->state,
                             o->score_from,
                             o->score_until,
                             o->limit,
                             o->has_after,
                             (uint64_t)o->after.at_ms,
                             o->after.customer,
                             o->after.place,
                             of->has_from,
                             (uint64_t)of->from_ms,
                             of->has_until,
                             (uint64_t)of->until_ms,
                             of->directions,
                             of->has_value_min,
                             (uint64_t)of->value_min,
                             of->has_value_max,
                             (uint64_t)of->value_max,
                             of->broken};
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) fh_fold_tag(fold, told[i]);
    fh_status s = fh_fold_tag_set(fold, &of->touchpoints, o->n_touchpoints, &f->touchpoints);
    if (!s) s = fh_fold_tag_set(fold, &of->departments, o->n_departments, &f->departments);
    if (!s) s = fh_fold_tag_set(fold, &of->channels, o->n_channels, &f->channels);
    if (!s) s = fh_fold_tag_set(fold, &of->outcomes, o->n_outcomes, &f->outcomes);
    return s;
}

static fh_status check_options(fh_reviews_options *o, fh_error *err)
{
    fh_status s = fh_fold_limit(&o->n_touchpoints, "touchpoints", err);
    if (!s) s = fh_fold_limit(&o->n_departments, "departments", err);
    if (!s) s = fh_fold_limit(&o->n_channels, "channels", err);
    if (!s) s = fh_fold_limit(&o->n_outcomes, "outcomes", err);
    if (!s && (o->limit < 1 || o->limit > FH_REVIEWS_MOST))
        return fh_fail(err, FH_INVALID, "a page of reviews has 1 to %d", FH_REVIEWS_MOST);
    return s;
}

static uint32_t columns_of(const fh_filter *of)
{
    uint32_t columns = 1u << FH_COL_STORIES | 1u << FH_COL_GAP | 1u << FH_COL_MS |
                       1u << FH_COL_TOUCHPOINT | 1u << FH_COL_DEPARTMENT | 1u << FH_COL_DIRECTION |
                       1u << FH_COL_PROBLEM | 1u << FH_COL_SCORE;
    if (of->channels.bits) columns |= 1u << FH_COL_CHANNEL;
    if (of->outcomes.bits) columns |= 1u << FH_COL_OUTCOME;
    if (of->has_value_min || of->has_value_max) columns |= 1u << FH_COL_VALUE;
    return columns;
}

fh_status fh_reviews_new(const fh_allocator *from, const fh_reviews_options *options, fh_fold **out,
                         fh_error *err)
{
    fh_reviews_options o = *options;
    const fh_filter of = o.of ? *o.of : (fh_filter){0};
    fh_status s = check_options(&o, err);
    if (s != FH_OK) return s;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(reviews), columns_of(&of));
    if (!fold) return fh_no_memory(err);
    reviews *f = (reviews *)fold;
    f->options = o;
    f->of = of;
    f->touchpoint = FH_NEW_ARRAY(fold->arena, fh_review_count, o.n_touchpoints);
    f->department = FH_NEW_ARRAY(fold->arena, fh_review_count, o.n_departments);
    f->took = FH_NEW_ARRAY(fold->arena, uint64_t, FH_BUCKETS);
    f->row = FH_NEW_ARRAY(fold->arena, fh_review, 2 * ((size_t)o.limit + 1));
    s = f->touchpoint && f->department && f->took && f->row ? tag_options(f) : FH_NOMEM;
    return fh_fold_made(fold, s, out, err);
}

/* ---- Reading ------------------------------------------------------------------------------ */

static int by_reviews(const void *a, const void *b, void *ctx)
{
    const fh_review_row *x = a, *y = b;
    (void)ctx;
    if (x->n.reviews != y->n.reviews) return x->n.reviews < y->n.reviews ? 1 : -1;
    return (x->number > y->number) - (x->number < y->number);
}

static fh_status read_counts(const reviews *f, const fh_review_count *of, uint32_t n,
                             fh_arena *arena, const fh_review_row **out, size_t *n_out)
{
    size_t k = 0;
    for (uint32_t i = 0; i < n; i++) k += of[i].reviews > 0;
    fh_review_row *list = FH_NEW_ARRAY(arena, fh_review_row, k + 1);
    if (!list) return FH_NOMEM;
    *n_out = k;
    k = 0;
    for (uint32_t i = 0; i < n; i++)
        if (of[i].reviews) list[k++] = (fh_review_row){i, of[i]};
    *out = list;
    return fh_sort(&f->base.from, list, k, sizeof *list, by_reviews, NULL);
}

fh_status fh_reviews_read(const fh_fold *fold, fh_arena *arena, fh_reviews *out, fh_error *err)
{
    const reviews *f = (const reviews *)fold;
    const fh_reviews_options *o = &f->options;
    fh_status s = fh_fold_readable(fold, &kind, err);
    if (s != FH_OK) return s;
    fh_reviews r = {.n_interactions = f->n_interactions,
                    .n_stories = f->n_stories,
                    .all = f->all,
                    .took = fh_histogram_percentiles(f->took),
                    .n_listed = f->n_listed,
                    .more = f->n > o->limit};
    r.n_rows = r.more ? o->limit : f->n;
    memcpy(r.scores, f->scores, sizeof r.scores);
    memcpy(r.scores_answered, f->scores_answered, sizeof r.scores_answered);
    fh_review *rows = FH_NEW_ARRAY(arena, fh_review, f->n + 1);
    if (!rows) return fh_no_memory(err);
    memcpy(rows, f->row, f->n * sizeof *rows);
    r.rows = rows;
    s = fh_sort(&f->base.from, rows, f->n, sizeof *rows, by_time, NULL);
    if (!s)
        s = read_counts(f, f->touchpoint, o->n_touchpoints, arena, &r.touchpoints,
                        &r.n_touchpoints);
    if (!s)
        s = read_counts(f, f->department, o->n_departments, arena, &r.departments,
                        &r.n_departments);
    if (s) return fh_no_memory(err);
    *out = r;
    return FH_OK;
}
