/* between.c - findings by pair of departments (see between.h). */
#include "app/find/between.h"

#include "app/find/show_parts.h"
#include "base/put.h"
#include "base/sort.h"
#include "store/members.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS (INT64_C(24) * 3600 * 1000)

/* ---- Causes of two departments ---- */

/* Of one pair; of `from` and `to` either may be first where their order does not matter. */
typedef struct pair {
    uint32_t from, to;
    uint64_t findings, hits, minutes;
    uint64_t of_type[FH_N_FACT_TYPES]; /* hits of causes with facts of this type */
    uint64_t customers;                /* each once */
    int64_t last_ms;
    uint64_t cause, cause_hits; /* the one with the most hits */
} pair;

typedef struct pairs {
    fh_arena *arena;
    fh_seen_causes all; /* those that wait name no departments, so they count for no pair */
    pair *one;          /* [n] in the order of their first causes */
    size_t n;
} pairs;

static bool counts(const fh_cause_row *c, uint64_t sorts)
{
    return c->sort < FH_N_FINDING_SORTS && (sorts >> c->sort & 1) && !c->judged && c->hits;
}

static void order_of(const fh_cause_row *c, bool ordered, uint32_t *from, uint32_t *to)
{
    const bool swap = !ordered && c->from > c->to;
    *from = swap ? c->to : c->from;
    *to = swap ? c->from : c->to;
}

static void add_cause(pair *p, const fh_cause_row *c)
{
    p->findings++;
    p->hits += c->hits;
    p->minutes += fh_find_minutes(c->sort) * c->hits;
    for (uint32_t t = 0; t < FH_N_FACT_TYPES; t++)
        if (c->fact_types >> t & 1) p->of_type[t] += c->hits;
    if (c->last_ms > p->last_ms) p->last_ms = c->last_ms;
    if (c->hits <= p->cause_hits) return;
    p->cause = c->cause;
    p->cause_hits = c->hits;
}

