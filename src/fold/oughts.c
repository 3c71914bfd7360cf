/* oughts.c - what must hold at the touchpoints of a map: never-rules and promises.
 *
 *     interactions --told.c--> elements --one walk over each story--> hits, counts
 *
 * The walk keeps of each element when it was first and last there in the story at hand, and of
 * each rule what it waits for. What is kept is stamped with the story's number in the segment,
 * so nothing is cleared between stories. Of a rule in a story the latest hits are told, at
 * most so many as are wanted; all are counted.
 */
#include "fold/fold.h"
#include "fold/told.h"

#include "base/sort.h"

#include <string.h>

enum { WAITS = 16 };
enum { ELEMENTS, SEEN = ELEMENTS + FH_TOLD_SPACES, EARLY, KEPT };

typedef struct moment {
    uint32_t at; /* index in the segment */
    int64_t ms;
} moment;

/* Of an element, in the story at hand when `story` is its number. */
typedef struct seen {
    uint32_t story;
    moment first, last;
} seen;

/* A promise that waits to be kept: each problem of a customer has its own. */
typedef struct wait {
    uint32_t problem, by; /* by: the element for which it began */
    bool must;            /* it must come */
    moment since, must_since;
} wait;

typedef struct rule {
    fh_ought_rule is;
    const uint8_t *outcomes, *channels, *departments; /* by number; NULL: any */
    fh_ought_row sum;
    moment *ring;                 /* [times] the last of them, TIMES within a time only */
    uint32_t story, times;        /* TIMES: so many in this story */
    uint32_t hit_story, kept;     /* hits kept of this story */
    uint32_t wait_story, n_waits; /* PROMISE: what is waited for in this story */
    wait *wait;                   /* [WAITS] */
} rule;

typedef struct oughts {
    fh_fold base;
    fh_element_rules rules;
    uint32_t n_rules, n_outcomes, most;
    int64_t until_ms;
    rule *rule;
    uint32_t *list, *list_at;    /* rules of element e: list[list_at[e] ..] */
    uint32_t *begins, *begin_at; /* promises that element e begins */
    fh_buf hits;
} oughts;

typedef struct early { /* came before `other` was there */
    uint32_t rule;
    moment when;
} early;

typedef struct walking {
    oughts *f;
    const fh_segment *seg;
    uint32_t s, story;  /* which, and its number from 1 */
    seen *seen;         /* [n_elements] */
    early *early;       /* [n_early] of this story */
    fh_ought_hit *kept; /* [n_rules * most] */
    uint32_t n_early;
} walking;

/* ---- Hits ------------------------------------------------------------------------------- */

static void fails(walking *w, uint32_t r, moment a, moment b, bool unsettled)
{
    oughts *f = w->f;
    rule *x = &f->rule[r];
    const fh_segment *seg = w->seg;
    if (x->hit_story != w->story) {
        x->hit_story = w->story;
        x->kept = 0;
        x->sum.stories++;
    }
    if (!x->sum.hits || b.ms < x->sum.first_ms) x->sum.first_ms = b.ms;
    if (!x->sum.hits || b.ms > x->sum.last_ms) x->sum.last_ms = b.ms;
    x->sum.hits++;
    if (!f->most) return;
    w->kept[(size_t)r * f->most + x->kept++ % f->most] =
        (fh_ought_hit){.rule = r,
                       .customer = seg->customer[w->s],
                       .a_ms = a.ms,
                       .b_ms = b.ms,
                       .a = seg->id ? seg->id[a.at] : 0,
                       .b = seg->id ? seg->id[b.at] : 0,
                       .from = (uint16_t)fh_name_at(&seg->department, a.at),
                       .to = (uint16_t)fh_name_at(&seg->department, b.at),
                       .touchpoint = (uint16_t)fh_name_at(&seg->touchpoint, b.at),
                       .unsettled = unsettled};
}

/* ---- Looking ---------------------------------------------------------------------------- */

static bool in_set(const uint8_t *member, const fh_codes *codes, uint32_t i)
{
    return !member || member[fh_name_at(codes, i)];
}

