/* effect.c - whom a finding reaches, and what they do after it (see effect.h). It shows what goes
 * together, not what causes what: the words say so.
 *
 * Those whom it hit are held against others like them (coarsened exact matching): at the same
 * steps, in the same quarter of a year, known as long, in touch as often before. All stories are
 * read twice: first those whom it hit, which says who is like them, then the others, each of
 * whom counts once. Who has nobody like them is left out on both sides.
 */
#include "app/find/effect.h"

#include "app/ask/effect.h"
#include "app/find/show_parts.h"
#include "base/put.h"
#include "base/sort.h"
#include "base/time.h"
#include "store/members.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AFTER_MS  (14 * FH_DAY_MS)
#define BEFORE_MS (90 * FH_DAY_MS)

/* What may follow. */
enum { CONTACT, COMPLAINT, LOW, N_WHAT };
static const char *const what_names[N_WHAT] = {"contacts", "complaints", "low_scores"};

/* How long a customer is known when it happens. */
enum { NEW, KNOWN, LONG, N_TENURES };
static const struct {
    const char *name, *says;
} tenures[N_TENURES] = {
    [NEW] = {"new", "are new: known for less than 90 days"},
    [KNOWN] = {"known", "are known for 90 days to a year"},
    [LONG] = {"long-time", "are long-time ones: known for a year or longer"},
};

/* Fewer on either side tell nothing. */
enum { ENOUGH = 20 };

/* Customers that are alike: the quarter of the year, how long they are known, how often they
 * were in touch before. */
typedef struct stratum {
    uint32_t key;
    uint64_t hit, hit_did[N_WHAT], other, other_did[N_WHAT];
} stratum;

typedef struct moment {
    int64_t at_ms;
    uint32_t touchpoint;
    bool in, complaint, low; /* in: got in touch, not to pay, buy or give a score */
    bool between;            /* of the two departments */
} moment;

typedef struct counting {
    const fh_cause_row *c;
    const int64_t *a_ms, *b_ms; /* [n_customers] by number; INT64_MAX: not hit */
    uint32_t n_customers;
    const fh_severe *severe;
    const uint8_t *complains, *complains_outcome; /* by touchpoint, outcome */
    uint32_t n_touchpoints, n_outcomes;
    int64_t first_ms, last_ms;
    uint8_t *step; /* [n_touchpoints] one of the two messages was there */
    stratum *row;  /* [n_rows] after the first reading: by key */
    size_t n_rows, room;
    uint64_t tenure[N_TENURES], reached, from_before; /* of all whom it hit */
    moment *story;                                    /* of the story that is read */
    uint32_t n, story_room;
    bool others; /* the second reading */
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
    int64_t *a = FH_NEW_ARRAY(v->arena, int64_t, (size_t)last + 2);
    int64_t *b = FH_NEW_ARRAY(v->arena, int64_t, (size_t)last + 2);
    if (!a || !b) return fh_no_memory(err);
    for (int64_t i = 0; i <= last; i++) a[i] = b[i] = INT64_MAX;
    while (n == PAGE && !s) {
        const fh_hit_customer *who = NULL;
        s = fh_hits_customers(v->org, k->c->cause, after, PAGE, v->arena, &who, &n, err);
        for (size_t i = 0; i < n && !s; i++) {
            uint32_t now = 0;
            after = who[i].customer;
            s = fh_member_customer(v->org, who[i].customer, &now, err);
            if (s || !now || now > last || who[i].began_ms >= b[now]) continue;
            b[now] = who[i].began_ms;
            a[now] = who[i].first_ms;
        }
    }
    k->a_ms = a;
    k->b_ms = b;
    k->n_customers = (uint32_t)last + 1;
    return s;
}

/* ---- One story ----------------------------------------------------------------------------- */

static bool is_low(const counting *k, const fh_segment *seg, uint32_t i)
{
    const uint32_t t = fh_name_at(&seg->touchpoint, i);
    return fh_bit(seg->has_score, i) && k->severe->low && t < k->severe->n_low &&
           seg->score[i] <= k->severe->low[t];
}

