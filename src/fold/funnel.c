/* funnel.c - ordered steps within a window of time.
 *
 * Loose (windowFunnel's default mode): for every step the latest chain that leads
 * to it is known by the time of its first step; an interaction that fulfils step
 * k takes over the chain of step k-1 when that began within the window. Chains
 * only ever get later, so the latest is always the best. An interaction that
 * fulfils several steps does so from the last to the first, so it never stands
 * for two steps of one chain.
 *
 * Two passes a segment: first the interactions that are any step are gathered
 * without a branch, then the chains are followed over those only.
 *
 * Where no touchpoint is two steps, as is usual, both passes go block by block on the
 * clock of blocks.h. Chains of an earlier story need not be forgotten then: they began
 * too long ago. Whether a step was reached in this story already is told by the time
 * since it was first reached.
 *
 * Strict: bit k of `chains` says that the last k+1 interactions were steps 0..k.
 */
#include "fold/blocks.h"
#include "fold/fold.h"
#include "fold/histogram.h"

#include <string.h>

enum { CODES, MASKS, HIT_TIMES, HIT_MASKS, HIT_ENDS };

typedef struct step {
    uint64_t stories;
    int64_t sum_ms;
    uint64_t histogram[FH_BUCKETS];
} step;

typedef struct funnel {
    fh_fold base;
    uint32_t n_touchpoints, n_steps;
    uint64_t window_ms; /* 0: no limit */
    bool strict;
    uint32_t *mask; /* [n_touchpoints] bit k: counts as step k */
    uint64_t n_stories;
    step *steps; /* [n_steps] */
} funnel;

/* One segment on its way in. Times are from the start of the story, in seconds or
 * (where the segment has them) milliseconds. */
typedef struct pass {
    const fh_segment *seg;
    const uint16_t *code; /* [n] */
    const uint32_t *mask; /* [n_codes] */
    uint64_t window;      /* longest chain */
    int64_t unit_ms;
} pass;

/* How far one story came. */
typedef struct progress {
    uint32_t reached;                   /* bit k: step k */
    uint64_t took[FH_FUNNEL_MAX_STEPS]; /* valid where reached */
} progress;

#define NO_LIMIT (UINT64_C(1) << 50) /* more than any two times are apart */

static bool count_story(funnel *f, const progress *p, int64_t unit_ms)
{
    for (uint32_t k = 0; k < f->n_steps && p->reached >> k & 1; k++) {
        step *s = &f->steps[k];
        s->stories++;
        if (!fh_fold_add_ms(&s->sum_ms, p->took[k], unit_ms)) return false;
        s->histogram[fh_bucket_ms(p->took[k] * (uint64_t)unit_ms)]++;
    }
    return true;
}

/* ---- Loose -------------------------------------------------------------------- */

/* Interactions that are any step: times, masks, and where each story's end. */
typedef struct hits {
    uint64_t *at;
    uint32_t *mask;
    uint32_t *end; /* [n_stories] */
} hits;

static void gather(const pass *p, hits *h)
{
    const uint16_t *restrict ms = p->seg->ms, *restrict code = p->code;
    const uint32_t *restrict gap_s = p->seg->gap_s, *restrict start = p->seg->start;
    const uint32_t *restrict mask_of = p->mask;
    const uint32_t n_stories = p->seg->n_stories;
    uint64_t *restrict hit_at = h->at;
    uint32_t *restrict hit_mask = h->mask;
    uint32_t k = 0;
    for (uint32_t s = 0; s < n_stories; s++) {
        uint64_t at = 0;
        const uint32_t end = start[s + 1];
        for (uint32_t i = start[s]; i < end; i++) {
            const uint32_t mask = mask_of[code[i]];
            at += gap_s[i];
            hit_at[k] = ms ? at * 1000 + ms[i] : at;
            hit_mask[k] = mask;
            k += mask != 0;
        }
        h->end[s] = k;
    }
}

/* chain[k]: when the latest chain to step k-1 began, plus window + 1 (so that 0,
 * none, is too long ago for any step); chain[0] is now. */
