/* ruined.c - ruined days: customers' local days with at least one severe break, by week,
 * rule and touchpoint.
 *
 * Times rise within a story, so a day, a week or a customer is new when it differs from
 * the last one of its kind; per touchpoint a small record of the segment's own code tells
 * the last story and day. How far each day of UTC is from local time stands in a table; only
 * on the few days on which clocks are changed the zone is asked.
 */
#include "fold/fold.h"

#include "base/sort.h"
#include "base/time.h"

#include <string.h>

enum {
    CODES,
    RECORDS,
    MARKS, /* and one more */
    DAY_S = 86400,
    SHIFT_DAYS = 7, /* weeks are counted from 1939-12-25, a Monday */
    UTC_DAYS = 49712,
    WEEKS = (UTC_DAYS + 2 * SHIFT_DAYS) / 7 + 1
};
#define CHANGES INT32_MAX /* clocks are changed on this day */

typedef struct week {
    uint64_t days, customers, contact_days, all_customers;
} week;

typedef struct record { /* of one local code in one segment */
    uint32_t story;     /* last one with a break here, from 1 */
    uint32_t day;       /* its last ruined day here */
    uint8_t in_story, on_day;
} record;

typedef struct counts {
    fh_ruined_count all, rule[FH_N_SEVERE];
} counts;

typedef struct ruined {
    fh_fold base;
    fh_ruined_options options;
    uint64_t n_interactions, n_stories, contact_days;
    counts total;
    int32_t *offset_s;  /* [UTC_DAYS] of each day of UTC since 1940 */
    week *weeks;        /* [WEEKS] */
    counts *touchpoint; /* [n_touchpoints] */
} ruined;

/* A story as far as it has been read. */
typedef struct walk {
    uint32_t story, day, week; /* from 1; of the last interaction */
    uint32_t ruined_week;      /* last week with a break; 0: none yet */
    uint8_t in_story, on_day;  /* rules broken so far */
} walk;

static int64_t instant_of(uint64_t at_s)
{
    return FH_TIME_MIN_MS + (int64_t)at_s * FH_SECOND_MS;
}

/* Local day since 1939-12-25. */
static uint32_t day_of(const ruined *f, uint64_t at_s)
{
    const uint64_t utc_day = at_s / DAY_S;
    int32_t offset = f->offset_s[utc_day < UTC_DAYS ? utc_day : UTC_DAYS - 1];
    if (offset == CHANGES) offset = fh_zone_offset(f->options.zone, instant_of(at_s));
    return (uint32_t)(((int64_t)at_s + offset) / DAY_S + SHIFT_DAYS);
}

static void count_rules(counts *to, uint8_t mark, uint8_t in_story, uint8_t on_day)
{
    to->all.breaks++;
    to->all.days += !on_day;
    to->all.customers += !in_story;
    for (uint32_t r = 0; r < FH_N_SEVERE; r++) {
        const uint8_t bit = (uint8_t)(1u << r);
        if (!(mark & bit)) continue;
        to->rule[r].breaks++;
        to->rule[r].days += !(on_day & bit);
        to->rule[r].customers += !(in_story & bit);
    }
}

static void count_break(ruined *f, walk *w, uint8_t mark, record *r, counts *touchpoint)
{
    week *this_week = &f->weeks[w->week - 1];
    this_week->days += !w->on_day;
    this_week->customers += w->ruined_week != w->week;
    w->ruined_week = w->week;
    count_rules(&f->total, mark, w->in_story, w->on_day);
    w->in_story |= mark;
    w->on_day |= mark;
    if (r->story != w->story) *r = (record){.story = w->story, .day = w->day};
    if (r->day != w->day) r->on_day = 0;
    count_rules(touchpoint, mark, r->in_story, r->on_day);
    r->day = w->day;
    r->in_story |= mark;
    r->on_day |= mark;
}

