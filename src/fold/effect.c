/* effect.c - before and after a fix: what customers told, gave, and whether they stayed.
 *
 * Each story is looked at once for each period. The first contact at a touchpoint of the
 * fix begins a window of the same length for everybody, so that who came late in a period
 * is not looked at for a shorter time; windows that would end behind their period are left
 * out. One number for each customer: so customers who come often weigh no more.
 */
#include "fold/fold.h"

enum { MARKS /* and one more */, BEST = 10000 };

typedef struct effect {
    fh_fold base;
    fh_effect_options options;               /* the sets of the caller not to be used */
    const uint8_t *treated, *beside, *staff; /* [n_touchpoints]; NULL: any, any, none */
    int32_t *best;                           /* [n_touchpoints] */
    fh_effect sums;
} effect;

/* A story of a segment. */
typedef struct told {
    const effect *f;
    const fh_segment *seg;
    const uint8_t *mark;
    uint32_t first, end;
    uint64_t first_s;
} told;

/* What one customer gives to a cell. */
typedef struct gathered {
    int64_t scores, value;
    uint64_t n_scores;
    bool ruined;
} gathered;

static uint32_t place(const told *t, uint32_t i)
{
    return fh_name_at(&t->seg->touchpoint, i);
}

static int64_t ms_of(const told *t, uint64_t at_s, uint32_t i)
{
    return fh_instant_ms(at_s, t->seg->ms ? t->seg->ms[i] : 0);
}

/* The first contact of the period at one of the touchpoints with room for the window
 * behind it. *any: there was one at all. False: there is none. */
static bool begins(const told *t, const uint8_t *member, int64_t from_ms, int64_t until_ms,
                   int64_t *begin_ms, bool *any)
{
    uint64_t at_s = t->first_s;
    *any = false;
    for (uint32_t i = t->first; i < t->end; i++) {
        at_s += t->seg->gap_s[i];
        const int64_t at_ms = ms_of(t, at_s, i);
        if (at_ms < from_ms || at_ms >= until_ms) continue;
        if (member && !member[place(t, i)]) continue;
        *any = true;
        *begin_ms = at_ms;
        return at_ms + t->f->options.follow_ms <= until_ms;
    }
    return false;
}

static fh_status gather(const told *t, uint32_t i, gathered *g, fh_error *err)
{
    const effect *f = t->f;
    const uint32_t at = place(t, i), way = fh_name_at(&t->seg->direction, i);
    const bool staff = f->staff && f->staff[at];
    if (t->mark[i]) g->ruined = true;
    if (fh_bit(t->seg->has_score, i) && f->best[at] > 0 && !staff) {
        const int64_t score = t->seg->score[i] < 0 ? 0 : t->seg->score[i];
        g->scores += (score < f->best[at] ? score : f->best[at]) * BEST / f->best[at];
        g->n_scores++;
    }
    if (fh_bit(t->seg->has_value, i) && (way == FH_DIR_IN || way == FH_DIR_NONE) &&
        fh_name_at(&t->seg->currency, i) == f->options.currency &&
        !fh_add_i64(g->value, t->seg->value[i], &g->value))
        return fh_fail(err, FH_LIMIT, "the values of one customer are too large to add up");
    return FH_OK;
}

static fh_status add_mean(fh_effect_mean *m, int64_t x, fh_error *err)
{
    const uint64_t size = x < 0 ? (uint64_t)-x : (uint64_t)x;
    if (size > UINT32_MAX || __builtin_add_overflow(m->squares, size * size, &m->squares) ||
        !fh_add_i64(m->sum, x, &m->sum))
        return fh_fail(err, FH_LIMIT, "values are too large for their spread to be reckoned");
    m->n++;
    return FH_OK;
}

static fh_status add_share(fh_effect_share *s, bool part)
{
    s->n++;
    s->part += part;
    return FH_OK;
}

