/* measure.c - claims against the truth (see measure.h).
 *
 * Both are put in the order of sort and messages, so that each claim meets the rows about its
 * pair together.
 */
#include "app/demo/measure.h"

#include "base/sort.h"

#include <string.h>

typedef struct counting {
    const fh_truth *truth;
    const uint32_t *row; /* [truth->n] in order */
    bool *found;         /* [truth->n] */
    uint32_t sorts;      /* bits: the truth knows of them */
    fh_measured_row sort[FH_N_FINDING_SORTS];
    fh_measured_row type[FH_N_FACT_TYPES];
    fh_measured_row *variant; /* [(n_variants + 1) * FH_N_FINDING_SORTS] */
    fh_measured_miss *miss;
    size_t n_misses;
} counting;

static uint32_t low(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t high(uint32_t a, uint32_t b)
{
    return a < b ? b : a;
}

static int by_number(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int by_pair(fh_finding_sort sort_x, uint32_t xa, uint32_t xb, fh_finding_sort sort_y,
                   uint32_t ya, uint32_t yb)
{
    int order = by_number(sort_x, sort_y);
    if (!order) order = by_number(low(xa, xb), low(ya, yb));
    return order ? order : by_number(high(xa, xb), high(ya, yb));
}

static int compare_rows(const void *x, const void *y, void *ctx)
{
    const fh_truth *const t = *(const fh_truth *const *)ctx;
    const fh_truth_pair *a = &t->pair[*(const uint32_t *)x], *b = &t->pair[*(const uint32_t *)y];
    return by_pair(a->sort, a->a, a->b, b->sort, b->a, b->b);
}

static int compare_groups(const void *x, const void *y, void *ctx)
{
    const fh_truth *const t = *(const fh_truth *const *)ctx;
    return by_number(t->pair[*(const uint32_t *)x].group, t->pair[*(const uint32_t *)y].group);
}

/* Messages that the truth does not know are told apart by their ids. */
static int compare_claims(const void *x, const void *y, void *ctx)
{
    (void)ctx;
    const fh_claim *a = x, *b = y;
    const int order = by_pair(a->sort, a->a, a->b, b->sort, b->a, b->b);
    if (order || (a->a && a->b)) return order;
    const bool turn_a = a->id_a > a->id_b, turn_b = b->id_a > b->id_b;
    const int first = by_number(turn_a ? a->id_b : a->id_a, turn_b ? b->id_b : b->id_a);
    return first ? first : by_number(turn_a ? a->id_a : a->id_b, turn_b ? b->id_a : b->id_b);
}

static fh_measured_row *variant_of(counting *c, fh_finding_sort sort, uint32_t variant)
{
    return &c->variant[(size_t)variant * FH_N_FINDING_SORTS + sort];
}

static void note(counting *c, const fh_claim *claim, const fh_truth_pair *pair, uint32_t type,
                 bool alarm)
{
    c->miss[c->n_misses++] =
        (fh_measured_miss){.sort = pair ? pair->sort : claim->sort,
                           .variant = pair ? pair->variant : 0,
                           .type = type,
                           .alarm = alarm,
                           .customer = claim ? claim->customer : pair->customer,
                           .a = claim ? claim->a : pair->a,
                           .b = claim ? claim->b : pair->b,
                           .id_a = claim ? claim->id_a : 0,
                           .id_b = claim ? claim->id_b : 0};
}

/* The first of the rows about the claim's pair; *n of them. */
static size_t rows_about(const counting *c, const fh_claim *claim, size_t *n)
{
    const fh_truth *t = c->truth;
    size_t lo = 0, hi = t->n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        const fh_truth_pair *p = &t->pair[c->row[mid]];
        if (by_pair(p->sort, p->a, p->b, claim->sort, claim->a, claim->b) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (*n = 0; lo + *n < t->n; (*n)++) {
        const fh_truth_pair *p = &t->pair[c->row[lo + *n]];
        if (by_pair(p->sort, p->a, p->b, claim->sort, claim->a, claim->b) != 0) break;
    }
    return lo;
}

/* One claim, of one type of fact or (FH_N_FACT_TYPES) none. */
static void judge(counting *c, const fh_claim *claim, uint32_t type, size_t first, size_t n)
{
    fh_measured_row *sort = &c->sort[claim->sort];
    fh_measured_row *of_type = type < FH_N_FACT_TYPES ? &c->type[type] : NULL;
    const fh_truth_pair *about = NULL;
    bool right = false;
    for (size_t i = first; i < first + n; i++) {
        const fh_truth_pair *p = &c->truth->pair[c->row[i]];
        const bool fits = p->type == FH_N_FACT_TYPES || type == FH_N_FACT_TYPES || p->type == type;
        if (p->planted && fits) right = c->found[c->row[i]] = true;
        if (!about || !p->planted) about = p;
    }
    sort->claims++;
    sort->right += right;
    if (of_type) of_type->claims++;
    if (of_type) of_type->right += right;
    if (right) return;
    sort->alarms++;
    if (of_type) of_type->alarms++;
    if (about) variant_of(c, claim->sort, about->variant)->alarms++;
    note(c, claim, about, type, true);
}

static bool same_claim(const fh_claim *a, const fh_claim *b)
{
    return compare_claims(a, b, NULL) == 0;
}

static void judge_all(counting *c, const fh_claim *claim, size_t n)
{
    for (size_t i = 0; i < n;) {
        uint32_t types = 0;
        size_t next = i, rows;
        for (; next < n && same_claim(&claim[i], &claim[next]); next++) types |= claim[next].types;
        const size_t first = rows_about(c, &claim[i], &rows);
        const bool wanted = c->sorts >> claim[i].sort & 1;
        const bool by_type = claim[i].sort == FH_FIND_CONTRADICTION && types;
        if (wanted && !by_type) judge(c, &claim[i], FH_N_FACT_TYPES, first, rows);
        for (uint32_t type = 0; type < FH_N_FACT_TYPES && wanted && by_type; type++)
            if (types >> type & 1) judge(c, &claim[i], type, first, rows);
        i = next;
    }
}

/* ---- What was planted ------------------------------------------------------------------- */

static void count_group(counting *c, const uint32_t *row, size_t n)
{
    const fh_truth_pair *p = &c->truth->pair[row[0]];
    bool found = false;
    for (size_t i = 0; i < n; i++) found = found || c->found[row[i]];
    fh_measured_row *variant = variant_of(c, p->sort, p->variant);
    variant->planted++;
    variant->found += found;
    variant->apart = p->planted == FH_PLANTED_APART;
    if (!found) note(c, NULL, p, p->type, false);
    if (variant->apart) return;
    c->sort[p->sort].planted++;
    c->sort[p->sort].found += found;
    if (p->sort != FH_FIND_CONTRADICTION || p->type == FH_N_FACT_TYPES) return;
    c->type[p->type].planted++;
    c->type[p->type].found += found;
}

static fh_status count_planted(counting *c, fh_arena *arena, uint32_t *row, fh_error *err)
{
    const fh_truth *t = c->truth;
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        const fh_truth_pair *p = &t->pair[i];
        if (p->planted) {
            row[n++] = (uint32_t)i;
            continue;
        }
        c->sort[p->sort].clean++;
        variant_of(c, p->sort, p->variant)->clean++;
    }
    if (fh_sort(fh_arena_allocator(arena), row, n, sizeof *row, compare_groups, &t))
        return fh_no_memory(err);
    for (size_t i = 0; i < n;) {
        size_t next = i + 1;
        const uint64_t group = t->pair[row[i]].group;
        while (group && next < n && t->pair[row[next]].group == group) next++;
        count_group(c, &row[i], next - i);
        i = next;
    }
    return FH_OK;
}

/* ---- All of it --------------------------------------------------------------------------- */

static bool empty_row(const fh_measured_row *r)
{
    return !r->planted && !r->clean && !r->claims && !r->alarms;
}

static size_t keep_rows(const fh_measured_row *from, size_t n, fh_measured_row *to)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!empty_row(&from[i])) to[kept++] = from[i];
    return kept;
}