static bool read_story(counting *k, const fh_segment *seg, uint32_t story)
{
    const uint32_t start = seg->start[story], n = seg->start[story + 1] - start;
    uint64_t at_s = seg->first_s[story];
    if (n > k->story_room) {
        moment *more = realloc(k->story, (size_t)n * 2 * sizeof *more);
        if (!more) return false;
        k->story = more;
        k->story_room = n * 2;
    }
    for (uint32_t j = 0; j < n; j++) {
        const uint32_t i = start + j, t = fh_name_at(&seg->touchpoint, i);
        const uint32_t o = fh_name_at(&seg->outcome, i), d = fh_name_at(&seg->department, i);
        if (j) at_s += seg->gap_s[i];
        k->story[j] = (moment){.at_ms = fh_instant_ms(at_s, seg->ms ? seg->ms[i] : 0),
                               .touchpoint = t < k->n_touchpoints ? t : 0,
                               .in = fh_name_at(&seg->direction, i) == FH_DIR_IN &&
                                     !fh_bit(seg->has_score, i) && !fh_bit(seg->has_value, i),
                               .complaint = (t < k->n_touchpoints && k->complains[t]) ||
                                            (o < k->n_outcomes && k->complains_outcome[o]),
                               .low = is_low(k, seg, i),
                               .between = d && (d == k->c->from || d == k->c->to)};
    }
    k->n = n;
    return true;
}

static unsigned tenure_of(int64_t known_ms)
{
    return known_ms >= 365 * FH_DAY_MS ? LONG : known_ms >= 90 * FH_DAY_MS ? KNOWN : NEW;
}

/* How alike: see stratum. `before`: how often they were in touch within 90 days before. */
static uint32_t key_of(const counting *k, int64_t at_ms, uint32_t before)
{
    const fh_civil c = fh_civil_of(at_ms);
    const uint32_t often = before > 3 ? 3 : before > 1 ? 2 : before;
    return ((uint32_t)(c.year * 4 + (c.month - 1) / 3) * N_TENURES +
            tenure_of(at_ms - k->story[0].at_ms)) *
               4 +
           often;
}

static void note_after(const counting *k, uint32_t from, int64_t since, uint64_t did[N_WHAT])
{
    bool done[N_WHAT] = {false};
    for (uint32_t i = from; i < k->n && k->story[i].at_ms - since <= AFTER_MS; i++) {
        const moment *m = &k->story[i];
        if (m->at_ms <= since) continue;
        done[CONTACT] |= m->in;
        done[COMPLAINT] |= m->complaint;
        done[LOW] |= m->low;
    }
    for (unsigned w = 0; w < N_WHAT; w++) did[w] += done[w];
}

static int by_key(const void *a, const void *b, void *ctx)
{
    const uint32_t x = ((const stratum *)a)->key, y = ((const stratum *)b)->key;
    (void)ctx;
    return (x > y) - (x < y);
}