static void look_times(walking *w, uint32_t r, moment now)
{
    rule *x = &w->f->rule[r];
    if (x->story != w->story) {
        x->story = w->story;
        x->times = 0;
    }
    if (!x->is.within_ms) {
        if (++x->times > x->is.times) fails(w, r, now, now, false);
        return;
    }
    moment *slot = &x->ring[x->times % x->is.times]; /* of so many times ago */
    if (x->times >= x->is.times && now.ms - slot->ms <= x->is.within_ms)
        fails(w, r, *slot, now, false);
    *slot = now;
    x->times++;
}

static uint32_t problem_at(const walking *w, moment now)
{
    return w->seg->problem ? w->seg->problem[now.at] : 0;
}

/* What belongs to no problem may belong to any. */
static bool same_problem(uint32_t a, uint32_t b)
{
    return a == b || !a || !b;
}

static void settle(walking *w, uint32_t r, moment now)
{
    rule *x = &w->f->rule[r];
    const uint32_t problem = problem_at(w, now);
    uint32_t left = 0;
    if (x->wait_story != w->story) return;
    for (uint32_t i = 0; i < x->n_waits; i++) {
        const wait it = x->wait[i];
        if (!same_problem(it.problem, problem)) {
            x->wait[left++] = it;
            continue;
        }
        x->sum.looked++;
        if (now.ms - it.since.ms > x->is.within_ms) fails(w, r, it.since, now, false);
    }
    x->n_waits = left;
}

static void look(walking *w, uint32_t r, moment now)
{
    rule *x = &w->f->rule[r];
    const seen *other = &w->seen[x->is.other];
    const bool was = other->story == w->story;
    x->sum.looked += x->is.form != FH_OUGHT_PROMISE;
    switch (x->is.form) {
    case FH_OUGHT_AFTER:
        if (was && (!x->is.within_ms || now.ms - other->last.ms <= x->is.within_ms))
            fails(w, r, other->last, now, false);
        break;
    case FH_OUGHT_BEFORE:
        if (!was) w->early[w->n_early++] = (early){r, now};
        break;
    case FH_OUGHT_WITHOUT:
        if (!was) fails(w, r, now, now, false);
        break;
    case FH_OUGHT_TIMES: look_times(w, r, now); break;
    case FH_OUGHT_WHERE:
        if (in_set(x->outcomes, &w->seg->outcome, now.at) &&
            in_set(x->channels, &w->seg->channel, now.at) &&
            in_set(x->departments, &w->seg->department, now.at))
            fails(w, r, now, now, false);
        break;
    case FH_OUGHT_PROMISE: settle(w, r, now); break;
    }
}

/* The place where what waits for a problem is kept; the oldest gives way when there are more
 * than anybody has. */
static wait *place_of(rule *x, uint32_t story, uint32_t problem)
{
    if (x->wait_story != story) x->n_waits = 0;
    x->wait_story = story;
    for (uint32_t i = 0; i < x->n_waits; i++)
        if (x->wait[i].problem == problem) return &x->wait[i];
    if (x->n_waits == WAITS) memmove(x->wait, x->wait + 1, --x->n_waits * sizeof *x->wait);
    x->wait[x->n_waits] = (wait){.problem = problem, .by = FH_NO_ELEMENT};
    return &x->wait[x->n_waits++];
}

/* An element that comes several times running counts from its first. */
static void begin(walking *w, uint32_t e, moment now)
{
    const oughts *f = w->f;
    for (uint32_t k = f->begin_at[e]; k < f->begin_at[e + 1]; k++) {
        rule *x = &f->rule[f->begins[k]];
        wait *it = place_of(x, w->story, problem_at(w, now));
        if (it->by == e) continue;
        it->by = e;
        it->since = now;
        if (e >= x->is.must.n || !fh_bit(x->is.must.bits, e)) continue;
        it->must = true;
        it->must_since = now;
    }
}