static int by_pair(const void *a, const void *b, void *ctx)
{
    const pair *x = a, *y = b;
    (void)ctx;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

static pair *pair_at(const pairs *p, uint32_t from, uint32_t to)
{
    const pair wanted = {.from = from, .to = to};
    size_t lo = 0, hi = p->n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        const int order = by_pair(&p->one[mid], &wanted, NULL);
        if (!order) return &p->one[mid];
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

/* Which pairs there are, rising, and what their causes come to. */
static fh_status pairs_of(const fh_seen_causes *all, uint64_t sorts, bool ordered, fh_arena *arena,
                          pairs *out, fh_error *err)
{
    const fh_cause_row *row = all->c;
    const size_t n = all->n;
    size_t kept = 0;
    *out = (pairs){.arena = arena, .all = *all};
    out->one = FH_NEW_ARRAY(arena, pair, n + 1);
    if (!out->one) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        pair *p = &out->one[out->n];
        if (!counts(&row[i], sorts) || !row[i].from || !row[i].to) continue;
        order_of(&row[i], ordered, &p->from, &p->to);
        out->n++;
    }
    if (fh_sort(NULL, out->one, out->n, sizeof *out->one, by_pair, NULL)) return fh_no_memory(err);
    for (size_t i = 0; i < out->n; i++)
        if (!kept || by_pair(&out->one[kept - 1], &out->one[i], NULL))
            out->one[kept++] = out->one[i];
    out->n = kept;
    for (size_t i = 0; i < n; i++) {
        uint32_t from, to;
        order_of(&row[i], ordered, &from, &to);
        pair *p = counts(&row[i], sorts) ? pair_at(out, from, to) : NULL;
        if (p) add_cause(p, &row[i]);
    }
    return FH_OK;
}

/* ---- Each customer once ---- */

typedef struct marks {
    uint64_t *bits;
    size_t n; /* customers */
} marks;

static fh_status mark_cause(fh_org *org, uint64_t cause, marks *m, uint64_t *n, fh_error *err)
{
    enum { PAGE = 10000 };
    fh_arena *arena = fh_arena_new(NULL);
    fh_status s = arena ? FH_OK : fh_no_memory(err);
    uint32_t after = 0;
    for (size_t got = PAGE; got == PAGE && !s;) {
        const fh_hit_customer *who = NULL;
        fh_arena_reset(arena);
        s = fh_hits_customers(org, cause, after, PAGE, arena, &who, &got, err);
        for (size_t i = 0; i < got && !s; i++) {
            const uint32_t c = who[i].customer;
            if (c >= m->n) continue;
            *n += !(m->bits[c / 64] >> (c & 63) & 1);
            m->bits[c / 64] |= UINT64_C(1) << (c & 63);
            after = c;
        }
    }
    fh_arena_free(arena);
    return s;
}

/* As customers were numbered when they were looked at: the next look numbers merged ones anew. */
static fh_status count_customers(fh_org *org, pairs *p, uint64_t sorts, bool ordered, fh_error *err)
{
    int64_t last = 0;
    marks m = {.bits = NULL};
    fh_status s = fh_counter_last(org, "member", &last, err);
    if (s) return s;
    m.n = last > 0 && last < UINT32_MAX ? (size_t)last + 1 : 1;
    m.bits = calloc(m.n / 64 + 1, sizeof *m.bits);
    if (!m.bits) return fh_no_memory(err);
    for (size_t i = 0; i < p->n && !s; i++) {
        if (i) memset(m.bits, 0, (m.n / 64 + 1) * sizeof *m.bits);
        for (size_t k = 0; k < p->all.n && !s; k++) {
            uint32_t from, to;
            const fh_cause_row *c = &p->all.c[k];
            order_of(c, ordered, &from, &to);
            if (counts(c, sorts) && from == p->one[i].from && to == p->one[i].to)
                s = mark_cause(org, c->cause, &m, &p->one[i].customers, err);
        }
    }
    free(m.bits);
    return s;
}

static void put_cause(fh_json *j, uint64_t cause)
{
    char hex[24];
    (void)snprintf(hex, sizeof hex, "%016llx", (unsigned long long)cause);
    fh_put_text_or_null(j, "cause", cause ? fh_str_of(hex) : (fh_str){0});
}

/* ---- Told again after a hand-off ---- */

static const uint64_t DAMS = UINT64_C(1) << FH_FIND_DAM;

static void put_facts(const pair *p, fh_json *j)
{
    fh_put_key(j, "facts");
    fh_json_array(j);
    for (uint32_t t = 0; p && t < FH_N_FACT_TYPES; t++) {
        if (!p->of_type[t]) continue;
        fh_json_object(j);
        fh_put_word(j, "type", fh_fact_type_name((fh_fact_type)t));
        fh_put_number(j, "n", p->of_type[t]);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void put_handoff(const fh_view *v, const fh_handoff *h, const pair *dam, fh_json *j)
{
    const uint64_t again = dam ? (dam->hits < h->count ? dam->hits : h->count) : 0;
    const int64_t gap_ms = h->count ? h->gap_ms_sum / (int64_t)h->count : 0;
    fh_json_object(j);
    fh_put_text(j, "from", fh_view_name(&v->department, h->from));
    fh_put_text(j, "to", fh_view_name(&v->department, h->to));
    fh_put_number(j, "handoffs", h->count);
    fh_put_number(j, "customers", h->customers);
    fh_put_number(j, "told_again", again);
    fh_put_number(j, "told_again_customers", dam ? dam->customers : 0);
    fh_put_interval(j, again, h->count);
    fh_put_int(j, "gap_ms", gap_ms);
    fh_put_key(j, "days_lost");
    fh_json_fixed(j, (int64_t)((double)again * (double)gap_ms / (double)DAY_MS * 10 + .5), 1);
    put_facts(dam, j);
    put_cause(j, dam ? dam->cause : 0);
    fh_json_end_object(j);
}

/* Those that may be told only by and by: how many, of these sorts. */
static uint64_t waiting(const fh_seen_causes *all, uint64_t sorts)
{
    uint64_t n = 0;
    for (size_t i = 0; i < all->n; i++) n += all->waits[i] && counts(&all->c[i], sorts);
    return n;
}

fh_status fh_between_handoffs_json(const fh_view *v, const fh_actor *actor, fh_json *j,
                                   fh_error *err)
{
    fh_handoffs a;
    fh_seen_causes all = {.n = 0};
    pairs dams;
    fh_status s = fh_view_handoffs(v, false, &a, err);
    if (!s) s = fh_causes_as_seen(v->org, actor, &v->department, v->arena, &all, err);
    if (!s) s = pairs_of(&all, DAMS, true, v->arena, &dams, err);
    if (!s) s = count_customers(v->org, &dams, DAMS, true, err);
    if (s) return s;
    unsigned char *seen = FH_NEW_ARRAY(v->arena, unsigned char, (size_t)v->department.n + 1);
    if (!seen) return fh_no_memory(err);
    fh_json_object(j);
    fh_put_key(j, "departments");
    fh_json_array(j);
    for (size_t i = 0; i < a.n_pairs; i++) {
        const uint32_t both[] = {a.pairs[i].from, a.pairs[i].to};
        for (size_t k = 0; k < 2; k++) {
            if (both[k] >= v->department.n || seen[both[k]]) continue;
            seen[both[k]] = 1;
            fh_json_str(j, fh_view_name(&v->department, both[k]));
        }
    }
    fh_json_end_array(j);
    fh_put_key(j, "cells");
    fh_json_array(j);
    for (size_t i = 0; i < a.n_pairs; i++)
        put_handoff(v, &a.pairs[i], pair_at(&dams, a.pairs[i].from, a.pairs[i].to), j);
    fh_json_end_array(j);
    fh_put_number(j, "waiting", waiting(&all, DAMS));
    fh_json_end_object(j);
    return FH_OK;
}

/* ---- Said twice ---- */

static int by_customers(const void *a, const void *b, void *ctx)
{
    const pair *x = a, *y = b;
    if (x->customers != y->customers) return x->customers > y->customers ? -1 : 1;
    return by_pair(a, b, ctx);
}

fh_status fh_between_twice_json(fh_org *org, const fh_actor *actor, fh_arena *arena, fh_json *j,
                                fh_error *err)
{
    static const uint64_t twice = UINT64_C(1) << FH_FIND_DUPLICATE | UINT64_C(1)
                                                                         << FH_FIND_SIGNATORY;
    fh_find_names names;
    fh_seen_causes all = {.n = 0};
    pairs p;
    fh_status s = fh_find_names_read(org, arena, &names, err);
    if (!s) s = fh_causes_as_seen(org, actor, &names.department, arena, &all, err);
    if (!s) s = pairs_of(&all, twice, false, arena, &p, err);
    if (!s) s = count_customers(org, &p, twice, false, err);
    if (!s && fh_sort(NULL, p.one, p.n, sizeof *p.one, by_customers, NULL)) s = fh_no_memory(err);
    if (s) return s;
    fh_json_object(j);
    fh_put_key(j, "pairs");
    fh_json_array(j);
    for (size_t i = 0; i < p.n; i++) {
        const pair *one = &p.one[i];
        fh_json_object(j);
        fh_put_text(j, "a", fh_find_name(&names.department, one->from));
        fh_put_text(j, "b", fh_find_name(&names.department, one->to));
        fh_put_number(j, "findings", one->findings);
        fh_put_number(j, "customers", one->customers);
        fh_put_number(j, "hits", one->hits);
        fh_put_number(j, "cost_minutes", one->minutes);
        fh_put_int(j, "last_ms", one->last_ms);
        put_cause(j, one->cause);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
    return FH_OK;
}