/* The window that begins at `begin_ms`, and whether they were seen after it. */
static fh_status follow(const told *t, int64_t begin_ms, fh_effect_cell *cell, fh_error *err)
{
    const fh_effect_options *o = &t->f->options;
    const int64_t end_ms = begin_ms + o->follow_ms, left_ms = end_ms + o->gap_ms;
    gathered g = {0};
    bool seen = false;
    uint64_t at_s = t->first_s;
    fh_status s = FH_OK;
    for (uint32_t i = t->first; i < t->end && s == FH_OK; i++) {
        at_s += t->seg->gap_s[i];
        const int64_t at_ms = ms_of(t, at_s, i);
        if (at_ms >= begin_ms && at_ms < end_ms) s = gather(t, i, &g, err);
        seen = seen || (at_ms >= end_ms && at_ms < left_ms);
    }
    if (s == FH_OK && g.n_scores) s = add_mean(&cell->score, g.scores / (int64_t)g.n_scores, err);
    if (s == FH_OK) s = add_mean(&cell->value, g.value / 100, err);
    if (s == FH_OK) s = add_share(&cell->ruined, g.ruined);
    if (s == FH_OK && left_ms <= o->observed_ms) s = add_share(&cell->left, !seen);
    return s;
}

/* What a colleague told in the period. */
static fh_status staff_of(const told *t, int64_t from_ms, int64_t until_ms, fh_effect_mean *m,
                          fh_error *err)
{
    const effect *f = t->f;
    gathered g = {0};
    uint64_t at_s = t->first_s;
    for (uint32_t i = t->first; f->staff && i < t->end; i++) {
        at_s += t->seg->gap_s[i];
        const int64_t at_ms = ms_of(t, at_s, i);
        const uint32_t at = place(t, i);
        if (at_ms < from_ms || at_ms >= until_ms || !f->staff[at] || f->best[at] <= 0 ||
            !fh_bit(t->seg->has_score, i))
            continue;
        const int64_t score = t->seg->score[i] < 0 ? 0 : t->seg->score[i];
        g.scores += (score < f->best[at] ? score : f->best[at]) * BEST / f->best[at];
        g.n_scores++;
    }
    return g.n_scores ? add_mean(m, g.scores / (int64_t)g.n_scores, err) : FH_OK;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    effect *f = (effect *)fold;
    const fh_effect_options *o = &f->options;
    fh_status s = fh_fold_check(&seg->touchpoint, o->n_touchpoints, "touchpoint", err);
    if (s == FH_OK) s = fh_fold_check(&seg->currency, o->n_currencies, "currency", err);
    if (s != FH_OK) return s;
    told t = {.f = f, .seg = seg, .mark = fh_fold_marks(fold, MARKS, o->severe, seg)};
    if (!t.mark) return FH_NOMEM;
    for (uint32_t story = 0; s == FH_OK && story < seg->n_stories; story++) {
        t.first = seg->start[story];
        t.end = seg->start[story + 1];
        t.first_s = seg->first_s[story];
        for (int p = 0; p < 2 && s == FH_OK; p++) {
            const int64_t from = p ? o->fix_ms : o->from_ms, until = p ? o->until_ms : o->fix_ms;
            int64_t begin = 0;
            bool any;
            if (begins(&t, f->treated, from, until, &begin, &any))
                s = follow(&t, begin, &f->sums.treated[p], err);
            else if (!any && begins(&t, f->beside, from, until, &begin, &any))
                s = follow(&t, begin, &f->sums.beside[p], err);
            if (s == FH_OK) s = staff_of(&t, from, until, &f->sums.staff[p], err);
        }
    }
    return s;
}

static fh_status merge_mean(fh_effect_mean *to, const fh_effect_mean *from, fh_error *err)
{
    if (__builtin_add_overflow(to->squares, from->squares, &to->squares) ||
        !fh_add_i64(to->sum, from->sum, &to->sum))
        return fh_fail(err, FH_LIMIT, "values are too large for their spread to be reckoned");
    to->n += from->n;
    return FH_OK;
}