/* What waited for the end of the story. */
static void finish(walking *w)
{
    oughts *f = w->f;
    for (uint32_t i = 0; i < w->n_early; i++) {
        const uint32_t r = w->early[i].rule;
        const seen *other = &w->seen[f->rule[r].is.other];
        if (other->story == w->story) fails(w, r, w->early[i].when, other->first, false);
    }
    w->n_early = 0;
    for (uint32_t r = 0; r < f->n_rules; r++) {
        rule *x = &f->rule[r];
        for (uint32_t i = 0; x->wait_story == w->story && i < x->n_waits; i++) {
            const wait *it = &x->wait[i];
            if (!it->must || f->until_ms - it->must_since.ms <= x->is.within_ms) continue;
            x->sum.looked++;
            fails(w, r, it->must_since, it->must_since, true);
        }
        if (!f->most || x->hit_story != w->story) continue;
        const uint32_t n = x->kept < f->most ? x->kept : f->most;
        fh_buf_put(&f->hits, &w->kept[(size_t)r * f->most], n * sizeof *w->kept);
    }
}

static void walk(walking *w, const uint16_t *element)
{
    const oughts *f = w->f;
    const fh_segment *seg = w->seg;
    for (w->s = 0; w->s < seg->n_stories; w->s++) {
        uint64_t at_s = seg->first_s[w->s];
        bool any = false;
        w->story = w->s + 1;
        for (uint32_t i = seg->start[w->s]; i < seg->start[w->s + 1]; i++) {
            at_s += seg->gap_s[i];
            if (!element[i]) continue;
            const uint32_t e = element[i] - 1u;
            const moment now = {i, fh_instant_ms(at_s, seg->ms ? seg->ms[i] : 0)};
            for (uint32_t k = f->list_at[e]; k < f->list_at[e + 1]; k++) look(w, f->list[k], now);
            begin(w, e, now);
            seen *x = &w->seen[e];
            if (x->story != w->story) x->first = now;
            x->story = w->story;
            x->last = now;
            any = true;
        }
        if (any) finish(w);
    }
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    oughts *f = (oughts *)fold;
    uint32_t longest = 0, n_before = 0;
    fh_status s = fh_fold_check_elements(&f->rules, seg, err);
    if (s == FH_OK) s = fh_fold_check(&seg->outcome, f->n_outcomes, "outcome", err);
    if (s != FH_OK) return s;
    for (uint32_t i = 0; i < seg->n_stories; i++)
        if (seg->start[i + 1] - seg->start[i] > longest)
            longest = seg->start[i + 1] - seg->start[i];
    for (uint32_t r = 0; r < f->n_rules; r++) {
        rule *x = &f->rule[r];
        x->story = x->hit_story = x->wait_story = 0;
        n_before += x->is.form == FH_OUGHT_BEFORE;
    }
    const size_t n_early = (size_t)longest * n_before + 1, n_kept = (size_t)f->n_rules * f->most;
    const uint16_t *element = fh_fold_elements(fold, ELEMENTS, &f->rules, seg);
    walking w = {.f = f, .seg = seg};
    w.seen = fh_fold_scratch(fold, SEEN, (size_t)f->rules.n_elements + 1, sizeof *w.seen);
    w.early = fh_fold_scratch(fold, EARLY, n_early, sizeof *w.early);
    w.kept = fh_fold_scratch(fold, KEPT, n_kept + 1, sizeof *w.kept);
    if (!element || !w.seen || !w.early || !w.kept) return FH_NOMEM;
    memset(w.seen, 0, ((size_t)f->rules.n_elements + 1) * sizeof *w.seen);
    walk(&w, element);
    return f->hits.status;
}

/* ---- Merging ------------------------------------------------------------------------------ */

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    oughts *into = (oughts *)into_;
    const oughts *from = (const oughts *)from_;
    (void)err;
    for (uint32_t r = 0; r < into->n_rules; r++) {
        fh_ought_row *to = &into->rule[r].sum;
        const fh_ought_row *x = &from->rule[r].sum;
        if (x->hits && (!to->hits || x->first_ms < to->first_ms)) to->first_ms = x->first_ms;
        if (x->hits && (!to->hits || x->last_ms > to->last_ms)) to->last_ms = x->last_ms;
        to->looked += x->looked;
        to->hits += x->hits;
        to->stories += x->stories;
    }
    fh_buf_str(&into->hits, fh_buf_view(&from->hits));
    return into->hits.status;
}

static void release(fh_fold *fold)
{
    fh_buf_free(&((oughts *)fold)->hits);
}