static fh_status finish(const counting *c, fh_arena *arena, fh_measured *out, fh_error *err)
{
    const size_t n_all = ((size_t)c->truth->n_variants + 1) * FH_N_FINDING_SORTS;
    fh_measured_row *sort = FH_NEW_ARRAY(arena, fh_measured_row, FH_N_FINDING_SORTS);
    fh_measured_row *type = FH_NEW_ARRAY(arena, fh_measured_row, FH_N_FACT_TYPES);
    fh_measured_row *variant = FH_NEW_ARRAY(arena, fh_measured_row, n_all);
    if (!sort || !type || !variant) return fh_no_memory(err);
    *out = (fh_measured){
        .sort = sort, .type = type, .variant = variant, .miss = c->miss, .n_misses = c->n_misses};
    out->n_sorts = keep_rows(c->sort, FH_N_FINDING_SORTS, sort);
    out->n_types = keep_rows(c->type, FH_N_FACT_TYPES, type);
    /* By sort, then in the order of the truth. */
    for (uint32_t s = 0; s < FH_N_FINDING_SORTS; s++)
        for (uint32_t v = 1; v <= c->truth->n_variants; v++) {
            const fh_measured_row *r = &c->variant[(size_t)v * FH_N_FINDING_SORTS + s];
            if (!empty_row(r)) variant[out->n_variants++] = *r;
        }
    return FH_OK;
}