static void begin_day(ruined *f, walk *w, uint32_t day)
{
    const uint32_t now = day / 7 + 1;
    week *this_week = &f->weeks[now - 1];
    w->day = day;
    w->on_day = 0;
    f->contact_days++;
    this_week->contact_days++;
    this_week->all_customers += now != w->week;
    w->week = now;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    ruined *f = (ruined *)fold;
    const fh_status s =
        fh_fold_check(&seg->touchpoint, f->options.n_touchpoints, "touchpoint", err);
    if (s != FH_OK) return s;
    const uint32_t n_codes = fh_fold_n_codes(&seg->touchpoint);
    const uint16_t *code = fh_fold_codes(fold, CODES, &seg->touchpoint, seg->n);
    record *r = fh_fold_scratch(fold, RECORDS, n_codes, sizeof *r);
    const uint8_t *mark = fh_fold_marks(fold, MARKS, f->options.severe, seg);
    if (!code || !r || !mark) return FH_NOMEM;
    memset(r, 0, n_codes * sizeof *r);
    for (uint32_t story = 0; story < seg->n_stories; story++) {
        uint64_t at_s = seg->first_s[story];
        walk w = {.story = story + 1};
        for (uint32_t i = seg->start[story]; i < seg->start[story + 1]; i++) {
            at_s += seg->gap_s[i];
            const uint32_t day = day_of(f, at_s);
            if (!w.week || day > w.day) begin_day(f, &w, day);
            if (mark[i])
                count_break(f, &w, mark[i], &r[code[i]],
                            &f->touchpoint[fh_fold_name(&seg->touchpoint, code[i])]);
        }
    }
    f->n_interactions += seg->n;
    f->n_stories += seg->n_stories;
    return FH_OK;
}

static void add_count(fh_ruined_count *to, const fh_ruined_count *from)
{
    to->breaks += from->breaks;
    to->days += from->days;
    to->customers += from->customers;
}

static void add_counts(counts *to, const counts *from)
{
    add_count(&to->all, &from->all);
    for (uint32_t r = 0; r < FH_N_SEVERE; r++) add_count(&to->rule[r], &from->rule[r]);
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    ruined *into = (ruined *)into_;
    const ruined *from = (const ruined *)from_;
    (void)err;
    into->n_interactions += from->n_interactions;
    into->n_stories += from->n_stories;
    into->contact_days += from->contact_days;
    add_counts(&into->total, &from->total);
    for (uint32_t w = 0; w < WEEKS; w++) {
        into->weeks[w].days += from->weeks[w].days;
        into->weeks[w].customers += from->weeks[w].customers;
        into->weeks[w].contact_days += from->weeks[w].contact_days;
        into->weeks[w].all_customers += from->weeks[w].all_customers;
    }
    for (uint32_t t = 0; t < into->options.n_touchpoints; t++)
        add_counts(&into->touchpoint[t], &from->touchpoint[t]);
    return FH_OK;
}

static bool take_count(fh_ruined_count *from, const fh_ruined_count *n)
{
    return fh_fold_take(&from->breaks, n->breaks) && fh_fold_take(&from->days, n->days) &&
           fh_fold_take(&from->customers, n->customers);
}

static bool take_counts(counts *from, const counts *n)
{
    bool ok = take_count(&from->all, &n->all);
    for (uint32_t r = 0; r < FH_N_SEVERE && ok; r++) ok = take_count(&from->rule[r], &n->rule[r]);
    return ok;
}

static fh_status take(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    ruined *into = (ruined *)into_;
    const ruined *from = (const ruined *)from_;
    bool ok = fh_fold_take(&into->n_interactions, from->n_interactions) &&
              fh_fold_take(&into->n_stories, from->n_stories) &&
              fh_fold_take(&into->contact_days, from->contact_days) &&
              take_counts(&into->total, &from->total);
    for (uint32_t w = 0; w < WEEKS && ok; w++)
        ok = fh_fold_take(&into->weeks[w].days, from->weeks[w].days) &&
             fh_fold_take(&into->weeks[w].customers, from->weeks[w].customers) &&
             fh_fold_take(&into->weeks[w].contact_days, from->weeks[w].contact_days) &&
             fh_fold_take(&into->weeks[w].all_customers, from->weeks[w].all_customers);
    for (uint32_t t = 0; t < into->options.n_touchpoints && ok; t++)
        ok = take_counts(&into->touchpoint[t], &from->touchpoint[t]);
    return ok ? FH_OK : fh_fold_not_there(err);
}

static const fh_fold_kind kind = {"ruined days", add, merge, NULL, take, NULL, NULL, NULL};

static void fill_days(ruined *f)
{
    const fh_zone *zone = f->options.zone;
    int32_t now = fh_zone_offset(zone, instant_of(0));
    for (uint32_t d = 0; d < UTC_DAYS && zone; d++) {
        const int32_t then = fh_zone_offset(zone, instant_of((d + UINT64_C(1)) * DAY_S));
        f->offset_s[d] = now == then ? now : CHANGES;
        now = then;
    }
    uint64_t all = 0; /* the zone, as far as days can tell */
    for (uint32_t d = 0; d < UTC_DAYS; d++)
        all = (all ^ (uint32_t)f->offset_s[d]) * UINT64_C(0x100000001b3);
    fh_fold_tag(&f->base, all);
}