static void follow(const hits *h, uint32_t first, uint32_t end, uint64_t window, uint32_t n_steps,
                   progress *out)
{
    const uint64_t *restrict hit_at = h->at;
    const uint32_t *restrict hit_mask = h->mask;
    uint64_t *restrict took = out->took;
    uint64_t chain[FH_FUNNEL_MAX_STEPS + 1];
    memset(chain, 0, (n_steps + 1) * sizeof *chain);
    for (uint32_t i = first; i < end; i++) {
        const uint64_t now = hit_at[i] + window + 1;
        chain[0] = now;
        uint32_t mask = hit_mask[i];
        do {
            const uint32_t k = 31 - (uint32_t)__builtin_clz(mask);
            mask ^= 1u << k;
            const uint64_t began = chain[k], had = chain[k + 1];
            const uint64_t ok = -(uint64_t)(now - began <= window); /* all bits or none */
            const uint64_t first_time = ok & -(uint64_t)(had == 0);
            took[k] = (took[k] & ~first_time) | ((now - began) & first_time);
            chain[k + 1] = (began & ok) | (had & ~ok);
        } while (mask);
    }
    out->reached = 0;
    for (uint32_t k = 0; k < n_steps; k++) out->reached |= (uint32_t)(chain[k + 1] != 0) << k;
}

static fh_status add_loose(funnel *f, const pass *p, fh_error *err)
{
    const uint32_t n = p->seg->n;
    hits h = {.at = fh_fold_scratch(&f->base, HIT_TIMES, (size_t)n + 1, sizeof *h.at),
              .mask = fh_fold_scratch(&f->base, HIT_MASKS, (size_t)n + 1, sizeof *h.mask),
              .end = fh_fold_scratch(&f->base, HIT_ENDS, p->seg->n_stories, sizeof *h.end)};
    if (!h.at || !h.mask || !h.end) return FH_NOMEM;
    gather(p, &h);
    progress story = {0};
    for (uint32_t s = 0, first = 0; s < p->seg->n_stories; first = h.end[s++]) {
        if (first == h.end[s]) continue;
        follow(&h, first, h.end[s], p->window, f->n_steps, &story);
        if (!count_story(f, &story, p->unit_ms)) return fh_fold_too_long(err);
    }
    return FH_OK;
}

/* ---- Loose, a step a touchpoint --------------------------------------------------- */

typedef struct following {
    fh_clock clock;
    const uint8_t *code;                     /* [n] */
    const uint8_t *step_of;                  /* by code: its step + 1; 0: none */
    uint64_t window, now;                    /* the clock at the last interaction */
    uint64_t began[FH_FUNNEL_MAX_STEPS + 1]; /* [k]: the latest chain to step k-1 */
    uint64_t first[FH_FUNNEL_MAX_STEPS];     /* when step k was last reached first in a story */
    uint64_t sum[FH_FUNNEL_MAX_STEPS];
} following;

/* Of a block: its interactions that are a step; then how long each step that was
 * reached for the first time took. */
typedef struct stepped {
    uint64_t at[FH_BLOCK + 1];
    uint8_t step[FH_BLOCK + 1];
    uint64_t took[FH_BLOCK + 1];
    uint8_t reached[FH_BLOCK + 1];
} stepped;

static uint32_t gather_block(following *c, uint32_t first, uint32_t n, const uint64_t *restrict gap,
                             stepped *restrict h)
{
    const uint8_t *restrict code = c->code + first, *restrict step_of = c->step_of;
    uint64_t now = c->now;
    uint32_t m = 0;
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t which = step_of[code[i]];
        now += gap[i];
        h->at[m] = now;
        h->step[m] = (uint8_t)(which - 1);
        m += which != 0;
    }
    c->now = now;
    return m;
}

/* Returns how many steps were reached for the first time in a story. */
static uint32_t follow_block(following *c, uint32_t n, stepped *restrict h)
{
    const uint64_t window = c->window, apart = c->clock.apart;
    uint64_t *restrict began = c->began, *restrict first = c->first;
    uint32_t m = 0;
    for (uint32_t i = 0; i < n; i++) {
        const uint64_t now = h->at[i];
        const uint32_t k = h->step[i];
        began[0] = now;
        const uint64_t since = began[k], had = began[k + 1], seen = first[k];
        const uint64_t ok = -(uint64_t)(now - since <= window); /* all bits or none */
        const uint64_t fresh = ok & -(uint64_t)(now - seen >= apart);
        began[k + 1] = (since & ok) | (had & ~ok);
        first[k] = (now & fresh) | (seen & ~fresh);
        h->took[m] = now - since;
        h->reached[m] = (uint8_t)k;
        m += (uint32_t)(fresh & 1);
    }
    return m;
}

static void count_block(funnel *f, following *c, uint32_t m, const stepped *h, const bool has_ms)
{
    for (uint32_t j = 0; j < m; j++) {
        const uint32_t k = h->reached[j];
        const uint64_t took = h->took[j];
        c->sum[k] += took;
        f->steps[k].stories++;
        f->steps[k].histogram[has_ms ? fh_bucket_ms(took) : fh_bucket_s((uint32_t)took)]++;
    }
}

