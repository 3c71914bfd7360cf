/* affected.c - whom something has touched: customers with an interaction at given
 * touchpoints since a day, for many such questions in one pass.
 *
 * Per segment each local code gets the list of asks it belongs to; a stamp per ask tells
 * whether the story was counted for it already.
 */
#include "fold/fold.h"

#include "base/sort.h"

#include <string.h>

enum { CODES, STARTS, LISTS, STAMPS, MARKS /* and one more */ };

typedef struct stamp {
    uint32_t customers, broken; /* last story counted, from 1 */
} stamp;

typedef struct named {
    uint32_t customer, ask;
} named;

typedef struct affected {
    fh_fold base;
    uint32_t n_touchpoints;
    size_t n_asks;
    fh_affected_ask *asks; /* [n_asks] sets in the arena */
    named *named;          /* [n_named] by customer, then ask */
    size_t n_named;
    const fh_severe *severe;
    fh_affected_count *count; /* [n_asks] */
} affected;

static bool in_set(const fh_bitset *set, uint32_t number)
{
    return number < set->n && fh_bit(set->bits, number);
}

/* start[code] .. start[code + 1] in *lists: the asks of each code. */
static fh_status list_asks(affected *f, const fh_segment *seg, const uint32_t **starts,
                           const uint32_t **lists)
{
    const uint32_t n_codes = fh_fold_n_codes(&seg->touchpoint);
    uint32_t *start = fh_fold_scratch(&f->base, STARTS, (size_t)n_codes + 1, sizeof *start);
    if (!start) return FH_NOMEM;
    uint32_t n = 0;
    for (uint32_t c = 0; c < n_codes; c++)
        for (size_t a = 0; a < f->n_asks; a++)
            n += in_set(&f->asks[a].touchpoints, fh_fold_name(&seg->touchpoint, c));
    uint32_t *list = fh_fold_scratch(&f->base, LISTS, (size_t)n + 1, sizeof *list);
    if (!list) return FH_NOMEM;
    n = 0;
    for (uint32_t c = 0; c < n_codes; c++) {
        start[c] = n;
        for (size_t a = 0; a < f->n_asks; a++)
            if (in_set(&f->asks[a].touchpoints, fh_fold_name(&seg->touchpoint, c)))
                list[n++] = (uint32_t)a;
    }
    start[n_codes] = n;
    *starts = start;
    *lists = list;
    return FH_OK;
}

static void count(affected *f, uint32_t ask, int64_t at_ms, bool broken, uint32_t story, stamp *s)
{
    if (at_ms < f->asks[ask].from_ms || at_ms >= f->asks[ask].until_ms) return;
    f->count[ask].customers += s[ask].customers != story;
    s[ask].customers = story;
    if (!broken) return;
    f->count[ask].broken += s[ask].broken != story;
    s[ask].broken = story;
}

/* Those that are named and were not counted by a contact. */
static void count_named(affected *f, uint32_t customer, uint32_t story, stamp *s)
{
    size_t lo = 0, hi = f->n_named;
    while (lo < hi) {
        const size_t middle = lo + (hi - lo) / 2;
        if (f->named[middle].customer < customer)
            lo = middle + 1;
        else
            hi = middle;
    }
    for (; lo < f->n_named && f->named[lo].customer == customer; lo++) {
        const uint32_t ask = f->named[lo].ask;
        f->count[ask].customers += s[ask].customers != story;
        s[ask].customers = story;
    }
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    affected *f = (affected *)fold;
    const uint32_t *start = NULL, *list = NULL;
    fh_status status = fh_fold_check(&seg->touchpoint, f->n_touchpoints, "touchpoint", err);
    if (status == FH_OK) status = list_asks(f, seg, &start, &list);
    if (status != FH_OK) return status;
    const uint16_t *code = fh_fold_codes(fold, CODES, &seg->touchpoint, seg->n);
    stamp *s = fh_fold_scratch(fold, STAMPS, f->n_asks, sizeof *s);
    const uint8_t *mark = f->severe ? fh_fold_marks(fold, MARKS, f->severe, seg) : NULL;
    if (!code || !s || (f->severe && !mark)) return FH_NOMEM;
    memset(s, 0, f->n_asks * sizeof *s);
    for (uint32_t story = 0; story < seg->n_stories; story++) {
        uint64_t at_s = seg->first_s[story];
        for (uint32_t i = seg->start[story]; i < seg->start[story + 1]; i++) {
            at_s += seg->gap_s[i];
            const uint32_t end = start[code[i] + 1];
            for (uint32_t k = start[code[i]]; k < end; k++)
                count(f, list[k], fh_instant_ms(at_s, seg->ms ? seg->ms[i] : 0), mark && mark[i],
                      story + 1, s);
        }
        if (f->n_named) count_named(f, seg->customer[story], story + 1, s);
    }
    return FH_OK;
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    affected *into = (affected *)into_;
    const affected *from = (const affected *)from_;
    (void)err;
    for (size_t a = 0; a < into->n_asks; a++) {
        into->count[a].customers += from->count[a].customers;
        into->count[a].broken += from->count[a].broken;
    }
    return FH_OK;
}

