/* effect.c - what customers do after a finding hit them (see effect.h). It shows what goes
 * together, not what causes what: the words say so. */
#include "app/find/effect.h"

#include "app/ask/effect.h"
#include "app/find/show_parts.h"
#include "base/put.h"
#include "store/members.h"

#include <stdio.h>
#include <string.h>

#define AFTER_MS (INT64_C(14) * 24 * 3600 * 1000)

typedef struct side {
    uint64_t customers, contacts, complaints, low;
} side;

typedef struct counting {
    const fh_cause_row *c;
    const int64_t *hit_ms; /* [n_customers] by number; INT64_MAX: not hit */
    uint32_t n_customers;
    const fh_severe *severe;
    const uint8_t *complains, *complains_outcome; /* by touchpoint, outcome */
    uint32_t n_touchpoints, n_outcomes;
    int64_t last_ms;
    side with, without;
} counting;

static bool says_complaint(fh_str name)
{
    static const char word[] = "complain";
    for (size_t i = 0; i + sizeof word - 1 <= name.len; i++)
        if (fh_str_eq_nocase((fh_str){name.ptr + i, sizeof word - 1}, FH_STR("complain")))
            return true;
    return false;
}

static fh_status mark_complaints(const fh_names *names, fh_arena *arena, const uint8_t **out,
                                 fh_error *err)
{
    uint8_t *mark = FH_NEW_ARRAY(arena, uint8_t, (size_t)names->n + 1);
    if (!mark) return fh_no_memory(err);
    for (uint32_t i = 1; i < names->n; i++) mark[i] = says_complaint(names->name[i]);
    *out = mark;
    return FH_OK;
}

/* When it hit each customer first, as they are numbered now. */
static fh_status first_hits(const fh_view *v, counting *k, fh_error *err)
{
    enum { PAGE = 10000 };
    int64_t last = 0;
    uint32_t after = 0;
    size_t n = PAGE;
    fh_status s = fh_counter_last(v->org, "member", &last, err);
    if (s) return s;
    if (last < 0 || last > UINT32_MAX - 2) return fh_fail(err, FH_CORRUPT, "too many customers");
    int64_t *ms = FH_NEW_ARRAY(v->arena, int64_t, (size_t)last + 2);
    if (!ms) return fh_no_memory(err);
    for (int64_t i = 0; i <= last; i++) ms[i] = INT64_MAX;
    while (n == PAGE && !s) {
        const fh_hit_customer *who = NULL;
        s = fh_hits_customers(v->org, k->c->cause, after, PAGE, v->arena, &who, &n, err);
        for (size_t i = 0; i < n && !s; i++) {
            uint32_t now = 0;
            after = who[i].customer;
            s = fh_member_customer(v->org, who[i].customer, &now, err);
            if (!s && now && now <= last && who[i].last_ms < ms[now]) ms[now] = who[i].last_ms;
        }
    }
    k->hit_ms = ms;
    k->n_customers = (uint32_t)last + 1;
    return s;
}

static int64_t at_of(const fh_segment *seg, uint32_t i, uint64_t at_s)
{
    return fh_instant_ms(at_s, seg->ms ? seg->ms[i] : 0);
}

/* Is the interaction what others are compared by? */
static bool is_beside(const counting *k, const fh_segment *seg, uint32_t i)
{
    if (k->c->touchpoint) return fh_name_at(&seg->touchpoint, i) == k->c->touchpoint;
    const uint32_t d = fh_name_at(&seg->department, i);
    return d && (d == k->c->from || d == k->c->to) && fh_name_at(&seg->direction, i) == FH_DIR_OUT;
}

static bool is_low(const counting *k, const fh_segment *seg, uint32_t i)
{
    const uint32_t t = fh_name_at(&seg->touchpoint, i);
    return fh_bit(seg->has_score, i) && k->severe->low && t < k->severe->n_low &&
           seg->score[i] <= k->severe->low[t];
}