static const fh_fold_kind kind = {.name = "oughts", .add = add, .merge = merge, .free = release};

/* ---- Making ------------------------------------------------------------------------------- */

static bool begins_with(const fh_ought_rule *r, uint32_t e, bool begins)
{
    if (!begins) return r->element == e;
    return r->form == FH_OUGHT_PROMISE && e < r->begins.n && fh_bit(r->begins.bits, e);
}

/* The rules of each element, or the promises that it begins: first how many, then which. */
static fh_status list_rules(oughts *f, bool begins, uint32_t **list, uint32_t **at)
{
    const uint32_t n = f->rules.n_elements;
    size_t total = 0;
    uint32_t *first = FH_NEW_ARRAY(f->base.arena, uint32_t, (size_t)n + 2);
    if (!first) return FH_NOMEM;
    for (uint32_t e = 0; e < n; e++) {
        first[e] = (uint32_t)total;
        for (uint32_t r = 0; r < f->n_rules; r++) total += begins_with(&f->rule[r].is, e, begins);
    }
    first[n] = (uint32_t)total;
    uint32_t *which = FH_NEW_ARRAY(f->base.arena, uint32_t, total + 1);
    if (!which || total > UINT32_MAX) return FH_NOMEM;
    for (uint32_t e = 0, k = 0; e < n; e++)
        for (uint32_t r = 0; r < f->n_rules; r++)
            if (begins_with(&f->rule[r].is, e, begins)) which[k++] = r;
    *list = which;
    *at = first;
    return FH_OK;
}

static fh_status copy_bits(oughts *f, fh_bitset *set)
{
    fh_fold_tag_bits(&f->base, set);
    if (!set->bits) return FH_OK;
    const size_t words = ((size_t)set->n + 63) / 64;
    uint64_t *own = FH_NEW_ARRAY(f->base.arena, uint64_t, words + 1);
    if (!own) return FH_NOMEM;
    memcpy(own, set->bits, words * sizeof *own);
    set->bits = own;
    return FH_OK;
}

static fh_status copy_rule(oughts *f, uint32_t r)
{
    rule *x = &f->rule[r];
    fh_ought_rule *is = &x->is;
    fh_fold_tag(&f->base, (uint64_t)is->form << 32 | is->times);
    fh_fold_tag(&f->base, (uint64_t)is->element << 32 | is->other);
    fh_fold_tag(&f->base, (uint64_t)is->within_ms);
    fh_status s = fh_fold_tag_set(&f->base, &is->outcomes, f->n_outcomes, &x->outcomes);
    if (s == FH_OK) s = fh_fold_tag_set(&f->base, &is->channels, f->rules.n_channels, &x->channels);
    if (s == FH_OK)
        s = fh_fold_tag_set(&f->base, &is->departments, f->rules.n_departments, &x->departments);
    if (s == FH_OK) s = copy_bits(f, &is->begins);
    if (s == FH_OK) s = copy_bits(f, &is->must);
    if (s == FH_OK && is->form == FH_OUGHT_PROMISE) {
        x->wait = FH_NEW_ARRAY(f->base.arena, wait, WAITS);
        if (!x->wait) s = FH_NOMEM;
    }
    if (s != FH_OK || is->form != FH_OUGHT_TIMES || !is->within_ms) return s;
    x->ring = FH_NEW_ARRAY(f->base.arena, moment, is->times);
    return x->ring ? FH_OK : FH_NOMEM;
}

static fh_status check(const fh_oughts_options *o, fh_error *err)
{
    if (o->n_rules > FH_OUGHT_RULES_MAX)
        return fh_fail(err, FH_INVALID, "%u rules are more than %d", o->n_rules,
                       FH_OUGHT_RULES_MAX);
    for (uint32_t r = 0; r < o->n_rules; r++) {
        const fh_ought_rule *x = &o->rule[r];
        const bool times =
            x->form != FH_OUGHT_TIMES || (x->times >= 1 && x->times <= FH_OUGHT_TIMES_MAX);
        if (x->form > FH_OUGHT_PROMISE || x->element >= o->rules.n_elements ||
            x->other >= o->rules.n_elements || x->within_ms < 0 || !times)
            return fh_fail(err, FH_INVALID, "rule %u is about no element, or without measure", r);
    }
    return FH_OK;
}