static stratum *stratum_at(const counting *k, uint32_t key)
{
    size_t lo = 0, hi = k->n_rows;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (k->row[mid].key == key) return &k->row[mid];
        if (k->row[mid].key < key)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

/* Of somebody whom it hit: which steps these were, and a row of their own. */
static bool count_hit(counting *k, int64_t a_ms, int64_t b_ms)
{
    uint32_t before = 0, at = UINT32_MAX;
    for (uint32_t i = 0; i < k->n; i++) {
        const moment *m = &k->story[i];
        if ((m->at_ms == a_ms || m->at_ms == b_ms) && m->between) k->step[m->touchpoint] = 1;
        if (m->at_ms == b_ms && m->between && at == UINT32_MAX) at = i;
        before += m->in && m->at_ms < b_ms && b_ms - m->at_ms <= BEFORE_MS;
    }
    if (at == UINT32_MAX) return true; /* it is not there any more */
    k->reached++;
    k->tenure[tenure_of(b_ms - k->story[0].at_ms)]++;
    k->from_before += tenure_of(b_ms - k->story[0].at_ms) != NEW &&
                      k->story[0].at_ms - k->first_ms <= 90 * FH_DAY_MS;
    if (k->last_ms - b_ms < AFTER_MS) return true; /* not yet all seen */
    if (k->n_rows == k->room) {
        const size_t room = k->room ? k->room * 2 : 256;
        stratum *more = realloc(k->row, room * sizeof *more);
        if (!more) return false;
        k->row = more;
        k->room = room;
    }
    stratum *row = &k->row[k->n_rows++];
    *row = (stratum){.key = key_of(k, b_ms, before), .hit = 1};
    note_after(k, at, b_ms, row->hit_did);
    return true;
}

/* Of somebody else: the first time they were at one of the steps and like somebody it hit. */
static void count_other(counting *k)
{
    uint32_t lo = 0, before = 0;
    for (uint32_t i = 0; i < k->n; i++) {
        const moment *m = &k->story[i];
        while (lo < i && m->at_ms - k->story[lo].at_ms > BEFORE_MS) before -= k->story[lo++].in;
        stratum *row = k->step[m->touchpoint] && m->between && k->last_ms - m->at_ms >= AFTER_MS
                           ? stratum_at(k, key_of(k, m->at_ms, before))
                           : NULL;
        if (row) {
            row->other++;
            note_after(k, i, m->at_ms, row->other_did);
            return;
        }
        before += m->in;
    }
}

/* ---- All stories ---------------------------------------------------------------------------- */

static fh_status read_all(const fh_view *v, counting *k, fh_error *err)
{
    fh_scan *scan = NULL;
    const fh_segment *seg = NULL;
    const uint32_t columns = 1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_TOUCHPOINT |
                             1u << FH_COL_DEPARTMENT | 1u << FH_COL_DIRECTION |
                             1u << FH_COL_OUTCOME | 1u << FH_COL_SCORE | 1u << FH_COL_VALUE;
    fh_status s = fh_scan_open(v->org, columns, 1, UINT32_MAX, &scan, err);
    while (!s) {
        s = fh_scan_next(scan, 0, &seg, err);
        if (s || !seg) break;
        for (uint32_t i = 0; i < seg->n_stories && !s; i++) {
            const uint32_t who = seg->customer[i];
            const bool hit = who < k->n_customers && k->b_ms[who] != INT64_MAX;
            if (hit == k->others || seg->start[i + 1] == seg->start[i]) continue;
            if (!read_story(k, seg, i) || (hit && !count_hit(k, k->a_ms[who], k->b_ms[who])))
                s = fh_no_memory(err);
            else if (!hit)
                count_other(k);
        }
    }
    fh_scan_close(scan);
    return s;
}

/* Rows of one key become one. */
static fh_status join_strata(counting *k, fh_error *err)
{
    size_t kept = 0;
    if (fh_sort(NULL, k->row, k->n_rows, sizeof *k->row, by_key, NULL)) return fh_no_memory(err);
    for (size_t i = 0; i < k->n_rows; i++) {
        if (kept && k->row[kept - 1].key == k->row[i].key) {
            k->row[kept - 1].hit += k->row[i].hit;
            for (unsigned w = 0; w < N_WHAT; w++)
                k->row[kept - 1].hit_did[w] += k->row[i].hit_did[w];
        } else {
            k->row[kept++] = k->row[i];
        }
    }
    k->n_rows = kept;
    k->others = true;
    return FH_OK;
}

/* ---- What it comes to ------------------------------------------------------------------------ */

/* Those that have somebody like them on the other side. The others count as much in each
 * stratum as those whom it hit do; `as_many`: as how many customers that is (Kish). */
typedef struct compared {
    uint64_t hit, other, hit_did[N_WHAT], other_did[N_WHAT];
    double as_many;
    fh_estimate with[N_WHAT], without[N_WHAT], change[N_WHAT];
} compared;

static compared compare(const counting *k)
{
    compared c = {.hit = 0};
    double share[N_WHAT] = {0}, spread = 0;
    for (size_t i = 0; i < k->n_rows; i++) {
        const stratum *r = &k->row[i];
        if (!r->other) continue;
        c.hit += r->hit;
        c.other += r->other;
        spread += (double)r->hit * (double)r->hit / (double)r->other;
        for (unsigned w = 0; w < N_WHAT; w++) {
            c.hit_did[w] += r->hit_did[w];
            c.other_did[w] += r->other_did[w];
            share[w] += (double)r->hit * (double)r->other_did[w] / (double)r->other;
        }
    }
    if (!c.hit) return c;
    c.as_many = (double)c.hit * (double)c.hit / spread;
    for (unsigned w = 0; w < N_WHAT; w++) {
        const uint64_t n = (uint64_t)(c.as_many + .5) ? (uint64_t)(c.as_many + .5) : 1;
        const double p = share[w] / (double)c.hit;
        c.with[w] = fh_estimate_share(c.hit_did[w], c.hit);
        c.without[w] = fh_estimate_share((uint64_t)(p * (double)n + .5), n);
        c.without[w].value = p; /* not rounded to whole customers */
        c.change[w] = fh_estimate_change(&c.without[w], &c.with[w]);
    }
    return c;
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

static void put_fixed(fh_json *j, const char *key, double share)
{
    fh_put_key(j, key);
    fh_json_fixed(j, (int64_t)(share * 10000 + (share < 0 ? -.5 : .5)), 4);
}

static void put_estimate(fh_json *j, const char *key, const fh_estimate *e, const uint64_t *n)
{
    fh_put_key(j, key);
    fh_json_object(j);
    if (n) fh_put_number(j, "n", *n);
    put_fixed(j, "share", e->value);
    put_fixed(j, "low", e->low);
    put_fixed(j, "high", e->high);
    fh_json_end_object(j);
}

static void put_side(fh_json *j, const char *key, uint64_t customers, const fh_estimate *e,
                     const uint64_t *did)
{
    fh_put_key(j, key);
    fh_json_object(j);
    fh_put_number(j, "customers", customers);
    for (unsigned w = 0; w < N_WHAT; w++) put_estimate(j, what_names[w], &e[w], &did[w]);
    fh_json_end_object(j);
}

static void put_effect(const fh_view *v, const counting *k, const compared *c, fh_json *j)
{
    const bool enough = c->hit >= ENOUGH && c->as_many >= ENOUGH;
    const fh_estimate *d = &c->change[CONTACT];
    char says[400];
    if (!enough)
        (void)snprintf(says, sizeof says,
                       "Too few to tell: of %llu %.40s whom it hit, %llu have others like them to "
                       "be held against (%llu).",
                       (unsigned long long)k->reached, v->calling.many, (unsigned long long)c->hit,
                       (unsigned long long)c->other);
    else
        (void)snprintf(says, sizeof says,
                       "Within 14 days %.0f of a hundred %.40s whom it hit got in touch, and %.0f "
                       "of a hundred others like them: %s. What goes together need not be its "
                       "doing.",
                       100 * c->with[CONTACT].value, v->calling.many,
                       100 * c->without[CONTACT].value,
                       d->low > 0    ? "more than chance"
                       : d->high < 0 ? "less, beyond chance"
                                     : "no more than chance");
    fh_json_object(j);
    put_side(j, "with", c->hit, c->with, c->hit_did);
    put_side(j, "without", c->other, c->without, c->other_did);
    fh_put_key(j, "change");
    fh_json_object(j);
    for (unsigned w = 0; w < N_WHAT; w++) put_estimate(j, what_names[w], &c->change[w], NULL);
    fh_json_end_object(j);
    fh_put_number(j, "hit", k->reached);
    fh_put_bool(j, "enough", enough);
    fh_put_word(j, "says", says);
    fh_json_end_object(j);
}

/* Whom it reaches, by how long they are known: the band that is most of them is named. */
static void put_reached(const fh_view *v, const counting *k, fh_json *j)
{
    char says[300];
    unsigned most = 0;
    for (unsigned t = 1; t < N_TENURES; t++)
        if (k->tenure[t] > k->tenure[most]) most = t;
    (void)snprintf(says, sizeof says, "%llu of %llu %.40s (%.0f %%) %s.",
                   (unsigned long long)k->tenure[most], (unsigned long long)k->reached,
                   v->calling.many, 100.0 * (double)k->tenure[most] / (double)k->reached,
                   tenures[most].says);
    fh_json_object(j);
    fh_put_word(j, "says", says);
    fh_put_word(j, "most", tenures[most].name);
    fh_put_number(j, "customers", k->reached);
    fh_put_number(j, "from_before", k->from_before);
    fh_put_key(j, "bands");
    fh_json_array(j);
    for (unsigned t = 0; t < N_TENURES; t++) {
        fh_json_object(j);
        fh_put_word(j, "band", tenures[t].name);
        fh_put_number(j, "n", k->tenure[t]);
        fh_put_interval(j, k->tenure[t], k->reached);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

static fh_status count(const fh_view *v, counting *k, fh_error *err)
{
    fh_severe_rules rules;
    fh_status s = fh_severe_read(v->org, v->threads, v->arena, &rules, err);
    k->severe = &rules.severe;
    k->step = FH_NEW_ARRAY(v->arena, uint8_t, (size_t)k->n_touchpoints + 1);
    if (!s && !k->step) s = fh_no_memory(err);
    if (!s) s = mark_complaints(&v->touchpoint, v->arena, &k->complains, err);
    if (!s) s = mark_complaints(&v->outcome, v->arena, &k->complains_outcome, err);
    if (!s) s = first_hits(v, k, err);
    if (!s) s = read_all(v, k, err);
    if (!s) s = join_strata(k, err);
    if (!s && k->n_rows) s = read_all(v, k, err);
    return s;
}

fh_status fh_finding_effect_json(const fh_view *v, uint64_t cause, fh_json *j, fh_error *err)
{
    fh_cause_row row;
    counting k = {.c = &row,
                  .n_touchpoints = v->touchpoint.n,
                  .n_outcomes = v->outcome.n,
                  .first_ms = v->first_ms,
                  .last_ms = v->last_ms};
    fh_status s = fh_cause_get(v->org, cause, v->arena, &row, err);
    if (!s) s = count(v, &k, err);
    if (!s) {
        const compared c = compare(&k);
        fh_json_object(j);
        fh_put_key(j, "reached");
        if (k.reached)
            put_reached(v, &k, j);
        else
            fh_json_null(j);
        fh_put_key(j, "effect");
        if (k.reached)
            put_effect(v, &k, &c, j);
        else
            fh_json_null(j);
        fh_json_end_object(j);
    }
    free(k.row);
    free(k.story);
    return s;
}