static fh_status merge_cell(fh_effect_cell *to, const fh_effect_cell *from, fh_error *err)
{
    to->left.n += from->left.n;
    to->left.part += from->left.part;
    to->ruined.n += from->ruined.n;
    to->ruined.part += from->ruined.part;
    const fh_status s = merge_mean(&to->score, &from->score, err);
    return s == FH_OK ? merge_mean(&to->value, &from->value, err) : s;
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    fh_effect *into = &((effect *)into_)->sums;
    const fh_effect *from = &((const effect *)from_)->sums;
    fh_status s = FH_OK;
    for (int p = 0; p < 2 && s == FH_OK; p++) {
        s = merge_cell(&into->treated[p], &from->treated[p], err);
        if (s == FH_OK) s = merge_cell(&into->beside[p], &from->beside[p], err);
        if (s == FH_OK) s = merge_mean(&into->staff[p], &from->staff[p], err);
    }
    return s;
}

static const fh_fold_kind kind = {"effect", add, merge, NULL, NULL, NULL, NULL, NULL};

static void tag_numbers(fh_fold *fold, const fh_effect_options *o)
{
    const int64_t number[] = {o->n_touchpoints, o->n_currencies, o->from_ms,
                              o->fix_ms,        o->until_ms,     o->follow_ms,
                              o->gap_ms,        o->observed_ms,  o->currency};
    for (size_t i = 0; i < sizeof number / sizeof *number; i++)
        fh_fold_tag(fold, (uint64_t)number[i]);
    for (uint32_t t = 0; t < o->n_touchpoints; t++) fh_fold_tag(fold, (uint64_t)o->best[t]);
    fh_fold_tag_severe(fold, o->severe);
}

fh_status fh_effect_new(const fh_allocator *from, const fh_effect_options *options, fh_fold **out,
                        fh_error *err)
{
    const fh_effect_options *o = options;
    uint32_t n = o->n_touchpoints;
    fh_status s = fh_fold_limit(&n, "touchpoints", err);
    if (s != FH_OK) return s;
    if (o->from_ms >= o->fix_ms || o->fix_ms >= o->until_ms || o->follow_ms < 1 || o->gap_ms < 1)
        return fh_fail(err, FH_INVALID, "the fix must lie within the period");
    fh_fold *fold =
        fh_fold_new(from, &kind, sizeof(effect),
                    fh_severe_columns(o->severe) | 1u << FH_COL_GAP | 1u << FH_COL_MS |
                        1u << FH_COL_TOUCHPOINT | 1u << FH_COL_DIRECTION | 1u << FH_COL_VALUE |
                        1u << FH_COL_CURRENCY | 1u << FH_COL_SCORE);
    if (!fold) return fh_no_memory(err);
    effect *f = (effect *)fold;
    f->options = *o;
    f->options.n_touchpoints = n;
    f->best = FH_NEW_ARRAY(fold->arena, int32_t, n);
    s = f->best ? FH_OK : FH_NOMEM;
    for (uint32_t t = 0; s == FH_OK && t < o->n_touchpoints; t++) f->best[t] = o->best[t];
    tag_numbers(fold, o);
    if (s == FH_OK) s = fh_fold_tag_set(fold, &o->treated, n, &f->treated);
    if (s == FH_OK) s = fh_fold_tag_set(fold, &o->beside, n, &f->beside);
    if (s == FH_OK) s = fh_fold_tag_set(fold, &o->staff, n, &f->staff);
    return fh_fold_made(fold, s, out, err);
}

fh_status fh_effect_read(const fh_fold *fold, fh_effect *out, fh_error *err)
{
    const fh_status s = fh_fold_readable(fold, &kind, err);
    if (s == FH_OK) *out = ((const effect *)fold)->sums;
    return s;
}