static fh_status take(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    affected *into = (affected *)into_;
    const affected *from = (const affected *)from_;
    bool ok = true;
    for (size_t a = 0; a < into->n_asks && ok; a++)
        ok = fh_fold_take(&into->count[a].customers, from->count[a].customers) &&
             fh_fold_take(&into->count[a].broken, from->count[a].broken);
    return ok ? FH_OK : fh_fold_not_there(err);
}

static const fh_fold_kind kind = {"affected", add, merge, NULL, take, NULL, NULL, NULL};

static fh_status keep_ask(affected *f, const fh_affected_ask *ask, size_t a)
{
    const size_t words = ((size_t)ask->touchpoints.n + 63) / 64;
    uint64_t *bits = FH_NEW_ARRAY(f->base.arena, uint64_t, words + 1);
    if (!bits) return FH_NOMEM;
    if (ask->touchpoints.bits) memcpy(bits, ask->touchpoints.bits, words * sizeof *bits);
    f->asks[a] = *ask;
    f->asks[a].touchpoints.bits = bits;
    f->asks[a].customer = NULL; /* in `named` */
    fh_fold_tag_bits(&f->base, &f->asks[a].touchpoints);
    fh_fold_tag(&f->base, (uint64_t)ask->from_ms);
    fh_fold_tag(&f->base, (uint64_t)ask->until_ms);
    return FH_OK;
}

static int by_customer(const void *a, const void *b, void *ctx)
{
    const named *x = a, *y = b;
    (void)ctx;
    if (x->customer != y->customer) return x->customer < y->customer ? -1 : 1;
    return (x->ask > y->ask) - (x->ask < y->ask);
}

static fh_status keep_named(affected *f, const fh_affected_options *options)
{
    size_t n = 0;
    for (size_t a = 0; a < options->n_asks; a++) n += options->asks[a].n_customers;
    f->named = FH_NEW_ARRAY(f->base.arena, named, n + 1);
    if (!f->named) return FH_NOMEM;
    for (size_t a = 0; a < options->n_asks; a++)
        for (size_t i = 0; i < options->asks[a].n_customers; i++)
            f->named[f->n_named++] = (named){options->asks[a].customer[i], (uint32_t)a};
    if (fh_sort(NULL, f->named, f->n_named, sizeof *f->named, by_customer, NULL)) return FH_NOMEM;
    for (size_t i = 0; i < f->n_named; i++) {
        fh_fold_tag(&f->base, f->named[i].customer);
        fh_fold_tag(&f->base, f->named[i].ask);
    }
    return FH_OK;
}

fh_status fh_affected_new(const fh_allocator *from, const fh_affected_options *options,
                          fh_fold **out, fh_error *err)
{
    uint32_t n = options->n_touchpoints;
    fh_status s = fh_fold_limit(&n, "touchpoints", err);
    if (s != FH_OK) return s;
    if (options->n_asks > FH_AFFECTED_MOST)
        return fh_fail(err, FH_LIMIT, "at most %d can be asked at once", FH_AFFECTED_MOST);
    uint32_t columns = 1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_TOUCHPOINT;
    if (options->severe) columns |= fh_severe_columns(options->severe);
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(affected), columns);
    if (!fold) return fh_no_memory(err);
    affected *f = (affected *)fold;
    f->n_touchpoints = n;
    f->n_asks = options->n_asks;
    f->severe = options->severe;
    f->asks = FH_NEW_ARRAY(fold->arena, fh_affected_ask, f->n_asks + 1);
    f->count = FH_NEW_ARRAY(fold->arena, fh_affected_count, f->n_asks + 1);
    fh_fold_tag(fold, n);
    fh_fold_tag(fold, options->severe != NULL);
    if (options->severe) fh_fold_tag_severe(fold, options->severe);
    s = f->asks && f->count ? FH_OK : FH_NOMEM;
    for (size_t a = 0; s == FH_OK && a < f->n_asks; a++) s = keep_ask(f, &options->asks[a], a);
    if (s == FH_OK) s = keep_named(f, options);
    return fh_fold_made(fold, s, out, err);
}

fh_status fh_affected_read(const fh_fold *fold, fh_arena *arena, fh_affected *out, fh_error *err)
{
    const affected *f = (const affected *)fold;
    const fh_status s = fh_fold_readable(fold, &kind, err);
    if (s != FH_OK) return s;
    fh_affected_count *count = FH_NEW_ARRAY(arena, fh_affected_count, f->n_asks + 1);
    if (!count) return fh_no_memory(err);
    memcpy(count, f->count, f->n_asks * sizeof *count);
    *out = (fh_affected){f->n_asks, count};
    return FH_OK;
}