static fh_status follow_blocks(funnel *f, const fh_segment *seg, following *c, fh_error *err)
{
    uint64_t gap[FH_BLOCK];
    stepped h;
    for (uint32_t first = 0; first < seg->n; first += FH_BLOCK) {
        const uint32_t left = seg->n - first, n = left < FH_BLOCK ? left : FH_BLOCK;
        fh_clock_steps(&c->clock, first, n, gap);
        count_block(f, c, follow_block(c, gather_block(c, first, n, gap, &h), &h), &h,
                    seg->ms != NULL);
    }
    for (uint32_t k = 0; k < f->n_steps; k++)
        if (!fh_fold_add_ms(&f->steps[k].sum_ms, c->sum[k], seg->ms ? 1 : 1000))
            return fh_fold_too_long(err);
    return FH_OK;
}

/* Fills step_of when no touchpoint is two steps and the clock can be used. */
static bool one_step_each(const pass *p, uint8_t step_of[UINT8_MAX + 1])
{
    const uint32_t n_codes = fh_fold_n_codes(&p->seg->touchpoint);
    if (!p->seg->touchpoint.c8 || p->seg->n > FH_CLOCK_MAX) return false;
    memset(step_of, 0, UINT8_MAX + 1);
    for (uint32_t c = 0; c < n_codes; c++) {
        const uint32_t mask = p->mask[c];
        if (mask & (mask - 1)) return false;
        if (mask) step_of[c] = (uint8_t)(__builtin_ctz(mask) + 1);
    }
    return true;
}

static fh_status add_chains(funnel *f, const pass *p, const uint8_t *step_of, fh_error *err)
{
    following c = {.clock = fh_clock_of(p->seg), .code = p->seg->touchpoint.c8, .step_of = step_of};
    c.window = p->window < c.clock.apart ? p->window : c.clock.apart - 1;
    return follow_blocks(f, p->seg, &c, err);
}

/* ---- Strict ------------------------------------------------------------------- */

static void follow_strictly(const pass *p, uint32_t s, uint64_t *at, progress *out)
{
    const fh_segment *seg = p->seg;
    const uint32_t first = seg->start[s], n = seg->start[s + 1] - first;
    uint64_t now_s = 0;
    uint32_t chains = 0;
    out->reached = 0;
    for (uint32_t i = 0; i < n; i++) {
        now_s += seg->gap_s[first + i];
        at[i] = seg->ms ? now_s * 1000 + seg->ms[first + i] : now_s;
        chains = (chains << 1 | 1) & p->mask[p->code[first + i]];
        for (uint32_t left = chains; left; left &= left - 1) {
            const uint32_t k = (uint32_t)__builtin_ctz(left);
            const uint64_t took = at[i] - at[i - k];
            if (took > p->window || out->reached >> k & 1) continue;
            out->reached |= 1u << k;
            out->took[k] = took;
        }
    }
}

static fh_status add_strict(funnel *f, const pass *p, fh_error *err)
{
    uint64_t *at = fh_fold_scratch(&f->base, HIT_TIMES, p->seg->n, sizeof *at);
    if (!at) return FH_NOMEM;
    progress story = {0};
    for (uint32_t s = 0; s < p->seg->n_stories; s++) {
        follow_strictly(p, s, at, &story);
        if (!count_story(f, &story, p->unit_ms)) return fh_fold_too_long(err);
    }
    return FH_OK;
}

/* ---- The fold ------------------------------------------------------------------- */

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    funnel *f = (funnel *)fold;
    const fh_status status = fh_fold_check(&seg->touchpoint, f->n_touchpoints, "touchpoint", err);
    if (status != FH_OK) return status;
    const uint32_t n_codes = fh_fold_n_codes(&seg->touchpoint);
    uint32_t *mask = fh_fold_scratch(fold, MASKS, n_codes, sizeof *mask);
    pass p = {.seg = seg, .mask = mask, .unit_ms = seg->ms ? 1 : 1000};
    if (!mask) return FH_NOMEM;
    for (uint32_t c = 0; c < n_codes; c++) mask[c] = f->mask[fh_fold_name(&seg->touchpoint, c)];
    p.window = f->window_ms ? f->window_ms / (uint64_t)p.unit_ms : NO_LIMIT;
    if (p.window > NO_LIMIT) p.window = NO_LIMIT;
    f->n_stories += seg->n_stories;
    uint8_t step_of[UINT8_MAX + 1];
    if (!f->strict && one_step_each(&p, step_of)) return add_chains(f, &p, step_of, err);
    p.code = fh_fold_codes(fold, CODES, &seg->touchpoint, seg->n);
    if (!p.code) return FH_NOMEM;
    return f->strict ? add_strict(f, &p, err) : add_loose(f, &p, err);
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    funnel *into = (funnel *)into_;
    const funnel *from = (const funnel *)from_;
    into->n_stories += from->n_stories;
    for (uint32_t k = 0; k < into->n_steps; k++) {
        step *to = &into->steps[k];
        const step *s = &from->steps[k];
        to->stories += s->stories;
        if (!fh_add_i64(to->sum_ms, s->sum_ms, &to->sum_ms)) return fh_fold_too_long(err);
        for (size_t b = 0; b < FH_BUCKETS; b++) to->histogram[b] += s->histogram[b];
    }
    return FH_OK;
}