static uint32_t columns_of(const fh_oughts_options *o)
{
    uint32_t columns = 1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_TOUCHPOINT |
                       1u << FH_COL_CHANNEL | 1u << FH_COL_DEPARTMENT;
    for (uint32_t r = 0; r < o->n_rules; r++) {
        if (o->rule[r].outcomes.bits) columns |= 1u << FH_COL_OUTCOME;
        if (o->rule[r].form == FH_OUGHT_PROMISE) columns |= 1u << FH_COL_PROBLEM;
    }
    return o->most ? columns | 1u << FH_COL_ID : columns;
}

fh_status fh_oughts_new(const fh_allocator *from, const fh_oughts_options *options, fh_fold **out,
                        fh_error *err)
{
    fh_oughts_options o = *options;
    fh_status s = fh_fold_limit_elements(&o.rules, err);
    if (s == FH_OK) s = fh_fold_limit(&o.n_outcomes, "outcomes", err);
    if (s == FH_OK) s = check(&o, err);
    if (s != FH_OK) return s;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(oughts), columns_of(&o));
    if (!fold) return fh_no_memory(err);
    oughts *f = (oughts *)fold;
    f->rules = o.rules;
    f->n_rules = o.n_rules;
    f->n_outcomes = o.n_outcomes;
    f->until_ms = o.until_ms;
    f->most = o.most;
    fh_buf_init(&f->hits, &fold->from, SIZE_MAX / 2);
    fh_fold_tag(fold, (uint64_t)o.n_rules << 32 | o.most);
    fh_fold_tag(fold, (uint64_t)o.until_ms);
    f->rule = FH_NEW_ARRAY(fold->arena, rule, (size_t)o.n_rules + 1);
    s = f->rule ? fh_fold_copy_elements(fold, &f->rules) : FH_NOMEM;
    for (uint32_t r = 0; s == FH_OK && r < o.n_rules; r++) {
        f->rule[r].is = o.rule[r];
        s = copy_rule(f, r);
    }
    if (s == FH_OK) s = list_rules(f, false, &f->list, &f->list_at);
    if (s == FH_OK) s = list_rules(f, true, &f->begins, &f->begin_at);
    return fh_fold_made(fold, s, out, err);
}

/* ---- Reading ------------------------------------------------------------------------------- */

static int by_hit(const void *a, const void *b, void *ctx)
{
    const fh_ought_hit *x = a, *y = b;
    (void)ctx;
    if (x->rule != y->rule) return x->rule < y->rule ? -1 : 1;
    if (x->customer != y->customer) return x->customer < y->customer ? -1 : 1;
    if (x->b_ms != y->b_ms) return x->b_ms < y->b_ms ? -1 : 1;
    if (x->a_ms != y->a_ms) return x->a_ms < y->a_ms ? -1 : 1;
    if (x->b != y->b) return x->b < y->b ? -1 : 1;
    return (x->a > y->a) - (x->a < y->a);
}

fh_status fh_oughts_read(const fh_fold *fold, fh_arena *arena, fh_oughts *out, fh_error *err)
{
    const oughts *f = (const oughts *)fold;
    const fh_status s = fh_fold_readable(fold, &kind, err);
    if (s != FH_OK) return s;
    const fh_str all = fh_buf_view(&f->hits);
    const size_t n = all.len / sizeof(fh_ought_hit);
    fh_ought_row *row = FH_NEW_ARRAY(arena, fh_ought_row, (size_t)f->n_rules + 1);
    fh_ought_hit *hit = FH_NEW_ARRAY(arena, fh_ought_hit, n + 1);
    if (!row || !hit) return fh_no_memory(err);
    for (uint32_t r = 0; r < f->n_rules; r++) row[r] = f->rule[r].sum;
    if (n) memcpy(hit, all.ptr, n * sizeof *hit);
    if (fh_sort(&f->base.from, hit, n, sizeof *hit, by_hit, NULL)) return fh_no_memory(err);
    *out = (fh_oughts){row, hit, n};
    return FH_OK;
}