static void count_story(counting *k, const fh_segment *seg, uint32_t story)
{
    const uint32_t customer = seg->customer[story];
    const bool hit = customer < k->n_customers && k->hit_ms[customer] != INT64_MAX;
    int64_t since = hit ? k->hit_ms[customer] : INT64_MAX;
    bool contact = false, complaint = false, low = false;
    uint64_t at_s = seg->first_s[story];
    for (uint32_t i = seg->start[story]; i < seg->start[story + 1]; i++) {
        if (i > seg->start[story]) at_s += seg->gap_s[i];
        const int64_t at = at_of(seg, i, at_s);
        if (since == INT64_MAX && is_beside(k, seg, i)) {
            since = at;
            continue;
        }
        if (since == INT64_MAX || at <= since || at - since > AFTER_MS) continue;
        const uint32_t t = fh_name_at(&seg->touchpoint, i), o = fh_name_at(&seg->outcome, i);
        const bool in = fh_name_at(&seg->direction, i) == FH_DIR_IN;
        contact = contact || (in && !fh_bit(seg->has_score, i));
        complaint = complaint || (t < k->n_touchpoints && k->complains[t]) ||
                    (o < k->n_outcomes && k->complains_outcome[o]);
        low = low || is_low(k, seg, i);
    }
    if (since == INT64_MAX || k->last_ms - since < AFTER_MS) return; /* not yet all seen */
    side *to = hit ? &k->with : &k->without;
    to->customers++;
    to->contacts += contact;
    to->complaints += complaint;
    to->low += low;
}

static fh_status count_all(const fh_view *v, counting *k, fh_error *err)
{
    fh_scan *scan = NULL;
    const fh_segment *seg = NULL;
    const uint32_t columns = 1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_TOUCHPOINT |
                             1u << FH_COL_DEPARTMENT | 1u << FH_COL_DIRECTION |
                             1u << FH_COL_OUTCOME | 1u << FH_COL_SCORE;
    fh_status s = fh_scan_open(v->org, columns, 1, UINT32_MAX, &scan, err);
    while (!s) {
        s = fh_scan_next(scan, 0, &seg, err);
        if (s || !seg) break;
        for (uint32_t i = 0; i < seg->n_stories; i++) count_story(k, seg, i);
    }
    fh_scan_close(scan);
    return s;
}

void fh_put_interval(fh_json *j, uint64_t part, uint64_t of)
{
    const fh_estimate e = fh_estimate_share(part, of);
    fh_put_key(j, "share");
    fh_json_fixed(j, (int64_t)(e.value * 10000 + .5), 4);
    fh_put_key(j, "low");
    fh_json_fixed(j, (int64_t)(e.low * 10000 + .5), 4);
    fh_put_key(j, "high");
    fh_json_fixed(j, (int64_t)(e.high * 10000 + .5), 4);
}

static void put_share(fh_json *j, const char *key, uint64_t part, uint64_t n)
{
    fh_put_key(j, key);
    fh_json_object(j);
    fh_put_number(j, "n", part);
    fh_put_interval(j, part, n);
    fh_json_end_object(j);
}

static void put_side(fh_json *j, const char *key, const side *a)
{
    fh_put_key(j, key);
    fh_json_object(j);
    fh_put_number(j, "customers", a->customers);
    put_share(j, "contacts", a->contacts, a->customers);
    put_share(j, "complaints", a->complaints, a->customers);
    put_share(j, "low_scores", a->low, a->customers);
    fh_json_end_object(j);
}

fh_status fh_finding_effect_json(const fh_view *v, const fh_cause_row *cause, fh_json *j,
                                 fh_error *err)
{
    fh_severe_rules rules;
    char says[300];
    counting k = {.c = cause,
                  .n_touchpoints = v->touchpoint.n,
                  .n_outcomes = v->outcome.n,
                  .last_ms = v->last_ms};
    fh_status s = fh_severe_read(v->org, v->threads, v->arena, &rules, err);
    k.severe = &rules.severe;
    if (!s) s = mark_complaints(&v->touchpoint, v->arena, &k.complains, err);
    if (!s) s = mark_complaints(&v->outcome, v->arena, &k.complains_outcome, err);
    if (!s) s = first_hits(v, &k, err);
    if (!s) s = count_all(v, &k, err);
    if (s) return s;
    fh_put_key(j, "effect");
    if (!k.with.customers || !k.without.customers) {
        fh_json_null(j);
        return FH_OK;
    }
    (void)snprintf(says, sizeof says,
                   "Within 14 days %.0f of a hundred %.40s whom it hit got in touch, and %.0f "
                   "of a hundred others %s. What goes together need not be its doing.",
                   100.0 * (double)k.with.contacts / (double)k.with.customers, v->calling.many,
                   100.0 * (double)k.without.contacts / (double)k.without.customers,
                   cause->touchpoint ? "who were at the same step"
                                     : "who heard from the same departments");
    fh_json_object(j);
    put_side(j, "with", &k.with);
    put_side(j, "without", &k.without);
    fh_put_text(j, "says", fh_str_of(says));
    fh_json_end_object(j);
    return FH_OK;
}