static fh_status take(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    funnel *into = (funnel *)into_;
    const funnel *from = (const funnel *)from_;
    bool ok = fh_fold_take(&into->n_stories, from->n_stories);
    for (uint32_t k = 0; k < into->n_steps && ok; k++) {
        step *to = &into->steps[k];
        const step *s = &from->steps[k];
        ok = fh_fold_take(&to->stories, s->stories);
        if (!fh_sub_i64(to->sum_ms, s->sum_ms, &to->sum_ms)) return fh_fold_too_long(err);
        for (size_t b = 0; b < FH_BUCKETS && ok; b++)
            ok = fh_fold_take(&to->histogram[b], s->histogram[b]);
    }
    return ok ? FH_OK : fh_fold_not_there(err);
}

static const fh_fold_kind kind = {"funnel", add, merge, NULL, take, NULL, NULL, NULL};

/* The steps of every touchpoint; they become part of the tag. */
static fh_status copy_steps(funnel *f, const fh_bitset *steps)
{
    f->mask = FH_NEW_ARRAY(f->base.arena, uint32_t, f->n_touchpoints);
    if (!f->mask) return FH_NOMEM;
    for (uint32_t k = 0; k < f->n_steps; k++)
        for (uint32_t t = 0; t < f->n_touchpoints && t < steps[k].n; t++)
            if (fh_bit(steps[k].bits, t)) f->mask[t] |= 1u << k;
    fh_buf_put(&f->base.tag, f->mask, f->n_touchpoints * sizeof *f->mask);
    return FH_OK;
}

fh_status fh_funnel_new(const fh_allocator *from, const fh_funnel_options *options, fh_fold **out,
                        fh_error *err)
{
    uint32_t n = options->n_touchpoints;
    fh_status status = fh_fold_limit(&n, "touchpoints", err);
    if (status != FH_OK) return status;
    if (options->n_steps < 1 || options->n_steps > FH_FUNNEL_MAX_STEPS)
        return fh_fail(err, FH_INVALID, "a funnel of %u steps; it can have 1 to %d",
                       options->n_steps, FH_FUNNEL_MAX_STEPS);
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(funnel),
                                1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_TOUCHPOINT);
    if (!fold) return fh_no_memory(err);
    funnel *f = (funnel *)fold;
    f->n_touchpoints = n;
    f->n_steps = options->n_steps;
    f->window_ms = options->window_ms;
    f->strict = options->strict;
    fh_fold_tag(fold, n);
    fh_fold_tag(fold, f->n_steps);
    fh_fold_tag(fold, f->window_ms);
    fh_fold_tag(fold, f->strict);
    f->steps = FH_NEW_ARRAY(fold->arena, step, f->n_steps);
    status = f->steps ? copy_steps(f, options->steps) : FH_NOMEM;
    return fh_fold_made(fold, status, out, err);
}

fh_status fh_funnel_read(const fh_fold *fold, fh_arena *arena, fh_funnel *out, fh_error *err)
{
    const funnel *f = (const funnel *)fold;
    const fh_status status = fh_fold_readable(fold, &kind, err);
    if (status != FH_OK) return status;
    fh_funnel_step *steps = FH_NEW_ARRAY(arena, fh_funnel_step, f->n_steps);
    if (!steps) return fh_no_memory(err);
    for (uint32_t k = 0; k < f->n_steps; k++)
        steps[k] = (fh_funnel_step){f->steps[k].stories, f->steps[k].sum_ms,
                                    fh_histogram_percentiles(f->steps[k].histogram)};
    *out = (fh_funnel){f->n_stories, f->n_steps, steps};
    return FH_OK;
}