static void name_rows(counting *c)
{
    for (uint32_t i = 0; i < FH_N_FINDING_SORTS; i++) {
        c->sort[i] = (fh_measured_row){.sort = (fh_finding_sort)i, .type = FH_N_FACT_TYPES};
        for (uint32_t v = 0; v <= c->truth->n_variants; v++)
            *variant_of(c, (fh_finding_sort)i, v) = (fh_measured_row){
                .sort = (fh_finding_sort)i, .variant = v, .type = FH_N_FACT_TYPES};
    }
    for (uint32_t i = 0; i < FH_N_FACT_TYPES; i++)
        c->type[i] = (fh_measured_row){.sort = FH_FIND_CONTRADICTION, .type = i};
}

fh_status fh_measure(const fh_truth *truth, const fh_claim *claim, size_t n, fh_arena *arena,
                     fh_measured *out, fh_error *err)
{
    const fh_allocator *from = fh_arena_allocator(arena);
    uint32_t *row = FH_NEW_ARRAY(arena, uint32_t, truth->n + 1);
    uint32_t *planted = FH_NEW_ARRAY(arena, uint32_t, truth->n + 1);
    fh_claim *sorted = FH_NEW_ARRAY(arena, fh_claim, n + 1);
    size_t most = truth->n;
    for (size_t i = 0; i < n; i++)
        for (uint32_t left = claim[i].types | 1u << 31; left; left &= left - 1) most++;
    counting c = {.truth = truth,
                  .row = row,
                  .found = FH_NEW_ARRAY(arena, bool, truth->n + 1),
                  .variant = FH_NEW_ARRAY(arena, fh_measured_row,
                                          ((size_t)truth->n_variants + 1) * FH_N_FINDING_SORTS),
                  .miss = FH_NEW_ARRAY(arena, fh_measured_miss, most + 1)};
    if (!row || !planted || !sorted || !c.found || !c.variant || !c.miss) return fh_no_memory(err);
    name_rows(&c);
    for (size_t i = 0; i < truth->n; i++) {
        row[i] = (uint32_t)i;
        c.sorts |= 1u << truth->pair[i].sort;
    }
    if (n) memcpy(sorted, claim, n * sizeof *claim);
    fh_status s = fh_sort(from, row, truth->n, sizeof *row, compare_rows, &truth);
    if (!s) s = fh_sort(from, sorted, n, sizeof *sorted, compare_claims, NULL);
    if (s) return fh_no_memory(err);
    judge_all(&c, sorted, n);
    s = count_planted(&c, arena, planted, err);
    return s ? s : finish(&c, arena, out, err);
}