fh_status fh_ruined_new(const fh_allocator *from, const fh_ruined_options *options, fh_fold **out,
                        fh_error *err)
{
    fh_ruined_options o = *options;
    const fh_severe *rules = o.severe;
    fh_status s = fh_fold_limit(&o.n_touchpoints, "touchpoints", err);
    if (s != FH_OK) return s;
    if (rules->rules & 1u << FH_SEVERE_AGAIN &&
        (rules->times < 2 || rules->times > FH_SEVERE_TIMES_MAX))
        return fh_fail(err, FH_INVALID, "contact again counts from 2 to %d times",
                       FH_SEVERE_TIMES_MAX);
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(ruined),
                                fh_severe_columns(rules) | 1u << FH_COL_TOUCHPOINT);
    if (!fold) return fh_no_memory(err);
    ruined *f = (ruined *)fold;
    f->options = o;
    fh_fold_tag(fold, o.n_touchpoints);
    fh_fold_tag_severe(fold, rules);
    f->offset_s = FH_NEW_ARRAY(fold->arena, int32_t, UTC_DAYS);
    f->weeks = FH_NEW_ARRAY(fold->arena, week, WEEKS);
    f->touchpoint = FH_NEW_ARRAY(fold->arena, counts, o.n_touchpoints);
    s = f->offset_s && f->weeks && f->touchpoint ? FH_OK : FH_NOMEM;
    if (s == FH_OK) fill_days(f);
    return fh_fold_made(fold, s, out, err);
}

/* ---- Reading ------------------------------------------------------------------------ */

static fh_status read_weeks(const ruined *f, fh_arena *arena, fh_ruined *out)
{
    uint32_t first = 0, end = WEEKS;
    while (first < end && !f->weeks[first].contact_days) first++;
    while (end > first && !f->weeks[end - 1].contact_days) end--;
    fh_ruined_week *list = FH_NEW_ARRAY(arena, fh_ruined_week, end - first);
    if (!list) return FH_NOMEM;
    for (uint32_t w = first; w < end; w++) {
        const week *this_week = &f->weeks[w];
        const int64_t local = FH_TIME_MIN_MS + ((int64_t)w * 7 - SHIFT_DAYS) * FH_DAY_MS;
        list[w - first] = (fh_ruined_week){
            .from_ms = f->options.zone ? fh_zone_instant(f->options.zone, local) : local,
            .days = this_week->days,
            .customers = this_week->customers,
            .contact_days = this_week->contact_days,
            .all_customers = this_week->all_customers};
    }
    out->weeks = list;
    out->n_weeks = end - first;
    return FH_OK;
}

static int by_days(const void *a, const void *b, void *ctx)
{
    const fh_ruined_row *x = a, *y = b;
    (void)ctx;
    if (x->all.days != y->all.days) return x->all.days < y->all.days ? 1 : -1;
    if (x->all.breaks != y->all.breaks) return x->all.breaks < y->all.breaks ? 1 : -1;
    return (x->touchpoint > y->touchpoint) - (x->touchpoint < y->touchpoint);
}

static fh_status read_rows(const ruined *f, fh_arena *arena, fh_ruined *out)
{
    size_t n = 0, k = 0;
    for (uint32_t t = 0; t < f->options.n_touchpoints; t++) n += f->touchpoint[t].all.breaks > 0;
    fh_ruined_row *list = FH_NEW_ARRAY(arena, fh_ruined_row, n + 1);
    if (!list) return FH_NOMEM;
    for (uint32_t t = 0; t < f->options.n_touchpoints; t++) {
        const counts *c = &f->touchpoint[t];
        if (!c->all.breaks) continue;
        list[k].touchpoint = t;
        list[k].all = c->all;
        memcpy(list[k++].rule, c->rule, sizeof c->rule);
    }
    out->rows = list;
    out->n_rows = n;
    return fh_sort(&f->base.from, list, n, sizeof *list, by_days, NULL);
}

fh_status fh_ruined_read(const fh_fold *fold, fh_arena *arena, fh_ruined *out, fh_error *err)
{
    const ruined *f = (const ruined *)fold;
    fh_status s = fh_fold_readable(fold, &kind, err);
    if (s != FH_OK) return s;
    fh_ruined r = {.n_interactions = f->n_interactions,
                   .n_stories = f->n_stories,
                   .contact_days = f->contact_days,
                   .all = f->total.all};
    memcpy(r.rule, f->total.rule, sizeof r.rule);
    s = read_weeks(f, arena, &r);
    if (s == FH_OK) s = read_rows(f, arena, &r);
    if (s != FH_OK) return fh_no_memory(err);
    *out = r;
    return FH_OK;
}
